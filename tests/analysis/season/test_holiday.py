"""The Spring Festival: dates from sun and moon, shares by hand, a known effect found again."""

from __future__ import annotations

import datetime as dt
import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from roots import HOME

from analysis.data.errors import InputError
from analysis.season import holiday
from analysis.season.holiday import (
    AROUND,
    SPRING_FESTIVAL,
    WHOLE,
    Window,
    holiday_effect,
    holiday_regressors,
    made_series,
    seasonal_adjust,
    spring_festival,
)
from analysis.season.structure import fit_structure, log_series
from planeval.chapters.port_year import LADEN_IMPORTS, TOTAL, port_months

TRUE = 100 * math.expm1(-0.2)  # an effect of -0.2 log points is -18.1 %


# --- the dates, computed again from sun and moon -------------------------------------------
# Meeus, Astronomical Algorithms (2nd ed. 1998): chapter 49 (new moon, terms above 1 minute),
# chapter 25 (the sun's apparent longitude), Espenak and Meeus (2006) for TT - UT about 70 s.


def _day(julian_tt: float) -> int:
    """Beijing's day number of an instant."""
    return math.floor(julian_tt - 70 / 86400 + 8 / 24 + 0.5)


def _new_moon(k: int) -> float:
    t = k / 1236.85
    jde = 2451550.09766 + 29.530588861 * k + 0.00015437 * t * t
    sun = math.radians(2.5534 + 29.10535670 * k)
    moon = math.radians(201.5643 + 385.81693528 * k + 0.0107582 * t * t)
    far = math.radians(160.7108 + 390.67050284 * k - 0.0016118 * t * t)
    node = math.radians(124.7746 - 1.56375588 * k + 0.0020672 * t * t)
    e = 1 - 0.002516 * t
    return (
        jde
        - 0.40720 * math.sin(moon)
        + 0.17241 * e * math.sin(sun)
        + 0.01608 * math.sin(2 * moon)
        + 0.01039 * math.sin(2 * far)
        + 0.00739 * e * math.sin(moon - sun)
        - 0.00514 * e * math.sin(moon + sun)
        + 0.00208 * e * e * math.sin(2 * sun)
        - 0.00111 * math.sin(moon - 2 * far)
        - 0.00057 * math.sin(moon + 2 * far)
        + 0.00056 * e * math.sin(2 * moon + sun)
        - 0.00042 * math.sin(3 * moon)
        - 0.00017 * math.sin(node)
    )


def _longitude(jde: float) -> float:
    t = (jde - 2451545) / 36525
    m = math.radians(357.52911 + 35999.05029 * t)
    centre = (1.914602 - 0.004817 * t) * math.sin(m) + 0.019993 * math.sin(2 * m)
    node = math.radians(125.04 - 1934.136 * t)
    return (280.46646 + 36000.76983 * t + centre - 0.00569 - 0.00478 * math.sin(node)) % 360


def _when(year: int, longitude: float) -> float:
    """Return when the sun stands at a longitude, searched from 1 November of the year before."""
    low = (dt.date(year - 1, 11, 1) - dt.date(2000, 1, 1)).days + 2451544.5
    angle = (longitude - _longitude(low)) % 360
    t = low + angle / 360 * 365.2422
    for _ in range(20):
        t += ((longitude - _longitude(t) + 180) % 360 - 180) / 360 * 365.2422
    return t


def _computed(year: int) -> dt.date:
    """The rule of GB/T 33661-2017: month 11 holds the winter solstice; a leap month holds no
    major term, is the first such, and only where thirteen months lie between two solstices."""

    def eleventh(solstice: int) -> int:
        k = round((solstice - 2451550) / 29.530588861) + 1
        while _day(_new_moon(k)) > solstice:
            k -= 1
        return k

    first = eleventh(_day(_when(year, 270)))
    last = eleventh(_day(_when(year + 1, 270)))
    months = [first + n for n in range(last - first)]
    terms = [_day(_when(year, (270 + 30 * n) % 360)) for n in range(1, 5)]
    number, leap_seen = 11, False
    for k in months[1:]:
        starts, ends = _day(_new_moon(k)), _day(_new_moon(k + 1))
        bare = not any(starts <= day < ends for day in terms)
        leap = len(months) == 13 and bare and not leap_seen
        leap_seen = leap_seen or leap
        number += 0 if leap else 1
        if number == 13:
            return dt.date(2000, 1, 1) + dt.timedelta(days=starts - 2451545)
    raise AssertionError(year)


