"""The chapter on industrial output: numbers by hand, calibers kept apart, words without data."""

from __future__ import annotations

import dataclasses

import pytest
from chapter_runs import CASES, run_chapter

from analysis.targets.evaluation import evaluate
from planeval.chapters import gdp, industry, region
from planeval.chapters.indicators import outlook_reading
from planeval.chapters.models import trend_reading, trends


class Chapter:
    """The figures a chapter begins with."""

    def __init__(self, plan, year, as_of=None):
        self.evaluation = evaluate(plan, year, as_of)
        self.target = region.main_target(self.evaluation, "industrial_output")
        self.own = region.own_series(self.evaluation, "industrial_output")
        self.park = industry.part(self.evaluation)


@pytest.fixture(scope="module")
def now():
    return Chapter("jiaxing-14fyp", 2024)


@pytest.fixture(scope="module")
def nothing():
    return Chapter("jiaxing-13fyp", 2019, "2019-01-01")


def test_a_pace_whose_bounds_meet_the_trends_is_not_called_different(now):
    made = trends(industry.sector(now.evaluation).series.values(), "现价")
    # 8.3 % lies below 9.7 to 12.6 %, yet its own bounds reach from 2 to 15 %
    assert made.local.growth_hi_pct > made.fit.lo_pct > made.local.growth_pct
    assert "低于全期趋势的区间，但两个区间有重叠" in trend_reading(made)


def test_the_way_to_the_output_target(now):
    table = gdp.gap_table(now.evaluation, now.target)
    # 1200 - 718 = 482; 1069.6 - 718 = 351.6, /4 = 87.9; 1200 - 1069.6 = 130.4, 12.2 %
    assert ["已走过（4年）", "351.6", "87.9", "10.5"] in table.rows
    assert ["余下（1年）", "130.4", "130.4", "12.2"] in table.rows
    # 718 + 482·0.8 = 1103.6; 1103.6 - 1069.6 = 34.0
    chart = region.path_chart(now.evaluation, now.own, now.target)
    assert "低于直线路径34.0亿元" in chart.caption


def test_the_derived_point_is_drawn_and_named_apart(now):
    chart = region.path_chart(now.evaluation, now.own, now.target)
    assert "公布值：2020年718，2024年1,069.6" in chart.alt
    assert "推算值（非公布）：2015年475.5" in chart.alt
    assert "2015年为推算值" in region.path_reading(now.own)


def test_a_derived_point_alone_is_no_course():
    then = Chapter("jiaxing-13fyp", 2018)
    assert [item.status for item in then.own.data] == ["derived"]
    assert isinstance(region.path_chart(then.evaluation, then.own, then.target), str)
    assert region.path_reading(then.own) == "只有1个推算值，不能计算增速。"


def test_published_growth_of_the_park_three_ways(now):
    table = industry.claims_table(now.evaluation, now.park)
    # (869.5/565.4)^(1/4) - 1 = 11.36 %; 869.5/565.4 - 1 = 53.785 %, a quarter of it 13.45 %
    assert table.rows == [["2020—2024年", "13.5", "11.36", "53.8", "13.45"]]
    assert "简单平均" in industry.claims_reading(now.evaluation, now.park)


def test_growth_of_later_years_is_not_held_against_an_earlier_evaluation():
    then = Chapter("jiaxing-13fyp", 2020)
    assert "13.5" not in industry.claims_reading(then.evaluation, then.park)
    assert isinstance(industry.claims_table(then.evaluation, then.park), str)


def test_weight_of_the_park_and_what_is_left(now):
    table = industry.share_table(now.evaluation, now.own, now.park)
    # 565.4/718 = 78.7 %, 718 - 565.4 = 152.6; 869.5/1069.6 = 81.3 %, 200.1;
    # (200.1/152.6)^(1/4) - 1 = 7.0 %; 81.29 - 78.75 = 2.5 points
    assert table.rows == [
        ["2020", "718", "565.4", "78.7", "152.6"],
        ["2024", "1,069.6", "869.5", "81.3", "200.1"],
        ["2020—2024年均增速（%）", "10.5", "11.4", "+2.5", "7.0"],
    ]
    assert "口径不同" in table.note
    text = industry.share_reading(now.evaluation, now.own, now.park)
    # 304.1/351.6 = 86.5 %; a tenth of 81.3 is 8.1
    assert "86.5%" in text and "变动8.1%" in text and "近似" in text


def test_output_beside_gdp_and_no_value_added_rate(now):
    table = industry.ratio_table(now.evaluation, now.own)
    # 718/182 = 3.95, 1069.6/226 = 4.73
    assert table.rows[1] == ["2020", "718", "182.0", "3.95"]
    assert table.rows[2] == ["2024", "1,069.6", "突破226", "4.73"]
    assert table.rows[0][0] == "2015（推算）"
    text = industry.ratio_reading(now.evaluation, now.own)
    assert "不能推断工业增加值率升降" in text and "现价增长10.5%" in text
    assert "增速至少如此，两者之比至多如此" in text  # "突破226": 4.73 at most
    # 1069.6/718 = 149.0, 226/182 = 124.2
    chart = industry.ratio_chart(now.evaluation, now.own)
    assert "为149.0、地区生产总值不低于124.2" in chart.caption  # 226 is a bound


