"""The vocabulary of the published rules: cases, verdicts and their classes.

Nothing is computed from data here. The rules themselves are in :mod:`analysis.rules.published`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import NamedTuple

from analysis.data.errors import InputError, nearest


@dataclass(frozen=True)
class ProgressCase:
    """One indicator at one year, as a progress rule sees it: base, latest value and target.

    Parameters
    ----------
    base_year, year, target_year : int
        Calendar years of the base, of the value judged and of the target.
    base_value, value, target : float or None
        In the indicator's own unit; None (or NaN) where not known, never 0 for unknown.
    direction : int
        +1 when more is better, -1 when less is better. Always stated, never guessed.
    limit : float, optional
        Natural limit in the same unit; 100 says that the indicator is a percentage share.
    series : tuple of (int, float)
        All observed (year, value) pairs up to `year`, ascending; gaps allowed.
    every_year : bool
        True for a maintain target, to be met in each year and not only at the end.

    Raises
    ------
    InputError
        When `direction` is not +1 or -1, or when the series is not ascending or holds a year
        later than `year` (a rule must never see data published after the year it judges).

    Examples
    --------
    >>> ProgressCase(2020, 718.0, 2024, 1069.6, 1200.0, 2025, direction=1).target
    1200.0
    """

    base_year: int
    base_value: float | None
    year: int
    value: float | None
    target: float | None
    target_year: int
    direction: int
    limit: float | None = None
    series: tuple[tuple[int, float], ...] = ()
    every_year: bool = False

    def __post_init__(self) -> None:
        if self.direction not in (1, -1):
            raise InputError(
                "direction_not_more_or_less",
                column="direction",
                value=self.direction,
                expected="1 / -1",
            )
        years = [year for year, _ in self.series]
        if years != sorted(set(years)):
            raise InputError("years_not_ascending_once", column="series", value=years)
        if years and years[-1] > self.year:
            raise InputError(
                "data_after_year_judged",
                column="series",
                value=years[-1],
                expected=f"<= {self.year}",
            )


@dataclass(frozen=True)
class RuleVerdict:
    """What one rule says of one case, with the number it compared with its bands.

    Parameters
    ----------
    rule : str
        Key in ``RULES``.
    verdict : str
        Stable English code, ``not_available`` when the rule cannot speak.
    measure : float or None
        The number compared with the bands (unit: see the rule), None where there is none.
    reason : str
        Code of why the rule cannot speak; empty when it can.
    """

    rule: str
    verdict: str
    measure: float | None
    reason: str = ""


#: Class of each verdict, common to all rules.
VERDICTS: dict[str, str] = {
    "significant_progress": "good",
    "moderate_progress": "fair",
    "insufficient_progress": "poor",
    "movement_away": "bad",
    "moderate_movement_away": "poor",
    "significant_movement_away": "bad",
    "target_achieved": "good",
    "substantial_progress": "good",
    "limited_progress": "poor",
    "deterioration": "bad",
    "target_met": "good",
    "on_track": "good",
    "fair_progress": "fair",
    "stagnation_or_regression": "bad",
    "achieve": "good",
    "accelerate": "fair",
    "reverse": "bad",
    "moderately_improving": "fair",
    "stagnating": "poor",
    "decreasing": "bad",
    "sun": "good",
    "sun_cloud": "fair",
    "cloud": "poor",
    "thunderstorm": "bad",
    "achieved_early": "good",
    "achieved": "good",
    "reached": "good",
    "faster": "good",
    "on": "good",
    "behind": "poor",
    "not_available": "not_available",
}


class SilentError(Exception):
    """Raised inside a rule that cannot speak, with the code of the reason."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def known(value: float | None) -> float | None:
    """Return a finite number as float, and None for whatever is not known."""
    return float(value) if value is not None and math.isfinite(value) else None


def common_class(verdict: str | RuleVerdict) -> str:
    """Map any rule's verdict to one of good, fair, poor, bad or not_available.

    The mapping exists only so that a reader sees at a glance that rules disagree; it is not a
    ninth rule. A rule with three bands (UN DESA, ESCAP) has no 'poor', and the two Chinese
    tests have one class below 基本符合 (滞后), placed at 'poor' because it does not tell
    slow progress from a fall.

    Parameters
    ----------
    verdict : str or RuleVerdict
        A verdict code, or the verdict that carries it.

    Raises
    ------
    InputError
        For a code no rule gives.

    Examples
    --------
    >>> common_class("sun_cloud"), common_class("not_available")
    ('fair', 'not_available')
    """
    code = verdict.verdict if isinstance(verdict, RuleVerdict) else verdict
    if code not in VERDICTS:
        raise InputError("unknown_verdict_code", value=code, nearest=nearest(code, VERDICTS))
    return VERDICTS[code]


def compound_growth(first: float, last: float, years: int) -> float | None:
    """Return the compound annual growth rate between two values, as a share per year.

    Formula: (last / first) ** (1 / years) - 1, discrete compounding. Two negative values give
    the growth of their size. None where it is undefined: no year in between, a first value
    of zero, a change of sign, or a ratio beyond what can be computed.

    Examples
    --------
    >>> round(compound_growth(718.0, 1069.6, 4), 4)
    0.1048
    >>> compound_growth(-1.0, 2.0, 3) is None
    True
    """
    if years < 1 or first == 0 or (first > 0 > last) or (first < 0 < last):
        return None
    ratio = last / first
    return float(ratio ** (1 / years)) - 1 if math.isfinite(ratio) else None


# What every rule asks of a case before it speaks, and the arithmetic several rules share.
# Guards raise :class:`SilentError` with the reason; :func:`rule` turns that into a verdict, so
# that no rule can crash or return an infinite number.


# Computed ratios carry rounding errors; an indicator exactly on an edge stays on it.
EDGE = 1e-9
# Beyond these magnitudes squares and ratios leave the range of floating-point numbers.
SMALLEST, LARGEST = 1e-100, 1e100

Finding = tuple[str, float | None]
Body = Callable[[ProgressCase], Finding]


class PlanPath(NamedTuple):
    """The known numbers of a case with a target: values, years elapsed, years in all."""

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
    """Turn a body that returns (code, measure) into a rule that always returns a verdict."""

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
    """Return base, value and the years between them, or say why there are none."""
    base, value = known(case.base_value), known(case.value)
    if value is None:
        raise SilentError("no_value")
    if base is None:
        raise SilentError("no_base")
    if case.year <= case.base_year:
        raise SilentError("one_point")
    return base, value, case.year - case.base_year


def path_of(case: ProgressCase) -> PlanPath:
    """Return the numbers of a case with a numeric target and a sensible calendar."""
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
    """Stop where the base leaves no distance to cover: every ratio of distances fails there."""
    distance = case.direction * (path.target - path.base)
    if distance == 0:
        raise SilentError("base_is_target")
    if distance < 0:
        raise SilentError("base_past_target")


def met(case: ProgressCase, path: PlanPath) -> bool:
    """Say whether the value of the year judged meets the target."""
    return case.direction * (path.value - path.target) >= 0


def growth_of(first: float, last: float, years: int) -> float:
    """Return compound growth of positive values; a value may have fallen to zero."""
    rate = compound_growth(first, last, years) if first > 0 and last >= 0 else None
    if rate is None:
        raise SilentError("not_positive")
    return rate


def growth_ratio(case: ProgressCase, path: PlanPath) -> float:
    """Return realised over required compound growth since the base."""
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
    """Join series, base and latest value, the latter two being the figures of record."""
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
