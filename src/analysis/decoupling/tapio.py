"""Decoupling of emissions from growth: Tapio's index and the Kaya identity."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from analysis.data.errors import InputError
from analysis.decoupling.lmdi import lmdi_by_year
from analysis.growth.rates import require_above, yearly

#: The eight states; Tapio (2005), figure 1.
STATES = (
    "strong_decoupling",
    "weak_decoupling",
    "expansive_coupling",
    "expansive_negative_decoupling",
    "strong_negative_decoupling",
    "weak_negative_decoupling",
    "recessive_coupling",
    "recessive_decoupling",
)
#: Cases on an axis of Tapio's figure, which belong to none of the eight.
DEGENERATE = (
    "stable_emissions_growth",
    "stable_emissions_decline",
    "no_gdp_change",
    "no_change",
)
LOWER, UPPER = 0.8, 1.2
# Binary rounding must not move a ratio of printed figures across a boundary.
_SLACK = 1e-9
#: Factors of the Kaya identity, in its order; the last stands for the two before it.
KAYA = (
    "population",
    "gdp_per_capita",
    "energy_intensity",
    "carbon_content",
    "carbon_intensity",
)


@dataclass(frozen=True)
class Tapio:
    """How emissions moved with the economy over one span.

    Attributes
    ----------
    code : str
        One of `STATES` or of `DEGENERATE`.
    index : float or None
        Elasticity of emissions to GDP, without unit; None where GDP did not change.
    emissions_pct, gdp_pct : float
        The two changes, in percent.
    """

    code: str
    index: float | None
    emissions_pct: float
    gdp_pct: float


def tapio(e0: float, e1: float, g0: float, g1: float) -> Tapio:
    """Tell how far emissions came away from the economy: Tapio's index and its state.

    Formula: t = ((e1 − e0)/e0) / ((g1 − g0)/g0). With growth: t < 0 strong decoupling, to 0.8
    weak decoupling, to 1.2 expansive coupling, above it expansive negative decoupling. In
    decline: t < 0 strong negative decoupling, to 0.8 weak negative decoupling, to 1.2 recessive
    coupling, above it recessive decoupling. A boundary belongs to the lower class, since the
    source leaves it open. Emissions or GDP without any change lie on an axis between states and
    are named as such (`DEGENERATE`). Source: Tapio (2005), Transport Policy 12, 137–151.

    Parameters
    ----------
    e0, e1 : float
        Emissions at the start and at the end, in one unit; e0 > 0, e1 >= 0.
    g0, g1 : float
        GDP at the start and at the end, at constant prices of one year; g0 > 0, g1 >= 0.

    Raises
    ------
    InputError
        A start that is not positive, a negative end, an unknown number.

    Examples
    --------
    >>> found = tapio(100, 104, 100, 110)
    >>> found.code, round(found.index, 3)
    ('weak_decoupling', 0.4)
    >>> tapio(100, 105, 100, 100).index is None
    True
    """
    for name, value, closed in (("e0", e0, False), ("g0", g0, False), ("e1", e1, True)):
        require_above(name, _known(name, value), closed=closed)
    require_above("g1", _known("g1", g1), closed=True)
    rise, growth = e1 / e0 - 1.0, g1 / g0 - 1.0
    if growth == 0:
        code = "no_change" if rise == 0 else "no_gdp_change"
        return Tapio(code, None, 100 * rise, 0.0)
    index = rise / growth
    return Tapio(_state(rise, growth, index), index, 100 * rise, 100 * growth)


def _state(rise: float, growth: float, index: float) -> str:
    if rise == 0:
        return "stable_emissions_growth" if growth > 0 else "stable_emissions_decline"
    if index < 0:
        return "strong_decoupling" if growth > 0 else "strong_negative_decoupling"
    if index <= LOWER + _SLACK:
        return "weak_decoupling" if growth > 0 else "weak_negative_decoupling"
    if index <= UPPER + _SLACK:
        return "expansive_coupling" if growth > 0 else "recessive_coupling"
    return "expansive_negative_decoupling" if growth > 0 else "recessive_decoupling"


def _known(name: str, value: float) -> float:
    if math.isnan(value):
        raise InputError("unknown_number_has_no_state", column=name, expected="a number")
    return value


def tapio_by_year(emissions: pd.Series, gdp: pd.Series) -> pd.DataFrame:
    """Return Tapio's state for every year whose year before is known too.

    Parameters
    ----------
    emissions, gdp : pandas.Series
        By year; emissions in one unit, GDP at constant prices of one year.

    Returns
    -------
    DataFrame
        ``year``, ``code``, ``index`` (NaN where undefined), ``emissions_pct``, ``gdp_pct``;
        a year after a gap has no row.

    Raises
    ------
    InputError
        What :func:`tapio` refuses.

    Examples
    --------
    >>> made = tapio_by_year(pd.Series({2020: 100.0, 2021: 103.0, 2023: 90.0}),
    ...                      pd.Series({2020: 100.0, 2021: 110.0, 2022: 111.0, 2023: 113.0}))
    >>> made[["year", "code"]].values.tolist()
    [[2021, 'weak_decoupling']]
    """
    e, g = yearly(emissions, "emissions"), yearly(gdp, "gdp")
    both = e.index.intersection(g.index)
    rows = []
    for year in both:
        if year - 1 in both:
            found = tapio(e[year - 1], e[year], g[year - 1], g[year])
            rows.append(
                {
                    "year": int(year),
                    "code": found.code,
                    "index": math.nan if found.index is None else found.index,
                    "emissions_pct": found.emissions_pct,
                    "gdp_pct": found.gdp_pct,
                }
            )
    return pd.DataFrame(rows, columns=["year", "code", "index", "emissions_pct", "gdp_pct"])


def kaya(
    co2: pd.Series,
    gdp: pd.Series,
    population: pd.Series,
    energy: pd.Series | None = None,
    *,
    base_year: int | None = None,
) -> pd.DataFrame:
    """Decompose CO2 by the Kaya identity: people, income, energy per output, carbon per energy.

    CO2 = P · (G/P) · (E/G) · (CO2/E); without energy the last two are one factor, CO2/G. Over
    the years all series know. Source: Kaya (1990), paper to the IPCC
    Energy and Industry Subgroup, Response Strategies Working Group, Paris.

    Parameters
    ----------
    co2, gdp, population, energy : pandas.Series
        By year, each in one unit, GDP at constant prices. `energy` may be unknown altogether.
    base_year : int, optional
        As for :func:`analysis.decoupling.lmdi.lmdi_by_year`, whose table this returns.

    Raises
    ------
    InputError
        A population, GDP or energy that is not positive, or what `lmdi_by_year` refuses.

    Examples
    --------
    >>> years = [2020, 2021]
    >>> made = kaya(pd.Series([100.0, 110.0], years), pd.Series([50.0, 55.0], years),
    ...             pd.Series([10.0, 10.0], years))
    >>> dict(zip(made["factor"], made["additive"].round(6), strict=True))
    {'population': 0.0, 'gdp_per_capita': 10.0, 'carbon_intensity': 0.0}
    """
    c, g, p = yearly(co2, "co2"), yearly(gdp, "gdp"), yearly(population, "population")
    below = [("gdp", g), ("population", p)]
    parts = {"population": p, "gdp_per_capita": g / p, "carbon_intensity": c / g}
    if energy is not None:
        e = yearly(energy, "energy")
        below.append(("energy", e))
        parts = {
            "population": p,
            "gdp_per_capita": g / p,
            "energy_intensity": e / g,
            "carbon_content": c / e,
        }
    for name, series in below:
        if len(series):
            require_above(name, float(series.min()))
    return lmdi_by_year(parts, base_year)
