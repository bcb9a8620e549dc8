"""The overview chapter: what holds for the whole plan, the scoreboard, what needs a warning."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.data.plan import Plan
from analysis.targets.evaluation import WARNING, Evaluation
from analysis.targets.types import OUTLOOKS, IndicatorEvaluation, likelihood
from planeval.chapters.base import (
    bullets,
    figures,
    lacking,
    outlook_cell,
    outlook_head,
    plain,
    progress_cell,
    sources,
    target_name,
    targets_reading,
    value_cell,
    within,
)
from planeval.chapters.quality import touching
from planeval.show.bars import scoreboard_chart, target_bars
from planeval.show.chart import Chart
from planeval.show.table import Table
from planeval.words import amounts, targets
from planeval.words.cell import sourced
from planeval.words.language import Terms, either, mark, say, spoken, worded
from planeval.words.names import group_of, name_of, noted
from planeval.words.reasons import CLASSES, GRADES, kind_word, outlook_word, said, verdict
from planeval.words.targets import of, target_cell

# what stands together in the chart of groups; always all six, so that a colour means one thing
STANDINGS: dict[str, tuple[str, ...]] = {
    mark("已完成"): ("achieved", "achieved_firm", "achieved_at_risk"),
    mark("已完成（能否保持未定）"): ("achieved_open",),
    mark("可能完成"): ("very_likely", "likely"),
    mark("难分"): ("toss_up",),
    mark("难以完成或未完成"): ("unlikely", "very_unlikely", "missed"),
    mark("不下结论"): tuple(
        code for code, grade in OUTLOOKS.items() if grade is None and code != "withdrawn"
    ),
}
MISSED = mark("未完成")  # of a settled plan, where nothing is difficult any more
LATER = mark("已完成（记录晚于评估年）")  # known only from a record published after the year
# what each fact of wording.facts means for the reader
FACT_MEANINGS = Terms(
    {
        "total": "不下结论不等于完成，也不等于未完成。",
        "done": "完成以公布值或公开记录为准；目标年之前达到的，能否保持要看目标年的公布值。",
        # the same of a final evaluation, where nothing is left to keep
        "done_finally": "完成以目标年的公布值或公开记录为准。",
        "hard": "概率只反映公布数值的走势与波动，未计入公布之外的信息。",
        "binding": "空白不能读作进展良好。",
        "warned": "约束性目标要求必须完成，应优先核实。",
        "no_contradictions": "没有查出不等于没有，核对只能覆盖已公布的数字。",
        "contradictions": "引用有矛盾的数字时，应同时写明与它矛盾的那一个。",
    }
)


def heading(evaluation: Evaluation) -> str:
    """Say what is judged, of which year, and up to which day of publication."""
    plan = evaluation.plan
    origin = _note(plan) if plan.note else ""
    told = evaluation.data.sources[plan.source]["published"]
    if told is not None and told > evaluation.as_of:
        origin += say("所列目标取自{}公布的文件，晚于数据截止日。", told.isoformat())
    return plain(
        say(
            "本次为{}{}年{}，规划期{}—{}年，基期{}年，只使用{}及以前公布的数据。{}",
            worded(plan, "name"),
            evaluation.year,
            kind_word(evaluation.kind),
            plan.start_year,
            plan.end_year,
            plan.base_year,
            say("{}年{}月{}日", *evaluation.as_of.timetuple()[:3]),
            origin,
        )
    )


def _note(plan: Plan) -> str:
    """Return the note on a plan; English names the source of the targets beside it."""
    note = noted(plan.note).rstrip("。")
    if spoken() == "zh":
        return say("{}。", note)
    return say("规划说明：{}；目标取自[{}]。", note, plan.source)


def facts(evaluation: Evaluation) -> str:
    """Return the facts on the whole plan, each followed by what it means."""
    return bullets(
        plain(fact + _fact_meaning(evaluation, name)) for name, fact in targets.facts(evaluation)
    )


def _fact_meaning(evaluation: Evaluation, name: str) -> str:
    if name == "done" and evaluation.year >= evaluation.plan.end_year:
        return FACT_MEANINGS["done_finally"]
    if name != "contradictions":
        return FACT_MEANINGS[name]
    if not (found := evaluation.audit.of("contradiction")):
        return FACT_MEANINGS["no_contradictions"]
    count = len(touching(evaluation, found))
    near = say("没有一处涉及本规划的目标或其所用指标。")
    if count:
        near = say("其中{}处涉及本规划的目标或其所用指标。", count)
    return near + FACT_MEANINGS[name]


def final_count(evaluation: Evaluation) -> str:
    """Return the counts of a final evaluation; empty before the plan's last year.

    Met and missed count only where the target year itself has been published: a target that
    an earlier year had reached is not yet a target kept.
    """
    plan = evaluation.plan
    if evaluation.year != plan.end_year:
        return ""
    items = [item for item in evaluation.indicators if item.target.target_year <= plan.end_year]
    events = [item for item in items if item.target.kind == "milestone"]
    numbers = [item for item in items if item.target.kind != "milestone"]
    closed = [item for item in numbers if _closed(evaluation, item)]
    missed = [item for item in closed if not item.state.met]
    if closed:
        text = say(
            "总结评估：到期的数值目标{}项，按{}年的公布值，{}",
            len(numbers),
            plan.end_year,
            _met_and_missed(len(closed) - len(missed), len(missed)),
        )
        text += (
            say("（{}）", say("、").join(name_of(item.target) for item in missed)) if missed else ""
        )
        if len(closed) < len(numbers):
            left = len(numbers) - len(closed)
            text += say("；其余{}项缺{}年的公布值或目标值，不计入完成", left, plan.end_year)
    else:
        text = say(
            "总结评估：{}年的数值一项也没有公布，到期的{}项数值目标都不能作最后结论",
            plan.end_year,
            len(numbers),
        )
    if events:
        done = sum(item.state.met is True for item in events)
        text += (
            say("。事项类目标{}项，有公开完成记录的{}项", len(events), done)
            if done
            else say("。事项类目标{}项，没有一项有公开的完成记录", len(events))
        )
    return plain(text + say("。"))


def _met_and_missed(met: int, missed: int) -> str:
    """Return both counts in words, none of them as a nought."""
    if not met:
        return say("没有一项完成，未完成{}项", missed)
    if not missed:
        return say("完成{}项，没有未完成的", met)
    return say("完成{}项、未完成{}项", met, missed)


def _closed(evaluation: Evaluation, item: IndicatorEvaluation) -> bool:
    """Tell whether the target year's own figure is in, so that met or missed is final."""
    record, latest = item.state.record, item.latest
    if item.state.met is None:
        return False
    reached = latest.year if latest is not None else 0
    if "to_date" in record:
        reached = record.get("through", evaluation.year)
    elif "through" in record:
        reached = record["through"]
    return bool(reached >= item.target.target_year)


