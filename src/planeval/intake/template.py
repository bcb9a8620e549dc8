"""The workbook a statistician fills once a year: ``planeval template``.

What is known stands in it already and is locked, what can be chosen is chosen from a list, and
what only has to be typed is white. Two workbooks made from the same data are the same file.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.data.periods import first_year
from analysis.data.plan import Plan, Target
from analysis.data.series import annual_series, comparable
from planeval.intake.layout import (
    FIRST_ROW,
    GIVEN,
    GIVEN_MARK,
    HELP,
    KNOWN_BEFORE,
    LISTS,
    LOCKED,
    MARKS,
    PLAN_TABLES,
    Column,
    Mark,
    Sheet,
    data_checksum,
    free_codes,
    label,
    lists,
    plain,
    sheets,
    write,
)
from planeval.words.names import dated

__all__ = ["GIVEN", "put", "template"]

# --- Which figures of a plan are due in a year, with the last one known and its definition ---


ONE_YEAR, TOTAL = "annual", "five_year_total"


@dataclass(frozen=True)
class Due:
    """One figure that is due: a row of the workbook.

    Attributes
    ----------
    targets : tuple of Target
        The targets judged by it.
    period : str
        A year, or ``2021/2025`` for a total over the plan.
    last_period, last_value
        The latest figure known before it, in `unit`; None when there is none.
    """

    targets: tuple[Target, ...]
    region: str
    indicator: str
    period: str
    unit: str
    price_basis: str
    caliber: str
    last_period: str | None
    last_value: float | None


def due_rows(plan: Plan, year: int) -> list[Due]:
    """Return the figures a plan's targets wait for in a year, one row per series and period.

    Every series gets the year itself; the year before as well when nothing has been published
    for it or only a first estimate; a target counted over the whole plan also gets its total.

    Raises
    ------
    InputError
        When the plan does not cover the year.

    Examples
    --------
    >>> from analysis.data.plan import load_plan
    >>> rows = due_rows(load_plan("jiaxing-14fyp"), 2025)
    >>> [(r.period, r.unit, r.last_period, r.last_value) for r in rows if r.indicator == "gdp"][0]
    ('2025', '亿元', '2024', 226.0)
    """
    plan.check_year(year)
    wanted: dict[tuple[str, str, str], tuple[str, str, list[Target]]] = {}
    for target in plan.targets:
        for region, indicator, caliber, price in _series(plan, target):
            for period, chosen in _periods(plan, target, region, indicator, caliber, year):
                key = (region, indicator, period)
                wanted.setdefault(key, (chosen, price, []))[2].append(target)
    made = []
    for (region, indicator, period), (caliber, price, targets) in wanted.items():
        last = _last(plan, region, indicator, caliber, period)
        unit = plan.data.indicators[indicator]["unit"] or ""
        made.append(Due(tuple(targets), region, indicator, period, unit, price, caliber, *last))
    return made


def _series(plan: Plan, target: Target) -> Iterator[tuple[str, str, str, str]]:
    """Yield region, indicator, caliber and price basis of what a target is judged by."""
    if target.kind == "milestone":
        return
    price = _price(plan, target.region, target.indicator, target.price_basis)
    if not target.proxies:
        yield target.region, target.indicator, target.caliber, price
    for proxy in target.proxies:
        yield target.region, proxy, target.caliber, _price(plan, target.region, proxy, price)
    region, _, indicator = (target.comparator or "").rpartition(":")
    if indicator:
        place = region or target.region
        caliber = _caliber(plan, place, indicator)
        yield place, indicator, caliber, _price(plan, place, indicator, target.price_basis)


def _price(plan: Plan, region: str, indicator: str, stated: str) -> str:
    """Return the price basis of the series' latest figure: the target may speak of growth."""
    rows = plan.data.by_series.get((region, indicator), [])
    return max(rows, key=lambda row: row["published"])["price_basis"] if rows else stated


