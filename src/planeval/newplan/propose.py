"""Propose a plan's rows from its document: every cell a guess with a confidence and a reason."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from analysis.data.errors import InputError
from analysis.data.observations import Data
from analysis.data.units import parse_figure
from planeval.newplan.cells import Cells, Years, common, group_en
from planeval.newplan.document import Document
from planeval.newplan.match import fits, match_indicator
from planeval.newplan.promise import Promise, is_blank, read_promise
from planeval.newplan.sentences import Said, sentences
from planeval.newplan.tables import Found, Line, find_tables
from planeval.newplan.words import Guess, core_name, plain, read_unit, split_name

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
        raise InputError(
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
        As read by :func:`planeval.newplan.readers.read_document`.
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
        base = Guess(_number(printed), 0.6, f"取自{where}", f"taken from {where}")
    known, elsewhere = _known_base(name, unit, base, data, region, years)
    promise = read_promise(
        text,
        name,
        column=column,
        base=base.value if base else known,
        bracket_total=item.bracket_total,
        end_year=years.end,
    )
    if is_blank(text):
        promise.kind = Guess("assigned", 0.3, "目标格是空的", "the target's cell is empty")
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
        why = (f"同一数据已记在 {elsewhere} 名下", f"the same figure stands under {elsewhere}")
        cells["region"] = Guess(cells["region"].value, 0.5, *why)
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
        why = f"基期值“{text}”读不出数字"
        return Guess(None, 0.2, why, f"no figure in the base value {text!r}"), where
    if re.search("[*＊※①-⑩¹²³]", text):
        return (
            Guess(
                number,
                0.5,
                "基期值带注号，请看表注（可能是别的年份）",
                "the base value has a note: read it",
            ),
            where,
        )
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
        return Guess(None, 0.3, "没有写单位", "no unit is printed")
    if unit is None or (own is not None and promise.kind.value == "avg_growth"):
        return own or Guess(None, 0.3)
    if own is not None and own.value != unit.value:
        return Guess(
            own.value,
            0.5,
            f"目标格写“{own.value}”，单位栏写“{unit.value}”",
            f"the target says {own.value!r}, the unit's column {unit.value!r}",
        )
    return unit


def _binding(line: Line) -> Guess:
    text = plain(line.binding + line.note)
    if "约束" in text:
        return Guess("binding", 1.0 if "约束" in plain(line.binding) else 0.8)
    if "预期" in text or "指导" in text:
        return Guess("expected", 1.0 if "预期" in plain(line.binding) else 0.8)
    return Guess(None, 0.5, "没有写明预期性或约束性", "expected or binding is not stated")


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
    promise = read_promise(said.text, said.name, end_year=years.end)
    promise.text = said.text
    unit = promise.unit or Guess(None, 0.3, "没有读出单位", "no unit was read")
    cells = common(promise, said.name, unit, data, region, years)
    why = (
        "取自正文，请核对是否为本规划的目标",
        "from the text: check that it is a target of the plan",
    )
    for column in ("name_zh", "target", "kind", "unit"):
        old = cells[column]
        cells[column] = Guess(old.value, min(old.confidence, 0.5), *why)
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
