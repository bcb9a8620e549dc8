"""The overview chapter: facts, scoreboard, warnings, the eight rules."""

from __future__ import annotations

from dataclasses import replace

import pytest
from chapter_runs import CASES, run_chapter

from analysis.targets.evaluation import Evaluation, evaluate
from analysis.targets.types import OUTLOOKS
from planeval.chapters import methods, overview
from planeval.show.chart import Chart
from planeval.show.table import Table
from planeval.words import targets


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


def test_every_fact_has_its_meaning(
    middle: Evaluation, final: Evaluation, early: Evaluation
) -> None:
    for evaluation in (middle, final, early):
        facts = targets.overall(evaluation)
        lines = overview.facts(evaluation).splitlines()
        assert len(lines) == len(facts) <= 6
        for fact, line in zip(facts, lines, strict=True):
            assert len(line) > len(fact) + 8  # more than the fact and the list mark


def test_what_done_rests_on_is_said(middle: Evaluation, final: Evaluation) -> None:
    # three milestones of 2024 are known from a report of December 2025; of two targets to be
    # kept every year of 2016–2020 only 2020 was published
    told = overview.facts(middle)
    assert "- 3项的完成记录公布于2024年之后（争创国家级科技企业孵化器、" in told
    told = overview.facts(final)
    assert "2项应逐年达标而只公布部分年份（R\\&D经费支出占地区生产总值比例、医疗保险" in told
    assert "能否保持" in overview.facts(middle) and "能否保持" not in told


def test_contradictions_of_the_plan_itself_are_counted(final: Evaluation) -> None:
    # of the 14 only A001 (revenue) and A003 (pensions) touch targets of the 13th plan
    assert "查出14处矛盾" in overview.facts(final) and "其中2处涉及本规划" in overview.facts(final)


def test_a_plan_whose_text_is_not_at_hand_says_so(middle: Evaluation, final: Evaluation) -> None:
    assert "原规划文本未获得" in overview.heading(final)
    assert overview.heading(middle).endswith("公布的数据。")


def test_final_count_of_the_13th_plan(final: Evaluation) -> None:
    # table 1-1: 13 figures of 2020, services 44.6 < 55 the only one missed; 7 never assigned
    assert overview.final_count(final) == (
        "总结评估：到期的数值目标20项，按2020年的公布值，完成12项、未完成1项"
        "（服务业增加值）；其余7项缺2020年的公布值或目标值，不计入完成。"
    )


def test_reached_early_is_not_final() -> None:
    last = evaluate("jiaxing-14fyp", 2025)
    # trade passed 300 in 2024, but 2025 itself is unpublished
    assert last.get("trade").state.met
    text = overview.final_count(last)
    assert "2025年的数值一项也没有公布" in text and "事项类目标6项，有公开完成记录的3项" in text


def test_no_final_count_before_the_end(middle: Evaluation) -> None:
    assert overview.final_count(middle) == ""


def test_binding_first_only_where_known(middle: Evaluation, final: Evaluation) -> None:
    marks = [item.target.binding for item in overview.listed(middle)]
    assert marks == sorted(marks, key=lambda mark: mark != "binding") and marks[0] == "binding"
    numbers = [item.target.no for item in overview.listed(final)]
    assert numbers == list(range(1, 21))  # the 13th plan: the order of its table


def test_scoreboard_rows(middle: Evaluation) -> None:
    table = overview.scoreboard(middle)
    assert isinstance(table, Table)
    rows = {row[0]: row for row in table.rows}
    # containers: (306.2-176)/(400-176) = 130.2/224 = 58.1 %; trade: 127.8/75 = 170.4 %
    assert rows["6"][3:6] == ["400", "306.2（2024）", "完成58.1%，时序80%"]
    assert rows["13"][5:7] == ["完成170.4%，已达目标值", "已完成（能否保持未定）"]
    assert rows["17"][5:] == ["目标待下达", "目标待下达", "D"]
    # the whole port's foreign cargo is published, the zone's own is not
    assert rows["5"][4:6] == ["—", "仅有其他口径数值"]
    assert rows["25"][5] == "年均差−0.3至+0.7个百分点"
    assert len(table.rows) == 34


def test_late_figures_are_said(middle: Evaluation) -> None:
    table = overview.scoreboard(evaluate("jiaxing-14fyp", 2025))
    assert isinstance(table, Table) and "最新值早于2025年" in table.note
    table = overview.scoreboard(middle)
    assert isinstance(table, Table) and "最新值早于" not in table.note


def test_completion_chart(middle: Evaluation, early: Evaluation) -> None:
    chart = overview.completion_chart(middle)
    assert isinstance(chart, Chart)
    # behind 80 %: gdp 37.3, containers 58.1, industry (1069.6-718)/(1200-718) = 72.9
    assert chart.caption == (
        "能计算完成度的4项中，1项不慢于时序，3项落后，落后最多的是地区生产总值（GDP）（完成37.3%）"
    )
    assert chart.data["completion_pct"].round(1).tolist() == [37.3, 58.1, 170.4, 72.9]
    assert "货物贸易进出口额170.4%" in overview.completion_reading(middle)
    assert isinstance(overview.completion_chart(early), str)
    assert overview.completion_reading(early) == ""


