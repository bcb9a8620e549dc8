"""Targets by year and scenarios as a reader sees them: words follow from the table's numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from chapter_runs import CASES, run_chapter
from roots import HOME

from analysis.data.observations import load
from analysis.targets.evaluation import Evaluation, evaluate
from analysis.targets.judge import judge
from planeval.chapters import indicators
from planeval.show.table import Table

DATA = load(HOME)


@pytest.fixture(scope="module")
def late() -> Evaluation:
    return evaluate("jiaxing-14fyp", 2024, data=DATA)


def cells(view: Table | str) -> list[dict]:
    assert isinstance(view, Table), view
    return view.frame.to_dict("records")


def rejudged(evaluation: Evaluation, target_id: str, **changes: object) -> Evaluation:
    """Return the evaluation as it would be with one target changed."""
    plan, day = evaluation.plan, evaluation.as_of
    target = replace(plan.target(target_id), **changes)
    item = judge(target, plan, evaluation.year, day, evaluation.audit)
    return replace(
        evaluation,
        indicators=tuple(
            item if one.target_id == target_id else one for one in evaluation.indicators
        ),
    )


def test_gdp_by_year(late):
    rows = [
        r for r in cells(indicators.annual_table(late)) if r["指标（单位）"].startswith("地区生产")
    ]
    # 182 + 23.6 a year; 182 (300 / 182)^(4/5) = 271.46; 226 - 276.4 = -50.4, that is -18.2 %
    assert [r["年份"] for r in rows] == [str(year) for year in range(2020, 2026)]
    assert [r["直线路径"] for r in rows] == ["182", "205.6", "229.2", "252.8", "276.4", "300"]
    assert [r["来历"] for r in rows] == ["基期", *["推算"] * 4, "目标"]
    assert rows[4]["等速路径"] == "271.46"
    assert (rows[4]["公布值"], rows[4]["差额"], rows[4]["差额（%）"]) == (
        "突破226",
        "−50.40＊",
        "−18.2＊",
    )
    assert {r["差额"] for r in rows if r["公布值"] == "—"} == {"—"}


def test_the_reading_says_what_is_declared_and_what_is_left(late):
    said = indicators.annual_reading(late)
    assert "没有给出上表4项目标任何一年的年度数" in said
    assert "至多低50.4亿元（−18.2%），按界限值落后" in said  # published as "above 226"
    assert "余下1年须增加74亿元（现价，+32.7%）" in said
    assert "比推算的直线路径1,103.6亿元低34亿元（−3.1%），落后" in said
    assert "货物贸易进出口额" in said and "已达2025年目标，余下1年只需保持" in said


def test_a_declared_year_is_marked_apart(late):
    told = rejudged(late, "gdp", path=((2023, 240.0), (2024, 226.0)))
    rows = [
        r for r in cells(indicators.annual_table(told)) if r["指标（单位）"].startswith("地区生产")
    ]
    assert [r["来历"] for r in rows] == ["基期", "推算", "推算", "规定", "规定", "目标"]
    said = indicators.annual_reading(told)
    assert "规划文件给出了年度数的：地区生产总值（GDP）2个年份" in said
    assert "任何一年" not in said and "与规定的年度数226亿元相符" in said


def test_where_the_two_paths_part_both_are_told(late):
    # 1083 to 1103 lies between equal growth (1,082.85) and the straight path (1,103.6)
    item = late.get("industrial_output")
    figure = replace(item.series.data[-1], value=1090.0)
    series = replace(item.series, data=(*item.series.data[:-1], figure))
    moved = replace(item, series=series, latest=figure)
    made = replace(
        late,
        indicators=tuple(
            moved if one.target_id == "industrial_output" else one for one in late.indicators
        ),
    )
    said = indicators.annual_reading(made)
    assert "低13.6亿元（−1.2%），落后；但比等速路径1,082.85亿元高7.15亿元（+0.7%），领先" in said


def test_scenarios_show_the_outlook_and_its_gap(late):
    rows = cells(indicators.scenario_table(late))
    assert len(rows) == 12  # three quantities, four scenarios each
    gdp = {r["情景"][:2]: r for r in rows if r["指标（单位）"].startswith("地区生产")}
    assert gdp["规划"]["2025年"] == "300.0" and gdp["规划"]["与目标之差"] == "0.0"
    assert gdp["规划"]["年均增速（%）"] == "+32.7"
    median = late.get("gdp").outlook.median
    assert gdp["基线"]["2025年"] == f"{median:.1f}"
    said = indicators.scenarios_reading(late)
    assert "三者都达不到目标，即达到的可能不足一成" in said
    assert late.get("gdp").outlook.probability < 0.1
    assert "公布值太少，只看区间，不下结论" in said  # output: two published figures


def test_a_target_within_reach_is_neither_sure_nor_lost(late):
    near = rejudged(late, "gdp", target=250.0)
    line = indicators.scenarios_reading(near).splitlines()[0]
    assert line.endswith("高位达到目标，低位和基线达不到。")
    assert 0.1 < near.get("gdp").outlook.probability < 0.5


def test_a_plan_that_is_over_has_no_scenarios():
    done = evaluate("jiaxing-13fyp", 2020, data=DATA)
    view = indicators.scenario_table(done)
    assert isinstance(view, str) and view.count("已经公布") == 3
    assert indicators.scenarios_reading(done) == ""
    said = indicators.annual_reading(done)
    assert "2020年公布值182亿元，比目标180亿元高2亿元（+1.1%），已达目标" in said


def test_without_figures_nothing_is_compared():
    early = evaluate("jiaxing-14fyp", 2021, "2021-12-31", data=DATA)
    assert indicators.annual_reading(early).count("还没有同口径的公布值，不能与路径比较") == 4


@pytest.mark.parametrize(("plan", "year", "as_of"), CASES)
def test_both_chapters_run(plan, year, as_of):
    said = run_chapter("01a_indicators.ipynb", plan, year, as_of)
    assert "年度分解" in said and "nan" not in said.lower().split()
    said = run_chapter("08_forecast.ipynb", plan, year, as_of)
    assert "情景" in said


def test_growth_rates_are_among_the_reasons_for_no_path() -> None:
    # of the plan before, two growth rates: investment (base above target) and industrial input
    said = indicators.annual_reading(evaluate("jiaxing-13fyp", 2020))
    assert "另有2项经济、产业和港口的数值目标不能分解" in said and "按当年增速评价" in said
