"""Growth arithmetic against hand-worked figures, the plan's own claims, and its laws."""

from __future__ import annotations

import math
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.data.errors import InputError
from analysis.growth import rates as g

positive = st.floats(0.01, 1e6)
span = st.integers(1, 40)


# ---------------------------------------------------------------- rates


def test_city_gdp_2000_to_2023() -> None:
    # 嘉兴市统计年鉴: 541.02 in 2000, 7062.45 in 2023, 亿元 at current prices.
    # ln(7062.45/541.02) = 2.569082; /23 = 0.111699; exp − 1 = 11.8176 % a year.
    rate = g.cagr(541.02, 7062.45, 23)
    assert rate == pytest.approx((7062.45 / 541.02) ** (1 / 23) - 1, rel=1e-12)
    assert 100 * rate == pytest.approx(11.8176, abs=1e-3)


def test_zone_gdp_still_to_grow_by_a_third() -> None:
    # 300/226 = 1.3274336: in one year 32.7434 %; in two years its root, 1.1521431.
    assert g.required_growth_pct(226, 300, 1) == pytest.approx(32.7434, abs=5e-5)
    assert g.required_growth_pct(226, 300, 2) == pytest.approx(15.2143, abs=5e-5)


def test_a_target_already_passed_asks_for_less_than_nothing() -> None:
    # 300/306.2 − 1 = −2.0248 %.
    assert g.required_growth_pct(306.2, 300, 1) == pytest.approx(-2.0248, abs=5e-5)


def test_growth_to_zero_and_into_loss() -> None:
    assert g.cagr(10, 0, 3) == -1.0
    assert g.total_growth_pct(10, -5) == pytest.approx(-150.0)


@pytest.mark.parametrize(
    "call",
    [
        lambda: g.cagr(0, 1, 1),
        lambda: g.cagr(-1, 1, 1),
        lambda: g.cagr(1, -1, 2),
        lambda: g.cagr(1, 2, 0),
        lambda: g.cagr(math.inf, 2, 1),
        lambda: g.total_growth_pct(0, 1),
        lambda: g.required_growth_pct(0, 1, 1),
        lambda: g.required_growth_pct(226, 300, 0),
        lambda: g.required_growth_pct(226, 300, -1),
    ],
)
def test_rates_refuse_what_has_no_meaning(call) -> None:
    with pytest.raises(InputError):
        call()


def test_the_unknown_stays_unknown() -> None:
    assert math.isnan(g.cagr(math.nan, 2, 1))
    assert math.isnan(g.required_growth_pct(226, math.nan, 1))
    assert math.isnan(g.total_growth_pct(1, math.nan))
    assert g.completion(182, math.nan, 300) is None


@given(positive, positive, span)
def test_cagr_round_trip(x0: float, x1: float, years: int) -> None:
    assert x0 * (1 + g.cagr(x0, x1, years)) ** years == pytest.approx(x1, rel=1e-6)


@given(positive, positive, span)
def test_one_step_of_the_required_growth_leaves_the_same_requirement(
    value: float, target: float, years: int
) -> None:
    rate = g.required_growth_pct(value, target, years + 1)
    moved = value * (1 + rate / 100)
    assert g.required_growth_pct(moved, target, years) == pytest.approx(rate, rel=1e-6, abs=1e-6)


def test_reductions_compound() -> None:
    # 1 − 0.9·0.8 = 0.28, not 0.30.
    assert g.compound_reductions([0.1, 0.2]) == pytest.approx(0.28)
    assert g.compound_reductions([]) == 0.0
    # A rise of 10 % after a cut of 10 %: 1 − 0.9·1.1 = 0.01.
    assert g.compound_reductions([0.1, -0.1]) == pytest.approx(0.01)
    with pytest.raises(InputError):
        g.compound_reductions([3.0])


@given(st.lists(st.floats(0, 1), max_size=8))
def test_reductions_never_exceed_their_sum_nor_one(rates: list[float]) -> None:
    total = g.compound_reductions(rates)
    assert max(rates, default=0.0) - 1e-12 <= total <= min(1.0, sum(rates)) + 1e-12
    assert total == pytest.approx(g.compound_reductions(rates[::-1]), abs=1e-12)