def listed(evaluation: Evaluation) -> list[IndicatorEvaluation]:
    """Return the targets of the plan's table, binding ones first where the plan names them.

    When the plan leaves some targets without that mark, the order of its table stands.
    """
    items = evaluation.of(section="table")
    if any(item.target.binding is None for item in items):
        return items
    return sorted(items, key=lambda item: item.target.binding != "binding")


def scoreboard(evaluation: Evaluation) -> Table | str:
    """Return the scoreboard of the plan's table: state, outlook, evidence side by side."""
    items = listed(evaluation)
    if not items:
        return say("本规划没有表列目标。")
    frame = pd.DataFrame([_score_row(evaluation, item) for item in items])
    marked = any(item.target.binding for item in items)
    if not marked:
        frame = frame.drop(columns=say("属性"))
    order = (
        say("约束性目标在前") if items != evaluation.of(section="table") else say("按规划表的次序")
    )
    seen = [figure for item in items if (figure := within(evaluation, item))]
    late = any(figure.year < evaluation.year for figure in seen)
    note = say("{}；“—”表示未公布，不表示零。状态栏的“完成”指已走完基期到目标的百分之几。", order)
    if late:
        note += say("最新值早于{}年的，完成度是那一年的，时序仍按评估年计。", evaluation.year)
    return Table(
        frame,
        say("记分板：{}表列目标，{}年", worded(evaluation.plan, "name"), evaluation.year),
        source=sources(evaluation, figures(items)),
        note=note,
        align=["left"] * len(frame.columns),
        key="scoreboard",
    )


