"""CO2 from an energy balance: amounts of fuel times published factors, every unit checked.

Burning: amount × net calorific value × carbon content × oxidised share × 44/12. Electricity
bought from the grid: amount × the grid's average factor, kept apart as indirect. The factors
stand in ``data/emission_factors.csv`` with source and year; the amounts in
``data/energy_balance.csv``, which waits for the zone's figures.
"""

from __future__ import annotations

import datetime as dt
import math
import os
from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.data.errors import InputError, nearest
from analysis.data.observations import Data, load, public_by
from analysis.data.schema import read_table

#: Unit of an amount: dimension and factor to the dimension's base unit.
AMOUNTS = {
    "吨": ("mass", 1.0),
    "万吨": ("mass", 1e4),
    "立方米": ("volume", 1.0),
    "万立方米": ("volume", 1e4),
    "亿立方米": ("volume", 1e8),
    "千瓦时": ("electricity", 1.0),
    "万千瓦时": ("electricity", 1e4),
    "亿千瓦时": ("electricity", 1e8),
}
#: Unit of a calorific value: dimension of the amount, GJ per its base unit.
CALORIFIC = {"GJ/吨": ("mass", 1.0), "GJ/万立方米": ("volume", 1e-4)}
#: Tonnes of CO2 per base unit of electricity, per unit of the factor.
DIRECT = {"千克/千瓦时": ("electricity", 1e-3)}
CO2_PER_C = 44.0 / 12.0
FLOWS = ("combustion", "purchased", "feedstock")


def emission_factors(
    factor_set: str | None = None, data: Data | None = None, as_of: dt.date | None = None
) -> pd.DataFrame:
    """Return the published emission factors, each with unit, year and source.

    Parameters
    ----------
    factor_set : str, optional
        One set only, a code of the column ``factor_set``; all without it.
    data : Data, optional
        Where the sources are listed; the project's own without it.
    as_of : date, optional
        Leave out what was published later; a source without a date counts from the last day of
        the year after the factor's.

    Returns
    -------
    DataFrame
        Columns of ``data/schemas/emission_factors.json``, and ``row``; without rows where the
        set was not public yet, or the project has no factors at all.

    Raises
    ------
    InputError
        An unknown set or source, a cell that breaks the schema, or a row that is neither a fuel
        with all three parameters nor a direct factor.

    Examples
    --------
    >>> emission_factors("mee-2023")[["fuel", "co2_factor", "year"]].values.tolist()[-1]
    ['electricity_zhejiang', 0.4974, 2023]
    >>> len(emission_factors("mee-2023", as_of=dt.date(2025, 12, 30)))  # issued the day after
    0
    """
    shared = data or load()
    table = _read("emission_factors", shared)
    for row in table.to_dict("records"):
        _check_factor(row)
    if table.empty:
        return table
    sets = list(dict.fromkeys(table["factor_set"]))
    if as_of is not None:
        pairs = zip(table["source"], table["year"], strict=True)
        public = [public_by(shared, source, str(year)) <= as_of for source, year in pairs]
        table = table[public].reset_index(drop=True)
    if factor_set is None:
        return table
    if factor_set not in sets:
        raise InputError(
            "no_such_set_of_factors",
            column="factor_set",
            value=factor_set,
            expected=" / ".join(sets),
            nearest=nearest(factor_set, sets),
        )
    return table[table["factor_set"] == factor_set].reset_index(drop=True)


def energy_balance(
    region: str, data: Data | None = None, root: str | os.PathLike[str] | None = None
) -> pd.DataFrame:
    """Return a region's energy by year and fuel; empty while nothing was supplied.

    Raises
    ------
    InputError
        A cell that breaks the schema, or an unknown region or source.

    Examples
    --------
    >>> energy_balance("jiaxing-port-area").empty
    True
    """
    shared = data or load(root)
    table = _read("energy_balance", shared)
    return table[table["region"] == region].reset_index(drop=True)


def _read(name: str, data: Data) -> pd.DataFrame:
    folder = data.root / "data"
    return read_table(folder / f"{name}.csv", folder / "schemas" / f"{name}.json", data.root)


def _check_factor(row: Mapping[Any, Any]) -> None:
    burnt = [row[name] for name in ("ncv", "ncv_unit", "carbon_content", "oxidation")]
    direct = [row[name] for name in ("co2_factor", "co2_factor_unit")]
    whole = all(x is not None for x in burnt) and all(x is None for x in direct)
    other = all(x is None for x in burnt) and all(x is not None for x in direct)
    units = (row["ncv_unit"] in CALORIFIC) if whole else (row["co2_factor_unit"] in DIRECT)
    if not (whole or other) or not units:
        raise InputError(
            "factor_row_mixes_two_ways",
            file="data/emission_factors.csv",
            row=row["row"],
            column="ncv_unit" if whole else "co2_factor_unit",
            value=row["ncv_unit"] if whole else row["co2_factor_unit"],
            expected=" / ".join((*CALORIFIC, *DIRECT)),
        )


