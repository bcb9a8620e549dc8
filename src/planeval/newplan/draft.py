"""Write a draft: one workbook with drop-downs, doubts in colour and the reason at each cell.

A workbook, not a CSV: who completes it does not program, and the drop-downs keep most
mistakes from being made. It is no data: nothing in it counts before it is finished.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from analysis.data.observations import Data
from planeval.newplan.cells import Cells, doubts
from planeval.newplan.match import domain_of
from planeval.newplan.propose import Proposal
from planeval.newplan.sheets import (
    CODES,
    DOUBTS,
    DROP,
    HELP,
    HELP_LINES,
    INDICATOR_COLUMNS,
    INDICATORS,
    PLAN,
    PLAN_FIELDS,
    TARGET_COLUMNS,
    TARGETS,
    YES,
    code_lists,
    required,
    schema_choices,
)
from planeval.newplan.words import SURE, Guess

_OPEN, _DOUBT, _HEAD = "F8CBAD", "FFF2CC", "D9E2F3"
SPARE_ROWS = 40


def workbook(plan: Cells, made: Proposal, data: Data, origin: str) -> bytes:
    """Return a draft as the bytes of a workbook.

    Parameters
    ----------
    plan : dict of Guess
        Fields of the plan, its source and, if new, its region.
    made : Proposal
        The rows read from the document.
    data : Data
        For the codes the drop-downs offer.
    origin : str
        The document's file name and checksum, for the record.
    """
    from openpyxl import Workbook

    book = Workbook()
    help_sheet = book.active
    help_sheet.title = HELP
    _help(help_sheet, made, origin)
    lists = _codes(book.create_sheet(CODES), data)
    _plan_sheet(book, plan, data)
    must = required(data.root, "targets")
    choices = schema_choices(data.root, "targets")
    rows = [_target(row, must) for row in made.rows]
    sheet = _table(book, TARGETS, TARGET_COLUMNS, rows)
    _drop_downs(sheet, TARGET_COLUMNS, choices, lists, len(rows))
    wanted = [_indicator(row) for row in made.rows if row["indicator"].value is None]
    sheet = _table(book, INDICATORS, INDICATOR_COLUMNS, wanted)
    _drop_downs(
        sheet,
        INDICATOR_COLUMNS,
        schema_choices(data.root, "indicators"),
        {"unit": lists["unit"]},
        len(wanted),
    )
    _doubts(book.create_sheet(DOUBTS), plan, made)
    order = [HELP, PLAN, TARGETS, INDICATORS, DOUBTS, CODES]
    book._sheets = [book[name] for name in order]
    book.active = 1
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _text(cell: Any, value: object) -> None:
    """Write a value: text is always text, never a formula, whatever it begins with."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:32_000]
        cell.data_type = "s"
        cell.number_format = "@"
    else:
        cell.value = value


def _help(sheet: Any, made: Proposal, origin: str) -> None:
    lines = [*HELP_LINES, "", f"文件 document: {origin}"]
    lines.append(f"读取的表 tables read: {'、'.join(made.tables)}")
    lines += [f"未收的表 table left aside: {zh}\n{label}: {en}" for label, zh, en in made.aside]
    for at, line in enumerate(lines, start=1):
        _text(sheet.cell(at, 1), line)
    sheet.column_dimensions["A"].width = 110


def _target(row: Cells, must: set[str]) -> Cells:
    reasons = [f"{TARGET_COLUMNS[c]}：{guess.zh}" for c, guess in doubts(row)]
    lowest = min((row[c].confidence for c in row if c in must or row[c].zh), default=1.0)
    extra = {
        "confirmed": Guess(None),
        "questions": Guess("；".join(reasons) or None),
        "confidence": Guess(round(lowest, 2)),
    }
    return {c: (row | extra).get(c, Guess(None)) for c in TARGET_COLUMNS}


def _indicator(row: Cells) -> Cells:
    """Return a new indicator's row as far as the target tells; its code is the user's."""
    unit = row["unit"].value
    share = unit in ("%", "‰")
    quantity = "share" if share else "count" if unit in ("个", "家", "人") else "generic"
    words = ("请按指标说明选择", "choose by the indicator's definition")
    found = {
        "for_target": row["target_id"],
        "indicator": Guess(None, 0.0, "起新代码；用已有代码的留空", "a new code, or leave empty"),
        "name_zh": row["name_zh"],
        "name_en": Guess(None, 0.0, "请填英文名", "fill in"),
        "unit": row["unit"],
        "quantity": Guess(quantity, 0.5, *words),
        "domain": domain_of(row["name_zh"].value),
        "growth_basis": Guess("none" if share else None, 0.5 if share else 0.0, *words),
        "nature": Guess("rate" if share else None, 0.5 if share else 0.0, *words),
        "lower": Guess(0 if not share else None, 0.6, *words),
    }
    return {c: found.get(c, Guess(None)) for c in INDICATOR_COLUMNS}


def _colour(cell: Any, guess: Guess) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    if guess.confidence >= SURE or not guess.zh:
        return
    cell.fill = PatternFill("solid", start_color=_OPEN if guess.value is None else _DOUBT)
    note = Comment(f"{guess.zh}\n{guess.en}\n{guess.confidence:.2f}", "planeval")
    note.width, note.height = 320, 110
    cell.comment = note


