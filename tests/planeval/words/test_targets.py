"""Sentences say what the numbers say, and nothing in them is broken."""

from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from roots import HOME, observation, target

from analysis.data.observations import load
from analysis.targets.evaluation import evaluate
from planeval.words import amounts, targets
from planeval.words.reasons import OUTLOOKS

DATA = load(HOME)
YEARS = [("jiaxing-13fyp", y) for y in range(2016, 2021)]
YEARS += [("jiaxing-14fyp", y) for y in range(2021, 2026)]
DAYS = [None, "2025-12-22"]
BROKEN = re.compile(
    "|".join(
        (
            r"None|nan|NaN|inf\b|[0-9]e[+-]?[0-9]|\{|\}",  # a value that is none, or not for people
            r"[。，；：、]{2,}|（）|^。|  |%%|(?<!\d)-\d",  # punctuation; a minus sign is −
            r"年年|超过超过|突破突破|−0(?![.\d])|−0\.0+(?!\d)|(增长|下降|提高|降低|新增)−",
        )
    )
)


@cache
def evaluation(plan, year, day=None):
    return evaluate(plan, year, day, data=DATA)


def sentences(result):
    """Yield everything the words say of an evaluation."""
    yield from targets.overall(result)
    for item in result.indicators:
        yield targets.meaning(item)
        yield targets.target_text(item)
        yield targets.outlook_words(item)
        yield amounts.figure(item.latest)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize(("plan", "year"), YEARS)
def test_no_sentence_is_broken(plan, year, day):
    for text in sentences(evaluation(plan, year, day)):
        assert not BROKEN.search(text), text
        assert text.count("（") == text.count("）") and text.count("“") == text.count("”"), text


@pytest.mark.parametrize(("plan", "year"), YEARS)
def test_each_section_names_its_target_and_ends_in_a_stop(plan, year):
    for item in evaluation(plan, year).indicators:
        text = targets.meaning(item)
        assert text.startswith(item.target.name_zh) and text.endswith("。")
        assert f"证据等级{item.evidence.grade}" in text


def test_the_sentences_of_gdp_by_hand():
    text = targets.meaning(evaluation("jiaxing-14fyp", 2024).get("gdp"))
    # 44 / 118; 226 / 182 over four years; 300 / 226
    for part in (
        "2024年突破226亿元",
        "基期（2020年）为182亿元",
        "现价年均增长5.6%",
        "完成规划增量的37.3%",
        "时序进度为80%",
        "2025年须增长32.7%",
        "很难（概率",
        "证据等级C",
    ):
        assert part in text, text


def test_the_sentences_of_a_met_target_by_hand():
    text = targets.meaning(evaluation("jiaxing-14fyp", 2024).get("trade"))
    # 300 / 352.8 - 1 = -14.97 %
    assert "最新值已达目标；2025年只要降幅不超过15.0%（现价）即可保持。" in text
    assert "须增长" not in text and "概率" not in text


def test_the_sentences_of_a_range_without_a_verdict():
    item = evaluation("jiaxing-14fyp", 2024).get("industrial_output")
    text = targets.outlook_sentence(item)
    assert "只有2个公布值，只给区间，不下结论" in text and "概率" not in text
    low, high = re.search(r"80%区间为([\d,.]+)至([\d,.]+)亿元", text).groups()
    assert float(low.replace(",", "")) == pytest.approx(item.outlook.lo80, abs=0.05)
    assert float(high.replace(",", "")) == pytest.approx(item.outlook.hi80, abs=0.05)


def test_differences_are_said_with_their_sign_and_band():
    text = targets.state_sentence(evaluation("jiaxing-14fyp", 2024).get("income_growth"))
    # urban -0.277, rural +0.716 points a year, see the evaluation's own test
    assert "差为−0.3到+0.7个百分点" in text and "在约定的±1个百分点之内" in text
    assert "±0.5时不能确定、±1时同步、±2时同步" in text


def test_a_target_not_yet_due():
    text = targets.meaning(evaluation("jiaxing-14fyp", 2024).get("gdp_2035"))
    assert "年均7.18%" in text and "未到评估期" in text


@pytest.mark.parametrize(("plan", "year"), YEARS)
def test_the_numbers_in_a_sentence_are_those_of_the_evaluation(plan, year):
    for item in evaluation(plan, year).indicators:
        text, state, outlook = targets.meaning(item), item.state, item.outlook
        done = re.search(r"(?:完成规划(?:增量|降幅)的|完成度为)([−\d.,]+)%", text)
        if done:
            assert float(done[1].replace("−", "-").replace(",", "")) == pytest.approx(
                100 * state.completion, abs=0.051
            )
        need = re.search(r"须(增长|下降)([\d.]+)%", text)
        if need:
            sign = 1 if need[1] == "增长" else -1
            assert sign * float(need[2]) == pytest.approx(state.required_growth_pct, abs=0.051)
            assert not state.met
        chance = re.search(r"概率(\d+)%", text)
        if chance:
            assert float(chance[1]) == pytest.approx(100 * outlook.probability, abs=0.51)
        # a word of likelihood never stands alone
        word = OUTLOOKS[outlook.code][0]
        if word in ("很可能", "较可能", "难分", "较难", "很难"):
            assert f"{word}（概率" in text
        if outlook.code in ("achieved", "achieved_firm", "achieved_at_risk"):
            assert "须增长" not in text and "须下降" not in text


