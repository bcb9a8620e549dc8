"""Results as sentences: every number and every likelihood word is computed.

A sentence says no more than the evidence bears: without a value it says so, with two values
it gives a range, and a likelihood word never stands without its probability.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from analysis.data.plan import Target
from analysis.data.series import Datum
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import OUTLOOKS, IndicatorEvaluation
from planeval.words import amounts
from planeval.words.amounts import QUALIFIER_ZH, amount, chance, number, share
from planeval.words.cell import Figure, Known, Origin, joined, printed, value_of
from planeval.words.language import Terms, mark, say, spoken
from planeval.words.names import name_of
from planeval.words.reasons import outlook_word, said, verdict
from planeval.words.terms import TARGET_KINDS

# growth a year by (sign, price basis): at current prices it is always said
_MOVES = {
    (1, "current"): mark("现价年均增长{:.1f}%"),
    (-1, "current"): mark("现价年均下降{:.1f}%"),
    (0, "current"): mark("现价年均基本持平"),
    (1, ""): mark("年均增长{:.1f}%"),
    (-1, ""): mark("年均下降{:.1f}%"),
    (0, ""): mark("年均基本持平"),
}
BASIS = Terms({"current": "现价", "constant": "可比价"})
IN_STEP = Terms({"in_step": "同步", "apart": "不同步", "unknown": "不能确定"})


def outlook_words(item: IndicatorEvaluation) -> str:
    """Return the outlook's word, with the probability wherever there is one."""
    outlook = item.outlook
    if outlook.probability is None or outlook.code in ("achieved", "achieved_open", "missed"):
        return verdict(item)
    return say("{}（概率{}）", outlook_word(outlook.code), chance(of(item, "probability")))


def state_sentence(item: IndicatorEvaluation) -> str:
    """Say where a target stands: value, completion against schedule, growth since the base."""
    latest, state = item.latest, item.state
    name = name_of(item.target)
    if item.target.kind == "milestone":
        word = verdict(item)
        if reported := said(*item.outlook.reasons):
            return say("{}：{}：{}。", name, word, reported)
        return say("{}：{}。", name, word)
    if item.target.kind == "relative" and "differences_pp" in state.record:
        return _difference_sentence(item)
    if "to_date" in state.record:
        return _total_sentence(item)
    if latest is None:
        return say("{}：{}。", name, said(state.reason) or said(*item.outlook.reasons))
    parts = [_latest(item, latest)]
    if item.baseline is not None and latest.period == item.baseline.period:
        why = said(state.reason) or say("规划期内没有同口径的公布值")
        return parts[0] + say("，即基期值；{}。", why)
    if item.baseline is not None and not target_base_ahead(item):
        parts.append(
            say(
                "基期（{}年）为{}",
                item.baseline.period,
                amount(item.baseline, item.baseline.unit),
            )
        )
    if state.realised_growth_pct is not None:
        parts.append(moved(of(item, "realised_growth_pct"), latest.price_basis))
    if state.completion is not None and item.at_end:
        parts.append(_done(item))
    elif state.completion is not None and state.schedule is not None:
        parts.append(say("{}，时序进度为{}", _done(item), share(of(item, "schedule"), 0)))
    elif state.reason:
        parts.append(said(state.reason))
    text = say("，").join(parts) + say("。")
    return text + _bound(latest) if state.realised_growth_pct is not None else text


def latest_words(item: IndicatorEvaluation) -> str:
    """Return a target's latest published value with its year, as a sentence begins."""
    return _latest(item, item.latest) if item.latest is not None else name_of(item.target)


def _bound(latest: Datum) -> str:
    """Say what a value published as a bound makes of the figures worked out from it."""
    if latest.qualifier == "at_least":
        return say("公布的只是下限，增速和完成度也都是下限。")
    if latest.qualifier == "at_most":
        return say("公布的只是上限，增速和完成度也都是上限。")
    return ""


def target_base_ahead(item: IndicatorEvaluation) -> bool:
    """Tell whether a multiple counts from another year than the plan's base."""
    year = item.target.multiple_base_year
    return year is not None and item.baseline is not None and year != item.baseline.year


