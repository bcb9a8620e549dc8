"""The environment chapter: numbers by hand, assigned and maintain targets, two inventories."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from chapter_runs import CASES, run_chapter
from hypothesis import given
from hypothesis import strategies as st

from analysis.data.observations import load
from analysis.targets.evaluation import evaluate
from planeval.chapters import carbon, environment
from planeval.chapters.indicators import outlook_fan, pick
from planeval.show.chart import Chart
from planeval.show.table import Table

ZONE, CITY = "jiaxing-port-area", "jiaxing-city"


@pytest.fixture(scope="module")
def now():
    return evaluate("jiaxing-14fyp", 2024)


@pytest.fixture(scope="module")
def city(now):
    return carbon.carbon(now)


@pytest.fixture(scope="module")
def early():
    return evaluate("jiaxing-14fyp", 2021, "2021-12-31")


@pytest.fixture(scope="module")
def nothing():
    return evaluate("jiaxing-13fyp", 2018, "2019-01-01")


@pytest.fixture(scope="module")
def without(now):
    """A plan whose chapter has no target at all."""
    return dataclasses.replace(now, indicators=())


def with_rows(series: tuple[str, str], rows: list[dict]):
    """Return the data with one series' rows replaced."""
    data = load()
    return dataclasses.replace(data, by_series=data.by_series | {series: rows})


def with_air(values: dict[int, float]):
    """Return the data with PM2.5 published for further years, like the zone's last value."""
    rows = load().by_series[(ZONE, "pm25")]
    like = next(row for row in rows if row["period"] == "2020")
    added = [
        like | {"period": str(y), "year": y, "number": v, "printed_value": f"{v:g}"}
        for y, v in values.items()
    ]
    return with_rows((ZONE, "pm25"), [*rows, *added])


# --- the zone's own figures ----------------------------------------------------------------


def test_what_the_zone_published_and_nothing_since(now):
    table = environment.air_table(now)
    assert [(row[1], row[2]) for row in table.rows] == [
        ("2015", "44"),
        ("2020", "27"),
        ("2015", "78.6"),
        ("2020", "91"),
    ]
    text = environment.air_reading(now)
    # (27/44)^(1/5) - 1 = -9.3 %; 91 - 78.6 = 12.4 points
    assert "年均下降9.3%" in text and "+12.4个百分点" in text
    assert "2020年以后到2024年没有公布值" in text


def test_two_points_give_a_range_without_a_verdict(now):
    for item in pick(environment.targets(now), "pm25", "good_air"):
        chart = outlook_fan(now, item)
        assert isinstance(chart, Chart)
        assert "只有2个公布值，只给区间，不下结论" in chart.caption
        assert "概率" not in chart.caption and item.outlook.probability is None


def test_assigned_targets_are_never_scored(now):
    items = [item for item in environment.targets(now) if item.target.kind == "assigned"]
    assert len(items) == 3
    assert {item.outlook.code for item in items} == {"awaiting_assignment"}
    assert "3项目标由上级下达而未取得下达文件" in environment.rules_reading(now)
    assert "不记0也不记100" in environment.rules_table(now).rows[0][2]
    assert "目标待下达（3项）" in environment.summary(now)


def test_an_assignment_that_has_arrived_is_named(now):
    day = "2022-03-01"
    given_ = {"document": "甲文件", "date": day, "known_from": day}
    items = tuple(
        dataclasses.replace(item, target=dataclasses.replace(item.target, assigned=given_))
        if item.target.kind == "assigned"
        else item
        for item in now.indicators
    )
    made = dataclasses.replace(now, indicators=items)
    assert environment.rules_reading(made) == "3项由上级下达的目标都已取得数值、文件和日期。"
    assert "甲文件（2022-03-01）（3项）" in environment.rules_table(made).rows[0][3]


def test_unjudged_binding_targets_are_counted(now):
    # 3 assigned, good air, PM2.5, good water: six binding targets, none of them judged
    assert "本章6项约束性目标全部不能评价" in environment.summary(now)


def test_a_maintain_target_is_judged_by_every_year_and_the_worst(now):
    assert "截至2024年应有4个年度值，一个也没有公布" in environment.yearly_reading(now)
    made = evaluate("jiaxing-14fyp", 2024, data=with_air({2021: 26, 2022: 28}))
    row = next(row for row in environment.yearly_table(made).rows if "PM2.5" in row[0])
    assert row[1:] == ["26（达标）", "28（未达）", "未公布", "未公布"]
    text = environment.yearly_reading(made)
    assert "应有4个年度值，公布2个，达标1个，最差为2022年的28微克/立方米" in text
    assert "期末达标也不能抵消" in text


def test_air_of_other_places_is_context_with_its_reliability(now):
    rows = {(row[0], row[2]): row for row in environment.elsewhere_table(now).rows}
    assert rows[("嘉兴市区", "2020年")][3:] == ["28微克/立方米", "C19", "低"]
    assert not any(place == "嘉兴港区" for place, _ in rows)


