"""The Excel annex: numbers that are numbers, texts that never run, pages that print."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from analysis.data.errors import InputError
from analysis.data.units import UNITS
from analysis.targets.evaluation import evaluate
from planeval.words.language import speaking
from planeval.words.reasons import verdict
from planeval.workbook.annex import write_workbook
from planeval.workbook.data import revised, used
from planeval.workbook.scoreboard import HEAD, block, ordered
from planeval.workbook.sheet import unit

HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", ' =cmd|"/c"!A1', "＝1", "#N/A")


@pytest.fixture(scope="module")
def judged():
    return evaluate("jiaxing-14fyp", 2024)


@pytest.fixture(scope="module")
def path(judged, tmp_path_factory):
    return write_workbook(judged, tmp_path_factory.mktemp("book") / "report.xlsx")


@pytest.fixture(scope="module")
def book(path):
    return load_workbook(path)


def rows(sheet, head: int = 1) -> list[dict]:
    """Return a sheet's table as records."""
    titles, *values = sheet.iter_rows(min_row=head, values_only=True)
    return [dict(zip(titles, row, strict=True)) for row in values]


def test_the_sheets_stand_in_order(book):
    assert book.sheetnames == [
        "记分板", "指标图", "指标序列", "来源", "口径", "核对", "修订", "说明",
    ]  # fmt: skip
    assert book.active.title == "记分板"


def test_the_scoreboard_holds_the_evaluation_s_own_numbers(book, judged):
    found = rows(book["记分板"], HEAD)
    judged_as = {row["id"]: row for row in judged.to_dict()["indicators"]}
    assert len(found) == len(judged.indicators) == 64
    for row, item in zip(found, ordered(judged), strict=True):
        assert row["指标"] == item.target.name_zh
        assert row["目标值"] == item.target.target
        assert row["最新值"] == (item.latest.value if item.latest else None)
        own = item.target.multiple_base_year in (None, 2020)
        assert row["基期值"] == (item.baseline.value if item.baseline and own else None)
        # a number that is not known is an empty cell: neither zero nor a text
        told = judged_as[item.target_id]
        assert row["完成度"] == told["state"]["completion"]
        assert row["仍需年均增速（%）"] == told["state"]["required_growth_pct"]
        assert row["概率"] == told["outlook"]["probability"]
        assert row["前景"] == verdict(item)  # a later record never plain "achieved"
    gdp = next(row for row in found if row["序号"] == 1)
    # twice the figure of 2025 has 2025 for its base, never the 182 of the plan's base year
    far = next(row for row in found if row["目标年"] == 2035 and "地区生产总值" in row["指标"])
    assert (gdp["基期值"], far["基期值"], far["最新值"]) == (182, None, 226)
    # (226 - 182) / (300 - 182) = 44 / 118; 300 / 226 - 1 = 74 / 226
    assert gdp["完成度"] == pytest.approx(44 / 118, abs=1e-6)
    assert gdp["仍需年均增速（%）"] == pytest.approx(100 * 74 / 226, abs=1e-4)


def test_binding_targets_come_first(book, judged):
    kinds = [row["属性"] for row in rows(book["记分板"], HEAD)]
    assert kinds == sorted(kinds, key=["约束性", "预期性", "未标明"].index)
    binding = sum(item.target.binding == "binding" for item in judged.indicators)
    assert kinds.count("约束性") == binding == 10


def test_every_series_row_is_a_row_of_the_data(book, judged):
    found = rows(book["指标序列"])
    assert len(found) == len(list(used(judged)))
    for row in found:
        source = judged.data.observations
        there = source[source["row"] == row["观测表行号"]].iloc[0]
        assert row["时期"] == there["period"] and row["来源编号"] == there["source"]
        if row["更正"] != "已声明更正":
            assert row["数值"] == pytest.approx(there["number"])
        assert row["公布日"].date() == there["published"]
    shown = {(row["区域"], row["指标"], row["时期"], row["数值"]) for row in found}
    assert ("嘉兴港区", "地区生产总值", "2024", 226.0) in shown
    figures = {d for item in judged.indicators if item.series for d in item.series.data}
    assert figures <= {figure for figure, _, _ in used(judged)}


