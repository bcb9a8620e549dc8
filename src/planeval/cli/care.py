"""``planeval revisions``, ``propose`` and ``due``: the care of a plan through the years."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.data.errors import Reason, nearest
from analysis.data.observations import load
from analysis.data.plan import Plan, Target, load_plan
from planeval.cli.grammar import answer, whole
from planeval.show.terminal import aligned
from planeval.words.amounts import unit_name
from planeval.words.errors import UserError
from planeval.words.language import either, worded
from planeval.words.names import DUE, DUE_BY, STATUS_ZH, dated
from planeval.words.steps import NO_PROPOSAL, SHAPES

if TYPE_CHECKING:
    import pandas as pd

    from analysis.data.due import Wanted
    from analysis.targets.ahead import PathProposal
    from analysis.targets.evaluation import Evaluation

    Made = Mapping[str, PathProposal | Reason]
    Histories = dict[tuple[str, str], pd.DataFrame]

EVENT = ("what", "old", "new", "date", "known_from", "document", "reason", "source")
PATH_COLUMNS = ("target_id", "year", "value", "unit", "document", "date", "source", "locator")


def _shown(value: float | None) -> str:
    return "—" if value is None else f"{value:.6g}"


def _signed(value: float) -> str:
    return "" if math.isnan(value) else f"{value:+.4g}"


# --- revisions --------------------------------------------------------------------------------

_EVENTS = {
    "target": ("调整", "revised"),
    "added": ("增补", "added"),
    "withdrawn": ("撤销", "withdrawn"),
    "assigned": ("下达", "assigned"),
}


def revisions(
    root: Path, plan: str, indicator: str | None, as_of: str | None, to: str | None
) -> None:
    """Run ``planeval revisions``."""
    from analysis.targets.evaluation import as_of_date

    data = load(root)
    day = as_of_date(as_of, data)
    read = load_plan(plan, as_of=day, data=data)
    found = _histories(read, indicator, day)
    adjusted = [
        item
        for item in read.targets
        if (item.adjustments or item.assigned)
        and indicator in (None, item.target_id, item.indicator)
    ]
    answer(
        _revisions(read, found, adjusted),
        lambda: _revisions_record(read, day, found, adjusted),
        to,
        beside=True,
    )


def _histories(plan: Plan, wanted: str | None, day: dt.date) -> Histories:
    """Return the vintages of what a plan's targets rest on, here and in the region above."""
    from analysis.growth.vintages import revision_table

    own = [(item.region, item.indicator) for item in plan.targets]
    targets = {item.target_id: item.indicator for item in plan.targets}
    if wanted is not None:
        code = targets.get(wanted, wanted)
        if code not in plan.data.indicators:
            raise UserError(
                "没有这个指标或目标",
                "no such indicator or target",
                column="INDICATOR",
                value=wanted,
                expected="a code of data/indicators.csv, or a target of the plan",
                nearest=nearest(wanted, [*plan.data.indicators, *targets]),
            )
        regions = dict.fromkeys([*(r for r, i in own if i == code), *plan.data.regions])
        own = [(region, code) for region in regions]
    above = plan.parent_region
    places = dict.fromkeys([*own, *((above, code) for _, code in own if above)])
    tables = {place: revision_table(plan.data, *place, as_of=day) for place in places}
    if wanted is None:  # only what was published more than once
        tables = {place: table[table["of"] > 1] for place, table in tables.items()}
    return {place: table for place, table in tables.items() if len(table)}


def _events(item: Target) -> list[dict[str, Any]]:
    """Return what was done to a target, in the order of the documents."""
    made = [row | {"what": row["field"]} for row in item.adjustments]
    if item.assigned:
        last = item.assigned
        made.append(
            last | {"what": "assigned", "old": None, "new": last["value"], "reason": last["note"]}
        )
    return sorted(made, key=lambda row: row["date"])


def _revisions(plan: Plan, found: Histories, adjusted: Sequence[Target]) -> Iterator[str]:
    """Yield a table of vintages for each region and indicator, then what happened to targets."""
    head = either(
        "时期 值 阶段 公布日 变动 % 口径 来源",
        "period value stage published change % definition source",
    )
    for n, ((region, indicator), table) in enumerate(found.items()):
        spec = plan.data.indicators[indicator]
        unit = unit_name(spec["unit"]) if spec["unit"] else "—"
        if n:
            yield ""
        yield f"{worded(plan.data.regions[region], 'name')} {worded(spec, 'name')} ({unit})"
        vintages = (_vintage(plan, row) for row in table.to_dict("records"))
        yield from aligned([head.split(), *vintages])
    rows = [
        (
            worded(item, "name"),
            either(*_EVENTS[row["what"]]),
            f"{_shown(row['old'])} → {_shown(row['new'])} {unit_name(item.unit)}",
            dated(row),
            row["document"],
            row["reason"] or "",
        )
        for item in adjusted
        for row in _events(item)
    ]
    if rows:
        if found:
            yield ""
        yield either("目标的调整", "Changes of targets")
        head = either("目标 事项 目标值 日期 文件 理由", "target event number date document reason")
        yield from aligned([head.split(), *rows])
    elif not found:
        yield either("没有历次公布值。", "no vintages.")


