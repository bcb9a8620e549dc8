"""Concentration and sample change, by hand and as laws."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.data.errors import InputError
from analysis.growth.shares import (
    arc_elasticity,
    concentration,
    concentration_bounds,
    implied_weight,
    sample_change,
    shares,
)

PARTS = st.lists(st.floats(0.1, 1000.0), min_size=1, max_size=12)


def test_the_plan_s_three_industries():
    found = concentration(pd.Series({"a": 1000.0, "b": 100.0, "c": 100.0}))
    # (10/12)² + 2·(1/12)² = 102/144 = 0.70833; 144/102 = 1.41176
    assert found.herfindahl == pytest.approx(102 / 144)
    assert found.effective_number == pytest.approx(144 / 102)
    assert (found.largest, found.n) == ("a", 3) and found.largest_share == pytest.approx(5 / 6)


def test_one_part_alone_and_equal_parts():
    assert concentration(pd.Series({"a": 7.0})).herfindahl == 1.0
    assert concentration(pd.Series([3.0] * 4)).effective_number == pytest.approx(4.0)
    # a part of nothing is no part
    assert concentration(pd.Series({"a": 7.0, "b": 0.0}))[1:] == (1.0, "a", 1.0, 1)


def test_an_unknown_part_leaves_the_index_unknown():
    parts = pd.Series({"a": 7.0, "b": math.nan})
    assert shares(parts).isna().all() and concentration(parts) is None


def test_what_has_no_shares_is_refused():
    for bad in ({"a": -1.0, "b": 2.0}, {"a": 0.0}, {}):
        with pytest.raises(InputError):
            concentration(pd.Series(bad, dtype=float))
    with pytest.raises(InputError):
        concentration_bounds(pd.Series({"a": 11.0}), 10.0)


def test_the_bounds_by_hand():
    # 565.4/718 = 0.78747; squared 0.62010; rest 0.21253, squared 0.04517
    lo, hi = concentration_bounds(pd.Series({"park": 565.4}), 718.0)
    assert lo == pytest.approx(0.62010, abs=1e-5) and hi == pytest.approx(0.66527, abs=1e-5)
    whole = concentration_bounds(pd.Series({"a": 6.0, "b": 4.0}), 10.0)
    assert whole.lo == pytest.approx(0.52) and whole.hi == pytest.approx(0.52)


@given(PARTS)
def test_the_index_lies_between_equal_parts_and_one(parts):
    found = concentration(pd.Series(parts))
    assert 1 / len(parts) - 1e-9 <= found.herfindahl <= 1 + 1e-9
    assert 1 - 1e-9 <= found.effective_number <= len(parts) + 1e-9


@given(PARTS, PARTS)
def test_the_bounds_hold_whatever_the_rest_is(known, rest):
    made = concentration(pd.Series(known + rest)).herfindahl
    lo, hi = concentration_bounds(pd.Series(known), sum(known) + sum(rest))
    assert lo - 1e-9 <= made <= hi + 1e-9


def test_the_city_s_year_2022_by_hand():
    found = sample_change(3.9, 2594.48, 2815.6)
    # 2815.6/2594.48 = 1.085227: 8.523 %, 4.623 points above the published 3.9
    assert found.ratio_pct == pytest.approx(8.5227, abs=1e-4)
    assert found.difference_pp == pytest.approx(4.6227, abs=1e-4)
    assert found.price_pp is None and found.sample_pp is None
    # 2815.6/1.039 = 2709.91, above the 2594.48 that was published for 2021
    assert found.implied_base == pytest.approx(2709.913, abs=1e-3)


def test_known_prices_split_the_difference():
    # growth 10 %, prices 5 %: 1.10·1.05 = 1.155, so 5.5 points of price; levels 100 -> 112:
    # 12 - 10 - 5.5 = -3.5 points of sample, firms having left
    found = sample_change(10.0, 100.0, 112.0, price_pct=5.0)
    assert found.price_pp == pytest.approx(5.5) and found.sample_pp == pytest.approx(-3.5)
    # at current prices nothing but the sample is left
    assert sample_change(10.0, 100.0, 112.0, price_pct=0.0).sample_pp == pytest.approx(2.0)
    assert sample_change(10.0, 100.0, 112.0, price_pct=math.nan).sample_pp is None


@given(st.floats(-50, 50), st.floats(1, 1e4), st.floats(1, 1e4), st.floats(-20, 20))
def test_the_parts_of_the_difference_add_up(rate, before, after, price):
    found = sample_change(rate, before, after, price_pct=price)
    assert found.price_pp + found.sample_pp == pytest.approx(found.difference_pp, abs=1e-6)


def test_the_sample_effect_of_an_unchanged_list_is_nothing():
    # 200 firms-worth at 100 before, growth 4 %, prices 3 %: 200·1.04·1.03 = 214.24
    found = sample_change(4.0, 200.0, 214.24, price_pct=3.0)
    assert found.sample_pp == pytest.approx(0.0, abs=1e-9)


def test_the_elasticity_between_two_dates():
    assert arc_elasticity(100.0, 121.0, 100.0, 110.0) == 2.0
    assert arc_elasticity(100.0, 90.0, 100.0, 110.0) == pytest.approx(-1.1055, abs=1e-4)
    # the port area's cargo 4533 to 6616 against 1.3796: ln 1.4595 / ln 1.3796 = 1.175
    assert arc_elasticity(4533, 6616, 1.0, 1.3796) == pytest.approx(1.175, abs=5e-4)
    assert arc_elasticity(1.0, 2.0, 5.0, 5.0) is None
    with pytest.raises(InputError):
        arc_elasticity(0.0, 1.0, 1.0, 2.0)
    with pytest.raises(InputError):
        sample_change(3.0, 0.0, 1.0)


def test_the_weight_a_contribution_implies():
    # 1.4/19.7: between 1.35/19.75 = 6.835 % and 1.45/19.65 = 7.379 %
    lo, hi = implied_weight("19.7", "1.4")
    assert lo == pytest.approx(0.06835, abs=1e-5) and hi == pytest.approx(0.07379, abs=1e-5)
    assert implied_weight(19.7, 1.4) == (lo, hi)
    # a fall of 2 % that took 0.5 points: 0.45/2.05 to 0.55/1.95
    fallen = implied_weight("-2.0", "-0.5")
    assert fallen.lo == pytest.approx(0.45 / 2.05) and fallen.hi == pytest.approx(0.55 / 1.95)
    assert implied_weight("0.0", "0.5") is None and implied_weight("2.0", "-0.5") is None
    assert implied_weight("2.0", "0.0").lo == 0.0  # no weight is below nothing
