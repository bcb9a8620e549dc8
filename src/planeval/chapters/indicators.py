"""Half a page a target: its account, range and years, and the scenarios to the plan's end.

What a document declares is marked apart from what is only worked out; every scenario of every
chapter comes from :func:`analysis.targets.ahead.target_scenarios`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from analysis.data.errors import Reason, nearest
from analysis.forecast.distribution import Forecast
from analysis.forecast.steps import ingredients, own_pace, record_for
from analysis.targets.ahead import WIDTH, TargetScenario, TargetScenarios, target_scenarios
from analysis.targets.evaluation import Evaluation
from analysis.targets.path import LEVELS, RATES, PathStep, YearlyPath, yearly_path
from analysis.targets.types import IndicatorEvaluation
from planeval.chapters.base import (
    BASIS_ZH,
    TOLD_AT_MOST,
    View,
    bullets,
    cautions,
    followed,
    growth,
    later_base,
    main_indicators,
    needed_cell,
    outlook_cell,
    outlook_head,
    plain,
    signed,
    sources,
    target_name,
    value_cell,
    within,
)
from planeval.chapters.carbon import Carbon, assigned, scenario
from planeval.show.chart import Chart
from planeval.show.lines import fan_chart
from planeval.show.table import Table, alike, number
from planeval.words import amounts, targets, terms
from planeval.words.amounts import unit_name, with_unit
from planeval.words.cell import Figure, Known
from planeval.words.errors import UserError
from planeval.words.forecast import pace_words, span_words
from planeval.words.language import either, mark, say, worded
from planeval.words.names import name_of, region_name
from planeval.words.reasons import named, outlook_word, said, verdict
from planeval.words.steps import ORIGINS, SCENARIOS, no_scenarios
from planeval.words.targets import of, target_cell

#: The targets taken apart by year, and the quantities whose scenarios are shown.
MAIN = ("gdp", "industry", "port")
QUANTITIES = ("gdp", "industrial_output", "cargo_throughput", "container_throughput")
BOUNDS = ("at_least", "at_most")

# where a figure stands to a path, by (above, how far a bound lets one say)
_STANDS = {
    (True, ""): mark("比{}高{}{}，{}"),
    (False, ""): mark("比{}低{}{}，{}"),
    (True, "least"): mark("比{}至少高{}{}，按界限值{}"),
    (False, "least"): mark("比{}至少低{}{}，按界限值{}"),
    (True, "most"): mark("比{}至多高{}{}，按界限值{}"),
    (False, "most"): mark("比{}至多低{}{}，按界限值{}"),
}
# what is left to do, by (more, one year left)
_LEFT = {
    (True, True): mark("；余下{0}年须增加{1}"),
    (False, True): mark("；余下{0}年须减少{1}"),
    (True, False): mark("；余下{0}年平均每年须增加{1}"),
    (False, False): mark("；余下{0}年平均每年须减少{1}"),
}


def main_items(evaluation: Evaluation) -> list[IndicatorEvaluation]:
    """Return the level targets of economy, industry and port due within the plan."""
    return [
        item
        for domain in MAIN
        for item in evaluation.of(domain=domain)
        if item.target.kind in LEVELS
        and item.target.target_year <= evaluation.plan.end_year
        and not item.target.withdrawn
    ]


def annual_paths(evaluation: Evaluation) -> list[tuple[IndicatorEvaluation, YearlyPath]]:
    """Return the main targets that have a path from base to target, in the plan's order."""
    made = ((item, yearly_path(item, evaluation.plan)) for item in main_items(evaluation))
    return [(item, path) for item, path in made if isinstance(path, YearlyPath)]


def annual_table(evaluation: Evaluation, key: str = "annual") -> Table | str:
    """Return year by year what each main target asks for, what was published, the difference."""
    found = annual_paths(evaluation)
    if not found:
        return say("主要目标的基期值或目标值没有公布，不能逐年分解。")
    rows = [_row(evaluation, item, path, step) for item, path in found for step in path.steps]
    used = [
        figure
        for item, path in found
        for figure in (item.baseline, *(step.published for step in path.steps))
    ]
    return Table(
        pd.DataFrame(rows),
        say("主要目标的年度分解：路径、公布值与差额"),
        source=sources(evaluation, used),
        note=_annual_note(found),
        align=["left", "left", "right", "left", "right", "right", "right", "right"],
        key=key,
    )


