"""Words and tables of a commentary stay within the page, and read as they were written."""

from __future__ import annotations

import re

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.planeval.report.test_commentary import (  # noqa: F401  (fixtures)
    FINDINGS,
    LIMITS,
    chapter,
    evaluation,
    note,
    place,
    refusal,
)

from planeval.report.commentary import BREAK, MOST_COLUMNS, WORD, breakable
from planeval.report.render import ReportMeta, bind
from planeval.report.tree import nodes, text_of
from planeval.show.terminal import display_width


@given(st.text(st.characters(exclude_characters=BREAK)), st.integers(1, 60))
def test_only_breaks_are_added_and_no_run_is_wider_than_its_room(text, room):
    made = breakable(text, room)
    assert made.replace(BREAK, "") == text
    assert breakable(made, room) == made  # what may break already is left
    for run in re.findall(rf"[A-Za-z0-9_.,]+(?={BREAK}|$)", made):
        assert display_width(run) <= room


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("a" * WORD, False),
        ("a" * (WORD + 1), True),
        ("嘉兴港区" * 50, False),  # Chinese breaks anywhere
        ("http://a.cn/" + "b" * 30 + "/" + "c" * 30, False),  # an address breaks at its strokes
        ("word " * 50, False),
        ("！" * WORD, True),  # no line begins with such a mark, so none would end
    ],
)
def test_what_is_broken(text, broken):
    assert (BREAK in breakable(text, WORD)) is broken


def test_an_accent_stays_with_its_letter():
    assert breakable("e\u0301" * 3, 2) == BREAK.join(["e\u0301"] * 3)


def table(columns: int, cell: str) -> str:
    line = f"| {' | '.join([cell] * columns)} |\n"
    return f"甲。\n\n{line}|{'---|' * columns}\n{line}"


def test_a_table_of_too_many_columns_is_refused_at_its_head(place, evaluation):  # noqa: F811
    error = refusal(place, evaluation, table(40, "值"))
    assert error.row == 3 and "40列" in error.zh and str(MOST_COLUMNS) in error.expected
    assert refusal(place, evaluation, table(MOST_COLUMNS + 1, "值")).row == 3
    note(place, evaluation, table(MOST_COLUMNS, "值"))


def test_a_cell_longer_than_a_page_is_refused(place, evaluation):  # noqa: F811
    # two columns of 42 letters less 2: 40 lines of 40 letters are 800 Chinese characters a cell
    error = refusal(place, evaluation, table(2, "长" * 801))
    assert error.row == 3 and "太长" in error.zh
    note(place, evaluation, table(2, "长" * 700))


def test_only_a_table_that_is_too_wide_gets_widths(place, evaluation):  # noqa: F811
    def widths(text: str) -> list[dict]:
        made = note(place, evaluation, text)
        return [one[1] for one in next(nodes(made.blocks, "Table"))["c"][2]]

    assert widths(table(3, "短")) == [{"t": "ColWidthDefault"}] * 3
    # three cells of 34 on a page of 84: two lines each, so that none has less than 17 and room
    found = widths(table(3, "internationalisation" * 2))
    assert sum(one["c"] for one in found) == pytest.approx(1, abs=0.01)
    assert min(one["c"] for one in found) > 17 / 84


def test_a_column_without_an_alignment_stands_left(place, evaluation):  # noqa: F811
    text = "| 名 | 值 | 中 |\n|---|--:|:-:|\n| 甲 | 1 | 乙 |\n"
    made = next(nodes(note(place, evaluation, text).blocks, "Table"))
    assert [one[0]["t"] for one in made["c"][2]] == ["AlignLeft", "AlignRight", "AlignCenter"]


def test_nothing_runs_off_the_page_of_a_pdf(place, evaluation, tmp_path):  # noqa: F811
    text = f"甲{'a' * 300}乙。\n\n{table(8, 'internationalisation')}\n\n### {'c' * 120}\n\n乙。"
    said = {"02_gdp": note(place, evaluation, text)}
    assert text_of(said["02_gdp"].blocks).replace(BREAK, "").count("a" * 300) == 1
    meta = ReportMeta("标题", "", "区", "规划", 2024, evaluation.as_of, "年度监测")
    run = chapter(tmp_path, *FINDINGS, LIMITS)
    made = bind(
        [run], meta=meta, out_dir=tmp_path / "out", manifest={}, commentary=said, formats=["pdf"]
    )
    pages = pypdf.PdfReader(made.documents["pdf"]).pages
    told = "\n".join(page.extract_text() for page in pages).replace(BREAK, "")
    # an "a" of STIX is 0.444 em wide, 7.1 points of 16; a line of 156 mm, 442 points, holds 62
    lines = re.findall("a{20,}", told)
    assert sum(map(len, lines)) == 300 and max(map(len, lines)) <= 62
    # a column of a table of eight is 55 points wide less 8; 20 letters of 8.5 points would need 80
    assert not re.search("internationalisation", told) and "internat" in told
