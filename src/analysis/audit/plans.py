"""Audit rules on a plan's own targets: against its base, its text, its parts, other plans."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analysis.audit.finding import Context, Finding, Named, Place
from analysis.data.errors import Reason
from analysis.data.plan import Plan, Target
from analysis.data.series import Datum, annual_series


def _place(target: Target) -> Place:
    name = Named(target.target_id, target.name_zh, target.name_en)
    return Place(
        target.source, target.locator, Reason("target", name=name, text=target.target_text)
    )


def _bare(item: Datum) -> Place:
    """Return where an observation is printed, its unit left to the target's own place."""
    told = Reason("observation", period=item.period, printed=item.printed, unit="")
    return Place(item.source, item.locator, told)


def _target(target: Target) -> dict[str, Any]:
    """Return a target's number, its text and its unit as figures of a reason."""
    return {"target": target.target, "text": target.target_text, "target_unit": target.unit}


def _finding(plan: Plan, ctx: Context, target: Target, **given: Any) -> Finding:
    return ctx.finding(
        target,
        str(target.target_year),
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
            where=(_place(target), _bare(base)),
            reason=Reason(
                "to_be_kept_but_below_base" if keep else "target_below_base",
                period=base.period,
                base=base.printed,
                base_unit=base.printed_unit,
                **_target(target),
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
            where=(_place(target), _bare(last)),
            reason=Reason(
                "one_year_exceeds_total",
                measure=ctx.measure(target.indicator),
                period=last.period,
                last=last.printed,
                last_unit=last.printed_unit,
                **_target(target),
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
                where=(_place(target), _place(other), _bare(base)),
                others=(f"{plan.plan_id}/{other.target_id}",),
                reason=Reason(
                    "table_asks_for_no_rise",
                    base=base.printed,
                    base_unit=base.printed_unit,
                    asked=_asked(other),
                    **_target(target),
                ),
                implied_as=_asked(other),
            )


def _asked(other: Target) -> Reason:
    """Return by how much a relative target asks to lie above its reference."""
    if not other.min_difference:
        return Reason("above_reference", text=other.target_text)
    return Reason("points_above_reference", text=other.target_text, lead=other.min_difference)


def parts_of_targets(plan: Plan, ctx: Context) -> Iterator[Finding]:
    """Hold targets of parts against the target of the whole, here and in other plans."""
    own = {
        (t.region, t.indicator): t
        for t in plan.targets
        if t.kind == "at_least" and t.target is not None
    }
    for relation in ctx.relations:
        whole, *parts = map(_key, (relation["whole"], *relation["parts"].split(";")))
        if relation["type"] == "sum_fits" and whole in own and all(p in own for p in parts):
            yield _room(plan, ctx, own[whole], [own[p] for p in parts])
        if relation["type"] == "part" and parts[0] in own:
            yield from _foreign(plan, ctx, own[parts[0]], whole)


def _key(text: str) -> tuple[str, str]:
    region, _, indicator = text.partition(":")
    return region, indicator


def _room(plan: Plan, ctx: Context, whole: Target, parts: list[Target]) -> Finding:
    total = sum(part.target or 0.0 for part in parts)
    tight = total >= (whole.target or 0.0)
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
        reason=Reason(
            "targets_leave_no_room" if tight else "targets_leave_room",
            parts=[part.target for part in parts],
            total=total,
            **_target(whole),
        ),
        implied_as=Reason("at_least", value=total, unit=whole.unit),
    )


def _foreign(plan: Plan, ctx: Context, target: Target, whole: tuple[str, ...]) -> Iterator[Finding]:
    region, indicator = whole
    for claim in ctx.claimed.get(("target", region, indicator), ()):
        if claim.period != str(target.target_year):
            continue
        above = (target.target or 0.0) > claim.value
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
            reason=Reason(
                "target_above_whole" if above else "target_within_whole",
                place=ctx.place(claim.region),
                measure=ctx.measure(claim.indicator),
                whole=claim.value,
                whole_unit=claim.unit,
                statement=claim.statement,
                source=claim.source,
                **_target(target),
            ),
            implied_as=Reason("at_most", value=claim.value, unit=target.unit),
        )