def _annual_note(found: list[tuple[IndicatorEvaluation, YearlyPath]]) -> str:
    note = say(
        "“规定”是规划文件给出的年度数；“推算”是在两个给定年份之间按每年等量（直线）计算的，等速路径按每年同一增速计算，两者都不是年度计划。差额＝公布值−路径；“—”表示没有公布值。"
    )
    shown = [step.published for _, path in found for step in path.steps if step.published]
    if any(figure.qualifier in BOUNDS for figure in shown):
        note += say("＊公布值写作“突破”或“不超过”，只是界限，差额照界限值计算。")
    return note


def _row(
    evaluation: Evaluation, item: IndicatorEvaluation, path: YearlyPath, step: PathStep
) -> dict[str, str]:
    other = yearly_path(item, evaluation.plan, "geometric")
    figure = step.published
    base = item.baseline if step.origin == "base" else None
    origin = either(*ORIGINS[step.origin])
    if base is not None and base.status == "derived":
        origin += say("（推算）")
    bound = say("＊") if figure is not None and figure.qualifier in BOUNDS else ""
    words = "" if figure is None else amounts.QUALIFIER_ZH[figure.qualifier]
    return {
        say("指标（单位）"): target_name(item),
        say("年份"): str(step.year),
        say("直线路径"): amounts.number(_on_path(item, step)),
        say("来历"): origin,
        say("等速路径"): amounts.number(_on_path(item, other.at(step.year)))
        if isinstance(other, YearlyPath)
        else "—",
        say("公布值"): words + amounts.number(figure),
        say("差额"): signed(step.difference, 2) + bound,
        say("差额（%）"): "—"
        if _rate(evaluation, item) or step.difference_pct is None
        else signed(step.difference_pct) + bound,
    }


def _on_path(item: IndicatorEvaluation, step: PathStep) -> Figure:
    """Return a value of a path: its ends are the base value and the promise."""
    ends = {"base": item.baseline, "target": of(item, "goal")}
    return ends.get(step.origin) or step.value


def _rate(evaluation: Evaluation, item: IndicatorEvaluation) -> bool:
    """Tell whether a target is itself a share or rate: its gaps are percentage points."""
    return evaluation.data.indicators[item.target.indicator]["quantity"] in RATES


def annual_reading(evaluation: Evaluation) -> str:
    """Say what is declared, how the latest figures stand to their path, and what is left to do."""
    found = annual_paths(evaluation)
    if not found:
        return ""
    declared = [(item, path) for item, path in found if path.declared]
    if declared:
        named = say("、").join(
            say("{}{}个年份", name_of(i.target), p.declared) for i, p in declared
        )
        text = say("规划文件给出了年度数的：{}；其余年份为推算。", named)
    else:
        text = say("规划文件没有给出上表{}项目标任何一年的年度数，各年路径都是推算。", len(found))
    lines = [_line(evaluation, item, path) for item, path in found]
    rest = len(main_items(evaluation)) - len(found)
    if rest:
        lines.append(
            say(
                "另有{}项经济、产业和港口的数值目标不能分解：基期值或目标值没有公布，基期已达目标，或按当年增速评价。",
                rest,
            )
        )
    return plain(text) + "\n\n" + bullets(map(plain, lines))


def _line(evaluation: Evaluation, item: IndicatorEvaluation, path: YearlyPath) -> str:
    name, figure = name_of(item.target), path.latest
    if figure is None:
        return say("{}：规划期内还没有同口径的公布值，不能与路径比较。", name)
    step = path.at(figure.year) if figure.year <= item.target.target_year else None
    value = amounts.amount(figure, _unit(evaluation, item))
    sign = amounts.QUALIFIER_ZH[figure.qualifier]
    text = say("{0}：{1}年公布值{2}{3}", name, figure.year, sign, value)
    if step is not None:
        text += _beside_the_model(evaluation, item, step)
    return text + _left(evaluation, item, path) + say("。")


def _unit(evaluation: Evaluation, item: IndicatorEvaluation, *, gap: bool = False) -> str:
    return "个百分点" if gap and _rate(evaluation, item) else item.target.unit


