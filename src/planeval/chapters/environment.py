"""Air, water and assigned reductions: how each target is judged, what is known, what is missing.

An assigned target is never scored before its number, document and date have arrived; a maintain
target is judged year by year and by its worst year.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.data.periods import period_key
from analysis.data.series import Datum, annual_series, other_periods
from analysis.growth.rates import cagr
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from planeval.chapters.base import (
    RELIABILITY_ZH,
    bullets,
    has_data,
    meanings,
    plain,
    sources,
    target_name,
    value_cell,
    within,
)
from planeval.chapters.carbon import apart, balance_years, carbon, growth_words
from planeval.show.table import Table, number
from planeval.words import amounts
from planeval.words import targets as target_words
from planeval.words.amounts import period_zh, unit_name, with_unit
from planeval.words.cell import Cell, joined
from planeval.words.language import Terms, mark, say, worded
from planeval.words.names import dated, name_of, region_name
from planeval.words.reasons import verdict
from planeval.words.terms import kind_name

# --- Air and water: what the zone published, and figures of other places as mere context ---


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
    place = region_name(evaluation.data, evaluation.plan.region)
    if not found:
        return say("在所定日期之前，{}没有公布空气和水环境质量的年度值。", place)
    names = evaluation.data.indicators
    frame = pd.DataFrame(
        {
            say("指标"): [worded(names[i.indicator], "name") for i in found],
            say("年份"): [i.period for i in found],
            say("数值"): [amounts.number(i) for i in found],
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
            amounts.amount(first, first.unit),
            end.period,
            amounts.amount(end, end.unit),
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
            say("地区"): [region_name(evaluation.data, i.region) for i in found],
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


# --- What the zone has to supply before the environment targets can be judged ---


DOMAIN = "environment"
BALANCE = mark("能源平衡表（分品种消费量、加工转换、折标准煤系数）")
YEARLY = mark("逐年")
# what to ask for, every year: material and the indicators it serves
NEEDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        BALANCE,
        (
            "energy_intensity_reduction",
            "industry_energy_reduction",
            "co2_intensity_reduction",
            "co2_intensity",
        ),
    ),
    (
        mark("可比价生产总值与不变价基期"),
        (
            "energy_intensity_reduction",
            "co2_intensity_reduction",
            "co2_intensity",
            "water_intensity_reduction",
        ),
    ),
    (mark("可比价规上工业增加值"), ("industry_energy_reduction",)),
    (mark("用水总量"), ("water_intensity_reduction",)),
    (mark("化学需氧量（COD）排放量，核算与减排口径分列"), ("cod",)),
    (mark("二氧化硫（SO2）排放量，核算与减排口径分列"), ("so2",)),
    (mark("氨氮（NH3-N）排放量，核算与减排口径分列"), ("nh3n",)),
    (mark("氮氧化物（NOx）排放量，核算与减排口径分列"), ("nox",)),
    (mark("PM2.5年均浓度，附站点和有效天数"), ("pm25",)),
    (mark("空气质量优良天数比率，附站点和有效天数"), ("good_air",)),
    (mark("市控断面水质类别，分断面"), ("good_water",)),
)


def needs_table(evaluation: Evaluation, key: str = "") -> Table:
    """Return what the zone has to supply: material, which targets it serves, what exists."""
    items = evaluation.of(domain=DOMAIN)
    place = region_name(evaluation.data, evaluation.plan.region)
    rows = []
    for material, codes in NEEDS:
        served = [name_of(item.target) for item in items if item.target.indicator in codes]
        rows.append(
            {
                say("资料"): say(material),
                say("频度"): say(YEARLY),
                say("对应的目标"): say("、").join(served) or say("本规划未列"),
                say("现有年份"): balance_years(evaluation)
                if material == BALANCE
                else _existing(evaluation, codes),
            }
        )
    ordered = sorted(rows, key=lambda row: row[say("对应的目标")] == say("本规划未列"))
    return Table(
        pd.DataFrame(ordered),
        say("待补数据：请{}提供（{}年起）", place, evaluation.plan.base_year),
        note=say("由上级下达的目标另须提供下达文件、日期和数值。“无”指按所定日期没有公布值。"),
        align=["left"] * 4,
        key=key,
    )


def _existing(evaluation: Evaluation, codes: Sequence[str]) -> str:
    if len(codes) > 1:  # a material behind several targets is not itself a series
        return say("无")
    caliber = "municipal_sections" if codes[0] == "good_water" else "plan"
    years = [item.period for item in published(evaluation, codes[0], caliber)]
    return say("、").join(years) or say("无")


NO_TARGET = mark("本规划没有列入生态环境类目标。")
RULES = Terms(
    {
        "assigned": "先取得下达的数值、文件和日期；到达之前记“目标待下达”，不记0也不记100。"
        "降低率类目标逐年复合：累计＝1−∏(1−当年降低率)",
        "maintain": "规划期内逐年达标，并报最差年份；目标等于基期水平时完成度无定义，"
        "期末一年达标不能抵消中间年份超标",
        "at_least": "目标年达到即可；中间年份看完成度与时序",
        "at_most": "目标年不高于目标即可；中间年份看完成度与时序",
        "level": "目标年落在目标允许的范围之内",
        "cumulative": "规划期各年相加；降低率类逐年复合：累计＝1−∏(1−当年降低率)",
    }
)


def targets(evaluation: Evaluation) -> list[IndicatorEvaluation]:
    """Return the environment targets of the plan, in its order."""
    return evaluation.of(domain=DOMAIN)


def rules_table(evaluation: Evaluation, key: str = "") -> Table | str:
    """Return for every target how its kind is judged and where it stands by that rule."""
    items = targets(evaluation)
    if not items:
        return say(NO_TARGET)
    kinds = dict.fromkeys(item.target.kind for item in items)
    rows = []
    for kind in kinds:
        group = [item for item in items if item.target.kind == kind]
        rows.append(
            {
                say("类型"): kind_name(kind),
                say("指标"): say("、").join(target_name(item) for item in group),
                say("怎样判断"): RULES.get(kind, say("见数据质量一章")),
                say("目前"): _together([_standing(evaluation, item) for item in group]),
            }
        )
    return Table(
        pd.DataFrame(rows),
        say("生态环境目标怎样判断"),
        align=["left"] * 4,
        key=key,
    )


def _together(words: list[str]) -> str:
    """Return states with the number of targets in each, in order of appearance."""
    counts = {word: words.count(word) for word in dict.fromkeys(words)}
    return say("、").join(say("{}（{}项）", word, count) for word, count in counts.items())


def _standing(evaluation: Evaluation, item: IndicatorEvaluation) -> str:
    if item.target.kind == "assigned":
        given = item.target.assigned
        if given is None:
            return verdict(item)
        return say("{document}（{date}）", document=given["document"], date=dated(given))
    record = item.state.record
    if record.get("years_observed"):
        return say("公布{}年，达标{}年", record["years_observed"], record["years_met"])
    found = within(evaluation, item)
    return say("规划期内未公布") if found is None else value_cell(found)


def rules_reading(evaluation: Evaluation) -> str:
    """Count the assigned targets that wait for their numbers, and say what that means."""
    items = [item for item in targets(evaluation) if item.target.kind == "assigned"]
    waiting = [item for item in items if item.target.assigned is None]
    if not items:
        return ""
    if not waiting:
        return say("{}项由上级下达的目标都已取得数值、文件和日期。", len(items))
    names = say("、").join(plain(name_of(item.target)) for item in waiting)
    return say(
        "{}项目标由上级下达而未取得下达文件：{}。下达文件和日期登记之前，状态只能是“目标待下达”，不能写成完成，也不能写成未完成。",
        len(waiting),
        names,
    )


def yearly_table(evaluation: Evaluation, key: str = "") -> Table | str:
    """Return the plan's years for the targets judged by value: met, missed or not published."""
    items = [item for item in targets(evaluation) if item.target.kind != "assigned"]
    if not items:
        return say("本规划的生态环境目标全部由上级下达，没有可以逐年对照的数值目标。")
    years = [year for year in evaluation.plan.years if year <= evaluation.year]
    rows = []
    for item in items:
        row: dict[str, str] = {
            say("指标（目标）"): say(
                "{}（{}）", name_of(item.target), target_words.target_text(item)
            )
        }
        for year in years:
            row[say("{}年", year)] = _year_cell(item, year)
        rows.append(row)
    return Table(
        pd.DataFrame(rows),
        say("规划期内逐年对照：达标、未达标或未公布"),
        source=sources(
            evaluation, [f for i in items if i.series for f in i.series.data if f.year in years]
        ),
        note=say(
            "保持类目标每一年都要达标；其他目标只在目标年要求达到，中间年份的“未达”不等于未完成。"
        ),
        align=["left"] * (len(years) + 1),
        key=key,
    )


