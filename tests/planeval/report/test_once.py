"""What chapters share is made once, and anew where anything it rests on is another."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pandas as pd
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
    shared = once(make)
    years = pd.Series({2020: 1.5, 2021: 2.5}, name="gdp")
    day = dt.date(2025, 3, 31)
    assert [shared(years, "a", as_of=day), shared(years.copy(), "a", as_of=day)] == [1, 1]
    assert len(calls) == 1


def test_any_other_content_is_made_anew(made):
    _, make = made
    shared = once(make)
    years = pd.Series({2020: 1.5, 2021: 2.5}, name="gdp")
    others = [
        years, years * 2, years.rename("output"), years.set_axis([2021, 2022]),
        years.astype("float32"),
    ]  # fmt: skip
    assert [shared(one) for one in others] == [1, 2, 3, 4, 5]
    assert [shared(years, 2024), shared(years, year=2024), shared(years, as_of=None)] == [6, 7, 8]


def test_other_objects_are_told_by_identity(made):
    _, make = made
    shared = once(make)
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

    shared = once(fail)
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