def _beside_the_model(evaluation: Evaluation, item: IndicatorEvaluation, step: PathStep) -> str:
    """Say how the latest figure stands to the straight path, and where equal growth differs."""
    word = (
        say("目标")
        if step.origin == "target"
        else say("{}的直线路径", either(*ORIGINS[step.origin]))
    )
    if step.origin == "declared":
        word = say("规定的年度数")
    value = amounts.amount(step.value, _unit(evaluation, item))
    where = say("{word}{value}", word=word, value=value)
    text = say("，{}", _stands(evaluation, item, step, where))
    other = yearly_path(item, evaluation.plan, "geometric")
    if step.origin != "computed" or not isinstance(other, YearlyPath):
        return text
    twin = other.at(step.year)
    if twin.side == step.side:
        return text + say("；按等速路径，结论相同")
    where = say("等速路径{}", amounts.amount(twin.value, _unit(evaluation, item)))
    return say("{}；但{}", text, _stands(evaluation, item, twin, where))


def _stands(evaluation: Evaluation, item: IndicatorEvaluation, step: PathStep, where: str) -> str:
    gap = step.difference or 0.0
    if step.side == "on":
        return say("与{}相符", where)
    size = amounts.amount(abs(gap), _unit(evaluation, item, gap=True))
    share = "" if _rate(evaluation, item) else say("（{}%）", signed(step.difference_pct))
    last = step.year == item.target.target_year
    side = (
        (say("已达目标") if last else say("领先"))
        if step.side == "ahead"
        else (say("未达目标") if last else say("落后"))
    )
    bound = step.published.qualifier if step.published else "exact"
    # a value "above 226" is at most so far below the path, or at least so far above it
    most = bound in BOUNDS and ("least" if (bound == "at_least") == (gap > 0) else "most")
    return say(_STANDS[gap > 0, most or ""], where, size, share, side)


def _left(evaluation: Evaluation, item: IndicatorEvaluation, path: YearlyPath) -> str:
    if not path.years_left or path.required_change is None or path.latest is None:
        return ""
    if item.state.met:
        return say("；已达{}年目标，余下{}年只需保持", item.target.target_year, path.years_left)
    unit = _unit(evaluation, item, gap=True)
    one = path.years_left == 1
    size = amounts.amount(abs(path.required_change), unit)
    text = say(_LEFT[path.required_change > 0, one], path.years_left, size)
    if path.required_growth_pct is not None:
        basis = BASIS_ZH.get(path.latest.price_basis, "")
        rate = number(of(item, "required_growth_pct"), sign=True, unit="%")
        rate = rate if one else say("年均{0}", rate)
        text += say("（{}）", say("，").join(part for part in (basis, rate) if part))
    return text


def scenario_items(
    evaluation: Evaluation,
) -> list[tuple[IndicatorEvaluation, TargetScenarios | Reason]]:
    """Return output, GDP and throughput targets with their scenarios, or why there are none."""
    return [
        (item, target_scenarios(item, evaluation.plan))
        for item in main_items(evaluation)
        if item.target.indicator in QUANTITIES
    ]


def scenario_table(evaluation: Evaluation, key: str = "scenarios") -> Table | str:
    """Return baseline, plan, low and high of GDP, output and throughput in the target year."""
    given = scenario_items(evaluation)
    made = [(item, found) for item, found in given if isinstance(found, TargetScenarios)]
    if not made:
        return bullets(plain(_scenario_line(item, found)) for item, found in given) or say(
            "本规划没有生产总值、工业产值或吞吐量的总量目标，不作情景。"
        )
    rows = [
        {
            say("指标（单位）"): target_name(item),
            say("情景"): either(*SCENARIOS[one.code]),
            say("{}年", found.year) if _one_year(made) else say("目标年"): amounts.number(
                _level(item, one), 1
            ),
            say("年均增速（%）"): signed(_pace(item, one)),
            say("与目标之差"): signed(one.gap),
            say("与目标之差（%）"): signed(one.gap_pct),
        }
        for item, found in made
        for one in found.each
    ]
    starts = say("；").join(_start(item, found) for item, found in made)
    return Table(
        pd.DataFrame(rows),
        say("情景：目标年的水平、所含增速与差距"),
        source=sources(evaluation, [figure for item, _ in made for figure in _used(item)]),
        note=say(
            "年均增速从最新值算起：{}。低位和高位是预测的10%和90%分位，两者之间有八成可能；“规划路径”是达到目标所需，不是预测。",
            starts,
        ),
        align=["left", "left", "right", "right", "right", "right"],
        key=key,
    )


