"""Four ways to the target year of one target: baseline, plan, low and high.

Every chapter that speaks of scenarios takes them from here, so that no two give different
numbers: baseline, low and high are read off the forecast the target's outlook rests on.
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.data.plan import Plan
from analysis.targets.levels import ENOUGH, growth_needed
from analysis.targets.path import LEVELS, RATES
from analysis.targets.types import IndicatorEvaluation
from planeval.words.language import say

#: In the order they are shown; low and high are of the number, not of the merit.
SCENARIOS: dict[str, tuple[str, str]] = {
    "baseline": ("基线（预测中位数）", "baseline: median of the forecast"),
    "plan": ("规划路径（达到目标）", "plan: what the target needs"),
    "low": ("低位（预测10%分位）", "low: 10% quantile of the forecast"),
    "high": ("高位（预测90%分位）", "high: 90% quantile of the forecast"),
}
WIDTH = 80  # per cent of the outcomes between low and high


@dataclass(frozen=True)
class TargetScenario:
    """One scenario of one target.

    Attributes
    ----------
    code : str
        Key of SCENARIOS.
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


def target_scenarios(item: IndicatorEvaluation, plan: Plan) -> TargetScenarios | str:
    """Return baseline, plan, low and high of a judged target, or a sentence why there are none.

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
        return say("目标已撤销，不作情景。")
    if target.kind not in LEVELS or target.target is None:
        return say("没有总量目标，不作情景。")
    if item.series is None or not item.series.data:
        return say("没有公布值，不作情景。")
    latest, goal = item.series.data[-1], target.target
    left = target.target_year - latest.year
    if left <= 0:
        return say("目标年（{}年）的数值已经公布，情景没有可以推算的年份。", target.target_year)
    if made is None:
        return say("{}，不作情景。", item.outlook.reason or say("公布值不足以预测"))
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
