"""Find the indicator tables of a plan document and read them line by line.

A table is recognised by its head, not by its place: a column of names and a column of
targets. Heads of several rows, heads repeated on each page, parts without a head, group rows,
wrapped names and footnotes are put together again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from planeval.newplan.document import Document, Table
from planeval.newplan.promise import MARKS, head_role, is_blank, is_unit, period_years, plain

HEAD_WITHIN = 12
_NOTE = re.compile(r"^[（(]?(注|备注|说明|资料来源|数据来源|\*|＊|※|[①-⑩]|[¹²³])")
_GROUP_ROW = re.compile(r"^[（(]?[一二三四五六七八九十]+[）)]?[、.．]?|^[IVX]+[、.．]")
_BRACKETS = re.compile(r"\[\].{0,12}(累计|五年)|(方括号|中括号).{0,12}(累计|五年)")


#: Columns of which a line keeps the text.
_AS_PRINTED = ("unit", "target", "total", "base", "binding", "department", "note")


@dataclass(frozen=True)
class Line:
    """One indicator as the table prints it; what a column does not hold is an empty text."""

    label: str
    number: int
    printed_no: str
    group: str
    name: str
    unit: str
    cells: Mapping[int, str]
    target: str
    growth: str
    mixed: bool
    total: str
    base: str
    binding: str
    department: str
    note: str
    doubts: tuple[tuple[str, str], ...] = ()


@dataclass
class Found:
    """An indicator table with its parts joined: its lines, years and footnotes."""

    label: str
    caption: str
    years: tuple[int, ...]
    period: tuple[int, int] | None
    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    roles: dict[int, str] = field(default_factory=dict)
    head: tuple[str, ...] = ()
    width: int = 0
    group: str = ""

    @property
    def bracket_total(self) -> bool:
        """Whether a footnote says that figures in square brackets are five-year totals."""
        return any(_BRACKETS.search(plain(note)) for note in self.notes)


def find_tables(document: Document) -> list[Found]:
    """Return the indicator tables of a document, those split over pages put together.

    Examples
    --------
    >>> from planeval.newplan.document import assemble
    >>> rows = (("指标", "单位", "2020年", "2025年"), ("地区生产总值", "亿元", "182", "300"))
    >>> found = find_tables(assemble("x", None, ["表2-1 主要指标", Table(0, rows)]))
    >>> found[0].label, found[0].lines[0].name, found[0].lines[0].cells
    ('表2-1', '地区生产总值', {2020: '182', 2025: '300'})
    """
    found: list[Found] = []
    last: Table | None = None
    for table in document.tables:
        at, height, roles = find_head(table)
        follows = last is not None and table.number == last.number + 1
        between = plain("".join(table.before))
        joined = not between or re.search("^(单位[:：].{0,6})?续(上)?表|续表|[(]续[)]", between)
        before = found[-1] if found and follows else None
        if roles:
            head = tuple(plain(cell) for cell in table.rows[at + height - 1])
            if before is None or head != before.head or not joined:
                before = _begun(table, at, roles, head)
                found.append(before)
            _read(table, at + height, before)
        elif before is not None and joined and table.width == before.width:
            _read(table, 0, before)
        else:
            continue
        last = table
        before.notes += [line for line in table.after if _NOTE.match(line) or _says_brackets(line)]
    for item in found:
        item.lines = [line for line in item.lines if line.name]
    return [item for item in found if item.lines]


def _says_brackets(line: str) -> bool:
    return bool(_BRACKETS.search(plain(line)))


def _begun(table: Table, at: int, roles: dict[int, str], head: tuple[str, ...]) -> Found:
    above = ["".join(dict.fromkeys(row)) for row in table.rows[:at]]
    lines = [*table.before, *above]
    captions = [line for line in lines if re.search(r"表\s*\d|专栏|指标|目标", line)]
    caption = (captions or lines or [table.label])[-1]
    form = r"附?表\s*[\d一二三四五六七八九十]*([-—.．]\d+)*|专栏\s*\d*([-—.]\d+)*"
    named = re.search(form, caption)
    label = named[0].replace(" ", "") if named and named[0] not in ("表", "专栏") else ""
    years = sorted({int(role[5:]) for role in roles.values() if role.startswith("year:")})
    return Found(
        label=label or table.label or f"第{table.number}个表",
        caption=caption,
        years=tuple(years),
        period=period_years(caption),
        roles=roles,
        head=head,
        width=table.width,
    )


# --- heads ---------------------------------------------------------------------------------


def find_head(table: Table) -> tuple[int, int, dict[int, str]]:
    """Return the first row, the height and the columns' roles of a table's head.

    The roles are empty when no row of the table's beginning names indicators and targets.

    Examples
    --------
    >>> rows = (("指标", "单位", "目标", "目标"), ("指标", "单位", "2025年", "年均"), ("a",) * 4)
    >>> find_head(Table(1, rows))
    (0, 2, {0: 'name', 1: 'unit', 2: 'year:2025', 3: 'growth'})
    """
    for at in range(min(HEAD_WITHIN, len(table.rows))):
        best: tuple[int, int, dict[int, str]] = (at, 0, {})
        for height in (1, 2, 3):
            rows = table.rows[at : at + height]
            if len(rows) < height or (
                height > 1 and not _heading(rows[-1], table, at + height - 1)
            ):
                break
            roles = _roles(rows)
            if _complete(roles) and len(roles) >= len(best[2]):
                best = (at, height, roles)
        if best[2]:
            return best
    return 0, 0, {}


def _heading(row: Sequence[str], table: Table, at: int) -> bool:
    """Tell whether a row continues a head: it holds heads, or is held by cells from above."""
    cells = {cell for c, cell in enumerate(row) if cell and (at, c) not in table.held}
    named = [cell for cell in cells if head_role(cell)]
    return bool(named) and len(named) * 2 >= len(cells) and not _data_like(row)


def _data_like(row: Sequence[str]) -> bool:
    cells = [plain(cell) for cell in row]
    return any(re.fullmatch("(预期|约束)(性)?(指标)?", cell) for cell in cells) or any(
        re.fullmatch(r"\[?[-+]?\d{1,3}(,\d{3})*(\.\d+)?\]?%?", cell) for cell in cells
    )


def _roles(rows: Sequence[Sequence[str]]) -> dict[int, str]:
    """Return each column's role: the lowest head that says one, or all heads read together."""
    roles: dict[int, str] = {}
    for c in range(max(map(len, rows))):
        texts = [row[c] for row in rows if c < len(row) and row[c]]
        own = list(dict.fromkeys(texts))
        whole = head_role("".join(own))
        lowest = next((role for role in map(head_role, reversed(own)) if role), None)
        role = lowest if lowest not in (None, "unit", "note") or whole is None else whole
        if role:
            roles[c] = role
    if "name" not in roles.values():  # 类别 and 一级指标 alone are the names
        for c in [c for c, role in roles.items() if role == "group"][-1:]:
            roles[c] = "name"
    names = [c for c, role in roles.items() if role == "name"]
    heads = {c: plain("".join(dict.fromkeys(r[c] for r in rows if c < len(r)))) for c in names}
    # 指标 beside 指标名称 heads the groups; one head over two columns is one name in two parts
    if len(set(heads.values())) > 1:
        for c in names[:-1]:
            roles[c] = "group"
    return roles