#: What a scenario's level in the target year is of the target's own figures.
_READ_AS = {"baseline": "median", "plan": "goal", "low": "lo80", "high": "hi80"}


def _level(item: IndicatorEvaluation, one: TargetScenario) -> Known:
    """Return a scenario's level in the target year as what it is of the target's forecast."""
    return Known(one.level, of(item, _READ_AS[one.code]).origin)


def _pace(item: IndicatorEvaluation, one: TargetScenario) -> Figure:
    """Return a scenario's growth a year; the plan's is what the target still needs."""
    if one.code != "plan" or one.growth_pct is None:
        return one.growth_pct
    return Known(one.growth_pct, of(item, "required_growth_pct").origin)


def _start(item: IndicatorEvaluation, found: TargetScenarios) -> str:
    last = item.series.last if item.series else None
    basis = BASIS_ZH.get(last.price_basis, "") if last is not None else ""
    return say(
        "{}自{}年起{}",
        name_of(item.target),
        found.start_year,
        say("（{}）", basis) if basis else "",
    )


def _used(item: IndicatorEvaluation) -> tuple:
    return item.series.data if item.series else ()


def _one_year(made: list[tuple[IndicatorEvaluation, TargetScenarios]]) -> bool:
    return len({found.year for _, found in made}) == 1


def scenarios_reading(evaluation: Evaluation) -> str:
    """Say for each quantity between which scenarios the target lies; thin ones conclude nothing."""
    given = scenario_items(evaluation)
    if not any(isinstance(found, TargetScenarios) for _, found in given):
        return ""
    return bullets(plain(_scenario_line(item, found)) for item, found in given)


def _scenario_line(item: IndicatorEvaluation, found: TargetScenarios | Reason) -> str:
    name = name_of(item.target)
    if isinstance(found, Reason):
        return say("{}：{}", name, no_scenarios(found, item))
    unit = found.unit
    low, base, high = (found.get(code) for code in ("low", "baseline", "high"))
    text = say(
        "{}：{}年基线为{}，低位和高位为{}和{}，目标为{}",
        name,
        found.year,
        amounts.amount(_level(item, base), unit, 1),
        amounts.number(_level(item, low), 1),
        amounts.amount(_level(item, high), unit, 1),
        amounts.amount(Known(found.goal, of(item, "goal").origin), unit),
    )
    if found.thin:
        return text + say("；公布值太少，只看区间，不下结论。")
    hit = [one.meets for one in (low, base, high)]
    if all(hit):
        return text + say("，三者都达到目标，即达不到的可能不足一成。")
    if not any(hit):
        return text + say("，三者都达不到目标，即达到的可能不足一成。")
    names = ((say("低位"), low), (say("基线"), base), (say("高位"), high))
    met = say("和").join(word for word, one in names if one.meets)
    missed = say("和").join(word for word, one in names if not one.meets)
    return text + say("，{}达到目标，{}达不到。", met, missed)


# --- One target's predictive range as a fan, and what may be said of it ---
# Beside a probability stands its interval; with too few published values there is a range and no
# verdict; after the target year's figure there is nothing left to forecast.


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
    name, outlook, target = plain(name_of(item.target)), item.outlook, item.target
    if evaluation.settled and outlook.table is None:
        return ""
    if item.series is None or not item.series.data:
        why = said(*outlook.reasons) or said(item.state.reason)
        return say("{}：{}，没有可画的区间。", name, plain(why))
    if outlook.table is None or item.level_asked is None:
        return _no_range(item)
    values = item.series.values()
    history = pd.DataFrame({"year": values.index, "value": values.to_numpy()})
    history["printed"] = [amounts.printed(one) for one in item.series.data]
    place = region_name(evaluation.data, target.region)
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
    name, latest = plain(name_of(item.target)), item.latest
    if latest is not None and latest.year >= item.target.target_year:
        return say(
            "{}：目标年（{}年）的数值已经公布，结论为“{}”，不需要再预测。",
            name,
            item.target.target_year,
            verdict(item),
        )
    reason = said(*item.outlook.reasons) or say("现有数据不足以给出区间")
    return say("{}：{}。", name, plain(reason))


