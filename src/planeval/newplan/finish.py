"""Turn a confirmed draft into a plan: everything validated first, then written in one step."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.data.errors import InputError
from analysis.data.observations import Data, load
from analysis.data.plan import load_plan
from planeval.files.changes import commit
from planeval.files.replace import sha256
from planeval.newplan.opened import Draft, DraftRow, open_draft, problems
from planeval.newplan.sheets import INDICATORS, PLAN, TARGETS

Places = dict[tuple[str, int], tuple[str, int]]
_FIGURES = {"value": "base_value", "period": "base_year", "unit": "unit"}
_TITLES = {"targets": "目标", "milestones": "事项进展", "assignments": "上级下达的目标值",
           "revisions": "目标调整", "path": "年度目标路径"}  # fmt: skip


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
        raise InputError(
            "这个规划已经完成",
            "this plan is finished already",
            column="ID",
            value=plan_id,
            expected="planeval plans",
        )
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
    return InputError(
        f"{head.zh}；第一处：{cell.zh}",
        f"{head.en}; the first: {cell.en}",
        file=cell.file,
        row=cell.row,
        column=cell.column,
        value=cell.value,
        expected=cell.expected,
        nearest=cell.nearest,
    )


def _sum(path: Path) -> str | None:
    return sha256(path.read_bytes()) if path.is_file() else None


# --- the tables ----------------------------------------------------------------------------


def _columns(root: Path, table: str) -> list[str]:
    path = root / "data" / "schemas" / f"{table}.json"
    return [field["name"] for field in json.loads(path.read_text(encoding="utf-8"))["fields"]]


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
    for name in ("milestones", "assignments", "revisions", "path"):
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
    """Return the data package's description with the plan's five tables."""
    package = json.loads((root / "data" / "datapackage.json").read_text(encoding="utf-8"))
    package["resources"] += [
        {
            "name": f"{plan_id}-{name}",
            "path": f"plans/{plan_id}/{name}.csv",
            "profile": "tabular-data-resource",
            "title": title,
            "encoding": "utf-8",
            "schema": f"schemas/{name}.json",
        }
        for name, title in _TITLES.items()
    ]
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
    return InputError(
        error.zh,
        error.en,
        file=draft.place(sheet),
        row=row,
        column=column or None,
        value=error.value,
        expected=error.expected,
        nearest=error.nearest,
    )
