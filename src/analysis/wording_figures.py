"""Figures as sentences and cells print them: numbers, units, shares, probabilities."""

from __future__ import annotations

from analysis import units
from analysis.clean import Datum
from analysis.words import Terms, say

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
    >>> from analysis.evaluation import evaluate
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
