"""Match the name of a plan's indicator to the list of indicators: shared, never copied."""

from __future__ import annotations

import re
from collections.abc import Mapping

from analysis.data.errors import InputError
from analysis.data.units import UNITS, normal_unit
from planeval.newplan.words import Guess, likeness, plain

MATCHED = 0.72
#: Kinds that promise growth, or nothing yet, of an indicator in any unit.
ANY_UNIT = frozenset({"avg_growth", "relative", "multiple", "assigned"})
_DOMAINS = (
    (
        "environment",
        "空气|水质|水体|排放|能耗|用水|森林|绿化|PM2.5|PM10|碳|污染|环境|生态|耕地|污水|垃圾",
    ),
    ("port", "吞吐量|港口|集装箱|码头|泊位|航线|航道|海河联运"),
    ("industry", "工业|制造业|产值|企业|园区|亩均|技改"),
    (
        "gdp",
        "生产总值|GDP|增加值|收入占|投资|消费品|进出口|外资|研发|R&D|财政|预算|劳动生产率|数字经济",
    ),
)


def match_indicator(
    name: str, unit: str | None, kind: str, indicators: Mapping[str, dict]
) -> Guess:
    """Return the code of the indicator a name means, or no code when none is like it.

    Parameters
    ----------
    name, unit : str
        As the plan prints them; the unit in the project's spelling, None when not known.
    kind : str
        Kind of the target: growth in % may be promised of an indicator in any unit.
    indicators : mapping of str to dict
        Rows of ``data/indicators.csv`` by code.

    Examples
    --------
    >>> from analysis.data.observations import load
    >>> known = load().indicators
    >>> match_indicator("地区生产总值（GDP）", "亿元", "at_least", known).value
    'gdp'
    >>> match_indicator("劳动年龄人口平均受教育年限", "年", "at_least", known).value
    'schooling'
    >>> match_indicator("万人拥有公共文化设施面积", "平方米", "at_least", known).value is None
    True
    """
    scored = []
    for code, row in indicators.items():
        if code == "milestone":
            continue
        score = likeness(name, row["name_zh"])
        growing = kind in ANY_UNIT and unit in ("%", None)
        suits = growing or fits(unit, row["unit"] or "")
        exact = plain(name) == plain(row["name_zh"])
        scored.append((score * (1.0 if suits else 0.75), exact, suits, code))
    if not scored:
        return Guess(None, 0.2, "指标表是空的", "the list of indicators is empty")
    scored.sort(key=lambda item: (item[0], item[1]), reverse=True)
    score, _, suits, code = scored[0]
    near = f"{code}（{indicators[code]['name_zh']}）"
    if score < MATCHED:
        return Guess(
            None,
            0.2,
            f"指标表中没有相近的名称，最接近的是 {near}；请选用或新建代码",
            f"no indicator of a like name; the nearest is {code}: choose it or give a new code",
        )
    close = [item for item in scored[1:4] if item[0] > score - 0.04 and item[0] >= MATCHED]
    if close:
        others = "、".join(item[3] for item in close)
        return Guess(code, 0.6, f"也可能是 {others}", f"it may also be {others}")
    if score < 0.92 or not suits:
        return Guess(
            code,
            round(min(score, 0.75), 2),
            f"名称与 {near} 相近而不相同",
            f"the name is like, not equal to, that of {code}",
        )
    return Guess(code, round(min(score, 0.97), 2))


def fits(unit: str | None, other: str) -> bool:
    """Tell whether a figure in one unit can be one of an indicator in the other.

    Examples
    --------
    >>> fits("万吨", "吨"), fits("人", "个"), fits("%", "亿元"), fits("亿吨标准煤", "吨")
    (True, True, False, True)
    """
    try:
        own, its = (UNITS[normal_unit(name)][0] for name in (unit or "", other))
        return own == its or {own, its} == {"persons", "count"}  # 人 and 个 count alike
    except InputError:
        return True  # a unit nobody knows neither speaks for nor against


def domain_of(name: str) -> Guess:
    """Return the chapter an indicator belongs to, from its name.

    Examples
    --------
    >>> domain_of("森林覆盖率").value, domain_of("人均预期寿命").value
    ('environment', 'other')
    """
    for domain, words in _DOMAINS:
        if re.search(words, name):
            return Guess(domain, 0.7, "按名称归章", "chapter chosen by the name")
    return Guess("other", 0.7, "按名称归章", "chapter chosen by the name")


def price_of(unit: str | None, indicator: Mapping[str, object] | None) -> Guess:
    """Return the price basis of a target: none for physical units, open for money.

    Examples
    --------
    >>> price_of("万吨", None).value, price_of("亿元", None).value is None
    ('not_applicable', True)
    """
    money = unit is None or (unit in UNITS and UNITS[unit][0].startswith(("CNY", "USD")))
    valued = indicator is not None and indicator["growth_basis"] in ("constant", "current")
    if not money and not valued:
        return Guess("not_applicable", 0.9)
    return Guess(
        None,
        0.0,
        "规划未注明价格基础：选 current（现价）、constant（可比价）或 unstated（未注明）",
        "the price basis is not stated: choose current, constant or unstated",
    )