def _score_row(evaluation: Evaluation, item: IndicatorEvaluation) -> dict[str, str]:
    return {
        say("序号"): "—" if item.target.no is None else str(item.target.no),
        say("指标（单位）"): target_name(item),
        say("属性"): amounts.BINDING_ZH[item.target.binding],
        say("目标"): target_cell(item),
        say("最新值（年）"): value_cell(within(evaluation, item)),
        say("状态"): state_words(evaluation, item),
        outlook_head(evaluation): outlook_cell(item),
        say("证据"): item.evidence.grade,
    }


def state_words(evaluation: Evaluation, item: IndicatorEvaluation) -> str:
    """Return where a target stands, short enough for a cell and without any forecast."""
    state = item.state
    if item.outlook.code == "awaiting_assignment":
        return say("目标待下达")
    if "differences_pp" in state.record or state.record.get("years_observed"):
        return progress_cell(item)
    if "to_date" in state.record and state.completion is not None:
        return say("累计完成{}", amounts.share(of(item, "completion")))
    if within(evaluation, item) is None:
        return say("仅有其他口径数值") if item.context else say("期内未公布")
    if state.completion is None:
        if 0 < state.record.get("rates_observed", 0) < state.record["rates_due"]:
            return say("当年值达到目标") if state.met else say("当年值未达目标")
        return {True: say("达到目标值"), False: say("未达目标值"), None: say("无完成度")}[state.met]
    done = say("完成{}", amounts.share(of(item, "completion")))
    if state.met:
        return say("{}，已达目标值", done)
    if item.at_end:
        return say("{}，未达目标值", done)
    return (
        done
        if state.schedule is None
        else say("{}，时序{}", done, amounts.share(of(item, "schedule"), 0))
    )


def scoreboard_reading(evaluation: Evaluation) -> str:
    """Return what the scoreboard shows, in one sentence or two."""
    return targets_reading(evaluation, listed(evaluation))


def groups_chart(evaluation: Evaluation) -> Chart | str:
    """Draw how many targets of each group of the plan have which answer."""
    if not evaluation.in_force:
        return say("本规划没有目标。")
    rows = [(group_of(item.target), _standing(evaluation, item), 1) for item in evaluation.in_force]
    # every state has its place, and so its colour, in whichever year it occurs
    *judged, open_ = STANDINGS
    states = [say(name) for name in (*judged, MISSED, open_, LATER)]
    frame = pd.DataFrame(rows, columns=["group", "state", "count"])
    frame = frame.groupby(["group", "state"], sort=False, as_index=False).sum()
    sums = frame.groupby("state")["count"].sum()
    ordered = sorted(states, key=say("不下结论").__eq__)  # told last, wherever it is drawn
    told = say("、").join(say("{0}项{1}", sums[name], name) for name in ordered if name in sums)
    return scoreboard_chart(
        frame,
        say("{}项目标：{}", len(evaluation.in_force), told),
        states=states,
        neutral=(say("不下结论"),),
        subtitle=_groups_note(evaluation),
        source=sourced(
            say("来源：[{}]及各目标的公布值，本报告判定", evaluation.plan.source),
            (figure.row for figure in figures(evaluation.in_force)),
        ),
        key="groups",
    )


def _standing(evaluation: Evaluation, item: IndicatorEvaluation) -> str:
    """Return the standing a target is counted under, of a settled plan its result."""
    if item.late_record and item.state.met:
        return say(LATER)
    if evaluation.settled and item.outlook.code == "missed":
        return say(MISSED)
    return next(say(name) for name, codes in STANDINGS.items() if item.outlook.code in codes)