@pytest.mark.parametrize("year", sorted(SPRING_FESTIVAL))
def test_every_date_follows_from_sun_and_moon(year):
    assert _computed(year) == spring_festival(year)


def test_the_known_hard_years():
    # Hong Kong Observatory: 3 February 2030, where folk calendars print 2 February (new moon at
    # 0:07); 2034 after the leap eleventh month: 19 February, a day after the sun reached 330
    assert spring_festival(2030) == dt.date(2030, 2, 3)
    assert spring_festival(2034) == dt.date(2034, 2, 19)
    for early, late in itertools.pairwise(sorted(SPRING_FESTIVAL)):
        gap = (SPRING_FESTIVAL[late] - SPRING_FESTIVAL[early]).days
        assert gap in (353, 354, 355, 383, 384, 385)  # twelve or thirteen lunar months
    with pytest.raises(InputError, match="1990"):
        spring_festival(1989)


# --- the regressor -------------------------------------------------------------------------


def test_shares_by_hand():
    months = pd.period_range("2011-01", "2012-12", freq="M")
    x = holiday_regressors(months, AROUND, centred=False)
    # 2012: 23 January. Week before 16-22 January; week 23-29 January; after: 30 January to
    # 12 February, 2 of 14 days in January
    assert x.loc["2012-01"].tolist() == pytest.approx([1, 1, 2 / 14])
    assert x.loc["2012-02"].tolist() == pytest.approx([0, 0, 12 / 14])
    # 2011: 3 February. Week before 27 January to 2 February: 5 of 7 days in January
    assert x.loc["2011-01"].tolist() == pytest.approx([5 / 7, 0, 0])


@given(st.integers(-20, 40), st.integers(0, 30), st.integers(1991, 2038))
def test_a_year_holds_every_window_once_and_centring_moves_nothing_between_years(first, more, year):
    window = [Window("w", first, min(first + more, 75))]
    year_months = pd.period_range(f"{year - 1}-12", f"{year}-12", freq="M")
    raw = holiday_regressors(year_months, window, centred=False)["w"]
    assert raw.sum() == pytest.approx(1) and raw.min() >= 0
    whole = pd.period_range("1990-01", "2040-12", freq="M")
    x = holiday_regressors(whole, window)["w"]
    assert np.abs(x.groupby(whole.month).mean()).max() < 1e-12  # mean zero over the years


def test_quarters_are_the_sums_of_their_months():
    months = pd.period_range("2010-01", "2019-12", freq="M")
    quarters = pd.period_range("2010Q1", "2019Q4", freq="Q")
    window = [Window("late", 30, 57)]
    x = holiday_regressors(months, window, centred=False)["late"]
    summed = x.groupby(months.asfreq("Q")).sum()
    found = holiday_regressors(quarters, window, centred=False)["late"]
    assert found.to_numpy() == pytest.approx(summed.to_numpy())


@pytest.mark.parametrize(
    ("index", "windows"),
    [
        (pd.period_range("1985-01", periods=24, freq="M"), WHOLE),
        (pd.period_range("2030-01", "2041-12", freq="M"), WHOLE),
        (pd.period_range("2010", periods=5, freq="Y"), WHOLE),
        (pd.period_range("2010-01", periods=24, freq="M"), ()),
        (pd.period_range("2010-01", periods=24, freq="M"), (*WHOLE, *WHOLE)),
    ],
)
def test_regressors_refuse(index, windows):
    with pytest.raises(InputError):
        holiday_regressors(index, windows)


