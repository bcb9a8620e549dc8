"""Column widths: no broken word or figure, and as few lines as the page allows."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.tables_widths import PAGE, _lines, display_width, fitted_widths


def height(columns: list[str], rows: list[list[str]], widths: list[float]) -> int:
    """Count a table's lines as a page sets them: the highest cell of each row."""
    own = [int(width) - 2 for width in widths]
    lines = [_lines(list(cells), PAGE) for cells in zip(columns, *rows, strict=True)]
    return int(np.max([made[:, width] for made, width in zip(lines, own, strict=True)], 0).sum())


def test_what_fits_the_page_is_not_squeezed():
    # Widest cells: 14 (seven letters), 6, 8; two of room each: 14+2, 6+2, 8+2.
    rows = [["港口货物吞吐量", "亿元", "12,345.6"], ["产值", "万标箱", "1.0"]]
    assert fitted_widths(["指标", "单位", "值"], rows) == [16, 8, 10]


def test_figures_keep_one_line_when_words_are_long():
    rows = [["长" * 60, "说明" * 30, "12,345.6"]]
    first, second, figures = fitted_widths(["指标", "说明", "完成值"], rows)
    # 8 letters and 2 of room. The words, 120 each, share 84 - 10 = 74: at 37 (35 of it for
    # letters) each takes ceil(120 / 34.5) = 4 lines, and with less than 120 / 3 both neither 3.
    assert figures == 10
    assert height(["指标", "说明", "完成值"], rows, [first, second, figures]) == 1 + 4


def test_a_long_explanation_does_not_starve_a_name():
    name, words = fitted_widths(["指标", "说明"], [["生产总值", "说明" * 100]])
    assert (name, words) == (display_width("生产总值") + 2, PAGE - 10)


def test_english_words_are_whole_and_addresses_may_break():
    address = "https://example.org/" + "a" * 80
    widths = fitted_widths(
        ["Indicator", "Nature", "Where"], [["Gross domestic product " * 3, "expected", address]]
    )
    assert widths[0] >= len("Indicator") + 2 and widths[1] >= len("expected") + 2
    assert sum(widths) <= PAGE + 0.5


def test_two_columns_that_keep_a_row_high_are_both_widened():
    # Neither alone saves a line of the row: each has 60 letters beside a third of 4 figures.
    rows = [["甲" * 30, "乙" * 30, "1.0"]]
    first, second, third = fitted_widths(["一", "二", "三"], rows)
    assert third == 6 and abs(first - second) <= 8
    assert height(["一", "二", "三"], rows, [first, second, third]) == 1 + 2


TEXTS = st.text("港口量产值 ab1.,", max_size=60)


@settings(deadline=None, max_examples=60)
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
    assert widths[0] == 13 + 2


def test_a_stroke_stays_with_the_word_before_it():
    # no line begins with "/": "Completed /" is one run of 11 letters, with 2 of room beside it
    heads = ["Indicator (unit)", "Nature", "Base", "Target", "Latest value (year)"]
    heads += ["Completed / due", "Still needed a year", "Outlook"]
    row = ["Average growth of five producer services (100 million yuan)", "binding", "182"]
    row += ["growth above that of GDP", "over 226 (2024)", "37.3% / 80%"]
    row += ["+32.7% (current prices)", "very unlikely"]
    # least: 9, 7, 4, 8, 8, 11, 8, 8 and 8 x 2 of room: 79 of 84, so that nothing is cut
    assert fitted_widths(heads, [row] * 6)[5] == len("Completed /") + 2
