"""Years from year-to-date figures: shares and growth by hand, widths, and no false certainty."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from roots import HOME

from analysis.data.errors import InputError
from analysis.season.year import annual_from_part, annual_from_ytd, year_parts
from planeval.chapters.port_year import LADEN_IMPORTS, TOTAL, port_months


def months(years: dict[int, list[float]]) -> pd.Series:
    """Return a monthly series from twelve values a year."""
    index = pd.PeriodIndex(
        [pd.Period(year=y, month=m, freq="M") for y in years for m in range(1, 13)], freq="M"
    )
    return pd.Series([float(v) for one in years.values() for v in one], index=index)


FLAT = [10.0] * 12  # half a year is half of it
LATE = [8.0] * 6 + [12.0] * 6  # 48 of 120: the first half holds 40 %
EARLY = [12.0] * 6 + [8.0] * 6  # 60 %


# --- by hand -------------------------------------------------------------------------------


def test_the_growth_way_by_hand():
    # years 120, 120, ...: the errors are zero. 195.6 * 1.3257 = 259.307
    made = annual_from_ytd(
        {3: 47.89}, months(dict.fromkeys(range(2010, 2020), FLAT)), last_total=195.6,
        growth_pct=32.57,
    )  # fmt: skip
    assert (made.way, made.figures, made.n_years) == ("growth", 3, 9)
    assert made.median() == pytest.approx(195.6 * 1.3257)
    # from two levels the same: 130/125 = 1.04, 240 * 1.04 = 249.6
    levels = annual_from_ytd(
        {3: 20.0, 6: 130.0}, months(dict.fromkeys(range(2010, 2020), FLAT)), last_total=240.0,
        last_ytd=125.0,
    )  # fmt: skip
    assert levels.median() == pytest.approx(249.6)


def test_the_growth_way_s_error_by_hand():
    # halves 60+60, 60+66, 66+66: whole years 120, 126, 132; first halves 60, 60, 66
    years = {2010: FLAT, 2011: [10.0] * 6 + [11.0] * 6, 2012: [11.0] * 12}
    made = annual_from_ytd({6: 50.0}, months(years), last_total=100.0, growth_pct=0.0)
    # errors: ln(126/120) - ln(60/60) = 0.04879; ln(132/126) - ln(66/60) = 0.04652 - 0.09531
    # = -0.04879. Two years only: a range, 100*exp(-0.04879) = 95.238 to 100*exp(0.04879) = 105
    assert made.interval(80) == pytest.approx((100 * 120 / 126, 105.0))
    assert made.interval(95) == made.interval(50)  # two errors have no level
    assert made.median() is None and made.range_only


def test_the_share_way_by_hand():
    made = annual_from_part(48.0, range(1, 7), months(dict.fromkeys(range(2010, 2018), LATE)))
    # 48 is 40 % of 120; nothing varied from year to year, so the error is that of patterns:
    # 2 * season * s2 * 12/11 * (1/6 - 1/12) with season 2.0 and s2 0.002113
    assert math.exp(made.centre) == pytest.approx(120.0)
    assert made.scale == pytest.approx(math.sqrt(2 * 2.0 * 0.002113 * 12 / 11 / 12))
    assert made.median() is None  # one figure of its own names no middle
    low, high = made.interval(80)
    assert low < 120 < high and math.sqrt(low * high) == pytest.approx(120.0)


def test_a_port_that_grows_faster_has_more_to_come():
    flat = months(dict.fromkeys(range(2010, 2018), FLAT))
    slow, fast = (annual_from_part(50.0, range(1, 7), flat, trend_pct=t) for t in (0.0, 20.0))
    # the first half's mean place is 3.5, the year's 6.5: a quarter of a year's growth
    assert fast.centre - slow.centre == pytest.approx(math.log(1.2) / 4)
    # and the exact share of a port growing evenly by 20 %: sum of 1.2^(i/12), i = 1..6 over 1..12
    grow = 1.2 ** (np.arange(1, 13) / 12)
    assert math.exp(slow.centre - fast.centre) == pytest.approx(
        2 * grow[:6].sum() / grow.sum(), rel=0.01
    )


def test_the_latest_total_speaks_and_whole_years_only_teach():
    wide = year_parts(months({2010: EARLY, 2011: LATE})[:-1])
    assert wide.index.tolist() == [2010]
    flat = months(dict.fromkeys(range(2010, 2018), FLAT))
    made = annual_from_ytd({1: 9.0, 5: 52.0}, flat)
    assert made.months == (1, 2, 3, 4, 5) and made.part == 52.0


# --- laws ----------------------------------------------------------------------------------

SHIPPED = port_months(HOME, TOTAL)


@given(st.integers(1, 11), st.floats(1.0, 1e5), st.floats(-30, 60))
def test_ranges_hold_the_known_part_and_grow_with_the_level(month, part, trend):
    made = annual_from_part(part, range(1, month + 1), SHIPPED, trend_pct=trend)
    narrow, wide = made.interval(50), made.interval(95)
    assert part <= wide[0] <= narrow[0] <= narrow[1] <= wide[1]


@given(st.floats(1.0, 1e4), st.floats(0.001, 1e3))
def test_the_unit_does_not_matter(part, factor):
    one, other = (annual_from_part(p, [1, 2, 3], SHIPPED) for p in (part, part * factor))
    assert other.interval(80)[0] == pytest.approx(factor * one.interval(80)[0])


def test_more_months_leave_less_open():
    scales = [annual_from_part(1.0, range(1, k + 1), SHIPPED).scale for k in (1, 3, 6, 9, 11)]
    assert scales == sorted(scales, reverse=True) and scales[0] > 5 * scales[-1]


@pytest.mark.parametrize("series", [TOTAL, LADEN_IMPORTS])
@pytest.mark.parametrize("way", ["share", "growth"])
def test_years_left_out_fall_within_their_ranges(series, way):
    """Each year estimated from the others: 80 % ranges hold 9 to 15 of 15, 95 % at least 12."""
    wide = year_parts(port_months(HOME, series))
    for month in (3, 6, 9):
        hits = {80: 0, 95: 0}
        for year in wide.index[1:]:
            rest = months({int(y): row.tolist() for y, row in wide.drop(index=year).iterrows()})
            last = wide.loc[year - 1]
            more = {"last_total": last.sum(), "last_ytd": last[:month].sum()}
            ytd = {month: wide.loc[year, :month].sum()}
            made = annual_from_ytd(ytd, rest, **(more if way == "growth" else {}))
            assert made.way == way
            for level in hits:
                low, high = made.interval(level)
                hits[level] += low <= wide.loc[year].sum() <= high
        assert hits[80] >= 9 and hits[95] >= 12, (month, hits)


# --- what is refused -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ytd", "more"),
    [
        ({}, {}),
        ({12: 100.0}, {}),
        ({0: 1.0}, {}),
        ({3: 30.0, 6: 29.0}, {}),  # a running total cannot fall
        ({3: -1.0}, {}),
        ({3: 30.0}, {"last_total": 100.0, "last_ytd": 25.0, "growth_pct": 5.0}),  # 20 %, not 5
    ],
)
def test_totals_that_cannot_be(ytd, more):
    with pytest.raises(InputError):
        annual_from_ytd(ytd, SHIPPED, **more)


@pytest.mark.parametrize("chosen", [[], [0], [13], [3, 3], list(range(1, 13))])
def test_months_that_cannot_be(chosen):
    with pytest.raises(InputError):
        annual_from_part(1.0, chosen, SHIPPED)


def test_comparable_months_that_teach_nothing():
    with pytest.raises(InputError, match="comparable_has_too_few_whole_years"):
        annual_from_part(1.0, [1], months({2010: FLAT}))
    with pytest.raises(InputError):
        year_parts(pd.Series([1.0], index=pd.PeriodIndex(["2020Q1"], freq="Q")))
    with pytest.raises(InputError):
        year_parts(months({2010: [0.0] * 12}))
