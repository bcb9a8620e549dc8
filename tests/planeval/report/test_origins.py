"""Printed figures lead to where they come from, and every link is right."""

from __future__ import annotations

import datetime
import json
import random
import re
from collections.abc import Iterator
from math import prod
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag
from inprocess import NOTEBOOKS, chapter, saved

from analysis.data.plan import load_plan
from analysis.targets.evaluation import Evaluation, evaluate
from analysis.targets.explain import QUANTILES, computed
from analysis.targets.judge import gather
from planeval.chapters.base import bullets, plain, sources
from planeval.chapters.record import trace
from planeval.report.document import Document, merged
from planeval.report.origins import Figures, led, listing, sources_led
from planeval.report.render import ReportMeta, _adapted, write_html
from planeval.report.run import ChapterRun
from planeval.report.tree import END, FIRST, bare, set_in, text_of
from planeval.show.table import Table, number, percent, pipe_table
from planeval.words import amounts
from planeval.words.cell import Known, Origin, behind, sourced
from planeval.words.language import say, speaking
from planeval.words.steps import STEPS, Reckoned, by_index, formula, grown, step
from planeval.words.targets import of

META = ReportMeta("试", "", "港区", "规划", 2024, datetime.date(2026, 11, 1), "年度监测")
#: Chapters of a page that holds every kind of figure; the second gives targets their tables.
PAGE = ("01a_indicators", "04_port", "05_environment", "07_data_audit", "08_forecast", "11_origins")
DRAWN = 200


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


def bind(
    names: tuple[str, ...], plan: str, year: int, folder: Path, language: str = "zh"
) -> Document:
    """Run chapters in this process and merge them as a report does."""
    runs = []
    for name in names:
        path = next(NOTEBOOKS.glob(f"{name}*.ipynb"))
        with speaking(language):
            shown = chapter(name, plan, year, language=language)
            runs.append(ChapterRun(path, saved(shown, folder / path.name), 0.0))
    return merged(runs, language)


def document(shown: list, folder: Path, language: str = "zh") -> Document:
    """Bind tables and charts as the report does, without a kernel."""
    with speaking(language):
        path = saved(["# 章", *shown], folder / "01.ipynb")
    return merged([ChapterRun(path, path, 0.0)], language)


def page(made: Document, judged: Evaluation, place: Path, language: str = "zh") -> Tag:
    """Write a page and read it back."""
    meta = ReportMeta(**{**vars(META), "language": language})
    write_html(made, meta, place, judged)
    return BeautifulSoup(place.read_text(encoding="utf-8"), "html.parser")


def links(soup: Tag) -> list[Tag]:
    """Return the figures that lead somewhere, those of the lists at the end left out."""
    return [a for a in soup.select("a.fig") if a.find_parent(class_="figures") is None]


# --- each printed figure reckoned again from what it leads to -------------------------------

#: The steps as the definitions of a textbook have them, from the values in the step's order.
BY_HAND = {
    "growth": lambda v, years: (v[1] - v[0]) / v[0] * 100,
    "mean": lambda v, years: 100 * ((v[1] / v[0]) ** (1 / (years[1] - years[0])) - 1),
    "total": lambda v, years: (v[1] - v[0]) / v[0] * 100,
    "index": lambda v, years: v[0] - 100,
    "chained": lambda v, years: 100 * (prod(x / 100 for x in v) ** (1 / len(v)) - 1),
    "share": lambda v, years: v[1] / v[0] * 100,
    "excess": lambda v, years: (v[1] - v[0]) / v[0] * 100,
    "rate": lambda v, years: v[1] * 10_000 / v[0],
    "difference": lambda v, years: v[0] - v[1],
    "ratio": lambda v, years: v[0] / v[1],
}


