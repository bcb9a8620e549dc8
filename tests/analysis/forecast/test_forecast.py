"""The forecast: hand-worked posteriors, laws that must hold, and mistakes with their cure."""

from __future__ import annotations

import math
import pickle
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from analysis.data.errors import InputError
from analysis.forecast import MODELS, forecast, walk
from analysis.forecast.counts import CountMargins
from analysis.forecast.distribution import Forecast
from analysis.forecast.joint import correlation_sensitivity, estimate_correlation, joint_paths
from analysis.forecast.kinds import KINDS, Prior, load_priors
from analysis.forecast.margins import StudentMargins
from analysis.forecast.walk import lean, predict

ZONE = pd.Series({2015: 125.98, 2020: 182.0, 2024: 226.0})
PLAIN = Prior("real_gdp", m=0.05, kappa=6.0, nu=3.0, s2=0.002)
LOG_KINDS = [name for name, kind in KINDS.items() if kind.scale == "log" and not kind.offset]


def steady(kind: str) -> pd.Series:
    """Three observations with gaps that any kind can take."""
    return pd.Series({2015: 40.0, 2020: 52.0, 2024: 60.0}) if kind != "growth_rate" else ZONE / 30


# --- numbers by hand ----------------------------------------------------------------------


def test_three_points_with_gaps_by_hand() -> None:
    # Logs 0.0, 0.5, 0.8 in 2015, 2020, 2024; m = 0.05, kappa = 6, nu = 3, s2 = 0.002.
    # Changes 0.5 over 5 and 0.3 over 4 years: own drift 0.8 / 9.
    # kappa_n = 6 + 9 = 15;  m_n = (6 * 0.05 + 0.8) / 15 = 1.1 / 15 = 0.073333
    # misfit = (0.5 - 5a)^2 / 5 + (0.3 - 4a)^2 / 4 + (6 * 9 / 15) (a - 0.05)^2,  a = 0.088889
    #        = 0.000617 + 0.000772 + 0.005444 = 0.006833
    # nu_n = 3 + 2 = 5;  s2_n = (3 * 0.002 + 0.006833) / 5 = 0.0025667
    # five years on: centre 0.8 + 5 * 0.073333 = 1.166667; variance s2_n (5 + 25 / 15)
    z = np.array([0.0, 0.5, 0.8])
    found = predict(z, [2015, 2020, 2024], 5, PLAIN)
    assert found.drift == pytest.approx(1.1 / 15)
    assert found.nu == 5
    assert found.s2 == pytest.approx(0.0128333 / 5, rel=1e-4)
    assert found.mean[4] == pytest.approx(1.1666667)
    assert found.shape[4, 4] == pytest.approx(5 + 25 / 15)
    assert found.weight_own == pytest.approx(9 / 15)


def test_one_level_is_the_prior_alone() -> None:
    # No change seen: centre z + h m, variance s2 (h + h^2 / kappa), nu untouched.
    found = predict(np.array([2.0]), [2024], 3, PLAIN)
    assert found.mean.tolist() == pytest.approx([2.05, 2.10, 2.15])
    assert found.shape.diagonal().tolist() == pytest.approx([1 + 1 / 6, 2 + 4 / 6, 3 + 9 / 6])
    assert (found.s2, found.nu, found.weight_own) == (0.002, 3.0, 0.0)


def test_growth_swings_by_hand() -> None:
    # Two rates a year apart, swing 1, persistence 0.5, mean known (kappa huge), m = 0:
    # K = [[2, .5, .25], [.5, 2, .5], [.25, .5, 2]] for the rates of 2023, 2024, 2025.
    # Regression of the third on the first two, K22^-1 = [[2, -.5], [-.5, 2]] / 3.75:
    #   [.25, .5] K22^-1 = [.5 - .25, -.125 + 1] / 3.75 = [.25, .875] / 3.75
    # With rates 3 and 6: centre (0.75 + 5.25) / 3.75 = 1.6; variance 2 - (.0625 + .4375) / 3.75
    prior = Prior("growth_rate", 0.0, 1e12, 3.0, 1.0, swing=1.0, persistence=0.5)
    found = predict(np.array([3.0, 6.0]), [2023, 2024], 1, prior, rate=True)
    assert found.mean[0] == pytest.approx(1.6)
    assert found.shape[0, 0] == pytest.approx(2 - 0.5 / 3.75)


def test_trust_weighs_the_misfit() -> None:
    # One change of 0.25 over one year against m = 0.05: misfit 0.2^2 / (1 + 1/6) = 0.0342857.
    # trust 0.5: nu_n = 3.5, s2_n = (3 * 0.002 + 0.5 * 0.0342857) / 3.5 = 0.0066122
    found = predict(np.array([0.0, 0.25]), [2023, 2024], 1, replace(PLAIN, trust=0.5))
    assert found.nu == 3.5
    assert found.s2 == pytest.approx(0.0231429 / 3.5, rel=1e-4)