def _table(book: Any, name: str, columns: Mapping[str, str], rows: Sequence[Cells]) -> Any:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(name)
    wide = {
        "questions": 44,
        "name_zh": 32,
        "target_text": 18,
        "note": 36,
        "name_en": 28,
        "locator": 18,
    }
    for c, (code, title) in enumerate(columns.items(), start=1):
        head = sheet.cell(1, c)
        _text(head, f"{title} {code}")
        head.font, head.fill = Font(bold=True), PatternFill("solid", start_color=_HEAD)
        head.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(c)].width = wide.get(code, 13)
        for r, row in enumerate(rows, start=2):
            cell = sheet.cell(r, c)
            _text(cell, row[code].value)
            _colour(cell, row[code])
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "F2" if columns is TARGET_COLUMNS else "A2"
    return sheet


def _codes(sheet: Any, data: Data) -> dict[str, str]:
    """Write the code lists and return each one's range for the drop-downs."""
    from openpyxl.utils import get_column_letter

    ranges = {}
    for at, (name, entries) in enumerate(code_lists(data).items()):
        column = 1 + 3 * at
        _text(sheet.cell(1, column), name)
        for r, (code, words) in enumerate(entries, start=2):
            _text(sheet.cell(r, column), code)
            _text(sheet.cell(r, column + 1), words)
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = 26
        sheet.column_dimensions[get_column_letter(column + 1)].width = 40
        ranges[name] = f"'{CODES}'!${letter}$2:${letter}${len(entries) + 1}"
    return ranges


def _drop_downs(
    sheet: Any,
    columns: Mapping[str, str],
    choices: Mapping[str, list[str]],
    ranges: Mapping[str, str],
    rows: int,
) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    lists = {"confirmed": [YES, DROP], **choices}
    for c, code in enumerate(columns, start=1):
        letter = get_column_letter(c)
        if code in lists:
            rule = DataValidation(type="list", formula1=f'"{",".join(lists[code])}"')
            rule.errorStyle = "stop"
        elif code in ranges:
            rule = DataValidation(type="list", formula1=ranges[code])
            rule.errorStyle = "warning"  # a new code is allowed
        else:
            continue
        rule.showErrorMessage, rule.allow_blank = True, True
        rule.errorTitle, rule.error = "取值 value", "请从下拉列表中选择 choose from the list"
        sheet.add_data_validation(rule)
        rule.add(f"{letter}2:{letter}{rows + 1 + SPARE_ROWS}")


def _plan_sheet(book: Any, plan: Cells, data: Data) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet = book.create_sheet(PLAN)
    for c, title in enumerate(
        ("字段 field", "名称 title", "内容 value", "确认 confirmed", "疑问 question"), 1
    ):
        _text(sheet.cell(1, c), title)
        sheet.cell(1, c).font = Font(bold=True)
    for r, (code, title) in enumerate(PLAN_FIELDS.items(), start=2):
        guess = plan[code]
        for c, value in enumerate((code, title, guess.value, None, guess.zh or None), start=1):
            _text(sheet.cell(r, c), value)
            sheet.cell(r, c).alignment = Alignment(wrap_text=True, vertical="top")
        _colour(sheet.cell(r, 3), guess)
    rule = DataValidation(type="list", formula1=f'"{YES}"', allow_blank=True)
    sheet.add_data_validation(rule)
    rule.add(f"D2:D{len(PLAN_FIELDS) + 1}")
    words = schema_choices(data.root, "sources") | {
        "level": schema_choices(data.root, "regions")["level"]
    }
    for r, code in enumerate(PLAN_FIELDS, start=2):
        listed = words.get(code.rpartition(".")[2])
        if listed:
            one = DataValidation(type="list", formula1=f'"{",".join(listed)}"', allow_blank=True)
            sheet.add_data_validation(one)
            one.add(f"C{r}")
    for letter, width in zip("ABCDE", (24, 20, 50, 14, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"


def _doubts(sheet: Any, plan: Cells, made: Proposal) -> None:
    """Write the confidence of every proposed cell, the least sure first."""
    heads = ("表 sheet", "行 row", "列 column", "建议值 value", "把握 confidence", "理由", "reason")
    for c, title in enumerate(heads, start=1):
        _text(sheet.cell(1, c), title)
    lines = [(PLAN, r, code, plan[code]) for r, code in enumerate(PLAN_FIELDS, start=2)]
    lines += [
        (TARGETS, r, code, row[code])
        for r, row in enumerate(made.rows, start=2)
        for code in TARGET_COLUMNS
        if code in row and (row[code].value is not None or row[code].zh)
    ]
    lines.sort(key=lambda line: line[3].confidence)
    for r, (name, row, code, guess) in enumerate(lines, start=2):
        for c, value in enumerate(
            (name, row, code, guess.value, guess.confidence, guess.zh, guess.en), start=1
        ):
            _text(sheet.cell(r, c), value)
    for letter, width in zip("ABCDEFG", (18, 6, 18, 30, 12, 50, 50), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:G{len(lines) + 1}"
