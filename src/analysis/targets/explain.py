"""How each figure of a target was worked out: the rule, and the inputs it was reckoned from.

Inputs are unrounded, so that a rule can be done again on paper; the result beside them is the
evaluation's own and never reckoned twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from analysis.data.errors import Reason
from analysis.data.observations import public_by
from analysis.data.periods import first_year
from analysis.data.series import Datum, Series, comparable, datum
from analysis.targets.evaluation import Evaluation
from analysis.targets.kinds import PATHS, SEED, Case, adds_up, compounds, kind_of
from analysis.targets.types import IndicatorEvaluation

#: Digits a result has in the evaluation's JSON, by figure.
DIGITS = {"completion": 6, "schedule": 6}
#: What is said of a target that is not reckoned with, too.
UNCOUNTED = ("completion", "probability")
#: Per cent of the outcomes below a figure read off a forecast.
QUANTILES = {"median": 50, "lo80": 10, "hi80": 90}


@dataclass(frozen=True)
class Step:
    """One computed figure of a target.

    Attributes
    ----------
    code : str
        The figure, by its name in the evaluation's JSON.
    value : float, int, bool or None
        As the evaluation gives it, None where there is none and `reason` says why.
    unit : str
        ``share`` for a fraction, else the unit as printed.
    rule : Reason or None
        How it was worked out, with its inputs: numbers, or a rule where an input was itself
        worked out. None for what is known without reckoning.
    reason : Reason or None
        Why there is no value; ``state_tells`` and ``outlook_tells`` leave it to the target's.
    of : str
        The series meant, where a target has several.
    """

    code: str
    value: Any
    unit: str = ""
    rule: Reason | None = None
    reason: Reason | None = None
    of: str = ""


def computed(item: IndicatorEvaluation, case: Case | None) -> list[Step]:
    """Return every computed figure of a judged target with its rule, or why there is none.

    Parameters
    ----------
    item : IndicatorEvaluation
        The target as judged.
    case : Case or None
        The figures it was judged by (:func:`analysis.targets.judge.gather`); None for a target
        that is not reckoned with: a milestone, a number not yet assigned.

    Returns
    -------
    list of Step
        Fractions for completion and schedule, per cent a year for growth, else the unit.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> from analysis.targets.judge import gather
    >>> found = evaluate("jiaxing-14fyp", 2024)
    >>> gdp = found.get("gdp")
    >>> steps = computed(gdp, gather(gdp.target, found.plan, 2024, found.as_of))
    >>> steps[0].rule
    Reason('share_of_way', latest=226.0, base=182.0, goal=300.0)
    >>> steps[0].value
    0.372881
    """
    if case is None and item.target.kind == "milestone":
        silent = Reason("milestone_judged_by_evidence")
        none = [Step(code, None, reason=silent) for code in UNCOUNTED]
        met = item.state.met
        return [*none, _silent("met", item) if met is None else Step("met", met)]
    if case is None:
        return [_silent(code, item) for code in UNCOUNTED]
    return [*_state(item, case), *_record(item, case), *_outlook(item, case)]


def _silent(code: str, item: IndicatorEvaluation) -> Step:
    """Tell who says why a figure is missing: the state, else the outlook."""
    state = Reason("state_tells") if item.state.reason else None
    outlook = Reason("outlook_tells") if item.outlook.reasons else None
    first, second = (outlook, state) if code == "probability" else (state, outlook)
    return Step(code, None, reason=first or second or Reason("kind_has_none"))


def _made(code: str, value: float, unit: str, rule: Reason, of: str = "") -> Step:
    return Step(code, round(float(value), DIGITS.get(code, 4)), unit, rule, of=of)


def _ends(case: Case) -> tuple[Datum | None, Datum | None, float | Reason | None]:
    """Return the figure counted from, the one counted to, and the goal or its rule."""
    target, base = case.target, case.baseline
    if target.kind == "multiple":
        base = case.series.at(target.multiple_base_year or case.base_year)
        if base is None:
            return None, case.series.last, None
        goal = Reason("multiple_of_base", multiple=target.multiple or 0, base=base.value)
        return base, case.series.last, goal
    if target.kind == "avg_growth" and target.target is not None and base is not None:
        years = target.target_year - case.base_year
        goal = Reason("grown_base", base=base.value, growth_pct=target.target, years=years)
        return base, case.latest, goal
    return base, case.latest, target.target


def _sum(item: IndicatorEvaluation, case: Case) -> Reason:
    """Return the rule of the total to date, with the years' figures."""
    if "through" in item.state.record:
        return Reason("published_total", total=case.totals[-1].value)
    due = [i.value for i in case.series.data if case.start_year <= i.year <= case.year]
    compound = compounds(case.target)
    return Reason("compounded_reductions" if compound else "sum_of_years", values=due)