def _vintage(plan: Plan, row: Mapping[Any, Any]) -> tuple[str, ...]:
    return (
        row["period"] if row["vintage"] == 1 else "",
        f"{row['value']:g}" if abs(row["value"]) < 1e6 else f"{row['value']:.0f}",
        either(STATUS_ZH[row["status"]], row["status"].replace("_", " ")),
        # a day that is only the latest possible is no day of publication
        "≤" * (row["published_basis"] == "latest_possible") + str(row["published"]),
        _signed(row["change"]),
        _signed(row["change_pct"]),
        worded(plan.data.calibers[row["caliber"]], "name"),
        row["source"],
    )


def _revisions_record(
    plan: Plan, day: dt.date, found: Histories, adjusted: Sequence[Target]
) -> dict[str, Any]:
    def value(cell: Any) -> Any:
        if isinstance(cell, dt.date):
            return cell.isoformat()
        return None if isinstance(cell, float) and math.isnan(cell) else cell

    return {
        "plan": plan.plan_id,
        "as_of": day.isoformat(),
        "indicators": [
            {
                "region": region,
                "indicator": indicator,
                "vintages": [
                    {name: value(cell) for name, cell in row.items()}
                    for row in table.to_dict("records")
                ],
            }
            for (region, indicator), table in found.items()
        ],
        "targets": [
            {
                "target": item.target_id,
                "status": item.status,
                "original": item.original,
                "in_force": item.target,
                "events": [{key: value(row[key]) for key in EVENT} for row in _events(item)],
            }
            for item in adjusted
        ],
    }


# --- propose ----------------------------------------------------------------------------------

_SHAPES = {
    "steps": ("每年等量", "equal steps"),
    "growth": ("每年同速", "equal growth"),
    "forecast": ("按预测走势", "as forecast"),
    "hold": ("保持", "hold"),
}


def propose(
    root: Path,
    plan: str,
    year: int,
    target: str | None,
    shape: str | None,
    file: str | None,
    as_of: str | None,
    to: str | None,
) -> None:
    """Run ``planeval propose``."""
    from analysis.targets.ahead import PathProposal, propose_path
    from analysis.targets.evaluation import evaluate

    result = evaluate(plan, year, as_of, root=root)
    items = [result.get(target)] if target else list(result.in_force)
    made = {item.target_id: propose_path(item, result.plan, result.year) for item in items}
    if file:
        paths = {name: one for name, one in made.items() if isinstance(one, PathProposal)}
        whole(Path(file), proposal_csv(result, paths, shape))
    answer(_proposals(result, made), lambda: _proposal_record(result, made), to, beside=True)


def proposal_csv(
    result: Evaluation, paths: dict[str, PathProposal], shape: str | None = None
) -> str:
    """Return proposals as text in the form of ``path.csv``, each row marked as a proposal."""
    out = io.StringIO()
    writer = csv.DictWriter(out, PATH_COLUMNS, lineterminator="\n")
    writer.writeheader()
    locator = f"planeval propose {result.plan.plan_id} --year {result.year}"
    for one in paths.values():
        writer.writerows(proposal_rows(one, shape, locator, result.as_of.isoformat()))
    return out.getvalue()


def proposal_rows(
    proposal: PathProposal, shape: str | None, locator: str, day: str
) -> list[dict[str, str]]:
    """Return a proposal as rows of ``path.csv``, marked so that no table takes them unseen.

    The cell ``source`` stays empty: a path counts only when a document declares it, and
    ``check`` refuses a row without its source.

    Examples
    --------
    >>> from analysis.targets.ahead import PathProposal, ProposedYear
    >>> step = ProposedYear(2025, 123.456, None)
    >>> made = PathProposal("t", "亿元", 2024, 110.0, 2026, 130.0, {"steps": (step,)}, {})
    >>> [(row["value"], row["source"]) for row in proposal_rows(made, None, "here", "2024-12-31")]
    [('123.5', '')]
    """
    chosen = shape if shape in proposal.shapes else proposal.preferred
    form = f".{proposal.digits}f"
    return [
        {
            "target_id": proposal.target_id,
            "year": str(one.year),
            "value": f"{one.value:{form}}" if one.value != proposal.goal else f"{one.value:g}",
            "unit": proposal.unit,
            "document": f"建议（{SHAPES[chosen][0]}），非文件规定 proposal, not a document",
            "date": day,
            "source": "",
            "locator": locator,
        }
        for one in proposal.shapes[chosen]
        if not one.declared
    ]


