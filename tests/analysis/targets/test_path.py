"""Targets taken apart by year, worked by hand; a path says the same as the schedule."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from roots import HOME

from analysis.data.errors import InputError, Reason
from analysis.data.observations import load
from analysis.growth.rates import completion
from analysis.targets.evaluation import Evaluation, evaluate
from analysis.targets.judge import judge
from analysis.targets.path import YearlyPath, decompose, yearly_path
from analysis.targets.types import IndicatorEvaluation

DATA = load(HOME)


@pytest.fixture(scope="module")
def late() -> Evaluation:
    return evaluate("jiaxing-14fyp", 2024, data=DATA)


def changed(evaluation: Evaluation, target_id: str, **changes: object) -> IndicatorEvaluation:
    target = replace(evaluation.plan.target(target_id), **changes)
    return judge(target, evaluation.plan, evaluation.year, evaluation.as_of, evaluation.audit)


def path_of(item: IndicatorEvaluation, evaluation: Evaluation, shape: str = "") -> YearlyPath:
    made = yearly_path(item, evaluation.plan, shape or None)
    assert isinstance(made, YearlyPath), made
    return made


def test_straight_and_equal_growth_by_hand():
    # 182 to 300 in five years: 118 / 5 = 23.6 a year
    assert [s.value for s in decompose(182, 300, 2020, 2025)] == pytest.approx(
        [182, 205.6, 229.2, 252.8, 276.4, 300]
    )
    # 100 to 121 in two years: 10 % a year
    middle = decompose(100, 121, 2020, 2022, shape="geometric")[1]
    assert middle.value == pytest.approx(110) and middle.origin == "computed"


def test_declared_years_are_kept_and_what_lies_between_is_worked_out():
    steps = decompose(100, 150, 2020, 2025, {2024: 130, 2022: 120})
    # 100, (110), 120, (125), 130, 150
    assert [s.value for s in steps] == [100, 110, 120, 125, 130, 150]
    assert [s.origin for s in steps] == [
        "base",
        "computed",
        "declared",
        "computed",
        "declared",
        "target",
    ]


@pytest.mark.parametrize("declared", [{2020: 1.0}, {2025: 1.0}, {2030: 1.0}])
def test_a_declared_year_outside_is_an_error(declared):
    with pytest.raises(InputError, match="declared_year_out_of_range"):
        decompose(100, 150, 2020, 2025, declared)


def test_an_unknown_shape_is_an_error_even_where_nothing_lies_between():
    with pytest.raises(InputError, match="unknown_shape_of_path"):
        decompose(100, 150, 2020, 2021, shape="curved")


@given(
    base=st.floats(1, 1e4),
    goal=st.floats(1, 1e4),
    years=st.integers(2, 8),
    shape=st.sampled_from(["linear", "geometric"]),
)
def test_equal_steps_or_equal_growth_lead_from_base_to_goal(base, goal, years, shape):
    values = [s.value for s in decompose(base, goal, 2020, 2020 + years, shape=shape)]
    assert values[0] == base and values[-1] == goal and len(values) == years + 1
    pairs = pairwise(values)
    moves = [b - a if shape == "linear" else b / a for a, b in pairs]
    assert moves == pytest.approx([moves[0]] * years, rel=1e-6, abs=1e-6)


def test_gdp_against_its_path(late):
    path = path_of(late.get("gdp"), late)
    step = path.at(2024)
    # 226 - 276.4 = -50.4; -50.4 / 276.4 = -18.234 %; (300 - 226) / 1 = 74; 300 / 226 = 1.327434
    assert step.difference == pytest.approx(-50.4)
    assert step.difference_pct == pytest.approx(-18.2344, abs=1e-4)
    assert step.side == "behind"
    assert (path.years_left, path.required_change) == (1, pytest.approx(74))
    assert path.required_growth_pct == pytest.approx(32.7434, abs=1e-4)
    assert path.declared == 0
    assert path.at(2023).published is None and path.at(2023).difference is None
    assert path.at(2020).difference is None  # the base is not held against itself
    with pytest.raises(InputError, match="path_has_no_such_year"):
        path.at(2019)


def test_every_path_agrees_with_schedule_and_completion(late):
    seen = 0
    for item in late.indicators:
        path = yearly_path(item, late.plan)
        if isinstance(path, Reason) or item.target.kind == "avg_growth":
            continue
        seen += 1
        asked = completion(item.baseline.value, path.at(2024).value, path.goal)
        assert asked == pytest.approx(item.state.schedule)
        assert path.required_growth_pct == item.state.required_growth_pct
        step = path.at(2024)
        if step.side is not None and item.state.completion is not None:
            ahead = item.state.completion > item.state.schedule + 1e-9
            assert (step.side == "ahead") == ahead
    assert seen >= 4


def test_a_declared_path_is_used_and_agrees_with_the_schedule(late):
    item = changed(late, "gdp", path=((2023, 240.0),))
    path = path_of(item, late)
    # after 2023: (300 - 240) / 2 = 30 a year, so 270 in 2024; 226 - 270 = -44
    assert path.at(2024).value == pytest.approx(270) and path.declared == 1
    assert path.at(2024).difference == pytest.approx(-44)
    assert path.at(2023).origin == "declared" and path.at(2022).origin == "computed"
    assert item.state.schedule == pytest.approx((270 - 182) / (300 - 182))


def test_a_declared_target_year_must_say_what_the_target_says(late):
    assert path_of(changed(late, "gdp", path=((2025, 300.0),)), late).declared == 0
    told = yearly_path(changed(late, "gdp", path=((2025, 290.0),)), late.plan)
    assert told == Reason("declared_end_is_not_target")


def test_less_is_better_turns_the_sides_round(late):
    # pm25: 27 in 2020; towards 22 in 2025 the path asks for 23 in 2024
    item = changed(late, "pm25", kind="at_most", target=22.0)
    path = path_of(item, late)
    assert path.at(2024).value == pytest.approx(23)
    gdp = late.get("gdp")
    turned = replace(gdp, target=replace(gdp.target, direction="decrease", target=100.0))
    step = path_of(turned, late).at(2024)
    # 182 + 0.8 (100 - 182) = 116.4; 226 is 109.6 above, and less would be better
    assert step.difference == pytest.approx(109.6) and step.side == "behind"


def test_an_average_growth_leads_to_a_level_on_equal_growth(late):
    item = changed(late, "gdp", kind="avg_growth", target=10.0)
    path = path_of(item, late)
    # 182 x 1.1^4 = 266.4662; 182 x 1.1^5 = 293.11282
    assert path.shape == "geometric" and path.goal == pytest.approx(293.11282)
    assert path.at(2024).value == pytest.approx(266.4662)


def test_a_tolerance_leaves_a_target_just_short_on_its_path():
    done = evaluate("jiaxing-13fyp", 2020, data=DATA)
    gdp = done.get("gdp")  # 182 published against 180
    near = replace(gdp, target=replace(gdp.target, target=182.4, tolerance=0.5))
    path = path_of(near, done)
    assert path.at(2020).side == "on"
    assert path.required_change is None and path.years_left == 0


def test_targets_without_a_way_say_why(late):
    for item, code in (
        (late.get("talent"), "no_base_value"),
        (changed(late, "gdp", target=None), "not_assigned"),
        (late.get("rd_share"), "kind_has_no_path"),
        (changed(late, "gdp", target=150.0), "base_meets_target"),
    ):
        assert yearly_path(item, late.plan) == Reason(code)


def test_what_is_not_yet_published_is_not_held_against_the_path():
    early = evaluate("jiaxing-14fyp", 2021, dt.date(2021, 12, 31), data=DATA)
    path = path_of(early.get("gdp"), early)
    assert path.latest is None and path.required_change is None
    assert all(step.difference is None for step in path.steps)
