"""The mark a workbook carries: which plan, year and data it was made for, and what is fixed.

It tells an honest mistake (a sheet sorted, a heading typed over, a workbook of another plan), not
a forgery: nothing here is a secret.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.data.errors import InputError
from planeval.intake.layout import MARKS, VERSION

FORMAT = "planeval-intake"
LOCKED, GIVEN_MARK = "locked", "given"
# of a sheet with more changed cells than these one message says all
CHANGED_AT_MOST = 5
ROWS_AT_MOST = 20_000


@dataclass(frozen=True)
class Mark:
    """What a workbook says of itself.

    Attributes
    ----------
    plan, year : str, int
        What it was made for.
    data : str
        Checksum of the data it was made from.
    cells : dict
        (sheet title, address) -> (``locked`` or ``given``, text): what must not change, and
        what was filled in beforehand.
    """

    plan: str
    year: int
    data: str
    cells: Mapping[tuple[str, str], tuple[str, str]]

    def digest(self) -> str:
        """Return the checksum over everything the mark says."""
        told = [FORMAT, VERSION, self.plan, self.year, self.data]
        rows = [[*place, *what] for place, what in sorted(self.cells.items())]
        text = json.dumps([told, rows], ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8")).hexdigest()


def plain(value: Any) -> str:
    """Return a cell's content as text that survives being saved by another program.

    Examples
    --------
    >>> plain(182.0), plain("182"), plain(None), plain(" a\\n")
    ('182', '182', '', 'a')
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.12g}"
    return str(value).replace("\r\n", "\n").strip()


def data_checksum(root: Path, plan: str) -> str:
    """Return one checksum over the tables a workbook shows: the shared ones and the plan's."""
    found = hashlib.sha256()
    folder = root / "data"
    for path in [*sorted(folder.glob("*.csv")), *sorted((folder / "plans" / plan).glob("*.csv"))]:
        if path.name == "changes.csv":  # what was done to the data, not what they say
            continue
        found.update(path.relative_to(root).as_posix().encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def write(sheet: Any, mark: Mark) -> None:
    """Write a mark on its hidden sheet; every cell is text."""
    head: Iterable[tuple[str, ...]] = (
        ("format", FORMAT),
        ("version", VERSION),
        ("plan", mark.plan),
        ("year", str(mark.year)),
        ("data", mark.data),
        ("digest", mark.digest()),
    )
    rows = [(*place, *what) for place, what in sorted(mark.cells.items())]
    for number, row in enumerate((*head, *rows), start=1):
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            cell.value, cell.data_type = text, "s"


def read(book: Any, file: str) -> Mark:
    """Return the mark of a workbook.

    Raises
    ------
    InputError
        When the workbook is not one of ours, of another version, or its mark was changed.
    """
    if MARKS not in book.sheetnames:
        raise InputError(
            "这不是由 planeval template 生成的工作簿",
            "this workbook was not made by planeval template",
            file=file,
            expected="planeval template PLAN --year YEAR OUT.xlsx",
        )
    sheet = book[MARKS]
    last = min(sheet.max_row, ROWS_AT_MOST)
    rows = [
        [plain(cell) for cell in row]
        for row in sheet.iter_rows(max_row=last, max_col=4, values_only=True)
    ]
    head = {row[0]: row[1] for row in rows[:6] if len(row) > 1}
    if head.get("format") != FORMAT or head.get("version") != VERSION:
        raise InputError(
            "工作簿由另一版本生成，请重新生成模板",
            "the workbook was made by another version: make a new template",
            file=file,
            value=f"{head.get('format')} {head.get('version')}",
            expected=f"{FORMAT} {VERSION}",
        )
    cells = {(r[0], r[1]): (r[2], r[3]) for r in rows[6:] if len(r) > 3 and r[0]}
    year = head.get("year", "")
    mark = Mark(
        head.get("plan", ""), int(year) if year.isdigit() else 0, head.get("data", ""), cells
    )
    if mark.digest() != head.get("digest"):
        raise InputError(
            "工作簿的校验信息被改动，请重新生成模板，再把填写的数值抄过去",
            "the workbook's own mark was changed: make a new template and copy the figures over",
            file=file,
        )
    return mark
