"""What the audit found, in words: rules, verdicts, subjects, figures and the reason of a finding.

A finding of :mod:`analysis.audit` carries codes and figures. A record (JSON) keeps figures bare;
a document groups their thousands and names their unit.
"""

from __future__ import annotations

import math
import re
import string
from collections.abc import Mapping
from typing import Any

from analysis.audit import AuditReport
from analysis.audit.finding import VERDICTS, Finding, Named, Place
from analysis.data.errors import Reason
from analysis.data.units import normal_unit
from analysis.growth.rates import Interval
from planeval.words.amounts import unit_name, with_unit
from planeval.words.cell import Known, Origin, printed
from planeval.words.language import either, speaking, spoken, worded
from planeval.words.names import STATUS_ZH

VERDICT_NAMES: dict[str, tuple[str, str]] = {
    "contradiction": ("矛盾", "contradiction"),
    "price_basis": ("现价与可比价之差", "difference between current and constant prices"),
    "caliber": ("口径不同", "different definitions"),
    "revision": ("基数或版本修订", "revision"),
    "rounding": ("仅在舍入边缘相符", "agrees only at the edge of rounding"),
    "tension": ("难以并存", "hard to hold together"),
    "agrees": ("相符", "agrees"),
}
RULE_NAMES: dict[str, tuple[str, str]] = {
    "growth_vs_endpoints": ("增速或倍数与首尾数值", "growth rate or multiple against end points"),
    "growth_pair": ("年均增长与累计增长", "average against total growth"),
    "parts_vs_whole": ("部分与整体", "parts against whole"),
    "total_vs_yearly": ("五年合计与单年", "five-year total against single years"),
    "series_vs_growth": (
        "序列走势与公布增速（口径）",
        "course of a series against published growth (definition)",
    ),
    "index_vs_growth": ("指数与公布增速", "index against published growth"),
    "claim_vs_document": ("一处说法与另一处文件", "claim against another document"),
    "domains": ("领域之间的恒等式与界限", "identities and bounds between domains"),
    "target_vs_base": ("目标与基期", "target against its base"),
    "target_vs_text": ("表中目标与正文承诺", "table target against the text"),
}

