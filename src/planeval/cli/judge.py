"""``planeval plans``, ``check``, ``evaluate`` and ``overview``: plans, audit, scoreboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.data.observations import Data, load
from analysis.data.plan import Plan, Target, load_plan, plan_ids
from planeval.cli.grammar import answer, tell_later
from planeval.cli.intake import report_drafts
from planeval.show.terminal import aligned
from planeval.words.amounts import number, share, with_unit
from planeval.words.language import either, say, tidy, worded
from planeval.words.names import make_names_known, name_of, region_name
from planeval.words.terms import kind_name

if TYPE_CHECKING:
    from analysis.audit import AuditReport
    from analysis.targets.evaluation import Evaluation
    from analysis.targets.overview import Overview
    from analysis.targets.types import IndicatorEvaluation


# --- plans ------------------------------------------------------------------------------------


def plans(root: Path, to: str | None) -> None:
    """Run ``planeval plans``."""

    data = load(root)
    known = [load_plan(plan_id, data=data) for plan_id in plan_ids(data)]
    rows = [
        {
            "plan": plan.plan_id,
            "name_zh": plan.name_zh,
            "name_en": plan.name_en,
            "region": plan.region,
            "start_year": plan.start_year,
            "end_year": plan.end_year,
            "targets": len(plan.targets),
        }
        for plan in known
    ]
    answer((_listed(plan) for plan in known), lambda: {"plans": rows}, to)


def _listed(plan: Plan) -> str:
    count = say("{0:>3} 项目标", len(plan.targets))
    name = worded(plan, "name")
    return f"{plan.plan_id:<16} {plan.start_year}–{plan.end_year}  {count}  {name}"


# --- check ------------------------------------------------------------------------------------


def check(root: Path, as_of: str | None, to: str | None) -> int:
    """Run ``planeval check``: 2 where a draft waits to be completed."""
    from analysis.audit import audit
    from analysis.targets.evaluation import as_of_date
    from planeval.words.findings import audit_record
    from planeval.words.letters import check_tables

    data = load(root)
    check_tables(data.root)
    day = as_of_date(as_of, data)
    report = audit(data, day)
    if not as_of:
        tell_later([load_plan(name, as_of=day, data=data) for name in plan_ids(data)], day)
        if (data.root / "data" / "commentary").exists():
            from planeval.report.commentary import check_commentaries

            check_commentaries(data, day)
    answer(_checked(data, report), lambda: audit_record(report), to)
    return report_drafts(data.root, set(data.plans["plan"]))


def _checked(data: Data, report: AuditReport) -> Iterator[str]:
    """Yield how much was checked, and every contradiction with its places."""
    from planeval.words.findings import RULE_NAMES, VERDICT_NAMES, implied, stated, subject, why
    from planeval.words.names import place

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


# --- evaluate ---------------------------------------------------------------------------------


def evaluate(root: Path, plan: str, year: int, as_of: str | None, to: str | None) -> None:
    """Run ``planeval evaluate``."""
    from analysis.targets import evaluation
    from planeval.words.reasons import record

    result = evaluation.evaluate(plan, year, as_of, root=root)
    if not as_of:
        tell_later([result.plan], result.as_of)
    answer(_judged(result), lambda: record(result), to)


def _judged(result: Evaluation) -> Iterator[str]:
    """Yield a plan's overall findings, then its scoreboard."""
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
        *(say("号"), say("指标"), say("目标"), say("最新值"), say("完成度")),
        *(say("时序"), say("仍需增速"), say("前景"), say("证据")),
    )
    yield from aligned([heads, *map(_row, result.indicators)], indent=0)


def _row(item: IndicatorEvaluation) -> tuple[str, ...]:
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


# --- overview: all plans of all regions in one year, and where two disagree --------------------


def overview(root: Path, year: int, as_of: str | None, to: str | None) -> None:
    """Run ``planeval overview``."""
    from analysis.targets import overview

    seen = overview.overview(year, as_of, root=root)
    answer(_overview(seen), seen.to_dict, to)


def _overview(seen: Overview) -> Iterator[str]:
    """Yield all plans with their outlooks, then what they share."""
    from planeval.words.reasons import outlook_word

    yield say("{}年　数据截至 {}", seen.year, seen.as_of)
    yield ""
    for state in seen.plans:
        plan = state.plan
        place, name = region_name(seen.data, plan.region), worded(plan, "name")
        yield f"{plan.plan_id}  {plan.start_year}–{plan.end_year}  {place}  {name}"
        if state.counts is None:
            yield "    " + say("{}年不在规划期内，不评价", seen.year)
            continue
        counts = (f"{outlook_word(code)} {count}" for code, count in state.counts.items())
        yield "    " + say("{} 项目标：{}", len(plan.targets), either("，", "; ").join(counts))
    conflicts = sum(len(item.conflicts) for item in seen.shared)
    yield ""
    yield say("{} 个指标为多个规划共有，其中目标互相矛盾 {} 处", len(seen.shared), conflicts)
    for item in seen.shared:
        name = worded(seen.data.indicators[item.indicator], "name")
        yield ""
        yield say("{}（{}）　{}", name, item.indicator, region_name(seen.data, item.region))
        for promise in item.promises:
            yield f"    {_promise(*promise)}"
        for pair in item.conflicts:
            told = " ≠ ".join(f"{plan.plan_id} {_number(target)}" for plan, target in pair)
            yield "    ! " + say("矛盾 {}：{}", pair[0][1].target_year, told)


def _promise(plan: Plan, target: Target) -> str:
    from planeval.words.targets import promise

    shown = _number(target) or either(target.target_text, promise(target, None))
    name = f"{plan.plan_id}:{target.target_id}"
    return f"{target.target_year}  {name}  {shown}  {kind_name(target.kind)}"


def _number(target: Target) -> str:
    """Return the number promised with its unit, nothing where none is."""
    from analysis.targets.overview import promised

    value, unit = promised(target), "倍" if target.kind == "multiple" else target.unit
    return "" if value is None else with_unit(f"{value:g}", unit)