def _year_cell(item: IndicatorEvaluation, year: int) -> str:
    figure = item.series.at(year) if item.series else None
    if figure is None or item.target.target is None:
        return say("未公布")
    slack = item.target.tolerance or 0.0
    met = item.target.sign * (figure.value - item.target.target) >= -slack - 1e-9
    return say("{}（{}）", amounts.number(figure), say("达标") if met else say("未达"))


def yearly_reading(evaluation: Evaluation) -> str:
    """Say for maintain targets how many years are due, published and met, and the worst year."""
    parts = []
    for item in targets(evaluation):
        if item.target.kind != "maintain":
            continue
        due = evaluation.year - evaluation.plan.start_year + 1
        record = item.state.record
        seen = record.get("years_observed", 0)
        name, year = plain(name_of(item.target)), evaluation.year
        text = say("{}：截至{}年应有{}个年度值，一个也没有公布", name, year, due)
        if seen:
            text = say("{}：截至{}年应有{}个年度值，公布{}个", name, year, due, seen)
            text += say(
                "，达标{}个，最差为{}年的{}",
                record["years_met"],
                record["worst_year"],
                amounts.amount(record["worst_value"], item.target.unit),
            )
        parts.append(text + say("。"))
    if not parts:
        return ""
    return joined(parts) + say("缺一年，就不能说“逐年保持”；一年超标，期末达标也不能抵消。")


