"""Where every figure comes from, what changed since the report before, how forecasts fared."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from analysis import __version__
from analysis.data.errors import nearest
from analysis.data.observations import Data
from analysis.data.plan import Plan, Target
from analysis.data.schema import read_table
from analysis.data.series import Comparable, Datum, Series, annual_series
from analysis.forecast.distribution import Forecast
from analysis.forecast.steps import Step as ForecastStep
from analysis.forecast.steps import why
from analysis.targets.evaluation import Evaluation
from analysis.targets.explain import PLAN_TABLES, Omitted, Step, computed, omitted
from analysis.targets.judge import gather
from analysis.targets.kinds import Case, adds_up
from analysis.targets.past import POINTS, Outturn, changed, fresh_figures, held_back, outturns
from analysis.targets.types import IndicatorEvaluation
from planeval.chapters.base import (
    BASIS_ZH,
    PUBLISHED_ZH,
    RELIABILITY_ZH,
    View,
    bullets,
    later_base,
    listed,
    plain,
    signed,
    sources,
    value_cell,
)
from planeval.chapters.why import explained
from planeval.show.table import Table, alike
from planeval.words import amounts, reasons
from planeval.words import targets as wording
from planeval.words.amounts import BINDING_ZH, ENGLISH, unit_name, with_unit
from planeval.words.errors import UserError
from planeval.words.forecast import moved_words, step_title, step_words
from planeval.words.language import LANGUAGES, Terms, either, in_both, say, speaking, spoken, worded
from planeval.words.names import STATUS_ZH, dated, name_of, region_name
from planeval.words.names import place as located
from planeval.words.reasons import KINDS, named, record, said, verdict
from planeval.words.steps import LABELS, formula, left_out, missing, rule
from planeval.words.targets import target_text
from planeval.words.terms import kind_name


def fresh_table(evaluation: Evaluation, before: Evaluation | None) -> Table | str:
    """Return the figures behind the targets that became known since the report before."""
    found = fresh_figures(evaluation, before)
    if before is None and evaluation.year > evaluation.plan.start_year:
        return say("上次评估时还没有公布可用的数据，没有可以比较的报告。")
    if before is None:
        return say("这是规划期的第一次评估，没有上次的报告可以比较。")
    if not found:
        return say(
            "上次评估的数据截至{}；此后没有公布涉及本规划目标、{}年及以前的新数值。",
            before.as_of.isoformat(),
            evaluation.year,
        )
    return Table(
        pd.DataFrame([_figure_row(evaluation, figure) for figure in found]),
        say("{}以后公布的数值：{}个", before.as_of.isoformat(), len(found)),
        source=sources(evaluation, found),
        align=["left"] * 5,
        key="fresh",
    )


def _figure_row(evaluation: Evaluation, figure: Datum) -> dict[str, str]:
    data = evaluation.data
    name = worded(data.indicators[figure.indicator], "name")
    return {
        say("指标"): say("{}：{}", region_name(data, figure.region), name),
        say("时期"): figure.period,
        say("数值"): amounts.quantity(figure),
        say("状态"): STATUS_ZH[figure.status],
        say("公布日"): figure.published.isoformat(),
    }


def changed_table(evaluation: Evaluation, before: Evaluation | None) -> Table | str:
    """Return the targets judged otherwise than in the report before, and by what."""
    if before is None:
        return ""
    found = changed(evaluation, before)
    if not found:
        return say("各项目标的结论、证据等级和目标值都与上次评估相同。")
    frame = pd.DataFrame(
        {
            say("指标"): name_of(now.target),
            say("上次（{}年）", before.year): _answer(then),
            say("本次（{}年）", evaluation.year): _answer(now),
            say("缘由"): _cause(evaluation, before, now, then),
        }
        for now, then in found
    )
    return Table(
        frame,
        say("结论有变的目标：{}项", len(found)),
        note=say("上次的结论按当时的数据截止日（{}）重算。", before.as_of.isoformat()),
        align=["left"] * 4,
        key="changed",
    )


def _answer(item: IndicatorEvaluation | None) -> str:
    if item is None:
        return say("未列入")
    return say("{}，证据{}", verdict(item), item.evidence.grade)


def _cause(
    evaluation: Evaluation,
    before: Evaluation,
    now: IndicatorEvaluation,
    then: IndicatorEvaluation | None,
) -> str:
    """Name what moved a verdict: the target, a new figure, a later year, or the record."""
    if then is None:
        return say("目标为此后新增")
    if now.target.withdrawn and not then.target.withdrawn:
        return say("目标已撤销")
    if now.target.assigned and not then.target.assigned:
        return say("目标值已由上级下达：{}", wording.target_text(now))
    if now.target.status != then.target.status or now.target.target != then.target.target:
        return say("目标有调整：现为{}", wording.target_text(now))
    new = [f for f in (now.series.data if now.series else ()) if f.published > before.as_of]
    if new:
        years = say("、").join(figure.period for figure in new)
        return say("新公布{}年数值", years)
    if now.latest is not None and (then.latest is None or now.latest.period != then.latest.period):
        return say("评估年推进，用到{}年数值", now.latest.period)
    told = now.target.milestone
    if told and told != then.target.milestone and told["known_from"] > before.as_of:
        return say("新公布公开记录（{}）", dated(told))
    return said(*now.outlook.reasons) or say("评估年推进")


def again(evaluation: Evaluation, previous: str = "", scenario: str = "") -> str:
    """Return how to make this report again and what it rests on, as a list.

    Parameters
    ----------
    evaluation : Evaluation
        What the report tells.
    previous : str
        Last day of the data of the report before, where this one was told it.
    scenario : str
        The scenario its chapters tell, where one was asked for.
    """
    plan, data = evaluation.plan.plan_id, evaluation.data
    command = f"planeval report {plan} --year {evaluation.year} --as-of {evaluation.as_of}"
    for name, value in (("previous", previous), ("scenario", scenario)):
        command += f" --{name} {value}" if value else ""
    if spoken() == "en":
        command += " --lang en"
    return bullets(
        [
            say("**命令**：`{}`", command),
            say("**版本**：plan-evaluation {}", __version__),
            say(
                "**数据**：观测值{}条，来源{}个，其中{}及以前公布的参加评估。",
                amounts.number(len(data.observations)),
                len(data.sources),
                evaluation.as_of.isoformat(),
            ),
            say(
                "**核对**：每个输入文件的校验值、每个数字所在的数据行，写在与报告同一文件夹的"
                " manifest.json；输入相同，重新生成的网页和PDF逐字节相同。"
            ),
            say("**出处**：任一数字的来源和算法：`planeval trace {} {} --year {}`", plain(plan),
                say("指标代码"), evaluation.year),
        ]
    )  # fmt: skip


# Where a target's figures come from: data rows and sources, steps, and what was left out.
# One record per target holds all of it as plain values; the terminal, a page or a program shows
# the same record.


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
    raise UserError(
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
        ``sources`` by code. Values are those of :func:`planeval.words.reasons.record`.

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
    told = record(evaluation)
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
        **dict(zip(("kind", "kind_en"), KINDS[evaluation.kind], strict=True)),
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
        **in_both("region", region_name, data, target.region),
        "target": _promise(evaluation, item),
        "figures": [figure_record(figure, data, *roles) for figure, roles in used],
        "comparators": outside,
        "computed": [_step(one, item, data) for one in computed(item, case)],
        "outlook": judged["outlook"],
        "evidence": judged["evidence"],
        "evidence_reasons": judged["evidence_reasons"],
        "evidence_reasons_en": [reasons.told(one)[1] for one in item.evidence.reasons],
        "flags": judged["flags"],
        "corrections": list(_corrections(series, outside, data)),
        "not_used": [_omitted(left, data) for left in omitted(evaluation, item, case)],
        "forecasts": list(_forecasts(evaluation, item, case)),
    }


def _step(one: Step, item: IndicatorEvaluation, data: Data) -> dict[str, Any]:
    """Return a computed figure, its rule and its formula, or why there is none."""
    label_zh, label_en = LABELS[one.code]
    told = {
        "label_zh": label_zh,
        "label_en": label_en,
        "key": one.code,
        "value": plain_value(one.value),
        "unit": one.unit,
        "formula": formula(one.rule),
        **in_both("reason", missing, one.reason, item),
        "of": one.of,
    }
    for language in LANGUAGES:
        with speaking(language):
            told[f"rule_{language}"] = rule(one.rule)
            told[f"of_{language}"] = worded(data.indicators[one.of], "name") if one.of else ""
    return told


def _omitted(left: Omitted, data: Data) -> dict[str, Any]:
    """Return what was left out, a figure or a document, with the reason."""
    told = figure_record(left.figure, data) if left.figure else {}
    told |= {"code": left.reason.code, **in_both("reason", left_out, left.reason, data)}
    return told | ({"document": left.document} if left.document else {})


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
        **in_both("kind", kind_name, target.kind),
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
        own = named(outlook.forecast, evaluation.data)
        yield _forecast(evaluation, own, item, case, goal, "evaluation")
        for one in _explained(evaluation, item):
            if not one.evaluated:
                yield _forecast(evaluation, one.shown, item, case, one.goal, "beside")
    elif outlook.lo80 is not None:
        drawn = [one for one in (case, *case.others) if one.series.data]
        for one in drawn:
            made = one.predict(target.target_year)
            if made is not None:
                level = goal if target.kind == "avg_growth" else None
                own = named(made, evaluation.data)
                yield _forecast(evaluation, own, item, one, level, "evaluation")


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
        published=case.points,
    )
    return {
        "role": role,
        "region": series.region,
        **in_both("region", region_name, data, series.region),
        "indicator": series.indicator,
        **in_both("indicator", worded, data.indicators[series.indicator], "name"),
        **in_both("name", series_name, series, data),
        "year": target.target_year,
        "target": goal,
        "comparators": list(made.comparators),
        "comparators_en": [names.get(name, name) for name in made.comparators],
        "steps": [_forecast_step(step, (unit, ENGLISH[unit][1]), names) for step in steps],
    }


def _forecast_step(
    step: ForecastStep, unit: tuple[str, str], names: dict[str, str]
) -> dict[str, Any]:
    """Return a step with its title, what it says in both languages, and its numbers."""
    words, numbers = in_both("said", step_words, step, unit), dict(step.numbers)
    if "moved" in numbers:  # as it is printed
        numbers["moved"] = moved_words(
            step.parts.kind, numbers["median_without"], numbers["median"]
        )
    return {
        "key": step.key,
        **in_both("title", step_title, step),
        "zh": words["said_zh"],
        "en": _renamed(words["said_en"], names),
        "numbers": plain_value(numbers),
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


# One figure, one series, one source as a trace records it: plain values in both languages.


OBSERVATIONS = "data/observations.csv"
PRICES_ZH = BASIS_ZH | Terms({"unstated": "价格基础未注明", "not_applicable": "不涉及价格"})


def source_record(row: dict[str, Any]) -> dict[str, Any]:
    """Return a source's row as plain values, the row's own place with it."""
    return {key: plain_value(value) for key, value in row.items() if key != "row"} | {
        **in_both("reliability", RELIABILITY_ZH.__getitem__, row["reliability"]),
        "file": "data/sources.csv",
        "row": row["row"],
    }


def plain_value(value: Any) -> Any:
    """Return a value as JSON takes it: dates as text, what is no number as None.

    Examples
    --------
    >>> plain_value({2015: float("nan"), "day": dt.date(2021, 6, 27), "pair": (1, 2.5)})
    {'2015': None, 'day': '2021-06-27', 'pair': [1, 2.5]}
    """
    if isinstance(value, dict):
        return {str(key): plain_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_value(item) for item in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    if hasattr(value, "item"):  # a number of numpy's
        value = value.item()
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    return value


def figure_record(item: Datum, data: Data, *roles: str) -> dict[str, Any]:
    """Return a figure with its meaning, its data row and where its source says it."""
    corrected = data.corrected[item.region, item.indicator, item.period] if item.correction else {}
    return {
        "roles": list(roles),
        "region": item.region,
        **in_both("region", region_name, data, item.region),
        "indicator": item.indicator,
        **in_both("indicator", worded, data.indicators[item.indicator], "name"),
        **plain_value({key: value for key, value in vars(item).items() if key not in ("row",)}),
        "correction_en": _correction_en(corrected),
        **in_both("qualifier", amounts.QUALIFIER_ZH.__getitem__, item.qualifier),
        **in_both("status", STATUS_ZH.__getitem__, item.status),
        **in_both("caliber", worded, data.calibers[item.caliber], "name"),
        **in_both("price_basis", PRICES_ZH.__getitem__, item.price_basis),
        **in_both("published", _published, item),
        "file": OBSERVATIONS,
        "row": item.row,
    }


def _published(item: Datum) -> str:
    return item.published.isoformat() + PUBLISHED_ZH[item.published_basis]


def _correction_en(row: dict[str, Any]) -> str | None:
    return f"{row['printed_expect']}→{row['printed_value']}: {row['reason_en']}" if row else None


def series_record(
    series: Series, data: Data, role: str, declared: Comparable | None = None
) -> dict[str, Any]:
    """Return a series of another place with its figures, and what is declared of it."""
    return {
        "role": role,
        "region": series.region,
        "indicator": series.indicator,
        **in_both("name", series_name, series, data),
        "note": declared.statement_zh if declared else None,
        "note_en": declared.statement_en if declared else None,
        "figures": [figure_record(figure, data, role) for figure in series.data],
    }


def series_name(series: Series, data: Data) -> str:
    """Return the place and the indicator of a series, in the language spoken."""
    what = worded(data.indicators[series.indicator], "name")
    return say("{}{}", region_name(data, series.region), what)


# --- Last year's forecasts against what came, with the error taken apart ---


def outturn_table(evaluation: Evaluation, before: Evaluation | None) -> Table | str:
    """Return the forecasts of the earlier evaluation beside the figures published since."""
    found = outturns(evaluation, before)
    if not found:
        return _none(evaluation, before)
    return _table(evaluation, found, say("上次评估的预测与后来的公布值"), "outturn")


def held_back_table(evaluation: Evaluation) -> Table | str:
    """Return what the method would have said of each latest figure from those before it."""
    found = held_back(evaluation)
    if not found:
        return say("没有一项目标在规划期内的最新公布值之前有两个以上公布值，不能作事后检验。")
    return _table(evaluation, found, say("事后检验：由此前的公布值预测最新公布值"), "held-back")


def outturn_reading(evaluation: Evaluation, before: Evaluation | None) -> str:
    """Say how many forecasts held, how far they were off, and which part of it was what."""
    found = outturns(evaluation, before)
    return _reading(found) if found else ""


def held_back_reading(evaluation: Evaluation) -> str:
    """Say how the method fared on the latest figures, and why that is little to go by."""
    found = held_back(evaluation)
    if not found:
        return ""
    text = _reading(found)
    text += say("这是方法的事后检验，不是当时发布的预测；同一规划的各项数字相互关联，")
    return text + say("个数又少，只能看出有没有明显失准，不能据此评定区间是否可靠。")


def _none(evaluation: Evaluation, before: Evaluation | None) -> str:
    if before is None and evaluation.year > evaluation.plan.start_year:
        return say("上次评估时还没有公布可用的数据，没有可以对照的预测。")
    if before is None:
        return say("这是规划期的第一次评估，没有上次的预测可以对照。")
    made = [one.outlook.forecast for one in before.indicators if one.outlook.forecast]
    if not made:
        return say(
            "以截至{1}的数据评估{0}年，没有一项目标能够预测，没有可以对照的预测。",
            before.year,
            before.as_of.isoformat(),
        )
    # figures of other targets may well be out: the test below uses those known even then
    first, last = min(f.years[0] for f in made), max(f.years[-1] for f in made)
    return say(
        "以截至{1}的数据评估{0}年，有{2}项预测；此后没有公布这些目标在所预测年份（{3}）的、可以对照的数值。",
        before.year,
        before.as_of.isoformat(),
        len(made),
        say("{}年", last) if first == last else say("{}—{}年", first, last),
    )


def _table(evaluation: Evaluation, found: Sequence[Outturn], caption: str, key: str) -> Table:
    rows = []
    for one in found:
        error, moved = (round(part, 1) for part in (one.error, one.parts()[0]))
        mark = _mark(one)
        rows.append(
            {
                say("指标"): say("{}（{}）", name_of(one.item.target), unit_name(one.figure.unit)),
                say("起点（年）"): value_cell(one.start),
                say("预测：中位数（80%区间）"): say(
                    "{}（{}至{}）",
                    amounts.number(one.median, 1),
                    amounts.number(one.lo80, 1),
                    amounts.number(one.hi80, 1),
                ),
                say("公布值（年）"): value_cell(one.figure),
                _head(found): f"{signed(error)}{mark}",
                say("其中：起点修订"): f"{signed(moved)}{mark}",
                # the rest of the error as printed, so that the row adds up
                say("其中：快慢"): f"{signed(round(error - moved, 1) + 0.0)}{mark}",
                say("在区间内"): say("是") if one.inside else say("否"),
            }
        )
    bound = any(one.figure.qualifier in ("at_least", "at_most") for one in found)
    unsaid = any(one.figure.caliber != one.start.caliber for one in found)
    return Table(
        pd.DataFrame(rows),
        caption,
        source=sources(evaluation, [figure for one in found for figure in (one.start, one.figure)]),
        note=say(
            "误差为公布值减预测中位数，按占中位数的百分比计，比重与增速类按百分点计；"
            "起点修订和快慢用同一单位，两项之和等于误差。"
        )
        + (say("公布值写作“突破”或“不超过”的只是界限，误差照界限值计算。") if bound else "")
        + (say("公布值未注明口径或另注口径的，按可比对照。") if unsaid else ""),
        align=["left"] * 8,
        key=key,
    )


def _head(found: Sequence[Outturn]) -> str:
    """Return the head of the column of errors, with what they are measured in."""
    points = [one.points for one in found]
    if all(points):
        return say("误差（百分点）")
    return say("误差（占预测的%，比率为百分点）") if any(points) else say("误差（占预测的%）")


def _mark(one: Outturn) -> str:
    if not one.points:
        return "%"
    return say("个百分点") if one.figure.unit in POINTS else unit_name(one.figure.unit)


def _reading(found: Sequence[Outturn]) -> str:
    inside = [one for one in found if one.inside]
    text = say("可以对照的共{}项，没有一项落在80%区间之内。", len(found))
    if inside:
        text = say("可以对照的共{}项，其中{}项落在80%区间之内。", len(found), len(inside))
    outside = [one for one in found if not one.inside]
    if outside:
        names = listed(
            say("{}（{}）", plain(name_of(one.item.target)), _side(one)) for one in outside
        )
        text += say("落在区间之外的：{}。", names)
    moved = [one for one in found if abs(one.parts()[0]) >= 0.05]
    if moved:
        names = listed(plain(name_of(one.item.target)) for one in moved)
        text += say("起点在此后有修订的：{}；其余误差全部来自快慢与预期不同。", names)
    return text


def _side(one: Outturn) -> str:
    return say("高于区间") if one.figure.value > one.hi80 else say("低于区间")


# --- Appendix: where each figure of each target comes from, and the steps applied to it ---
# One table a target. In the web page every printed figure of a target leads here; in Word and
# PDF the numbers in brackets lead to the list of sources.


#: Key of a target's table, so that its figures can be led to it.
KEY = "origin-"
#: What is worked out from other series than the target's own.
_DRAWN = ("differences_pp", "to_date")
_RATES = ("realised_growth_pct", "required_growth_pct")
_READ_OFF = ("probability", "median", "lo80", "hi80", "expected_year")


def traced(evaluation: Evaluation) -> list[IndicatorEvaluation]:
    """Return the targets with any figure to trace, in the plan's order."""
    return [
        item
        for item in evaluation.indicators
        if item.target.kind != "milestone"
        and ((item.series and item.series.data) or any(key in item.state.record for key in _DRAWN))
    ]


