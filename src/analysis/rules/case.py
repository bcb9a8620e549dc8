"""The vocabulary of the eight published rules: cases, verdicts and their classes.

Nothing is computed from data here. The rules themselves are in :mod:`analysis.rules.published`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

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
                "direction_must_be_1_more_is",
                column="direction",
                value=self.direction,
                expected="1 / -1",
            )
        years = [year for year, _ in self.series]
        if years != sorted(set(years)):
            raise InputError("years_of_series_must_ascend_without", column="series", value=years)
        if years and years[-1] > self.year:
            raise InputError(
                "series_holds_data_later_than_year",
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

    Examples
    --------
    >>> RuleVerdict("sdsn", "on_track", 1.2).reason
    ''
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
    """Raised inside a rule that cannot speak, with the code of the reason.

    Examples
    --------
    >>> SilentError("no_target").key
    'no_target'
    """

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def known(value: float | None) -> float | None:
    """Return a finite number as float, and None for whatever is not known.

    Examples
    --------
    >>> known(3), known(None), known(float("nan"))
    (3.0, None, None)
    """
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
        raise InputError(
            "no_rule_gives_this_verdict_code", value=code, nearest=nearest(code, VERDICTS)
        )
    return VERDICTS[code]
