"""From the year to date to the whole year, as a range.

Ports tell the press what passed over the quay from January on, not what a year will come to.
Two ways lead from one to the other. The *growth* way carries the published growth of the year
to date over to last year's total; what can go wrong is that the remaining months grow
otherwise. The *share* way divides by the share that these months usually have in a year; what
can go wrong is that this port's year is shaped otherwise. Both errors are learned from the
years of a comparable monthly series, because the port itself has too few years to show them:

growth:  ln Y = ln Y(-1) + ln(1 + g) + e,   e(y) = growth of year y - growth of its months
share:   ln Y = ln P - s(M) - tilt + e,     s(y) = ln(months M of year y / year y)

in logs, e Student-t with as many degrees of freedom as comparable years less one, widened by
1 + 1/n for the estimated mean. To the share's error comes what one port's pattern differs from
another's: twice the variance of the mean effect of the months M against that of the year under
the seasonal prior of ports (`analysis.season.model.PORTS`). ``tilt`` allows for a port that grows
faster over the year than the comparable one: with growth r spread evenly, the first k months
hold r*(k - 12)/24 less, and likewise any months M by their mean place.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.data.errors import InputError
from analysis.forecast.checks import check_level, check_number
from analysis.forecast.kinds import load_priors
from analysis.growth.rates import year_to_date_to_single
from analysis.season.checks import frequency
from analysis.season.model import PORTS, Array

#: Fewer comparable years than this show no spread: only their range is handed on.
YEARS_FOR_SPREAD = 5
#: Own published figures from which a middle may be named; below, a range only.
FIGURES_FOR_MIDDLE = 3
MIDDLE_OF_YEAR = 6.5


@dataclass(frozen=True)
class AnnualEstimate:
    """What a running year will probably come to, in the unit of its year-to-date figures.

    Parameters
    ----------
    way : {'growth', 'share'}
        How it was reached.
    months : tuple of int
        Months of the year that the published figure covers.
    part : float
        Their published total.
    centre, scale, free : float, float, int
        Of the Student-t in logs; `free` 0 where there is only a range.
    n_years : int
        Comparable years behind the error.
    figures : int
        Own published figures it rests on.
    bounds : tuple of float
        The range where the comparable years are too few for a spread, else empty.
    """

    way: str
    months: tuple[int, ...]
    part: float
    centre: float
    scale: float
    free: int
    n_years: int
    figures: int
    bounds: tuple[float, ...] = field(default=())

    @property
    def range_only(self) -> bool:
        """Whether so few figures stand behind it that no middle value should be named."""
        return bool(self.bounds) or self.figures < FIGURES_FOR_MIDDLE

    def median(self) -> float | None:
        """Return the middle of the distribution, None where only a range may be named."""
        return None if self.range_only else math.exp(self.centre)

    def interval(self, level: float) -> tuple[float, float]:
        """Return the central interval at a level in per cent, never below the known part.

        Where there is only a range of comparable years, every level returns that range.
        """
        from scipy import stats

        check_level(level)
        if self.bounds:
            return self.bounds[0], self.bounds[1]
        far = self.scale * float(stats.t.ppf(0.5 + level / 200, self.free))
        low, high = math.exp(self.centre - far), math.exp(self.centre + far)
        return max(low, self.part), max(high, self.part)


def year_parts(months: pd.Series) -> pd.DataFrame:
    """Return a monthly series as one row a calendar year, whole years only, columns 1 to 12.

    Raises
    ------
    InputError
        An index without months, or a value that is not positive.

    Examples
    --------
    >>> year_parts(pd.Series(range(1, 19), index=pd.period_range("2022-01", periods=18, freq="M")))
    ... # doctest: +NORMALIZE_WHITESPACE
             1    2    3    4    5    6    7    8    9     10    11    12
    2022  1.0  2.0  3.0  4.0  5.0  6.0  7.0  8.0  9.0  10.0  11.0  12.0
    """
    if frequency(months.index) != "M":
        raise InputError("monthly_series_is_needed", column="comparable")
    if not bool((months > 0).all()):
        raise InputError("values_must_be_positive", column="comparable")
    index = pd.PeriodIndex(months.index)
    table = pd.DataFrame({"y": index.year, "m": index.month, "v": months.to_numpy(dtype=float)})
    wide = table.pivot(index="y", columns="m", values="v").reindex(columns=range(1, 13)).dropna()
    return wide.rename_axis(index=None, columns=None)


def annual_from_ytd(
    ytd_by_month: Mapping[int, float],
    comparable: pd.Series,
    *,
    last_total: float | None = None,
    last_ytd: float | None = None,
    growth_pct: float | None = None,
    trend_pct: float | None = None,
) -> AnnualEstimate:
    """Estimate a running year from its year-to-date totals, the latest of which speaks.

    By growth where last year's total and either last year's total of the same months or the
    published growth on it are known; else by the share of these months in a year.

    Parameters
    ----------
    ytd_by_month : mapping of int to float
        Totals from January to a month, 1 to 11, in one unit and caliber.
    comparable : pandas.Series
        A monthly series of a like quantity whose years teach the error.
    last_total, last_ytd : float, optional
        Last year's total, and its total of the same months; same unit and caliber.
    growth_pct : float, optional
        Published growth of the year to date on the year before, in %.
    trend_pct : float, optional
        The port's own long-run growth, % a year, for the share way's tilt.

    Raises
    ------
    InputError
        No total, a month out of range, a total that falls from month to month, a growth that
        contradicts `last_ytd`, or comparable months without two whole years.

    Examples
    --------
    By hand: every comparable month is alike and grows by nothing, so half a year is half.

    >>> flat = pd.Series(10.0, index=pd.period_range("2015-01", periods=72, freq="M"))
    >>> found = annual_from_ytd({6: 130.0}, flat, last_total=240.0, last_ytd=125.0)
    >>> found.way, round(found.median(), 6)
    ('growth', 249.6)
    >>> annual_from_ytd({6: 130.0}, flat).median() is None
    True
    """
    month = _latest(ytd_by_month)
    part = float(ytd_by_month[month])
    rate = _rate(part, last_ytd, growth_pct)
    if last_total is None or rate is None:
        return annual_from_part(part, range(1, month + 1), comparable, trend_pct=trend_pct)
    check_number(last_total, "last_total")
    return _by_growth(part, month, float(last_total), rate, year_parts(comparable))


def _latest(ytd: Mapping[int, float]) -> int:
    months = sorted(ytd)
    if not months or months[0] < 1 or months[-1] > 11:
        raise InputError("year_to_date_months_out_of_range", column="ytd_by_month", value=months)
    for before, after in pairwise(months):
        if not ytd[before] < ytd[after]:
            raise InputError(
                "year_to_date_total_falls",
                column="ytd_by_month",
                value=f"{before}: {ytd[before]}, {after}: {ytd[after]}",
            )
    if not ytd[months[0]] > 0:
        raise InputError("totals_must_be_positive", column="ytd_by_month")
    return months[-1]


def _rate(part: float, last_ytd: float | None, growth_pct: float | None) -> float | None:
    """Return growth on last year's same months in logs, from levels before published rates."""
    told = None if growth_pct is None else math.log1p(check_number(growth_pct, "growth") / 100)
    if last_ytd is None:
        return told
    found = math.log(part / check_number(last_ytd, "last_ytd"))
    if told is not None and abs(found - told) > 0.01:
        raise InputError(
            "published_growth_contradicts_totals",
            column="growth_pct",
            value=growth_pct,
            expected=f"{100 * math.expm1(found):.1f}",
        )
    return found


