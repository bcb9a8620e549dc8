"""Column widths: no broken word or figure, and as few lines as the page allows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planeval.show.widths import (
    _HEAD,
    _HYPHEN,
    PAGE,
    _least,
    _lines,
    fitted_widths,
    printed_type,
    word_type,
)


def height(columns: list[str], rows: list[list[str]], widths: list[float]) -> int:
    """Count a table's lines as a page sets them: the highest cell of each row."""
    own = [int(width - 1.6) for width in widths]
    lines = [_lines(list(cells), PAGE, word_type(2)) for cells in zip(columns, *rows, strict=True)]
    return int(np.max([made[:, width] for made, width in zip(lines, own, strict=True)], 0).sum())


def test_what_fits_the_page_is_not_squeezed():
    # Widest cells: 14 (seven letters), 6, 8; 1.6 of room beside each.
    rows = [["港口货物吞吐量", "亿元", "12,345.6"], ["产值", "万标箱", "1.0"]]
    assert fitted_widths(["指标", "单位", "值"], rows) == [15.6, 7.6, 9.6]


def test_figures_keep_one_line_when_words_are_long():
    rows = [["长" * 60, "说明" * 30, "12,345.6"]]
    first, second, figures = fitted_widths(["指标", "说明", "完成值"], rows)
    # 8 letters and 1.6 of room. The words, 120 each, share what is left of floor(84 - 4.8) = 79,
    # 71: at 35 each takes ceil(120 / 34.5) = 4 lines, and with less than 120 / 3 neither 3.
    assert figures == 9.6
    assert height(["指标", "说明", "完成值"], rows, [first, second, figures]) == 1 + 4


def test_a_long_explanation_does_not_starve_a_name():
    name, words = fitted_widths(["指标", "说明"], [["生产总值", "说明" * 100]])
    assert (name, words) == (8 + 1.6, 80 - 8 + 1.6)  # floor(84 - 3.2) = 80 for letters


def test_english_words_are_whole_and_addresses_may_break():
    address = "https://example.org/" + "a" * 80
    widths = fitted_widths(
        ["Indicator", "Nature", "Where"], [["Gross domestic product " * 3, "expected", address]]
    )
    # Indicator: 1 (an I) + .9 + .9 + .7 + .9 + .9 + .7 + .9 + .7 = 7.6, in a head 8.26
    # expected: 7 letters of .9 and a t of .7 = 7
    assert widths[0] >= 9 + 1.6 and widths[1] >= 7 + 1.6
    assert sum(widths) <= PAGE + 0.5


def test_two_columns_that_keep_a_row_high_are_both_widened():
    # Neither alone saves a line of the row: each has 60 letters beside a third of 4 figures.
    rows = [["甲" * 30, "乙" * 30, "1.0"]]
    first, second, third = fitted_widths(["一", "二", "三"], rows)
    assert third == 4 + 1.6 and abs(first - second) <= 8
    assert height(["一", "二", "三"], rows, [first, second, third]) == 1 + 2


TEXTS = st.text("港口量产值 ab1.,", max_size=60)


@given(
    st.integers(1, 5).flatmap(
        lambda n: st.lists(st.lists(TEXTS, min_size=n, max_size=n), min_size=1, max_size=6)
    )
)
def test_widths_fill_no_more_than_the_page(rows):
    widths = fitted_widths(["列"] * len(rows[0]), rows)
    assert len(widths) == len(rows[0]) and min(widths) >= 4
    assert sum(widths) <= PAGE + 0.5 * len(widths)


def test_no_two_columns_of_a_grid_do_better():
    # Every division of the page into two columns, tried one by one.
    rows = [["港口货物吞吐量合计" * 2, "由公布值推算" * 9], ["产值", "说明" * 25], ["总值", "短"]]
    found = height(["指标", "说明"], rows, fitted_widths(["指标", "说明"], rows))
    tried = (height(["指标", "说明"], rows, [first, PAGE - first]) for first in range(10, PAGE - 9))
    assert found == min(tried)


def test_a_figure_and_its_year_stay_together():
    # 306.2（2024） is 5 + 2 + 4 + 2 = 13 wide, whatever the words beside it want.
    widths = fitted_widths(["最新值（年）", "说明"], [["306.2（2024）", "说明" * 90]])
    assert widths[0] == 13 + 1.6


