"""The kinds of target, and how each is judged: state and outlook from the figures of one target.

:data:`KINDS` at the end is the one table of kinds: who judges it, what its number means, what it
needs. A new kind is a row there (with a function where it is judged otherwise than all others),
its code in the schema of the plans' targets, and its words. A kind that lacks what it needs says
so; nothing is scored as 0 or 100 for want of data.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.data.errors import InputError, Reason, nearest
from analysis.data.periods import last_year
from analysis.data.plan import Target
from analysis.data.series import Datum, Series
from analysis.forecast import forecast
from analysis.forecast.checks import check_series
from analysis.forecast.distribution import Forecast
from analysis.forecast.joint import joint_paths
from analysis.forecast.kinds import kind_named
from analysis.growth.rates import cagr, completion, compound_reductions, elapsed_share
from analysis.targets.types import Outlook, State, likelihood

ENOUGH = 3  # published points below which no likelihood is put in words


@dataclass(frozen=True)
class Case:
    """The figures one target is judged by, all known on the as-of date and up to the year."""

    target: Target
    year: int
    base_year: int
    start_year: int
    quantity: str
    series: Series
    baseline: Datum | None
    latest: Datum | None  # latest figure within the plan
    context: tuple[Datum, ...]
    comparators: tuple[pd.Series, ...]
    others: tuple[Case, ...] = ()  # relative targets: the comparator, then the proxies
    totals: tuple[Datum, ...] = ()  # published totals from the plan's first year on

    @property
    def points(self) -> int:
        """Published points, derived ones left out."""
        return sum(item.status != "derived" for item in self.series.data)

    @property
    def unforecastable(self) -> InputError | None:
        """Why the figures admit no forecast (a zero where growth is multiplied), if they do."""
        return _refusal(self.series.values(), self.quantity)

    def predict(self, until: int) -> Forecast | None:
        """Return the predictive distribution up to a year, None without any future."""
        values = self.series.values()
        if values.empty or until <= values.index[-1] or self.unforecastable:
            return None
        return forecast(
            values,
            until=until,
            kind=self.quantity,
            comparators=self.comparators,
            level=(50, 80, 95),
        )


def _refusal(values: pd.Series, quantity: str) -> InputError | None:
    if values.empty:
        return None
    try:
        check_series(values, kind_named(quantity))
    except InputError as error:
        return error
    return None


def forecastable(values: pd.Series, quantity: str) -> bool:
    """Tell whether a forecast can take these values of this kind of quantity."""
    return _refusal(values, quantity) is None


def _met(target: Target, value: float) -> bool:
    slack = target.tolerance or 0.0
    return target.sign * (value - (target.target or 0.0)) >= -slack - 1e-9


def _missing(case: Case) -> Outlook | None:
    """Return the answer that missing data deserve, None when there is enough for a range."""
    if case.latest is None and case.context:
        return Outlook("not_comparable", reasons=(Reason("only_another_definition"),))
    if not case.series.data:
        return Outlook("insufficient_data", reasons=(Reason("nothing_published"),))
    return None


def _state(case: Case) -> State:
    target, latest, base = case.target, case.latest, case.baseline
    schedule = schedule_of(case)
    if latest is None:
        return State(schedule=schedule, reason=Reason("nothing_published_within_plan"))
    goal = target.target
    if goal is None:
        return State(schedule=schedule)
    done, reason = None, None
    if kind_of(target).every_year:
        reason = Reason("maintain_has_no_completion")
    elif case.quantity == "growth_rate":
        reason = Reason("growth_rate_has_no_completion")
    elif base is None:
        reason = Reason("no_baseline_no_completion")
    elif target.sign * (base.value - goal) >= -1e-9:
        reason = Reason("base_already_met_target")
    else:
        done = completion(base.value, latest.value, goal)
    left = target.target_year - latest.year
    rate = case.quantity in ("share", "growth_rate")
    return State(
        completion=done,
        schedule=schedule,
        required_growth_pct=growth_needed(latest.value, goal, left) if not rate else None,
        required_change=(goal - latest.value) / left if rate and left > 0 else None,
        realised_growth_pct=realised(base, latest) if not rate else None,
        met=_met(target, latest.value),
        record=_record(case),
        reason=reason,
    )


def schedule_of(case: Case) -> float | None:
    """Return the share of the way that the declared path, or a straight line, asks for."""
    target = case.target
    if target.target_year <= case.base_year or case.year > target.target_year:
        return None
    if target.path and target.target is not None and case.baseline is not None:
        years = [case.base_year, *(step for step, _ in target.path), target.target_year]
        values = [case.baseline.value, *(value for _, value in target.path), target.target]
        expected = float(np.interp(case.year, years, values))
        return completion(case.baseline.value, expected, target.target)
    return elapsed_share(case.base_year, case.year, target.target_year)


def growth_needed(value: float, goal: float, years: int) -> float | None:
    """Return the growth a year, in percent, from a value to a goal, None where undefined."""
    if years <= 0 or value <= 0 or goal <= 0:
        return None
    return 100 * cagr(value, goal, years)


def realised(base: Datum | None, latest: Datum) -> float | None:
    """Return the compound growth from base to latest in percent a year, None where undefined."""
    if base is None or base.value <= 0 or latest.value < 0 or latest.year <= base.year:
        return None
    return 100 * cagr(base.value, latest.value, latest.year - base.year)


def _record(case: Case) -> dict:
    """Return what a kind needs besides: years observed and met, or the rates and their mean."""
    inside = [item for item in case.series.data if case.start_year <= item.year <= case.year]
    if not kind_of(case.target).every_year:
        return _rates(case, inside) if case.quantity == "growth_rate" else {}
    if not inside:
        return {"years_observed": 0, "years_met": 0, "years_due": case.year - case.start_year + 1}
    worst = min(inside, key=lambda item: case.target.sign * item.value)
    return {
        "years_observed": len(inside),
        "years_met": sum(_met(case.target, item.value) for item in inside),
        "years_due": case.year - case.start_year + 1,
        "worst_year": worst.year,
        "worst_value": worst.value,
    }


def _rates(case: Case, inside: list[Datum]) -> dict:
    """Return of yearly growth rates how many are published, and their mean once all are.

    Formula: 100 (((1 + g1/100) … (1 + gn/100))^(1/n) - 1), the mean that compounds to the whole.
    """
    due = case.target.target_year - case.start_year + 1
    found: dict = {"rates_observed": len(inside), "rates_due": due}
    if len(inside) == due and all(item.value > -100 for item in inside):
        grown = np.prod([1 + item.value / 100 for item in inside])
        found["rates_mean"] = 100 * (float(grown) ** (1 / due) - 1)
    return found


def interval_of(prediction: Forecast | None, year: int, unit: str) -> dict:
    """Return median, 80 % interval and the forecast they are read off for an outlook."""
    if prediction is None:
        return {"unit": unit}
    low, high = prediction.interval(80, year)
    return {
        "median": float(prediction.median(year)),
        "lo80": float(low),
        "hi80": float(high),
        "unit": unit,
        "table": prediction.table(),
        "forecast": prediction,
    }


def thin(case: Case, prediction: Forecast | None) -> Outlook | None:
    """Return the answer for one or two points: nothing, or a range without a verdict."""
    until = case.target.target_year
    refused = case.unforecastable
    if refused and case.points >= ENOUGH:
        admits_none = Reason("no_forecast", refused=refused.reason, value=refused.value)
        return Outlook("insufficient_data", reasons=(admits_none,))
    if case.points == 1:
        return Outlook("cannot_judge", reasons=(Reason("single_published_value"),))
    if case.points < ENOUGH:
        return Outlook(
            "insufficient_data",
            **interval_of(prediction, until, unit_of(case)),
            reasons=(Reason("too_few_for_verdict", points=case.points),),
        )
    return None


def unit_of(case: Case) -> str:
    """Return the unit a case is shown in."""
    return case.series.data[-1].unit if case.series.data else case.target.unit


def _settled(state: State, latest: Datum) -> Outlook:
    """Judge by the published value of the target year; say which years stay unproved."""
    reasons = [
        Reason(
            "published_value_meets_target" if state.met else "published_value_misses_target",
            year=latest.year,
        )
    ]
    silent = state.record.get("years_due", 0) - state.record.get("years_observed", 0)
    if state.met and silent > 0:
        reasons.append(Reason("other_years_not_published", years=silent))
    if "rates_due" in state.record:
        reasons.append(_mean(state.record))
    return Outlook("achieved" if state.met else "missed", reasons=tuple(reasons))


def _mean(record: dict) -> Reason:
    """Return what is known of the mean of a growth rate that is judged by a single year."""
    due, seen = record["rates_due"], record["rates_observed"]
    if "rates_mean" in record:
        return Reason("mean_of_rates", years=due, mean_pct=record["rates_mean"])
    return Reason("mean_of_rates_unknown", years=due, published=seen)


def level(case: Case) -> tuple[State, Outlook]:
    """Judge at_least, at_most, level and maintain targets by the value in the target year."""
    target, latest = case.target, case.latest
    state = _state(case)
    missing = _missing(case)
    if missing:
        return state, missing
    if latest is not None and latest.year >= target.target_year:
        return state, _settled(state, latest)
    prediction = case.predict(target.target_year)
    few = thin(case, prediction)
    if few and (not state.met or few.code == "cannot_judge"):
        return state, few
    shown = interval_of(prediction, target.target_year, unit_of(case))
    if few or prediction is None:
        return state, Outlook(
            "achieved_open",
            **shown,
            reasons=(Reason("met_but_too_few_to_say_it_lasts"),),
        )
    goal = (target.target or 0.0) - target.sign * (target.tolerance or 0.0)
    chance = float(prediction.probability(goal, target.target_year, target.sign))
    if state.met:
        code = "achieved_firm" if chance >= 0.8 else "achieved_at_risk"
    else:
        code = likelihood(chance)
    return state, Outlook(
        code,
        probability=chance,
        expected_year=prediction.first_year(goal, target.sign),
        **shown,
    )


def avg_growth(case: Case) -> tuple[State, Outlook]:
    """Judge an average growth target: mean to date, mean still needed, chance of the whole."""
    target, latest, base = case.target, case.latest, case.baseline
    missing = _missing(case)
    schedule = schedule_of(case)
    if missing or base is None or latest is None:
        state = State(schedule=schedule, reason=Reason("no_base_or_value"))
        return state, missing or Outlook(
            "insufficient_data", reasons=(Reason("no_base_or_value_in_plan"),)
        )
    rate = (target.target or 0.0) / 100
    years = target.target_year - case.base_year
    goal = base.value * (1 + rate) ** years
    left = target.target_year - latest.year
    pace = realised(base, latest)
    needed = growth_needed(latest.value, goal, left)
    state = State(
        schedule=schedule,
        realised_growth_pct=pace,
        required_growth_pct=needed,
        met=pace is not None and target.sign * (pace / 100 - rate) >= -1e-12,
        record={"level_needed": goal},
    )
    if left <= 0:
        return state, Outlook("achieved" if state.met else "missed")
    prediction = case.predict(target.target_year)
    few = thin(case, prediction)
    if few or prediction is None:
        return state, few or Outlook("insufficient_data")
    chance = float(prediction.probability(goal, target.target_year, target.sign))
    low, high = prediction.interval(80, target.target_year)
    mid = float(prediction.median(target.target_year))
    pct = [100 * cagr(base.value, float(v), years) for v in (mid, low, high)]
    return state, Outlook(
        likelihood(chance), probability=chance, median=pct[0], lo80=pct[1], hi80=pct[2], unit="%"
    )


# --- State and outlook of targets that compare or add up: relative, cumulative, multiple ---


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
    compound = compounds(target)
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
    through = last_year(last.period)
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


# --- The table of kinds ---------------------------------------------------------------------


def assigned(case: Case) -> tuple[State, Outlook]:
    """Judge a number that arrived from above: a yearly reduction adds up, others are levels."""
    return cumulative(case) if compounds(case.target) else level(case)


@dataclass(frozen=True)
class TargetKind:
    """One kind of target: who judges it, and what its number means.

    Attributes
    ----------
    judge : callable or None
        Returns state and outlook of a :class:`Case`. None: nothing is reckoned, public reports
        of the event are looked at (a milestone).
    level : bool
        Whether the number is a value of the published quantity: paths, scenarios and the eight
        published rules apply.
    every_year : bool
        Whether each year of the plan must meet it, not the target year alone.
    outturn : bool
        Whether the outlook's forecast is of the published quantity, so that a later figure
        can be held against it.
    needs_base : bool
        Whether a missing figure of the base year is a caution.
    completes : bool
        Whether a share of the way can be told.
    sums : bool
        Whether published totals over several years of the plan are figures of it.
    compares : bool
        Whether it is held against a comparator, or stand-ins of it.
    meaning : str
        Numbers of one meaning can contradict each other between plans; empty: compared with none.
    """

    judge: Callable[[Case], tuple[State, Outlook]] | None
    level: bool = False
    every_year: bool = False
    outturn: bool = False
    needs_base: bool = True
    completes: bool = True
    sums: bool = False
    compares: bool = False
    meaning: str = ""


_LEVEL = TargetKind(level, level=True, outturn=True, meaning="level")
#: Every kind of target by its code in ``targets.csv``.
KINDS: dict[str, TargetKind] = {
    "at_least": _LEVEL,
    "at_most": _LEVEL,
    "level": _LEVEL,
    "maintain": replace(_LEVEL, every_year=True),
    "avg_growth": TargetKind(avg_growth, outturn=True, completes=False, meaning="avg_growth"),
    "relative": TargetKind(relative, completes=False, compares=True),
    "cumulative": TargetKind(cumulative, needs_base=False, sums=True, meaning="cumulative"),
    "assigned": TargetKind(assigned, needs_base=False, meaning="level"),
    "milestone": TargetKind(None, needs_base=False),
    "multiple": TargetKind(multiple, meaning="multiple"),
}


def kind_of(target: Target) -> TargetKind:
    """Return how targets of a target's kind are judged.

    Raises
    ------
    InputError
        A kind that the plans' schema knows and this table does not.

    Examples
    --------
    >>> from analysis.data.plan import load_plan
    >>> kind_of(load_plan("jiaxing-14fyp").target("gdp")).level
    True
    """
    if target.kind not in KINDS:
        raise InputError(
            "target_kind_is_not_judged",
            column="kind",
            value=target.kind,
            expected=" / ".join(KINDS),
            nearest=nearest(target.kind, KINDS),
        )
    return KINDS[target.kind]


def compounds(target: Target) -> bool:
    """Tell whether yearly figures of a target are reductions in per cent, which compound."""
    return target.indicator.endswith("_reduction")


def adds_up(target: Target) -> bool:
    """Tell whether a target is a total of the plan's years, compounded for a reduction.

    Examples
    --------
    >>> from analysis.data.plan import load_plan
    >>> plan = load_plan("jiaxing-14fyp")
    >>> [adds_up(plan.target(name)) for name in ("fdi", "energy_intensity", "gdp")]
    [True, True, False]
    """
    return kind_of(target).sums or (target.kind == "assigned" and compounds(target))