def test_quantiles_are_those_of_the_student_t_on_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    priors = {**load_priors(), "real_gdp": PLAIN}
    monkeypatch.setattr("analysis.forecast.load_priors", lambda: priors)
    f = forecast(pd.Series({2023: 100.0, 2024: 110.0}), h=2, kind="real_gdp")
    # kappa_n = 7, d = ln 1.1 = 0.0953102: m_n = (0.3 + 0.0953102) / 7 = 0.0564729
    # s2_n = (0.006 + 0.0453102^2 / (1 + 1/6)) / 4 = 0.00193993; two years: 2 + 4/7
    scale = math.sqrt(0.00193993 * (2 + 4 / 7))
    low, high = f.interval(80, 2026)
    assert f.median(2026) == pytest.approx(110 * math.exp(2 * 0.0564729), rel=1e-5)
    assert high == pytest.approx(110 * math.exp(0.1129458 + scale * stats.t.ppf(0.9, 4)), rel=1e-4)
    assert low == pytest.approx(110 * math.exp(0.1129458 - scale * stats.t.ppf(0.9, 4)), rel=1e-4)
    assert f.probability(high, 2026) == pytest.approx(0.1, abs=1e-9)


def test_two_alike_comparators_by_hand() -> None:
    # Each grew 0.10 a year over 6 years, so 1/I = 1/6 = 1/kappa; m = 0.05, r = 0.5.
    # C = [[1/6 + 1/6, 1/12], [1/12, 1/3]], c = [1/12, 1/12]: C w = c has w = (1/12)/(5/12) = 0.2
    # m' = 0.05 + 2 * 0.2 * 0.05 = 0.07;  1/kappa' = 1/6 - 2 * 0.2 / 12 = 2/15
    one = (np.linspace(0, 0.6, 7), list(range(2018, 2025)))
    leaned = lean(PLAIN, [one, one])
    assert leaned.m == pytest.approx(0.07)
    assert leaned.kappa == pytest.approx(7.5)
    # 10 residual changes, all zero: v = min(0.25 * 10, 3) = 2.5; s2' = 3 * 0.002 / 5.5
    assert leaned.nu == pytest.approx(5.5)
    assert leaned.s2 == pytest.approx(0.006 / 5.5)


def test_count_carries_the_chance_of_counting() -> None:
    # 49 firms, too many for a rate of events (test_forecast_counts): besides the walk, variance
    # 1/49.5 at the origin and again in the year ahead.
    f = forecast(pd.Series({2024: 49}), h=2, kind="count")
    p = load_priors()["count"]
    bare = predict(f.observed, [2024], 2, p)
    assert isinstance(f.margins, StudentMargins)
    found = f.margins.predictive()
    extra = (found.shape - bare.shape) * p.s2
    assert extra.tolist() == [
        pytest.approx([2 / 49.5, 1 / 49.5]),
        pytest.approx([1 / 49.5, 2 / 49.5]),
    ]


# --- laws ---------------------------------------------------------------------------------

positive = st.floats(0.5, 1e4)
histories = st.dictionaries(st.integers(1960, 2024), positive, min_size=1, max_size=60).map(
    lambda found: pd.Series(found).sort_index()
)


@given(histories, st.floats(1e-3, 1e6), st.sampled_from(LOG_KINDS))
def test_a_change_of_unit_changes_nothing_else(series: pd.Series, unit: float, kind: str) -> None:
    f, g = forecast(series, h=5, kind=kind), forecast(series * unit, h=5, kind=kind)
    year = f.years[-1]
    assert g.median(year) == pytest.approx(unit * f.median(year), rel=1e-6)
    assert g.interval(80, year) == pytest.approx(
        tuple(unit * bound for bound in f.interval(80, year)), rel=1e-6
    )
    assert g.probability(unit * 100.0, year) == pytest.approx(f.probability(100.0, year), abs=1e-6)


@given(histories, st.sampled_from(sorted(KINDS)), st.integers(1, 20))
def test_order_and_agreement(series: pd.Series, kind: str, h: int) -> None:
    if kind == "share":
        series = series / 200
    f = forecast(series, h=h, kind=kind)
    year = f.years[-1]
    p = np.array([0.005, 0.1, 0.25, 0.5, 0.75, 0.9, 0.995])
    q = f.quantile(p, year)
    assert (np.diff(q) >= 0).all()
    low, high = f.interval(50, year)
    assert low <= f.median(year) <= high
    for chance, value in zip(p, q, strict=True):
        inside = KINDS[kind].lower < value < KINDS[kind].upper and 1e-250 < abs(value) < 1e250
        if inside and isinstance(f.margins, CountMargins):  # whole: P(Y >= y) = P(Y > y - 1)
            assert f.probability(float(value), year) > 1 - chance - 1e-6
            assert f.probability(float(value), year, -1) > chance - 1e-6
        elif inside:
            assert f.probability(float(value), year) == pytest.approx(1 - chance, abs=1e-6)
            assert f.probability(float(value), year, -1) == pytest.approx(chance, abs=1e-6)


