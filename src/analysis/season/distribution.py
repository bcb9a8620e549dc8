"""The predictive distribution of a quarterly or monthly series, and of the year it adds up to."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import scipy

from analysis.data.errors import InputError
from analysis.forecast.checks import (
    check_direction,
    check_number,
    check_probabilities,
    check_seed,
    check_size,
    tails,
    whole,
)
from analysis.forecast.distribution import Distribution
from analysis.forecast.kinds import Kind, Prior
from analysis.forecast.margins import ScaledMargins, correlation_of
from analysis.season.checks import YEARS_AT_MOST, check_period
from analysis.season.model import PERIODS, Array, Posterior, Ratios, solve


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
        found = np.quantile(self.draws, check_probabilities(p))
        return float(found) if np.ndim(found) == 0 else found

    def median(self) -> float:
        """Return the total that is as likely exceeded as not."""
        return float(self.quantile(0.5))

    def interval(self, level: float) -> tuple[float, float]:
        """Return the central interval that holds the total with probability `level` per cent."""
        low, high = self.quantile(tails(level))
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


@dataclass(eq=False)
class SeasonMargins(ScaledMargins):
    """Joint Student-t periods, of which one by one or any set can be asked for.

    Parameters
    ----------
    z : array (n,)
        Observations on the model's scale.
    used : tuple of int
        Their periods, numbered from January 1970 or its quarter.
    periods : int
        Periods of a year.
    prior, ratios, extra
        As :func:`analysis.season.model.solve` takes them.
    usual : tuple of int
        The future periods asked for, worked out together.
    """

    z: Array
    used: tuple[int, ...]
    periods: int
    prior: Prior
    ratios: Ratios
    extra: float
    usual: tuple[int, ...]
    nu: float = field(init=False)
    _known: dict[tuple[int, ...], Posterior] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Read the degrees of freedom off the usual periods."""
        self.nu = self.posterior(self.usual).nu

    def posterior(self, wanted: tuple[int, ...]) -> Posterior:
        """Return the joint Student-t of periods."""
        if wanted not in self._known:
            self._known[wanted] = solve(
                self.z, self.used, wanted, self.periods, self.prior, self.ratios, self.extra
            )
        return self._known[wanted]

    def place(self, step: int) -> tuple[float, float]:
        """Return centre and scale of one step."""
        number = self.used[-1] + step
        wanted = self.usual if number in self.usual else (number,)
        found, place = self.posterior(wanted), wanted.index(number)
        return float(found.mean[place]), math.sqrt(found.s2 * float(found.shape[place, place]))

    def correlation(self, steps: int) -> Array:
        """Return the correlation of the next periods."""
        first = self.used[-1] + 1
        return correlation_of(self.posterior(tuple(range(first, first + steps))).shape)


@dataclass(frozen=True, eq=False)
class SeasonalForecast(Distribution):
    """The distribution of a quarterly or monthly quantity after its last observation.

    Made by :func:`analysis.season.forecast_seasonal`. All values are in the unit of the series;
    a period is given as a pandas.Period or as text (``2025Q1``, ``2025-03``), up to ten years
    ahead.

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

    Examples
    --------
    >>> from analysis.season import forecast_seasonal
    >>> boxes = pd.Series([50.0, 58.0, 61.0, 63.0, 54.0],
    ...                   index=pd.period_range("2024Q1", periods=5, freq="Q"))
    >>> f = forecast_seasonal(boxes, h=4, kind="throughput")
    >>> low, high = f.quantile([0.1, 0.9], "2025Q2")
    >>> bool(low < f.median("2025Q2") < high), f.table().columns.tolist()[:2]
    (True, ['period', 'median'])
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
    margins: SeasonMargins = field(repr=False)
    observed: dict[int, float] = field(repr=False)

    @property
    def ahead(self) -> list[pd.Period]:
        """The future periods asked for."""
        return self.periods

    def step(self, when: Any) -> int:
        """Return how many periods after the last observation one is, or raise InputError."""
        return int(check_period(when, self.freq, self.last).ordinal - self.last.ordinal)

    @property
    def used(self) -> tuple[int, ...]:
        """The observed periods that speak, numbered from January 1970 or its quarter."""
        return self.margins.used

    def posterior(self) -> Posterior:
        """Return the joint Student-t of the periods asked for, on the model's scale."""
        return self.margins.posterior(self.margins.usual)

    @property
    def weight_own(self) -> float:
        """Share of the information on the yearly drift that came from the series, 0 to 1."""
        return self.posterior().weight_own

    @property
    def season_own(self) -> float:
        """Share of the prior's uncertainty on the pattern that the series took away, 0 to 1."""
        made = self.margins
        whole = made.ratios.season * (1 + made.prior.swing) * made.periods
        return 1 - float(np.trace(self.posterior().season_shape)) / whole

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
        return self._paths(self.margins.usual, size, seed)

    def _paths(self, wanted: tuple[int, ...], size: int, seed: int) -> Array:
        """Return joint draws of any periods; the second half mirrors the first."""
        check_size(size)
        found, rng = self.margins.posterior(wanted), np.random.default_rng(check_seed(seed))
        half = (size + 1) // 2
        walk = rng.standard_normal((half, len(wanted))) @ np.linalg.cholesky(found.shape).T
        calm = scipy.special.gammaincinv(
            found.nu / 2, scipy.special.ndtr(rng.standard_normal(half))
        )
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