def test_the_facts_on_the_whole_plan_count_right():
    facts = targets.overall(evaluation("jiaxing-14fyp", 2024))
    assert "共有64项目标，其中表列34项、正文30项" in facts[0]
    assert "给出判断的6项（以评估年之后的公开记录认定3项，" in facts[0]
    assert "认定3项，最新值已达目标而能否保持未定1项" in facts[0]
    assert any("14处矛盾" in fact for fact in facts)
    assert any(
        "难以如期实现的有2项" in fact and "地区生产总值" in fact and "集装箱" in fact
        for fact in facts
    )
    assert any("约束性目标共10项，全部无法评价" in fact for fact in facts)
    final = targets.overall(evaluation("jiaxing-13fyp", 2020))
    assert any("已完成12项，未完成1项（服务业增加值）" in fact for fact in final)
    assert len(facts) <= 6 and len(final) <= 6


@given(st.floats(0, 1))
def test_a_probability_is_never_said_to_be_none_or_certain(p):
    text = amounts.chance(p)
    assert text not in ("0%", "100%")
    digits = re.fullmatch(r"(不足|超过)?(\d+)%", text)
    if digits[1] is None:
        assert abs(float(digits[2]) - 100 * p) <= 0.5 + 1e-9
    else:
        assert (p < 0.01) if digits[1] == "不足" else (p > 0.99)


@given(st.floats(-1e9, 1e9))
def test_a_number_keeps_its_value_to_two_decimals(x):
    text = amounts.number(x)
    plain = text.replace(",", "").replace("−", "-")
    assert float(plain) == pytest.approx(x, abs=0.00501)
    assert plain != "-0"
    assert not text.endswith(".") and ("." not in text or not text.endswith("0"))


# --- every kind, where things go down as well as up -------------------------------------------


def test_every_kind_in_words(root):
    rows = {
        "so2": ("吨", [100, 95, 90, 84, 80, 76, 73]),
        "coal_transfer": ("万吨", [400, 440, 480, 500, 550, 600, 660]),
        "cod": ("吨", [9, 0, 8, 7, 0, 6, 5]),
        "large_projects": ("个", [2, 3, 3, 3, 4, 2, 5]),
        "energy_intensity_reduction": ("%", [3, 2.8, 3.1, 3, 3.5, 2.5, 3]),
        "listed_firms": ("家", [4, 4, 4, 5, 5, 6, 7]),
        "urbanisation": ("%", [71.9, 72.5, 73.0, 73.6, 74.2, 75.0, 75.6]),
    }
    for indicator, (unit, values) in rows.items():
        for at, value in enumerate(values):
            more = {"caliber": "annual"} if indicator == "large_projects" else {}
            root.add(
                "observations", observation(indicator, str(2018 + at), str(value), unit, **more)
            )
    for year, value in zip(range(2021, 2025), (88, 87, 86, 85), strict=True):
        root.add(
            "observations", observation("good_air", str(year), str(value), "%", caliber="plan")
        )
        root.add(
            "observations",
            observation("pm25", str(year), str(value - 60), "微克/立方米", caliber="plan"),
        )
    down = {"direction": "decrease"}
    root.add(
        "jiaxing-14fyp/targets",
        target("so2_most", "so2", "吨", "at_most", target="70", target_text="70以下", **down),
        target("so2_met", "so2", "吨", "at_most", target="80", target_text="80以下", **down),
        target("so2_cap", "so2", "吨", "cumulative", target="400", target_text="400以内", **down),
        target("zero", "cod", "吨", "at_most", target="4", target_text="4", **down),
    )
    for year in range(2021, 2026):
        result = evaluate("jiaxing-14fyp", year, root=root.path)
        for text in sentences(result):
            assert not BROKEN.search(text), text
    said = {
        item.target_id: targets.meaning(item)
        for item in evaluate("jiaxing-14fyp", 2024, root=root.path).indicators
    }
    # 70 / 73 - 1 = -4.11 %; (73 - 90) / (70 - 90) = 85 %, and that is no 增量
    assert "须下降4.1%" in said["so2_most"] and "85.0%" in said["so2_most"]
    assert "增量" not in said["so2_most"] and "降" in said["so2_most"]
    # (73 / 90)^(1/4) = 0.9490
    assert "年均下降5.1%" in said["so2_most"]
    # 80 / 73 - 1 = 9.59 %: the room to rise
    assert "只要升幅不超过9.6%即可保持" in said["so2_met"]
    # 84 + 80 + 76 + 73 = 313 of 400, 87 are left; 3 + 4 + 2 + 5 = 14 of 15
    assert "截至2024年累计313吨，已用五年目标的78.2%" in said["so2_cap"]
    assert "2025年不得超过87吨" in said["so2_cap"]
    assert "截至2024年累计14个，占五年目标的93.3%，时序进度为80%" in said["large_projects"]
    assert "2025年须新增1个。" in said["large_projects"]
    assert "不作预测" in said["zero"]
    # 92 - 85 = 7 points in the one year left
    assert "2025年须提高7.00个百分点" in said["good_air"]
    assert "较基期反向变动，完成度为−600.0%" in said["good_air"]


def test_an_assigned_and_a_revised_target_stand_with_their_documents(root):
    document = {"document": "嘉港〔2023〕1号", "source": "S5", "locator": "test"}
    root.add(
        "jiaxing-14fyp/assignments",
        {"target_id": "energy_intensity", "value": "14.5", "unit": "%", "date": "2022-03-01"}
        | document,
    )
    root.add(
        "jiaxing-14fyp/revisions",
        {"target_id": "gdp", "field": "target", "old": "300", "new": "260", "date": "2024-01-01"}
        | {"reason": "形势变化"}
        | document,
    )
    result = evaluate("jiaxing-14fyp", 2024, root=root.path)
    assert targets.target_text(result.get("energy_intensity")) == "14.5%（嘉港〔2023〕1号）"
    assert targets.target_text(result.get("gdp")) == "260亿元（原为300亿元）"
    # 260 / 226 - 1 = 15.04 %
    assert "2025年须增长15.0%" in targets.meaning(result.get("gdp"))