def summary(evaluation: Evaluation) -> str:
    """Return what the chapter means for its targets: judged, waiting, without data."""
    items = targets(evaluation)
    if not items:
        return say(NO_TARGET)
    text = meanings(evaluation, items)
    waiting = [i for i in items if i.outlook.code == "awaiting_assignment"]
    silent = [i for i in items if i not in waiting and not has_data(evaluation, i)]
    said = [text] if text else []
    if waiting:
        names = say("、").join(plain(name_of(i.target)) for i in waiting)
        said.append(say("- 目标待下达（{}项）：{}。", len(waiting), names))
    if silent:
        names = say("、").join(plain(name_of(i.target)) for i in silent)
        said.append(say("- 规划期内没有公布值（{}项）：{}。", len(silent), names))
    bound = [i for i in items if i.target.binding == "binding"]
    open_ = [i for i in bound if i in waiting or i in silent]
    if open_:
        said.append(
            say("- 本章{}项约束性目标全部不能评价；在补齐之前，不能把它们计入完成。", len(bound))
            if len(open_) == len(bound)
            else say(
                "- 本章{}项约束性目标中有{}项不能评价；在补齐之前，不能把它们计入完成。",
                len(bound),
                len(open_),
            )
        )
    return Cell("\n").join(said)


def limits(evaluation: Evaluation) -> str:
    """Return what the figures of this chapter cannot show."""
    counts = {code: len(published(evaluation, code)) for code in AIR}
    names = evaluation.data.indicators
    points = say("、").join(
        say("{}{}个", worded(names[code], "name"), n) for code, n in counts.items() if n
    )
    place = region_name(evaluation.data, evaluation.plan.region)
    city_wide = apart(carbon(evaluation))
    return bullets(
        [
            plain(say("{}公布的环境质量年度值：{}；由此看不出年际波动。", place, points))
            if points
            else say("{}没有可用的环境质量年度值。", place),
            say("二氧化碳数字只到全市，不能按生产总值或工业产值的份额摊给港区。")
            if city_wide
            else "",
            city_wide,
            say("浓度和优良天数受气象影响，没有分离气象因素，不能据此说明治理的效果。"),
        ]
    )
