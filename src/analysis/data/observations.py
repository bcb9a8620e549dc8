"""What was measured: the long table of observations, its code lists, sources and vintages.

A datum is one region, indicator, period, price basis and caliber. It may have several
vintages (first estimate, final, census revision); the latest one known on a date is used and
the others stay.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import pandas as pd

from analysis.data.errors import InputError, Reason, nearest
from analysis.data.paths import project_root
from analysis.data.periods import last_year, parse_period, whole_year
from analysis.data.schema import (
    PLAIN,
    described,
    read_table,
    records,
    require_rows,
    texts_check,
)
from analysis.data.units import UNITS, convert, normal_unit

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


#: The tables that all plans share, in the order they are read; a code list is kept by its codes.
CODE_LISTS = ("regions", "indicators", "calibers", "sources", "departments")
TABLES = ("observations", "claims", "relations", "corrections", "plans", "comparators")
NEEDED = ("regions", "indicators", "calibers", "sources", "observations", "plans")
#: Columns of periods, by table.
PERIODS = {
    "observations": ("period",), "claims": ("period", "base_period"), "corrections": ("period",),
}  # fmt: skip
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


def _check_units(table: pd.DataFrame, indicators: dict[str, dict], file: str, same: bool) -> None:
    """Refuse a unit that does not measure what its indicator does, or is another than its own."""
    for row in records(table):
        wanted, found = indicators[row["indicator"]]["unit"] or "", row["unit"] or ""
        mine, theirs = UNITS[normal_unit(found)], UNITS[normal_unit(wanted)]
        if mine == theirs or (mine[0] == theirs[0] and not same):
            continue
        raise InputError(
            "unit_must_be_indicator_s" if same else "unit_does_not_convert_to",
            source=found,
            target=wanted,
            file=file,
            row=row["row"],
            column="unit",
            value=found or Reason("empty"),
            expected=f"{wanted} ({row['indicator']})"
            if wanted
            else Reason("no_unit_of", indicator=row["indicator"]),
            nearest=wanted or None,
        )


def with_unit(error: InputError, indicators: Mapping[str, dict]) -> InputError:
    """Return the mistake of a unit nobody knows with the unit that its row's indicator has."""
    code = error.beside.get("indicator")
    unit = indicators.get(code or "", {}).get("unit")
    if error.column == "unit" and error.code == "not_one_of_allowed_values" and unit:
        error.reason = Reason("unknown_unit")
        error.expected, error.nearest = f"{unit} ({code})", unit
    return error


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


def _check_parts(tables: dict[str, pd.DataFrame], regions: dict, indicators: dict) -> None:
    """Refuse a relation or a share whose parts name nothing: it would never be checked."""
    for row in records(tables["relations"]):
        for column in ("whole", "parts"):
            for text in row[column].split(";"):
                region, _, indicator = text.partition(":")
                if region != "*" and region not in regions:
                    raise wrong_code("data/relations.csv", row, column, text, regions)
                if indicator not in indicators:
                    raise wrong_code("data/relations.csv", row, column, text, indicators)
    for row in records(tables["claims"]):
        parts = (row["parts"] or "").replace("/", ";").split(";")
        if row["type"] == "share_at_least":
            for text in parts:
                if text not in indicators or len(parts) != 2:
                    raise wrong_code("data/claims.csv", row, "parts", text, indicators)
        if row["type"] == "stated_sum" and not all(re.fullmatch(PLAIN, text) for text in parts):
            raise InputError(
                "not_number",
                file="data/claims.csv",
                row=row["row"],
                column="parts",
                value=row["parts"],
                expected="11;254;366",
            )


def _check_periods(table: pd.DataFrame, columns: Iterable[str], file: str) -> None:
    for column in columns:
        for text, row in zip(table[column], table["row"], strict=True):
            try:
                parse_period(text or "2000")
            except InputError as error:
                error.file, error.row, error.column = file, row, column
                raise


def _check_bounds(table: pd.DataFrame, indicators: dict[str, dict], file: str) -> None:
    for row in records(table):
        low, high = (indicators[row["indicator"]][end] for end in ("lower", "upper"))
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

    def read(_stamp: tuple) -> tuple[tuple, Data]:
        state = (_state(home), texts_check())
        found = _LOADED.get(state) or _load(home)
        _check_package(home)  # last, so that a missing table is told as that table's own mistake
        return state, found

    state, found = steady(home, read)
    if found.root != home:  # the same tables in another folder
        found = replace(found, root=home)
    _LOADED.pop(state, None)
    _LOADED[state] = found
    if len(_LOADED) > _MOST_LOADED:
        del _LOADED[next(iter(_LOADED))]
    return found


#: The latest tables loaded, by their content and the check of texts they passed.
_LOADED: dict[tuple, Data] = {}
_MOST_LOADED = 4


def _state(root: Path) -> str:
    """Return a digest of every shared table and schema: the same bytes are the same data."""
    whole = hashlib.sha256()
    for path in sorted([*(root / "data").glob("*.csv"), *(root / "data/schemas").glob("*.json")]):
        told = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
        whole.update(f"{path.name}\0{told}\0".encode())
    return whole.hexdigest()


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


def _load(root: Path) -> Data:
    folder = root / "data"
    tables: dict[str, pd.DataFrame] = {}
    lists: dict[str, dict[str, dict]] = {}
    for name in (*CODE_LISTS, *TABLES):
        schema = folder / "schemas" / f"{name}.json"
        try:
            table = read_table(folder / f"{name}.csv", schema, root)
        except InputError as error:
            raise with_unit(error, lists.get("indicators", {})) from None
        if name in NEEDED:
            require_rows(table, f"data/{name}.csv")
        if name in CODE_LISTS:
            lists[name] = {row[name.removesuffix("s")]: row for row in records(table)}
        else:
            tables[name] = table
    indicators, observations = lists["indicators"], tables["observations"]
    for name in ("claims", "corrections"):
        levels = tables[name]
        if name == "claims":  # a rate has a unit of its own
            levels = levels[levels["type"].isin(["level", "target"])]
        _check_units(levels, indicators, f"data/{name}.csv", same=True)
    _check_parts(tables, lists["regions"], indicators)
    for name, columns in PERIODS.items():
        _check_periods(tables[name], columns, f"data/{name}.csv")
    file = "data/observations.csv"
    _check_units(observations, indicators, file, same=False)
    observations["number"] = [
        convert(row["value"], row["unit"] or "", indicators[row["indicator"]]["unit"] or "")
        for row in records(observations)
    ]
    observations["unit"] = [normal_unit(unit or "") for unit in observations["unit"]]
    _check_bounds(observations, indicators, file)
    years = [whole_year(period) for period in observations["period"]]
    observations["year"] = pd.Series(years, index=observations.index, dtype=object)
    by_series: dict[tuple[str, str], list[dict]] = {}
    for row in records(observations):
        by_series.setdefault((row["region"], row["indicator"]), []).append(row)
    return Data(
        root=root,
        by_series=by_series,
        comparators=records(tables.pop("comparators")),
        corrected={
            (row["region"], row["indicator"], row["period"]): row
            for row in records(tables["corrections"])
        },
        **tables,  # type: ignore[arg-type]
        **lists,  # type: ignore[arg-type]
    )


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
    return dated or dt.date(min(last_year(period) + 1, dt.MAXYEAR), 12, 31)


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
