"""Read a filled-in workbook as it stands: its cells, and what was done to its sheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from analysis.data.errors import InputError, brief, nearest
from planeval.intake.layout import (
    CHANGED_AT_MOST,
    FIRST_ROW,
    FOUND,
    HEADINGS,
    HELP,
    LISTS,
    LOCKED,
    MARKS,
    Mark,
    Sheet,
    plain,
)
from planeval.words.errors import UserError, expectation, found_value, in_both

# --- One finding on a filled-in workbook: which cell, how grave, what was expected ---


ERROR, HELD, NOTE = "error", "held", "note"
GRADES = {ERROR: ("错误", "error"), HELD: ("待核实", "held"), NOTE: ("提示", "note")}


@dataclass(frozen=True)
class Found:
    """One finding.

    Attributes
    ----------
    grade : str
        ``error``: must be mended; ``held``: written only once confirmed; ``note``: to know.
    sheet, cell : str
        Title of the sheet and address of the cell, ``""`` for the whole sheet or workbook.
    zh, en : str
        What was found.
    value, expected, nearest : str or None
        What stands there, what was expected, the nearest valid choice.
    """

    grade: str
    sheet: str
    cell: str
    zh: str
    en: str
    value: str | None = None
    expected: str | None = None
    nearest: str | None = None
    accepted: bool = False

    @property
    def row(self) -> int | None:
        """The row of the cell."""
        digits = self.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return int(digits) if digits.isdigit() else None

    @property
    def blocks(self) -> bool:
        """Whether nothing may be written."""
        return self.grade == ERROR or (self.grade == HELD and not self.accepted)

    def line(self) -> str:
        """Return the finding as one line of the terminal, in both languages.

        Examples
        --------
        >>> Found("error", "数值 Figures", "H12", "不是数字", "not a number", "abc").line()
        '错误 error  数值 Figures!H12  不是数字 / not a number；现为 found “abc”'
        """
        zh, en = GRADES[self.grade]
        place = "!".join(part for part in (self.sheet, self.cell) if part)
        said = [f"{self.zh} / {self.en}"]
        if self.value is not None:
            said.append(f"现为 found “{brief(self.value)}”")
        if self.expected:
            said.append(f"应为 expected {self.expected}")
        if self.nearest:
            said.append(f"最接近 nearest {self.nearest}")
        passed = "（已放行 accepted）" if self.accepted else ""
        return f"{zh} {en}{passed}  {place}  {'；'.join(said)}"


def of_error(error: InputError, sheet: str, cell: str, grade: str = ERROR) -> Found:
    """Return a mistake found by a reader of the data as a finding on a cell."""
    value = None if error.value is None else str(found_value(error))
    return Found(grade, sheet, cell, *in_both(error), value, expectation(error)[0], error.nearest)


def sort_key(titles: Sequence[str]):  # type: ignore[no-untyped-def]
    """Return the order in which findings are told: by sheet, row and column."""

    def key(item: Found) -> tuple:
        at = titles.index(item.sheet) if item.sheet in titles else -1
        return (at, item.row or 0, len(item.cell), item.cell)

    return key


#: Columns beside the table in which a heading may have come to stand.
COLUMNS_BESIDE = 20


@dataclass(frozen=True)
class Cell:
    """One cell as it stands.

    ``kind`` is openpyxl's: ``n`` number, ``s`` text, ``d`` date, ``f`` formula, ``b`` truth value,
    ``e`` error; ``shape`` is its number format.
    """

    sheet: str
    address: str
    value: Any
    kind: str
    shape: str
    given: bool


@dataclass(frozen=True)
class RawRow:
    """A row that somebody filled in: its cells by column name, the empty ones left out."""

    sheet: Sheet
    number: int
    cells: dict[str, Cell]

    def address(self, name: str) -> str:
        """Return the address of a column's cell, filled in or not."""
        from openpyxl.utils import get_column_letter

        return f"{get_column_letter(self.sheet.at(name))}{self.number}"


@dataclass
class Filled:
    """A workbook as it came back.

    Attributes
    ----------
    rows : dict
        Sheet key -> rows somebody filled in.
    found : list of Found
        What is wrong with the sheets themselves.
    """

    mark: Mark
    rows: dict[str, list[RawRow]] = field(default_factory=dict)
    found: list[Found] = field(default_factory=list)


