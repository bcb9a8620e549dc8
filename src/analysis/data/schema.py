"""Read a data table against its Table Schema and say exactly which cell is wrong.

The schemas under ``data/schemas/`` are standard Table Schemas (any validator of the
Data Package standard reads them). This module reads the same files so that a rule stands in
one place only, and turns a violation into one message with file, row, column, value,
expectation and the nearest valid choice.

A data folder may be older than the program. What the program's own schemas (beside this module)
have gained since is optional: a column the folder's schema lacks reads as empty, and so does an
optional table of which the folder knows nothing.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.data.errors import InputError, Reason, nearest
from analysis.data.paths import shown

LONGEST_CELL = 131_072
#: Far beyond any table a plan needs; more is another file's content, and would fill the memory.
MOST_ROWS = 200_000
LARGEST = 100_000_000
Row = dict[str, Any]
#: Given a table and its name; raises InputError for the first text it cannot take.
TextsCheck = Callable[[pd.DataFrame, str], None]
_TEXTS: ContextVar[TextsCheck | None] = ContextVar("texts", default=None)


@contextmanager
def texts_checked(check: TextsCheck) -> Iterator[None]:
    """Within the block every table read must pass a check of its texts as well.

    What a schema cannot say belongs to whoever prints the texts: an application hands in what
    its fonts and its columns can hold.

    Examples
    --------
    >>> def no_marks(table, file):
    ...     if table["name_zh"].str.contains("!").any():
    ...         raise InputError("form_is_wrong", file=file)
    >>> with texts_checked(no_marks):
    ...     texts_check() is no_marks
    True
    """
    before = _TEXTS.set(check)
    try:
        yield
    finally:
        _TEXTS.reset(before)


def texts_check() -> TextsCheck | None:
    """Return the check of texts in force, None where there is none."""
    return _TEXTS.get()


#: Where the schemas stand that this program was written with.
OWN = Path(__file__).with_name("schemas")
#: What an evaluation can do without: tables that all plans share, and tables of one plan.
OPTIONAL = (
    "claims", "relations", "comparators", "corrections", "departments", "port_months",
    "emission_factors", "energy_balance",
)  # fmt: skip
OPTIONAL_OF_PLAN = ("milestones", "assignments", "revisions", "path", "responsible")


def _schema(path: Path) -> dict[str, Any]:
    try:
        return _parsed(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        code = "table_schema_is_missing"
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, re.error):
        code = "table_schema_is_not_readable"
    raise InputError(code, file=f"data/schemas/{path.name}")


@lru_cache(maxsize=64)
def _parsed(text: str) -> dict[str, Any]:
    spec = json.loads(text)
    for field in spec["fields"]:
        re.compile(field.get("constraints", {}).get("pattern", field["name"]))
    return spec


def lacking(schema: Path) -> list[dict[str, Any]]:
    """Return the fields the program's schema of a table has and a folder's lacks.

    Parameters
    ----------
    schema : Path
        The folder's schema; its name says of which table.

    Returns
    -------
    list of dict
        As they stand in the program's schema; none for a table the program does not know.

    Raises
    ------
    InputError
        When the schema is missing or not readable, or lacks a column no row can do without.

    Examples
    --------
    >>> lacking(OWN / "observations.json")
    []
    """
    known = {field["name"] for field in _schema(schema)["fields"]}
    own = OWN / schema.name
    if not own.is_file():
        return []
    spec = _schema(own)
    found = [field for field in spec["fields"] if field["name"] not in known]
    for field in found:
        if field.get("constraints", {}).get("required") or field["name"] in _key(spec):
            raise InputError(
                "table_lacks_column",
                file=f"data/schemas/{schema.name}",
                column=field["name"],
                expected=field["name"],
            )
    return found


def _key(spec: Mapping[str, Any]) -> list[str]:
    keys = spec.get("primaryKey", [])
    return [keys] if isinstance(keys, str) else keys


def described(root: Path) -> list[str]:
    """Return the files the data package describes, below ``data/``.

    Raises
    ------
    InputError
        When the description cannot be read.

    Examples
    --------
    >>> from analysis.data.paths import project_root
    >>> "plans.csv" in described(project_root())
    True
    """
    path = root / "data" / "datapackage.json"
    try:
        package = json.loads(path.read_text(encoding="utf-8"))
        return [str(item["path"]) for item in package["resources"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(
            "data_package_is_not_readable",
            file="data/datapackage.json",
            row=getattr(error, "lineno", None),
            expected=Reason("json_with_resources"),
        ) from None


def left_out(path: Path, root: Path) -> bool:
    """Tell whether a table is an optional one of which the folder knows nothing.

    A table that the data package describes and that is not there is missing: a mistake.

    Parameters
    ----------
    path : Path
        The table.
    root : Path
        The project's root.

    Examples
    --------
    >>> from analysis.data.paths import project_root
    >>> root = project_root()
    >>> left_out(root / "data" / "claims.csv", root), left_out(root / "data" / "x.csv", root)
    (False, False)
    """
    if path.stem not in (*OPTIONAL, *OPTIONAL_OF_PLAN) or path.exists():
        return False
    return shown(path, root).removeprefix("data/") not in described(root)


def nothing(name: str) -> pd.DataFrame:
    """Return one of the program's tables without rows.

    Examples
    --------
    >>> list(nothing("path"))[:3], len(nothing("path"))
    (['target_id', 'year', 'value'], 0)
    """
    return _framed([], _schema(OWN / f"{name}.json")["fields"])


def _framed(rows: list[Row], fields: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    names = [field["name"] for field in fields]
    numbers = [field["name"] for field in fields if field.get("type") == "number"]
    columns = [*names, *(f"printed_{name}" for name in numbers), "row"]
    # objects keep None as None and integers as integers where cells may be empty
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _text(path: Path, label: str) -> str:
    if not path.is_file():
        siblings = [item.name for item in path.parent.glob("*.csv")] if path.parent.is_dir() else []
        raise InputError(
            "file_does_not_exist",
            file=label,
            expected=Reason("existing_file"),
            nearest=nearest(path.name, siblings),
        )
    if path.stat().st_size > LARGEST:
        raise InputError("file_is_too_large", file=label, expected=f"<= {LARGEST:,} bytes")
    raw = path.read_bytes()
    if raw.startswith(b"PK\x03\x04"):
        raise InputError("workbook_not_text_table", file=label, expected="CSV")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            "file_not_utf8",
            file=label,
            row=raw[: error.start].count(b"\n") + 1,
            expected="UTF-8",
        ) from None
    if "\0" in text:
        raise InputError(
            "file_holds_nul_byte",
            file=label,
            row=text[: text.index("\0")].count("\n") + 1,
            expected="CSV",
        )
    return text


def _lines(path: Path, label: str) -> list[list[str]]:
    """Return the records of a CSV file; a record's place is the row a spreadsheet shows.

    The reader gets the text whole, not line by line, because a quoted cell may hold line
    breaks: such a cell is one row of a spreadsheet, and keeps its breaks.
    """
    lines: list[list[str]] = []
    try:
        for line in csv.reader(io.StringIO(_text(path, label), newline=""), strict=True):
            if max(map(len, line), default=0) > LONGEST_CELL:
                raise csv.Error("field larger")
            if len(lines) > MOST_ROWS:
                raise InputError("too_many_rows", file=label, expected=f"<= {MOST_ROWS:,}")
            lines.append(line)
    except csv.Error as error:
        # not csv's own limit, which any library in the process may change
        long = "field larger" in str(error)
        if long:
            limit = f"<= {LONGEST_CELL}"
            raise InputError(
                "cell_is_too_long", file=label, row=len(lines) + 1, expected=limit
            ) from None
        raise InputError(
            "broken_csv_quotes",
            error=str(error),
            file=label,
            row=len(lines) + 1,
            expected='"…" (a quote within: "")',
        ) from None
    return lines


def _check_separator(header: list[str], names: list[str], label: str) -> None:
    for mark, separator in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 < len(names) and mark in header[0]:
            raise InputError(
                "cells_not_separated_by_commas",
                file=label,
                row=1,
                value=header[0],
                expected=",".join(names),
                separator=separator,
            )


def _check_header(header: list[str], names: list[str], label: str) -> None:
    for name in header:
        if name not in names:
            raise InputError(
                "unknown_column",
                file=label,
                row=1,
                column=name,
                value=name,
                expected=", ".join(names),
                nearest=nearest(name, names),
            )
        if header.count(name) > 1:
            raise InputError(
                "column_stands_twice",
                file=label,
                row=1,
                column=name,
                value=name,
                expected=Reason("each_column_once"),
            )
    for name in names:
        if name not in header:
            raise InputError("table_lacks_column", file=label, row=1, column=name, expected=name)


# figures as tables hold them: plain digits, so that what is printed is what is meant
PLAIN = r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?"


def _plain(text: str) -> str | None:
    """Return the plain figure nearest to a decorated one ("1,200", "92以上"), if there is one."""
    found = re.search(PLAIN, re.sub(r"[,_'\s]", "", unicodedata.normalize("NFKC", text)))
    return found[0] if found and math.isfinite(float(found[0])) else None


def _typed(text: str, field: Mapping[str, Any], where: dict[str, Any]) -> Any:
    kind = field.get("type", "string")
    if kind in ("number", "integer"):
        if not re.fullmatch(PLAIN, text) or not math.isfinite(float(text)):
            raise InputError(
                "not_number",
                value=text,
                expected=Reason("number_such_as"),
                nearest=_plain(text),
                **where,
            )
        number = float(text)
        if kind == "integer":
            if number != int(number):
                raise InputError(
                    "not_whole_number",
                    value=text,
                    expected="2025",
                    nearest=str(round(number)),
                    **where,
                )
            return int(number)
        return number
    if kind == "date":
        return _date(text, where)
    return text


def _date(text: str, where: dict[str, Any]) -> dt.date:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    found = re.findall(r"[0-9]+", unicodedata.normalize("NFKC", text))
    near = f"{found[0]:0>4}-{found[1]:0>2}-{found[2]:0>2}" if len(found) == 3 else None
    try:
        near = dt.date.fromisoformat(near).isoformat() if near else None
    except ValueError:
        near = None
    raise InputError("not_date", value=text, expected="YYYY-MM-DD", nearest=near, **where)


def _cell(text: str, field: Mapping[str, Any], where: dict[str, Any]) -> Any:
    rules = field.get("constraints", {})
    if text == "":
        if rules.get("required"):
            choices = rules.get("enum")
            raise InputError(
                "required_cell_is_empty",
                expected=" / ".join(choices) if choices else field.get("title", field["name"]),
                **where,
            )
        return None
    value = _typed(text, field, where)
    if "enum" in rules and text not in rules["enum"]:
        raise InputError(
            "not_one_of_allowed_values",
            value=text,
            expected=" / ".join(rules["enum"]),
            nearest=nearest(text, rules["enum"]),
            **where,
        )
    # ASCII only: \d would take full-width digits
    if "pattern" in rules and not re.fullmatch(rules["pattern"], text, re.ASCII):
        near = unicodedata.normalize("NFKC", text)
        raise InputError(
            "form_is_wrong",
            value=text,
            expected=rules["pattern"],
            nearest=near if re.fullmatch(rules["pattern"], near, re.ASCII) else None,
            **where,
        )
    return value


def read_table(path: Path, schema: Path, root: Path) -> pd.DataFrame:
    """Read one CSV table, checked cell by cell against its Table Schema.

    Parameters
    ----------
    path, schema : Path
        The table and its schema.
    root : Path
        The project's root; messages name files relative to it.

    Returns
    -------
    DataFrame
        One row per line, columns as in the schema (empty cells are None), ``row`` (the number
        a spreadsheet shows) and, for each number column ``x``, ``printed_x`` as printed, because
        the printed decimals say how far a figure was rounded. Columns that only the program's
        schema has follow the folder's own, empty; no row where the table is :func:`left_out`.

    Raises
    ------
    InputError
        For the first cell, header or key that breaks the schema, then for the first text that
        the check in force (:func:`texts_checked`) refuses.
    """
    if left_out(path, root):
        return nothing(path.stem)
    label = shown(path, root)
    spec = _schema(schema)
    fields = {field["name"]: field for field in spec["fields"]}
    since = {field["name"]: field for field in lacking(schema)}
    lines = _lines(path, label)
    if not lines:
        raise InputError("file_is_empty", file=label, expected=", ".join(fields))
    header = lines[0]
    _check_separator(header, list(fields), label)
    _check_header(header, list(fields), label)
    fields |= since
    numbers = [name for name, field in fields.items() if field.get("type") == "number"]
    rows: list[Row] = []
    for number, line in enumerate(lines[1:], start=2):
        if not line or all(cell.strip() == "" for cell in line):
            continue
        if len(line) != len(header):
            raise InputError(
                "this_row_has_cells",
                file=label,
                row=number,
                column=header[len(line)] if len(line) < len(header) else header[-1],
                value=",".join(line),
                expected=f"{len(header)} cells",
                count=len(line),
            )
        cells = dict.fromkeys(since, "")
        cells |= {name: cell.strip() for name, cell in zip(header, line, strict=True)}
        row: Row = {
            name: _cell(cells[name], field, {"file": label, "row": number, "column": name})
            for name, field in fields.items()
        }
        row |= {f"printed_{name}": cells[name] for name in numbers}
        row["row"] = number
        rows.append(row)
    _check_unique(rows, _key(spec), label)
    table = _framed(rows, fields.values())
    if check := texts_check():
        check(table, label)
    return table


def _check_unique(rows: Iterable[Row], keys: list[str], label: str) -> None:
    seen: dict[tuple, int] = {}
    for row in rows:
        key = tuple(row[name] for name in keys)
        if keys and key in seen:
            raise InputError(
                "repeats_row",
                other=seen[key],
                file=label,
                row=row["row"],
                column=keys[-1] if len(keys) == 1 else ", ".join(keys),
                value=" / ".join(str(part) for part in key),
                expected=Reason("row_for_each_vintage"),
            )
        seen.setdefault(key, row["row"])


def require_rows(table: pd.DataFrame, path: Path, root: Path) -> None:
    """Refuse a table of a header only where nothing can be said without its rows.

    Raises
    ------
    InputError
        When the table has no row.
    """
    if table.empty:
        raise InputError(
            "table_has_header_only",
            file=shown(path, root),
            row=2,
            expected=Reason("at_least_one_row"),
        )


def check_reference(
    table: pd.DataFrame, column: str, choices: Iterable[str], path: Path, root: Path
) -> None:
    """Refuse the first cell of a column that names something no code list holds.

    Raises
    ------
    InputError
        With the nearest valid code.
    """
    known = set(choices)
    for value, row in zip(table[column], table["row"], strict=True):
        if value is not None and value not in known:
            raise InputError(
                "not_in_code_list",
                file=shown(path, root),
                row=row,
                column=column,
                value=value,
                expected=Reason("code_of_list", list=column),
                nearest=nearest(value, sorted(known)),
            )