def co2_from_energy(consumption: pd.DataFrame, factors: pd.DataFrame) -> pd.DataFrame:
    """Return the CO2 of amounts of energy by published factors, burning and grid kept apart.

    Fuel burnt: amount × NCV × carbon content × oxidised share × 44/12. Electricity bought:
    amount × grid factor, ``indirect``, emitted where it was made and so never to be added to the
    region's own burning without saying so. Fuel used as material (``feedstock``) is listed with
    no emissions computed. Source: 2006 IPCC Guidelines, volume 2, chapter 2, equation 2.1;
    省级温室气体清单编制指南.

    Parameters
    ----------
    consumption : DataFrame
        ``fuel``, ``amount``, ``unit`` (a key of `AMOUNTS`) and, where it is not all burning,
        ``flow`` (one of `FLOWS`); other columns, such as ``year``, are passed on.
    factors : DataFrame
        One row per fuel, as :func:`emission_factors` returns them.

    Returns
    -------
    DataFrame
        `consumption` with ``scope`` (``direct``, ``indirect`` or ``none``), ``co2_t`` in tonnes
        (NaN for an unknown amount and for feedstock) and ``factor_year``.

    Raises
    ------
    InputError
        A fuel without factor or with two, a unit that does not measure what the factor is per,
        a negative amount, or an unknown flow.

    Examples
    --------
    One tonne of diesel: 42.652 GJ × 20.2 kg C/GJ × 0.98 × 44/12 = 3 095.9 kg.

    >>> used = pd.DataFrame({"fuel": ["diesel"], "amount": [1.0], "unit": ["吨"]})
    >>> co2_from_energy(used, emission_factors("gbt-2024"))["co2_t"].round(4).tolist()
    [3.0959]
    """
    known: dict[str, dict[str, Any]] = {}
    for row in factors.to_dict("records"):
        if row["fuel"] in known:
            raise InputError("fuel_has_two_factors", column="factors", value=row["fuel"])
        known[str(row["fuel"])] = {str(name): value for name, value in row.items()}
    rows = []
    for row in consumption.to_dict("records"):
        flow = row.get("flow") or "combustion"
        factor = _factor_of(row, known)
        per_unit, scope = _per_unit(row, factor, flow)
        amount = row["amount"]
        unknown = amount is None or math.isnan(amount)
        if not unknown and (amount < 0 or math.isinf(amount)):
            raise _wrong("amount_is_not_negative", row, "amount", ">= 0")
        co2 = math.nan if unknown or scope == "none" else amount * per_unit
        rows.append({"scope": scope, "co2_t": co2, "factor_year": factor["year"]})
    made = pd.DataFrame(rows, columns=["scope", "co2_t", "factor_year"])
    return pd.concat([consumption.reset_index(drop=True), made], axis=1)


def _factor_of(row: dict, known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if row["fuel"] not in known:
        raise InputError(
            "chosen_factors_lack_this_fuel",
            row=row.get("row"),
            column="fuel",
            value=row["fuel"],
            expected=" / ".join(known),
            nearest=nearest(row["fuel"], known),
        )
    return known[row["fuel"]]


def _per_unit(row: dict, factor: dict[str, Any], flow: str) -> tuple[float, str]:
    """Return tonnes of CO2 per unit of the amount, and the scope they belong to."""
    if flow not in FLOWS:
        raise _wrong("unknown_flow", row, "flow", " / ".join(FLOWS))
    if row["unit"] not in AMOUNTS:
        raise _wrong("unknown_unit", row, "unit", " / ".join(AMOUNTS))
    burnt = not _absent(factor["ncv"])
    dimension, scale = CALORIFIC[factor["ncv_unit"]] if burnt else DIRECT[factor["co2_factor_unit"]]
    if AMOUNTS[row["unit"]][0] != dimension:
        fitting = [name for name, (kind, _) in AMOUNTS.items() if kind == dimension]
        raise _wrong(
            "unit_does_not_fit_factor",
            row,
            "unit",
            " / ".join(fitting),
        )
    if burnt == (flow == "purchased"):
        words = ("combustion", "feedstock") if burnt else ("purchased",)
        raise _wrong("flow_does_not_fit_factor", row, "flow", " / ".join(words))
    size = AMOUNTS[row["unit"]][1] * scale
    if not burnt:
        return size * float(factor["co2_factor"]), "indirect"
    per_gj = float(factor["carbon_content"]) / 1000 * float(factor["oxidation"]) * CO2_PER_C
    return size * float(factor["ncv"]) * per_gj, "none" if flow == "feedstock" else "direct"


def _absent(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _wrong(code: str, row: dict, column: str, expected: str) -> InputError:
    return InputError(
        code,
        row=row.get("row"),
        column=column,
        value=row.get(column) or "combustion",
        expected=expected,
    )
