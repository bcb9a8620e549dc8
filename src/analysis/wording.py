"""Results as Chinese sentences: every number and every likelihood word is computed.

A sentence says no more than the evidence bears: without a value it says so, with two values
it gives a range, and a likelihood word never stands without its probability.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from analysis import units
from analysis.clean import Datum
from analysis.evaluation import Evaluation
from analysis.progress_types import OUTLOOKS, IndicatorEvaluation
from analysis.words import Terms, either, say

KINDS_ZH = Terms(
    {
        "at_least": "不低于",
        "at_most": "不高于",
        "level": "达到",
        "maintain": "保持",
        "avg_growth": "年均增长",
        "relative": "相对",
        "cumulative": "五年累计",
        "assigned": "上级下达",
        "milestone": "事项",
        "multiple": "倍增",
    }
)
BINDING_ZH = Terms({"binding": "约束性", "expected": "预期性", None: "未标明"})
DONE = ("achieved", "achieved_firm", "achieved_at_risk")
QUALIFIER_ZH = Terms(
    {
        "at_least": "突破",
        "at_most": "不超过",
        "about": "约",
        "rounded": "约",
        "exact": "",
    }
)


def number(value: float | None, digits: int | None = None) -> str:
    """Return a number with thousands grouping and no more decimals than it needs.

    Examples
    --------
    >>> number(1069.6), number(81227.0), number(-0.37288, 3), number(None)
    ('1,069.6', '81,227', '−0.373', '—')
    """
    if value is None:
        return "—"
    places = 2 if digits is None else digits
    text = f"{round(value, places) + 0.0:,.{places}f}"  # + 0.0: what rounds to −0 is 0
    if digits is None:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−")


def amount(value: float | None, unit: str, digits: int | None = None) -> str:
    """Return a number with its unit, as Chinese text prints it.

    Examples
    --------
    >>> amount(226.0, "亿元"), amount(3.2, "%"), amount(None, "亿元")
    ('226亿元', '3.2%', '—')
    """
    return "—" if value is None else units.with_unit(number(value, digits), unit)


def share(value: float | None, digits: int = 1) -> str:
    """Return a fraction as a percentage.

    Examples
    --------
    >>> share(0.37288), share(None)
    ('37.3%', '—')
    """
    return "—" if value is None else f"{number(100 * value, digits)}%"


def chance(probability: float | None) -> str:
    """Return a probability without false precision: whole percents, never 0 or 100.

    Examples
    --------
    >>> chance(0.004), chance(0.456), chance(0.997), chance(None)
    ('不足1%', '46%', '超过99%', '—')
    """
    if probability is None:
        return "—"
    if probability < 0.01:
        return say("不足1%")
    if probability > 0.99:
        return say("超过99%")
    return f"{100 * probability:.0f}%"


def figure(item: Datum | None) -> str:
    """Return a published figure with year, qualifier and unit.

    Examples
    --------
    >>> figure(None)
    '—'
    """
    if item is None:
        return "—"
    return say(
        "{}{}{}（{}年）", QUALIFIER_ZH[item.qualifier], number(item.value), item.unit, item.period
    )


def target_text(item: IndicatorEvaluation) -> str:
    """Return a target as the plan prints it, the unit beside its number.

    An assigned number stands with its document; a revised one with the number it replaced.
    """
    target = item.target
    words = with_unit(target.target_text, target.unit)
    if target.assigned:
        words = say("{}（{}）", amount(target.original, target.unit), target.assigned["document"])
    if target.target is not None and target.target != target.original:
        return say("{}（原为{}）", amount(target.target, target.unit), words)
    return words


def with_unit(text: str, unit: str) -> str:
    """Put the unit behind the number of a printed target; leave other words as they are.

    Examples
    --------
    >>> with_unit("92以上", "%"), with_unit("力争突破100", "亿元"), with_unit("市下达指标", "%")
    ('92%以上', '力争突破100亿元', '市下达指标')
    >>> with_unit("3600人以上", "个"), with_unit("高于全省平均0.5%", "%")
    ('3600人以上', '高于全省平均0.5%')
    """
    found = re.fullmatch(r"(\D*)([0-9][0-9.,]*)(以上|以下|左右)?", text)
    return f"{found[1]}{found[2]}{unit}{found[3] or ''}" if found else text


def outlook_words(item: IndicatorEvaluation) -> str:
    """Return the outlook's word, with the probability wherever there is one."""
    outlook = item.outlook
    if outlook.probability is None or outlook.code in ("achieved", "achieved_open", "missed"):
        return outlook.word
    return say("{}（概率{}）", outlook.word, chance(outlook.probability))


