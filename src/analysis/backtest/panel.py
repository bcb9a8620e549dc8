"""A panel of series to test forecasts on: read from a CSV file, checked cell by cell.

Columns ``series_id``, ``t`` (whole numbers: years, or 1, 2, …) and ``value``; optional ``kind``
(a code of `analysis.forecast.kinds.KINDS`, one a series) and ``part`` (``train`` or ``test``).
Other columns are not read. An empty value was not observed.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import math
import re
import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.data.errors import InputError, Reason, nearest
from analysis.data.schema import LONGEST_CELL
from analysis.forecast.kinds import KINDS

# --- The bytes and the text of a panel file, or what is wrong with them ---


def file_bytes(path: Path) -> bytes:
    """Return what a panel file holds, or raise InputError with the nearest name there is."""
    if path.is_dir():
        raise InputError("folder_not_file", file=str(path), expected="*.csv: series_id,t,value")
    if not path.is_file():
        folder = path.parent if path.parent.is_dir() else Path()
        others = sorted(p.name for p in folder.iterdir() if p.name.endswith((".csv", ".csv.gz")))
        raise InputError(
            "no_such_file",
            file=str(path),
            expected="*.csv: series_id,t,value",
            nearest=nearest(path.name, others),
        )
    return path.read_bytes()


def file_text(data: bytes, file: str) -> str:
    """Return the text of a panel file, plain or compressed; nothing but whole UTF-8.

    Examples
    --------
    >>> file_text(gzip.compress("嘉兴".encode()), "panel.csv.gz")
    '嘉兴'
    """
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise InputError("damaged_gz_file", file=file) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            "panel_not_utf8",
            file=file,
            row=data.count(b"\n", 0, error.start) + 1,
            value=" ".join(f"{byte:02x}" for byte in data[error.start : error.start + 4]),
            expected="CSV UTF-8",
        ) from None
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise InputError("null_character", file=file, row=row, expected="CSV UTF-8")
    return text


COLUMNS = ("series_id", "t", "value")
OPTIONAL = ("kind", "part")
PARTS = ("train", "test")
_FARTHEST = 10**9  # a `t` beyond it is no year and no count of steps


@dataclass(frozen=True)
class LeftOut:
    """Series that cannot be scored, for one reason.

    Parameters
    ----------
    reason : Reason
        Why: ``bounds`` (with ``kind``, its ``low`` and ``high``, and whether values must lie
        ``above`` the low), or a code of `analysis.backtest.tasks`.
    count : int
        Number of series.
    series_id : str
        The first of them.
    row : int, optional
        The row at fault, as a spreadsheet counts.
    value : str, optional
        The value at fault.
    """

    reason: Reason
    count: int
    series_id: str
    row: int | None = None
    value: str | None = None


@dataclass(frozen=True)
class Panel:
    """Checked series, sorted by series and time; one entry a row that was observed.

    Parameters
    ----------
    file, sha256 : str
        Name of the file and digest of its bytes.
    ids, kinds : array of str
        One entry a series.
    series, t, values : array
        Number of the series, time, and value of each row.
    test : array of bool, optional
        Whether the row is an outcome; None when the file has no ``part``.
    n_read : int
        Series in the file.
    left_out : tuple of LeftOut
        Series that were not taken, by reason.
    unfit : tuple of int
        Their numbers.
    """

    file: str
    sha256: str
    ids: NDArray[np.object_]
    kinds: NDArray[np.object_]
    series: NDArray[np.int64]
    t: NDArray[np.int64]
    values: NDArray[np.float64]
    test: NDArray[np.bool_] | None
    n_read: int
    left_out: tuple[LeftOut, ...] = ()
    unfit: tuple[int, ...] = ()

    def at(self, series: Any, t: Any) -> NDArray[np.float64]:
        """Return the values of these series at these times, NaN where not observed.

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     file = Path(folder) / "panel.csv"
        ...     _ = file.write_text("series_id,t,value\\na,2002,7\\na,2001,5\\n")
        ...     read_panel(file).at([0, 0], [2001, 2003]).tolist()
        [5.0, nan]
        """
        low, width = int(self.t.min()) - 1, int(np.ptp(self.t)) + 3
        keys = self.series * width + (self.t - low)
        asked = np.clip(np.asarray(t) - low, 0, width - 1)
        wanted = np.asarray(series) * width + asked
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where(keys[place] == wanted, self.values[place], np.nan)


def read_panel(path: str | Path, names: Mapping[str, str] | None = None) -> Panel:
    """Read and check a panel, plain or compressed (``.gz``).

    Parameters
    ----------
    path : path
        CSV in UTF-8, with or without byte order mark, rows in any order.
    names : mapping of str to str, optional
        Names of kinds and their codes: who wrote a name is told the code.

    Raises
    ------
    InputError
        The first mistake, with file, row, column, value, what was expected and the nearest.

    Notes
    -----
    Series with a value their kind cannot take (zero under a logarithm, a share above 100) are
    left out and told in `Panel.left_out`; nothing is repaired.
    """
    path = Path(path)
    data = file_bytes(path)
    table = _columns(file_text(data, path.name), path.name)
    frame = _checked(table, path.name, names or {})
    codes, ids = pd.factorize(frame["series_id"])
    frame["series"] = codes
    frame = frame.sort_values(["series", "t"], kind="stable", ignore_index=True)
    _no_twins(frame, path.name)
    _one_kind(frame, path.name)
    _train_first(frame, path.name)
    return _panel(frame, ids.to_numpy(dtype=object), path.name, hashlib.sha256(data).hexdigest())


def _columns(text: str, file: str) -> pd.DataFrame:
    """Return the columns of interest as text, with the row number of a spreadsheet."""
    reader = csv.reader(io.StringIO(text, newline=""))
    found: list[list[str]] = []
    numbers: list[int] = []
    number = 1
    try:
        header = [name.strip() for name in next(reader, [])]
        places = _places(header, file)
        width, chosen = len(header), list(places.values())
        for number, row in enumerate(reader, start=2):
            if max(map(len, row), default=0) > LONGEST_CELL:
                number -= 1  # as where the reader itself refuses; other code may widen its limit
                raise csv.Error("field larger")
            if len(row) != width:
                if not any(row):
                    continue  # an empty line
                raise InputError(
                    "cells_under_header_of",
                    file=file,
                    row=number,
                    value=",".join(row),
                    expected=Reason("one_cell_per_column"),
                    count=len(row),
                    width=width,
                )
            cells = [row[place] for place in chosen]
            if any(row):
                found.append(cells)
                numbers.append(number)
    except csv.Error as error:
        if "field larger" in str(error):
            limit = f"<= {LONGEST_CELL}"
            raise InputError(
                "cell_is_too_long", file=file, row=number + 1, expected=limit
            ) from None
        raise InputError(
            "not_csv", file=file, row=number + 1, expected=",".join(COLUMNS), error=str(error)
        ) from None
    if not found:
        raise InputError("no_rows_of_data", file=file, expected=",".join(COLUMNS))
    frame = pd.DataFrame(found, columns=list(places), dtype=object)
    frame["row"] = numbers
    return frame


def _places(header: Sequence[str], file: str) -> dict[str, int]:
    if not any(header):
        raise InputError("file_is_empty", file=file, expected=",".join(COLUMNS))
    if len(header) == 1 and re.search(r"[\t;|]", header[0]):
        raise InputError(
            "columns_not_separated_by_commas",
            file=file,
            row=1,
            value=header[0],
            expected=",".join(COLUMNS),
            nearest=re.sub(r"[\t;|]", ",", header[0]),
        )
    for name in (*COLUMNS, *OPTIONAL):
        if header.count(name) > 1:
            raise InputError("column_twice", file=file, row=1, column=name)
    for name in COLUMNS:
        if name not in header:
            raise InputError(
                "column_is_missing",
                file=file,
                row=1,
                column=name,
                value=",".join(header),
                expected=",".join(COLUMNS),
                nearest=nearest(name, header),
            )
    return {name: header.index(name) for name in (*COLUMNS, *OPTIONAL) if name in header}


def _checked(table: pd.DataFrame, file: str, names: Mapping[str, str]) -> pd.DataFrame:
    """Return the columns as what they mean, or raise the first cell that means nothing."""
    for name in table.columns.drop("row"):
        table[name] = table[name].str.strip()

    def refuse(wrong: Any, column: str, code: str, expected: str | Reason, **more: Any) -> None:
        wrong = np.asarray(wrong, dtype=bool)
        if wrong.any():
            at = int(wrong.argmax())
            value = table[column].iloc[at]
            near = more["near"](value) if "near" in more else None
            raise InputError(
                code,
                file=file,
                row=int(table["row"].iloc[at]),
                column=column,
                value=value,
                expected=expected,
                nearest=near,
            )

    refuse(table["series_id"] == "", "series_id", "no_name", Reason("name_for_the_series"))
    t = pd.to_numeric(table["t"], errors="coerce").to_numpy(dtype=float)
    far = f"-{_FARTHEST:,} … {_FARTHEST:,}"
    refuse(np.abs(t) > _FARTHEST, "t", "out_of_range", far)
    with np.errstate(invalid="ignore"):
        whole = np.isfinite(t) & (np.floor(t) == t)
    years = Reason("year_such_as")
    refuse(~whole, "t", "not_whole_number", years, near=_year_in)
    value = pd.to_numeric(table["value"], errors="coerce").to_numpy(dtype=float)
    written = (table["value"] != "").to_numpy()
    refuse(np.isinf(value), "value", "not_finite_number", "226.0")
    empty = Reason("number_or_empty_cell")
    refuse(np.isnan(value) & written, "value", "not_number", empty, near=_number_in)
    if "part" in table:
        strange = ~table["part"].isin(PARTS)
        refuse(strange, "part", "no_such_part", "train / test", near=_part_like)
    if "kind" in table:
        table.loc[table["kind"] == "", "kind"] = "generic"
        strange = ~table["kind"].isin(list(KINDS))
        kinds = ", ".join(KINDS)
        refuse(strange, "kind", "no_such_kind_of_quantity", kinds, near=partial(_kind_like, names))
    else:
        table["kind"] = "generic"
    return table.assign(t=np.where(whole, t, 0).astype(np.int64), text=table["value"], value=value)


def _number_in(text: str) -> str | None:
    """Return the number that a cell with more than a number holds: 226 of ２２６亿."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace("−", "-")
    found = re.search(r"[-+]?\d+(\.\d+)?", plain)
    return found[0] if found else None


