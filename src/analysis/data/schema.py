"""Read a data table against its Table Schema and say exactly which cell is wrong.

The schemas under ``data/schemas/`` are standard Table Schemas (any validator of the
Data Package standard reads them). This module reads the same files so that a rule stands in
one place only, and turns a violation into one message with file, row, column, value,
expectation and the nearest valid choice.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.data.errors import InputError, nearest
from analysis.data.paths import shown

LONGEST_CELL = 131_072
#: Far beyond any table a plan needs; more is another file's content, and would fill the memory.
MOST_ROWS = 200_000
LARGEST = 100_000_000
Row = dict[str, Any]


@lru_cache(maxsize=64)
def _schema(path: Path) -> dict[str, Any]:
    try:
        spec = json.loads(path.read_text(encoding="utf-8"))
        for field in spec["fields"]:
            re.compile(field.get("constraints", {}).get("pattern", field["name"]))
        return spec
    except FileNotFoundError:
        zh, en = "缺少表格模式文件", "the table schema is missing"
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, re.error):
        zh, en = "表格模式文件不可读", "the table schema is not readable"
    raise InputError(zh, en, file=path.name)


def _text(path: Path, label: str) -> str:
    if not path.is_file():
        siblings = [item.name for item in path.parent.glob("*.csv")] if path.parent.is_dir() else []
        raise InputError(
            "文件不存在",
            "the file does not exist",
            file=label,
            expected="an existing file",
            nearest=nearest(path.name, siblings),
        )
    if path.stat().st_size > LARGEST:
        raise InputError(
            "文件太大", "the file is too large", file=label, expected=f"<= {LARGEST:,} bytes"
        )
    raw = path.read_bytes()
    if raw.startswith(b"PK\x03\x04"):
        raise InputError(
            "这是工作簿或压缩包，不是文本表格（Excel 请另存为“CSV UTF-8”）",
            "this is a workbook or an archive, not a text table (in Excel save as 'CSV UTF-8')",
            file=label,
            expected="CSV",
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            "文件不是 UTF-8 编码（Excel 请另存为“CSV UTF-8”）",
            "the file is not UTF-8 (in Excel save as 'CSV UTF-8')",
            file=label,
            row=raw[: error.start].count(b"\n") + 1,
            expected="UTF-8",
        ) from None
    if "\0" in text:
        raise InputError(
            "文件含有空字节",
            "the file holds a NUL byte",
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
                raise csv.Error("field larger than any reader takes")
            if len(lines) > MOST_ROWS:
                raise InputError(
                    "行数过多", "too many rows", file=label, expected=f"<= {MOST_ROWS:,}"
                )
            lines.append(line)
    except csv.Error as error:
        # not csv's own limit, which any library in the process may change
        long = "field larger" in str(error)
        raise InputError(
            "单元格过长" if long else "CSV 格式错误：引号未配对",
            f"a cell is too long ({error})" if long else f"broken CSV: quotes ({error})",
            file=label,
            row=len(lines) + 1,
            expected=f"<= {LONGEST_CELL}" if long else '"…" (a quote within: "")',
        ) from None
    return lines


def _check_separator(header: list[str], names: list[str], label: str) -> None:
    for mark, zh, en in ((";", "分号", "semicolons"), ("\t", "制表符", "tabs")):
        if len(header) == 1 < len(names) and mark in header[0]:
            raise InputError(
                f"各列用{zh}分隔，应为逗号（Excel 请另存为“CSV UTF-8（逗号分隔）”）",
                f"cells are separated by {en}, not commas (in Excel save as 'CSV UTF-8')",
                file=label,
                row=1,
                value=header[0],
                expected=",".join(names),
            )


def _check_header(header: list[str], names: list[str], label: str) -> None:
    for name in header:
        if name not in names:
            raise InputError(
                "多出的列",
                "an unknown column",
                file=label,
                row=1,
                column=name,
                value=name,
                expected=", ".join(names),
                nearest=nearest(name, names),
            )
        if header.count(name) > 1:
            raise InputError(
                "列重复",
                "a column stands twice",
                file=label,
                row=1,
                column=name,
                value=name,
                expected="each column once",
            )
    for name in names:
        if name not in header:
            raise InputError(
                "缺少列", "a column is missing", file=label, row=1, column=name, expected=name
            )


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
                "不是数字",
                "not a number",
                value=text,
                expected="a number such as 226.0",
                nearest=_plain(text),
                **where,
            )
        number = float(text)
        if kind == "integer":
            if number != int(number):
                raise InputError(
                    "不是整数",
                    "not a whole number",
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
    raise InputError(
        "不是日期", "not a date", value=text, expected="YYYY-MM-DD", nearest=near, **where
    )


def _cell(text: str, field: Mapping[str, Any], where: dict[str, Any]) -> Any:
    rules = field.get("constraints", {})
    if text == "":
        if rules.get("required"):
            choices = rules.get("enum")
            raise InputError(
                "必填项为空",
                "a required cell is empty",
                expected=" / ".join(choices) if choices else field.get("title", field["name"]),
                **where,
            )
        return None
    value = _typed(text, field, where)
    if "enum" in rules and text not in rules["enum"]:
        raise InputError(
            "不在允许的取值之内",
            "not one of the allowed values",
            value=text,
            expected=" / ".join(rules["enum"]),
            nearest=nearest(text, rules["enum"]),
            **where,
        )
    # ASCII only: \d would take full-width digits
    if "pattern" in rules and not re.fullmatch(rules["pattern"], text, re.ASCII):
        near = unicodedata.normalize("NFKC", text)
        raise InputError(
            "格式不符",
            "the form is wrong",
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
        the printed decimals say how far a figure was rounded.

    Raises
    ------
    InputError
        For the first cell, header or key that breaks the schema.
    """
    label = shown(path, root)
    spec = _schema(schema)
    fields = {field["name"]: field for field in spec["fields"]}
    lines = _lines(path, label)
    if not lines:
        raise InputError("文件是空的", "the file is empty", file=label, expected=", ".join(fields))
    header = lines[0]
    _check_separator(header, list(fields), label)
    _check_header(header, list(fields), label)
    numbers = [name for name, field in fields.items() if field.get("type") == "number"]
    rows: list[Row] = []
    for number, line in enumerate(lines[1:], start=2):
        if not line or all(cell.strip() == "" for cell in line):
            continue
        if len(line) != len(header):
            raise InputError(
                f"本行有 {len(line)} 列",
                f"this row has {len(line)} cells",
                file=label,
                row=number,
                column=header[len(line)] if len(line) < len(header) else header[-1],
                value=",".join(line),
                expected=f"{len(header)} cells",
            )
        cells = {name: cell.strip() for name, cell in zip(header, line, strict=True)}
        row: Row = {
            name: _cell(cells[name], field, {"file": label, "row": number, "column": name})
            for name, field in fields.items()
        }
        row |= {f"printed_{name}": cells[name] for name in numbers}
        row["row"] = number
        rows.append(row)
    keys = spec.get("primaryKey", [])
    _check_unique(rows, [keys] if isinstance(keys, str) else keys, label)
    columns = [*fields, *(f"printed_{name}" for name in numbers), "row"]
    # objects keep None as None and integers as integers where cells may be empty
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _check_unique(rows: Iterable[Row], keys: list[str], label: str) -> None:
    seen: dict[tuple, int] = {}
    for row in rows:
        key = tuple(row[name] for name in keys)
        if keys and key in seen:
            raise InputError(
                f"与第 {seen[key]} 行重复（同一数据的同一版本只能有一行）",
                f"repeats row {seen[key]} (one vintage of one datum has one row)",
                file=label,
                row=row["row"],
                column=keys[-1] if len(keys) == 1 else ", ".join(keys),
                value=" / ".join(str(part) for part in key),
                expected="a row of its own for each vintage: another status, date or source",
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
            "表中只有表头，没有数据",
            "the table has a header only",
            file=shown(path, root),
            row=2,
            expected="at least one row",
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
                "代码表中没有此项",
                "not in the code list",
                file=shown(path, root),
                row=row,
                column=column,
                value=value,
                expected=f"a code of the {column} list",
                nearest=nearest(value, sorted(known)),
            )
