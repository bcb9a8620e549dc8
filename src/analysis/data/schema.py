"""Read a data table against its Table Schema and say exactly which cell is wrong.

The schemas are standard Table Schemas, which any validator of the Data Package standard reads.
A data folder has its own under ``data/schemas/``, and may be older than the program: what the
program's schemas (beside this module) have gained since holds there too (:func:`joined`). A
column that only they have reads as empty, and so does an optional table of which the folder knows
nothing.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis import __version__
from analysis.data.errors import InputError, Reason, nearest
from analysis.data.paths import shown
from analysis.data.periods import parse_day

if TYPE_CHECKING:
    from pandera.pandas import Check, DataFrameSchema

LONGEST_CELL = 131_072
#: Far beyond any table a plan needs; more is another file's content, and would fill the memory.
MOST_ROWS = 200_000
LARGEST = 100_000_000
#: Allowed values that a message lists; of more it names the nearest only.
MOST_TOLD = 20
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


# --- schemas: the folder's and the program's as one ---


#: Where the schemas stand that this program was written with.
OWN = Path(__file__).with_name("schemas")
#: What an evaluation can do without: tables that all plans share, and tables of one plan.
OPTIONAL = (
    "claims", "relations", "comparators", "corrections", "departments", "port_months",
    "emission_factors", "energy_balance",
)  # fmt: skip
OPTIONAL_OF_PLAN = ("milestones", "assignments", "revisions", "path", "responsible")
TYPES = ("string", "number", "integer", "date")
CONSTRAINTS = (
    "required", "unique", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum",
)  # fmt: skip
#: What a cell is held against, in this order: as it is written, and by its value.
_ON_TEXTS = ("required", "form", "pattern", "minLength", "maxLength")
_ON_VALUES = ("enum", "minimum", "maximum")
_VALUE = "value of "


@dataclass(frozen=True, eq=False)
class Schema:
    """What is asked of one table.

    Attributes
    ----------
    spec : dict
        The Table Schema, the folder's and the program's as one.
    since : tuple of str
        Columns that only the program's schema has: empty in this folder.
    fields : dict
        The fields by name, the folder's first.
    keys : list of list of str
        Columns whose cells together stand in one row only.
    references : list of (columns, table, columns there)
        Cells that must stand in another table, or in this one where no table is named.
    """

    spec: dict[str, Any]
    since: tuple[str, ...]
    fields: dict[str, dict[str, Any]]
    keys: list[list[str]]
    references: list[tuple[list[str], str, list[str]]]

    @cached_property
    def digest(self) -> bytes:
        """What tells it from other schemas."""
        return json.dumps(self.spec, sort_keys=True).encode()


def joined(path: Path) -> Schema:
    """Return what is asked of a table by its folder's schema and by the program's.

    Where both say one thing of a column, the folder's word counts and allowed values add up;
    what only one of them says counts as well.

    Parameters
    ----------
    path : Path
        The folder's schema; its name says of which table.

    Raises
    ------
    InputError
        When the schema is missing or not readable, asks what the program cannot check, or lacks
        a column no row can do without.

    Examples
    --------
    >>> joined(OWN / "milestones.json").keys, joined(OWN / "milestones.json").since
    ([['target_id', 'date']], ())
    """
    own = OWN / path.name
    try:
        text = path.read_text(encoding="utf-8")
        return _joined(text, own.read_text(encoding="utf-8") if own.is_file() else "", path.name)
    except FileNotFoundError:
        code = "table_schema_is_missing"
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, re.error):
        code = "table_schema_is_not_readable"
    raise InputError(code, file=f"data/schemas/{path.name}")


@lru_cache(maxsize=64)
def _joined(text: str, own_text: str, name: str) -> Schema:
    spec, own = json.loads(text), json.loads(own_text or '{"fields": []}')
    since = {item["name"]: item for item in own["fields"]}
    fields = {one["name"]: _field(one, since.pop(one["name"], {})) for one in spec["fields"]}
    for column, item in fields.items():
        _check_field(column, item, f"data/schemas/{name}")
    for column, item in since.items():
        if _rules(item).get("required") or column in _listed(own.get("primaryKey", [])):
            file = f"data/schemas/{name}"
            raise InputError("table_lacks_column", file=file, column=column, expected=column)
    fields |= since
    foreign = list(spec.get("foreignKeys", []))
    foreign += [key for key in own.get("foreignKeys", []) if key not in foreign]
    for key in foreign:
        if not re.fullmatch("[a-z0-9_]*", key["reference"]["resource"]):
            raise ValueError(key)
        [fields[column] for column in _listed(key["fields"])]
    unique = [[column] for column, item in fields.items() if _rules(item).get("unique")]
    return Schema(
        spec | {"fields": list(fields.values())} | ({"foreignKeys": foreign} if foreign else {}),
        tuple(since),
        fields,
        [key for key in (_listed(spec.get("primaryKey", [])), *unique) if key],
        [
            (_listed(key["fields"]), there["resource"], _listed(there["fields"]))
            for key, there in ((key, key["reference"]) for key in foreign)
        ],
    )


def _field(theirs: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Return a field with what the program's schema says of it besides."""
    rules = _rules(own) | _rules(theirs)
    if "enum" in _rules(own):
        rules["enum"] = list(dict.fromkeys([*rules["enum"], *_rules(own)["enum"]]))
    return theirs | ({"constraints": rules} if rules else {})