def _latest(item: IndicatorEvaluation, latest: Datum) -> str:
    value = amount(latest, latest.unit)
    name, sign = name_of(item.target), QUALIFIER_ZH[latest.qualifier]
    if TARGET_KINDS[item.target.kind].direct:
        if sign:
            return say("{0}{1}年{2}{3}", name, latest.period, sign, value)
        return say("{0}{1}年为{2}", name, latest.period, value)
    if sign:
        return say("{0}：{1}年{2}{3}", name, latest.period, sign, value)
    return say("{0}：{1}年为{2}", name, latest.period, value)


def moved(figure: float | Known, price_basis: str) -> str:
    """Return growth a year in words, at current prices never without saying so.

    Examples
    --------
    >>> moved(5.56, "current"), moved(-9.3, "not_applicable"), moved(0.04, "constant")
    ('现价年均增长5.6%', '年均下降9.3%', '年均基本持平')
    """
    rate = value_of(figure) or 0.0
    sign = 0 if round(rate, 1) == 0 else 1 if rate > 0 else -1
    words = _MOVES[sign, "current" if price_basis == "current" else ""]
    return say(words, abs(figure)) if sign else say(words)


def _done(item: IndicatorEvaluation) -> str:
    """Say how much of the way is done: a rise or a fall, as the target asks, or a step back."""
    base, goal = item.baseline, item.target.target
    done = share(of(item, "completion"))
    if (item.state.completion or 0.0) < 0:
        return say("较基期反向变动，完成度为{}", done)
    falling = base is not None and goal is not None and goal < base.value
    return say("完成规划降幅的{}", done) if falling else say("完成规划增量的{}", done)


def _total_sentence(item: IndicatorEvaluation) -> str:
    """Say what a five-year total has come to; of a cap, how much of it is used."""
    target, state, latest = item.target, item.state, item.latest
    through = state.record.get("through") or (latest.year if latest else None)
    words = say(
        "{}：截至{}年累计{}", name_of(target), through, amount(of(item, "to_date"), target.unit)
    )
    if state.completion is not None:
        part = share(of(item, "completion"))
        words += (
            say("，占五年目标的{}", part) if target.sign > 0 else say("，已用五年目标的{}", part)
        )
    return words + say("，时序进度为{}。", share(of(item, "schedule"), 0))


def _difference_sentence(item: IndicatorEvaluation) -> str:
    record = item.state.record
    through = record["through"]
    gaps = list(record["differences_pp"].values())
    low, high = difference(item, min), difference(item, max)
    text = say("{:+.1f}到{:+.1f}", low, high)
    if low == high:
        text = printed(f"{low.value:+.1f}".replace("-", "−"), low)
    words = say(
        "{}：截至{}年，与参照指标的年均增速差为{}个百分点", name_of(item.target), through, text
    )
    if item.target.band is not None:
        band = f"{item.target.band:g}"
        words += (
            say("，在约定的±{}个百分点之内", band)
            if item.state.met
            else say("，不完全在约定的±{}个百分点之内", band)
        )
        other = say("、").join(
            say("±{}时{}", width, in_step(gaps, width)) for width in record["sensitivity"]
        )
        words += say("（{}）", other)
    return words + say("。")


def difference(item: IndicatorEvaluation, end: Callable[[Iterable[float]], float]) -> Known:
    """Return the least or the greatest difference of growth between a target and its reference."""
    gaps = of(item, "differences_pp")
    return Known(end(item.state.record["differences_pp"].values()), gaps.origin)


def in_step(gaps: Iterable[float], width: str) -> str:
    """Say whether growth is in step within a width, percentage points either way.

    Examples
    --------
    >>> in_step([-0.3, 0.7], "1"), in_step([-0.3, 0.7], "0.5"), in_step([0.6, 0.7], "0.5")
    ('同步', '不能确定', '不同步')
    """
    return IN_STEP[in_step_code(gaps, width)]


def in_step_code(gaps: Iterable[float], width: str) -> str:
    """Return ``in_step``, ``apart`` or ``unknown`` for a width, percentage points either way.

    Several stand-ins bound what is not published: where they lie on both sides of an edge,
    nobody can tell.

    Examples
    --------
    >>> in_step_code([-0.3, 0.7], "1"), in_step_code([-0.3, 0.7], "0.5")
    ('in_step', 'unknown')
    """
    edge, each = float(width), list(gaps)
    if all(abs(gap) <= edge for gap in each):
        return "in_step"
    apart = all(gap > edge for gap in each) or all(gap < -edge for gap in each)
    return "apart" if apart else "unknown"