def origins(evaluation: Evaluation) -> list[View]:
    """Return a table for each target that has figures, and a sentence on the others."""
    items = traced(evaluation)
    views: list[View] = [*alike([table(evaluation, item) for item in items])]
    left = len(evaluation.indicators) - len(items)
    if left:
        views.append(
            say("另有{}项目标没有同口径的公布值，或只以公开记录为准，没有可以追溯的数字。", left)
        )
    return views


def table(evaluation: Evaluation, item: IndicatorEvaluation) -> Table:
    """Return one target's figures: the promise, the published values, what was worked out."""
    case = gather(item.target, evaluation.plan, evaluation.year, evaluation.as_of)
    rows = [
        _promise_row(item),
        *_figures(evaluation, item),
        *_others(evaluation, case),
        *_steps(item, case, evaluation),
    ]
    return Table(
        pd.DataFrame(rows),
        say("{}：数字的来历", name_of(item.target)),
        note=say("行号指 data/observations.csv 的行；算式用未舍入的数值。"),
        align=["left"] * 4,
        key=KEY + item.target_id,
    )


def _row(what: str, value: str, how: str, version: str) -> dict[str, str]:
    return {say("数字"): what, say("数值"): value, say("出处或算式"): how, say("版本"): version}


def _promise_row(item: IndicatorEvaluation) -> dict[str, str]:
    target = item.target
    place = say("[{}]，{}", target.source, located(target.locator))
    version = say("规划原文")
    if target.assigned:
        place = say("{}，{}", target.assigned["document"], dated(target.assigned))
        version = say("上级下达")
    elif target.target != target.original:
        version = say("调整后")
    return _row(
        say("目标（{}年）", target.target_year), plain(wording.target_text(item)), place, version
    )


