"""Bounds between domains: every one by hand, on made figures and on the published ones."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from roots import HOME

from analysis.audit import audit, domains
from analysis.audit import parts as audit_parts
from analysis.audit.finding import Context, context
from analysis.data.errors import InputError, Reason
from analysis.data.observations import load
from analysis.growth.rates import Interval

DATA = load(HOME)
REPORT = audit(DATA)
CITY = "jiaxing-city"


def about(value: float, half: float = 0.05) -> Interval:
    return Interval(value - half, value + half)


def point(value: float) -> Interval:
    return Interval(value, value)


def fresh() -> Context:
    return context(DATA, DATA.latest_vintage())


# --- the bounds themselves -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("whole", "holds"),
    # parts 2.8 and 4.3, each to ±0.05: the whole may round from 2.75 - 0.05 to 4.35 + 0.05
    [(3.5, True), (2.8, True), (4.3, True), (4.4, True), (4.5, False), (2.6, False)],
)
def test_a_whole_grows_between_its_parts(whole, holds):
    made = domains.growth_between_parts(about(whole), {"甲": about(2.8), "乙": about(4.3)})
    assert made.holds is holds
    assert made.bound == pytest.approx((2.75, 4.35))
    assert made.reason.figures["holds"] is holds


@given(
    st.lists(
        st.tuples(st.floats(0.1, 1e4), st.floats(-50, 100)),
        min_size=1,
        max_size=5,
    )
)
def test_any_true_whole_passes(rows):
    base = sum(level for level, _ in rows)
    now = sum(level * (1 + rate / 100) for level, rate in rows)
    parts = {str(n): point(rate) for n, (_, rate) in enumerate(rows)}
    assert domains.growth_between_parts(point(100 * (now / base - 1)), parts).holds


def test_no_parts_is_an_error():
    with pytest.raises(InputError, match="no_parts_to_check"):
        domains.growth_between_parts(about(1.0), {})


def test_a_pull_implies_a_share_between_nothing_and_all():
    # 1.4 / 19.7 = 7.11 %; a pull of 2 on growth of 1 would take a share of 200 %
    made = domains.share_from_pull(point(1.4), point(19.7))
    assert made is not None and made.holds
    assert made.implied.lo == pytest.approx(7.1066, abs=1e-4)
    above = domains.share_from_pull(about(2.0), about(1.0))
    assert above is not None and not above.holds
    # 1.95 / 1.05 = 185.7 %, 2.05 / 0.95 = 215.8 %
    assert above.implied == pytest.approx((185.7143, 215.7895), abs=1e-4)
    against = domains.share_from_pull(about(0.5), about(-3.0))
    assert against is not None and not against.holds  # what falls cannot pull up
    assert domains.share_from_pull(about(0.0), about(0.0)) is None


# --- the rules on published figures ----------------------------------------------------------


@pytest.mark.parametrize(
    ("indicator", "period", "stated", "low", "high"),
    [
        ("gdp", "2017", 7.8, 1.2, 8.6),
        ("gdp", "2020", 3.5, 1.8, 4.3),
        ("gdp", "2021", 8.5, 1.7, 10.7),
        ("gdp", "2022", 2.5, 2.0, 2.9),
        ("trade", "2022", 16.3, 14.7, 20.6),
    ],
)
def test_published_wholes_grow_between_their_parts(indicator, period, stated, low, high):
    found = [
        one
        for one in REPORT.agreements
        if (one.rule, one.region, one.indicator, one.period)
        == (domains.RULE, CITY, indicator, period)
    ]
    assert len(found) == 1 and found[0].stated == stated
    assert found[0].implied_as == Reason("growth_of_parts", low=low, high=high)


def test_a_whole_that_outgrows_its_parts_is_found():
    ctx = fresh()
    key = (CITY, "gdp", "2017", "C2")
    claims = [
        replace(one, value=9.9, printed="9.9")
        if (one.region, one.indicator, one.period, one.source) == key
        else one
        for one in ctx.claims
    ]
    ctx = replace(ctx, claims=claims)
    found = [one for one in domains.growth_of_wholes(ctx) if one.verdict == "contradiction"]
    assert [(one.period, one.stated, one.implied) for one in found] == [("2017", 9.9, 8.6)]
    assert found[0].reason.code == "whole_between_parts"
    assert found[0].reason.figures["holds"] is False


def test_claims_of_different_sources_are_not_mixed():
    ctx = fresh()
    claims = [
        replace(claim, source="C3") if claim.indicator == "secondary_va" else claim
        for claim in ctx.claims
    ]
    ctx = replace(ctx, claims=claims)
    assert all(one.indicator != "gdp" for one in domains.growth_of_wholes(ctx))


def test_published_pulls_imply_a_share():
    found = {
        one.indicator: one.implied
        for one in REPORT.agreements
        if one.rule == domains.RULE and one.indicator.endswith("_pull")
    }
    # 0.6 / 22.2 = 2.7027 %, 1.4 / 19.7 = 7.1066 %
    assert found == {
        "automobile_va_pull": pytest.approx(2.7027),
        "computer_va_pull": pytest.approx(7.1066),
    }


def test_an_impossible_pull_is_found():
    ctx = fresh()
    key = (CITY, "computer_va_pull", "2022-01/2022-07")
    ctx.figures[key] = [replace(i, value=25.0, printed="25.0") for i in ctx.figures[key]]
    found = [one for one in domains.pulls(ctx) if one.verdict == "contradiction"]
    assert [one.implied for one in found] == [pytest.approx(100 * 25 / 19.7, abs=1e-4)]


def test_industry_stays_within_the_secondary_sector():
    pairs = {
        (one.period, one.stated, one.implied): one.verdict
        for one in REPORT.agreements
        if one.rule == "parts_vs_whole" and one.region == CITY and one.indicator == "secondary_va"
    }
    assert pairs[("2015", 1850.68, 1668.57)] == "agrees"
    assert pairs[("2022", 3719.61, 2815.6)] == "agrees"


def test_value_added_above_its_output_is_found():
    ctx = fresh()
    key = (CITY, "industrial_va_above_scale", "2022")
    # an output below its own value added: 2,000 against 2,815.6
    ctx.figures[(CITY, "industrial_output", "2022")] = [
        replace(i, indicator="industrial_output", value=2000.0, printed="2000")
        for i in ctx.figures[key]
    ]
    found = [
        one
        for one in audit_parts.parts(ctx)
        if one.indicator == "industrial_output" and one.region == CITY
    ]
    assert [(one.verdict, one.stated, one.implied) for one in found] == [
        ("contradiction", 2000.0, 2815.6)
    ]
