"""What was measured: the long table of observations, its code lists, sources and vintages.

A datum is one region, indicator, period, price basis and caliber. It may have several
vintages (first estimate, final, census revision); the latest one known on a date is used and
the others stay.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import pandas as pd

from analysis.data.errors import InputError, Reason, nearest
from analysis.data.paths import project_root
from analysis.data.schema import (
    PLAIN,
    check_reference,
    described,
    read_table,
    require_rows,
    texts_check,
)
from analysis.data.units import UNITS, convert, normal_unit, same_unit

# Tables read as they stood together: never half before a change of the data and half after.
# A change of several files is decided by one step and then carried out file by file (the
# application does both). While one is decided but not carried out, the tables are not read.


T = TypeVar("T")
#: Below ``data/``: where a decided change stands until its last file is in place.
FOLDER, DECIDED, LIST = ".store", "decided", "files.json"
#: Seconds to wait for another process that is carrying a change out.
_WAIT, _STEP = 10.0, 0.02


def pending(root: Path) -> bool:
    """Whether a change of the data is decided but not yet carried out."""
    return (root / "data" / FOLDER / DECIDED / LIST).exists()


def steady(root: Path, reading: Callable[[tuple], T]) -> T:
    """Return what is read from the tables of one state, never half before and half after.

    Parameters
    ----------
    root : Path
        The project's root.
    reading : function
        Reads the tables; it is given what tells this state of them from another, and called
        again where another process changed them meanwhile.

    Raises
    ------
    InputError
        When a change was interrupted and waits to be finished (any command of the application
        finishes it), or what `reading` raises over tables that stand still.
    """
    while True:
        _wait_for_change(root)
        stamp = _stamp(root)
        try:
            found = reading(stamp)
        except InputError:
            if not pending(root) and _stamp(root) == stamp:
                raise
            continue
        if not pending(root) and _stamp(root) == stamp:  # the log, among them, is put last
            return found


def _wait_for_change(root: Path) -> None:
    end = time.monotonic() + _WAIT
    while pending(root):
        if time.monotonic() > end:
            raise InputError(
                "change_pending",
                file=f"data/{FOLDER}/{DECIDED}/{LIST}",
                expected=Reason("any_command_finishes_it"),
            )
        time.sleep(_STEP)


def _stamp(root: Path) -> tuple:
    found = []
    for path in sorted((root / "data").glob("*.csv")):
        try:
            told = path.stat()
        except OSError:  # a link to nothing, or gone this moment: its reader says so
            continue
        found.append((str(path), told.st_mtime_ns, told.st_size))
    return tuple(found)


CODE_LISTS = ("regions", "indicators", "calibers", "sources")
# a later status outranks an earlier one; between equals the later publication wins
STATUS_RANK = {"derived": 0, "first_estimate": 1, "reported": 2, "final": 3, "revised": 4}


@dataclass(frozen=True, repr=False)
class Data:
    """Everything under ``data/`` that is shared by all plans, checked and typed.

    Attributes
    ----------
    observations : DataFrame
        The long table; ``value`` as published in ``unit``, ``number`` in the indicator's unit.
    claims, relations, corrections : DataFrame
        Published rates and totals to audit; parts and wholes; declared corrections.
    regions, indicators, calibers, sources : dict
        Code lists by code.
    root : Path
        The project's root.
    by_series : dict
        Rows of the long table by (region, indicator).
    corrected : dict
        Rows of the corrections by (region, indicator, period).
    comparators : list of dict
        Declared comparable series; empty where the table is left out.
    departments : dict
        Bodies that may be made responsible for a target; empty where the table is left out.
    """

    root: Path
    observations: pd.DataFrame
    claims: pd.DataFrame
    relations: pd.DataFrame
    corrections: pd.DataFrame
    regions: dict[str, dict]
    indicators: dict[str, dict]
    calibers: dict[str, dict]
    sources: dict[str, dict]
    plans: pd.DataFrame = field(repr=False)
    by_series: dict[tuple[str, str], list[dict]] = field(repr=False, default_factory=dict)
    corrected: dict[tuple[str, str, str], dict] = field(repr=False, default_factory=dict)
    comparators: list[dict] = field(repr=False, default_factory=list)
    departments: dict[str, dict] = field(repr=False, default_factory=dict)

    def latest_vintage(self) -> dt.date:
        """Return the day the newest observation was published: the default as-of date."""
        return max(self.observations["published"])

    def known(self, as_of: dt.date) -> pd.DataFrame:
        """Return the observations published on or before a date, all vintages.

        The publication date of an undated source is the latest day it can have, so nothing is
        used before it was public.
        """
        return self.observations[self.observations["published"] <= as_of]


def _table(root: Path, name: str) -> pd.DataFrame:
    return read_table(root / f"data/{name}.csv", root / f"data/schemas/{name}.json", root)


def _code_list(root: Path, name: str) -> dict[str, dict]:
    table = _table(root, name)
    require_rows(table, root / "data" / f"{name}.csv", root)
    key = name.removesuffix("s")
    return {row[key]: row for row in table.to_dict("records")}


def _comparators(root: Path, lists: dict[str, dict[str, dict]]) -> list[dict]:
    """Return the declared comparable series, none where no table was written."""
    path = root / "data" / "comparators.csv"
    table = _table(root, "comparators")
    for column in ("region", "indicator", "caliber", "comparator_region", "comparator_indicator"):
        check_reference(table, column, lists[f"{column.removeprefix('comparator_')}s"], path, root)
    return [dict(row) for row in table.to_dict("records")]


def _departments(root: Path, lists: dict[str, dict[str, dict]]) -> dict[str, dict]:
    """Return the responsible bodies by code, none where no table was written."""
    path = root / "data" / "departments.csv"
    table = _table(root, "departments")
    check_reference(table, "source", lists["sources"], path, root)
    return {row["department"]: row for row in table.to_dict("records")}


def _check_units(table: pd.DataFrame, indicators: dict[str, dict], root: Path, file: str) -> list:
    numbers = []
    for row in table.to_dict("records"):
        wanted = indicators[row["indicator"]]["unit"] or ""
        try:
            numbers.append(convert(row["value"], row["unit"] or "", wanted))
        except InputError as error:
            # only a unit of the indicator's own dimension can be meant
            fitting = [name for name in UNITS if UNITS[name][0] == UNITS[normal_unit(wanted)][0]]
            known = (row["unit"] or "") in UNITS
            raise InputError(
                error.code,
                **error.reason.figures,
                file=file,
                row=row["row"],
                column="unit",
                value=row["unit"] or Reason("empty"),
                expected=_unit_of(row["indicator"], wanted),
                nearest=wanted if known else nearest(row["unit"], fitting),
            ) from None
    return numbers


def _unit_of(indicator: str, unit: str) -> str | Reason:
    """Return what a mistake of unit expects: the indicator's, or none."""
    return f"{unit} ({indicator})" if unit else Reason("no_unit_of", indicator=indicator)


