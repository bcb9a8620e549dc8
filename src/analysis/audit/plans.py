"""Audit rules on a plan's own targets: against its base, its text, its parts, other plans."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analysis.audit.finding import Context, Finding, Place, reasons
from analysis.data.plan import Plan, Target
from analysis.data.series import annual_series


def _place(target: Target) -> Place:
    return Place(target.source, target.locator, f"{target.name_zh}：{target.target_text}")


def _finding(plan: Plan, ctx: Context, target: Target, **given: Any) -> Finding:
    zh, en = ctx.name(target.region, target.indicator)
    return Finding(
        region=target.region,
        indicator=target.indicator,
        period=str(target.target_year),
        subject_zh=f"{zh} {target.target_year}年目标",
        subject_en=f"{en}, target {target.target_year}",
        targets=(f"{plan.plan_id}/{target.target_id}", *given.pop("others", ())),
        **given,
    )


def target_vs_base(plan: Plan, ctx: Context) -> Iterator[Finding]:
    """Find promises that lie below what the base year already had."""
    for target in plan.targets:
        if target.kind not in ("at_least", "at_most", "maintain") or target.target is None:
            continue
        base = annual_series(
            ctx.data, target.region, target.indicator, caliber=target.caliber, as_of=ctx.as_of
        ).at(plan.base_year)
        if base is None or target.sign * (base.value - target.target) <= 1e-9:
            continue
        keep = target.kind == "maintain"
        yield _finding(
            plan,
            ctx,
            target,
            rule="target_vs_base",
            verdict="contradiction" if keep else "tension",
            stated=target.target,
            implied=base.value,
            unit=target.unit,
            where=(
                _place(target),
                Place(base.source, base.locator, f"{base.period}：{base.printed}"),
            ),
            **reasons(
                f"基期{base.period}年已为{{0}}，目标{{2}}反而更低"
                + ("，与“巩固”之意不符" if keep else "，完成度无定义"),
                f"{{0}} was already reached in the base year {base.period}; the target of {{1}} is"
                " lower"
                + (", which does not fit “maintain”" if keep else ", so completion is undefined"),
                (base.printed, base.printed_unit),
                (f"{target.target:g}", target.unit),
                (target.target_text, target.unit),
            ),
        )


def total_vs_yearly(plan: Plan, ctx: Context) -> Iterator[Finding]:
    """Find five-year totals that a single published year already exceeds."""
    for target in plan.targets:
        if target.kind != "cumulative" or target.target is None:
            continue
        years = annual_series(
            ctx.data, target.region, target.indicator, caliber="default", as_of=ctx.as_of
        )
        if years.last is None or years.last.value < target.target:
            continue
        last = years.last
        yield _finding(
            plan,
            ctx,
            target,
            rule="total_vs_yearly",
            verdict="contradiction",
            stated=target.target,
            implied=last.value,
            unit=target.unit,
            where=(
                _place(target),
                Place(last.source, last.locator, f"{last.period}：{last.printed}"),
            ),
            **reasons(
                f"五年合计目标{{2}}，而{last.period}年一年就已是{{0}}；"
                "两处的“" + ctx.data.indicators[target.indicator]["name_zh"] + "”不可能同一口径",
                f"the five-year target is {{1}}, while the single year {last.period} already had"
                " {0}; the two cannot share one definition",
                (last.printed, last.printed_unit),
                (f"{target.target:g}", target.unit),
                (target.target_text, target.unit),
            ),
        )


def target_vs_text(plan: Plan, ctx: Context) -> Iterator[Finding]:
    """Find a table target without any rise beside a text that promises one."""
    for target in plan.targets:
        if target.kind != "maintain" or target.target is None:
            continue
        base = annual_series(
            ctx.data, target.region, target.indicator, caliber=target.caliber, as_of=ctx.as_of
        ).at(plan.base_year)
        rises = [
            other
            for other in plan.targets
            if other.indicator == target.indicator and other.kind == "relative"
        ]
        if base is None or abs(base.value - target.target) > 1e-9:
            continue
        for other in rises:
            yield _finding(
                plan,
                ctx,
                target,
                rule="target_vs_text",
                verdict="contradiction",
                stated=target.target,
                implied=other.min_difference,
                unit=target.unit,
                where=(
                    _place(target),
                    _place(other),
                    Place(base.source, base.locator, f"{base.period}：{base.printed}"),
                ),
                others=(f"{plan.plan_id}/{other.target_id}",),
                implied_text=other.target_text,
                implied_en=_lead_en(other),
                **reasons(
                    f"表中目标{{2}}等于基期{{0}}，即不要求提高；正文却要求“{other.target_text}”",
                    "the target in the table, {1}, equals the base value {0} and asks for no rise;"
                    f" the text asks for a figure {_lead_en(other)}",
                    (base.printed, base.printed_unit),
                    (f"{target.target:g}", target.unit),
                    (target.target_text, target.unit),
                ),
            )


def _lead_en(other: Target) -> str:
    """Return by how much a relative target asks to lie above its reference."""
    lead = other.min_difference
    return "above the reference" if not lead else f"{lead:g} percentage points above the reference"


def parts_of_targets(plan: Plan, ctx: Context) -> Iterator[Finding]:
    """Hold targets of parts against the target of the whole, here and in other plans."""
    own = {
        (t.region, t.indicator): t
        for t in plan.targets
        if t.kind == "at_least" and t.target is not None
    }
    for relation in ctx.data.relations.to_dict("records"):
        whole = tuple(relation["whole"].split(":"))
        parts = [tuple(text.split(":")) for text in relation["parts"].split(";")]
        if relation["type"] == "sum_fits" and whole in own and all(p in own for p in parts):
            yield _room(plan, ctx, own[whole], [own[p] for p in parts])
        if relation["type"] == "part" and parts[0] in own:
            yield from _foreign(plan, ctx, own[parts[0]], whole)


def _room(plan: Plan, ctx: Context, whole: Target, parts: list[Target]) -> Finding:
    total = sum(part.target or 0.0 for part in parts)
    tight = total >= (whole.target or 0.0)
    shown = "+".join(f"{part.target:g}" for part in parts)
    return _finding(
        plan,
        ctx,
        whole,
        rule="parts_vs_whole",
        verdict="tension" if tight else "agrees",
        stated=whole.target,
        implied=total,
        unit=whole.unit,
        where=(_place(whole), *map(_place, parts)),
        others=tuple(f"{plan.plan_id}/{part.target_id}" for part in parts),
        **reasons(
            "各行业目标之和{0}={1}{2}，整体目标{3}" + "，没有给其余行业留出余地" * tight,
            "the targets of single industries add up to {0}={1}{2}, the target of the whole is {4}"
            + ", which leaves no room for the other industries" * tight,
            (shown, ""),
            (f"{total:g}", ""),
            ("", whole.unit),
            (whole.target_text, whole.unit),
            (f"{whole.target:g}", whole.unit),
        ),
        implied_text=f"≥{total:g}{whole.unit}",
    )


def _foreign(plan: Plan, ctx: Context, target: Target, whole: tuple[str, ...]) -> Iterator[Finding]:
    for claim in ctx.claims:
        if claim.type != "target" or (claim.region, claim.indicator) != whole:
            continue
        if claim.period != str(target.target_year):
            continue
        above = (target.target or 0.0) > claim.value
        whole_zh, whole_en = ctx.name(*whole)
        yield _finding(
            plan,
            ctx,
            target,
            rule="parts_vs_whole",
            verdict="contradiction" if above else "agrees",
            stated=target.target,
            implied=claim.value,
            unit=target.unit,
            where=(_place(target), *claim.places),
            **reasons(
                f"部分的目标{{2}}{'' if above else '不'}大于整体（{whole_zh}）的目标{{0}}"
                f"（{claim.statement}）",
                f"the part's target of {{1}} is {'larger' if above else 'no larger'} than the"
                f" target of the whole ({whole_en}), {{0}} (source {claim.source})",
                (f"{claim.value:g}", claim.unit),
                (f"{target.target:g}", target.unit),
                (target.target_text, target.unit),
            ),
            implied_text=f"≤{claim.value:g}{target.unit}",
        )
