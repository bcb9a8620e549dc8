"""Cells and tables every chapter shares."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.data.series import annual_series
from analysis.targets.evaluation import Evaluation, evaluate
from planeval.chapters import base
from planeval.show.chart import Chart
from planeval.show.table import Table
from planeval.words import targets


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return evaluate("jiaxing-14fyp", 2024)


@pytest.fixture(scope="module")
def early() -> Evaluation:
    return evaluate("jiaxing-14fyp", 2021, "2021-12-31")


def column(table: Table | Chart | str, name: str) -> list[str]:
    assert isinstance(table, Table)
    return [row[table.columns.index(name)] for row in table.rows]


def test_table_of_gdp(evaluation: Evaluation) -> None:
    table = base.targets_table(evaluation, [evaluation.get("gdp")])
    assert isinstance(table, Table)
    (row,) = table.rows
    # (226-182)/(300-182) = 44/118 = 37.3 %, four of five years = 80 %; 300/226 - 1 = 32.7 %
    assert row[2:7] == ["182", "300", "突破226（2024）", "37.3% / 80%", "+32.7%（现价）"]
    assert row[8] == "C"
    assert "[S1]" in table.source and "[S2]" in table.source


def test_targets_without_a_figure_cite_the_plan() -> None:
    final = evaluate("jiaxing-13fyp", 2020)
    table = base.targets_table(final, final.of(domain="environment"))
    assert isinstance(table, Table)
    assert {*column(table, "基期"), *column(table, "最新值（年）")} == {"—"}
    assert table.source.startswith("来源：[S1]") and table.source.count("[") == 1


def test_a_multiple_of_a_later_year_has_no_base_yet(evaluation: Evaluation) -> None:
    # double that of 2025: 182 of 2020 is not what is doubled
    far, own = evaluation.get("gdp_2035"), evaluation.get("gdp")
    table = base.targets_table(evaluation, [own, far])
    assert column(table, "基期") == ["182", "—"]
    assert isinstance(table, Table) and "倍数目标以2025年为基数" in table.note
    alone = base.targets_table(evaluation, [own])
    assert isinstance(alone, Table) and "倍数目标" not in alone.note


def test_base_value_is_no_progress(evaluation: Evaluation) -> None:
    # 2020 is the last year of good air: it is the base, not a value of the plan
    item = evaluation.get("good_air")
    assert item.latest is not None and item.latest.year == 2020
    assert base.within(evaluation, item) is None
    assert not base.has_data(evaluation, item)
    assert base.lacking(evaluation, item) == ["期内数值"]
    assert column(base.targets_table(evaluation, [item]), "最新值（年）") == ["—"]


def test_no_target_is_a_sentence(evaluation: Evaluation) -> None:
    assert base.targets_table(evaluation, []) == "本规划没有列入本节的目标。"
    assert base.targets_reading(evaluation, []) == ""
    assert base.missing_table(evaluation, []) == ""
    assert base.missing_table(evaluation, [evaluation.get("gdp")]) == "本节没有缺数据的目标。"


def test_reading_counts_what_is_silent(evaluation: Evaluation, early: Evaluation) -> None:
    names = ("gdp", "containers", "good_air")
    text = base.targets_reading(evaluation, [evaluation.get(name) for name in names])
    assert text.startswith("上表3项目标：") and "其中1项在规划期内没有公布" in text
    text = base.targets_reading(early, [early.get(name) for name in names])
    assert "没有一项公布了可用的数值" in text


def test_missing_by_kind(evaluation: Evaluation) -> None:
    def lacks(name: str) -> list[str]:
        return base.lacking(evaluation, evaluation.get(name))

    assert lacks("energy_intensity") == ["下达的目标值", "期内数值"]
    assert lacks("new_jobs") == ["期内各年数值"]  # 3950 of 2020 is one year, before the plan
    assert lacks("fire_base") == ["进展记录"]
    assert lacks("foreign_cargo") == ["基期值", "期内同口径数值"]
    assert lacks("incubator") == []
    assert lacks("gdp_2035") == []  # not due, nothing can lack yet


def test_meanings_only_with_data(evaluation: Evaluation) -> None:
    text = base.meanings(evaluation, [evaluation.get("gdp"), evaluation.get("talent")])
    assert text.count("\n") == 0 and "人才" not in text
    # the main indicators tell what is needed: here stand figure, verdict and the table's number
    assert "2024年突破226亿元，完成度37.3%。前景：很难（概率1%）；详见" in text
    assert "@tab:facts-gdp" in text and "须增长" not in text


def test_cautions_name_the_finding(evaluation: Evaluation) -> None:
    text = base.cautions([evaluation.get("rd_share"), evaluation.get("talent")])
    assert "目标3.2%等于基期3.2%" in text and "人才" not in text
    # (182 / 125.98 / 1.078^5)^(1/5) − 1 = −0.15 %: a minus, and no hyphen
    assert "隐含价格年变动−0.2%" in base.cautions([evaluation.get("gdp")])


def test_figures_set_aside_have_their_unit(evaluation: Evaluation) -> None:
    # 209.01 of 2021 is on another definition; the whole harbour's 1398 of 2022 is context only
    text = base.cautions(evaluation.indicators)
    assert "另有不同口径的数值未并入：2021年209.01亿元。" in text
    assert "仅作背景的其他口径数值：2022年1398万吨。" in text


def test_revised_target_shows_both(evaluation: Evaluation) -> None:
    item = evaluation.get("gdp")
    revised = replace(item, target=replace(item.target, target=280.0))
    assert targets.target_cell(item) == "300"
    assert targets.target_cell(revised) == "280（原为300）"


def test_mean_growth_by_hand(evaluation: Evaluation) -> None:
    found = base.mean_growth(evaluation, "jiaxing-port-area", "urban_income")
    # (81227/66105)^(1/4) - 1 = 1.22876^0.25 - 1 = 5.28 %
    assert found is not None and found[2] == pytest.approx(5.28, abs=0.01)
    assert base.mean_growth(evaluation, "jiaxing-port-area", "pm25") is None  # no later figure


def test_series_table_of_gdp(evaluation: Evaluation) -> None:
    series = annual_series(evaluation.data, "jiaxing-port-area", "gdp", caliber="plan")
    table = base.series_table(series, evaluation.data)
    assert column(table, "年份") == ["2015", "2020", "2024"]
    assert column(table, "数值") == ["125.98", "182", "突破226"]
    assert column(table, "价格") == ["现价"] * 3
    assert column(table, "来源") == ["S1", "S1", "S2"]


def test_series_without_figures(early: Evaluation) -> None:
    assert base.series_table(None, early.data) == "这一指标没有公布值。"
    series = annual_series(early.data, "jiaxing-port-area", "talent")
    assert base.series_table(series, early.data) == (
        "嘉兴港区人才资源总量：在所定日期之前没有公布值。"
    )


def test_corrected_value_is_marked() -> None:
    data = evaluate("jiaxing-14fyp", 2024).data
    series = annual_series(data, "jiaxing-city", "gdp_index")
    table = base.series_table(series, data)
    assert isinstance(table, Table)
    values = dict(zip(column(table, "年份"), column(table, "数值"), strict=True))
    assert values["2020"] == "103.5＊" and "更正" in table.note


@given(st.floats(-50, 50), st.sampled_from(["current", "constant", "not_applicable"]))
def test_growth_never_falls_by_nothing(value: float, basis: str) -> None:
    text = base.growth(value, basis)
    assert "下降0.0%" not in text and "-" not in text
    assert text.startswith(base.BASIS_ZH.get(basis, ""))


@given(st.text(alphabet="港区a*_#<>[]|~$@^&`\\1.-", min_size=1))
def test_plain_text_stays_itself(text: str) -> None:
    import re

    printed = re.sub(r"\\([\\`*_#<>\[\]|~$@^&])", r"\1", base.plain(text))
    assert printed == " ".join(text.split())