def wrong_code(file: str, row: dict, column: str, value: str, choices: Iterable[str]) -> InputError:
    """Return the mistake of a cell that names something no code list holds."""
    return InputError(
        "not_in_code_list",
        file=file,
        row=row["row"],
        column=column,
        value=value,
        expected=Reason("code_of_regions_or_indicators"),
        nearest=nearest(value, sorted(choices)),
    )


def _check_code_lists(lists: dict[str, dict[str, dict]]) -> None:
    """Refuse an indicator's unit nobody knows, and a region above that is no region."""
    for row in lists["indicators"].values():
        try:
            normal_unit(row["unit"] or "")
        except InputError as error:
            raise InputError(
                error.code,
                **error.reason.figures,
                file="data/indicators.csv",
                row=row["row"],
                column="unit",
                value=row["unit"],
                expected=error.expected,
                nearest=error.nearest,
            ) from None
    for row in lists["regions"].values():
        if row["parent"] and row["parent"] not in lists["regions"]:
            raise wrong_code("data/regions.csv", row, "parent", row["parent"], lists["regions"])


def _check_same_unit(table: pd.DataFrame, indicators: dict[str, dict], file: str) -> None:
    """Refuse a level in a unit other than its indicator's: it is compared as it stands."""
    for row in table.to_dict("records"):
        wanted = indicators[row["indicator"]]["unit"] or ""
        if row.get("type", "level") not in ("level", "target") or same_unit(
            row["unit"] or "", wanted
        ):
            continue
        raise InputError(
            "unit_must_be_indicator_s",
            file=file,
            row=row["row"],
            column="unit",
            value=row["unit"] or Reason("empty"),
            expected=_unit_of(row["indicator"], wanted),
            nearest=wanted or None,
        )


def _check_parts(tables: dict[str, pd.DataFrame], lists: dict[str, dict[str, dict]]) -> None:
    """Refuse a relation or a share whose parts name nothing: it would never be checked."""
    for row in tables["relations"].to_dict("records"):
        for column in ("whole", "parts"):
            for text in row[column].split(";"):
                region, _, indicator = text.partition(":")
                if region != "*" and region not in lists["regions"]:
                    raise wrong_code("data/relations.csv", row, column, text, lists["regions"])
                if indicator not in lists["indicators"]:
                    raise wrong_code("data/relations.csv", row, column, text, lists["indicators"])
    for row in tables["claims"].to_dict("records"):
        parts = (row["parts"] or "").replace("/", ";").split(";")
        if row["type"] == "share_at_least":
            for text in parts:
                if text not in lists["indicators"] or len(parts) != 2:
                    raise wrong_code("data/claims.csv", row, "parts", text, lists["indicators"])
        if row["type"] == "stated_sum":
            for text in parts:
                if not re.fullmatch(PLAIN, text):
                    raise InputError(
                        "not_number",
                        file="data/claims.csv",
                        row=row["row"],
                        column="parts",
                        value=row["parts"],
                        expected="11;254;366",
                    )