@given(histories, st.sampled_from(sorted(KINDS)))
def test_wider_with_every_year(series: pd.Series, kind: str) -> None:
    if kind == "share":
        series = series / 200
    f = forecast(series, h=8, kind=kind)
    assume(not isinstance(f.margins, CountMargins))  # quantiles of whole numbers: stairs
    ends = np.array([f.margins.quantile([0.1, 0.5, 0.9], step) for step in range(1, 9)])
    widths = np.column_stack([ends[:, 2] - ends[:, 1], ends[:, 1] - ends[:, 0]])
    # A growth rate returns to its mean: its width settles. So may the nets'; none ever shrinks.
    settles = kind == "growth_rate" or f.model == "pooled"
    least = -1e-9 * widths[0] if settles else 0.0 * widths[0]
    assert (np.diff(widths, axis=0) >= least).all()
    assert settles or (np.diff(widths, axis=0) > 0).all()


@given(st.lists(st.floats(0, 100), min_size=1, max_size=10))
def test_shares_stay_within_their_bounds(values: list[float]) -> None:
    f = forecast(pd.Series(values, index=range(2000, 2000 + len(values))), h=30, kind="share")
    table = f.table().drop(columns="year").to_numpy()
    paths = f.paths(200)
    assert table.min() >= 0 and table.max() <= 100
    assert paths.min() >= 0 and paths.max() <= 100
    year = f.years[-1]
    assert f.probability(0, year) == 1 and f.probability(100, year, -1) == 1
    assert f.probability(100.1, year) == 0 and f.probability(-0.1, year, -1) == 0


def test_a_share_at_its_bound_may_stay_there() -> None:
    full = forecast(pd.Series({2015: 100, 2020: 100, 2024: 100}), h=1, kind="share")
    assert 0.3 < full.probability(100, 2025) < 0.7
    assert full.quantile(0.9, 2025) == 100.0
    # ... and the probability is the share of paths that reach it, with the bound as an atom.
    assert np.mean(full.paths(20000)[:, 0] >= 100) == pytest.approx(
        full.probability(100, 2025), abs=0.015
    )


def test_counts_may_be_zero() -> None:
    f = forecast(pd.Series({2022: 0, 2023: 2, 2024: 1}), h=3, kind="count")
    assert f.quantile(0.001, 2027) == 0.0
    assert 0 < f.probability(0, 2027, -1) < 0.6
    assert f.probability(0, 2027) == 1.0


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("n", [2, 3, 10, 60])
def test_a_constant_series_keeps_its_doubt(kind: str, n: int) -> None:
    f = forecast(pd.Series(50.0, index=range(2025 - n, 2025)), h=1, kind=kind)
    low, high = f.interval(95, 2025)
    assert high - low > 0.2  # at least 0.4 % of the value


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_paths_agree_with_the_quantiles(kind: str) -> None:
    f = forecast(steady(kind), h=5, kind=kind)
    paths = f.paths(40000, seed=3)
    for p in (0.1, 0.5, 0.9):
        for column in (0, 4):
            below = np.mean(paths[:, column] <= f.quantile(p, f.years[column]))
            assert below == pytest.approx(p, abs=0.01)  # four standard errors at 0.5


def test_paths_hang_together() -> None:
    # Drift and walk are shared: for kappa_n = 15 the correlation of the years 4 and 5 on the log
    # scale is (4 + 20/15) / sqrt((4 + 16/15)(5 + 25/15)) = 0.918; measured on rank as
    # (6 / pi) asin(r / 2) only for the normal, so compare the covariance shape itself.
    found = predict(np.array([0.0, 0.5, 0.8]), [2015, 2020, 2024], 5, PLAIN)
    r = found.shape[3, 4] / math.sqrt(found.shape[3, 3] * found.shape[4, 4])
    assert r == pytest.approx((4 + 20 / 15) / math.sqrt((4 + 16 / 15) * (5 + 25 / 15)))
    paths = np.log(forecast(ZONE, h=5, kind="nominal_gdp").paths(20000))
    ranks = stats.spearmanr(paths[:, 3], paths[:, 4]).statistic
    assert ranks > 0.85


