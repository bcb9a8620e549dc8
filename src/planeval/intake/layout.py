"""The sheets of the yearly workbook: which columns, in which words, fed from which lists.

The columns of the plan's own tables are read from ``data/schemas`` when the workbook is made
and again when it comes back, so that a table that gains a column gains it here too.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analysis.data.observations import Data
from analysis.data.plan import Plan
from analysis.data.units import UNITS
from planeval.words.errors import UserError
from planeval.words.names import STATUS_ZH

#: Of the mark a workbook carries; what the first wrote, cell by cell, is still read.
VERSION, FIRST_VERSION = "2", "1"
#: The row of the English headings, no two of which are alike.
HEADINGS = 3
FIRST_ROW = 4  # below a line of title and the headings in two languages
BAR = "｜"
LISTS, MARKS, FOUND = "lists", "_planeval", "核对结果 Findings"
HELP = "说明 Instructions"

# column: heading zh, heading en, width, what to do with it
WORDS: dict[str, tuple[str, str, int]] = {
    "targets": ("所属目标", "Targets served", 30),
    "region": ("地区", "Region", 24),
    "indicator": ("指标", "Indicator", 34),
    "period": ("时期", "Period", 13),
    "last_period": ("上期时期", "Last period", 11),
    "last_value": ("上期数值", "Last value", 12),
    "now": ("现状", "In force now", 30),
    "value": ("数值", "Value", 13),
    "unit": ("单位", "Unit", 10),
    "qualifier": ("限定（空＝准确数）", "Qualifier (empty: exact)", 17),
    "status": ("状态", "Status", 20),
    "price_basis": ("价格", "Price basis", 20),
    "caliber": ("口径", "Caliber", 22),
    "published": ("公布日（空＝来源的公布日）", "Published (empty: the source's)", 15),
    "published_basis": ("公布日依据（空＝同来源）", "Basis of date (empty: the source's)", 19),
    "source": ("来源", "Source", 26),
    "locator": ("出处位置", "Place in source", 18),
    "note": ("备注", "Note", 30),
    "title": ("标题", "Title", 46),
    "publisher": ("发布单位", "Publisher", 22),
    "address": ("网址", "Address", 40),
    "accessed": ("查阅时间", "Accessed", 12),
    "reliability": ("可靠性", "Reliability", 16),
    "target_id": ("目标", "Target", 34),
    "document": ("文件", "Document", 34),
    "date": ("日期", "Date", 13),
    "field": ("调整内容", "What changes", 18),
    "old": ("原值", "Old", 11),
    "new": ("新值", "New", 11),
    "reason": ("理由", "Reason", 34),
    "year": ("年份", "Year", 9),
    "kind": ("类型", "Kind", 18),
    "department": ("牵头部门", "Lead department", 22),
}
# code: name in both languages; a code that is not here stands for itself
CODES: dict[str, tuple[str, str]] = {
    **{code: (zh, code.replace("_", " ")) for code, zh in STATUS_ZH.items()},
    "exact": ("准确数", "exact"),
    "at_least": ("以上、突破、超过", "at least"),
    "at_most": ("以下、不超过", "at most"),
    "about": ("左右、约", "about"),
    "rounded": ("四舍五入", "rounded"),
    "current": ("现价", "current prices"),
    "constant": ("可比价", "constant prices"),
    "not_applicable": ("不涉及价格", "no price"),
    "unstated": ("未注明", "not stated"),
    "stated": ("来源注明", "stated"),
    "address": ("据网址", "from the address"),
    "latest_possible": ("最迟可能日", "latest possible"),
    "high": ("高", "high"),
    "medium": ("中", "medium"),
    "low": ("低", "low"),
    "target": ("调整目标值", "target value revised"),
    "done": ("已完成", "done"),
    "in_progress": ("进行中", "in progress"),
    "not_started": ("未启动", "not started"),
    "withdrawn": ("取消", "withdrawn"),
    "added": ("新增", "added"),
}
PLAN_TABLES = {
    "assignments": ("下达目标", "Assigned targets"),
    "revisions": ("目标调整", "Adjustments"),
    "milestones": ("进展", "Milestones"),
    "path": ("年度计划", "Yearly path"),
}
# columns filled from a list of the data, whatever table they stand in
BY_LIST = {
    "region": "region",
    "indicator": "indicator",
    "caliber": "caliber",
    "source": "source",
    "unit": "unit",
    "target_id": "target",
}
# what the reader can supply itself when the cell is left empty
SUPPLIED = {"observations": ("qualifier", "published", "published_basis")}
KNOWN_BEFORE = ("region", "indicator", "period")
GIVEN = ("unit", "price_basis", "caliber")


@dataclass(frozen=True)
class Column:
    """One column of a sheet.

    Attributes
    ----------
    name : str
        The column of the data table, or a name of our own for what is only shown.
    kind : str
        ``text``, ``number``, ``integer`` or ``date``.
    choices : str or None
        The list on the hidden sheet that its drop-down shows.
    required : bool
        Whether a row needs it.
    shown : bool
        True for what is shown only, never read.
    rules : mapping
        The field of the table's schema.
    """

    name: str
    kind: str = "text"
    choices: str | None = None
    required: bool = False
    shown: bool = False
    rules: Mapping[str, Any] | None = None

    @property
    def words(self) -> tuple[str, str, int]:
        """Heading in Chinese and English, and width."""
        title = (self.rules or {}).get("title")
        return WORDS.get(self.name) or (title or self.name, self.name.replace("_", " "), 20)


@dataclass(frozen=True)
class Sheet:
    """One sheet of the workbook: `key` is the table its rows go to."""

    key: str
    zh: str
    en: str
    columns: tuple[Column, ...]

    @property
    def title(self) -> str:
        """The sheet's name in the workbook."""
        return f"{self.zh} {self.en}"

    def file(self, plan: str) -> str:
        """Return the table its rows go to, relative to the project's root."""
        folder = f"data/plans/{plan}" if self.key in PLAN_TABLES else "data"
        return f"{folder}/{self.key}.csv"

    def at(self, name: str) -> int:
        """Return a column's number, from 1."""
        return 1 + [column.name for column in self.columns].index(name)


