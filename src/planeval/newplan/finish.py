"""A draft read back, checked cell by cell, and written as a plan in one step."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import os
import re
import shutil
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.data.errors import InputError, nearest
from analysis.data.observations import Data, load
from analysis.data.paths import project_root, shown
from analysis.data.plan import load_plan
from analysis.data.schema import joined
from planeval.files.changes import commit, resource
from planeval.files.replace import sha256, whole
from planeval.files.safe import open_book, read_bytes
from planeval.newplan.document import read_document
from planeval.newplan.draft import (
    CONFIRMED,
    DROP,
    INDICATOR_COLUMNS,
    INDICATORS,
    PLAN,
    PLAN_FIELDS,
    TARGET_COLUMNS,
    TARGETS,
    YES,
    Options,
    check_id,
    draft_path,
    plan_cells,
    required,
    schema_fields,
    workbook,
    years_of,
)
from planeval.newplan.promise import Guess
from planeval.newplan.propose import Proposal, doubts, propose
from planeval.words.errors import UserError, in_both

ROWS_AT_MOST = 2_000
#: What a draft can be told, in both languages.
_SAID = {
    "lost": ("没有这个草稿", "there is no such draft"),
    "sheet": ("草稿缺少工作表", "the draft lacks a sheet"),
    "field": ("草稿缺少字段", "the draft lacks a field"),
    "column": ("缺少列", "a column is missing"),
    "rows": ("草稿行数过多", "the draft has too many rows"),
    "formula": ("单元格是公式，请改为数值", "the cell is a formula: put its value"),
    "choice": ("不在允许的取值之内", "not one of the allowed values"),
    "none": ("没有一行目标被确认", "no target is confirmed"),
    "empty": ("必填项为空", "a required cell is empty"),
    "open": ("尚未确认", "not confirmed yet"),
    "name": ("规划代码与文件夹不同", "the plan's name differs from its folder's"),
    "sign": (
        "文字以 = 或 @ 开头，会被表格软件当作公式",
        "a text that begins with = or @ is taken for a formula by spreadsheets",
    ),
    "migrate": (
        "数据文件夹还没有这一列，先运行 planeval migrate",
        "the data folder lacks this column as yet: run planeval migrate first",
    ),
    "begun": (
        "已有这个草稿；要重新开始请先删除它",
        "there is such a draft already; delete it to begin anew",
    ),
    "there": ("已有这个草稿", "there is such a draft already"),
    "ready": ("规划草稿已全部确认，尚未完成", "a draft is confirmed throughout but not finished"),
    "finished": ("这个规划已经完成", "this plan is finished already"),
}


def _wrong(
    said: str,
    file: str | None,
    row: int | None = None,
    column: str | None = None,
    value: object = None,
    expected: str | None = None,
    nearest: str | None = None,
) -> InputError:
    """Return a mistake of a draft and its place."""
    return UserError(
        *_SAID[said],
        file=file, row=row, column=column, value=value, expected=expected, nearest=nearest,
    )  # fmt: skip


@dataclass
class DraftRow:
    """One row of a sheet: its number as the spreadsheet shows it, and its cells as text."""

    row: int
    cells: dict[str, str]
    kept: bool | None  # None until confirmed or dropped


@dataclass
class Draft:
    """A draft as it stands: the plan's fields, the target rows, the new indicators."""

    plan_id: str
    path: Path
    label: str
    raw: bytes
    plan: dict[str, str] = field(default_factory=dict)
    plan_rows: dict[str, int] = field(default_factory=dict)
    unconfirmed: list[str] = field(default_factory=list)
    targets: list[DraftRow] = field(default_factory=list)
    indicators: list[DraftRow] = field(default_factory=list)

    def place(self, sheet: str) -> str:
        """Return how a message names a sheet of this draft."""
        return f"{self.label}［{sheet}］"

    @property
    def open_rows(self) -> int:
        """The number of target rows neither confirmed nor dropped."""
        return sum(1 for row in self.targets if row.kept is None)


def drafts(root: Path, plans: set[str]) -> list[str]:
    """Return the names of plans of which there is a draft only.

    Examples
    --------
    >>> from analysis.data.paths import project_root
    >>> drafts(project_root(), {"jiaxing-13fyp", "jiaxing-14fyp"})
    []
    """
    found = (root / "data" / "plans").glob("*/draft.xlsx")
    return sorted(path.parent.name for path in found if path.parent.name not in plans)


