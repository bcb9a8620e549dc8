"""Whether a yearly index can be right: against published growth, levels and their deflator.

A compiled index of the previous year = 100 is easily a ratio of current-price levels, often
of two different vintages. Such a year chains into every later level.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.data.errors import InputError
from analysis.growth.rates import require_above, require_consecutive, value_at, yearly

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


# --- Index numbers: chaining, deflating, and what each part added to the whole ---


def chain_index(previous_year_100: pd.Series, base_year: int) -> pd.Series:
    """Return the constant-price index (定基指数) with the base year at 100.

    Formula: I(t) = I(t−1)·p(t)/100, walked from the base year both ways. A link that is
    unknown (NaN) makes every year beyond it unknown. Source: SNA 2008, chapter 15.

    Parameters
    ----------
    previous_year_100 : pandas.Series
        Yearly index, previous year = 100, by consecutive years.
    base_year : int
        Any year from the one before the first link to the last.

    Raises
    ------
    InputError
        A missing year, an index that is not positive, or a base year out of reach.

    Examples
    --------
    >>> chain_index(pd.Series({2021: 108.5, 2022: 102.5, 2023: 106.3}), 2020).round(2).to_dict()
    {2020: 100.0, 2021: 108.5, 2022: 111.21, 2023: 118.22}
    """
    yearly(previous_year_100, "previous_year_100")
    links = previous_year_100.astype(float).sort_index()
    require_consecutive(links, "previous_year_100")
    if (links <= 0).any():
        require_above("previous_year_100", float(links.min()))
    start = int(links.index[0]) - 1 if len(links) else base_year
    years = range(start, start + len(links) + 1)
    level = pd.Series(np.nan, index=pd.Index(years, name="year"), name="index")
    value_at(level, base_year, "base_year")
    level[base_year] = 100.0
    for year in range(base_year + 1, years.stop):
        level[year] = level[year - 1] * links[year] / 100.0
    for year in range(base_year - 1, start - 1, -1):
        level[year] = level[year + 1] / (links[year + 1] / 100.0)
    return level


def implicit_deflator(
    nominal: pd.Series, index: pd.Series, base_year: int | None = None
) -> pd.Series:
    """Return the implicit price deflator with the base year at 100.

    Formula: 100·(N(t)/N(b))/(I(t)/I(b)). NaN where one of the two is unknown. Source: SNA
    2008, chapter 15.

    Parameters
    ----------
    nominal : pandas.Series
        Value at current prices (现价) by year.
    index : pandas.Series
        Constant-price index (可比价) by year, any base.
    base_year : int, optional
        By default the one year in which the index is exactly 100.

    Raises
    ------
    InputError
        A base year that is missing or not unique, or a value that is not positive.

    Examples
    --------
    >>> implicit_deflator(pd.Series({2020: 100.0, 2021: 112.0}),
    ...                   pd.Series({2020: 100.0, 2021: 108.5})).round(2).to_dict()
    {2020: 100.0, 2021: 103.23}
    """
    value, volume = yearly(nominal, "nominal"), yearly(index, "index")
    for name, part in (("nominal", value), ("index", volume)):
        if (part <= 0).any():
            require_above(name, float(part.min()))
    if base_year is None:
        bases = [int(year) for year in volume.index[volume == 100.0]]
        if len(bases) != 1:
            raise InputError("index_base_year_not_unique", column="base_year", value=bases)
        base_year = bases[0]
    base = value_at(value, base_year, "nominal") / value_at(volume, base_year, "index")
    return (100.0 * (value / volume) / base).rename("deflator")


def contributions(parts: pd.DataFrame, whole: pd.Series) -> pd.DataFrame:
    """Return what each part added to the whole's growth, in percentage points (拉动).

    Formula: 100·Δpart/whole(previous). Column ``residual`` holds what the parts leave
    unexplained, so that every row sums to the whole's growth since the observation before
    it. Additive only at current prices or at the prices of one base year. Source: SNA 2008,
    chapter 15.

    Parameters
    ----------
    parts : pandas.DataFrame
        One column a part, by year, in the unit of `whole`.
    whole : pandas.Series
        The total by year; gaps are allowed, and a row then spans the gap.

    Raises
    ------
    InputError
        A whole that is not positive, or a part that is itself named residual.

    Examples
    --------
    >>> contributions(pd.DataFrame({"a": [40.0, 44.0], "b": [60.0, 61.0]}, index=[2020, 2021]),
    ...               pd.Series({2020: 100.0, 2021: 106.0})).iloc[0].round(6).to_dict()
    {'a': 4.0, 'b': 1.0, 'residual': 1.0}
    """
    if "residual" in parts.columns:
        raise InputError("part_called_residual", column="residual")
    total = yearly(whole, "whole")
    if (total <= 0).any():
        require_above("whole", float(total.min()))
    before = total.shift()
    known = pd.DataFrame({col: yearly(parts[col], str(col)).reindex(total.index) for col in parts})
    out = 100.0 * known.diff().div(before, axis=0)
    growth = 100.0 * (total / before - 1.0)
    out["residual"] = growth - out.sum(axis=1, skipna=False)
    return out.iloc[1:]