def _complete(roles: Mapping[int, str]) -> bool:
    kinds = list(roles.values())
    years = [role for role in kinds if role.startswith("year:")]
    promises = "target" in kinds or bool({"growth", "either", "total"} & {*kinds}) or bool(years)
    firm = "unit" in kinds or "binding" in kinds or "no" in kinds or "target" in kinds
    return "name" in kinds and promises and (firm or len(years) > 1)


# --- lines ---------------------------------------------------------------------------------


def _read(table: Table, start: int, into: Found) -> None:
    """Add a table's rows to what was read of the parts before it."""
    at = start
    while at < len(table.rows):
        row = table.rows[at]
        if _is_head(row, into, table, at):
            at += 1
            continue
        at += 1
        texts = [cell for c, cell in enumerate(row) if cell and (at - 1, c) not in table.held]
        distinct = list(dict.fromkeys(cell for cell in row if cell))
        if not distinct:
            continue
        if len(distinct) == 1 and _NOTE.match(distinct[0]):
            into.notes.append(distinct[0])
        elif len(distinct) == 1 and (_GROUP_ROW.match(distinct[0]) or _alone(row, into)):
            into.group = re.sub(r"^[（(]?[一二三四五六七八九十]+[）)]?[、.．]?", "", distinct[0])
        else:
            _add(row, table, at - 1, into, texts)


def _alone(row: Sequence[str], into: Found) -> bool:
    """Tell whether the one text of a row covers all columns, or stands in the group's column."""
    if sum(1 for cell in row if cell) == len(row) > 1:
        return True
    return any(row[c] for c, role in into.roles.items() if role == "group" and c < len(row))


def _is_head(row: Sequence[str], into: Found, table: Table, at: int) -> bool:
    if tuple(plain(cell) for cell in row) == into.head:
        return True
    return _heading(row, table, at) and sum(1 for cell in set(row) if head_role(cell)) >= 3


