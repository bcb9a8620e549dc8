"""The five-year target by year, and the scenarios to its end, as tables and sentences.

What a document declares is marked apart from what is only worked out; every scenario of every
chapter comes from :func:`analysis.targets.scenarios.target_scenarios`.
"""

from __future__ import annotations

import pandas as pd

from analysis.targets.evaluation import Evaluation
from analysis.targets.path import LEVELS, ORIGINS, RATES, PathStep, YearlyPath, yearly_path
from analysis.targets.scenarios import SCENARIOS, TargetScenarios, target_scenarios
from analysis.targets.types import IndicatorEvaluation
from planeval.chapters.cells import BASIS_ZH, bullets, plain, signed, sources, target_name
from planeval.show.table import Table
from planeval.words import figures as amounts
from planeval.words.language import either, mark, say

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
    origin = either(*ORIGINS[step.origin][:2])
    if base is not None and base.status == "derived":
        origin += say("（推算）")
    bound = say("＊") if figure is not None and figure.qualifier in BOUNDS else ""
    words = "" if figure is None else amounts.QUALIFIER_ZH[figure.qualifier]
    return {
        say("指标（单位）"): target_name(item),
        say("年份"): str(step.year),
        say("直线路径"): amounts.number(step.value),
        say("来历"): origin,
        say("等速路径"): amounts.number(other.at(step.year).value)
        if isinstance(other, YearlyPath)
        else "—",
        say("公布值"): "—" if figure is None else f"{words}{amounts.number(figure.value)}",
        say("差额"): signed(step.difference, 2) + bound,
        say("差额（%）"): "—"
        if _rate(evaluation, item) or step.difference_pct is None
        else signed(step.difference_pct) + bound,
    }


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
        named = say("、").join(say("{}{}个年份", i.target.name, p.declared) for i, p in declared)
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
    return f"{plain(text)}\n\n{bullets(plain(line) for line in lines)}"


def _line(evaluation: Evaluation, item: IndicatorEvaluation, path: YearlyPath) -> str:
    name, figure = item.target.name, path.latest
    if figure is None:
        return say("{}：规划期内还没有同口径的公布值，不能与路径比较。", name)
    step = path.at(figure.year) if figure.year <= item.target.target_year else None
    value = amounts.amount(figure.value, _unit(evaluation, item))
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
        else say("{}的直线路径", either(*ORIGINS[step.origin][:2]))
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
        rate = f"{signed(path.required_growth_pct)}%"
        rate = rate if one else say("年均{0}", rate)
        text += say("（{}）", say("，").join(part for part in (basis, rate) if part))
    return text


def scenario_items(
    evaluation: Evaluation,
) -> list[tuple[IndicatorEvaluation, TargetScenarios | str]]:
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
        return bullets(
            plain(say("{}：{}", item.target.name, found)) for item, found in given
        ) or say("本规划没有生产总值、工业产值或吞吐量的总量目标，不作情景。")
    rows = [
        {
            say("指标（单位）"): target_name(item),
            say("情景"): either(*SCENARIOS[one.code][:2]),
            say("{}年", found.year) if _one_year(made) else say("目标年"): amounts.number(
                one.level, 1
            ),
            say("年均增速（%）"): signed(one.growth_pct),
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


def _start(item: IndicatorEvaluation, found: TargetScenarios) -> str:
    last = item.series.last if item.series else None
    basis = BASIS_ZH.get(last.price_basis, "") if last is not None else ""
    return say(
        "{}自{}年起{}", item.target.name, found.start_year, say("（{}）", basis) if basis else ""
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


def _scenario_line(item: IndicatorEvaluation, found: TargetScenarios | str) -> str:
    name = item.target.name
    if isinstance(found, str):
        return say("{}：{}", name, found)
    unit = found.unit
    low, base, high = (found.get(code) for code in ("low", "baseline", "high"))
    text = say(
        "{}：{}年基线为{}，低位和高位为{}和{}，目标为{}",
        name,
        found.year,
        amounts.amount(base.level, unit, 1),
        amounts.number(low.level, 1),
        amounts.amount(high.level, unit, 1),
        amounts.amount(found.goal, unit),
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