def test_more_of_its_own_years_means_more_weight() -> None:
    weights = [
        forecast(pd.Series(100.0, index=range(2025 - n, 2025)), h=1, kind="real_gdp").weight_own
        for n in (1, 2, 5, 20, 60)
    ]
    assert weights[0] == 0
    assert weights == sorted(weights)
    assert weights[3] == weights[4]  # only the latest eight speak
    assert weights[-1] > 0.4


def test_what_lies_before_the_memory_does_not_speak() -> None:
    late = pd.Series([100.0, 104, 109, 113, 120, 124, 131, 137], index=range(2017, 2025))
    early = pd.Series([5.0, 9, 40], index=[1990, 1991, 2016])
    alone = forecast(late, h=5, kind="nominal_gdp", model="prior")
    both = forecast(pd.concat([early, late]), h=5, kind="nominal_gdp", model="prior")
    assert both.interval(80, 2029) == pytest.approx(alone.interval(80, 2029))
    assert both.n == 11


def test_asking_farther_does_not_change_the_nearer_years() -> None:
    near, far = forecast(ZONE, h=1, kind="nominal_gdp"), forecast(ZONE, h=30, kind="nominal_gdp")
    assert near.interval(80, 2025) == pytest.approx(far.interval(80, 2025))
    assert near.interval(80, 2040) == pytest.approx(far.interval(80, 2040))


# --- what users ask -----------------------------------------------------------------------


def test_table_and_horizon() -> None:
    f = forecast(ZONE, until=2026, kind="nominal_gdp", level=(50, 97.5))
    assert isinstance(f, Forecast)
    table = f.table()
    assert table.columns.tolist() == ["year", "median", "lo-50", "hi-50", "lo-97.5", "hi-97.5"]
    assert table.year.tolist() == [2025, 2026]
    assert (table["lo-97.5"] < table["lo-50"]).all()
    assert forecast(ZONE, kind="nominal_gdp").years == [2025, 2026, 2027, 2028, 2029]


def test_first_year_is_when_the_median_gets_there() -> None:
    f = forecast(ZONE, h=5, kind="nominal_gdp")
    target = f.median(2028)
    assert f.first_year(target) == 2028
    assert f.first_year(target * 1.0001) == 2029
    assert f.first_year(target, horizon=3) is None
    falling = forecast(pd.Series({2015: 44.0, 2020: 27.0}), h=1, kind="concentration")
    assert falling.first_year(falling.median(2023), -1) == 2023


def test_direction_of_the_target() -> None:
    f = forecast(ZONE, h=1, kind="nominal_gdp")
    assert f.probability(100, 2025) > 0.99
    assert f.probability(100, 2025, -1) < 0.01
    assert f.probability(-5, 2025) == 1 and f.probability(-5, 2025, -1) == 0
    assert f.probability(240, 2025) + f.probability(240, 2025, -1) == pytest.approx(1)


def test_growth_rates_may_be_negative_and_return_to_their_mean() -> None:
    f = forecast(pd.Series({2015: -11.7, 2020: 51.8}), h=10, kind="growth_rate")
    assert f.quantile(0.05, 2025) < 0
    assert f.median(2021) < 51.8
    one = forecast(pd.Series({2020: 51.8}), h=1, kind="growth_rate")
    assert one.basis == "series+prior"  # one rate is growth already


def test_basis() -> None:
    one = forecast(pd.Series({2024: 226.0}), h=1, kind="fiscal_revenue")
    assert (one.basis, one.weight_own, one.n) == ("prior only", 0.0, 1)
    assert one.prior.stand_in
    city = pd.Series([3697, 5564, 7063], index=[2015, 2020, 2023], name="嘉兴市")
    three = forecast(ZONE, h=1, kind="real_gdp", comparators=[city])
    assert three.basis == "series+panel" and three.comparators == ["嘉兴市"]
    assert not three.prior.stand_in  # the Penn World Table is real GDP itself


def test_comparators_lean_and_never_replace() -> None:
    fast = pd.Series(np.exp(0.12 * np.arange(20)), index=range(2005, 2025), name="fast")
    alone = forecast(ZONE, h=5, kind="real_gdp")
    one = forecast(ZONE, h=5, kind="real_gdp", comparators=[fast])
    many = forecast(ZONE, h=5, kind="real_gdp", comparators=[fast] * 30)
    assert alone.median(2029) < one.median(2029) < many.median(2029)
    prior = load_priors()["real_gdp"]
    r = walk.LIKENESS
    assert prior.m < many.prior.m < 0.12
    assert many.prior.kappa < prior.kappa / (1 - r)  # even infinitely many leave 1 - r
    assert one.prior.kappa < prior.kappa / (1 - r**2)  # one leaves at least 1 - r^2
    assert many.prior.nu <= 2 * prior.nu
    point = forecast(ZONE, h=5, kind="real_gdp", comparators=[fast.iloc[:1]])
    assert point.comparators == [] and point.median(2029) == alone.median(2029)


