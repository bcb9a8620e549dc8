"""Write a draft: one workbook with drop-downs, doubts in colour and the reason at each cell.

A workbook, not a CSV: who completes it does not program, and the drop-downs keep most
mistakes from being made. It is no data: nothing in it counts before it is finished.
"""

from __future__ import annotations

import difflib
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.data.errors import InputError, nearest
from analysis.data.observations import Data
from analysis.data.units import UNITS
from planeval.newplan.document import Document
from planeval.newplan.promise import SURE, Guess, period_years, plain
from planeval.newplan.propose import Cells, Proposal, Years, domain_of, doubts
from planeval.words.errors import UserError

# What a document says of its plan: name, region, years and source; a guess is marked as one.


CODE = r"[a-z0-9][a-z0-9_-]{0,63}"
#: Share of letters in common from which a code may be another mistyped.
_ALIKE = 0.7
#: Names no folder can have on one of the systems people keep the project on.
RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10)))
)


#: What can be wrong with what the user said of a plan.
_SAID = {
    "id": (
        "规划代码只能用小写字母、数字、- 和 _",
        "a plan's name has small letters, digits, - and _ only",
    ),
    "there": ("已有这个规划", "there is such a plan already"),
    "device": (
        "这是 Windows 保留的设备名，不能用作文件或文件夹的名称",
        "Windows keeps this name for a device: no file or folder can have it",
    ),
    "years": ("规划的年份次序不对", "the plan's years are out of order"),
    "new_region": (
        "--new-region 须与 --region 同用，给出地区表中没有的代码",
        "--new-region goes with --region and a code that is not in the list of regions",
    ),
    "region": (
        "地区代码只能用小写字母、数字、- 和 _",
        "a region's code has small letters, digits, - and _ only",
    ),
    "alike": (
        "没有这个地区，而有名称相近的；确为新地区请加 --new-region",
        "no such region, but one of a like name; if it is truly new, add --new-region",
    ),
}


def _wrong(
    said: str, column: str, value: object, expected: str, near: str | None = None
) -> InputError:
    return UserError(*_SAID[said], column=column, value=value, expected=expected, nearest=near)


@dataclass(frozen=True)
class Options:
    """What the user said about the plan on the command line; None where nothing was said."""

    name: str | None = None
    region: str | None = None
    base_year: int | None = None
    start: int | None = None
    end: int | None = None
    new_region: bool = False


def check_id(plan_id: str, data: Data) -> str:
    """Return a new plan's name if it can be one.

    Raises
    ------
    InputError
        For a name with other than small letters, digits, - and _, one that a system keeps for
        a device, or one that exists.

    Examples
    --------
    >>> from analysis.data.observations import load
    >>> check_id("jiaxing-15fyp", load())
    'jiaxing-15fyp'
    """
    _not_a_device(plan_id, "ID")
    if not re.fullmatch(CODE, plan_id, re.ASCII):
        near = re.sub(r"[^a-z0-9]+", "-", plan_id.lower()).strip("-")[:64]
        raise _wrong(
            "id", "ID", plan_id, "jiaxing-15fyp", near if near and near not in RESERVED else None
        )
    folder = data.root / "data" / "plans" / plan_id
    if plan_id in set(data.plans["plan"]) or (folder / "targets.csv").exists():
        raise _wrong("there", "ID", plan_id, "a new name")
    return plan_id


def _not_a_device(name: str, column: str) -> None:
    if name.lower() in RESERVED:
        raise _wrong("device", column, name, "another name")


def years_of(document: Document, options: Options) -> tuple[Years, Cells]:
    """Return a plan's years: given, else from the title; those not known stay None."""
    stated = period_years(options.name or document.title or "")
    first, last = stated or (None, None)
    where = ("按标题所写的规划期", "from the period the title names")
    end = options.end or last
    start = options.start or first or (end - 4 if end else None)
    base = options.base_year or (start - 1 if start else None)
    cells = {
        "base_year": _given(
            options.base_year, base, "取规划首年的前一年", "the year before the first"
        ),
        "start_year": _given(options.start, start, *where),
        "end_year": _given(options.end, end, *where),
    }
    _check_order(base, start, end)
    return Years(base, start, end), cells


def _given(stated: object, guessed: object, zh: str, en: str, sure: float = 0.7) -> Guess:
    """Return what was stated, else the guess, marked; else a question."""
    if stated is not None:
        return Guess(stated)
    if guessed is None:
        return Guess(None, 0.0, "文件中读不出，请填写", "not in the document: fill in")
    return Guess(guessed, sure, f"推定：{zh}", f"a guess: {en}")