def _by_growth(
    part: float, month: int, last: float, rate: float, years: pd.DataFrame
) -> AnnualEstimate:
    whole, ytd = years.sum(axis=1), years.loc[:, :month].sum(axis=1)
    errors = np.diff(np.log(whole)) - np.diff(np.log(ytd))
    follow = np.diff(years.index.to_numpy()) == 1
    return _made("growth", range(1, month + 1), part, math.log(last) + rate, errors[follow], 0.0, 3)


def annual_from_part(
    part: float,
    months: Sequence[int],
    comparable: pd.Series,
    *,
    trend_pct: float | None = None,
) -> AnnualEstimate:
    """Estimate a year from the total of any of its months, by their share in comparable years.

    Parameters
    ----------
    part : float
        Total of the months.
    months : sequence of int
        Which they are, 1 to 12, fewer than twelve.
    comparable : pandas.Series
        A monthly series of a like quantity.
    trend_pct : float, optional
        Own long-run growth, % a year; left out, that of the comparable series is taken.

    Raises
    ------
    InputError
        Months out of range or doubled, a part that is not positive, comparable months without
        two whole years.

    Examples
    --------
    >>> flat = pd.Series(10.0, index=pd.period_range("2015-01", periods=72, freq="M"))
    >>> low, high = annual_from_part(10.0, [8], flat).interval(80)
    >>> bool(low < 120 < high)
    True
    """
    chosen = sorted({int(month) for month in months})
    if not chosen or len(chosen) != len(list(months)) or not {*chosen} < {*range(1, 13)}:
        raise InputError("months_out_of_range", column="months", value=list(months))
    if not check_number(part, "part") > 0:
        raise InputError("part_must_be_positive", column="part", value=part)
    years = year_parts(comparable)
    whole = np.log(years.sum(axis=1).to_numpy())
    shares = np.log(years[chosen].sum(axis=1).to_numpy()) - whole
    # Two patterns drawn from the prior: that of the comparable port and that of this one.
    alike = 12 / 11 * (1 / len(chosen) - 1 / 12)
    pattern = 2 * PORTS.season * load_priors()["throughput"].s2 * alike
    own_mean = float(shares.mean()) if len(shares) else math.nan
    tilt = 0.0
    if trend_pct is not None and len(whole) > 1:
        usual = (whole[-1] - whole[0]) / (years.index[-1] - years.index[0])
        extra = math.log1p(check_number(trend_pct, "trend_pct") / 100) - usual
        tilt = extra * (float(np.mean(chosen)) - MIDDLE_OF_YEAR) / 12
    centre = math.log(part) - own_mean - tilt
    return _made("share", chosen, part, centre, own_mean - shares, pattern, 1)


