"""Propose a plan's rows from its document: every cell a guess with a confidence and a reason."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analysis.data.errors import InputError
from analysis.data.observations import Data
from analysis.data.units import UNITS, normal_unit, parse_figure, same_unit
from planeval.newplan.document import Document
from planeval.newplan.promise import (
    SURE,
    Guess,
    Promise,
    core_name,
    doubt,
    is_blank,
    likeness,
    plain,
    read_promise,
    read_unit,
    split_name,
)
from planeval.newplan.tables import Found, Line, Said, find_tables, sentences
from planeval.words.errors import UserError

#: Why a cell is a doubt.
_DOUBTS = {
    "no_list": ("指标表是空的", "the list of indicators is empty"),
    "no_name": (
        "指标表中没有相近的名称，最接近的是 {0}；请选用或新建代码",
        "no indicator of a like name; the nearest is {0}: choose it or give a new code",
    ),
    "others": ("也可能是 {0}", "it may also be {0}"),
    "like": (
        "名称与 {0} 相近而不相同",
        "the name is like, not equal to, that of {1}",
    ),
    "chapter": ("按名称归章", "chapter chosen by the name"),
    "price": (
        "规划未注明价格基础：选 current（现价）、constant（可比价）或 unstated（未注明）",
        "the price basis is not stated: choose current, constant or unstated",
    ),
    "group": ("请填英文类别名", "fill in the English name"),
    "name_en": ("请填英文名", "fill in"),
    "region": ("地区未定", "the region is open"),
    "unit_of": (
        "指标 {0} 的单位是“{1}”，须一致：请换算目标值，或另选指标",
        "indicator {0} is in {1!r}: convert the target, or choose another indicator",
    ),
    "own_name": ("按指标名称本身的口径", "as the indicator's name defines it"),
    "caliber": (
        "按规划口径；如有通行口径选 default",
        "the plan's own definition; choose default for the customary one",
    ),
    "taken": ("取自{0}", "taken from {0}"),
    "blank": ("目标格是空的", "the target's cell is empty"),
    "elsewhere": ("同一数据已记在 {0} 名下", "the same figure stands under {0}"),
    "base": ("基期值“{0}”读不出数字", "no figure in the base value {0!r}"),
    "base_note": (
        "基期值带注号，请看表注（可能是别的年份）",
        "the base value has a note: read it",
    ),
    "no_unit": ("没有写单位", "no unit is printed"),
    "two_units": (
        "目标格写“{0}”，单位栏写“{1}”",
        "the target says {0!r}, the unit's column {1!r}",
    ),
    "binding": ("没有写明预期性或约束性", "expected or binding is not stated"),
    "unit": ("没有读出单位", "no unit was read"),
    "text": (
        "取自正文，请核对是否为本规划的目标",
        "from the text: check that it is a target of the plan",
    ),
}


def _doubt(why: str, value: object = None, confidence: float = 0.5, *figures: object) -> Guess:
    return doubt(_DOUBTS[why], value, confidence, *figures)


# --- Match the name of a plan's indicator to the list of indicators: shared, never copied ---


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
        return _doubt("no_list", None, 0.2)
    scored.sort(key=lambda item: (item[0], item[1]), reverse=True)
    score, _, suits, code = scored[0]
    near = f"{code}（{indicators[code]['name_zh']}）"
    if score < MATCHED:
        return _doubt("no_name", None, 0.2, near)
    close = [item for item in scored[1:4] if item[0] > score - 0.04 and item[0] >= MATCHED]
    if close:
        others = "、".join(item[3] for item in close)
        return _doubt("others", code, 0.6, others)
    if score < 0.92 or not suits:
        return _doubt("like", code, round(min(score, 0.75), 2), near, code)
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
            return _doubt("chapter", domain, 0.7)
    return _doubt("chapter", "other", 0.7)


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
    return _doubt("price", None, 0.0)


# --- The cells that follow from a promise and its indicator, each with its confidence ---


_GROUPS = {
    "经济发展": "Economic development", "创新驱动": "Innovation", "民生福祉": "Livelihood",
    "绿色生态": "Green development", "安全保障": "Security", "生态环境": "Environment",
    "社会民生": "Society and livelihood", "改革开放": "Reform and opening up",
    "港口发展": "Port development", "市域治理": "Governance",
    "资源环境": "Resources and environment",
    "社会发展": "Social development", "科技创新": "Science and innovation",
    "协调发展": "Coordinated development", "开放发展": "Opening up",
    "共享发展": "Shared development",
    "绿色发展": "Green development", "创新发展": "Innovation", "人民生活": "People's life",
    "产业发展": "Industry", "公共服务": "Public services", "结构优化": "Structure",
}  # fmt: skip
Cells = dict[str, Guess]


@dataclass
class Years:
    """A plan's years, each None until it is known."""

    base: int | None = None
    start: int | None = None
    end: int | None = None


