"""State and outlook by kind of target.

Each function takes the figures of one target and returns its state and outlook. A kind that
lacks what it needs says so; nothing is scored as 0 or 100 for want of data.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.clean import Datum, Series
from analysis.forecast import Forecast, forecast, joint_paths
from analysis.growth import cagr, completion, compound_reductions, elapsed_share, path_value
from analysis.plan import Target
from analysis.progress_types import Outlook, State, likelihood

PATHS = 20_000
SEED = 20_25
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

    def predict(self, until: int) -> Forecast | None:
        """Return the predictive distribution up to a year, None without any future."""
        values = self.series.values()
        if values.empty or until <= values.index[-1]:
            return None
        return forecast(
            values,
            until=until,
            kind=self.quantity,
            comparators=self.comparators,
            level=(50, 80, 95),
        )


def _met(target: Target, value: float) -> bool:
    slack = target.tolerance or 0.0
    return target.sign * (value - (target.target or 0.0)) >= -slack - 1e-9


def _missing(case: Case) -> Outlook | None:
    """Return the answer that missing data deserve, None when there is enough for a range."""
    if case.latest is None and case.context:
        return Outlook(
            "not_comparable",
            reason_zh="规划期内只有其他口径的数值，不能用来判断",
            reason_en="within the plan only figures of another caliber exist",
        )
    if not case.series.data:
        return Outlook(
            "insufficient_data",
            reason_zh="没有公布的数值",
            reason_en="no value has been published",
        )
    return None


def _state(case: Case) -> State:
    target, latest, base = case.target, case.latest, case.baseline
    schedule = _schedule(case)
    if latest is None:
        return State(
            schedule=schedule,
            reason_zh="规划期内没有公布值",
            reason_en="no value published within the plan",
        )
    goal = target.target
    if goal is None:
        return State(schedule=schedule)
    done = None
    reason = ("", "")
    if target.kind == "maintain":
        reason = ("保持类目标，完成度无定义", "a maintain target has no completion")
    elif base is None:
        reason = ("缺基期值，完成度无法计算", "no baseline, no completion")
    elif target.sign * (base.value - goal) >= -1e-9:
        reason = ("基期已达目标，完成度无定义", "the base already met the target")
    else:
        done = completion(base.value, latest.value, goal)
    left = target.target_year - latest.year
    rate = case.quantity in ("share", "growth_rate")
    return State(
        completion=done,
        schedule=schedule,
        required_growth_pct=_growth_needed(latest.value, goal, left) if not rate else None,
        required_change=(goal - latest.value) / left if rate and left > 0 else None,
        realised_growth_pct=_realised(base, latest) if not rate else None,
        met=_met(target, latest.value),
        record=_record(case) if target.kind == "maintain" else {},
        reason_zh=reason[0],
        reason_en=reason[1],
    )


def _schedule(case: Case) -> float | None:
    target = case.target
    if target.target_year <= case.base_year or case.year > target.target_year:
        return None
    if target.path and target.target is not None and case.baseline is not None:
        years = [case.base_year, *(step for step, _ in target.path), target.target_year]
        values = [case.baseline.value, *(value for _, value in target.path), target.target]
        expected = float(np.interp(case.year, years, values))
        return completion(case.baseline.value, expected, target.target)
    return elapsed_share(case.base_year, case.year, target.target_year)


def _growth_needed(value: float, goal: float, years: int) -> float | None:
    if years <= 0 or value <= 0 or goal <= 0:
        return None
    return 100 * cagr(value, goal, years)


def _realised(base: Datum | None, latest: Datum) -> float | None:
    if base is None or base.value <= 0 or latest.value < 0 or latest.year <= base.year:
        return None
    return 100 * cagr(base.value, latest.value, latest.year - base.year)


def _record(case: Case) -> dict:
    """Return, for a maintain target, the years observed within the plan and those met."""
    inside = [item for item in case.series.data if case.start_year <= item.year <= case.year]
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


def _interval(prediction: Forecast | None, year: int, unit: str) -> dict:
    if prediction is None:
        return {"unit": unit}
    low, high = prediction.interval(80, year)
    return {
        "median": float(prediction.median(year)),
        "lo80": float(low),
        "hi80": float(high),
        "unit": unit,
        "basis_zh": prediction.explain("zh"),
        "basis_en": prediction.explain("en"),
        "table": prediction.table(),
    }


def _thin(case: Case, prediction: Forecast | None) -> Outlook | None:
    """Return the answer for one or two points: nothing, or a range without a verdict."""
    until = case.target.target_year
    if case.points == 1:
        return Outlook(
            "cannot_judge",
            reason_zh="只有一个公布值，无法判断走势",
            reason_en="a single published value shows no course",
        )
    if case.points < ENOUGH:
        return Outlook(
            "insufficient_data",
            **_interval(prediction, until, _unit(case)),
            reason_zh=f"只有{case.points}个公布值，只给区间，不下结论",
            reason_en=f"only {case.points} published values: a range, no verdict",
        )
    return None


def _unit(case: Case) -> str:
    return case.series.data[-1].unit if case.series.data else case.target.unit


def level(case: Case) -> tuple[State, Outlook]:
    """Judge at_least, at_most, level and maintain targets by the value in the target year."""
    target, latest = case.target, case.latest
    state = _state(case)
    missing = _missing(case)
    if missing:
        return state, missing
    if latest is not None and latest.year >= target.target_year:
        return state, Outlook(
            "achieved" if state.met else "missed",
            reason_zh=f"{latest.year}年公布值" + ("达到目标" if state.met else "未达到目标"),
            reason_en=f"the published value of {latest.year} "
            + ("meets the target" if state.met else "misses the target"),
        )
    prediction = case.predict(target.target_year)
    thin = _thin(case, prediction)
    if thin and not state.met:
        return state, thin
    shown = _interval(prediction, target.target_year, _unit(case))
    if thin or prediction is None:
        return state, Outlook(
            "achieved",
            **shown,
            reason_zh="最新值已达目标；公布值太少，能否保持到期末不下结论",
            reason_en="the latest value meets the target; too few values to say whether it lasts",
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
    schedule = _schedule(case)
    if missing or base is None or latest is None:
        state = State(schedule=schedule, reason_zh="缺基期或期内数值", reason_en="no base or value")
        return state, missing or Outlook(
            "insufficient_data",
            reason_zh="缺基期或期内数值",
            reason_en="no base or value in the plan",
        )
    rate = (target.target or 0.0) / 100
    years = target.target_year - case.base_year
    goal = base.value * (1 + rate) ** years
    left = target.target_year - latest.year
    realised = _realised(base, latest)
    needed = _growth_needed(latest.value, goal, left)
    state = State(
        schedule=schedule,
        realised_growth_pct=realised,
        required_growth_pct=needed,
        met=realised is not None and target.sign * (realised / 100 - rate) >= -1e-12,
        record={"level_needed": goal},
    )
    if left <= 0:
        return state, Outlook("achieved" if state.met else "missed")
    prediction = case.predict(target.target_year)
    thin = _thin(case, prediction)
    if thin or prediction is None:
        return state, thin or Outlook("insufficient_data")
    chance = float(prediction.probability(goal, target.target_year, target.sign))
    low, high = prediction.interval(80, target.target_year)
    mid = float(prediction.median(target.target_year))
    pct = [100 * cagr(base.value, float(v), years) for v in (mid, low, high)]
    return state, Outlook(
        likelihood(chance), probability=chance, median=pct[0], lo80=pct[1], hi80=pct[2], unit="%"
    )


def _mean_growth(series: Series, base_year: int) -> tuple[int, float] | None:
    base, last = series.at(base_year), series.last
    if base is None or last is None or last.year <= base_year or base.value <= 0:
        return None
    return last.year, 100 * cagr(base.value, last.value, last.year - base_year)


def relative(case: Case) -> tuple[State, Outlook]:
    """Judge a target against a comparator by the difference of mean growth, drawn in pairs.

    The difference is in percentage points a year since the base year, on one price basis. A
    band ("in step") is declared in the data; half and double that band are shown beside it.
    """
    reference, *proxies = case.others
    subjects = [case] if case.series.data else proxies
    pairs = []
    for subject in subjects:
        own = _mean_growth(subject.series, case.base_year)
        other = _mean_growth(reference.series, case.base_year)
        if own and other and own[0] == other[0]:
            pairs.append((subject, own[0], own[1] - other[1]))
    if not pairs:
        return State(schedule=_schedule(case)), Outlook(
            "insufficient_data",
            reason_zh="缺本指标或参照指标同期的数值",
            reason_en="no values of the indicator and its comparator for the same years",
        )
    gaps = [gap for _, _, gap in pairs]
    record = {
        "through": pairs[0][1],
        "differences_pp": {s.series.indicator: round(gap, 4) for s, _, gap in pairs},
        "sensitivity": {
            f"{width:g}": all(abs(gap) <= width for gap in gaps) for width in _widths(case.target)
        },
    }
    state = State(
        schedule=_schedule(case),
        met=all(_within(case.target, gap) for gap in gaps),
        record=record,
    )
    return state, _relative_outlook(case, reference, [subject for subject, _, _ in pairs])


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
            reason_zh="本指标未公布，由替代序列给出年均增速差的范围，不下结论"
            if proxied
            else "公布值太少，只给范围",
            reason_en="stand-in series give a range of the growth difference, no verdict",
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
    schedule = elapsed_share(case.base_year, case.year, target.target_year)
    if not whole:
        return _from_totals(case, goal, schedule)
    if compound:
        total = 100 * compound_reductions([item.value / 100 for item in due])
    else:
        total = sum(item.value for item in due)
    left = target.target_year - case.year
    met = total >= goal - 1e-9
    state = State(
        completion=total / goal if goal else None,
        schedule=schedule,
        required_change=(goal - total) / left if left and not compound else None,
        met=met,
        record={"to_date": total, "years": len(due)},
    )
    if left <= 0:
        return state, Outlook("achieved" if met else "missed")
    if met and not compound:
        return state, Outlook("achieved_firm", probability=1.0)
    prediction = case.predict(target.target_year)
    if prediction is None or case.points < ENOUGH:
        thin = _thin(case, None)
        return state, thin or Outlook("insufficient_data")
    draws = prediction.paths(PATHS, seed=SEED)
    if compound:
        final = 100 * (1 - (1 - total / 100) * np.prod(1 - draws / 100, axis=1))
    else:
        final = total + draws.sum(axis=1)
    chance = float((final >= goal).mean())
    low, mid, high = (float(v) for v in np.quantile(final, [0.1, 0.5, 0.9]))
    code = ("achieved_firm" if chance >= 0.8 else "achieved_at_risk") if met else likelihood(chance)
    return state, Outlook(
        code, probability=chance, median=mid, lo80=low, hi80=high, unit=target.unit
    )


def _from_totals(case: Case, goal: float, schedule: float) -> tuple[State, Outlook]:
    if not case.totals:
        return State(
            schedule=schedule,
            reason_zh="各年数值未公布，累计数未知",
            reason_en="yearly values are not published; the sum to date is unknown",
        ), Outlook(
            "insufficient_data",
            reason_zh="各年数值未公布，累计数未知",
            reason_en="yearly values are not published; the sum to date is unknown",
        )
    last = case.totals[-1]
    through = int(last.period[-4:])
    state = State(
        completion=last.value / goal if goal else None,
        schedule=schedule,
        met=last.value >= goal,
        record={"to_date": last.value, "through": through},
    )
    if state.met:
        return state, Outlook("achieved_firm", probability=1.0)
    if through >= case.target.target_year:
        return state, Outlook("missed")
    return state, Outlook(
        "insufficient_data",
        reason_zh="只有累计数，没有各年数值，剩余年份的波动无从估计",
        reason_en="only a running total: the years' spread cannot be estimated",
    )


def multiple(case: Case) -> tuple[State, Outlook]:
    """Judge a multiple of a base year that may itself lie ahead (2035 double 2025)."""
    target = case.target
    factor, base_year = target.multiple or math.nan, target.multiple_base_year or case.base_year
    span = target.target_year - base_year
    pace = 100 * (factor ** (1 / span) - 1)
    base = case.series.at(base_year)
    record = {"pace_pct": pace, "multiple_base_year": base_year}
    if base is None and base_year > (case.series.data[-1].year if case.series.data else 0):
        if case.year <= base_year and base_year > case.base_year:
            return State(
                record=record,
                reason_zh=f"以{base_year}年为基数，基数尚未产生；翻番相当于年均{pace:.2f}%",
                reason_en=f"the base year {base_year} lies ahead; doubling means {pace:.2f}% a year",
            ), Outlook(
                "not_due",
                reason_zh=f"以{base_year}年为基数，{target.target_year}年评估",
                reason_en=f"base {base_year}, to be judged in {target.target_year}",
            )
    if base is None:
        return State(record=record), Outlook(
            "insufficient_data",
            reason_zh=f"{base_year}年基数未公布",
            reason_en=f"the base of {base_year} is not published",
        )
    goal = factor * base.value
    last = case.series.data[-1]
    state = State(
        completion=completion(base.value, last.value, goal),
        required_growth_pct=_growth_needed(last.value, goal, target.target_year - last.year),
        realised_growth_pct=_realised(base, last),
        met=last.value >= goal,
        record=record | {"level_needed": goal},
    )
    prediction = case.predict(target.target_year)
    thin = _thin(case, prediction)
    if thin or prediction is None:
        return state, thin or Outlook("achieved" if state.met else "missed")
    chance = float(prediction.probability(goal, target.target_year, target.sign))
    return state, Outlook(
        likelihood(chance),
        probability=chance,
        expected_year=prediction.first_year(goal, target.sign),
        **_interval(prediction, target.target_year, _unit(case)),
    )


def expected_on_path(case: Case, year: int) -> float | None:
    """Return the value a straight path from base to target asks for in a year."""
    target, base = case.target, case.baseline
    if base is None or target.target is None or target.target_year <= case.base_year:
        return None
    return path_value(base.value, target.target, case.base_year, target.target_year, year)
