"""What a plan promises, as a sentence and as a cell print it.

Chinese prints the plan's own wording. English says the same from kind, number, unit and
direction, and quotes the plan only where it gives nothing of the kind.
"""

from __future__ import annotations

import re
from typing import Any

from analysis.data import units
from analysis.data.plan import Target
from analysis.targets.types import IndicatorEvaluation
from planeval.words.figures import amount, number
from planeval.words.language import say, spoken

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
        words = promise(target, target.original)
    if target.assigned:
        given = amount(target.original, target.unit)
        words = say("{0}（{1}）", given, titled(target.assigned["document"]))
    if target.target is not None and target.target != target.original:
        return say("{}（原为{}）", amount(target.target, target.unit), words)
    return words


def target_cell(item: IndicatorEvaluation) -> str:
    """Return the promise as printed, without its unit: the row's name carries it.

    A number assigned or revised since stands first, the one it replaced beside it.
    """
    target = item.target
    if target.assigned:
        words = number(target.original)
    elif spoken() == "zh":
        words = _grouped(target)
    else:
        words = short_promise(target, target.original)
    if target.target is not None and target.target != target.original:
        return say("{}（原为{}）", number(target.target), words)
    return words


def _grouped(target: Target) -> str:
    """Return the plan's own wording, its thousands grouped as everywhere in a report."""
    return _GROUPS.sub(lambda figure: f"{int(figure[0]):,}", target.target_text)


def promise(target: Target, value: float | None) -> str:
    """Return what a target asks for, said from its kind, number, unit and direction.

    Parameters
    ----------
    target : Target
        The promise.
    value : float or None
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
    return _without_number(target) if value is None else _said(target, amount(value, target.unit))


def short_promise(target: Target, value: float | None) -> str:
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
    if value is None or target.kind == "milestone":
        return _without_number(target)
    if target.kind == "level":
        return say("约{0}", number(value))
    if _whole(target, value):
        return number(value)
    bound = "≥" if _upward(target) else "≤"
    words = f"{bound} {number(value)}"
    if target.kind == "avg_growth":
        return say("年均{0}", words)
    return say("五年累计{0}", words) if target.kind == "cumulative" else words


def _upward(target: Target) -> bool:
    if target.kind in ("at_least", "at_most"):
        return target.kind == "at_least"
    return target.sign > 0


def _said(target: Target, figure: str) -> str:
    up = _upward(target)
    if target.kind == "milestone":
        return _without_number(target)
    if target.kind == "level":
        return say("约{0}", figure)
    if _whole(target, target.original):
        return figure
    if target.kind == "maintain":
        return say("保持在{0}以上", figure) if up else say("保持在{0}以下", figure)
    words = say("至少{0}", figure) if up else say("至多{0}", figure)
    if target.kind == "avg_growth":
        return say("年均{0}", words)
    return say("五年累计{0}", words) if target.kind == "cumulative" else words


def _whole(target: Target, value: float | None) -> bool:
    """Tell whether a share is promised in full: no share is above 100 %, but growth may be."""
    full = target.unit == "%" and value == 100 and target.kind in ("at_least", "maintain")
    return full and _upward(target) and not _GROWTH.search(target.name_zh)


def _without_number(target: Target) -> str:
    if target.kind == "milestone":
        return say("建成")
    if target.kind == "assigned":
        return say("按上级下达")
    if target.kind == "multiple" and target.multiple == 2:
        return say("{0}年数值的两倍", target.multiple_base_year)
    if target.kind == "multiple" and target.multiple is not None:
        return say("{0}年数值的{1}倍", target.multiple_base_year, number(target.multiple))
    if target.kind == "relative" and target.band is not None:
        return say("与参照指标增速相差不超过±{0}个百分点", number(target.band))
    if target.kind == "relative" and target.min_difference:
        return say("增速高于参照指标{0}个百分点以上", number(target.min_difference))
    if target.kind == "relative":
        return say("增速高于参照指标")
    return f"“{target.target_text}”"


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
    return f"{found[1]}{units.with_unit(found[2], unit)}{found[3] or ''}" if found else text