def open_draft(root: Path, plan_id: str) -> Draft:
    """Read a plan's draft.

    Raises
    ------
    InputError
        When there is none, it is broken, or a sheet or column is missing.
    """
    path = draft_path(root, plan_id)
    label = shown(path, root)
    if not path.is_file():
        names = [p.parent.name for p in (root / "data" / "plans").glob("*/draft.xlsx")]
        way = "planeval new ID --from plan.docx"
        raise _wrong("lost", label, expected=way, nearest=nearest(plan_id, names))
    raw = read_bytes(path)
    book = open_book(raw, label)
    draft = Draft(plan_id, path, label, raw)
    for name in (PLAN, TARGETS, INDICATORS):
        if name not in book.sheetnames:
            raise _wrong("sheet", label, value="、".join(book.sheetnames), expected=name)
    _read_plan(book[PLAN], draft, root)
    must = required(root, "targets")
    draft.targets = _read_rows(book[TARGETS], TARGET_COLUMNS, draft.place(TARGETS), must)
    must = required(root, "indicators")
    draft.indicators = _read_rows(
        book[INDICATORS], INDICATOR_COLUMNS, draft.place(INDICATORS), must
    )
    return draft


def _as_text(cell: Any, place: str, column: str) -> str:
    """Return a cell as the text a table would hold; a formula is no value and is refused."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, dt.datetime | dt.date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float | int):
        return str(int(value)) if value == int(value) else repr(value)
    if cell.data_type == "f":
        raise _wrong("formula", place, cell.row, column, getattr(value, "text", value))
    return re.sub(r"\s*\n\s*", "", str(value)).strip()


def _read_plan(sheet: Any, draft: Draft, root: Path) -> None:
    place, strange = draft.place(PLAN), False
    for r in range(2, min(sheet.max_row, 200) + 1):
        code = _as_text(sheet.cell(r, 1), place, "field")
        if code not in PLAN_FIELDS:
            strange = strange or bool(code)
            continue
        draft.plan[code] = _as_text(sheet.cell(r, 3), place, code)
        draft.plan_rows[code] = r
        said = _as_text(sheet.cell(r, 4), place, "confirmed")
        if draft.plan[code] and _decision(said, place, r) is not True:
            draft.unconfirmed.append(code)
    must = _must(root)
    for code in PLAN_FIELDS:
        if code in draft.plan:
            continue
        if strange or code in must:
            raise _wrong("field", place, column="field", expected=code)
        draft.plan[code], draft.plan_rows[code] = "", 1  # the draft is older than the field


def _must(root: Path) -> set[str]:
    """Return the fields of a plan that must not be empty."""
    return required(root, "plans") | {f"source.{c}" for c in required(root, "sources")}


def _decision(text: str, place: str, row: int) -> bool | None:
    word = text.replace(" ", "").lower()
    if not word:
        return None
    if word not in CONFIRMED:
        raise _wrong("choice", place, row, "confirmed", text, f"{YES} / {DROP}", YES)
    return CONFIRMED[word]


def _read_rows(
    sheet: Any, columns: Mapping[str, str], place: str, must: Collection[str]
) -> list[DraftRow]:
    """Return the rows of a sheet; what a draft is older than is empty in all of them.

    A column that nobody has to fill in may be absent where every heading is one of ours: else
    it is there under another name, and what stands in it would be lost.
    """
    if sheet.max_row > ROWS_AT_MOST:
        raise _wrong("rows", place, value=sheet.max_row, expected=f"<= {ROWS_AT_MOST}")
    heads: dict[str, int] = {}
    strange = False
    for c in range(1, min(sheet.max_column, 80) + 1):
        words = str(sheet.cell(1, c).value or "").split()
        if words and words[-1] in columns:
            heads[words[-1]] = c
        strange = strange or bool(words and words[-1] not in columns)
    for code, title in columns.items():
        if code not in heads and (strange or code == "confirmed" or code in must):
            raise _wrong("column", place, 1, code, expected=f"{title} {code}")
    found = []
    for r in range(2, sheet.max_row + 1):
        cells = {code: _as_text(sheet.cell(r, c), place, code) for code, c in heads.items()}
        if any(cells.values()):
            cells = dict.fromkeys(columns, "") | cells
            found.append(DraftRow(r, cells, _decision(cells["confirmed"], place, r)))
    return found


# --- what is open --------------------------------------------------------------------------


def problems(draft: Draft, root: Path) -> list[InputError]:
    """Return what keeps a draft from being finished: the count first, then the cells.

    Parameters
    ----------
    draft : Draft
        As from :func:`open_draft`.
    root : Path
        The project's root, for the schemas.
    """
    cells = [*_open_plan(draft, root), *_open_targets(draft, root), *_open_indicators(draft)]
    if not cells and not any(row.kept for row in draft.targets):
        cells = [_wrong("none", draft.place(TARGETS), column="confirmed", expected=YES)]
    if not cells:
        return []
    total, fields = len(draft.targets), len(draft.unconfirmed)
    head = UserError(
        f"规划草稿还有 {len(cells)} 处要办：{total} 行目标中 {draft.open_rows} 行未确认，"
        f"规划信息 {fields} 项未确认",
        f"{len(cells)} cells of a draft are open: {draft.open_rows} of {total} target rows"
        f" and {fields} fields of the plan are unconfirmed",
        file=draft.label,
        expected=f"Excel → planeval check → planeval new {draft.plan_id} --finish",
    )
    return [head, *cells]


def _open_plan(draft: Draft, root: Path) -> list[InputError]:
    place, found = draft.place(PLAN), []
    must = _must(root)
    for code, title in PLAN_FIELDS.items():
        row = draft.plan_rows[code]
        if code in must and code != "source.source" and not draft.plan[code]:
            found.append(_wrong("empty", place, row, code, expected=title))
        elif code in draft.unconfirmed:
            found.append(_unconfirmed(place, row, draft.plan[code]))
    if draft.plan["plan"] and draft.plan["plan"] != draft.plan_id:
        row, name = draft.plan_rows["plan"], draft.plan_id
        found.append(_wrong("name", place, row, "plan", draft.plan["plan"], name, name))
    return found


def _unconfirmed(place: str, row: int, value: str) -> InputError:
    return _wrong("open", place, row, "confirmed", value, f"{YES} / {DROP}")


def _open_targets(draft: Draft, root: Path) -> list[InputError]:
    place, found = draft.place(TARGETS), []
    must = required(root, "targets") - {"source"}
    unheld = {*joined(root / "data/schemas/targets.json").since}
    for row in draft.targets:
        if row.kept is None:
            found.append(_unconfirmed(place, row.row, row.cells["name_zh"]))
        elif row.kept:
            cells = row.cells
            found += [
                _wrong("empty", place, row.row, code, expected=title)
                for code, title in TARGET_COLUMNS.items()
                if code in must and not cells[code]
            ]
            found += [
                _wrong("sign", place, row.row, code, text)
                for code, text in cells.items()
                if text.startswith(("=", "@"))
            ]
            found += [
                _wrong("migrate", place, row.row, code, cells[code], "planeval migrate")
                for code in unheld & cells.keys()
                if cells[code]
            ]
    return found


def _open_indicators(draft: Draft) -> list[InputError]:
    place = draft.place(INDICATORS)
    used = {row.cells["indicator"] for row in draft.targets if row.kept is not False}
    return [
        _unconfirmed(place, row.row, row.cells["indicator"])
        for row in draft.indicators
        if row.kept is None and row.cells["indicator"] and row.cells["indicator"] in used
    ]


# --- Begin a plan from its document: read, propose, and leave a draft to be confirmed ---


@dataclass(frozen=True)
class Begun:
    """A draft just written: where it is and what is in it."""

    path: Path
    proposal: Proposal
    questions: int

    @property
    def doubtful(self) -> int:
        """The number of cells less than sure."""
        return sum(len(doubts(row)) for row in self.proposal.rows)


def begin(
    plan_id: str,
    document: str | os.PathLike[str],
    options: Options | None = None,
    *,
    root: str | os.PathLike[str] | None = None,
) -> Begun:
    """Read a plan document and write the draft of a plan, ``data/plans/<ID>/draft.xlsx``.

    Parameters
    ----------
    plan_id : str
        Name of the new plan.
    document : path
        A .docx, .html, .xlsx, .csv or .txt file.
    options : Options, optional
        What is known of the plan; what is not is read off the document and marked as a guess.
    root : path, optional
        The project's root.

    Raises
    ------
    InputError
        For a name that cannot be or is taken, an unreadable document or one without a table of
        indicators. Nothing is written then.
    """
    home = project_root(root)
    data = load(home)
    options = options or Options()
    check_id(plan_id, data)
    path = draft_path(home, plan_id)
    if path.exists():
        raise _wrong("begun", shown(path, home))
    source = Path(document)
    read = read_document(source)
    years, cells = years_of(read, options)
    plan = plan_cells(read, plan_id, options, data)
    made = propose(read, data, plan["region"].value, years)
    if cells["end_year"].value is None and years.end is not None:
        words = ("推定：指标表中最晚的年份", "a guess: the latest year of the table's head")
        cells["end_year"] = Guess(years.end, 0.5, *words)
    plan |= cells
    origin = f"{source.name}, SHA-256 {hashlib.sha256(source.read_bytes()).hexdigest()}"
    _place(path, workbook(plan, made, data, origin))
    asked = sum(1 for guess in plan.values() if guess.zh)
    return Begun(path, made, asked)


def _place(path: Path, content: bytes) -> None:
    """Put a draft where it belongs, whole, and never over another one."""
    made = not path.parent.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        whole(path, content, over=False)
    except FileExistsError:
        raise _wrong("there", path.name) from None
    finally:
        if made and not path.exists():
            path.parent.rmdir()


def waiting(root: Path, plan_id: str) -> list[InputError]:
    """Return what a draft still waits for, if only to be finished; or why it cannot be read."""
    try:
        draft = open_draft(root, plan_id)
        found = problems(draft, root)
        if not found:
            files, places, _ = build(draft, load(root))
            validate(draft, files, places, root)
    except InputError as error:
        return [error]
    if found:
        return found
    return [_wrong("ready", draft.label, expected=f"planeval new {plan_id} --finish")]


# Turn a confirmed draft into a plan: everything validated first, then written in one step.


Places = dict[tuple[str, int], tuple[str, int]]
_FIGURES = {"value": "base_value", "period": "base_year", "unit": "unit"}
#: Tables a plan begins with beside its targets.
_EMPTY = ("milestones", "assignments", "revisions", "path")


def finish(plan_id: str, root: Path, *, who: str | None = None) -> dict[str, int]:
    """Write a fully confirmed draft as a plan, or nothing at all.

    Parameters
    ----------
    plan_id : str
        Name of the draft.
    root : Path
        The project's root.
    who : str, optional
        Who confirmed it, for the change log.

    Returns
    -------
    dict
        How many rows were added, by table.

    Raises
    ------
    InputError
        At the first unconfirmed, empty or wrong cell, with the draft's sheet, row and column.
    """
    data = load(root)
    if plan_id in set(data.plans["plan"]):
        raise _wrong("finished", None, column="ID", value=plan_id, expected="planeval plans")
    draft = open_draft(root, plan_id)
    waiting = problems(draft, root)
    if waiting:
        raise _first(waiting)
    files, places, rows = build(draft, data)
    validate(draft, files, places, root)
    before = {name: _sum(root / name) for name in files}
    commit(
        root,
        files,
        action="new",
        note=f"规划 plan {plan_id}",
        origin=draft.path,
        rows=rows,
        expect=before | {draft.label: sha256(draft.raw)},
        who=who,
    )
    return {name.rpartition("/")[2]: len(added) for name, added in rows.items() if added}


def _first(waiting: Sequence[InputError]) -> InputError:
    """Return the first open cell, with the count of all in its words."""
    head, cell = waiting[0], waiting[1]
    (head_zh, head_en), (cell_zh, cell_en) = in_both(head), in_both(cell)
    zh, en = f"{head_zh}；第一处：{cell_zh}", f"{head_en}; the first: {cell_en}"
    return _again(cell, (zh, en), cell.file, cell.row, cell.column)


def _again(
    error: InputError,
    said: tuple[str, str],
    file: str | None,
    row: int | None,
    column: str | None,
) -> InputError:
    """Return a mistake in other words or at another place."""
    return UserError(
        *said,
        file=file, row=row, column=column,
        value=error.value, expected=error.expected, nearest=error.nearest,
    )  # fmt: skip


def _sum(path: Path) -> str | None:
    return sha256(path.read_bytes()) if path.is_file() else None


# --- the tables ----------------------------------------------------------------------------


def _knows(root: Path, table: str) -> bool:
    """Whether a folder, which may be older than the program, has a table's schema."""
    return (root / "data" / "schemas" / f"{table}.json").is_file()


