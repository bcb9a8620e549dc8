"""Reductions that compound over a plan, and CO2 as GDP times intensity under a target to come.

A reduction target of carbon or energy per unit of GDP counts from the plan's base year and
compounds: (1 − total) = Π(1 − r_t). The total is assigned from above, often after the plan has
begun, so it is a parameter here and never a number of this module's own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.data.errors import InputError
from analysis.growth.rates import (
    compound_reductions,
    elapsed_share,
    require_above,
    require_consecutive,
    yearly,
)

Array = NDArray[np.float64]
QUANTILES = (0.1, 0.5, 0.9)


def yearly_reduction(total: float, years: float) -> float:
    """Return the even yearly reduction that compounds to a total over some years, fractions.

    Formula: 1 − (1 − total)^(1/years), the inverse of
    :func:`analysis.growth.rates.compound_reductions`. A negative total is a rise.

    Raises
    ------
    InputError
        A total of one or more (a percentage passed as a fraction), or years not positive.

    Examples
    --------
    >>> round(yearly_reduction(0.18, 5), 5)
    0.03891
    """
    _below_one("total", total)
    require_above("years", years)
    return 1.0 - (1.0 - total) ** (1.0 / years)


@dataclass(frozen=True)
class Reduction:
    """Where a compounding reduction stands against its total; all fractions, not percent.

    Attributes
    ----------
    years : int
        Years known, from the first year of the plan without a gap.
    done : float
        Reduction since the base year.
    even : float
        What the same reduction in every year would have reached by now.
    share : float or None
        Part of the way that is done, ln(1 − done)/ln(1 − total); None for a total of zero.
    elapsed : float
        Part of the plan's time that is over.
    required : float or None
        Yearly reduction the remaining years need; None in the last year and after it.
    """

    years: int
    done: float
    even: float
    share: float | None
    elapsed: float
    required: float | None


def reduction_state(
    yearly_rates: pd.Series, total: float, base_year: int, target_year: int
) -> Reduction:
    """Set the yearly reductions of a plan against the total it was assigned.

    Parameters
    ----------
    yearly_rates : pandas.Series
        Reduction on the year before as a fraction, by year, from base_year + 1 on without gap;
        a rise is negative.
    total : float
        Reduction over the whole plan, as a fraction.
    base_year, target_year : int
        Years the total counts from and to.

    Raises
    ------
    InputError
        No year, a gap, a first year that is not the plan's first, or a rate of one and more.

    Examples
    --------
    Energy per unit of GDP: 2.7 % and 0.1 % in two years, 13.5 % asked over five.

    >>> made = reduction_state(pd.Series({2021: 0.027, 2022: 0.001}), 0.135, 2020, 2025)
    >>> round(made.done, 6), round(made.even, 6), round(made.required, 6)
    (0.027973, 0.05636, 0.038138)
    """
    rates = yearly(yearly_rates, "yearly_rates")
    _below_one("total", total)
    if not len(rates) or int(rates.index[0]) != base_year + 1:
        raise InputError(
            "reductions_not_from_first_year",
            column="yearly_rates",
            value=int(rates.index[0]) if len(rates) else "none",
            expected=str(base_year + 1),
        )
    require_consecutive(rates, "yearly_rates")
    last = int(rates.index[-1])
    elapsed = elapsed_share(base_year, last, target_year)
    left = target_year - last
    done = compound_reductions(rates.tolist())
    _below_one("yearly_rates", done)
    return Reduction(
        years=len(rates),
        done=done,
        even=1.0 - (1.0 - total) ** elapsed,
        share=math.log1p(-done) / math.log1p(-total) if total else None,
        elapsed=elapsed,
        required=1.0 - ((1.0 - total) / (1.0 - done)) ** (1.0 / left) if left > 0 else None,
    )


def intensity_path(start: float, total: float, base_year: int, target_year: int) -> pd.Series:
    """Return intensity by year if a total reduction comes in even yearly steps.

    Parameters
    ----------
    start : float
        Intensity of the base year, for example in 吨/万元 at constant prices.
    total : float
        Reduction from base_year to target_year, as a fraction.

    Returns
    -------
    Series
        In the unit of `start`, from base_year to target_year.

    Raises
    ------
    InputError
        A start that is not positive, a total of one or more, or years in the wrong order.

    Examples
    --------
    >>> intensity_path(0.64, 0.18, 2020, 2025).round(4).tolist()
    [0.64, 0.6151, 0.5912, 0.5682, 0.546, 0.5248]
    """
    require_above("start", start)
    rate = yearly_reduction(total, target_year - base_year)
    years = range(base_year, target_year + 1)
    return pd.Series([start * (1.0 - rate) ** (year - base_year) for year in years], list(years))


def carbon_scenario(
    gdp: Any,
    intensity: Any,
    years: Sequence[int],
    probabilities: Sequence[float] = QUANTILES,
) -> pd.DataFrame:
    """Return CO2 by year as GDP times intensity, with the spread of the paths it was given.

    Parameters
    ----------
    gdp : array (years,) or (paths, years)
        GDP at constant prices, one path or sample paths as
        :func:`analysis.forecast.joint.joint_paths` draws them.
    intensity : array (years,) or (paths, years)
        CO2 per unit of that GDP: a target's path, or the paths drawn jointly with `gdp`, row by
        row the same path of the world.
    years : sequence of int
        The years of the columns.
    probabilities : sequence of float
        Quantiles wanted, above 0 and below 1.

    Returns
    -------
    DataFrame
        ``year``, then one column of CO2 per probability, in unit of GDP times unit of intensity
        (亿元 times 吨/万元 gives 万吨). Equal columns where no path spreads.

    Raises
    ------
    InputError
        Arrays that do not fit each other or the years, an unknown, negative or infinite number,
        or a probability out of range.

    Examples
    --------
    >>> carbon_scenario([[100.0, 110.0], [100.0, 120.0]], [0.5, 0.4], [2024, 2025], [0.5])
       year   0.5
    0  2024  50.0
    1  2025  46.0
    """
    wanted = [int(year) for year in years]
    drawn, per = (_paths(n, a, len(wanted)) for n, a in (("gdp", gdp), ("intensity", intensity)))
    if len({len(drawn), len(per)} - {1}) > 1:
        raise InputError(
            "sets_of_paths_differ_in_size",
            column="intensity",
            value=len(per),
            expected=str(len(drawn)),
        )
    for chance in probabilities:
        if not 0 < chance < 1:
            raise InputError(
                "probability_not_between_0_and_1",
                column="probabilities",
                value=chance,
                expected="0.5",
            )
    spread = np.quantile(drawn * per, list(probabilities), axis=0)
    columns = {f"{p:g}": row for p, row in zip(probabilities, spread, strict=True)}
    return pd.DataFrame({"year": wanted} | columns)


def holding_reduction(base_gdp: float, gdp: Any, probabilities: Sequence[float]) -> Array:
    """Return the reduction of intensity that keeps CO2 at its base level whatever GDP does.

    Formula: 1 − base_gdp/q_p(gdp): with the quantile p of GDP at the end, emissions stay at or
    below the base with probability p. Fractions; negative where GDP shrinks.

    Parameters
    ----------
    base_gdp : float
        GDP of the base year at constant prices, > 0.
    gdp : array (paths,)
        GDP at the end in the same prices, > 0.
    probabilities : sequence of float
        Chances wanted, above 0 and below 1.

    Raises
    ------
    InputError
        A GDP that is not positive.

    Examples
    --------
    >>> holding_reduction(100.0, [125.0, 125.0], [0.5]).round(3).tolist()
    [0.2]
    """
    require_above("base_gdp", base_gdp)
    ends = np.atleast_1d(np.asarray(gdp, dtype=float))
    require_above("gdp", float(ends.min()))
    return np.asarray(1.0 - base_gdp / np.quantile(ends, list(probabilities)))


def _paths(name: str, values: Any, width: int) -> Array:
    table = np.atleast_2d(np.asarray(values, dtype=float))
    if table.ndim != 2 or table.shape[1] != width or not len(table):
        raise InputError(
            "paths_do_not_fit_years", column=name, value=str(table.shape), expected=f"(…, {width})"
        )
    if not np.isfinite(table).all() or (table < 0).any():
        raise InputError("path_value_negative_or_unknown", column=name, expected=">= 0")
    return table


def _below_one(name: str, value: float) -> None:
    if not value < 1.0:
        raise InputError("reduction_not_below_1", column=name, value=value, expected="0.18")