def test_what_the_zone_must_supply(now):
    rows = {row[0]: row for row in environment.needs_table(now).rows}
    assert rows["PM2.5年均浓度，附站点和有效天数"][2:] == [
        "港区细颗粒物（PM2.5）平均浓度",
        "2015、2020",
    ]
    cod = next(row for name, row in rows.items() if "COD" in name)
    assert cod[2:] == ["本规划未列", "无"]
    before = environment.needs_table(evaluate("jiaxing-13fyp", 2020)).rows
    cod = next(row for row in before if "COD" in row[0])
    assert cod[2] == "化学需氧量（COD）排放"


# --- the city's inventories ----------------------------------------------------------------


def test_the_inventories_disagree_by_year(city):
    rows = carbon.inventory_rows(city).set_index("year")
    # 1353.15/754.61 - 1 = 79.3 %; 1956.71/969.65 - 1 = 101.8 %; 4288.43/3553.02 - 1 = 20.7 %
    assert rows["gap_pct"].round(1)[[2000, 2003, 2011]].tolist() == [79.3, 101.8, 20.7]
    assert 2004 not in rows.index and 2020 not in rows.index
    text = carbon.inventories_reading(city)
    assert "高出20.7%至101.8%" in text
    # one up, the other down: 2006 (-2.3, +17.8), 2012 (-0.6, +11.2), 2013 (+2.8, -1.3),
    # 2016 (-1.3, +3.3), 2019 (-0.1, +3.5)
    assert "方向相反的有5年（2006、2012、2013、2016、2019年）" in text
    assert "只到2019年" in text and "2004年（+87.7%）" in text  # 1820/969.65 = 1.877


def test_the_table_shows_every_year_of_either(city, now):
    rows = {row[0]: row for row in carbon.inventories_table(city, now).rows}
    assert len(rows) == 24
    assert rows["2004"][1:4] == ["1,820.0", "—", "—"]
    assert rows["2005"][4:] == ["+39.6", "—"]  # 2540.59/1820 = 1.396; CEADS lacks 2004


def test_intensity_at_the_prices_of_the_base_year(city):
    # 3580.74/5563.58 = 0.6436 in 2020; 2023: 4053.88/(5563.58·1.085·1.025·1.063) = 0.6164
    assert city.base == 2020
    assert round(city.intensity["edgar"][2020], 4) == 0.6436
    assert round(city.intensity["edgar"][2023], 4) == 0.6164


def test_the_base_and_the_corrections_are_declared(city):
    text = carbon.intensity_reading(city)
    assert "以2020年的5,563.58亿元（修订数）为基数" in text
    assert "指数在2020、2021年采用已声明的更正" in text


def test_the_citys_path_over_five_years(city, now):
    # EDGAR 2015-2020: 3580.74/3391.72 = 1.0557, GDP 1.072·1.078·1.077·1.071·1.035 = 1.3796,
    # 1 - 1.0557/1.3796 = 23.5 %, 1 - 0.7652^(1/5) = 5.2 %
    # EDGAR 2015-2019: 1.0650/1.3330 -> 20.1 %, 1 - 0.7990^(1/4) = 5.5 %, 1 - 0.7990^(5/4) = 24.5 %
    # CEADS 2015-2019: 1.2713/1.3330 -> 4.6 %, 1.2 % a year, 1 - 0.9537^(5/4) = 5.7 %
    # EDGAR 2020-2023: 1.1321/1.1822 -> 4.2 %, 1.4 % a year, 1 - 0.9577^(5/3) = 7.0 %
    assert [row[1:] for row in carbon.windows_table(city, now).rows] == [
        ["2015—2019", "+6.5", "+33.3", "20.1", "5.5", "24.5"],
        ["2015—2020", "+5.6", "+38.0", "23.5", "5.2", "23.5"],
        ["2015—2019", "+27.1", "+33.3", "4.6", "1.2", "5.7"],
        ["2020—2023", "+13.2", "+18.2", "4.2", "1.4", "7.0"],
    ]
    text = carbon.windows_reading(city, now)
    assert "2015—2019年相差15.5个百分点" in text  # 20.1 - 4.6
    assert "需要港区的能源消费和可比价生产总值" in text


def test_one_year_is_not_stretched_to_five():
    made = evaluate("jiaxing-13fyp", 2016)
    rows = carbon.windows(carbon.carbon(made), made)
    assert [row["five_pct"] for row in rows if row["first"] == 2015] == [None, None]


@given(st.lists(st.floats(100, 10_000), min_size=4, max_size=4))
def test_yearly_reductions_compound_to_the_ratio_of_the_ends(city, now, levels):
    """1 - Π(1 - r) over the years is one minus last over first, whatever lies between."""
    years = [2020, 2021, 2022, 2023]
    series = pd.Series(levels, index=years) / city.real.loc[years]
    made = dataclasses.replace(city, intensity={"edgar": series})
    (row,) = carbon.windows(made, now)
    assert row["fall_pct"] == pytest.approx(100 * (1 - series[2023] / series[2020]))
    assert (1 - row["yearly_pct"] / 100) ** 3 == pytest.approx(1 - row["fall_pct"] / 100)


