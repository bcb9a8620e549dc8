"""Evidence: how far the published points can carry a verdict, and what a reader must know."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from analysis.audit.finding import Finding
from analysis.data.errors import Reason
from analysis.data.plan import Target
from analysis.data.series import RELIABILITY_RANK, Datum, Series
from analysis.targets.types import GRADES, Evidence, Flag


def _worse(grade: str, at_best: str) -> str:
    return max(grade, at_best, key=GRADES.index)


def grade(series: Series | None, baseline: Datum | None, latest: Datum | None) -> Evidence:
    """Grade the evidence of a series from number, spacing and quality of its points.

    D for two published points or fewer; C for three or four, or any gap; B for five or more
    consecutive years; A for eight or more. Then capped: at C when the caliber of the base or
    the latest value is not stated or the latest value is only a bound, at B for sources of
    medium reliability, at D for low. Derived points do not count.
    """
    points = [item for item in series.data if item.status != "derived"] if series else []
    count = len(points)
    reasons = [Reason("published_values", count=count)]
    years = [item.year for item in points]
    gaps = any(b - a > 1 for a, b in itertools.pairwise(years))
    if count <= 2:
        result = "D"
    elif count < 5 or gaps:
        result = "C"
    else:
        result = "B" if count < 8 else "A"
    if gaps:
        reasons.append(Reason("gaps_between_years", years=tuple(years)))
    ends = [item for item in (baseline, latest) if item is not None]
    if any(item.caliber == "unstated" for item in ends):
        result = _worse(result, "C")
        reasons.append(Reason("definition_not_stated"))
    if latest is not None and latest.qualifier != "exact":
        result = _worse(result, "C")
        reasons.append(Reason("latest_value_not_exact"))
    if ends:
        lowest = min(ends, key=lambda item: RELIABILITY_RANK[item.reliability]).reliability
        if lowest != "high":
            result = _worse(result, "B" if lowest == "medium" else "D")
            reasons.append(Reason("source_not_reliable", reliability=lowest))
    return Evidence(result, count, tuple(reasons))


def settled(latest: Datum, record: dict) -> Evidence:
    """Grade a verdict that rests on a published value of the target year, not on a forecast.

    B for a reliable source, A when it is a final figure, C for a medium one, D for a low one;
    C at best when a maintain target, or a growth rate, was published for some of its years only.
    """
    best = {
        "high": "A" if latest.status in ("final", "revised") else "B",
        "medium": "C",
        "low": "D",
    }
    result = best[latest.reliability]
    reasons = [Reason("target_year_published")]
    if record.get("years_observed", 0) < record.get("years_due", 0):
        result = _worse(result, "C")
        due, seen = record["years_due"], record["years_observed"]
        reasons.append(Reason("some_years_published", due=due, published=seen))
    if record.get("rates_observed", 0) < record.get("rates_due", 0):
        result = _worse(result, "C")
        due, seen = record["rates_due"], record["rates_observed"]
        reasons.append(Reason("some_rates_published", due=due, published=seen))
    return Evidence(result, 1, tuple(reasons))


def _aside(items: Iterable[Datum]) -> tuple[tuple[str, str, str], ...]:
    """Return figures as their sources print them: period, number, unit."""
    return tuple((item.period, item.printed, item.printed_unit) for item in items)


def flags(
    target: Target,
    series: Series | None,
    baseline: Datum | None,
    latest: Datum | None,
    year: int,
    context: tuple[Datum, ...],
    findings: list[Finding],
) -> tuple[Flag, ...]:
    """Collect the cautions that belong to a target and its figures."""
    found: list[Flag] = []

    def add(reason: Reason) -> None:
        found.append(Flag(reason))

    if baseline is None and target.kind not in ("milestone", "assigned", "cumulative"):
        add(Reason("no_baseline"))
    if latest is not None:
        if latest.year < year:
            add(Reason("stale", year=latest.year))
        if latest.qualifier == "at_least":
            add(Reason("lower_bound"))
        if latest.caliber == "unstated":
            add(Reason("caliber_unstated"))
        if latest.reliability != "high":
            medium = latest.reliability == "medium"
            add(Reason("reliability_medium" if medium else "reliability_low"))
    if series is not None:
        if any(item.status == "derived" for item in series.data):
            add(Reason("derived_point"))
        if any(item.correction for item in series.data):
            add(Reason("corrected"))
        if series.other_calibers:
            add(Reason("other_caliber", values=_aside(series.other_calibers)))
    aside = set(series.other_calibers) if series is not None else set()
    context = tuple(item for item in context if item not in aside)
    if context:
        add(Reason("context_only", values=_aside(context[-3:])))
    if target.revisions:
        add(Reason("revised_target", original=target.original))
    if target.status == "added":
        since, known = target.status_date, target.status_known_from
        add(Reason("added_target", date=since, known_from=known))
    found += [
        Flag(Reason(f"audit_{item.verdict}"), item)
        for item in findings
        if item.verdict in ("contradiction", "tension", "rounding", "price_basis", "caliber")
    ]
    return tuple(found)