def _range(item: IndicatorEvaluation) -> str:
    low, high = amounts.number(of(item, "lo80"), 1), amounts.number(of(item, "hi80"), 1)
    high = with_unit(high, item.outlook.unit)
    return say("{}年80%区间为{}至{}", item.target.target_year, low, high)


def _caption(item: IndicatorEvaluation) -> str:
    target, outlook = item.target, item.outlook
    if outlook.probability is None:
        reason = said(*outlook.reasons) or say("不下结论")
        return say("{}：{}；{}", name_of(target), _range(item), reason)
    goal = say("{}年目标{}", target.target_year, targets.target_text(item))
    return say(
        "{}：{}实现的概率{}（{}），{}",
        name_of(target),
        goal,
        amounts.chance(of(item, "probability")),
        outlook_word(outlook.code),
        _range(item),
    )


def outlook_reading(evaluation: Evaluation, item: IndicatorEvaluation) -> str:
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
        with_unit(amounts.number(of(item, "median"), 1), outlook.unit),
        plain(targets.target_text(item)),
    )
    if outlook.probability is None:
        text += say("公布值太少，区间只说明可能的范围，不据此判断目标能否实现。")
    if outlook.forecast is None:
        return text
    derived = sum(one.status == "derived" for one in item.series.data) if item.series else 0
    made = named(outlook.forecast, evaluation.data)
    return text + basis_words(made, target.target_year, derived)


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
    parts = ingredients(made, year)
    kind, years = parts.kind, parts.years
    marked = say("，其中{}个为推算值", derived) if derived else ""
    seen = say("{}个观测（{}年{}）", len(years), span_words(years), marked)
    own = pace_words(kind, own_pace(kind, years, parts.values)) if len(years) > 1 else ""
    centre, ahead = (pace_words(kind, one) for one in (parts.centre, parts.pace_ahead))
    prior = parts.own_prior
    # what the kind is really learned from, without the remarks on how it was weighted
    proxy = re.split(either("[；（：，]", "[;(:,]"), either(prior.stand_in_zh, prior.stand_in))[0]
    stand_in = say("，以{}代替", proxy) if proxy else ""
    text = say("依据：本序列{}{}，", seen, say("平均{}", own) if own else say("，看不出增速"))
    text += say("同类（{}{}）的历史经验为{}，", either(*terms.KINDS[kind.name]), stand_in, centre)
    text += say("预测到{}年平均{}", year, ahead)
    if parts.comparators:
        text += say("（已参照{}）", say("、").join(parts.comparators))
    found = record_for(parts)
    if found is None:
        text += say("；没有这类预测的回测记录")
    else:
        held = 100 * found.cover80
        text += (
            say("；相近格局的回测中，80%区间实际包含{:.0f}%的结果", held)
            if found.of_kind == kind.name
            else say(
                "；相近格局的{}回测中，80%区间实际包含{:.0f}%的结果",
                either(*terms.KINDS[found.of_kind]),
                held,
            )
        )
    return plain(text.replace("每年 ", "每年").replace(" 个", "个") + say("。{}", say(_POINTER)))


# What the scenario chosen for a report means for a chapter's main target, in one sentence.
# The numbers are those of :func:`analysis.targets.ahead.target_scenarios`, so no chapter can
# give a scenario other figures than the table of scenarios does.


# level less target: (above, below or at it; whether that meets the target)
_AGAINST = {
    (1, True): mark("，比{}年目标{}高{}，达到目标。"),
    (1, False): mark("，比{}年目标{}高{}，达不到目标。"),
    (-1, True): mark("，比{}年目标{}低{}，达到目标。"),
    (-1, False): mark("，比{}年目标{}低{}，达不到目标。"),
    (0, True): mark("，正好达到{}年目标{}。"),
    (0, False): mark("，与{}年目标{}相差无几而未达到。"),
}
# the same where too few values are published for a verdict
_THIN = {
    1: mark("，比{}年目标{}高{}；公布值太少，不据此判断目标能否实现。"),
    -1: mark("，比{}年目标{}低{}；公布值太少，不据此判断目标能否实现。"),
    0: mark("，与{}年目标{}相同；公布值太少，不据此判断目标能否实现。"),
}
_QUANTILE = {"baseline": 0.5, "low": 0.1, "high": 0.9}


