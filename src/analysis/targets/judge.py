"""Judge one target: gather its figures as known on a date, then state, outlook, evidence.

Three separate answers, never one colour: where the target stands, how likely it is, and how
much the data bear. With one published value nothing is judged; with two a range is given and
no verdict.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from analysis.audit import AuditReport
from analysis.audit.finding import Finding
from analysis.data.errors import Reason
from analysis.data.periods import first_year, last_year, parse_period
from analysis.data.plan import Plan, Target
from analysis.data.series import RELIABILITY_RANK, Datum, Series, annual_series, other_periods
from analysis.rules.case import ProgressCase, RuleVerdict
from analysis.rules.published import apply_rules
from analysis.targets import kinds
from analysis.targets.types import (
    AFTER_YEAR,
    GRADES,
    Evidence,
    Flag,
    IndicatorEvaluation,
    Outlook,
    State,
)

# Evidence: how far the published points can carry a verdict, and what a reader must know.


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

    if baseline is None and kinds.kind_of(target).needs_base:
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


COMPARATOR_POINTS = 5
YEARS_OF = {"five_year_total": "annual"}


def judge(
    target: Target, plan: Plan, year: int, as_of: dt.date, audit: AuditReport
) -> IndicatorEvaluation:
    """Return the three answers, the published rules and the cautions for one target.

    Parameters
    ----------
    target, plan
        As they stood on `as_of` (:func:`analysis.data.plan.load_plan`).
    year : int
        Evaluation year; figures of later years are not used.
    as_of : date
        Figures published later are not used.
    audit : AuditReport
        The audit of the same date.
    """
    how = kinds.kind_of(target).judge
    if target.withdrawn:
        return _withdrawn(target, year)
    if how is None:
        return _milestone(target, year)
    if target.kind == "assigned" and target.target is None:
        return _awaiting(target)
    case = gather(target, plan, year, as_of)
    state, outlook = how(case)
    evidence = _evidence(case, state)
    pairs = [(target.region, target.indicator)]
    pairs += [(other.series.region, other.series.indicator) for other in case.others]
    findings = audit.about(f"{plan.plan_id}/{target.target_id}", pairs, year)
    return IndicatorEvaluation(
        target=target,
        baseline=case.baseline,
        latest=case.latest or case.series.last,  # the last figure before the plan, if no other
        series=case.series,
        state=state,
        outlook=outlook,
        evidence=evidence,
        rules=_rules(case),
        flags=flags(target, case.series, case.baseline, case.latest, year, case.context, findings),
        context=case.context,
    )


def _series(
    plan: Plan, target: Target, region: str, indicator: str, year: int, day: dt.date
) -> Series:
    # a total over the plan is made of single years, and those carry a caliber of their own
    caliber = YEARS_OF.get(target.caliber, target.caliber)
    series = annual_series(plan.data, region, indicator, caliber=caliber, as_of=day, until=year)
    if target.price_basis not in ("current", "constant"):
        return series
    wrong = tuple(
        item
        for item in series.data
        if item.price_basis in ("current", "constant") and item.price_basis != target.price_basis
    )
    if not wrong:
        return series
    return replace(
        series,
        data=tuple(item for item in series.data if item not in wrong),
        other_calibers=(*series.other_calibers, *wrong),
    )


def gather(target: Target, plan: Plan, year: int, day: dt.date) -> kinds.Case:
    """Return the figures one target is judged by, as known on a date and up to a year.

    Parameters
    ----------
    target, plan
        As they stood on `day` (:func:`analysis.data.plan.load_plan`).
    year : int
        Figures of later years are left out.
    day : date
        Figures published later are left out.

    Returns
    -------
    Case
        Base, latest and other figures in the indicator's unit, and for relative targets the
        figures of the comparator and of the stand-ins.

    Examples
    --------
    >>> from analysis.data.plan import load_plan
    >>> plan = load_plan("jiaxing-14fyp")
    >>> case = gather(plan.target("gdp"), plan, 2024, plan.data.latest_vintage())
    >>> case.baseline.value, case.latest.value
    (182.0, 226.0)
    """
    case = _plain(target, plan, target.region, target.indicator, year, day)
    return replace(
        case,
        context=_context(target, plan, case.series, year, day),
        others=_others(target, plan, year, day),
        totals=_totals(target, plan, year, day),
    )


def _context(
    target: Target, plan: Plan, series: Series, year: int, day: dt.date
) -> tuple[Datum, ...]:
    found = [i for i in series.other_calibers if plan.start_year <= i.year <= year]
    if target.context:
        region, _, indicator = target.context.partition(":")
        other = annual_series(
            plan.data, region, indicator or target.indicator, as_of=day, until=year
        )
        figures = (*other.data, *other.other_calibers)
        found += [item for item in figures if item.year >= plan.start_year]
    return tuple(sorted(found, key=lambda item: item.period))


def _comparators(
    target: Target, plan: Plan, indicator: str, year: int, day: dt.date
) -> tuple[pd.Series, ...]:
    """Return the same quantity of the region above, whose spread the forecast may borrow.

    The series is named by its codes, ``region:indicator``.
    """
    parent = plan.data.regions[target.region]["parent"]
    if not parent:
        return ()
    above = annual_series(plan.data, parent, indicator, as_of=day, until=year)
    values = above.values().rename(f"{parent}:{indicator}")
    quantity = plan.data.indicators[indicator]["quantity"]
    enough = len(values) >= COMPARATOR_POINTS and kinds.forecastable(values, quantity)
    return (values,) if enough else ()


def _others(target: Target, plan: Plan, year: int, day: dt.date) -> tuple[kinds.Case, ...]:
    if not kinds.kind_of(target).compares or target.comparator is None:
        return ()
    region, _, indicator = target.comparator.rpartition(":")
    names = [(region or plan.region, indicator), *((target.region, p) for p in target.proxies)]
    return tuple(_plain(target, plan, place, name, year, day) for place, name in names)


def _plain(
    target: Target, plan: Plan, region: str, indicator: str, year: int, day: dt.date
) -> kinds.Case:
    series = _series(plan, target, region, indicator, year, day)
    inside = [item for item in series.data if plan.start_year <= item.year <= year]
    return kinds.Case(
        target=target,
        year=year,
        base_year=plan.base_year,
        start_year=plan.start_year,
        quantity=plan.data.indicators[indicator]["quantity"],
        series=series,
        baseline=series.at(plan.base_year),
        latest=inside[-1] if inside else None,
        context=(),
        comparators=_comparators(target, plan, indicator, year, day),
    )


def _totals(target: Target, plan: Plan, year: int, day: dt.date) -> tuple[Datum, ...]:
    """Return published running totals that begin with the plan."""
    if not kinds.kind_of(target).sums:
        return ()
    found = other_periods(plan.data, target.region, target.indicator, as_of=day)
    return tuple(
        item
        for item in found
        if parse_period(item.period).form == "years"
        and first_year(item.period) == plan.start_year
        and last_year(item.period) <= year
    )


def _evidence(case: kinds.Case, state: State) -> Evidence:
    if not case.series.data and len(case.others) > 1:  # a comparator, and stand-ins
        worst = max(
            (grade(o.series, o.baseline, o.latest) for o in case.others), key=lambda e: e.grade
        )
        return Evidence(
            "D",
            worst.points,
            (Reason("inferred_from_stand_ins"), *worst.reasons),
        )
    if case.latest is not None and case.latest.year >= case.target.target_year:
        return settled(case.latest, state.record)
    return grade(case.series, case.baseline, case.latest)


def _rules(case: kinds.Case) -> dict[str, RuleVerdict]:
    target, kind = case.target, kinds.kind_of(case.target)
    if not kind.level:
        return _silent(target, case.latest.year if case.latest else case.year, case.base_year)
    latest, base = case.latest, case.baseline
    return apply_rules(
        ProgressCase(
            base_year=case.base_year,
            base_value=base.value if base else None,
            year=latest.year if latest else case.year,
            value=latest.value if latest else None,
            target=target.target,
            target_year=target.target_year,
            direction=target.sign,
            limit=100.0 if case.quantity == "share" else None,
            series=tuple((item.year, item.value) for item in case.series.data),
            every_year=kind.every_year,
        )
    )


def _silent(target: Target, year: int, base_year: int) -> dict[str, RuleVerdict]:
    """Return what the published rules say without a number to go by."""
    return apply_rules(
        ProgressCase(
            base_year=base_year,
            base_value=None,
            year=year,
            value=None,
            target=None,
            target_year=target.target_year,
            direction=target.sign,
        )
    )


def _uncounted(
    target: Target,
    year: int,
    state: State,
    outlook: Outlook,
    evidence: Evidence,
    flags: tuple[Flag, ...] = (),
) -> IndicatorEvaluation:
    """Return the answers for a target that no figures are reckoned with for."""
    return IndicatorEvaluation(
        target=target,
        baseline=None,
        latest=None,
        series=None,
        state=state,
        outlook=outlook,
        evidence=evidence,
        rules=_silent(target, year, year - 1),
        flags=flags,
    )


def _awaiting(target: Target) -> IndicatorEvaluation:
    missing = Reason("assignment_not_at_hand", text=target.target_text)
    return _uncounted(
        target,
        target.target_year - 1,
        State(reason=Reason("assigned_from_above")),
        Outlook("awaiting_assignment", reasons=(missing,)),
        Evidence("D", 0, (Reason("no_target_number"),)),
    )


def _withdrawn(target: Target, year: int) -> IndicatorEvaluation:
    """List a promise that was taken back: the number it had, by which document, and no answer."""
    by = target.adjustments[-1]
    withdrawn = Reason(
        "withdrawn_by_document",
        document=by["document"],
        cause=by["reason"],
        date=by["date"],
        known_from=by["known_from"],
    )
    return _uncounted(
        target,
        year,
        State(reason=Reason("target_was_withdrawn")),
        Outlook("withdrawn", reasons=(withdrawn,)),
        Evidence("D", 0, (Reason("target_withdrawn"),)),
    )


def _milestone(target: Target, year: int) -> IndicatorEvaluation:
    told = target.milestone
    if told is None:
        silent = Reason("no_public_record")
        return _uncounted(
            target,
            year,
            State(reason=silent),
            Outlook("insufficient_data", reasons=(silent,)),
            Evidence("D", 0, (Reason("no_public_evidence"),)),
        )
    done = told["status"] == "done"
    reported = Reason(
        "public_report",
        status=told["status"],
        note=told["note"] or "",
        date=told["date"],
        known_from=told["known_from"],
    )
    late = Flag(Reason(AFTER_YEAR, published=told["known_from"]))
    return _uncounted(
        target,
        year,
        State(met=done, record={"status": told["status"], "date": str(told["date"])}),
        Outlook("achieved" if done else "in_progress", reasons=(reported,)),
        Evidence("C", 1, (Reason("one_public_report"),)),
        (late,) if told["known_from"].year > year else (),
    )
