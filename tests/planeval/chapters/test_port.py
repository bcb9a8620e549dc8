"""The port chapter: numbers by hand, scopes never mixed, words without data."""

from __future__ import annotations

import dataclasses
import itertools

import pytest
from chapter_runs import CASES, run_chapter
from hypothesis import given
from hypothesis import strategies as st

from analysis.data.observations import load
from analysis.data.periods import period_key
from analysis.data.series import annual_series
from analysis.targets.evaluation import evaluate
from planeval.chapters import port, port_year
from planeval.chapters.indicators import outlook_fan, outlook_reading, pick
from planeval.chapters.port import growth_rows, longest_run, possible, run_rows, share_rows
from planeval.show.chart import Chart
from planeval.show.table import Table
from planeval.words.amounts import period_zh
from planeval.words.reasons import outlook_word

SCOPES = ("乍浦港区", "嘉兴港（全港）", "嘉兴内河港")


@pytest.fixture(scope="module")
def now():
    return evaluate("jiaxing-14fyp", 2024)


@pytest.fixture(scope="module")
def ended():
    return evaluate("jiaxing-13fyp", 2020)


@pytest.fixture(scope="module")
def nothing():
    return evaluate("jiaxing-13fyp", 2018, "2019-01-01")


@pytest.fixture(scope="module")
def without(now):
    """A plan whose chapter has no target at all."""
    return dataclasses.replace(now, indicators=())


def with_years(values: dict[int, float], region="zhapu-port", indicator="cargo_throughput"):
    """Return the data with further annual figures of one series, like its latest one."""
    data = load()
    rows = data.by_series[(region, indicator)]
    like = next(row for row in rows if row["period"] == "2020")
    added = [
        like | {"period": str(y), "year": y, "number": v, "printed_value": f"{v:.6f}"}
        for y, v in values.items()
    ]
    kept = [row for row in rows if row["year"] not in values]
    return dataclasses.replace(
        data, by_series=data.by_series | {(region, indicator): [*kept, *added]}
    )


# --- numbers by hand -----------------------------------------------------------------------


def test_growth_over_the_areas_own_intervals(now):
    rows = growth_rows(now).round(2)
    # (6616/4533)^(1/5) - 1 = 7.86 %; (176/106.14)^(1/5) - 1 = 10.64 %
    # (7129/6616)^(1/4) - 1 = 1.88 %; (306.2/176)^(1/4) - 1 = 14.85 %
    assert rows[["first", "last", "cargo", "boxes"]].values.tolist() == [
        [2015, 2020, 7.86, 10.64],
        [2020, 2024, 1.88, 14.85],
    ]
    # city, constant prices: 1.072·1.078·1.077·1.071·1.035 = 1.3796, fifth root 6.65 %;
    # 1.085·1.025·1.063·1.056 = 1.2484, fourth root 5.70 %
    assert rows["city"].tolist() == [6.65, 5.7]
    # the whole port publishes neither 2015 nor 2024
    assert rows[["whole_cargo", "whole_boxes"]].isna().all(axis=None)
    assert "不能说港区快于或慢于全港" in port.growth_reading(now)
    assert "按可比价年均增长6.6%" in port.growth_reading(now)


def test_containers_per_ten_thousand_tonnes(now):
    # 1,061,400/4533 = 234.1; 1,760,000/6616 = 266.0; 3,062,000/7129 = 429.5
    table = port.intensity_table(now)
    assert [row[3] for row in table.rows] == ["234.1", "266.0", "429.5"]
    # 266.02/234.15 - 1 = 13.6 %; 429.51/266.02 - 1 = 61.5 %
    assert [row[4] for row in table.rows] == ["—", "+13.6", "+61.5"]
    assert "由2015年的234.1升至2024年的429.5" in port.intensity_reading(now)


def test_shares_only_where_the_same_period_is_published_for_both(now):
    rows = share_rows(now)
    assert list(zip(rows["indicator"], rows["period"], strict=True)) == [
        ("cargo_throughput", "2020"),
        ("container_throughput", "2020-08"),
        ("container_throughput", "2020"),
    ]
    # 6616/11700 = 56.5 %; 11700 is rounded to hundreds: 6615.5/11750 = 56.3, 6616.5/11650 = 56.8
    # 17.08/18.86 = 90.6 %; 176/195.6 = 90.0 %
    assert rows["share"].round(1).tolist() == [56.5, 90.6, 90.0]
    assert [port.share_table(now).rows[0][5], round(rows["low"][0], 1)] == [
        "56.3—56.8",
        56.3,
    ]
    assert (rows["low"] <= rows["share"]).all() and (rows["share"] <= rows["high"]).all()


def test_the_pace_of_containers(now):
    table = port.pace_table(now)
    # (400/176)^(1/5) - 1 = 17.8 %; 400/306.2 - 1 = 30.6 %; 306.2·1.14848 = 351.7
    assert table.rows == [
        ["集装箱吞吐量（万标箱）", "17.8%", "14.8%（2020—2024）", "30.6%", "351.7", "400"]
    ]
    text = port.pace_reading(now)
    # 306.15 to 306.25 print as 306.2: 400/306.25 - 1 = 30.6 %, 400/306.15 - 1 = 30.7 %
    assert "还须增长30.6%（公布值的舍入允许30.6%至30.7%）" in text
    assert "2025年为351.7万标箱，比目标少48.3万标箱" in text  # 400 - 351.67 = 48.33


