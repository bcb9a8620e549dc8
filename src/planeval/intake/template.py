"""The workbook a statistician fills once a year: ``planeval template``.

What is known stands in it already and is locked, what can be chosen is chosen from a list, and
what only has to be typed is white. Two workbooks made from the same data are the same file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path
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
from planeval.workbook.sheet import packed, printable, put_text

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


#: Step by step: a line of Chinese, a line of English, an empty line.
STEPS = Path(__file__).parents[1] / "templates" / "intake.txt"


def instructions(page: Any, plan: Plan, year: int, font: str) -> None:
    """Write the instructions on a sheet and protect it."""
    from openpyxl.styles import Alignment, Font

    for column, width in (("A", 4), ("B", 62), ("C", 62)):
        page.column_dimensions[column].width = width
    heads = (f"{plan.name_zh}　{year}年数据填报", f"{plan.name_en}: figures for {year}")
    for place, head, size in zip(("B1", "C1"), heads, (15, 13), strict=True):
        put(page[place], head)
        page[place].font = Font(name=font, size=size, bold=True)
    page.row_dimensions[1].height = 30
    steps = STEPS.read_text(encoding="utf-8").split("\n\n")
    for number, step in enumerate(steps, start=1):
        zh, en = step.splitlines()
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
    _printed(page)


def _printed(page: Any) -> None:
    """Print a sheet one page wide, on A4 laid sideways."""
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


FONT = "微软雅黑"  # comes with Excel and WPS on every Chinese Windows and on the Mac
INPUT, FIXED, HEAD = "FFFFFF", "EEF1F4", "1F3A5F"
NEW_SOURCES = 20
#: To this row the lists are offered; the columns' own format goes on to the end of a sheet.
LAST_ROW = 2_000
# the same in every file, so that equal content is an equal file
STAMP = dt.datetime(2000, 1, 1)
Values = dict[str, object]
#: Kind of column and whether its cells are fixed -> how they look, as openpyxl keeps it.
Looks = dict[tuple[str, bool], Any]


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
    new = free_codes(plan.data, NEW_SOURCES)
    choices["source"] |= dict.fromkeys(new, "（见“来源”表 see sheet Sources）")
    book = Workbook()
    marks: dict[tuple[str, str], tuple[str, str]] = {}
    looks: Looks = {}
    first = book.active
    first.title = HELP
    places = _lists(book, choices)
    for sheet in sheets(plan.data.root, plan.plan_id):
        page = book.create_sheet(sheet.title, index=len(book.sheetnames) - 1)
        known = _known(sheet, plan, rows, choices, new)
        _fill(page, sheet, known, f"{plan.name_zh}　{plan.name_en}　{year}", marks, looks)
        _offer(page, sheet, places)
        if sheet.key == "observations":
            _explain(page, sheet, rows, plan)
    instructions(first, plan, year, FONT)
    hidden = book.create_sheet(MARKS)
    write(hidden, Mark(plan.plan_id, year, data_checksum(plan.data.root, plan.plan_id), marks))
    hidden.sheet_state = "veryHidden"
    book.active = 1
    book.properties.creator = "planeval"
    book.properties.created = book.properties.modified = STAMP
    return packed(book)


def put(cell: Any, value: object) -> None:
    """Put a value into a cell; text stays text, whatever sign it begins with."""
    if isinstance(value, str):
        put_text(cell, value)
    else:
        cell.value = value


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
    """Return what stands in a sheet's rows beforehand."""
    if sheet.key == "observations":
        return [_figure(row, choices) for row in rows]
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
    return known


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
    looks: Looks,
) -> None:
    from openpyxl.utils import get_column_letter

    put(page.cell(1, 1), f"{sheet.title}　{title}")
    for column, spec in enumerate(sheet.columns, start=1):
        zh, en, width = spec.words
        put(page.cell(2, column), f"{zh} *" if spec.required else zh)
        put(page.cell(3, column), en)
        empty = page.column_dimensions[get_column_letter(column)]
        empty.width = width  # and every cell of it that nothing stands in looks alike
        _dress(empty, spec, spec.shown, looks)
    for row, values in enumerate(known, start=FIRST_ROW):
        for column, spec in enumerate(sheet.columns, start=1):
            cell = page.cell(row, column)
            put(cell, values.get(spec.name))
            fixed = spec.shown or (sheet.key == "observations" and spec.name in KNOWN_BEFORE)
            _dress(cell, spec, fixed, looks)
            if fixed or cell.value is not None:
                what = LOCKED if fixed else GIVEN_MARK
                marks[sheet.title, cell.coordinate] = (what, plain(cell.value))
    _frame(page, sheet)
    for cells in page.iter_rows(max_row=FIRST_ROW - 1):
        for cell in cells:
            if cell.value is not None:
                marks[sheet.title, cell.coordinate] = (LOCKED, plain(cell.value))


def _dress(what: Any, spec: Column, fixed: bool, looks: Looks) -> None:
    """Give a cell, or a column, its look: made once of each kind, for that takes long."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

    if (spec.kind, fixed) in looks:
        what._style = copy(looks[spec.kind, fixed])
        return
    line = Side(style="thin", color="C9D1DA")
    what.font = Font(name=FONT, size=10, color="5A6572" if fixed else "000000")
    what.fill = PatternFill("solid", fgColor=FIXED if fixed else INPUT)
    what.border = Border(left=line, right=line, top=line, bottom=line)
    what.protection = Protection(locked=fixed)
    right = spec.kind in ("number", "integer")
    what.alignment = Alignment(horizontal="right" if right else "left", vertical="center")
    # text where text is meant: 2025-03-01 as a date, 2025/2026 and 007 never turned into one
    what.number_format = {"date": "yyyy-mm-dd", "text": "@"}.get(spec.kind, "General")
    looks[spec.kind, fixed] = what._style


def _frame(page: Any, sheet: Sheet) -> None:
    """Frozen heads, protection without a password, and how it prints."""
    from openpyxl.styles import Alignment, Font, PatternFill

    filled = PatternFill("solid", fgColor=HEAD)
    wrapped = Alignment(wrap_text=True, vertical="center", horizontal="left")
    looks = (
        (Font(name=FONT, size=13, bold=True, color=HEAD), PatternFill(), Alignment()),
        (Font(name=FONT, size=10, bold=True, color="FFFFFF"), filled, wrapped),
        (Font(name=FONT, size=8, color="FFFFFF"), filled, wrapped),
    )
    for row, look in enumerate(looks, start=1):
        for column in range(1, len(sheet.columns) + 1):
            cell = page.cell(row, column)  # a look of its own: the column's can be typed into
            cell.font, cell.fill, cell.alignment = look
    page.row_dimensions[1].height = 24
    page.row_dimensions[2].height = 30
    page.row_dimensions[3].height = 24
    value = sheet.at("value") if sheet.key == "observations" else 2
    page.freeze_panes = page.cell(FIRST_ROW, value)
    page.protection.sheet = True
    page.protection.formatColumns = page.protection.formatCells = False
    _printed(page)
    page.print_title_rows = "1:3"
    page.sheet_properties.tabColor = HEAD if sheet.key not in PLAN_TABLES else "7F8FA3"


def _offer(page: Any, sheet: Sheet, places: dict[str, str]) -> None:
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
        rule.add(f"{letter}{FIRST_ROW}:{letter}{LAST_ROW}")
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
