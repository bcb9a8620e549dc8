"""The scenario chosen: levels by hand, sentences against the target, the command that passes it."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from inprocess import chapter, lines
from roots import HOME

from analysis.data.errors import InputError
from analysis.data.observations import load
from analysis.targets.ahead import SCENARIOS, TargetScenarios, target_scenarios
from analysis.targets.evaluation import Evaluation, evaluate
from planeval.chapters import indicators, models
from planeval.chapters.carbon import carbon, scenario
from planeval.chapters.indicators import co2_reading, levels, scenario_named, scenario_reading
from planeval.cli.app import main
from planeval.report import render

DATA = load(HOME)
CHAPTERS = ("02_gdp", "03_industry", "04_port", "05_environment")


@pytest.fixture(scope="module")
def late() -> Evaluation:
    return evaluate("jiaxing-14fyp", 2024, data=DATA)


@pytest.fixture(scope="module")
def first() -> Evaluation:
    return evaluate("jiaxing-14fyp", 2021, data=DATA)


def made(evaluation: Evaluation, target_id: str) -> TargetScenarios:
    found = target_scenarios(evaluation.get(target_id), evaluation.plan)
    assert isinstance(found, TargetScenarios), found
    return found


def test_a_wrong_name_is_refused_with_the_nearest():
    with pytest.raises(InputError) as error:
        scenario_named("basline")
    assert error.value.nearest == "baseline" and "baseline / plan / low / high" in str(error.value)
    assert [scenario_named(code) for code in SCENARIOS] == list(SCENARIOS)


@pytest.mark.parametrize("code", SCENARIOS)
@pytest.mark.parametrize("target_id", ["containers", "good_air"])
def test_the_way_ends_at_the_level_of_the_scenario(first, target_id, code):
    item, found = first.get(target_id), made(first, target_id)
    way = levels(item, found, code)
    assert list(way) == [2021, 2022, 2023, 2024, 2025]
    assert way[2025] == pytest.approx(found.get(code).level)


def test_the_plans_way_is_even(first):
    # growth from 176.1 to 400 in five years: (400/176.1)^(1/5) − 1 = 17.8 % in every year
    found = made(first, "containers")
    way = [found.start, *levels(first.get("containers"), found, "plan").values()]
    rates = [100 * (b / a - 1) for a, b in pairwise(way)]
    assert rates == pytest.approx([rates[0]] * 5) and round(rates[0], 1) == 17.8
    # a share moves by points: 91 to 92 in five years, 0.2 a year
    share = levels(first.get("good_air"), made(first, "good_air"), "plan")
    assert [round(v, 2) for v in share.values()] == [91.2, 91.4, 91.6, 91.8, 92.0]


def test_low_lies_below_baseline_below_high_in_every_year(first):
    item, found = first.get("containers"), made(first, "containers")
    low, mid, high = (levels(item, found, code) for code in ("low", "baseline", "high"))
    assert all(low[year] < mid[year] < high[year] for year in mid)


def test_the_sentence_measures_the_gap(late):
    one = made(late, "gdp").get("baseline")
    said = scenario_reading(late, late.get("gdp"), "baseline")
    # the target is 300; 226 was the level of 2024
    assert f"2025年为{one.level:.1f}亿元" in said
    assert f"比2025年目标300亿元低{300 - one.level:.1f}亿元" in said
    assert f"（{100 * (1 - one.level / 300):.1f}%），达不到目标。" in said
    assert f"自2024年起年均现价增长{100 * (one.level / 226 - 1):.1f}%" in said
    assert "正好达到2025年目标300亿元" in scenario_reading(late, late.get("gdp"), "plan")


def test_few_values_allow_no_verdict(late):
    said = scenario_reading(late, late.get("good_air"), "high")
    assert "个百分点；公布值太少，不据此判断" in said and "达到目标" not in said


def test_without_a_future_or_a_target_nothing(late):
    done = evaluate("jiaxing-13fyp", 2020, data=DATA)
    assert done.settled and scenario_reading(done, done.get("gdp"), "low") == ""
    assert scenario_reading(late, None, "low") == ""
    with pytest.raises(InputError):
        scenario_reading(late, None, "worst")


def test_the_citys_co2_is_read_off_the_joint_draw(late):
    found = carbon(late)
    drawn = scenario(found, late)
    ends = drawn.gdp * drawn.start * (1 - drawn.falls)
    for code, share in (("baseline", 0.5), ("low", 0.1), ("high", 0.9)):
        assert f"{np.quantile(ends, share):,.0f}万吨" in co2_reading(found, late, code)
    assert "强度降幅没有下达" in co2_reading(found, late, "plan")


def test_an_assigned_reduction_is_the_plans_way(late, monkeypatch):
    found = carbon(late)
    drawn = scenario(found, late)
    monkeypatch.setattr(indicators, "assigned", lambda _: 0.18)
    # median GDP of 2025 × intensity of 2020 × (1 − 0.18)
    level = float(np.quantile(drawn.gdp * drawn.start * 0.82, 0.5))
    assert f"{level:,.0f}万吨" in co2_reading(found, late, "plan")
    over = replace(late, plan=replace(late.plan, end_year=2023))
    assert co2_reading(found, over, "plan") == ""


@pytest.mark.parametrize("name", CHAPTERS)
def test_each_chapter_says_the_scenario_chosen_and_refuses_a_wrong_one(name, monkeypatch):
    monkeypatch.setattr(models, "COMPARED", ("prior", "drift"))  # the others take their time
    said = "\n".join(lines(chapter(name, "jiaxing-14fyp", 2024, scenario="high", anew=True)))
    assert "情景“高位（预测90%分位）”下" in said and "基线（预测中位数）”下" not in said
    with pytest.raises(InputError, match="baseline / plan / low / high"):
        chapter(name, "jiaxing-14fyp", 2024, scenario="hihg")


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_parameter_has_its_default_and_its_choices(name):
    cells = json.loads((HOME / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    tagged = next(cell for cell in cells if "parameters" in cell["metadata"].get("tags", ()))
    source = "".join(tagged["source"])
    assert f'scenario = "baseline"  # {" / ".join(SCENARIOS)}' in source


def test_the_command_gives_the_scenario_to_the_chapters_that_know_it(monkeypatch, tmp_path):
    given = {}
    ready = SimpleNamespace(documents={}, manifest=tmp_path / "manifest.json")
    monkeypatch.setattr(
        render, "render", lambda *_, **named: (given.update(named["optional"]), ready)[1]
    )
    order = ["report", "jiaxing-14fyp", "--year", "2024", "--out", str(tmp_path)]
    assert main([*order, "--scenario", "low"]) == 0 and given["scenario"] == "low"
    given.clear()
    assert main(order) == 0 and "scenario" not in given
    given.clear()
    assert main([*order, "--scenario", "lov"]) != 0 and given == {}
