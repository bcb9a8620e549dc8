"""The running year, the monthly port and the elasticities in the port chapter."""

from __future__ import annotations

import dataclasses
import itertools
import math

import pytest

from analysis.data.observations import load
from analysis.data.periods import months_of
from analysis.targets.evaluation import evaluate
from planeval.chapters import port, port_year
from planeval.chapters.port import elasticity_rows
from planeval.chapters.port_year import _latest, festival_rows, running
from planeval.show.chart import Chart
from planeval.show.table import Table

SCOPES = ("乍浦港区", "嘉兴港（全港）", "嘉兴内河港")


@pytest.fixture(scope="module")
def quarter():
    """A year of which the whole port published a quarter and the inland port a half."""
    return evaluate("jiaxing-14fyp", 2021)


@pytest.fixture(scope="module")
def autumn():
    """September 2022: halves are known, the year is not."""
    return evaluate("jiaxing-14fyp", 2022, "2022-09-01")


@pytest.fixture(scope="module")
def august():
    """October 2020: the area has published August alone."""
    return evaluate("jiaxing-13fyp", 2020, "2020-10-01")


@pytest.fixture(scope="module")
def now():
    return evaluate("jiaxing-14fyp", 2024)


@pytest.fixture(scope="module")
def without(now):
    return dataclasses.replace(now, indicators=())


# --- the running year ----------------------------------------------------------------------


def test_growth_is_carried_over_where_both_are_published(quarter):
    boxes = next(
        r
        for r in running(quarter, 2021, known=False)
        if (r.item.region, r.item.indicator) == ("jiaxing-port", port.BOXES)
    )
    growth, share = boxes.estimates
    # 195.6 in 2020, first quarter +32.57 %: 195.6 * 1.3257 = 259.3, moved by at most 1 % for the
    # comparable port's mean difference of a year and its first quarter
    assert growth.way == "growth" and growth.median() == pytest.approx(259.3, rel=0.01)
    # a quarter is near 23 % of a year: 47.89 / 0.23 = 208, moved for the port's own 10.7 % a year
    assert share.way == "share" and 200 < math.exp(share.centre) < 225
    assert share.median() is None and boxes.last_total.value == 195.6


def test_two_ways_that_disagree_are_said_to_disagree(quarter):
    text = port_year.now_reading(quarter)
    table = port_year.now_table(quarter)
    assert "嘉兴内河港货物：两种方法的80%区间不重叠" in text
    assert "嘉兴港（全港）集装箱：两种方法的80%区间有重叠" in text
    assert "推算的都不是乍浦港区的数字，不用来判断目标" in text
    for row in table.rows:
        assert sum(row[0].startswith(name) for name in SCOPES) == 1
        apart = row[0].startswith("嘉兴内河港货物")  # no middle where the ways exclude each other
        assert (row[6] == "—") == (row[3] == "份额法" or apart)


def test_only_totals_without_a_year_of_their_own_are_estimated(autumn, now):
    rows = running(autumn, 2022, known=False)
    assert {r.item.indicator for r in rows} == {port.CARGO, port.BOXES}
    assert {r.item.period for r in rows} == {"2022-S1"}
    assert all(r.outcome is None for r in rows)
    # once the year is published it is looked back on: the same halves, now with an outcome
    told = running(now, 2022, known=True)
    assert {(r.item.indicator, r.outcome.value) for r in told} == {
        (port.CARGO, 13200.0),
        (port.BOXES, 285.0),
        (port.BOXES, 50.93),
    }
    assert not running(now, 2024, known=False)
    assert (
        "2024年没有只公布了部分月份" in port_year.now_table(now)
        and port_year.now_reading(now) == ""
    )


def test_calibers_are_not_crossed():
    """2023: the maritime quarter is not chained to the customary year 2022."""
    rows = running(evaluate("jiaxing-14fyp", 2023), 2023, known=False)
    assert {r.item.caliber for r in rows} == {"maritime"}
    for r in rows:
        assert r.growth_pct is not None and r.last_total is None
        assert [made.way for made in r.estimates] == ["share"]


def test_a_year_with_only_a_bound_is_left_alone():
    """2019: cargo "above 100 million tonnes", half a year published: no estimate beside it."""
    rows = running(evaluate("jiaxing-13fyp", 2019), 2019, known=False)
    assert not [r for r in rows if r.item.indicator == port.CARGO]