def shown_as(value: float, text: str) -> bool:
    """Tell whether a value is printed so, in either way of rounding a half, with its sign or not.

    The sentence round a figure may say its sign: a fall of 3.2 %.
    """
    if not re.fullmatch(r"[−+]?\d[\d,]*(\.\d+)?%?", text):
        return text == amounts.chance(value / 100)
    bare = text.rstrip("%").lstrip("+")
    digits = len(bare.partition(".")[2])
    for one in (value, -value) if not text.startswith("+") else (value,):
        told = {number(one, digits), amounts.number(one, digits), f"{one:.{digits}f}"}
        if bare in {text.replace("-", "−") for text in told}:
            return True
    return False


class Check:
    """Reckons the figures of one page again, from the files of the data alone where it can."""

    def __init__(self, soup: Tag, judged: Evaluation, keys: dict[str, str]) -> None:
        self.soup, self.judged = soup, judged
        data = judged.data
        self.rows = {row["row"]: row for held in data.by_series.values() for row in held}
        self.claims = {row["claim"]: row for row in data.claims.to_dict("records")}
        self.findings = {one.finding_id: one for one in judged.audit.findings}
        names = {name: key.removeprefix("tab:origin-") for key, name in keys.items()}
        self.targets = {name: key for name, key in names.items() if key in self._ids(judged)}
        self.codes = {STEPS[code]: code for code in STEPS}

    @staticmethod
    def _ids(judged: Evaluation) -> set[str]:
        return {item.target_id for item in judged.indicators}

    def value(self, row: int) -> tuple[float, str]:
        """Return an observation's value, a declared correction applied, and its period."""
        one, data = self.rows[row], self.judged.data
        fixed = data.corrected.get((one["region"], one["indicator"], one["period"]))
        if fixed and fixed["printed_expect"] == one["printed_value"] and len(one["period"]) == 4:
            return float(fixed["printed_value"]), one["period"]
        return one["number"], one["period"]

    def right(self, link: Tag) -> bool:
        """Tell whether a figure is what its rows and its step give."""
        text, place = link.get_text(), str(link["href"])[1:]
        kind, _, name = place.partition("-")
        if kind == "obs":
            return shown_as(self.value(int(name))[0], text)
        if kind == "claim":
            return shown_as(float(self.claims[name]["value"]), text)
        if kind == "finding":
            return self._finding(name, text)
        if kind == "step":
            return self._step(place, text)
        return self._target(self.targets[place], str(link["data-step"]), text)

    def _step(self, place: str, text: str) -> bool:
        cells = self.soup.find(id=place).find_all("td")
        code = self.codes[cells[0].get_text()]
        known = [self.value(int(a["href"].removeprefix("#obs-"))) for a in cells[3].find_all("a")]
        years = [int(period[:4]) for _, period in known]
        return shown_as(BY_HAND[code]([value for value, _ in known], years), text)

    def _finding(self, name: str, text: str) -> bool:
        one = self.findings[name]
        told = [one.stated, one.implied]
        if all(told):
            told.append(100 * (one.implied / one.stated - 1))
        if any(shown_as(value, text) for value in told if value is not None):
            return True
        forms = [form.figures for form in (one.stated_as, one.implied_as) if form]
        parts = [part for form in forms for part in form.values() if part]
        told = [f"{part:g}" if isinstance(part, float) else str(part) for part in parts]
        return any(part.replace("-", "−") in text.replace(",", "") for part in told)

    def _target(self, target: str, code: str, text: str) -> bool:
        item = self.judged.get(target)
        if code == "goal":
            row = load_plan(self.judged.plan.plan_id).target(target)
            whole = text.replace(",", "") == row.target_text
            return whole or any(shown_as(v, text) for v in (row.target, row.original) if v)
        case = gather(item.target, self.judged.plan, self.judged.year, self.judged.as_of)
        found = [one for one in computed(item, case) if one.code == code]
        assert found, (target, code)
        return any(
            shown_as(100 * v if one.unit == "share" else v, text)
            for one in found
            for v in self._again(one, item)
        )

    def _again(self, one, item) -> Iterator[float]:
        """Yield a target's figure: by its formula, by its forecast, or as counted."""
        made = item.outlook.forecast
        sums = formula(one.rule)
        if sums and one.code != "level_needed":
            sums = sums.replace("−", "-").replace("×", "*").replace("÷", "/").replace("^", "**")
            yield eval(sums)
        elif one.code in QUANTILES and made is not None and one.unit == item.target.unit:
            low, high = made.interval(80, item.target.target_year)
            middle = made.median(item.target.target_year)
            yield {"median": middle, "lo80": low, "hi80": high}[one.code]
        yield one.value


