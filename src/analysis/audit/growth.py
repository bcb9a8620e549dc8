"""Audit rules on growth: rates against end points, rates against each other, index, direction."""

from __future__ import annotations

import math
from collections.abc import Iterator

from analysis.audit.finding import Claim, Context, Finding, Place, level, reasons, span
from analysis.data.series import Datum, comparable
from analysis.growth.rates import Interval, cagr

# yearly implicit deflator, in percent, that a nominal/real difference may need; outside it the
# two figures cannot be one growth on two price bases (China's GDP deflator 1992–2023 lies
# within -1.2 and 20.6; below 10 since 2000)
DEFLATOR = (-5.0, 10.0)
# a base revised by more than this between two documents is not taken for a revision
REVISION = 0.05
# a final rate this far, in points, from the first one is a revision
RATE_REVISION = 0.5
FALL = 0.2


def _growth(x0: Interval, x1: Interval, years: int, kind: str) -> Interval:
    """Return all growth figures of one kind that two intervals of levels allow."""

    def one(first: float, last: float) -> float:
        if kind == "multiple":
            return last / first
        if kind == "avg_growth_pct":
            return 100 * cagr(first, last, years) if math.isfinite(last) else math.inf
        return 100 * (last / first - 1)

    first_low = max(x0.lo, 1e-12)
    low = 0.0 if not math.isfinite(x0.hi) else one(x0.hi, max(x1.lo, 0.0))
    return Interval(low, one(first_low, x1.hi))


def _places(claim: Claim, *ends: Datum) -> tuple[Place, ...]:
    figures = tuple(
        Place(item.source, item.locator, f"{item.period}：{item.printed}{item.printed_unit}")
        for item in ends
    )
    return claim.places + figures


def _own_explanation(claim: Claim, point: float, total: float, years: int) -> dict[str, str]:
    if claim.type == "avg_growth_pct" and abs(total / years - claim.value) <= 0.06:
        return reasons(
            f"公布值等于总增幅{total:.1f}%除以{years}年的简单平均，复合年均应为{point:.2f}%",
            f"the published rate equals the simple mean, total growth of {total:.1f}% divided by"
            f" {years} years; compounded it should be {point:.2f}% a year",
        )
    return reasons(
        "按首尾数值推得{0}，与公布值不可能同时成立",
        "the end points imply {0}, which cannot hold together with the published figure",
        (f"{point:.2f}", claim.unit),
    )


def growth_vs_endpoints(ctx: Context) -> Iterator[Finding]:
    """Hold every published rate and multiple against the levels at its two ends."""
    kinds = ("avg_growth_pct", "total_growth_pct", "growth_pct", "multiple")
    for claim in ctx.claims:
        years = span(claim.base_period, claim.period) if claim.base_period else None
        if claim.type not in kinds or not years:
            continue
        last = ctx.pick(claim.region, claim.indicator, claim.period, claim.source)
        if last is None:
            continue
        first = ctx.pick(
            claim.region, claim.indicator, claim.base_period, claim.source, last.caliber
        )
        if first is None or first.value <= 0 or last.value < 0:
            continue
        yield _compare(ctx, claim, first, last, years)


def _compare(ctx: Context, claim: Claim, first: Datum, last: Datum, years: int) -> Finding:
    allowed = _growth(level(first), level(last), years, claim.type)
    ratio = last.value / first.value
    point = {
        "multiple": ratio,
        "avg_growth_pct": 100 * (ratio ** (1 / years) - 1),
    }.get(claim.type, 100 * (ratio - 1))
    verdict, told = _verdict(ctx, claim, first, last, years, point, allowed)
    span_text = f"{claim.base_period}→{claim.period}"
    return ctx.finding(
        claim.region,
        claim.indicator,
        claim.period,
        shown=span_text,
        base_period=claim.base_period,
        rule="growth_vs_endpoints",
        verdict=verdict,
        stated=claim.value,
        implied=round(point, 4),
        unit=claim.unit,
        where=_places(claim, first, last),
        stated_text=f"{claim.printed}{claim.unit}",
        implied_text=f"{point:.2f}{claim.unit}",
        **told,
    )


