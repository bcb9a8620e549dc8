"""Why a target stands as it does, in both languages: states, outlooks, evidence and cautions.

`analysis.targets` gives codes with figures; here are their sentences and the words of its other
codes: outlooks, the classes they are printed as, grades of evidence, kinds of evaluation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from analysis.data.errors import Reason, brief
from analysis.data.observations import Data
from analysis.forecast.distribution import Forecast
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import Flag, IndicatorEvaluation
from planeval.words import findings, terms
from planeval.words.amounts import with_unit
from planeval.words.errors import both
from planeval.words.forecast import explain
from planeval.words.language import either, in_both, spoken
from planeval.words.names import dated

#: Words of the outlooks: code -> Chinese, English.
OUTLOOKS: dict[str, tuple[str, str]] = {
    "very_likely": ("很可能", "very likely"),
    "likely": ("较可能", "likely"),
    "toss_up": ("难分", "about as likely as not"),
    "unlikely": ("较难", "unlikely"),
    "very_unlikely": ("很难", "very unlikely"),
    "achieved": ("已完成", "achieved"),
    "achieved_open": ("已完成（能否保持未定）", "achieved, may not last"),
    "achieved_firm": ("已完成（稳固）", "achieved, firm"),
    "achieved_at_risk": ("已完成（有回落风险）", "achieved, may slip back"),
    "missed": ("未完成", "missed"),
    "in_progress": ("推进中", "in progress"),
    "awaiting_assignment": ("目标待下达", "target to be assigned"),
    "insufficient_data": ("数据不足", "insufficient data"),
    "cannot_judge": ("无法判断", "cannot be judged"),
    "not_comparable": ("口径不可比", "definitions not comparable"),
    "not_due": ("未到评估期", "not yet due"),
    "withdrawn": ("目标已撤销", "target withdrawn"),
}
#: What "achieved" is called where only a later record tells it.
LATER = ("已完成（记录晚于评估年）", "achieved (by a later record)")
#: The classes that Chinese evaluations print.
CLASSES: dict[str, tuple[str, str]] = {
    "faster_than_expected": ("快于预期", "ahead of expectations"),
    "as_expected": ("基本符合", "broadly as expected"),
    "behind": ("滞后", "behind"),
    "ahead_of_time": ("提前完成", "completed ahead of time"),
}
GRADES: dict[str, tuple[str, str]] = {
    "A": ("八个以上连续年度值，口径一致，来源可靠", "eight or more consecutive reliable years"),
    "B": ("五个以上连续年度值", "five or more consecutive years"),
    "C": (
        "三个以上公布值，间隔不等或口径、来源有保留",
        "three or more values, with gaps or reservations",
    ),
    "D": ("公布值不超过两个，或来源、口径存疑", "two values or fewer, or doubtful ones"),
}
#: Kinds of evaluation.
KINDS: dict[str, tuple[str, str]] = {
    "annual": ("年度监测", "Annual monitoring"),
    "middle": ("中期评估", "Mid-term evaluation"),
    "final": ("总结评估", "Final evaluation"),
}

#: Reasons whose figures stand in the sentence as they are.
REASONS: dict[str, tuple[str, str]] = {
    # states and outlooks
    "assigned_from_above": ("目标值由上级下达", "the number is assigned from above"),
    "assignment_not_at_hand": (
        "规划写作“{text}”，未取得下达文件",
        "the plan leaves the number to be assigned; no such document is at hand",
    ),
    "base_already_met_target": ("基期已达目标，完成度无定义", "the base already met the target"),
    "base_not_published": (
        "{base_year}年基数未公布",
        "the base of {base_year} is not published",
    ),
    "base_year_lies_ahead": (
        "以{base_year}年为基数，基数尚未产生；翻番相当于年均{pace_pct:.2f}%",
        "the base year {base_year} lies ahead; doubling means {pace_pct:.2f}% a year",
    ),
    "growth_rate_has_no_completion": (
        "增速类指标按当年值评价，完成度无定义",
        "a growth rate has no distance to cover",
    ),
    "judged_later": (
        "以{base_year}年为基数，{target_year}年评估",
        "base {base_year}, to be judged in {target_year}",
    ),
    "maintain_has_no_completion": (
        "保持类目标，完成度无定义",
        "a maintain target has no completion",
    ),
    "met_but_too_few_to_say_it_lasts": (
        "最新值已达目标；公布值太少，能否保持到期末不下结论",
        "the latest value meets the target; too little is published to say whether it lasts",
    ),
    "no_base_or_value": ("缺基期或期内数值", "no base or value"),
    "no_base_or_value_in_plan": ("缺基期或期内数值", "no base or value in the plan"),
    "no_baseline_no_completion": ("缺基期值，完成度无法计算", "no baseline, no completion"),
    "no_public_record": ("没有公开的进展记录", "no public record of progress"),
    "no_years_in_common": (
        "缺本指标或参照指标同期的数值",
        "no values of the indicator and its comparator for the same years",
    ),
    "nothing_published": ("没有公布的数值", "no value has been published"),
    "nothing_published_since_base_year": (
        "基年之后没有公布值",
        "no value published since the base year",
    ),
    "nothing_published_within_plan": (
        "规划期内没有公布值",
        "no value published within the plan",
    ),
    "only_another_definition": (
        "规划期内只有其他口径的数值，不能用来判断",
        "within the plan only figures on another definition exist",
    ),
    "only_running_total": (
        "只有累计数，没有各年数值，剩余年份的波动无从估计",
        "only a running total: the years' spread cannot be estimated",
    ),
    "other_years_not_published": (
        "其余{years}年未公布，逐年保持未能证实",
        "{years} earlier years are not published, keeping it is not proved",
    ),
    "published_value_meets_target": (
        "{year}年公布值达到目标",
        "the published value of {year} meets the target",
    ),
    "published_value_misses_target": (
        "{year}年公布值未达到目标",
        "the published value of {year} misses the target",
    ),
    "range_by_stand_ins": (
        "本指标未公布，由替代序列给出年均增速差的范围，不下结论",
        "stand-in series give a range of the growth difference, no verdict",
    ),
    "single_published_value": (
        "只有一个公布值，无法判断走势",
        "a single published value shows no course",
    ),
    "sum_to_date_unknown": (
        "各年数值未公布，累计数未知",
        "yearly values are not published; the sum to date is unknown",
    ),
    "target_was_withdrawn": ("目标已撤销", "the target was withdrawn"),
    "too_few_for_verdict": (
        "只有{points}个公布值，只给区间，不下结论",
        "only {points} published values: a range, no verdict",
    ),
    "too_few_only_range": (
        "公布值太少，只给范围",
        "stand-in series give a range of the growth difference, no verdict",
    ),
    # evidence
    "definition_not_stated": ("来源未注明口径", "definition not stated"),
    "inferred_from_stand_ins": ("由替代序列推断", "inferred from stand-in series"),
    "latest_value_not_exact": ("最新值不是确数", "latest value is not exact"),
    "no_public_evidence": ("没有公开证据", "no public evidence"),
    "no_target_number": ("目标值未下达", "no target number"),
    "one_public_report": ("单一公开报道", "one public report"),
    "published_values": ("公布值{count}个", "{count} published values"),
    "some_rates_published": (
        "增速目标，{due}年中只公布{published}年",
        "a growth rate, {published} of {due} years known",
    ),
    "some_years_published": (
        "应逐年达标，{due}年中只公布{published}年",
        "{published} of {due} years published",
    ),
    "target_withdrawn": ("目标已撤销", "target withdrawn"),
    "target_year_published": ("目标年已有公布值", "the target year has been published"),
    # cautions
    "caliber_unstated": ("最新值的来源未注明口径", "definition of the latest value not stated"),
    "corrected": ("序列含已声明的更正", "the series holds declared corrections"),
    "derived_point": ("序列含推算值，不计入证据", "the series holds derived points"),
    "evidence_after_year": (
        "证据公布于{published}，晚于评估年",
        "the evidence was published on {published}, after the evaluation year",
    ),
    "lower_bound": ("最新值为“突破”，按下限计", "latest value is a lower bound"),
    "no_baseline": ("基期值未公布", "no baseline published"),
    "reliability_low": (
        "最新值来源可靠性低",
        "latest value from a source of low reliability",
    ),
    "reliability_medium": (
        "最新值来源可靠性中等",
        "latest value from a source of medium reliability",
    ),
    "revised_target": ("目标已由{original:g}调整", "the target was revised"),
    "stale": ("最新值为{year}年", "latest value is of {year}"),
}


# --- Reasons whose figures are worded first ---


def _dated(date: dt.date, known_from: dt.date) -> tuple[str, str]:
    """Return a document's date, and since when it was public, in both languages."""
    found = in_both("date", dated, {"date": date, "known_from": known_from})
    return found["date_zh"], found["date_en"]


