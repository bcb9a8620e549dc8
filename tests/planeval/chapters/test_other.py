"""The chapter of the other targets."""

from __future__ import annotations

from dataclasses import replace

import pytest
from chapter_runs import CASES, run_chapter

from analysis.targets.evaluation import Evaluation, evaluate
from planeval.chapters import other
from planeval.show.chart import Chart
from planeval.show.table import Table
from planeval.words.language import speaking, tidy


@pytest.fixture(scope="module")
def middle() -> Evaluation:
    return evaluate("jiaxing-14fyp", 2024)


@pytest.fixture(scope="module")
def final() -> Evaluation:
    return evaluate("jiaxing-13fyp", 2020)


@pytest.fixture(scope="module")
def early() -> Evaluation:
    return evaluate("jiaxing-14fyp", 2021, "2021-12-31")


@pytest.fixture(scope="module")
def empty(middle: Evaluation) -> Evaluation:
    return replace(middle, indicators=(), plan=replace(middle.plan, targets=()))


def test_every_target_has_one_home(middle: Evaluation, final: Evaluation) -> None:
    for evaluation in (middle, final):
        here = {item.target_id for item in other.others(evaluation)}
        for item in evaluation.indicators:
            elsewhere = item.target.domain in other.ELSEWHERE
            assert elsewhere or item.target_id in here
    assert {item.target_id for item in other.beyond(middle)} == {"gdp_2035", "income_2035"}
    assert other.beyond(final) == []


@pytest.mark.parametrize("name", ["middle", "final"])
def test_the_chapters_counts_add_up(name: str, request: pytest.FixtureRequest) -> None:
    evaluation: Evaluation = request.getfixturevalue(name)
    chapters = [evaluation.of(domain=domain) for domain in other.ELSEWHERE]
    chapters += [other.near(evaluation), other.beyond(evaluation)]
    told = [item.target_id for items in chapters for item in items]
    assert sorted(told) == sorted(item.target_id for item in evaluation.indicators)


def test_scope_fits_the_list_of_what_is_missing(middle: Evaluation) -> None:
    # 64 targets: GDP 9 due within the plan, industry 7, port 4, environment 8, vision 2: 34 here;
    # 4 milestones on record and the incomes' stand-ins: 5 followed, 29 not, and the target the
    # incomes stand in for has no figure of its own: 30 rows
    assert other.scope(middle) == (
        "本章34项目标，其中5项在规划期内有公布的数值或记录，29项没有。"
        "有数值或记录的目标中，1项仍缺自身的数据，一并列入待补数据清单。"
        "另有规划期之后的远景目标2项，尚未到期，见远景一节。"
    )
    missing = other.missing_view(middle)
    assert isinstance(missing, Table) and len(missing.rows) == 30
    with speaking("en"):
        assert tidy(other.scope(middle)).endswith(
            "29 have none. Of the targets with a value or record, 1 still lacks data of its own "
            "and is in the list of data to be supplied as well. A further 2 targets of the vision "
            "beyond the plan period are not yet due; see the section on the vision."
        )


def test_groups_name_what_has_figures(middle: Evaluation, final: Evaluation) -> None:
    shown = other.groups(middle)
    assert "社会民生11项" in str(shown[0]) and "见待补数据清单" in str(shown[0])
    tables = [view for view in shown if isinstance(view, Table)]
    assert [row[0] for row in tables[0].rows] == [
        "户籍人员基本养老保险法定参保率（%）",
        "户籍人员基本医疗保险法定参保率（%）",
    ]
    text = "\n".join(view for view in other.groups(final) if isinstance(view, str))
    # urban income (66105-46470)/(56177-46470) = 19635/9707 = 202.3 %
    assert "城镇居民可支配收入2020年为66,105元，完成度202.3%。结论：已完成" in text


def test_income_beside_growth(middle: Evaluation) -> None:
    table = other.income_table(middle)
    assert isinstance(table, Table)
    # fourth roots: 226/182 -> 5.56 %, 81227/66105 -> 5.28 %, 51218/40146 -> 6.28 %
    assert [row[3:] for row in table.rows] == [
        ["+5.6%（现价）", "—"],
        ["+5.3%（现价）", "−0.3个百分点"],
        ["+6.3%（现价）", "+0.7个百分点"],
    ]
    assert table.rows[0][2] == "突破226（2024）"
    assert "不下结论" in table.note
    chart = other.income_chart(middle)
    assert isinstance(chart, Chart)
    assert chart.caption == (
        "2020—2024年现价年均增速与地区生产总值相比："
        "城镇居民人均可支配收入慢0.3个百分点，农村居民人均可支配收入快0.7个百分点"
    )