def state_sentence(item: IndicatorEvaluation) -> str:
    """Say where a target stands: value, completion against schedule, growth since the base."""
    latest, state = item.latest, item.state
    name = item.target.name
    if item.target.kind == "milestone":
        word = either(*OUTLOOKS[item.outlook.code][:2])
        note = say("：{}", item.outlook.reason) if item.outlook.reason else ""
        return say("{}：{}{}。", name, word, note)
    if item.target.kind == "relative" and "differences_pp" in state.record:
        return _difference_sentence(item)
    if "to_date" in state.record:
        return _total_sentence(item)
    if latest is None:
        return say("{}：{}。", name, state.reason or item.outlook.reason)
    colon = "" if item.target.kind in ("at_least", "at_most", "level", "maintain") else say("：")
    verb = QUALIFIER_ZH[latest.qualifier] or say("为")
    parts = [
        say("{}{}{}年{}{}", name, colon, latest.period, verb, amount(latest.value, latest.unit))
    ]
    if item.baseline is not None and latest.period == item.baseline.period:
        return parts[0] + say("，即基期值；{}。", state.reason or say("规划期内没有公布值"))
    if item.baseline is not None:
        parts.append(
            say(
                "基期（{}年）为{}",
                item.baseline.period,
                amount(item.baseline.value, item.baseline.unit),
            )
        )
    if state.realised_growth_pct is not None:
        price = say("现价") if latest.price_basis == "current" else ""
        parts.append(say("{}年均{}", price, _move(state.realised_growth_pct)))
    if state.completion is not None and state.schedule is not None:
        parts.append(say("{}，时序进度为{}", _done(item), share(state.schedule, 0)))
    elif state.reason:
        parts.append(state.reason)
    return say("，").join(parts) + say("。")


def _move(rate: float) -> str:
    if round(rate, 1) == 0:
        return say("基本持平")
    return f"{(say('增长') if rate > 0 else say('下降'))}{abs(rate):.1f}%"


def _done(item: IndicatorEvaluation) -> str:
    """Say how much of the way is done: a rise or a fall, as the target asks, or a step back."""
    base, goal, done = item.baseline, item.target.target, item.state.completion or 0.0
    if done < 0:
        return say("较基期反向变动，完成度为{}", share(done))
    falling = base is not None and goal is not None and goal < base.value
    return say("完成规划{}的{}", say("降幅") if falling else say("增量"), share(done))


def _total_sentence(item: IndicatorEvaluation) -> str:
    """Say what a five-year total has come to; of a cap, how much of it is used."""
    target, state, latest = item.target, item.state, item.latest
    through = state.record.get("through") or (latest.year if latest else None)
    words = say(
        "{}：截至{}年累计{}", target.name, through, amount(state.record["to_date"], target.unit)
    )
    if state.completion is not None:
        words += say(
            "，{}五年目标的{}",
            say("占") if target.sign > 0 else say("已用"),
            share(state.completion),
        )
    return words + say("，时序进度为{}。", share(state.schedule, 0))


def _difference_sentence(item: IndicatorEvaluation) -> str:
    record = item.state.record
    through = record["through"]
    gaps = list(record["differences_pp"].values())
    low, high = min(gaps), max(gaps)
    text = f"{low:+.1f}" if low == high else say("{:+.1f}到{:+.1f}", low, high)
    text = text.replace("-", "−")
    words = say("{}：截至{}年，与参照指标的年均增速差为{}个百分点", item.target.name, through, text)
    if item.target.band is not None:
        met = say("在") if item.state.met else say("不完全在")
        words += say("，{}约定的±{:g}个百分点之内", met, item.target.band)
        other = say("、").join(
            say("±{}时{}", width, in_step(gaps, width)) for width in record["sensitivity"]
        )
        words += say("（{}）", other)
    return words + say("。")


