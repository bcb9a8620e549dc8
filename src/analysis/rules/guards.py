"""What every rule asks of a case before it speaks, and the arithmetic several rules share.

Guards raise :class:`SilentError` with the reason; :func:`rule` turns that into a verdict, so
that no rule can crash or return an infinite number.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import NamedTuple

from analysis.rules.case import VERDICTS, ProgressCase, RuleVerdict, SilentError, known
from analysis.rules.opensdg import compound_growth

# Computed ratios carry rounding errors; an indicator exactly on an edge stays on it.
EDGE = 1e-9
# Beyond these magnitudes squares and ratios leave the range of floating-point numbers.
SMALLEST, LARGEST = 1e-100, 1e100

Finding = tuple[str, float | None]
Body = Callable[[ProgressCase], Finding]


class PlanPath(NamedTuple):
    """The known numbers of a case with a target: values, years elapsed, years in all.

    Examples
    --------
    >>> PlanPath(718.0, 1069.6, 1200.0, 4, 5).years
    5
    """

    base: float
    value: float
    target: float
    elapsed: int
    years: int


def _numbers(case: ProgressCase) -> list[float]:
    """List every number of the case that is known."""
    given = (case.base_value, case.value, case.target, case.limit, *(v for _, v in case.series))
    return [number for item in given if (number := known(item)) is not None]


def rule(name: str) -> Callable[[Body], Callable[[ProgressCase], RuleVerdict]]:
    """Turn a body that returns (code, measure) into a rule that always returns a verdict.

    Examples
    --------
    >>> always_sun = rule("destatis")(lambda case: ("sun", 0.0))
    >>> always_sun(ProgressCase(2020, 1.0, 2021, 2.0, 3.0, 2025, 1)).verdict
    'sun'
    """

    def silence(reason: str) -> RuleVerdict:
        return RuleVerdict(name, "not_available", None, reason)

    def dress(body: Body) -> Callable[[ProgressCase], RuleVerdict]:
        @wraps(body)
        def speak(case: ProgressCase) -> RuleVerdict:
            if any(number and not SMALLEST < abs(number) < LARGEST for number in _numbers(case)):
                return silence("range")
            try:
                code, measure = body(case)
            except SilentError as why:
                return silence(why.key)
            except OverflowError:
                return silence("range")
            if measure is not None and not math.isfinite(measure):
                return silence("range")
            assert code in VERDICTS, code
            return RuleVerdict(name, code, measure)

        return speak

    return dress


def observed(case: ProgressCase) -> tuple[float, float, int]:
    """Return base, value and the years between them, or say why there are none.

    Examples
    --------
    >>> observed(ProgressCase(2020, 718.0, 2024, 1069.6, None, 2025, 1))
    (718.0, 1069.6, 4)
    """
    base, value = known(case.base_value), known(case.value)
    if value is None:
        raise SilentError("no_value")
    if base is None:
        raise SilentError("no_base")
    if case.year <= case.base_year:
        raise SilentError("one_point")
    return base, value, case.year - case.base_year


def path_of(case: ProgressCase) -> PlanPath:
    """Return the numbers of a case with a numeric target and a sensible calendar.

    Examples
    --------
    >>> path_of(ProgressCase(2020, 718.0, 2024, 1069.6, 1200.0, 2025, 1)).target
    1200.0
    """
    target = known(case.target)
    if target is None:
        raise SilentError("no_target")
    base, value, elapsed = observed(case)
    if case.target_year <= case.base_year:
        raise SilentError("bad_horizon")
    if case.year > case.target_year:
        raise SilentError("past_target_year")
    return PlanPath(base, value, target, elapsed, case.target_year - case.base_year)


def need_distance(case: ProgressCase, path: PlanPath) -> None:
    """Stop where the base leaves no distance to cover: every ratio of distances fails there.

    Examples
    --------
    >>> case = ProgressCase(2020, 27.0, 2024, 26.0, 27.0, 2025, -1)
    >>> need_distance(case, path_of(case))
    Traceback (most recent call last):
    analysis.rules.case.SilentError: base_is_target
    """
    distance = case.direction * (path.target - path.base)
    if distance == 0:
        raise SilentError("base_is_target")
    if distance < 0:
        raise SilentError("base_past_target")


def met(case: ProgressCase, path: PlanPath) -> bool:
    """Say whether the value of the year judged meets the target.

    Examples
    --------
    >>> case = ProgressCase(2020, 63.9, 2022, 65.2, 65.0, 2025, 1)
    >>> met(case, path_of(case))
    True
    """
    return case.direction * (path.value - path.target) >= 0


def growth_of(first: float, last: float, years: int) -> float:
    """Return compound growth of positive values; a value may have fallen to zero.

    Examples
    --------
    >>> round(growth_of(100.0, 121.0, 2), 9)
    0.1
    """
    rate = compound_growth(first, last, years) if first > 0 and last >= 0 else None
    if rate is None:
        raise SilentError("not_positive")
    return rate


def growth_ratio(case: ProgressCase, path: PlanPath) -> float:
    """Return realised over required compound growth since the base.

    Examples
    --------
    >>> case = ProgressCase(2020, 100.0, 2022, 121.0, 121.0, 2022, 1)
    >>> growth_ratio(case, path_of(case))
    1.0
    """
    need_distance(case, path)
    if path.target <= 0:
        raise SilentError("not_positive")
    required = growth_of(path.base, path.target, path.years)
    if required == 0:  # base and target differ by less than a growth rate can resolve
        raise SilentError("zero_required")
    return growth_of(path.base, path.value, path.elapsed) / required


def band(measure: float, edges: tuple[float, ...], codes: tuple[str, ...]) -> str:
    """Return the code of the first edge the measure reaches; codes hold one more than edges.

    Examples
    --------
    >>> band(0.6, (0.95, 0.6), ("good", "fair", "poor"))
    'fair'
    """
    for edge, code in zip(edges, codes, strict=False):
        if measure >= edge - EDGE:
            return code
    return codes[-1]


def points_of(case: ProgressCase) -> dict[int, float]:
    """Join series, base and latest value, the latter two being the figures of record.

    Examples
    --------
    >>> points_of(ProgressCase(2020, 1.0, 2022, 3.0, None, 2025, 1, series=((2021, 2.0),)))
    {2021: 2.0, 2020: 1.0, 2022: 3.0}
    """
    points = {year: value for year, value in case.series if known(value) is not None}
    for year, number in ((case.base_year, case.base_value), (case.year, case.value)):
        if year <= case.year and (value := known(number)) is not None:
            points[year] = value
    return points


def annual_changes(case: ProgressCase) -> tuple[float, float]:
    """Return mean and last annual change over six, else four, consecutive years.

    Examples
    --------
    >>> seen = ((2020, 1.0), (2021, 2.0), (2022, 4.0), (2023, 7.0))
    >>> annual_changes(ProgressCase(2020, 1.0, 2023, 7.0, None, 2025, 1, series=seen))
    (2.0, 3.0)
    """
    points = points_of(case)
    for years in (6, 4):
        if all(case.year - back in points for back in range(years)):
            now = points[case.year]
            mean = (now - points[case.year - years + 1]) / (years - 1)
            return mean, now - points[case.year - 1]
    raise SilentError("few_changes")


def escap_csi(
    base: float, value: float, target: float, direction: int, parity: bool = False
) -> float | None:
    """Return ESCAP's Current Status Index: 0 at the base, 10 at the target.

    Formula: 10 d (value - base) / |target - base|; for a parity indicator, best when nearest
    to its target, 10 - 10 |target - value| / |target - base|. None where base equals target.

    Source: UN ESCAP technical notes, as coded by UNICEF MENARO (trend analysis functions).

    Examples
    --------
    >>> escap_csi(20, 14, 10, -1), escap_csi(20, 23, 10, -1)
    (6.0, -3.0)
    """
    way = abs(target - base)
    if way == 0:
        return None
    if parity:
        return 10 - 10 * abs(target - value) / way
    return 10 * direction * (value - base) / way


def escap_projection(case: ProgressCase) -> float:
    """Project all observed years to the target year by time-weighted least squares.

    Recent years count more: the weight rises by one a year, w = 1 + (year - first year).
    ESCAP publishes that its weights are time-related; their exact form (SD/WP/04/2017) was
    not at hand, so this form is declared ours. Points on one line give that line whatever
    the weights. Unit: that of the indicator.

    Raises
    ------
    SilentError
        With fewer than two years of data.

    Examples
    --------
    >>> round(escap_projection(ProgressCase(2015, 20.0, 2020, 17.0, 10.0, 2030, -1)), 9)
    11.0
    """
    points = points_of(case)
    if len(points) < 2:
        raise SilentError("few_points")
    first = min(points)
    weights = {year: 1.0 + year - first for year in points}
    total = sum(weights.values())
    # Years are counted from the first one and the mean is taken out before squaring: with
    # calendar years squared the slope would lose half its digits.
    middle = sum(weights[year] * (year - first) for year in points) / total
    level = sum(weights[year] * points[year] for year in points) / total
    spread = sum(weights[year] * (year - first - middle) ** 2 for year in points)
    moved = sum(weights[year] * (year - first - middle) * points[year] for year in points)
    return level + moved / spread * (case.target_year - first - middle)
