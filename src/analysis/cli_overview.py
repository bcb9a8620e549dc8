"""``planeval overview``: all plans of all regions in one year, and where two disagree."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.plan import Plan, Target
    from analysis.report_overview import Overview, Shared


def add(command: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """Add the command; `command` makes a parser of name, help and example."""
    all_plans = command(
        "overview",
        "各地区各规划总览与目标冲突 all plans in one year, and where they disagree",
        "planeval overview --year 2024",
    )
    all_plans.add_argument("--year", type=int, required=True, help="评估年 evaluation year")
    all_plans.add_argument(
        "--as-of", metavar="DATE", help="只用该日及以前公布的数字 use what was published by DATE"
    )
    all_plans.add_argument(
        "--json", metavar="FILE", help="写成 JSON，- 为屏幕 JSON to FILE, - for stdout"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run ``planeval overview``."""
    from analysis.cli_output import check_place, emit
    from analysis.report_overview import overview

    if arguments.json and arguments.json != "-":
        check_place(arguments.json, "--json")
    seen = overview(arguments.year, arguments.as_of, root=arguments.root)
    if arguments.json:
        emit(seen.to_dict(), arguments.json)
        return 0
    print(screen(seen), end="")
    return 0


def screen(seen: Overview) -> str:
    """Return an overview as text for the terminal: plans with their outlooks, then what is shared.

    Parameters
    ----------
    seen : Overview
        As from :func:`analysis.report_overview.overview`.
    """
    from analysis.progress import OUTLOOKS

    lines = [f"{seen.year}年　数据截至 {seen.as_of}", ""]
    for state in seen.plans:
        plan = state.plan
        span = f"{plan.start_year}–{plan.end_year}"
        lines.append(f"{plan.plan_id}  {span}  {seen.data.name(plan.region)}  {plan.name_zh}")
        if state.counts is None:
            lines.append(f"    {seen.year}年不在规划期内，不评价 outside the plan, not judged")
            continue
        words = [f"{OUTLOOKS[code][0]} {count}" for code, count in state.counts.items()]
        lines.append(f"    {len(plan.targets)} 项目标：{'，'.join(words)}")
    conflicts = sum(len(item.conflicts) for item in seen.shared)
    lines += [
        "",
        f"{len(seen.shared)} 个指标为多个规划共有，其中目标互相矛盾 {conflicts} 处",
        f"{len(seen.shared)} indicators are in several plans; conflicts: {conflicts}",
    ]
    for item in seen.shared:
        lines += _shared(item, seen)
    return "\n".join(lines) + "\n"


def _shared(item: Shared, seen: Overview) -> list[str]:
    name = seen.data.indicators[item.indicator]["name_zh"]
    lines = ["", f"{name}（{item.indicator}）　{seen.data.name(item.region)}"]
    lines += [f"    {_promise(*promise)}" for promise in item.promises]
    for first, second in item.conflicts:
        lines.append(
            f"    ! 矛盾 conflict {first[1].target_year}：{_short(*first)} ≠ {_short(*second)}"
        )
    return lines


def _promise(plan: Plan, target: Target) -> str:
    from analysis.report_overview import promised

    number = promised(target)
    shown = target.target_text if number is None else f"{number:g}{_unit(target)}"
    return f"{target.target_year}  {plan.plan_id}:{target.target_id}  {shown}  {target.kind}"


def _short(plan: Plan, target: Target) -> str:
    from analysis.report_overview import promised

    return f"{plan.plan_id} {promised(target):g}{_unit(target)}"


def _unit(target: Target) -> str:
    return "倍" if target.kind == "multiple" else target.unit


COMMANDS = {"overview": run}
