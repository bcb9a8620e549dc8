"""Appendix: where each figure of each target comes from, and the steps applied to it.

One table a target. In the web page every printed figure of a target leads here; in Word and
PDF the numbers in brackets lead to the list of sources.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.data.changes import dated
from analysis.data.observations import STATUS_ZH
from analysis.data.series import Datum
from analysis.data.units import unit_name, with_unit
from analysis.targets.evaluation import Evaluation
from analysis.targets.explain import LABELS, Computed, computed
from analysis.targets.judge import gather
from analysis.targets.levels import Case
from analysis.targets.types import IndicatorEvaluation
from planeval.chapters.base import View, later_base
from planeval.chapters.cells import BASIS_ZH, PUBLISHED_ZH, plain
from planeval.show.table import Table, alike
from planeval.words import figures as amounts
from planeval.words import target as wording
from planeval.words.language import either, say, worded
from planeval.words.sources import place as located

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
        say("{}：数字的来历", item.target.name),
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
            name = say("{}{}（{}年）", data.name(figure.region), measure, figure.period)
            yield _row(name, _value(figure), _place(evaluation, figure), _version(figure))


def _value(figure: Datum) -> str:
    text = amounts.QUALIFIER_ZH[figure.qualifier] + amounts.amount(figure.value, figure.unit)
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
        if step.key == "schedule" and item.at_end:
            continue  # all the time has gone: the report prints no schedule to trace
        if step.value is None or step.key == "met":
            continue
        how = step.formula.replace("*", "·") or _read_off(item, step)
        what, value = either(*LABELS[step.key]), _said(step)
        if step.of:
            what = say("{}：{}", what, worded(evaluation.data.indicators[step.of], "name"))
        if step.key in _RATES and item.latest and item.latest.price_basis in BASIS_ZH:
            value = say("{}（{}）", value, BASIS_ZH[item.latest.price_basis])
        yield _row(what, value, how, say("本报告计算"))


def _said(step: Computed) -> str:
    if step.key == "probability":
        return amounts.chance(float(step.value))
    if step.unit == "share":
        return amounts.share(float(step.value))
    if step.key == "expected_year":
        return str(step.value)
    if isinstance(step.value, float):
        return with_unit(amounts.number(step.value, 2), step.unit)
    return f"{step.value}{unit_name(step.unit) if step.unit == '%' else ''}"


def _read_off(item: IndicatorEvaluation, step: Computed) -> str:
    if step.key in _READ_OFF:
        return say("由{}年的预测分布读出，步骤见“预测怎样得出”一章", item.target.target_year)
    return say("由上列各年公布值计数")