def _withdrawn(document: str, cause: str, date: dt.date, known_from: dt.date) -> tuple[str, str]:
    zh, en = _dated(date, known_from)
    comma = "" if known_from == date else "，"
    return (
        f"{zh}{comma}由{document}撤销（{cause}），不作评价",
        f"withdrawn on {en} by a document: not judged",
    )


def _reported(status: str, note: str, date: dt.date, known_from: dt.date) -> tuple[str, str]:
    word = {"done": "completed", "in_progress": "under way"}.get(status, "recorded")
    return note, f"{word} by a public report of {_dated(date, known_from)[1]}"


def _no_forecast(refused: Reason, value: object) -> tuple[str, str]:
    zh, en = both(refused)
    return f"{zh}（{brief(value)}），不作预测", f"{en} ({brief(value)}): no forecast"


def _mean(years: int, mean_pct: float) -> tuple[str, str]:
    mean = f"{round(mean_pct, 1) + 0.0:.1f}".replace("-", "−")  # no −0.0
    return f"规划期{years}年平均为{mean}%", f"the mean of all {years} years is {mean}%"


def _no_mean(years: int, published: int) -> tuple[str, str]:
    few = f"only {published} of its {years} years {'is' if published == 1 else 'are'} published"
    return (
        f"增速目标若指规划期平均，{years}年中只公布{published}年，平均值无从计算",
        f"if the rate is meant as the plan's mean, {few} and the mean cannot be worked out",
    )