def _check_bounds(table: pd.DataFrame, indicators: dict[str, dict], file: str) -> None:
    for row in table.to_dict("records"):
        spec = indicators[row["indicator"]]
        low, high = spec["lower"], spec["upper"]
        if (low is not None and row["number"] < low) or (high is not None and row["number"] > high):
            raise InputError(
                "value_outside_indicator_range",
                file=file,
                row=row["row"],
                column="value",
                value=row["printed_value"],
                expected=f"{'-∞' if low is None else low} … {'∞' if high is None else high}",
            )


def load(root: str | os.PathLike[str] | None = None) -> Data:
    """Read and check every shared table under ``data/``.

    Raises
    ------
    InputError
        At the first cell that is wrong, with file, row, column and the nearest valid choice.

    Examples
    --------
    >>> data = load()
    >>> data.regions["zhapu-port"]["name_zh"]
    '乍浦港区'
    """
    home = project_root(root)

    def read(stamp: tuple) -> Data:
        loaded = _load(home, (stamp, texts_check()))
        _check_package(home)  # last, so that a missing table is told as that table's own mistake
        return loaded

    return steady(home, read)


def _check_package(root: Path) -> None:
    """Refuse a data package that cannot be read, or describes files that are not there."""
    here = [path.name for path in (root / "data").glob("*.csv")]
    for path in described(root):
        if "/" not in path and path not in here:  # a plan's own tables are told by their reader
            raise InputError(
                "data_package_names_missing_file",
                file="data/datapackage.json",
                value=path,
                nearest=nearest(path, here),
            )


@lru_cache(maxsize=4)
def _load(root: Path, stamp: tuple) -> Data:
    lists = {name: _code_list(root, name) for name in CODE_LISTS}
    indicators = lists["indicators"]
    _check_code_lists(lists)
    tables = {
        name: _table(root, name)
        for name in ("observations", "claims", "relations", "corrections", "plans")
    }
    for name in ("observations", "plans"):
        require_rows(tables[name], root / "data" / f"{name}.csv", root)
    for name, columns in {
        "observations": ("region", "indicator", "caliber", "source"),
        "claims": ("region", "indicator", "source"),
        "corrections": ("region", "indicator", "source"),
        "plans": ("region", "source"),
    }.items():
        for column in columns:
            path = root / "data" / f"{name}.csv"
            check_reference(tables[name], column, lists[f"{column}s"], path, root)
    plans_path = root / "data" / "plans.csv"
    check_reference(tables["plans"], "parent_region", lists["regions"], plans_path, root)
    for name in ("claims", "corrections"):
        _check_same_unit(tables[name], indicators, f"data/{name}.csv")
    _check_parts(tables, lists)
    observations = tables["observations"].copy()
    file = "data/observations.csv"
    observations["number"] = _check_units(observations, indicators, root, file)
    observations["unit"] = [normal_unit(unit or "") for unit in observations["unit"]]
    _check_bounds(observations, indicators, file)
    years = [_year(period) for period in observations["period"]]
    observations["year"] = pd.Series(years, index=observations.index, dtype=object)
    by_series: dict[tuple[str, str], list[dict]] = {}
    for row in observations.to_dict("records"):
        by_series.setdefault((row["region"], row["indicator"]), []).append(row)
    return Data(
        root=root,
        by_series=by_series,
        comparators=_comparators(root, lists),
        departments=_departments(root, lists),
        corrected={
            (row["region"], row["indicator"], row["period"]): row
            for row in tables["corrections"].to_dict("records")
        },
        observations=observations,
        claims=tables["claims"],
        relations=tables["relations"],
        corrections=tables["corrections"],
        plans=tables["plans"],
        **lists,
    )


def _year(period: str) -> int | None:
    """Return the year of a full-year period, None for any other period."""
    return int(period) if len(period) == 4 else None


def public_by(data: Data, source: str, period: str) -> dt.date:
    """Return the day by which a source's statement on a period was public.

    The source's own date; for an undated source the last day of the following year, the
    latest it can have been, so that nothing is used too early.

    Examples
    --------
    >>> public_by(load(), "S1", "2020"), public_by(load(), "C5", "2021")
    (datetime.date(2021, 6, 27), datetime.date(2022, 12, 31))
    """
    dated = data.sources[source]["published"]
    year = int(re.findall(r"\d{4}", period)[-1])
    return dated or dt.date(min(year + 1, dt.MAXYEAR), 12, 31)


def find_indicator(data: Data, indicator: str) -> dict:
    """Return an indicator's row of the code list.

    Raises
    ------
    InputError
        With the nearest indicator when there is none of that code.
    """
    if indicator not in data.indicators:
        raise InputError(
            "unknown_indicator",
            column="indicator",
            value=indicator,
            expected=Reason("code_of_indicators"),
            nearest=nearest(indicator, data.indicators),
        )
    return data.indicators[indicator]
