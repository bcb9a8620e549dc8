"""One target's predictive range as a fan, and what may be said of it.

Beside a probability stands its interval; with too few published values there is a range and no
verdict; after the target year's figure there is nothing left to forecast.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from analysis.data.units import unit_name, with_unit
from analysis.forecast.distribution import Forecast
from analysis.forecast.kinds import kind_named
from analysis.forecast.pace import own_pace, pace_words
from analysis.forecast.record import record_of
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from planeval.chapters.cells import plain, sources
from planeval.show.chart import Chart
from planeval.show.lines import fan_chart
from planeval.words import figures as amounts
from planeval.words import target as wording
from planeval.words.forecast import span_words, spoken_for
from planeval.words.language import either, mark, say, spoken, worded

_POINTER = mark("怎样得出，见“预测怎样得出”一章。")


def pick(items: Sequence[IndicatorEvaluation], *indicators: str) -> list[IndicatorEvaluation]:
    """Return the targets of certain indicators, in the plan's order."""
    return [item for item in items if item.target.indicator in indicators]


def outlook_fan(evaluation: Evaluation, item: IndicatorEvaluation, key: str = "") -> Chart | str:
    """Draw what was published, the range up to the target year and the target.

    Parameters
    ----------
    evaluation : Evaluation
        Gives the names of places and sources.
    item : IndicatorEvaluation
        One target; its own unit throughout.
    key : str
        Name for cross-references.

    Returns
    -------
    Chart or str
        A sentence where nothing was published, nothing is left to forecast, or the kind of
        target has no range of its own; nothing of a settled plan, which looks no further.
    """
    name, outlook, target = plain(item.target.name), item.outlook, item.target
    if evaluation.settled and outlook.table is None:
        return ""
    if item.series is None or not item.series.data:
        return say("{}：{}，没有可画的区间。", name, plain(outlook.reason or item.state.reason))
    if outlook.table is None or item.level_asked is None:
        return _no_range(item)
    values = item.series.values()
    history = pd.DataFrame({"year": values.index, "value": values.to_numpy()})
    history["printed"] = [amounts.printed(one) for one in item.series.data]
    place = evaluation.data.name(target.region)
    measure = worded(evaluation.data.indicators[target.indicator], "name")
    return fan_chart(
        history,
        outlook.table,
        item.level_asked,
        target.target_year,
        _caption(item),
        subtitle=say(
            "{}{}，{}—{}年，{}；竖虚线右侧为预测，阴影为50%、80%、95%区间",
            place,
            measure,
            values.index[0],
            target.target_year,
            unit_name(target.unit),
        ),
        source=sources(evaluation, item.series.data),
        key=key,
    )


def _no_range(item: IndicatorEvaluation) -> str:
    name, latest = plain(item.target.name), item.latest
    if latest is not None and latest.year >= item.target.target_year:
        return say(
            "{}：目标年（{}年）的数值已经公布，结论为“{}”，不需要再预测。",
            name,
            item.target.target_year,
            item.word,
        )
    reason = item.outlook.reason or say("现有数据不足以给出区间")
    return say("{}：{}。", name, plain(reason))


def _range(item: IndicatorEvaluation) -> str:
    low, high = amounts.number(item.outlook.lo80, 1), amounts.number(item.outlook.hi80, 1)
    high = with_unit(high, item.outlook.unit)
    return say("{}年80%区间为{}至{}", item.target.target_year, low, high)


def _caption(item: IndicatorEvaluation) -> str:
    target, outlook = item.target, item.outlook
    if outlook.probability is None:
        reason = outlook.reason or say("不下结论")
        return say("{}：{}；{}", target.name, _range(item), reason)
    goal = say("{}年目标{}", target.target_year, wording.target_text(item))
    return say(
        "{}：{}实现的概率{}（{}），{}",
        target.name,
        goal,
        amounts.chance(outlook.probability),
        outlook.word,
        _range(item),
    )


def outlook_reading(item: IndicatorEvaluation) -> str:
    """Say what a fan shows and, in two sentences, on what it rests; empty where there is no fan.

    The steps behind it are told once, in the chapter on forecasts; here stand the growth of the
    series, of its kind and of the forecast, and how such forecasts fared.
    """
    outlook, target, latest = item.outlook, item.target, item.latest
    if outlook.table is None or latest is None or item.level_asked is None:
        return ""
    text = say(
        "图示：最新公布值为{}，{}年预测中位数为{}，目标为{}。",
        amounts.figure(latest),
        target.target_year,
        with_unit(amounts.number(outlook.median, 1), outlook.unit),
        plain(wording.target_text(item)),
    )
    if outlook.probability is None:
        text += say("公布值太少，区间只说明可能的范围，不据此判断目标能否实现。")
    if outlook.forecast is None:
        return text
    derived = sum(one.status == "derived" for one in item.series.data) if item.series else 0
    return text + basis_words(outlook.forecast, target.target_year, derived)


def basis_words(made: Forecast, year: int, derived: int = 0) -> str:
    """Return what a forecast rests on and how such forecasts fared, in two sentences.

    Parameters
    ----------
    made : Forecast
        Of the value itself.
    year : int
        Year looked at, after the last observation.
    derived : int
        How many of the observations were worked out and not published.

    Examples
    --------
    >>> from analysis.forecast import forecast
    >>> made = forecast(pd.Series({2015: 44.0, 2020: 27.0}), until=2025, kind="concentration")
    >>> basis_words(made, 2025)[:47]
    '依据：本序列2个观测（2015—2020年）平均每年−9.3%，同类（浓度（PM2.5），以各'
    """
    parts = made.ingredients(year)
    kind, years = parts.kind, parts.years
    marked = say("，其中{}个为推算值", derived) if derived else ""
    seen = say("{}个观测（{}年{}）", len(years), span_words(years, spoken()), marked)
    own = pace_words(kind, own_pace(kind, years, parts.values), spoken()) if len(years) > 1 else ""
    centre, ahead = (pace_words(kind, one, spoken()) for one in (parts.centre, parts.pace_ahead))
    prior = parts.own_prior
    # what the kind is really learned from, without the remarks on how it was weighted
    proxy = re.split(either("[；（：，]", "[;(:,]"), either(prior.stand_in_zh, prior.stand_in))[0]
    stand_in = say("，以{}代替", proxy) if proxy else ""
    text = say("依据：本序列{}{}，", seen, say("平均{}", own) if own else say("，看不出增速"))
    text += say("同类（{}{}）的历史经验为{}，", worded(kind), stand_in, centre)
    text += say("预测到{}年平均{}", year, ahead)
    if parts.comparators:
        text += say("（已参照{}）", say("、").join(parts.comparators))
    found = record_of(kind.name, years) if spoken_for(parts) else None
    if found is None:
        text += say("；没有这类预测的回测记录")
    else:
        held = 100 * found.cover80
        text += (
            say("；相近格局的回测中，80%区间实际包含{:.0f}%的结果", held)
            if found.of_kind == kind.name
            else say(
                "；相近格局的{}回测中，80%区间实际包含{:.0f}%的结果",
                worded(kind_named(found.of_kind)),
                held,
            )
        )
    return plain(text.replace("每年 ", "每年").replace(" 个", "个") + say("。{}", say(_POINTER)))
