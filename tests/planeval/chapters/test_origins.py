"""The annex of origins: every figure of the scoreboard has its row."""

from __future__ import annotations

import pytest

from analysis.targets.evaluation import evaluate
from planeval.chapters import record
from planeval.chapters.base import has_data
from planeval.show.table import Table
from planeval.words.language import speaking
from planeval.words.steps import LABELS

FIGURES = ("completion", "schedule", "required_growth_pct", "required_change")
AHEAD = ("probability", "median", "lo80", "hi80", "expected_year")


@pytest.mark.parametrize(
    ("plan", "year"), [("jiaxing-14fyp", 2021), ("jiaxing-14fyp", 2024), ("jiaxing-13fyp", 2020)]
)
def test_every_figure_of_the_scoreboard_has_a_row(plan: str, year: int) -> None:
    evaluation = evaluate(plan, year)
    traced = {item.target_id for item in record.traced(evaluation)}
    for item in evaluation.in_force:
        if item.target.kind == "milestone":
            continue
        assert item.target_id in traced or not has_data(evaluation, item)
        if item.target_id not in traced:
            continue
        table = record.table(evaluation, item)
        names = " ".join(row[0] for row in table.rows)
        for figure in (item.baseline, item.latest):
            assert figure is None or f"（{figure.period}年）" in names
        for answer, keys in (
            (item.state, (*FIGURES, "realised_growth_pct")),
            (item.outlook, AHEAD),
        ):
            for key in keys:
                if key == "schedule" and item.at_end:
                    continue  # all the time is over, and the tables print none
                assert getattr(answer, key) is None or LABELS[key][0] in names, (item, key)


def test_a_comparison_shows_the_series_it_compares() -> None:
    evaluation = evaluate("jiaxing-14fyp", 2024)
    table = record.table(evaluation, evaluation.get("income_growth"))
    rows = {row[0]: row for row in table.rows}
    assert rows["嘉兴港区城镇居民人均可支配收入（2024年）"][1] == "81,227元"
    # 100 ((81227/66105)^(1/4) - (226/182)^(1/4)) = 5.28 - 5.56 = -0.28
    assert [row[1] for name, row in rows.items() if name.startswith("年均增速之差：城镇")] == [
        "−0.28个百分点"
    ]


def test_growth_says_its_prices_and_english_its_places() -> None:
    evaluation = evaluate("jiaxing-14fyp", 2024)
    table = record.table(evaluation, evaluation.get("gdp"))
    values = {row[0]: row[1] for row in table.rows}
    assert values["仍需年均增速"] == "32.74%（现价）"  # 300/226 - 1
    assert values["最新值（2024年）"] == "突破226亿元"
    with speaking("en"):
        english = record.table(evaluation, evaluation.get("gdp"))
        assert isinstance(english, Table)
        assert english.rows[0][2] == "[S1], table 2-1 row 1"


def test_a_base_still_to_come_is_not_called_the_base() -> None:
    evaluation = evaluate("jiaxing-14fyp", 2024)
    (item,) = [i for i in record.traced(evaluation) if i.target.kind == "multiple"]
    names = [row[0] for row in record.table(evaluation, item).rows]
    assert "公布值（2020年）" in names and not any("基期值" in name for name in names)
