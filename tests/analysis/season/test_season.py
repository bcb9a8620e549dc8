"""Quarters and months: the closed form by hand, its laws, and what it refuses."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import stdtrit

from analysis.data.errors import InputError
from analysis.forecast.kinds import KINDS, Prior, load_priors
from analysis.season import forecast_seasonal
from analysis.season.model import (
    MEMORY_YEARS,
    PERIODS,
    Ratios,
    covariance,
    growth_covariance,
    ratios_of,
    solve,
)

PRIOR = Prior("throughput", m=0.0, kappa=1.0, nu=1.0, s2=1.0, trust=1.0)
PARTS = Ratios(walk=1.0, season=0.75, chance=0.5)


def monthly(values, start="2020-01"):
    return pd.Series(
        np.asarray(values, dtype=float),
        index=pd.period_range(start, periods=len(values), freq="M"),
    )


def quarterly(values, start="2022Q1"):
    return pd.Series(
        np.asarray(values, dtype=float),
        index=pd.period_range(start, periods=len(values), freq="Q"),
    )


def wave(n, seed=0, size=0.05, freq=12):
    rng = np.random.default_rng(seed)
    t = np.arange(n)
    return np.exp(4 + 0.05 * t / freq + 0.2 * np.sin(2 * np.pi * t / freq) + rng.normal(0, size, n))


# --- by hand ---------------------------------------------------------------------------------


def test_two_quarters_by_hand():
    # z = 1 in the first quarter, 3 in the second; the third is wanted. Relative to the second:
    #   d = 1 - 3 = -2 with g = -1/4, f with g = +1/4, kappa = 1, m = 0.
    # Effects: variance 3/4 each, -(3/4)/3 = -1/4 between any two quarters; chance 1/2.
    # Walk 1/4 for each quarter of a year, past and future independent.
    #   var d = walk 1/4 + effects 2*3/4 + 2*1/4 = 2 + chance 1 + drift 1/16 = 53/16
    #   var f = the same, 53/16
    #   cov   = effects (-1/4 + 1/4 + 1/4 + 3/4) = 1 + chance 1/2 - drift 1/16 = 23/16
    # mean f = 23/53 * (-2), so z(3) = 3 - 46/53; shape = 53/16 - (23/16)^2 / (53/16)
    # nu = 1 + 1 = 2; 2 * s2 = 1 + (-2)^2 * 16/53
    found = solve(np.array([1.0, 3.0]), [8, 9], [10], 4, PRIOR, PARTS)
    assert found.mean[0] == pytest.approx(3 - 46 / 53)
    assert found.shape[0, 0] == pytest.approx(53 / 16 - (23 / 16) ** 2 / (53 / 16))
    assert found.nu == 2
    assert found.s2 == pytest.approx((1 + 64 / 53) / 2)
    # drift: cov(mu, d) = -1/4, so -1/4 * 16/53 * (-2) = 8/53; its own information is
    # g^2 / (var d without drift) = (1/16) / (13/4) = 1/52 against kappa = 1
    assert found.drift == pytest.approx(8 / 53)
    assert found.weight_own == pytest.approx((1 / 52) / (1 + 1 / 52))
    # effect of quarter 1: cov with d = 3/4 + 1/4 = 1; of quarter 3: -1/4 + 1/4 = 0
    assert found.season_mean == pytest.approx(np.array([-32, 32, 0, 0]) / 53)


def test_a_skipped_quarter_lies_between_its_neighbours():
    # Without season, chance and drift the level is a walk: half-way between 1 and 3, with the
    # variance of a bridge, (1/4 * 1/4) / (1/2) = 1/8.
    calm = Prior("throughput", 0.0, 1e12, 1.0, 1.0)
    found = solve(np.array([1.0, 3.0]), [8, 10], [9], 4, calm, Ratios(1.0, 0.0, 0.0))
    assert found.mean[0] == pytest.approx(2.0)
    assert found.shape[0, 0] == pytest.approx(1 / 8)


def test_a_year_of_steps_and_swings_brings_the_yearly_variance():
    swings = Prior("real_gdp", 0, 1, 1, 1, swing=3.0, persistence=0.4)
    for m in (4, 12):
        assert growth_covariance(m, m, swings).sum() == pytest.approx(1 + 3)
    # the level a year ahead, with neither season nor chance, times the walk's ratio
    cov = covariance(np.array([20]), 8, 12, swings, Ratios(1.5, 0.0, 0.0))
    assert cov[0, 0] == pytest.approx(1.5 * 4)


def test_effects_of_a_year_add_up_to_zero():
    found = solve(np.array([1.0, 3.0, 2.5, 0.2, 1.4]), [0, 1, 2, 3, 4], [5], 4, PRIOR, PARTS)
    assert found.season_mean.sum() == pytest.approx(0, abs=1e-12)
    assert np.abs(found.season_shape.sum(axis=0)).max() < 1e-12


def test_one_observation_leaves_growth_to_the_prior():
    made = forecast_seasonal(quarterly([60.0]), h=4, kind="throughput")
    prior = load_priors()["throughput"]
    assert made.basis == made.season_basis == "prior only"
    assert made.weight_own == made.season_own == 0
    # a year on, the same quarter: the median has moved by the prior's yearly drift
    assert made.median("2023Q1") == pytest.approx(60 * math.exp(prior.m))
    # walk + drift + chance at both ends + what the pattern changes within a year, times s2
    parts = ratios_of("throughput", "Q")
    spread = parts.walk + 1 / prior.kappa + 2 * parts.chance + 2 * parts.season * (1 - parts.keep)
    far = math.sqrt(prior.s2 * spread) * stdtrit(prior.nu, 0.9)
    assert made.quantile(0.9, "2023Q1") == pytest.approx(60 * math.exp(prior.m + far))


# --- laws ------------------------------------------------------------------------------------


@given(
    values=st.lists(st.floats(0.5, 5000), min_size=1, max_size=30),
    factor=st.floats(1e-3, 1e3),
    kind=st.sampled_from([k for k, v in KINDS.items() if v.scale == "log" and not v.offset]),
)
def test_another_unit_changes_only_the_unit(values, factor, kind):
    p = [0.1, 0.5, 0.9]
    one = forecast_seasonal(monthly(values), 3, kind=kind)
    other = forecast_seasonal(monthly(np.array(values) * factor), 3, kind=kind)
    for period in one.periods:
        assert other.quantile(p, period) == pytest.approx(factor * one.quantile(p, period))


@given(
    values=st.lists(st.floats(0.5, 90), min_size=1, max_size=20),
    kind=st.sampled_from(["throughput", "share", "count", "nominal_gdp"]),
    keep=st.lists(st.booleans(), min_size=20, max_size=20),
)
def test_quantiles_rise_and_stay_possible_with_any_gaps(values, kind, keep):
    series = quarterly(values)
    series = series[[*keep[: len(values) - 1], True]]
    made = forecast_seasonal(series, 6, kind=kind)
    for period in made.periods:
        found = made.quantile(np.arange(1, 100) / 100, period)
        assert (np.diff(found) >= 0).all()
        assert found.min() >= 0 and (kind != "share" or found.max() <= 100)
        if kind not in ("share", "count"):
            assert found.min() > 0


@pytest.mark.parametrize("freq", ["M", "Q"])
def test_the_same_period_a_year_later_is_less_sure(freq):
    m = PERIODS[freq]
    series = (monthly if freq == "M" else quarterly)(wave(5 * m, freq=m))
    made = forecast_seasonal(series, 5 * m, kind="throughput")
    width = np.log(made.table()["hi-80"] / made.table()["lo-80"]).to_numpy()
    assert (width[m:] > width[:-m]).all()


def test_probability_and_quantile_agree_and_directions_add_up():
    made = forecast_seasonal(monthly(wave(30)), 12, kind="trade")
    for p in (0.03, 0.4, 0.97):
        target = made.quantile(p, "2023-02")
        assert made.probability(target, "2023-02", -1) == pytest.approx(p)
        assert made.probability(target, "2023-02") == pytest.approx(1 - p)
    assert made.probability(0, "2023-02") == 1 and made.probability(0, "2023-02", -1) == 0


def test_bounds_of_shares_and_counts():
    share = forecast_seasonal(quarterly([99.5, 100, 100, 100]), 4, kind="share")
    assert share.interval(95, "2023Q2")[1] == 100
    assert 0 < share.probability(100, "2023Q2") < 1 and share.probability(100.5, "2023Q2") == 0
    none = forecast_seasonal(quarterly([0.0, 1, 0, 0, 1, 0]), 4, kind="count")
    assert 0 < none.probability(0, "2024Q1", -1) < 1 and none.quantile(0.05, "2024Q1") == 0


def test_paths_agree_with_quantiles_and_hang_together():
    made = forecast_seasonal(monthly(wave(40)), 14, kind="throughput")
    paths = made.paths(40_000, seed=3)
    assert paths.shape == (40_000, 14)
    for place in (0, 13):
        for p in (0.1, 0.5, 0.9):
            below = (paths[:, place] <= made.quantile(p, made.periods[place])).mean()
            # binomial error of 40 000 draws: at most 0.0025; four of them
            assert below == pytest.approx(p, abs=0.01)
    assert np.corrcoef(np.log(paths[:, [8, 9]]).T)[0, 1] > 0.2  # one level carries both
    assert (made.paths(7, seed=1) == made.paths(7, seed=1)).all()
    assert made.paths(7).shape == (7, 14)


def test_periods_beyond_the_horizon_agree_with_a_longer_forecast():
    series = monthly(wave(20))
    short = forecast_seasonal(series, 2, kind="generic")
    long = forecast_seasonal(series, 30, kind="generic")
    assert short.interval(80, "2024-02") == pytest.approx(long.interval(80, "2024-02"))


def test_only_the_latest_years_speak():
    values = wave(12 * (MEMORY_YEARS + 3))
    whole = forecast_seasonal(monthly(values), 5, kind="generic")
    tail = monthly(values).iloc[-12 * MEMORY_YEARS :]
    late = forecast_seasonal(tail, 5, kind="generic")
    assert whole.table()["hi-95"].to_numpy() == pytest.approx(late.table()["hi-95"].to_numpy())
    assert whole.n == 12 * (MEMORY_YEARS + 3)


def test_a_known_pattern_is_recovered():
    # About 20 % up in April, 20 % down in October, 5 % growth a year, chance of 3 %.
    truth = 0.2 * np.sin(2 * np.pi * np.arange(12) / 12)
    rng = np.random.default_rng(11)
    z = 4 + 0.004 * np.arange(72) + np.tile(truth, 6) + rng.normal(0, 0.03, 72)
    made = forecast_seasonal(monthly(np.exp(z)), kind="generic")
    found = made.posterior()
    far = 2.5 * np.sqrt(found.s2 * found.season_shape.diagonal())
    assert (np.abs(found.season_mean - truth) < far).all()
    assert np.abs(found.season_mean - truth).max() < 0.05
    assert made.season_own > 0.6 and made.season_basis == "series+prior"
    flat = forecast_seasonal(monthly(np.exp(z)).iloc[:11], kind="generic")
    assert flat.season_basis == "prior only"


@pytest.mark.parametrize("freq", ["M", "Q"])
def test_coverage_when_the_model_is_true(freq):
    # Draw mu, sigma2 and the series from the model itself; then each interval must hold its
    # share. 600 worlds: binomial error of 80 % is 1.6 %, of 50 % is 2 %; three of them.
    m = PERIODS[freq]
    n, worlds = 2 * m, 600
    prior = Prior("generic", m=0.04, kappa=4.0, nu=5.0, s2=0.002)
    parts = ratios_of("generic", freq)
    rng = np.random.default_rng(5)
    when = np.arange(n + m)
    g = (when - (n - 1)) / m
    root = np.linalg.cholesky(covariance(when, n - 1, m, prior, parts))
    score = np.empty((worlds, 2))
    for world in range(worlds):
        sigma2 = prior.nu * prior.s2 / rng.chisquare(prior.nu)
        mu = prior.m + math.sqrt(sigma2 / prior.kappa) * rng.standard_normal()
        z = 3 + mu * g + math.sqrt(sigma2) * (root @ rng.standard_normal(n + m))
        made = solve(z[:n], list(range(n)), list(range(n, n + m)), m, prior, parts)
        last = (z[-1] - made.mean[-1]) / math.sqrt(made.s2 * made.shape[-1, -1])
        total = (z[n:] - made.mean).sum() / math.sqrt(made.s2 * made.shape.sum())
        score[world] = np.abs([last, total])
    for level in (50, 80):
        share = (score <= stdtrit(made.nu, 0.5 + level / 200)).mean(axis=0)
        error = 3 * math.sqrt(level / 100 * (1 - level / 100) / worlds)
        assert share == pytest.approx(level / 100, abs=error)


# --- the year's total ------------------------------------------------------------------------


def test_a_complete_year_is_its_sum():
    made = forecast_seasonal(quarterly([10.0, 12, 13, 15, 11]), kind="throughput")
    year = made.year_total(2022)
    assert year.settled and year.known == year.median() == 50.0  # 10 + 12 + 13 + 15
    assert year.interval(95) == (50.0, 50.0)
    assert [year.probability(50), year.probability(50.1), year.probability(50, -1)] == [1, 0, 1]


def test_the_running_year_is_known_plus_paths():
    made = forecast_seasonal(quarterly(wave(10, freq=4)), kind="throughput")  # to 2024Q2
    year = made.year_total(2024, size=40_000)
    known = made.observed[made.last.ordinal - 1] + made.observed[made.last.ordinal]
    assert year.known == pytest.approx(known) and year.n_known == 2
    assert year.draws.min() > known
    # the same question by the forecast's own paths, drawn apart
    other = known + made.paths(40_000, seed=9)[:, :2].sum(axis=1)
    for p in (0.1, 0.5, 0.9):
        assert (other <= year.quantile(p)).mean() == pytest.approx(p, abs=0.015)
    assert year.probability(year.quantile(0.7), -1) == pytest.approx(0.7, abs=1e-3)
    assert made.year_total(2026).n_known == 0


def test_more_known_months_leave_less_open():
    series = monthly(wave(12 * 4 + 9))
    width = []
    for months in (3, 6, 9):
        year = forecast_seasonal(series.iloc[: 48 + months], kind="throughput").year_total(2024)
        low, high = year.interval(80)
        width.append(high - low)
    assert width[0] > width[1] > width[2]


def test_a_month_skipped_in_the_running_year_is_drawn():
    series = monthly(wave(42))  # to June 2023
    gap = series.drop(pd.Period("2023-02", "M"))
    whole = forecast_seasonal(series, kind="throughput").year_total(2023)
    year = forecast_seasonal(gap, kind="throughput").year_total(2023)
    assert year.n_known == 5 and whole.n_known == 6
    low, high = year.interval(95)
    assert low < whole.median() < high
    assert high - low > whole.interval(95)[1] - whole.interval(95)[0]


def test_a_share_has_a_mean_not_a_sum():
    series = quarterly([40.0, 42, 44, 46, 44])
    assert forecast_seasonal(series, kind="share").year_total(2022).median() == 43.0
    assert forecast_seasonal(series, kind="throughput").year_total(2022).median() == 172.0
    chosen = forecast_seasonal(series, kind="throughput", total="mean")
    assert chosen.year_total(2022).median() == 43.0


# --- tables ----------------------------------------------------------------------------------


def test_table_and_default_horizon():
    made = forecast_seasonal(monthly(wave(21)), level=[80], kind="throughput")  # to Sept 2021
    table = made.table()
    assert table.columns.tolist() == ["period", "median", "lo-80", "hi-80"]
    assert str(table["period"].iloc[-1]) == "2022-12" and len(table) == 15
    assert len(forecast_seasonal(monthly(wave(12)), kind="throughput").periods) == 12
    until = forecast_seasonal(monthly(wave(21)), until="2021-12", kind="throughput")
    assert len(until.periods) == 3


def test_a_borrowed_pattern_is_told_from_an_own_one():
    short = forecast_seasonal(monthly(wave(9)), kind="nominal_gdp")
    long = forecast_seasonal(monthly(wave(40)), kind="throughput")
    assert (short.season_basis, long.season_basis) == ("prior only", "series+prior")
    assert short.season_own < long.season_own


# --- what is refused -------------------------------------------------------------------------


def change(position, value):
    values = [10.0, 12.0, 13.0, 15.0]
    values[position] = value
    return quarterly(values)


GOOD = quarterly([10.0, 12, 13, 15])
WRONG = {
    "missing value": change(1, math.nan),
    "infinite": change(1, math.inf),
    "negative": change(1, -3.0),
    "zero": change(1, 0.0),
    "empty": quarterly([]),
    "twice": pd.concat([GOOD, GOOD.iloc[-1:]]),
    "descending": GOOD.iloc[::-1],
    "weeks": pd.Series([1.0, 2.0], index=pd.period_range("2024-01-01", periods=2, freq="W")),
    "years": pd.Series([1.0, 2.0], index=pd.period_range("2023", periods=2, freq="Y")),
    "fiscal quarters": pd.Series(
        [1.0, 2.0], index=pd.period_range("2024Q1", periods=2, freq="Q-MAR")
    ),
    "text": pd.Series([1.0, 2.0], index=["2024-01", "2024-02"]),
    "dates": pd.Series([1.0, 2.0], index=pd.to_datetime(["2024-01-01", "2024-02-01"])),
    "no period": pd.Series([1.0, 2.0], index=pd.PeriodIndex(["2024-01", None], freq="M")),
    "a list": [1.0, 2.0],
}


@pytest.mark.parametrize("name", WRONG)
def test_a_series_that_needs_repair_is_refused(name):
    with pytest.raises(InputError) as caught:
        forecast_seasonal(WRONG[name], kind="throughput")
    assert caught.value.column == "series"


def test_the_refusal_names_the_line_that_converts():
    with pytest.raises(InputError, match=r"pd\.PeriodIndex"):
        forecast_seasonal(WRONG["text"], kind="throughput")
    with pytest.raises(InputError, match="to_period"):
        forecast_seasonal(WRONG["dates"], kind="throughput")


@pytest.mark.parametrize(
    ("options", "column"),
    [
        ({"h": 0}, "h"),
        ({"h": 41}, "h"),
        ({"h": True}, "h"),
        ({"h": 2.0}, "h"),
        ({"h": 2, "until": "2023Q2"}, "until"),
        ({"until": "2022Q4"}, "until"),
        ({"until": "2033Q1"}, "until"),
        ({"until": "soon"}, "until"),
        ({"until": 2024}, "until"),
        ({"level": 0}, "level"),
        ({"level": (50, 100)}, "level"),
        ({"kind": "growth_rate"}, "kind"),
        ({"kind": "gdp"}, "kind"),
        ({"total": "max"}, "total"),
    ],
)
def test_options_out_of_range_are_refused(options, column):
    with pytest.raises(InputError) as caught:
        forecast_seasonal(GOOD, **{"kind": "throughput", **options})
    assert caught.value.column == column


def test_questions_out_of_range_are_refused():
    made = forecast_seasonal(GOOD.iloc[1:], 4, kind="throughput")  # 2022Q2 to 2022Q4
    wrong = {
        "p": lambda: made.quantile(1.0, "2023Q1"),
        "period": lambda: made.median("2022Q4"),
        "direction": lambda: made.probability(3, "2023Q1", 0),
        "target": lambda: made.probability(math.nan, "2023Q1"),
        "level": lambda: made.interval(100, "2023Q1"),
        "size": lambda: made.paths(0),
        "year": lambda: made.year_total(2022),  # the first quarter is not known
    }
    for column, question in wrong.items():
        with pytest.raises(InputError) as caught:
            question()
        assert caught.value.column == column
    for year in (1999, 2033, 2023.0, "2023"):
        with pytest.raises(InputError):
            made.year_total(year)
    for period in ("2023", "2033Q1", 5, None, pd.Period("2023-02", "M")):
        with pytest.raises(InputError):
            made.median(period)


def test_a_share_is_not_taken_for_a_level_of_a_period_or_a_year():
    made = forecast_seasonal(GOOD, 4, kind="throughput")
    for ask in (
        lambda: made.interval(0.8, made.periods[0]),
        lambda: made.year_total(made.periods[-1].year).interval(0.8),
    ):
        with pytest.raises(InputError, match="interval_level_out_of_range") as caught:
            ask()
        assert caught.value.nearest == "80"


def test_the_import_is_light():
    code = (
        "import sys, analysis.season\n"
        "heavy = {'statsmodels', 'matplotlib', 'scipy.stats', 'scipy.special'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("values", [[True] * 3, pd.to_datetime(["2024-01"] * 3)])
def test_truth_values_and_dates_are_no_figures(values: object) -> None:
    months = pd.period_range("2024-01", periods=3, freq="M")
    with pytest.raises(InputError, match="period_value_not_finite"):
        forecast_seasonal(pd.Series(values, index=months), 3, kind="generic")


def test_a_seed_that_is_none_is_named() -> None:
    boxes = pd.Series([60.0, 61.0], index=pd.period_range("2024-01", periods=2, freq="M"))
    with pytest.raises(InputError):
        forecast_seasonal(boxes, kind="throughput").paths(10, seed="one")  # type: ignore[arg-type]
