"""State and outlook of targets that compare or add up: relative, cumulative, multiple."""

from __future__ import annotations

import math

import numpy as np

from analysis.data.errors import Reason
from analysis.data.plan import Target
from analysis.data.series import Series
from analysis.forecast.joint import joint_paths
from analysis.growth.rates import cagr, completion, compound_reductions, elapsed_share
from analysis.targets.levels import (
    ENOUGH,
    Case,
    growth_needed,
    interval_of,
    realised,
    schedule_of,
    thin,
    unit_of,
)
from analysis.targets.types import Outlook, State, likelihood

PATHS = 20_000
SEED = 2025


def _mean_growth(series: Series, base_year: int, year: int) -> float | None:
    base, last = series.at(base_year), series.at(year)
    if base is None or last is None or base.value <= 0 or last.value < 0:
        return None
    return 100 * cagr(base.value, last.value, year - base_year)


def _through(base_year: int, *cases: Case) -> int | None:
    """Return the last year after the base for which every series has a figure."""
    common = set.intersection(*({item.year for item in case.series.data} for case in cases))
    return max((year for year in common if year > base_year), default=None)


def relative(case: Case) -> tuple[State, Outlook]:
    """Judge a target against a comparator by the difference of mean growth, drawn in pairs.

    The difference is in percentage points a year since the base year, up to the last year that
    all series have, on one price basis. A band ("in step") is declared in the data; half and
    double that band are shown beside it.
    """
    reference, *proxies = case.others
    subjects = [case] if case.series.data else [item for item in proxies if item.series.data]
    through = _through(case.base_year, reference, *subjects) if subjects else None
    pairs = []
    for subject in subjects if through else ():
        own = _mean_growth(subject.series, case.base_year, through or 0)
        other = _mean_growth(reference.series, case.base_year, through or 0)
        if own is not None and other is not None:
            pairs.append((subject, own - other))
    if not pairs:
        return State(schedule=schedule_of(case)), Outlook(
            "insufficient_data", reasons=(Reason("no_years_in_common"),)
        )
    gaps = [gap for _, gap in pairs]
    record = {
        "through": through,
        "differences_pp": {s.series.indicator: round(gap, 4) for s, gap in pairs},
        "sensitivity": {
            f"{width:g}": all(abs(gap) <= width for gap in gaps) for width in _widths(case.target)
        },
    }
    met = all(_within(case.target, gap) for gap in gaps)
    state = State(schedule=schedule_of(case), met=met, record=record)
    if case.series.data and through and through >= case.target.target_year:
        return state, Outlook("achieved" if met else "missed")
    return state, _relative_outlook(case, reference, [subject for subject, _ in pairs])


def _widths(target: Target) -> list[float]:
    return [] if target.band is None else [target.band / 2, target.band, 2 * target.band]


def _within(target: Target, gap: float) -> bool:
    if target.band is not None:
        return abs(gap) <= target.band
    return gap > (target.min_difference or 0.0)


def _relative_outlook(case: Case, reference: Case, subjects: list[Case]) -> Outlook:
    target, results = case.target, []
    years = target.target_year - case.base_year
    for subject in subjects:
        own, other = subject.predict(target.target_year), reference.predict(target.target_year)
        start, against = subject.series.at(case.base_year), reference.series.at(case.base_year)
        if own is None or other is None or start is None or against is None:
            continue
        draws = joint_paths([own, other], PATHS, seed=SEED)
        first = (draws[0][:, -1] / start.value) ** (1 / years)
        second = (draws[1][:, -1] / against.value) ** (1 / years)
        gap = 100 * (first - second)
        low, mid, high = np.quantile(gap, [0.1, 0.5, 0.9])
        inside = np.abs(gap) <= target.band if target.band else gap > (target.min_difference or 0)
        results.append((float(inside.mean()), float(mid), float(low), float(high)))
    if not results:
        return Outlook("insufficient_data")
    lows, highs = min(r[2] for r in results), max(r[3] for r in results)
    proxied = subjects[0] is not case
    if proxied or min(subject.points for subject in subjects) < ENOUGH:
        return Outlook(
            "insufficient_data",
            lo80=lows,
            hi80=highs,
            unit="百分点",
            reasons=(Reason("range_by_stand_ins" if proxied else "too_few_only_range"),),
        )
    chance, mid, low, high = results[0]
    return Outlook(
        likelihood(chance), probability=chance, median=mid, lo80=low, hi80=high, unit="百分点"
    )