def wrong(soup: Tag, judged: Evaluation, keys: dict[str, str], count: int = DRAWN) -> list[str]:
    """Return the figures of a random draw that what they lead to does not give."""
    every = links(soup)
    assert len(every) >= count
    check = Check(soup, judged, keys)
    drawn = random.Random(12).sample(every, count)
    return [f"{a.get_text()} -> {a['href']}" for a in drawn if not check.right(a)]


@pytest.fixture(scope="module")
def whole(judged: Evaluation, tmp_path_factory) -> tuple[Document, Tag]:
    folder = tmp_path_factory.mktemp("whole")
    made = bind(PAGE, "jiaxing-14fyp", 2024, folder)
    return made, page(made, judged, folder / "report.html")


@pytest.mark.slow
def test_two_hundred_figures_are_what_they_lead_to(judged: Evaluation, whole):
    made, soup = whole
    assert wrong(soup, judged, made.keys) == []
    kinds = {str(a["href"])[1:].partition("-")[0] for a in links(soup)}
    assert kinds == {"obs", "step", "claim", "finding", "tab"}
    check = Check(soup, judged, made.keys)
    for kind in sorted(kinds):  # the check sees a figure of each kind that is another
        link = next(a for a in links(soup) if str(a["href"]).startswith(f"#{kind}-"))
        before = link.get_text()
        link.string = "123456.7"
        assert not check.right(link)
        link.string = before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("plan", "year", "language", "least"),
    [("jiaxing-14fyp", 2024, "zh", 744), ("jiaxing-14fyp", 2023, "zh", 500),
     ("jiaxing-14fyp", 2024, "en", 744)],
)  # fmt: skip
def test_whole_reports(plan: str, year: int, language: str, least: int, tmp_path: Path):
    every = sorted(path.stem for path in NOTEBOOKS.glob("[01]*.ipynb"))
    names = tuple(name for name in every if not name.startswith("01c"))  # of other kinds of report
    made, judged = bind(names, plan, year, tmp_path, language), evaluate(plan, year)
    with speaking(language):
        soup = page(made, judged, tmp_path / "report.html", language)
        assert len(links(soup)) >= least  # the page before knew 744 of 2024 in Chinese
        assert wrong(soup, judged, made.keys, len(links(soup))) == []


# --- on the page and nowhere else ------------------------------------------------------------


def test_no_mark_is_left_on_the_page_or_in_the_words_of_other_formats(whole):
    made, soup = whole
    assert bare(str(soup)) == str(soup)
    assert FIRST not in made.markdown and END not in made.markdown
    assert all(bare(text) == text for _, _, text in made.headings)
    carried, printed = (
        json.dumps(blocks, ensure_ascii=False)
        for blocks in (made.blocks, _adapted(made, lambda block, kind, name: [block]))
    )
    assert bare(carried) == printed != carried  # as the PDF and Word are made of it


def test_places_are_there_once(whole):
    _, soup = whole
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert {str(a["href"])[1:] for a in soup.select("a.fig, a.src")} <= set(ids)


@pytest.mark.slow
def test_the_same_page_twice_is_the_same_bytes(judged, whole, tmp_path: Path):
    made, _ = whole
    for name in ("one.html", "two.html"):
        page(made, judged, tmp_path / name)
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