def in_step(gaps: Iterable[float], width: str) -> str:
    """Say whether growth is in step within a width, percentage points either way.

    Several stand-ins bound what is not published: where they lie on both sides of an edge,
    nobody can tell.

    Examples
    --------
    >>> in_step([-0.3, 0.7], "1"), in_step([-0.3, 0.7], "0.5"), in_step([0.6, 0.7], "0.5")
    ('同步', '不能确定', '不同步')
    """
    edge, each = float(width), list(gaps)
    if all(abs(gap) <= edge for gap in each):
        return say("同步")
    apart = all(gap > edge for gap in each) or all(gap < -edge for gap in each)
    return say("不同步") if apart else say("不能确定")


def required_sentence(item: IndicatorEvaluation) -> str:
    """Say what is still needed in the years left, empty when nothing can be said."""
    target, state, latest = item.target, item.state, item.latest
    if latest is None or target.target is None or latest.year >= target.target_year:
        return ""
    left = target.target_year - latest.year
    span = (
        say("{}年", latest.year + 1)
        if left == 1
        else say("{}—{}年每年", latest.year + 1, target.target_year)
    )
    rate = state.required_growth_pct
    if state.met and rate is not None:
        room = -rate * target.sign
        move = say("降") if target.sign > 0 else say("升")
        return say("最新值已达目标；{}只要{}幅不超过{:.1f}%即可保持。", span, move, room)
    if rate is not None:
        verb = say("增长") if rate >= 0 else say("下降")
        return say("要达到目标，{}须{}{:.1f}%。", span, verb, abs(rate))
    if state.required_change is None:
        return ""
    if "to_date" in state.record:
        if state.met != (target.sign > 0):
            each = amount(abs(state.required_change), target.unit)
            return say(
                "{}{}{}。", span, say("须新增") if target.sign > 0 else say("不得超过"), each
            )
        return ""
    if not state.met:
        verb = say("提高") if state.required_change >= 0 else say("降低")
        return say("要达到目标，{}须{}{:.2f}个百分点。", span, verb, abs(state.required_change))
    return ""


def outlook_sentence(item: IndicatorEvaluation) -> str:
    """Say how likely the target is, with interval and evidence, or why nothing is said."""
    outlook, target = item.outlook, item.target
    if target.kind == "milestone":
        return say("证据等级{}（{}）。", item.evidence.grade, say("、").join(item.evidence.reasons))
    words = [say("前景：{}", outlook_words(item))]
    if outlook.reason:
        words.append(outlook.reason)
    if outlook.lo80 is not None and outlook.hi80 is not None:
        low, high = _expected(item, outlook.lo80), _expected(item, outlook.hi80)
        unit = _expected_unit(item)
        words.append(say("{}年80%区间为{}至{}{}", target.target_year, low, high, unit))
    if outlook.median is not None:
        words.append(say("中位数{}{}", _expected(item, outlook.median), _expected_unit(item)))
    if outlook.expected_year and outlook.expected_year > target.target_year:
        words.append(say("按中位路径约在{}年达到", outlook.expected_year))
    reasons = say("、").join(item.evidence.reasons)
    return say("；").join(words) + say("。证据等级{}（{}）。", item.evidence.grade, reasons)


def _expected(item: IndicatorEvaluation, value: float) -> str:
    """Print a forecast value; a difference of growth rates keeps its sign."""
    sign = "+" if item.target.kind == "relative" and round(value, 1) > 0 else ""
    return sign + number(value, 1)


def _expected_unit(item: IndicatorEvaluation) -> str:
    unit = item.outlook.unit
    return say("个百分点") if unit == say("百分点") else unit


