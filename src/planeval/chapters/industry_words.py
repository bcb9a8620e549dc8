"""Targets of parts against the target of the whole, and how the industry chapter closes."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from analysis.data.series import Series, annual_series
from analysis.growth.rates import cagr
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from planeval.chapters.base import meanings
from planeval.chapters.cells import bullets, growth, has_data, plain, sources, value_cell, within
from planeval.chapters.gdp_city import need
from planeval.chapters.gdp_words import outlook_line, state_line
from planeval.chapters.industry import OUTPUT, Part, piece_share
from planeval.chapters.region import years_text
from planeval.chapters.zone import own_name
from planeval.show.table import Table
from planeval.words import figures as amounts
from planeval.words.language import either, say
from planeval.words.target import short_promise

VALUE_ADDED = ("industrial_va", "industrial_va_above_scale")


def part_targets(evaluation: Evaluation) -> list[IndicatorEvaluation]:
    """Return the plan's targets on parts of the zone's output, as the relations declare them."""
    wanted = f"{evaluation.plan.region}:{OUTPUT}"
    for row in evaluation.data.relations.to_dict("records"):
        if row["type"] == "sum_fits" and row["whole"] == wanted:
            codes = [token.partition(":")[2] for token in row["parts"].split(";")]
            return [
                item
                for item in evaluation.indicators
                if item.target.indicator in codes and item.target.target is not None
            ]
    return []


def parts_table(
    evaluation: Evaluation, whole: IndicatorEvaluation | None, key: str = ""
) -> Table | str:
    """Return the targets of the parts, their sum and the target of the whole."""
    items = part_targets(evaluation)
    if not items or whole is None or whole.target.target is None:
        return say("本规划没有既定总量、又定分行业产值的目标，不存在合计是否相容的问题。")
    rows: list[dict[str, object]] = [
        {
            say("项目"): item.target.name,
            say("目标原文"): _as_worded(item),
            say("目标（亿元）"): item.target.target,
            say("规划期内公布值"): value_cell(within(evaluation, item)),
            say("仅作背景的其他口径数值"): _background(evaluation, item),
        }
        for item in items
    ]
    total = sum(float(item.target.target or 0.0) for item in items)
    goal = whole.target.target
    rows += [
        _sum_row(say("各分项合计"), total),
        {
            say("项目"): say("整体：{}", whole.target.name),
            say("目标原文"): _as_worded(whole),
            say("目标（亿元）"): goal,
            say("规划期内公布值"): value_cell(within(evaluation, whole)),
            say("仅作背景的其他口径数值"): "—",
        },
        _sum_row(say("整体减各分项"), goal - total),
    ]
    return Table(
        pd.DataFrame(rows),
        say("{}分行业产值目标与整体目标（现价）", own_name(evaluation)),
        source=sources(evaluation, [figure for item in items for figure in item.context]),
        note=say("分项与整体的统计范围未必一致：规划没有说明分项是否限于规模以上工业。"),
        align=["left", "left", "right", "left", "left"],
        digits={say("目标（亿元）"): 0},
        key=key,
    )


def _as_worded(item: IndicatorEvaluation) -> str:
    """Return the target in the plan's words; English says its kind and number instead."""
    target = item.target
    return either(target.target_text, short_promise(target, target.original))


def _sum_row(name: str, value: float) -> dict[str, object]:
    row: dict[str, object] = {say("项目"): name, say("目标原文"): "—", say("目标（亿元）"): value}
    return row | {say("规划期内公布值"): "—", say("仅作背景的其他口径数值"): "—"}


def _background(evaluation: Evaluation, item: IndicatorEvaluation) -> str:
    if not item.context:
        return "—"
    last = item.context[-1]
    place, value = evaluation.data.name(last.region), value_cell(last)
    return either(f"{place}{value}", f"{place}: {value}")


def parts_reading(
    evaluation: Evaluation, whole: IndicatorEvaluation | None, own: Series, found: Part | None
) -> str:
    """Say what the targets of the parts demand of each other, and of what is left over."""
    items = part_targets(evaluation)
    if not items or whole is None or whole.target.target is None:
        return ""
    said = [
        say("核对编号{}（见数据质量一章）：{}。", f.finding_id, plain(f.reason))
        for f in evaluation.audit.of("tension")
        if f"{evaluation.plan.plan_id}/{whole.target_id}" in f.targets
        and f.rule == "parts_vs_whole"
    ]
    total = sum(float(item.target.target or 0.0) for item in items)
    room = whole.target.target - total
    if abs(room) < 0.05:
        said.append(
            say(
                "各分项若都恰好完成，合计已等于整体目标：要么其余行业没有产值，要么整体目标定得低于各分项与其余行业之和。"
            )
        )
    return "".join(said) + _left_over(own, found)


def _left_over(own: Series, found: Part | None) -> str:
    last = own.last
    piece = found.series.at(last.year) if found is not None and last is not None else None
    if found is None or last is None or piece is None:
        return ""
    return say(
        "参照：{}年{}以外的产值约{}，但园区不等于绿色化工新材料产业，两者口径不同，只能说明其余部分并不为零。",
        last.period,
        found.name,
        amounts.amount(last.value - piece.value, last.unit, 1),
    )


