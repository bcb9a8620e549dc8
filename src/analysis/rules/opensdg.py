"""The Open SDG / Statistics Canada progress measure, exactly as their software computes it.

This is the one rule whose author publishes inputs, scores and classes for a whole framework,
so it is written to reproduce them to the last digit, rounded slopes of the score included.

Source: open-sdg/sdg-build, sdg/ProgressMeasure.py; open-sdg/open-sdg,
docs/progress-methodology.md (method by Statistics Canada, after Eurostat).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from analysis.rules.case import ProgressCase, compound_growth, known

# An exponential model cannot start from or end at zero; the method replaces zero by this,
# in the unit of the indicator, whatever that unit is.
ZERO_STAND_IN = 0.001
# Exponent of the limit coefficient: with it 1.5 % a year times C never passes the limit
# within 15 years.
LIMIT_EXPONENT = 4.44
WITH_TARGET = (0.95, 0.60, 0.0)
WITHOUT_TARGET = (0.015, 0.005, 0.0)
STATUSES = ("substantial_progress", "moderate_progress", "limited_progress", "deterioration")


class OpenSdgResult(NamedTuple):
    """Progress value, score from -5 to 5, and status of a series or of an indicator.

    `reason` is a code when the progress value could not be computed.

    Examples
    --------
    >>> OpenSdgResult(0.9, 2.1, "moderate_progress").reason
    ''
    """

    progress: float | None
    score: float | None
    status: str
    reason: str = ""


def limit_coefficient(base: float, limit: float) -> float:
    """Return how far the growth thresholds shrink for an indicator near its natural limit.

    Formula, with a = 4.44 and absolute values: 1 from base >= 2 limit on; 1 - (base/limit)**a
    up to the limit; 1 - ((2 limit - base)/limit)**a between. Zero at the limit itself.

    Examples
    --------
    >>> round(limit_coefficient(90, 100), 6)
    0.373622
    """
    base, limit = abs(base), abs(limit)
    if base >= 2 * limit:
        return 1.0
    share = base / limit if base <= limit else (2 * limit - base) / limit
    return float(1 - share**LIMIT_EXPONENT)


def open_sdg_status(progress: float, has_target: bool, coefficient: float = 1.0) -> str:
    """Return the status of a progress value, its target not being achieved.

    Bands with a target (ratio of growth rates): >= 0.95, >= 0.60, >= 0, below 0. Without a
    target (growth per year): >= 1.5 % C, >= 0.5 % C, >= 0, below 0, C the limit coefficient.

    Examples
    --------
    >>> open_sdg_status(0.96, True), open_sdg_status(0.004, False)
    ('substantial_progress', 'limited_progress')
    """
    edges = WITH_TARGET if has_target else tuple(edge * coefficient for edge in WITHOUT_TARGET)
    for edge, status in zip(edges, STATUSES, strict=False):
        if progress >= edge:
            return status
    return STATUSES[-1]


def open_sdg_score(progress: float, has_target: bool, coefficient: float = 1.0) -> float:
    """Return the score from -5 to 5 of a progress value, its target not being achieved.

    Piecewise linear. With a target: -5 at -0.6, 0 at 0.6, 5 at 1.3, with the published
    slopes 4.1667 and 7.1429. Without: -5 at -2 %, -2.5 at 0, 0 at 0.5 % C, 2.5 at 1.5 % C,
    5 at 2 % C; at the limit itself (C = 0) holding the level scores 5.

    Examples
    --------
    >>> open_sdg_score(0.005, False), round(open_sdg_score(0.95, True), 3)
    (0.0, 2.5)
    """
    if has_target:
        if progress >= WITH_TARGET[1]:
            return min(7.1429 * progress - 4.2857, 5.0)
        return max(4.1667 * progress - 2.5, -5.0)
    if progress < 0:
        return max(125 * progress - 2.5, -5.0)
    if coefficient == 0:
        return 5.0
    if progress >= WITHOUT_TARGET[0] * coefficient:
        return min(500 * progress / coefficient - 5, 5.0)
    if progress >= WITHOUT_TARGET[1] * coefficient:
        return 250 * progress / coefficient - 1.25
    return 500 * progress / coefficient - 2.5


def _base(case: ProgressCase) -> tuple[int, float | None]:
    """Take the base value, or by the method's own rule the first later year that has one."""
    base = known(case.base_value)
    if base is not None:
        return case.base_year, base
    for year, value in case.series:
        if year > case.base_year and known(value) is not None:
            return year, known(value)
    return case.base_year, None


