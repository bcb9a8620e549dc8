"""Risks and what the figures ask for: facts and required efforts, no judgement of causes.

Causes and measures are the evaluator's to write, in the commentary of the chapter; whatever
stands here follows from the plan and the published figures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from planeval.chapters.base import (
    bullets,
    figures,
    lacking,
    listed,
    needed_cell,
    outlook_cell,
    outlook_head,
    plain,
    sources,
    target_name,
    value_cell,
    within,
)
from planeval.show.table import Table
from planeval.words import amounts, targets
from planeval.words.language import mark, say
from planeval.words.names import name_of
from planeval.words.reasons import said, verdict
from planeval.words.targets import of, target_cell

BEHIND = ("missed", "very_unlikely", "unlikely", "toss_up")
FRAGILE = ("achieved_at_risk", "achieved_open")
AHEAD = ("achieved", "achieved_firm", *FRAGILE)
UNKNOWN = ("insufficient_data", "cannot_judge", "not_comparable")
JUDGED = (*BEHIND, *AHEAD, "very_likely", "likely")
#: Names listed in a sentence before it only counts them.
NAMED = 8


def risk_table(evaluation: Evaluation) -> Table | str:
    """Return the targets at risk by kind of risk, binding ones first."""
    rows = [
        (item, kind)
        for kind, chosen in _kinds(evaluation)
        for item in sorted(chosen, key=lambda item: item.target.binding != "binding")
    ]
    if not rows:
        judged = any(
            item.outlook.code in JUDGED and item.target.kind != "milestone"
            for item in evaluation.in_force
        )
        if not judged:
            return say("没有一项目标能按公布值判断，风险清单空着，不等于没有风险。")
        if evaluation.settled:
            return say("能按公布值定论的目标中，没有一项未完成。")
        return say("能按公布值判断的目标中，没有一项未完成、偏难或有回落风险。")
    if evaluation.settled:
        return _missed_table(evaluation, [item for item, _ in rows])
    frame = pd.DataFrame(
        {
            say("风险"): kind,
            say("指标（单位）"): target_name(item),
            say("属性"): amounts.BINDING_ZH[item.target.binding],
            say("最新值（年）"): value_cell(within(evaluation, item)),
            say("仍需每年"): needed_cell(item),
            outlook_head(evaluation): outlook_cell(item),
            say("证据"): item.evidence.grade,
        }
        for item, kind in rows
    )
    return Table(
        frame,
        say("风险清单：{}项", len(rows)),
        source=sources(evaluation, figures([item for item, _ in rows])),
        note=say(
            "约束性目标在前。缺公布值或公布值太少而不能判断的目标不在此表，见后文“数字提出的要求”。"
        ),
        align=["left"] * 7,
        key="risks",
    )


def _missed_table(evaluation: Evaluation, items: Sequence[IndicatorEvaluation]) -> Table:
    """Return the targets a settled plan has missed: what was asked, what came of it."""
    frame = pd.DataFrame(
        {
            say("指标（单位）"): target_name(item),
            say("属性"): amounts.BINDING_ZH[item.target.binding],
            say("目标"): target_cell(item),
            say("最新值（年）"): value_cell(within(evaluation, item)),
            say("完成度"): amounts.share(of(item, "completion")),
            say("证据"): item.evidence.grade,
        }
        for item in items
    )
    return Table(
        frame,
        say("未完成的目标：{}项", len(items)),
        source=sources(evaluation, figures(items)),
        note=say("约束性目标在前。缺公布值而不能定论的目标不在此表，见后文“数字提出的要求”。"),
        align=["left"] * 6,
        key="risks",
    )


def _kinds(evaluation: Evaluation) -> list[tuple[str, list[IndicatorEvaluation]]]:
    def having(*codes: str) -> list[IndicatorEvaluation]:
        return [item for item in evaluation.in_force if item.outlook.code in codes]

    return [
        (say("未完成"), having("missed")),
        (say("难以如期实现"), having("very_unlikely", "unlikely")),
        (say("难分"), having("toss_up")),
        (say("已达而未必能保持"), having(*FRAGILE)),
    ]


def risk_reading(evaluation: Evaluation) -> str:
    """Say what lies behind the list: what cannot be judged is a risk of its own."""
    silent = evaluation.unjudged_binding()
    if evaluation.settled:
        return ""  # what nobody can judge is told beside the binding targets missed
    behind = [item for item in evaluation.in_force if item.outlook.code in BEHIND]
    text = say("列入风险清单而尚未达到目标的共{}项。", len(behind)) if behind else ""
    if silent and text:
        return text + say("另有{}项约束性目标无法评价，没有列入清单不等于没有风险。", len(silent))
    if silent:
        return say("{}项约束性目标无法评价，没有列入清单不等于没有风险。", len(silent))
    return text


def needs(evaluation: Evaluation) -> str:
    """Return what the figures ask for: pace, data, assignment, clarification."""
    parts = [
        *(_pace(item) for item in evaluation.in_force if item.outlook.code in BEHIND),
        _data(evaluation),
        _listed(
            evaluation,
            lambda item: item.outlook.code in UNKNOWN and not lacking(evaluation, item),
            say("基期和期内都有公布值、因个数太少而不下结论的目标"),
        ),
        _listed(
            evaluation,
            lambda item: item.outlook.code == "awaiting_assignment",
            say("须取得上级下达文件的目标"),
        ),
        _listed(
            evaluation,
            lambda item: item.outlook.code == "not_due",
            say("目标年在规划期之后、未到评估期的目标"),
        ),
        _listed(
            evaluation,
            lambda item: item.outlook.code == "in_progress",
            say("有进展记录而尚未称完成、待后续记录的目标"),
        ),
        _disputed(evaluation),
    ]
    said = bullets(part for part in parts if part)
    return said or say("现有数字没有提出另外的要求。")


def _pace(item: IndicatorEvaluation) -> str:
    """Say what pace a target behind its way still needs, beside the pace it has had."""
    need = targets.required_sentence(item)
    if not need:
        return ""
    had, latest = item.state.realised_growth_pct, item.latest
    beside = ""
    if had is not None and latest is not None:
        beside = say(
            "基期以来{}。", targets.moved(of(item, "realised_growth_pct"), latest.price_basis)
        )
    return say("**{}**：{}{}", plain(name_of(item.target)), need, beside)


def _data(evaluation: Evaluation) -> str:
    """Say which data the targets still wait for, the binding ones by name."""
    waiting = [
        item
        for item in evaluation.in_force
        if item.outlook.code in UNKNOWN and lacking(evaluation, item)
    ]
    if not waiting:
        return ""
    binding = [item for item in waiting if item.target.binding == "binding"]
    text = say("**须补的数据**：{}项目标缺数据而不能判断", len(waiting))
    if binding:
        text += say("，其中约束性{}项（{}）", len(binding), _names(binding))
    return text + say("；逐项缺什么，见“其他目标”一章的清单和各章末节。")


def _listed(
    evaluation: Evaluation, chosen: Callable[[IndicatorEvaluation], bool], heading: str
) -> str:
    items = [item for item in evaluation.in_force if chosen(item)]
    return say("**{}**：{}。", heading, _names(items)) if items else ""


def _names(items: Sequence[IndicatorEvaluation]) -> str:
    names = listed(plain(name_of(item.target)) for item in items[:NAMED])
    return names if len(items) <= NAMED else say("{}等{}项", names, len(items))


def _disputed(evaluation: Evaluation) -> str:
    """Say which targets rest on published figures that contradict each other."""
    items = [
        item
        for item in evaluation.in_force
        if any(flag.code == "audit_contradiction" for flag in item.flags)
    ]
    if not items:
        return ""
    return say(
        "**须由公布单位说明的数字**：{}涉及相互矛盾的公布数字，见数据质量一章。", _names(items)
    )


def adjustment_table(evaluation: Evaluation) -> Table | str:
    """Return the facts for an adjustment of targets at mid-term: far ahead or far behind."""
    items = [
        item
        for item in evaluation.in_force
        if item.outlook.code in (*AHEAD, "very_unlikely", "unlikely")
        and item.target.kind != "milestone"
    ]
    if not items:
        return say(
            "没有一项数值目标在规划期内的公布值已达目标，也没有一项目标被判为较难或很难，没有调整的数字依据。"
        )
    frame = pd.DataFrame(
        {
            say("指标（单位）"): target_name(item),
            say("目标"): target_cell(item),
            say("最新值（年）"): value_cell(within(evaluation, item)),
            say("目标年80%区间"): _range(item),
            outlook_head(evaluation): outlook_cell(item),
            say("情形"): say("公布值已达目标") if item.state.met else say("按现有走势难以达到"),
        }
        for item in items
    )
    return Table(
        frame,
        say("目标动态调整的数字依据：{}项", len(items)),
        source=sources(evaluation, figures(items)),
        note=say("是否调整由规划的批准机关决定；调整须有文件、日期和理由，原目标保留在报告中。"),
        align=["left"] * 6,
        key="adjustment",
    )


def _range(item: IndicatorEvaluation) -> str:
    outlook = item.outlook
    if outlook.lo80 is None or outlook.hi80 is None:
        return "—"
    return say("{}至{}", amounts.number(of(item, "lo80"), 1), amounts.number(of(item, "hi80"), 1))


def _handed_over(evaluation: Evaluation) -> list[IndicatorEvaluation]:
    """Return what was missed, is not due, or is binding and was never known to be met."""
    silent = evaluation.unjudged_binding()
    return [
        item
        for item in evaluation.in_force
        if item.outlook.code in ("missed", "not_due") or item in silent
    ]


def handover_table(evaluation: Evaluation) -> Table | str:
    """Return what the next plan inherits: targets missed, or never known to be met."""
    items = _handed_over(evaluation)
    if not items:
        return say("没有未完成的目标，约束性目标也没有无法评价的。")
    frame = pd.DataFrame(
        {
            say("指标（单位）"): target_name(item),
            say("属性"): amounts.BINDING_ZH[item.target.binding],
            say("目标"): target_cell(item),
            say("结论"): verdict(item),
            say("原因"): said(*item.outlook.reasons) or "—",
        }
        for item in items
    )
    return Table(
        frame,
        say("转入下一规划的事项：{}项", len(items)),
        align=["left"] * 5,
        key="handover",
    )


def handover_counts(evaluation: Evaluation) -> dict[str, int]:
    """Return how every target in force stands at the close of the accounts.

    ``listed`` in the table, ``done``, told done by a ``late`` record, ``forecast`` only (a
    probability, or met but not sure to last), ``under_way``, ``unknown``: all targets in force.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> counts = handover_counts(evaluate("jiaxing-13fyp", 2020))
    >>> counts["listed"], counts["done"], sum(counts.values())
    (8, 12, 20)
    """
    listed_items = _handed_over(evaluation)
    counts = {"listed": len(listed_items), **dict.fromkeys(_CLOSING, 0)}
    for item in evaluation.in_force:
        code = item.outlook.code
        if item in listed_items:
            continue
        if code == "achieved":
            counts["late" if item.late_record else "done"] += 1
        elif code in JUDGED:
            counts["forecast"] += 1
        else:
            counts["under_way" if code == "in_progress" else "unknown"] += 1
    return counts


def handover_reading(evaluation: Evaluation) -> str:
    """Say how the targets that are not in the table stand, so that none is passed over."""
    counts = handover_counts(evaluation)
    parts = [say(words, counts[name]) for name, words in _CLOSING.items() if counts[name]]
    if not parts:
        return ""
    left = len(evaluation.in_force) - counts["listed"]
    return say(
        "规划共有{}项目标，其余{}项：{}。", left + counts["listed"], left, say("；").join(parts)
    )


_CLOSING = {
    "done": mark("已经完成的{}项"),
    "late": mark("完成记录晚于评估年、完成时间不详的{}项"),
    "forecast": mark("目标年数值尚未公布、只能按概率判断或能否保持未定的{}项"),
    "under_way": mark("推进中的{}项"),
    "unknown": mark("不属约束性、缺数据而不能定论的{}项，见“其他目标”一章的清单和各章末节"),
}