#: Why a finding is what it is: code -> Chinese, English. Behind the colon stands a format, and
#: behind an ``@`` the figure's unit, which only documents name; an ``@`` alone groups thousands.
#: ``behind`` is a unit that stands alone behind a sum, ``+`` joins what is added up, ``a|b`` says
#: one of two things, ``a|b`` of a name what is said without one and what it does not end in.
SENTENCES: dict[str, tuple[str, str]] = {
    "simple_mean_of_total": (
        "公布值等于总增幅{total:.1f}%除以{years}年的简单平均，复合年均应为{implied:.2f}%",
        "the published rate equals the simple mean, total growth of {total:.1f}% divided by"
        " {years} years; compounded it should be {implied:.2f}% a year",
    ),
    "end_points_imply_other": (
        "按首尾数值推得{implied:.2f@unit}，与公布值不可能同时成立",
        "the end points imply {implied:.2f@unit}, which cannot hold together with the published"
        " figure",
    ),
    "end_points_agree": (
        "按首尾数值复算相符",
        "recomputed from the end points, it agrees",
    ),
    "one_end_is_bound": (
        "首尾数值之一是界限，不相冲突",
        "one end is a bound; no conflict",
    ),
    "edge_of_rounding": (
        "按公布数值推得{implied:.2f@unit}，只有数值恰在舍入边缘时才与公布值相符",
        "the published figures imply {implied:.2f@unit}; only values just at the edge of rounding"
        " agree with the published one",
    ),
    "end_points_differ_in_caliber": (
        "首尾两个数口径不同，不能据此推算增速",
        "the two end points are on different definitions, so no growth rate follows from them",
    ),
    "nominal_levels_real_growth": (
        "总量为现价、增速按惯例为可比价；两者相容，隐含价格年变动{deflator:+.1f}%",
        "levels are at current prices, growth by convention at constant prices; the two are"
        " compatible, with implicit prices changing by {deflator:+.1f}% a year",
    ),
    "base_may_be_revised": (
        "公布增速隐含的基数为{implied:.2f@implied_unit}，与另一文件所载{printed:@unit}相差"
        "{shift:+.1f}%，基数可能已修订",
        "published growth implies a base of {implied:.2f@implied_unit}, {shift:+.1f}% off the"
        " {printed:@unit} of another document: the base may have been revised",
    ),
    "average_compounds_to_total": (
        "年均{average}%累计{years}年为{implied:.2f}%，与累计增长相符",
        "{average}% a year compounds to {implied:.2f}% in {years} years, which agrees with total"
        " growth",
    ),
    "average_misses_total": (
        "年均{average}%累计{years}年为{implied:.2f}%，与同一行的累计增长{total}%不符",
        "{average}% a year compounds to {implied:.2f}% in {years} years, which does not fit the"
        " {total}% of total growth in the same row",
    ),
    "index_and_growth": (
        "指数{index}即增长{implied:.1f}%，公布增速{growth}%",
        "the index {index} means growth of {implied:.1f}%, published growth is {growth}%",
    ),
    "index_is_nominal_ratio": (
        "指数{index}即增长{implied:.1f}%，公布增速{growth}%；该指数等于现价总量之比"
        "{last:@}÷{first:@}",
        "the index {index} means growth of {implied:.1f}%, published growth is {growth}%; the"
        " index equals the ratio of totals at current prices {last:@}÷{first:@}",
    ),
    "level_fell_though_growth_reported": (
        "一处称{period}年增长{growth}%，但由{first_period}年{first:@first_unit}到{last_period}年"
        "{last:@last_unit}合计下降{fall:.1f}%；"
        "要么中间年份大幅下降，要么口径已变，来源均未说明，不宜直接连成一条序列",
        "one document reports growth of {growth}% in {period}, yet from {first:@first_unit}"
        " ({first_period}) to {last:@last_unit} ({last_period}) the level falls by {fall:.1f}% in"
        " all; either it fell steeply in the years between or the definition changed, no source"
        " explains it, and the two should not simply be joined into one series",
    ),
    "parts_add_up_to": (
        "{relation}：{parts:+@}={total:g@}{unit:behind}",
        "{relation}: {parts:+@}={total:g@}{unit:behind}",
    ),
    "growth_worked_back_to_base": (
        "由公布增速倒推{base_period}年：总额{whole:.2f@unit}，各部分之和{total:.2f@unit}"
        "（{parts:.2f}）",
        "published growth worked back to {base_period}: whole {whole:.2f@unit}, sum of the parts"
        " {total:.2f@unit} ({parts:.2f})",
    ),
    "part_above_whole": (
        "{relation}；部分（{place} {measure}）{part:@part_unit}大于整体{whole:@whole_unit}",
        "{relation}; the part ({place}, {measure}), {part:@part_unit}, is larger than the whole,"
        " {whole:@whole_unit}",
    ),
    "part_within_whole": (
        "{relation}；部分（{place} {measure}）{part:@part_unit}，整体{whole:@whole_unit}",
        "{relation}; the part ({place}, {measure}), {part:@part_unit}, whole {whole:@whole_unit}",
    ),
    "two_places_of_one_source": (
        "一处为{one}（{one_statement}），另一处为{other}（{other_statement}）",
        "{one} in one place, {other} in another of the same document",
    ),
    "two_sources": (
        "一处为{one}（{one_statement}），另一处为{other}（{other_statement}）",
        "{one} in source {one_source}, {other} in source {other_source}",
    ),
    "statement_and_figure": (
        "{statement}；公布数值{figure}",
        "stated as {stated}; the published figure is {figure}",
    ),
    "share_recomputed": (
        "{statement}；复算为{share:.2f}%",
        "stated as a share of at least {stated:g}%; recomputed it is {share:.2f}%",
    ),
    "stated_sum": (
        "{parts:+@}={total:g@}{unit:behind}",
        "{parts:+@} = {total:g@}{unit:behind}",
    ),
    "documents_agree": (
        "两处文件一致（在舍入之内）",
        "the documents agree",
    ),
    "vintages_differ": (
        "两处相差{shift:+.2f}%，为不同版本（{one_status:status}与{other_status:status}）",
        "the two differ by {shift:+.2f}%, as different vintages ({one_status:status} and"
        " {other_status:status})",
    ),
    "documents_differ": (
        "两处相差{shift:+.1f}%",
        "the two differ by {shift:+.1f}%",
    ),
    "whole_between_parts": (
        "{name:整体}增长{whole}%，各部分为{parts}，整体的增速必在各部分最低与最高之间："
        "{holds:相符|不能同时成立}",
        "{name:the whole} grew by {whole}%, its parts by: {parts}; growth of a whole must lie"
        " between the lowest and the highest of its parts: {holds:they agree|they cannot all hold}",
    ),
    "pull_implies_share": (
        "{industry:该行业|增速}增长{growth}%，拉动{pull}个百分点，所含的基期份额须在0与100%之间："
        "{holds:相符|不能同时成立}",
        "{industry:the industry}: growth {growth}%, contribution {pull} percentage points; the"
        " base share they imply must lie between 0 and 100%:"
        " {holds:they agree|they cannot all hold}",
    ),
    "to_be_kept_but_below_base": (
        "基期{period}年已为{base:@base_unit}，目标{text:@target_unit}反而更低，与“巩固”之意不符",
        "{base:@base_unit} was already reached in the base year {period}; the target of"
        " {target:g@target_unit} is lower, which does not fit “maintain”",
    ),
    "target_below_base": (
        "基期{period}年已为{base:@base_unit}，目标{text:@target_unit}反而更低，完成度无定义",
        "{base:@base_unit} was already reached in the base year {period}; the target of"
        " {target:g@target_unit} is lower, so completion is undefined",
    ),
    "one_year_exceeds_total": (
        "五年合计目标{text:@target_unit}，而{period}年一年就已是{last:@last_unit}；"
        "两处的“{measure}”不可能同一口径",
        "the five-year target is {target:g@target_unit}, while the single year {period} already"
        " had {last:@last_unit}; the two cannot share one definition",
    ),
    "table_asks_for_no_rise": (
        "表中目标{text:@target_unit}等于基期{base:@base_unit}，即不要求提高；正文却要求“{asked}”",
        "the target in the table, {target:g@target_unit}, equals the base value {base:@base_unit}"
        " and asks for no rise; the text asks for a figure {asked}",
    ),
    "targets_leave_no_room": (
        "各行业目标之和{parts:+g@}={total:g@}{target_unit:behind}，整体目标{text:@target_unit}，"
        "没有给其余行业留出余地",
        "the targets of single industries add up to {parts:+g@}={total:g@}{target_unit:behind},"
        " the target of the whole is {target:g@target_unit}, which leaves no room for the other"
        " industries",
    ),
    "targets_leave_room": (
        "各行业目标之和{parts:+g@}={total:g@}{target_unit:behind}，整体目标{text:@target_unit}",
        "the targets of single industries add up to {parts:+g@}={total:g@}{target_unit:behind},"
        " the target of the whole is {target:g@target_unit}",
    ),
    "target_above_whole": (
        "部分的目标{text:@target_unit}大于整体（{place} {measure}）的目标{whole:g@whole_unit}"
        "（{statement}）",
        "the part's target of {target:g@target_unit} is larger than the target of the whole"
        " ({place}, {measure}), {whole:g@whole_unit} (source {source})",
    ),
    "target_within_whole": (
        "部分的目标{text:@target_unit}不大于整体（{place} {measure}）的目标{whole:g@whole_unit}"
        "（{statement}）",
        "the part's target of {target:g@target_unit} is no larger than the target of the whole"
        " ({place}, {measure}), {whole:g@whole_unit} (source {source})",
    ),
}
#: How a stated or an implied number is read: code -> Chinese, English. Where there is no English
#: of its own, it is the Chinese with its unit as English has it.
FORMS: dict[str, tuple[str, str | None]] = {
    "printed": ("{printed}{unit}", None),
    "computed": ("{value:.2f}{unit}", None),
    "value": ("{value:g}{unit}", None),
    "at_least": ("≥{value:g}{unit}", None),
    "at_most": ("≤{value:g}{unit}", None),
    "between": ("{low:g}–{high:g}{unit}", None),
    "growth_of_parts": ("{low:g}%至{high:g}%", "{low:g}% to {high:g}%"),
    "base_share": ("基期份额{share:.1f}%", "base share {share:.1f}%"),
    "above_reference": ("{text}", "above the reference"),
    "points_above_reference": ("{text}", "{lead:g} percentage points above the reference"),
}
#: What is printed in a place, as the Chinese documents have it: code -> Chinese.
PLACES: dict[str, str] = {
    "observation": "{period}：{printed}{unit}",
    "claim": "{statement}",
    "target": "{name.name_zh}：{text}",
}