def test_every_source_named_in_the_book_is_listed(book):
    known = {row["来源编号"] for row in rows(book["来源"])}
    for sheet in ("指标序列", "修订"):
        assert {row["来源编号"] for row in rows(book[sheet])} <= known
    for row in rows(book["核对"]):
        assert set(re.findall(r"\b[A-Z]\d+(?= )", row["出处"])) <= known


def test_findings_and_vintages_are_those_of_the_evaluation(book, judged):
    found = rows(book["核对"])
    assert {row["编号"] for row in found} == {f.finding_id for f in judged.audit.findings}
    assert found[0]["结论"] == "矛盾"
    versions = rows(book["修订"])
    assert len(versions) == len(list(revised(judged)))
    city = [
        row for row in versions
        if (row["区域"], row["指标"], row["时期"], row["价格基础"])
        == ("嘉兴市", "地区生产总值", "2018", "现价")
    ]  # fmt: skip
    # 2018: first printed as 4871.98, 5018.38 after the census: +3.005 %
    assert city[0]["数值"] == 4871.98 and city[0]["较首次公布（%）"] is None
    assert city[-1]["数值"] == 5018.38
    assert city[-1]["较首次公布（%）"] == pytest.approx(3.005, abs=5e-4)


def test_no_cell_is_a_formula_and_heads_stay(book):
    for sheet in book.worksheets:
        assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n", "d"}
        assert sheet.freeze_panes, sheet.title
        assert sheet.print_title_rows or sheet.title == "指标图"
        assert sheet.page_setup.fitToWidth == 1 and sheet.page_setup.fitToHeight == 0
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    for title in ("记分板", "指标序列", "来源", "口径", "核对", "修订"):
        assert book[title].auto_filter.ref and book[title].page_setup.orientation == "landscape"


def test_names_lead_to_tables(book):
    names = book.defined_names
    assert {"scoreboard", "series", "sources", "calibers", "findings", "vintages"} <= set(names)
    title, cells = next(iter(names["year"].destinations))
    assert book[title][cells.replace("$", "")].value == 2024
    assert "chart_gdp" in names


def test_numbers_have_formats(book):
    sheet = book["记分板"]
    heads = [cell.value for cell in sheet[HEAD]]
    gdp = next(r for r in range(HEAD + 1, sheet.max_row + 1) if sheet.cell(r, 1).value == 1)
    form = {head: sheet.cell(gdp, at).number_format for at, head in enumerate(heads, start=1)}
    assert form["完成度"].startswith("0.0%") and form["概率"].startswith("0%")
    assert form["目标值"] == '#,##0;"−"#,##0' and form["预测中位数"] == '#,##0.0;"−"#,##0.0'
    assert sheet.conditional_formatting


def test_charts_show_values_path_and_target(book, judged):
    sheet = book["指标图"]
    shown = [one for item in ordered(judged) if (one := block(item, judged))]
    assert len(sheet._charts) == len(shown) > 5
    titles = {one.item.target_id: one for one in shown}
    gdp = {row[0]: row[1:] for row in titles["gdp"].rows}
    # the straight path: 182 + 4/5 of 118 = 276.4 in 2024
    assert gdp[2024][:3] == (226.0, 276.4, None) and gdp[2025][2] == 300.0
    assert gdp[2022][0] is None  # not published: no point, and no zero
    lo, hi = gdp[2025][4:]
    outlook = judged.get("gdp").outlook
    assert (lo, hi) == (
        pytest.approx(outlook.lo80, abs=1e-4),
        pytest.approx(outlook.hi80, abs=1e-4),
    )
    for chart in sheet._charts:
        assert chart.x_axis.delete is False and len(chart.series) >= 2


def test_charts_say_in_words_what_they_show(path, book):
    with zipfile.ZipFile(path) as archive:
        drawing = archive.read("xl/drawings/drawing1.xml").decode("utf-8")
    told = re.findall(r'descr="([^"]+)"', drawing)
    assert len(told) == len(book["指标图"]._charts)
    assert any("2024年226亿元" in text for text in told)