def group_en(group: str) -> Guess:
    """Return the English name of a usual group, a question for any other."""
    words = _GROUPS.get(plain(group))
    return Guess(words) if words else _doubt("group", None, 0.0)


def common(
    promise: Promise,
    name: str,
    unit: Guess,
    data: Data,
    region: str | None,
    years: Years,
    based: bool = False,
) -> Cells:
    """Return the cells that follow from what is promised and of which indicator."""
    kind = promise.kind.value
    code = match_indicator(name, unit.value, kind, data.indicators)
    row = data.indicators.get(code.value) if code.value else None
    growing = kind in ("avg_growth", "relative", "multiple") and unit.value == "%"
    english = Guess(row["name_en"], 0.85) if row else _doubt("name_en", None, 0.0)
    if row and kind not in ANY_UNIT:
        unit = _of_indicator(unit, code.value, row["unit"] or "")
    cells = {
        "indicator": code,
        "name_zh": Guess(name, 0.95),
        "name_en": english,
        "unit": unit,
        "kind": promise.kind,
        "direction": promise.direction,
        "target_text": Guess(promise.text),
        "target": promise.number,
        "tolerance": Guess(promise.tolerance, 0.5 if promise.tolerance else 1.0),
        "target_year": Guess(years.end, 0.9 if years.end else 0.0),
        "region": Guess(region, 0.9) if region else _doubt("region", None, 0.0),
        "caliber": _caliber(kind, based),
        "price_basis": price_of("%" if growing else unit.value, row),
        "multiple": Guess(promise.multiple),
        "multiple_base_year": Guess(
            promise.multiple_base_year or (years.base if promise.multiple else None)
        ),
        "comparator": Guess(promise.comparator, 0.8 if promise.comparator else 1.0),
        "min_difference": Guess(promise.min_difference),
        "domain": Guess(row["domain"], 0.95) if row else domain_of(name),
    }
    where = {"relative": "comparator", "multiple": "multiple_base_year", "level": "tolerance"}
    for note in promise.notes:
        column = "band" if "band" in note.en else where.get(str(kind), "target")
        old = cells.get(column, note)
        cells[column] = Guess(old.value, min(note.confidence, old.confidence), note.zh, note.en)
    return cells


def _of_indicator(unit: Guess, code: str, wanted: str) -> Guess:
    """Return a unit with a doubt where it is not the one the indicator is kept in."""
    try:
        if same_unit(unit.value or "", wanted):
            return unit
    except InputError:
        pass
    return _doubt("unit_of", unit.value, min(unit.confidence, 0.4), code, wanted)


def _caliber(kind: object, based: bool) -> Guess:
    if kind == "cumulative":
        return Guess("five_year_total", 0.8)
    if not based:
        return _doubt("own_name", "default", 0.7)
    return _doubt("caliber", "plan", 0.7)


def doubts(row: Cells) -> list[tuple[str, Guess]]:
    """Return the cells of a row that are open or less than sure, with their reasons."""
    return [(c, guess) for c, guess in row.items() if guess.confidence < SURE and guess.zh]


#: Kinds whose number is no level of the indicator: a base value beside it is none either.
_NO_LEVEL = frozenset({"avg_growth", "relative", "cumulative"})


@dataclass
class Proposal:
    """What was read of a document: rows, and the tables that were left aside with the reason."""

    rows: list[Cells] = field(default_factory=list)
    aside: list[tuple[str, str, str]] = field(default_factory=list)
    years: tuple[int, ...] = ()
    tables: tuple[str, ...] = ()


def chosen_tables(document: Document, years: Years) -> tuple[list[Found], list[Found]]:
    """Return the tables that hold the plan's targets, and those that look back.

    Raises
    ------
    InputError
        When no table has the head of an indicator table; the message says what was looked for.
    """
    tables = find_tables(document)
    if not tables:
        count = len(document.tables)
        raise UserError(
            "没有找到指标表" if count else "没有找到指标表：文件里没有表格",
            "no table of indicators was found" + ("" if count else ": the document has no table"),
            file=document.name,
            value=f"{count} 张表格 tables" if count else None,
            expected="指标 + 目标值/2025年/年均 + 单位/属性/序号 (head of a table)",
        )
    if years.end is None:
        last = max((max(item.years, default=0), (item.period or (0, 0))[1]) for item in tables)
        years.end = max(last) or None
    forward = [item for item in tables if _looks_ahead(item, years)]
    return (forward or tables), [item for item in tables if forward and item not in forward]


def _looks_ahead(item: Found, years: Years) -> bool:
    if years.end is None:
        return True
    if item.period:
        return item.period[1] == years.end
    return not item.years or max(item.years) >= years.end


