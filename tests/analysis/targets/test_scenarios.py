"""Baseline, plan, low and high: the forecast's own quantiles, and arithmetic by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from roots import HOME

from analysis.data.errors import Reason
from analysis.data.observations import load
from analysis.targets.ahead import SCENARIOS, TargetScenarios, target_scenarios
from analysis.targets.evaluation import Evaluation, evaluate

DATA = load(HOME)


@pytest.fixture(scope="module")
def late() -> Evaluation:
    return evaluate("jiaxing-14fyp", 2024, data=DATA)


def made(evaluation: Evaluation, target_id: str) -> TargetScenarios:
    found = target_scenarios(evaluation.get(target_id), evaluation.plan)
    assert isinstance(found, TargetScenarios), found
    return found


@pytest.mark.parametrize("target_id", ["gdp", "industrial_output", "containers"])
def test_the_scenarios_are_the_outlook_said_in_levels(late, target_id):
    found, outlook = made(late, target_id), late.get(target_id).outlook
    assert [one.code for one in found.each] == list(SCENARIOS)
    assert found.get("baseline").level == outlook.median
    assert (found.get("low").level, found.get("high").level) == (outlook.lo80, outlook.hi80)
    assert found.get("low").level < found.get("baseline").level < found.get("high").level
    forecast = outlook.forecast
    assert forecast.cdf(found.get("low").level, found.year) == pytest.approx(0.1, abs=1e-3)
    assert forecast.cdf(found.get("high").level, found.year) == pytest.approx(0.9, abs=1e-3)


def test_the_plan_is_what_the_target_needs(late):
    plan = made(late, "gdp").get("plan")
    # 300 / 226 = 1.327434; 300 - 226 = 74 in one year; no gap
    assert plan.growth_pct == pytest.approx(32.7434, abs=1e-4)
    assert (plan.change, plan.gap, plan.gap_pct, plan.meets) == (74, 0, 0, True)
    assert plan.growth_pct == late.get("gdp").state.required_growth_pct


def test_growth_and_gap_follow_from_the_level(late):
    for one in made(late, "gdp").each:
        assert 226 * (1 + one.growth_pct / 100) == pytest.approx(one.level)
        assert one.gap == pytest.approx(one.level - 300)
        assert one.gap_pct == pytest.approx(100 * (one.level / 300 - 1))
        assert one.meets == (one.level >= 300)


def test_a_share_has_no_growth(late):
    found = made(late, "good_air")
    assert all(one.growth_pct is None for one in found.each)
    plan = found.get("plan")
    assert plan.change == pytest.approx((92 - found.start) / (2025 - found.start_year))


def test_less_is_better_meets_below(late):
    gdp = late.get("gdp")
    turned = replace(gdp, target=replace(gdp.target, direction="decrease", target=245.0))
    found = target_scenarios(turned, late.plan)
    assert isinstance(found, TargetScenarios)
    assert [found.get(code).meets for code in ("low", "plan", "high")] == [True, True, False]


def test_without_a_future_or_figures_a_reason(late):
    done = evaluate("jiaxing-13fyp", 2020, data=DATA)
    published = Reason("target_year_published", year=2020)
    assert target_scenarios(done.get("gdp"), done.plan) == published
    early = evaluate("jiaxing-13fyp", 2018, data=DATA)
    assert target_scenarios(early.get("gdp"), early.plan) == Reason("no_forecast")
    # after the base year GDP has only a figure of another caliber until 2024
    middle = evaluate("jiaxing-14fyp", 2022, data=DATA)
    assert target_scenarios(middle.get("gdp"), middle.plan) == Reason("no_forecast")
    assert target_scenarios(late.get("talent"), late.plan) == Reason("nothing_published")
    assert target_scenarios(late.get("rd_share"), late.plan) == Reason("no_level_target")