def _made(
    way: str,
    months: Sequence[int],
    part: float,
    centre: float,
    errors: Array,
    more: float,
    figures: int,
) -> AnnualEstimate:
    """Return the estimate of a centre and the errors that comparable years made."""
    n = len(errors)
    if n < 2:
        raise InputError(
            "comparable_has_too_few_whole_years", column="comparable", value=n, expected=">= 2"
        )
    known = tuple(int(month) for month in months)
    shift = float(np.mean(errors)) if way == "growth" else 0.0
    if n < YEARS_FOR_SPREAD:
        ends = (math.exp(centre + float(errors.min())), math.exp(centre + float(errors.max())))
        return AnnualEstimate(way, known, part, centre, math.nan, 0, n, figures, ends)
    variance = float(np.var(errors, ddof=1)) * (1 + 1 / n) + more
    return AnnualEstimate(way, known, part, centre + shift, math.sqrt(variance), n - 1, n, figures)


def single_months(totals: Mapping[tuple[int, int, int], float]) -> pd.Series:
    """Return the single months that published totals give away, by subtraction where needed.

    A month is known where it was published itself, or where two totals from January on end in
    neighbouring months. A month published itself stands before one that was subtracted.

    Parameters
    ----------
    totals : mapping of (year, first month, last month) to float
        In one unit and caliber.

    Returns
    -------
    pandas.Series
        By month, ascending; empty where nothing follows. Months that would come out at or
        below zero (a correction in the totals) are left out.

    Examples
    --------
    >>> single_months({(2022, 1, 1): 20.0, (2022, 4, 4): 22.0, (2022, 1, 5): 108.0,
    ...                (2022, 1, 6): 136.0}).to_dict()
    {Period('2022-01', 'M'): 20.0, Period('2022-04', 'M'): 22.0, Period('2022-06', 'M'): 28.0}
    """
    running = {(year, last): value for (year, first, last), value in totals.items() if first == 1}
    keys = pd.MultiIndex.from_tuples(sorted(running), names=["year", "month"]) if running else None
    found: dict[tuple[int, int], float] = {}
    if keys is not None:
        levels = pd.Series([running[key] for key in keys], index=keys)
        singles = year_to_date_to_single(levels)
        found = {key: float(singles[key]) for key in running if singles[key] == singles[key]}
    found |= {(year, last): value for (year, first, last), value in totals.items() if first == last}
    kept = {key: value for key, value in sorted(found.items()) if value > 0}
    index = pd.PeriodIndex([pd.Period(year=y, month=m, freq="M") for y, m in kept], freq="M")
    return pd.Series(list(kept.values()), index=index, dtype=float)
