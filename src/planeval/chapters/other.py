"""The chapter of the other targets: society, governance, text, milestones and the far vision."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.data.series import Datum
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from planeval.chapters.base import (
    BASIS_ZH,
    View,
    bullets,
    cautions,
    figures,
    growth,
    has_data,
    lacking,
    mean_growth,
    meanings,
    missing_table,
    plain,
    signed,
    sources,
    targets_table,
    titles,
    value_cell,
    within,
)
from planeval.show.bars import bar_chart
from planeval.show.chart import Chart
from planeval.show.table import Table, percent
from planeval.words import amounts, targets
from planeval.words.amounts import unit_name
from planeval.words.language import either, mark, say, worded
from planeval.words.names import dated, group_of, name_of, noted, place, region_name
from planeval.words.reasons import said, verdict
from planeval.words.steps import grown
from planeval.words.targets import of, target_cell

# shown with table and text in a chapter of their own
ELSEWHERE = ("gdp", "industry", "port", "environment")


def beyond(evaluation: Evaluation) -> list[IndicatorEvaluation]:
    """Return the targets that fall due after the plan: the vision."""
    end = evaluation.plan.end_year
    return [item for item in evaluation.indicators if item.target.target_year > end]


def others(evaluation: Evaluation) -> list[IndicatorEvaluation]:
    """Return the targets no other chapter shows, those of the vision among them."""
    far = {item.target_id for item in beyond(evaluation)}
    return [
        item
        for item in evaluation.indicators
        if item.target.domain not in ELSEWHERE or item.target_id in far
    ]


def near(evaluation: Evaluation) -> list[IndicatorEvaluation]:
    """Return the chapter's targets that fall due within the plan."""
    far = {item.target_id for item in beyond(evaluation)}
    return [item for item in others(evaluation) if item.target_id not in far]


def scope(evaluation: Evaluation) -> str:
    """Say how many targets the chapter holds and how many of them can be followed.

    Targets of the vision are counted apart: nothing of them can be due or missing yet.
    """
    items, far = near(evaluation), beyond(evaluation)
    followed = [item for item in items if has_data(evaluation, item)]
    text = _followed_words(len(items), len(followed))
    partly = sum(bool(lacking(evaluation, item)) for item in followed)
    if partly:
        text += say("有数值或记录的目标中，{}项仍缺自身的数据，一并列入待补数据清单。", partly)
    if far:
        text += say("另有规划期之后的远景目标{}项，尚未到期，见远景一节。", len(far))
    return text


def _followed_words(total: int, followed: int) -> str:
    if not total:
        return say("本规划没有列入本章的目标。")
    if not followed:
        text = say("本章{}项目标，规划期内没有一项有公布的数值或记录。", total)
        return text + say("因此本章只能说明缺什么，不能说明进展。")
    if followed == total:
        return say("本章{}项目标，在规划期内都有公布的数值或记录。", total)
    return say(
        "本章{}项目标，其中{}项在规划期内有公布的数值或记录，{}项没有。",
        total,
        followed,
        total - followed,
    )


def groups(evaluation: Evaluation) -> list[View]:
    """Return heading, table and sentences of every group with any figure at all.

    Groups without a figure are only counted; the list of missing data names their targets.
    """
    kinds = ("relative", "cumulative", "milestone")
    levels = [item for item in near(evaluation) if item.target.kind not in kinds]
    shown: list[View] = []
    empty: dict[str, int] = {}
    for group in dict.fromkeys(group_of(item.target) for item in levels):
        items = [item for item in levels if group_of(item.target) == group]
        known = [i for i in items if i.baseline is not None or within(evaluation, i) is not None]
        if not known:
            empty[group] = len(items)
            continue
        shown += [
            f"### {plain(group)}",
            targets_table(evaluation, known, say("{}：有公布值的目标", group)),
            _group_words(evaluation, items, known),
            cautions(known),
        ]
    if empty:
        names = say("、").join(say("{}{}项", plain(group), count) for group, count in empty.items())
        shown.insert(0, say("至今没有公布过一个数值的：{}，指标见待补数据清单。", names))
    return shown or [say("本规划没有列入本节的目标。")]


def _group_words(
    evaluation: Evaluation,
    items: Sequence[IndicatorEvaluation],
    known: Sequence[IndicatorEvaluation],
) -> str:
    followed = [item for item in known if has_data(evaluation, item)]
    silent = len(items) - len(known)
    if followed:
        part = say("全部") if len(followed) == len(items) else say("中{}项", len(followed))
        text = bullets([say("{}项{}在规划期内有公布值。", len(items), part)])
        return text + "\n" + meanings(evaluation, followed)
    text = say(
        "本组数值类目标{}项，其中{}项只有基期值，规划期内没有公布可用的值，因此不对进展下结论。",
        len(items),
        len(known),
    )
    return text + (say("其余{}项连基期值也没有。", silent) if silent else "")