def test_the_whole_may_grow_outside_its_parts(middle: Evaluation) -> None:
    # 5.3 and 6.3 % bound nothing once people move from the one group to the other
    table = other.income_table(middle)
    assert isinstance(table, Table) and "可能落在替代序列的范围之外" in table.note
    assert "最新值是下限" in table.note  # GDP of 2024 is "above 226"


def test_income_turns_with_the_width(middle: Evaluation) -> None:
    table = other.income_sensitivity(middle)
    assert isinstance(table, Table)
    # gaps −0.28 and +0.72: at 0.5 one inside, one outside, so nobody can tell; inside 1 and 2
    assert table.rows == [
        ["±0.5个百分点", "不能确定"],
        ["±1个百分点（本报告采用）", "同步"],
        ["±2个百分点", "同步"],
    ]
    assert "结论应连同宽度一起引用" in other.width_reading(middle)


def test_income_without_figures(early: Evaluation, final: Evaluation) -> None:
    assert "是否同步无从判断" in str(other.income_table(early))
    assert other.income_chart(early) == "" and other.income_sensitivity(early) == ""
    assert str(other.income_table(final)).startswith("本规划没有")
    # and where there is no such target, nothing on the width of one
    assert other.width_reading(early) == other.width_reading(final) == ""


def test_totals_say_what_is_unknown(middle: Evaluation, final: Evaluation) -> None:
    text = str(other.totals_view(middle))
    assert "新增就业（3,600人以上）" in text and "无从计算" in text
    assert "2020年一年就已是3,950个" in other.totals_cautions(middle)
    assert str(other.totals_view(final)).startswith("本规划没有五年累计")


def test_totals_once_published(middle: Evaluation) -> None:
    item = middle.get("new_jobs")
    # 1800 of 3600 jobs: half
    state = replace(item.state, completion=0.5, record={"to_date": 1800.0, "through": 2023})
    one = replace(middle, indicators=(replace(item, state=state),))
    table = other.totals_view(one)
    assert isinstance(table, Table)
    assert table.rows[0][1:4] == ["3,600人以上", "1,800", "50.0%"]


def test_milestones(middle: Evaluation, early: Evaluation) -> None:
    table = other.milestones_view(middle)
    assert isinstance(table, Table)
    assert [row[1] for row in table.rows] == [
        "没有记录",
        "推进中",
        *["已完成（记录晚于评估年）"] * 3,
        "没有记录",
    ]
    assert "4项的证据公布于2024年之后" in table.note
    text = other.milestones_reading(middle)
    assert "已完成的3项、推进中的1项，没有记录的2项" in text
    assert "其中3项的完成记录公布于2024年之后，不能说明2024年底前已经完成" in text
    assert other.milestones_reading(early) == "6项事项都没有公开的进展记录。"


def test_vision_means_a_pace(middle: Evaluation, early: Evaluation) -> None:
    table = other.vision_view(middle)
    assert isinstance(table, Table)
    # 2^(1/10) - 1 = 7.18 %
    assert [row[4] for row in table.rows] == ["7.18%", "7.18%"]
    text = other.vision_reading(middle)
    # 5.56 against 7.18: 1.6 points lower; urban income 5.28: 1.9; rural 6.28: 0.9
    assert "地区生产总值2020—2024年年均现价增长5.6%，比这一速度低1.6个百分点" in text
    assert "低1.9个百分点" in text and "低0.9个百分点" in text
    assert "年均现价" not in other.vision_reading(early)


def test_plan_without_targets(empty: Evaluation) -> None:
    assert other.scope(empty) == "本规划没有列入本章的目标。"
    assert other.groups(empty) == ["本规划没有列入本节的目标。"]
    for view in (other.totals_view, other.milestones_view, other.vision_view):
        assert str(view(empty)).startswith("本规划没有")
    assert other.milestones_reading(empty) == other.vision_reading(empty) == ""
    assert other.missing_view(empty) == ""


@pytest.mark.parametrize(("plan", "year", "as_of"), CASES)
def test_chapter_runs(plan: str, year: int, as_of: str) -> None:
    text = run_chapter("06_other_targets.ipynb", plan, year, as_of)
    expected = {
        2024: ["+6.3%（现价）", "7.18%", "已完成的3项、推进中的1项"],
        2020: ["完成度202.3%", "本规划没有规划期之后的远景目标"],
        2021: ["本章只能说明缺什么", "是否同步无从判断"],
    }[year]
    for sentence in expected:
        assert sentence in text
