"""Audit rules on growth: rates against end points, rates against each other, index, direction."""

from __future__ import annotations

import math
from collections.abc import Iterator

from analysis.audit.finding import Claim, Context, Finding, Place, level, place, span
from analysis.data.errors import Reason
from analysis.data.periods import first_year
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
    return claim.places + tuple(map(place, ends))


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
    verdict, reason = _verdict(ctx, claim, first, last, years, point, allowed)
    return ctx.finding(
        claim,
        claim.period,
        base_period=claim.base_period,
        rule="growth_vs_endpoints",
        verdict=verdict,
        stated=claim.value,
        implied=round(point, 4),
        unit=claim.unit,
        where=_places(claim, first, last),
        reason=reason,
        stated_as=Reason("printed", printed=claim.printed, unit=claim.unit),
        implied_as=Reason("computed", value=point, unit=claim.unit),
    )


def _verdict(
    ctx: Context,
    claim: Claim,
    first: Datum,
    last: Datum,
    years: int,
    point: float,
    allowed: Interval,
) -> tuple[str, Reason]:
    stated = claim.interval
    if stated.lo - 1e-9 <= point <= stated.hi + 1e-9:
        return "agrees", Reason("end_points_agree")
    if stated.overlaps(allowed):
        if not math.isfinite(allowed.hi):
            return "agrees", Reason("one_end_is_bound")
        return "rounding", Reason("edge_of_rounding", implied=point, unit=claim.unit)
    if not comparable(first.caliber, last.caliber):
        return "caliber", Reason("end_points_differ_in_caliber")
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
        return "price_basis", Reason("nominal_levels_real_growth", deflator=deflator)
    implied_base = last.value / stated_ratio if stated_ratio > 0 else math.nan
    shift = implied_base / first.value - 1
    if first.source != claim.source and abs(shift) <= REVISION:
        return "revision", Reason(
            "base_may_be_revised",
            implied=implied_base,
            implied_unit=first.unit,
            shift=100 * shift,
            printed=first.printed,
            unit=first.printed_unit,
        )
    total = 100 * (ratio - 1)
    if claim.type == "avg_growth_pct" and abs(total / years - claim.value) <= 0.06:
        simple = Reason("simple_mean_of_total", total=total, years=years, implied=point)
        return "contradiction", simple
    return "contradiction", Reason("end_points_imply_other", implied=point, unit=claim.unit)


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
        yield ctx.finding(
            claim,
            claim.period,
            base_period=claim.base_period,
            rule="growth_pair",
            verdict="agrees" if agrees else "contradiction",
            stated=total.value,
            implied=round(point, 4),
            unit="%",
            where=total.places + claim.places,
            reason=Reason(
                "average_compounds_to_total" if agrees else "average_misses_total",
                average=claim.printed,
                years=years,
                implied=point,
                total=total.printed,
            ),
            stated_as=Reason("printed", printed=total.printed, unit="%"),
            implied_as=Reason("computed", value=point, unit="%"),
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
            told = {"index": item.printed, "implied": implied, "growth": claim.printed}
            ends = _nominal_origin(ctx, claim, item) if verdict == "contradiction" else None
            yield ctx.finding(
                item,
                item.period,
                rule="index_vs_growth",
                verdict=verdict,
                stated=claim.value,
                implied=round(implied, 4),
                unit="%",
                where=_places(claim, item),
                reason=Reason("index_is_nominal_ratio", **told, last=ends[0], first=ends[1])
                if ends
                else Reason("index_and_growth", **told),
            )


def _nominal_origin(ctx: Context, claim: Claim, item: Datum) -> tuple[str, str] | None:
    """Return the two current-price levels, as printed, whose ratio is exactly the wrong index."""
    before = str(first_year(claim.period) - 1)
    own = [  # the compiler's own levels first
        sorted(ctx.all(claim.region, claim.indicator, p), key=lambda i: i.source != item.source)
        for p in (claim.period, before)
    ]
    for last in own[0]:
        for first in own[1]:
            if first.value > 0 and abs(100 * last.value / first.value - item.value) < 0.05:
                return last.printed, first.printed
    return None


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
            for period in ctx.periods.get((claim.region, claim.indicator), ())
            if len(period) == 4 and period <= claim.base_period
            for item in ctx.all(claim.region, claim.indicator, period)
        ]
        if not earlier or any(item.period == claim.base_period for item in earlier):
            continue  # the base itself is published: growth_vs_endpoints has judged it
        first = max(earlier, key=lambda item: item.period)
        change = last.value / first.value - 1
        if change > -FALL or not comparable(first.caliber, last.caliber):
            continue
        yield ctx.finding(
            claim,
            claim.period,
            base_period=first.period,
            rule="series_vs_growth",
            verdict="tension",  # a fall in the silent years is possible, if unlikely
            stated=claim.value,
            implied=round(100 * change, 4),
            unit="%",
            where=_places(claim, first, last),
            reason=Reason(
                "level_fell_though_growth_reported",
                period=claim.period,
                growth=claim.printed,
                first_period=first.period,
                first=first.printed,
                first_unit=first.printed_unit,
                last_period=last.period,
                last=last.printed,
                last_unit=last.printed_unit,
                fall=-100 * change,
            ),
        )
