"""Growth arithmetic: rates, indices, deflation, contributions, paths, and rounding.

Units: a name that ends in ``_pct`` and every growth rate of a :class:`Interval` is in
percent; `cagr`, `completion`, `elapsed_share` and `compound_reductions` are fractions.
An unknown number (NaN) gives an unknown result; a number for which the formula has no
meaning raises :class:`~analysis.data.errors.InputError`. Nothing here forecasts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.data.errors import InputError, nearest

# What an annual series must be before any arithmetic: whole years, once each, no gap unseen.
# Used by every module that calculates, so that one mistake has one message.


def yearly(series: pd.Series, name: str = "series") -> pd.Series:
    """Return the observed values of an annual series as floats in the order of years.

    Parameters
    ----------
    series : pandas.Series
        Any unit, indexed by whole years. Unknown values (NaN) are left out.
    name : str
        What to call the series in an error.

    Raises
    ------
    InputError
        A year that is not a whole number (four digits) or appears twice, or a value that is
        not a finite number.

    Examples
    --------
    >>> yearly(pd.Series({2020: 182, 2015: 125.98, 2024: None})).to_dict()
    {2015: 125.98, 2020: 182.0}
    """
    years = pd.to_numeric(pd.Series(series.index), errors="coerce")
    wrong = ~years.between(1000, 9999) | (years != years.round())
    if wrong.any():
        found = series.index[int(wrong.to_numpy().argmax())]
        raise InputError("year_not_whole", column=name, value=found, expected="2024")
    values = pd.to_numeric(series, errors="coerce").to_numpy(dtype=float)
    bad = (np.isnan(values) & series.notna().to_numpy()) | np.isinf(values)
    if bad.any():
        raise InputError(
            "not_finite_number",
            column=name,
            value=f"{series.index[int(bad.argmax())]}: {series.iloc[int(bad.argmax())]}",
        )
    clean = pd.Series(values, index=years.astype(int), name=series.name)
    if clean.index.has_duplicates:
        twice = clean.index[clean.index.duplicated()][0]
        raise InputError("year_appears_twice", column=name, value=twice)
    return clean.dropna().sort_index().rename_axis("year")


def require_consecutive(series: pd.Series, name: str = "series") -> None:
    """Raise InputError naming the missing years when an annual index has a gap.

    Examples
    --------
    >>> require_consecutive(pd.Series({2015: 1.0, 2016: 1.1}))
    """
    years = set(series.index)
    gaps = [y for y in range(min(years, default=0), max(years, default=0)) if y not in years]
    if gaps:
        listed = ", ".join(str(year) for year in gaps)
        raise InputError(
            "annual_series_lacks", column=name, expected=f"{min(years)}–{max(years)}", listed=listed
        )


def require_above(name: str, value: float, low: float = 0.0, *, closed: bool = False) -> None:
    """Raise InputError for an infinite number or one not above `low`; NaN, unknown, may pass.

    Parameters
    ----------
    name : str
        What to call the number in the error.
    value, low : float
        The number and its bound, in one unit.
    closed : bool
        Whether the bound itself is allowed.

    Examples
    --------
    >>> require_above("target", 0.0, closed=True)
    """
    if math.isinf(value) or value < low or (value == low and not closed):
        bound = f"{'>=' if closed else '>'} {low:g}"
        raise InputError("formula_undefined_for_value", column=name, value=value, expected=bound)


def value_at(series: pd.Series, year: int, name: str = "series") -> float:
    """Return the value of one year, or raise InputError with the nearest year there is.

    Examples
    --------
    >>> value_at(pd.Series({2020: 182.0}), 2020)
    182.0
    """
    if year not in series.index:
        raise InputError(
            "series_lacks_this_year",
            column=name,
            value=year,
            nearest=nearest(year, [int(y) for y in series.index]),
        )
    return float(series.loc[year])


PATH_SHAPES = ("linear", "geometric")


class Interval(NamedTuple):
    """A closed interval of values that the published figures allow.

    Examples
    --------
    >>> Interval(13.45, 13.55).overlaps(Interval(11.34, 11.38))
    False
    """

    lo: float
    hi: float

    def overlaps(self, other: tuple[float, float]) -> bool:
        """Tell whether the two intervals share a value; a tie of 1e-9 counts as shared.

        The slack absorbs binary rounding, so that no publisher is blamed for ours.
        """
        return self.lo <= other[1] + 1e-9 and other[0] <= self.hi + 1e-9


def cagr(x0: float, x1: float, years: float) -> float:
    """Return the constant yearly growth (年均增速, 水平法) that leads from x0 to x1, a fraction.

    Formula: (x1/x0)^(1/years) − 1. Source: NBS, 中国统计年鉴, 主要统计指标解释, 平均增长速度.

    Parameters
    ----------
    x0, x1 : float
        First and last value in one unit and on one price basis; x0 > 0, x1 >= 0.
    years : float
        Years between them, > 0.

    Raises
    ------
    InputError
        x0 or years not positive, or x1 negative.

    Examples
    --------
    >>> round(cagr(565.4, 869.5, 4), 4)
    0.1136
    """
    require_above("x0", x0)
    require_above("x1", x1, closed=True)
    require_above("years", years)
    return float((x1 / x0) ** (1.0 / years) - 1.0)


def total_growth_pct(x0: float, x1: float) -> float:
    """Return the growth over the whole span, 100·(x1/x0 − 1), in percent.

    A negative `x1` is allowed (a profit that turned into a loss); `x0` must be positive,
    else InputError. Source: SNA 2008, chapter 15.

    Examples
    --------
    >>> round(total_growth_pct(182.0, 226.0), 2)
    24.18
    """
    require_above("x0", x0)
    return 100.0 * (x1 / x0 - 1.0)


def required_growth_pct(value: float, target: float, years_left: float) -> float:
    """Return the yearly growth still required to end on the target, in percent a year.

    Formula: 100·((target/value)^(1/years_left) − 1). Negative when the target lies below.
    Raises InputError unless value > 0, target >= 0 and years_left > 0. Source: see `cagr`.

    Examples
    --------
    >>> round(required_growth_pct(226, 300, 1), 4)
    32.7434
    """
    require_above("value", value)
    require_above("target", target, closed=True)
    require_above("years_left", years_left)
    return 100.0 * cagr(value, target, years_left)


def completion(base: float, value: float, target: float) -> float | None:
    """Return how much of the way from base to target is done, a fraction (目标完成度).

    Formula: (value − base)/(target − base); it serves rising and falling targets alike, is
    negative after a step back and above one beyond the target. None when base equals target
    (there is no way to go) or a number is unknown. Source: 完成进度 as mid-term evaluations
    of five-year plans use it.

    Examples
    --------
    >>> round(completion(718, 1069.6, 1200), 4)
    0.7295
    >>> completion(44, 27, 35)
    1.8888888888888888
    >>> completion(27, 26, 27) is None
    True
    """
    if base == target or any(math.isnan(x) for x in (base, value, target)):
        return None
    return (value - base) / (target - base)


def elapsed_share(base_year: float, year: float, target_year: float) -> float:
    """Return the share of the plan's time that has passed (时序进度), a fraction.

    Formula: (year − base_year)/(target_year − base_year); above one after the target year.
    Raises InputError when the target year is not after the base year, or the year before it.

    Examples
    --------
    >>> elapsed_share(2020, 2024, 2025)
    0.8
    """
    require_above("target_year", target_year, base_year)
    require_above("year", year, base_year, closed=True)
    return (year - base_year) / (target_year - base_year)


def path_value(
    base: float,
    target: float,
    base_year: float,
    target_year: float,
    year: float,
    shape: str = "linear",
) -> float:
    """Return where the declared path from base to target stands in a year, in their unit.

    Formula with s the elapsed share: linear base + s·(target − base); geometric
    base·(target/base)^s, for which both ends must be positive: equal growth every
    year, see `cagr`.

    Raises
    ------
    InputError
        An unknown shape, a year outside the path, or an end without a geometric path.

    Examples
    --------
    >>> round(path_value(718, 1200, 2020, 2025, 2024), 1)
    1103.6
    >>> round(path_value(718, 1200, 2020, 2025, 2024, shape="geometric"), 1)
    1082.9
    """
    if shape not in PATH_SHAPES:
        raise InputError(
            "unknown_shape_of_path",
            column="shape",
            value=shape,
            expected=" / ".join(PATH_SHAPES),
            nearest=nearest(shape, PATH_SHAPES),
        )
    share = elapsed_share(base_year, year, target_year)
    if share > 1.0:
        raise InputError(
            "path_ends_with_target_year",
            column="year",
            value=year,
            expected=f"{base_year}–{target_year}",
        )
    if shape == "linear":
        return base + share * (target - base)
    require_above("base", base)
    require_above("target", target)
    return float(base * (target / base) ** share)


def real_growth_from_index(index: pd.Series, start_year: int, end_year: int) -> float:
    """Return the mean real growth between two years of a constant-price index, % a year.

    Formula: 100·((I(end)/I(start))^(1/(end − start)) − 1); years in between are not needed.
    Raises InputError when a year is missing or the order is wrong. Source: see `cagr`.

    Examples
    --------
    >>> from analysis.growth.indices import chain_index
    >>> index = chain_index(pd.Series({2021: 108.5, 2022: 102.5, 2023: 106.3}), 2020)
    >>> round(real_growth_from_index(index, 2020, 2023), 2)
    5.74
    """
    levels = yearly(index, "index")
    first, last = value_at(levels, start_year, "start_year"), value_at(levels, end_year, "end_year")
    require_above("end_year", end_year, start_year)
    return 100.0 * cagr(first, last, end_year - start_year)


def compound_reductions(rates: Iterable[float]) -> float:
    """Return the total reduction of yearly reductions, 1 − Π(1 − r), all as fractions.

    A negative rate is a rise. Raises InputError above one (percent passed as a fraction).

    Examples
    --------
    >>> round(compound_reductions([0.03] * 5), 6)
    0.141266
    """
    left = 1.0
    for rate in rates:
        if rate > 1.0:
            raise InputError("reduction_above_1", column="rates", value=rate, expected="0.03")
        left *= 1.0 - rate
    return 1.0 - left


def rounding_interval(stated: str | float, decimals: int | None = None) -> Interval:
    """Return every value that prints as the stated figure, as a closed interval.

    Half a unit of the last printed digit on either side, ends included, so that no rounding
    rule (half up, half even) is presumed. Exact in decimal arithmetic.

    Parameters
    ----------
    stated : str or float
        As printed ("182.0", "81,227"); a float has lost its zeros and needs `decimals`.
    decimals : int, optional
        Digits after the point that were printed; −1 for a figure rounded to tens.

    Raises
    ------
    InputError
        Not a plain number, or a float without `decimals`.

    Examples
    --------
    >>> rounding_interval("182.0")
    Interval(lo=181.95, hi=182.05)
    >>> rounding_interval("66105")
    Interval(lo=66104.5, hi=66105.5)
    """
    text = str(stated).strip().replace(",", "").replace("\u2212", "-")
    match = re.fullmatch(r"[+-]?\d+(?:\.(\d+))?", text)
    number = isinstance(stated, int | float) and math.isfinite(stated)
    if (decimals is None and not isinstance(stated, str)) or not (match or number):
        raise InputError(
            "printed_figure_or_decimals_needed", column="stated", value=stated, expected='"182.0"'
        )
    if decimals is None:
        decimals = len(match[1] or "") if match else 0
    half = Decimal(5).scaleb(-decimals - 1)
    value = Decimal(text)
    return Interval(float(value - half), float(value + half))


def growth_interval(
    x0_interval: tuple[float, float], x1_interval: tuple[float, float], years: float
) -> Interval:
    """Return every yearly growth, in percent, that two rounded figures allow.

    Growth rises with the last value and falls with the first, so the ends come from the
    opposite corners. Raises InputError when an interval is reversed or reaches zero.

    Examples
    --------
    >>> lo, hi = growth_interval(rounding_interval("565.4"), rounding_interval("869.5"), 4)
    >>> round(lo, 3), round(hi, 3)
    (11.356, 11.364)
    """
    for name, (lo, hi) in (("x0_interval", x0_interval), ("x1_interval", x1_interval)):
        require_above(name, hi, lo, closed=True)
    low = cagr(x0_interval[1], x1_interval[0], years)
    high = cagr(x0_interval[0], x1_interval[1], years)
    return Interval(100.0 * low, 100.0 * high)


def year_to_date_to_single(periods: pd.Series) -> pd.Series:
    """Return what each period added, from year-to-date totals (累计), in the same unit.

    Formula: the total minus the total one period earlier; the first period of a year is its
    own. Unknown (NaN) where the total one period earlier is missing, as for the joint
    January–February figure. A negative result is kept: it is a correction to be explained.

    Parameters
    ----------
    periods : pandas.Series
        Running totals indexed by period number in one year (1–4, 1–12), or (year, period).

    Raises
    ------
    InputError
        A period below one, or one that appears twice.

    Examples
    --------
    >>> year_to_date_to_single(pd.Series({1: 10.0, 2: 25.0, 4: 60.0})).to_dict()
    {1: 10.0, 2: 15.0, 4: nan}
    """
    totals = periods.astype(float).sort_index()
    if totals.index.has_duplicates:
        twice = totals.index[totals.index.duplicated()][0]
        raise InputError("period_appears_twice", column="period", value=twice)
    number = pd.Series(totals.index.get_level_values(-1), index=totals.index)
    if len(number):
        require_above("period", int(number.min()), 1, closed=True)
    keys = [(*k[:-1], k[-1] - 1) if isinstance(k, tuple) else k - 1 for k in totals.index]
    earlier = np.array([totals.get(key, np.nan) for key in keys], dtype=float)
    before = pd.Series(np.where(number == 1, 0.0, earlier), index=totals.index)
    return totals - before
