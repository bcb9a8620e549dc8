"""The chapter on how each forecast came about: its steps, its range, what comparators changed.

Steps, fan and probability are those of the evaluation's own forecast. Where it uses no comparable
series but the data declare one, the forecast with that series is told beside it, for comparison.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.data.series import Comparable, Datum, annual_series, comparables
from analysis.forecast import forecast
from analysis.forecast.distribution import Forecast
from analysis.forecast.steps import VERDICT_FROM, why
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from planeval.chapters.base import View, bullets, plain, sources, target_name
from planeval.show.chart import Chart
from planeval.show.lines import Beside, fan_chart
from planeval.show.table import Table
from planeval.words import amounts
from planeval.words.amounts import ENGLISH, unit_name, with_unit
from planeval.words.cell import Figure, Known
from planeval.words.forecast import step_title, step_words
from planeval.words.language import either, mark, say, worded
from planeval.words.names import measure_name, name_of, region_name
from planeval.words.reasons import basis, named
from planeval.words.targets import of

# --- Which targets have a forecast of their own value, with and without comparable series ---
# The evaluation's own forecast is one of the two: where it uses no comparable series but the data
# declare one, the forecast with that series is made beside it, for comparison only.


#: Chapters whose targets are followed step by step, when they are still to be reached.
MAIN = ("gdp", "industry", "port")
#: Why a target has no range, in the order told; of several reasons the first is the one.
LEFT_OUT = (
    "settled",
    "awaiting_assignment",
    "not_comparable",
    "not_due",
    "milestone",
    "silent",
    "single",
    "short",
)


@dataclass(frozen=True)
class Explained:
    """One target whose value in the target year is forecast, with and without comparators.

    Attributes
    ----------
    item : IndicatorEvaluation
        The target as judged.
    shown : Forecast
        With comparable series wherever there are any.
    evaluated : bool
        Whether `shown` is the evaluation's own forecast.
    goal : float
        The value that meets the target, its tolerance taken off.
    declared : tuple of Comparable
        Series declared in the data that the evaluation does not use.
    """

    item: IndicatorEvaluation
    shown: Forecast
    evaluated: bool
    goal: float
    declared: tuple[Comparable, ...] = ()

    @property
    def published(self) -> int:
        """Published observations, derived ones left out."""
        data = self.item.series.data if self.item.series else ()
        return sum(figure.status != "derived" for figure in data)

    @property
    def verdict(self) -> bool:
        """Whether there are figures enough for a probability to be one."""
        return self.published >= VERDICT_FROM

    @property
    def used(self) -> Forecast:
        """The evaluation's own forecast."""
        made: Forecast = self.shown if self.evaluated else self.item.outlook.forecast
        return made

    @property
    def other(self) -> Forecast | None:
        """The forecast it is held against: without the comparable series, or with them."""
        return self.shown.alone if self.evaluated else self.shown

    @property
    def year(self) -> int:
        """The target year."""
        return self.item.target.target_year

    def chance(self, made: Forecast) -> Figure:
        """Return the probability of the target by one forecast."""
        return self.traced(made, "probability", self.probability(made))

    def probability(self, made: Forecast) -> float:
        """Return the probability as a bare number."""
        return made.probability(self.goal, self.year, self.item.target.sign)

    def traced(self, made: Forecast, code: str, value: float) -> Figure:
        """Return a figure of a forecast; the evaluation's own is known as the target's."""
        own = made is self.used or (not self.evaluated and made is self.shown.alone)
        return Known(value, of(self.item, code).origin) if own else value


def explained(evaluation: Evaluation) -> list[Explained]:
    """Return every target with a forecast of its own value, in the plan's order."""
    found = (_explained(evaluation, item) for item in evaluation.indicators)
    return [one for one in found if one is not None]