def _year_in(text: str) -> str | None:
    number = _number_in(text)
    return number.partition(".")[0] if number else None


def _part_like(text: str) -> str | None:
    return nearest(text.lower(), PARTS)


def _kind_like(names: Mapping[str, str], text: str) -> str | None:
    """Return the code nearest to a code or a name."""
    codes = {name: name for name in KINDS} | {**names}
    near = nearest(text, codes)
    return codes[near] if near else None


def _no_twins(frame: pd.DataFrame, file: str) -> None:
    same = (frame["series"].diff() == 0) & (frame["t"].diff() == 0)
    if same.any():
        at = int(same.to_numpy().argmax())
        rows = sorted(int(row) for row in frame["row"].iloc[at - 1 : at + 1])
        raise InputError(
            "two_rows_for_one_time",
            file=file,
            row=rows[1],
            column="t",
            value=f"{frame['series_id'].iloc[at]}, {frame['t'].iloc[at]}",
            expected=Reason("one_row_per_time", row=rows[0]),
        )


def _one_kind(frame: pd.DataFrame, file: str) -> None:
    kind = frame["kind"].to_numpy(dtype=str)
    changed = (np.diff(frame["series"]) == 0) & (kind[1:] != kind[:-1])
    if changed.any():
        at = int(changed.argmax()) + 1
        raise InputError(
            "kind_changes_inside_series",
            series=frame["series_id"].iloc[at],
            file=file,
            row=int(frame["row"].iloc[at]),
            column="kind",
            value=kind[at],
            expected=Reason(
                "as_in_row", kind=str(kind[at - 1]), row=int(frame["row"].iloc[at - 1])
            ),
        )


