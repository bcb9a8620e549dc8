"""Pictures of the whole plan: what their captions count is what they draw."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matplotlib.text import Text

from analysis.targets.evaluation import Evaluation, evaluate
from analysis.targets.types import OUTLOOKS
from planeval.chapters import pictures
from planeval.chapters.indicators import outlook_fan
from planeval.show.chart import Chart
from planeval.show.targets import bullet_chart
from planeval.words.language import speaking


@pytest.fixture(scope="module")
def middle() -> Evaluation:
    return evaluate("jiaxing-14fyp", 2024)


def test_a_slope_is_compared_as_it_is_drawn(middle: Evaluation) -> None:
    # base 182 (2020), 226 (2024): 11 a year; 240 in 2025 asks for 14 a year: steeper on the
    # straight lines drawn, though 14/226 = 6.2 % a year is not far from 5.6 %
    gdp = middle.get("gdp")
    assert pictures._steeper(replace(gdp, target=replace(gdp.target, target=240.0)))
    # 236 asks for 10 a year: flatter
    assert not pictures._steeper(replace(gdp, target=replace(gdp.target, target=236.0)))
    # 237.9 asks for 11.9: steeper as drawn, while growth of 5.3 % is below the 5.6 % so far
    assert pictures._steeper(replace(gdp, target=replace(gdp.target, target=237.9)))


def test_a_bound_is_drawn_and_told_as_it_was_published(middle: Evaluation) -> None:
    # "2024年GDP突破226亿元" (S2); 182.0 and 306.2 are printed with one decimal, targets with none
    chart = pictures.bullets_chart(middle)
    assert isinstance(chart, Chart) and "最新 突破226，路径 276.4，目标 300；" in chart.alt
    assert "226.0" not in chart.alt and "最新 306.2，路径 355.2，目标 400；" in chart.alt
    words = [text.get_text() for text in chart.figure.findobj(Text)]
    assert "突破226 / 300 亿元" in words
    with speaking("en"):
        english = pictures.bullets_chart(middle)
        assert isinstance(english, Chart) and "latest over 226, path 276.4, target 300;" in (
            english.alt
        )
    fan = outlook_fan(middle, middle.get("gdp"))
    assert isinstance(fan, Chart) and fan.alt.startswith("最新数据 2024 年 突破226；")
    assert fan.alt.endswith("2025 年目标 300")
    assert "突破226" in pictures.multiples(middle).alt


def test_captions_count_what_is_drawn(middle: Evaluation) -> None:
    chart = pictures.bullets_chart(middle)
    assert isinstance(chart, Chart) and chart.caption == "图中4项数值目标有3项落后于同年路径"
    assert len(chart.data) == 4
    slopes = pictures.slopes_chart(middle)
    assert isinstance(slopes, Chart) and slopes.caption.startswith("图中3项未达目标，3项")
    assert len(slopes.data) == 3


def test_pictures_cut_short_say_so(middle: Evaluation, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = [pictures.multiples(middle)]
    # 4 of 64 targets = 6 %
    assert pictures.reading(middle, drawn) == (
        "有基期值、目标值和期内公布值而画得出的数值目标4项，占全部64项的6%；其余画不出。"
    )
    monkeypatch.setattr(pictures, "MOST_PANELS", 2)
    few = pictures.multiples(middle)
    assert isinstance(few, Chart) and few.caption.startswith("图中2项数值目标")
    assert pictures.reading(middle, [few]).endswith("逐年小图限于篇幅，只画前2项。")


@pytest.mark.parametrize(("plan", "year"), [("jiaxing-14fyp", 2024), ("jiaxing-13fyp", 2020)])
def test_the_sheet_counts_verdicts_as_the_overview_does(plan: str, year: int) -> None:
    evaluation = evaluate(plan, year)
    chart = pictures.sheet(evaluation)
    assert isinstance(chart, Chart)
    listed = [item for item in evaluation.in_force if item.target.section == "table"]
    judged = sum(OUTLOOKS[item.outlook.code] is not None for item in listed)
    assert chart.caption.startswith(f"表列{len(listed)}项目标中{judged}项有结论")


def test_a_bar_cut_short_is_marked() -> None:
    import pandas as pd

    row = {"name": "a", "base": 100.0, "path": 110.0, "target": 110.0, "unit": "%"}
    for latest, cut in ((120.0, True), (105.0, False)):  # 200 % and 50 % of the way
        with speaking("en"):
            chart = bullet_chart(pd.DataFrame([row | {"latest": latest}]), "test")
        words = " ".join(text.get_text() for text in chart.figure.findobj(Text))
        assert ("bar too long" in words) is cut