def _explained(evaluation: Evaluation, item: IndicatorEvaluation) -> Explained | None:
    made, target = item.outlook.forecast, item.target
    if made is None or item.level_asked is None or item.series is None:
        return None
    goal = item.level_asked - target.sign * (target.tolerance or 0.0)
    if made.alone is not None:
        return Explained(item, named(made, evaluation.data), True, goal)
    declared = comparables(
        evaluation.data,
        target.region,
        target.indicator,
        as_of=evaluation.as_of,
        until=evaluation.year,
    )
    if not declared:
        return Explained(item, made, True, goal)
    names = [_name(evaluation, one) for one in declared]
    others = [one.series.values().rename(name) for one, name in zip(declared, names, strict=True)]
    moved = forecast(
        item.series.values(), until=target.target_year, kind=made.kind, comparators=others
    )
    if moved.alone is None:  # one figure says nothing on growth
        return Explained(item, made, True, goal)
    used = tuple(
        one for one, name in zip(declared, names, strict=True) if name in moved.comparators
    )
    return Explained(item, moved, False, goal, used)


def _name(evaluation: Evaluation, one: Comparable) -> str:
    return measure_name(evaluation.data, one.series.region, one.series.indicator)


def left_out(evaluation: Evaluation) -> dict[str, int]:
    """Return how many targets have no range, by the one reason of each; nothing is left over.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> evaluation = evaluate("jiaxing-13fyp", 2020)
    >>> left_out(evaluation), len(evaluation.in_force)
    ({'settled': 13, 'awaiting_assignment': 7}, 20)
    """
    made = {one.item.target_id for one in explained(evaluation)}
    found = Counter(_reason(item) for item in evaluation.in_force if item.target_id not in made)
    return {reason: found[reason] for reason in LEFT_OUT if found[reason]}


def _reason(item: IndicatorEvaluation) -> str:
    code, figures = item.outlook.code, len(item.series.data) if item.series else 0
    if code in ("achieved", "missed"):
        return "settled"
    if code in ("awaiting_assignment", "not_comparable", "not_due"):
        return code
    if item.target.kind == "milestone":
        return "milestone"
    if not figures:
        return "silent"
    return "single" if code == "cannot_judge" else "short"


def main_targets(evaluation: Evaluation) -> list[Explained]:
    """Return the targets of economy, industry and port whose latest value is still short."""
    return [
        one
        for one in explained(evaluation)
        if one.item.target.domain in MAIN
        and one.item.series is not None
        and one.item.target.sign * (one.goal - one.item.series.data[-1].value) > 1e-9
    ]


#: What is said of the targets without a range, for each reason of `left_out`.
REASONS = {
    "settled": mark("已由目标年的公布值或公开记录定论的{}项"),
    "awaiting_assignment": mark("目标待上级下达的{}项"),
    "not_comparable": mark("公布值口径不可比的{}项"),
    "not_due": mark("未到评估期的{}项"),
    "milestone": mark("属工程或事项而没有数值可预测的{}项"),
    "silent": mark("没有公布值的{}项"),
    "single": mark("只有一个公布值的{}项"),
    "short": mark("公布值不足以算出区间的{}项"),
}
_SPACE = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef]) +(?=\S)|(?<=\S) +(?=[\u3000-\u9fff])")


def scope(evaluation: Evaluation) -> str:
    """Say how many targets are forecast, how many of them are followed, and why not the others."""
    items, made = evaluation.in_force, explained(evaluation)
    if not items:
        return say("本规划没有目标。")
    text = say("规划共有{}项目标，没有一项有对目标年数值的预测区间。", len(items))
    if made:
        text = say("规划共有{}项目标，{}项有对目标年数值的预测区间。", len(items), len(made))
    counts = left_out(evaluation)
    parts = say("、").join(say(REASONS[reason], count) for reason, count in counts.items())
    if counts and made:
        text += say("其余{}项没有区间：{}。", sum(counts.values()), parts)
    elif counts:
        text += say("其中{}。", parts)
    chosen = main_targets(evaluation)
    if chosen:
        listed = say("、").join(name_of(one.item.target) for one in chosen)
        text += say("经济、产业和港口目标中尚未达到的{}项逐步列出：{}。", len(chosen), listed)
    elif made:
        text += say("经济、产业和港口目标中没有尚未达到而又有区间的，本章只列总表。")
    else:
        text += say("没有需要逐步说明的预测。")
    return plain(text)