def test_the_rival_targets(now):
    chart = port.rival_chart(now)
    assert isinstance(chart, Chart)
    assert "400万标箱，大于全港的一个目标350万标箱，部分大于整体" in chart.caption
    assert sorted(chart.data["value"]) == [350, 400, 500]
    text = port.rival_reading(now)
    # 176/195.6 = 0.8998; 350·0.8998 = 315, 500·0.8998 = 450
    assert "全港350对应港区315、全港500对应港区450" in text and "不是预测" in text
    assert "部分的目标400万标箱大于整体" in text


def test_the_yardstick_is_a_ratio_and_no_model(now):
    text = port.yardstick_reading(now)
    assert "可比价生产总值的趋势增速" in text and "集装箱吞吐量仍需的30.6%相当于它的" in text
    assert "不表示全市增长带来多少吞吐量" in text


def test_the_fan_gives_the_probability_with_its_interval(now):
    (item,) = pick(now.of(domain="port"), port.BOXES)
    chart = outlook_fan(now, item)
    assert isinstance(chart, Chart)
    assert outlook_word(item.outlook.code) in chart.caption and "80%区间为" in chart.caption
    text = outlook_reading(now, item)
    assert "306.2万标箱" in text and "3个观测（2015—2024年）平均每年12.5%" in text
    # the whole explanation stands once, in the chapter on forecasts
    assert text.endswith("见“预测怎样得出”一章。") and "网络" not in text and len(text) < 250


# --- scopes and calibers -------------------------------------------------------------------


def test_only_the_area_judges_targets(now):
    table = port.caliber_table(now)
    assert [(row[0], row[5]) for row in table.rows] == [
        ("乍浦港区", "判断本规划的目标"),
        ("嘉兴港（全港）", "只作背景，不用于判断"),
        ("嘉兴内河港", "只列示，不与前两者相加减"),
    ]


def test_a_table_of_months_holds_one_scope(now):
    tables = [table for table in port.news_tables(now) if isinstance(table, Table)]
    assert len(tables) == 5
    for table in tables:
        assert sum(table.caption.startswith(name) for name in SCOPES) == 1
        assert "不折算成全年" in table.note
    months = port.news_table(now, "zone", port.BOX_KINDS)
    assert months.rows == [["2020年8月", "17.08（+30.7%）", "3.66（+134.6%）", "P10"]]


def test_calibers_and_precision_are_told_apart(now):
    rows = {(row[0], row[1]): row for row in port.whole_table(now).rows}
    assert rows[("货物（万吨）", "2019")][2:5] == ["突破10,000", "下限", "通行口径"]
    assert rows[("集装箱（万标箱）", "2019")][4] == "国际排名统计"
    assert rows[("货物（万吨）", "2022")][3] == "取整"
    assert ("外贸货物（万吨）", "2025") not in rows  # later than the year evaluated
    later = port.whole_table(evaluate("jiaxing-14fyp", 2025))
    maritime = next(row for row in later.rows if row[:2] == ["外贸货物（万吨）", "2025"])
    assert maritime[2:5] == ["突破1,935", "下限", "海事部门口径"]


def test_the_whole_port_does_not_answer_for_the_area(now):
    text = port.background(now)
    assert "2022年1,398万吨（嘉兴港（全港），通行口径）" in text
    assert "大于或小于目标都不能说明港区" in text and "未注明是年度量还是累计量" in text


def test_no_trend_is_fitted_to_broken_years(now):
    rows = run_rows(now)
    assert [len(row["strict"]) for row in rows] == [3, 3, 5, 4]
    # whole port, containers: 2017 and 2020 customary, 2018 and 2019 from a ranking
    assert longest_run(rows[3]["strict"]) == [2022]
    assert longest_run(rows[3]["mixed"]) == [2017, 2018, 2019, 2020]
    text = port.runs_reading(now)
    assert "没有一条港口序列有8个连续的同口径年度值" in text
    assert "最长也只有4年" in text and "其中2019年只有下限" in text


def test_a_trend_is_fitted_once_eight_years_are_there():
    # 4 % a year, 3 % up and down in turn, twelve years: the trend stays near 4 %
    values = {2012 + t: 4000 * 1.04**t * (1 + 0.03 * (-1) ** t) for t in range(13)}
    made = evaluate("jiaxing-14fyp", 2024, data=with_years(values))
    text = port.runs_reading(made)
    assert "乍浦港区货物2012—2024年趋势增速为" in text and "没有一条" not in text


# --- without data --------------------------------------------------------------------------