def _verdict(
    ctx: Context,
    claim: Claim,
    first: Datum,
    last: Datum,
    years: int,
    point: float,
    allowed: Interval,
) -> tuple[str, dict[str, str]]:
    stated = claim.interval
    if stated.lo - 1e-9 <= point <= stated.hi + 1e-9:
        return "agrees", reasons("按首尾数值复算相符", "recomputed from the end points, it agrees")
    if stated.overlaps(allowed):
        if not math.isfinite(allowed.hi):
            return "agrees", reasons(
                "首尾数值之一是界限，不相冲突", "one end is a bound; no conflict"
            )
        return "rounding", reasons(
            "按公布数值推得{0}，只有数值恰在舍入边缘时才与公布值相符",
            "the published figures imply {0}; only values just at the edge of rounding agree with"
            " the published one",
            (f"{point:.2f}", claim.unit),
        )
    if not comparable(first.caliber, last.caliber):
        return "caliber", reasons(
            "首尾两个数口径不同，不能据此推算增速",
            "the two end points are on different definitions, so no growth rate follows from them",
        )
    spec = ctx.data.indicators[claim.indicator]
    ratio = last.value / first.value
    stated_ratio = _ratio(claim, years)
    deflator = 100 * ((ratio / stated_ratio) ** (1 / years) - 1) if stated_ratio > 0 else math.nan
    if (
        claim.type != "multiple"  # “是…的 1.5 倍” is a ratio of the levels as printed
        and spec["growth_basis"] == "constant"
        and last.price_basis == "current"
        and claim.price_basis in ("unstated", "constant")
        and DEFLATOR[0] <= deflator <= DEFLATOR[1]
    ):
        return "price_basis", reasons(
            f"总量为现价、增速按惯例为可比价；两者相容，隐含价格年变动{deflator:+.1f}%",
            "levels are at current prices, growth by convention at constant prices; the two are"
            f" compatible, with implicit prices changing by {deflator:+.1f}% a year",
        )
    implied_base = last.value / stated_ratio if stated_ratio > 0 else math.nan
    shift = implied_base / first.value - 1
    if first.source != claim.source and abs(shift) <= REVISION:
        off = f"{100 * shift:+.1f}%"
        return "revision", reasons(
            f"公布增速隐含的基数为{{0}}，与另一文件所载{{1}}相差{off}，基数可能已修订",
            f"published growth implies a base of {{0}}, {off} off the {{1}} of another document:"
            " the base may have been revised",
            (f"{implied_base:.2f}", first.unit),
            (first.printed, first.printed_unit),
        )
    return "contradiction", _own_explanation(claim, point, 100 * (ratio - 1), years)


def _ratio(claim: Claim, years: int) -> float:
    if claim.type == "multiple":
        return claim.value
    if claim.type == "avg_growth_pct":
        return (1 + claim.value / 100) ** years
    return 1 + claim.value / 100


def growth_pair(ctx: Context, settled: set[tuple[str, str]]) -> Iterator[Finding]:
    """Hold average against total growth of one table row, where the levels left it open.

    `settled` names the (region, indicator) pairs whose disagreement with the levels has been
    reported already, so that one error is not counted twice.
    """
    totals = {
        (c.region, c.indicator, c.base_period, c.period, c.source): c
        for c in ctx.claims
        if c.type == "total_growth_pct"
    }
    for claim in ctx.claims:
        total = totals.get(
            (claim.region, claim.indicator, claim.base_period, claim.period, claim.source)
        )
        if claim.type != "avg_growth_pct" or total is None:
            continue
        if (claim.region, claim.indicator) in settled:
            continue
        years = span(claim.base_period, claim.period) or 1
        ends = [100 * ((1 + rate / 100) ** years - 1) for rate in claim.interval]
        allowed = Interval(ends[0], ends[1])
        point = 100 * ((1 + claim.value / 100) ** years - 1)
        agrees = allowed.overlaps(total.interval)
        span_text = f"{claim.base_period}→{claim.period}"
        yield ctx.finding(
            claim.region,
            claim.indicator,
            claim.period,
            shown=span_text,
            rule="growth_pair",
            verdict="agrees" if agrees else "contradiction",
            stated=total.value,
            implied=round(point, 4),
            unit="%",
            where=total.places + claim.places,
            stated_text=f"{total.printed}%",
            implied_text=f"{point:.2f}%",
            reason_zh=f"年均{claim.printed}%累计{years}年为{point:.2f}%，"
            + ("与累计增长相符" if agrees else f"与同一行的累计增长{total.printed}%不符"),
            reason_en=f"{claim.printed}% a year compounds to {point:.2f}% in {years} years, which "
            + ("agrees with" if agrees else f"does not fit the {total.printed}% of")
            + (" total growth" if agrees else " total growth in the same row"),
        )


