"""What changed since the report before: bounds stay bounds, causes are named by their kind."""

from __future__ import annotations

import pytest
from roots import Root
from tests.analysis.data.test_changes import PLAN, adjusted, assigned, of

from analysis.targets.evaluation import evaluate
from analysis.targets.past import evaluation_before
from planeval.chapters import record
from planeval.show.table import Table
from planeval.words.names import name_of


def test_a_bound_is_printed_as_a_bound() -> None:
    now = evaluate(PLAN, 2024)
    table = record.fresh_table(now, evaluation_before(now))
    assert isinstance(table, Table)
    assert "突破226亿元" in [row[2] for row in table.rows]


def test_withdrawn_assigned_and_revised_targets_are_told_apart(root: Root) -> None:
    adjusted(root)
    root.add(f"{PLAN}/assignments", assigned("14.5", "2024-03-01"))
    now, before = of(root, "2024-03-01"), of(root, "2023-03-01", 2023)
    table = record.changed_table(now, before)
    assert isinstance(table, Table)
    cause = {row[0]: row[3] for row in table.rows}
    assert cause["实际利用外资"] == "目标已撤销"
    assert cause["单位地区生产总值能耗降低"].startswith("目标值已由上级下达：14.5%")
    assert cause["地区生产总值（GDP）"].startswith("目标有调整：现为260亿元")
    assert cause["试exports"] == "目标为此后新增"


def test_a_milestone_s_new_record_is_named_with_its_day() -> None:
    # evaluated in 2023 with what was known on 2025-11-01; the report is of 2025-12-23
    now = evaluate(PLAN, 2024)
    table = record.changed_table(now, evaluation_before(now))
    assert isinstance(table, Table)
    cause = {row[0]: row[3] for row in table.rows}
    names = [name_of(now.get(one).target) for one in ("incubator", "command_centre")]
    assert [cause[name] for name in names] == ["新公布公开记录（2025-12-23）"] * 2


@pytest.mark.parametrize(("year", "words"), [(2021, "第一次评估"), (2022, "还没有公布可用的数据")])
def test_only_the_first_year_is_called_the_first(year: int, words: str) -> None:
    now = evaluate(PLAN, year, "2023-06-30")
    assert words in str(record.fresh_table(now, None))


def test_figures_of_later_years_are_not_denied() -> None:
    # the source of 2025-12-23 has figures of 2024 only: none for the evaluation of 2023
    now = evaluate(PLAN, 2023)
    said = str(record.fresh_table(now, evaluation_before(now)))
    assert "没有公布涉及本规划目标、2023年及以前的新数值" in said