def test_one_month_of_the_area_gives_a_wide_range_and_no_middle(august):
    (row,) = [r for r in running(august, 2020, known=False) if r.item.region == "zhapu-port"]
    (made,) = row.estimates
    assert (row.item.period, made.months, made.median()) == ("2020-08", (8,), None)
    low, high = made.interval(80)
    assert low < 176 < high and high / low > 1.25  # 176 was published a year later
    assert "乍浦港区的推算只是区间，不代替公布值，不用来判断目标" in port_year.now_reading(august)


def test_nothing_later_than_the_date_is_used(august):
    later = evaluate("jiaxing-13fyp", 2020, "2020-10-01", data=august.data)
    assert all(r.item.published <= later.as_of for r in running(later, 2020, known=False))
    assert not running(later, 2020, known=True)


def test_looking_back_counts_its_own_hits(now):
    table = port_year.past_table(now)
    hits = [row[5] for row in table.rows]
    assert f"{len(hits)}个例子中，{hits.count('是')}个落在80%区间内" in table.caption
    for row in table.rows:
        low, high = (float(part.replace(",", "")) for part in row[3].split("—"))
        outcome = float(row[4].replace(",", "").removeprefix("约"))
        assert (low <= outcome <= high) == (row[5] == "是")
    assert "2020年集装箱（高于上端）" in port_year.past_reading(now)


def with_months(count: int, drop: tuple[str, ...] = ()):
    """Return the data with single months of the whole port's boxes, from 2022-07 on."""
    data = load()
    series = ("jiaxing-port", port.BOXES)
    like = next(r for r in data.by_series[series] if r["period"] == "2022-01")
    added = []
    for step in range(count):
        period = f"{2022 + (6 + step) // 12}-{(6 + step) % 12 + 1:02d}"
        value = 20 * 1.01**step
        added.append(like | {"period": period, "number": value, "printed_value": f"{value:.2f}"})
    rows = [
        *(r for r in data.by_series[series] if r["period"][:4] < "2022"),
        *(r for r in added if r["period"] not in drop),
    ]
    return dataclasses.replace(data, by_series=data.by_series | {series: rows})


def test_own_months_speak_once_there_are_enough_without_a_gap():
    # 24 months from July 2022 to June 2024, growing 1 % a month: the year 2024 is its six known
    # months 20 * 1.01^18..23 = 147.2 and six more; were growth to go on, 303.4 in all
    made = evaluate("jiaxing-14fyp", 2024, data=with_months(24))
    (row,) = running(made, 2024, known=False)
    own = row.estimates[0]
    known = sum(20 * 1.01**step for step in range(18, 24))
    low, high = own.interval(95)  # the prior of ports holds back so fast a growth
    assert own.way == "months" and known < low < 303.4 < high
    assert own.total.known == pytest.approx(known, abs=0.05)
    assert port_year.now_table(made).rows[0][2:4] == ["6个单月147.2", "月度法"]
    # a gap in the running year, or too few months: the other ways speak alone
    for data in (with_months(24, ("2024-03",)), with_months(20, ("2022-12", "2023-01", "2023-02"))):
        broken = evaluate("jiaxing-14fyp", 2024, data=data)
        (row,) = running(broken, 2024, known=False)
        assert [one.way for one in row.estimates] == ["share"]


def test_months_of_periods():
    assert months_of("2019-S2") == (7, 8, 9, 10, 11, 12)
    assert months_of("2020") == () and months_of("2020-02/2020-04") == (2, 3, 4)


def test_the_longest_total_from_january_on_is_taken(autumn):
    items = [
        i
        for i in autumn.data.by_series[("jiaxing-port", port.BOXES)]
        if i["period"].startswith("2022-") and i["qualifier"] == "exact"
    ]
    assert len(items) == 5  # three months, January to May, half a year
    (row,) = [
        r
        for r in running(autumn, 2022, known=False)
        if (r.item.region, r.item.indicator) == ("jiaxing-port", port.BOXES)
    ]
    assert row.item.period == "2022-S1" and _latest([]) is None


# --- the monthly port ----------------------------------------------------------------------