def _add(row: Sequence[str], table: Table, at: int, into: Found, texts: Sequence[str]) -> None:
    def of(role: str) -> str:
        cells = [row[c] for c, name in into.roles.items() if name == role and c < len(row)]
        return "".join(dict.fromkeys(cell for cell in cells if cell))

    group = of("group")
    into.group = group or into.group
    name = _name(row, into)
    years = {
        int(role[5:]): row[c]
        for c, role in into.roles.items()
        if role.startswith("year:") and c < len(row)
    }
    growth = of("growth") or of("either")
    values = [of("target"), growth, of("total"), *years.values()]
    own = [text for text in texts if text != group]
    if not any(not is_blank(value) for value in values) and not of("binding"):
        wrapped = bool(into.lines) and not of("no") and not of("unit") and own == [name]
        if wrapped and name:  # the name ran over into a row of its own
            into.lines[-1] = replace(into.lines[-1], name=into.lines[-1].name + name)
            return
    if not name and into.lines:
        _go_on(into, values, years)
        return
    into.lines.append(
        Line(
            label=into.label,
            number=len(into.lines) + 1,
            printed_no=of("no"),
            group=into.group.strip(MARKS),
            name=name,
            cells=years,
            growth=growth,
            mixed="either" in into.roles.values(),
            **{role: of(role) for role in _AS_PRINTED},
            doubts=_merged(table, at, into),
        )
    )


def _merged(table: Table, at: int, into: Found) -> tuple[tuple[str, str], ...]:
    """Say that a target cell is shared with the line above: it is one promise for both."""
    for c, role in into.roles.items():
        if (
            (at, c) in table.held
            and at
            and (role in ("target", "growth", "either") or role[:5] == "year:")
        ):
            same = c < len(table.rows[at - 1]) and table.rows[at - 1][c] == table.rows[at][c]
            if same and not is_blank(table.rows[at][c]) and into.lines:
                return (("目标格与上一行合并", "the target cell is merged with the row above"),)
    return ()


def _name(row: Sequence[str], into: Found) -> str:
    parts = [row[c] for c, role in into.roles.items() if role == "name" and c < len(row)]
    parts = list(dict.fromkeys(part for part in parts if part))
    if len(parts) > 1 and is_unit(parts[-1]):  # 指标 over name and unit
        return f"{''.join(parts[:-1])}（{parts[-1]}）"
    return "：".join(parts)


def _go_on(into: Found, values: Sequence[str], years: Mapping[int, str]) -> None:
    """Add the second line of an indicator whose row was cut in two by a page."""
    last = into.lines[-1]
    target, growth, total = (value if not is_blank(value) else "" for value in values[:3])
    into.lines[-1] = replace(
        last,
        cells={year: last.cells.get(year, "") + text for year, text in years.items()},
        target=last.target + target,
        growth=last.growth + growth,
        total=last.total + total,
        doubts=(*last.doubts, ("本行与下一行合读", "read together with the row below")),
    )


# --- Read targets stated in sentences: “到2025年，地区生产总值达到300亿元” ---


_VERBS = (
    "达到|达|突破|超过|超|保持在|稳定在|控制在|提高到|提升到|提升至|提高至|增长到|增加到|增至|下降到|降到|降至|"
    "降低到|不低于|不少于|不超过|不高于"
)
_CLAUSE = re.compile(
    rf"^(?P<name>[^0-9]{{2,30}}?)(?:年均)?(?:力争|确保|要|总数|总量|累计|分别|均|约)*"
    rf"(?P<rest>(?:{_VERBS})[^0-9]{{0,3}}\d[\d,.]*(?:万|亿|千)?[^0-9，；。、]{{0,10}}(?:以上|以下|以内|左右)?)$"
)
_LEAD = r"^(?:.*?(?:到|至)20\d\d年(?:底|末)?|其中|同时|力争|确保|全市|全区|全县|使|实现|，|,|:|：)+"


@dataclass(frozen=True)
class Said:
    """One promise in the text: what, how much, in which sentence and where."""

    name: str
    text: str
    sentence: str
    place: str


def sentences(paragraphs: Iterable[str], end_year: int | None) -> Iterator[Said]:
    """Yield the promises of sentences that name the plan's last year.

    Examples
    --------
    >>> said = list(sentences(["第二章 目标", "到2025年，产值达300亿元，吞吐量突破1亿吨。"], 2025))
    >>> [(item.name, item.text, item.place) for item in said]
    [('产值', '达300亿元', '第二章目标'), ('吞吐量', '突破1亿吨', '第二章目标')]
    """
    place = "正文"
    for line in paragraphs:
        text = plain(line)
        if re.match("第[一二三四五六七八九十]+[章节篇]", text) and len(text) < 50:
            place = text
            continue
        for sentence in re.split("[。!?]", text):
            if end_year is None or not re.search(f"[到至]{end_year}年", sentence):
                continue
            for clause in re.split("[,，;；]", sentence):
                found = _CLAUSE.match(re.sub(_LEAD, "", clause))
                if found and _is_name(found["name"]):
                    yield Said(found["name"], found["rest"], sentence[:200], place)


def _is_name(text: str) -> bool:
    """Tell whether a text can be an indicator's name rather than the middle of a sentence."""
    return not re.search("[“”的和了在将以]$|^(的|和|及|并|由|从|为|在|以)|我们|推进|建设", text)
