"""Audit rules on parts and wholes, and on one statement against another."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

from analysis.audit.finding import Claim, Context, Finding, Named, level, place, span
from analysis.data.errors import Reason
from analysis.data.series import Datum, comparable
from analysis.growth.rates import Interval

REVISION = 0.05


def _statement(relation: dict) -> Named:
    return Named(relation["relation"], relation["statement"], relation["statement_en"])


def _placed(
    ctx: Context, kind: str
) -> Iterator[tuple[dict, tuple[str, str], list[tuple[str, str]]]]:
    """Yield the relations of a type with the keys of whole and parts, ``*`` in every region."""
    for relation in ctx.relations:
        if relation["type"] != kind:
            continue
        place, _, whole = relation["whole"].partition(":")
        parts = [text.partition(":") for text in relation["parts"].split(";")]
        anywhere = place == "*"
        for region in ctx.regions.get(whole, ()) if anywhere else (place,):
            keys = [(region if anywhere and own == "*" else own, part) for own, _, part in parts]
            yield relation, (region, whole), keys


def sums(ctx: Context) -> Iterator[Finding]:
    """Hold a whole against the sum of its parts, each as one source prints them."""
    for relation, whole, parts in _placed(ctx, "sum"):
        for period in ctx.periods.get(whole, ()):
            for total in ctx.all(*whole, period):
                found = [_same(ctx, part, period, total) for part in parts]
                if all(item is not None for item in found):
                    yield _sum(ctx, relation, total, [i for i in found if i])
        yield from _implied_bases(ctx, whole, parts)


def _same(ctx: Context, part: tuple[str, str], period: str, total: Datum) -> Datum | None:
    for item in ctx.all(*part, period):
        if item.source == total.source and item.status == total.status:
            return item
    return None


def _sum(ctx: Context, relation: dict, total: Datum, parts: list[Datum]) -> Finding:
    low = sum(level(item).lo for item in parts)
    high = sum(level(item).hi for item in parts)
    agrees = level(total).overlaps(Interval(low, high))
    value = sum(item.value for item in parts)
    return ctx.finding(
        total,
        total.period,
        rule="parts_vs_whole",
        verdict="agrees" if agrees else "contradiction",
        stated=total.value,
        implied=round(value, 4),
        unit=total.unit,
        where=(place(total), *map(place, parts)),
        reason=Reason(
            "parts_add_up_to",
            relation=_statement(relation),
            parts=[item.printed for item in parts],
            total=value,
            unit=total.unit,
        ),
    )


def _implied_bases(
    ctx: Context, whole: tuple[str, str], parts: list[tuple[str, str]]
) -> Iterator[Finding]:
    """Work back to the base year from stated growth and compare whole and parts there."""
    claims = [ctx.claimed.get(("total_growth_pct", *key)) for key in (whole, *parts)]
    if not all(claims):
        return
    stated = [several[-1] for several in claims if several]
    ends = [ctx.pick(c.region, c.indicator, c.period, c.source) for c in stated]
    if any(item is None for item in ends) or len({c.base_period for c in stated}) > 1:
        return
    bases = [_base(claim, item) for claim, item in zip(stated, ends, strict=True) if item]
    points = [
        item.value / (1 + claim.value / 100)
        for claim, item in zip(stated, ends, strict=True)
        if item
    ]
    total = Interval(sum(b.lo for b in bases[1:]), sum(b.hi for b in bases[1:]))
    agrees = bases[0].overlaps(total)
    unit = ends[0].unit if ends[0] else ""
    yield ctx.finding(
        stated[0],
        stated[0].period,
        shown=stated[0].base_period,
        rule="parts_vs_whole",
        verdict="agrees" if agrees else "contradiction",
        stated=round(points[0], 2),
        implied=round(sum(points[1:]), 2),
        unit=unit,
        where=tuple(itertools.chain.from_iterable(c.places for c in stated))
        + tuple(place(item) for item in ends if item),
        reason=Reason(
            "growth_worked_back_to_base",
            base_period=stated[0].base_period,
            whole=points[0],
            total=sum(points[1:]),
            parts=points[1:],
            unit=unit,
        ),
    )


def _base(claim: Claim, item: Datum) -> Interval:
    now, rate = level(item), claim.interval
    return Interval(now.lo / (1 + rate.hi / 100), now.hi / (1 + rate.lo / 100))


def parts(ctx: Context) -> Iterator[Finding]:
    """Refuse a part that is larger than its whole in the same period."""
    for relation, whole, (part, *_) in _placed(ctx, "part"):
        for period in ctx.periods.get(part, ()):
            for item in ctx.all(*part, period):
                total = ctx.pick(*whole, period, item.source, item.caliber)
                if total is not None:
                    yield _part(ctx, relation, item, total)


def _part(ctx: Context, relation: dict, item: Datum, total: Datum) -> Finding:
    above = level(item).lo > level(total).hi + 1e-9
    if not above:
        verdict = "agrees"
    elif item.source != total.source and not comparable(item.caliber, total.caliber):
        verdict = "caliber"
    else:
        verdict = "contradiction" if relation["strict"] == "yes" else "tension"
    return ctx.finding(
        total,
        total.period,
        rule="parts_vs_whole",
        verdict=verdict,
        stated=total.value,
        implied=item.value,
        unit=total.unit,
        where=(place(total), place(item)),
        reason=Reason(
            "part_above_whole" if above else "part_within_whole",
            relation=_statement(relation),
            place=ctx.place(item.region),
            measure=ctx.measure(item.indicator),
            part=item.printed,
            part_unit=item.printed_unit,
            whole=total.printed,
            whole_unit=total.printed_unit,
        ),
        implied_as=Reason("at_least", value=item.value, unit=total.unit) if above else None,
    )


def statements(ctx: Context) -> Iterator[Finding]:
    """Hold statements of one thing against each other, and against the observation."""
    groups: dict[tuple, list[Claim]] = {}
    for claim in ctx.claims:
        if claim.type in ("level", "target"):
            key = (claim.region, claim.indicator, claim.period, claim.type)
            groups.setdefault(key, []).append(claim)
    for group in groups.values():
        for one, other in itertools.combinations(group, 2):
            yield _claims(ctx, one, other)
        for claim in group:
            item = ctx.pick(claim.region, claim.indicator, claim.period, claim.source)
            if claim.type == "level" and item is not None:
                yield _claim_level(ctx, claim, item)
    yield from _shares(ctx)
    yield from _stated_sums(ctx)


def _shown(claim: Claim) -> Reason:
    if claim.value_high is not None:
        return Reason("between", low=claim.value, high=claim.value_high, unit=claim.unit)
    bound = claim.qualifier == "at_least"
    return Reason("at_least" if bound else "value", value=claim.value, unit=claim.unit)


def _claims(ctx: Context, one: Claim, other: Claim) -> Finding:
    told = {
        "one": _shown(one),
        "other": _shown(other),
        "one_statement": one.statement,
        "other_statement": other.statement,
    }
    agrees = one.interval.overlaps(other.interval)
    return ctx.finding(
        one,
        one.period,
        rule="claim_vs_document",
        verdict="agrees" if agrees else "contradiction",
        stated=one.value,
        implied=other.value,
        unit=one.unit,
        where=one.places + other.places,
        reason=Reason("two_places_of_one_source", **told)
        if one.source == other.source
        else Reason("two_sources", **told, one_source=one.source, other_source=other.source),
        stated_as=told["one"],
        implied_as=told["other"],
    )


def _claim_level(ctx: Context, claim: Claim, item: Datum) -> Finding:
    agrees = claim.interval.overlaps(level(item))
    return ctx.finding(
        claim,
        claim.period,
        rule="claim_vs_document",
        verdict="agrees" if agrees else "contradiction",
        stated=claim.value,
        implied=item.value,
        unit=item.unit,
        where=(*claim.places, place(item)),
        reason=Reason(
            "statement_and_figure",
            statement=claim.statement,
            stated=_shown(claim),
            figure=Reason("printed", printed=item.printed, unit=item.printed_unit),
        ),
        stated_as=_shown(claim),
    )


def _shares(ctx: Context) -> Iterator[Finding]:
    for claim in ctx.claims:
        if claim.type != "share_at_least":
            continue
        part_name, _, whole_name = claim.parts[0].partition("/")
        part = ctx.pick(claim.region, part_name, claim.period, claim.source)
        whole = ctx.pick(claim.region, whole_name, claim.period, claim.source)
        if part is None or whole is None:
            continue
        share = 100 * part.value / whole.value
        yield ctx.finding(
            part,
            part.period,
            rule="parts_vs_whole",
            verdict="agrees" if share >= claim.value else "contradiction",
            stated=claim.value,
            implied=round(share, 2),
            unit="%",
            where=(*claim.places, place(part), place(whole)),
            reason=Reason(
                "share_recomputed", statement=claim.statement, stated=claim.value, share=share
            ),
            stated_as=Reason("at_least", value=claim.value, unit="%"),
        )


def _stated_sums(ctx: Context) -> Iterator[Finding]:
    for claim in ctx.claims:
        if claim.type != "stated_sum":
            continue
        total = sum(float(part) for part in claim.parts)
        yield ctx.finding(
            claim,
            claim.period,
            rule="parts_vs_whole",
            verdict="agrees" if math.isclose(total, claim.value) else "contradiction",
            stated=claim.value,
            implied=total,
            unit=claim.unit,
            where=claim.places,
            reason=Reason("stated_sum", parts=list(claim.parts), total=total, unit=claim.unit),
        )


def documents(ctx: Context) -> Iterator[Finding]:
    """Hold two documents' figures of one datum against each other."""
    for (_, _, period), items in sorted(ctx.figures.items()):
        if len(period) != 4 or span(period, period) is None:
            continue
        for one, other in itertools.combinations(items, 2):
            if one.source == other.source or not comparable(one.caliber, other.caliber):
                continue
            yield _pair(ctx, one, other)


def _pair(ctx: Context, one: Datum, other: Datum) -> Finding:
    shift = other.value / one.value - 1 if one.value else math.inf
    if level(one).overlaps(level(other)):
        verdict, reason = "agrees", Reason("documents_agree")
    elif one.status != other.status or abs(shift) <= REVISION:
        verdict = "revision"
        reason = Reason(
            "vintages_differ", shift=100 * shift, one_status=one.status, other_status=other.status
        )
    else:
        verdict, reason = "contradiction", Reason("documents_differ", shift=100 * shift)
    return ctx.finding(
        one,
        one.period,
        rule="claim_vs_document",
        verdict=verdict,
        stated=one.value,
        implied=other.value,
        unit=one.unit,
        where=(place(one), place(other)),
        reason=reason,
    )
