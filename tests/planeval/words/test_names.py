"""Names in English sentences: lower case in the middle, capitals where they belong."""

from __future__ import annotations

import csv

import pandas as pd
import pytest
from roots import HOME

from analysis.data.due import BASES, STATUSES
from analysis.data.observations import STATUS_RANK, load
from analysis.data.plan import load_plan
from analysis.targets.evaluation import evaluate
from planeval.show.table import Table
from planeval.words import targets
from planeval.words.language import speaking, tidy, within
from planeval.words.names import DUE, DUE_BY, STATUS_ZH, make_names_known, measure_name


@pytest.fixture(autouse=True)
def plan() -> None:
    make_names_known(load_plan("jiaxing-14fyp"))


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("the Container throughput is", "The container throughput is"),
        ("behind: Gross domestic product (1%)", "Behind: gross domestic product (1%)"),
        # acronyms and formulas, in front or behind, stay as they are
        ("of GDP per capita and CO2 per unit of GDP", "Of GDP per capita and CO2 per unit of GDP"),
        ("of R\\&D expenditure as a share of GDP", "Of R\\&D expenditure as a share of GDP"),
        ("of Share of firms with R\\&D activity", "Of share of firms with R\\&D activity"),
        ("of Mean PM2.5 concentration", "Of mean PM2.5 concentration"),
        ("of Jiaxing City and Zhapu port area", "Of Jiaxing City and Zhapu port area"),
        # a part of another word is no name, a longer name wins over a shorter one
        ("of Exportsx; Exports in US dollars", "Of Exportsx; exports in US dollars"),
        # sentences, list items and headings begin with a capital
        ("it fell. Cargo throughput rose.", "It fell. Cargo throughput rose."),
        ("- **Cargo throughput**: rose", "- **Cargo throughput**: rose"),
        ("## Outlook of Cargo throughput", "## Outlook of Cargo throughput"),
    ],
)
def test_a_name_within_a_sentence(text: str, printed: str) -> None:
    with speaking("en"):
        assert tidy(text) == printed
    assert tidy(text) == text  # Chinese text is left alone


def test_cells_and_heads_of_tables_keep_their_capitals() -> None:
    frame = pd.DataFrame({"of Cargo throughput": ["whole: Container throughput"]})
    with speaking("en"):
        made = Table(frame, "growth of Cargo throughput").payload()
    assert made["columns"] == ["Of Cargo throughput"]
    assert made["rows"] == [["whole: Container throughput"]]
    assert made["caption"] == "Growth of cargo throughput"


def test_no_sentence_of_the_overview_has_a_name_with_a_capital_in_it() -> None:
    with (HOME / "data" / "indicators.csv").open(encoding="utf-8", newline="") as handle:
        names = [row["name_en"] for row in csv.DictReader(handle)]
    capital = [name for name in names if within(name) != name]
    assert "Container throughput" in capital and "GDP per capita" not in capital
    for plan_id, year in (("jiaxing-14fyp", 2024), ("jiaxing-13fyp", 2020)):
        with speaking("en"):
            told = [tidy(text) for _, text in targets.facts(evaluate(plan_id, year))]
        assert not [name for name in capital for text in told if f" {name}" in text]
    assert not [name for name in capital if name[0].islower()]


def test_a_figure_after_a_name_in_lower_case_keeps_its_origin() -> None:
    item = evaluate("jiaxing-14fyp", 2024).get("containers")
    with speaking("en"):
        said = tidy("Behind is Container throughput at " + targets.latest_words(item))
    assert said.startswith("Behind is container throughput at container throughput: 306.2 ")
    ((start, end, origin),) = said.marks
    assert said[start:end] == "306.2" and origin.rows == (item.latest.row,)


def test_every_chapter_makes_the_names_known() -> None:
    silent = [
        path.name
        for path in sorted((HOME / "notebooks").glob("*.ipynb"))
        if (text := path.read_text(encoding="utf-8")).count("= evaluate(")
        != text.count("make_names_known(evaluation.plan)")
    ]
    assert not silent


def test_every_code_that_names_a_state_has_its_word() -> None:
    assert set(STATUS_ZH) == set(STATUS_RANK)
    assert tuple(DUE) == STATUSES and tuple(DUE_BY) == BASES
    with speaking("en"):
        assert all(STATUS_ZH[code] for code in STATUS_RANK)
    assert all(zh and en for zh, en in [*DUE.values(), *DUE_BY.values()])


def test_a_declared_series_is_named_by_place_and_measure() -> None:
    data = load()
    assert (
        measure_name(data, "jiaxing-port", "container_throughput") == "嘉兴港（全港）集装箱吞吐量"
    )
    with speaking("en"):
        told = measure_name(data, "jiaxing-port", "container_throughput")
        place, measure = data.regions["jiaxing-port"], data.indicators["container_throughput"]
        assert told == f"{place['name_en']}: {measure['name_en']}"
