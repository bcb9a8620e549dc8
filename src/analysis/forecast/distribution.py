"""The predictive distribution of a series: quantiles, probabilities and paths.

What a forecast can be asked is written once (:class:`Distribution`), for years here and for
quarters and months in `analysis.season.distribution`; what differs is how a moment is named.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.data.errors import InputError
from analysis.forecast.checks import (
    STEPS_AT_MOST,
    check_direction,
    check_number,
    check_probabilities,
    check_seed,
    check_size,
    check_steps,
    tails,
    whole,
)
from analysis.forecast.kinds import Kind, Prior
from analysis.forecast.margins import Margins

Array = NDArray[np.float64]


class Distribution(ABC):
    """What a forecast can be asked of one moment: a year, or a quarter or month.

    All values are in the unit of the series. The moment (`when`) is any future one within reach,
    also beyond those the forecast was asked for.

    Attributes
    ----------
    level : tuple of float
        Interval levels in per cent that `table` shows.
    scale : Kind
        The kind of quantity, which gives the model's scale.
    margins : Margins
        The moments ahead on the model's scale.
    """

    level: tuple[float, ...]
    scale: Kind
    margins: Margins

    @property
    @abstractmethod
    def ahead(self) -> Sequence[Any]:
        """The future moments asked for."""

    @abstractmethod
    def step(self, when: Any) -> int:
        """Return how many steps after the last observation a moment is.

        Raises
        ------
        InputError
            A moment that is none, past, or out of reach.
        """

    def quantile(self, p: Any, when: Any) -> Any:
        """Return the value that is not exceeded with probability p.

        Parameters
        ----------
        p : float or array of float
            Above 0 and below 1.
        when : int, pandas.Period or str
            A future year, quarter or month.

        Returns
        -------
        float, or array like `p`
            In the unit of the series.

        Raises
        ------
        InputError
            A probability or a moment out of range.

        Examples
        --------
        >>> from analysis.forecast import forecast
        >>> f = forecast(pd.Series({2015: 125.98, 2020: 182.0}), h=5, kind="nominal_gdp")
        >>> low, high = f.quantile([0.1, 0.9], 2025)
        >>> bool(low < f.median(2025) < high)
        True
        """
        wanted = check_probabilities(p)
        found = self.scale.backward(self.margins.quantile(wanted, self.step(when)))
        return float(found) if found.ndim == 0 else found

    def median(self, when: Any) -> float:
        """Return the value that is as likely exceeded as not, in the unit of the series."""
        return float(self.quantile(0.5, when))

    def interval(self, level: float, when: Any) -> tuple[float, float]:
        """Return the central interval that holds the value with probability `level` per cent.

        Raises
        ------
        InputError
            A level below 1 (a share, 0.8, is refused) or not below 100, or a moment out of range.
        """
        low, high = self.quantile(tails(level), when)
        return float(low), float(high)

    def cdf(self, value: Any, when: Any) -> Any:
        """Return the probability of at most this value in one year, quarter or month.

        Parameters
        ----------
        value : float or array of float
            In the unit of the series.
        when : int, pandas.Period or str
            A future year, quarter or month.

        Returns
        -------
        float, or array like `value`
            P(Y <= value), 0 to 1. A bound that forecasts can reach (a share of 0 %, a count of
            0) has a probability of its own; beyond the bounds it is 0 or 1.

        Raises
        ------
        InputError
            A value that is not a finite number, or a moment out of range.

        Examples
        --------
        >>> from analysis.forecast import forecast
        >>> f = forecast(pd.Series({2015: 125.98, 2020: 182.0}), h=5, kind="nominal_gdp")
        >>> f.cdf(f.quantile([0.1, 0.9], 2025), 2025).round(9).tolist()
        [0.1, 0.9]
        """
        shape = np.shape(value)
        wanted = np.array([check_number(one, "value") for one in np.ravel(value)]).reshape(shape)
        below = self.margins.cdf(self.scale.forward(wanted), self.step(when))
        found = np.where(wanted >= self.scale.upper, 1.0, below)
        return float(found) if found.ndim == 0 else found

    def probability(self, target: float, when: Any, direction: int = 1) -> float:
        """Return the probability that the target is met in one year, quarter or month.

        Parameters
        ----------
        target : float
            In the unit of the series.
        when : int, pandas.Period or str
            The year, quarter or month of the target, after the last observation.
        direction : {1, -1}
            1: at least the target. -1: at most the target.

        Returns
        -------
        float
            P(Y >= target) or P(Y <= target), 0 to 1. A target on a bound that forecasts can
            reach (a share of 100 %, a count of 0) counts as met there.

        Raises
        ------
        InputError
            A target that is not a finite number, another direction, a moment out of range.

        Examples
        --------
        >>> from analysis.forecast import forecast
        >>> f = forecast(pd.Series({2015: 125.98, 2020: 182.0}), h=5, kind="nominal_gdp")
        >>> round(f.probability(f.median(2025), 2025), 6)
        0.5
        """
        check_direction(direction)
        number = check_number(target, "target")
        step = self.step(when)
        if direction == -1:
            return float(self.cdf(number, when))
        if number <= self.scale.lower:
            return 1.0
        return float(self.margins.at_least(self.scale.forward(number), step))

    def table(self) -> pd.DataFrame:
        """Return a row per future moment: ``year`` or ``period``, ``median``, ``lo-50``, ...

        Examples
        --------
        >>> from analysis.forecast import forecast
        >>> f = forecast(pd.Series({2020: 98.0, 2024: 99.0}), h=2, level=80, kind="share")
        >>> f.table().columns.tolist()
        ['year', 'median', 'lo-80', 'hi-80']
        """
        rows = []
        for when in self.ahead:
            name = "year" if whole(when) else "period"
            row: dict[str, Any] = {name: when, "median": self.median(when)}
            for level in self.level:
                row[f"lo-{level:g}"], row[f"hi-{level:g}"] = self.interval(level, when)
            rows.append(row)
        return pd.DataFrame(rows)


@dataclass(frozen=True, eq=False)
class Forecast(Distribution):
    """The distribution of a yearly quantity in the years after its last observation.

    Made by :func:`analysis.forecast.forecast`. All values are in the unit of the series.

    Parameters
    ----------
    kind : str
        Kind of quantity, see `analysis.forecast.kinds.KINDS`.
    model : str
        Name of the model that made it, one of `analysis.forecast.MODELS`.
    n : int
        Observations given.
    last_year : int
        Year of the last observation.
    years : list of int
        The future years asked for.
    level : tuple of float
        Interval levels in per cent that `table` shows.
    weight_own : float
        Share of the information on the drift that came from the series itself, 0 to 1.
    comparators : list of str
        Names of the comparable series that were used; none by the textbook models.
    basis : {'series+prior', 'series+panel', 'prior only', 'series only'}
        Whether the growth of the series had any say, and that of its kind.
    warnings : tuple of str
        Codes of :data:`analysis.trend.base.CAUTIONS` a fit gave, or the name of its warning.
    alone : Forecast or None
        The same forecast without its comparators; None when none were used.
    """

    kind: str
    model: str
    n: int
    last_year: int
    years: list[int]
    level: tuple[float, ...]
    weight_own: float
    comparators: list[str]
    basis: str
    warnings: tuple[str, ...]
    scale: Kind = field(repr=False)
    margins: Margins = field(repr=False)
    prior: Prior = field(repr=False)
    observed: Array = field(repr=False)
    observed_years: list[int] = field(repr=False)
    drift: float = field(repr=False)
    comparators_end: list[int] = field(repr=False)
    alone: Forecast | None = field(default=None, repr=False)

    @property
    def ahead(self) -> list[int]:
        """The future years asked for."""
        return self.years

    def step(self, when: Any) -> int:
        """Return how many years after the last observation a year is, or raise InputError."""
        first, last = self.last_year + 1, self.last_year + STEPS_AT_MOST
        if not whole(when) or not first <= when <= last:
            raise InputError(
                "year_cannot_be_forecast",
                column="year",
                value=when,
                expected=f"{first}–{last}",
                nearest=str(first if not whole(when) or when < first else last),
            )
        return int(when) - self.last_year

    def paths(self, size: int, seed: int = 0) -> Array:
        """Return sample paths whose years hang together and agree with the quantiles.

        Parameters
        ----------
        size : int
            Number of paths.
        seed : int
            Same seed, same paths.

        Returns
        -------
        array (size, len(years))
            In the unit of the series.

        Examples
        --------
        >>> from analysis.forecast import forecast
        >>> f = forecast(pd.Series({2020: 60.0, 2024: 75.0}), until=2030, kind="throughput")
        >>> f.paths(1000).shape
        (1000, 6)
        """
        check_size(size)
        rng = np.random.default_rng(check_seed(seed))
        shocks = rng.standard_normal((size, len(self.years)))
        return self.from_shocks(shocks, rng.standard_normal(size))

    def from_shocks(self, shocks: Array, calm: Array) -> Array:
        """Return the paths that standard normal shocks bring about, one shock per year.

        Parameters
        ----------
        shocks : array (size, len(years))
            Standard normal; the shock of a year moves that year and all later ones.
        calm : array (size,)
            Standard normal; turned into the chi-square that mixes the spread.
        """
        return self.scale.backward(self.margins.draw(shocks, calm))

    def first_year(self, target: float, direction: int = 1, horizon: int = 30) -> int | None:
        """Return the first future year in which the target is as likely met as not.

        Parameters
        ----------
        target : float
            In the unit of the series.
        direction : {1, -1}
            1: at least the target. -1: at most the target.
        horizon : int
            Years to look ahead, 1 to 60.

        Returns
        -------
        int or None
            None when the median does not get there within the horizon.

        Examples
        --------
        >>> from analysis.forecast import forecast
        >>> f = forecast(pd.Series({2015: 125.98, 2020: 182.0}), h=5, kind="nominal_gdp")
        >>> f.first_year(180), f.first_year(1e9)
        (2021, None)
        """
        check_direction(direction)
        number = check_number(target, "target")
        steps = check_steps(horizon, "horizon")
        ahead = range(self.last_year + 1, self.last_year + 1 + steps)
        middle = np.array([self.median(year) for year in ahead])
        met = middle >= number if direction == 1 else middle <= number
        return self.last_year + 1 + int(np.argmax(met)) if met.any() else None