def _proposal_record(result: Evaluation, made: Made) -> dict[str, Any]:
    none = {name: NO_PROPOSAL[one.code] for name, one in made.items() if isinstance(one, Reason)}
    return {
        "plan": result.plan.plan_id,
        "year": result.year,
        "as_of": result.as_of.isoformat(),
        "proposals": [asdict(one) for one in made.values() if not isinstance(one, Reason)],
        "none": {name: {"zh": zh, "en": en} for name, (zh, en) in none.items()},
    }


def _proposals(result: Evaluation, made: Made) -> Iterator[str]:
    """Yield a row for each year and a column for each shape, then why some have none."""
    names = {item.target_id: item.target for item in result.indicators}
    head = either("指标 年份 预测中位数", "target year forecast").split()
    rows: list[Sequence[str]] = [[*head, *(either(*words) for words in _SHAPES.values())]]
    for name, one in made.items():
        if isinstance(one, Reason):
            continue
        title = worded(names[name], "name")
        label = f"{title} ({unit_name(one.unit)})" if one.unit else title
        rows.append((label, str(one.start_year), f"{one.start:g}", *[""] * len(_SHAPES)))
        for year in sorted({step.year for steps in one.shapes.values() for step in steps}):
            cells = (_step(one, shape, year) for shape in _SHAPES)
            rows.append(("", str(year), _shown(one.median.get(year)), *cells))
    if len(rows) > 1:
        yield from aligned(rows)
    codes = Counter(one.code for one in made.values() if isinstance(one, Reason))
    if codes:
        counts = (f"{either(*NO_PROPOSAL[code])} {count}" for code, count in codes.items())
        yield either("没有建议的：", "none proposed: ") + either("；", "; ").join(counts)
    yield either(
        "每项首行是最新公布值；括号内是该年达到建议值的概率。建议不是规划文件的规定。",
        "The first row of a target is its latest figure; in brackets the probability that the"
        " year's figure reaches the value. A proposal is declared by no document.",
    )


def _step(one: PathProposal, shape: str, year: int) -> str:
    step = next((step for step in one.shapes.get(shape, ()) if step.year == year), None)
    if step is None:
        return ""
    value = f"{step.value:.4g}" if abs(step.value) < 1e4 else f"{step.value:.0f}"
    chance = "" if step.probability is None else f" ({100 * step.probability:.0f}%)"
    return value + chance + either("，规定", ", declared") * step.declared


# --- due --------------------------------------------------------------------------------------


def due(
    root: Path,
    plan: str,
    year: int,
    department: str | None,
    every: bool,
    as_of: str | None,
    to: str | None,
) -> None:
    """Run ``planeval due``."""
    from analysis.data.due import wanted
    from analysis.targets.evaluation import as_of_date

    data = load(root)
    # a reminder is of today; every other command is of the day of the newest figure
    day = as_of_date(as_of or dt.date.today(), data, ahead=True)
    read = load_plan(plan, as_of=day, data=data)
    found = wanted(read, year, day, department=department)
    shown = found if every else [one for one in found if one.status in ("late", "due")]
    record = {"plan": read.plan_id, "year": year, "as_of": day.isoformat()}
    answer(
        _due(read, year, day, shown, found),
        lambda: record | {"wanted": [one.to_dict() for one in found]},
        to,
        beside=True,
    )


def _due(
    plan: Plan, year: int, day: dt.date, shown: Sequence[Wanted], found: Sequence[Wanted]
) -> Iterator[str]:
    """Yield how many figures are late, due and so on, and a row for each of those shown."""
    counts = {code: sum(one.status == code for one in found) for code in DUE}
    yield f"{worded(plan, 'name')}  {year}  ({day})"
    yield either("，", ", ").join(f"{either(*DUE[code])} {n}" for code, n in counts.items() if n)
    if shown:
        head = either(
            "|指标|应于|最晚|依据|责任部门|目标",
            "|indicator|expected|latest|by|responsible|targets",
        )
        yield from aligned([head.split("|"), *(_due_row(plan, one) for one in shown)])


def _due_row(plan: Plan, one: Wanted) -> tuple[str, ...]:
    bodies = (worded(plan.data.departments[code], "name") for code in one.departments)
    waits = either("（目标值待下达）", " (number not assigned)") * one.unassigned
    return (
        either(*DUE[one.status]),
        worded(one, "name") + waits,
        str(one.expected or "—"),
        str(one.latest or "—"),
        either(*DUE_BY[one.habit.basis]) + (f" ({one.habit.years})" if one.habit.years else ""),
        either("、", ", ").join(bodies),
        " ".join(target.target_id for target in one.targets),
    )