def subject(finding: Finding) -> str:
    """Return region, indicator and time of a finding, in the language spoken.

    Examples
    --------
    >>> from analysis.audit import audit
    >>> from analysis.data.observations import load
    >>> first = audit(load()).findings[0]
    >>> subject(first)
    '嘉兴港区 一般公共预算收入 2015→2020'
    >>> with speaking("en"):
    ...     subject(first)
    'Jiaxing Port Area, General public budget revenue, 2015→2020'
    """
    place, measure = worded(finding.place, "name"), worded(finding.measure, "name")
    return either(f"{place} {measure} ", f"{place}, {measure}, ") + when(finding)


def when(finding: Finding) -> str:
    """Return the time a finding is on, as its subject tells it, in the language spoken."""
    if finding.targets:
        return either(f"{finding.period}年目标", f"target {finding.period}")
    if finding.base_period:
        return f"{finding.base_period}→{finding.period}"
    return finding.shown or finding.period


def why(finding: Finding) -> str:
    """Return the reason of a finding as a document prints it, in the language spoken.

    Examples
    --------
    >>> from analysis.audit import audit
    >>> from analysis.data.observations import load
    >>> why(audit(load()).findings[0])
    '按首尾数值推得13.10%，与公布值不可能同时成立'
    """
    return either(*told(finding.reason))


