"""The audit chapter: figures, contradictions, price bases, revisions, corrections, sources."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from chapter_runs import CASES, run_chapter
from hypothesis import given
from hypothesis import strategies as st

from analysis.audit.finding import RULES
from analysis.targets.evaluation import Evaluation, evaluate
from planeval.chapters import quality
from planeval.show.chart import Chart
from planeval.show.table import Table
from planeval.words.findings import subject


@pytest.fixture(scope="module")
def middle() -> Evaluation:
    return evaluate("jiaxing-14fyp", 2024)


@pytest.fixture(scope="module")
def early() -> Evaluation:
    return evaluate("jiaxing-14fyp", 2021, "2021-12-31")


@pytest.fixture(scope="module")
def bare(middle: Evaluation) -> Evaluation:
    nothing = replace(middle.audit, findings=[], agreements=[])
    plan = replace(middle.plan, targets=())
    return replace(middle, indicators=(), plan=plan, audit=nothing)


def rows(view: Table | Chart | str) -> list[list[str]]:
    assert isinstance(view, Table)
    return view.rows


def test_contradictions_show_both_numbers(middle: Evaluation) -> None:
    table = {row[1]: row[2:] for row in rows(quality.contradictions_table(middle))}
    # (20.3/10.97)^(1/5) - 1 = 13.10 %; (869.5/565.4)^(1/4) - 1 = 11.36 %, 53.8/4 = 13.5
    revenue = table["嘉兴港区 一般公共预算收入 2015→2020"]
    assert revenue[:3] == ["12.4%", "13.10%", "增速或倍数与首尾数值"]
    park = table["中国化工新材料（嘉兴）园区 工业总产值 2020→2024"]
    assert park[:2] == ["13.5%", "11.36%"] and park[3].startswith("S2 ")
    # total revenue 13.2 below its part 14.56
    assert table["嘉兴港区 财政总收入 2024"][:2] == ["13.2亿元", "≥14.56亿元"]


def test_only_this_plans_contradictions_are_explained(middle: Evaluation) -> None:
    found = quality.touching(middle, middle.audit.of("contradiction"))
    subjects = [subject(finding) for finding in found]
    assert "嘉兴港区 新增就业 2025年目标" in subjects
    assert not any("指数" in subject for subject in subjects)  # the city's index
    named = [bool(finding.targets) for finding in found]
    assert named == sorted(named, reverse=True)
    text = quality.contradiction_notes(middle)
    assert text.startswith(f"其中{len(found)}处涉及") and text.count("\n- ") == len(found)


def test_every_rule_has_a_meaning() -> None:
    assert set(quality.MEANINGS) == set(RULES)


def test_prices_only_of_the_zone(middle: Evaluation) -> None:
    table = {row[1]: row[2:4] for row in rows(quality.prices_view(middle))}
    # 182/125.98 over five years: 7.64 % nominal beside 7.8 % published
    assert table["嘉兴港区 地区生产总值 2015→2020"] == ["+7.8%", "+7.6%"]
    assert all(name.startswith("嘉兴港区") for name in table)
    total = len(middle.audit.of("price_basis"))
    assert f"还有{total - len(table)}处" in quality.prices_elsewhere(middle)


def test_zone_stands_first(middle: Evaluation) -> None:
    assert rows(quality.verdict_view(middle, "caliber"))[0][1].startswith("嘉兴港区")


def test_largest_revisions(middle: Evaluation) -> None:
    table = rows(quality.revisions_view(middle))
    # 2015: 3517.81 -> 3696.62, +5.08 %
    assert table[0][1:5] == ["嘉兴市 地区生产总值 2015", "3,517.81亿元", "3,696.62亿元", "+5.08%"]
    assert len(table) == quality.LARGEST
    shifts = [abs(float(row[4].rstrip("%").replace("−", "-"))) for row in table]
    assert shifts == sorted(shifts, reverse=True)
    assert "revised" not in table[0][5] and "修订数" in table[0][5]


def test_coverage_adds_up(middle: Evaluation) -> None:
    table = [list(map(int, row[1:])) for row in rows(quality.coverage_view(middle))]
    for checked, agreeing, against, others in table:
        assert checked == agreeing + against + others
    report = middle.audit
    assert sum(row[0] for row in table) == len(report.findings) + len(report.agreements)
    assert sum(row[2] for row in table) == len(report.of("contradiction"))


def test_years_of_the_zones_gdp(middle: Evaluation) -> None:
    frame = quality.availability(middle)
    gdp = frame[frame["name"] == "地区生产总值"].set_index("year")["state"]
    assert list(gdp[gdp == quality.OWN].index) == [2015, 2020, 2024]
    assert list(gdp[gdp == quality.OTHER].index) == [2021]  # the management caliber
    output = frame[frame["name"] == "规模以上工业总产值"].set_index("year")["state"]
    assert output[2015] == quality.NONE  # derived, not published
    chart = quality.tiles(middle)
    assert isinstance(chart, Chart)
    assert "2016—2019年、2021—2023年一项也没有" in chart.caption
    assert "地区生产总值：2015、2020、2024" in chart.alt


def test_counts_add_up(middle: Evaluation) -> None:
    table = rows(quality.counts_table(middle))
    assert table[0][0] == "嘉兴港区" and table[-1][0] == "合计"
    for row in table:
        assert int(row[1]) == sum(map(int, row[2:]))
    for column in range(1, 5):
        assert sum(int(row[column]) for row in table[:-1]) == int(table[-1][column])


def test_what_the_chart_of_years_shows_is_told(middle: Evaluation) -> None:
    # GDP 3, containers 3, output 3, R&D, good air, PM2.5, pension, medical 2 each, trade 2: 21 the
    # targets use. The output of 2015 is worked out, so the chart leaves it out; it shows the
    # incomes of town and country, 3 years each, that stand in for a target: 21 - 1 + 6 = 26
    assert (
        "直接依据的年度值21个，其中推算1个；替代序列另有6个，下图列公布的共26个。"
        in quality.counts_reading(middle)
    )
    shown = quality.availability(middle)
    assert (shown["state"] == quality.OWN).sum() == 26


def test_no_revision_of_the_zone_beyond_rounding(middle: Evaluation) -> None:
    # the zone's GDP of 2020 was 181.97 first and 182.0 later: 181.95 to 182.05 holds both
    told = quality.revisions_reading(middle)
    assert told.startswith("超出取整误差的基数或版本修订共38处，没有一处在本规划范围内。")


def test_corrections_wait_for_their_figure(middle: Evaluation) -> None:
    table = rows(quality.corrections_view(middle))
    assert [row[1:4] for row in table] == [["2020", "101.6", "103.5"], ["2021", "114.2", "108.5"]]
    before = evaluate("jiaxing-13fyp", 2018, "2019-01-01")
    assert str(quality.corrections_view(before)).startswith("没有声明过更正")


def test_sources_table(middle: Evaluation, early: Evaluation) -> None:
    table = {row[0]: row[1:] for row in rows(quality.sources_table(middle))}
    assert table["S2"][1:3] == ["中", "2025-12-23"]
    assert table["P1"][2] == "2006-02-15（据网址）"
    assert table["S3"][2] == "不详"
    before = {row[0] for row in rows(quality.sources_table(early))}
    assert "S2" not in before
    # the chapters cite another port's months and the factors of fuels beside the observations;
    # the standard of the factors is of 2024, and so not in a report of 2021
    assert {"V1", "E4", "E6"} <= set(table) and "E4" not in before


def test_nothing_to_show(bare: Evaluation) -> None:
    assert str(quality.contradictions_table(bare)).endswith("核对只能覆盖已公布的数字。")
    assert quality.contradiction_notes(bare) == quality.prices_elsewhere(bare) == ""
    assert str(quality.prices_view(bare)).startswith("本规划范围内没有")
    for verdict in ("caliber", "rounding", "tension"):
        assert str(quality.verdict_view(bare, verdict)).startswith("没有“")
    assert str(quality.revisions_view(bare)).startswith("没有")
    assert quality.revisions_reading(bare) == quality.coverage_reading(bare) == ""
    assert str(quality.coverage_view(bare)).startswith("在截止日以前")
    assert "没有一个年度公布值" in str(quality.tiles(bare))
    assert quality.tiles_reading(bare).startswith("本规划目标共用0项指标")


@given(st.sets(st.integers(1990, 2040), min_size=1))
def test_spans_lose_no_year(years: set[int]) -> None:
    found = set()
    for part in quality.spans(sorted(years)).split("、"):
        ends = [int(year) for year in re.findall(r"\d{4}", part)]
        found |= set(range(ends[0], ends[-1] + 1))
    assert found == years


@pytest.mark.parametrize(("plan", "year", "as_of"), CASES)
def test_chapter_runs(plan: str, year: int, as_of: str) -> None:
    text = run_chapter("07_data_audit.ipynb", plan, year, as_of)
    expected = {
        2024: ["11.36%", "3,517.81亿元", "本规划范围内2处", "次相符（"],
        2020: ["按首尾数值推得13.10%", "2016—2019年一项也没有"],
        2021: ["截至2021-12-31公布", "目标97.5%以上反而更低"],
    }[year]
    for sentence in expected:
        assert sentence in text