def index_vs_growth(ctx: Context) -> Iterator[Finding]:
    """Hold a compiled index (previous year = 100) against officially published growth."""
    for claim in ctx.claims:
        if claim.type != "growth_pct" or len(claim.period) != 4:
            continue
        for item in ctx.all(claim.region, f"{claim.indicator}_index", claim.period):
            implied = item.value - 100
            gap = abs(implied - claim.value)
            verdict = (
                "agrees"
                if gap <= 0.051
                else "revision"
                if gap <= RATE_REVISION
                else "contradiction"
            )
            origin = _nominal_origin(ctx, claim, item) if verdict == "contradiction" else ()
            zh = "；该指数等于现价总量之比{0}" if origin else ""
            en = "; the index equals the ratio of totals at current prices {0}" if origin else ""
            yield ctx.finding(
                claim.region,
                item.indicator,
                claim.period,
                rule="index_vs_growth",
                verdict=verdict,
                stated=claim.value,
                implied=round(implied, 4),
                unit="%",
                where=_places(claim, item),
                **reasons(
                    f"指数{item.printed}即增长{implied:.1f}%，公布增速{claim.printed}%{zh}",
                    f"the index {item.printed} means growth of {implied:.1f}%, published growth is"
                    f" {claim.printed}%{en}",
                    *origin,
                ),
            )


def _nominal_origin(ctx: Context, claim: Claim, item: Datum) -> tuple[tuple[str, str], ...]:
    """Name the pair of current-price levels whose ratio is exactly the wrong index."""
    before = str(int(claim.period) - 1)
    own = [  # the compiler's own levels first
        sorted(ctx.all(claim.region, claim.indicator, p), key=lambda i: i.source != item.source)
        for p in (claim.period, before)
    ]
    for last in own[0]:
        for first in own[1]:
            if first.value > 0 and abs(100 * last.value / first.value - item.value) < 0.05:
                return ((f"{last.printed}÷{first.printed}", ""),)
    return ()


def series_vs_growth(ctx: Context) -> Iterator[Finding]:
    """Find a series that fell by a fifth or more between documents which report growth.

    Either the level fell in years no document speaks of, or the caliber changed: no proof of
    a contradiction, but the two levels must not be joined without an explanation.
    """
    for claim in ctx.claims:
        if claim.type != "growth_pct" or claim.value <= 0 or len(claim.period) != 4:
            continue
        last = ctx.pick(claim.region, claim.indicator, claim.period, claim.source)
        if last is None:
            continue
        earlier = [
            item
            for (region, indicator, period), items in ctx.figures.items()
            if (region, indicator) == (claim.region, claim.indicator) and len(period) == 4
            for item in items
            if period <= claim.base_period
        ]
        if not earlier or any(item.period == claim.base_period for item in earlier):
            continue  # the base itself is published: growth_vs_endpoints has judged it
        first = max(earlier, key=lambda item: item.period)
        change = last.value / first.value - 1
        if change > -FALL or not comparable(first.caliber, last.caliber):
            continue
        span_text = f"{first.period}→{last.period}"
        yield ctx.finding(
            claim.region,
            claim.indicator,
            claim.period,
            shown=span_text,
            rule="series_vs_growth",
            verdict="tension",  # a fall in the silent years is possible, if unlikely
            stated=claim.value,
            implied=round(100 * change, 4),
            unit="%",
            where=_places(claim, first, last),
            **reasons(
                f"一处称{claim.period}年增长{claim.printed}%，但由{first.period}年{{0}}到"
                f"{last.period}年{{1}}合计下降{-100 * change:.1f}%；"
                "要么中间年份大幅下降，要么口径已变，来源均未说明，不宜直接连成一条序列",
                f"one document reports growth of {claim.printed}% in {claim.period}, yet from {{0}}"
                f" ({first.period}) to {{1}} ({last.period}) the level falls by"
                f" {-100 * change:.1f}% in all; either it fell steeply in the years between or the"
                " definition changed, no source explains it, and the two should not simply be"
                " joined into one series",
                (first.printed, first.printed_unit),
                (last.printed, last.printed_unit),
            ),
        )