def test_a_ratio_chart_never_ends_in_its_own_base():
    early = Chapter("jiaxing-14fyp", 2021, "2021-12-31")
    chart = industry.ratio_chart(early.evaluation, early.own)
    # 718/475.5 = 151.0, 182/125.98 = 144.5
    assert chart.caption.startswith("以2015年为100，2020年规上工业总产值为151.0")


def test_published_growth_in_one_period_only(now):
    table = industry.city_claims_table(now.evaluation)
    assert ["2022年1—7月", "−1.1", "3.1", "[G2]"] in table.rows
    text = industry.city_claims_reading(now.evaluation)
    # -1.1 - 3.1 = -4.2
    assert "相差−4.2个百分点" in text and "只有这一期" in text


def test_an_undated_source_is_not_used_before_it_could_exist():
    early = Chapter("jiaxing-14fyp", 2021, "2021-12-31")
    periods = [c.period for c in industry.growth_claims(early.evaluation)]
    assert "2021" not in periods and periods


def test_no_verdict_from_two_published_points(now):
    chart = gdp.fan(now.evaluation, now.target)
    assert "只有2个公布值，只给区间，不下结论" in chart.caption
    assert "概率" not in industry.closing(now.evaluation, now.own, now.target, now.park)
    assert "推算值" in gdp.start_note(now.own, now.target)


def test_targets_of_the_parts_leave_no_room(now):
    table = industry.parts_table(now.evaluation, now.target)
    # 1000 + 100 + 100 = 1200
    assert table.rows[3][2] == "1,200" and table.rows[-1][2] == "0"
    assert "869.5" in table.rows[0][4] and table.rows[0][3] == "—"
    text = industry.parts_reading(now.evaluation, now.target, now.own, now.park)
    assert "1,000+100+100=1,200亿元" in text and "200.1亿元" in text


def test_what_it_means(now):
    text = industry.closing(now.evaluation, now.own, now.target, now.park)
    # 12.19 - 10.48 = 1.7
    assert "还差130.4亿元" in text and "高1.7个百分点" in text and "81.3%" in text
    assert "6项没有可用的公布值" in text


def test_pace_keeps_the_derived_start_apart(now):
    text = industry.pace_reading(now.evaluation, now.own, now.target)
    # (718/475.5)^(1/5) - 1 = 8.6 %
    assert text == (
        "2025年须现价增长12.2%。2015—2020年年均现价增长8.6%（起点为推算值）；"
        "2020—2024年年均现价增长10.5%。"
    )


def test_the_long_series_says_what_it_is_not(now):
    sector = industry.sector(now.evaluation)
    text = industry.sector_standing(now.evaluation, sector)
    assert "2024年尚无数值" in text and "没有随普查修订" in text
    assert "含建筑业" in industry.sector_chart(now.evaluation, sector).subtitle


def test_without_data_there_are_sentences(nothing):
    evaluation, own, target, park = (
        nothing.evaluation,
        nothing.own,
        nothing.target,
        nothing.park,
    )
    views = [
        industry.claims_table(evaluation, park),
        industry.share_table(evaluation, own, park),
        industry.ratio_table(evaluation, own),
        industry.city_claims_table(evaluation),
        industry.parts_table(evaluation, target),
        industry.closing(evaluation, own, target, park),
    ]
    assert all(isinstance(view, str) and view for view in views)
    assert industry.share_chart(evaluation, own, park) == ""
    assert industry.ratio_reading(evaluation, own) == ""
    assert industry.pace_reading(evaluation, own, target) == ""


def test_a_plan_without_targets(now):
    evaluation = dataclasses.replace(now.evaluation, indicators=())
    assert region.main_target(evaluation, "industrial_output") is None
    assert "不判断完成" in industry.closing(evaluation, now.own, None, now.park)
    assert isinstance(industry.parts_table(evaluation, None), str)


@pytest.mark.parametrize(("plan", "year", "as_of"), CASES)
def test_the_chapter_runs(plan, year, as_of):
    text = run_chapter("03_industry.ipynb", plan, year, as_of)
    assert "第二产业增加值" in text and "三种趋势估计（现价）" in text
    assert "2000万元" in text and "赫芬达尔指数" in text and "区间弹性" in text
    wanted = {
        2024: ["低于直线路径34.0亿元", "81.3%", "只给区间，不下结论", "1,000+100+100=1,200亿元"],
        2020: ["工业生产性投入增速2020年为51.8%", "本规划没有产值总量目标"],
        2021: ["只有一个公布值，无法判断走势", "完成多少无从判断"],
    }
    for sentence in wanted[year]:
        assert sentence in text


def test_the_basis_names_what_stands_in_for_industry(now):
    text = outlook_reading(now.evaluation, now.target)
    # two figures are published, the third is worked out; no back-test is of industrial output
    assert "3个观测（2015—2024年，其中1个为推算值）" in text
    assert "同类（工业产值，以各国现价美元GDP代替）" in text and "现价生产总值回测" in text


def test_the_share_chart_names_what_it_draws(now):
    caption = industry.share_chart(now.evaluation, now.own, now.park).caption
    assert "565.4亿元变为869.5亿元" in caption and "78.7%和81.3%（口径不同" in caption