def _state(item: IndicatorEvaluation, case: Case) -> list[Step]:
    state, target = item.state, item.target
    found = [_completion(item, case), _schedule(item, case)]
    base, latest, goal = _ends(case)
    if state.realised_growth_pct is not None and base and latest:
        rule = Reason(
            "growth_so_far", latest=latest.value, base=base.value, years=latest.year - base.year
        )
        found.append(_made("realised_growth_pct", state.realised_growth_pct, "%", rule))
    if state.required_growth_pct is not None and latest:
        left = target.target_year - latest.year
        rule = Reason("growth_to_goal", goal=goal, latest=latest.value, years=left)
        found.append(_made("required_growth_pct", state.required_growth_pct, "%", rule))
    if state.required_change is not None:
        now: float | Reason = _sum(item, case)
        last = case.year
        if not adds_up(target) and latest:
            now, last = latest.value, latest.year
        rule = Reason("change_to_goal", goal=goal, now=now, years=target.target_year - last)
        found.append(_made("required_change", state.required_change, target.unit, rule))
    return [*found, _met(item, case)]


def _completion(item: IndicatorEvaluation, case: Case) -> Step:
    done = item.state.completion
    if done is None and not kind_of(item.target).completes:
        return Step("completion", None, reason=Reason("growth_has_no_completion"))
    if done is None:
        return _silent("completion", item)
    base, latest, goal = _ends(case)
    if adds_up(item.target):
        rule = Reason("total_of_goal", total=_sum(item, case), goal=goal)
        return _made("completion", done, "share", rule)
    assert base is not None and latest is not None  # or there would be no completion
    rule = Reason("share_of_way", latest=latest.value, base=base.value, goal=goal)
    return _made("completion", done, "share", rule)


def _schedule(item: IndicatorEvaluation, case: Case) -> Step:
    due, target = item.state.schedule, item.target
    if due is None:
        return _silent("schedule", item)
    first, last = case.base_year, target.target_year
    if target.path and target.target is not None and case.baseline is not None:
        base = case.baseline.value
        knots = [(first, base), *target.path, (last, target.target)]
        (y0, v0), (y1, v1) = next(
            (a, b) for a, b in pairwise(knots) if a[0] <= case.year <= b[0] and a[0] < b[0]
        )
        rule = Reason(
            "share_of_declared_path",
            year=case.year,
            from_year=y0,
            from_value=v0,
            to_year=y1,
            to_value=v1,
            base=base,
            goal=target.target,
        )
        return _made("schedule", due, "share", rule)
    rule = Reason("share_of_years", year=case.year, base_year=first, target_year=last)
    return _made("schedule", due, "share", rule)


def _met(item: IndicatorEvaluation, case: Case) -> Step:
    met, target = item.state.met, item.target
    if met is None:
        return _silent("met", item)
    _, latest, goal = _ends(case)
    more = target.sign > 0
    if kind_of(target).compares and target.band:
        rule = Reason("differences_within", points=target.band)
    elif kind_of(target).compares:
        rule = Reason("differences_above", points=target.min_difference or 0)
    elif target.kind == "avg_growth":
        rule = Reason("growth_at_least" if more else "growth_at_most")
    else:
        now = _sum(item, case) if adds_up(target) else latest.value  # type: ignore[union-attr]
        rule = Reason("at_least" if more else "at_most", now=now, goal=goal)
        if target.tolerance:
            rule = Reason(
                "at_least_with_tolerance" if more else "at_most_with_tolerance",
                now=now,
                goal=goal,
                tolerance=target.tolerance,
            )
    return Step("met", bool(met), "", rule)