#: What growth is still needed, by how the target stands and which way is better.
_NEEDED = {
    ("met", 1): mark("最新值已达目标；{}只要降幅不超过{:.1f}%{}即可保持。"),
    ("met", -1): mark("最新值已达目标；{}只要升幅不超过{:.1f}%{}即可保持。"),
    ("spare", 1): mark("{}降幅不超过{:.1f}%{}，仍可达到目标。"),
    ("spare", -1): mark("{}升幅不超过{:.1f}%{}，仍可达到目标。"),
    ("short", 1): mark("要达到目标，{}须增长{:.1f}%{}。"),
    ("short", -1): mark("要达到目标，{}须下降{:.1f}%{}。"),
}


def required_sentence(item: IndicatorEvaluation) -> str:
    """Say what is still needed in the years left, empty when nothing can be said."""
    target, state, latest = item.target, item.state, item.latest
    if latest is None or target.target is None or latest.year >= target.target_year:
        return ""
    first = latest.year + 1
    span = (
        say("{0}年", first)
        if first == target.target_year
        else say("{}—{}年每年", first, target.target_year)
    )
    if state.required_growth_pct is not None:
        rate = of(item, "required_growth_pct")
        priced = latest.price_basis in BASIS
        basis = say("（{}）", BASIS[latest.price_basis]) if priced else ""
        way = "spare" if target.sign * state.required_growth_pct < 0 else "short"
        if state.met and target.kind != "avg_growth":  # a mean so far can still change
            way = "met"
        size = rate if (way == "short") == (target.sign > 0) else -rate
        return say(_NEEDED[way, target.sign], span, size, basis)
    if state.required_change is None:
        return ""
    if "to_date" in state.record:
        return _required_total(item, span)
    if state.met:
        return ""
    change = abs(of(item, "required_change"))
    if state.required_change >= 0:
        return say("要达到目标，{}须提高{:.2f}个百分点。", span, change)
    return say("要达到目标，{}须降低{:.2f}个百分点。", span, change)


def _required_total(item: IndicatorEvaluation, span: str) -> str:
    target, state = item.target, item.state
    if state.met == (target.sign > 0):
        return ""
    each = amount(abs(of(item, "required_change")), target.unit)
    if target.sign > 0:
        return say("{}须新增{}。", span, each)
    return say("{}不得超过{}。", span, each)


def verdict_words(item: IndicatorEvaluation) -> str:
    """Return the outlook with its probability; what is settled is a result and no outlook."""
    if item.outlook.code in ("achieved", "missed"):
        return say("结论：{}", verdict(item))
    return say("前景：{}", outlook_words(item))


def grounds(item: IndicatorEvaluation) -> str:
    """Return what a target's grade of evidence rests on, clause by clause."""
    return say("、").join(map(said, item.evidence.reasons))


def outlook_sentence(item: IndicatorEvaluation) -> str:
    """Say how likely the target is, with interval and evidence, or why nothing is said."""
    outlook, target = item.outlook, item.target
    if target.kind == "milestone":
        return say("证据等级{}（{}）。", item.evidence.grade, grounds(item))
    words = [verdict_words(item)]
    if outlook.reasons:
        words.append(said(*outlook.reasons))
    if outlook.lo80 is not None and outlook.hi80 is not None:
        low, high = _expected(item, "lo80"), _expected(item, "hi80")
        high = amounts.with_unit(high, _expected_unit(item))
        words.append(say("{}年80%区间为{}至{}", target.target_year, low, high))
    if outlook.median is not None:
        middle = amounts.with_unit(_expected(item, "median"), _expected_unit(item))
        words.append(say("中位数{}", middle))
    if outlook.expected_year and outlook.expected_year > target.target_year:
        words.append(say("按中位路径约在{}年达到", outlook.expected_year))
    return say("；").join(words) + say("。证据等级{}（{}）。", item.evidence.grade, grounds(item))


def _expected(item: IndicatorEvaluation, code: str) -> str:
    """Print a forecast value; a difference of growth rates keeps its sign."""
    figure = of(item, code)
    plus = item.target.kind == "relative" and round(figure.value or 0.0, 1) > 0
    return printed(("+" if plus else "") + str(number(figure, 1)), figure)


def _expected_unit(item: IndicatorEvaluation) -> str:
    unit = item.outlook.unit
    return "个百分点" if unit == "百分点" else unit


def meaning(item: IndicatorEvaluation) -> str:
    """Return the three sentences that close a section: state, what is needed, outlook."""
    parts = (state_sentence(item), required_sentence(item), outlook_sentence(item))
    return joined(parts)