@pytest.mark.parametrize(("first", "last"), [(3, 2), (-76, 0), (0, 76)])
def test_windows_refuse(first, last):
    with pytest.raises(InputError):
        Window("w", first, last)


# --- a known effect, found again -----------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_a_known_effect_is_recovered_within_its_interval(seed):
    row = holiday_effect(made_series(beta=-0.2, seed=seed)).table.iloc[0]
    assert row.lo_pct < TRUE < row.hi_pct
    assert row.hi_pct < 0 and row.hi_pct - row.lo_pct < 20  # told from none, and not by width


@pytest.mark.slow
def test_intervals_hold_their_level_and_no_effect_is_seldom_seen():
    # twenty series with no effect: at 95 % one false alarm is expected, more than four would
    # come about once in four hundred (binomial)
    alarms = sum(
        holiday_effect(made_series(beta=0.0, seed=seed)).distinguishable for seed in range(20)
    )
    assert alarms <= 4


def _misses(windows) -> float:
    """Root mean square error of January and February 2020-2022, forecast from the twelve years
    before each, in %: festivals on 25 January, 12 February and 1 February."""
    series, errors = made_series(beta=-0.3, seed=5, years=15), []
    for year in (2020, 2021, 2022):
        known, coming = series[: f"{year - 1}-12"], series[f"{year}-01" : f"{year}-02"]
        logs = log_series(known)
        x = None if windows is None else holiday_regressors(logs.index, windows)
        fit = fit_structure(logs, x)
        season = pd.Series(fit.season, index=logs.index)[f"{year - 1}-01" : f"{year - 1}-02"]
        ahead = fit.level[-1] + 0.004 * np.arange(1, 3) + season.to_numpy()
        if windows is not None:
            ahead = ahead + holiday_regressors(coming.index, windows).to_numpy() @ fit.beta
        errors += list(np.log(coming.to_numpy()) - ahead)
    return float(100 * np.sqrt(np.mean(np.square(errors))))


def test_without_the_regressor_january_and_february_are_missed():
    with_it, without = _misses(WHOLE), _misses(None)
    # the noise alone is 2 % a month on a level of 1 % steps
    assert with_it < 4 and without > 1.7 * with_it


def test_the_recovery_fails_when_the_regressor_is_dropped(monkeypatch):
    """With another year's festivals in its place the effect is not found."""
    wrong = {year: SPRING_FESTIVAL.get(year + 9, day) for year, day in SPRING_FESTIVAL.items()}
    wrong = {year: day.replace(year=year) for year, day in wrong.items()}
    series = made_series(beta=-0.2, seed=1)
    monkeypatch.setattr(holiday, "SPRING_FESTIVAL", wrong)
    row = holiday_effect(series).table.iloc[0]
    assert not row.lo_pct < TRUE < row.hi_pct


def test_a_quarterly_effect_is_recovered_too():
    months = made_series(beta=0.0, seed=3, years=20)
    quarters = months.groupby(months.index.asfreq("Q")).sum()
    window = [Window("late", 30, 57)]  # comes to the second quarter in some years
    x = holiday_regressors(quarters.index, window)["late"].to_numpy()
    row = holiday_effect(quarters * np.exp(-0.1 * x), window).table.iloc[0]
    assert row.lo_pct < 100 * math.expm1(-0.1) < row.hi_pct < 0


# --- seasonal adjustment -------------------------------------------------------------------


def test_a_known_season_is_taken_out_and_the_parts_multiply():
    series = made_series(beta=-0.2, seed=2)
    found = seasonal_adjust(series, holiday=WHOLE)
    parts = found.table
    product = parts.trend * parts.seasonal * parts.holiday * parts.irregular
    assert np.allclose(product, parts.observed) and np.allclose(parts.observed, series)
    assert np.allclose(parts.adjusted, parts.trend * parts.irregular)
    # the season put in: 0.08 * sin(2 pi (month + 1) / 12), found within its noise of 2 %
    true = 0.08 * np.sin(2 * np.pi * (series.index.month + 1) / 12)
    assert np.abs(np.log(parts.seasonal) - true).max() < 0.03
    assert (parts.adjusted_lo < parts.adjusted).all() and (parts.adjusted < parts.adjusted_hi).all()
    assert found.end_error_pct > found.mid_error_pct > 0 and found.revision_pct > 0


