"""The five-year target taken apart by year: what each year asks for, and what was published.

A year that a document of the plan declares is told apart from one that is only worked out
between the declared ones. The straight path is the one the schedule of a target is read off,
so that both agree; the path of equal growth is the other usual convention.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from analysis.data.errors import InputError, Reason, nearest
from analysis.data.plan import Plan
from analysis.data.series import Datum
from analysis.growth.rates import PATH_SHAPES, path_value
from analysis.targets.kinds import KINDS, growth_needed
from analysis.targets.types import IndicatorEvaluation

#: Where a year's value comes from: base, declared by a document, worked out, the target itself.
ORIGINS = ("base", "declared", "computed", "target")
#: Kinds with a value for the target year.
LEVELS = tuple(name for name, kind in KINDS.items() if kind.level and not kind.every_year)
RATES = ("share", "growth_rate")


@dataclass(frozen=True)
class PathStep:
    """One year of a path.

    Attributes
    ----------
    value : float
        What the path asks for, in the target's unit.
    origin : str
        One of ORIGINS.
    published : Datum or None
        The figure published for the year, None where there is none; never a derived one.
    difference, difference_pct : float or None
        Published less path, in the unit and in per cent of the path.
    side : str or None
        ``ahead``, ``behind`` or ``on`` the path, seen from the target's good direction.
    """

    year: int
    value: float
    origin: str
    published: Datum | None = None
    difference: float | None = None
    difference_pct: float | None = None
    side: str | None = None


@dataclass(frozen=True)
class YearlyPath:
    """A target by year, and what the years after the latest figure still have to bring.

    Attributes
    ----------
    goal : float
        The value asked for in the target year; for an average growth, the level it leads to.
    latest : Datum or None
        The latest figure published after the base year.
    years_left : int or None
        Years from the latest figure to the target year.
    required_change, required_growth_pct : float or None
        Change a year in the unit, and growth a year in per cent, from the latest figure to the
        goal. None in the target year; no growth of a share or of a growth rate.
    """

    target_id: str
    unit: str
    shape: str
    goal: float
    steps: tuple[PathStep, ...]
    latest: Datum | None
    years_left: int | None
    required_change: float | None
    required_growth_pct: float | None

    @property
    def declared(self) -> int:
        """How many years between base and target a document declares."""
        return sum(step.origin == "declared" for step in self.steps)

    def at(self, year: int) -> PathStep:
        """Return one year's step.

        Raises
        ------
        InputError
            With the nearest year of the path.
        """
        for step in self.steps:
            if step.year == year:
                return step
        years = [step.year for step in self.steps]
        raise InputError(
            "path_has_no_such_year",
            column="year",
            value=year,
            expected=f"{years[0]}–{years[-1]}",
            nearest=nearest(year, years),
        )


def decompose(
    base: float,
    goal: float,
    base_year: int,
    target_year: int,
    declared: Mapping[int, float] | None = None,
    shape: str = "linear",
) -> list[PathStep]:
    """Return what every year from base to target asks for (年度计划), in the target's unit.

    Parameters
    ----------
    declared : mapping of year to value, optional
        Years for which a document gives a value; they are taken as they are, and the years
        between two of them lie on the shape between those two.
    shape : str
        ``linear``: equal steps; ``geometric``: equal growth.

    Raises
    ------
    InputError
        An unknown shape, a target year not after the base, a declared year outside the years
        between, or an end that equal growth cannot pass through.

    Notes
    -----
    Between two knots (t0, v0), (t1, v1) with s = (t − t0)/(t1 − t0): v0 + s(v1 − v0), or
    v0 (v1/v0)^s.

    Examples
    --------
    >>> [(s.year, s.value, s.origin) for s in decompose(100, 150, 2020, 2023, {2021: 120})][1:]
    [(2021, 120, 'declared'), (2022, 135.0, 'computed'), (2023, 150, 'target')]
    """
    given = dict(declared or {})
    for year in given:
        if not base_year < year < target_year:
            raise InputError(
                "declared_year_out_of_range",
                column="year",
                value=year,
                expected=f"{base_year + 1}–{target_year - 1}",
            )
    if shape not in PATH_SHAPES:
        path_value(base, goal, base_year, target_year, base_year, shape)  # tells what is wrong
    knots = {base_year: base, **dict(sorted(given.items())), target_year: goal}
    ends = list(knots)
    steps = [PathStep(base_year, base, "base")]
    for start, stop in pairwise(ends):
        for year in range(start + 1, stop):
            value = path_value(knots[start], knots[stop], start, stop, year, shape)
            steps.append(PathStep(year, value, "computed"))
        last = stop == target_year
        steps.append(PathStep(stop, knots[stop], "target" if last else "declared"))
    return steps


def yearly_path(
    item: IndicatorEvaluation, plan: Plan, shape: str | None = None
) -> YearlyPath | Reason:
    """Return a judged target by year with what was published, or why it has no path.

    Parameters
    ----------
    item : IndicatorEvaluation
        The target as judged; only figures up to the evaluation year are in it.
    plan : Plan
        Gives the base year and the kind of quantity.
    shape : str, optional
        As for :func:`decompose`. Default: equal growth for an average growth target, equal
        steps for a level.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> found = evaluate("jiaxing-14fyp", 2024)
    >>> path = yearly_path(found.get("gdp"), found.plan)
    >>> round(path.at(2024).value, 1), round(path.at(2024).difference, 1), path.at(2024).side
    (276.4, -50.4, 'behind')
    """
    target, base = item.target, item.baseline
    goal = _goal(item, plan)
    if isinstance(goal, Reason):
        return goal
    assert base is not None
    rate = plan.data.indicators[target.indicator]["quantity"] in RATES
    chosen = shape or ("geometric" if target.kind == "avg_growth" else "linear")
    if chosen == "geometric" and (base.value <= 0 or goal <= 0 or rate):
        return Reason("equal_growth_needs_positive_level")
    given = {} if target.kind == "avg_growth" else dict(target.path)
    if abs(given.pop(target.target_year, goal) - goal) > 1e-9:
        return Reason("declared_end_is_not_target")
    series = item.series.data if item.series else ()
    shown = {f.year: f for f in series if f.status != "derived" and base.year < f.year}
    slack = (target.tolerance or 0.0) + 1e-9
    steps = [
        _held(step, shown.get(step.year), target.sign, slack)
        for step in decompose(base.value, goal, base.year, target.target_year, given, chosen)
    ]
    latest = shown[max(shown)] if shown else None
    left = target.target_year - latest.year if latest else None
    open_ = latest is not None and left is not None and left > 0
    return YearlyPath(
        target_id=item.target_id,
        unit=base.unit,
        shape=chosen,
        goal=goal,
        steps=tuple(steps),
        latest=latest,
        years_left=left,
        required_change=(goal - latest.value) / left if open_ and latest and left else None,
        required_growth_pct=growth_needed(latest.value, goal, left)
        if open_ and latest and left and not rate
        else None,
    )


def _goal(item: IndicatorEvaluation, plan: Plan) -> float | Reason:
    """Return the value asked for in the target year, or why there is no way to decompose."""
    target, base = item.target, item.baseline
    if target.withdrawn:
        return Reason("withdrawn")
    if target.kind not in (*LEVELS, "avg_growth"):
        return Reason("kind_has_no_path")
    if target.target is None:
        return Reason("not_assigned")
    if base is None or base.year != plan.base_year:
        return Reason("no_base_value")
    if target.target_year <= base.year:
        return Reason("target_year_not_after_base")
    if target.kind == "avg_growth":
        goal = base.value * (1 + target.target / 100) ** (target.target_year - base.year)
        return goal
    if plan.data.indicators[target.indicator]["quantity"] == "growth_rate":
        return Reason("growth_rate")
    if target.sign * (base.value - target.target) >= -1e-9:
        return Reason("base_meets_target")
    return target.target


def _held(step: PathStep, figure: Datum | None, sign: int, slack: float) -> PathStep:
    """Hold a year's figure against its path; the base year has nothing to be held against."""
    if figure is None or step.origin == "base":
        return step
    gap = figure.value - step.value
    side = "on" if abs(gap) <= slack else "ahead" if sign * gap > 0 else "behind"
    return PathStep(
        step.year,
        step.value,
        step.origin,
        figure,
        gap,
        100 * gap / step.value if step.value else None,
        side,
    )