def test_comparators_that_end_early_still_speak_and_are_dated() -> None:
    early = pd.Series(np.exp(0.12 * np.arange(8)), index=range(2011, 2019), name="邻市")
    alone = forecast(ZONE, h=5, kind="real_gdp")
    f = forecast(ZONE, h=5, kind="real_gdp", comparators=[early])
    assert f.median(2029) > alone.median(2029)
    assert f.comparators_end == [2018]
    # What counts is how it grew, not when: the same growth up to 2024 says the same.
    late = early.set_axis(range(2017, 2025))
    g = forecast(ZONE, h=5, kind="real_gdp", comparators=[late])
    assert g.interval(80, 2029) == f.interval(80, 2029)
    assert g.comparators == ["邻市"] and g.comparators_end == [2024]


@pytest.mark.parametrize("kind", LOG_KINDS)
def test_after_a_jump_to_the_thousandfold_the_forecast_stays_and_is_wide(kind: str) -> None:
    calm = pd.Series([100.0, 104, 109, 113, 118, 124], index=range(2019, 2025))
    jump = calm.where(calm.index < 2024, 124_000.0)
    f = forecast(jump, h=1, kind=kind)
    assert 124_000 / 10 < f.median(2025) < 124_000 * 30
    low, high = f.interval(95, 2025)
    assert 0 < low < high < math.inf and high / low > 100
    usual = forecast(calm, h=1, kind=kind).interval(95, 2025)
    assert usual[1] / usual[0] < 4
    assert np.isfinite(f.paths(1000)).all() and 0 < f.probability(1e6, 2025) < 1


def test_a_constant_series_is_expected_to_stay_about_where_it_is() -> None:
    # Own drift 0 over 9 years, prior 0.05 worth 6: m_n = 6 * 0.05 / 15 = 0.02; the misfit is that
    # of the prior alone: (6 * 9 / 15) 0.05^2 = 0.009; s2_n = (0.006 + 0.009) / 5 = 0.003.
    found = predict(np.zeros(3), [2015, 2020, 2024], 2, PLAIN)
    assert found.mean.tolist() == pytest.approx([0.02, 0.04])
    assert found.s2 == pytest.approx(0.003)
    assert found.shape[1, 1] == pytest.approx(2 + 4 / 15)


def test_a_rough_comparator_widens() -> None:
    rng = np.random.default_rng(1)
    calm = pd.Series(np.exp(0.04 * np.arange(20)), index=range(2005, 2025))
    rough = calm * np.exp(np.cumsum(rng.normal(0, 0.3, 20)))
    width = {}
    for name, other in (("calm", calm), ("rough", rough)):
        low, high = forecast(ZONE, h=1, kind="real_gdp", comparators=[other]).interval(80, 2025)
        width[name] = high / low
    assert width["rough"] > width["calm"]


# --- several series -----------------------------------------------------------------------


def pair() -> list[Forecast]:
    city = pd.Series({2015: 3697.0, 2020: 5564.0, 2024: 7570.0})
    return [forecast(one, h=5, kind="nominal_gdp") for one in (ZONE, city)]


def test_joint_paths_keep_each_distribution() -> None:
    both = pair()
    for f, paths in zip(both, joint_paths(both, 40000, correlation=0.8), strict=True):
        for p in (0.1, 0.5, 0.9):
            assert np.mean(paths[:, 4] <= f.quantile(p, 2029)) == pytest.approx(p, abs=0.01)


def test_joint_paths_are_as_alike_as_asked() -> None:
    f = pair()[0]
    same = joint_paths([f, f], 100, correlation=1.0)
    assert same[0] == pytest.approx(same[1])
    a, b = (np.log(one[:, 4]) for one in joint_paths([f, f], 20000, correlation=0.0))
    assert abs(stats.spearmanr(a, b).statistic) < 0.03
    a, b = (np.log(one[:, 4]) for one in joint_paths([f, f], 20000, correlation=0.6))
    assert 0.5 < stats.spearmanr(a, b).statistic < 0.65
    assert joint_paths([f], 10, seed=1)[0].shape == (10, 5)


def test_years_are_matched_by_the_calendar() -> None:
    # The zone ends in 2022, the city in 2024: 2025 is the third year of one, the first of the
    # other. With correlation one the shock of 2025 is the same number in both.
    early = forecast(pd.Series({2012: 90.0, 2022: 150.0}), until=2026, kind="real_gdp")
    late = forecast(pd.Series({2014: 90.0, 2024: 150.0}), until=2026, kind="real_gdp")
    a, b = (np.log(one) for one in joint_paths([early, late], 20000, correlation=1.0))
    step_a, step_b = a[:, 3] - a[:, 2], b[:, 1] - b[:, 0]
    assert stats.spearmanr(step_a, step_b).statistic > 0.7
    assert stats.spearmanr(a[:, 0], b[:, 0]).statistic < 0.1  # 2023 against 2025