# ---------------------------------------------------------------- paths


def test_completion_of_industrial_output() -> None:
    # (1069.6 − 718)/(1200 − 718) = 351.6/482 = 0.72946.
    assert g.completion(718, 1069.6, 1200) == pytest.approx(0.72946, abs=1e-5)


def test_completion_of_a_falling_target_and_a_step_back() -> None:
    # PM2.5 from 44 to 35: at 38 two thirds are done; at 47 a third in the wrong direction.
    assert g.completion(44, 38, 35) == pytest.approx(2 / 3)
    assert g.completion(44, 47, 35) == pytest.approx(-1 / 3)


def test_elapsed_share_is_not_clipped_after_the_target_year() -> None:
    assert g.elapsed_share(2020, 2026, 2025) == pytest.approx(1.2)
    with pytest.raises(InputError):
        g.elapsed_share(2020, 2019, 2025)
    with pytest.raises(InputError):
        g.elapsed_share(2020, 2020, 2020)


@given(positive, positive, st.floats(2020, 2025))
def test_completion_on_the_linear_path_equals_the_time_elapsed(
    base: float, target: float, year: float
) -> None:
    value = g.path_value(base, target, 2020, 2025, year)
    done = g.completion(base, value, target)
    if done is not None and abs(target - base) > 1e-3 * base:
        assert done == pytest.approx(g.elapsed_share(2020, year, 2025), abs=1e-6)


@given(positive, positive)
def test_the_geometric_path_grows_equally_and_ends_on_the_target(
    base: float, target: float
) -> None:
    path = [g.path_value(base, target, 2020, 2025, y, shape="geometric") for y in range(2020, 2026)]
    assert path[-1] == pytest.approx(target, rel=1e-9)
    expected = (target / base) ** 0.2
    assert all(b / a == pytest.approx(expected, rel=1e-9) for a, b in pairwise(path))


def test_paths_refuse_wrong_shapes_years_and_ends() -> None:
    with pytest.raises(InputError) as caught:
        g.path_value(1, 2, 2020, 2025, 2022, shape="geometrical")
    assert caught.value.nearest == "geometric"
    with pytest.raises(InputError):
        g.path_value(1, 2, 2020, 2025, 2026)
    with pytest.raises(InputError):
        g.path_value(0, 2, 2020, 2025, 2022, shape="geometric")
    assert g.path_value(0, 2, 2020, 2025, 2025) == 2.0


def test_real_growth_over_a_gap() -> None:
    # 144/100 over two years is 20 % a year, whatever 2021 was.
    index = pd.Series({2020: 100.0, 2022: 144.0})
    assert g.real_growth_from_index(index, 2020, 2022) == pytest.approx(20.0)
    for start, end in ((2020, 2021), (2022, 2020), (2020, 2020)):
        with pytest.raises(InputError):
            g.real_growth_from_index(index, start, end)


# ---------------------------------------------------------------- rounding


@pytest.mark.parametrize(
    ("stated", "decimals", "expected"),
    [
        ("182.0", None, (181.95, 182.05)),
        ("66105", None, (66104.5, 66105.5)),
        ("81,227", None, (81226.5, 81227.5)),
        ("-0.05", None, (-0.055, -0.045)),
        ("−3.2", None, (-3.25, -3.15)),
        (182.0, 1, (181.95, 182.05)),
        (0.1 + 0.2, 1, (0.25, 0.35)),
        (1300, -2, (1250.0, 1350.0)),
        ("182", 1, (181.95, 182.05)),
    ],
)
def test_rounding_interval(stated: str | float, decimals: int | None, expected: tuple) -> None:
    assert g.rounding_interval(stated, decimals) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("stated", ["92以上", "", "1e3", "7.8%", "nan", "1.2.3", 182.0, math.nan])
def test_rounding_interval_wants_the_printed_figure(stated: str | float) -> None:
    with pytest.raises(InputError):
        g.rounding_interval(stated)


