"""Where a target's figures come from: data rows and sources, steps, and what was left out.

One record per target holds all of it as plain values; the terminal, a page or a program shows
the same record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from analysis.data.errors import InputError, nearest
from analysis.data.observations import Data
from analysis.data.plan import Plan, Target
from analysis.data.schema import read_table
from analysis.data.series import Datum, annual_series
from analysis.data.units import ENGLISH
from analysis.forecast.distribution import Forecast
from analysis.forecast.steps import why
from analysis.targets.evaluation import Evaluation
from analysis.targets.explain import Computed, adds_up, computed
from analysis.targets.explain_omitted import PLAN_TABLES, omitted
from analysis.targets.explain_records import (
    PRICES_ZH,
    figure_record,
    plain_value,
    series_name,
    series_record,
    source_record,
)
from analysis.targets.judge import gather
from analysis.targets.levels import Case
from analysis.targets.types import IndicatorEvaluation
from planeval.chapters.forecast_targets import explained
from planeval.words.figures import BINDING_ZH, KINDS_ZH
from planeval.words.language import LANGUAGES, in_both, speaking, spoken, worded
from planeval.words.target import target_text


def targets_named(plan: Plan, name: str) -> list[Target]:
    """Return the targets a word names: by target, by indicator or by Chinese name.

    Raises
    ------
    InputError
        When the plan has none such, with the nearest name.

    Examples
    --------
    >>> from analysis.data.plan import load_plan
    >>> plan = load_plan("jiaxing-14fyp")
    >>> [item.target_id for item in targets_named(plan, "gdp")]
    ['gdp', 'gdp_2035']
    >>> [item.target_id for item in targets_named(plan, "集装箱吞吐量")]
    ['containers']
    """
    found = [t for t in plan.targets if name in (t.target_id, t.indicator, t.name_zh)]
    if found:
        return found
    names = [n for t in plan.targets for n in (t.target_id, t.indicator, t.name_zh)]
    raise InputError(
        f"{plan.name_zh}没有这个指标的目标",
        f"{plan.name_en} has no target of that indicator",
        file=f"data/plans/{plan.plan_id}/targets.csv",
        column="target_id",
        value=name,
        expected="gdp, container_throughput, …",
        nearest=nearest(name, dict.fromkeys(names)),
    )


def trace(evaluation: Evaluation, name: str) -> dict[str, Any]:
    """Return where every figure of an indicator's targets comes from, as plain values.

    Parameters
    ----------
    evaluation : Evaluation
        Of the year and the date wanted.
    name : str
        A target, an indicator or a Chinese name of the plan.

    Returns
    -------
    dict
        ``targets`` in the plan's order: ``figures`` with data row and source, ``computed``
        with formulas, ``corrections``, ``not_used`` with reasons, ``forecasts`` step by step;
        ``sources`` by code. Values are those of :meth:`Evaluation.to_dict`.

    Raises
    ------
    InputError
        When the plan has no such target.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> gdp = trace(evaluate("jiaxing-14fyp", 2024), "gdp")["targets"][0]
    >>> [(f["period"], f["value"], f["file"], f["row"]) for f in gdp["figures"]][:1]
    [('2020', 182.0, 'data/observations.csv', 3)]
    >>> gdp["computed"][0]["formula"]
    '(226 − 182) ÷ (300 − 182)'
    """
    wanted = {target.target_id for target in targets_named(evaluation.plan, name)}
    items = [item for item in evaluation.indicators if item.target_id in wanted]
    told = evaluation.to_dict()
    judged = {row["id"]: row for row in told["indicators"]}
    targets = [_target(evaluation, item, judged[item.target_id]) for item in items]
    rows = evaluation.data.sources
    used = sorted(set(_codes(targets)))
    return {
        "plan": evaluation.plan.plan_id,
        "plan_zh": evaluation.plan.name_zh,
        "plan_en": evaluation.plan.name_en,
        "year": evaluation.year,
        "as_of": evaluation.as_of.isoformat(),
        "kind": evaluation.kind_zh,
        "kind_en": evaluation.kind_en,
        "asked": name,
        "targets": targets,
        "sources": {code: source_record(rows[code]) for code in used},
    }


def _codes(value: Any) -> Iterator[str]:
    """Yield every source code a record names."""
    if isinstance(value, dict):
        if isinstance(value.get("source"), str):
            yield value["source"]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _codes(item)


def _target(
    evaluation: Evaluation, item: IndicatorEvaluation, judged: dict[str, Any]
) -> dict[str, Any]:
    target, data = item.target, evaluation.data
    reckoned = item.series is not None
    case = None
    if reckoned:
        case = gather(target, evaluation.plan, evaluation.year, evaluation.as_of)
    used = list(_used(item, case))
    outside = _borrowed(evaluation, item, case)
    series = [figure for figure, _ in used]
    return {
        "id": item.target_id,
        "no": target.no,
        "name_zh": target.name_zh,
        "name_en": target.name_en,
        "indicator": target.indicator,
        "region": target.region,
        **in_both("region", data.name, target.region),
        "target": _promise(evaluation, item),
        "figures": [figure_record(figure, data, *roles) for figure, roles in used],
        "comparators": outside,
        "computed": _computed(item, case, data),
        "outlook": judged["outlook"],
        "evidence": judged["evidence"],
        "evidence_reasons": judged["evidence_reasons"],
        "evidence_reasons_en": list(item.evidence.reasons_en),
        "flags": judged["flags"],
        "corrections": list(_corrections(series, outside, data)),
        "not_used": [
            (figure_record(left.figure, data) if left.figure else {}) | left.to_dict()
            for left in omitted(evaluation, item, case)
        ],
        "forecasts": list(_forecasts(evaluation, item, case)),
    }


def _computed(item: IndicatorEvaluation, case: Case | None, data: Data) -> list[dict[str, Any]]:
    """Return the computed figures, each with its rule in both languages."""
    told = []
    for language in LANGUAGES:
        with speaking(language):
            told.append([_step(one, data) for one in computed(item, case)])
    return [zh | en for zh, en in zip(*told, strict=True)]


def _step(one: Computed, data: Data) -> dict[str, Any]:
    name = worded(data.indicators[one.of], "name") if one.of else ""
    return plain_value(one.to_dict()) | {f"of_{spoken()}": name}


def _promise(evaluation: Evaluation, item: IndicatorEvaluation) -> dict[str, Any]:
    """Return the target itself: its number, its words, and the documents that set it."""
    target, plan = item.target, evaluation.plan
    root, folder = evaluation.data.root / "data", f"data/plans/{plan.plan_id}"
    table = read_table(
        root / "plans" / plan.plan_id / "targets.csv",
        root / "schemas" / "targets.json",
        root.parent,
    )
    row = next(r["row"] for r in table.to_dict("records") if r["target_id"] == item.target_id)

    def placed(record: dict | None, name: str) -> dict[str, Any] | None:
        return None if record is None else plain_value(record) | {"file": f"{folder}/{name}.csv"}

    shown = in_both("shown", target_text, item)
    return {
        "value": target.target,
        "unit": target.unit,
        "text": target.target_text,
        "shown": shown["shown_zh"],
        "shown_en": shown["shown_en"],
        "original": target.original,
        "year": target.target_year,
        "kind": target.kind,
        **in_both("kind", KINDS_ZH.__getitem__, target.kind),
        **in_both("binding", BINDING_ZH.__getitem__, target.binding),
        "tolerance": target.tolerance,
        "caliber": target.caliber,
        **in_both("caliber", worded, evaluation.data.calibers[target.caliber], "name"),
        "price_basis": target.price_basis,
        **in_both("price_basis", PRICES_ZH.__getitem__, target.price_basis),
        "source": target.source,
        "locator": target.locator,
        "also_at": target.also_at,
        "note": target.note,
        "file": f"{folder}/targets.csv",
        "row": row,
        "assigned": placed(target.assigned, PLAN_TABLES["assigned"]),
        "revisions": [placed(one, PLAN_TABLES["revised"]) for one in target.adjustments],
        "path": [placed(step, PLAN_TABLES["path"]) for step in target.path_documents],
        "milestone": placed(target.milestone, PLAN_TABLES["milestone"]),
    }


def _used(item: IndicatorEvaluation, case: Case | None) -> Iterator[tuple[Datum, tuple[str, ...]]]:
    """Yield every figure the target is judged by: base and latest first, then the others."""
    own = item.series.data if item.series else ()
    ends = [figure for figure in (item.baseline, item.latest) if figure is not None]
    for figure in dict.fromkeys([*ends, *reversed(own)]):
        roles = [] if figure != item.own_base else ["base"]
        roles += [] if figure != item.latest else ["latest"]
        yield figure, tuple(roles or ["earlier"])
    if case is None:
        return
    for figure in case.totals:
        yield figure, ("total",)
    for n, other in enumerate(case.others):
        for figure in other.series.data:
            yield figure, ("comparator" if n == 0 else "stand_in",)


def _borrowed(
    evaluation: Evaluation, item: IndicatorEvaluation, case: Case | None
) -> list[dict[str, Any]]:
    """Return the series of other places that the forecasts lean on, with their figures."""
    made, data, found = item.outlook.forecast, evaluation.data, []
    parent = data.regions[item.target.region]["parent"]
    if made is not None and made.alone is not None and parent and case and case.comparators:
        above = annual_series(
            data, parent, item.target.indicator, as_of=evaluation.as_of, until=evaluation.year
        )
        found.append(series_record(above, data, "evaluation"))
    for one in _explained(evaluation, item):
        found += [series_record(d.series, data, "beside", d) for d in one.declared]
    return found


def _explained(evaluation: Evaluation, item: IndicatorEvaluation) -> list:
    return explained(replace(evaluation, indicators=(item,)))


def _corrections(
    used: Iterable[Datum], borrowed: list[dict[str, Any]], data: Data
) -> Iterator[dict[str, Any]]:
    """Yield the declared corrections that were applied to the figures in use."""
    keys = {(d.region, d.indicator, d.period) for d in used if d.correction}
    for series in borrowed:
        for one in series["figures"]:
            if one["correction"]:
                keys.add((one["region"], one["indicator"], one["period"]))
    for key in sorted(keys):
        yield plain_value(data.corrected[key]) | {"file": "data/corrections.csv"}


def _forecasts(
    evaluation: Evaluation, item: IndicatorEvaluation, case: Case | None
) -> Iterator[dict[str, Any]]:
    """Yield the forecasts behind the outlook, the evaluation's own first, step by step."""
    if case is None:
        return
    target, outlook = item.target, item.outlook
    goal = item.state.record.get("level_needed")
    if goal is None and target.target is not None and not adds_up(target):
        goal = target.target - target.sign * (target.tolerance or 0.0)
    if outlook.forecast is not None:
        yield _forecast(evaluation, outlook.forecast, item, case, goal, "evaluation")
        for one in _explained(evaluation, item):
            if not one.evaluated:
                yield _forecast(evaluation, one.shown, item, case, one.goal, "beside")
    elif outlook.lo80 is not None:
        drawn = [one for one in (case, *case.others) if one.series.data]
        for one in drawn:
            made = one.predict(target.target_year)
            if made is not None:
                level = goal if target.kind == "avg_growth" else None
                yield _forecast(evaluation, made, item, one, level, "evaluation")


