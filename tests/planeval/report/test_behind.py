"""The data behind a table or chart of the web page stand folded under its source line."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from bs4 import Tag
from inprocess import chapter
from tests.planeval.report.test_origins import document, page, row_of, shown_as

from analysis.targets.evaluation import Evaluation, evaluate
from planeval.chapters.base import sources
from planeval.show.lines import line_chart
from planeval.show.table import Table
from planeval.words.cell import sourced
from planeval.words.language import speaking


@pytest.fixture(scope="module")
def judged() -> Evaluation:
    return evaluate("jiaxing-14fyp", 2024)


def wrong_lines(soup: Tag, judged: Evaluation) -> list[str]:
    """Return the lines whose row says another value, period, source or place in it."""
    data, wrong = judged.data, []
    rows = {row["row"]: row for held in data.by_series.values() for row in held}
    for line in soup.select("details.behind li"):
        text = line.get_text()
        row = rows[int(re.sub(r"\D", "", str(line.a["href"]) if line.a else ""))]
        told = re.match(r"(.+?)(?:：|: )\D*([−\d,.]+)", text)
        fixed = data.corrected.get((row["region"], row["indicator"], row["period"]))
        used = (row["number"], row["source"])
        if fixed and fixed["printed_expect"] == row["printed_value"]:
            used = (float(fixed["printed_value"]), fixed["source"])
        codes = re.findall(r"\[([A-Z]+\d+)\]", text)
        close = told is not None and shown_as(used[0], told[2])
        if not close or codes != [used[1]] or row["period"][:4] not in text:
            wrong.append(text)
    return wrong


def test_the_lines_of_one_table_by_hand(judged: Evaluation, tmp_path: Path):
    rows = [
        row_of(judged, "jiaxing-port-area", "gdp", "2020", caliber="plan"),
        row_of(judged, "jiaxing-port-area", "gdp", "2024"),
    ]
    frame = pd.DataFrame({"期间": ["2020—2024年"], "趋势（%）": ["5.6"]})
    table = Table(frame, "算得的增速", source=sourced("来源：[S1]、[S2]", rows))
    soup = page(document([table], tmp_path), judged, tmp_path / "report.html")
    folded = soup.select("#tab-1-1 details.behind")
    assert len(folded) == 1 and not folded[0].has_attr("open")
    assert folded[0].summary.get_text() == "本表依据的数据（2行）"
    # data/observations.csv: 182 亿元 out of S1 of 2021-06-27, "突破226亿元" out of S2 of 2025-12-23
    assert [line.get_text() for line in folded[0].select("li")] == [
        "2020年：182亿元 [S1] 第一章第一节、表1-1第1行；公布数，2021-06-27公布",
        "2024年：突破226亿元 [S2] 产业跃迁，末三段；公布数，2025-12-23公布",
    ]
    assert [head.get_text() for head in folded[0].select("p")] == [
        "嘉兴港区地区生产总值；口径：规划口径",
        "嘉兴港区地区生产总值；口径：来源未注明口径",
    ]
    for line, row in zip(folded[0].select("li"), rows, strict=True):
        assert line.a["href"] == f"#obs-{row}" and soup.find(id=f"obs-{row}").name == "tr"


def test_a_chart_carries_its_observations_from_the_line_of_sources(judged, tmp_path: Path):
    series = next(item for item in judged.indicators if item.target_id == "gdp").series
    line = sources(judged, series.data)
    frame = pd.DataFrame({"year": [2020, 2024], "value": [182.0, 226.0], "series": "甲"})
    chart = line_chart(frame, "由182升到226", source=line)
    assert list(chart.payload()["observations"]) == [item.row for item in series.data]
    soup = page(document([chart], tmp_path), judged, tmp_path / "report.html")
    parts = list(soup.select_one("#fig-1-1").find_all(recursive=False))
    at = [n for n, tag in enumerate(parts) if tag.get("class") == ["behind"]]
    assert len(at) == 1 and parts[at[0] - 1]["class"] == ["source-line"]
    assert parts[at[0]].summary.get_text() == f"本图依据的数据（{len(series.data)}行）"


def test_a_block_without_observations_gets_nothing(judged: Evaluation, tmp_path: Path):
    table = Table(pd.DataFrame({"甲": ["1"]}), "没有出处的表", source="来源：本报告")
    soup = page(document([table], tmp_path), judged, tmp_path / "report.html")
    assert soup.select("details.behind") == []


@pytest.mark.parametrize(("year", "language", "least"), [(2024, "zh", 12), (2023, "en", 10)])
def test_every_line_is_its_row(year: int, language: str, least: int, tmp_path: Path):
    tables = [t for t in chapter("04_port", "jiaxing-14fyp", year, language=language)
              if isinstance(t, Table)]  # fmt: skip
    judged = evaluate("jiaxing-14fyp", year)
    made = document(tables, tmp_path, language)
    with speaking(language):
        soup = page(made, judged, tmp_path / "report.html", language)
        assert {"zh": "万标箱", "en": "TEU"}[language] in soup.select("details.behind")[
            0
        ].get_text()
    assert len(soup.select("details.behind")) >= least
    assert wrong_lines(soup, judged) == []
    again = page(made, judged, tmp_path / "again.html", language)
    assert str(again) == str(soup)
    # the check sees a line that is not its row's: another value, then another source
    first, second = soup.select("details.behind li")[:2]
    first.a.string = re.sub(r"\d", "7", first.a.get_text())
    second.find_all("a")[0]["href"] = "#obs-3"
    assert len(wrong_lines(soup, judged)) == 2
