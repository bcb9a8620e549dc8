"""The checked copy: the workbook as it came in, each finding on its cell, and a list of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

from planeval.intake.found import ERROR, GRADES, HELD, Found
from planeval.intake.layout import FIRST_ROW, FOUND, HELP, Sheet
from planeval.intake.template import FIXED, FONT, HEAD, INPUT, put

COLOURS = {ERROR: "F4B6B0", HELD: "FCE0A2", "note": "CFE2F3"}
AUTHOR, RULE = "planeval check", "\n——\n"
COLUMNS = (
    ("级别 Grade", 14),
    ("工作表 Sheet", 22),
    ("单元格 Cell", 11),
    ("问题", 46),
    ("Finding", 50),
    ("现为 Found", 24),
    ("应为 Expected", 30),
    ("最接近 Nearest", 24),
)


def checked_path(path: Path) -> Path:
    """Return where the copy goes: beside the input, over nothing that stands there.

    An earlier copy may have been mended since: the new one takes the next free number.

    Examples
    --------
    >>> checked_path(Path("a.xlsx")).name, checked_path(Path("a.checked.xlsx")).name
    ('a.checked.xlsx', 'a.checked-2.xlsx')
    """
    again = re.fullmatch(r"(.*\.checked)(?:-(\d+))?", path.stem)
    stem, first = (again[1], int(again[2] or 1) + 1) if again else (f"{path.stem}.checked", 1)
    for number in count(first):
        to = path.with_name(f"{stem}-{number}.xlsx" if number > 1 else f"{stem}.xlsx")
        if not (to.exists() or to.is_symlink()):
            break
    return to


def mark(book: Any, found: Sequence[Found], layout: tuple[Sheet, ...]) -> None:
    """Colour the cells, hang the findings on them and list them all on a sheet.

    Marks of an earlier check are taken off first.
    """
    for sheet in layout:
        if sheet.title in book.sheetnames:
            _clean(book[sheet.title], sheet)
    by_cell: dict[tuple[str, str], list[Found]] = {}
    for item in found:
        if item.cell and item.sheet in book.sheetnames:
            by_cell.setdefault((item.sheet, item.cell), []).append(item)
    for (title, address), items in by_cell.items():
        _mark(book[title][address], items)
    _list(book, found)


def _clean(page: Any, sheet: Sheet) -> None:
    from openpyxl.styles import PatternFill

    for (row, column), cell in list(page._cells.items()):
        if row < FIRST_ROW or column > len(sheet.columns) or not hasattr(cell, "comment"):
            continue
        if cell.fill.fgColor.rgb in {f"00{colour}" for colour in COLOURS.values()}:
            locked = bool(cell.protection.locked)
            cell.fill = PatternFill("solid", fgColor=FIXED if locked else INPUT)
        if cell.comment is not None and cell.comment.author == AUTHOR:
            _, mark_found, before = cell.comment.text.partition(RULE)
            cell.comment = _comment(before, "planeval") if mark_found else None


def _comment(text: str, author: str) -> Any:
    from openpyxl.comments import Comment

    return Comment(text, author, height=150, width=340)


def _mark(cell: Any, items: Sequence[Found]) -> None:
    from openpyxl.cell.cell import MergedCell
    from openpyxl.styles import PatternFill

    if isinstance(cell, MergedCell):
        return
    worst = next(grade for grade in COLOURS if any(item.grade == grade for item in items))
    cell.fill = PatternFill("solid", fgColor=COLOURS[worst])
    lines = []
    for item in items:
        lines.append(f"【{GRADES[item.grade][0]} {item.grade}】{item.zh} / {item.en}")
        lines += [f"应为 expected: {item.expected}"] if item.expected else []
        lines += [f"最接近 nearest: {item.nearest}"] if item.nearest else []
    before = cell.comment.text if cell.comment is not None else ""
    cell.comment = _comment("\n".join(lines) + (RULE + before if before else ""), AUTHOR)


def _list(book: Any, found: Sequence[Found]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    if FOUND in book.sheetnames:
        del book[FOUND]
    page = book.create_sheet(FOUND, 1 if HELP in book.sheetnames else 0)
    for column, (head, width) in enumerate(COLUMNS, start=1):
        cell = page.cell(1, column)
        put(cell, head)
        cell.font = Font(name=FONT, size=10, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=HEAD)
        page.column_dimensions[get_column_letter(column)].width = width
    for row, item in enumerate(found, start=2):
        told = (
            f"{GRADES[item.grade][0]} {item.grade}{'（已放行）' if item.accepted else ''}",
            item.sheet,
            item.cell,
            item.zh,
            item.en,
            item.value,
            item.expected,
            item.nearest,
        )
        for column, text in enumerate(told, start=1):
            cell = page.cell(row, column)
            put(cell, text)
            cell.font = Font(name=FONT, size=10)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        page.cell(row, 1).fill = PatternFill("solid", fgColor=COLOURS[item.grade])
    page.freeze_panes = "A2"
    if found:
        page.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{len(found) + 1}"
    book.active = book.sheetnames.index(FOUND)
    for other in book:  # two sheets selected would be typed into together
        other.sheet_view.tabSelected = other is page
