"""Small counts: posteriors and negative binomials by hand, whole numbers, the way to the walk."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.forecast import forecast
from analysis.forecast.counts import (
    OMEGA,
    CountMargins,
    count_ahead,
    count_cdf,
    count_chance,
    count_level,
    count_posterior,
    count_weight,
)
from analysis.forecast.distribution import Forecast
from analysis.forecast.joint import joint_paths
from analysis.forecast.kinds import KINDS
from analysis.forecast.learned.batch import forecast_batch
from analysis.forecast.margins import StudentMargins
from analysis.forecast.steps import why

COUNT = KINDS["count"]
ZEROS = pd.Series(0, index=range(2017, 2025))
gammas = st.tuples(st.floats(0.5, 200.0), st.floats(0.02, 8.0))


def counts(*values: float, h: int = 5, **more: object) -> Forecast:
    series = pd.Series(values, index=range(2025 - len(values), 2025))
    return forecast(series, h, kind="count", **more)  # type: ignore[arg-type]


# --- the posterior -------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 8])
def test_years_of_none(n: int) -> None:
    # a = 1/2; b = 1/2 + 1 + w + ... + w^(n-1) = 1/2 + (1 - w^n) / (1 - w)
    a, b = count_posterior(np.zeros(n), np.arange(n)[::-1])
    assert a == 0.5
    assert b == pytest.approx(0.5 + (1 - 0.85**n) / 0.15)


def test_a_gap_is_forgetting_without_news() -> None:
    # 3 events in 2020, none in 2024, nothing known between: a = 0.5 + 0.85^4 * 3, 0.85^4 = 0.522006
    a, b = count_posterior([3.0, np.nan, np.nan, np.nan, 0.0], [4, 3, 2, 1, 0])
    assert a == pytest.approx(2.066019, abs=1e-6)
    assert b == pytest.approx(0.5 + 0.522006 + 1, abs=1e-6)
    assert count_posterior([3.0, 0.0], [4, 0]) == (a, b)


def test_the_recursion_is_the_sum() -> None:
    # Year by year: a <- w a + (1 - w) / 2 + y, as the mixing with the prior says it.
    y = [4.0, 0.0, 2.0, 7.0]
    a = b = 0.5
    for one in y:
        a, b = OMEGA * a + (1 - OMEGA) / 2 + one, OMEGA * b + (1 - OMEGA) / 2 + 1
    assert count_posterior(y, [3, 2, 1, 0]) == (pytest.approx(a), pytest.approx(b))


def test_years_ahead_by_hand() -> None:
    # 10 events worth 4 years: mean 2.5 above the prior's 1, so c = 0.5 * 4 / 10 = 0.2; two years
    # on w^2 = 0.7225: a = 0.5 + 0.7225 * 9.5 = 7.36375, b = 0.2 + 0.7225 * 3.8 = 2.9455, mean 2.5.
    a, b = count_ahead(10.0, 4.0, 2)
    assert (a, b) == (pytest.approx(7.36375), pytest.approx(2.9455))
    assert a / b == pytest.approx(2.5)


@given(gammas)
def test_the_mean_never_falls_and_the_variance_grows(made: tuple[float, float]) -> None:
    a, b = count_ahead(*made, np.arange(1, 61))
    mean, variance = a / b, a / b + a / b**2
    assert (np.diff(mean) >= -1e-9 * mean[:-1]).all()
    if made[1] > 0.5:  # a record at all, not less than the prior
        assert (np.diff(variance) >= -1e-9 * variance[:-1]).all() and variance[-1] > variance[0]


# --- the negative binomial -----------------------------------------------------------------


def test_the_probabilities_are_the_formula() -> None:
    # P(k) = Gamma(a + k) / (Gamma(a) k!) (b / (1 + b))^a (1 / (1 + b))^k, a = 2.2, b = 1.4
    a, b, total = 2.2, 1.4, 0.0
    for k in range(30):
        gammas_ = math.gamma(a + k) / (math.gamma(a) * math.factorial(k))
        total += gammas_ * (b / (1 + b)) ** a / (1 + b) ** k
        below, above = count_cdf(k, a, b)
        assert below == pytest.approx(total, rel=1e-12)
        assert above == pytest.approx(stats.nbinom.sf(k, a, b / (1 + b)), rel=1e-9)
    assert [one.item() for one in count_cdf(-1, a, b)] == [0.0, 1.0]


@given(gammas, st.integers(0, 300))
def test_every_whole_number_keeps_its_probability(made: tuple[float, float], k: int) -> None:
    below, above = count_chance(np.log(k + 0.5), *made)
    expected = count_cdf(k, *made)
    assert below == pytest.approx(expected[0], rel=1e-6, abs=1e-12)
    assert above == pytest.approx(expected[1], rel=1e-6, abs=1e-12)


@given(gammas, st.lists(st.floats(1e-9, 1 - 1e-9), min_size=2, max_size=9))
def test_level_and_chance_undo_each_other(made: tuple[float, float], chances: list[float]) -> None:
    p = np.sort(chances)
    z = count_level(p, 1 - p, *made)
    assert (np.diff(z) >= 0).all()
    below, above = count_chance(z, *made)
    assert below == pytest.approx(p, rel=1e-6, abs=1e-9)
    assert above == pytest.approx(1 - p, rel=1e-6, abs=1e-9)
    # The number read off is the quantile of the negative binomial, but for the gap's thousandth.
    y = np.maximum(np.exp(z) - 0.5, 0.0)
    k = stats.nbinom.ppf(p, made[0], made[1] / (1 + made[1]))
    assert (
        np.abs(np.ceil(y - 1e-9) - k) <= 1e-9 + (np.abs(below - count_cdf(k, *made)[0]) < 1e-6)
    ).all()


@given(gammas, st.floats(-40.0, 12.0), st.floats(1e-6, 5.0))
def test_higher_levels_are_likelier_not_passed(
    made: tuple[float, float], z: float, step: float
) -> None:
    (low, over), (high, above) = count_chance(z, *made), count_chance(z + step, *made)
    assert low <= high + 1e-12 and over >= above - 1e-12


# --- the evidence ---------------------------------------------------------------------------

# British coal-mining disasters of ten deaths and more by year, 1851-1962: dates of Jarrett (1979),
# Biometrika 66, 191-193; by year in Carlin, Gelfand and Smith (1992), Applied Statistics 41.
COAL = np.array(
    [int(one) for one in "4541043406334026335453144155342522342132211113001011003103220111"]
    + [int(one) for one in "010100021000110233112111124200014000100000100101"],
    dtype=float,
)


def _log_loss(discount: float, memory: int, monkeypatch: pytest.MonkeyPatch) -> float:
    monkeypatch.setattr("analysis.forecast.counts.OMEGA", discount)
    total = 0.0
    for end in range(memory or 1, len(COAL)):
        known = COAL[end - memory if memory else 0 : end]
        a, b = count_ahead(*count_posterior(known, np.arange(len(known))[::-1]), 1)
        total -= stats.nbinom.logpmf(COAL[end], a, b / (1 + b))
    return total


def test_the_discount_told_of_disasters_best(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (len(COAL), COAL.sum()) == (112, 191)
    eight = {one: _log_loss(one, 8, monkeypatch) for one in (0.7, 0.8, 0.85, 0.9, 0.95, 0.999999)}
    assert min(eight, key=lambda one: eight[one]) == OMEGA
    assert [round(eight[one], 1) for one in (0.7, 0.85, 0.999999)] == [158.8, 157.5, 158.7]
    whole = [round(_log_loss(one, 0, monkeypatch), 1) for one in (0.8, 0.85, 0.95)]
    assert whole == [171.8, 172.0, 179.5]


def test_the_rate_tells_disasters_better_than_the_walk() -> None:
    # Mean pinball loss over the 39 fortieths, doubled: the CRPS. Eight years known, one ahead.
    p = np.arange(1, 40) / 40
    rows = np.array([COAL[end - 8 : end] for end in range(8, 108)])
    rate = forecast_batch(rows, "count", 1, probabilities=p)[:, 0]
    walks = []
    for row in rows:  # a figure that is not whole leaves the walk alone
        series = pd.Series([*row[:-1], row[-1] + 1e-4], index=range(8))
        series.index += 2017
        walks.append(forecast(series, 1, kind="count").quantile(p, 2025))
    off = COAL[8:108, None]
    loss = [2 * np.maximum(p * (off - q), (p - 1) * (off - q)).mean() for q in (rate, walks)]
    assert loss == [pytest.approx(0.70, abs=0.01), pytest.approx(1.61, abs=0.02)]


# --- the margins in a forecast -------------------------------------------------------------


def test_eight_years_without_an_accident() -> None:
    # b = 0.5 + 0.85 * (1 - 0.85^8) / 0.15 = 4.622554; P(0) = (4.622554 / 5.622554)^0.5 = 0.906722
    f = forecast(ZEROS, 5, kind="count")
    assert f.probability(0, 2025, -1) == pytest.approx(0.906722, abs=1e-6)
    assert f.probability(5, 2025) < 1e-3 and f.probability(100, 2025) < 1e-9
    assert f.probability(1, 2025) == pytest.approx(1 - 0.906722, abs=1e-6)
    assert f.interval(80, 2025) == (0.0, 0.0) and f.basis == "series+prior"
    assert 0.8 < f.probability(0, 2029, -1) < f.probability(0, 2026, -1) < 0.906722
    assert 0.5 < f.probability(0, 2084, -1) < 0.7  # a lifetime on, the prior's (1/3)^0.5 = 0.577


def test_a_whole_median_meets_its_target() -> None:
    # 3 a year so far, 2.7 with the prior: the median is 2, and 2 is met at once, 3 never.
    f = counts(3, 3, 3, 3)
    assert f.median(2025) == 2.0
    assert f.first_year(2) == 2025 and f.first_year(2, -1) == 2025 and f.first_year(3) is None
    assert f.probability(2, 2025) > 0.5 and f.probability(2, 2025, -1) > 0.5
    assert f.probability(3, 2025) == pytest.approx(1 - f.probability(2, 2025, -1), abs=1e-9)


def test_one_year_says_little() -> None:
    # (1.35 / 2.35)^0.5 = 0.757937
    f = counts(0)
    assert f.probability(0, 2025, -1) == pytest.approx(0.757937, abs=1e-6)
    assert f.quantile(0.975, 2025) == 3  # P(Y <= 2) = 0.9707, P(Y <= 3) = 0.9889


def test_a_few_events_have_their_mean() -> None:
    f = counts(0, 1, 0, 2, 1)
    assert isinstance(f.margins, CountMargins)
    a, b = f.margins.gamma(1)
    # a = 0.5 + 0.85 (0.85^3 + 2 * 0.85 + 1), b = 0.5 + 0.85 (1 - 0.85^5) / 0.15
    assert a == pytest.approx(0.5 + 0.85 * 3.314125) and b == pytest.approx(3.652337, abs=1e-6)
    assert 0.75 < a / b < 1.0
    paths = f.paths(20000, seed=1)
    assert paths[:, 0].mean() == pytest.approx(a / b, abs=0.04)  # whole numbers, mean unmoved
    assert np.mean(paths == np.round(paths)) > 0.998  # all but the gap's thousandth


@given(st.lists(st.integers(0, 6), min_size=1, max_size=12), st.integers(0, 12), st.integers(1, 9))
def test_at_least_and_at_most_add_up(values: list[int], k: int, h: int) -> None:
    f = counts(*values, h=h)
    year = 2024 + h
    a, b = count_posterior(np.array(values, float), np.arange(len(values))[::-1])
    if max(values[-1], a / b) <= 5:
        a, b = count_ahead(a, b, h)
        exact = stats.nbinom(float(a), float(b / (1 + b)))
        assert f.probability(k, year, -1) == pytest.approx(exact.cdf(k), abs=1e-7)
        assert f.probability(k + 0.5, year) == pytest.approx(exact.sf(k), abs=1e-7)
    assert f.probability(k, year) + f.probability(k, year, -1) >= 1 - 1e-9
    assert f.probability(k + 1, year) <= f.probability(k, year) + 1e-9


def test_paths_are_draws_of_the_distribution() -> None:
    for series in (ZEROS, pd.Series([3, 4, 2, 5], index=range(2021, 2025))):
        f = forecast(series, 5, kind="count")
        paths = np.round(f.paths(40000, seed=3))
        for column in (0, 4):
            for k in (0, 1, 4):
                below = np.mean(paths[:, column] <= k)
                assert below == pytest.approx(f.probability(k, 2025 + column, -1), abs=0.01)


def test_years_share_the_rate() -> None:
    # No accident in five years: a rate that all share, not five coins. Without forgetting between
    # the years P = (b / (b + 5))^(1/2) with the first year's b = 4.622554; apart, the product.
    f = forecast(ZEROS, 5, kind="count")
    none = np.mean((np.round(f.paths(40000, seed=5)) == 0).all(axis=1))
    apart = math.prod(f.probability(0, year, -1) for year in f.years)
    assert apart + 0.04 < none < math.sqrt(4.622554 / 9.622554) + 0.01
    assert (np.linalg.eigvalsh(f.margins.correlation(60)) > 0).all()


def test_joint_paths_take_counts() -> None:
    other = forecast(pd.Series({2020: 60.0, 2024: 75.0}), 5, kind="throughput")
    a, _ = joint_paths([forecast(ZEROS, 5, kind="count"), other], 20000, seed=1)
    assert np.mean(a[:, 0] <= 0) == pytest.approx(0.9067, abs=0.01)


# --- from the rate to the walk --------------------------------------------------------------


def test_the_weight_by_hand() -> None:
    # Half way between 5 and 30 in logs, sqrt(150) = 12.247: weight 1/2; the larger of rate and
    # latest figure decides; thousands with decimals are no events.
    assert count_weight([math.sqrt(150.0)], [0]) == 0.0
    assert 0.5 < count_weight([12.0], [0]) < 0.53
    assert count_weight([0.0, 0.0, 30.0], [2, 1, 0]) == count_weight([40.0, 30.0], [1, 0]) == 0
    assert count_weight([5.0, 2.0], [1, 0]) == 1 and count_weight([5.0, 2.5], [1, 0]) == 0


def test_large_counts_walk_as_before() -> None:
    f = counts(50, 52, 47, 55)
    assert isinstance(f.margins, StudentMargins)
    g = counts(3.5, 4, 2, 5)  # no whole numbers
    assert isinstance(g.margins, StudentMargins)


def test_no_jump_on_the_way() -> None:
    # A level that rises one by one: neither median nor interval jumps more than the level does.
    ends = np.array([counts(n, n, n, n).interval(80, 2025) for n in range(20, 36)])
    assert (np.abs(np.diff(np.log(ends), axis=0)) < 0.09).all()  # the level itself: up to 0.05
    at = [counts(n, n, n, n).probability(n, 2025) for n in range(26, 34)]
    assert np.abs(np.diff(at)).max() < 0.03


@pytest.mark.parametrize("step", [1, 5, 20])
def test_an_average_can_be_inverted(step: int) -> None:
    margins = counts(8, 9, 12, 10).margins
    assert isinstance(margins, CountMargins) and 0 < margins.weight < 1
    p = np.array([1e-4, 0.03, 0.1, 0.4, 0.5, 0.8, 0.97, 0.999])
    z = margins.quantile(p, step)
    assert (np.diff(z) > 0).all()
    assert margins.cdf(z, step) == pytest.approx(p, abs=1e-7)
    assert margins.cdf([-math.inf, math.inf], step).tolist() == [0.0, 1.0]
    # between the two it is made of, weighed
    own, walk = count_level(p, 1 - p, *margins.gamma(step)), margins.walk.quantile(p, step)
    assert z == pytest.approx(margins.weight * own + (1 - margins.weight) * walk)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=11), st.sampled_from([1, 5, 9]))
def test_a_batch_of_counts_is_each_alone(values: list[int], h: int) -> None:
    p = np.array([0.025, 0.1, 0.3704, 0.5, 0.9, 0.99])
    table = np.full((3, len(values)), np.nan)
    table[1], table[[0, 2], -1] = values, [0, 70]
    found = forecast_batch(table, "count", h, probabilities=p)
    alone = counts(*values, h=h)
    for step in range(1, h + 1):
        assert found[1, step - 1] == pytest.approx(
            alone.quantile(p, 2024 + step), rel=1e-6, abs=1e-6
        )


def test_growth_elsewhere_does_not_move_a_rate() -> None:
    city = pd.Series([10.0, 20, 40], index=range(2022, 2025), name="city")
    f = counts(0, 1, 0, comparators=[city])
    assert f.comparators == [] and f.alone is None
    assert f.table().equals(counts(0, 1, 0).table())
    g = counts(8, 9, 12, 10, comparators=[city])
    assert g.comparators == ["city"] and g.median(2029) > counts(8, 9, 12, 10).median(2029)


# --- the steps -------------------------------------------------------------------------------


def test_the_steps_of_a_rate_speak_of_no_growth() -> None:
    f = counts(0, 3)
    assert isinstance(f.margins, CountMargins) and f.margins.weight == 1
    # 3 in 1.85 years; with the prior 3.5 / 2.35 = 1.489 a year
    assert f.margins.a / f.margins.b == pytest.approx(3.5 / 2.35)
    steps = {step.key: step for step in why(f, 3, published=3)}
    assert "prior" not in steps and steps["engine"].parts.rate_alone
    # below 3 means 2 at most
    assert steps["required"].numbers["below"] == pytest.approx(f.probability(2, 2029, -1), abs=1e-9)


def test_the_steps_of_an_average_name_both() -> None:
    f = counts(8, 9, 12, 10)
    parts = why(f)[0].parts
    assert parts.counts is f.margins and not parts.rate_alone
    assert "prior" in [step.key for step in why(f)]
    assert why(counts(50, 52, 47, 55))[0].parts.counts is None