def _rules(item: Mapping[str, Any]) -> dict[str, Any]:
    return dict(item.get("constraints", {}))


def _listed(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _check_field(column: str, item: Mapping[str, Any], file: str) -> None:
    """Refuse what is asked and would not be checked: nothing is passed over in silence."""
    rules, kind = _rules(item), item.get("type", "string")
    for asked, known in ((kind, TYPES), *((rule, CONSTRAINTS) for rule in rules)):
        if asked not in known:
            raise InputError(
                "table_schema_asks_unknown",
                file=file,
                column=column,
                value=asked,
                expected=" / ".join(known),
                nearest=nearest(asked, known),
            )
    re.compile(rules.get("pattern", ""))
    for rule in ("minimum", "maximum"):
        if rule in rules and _value(str(rules[rule]), kind) is None:
            raise ValueError(rule)


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
    fields = joined(OWN / f"{name}.json").fields
    printed = [f"printed_{column}" for column in fields if fields[column].get("type") == "number"]
    return _framed({name: [] for name in (*fields, *printed)}, [])


def _framed(columns: Mapping[str, list[Any]], rows: list[int]) -> pd.DataFrame:
    # objects keep None as None and integers as integers where cells may be empty
    return pd.DataFrame({**columns, "row": rows}, dtype=object)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table by column, each value as it stands.

    Examples
    --------
    >>> records(pd.DataFrame({"a": [1.5], "b": ["x"]}, dtype=object))
    [{'a': 1.5, 'b': 'x'}]
    """
    names = list(map(str, table))
    return [dict(zip(names, row, strict=True)) for row in table.astype(object).to_numpy()]


# --- a file as lines ---


@dataclass(frozen=True)
class _Content:
    """A file's bytes, told from others by their digest; `file` is its name in messages."""

    digest: bytes
    raw: bytes = field(compare=False)
    file: str = field(compare=False)


def _bytes(path: Path, label: str) -> bytes:
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
    return path.read_bytes()


def _decoded(content: _Content) -> str:
    raw, file = content.raw, content.file
    if raw.startswith(b"PK\x03\x04"):
        raise InputError("workbook_not_text_table", file=file, expected="CSV")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        raise InputError("file_not_utf8", file=file, row=row, expected="UTF-8") from None
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        raise InputError("file_holds_nul_byte", file=file, row=row, expected="CSV")
    return text


def _lines(content: _Content) -> list[list[str]]:
    """Return the records of a CSV file; a record's place is the row a spreadsheet shows.

    The reader gets the text whole, not line by line, because a quoted cell may hold line
    breaks: such a cell is one row of a spreadsheet, and keeps its breaks.
    """
    file, lines = content.file, list[list[str]]()
    try:
        for line in csv.reader(io.StringIO(_decoded(content), newline=""), strict=True):
            if max(map(len, line), default=0) > LONGEST_CELL:
                raise csv.Error("field larger")
            if len(lines) > MOST_ROWS:
                raise InputError("too_many_rows", file=file, expected=f"<= {MOST_ROWS:,}")
            lines.append(line)
    except csv.Error as error:
        row = len(lines) + 1
        if "field larger" in str(error):  # or csv's own limit, which any library may change
            right = f"<= {LONGEST_CELL}"
            raise InputError("cell_is_too_long", file=file, row=row, expected=right) from None
        raise InputError(
            "broken_csv_quotes",
            error=str(error),
            file=file,
            row=row,
            expected='"…" (a quote within: "")',
        ) from None
    return lines


def _check_header(header: list[str], names: list[str], file: str) -> None:
    where: dict[str, Any] = {"file": file, "row": 1}
    for mark, separator in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 < len(names) and mark in header[0]:
            raise InputError(
                "cells_not_separated_by_commas",
                value=header[0],
                expected=",".join(names),
                separator=separator,
                **where,
            )
    for name in header:
        if name not in names:
            raise InputError(
                "unknown_column",
                column=name,
                value=name,
                expected=", ".join(names),
                nearest=nearest(name, names),
                **where,
            )
        if header.count(name) > 1:
            right = Reason("each_column_once")
            raise InputError(
                "column_stands_twice", column=name, value=name, expected=right, **where
            )
    for name in names:
        if name not in header:
            raise InputError("table_lacks_column", column=name, expected=name, **where)


# --- cells ---


# figures as tables hold them: plain digits, so that what is printed is what is meant
PLAIN = r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?"


def _typed(text: str, kind: str, where: Mapping[str, Any]) -> Any:
    """Return a cell's value, or raise the mistake of its form."""
    if kind == "date":
        return parse_day(text, **where)
    if kind == "string":
        return text
    if not re.fullmatch(PLAIN, text) or not math.isfinite(number := float(text)):
        # the plain figure nearest to a decorated one ("1,200", "92以上"), if there is one
        near = re.search(PLAIN, re.sub(r"[,_'\s]", "", unicodedata.normalize("NFKC", text)))
        raise InputError(
            "not_number",
            value=text,
            expected=Reason("number_such_as"),
            nearest=near[0] if near and math.isfinite(float(near[0])) else None,
            **where,
        )
    if kind == "number":
        return number
    if number != int(number):
        whole = str(round(number))
        raise InputError("not_whole_number", value=text, expected="2025", nearest=whole, **where)
    return int(number)


def _value(text: str, kind: str) -> Any:
    """Return a cell's value, None where its form is wrong."""
    try:
        return _typed(text, kind, {})
    except InputError:
        return None


def _wrong(text: str, rule: str, item: Mapping[str, Any], where: Mapping[str, Any]) -> InputError:
    """Return the mistake of a cell that breaks one rule of its field."""
    rules, kind = _rules(item), item.get("type", "string")
    if rule == "required":
        choices = rules.get("enum")
        right = " / ".join(choices) if choices else item.get("title", item["name"])
        return InputError("required_cell_is_empty", expected=right, **where)
    if rule == "enum":
        choices = [str(choice) for choice in rules["enum"]]
        told = Reason("value_of_schema", count=len(choices), table=Path(where["file"]).stem)
        return InputError(
            "not_one_of_allowed_values",
            value=text,
            expected=" / ".join(choices) if len(choices) <= MOST_TOLD else told,
            nearest=nearest(text, choices),
            **where,
        )
    if rule == "pattern":
        near = unicodedata.normalize("NFKC", text)
        fits = re.fullmatch(rules["pattern"], near, re.ASCII)
        return InputError(
            "form_is_wrong",
            value=text,
            expected=rules["pattern"],
            nearest=near if fits else None,
            **where,
        )
    if rule in ("minLength", "maxLength"):
        right = Reason(
            "so_many_characters", least=rules.get("minLength", 0), most=rules.get("maxLength", "∞")
        )
        return InputError("out_of_range", value=text, expected=right, **where)
    if rule in ("minimum", "maximum"):
        low, high = (rules.get(end) for end in ("minimum", "maximum"))
        return InputError(
            "out_of_range",
            value=text,
            expected=f">= {low}"
            if high is None
            else f"<= {high}"
            if low is None
            else f"{low} … {high}",
            nearest=str(rules[rule]),
            **where,
        )
    try:
        _typed(text, kind, where)
    except InputError as error:
        return error
    raise AssertionError(rule)


# --- a table checked ---


def read_table(path: Path, schema: Path, root: Path) -> pd.DataFrame:
    """Read one CSV table, each cell checked against its Table Schema.

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
        the check in force (:func:`texts_checked`) refuses, then for the first cell that names
        what no row of the table it refers to has.
    """
    if left_out(path, root):
        return nothing(path.stem)
    asked = joined(schema)
    table = _read(path, asked, root, texts_check())
    for columns, name, there in asked.references if len(table) else ():
        source = table
        if name:
            other = schema.parents[1] / f"{name}.csv"
            wanted = schema.with_name(f"{name}.json")
            source = nothing(name) if left_out(other, root) else _read(other, joined(wanted), root)
        check_reference(table, columns, _cells(source, there), shown(path, root), there[-1])
    return table.copy(deep=False)


def _cells(table: pd.DataFrame, columns: Sequence[str]) -> list[tuple]:
    return list(zip(*(table[column] for column in columns), strict=True))


def _read(path: Path, schema: Schema, root: Path, check: TextsCheck | None = None) -> pd.DataFrame:
    label = shown(path, root)
    raw = _bytes(path, label)
    return _table(_Content(hashlib.sha256(raw).digest(), raw, label), schema, check)


@lru_cache(maxsize=64)
def _table(content: _Content, schema: Schema, check: TextsCheck | None) -> pd.DataFrame:
    texts, rows = _texts(content, schema)
    values, formed = dict[str, list[Any]](), True
    for name, item in schema.fields.items():
        kind = item.get("type", "string")
        known = {text: text and _value(text, kind) for text in {*texts[name]}}
        formed = formed and all(known[text] is not None for text in known if text)
        values[name] = [known[text] for text in texts[name]]
    right = digest_of([schema.digest, content.raw])
    if not (formed and found_right(right)):
        _check_cells(texts, values, rows, schema, content.file)
        _check_unique(values, rows, schema, content.file)
        keep_right(right)
    printed = [name for name, item in schema.fields.items() if item.get("type") == "number"]
    table = _framed(
        values | {f"printed_{name}": [text or "" for text in texts[name]] for name in printed}, rows
    )
    if check:
        check(table, content.file)
    return table


def _texts(content: _Content, schema: Schema) -> tuple[dict[str, list[str | None]], list[int]]:
    """Return the cells by column, None where they are empty, and the rows they stand in."""
    lines, names = _lines(content), [name for name in schema.fields if name not in schema.since]
    if not lines:
        raise InputError("file_is_empty", file=content.file, expected=", ".join(names))
    header, *others = lines
    _check_header(header, names, content.file)
    rows, kept = [], []
    for number, line in enumerate(others, start=2):
        cells = [cell.strip() or None for cell in line]
        if not any(cells):
            continue
        if len(line) != len(header):
            raise InputError(
                "this_row_has_cells",
                file=content.file,
                row=number,
                column=header[len(line)] if len(line) < len(header) else header[-1],
                value=",".join(line),
                expected=f"{len(header)} cells",
                count=len(line),
            )
        rows.append(number)
        kept.append(cells)
    columns = dict(zip(header, zip(*kept, strict=True), strict=True)) if kept else {}
    nothing_yet = [None] * len(rows)
    return {name: list(columns.get(name, nothing_yet)) for name in schema.fields}, rows


def _check_cells(
    texts: Mapping[str, list],
    values: Mapping[str, list],
    rows: list[int],
    schema: Schema,
    file: str,
) -> None:
    from pandera.errors import SchemaErrors

    held = dict(texts) | {f"{_VALUE}{name}": column for name, column in values.items()}
    try:
        _checks(schema).validate(pd.DataFrame(held, rows, dtype=object), lazy=True)
    except SchemaErrors as errors:
        names, rules, cases = list(schema.fields), [*_ON_TEXTS, *_ON_VALUES], errors.failure_cases
        row, at, broken = min(
            (row, names.index(column.removeprefix(_VALUE)), rules.index(check))
            for row, column, check in zip(
                cases["index"], cases["column"], cases["check"], strict=True
            )
        )
        cells = {one: texts[one][rows.index(row)] for one in names}
        where = {"file": file, "row": row, "column": names[at]}
        error = _wrong(cells[names[at]], rules[broken], schema.fields[names[at]], where)
        error.beside = cells
        raise error from None


@lru_cache(maxsize=64)
def _checks(schema: Schema) -> DataFrameSchema:
    """Return a Table Schema as pandera's: texts under their columns' names, values beside them."""
    from pandera.pandas import Column, DataFrameSchema

    columns = {}
    for name, item in schema.fields.items():
        kind, rules = item.get("type", "string"), _rules(item)
        asked = {
            rule: right for rule, right in rules.items() if right is not None and right is not False
        }
        for place, own in ((name, _ON_TEXTS), (f"{_VALUE}{name}", _ON_VALUES)):
            checks = [_check(rule, asked[rule], kind) for rule in own if rule in asked]
            if place == name and kind != "string":
                checks.append(_check("form", None, kind))
            if checks:
                columns[place] = Column(checks=checks, nullable=True)
    return DataFrameSchema(columns)


def _check(rule: str, asked: Any, kind: str) -> Check:
    from pandera.pandas import Check

    told: dict[str, Any] = {"error": rule, "n_failure_cases": 1}  # one cell is told of each column
    if rule == "required":
        return Check(pd.Series.notna, ignore_na=False, **told)
    if rule == "form":
        return Check(lambda text: _value(text, kind) is not None, element_wise=True, **told)
    if rule == "pattern":  # ASCII only: \d would take full-width digits
        return Check.str_matches(re.compile(rf"(?:{asked})\Z", re.ASCII), **told)
    if rule == "minLength":
        return Check.str_length(min_value=asked, **told)
    if rule == "maxLength":
        return Check.str_length(max_value=asked, **told)
    if rule == "enum":
        return Check.isin([_value(str(choice), kind) for choice in asked], **told)
    bound = _value(str(asked), kind)
    return Check.ge(bound, **told) if rule == "minimum" else Check.le(bound, **told)


def _check_unique(
    values: Mapping[str, list[Any]], rows: list[int], schema: Schema, file: str
) -> None:
    for key in schema.keys:
        seen: dict[tuple, int] = {}
        for row, *cells in zip(rows, *(values[name] for name in key), strict=True):
            if seen.setdefault(tuple(cells), row) != row:
                raise InputError(
                    "repeats_row",
                    other=seen[tuple(cells)],
                    file=file,
                    row=row,
                    column=", ".join(key),
                    value=" / ".join(map(str, cells)),
                    expected=Reason("row_for_each_vintage"),
                )


def require_rows(table: pd.DataFrame, file: str) -> None:
    """Refuse a table of a header only where nothing can be said without its rows.

    Raises
    ------
    InputError
        When the table has no row.
    """
    if table.empty:
        right = Reason("at_least_one_row")
        raise InputError("table_has_header_only", file=file, row=2, expected=right)


def check_reference(
    table: pd.DataFrame,
    columns: Sequence[str],
    choices: Collection[tuple],
    file: str,
    code_list: str,
) -> None:
    """Refuse the first row whose cells name something that a code list does not hold.

    Parameters
    ----------
    table : DataFrame
        As from :func:`read_table`; a row with an empty cell among `columns` names nothing.
    columns : sequence of str
        The columns that together are the code.
    choices : collection of tuple
        The codes there are.
    file, code_list : str
        Names of the table and of the list, as messages show them.

    Raises
    ------
    InputError
        With the nearest valid code.
    """
    known = set(choices)
    for row, cells in zip(table["row"], _cells(table, columns), strict=True):
        if cells not in known and None not in cells:
            value = " / ".join(map(str, cells))
            raise InputError(
                "not_in_code_list",
                file=file,
                row=row,
                column=", ".join(columns),
                value=value,
                expected=Reason("code_of_list", list=code_list),
                nearest=nearest(value, sorted(" / ".join(map(str, code)) for code in known)),
            )


# --- Tables found right before, by their content: none is checked twice ----------------------
# What is kept is a list of digests and nothing else, in the user's own cache folder: a line that is
# no digest of a table at hand says nothing, and where nothing can be kept every table is checked.


#: Characters of a list before it is begun anew: some 6,000 tables.
_LIST_AT_MOST = 400_000


def digest_of(parts: Iterable[bytes]) -> str:
    """Return what tells contents from any other, whoever checked them with another program.

    Examples
    --------
    >>> digest_of([b"a", b"bc"]) == digest_of([b"ab", b"c"]), len(digest_of([]))
    (False, 64)
    """
    whole = hashlib.sha256(_program())
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()


@cache
def _program() -> bytes:
    """Return what tells this program from another: its version, and the code that checks."""
    here = Path(__file__).parent
    code = [(here / name).read_bytes() for name in ("schema.py", "periods.py")]
    return hashlib.sha256(b"\0".join([__version__.encode(), *code])).digest()


def list_of_right() -> Path:
    """Return the list's path, in the folder a system has for such things; it need not exist."""
    from platformdirs import user_cache_path

    return user_cache_path("plan-evaluation", appauthor=False) / "tables-checked.txt"


@cache
def _right(path: Path) -> set[str]:
    try:
        text = path.read_bytes()[:_LIST_AT_MOST] if path.is_file() else b""
    except OSError:
        text = b""
    return set(re.findall("^[0-9a-f]{64}$", text.decode("ascii", "replace"), re.MULTILINE))


def found_right(content: str) -> bool:
    """Tell whether a content, by its digest, was found right before."""
    return content in _right(list_of_right())


def keep_right(content: str) -> None:
    """Keep the digest of a content found right, where anything can be kept."""
    path = list_of_right()
    _right(path).add(content)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        full = path.is_file() and path.stat().st_size > _LIST_AT_MOST
        with path.open("w" if full else "a", encoding="ascii") as handle:
            handle.write(f"{content}\n")
    except OSError:  # no room, or no right to write: the next program checks for itself
        pass
