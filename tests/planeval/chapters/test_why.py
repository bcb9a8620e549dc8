"""The chapter on how forecasts came about: its numbers are the evaluation's, its words are true."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from chapter_runs import CASES, run_chapter
from roots import Root

from analysis.targets.evaluation import Evaluation, evaluate
from planeval.chapters import why
from planeval.chapters.base import plain
from planeval.chapters.indicators import outlook_fan
from planeval.chapters.why import Explained
from planeval.show.chart import Chart
from planeval.show.lines import Beside, fan_chart
from planeval.show.table import Table
from planeval.words.names import name_of


@pytest.fixture(scope="module")
def middle() -> Evaluation:
    return evaluate("jiaxing-14fyp", 2024)


@pytest.fixture(scope="module")
def final() -> Evaluation:
    return evaluate("jiaxing-13fyp", 2020)


@pytest.fixture(scope="module")
def early() -> Evaluation:
    return evaluate("jiaxing-14fyp", 2021, "2021-12-31")


def named(evaluation: Evaluation, target: str) -> Explained:
    return next(one for one in why.explained(evaluation) if one.item.target_id == target)


# --- what is shown -----------------------------------------------------------------------


def test_the_main_targets(middle: Evaluation, final: Evaluation, early: Evaluation) -> None:
    # trade has passed its target of 300, shares and air are not of these chapters
    assert [one.item.target_id for one in why.main_targets(middle)] == [
        "gdp",
        "containers",
        "industrial_output",
    ]
    assert why.main_targets(final) == []
    # in 2021 GDP had figures of another caliber only, and output one published figure
    assert "gdp_2035" not in {one.item.target_id for one in why.explained(middle)}
    for one in why.explained(early):
        assert not one.verdict


def test_the_evaluation_s_own_forecast_is_shown_unchanged(middle: Evaluation) -> None:
    for one in why.explained(middle):
        ours = one.used
        outlook = one.item.outlook
        assert ours.interval(80, one.year) == pytest.approx((outlook.lo80, outlook.hi80))
        if outlook.probability is not None:
            assert one.probability(ours) == pytest.approx(outlook.probability)
    assert named(middle, "gdp").evaluated and named(middle, "gdp").declared == ()
    containers = named(middle, "containers")
    assert not containers.evaluated and len(containers.declared) == 1


def test_no_comparators_at_all(middle: Evaluation) -> None:
    one = named(middle, "rd_share")
    assert one.shown.alone is None and one.evaluated
    assert "没有可用的参照序列" in why.reading(middle, one)
    drawn = why.fan(middle, one)
    assert "不用" not in drawn.caption + drawn.alt and "竖条" not in drawn.subtitle


def test_two_published_figures_are_no_verdict(middle: Evaluation) -> None:
    one = named(middle, "industrial_output")
    assert (one.published, one.shown.n, one.verdict) == (2, 3, False)
    table = why.steps_table(middle, one)
    steps = dict(table.rows)
    assert steps["8 达到目标的概率（不下结论）"] == "公布的观测只有两个，不下结论。"
    assert "概率" not in steps["7 目标要求的增速"]
    caption = why.fan(middle, one).caption
    assert "概率" not in caption and "公布值只有两个，不下结论" in caption
    closing = why.closing_table(middle)
    assert isinstance(closing, Table)
    # one star a row, at the range the evaluation uses: the city's GDP is used, the port's is not
    stars = {row[0]: (row[3].endswith("＊"), row[4].endswith("＊")) for row in closing.rows}
    assert stars["地区生产总值（GDP）（亿元）"] == (True, False)
    assert stars["集装箱吞吐量（万标箱）"] == (False, True)
    assert all(sum(pair) == 1 for pair in stars.values())
    for row in closing.rows:
        if row[1] == "2个":
            assert row[5] == "不下结论"
        else:
            assert re.fullmatch(r"[^，]*／[^，]*", row[5])


def test_growth_the_gdp_target_needs(middle: Evaluation) -> None:
    steps = dict(why.steps_table(middle, named(middle, "gdp")).rows)
    assert steps["1 观测值"] == "3个观测：2015年125.98、2020年182、2024年226亿元。"
    # fifth and fourth roots: (182/125.98)^(1/5) 7.64 %, (226/182)^(1/4) 5.56 %; over nine years
    # (226/125.98)^(1/9) 6.71 %
    assert steps["2 各段增速"] == "2015—2020年每年7.6%，2020—2024年每年5.6%；全期平均每年6.7%。"
    # 300 / 226 = 1.327
    assert "要求2025年增速32.7%" in steps["7 目标要求的增速"]


def test_reservations_are_told(middle: Evaluation) -> None:
    gdp = why.reading(middle, named(middle, "gdp"))
    assert "“突破”，按下限计入" in gdp
    port = why.reading(middle, named(middle, "containers"))
    assert "含乍浦港区，不是独立的另一个序列" in port


def test_the_fan_has_the_other_range_beside_it(middle: Evaluation) -> None:
    one = named(middle, "containers")
    drawn = why.fan(middle, one)
    assert isinstance(drawn, Chart) and one.shown.alone is not None
    # the evaluation leaves the whole port out: its own range is the fan, the other one the bar
    low, high = one.shown.interval(80, 2025)
    assert f"80% 区间，用参照：{low:,.1f} 至 {high:,.1f}" in drawn.alt
    assert "（用参照序列则为" in drawn.caption and "（用则为" in drawn.caption
    assert "（不用参照序列则为" in why.fan(middle, named(middle, "gdp")).caption


def test_steps_tell_the_forecast_the_evaluation_uses(middle: Evaluation) -> None:
    for one in why.main_targets(middle):
        steps = dict(why.steps_table(middle, one).rows)
        shown = f"{one.item.outlook.lo80:,.1f}至{one.item.outlook.hi80:,.1f}"
        assert shown in why.fan(middle, one).caption
        if one.verdict:
            assert shown in steps["6 2025年的分布"]
        assert not any("World Bank" in text for text in steps.values())
        beside = "对照：若用数据中声明的可比序列" in steps["5 参照序列"]
        assert beside == (not one.evaluated)
    # two published figures: no probability in the comparison either
    output = why.steps_table(middle, named(middle, "industrial_output"))
    assert "概率" not in dict(output.rows)["5 参照序列"]


def test_the_rest_is_told_in_full(middle: Evaluation, final: Evaluation) -> None:
    text = why.rest(middle)
    followed = {one.item.target_id for one in why.main_targets(middle)}
    for one in why.explained(middle):
        assert (f"**{plain(one.item.target.name_zh)}**" in text) == (
            one.item.target_id not in followed
        )
    assert "该面板并非“浓度（PM2.5）”本身" in text
    assert why.rest(final) == ""


def test_one_figure_of_a_comparator_says_nothing(middle: Evaluation) -> None:
    item = middle.get("containers")
    short = replace(middle, year=2008)  # of the whole port one figure is known up to 2008
    one = why._explained(short, item)
    assert one is not None and one.shown.alone is None and one.evaluated


def test_scope_counts(middle: Evaluation, final: Evaluation) -> None:
    text = why.scope(middle)
    assert "规划共有64项目标，9项有对目标年数值的预测区间" in text
    assert "尚未达到的3项逐步列出" in text
    assert "已由目标年的公布值或公开记录定论的13项" in why.scope(final)
    assert why.sections(final) == ["没有需要逐步说明的预测。"]
    assert str(why.closing_table(final)).startswith("没有需要预测的目标")
    assert why.closing_reading(final) == ""
    empty = replace(middle, indicators=(), plan=replace(middle.plan, targets=()))
    assert why.scope(empty) == "本规划没有目标。"


def test_closing_sentence_names_what_comparators_change(middle: Evaluation) -> None:
    text = why.closing_reading(middle)
    made = why.explained(middle)
    moved = [
        one.item.target.name_zh
        for one in made
        if one.shown.alone
        and abs(one.probability(one.shown) - one.probability(one.shown.alone)) >= 0.1
    ]
    assert all(name in text for name in moved)
    assert ("都不到10个百分点" in text) == (not moved)


@pytest.mark.parametrize("year", range(2021, 2026))
@pytest.mark.parametrize("later", [None, "-06-30"])
def test_all_years_of_the_plan(year: int, later: str | None) -> None:
    evaluation = evaluate("jiaxing-14fyp", year, later and f"{year + 1}{later}")
    shown = [why.scope(evaluation), *why.sections(evaluation)]
    shown += [why.closing_table(evaluation), why.closing_reading(evaluation)]
    for view in shown:
        text = view if isinstance(view, str) else view.caption
        assert text and not re.search(r"nan|None|\binf\b", text)


# --- the range beside a fan --------------------------------------------------------------


def test_beside_stands_right_of_the_last_year() -> None:
    history = pd.DataFrame({"year": [2020, 2024], "value": [10.0, 12.0]})
    ahead = pd.DataFrame({"year": [2025], "median": [12.5], "lo-80": [12.0], "hi-80": [13.0]})
    beside = Beside("另一区间", 11.0, 12.0, 14.0)
    chart = fan_chart(history, ahead, 13.0, 2025, "结论", levels=(80,), beside=beside)
    axes = chart.figure.axes[0]
    posts = [line for line in axes.lines if list(line.get_ydata()) == [11.0, 14.0]]
    assert len(posts) == 1
    assert 2025 < posts[0].get_xdata()[0] < axes.get_xlim()[1]
    assert chart.alt.endswith("；另一区间：11.0 至 14.0")
    assert "另一区间" in {text.get_text() for text in axes.texts}
    with pytest.raises(ValueError, match="none"):
        fan_chart(history, pd.DataFrame(), None, None, "结论", beside=beside)


@pytest.mark.parametrize(
    ("plan", "year"),
    [("jiaxing-14fyp", year) for year in range(2021, 2026)]
    + [("jiaxing-13fyp", year) for year in range(2016, 2021)],
)
def test_the_reasons_for_no_range_add_up(plan: str, year: int) -> None:
    evaluation = evaluate(plan, year)
    made, total = len(why.explained(evaluation)), len(evaluation.in_force)
    text = why.scope(evaluation)
    counts = why.left_out(evaluation)
    assert made + sum(counts.values()) == total
    # and as printed: every "…的n项" of the sentence after the total
    listed = re.split("没有区间：|其中", text)[1].split("。")[0]
    printed = [int(n) for n in re.findall(r"(\d+)项", listed)]
    assert sum(printed) == total - made and len(printed) == len(counts)
    if made:
        assert f"其余{total - made}项没有区间：" in text


def test_the_reasons_of_2024(middle: Evaluation) -> None:
    # counted by hand in the states of the 64 targets: 9 have a range, 55 have none
    assert why.left_out(middle) == {
        "settled": 3,
        "awaiting_assignment": 4,
        "not_comparable": 3,
        "not_due": 2,
        "milestone": 3,
        "silent": 39,
        "short": 1,
    }
    assert tuple(why.REASONS) == why.LEFT_OUT


def test_no_probability_without_three_published_values(middle: Evaluation) -> None:
    closing = why.closing_table(middle)
    assert isinstance(closing, Table)
    few = [row for row in closing.rows if row[1] in ("1个", "2个")]
    assert len(few) == 7 and {row[5] for row in few} == {"不下结论"}
    # the reading compares probabilities only where there are some
    alone = [one for one in why.explained(middle) if not one.verdict]
    assert not any(name_of(one.item.target) in why.closing_reading(middle) for one in alone)


# --- the chapter -------------------------------------------------------------------------


@pytest.mark.parametrize(("plan", "year", "as_of"), CASES)
def test_chapter_runs(plan: str, year: int, as_of: str) -> None:
    text = run_chapter("08_forecast.ipynb", plan, year, as_of)
    expected = {
        2024: ["要求2025年增速32\\.7\\%", "评估采用使用参照序列（嘉兴市地区生产总值）的结果"],
        2020: ["没有需要逐步说明的预测", "13项"],
        2021: ["不下结论"],
    }[year]
    for sentence in expected:
        assert sentence in text
    assert not re.search(r"\bnan\b|\bNone\b", text)


def test_a_multiple_of_a_year_that_is_over_asks_for_a_level(root: Root, middle: Evaluation) -> None:
    """Twice 238.5, the figure of 2025, is 477: the target of 2035 has a goal and a forecast."""
    where = {"region": "jiaxing-port-area", "indicator": "gdp", "period": "2024"}
    (old,) = [row for row in root.rows("observations") if where.items() <= row.items()]
    new = {"period": "2025", "value": "238.5", "qualifier": "exact", "caliber": "plan"}
    root.add("observations", old | new)
    evaluation = evaluate("jiaxing-14fyp", 2025, root=root.path)
    one = named(evaluation, "gdp_2035")
    assert one.item.target.target is None and one.item.level_asked == one.goal == 477
    assert one.probability(one.used) == one.item.outlook.probability
    assert "没有一项" not in why.scope(evaluation)
    assert "目标至少477亿元" in " ".join(why.steps_table(evaluation, one).frame.iloc[:, 1])
    assert isinstance(why.fan(evaluation, one), Chart)
    assert isinstance(outlook_fan(evaluation, one.item), Chart)
    assert middle.get("gdp_2035").level_asked is None  # its base year lies ahead
