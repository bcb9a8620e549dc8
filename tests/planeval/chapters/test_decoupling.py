"""Decoupling in the environment chapter: figures by hand, and words that keep to the tables."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from roots import observation

from analysis.data.observations import load
from analysis.targets.evaluation import evaluate
from planeval.chapters import carbon
from planeval.show.bars import stacked_chart
from planeval.show.chart import Chart
from planeval.show.table import Table

CITY = "jiaxing-city"


@pytest.fixture(scope="module")
def now():
    return evaluate("jiaxing-14fyp", 2024)


@pytest.fixture(scope="module")
def found(now):
    return carbon.carbon(now)


@pytest.fixture(scope="module")
def early():
    return evaluate("jiaxing-14fyp", 2021, "2021-12-31")


def replaced(series: tuple[str, str], rows: list[dict]):
    """Return the data with one series' rows replaced."""
    data = load()
    return dataclasses.replace(data, by_series=data.by_series | {series: rows})


# --- states --------------------------------------------------------------------------------


def test_the_two_inventories_side_by_side(found, now):
    table = carbon.states_table(found, now)
    assert isinstance(table, Table)
    rows = {row[0]: row[1:] for row in table.rows}
    # 2019: EDGAR 3612.10/3616.64 - 1 = -0.126 %, CEADS 5309.23/5128.57 - 1 = +3.523 %,
    # GDP +7.1 %: -0.0177 and 0.4962
    assert rows["2019"] == ["+7.1", "−0.02", "强脱钩", "0.50", "弱脱钩", "不一致"]
    # 2004: EDGAR 1820/969.65 - 1 = 87.70 % over 16.0 % = 5.48; CEADS lacks the year
    assert rows["2004"] == ["+16.0", "5.48", "扩张负脱钩", "—", "—", "—"]
    assert rows["2015"][-1] == "一致" and len(rows) == 23


def test_the_sentence_counts_what_the_table_shows(found, now):
    rows = carbon.states_table(found, now).rows
    text = carbon.states_reading(found, now)
    apart = [row[0] for row in rows if row[-1] == "不一致"]
    compared = [row for row in rows if row[-1] != "—"]
    assert f"都能判断的{len(compared)}年中，状态不一致的有{len(apart)}年" in text
    assert "（2002、2006、2011—2013、2016—2019年）" in text and len(apart) == 9
    # one inventory up, the other down: 2006, 2012, 2013, 2016, 2019
    assert "其中5年连排放是升是降都说法不一；最近的一例是2019年" in text
    for place, label in ((3, "EDGAR"), (5, "CEADS")):
        for name in {row[place] for row in rows} - {"—"}:
            count = sum(row[place] == name for row in rows)
            assert f"{name}{count}年" in text.split("两套清单")[0], label
    # 2015-2019: EDGAR +6.5 % and CEADS +27.1 % over GDP +33.3 %: 0.20 and 0.81
    assert "2015—2019年，EDGAR 排放清单为弱脱钩（弹性0.20），CEADS 城市清单为扩张连结" in text


def test_one_inventory_makes_no_comparison():
    kept = [row for row in load().by_series[(CITY, "co2")] if row["caliber"] == "edgar"]
    made = evaluate("jiaxing-14fyp", 2024, data=replaced((CITY, "co2"), kept))
    alone = carbon.carbon(made)
    assert carbon.states_table(alone, made).columns[-1] == "EDGAR 排放清单：状态"
    assert "不一致" not in carbon.states_reading(alone, made)
    assert "同一期间" not in carbon.effects_reading(alone, made)
    assert "两套清单" not in carbon.limits(alone)


# --- factors -------------------------------------------------------------------------------


def test_factors_add_up_to_the_change_of_the_inventory(found, now):
    rows = carbon.effects(found, now)
    names = ["population", "gdp_per_capita", "carbon_intensity"]
    for row in rows.to_dict("records"):
        values = found.emissions[row["code"]].values()
        change = values[row["last"]] - values[row["first"]]
        assert sum(row[name] for name in names) == pytest.approx(change)
        ratio = values[row["last"]] / values[row["first"]]
        product = row["population_ratio"] * row["gdp_per_capita_ratio"]
        assert product * row["carbon_intensity_ratio"] == pytest.approx(ratio)
    spans = [(r["code"], r["first"], r["last"]) for r in rows.to_dict("records")]
    assert spans[3:5] == [("edgar", 2015, 2020), ("edgar", 2020, 2023)]
    assert spans[-1] == ("ceads", 2015, 2019)


