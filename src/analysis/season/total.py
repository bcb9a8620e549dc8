"""The distribution of a calendar year of which some quarters or months are known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analysis.data.errors import InputError
from analysis.forecast.checks import check_direction, check_level, check_number
from analysis.season.model import Array


def check_probability(p: Any) -> Array:
    """Return probabilities above 0 and below 1 as an array, or raise InputError.

    Examples
    --------
    >>> check_probability([0.1, 0.9]).tolist()
    [0.1, 0.9]
    """
    try:
        wanted = np.asarray(p, dtype=float)
    except (TypeError, ValueError):
        wanted = np.asarray(np.nan)
    if not wanted.size or not np.all((wanted > 0) & (wanted < 1)):
        raise InputError(
            "概率须在 0 与 1 之间",
            "a probability must lie between 0 and 1",
            column="p",
            value=p,
            nearest="0.5",
        )
    return wanted


@dataclass(frozen=True, eq=False)
class YearTotal:
    """What a calendar year will probably come to: its known periods plus those simulated.

    Made by :meth:`analysis.season.distribution.SeasonalForecast.year_total`.

    Parameters
    ----------
    year : int
        The calendar year.
    total : {'sum', 'mean'}
        Whether the year is the sum of its periods or their plain mean.
    known : float
        What the observed periods alone contribute, in the unit of the total; 0 if none is.
    n_known, n_periods : int
        Periods observed, and periods of a year.
    draws : array
        Ascending draws of the total; a single one when every period is observed.

    Examples
    --------
    >>> now = YearTotal(2025, "sum", 90.0, 3, 4, np.array([110.0, 120.0, 130.0]))
    >>> now.median(), round(now.probability(115), 3), now.settled
    (120.0, 0.667, False)
    """

    year: int
    total: str
    known: float
    n_known: int
    n_periods: int
    draws: Array = field(repr=False)

    @property
    def settled(self) -> bool:
        """Whether every period is observed, so that nothing is left to guess."""
        return self.n_known == self.n_periods

    def quantile(self, p: Any) -> Any:
        """Return the total that is not exceeded with probability p (0 to 1, both excluded)."""
        found = np.quantile(self.draws, check_probability(p))
        return float(found) if np.ndim(found) == 0 else found

    def median(self) -> float:
        """Return the total that is as likely exceeded as not."""
        return float(self.quantile(0.5))

    def interval(self, level: float) -> tuple[float, float]:
        """Return the central interval that holds the total with probability `level` per cent."""
        level = check_level(level)
        low, high = self.quantile([0.5 - level / 200, 0.5 + level / 200])
        return float(low), float(high)

    def probability(self, target: float, direction: int = 1) -> float:
        """Return the probability that the year meets a target.

        Parameters
        ----------
        target : float
            In the unit of the total.
        direction : {1, -1}
            1: at least the target. -1: at most the target.

        Returns
        -------
        float
            Share of the draws that meet it; 0 or 1 when the year is settled.

        Raises
        ------
        InputError
            A target that is not a finite number, or another direction.
        """
        check_direction(direction)
        number = check_number(target, "target")
        met = self.draws >= number if direction == 1 else self.draws <= number
        return float(met.mean())
