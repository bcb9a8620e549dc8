"""What chapters share is made once, and anew where anything it rests on is another."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pytest

from planeval.report.once import once


@pytest.fixture
def made():
    calls: list[tuple] = []

    def make(*given, **named):
        calls.append((given, named))
        return len(calls)

    return calls, make


def test_the_same_content_is_made_once(made):
    calls, make = made
    shared = once(make, tuple)
    days = dt.date(2025, 3, 31), dt.date.fromisoformat("2025-03-31")
    assert [shared("a", 2024, as_of=day) for day in days] == [1, 1]
    assert len(calls) == 1


def test_any_other_content_is_made_anew(made):
    _, make = made
    shared = once(make, tuple)
    assert [shared("a", 2024), shared("a", year=2024), shared("a", 2023), shared("b", 2024)] == [
        1, 2, 3, 4,
    ]  # fmt: skip
    assert [shared("a", 2024, as_of=None), shared("a", 2024, data=None)] == [5, 6]


def test_other_objects_are_told_by_identity(made):
    _, make = made
    shared = once(make, tuple)
    first, second = [1], [1]
    assert [shared(first), shared(second), shared(first)] == [1, 2, 1]


def test_what_it_rests_on_counts(made):
    _, make = made
    state = ["spring"]
    shared = once(make, lambda: tuple(state))
    assert [shared(1), shared(1)] == [1, 1]
    state[0] = "autumn"
    assert [shared(1), shared(1)] == [2, 2]


def test_what_fails_is_tried_again():
    def fail():
        raise ValueError

    shared = once(fail, tuple)
    for _ in range(2):
        with pytest.raises(ValueError):
            shared()


def test_chapters_share_one_evaluation():
    """In a process of its own, as a kernel begins: `share` changes the modules at work."""
    code = (
        "from planeval.report.once import share; share()\n"
        "from analysis.targets.evaluation import evaluate\n"
        "from analysis.targets.past import evaluation_before\n"
        "one, other = (evaluate('jiaxing-14fyp', 2024, None) for _ in range(2))\n"
        "assert one is other and evaluation_before(one) is evaluation_before(other)\n"
        "assert evaluate('jiaxing-14fyp', 2023, None) is not one"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
