"""Every chapter in English, in every year of both plans and on early days: no Chinese is left."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pytest
from english import left_in_chinese
from inprocess import chapter, lines

from planeval.chapters import models

TITLES = {
    "01_overview": "# ",
    "02": "# Gross domestic product",
    "03": "# Industrial output",
    "04": "# Port throughput",
    "05": "# ",
    "06": "# Other targets",
    "07": "# Data quality and audit",
    "08": "# How the forecasts came about",
}
#: A plan that has ended, the usual case, and almost no data.
ALWAYS = [
    ("jiaxing-13fyp", 2020, ""),
    ("jiaxing-14fyp", 2024, ""),
    ("jiaxing-14fyp", 2021, "2021-06-30"),
]
AT_LENGTH = [
    *(("jiaxing-13fyp", year, "") for year in range(2016, 2020)),
    *(("jiaxing-14fyp", year, "") for year in (2021, 2022, 2023, 2025)),
    ("jiaxing-13fyp", 2016, "2016-06-30"),
    ("jiaxing-13fyp", 2018, "2019-01-01"),
    ("jiaxing-13fyp", 2018, "2019-03-31"),
    ("jiaxing-14fyp", 2023, "2023-06-30"),
]
CASES = [*ALWAYS, *(pytest.param(*case, marks=pytest.mark.slow) for case in AT_LENGTH)]


@pytest.mark.parametrize("name", TITLES)
@pytest.mark.parametrize(("plan", "year", "as_of"), CASES)
def test_a_year_of_a_chapter_holds_no_chinese(name, plan, year, as_of, monkeypatch):
    # two of the models say every sentence that seven say; the others take most of the time
    monkeypatch.setattr(models, "COMPARED", ("prior", "drift", "theta"))
    shown = list(lines(chapter(name, plan, year, as_of=as_of, language="en", anew=True), "en"))
    plt.close("all")
    assert [line for line in shown if left_in_chinese(line)] == []
    assert any(line.startswith(TITLES[name]) for line in shown)
    assert len(shown) > 10
