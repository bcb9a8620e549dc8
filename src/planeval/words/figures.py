"""Figures as sentences and cells print them: numbers, units, shares, probabilities."""

from __future__ import annotations

import re

from analysis.data import units
from analysis.data.series import Datum
from planeval.words.language import Terms, either, say

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


def printed(item: Datum) -> str:
    """Return a published figure as its source prints it: its decimals, its bound, no unit.

    A figure printed in another unit than its indicator's is converted, and its decimals are
    those it needs.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> found = evaluate("jiaxing-14fyp", 2024)
    >>> printed(found.get("gdp").latest), printed(found.get("containers").latest)
    ('突破226', '306.2')
    """
    same = units.same_unit(item.unit, item.printed_unit)
    digits = units.decimals(item.printed) if same else None
    return QUALIFIER_ZH[item.qualifier] + number(item.value, digits)


def figure(item: Datum | None) -> str:
    """Return a published figure with year, qualifier and unit.

    Examples
    --------
    >>> figure(None)
    '—'
    """
    if item is None:
        return "—"
    words = QUALIFIER_ZH[item.qualifier] + amount(item.value, item.unit)
    return say("{0}（{1}年）", words, item.period)


MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PARTS = Terms(
    {
        "Q1": "一季度",
        "Q2": "二季度",
        "Q3": "三季度",
        "Q4": "四季度",
        "S1": "上半年",
        "S2": "下半年",
    }
)


def period_zh(period: str) -> str:
    """Return a period as text prints it, in the language spoken.

    Examples
    --------
    >>> [period_zh(p) for p in ("2020", "2020-08", "2019-S1", "2021-Q1", "2018-01/2018-08")]
    ['2020年', '2020年8月', '2019年上半年', '2021年一季度', '2018年1—8月']
    >>> period_zh("2011-01-01/2011-12-23"), period_zh("2021/2024")
    ('2011年1月1日—12月23日', '2021—2024年')
    >>> from planeval.words.language import speaking
    >>> with speaking("en"):
    ...     [period_zh(p) for p in ("2019-S1", "2018-01/2018-08", "2011-01-01/2011-12-23")]
    ['H1 2019', 'Jan–Aug 2018', '1 Jan – 23 Dec 2011']
    """
    if within := part_of_year(period):
        return say("{0}年{1}", period[:4], within)
    if part := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})/\1-(\d{2})-(\d{2})", period):
        day, end = int(part[3]), int(part[5])
        return say("{}年{}月{}日—{}月{}日", part[1], month(part[2]), day, month(part[4]), end)
    if part := re.fullmatch(r"(\d{4})/(\d{4})", period):
        return say("{}—{}年", part[1], part[2])
    return say("{}年", period) if re.fullmatch(r"\d{4}", period) else period


def month(number: int | str) -> str:
    """Return a month as it stands before 月, in English by its short name.

    Examples
    --------
    >>> month("08")
    '8'
    """
    return either(str(int(number)), MONTHS_EN[int(number) - 1])


def part_of_year(period: str) -> str:
    """Return which quarter, half or months of its year a period is, empty for other periods.

    Examples
    --------
    >>> part_of_year("2019-S1"), part_of_year("2018-01/2018-08"), part_of_year("2020")
    ('上半年', '1—8月', '')
    """
    if part := re.fullmatch(r"\d{4}-([QS]\d)", period):
        return PARTS[part[1]]
    if part := re.fullmatch(r"\d{4}-(\d{2})", period):
        return say("{}月", month(part[1]))
    if part := re.fullmatch(r"(\d{4})-(\d{2})/\1-(\d{2})", period):
        return say("{}—{}月", month(part[2]), month(part[3]))
    return ""


def span_zh(years: list[int]) -> str:
    """Return a stretch of years as text.

    Examples
    --------
    >>> span_zh([2019, 2020]), span_zh([2019]), span_zh([])
    ('2019—2020', '2019', '—')
    """
    if not years:
        return "—"
    return str(years[0]) if len(years) == 1 else spread(years[0], years[-1])


def spread(low: object, high: object) -> str:
    """Return two ends with the dash of the language between them.

    Examples
    --------
    >>> spread("56.3", "56.8")
    '56.3—56.8'
    """
    return say("{0}—{1}", low, high)
