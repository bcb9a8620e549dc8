"""Index numbers: chaining, deflating, and what each part added to the whole.

Apart from `growth` only for length; `growth` hands these names on.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.data.errors import InputError
from analysis.growth.series import require_above, require_consecutive, value_at, yearly


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
            raise InputError(
                "指数等于 100 的年份不唯一，请指明基年",
                "the index does not equal 100 in exactly one year: state the base year",
                column="base_year",
                value=bases,
            )
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
        raise InputError("分项不能叫 residual", "no part may be called residual", column="residual")
    total = yearly(whole, "whole")
    if (total <= 0).any():
        require_above("whole", float(total.min()))
    before = total.shift()
    known = pd.DataFrame({col: yearly(parts[col], str(col)).reindex(total.index) for col in parts})
    out = 100.0 * known.diff().div(before, axis=0)
    growth = 100.0 * (total / before - 1.0)
    out["residual"] = growth - out.sum(axis=1, skipna=False)
    return out.iloc[1:]