def kept(reason: Reason) -> tuple[str, str]:
    """Return a reason in Chinese and in English as records keep it: figures bare.

    Raises
    ------
    LookupError
        When a code has no sentence: a defect of the program, never a silent fallback.

    Examples
    --------
    >>> kept(Reason("stated_sum", parts=["900", "300"], total=1200.0, unit="亿元"))
    ('900+300=1200', '900+300 = 1200')
    """
    return _filled(reason, told=False)


def told(reason: Reason) -> tuple[str, str]:
    """Return a reason in Chinese and in English as documents print it: figures with their units.

    Raises
    ------
    LookupError
        When a code has no sentence: a defect of the program, never a silent fallback.

    Examples
    --------
    >>> told(Reason("stated_sum", parts=["900", "300"], total=1200.0, unit="亿元"))
    ('900+300=1,200亿元', '900+300 = 1,200 (100 million yuan)')
    """
    return _filled(reason, told=True)


def stated(finding: Finding) -> str:
    """Return the published figure with its unit, in the language spoken."""
    return _shown(finding, finding.stated, finding.stated_as)


def implied(finding: Finding) -> str:
    """Return the figure that follows from the others, with its unit, in the language spoken."""
    return _shown(finding, finding.implied, finding.implied_as)


def figure(place: Place) -> str:
    """Return what is printed in a place, as the Chinese document has it.

    Examples
    --------
    >>> figure(Place("S1", "表1", Reason("observation", period="2020", printed="182.0",
    ...                                   unit="亿元")))
    '2020：182.0亿元'
    """
    return PLACES[place.figure.code].format(**place.figure.figures)


def finding_record(finding: Finding) -> dict[str, Any]:
    """Return a finding as plain values for JSON, with its words."""
    zh, en = kept(finding.reason)
    with speaking("zh"):
        subject_zh = subject(finding)
    with speaking("en"):
        subject_en = subject(finding)
    return {
        "id": finding.finding_id,
        "rule": finding.rule,
        "rule_zh": RULE_NAMES[finding.rule][0],
        "verdict": finding.verdict,
        "verdict_zh": VERDICT_NAMES[finding.verdict][0],
        "subject": subject_zh,
        "subject_en": subject_en,
        "region": finding.region,
        "indicator": finding.indicator,
        "period": finding.period,
        "stated": finding.stated,
        "implied": finding.implied,
        "unit": finding.unit,
        "stated_text": _text(finding.stated, finding.stated_as, finding.unit),
        "implied_text": _text(finding.implied, finding.implied_as, finding.unit),
        "where": [
            {"source": one.source, "locator": one.locator, "figure": figure(one)}
            for one in finding.where
        ],
        "reason_zh": zh,
        "reason_en": en,
        "targets": list(finding.targets),
    }


def audit_record(report: AuditReport) -> dict[str, Any]:
    """Return an audit as plain values for JSON, with its words."""
    return {
        "as_of": report.as_of.isoformat(),
        "checked": len(report.findings) + len(report.agreements),
        "agreeing": len(report.agreements),
        "counts": {verdict: len(report.of(verdict)) for verdict in VERDICTS if verdict != "agrees"},
        "findings": [finding_record(item) for item in report.findings],
    }


def grouped(text: str) -> str:
    """Return printed figures with their thousands grouped; decimals and years stay.

    Examples
    --------
    >>> grouped("1000+99.1234"), grouped("2025年13100.5")
    ('1,000+99.1234', '2025年13,100.5')
    """
    return re.sub(r"(?<![\d.])\d{4,}(?!\d*年)", lambda found: f"{int(found[0]):,}", text)


def in_english(text: str, unit: str) -> str:
    """Return a figure printed with its Chinese unit as English prints it.

    Examples
    --------
    >>> in_english("≥14.56亿元", "亿元"), in_english("12.4%", "%"), in_english("3600个", "个")
    ('≥14.56 × 100 million yuan', '12.4%', '3600')
    >>> in_english("24μg/m3", "μg/m3")
    '24 µg/m³'
    """
    with speaking("en"):
        return with_unit(text.removesuffix(unit), normal_unit(unit)) if unit else text