def _groups_note(evaluation: Evaluation) -> str:
    name, year = worded(evaluation.plan, "name"), evaluation.year
    if evaluation.settled:
        return say("{}各组目标的完成情况，{}年，项", name, year)
    return say("{}各组目标的前景，{}年，项", name, year)


def warnings_view(evaluation: Evaluation) -> Table | str:
    """Return the binding targets that are missed or unlikely, with the reason for each."""
    items = evaluation.warnings()
    silent = len(evaluation.unjudged_binding())
    if not items:
        edge = amounts.share(WARNING, 0)
        text = say("没有约束性目标被判为未完成，也没有约束性目标的实现概率低于{}。", edge)
        if evaluation.settled:
            text = say("没有约束性目标被判为未完成。")
        if silent:
            text += _unwarned(evaluation, silent)
        return text
    frame = pd.DataFrame(
        {
            say("指标"): target_name(item),
            say("目标"): target_cell(item),
            say("最新值（年）"): value_cell(within(evaluation, item)),
            outlook_head(evaluation): outlook_cell(item),
            say("理由"): said(*item.outlook.reasons) or say("实现概率低于预警线"),
        }
        for item in items
    )
    return Table(
        frame,
        say("预警清单：{}项约束性目标", len(items)),
        source=sources(evaluation, figures(items)),
        note=say("预警线：实现概率低于{}，或目标年公布值未达目标。", amounts.share(WARNING, 0)),
        align=["left"] * 5,
        key="warnings",
    )


def _unwarned(evaluation: Evaluation, silent: int) -> str:
    """Say that targets nobody can judge raise no warning either."""
    bound = sum(i.target.binding == "binding" for i in evaluation.indicators)
    whole = silent == bound
    if evaluation.settled and whole:
        return say("但{}项约束性目标全部无法评价，不等于已经完成。", bound)
    if evaluation.settled:
        return say("但{}项约束性目标中有{}项无法评价，不等于已经完成。", bound, silent)
    if whole:
        return say("但{}项约束性目标全部无法评价，没有预警不等于没有风险。", bound)
    return say("但{}项约束性目标中有{}项无法评价，没有预警不等于没有风险。", bound, silent)


def unjudged_view(evaluation: Evaluation) -> Table | str:
    """Return the binding targets nobody can judge, why, and what would have to be published."""
    items = evaluation.unjudged_binding()
    if not items:
        binding = [i for i in evaluation.indicators if i.target.binding == "binding"]
        if not binding:
            return say("规划没有标明约束性目标。")
        return say("{}项约束性目标都能评价。", len(binding))
    frame = pd.DataFrame(
        {
            say("指标"): name_of(item.target),
            say("目标"): target_cell(item),
            say("结论"): verdict(item),
            say("原因"): said(*item.outlook.reasons) or "—",
            say("缺什么"): say("、").join(lacking(evaluation, item)) or "—",
        }
        for item in items
    )
    return Table(
        frame,
        say("无法评价的约束性目标：{}项", len(items)),
        align=["left"] * 5,
        key="unjudged",
    )


# --- How the words of an evaluation are to be read: likelihood, grades of evidence ---


def words_table() -> Table:
    """Return the words of likelihood with the probabilities they stand for."""
    edges: dict[str, list[int]] = {}
    for percent in range(101):
        edges.setdefault(likelihood(percent / 100), []).append(percent)
    rows = []
    for code, grade in OUTLOOKS.items():
        if code in edges and grade:
            low, high = min(edges[code]), max(edges[code]) + 1
            reach = (
                say("{}%以上", low) if high > 100 else say("{}%—{}%（不含{}%）", low, high, high)
            )
            rows.append((outlook_word(code), reach, either(*CLASSES[grade])))
    frame = pd.DataFrame(rows, columns=[say("用词"), say("实现概率"), say("常用评估用语")])
    return Table(frame, say("前景用词与实现概率"), align=["left"] * 3, key="words")


