"""Concentration (一业独大): shares, Herfindahl index, and its bounds when parts are unknown.

All shares and the index are fractions of one (the 0–10 000 scale is the index times 10 000).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from analysis.data.errors import InputError
from analysis.growth.rates import Interval, rounding_interval
from analysis.growth.series import require_above


class Concentration(NamedTuple):
    """Herfindahl index, effective number of parts, and the largest part with its share."""

    herfindahl: float
    effective_number: float
    largest: str
    largest_share: float
    n: int


def shares(parts: pd.Series) -> pd.Series:
    """Return each part's share of the sum of all parts, a fraction.

    An unknown part leaves every share unknown: the sum is not known either.

    Raises
    ------
    InputError
        A negative or infinite part, or a sum that is not positive.

    Examples
    --------
    >>> shares(pd.Series({"化工": 1000.0, "航空": 100.0, "氢能": 100.0})).round(4).to_dict()
    {'化工': 0.8333, '航空': 0.0833, '氢能': 0.0833}
    """
    values = parts.astype(float)
    for name, value in values.items():
        require_above(str(name), float(value), closed=True)
    total = float(values.sum(skipna=False))
    require_above("total", total)
    return values / total


def concentration(parts: pd.Series) -> Concentration | None:
    """Return the Herfindahl index of parts that make up the whole, None with one unknown.

    Formulas: H = Σ s²; effective number 1/H, the number of equal parts with the same index.
    H is 1 for one part alone and 1/n for n equal ones. Source: Hirschman (1964), American
    Economic Review 54, 761–762; effective number: Adelman (1969), Review of Economics and
    Statistics 51, 99–101.

    Raises
    ------
    InputError
        As `shares`, or no part at all.

    Examples
    --------
    >>> found = concentration(pd.Series({"化工": 1000.0, "航空": 100.0, "氢能": 100.0}))
    >>> round(found.herfindahl, 4), round(found.effective_number, 2), found.largest
    (0.7083, 1.41, '化工')
    """
    held = shares(parts)
    if held.isna().any():
        return None
    index = float((held**2).sum())
    place = int(held.to_numpy().argmax())
    return Concentration(
        index, 1.0 / index, str(held.index[place]), float(held.iloc[place]), int((held > 0).sum())
    )


def concentration_bounds(known: pd.Series, total: float) -> Interval:
    """Return every Herfindahl index that the known parts of a known total allow.

    Lowest when the rest is many small parts: Σ s² of the known ones; highest when the rest
    is a single part: that plus (1 − Σ s)². Both ends are limits, not estimates.

    Parameters
    ----------
    known : pandas.Series
        Parts that are known and do not overlap, in the unit of `total`.
    total : float
        The whole, positive and not below the sum of the known parts.

    Raises
    ------
    InputError
        Parts above the total, or a part or total that is not positive.

    Examples
    --------
    >>> lo, hi = concentration_bounds(pd.Series({"园区": 565.4}), 718.0)
    >>> round(lo, 3), round(hi, 3)
    (0.62, 0.665)
    """
    require_above("total", total)
    for name, value in known.items():
        require_above(str(name), float(value))
    held = known.astype(float) / total
    rest = 1.0 - float(held.sum(skipna=False))
    if rest < -1e-9:
        raise InputError(
            "各部分之和大于总量",
            "the parts exceed the whole",
            column="known",
            value=float(known.sum()),
            expected=f"<= {total:g}",
        )
    low = float((held**2).sum(skipna=False))
    return Interval(low, low + max(rest, 0.0) ** 2 if not math.isnan(rest) else math.nan)


def implied_weight(growth: str | float, pull: str | float) -> Interval | None:
    """Return the weights in the base period that a growth and its contribution allow (权重).

    An industry that grew by g percent and added c points to the whole weighed c/g in the
    base. Both are rounded, so the answer is every c/g that prints alike, a fraction; None
    where the printed growth may be zero or the two differ in sign. Source: SNA 2008, ch. 15.

    Parameters
    ----------
    growth, pull : str or float
        As printed, percent and percentage points; a float has lost its zeros: one decimal.

    Examples
    --------
    >>> lo, hi = implied_weight("22.2", "0.6")
    >>> round(lo, 4), round(hi, 4)
    (0.0247, 0.0293)
    >>> implied_weight("0.0", "0.1") is None
    True
    """
    ends = [rounding_interval(x, None if isinstance(x, str) else 1) for x in (growth, pull)]
    rate, points = ends
    if rate.lo <= 0 <= rate.hi:
        return None
    found = [p / g for p in points for g in rate]
    return Interval(max(min(found), 0.0), max(found)) if max(found) > 0 else None
