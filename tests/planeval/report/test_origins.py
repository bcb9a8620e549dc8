"""Figures of background tables lead to their observation, or to the step that gives them."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from inprocess import chapter

from analysis.data.series import datum
from analysis.targets.evaluation import Evaluation, evaluate
from planeval.chapters.record import trace
from planeval.report.document import Document
from planeval.report.origins import (
    Around,
    Figures,
    Observed,
    Reckoned,
    book_of,
    figures_of,
    fits,
    led,
    listing,
    observed,
    reckon,
)
from planeval.report.render import ReportMeta, write_html
from planeval.report.tree import plain, text_of, words
from planeval.show.cell import Sourced, rows_of
from planeval.show.table import Table
from planeval.words.language import speaking

META = ReportMeta("试", "", "港区", "规划", 2024, datetime.date(2026, 11, 1), "年度监测")


@pytest.fixture(scope="module")
def judged() -> Evaluation:
    return evaluate("jiaxing-14fyp", 2024)


def row_of(judged: Evaluation, region: str, indicator: str, period: str, **more: str) -> int:
    found = [
        row["row"]
        for row in judged.data.by_series[region, indicator]
        if row["period"] == period and all(row[name] == text for name, text in more.items())
    ]
    assert len(found) == 1
    return found[0]


def around(text: str, printed: str, head: str, row: list[str], caption: str, at: int) -> Around:
    start = text.index(printed)
    return Around(text[:start], text[start + len(printed) :], head, tuple(row), caption, at)


def document(tables: list[Table]) -> Document:
    """Bind tables into blocks as the report does, without a kernel."""
    made = Document()
    for n, table in enumerate(tables, start=1):
        data = table.payload()

        def cell(text: str) -> list:
            return [["", [], []], {"t": "AlignDefault"}, 1, 1, [plain(words(text))] if text else []]

        rows = [[["", [], []], [cell(text) for text in row]] for row in data["rows"]]
        head = [["", [], []], [[["", [], []], [cell(text) for text in data["columns"]]]]]
        size = [[{"t": "AlignLeft"}, {"t": "ColWidthDefault"}] for _ in data["columns"]]
        caption = [None, [plain(words(data["caption"]))]]
        body = [["", [], []], 0, [], rows]
        inner = {"t": "Table", "c": [["", [], []], caption, size, head, [body],
                                     [["", [], []], []]]}  # fmt: skip
        name = f"tab-1-{n}"
        made.blocks.append({"t": "Div", "c": [[name, ["data-table"], []], [inner]]})
        made.rows[name], made.claims[name] = data["observations"], data["claims"]
    return made


def page(tables: list[Table], judged: Evaluation, place: Path, language: str = "zh") -> Tag:
    """Write a page of tables and read it back."""
    meta = ReportMeta(**{**vars(META), "language": language})
    write_html(document(tables), meta, place, {}, judged)
    return BeautifulSoup(place.read_text(encoding="utf-8"), "html.parser")


def led_figures(soup: Tag) -> list[tuple[str, Tag]]:
    """Return every figure of a table that leads somewhere, with the row it leads to."""
    links = list(soup.select(".data-table a.fig"))
    rows = [soup.find(id=str(a["href"])[1:]) for a in links]
    assert all(isinstance(row, Tag) and row.name == "tr" for row in rows)
    return [(a.get_text(), row) for a, row in zip(links, rows, strict=True)]


def value_of(row: Tag) -> float:
    printed = re.search(r"[−-]?[\d,]+(?:\.\d+)?", row.find_all("td")[1].get_text())
    assert printed
    return float(printed[0].replace(",", "").replace("−", "-"))


def strays(soup: Tag) -> list[tuple[str, str]]:
    """Return the figures that lead to a row whose value is another."""
    # a step's row has four digits: half a unit of the last one beside the figure's own rounding
    return [
        (printed, row.get_text(" "))
        for printed, row in led_figures(soup)
        if not fits(printed, value_of(row))
        and not (
            str(row["id"]).startswith("step-")
            and abs(float(printed.rstrip("%").replace("−", "-")) - value_of(row)) < 0.051
        )
    ]


# --- what a line of sources knows -----------------------------------------------------------


def test_a_table_carries_its_observations_into_its_payload():
    import pandas as pd

    frame = pd.DataFrame({"年份": ["2024"], "数值": ["226"]})
    table = Table(frame, "甲（亿元）", source=Sourced("来源：[S2]", [6, 3, 6]))
    assert table.payload()["observations"] == [3, 6] and table.payload()["source"] == "来源：[S2]"
    assert Table(frame, "甲", source="来源：[S2]").payload()["observations"] == []
    assert rows_of("来源") == []


# --- one figure -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def port(judged: Evaluation) -> Observed:
    """The whole port's boxes of August 2020 and of its first eight months, the area's of August."""
    rows = [
        row_of(judged, "jiaxing-port", "container_throughput", "2020-08"),
        row_of(judged, "jiaxing-port", "container_throughput", "2020-01/2020-08"),
        row_of(judged, "zhapu-port", "container_throughput", "2020-08"),
    ]
    return observed(judged, rows, book_of(judged.data))


CAPTION = "嘉兴港（全港）不满一年的公布值（万标箱）"


def test_period_place_and_unit_find_the_observation(port: Observed):
    row = ["2020年8月", "18.86（+28.1%）", "P10"]
    found = port.find("18.86", around(row[1], "18.86", "集装箱", row, CAPTION, 1))
    # data/observations.csv: jiaxing-port, container_throughput, 2020-08, 18.86 万标箱, P10
    assert found is not None and (found.value, found.source) == (18.86, "P10")
    assert found.region == "jiaxing-port"


@pytest.mark.parametrize(
    ("row", "head", "caption"),
    [
        (["2020年9月", "18.86", "P10"], "集装箱", CAPTION),  # another month
        (["2020年8月", "18.86", "P12"], "集装箱", CAPTION),  # another source
        (["2020年8月", "18.86", "P10"], "货物", CAPTION),  # another measure
        (["2020年8月", "18.86", "P10"], "集装箱（万吨）", CAPTION),  # another unit
        (["2020年8月", "18.86", "P10"], "集装箱", "浙江省不满一年的公布值（万标箱）"),
        (["2020年8月", "18.86", "P10"], "集装箱增量", CAPTION),  # worked out
        (["2020年8月", "18.86", "P10"], "集装箱", "嘉兴港（全港）的公布值"),  # no unit
        (["某月", "18.86", "P10"], "集装箱", CAPTION),  # no period
        (["2020年8月", "18.87", "P10"], "集装箱", CAPTION),  # another value
    ],
)
def test_whatever_speaks_against_it_leaves_a_figure_alone(port: Observed, row, head, caption):
    assert port.find(row[1], around(row[1], row[1], head, row, caption, 1)) is None


def test_two_that_fit_are_none(judged: Evaluation):
    # 2022: 6739.45 was published first and stands in the revised series too
    rows = [
        row["row"]
        for row in judged.data.by_series["jiaxing-city", "gdp"]
        if row["period"] == "2022" and row["number"] == 6739.45
    ]
    assert len(rows) == 2
    both = observed(judged, rows, book_of(judged.data))
    told = ["嘉兴市", "2022", "6739.45"]
    caption = "嘉兴市地区生产总值（亿元）"
    assert both.find("6739.45", around(told[2], "6739.45", "数值", told, caption, 2)) is None
    first = both.find("6739.45", around(told[2], "6739.45", "初步数", told, caption, 2))
    assert first is not None and first.status == "first_estimate"


def test_dates_codes_years_and_words_are_no_figures():
    assert [m[0] for m in figures_of("5510 (≤2021-12)、S12、CO2、2024年、−1.3")] == ["5510", "−1.3"]


# --- steps ----------------------------------------------------------------------------------


def test_growth_a_year_between_two_years(judged: Evaluation):
    rows = [
        row_of(judged, "jiaxing-port-area", "gdp", "2020", caliber="plan"),
        row_of(judged, "jiaxing-port-area", "gdp", "2024"),
    ]
    known = observed(judged, rows, book_of(judged.data))
    told = ["2020—2024年", "5.6"]
    where = around("5.6", "5.6", "嘉兴港区", told, "同一区间的年均增速（现价，%）", 1)
    made = reckon(known, "5.6", where)
    # (226/182)^(1/4) = 1.24176^0.25 = 1.05562
    assert made is not None and made.step == "mean"
    assert made.value == pytest.approx(5.562, abs=0.001)
    assert made.formula == "((226 ÷ 182)^(1/4) − 1) × 100"
    assert reckon(known, "5.7", where) is None
    real = around("5.6", "5.6", "嘉兴港区", told, "同一区间的年均增速（可比价，%）", 1)
    assert reckon(known, "5.6", real) is None  # the two figures are at current prices


def test_an_index_is_read_as_growth_and_chained(judged: Evaluation):
    held = judged.data.by_series["jiaxing-city", "gdp_index"]
    rows = {row["period"]: datum(row, judged.data) for row in held}
    years = tuple(rows[str(year)] for year in (2022, 2023))
    # 102.5 and 106.3: 1.025 × 1.063 = 1.089575, root 1.043827
    assert [item.value for item in years] == [102.5, 106.3]
    assert Reckoned("chained", years).value == pytest.approx(4.3827, abs=0.0001)
    assert Reckoned("index", years[:1]).value == pytest.approx(2.5)


def test_boxes_for_cargo_and_one_inventory_over_another(judged: Evaluation):
    port = "zhapu-port"
    rows = [row_of(judged, port, name, "2024") for name in
            ("cargo_throughput", "container_throughput")]  # fmt: skip
    known = observed(judged, rows, book_of(judged.data))
    told = ["2024", "7,129", "306.2", "429.5"]
    where = around("429.5", "429.5", "每万吨货物的标箱数", told, "乍浦港区集装箱化程度", 3)
    made = reckon(known, "429.5", where)
    # 3,062,000 boxes over 7,129 units of 10,000 tonnes: 429.513
    assert made is not None and made.formula == "306.2 ÷ 7129 × 10000"
    assert made.value == pytest.approx(429.513, abs=0.001) and made.unit == ""
    both = [row_of(judged, "jiaxing-city", "co2", "2011", source=code) for code in ("E1", "E2")]
    known = observed(judged, both, book_of(judged.data))
    told = ["2011", "3,553.0", "4,288.4", "20.7"]
    where = around("20.7", "20.7", "后者高出（%）", told, "嘉兴市二氧化碳排放量", 3)
    made = reckon(known, "20.7", where)
    # 4288.43 / 3553.0 = 1.2070
    assert made is not None and made.step == "excess" and made.of[0].source == "E1"


# --- sentences ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "led_to"),
    [
        ("嘉兴市2020年地区生产总值为5,509.52亿元。", [5509.52]),
        ("嘉兴市2021年地区生产总值为5,509.52亿元。", []),  # another year
        ("浙江省2020年地区生产总值为5,509.52亿元。", []),  # another place
        ("嘉兴市2020年地区生产总值为5,509.52万吨。", []),  # another unit
        ("嘉兴市2020年地区生产总值。出口为5,509.52亿元。", []),  # another sentence
        ("嘉兴市2020年出口额为5,509.52亿元。", []),  # another measure
        ("嘉兴市2020年地区生产总值的目标为5,509.52亿元。", []),  # a promise
        ("嘉兴市2015—2020年地区生产总值为5,509.52亿元。", []),  # a span of years
    ],
)
def test_a_sentence_has_to_say_all_of_it(judged: Evaluation, text: str, led_to: list[float]):
    row = row_of(judged, "jiaxing-city", "gdp", "2020", status="first_estimate")
    prose = {"t": "Para", "c": words(text)}
    made = led([prose], {"tab-1": [row]}, judged)
    assert [item.value for item in made.rows.values()] == led_to
    assert made.count == len(led_to) and text_of(prose["c"]) == text


# --- a page read back -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def port_tables() -> list[Table]:
    shown = chapter("04_port", "jiaxing-14fyp", 2024)
    return [item for item in shown if isinstance(item, Table)]


def test_a_page_leads_its_figures_to_rows_with_source_place_and_vintage(
    judged: Evaluation, port_tables: list[Table], tmp_path: Path
):
    soup = page(port_tables, judged, tmp_path / "report.html")
    found = led_figures(soup)
    told = {printed: [td.get_text() for td in row.find_all("td")] for printed, row in found}
    # by hand from data/observations.csv and data/sources.csv
    name, value, where, version, steps = told["18.86"]
    assert (name, value) == ("嘉兴港（全港）集装箱吞吐量（2020年8月）", "18.86万标箱")
    assert "[P10]" in where and "2020-09-16，浙江省交通运输厅" in where and "正文" in where
    assert (version, steps) == ("公布数，2020-09-16公布", "通行口径；照录")
    # share of the area in the whole, August 2020: 17.08 / 18.86 = 90.56 %
    _step, value, formula, of, _ = told["90.6"]
    assert (value, formula) == ("90.56%", "17.08 ÷ 18.86 × 100")
    assert "乍浦港区集装箱吞吐量（2020年8月）" in of
    assert len(found) >= 90


@pytest.mark.parametrize(
    ("plan", "year", "language", "least"),
    [("jiaxing-14fyp", 2024, "zh", 90), ("jiaxing-14fyp", 2023, "en", 60),
     ("jiaxing-13fyp", 2020, "zh", 60)],
)  # fmt: skip
def test_no_figure_leads_to_another_value(plan, year, language, least, tmp_path: Path):
    shown = chapter("04_port", plan, year, language=language)
    tables = [item for item in shown if isinstance(item, Table)]
    with speaking(language):
        soup = page(tables, evaluate(plan, year), tmp_path / "report.html", language)
    assert strays(soup) == [] and len(led_figures(soup)) >= least
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    wrong = soup.select_one(".data-table a.fig")
    assert wrong is not None
    wrong.string = "123456.7"
    assert len(strays(soup)) == 1  # the check sees a figure that is not its row's


def test_the_same_page_twice_is_the_same_bytes(judged, port_tables, tmp_path: Path):
    for name in ("one.html", "two.html"):
        page(port_tables, judged, tmp_path / name)
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_without_observations_nothing_is_added(judged: Evaluation):
    assert led([], {}, judged).count == 0
    assert listing(Figures(judged.data, frozenset())) == []


# --- the terminal says the same -------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "period"),
    [("gdp", "2020"), ("containers", "2024"), ("good_air", "2020")],
)
def test_trace_and_page_tell_the_same_of_a_figure(judged: Evaluation, target: str, period: str):
    figures = trace(judged, target)["targets"][0]["figures"]
    one = next(item for item in figures if item["period"] == period)
    known = observed(judged, [one["row"]], book_of(judged.data))
    made = Figures(judged.data, frozenset())
    made.place(known.held[0])
    text = BeautifulSoup(listing(made)[-1]["c"][1], "html.parser").get_text(" ")
    title = judged.data.sources[one["source"]]["title"]
    for fact in (one["region_zh"] + one["indicator_zh"], f"[{one['source']}]", title,
                 f"第{one['row']}行", one["published_zh"], one["status_zh"],
                 one["caliber_zh"]):  # fmt: skip
        assert fact in text
    assert f"{one['value']:g}" in text