def test_trends_name_both_inventories_and_their_cautions(city, now):
    table = carbon.trends_table(city, now)
    assert isinstance(table, Table) and len(table.rows) == 5
    assert "残差高度自相关" in table.note
    text = carbon.trends_reading(city)
    assert "排放量（EDGAR 排放清单）在2000—2023年" in text
    assert "排放量（CEADS 城市清单）在2000—2019年" in text
    assert "强度（EDGAR 排放清单）在2000—2023年年均下降" in text


def test_breaks_are_named_beforehand_and_corrected(city, now):
    rows = carbon.break_rows(city)
    assert [(row["code"], row["year"], row["test"] is None) for row in rows] == [
        ("edgar", 2012, False),
        ("edgar", 2020, False),
        ("ceads", 2012, False),
        ("ceads", 2020, True),
    ]
    table = carbon.breaks_table(city, now)
    assert "显著水平为0.0167" in table.note  # 0.05/3
    assert "后没有" in table.rows[3][7]
    assert "没有一个显著" in carbon.breaks_reading(city)


def test_the_models_speak_of_the_city_only(city, now):
    table, _, chart, pace = carbon.models_views(city, now, key="m")
    assert isinstance(table, Table) and isinstance(chart, Chart)
    assert "EDGAR 排放清单" in table.caption and "不能用来判断港区的目标" in pace


def test_a_single_inventory_is_no_disagreement():
    kept = [row for row in load().by_series[(CITY, "co2")] if row["caliber"] == "edgar"]
    made = evaluate("jiaxing-14fyp", 2024, data=with_rows((CITY, "co2"), kept))
    found = carbon.carbon(made)
    assert "只有一套清单" in carbon.inventories_chart(found, made).caption
    assert carbon.inventories_reading(found) == "" and carbon.apart(found) == ""
    assert carbon.inventories_table(found, made) == "两套清单没有共同年份，无从对照。"
    assert len(carbon.windows(found, made)) == 2


# --- without data --------------------------------------------------------------------------


def test_before_the_inventories_were_known(early):
    found = carbon.carbon(early)
    assert found.emissions == {}
    assert "没有可用的嘉兴市二氧化碳排放量" in carbon.inventories_chart(found, early)
    for said in (
        carbon.intensity_chart(found, early),
        carbon.trends_table(found, early),
        carbon.models_views(found, early)[0],
    ):
        assert said == carbon.LEFT_OUT
    for said in (
        carbon.inventories_reading(found),
        carbon.inventories_table(found, early),
        carbon.windows_table(found, early),
        carbon.windows_reading(found, early),
        carbon.trends_reading(found),
        carbon.breaks_table(found, early),
        carbon.breaks_reading(found),
    ):
        assert said == ""


def test_a_single_value_shows_no_change():
    text = environment.air_reading(evaluate("jiaxing-13fyp", 2017))
    assert "细颗粒物（PM2.5）平均浓度只有2015年一个公布值，看不出变动" in text
    assert "2015年以后到2017年没有公布值" in text


def test_almost_no_data_claims_nothing(nothing):
    assert (
        "没有公布空气和水环境质量" in environment.air_table(nothing)
        and environment.air_reading(nothing) == ""
    )
    assert (
        "全部由上级下达" in environment.yearly_table(nothing)
        and environment.yearly_reading(nothing) == ""
    )
    assert "没有可用的环境质量年度值" in environment.limits(nothing)
    assert {row[3] for row in environment.needs_table(nothing).rows} == {"无"}


def test_a_plan_without_environment_targets(without):
    assert environment.rules_table(without) == environment.NO_TARGET == environment.summary(without)
    assert environment.rules_reading(without) == "" and environment.yearly_reading(without) == ""
    assert {row[2] for row in environment.needs_table(without).rows} == {"本规划未列"}


# --- the notebook --------------------------------------------------------------------------

SENTENCES = {
    ("jiaxing-14fyp", 2024): [
        "目标待下达（3项）",
        "只有2个公布值",
        "23.5",
        "没有一个显著",
        "状态不一致的有9年",
        "强度须累计降低",
        "没有公布能源平衡表",
    ],
    ("jiaxing-13fyp", 2020): [
        "目标待下达（6项）",
        "全部由上级下达",
        "28.7",
        "（规划末年）的数字已经公布",
    ],
    ("jiaxing-14fyp", 2021): ["没有可用的嘉兴市二氧化碳排放量", "应有1个年度值，一个也没有公布"],
}


@pytest.mark.parametrize(("plan", "year", "as_of"), CASES)
def test_the_chapter_runs(plan, year, as_of):
    said = run_chapter("05_environment.ipynb", plan, year, as_of)
    for sentence in SENTENCES[(plan, year)]:
        assert sentence in said
    assert "nan" not in said and "None" not in said