def meaning(item: IndicatorEvaluation) -> str:
    """Return the three sentences that close a section: state, what is needed, outlook."""
    parts = (state_sentence(item), required_sentence(item), outlook_sentence(item))
    return "".join(part for part in parts if part)


def source_note(*items: Datum | None, evaluation: Evaluation) -> str:
    """Return the line under a figure or table: titles and places of the figures used."""
    seen: dict[str, list[str]] = {}
    for item in items:
        if item is not None:
            places = seen.setdefault(item.source, [])
            if item.locator not in places:
                places.append(item.locator)
    titles = evaluation.data.sources
    return say("；").join(
        say("[{}]《{}》", name, titles[name]["title"])
        + (f"{say('、').join(places)}" if len(places) <= 3 else "")
        for name, places in seen.items()
    )


def _done_notes(evaluation: Evaluation, done: list[IndicatorEvaluation]) -> str:
    """Say which of the targets counted as done rest on less than the word promises."""
    said = []
    late = sum(any(flag.code == "evidence_after_year" for flag in item.flags) for item in done)
    if late:
        said.append(say("{}项的完成记录公布于{}年之后，完成时间不详", late, evaluation.year))
    thin = [i for i in done if i.state.record.get("years_observed", 0) < _due(i)]
    if thin:
        names = say("、").join(item.target.name for item in thin)
        said.append(say("{}项应逐年达标而只公布部分年份（{}），未公布的年份不明", len(thin), names))
    return say("已完成的项目中，{}。", say("；").join(said)) if said else ""


def _due(item: IndicatorEvaluation) -> int:
    return int(item.state.record.get("years_due", 0))


def _judged(counts: dict[str, int]) -> str:
    """Say how many targets have an answer, and on what it rests."""
    kinds = {
        say("以公布值或公开记录定论"): ("achieved", "missed"),
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
    parts = say("，").join(say("{}{}项", name, number) for name, number in sums.items() if number)
    return say("给出判断的{}项（{}），其余因数据、口径或目标未下达而不下结论。", judged, parts)


def overall(evaluation: Evaluation) -> list[str]:
    """Return at most six facts on the whole plan, each with what it means."""
    counts, total = evaluation.counts(), len(evaluation.indicators)
    table = len(evaluation.of(section="table"))
    facts = [
        say(
            "规划共有{}项目标，其中表列{}项、正文{}项；{}",
            total,
            table,
            total - table,
            _judged(counts),
        )
    ]
    done = [i for i in evaluation.indicators if i.outlook.code in DONE]
    if done or counts.get("missed"):
        text = say("已完成{}项", len(done))
        if counts.get("missed"):
            names = say("、").join(
                i.target.name for i in evaluation.indicators if i.outlook.code == "missed"
            )
            text += say("，未完成{}项（{}）", counts["missed"], names)
        facts.append(say("{}。{}", text, _done_notes(evaluation, done)))
    hard = [i for i in evaluation.indicators if i.outlook.code in ("unlikely", "very_unlikely")]
    if hard:
        names = say("、").join(
            say("{}（{}）", i.target.name, chance(i.outlook.probability)) for i in hard
        )
        facts.append(say("按现有走势难以如期实现的有{}项：{}。", len(hard), names))
    unjudged = evaluation.unjudged_binding()
    if unjudged:
        bound = sum(i.target.binding == "binding" for i in evaluation.indicators)
        how = (
            say("全部无法评价") if len(unjudged) == bound else say("有{}项无法评价", len(unjudged))
        )
        facts.append(
            say(
                "约束性目标共{}项，{}（目标未下达或规划期内未公布数据），在补齐之前不能报告为完成。",
                bound,
                how,
            )
        )
    warned = evaluation.warnings()
    if warned:
        names = say("、").join(i.target.name for i in warned)
        facts.append(say("约束性目标中实现概率低于60%或未完成的：{}，列入预警。", names))
    found = evaluation.audit.of("contradiction")
    facts.append(
        say("公布数字中查出{}处矛盾，均列于数据质量一章，没有一处被悄悄改动。", len(found))
    )
    return facts[:6]
