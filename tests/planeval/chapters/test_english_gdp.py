"""The chapter on gross domestic product in English: every year, no Chinese left, true figures."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pytest
from english import left_in_chinese

from analysis.targets.evaluation import evaluate
from planeval.chapters import gdp, models, region
from planeval.chapters.gdp import account, need_reading, parts_reading
from planeval.chapters.region import city, years_text
from planeval.words.language import catalogue, speaking, tidy


@pytest.fixture(scope="module")
def now():
    with speaking("en"):  # a city keeps the name it was made with
        evaluation = evaluate("jiaxing-14fyp", 2024)
        own, target = region.own_series(evaluation), region.main_target(evaluation)
        return evaluation, own, target, city(evaluation)


def test_every_model_has_an_english_name():
    words = catalogue("en")
    for code in models.MODEL_ZH:
        assert not left_in_chinese(words[models.MODEL_ZH.zh(code)])


def test_the_state_of_the_target_is_told_with_its_figures(now):
    # 300 - 226 = 74.0; (226 - 182) / (300 - 182) = 37.3 %; four of five years are 80 %
    with speaking("en"):
        text = tidy(gdp.state_line(now[0], now[2]))
    assert text == (
        "**State**: with the latest value taken as its lower bound, the target of 300 × 100 "
        "million yuan is still 74.0 × 100 million yuan away; only 37.3% of the planned increase "
        "is done, while 80% of the time has passed."
    )


def test_what_is_still_needed_is_held_against_the_city(now):
    # 300 / 226 = 1.327; 226 x 1.2294, the city's growth of 2010, is 277.9
    with speaking("en"):
        text = tidy(gdp.closing(*now))
    assert (
        "- **Still needed**: growth at current prices of 32.7% in the one year left (2025). Even "
        "at the fastest growth at current prices that Jiaxing City has had since 2000 over a span "
        "of this length (2010: 22.9%), 2025 would come only to 277.9 × 100 million yuan, still "
        "short of the target."
    ) in text
    whole = now[3].nominal.values()
    assert 226 * whole[2010] / whole[2009] == pytest.approx(277.9, abs=0.05)


def test_the_parts_of_the_gap_keep_sign_and_unit(now):
    with speaking("en"):
        text, made = tidy(parts_reading(*now[::2], now[3])), account(*now[::2], now[3])
    same = next(iter(made.parts.values()))
    # what narrows is printed without its sign: -22.5 is "narrows by 22.5"
    assert same.price == pytest.approx(-22.5, abs=0.05)
    assert same.growth == pytest.approx(96.5, abs=0.05)
    assert text.startswith(
        "Target minus latest value is +74.0 × 100 million yuan. If prices in Jiaxing Port Area "
        "moved with those of Jiaxing City (+9.0% in all) and the definition did not change, the "
        "price part narrows the gap by 22.5 × 100 million yuan and growth at constant prices "
        "widens the gap by 96.5 × 100 million yuan, of which"
    )


def test_a_share_that_falls_is_told_as_a_fall(now):
    # 125.98 / 3696.62 = 3.41 %, 226 / 7569.5 = 2.99 %
    with speaking("en"):
        caption = region.share_chart(now[0], now[1], now[3]).caption
    plt.close("all")
    assert caption == (
        "The share of Jiaxing Port Area in Jiaxing City fell from 3.41% in 2015 to 2.99% in 2024 "
        "(vintage used in the evaluation)"
    )


def test_rates_and_years_are_apart(now):
    with speaking("en"):
        text = tidy(need_reading(*now[:2], now[2], now[3]))
        assert years_text([2000, 2001, 2002, 2013]) == "2000–2002, 2013"
    assert text.startswith(
        "All at current prices: growth needed, 2025: 32.7%; Jiaxing Port Area, annual average "
        "2015–2024: 6.7%; Jiaxing City, highest single year (2010): 22.9%;"
    )