def _check_order(base: int | None, start: int | None, end: int | None) -> None:
    known = [year for year in (base, start, end) if year is not None]
    late = base is not None and start is not None and base >= start
    wild = [year for year in known if not 1950 <= year <= 2100]
    if late or known != sorted(known) or wild:
        column, value = "--base-year/--start/--end", " / ".join(map(str, known))
        raise _wrong("years", column, value, "1950 <= base < start <= end <= 2100")


def plan_cells(document: Document, plan_id: str, options: Options, data: Data) -> Cells:
    """Return the fields of the plan's row, of its region where it is new, and of its source."""
    region = _region(document, options, data)
    known = data.regions.get(str(region.value)) if region.value else None
    new = region.value is not None and known is None
    ask = Guess(None, 0.0, "新地区：请填写", "a new region: fill in") if new else Guess(None)
    name = _given(options.name, document.title, "取自文件标题", "the document's title", 0.8)
    return {
        "plan": Guess(plan_id),
        "name_zh": name,
        "name_en": Guess(None, 0.0, "请填英文名", "fill in the English name"),
        "region": region,
        "parent_region": Guess(known["parent"], 0.7, "取自地区表", "from the list of regions")
        if known else Guess(None),
        "note": Guess(None),
        "region.name_zh": ask,
        "region.name_en": ask,
        "region.level": ask,
        "region.parent": Guess(None),
        **_source(document, name, data),
    }  # fmt: skip


def _region(document: Document, options: Options, data: Data) -> Guess:
    code = options.region
    if options.new_region and (code is None or code in data.regions):
        raise _wrong("new_region", "--new-region", code, "--region CODE --new-region")
    if code is not None:
        return Guess(code) if code in data.regions else _new_region(code, options, data)
    title = plain(f"{options.name or ''}{document.title or ''}")
    # the longest name wins, its gloss not counted: 嘉兴港区 is not 嘉兴港（全港）
    names = {
        code: plain(re.sub("（.*）", "", row["name_zh"])) for code, row in data.regions.items()
    }
    named = [(len(name), code) for code, name in names.items() if name in title]
    return _given(None, max(named)[1] if named else None, "标题写有地区名", "named in the title")


def _new_region(code: str, options: Options, data: Data) -> Guess:
    """Return the code of a region to be added, unless it is no code or another one mistyped."""
    near = nearest(code, data.regions)
    _not_a_device(code, "--region")
    if not re.fullmatch(CODE, code, re.ASCII):
        raise _wrong("region", "--region", code, "a code of data/regions.csv, or a new one", near)
    alike = difflib.get_close_matches(code, data.regions, 3, _ALIKE)
    if alike and not options.new_region:
        ways = " / ".join([*alike, f"{code} --new-region"])
        raise _wrong("alike", "--region", code, ways, alike[0])
    why = (
        f"地区表中没有，将新建；最接近的是 {near}",
        f"not in the list of regions, to be added; the nearest is {near}",
    )
    return Guess(code, 0.5, *why)


def _source(document: Document, name: Guess, data: Data) -> Cells:
    """Return the document as a source: the one already listed, or a new one to be completed."""
    title = str(name.value or document.title or "")
    for code, row in data.sources.items():
        if title and plain(row["title"]) == plain(title):
            seen = Guess(code, 0.8, "来源表中已有同名文件", "a source of that title is listed")
            return {"source": seen} | {
                f"source.{key}": Guess(row[key])
                for key in ("title", "publisher", "address", "published", "published_basis",
                            "accessed", "reliability")
            }  # fmt: skip
    taken = {int(code[1:]) for code in data.sources if code[0] == "S"}
    return {
        "source": Guess(f"S{max(taken, default=0) + 1}"),
        "source.title": _given(None, title or None, "取自文件标题", "the document's title", 0.8),
        "source.publisher": Guess(None, 0.0, "请填发布单位", "fill in who published it"),
        "source.address": Guess(None, 0.0, "请填网址（没有可留空）", "its address, if it has one"),
        "source.published": Guess(None, 0.0, "请填公布日（不详可留空）", "the day, if known"),
        "source.published_basis": Guess(None),
        "source.accessed": Guess(None),
        "source.reliability": Guess("high", 0.7, "规划原文按 high", "the plan itself"),
    }


def draft_path(root: Path, plan_id: str) -> Path:
    """Return where a plan's draft lies."""
    return root / "data" / "plans" / plan_id / "draft.xlsx"


# --- The columns of a draft workbook, and the choices its drop-downs offer ---


PLAN, TARGETS, INDICATORS, DOUBTS, CODES, HELP = (
    "规划 plan", "目标 targets", "新指标 indicators", "疑问 doubts", "代码 codes", "说明 read me",
)  # fmt: skip
YES, DROP = "是 yes", "不收 drop"
CONFIRMED = {"是": True, "yes": True, "y": True, "是yes": True, "√": True,
             "不收": False, "drop": False, "不收drop": False}  # fmt: skip
