"""A workbook whose columns or sheets were changed: what is gone is named, nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from roots import Root
from tests.planeval.intake.test_examine import figure, heads, judged, spare

from planeval.intake.read import Found

FIGURES, SOURCES = "数值 Figures", "来源 Sources"


def errors(root: Root, fill: Callable[[Any], None]) -> list[Found]:
    seen = judged(root, fill)
    assert not seen.rows
    return [item for item in seen.found if item.grade == "error"]


@pytest.mark.parametrize("name", ["Value", "Source", "Targets served", "Note"])  # first, last too
def test_a_deleted_column_is_named(root: Root, name: str) -> None:
    def fill(book: Any) -> None:
        figure(book, "gdp", "2025", 240)
        page = book[FIGURES]
        page.delete_cols(heads(page)[name])

    (found,) = errors(root, fill)
    assert (found.sheet, found.cell) == (FIGURES, "")
    assert found.zh.startswith("缺少列") and f": {name};" in found.en
    assert str(found.expected).endswith(f"3: {name}")


def test_two_deleted_columns_are_named_in_one_finding(root: Root) -> None:
    def fill(book: Any) -> None:
        page = book[SOURCES]
        page.delete_cols(heads(page)["Reliability"])
        page.delete_cols(heads(page)["Title"])

    (found,) = errors(root, fill)
    assert found.sheet == SOURCES and ": Title, Reliability;" in found.en
    assert "B 标题、H 可靠性" in found.zh and found.value == "Publisher"


def test_a_column_put_in_between_is_no_column_missing(root: Root) -> None:
    (found,) = errors(root, lambda book: book[FIGURES].insert_cols(5))
    assert "插入了一列，最靠左的是：E 上期时期" in found.zh and found.value == "（空）"


def test_a_heading_typed_over_is_a_locked_cell(root: Root) -> None:
    (found,) = errors(root, lambda book: book[FIGURES].__setitem__("G3", "Figure"))
    assert (found.cell, found.zh) == ("G3", "锁定的单元格被改动")


@pytest.mark.parametrize("row", [1, 2, 3, 5])
def test_deleted_rows_are_no_columns(root: Root, row: int) -> None:
    (found,) = errors(root, lambda book: book[FIGURES].delete_rows(row))
    assert "行被移动、插入、删除或排序" in found.zh


def test_without_the_sheet_of_sources_no_other_source_is_suggested(root: Root) -> None:
    def fill(book: Any) -> None:
        figure(book, "gdp", "2025", 240, Source="N1")
        del book[SOURCES]

    code, sheet = errors(root, fill)
    assert (code.value, code.nearest) == ("N1", None) and "“来源”表" in str(code.expected)
    assert (sheet.sheet, sheet.zh[:5]) == (SOURCES, "工作表缺失")


def test_a_registered_source_mistyped_has_its_nearest(root: Root) -> None:
    (found,) = errors(root, lambda book: figure(book, "gdp", "2025", 240, Source="s2"))
    assert str(found.nearest).startswith("S2")


@pytest.mark.parametrize("letter", ["𠮷", "🚢", "\u200b"])
def test_a_letter_no_font_has_is_told_on_its_cell(root: Root, letter: str) -> None:
    place = f"第1{letter}页"
    (found,) = errors(
        root, lambda book: figure(book, "gdp", "2025", 240, **{"Place in source": place})
    )
    assert f"U+{ord(letter):04X}" in found.zh and found.cell.startswith("L")
    (found,) = errors(
        root,
        lambda book: spare(
            book, Indicator="gdp", Period="2025", Value=9, Unit="亿元", Note=letter + "注"
        ),
    )
    assert f"U+{ord(letter):04X}" in found.en