def scenario_named(name: str) -> str:
    """Return the code of a scenario as it is.

    Raises
    ------
    InputError
        When there is no such scenario; the message names the nearest one.

    Examples
    --------
    >>> scenario_named("low")
    'low'
    """
    if name not in SCENARIOS:
        raise UserError(
            "没有这种情景",
            "no such scenario",
            column="scenario",
            value=name,
            expected=" / ".join(SCENARIOS),
            nearest=nearest(str(name), list(SCENARIOS)),
        )
    return name


def levels(item: IndicatorEvaluation, found: TargetScenarios, code: str) -> dict[int, float]:
    """Return the level of a scenario in every year after the latest figure, in the target's unit.

    Baseline, low and high are quantiles of the forecast year by year. The plan's way is even:
    level = latest·(1+g)^t with the same growth g each year, for shares and rates latest + t·d.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> made = evaluate("jiaxing-14fyp", 2024)
    >>> item = made.get("gdp")
    >>> levels(item, target_scenarios(item, made.plan), "plan")
    {2025: 300.0}
    """
    one, years = found.get(code), range(found.start_year + 1, found.year + 1)
    if code == "plan":
        growing = one.growth_pct is not None
        rate = 1 + (one.growth_pct or 0.0) / 100
        way = {
            year: found.start * rate ** (year - found.start_year)
            if growing
            else found.start + one.change * (year - found.start_year)
            for year in years
        }
        return way | {found.year: one.level}
    made = item.outlook.forecast
    if made is None:  # target_scenarios gives a reason instead
        return {}
    if code == "baseline":
        return {year: made.median(year) for year in years}
    end = 0 if code == "low" else 1
    return {year: made.interval(WIDTH, year)[end] for year in years}


def scenario_reading(evaluation: Evaluation, item: IndicatorEvaluation | None, name: str) -> str:
    """Say what the scenario chosen gives for a target in each year left, and against the target.

    Raises
    ------
    InputError
        When there is no such scenario.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> made = evaluate("jiaxing-14fyp", 2024)
    >>> print(scenario_reading(made, made.get("gdp"), "plan"))  # doctest: +ELLIPSIS
    情景“规划路径（达到目标）”下，...2025年为300.0亿元（自2024年起年均现价增长32.7%），正好达到2025年目标300亿元。
    """
    code = scenario_named(name)
    if item is None or item.target.kind not in LEVELS or item.target.target is None:
        return ""
    if evaluation.settled and not item.ahead:
        return ""  # no year is left for a scenario
    label, subject = either(*SCENARIOS[code]), plain(name_of(item.target))
    found = target_scenarios(item, evaluation.plan)
    if isinstance(found, Reason):
        return say("情景“{}”，{}：{}", label, subject, plain(no_scenarios(found, item)))
    way: dict[int, Figure] = {**levels(item, found, code)}
    way[found.year] = _level(item, found.get(code))
    told = say("、").join(
        say("{year}年为{value}", year=year, value=amounts.amount(value, found.unit, 1))
        for year, value in way.items()
    )
    text = say("情景“{}”下，{}{}", label, subject, told)
    pace = found.get(code).growth_pct
    if pace is not None:
        basis = item.series.data[-1].price_basis if item.series else ""
        text += say("（自{}年起年均{}）", found.start_year, growth(pace, basis))
    return text + _against(evaluation, item, found, code)


def _against(
    evaluation: Evaluation, item: IndicatorEvaluation, found: TargetScenarios, code: str
) -> str:
    one = found.get(code)
    rate = evaluation.plan.data.indicators[item.target.indicator]["quantity"] in RATES
    points = rate and found.unit == "%"
    size = with_unit(number(abs(one.gap)), "个百分点" if points else found.unit)
    if one.gap_pct is not None and not rate:
        size += say("（{}%）", number(abs(one.gap_pct)))
    side = 0 if round(one.gap, 1) == 0 else 1 if one.gap > 0 else -1
    words = _THIN[side] if found.thin else _AGAINST[side, one.meets]
    goal = amounts.amount(Known(found.goal, of(item, "goal").origin), found.unit)
    return say(words, found.year, goal, size) if side else say(words, found.year, goal)


