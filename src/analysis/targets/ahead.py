"""The years ahead of a target: proposed yearly values, never a plan by themselves, and scenarios.

Three shapes, because economists differ on them: equal steps, equal growth, and the forecast's
own course with the same extra effort in every year. Years that a document declares are kept.
Each value comes with the probability that the year's figure reaches it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analysis.data.errors import Reason
from analysis.data.plan import Plan
from analysis.growth.rates import path_value
from analysis.targets.kinds import ENOUGH, compounds, growth_needed
from analysis.targets.path import LEVELS, RATES
from analysis.targets.types import IndicatorEvaluation

#: In the order of preference where none was asked for; ``hold`` where nothing is left to do.
SHAPES = ("forecast", "growth", "steps", "hold")
Knot = tuple[int, float]
Between = Callable[[Knot, Knot, int], float]


@dataclass(frozen=True)
class ProposedYear:
    """One year of a proposal.

    Attributes
    ----------
    value : float
        In the target's unit.
    probability : float or None
        That the year's figure reaches the value; None without a forecast that bears a verdict.
    declared : bool
        Whether a document of the plan gives the value: nothing is proposed for that year.
    """

    year: int
    value: float
    probability: float | None
    declared: bool = False


@dataclass(frozen=True)
class PathProposal:
    """The rest of the way to one target, by shape.

    Attributes
    ----------
    start_year, start
        Year and value of the latest figure, from which the way begins.
    goal : float
        The number in force for `target_year`, in `unit`.
    shapes : dict
        Years after the evaluation year up to the target year, by one of SHAPES.
    median : dict
        The forecast's median by year; empty without a forecast that bears a verdict.
    whole : bool
        Whether the target counts things, so that only whole numbers can be planned.
    extra_pct, extra : float or None
        What the shape ``forecast`` asks for beyond the forecast, a year: percentage points of
        growth, or units for shares and rates. Only where no document declares a year between.
    """

    target_id: str
    unit: str
    start_year: int
    start: float
    target_year: int
    goal: float
    shapes: dict[str, tuple[ProposedYear, ...]]
    median: dict[int, float]
    whole: bool = False
    extra_pct: float | None = None
    extra: float | None = None

    @property
    def preferred(self) -> str:
        """The first shape there is, in the order of SHAPES."""
        return next(name for name in SHAPES if name in self.shapes)

    @property
    def digits(self) -> int:
        """The decimals of its values: those of figure and goal, at least four figures."""
        if self.whole:
            return 0
        shown = max(len(f"{x:g}".partition(".")[2]) for x in (self.start, self.goal))
        size = max(abs(self.start), abs(self.goal), 1e-9)
        return max(shown, 3 - math.floor(math.log10(size)), 0)


def propose_path(item: IndicatorEvaluation, plan: Plan, year: int) -> PathProposal | Reason:
    """Return yearly values for the years after an evaluation year, or why there are none.

    Parameters
    ----------
    item : IndicatorEvaluation
        The target as judged in that year.
    plan : Plan
        Gives the kind of quantity.
    year : int
        The evaluation year; what it or a former year should have brought is not proposed.

    Notes
    -----
    From the latest figure x at t0 to the number in force T at t1, s = (t − t0)/(t1 − t0), with
    m the forecast's median (m(t0) = x):

    - equal steps: x + s (T − x);
    - equal growth: x (T/x)^s, for positive totals only;
    - forecast: m(t) · (T/m(t1))^s, so that every year grows by the forecast's rate times one
      and the same factor; for shares and rates m(t) + s (T − m(t1)).

    A declared year between takes the part of T for the years before it and of x for those
    after. Every shape ends in T. A target that is met already is held, not approached from
    above. The probability of a year is read off the forecast's margin of that year alone.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> found = evaluate("jiaxing-14fyp", 2024)
    >>> made = propose_path(found.get("gdp"), found.plan, 2024)
    >>> [(one.year, one.value) for one in made.shapes["steps"]], made.start_year
    ([(2025, 300.0)], 2024)
    """
    refused = _refusal(item, plan, year)
    if refused is not None:
        return refused
    assert item.series is not None and item.target.target is not None
    target, latest, goal = item.target, item.series.data[-1], item.target.target
    made = item.outlook.forecast if _bears(item) else None
    ahead = range(latest.year + 1, target.target_year + 1)
    median = {t: float(made.median(t)) for t in ahead} if made is not None else {}
    declared = {y: v for y, v in target.path if latest.year < y < target.target_year}
    years = [t for t in ahead if t > year]
    knots = [(latest.year, latest.value), *sorted(declared.items()), (target.target_year, goal)]
    quantity = plan.data.indicators[target.indicator]["quantity"]
    rate = quantity in RATES
    course = {latest.year: latest.value} | median
    between = {"hold": _held(goal)} if item.state.met else _ways(knots, course, bool(median), rate)
    slack = target.sign * (target.tolerance or 0.0)

    def proposed(t: int, value: float) -> ProposedYear:
        chance = None
        if made is not None:
            chance = float(made.probability(value - slack, t, target.sign))
        return ProposedYear(t, value, chance, t in declared)

    shapes = {
        name: tuple(proposed(t, _value(knots, way, t)) for t in years)
        for name, way in between.items()
    }
    extra_pct, extra = _effort(knots, median, rate) if "forecast" in shapes else (None, None)
    return PathProposal(
        target_id=item.target_id,
        unit=latest.unit,
        start_year=latest.year,
        start=latest.value,
        target_year=target.target_year,
        goal=goal,
        shapes=shapes,
        median=median,
        whole=quantity == "count" and all(v == int(v) for v in (latest.value, goal)),
        extra_pct=extra_pct,
        extra=extra,
    )


def _refusal(item: IndicatorEvaluation, plan: Plan, year: int) -> Reason | None:
    target = item.target
    if target.withdrawn:
        return Reason("withdrawn")
    if target.kind not in (*LEVELS, "assigned") or compounds(target):
        return Reason("kind_has_no_yearly_level")
    if target.target is None:
        return Reason("not_assigned")
    if plan.data.indicators[target.indicator]["quantity"] == "growth_rate":
        return Reason("growth_rate")
    if item.series is None or not item.series.data:
        return Reason("nothing_published")
    if target.target_year <= max(year, item.series.data[-1].year):
        return Reason("no_year_left")
    return None


def _bears(item: IndicatorEvaluation) -> bool:
    """Tell whether a forecast rests on enough published figures for a probability."""
    assert item.series is not None
    published = sum(figure.status != "derived" for figure in item.series.data)
    return item.outlook.forecast is not None and published >= ENOUGH


def _held(goal: float) -> Between:
    return lambda start, end, t: goal


def _ways(
    knots: Sequence[Knot], course: Mapping[int, float], known: bool, rate: bool
) -> dict[str, Between]:
    """Return how each shape that is defined goes from one knot to the next."""

    def shaped(name: str) -> Between:
        return lambda start, end, t: path_value(start[1], end[1], start[0], end[0], t, name)

    def extra(start: Knot, end: Knot, t: int) -> float:
        s = (t - start[0]) / (end[0] - start[0])
        if relative:
            first, last = start[1] / course[start[0]], end[1] / course[end[0]]
            return course[t] * math.exp((1 - s) * math.log(first) + s * math.log(last))
        first, last = start[1] - course[start[0]], end[1] - course[end[0]]
        return course[t] + (1 - s) * first + s * last

    positive = min(value for _, value in knots) > 0
    relative = positive and not rate and min(course.values()) > 0
    ways: dict[str, Between] = {"forecast": extra} if known else {}
    if positive and not rate:
        ways["growth"] = shaped("geometric")
    return ways | {"steps": shaped("linear")}


def _value(knots: Sequence[Knot], way: Between, year: int) -> float:
    """Return one year's value: a knot's own, or what lies between two of them."""
    for start, end in pairwise(knots):
        if year == end[0]:
            return end[1]
        if start[0] < year < end[0]:
            return way(start, end, year)
    raise ValueError(year)  # the years asked for lie between the first knot and the last


def _effort(
    knots: Sequence[Knot], median: Mapping[int, float], rate: bool
) -> tuple[float | None, float | None]:
    """Return the extra growth in percentage points, or the extra units, of a year on average."""
    if len(knots) > 2:
        return None, None
    (first, x), (last, goal) = knots
    years, end = last - first, median[last]
    if rate or min(x, goal, end) <= 0:
        return None, (goal - end) / years
    return 100 * ((goal / x) ** (1 / years) - (end / x) ** (1 / years)), None


# --- Four ways to the target year of one target: baseline, plan, low and high ---
# Every chapter that speaks of scenarios takes them from here, so that no two give different
# numbers: baseline, low and high are read off the forecast the target's outlook rests on.


#: In the order they are shown; low and high are of the number, not of the merit.
SCENARIOS = ("baseline", "plan", "low", "high")
WIDTH = 80  # per cent of the outcomes between low and high


@dataclass(frozen=True)
class TargetScenario:
    """One scenario of one target.

    Attributes
    ----------
    code : str
        One of SCENARIOS.
    level : float
        Value in the target year, in the target's unit.
    growth_pct : float or None
        Growth a year from the latest figure to it; None for shares and rates.
    change : float
        Change a year in the unit.
    gap, gap_pct : float
        Level less target, in the unit and in per cent of the target.
    meets : bool
        Whether the level meets the target, its tolerance allowed.
    """

    code: str
    level: float
    growth_pct: float | None
    change: float
    gap: float
    gap_pct: float | None
    meets: bool


@dataclass(frozen=True)
class TargetScenarios:
    """The four scenarios of one target from its latest figure on.

    ``thin`` marks a forecast from fewer figures than a verdict needs: a range, no conclusion.
    """

    target_id: str
    unit: str
    start_year: int
    start: float
    year: int
    goal: float
    thin: bool
    each: tuple[TargetScenario, ...]

    def get(self, code: str) -> TargetScenario:
        """Return one scenario by its code."""
        return next(one for one in self.each if one.code == code)


def target_scenarios(item: IndicatorEvaluation, plan: Plan) -> TargetScenarios | Reason:
    """Return baseline, plan, low and high of a judged target, or why there are none.

    Where nothing could be forecast (``no_forecast``), the outlook tells why.

    Notes
    -----
    Baseline, low and high are the 50 %, 10 % and 90 % quantiles of the forecast in the target
    year. Growth a year is (level/latest)^(1/years) − 1 in all four, from the same latest figure.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> found = evaluate("jiaxing-14fyp", 2024)
    >>> made = target_scenarios(found.get("gdp"), found.plan)
    >>> made.get("plan").level, round(made.get("plan").growth_pct, 1)
    (300.0, 32.7)
    >>> made.get("baseline").level == found.get("gdp").outlook.median
    True
    """
    target, made = item.target, item.outlook.forecast
    if target.withdrawn:
        return Reason("withdrawn")
    if target.kind not in LEVELS or target.target is None:
        return Reason("no_level_target")
    if item.series is None or not item.series.data:
        return Reason("nothing_published")
    latest, goal = item.series.data[-1], target.target
    left = target.target_year - latest.year
    if left <= 0:
        return Reason("target_year_published", year=target.target_year)
    if made is None:
        return Reason("no_forecast")
    low, high = made.interval(WIDTH, target.target_year)
    levels = {
        "baseline": float(made.median(target.target_year)),
        "plan": goal,
        "low": float(low),
        "high": float(high),
    }
    rate = plan.data.indicators[target.indicator]["quantity"] in RATES
    slack = (target.tolerance or 0.0) + 1e-9
    each = tuple(
        TargetScenario(
            code=code,
            level=level,
            growth_pct=None if rate else growth_needed(latest.value, level, left),
            change=(level - latest.value) / left,
            gap=level - goal,
            gap_pct=100 * (level - goal) / goal if goal else None,
            meets=target.sign * (level - goal) >= -slack,
        )
        for code, level in ((name, levels[name]) for name in SCENARIOS)
    )
    published = sum(figure.status != "derived" for figure in item.series.data)
    return TargetScenarios(
        item.target_id,
        latest.unit,
        latest.year,
        latest.value,
        target.target_year,
        goal,
        published < ENOUGH,
        each,
    )