def _schema(root: Path, table: str) -> Path:
    return root / "data" / "schemas" / f"{table}.json"


def fields(root: Path, table: str) -> list[dict[str, Any]]:
    """Return the fields of a table's schema."""
    return list(json.loads(_schema(root, table).read_text(encoding="utf-8"))["fields"])


def primary_key(root: Path, table: str) -> list[str]:
    """Return the columns that name a row of a table."""
    key = json.loads(_schema(root, table).read_text(encoding="utf-8")).get("primaryKey", [])
    return [key] if isinstance(key, str) else list(key)


def sheets(root: Path, plan_id: str = "") -> tuple[Sheet, ...]:
    """Return the sheets that are filled in, in their order.

    A folder may be older than the program: a table it lacks, or that the plan lacks where one is
    named, has no sheet, for nothing could be written into it.

    Examples
    --------
    >>> from analysis.data.paths import project_root
    >>> [sheet.key for sheet in sheets(project_root())][:3]
    ['observations', 'sources', 'assignments']
    """
    figures = {column.name: column for column in _columns(root, "observations")}
    order = (*KNOWN_BEFORE, "value", "unit", "qualifier", "status", "source", "locator")
    known = [figures[name] for name in order if name in figures]
    rest = [column for name, column in figures.items() if name not in (*order, "note")]
    note = [figures["note"]] if "note" in figures else []
    last = [Column("last_period", shown=True), Column("last_value", "number", shown=True)]
    first = (Column("targets", shown=True), *known[:3], *last, *known[3:], *rest)
    made = [
        Sheet("observations", "数值", "Figures", (*first, *note)),
        Sheet("sources", "来源", "Sources", tuple(_columns(root, "sources"))),
    ]
    for table, (zh, en) in PLAN_TABLES.items():
        place = root / Sheet(table, zh, en, ()).file(plan_id)
        if not _schema(root, table).is_file() or (plan_id and not place.is_file()):
            continue
        columns = _columns(root, table)
        made.append(Sheet(table, zh, en, (columns[0], Column("now", shown=True), *columns[1:])))
    return tuple(made)


