"""``planeval revisions``, ``propose`` and ``due``: the care of a plan through the years."""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import io
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.data.errors import Reason, nearest
from planeval.cli.screen import check_place, emit, whole
from planeval.words.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

    from analysis.data.plan import Plan, Target
    from analysis.targets.ahead import PathProposal
    from analysis.targets.evaluation import Evaluation

SHAPES = ("forecast", "growth", "steps")
EVENT = ("what", "old", "new", "date", "known_from", "document", "reason", "source")
PATH_COLUMNS = ("target_id", "year", "value", "unit", "document", "date", "source", "locator")


def add(command: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """Add the commands; `command` makes a parser of name, help and example."""
    history = command(
        "revisions",
        "各指标各时期的历次公布值，与目标的历次调整 every vintage, and every change of a target",
        "planeval revisions jiaxing-14fyp gdp",
    )
    ahead = command(
        "propose",
        "余下年份的年度值建议 propose yearly values for the years that are left",
        "planeval propose jiaxing-14fyp --year 2023 --csv proposal.csv",
    )
    missing = command(
        "due",
        "到期和逾期未公布的指标 figures that are due or late",
        "planeval due jiaxing-14fyp --year 2025 --as-of 2026-10-31",
    )
    for sub in (history, ahead, missing):
        sub.add_argument("plan", metavar="PLAN", help="规划代码 name of the plan (planeval plans)")
    history.add_argument(
        "indicator",
        metavar="INDICATOR",
        nargs="?",
        help="指标或目标代码，不写则列全部有修订的 an indicator or target; else all that changed",
    )
    for sub in (ahead, missing):
        sub.add_argument("--year", type=int, required=True, help="评估年 year of the plan")
    ahead.add_argument("--target", metavar="ID", help="只列一个目标 one target only")
    ahead.add_argument("--shape", choices=SHAPES, help="走法，用于 --csv shape written to the CSV")
    ahead.add_argument(
        "--csv", metavar="FILE", help="写成 path.csv 的格式 rows in the form of path.csv"
    )
    missing.add_argument(
        "--department", metavar="CODE", help="只列一个部门负责的 one responsible body only"
    )
    missing.add_argument(
        "--all", action="store_true", help="也列未到期和已公布的 those not due or published as well"
    )
    for sub in (history, ahead, missing):
        sub.add_argument(
            "--as-of",
            metavar="DATE",
            help="只用该日及以前公布的数字 use what was published by DATE",
        )
        sub.add_argument("--lang", choices=("zh", "en"), default="zh", help="语言 language")
        sub.add_argument(
            "--json", metavar="FILE", help="写成 JSON，- 为屏幕 JSON to FILE, - for stdout"
        )


# --- revisions ------------------------------------------------------------------------------


def revisions(arguments: argparse.Namespace) -> int:
    """Run ``planeval revisions``."""
    from analysis.data.observations import load
    from analysis.data.plan import load_plan
    from analysis.targets.evaluation import as_of_date

    data = load(arguments.root)
    day = as_of_date(arguments.as_of, data)
    plan = load_plan(arguments.plan, as_of=day, data=data)
    found = _histories(plan, arguments.indicator, day)
    adjusted = [
        item
        for item in plan.targets
        if (item.adjustments or item.assigned)
        and arguments.indicator in (None, item.target_id, item.indicator)
    ]
    if arguments.json:
        emit(_revisions_record(plan, day, found, adjusted), arguments.json)
    if arguments.json != "-":
        from planeval.cli.screen import revisions_screen

        print(revisions_screen(plan, found, adjusted, arguments.lang), end="")
    return 0


def _histories(plan: Plan, wanted: str | None, day: dt.date) -> dict[tuple[str, str], pd.DataFrame]:
    """Return the vintages of what a plan's targets rest on, here and in the region above."""
    from analysis.growth.vintages import revision_table

    own = [(item.region, item.indicator) for item in plan.targets]
    targets = {item.target_id: item.indicator for item in plan.targets}
    if wanted is not None:
        code = targets.get(wanted, wanted)
        known = {**plan.data.indicators, **targets}
        if code not in plan.data.indicators:
            raise UserError(
                "没有这个指标或目标",
                "no such indicator or target",
                column="INDICATOR",
                value=wanted,
                expected="a code of data/indicators.csv, or a target of the plan",
                nearest=nearest(wanted, known),
            )
        regions = dict.fromkeys([*(r for r, i in own if i == code), *plan.data.regions])
        own = [(region, code) for region in regions]
    above = plan.parent_region
    places = dict.fromkeys([*own, *((above, code) for _, code in own if above)])
    tables = {place: revision_table(plan.data, *place, as_of=day) for place in places}
    if wanted is None:  # only what was published more than once
        tables = {place: table[table["of"] > 1] for place, table in tables.items()}
    return {place: table for place, table in tables.items() if len(table)}


def _revisions_record(
    plan: Plan,
    day: dt.date,
    found: dict[tuple[str, str], pd.DataFrame],
    adjusted: Sequence[Target],
) -> dict[str, Any]:
    from planeval.cli.screen import events_of

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
                "events": [{key: value(row[key]) for key in EVENT} for row in events_of(item)],
            }
            for item in adjusted
        ],
    }


