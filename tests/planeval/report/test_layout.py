"""Where charts and tables go: every case is set by hand, pages and heights in points."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planeval.report.pdf import FOOT, MOVES, Asked, Moves, Seen, continued, improved


def sent(down: float, at: int) -> set[str]:
    moves = Moves()
    improved(Seen([Asked("fig-1-1", 3, down, True)], {"fig-1-1": at}), moves)
    return moves.head


def test_only_a_gap_that_shows_is_filled():
    # foot of the text area 742.6, three lines are 84: from 658.6 on the gap is left
    assert sent(650.0, 4) == {"fig-1-1"}
    assert sent(660.0, 4) == set()
    assert sent(100.0, 3) == set()


def test_charts_of_a_chapter_keep_their_order():
    moves = Moves(head={"fig-1-1"})
    asked = [Asked("fig-1-1", 3, 500.0, True), Asked("fig-1-2", 3, 600.0, True)]
    assert improved(Seen(asked, {"fig-1-1": 4, "fig-1-2": 3}), moves)
    assert moves.head == {"fig-1-1", "fig-1-2"}
    # a table that breaks over pages cannot go after: the one before it comes back
    moves = Moves(head={"tab-1-1"})
    asked = [Asked("tab-1-1", 3, 500.0, True), Asked("tab-1-2", 3, 600.0, False)]
    assert improved(Seen(asked, {"tab-1-1": 4, "tab-1-2": 3}), moves)
    assert moves.head == set() and moves.fixed == {"tab-1-1"}


def test_what_fits_after_all_stays_in_its_place():
    moves = Moves(head={"fig-1-1"})
    assert improved(Seen([Asked("fig-1-1", 3, 200.0, True)], {"fig-1-1": 3}), moves)
    assert moves.head == set() and moves.fixed == {"fig-1-1"}
    assert not improved(Seen([Asked("fig-1-1", 3, 500.0, True)], {"fig-1-1": 4}), moves)


def test_a_chart_never_cuts_through_a_table():
    # the table begins on page 3 and ends on 4, where the chart stands at the head
    asked = [Asked("fig-1-1", 3, 500.0, True), Asked("tab-1-1", 3, 640.0, False)]
    moves = Moves(head={"fig-1-1"})
    seen = Seen(asked, {"fig-1-1": 4, "tab-1-1": 3}, {"tab-1-1": (4, 500.0)})
    assert improved(seen, moves)
    assert (moves.head, moves.foot) == (set(), {"fig-1-1"})
    # at the foot of 4 it stands below the table
    assert not improved(seen, moves)
    # a table that goes on to page 5 would be cut there too: the chart keeps its turn and its gap
    longer = Seen(asked, seen.stands, {"tab-1-1": (5, 200.0)})
    assert improved(longer, moves)
    assert (moves.head, moves.foot, moves.fixed) == (set(), set(), {"fig-1-1"})
    # a table that begins where the chart stands, or ended before it, is not cut
    for first, end in ((4, 5), (2, 3)):
        other = Seen(asked, {"fig-1-1": 4, "tab-1-1": first}, {"tab-1-1": (end, 300.0)})
        assert not improved(other, Moves(head={"fig-1-1"}))


def test_notes_alone_on_the_next_page_take_the_last_row_along():
    asked = [Asked("tab-1-1", 3, 500.0, False)]
    seen = Seen(asked, {"tab-1-1": 3}, {"tab-1-1": (3, 730.0)}, {"tab-1-1": 4})
    moves = Moves()
    assert improved(seen, moves)
    assert moves.lowered == {"tab-1-1": 30.6}  # 742.6 − 730, and a row of 18
    assert not improved(seen, moves)  # once: what lies lower already is left
    beside = Seen(asked, {"tab-1-1": 3}, {"tab-1-1": (4, 130.0)}, {"tab-1-1": 4})
    assert not improved(beside, Moves())


def test_the_choice_is_written_as_the_pages_read_it(tmp_path):
    Moves({"b", "a"}, {"c"}, {"d": 20.0}, {"e"}, {8: "1-1"}).write(tmp_path)
    assert json.loads((tmp_path / MOVES).read_text("utf-8")) == {
        "head": ["a", "b"], "foot": ["c"], "lowered": {"d": 20.0}, "continued": {"8": "1-1"},
    }  # fmt: skip


def test_a_table_below_a_chart_at_the_head_is_not_called_continued_there():
    seen = Seen([], {"tab-4-1": 7, "fig-4-2": 8}, {"tab-4-1": (9, 300.0)})
    assert continued(seen, Moves()) == {8: "4-1", 9: "4-1"}
    assert continued(seen, Moves(head={"fig-4-2"})) == {9: "4-1"}


@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.floats(100.0, FOOT), st.booleans(), st.integers(0, 2)),
        min_size=1,
        max_size=6,
    )
)
def test_the_choice_always_comes_to_an_end(drawn):
    """However the pages fall, no chart is sent to and fro without end."""
    ordered = sorted(drawn)
    asked = [Asked(f"fig-1-{n}", p, d, w) for n, (p, d, w, _) in enumerate(ordered, 1)]
    stands = {one.name: one.page + later for one, (*_, later) in zip(asked, ordered, strict=True)}
    ended = {one.name: (stands[one.name] + 1, 300.0) for one in asked if not one.whole}
    seen, moves = Seen(asked, stands, ended), Moves()
    for _ in range(4 * len(asked) + 1):
        if not improved(seen, moves):
            return
    pytest.fail("the choice goes on for ever")
