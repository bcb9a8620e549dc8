"""The chapters on the port and on the other targets in English: no Chinese, true figures."""

from __future__ import annotations

import pytest

from analysis.targets.evaluation import evaluate
from planeval.chapters import other, port
from planeval.chapters.indicators import outlook_reading, pick
from planeval.words.amounts import period_zh
from planeval.words.language import speaking, tidy


@pytest.fixture(scope="module")
def now():
    with speaking("en"):
        yield evaluate("jiaxing-14fyp", 2024)


def test_the_pace_asked_achieved_and_needed(now):
    # (400 / 176)^(1/5) = 1.178, (306.2 / 176)^(1/4) = 1.1485, 400 / 306.2 = 1.3063
    # 306.2 * 1.1485 = 351.7, 400 - 351.7 = 48.3; 306.15 to 306.25 ask for 30.7 to 30.6 %
    assert tidy(port.pace_reading(now)) == (
        "Container throughput: the plan asks for average growth of 17.8% a year, 14.8% a year was "
        "achieved in 2020–2024, and in 2025 alone growth of 30.6% is still needed (the rounding "
        "of the published value allows 30.6% to 30.7%). If growth only goes on as achieved, 2025 "
        "will see 351.7 × 10,000 TEU, 48.3 × 10,000 TEU less than the target."
    )


def test_a_back_test_of_the_kind_itself_needs_no_name(now):
    with speaking("en"):
        (boxes,) = pick(now.of(domain="port"), port.BOXES)
        (own,) = pick(now.of(domain="gdp"), "gdp")
        text = outlook_reading(now, boxes)
        assert "; in back-tests in similar settings the 80% interval held" in text
        assert "back-tests of in" not in outlook_reading(now, own)


def test_shares_stand_with_their_periods(now):
    # 6616 / 11700 = 56.5 %, 17.08 / 18.86 = 90.6 %, 176 / 195.6 = 90.0 %
    assert tidy(port.share_reading(now)).startswith(
        "The port area's share of the whole port: cargo 56.5% in 2020; containers 90.6% in Aug "
        "2020; containers 90.0% in 2020. Only 3 such pairs of figures can be compared"
    )


def test_containers_per_tonne_rise_or_fall_in_whole_sentences(now):
    # 1,061,400 TEU on 4533 × 10,000 tonnes: 234.1; 3,062,000 on 7129: 429.5
    assert tidy(port.intensity_reading(now)).startswith(
        "TEU per 10,000 tonnes of cargo rose from 234.1 in 2015 to 429.5 in 2024. The ratio "
    )


def test_rival_targets_carry_their_units_once(now):
    # the zone 400, the city's marine plan 350, the action plan 500: the part above the least
    assert tidy(port.rival_chart(now).caption) == (
        "Container targets for 2025: Zhapu port area 400 × 10,000 TEU, more than 350 × "
        "10,000 TEU, one of the targets for the whole port: the part exceeds the whole"
    )


def test_the_vision_is_a_pace_beside_the_pace_so_far(now):
    # 2^(1/10) = 1.0718; (226 / 182)^(1/4) = 1.0556; 7.18 - 5.56 = 1.6
    first = tidy(other.vision_reading(now)).splitlines()[0]
    assert first == (
        "- GDP 2035 double that of 2025: this means average growth of 7.18% a year (the plan does "
        "not state the price basis); gross domestic product in 2020–2024: average annual growth "
        "of 5.6% at current prices, 1.6 percentage points below that pace. Base 2025, to be "
        "judged in 2035."
    )


def test_milestones_are_counted_by_their_record(now):
    items = [item for item in other.near(now) if item.target.kind == "milestone"]
    codes = [item.outlook.code for item in items]
    assert (len(items), codes.count("achieved"), codes.count("in_progress")) == (6, 3, 1)
    assert tidy(other.milestones_reading(now)) == (
        "Of 6 milestones, public records report 3 as completed and 1 as under way; 2 have no "
        "record. Evidence from a single report is graded C at best. The record of completion of 3 "
        "was published after 2024: nothing shows that it was before the end of 2024."
    )


def test_incomes_are_faster_or_slower_by_points(now):
    # urban (81227 / 66105)^(1/4) = 1.0528, rural (51218 / 40146)^(1/4) = 1.0628, GDP 1.0556
    assert tidy(other.income_chart(now).caption) == (
        "Growth a year in 2020–2024 (current prices) against gross domestic product: urban "
        "disposable income per capita 0.3 percentage points slower, rural disposable income per "
        "capita 0.7 percentage points faster"
    )


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("2020", "2020"),
        ("2021-Q1", "Q1 2021"),
        ("2019-S2", "H2 2019"),
        ("2020-08", "Aug 2020"),
        ("2018-01/2018-08", "Jan–Aug 2018"),
        ("2021/2024", "2021–2024"),
    ],
)
def test_periods(period, words):
    with speaking("en"):
        assert period_zh(period) == words