#: In the order in which a reader goes through a row.
TARGET_COLUMNS = {
    "confirmed": "确认", "questions": "疑问", "no": "序号", "group_zh": "类别",
    "name_zh": "指标名称",
    "unit": "单位", "base_value": "基期值", "target_text": "规划原文", "kind": "目标类型",
    "target": "目标值", "direction": "方向", "binding": "指标属性", "indicator": "指标代码",
    "price_basis": "价格基础", "caliber": "口径", "name_en": "英文名", "group_en": "英文类别",
    "target_year": "目标年", "region": "地区", "domain": "章",
    "tolerance": "左右的宽度",
    "multiple": "倍数", "multiple_base_year": "倍数的基年", "comparator": "参照指标",
    "min_difference": "至少高出", "band": "同步的带宽", "proxies": "替代指标",
    "context": "背景序列",
    "target_id": "目标代码", "section": "表或正文", "locator": "出处位置",
    "base_locator": "基期值的出处", "also_at": "又见", "note": "备注", "confidence": "把握",
}  # fmt: skip
PLAN_FIELDS = {
    "plan": "规划代码", "name_zh": "名称", "name_en": "英文名", "region": "地区代码",
    "parent_region": "上级地区", "base_year": "基期年", "start_year": "首年", "end_year": "末年",
    "note": "备注", "source": "来源代码", "source.title": "文件标题",
    "source.publisher": "发布单位",
    "source.address": "网址",
    "source.published": "公布日（YYYY-MM-DD）",
    "source.published_basis": "公布日依据", "source.accessed": "查阅年月",
    "source.reliability": "可靠性", "region.name_zh": "新地区的名称",
    "region.name_en": "新地区的英文名", "region.level": "新地区的级别",
    "region.parent": "新地区的上级",
}  # fmt: skip
INDICATOR_COLUMNS = {
    "confirmed": "确认", "for_target": "用于目标", "indicator": "新代码", "name_zh": "名称",
    "name_en": "英文名", "unit": "单位", "quantity": "量的类型", "domain": "章",
    "growth_basis": "增速的价格", "nature": "流量或存量", "lower": "下限", "upper": "上限",
    "note": "备注",
}  # fmt: skip


def schema_fields(root: Path, table: str) -> list[dict[str, Any]]:
    """Return the fields of a table's schema."""
    path = root / "data" / "schemas" / f"{table}.json"
    fields: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["fields"]
    return fields


def schema_choices(root: Path, table: str) -> dict[str, list[str]]:
    """Return the allowed words of each column of a table, where its schema lists them."""
    limits = {f["name"]: f.get("constraints", {}) for f in schema_fields(root, table)}
    return {name: limit["enum"] for name, limit in limits.items() if "enum" in limit}


def required(root: Path, table: str) -> set[str]:
    """Return the columns of a table that must not be empty."""
    fields = schema_fields(root, table)
    return {f["name"] for f in fields if f.get("constraints", {}).get("required")}


def code_lists(data: Data) -> dict[str, list[tuple[str, str]]]:
    """Return the codes a draft may use, each with its name."""
    return {
        "indicator": [
            (code, f"{row['name_zh']}，{row['unit'] or '无单位'}")
            for code, row in data.indicators.items()
        ],
        "caliber": [(code, row["name_zh"]) for code, row in data.calibers.items()],
        "region": [(code, row["name_zh"]) for code, row in data.regions.items()],
        "unit": [(unit, kind) for unit, (kind, _) in UNITS.items() if unit],
    }


HELP_LINES = (
    "这是一份规划草稿：程序从规划文件中读出的全部内容都只是建议，逐行核对后才会生效。",
    "This is a draft: all that was read from the document is a proposal until you confirm it.",
    "",
    "1. 先看“规划 plan”：黄色或红色的格子是推定或读不出的，请填写，再把“确认”一栏选为“是 yes”。",
    "   Start with the plan's sheet: coloured cells are guesses or open; complete, then confirm.",
    "2. 再看“目标 targets”：对照规划原文逐行核对，红色必须补，黄色请细看；鼠标停在格上可见理由。",
    "   Then the targets, row by row, beside the document; a coloured cell tells its reason.",
    "3. 核对无误选“是 yes”；不是目标的行选“不收 drop”；漏掉的目标可在表末添行。",
    "   Choose yes when a row is right, drop when it is no target; add missing ones at the end.",
    "4. “指标代码”只要可能就选用已有的（见“代码 codes”）：同一指标各规划共用一套数据。",
    "   Use an existing indicator's code wherever it is the same: plans share its figures.",
    "   确属新指标的，在“新指标 indicators”里起一个代码，并把同一代码填进目标行。",
    "   A new one gets a code on the indicators' sheet, and the same code in the target's row.",
    "5. 基期值会作为以本文件为来源的观测值入库；已有同一数据的不再重复。不要则清空。",
    "   A base value becomes an observation with this document as source, unless it is there.",
    "6. planeval check 列出还未确认的行；planeval new 代码 --finish 核验全部内容后一次写入。",
    "   planeval check lists what is open; planeval new ID --finish checks all and writes it.",
)  # fmt: skip


