"""Vintages, index check, gap account, cycle and sectors in the chapter, held against its tables."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from analysis.targets.evaluation import evaluate
from planeval.chapters import gdp, models, region
from planeval.show.table import Table


def parts(plan, year, as_of=None):
    evaluation = evaluate(plan, year, as_of)
    own, target = region.own_series(evaluation), region.main_target(evaluation)
    return evaluation, own, target, region.city(evaluation)


@pytest.fixture(scope="module")
def now():
    return parts("jiaxing-14fyp", 2024)


@pytest.fixture(scope="module")
def early():
    return parts("jiaxing-14fyp", 2021, "2021-12-31")


@pytest.fixture(scope="module")
def nothing():
    evaluation = evaluate("jiaxing-13fyp", 2016, "2000-01-01")
    own, target = region.own_series(evaluation), region.main_target(evaluation)
    return evaluation, own, target, region.city(evaluation)


def test_the_triangle_shows_every_stage(now):
    table = gdp.triangle_table(now[0], now[2])
    rows = {(row[0], row[1]): row[2:] for row in table.rows}
    assert rows["嘉兴港区", "2020"][:2] == ["181.97 (≤2021-12)", "182.0 (2021-06)"]
    assert rows["嘉兴市", "2020"] == [
        "5509.52 (≤2021-12)",
        "5510 (≤2021-12)",
        "5563.58 (≤2021-12)",
        "5563.58 (≤2026-11)",
        "+54.06",
        "+0.98",
    ]
    # 209.01 of 2021 is another caliber, not another vintage
    assert ("嘉兴港区", "2021") not in rows


def test_each_printed_revision_is_the_difference_of_printed_ends(now):
    for row in gdp.triangle_table(now[0], now[2]).rows:
        shown = [float(cell.split(" (")[0]) for cell in row[2:6] if cell != "—"]
        moved = float(row[6].replace("−", "-"))
        assert moved == pytest.approx(shown[-1] - shown[0], abs=0.006)


def test_what_a_revised_base_does_is_said_with_both_ends(now):
    text = gdp.triangle_reading(now[0], now[2], now[3])
    # (226 - 181.97)/(300 - 181.97) = 37.304 %; 44/118 = 37.288 %
    assert "由181.97亿元（初步数）改为182.0亿元（公布数），完成度由37.30%变为37.29%" in text
    # 182·5563.58/5509.52 = 183.786; (226 - 183.786)/(300 - 183.786) = 36.32 %
    assert "修订为183.8亿元" in text and "完成度由37.3%变为36.3%" in text
    # 300/(226·1.009812) - 1 = 31.45 %
    assert "由32.7%变为31.5%" in text and "本区没有公布这样的修订" in text


def test_without_a_latest_figure_no_completion_moves(early):
    text = gdp.triangle_reading(early[0], early[2], early[3])
    assert "完成度" not in text and "最新值" not in text and "由10.5%变为10.3%" in text
    assert "只有2个，不计算平均" in text  # 2017 and 2020 alone had two stages by then


def test_the_wrong_index_years_are_named(now):
    table = gdp.index_table(now[0], now[3])
    assert table.caption.endswith("2020、2021年不可能正确")
    verdicts = {row[0]: row[-1] for row in table.rows}
    assert {y for y, v in verdicts.items() if "有误" in v} == {"2020", "2021"}
    text = gdp.index_reading(now[0], now[3])
    assert "5,510.00÷5,423.58" in text and "6,355.28÷5,563.58" in text
    # 1.016·1.142/(1.035·1.085) - 1 = 3.32 %; -1.9 and +5.7 points offset each other in part
    assert "偏高3.3%" in text and "抵消" in text and "尚未更正" not in text


def test_nothing_of_a_later_day_enters_the_index_check(early):
    table = gdp.index_table(early[0], early[3])
    assert table.caption.endswith("2020年不可能正确") and "2021" not in {r[0] for r in table.rows}
    text = gdp.index_reading(early[0], early[3])
    assert "偏低1.8%" in text and "抵消" not in text


def test_an_uncorrected_index_is_said_to_be_so(now):
    evaluation, _, _, city = now
    bare = tuple(dataclasses.replace(item, correction=None) for item in city.index.data)
    naked = dataclasses.replace(city, index=dataclasses.replace(city.index, data=bare))
    assert "尚未更正" in gdp.index_reading(evaluation, naked)


def test_the_gap_parts_add_up_in_both_columns(now):
    evaluation, _, target, city = now
    found = gdp.account(evaluation, target, city)
    assert list(found.parts) == ["最新值与基期口径相同", "最新值若为管理口径"]
    for made in found.parts.values():
        assert sum(made[:4]) == pytest.approx(74.0)
    same, other = found.parts.values()
    # prices 109.03/100 in the city: 74/ln(300/226)·ln 1.0903 = 261.256·0.0864 = 22.6
    deflator = float(city.deflator[2024]) / 100
    assert found.prices_pct == pytest.approx(100 * (deflator - 1))
    assert same.price == pytest.approx(-22.5, abs=0.1) and same.caliber == 0.0
    # 209.01/(182·1.061·1.0583) = 1.0228: -261.256·ln 1.0228 = -5.9
    assert other.caliber == pytest.approx(-5.9, abs=0.05)
    text = gdp.parts_reading(evaluation, target, city)
    assert "缩小差距22.5亿元" in text and "两列不能取舍" in text and "下限" in text


def test_a_plan_that_ended_has_no_growth_ahead():
    evaluation, _, target, city = parts("jiaxing-13fyp", 2020)
    table = gdp.parts_table(evaluation, target, city)
    cells = {row[0]: row[1] for row in table.rows}
    assert len(table.columns) == 2 and cells["合计：目标减最新值"] == "−2.0"
    assert not any("未到年份" in name for name in cells)  # there are none


def test_the_latest_gap_is_not_oversold(now):
    made = models.cycles(now[3].real, "嘉兴市地区生产总值")
    text = models.cycle_reading(made)
    assert made.cycle.lo_pct < 0 < made.cycle.hi_pct and "区间含零" in text
    # both over the same years, or the comparison in the caption would be unfair
    assert made.own.revisions == made.other.revisions
    assert list(made.own.path["year"]) == list(made.other.path["year"])
    chart = models.cycle_chart(made)
    low = min(made.own.rms_pp, made.other.rms_pp)
    assert f"修订{low:.1f}个百分点" in chart.caption


def test_a_gap_beyond_its_revisions_is_said_to_be_so(now):
    made = models.cycles(now[3].real, "甲市")
    wide = dataclasses.replace(made.cycle, gap_pct=5.0, lo_pct=3.0, hi_pct=7.0)
    sure = models.cycle_reading(dataclasses.replace(made, cycle=wide))
    assert "高于潜在水平5.0%" in sure and "不足以断定" not in sure
    shaky = dataclasses.replace(made.own, rms_pp=3.0)
    text = models.cycle_reading(dataclasses.replace(made, cycle=wide, own=shaky))
    assert "小于事后修订均方根的两倍，不足以断定" in text


def test_sector_contributions_sum_to_growth(now):
    table = gdp.sectors_table(now[0], now[1], now[3])
    for row in table.rows:
        pieces = [float(c.replace("−", "-")) for c in row[3:] if c != "—"]
        assert sum(pieces) == pytest.approx(float(row[2]), abs=0.16)
    # (44.6 - 29.66)/125.98 = 11.859; (182 - 125.98)/125.98 = 44.467; the rest 32.608
    assert table.rows[0] == ["嘉兴港区", "2015—2020年", "44.5", "—", "—", "11.9", "32.6"]
    text = gdp.sectors_reading(now[0], now[1], now[3])
    assert "其余32.6个百分点" in text and "2020—2023年第二产业拉动最多" in text


def test_the_three_levels_over_the_same_years(now):
    evaluation, own, _, city = now
    table = region.levels_table(evaluation, own, city)
    # province (64689.1/43507.7)^(1/5) - 1 = 8.26 %; 182/5563.58 = 3.27 %; 5563.58/64689.1 = 8.60 %
    assert table.rows[0] == ["2015—2020年", "7.6", "8.5", "8.3", "3.27", "8.60"]
    # the zone has no 2023, the province no 2024: neither is filled from a neighbour
    assert table.rows[1][1] == "—" and table.rows[2][3] == "—"
    # (7062.5/5563.58)^(1/3) - 1 = 8.28 %; (82553.2/64689.1)^(1/3) - 1 = 8.47 %
    assert table.rows[1][2:4] == ["8.3", "8.5"]
    text = region.levels_reading(evaluation, own, city)
    assert text == "2015—2020年现价年均增速由高到低为嘉兴市8.5%、浙江省8.3%、嘉兴港区7.6%。"


def test_no_sign_change_is_said_in_words(now):
    made = models.cycles(now[3].real.loc[:2023], "甲市")
    assert made.own.turned == 0 and "没有一年正负号改变" in models.cycle_reading(made)


def test_without_data_there_are_sentences(nothing):
    evaluation, own, target, city = nothing
    views = [
        region.levels_table(evaluation, own, city),
        gdp.triangle_table(evaluation, target),
        gdp.parts_table(evaluation, target, city),
        gdp.sectors_table(evaluation, own, city),
        models.cycle_table(models.cycles(city.real, "甲市")),
        gdp.index_table(evaluation, city),
    ]
    assert not any(isinstance(view, Table) for view in views) and all(views)
    assert gdp.index_reading(evaluation, city) == ""
    assert gdp.parts_reading(evaluation, None, city) == ""
    assert models.cycle_chart(models.cycles(pd.Series(dtype=float), "甲市")) == ""