def cumulative(case: Case) -> tuple[State, Outlook]:
    """Judge a five-year total: sum to date, and the remainder drawn; reductions compound."""
    target = case.target
    goal = target.target or 0.0
    due = [item for item in case.series.data if case.start_year <= item.year <= case.year]
    whole = [item.year for item in due] == list(range(case.start_year, case.year + 1))
    compound = target.indicator.endswith("_reduction")
    schedule = _schedule_of_total(case)
    if not whole:
        return _from_totals(case, goal, schedule)
    if compound:
        total = 100 * compound_reductions([item.value / 100 for item in due])
    else:
        total = sum(item.value for item in due)
    left = target.target_year - case.year
    met = target.sign * (total - goal) >= -1e-9
    state = State(
        completion=total / goal if goal else None,
        schedule=schedule,
        required_change=(goal - total) / left if left and not compound else None,
        met=met,
        record={"to_date": total, "years": len(due)},
    )
    if left <= 0:
        return state, Outlook("achieved" if met else "missed")
    rising = target.sign > 0
    if not compound and met == rising:  # a sum only grows: a floor stays met, a cap stays broken
        return state, Outlook("achieved_firm", probability=1.0) if met else Outlook("missed")
    prediction = case.predict(target.target_year)
    if prediction is None or case.points < ENOUGH:
        return state, thin(case, None) or Outlook("insufficient_data")
    draws = prediction.paths(PATHS, seed=SEED)
    if compound:
        final = 100 * (1 - (1 - total / 100) * np.prod(1 - draws / 100, axis=1))
    else:
        final = total + draws.sum(axis=1)
    chance = float((target.sign * (final - goal) >= 0).mean())
    low, mid, high = (float(v) for v in np.quantile(final, [0.1, 0.5, 0.9]))
    code = likelihood(chance)
    if met and rising:
        code = "achieved_firm" if chance >= 0.8 else "achieved_at_risk"
    return state, Outlook(
        code, probability=chance, median=mid, lo80=low, hi80=high, unit=target.unit
    )


def _schedule_of_total(case: Case) -> float:
    """Return the share of a total that the declared totals to date, or a straight line, ask for."""
    target, goal = case.target, case.target.target
    if not target.path or not goal or case.year > target.target_year:
        return elapsed_share(case.base_year, case.year, target.target_year)
    knots = {case.base_year: 0.0, **dict(target.path), target.target_year: goal}
    return float(np.interp(case.year, list(knots), list(knots.values()))) / goal


def _from_totals(case: Case, goal: float, schedule: float) -> tuple[State, Outlook]:
    if not case.totals:
        unknown = Reason("sum_to_date_unknown")
        return State(schedule=schedule, reason=unknown), Outlook(
            "insufficient_data", reasons=(unknown,)
        )
    last = case.totals[-1]
    through = int(last.period[-4:])
    met = case.target.sign * (last.value - goal) >= -1e-9
    state = State(
        completion=last.value / goal if goal else None,
        schedule=schedule,
        met=met,
        record={"to_date": last.value, "through": through},
    )
    if through >= case.target.target_year:
        return state, Outlook("achieved" if met else "missed")
    if met == (case.target.sign > 0):
        return state, Outlook("achieved_firm", probability=1.0) if met else Outlook("missed")
    return state, Outlook("insufficient_data", reasons=(Reason("only_running_total"),))


def multiple(case: Case) -> tuple[State, Outlook]:
    """Judge a multiple of a base year that may itself lie ahead (2035 double 2025)."""
    target = case.target
    factor, base_year = target.multiple or math.nan, target.multiple_base_year or case.base_year
    span = target.target_year - base_year
    pace = 100 * (factor ** (1 / span) - 1)
    base = case.series.at(base_year)
    record = {"pace_pct": pace, "multiple_base_year": base_year}
    if base is None and case.base_year < base_year and case.year <= base_year:
        return State(
            record=record,
            reason=Reason("base_year_lies_ahead", base_year=base_year, pace_pct=pace),
        ), Outlook(
            "not_due",
            reasons=(Reason("judged_later", base_year=base_year, target_year=target.target_year),),
        )
    if base is None:
        return State(record=record), Outlook(
            "insufficient_data", reasons=(Reason("base_not_published", base_year=base_year),)
        )
    goal = factor * base.value
    last = case.series.data[-1]
    known = last.year > base_year or case.year <= base_year  # else nothing since the base
    met = target.sign * (last.value - goal) >= -1e-9 if known else None
    state = State(
        completion=completion(base.value, last.value, goal) if known else None,
        required_growth_pct=growth_needed(last.value, goal, target.target_year - last.year),
        realised_growth_pct=realised(base, last),
        met=met,
        record=record | {"level_needed": goal},
        reason=None if known else Reason("nothing_published_since_base_year"),
    )
    if last.year >= target.target_year:
        return state, Outlook("achieved" if met else "missed")
    prediction = case.predict(target.target_year)
    few = thin(case, prediction)
    if few or prediction is None:
        return state, few or Outlook("insufficient_data")
    chance = float(prediction.probability(goal, target.target_year, target.sign))
    return state, Outlook(
        likelihood(chance),
        probability=chance,
        expected_year=prediction.first_year(goal, target.sign),
        **interval_of(prediction, target.target_year, unit_of(case)),
    )