def _train_first(frame: pd.DataFrame, file: str) -> None:
    if "part" not in frame:
        return
    test = (frame["part"] == "test").to_numpy()
    back = (np.diff(frame["series"]) == 0) & test[:-1] & ~test[1:]
    if back.any():
        at = int(back.argmax())
        raise InputError(
            "test_point_before_train_point",
            series=frame["series_id"].iloc[at],
            file=file,
            row=int(frame["row"].iloc[at]),
            column="part",
            value=f"test, t = {frame['t'].iloc[at]}",
            expected=Reason("after_last_train_point", row=int(frame["row"].iloc[at + 1])),
        )


def _panel(frame: pd.DataFrame, ids: NDArray[np.object_], file: str, digest: str) -> Panel:
    """Leave out what was not observed and the series that cannot be scored."""
    n = len(ids)
    firsts = frame.drop_duplicates("series").set_index("series")["kind"]
    kinds = firsts.reindex(range(n)).to_numpy(dtype=object)
    seen = frame[np.isfinite(frame["value"])]
    left: list[LeftOut] = []
    out = np.zeros(n, dtype=bool)
    for name in dict.fromkeys(kinds):
        kind, rows = KINDS[name], seen[seen["kind"] == name]
        bad = rows[~np.isfinite(kind.forward(rows["value"].to_numpy()))]
        if bad.empty:
            continue
        out[bad["series"].unique()] = True
        first = bad.loc[bad["row"].idxmin()]
        above = kind.offset == 0 and math.isinf(kind.upper)
        left.append(
            LeftOut(
                Reason("bounds", kind=name, low=kind.lower, high=kind.upper, above=above),
                int(bad["series"].nunique()),
                str(first["series_id"]),
                int(first["row"]),
                str(first["text"]),
            )
        )
    keep = seen[~out[seen["series"].to_numpy()]] if len(seen) else seen
    return Panel(
        file=file,
        sha256=digest,
        ids=ids,
        kinds=kinds,
        series=keep["series"].to_numpy(dtype=np.int64),
        t=keep["t"].to_numpy(dtype=np.int64),
        values=keep["value"].to_numpy(dtype=float),
        test=(keep["part"] == "test").to_numpy() if "part" in keep else None,
        n_read=n,
        left_out=tuple(left),
        unfit=tuple(np.flatnonzero(out).tolist()),
    )