def _gaps(years: Sequence[int]) -> tuple[str, str]:
    return "年份有间断（" + "、".join(map(str, years)) + "）", "gaps between years"


def _source(reliability: str) -> tuple[str, str]:
    zh = {"medium": "来源可靠性中等", "low": "来源可靠性低"}[reliability]
    return zh, f"source of {reliability} reliability"


def _added(date: dt.date, known_from: dt.date) -> tuple[str, str]:
    zh, en = _dated(date, known_from)
    since = f"目标于{zh}增补" if date == known_from else f"目标增补（{zh}）"
    return since, f"the target was added on {en}"


def _printed(values: Sequence[tuple[str, str, str]]) -> str:
    """Return figures as their sources print them, with unit and period."""
    if either("zh", "en") == "zh":
        return "、".join(f"{period}年{number}{unit}" for period, number, unit in values)
    return ", ".join(f"{with_unit(number, unit)} in {period}" for period, number, unit in values)


def _set_aside(values: Sequence[tuple[str, str, str]]) -> tuple[str, str]:
    shown = in_both("values", _printed, values)
    return (
        f"另有不同口径的数值未并入：{shown['values_zh']}",
        f"figures on another definition were set aside: {shown['values_en']}",
    )


def _context(values: Sequence[tuple[str, str, str]]) -> tuple[str, str]:
    shown = in_both("values", _printed, values)
    return (
        f"仅作背景的其他口径数值：{shown['values_zh']}",
        f"figures on another definition, for context only: {shown['values_en']}",
    )


#: Reasons whose figures are worded first: code -> function of the figures.
WORDED: dict[str, Callable[..., tuple[str, str]]] = {
    "added_target": _added,
    "context_only": _context,
    "gaps_between_years": _gaps,
    "mean_of_rates": _mean,
    "mean_of_rates_unknown": _no_mean,
    "no_forecast": _no_forecast,
    "other_caliber": _set_aside,
    "public_report": _reported,
    "source_not_reliable": _source,
    "withdrawn_by_document": _withdrawn,
}


# --- How they are said ---


def told(*reasons: Reason | None) -> tuple[str, str]:
    """Return reasons, clause by clause, in Chinese and in English; empty where there is none.

    Raises
    ------
    LookupError
        When a code has no sentence: a defect of the program, never a silent fallback.

    Examples
    --------
    >>> told(Reason("published_value_meets_target", year=2025),
    ...      Reason("mean_of_rates", years=5, mean_pct=5.04))[0]
    '2025年公布值达到目标；规划期5年平均为5.0%'
    >>> told(None)
    ('', '')
    """
    found = [_told(reason) for reason in reasons if reason is not None]
    return "；".join(zh for zh, _ in found), "; ".join(en for _, en in found)


def _told(reason: Reason) -> tuple[str, str]:
    if reason.code in WORDED:
        return WORDED[reason.code](**reason.figures)
    zh, en = REASONS[reason.code]
    return zh.format(**reason.figures), en.format(**reason.figures)


def said(*reasons: Reason | None) -> str:
    """Return reasons, clause by clause, in the language spoken.

    Examples
    --------
    >>> said(Reason("published_values", count=3))
    '公布值3个'
    """
    return either(*told(*reasons))