def sections(evaluation: Evaluation) -> list[View]:
    """Return heading, steps, fan and reading of every main target."""
    shown: list[View] = []
    for one in main_targets(evaluation):
        shown += [
            f"### {plain(name_of(one.item.target))}",
            steps_table(evaluation, one),
            fan(evaluation, one),
            reading(evaluation, one),
        ]
    return shown or [say("没有需要逐步说明的预测。")]


def tight(text: str) -> str:
    """Return Chinese text without the spaces round its figures.

    Examples
    --------
    >>> tight("取自 236 个序列（World Bank），每年 7.3% 左右")
    '取自236个序列（World Bank），每年7.3%左右'
    """
    return _SPACE.sub("", text)


def steps_table(evaluation: Evaluation, one: Explained) -> Table:
    """Return the steps from the published figures to the probability."""
    item = one.item
    steps = why(
        one.used,
        one.goal,
        one.year,
        item.target.sign,
        published=one.published,
    )
    unit = (item.target.unit, ENGLISH[item.target.unit][1])
    frame = pd.DataFrame(
        {
            say("步骤"): [f"{n} {step_title(step)}" for n, step in enumerate(steps, start=1)],
            say("依据与结果"): [
                tight(step_words(step, unit))
                + (_held_against(one) if step.key == "comparators" else "")
                for step in steps
            ],
        }
    )
    return Table(
        frame,
        say("{}：{}年的预测怎样得出", name_of(item.target), one.year),
        source=_sources(evaluation, one),
        note=_headline(one),
        align=["left", "left"],
        key=f"why-{item.target_id}",
    )


def _held_against(one: Explained) -> str:
    """Say what comparable series the evaluation leaves out would have made of the forecast."""
    if one.evaluated:
        return ""
    names = say("、").join(one.shown.comparators)
    middle = amounts.number(one.traced(one.shown, "median", one.shown.median(one.year)), 1)
    text = say(
        "对照：若用数据中声明的可比序列（{}），{}年中位数为{}，80%区间为{}",
        names,
        one.year,
        middle,
        _interval(one, one.shown),
    )
    if one.verdict:
        text += say("，达到目标的概率为{}", amounts.chance(one.chance(one.shown)))
    return either("", " ") + plain(text) + say("。")


def _sources(evaluation: Evaluation, one: Explained) -> str:
    """Return the source line of a series and of what it is compared with."""
    item, data = one.item, evaluation.data
    used = list(item.series.data) if item.series else []
    used += [figure for other in one.declared for figure in other.series.data]
    parent = data.regions[item.target.region]["parent"]
    if one.evaluated and one.shown.alone is not None and parent:
        above = annual_series(
            data, parent, item.target.indicator, as_of=evaluation.as_of, until=evaluation.year
        )
        used += above.data
    return sources(evaluation, used)


def _headline(one: Explained) -> str:
    """Say which of the two forecasts the evaluation uses."""
    names = say("、").join(one.shown.comparators)
    if one.shown.alone is None:
        return say("没有可用的参照序列，评估所用的就是这一预测。")
    if one.evaluated:
        return say("评估采用使用参照序列（{}）的结果。", names)
    return say("评估不使用参照序列，表中各步即评估所用的预测；可比序列（{}）只作对照。", names)