@pytest.mark.slow
def test_a_page_leads_its_figures_to_rows_with_source_place_and_vintage(whole):
    _, soup = whole
    found = [(a.get_text(), soup.find(id=str(a["href"])[1:])) for a in links(soup)]
    told = {text: [td.get_text() for td in row.find_all("td")] for text, row in found
            if row.name == "tr"}  # fmt: skip
    # by hand from data/observations.csv and data/sources.csv
    name, value, where, version, steps = told["18.86"]
    assert (name, value) == ("嘉兴港（全港）集装箱吞吐量（2020年8月）", "18.86万标箱")
    assert "[P10]" in where and "2020-09-16，浙江省交通运输厅" in where and "正文" in where
    assert (version, steps) == ("公布数，2020-09-16公布", "通行口径；照录")
    # share of the area in the whole, August 2020: 17.08 / 18.86 = 90.56 %
    _step, value, shown, used, _ = told["90.6"]
    assert (value, shown) == ("90.56%", "17.08 ÷ 18.86 × 100")
    assert "乍浦港区集装箱吞吐量（2020年8月）" in used


def test_without_origins_nothing_is_added(judged: Evaluation):
    assert led([], Document(), judged, ()) == []
    assert listing(Figures(judged)) == []


# --- a figure on its way ---------------------------------------------------------------------


def test_a_sentence_in_both_languages_keeps_the_origin(judged: Evaluation):
    gdp = judged.get("gdp")
    for language, told in (("zh", "226亿元（2024年）"), ("en", "226 × 100 million yuan (2024)")):
        with speaking(language):
            said = bullets([plain(say("{0}（{1}年）", amounts.amount(gdp.latest, "亿元"), "2024"))])
        assert said == f"- {told}"
        ((start, end, origin),) = said.marks
        assert said[start:end] == "226" and origin == Origin((gdp.latest.row,))


def test_a_table_carries_origins_of_cells_and_of_its_source(judged: Evaluation):
    base, latest = judged.get("gdp").baseline, judged.get("gdp").latest
    frame = pd.DataFrame({"年份": ["2024"], "数值": [latest], "增速": [grown(base, latest)]})
    table = Table(frame, "甲（亿元）", source=sources(judged, [latest, base, latest]))
    data = json.loads(json.dumps(table.payload()))
    # (226/182)^(1/4) = 1.24176^0.25 = 1.05562
    assert data["rows"] == [["2024", "226.0", "5.6"]]
    assert [(row, column) for row, column, *_ in data["origins"]] == [(0, 1), (0, 2)]
    assert Origin.read(data["origins"][1][4]) == Origin((base.row, latest.row), "mean")
    assert data["observations"] == sorted([base.row, latest.row])
    found: list[Origin] = []
    text = pipe_table(data, lambda cell, marks: set_in(cell, marks, found))
    assert len(found) == 2 and bare(text) == pipe_table(data).replace("\\", "")
    assert not Table(frame, "甲", source="来源：[S2]").payload()["observations"]


def test_a_line_of_sources_in_other_words_knows_its_rows():
    line = say("{}；[V1]", sourced("来源：[S1]", [6, 3, 6]))
    assert line == "来源：[S1]；[V1]" and behind(line).rows == (3, 6)
    assert behind("来源").rows == ()


def test_printing_keeps_the_origin_of_what_is_printed(judged: Evaluation):
    gdp = judged.get("gdp")
    known = of(gdp, "completion")
    assert known.origin == Origin(step="completion", target="gdp")
    for text, told in (
        (amounts.share(known), "37.3%"),  # (226 − 182) / (300 − 182) = 37.288 %
        (amounts.number(gdp.latest), "226"),
        (percent(of(gdp, "required_growth_pct")), "32.7%"),  # 300 / 226 = 1.32743
        (say("{:.1f}", of(gdp, "required_growth_pct")), "32.7"),
        (amounts.chance(Known(0.004, known.origin)), "不足1%"),
        (number(-known, 2), "−0.37"),
    ):
        assert text == told and text.marks[0][:2] == (0, len(told))
    assert amounts.number(226.0) == "226" and not hasattr(amounts.number(226.0), "marks")