def test_a_plan_that_has_ended_needs_no_forecast(ended):
    (item,) = pick(ended.of(domain="port"), port.BOXES)
    assert outlook_fan(ended, item) == "" and port.pace_reading(ended) == ""
    table = port.pace_table(ended)
    # what was asked and what was achieved; no year is left to need anything in
    assert isinstance(table, Table) and "仍需" not in table.columns
    assert [row[1:] for row in table.rows] == [
        ["3.0%", "7.9%（2015—2020）", "5,255"],  # (5255 / 4533)^(1/5), (6616 / 4533)^(1/5)
        ["3.0%", "10.6%（2015—2020）", "123"],  # (123 / 106.14)^(1/5), (176 / 106.14)^(1/5)
    ]
    assert "预测区间" not in port_year.limits(ended)
    assert "无从对照" in port.rival_chart(ended) and port.rival_reading(ended) == ""


def test_two_values_give_a_range_without_a_verdict():
    early = evaluate("jiaxing-14fyp", 2021, "2021-12-31")
    (item,) = pick(early.of(domain="port"), port.BOXES)
    chart = outlook_fan(early, item)
    assert "只给区间，不下结论" in chart.caption and "概率" not in chart.caption
    assert "不据此判断" in outlook_reading(early, item)
    assert "集装箱吞吐量" in port_year.summary(early)


def test_almost_no_data_gives_a_sentence_once(nothing):
    assert "没有公布货物和集装箱吞吐量的年度值" in port.zone_chart(nothing)
    assert port.growth_table(nothing) == "" and port.growth_reading(nothing) == ""
    assert "集装箱化程度算不出" in port.intensity_table(nothing)


def test_almost_no_data_claims_nothing(nothing):
    assert "份额算不出" in port.share_table(nothing) and port.share_reading(nothing) == ""
    assert "所需增速算不出" in port.pace_table(nothing) and port.growth_reading(nothing) == ""
    assert "在所定日期之前没有公布年度值" in port_year.limits(nothing)


@pytest.mark.parametrize(
    "view",
    [
        "caliber_table", "zone_chart", "growth_table", "intensity_table", "whole_chart",
        "whole_table", "share_table", "runs_table", "limits", "news_reading",
    ],
)  # fmt: skip
def test_a_plan_without_port_targets_gives_a_sentence(without, view):
    where = port_year if hasattr(port_year, view) else port
    assert getattr(where, view)(without) == port.NO_PORT


def test_a_plan_without_port_targets_stays_silent(without):
    for view in (
        port.share_reading,
        port.runs_reading,
        port.background,
        port.rival_reading,
    ):
        assert view(without) == ""
    assert port.news_tables(without) == [""] * 6
    assert port_year.summary(without) == "本规划没有列入港口类目标。"
    assert "算不出" in port.pace_table(without)


# --- laws ----------------------------------------------------------------------------------


@given(st.lists(st.integers(1990, 2030), max_size=12))
def test_the_longest_run_is_unbroken_and_no_run_is_longer(years):
    run = longest_run(years)
    assert all(b - a == 1 for a, b in itertools.pairwise(run)) and set(run) <= set(years)
    longer = len(run) + 1
    starts = range(1990, 2031)
    assert not any(set(range(s, s + longer)) <= set(years) for s in starts)


@given(st.integers(1, 10_000), st.sampled_from(["exact", "rounded", "about"]))
def test_a_published_figure_lies_within_what_it_allows(value, qualifier):
    item = annual_series(load(), "zhapu-port", "cargo_throughput", caliber="plan").data[0]
    made = dataclasses.replace(item, value=float(value), printed=str(value), qualifier=qualifier)
    low, high = possible(made)
    assert low < value < high
    # half a unit of the last digit, and coarser only for zeros at the end of a rounded figure
    zeros = len(str(value)) - len(str(value).rstrip("0")) if qualifier != "exact" else 0
    assert high - low == pytest.approx(10.0**zeros)


def test_periods_sort_by_their_end():
    given_ = ["2020", "2020-08", "2020-01/2020-08", "2019-S1", "2021-Q1", "2018-01/2018-08"]
    assert sorted(given_, key=period_key) == [
        "2018-01/2018-08", "2019-S1", "2020-08", "2020-01/2020-08", "2020", "2021-Q1",
    ]  # fmt: skip
    assert period_zh("2013-01/2013-09") == "2013年1—9月"


# --- the notebook --------------------------------------------------------------------------

SENTENCES = {
    ("jiaxing-14fyp", 2024): ["30.6%", "大于全港的一个目标350万标箱", "没有一条港口序列有8个"],
    ("jiaxing-13fyp", 2020): ["港口货物吞吐量2020年为6,616万吨", "规划要求与已经实现的年均增速"],
    ("jiaxing-14fyp", 2021): ["规划期内没有一项公布了可用的数值", "只给区间，不下结论"],
}


@pytest.mark.parametrize(("plan", "year", "as_of"), CASES)
def test_the_chapter_runs(plan, year, as_of):
    said = run_chapter("04_port.ipynb", plan, year, as_of)
    for sentence in SENTENCES[(plan, year)]:
        assert sentence in said
    assert "nan" not in said and "None" not in said
