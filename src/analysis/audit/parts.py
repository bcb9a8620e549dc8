"""Audit rules on parts and wholes, and on one statement against another."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

from analysis.audit.finding import Claim, Context, Finding, Place, in_english, level, reasons, span
from analysis.data.observations import STATUS_ZH
from analysis.data.series import Datum, comparable
from analysis.growth.rates import Interval
from planeval.words.language import speaking

REVISION = 0.05


def _place(item: Datum) -> Place:
    return Place(item.source, item.locator, f"{item.period}：{item.printed}{item.printed_unit}")


def _keys(ctx: Context, text: str, region: str | None = None) -> tuple[str, str]:
    place, _, indicator = text.partition(":")
    return (region or place if place == "*" else place, indicator)


def _regions(ctx: Context, relation: dict) -> list[str | None]:
    if not relation["whole"].startswith("*"):
        return [None]
    indicator = relation["whole"].partition(":")[2]
    found: list[str | None] = []
    found += sorted({region for region, name, _ in ctx.figures if name == indicator})
    return found


def sums(ctx: Context) -> Iterator[Finding]:
    """Hold a whole against the sum of its parts, each as one source prints them."""
    for relation in ctx.data.relations.to_dict("records"):
        if relation["type"] != "sum":
            continue
        for region in _regions(ctx, relation):
            whole = _keys(ctx, relation["whole"], region)
            parts = [_keys(ctx, text, region) for text in relation["parts"].split(";")]
            periods = sorted(p for r, i, p in ctx.figures if (r, i) == whole)
            for period in periods:
                for total in ctx.all(*whole, period):
                    found = [_same(ctx, part, period, total) for part in parts]
                    if all(item is not None for item in found):
                        yield _sum(ctx, relation, total, [i for i in found if i])
            yield from _implied_bases(ctx, relation, whole, parts)


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
    shown = "+".join(item.printed for item in parts)
    return ctx.finding(
        total.region,
        total.indicator,
        total.period,
        rule="parts_vs_whole",
        verdict="agrees" if agrees else "contradiction",
        stated=total.value,
        implied=round(value, 4),
        unit=total.unit,
        where=(_place(total), *map(_place, parts)),
        **reasons(
            f"{relation['statement']}：{{0}}={{1}}{{2}}",
            f"{relation['statement_en']}: {{0}}={{1}}{{2}}",
            (shown, ""),
            (f"{value:g}", ""),
            ("", total.unit),
        ),
    )


def _implied_bases(
    ctx: Context, relation: dict, whole: tuple[str, str], parts: list[tuple[str, str]]
) -> Iterator[Finding]:
    """Work back to the base year from stated growth and compare whole and parts there."""
    claims = {(c.region, c.indicator): c for c in ctx.claims if c.type == "total_growth_pct"}
    chosen = [claims.get(key) for key in (whole, *parts)]
    if any(claim is None for claim in chosen):
        return
    stated = [claim for claim in chosen if claim is not None]
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
        whole[0],
        whole[1],
        stated[0].period,
        shown=stated[0].base_period,
        rule="parts_vs_whole",
        verdict="agrees" if agrees else "contradiction",
        stated=round(points[0], 2),
        implied=round(sum(points[1:]), 2),
        unit=unit,
        where=tuple(itertools.chain.from_iterable(c.places for c in stated))
        + tuple(_place(item) for item in ends if item),
        **reasons(
            f"由公布增速倒推{stated[0].base_period}年：总额{{0}}，各部分之和{{1}}"
            f"（{'、'.join(f'{p:.2f}' for p in points[1:])}）",
            f"published growth worked back to {stated[0].base_period}: whole {{0}}, sum of the"
            f" parts {{1}} ({', '.join(f'{p:.2f}' for p in points[1:])})",
            (f"{points[0]:.2f}", unit),
            (f"{sum(points[1:]):.2f}", unit),
        ),
    )


def _base(claim: Claim, item: Datum) -> Interval:
    now, rate = level(item), claim.interval
    return Interval(now.lo / (1 + rate.hi / 100), now.hi / (1 + rate.lo / 100))


def parts(ctx: Context) -> Iterator[Finding]:
    """Refuse a part that is larger than its whole in the same period."""
    for relation in ctx.data.relations.to_dict("records"):
        if relation["type"] != "part":
            continue
        for region in _regions(ctx, relation):
            whole = _keys(ctx, relation["whole"], region)
            part = _keys(ctx, relation["parts"], region)
            for period in sorted(p for r, i, p in ctx.figures if (r, i) == part):
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
    what_zh, what_en = ctx.name(item.region, item.indicator)
    return ctx.finding(
        total.region,
        total.indicator,
        total.period,
        rule="parts_vs_whole",
        verdict=verdict,
        stated=total.value,
        implied=item.value,
        unit=total.unit,
        where=(_place(total), _place(item)),
        **reasons(
            f"{relation['statement']}；部分（{what_zh}）{{0}}"
            + ("大于整体{1}" if above else "，整体{1}"),
            f"{relation['statement_en']}; the part ({what_en}), {{0}},"
            + (" is larger than the whole, {1}" if above else " whole {1}"),
            (item.printed, item.printed_unit),
            (total.printed, total.printed_unit),
        ),
        implied_text=f"≥{item.value:g}{total.unit}" if above else "",
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


def _shown(claim: Claim) -> str:
    if claim.value_high is not None:
        return f"{claim.value:g}–{claim.value_high:g}{claim.unit}"
    return f"{'≥' if claim.qualifier == 'at_least' else ''}{claim.value:g}{claim.unit}"


def _places_en(one: Claim, other: Claim) -> tuple[str, str]:
    """Return where two claims stand: two places of one source, or two sources by number."""
    if one.source == other.source:
        return "in one place", "in another of the same document"
    return f"in source {one.source}", f"in source {other.source}"


def _claims(ctx: Context, one: Claim, other: Claim) -> Finding:
    here, there = _places_en(one, other)
    shown = in_english(_shown(one), one.unit), in_english(_shown(other), other.unit)
    agrees = one.interval.overlaps(other.interval)
    return ctx.finding(
        one.region,
        one.indicator,
        one.period,
        rule="claim_vs_document",
        verdict="agrees" if agrees else "contradiction",
        stated=one.value,
        implied=other.value,
        unit=one.unit,
        where=one.places + other.places,
        stated_text=_shown(one),
        implied_text=_shown(other),
        reason_zh=f"一处为{_shown(one)}（{one.statement}），另一处为{_shown(other)}"
        f"（{other.statement}）",
        reason_en=f"{shown[0]} {here}, {shown[1]} {there}",
    )


def _claim_level(ctx: Context, claim: Claim, item: Datum) -> Finding:
    agrees = claim.interval.overlaps(level(item))
    return ctx.finding(
        claim.region,
        claim.indicator,
        claim.period,
        rule="claim_vs_document",
        verdict="agrees" if agrees else "contradiction",
        stated=claim.value,
        implied=item.value,
        unit=item.unit,
        where=(*claim.places, _place(item)),
        stated_text=_shown(claim),
        reason_zh=f"{claim.statement}；公布数值{item.printed}{item.printed_unit}",
        reason_en=f"stated as {in_english(_shown(claim), claim.unit)}; the published figure is"
        f" {in_english(item.printed + item.printed_unit, item.printed_unit)}",
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
            claim.region,
            part_name,
            claim.period,
            rule="parts_vs_whole",
            verdict="agrees" if share >= claim.value else "contradiction",
            stated=claim.value,
            implied=round(share, 2),
            unit="%",
            where=(*claim.places, _place(part), _place(whole)),
            stated_text=f"≥{claim.value:g}%",
            reason_zh=f"{claim.statement}；复算为{share:.2f}%",
            reason_en=f"stated as a share of at least {claim.value:g}%; recomputed it is"
            f" {share:.2f}%",
        )


def _stated_sums(ctx: Context) -> Iterator[Finding]:
    for claim in ctx.claims:
        if claim.type != "stated_sum":
            continue
        total = sum(float(part) for part in claim.parts)
        yield ctx.finding(
            claim.region,
            claim.indicator,
            claim.period,
            rule="parts_vs_whole",
            verdict="agrees" if math.isclose(total, claim.value) else "contradiction",
            stated=claim.value,
            implied=total,
            unit=claim.unit,
            where=claim.places,
            **reasons(
                "{0}={1}{2}",
                "{0} = {1}{2}",
                ("+".join(claim.parts), ""),
                (f"{total:g}", ""),
                ("", claim.unit),
            ),
        )


def documents(ctx: Context) -> Iterator[Finding]:
    """Hold two documents' figures of one datum against each other."""
    for (region, indicator, period), items in sorted(ctx.figures.items()):
        if len(period) != 4 or span(period, period) is None:
            continue
        for one, other in itertools.combinations(items, 2):
            if one.source == other.source or not comparable(one.caliber, other.caliber):
                continue
            yield _pair(ctx, region, indicator, period, one, other)