def fan(evaluation: Evaluation, one: Explained) -> Chart:
    """Draw the figures, the evaluation's range ahead, the target, and the other range beside."""
    item, target = one.item, one.item.target
    values = item.series.values() if item.series else pd.Series(dtype=float)
    history = pd.DataFrame({"year": values.index, "value": values.to_numpy()})
    if item.series:
        history["printed"] = [amounts.printed(one) for one in item.series.data]
    beside, how = None, say("不用") if one.evaluated else say("用")
    if one.other is not None:
        low, high = one.other.interval(80, one.year)
        beside = Beside(say("80% 区间，{}参照", how), low, one.other.median(one.year), high)
    place = region_name(evaluation.data, target.region)
    measure = worded(evaluation.data.indicators[target.indicator], "name")
    right = say("，竖条为{}参照序列的80%区间", how) if beside else ""
    return fan_chart(
        history,
        one.used.table(),
        one.item.level_asked,
        one.year,
        _caption(one),
        subtitle=say("{}{}，{}；竖虚线右侧为预测{}", place, measure, unit_name(target.unit), right),
        source=_sources(evaluation, one),
        beside=beside,
        key=f"why-fan-{item.target_id}",
    )


def _interval(one: Explained, made: Forecast) -> str:
    ends = zip(("lo80", "hi80"), made.interval(80, one.year), strict=True)
    return say("{}至{}", *(amounts.number(one.traced(made, *end), 1) for end in ends))


def _caption(one: Explained) -> str:
    item, other, unit = one.item, one.other, one.item.target.unit
    ours = with_unit(_interval(one, one.used), unit)
    text = say("{}：{}年80%区间为{}", name_of(item.target), one.year, ours)
    how = say("不用") if one.evaluated else say("用")
    beside = (
        ""
        if other is None
        else say("（{}参照序列则为{}）", how, with_unit(_interval(one, other), unit))
    )
    if not one.verdict:
        return say("{}{}；公布值{}，不下结论", text, beside, _few(one.published))
    text += say("{}，达到目标的概率{}", beside, amounts.chance(one.chance(one.used)))
    return (
        text
        if other is None
        else say("{}（{}则为{}）", text, how, amounts.chance(one.chance(other)))
    )


def _few(count: int) -> str:
    return (say("一个也没有"), say("只有一个"), say("只有两个"))[count]


def reading(evaluation: Evaluation, one: Explained) -> str:
    """Say what the comparators changed and with what reservation they are comparable."""
    alone, unit = one.shown.alone, one.item.target.unit
    said = []
    if alone is None:
        said.append(
            say(
                "没有可用的参照序列：上级地区没有足够的同类数值，数据中也没有声明能说明增速的可比序列。"
            )
        )
    else:
        before, after = alone.median(one.year), one.shown.median(one.year)
        low, high = alone.interval(80, one.year)
        new_low, new_high = one.shown.interval(80, one.year)
        ratio = 100 * ((new_high - new_low) / (high - low) - 1)
        wider = (
            say("宽度不变")
            if abs(ratio) < 0.5
            else say("加宽{:.0f}%", ratio)
            if ratio > 0
            else say("收窄{:.0f}%", -ratio)
        )
        names = say("、").join(one.shown.comparators)
        figures = (
            names,
            one.year,
            amounts.number(one.traced(alone, "median", before), 1),
            amounts.amount(one.traced(one.shown, "median", after), unit, 1),
            wider,
        )
        said.append(
            say("参照序列（{}）使{}年的中位数由{}变为{}，80%区间{}。", *figures)
            if one.evaluated
            else say("若用参照序列（{}），{}年的中位数由{}变为{}，80%区间{}。", *figures)
        )
    said += [
        say("{}的保留：{}。", _name(evaluation, other), worded(other, "statement"))
        for other in one.declared
    ]
    last = one.item.series.data[-1] if one.item.series else None
    if last is not None and last.qualifier in ("at_least", "at_most"):
        bound = say("下限") if last.qualifier == "at_least" else say("上限")
        word = amounts.QUALIFIER_ZH[last.qualifier].strip()
        said.append(
            say("{}年的公布值写作“{}”，按{}计入，预测没有另作调整。", last.period, word, bound)
        )
    if not one.verdict:
        said.append(say("公布值{}，不下结论，只看区间。", _few(one.published)))
    return bullets(plain(sentence) for sentence in said)