def test_estimated_correlation_moves_from_assumption_to_evidence() -> None:
    rng = np.random.default_rng(0)
    shock = np.cumsum(rng.normal(0, 0.05, 30))
    years = range(1995, 2025)
    a, b = (forecast(pd.Series(np.exp(x), years), h=1, kind="real_gdp") for x in (shock, -shock))
    # 29 common changes, each the opposite of the other: (5 * 0.5 - 28) / 33
    assert estimate_correlation([a, b])[0, 1] == pytest.approx(-25.5 / 33, abs=0.001)
    assert estimate_correlation([a, a])[0, 1] == pytest.approx((2.5 + 28) / 33)
    # Three mutually opposed pairs cannot all exist: the matrix is bent to a valid one.
    third = forecast(pd.Series(np.exp(shock), years), h=1, kind="income")
    matrix = estimate_correlation([a, b, third, a])
    assert np.linalg.eigvalsh(matrix)[0] > -1e-8
    assert matrix.diagonal().tolist() == pytest.approx([1, 1, 1, 1])


def test_sensitivity_of_a_relative_target() -> None:
    both = pair()

    def gap(paths: list[np.ndarray]) -> np.ndarray:
        return np.abs(np.log(paths[0][:, 4] / 226 / (paths[1][:, 4] / 7570)))

    table = correlation_sensitivity(both, gap, correlations=(0.0, 0.5, 1.0))
    assert table.assumed.tolist() == [False, True, True, True]
    values = table.value.tolist()[1:]
    assert values == sorted(values, reverse=True)  # the more alike, the smaller the gap


# --- the shipped priors -------------------------------------------------------------------


def test_shipped_priors_are_proper_and_say_their_origin() -> None:
    priors = load_priors()
    assert set(priors) == set(KINDS)
    table = pd.read_csv(forecast_data() / "priors.csv", keep_default_na=False)
    assert (table.derived == "yes").all()
    assert table.scale.tolist() == [KINDS[kind].scale for kind in table.kind]
    assert (table.stand_in.eq("") == table.stand_in_zh.eq("")).all()
    for kind, prior in priors.items():
        assert prior.citation and prior.licence and prior.window, kind
        assert prior.n_series >= 3
        assert prior.nu <= 5, "the tails must stay heavy"
        assert prior.persistence < 1
    own = {kind for kind, prior in priors.items() if not prior.stand_in}
    assert own == {"real_gdp", "throughput", "emissions"}


def test_a_decade_of_growth_counts_at_least_half() -> None:
    # The rule the priors were learned under: worth at most ten years of growth, swings included.
    for kind in KINDS:
        values = pd.Series({2014: 50.0, 2024: 55.0})
        if KINDS[kind].rate:
            values = pd.Series(5.0, index=range(2014, 2024))
        assert forecast(values, h=1, kind=kind).weight_own > 0.45, kind


def forecast_data():  # type: ignore[no-untyped-def]
    from analysis.data.paths import data_dir

    return data_dir()


@pytest.mark.parametrize(
    ("column", "value", "row"),
    [("kappa", "0", 3), ("nu", "x", 3), ("trust", "1.5", 3), ("s2", "inf", 3), ("kind", "gpd", 3)],
)
def test_a_wrong_prior_is_named(tmp_path, column: str, value: str, row: int) -> None:  # type: ignore[no-untyped-def]
    table = pd.read_csv(forecast_data() / "priors.csv", dtype=str, keep_default_na=False)
    table.loc[row - 2, column] = value
    table.to_csv(tmp_path / "priors.csv", index=False)
    with pytest.raises(InputError) as caught:
        load_priors(tmp_path / "priors.csv")
    assert caught.value.column == column and caught.value.value == value
    if column != "kind":
        assert (caught.value.file, caught.value.row) == ("priors.csv", row)


def test_a_missing_prior_is_named(tmp_path) -> None:  # type: ignore[no-untyped-def]
    table = pd.read_csv(forecast_data() / "priors.csv", keep_default_na=False)
    table[table.kind != "trade"].to_csv(tmp_path / "priors.csv", index=False)
    with pytest.raises(InputError, match="trade"):
        load_priors(tmp_path / "priors.csv")
    with pytest.raises(InputError, match="missing"):
        load_priors(tmp_path / "none.csv")