def propose(document: Document, data: Data, region: str | None, years: Years) -> Proposal:
    """Return the proposed rows of a plan's targets, from its tables and then its sentences.

    Parameters
    ----------
    document : Document
        As read by :func:`planeval.newplan.document.read_document`.
    data : Data
        For the indicators already known.
    region : str, optional
        Code of the plan's region.
    years : Years
        As far as known; the end year is read off the tables where it is not.
    """
    ahead, back = chosen_tables(document, years)
    made = Proposal(tables=tuple(item.label for item in ahead))
    for item in back:
        seen = "、".join(map(str, item.years)) or str(item.period)
        made.aside.append(
            (
                item.label,
                f"{item.caption}：年份 {seen} 不属于本规划，只用来查基期值",
                f"its years ({seen}) are not this plan's; only looked into for base values",
            )
        )
    before = _base_values(back, years)
    for item in ahead:
        for line in item.lines:
            made.rows.append(_row(line, item, data, region, years, before))
    made.years = tuple(sorted({year for item in ahead for year in item.years}))
    told = {(row["indicator"].value, row["target"].value) for row in made.rows}
    names = {core_name(row["name_zh"].value) for row in made.rows}
    for said in sentences(document.paragraphs, years.end):
        cells = _said(said, data, region, years)
        if (cells["indicator"].value, cells["target"].value) in told:
            continue
        if core_name(said.name) not in names:
            made.rows.append(cells)
            names.add(core_name(said.name))
    _name_rows(made.rows)
    return made


def _base_values(tables: Sequence[Found], years: Years) -> dict[str, tuple[str, str]]:
    """Return the base year's values printed in tables that look back, by compared name."""
    if years.base is None:
        return {}
    return {
        core_name(split_name(line.name)[0]): (
            line.cells[years.base],
            f"{item.label}第{line.number}行",
        )
        for item in tables
        for line in item.lines
        if not is_blank(line.cells.get(years.base, ""))
    }


# --- one line ------------------------------------------------------------------------------


def _row(
    line: Line,
    item: Found,
    data: Data,
    region: str | None,
    years: Years,
    before: dict[str, tuple[str, str]],
) -> Cells:
    name, inside = split_name(line.name)
    unit = read_unit(line.unit) or (read_unit(inside) if inside else None)
    text, column = _promise_cell(line, years)
    base, where = _base(line, years)
    if base is None and core_name(name) in before:
        printed, where = before[core_name(name)]
        base = _doubt("taken", _number(printed), 0.6, where)
    known, elsewhere = _known_base(name, unit, base, data, region, years)
    promise = read_promise(
        text,
        name,
        column=column,
        base=base.value if base else known,
        bracket_total=item.bracket_total,
    )
    if is_blank(text):
        promise.kind = _doubt("blank", "assigned", 0.3)
        promise.text = "—"
    elif plain(text).strip() != promise.text:
        promise.text = text
    cells = common(promise, name, _unit(unit, promise), data, region, years, base is not None)
    cells |= {
        "section": Guess("table"),
        "no": Guess(_whole(line.printed_no) or line.number, 1.0 if line.printed_no else 0.8),
        "group_zh": Guess(line.group or item.caption, 1.0 if line.group else 0.5),
        "binding": _binding(line),
        "locator": Guess(f"{item.label}第{line.number}行"),
        "note": Guess(_note(line, text, years)),
    }
    cells["group_en"] = group_en(cells["group_zh"].value)
    if base is not None:
        cells |= {"base_value": base, "base_locator": Guess(where, base.confidence)}
    if elsewhere:
        cells["region"] = _doubt("elsewhere", cells["region"].value, 0.5, elsewhere)
    if not _is_level(cells, data) and "base_value" in cells:  # no value of the indicator
        note = f"基期值：{line.cells.get(years.base or 0) or line.base}"
        cells["note"] = Guess("；".join(filter(None, (cells["note"].value, note))))
        del cells["base_value"], cells["base_locator"]
    if line.doubts:
        zh, en = line.doubts[0]
        cells["target"] = Guess(cells["target"].value, 0.5, zh, en)
    return cells


def _promise_cell(line: Line, years: Years) -> tuple[str, str]:
    """Return the text that holds the promise, and the kind of column it stands in."""
    of_end = line.cells.get(years.end or 0, "")
    choices = [
        (of_end, "target"),
        (line.target, "target"),
        (line.total, "total"),
        (line.growth, "either" if line.mixed else "growth"),
    ]
    if line.cells and years.end is None:
        choices.insert(0, (line.cells[max(line.cells)], "target"))
    for text, column in choices:
        if not is_blank(text):
            return text, column
    return "", "target"