def totals_view(evaluation: Evaluation) -> Table | str:
    """Return the five-year totals: promised, published so far, share of the promise."""
    items = [item for item in near(evaluation) if item.target.kind == "cumulative"]
    if not items:
        return say("本规划没有五年累计类的目标列入本章。")
    if not any("to_date" in item.state.record for item in items):
        names = say("；").join(
            say("{}（{}）", name_of(i.target), targets.target_text(i)) for i in items
        )
        return plain(
            say(
                "五年累计目标{}项：{}。各年数值都没有公布，累计完成多少无从计算。",
                len(items),
                names,
            )
        )
    rows = [_total_row(item) for item in items]
    return Table(
        pd.DataFrame(rows),
        say("五年累计目标：{}项", len(items)),
        note=say("“—”表示没有公布，不表示零。"),
        align=["left", "left", "right", "right", "left"],
        key="totals",
    )


def totals_cautions(evaluation: Evaluation) -> str:
    """Return what a reader must know of the totals: findings that touch them."""
    return cautions(item for item in near(evaluation) if item.target.kind == "cumulative")


def _total_row(item: IndicatorEvaluation) -> dict[str, str]:
    record = item.state.record
    return {
        say("指标（单位）"): say("{}（{}）", name_of(item.target), unit_name(item.target.unit)),
        say("五年目标"): target_cell(item),
        say("已公布累计"): amounts.number(record.get("to_date")),
        say("完成"): amounts.share(of(item, "completion")),
        say("说明"): said(*item.outlook.reasons) or verdict(item),
    }


def milestones_view(evaluation: Evaluation) -> Table | str:
    """Return the milestones with the public record each verdict rests on."""
    items = [item for item in near(evaluation) if item.target.kind == "milestone"]
    if not items:
        return say("本规划没有事项类的目标列入本章。")
    rows = []
    for item in items:
        told = item.target.milestone
        rows.append(
            {
                say("事项"): name_of(item.target),
                say("进展"): verdict(item) if told else say("没有记录"),
                say("依据"): (noted(told["note"]) or "—") if told else say("没有公开的进展记录"),
                say("公布日"): dated(told) if told else "—",
                say("出处"): f"{told['source']} {place(told['locator'])}" if told else "—",
                say("证据"): item.evidence.grade,
            }
        )
    late = [item for item in items if item.late_record]
    note = say("“没有记录”不等于没有推进。")
    if late:
        note += say("其中{}项的证据公布于{}年之后。", len(late), evaluation.year)
    return Table(
        pd.DataFrame(rows),
        say("事项类目标：{}项", len(items)),
        source=titles(evaluation, (t["source"] for i in items if (t := i.target.milestone))),
        note=note,
        align=["left"] * 6,
        key="milestones",
    )


def milestones_reading(evaluation: Evaluation) -> str:
    """Return one sentence on the milestones: done, under way, unknown."""
    items = [item for item in near(evaluation) if item.target.kind == "milestone"]
    if not items:
        return ""
    done = sum(item.outlook.code == "achieved" for item in items)
    going = sum(item.outlook.code == "in_progress" for item in items)
    if not done + going:
        return say("{}项事项都没有公开的进展记录。", len(items))
    silent = len(items) - done - going
    if done and going:
        told = say("有公开记录称已完成的{}项、推进中的{}项", done, going)
    elif done:
        told = say("有公开记录称已完成的{}项", done)
    else:
        told = say("有公开记录称推进中的{}项", going)
    text = say(
        "{}项事项中，{}{}；单一报道的证据等级不高于C。",
        len(items),
        told,
        say("，没有记录的{}项", silent) if silent else "",
    )
    late = sum(item.late_record and item.outlook.code == "achieved" for item in items)
    if late:
        text += say(
            "其中{}项的完成记录公布于{}年之后，不能说明{}年底前已经完成。",
            late,
            evaluation.year,
            evaluation.year,
        )
    return text


def vision_view(evaluation: Evaluation) -> Table | str:
    """Return the targets beyond the plan with the yearly pace they mean."""
    items = beyond(evaluation)
    if not items:
        return say("本规划没有规划期之后的远景目标。")
    rows = [_vision_row(evaluation, item) for item in items]
    return Table(
        pd.DataFrame(rows),
        say("规划期之后的远景目标"),
        source=sources(evaluation, figures(items)),
        note=say(
            "“相当于年均”是按倍数与年数折算的复合增速；“期内实际”是基期以来公布值的复合增速。"
        ),
        align=["left", "left", "right", "right", "right", "right", "left"],
        key="vision",
    )