def _figures(evaluation: Evaluation, item: IndicatorEvaluation) -> Iterator[dict[str, str]]:
    for figure in item.series.data if item.series else ():
        name = say("公布值（{}年）", figure.period)
        if later_base(evaluation, item):
            pass  # the base is of a year to come
        elif item.baseline is not None and figure.period == item.baseline.period:
            name = say("基期值（{}年）", figure.period)
        if item.latest is not None and figure.period == item.latest.period != _base(item):
            name = say("最新值（{}年）", figure.period)
        yield _row(name, _value(figure), _place(evaluation, figure), _version(figure))


def _base(item: IndicatorEvaluation) -> str | None:
    return item.baseline.period if item.baseline else None


def _others(evaluation: Evaluation, case: Case) -> Iterator[dict[str, str]]:
    """Yield the figures of the series a target is compared with, and published totals."""
    data = evaluation.data
    found = [figure for other in case.others for figure in other.series.data]
    for figure in (*found, *case.totals):
        if figure.year >= case.base_year and figure not in case.series.data:
            measure = worded(data.indicators[figure.indicator], "name")
            name = say("{}{}（{}年）", region_name(data, figure.region), measure, figure.period)
            yield _row(name, _value(figure), _place(evaluation, figure), _version(figure))


def _value(figure: Datum) -> str:
    text = amounts.quantity(figure)
    return say("{}（更正）", text) if figure.correction else text


