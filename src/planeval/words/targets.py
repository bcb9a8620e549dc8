"""Results as sentences: every number and every likelihood word is computed.

A sentence says no more than the evidence bears: without a value it says so, with two values
it gives a range, and a likelihood word never stands without its probability.
"""

from __future__ import annotations

from collections.abc import Iterable

from analysis.data import units
from analysis.data.series import Datum
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from planeval.words.figures import (
    QUALIFIER_ZH,
    amount,
    chance,
    number,
    share,
)
from planeval.words.language import Terms, mark, say
from planeval.words.sources import place
from planeval.words.titles import cited

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
        return item.word
    return say("{}（概率{}）", outlook.word, chance(outlook.probability))


def state_sentence(item: IndicatorEvaluation) -> str:
    """Say where a target stands: value, completion against schedule, growth since the base."""
    latest, state = item.latest, item.state
    name = item.target.name
    if item.target.kind == "milestone":
        word = item.word
        if item.outlook.reason:
            return say("{}：{}：{}。", name, word, item.outlook.reason)
        return say("{}：{}。", name, word)
    if item.target.kind == "relative" and "differences_pp" in state.record:
        return _difference_sentence(item)
    if "to_date" in state.record:
        return _total_sentence(item)
    if latest is None:
        return say("{}：{}。", name, state.reason or item.outlook.reason)
    parts = [_latest(item, latest)]
    if item.baseline is not None and latest.period == item.baseline.period:
        return parts[0] + say("，即基期值；{}。", state.reason or say("规划期内没有同口径的公布值"))
    if item.baseline is not None and not target_base_ahead(item):
        parts.append(
            say(
                "基期（{}年）为{}",
                item.baseline.period,
                amount(item.baseline.value, item.baseline.unit),
            )
        )
    if state.realised_growth_pct is not None:
        parts.append(moved(state.realised_growth_pct, latest.price_basis))
    if state.completion is not None and item.at_end:
        parts.append(_done(item))
    elif state.completion is not None and state.schedule is not None:
        parts.append(say("{}，时序进度为{}", _done(item), share(state.schedule, 0)))
    elif state.reason:
        parts.append(state.reason)
    text = say("，").join(parts) + say("。")
    return text + _bound(latest) if state.realised_growth_pct is not None else text


def latest_words(item: IndicatorEvaluation) -> str:
    """Return a target's latest published value with its year, as a sentence begins."""
    return _latest(item, item.latest) if item.latest is not None else item.target.name


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
    value = amount(latest.value, latest.unit)
    name, sign = item.target.name, QUALIFIER_ZH[latest.qualifier]
    if item.target.kind in ("at_least", "at_most", "level", "maintain"):
        if sign:
            return say("{0}{1}年{2}{3}", name, latest.period, sign, value)
        return say("{0}{1}年为{2}", name, latest.period, value)
    if sign:
        return say("{0}：{1}年{2}{3}", name, latest.period, sign, value)
    return say("{0}：{1}年为{2}", name, latest.period, value)


def moved(rate: float, price_basis: str) -> str:
    """Return growth a year in words, at current prices never without saying so.

    Examples
    --------
    >>> moved(5.56, "current"), moved(-9.3, "not_applicable"), moved(0.04, "constant")
    ('现价年均增长5.6%', '年均下降9.3%', '年均基本持平')
    """
    sign = 0 if round(rate, 1) == 0 else 1 if rate > 0 else -1
    words = _MOVES[sign, "current" if price_basis == "current" else ""]
    return say(words, abs(rate)) if sign else say(words)


def _done(item: IndicatorEvaluation) -> str:
    """Say how much of the way is done: a rise or a fall, as the target asks, or a step back."""
    base, goal, done = item.baseline, item.target.target, item.state.completion or 0.0
    if done < 0:
        return say("较基期反向变动，完成度为{}", share(done))
    falling = base is not None and goal is not None and goal < base.value
    return say("完成规划降幅的{}", share(done)) if falling else say("完成规划增量的{}", share(done))