def test_texts_that_look_like_formulas_stay_texts(judged, tmp_path):
    plan = judged.plan
    items = tuple(
        replace(item, target=replace(item.target, name_zh=text, target_text=text))
        for item, text in zip(judged.indicators, HOSTILE, strict=False)
    )
    odd = replace(
        judged, indicators=items, plan=replace(plan, name_zh='=HYPERLINK("http://x";"y")')
    )
    made = load_workbook(write_workbook(odd, tmp_path / "odd.xlsx"))
    for sheet in made.worksheets:
        for line in sheet.iter_rows():
            for cell in line:
                assert cell.data_type in "snd"
                if cell.data_type == "s" and str(cell.value).lstrip()[:1] in ("=", "+", "@"):
                    assert cell.quotePrefix, cell.coordinate
    names = {cell.value for cell in made["记分板"]["B"]}
    assert "=1+1" in names and "@SUM(A1)" in names and "#N/A" in names


def test_only_addresses_of_the_web_are_links(judged, tmp_path):
    data = judged.data
    bad = {code: {**row, "address": "javascript:alert(1)"} for code, row in data.sources.items()}
    odd = replace(judged, plan=replace(judged.plan, data=replace(data, sources=bad)))
    made = load_workbook(write_workbook(odd, tmp_path / "odd.xlsx"))
    assert not any(cell.hyperlink for line in made["来源"].iter_rows() for cell in line)


def test_the_same_evaluation_gives_the_same_bytes(judged, path, tmp_path):
    again = write_workbook(evaluate("jiaxing-14fyp", 2024), tmp_path / "b.xlsx")
    assert again.read_bytes() == path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_properties_are_dated_with_the_evaluation(book, judged):
    told = book.properties
    assert told.created.date() == told.modified.date() == judged.as_of
    assert told.title == "嘉兴港区“十四五”规划：2024年评估指标附册" and told.language == "zh-CN"


def test_a_plan_without_figures_still_makes_a_workbook(tmp_path):
    early = evaluate("jiaxing-14fyp", 2021, "2021-07-01")
    made = load_workbook(write_workbook(early, tmp_path / "early.xlsx"))
    found = rows(made["记分板"], HEAD)
    assert len(found) == len(early.indicators)
    for row, item in zip(found, ordered(early), strict=True):
        assert row["最新值"] == (item.latest.value if item.latest else None)


def test_every_unit_of_the_project_has_an_english_name():
    with speaking("en"):
        for name in UNITS:
            assert not re.search(r"[\u4e00-\u9fff]", unit(name))
        with pytest.raises(LookupError):
            unit("斤")


def test_an_unknown_language_is_refused(judged, tmp_path):
    with pytest.raises(InputError):
        write_workbook(judged, tmp_path / "a.xlsx", "fr")


def test_english_heads_and_names_are_english(judged, tmp_path):
    made = load_workbook(write_workbook(judged, tmp_path / "en.xlsx", "en"))
    assert made.sheetnames == [
        "Scoreboard", "Charts", "Series", "Sources", "Definitions", "Audit findings", "Vintages",
        "Notes",
    ]  # fmt: skip
    assert made.properties.language == "en-GB"
    original = {"Target as printed", "Stated, as printed", "Implied, as printed"}
    # a title has the original behind its English, a place quotes a heading of the document
    quotes = {"Title": " 《[^《]+》$", "Place in the source": "“[^”]+”"}
    for sheet in made.worksheets:
        head = HEAD if sheet.title == "Scoreboard" else 1
        titles = [cell.value for cell in sheet[head]]
        for line in sheet.iter_rows():
            for at, cell in enumerate(line):
                if at < len(titles) and titles[at] in original and cell.row > head:
                    continue
                about = titles[at] if at < len(titles) and cell.row > head else ""
                text = re.sub(quotes.get(str(about), "$"), "", str(cell.value))
                assert not re.search(r"[\u4e00-\u9fff]", text), (
                    sheet.title, cell.coordinate, cell.value,
                )  # fmt: skip


def test_series_hold_what_targets_and_forecasts_are_held_against(book, judged):
    from planeval.chapters.record import trace

    shown = {row["观测表行号"] for row in rows(book["指标序列"])}
    for name in ("gdp", "containers", "income_growth", "trade"):
        told = trace(judged, name)["targets"][0]
        beside = [one for one in told["comparators"] if one["role"] == "evaluation"]
        used_rows = {figure["row"] for figure in told["figures"]}
        used_rows |= {figure["row"] for one in beside for figure in one["figures"]}
        assert used_rows <= shown, name
