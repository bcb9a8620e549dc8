"""How commands answer: files and JSON put out, tables of revisions, proposals and due figures."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import math
import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.data.errors import Reason
from analysis.data.paths import MARK
from planeval.words.amounts import unit_name
from planeval.words.errors import UserError
from planeval.words.language import speaking
from planeval.words.names import DUE, DUE_BY, STATUS_ZH, dated

if TYPE_CHECKING:
    import pandas as pd

    from analysis.data.due import Wanted
    from analysis.data.plan import Plan, Target
    from analysis.targets.ahead import PathProposal
    from analysis.targets.evaluation import Evaluation


def events_of(item: Target) -> list[dict[str, Any]]:
    """Return what was done to a target, in the order of the documents."""
    made = [row | {"what": row["field"]} for row in item.adjustments]
    if item.assigned:
        last = item.assigned
        made.append(
            last | {"what": "assigned", "old": None, "new": last["value"], "reason": last["note"]}
        )
    return sorted(made, key=lambda row: row["date"])


def revisions_screen(
    plan: Plan,
    found: Mapping[tuple[str, str], pd.DataFrame],
    adjusted: Sequence[Target],
    lang: str,
) -> str:
    """Return vintages and adjustments as text for the terminal.

    Parameters
    ----------
    found : dict
        By region and indicator, as from :func:`analysis.growth.vintages.revision_table`.
    adjusted : sequence of Target
        Targets that were assigned, revised, added or withdrawn.
    lang : {"zh", "en"}
        The language.
    """
    at = 0 if lang == "zh" else 1
    lines = []
    head = (
        ("时期", "值", "阶段", "公布日", "变动", "%", "口径", "来源"),
        ("period", "value", "stage", "published", "change", "%", "definition", "source"),
    )[at]
    for (region, indicator), table in found.items():
        spec = plan.data.indicators[indicator]
        unit = _unit(spec["unit"] or "", at) or "—"
        lines.append(f"{plan.data.regions[region][f'name_{lang}']} {spec[f'name_{lang}']} ({unit})")
        rows = [head]
        for row in table.to_dict("records"):
            stage = STATUS_ZH[row["status"]] if lang == "zh" else row["status"].replace("_", " ")
            caliber = plan.data.calibers[row["caliber"]][f"name_{lang}"]
            first = row["vintage"] == 1
            rows.append(
                (
                    row["period"] if first else "",
                    f"{row['value']:g}" if abs(row["value"]) < 1e6 else f"{row['value']:.0f}",
                    stage,
                    # a day that is only the latest possible is no day of publication
                    "≤" * (row["published_basis"] == "latest_possible") + str(row["published"]),
                    _signed(row["change"]),
                    _signed(row["change_pct"]),
                    caliber,
                    row["source"],
                )
            )
        lines += [*aligned(rows), ""]
    lines += _adjusted_lines(adjusted, at)
    if not found and not adjusted:
        lines.append(("没有历次公布值。", "no vintages.")[at])
    return "\n".join(lines).rstrip("\n") + "\n"


def _adjusted_lines(adjusted: Sequence[Target], at: int) -> list[str]:
    words = {
        "target": ("调整", "revised"),
        "added": ("增补", "added"),
        "withdrawn": ("撤销", "withdrawn"),
        "assigned": ("下达", "assigned"),
    }
    rows = []
    for item in adjusted:
        for row in events_of(item):
            moved = f"{_shown(row['old'])} → {_shown(row['new'])} {_unit(item.unit, at)}"
            name = (item.name_zh, item.name_en)[at]
            what = words[row["what"]][at]
            rows.append((name, what, moved, dated(row), row["document"], row["reason"] or ""))
    if not rows:
        return []
    head = (
        ("目标", "事项", "目标值", "日期", "文件", "理由"),
        ("target", "event", "number", "date", "document", "reason"),
    )[at]
    return [("目标的调整", "Changes of targets")[at], *aligned([head, *rows])]


def proposal_screen(
    result: Evaluation, made: Mapping[str, PathProposal | Reason], lang: str
) -> str:
    """Return proposals as text for the terminal: a row for each year, a column for each shape."""
    at = 0 if lang == "zh" else 1
    names = {item.target_id: item.target for item in result.indicators}
    shapes = {
        "steps": ("每年等量", "equal steps"),
        "growth": ("每年同速", "equal growth"),
        "forecast": ("按预测走势", "as forecast"),
        "hold": ("保持", "hold"),
    }
    rows = [
        (
            *(("指标", "年份", "预测中位数"), ("target", "year", "forecast"))[at],
            *(words[at] for words in shapes.values()),
        )
    ]
    for name, one in made.items():
        if isinstance(one, Reason):
            continue
        title = (names[name].name_zh, names[name].name_en)[at]
        label = f"{title} ({_unit(one.unit, at)})" if one.unit else title
        rows.append((label, str(one.start_year), f"{one.start:g}", "", "", "", ""))
        years = {t.year for steps in one.shapes.values() for t in steps}
        for year in sorted(years):
            cells = [_step(one, shape, year, at) for shape in shapes]
            rows.append(("", str(year), _shown(one.median.get(year)), *cells))
    lines = aligned(rows) if len(rows) > 1 else []
    lines += _why_none(made, at)
    lines.append(
        (
            "每项首行是最新公布值；括号内是该年达到建议值的概率。建议不是规划文件的规定。",
            "The first row of a target is its latest figure; in brackets the probability that the"
            " year's figure reaches the value. A proposal is declared by no document.",
        )[at]
    )
    return "\n".join(lines) + "\n"


def _step(one: PathProposal, shape: str, year: int, at: int) -> str:
    step = next((t for t in one.shapes.get(shape, ()) if t.year == year), None)
    if step is None:
        return ""
    chance = "" if step.probability is None else f" ({100 * step.probability:.0f}%)"
    declared = ("，规定", ", declared")[at] if step.declared else ""
    return f"{step.value:.4g}{chance}{declared}" if abs(step.value) < 1e4 else (
        f"{step.value:.0f}{chance}{declared}"
    )  # fmt: skip


def _why_none(made: Mapping[str, PathProposal | Reason], at: int) -> list[str]:
    from planeval.words.steps import NO_PROPOSAL

    codes = Counter(one.code for one in made.values() if isinstance(one, Reason))
    listed = "；".join if at == 0 else "; ".join
    said = listed(f"{NO_PROPOSAL[code][at]} {count}" for code, count in codes.items())
    return [("没有建议的：", "none proposed: ")[at] + said] if said else []


def due_screen(
    plan: Plan,
    year: int,
    day: dt.date,
    shown: Sequence[Wanted],
    found: Sequence[Wanted],
    lang: str,
) -> str:
    """Return what is due and late as text for the terminal.

    Parameters
    ----------
    shown, found : sequence of Wanted
        Those listed, and all of them, for the counts.
    lang : {"zh", "en"}
        The language.
    """
    at = 0 if lang == "zh" else 1
    counts = {code: sum(one.status == code for one in found) for code in DUE}
    listed = ("，", ", ")[at].join(f"{DUE[c][at]} {n}" for c, n in counts.items() if n)
    name = (plan.name_zh, plan.name_en)[at]
    lines = [f"{name}  {year}  ({day})", listed]
    rows = [_due_row(plan, one, at) for one in shown]
    head = (
        ("", "指标", "应于", "最晚", "依据", "责任部门", "目标"),
        ("", "indicator", "expected", "latest", "by", "responsible", "targets"),
    )[at]
    return "\n".join([*lines, *(aligned([head, *rows]) if rows else [])]) + "\n"


def _due_row(plan: Plan, one: Wanted, at: int) -> tuple[str, ...]:
    basis = DUE_BY[one.habit.basis][at]
    if one.habit.years:
        basis += f" ({one.habit.years})"
    bodies = [plan.data.departments[code][("name_zh", "name_en")[at]] for code in one.departments]
    waits = ("（目标值待下达）", " (number not assigned)")[at] if one.unassigned else ""
    return (
        DUE[one.status][at],
        (one.name_zh, one.name_en)[at] + waits,
        str(one.expected or "—"),
        str(one.latest or "—"),
        basis,
        "、".join(bodies) if at == 0 else ", ".join(bodies),
        " ".join(target.target_id for target in one.targets),
    )


def aligned(rows: Sequence[Sequence[str]], indent: int = 2) -> list[str]:
    """Return rows as lines whose columns stand under each other, wide characters as two.

    Examples
    --------
    >>> aligned([("港区", "1"), ("a", "2")])
    ['  港区  1', '  a     2']
    """
    from planeval.show.widths import display_width

    widths = [max(display_width(row[k]) for row in rows) for k in range(len(rows[0]))]
    return [
        " " * indent
        + "  ".join(
            cell + " " * (width - display_width(cell))
            for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def _unit(unit: str, at: int) -> str:
    with speaking(("zh", "en")[at]):
        return unit_name(unit)


def _shown(value: float | None) -> str:
    return "—" if value is None else f"{value:.6g}"


def _signed(value: float) -> str:
    return "" if math.isnan(value) else f"{value:+.4g}"


# --- Where a command's answer goes, its JSON and what is said beside it on the terminal ---


def add_language(parser: argparse.ArgumentParser) -> None:
    """Add ``--lang``, the language in which a command's answer is said."""
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="语言 language")


