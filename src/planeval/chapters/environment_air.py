"""Air and water: what the zone published, and figures of other places as mere context."""

from __future__ import annotations

import pandas as pd

from analysis.data.periods import period_key
from analysis.data.series import Datum, annual_series, other_periods
from analysis.data.units import unit_name, with_unit
from analysis.growth.rates import cagr
from analysis.targets.evaluation import Evaluation
from planeval.chapters.carbon import growth_words
from planeval.chapters.cells import RELIABILITY_ZH, plain, sources
from planeval.show.table import Table, number
from planeval.words import figures as amounts
from planeval.words.figures import period_zh
from planeval.words.language import say, worded

AIR = ("pm25", "good_air", "good_water")
ELSEWHERE = ("pm25", "good_air", "pm25_change")


def published(evaluation: Evaluation, indicator: str, caliber: str = "plan") -> list[Datum]:
    """Return the zone's own annual figures of an indicator, as known on the date."""
    return list(
        annual_series(
            evaluation.data,
            evaluation.plan.region,
            indicator,
            caliber=caliber,
            as_of=evaluation.as_of,
            until=evaluation.year,
        ).data
    )


def air_table(evaluation: Evaluation, key: str = "") -> Table | str:
    """Return every air and water figure the zone has published, with its source."""
    found = [item for code in AIR for item in published(evaluation, code)]
    place = evaluation.data.name(evaluation.plan.region)
    if not found:
        return say("在所定日期之前，{}没有公布空气和水环境质量的年度值。", place)
    names = evaluation.data.indicators
    frame = pd.DataFrame(
        {
            say("指标"): [worded(names[i.indicator], "name") for i in found],
            say("年份"): [i.period for i in found],
            say("数值"): [amounts.number(i.value) for i in found],
            say("单位"): [unit_name(i.unit) for i in found],
            say("口径"): [worded(evaluation.data.calibers[i.caliber], "name") for i in found],
            say("公布日"): [i.published.isoformat() for i in found],
            say("来源"): [i.source for i in found],
        }
    )
    return Table(
        frame,
        say("{}公布的环境质量", place),
        source=sources(evaluation, found),
        align=["left", "left", "right", "left", "left", "left", "left"],
        key=key,
    )


def air_reading(evaluation: Evaluation) -> str:
    """Say how air moved between the published years and that nothing has been published since."""
    parts = []
    last = 0
    for code in AIR:
        items = published(evaluation, code)
        if not items:
            continue
        first, end = items[0], items[-1]
        last = max(last, end.year)
        name = plain(worded(evaluation.data.indicators[code], "name"))
        if len(items) == 1:
            parts.append(say("{}只有{}年一个公布值，看不出变动", name, end.period))
            continue
        text = say(
            "{}由{}年的{}变为{}年的{}",
            name,
            first.period,
            amounts.amount(first.value, first.unit),
            end.period,
            amounts.amount(end.value, end.unit),
        )
        if first.unit == "%":
            text += say("（{}个百分点）", number(end.value - first.value, sign=True))
        elif first.value > 0 and end.value > 0:
            rate = 100 * cagr(first.value, end.value, end.year - first.year)
            text += say("（年均{}）", growth_words(rate))
        parts.append(text)
    if not parts:
        return ""
    text = say("；").join(parts) + say("。")
    if last < evaluation.year:
        text += say(
            "{}年以后到{}年没有公布值，逐年情况未知；公布值之间的年份怎样变动也看不到。",
            last,
            evaluation.year,
        )
    return text


def elsewhere_table(evaluation: Evaluation, key: str = "") -> Table | str:
    """Return air figures of other places, which are context and never stand for the zone."""
    found = []
    for code in ELSEWHERE:
        for region in evaluation.data.regions:
            if region == evaluation.plan.region:
                continue
            series = annual_series(
                evaluation.data, region, code, as_of=evaluation.as_of, until=evaluation.year
            )
            parts = [
                item
                for item in other_periods(evaluation.data, region, code, as_of=evaluation.as_of)
                if period_key(item.period)[0] <= evaluation.year
            ]
            found += sorted((*series.data, *parts), key=lambda item: period_key(item.period))
    if not found:
        return say("按所定日期，没有可用的市级或市区空气质量数字。")
    names = evaluation.data.indicators
    frame = pd.DataFrame(
        {
            say("地区"): [evaluation.data.name(i.region) for i in found],
            say("指标"): [worded(names[i.indicator], "name") for i in found],
            say("时期"): [period_zh(i.period) for i in found],
            say("数值"): [with_unit(amounts.printed(i), i.unit) for i in found],
            say("来源"): [i.source for i in found],
            say("可靠性"): [RELIABILITY_ZH[i.reliability] for i in found],
        }
    )
    return Table(
        frame,
        say("其他地区的空气质量数字（只作背景，不代表港区）"),
        source=sources(evaluation, found),
        align=["left", "left", "left", "right", "left", "left"],
        key=key,
    )
