"""Where charts and tables go: every case is set by hand, pages and heights in points."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planeval.report.pdf import FOOT, Pages, Places, arranged


def at(**pages: int) -> dict[str, tuple[int, float]]:
    """Return places by id; the height on the page counts for tables alone."""
    return {name.replace("_", "-"): (page, 300.0) for name, page in pages.items()}


def test_what_left_the_page_of_its_turn_floats_to_the_head_of_the_one_it_reached():
    pages = Pages(asked=at(fig_1_1=3, fig_1_2=3), stands=at(fig_1_1=3, fig_1_2=4))
    assert arranged(pages, Places()) == Places({"fig-1-2": "top"})
    assert arranged(pages, Places({"fig-1-2": "top"})) == Places({"fig-1-2": "top"})


def test_what_fits_after_all_or_stands_before_its_heading_is_set_in_its_turn_for_good():
    for stands in (3, 2):
        pages = Pages(asked=at(fig_1_1=3), stands=at(fig_1_1=stands))
        kept = arranged(pages, Places({"fig-1-1": "top"}))
        assert kept == Places({}, kept=["fig-1-1"])
        gone = Pages(asked=at(fig_1_1=3), stands=at(fig_1_1=4))
        assert arranged(gone, kept) == kept


def test_a_chart_never_stands_above_the_rest_of_a_table():
    # the table begins on page 3 and ends on 4 or 5, where the chart comes to stand on 4
    for end in (4, 5):
        pages = Pages(
            asked=at(fig_1_1=3), runs=at(tab_1_1=3), stands=at(fig_1_1=4, tab_1_1=3),
            ended=at(tab_1_1=end),
        )  # fmt: skip
        assert arranged(pages, Places()).floats == {"fig-1-1": "bottom"}
    # one that begins where the chart stands, or ended before it, is not cut
    for begun, end in ((4, 5), (2, 3)):
        pages = Pages(
            asked=at(fig_1_1=3), runs=at(tab_1_1=begun), stands=at(fig_1_1=4, tab_1_1=begun),
            ended=at(tab_1_1=end),
        )  # fmt: skip
        assert arranged(pages, Places()).floats == {"fig-1-1": "top"}


def test_tables_of_a_chapter_keep_their_order():
    pages = Pages(
        asked=at(tab_1_9=3, fig_1_1=3), runs=at(tab_1_10=3),
        stands=at(tab_1_9=4, fig_1_1=4, tab_1_10=3), ended=at(tab_1_10=3),
    )  # fmt: skip
    # 表 1-10 breaks over pages and begins on 3: 表 1-9 breaks too; a chart is of another kind
    made = arranged(pages, Places())
    assert made == Places({"fig-1-1": "top"}, broken=["tab-1-9"])
    # broken it is one of the tables that break, and stands where it stands
    after = Pages(runs=at(tab_1_9=3, tab_1_10=3), ended=at(tab_1_9=3, tab_1_10=4))
    assert arranged(after, made) == made
    other = Pages(
        asked=at(tab_1_1=3), runs=at(tab_2_2=3), stands=at(tab_1_1=4, tab_2_2=3),
        ended=at(tab_2_2=3),
    )  # fmt: skip
    assert arranged(other, Places()).broken == []  # of another chapter


def test_notes_alone_on_the_next_page_take_the_last_row_along():
    pages = Pages(runs=at(tab_1_1=3), ended={"tab-1-1": (3, 730.0)}, noted=at(tab_1_1=4))
    made = arranged(pages, Places())
    assert made.lowered == {"tab-1-1": 30.6}  # 742.6 − 730, and a row of 18
    assert arranged(pages, made) == made  # once: what lies lower already is left
    beside = Pages(runs=at(tab_1_1=3), ended=at(tab_1_1=4), noted=at(tab_1_1=4))
    assert arranged(beside, Places()).lowered == {}


def test_marks_are_read_as_typst_tells_them():
    class Compiler:
        def query(self, selector: str, **_: object) -> str:
            assert selector == "<told>"
            return json.dumps([
                ["heading", "sec-1", 4, 80.0, 2], ["asked", "tab-1-1", 3, 700.0, None],
                ["stands", "tab-1-1", 4, 120.0, None], ["noted", "tab-1-1", 4, 200.0, None],
                ["noted", "tab-1-1", 5, 80.0, None],
            ])  # fmt: skip

    pages = Pages.of(Compiler())
    assert pages.headings == {"sec-1": 2}
    # the turn of what stands directly under a heading is where that came to stand
    assert pages.asked == {"tab-1-1": (4, 700.0)} and pages.stands == {"tab-1-1": (4, 120.0)}
    assert pages.noted == {"tab-1-1": (4, 200.0)}  # the first of its notes


@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.floats(100.0, FOOT), st.booleans(), st.integers(-1, 2)),
        min_size=1,
        max_size=6,
    )
)
def test_the_choice_always_comes_to_an_end(drawn):
    """However the pages fall, no chart is sent to and fro without end."""
    named = {f"tab-1-{n}": one for n, one in enumerate(sorted(drawn), 1)}
    whole = {name: one for name, one in named.items() if one[2]}
    rest = {name: one for name, one in named.items() if not one[2]}
    pages = Pages(
        asked={name: (page, down) for name, (page, down, *_) in whole.items()},
        runs={name: (page, down) for name, (page, down, *_) in rest.items()},
        stands={name: (page + later, 100.0) for name, (page, _, _, later) in named.items()},
        ended={name: (page + 1, 300.0) for name, (page, *_) in rest.items()},
        noted={name: (page + 2, 90.0) for name, (page, *_) in rest.items()},
    )
    places = Places()
    for _ in range(4):
        places, before = arranged(pages, places), places
        if places == before:
            return
    pytest.fail("the choice goes on for ever")