def read_filled(book: Any, mark: Mark, layout: tuple[Sheet, ...]) -> Filled:
    """Return the filled-in rows of a workbook and what was done to its sheets."""
    filled = Filled(mark)
    filled.found += _check_sheets(book, layout)
    for sheet in layout:
        if sheet.title not in book.sheetnames:
            continue
        page = book[sheet.title]
        moved = list(_columns(page, sheet) or _changed(page, sheet.title, mark))
        filled.found += moved
        filled.found += _merged(page, sheet.title)
        filled.rows[sheet.key] = []
        if any(item.cell == "" for item in moved):
            continue  # which cell means what is not known any more
        filled.found += _beside(page, sheet, mark)
        filled.rows[sheet.key] = list(_rows(page, sheet, mark))
        filled.found += _hidden(page, sheet, filled.rows[sheet.key])
    return filled


def _check_sheets(book: Any, layout: tuple[Sheet, ...]) -> Iterator[Found]:
    wanted = [sheet.title for sheet in layout]
    known = (*wanted, HELP, LISTS, MARKS, FOUND)
    for title in wanted:
        if title not in book.sheetnames:
            others = [name for name in book.sheetnames if name not in known]
            near = nearest(title, others) if others else None
            yield Found(
                ERROR,
                title,
                "",
                "工作表缺失或改了名",
                "the sheet is missing or was renamed",
                expected=title,
                nearest=near,
            )
    for name in book.sheetnames:
        if name not in known:
            yield Found(NOTE, name, "", "多出的工作表，未读取", "a sheet of your own, not read")


def _columns(page: Any, sheet: Sheet) -> list[Found]:
    """Return the columns that are gone, put elsewhere or put in between; none when all stand.

    A heading that was only typed over is a locked cell like any other.
    """
    from openpyxl.utils import get_column_letter

    wanted = [column.words[1] for column in sheet.columns]
    most = len(wanted) + COLUMNS_BESIDE
    stands = [plain(page.cell(HEADINGS, column).value) for column in range(1, most + 1)]
    gone = [at for at, name in enumerate(wanted) if stands[at] != name and name not in stands]
    away = [at for at, name in enumerate(wanted) if stands[at] != name and name in stands]
    gone = [at for at in gone if away or not stands[at]]
    still = sum(stands[at] == name for at, name in enumerate(wanted))
    if (not gone and not away) or (not away and 2 * still < len(wanted)):  # row 3 is another row
        return []
    zh, en = "列被移动，或插入了一列，最靠左的是", "columns were moved or put in, the leftmost"
    if gone:
        zh, en = "缺少列，或标题被改", "a column is missing, or its heading was changed"
    told = gone or away[:1]
    at = told[0]
    names = [f"{get_column_letter(n + 1)} {sheet.columns[n].words[0]}" for n in told]
    return [
        Found(
            ERROR,
            sheet.title,
            "",
            f"{zh}：{'、'.join(names)}；这张表未读取",
            f"{en}: {', '.join(wanted[n] for n in told)}; the sheet was not read",
            stands[at] or "（空）",
            f"{get_column_letter(at + 1)}{HEADINGS}: {wanted[at]}",
        )
    ]


def _changed(page: Any, title: str, mark: Mark) -> Iterator[Found]:
    """Yield the locked cells that hold something else, or one finding when the rows moved."""
    found = []
    for (sheet, address), (role, text) in mark.cells.items():
        if sheet != title or role != LOCKED:
            continue
        now = plain(page[address].value)
        if now != text:
            found.append(
                Found(
                    ERROR,
                    title,
                    address,
                    "锁定的单元格被改动",
                    "a locked cell was changed",
                    now or "（空）",
                    text or "（空）",
                )
            )
    if len(found) <= CHANGED_AT_MOST and not _moved(page, title, mark, found):
        yield from found
        return
    row = min(item.row or 0 for item in found)
    yield Found(
        ERROR,
        title,
        "",
        f"行被移动、插入、删除或排序：{len(found)}处锁定的单元格不在原位，最靠上的在第{row}行；"
        "各数属于哪一行已无从判断，这张表未读取",
        f"rows were moved, inserted, deleted or sorted: {len(found)} locked cells are not in their"
        f" place, the uppermost in row {row}; which row a figure belongs to cannot be told, and the"
        " sheet was not read",
        expected=f"planeval template {mark.plan} --year {mark.year} NEW.xlsx",
    )