# --- mistakes -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "column", "near"),
    [
        ({"kind": "nominal_gpd"}, "kind", "nominal_gdp"),
        ({"model": "prioor"}, "model", "prior"),
        ({"model": "local_trent"}, "model", "local_trend"),
        ({"model": None}, "model", None),
        ({"h": 0}, "h", "1"),
        ({"h": 61}, "h", "60"),
        ({"h": 2.5}, "h", "1"),
        ({"h": True}, "h", "1"),
        ({"h": 1, "until": 2026}, "until", "2025"),
        ({"until": 2024}, "until", "2025"),
        ({"until": 2200}, "until", "2084"),
        ({"level": 0}, "level", "1"),
        ({"level": (80, 100)}, "level", "99"),
        ({"level": math.nan}, "level", None),
        ({"level": -5}, "level", "1"),
        ({"level": (50, math.inf)}, "level", None),
        ({"level": "much"}, "level", None),
        ({"series": pd.Series({2015: 1.0, 2020: math.nan})}, "series", None),
        ({"series": pd.Series({2015: 1.0, 2020: math.inf})}, "series", None),
        ({"series": pd.Series({2015: 1.0, 2020: -2.0})}, "series", "kind='growth_rate'"),
        ({"series": pd.Series({2015: 1.0, 2020: 0.0})}, "series", "kind='count'"),
        ({"series": pd.Series({2015: 1.0, 2020: 101.0}), "kind": "share"}, "series", "100"),
        ({"series": pd.Series({2015: -1.0}), "kind": "share"}, "series", "0"),
        ({"series": pd.Series({2015: -1}), "kind": "count"}, "series", "kind='growth_rate'"),
        ({"series": pd.Series({2020: 1.0, 2015: 2.0})}, "series", "2021"),
        ({"series": pd.Series([1.0, 2.0], index=[2020, 2020])}, "series", "2021"),
        ({"series": pd.Series([1.0], index=[2020.5])}, "series", None),
        ({"series": pd.Series([1.0], index=pd.to_datetime(["2020-12-31"]))}, "series", "2020"),
        ({"series": pd.Series([1.0, 2.0])}, "series", None),
        ({"series": pd.Series(dtype=float)}, "series", None),
        ({"series": [1.0, 2.0]}, "series", None),
        ({"series": pd.Series({2015: "many"})}, "series", None),
        ({"comparators": [pd.Series({2015: -1.0}, name="city")]}, "comparators: city", None),
    ],
)
def test_mistakes_are_named(arguments: dict, column: str, near: str | None) -> None:  # type: ignore[type-arg]
    given_arguments = {"series": ZONE, "kind": "nominal_gdp", **arguments}
    with pytest.raises(InputError) as caught:
        forecast(**given_arguments)
    assert caught.value.column == column
    if near is not None:
        assert caught.value.nearest == near


@pytest.mark.parametrize(
    ("ask", "column"),
    [
        (lambda f: f.median(2024), "year"),
        (lambda f: f.median(2085), "year"),
        (lambda f: f.median("2025"), "year"),
        (lambda f: f.quantile(1.0, 2025), "p"),
        (lambda f: f.quantile([0.5, math.nan], 2025), "p"),
        (lambda f: f.interval(100, 2025), "level"),
        (lambda f: f.probability(math.nan, 2025), "target"),
        (lambda f: f.probability("much", 2025), "target"),
        (lambda f: f.probability(240, 2025, 0), "direction"),
        (lambda f: f.probability(240, 2024), "year"),
        (lambda f: f.cdf(math.inf, 2025), "value"),
        (lambda f: f.first_year(240, 2), "direction"),
        (lambda f: f.first_year(240, horizon=0), "horizon"),
        (lambda f: f.paths(0), "size"),
        (lambda f: joint_paths([], 10), "forecasts"),
        (lambda f: joint_paths([f, f], 10, correlation=1.5), "correlation"),
        (lambda f: joint_paths([f, f, f], 10, correlation=-0.6), "correlation"),
        (lambda f: joint_paths([f, f], 10, correlation=[[1, 0], [0.5, 1]]), "correlation"),
        (lambda f: joint_paths([f, f], 10, correlation=[[1, 2], [2, 1]]), "correlation"),
    ],
)
def test_wrong_questions_are_named(ask, column: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError) as caught:
        ask(forecast(ZONE, h=5, kind="nominal_gdp"))
    assert caught.value.column == column