def test_a_number_that_is_none_is_refused_even_with_decimals() -> None:
    for stated in (math.nan, math.inf, "abc"):
        with pytest.raises(InputError):
            g.rounding_interval(stated, 1)


def test_a_published_rate_that_its_own_figures_exclude() -> None:
    # Zone, 2025: output 565.4 → 869.5 (2020–2024), "13.5 % a year". The figures allow
    # (869.45/565.45)^(1/4) − 1 = 11.356 % to (869.55/565.35)^(1/4) − 1 = 11.364 %;
    # 13.5 is the total of 53.8 % divided by four.
    allowed = g.growth_interval(g.rounding_interval("565.4"), g.rounding_interval("869.5"), 4)
    assert allowed == pytest.approx((11.3562, 11.3643), abs=1e-3)
    assert not allowed.overlaps(g.rounding_interval("13.5"))
    assert g.total_growth_pct(565.4, 869.5) / 4 == pytest.approx(13.446, abs=1e-3)


def test_a_published_rate_that_its_own_figures_confirm() -> None:
    # Plan of 2021: income 46470 → 66105, "7.3 % a year": 7.303 % by the figures.
    allowed = g.growth_interval(g.rounding_interval("46470"), g.rounding_interval("66105"), 5)
    assert allowed.overlaps(g.rounding_interval("7.3"))


@given(positive, positive, span, st.integers(0, 2))
def test_the_interval_holds_the_growth_of_the_unrounded_figures(
    x0: float, x1: float, years: int, decimals: int
) -> None:
    low0, low1 = (g.rounding_interval(f"{x:.{decimals}f}") for x in (x0, x1))
    if low0.lo <= 0 or low1.lo < 0:
        with pytest.raises(InputError):
            g.growth_interval(low0, low1, years)
        return
    allowed = g.growth_interval(low0, low1, years)
    growth = 100 * g.cagr(x0, x1, years)
    assert allowed.overlaps((growth, growth))


def test_a_reversed_interval_is_refused() -> None:
    with pytest.raises(InputError):
        g.growth_interval((2.0, 1.0), (3.0, 4.0), 1)


def test_touching_intervals_share_their_end() -> None:
    assert g.Interval(1.0, 2.0).overlaps((2.0, 3.0))
    assert g.Interval(2.0, 3.0).overlaps((1.0, 2.0))
    assert not g.Interval(1.0, 2.0).overlaps((2.001, 3.0))


# ---------------------------------------------------------------- year to date


def test_the_first_joint_figure_and_a_missing_month_stay_unknown() -> None:
    # January–February is published as one; March alone is 30 − 18 = 12; June's span is not one
    # month because May is missing.
    single = g.year_to_date_to_single(pd.Series({2: 18.0, 3: 30.0, 4: 41.0, 6: 70.0}))
    assert single.loc[[3, 4]].tolist() == [12.0, 11.0]
    assert single.loc[[2, 6]].isna().all()


def test_totals_start_anew_each_year() -> None:
    index = pd.MultiIndex.from_tuples([(2023, 3), (2023, 4), (2024, 1), (2024, 2)])
    single = g.year_to_date_to_single(pd.Series([30.0, 44.0, 9.0, 20.0], index=index))
    assert single.loc[(2024, 1)] == 9.0
    assert single.loc[(2024, 2)] == 11.0
    assert single.loc[(2023, 4)] == 14.0
    assert math.isnan(single.loc[(2023, 3)])


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=12))
def test_single_periods_add_up_to_the_running_totals(flows: list[float]) -> None:
    totals = pd.Series(flows, index=range(1, len(flows) + 1)).cumsum()
    single = g.year_to_date_to_single(totals)
    assert single.tolist() == pytest.approx(flows, abs=1e-6)
    assert single.cumsum().tolist() == pytest.approx(totals.tolist(), abs=1e-6)


def test_periods_are_counted_from_one_and_once() -> None:
    with pytest.raises(InputError):
        g.year_to_date_to_single(pd.Series({0: 1.0, 1: 2.0}))
    with pytest.raises(InputError):
        g.year_to_date_to_single(pd.Series([1.0, 2.0], index=[1, 1]))