def pace_reading(evaluation: Evaluation, own: Series, item: IndicatorEvaluation | None) -> str:
    """Compare the growth still needed with the zone's own, published and derived kept apart."""
    wanted = need(evaluation, item)
    if item is None or wanted is None or item.state.met:
        return ""
    rate, first, left = wanted
    text = (
        say("{}年须现价增长{:.1f}%。", first + 1, rate)
        if left == 1
        else say("{}—{}年每年须现价增长{:.1f}%。", first + 1, first + left, rate)
    )
    told = []
    for a, b in pairwise(own.data):
        pace = 100 * cagr(a.value, b.value, b.year - a.year)
        mark = say("（起点为推算值）") if a.status == "derived" else ""
        told.append(say("{}—{}年年均{}{}", a.period, b.period, growth(pace, "current"), mark))
    return text + say("；").join(told) + (say("。") if told else "")


def closing(
    evaluation: Evaluation, own: Series, item: IndicatorEvaluation | None, found: Part | None
) -> str:
    """Say what the chapter means for the output target and for the targets of parts."""
    if item is None:
        told = [i for i in evaluation.of(domain="industry") if has_data(evaluation, i)]
        if told:
            return say("本规划没有产值总量目标；工业类目标中有数据的如下。\n\n") + meanings(
                evaluation, told
            )
        return say("本规划没有产值总量目标，工业类目标也没有可用的公布值，本章不判断完成。")
    return bullets(
        [
            state_line(evaluation, item),
            _pace_line(evaluation, own, item),
            outlook_line(item),
            _weight_line(own, found),
            _silent_line(evaluation),
        ]
    )


def _pace_line(evaluation: Evaluation, own: Series, item: IndicatorEvaluation) -> str:
    wanted = need(evaluation, item)
    if wanted is None or item.state.met:
        return ""
    rate, first, left = wanted
    if within(evaluation, item) is None:
        return say("**还需**：从{}年基期算起的{}年里每年须现价增长{:.1f}%。", first, left, rate)
    span = say("余下一年（{}年）", first + 1) if left == 1 else say("余下{}年每年", left)
    text = say("**还需**：{}须现价增长{:.1f}%", span, rate)
    done = item.state.realised_growth_pct
    if done is None:
        return text + say("。")
    if rate > done:
        return say(
            "{}，比规划期已有的年均增速（现价{:.1f}%）高{:.1f}个百分点。", text, done, rate - done
        )
    return say(
        "{}，比规划期已有的年均增速（现价{:.1f}%）低{:.1f}个百分点。", text, done, done - rate
    )


def _weight_line(own: Series, found: Part | None) -> str:
    last = own.last
    piece = found.series.at(last.year) if found is not None and last is not None else None
    if found is None or last is None or piece is None:
        return ""
    share = piece_share(last, piece)
    text = say(
        "**结构**：{}年{}相当于规上工业总产值的{:.1f}%（口径不同，近似）",
        last.period,
        found.name,
        share,
    )
    return text + (say("，产值能否达到目标，大部分落在园区。") if share > 50 else say("。"))


def _silent_line(evaluation: Evaluation) -> str:
    items = evaluation.of(domain="industry")
    silent = [item for item in items if not has_data(evaluation, item)]
    if not silent:
        return ""
    names = say("、").join(plain(item.target.name) for item in silent)
    return say("**无从评价**：{}项没有可用的公布值（{}）。", len(silent), names)


def limits(evaluation: Evaluation, own: Series, found: Part | None) -> str:
    """List what these data cannot show."""
    name, plan = own_name(evaluation), evaluation.plan
    due = range(plan.start_year, evaluation.year + 1)
    missing = [year for year in due if own.at(year) is None]
    lines = [
        say("{}规上工业总产值规划期内缺{}，年度间的起落看不到。", name, years_text(missing))
        if missing
        else "",
        say("产值按现价，价格涨跌与产量增减分不开；没有本区工业品的价格指数。"),
        say("规上企业名单每年变动，两年总量之比里有多少是企业进出，没有同口径增速就分不开。"),
        _no_value_added(evaluation),
    ]
    if any(item.status == "derived" for item in own.data):
        years = years_text([i.year for i in own.data if i.status == "derived"])
        lines.append(
            say("{}的产值由公布的倍数反推，不是公布值，只用来画出走向和作标明推算的对照。", years)
        )
    if found is not None and found.series.data:
        lines.append(
            say(
                "{}与{}的产值口径不同，园区内外的结构只是近似，行业构成没有公布。", found.name, name
            )
        )
    lines.append(
        say("上级地区第二产业的走势是另一地域、另一指标，不能代替本区产值，也不说明原因。")
    )
    return bullets(lines)


def _no_value_added(evaluation: Evaluation) -> str:
    due = range(evaluation.plan.start_year, evaluation.year + 1)
    for code in VALUE_ADDED:
        series = annual_series(
            evaluation.data,
            evaluation.plan.region,
            code,
            as_of=evaluation.as_of,
            until=evaluation.year,
        )
        if any(item.year in due for item in series.data):
            return ""
    return say(
        "规划期内没有{}的工业增加值总量，产值增长有多少变成增加值无从得知。", own_name(evaluation)
    )
