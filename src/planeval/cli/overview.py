"""``planeval overview``: all plans of all regions in one year, and where two disagree."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from planeval.cli.screen import add_language, check_place, emit
from planeval.words.language import either, say, speaking, worded
from planeval.words.names import region_name

if TYPE_CHECKING:
    from analysis.data.plan import Plan, Target
    from analysis.targets.overview import Overview, Shared


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
    add_language(all_plans)
    all_plans.add_argument(
        "--json", metavar="FILE", help="写成 JSON，- 为屏幕 JSON to FILE, - for stdout"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run ``planeval overview``."""
    from analysis.targets.overview import overview

    if arguments.json and arguments.json != "-":
        check_place(arguments.json, "--json")
    seen = overview(arguments.year, arguments.as_of, root=arguments.root)
    if arguments.json:
        emit(seen.to_dict(), arguments.json)
        return 0
    with speaking(arguments.lang):
        print(screen(seen), end="")
    return 0


def screen(seen: Overview) -> str:
    """Return an overview as text for the terminal: plans with their outlooks, then what is shared.

    Parameters
    ----------
    seen : Overview
        As from :func:`analysis.targets.overview.overview`.
    """
    from planeval.words.reasons import outlook_word

    lines = [say("{}年　数据截至 {}", seen.year, seen.as_of), ""]
    for state in seen.plans:
        plan = state.plan
        span = f"{plan.start_year}–{plan.end_year}"
        lines.append(
            f"{plan.plan_id}  {span}  {region_name(seen.data, plan.region)}  {worded(plan, 'name')}"
        )
        if state.counts is None:
            lines.append("    " + say("{}年不在规划期内，不评价", seen.year))
            continue
        words = either("，", "; ").join(
            f"{outlook_word(code)} {count}" for code, count in state.counts.items()
        )
        lines.append("    " + say("{} 项目标：{}", len(plan.targets), words))
    conflicts = sum(len(item.conflicts) for item in seen.shared)
    told = say("{} 个指标为多个规划共有，其中目标互相矛盾 {} 处", len(seen.shared), conflicts)
    lines += ["", told]
    for item in seen.shared:
        lines += _shared(item, seen)
    return "\n".join(lines) + "\n"


def _shared(item: Shared, seen: Overview) -> list[str]:
    name = worded(seen.data.indicators[item.indicator], "name")
    place = region_name(seen.data, item.region)
    lines = ["", say("{}（{}）　{}", name, item.indicator, place)]
    lines += [f"    {_promise(*promise)}" for promise in item.promises]
    for first, second in item.conflicts:
        year, pair = first[1].target_year, f"{_short(*first)} ≠ {_short(*second)}"
        lines.append("    ! " + say("矛盾 {}：{}", year, pair))
    return lines


def _promise(plan: Plan, target: Target) -> str:
    from analysis.targets.overview import promised
    from planeval.words.amounts import KINDS_ZH
    from planeval.words.targets import promise

    number = promised(target)
    if number is None:
        shown = either(target.target_text, promise(target, None))
    else:
        shown = _amount(target, number)
    name = f"{plan.plan_id}:{target.target_id}"
    return f"{target.target_year}  {name}  {shown}  {KINDS_ZH[target.kind]}"


def _short(plan: Plan, target: Target) -> str:
    from analysis.targets.overview import promised

    number = promised(target)
    assert number is not None  # or there would be nothing to disagree on
    return f"{plan.plan_id} {_amount(target, number)}"


def _amount(target: Target, number: float) -> str:
    from planeval.words.amounts import with_unit

    return with_unit(f"{number:g}", "倍" if target.kind == "multiple" else target.unit)


COMMANDS = {"overview": run}