def emit(payload: dict[str, Any], to: str) -> None:
    """Write a record as JSON to a file, or to the screen for ``-``."""
    text = json.dumps(payload, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    if to == "-":
        sys.stdout.write(text)
        return
    check_place(to, "--json")
    _not_an_input(to)
    whole(Path(to), text)


def check_place(to: str, option: str) -> None:
    """Raise an InputError unless a file can be written at `to`: no folder, device, pipe or link."""
    path = Path(to)
    special = path.is_symlink() or (path.exists() and not path.is_file())
    if not path.parent.is_dir() or special:
        raise UserError(
            "不能写成这个文件",
            "no file can be written there",
            column=option,
            value=to,
            expected="DIR/FILE, -" if option == "--json" else "DIR/FILE",
        )


def _not_an_input(to: str) -> None:
    """Refuse to write over what the project lives on: its data, or a published revision."""
    for folder in Path(to).resolve().parents:
        if any((folder / name).is_file() for name in (MARK.name, "published.json")):
            raise UserError(
                "数据和已发布的报告不能被输出覆盖",
                "no answer is written among the data or into a published report",
                column="--json",
                value=to,
                expected=f"a file outside {folder.name}/",
            )


def whole(path: Path, text: str) -> None:
    """Write a file whole or not at all: a reader finds no half, nor a remnant beside it."""
    part = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def tell_later(plans: Iterable[Plan], day: dt.date) -> None:
    """Say on the terminal how many documents of plans are not used: public after the as-of date.

    For the commands that were given no date: with a newer document than the newest figure the
    user might think it is in force.
    """
    rows = [row for plan in plans for row in plan.later]
    count = len({(row.get("document") or row["source"], row["date"]) for row in rows})
    if not count:
        return
    last = max(row["known_from"] for row in rows)
    told, are, them = ("documents", "are", "them") if count > 1 else ("document", "is", "it")
    print(
        f"planeval: {count} 份文件晚于数据截止日 {day}，未采用（--as-of {last} 则采用）/ {count}"
        f" {told} later than the as-of date {day} {are} not used (--as-of {last} uses {them})",
        file=sys.stderr,
    )
