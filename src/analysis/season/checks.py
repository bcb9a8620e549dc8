"""What a user may hand to a seasonal forecast: each mistake named, with its cure."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.data.errors import InputError
from analysis.forecast.checks import numbers_of, whole
from analysis.forecast.kinds import Kind, kind_named
from analysis.season.model import PERIODS

YEARS = (1800, 2200)
#: Farthest year ahead; measured two years ahead only.
YEARS_AT_MOST = 10
TOTALS = ("sum", "mean")


def check_kind(kind: str) -> Kind:
    """Return the kind, or raise InputError: growth rates have no season and no yearly sum.

    Examples
    --------
    >>> check_kind("throughput").scale
    'log'
    """
    shape = kind_named(kind)
    if shape.rate:
        raise InputError("growth_rate_has_no_season", column="kind", value=kind, nearest="generic")
    return shape


def check_total(total: str | None, kind: Kind) -> str:
    """Return how a year is made of its periods: ``sum``, or ``mean`` of shares, concentrations."""
    if total is None:
        return "mean" if kind.name in ("share", "concentration") else "sum"
    if total not in TOTALS:
        raise InputError(
            "total_not_sum_or_mean",
            column="total",
            value=total,
            expected=", ".join(TOTALS),
            nearest="sum",
        )
    return total


def frequency(index: Any) -> str:
    """Return ``Q`` or ``M`` of an index of calendar quarters or months.

    Raises
    ------
    InputError
        Any other index, with the line that converts it.

    Examples
    --------
    >>> frequency(pd.period_range("2024-01", periods=3, freq="M"))
    'M'
    """
    name = index.freqstr if isinstance(index, pd.PeriodIndex) else ""
    found = {"M": "M", "Q-DEC": "Q"}.get(name)
    if found:
        return found
    cure = 'series.index = pd.PeriodIndex(series.index, freq="M")  # or "Q"'
    if isinstance(index, pd.DatetimeIndex):
        cure = 'series.index = series.index.to_period("M")  # or "Q"'
    elif isinstance(index, pd.PeriodIndex):
        cure = 'series.groupby(series.index.asfreq("M")).sum()'
    raise InputError(
        "index_not_quarters_or_months",
        column="series",
        value=name or type(index).__name__,
        expected="Q, M",
        nearest=cure,
    )


def check_seasonal(series: pd.Series, kind: Kind) -> tuple[str, list[int], NDArray[np.float64]]:
    """Return frequency, numbered periods and values of a series that needs no repair.

    Parameters
    ----------
    series : pandas.Series
        Single-period figures by calendar quarter or month, ascending, each once.
    kind : Kind
        Says which values are possible.

    Raises
    ------
    InputError
        Anything else: forecasts do not sort, fill or drop on their own.

    Examples
    --------
    Numbered from January 1970, so that a remainder of 0 is the first period of a year.

    >>> months = pd.Series([3.0, 4.0], index=pd.PeriodIndex(["2024-01", "2024-03"], freq="M"))
    >>> check_seasonal(months, check_kind("throughput"))
    ('M', [648, 650], array([3., 4.]))
    """
    if not isinstance(series, pd.Series) or not len(series):
        raise InputError(
            "series_needs_an_observation",
            column="series",
            value=type(series).__name__ if not isinstance(series, pd.Series) else "0",
            expected='pd.Series([60.0], index=pd.PeriodIndex(["2024Q1"], freq="Q"))',
        )
    freq = frequency(series.index)
    if series.index.hasnans:
        raise InputError("period_is_missing", column="series", value="NaT")
    labels = list(series.index)
    for before, after in pairwise(labels):
        if after <= before:
            raise InputError(
                "period_appears_twice" if after == before else "periods_not_ascending",
                column="series",
                value=str(after),
                expected=f"> {before}",
                nearest=str(before + 1) if after == before else "series.sort_index()",
            )
    for label in (labels[0], labels[-1]):
        _check_year(label)
    values = numbers_of(series)
    for label, value, found in zip(labels, values, series, strict=True):
        _check_value(value, found, label, kind)
    return freq, [int(label.ordinal) for label in labels], values


def _check_year(label: pd.Period) -> None:
    if not YEARS[0] <= label.year <= YEARS[1]:
        raise InputError(
            "year_is_out_of_range",
            column="series",
            value=str(label),
            expected=f"{YEARS[0]}–{YEARS[1]}",
        )


def _check_value(value: float, found: object, label: pd.Period, kind: Kind) -> None:
    if not math.isfinite(value):
        raise InputError("period_value_not_finite", column="series", value=f"{label}: {found}")
    if np.isfinite(kind.forward(value)):
        return
    log = {True: ">= 0", False: "> 0"}[kind.offset > 0]
    raise InputError(
        "kind_cannot_take_this_value",
        kind=kind.name,
        column="series",
        value=f"{label}: {found}",
        expected="0–100" if kind.scale == "logit" else log,
        nearest="kind='count'" if value == 0 else None,
    )


def check_period(period: Any, freq: str, last: pd.Period, name: str = "period") -> pd.Period:
    """Return a future period, given as a Period or as text such as ``2025-03`` or ``2025Q1``.

    Raises
    ------
    InputError
        No such period, one of another length, one not ahead or more than ten years ahead.

    Examples
    --------
    >>> check_period("2025Q1", "Q", pd.Period("2024Q4"))
    Period('2025Q1', 'Q-DEC')
    """
    first, final = last + 1, last + YEARS_AT_MOST * PERIODS[freq]
    found = None
    if isinstance(period, pd.Period):
        found = period if period.freqstr == last.freqstr else None
    elif isinstance(period, str):
        try:  # "2025" alone would be read as its first month
            found = pd.Period(period, freq=freq) if len(period.strip()) > 4 else None
        except ValueError:
            found = None
    if found is None or not first <= found <= final:
        raise InputError(
            "period_cannot_be_forecast",
            column=name,
            value=str(period),
            expected=f"{first}–{final}",
            nearest=str(final if found is not None and found > final else first),
        )
    return found


def horizon(h: int | None, until: Any, freq: str, last: pd.Period) -> int:
    """Return the number of periods ahead: `h`, up to `until`, or to the end of next year.

    Examples
    --------
    >>> horizon(None, None, "M", pd.Period("2025-09", freq="M"))
    15
    """
    m = PERIODS[freq]
    if h is not None and until is not None:
        raise InputError("h_and_until_both_given", column="until", value=str(until))
    if until is not None:
        return int(check_period(until, freq, last, "until").ordinal - last.ordinal)
    if h is None:
        return 2 * m - 1 - int(last.ordinal) % m
    if not whole(h) or not 1 <= h <= YEARS_AT_MOST * m:
        below = not isinstance(h, (int, float)) or not h > YEARS_AT_MOST * m
        raise InputError(
            "periods_ahead_out_of_range",
            column="h",
            value=h,
            expected=f"1–{YEARS_AT_MOST * m}",
            nearest="1" if below else str(YEARS_AT_MOST * m),
        )
    return int(h)