def _forecast(
    evaluation: Evaluation,
    made: Forecast,
    item: IndicatorEvaluation,
    case: Case,
    goal: float | None,
    role: str,
) -> dict[str, Any]:
    """Return one forecast's steps, with the place and the measure it is of."""
    series, target = case.series, item.target
    unit, data = series.data[-1].unit, evaluation.data
    names = _english_names(made.comparators, data)
    steps = why(
        made,
        goal,
        target.target_year,
        target.sign,
        unit=(unit, ENGLISH[unit][1]),
        published=case.points,
    )
    return {
        "role": role,
        "region": series.region,
        **in_both("region", data.name, series.region),
        "indicator": series.indicator,
        **in_both("indicator", worded, data.indicators[series.indicator], "name"),
        **in_both("name", series_name, series, data),
        "year": target.target_year,
        "target": goal,
        "comparators": list(made.comparators),
        "comparators_en": [names.get(name, name) for name in made.comparators],
        "steps": [plain_value(vars(step) | {"en": _renamed(step.en, names)}) for step in steps],
    }


def _english_names(names: Iterable[str], data: Data) -> dict[str, str]:
    """Return the English of series' Chinese names, which an evaluation keeps its series by."""
    wanted = set(names)
    return {
        place["name_zh"] + what["name_zh"]: f"{place['name_en']}, {what['name_en']}"
        for place in data.regions.values()
        for what in data.indicators.values()
        if place["name_zh"] + what["name_zh"] in wanted
    }


def _renamed(text: str, names: dict[str, str]) -> str:
    for zh, en in names.items():
        text = text.replace(zh, en)
    return text
