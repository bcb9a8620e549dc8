"""The account of the gap: by hand, and as a law."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.data.errors import InputError
from analysis.decoupling.lmdi import gap_parts, log_mean

AMOUNT = st.floats(10.0, 1000.0)
FACTOR = st.floats(0.5, 2.0)


def test_the_four_parts_by_hand():
    # base 100 written, 80 known: ln(100/80) = 0.22314; prices doubled: -ln 2 = -0.69315;
    # caliber ·1.25: -0.22314; T/V = 2 = e^0.69315; growth = the rest = 0.69315 + 0.69315
    # weight (400 - 200)/ln 2 = 288.539
    parts = gap_parts(
        400.0,
        200.0,
        100.0,
        years_done=4,
        years_total=4,
        base=80.0,
        price_factor=2.0,
        caliber_factor=1.25,
    )
    # growth: planned 400/100 = 4, had 200/(80·2·1.25) = 1: ln 4 = 1.38629, times weight = 400
    assert parts.growth == pytest.approx(400.0)
    assert parts.price == pytest.approx(-200.0)
    assert parts.base == pytest.approx(64.386, abs=1e-3)
    assert parts.caliber == pytest.approx(-64.386, abs=1e-3)
    assert parts.gap == 200.0 and parts.growth_ahead == 0.0


def test_the_zone_s_gap():
    parts = gap_parts(300.0, 226.0, 182.0, years_done=4, years_total=5)
    # weight 74/ln(300/226) = 261.256; a year of the plan's pace ln(300/182)/5 = 0.099957
    assert parts.growth == pytest.approx(74.0)
    assert parts.growth_ahead == pytest.approx(26.114, abs=1e-3)
    assert parts.growth_due == pytest.approx(47.886, abs=1e-3)
    # expected prices in the plan move growth into price, and nothing else
    foreseen = gap_parts(300.0, 226.0, 182.0, years_done=4, years_total=5, plan_price_factor=1.1)
    assert foreseen.price == pytest.approx(261.256 * math.log(1.1), abs=1e-3)
    assert foreseen.growth + foreseen.price == pytest.approx(74.0)


def test_a_target_that_is_met_has_a_negative_gap():
    parts = gap_parts(180.0, 182.0, 125.98, years_done=5, years_total=5)
    assert parts.gap == -2.0 and parts.growth == pytest.approx(-2.0)


@given(AMOUNT, AMOUNT, AMOUNT, AMOUNT, FACTOR, FACTOR, FACTOR, st.integers(0, 5))
def test_the_parts_add_up(target, value, plan_base, base, price, foreseen, caliber, done):
    parts = gap_parts(
        target,
        value,
        plan_base,
        years_done=done,
        years_total=5,
        base=base,
        price_factor=price,
        plan_price_factor=foreseen,
        caliber_factor=caliber,
    )
    assert sum(parts[:4]) == pytest.approx(target - value, abs=1e-6)
    assert parts.growth_due + parts.growth_ahead == pytest.approx(parts.growth, abs=1e-9)


@given(AMOUNT, AMOUNT)
def test_the_logarithmic_mean_lies_between_geometric_and_arithmetic(a, b):
    assert math.sqrt(a * b) * (1 - 1e-6) <= log_mean(a, b) <= (a + b) / 2 * (1 + 1e-6)


def test_what_has_no_logarithm_is_refused():
    for bad in ({"base": 0.0}, {"price_factor": -1.0}, {"caliber_factor": 0.0}):
        with pytest.raises(InputError):
            gap_parts(300.0, 226.0, 182.0, years_done=4, years_total=5, **bad)
    with pytest.raises(InputError):
        gap_parts(300.0, 226.0, 182.0, years_done=6, years_total=5)
    with pytest.raises(InputError):
        gap_parts(0.0, 226.0, 182.0, years_done=4, years_total=5)