def test_groups_add_up(middle: Evaluation) -> None:
    chart = overview.groups_chart(middle)
    assert isinstance(chart, Chart)
    assert chart.data["count"].sum() == len(middle.indicators)
    silent = chart.data.loc[chart.data["state"] == "不下结论", "count"].sum()
    judged = sum(n for code, n in middle.counts().items() if OUTLOOKS[code] is not None)
    assert silent == len(middle.indicators) - judged  # as the first fact counts them


def test_reached_but_unsure_to_last_stands_by_itself(middle: Evaluation) -> None:
    chart = overview.groups_chart(middle)
    assert isinstance(chart, Chart)
    # trade of 2024: above its target on two published values, no probability
    sums = chart.data.groupby("state")["count"].sum()
    assert sums["已完成（能否保持未定）"] == middle.counts()["achieved_open"] == 1
    assert "1项已完成（能否保持未定）" in chart.caption.replace(" ", "")
    assert "可能完成" not in chart.caption
    # of the eight states of a report four occur: the legend tells of no other
    told = [text.get_text() for text in chart.figure.axes[0].get_legend().get_texts()]
    assert told == [
        "已完成（能否保持未定）",
        "难以完成或未完成",
        "不下结论",
        "已完成（记录晚于评估年）",
    ]
    looks = {
        (bars.patches[0].get_facecolor(), bars.patches[0].get_hatch())
        for bars in chart.figure.axes[0].containers
    }
    assert len(looks) == len(told)
    # 3 milestones of 2024 are told done by one report of 2025-12-23: never plain "achieved"
    assert sums["已完成（记录晚于评估年）"] == 3 and "已完成" not in sums


def test_words_cover_all_probabilities() -> None:
    rows = overview.words_table().rows
    assert [row[0] for row in rows] == ["很可能", "较可能", "难分", "较难", "很难"]
    assert rows[0][1] == "80%以上" and rows[2][1] == "40%—60%（不含60%）"


def test_no_warning_is_no_all_clear(middle: Evaluation) -> None:
    assert "没有预警不等于没有风险" in str(overview.warnings_view(middle))


def test_warning_names_target_and_reason(middle: Evaluation) -> None:
    item = middle.get("gdp")
    bound = replace(item, target=replace(item.target, binding="binding"))
    one = replace(middle, indicators=(bound,))
    table = overview.warnings_view(one)
    assert isinstance(table, Table)
    assert table.rows[0][0] == "地区生产总值（GDP）（亿元）"
    assert table.rows[0][4] == "实现概率低于预警线"
    assert overview.unjudged_view(one) == "1项约束性目标都能评价。"


def test_unjudged_binding(middle: Evaluation) -> None:
    table = overview.unjudged_view(middle)
    assert isinstance(table, Table)
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["港区空气质量优良天数比率"][3] == "期内数值"
    assert rows["单位地区生产总值能耗降低"] == [
        "市下达指标",
        "目标待下达",
        "规划写作“市下达指标”，未取得下达文件",
        "下达的目标值、期内数值",
    ]


def test_rules_on_industrial_output(middle: Evaluation) -> None:
    table = methods.rules_table(middle)
    assert isinstance(table, Table)
    rows = {row[0]: row[1:] for row in table.rows}
    # 10.48 % a year against 10.82 % needed: 0.969, good by growth ratio; 72.9 % done against
    # 80 % elapsed: behind by schedule; no five consecutive years for the German rule
    assert rows["规模以上工业总产值"] == ["好", "好", "好", "中", "中", "—", "差", "好"]
    assert set(rows["货物贸易进出口额"]) == {"好", "—"}
    assert [item.target_id for item in methods.opposed(middle)] == ["industrial_output"]
    text = methods.rules_reading(middle)
    assert "其中规模以上工业总产值既有规则判为好" in text and "货物贸易" not in text
    words_table = methods.verdicts_table(middle)
    assert isinstance(words_table, Table)
    said = {row[1]: row[2:] for row in words_table.rows}
    assert said["时序进度"] == ["滞后", "−7.1个百分点"] and said["增速对照"] == [
        "基本符合",
        "0.969",
    ]


def test_rules_silent_without_data(early: Evaluation) -> None:
    assert "凑不齐" in str(methods.rules_table(early))
    assert methods.rules_reading(early) == "" and methods.verdicts_table(early) == ""


def test_plan_without_targets(empty: Evaluation) -> None:
    assert overview.scoreboard(empty) == "本规划没有表列目标。"
    assert overview.groups_chart(empty) == "本规划没有目标。"
    assert overview.unjudged_view(empty) == "规划没有标明约束性目标。"
    assert isinstance(overview.completion_chart(empty), str)
    assert overview.scoreboard_reading(empty) == ""
    assert overview.warnings_view(empty) == (
        "没有约束性目标被判为未完成，也没有约束性目标的实现概率低于60%。"
    )
    assert isinstance(methods.rules_table(empty), str)


@pytest.mark.parametrize(("plan", "year", "as_of"), CASES)
def test_chapter_runs(plan: str, year: int, as_of: str) -> None:
    text = run_chapter("01_overview.ipynb", plan, year, as_of)
    expected = {
        2024: ["完成37.3%，时序80%", "2024年年度监测"],
        2020: ["完成12项、未完成1项（服务业增加值）", "完成59.0%，未达目标值"],
        2021: ["没有一项能够给出判断", "完成度图无从画起", "2021年12月31日及以前"],
    }[year]
    for sentence in expected:
        assert sentence in text
