"""The evaluation before this one: what it expected, what came, and what has changed since.

The earlier evaluation is made again with what was known on its own day, so that nothing which
was published later can improve it. Its day is the one named, or a year before this one's.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from analysis.data.errors import InputError
from analysis.data.series import Datum
from analysis.forecast import forecast
from analysis.targets.evaluation import Evaluation, as_of_date, evaluate
from analysis.targets.kinds import forecastable, kind_of
from analysis.targets.types import IndicatorEvaluation

#: Units in which an error is a difference and not a ratio.
POINTS = ("%", "‰", "百分点")


@dataclass(frozen=True)
class Outturn:
    """One forecast of the earlier evaluation beside what was published since.

    Attributes
    ----------
    item, before : IndicatorEvaluation
        The target in this evaluation and in the earlier one.
    figure : Datum
        What was published since, of the latest year.
    start : Datum
        The figure the forecast set out from, as it was known then.
    start_now : Datum
        The figure of the same year as it is known now.
    median, lo80, hi80 : float
        The forecast of the figure's year, in the figure's unit.
    """

    item: IndicatorEvaluation
    before: IndicatorEvaluation
    figure: Datum
    start: Datum
    start_now: Datum
    median: float
    lo80: float
    hi80: float

    @property
    def points(self) -> bool:
        """Whether errors are differences in the figure's unit, percentage points for rates."""
        values = (self.median, self.figure.value, self.start.value, self.start_now.value)
        return self.figure.unit in POINTS or min(values) <= 0

    @property
    def inside(self) -> bool:
        """Whether the figure lies in the 80 % interval."""
        return self.lo80 <= self.figure.value <= self.hi80

    @property
    def error(self) -> float:
        """Figure minus median: per cent of the median, or a difference in the figure's unit."""
        if self.points:
            return self.figure.value - self.median
        return 100 * (self.figure.value / self.median - 1)

    def parts(self) -> tuple[float, float]:
        """Return the error's two parts: the start revised since, and the pace.

        Both in the unit of `error`, which is their exact sum: per cent of the median for
        levels, percentage points for rates.

        Formula: y/m - 1 = (s'/s - 1) + (y/m - s'/s), with s the start as it was known and s'
        as it is known now: the forecast's own pace from the revised start gives m s'/s.
        """
        start, now = self.start.value, self.start_now.value
        moved = now - start if self.points else 100 * (now / start - 1)
        return moved, self.error - moved


def evaluation_before(
    evaluation: Evaluation, previous: str | dt.date | None = None
) -> Evaluation | None:
    """Return last year's evaluation with what was known on its day, None where there is none.

    Parameters
    ----------
    evaluation : Evaluation
        Of this year.
    previous : date or "YYYY-MM-DD", optional
        The day of the earlier evaluation's data. Default: a year before this one's.

    Raises
    ------
    InputError
        When the day named is no date or not before this evaluation's.

    Examples
    --------
    >>> before = evaluation_before(evaluate("jiaxing-14fyp", 2024))
    >>> before.year, before.as_of.isoformat()
    (2023, '2025-11-01')
    >>> evaluation_before(evaluate("jiaxing-14fyp", 2021)) is None
    True
    """
    plan, data = evaluation.plan, evaluation.data
    if previous:
        day = as_of_date(previous, data)
        if day >= evaluation.as_of:
            raise InputError(
                "earlier_evaluation_not_before_this",
                column="previous",
                value=day,
                expected=f"< {evaluation.as_of}",
            )
    else:
        day = a_year_before(evaluation.as_of)
    if evaluation.year <= plan.start_year:
        return None
    try:
        return evaluate(plan.plan_id, evaluation.year - 1, day, data=data)
    except InputError:
        if previous:
            raise
        return None  # nothing had been published a year before


def a_year_before(day: dt.date) -> dt.date:
    """Return the same day a year earlier; 29 February becomes the 28th.

    Examples
    --------
    >>> a_year_before(dt.date(2024, 2, 29))
    datetime.date(2023, 2, 28)
    """
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def outturns(evaluation: Evaluation, before: Evaluation | None) -> list[Outturn]:
    """Return every forecast of the earlier evaluation that a later figure can be held against.

    A figure of another caliber or price basis than the forecast's start is no outturn.
    """
    if before is None:
        return []
    known = {item.target_id: item for item in before.indicators}
    made = (_outturn(item, known.get(item.target_id)) for item in evaluation.indicators)
    return [one for one in made if one is not None]


def _outturn(item: IndicatorEvaluation, then: IndicatorEvaluation | None) -> Outturn | None:
    if then is None or then.outlook.forecast is None or then.latest is None or item.series is None:
        return None
    figure, made = item.series.last, then.outlook.forecast
    if not kind_of(item.target).outturn or figure is None or figure.year <= then.latest.year:
        return None
    if figure.status == "derived":
        return None
    start_now = item.series.at(then.latest.year)
    if figure.year not in made.years or start_now is None:
        return None
    if figure.price_basis != then.latest.price_basis:
        return None
    low, high = made.interval(80, figure.year)
    return Outturn(item, then, figure, then.latest, start_now, made.median(figure.year), low, high)


def held_back(evaluation: Evaluation) -> list[Outturn]:
    """Return, for each target, its latest figure beside a forecast from the figures before it.

    No forecast was made at the time: this shows what the method would have said. Comparable
    series are left out, because their later years would not have been known. The start's own
    revision cannot be told apart here and counts as nought. At least two of the figures before
    the latest must have been published; a derived one does not count.
    """
    made = (_held_back(item, evaluation) for item in evaluation.indicators)
    return [one for one in made if one is not None]


def _held_back(item: IndicatorEvaluation, evaluation: Evaluation) -> Outturn | None:
    series = item.series
    if series is None or not kind_of(item.target).outturn or not series.data:
        return None
    *earlier, figure = series.data
    if sum(known.status != "derived" for known in earlier) < 2:
        return None
    start = earlier[-1]
    if figure.year < evaluation.plan.start_year or figure.status == "derived":
        return None
    if figure.price_basis != start.price_basis:
        return None
    kind = evaluation.data.indicators[item.target.indicator]["quantity"]
    values = series.values()
    known = values[values.index < figure.year]
    if not kind or not forecastable(known, kind):
        return None
    ahead = forecast(known, until=figure.year, kind=kind, level=80)
    low, high = ahead.interval(80, figure.year)
    return Outturn(item, item, figure, start, start, ahead.median(figure.year), low, high)


def fresh_figures(evaluation: Evaluation, before: Evaluation | None) -> list[Datum]:
    """Return the figures behind the targets that became known since the earlier evaluation."""
    if before is None:
        return []
    found: dict[tuple, Datum] = {}
    for item in evaluation.indicators:
        for figure in item.series.data if item.series else ():
            if figure.published > before.as_of:
                found[(figure.region, figure.indicator, figure.period)] = figure
    return list(found.values())


def changed(evaluation: Evaluation, before: Evaluation | None) -> list[tuple]:
    """Return the targets judged otherwise than before, as (now, then or None).

    The second of a pair is None for a target that was added since.
    """
    if before is None:
        return []
    known = {item.target_id: item for item in before.indicators}
    pairs = [(item, known.get(item.target_id)) for item in evaluation.indicators]
    return [(now, then) for now, then in pairs if then is None or _answer(now) != _answer(then)]


def _answer(item: IndicatorEvaluation) -> tuple:
    return item.outlook.code, item.evidence.grade, item.target.target, item.target.status
