"""The predictive distribution of one series: quantiles, probabilities and paths."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.data.errors import InputError
from analysis.forecast.checks import (
    STEPS_AT_MOST,
    check_direction,
    check_level,
    check_number,
    check_probabilities,
    check_seed,
    check_size,
    check_steps,
    interval_table,
    whole,
)
from analysis.forecast.kinds import Kind, Prior
from analysis.forecast.margins import Margins

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Forecast:
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

    def _step(self, year: int) -> int:
        """Return how many years after the last observation a year is."""
        first, last = self.last_year + 1, self.last_year + STEPS_AT_MOST
        if not whole(year) or not first <= year <= last:
            raise InputError(
                "year_cannot_be_forecast",
                column="year",
                value=year,
                expected=f"{first}–{last}",
                nearest=str(first if not whole(year) or year < first else last),
            )
        return int(year) - self.last_year

    # --- what users ask -------------------------------------------------------------------

    def quantile(self, p: Any, year: int) -> Any:
        """Return the value that is not exceeded with probability p.

        Parameters
        ----------
        p : float or array of float
            Above 0 and below 1.
        year : int
            Any future year, also beyond `years`.

        Returns
        -------
        float, or array like `p`
            In the unit of the series.

        Raises
        ------
        InputError
            A probability or a year out of range.

        Examples
        --------
        >>> from analysis.forecast import forecast
        >>> f = forecast(pd.Series({2015: 125.98, 2020: 182.0}), h=5, kind="nominal_gdp")
        >>> low, high = f.quantile([0.1, 0.9], 2025)
        >>> bool(low < f.median(2025) < high)
        True
        """
        wanted = check_probabilities(p)
        found = self.scale.backward(self.margins.quantile(wanted, self._step(year)))
        return float(found) if found.ndim == 0 else found

    def median(self, year: int) -> float:
        """Return the value that is as likely exceeded as not, in the unit of the series."""
        return float(self.quantile(0.5, year))

    def interval(self, level: float, year: int) -> tuple[float, float]:
        """Return the central interval that holds the value with probability `level` per cent.

        Raises
        ------
        InputError
            A level that is not above 0 and below 100, or a year out of range.
        """
        level = check_level(level)
        low, high = self.quantile([0.5 - level / 200, 0.5 + level / 200], year)
        return float(low), float(high)

    def cdf(self, value: Any, year: int) -> Any:
        """Return the probability of at most this value in one year.

        Parameters
        ----------
        value : float or array of float
            In the unit of the series.
        year : int
            Any future year, also beyond `years`.

        Returns
        -------
        float, or array like `value`
            P(Y <= value), 0 to 1. A bound that forecasts can reach (a share of 0 %, a count of
            0) has a probability of its own; beyond the bounds it is 0 or 1.

        Raises
        ------
        InputError
            A value that is not a finite number, or a year out of range.

        Examples
        --------
        >>> from analysis.forecast import forecast
        >>> f = forecast(pd.Series({2015: 125.98, 2020: 182.0}), h=5, kind="nominal_gdp")
        >>> f.cdf(f.quantile([0.1, 0.9], 2025), 2025).round(9).tolist()
        [0.1, 0.9]
        """
        shape = np.shape(value)
        wanted = np.array([check_number(one, "value") for one in np.ravel(value)]).reshape(shape)
        below = self.margins.cdf(self.scale.forward(wanted), self._step(year))
        found = np.where(wanted >= self.scale.upper, 1.0, below)
        return float(found) if found.ndim == 0 else found

    def probability(self, target: float, year: int, direction: int = 1) -> float:
        """Return the probability that the target is met in one year.

        Parameters
        ----------
        target : float
            In the unit of the series.
        year : int
            The target year, after the last observation.
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
            A target that is not a finite number, another direction, a year out of range.

        Examples
        --------
        >>> from analysis.forecast import forecast
        >>> f = forecast(pd.Series({2015: 125.98, 2020: 182.0}), h=5, kind="nominal_gdp")
        >>> round(f.probability(f.median(2025), 2025), 6)
        0.5
        """
        check_direction(direction)
        number = check_number(target, "target")
        step = self._step(year)
        if direction == -1:
            return float(self.cdf(number, year))
        if number <= self.scale.lower:
            return 1.0
        return float(self.margins.at_least(self.scale.forward(number), step))

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

    def table(self) -> pd.DataFrame:
        """Return one row per future year: ``year``, ``median``, ``lo-50``, ``hi-50``, ...

        Examples
        --------
        >>> from analysis.forecast import forecast
        >>> f = forecast(pd.Series({2020: 98.0, 2024: 99.0}), h=2, level=80, kind="share")
        >>> f.table().columns.tolist()
        ['year', 'median', 'lo-80', 'hi-80']
        """
        return interval_table(self, "year", self.years)
