"""Whether a yearly index can be right: against published growth, levels and their deflator.

A compiled index of the previous year = 100 is easily a ratio of current-price levels, often
of two different vintages. Such a year chains into every later level.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.growth.series import require_above, yearly

#: both figures printed to a tenth: half a unit of the last digit each
ROUNDING = 0.1
#: points between a first and a final rate that a revision explains
REVISION = 0.5
#: yearly change of prices, %, that a pair of levels and an index may need (as in the audit)
DEFLATOR = (-5.0, 10.0)


def check_index(
    index: pd.Series,
    published: pd.Series,
    levels: Mapping[int, Sequence[float]],
) -> pd.DataFrame:
    """Hold each link of an index against published growth and against the levels' ratio.

    Three witnesses a year: the link p − 100; the growth g published elsewhere; the ratio of
    current-price levels N(t)/N(t−1), which with a link gives the implicit price change
    100·(ratio/(p/100) − 1), and with g its rival. Verdicts: ``agrees`` (within rounding,
    0.1 point), ``revision`` (within 0.5 point), ``wrong`` (beyond it), and without published
    growth ``suspect`` (the price change leaves −5 to 10 %) or ``unchecked``. The column
    ``ratio_of`` names a pair of levels, of any vintages, whose ratio prints as the link:
    the usual origin of a wrong one, no proof by itself. Source: SNA 2008, chapter 15.

    Parameters
    ----------
    index : pandas.Series
        Index, previous year = 100, by year; gaps allowed.
    published : pandas.Series
        Published growth at constant prices, %, by year.
    levels : mapping
        Year -> all vintages of the current-price level, the one in use last.

    Returns
    -------
    pandas.DataFrame
        By year: index_pct, published_pct, gap_pp, nominal_pct, price_by_index_pct,
        price_by_published_pct, ratio_of (later, earlier level or None), verdict.

    Raises
    ------
    InputError
        An index or a level that is not positive.

    Examples
    --------
    >>> table = check_index(
    ...     pd.Series({2020: 101.6, 2022: 102.5}), pd.Series({2020: 3.5, 2022: 2.5}),
    ...     {2019: [5423.58], 2020: [5510.0, 5563.58], 2021: [6388.38], 2022: [6739.45]},
    ... )
    >>> table["verdict"].to_dict(), table.loc[2020, "ratio_of"]
    ({2020: 'wrong', 2022: 'agrees'}, (5510.0, 5423.58))
    """
    links, rates = yearly(index, "index"), yearly(published, "published")
    for name, figures in (("index", links), ("levels", [v for vs in levels.values() for v in vs])):
        for figure in figures:
            require_above(name, float(figure))
    rows = [
        _row(year, float(links[year]), float(rates.get(year, math.nan)), levels)
        for year in map(int, links.index)
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS)).set_index("year")


_COLUMNS = (
    "year",
    "index_pct",
    "published_pct",
    "gap_pp",
    "nominal_pct",
    "price_by_index_pct",
    "price_by_published_pct",
    "ratio_of",
    "verdict",
)


def _row(
    year: int, link: float, rate: float, levels: Mapping[int, Sequence[float]]
) -> tuple[object, ...]:
    now, before = levels.get(year, ()), levels.get(year - 1, ())
    ratio = now[-1] / before[-1] if now and before else math.nan
    price = 100.0 * (ratio / (link / 100.0) - 1.0)
    rival = 100.0 * (ratio / (1.0 + rate / 100.0) - 1.0) if rate > -100.0 else math.nan
    near = [(abs(100.0 * a / b - link), (a, b)) for a in now for b in before]
    miss, pair = min(near, default=(math.inf, None))  # the nearest of several vintages
    if miss > ROUNDING / 2 + 1e-9:
        pair = None
    gap = link - 100.0 - rate
    verdict = _verdict(gap, price)
    return year, link - 100.0, rate, gap, 100.0 * (ratio - 1.0), price, rival, pair, verdict


def _verdict(gap: float, price: float) -> str:
    if not math.isnan(gap):
        size = abs(gap) - 1e-9
        return "agrees" if size <= ROUNDING else "revision" if size <= REVISION else "wrong"
    outside = not math.isnan(price) and not DEFLATOR[0] <= price <= DEFLATOR[1]
    return "suspect" if outside else "unchecked"


def wrong_years(table: pd.DataFrame) -> list[int]:
    """Return the years whose link cannot be right beside the growth published elsewhere.

    Examples
    --------
    >>> wrong_years(check_index(pd.Series({2021: 114.2}), pd.Series({2021: 8.5}), {}))
    [2021]
    """
    return [int(year) for year in table.index[table["verdict"] == "wrong"]]


def chained_error_pct(table: pd.DataFrame) -> float:
    """Return how far the wrong links bend every later constant-price level, in percent.

    Formula: 100·(Π (1 + p)/(1 + g) − 1) over the wrong years. Wrong links may cancel in part;
    0 where none is wrong.

    Examples
    --------
    >>> table = check_index(pd.Series({2020: 101.6, 2021: 114.2}),
    ...                     pd.Series({2020: 3.5, 2021: 8.5}), {})
    >>> round(chained_error_pct(table), 2)
    3.32
    """
    bad = table[table["verdict"] == "wrong"].astype({"index_pct": float, "published_pct": float})
    factors = (1.0 + bad["index_pct"] / 100.0) / (1.0 + bad["published_pct"] / 100.0)
    return 100.0 * (float(np.prod(factors.to_numpy())) - 1.0)