def test_left_in_the_festival_stays_in_the_adjusted_series():
    series = made_series(beta=-0.3, seed=4)
    cleaned, plain = (seasonal_adjust(series, holiday=w).table for w in (WHOLE, None))
    first = series.index.month <= 2
    rough = [np.log(part.irregular)[first].std() for part in (cleaned, plain)]
    assert rough[1] > 1.5 * rough[0]
    assert (plain.holiday == 1).all()


def test_first_figures_are_revised_about_as_much_as_announced():
    """The revision read from the filter agrees with adjusting the shorter series for real."""
    series = made_series(beta=0.0, seed=6)
    found = seasonal_adjust(series)
    changes = []
    for end in range(72, 108, 4):
        early = seasonal_adjust(series.iloc[:end]).table["seasonal"].iloc[-1]
        changes.append(np.log(found.table["seasonal"].iloc[end - 1] / early))
    real = 100 * np.sqrt(np.mean(np.square(changes)))
    assert found.revision_pct / 2 < real < 2 * found.revision_pct


def test_gaps_are_bridged_and_not_filled():
    series = made_series(beta=0.0, seed=7).drop(pd.Period("2012-05", freq="M"))
    parts = seasonal_adjust(series).table
    assert np.isnan(parts.loc["2012-05", "adjusted"]) and parts.loc["2012-05", "trend"] > 0


@settings(max_examples=5)
@given(st.floats(0.01, 1e6))
def test_the_unit_does_not_matter(factor):
    series = made_series(beta=-0.1, seed=8, years=6)
    one, other = (seasonal_adjust(s).table["seasonal"] for s in (series, factor * series))
    assert np.allclose(one, other, atol=2e-3)


@pytest.mark.parametrize(
    "series",
    [
        made_series(beta=0.0, seed=1, years=4),
        pd.Series([5.0] * 72, index=pd.period_range("2015-01", periods=72, freq="M")),
        pd.Series([1.0] * 10, index=range(2010, 2020)),
        -made_series(beta=0.0, seed=1),
    ],
)
def test_adjustment_refuses(series):
    with pytest.raises(InputError):
        seasonal_adjust(series)


# --- the shipped months --------------------------------------------------------------------


def test_the_shipped_months_agree_with_a_report_of_their_time():
    """pmmonlinenews.com, April 2013: March 2013 195,103 TEU, March 2012 217,162, first quarter
    of 2013 642,959; laden imports in March 2013 84,390."""
    total, laden = port_months(HOME, TOTAL), port_months(HOME, LADEN_IMPORTS)
    assert total["2013-03"] == 195_103 and total["2012-03"] == 217_162
    assert total["2013-01":"2013-03"].sum() == 642_959 and laden["2013-03"] == 84_390
    for months in (total, laden):
        assert len(months) == 203 and months.index.is_monotonic_increasing  # 2008-01 to 2024-11
        assert len(months.index.unique()) == 203


def test_months_are_not_used_before_they_were_public(tmp_path):
    known = port_months(HOME, as_of=dt.date(2021, 3, 1))
    assert str(known.index[-1]) == "2020-12"  # 31 December + 60 days = 1 March
    assert port_months(HOME, as_of=dt.date(2007, 1, 1)) is None
    assert port_months(HOME, "no-such-port") is None and port_months(tmp_path) is None


def test_factories_that_stop_are_seen_across_the_ocean_four_weeks_later():
    laden = port_months(HOME, LADEN_IMPORTS)
    found = holiday_effect(laden, [Window("arrival", 21, 48)])
    assert found.distinguishable and found.table.hi_pct.iloc[0] < 0