_OPEN, _DOUBT, _HEAD = "F8CBAD", "FFF2CC", "D9E2F3"
SPARE_ROWS = 40
_WIDE = {
    "questions": 44, "name_zh": 32, "target_text": 18, "note": 36, "name_en": 28, "locator": 18,
}  # fmt: skip


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
    _doubts(book, plan, made)
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


def _sheet(
    book: Any,
    name: str,
    heads: Iterable[str],
    rows: Iterable[Iterable[object]],
    widths: Sequence[int],
) -> Any:
    """Add a sheet: its heads, its rows as they are, and the widths of its columns."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(name)
    for r, row in enumerate([heads, *rows], start=1):
        for c, value in enumerate(row, start=1):
            cell = sheet.cell(r, c)
            _text(cell, value)
            cell.alignment = Alignment(wrap_text=True, vertical="center" if r == 1 else "top")
            cell.font = Font(bold=r == 1)
    for c, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(c)].width = width
    sheet.freeze_panes = "A2"
    return sheet


def _choose(sheet: Any, area: str, source: Sequence[str] | str, *, strict: bool = True) -> None:
    """Offer the words of a list, or of a range of cells, as the choices of an area."""
    from openpyxl.worksheet.datavalidation import DataValidation

    words = source if isinstance(source, str) else f'"{",".join(source)}"'
    rule = DataValidation(type="list", formula1=words, allow_blank=True, showErrorMessage=True)
    rule.errorStyle = "stop" if strict else "warning"  # a new code is allowed
    rule.errorTitle, rule.error = "取值 value", "请从下拉列表中选择 choose from the list"
    sheet.add_data_validation(rule)
    rule.add(area)


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
    from openpyxl.styles import PatternFill

    heads = [f"{title} {code}" for code, title in columns.items()]
    values = ([row[code].value for code in columns] for row in rows)
    sheet = _sheet(book, name, heads, values, [_WIDE.get(code, 13) for code in columns])
    for head in sheet[1]:
        head.fill = PatternFill("solid", start_color=_HEAD)
    for r, row in enumerate(rows, start=2):
        for c, code in enumerate(columns, start=1):
            _colour(sheet.cell(r, c), row[code])
    if columns is TARGET_COLUMNS:
        sheet.freeze_panes = "F2"
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

    lists = {"confirmed": [YES, DROP], **choices}
    for c, code in enumerate(columns, start=1):
        letter = get_column_letter(c)
        if code in lists or code in ranges:  # a range holds more than a formula's 255 letters
            area = f"{letter}2:{letter}{rows + 1 + SPARE_ROWS}"
            _choose(sheet, area, ranges.get(code) or lists[code], strict=code not in ranges)


def _plan_sheet(book: Any, plan: Cells, data: Data) -> None:
    heads = ("字段 field", "名称 title", "内容 value", "确认 confirmed", "疑问 question")
    rows = [
        (code, title, plan[code].value, None, plan[code].zh or None)
        for code, title in PLAN_FIELDS.items()
    ]
    sheet = _sheet(book, PLAN, heads, rows, (24, 20, 50, 14, 60))
    _choose(sheet, f"D2:D{len(rows) + 1}", [YES])
    words = schema_choices(data.root, "sources")
    words["level"] = schema_choices(data.root, "regions")["level"]
    for r, code in enumerate(PLAN_FIELDS, start=2):
        _colour(sheet.cell(r, 3), plan[code])
        if listed := words.get(code.rpartition(".")[2]):
            _choose(sheet, f"C{r}", listed)


def _doubts(book: Any, plan: Cells, made: Proposal) -> None:
    """Write the confidence of every proposed cell, the least sure first."""
    heads = ("表 sheet", "行 row", "列 column", "建议值 value", "把握 confidence", "理由", "reason")
    cells = [(PLAN, r, code, plan[code]) for r, code in enumerate(PLAN_FIELDS, start=2)]
    cells += [
        (TARGETS, r, code, row[code])
        for r, row in enumerate(made.rows, start=2)
        for code in TARGET_COLUMNS
        if code in row and (row[code].value is not None or row[code].zh)
    ]
    cells.sort(key=lambda cell: cell[3].confidence)
    lines = [
        (name, r, code, guess.value, guess.confidence, guess.zh, guess.en)
        for name, r, code, guess in cells
    ]
    sheet = _sheet(book, DOUBTS, heads, lines, (18, 6, 18, 30, 12, 50, 50))
    sheet.auto_filter.ref = f"A1:G{len(lines) + 1}"
