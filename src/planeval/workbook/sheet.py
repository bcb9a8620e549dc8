"""One sheet of the Excel annex: typed cells, heads that stay, a page that prints.

A text is always a text: what begins like a formula is stored as a string and marked so, so
that neither opening the file nor editing the cell makes it run. A number that is not known
leaves its cell empty, a text that is not known prints a dash; neither ever becomes a zero.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from planeval.show.terminal import display_width
from planeval.words.amounts import unit_name
from planeval.words.language import either, spoken
from planeval.words.names import STATUS_ZH
from planeval.words.terms import TARGET_KINDS

#: What a spreadsheet may take for the beginning of a formula, also behind blanks.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
_EMPTY = "—"
HEAD_FILL = "E8ECF0"
INK, RULE = "222222", "B5BCC4"
TEXT, WHOLE, DAY = "@", "0", "yyyy-mm-dd"
SHARE = '0.0%;"−"0.0%'
_PACKED = (1980, 1, 1, 0, 0, 0)  # the earliest time an archive can hold: none


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
        return put_text(cell, str(value))
    cell.value = value
    if isinstance(value, dt.date):
        cell.number_format = DAY
    else:
        cell.number_format = decimals(float(value)) if form in ("", TEXT) else form
    return cell


def put_text(cell: Cell, value: str) -> Cell:
    """Write a text into a cell: a text whatever sign it begins with, fit for a workbook."""
    text = printable(value)
    cell.value = text
    cell.data_type = "s"  # set apart from what the library reads out of the first sign
    if text.lstrip(" \u3000").startswith(_FORMULA) or text.startswith(_FORMULA):
        cell.quotePrefix = True
    return cell


def printable(text: str) -> str:
    """Return a text without the control characters no workbook can hold.

    Examples
    --------
    >>> printable("a\\x0bb")
    'ab'
    """
    return str(ILLEGAL_CHARACTERS_RE.sub("", text))


def packed(book: Workbook, changed: Callable[[str, bytes], bytes] | None = None) -> bytes:
    """Return a workbook as a file that equal content makes equal: no hour is in it.

    Parameters
    ----------
    book : openpyxl Workbook
        Its properties say when it was made.
    changed : callable, optional
        Gets the name and the content of each part, and returns the content to write.
    """
    raw, final = io.BytesIO(), io.BytesIO()
    # not book.save(), which would date the file with the clock
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        ExcelWriter(book, archive).save()
    with zipfile.ZipFile(raw) as parts, zipfile.ZipFile(final, "w") as made:
        for name in parts.namelist():
            content = parts.read(name)
            info = zipfile.ZipInfo(name, _PACKED)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            made.writestr(info, changed(name, content) if changed else content)
    return final.getvalue()


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


# --- Words of the workbook for what the data keep as codes: each once, in both languages ---


BINDING = {
    "binding": ("约束性", "binding"),
    "expected": ("预期性", "expected"),
    None: ("未标明", "not stated"),
}
KINDS = {
    kind: (words.name_zh, words.sheet_en or words.name_en) for kind, words in TARGET_KINDS.items()
}
STATUS = {code: (zh, code.replace("_", " ")) for code, zh in STATUS_ZH.items()}
PRICES = {
    "current": ("现价", "current prices"),
    "constant": ("可比价", "constant prices"),
    "unstated": ("未注明", "not stated"),
    "not_applicable": ("不涉及", "not applicable"),
}
QUALIFIERS = {
    "exact": ("等于", "exact"),
    "at_least": ("突破", "at least"),
    "at_most": ("不超过", "at most"),
    "about": ("约", "about"),
    "rounded": ("约", "rounded"),
}
PUBLISHED = {
    "stated": ("注明", "stated"),
    "latest_possible": ("最迟", "latest possible"),
    "address": ("据网址", "from the address"),
}
RELIABILITY = {"high": ("高", "high"), "medium": ("中", "medium"), "low": ("低", "low")}
USES = {
    "base": ("基期", "base"),
    "latest": ("最新", "latest"),
    "earlier": ("历年", "other years"),
    "context": ("参照", "context"),
    "comparator": ("比较", "comparison"),
}
#: which evaluation of a plan it is
CYCLES = {
    "annual": ("年度监测", "annual monitoring"),
    "middle": ("中期评估", "mid-term evaluation"),
    "final": ("总结评估", "final evaluation"),
}
#: sign, colour group; a sign and a word say what the colour says, so that grey prints do too
SIGNS = {
    "achieved": ("✓", "good"),
    "achieved_open": ("✓", "good"),
    "achieved_firm": ("✓", "good"),
    "achieved_at_risk": ("✓", "good"),
    "very_likely": ("▲", "good"),
    "likely": ("▲", "good"),
    "in_progress": ("●", "middle"),
    "toss_up": ("●", "middle"),
    "unlikely": ("▼", "poor"),
    "very_unlikely": ("▼", "poor"),
    "missed": ("✗", "poor"),
}
NO_SIGN = ("○", "unknown")
#: heads and short words by their Chinese
_HEADS = {
    "记分板": "Scoreboard",
    "指标图": "Charts",
    "指标序列": "Series",
    "来源": "Sources",
    "口径": "Caliber",
    "核对": "Audit findings",
    "修订": "Vintages",
    "说明": "Notes",
    "备注": "Remarks",
    "年份": "Year",
    "公布值": "Published",
    "路径": "Path",
    "目标": "Target",
    "预测中位数": "Median forecast",
    "80%区间下限": "80% interval, low",
    "80%区间上限": "80% interval, high",
    "区域": "Region",
    "指标": "Indicator",
    "时期": "Period",
    "数值": "Value",
    "单位": "Unit",
    "限定": "Qualifier",
    "价格基础": "Price basis",
    "数据状态": "Status",
    "公布日": "Published on",
    "公布日依据": "Basis of the date",
    "来源编号": "Source",
    "出处": "Place in the source",
    "用于目标": "Used by target",
    "用途": "Use",
    "更正": "Correction",
    "观测表行号": "Row in observations",
    "题名": "Title",
    "发布者": "Publisher",
    "可靠程度": "Reliability",
    "地址": "Address",
    "代码": "Code",
    "含义": "Meaning",
    "本簿数字个数": "Figures in this book",
    "采用此口径的目标": "Targets of this definition",
    "编号": "No.",
    "结论": "Verdict",
    "规则": "Rule",
    "对象": "Subject",
    "公布数": "Stated",
    "推得数": "Implied",
    "公布（文字）": "Stated, as printed",
    "推得（文字）": "Implied, as printed",
    "较首次公布（%）": "Against the first (%)",
    "已声明更正": "declared",
    "是": "yes",
    "否": "no",
    "本簿": "This workbook",
    "工作表": "Sheets",
    "记分板各列": "Columns of the scoreboard",
    "前景与信号": "Outlooks and signs",
    "证据等级": "Evidence",
    "规划": "Plan",
    "规划代码": "Name of the plan",
    "评估年": "Year evaluated",
    "数据截至": "Data as of",
    "评估类型": "Kind",
    "重做": "To make it again",
    "未知": "Unknown",
    "语言": "Language",
    "完成度": "Completion",
    "时序进度": "Schedule",
    "仍需年均增速（%）": "Growth a year still required (%)",
    "仍需每年变化": "Change a year still required",
    "概率": "Probability",
    "预测单位": "Unit of the forecast",
    "内容": "Contents",
    "序号": "No. in plan",
    "属性": "Binding",
    "目标类型": "Kind of target",
    "目标年": "Target year",
    "基期值": "Base",
    "目标值": "Target value",
    "目标原文": "Target as printed",
    "最新年份": "Latest year",
    "最新值": "Latest value",
    "信号": "Sign",
    "前景": "Outlook",
    "完成情况": "Result",
    "已完成": "achieved",
    "较可能或很可能": "likely or very likely",
    "难分或推进中": "even odds or in progress",
    "较难或很难": "unlikely or very unlikely",
    "未完成": "missed",
    "概率不低于80%": "probability of 80% or more",
    "概率60%至80%": "probability of 60% to 80%",
    "概率40%至60%": "probability of 40% to 60%",
    "概率20%至40%": "probability of 20% to 40%",
    "概率低于20%": "probability below 20%",
    "由公布值或其缺失判定": "decided by published figures, or by their lack",
}


def unit(name: str | None) -> str:
    """Return a unit in the language spoken; the figures beside it are never converted.

    Raises
    ------
    LookupError
        When a unit has no English name: a defect of the program.

    Examples
    --------
    >>> from planeval.words.language import speaking
    >>> unit("亿元")
    '亿元'
    >>> with speaking("en"):
    ...     unit("万标箱")
    '10,000 TEU'
    """
    return unit_name(name or "")


def word(zh: str) -> str:
    """Return a head or a short word of the workbook in the language spoken.

    Raises
    ------
    LookupError
        When it has no English: a defect of the program.

    Examples
    --------
    >>> word("完成度")
    '完成度'
    """
    if zh not in _HEADS:
        raise LookupError(f"no English for the head {zh}")
    return either(zh, _HEADS[zh])