def _record(item: IndicatorEvaluation, case: Case) -> list[Step]:
    record, target = item.state.record, item.target
    found = []
    if "level_needed" in record:
        goal = _ends(case)[2]
        assert isinstance(goal, Reason)  # a level is worked out from growth or a multiple
        unit = case.series.data[-1].unit
        found.append(_made("level_needed", record["level_needed"], unit, goal))
    if "to_date" in record:
        found.append(_made("to_date", record["to_date"], target.unit, _sum(item, case)))
    if "pace_pct" in record:
        span = target.target_year - record["multiple_base_year"]
        rule = Reason("pace_of_multiple", multiple=target.multiple or 0, years=span)
        found.append(_made("pace_pct", record["pace_pct"], "%", rule))
    if "years_met" in record:
        rule = Reason(
            "years_published",
            from_year=case.start_year,
            to_year=case.year,
            due=record["years_due"],
            published=record["years_observed"],
        )
        found.append(Step("years_met", record["years_met"], "年", rule))
    for indicator, gap in record.get("differences_pp", {}).items():
        found.append(_difference(case, indicator, gap, record["through"]))
    return found


def _difference(case: Case, indicator: str, gap: float, through: int) -> Step:
    """Return a difference of growth: the subject's mean growth less the comparator's."""
    reference, *proxies = case.others
    subject = next(one for one in (case, *proxies) if one.series.indicator == indicator)
    ends = []
    for one in (subject, reference):
        first, last = one.series.at(case.base_year), one.series.at(through)
        assert first is not None and last is not None  # or there would be no difference
        ends += [first.value, last.value]
    rule = Reason(
        "difference_of_growth",
        base=ends[0],
        latest=ends[1],
        reference_base=ends[2],
        reference_latest=ends[3],
        years=through - case.base_year,
        from_year=case.base_year,
        to_year=through,
    )
    return _made("differences_pp", gap, "个百分点", rule, indicator)


def _outlook(item: IndicatorEvaluation, case: Case) -> list[Step]:
    outlook, target = item.outlook, item.target
    drawn, by_draws = _drawn_from(item, case)
    if outlook.probability is None:
        found = [_silent("probability", item)]
    else:
        rule = Reason("share_of_draws" if by_draws else "chance", drawn=drawn)
        if adds_up(target) and outlook.probability == 1.0:
            rule = Reason("total_only_rises")
        found = [Step("probability", round(outlook.probability, 4), "share", rule)]
    several = len(case.others) > 1 and outlook.probability is None
    for code, pct in QUANTILES.items():
        value = getattr(outlook, code)
        if value is not None:
            rule = Reason("quantile", drawn=drawn, pct=pct)
            if several:
                least = code == "lo80"
                rule = Reason("least_of_series" if least else "greatest_of_series", each=rule)
            found.append(Step(code, round(float(value), 4), outlook.unit, rule))
    if outlook.expected_year is not None:
        rule = Reason("first_year_of_median")
        found.append(Step("expected_year", int(outlook.expected_year), "年", rule))
    return found


def _drawn_from(item: IndicatorEvaluation, case: Case) -> tuple[Reason, bool]:
    """Return which distribution an outlook is read off, and whether by drawn paths."""
    target = item.target
    if kind_of(target).compares:
        return Reason("pairs_drawn", paths=PATHS, seed=SEED), True
    if adds_up(target):
        return Reason("years_left_drawn", paths=PATHS, seed=SEED), True
    year = target.target_year
    if target.kind == "avg_growth" and item.outlook.unit == "%":
        return Reason("growth_forecast", year=year, base_year=case.base_year), False
    return Reason("forecast", year=year), False


# What a target was not judged by, and why: other calibers, other vintages, later figures.


#: What a later row of a plan's table would do: the table's name.
PLAN_TABLES = {
    "assigned": "assignments",
    "revised": "revisions",
    "path": "path",
    "milestone": "milestones",
}


@dataclass(frozen=True)
class Omitted:
    """One figure or document that was left out.

    Attributes
    ----------
    reason : Reason
        ``published_later``, ``later_year``, ``part_year``, ``other_caliber``, ``price_basis``,
        ``older_vintage``, ``context``, ``not_judged``, ``correction_later`` or a key of
        PLAN_TABLES with ``_later``; days, years, rows and codes are its figures.
    figure : Datum or None
        The figure; None where a document or a correction was left out.
    document : dict
        The document's row, with file and row.
    """

    reason: Reason
    figure: Datum | None = None
    document: dict[str, Any] | None = None


