"""Which targets have a forecast of their own value, with and without comparable series.

The evaluation's own forecast is one of the two: where it uses no comparable series but the data
declare one, the forecast with that series is made beside it, for comparison only.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from analysis.data.comparators import Comparable, comparables
from analysis.forecast import forecast
from analysis.forecast.distribution import Forecast
from analysis.forecast.steps import VERDICT_FROM
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from planeval.words.language import worded

#: Chapters whose targets are followed step by step, when they are still to be reached.
MAIN = ("gdp", "industry", "port")
#: Why a target has no range, in the order told; of several reasons the first is the one.
LEFT_OUT = (
    "settled",
    "awaiting_assignment",
    "not_comparable",
    "not_due",
    "milestone",
    "silent",
    "single",
    "short",
)


@dataclass(frozen=True)
class Explained:
    """One target whose value in the target year is forecast, with and without comparators.

    Attributes
    ----------
    item : IndicatorEvaluation
        The target as judged.
    shown : Forecast
        With comparable series wherever there are any.
    evaluated : bool
        Whether `shown` is the evaluation's own forecast.
    goal : float
        The value that meets the target, its tolerance taken off.
    declared : tuple of Comparable
        Series declared in the data that the evaluation does not use.
    """

    item: IndicatorEvaluation
    shown: Forecast
    evaluated: bool
    goal: float
    declared: tuple[Comparable, ...] = ()

    @property
    def published(self) -> int:
        """Published observations, derived ones left out."""
        data = self.item.series.data if self.item.series else ()
        return sum(figure.status != "derived" for figure in data)

    @property
    def verdict(self) -> bool:
        """Whether there are figures enough for a probability to be one."""
        return self.published >= VERDICT_FROM

    @property
    def used(self) -> Forecast:
        """The evaluation's own forecast."""
        made: Forecast = self.shown if self.evaluated else self.item.outlook.forecast
        return made

    @property
    def other(self) -> Forecast | None:
        """The forecast it is held against: without the comparable series, or with them."""
        return self.shown.alone if self.evaluated else self.shown

    @property
    def year(self) -> int:
        """The target year."""
        return self.item.target.target_year

    def chance(self, made: Forecast) -> float:
        """Return the probability of the target by one forecast."""
        return made.probability(self.goal, self.year, self.item.target.sign)


def explained(evaluation: Evaluation) -> list[Explained]:
    """Return every target with a forecast of its own value, in the plan's order."""
    found = (_explained(evaluation, item) for item in evaluation.indicators)
    return [one for one in found if one is not None]


def _explained(evaluation: Evaluation, item: IndicatorEvaluation) -> Explained | None:
    made, target = item.outlook.forecast, item.target
    if made is None or item.level_asked is None or item.series is None:
        return None
    goal = item.level_asked - target.sign * (target.tolerance or 0.0)
    if made.alone is not None:
        return Explained(item, made, True, goal)
    declared = comparables(
        evaluation.data,
        target.region,
        target.indicator,
        as_of=evaluation.as_of,
        until=evaluation.year,
    )
    if not declared:
        return Explained(item, made, True, goal)
    others = [one.series.values().rename(worded(one, "name")) for one in declared]
    moved = forecast(
        item.series.values(), until=target.target_year, kind=made.kind, comparators=others
    )
    if moved.alone is None:  # one figure says nothing on growth
        return Explained(item, made, True, goal)
    used = tuple(one for one in declared if worded(one, "name") in moved.comparators)
    return Explained(item, moved, False, goal, used)


def left_out(evaluation: Evaluation) -> dict[str, int]:
    """Return how many targets have no range, by the one reason of each; nothing is left over.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> evaluation = evaluate("jiaxing-13fyp", 2020)
    >>> left_out(evaluation), len(evaluation.in_force)
    ({'settled': 13, 'awaiting_assignment': 7}, 20)
    """
    made = {one.item.target_id for one in explained(evaluation)}
    found = Counter(_reason(item) for item in evaluation.in_force if item.target_id not in made)
    return {reason: found[reason] for reason in LEFT_OUT if found[reason]}


def _reason(item: IndicatorEvaluation) -> str:
    code, figures = item.outlook.code, len(item.series.data) if item.series else 0
    if code in ("achieved", "missed"):
        return "settled"
    if code in ("awaiting_assignment", "not_comparable", "not_due"):
        return code
    if item.target.kind == "milestone":
        return "milestone"
    if not figures:
        return "silent"
    return "single" if code == "cannot_judge" else "short"


def main_targets(evaluation: Evaluation) -> list[Explained]:
    """Return the targets of economy, industry and port whose latest value is still short."""
    return [
        one
        for one in explained(evaluation)
        if one.item.target.domain in MAIN
        and one.item.series is not None
        and one.item.target.sign * (one.goal - one.item.series.data[-1].value) > 1e-9
    ]
