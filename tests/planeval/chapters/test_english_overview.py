"""The overview, its tables and the sentences on targets in English: whole and true."""

from __future__ import annotations

from datetime import date

import pytest
from english import left_in_chinese
from inprocess import lines
from roots import HOME

from analysis.data.observations import load
from analysis.data.series import annual_series
from analysis.targets.evaluation import Evaluation, evaluate
from planeval.chapters import base, indicators, methods, models, overview
from planeval.words import amounts, targets
from planeval.words.language import speaking, tidy
from planeval.words.names import STATUS_ZH, place

DATA = load(HOME)
YEARS = [("jiaxing-13fyp", y) for y in range(2016, 2020)]
YEARS += [("jiaxing-14fyp", y) for y in (2021, 2022, 2023, 2025)]


@pytest.fixture(scope="module")
def middle() -> Evaluation:
    return evaluate("jiaxing-14fyp", 2024, data=DATA)


def _views(found: Evaluation) -> list[object]:
    items = found.indicators
    made: list[object] = [
        overview.warnings_view(found),
        overview.unjudged_view(found),
        overview.words_table(),
        overview.grades_table(),
        indicators.annual_table(found),
        indicators.annual_reading(found),
        indicators.scenario_table(found),
        indicators.scenarios_reading(found),
        methods.rules_table(found),
        methods.rules_reading(found),
        methods.verdicts_table(found),
        methods.cards_table(),
        base.targets_table(found, items),
        base.targets_reading(found, items),
        base.meanings(found, items),
        base.missing_table(found, items),
        base.cautions(items),
    ]
    made += [targets.target_text(item) for item in items]
    return [*made, *(base.series_table(item.series, found.data) for item in items)]


@pytest.mark.parametrize(
    ("plan", "year", "day"),
    [
        *(pytest.param(*one, None, marks=pytest.mark.slow) for one in YEARS),
        ("jiaxing-13fyp", 2020, None),
        ("jiaxing-14fyp", 2024, None),
        ("jiaxing-14fyp", 2021, "2021-06-30"),
    ],
)
def test_no_view_leaves_chinese(plan: str, year: int, day: str | None) -> None:
    with speaking("en"):
        found = evaluate(plan, year, day, data=DATA)
        shown = [one if not isinstance(one, str) else tidy(one) for one in _views(found)]
        told = list(lines([one for one in shown if one], "en"))
    assert [line for line in told if left_in_chinese(line)] == []


def test_sentences_on_gdp_hold_the_figures_of_the_evaluation(middle: Evaluation) -> None:
    item = middle.get("gdp")
    with speaking("en"):
        text = tidy(targets.meaning(item))
    # (226-182)/(300-182) = 37.3 %; 300/226 - 1 = 32.7 %; (226/182)^(1/4) - 1 = 5.6 %
    assert text.startswith(
        "Gross domestic product: over 226 × 100 million yuan in 2024, 182 × 100 million "
        "yuan in the base year 2020, average growth of 5.6% a year at current prices, 37.3% of "
        "the planned increase achieved, against 80% due by the schedule. What is published is a "
        "lower bound, and so are growth and completion. Reaching the target takes growth of "
        "32.7% in 2025 (current prices). Outlook: very unlikely (probability "
    )
    assert item.state.completion == pytest.approx(44 / 118)
    low, high = (amounts.number(edge, 1) for edge in (item.outlook.lo80, item.outlook.hi80))
    assert f"80% interval for 2025: {low} to {high} × 100 million yuan" in text


def test_facts_count_what_the_evaluation_counts(middle: Evaluation) -> None:
    with speaking("en"):
        told = tidy(overview.facts(middle))
    hard = [i for i in middle.indicators if i.outlook.code in ("unlikely", "very_unlikely")]
    assert f"On present trends {len(hard)} targets are unlikely to be met in time" in told
    assert f"The plan has {len(middle.indicators)} targets, 34 in its table and 30 in its" in told
    found = len(middle.audit.of("contradiction"))
    assert f"{found} contradictions were found in the published figures; all are listed" in told


def test_a_plan_quoted_and_a_final_count() -> None:
    final = evaluate("jiaxing-13fyp", 2020, data=DATA)
    with speaking("en"):
        heading = tidy(overview.heading(final))
        count = tidy(overview.final_count(final))
    assert heading.startswith(
        "Final evaluation of the Jiaxing Port Area 13th Five-Year Plan for 2020: plan period "
        f"2016–2020, base year 2015; only data published up to {final.as_of} are used."
    )
    assert count == (
        "Final evaluation: 20 numeric targets are due; by the values published for 2020, 12 are "
        "achieved and 1 missed (services value added); the other 7 lack a value published for "
        "2020 or a target number and do not count as achieved."
    )


def test_the_path_is_said_with_its_bound(middle: Evaluation) -> None:
    with speaking("en"):
        told = tidy(indicators.annual_reading(middle))
    # straight path of 2024: 182 + 4/5 of 118 = 276.4; over 226 is at most 50.4 below; 300 - 226
    assert (
        "Gross domestic product: over 226 × 100 million yuan published for 2024, at most 50.4 "
        "× 100 million yuan below the computed straight path of 276.4 × 100 million yuan "
        "(−18.2%), behind by its bound; the equal-growth path leads to the same finding; in the "
        "one year left an increase of 74 × 100 million yuan is needed (current prices, +32.7%)."
    ) in told


def test_promises_are_said_from_kind_number_and_unit(middle: Evaluation) -> None:
    said = {
        "hydrogen_output": "at least 100 × 100 million yuan",  # 力争突破100
        "good_air": "at least 92%",
        "urbanisation": "about 76%",
        "pm25": "kept at or below 27 µg/m³",
        "fdi": "at least 11 × 100 million US dollars in total",
        "labour_productivity": "at least 7% a year",
        "energy_intensity": "as assigned from above",
        "gdp_2035": "double the figure of 2025",
        "fire_base": "to be completed",
        "income_growth": "growth within ±1 percentage point of the reference indicator's",
    }
    with speaking("en"):
        assert {name: targets.target_text(middle.get(name)) for name in said} == said


def test_places_in_a_document() -> None:
    with speaking("en"):
        assert place("第一章第一节、表1-1第12行") == "ch. 1 sec. 1, table 1-1 row 12"
        assert place("产业跃迁，末三段") == "“产业跃迁”, last 3 paragraphs"
        assert place("2014年逐日值") == "daily values of 2014"
        assert place("一、2024年工作回顾") == "“一、2024年工作回顾”"
    assert place("正文") == "正文"


def test_trends_say_their_prices_and_their_doubts() -> None:
    city = annual_series(DATA, "jiaxing-city", "gdp", as_of=date(2026, 1, 1))
    with speaking("en"):
        made = models.trends(city.values(), "current prices")
        text = tidy(models.trend_reading(made))
        rows = models.trend_table(made, "GDP").rows  # type: ignore[union-attr]
    assert made.fit is not None
    assert f"trend growth of {made.fit.growth_pct:.1f}% a year at current prices" in text
    assert not left_in_chinese(text) and not any(left_in_chinese(" ".join(r)) for r in rows)


def test_the_words_of_a_figure_s_stage_are_those_of_the_data() -> None:
    assert {c: STATUS_ZH[c] for c in STATUS_ZH} == dict(STATUS_ZH)


def test_the_note_on_a_plan_is_said_in_english() -> None:
    final = evaluate("jiaxing-13fyp", 2020, data=DATA)
    with speaking("en"):
        told = tidy(overview.heading(final))
    assert "the text of the plan itself was not obtained" in told
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in told)
