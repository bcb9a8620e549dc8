"""The margins behind every forecast: exact inverses, tails, steps beyond, paths that agree."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.data.errors import InputError
from analysis.forecast import forecast
from analysis.forecast.joint import joint_paths
from analysis.forecast.kinds import KINDS, Prior, load_priors
from analysis.forecast.learned.batch import learned_knots
from analysis.forecast.learned.nets import PROBABILITIES
from analysis.forecast.margins import KnotMargins, Margins, NormalMargins, walk_margins

P = np.array([0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975])
ZONE = pd.Series({2015: 125.98, 2020: 182.0, 2024: 226.0})
WALK = walk_margins(
    np.array([0.0, 0.5, 0.8]),
    [2015, 2020, 2024],
    5,
    Prior("real_gdp", m=0.05, kappa=6.0, nu=3.0, s2=0.002),
    KINDS["real_gdp"],
)
# Three steps of quantiles, skewed and fatter to the left.
KNOTS = np.array([[-0.5, -0.2, -0.05, 0.0, 0.04, 0.1, 0.2]]) * np.array([[1.0], [1.5], [2.0]])
LEARNED = KnotMargins(P, KNOTS, 4.0, WALK)
NORMAL = NormalMargins(
    np.array([0.1, 0.2, 0.3, 0.4, 0.5]),
    np.sqrt(np.arange(1.0, 6.0)),
    np.minimum.outer(np.arange(1.0, 6.0), np.arange(1.0, 6.0)),
)
ALL = {"student": WALK, "normal": NORMAL, "knots": LEARNED}


# --- each kind of margins -----------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("step", [1, 3, 5])
def test_cdf_and_quantile_undo_each_other(name: str, step: int) -> None:
    margins: Margins = ALL[name]
    p = np.array([1e-6, 0.001, 0.03, 0.1, 0.4, 0.5, 0.8, 0.97, 0.999, 1 - 1e-6])
    z = margins.quantile(p, step)
    assert (np.diff(z) > 0).all()
    assert margins.cdf(z, step) == pytest.approx(p, rel=1e-9)
    assert margins.survival(z, step) == pytest.approx(1 - p, rel=1e-6)
    assert margins.score(margins.level(2.5, step), step) == pytest.approx(2.5)


@pytest.mark.parametrize("name", ALL)
def test_paths_have_the_quantiles_and_the_correlation(name: str) -> None:
    margins: Margins = ALL[name]
    rng = np.random.default_rng(4)
    paths = margins.draw(rng.standard_normal((40000, 5)), rng.standard_normal(40000))
    for p in (0.05, 0.5, 0.9):
        for step in (1, 4, 5):
            below = np.mean(paths[:, step - 1] <= margins.quantile(p, step))
            assert below == pytest.approx(p, abs=0.01)  # four standard errors at 0.5
    # Kendall's tau of a t copula is 2/pi asin(r), whatever the margins: invert it.
    tau = stats.kendalltau(paths[:4000, 1], paths[:4000, 4]).statistic
    assert math.sin(math.pi / 2 * tau) == pytest.approx(margins.correlation(5)[1, 4], abs=0.05)


def test_student_paths_are_the_closed_form() -> None:
    # z = centre + sqrt(s2 nu / chi2) L e, with L L' the covariance shape.
    rng = np.random.default_rng(1)
    shocks, calm = rng.standard_normal((50, 5)), rng.standard_normal(50)
    found = WALK.predictive()
    chi2 = stats.chi2.ppf(stats.norm.cdf(calm), found.nu)
    walk = shocks @ np.linalg.cholesky(found.shape).T
    direct = found.mean + np.sqrt(float(found.s2) * found.nu / chi2)[:, None] * walk
    assert WALK.draw(shocks, calm) == pytest.approx(direct, rel=1e-12)


def test_the_walk_answers_beyond_the_usual_steps() -> None:
    # By hand (see test_forecast): kappa_n = 15, m_n = 1.1/15, nu_n = 5, nu_n s2_n = 0.0128333.
    centre, scale = WALK.place(20)
    assert centre == pytest.approx(0.8 + 20 * 1.1 / 15)
    assert scale == pytest.approx(math.sqrt(0.0128333 / 5 * (20 + 400 / 15)), rel=1e-4)
    assert WALK.nu == 5


def test_years_that_move_as_one_can_still_be_drawn() -> None:
    as_one = NormalMargins(np.zeros(3), np.ones(3), np.ones((3, 3)))
    paths = as_one.draw(np.random.default_rng(0).standard_normal((100, 3)), np.zeros(100))
    assert paths[:, 0] == pytest.approx(paths[:, 2], abs=1e-3)


# --- knots ---------------------------------------------------------------------------------


def test_knots_are_met_exactly_and_run_straight_between() -> None:
    assert LEARNED.quantile(P, 2) == pytest.approx(KNOTS[1])
    # Halfway between two knots in the t score is halfway in the level.
    t = (stats.t.ppf(0.75, 4) + stats.t.ppf(0.9, 4)) / 2
    assert LEARNED.level(t, 1) == pytest.approx((0.04 + 0.1) / 2)


def test_tails_go_on_with_the_outer_slope() -> None:
    # Left of -0.5: slope between the 2.5th and the 10th percentile, 0.3 / (t.1 - t.025).
    low, inner = stats.t.ppf([0.025, 0.1], 4)
    slope = 0.3 / (inner - low)
    assert LEARNED.quantile(0.001, 1) == pytest.approx(-0.5 + slope * (stats.t.ppf(0.001, 4) - low))


def test_a_flat_end_keeps_some_tail() -> None:
    # All upper quantiles alike: the tail rises with a tenth of the whole slope, 1 / (2 t.9).
    flat = KnotMargins(np.array([0.1, 0.5, 0.9]), np.array([[-1.0, 0.0, 0.0]]), 4.0, WALK)
    edge, far = stats.t.ppf([0.9, 0.999], 4)
    assert flat.quantile(0.999, 1) == pytest.approx(0.1 / (2 * edge) * (far - edge), rel=1e-6)
    assert flat.cdf(flat.quantile(0.999, 1), 1) == pytest.approx(0.999)


def test_finer_knots_share_the_tail_rule() -> None:
    # With a knot at every hundredth the tail is not left to the last two, noisy, ones: a
    # Student-t given by its quantiles is found again far outside them.
    p = np.arange(1, 100) / 100
    found = KnotMargins(p, stats.t.ppf(p, 4)[None, :], 4.0, WALK)
    for chance in (1e-5, 0.003, 0.33, 0.9999):
        assert found.quantile(chance, 1) == pytest.approx(stats.t.ppf(chance, 4), rel=1e-6)


def test_steps_beyond_the_knots_follow_the_walk() -> None:
    (c3, s3), (c5, s5) = WALK.place(3), WALK.place(5)
    third, fifth = LEARNED.quantile(P, 3), LEARNED.quantile(P, 5)
    assert fifth[3] == pytest.approx(third[3] + c5 - c3)
    assert fifth - fifth[3] == pytest.approx((third - third[3]) * s5 / s3)
    assert (LEARNED.correlation(5) == WALK.correlation(5)).all()


@pytest.mark.parametrize(
    "knots", [[[0.0, 1.0]], [[0.0, 1.0, math.nan]], [[0.0, math.inf, 1.0]], [[]]]
)
def test_knots_that_are_none_are_refused(knots: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="probabilities"):
        KnotMargins(np.array([0.1, 0.5, 0.9]), np.array(knots), 4.0, WALK)


level = st.floats(-30, 30)


@given(
    st.lists(level, min_size=7, max_size=7),
    st.lists(st.floats(0.0005, 0.9995), min_size=2, max_size=8, unique=True),
    st.sampled_from([1, 2, 7]),
    st.floats(1.5, 30),
)
def test_any_knots_make_a_distribution(
    values: list[float], chances: list[float], step: int, nu: float
) -> None:
    # Also crossed and repeated quantiles: sorted, a hair apart, and then strictly monotone.
    margins = KnotMargins(P, np.array([values, values[::-1]]), nu, WALK)
    assert (np.diff(margins.knots, axis=1) > 0).all()
    assert margins.knots[0] == pytest.approx(np.sort(values), abs=1e-6)
    p = np.sort(chances)
    z = margins.quantile(p, step)
    apart = np.diff(p) > 1e-6
    assert (np.diff(z)[apart] > 0).all()
    # A jump between two distant values inside a hair's breadth costs digits: 1e-7 remain.
    assert margins.cdf(z, step) == pytest.approx(p, abs=1e-5)
    # the other way round, at levels between and beyond the knots
    x = np.linspace(-80, 80, 33)
    chance = margins.cdf(x, step)
    assert (np.diff(chance) >= 0).all()
    inside = (chance > 1e-4) & (chance < 1 - 1e-4)
    assert margins.quantile(chance[inside], step) == pytest.approx(x[inside], abs=1e-5)


# --- a whole forecast on learned quantiles ---------------------------------------------------

LONG = pd.Series([100.0, 104, 109, 113, 120, 124], index=range(2019, 2025))


def test_a_forecast_on_learned_quantiles() -> None:
    f = forecast(LONG, 8, kind="nominal_gdp")
    assert (f.model, f.basis) == ("pooled", "series+panel")
    # Between knots the line is straight in the score: the knots themselves are the quantiles.
    knots = learned_knots(LONG.to_numpy()[None], np.array(["nominal_gdp"]), "pooled")[0]
    for step in (1, 6):
        found = np.log(f.quantile(PROBABILITIES, 2024 + step))
        assert found == pytest.approx(knots[step - 1], abs=1e-8)
    # Two years beyond the nets' six, the walk carries on: its drift, its spread.
    (six, wide_six), (eight, wide_eight) = (f.margins.beyond.place(step) for step in (6, 8))
    middle = np.log(f.median(2030)) + eight - six
    assert np.log(f.median(2032)) == pytest.approx(middle, abs=1e-9)
    low, high = np.log(f.interval(80, 2032)), np.log(f.interval(80, 2030))
    assert low[1] - low[0] == pytest.approx((high[1] - high[0]) * wide_eight / wide_six, abs=1e-7)
    paths = f.paths(40000, seed=2)
    for column in (0, 4, 7):
        below = np.mean(paths[:, column] <= f.quantile(0.1, f.years[column]))
        assert below == pytest.approx(0.1, abs=0.006)
    assert f.probability(250, 2040) == pytest.approx(1 - f.cdf(250, 2040))
    other = forecast(ZONE, 5, kind="nominal_gdp", model="prior")
    a, b = joint_paths([f, other], 40000, correlation=0.7)
    assert np.mean(a[:, 4] <= f.quantile(0.9, 2029)) == pytest.approx(0.9, abs=0.006)
    assert np.mean(b[:, 4] <= other.quantile(0.9, 2029)) == pytest.approx(0.9, abs=0.006)


def test_comparators_move_learned_quantiles_as_they_move_the_walk() -> None:
    fast = pd.Series(np.exp(0.12 * np.arange(9)), index=range(2016, 2025), name="fast")
    alone = forecast(LONG, 5, kind="nominal_gdp")
    both = forecast(LONG, 5, kind="nominal_gdp", comparators=[fast])
    walks = [
        forecast(LONG, 5, kind="nominal_gdp", model="prior", comparators=c) for c in ([], [fast])
    ]
    moved = np.log(walks[1].median(2029) / walks[0].median(2029))
    assert moved > 0
    assert np.log(both.median(2029) / alone.median(2029)) == pytest.approx(moved, abs=1e-9)


def test_three_points_are_half_closed_form_half_nets() -> None:
    f = forecast(ZONE, 5, kind="nominal_gdp")
    walk = forecast(ZONE, 5, kind="nominal_gdp", model="prior")
    row = np.full((1, 10), np.nan)
    row[0, [0, 5, 9]] = ZONE
    nets = learned_knots(row, np.array(["nominal_gdp"]), "pooled")[0]
    for step in (1, 5):
        half = (nets[step - 1] + np.log(walk.quantile(PROBABILITIES, 2024 + step))) / 2
        assert np.log(f.quantile(PROBABILITIES, 2024 + step)) == pytest.approx(half, abs=1e-8)
    assert forecast(ZONE.iloc[:2], 5, kind="nominal_gdp").model == "prior"
    assert forecast(LONG / 2, 5, kind="share", model="pooled").model == "prior"  # no nets of shares


def test_the_grids_ask_for_four_consecutive_years() -> None:
    for wrong, kind in ((ZONE, "nominal_gdp"), (LONG.iloc[:3], "nominal_gdp"), (LONG / 2, "share")):
        with pytest.raises(InputError) as caught:
            forecast(wrong, 1, kind=kind, model="theta_grid")
        assert (caught.value.column, caught.value.nearest) == ("model", "pooled")


# --- one cdf for all -------------------------------------------------------------------------


@given(
    st.sampled_from(sorted(KINDS)),
    st.sampled_from(["prior", "drift"]),
    st.floats(0.001, 0.999),
    st.sampled_from([1, 4, 30]),
)
def test_probability_is_one_minus_cdf(kind: str, model: str, p: float, ahead: int) -> None:
    series = pd.Series([40.0, 42.0, 41.0, 45.0], index=range(2021, 2025))
    f = forecast(series, 5, kind=kind, model=model)
    value = f.quantile(p, 2024 + ahead)
    shape = KINDS[kind]
    if shape.lower < value < shape.upper:
        assert f.cdf(value, 2024 + ahead) == pytest.approx(p, abs=1e-9)
        assert f.probability(value, 2024 + ahead) == pytest.approx(1 - p, abs=1e-9)
        assert f.probability(value, 2024 + ahead, -1) == f.cdf(value, 2024 + ahead)


def test_cdf_of_many_values_and_its_mistakes() -> None:
    f = forecast(pd.Series({2022: 0, 2023: 2, 2024: 1}), 2, kind="count")
    found = f.cdf([[-1, 0], [3, 1e9]], 2025)
    assert found.shape == (2, 2) and found[0, 0] == 0 < found[0, 1] < found[1, 0] < found[1, 1]
    assert isinstance(f.cdf(2, 2025), float)
    for wrong, year, column in (
        (math.nan, 2025, "value"),
        ([1.0, math.inf], 2025, "value"),
        ("many", 2025, "value"),
        (1.0, 2024, "year"),
    ):
        with pytest.raises(InputError) as caught:
            f.cdf(wrong, year)
        assert caught.value.column == column


def test_every_shipped_prior_makes_a_walk() -> None:
    for kind, prior in load_priors().items():
        walk = walk_margins(np.array([0.1, 0.2]), [2020, 2024], 3, prior, KINDS[kind])
        matrix = walk.correlation(3)
        assert (
            matrix.diagonal() == pytest.approx([1, 1, 1]) and (np.linalg.eigvalsh(matrix) > 0).all()
        )


def test_a_tail_never_closes_in_with_the_steps() -> None:
    # Step 2 is wider at every knot, yet flatter between its outer ones: 2.2 to 2.3 against 1 to 2.
    # Read on by its own slope, its 99.9 % quantile would lie below that of step 1.
    p = np.array([0.025, 0.1, 0.5, 0.9, 0.975])
    knots = np.array([[-2.0, -1.0, 0.0, 1.0, 2.0], [-2.3, -2.2, 0.0, 2.2, 2.3]])
    found = KnotMargins(p, knots, 4.0, WALK)
    for chance in (0.975, 0.99, 0.999, 1 - 1e-6):
        assert found.quantile(chance, 2) > found.quantile(chance, 1)
        assert found.quantile(1 - chance, 2) < found.quantile(1 - chance, 1)


@pytest.mark.parametrize("kind", ["trade", "nominal_gdp", "emissions", "generic", "throughput"])
def test_ranges_of_99_per_cent_widen_with_every_year(kind: str) -> None:
    rng = np.random.default_rng(11)
    for size in (3, 5, 8, 20):
        for rough in (0.02, 0.3):
            walk = 100 * np.exp(np.cumsum(rng.normal(0.05, rough, size)))
            made = forecast(pd.Series(walk, index=range(2025 - size, 2025)), 9, kind=kind)
            for chance in (0.001, 0.01, 0.99, 0.999):
                off = [
                    abs(made.margins.quantile(chance, h) - made.margins.quantile(0.5, h))
                    for h in range(1, 10)
                ]
                assert (np.diff(off) >= -1e-9).all()