def _base(line: Line, years: Years) -> tuple[Guess | None, str]:
    text = line.cells.get(years.base or 0, "") or line.base
    where = f"{line.label}第{line.number}行"
    if is_blank(text):
        return None, where
    number = _number(text)
    if number is None:
        return _doubt("base", None, 0.2, text), where
    if re.search("[*＊※①-⑩¹²³]", text):
        return _doubt("base_note", number), where
    sure = 0.95 if line.cells.get(years.base or 0) else 0.8
    return Guess(number, sure), where


def _is_level(cells: Cells, data: Data) -> bool:
    """Tell whether a base value beside a target is a value of its indicator."""
    row = data.indicators.get(cells["indicator"].value or "")
    alike = row is None or fits(cells["unit"].value, row["unit"] or "")
    return cells["kind"].value not in _NO_LEVEL and alike


def _known_base(
    name: str, unit: Guess | None, base: Guess | None, data: Data, region: str | None, years: Years
) -> tuple[float | None, str | None]:
    """Return the base value the data hold, and another region that holds the document's."""
    code = match_indicator(name, unit.value if unit else None, "at_least", data.indicators).value
    rows = [
        row
        for row in data.observations.to_dict("records")
        if row["indicator"] == code and row["period"] == str(years.base)
    ]
    own = [row["number"] for row in rows if row["region"] == region and row["caliber"] == "plan"]
    same = base is not None and base.value is not None
    others = [row["region"] for row in rows if same and base and row["value"] == base.value]
    elsewhere = others[0] if others and region not in others else None
    return (own[0] if own else None), elsewhere


def _number(text: str) -> float | None:
    flat = re.sub(r"[*＊※①-⑩¹²³⁴⁵]|%$", "", plain(text).strip("*"))
    try:
        return parse_figure(flat.strip("[]")).value
    except InputError:
        return None


def _unit(unit: Guess | None, promise: Promise) -> Guess:
    """Return the target's unit: the column's; its own where it prints one and has no other."""
    own = promise.unit
    if unit is None and own is None:
        return _doubt("no_unit", None, 0.3)
    if unit is None or (own is not None and promise.kind.value == "avg_growth"):
        return own or Guess(None, 0.3)
    if own is not None and own.value != unit.value:
        return _doubt("two_units", own.value, 0.5, own.value, unit.value)
    return unit


def _binding(line: Line) -> Guess:
    text = plain(line.binding + line.note)
    if "约束" in text:
        return Guess("binding", 1.0 if "约束" in plain(line.binding) else 0.8)
    if "预期" in text or "指导" in text:
        return Guess("expected", 1.0 if "预期" in plain(line.binding) else 0.8)
    return _doubt("binding")


def _note(line: Line, used: str, years: Years) -> str | None:
    parts = [line.note] if line.note and not re.fullmatch("(预期|约束)性", line.note) else []
    if line.department:
        parts.append(f"牵头单位：{line.department}")
    for label, text in (("年均", line.growth), ("累计", line.total)):
        if not is_blank(text) and text != used:
            parts.append(f"{label}：{text}")
    other = {y: t for y, t in line.cells.items() if y not in (years.base, years.end)}
    parts += [
        f"{year}年：{text}" for year, text in other.items() if not is_blank(text) and text != used
    ]
    return "；".join(parts) or None


def _said(said: Said, data: Data, region: str | None, years: Years) -> Cells:
    """Return a row from a sentence: never sure, for it may promise less than it says."""
    promise = read_promise(said.text, said.name)
    promise.text = said.text
    unit = promise.unit or _doubt("unit", None, 0.3)
    cells = common(promise, said.name, unit, data, region, years)
    for column in ("name_zh", "target", "kind", "unit"):
        old = cells[column]
        cells[column] = _doubt("text", old.value, min(old.confidence, 0.5))
    return cells | {
        "section": Guess("text"),
        "no": Guess(None),
        "group_zh": Guess("正文目标", 0.7),
        "group_en": Guess("Targets in the text", 0.7),
        "binding": Guess(None, 0.7),
        "locator": Guess(said.place, 0.8),
        "note": Guess(f"原文：{said.sentence}"),
    }


def _name_rows(rows: Sequence[Cells]) -> None:
    """Give each row a name of its own: its indicator's, else its number's."""
    used: Counter[str] = Counter()
    for at, row in enumerate(rows, start=1):
        stem = row["indicator"].value or f"t{row['no'].value or at}"
        used[stem] += 1
        name = stem if used[stem] == 1 else f"{stem}_{used[stem]}"
        row["target_id"] = Guess(name, 0.9)


def _whole(text: str) -> int | None:
    found = re.fullmatch(r"[（(]?(\d{1,3})[)）.、]?", plain(text))
    return int(found[1]) if found else None