def test_steps_by_hand(judged: Evaluation):
    known = Figures(judged)
    index = [
        known.observation(row_of(judged, "jiaxing-city", "gdp_index", str(year)))
        for year in (2022, 2023)
    ]
    # 102.5 and 106.3: 1.025 × 1.063 = 1.089575, root 1.043827
    assert [item.value for item in index] == [102.5, 106.3]
    assert Reckoned("chained", tuple(index)).value == pytest.approx(4.3827, abs=0.0001)
    assert Reckoned("index", (index[0],)).value == pytest.approx(2.5)
    boxes = [known.observation(row_of(judged, "zhapu-port", name, "2024"))
             for name in ("cargo_throughput", "container_throughput")]  # fmt: skip
    # 3,062,000 boxes over 7,129 units of 10,000 tonnes: 429.513
    made = step("rate", *boxes)
    assert made is not None and made.formula == "306.2 ÷ 7129 × 10000" and made.unit == ""
    assert made.value == pytest.approx(429.513, abs=0.001)
    both = [known.observation(row_of(judged, "jiaxing-city", "co2", "2011", source=code))
            for code in ("E1", "E2")]  # fmt: skip
    assert Reckoned("excess", tuple(both)).value == pytest.approx(20.70, abs=0.005)  # 4288.43/3553
    assert Reckoned("difference", tuple(both)).formula == "3553.02 − 4288.43"
    assert step("share", None, both[0]) is None and grown(None, both[0]) is None


def test_an_index_of_several_years_needs_them_all(judged: Evaluation):
    series = judged.get("gdp").series
    assert by_index(series, 2016, 2018) is None


# --- sources and the terminal ----------------------------------------------------------------


def test_a_citation_leads_to_its_row_of_the_sources():
    def cell(text: str) -> list:
        return [["", [], []], {"t": "AlignDefault"}, 1, 1,
                [{"t": "Plain", "c": [{"t": "Str", "c": text}]}]]  # fmt: skip

    rows = [[["", [], []], [cell(text) for text in row]] for row in (["S1", "甲"], ["S2", "乙"])]
    body = [["", [], []], 0, [], rows]
    inner = {"t": "Table", "c": [["", [], []], [None, []], [], [["", [], []], []], [body], []]}
    table = {"t": "Div", "c": [["tab-7-1", ["data-table"], []], [inner]]}
    para = {"t": "Para", "c": [{"t": "Str", "c": "见[S1]与[S9]。"}]}
    assert sources_led([para, table], "tab-7-1") == {"S1", "S2"}
    assert [node["c"][2][0] for node in para["c"] if node["t"] == "Link"] == ["#src-S1"]
    assert text_of(para) == "见[S1]与[S9]。"
    assert sources_led([para], None) == set()


@pytest.mark.parametrize(
    ("target", "period"),
    [("gdp", "2020"), ("containers", "2024"), ("good_air", "2020")],
)
def test_trace_and_page_tell_the_same_of_a_figure(judged: Evaluation, target: str, period: str):
    figures = trace(judged, target)["targets"][0]["figures"]
    one = next(item for item in figures if item["period"] == period)
    made = Figures(judged)
    assert made.place(Origin((one["row"],))) == f"obs-{one['row']}"
    text = BeautifulSoup(listing(made)[-1]["c"][1], "html.parser").get_text(" ")
    title = judged.data.sources[one["source"]]["title"]
    for fact in (one["region_zh"] + one["indicator_zh"], f"[{one['source']}]", title,
                 f"第{one['row']}行", one["published_zh"], one["status_zh"],
                 one["caliber_zh"]):  # fmt: skip
        assert fact in text
    assert re.search(rf"\b{one['value']:g}", text)