def test_a_stroke_stays_with_the_word_before_it():
    # no line begins with "/": "Completed /" is one run, a tenth wider in a head: 12
    heads = ["Indicator (unit)", "Nature", "Base", "Target", "Latest value (year)"]
    heads += ["Completed / due", "Still needed a year", "Outlook"]
    row = ["Average growth of five producer services (100 million yuan)", "binding", "182"]
    row += ["growth above that of GDP", "over 226 (2024)", "37.3% / 80%"]
    row += ["+32.7% (current prices)", "very unlikely"]
    # 1.2 + .9 + 1.5 + .9 + .7 + .9 + .7 + .9 + .9 + .6 = 9.2, with the tenth 10.12, and 1: 12
    assert 12 + 1.6 <= fitted_widths(heads, [row] * 6)[5] < 13 + 1.6


def test_a_line_may_break_after_a_stroke_between_letters_only():
    # growth: .9 + .7 + .9 + 1.5 + .7 + .9 = 5.6, a tenth wider in a head: 6.16, so 7 for it
    assert _least(_HYPHEN.sub("\n", "Equal-growth path"), 4, _HEAD) == 7
    assert _least(_HYPHEN.sub("\n", "2026-11-01"), 8, 1.0) == 10  # a date is never broken


def test_the_pdf_has_room_for_more_letters_of_smaller_type_but_broader_ones():
    # eight columns: 8.5 points, 2 x 442.2 / 8.5 = 104.05; 8.2 points beside each are 1.9 letters
    heads, row = ["A name"] * 8, ["expected"] * 8
    printed = fitted_widths(heads, [row], printed_type(8, "en"))
    # expected: 7 in Times, 8.4 in the English PDF: 9; A name: 1.4 + .6 + .9 + .9 + 1.5 + .9 = 6.2
    assert printed == [9 + 1.9] * 8
    assert fitted_widths(heads, [row]) == [7 + 1.8] * 8  # Word: 2 x 442.2 / 9 = 98, 1.8 beside
    assert fitted_widths(heads, [row], printed_type(8, "zh")) == [8 + 1.9] * 8  # its heads 7.44


def test_short_cells_give_way_before_a_head_of_two_characters():
    # three figures of 8 + 2 + 4 + 2 = 16 letters that no line breaks; with three cells of 8 whole
    # and a head of 4 that makes 76, and there are floor(84 - 7 x 1.6) = 72
    heads = ["属性", "基期（年）", "最新值（年）", "目标（年）", "状态", "前景", "证据"]
    row = ["未标明的", "1,718.00（2020）", "1,069.60（2024）", "1,200.00（2025）"]
    row += ["数据不足", "数据不足", "D"]
    widths = fitted_widths(heads, [row])
    assert widths[0] >= 4 + 1.6 and widths[6] >= 4 + 1.6
    assert min(widths[1:4]) >= 8 + 2 + 4 + 2 + 1.6
    assert sum(widths) <= PAGE


def test_no_last_character_falls_to_a_second_line_for_the_space_beside_figures():
    # 11 characters and 4 figures are 26; where figures and characters meet, twice, half a letter
    rows = [["全社会固定资产投资增速", "评估年推进，用到2020年数值"]]
    assert fitted_widths(["指标", "缘由"], rows)[1] == 26 + 1 + 1.6
    # EDGAR: 1.2 + 1.4 + 1.5 + 1.4 + 1.2 = 6.7, the space .6 and eight of 排放清单: 15.3
    assert fitted_widths(["清单", "值"], [["EDGAR 排放清单", "1.0"]])[0] == 16 + 1.6


def test_a_span_of_years_and_a_sign_with_its_figure_are_not_broken_in_the_pdf():
    # 2000–2005 in the broader type: eight figures of (1 + 1.2) / 2 = 1.1 and a dash of 2: 10.8
    rows = [["2000–2005", "≥ 37,833", "a word and one more " * 20]]
    widths = fitted_widths(["Period", "Target", "Note"], rows, printed_type(3, "en"))
    assert widths[0] >= 11 + printed_type(3, "en").edge
    # ≥ and the space 1.2 x 1.2 + .6 x 1.2 = 2.16, five figures 5.5 and a comma of 1: 8.66
    assert widths[1] >= 9 + printed_type(3, "en").edge


@pytest.mark.parametrize("columns", [30, 60])
def test_more_columns_than_a_page_has_room_for_are_crowded_and_no_mistake(columns):
    # 60 columns: what stands free between them, 60 × 2.2, is more than the line of 117 itself
    widths = fitted_widths(["列"] * columns, [["123,456.7"] * columns], printed_type(columns, "zh"))
    assert widths == [2 + printed_type(columns, "zh").edge] * columns