def _caliber(plan: Plan, region: str, indicator: str) -> str:
    for target in plan.targets:
        if (target.region, target.indicator) == (region, indicator):
            return target.caliber
    return "default"


def _periods(
    plan: Plan, target: Target, region: str, indicator: str, caliber: str, year: int
) -> Iterator[tuple[str, str]]:
    """Yield the periods that are due with the caliber each is stated in."""
    one = ONE_YEAR if caliber == TOTAL else caliber
    if year > plan.start_year and _waits(plan, region, indicator, one, year - 1):
        yield str(year - 1), one
    yield str(year), one
    if target.kind == "cumulative" and year > plan.start_year:
        yield f"{plan.start_year}/{year}", TOTAL


def _waits(plan: Plan, region: str, indicator: str, caliber: str, year: int) -> bool:
    figure = annual_series(plan.data, region, indicator, caliber=caliber).at(year)
    return figure is None or figure.status in ("first_estimate", "derived")


def _last(
    plan: Plan, region: str, indicator: str, caliber: str, period: str
) -> tuple[str | None, float | None]:
    if "/" not in period:
        figures = annual_series(plan.data, region, indicator, caliber=caliber).data
        known = [item for item in figures if item.year <= first_year(period)]
        return (known[-1].period, known[-1].value) if known else (None, None)
    rows = [
        row
        for row in plan.data.by_series.get((region, indicator), [])
        if "/" in row["period"] and comparable(row["caliber"], caliber)
    ]
    if not rows:
        return None, None
    last = max(rows, key=lambda row: (row["period"], row["published"]))
    return last["period"], float(last["number"])


# --- The workbook's sheet of instructions, in Chinese and English ---


STEPS = (
    (
        "只填白色单元格；灰色的已锁定，不要改动、排序、插行或合并。",
        "Fill white cells only. Grey ones are locked: do not change, sort, insert or merge.",
    ),
    (
        "“数值”表一行一个指标一个时期：有数就填，没有就留空；空行不导入，也不当作零。",
        "Sheet Figures: one row is one indicator and period. Leave empty what is not published;"
        " an empty row is not imported and never counts as zero.",
    ),
    (
        "数值照原文填写，保留原文的小数位；“92以上”“突破100”可照抄，导入时转为数值加限定。",
        "Copy figures as printed. “92以上” (at least 92) may be copied too; it becomes a figure and"
        " a qualifier.",
    ),
    (
        "单位可改为同类单位（如 万元、亿元），数值按所填单位理解；不要写公式，请粘贴为数值。",
        "The unit may be another of the same kind (万元, 亿元). No formulas: paste values.",
    ),
    (
        "每个数必须有状态、来源、出处位置。公布日为空时取来源的公布日。",
        "Every figure needs a status, a source and the place in it. An empty date of publication"
        " means the source's own.",
    ),
    (
        "新来源先登记在“来源”表（N1、N2……），再在各表引用。",
        "Enter new sources on sheet Sources first (N1, N2, …), then refer to them.",
    ),
    (
        "修订旧数不改旧行：另填一行，状态选“修订数”或“最终核实数”，公布日在后。",
        "A revision never overwrites: enter it as a row of its own, status revised or final, with"
        " its later date.",
    ),
    (
        "口径与以往不同的，必须在备注写明原因。",
        "A caliber other than before needs a note that says why.",
    ),
    (
        "上级下达的指标填“下达目标”；中期调整、取消、新增填“目标调整”；项目类目标填“进展”；"
        "逐年分解填“年度计划”。",
        "Assigned targets, adjustments, milestones and yearly paths have their own sheets.",
    ),
    (
        "填好后运行 planeval import 本文件。有错时什么也不写，并在旁边生成 .checked.xlsx，"
        "逐格标出问题：红色必须改，橙色核实后可用 --accept 放行，蓝色仅供参考。",
        "Then run planeval import FILE. With any mistake nothing is written; a copy .checked.xlsx"
        " marks each cell: red must be mended, amber passes with --accept once confirmed, blue is"
        " for your information.",
    ),
    (
        "可以直接在 .checked.xlsx 中改正后再导入。导入后可用 planeval undo 撤回。",
        "You may mend the .checked.xlsx and import that. planeval undo takes an import back.",
    ),
)


