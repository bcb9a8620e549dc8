"""The chapter on gross domestic product: its numbers by hand, its words without data."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from chapter_runs import CASES, run_chapter

from analysis.targets.evaluation import evaluate
from planeval.chapters import gdp, region
from planeval.show.chart import Chart
from planeval.show.table import Table


@pytest.fixture(scope="module")
def now():
    evaluation = evaluate("jiaxing-14fyp", 2024)
    return (
        evaluation,
        region.own_series(evaluation),
        region.main_target(evaluation),
        region.city(evaluation),
    )


@pytest.fixture(scope="module")
def nothing():
    evaluation = evaluate("jiaxing-13fyp", 2019, "2019-01-01")
    return (
        evaluation,
        region.own_series(evaluation),
        region.main_target(evaluation),
        region.city(evaluation),
    )


def test_the_gap_account_by_hand(now):
    evaluation, _, target, _ = now
    table = gdp.gap_table(evaluation, target)
    # 300 - 182 = 118, 118/5 = 23.6, (300/182)^(1/5) - 1 = 10.5 %; 226 - 182 = 44, 44/4 = 11,
    # (226/182)^(1/4) - 1 = 5.6 %; 300 - 226 = 74, 300/226 - 1 = 32.7 %
    # what was published keeps the decimals it was published with: 182.0 in S1, 300, "突破226"
    assert table.rows == [
        ["基期（2020年）", "182.0", "—", "—"],
        ["目标（2025年）", "300", "—", "—"],
        ["规划全程（5年）", "118.0", "23.6", "10.5"],
        ["最新值（2024年）", "突破226", "—", "—"],
        ["已走过（4年）", "44.0", "11.0", "5.6"],
        ["余下（1年）", "74.0", "74.0", "32.7"],
    ]


def test_the_distance_from_the_straight_path(now):
    evaluation, own, target, _ = now
    chart = region.path_chart(evaluation, own, target)
    # 182 + 118·4/5 = 276.4; 276.4 - 226 = 50.4
    assert "突破226亿元，至多低于直线路径50.4亿元" in chart.caption  # 226 is a lower bound
    assert "2021年209.01" in chart.alt and "其他口径" in chart.alt


def test_the_management_caliber_is_set_aside_and_says_why(now):
    evaluation, own, _, _ = now
    text = region.aside(evaluation, own)
    # 209.01/182 - 1 = 14.8 %
    assert "2021年另有209.01亿元" in text and "现价增长14.8%" in text and "6.1%" in text
    assert "口径变化" in text and "嘉兴发电厂" in text


def test_growth_between_published_points(now):
    text = region.path_reading(now[1])
    # (182/125.98)^(1/5) - 1 = 7.6 %; four hidden years 2016-2019 and three 2021-2023
    assert "2015—2020年年均现价增长7.6%" in text and "2020—2024年年均现价增长5.6%" in text
    assert "7个年份没有公布值" in text and "下限" in text


def test_needed_growth_beside_history(now):
    evaluation, own, target, city = now
    rates = dict(gdp.history_rates(evaluation, own, target, city))
    assert rates["所需增速：2025年"] == pytest.approx(32.743, abs=1e-3)
    # (226/125.98)^(1/9) - 1
    assert rates["嘉兴港区：2015—2024年年均"] == pytest.approx(6.71, abs=0.01)
    # revised series: 2357.22/1917.33 - 1
    assert rates["嘉兴市：单年最高（2010年）"] == pytest.approx(22.94, abs=0.01)
    chart = gdp.need_chart(evaluation, own, target, city)
    assert chart.caption == "2025年须增长32.7%（现价），高于图中的全部历史增速"


def test_a_growth_the_zone_never_had_is_not_called_within_history():
    evaluation = evaluate("jiaxing-14fyp", 2022, "2023-06-30")
    own, target = region.own_series(evaluation), region.main_target(evaluation)
    chart = gdp.need_chart(evaluation, own, target, region.city(evaluation))
    # (300/182)^(1/5) - 1 = 10.5 %; the zone had 7.6 %, the city's best five years 17.5 %
    assert chart.caption.endswith("10.5%（现价），高于嘉兴港区已有的年均增速，低于图中的最高增速")


def test_several_years_left_are_compared_with_spans_of_the_same_length():
    values = pd.Series({2000 + n: 100 * 1.1**n for n in range(4)} | {2004: 100 * 1.1**3 * 1.4})
    # the fastest single year is 40 %, the fastest two years √(1.1·1.4) - 1 = 24.1 %
    assert gdp.fastest(values, 1)[0] == pytest.approx(40.0)
    rate, first, last = gdp.fastest(values, 2)
    assert (round(rate, 1), first, last) == (24.1, 2002, 2004)
    assert gdp.fastest(values, 9) is None


def test_zone_and_city_over_the_same_intervals_in_two_vintages(now):
    evaluation, own, _, city = now
    table = region.compare_table(evaluation, own, city)
    # city 2015-2020 revised (5563.58/3696.62)^(1/5) - 1 = 8.5 %, as first published
    # (5509.52/3517.81)^(1/5) - 1 = 9.4 %; 2020-2024: (7569.5/5563.58)^(1/4) - 1 = 8.0 %
    assert table.rows[0][1:] == ["7.6", "8.5", "−0.9", "9.4", "−1.8"]
    assert table.rows[1][1:4] == ["5.6", "8.0", "−2.4"]
    assert "3517.81→3696.62" in table.note and "2024年7569.5（初步数）" in table.note
    text = region.compare_reading(evaluation, own, city)
    assert "低2.4个百分点" in text and "2026-11-01" in text


def test_share_of_the_city(now):
    evaluation, own, _, city = now
    chart = region.share_chart(evaluation, own, city)
    # 125.98/3696.62 = 3.41 %, 226/7569.5 = 2.99 %
    assert "由2015年的3.41%降至2024年的2.99%" in chart.caption
    assert "不在按年度数算得的2.99%至3.41%之内" in region.share_reading(evaluation, own, city)


def test_what_it_means(now):
    text = gdp.closing(*(now[n] for n in (0, 1, 2, 3)))
    # 226·1.2294 = 277.9 at the city's best year
    assert "还差74.0亿元" in text and "32.7%" in text and "277.9亿元" in text
    assert "37.3%" in text and "很难" in text and "慢2.4个百分点" in text


def test_what_the_data_cannot_show(now):
    evaluation, own, _, city = now
    text = gdp.limits(evaluation, own, city)
    assert "应有4个年度数，已公布并可用的1个；缺2021—2023年" in text
    assert "没有嘉兴港区的可比价指数" in text and "7.8%" in text and "7.6%" in text


def test_no_figure_of_a_later_year_is_cited():
    evaluation = evaluate("jiaxing-13fyp", 2018)
    own, city = region.own_series(evaluation), region.city(evaluation)
    assert "7.8%" not in gdp.limits(evaluation, own, city)


def test_a_goal_within_the_reach_of_history_is_not_called_out_of_it():
    evaluation = evaluate("jiaxing-14fyp", 2022)
    own, city = region.own_series(evaluation), region.city(evaluation)
    text = gdp.closing(evaluation, own, region.main_target(evaluation), city)
    # (300/182)^(1/5) - 1 = 10.5 %, below the city's best five years
    assert "从2020年基期算起的5年里每年须现价增长10.5%，低于嘉兴市" in text
    assert "仍不到目标" not in text and "口径不可比" in text


def test_without_data_there_are_sentences(nothing):
    evaluation, own, target, city = nothing
    views = [
        region.path_chart(evaluation, own, target),
        gdp.gap_table(evaluation, target),
        gdp.need_chart(evaluation, own, target, city),
        gdp.fan(evaluation, target),
        region.compare_table(evaluation, own, city),
        region.share_chart(evaluation, own, city),
        gdp.closing(evaluation, own, target, city),
    ]
    assert all(isinstance(view, str) and view for view in views)
    assert region.path_reading(own) == "" and region.aside(evaluation, own) == ""


def test_a_plan_without_the_target(now):
    evaluation = dataclasses.replace(now[0], indicators=())
    target = region.main_target(evaluation)
    own, city = region.own_series(evaluation), now[3]
    assert target is None and own.values()[2020] == 182.0
    assert region.meaning(evaluation, target) == "" and gdp.fan_reading(evaluation, target) == ""
    assert isinstance(region.path_chart(evaluation, own, target), Chart)
    assert "没有" in gdp.gap_table(evaluation, target)
    assert "不判断完成" in gdp.closing(evaluation, own, target, city)
    assert isinstance(region.compare_table(evaluation, own, city), Table)


@pytest.mark.parametrize(("plan", "year", "as_of"), CASES)
def test_the_chapter_runs(plan, year, as_of):
    text = run_chapter("02_gdp.ipynb", plan, year, as_of)
    assert "从基期到目标的差距核算" in text and "滚动预测误差" in text
    assert "不可能正确" in text and "地区生产总值的修订三角" in text and "事后修订" in text
    wanted = {
        2024: ["2025年须增长32.7%（现价）", "概率1%", "低于直线路径50.4亿元"],
        2020: ["已达到2020年180亿元的目标", "完成度103.7%。结论：已完成；详见"],
        2021: ["只有2个公布值，只给区间，不下结论", "完成多少无从判断"],
    }
    for sentence in wanted[year]:
        assert sentence in text