def _columns(root: Path, table: str) -> list[str]:
    return [str(field["name"]) for field in schema_fields(root, table)]


def _csv(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, columns, "", "ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode("utf-8")


def _appended(root: Path, name: str, rows: Sequence[Mapping[str, Any]]) -> tuple[bytes, int]:
    """Return a table with rows added at its end as it stands, and the first new row's number."""
    text = (root / name).read_bytes().decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text, newline="")))
    stream = io.StringIO(newline="")
    csv.DictWriter(stream, lines[0], "", "ignore", lineterminator="\n").writerows(rows)
    whole = text if text.endswith("\n") else text + "\n"
    return (whole + stream.getvalue()).encode("utf-8"), len(lines) + 1


def build(
    draft: Draft, data: Data
) -> tuple[dict[str, bytes], Places, dict[str, list[dict[str, Any]]]]:
    """Return the data files a draft amounts to, and which draft row each of their rows is.

    Nothing that is there already is written again: an indicator, a source, a region or an
    observation that the data hold is used as it stands.
    """
    root, plan_id = data.root, draft.plan_id
    kept = [row for row in draft.targets if row.kept]
    targets = [row.cells | {"source": draft.plan["source"]} for row in kept]
    folder = f"data/plans/{plan_id}"
    files = {f"{folder}/targets.csv": _csv(_columns(root, "targets"), targets)}
    for name in (name for name in _EMPTY if _knows(root, name)):
        files[f"{folder}/{name}.csv"] = _csv(_columns(root, name), [])
    places: Places = {
        (f"{folder}/targets.csv", n): (TARGETS, row.row) for n, row in enumerate(kept, start=2)
    }
    added: dict[str, list[tuple[tuple[str, int], dict[str, Any]]]] = {
        "data/plans.csv": [((PLAN, 0), _part(draft, ""))],
        "data/sources.csv": _new_source(draft, data),
        "data/regions.csv": _new_region(draft, data),
        "data/indicators.csv": _new_indicators(draft, kept, data),
        "data/observations.csv": _new_observations(draft, kept, data),
    }
    rows: dict[str, list[dict[str, Any]]] = {f"{folder}/targets.csv": list(targets)}
    for name, entries in added.items():
        if not entries:
            continue
        files[name], start = _appended(root, name, [row for _, row in entries])
        places |= {(name, start + n): place for n, (place, _) in enumerate(entries)}
        rows[name] = [row for _, row in entries]
    files["data/datapackage.json"] = _package(root, plan_id)
    return files, places, rows