def instructions(page: Any, plan: Plan, year: int, font: str) -> None:
    """Write the instructions on a sheet and protect it."""
    from openpyxl.styles import Alignment, Font

    page.column_dimensions["A"].width = 4
    page.column_dimensions["B"].width = 62
    page.column_dimensions["C"].width = 62
    head = page["B1"]
    head.value, head.data_type = f"{plan.name_zh}　{year}年数据填报", "s"
    head.font = Font(name=font, size=15, bold=True)
    other = page["C1"]
    other.value, other.data_type = f"{plan.name_en}: figures for {year}", "s"
    other.font = Font(name=font, size=13, bold=True)
    page.row_dimensions[1].height = 30
    for number, (zh, en) in enumerate(STEPS, start=1):
        row = number + 2
        for column, text in (("A", number), ("B", zh), ("C", en)):
            cell = page[f"{column}{row}"]
            cell.value = text
            cell.font = Font(name=font, size=10)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        # a Chinese character takes two columns' width
        lines = max(-(-2 * len(zh) // 60), -(-len(en) // 60))
        page.row_dimensions[row].height = 16 * lines + 6
    page.protection.sheet = True
    page.sheet_view.showGridLines = False
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


FONT = "微软雅黑"  # comes with Excel and WPS on every Chinese Windows and on the Mac
INPUT, FIXED, HEAD = "FFFFFF", "EEF1F4", "1F3A5F"
SPARE = {"observations": 40, "sources": 20, "path": 60}
SPARE_ELSEWHERE = 25
# the same in every file, so that equal content is an equal file
STAMP = dt.datetime(2000, 1, 1)
Values = dict[str, object]


def template(plan: Plan, year: int) -> bytes:
    """Return the workbook for a plan and year as a file's bytes.

    Raises
    ------
    InputError
        When the plan does not cover the year.

    Examples
    --------
    >>> from analysis.data.plan import load_plan
    >>> template(load_plan("jiaxing-14fyp"), 2025)[:2]
    b'PK'
    """
    from openpyxl import Workbook

    rows = due_rows(plan, year)
    choices = lists(plan)
    new = free_codes(plan.data, SPARE["sources"])
    choices["source"] |= dict.fromkeys(new, "（见“来源”表 see sheet Sources）")
    book = Workbook()
    marks: dict[tuple[str, str], tuple[str, str]] = {}
    first = book.active
    first.title = HELP
    places = _lists(book, choices)
    for sheet in sheets(plan.data.root, plan.plan_id):
        page = book.create_sheet(sheet.title, index=len(book.sheetnames) - 1)
        known = _known(sheet, plan, rows, choices, new)
        _fill(page, sheet, known, f"{plan.name_zh}　{plan.name_en}　{year}", marks)
        _offer(page, sheet, places, FIRST_ROW + len(known) - 1)
        if sheet.key == "observations":
            _explain(page, sheet, rows, plan)
    instructions(first, plan, year, FONT)
    hidden = book.create_sheet(MARKS)
    write(hidden, Mark(plan.plan_id, year, data_checksum(plan.data.root, plan.plan_id), marks))
    hidden.sheet_state = "veryHidden"
    book.active = 1
    return _bytes(book)


def put(cell: Any, value: object) -> None:
    """Put a value into a cell; text stays text, whatever sign it begins with."""
    cell.value = printable(value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"
        if value[:1] in "=+-@\t\r" and value:
            cell.quotePrefix = True


def printable(text: str) -> str:
    """Return a text without the control characters no workbook can hold.

    Examples
    --------
    >>> printable("a\\x0bb")
    'ab'
    """
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return str(ILLEGAL_CHARACTERS_RE.sub("", text))


def _lists(book: Any, choices: dict[str, dict[str, str]]) -> dict[str, str]:
    """Write the lists on their hidden sheet; return where each stands."""
    from openpyxl.utils import get_column_letter

    page = book.create_sheet(LISTS)
    page.sheet_state = "hidden"
    page.protection.sheet = True
    places = {}
    for column, (name, codes) in enumerate(choices.items(), start=1):
        put(page.cell(1, column), name)
        for row, (code, text) in enumerate(codes.items(), start=2):
            put(page.cell(row, column), label(code, text))
        letter = get_column_letter(column)
        places[name] = f"{LISTS}!${letter}$2:${letter}${max(len(codes), 1) + 1}"
    return places


def _known(
    sheet: Sheet,
    plan: Plan,
    rows: Sequence[Due],
    choices: dict[str, dict[str, str]],
    new: Sequence[str],
) -> list[Values]:
    """Return what stands in a sheet's rows beforehand, empty rows for more at the end."""
    spare: list[Values] = [{} for _ in range(SPARE.get(sheet.key, SPARE_ELSEWHERE))]
    if sheet.key == "observations":
        return [*(_figure(row, choices) for row in rows), *spare]
    if sheet.key == "sources":
        return [{"source": code} for code in new]
    wanted = {"assignments": "assigned", "milestones": "milestone"}.get(sheet.key)
    known: list[Values] = []
    for target in plan.targets:
        if target.kind != wanted:
            continue
        done = target.milestone
        now = f"{done['status']} {dated(done)}" if done else "—"
        if target.assigned:
            now = f"{target.assigned['value']:g} {target.unit} {dated(target.assigned)}"
        told: Values = {"target_id": label(target.target_id, target.name_zh), "now": now}
        if sheet.key == "assignments":
            told["unit"] = target.unit
        known.append(told)
    return [*known, *spare]


def _figure(row: Due, choices: dict[str, dict[str, str]]) -> Values:
    def shown(name: str, code: str) -> str:
        return label(code, choices[name][code])

    return {
        "targets": "；".join(dict.fromkeys(target.name_zh for target in row.targets)),
        "region": shown("region", row.region),
        "indicator": shown("indicator", row.indicator),
        "period": row.period,
        "last_period": row.last_period or "—",
        "last_value": row.last_value,
        "unit": row.unit,
        "price_basis": shown("observations.price_basis", row.price_basis),
        "caliber": shown("caliber", row.caliber),
    }


def _fill(
    page: Any,
    sheet: Sheet,
    known: Sequence[Values],
    title: str,
    marks: dict[tuple[str, str], tuple[str, str]],
) -> None:
    from openpyxl.utils import get_column_letter

    put(page.cell(1, 1), f"{sheet.title}　{title}")
    for column, spec in enumerate(sheet.columns, start=1):
        zh, en, width = spec.words
        put(page.cell(2, column), f"{zh} *" if spec.required else zh)
        put(page.cell(3, column), en)
        page.column_dimensions[get_column_letter(column)].width = width
    for row, values in enumerate(known, start=FIRST_ROW):
        for column, spec in enumerate(sheet.columns, start=1):
            cell = page.cell(row, column)
            put(cell, values.get(spec.name))
            fixed = spec.shown or (
                sheet.key == "observations" and bool(values) and spec.name in KNOWN_BEFORE
            )
            _dress(cell, spec, fixed)
            if fixed or cell.value is not None:
                what = LOCKED if fixed else GIVEN_MARK
                marks[sheet.title, cell.coordinate] = (what, plain(cell.value))
    for cells in page["A1" : f"{get_column_letter(len(sheet.columns))}3"]:
        for cell in cells:
            if cell.value is not None:
                marks[sheet.title, cell.coordinate] = (LOCKED, plain(cell.value))
    _frame(page, sheet)


def _dress(cell: Any, spec: Column, fixed: bool) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

    line = Side(style="thin", color="C9D1DA")
    cell.font = Font(name=FONT, size=10, color="5A6572" if fixed else "000000")
    cell.fill = PatternFill("solid", fgColor=FIXED if fixed else INPUT)
    cell.border = Border(left=line, right=line, top=line, bottom=line)
    cell.protection = Protection(locked=fixed)
    right = spec.kind in ("number", "integer")
    cell.alignment = Alignment(horizontal="right" if right else "left", vertical="center")
    # text where text is meant: 2025-03-01 as a date, 2025/2026 and 007 never turned into one
    if spec.kind == "date":
        cell.number_format = "yyyy-mm-dd"
    elif spec.kind == "text":
        cell.number_format = "@"


def _frame(page: Any, sheet: Sheet) -> None:
    """Frozen heads, protection without a password, and how it prints."""
    from openpyxl.styles import Alignment, Font, PatternFill

    page["A1"].font = Font(name=FONT, size=13, bold=True, color=HEAD)
    for row in (2, 3):
        for column in range(1, len(sheet.columns) + 1):
            cell = page.cell(row, column)
            cell.font = Font(name=FONT, size=10 if row == 2 else 8, bold=row == 2, color="FFFFFF")
            cell.fill = PatternFill("solid", fgColor=HEAD)
            cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="left")
    page.row_dimensions[1].height = 24
    page.row_dimensions[2].height = 30
    page.row_dimensions[3].height = 24
    value = sheet.at("value") if sheet.key == "observations" else 2
    page.freeze_panes = page.cell(FIRST_ROW, value)
    page.protection.sheet = True
    page.protection.formatColumns = page.protection.formatCells = False
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "1:3"
    page.sheet_properties.tabColor = HEAD if sheet.key not in PLAN_TABLES else "7F8FA3"


def _offer(page: Any, sheet: Sheet, places: dict[str, str], last: int) -> None:
    """Give every column of codes its drop-down; where new codes may stand, it only warns."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for column, spec in enumerate(sheet.columns, start=1):
        if spec.choices is None or spec.shown:
            continue
        rule = DataValidation("list", formula1=places[spec.choices], allow_blank=True)
        rule.errorStyle = "warning"  # the code alone may be typed as well
        rule.showErrorMessage = spec.name not in ("source", "target_id", "unit")
        rule.errorTitle, rule.error = "planeval", "不在列表中 / not in the list"
        letter = get_column_letter(column)
        rule.add(f"{letter}{FIRST_ROW}:{letter}{last}")
        page.add_data_validation(rule)


def _explain(page: Any, sheet: Sheet, rows: Sequence[Due], plan: Plan) -> None:
    """Hang the definition on the indicator, and the target on the cell to be filled."""
    from openpyxl.comments import Comment

    for number, row in enumerate(rows, start=FIRST_ROW):
        spec = plan.data.indicators[row.indicator]
        what = [f"{spec['name_zh']} {spec['name_en']}", f"单位 unit: {row.unit or '—'}"]
        what += [spec["note"]] if spec["note"] else []
        promised = []
        for target in row.targets:
            promised.append(f"{target.name_zh}：{target.target_text} {target.unit}".strip())
            promised += [target.note] if target.note else []
        for name, lines in (("indicator", what), ("value", promised)):
            comment = Comment(printable("\n".join(lines)), "planeval", height=110, width=320)
            page.cell(number, sheet.at(name)).comment = comment


def _bytes(book: Any) -> bytes:
    """Return the file, without the hour it was made."""
    book.properties.creator = "planeval"
    book.properties.created = book.properties.modified = STAMP
    raw, made = io.BytesIO(), io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z?", b"2000-01-01T00:00:00Z", content)
            new.writestr(
                zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED
            )
    return made.getvalue()
