"""``planeval plans``, ``check``, ``evaluate`` and ``overview``: plans, audit, scoreboard."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from planeval.cli.new import report_drafts
from planeval.cli.screen import add_language, check_place, emit, tell_later
from planeval.words.language import either, say, speaking, tidy, worded
from planeval.words.names import name_of, region_name

if TYPE_CHECKING:
    from analysis.audit import AuditReport
    from analysis.data.observations import Data
    from analysis.data.plan import Plan, Target
    from analysis.targets.evaluation import Evaluation
    from analysis.targets.overview import Overview, Shared
    from analysis.targets.types import IndicatorEvaluation

# --- ``planeval overview``: all plans of all regions in one year, and where two disagree ---


def add_overview(command: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
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


def show_overview(arguments: argparse.Namespace) -> int:
    """Run ``planeval overview``."""
    from analysis.targets.overview import overview

    if arguments.json and arguments.json != "-":
        check_place(arguments.json, "--json")
    seen = overview(arguments.year, arguments.as_of, root=arguments.root)
    if arguments.json:
        emit(seen.to_dict(), arguments.json)
        return 0
    with speaking(arguments.lang):
        print(overview_screen(seen), end="")
    return 0


def overview_screen(seen: Overview) -> str:
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
    from planeval.words.targets import promise
    from planeval.words.terms import kind_name

    number = promised(target)
    if number is None:
        shown = either(target.target_text, promise(target, None))
    else:
        shown = _amount(target, number)
    name = f"{plan.plan_id}:{target.target_id}"
    return f"{target.target_year}  {name}  {shown}  {kind_name(target.kind)}"


def _short(plan: Plan, target: Target) -> str:
    from analysis.targets.overview import promised

    number = promised(target)
    assert number is not None  # or there would be nothing to disagree on
    return f"{plan.plan_id} {_amount(target, number)}"


def _amount(target: Target, number: float) -> str:
    from planeval.words.amounts import with_unit

    return with_unit(f"{number:g}", "倍" if target.kind == "multiple" else target.unit)


def add(command: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """Add the commands; `command` makes a parser of name, help and example."""
    listed = command("plans", "规划一览 list the plans", "planeval plans --json -")
    checked = command(
        "check", "核对数据与公布数字 check data and published figures", "planeval check --json -"
    )
    judged = command(
        "evaluate",
        "逐项评价 judge every target of a plan",
        "planeval evaluate jiaxing-14fyp --year 2024 --as-of 2025-12-31 --json -",
    )
    judged.add_argument("plan", metavar="PLAN", help="规划代码 name of the plan (planeval plans)")
    judged.add_argument("--year", type=int, required=True, help="评估年 year of the plan")
    for sub in (checked, judged):
        sub.add_argument(
            "--as-of",
            metavar="DATE",
            help="只用该日及以前公布的数字 use what was published by DATE",
        )
    for sub in (listed, checked, judged):
        add_language(sub)
        sub.add_argument(
            "--json", metavar="FILE", help="写成 JSON，- 为屏幕 JSON to FILE, - for stdout"
        )

    # --- plans ----------------------------------------------------------------------------------
    add_overview(command)


def plans(arguments: argparse.Namespace) -> int:
    """Run ``planeval plans``."""
    from analysis.data.observations import load
    from analysis.data.plan import load_plan, plan_ids

    data = load(arguments.root)
    rows = []
    for plan_id in plan_ids(data):
        plan = load_plan(plan_id, data=data)
        rows.append(
            {
                "plan": plan_id,
                "name_zh": plan.name_zh,
                "name_en": plan.name_en,
                "region": plan.region,
                "start_year": plan.start_year,
                "end_year": plan.end_year,
                "targets": len(plan.targets),
            }
        )
    if arguments.json:
        emit({"plans": rows}, arguments.json)
        return 0
    with speaking(arguments.lang):
        for row in rows:
            count = say("{0:>3} 项目标", row["targets"])
            name = worded(row, "name")
            print(f"{row['plan']:<16} {row['start_year']}–{row['end_year']}  {count}  {name}")
    return 0


# --- check ----------------------------------------------------------------------------------


def check(arguments: argparse.Namespace) -> int:
    """Run ``planeval check``: 2 where a draft waits to be completed."""
    from analysis.audit import audit
    from analysis.data.observations import load
    from analysis.data.plan import load_plan, plan_ids
    from analysis.targets.evaluation import as_of_date
    from planeval.report.commentary import check_commentaries
    from planeval.words.findings import audit_record
    from planeval.words.letters import check_tables

    data = load(arguments.root)
    check_tables(data.root)
    day = as_of_date(arguments.as_of, data)
    report = audit(data, day)
    if not arguments.as_of:
        plans = [load_plan(name, as_of=day, data=data) for name in plan_ids(data)]
        tell_later(plans, day)
        check_commentaries(data, day)
    if arguments.json:
        emit(audit_record(report), arguments.json)
    else:
        with speaking(arguments.lang):
            print("\n".join(_checked(data, report)))
    return report_drafts(data.root, set(data.plans["plan"]))


def _checked(data: Data, report: AuditReport) -> Iterator[str]:
    """Yield how much was checked, and every contradiction with its places."""
    from planeval.words.findings import RULE_NAMES, VERDICT_NAMES, implied, stated, subject, why
    from planeval.words.sources import place

    yield say(
        "数据表均合格：观测值 {} 条，待核对说法 {} 条，来源 {} 个。",
        len(data.observations),
        len(data.claims),
        len(data.sources),
    ).rstrip()
    others = either("，", "; ").join(
        f"{either(*names)} {len(report.of(verdict))}"
        for verdict, names in VERDICT_NAMES.items()
        if verdict != "agrees"
    )
    all_of_them = len(report.findings) + len(report.agreements)
    yield say("核对 {} 处，相符 {} 处；{}。", all_of_them, len(report.agreements), others).rstrip()
    yield ""
    for item in report.of("contradiction"):
        at = dict.fromkeys(f"{one.source} {place(one.locator)}" for one in item.where)
        rule = either(*RULE_NAMES[item.rule])
        yield tidy(say("{} {}｜{}", item.finding_id, rule, subject(item)), capital=False)
        told = stated(item), implied(item), why(item)
        yield "     " + tidy(say("公布 {}，推得 {}；{}", *told), capital=False)
        yield "     " + tidy(say("出处：{}", say("；").join(at)), capital=False)


# --- evaluate -------------------------------------------------------------------------------


def evaluate(arguments: argparse.Namespace) -> int:
    """Run ``planeval evaluate``."""
    from analysis.targets import evaluation

    result = evaluation.evaluate(
        arguments.plan, arguments.year, arguments.as_of, root=arguments.root
    )
    if not arguments.as_of:
        tell_later([result.plan], result.as_of)
    if arguments.json:
        from planeval.words.reasons import record

        emit(record(result), arguments.json)
        return 0
    with speaking(arguments.lang):
        print("\n".join(_judged(result)))
    return 0


def _judged(result: Evaluation) -> Iterator[str]:
    """Yield a plan's overall findings, then its scoreboard."""
    from planeval.cli.screen import aligned
    from planeval.words.names import make_names_known
    from planeval.words.reasons import kind_word
    from planeval.words.targets import overall

    make_names_known(result.plan)
    kind = kind_word(result.kind)
    yield say(
        "{}　{}年　{}　数据截至 {}", worded(result.plan, "name"), result.year, kind, result.as_of
    )
    yield ""
    for sentence in overall(result):
        yield tidy(sentence)
    yield ""
    heads = (
        say("号"),
        say("指标"),
        say("目标"),
        say("最新值"),
        say("完成度"),
        say("时序"),
        say("仍需增速"),
        say("前景"),
        say("证据"),
    )
    yield from aligned([heads, *map(_row, result.indicators)], indent=0)


def _row(item: IndicatorEvaluation) -> tuple[str, ...]:
    from planeval.words.amounts import number, share
    from planeval.words.targets import outlook_words, target_text

    rate, latest = item.state.required_growth_pct, item.latest
    return (
        str(item.target.no or say("文")),
        name_of(item.target),
        target_text(item),
        say("{}（{}）", number(latest.value), latest.period) if latest else "—",
        share(item.state.completion),
        share(item.state.schedule, 0),
        f"{rate:.1f}%" if rate is not None else "—",
        outlook_words(item),
        item.evidence.grade,
    )


COMMANDS = {
    "plans": plans,
    "check": check,
    "evaluate": evaluate,
    "overview": show_overview,
}
