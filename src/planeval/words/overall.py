"""At most six facts on a whole plan: what is judged, done, hard, bound and contradictory."""

from __future__ import annotations

from analysis.targets.evaluation import Evaluation
from analysis.targets.types import OUTLOOKS, IndicatorEvaluation
from planeval.words.figures import chance
from planeval.words.language import mark, say

DONE = ("achieved", "achieved_firm", "achieved_at_risk")


def _done_notes(done: list[IndicatorEvaluation]) -> str:
    """Say which of the targets counted as done rest on less than the word promises."""
    said = []
    thin = [i for i in done if i.state.record.get("years_observed", 0) < _due(i)]
    if thin:
        names = say("、").join(item.target.name for item in thin)
        said.append(say("{}项应逐年达标而只公布部分年份（{}），未公布的年份不明", len(thin), names))
    rates = [i for i in done if i.state.record.get("rates_observed", 0) < _rates_due(i)]
    if rates:
        names = say("、").join(item.target.name for item in rates)
        said.append(say("{}项增速目标只按目标年一年判断（{}），规划期平均未知", len(rates), names))
    return say("已完成的项目中，{}。", say("；").join(said)) if said else ""


def _rates_due(item: IndicatorEvaluation) -> int:
    return int(item.state.record.get("rates_due", 0))


def _due(item: IndicatorEvaluation) -> int:
    return int(item.state.record.get("years_due", 0))


def _judged(counts: dict[str, int]) -> str:
    """Say how many targets have an answer, and on what it rests."""
    kinds = {
        say("以公布值或公开记录定论"): ("achieved", "missed"),
        say("以评估年之后的公开记录认定"): ("late",),
        say("最新值已达目标而能否保持未定"): ("achieved_open",),
        say("按概率判断"): tuple(
            code
            for code, words in OUTLOOKS.items()
            if words[2] is not None and code not in ("achieved", "missed", "achieved_open")
        ),
    }
    sums = {name: sum(counts.get(code, 0) for code in codes) for name, codes in kinds.items()}
    judged = sum(sums.values())
    if not judged:
        return say("因数据、口径或目标未下达，没有一项能够给出判断。")
    parts = say("，").join(say("{0}{1}项", name, number) for name, number in sums.items() if number)
    return say("给出判断的{}项（{}），其余因数据、口径或目标未下达而不下结论。", judged, parts)


def overall(evaluation: Evaluation) -> list[str]:
    """Return at most six facts on the whole plan, each with what it means."""
    return [text for _, text in facts(evaluation)]


def facts(evaluation: Evaluation) -> list[tuple[str, str]]:
    """Return at most six facts on the whole plan by what they are about, in order.

    The names are ``total``, ``done``, ``hard``, ``binding``, ``warned``, ``contradictions``.
    """
    made = {
        "total": _total(evaluation),
        "done": _done_so_far(evaluation),
        "hard": _hard(evaluation),
        "binding": _binding(evaluation),
        "warned": _warned(evaluation),
        "contradictions": _contradictions(len(evaluation.audit.of("contradiction"))),
    }
    return [(name, text) for name, text in made.items() if text][:6]


def _contradictions(count: int) -> str:
    if not count:
        return say("公布数字中没有查出矛盾。")
    return say("公布数字中查出{}处矛盾，均列于数据质量一章，没有一处被悄悄改动。", count)


def _total(evaluation: Evaluation) -> str:
    counts, total = evaluation.counts(), len(evaluation.in_force)
    if late := sum(i.late_record and i.outlook.code == "achieved" for i in evaluation.in_force):
        counts = counts | {"late": late, "achieved": counts["achieved"] - late}
    table = sum(item.target.section == "table" for item in evaluation.in_force)
    judged = _judged(counts)
    if table == total:
        text = say("规划共有{}项目标，都列在表中；{}", total, judged)
    elif not table:
        text = say("规划共有{}项目标，都在正文中；{}", total, judged)
    else:
        text = say(
            "规划共有{}项目标，其中表列{}项、正文{}项；{}", total, table, total - table, judged
        )
    gone = [item.target.name for item in evaluation.indicators if item.target.withdrawn]
    if gone:
        names = say("、").join(gone)
        text += say("另有{}项已撤销（{}），列出而不评价，不计在内。", len(gone), names)
    return text


def _done_so_far(evaluation: Evaluation) -> str:
    counts = evaluation.counts()
    done = [i for i in evaluation.indicators if i.outlook.code in DONE]
    late = [i for i in done if i.late_record]
    sure = [i for i in done if not i.late_record]
    if not done and not counts.get("missed"):
        return ""
    parts = [say("已完成{}项", len(sure))] if sure else []
    if counts.get("missed"):
        names = say("、").join(
            i.target.name for i in evaluation.indicators if i.outlook.code == "missed"
        )
        parts.append(say("未完成{}项（{}）", counts["missed"], names))
    text = say("{}。{}", say("，").join(parts), _done_notes(sure)) if parts else ""
    return text + _late(evaluation, late, more=bool(parts)) if late else text


def _late(evaluation: Evaluation, late: list[IndicatorEvaluation], *, more: bool) -> str:
    """Say which targets only a record of a later year tells done: none by the year judged."""
    names = say("、").join(item.target.name for item in late)
    words = mark("{}项的完成记录公布于{}年之后（{}），完成时间不详，不能说明{}年底前已经完成。")
    if more:
        words = mark(
            "另有{}项的完成记录公布于{}年之后（{}），完成时间不详，不能说明{}年底前已经完成。"
        )
    return say(words, len(late), evaluation.year, names, evaluation.year)


def _hard(evaluation: Evaluation) -> str:
    hard = [i for i in evaluation.indicators if i.outlook.code in ("unlikely", "very_unlikely")]
    names = say("、").join(
        say("{}（{}）", i.target.name, chance(i.outlook.probability)) for i in hard
    )
    return say("按现有走势难以如期实现的有{}项：{}。", len(hard), names) if hard else ""


def _binding(evaluation: Evaluation) -> str:
    unjudged = evaluation.unjudged_binding()
    if not unjudged:
        return ""
    bound = sum(i.target.binding == "binding" for i in evaluation.in_force)
    how = say("全部无法评价") if len(unjudged) == bound else say("有{}项无法评价", len(unjudged))
    return say(
        "约束性目标共{}项，{}（目标未下达或规划期内未公布数据），在补齐之前不能报告为完成。",
        bound,
        how,
    )


def _warned(evaluation: Evaluation) -> str:
    names = say("、").join(i.target.name for i in evaluation.warnings())
    return say("约束性目标中实现概率低于60%或未完成的：{}，列入预警。", names) if names else ""