def _pair(
    ctx: Context, region: str, indicator: str, period: str, one: Datum, other: Datum
) -> Finding:
    shift = other.value / one.value - 1 if one.value else math.inf
    if level(one).overlaps(level(other)):
        verdict, zh, en = "agrees", "两处文件一致（在舍入之内）", "the documents agree"
    elif one.status != other.status or abs(shift) <= REVISION:
        verdict = "revision"
        stages = f"{STATUS_ZH.zh(one.status)}与{STATUS_ZH.zh(other.status)}"
        zh = f"两处相差{100 * shift:+.2f}%，为不同版本（{stages}）"
        with speaking("en"):
            stages = f"{STATUS_ZH[one.status]} and {STATUS_ZH[other.status]}"
        en = f"the two differ by {100 * shift:+.2f}%, as different vintages ({stages})"
    else:
        verdict, zh, en = "contradiction", f"两处相差{100 * shift:+.1f}%", ""
        en = f"the two differ by {100 * shift:+.1f}%"
    return ctx.finding(
        region,
        indicator,
        period,
        rule="claim_vs_document",
        verdict=verdict,
        stated=one.value,
        implied=other.value,
        unit=one.unit,
        where=(_place(one), _place(other)),
        reason_zh=zh,
        reason_en=en,
    )