def _vision_row(evaluation: Evaluation, item: IndicatorEvaluation) -> dict[str, str]:
    target, state = item.target, item.state
    found = mean_growth(evaluation, target.region, target.indicator, target.caliber)
    pace = state.record.get("pace_pct")
    return {
        say("指标"): name_of(target),
        say("目标"): target_cell(item),
        say("基数年"): str(state.record.get("multiple_base_year", "—")),
        say("目标年"): str(target.target_year),
        say("相当于年均"): "—" if pace is None else percent(of(item, "pace_pct"), 2),
        say("期内实际"): "—" if found is None else _rate(found),
        say("前景"): verdict(item),
    }


def _rate(found: tuple[Datum, Datum, float]) -> str:
    basis = BASIS_ZH.get(found[1].price_basis, "")
    return signed(grown(*found[:2])) + "%" + (say("（{}）", basis) if basis else "")


def vision_reading(evaluation: Evaluation) -> str:
    """Say what pace the vision means beside the pace so far, and why nothing is judged yet."""
    lines = []
    for item in beyond(evaluation):
        target, pace = item.target, item.state.record.get("pace_pct")
        if pace is None:
            continue
        text = say("{}：相当于年均增长{:.2f}%", name_of(target), of(item, "pace_pct"))
        text += say("（{}）", noted(target.note)) if target.note else ""
        for indicator in (target.indicator, *target.proxies):
            text += _pace_beside(evaluation, item, indicator, pace)
        why = said(*item.outlook.reasons)
        reason = say("{}。", why) if why else ""
        lines.append(plain(say("{}。{}", text, reason)))
    return bullets(lines)


def _pace_beside(
    evaluation: Evaluation, item: IndicatorEvaluation, indicator: str, pace: float
) -> str:
    found = mean_growth(evaluation, item.target.region, indicator, item.target.caliber)
    if found is None:
        return ""
    base, last, rate = found
    name = worded(evaluation.data.indicators[indicator], "name")
    told = (name, base.period, last.period, growth(rate, last.price_basis), abs(rate - pace))
    if rate < pace:
        return say("；{}{}—{}年年均{}，比这一速度低{:.1f}个百分点", *told)
    return say("；{}{}—{}年年均{}，比这一速度高{:.1f}个百分点", *told)


def missing_view(evaluation: Evaluation) -> Table | str:
    """Return what would have to be published for this chapter's targets to be followed."""
    return missing_table(evaluation, near(evaluation), key="missing")


# --- Incomes beside growth: is what was promised "in step" in step, and by which width ---


NOTE = mark("收入与生产总值按同一价格基础比较；剔除价格后是否同步，需要另有公布的可比价数。")


def relative(evaluation: Evaluation) -> list[IndicatorEvaluation]:
    """Return the chapter's targets that are promised against another indicator."""
    return [i for i in near(evaluation) if i.target.kind == "relative" and i.target.comparator]


def _compared(item: IndicatorEvaluation, evaluation: Evaluation) -> list[tuple[str, str]]:
    """Return region and indicator of the comparator, then of the target or its stand-ins."""
    target = item.target
    region, _, indicator = (target.comparator or "").rpartition(":")
    own = [target.indicator] if item.series and item.series.data else list(target.proxies)
    return [(region or evaluation.plan.region, indicator), *((target.region, n) for n in own)]


def income_table(evaluation: Evaluation) -> Table | str:
    """Return base, latest value and mean growth of the incomes beside those of the economy."""
    items = relative(evaluation)
    if not items:
        return say("本规划没有“与其他指标同步”一类的目标列入本章。")
    rows, used = _income_rows(evaluation, items[0])
    if not any(row[say("年均增速")] != "—" for row in rows):
        return say(
            "{}：规划期内没有可以比较的公布值，是否同步无从判断。", plain(name_of(items[0].target))
        )
    return Table(
        pd.DataFrame(rows),
        say(
            "{}：目标为“{}”",
            name_of(items[0].target),
            either(items[0].target.target_text, targets.target_text(items[0])),
        ),
        source=sources(evaluation, used),
        note=say(NOTE) + _proxy_note(items[0]) + _bound_note(used),
        align=["left", *["right"] * 4],
        key="income",
    )


def _income_rows(
    evaluation: Evaluation, item: IndicatorEvaluation
) -> tuple[list[dict[str, str]], list[Datum]]:
    rows, used = [], []
    gaps = item.state.record.get("differences_pp", {})
    for region, indicator in _compared(item, evaluation):
        spec = evaluation.data.indicators[indicator]
        found = mean_growth(evaluation, region, indicator, item.target.caliber)
        if found:
            used += [found[0], found[1]]
        rows.append(
            {
                say("指标（单位）"): say("{}（{}）", worded(spec, "name"), unit_name(spec["unit"])),
                say("基期"): amounts.number(found[0]) if found else "—",
                say("最新值（年）"): value_cell(found[1]) if found else "—",
                say("年均增速"): _rate(found) if found else "—",
                say("与参照之差"): _gap(gaps.get(indicator)),
            }
        )
    return rows, used


