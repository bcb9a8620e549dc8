"""Risks, requirements, adjustment and what the next plan inherits: nothing passed over."""

from __future__ import annotations

import pytest
from roots import Root, observation

from analysis.targets.evaluation import Evaluation, evaluate
from planeval.chapters import risks
from planeval.show.table import Table
from planeval.words.language import speaking

ALL = [("jiaxing-14fyp", year) for year in (2021, 2024, 2025)]
ALL += [("jiaxing-13fyp", year) for year in (2016, 2018, 2020)]


@pytest.fixture(scope="module")
def middle() -> Evaluation:
    return evaluate("jiaxing-14fyp", 2024)


@pytest.mark.parametrize(("plan", "year"), ALL)
def test_every_target_in_force_is_counted_once_at_the_close(plan: str, year: int) -> None:
    evaluation = evaluate(plan, year)
    counts = risks.handover_counts(evaluation)
    assert sum(counts.values()) == len(evaluation.in_force)
    assert sum(evaluation.counts().values()) == len(evaluation.indicators)
    table = risks.handover_table(evaluation)
    assert counts["listed"] == (len(table.rows) if isinstance(table, Table) else 0)


def test_what_the_table_leaves_out_is_counted_beneath_it() -> None:
    # 20 targets: one missed and seven binding ones unjudged are listed, twelve were achieved
    text = risks.handover_reading(evaluate("jiaxing-13fyp", 2020))
    assert text == "规划共有20项目标，其余12项：已经完成的12项。"


def test_required_and_realised_growth_say_their_prices(middle: Evaluation) -> None:
    text = risks.needs(middle)
    # 300/226 - 1 = 32.74 %; (226/182)^(1/4) - 1 = 5.56 %
    assert "**地区生产总值（GDP）**：要达到目标，2025年须增长32.7%（现价）。" in text
    assert "基期以来现价年均增长5.6%。" in text
    # boxes have no prices: 400/306.2 - 1 = 30.63 %; (306.2/176)^(1/4) - 1 = 14.85 %
    assert "2025年须增长30.6%。基期以来年均增长14.8%。" in text


def test_every_target_without_a_verdict_for_want_of_data_is_asked_for(middle: Evaluation) -> None:
    text = risks.needs(middle)
    unknown = [i for i in middle.in_force if i.outlook.code in risks.UNKNOWN]
    # 50 lack a figure; one has two values and no verdict
    assert len(unknown) == 51 and "50项目标缺数据" in text
    assert "因个数太少而不下结论的目标**：规模以上工业总产值。" in text


def test_names_that_hold_commas_are_parted_by_semicolons(middle: Evaluation) -> None:
    with speaking("en"):
        text = risks.needs(middle)
    assert "Mean years of schooling, working age; Certified care workers" in text


def test_the_unit_stands_once_in_a_row(middle: Evaluation) -> None:
    for table in (risks.adjustment_table(middle), risks.handover_table(middle)):
        assert isinstance(table, Table)
        for row in table.rows:
            assert "亿元" in row[0] or "亿元" not in "".join(row[1:])
            assert "%" not in row[table.columns.index("目标")]


def test_a_fall_asked_for_is_told_as_a_fall(root: Root) -> None:
    # PM2.5: 27 in 2020, 30 in 2022 and 31 in 2023: above the target of 27 for 2025
    more = {"caliber": "plan", "unit": "微克/立方米"}
    for year, value in (("2021", "29"), ("2022", "30"), ("2023", "31")):
        root.add("observations", observation("pm25", year, value, **more))
    evaluation = evaluate("jiaxing-14fyp", 2023, root=root.path)
    text = risks.needs(evaluation)
    (line,) = [one for one in text.splitlines() if one.startswith("- **港区细颗粒物")]
    # 100 (1 - (27/31)^(1/2)) = 6.67; 100 ((31/27)^(1/3) - 1) = 4.71
    assert "2024—2025年每年须下降6.7%。基期以来年均增长4.7%。" in line