def rest(evaluation: Evaluation) -> str:
    """Say in full what the forecasts rest on that are not followed step by step."""
    followed = {one.item.target_id for one in main_targets(evaluation)}
    left = [one for one in explained(evaluation) if one.item.target_id not in followed]
    return bullets(
        say(
            "**{}**：{}",
            plain(name_of(one.item.target)),
            plain(tight(either(*basis(one.item, evaluation.data)))),
        )
        for one in left
    )


def closing_table(evaluation: Evaluation) -> Table | str:
    """Return all targets with a forecast: range and probability with and without comparators."""
    made = explained(evaluation)
    if not made:
        return say("没有需要预测的目标，总表从略。")
    years = sorted({one.year for one in made})
    rows = [_row(one, several=len(years) > 1) for one in made]
    return Table(
        pd.DataFrame(rows),
        say("有预测区间的全部目标，{}年：用与不用参照序列", say("、").join(map(str, years))),
        source=sources(evaluation, _all_figures(made)),
        note=say(
            "＊为评估所用；“—”为没有参照序列。公布值少于三个的，只给区间，不下结论。保持类目标只看目标年一年。"
        ),
        align=["left"] * 6,
        key="why-all",
    )


def _all_figures(made: Sequence[Explained]) -> list[Datum]:
    used: list[Datum] = []
    for one in made:
        used += one.item.series.data if one.item.series else ()
        used += [figure for other in one.declared for figure in other.series.data]
    return used


def _row(one: Explained, *, several: bool) -> dict[str, str]:
    shown, alone = one.shown, one.shown.alone
    base = alone or shown
    ours = one.evaluated and alone is not None
    level = "level_needed" if "level_needed" in one.item.state.record else "goal"
    goal = amounts.number(Known(one.item.level_asked, of(one.item, level).origin))
    return {
        say("指标（单位）"): target_name(one.item),
        say("公布值"): say("{}个", one.published),
        say("目标"): say("{}（{}）", goal, one.year) if several else goal,
        say("80%区间，用参照"): "—"
        if alone is None
        else _interval(one, shown) + (say("＊") if ours else ""),
        say("80%区间，不用参照"): _interval(one, base) + ("" if ours else say("＊")),
        say("概率（用／不用）"): _chances(one, None if alone is None else shown, base),
    }


def _chances(one: Explained, shown: Forecast | None, base: Forecast) -> str:
    if not one.verdict:
        return say("不下结论")
    both = [made for made in (shown, base) if made is not None]
    text = say("／").join(amounts.chance(one.chance(made)) for made in both)
    return text if shown is not None else say("—／{}", text)


def closing_reading(evaluation: Evaluation) -> str:
    """Say for how many targets comparators change the probability by ten points or more."""
    made = explained(evaluation)
    if not made:
        return ""
    both = [one for one in made if one.shown.alone is not None]
    firm = [one for one in made if one.verdict]
    beside = say("{}项有参照序列", len(both)) if both else say("没有一项有参照序列")
    sure = say("没有一项的公布值够作概率判断")
    if firm:
        sure = say("{}项的公布值够作概率判断", len(firm))
    text = say("上表{}项中，{}，{}。", len(made), beside, sure)
    told = [one for one in both if one.verdict]  # without a verdict no probability is compared
    if not told:
        return text
    moved = [
        one
        for one in told
        if one.shown.alone is not None
        and abs(one.probability(one.shown) - one.probability(one.shown.alone)) >= 0.1
    ]
    names = say("、").join(name_of(one.item.target) for one in moved)
    if moved:
        return plain(say("{}用与不用参照序列，概率相差10个百分点及以上的：{}。", text, names))
    return text + say("能作概率判断的，用与不用参照序列，概率相差都不到10个百分点。")