def _coefficient(case: ProgressCase, base: float) -> float:
    """Return the limit coefficient, counting only a limit that lies in the desired direction.

    Score and status read it only where there is no target.
    """
    limit = known(case.limit)
    if limit is None or case.direction * (limit - base) < 0:
        return 1.0
    return limit_coefficient(base, limit)


def _progress(
    case: ProgressCase, base_year: int, base: float | None, value: float, target: float | None
) -> tuple[float | None, str]:
    """Return the progress value, or None and the key of the reason why there is none."""
    if base is None:
        return None, "no_base"
    if case.year - base_year < 1:
        return None, "one_point"
    sign = -1 if base < 0 else 1
    start = base or ZERO_STAND_IN
    observed = compound_growth(start, value, case.year - base_year)
    if observed is None:
        return None, "sign"
    if target is None:
        return sign * case.direction * observed, ""
    if case.target_year - base_year < 1:
        return None, "bad_horizon"
    required = compound_growth(start, target, case.target_year - base_year)
    if required is None:
        return None, "sign"
    if required == 0:
        return None, "base_is_target"
    return sign * case.direction * observed / abs(required), ""


def open_sdg_progress(case: ProgressCase) -> OpenSdgResult:
    """Measure one series as Open SDG and Statistics Canada do.

    Progress value: d CAGR_observed / abs(CAGR_required) with a target, d CAGR_observed
    without (share per year); d is the direction, turned round where all values are negative.
    A value that meets the target is ``target_achieved`` with score 5 whatever the trend.
    Published guards: a target or base of 0 becomes 0.001; a change of sign or fewer than two
    years is not available; a missing base year moves to the next year with data. A limit
    counts only without a target and only in the desired direction.

    Examples
    --------
    >>> open_sdg_progress(ProgressCase(2015, 5, 2016, 6, 9, 2030, 1)).status
    'substantial_progress'
    >>> open_sdg_progress(ProgressCase(2015, 10, 2016, 30, 1, 2030, -1)).status
    'deterioration'
    """
    value = known(case.value)
    target = known(case.target)
    if value is None:
        return OpenSdgResult(None, None, "not_available", "no_value")
    target = ZERO_STAND_IN if target == 0 else target
    base_year, base = _base(case)
    progress, reason = _progress(case, base_year, base, value, target)
    if target is not None and case.direction * (value - target) >= 0:
        return OpenSdgResult(progress, 5.0, "target_achieved")
    if progress is None or base is None:
        return OpenSdgResult(None, None, "not_available", reason)
    coefficient = _coefficient(case, base)
    return OpenSdgResult(
        progress,
        open_sdg_score(progress, target is not None, coefficient),
        open_sdg_status(progress, target is not None, coefficient),
    )


def open_sdg_aggregate(results: Sequence[OpenSdgResult]) -> OpenSdgResult:
    """Join several series into one indicator: the mean score, and the status of that score.

    Series without a score are left out. ``target_achieved`` only where every scored series
    achieved its target. Bands of the mean: >= 2.5, >= 0, >= -2.5, below.

    Examples
    --------
    >>> open_sdg_aggregate([OpenSdgResult(None, 5.0, "target_achieved"),
    ...                     OpenSdgResult(None, -4.0, "deterioration")]).status
    'moderate_progress'
    """
    scored = [result for result in results if result.score is not None]
    if not scored:
        return OpenSdgResult(None, None, "not_available", "no_value")
    score = sum(result.score for result in scored if result.score is not None) / len(scored)
    if all(result.status == "target_achieved" for result in scored):
        return OpenSdgResult(None, score, "target_achieved")
    for edge, status in zip((2.5, 0.0, -2.5), STATUSES, strict=False):
        if score >= edge:
            return OpenSdgResult(None, score, status)
    return OpenSdgResult(None, score, STATUSES[-1])
