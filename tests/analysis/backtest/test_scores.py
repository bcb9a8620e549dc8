"""Scores of forecasts, with numbers worked by hand and laws that hold for any series."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import ndtri

from analysis.backtest import scores
from analysis.backtest.scores import PROBABILITIES

NAN = math.nan
numbers = st.floats(-1e6, 1e6)


def test_the_probabilities_are_every_hundredth_and_the_ends_of_95_percent():
    assert len(PROBABILITIES) == 101 and (np.diff(PROBABILITIES) > 0).all()
    for p in (0.01, 0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975, 0.99):
        assert np.isclose(PROBABILITIES, p).sum() == 1


# --- histories ------------------------------------------------------------------------------


def test_changes_over_gaps():
    change, gap = scores.changes([[1.0, NAN, NAN, 7.0, 9.0], [NAN, NAN, NAN, NAN, 4.0]])
    # 7 - 1 in three steps, then 9 - 7 in one; a single observation has no change
    assert change[0, 2:].tolist() == [6.0, 2.0] and gap[0, 2:].tolist() == [3.0, 1.0]
    assert np.isnan(change[0, :2]).all() and np.isnan(change[1]).all() and np.isnan(gap[1]).all()


def test_history_scale():
    # |3-1| + |2-3| + |6-2| = 7 over 3 steps; with a gap |5-1| + |4-5| = 5 over 3 steps
    found = scores.history_scale([[1.0, 3.0, 2.0, 6.0], [1.0, NAN, 5.0, 4.0], [2.0] * 4])
    assert found[:2].tolist() == pytest.approx([7 / 3, 5 / 3]) and math.isnan(found[2])
    assert math.isnan(scores.history_scale([[NAN, 5.0]])[0])


def test_recent_growth_takes_the_latest_changes_only():
    # the last five changes of 0, 100, 101, 102, 103, 104, 105 are 1 each
    assert scores.recent_growth([[0.0, 100, 101, 102, 103, 104, 105]]).tolist() == [1.0]
    # (9 - 1) over 4 steps
    assert scores.recent_growth([[1.0, NAN, NAN, 5.0, 9.0]]).tolist() == [2.0]
    assert math.isnan(scores.recent_growth([[NAN, 9.0]])[0])


# --- points ---------------------------------------------------------------------------------


def test_smape():
    # 200·2/10 = 40; 200·5/5 = 200, the most there is; 0 against 0 is no error
    assert scores.smape([6.0, 5.0, 0.0], [4.0, 0.0, 0.0]).tolist() == [40.0, 200.0, 0.0]
    assert math.isnan(scores.smape(5.0, NAN))


def test_scaled_error_and_owa():
    error = scores.scaled_error([[12.0, 12.0]], [[10.0, 15.0]], [2.0])
    assert error.tolist() == [[1.0, 1.5]]
    # ½ (12/16 + 1.5/2) = 0.75
    assert scores.owa(12.0, 1.5, 16.0, 2.0) == 0.75
    assert math.isnan(scores.owa(1.0, 1.0, 0.0, 0.0))


# --- ranges ---------------------------------------------------------------------------------


def test_interval_score():
    # width 4; one below by 1: 4 + 2/0.05·1 = 44; above by 0.5 at 80 %: 4 + 2/0.2·0.5 = 9
    assert scores.interval_score([0.0, 0.0], [4.0, 4.0], [2.0, -1.0]).tolist() == [4.0, 44.0]
    assert scores.interval_score(0.0, 4.0, 4.5, alpha=0.2) == 9.0


def test_covered():
    found = scores.covered(1.0, 2.0, [1.0, 2.0, 2.1, NAN])
    assert found[:3].tolist() == [1.0, 1.0, 0.0] and math.isnan(found[3])


# --- distributions --------------------------------------------------------------------------


def test_weights_share_the_unit_among_the_probabilities():
    # borders at 0, 0.15, 0.35, 1
    assert scores.weights([0.1, 0.2, 0.5]).tolist() == pytest.approx([0.15, 0.2, 0.65])
    assert scores.weights(PROBABILITIES).sum() == pytest.approx(1.0)


def test_crps_by_hand():
    # quantiles 1, 3 at 0.25, 0.75, weights ½; outcome 2: losses 0.25·1 twice; 2·½·(0.25 + 0.25)
    assert scores.crps([1.0, 3.0], 2.0, [0.25, 0.75]) == pytest.approx(0.5)
    # outcome 5: losses 0.25·4 and 0.75·2; 2·½·(1 + 1.5) = 2.5
    assert scores.crps([1.0, 3.0], 5.0, [0.25, 0.75]) == pytest.approx(2.5)


@pytest.mark.parametrize(("outcome", "exact"), [(0.0, 0.2337), (1.0, 0.6024), (-2.0, 1.4528)])
def test_crps_of_the_normal_distribution(outcome, exact):
    # Gneiting and Raftery (2007), eq. 21: z(2Φ(z) − 1) + 2φ(z) − 1/√π
    found = scores.crps(ndtri(PROBABILITIES), outcome, PROBABILITIES)
    assert found == pytest.approx(exact, abs=2e-3)


@given(numbers, numbers)
def test_crps_without_spread_is_the_absolute_error(forecast, outcome):
    found = scores.crps(np.full(len(PROBABILITIES), forecast), outcome, PROBABILITIES)
    assert found == pytest.approx(abs(forecast - outcome), rel=1e-9, abs=1e-9)


# --- probabilities --------------------------------------------------------------------------


def test_probability_follows_the_normal_distribution_between_and_beyond_its_quantiles():
    quantiles = 10.0 + 2.0 * ndtri(PROBABILITIES)[None, :]
    # 10 + 2z at z = -3, -1, 0.25, 2.8: the tails go on with the same slope
    found = scores.probability_at_least(quantiles, PROBABILITIES, [[4.0, 8.0, 10.5, 15.6]])
    exact = [1 - 0.00135, 0.84134, 0.40129, 0.00256]
    assert found[0].tolist() == pytest.approx(exact, abs=2e-4)


def test_probability_is_never_certain_and_unknown_stays_unknown():
    flat = np.full((1, len(PROBABILITIES)), 5.0)
    found = scores.probability_at_least(flat, PROBABILITIES, [[4.0, 6.0, NAN]])
    assert found[0, :2].tolist() == pytest.approx([0.999, 0.001]) and math.isnan(found[0, 2])
    assert np.isnan(scores.probability_at_least(flat * NAN, PROBABILITIES, [[4.0]])).all()


@given(arrays(float, 9, elements=st.floats(-100, 100)), st.tuples(numbers, numbers))
def test_a_higher_target_is_never_likelier(quantiles, targets):
    low, high = sorted(targets)
    p = np.arange(1, 10) / 10
    found = scores.probability_at_least(np.sort(quantiles)[None, :], p, [[low, high]])[0]
    assert 0.001 - 1e-12 <= found[1] <= found[0] + 1e-12 <= 0.999 + 1e-9


def test_brier():
    # 0.3² and 0.7²
    assert scores.brier([0.7, 0.7], [1.0, 0.0]).tolist() == pytest.approx([0.09, 0.49])


def test_calibration_error():
    # bin 0.7–0.8: said 0.75, came 2/4, gap 0.25, weight 4/5; bin 1: said 1, came 1, gap 0
    chance, came = [0.72, 0.78, 0.75, 0.75, 1.0], [1, 0, 1, 0, 1]
    assert scores.calibration_error(chance, came) == pytest.approx(0.8 * 0.25)
    table = scores.reliability([*chance, NAN, 0.1], [*came, 1, NAN])
    assert table["n"].tolist() == [0.0] * 7 + [4.0, 0.0, 1.0]
    assert math.isnan(scores.calibration_error([NAN], [1.0]))


# --- chance ---------------------------------------------------------------------------------


def test_bootstrap_finds_the_standard_error_of_a_mean():
    # the standard error of a mean of n values is sd/√n; 400 draws find it within a tenth or so
    values = np.random.default_rng(3).normal(size=400)
    table = np.stack([values, np.ones(400)], axis=1)
    found = scores.cluster_bootstrap(table, lambda total: total[0] / total[1])
    assert found == pytest.approx(values.std() / 20, rel=0.15)
    assert found == scores.cluster_bootstrap(table, lambda total: total[0] / total[1])


def test_bootstrap_draws_whole_series():
    # one series with a hundred errors is one piece of news, not a hundred
    assert math.isnan(scores.cluster_bootstrap([[100.0, 50.0]], lambda total: total[0] / total[1]))


@given(arrays(int, (3, 6), elements=st.integers(1, 1000)), st.floats(0.01, 1000))
def test_scaled_scores_know_no_unit(values, unit):
    history, outcome = values[:, :4], values[:, 4:]
    before = scores.scaled_error(history[:, -1:], outcome, scores.history_scale(history))
    after = scores.scaled_error(
        unit * history[:, -1:], unit * outcome, scores.history_scale(unit * history)
    )
    np.testing.assert_allclose(before, after, rtol=1e-6, atol=1e-9, equal_nan=True)