def test_import_stays_light() -> None:
    code = (
        "import sys, analysis.forecast; "
        "heavy = ('statsmodels', 'matplotlib', 'scipy.stats', 'scipy.special'); "
        "print([m for m in heavy if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


# --- values and words that only look like numbers --------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        [True, True],
        pd.Series([1.0, True], dtype=object),
        pd.Series([1 + 0j, 2 + 1j]),
        pd.Series(pd.to_datetime(["2015", "2016"])),
        pd.Series(pd.to_timedelta([1, 2])),
        pd.Series([10**400, 5], dtype=object),
    ],
)
def test_what_is_no_number_is_not_read_as_one(values: object) -> None:
    series = pd.Series(values).set_axis([2015, 2016])
    with pytest.raises(InputError, match="year_value_not_finite"):
        forecast(series, 1, kind="generic")


@pytest.mark.parametrize("level", [True, [80, False], ["much"], {80, 95}])
def test_a_level_is_a_number(level: object) -> None:
    with pytest.raises(InputError) as caught:
        forecast(pd.Series({2020: 1.0}), 1, kind="generic", level=level)  # type: ignore[arg-type]
    assert caught.value.column == "level"


def test_levels_may_come_as_text_or_array_and_work() -> None:
    series = pd.Series({2020: 1.0, 2024: 2.0})
    for level in (["50", "80"], np.array([50, 80])):
        made = forecast(series, 1, kind="generic", level=level)  # type: ignore[arg-type]
        assert made.table().columns.tolist()[2:] == ["lo-50", "hi-50", "lo-80", "hi-80"]
        assert made.interval("80", 2025) == made.interval(80, 2025)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("level", "near"),
    [(0.8, "80"), (0.999, "99.9"), (0.001, "1"), (0, "1"), (-5, "1"), (100, "99")],
)
def test_a_share_is_not_taken_for_a_level_in_per_cent(level: float, near: str) -> None:
    series = pd.Series({2020: 1.0, 2024: 2.0})
    made = forecast(series, 1, kind="generic")
    for ask in (
        lambda: made.interval(level, 2025),
        lambda: forecast(series, 1, kind="generic", level=level),
    ):
        with pytest.raises(InputError, match="interval_level_out_of_range") as caught:
            ask()
        assert (caught.value.column, caught.value.nearest) == ("level", near)
    assert made.interval(1, 2025)[0] < made.median(2025) < made.interval(1, 2025)[1]


def test_every_model_s_forecast_can_be_pickled() -> None:
    series = pd.Series(np.linspace(3, 9, 12) ** 1.5, index=range(2013, 2025))
    for model in MODELS:
        made = forecast(series, 3, kind="generic", model=model)
        assert pickle.loads(pickle.dumps(made)).interval(80, 2040) == made.interval(80, 2040)


@pytest.mark.parametrize("given", [None, pd.Series({2020: 1.0, 2024: 2.0}), 5])
def test_comparators_come_in_a_list(given: object) -> None:
    with pytest.raises(InputError) as caught:
        forecast(pd.Series({2020: 1.0}), 1, kind="generic", comparators=given)  # type: ignore[arg-type]
    assert caught.value.column == "comparators"


def test_correlations_are_numbers() -> None:
    made = forecast(pd.Series({2020: 1.0}), 1, kind="generic")
    for wrong in ([["a", "b"], ["c", "d"]], [[1.0, 0.5]]):
        with pytest.raises(InputError, match="not_valid_correlation_matrix"):
            joint_paths([made, made], 3, correlation=wrong)


@pytest.mark.parametrize("seed", [-1, 1.5, "x", None, True])
def test_a_seed_is_a_whole_number(seed: object) -> None:
    made = forecast(pd.Series({2020: 1.0}), 1, kind="generic")
    with pytest.raises(InputError, match="seed"):
        made.paths(3, seed=seed)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="seed"):
        joint_paths([made, made], 3, seed=seed)  # type: ignore[arg-type]


@pytest.mark.parametrize("p", ["much", None, [0.1, "x"], 0, 1])
def test_a_probability_is_a_number(p: object) -> None:
    with pytest.raises(InputError) as caught:
        forecast(pd.Series({2020: 1.0}), 1, kind="generic").quantile(p, 2021)
    assert caught.value.column == "p"


def test_a_rough_comparator_widens_by_half_at_most() -> None:
    rng = np.random.default_rng(2)
    calm = pd.Series([100.0, 108, 117], index=[2022, 2023, 2024])
    alone = np.diff(np.log(forecast(calm, 1, kind="nominal_gdp", model="prior").interval(80, 2025)))
    for noise in (0.1, 0.5, 5.0):
        noisy = np.exp(0.07 * np.arange(20) + noise * rng.standard_normal(20))
        other = pd.Series(noisy, index=range(2005, 2025), name="rough")
        found = forecast(calm, 1, kind="nominal_gdp", comparators=[other], model="prior")
        # (1 + 4) / 2 of the prior's variance at most, the series' own calm on top: below 1.59.
        assert np.diff(np.log(found.interval(80, 2025))) < 1.59 * alone