def _total_sentence(item: IndicatorEvaluation) -> str:
    """Say what a five-year total has come to; of a cap, how much of it is used."""
    target, state, latest = item.target, item.state, item.latest
    through = state.record.get("through") or (latest.year if latest else None)
    words = say(
        "{}：截至{}年累计{}", target.name, through, amount(state.record["to_date"], target.unit)
    )
    if state.completion is not None:
        part = share(state.completion)
        words += (
            say("，占五年目标的{}", part) if target.sign > 0 else say("，已用五年目标的{}", part)
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
    rate = state.required_growth_pct
    if rate is not None:
        priced = latest.price_basis in BASIS
        basis = say("（{}）", BASIS[latest.price_basis]) if priced else ""
        met = bool(state.met) and target.kind != "avg_growth"  # a mean so far can still change
        return _required_growth(rate, span, basis, target.sign, met=met)
    if state.required_change is None:
        return ""
    if "to_date" in state.record:
        return _required_total(item, span)
    if state.met:
        return ""
    if state.required_change >= 0:
        return say("要达到目标，{}须提高{:.2f}个百分点。", span, state.required_change)
    return say("要达到目标，{}须降低{:.2f}个百分点。", span, -state.required_change)


def _required_growth(rate: float, span: str, basis: str, sign: int, *, met: bool) -> str:
    if met and sign > 0:
        return say("最新值已达目标；{}只要降幅不超过{:.1f}%{}即可保持。", span, -rate, basis)
    if met:
        return say("最新值已达目标；{}只要升幅不超过{:.1f}%{}即可保持。", span, rate, basis)
    if sign * rate < 0:
        if sign > 0:
            return say("{}降幅不超过{:.1f}%{}，仍可达到目标。", span, -rate, basis)
        return say("{}升幅不超过{:.1f}%{}，仍可达到目标。", span, rate, basis)
    if sign > 0:
        return say("要达到目标，{}须增长{:.1f}%{}。", span, rate, basis)
    return say("要达到目标，{}须下降{:.1f}%{}。", span, -rate, basis)


def _required_total(item: IndicatorEvaluation, span: str) -> str:
    target, state = item.target, item.state
    if state.met == (target.sign > 0):
        return ""
    each = amount(abs(state.required_change or 0.0), target.unit)
    if target.sign > 0:
        return say("{}须新增{}。", span, each)
    return say("{}不得超过{}。", span, each)


def verdict_words(item: IndicatorEvaluation) -> str:
    """Return the outlook with its probability; what is settled is a result and no outlook."""
    if item.outlook.code in ("achieved", "missed"):
        return say("结论：{}", item.word)
    return say("前景：{}", outlook_words(item))


def outlook_sentence(item: IndicatorEvaluation) -> str:
    """Say how likely the target is, with interval and evidence, or why nothing is said."""
    outlook, target = item.outlook, item.target
    if target.kind == "milestone":
        return say("证据等级{}（{}）。", item.evidence.grade, say("、").join(item.evidence.reasons))
    words = [verdict_words(item)]
    if outlook.reason:
        words.append(outlook.reason)
    if outlook.lo80 is not None and outlook.hi80 is not None:
        low, high = _expected(item, outlook.lo80), _expected(item, outlook.hi80)
        high = units.with_unit(high, _expected_unit(item))
        words.append(say("{}年80%区间为{}至{}", target.target_year, low, high))
    if outlook.median is not None:
        middle = units.with_unit(_expected(item, outlook.median), _expected_unit(item))
        words.append(say("中位数{}", middle))
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
    return "个百分点" if unit == "百分点" else unit


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
        say("[{}]{}", name, cited(titles[name]["title"]))
        + (say("、").join(map(place, places)) if len(places) <= 3 else "")
        for name, places in seen.items()
    )