def test_population_over_one_link_by_hand(found, now):
    # EDGAR 2022-2023: L = (4053.88 - 3825.79)/ln(4053.88/3825.79) = 3938.73;
    # ln(558.4/555.1) = 0.0059272 -> 23.35
    made = carbon.links(found, now)[0]["edgar"]
    row = made[(made["end"] == 2023) & (made["factor"] == "population")].iloc[0]
    assert row["additive"] == pytest.approx(23.35, abs=0.01)


def test_the_chart_draws_the_table(found, now):
    chart = carbon.effects_chart(found, now)
    assert isinstance(chart, Chart)
    # 4053.88 - 754.61 = 3299.27
    assert chart.caption.startswith("嘉兴市2000—2023年排放增加3,299万吨")
    rows = [row for row in carbon.effects_table(found, now).rows if row[0].startswith("EDGAR")]
    assert chart.data["value"].sum() == pytest.approx(3299.27)
    assert [row[1] for row in rows] == list(dict.fromkeys(chart.data["span"]))


def test_cautions_are_computed(found, now):
    text = carbon.effects_reading(found, now)
    # 450.46/431.80 - 1 = 4.3 % in 2010
    assert "常住人口单年变动最大的是2010年（+4.3%" in text
    assert "同一期间（2015—2019年）强度一项" in text and "符号都相同" in text
    assert "没有嘉兴市的能源消费总量" in text


def test_without_population_nothing_is_decomposed():
    made = evaluate("jiaxing-14fyp", 2024, data=replaced((CITY, "population"), []))
    alone = carbon.carbon(made)
    assert "不作因素分解" in carbon.effects_table(alone, made)
    assert carbon.effects_chart(alone, made) == carbon.effects_reading(alone, made) == ""


def test_a_stacked_chart_refuses_what_it_cannot_draw():
    frame = pd.DataFrame({"span": ["a", "b"], "factor": ["x", "x"], "value": [1.0, None]})
    with pytest.raises(ValueError, match="known value"):
        stacked_chart(frame, "c")
    many = pd.DataFrame({"span": "a", "factor": list("abcdefgh"), "value": 1.0})
    with pytest.raises(ValueError, match="8 factors"):
        stacked_chart(many, "c")


# --- scenario ------------------------------------------------------------------------------


def test_the_scenario_is_gdp_times_intensity(found, now):
    made = carbon.scenario(found, now)
    assert (made.base, made.end, made.known) == (2020, 2025, 2024)
    rows = carbon.scenario_table(found, now, reductions=[0.0, 0.2]).rows
    # 3580.74/5563.58 = 0.6436; 20 % less is 0.5149; 1 - 0.8^(1/5) = 4.36 %
    assert [row[2] for row in rows] == ["0.644", "0.515"] and rows[1][1] == "4.36"
    first, second = (float(row[3].split("（")[0].replace(",", "")) for row in rows)
    assert second / first == pytest.approx(0.8, abs=1e-3)


def test_the_reduction_that_holds_emissions_does(found, now):
    made = carbon.scenario(found, now)
    text = carbon.scenario_reading(found, now)
    held = float(text.split("强度须累计降低")[1].split("%")[0]) / 100
    row = carbon.scenario_table(found, now, reductions=[held]).rows[0]
    assert row[4] in ("0.0", "+0.1", "−0.1")
    assert made.falls.mean() < held  # the trend alone does not get there
    assert "未取得港区强度目标的下达文件" in text and "不是港区的预测" in text


def with_target(now, number: float):
    """Return the evaluation with the zone's reduction of CO2 per GDP assigned."""
    items = tuple(
        dataclasses.replace(
            item,
            target=dataclasses.replace(
                item.target, target=number, assigned={"document": "甲", "date": "2022-03-01"}
            ),
        )
        if item.target.indicator == carbon.INDICATOR
        else item
        for item in now.indicators
    )
    return dataclasses.replace(now, indicators=items)


def test_an_assigned_target_is_marked(found, now):
    made = with_target(now, 18.0)
    cells = [row[0] for row in carbon.scenario_table(found, made).rows]
    assert "18.0（港区的下达数）" in cells and len(cells) == 7
    assert "港区下达的降幅为18.0%" in carbon.scenario_reading(found, made)