# --- What a plan promises, as a sentence and as a cell print it ---
# Chinese prints the plan's own wording. English says the same from kind, number, unit and
# direction, and quotes the plan only where it gives nothing of the kind.


#: A measure of how much something moves, which may be more than all of it.
_GROWTH = re.compile("增长|增速|增幅|提高|降低")
#: A whole number of four digits or more that is no year.
_GROUPS = re.compile(r"(?<![\d.])(?!(?:19|20)\d\d(?!\d))\d{4,}(?![\d.])")


def target_text(item: IndicatorEvaluation) -> str:
    """Return a target as the plan prints it, the unit beside its number.

    An assigned number stands with its document; a revised one with the number it replaced.
    """
    target = item.target
    if spoken() == "zh":
        words = with_unit(_grouped(target), target.unit)
    else:
        words = promise(target, original(target))
    if target.assigned:
        given = amount(original(target), target.unit)
        words = say("{0}（{1}）", given, titled(target.assigned["document"]))
    if target.target is not None and target.target != target.original:
        return say("{}（原为{}）", amount(of(item, "goal"), target.unit), words)
    return words


def target_cell(item: IndicatorEvaluation) -> str:
    """Return the promise as printed, without its unit: the row's name carries it.

    A number assigned or revised since stands first, the one it replaced beside it.
    """
    target = item.target
    if target.assigned:
        words = number(original(target))
    elif spoken() == "zh":
        words = _grouped(target)
    else:
        words = short_promise(target, original(target))
    if target.target is not None and target.target != target.original:
        return say("{}（原为{}）", number(of(item, "goal")), words)
    return words


def _grouped(target: Target) -> str:
    """Return the plan's own wording, its thousands grouped as everywhere in a report."""
    words = _GROUPS.sub(lambda figure: f"{int(figure[0]):,}", target.target_text)
    return words if target.original is None else printed(words, original(target))


def original(target: Target) -> Known:
    """Return the number a plan promised first."""
    return Known(target.original, Origin(step="goal", target=target.target_id))


def promise(target: Target, value: Figure) -> str:
    """Return what a target asks for, said from its kind, number, unit and direction.

    Parameters
    ----------
    target : Target
        The promise.
    value : figure or None
        Its number, in the target's unit.

    Examples
    --------
    >>> from analysis.data.plan import load_plan
    >>> from planeval.words.language import speaking
    >>> plan = load_plan("jiaxing-14fyp")
    >>> with speaking("en"):
    ...     for name in ("good_air", "containers", "rd_share", "pm25", "listed_firms_double"):
    ...         promise(plan.target(name), plan.target(name).original)
    'at least 92%'
    'at least 400 × 10,000 TEU'
    'kept at or above 3.2%'
    'kept at or below 27 µg/m³'
    'double the figure of 2020'
    >>> with speaking("en"):
    ...     [promise(plan.target(name), 100) for name in ("good_water", "labour_productivity")]
    ['100%', 'at least 100% a year']
    """
    kind = TARGET_KINDS[target.kind]
    if value_of(value) is None or target.kind == "milestone":
        return kind.numberless(target)
    figure = amount(value, target.unit)
    if _whole(target, target.original):
        return figure
    words = say(kind.up if _upward(target) else kind.down, figure)
    return say(kind.over, words) if kind.over else words


def short_promise(target: Target, value: Figure) -> str:
    """Return what a target asks for as a cell prints it: signs for words, no unit.

    Examples
    --------
    >>> from analysis.data.plan import load_plan
    >>> from planeval.words.language import speaking
    >>> plan = load_plan("jiaxing-14fyp")
    >>> with speaking("en"):
    ...     [short_promise(t, t.original) for t in map(plan.target, ("gdp", "pm25", "good_water"))]
    ['≥ 300', '≤ 27', '100']
    """
    kind = TARGET_KINDS[target.kind]
    if value_of(value) is None or target.kind == "milestone":
        return kind.numberless(target)
    if target.kind == "level":
        return say(kind.up, number(value))
    if _whole(target, value_of(value)):
        return number(value)
    words = f"{'≥' if _upward(target) else '≤'} " + number(value)
    return say(kind.over, words) if kind.over else words


def _upward(target: Target) -> bool:
    if target.kind in ("at_least", "at_most"):
        return target.kind == "at_least"
    return target.sign > 0