def _columns(root: Path, table: str) -> list[Column]:
    made = []
    for rules in fields(root, table):
        name = rules["name"]
        limits = rules.get("constraints", {})
        choices = BY_LIST.get(name) if (table, name) != ("sources", "source") else None
        if "enum" in limits and choices is None:
            choices = f"{table}.{name}"
        kind = rules.get("type", "string")
        supplied = name in SUPPLIED.get(table, ())
        made.append(
            Column(
                name,
                "text" if kind == "string" else kind,
                choices,
                bool(limits.get("required")) and not supplied,
                rules=rules,
            )
        )
    return made


def as_made(layout: Iterable[Sheet], mark: Mark) -> tuple[Sheet, ...]:
    """Return the sheets as they were when a workbook was made, which its mark tells.

    The tables may have gained columns since, and the project tables. What the workbook never had
    is left out where a row can do without it, and every other column is looked for in its place
    of then. A column that was there and is gone is another matter: that is a mistake.

    Parameters
    ----------
    layout : iterable of Sheet
        The sheets as the tables are now.
    mark : Mark
        What the workbook says of itself.
    """
    from openpyxl.utils import column_index_from_string

    heads: dict[str, dict[str, int]] = {}
    for (title, address), (_, text) in mark.cells.items():
        column = address.removesuffix(str(HEADINGS))
        if column.isalpha():
            heads.setdefault(title, {})[text] = column_index_from_string(column)
    return tuple(_of_then(sheet, heads[sheet.title]) for sheet in layout if sheet.title in heads)


def _of_then(sheet: Sheet, heads: Mapping[str, int]) -> Sheet:
    old = [column for column in sheet.columns if column.words[1] in heads]
    gone = len(old) < len(heads)  # the workbook has a column that the table has no more
    if gone or any(column.required and column not in old for column in sheet.columns):
        return sheet
    return replace(sheet, columns=tuple(sorted(old, key=lambda one: heads[one.words[1]])))


def label(code: str, name: str) -> str:
    """Return a choice as a drop-down shows it: the code, then its name.

    Examples
    --------
    >>> label("gdp", "地区生产总值"), label("%", "")
    ('gdp｜地区生产总值', '%')
    """
    return f"{code}{BAR}{name}" if name and name != code else code


