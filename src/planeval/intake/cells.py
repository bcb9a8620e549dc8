"""From a cell as somebody filled it in to the text the data table holds.

What has one meaning only is read, and said (full-width digits, thousands separators, a date
written out, "92以上"); what could mean two things is refused with the nearest reading.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from analysis.data.errors import InputError, nearest
from analysis.data.periods import meant_day
from analysis.data.units import UNITS, Figure, normal_unit, parse_figure
from planeval.intake.layout import Column, code_of
from planeval.intake.read import ERROR, NOTE, Cell, Found
from planeval.words.errors import expectation, in_both
from planeval.words.letters import check_printed

Report = Callable[[Found], None]
#: Reports on the cell that is read: grade, Chinese, English, and what was expected.
Tell = Callable[..., None]
# words of a figure that the reader of plans does not know; their meaning is the same everywhere
BEFORE = {
    "大约": "about",
    "约": "about",
    "近": "about",
    "逾": "at_least",
    "达到": "exact",
    "至少": "at_least",
    "≥": "at_least",
    ">=": "at_least",
    "≤": "at_most",
    "<=": "at_most",
}
EXCEL_EPOCH = dt.date(1899, 12, 30)
LONGEST = 2000
#: Codes that the template offers for sources not registered yet.
_NEW_SOURCE = r"[Nn][0-9]+"
_SERIAL = range(32_874, 73_051)  # the days of 1990 to 2099


def found_in(cell: Cell, grade: str, zh: str, en: str, **more: Any) -> Found:
    """Return a finding on a cell, with what stands in it."""
    return Found(grade, cell.sheet, cell.address, zh, en, _shown(cell.value), **more)


def _shown(value: Any) -> str:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()[:10]
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def text_of(
    cell: Cell, spec: Column, choices: Mapping[str, str] | None, report: Report
) -> tuple[str | None, str | None]:
    """Return the text of a cell for the data table, and the qualifier its words gave.

    Parameters
    ----------
    cell : Cell
        The cell.
    spec : Column
        What the column holds.
    choices : mapping or None
        Code -> name, for a column of codes.
    report : callable
        Takes each finding.

    Returns
    -------
    (text, qualifier)
        None for the text when the cell could not be read: a finding says why.
    """

    def tell(grade: str, zh: str, en: str, **more: Any) -> None:
        report(found_in(cell, grade, zh, en, **more))

    if cell.kind == "f":
        tell(ERROR, "是公式，请粘贴为数值", "a formula: paste it as a value")
        return None, None
    if cell.kind == "e":
        tell(ERROR, "是错误值", "an error value", expected="226.0")
        return None, None
    if spec.kind in ("number", "integer"):
        return _number(cell, spec, tell)
    if spec.kind == "date":
        return _date(cell, tell), None
    if choices is not None:
        return _code(cell, spec, choices, tell), None
    return _text(cell, spec, tell), None


def _text(cell: Cell, spec: Column, tell: Tell) -> str | None:
    value = " ".join(_shown(cell.value).replace("\0", "").split())
    if value[:1] in "=+-@":
        tell(
            ERROR,
            "文字不能以 = + - @ 开头（打开 CSV 时会被当作公式）",
            "text must not begin with = + - @: a spreadsheet opening the CSV runs it",
            nearest=value.lstrip("=+-@ "),
        )
        return None
    rules = (spec.rules or {}).get("constraints", {})
    if "pattern" in rules and not re.fullmatch(rules["pattern"], value, re.ASCII):
        near = unicodedata.normalize("NFKC", value)
        if re.fullmatch(rules["pattern"], near, re.ASCII):
            tell(NOTE, f"读作 {near}", f"read as {near}")
            return near
        tell(ERROR, "格式不符", "the form is wrong", expected=rules["pattern"])
        return None
    if len(value) > LONGEST:
        tell(ERROR, "文字过长", "the text is too long", expected=f"<= {LONGEST}")
        return None
    try:
        check_printed(value)
    except InputError as error:
        zh, en = in_both(error)
        zh, en = f"{zh}（{error.value}）", f"{en} ({error.value})"
        tell(ERROR, zh, en, expected=expectation(error)[0], nearest=error.nearest)
        return None
    return value


def _code(cell: Cell, spec: Column, choices: Mapping[str, str], tell: Tell) -> str | None:
    text = str(cell.value).strip()
    code = code_of(text, choices)
    if code is None and spec.name == "unit":
        try:
            return normal_unit(unicodedata.normalize("NFKC", text))
        except InputError:
            code = None
    if code is None:
        names = {**{name: key for key, name in choices.items() if name}, **{k: k for k in choices}}
        alike = next((key for key in choices if key.casefold() == text.casefold()), None)
        near = alike or names.get(nearest(text, names) or "")
        expected = " / ".join(choices) if len(choices) <= 8 else f"{len(choices)} codes (lists)"
        if spec.choices == "source" and re.fullmatch(_NEW_SOURCE, text):
            # the template keeps these codes for new sources: another source is never meant
            near, expected = None, "先在“来源”表登记 to be entered on sheet 来源 Sources first"
        shown = f"{near} {choices[near]}".strip() if near else None
        tell(ERROR, "代码表中没有此项", "not in the code list", expected=expected, nearest=shown)
    return code


def _number(cell: Cell, spec: Column, tell: Tell) -> tuple[str | None, str | None]:
    if cell.kind == "d":
        day = _shown(cell.value)
        tell(ERROR, f"是日期（{day}），应为数值", "a date, not a figure")
        return None, None
    if cell.kind == "b" or isinstance(cell.value, bool):
        tell(ERROR, "不是数字", "not a number", expected="226.0")
        return None, None
    if isinstance(cell.value, int | float):
        return _plain_number(cell, spec, tell), None
    figure = _figure(str(cell.value), cell, tell)
    if figure is None:
        return None, None
    if spec.kind == "integer" and figure.value != int(figure.value):
        tell(ERROR, "不是整数", "not a whole number", expected="2025")
        return None, None
    return f"{figure.value:.{figure.decimals}f}", figure.qualifier


def _plain_number(cell: Cell, spec: Column, tell: Tell) -> str | None:
    value = float(cell.value)
    if value != value or value in (float("inf"), float("-inf")) or abs(value) > 1e15:
        tell(ERROR, "数值过大或不是数", "not a number of this world")
        return None
    if "%" in cell.shape:  # Excel shows 12% and keeps 0.12
        value = round(value * 100, 10)
        tell(NOTE, f"百分比格式，读作 {value:g}%", f"read as {value:g} per cent")
    if spec.kind == "integer":
        if value != int(value):
            tell(ERROR, "不是整数", "not a whole number", expected="2025")
            return None
        return str(int(value))
    printed = f"{value:.15g}"
    if "e" in printed:
        printed = f"{value:.10f}".rstrip("0").rstrip(".")
    shape = re.search(r"\.(0+)", cell.shape.split(";")[0])
    if shape and "%" not in cell.shape:  # shown as 182.0: the decimals were printed
        fixed = f"{value:.{len(shape[1])}f}"
        printed = fixed if abs(float(fixed) - value) < 1e-12 else printed
    return printed


def _figure(text: str, cell: Cell, tell: Tell) -> Figure | None:
    """Read a figure written as text: what is certain is read and said, the rest refused."""
    plain = unicodedata.normalize("NFKC", text).strip().replace(" ", "")
    word = next((w for w in sorted(BEFORE, key=len, reverse=True) if plain.startswith(w)), "")
    body = plain[len(word) :]
    unit = next((u for u in sorted(UNITS, key=len, reverse=True) if u and body.endswith(u)), "")
    if unit:
        body = body[: -len(unit)]
        tell(
            ERROR,
            "数值中写有单位，请把单位填在“单位”列",
            "the unit belongs into its own column",
            nearest=f"{word}{body}",
        )
        return None
    try:
        figure = parse_figure(body)
    except InputError as error:
        near = re.search(r"[+-]?\d+(\.\d+)?", body.replace(",", ""))
        tell(
            ERROR,
            *in_both(error),
            expected=expectation(error)[0],
            nearest=near[0] if near else None,
        )
        return None
    if word and figure.qualifier not in ("exact", BEFORE[word]):
        tell(ERROR, "限定词互相矛盾", "two qualifiers that contradict")
        return None
    if word:
        figure = Figure(figure.value, BEFORE[word], figure.decimals)
    read = f"{figure.value:.{figure.decimals}f}"
    extra = "" if figure.qualifier == "exact" else f" {figure.qualifier}"
    tell(NOTE, f"文字，读作 {read}{extra}", f"text, read as {read}{extra}")
    return figure


def _date(cell: Cell, tell: Tell) -> str | None:
    if isinstance(cell.value, dt.datetime | dt.date):
        return cell.value.isoformat()[:10]
    text = unicodedata.normalize("NFKC", str(cell.value)).strip()
    day = meant_day(text)
    if day is None:
        near = None
        if isinstance(cell.value, int) and cell.value in _SERIAL:
            near = (EXCEL_EPOCH + dt.timedelta(days=cell.value)).isoformat()
        tell(ERROR, "不是日期", "not a date", expected="YYYY-MM-DD", nearest=near)
        return None
    if day.isoformat() != text:
        tell(NOTE, f"读作 {day}", f"read as {day}")
    return day.isoformat()