def _whole(target: Target, value: float | None) -> bool:
    """Tell whether a share is promised in full: no share is above 100 %, but growth may be."""
    full = target.unit == "%" and value == 100 and target.kind in ("at_least", "maintain")
    return full and _upward(target) and not _GROWTH.search(target.name_zh)


def titled(document: Any) -> str:
    """Return the title of a document: Chinese text keeps it as it is, English puts it in 《》.

    Examples
    --------
    >>> titled("嘉港管〔2022〕5号")
    '嘉港管〔2022〕5号'
    >>> from planeval.words.language import speaking
    >>> with speaking("en"):
    ...     titled("嘉港管〔2022〕5号")
    '《嘉港管〔2022〕5号》'
    """
    name = str(document)
    return name if spoken() == "zh" or name.startswith("《") else f"《{name}》"


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
    return f"{found[1]}{amounts.with_unit(found[2], unit)}{found[3] or ''}" if found else text


# --- At most six facts on a whole plan: what is judged, done, hard, bound and contradictory ---


DONE = ("achieved", "achieved_firm", "achieved_at_risk")


def _names(items: Iterable[IndicatorEvaluation]) -> str:
    return say("、").join(name_of(item.target) for item in items)


def _done_notes(done: list[IndicatorEvaluation]) -> str:
    """Say which of the targets counted as done rest on less than the word promises."""
    notes = {
        "years": mark("{}项应逐年达标而只公布部分年份（{}），未公布的年份不明"),
        "rates": mark("{}项增速目标只按目标年一年判断（{}），规划期平均未知"),
    }
    told = []
    for what, words in notes.items():
        records = [(item, item.state.record) for item in done]
        thin = [i for i, r in records if r.get(f"{what}_observed", 0) < r.get(f"{what}_due", 0)]
        if thin:
            told.append(say(words, len(thin), _names(thin)))
    return say("已完成的项目中，{}。", say("；").join(told)) if told else ""


def _judged(counts: dict[str, int]) -> str:
    """Say how many targets have an answer, and on what it rests."""
    kinds = {
        say("以公布值或公开记录定论"): ("achieved", "missed"),
        say("以评估年之后的公开记录认定"): ("late",),
        say("最新值已达目标而能否保持未定"): ("achieved_open",),
        say("按概率判断"): tuple(
            code
            for code, grade in OUTLOOKS.items()
            if grade is not None and code not in ("achieved", "missed", "achieved_open")
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
    gone = [item for item in evaluation.indicators if item.target.withdrawn]
    if gone:
        text += say("另有{}项已撤销（{}），列出而不评价，不计在内。", len(gone), _names(gone))
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
        names = _names(i for i in evaluation.indicators if i.outlook.code == "missed")
        parts.append(say("未完成{}项（{}）", counts["missed"], names))
    text = say("{}。{}", say("，").join(parts), _done_notes(sure)) if parts else ""
    return text + _late(evaluation, late, more=bool(parts)) if late else text


def _late(evaluation: Evaluation, late: list[IndicatorEvaluation], *, more: bool) -> str:
    """Say which targets only a record of a later year tells done: none by the year judged."""
    words = mark("{}项的完成记录公布于{}年之后（{}），完成时间不详，不能说明{}年底前已经完成。")
    if more:
        words = mark(
            "另有{}项的完成记录公布于{}年之后（{}），完成时间不详，不能说明{}年底前已经完成。"
        )
    return say(words, len(late), evaluation.year, _names(late), evaluation.year)


def _hard(evaluation: Evaluation) -> str:
    hard = [i for i in evaluation.indicators if i.outlook.code in ("unlikely", "very_unlikely")]
    names = say("、").join(
        say("{}（{}）", name_of(i.target), chance(of(i, "probability"))) for i in hard
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
    names = _names(evaluation.warnings())
    return say("约束性目标中实现概率低于60%或未完成的：{}，列入预警。", names) if names else ""


def of(item: IndicatorEvaluation, code: str) -> Known:
    """Return a figure of a judged target by its code in :class:`analysis.targets.explain.Step`.

    ``goal`` is the promise itself.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> of(evaluate("jiaxing-14fyp", 2024).get("gdp"), "completion").origin[1:3]
    ('completion', 'gdp')
    """
    held = {**vars(item.outlook), **item.state.record, **vars(item.state)}
    value = item.target.target if code == "goal" else held[code]
    return Known(value, Origin(step=code, target=item.target_id))