def code_of(text: str, choices: Mapping[str, str]) -> str | None:
    """Return the code a cell means: the code, its label, or a name that only one code has.

    Examples
    --------
    >>> choices = {"gdp": "地区生产总值", "pm25": "细颗粒物"}
    >>> code_of("gdp｜地区生产总值", choices), code_of("细颗粒物", choices), code_of("x", choices)
    ('gdp', 'pm25', None)
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    head = plain.partition("|")[0].strip()
    for found in (text.strip(), head):
        if found in choices:
            return found
    named = [
        code
        for code, name in choices.items()
        if " ".join(unicodedata.normalize("NFKC", name).split()) == plain
    ]
    return named[0] if len(named) == 1 else None


def lists(plan: Plan) -> dict[str, dict[str, str]]:
    """Return every drop-down: list name -> code -> name shown beside it."""
    data = plan.data
    made: dict[str, dict[str, str]] = {
        "region": {code: row["name_zh"] for code, row in data.regions.items()},
        "indicator": {code: row["name_zh"] for code, row in data.indicators.items()},
        "caliber": {code: row["name_zh"] for code, row in data.calibers.items()},
        "source": {code: row["title"] for code, row in data.sources.items()},
        "unit": {unit: "" for unit in UNITS if unit},
        "target": {item.target_id: item.name_zh for item in plan.targets},
    }
    for sheet in sheets(data.root):
        for column in sheet.columns:
            limits = (column.rules or {}).get("constraints", {})
            if "enum" in limits and column.choices and column.choices not in made:
                made[column.choices] = {code: _named(code) for code in limits["enum"]}
    return made


def _named(code: str) -> str:
    zh, en = CODES.get(code, ("", ""))
    return f"{zh} {en}" if zh and en != code else zh


def free_codes(data: Data, count: int) -> list[str]:
    """Return codes no source has yet, for those who enter new sources.

    Examples
    --------
    >>> from analysis.data.observations import load
    >>> free_codes(load(), 2)
    ['N1', 'N2']
    """
    free: list[str] = []
    number = 1
    while len(free) < count:
        if f"N{number}" not in data.sources:
            free.append(f"N{number}")
        number += 1
    return free


# The mark a workbook carries: which plan, year and data it was made for, and what is fixed.
# It tells an honest mistake (a sheet sorted, a heading typed over, a workbook of another plan), not
# a forgery: nothing here is a secret.


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

    def digest(self, version: str = VERSION) -> str:
        """Return the checksum over everything the mark says."""
        told = [FORMAT, version, self.plan, self.year, self.data]
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
    from openpyxl.utils.cell import coordinate_from_string

    head: Iterable[tuple[str, ...]] = (
        ("format", FORMAT),
        ("version", VERSION),
        ("plan", mark.plan),
        ("year", str(mark.year)),
        ("data", mark.data),
        ("digest", mark.digest()),
    )
    by_row: dict[tuple[str, int], dict[str, tuple[str, str]]] = {}
    for (title, address), what in mark.cells.items():
        column, row = coordinate_from_string(address)
        by_row.setdefault((title, row), {})[column] = what
    told = [
        (title, str(row), json.dumps(cells, ensure_ascii=False, sort_keys=True))
        for (title, row), cells in sorted(by_row.items())
    ]
    for number, line in enumerate((*head, *told), start=1):
        for at, text in enumerate(line, start=1):
            cell = sheet.cell(number, at)
            cell.value, cell.data_type = text, "s"


def read(book: Any, file: str) -> Mark:
    """Return the mark of a workbook.

    Raises
    ------
    InputError
        When the workbook is not one of ours, of another version, or its mark was changed.
    """
    if MARKS not in book.sheetnames:
        raise UserError(
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
    head = {row[0]: row[1] for row in rows[:6]}
    version = head.get("version", "")
    if head.get("format") != FORMAT or version not in (FIRST_VERSION, VERSION):
        raise UserError(
            "工作簿由另一版本生成，请重新生成模板",
            "the workbook was made by another version: make a new template",
            file=file,
            value=f"{head.get('format')} {head.get('version')}",
            expected=f"{FORMAT} {VERSION}",
        )
    year = head.get("year", "")
    mark = Mark(
        head.get("plan", ""),
        int(year) if year.isdigit() else 0,
        head.get("data", ""),
        _marked(rows[6:], version),
    )
    if mark.digest(version) != head.get("digest"):
        raise UserError(
            "工作簿的校验信息被改动，请重新生成模板，再把填写的数值抄过去",
            "the workbook's own mark was changed: make a new template and copy the figures over",
            file=file,
        )
    return mark


def _marked(rows: Iterable[list[str]], version: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the cells of a mark; what cannot be read is left out, and the digest tells it."""
    if version == FIRST_VERSION:
        return {(title, address): (role, text) for title, address, role, text in rows if title}
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for title, row, text, _ in rows:
        with suppress(ValueError, AttributeError):
            cells = json.loads(text) if title else {}
            found |= {(title, f"{column}{row}"): tuple(what) for column, what in cells.items()}
    return found
