"""The environment chapter in English: every year of both plans, sentences with their figures."""

from __future__ import annotations

import pytest
from inprocess import chapter, lines
from roots import HOME

from analysis.data.observations import load
from analysis.targets.ahead import target_scenarios
from analysis.targets.evaluation import evaluate
from planeval.chapters import environment
from planeval.chapters.carbon import carbon, inventory_rows, reductions_table, states, windows
from planeval.words.language import speaking

DATA = load(HOME)


def english() -> str:
    return "\n".join(lines(chapter("05", "jiaxing-14fyp", 2024, language="en"), "en"))


@pytest.fixture(scope="module")
def now():
    return evaluate("jiaxing-14fyp", 2024, data=DATA)


def test_the_inventories_are_set_against_each_other(now):
    rows = inventory_rows(carbon(now))
    assert (len(rows), round(rows["gap_pct"].min(), 1), round(rows["gap_pct"].max(), 1)) == (
        19,
        20.7,
        101.8,
    )
    assert (
        "The two inventories share 19 years; the CEADS city inventory lies 20.7% to 101.8% above "
        "the EDGAR inventory. Of the 17 years whose year-on-year changes can be compared, the two "
        "move opposite ways in 5 (2006, 2012, 2013, 2016, 2019)."
    ) in english()


def test_the_citys_path_is_said_with_its_figures(now):
    row = windows(carbon(now), now)[0]
    assert [round(row[key], 1) for key in ("fall_pct", "yearly_pct", "five_pct")] == [
        20.1,
        5.5,
        24.5,
    ]
    assert (
        "By the EDGAR inventory, intensity fell 20.1% in all in 2015–2019 (5.5% a year), which "
        "over five years makes a fall of 24.5%;"
    ) in english()


def test_the_states_are_counted(now):
    counts = states(carbon(now))["edgar"].value_counts()
    assert counts["strong_decoupling"] == 10 and counts["weak_decoupling"] == 7
    assert (
        "By the EDGAR inventory, of 23 years: weak decoupling in 7, expansive coupling in 3, "
        "expansive negative decoupling in 3, strong decoupling in 10."
    ) in english()


def test_targets_to_be_assigned_are_neither_fulfilled_nor_unfulfilled():
    assert (
        "3 targets are to be assigned from above and the assigning document is not at hand: "
        "reduction of energy per unit of GDP, reduction of CO2 per unit of GDP, reduction of "
        "water per unit of GDP. Until document and date are registered, the state can only be "
        "“target to be assigned”, neither fulfilled nor unfulfilled."
    ) in english()
    assert (
        "None of the binding targets of this chapter (6) can be judged; until the data are filled "
        "in, they must not be counted as fulfilled."
    ) in english()


def test_the_scenario_is_said_with_its_levels(now):
    found = target_scenarios(now.get("good_air"), now.plan)
    level = found.get("baseline").level
    assert (
        f"{level:.1f}% in 2025, {level - 92:.1f} percentage points above the 2025 target of 92%; "
        "with so few published values, whether the target is reached is not judged by it."
    ) in english()


def test_one_and_many():
    """Sentences of years that never come together in the data: one target, one value."""
    made = evaluate("jiaxing-14fyp", 2024, data=DATA)
    with speaking("en"):
        item = next(i for i in environment.targets(made) if i.target.kind == "assigned")
        one = type(made)(**{**vars(made), "indicators": (item,)})
        assert environment.rules_reading(one).startswith(
            "1 target is to be assigned from above and the assigning document is not at hand"
        )
        assert "The one binding target of this chapter (1) cannot be judged" in environment.summary(
            one
        )
        assert reductions_table(one) == ""
