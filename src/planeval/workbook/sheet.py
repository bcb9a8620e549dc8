"""One sheet of the Excel annex: typed cells, heads that stay, a page that prints.

A text is always a text: what begins like a formula is stored as a string and marked so, so
that neither opening the file nor editing the cell makes it run. A number that is not known
leaves its cell empty, a text that is not known prints a dash; neither ever becomes a zero.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from planeval.show.widths import display_width
from planeval.words.language import either, spoken

#: What a spreadsheet may take for the beginning of a formula, also behind blanks.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
_EMPTY = "—"
HEAD_FILL = "E8ECF0"
INK, RULE = "222222", "B5BCC4"
TEXT, WHOLE, DAY = "@", "0", "yyyy-mm-dd"
SHARE = '0.0%;"−"0.0%'


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    title : str
        The head, in the language spoken.
    width : float
        In characters of the standard type.
    format : str
        Number format; ``""`` gives every number the decimals it has, ``@`` is text.
    wrap : bool
        Whether a long text goes on in further lines.
    """

    title: str
    width: float
    format: str = TEXT
    wrap: bool = False


def decimals(value: float, places: int | None = None) -> str:
    """Return a number format with grouping, a true minus and the decimals the number has.

    Parameters
    ----------
    value : float
        The number.
    places : int, optional
        Fixed decimals instead; by default as many as it needs, at most four.

    Examples
    --------
    >>> decimals(1069.6), decimals(400.0)
    ('#,##0.0;"−"#,##0.0', '#,##0;"−"#,##0')
    """
    if places is None:
        places = len(f"{value:.4f}".rstrip("0").partition(".")[2])
    shape = "#,##0" + ("." + "0" * places if places else "")
    return f'{shape};"−"{shape}'


def put(cell: Cell, value: Any, form: str = TEXT) -> Cell:
    """Write one value into a cell: a number, a date, or a text that can never be a formula.

    Parameters
    ----------
    cell : openpyxl cell
        Where.
    value : object
        None and NaN leave a cell of numbers empty and print a dash in one of text.
    form : str
        As :attr:`Column.format`.

    Examples
    --------
    >>> from openpyxl import Workbook
    >>> sheet = Workbook().active
    >>> cell = put(sheet["A1"], '=HYPERLINK("http://x")')
    >>> cell.data_type, cell.quotePrefix
    ('s', True)
    >>> put(sheet["A2"], None, "").value is None
    True
    """
    if isinstance(value, float) and not math.isfinite(value):
        value = None
    if value is None or value == "":
        cell.value = _EMPTY if form == TEXT else None
        if form == TEXT:
            cell.alignment = Alignment(horizontal="center", vertical="top")
        return cell
    if isinstance(value, bool | str):
        text = ILLEGAL_CHARACTERS_RE.sub("", str(value))
        cell.value = text
        cell.data_type = "s"  # set apart from what the library reads out of the first sign
        if text.lstrip(" \u3000").startswith(_FORMULA) or text.startswith(_FORMULA):
            cell.quotePrefix = True
        return cell
    cell.value = value
    if isinstance(value, dt.date):
        cell.number_format = DAY
    else:
        cell.number_format = decimals(float(value)) if form in ("", TEXT) else form
    return cell


def font(**more: Any) -> Font:
    """Return the sheet's type; Chinese offices and others have different faces."""
    look: dict[str, Any] = {"name": either("等线", "Calibri"), "color": INK, "size": 10.5}
    return Font(**(look | more))


def heads(sheet: Worksheet, columns: Sequence[Column], row: int, first: int = 1) -> None:
    """Write the heads of a table, shaded and ruled."""
    for at, column in enumerate(columns, start=first):
        cell = put(sheet.cell(row, at), column.title)
        cell.font = font(bold=True)
        cell.fill = PatternFill("solid", fgColor=HEAD_FILL)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.border = Border(top=Side("medium", INK), bottom=Side("thin", INK))


def fill(
    sheet: Worksheet,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Any]],
    row: int,
    first: int = 1,
) -> int:
    """Write a table's head and rows; return the last row used."""
    heads(sheet, columns, row, first)
    for values in rows:
        row += 1
        lines = 1
        for at, (column, value) in enumerate(zip(columns, values, strict=True), start=first):
            cell = sheet.cell(row, at)
            text = isinstance(value, str) and value != ""
            cell.alignment = Alignment(
                vertical="top",
                wrap_text=column.wrap,
                horizontal="left" if text else "right",
                indent=1 if at > first else 0,  # figures never touch the words beside them
            )
            put(cell, value, column.format)
            cell.font = font()
            cell.border = Border(bottom=Side("hair", RULE))
            if column.wrap and text:
                lines = max(lines, -(-display_width(value) // max(1, int(column.width) - 1)))
        # Excel alone fits rows to wrapped text when it opens a file; others show what is set.
        sheet.row_dimensions[row].height = 15.5 * min(lines, 12)
    return row


def table(
    sheet: Worksheet,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Any]],
    name: str,
    row: int = 1,
    pinned: int = 1,
) -> None:
    """Write the one table of a sheet: heads stay, rows filter, the range has a name.

    Parameters
    ----------
    sheet : openpyxl worksheet
        An empty sheet, or one with a title above `row`.
    columns, rows : sequence
        Heads and values.
    name : str
        Name of the whole range in formulas, the same in both languages.
    row : int
        Row of the heads.
    pinned : int
        How many columns stay when the reader scrolls right.
    """
    last = max(fill(sheet, columns, rows, row), row)
    end = get_column_letter(len(columns))
    for at, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = column.width
    sheet.row_dimensions[row].height = 33
    sheet.freeze_panes = sheet.cell(row + 1, pinned + 1)
    sheet.auto_filter.ref = f"A{row}:{end}{last}"
    sheet.print_title_rows = f"{row}:{row}"
    sheet.print_area = f"A1:{end}{last}"
    call(sheet, name, f"$A${row}:${end}${last}")


def call(sheet: Worksheet, name: str, cells: str) -> None:
    """Give cells of a sheet a name that formulas of the reader may use."""
    assert sheet.parent is not None
    where = f"{quote_sheetname(sheet.title)}!{cells}"
    sheet.parent.defined_names[name] = DefinedName(name, attr_text=where)


def page(sheet: Worksheet, title: str, left: str, landscape: bool = True) -> None:
    """Set up a sheet for A4: one page wide, a title above, page numbers below."""
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.5
    margins.top, margins.bottom = 0.75, 0.7
    sheet.print_options.horizontalCentered = True
    # "&" opens a code in heads and foots of a page
    sheet.oddHeader.left.text = left.replace("&", "&&")
    sheet.oddHeader.right.text = title.replace("&", "&&")
    sheet.oddFooter.center.text = "— &P —"
    sheet.sheet_view.showGridLines = False
    sheet.sheet_view.zoomScale = 100


def link(cell: Cell, address: str | None) -> None:
    """Make a cell a link where its address is of the web, and of nothing else."""
    if address and address.startswith(("https://", "http://")) and not set(address) & set(' "<>'):
        cell.hyperlink = address
        cell.font = font(underline="single", color="0563C1")


def term(words: Mapping[Any, tuple[str, str]], code: Any) -> str:
    """Return a code's word in the language spoken; an unknown code stands for itself."""
    pair = words.get(code)
    if pair is None and code is None:
        return ""
    return str(code) if pair is None else either(*pair)


def places(values: Sequence[str]) -> str:
    """Return several words as one cell."""
    return ("、" if spoken() == "zh" else ", ").join(values)
