"""Sample change, concentration and elasticity in the chapter, held against its tables."""

from __future__ import annotations

import dataclasses

import pytest

from analysis.growth import shares
from analysis.targets.evaluation import evaluate
from planeval.chapters import industry, region
from planeval.show.table import Table


def parts(plan, year, as_of=None):
    evaluation = evaluate(plan, year, as_of)
    return (
        evaluation,
        region.own_series(evaluation, "industrial_output"),
        industry.part(evaluation),
        region.main_target(evaluation, "industrial_output"),
        region.city(evaluation),
    )


@pytest.fixture(scope="module")
def now():
    return parts("jiaxing-14fyp", 2024)


@pytest.fixture(scope="module")
def nothing():
    return parts("jiaxing-13fyp", 2016, "2000-01-01")


def test_the_difference_of_2022_and_the_years_that_lack_a_level(now):
    table = industry.sample_table(now[0])
    rows = {row[1]: row for row in table.rows}
    # 2815.6/2594.48 - 1 = 8.52 %, less 3.9 = 4.62 points; 2815.6/1.039 = 2709.91
    assert rows["2022"][2:] == ["3.9", "2,594.48", "2,815.60", "+8.5", "+4.6", "2,709.91"]
    assert rows["2021"][3] == "—" and rows["2021"][5:7] == ["—", "—"]
    text = industry.sample_reading(now[0])
    assert "2000万元" in text and "高4.6个百分点" in text and "不能单独分出" in text
    assert "嘉兴港区自己的样本变动无从扣除" in text


def test_a_year_of_gross_output_speaks_of_firms(now):
    # 1069.6 in 2024; were 980 published for 2023 with growth of 12 %, the levels' 9.14 %
    # would fall 2.86 points short: firms left the list
    evaluation = now[0]
    claim = dataclasses.replace(industry._claims(evaluation)[0], indicator="industrial_output")
    made = shares.sample_change(12.0, 980.0, 1069.6)
    assert made.difference_pp == pytest.approx(-2.857, abs=1e-3)
    assert "净减" in industry._cause(claim, made)
    more = shares.sample_change(5.0, 980.0, 1069.6)
    assert "净增" in industry._cause(claim, more)


def test_nothing_of_a_later_day_enters():
    early = evaluate("jiaxing-14fyp", 2021, "2021-12-31")
    table = industry.sample_table(early)
    assert [row[1] for row in table.rows] == ["2018"]
    assert industry.changes(early) == []


def test_the_concentration_of_park_and_plan(now):
    evaluation, own, park, target, _ = now
    table = industry.concentration_table(evaluation, own, park, target)
    rows = {row[0]: row[2:] for row in table.rows}
    # 869.5/1069.6 = 0.81292; squared 0.66084; plus 0.18708² = 0.03500: 0.69584
    assert rows["2024年产值"] == ["81.3", "0.661 至 0.696", "1.44 至 1.51"]
    # the three targets fill the whole: (10/12)² + 2/144 = 0.7083, 1/0.7083 = 1.41
    assert rows["2025年分行业目标"] == ["83.3", "0.708", "1.41"]


def test_contributions_add_up_to_the_growth_told(now):
    evaluation, own, park, target, _ = now
    text = industry.concentration_reading(evaluation, own, park, target)
    # (869.5 - 565.4)/718 = 42.35; 1069.6/718 - 1 = 48.97; the rest 6.62
    assert "累计变动+49.0%" in text and "拉动+42.4个百分点" in text and "其余+6.6个百分点" in text
    assert "一处独大" in text and "不是实际" in text


def test_targets_that_leave_room_give_bounds(now):
    evaluation, own, park, target, _ = now
    wide = dataclasses.replace(target, target=dataclasses.replace(target.target, target=1500.0))
    table = industry.concentration_table(evaluation, own, park, wide)
    # (2/3)² + 2·(1/15)² = 0.4533; rest 0.2, squared 0.04: 0.4933
    assert table.rows[-1][2:] == ["66.7", "0.453 至 0.493", "2.03 至 2.21"]
    tight = dataclasses.replace(target, target=dataclasses.replace(target.target, target=1100.0))
    last = industry.concentration_table(evaluation, own, park, tight).rows[-1]
    assert "以合计为总量" in last[0] and last[3] == "0.708"


def test_the_elasticity_between_the_zone_s_own_years(now):
    evaluation, own, _, _, city = now
    table = industry.elasticity_table(evaluation, own, city)
    # ln(718/475.5)/ln(2861/1850.68) = 0.41211/0.43561 = 0.946; 2024 of the sector is missing
    assert table.rows[0][2] == "0.95" and table.rows[1][2] == "—"
    # ln(1069.6/718)/ln(226/182) = 0.39858/0.21652 = 1.841
    assert table.rows[1][4] == "1.84"
    assert "推算" in table.rows[0][0]
    text = industry.elasticity_reading(evaluation, own)
    assert "没有用回归估计" in text and "至少需要4对，一对也没有" in text


def test_with_enough_years_a_regression_is_told_with_its_interval(now):
    evaluation, own, _, _, _ = now
    sector = region.known_series(evaluation, "jiaxing-city", "secondary_va").values()
    template = own.data[-1]
    made = tuple(
        dataclasses.replace(template, period=str(y), value=float(2.0 * v**1.2) + y % 3)
        for y, v in sector.loc[2012:2020].items()
    )
    text = industry.elasticity_reading(evaluation, dataclasses.replace(own, data=made))
    assert "用8对相邻年份回归，弹性为1.2" in text and "样本很小" in text and "不说明因果" in text


def test_what_single_industries_added(now):
    table = industry.pull_table(now[0])
    rows = {row[0]: row[2:] for row in table.rows}
    # 0.6/3.1 = 19 %; 0.55/22.25 = 2.47 % to 0.65/22.15 = 2.93 %
    assert rows["嘉兴市汽车制造业"] == ["22.2", "0.6", "3.1", "19", "2.5 至 2.9"]
    # 1.4/3.1 = 45 %; 1.35/19.75 = 6.84 % to 1.45/19.65 = 7.38 %
    assert rows["嘉兴市计算机通信业"] == ["19.7", "1.4", "3.1", "45", "6.8 至 7.4"]
    text = industry.pull_reading(now[0])
    assert "45%，而隐含权重只有6.8%至7.4%" in text and "不能套用于本区" in text
    # published in September 2022: unknown the year before
    early = evaluate("jiaxing-14fyp", 2021, "2021-12-31")
    assert industry.pulls(early) == [] and industry.pull_reading(early) == ""


def test_without_data_there_are_sentences(nothing):
    evaluation, own, park, target, city = nothing
    views = [
        industry.pull_table(evaluation),
        industry.sample_table(evaluation),
        industry.concentration_table(evaluation, own, park, target),
        industry.elasticity_table(evaluation, own, city),
    ]
    assert not any(isinstance(view, Table) for view in views) and all(views)
    assert industry.elasticity_reading(evaluation, own) == ""
    assert industry.concentration_reading(evaluation, own, park, target) == ""
