"""Evidence: how far the published points can carry a verdict, and what a reader must know."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from analysis.audit.finding import Finding
from analysis.data.changes import dated
from analysis.data.plan import Target
from analysis.data.series import RELIABILITY_RANK, Datum, Series
from analysis.data.units import with_unit
from analysis.targets.types import Evidence, Flag
from planeval.words.language import speaking

ORDER = "ABCD"


def _worse(grade: str, at_best: str) -> str:
    return max(grade, at_best, key=ORDER.index)


def grade(series: Series | None, baseline: Datum | None, latest: Datum | None) -> Evidence:
    """Grade the evidence of a series from number, spacing and quality of its points.

    D for two published points or fewer; C for three or four, or any gap; B for five or more
    consecutive years; A for eight or more. Then capped: at C when the caliber of the base or
    the latest value is not stated or the latest value is only a bound, at B for sources of
    medium reliability, at D for low. Derived points do not count.
    """
    points = [item for item in series.data if item.status != "derived"] if series else []
    count = len(points)
    zh, en = [f"公布值{count}个"], [f"{count} published values"]
    years = [item.year for item in points]
    gaps = any(b - a > 1 for a, b in itertools.pairwise(years))
    if count <= 2:
        result = "D"
    elif count < 5 or gaps:
        result = "C"
    else:
        result = "B" if count < 8 else "A"
    if gaps:
        zh.append("年份有间断（" + "、".join(map(str, years)) + "）")
        en.append("gaps between years")
    ends = [item for item in (baseline, latest) if item is not None]
    if any(item.caliber == "unstated" for item in ends):
        result = _worse(result, "C")
        zh.append("来源未注明口径")
        en.append("definition not stated")
    if latest is not None and latest.qualifier != "exact":
        result = _worse(result, "C")
        zh.append("最新值不是确数")
        en.append("latest value is not exact")
    if ends:
        lowest = min(ends, key=lambda item: RELIABILITY_RANK[item.reliability]).reliability
        if lowest != "high":
            result = _worse(result, "B" if lowest == "medium" else "D")
            zh.append({"medium": "来源可靠性中等", "low": "来源可靠性低"}[lowest])
            en.append(f"source of {lowest} reliability")
    return Evidence(result, count, tuple(zh), tuple(en))


def settled(latest: Datum, record: dict) -> Evidence:
    """Grade a verdict that rests on a published value of the target year, not on a forecast.

    B for a reliable source, A when it is a final figure, C for a medium one, D for a low one;
    C at best when a maintain target, or a growth rate, was published for some of its years only.
    """
    best = {
        "high": "A" if latest.status in ("final", "revised") else "B",
        "medium": "C",
        "low": "D",
    }
    result = best[latest.reliability]
    zh, en = ["目标年已有公布值"], ["the target year has been published"]
    if record.get("years_observed", 0) < record.get("years_due", 0):
        result = _worse(result, "C")
        zh.append(f"应逐年达标，{record['years_due']}年中只公布{record['years_observed']}年")
        en.append(f"{record['years_observed']} of {record['years_due']} years published")
    if record.get("rates_observed", 0) < record.get("rates_due", 0):
        result = _worse(result, "C")
        zh.append(f"增速目标，{record['rates_due']}年中只公布{record['rates_observed']}年")
        en.append(f"a growth rate, {record['rates_observed']} of {record['rates_due']} years known")
    return Evidence(result, 1, tuple(zh), tuple(en))


def _aside(items: Iterable[Datum]) -> tuple[str, str]:
    """Return figures with their unit and period, in Chinese and in English."""
    listed = list(items)
    zh = "、".join(f"{item.period}年{item.printed}{item.printed_unit}" for item in listed)
    with speaking("en"):
        en = ", ".join(
            f"{with_unit(item.printed, item.printed_unit)} in {item.period}" for item in listed
        )
    return zh, en


def flags(
    target: Target,
    series: Series | None,
    baseline: Datum | None,
    latest: Datum | None,
    year: int,
    context: tuple[Datum, ...],
    findings: list[Finding],
) -> tuple[Flag, ...]:
    """Collect the cautions that belong to a target and its figures."""
    found: list[Flag] = []

    def add(code: str, zh: str, en: str) -> None:
        found.append(Flag(code, zh, en))

    if baseline is None and target.kind not in ("milestone", "assigned", "cumulative"):
        add("no_baseline", "基期值未公布", "no baseline published")
    if latest is not None:
        if latest.year < year:
            add("stale", f"最新值为{latest.year}年", f"latest value is of {latest.year}")
        if latest.qualifier == "at_least":
            add("lower_bound", "最新值为“突破”，按下限计", "latest value is a lower bound")
        if latest.caliber == "unstated":
            add(
                "caliber_unstated",
                "最新值的来源未注明口径",
                "definition of the latest value not stated",
            )
        if latest.reliability != "high":
            add(
                f"reliability_{latest.reliability}",
                "最新值来源可靠性" + {"medium": "中等", "low": "低"}[latest.reliability],
                f"latest value from a source of {latest.reliability} reliability",
            )
    if series is not None:
        if any(item.status == "derived" for item in series.data):
            add("derived_point", "序列含推算值，不计入证据", "the series holds derived points")
        if any(item.correction for item in series.data):
            add("corrected", "序列含已声明的更正", "the series holds declared corrections")
        if series.other_calibers:
            years, told = _aside(series.other_calibers)
            add(
                "other_caliber",
                f"另有不同口径的数值未并入：{years}",
                f"figures on another definition were set aside: {told}",
            )
    aside = set(series.other_calibers) if series is not None else set()
    context = tuple(item for item in context if item not in aside)
    if context:
        shown, told = _aside(context[-3:])
        add(
            "context_only",
            f"仅作背景的其他口径数值：{shown}",
            f"figures on another definition, for context only: {told}",
        )
    if target.revisions:
        add("revised_target", f"目标已由{target.original:g}调整", "the target was revised")
    if target.status == "added":
        day = {"date": target.status_date, "known_from": target.status_known_from}
        with speaking("en"):
            told = dated(day)
        with speaking("zh"):
            since = dated(day)
        same = day["date"] == day["known_from"]
        zh = f"目标于{since}增补" if same else f"目标增补（{since}）"
        add("added_target", zh, f"the target was added on {told}")
    found += [
        Flag(
            f"audit_{item.verdict}",
            f"{item.finding_id}：{item.reason_zh}",
            f"{item.finding_id}: {item.reason_en}",
            item.finding_id,
            item.told_zh and f"{item.finding_id}：{item.told_zh}",
            item.told_en and f"{item.finding_id}: {item.told_en}",
        )
        for item in findings
        if item.verdict in ("contradiction", "tension", "rounding", "price_basis", "caliber")
    ]
    return tuple(found)