def _moved(page: Any, title: str, mark: Mark, changed: list[Found]) -> bool:
    """Whether a changed row holds what belongs to another changed row: then it was moved."""
    rows = {item.row for item in changed}
    asked: dict[int, dict[str, str]] = {}
    for (sheet, address), (role, text) in mark.cells.items():
        column = address.rstrip("0123456789")
        row = int(address.removeprefix(column))
        if sheet == title and role == LOCKED and row in rows:
            asked.setdefault(row, {})[column] = text
    stands = {
        row: {column: plain(page[f"{column}{row}"].value) for column in columns}
        for row, columns in asked.items()
    }
    return any(
        any(now.values()) and now == wanted
        for row, now in stands.items()
        for other, wanted in asked.items()
        if other != row
    )


def _merged(page: Any, title: str) -> Iterator[Found]:
    for area in page.merged_cells.ranges:
        yield Found(
            ERROR,
            title,
            area.coord.split(":")[0],
            "单元格被合并，请取消合并",
            "cells are merged: unmerge them",
            area.coord,
        )


def _rows(page: Any, sheet: Sheet, mark: Mark) -> Iterator[RawRow]:
    """Yield the rows in which something was filled in, not only given beforehand."""
    by_row: dict[int, list[Any]] = {}
    for (row, column), cell in sorted(page._cells.items()):
        if row >= FIRST_ROW and column <= len(sheet.columns) and not _empty(cell):
            by_row.setdefault(row, []).append(cell)
    for row, cells in by_row.items():
        made: dict[str, Cell] = {}
        for cell in cells:
            role, text = mark.cells.get((sheet.title, cell.coordinate), ("", ""))
            given = bool(role) and (role == LOCKED or plain(cell.value) == text)
            spec = sheet.columns[cell.column - 1]
            if spec.shown:
                continue
            made[spec.name] = Cell(
                sheet.title,
                cell.coordinate,
                cell.value,
                cell.data_type if cell.data_type in "nsdfbe" else "s",
                cell.number_format or "General",
                given,
            )
        if any(not cell.given for cell in made.values()):
            yield RawRow(sheet, row, made)


def _empty(cell: Any) -> bool:
    value = getattr(cell, "value", None)
    return value is None or (isinstance(value, str) and not value.strip())


def _beside(page: Any, sheet: Sheet, mark: Mark) -> Iterator[Found]:
    """Yield what stands beside the table, or in an empty row where things are only shown."""
    shown = {at for at, column in enumerate(sheet.columns, start=1) if column.shown}
    for (row, column), cell in sorted(page._cells.items()):
        below = row >= FIRST_ROW and column in shown
        if below and (sheet.title, cell.coordinate) in mark.cells:
            continue
        if (below or column > len(sheet.columns)) and not _empty(cell):
            yield Found(
                NOTE,
                sheet.title,
                cell.coordinate,
                "表格之外的内容，未读取",
                "stands outside the table and is not read",
                plain(cell.value),
            )


def _hidden(page: Any, sheet: Sheet, rows: list[RawRow]) -> Iterator[Found]:
    """Yield hidden rows and columns that hold something: what is not seen is not confirmed."""
    from openpyxl.utils import column_index_from_string

    for row in rows:
        shape = page.row_dimensions.get(row.number)
        if shape is not None and (shape.hidden or shape.height == 0):
            yield Found(
                ERROR,
                sheet.title,
                f"A{row.number}",
                "隐藏的行里有内容，请取消隐藏（或清除筛选）",
                "a hidden row holds figures: show it (or clear the filter)",
            )
    for letter, shape in page.column_dimensions.items():
        if not shape.hidden or not letter:
            continue
        first = shape.min or column_index_from_string(letter)
        names = [column.name for column in sheet.columns][first - 1 : shape.max or first]
        if any(name in row.cells for row in rows for name in names):
            yield Found(
                ERROR,
                sheet.title,
                f"{letter}2",
                "列被隐藏，请取消隐藏",
                "a column is hidden: show it",
            )


def check_made_for(mark: Mark, plans: list[str], file: str) -> None:
    """Refuse a workbook of a plan this project does not have.

    Raises
    ------
    InputError
        With the nearest plan.
    """
    if mark.plan not in plans:
        raise UserError(
            "工作簿所属的规划不在本项目中",
            "the workbook is of a plan this project does not have",
            file=file,
            value=mark.plan,
            expected=" / ".join(plans),
            nearest=nearest(mark.plan, plans),
        )