def _part(draft: Draft, prefix: str) -> dict[str, Any]:
    """Return the plan's fields of one table: those of ``source.``, of ``region.``, or its own."""
    fields = {
        code.removeprefix(prefix): text
        for code, text in draft.plan.items()
        if (code.startswith(prefix) if prefix else "." not in code)
    }
    if prefix:
        fields[prefix[:-1]] = draft.plan[prefix[:-1]]
    return fields


def _new_source(draft: Draft, data: Data) -> list[tuple[tuple[str, int], dict[str, Any]]]:
    if draft.plan["source"] in data.sources:
        return []
    row = _part(draft, "source.")
    if row["published"] and not row["published_basis"]:
        row["published_basis"] = "stated"
    return [((PLAN, 0), row)]


def _new_region(draft: Draft, data: Data) -> list[tuple[tuple[str, int], dict[str, Any]]]:
    new = draft.plan["region"] not in data.regions and draft.plan["region.name_zh"]
    return [((PLAN, 0), _part(draft, "region."))] if new else []


def _new_indicators(
    draft: Draft, kept: Sequence[DraftRow], data: Data
) -> list[tuple[tuple[str, int], dict[str, Any]]]:
    used = {row.cells["indicator"] for row in kept}
    return [
        ((INDICATORS, row.row), dict(row.cells))
        for row in draft.indicators
        if row.kept and row.cells["indicator"] in used - set(data.indicators)
    ]


