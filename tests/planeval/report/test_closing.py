"""A settled plan states results: no outlook, no pace, no time left, in table, chart and prose."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from openpyxl import Workbook
from wordlist import said

from analysis.data.paths import project_root
from analysis.targets.evaluation import Evaluation, evaluate
from analysis.targets.kinds import _mean, _rates
from planeval.chapters import overview, pictures, risks
from planeval.chapters.base import meanings, targets_table
from planeval.chapters.gdp import fan
from planeval.chapters.indicators import pages
from planeval.report.lessons import CLOSING, FORECASTS, closed
from planeval.show.chart import Chart
from planeval.show.table import Table
from planeval.site import words as site_words
from planeval.words.language import catalogue
from planeval.words.reasons import record, told, verdict
from planeval.words.targets import facts, meaning
from planeval.workbook.scoreboard import HEAD, scoreboard

NOTEBOOKS = project_root() / "notebooks"


@pytest.fixture(scope="module")
def final() -> Evaluation:
    return evaluate("jiaxing-13fyp", 2020)


@pytest.fixture(scope="module")
def middle() -> Evaluation:
    return evaluate("jiaxing-14fyp", 2023)


def cells() -> dict[str, str]:
    return {
        cell["id"]: "".join(cell["source"])
        for path in NOTEBOOKS.glob("*.ipynb")
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "markdown"
    }


def test_settled_is_a_last_year_with_nothing_ahead(final: Evaluation) -> None:
    assert final.settled
    # 2025 is the last year too, but its own figures are not in: a range still lies ahead
    assert not evaluate("jiaxing-14fyp", 2025).settled
    assert not evaluate("jiaxing-14fyp", 2024).settled
    assert not evaluate("jiaxing-13fyp", 2019).settled


def test_every_cell_exchanged_is_there_and_says_something_else() -> None:
    found = cells()
    assert set(CLOSING) <= set(found)
    assert all(found[name] != words for name, words in CLOSING.items())
    for name, words in CLOSING.items():  # a heading takes the place of one of its own depth
        if words:
            depth = len(words) - len(words.lstrip("#"))
            assert depth == len(found[name]) - len(found[name].lstrip("#"))
            assert words in catalogue("en")


def test_the_closed_chapters_look_no_further_ahead(tmp_path: Path) -> None:
    written = sorted(NOTEBOOKS.glob("0[1-6]*.ipynb"))
    made = closed(written, tmp_path)
    assert [path.name for path in made] == [path.name for path in written]
    text = "\n".join(
        "".join(cell["source"])
        for path in made
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "markdown"
    )
    for word in ("前景", "所需增速", "还需要", "余下", "能否如期"):
        assert word not in text
    assert "## 前景" in "\n".join(cells().values())  # the notebooks as written stay as they are


def test_a_chapter_of_forecasts_is_left_out_unless_commented_on(tmp_path: Path) -> None:
    both = [NOTEBOOKS / "08_forecast.ipynb", NOTEBOOKS / "09_methods.ipynb"]
    assert [path.stem for path in closed(both, tmp_path)] == ["09_methods"]
    assert "没有“预测怎样得出”一章" in (tmp_path / "09_methods.ipynb").read_text(encoding="utf-8")
    kept = closed(both, tmp_path, keep={"08_forecast": "words"})
    assert [path.stem for path in kept] == ["08_forecast", "09_methods"]


def test_a_target_of_a_year_after_the_plan_keeps_its_outlook(
    final: Evaluation, tmp_path: Path
) -> None:
    # as gdp_2035 has once 2025 is published: the plan to 2025 is settled, that target is not
    first, *rest = final.indicators
    later = replace(
        first,
        target=replace(first.target, target_year=2035),
        outlook=replace(first.outlook, code="toss_up", probability=0.43),
    )
    both = replace(final, indicators=(later, *rest))
    assert both.settled and later.ahead
    groups = overview.groups_chart(both)
    assert isinstance(groups, Chart) and "1项难分" in groups.caption.replace(" ", "")
    # the chapter that tells of its forecast stays, and nothing says that it is not there
    written = [NOTEBOOKS / "08_forecast.ipynb", NOTEBOOKS / "09_methods.ipynb"]
    closed(written, tmp_path, keep=FORECASTS)
    assert "没有“预测怎样得出”一章" not in (tmp_path / "09_methods.ipynb").read_text("utf-8")


def test_tables_of_a_settled_plan_have_results_and_nothing_else(final: Evaluation) -> None:
    tables = [overview.scoreboard(final), targets_table(final, final.of(domain="gdp"))]
    tables += [one for one in pages(final) if isinstance(one, Table)] + [risks.risk_table(final)]
    for table in tables:
        assert isinstance(table, Table)
        heads = "".join(table.columns)
        for word in ("前景", "概率", "仍需", "时序"):
            assert word not in heads and word not in table.note
    missed = risks.risk_table(final)
    # (44.6 - 29.66) / (55 - 29.66) = 14.94 / 25.34 = 0.5896
    assert isinstance(missed, Table) and len(missed.rows) == 1
    assert missed.rows[0][missed.columns.index("完成度")] == "59.0%"


def test_charts_of_a_settled_plan_have_no_stroke_of_time(final: Evaluation) -> None:
    bars = overview.completion_chart(final)
    assert isinstance(bars, Chart)
    # nine have a completion; services alone fell short: 8 + 1
    assert "9项中，8项达到目标，1项未达到" in bars.caption.replace(" ", "")
    assert "时序" not in bars.caption + bars.subtitle
    axes = bars.figure.axes[0]
    assert "时序" not in axes.get_xlabel() and len(axes.get_lines()) == 1  # the line of 100 %
    sheet = pictures.sheet(final)
    assert isinstance(sheet, Chart) and "时序" not in sheet.subtitle
    words = [text.get_text() for text in sheet.figure.axes[0].texts]
    assert "完成情况" in words and "前景" not in words
    assert pictures.slopes_chart(final) == "" and fan(final, final.get("gdp")) == ""
    groups = overview.groups_chart(final)
    assert isinstance(groups, Chart) and "1项未完成" in groups.caption.replace(" ", "")
    assert "难以" not in groups.caption and "前景" not in groups.subtitle


def test_a_result_is_said_as_one(final: Evaluation) -> None:
    text = meaning(final.get("services_va"))
    assert "结论：未完成" in text and "前景" not in text and "时序" not in text
    # before the end the schedule stands beside completion and the outlook is one
    early = meaning(evaluate("jiaxing-14fyp", 2024).get("containers"))
    assert "时序进度为80%" in early and "前景：很难" in early


def test_a_growth_rate_known_for_one_year_says_so(final: Evaluation) -> None:
    item = final.get("industrial_investment_growth")
    assert item.state.record == {"rates_observed": 1, "rates_due": 5}
    assert item.outlook.code == "achieved" and item.evidence.grade == "C"
    zh, en = told(*item.outlook.reasons)
    assert "5年中只公布1年，平均值无从计算" in zh
    assert "only 1 of its 5 years is published and the mean cannot" in en
    cell = overview.state_words(final, item)
    assert cell == "当年值达到目标"
    done = dict(facts(final))["done"]
    assert "2项增速目标只按目标年一年判断（全社会固定资产投资增速、工业生产性投入增速）" in done


def test_the_mean_of_all_rates_compounds() -> None:
    case = SimpleNamespace(target=SimpleNamespace(target_year=2017), start_year=2016)
    years = [SimpleNamespace(value=50.0), SimpleNamespace(value=-50.0)]
    found = _rates(case, years)  # type: ignore[arg-type]
    # 1.5 × 0.5 = 0.75, √0.75 = 0.8660: −13.4 % a year, and not the arithmetic 0 %
    assert found["rates_mean"] == pytest.approx(100 * (0.75**0.5 - 1))
    assert told(_mean(found))[0] == "规划期2年平均为−13.4%"
    assert "rates_mean" not in _rates(case, years[:1])  # type: ignore[arg-type]
    # 1.02 × 0.98 = 0.9996, √0.9996 = 0.9998: −0.02 % is printed as none
    years = [SimpleNamespace(value=2.0), SimpleNamespace(value=-2.0)]
    assert told(_mean(_rates(case, years)))[0] == "规划期2年平均为0.0%"  # type: ignore[arg-type]


def test_a_later_record_never_counts_as_done_by_the_year(middle: Evaluation) -> None:
    late = [item for item in middle.indicators if item.late_record and item.state.met]
    assert [item.target_id for item in late] == [
        "incubator",
        "beautiful_town",
        "expo_sports_centre",
    ]
    assert {verdict(item) for item in late} == {"已完成（记录晚于评估年）"}
    done = dict(facts(middle))["done"]
    assert "已完成3项" not in done
    assert done.startswith("3项的完成记录公布于2023年之后（争创国家级科技企业孵化器、")
    assert "另有" not in done and "完成时间不详" in done and "不能说明2023年底前已经完成" in done
    assert "以评估年之后的公开记录认定3项" in dict(facts(middle))["total"]
    groups = overview.groups_chart(middle)
    assert isinstance(groups, Chart)
    assert "3项已完成（记录晚于评估年）" in groups.caption.replace(" ", "")
    # the file keeps its code: who reads evaluation.json finds what was always there
    row = {row["id"]: row for row in record(middle)["indicators"]}["incubator"]
    assert row["outlook"]["class_code"] == "achieved" and middle.counts()["achieved"] == 3


def test_a_page_without_a_bar_is_a_sentence(middle: Evaluation) -> None:
    assert isinstance(pictures.sheet(middle), str) and pictures.sheet_reading(middle) == ""
    assert "34项" in pictures.sheet(middle) and len(pictures.drawn(middle)) == 1
    # three milestones told by a record are no figures: the list is empty for want of those
    assert "风险清单空着" in risks.risk_table(middle)


def test_what_the_main_indicators_tell_is_not_told_again(final: Evaluation) -> None:
    text = meanings(final, [final.get("gdp")])
    said = "- 地区生产总值2020年为182亿元，完成度103.7%。结论：已完成；"
    assert text == f"{said}详见[@tab:facts-gdp]及其说明。"
    keys = {one.key for one in pages(final) if isinstance(one, Table)}
    assert "facts-gdp" in keys


def test_commands_and_paths_stand_in_the_last_chapter_and_the_appendices_only() -> None:
    # how to make the report again (chapters/record) and where its figures come from (the others)
    allowed = ("record", "origins")
    told = [
        (one.where, one.text)
        for one in said()
        if re.search(r"planeval|\bdata/|\.csv|\.json|\.ipynb|\.po\b", one.text)
    ]
    assert told
    elsewhere = [place for place, _ in told if place not in allowed and "cli_" not in place]
    assert not elsewhere


def test_the_public_page_says_of_a_later_record_what_the_report_says(middle: Evaluation) -> None:
    records = {row["id"]: row for row in record(middle)["indicators"]}
    assert "已完成（记录晚于评估年）" in str(site_words.state(records["incubator"]))
    # one under way is under way, whenever it was told
    assert "记录晚于" not in str(site_words.state(records["command_centre"]))


def test_the_annex_of_a_settled_plan_hides_what_lies_ahead(
    final: Evaluation, middle: Evaluation
) -> None:
    def shown(evaluation: Evaluation) -> list[str]:
        sheet = Workbook().create_sheet()
        scoreboard(sheet, evaluation)
        return [
            str(cell.value)
            for cell in sheet[HEAD]
            if not sheet.column_dimensions[cell.column_letter].hidden
        ]

    heads = shown(final)
    assert "完成情况" in heads and "完成度" in heads
    assert not {"前景", "概率", "时序进度", "仍需每年变化", "预测中位数"} & set(heads)
    assert {"前景", "概率", "时序进度"} <= set(shown(middle))
