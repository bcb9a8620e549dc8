"""From filled-in rows to rows of the data tables: every cell read, every required one there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.data.errors import InputError
from analysis.data.observations import Data
from analysis.data.plan import Plan
from analysis.data.units import convert, same_unit
from planeval.intake.cells import Report, found_in, text_of
from planeval.intake.layout import Sheet, free_codes, primary_key
from planeval.intake.read import ERROR, NOTE, Filled, Found, RawRow
from planeval.words.errors import expectation, in_both

Choices = Mapping[str, Mapping[str, str]]


@dataclass
class Taken:
    """A row as it would stand in its table, and where in the workbook it came from.

    Attributes
    ----------
    values : dict
        Column -> text, as in the CSV table.
    raw : RawRow
        The row of the workbook.
    report : callable
        Takes what is found on it.
    good : bool
        False once a finding forbids it.
    skip : bool
        True when the table has it already.
    """

    raw: RawRow
    values: dict[str, str]
    report: Report
    good: bool = True
    skip: bool = False
    line: int = 0

    @property
    def sheet(self) -> Sheet:
        """The sheet it stands on."""
        return self.raw.sheet

    def tell(
        self, grade: str, column: str, zh: str, en: str,
        expected: str | None = None, nearest: str | None = None,
    ) -> None:  # fmt: skip
        """Report a finding on one of its cells; an error marks the row."""
        if grade == ERROR:
            self.good = False
        place = (self.sheet.title, self.raw.address(column))
        self.report(Found(grade, *place, zh, en, self.values.get(column), expected, nearest))


@dataclass
class Book:
    """All rows taken from a workbook, by table, and everything found on the way."""

    rows: dict[str, list[Taken]] = field(default_factory=dict)
    found: list[Found] = field(default_factory=list)

    def all(self) -> list[Taken]:
        """Return the rows of all tables."""
        return [row for rows in self.rows.values() for row in rows]


def take(filled: Filled, layout: tuple[Sheet, ...], plan: Plan, choices: Choices) -> Book:
    """Read every filled-in row, the new sources first because others refer to them."""
    book = Book(found=list(filled.found))
    lists = {name: dict(codes) for name, codes in choices.items()}
    for sheet in sorted(layout, key=lambda item: item.key != "sources"):
        rows = [
            _row(raw, sheet, lists, book.found.append) for raw in filled.rows.get(sheet.key, [])
        ]
        book.rows[sheet.key] = [row for row in rows if row is not None]
        if sheet.key == "sources":
            _new_sources(book.rows["sources"], plan.data)
            for row in book.rows["sources"]:
                if "source" in row.values:
                    lists["source"][row.values["source"]] = row.values.get("title", "")
    for row in book.rows.get("observations", []):
        _supply(row, book, plan.data)
    for key in (sheet.key for sheet in layout if sheet.key not in ("observations", "sources")):
        for row in book.rows.get(key, []):
            _in_target_unit(row, plan)
    for sheet in layout:
        _repeated(book.rows.get(sheet.key, []), primary_key(plan.data.root, sheet.key))
    return book


def _row(raw: RawRow, sheet: Sheet, lists: Choices, report: Report) -> Taken | None:
    if sheet.key == "observations" and "value" not in raw.cells:
        report(
            Found(
                NOTE,
                sheet.title,
                raw.address("value"),
                "没有数值，本行不导入",
                "no figure: the row is not imported",
            )
        )
        return None
    row = Taken(raw, {}, report)
    for spec in sheet.columns:
        if spec.shown:
            continue
        cell = raw.cells.get(spec.name)
        if cell is None:
            if spec.required:
                row.tell(ERROR, spec.name, "必填项为空", "a required cell is empty",
                                 expected=spec.words[0])  # fmt: skip
            continue
        codes = lists.get(spec.choices) if spec.choices else None
        text, qualifier = text_of(cell, spec, codes, report)
        if text is None:
            row.good = False
            continue
        row.values[spec.name] = text
        if qualifier and qualifier != "exact":
            row.values["from_words"] = qualifier
    _settle_words(row)
    return row


def _settle_words(row: Taken) -> None:
    """Let the words of a figure fill the qualifier, or contradict it aloud."""
    said = row.values.pop("from_words", None)
    names = [column.name for column in row.sheet.columns]
    if "qualifier" not in names:
        if said:
            row.tell(ERROR, "value" if "value" in names else "new",
                             "只能填数字，不带限定词", "a plain number is wanted")  # fmt: skip
        return
    chosen = row.values.get("qualifier")
    if said and chosen and chosen != said:
        row.tell(
            ERROR,
            "qualifier",
            "限定与数值中的文字不一致",
            "the qualifier contradicts the words of the figure",
            expected=said,
            nearest=said,
        )
    row.values["qualifier"] = chosen or said or "exact"


def _new_sources(rows: list[Taken], data: Data) -> None:
    """Skip a source that is registered alike; refuse a code that means another one."""
    for row in rows:
        code = row.values.get("source")
        known = data.sources.get(code or "")
        if known is None:
            continue
        if known["title"] == row.values.get("title"):
            row.skip = True
            row.tell(NOTE, "source", "来源已登记", "the source is registered already")
            continue
        row.tell(
            ERROR,
            "source",
            f"代码已属于“{known['title'][:30]}”",
            "the code belongs to another source",
            expected="a code of its own",
            nearest=free_codes(data, 1)[0],
        )


def _supply(row: Taken, book: Book, data: Data) -> None:
    """Fill in what the source says of itself: when it was published and how that is known."""
    values = row.values
    code = values.get("source", "")
    new = {item.values.get("source"): item.values for item in book.rows.get("sources", [])}
    if code in data.sources:
        known = data.sources[code]
        day = known["published"].isoformat() if known["published"] else ""
        basis = known["published_basis"] or ""
    else:
        day = new.get(code, {}).get("published", "")
        basis = new.get(code, {}).get("published_basis", "")
    if "published" not in row.raw.cells:
        if day:
            values["published"] = day
        elif code:
            row.tell(
                ERROR,
                "published",
                "来源没有公布日，须填写",
                "the source has no date of its own: enter one",
                expected="YYYY-MM-DD",
            )
    if "published_basis" not in values:
        same = values.get("published") == day
        values["published_basis"] = (basis if same else "") or "stated"
    _check_unit(row, data)


def _check_unit(row: Taken, data: Data) -> None:
    values = row.values
    spec = data.indicators.get(values.get("indicator", ""))
    if spec is None or "value" not in values:
        return
    wanted, unit = spec["unit"] or "", values.get("unit", "")
    try:
        convert(float(values["value"]), unit, wanted)
    except InputError as error:
        right = expectation(error)[0] or wanted
        row.tell(ERROR, "unit", *in_both(error), expected=right, nearest=wanted)
    cell = row.raw.cells["value"]
    if cell.kind == "n" and "%" in cell.shape and unit != "%":
        row.report(
            found_in(
                cell,
                ERROR,
                f"百分比格式的单元格，而单位是“{unit}”",
                f"a cell in per cent, the unit is {unit!r}",
                nearest="%",
            )
        )
        row.good = False


def _in_target_unit(row: Taken, plan: Plan) -> None:
    """Turn a value into its target's unit: both are compared as they stand."""
    values = row.values
    target = next((t for t in plan.targets if t.target_id == values.get("target_id")), None)
    unit = values.get("unit")
    if target is None or unit is None or "value" not in values:
        return
    try:
        if same_unit(unit, target.unit):
            return
        number = convert(float(values["value"]), unit, target.unit)
    except InputError as error:
        row.tell(ERROR, "unit", *in_both(error), expected=target.unit)
        return
    shown = f"{number:.12g}"
    row.tell(
        NOTE,
        "unit",
        f"{values['value']} {unit} 换算为 {shown} {target.unit}",
        f"{values['value']} {unit} becomes {shown} {target.unit}",
    )
    values["value"], values["unit"] = shown, target.unit


def _repeated(rows: list[Taken], keys: list[str]) -> None:
    seen: dict[tuple, Taken] = {}
    for row in rows:
        key = tuple(row.values.get(name, "") for name in keys)
        if not keys or "" in key:
            continue
        if key in seen:
            row.tell(
                ERROR,
                keys[-1],
                f"与第{seen[key].raw.number}行重复",
                f"repeats row {seen[key].raw.number}",
                expected=" / ".join(keys),
            )
        seen.setdefault(key, row)