def _new_observations(
    draft: Draft, kept: Sequence[DraftRow], data: Data
) -> list[tuple[tuple[str, int], dict[str, Any]]]:
    """Return the base year's values as observations, those already there left out."""
    source = data.sources.get(draft.plan["source"])
    published = str((source or {}).get("published") or draft.plan["source.published"] or "")
    basis = str((source or {}).get("published_basis") or "") or ("stated" if published else "")
    if not published and draft.plan["base_year"].isdigit():
        published = dt.date(int(draft.plan["base_year"]) + 1, 12, 31).isoformat()
        basis = "latest_possible"
    found: list[tuple[tuple[str, int], dict[str, Any]]] = []
    told: set[tuple[str, ...]] = set()
    for row in kept:
        cells = row.cells
        if not cells["base_value"]:
            continue
        key = (cells["region"], cells["indicator"], cells["caliber"], cells["base_value"])
        if key in told or _known(cells, draft.plan["base_year"], data):
            continue
        told.add(key)
        made = {c: cells[c] for c in ("region", "indicator", "unit", "price_basis", "caliber")}
        made |= {"period": draft.plan["base_year"], "value": cells["base_value"]}
        made |= {"qualifier": "exact", "status": "reported", "published": published}
        made |= {"published_basis": basis, "source": draft.plan["source"]}
        made["locator"] = cells["base_locator"] or cells["locator"]
        found.append(((TARGETS, row.row), made))
    return found


