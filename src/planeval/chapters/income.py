"""Incomes beside growth: is what was promised "in step" in step, and by which width."""

from __future__ import annotations

import pandas as pd

from analysis.data.series import Datum
from analysis.data.units import unit_name
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from planeval.chapters.cells import (
    BASIS_ZH,
    bullets,
    mean_growth,
    plain,
    signed,
    sources,
    value_cell,
)
from planeval.chapters.other import _rate, near
from planeval.show.bars import bar_chart
from planeval.show.chart import Chart
from planeval.show.table import Table
from planeval.words import figures as amounts
from planeval.words import target as wording
from planeval.words import targets
from planeval.words.language import either, mark, say, worded

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
            "{}：规划期内没有可以比较的公布值，是否同步无从判断。", plain(items[0].target.name)
        )
    return Table(
        pd.DataFrame(rows),
        say(
            "{}：目标为“{}”",
            items[0].target.name,
            either(items[0].target.target_text, wording.target_text(items[0])),
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
                say("基期"): amounts.number(found[0].value) if found else "—",
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
        item.target.name,
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
        subtitle=say("{}，{}年均增速，%", evaluation.data.name(evaluation.plan.region), basis),
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