def test_a_plan_without_the_target_says_so():
    made = evaluate("jiaxing-13fyp", 2018)
    text = carbon.scenario_reading(carbon.carbon(made), made)
    assert "本规划没有单位生产总值二氧化碳排放的降低目标" in text and "尚未下达" not in text


def test_assigned_reductions_are_followed_by_compounding(now, root):
    assert carbon.reductions_table(now) == ""
    made = with_target(now, 18.0)
    # nothing published: 1 - 0.82^(1/5) = 3.89 % a year, and no more to say
    assert carbon.reductions_table(made).rows[0][1:] == [
        "18.0",
        "3.89",
        "各年未公布",
        "—",
        "—",
        "—",
    ]
    root.add(
        "jiaxing-14fyp/assignments",
        {
            "target_id": "co2_intensity",
            "value": "18",
            "unit": "%",
            "document": "甲文件",
            "date": "2022-03-01",
            "source": "S1",
            "locator": "test",
        },
    )
    for year, value in ((2021, "3.8"), (2022, "0.8"), (2024, "2.0")):
        root.add("observations", observation(carbon.INDICATOR, str(year), value, "%"))
    made = evaluate("jiaxing-14fyp", 2024, root=root.path)
    # 1 - 0.962·0.992 = 4.57 %; even 1 - 0.82^0.4 = 7.63 %; 1 - (0.82/0.954304)^(1/3) = 4.93 %;
    # 2024 stands behind a gap and is not used
    assert carbon.reductions_table(made).rows[0][3:] == ["2022年", "4.57", "7.63", "4.93"]


def test_a_finished_plan_has_no_scenario():
    made = evaluate("jiaxing-13fyp", 2020)
    over = carbon.carbon(made)
    assert "已经公布" in carbon.scenario_table(over, made)
    assert carbon.scenario_reading(over, made) == ""


# --- energy --------------------------------------------------------------------------------


def test_factors_are_shown_with_year_and_source(now):
    rows = {row[0]: row[1:] for row in carbon.factors_table(now).rows}
    assert rows["柴油"] == ["42.652 GJ/吨", "20.2", "98", "3.096吨/吨", "2024", "E4"]
    assert rows["电力（浙江省平均）"][3:] == ["4.974吨/万千瓦时", "2023", "E6"]
    # diesel by the guidelines: 43.0 · 20.2 · 44/12 = 3.1849 t; /3.0959 - 1 = 2.9 %
    assert "柴油+2.9%" in carbon.factors_reading(now)


def test_the_zone_is_told_what_to_supply(now):
    text = carbon.balance_view(now)
    assert "没有公布能源平衡表" in text and "自2020年（规划基年）起" in text
    assert carbon.balance_years(now) == "无"


def test_a_supplied_balance_becomes_a_table(root):
    like = {
        "region": "jiaxing-port-area",
        "year": "2023",
        "status": "reported",
        "published": "2024-06-30",
        "source": "S1",
        "locator": "test",
    }
    coal = {"fuel": "bituminous_coal", "flow": "combustion", "amount": "2", "unit": "万吨"}
    power = {
        "fuel": "electricity_zhejiang",
        "flow": "purchased",
        "amount": "1",
        "unit": "亿千瓦时",
    }
    root.add("energy_balance", like | coal, like | power)
    made = evaluate("jiaxing-14fyp", 2024, root=root.path)
    # 3.4835 万吨 of coal burnt, 4.974 万吨 of power bought; never added up
    assert carbon.balance_view(made).rows == [["2023", "2", "3.48", "4.97"]]
    assert carbon.balance_years(made) == "2023"
    before = evaluate("jiaxing-14fyp", 2024, "2024-01-01", root=root.path)
    assert "没有公布能源平衡表" in carbon.balance_view(before)


# --- without data --------------------------------------------------------------------------


def test_before_the_inventories_were_known(early):
    none = carbon.carbon(early)
    for said in (
        carbon.states_table(none, early),
        carbon.effects_table(none, early),
        carbon.scenario_table(none, early),
    ):
        assert said == carbon.LEFT_OUT
    for said in (
        carbon.states_reading(none, early),
        carbon.effects_chart(none, early),
        carbon.effects_reading(none, early),
        carbon.scenario_reading(none, early),
        carbon.limits(none),
    ):
        assert said == ""