def _gap(value: float | None) -> str:
    return "—" if value is None else say("{}个百分点", signed(value))


def _proxy_note(item: IndicatorEvaluation) -> str:
    if item.series and item.series.data:
        return ""
    # a whole may grow faster than each of its parts when people move from the poorer to the richer
    return say(
        "{}本身未公布，由所列替代序列说明，不下结论；各部分的人口比重变动时，全体的增速可能落在替代序列的范围之外。",
        name_of(item.target),
    )


def _bound_note(used: list[Datum]) -> str:
    """Say which way the differences err when the economy's own figure is only a lower bound."""
    if not used or used[1].qualifier != "at_least":
        return ""
    return say("地区生产总值的最新值是下限，其实际增速可能略高，与它之差可能略低于表中的数。")


def income_chart(evaluation: Evaluation) -> Chart | str:
    """Draw mean growth since the base: the comparator and what is promised to keep step."""
    rows, used, gaps = [], [], {}
    for item in relative(evaluation)[:1]:
        gaps = item.state.record.get("differences_pp", {})
        for region, indicator in _compared(item, evaluation):
            found = mean_growth(evaluation, region, indicator, item.target.caliber)
            if found:
                used += [found[0], found[1]]
                name = worded(evaluation.data.indicators[indicator], "name")
                rows.append({"name": name, "value": found[2]})
    if not gaps:
        return ""
    last, base = used[-1].year, evaluation.plan.base_year
    names = evaluation.data.indicators
    told = say("，").join(
        say(
            "{}{}{:.1f}个百分点",
            worded(names[name], "name"),
            say("快") if gap >= 0 else say("慢"),
            abs(gap),
        )
        for name, gap in gaps.items()
    )
    basis = say("、").join(sorted({BASIS_ZH.get(figure.price_basis, "—") for figure in used}))
    return bar_chart(
        pd.DataFrame(rows),
        say("{}—{}年{}年均增速与{}相比：{}", base, last, basis, rows[0]["name"], told),
        unit="%",
        sort=False,
        subtitle=say(
            "{}，{}年均增速，%", region_name(evaluation.data, evaluation.plan.region), basis
        ),
        source=sources(evaluation, used),
        key="income-growth",
    )


def _verdicts(evaluation: Evaluation) -> tuple[IndicatorEvaluation | None, dict[str, str]]:
    """Return the target judged by several widths, and the answer by each of them."""
    items = [i for i in relative(evaluation) if i.state.record.get("sensitivity")]
    if not items:
        return None, {}
    record = items[0].state.record
    gaps = record["differences_pp"].values()
    return items[0], {width: targets.in_step(gaps, width) for width in record["sensitivity"]}


def width_reading(evaluation: Evaluation) -> str:
    """Say that the width belongs to the answer, where the answer turns with it."""
    _, verdicts = _verdicts(evaluation)
    if len(set(verdicts.values())) < 2:
        return ""
    return say("同步与否随约定的宽度而变，结论应连同宽度一起引用。")


def income_sensitivity(evaluation: Evaluation) -> Table | str:
    """Return how the answer "in step" turns with the width one allows."""
    item, verdicts = _verdicts(evaluation)
    if item is None:
        return ""
    note = say(
        "规划没有规定“基本同步”容许多大差距，宽度为本报告约定，放宽一倍和收窄一半的结果同列。"
    )
    if say("不能确定") in verdicts.values():
        note += say("“不能确定”指替代序列一部分在容许差距之内、一部分在外。")
    rows = [
        {
            say("容许差距"): say("±{}个百分点", width)
            + (say("（本报告采用）") if _chosen(item, width) else ""),
            say("是否同步"): answer,
        }
        for width, answer in verdicts.items()
    ]
    return Table(
        pd.DataFrame(rows),
        say("“基本同步”的宽窄与判断")
        if len(set(verdicts.values())) > 1
        else say("“基本同步”的判断不随宽窄变化"),
        note=note,
        align=["left", "left"],
        key="income-band",
    )


def _chosen(item: IndicatorEvaluation, width: str) -> bool:
    return item.target.band is not None and f"{item.target.band:g}" == width


def income_reading(evaluation: Evaluation) -> str:
    """Say what the comparison of incomes with growth shows, and what it cannot show."""
    return bullets(
        plain(targets.meaning(item))
        for item in relative(evaluation)
        if item.state.record.get("differences_pp")
    )
