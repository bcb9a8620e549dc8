"""Published growth of firms above designated size against the ratio of published levels.

The firms above the threshold (年主营业务收入2000万元及以上, since 2011; 500万元 before) change
every year. Growth is reckoned on this year's firms in both years; the two levels are of two
lists of firms. Value added is, besides, at constant prices in growth and current ones in
levels, so that the difference holds prices too until they are known.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from analysis.growth.series import require_above


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
