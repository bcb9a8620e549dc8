"""Figures and pictures of every chart beside the report, as they were printed."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from planeval.report.charts import INDEX, column, harmless, write_charts
from planeval.report.document import Document
from planeval.report.place import CHARTS
from planeval.show.lines import fan_chart, line_chart


def lines(path: Path) -> list[list[str]]:
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    assert text.count("\n") == text.count("\r\n")
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.fixture(scope="module")
def document() -> Document:
    frame = pd.DataFrame(
        {"year": [2021, 2025, 2026], "value": [1.0, -2.5, None], "series": ["=产值", "+x", "产值"]}
    )
    lined = line_chart(frame, "产值", source="来源：统计局", key="gdp/a", subtitle="亿元", alt="甲")
    known = pd.DataFrame({"year": [2020, 2024], "value": [182.0, 226.0]})
    ahead = pd.DataFrame(
        {"year": [2025], "median": [241.0], "lo-80": [222.7], "hi-80": [261.5], "lo-50": [231.0],
         "hi-50": [251.0], "lo-95": [210.0], "hi-95": [275.0]}
    )  # fmt: skip
    fan = fan_chart(known, ahead, 300.0, 2025, "产值的预测")
    made = Document()
    made.charts = {"fig-1-1": lined.payload(), "fig-2": fan.payload()}
    return made


def test_each_chart_has_its_figures_and_pictures(document, tmp_path):
    written = write_charts(document, tmp_path, "zh")
    names = [path.name for path in written]
    assert names == [
        "1-1-gdp-a.csv", "1-1-gdp-a.svg", "1-1-gdp-a.png", "2.csv", "2.svg", "2.png", INDEX,
    ]  # fmt: skip
    assert {path.parent for path in written} == {tmp_path / CHARTS}
    assert Image.open(tmp_path / CHARTS / "2.png").width > 1000
    svg = (tmp_path / CHARTS / "2.svg").read_text(encoding="utf-8")
    assert svg == document.charts["fig-2"]["svg"]


def test_figures_are_those_of_the_chart_and_texts_never_run(document, tmp_path):
    write_charts(document, tmp_path, "zh")
    assert lines(tmp_path / CHARTS / "1-1-gdp-a.csv") == [
        ["年份", "数值", "序列"],
        ["2021", "1.0", "'=产值"],
        ["2025", "-2.5", "'+x"],
        ["2026", "", "产值"],  # not known: an empty cell, no zero
    ]
    fan = lines(tmp_path / CHARTS / "2.csv")
    assert {"80%区间下限", "80%区间上限"} <= set(fan[0])


def test_the_list_says_what_each_chart_is(document, tmp_path):
    write_charts(document, tmp_path, "en")
    heads, first, second = lines(tmp_path / CHARTS / INDEX)
    told = dict(zip(heads, first, strict=True))
    assert told["file"] == "1-1-gdp-a.csv" and told["figure"] == "Figure 1-1"
    assert told["title"] == "产值" and told["source"] == "来源：统计局"
    assert told["measure, place, period and unit"] == "亿元" and told["description"] == "甲"
    assert dict(zip(heads, second, strict=True))["bitmap picture"] == "2.png"


def test_a_report_without_charts_has_no_folder(tmp_path):
    assert write_charts(Document(), tmp_path, "zh") == []
    assert not (tmp_path / CHARTS).exists()


def test_the_same_charts_give_the_same_bytes(document, tmp_path):
    folders = [tmp_path / "a", tmp_path / "b"]
    made = []
    for folder in folders:
        folder.mkdir()
        made.append([path.read_bytes() for path in write_charts(document, folder, "zh")])
    assert made[0] == made[1]


@given(st.text(min_size=1, max_size=6))
def test_no_text_begins_like_a_formula_unless_it_is_a_number(text):
    shown = harmless(text)
    if shown.lstrip(" ")[:1] in ("=", "+", "-", "@", "\t", "\r") and shown[:1]:
        float(shown.rstrip("%").replace(",", ""))


@given(st.floats(allow_nan=False))
def test_numbers_stay_numbers(value):
    assert harmless(value) is value


def test_columns_are_named_in_both_languages():
    assert column("completion_pct", "zh") == "完成度（%）"
    assert column("hi-95", "en") == "95% interval, high"
    assert column("port", "zh") == "port"