# --- propose --------------------------------------------------------------------------------


def propose(arguments: argparse.Namespace) -> int:
    """Run ``planeval propose``."""
    from analysis.targets.ahead import PathProposal, propose_path
    from analysis.targets.evaluation import evaluate

    result = evaluate(arguments.plan, arguments.year, arguments.as_of, root=arguments.root)
    if arguments.csv:
        _outside_data(arguments.csv, result.data.root)
    items = [result.get(arguments.target)] if arguments.target else list(result.in_force)
    made = {item.target_id: propose_path(item, result.plan, result.year) for item in items}
    paths = {name: one for name, one in made.items() if isinstance(one, PathProposal)}
    if arguments.csv:
        whole(Path(arguments.csv), proposal_csv(result, paths, arguments.shape))
    if arguments.json:
        emit(_proposal_record(result, made), arguments.json)
    if arguments.json != "-":
        from planeval.cli.screen import proposal_screen

        print(proposal_screen(result, made, arguments.lang), end="")
    return 0


def _outside_data(to: str, root: Path) -> None:
    """Refuse to write a proposal among the data: a path counts when a document declares it."""
    check_place(to, "--csv")
    data = (root / "data").resolve()
    if data in Path(to).resolve().parents:
        raise UserError(
            "建议不是规划文件的规定，不写入 data/",
            "a proposal is declared by no document and is not written into data/",
            column="--csv",
            value=to,
            expected="a file outside data/",
        )


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
    from planeval.words import steps

    chosen = shape if shape in proposal.shapes else proposal.preferred
    form = f".{proposal.digits}f"
    return [
        {
            "target_id": proposal.target_id,
            "year": str(one.year),
            "value": f"{one.value:{form}}" if one.value != proposal.goal else f"{one.value:g}",
            "unit": proposal.unit,
            "document": f"建议（{steps.SHAPES[chosen][0]}），非文件规定 proposal, not a document",
            "date": day,
            "source": "",
            "locator": locator,
        }
        for one in proposal.shapes[chosen]
        if not one.declared
    ]


def _proposal_record(result: Evaluation, made: dict[str, PathProposal | Reason]) -> dict[str, Any]:
    from dataclasses import asdict

    from planeval.words.steps import NO_PROPOSAL

    none = {name: NO_PROPOSAL[one.code] for name, one in made.items() if isinstance(one, Reason)}
    return {
        "plan": result.plan.plan_id,
        "year": result.year,
        "as_of": result.as_of.isoformat(),
        "proposals": [asdict(one) for one in made.values() if not isinstance(one, Reason)],
        "none": {name: {"zh": zh, "en": en} for name, (zh, en) in none.items()},
    }


# --- due ------------------------------------------------------------------------------------


def due(arguments: argparse.Namespace) -> int:
    """Run ``planeval due``."""
    from analysis.data.due import wanted
    from analysis.data.observations import load
    from analysis.data.plan import load_plan
    from analysis.targets.evaluation import as_of_date

    data = load(arguments.root)
    # a reminder is of today; every other command is of the day of the newest figure
    day = as_of_date(arguments.as_of or dt.date.today(), data, ahead=True)
    plan = load_plan(arguments.plan, as_of=day, data=data)
    found = wanted(plan, arguments.year, day, department=arguments.department)
    if arguments.json:
        record = {"plan": plan.plan_id, "year": arguments.year, "as_of": day.isoformat()}
        emit(record | {"wanted": [one.to_dict() for one in found]}, arguments.json)
    if arguments.json != "-":
        shown = found if arguments.all else [o for o in found if o.status in ("late", "due")]
        from planeval.cli.screen import due_screen

        print(due_screen(plan, arguments.year, day, shown, found, arguments.lang), end="")
    return 0


COMMANDS = {"revisions": revisions, "propose": propose, "due": due}