def figure_of(finding: Finding, value: float | None) -> Known:
    """Return a figure of a finding: what is stated, implied, or what lies between the two."""
    return Known(value, Origin(finding=finding.finding_id))


def _shown(finding: Finding, value: float | None, form: Reason | None) -> str:
    known, unit = figure_of(finding, value), finding.unit
    own = FORMS[form.code][1] if form else None
    if own and form and spoken() == "en":
        return printed(own.format(**form.figures), known)
    text = grouped(_signed(_text(value, form, unit)))
    if text and unit != "%" and text.endswith(unit):
        number = printed(text.removesuffix(unit), known)
        return number + unit if spoken() == "zh" else with_unit(number, normal_unit(unit))
    return printed(text if spoken() == "zh" else in_english(text, unit), known)


def _signed(text: str) -> str:
    """Return a printed number with the true minus sign."""
    return f"−{text[1:]}" if text.startswith("-") else text


def _text(value: float | None, form: Reason | None, unit: str) -> str:
    """Return a stated or an implied number in Chinese, bare of groups."""
    if form:
        return FORMS[form.code][0].format(**form.figures)
    return "" if value is None else f"{round(value, 2):g}{unit}"


def _form(form: Reason) -> str:
    """Return a number that a sentence reads in its own way, in the language spoken."""
    zh, en = (text and text.format(**form.figures) for text in FORMS[form.code])
    if spoken() == "zh":
        return str(zh)
    return en or in_english(str(zh), form.figures["unit"])


def _filled(reason: Reason, *, told: bool) -> tuple[str, str]:
    zh, en = SENTENCES[reason.code]
    sentence = _Sentence(reason.figures, told)
    with speaking("zh"):
        chinese = sentence.vformat(zh, (), reason.figures)
    with speaking("en"):
        return chinese, sentence.vformat(en, (), reason.figures)


class _Sentence(string.Formatter):
    """Fill in figures as SENTENCES describes it, in the language spoken."""

    def __init__(self, figures: Mapping[str, Any], told: bool) -> None:
        self.figures, self.told = figures, told

    def format_field(self, value: Any, format_spec: str) -> str:
        """Write one figure: as it is, or with its unit where a document tells it."""
        if format_spec == "behind":
            return _said("", value) if self.told else ""
        spec, marked, unit = format_spec.partition("@")
        text = _written(value, spec)
        if self.told and isinstance(value, int | float | list):
            text = _signed(text)
        return _said(text, self.figures[unit] if unit else "") if marked and self.told else text


def _written(value: Any, spec: str) -> str:
    """Return a figure of any kind in the language spoken."""
    if isinstance(value, Reason):
        return _form(value)
    if isinstance(value, bool):
        return spec.split("|")[not value]
    if isinstance(value, Interval):
        return _middle(value, spec)
    if value is None or isinstance(value, Named):
        nothing, _, ending = spec.partition("|")
        return str(worded(value, "name")).removesuffix(ending) if value else nothing
    if isinstance(value, Mapping):
        return either("、", ", ").join(
            f"{_written(name, '')}{either('', ' ')}{_middle(one, '')}%"
            for name, one in value.items()
        )
    if isinstance(value, list):
        sign = "+" if spec.startswith("+") else either("、", ", ")
        return sign.join(format(one, spec.removeprefix("+")) for one in value)
    return STATUS_ZH[value] if spec == "status" else format(value, spec)


def _middle(value: Interval, spec: str) -> str:
    """Return an interval by its middle, or by its closed end where one side is open."""
    if math.isinf(value.lo) or math.isinf(value.hi):
        closed = value.hi if math.isinf(value.lo) else value.lo
        return f"{'≤' if math.isinf(value.lo) else '≥'}{closed:g}"
    middle = (value.lo + value.hi) / 2
    shown = format(middle, spec) if spec else f"{round(middle, 6):g}"
    return shown.replace("-", "−")


def _said(figure: str, unit: str) -> str:
    name = normal_unit(unit) if unit else ""
    if not figure and name:
        return name if spoken() == "zh" else f" ({unit_name(name)})"
    # a target printed as 1200以上 has its unit behind the number; 3600人以上 has one already
    found = re.fullmatch(r"(\D*)([0-9][0-9.,]*)(以上|以下|以内|左右)?", grouped(figure))
    if not name or not found:
        return grouped(figure)
    return f"{found[1]}{with_unit(found[2], name)}{found[3] or ''}"