def grades_table() -> Table:
    """Return the four grades of evidence and what each asks for."""
    rows = [(grade, either(*words)) for grade, words in GRADES.items()]
    frame = pd.DataFrame(rows, columns=[say("等级"), say("要求")])
    return Table(frame, say("证据等级"), align=["left"] * 2, key="grades")


# How much of each promise is done: completion beside schedule, of a settled plan the result.


MOST_BARS = 40


def measured(evaluation: Evaluation) -> list[IndicatorEvaluation]:
    """Return the targets with both a completion and a schedule, of table and text."""
    return [
        item
        for item in evaluation.indicators
        if item.state.completion is not None and item.state.schedule is not None
    ]


def completion_chart(evaluation: Evaluation) -> Chart | str:
    """Draw completion beside schedule for every target that has both."""
    items = measured(evaluation)[:MOST_BARS]
    if not items:
        return say("没有一项目标同时具备基期值、目标值和规划期内的公布值，完成度图无从画起。")
    frame = pd.DataFrame(
        {
            "name": [name_of(item.target) for item in items],
            "completion_pct": [100 * (item.state.completion or 0.0) for item in items],
            "elapsed_pct": [100 * (item.state.schedule or 0.0) for item in items],
        }
    )
    years = sorted({item.latest.year for item in items if item.latest})
    span = say("、").join(map(str, years))
    note = say(
        "规划增量完成度与时序进度，%；完成度为{}年公布值，竖线为{}年的时序进度；斜纹为落后于时序",
        span,
        evaluation.year,
    )
    if evaluation.settled:
        note = say("规划增量完成度，%，{}年公布值；斜纹为未达目标", span)
    return target_bars(
        frame,
        _result_finding(items) if evaluation.settled else _completion_finding(items),
        ended=evaluation.settled,
        subtitle=note,
        source=sources(evaluation, figures(items)),
        key="completion",
    )


def _completion_finding(items: Sequence[IndicatorEvaluation]) -> str:
    behind = [i for i in items if (i.state.completion or 0.0) < (i.state.schedule or 0.0)]
    ahead = len(items) - len(behind)
    text = (
        say("能计算完成度的{}项中，{}项不慢于时序", len(items), ahead)
        if ahead
        else say("能计算完成度的{}项中，没有一项不慢于时序", len(items))
    )
    if not behind:
        return text
    worst = min(behind, key=lambda i: (i.state.completion or 0.0) - (i.state.schedule or 0.0))
    return text + say(
        "，{}项落后，落后最多的是{}（完成{}）",
        len(behind),
        name_of(worst.target),
        amounts.share(of(worst, "completion")),
    )


def _result_finding(items: Sequence[IndicatorEvaluation]) -> str:
    """Say of the targets with a completion how many were reached by the end."""
    short = [i for i in items if not i.state.met]
    met = len(items) - len(short)
    text = (
        say("能计算完成度的{}项中，{}项达到目标", len(items), met)
        if met
        else say("能计算完成度的{}项中，没有一项达到目标", len(items))
    )
    if not short:
        return text
    worst = min(short, key=lambda i: i.state.completion or 0.0)
    return text + say(
        "，{}项未达到，差得最多的是{}（完成{}）",
        len(short),
        name_of(worst.target),
        amounts.share(of(worst, "completion")),
    )


def completion_reading(evaluation: Evaluation) -> str:
    """Say how many targets the chart of completion leaves out, empty without a chart."""
    items = measured(evaluation)
    if not items:
        return ""
    left = len(evaluation.in_force) - len(items)
    text = (
        say("上图只含{}项；另有{}项没有完成度，图上看不到它们的进展。", len(items), left)
        if left
        else say("上图包括全部{}项目标。", len(items))
    )
    over = [item for item in items if (item.state.completion or 0.0) > 1]
    if over:
        names = say("、").join(
            say("{name}{share}", name=name_of(i.target), share=amounts.share(of(i, "completion")))
            for i in over
        )
        text += say("超过100%的有：{}，表示公布值已越过目标值。", names)
    return plain(text)
