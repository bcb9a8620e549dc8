"""What an annual series must be before any arithmetic: whole years, once each, no gap unseen.

Used by every module that calculates, so that one mistake has one message.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from analysis.data.errors import InputError, nearest


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
        raise InputError("not_whole_year_2", column=name, value=found, expected="2024")
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
        raise InputError(
            "formula_has_no_meaning_for_this", column=name, value=value, expected=bound
        )


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
