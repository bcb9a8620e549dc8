"""Concentration (一业独大): shares, Herfindahl index, and its bounds when parts are unknown.

All shares and the index are fractions of one (the 0–10 000 scale is the index times 10 000).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from analysis.data.errors import InputError
from analysis.growth.rates import Interval, require_above, rounding_interval


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
            "parts_exceed_whole", column="known", value=float(known.sum()), expected=f"<= {total:g}"
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


# --- Published growth of firms above designated size against the ratio of published levels ---
# The firms above the threshold (年主营业务收入2000万元及以上, since 2011; 500万元 before) change
# every year. Growth is reckoned on this year's firms in both years; the two levels are of two
# lists of firms. Value added is, besides, at constant prices in growth and current ones in
# levels, so that the difference holds prices too until they are known.


class SampleChange(NamedTuple):
    """Growth by the levels, and what sets it apart from the published one, percentage points.

    `difference_pp` = ratio − published = `price_pp` + `sample_pp`; the two parts are None
    while the price change is unknown, and `sample_pp` also holds revisions of the base.
    """

    ratio_pct: float
    published_pct: float
    difference_pp: float
    price_pp: float | None
    sample_pp: float | None
    implied_base: float


def sample_change(
    published_pct: float,
    before: float,
    after: float,
    price_pct: float | None = None,
) -> SampleChange:
    """Return how far two published levels grow apart from the published growth (扣除样本变动).

    Formulas, in percent: ratio = 100·(after/before − 1); price = (100 + g)·π/100, the points
    that prices π add to growth g; sample = ratio − g − price. `implied_base`
    is what this year's firms had last year (at this year's prices, when g is at constant
    ones), after/(1 + g/100): above `before` when firms joined or prices rose, below it when
    firms left or prices fell.

    Parameters
    ----------
    published_pct : float
        Published growth, percent, above −100.
    before, after : float
        Published levels of the year before and of the year, positive, one unit.
    price_pct : float, optional
        Change of prices between them, percent; 0 for a growth at current prices. None:
        unknown, the difference stays in one piece.

    Raises
    ------
    InputError
        A level that is not positive or a rate at or below −100.

    Examples
    --------
    >>> found = sample_change(3.9, 2594.48, 2815.6)
    >>> round(found.ratio_pct, 2), round(found.difference_pp, 2), found.sample_pp
    (8.52, 4.62, None)
    """
    require_above("before", before)
    require_above("after", after)
    require_above("published_pct", published_pct, -100.0)
    ratio = 100.0 * (after / before - 1.0)
    difference = ratio - published_pct
    price = sample = None
    if price_pct is not None and not math.isnan(price_pct):
        require_above("price_pct", price_pct, -100.0)
        price = (100.0 + published_pct) * price_pct / 100.0
        sample = difference - price
    return SampleChange(
        ratio, published_pct, difference, price, sample, after / (1.0 + published_pct / 100.0)
    )


def arc_elasticity(y0: float, y1: float, x0: float, x1: float) -> float | None:
    """Return the elasticity between two dates, ln(y1/y0)/ln(x1/x0) (区间弹性).

    Two dates give one number without any error margin: it describes, it estimates nothing.
    None where x stood still. Source: Allen (1934), Review of Economic Studies 1, 226–229,
    in logarithms.

    Raises
    ------
    InputError
        A value that is not positive.

    Examples
    --------
    >>> arc_elasticity(100.0, 121.0, 100.0, 110.0)
    2.0
    """
    for name, value in (("y0", y0), ("y1", y1), ("x0", x0), ("x1", x1)):
        require_above(name, value)
    moved = math.log(x1 / x0)
    if abs(moved) < 1e-9:
        return None
    return round(math.log(y1 / y0) / moved, 12)