def _place(evaluation: Evaluation, figure: Datum) -> str:
    caliber = worded(evaluation.data.calibers[figure.caliber], "name")
    return say("[{}]，{}；{}；第{}行", figure.source, located(figure.locator), caliber, figure.row)


def _version(figure: Datum) -> str:
    day = figure.published.isoformat() + PUBLISHED_ZH[figure.published_basis]
    return say("{}，{}公布", STATUS_ZH[figure.status], day)


def _steps(
    item: IndicatorEvaluation, case: Case, evaluation: Evaluation
) -> Iterator[dict[str, str]]:
    for step in computed(item, case):
        if step.code == "schedule" and item.at_end:
            continue  # all the time has gone: the report prints no schedule to trace
        if step.value is None or step.code == "met":
            continue
        how = formula(step.rule) or _read_off(item, step)
        what, value = either(*LABELS[step.code]), _said(step)
        if step.of:
            what = say("{}：{}", what, worded(evaluation.data.indicators[step.of], "name"))
        if step.code in _RATES and item.latest and item.latest.price_basis in BASIS_ZH:
            value = say("{}（{}）", value, BASIS_ZH[item.latest.price_basis])
        yield _row(what, value, how, say("本报告计算"))


def _said(step: Step) -> str:
    if step.code == "probability":
        return amounts.chance(float(step.value))
    if step.unit == "share":
        return amounts.share(float(step.value))
    if step.code == "expected_year":
        return str(step.value)
    if isinstance(step.value, float):
        return with_unit(amounts.number(step.value, 2), step.unit)
    return f"{step.value}{unit_name(step.unit) if step.unit == '%' else ''}"


def _read_off(item: IndicatorEvaluation, step: Step) -> str:
    if step.code in _READ_OFF:
        return say("由{}年的预测分布读出，步骤见“预测怎样得出”一章", item.target.target_year)
    return say("由上列各年公布值计数")
