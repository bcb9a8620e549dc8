"""Read a draft back and say, cell by cell, what keeps it from being a plan."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.data.errors import InputError, nearest
from analysis.data.paths import shown
from planeval.newplan.document import check_archive, opened
from planeval.newplan.plan import draft_path
from planeval.newplan.sheets import (
    CONFIRMED,
    DROP,
    INDICATOR_COLUMNS,
    INDICATORS,
    PLAN,
    PLAN_FIELDS,
    TARGET_COLUMNS,
    TARGETS,
    YES,
    required,
)

SHOWN_AT_MOST = 12
ROWS_AT_MOST = 2_000


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
        raise InputError(
            "没有这个草稿",
            "there is no such draft",
            file=label,
            expected="planeval new ID --from plan.docx",
            nearest=nearest(plan_id, names),
        )
    from openpyxl import load_workbook

    raw = opened(path)
    check_archive(path, "xl/workbook.xml")
    try:
        book = load_workbook(io.BytesIO(raw), data_only=False)
    except Exception as error:  # whatever the parser of a damaged file raises
        raise InputError(
            "草稿已损坏", f"the draft is broken ({type(error).__name__})", file=label
        ) from None
    draft = Draft(plan_id, path, label, raw)
    for name in (PLAN, TARGETS, INDICATORS):
        if name not in book.sheetnames:
            raise InputError(
                "草稿缺少工作表",
                "the draft lacks a sheet",
                file=label,
                value="、".join(book.sheetnames),
                expected=name,
            )
    _read_plan(book[PLAN], draft)
    draft.targets = _read_rows(book[TARGETS], TARGET_COLUMNS, draft.place(TARGETS))
    draft.indicators = _read_rows(book[INDICATORS], INDICATOR_COLUMNS, draft.place(INDICATORS))
    return draft


def _as_text(cell: Any, place: str, column: str) -> str:
    """Return a cell as the text a table would hold; a formula is no value.

    Raises
    ------
    InputError
        For a formula: its result is not what stands in the file.
    """
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
        raise InputError(
            "单元格是公式，请改为数值",
            "the cell is a formula: put its value",
            file=place,
            row=cell.row,
            column=column,
            value=getattr(value, "text", value),
        )
    return re.sub(r"\s*\n\s*", "", str(value)).strip()


def _read_plan(sheet: Any, draft: Draft) -> None:
    place = draft.place(PLAN)
    for r in range(2, min(sheet.max_row, 200) + 1):
        code = _as_text(sheet.cell(r, 1), place, "field")
        if code not in PLAN_FIELDS:
            continue
        draft.plan[code] = _as_text(sheet.cell(r, 3), place, code)
        draft.plan_rows[code] = r
        said = _as_text(sheet.cell(r, 4), place, "confirmed")
        if draft.plan[code] and _decision(said, place, r) is not True:
            draft.unconfirmed.append(code)
    for code in PLAN_FIELDS:
        if code not in draft.plan:
            raise InputError(
                "草稿缺少字段", "the draft lacks a field", file=place, column="field", expected=code
            )


def _decision(text: str, place: str, row: int) -> bool | None:
    word = text.replace(" ", "").lower()
    if not word:
        return None
    if word not in CONFIRMED:
        raise InputError(
            "不在允许的取值之内",
            "not one of the allowed values",
            file=place,
            row=row,
            column="confirmed",
            value=text,
            expected=f"{YES} / {DROP}",
            nearest=YES,
        )
    return CONFIRMED[word]


def _read_rows(sheet: Any, columns: Mapping[str, str], place: str) -> list[DraftRow]:
    if sheet.max_row > ROWS_AT_MOST:
        raise InputError(
            "草稿行数过多",
            "the draft has too many rows",
            file=place,
            value=sheet.max_row,
            expected=f"<= {ROWS_AT_MOST}",
        )
    heads: dict[str, int] = {}
    for c in range(1, min(sheet.max_column, 80) + 1):
        words = str(sheet.cell(1, c).value or "").split()
        if words and words[-1] in columns:
            heads[words[-1]] = c
    for code, title in columns.items():
        if code not in heads:
            raise InputError(
                "缺少列",
                "a column is missing",
                file=place,
                row=1,
                column=code,
                expected=f"{title} {code}",
            )
    found = []
    for r in range(2, sheet.max_row + 1):
        cells = {code: _as_text(sheet.cell(r, c), place, code) for code, c in heads.items()}
        if any(cells.values()):
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
        cells = [
            InputError(
                "没有一行目标被确认",
                "no target is confirmed",
                file=draft.place(TARGETS),
                column="confirmed",
                expected=YES,
            )
        ]
    if not cells:
        return []
    total, fields = len(draft.targets), len(draft.unconfirmed)
    head = InputError(
        f"规划草稿还有 {len(cells)} 处要办：{total} 行目标中 {draft.open_rows} 行未确认，"
        f"规划信息 {fields} 项未确认",
        f"{len(cells)} cells of a draft are open: {draft.open_rows} of {total} target rows"
        f" and {fields} fields of the plan are unconfirmed",
        file=draft.label,
        expected=f"Excel → planeval check → planeval new {draft.plan_id} --finish",
    )
    return [head, *cells]


def _empty(place: str, row: int, column: str, title: str) -> InputError:
    return InputError(
        "必填项为空", "a required cell is empty", file=place, row=row, column=column, expected=title
    )


def _open_plan(draft: Draft, root: Path) -> list[InputError]:
    place, found = draft.place(PLAN), []
    must = required(root, "plans") | {f"source.{c}" for c in required(root, "sources")}
    for code, title in PLAN_FIELDS.items():
        row = draft.plan_rows[code]
        if code in must and code != "source.source" and not draft.plan[code]:
            found.append(_empty(place, row, code, title))
        elif code in draft.unconfirmed:
            found.append(_unconfirmed(place, row, draft.plan[code]))
    if draft.plan["plan"] and draft.plan["plan"] != draft.plan_id:
        found.append(
            InputError(
                "规划代码与文件夹不同",
                "the plan's name differs from its folder's",
                file=place,
                row=draft.plan_rows["plan"],
                column="plan",
                value=draft.plan["plan"],
                expected=draft.plan_id,
                nearest=draft.plan_id,
            )
        )
    return found


def _unconfirmed(place: str, row: int, value: str) -> InputError:
    return InputError(
        "尚未确认",
        "not confirmed yet",
        file=place,
        row=row,
        column="confirmed",
        value=value,
        expected=f"{YES} / {DROP}",
    )


def _open_targets(draft: Draft, root: Path) -> list[InputError]:
    place, found = draft.place(TARGETS), []
    must = required(root, "targets") - {"source"}
    for row in draft.targets:
        if row.kept is None:
            found.append(_unconfirmed(place, row.row, row.cells["name_zh"]))
        elif row.kept:
            found += [
                _empty(place, row.row, code, title)
                for code, title in TARGET_COLUMNS.items()
                if code in must and not row.cells[code]
            ]
            found += [
                InputError(
                    "文字以 = 或 @ 开头，会被表格软件当作公式",
                    "a text that begins with = or @ is taken for a formula by spreadsheets",
                    file=place,
                    row=row.row,
                    column=code,
                    value=text,
                )
                for code, text in row.cells.items()
                if text.startswith(("=", "@"))
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