def omitted(evaluation: Evaluation, item: IndicatorEvaluation, case: Case | None) -> list[Omitted]:
    """Return everything known of a target's series that it was not judged by, with the reason.

    Parameters
    ----------
    evaluation : Evaluation
        Gives year and as-of date; what the data hold beyond them is told here, not used.
    item : IndicatorEvaluation
        The target as judged.
    case : Case or None
        The figures it was judged by, None where it was not reckoned with.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> from analysis.targets.judge import gather
    >>> found = evaluate("jiaxing-14fyp", 2024)
    >>> gdp = found.get("gdp")
    >>> left = omitted(found, gdp, gather(gdp.target, found.plan, 2024, found.as_of))
    >>> [(one.reason.code, one.figure.value) for one in left]
    [('older_vintage', 181.97), ('other_caliber', 209.01)]
    """
    target = item.target
    parts = [case, *case.others] if case else []
    pairs = [(one.series.region, one.series.indicator, one.series) for one in parts]
    found: list[Omitted] = []
    if not pairs:
        found += _left(evaluation, target.region, target.indicator, None, set())
    totals = {figure.row for figure in case.totals} if case else set()
    for region, indicator, series in pairs:
        found += _left(evaluation, region, indicator, series, totals)
    seen = {one.figure.row for one in found if one.figure}
    for figure in item.context:
        if figure.row not in seen:
            found.append(Omitted(Reason("context"), figure))
    return [*found, *_documents(evaluation, item)]


def _left(
    evaluation: Evaluation,
    region: str,
    indicator: str,
    series: Series | None,
    totals: set[int],
) -> Iterator[Omitted]:
    """Yield the rows of one series that are not in use, by data row."""
    data = evaluation.data
    used = {figure.row for figure in series.data} if series else set()
    for row in data.by_series.get((region, indicator), []):
        if row["row"] in used or row["row"] in totals:
            continue
        figure = datum(row, data)
        reason = _unused(evaluation, figure, series, annual=row["year"] is not None)
        yield Omitted(reason, figure)
    for key, row in data.corrected.items():
        known = public_by(data, row["source"], row["period"])
        if key[:2] == (region, indicator) and known > evaluation.as_of:
            yield Omitted(
                Reason("correction_later", published=known, as_of=evaluation.as_of),
                document=_row(row) | {"file": "data/corrections.csv"},
            )


def _unused(
    evaluation: Evaluation, figure: Datum, series: Series | None, *, annual: bool
) -> Reason:
    """Return why a figure is not in use: the first reason that holds, in the order applied."""
    if figure.published > evaluation.as_of:
        return Reason("published_later", published=figure.published, as_of=evaluation.as_of)
    if first_year(figure.period) > evaluation.year:
        return Reason("later_year", year=evaluation.year)
    if not annual:
        return Reason("part_year")
    if series is None:
        return Reason("not_judged")
    if not comparable(figure.caliber, series.caliber):
        return Reason("other_caliber", caliber=figure.caliber, used=series.caliber)
    if any(figure.row == other.row for other in series.other_calibers):
        return Reason("price_basis")
    kept = series.at(figure.year)
    if kept is None:
        return Reason("older_vintage")
    better = _better(figure, kept, series)
    return Reason("older_vintage", row=kept.row, status=kept.status, better=better)


def _better(figure: Datum, kept: Datum, series: Series) -> Reason:
    """Return by what the figure in use was preferred, in the order of the choice."""
    if (kept.caliber == series.caliber) != (figure.caliber == series.caliber):
        return Reason("caliber_of_target")
    if kept.status != figure.status:
        return Reason("stage_ranks_above", status=figure.status)
    if kept.published != figure.published:
        return Reason("newer")
    return Reason("more_reliable_or_later")


def _documents(evaluation: Evaluation, item: IndicatorEvaluation) -> Iterator[Omitted]:
    """Yield the plan's documents on a target that were public after the as-of date only."""
    for code, name in PLAN_TABLES.items():
        file = f"data/plans/{evaluation.plan.plan_id}/{name}.csv"
        for row in evaluation.plan.later:
            if row["target_id"] == item.target_id and row["table"] == name:
                yield Omitted(
                    Reason(
                        f"{code}_later",
                        date=row["date"],
                        known_from=row["known_from"],
                        as_of=evaluation.as_of,
                    ),
                    document=_row(row) | {"file": file},
                )


def _row(row: dict[Any, Any]) -> dict[str, Any]:
    return {
        str(key): value.isoformat() if hasattr(value, "isoformat") else value
        for key, value in row.items()
        if not str(key).startswith("printed_") and key != "table"
    }