def _known(cells: Mapping[str, str], year: str, data: Data) -> bool:
    """Tell whether the data hold this figure: same region, indicator, year and value."""
    return any(
        seen["period"] == year
        and str(seen["value"]) == _float(cells["base_value"])
        and (seen["unit"] or "") == cells["unit"]
        for seen in data.by_series.get((cells["region"], cells["indicator"]), [])
    )


def _float(text: str) -> str:
    try:
        return str(float(text))
    except ValueError:
        return text


def _package(root: Path, plan_id: str) -> bytes:
    """Return the data package's description with the plan's tables."""
    package = json.loads((root / "data" / "datapackage.json").read_text(encoding="utf-8"))
    known = (name for name in _EMPTY if _knows(root, name))
    package["resources"] += [resource(name, plan_id) for name in ("targets", *known)]
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


# --- validation ----------------------------------------------------------------------------


def validate(draft: Draft, files: Mapping[str, bytes], places: Places, root: Path) -> None:
    """Load the plan from a copy of the data with the new files in it.

    Raises
    ------
    InputError
        As the tables' own checks tell it, but with the draft's sheet, row and column.
    """
    with tempfile.TemporaryDirectory() as name:
        trial = Path(name) / "root"
        shutil.copytree(root / "data" / "schemas", trial / "data" / "schemas")
        for path in (root / "data").glob("*.csv"):
            shutil.copy(path, trial / "data" / path.name)
        for label, content in files.items():
            (trial / label).parent.mkdir(parents=True, exist_ok=True)
            (trial / label).write_bytes(content)
        try:
            load_plan(draft.plan_id, root=trial)
        except InputError as error:
            raise _translated(error, draft, places) from None


def _translated(error: InputError, draft: Draft, places: Places) -> InputError:
    sheet, row = places.get((error.file or "", error.row or 0), (None, None))
    if sheet is None:
        return error
    column = error.column or ""
    if sheet == PLAN:
        prefix = {"data/sources.csv": "source.", "data/regions.csv": "region."}.get(
            error.file or "", ""
        )
        column = column if column in ("source", "region") else prefix + column
        row = draft.plan_rows.get(column)
    elif error.file == "data/observations.csv":
        column = _FIGURES.get(column, column if "," not in column else "base_value")
    return _again(error, in_both(error), draft.place(sheet), row, column or None)