def test_the_monthly_chart_and_its_words(now):
    chart = port_year.month_chart(now)
    assert isinstance(chart, Chart) and "温哥华港进口重箱" in chart.caption
    assert len(chart.data) == 203 and chart.data["period"].iloc[-1] == "2024-11"
    # the trend and the adjusted series keep the level of the published one
    means = chart.data[["observed", "adjusted", "trend"]].mean()
    assert means["adjusted"] == pytest.approx(means["observed"], rel=0.02)
    assert means["trend"] == pytest.approx(means["observed"], rel=0.02)
    text = port_year.adjust_reading(now)
    assert "后来平均要修订" in text and "与本规划的目标无关" in text


def test_holm_raises_and_keeps_the_order(now):
    rows = sorted(festival_rows(now), key=lambda row: row["p"])
    # the smallest of four is multiplied by 4, the next by 3, never below the one before
    assert rows[0]["holm"] == pytest.approx(4 * rows[0]["p"])
    assert rows[1]["holm"] == pytest.approx(max(4 * rows[0]["p"], 3 * rows[1]["p"]))
    assert all(a["holm"] <= b["holm"] for a, b in itertools.pairwise(rows))


def test_the_festival_shows_in_laden_imports_weeks_later(now):
    rows = {(r["series"], r["window"][:2]): r for r in festival_rows(now)}
    laden = rows[("vancouver-import-laden", "晚四")]
    assert laden["holm"] < 0.05 and laden["hi"] < 0
    table, text = port_year.festival_table(now), port_year.festival_reading(now)
    clear = sum(row[6] == "能" for row in table.rows)
    assert f"{len(table.rows)}项检验中{clear}项能与零区分" in table.caption
    for row, told in zip(table.rows, festival_rows(now), strict=True):
        assert (row[6] == "能") == (told["holm"] < 0.05)
    assert "温哥华港进口重箱在“晚四周到港（同期窗口推后28天）”的窗口减少" in text
    assert "已知影响为−18.1%" in text  # 100 * (exp(-0.2) - 1)


def test_before_there_are_months_nothing_is_adjusted():
    early = evaluate("jiaxing-13fyp", 2016, "2012-01-01")
    assert "不作季节调整" in port_year.month_chart(early)
    assert port_year.adjust_reading(early) == port_year.festival_reading(early) == ""
    assert port_year.festival_table(early) == ""


# --- elasticity and containerisation -------------------------------------------------------


def test_too_few_pairs_estimate_nothing(now):
    rows = elasticity_rows(now)
    assert len(rows) == 8 and not any(row["fit"].known for row in rows)
    table = port.elasticity_table(now)
    assert {row[3] for row in table.rows} == {"数据不足"} and "8组都不够6对" in table.caption
    # ln(6616/4533) / ln 1.3796 = 0.3781/0.3218 = 1.17; ln(7129/6616) / ln 1.2484 = 0.34
    assert table.rows[0][4] == "2015—2020年1.17；2020—2024年0.34"
    assert "没有一对相邻年份可配" in port.elasticity_reading(now)
    assert "弹性没有估计" in port_year.limits(now)


def test_enough_pairs_are_estimated():
    from tests.planeval.chapters.test_port import with_years

    values = {2014 + t: 4000 * 1.05**t * (1 + 0.02 * (-1) ** t) for t in range(11)}
    made = evaluate("jiaxing-14fyp", 2024, data=with_years(values))
    row = elasticity_rows(made)[0]
    assert row["fit"].known and row["fit"].n == 10
    assert "乍浦港区货物对嘉兴市生产总值（可比价）的弹性为" in port.elasticity_reading(made)
    assert "弹性没有估计" not in port_year.limits(made)


def test_the_whole_port_s_ratio_takes_one_period_and_caliber(now):
    table = port.whole_intensity_table(now)
    assert isinstance(table, Table)
    rows = {(row[0], row[1]): row[4] for row in table.rows}
    # 1,956,000/11700 = 167.2; 2,850,000/13200 = 215.9; 714,000/3210 = 222.4
    assert rows[("2020年", "通行口径")] == "167.2" and rows[("2022年", "通行口径")] == "215.9"
    assert rows[("2023年一季度", "海事部门口径")] == "222.4"
    assert not any(period == "2019年" for period, _ in rows)  # cargo only "above"


# --- without a port ------------------------------------------------------------------------


def test_a_plan_without_port_targets(without):
    assert port_year.now_table(without) == port.NO_PORT == port.elasticity_table(without)
    assert (
        port_year.now_reading(without)
        == port_year.past_table(without)
        == port_year.past_reading(without)
        == ""
    )
    assert port.whole_intensity_table(without) == port.elasticity_reading(without) == ""