def co2_reading(found: Carbon, evaluation: Evaluation, name: str) -> str:
    """Say where the scenario chosen puts the city's CO2 at the plan's end; empty without one.

    Baseline, low and high are the 50 %, 10 % and 90 % quantiles of emissions drawn jointly with
    GDP, without any target; the plan's way needs the assigned reduction of intensity.

    Raises
    ------
    InputError
        When there is no such scenario.
    """
    code, made = scenario_named(name), scenario(found, evaluation)
    if isinstance(made, str):
        return ""
    label, given = either(*SCENARIOS[code]), assigned(evaluation)
    if code == "plan" and given is None:
        return say("情景“{}”：强度降幅没有下达，{}的排放量无从推算。", label, found.name)
    fall = made.falls if code != "plan" else given
    ends = made.gdp * made.start * (1.0 - np.asarray(fall))
    end = float(np.quantile(ends, _QUANTILE.get(code, 0.5)))
    return say(
        "情景“{}”下，{}{}年的排放量为{}（{}，比{}年{}）。",
        label,
        found.name,
        made.end,
        with_unit(number(end, 0), "万吨"),
        plain(found.labels[made.code]),
        made.base,
        growth(100 * (end / made.co2 - 1), "not_applicable"),
    )


# --- One half page for each main indicator: value, path, outlook, what is needed ---
# Main are the targets that have a figure published within the plan: binding ones first, then
# those of the plan's table. Why things went as they did is for the evaluator to write: a heading
# of the same name in the chapter's commentary puts the words under the indicator.


def pages(evaluation: Evaluation) -> list[View]:
    """Return the views of all main indicators in order."""
    items = main_indicators(evaluation)
    if not items:
        return []
    facts = alike([_facts(evaluation, item) for item in items])
    return [
        view
        for item, table in zip(items, facts, strict=True)
        for view in _page(evaluation, item, table)
    ]


def scope(evaluation: Evaluation) -> str:
    """Say which indicators are told one by one, and which are not and why."""
    total, found = len(evaluation.in_force), followed(evaluation)
    if not found:
        return say(
            "规划共有{}项目标，规划期内没有一项公布了可用的数值，没有可以逐项说明的指标。", total
        )
    binding = sum(item.target.binding == "binding" for item in found)
    if binding:
        text = say(
            "规划共有{}项目标，规划期内有可用公布值的{}项，其中约束性{}项；",
            total,
            len(found),
            binding,
        )
    else:
        text = say(
            "规划共有{}项目标，规划期内有可用公布值的{}项，没有一项是约束性的；",
            total,
            len(found),
        )
    if len(found) > TOLD_AT_MOST:
        return text + say("这里逐项说明前{}项，其余见以后各章。", TOLD_AT_MOST)
    return text + say("这里逐项说明，其余目标见以后各章。")


def _page(evaluation: Evaluation, item: IndicatorEvaluation, facts: Table) -> Iterator[View]:
    yield f"### {plain(name_of(item.target))}"
    yield facts
    if item.outlook.table is not None:
        yield outlook_fan(evaluation, item, key=f"page-{item.target_id}")
    yield plain(targets.meaning(item))
    yield cautions([item])


def _facts(evaluation: Evaluation, item: IndicatorEvaluation) -> Table:
    target, base = item.target, item.baseline
    row = {
        say("属性"): amounts.BINDING_ZH[target.binding],
        say("基期（年）"): "—" if later_base(evaluation, item) else value_cell(base),
        say("最新值（年）"): value_cell(within(evaluation, item)),
        say("目标（年）"): say("{}（{}）", target_cell(item), target.target_year),
        say("完成度"): amounts.share(of(item, "completion")),
        say("时序进度"): amounts.share(of(item, "schedule"), 0),
        say("仍需每年"): needed_cell(item),
        outlook_head(evaluation): outlook_cell(item),
        say("证据"): item.evidence.grade,
    }
    unit = unit_name(target.unit)
    if evaluation.settled:  # all of the time is over, and no year is left
        row = {
            name: cell
            for name, cell in row.items()
            if name not in (say("时序进度"), say("仍需每年"))
        }
    return Table(
        pd.DataFrame([row]),
        say("{}（{}）", name_of(target), unit) if unit else name_of(target),
        source=sources(evaluation, [figure for figure in (base, item.latest) if figure]),
        align=["left"] * len(row),
        key=f"facts-{item.target_id}",
    )
