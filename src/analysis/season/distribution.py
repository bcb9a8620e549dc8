"""The predictive distribution of a quarterly or monthly series: quantiles, chances, year totals."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import gammaincinv, ndtr, stdtr, stdtrit

from analysis.data.errors import InputError
from analysis.forecast.checks import (
    check_direction,
    check_level,
    check_number,
    check_seed,
    check_size,
    interval_table,
    whole,
)
from analysis.forecast.kinds import Kind, Prior
from analysis.season.checks import YEARS_AT_MOST, check_period
from analysis.season.model import PERIODS, Array, Posterior, Ratios, solve

# --- The distribution of a calendar year of which some quarters or months are known ---


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
        raise InputError("probability_not_inside_0_and_1", column="p", value=p, nearest="0.5")
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


#: Paths behind a year's total: another seed moves the 95 % bounds by about 1 % of their width.
DRAWS = 20_000


@dataclass(frozen=True, eq=False)
class SeasonalForecast:
    """The distribution of a quarterly or monthly quantity after its last observation.

    Made by :func:`analysis.season.forecast_seasonal`. All values are in the unit of the series.

    Parameters
    ----------
    kind : str
        Kind of quantity, see `analysis.forecast.kinds.KINDS`.
    freq : {'Q', 'M'}
        Quarters or months.
    n : int
        Observations given.
    last : pandas.Period
        The last observed period.
    periods : list of pandas.Period
        The future periods asked for.
    level : tuple of float
        Interval levels in per cent that `table` shows.
    total : {'sum', 'mean'}
        How a calendar year is made of its periods.
    basis : {'series+prior', 'prior only'}
        Whether the growth of the series had any say, or only that of its kind.
    season_basis : {'series+prior', 'prior only'}
        'prior only' while no period of the year was seen twice: season and chance cannot be
        told apart.
    """

    kind: str
    freq: str
    n: int
    last: pd.Period
    periods: list[pd.Period]
    level: tuple[float, ...]
    total: str
    basis: str
    season_basis: str
    scale: Kind = field(repr=False)
    prior: Prior = field(repr=False)
    ratios: Ratios = field(repr=False)
    observed: dict[int, float] = field(repr=False)
    used: tuple[int, ...] = field(repr=False)
    _cache: dict[tuple[int, ...], Posterior] = field(default_factory=dict, repr=False)

    # --- the Student-t on the model's scale -----------------------------------------------

    def posterior(self, wanted: tuple[int, ...] | None = None) -> Posterior:
        """Return the joint Student-t of periods, numbered from January 1970 or its quarter."""
        wanted = self._ahead() if wanted is None else wanted
        if wanted not in self._cache:
            values = np.array([self.observed[one] for one in self.used])
            # Counts carry chance of their own, about 1 / (count + 1/2) on the log scale.
            extra = 1 / (values.mean() + 0.5) / self.prior.s2 if self.scale.counted else 0.0
            self._cache[wanted] = solve(
                self.scale.forward(values),
                self.used,
                wanted,
                PERIODS[self.freq],
                self.prior,
                self.ratios,
                float(extra),
            )
        return self._cache[wanted]

    @property
    def weight_own(self) -> float:
        """Share of the information on the yearly drift that came from the series, 0 to 1."""
        return self.posterior().weight_own

    @property
    def season_own(self) -> float:
        """Share of the prior's uncertainty on the pattern that the series took away, 0 to 1."""
        whole = self.ratios.season * (1 + self.prior.swing) * PERIODS[self.freq]
        return 1 - float(np.trace(self.posterior().season_shape)) / whole

    def _ahead(self) -> tuple[int, ...]:
        first = int(self.last.ordinal) + 1
        return tuple(range(first, first + len(self.periods)))

    def _student(self, period: Any) -> tuple[float, float, float]:
        """Return centre, scale and degrees of freedom of one future period."""
        number = int(check_period(period, self.freq, self.last).ordinal)
        wanted = self._ahead()
        if number not in wanted:
            wanted = (number,)
        found, place = self.posterior(wanted), wanted.index(number)
        scale = math.sqrt(found.s2 * float(found.shape[place, place]))
        return float(found.mean[place]), scale, found.nu

    # --- what users ask -------------------------------------------------------------------

    def quantile(self, p: Any, period: Any) -> Any:
        """Return the value that is not exceeded with probability p.

        Parameters
        ----------
        p : float or array of float
            Above 0 and below 1.
        period : pandas.Period or str
            A future period, also beyond `periods`, up to ten years ahead.

        Returns
        -------
        float, or array like `p`
            In the unit of the series.

        Raises
        ------
        InputError
            A probability or a period out of range.

        Examples
        --------
        >>> from analysis.season import forecast_seasonal
        >>> boxes = pd.Series([50.0, 58.0, 61.0, 63.0, 54.0],
        ...                   index=pd.period_range("2024Q1", periods=5, freq="Q"))
        >>> f = forecast_seasonal(boxes, h=4, kind="throughput")
        >>> low, high = f.quantile([0.1, 0.9], "2025Q2")
        >>> bool(low < f.median("2025Q2") < high)
        True
        """
        wanted = check_probability(p)
        centre, scale, nu = self._student(period)
        found = self.scale.backward(centre + scale * stdtrit(nu, wanted))
        return float(found) if found.ndim == 0 else found

    def median(self, period: Any) -> float:
        """Return the value that is as likely exceeded as not, in the unit of the series."""
        return float(self.quantile(0.5, period))

    def interval(self, level: float, period: Any) -> tuple[float, float]:
        """Return the central interval that holds the value with probability `level` per cent.

        Raises
        ------
        InputError
            A level that is not above 0 and below 100, or a period out of range.
        """
        level = check_level(level)
        low, high = self.quantile([0.5 - level / 200, 0.5 + level / 200], period)
        return float(low), float(high)

    def probability(self, target: float, period: Any, direction: int = 1) -> float:
        """Return the probability that one period meets a target.

        Parameters
        ----------
        target : float
            In the unit of the series, for this one period.
        period : pandas.Period or str
            A future period.
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
            A target that is not a finite number, another direction, a period out of range.
        """
        check_direction(direction)
        number = check_number(target, "target")
        centre, scale, nu = self._student(period)
        at_least = direction == 1
        if number <= self.scale.lower and (at_least or number < self.scale.lower):
            return float(at_least)
        if number >= self.scale.upper and (not at_least or number > self.scale.upper):
            return float(not at_least)
        # A positive kind cannot stand at 0 itself, where the logarithm has no value.
        with np.errstate(divide="ignore"):
            score = (float(self.scale.forward(number)) - centre) / scale
        return float(stdtr(nu, -score if at_least else score))

    def paths(self, size: int, seed: int = 0) -> Array:
        """Return sample paths whose periods hang together and agree with the quantiles.

        Parameters
        ----------
        size : int
            Number of paths.
        seed : int
            Same seed, same paths.

        Returns
        -------
        array (size, len(periods))
            In the unit of the series.

        Examples
        --------
        >>> from analysis.season import forecast_seasonal
        >>> boxes = pd.Series([60.0], index=pd.PeriodIndex(["2024-03"], freq="M"))
        >>> forecast_seasonal(boxes, until="2025-12", kind="throughput").paths(1000).shape
        (1000, 21)
        """
        return self._paths(self._ahead(), size, seed)

    def _paths(self, wanted: tuple[int, ...], size: int, seed: int) -> Array:
        """Return joint draws of any periods; the second half mirrors the first."""
        check_size(size)
        found, rng = self.posterior(wanted), np.random.default_rng(check_seed(seed))
        half = (size + 1) // 2
        walk = rng.standard_normal((half, len(wanted))) @ np.linalg.cholesky(found.shape).T
        calm = gammaincinv(found.nu / 2, ndtr(rng.standard_normal(half)))
        spread = np.sqrt(found.s2 * found.nu / np.maximum(2 * calm, np.finfo(float).tiny))
        moved = spread[:, None] * walk
        return self.scale.backward(found.mean + np.concatenate([moved, -moved])[:size])

    def year_total(self, year: int, size: int = DRAWS, seed: int = 0) -> YearTotal:
        """Return the distribution of a calendar year: what is known of it plus what is to come.

        Parameters
        ----------
        year : int
            The running year, a later one, or a past one observed in full (then there is
            nothing left to guess). Periods of the running year that were skipped are drawn too.
        size, seed : int
            Number of sample paths, and their seed.

        Returns
        -------
        YearTotal
            Of the sum of the year's periods, or of their mean where `total` says so.

        Raises
        ------
        InputError
            A past year with periods missing, or a year more than ten years ahead.

        Examples
        --------
        >>> from analysis.season import forecast_seasonal
        >>> boxes = pd.Series([50.0, 58.0, 61.0, 63.0, 54.0, 60.0],
        ...                   index=pd.period_range("2024Q1", periods=6, freq="Q"))
        >>> f = forecast_seasonal(boxes, kind="throughput")
        >>> f.year_total(2024).median(), f.year_total(2024).probability(232)
        (232.0, 1.0)
        >>> now = f.year_total(2025)
        >>> now.known, now.n_known, bool(232 < now.median() < 260)
        (114.0, 2, True)
        """
        m, last = PERIODS[self.freq], int(self.last.ordinal)
        final = last + YEARS_AT_MOST * m
        first = (int(year) - 1970) * m if whole(year) else final + 1
        span = range(first, first + m)
        missing = tuple(one for one in span if one not in self.observed)
        if span[-1] > final or (missing and span[-1] <= last):
            running = 1970 + (last + 1) // m
            raise InputError(
                "past_year_has_no_total" if span[-1] <= last else "year_is_beyond_the_forecast",
                column="year",
                value=year,
                expected=f"{running}–{1970 + (final + 1) // m - 1}",
                nearest=str(running),
            )
        known = sum(self.observed[one] for one in span if one in self.observed)
        draws = np.full(1, float(known))
        if missing:
            draws = known + np.sort(self._paths(missing, size, seed).sum(axis=1))
        share = m if self.total == "mean" else 1
        return YearTotal(
            year=int(year),
            total=self.total,
            known=float(known) / share,
            n_known=m - len(missing),
            n_periods=m,
            draws=draws / share,
        )

    def seasonal_pattern(self, level: float = 80) -> pd.DataFrame:
        """Return the yearly pattern: how far each period stands from a normal one.

        Parameters
        ----------
        level : float
            Level of the interval in per cent.

        Returns
        -------
        pandas.DataFrame
            One row per period of the year: ``position`` (1 = January or the first quarter),
            ``effect``, ``lo``, ``hi``. Of shares in logits (0: normal), else as a factor
            (1: normal; 0.9: a tenth below).

        Examples
        --------
        >>> from analysis.season import forecast_seasonal
        >>> quarters = pd.period_range("2021Q1", periods=12, freq="Q")
        >>> f = forecast_seasonal(pd.Series([8.0, 10, 10, 12] * 3, index=quarters), kind="trade")
        >>> effect = f.seasonal_pattern()["effect"]
        >>> bool(effect[0] < 1 < effect[3])
        True
        """
        level = check_level(level)
        found = self.posterior()
        spread = np.sqrt(np.maximum(found.s2 * found.season_shape.diagonal(), 0))
        far = stdtrit(found.nu, 0.5 + level / 200) * spread
        columns = {"effect": 0.0, "lo": -1.0, "hi": 1.0}
        values = {name: found.season_mean + sign * far for name, sign in columns.items()}
        if self.scale.scale == "log":
            values = {name: np.exp(value) for name, value in values.items()}
        return pd.DataFrame({"position": np.arange(len(far)) + 1, **values})

    def table(self) -> pd.DataFrame:
        """Return one row per future period: ``period``, ``median``, ``lo-50``, ``hi-50``, ...

        Examples
        --------
        >>> from analysis.season import forecast_seasonal
        >>> share = pd.Series([98.0, 99.0], index=pd.period_range("2024Q3", periods=2, freq="Q"))
        >>> f = forecast_seasonal(share, h=2, level=80, kind="share")
        >>> f.table().columns.tolist()
        ['period', 'median', 'lo-80', 'hi-80']
        """
        return interval_table(self, "period", self.periods)