def outlook_word(code: str) -> str:
    """Return an outlook's word in the language spoken.

    Examples
    --------
    >>> outlook_word("toss_up")
    '难分'
    """
    return either(*OUTLOOKS[code])


def verdict(item: IndicatorEvaluation) -> str:
    """Return a target's outlook; "achieved" by a later record never without saying so."""
    if item.late_record and item.outlook.code == "achieved":
        return either(*LATER)
    return outlook_word(item.outlook.code)


def kind_word(kind: str) -> str:
    """Return what a kind of evaluation is called.

    Examples
    --------
    >>> kind_word("middle")
    '中期评估'
    """
    return either(*KINDS[kind])


def flag_words(flag: Flag) -> tuple[str, str]:
    """Return a caution as records keep it, in Chinese and in English; a finding with its number."""
    found = flag.finding
    if found is None:
        return told(flag.reason)
    zh, en = findings.kept(found.reason)
    return f"{found.finding_id}：{zh}", f"{found.finding_id}: {en}"


def caution(flag: Flag) -> str:
    """Return a caution as a document prints it, in the language spoken."""
    if flag.finding is None:
        return said(flag.reason)
    return either("{}：{}", "{}: {}").format(
        flag.finding.finding_id, either(*findings.told(flag.finding.reason))
    )


# --- The forecast behind an outlook ---


def series_named(code: str, data: Data) -> str:
    """Return the name of a series known by its codes, in the language spoken.

    Parameters
    ----------
    code : str
        ``region:indicator``.
    data : Data
        Where regions and indicators have their names.

    Examples
    --------
    >>> from analysis.data.observations import load
    >>> series_named("jiaxing-city:gdp", load())
    '嘉兴市地区生产总值'
    """
    region, _, indicator = code.partition(":")
    place, measure = data.regions[region], data.indicators[indicator]
    return either(
        place["name_zh"] + measure["name_zh"], f"{measure['name_en']} of {place['name_en']}"
    )


def named(made: Forecast, data: Data) -> Forecast:
    """Return a forecast of an evaluation with its comparators named in the language spoken."""
    return replace(made, comparators=[series_named(code, data) for code in made.comparators])


def basis(item: IndicatorEvaluation, data: Data) -> tuple[str, str]:
    """Return what an outlook's range rests on, in both languages; empty without a forecast."""
    made = item.outlook.forecast
    if made is None:
        return "", ""
    found: dict[str, Any] = in_both("basis", lambda: explain(named(made, data), spoken()))
    return found["basis_zh"], found["basis_en"]


# --- An evaluation as plain values with its words: what every JSON of an evaluation says ---


def record(evaluation: Evaluation) -> dict[str, Any]:
    """Return an evaluation as plain values for JSON, its codes beside their words.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> found = record(evaluate("jiaxing-14fyp", 2024))
    >>> gdp = next(row for row in found["indicators"] if row["id"] == "gdp")
    >>> found["kind"], gdp["outlook"]["class"], gdp["outlook"]["class_code"]
    ('年度监测', '很难', 'very_unlikely')
    """
    made = evaluation.to_dict()
    rows = zip(evaluation.indicators, made["indicators"], strict=True)
    return made | {
        "kind": KINDS[evaluation.kind][0],
        "indicators": [row | _words(item, row, evaluation.data) for item, row in rows],
    }


def _words(item: IndicatorEvaluation, row: dict[str, Any], data: Data) -> dict[str, Any]:
    """Return the parts of a target's record that carry words."""
    zh, en = OUTLOOKS[item.outlook.code]
    grade = row["outlook"]["maps_to"]
    figures = {key: value for key, value in row["outlook"].items() if key != "reasons"}
    return {
        "state": row["state"] | {"reason": told(item.state.reason)[0] or None},
        "outlook": {"class": zh, "class_code": item.outlook.code, "class_en": en}
        | figures
        | {
            "maps_to": CLASSES[grade][0] if grade else None,
            "reason": told(*item.outlook.reasons)[0] or None,
            "basis": basis(item, data)[0] or None,
        },
        "evidence_reasons": [told(reason)[0] for reason in item.evidence.reasons],
        "rules_detail": {
            name: {
                "label": terms.VERDICTS[verdict.verdict][0],
                **row["rules_detail"][name],
                "reason": terms.SILENCES[verdict.reason][0] if verdict.reason else None,
            }
            for name, verdict in item.rules.items()
        },
        "flags": [
            {
                "code": flag.code,
                **dict(zip(("zh", "en"), flag_words(flag), strict=True)),
                "finding": flag.finding.finding_id if flag.finding else None,
            }
            for flag in item.flags
        ],
    }
