"""evaluate(): the plan's own targets by hand, every kind on a data root of its own, and dates."""

from __future__ import annotations

import datetime as dt
import json
import math
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from roots import HOME, observation, target

from analysis.audit import AuditReport, audit
from analysis.data.observations import load
from analysis.data.plan import load_plan
from analysis.targets import evaluation as evaluation_module
from analysis.targets import overview as overview_module
from analysis.targets.evaluation import Evaluation, as_of_date, evaluate
from analysis.targets.judge import judge
from analysis.targets.types import likelihood

DATA = load(HOME)
NOW = evaluate("jiaxing-14fyp", 2024, data=DATA)
TOLD = NOW.to_dict()
ITEM = {item["id"]: item for item in TOLD["indicators"]}
DOCUMENT = {"document": "嘉港〔2023〕1号", "source": "S5", "locator": "test"}


# --- the plan as it is ----------------------------------------------------------------------


def test_gdp_2024_against_300():
    gdp = ITEM["gdp"]
    assert gdp["baseline"] == 182.0 and gdp["target"] == 300
    assert (gdp["latest"]["period"], gdp["latest"]["value"]) == ("2024", 226.0)
    assert gdp["latest"]["source"] == "S2" and gdp["latest"]["qualifier"] == "at_least"
    # (226 - 182) / (300 - 182) = 44 / 118; 300 / 226 - 1
    assert gdp["state"]["completion"] == pytest.approx(0.372881, abs=1e-6)
    assert gdp["state"]["schedule"] == 0.8
    assert gdp["state"]["required_growth_pct"] == pytest.approx(32.7434, abs=1e-4)
    assert gdp["outlook"]["class_code"] == "very_unlikely" and gdp["outlook"]["probability"] < 0.2
    assert gdp["outlook"]["lo80"] < gdp["outlook"]["median"] < gdp["outlook"]["hi80"] < 300
    assert gdp["outlook"]["expected_year"] > 2025
    assert gdp["evidence"] in "CD"
    assert {"lower_bound", "other_caliber", "caliber_unstated"} <= {
        flag["code"] for flag in gdp["flags"]
    }


def test_container_throughput():
    containers = ITEM["containers"]
    # (306.2 - 176) / (400 - 176) = 130.2 / 224; 400 / 306.2 - 1; (306.2 / 176)^(1/4) - 1
    assert containers["state"]["completion"] == pytest.approx(0.58125, abs=1e-6)
    assert containers["state"]["required_growth_pct"] == pytest.approx(30.6336, abs=1e-4)
    assert containers["state"]["realised_growth_pct"] == pytest.approx(14.8477, abs=1e-3)
    assert containers["outlook"]["class_code"] == "very_unlikely" and containers["evidence"] == "C"
    # the whole port's figures are context, never the zone's
    assert {f["source"] for f in containers["series"]} == {"S1", "S2"}
    assert containers["context"]


def test_industrial_output_has_two_published_points_and_no_verdict():
    output = ITEM["industrial_output"]
    # (1069.6 - 718) / (1200 - 718) = 351.6 / 482
    assert output["state"]["completion"] == pytest.approx(0.729461, abs=1e-6)
    assert output["state"]["required_growth_pct"] == pytest.approx(12.1915, abs=1e-4)
    assert (
        output["outlook"]["class_code"] == "insufficient_data"
        and output["outlook"]["probability"] is None
    )
    assert output["outlook"]["lo80"] < 1200 < output["outlook"]["hi80"]
    assert (output["evidence"], output["evidence_points"]) == ("D", 2)  # the derived one is none


def test_trade_is_achieved_on_two_points():
    trade = ITEM["trade"]
    assert trade["state"]["completion"] == pytest.approx(1.704, abs=1e-6)  # 127.8 / 75
    assert trade["state"]["met"] is True
    assert trade["state"]["required_growth_pct"] == pytest.approx(-14.966, abs=1e-3)  # room
    assert (
        trade["outlook"]["class_code"] == "achieved_open"
        and trade["outlook"]["probability"] is None
    )
    assert (trade["evidence"], trade["evidence_points"]) == ("D", 2)


def test_pm25_is_to_be_kept_and_nothing_is_known_since():
    pm25 = ITEM["pm25"]
    assert pm25["kind"] == "maintain" and pm25["direction"] == "decrease"
    assert pm25["binding"] is True and (pm25["baseline"], pm25["target"]) == (27, 27)
    assert pm25["latest"]["period"] == "2020"
    assert pm25["state"]["completion"] is None and pm25["state"]["met"] is None
    assert (
        pm25["outlook"]["class_code"] == "insufficient_data"
        and pm25["outlook"]["probability"] is None
    )
    assert "pm25" in TOLD["unjudged_binding"] and "pm25" not in TOLD["warnings"]


@pytest.mark.parametrize(
    "name", ["energy_intensity", "co2_intensity", "water_intensity", "safety_deaths"]
)
def test_assigned_targets_wait(name):
    item = ITEM[name]
    assert item["target"] is None and item["outlook"]["class_code"] == "awaiting_assignment"
    numbers = ("completion", "schedule", "required_growth_pct", "required_change", "met")
    assert all(item["state"][key] is None for key in numbers)
    assert item["outlook"]["probability"] is None and item["evidence"] == "D"
    assert set(item["rules"].values()) == {"not_available"}
    assert all(rule["measure"] is None for rule in item["rules_detail"].values())


def test_income_in_step_by_two_stand_in_series():
    record = ITEM["income_growth"]["state"]["record"]
    # GDP (226/182)^0.25 = 1.055624; urban (81227/66105)^0.25 = 1.052850; rural (51218/40146)^0.25
    # = 1.062784: differences -0.277 and +0.716 points a year
    assert record["differences_pp"]["urban_income"] == pytest.approx(-0.277, abs=2e-3)
    assert record["differences_pp"]["rural_income"] == pytest.approx(0.716, abs=2e-3)
    assert record["through"] == 2024
    assert record["sensitivity"] == {"0.5": False, "1": True, "2": True}
    item = ITEM["income_growth"]
    assert item["state"]["met"] is True and item["outlook"]["class_code"] == "insufficient_data"
    assert item["outlook"]["probability"] is None
    assert item["outlook"]["lo80"] < -0.277 and item["outlook"]["hi80"] > 0.716


@pytest.mark.parametrize("name", ["gdp_2035", "income_2035"])
def test_doubling_by_2035_is_not_yet_due(name):
    item = ITEM[name]
    assert item["outlook"]["class_code"] == "not_due" and item["target_year"] == 2035
    # 2^(1/10) - 1 = 0.0717735
    assert item["state"]["record"]["pace_pct"] == pytest.approx(7.17735, abs=1e-4)
    assert item["state"]["completion"] is None and item["target"] is None
    # it counts from 2025, so 182 of 2020 is the base of another target
    assert item["baseline"] is None and item["baseline_source"] is None


def test_foreign_cargo_has_figures_of_another_port_only():
    item = ITEM["foreign_cargo"]
    assert item["outlook"]["class_code"] == "not_comparable" and item["latest"] is None
    assert item["baseline"] is None and item["context"]


def test_the_thirteenth_plan_in_2020():
    told = evaluate("jiaxing-13fyp", 2020, data=DATA).to_dict()
    classes = [item["outlook"]["class_code"] for item in told["indicators"]]
    codes = ("achieved", "missed", "awaiting_assignment")
    assert [classes.count(code) for code in codes] == [12, 1, 7]
    missed = [i for i in told["indicators"] if i["outlook"]["class_code"] == "missed"]
    assert [i["name_zh"] for i in missed] == ["服务业增加值"]
    # (44.6 - 29.66) / (55 - 29.66) = 14.94 / 25.34
    assert missed[0]["state"]["completion"] == pytest.approx(0.589582, abs=1e-6)
    assert told["kind"] == "final" and told["warnings"] == []
    gdp = told["indicators"][0]
    assert gdp["state"]["completion"] == pytest.approx(56.02 / 54.02, abs=1e-6)  # above one


# --- the form -------------------------------------------------------------------------------


def test_the_names_in_the_json():
    assert {"plan", "year", "as_of", "indicators"} <= set(TOLD)
    assert (TOLD["plan"], TOLD["year"], TOLD["as_of"]) == ("jiaxing-14fyp", 2024, "2026-11-01")
    wanted = {"id", "no", "name_zh", "name_en", "unit", "kind", "direction", "binding"}
    wanted |= {"baseline", "target", "latest", "state", "outlook", "evidence", "rules", "flags"}
    for item in TOLD["indicators"]:
        assert wanted <= set(item)
        assert {"completion", "schedule", "required_growth_pct"} <= set(item["state"])
        assert {"class_code", "probability", "median", "lo80", "hi80", "expected_year"} <= set(
            item["outlook"]
        )
        assert item["evidence"] in ("A", "B", "C", "D")
        assert item["binding"] in (True, False, None)
        assert len(item["rules"]) == 8
        if item["latest"] is not None:
            assert {"period", "value", "source"} <= set(item["latest"])


def numbers(value):
    if isinstance(value, dict):
        for inner in value.values():
            yield from numbers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from numbers(inner)
    elif isinstance(value, float):
        yield value


@pytest.mark.parametrize(
    ("plan", "year"),
    [("jiaxing-13fyp", y) for y in range(2016, 2021)]
    + [("jiaxing-14fyp", y) for y in range(2021, 2026)],
)
def test_every_year_is_told_without_nan_and_unknown_is_never_zero(plan, year):
    told = evaluate(plan, year, data=DATA).to_dict()
    json.dumps(told, allow_nan=False)
    assert all(math.isfinite(number) for number in numbers(told))
    for item in told["indicators"]:
        state, outlook = item["state"], item["outlook"]
        if item["latest"] is None:
            assert state["completion"] is None and state["required_growth_pct"] is None
            assert (outlook["probability"] is None and item["evidence"] == "D") or (
                item["kind"] == "milestone"
            )
        else:
            assert int(item["latest"]["period"][:4]) <= year
        probability = outlook["probability"]
        if outlook["class_code"] in (
            "very_likely",
            "likely",
            "toss_up",
            "unlikely",
            "very_unlikely",
        ):
            assert likelihood(probability) == outlook["class_code"]
            assert item["evidence"] != "D"  # no likelihood word on one or two points
        if outlook["lo80"] is not None:
            assert outlook["lo80"] <= outlook["hi80"]


def test_the_same_data_give_the_same_answers():
    assert evaluate("jiaxing-14fyp", 2024, data=DATA).to_dict() == TOLD


@given(st.floats(0, 1))
def test_words_of_likelihood_follow_their_bands(p):
    words = {
        "very_unlikely": 0.0,
        "unlikely": 0.2,
        "toss_up": 0.4,
        "likely": 0.6,
        "very_likely": 0.8,
    }
    low = words[likelihood(p)]
    assert low <= p and (p < low + 0.2 or low == 0.8)


# --- dates ----------------------------------------------------------------------------------


def judged(root, name, as_of=None, year=2024):
    """Judge one target of a root as evaluate() does all of them, the audit left out."""
    data = load(root.path)
    day = as_of_date(as_of, data)
    plan = load_plan("jiaxing-14fyp", as_of=day, data=data)
    silent = AuditReport(day, [], [])
    item = judge(plan.target(name), plan, plan.check_year(year), day, silent)
    return Evaluation(plan, year, day, (item,), silent).to_dict()["indicators"][0]


def test_one_target_alone_is_judged_as_among_all(root):
    alone = judged(root, "gdp")
    assert {k: v for k, v in alone.items() if k != "flags"} == {
        k: v for k, v in ITEM["gdp"].items() if k != "flags"
    }


def test_the_article_is_unknown_the_day_before_it_was_published():
    eve = evaluate("jiaxing-14fyp", 2024, "2025-12-22", data=DATA)
    day = evaluate("jiaxing-14fyp", 2024, dt.date(2025, 12, 23), data=DATA)
    for name in ("gdp", "containers", "industrial_output", "trade"):
        before, after = eve.get(name), day.get(name)
        assert before.state.completion is None and before.outlook.probability is None
        assert before.outlook.code in ("insufficient_data", "cannot_judge", "not_comparable")
        assert all(item.year <= 2021 for item in before.series.data)
        assert after.latest.period == "2024" and after.state.completion is not None
    assert eve.get("incubator").outlook.code == "insufficient_data"
    assert day.get("incubator").outlook.code == "achieved"
    assert not [f for f in eve.audit.findings if "S2" in f.sources]


def test_a_time_of_day_is_a_day_and_nothing_is_the_newest_day():
    assert as_of_date(dt.datetime(2025, 12, 23, 9, 30), DATA) == dt.date(2025, 12, 23)
    assert as_of_date(None, DATA) == as_of_date("", DATA) == dt.date(2026, 11, 1)


def test_a_revision_counts_from_its_day(root):
    root.add(
        "jiaxing-14fyp/revisions",
        {
            "target_id": "gdp",
            "field": "target",
            "old": "300",
            "new": "260",
            "date": "2026-01-15",
            "reason": "形势变化",
            **DOCUMENT,
        },
    )
    before = judged(root, "gdp", "2026-01-14")
    after = judged(root, "gdp", "2026-01-15")
    assert (before["target"], before["target_original"]) == (300, 300)
    assert before["state"]["completion"] == pytest.approx(44 / 118, abs=1e-6)
    assert (after["target"], after["target_original"]) == (260, 300)
    assert after["state"]["completion"] == pytest.approx(44 / 78, abs=1e-6)
    assert after["outlook"]["probability"] > before["outlook"]["probability"]
    assert "revised_target" in {flag["code"] for flag in after["flags"]}
    assert "revised_target" not in {flag["code"] for flag in before["flags"]}


def test_a_declared_path_counts_from_its_day(root):
    root.add(
        "jiaxing-14fyp/path",
        {
            "target_id": "gdp",
            "year": "2024",
            "value": "240",
            "unit": "亿元",
            "date": "2026-01-15",
            **DOCUMENT,
        },
    )
    assert judged(root, "gdp", "2026-01-14")["state"]["schedule"] == 0.8
    after = judged(root, "gdp", "2026-01-15")
    # (240 - 182) / (300 - 182) = 58 / 118
    assert after["state"]["schedule"] == pytest.approx(0.491525, abs=1e-6)
    # half way between 182 and 240 lies 211 in 2022: (211 - 182) / 118
    assert judged(root, "gdp", "2026-01-15", 2022)["state"]["schedule"] == pytest.approx(
        0.245763, abs=1e-6
    )


def test_a_milestone_counts_from_its_day(root):
    root.add(
        "jiaxing-14fyp/milestones",
        {
            "target_id": "fire_base",
            "status": "done",
            "date": "2024-05-01",
            "source": "S5",
            "locator": "test",
            "note": "已投用",
        },
    )
    before, after = (judged(root, "fire_base", day) for day in ("2024-04-30", "2024-05-01"))
    assert (before["outlook"]["class_code"], before["state"]["met"]) == ("insufficient_data", None)
    assert (after["outlook"]["class_code"], after["state"]["met"]) == ("achieved", True)


# --- every kind, by hand --------------------------------------------------------------------


def series(root, indicator, unit, start, values, **more):
    rows = [
        observation(indicator, str(start + at), str(value), unit, **more)
        for at, value in enumerate(values)
    ]
    root.add("observations", *rows)


def test_at_least(root):
    series(root, "coal_transfer", "万吨", 2018, [400, 440, 480, 500, 550, 600, 660])
    item = judged(root, "coal_transfer")
    # (660 - 480) / (700 - 480) = 180 / 220; 700 / 660; (660 / 480)^(1/4) = 1.375^0.25 = 1.082868
    assert item["state"]["completion"] == pytest.approx(0.818182, abs=1e-6)
    assert item["state"]["required_growth_pct"] == pytest.approx(6.0606, abs=1e-4)
    assert item["state"]["realised_growth_pct"] == pytest.approx(8.2868, abs=1e-3)
    assert item["state"]["met"] is False
    # growth of 5 to 14 % a year, 6 % wanted: rather likely, never certain
    assert 0.4 < item["outlook"]["probability"] < 0.98
    assert (item["evidence"], item["evidence_points"]) == ("B", 7)


def test_more_is_less_likely(root):
    series(root, "coal_transfer", "万吨", 2018, [400, 440, 480, 500, 550, 600, 660])
    found = []
    for goal in ("670", "700", "740", "900"):
        root.change("jiaxing-14fyp/targets", {"target_id": "coal_transfer"}, target=goal)
        found.append(judged(root, "coal_transfer")["outlook"]["probability"])
    assert found == sorted(found, reverse=True) and found[0] > 0.5 > found[-1]


def test_at_most(root):
    series(root, "so2", "吨", 2018, [100, 95, 90, 84, 80, 76, 73])
    root.add(
        "jiaxing-14fyp/targets",
        target("t", "so2", "吨", "at_most", direction="decrease", target="70"),
    )
    item = judged(root, "t")
    # (73 - 90) / (70 - 90) = 0.85; 70 / 73 - 1 = -4.1096 %
    assert item["state"]["completion"] == pytest.approx(0.85, abs=1e-6)
    assert item["state"]["required_growth_pct"] == pytest.approx(-4.1096, abs=1e-4)
    assert item["state"]["met"] is False and 0.2 < item["outlook"]["probability"] < 0.9
    root.change("jiaxing-14fyp/targets", {"target_id": "t"}, target="75")
    item = judged(root, "t")
    assert item["state"]["met"] is True and item["outlook"]["class_code"].startswith("achieved")
    assert item["outlook"]["probability"] > 0.5


def test_level_with_its_tolerance(root):
    series(root, "urbanisation", "%", 2019, [72.5, 73.0, 73.6, 74.2, 75.0, 75.6])
    item = judged(root, "urbanisation")
    # (75.6 - 73) / (76 - 73) = 2.6 / 3; 75.6 lies within 76 ± 0.5; a share: points, not growth
    assert item["state"]["completion"] == pytest.approx(0.866667, abs=1e-6)
    assert item["state"]["required_change"] == pytest.approx(0.4, abs=1e-4)
    assert item["state"]["required_growth_pct"] is None
    assert item["state"]["met"] is True
    assert item["outlook"]["probability"] > 0.5 and item["outlook"]["hi80"] <= 100


def test_maintain_counts_the_years(root):
    series(root, "pm25", "微克/立方米", 2021, [26, 28, 27, 25], caliber="plan")
    item = judged(root, "pm25")
    assert item["state"]["completion"] is None  # base equals target
    assert item["state"]["record"] == {
        "years_observed": 4,
        "years_met": 3,  # 28 in 2022 was above 27
        "years_due": 4,
        "worst_year": 2022,
        "worst_value": 28.0,
    }
    assert item["state"]["met"] is True and item["outlook"]["probability"] is not None
    assert item["outlook"]["class_code"] in ("achieved_firm", "achieved_at_risk")


def test_average_growth(root):
    series(
        root,
        "labour_productivity",
        "元/人",
        2019,
        [188_000, 200_000, 216_000, 231_000, 250_000, 270_000],
        price_basis="constant",
    )
    item = judged(root, "labour_productivity")
    # (270 / 200)^(1/4) = 1.35^0.25 = 1.077912; 200,000 * 1.07^5 = 280,510.35; / 270,000 = 1.038927
    assert item["state"]["realised_growth_pct"] == pytest.approx(7.7912, abs=1e-3)
    assert item["state"]["record"]["level_needed"] == pytest.approx(280_510.35, abs=0.01)
    assert item["state"]["required_growth_pct"] == pytest.approx(3.8927, abs=1e-3)
    assert item["state"]["met"] is True and item["outlook"]["probability"] > 0.6
    # the interval is of the five years' mean growth: four of them are over
    assert item["outlook"]["lo80"] < 7.79 < item["outlook"]["hi80"] < 12


def test_current_prices_do_not_answer_a_real_target(root):
    series(
        root,
        "labour_productivity",
        "元/人",
        2019,
        [188_000, 200_000, 216_000, 231_000, 250_000, 270_000],
        price_basis="current",
    )
    item = judged(root, "labour_productivity")
    assert (
        item["outlook"]["class_code"] == "not_comparable"
        and item["state"]["realised_growth_pct"] is None
    )


ZONE_GDP = {"price_basis": "current", "caliber": "plan"}


def test_in_step_with_growth(root):
    series(root, "gdp", "亿元", 2021, [195, 205, 215], **ZONE_GDP)
    series(
        root,
        "household_income",
        "元",
        2019,
        [57_000, 60_000, 63_500, 67_000, 71_000, 75_000],
        price_basis="current",
    )
    item = judged(root, "income_growth")
    # (75 / 60)^0.25 = 1.057371; GDP 1.055624
    assert item["state"]["record"]["differences_pp"] == {
        "household_income": pytest.approx(0.175, abs=2e-3)
    }
    assert item["state"]["met"] is True
    assert item["outlook"]["probability"] is not None and item["outlook"]["unit"] == "百分点"


def test_far_behind_is_not_in_step(root):
    incomes = [round(60_000 * 1.01**years, 2) for years in range(5)]
    series(root, "household_income", "元", 2020, incomes, price_basis="current")
    item = judged(root, "income_growth")
    # 1 % a year against (226 / 182)^0.25 = 1.055624: 4.56 points behind, far outside the band
    assert item["state"]["record"]["differences_pp"] == {
        "household_income": pytest.approx(-4.5624, abs=1e-3)
    }
    assert item["state"]["met"] is False


def test_two_series_end_in_the_last_year_they_share(root):
    root.change(
        "observations",
        {"region": "jiaxing-port-area", "indicator": "urban_income", "period": "2024"},
        period="2023",
    )
    series(root, "gdp", "亿元", 2023, [215], **ZONE_GDP)
    root.drop("observations", indicator="rural_income", region="jiaxing-port-area")
    record = judged(root, "income_growth")["state"]["record"]
    # (81227/66105)^(1/3) = 1.071076; (215/182)^(1/3) = 1.057112
    assert record["through"] == 2023
    assert record["differences_pp"]["urban_income"] == pytest.approx(1.396, abs=3e-3)


def test_above_the_comparator_in_the_target_year(root):
    for values, expected in (([30, 60], "achieved"), ([30, 31], "missed")):
        root.drop("observations", indicator="producer_services_va")
        root.drop("observations", indicator="gdp", region="jiaxing-port-area")
        for year, value, gdp in zip((2020, 2025), values, (182, 226), strict=True):
            series(root, "gdp", "亿元", year, [gdp], price_basis="constant", caliber="plan")
            series(root, "producer_services_va", "亿元", year, [value], price_basis="constant")
        item = judged(root, "producer_services", year=2025)
        # (60 / 30)^0.2 = 1.1487 and (31 / 30)^0.2 = 1.0066 against (226 / 182)^0.2 = 1.0443
        assert item["outlook"]["class_code"] == expected


def test_a_sum_over_the_plan(root):
    series(root, "large_projects", "个", 2019, [2, 3, 3, 4, 2, 5], caliber="annual")
    item = judged(root, "large_projects")
    # 3 + 4 + 2 + 5 = 14 of 15; the years before the plan do not count
    assert item["state"]["record"] == {"to_date": 14.0, "years": 4}
    assert item["state"]["completion"] == pytest.approx(14 / 15, abs=1e-6)
    assert item["state"]["required_change"] == 1 and item["state"]["met"] is False
    assert item["outlook"]["probability"] > 0.8 and item["outlook"]["lo80"] > 14
    root.change("observations", {"indicator": "large_projects", "period": "2024"}, value="6")
    item = judged(root, "large_projects")
    assert item["state"]["met"] is True and item["outlook"]["class_code"] == "achieved_firm"


def test_a_sum_gains_every_year_that_is_left(root):
    series(root, "large_projects", "个", 2019, [3, 3, 3, 3, 3], caliber="annual")
    item = judged(root, "large_projects", year=2023)
    # 9 in three years, and about 3 in each of the two to come: 15, not 12
    assert item["state"]["record"] == {"to_date": 9.0, "years": 3}
    assert 14 <= item["outlook"]["median"] <= 16


def test_a_sum_with_a_year_missing_is_unknown(root):
    series(root, "large_projects", "个", 2019, [2, 3, 3, 4], caliber="annual")
    series(root, "large_projects", "个", 2024, [5], caliber="annual")
    item = judged(root, "large_projects")
    assert (
        item["state"]["completion"] is None and item["outlook"]["class_code"] == "insufficient_data"
    )


def test_a_published_total_stands_for_its_years(root):
    root.add(
        "observations", observation("fdi", "2021/2024", "8.8", "亿美元", published="2025-01-31")
    )
    item = judged(root, "fdi")
    assert item["state"]["completion"] == pytest.approx(0.8) and item["state"]["met"] is False
    assert item["outlook"]["class_code"] == "insufficient_data"


@pytest.mark.parametrize(("values", "code"), [([2, 2, 2, 2], None), ([3, 3, 3, 3], "missed")])
def test_a_cap_on_a_sum(root, values, code):
    series(root, "so2", "吨", 2019, [2, 2, *values])
    root.add(
        "jiaxing-14fyp/targets",
        target("cap", "so2", "吨", "cumulative", direction="decrease", target="11"),
    )
    item = judged(root, "cap")
    # 8 of 11 used in four years and about 2 to come; 12 is over the cap for good
    assert item["state"]["met"] is (code is None)
    if code:
        assert item["outlook"]["class_code"] == code
    else:
        assert item["outlook"]["probability"] > 0.6
        assert item["outlook"]["class_code"] in ("very_likely", "likely")


def assign(root, value="14.5", day="2022-03-01"):
    root.add(
        "jiaxing-14fyp/assignments",
        {"target_id": "energy_intensity", "value": value, "unit": "%", "date": day, **DOCUMENT},
    )


def test_assigned_then_given_and_reductions_compound(root):
    assign(root)
    series(root, "energy_intensity_reduction", "%", 2019, [2.8, 3.1, 3, 3.5, 2.5, 3])
    assert (
        judged(root, "energy_intensity", "2022-02-28", 2022)["outlook"]["class_code"]
        == "awaiting_assignment"
    )
    item = judged(root, "energy_intensity")
    # 1 - 0.97 * 0.965 * 0.975 * 0.97 = 1 - 0.885269 = 11.4731 %, not 3 + 3.5 + 2.5 + 3 = 12
    assert item["state"]["record"]["to_date"] == pytest.approx(11.4731, abs=1e-4)
    assert item["state"]["completion"] == pytest.approx(11.473071 / 14.5, abs=1e-6)
    assert item["target"] == 14.5 and item["state"]["met"] is False
    # 3.42 % is wanted in 2025: 1 - 0.855 / 0.885269
    assert 0.05 < item["outlook"]["probability"] < 0.6
    assert 9 < item["outlook"]["lo80"] < 11.5 < item["outlook"]["hi80"] < 20


def test_an_assigned_level(root):
    series(root, "safety_deaths", "%", 2019, [5, 4.5, 4.2, 4.0, 3.6, 3.4])
    root.add(
        "jiaxing-14fyp/assignments",
        {
            "target_id": "safety_deaths",
            "value": "3",
            "unit": "",
            "date": "2022-03-01",
            **DOCUMENT,
        },
    )
    item = judged(root, "safety_deaths")
    # (3.4 - 4.5) / (3 - 4.5) = 1.1 / 1.5; a smaller figure is better
    assert item["state"]["completion"] == pytest.approx(0.733333, abs=1e-6)
    assert item["state"]["met"] is False


def test_a_multiple(root):
    series(root, "listed_firms", "家", 2019, [4, 4, 5, 5, 6, 7])
    item = judged(root, "listed_firms_double")
    # base 4 in 2020, goal 8: (7 - 4) / 4; 8 / 7 - 1 = 14.2857 %; 2^(1/5) - 1 = 14.8698 %
    assert item["state"]["completion"] == pytest.approx(0.75)
    assert item["state"]["required_growth_pct"] == pytest.approx(14.2857, abs=1e-4)
    assert item["state"]["record"]["level_needed"] == 8
    assert item["state"]["record"]["pace_pct"] == pytest.approx(14.8698, abs=1e-4)
    assert 0.2 < item["outlook"]["probability"] < 0.8


@pytest.mark.parametrize(("last", "word"), [(8, "achieved"), (7, "missed")])
def test_a_multiple_published_for_its_year_is_settled_on_two_points(root, last, word):
    series(root, "listed_firms", "家", 2020, [4])
    series(root, "listed_firms", "家", 2025, [last])
    assert judged(root, "listed_firms_double", year=2025)["outlook"]["class_code"] == word


def test_a_multiple_of_which_only_the_base_is_known(root):
    series(root, "listed_firms", "家", 2020, [4])
    item = judged(root, "listed_firms_double")
    assert item["state"]["completion"] is None and item["state"]["met"] is None
    assert item["outlook"]["class_code"] == "cannot_judge"


# --- none, one, two, three points ------------------------------------------------------------


def test_no_point():
    item = ITEM["talent"]
    assert item["latest"] is None and item["evidence_points"] == 0
    assert (
        item["outlook"]["class_code"] == "insufficient_data" and item["outlook"]["median"] is None
    )


@pytest.mark.parametrize(("value", "met"), [("2.0", False), ("2.3", True)])
def test_one_point_is_no_judgement_even_when_it_meets_the_target(root, value, met):
    series(root, "talent", "万人", 2023, [value])
    item = judged(root, "talent")
    assert item["outlook"]["class_code"] == "cannot_judge" and item["state"]["met"] is met
    assert item["state"]["completion"] is None  # no base
    assert item["outlook"]["probability"] is None and item["outlook"]["lo80"] is None
    assert (item["evidence"], item["evidence_points"]) == ("D", 1)


def test_two_points_are_a_range(root):
    series(root, "talent", "万人", 2020, [1.8])
    series(root, "talent", "万人", 2023, [2.0])
    item = judged(root, "talent")
    # (2.0 - 1.8) / (2.25 - 1.8); two years are left from 2023: (2.25 / 2)^(1/2) = 1.060660
    assert item["state"]["completion"] == pytest.approx(0.444444, abs=1e-6)
    assert item["state"]["required_growth_pct"] == pytest.approx(6.066, abs=1e-3)
    assert (
        item["outlook"]["class_code"] == "insufficient_data"
        and item["outlook"]["probability"] is None
    )
    assert item["outlook"]["lo80"] < item["outlook"]["median"] < item["outlook"]["hi80"]
    assert item["evidence"] == "D" and "stale" in {flag["code"] for flag in item["flags"]}


def test_three_points_are_a_likelihood_of_low_grade(root):
    series(root, "talent", "万人", 2020, [1.8])
    series(root, "talent", "万人", 2022, [1.9, 2.0])
    item = judged(root, "talent")
    assert item["outlook"]["probability"] is not None and item["evidence"] == "C"


def test_eight_consecutive_reliable_points_are_grade_a(root):
    series(root, "talent", "万人", 2017, [1.6, 1.65, 1.7, 1.8, 1.85, 1.9, 2.0, 2.1])
    assert judged(root, "talent")["evidence"] == "A"
    root.change("observations", {"indicator": "talent", "period": "2024"}, source="S3")
    assert judged(root, "talent")["evidence"] == "B"  # medium reliability
    root.change("observations", {"indicator": "talent", "period": "2024"}, source="C14")
    root.change("sources", {"source": "C14"}, reliability="low")
    assert judged(root, "talent")["evidence"] == "D"


def test_a_zero_is_a_value_and_no_reason_to_stop(root):
    # growth cannot be multiplied out of zero: no forecast for this one, all others as before
    series(root, "coal_transfer", "万吨", 2019, [0, 0, 300, 500, 600, 650])
    item = judged(root, "coal_transfer")
    assert item["baseline"] == 0.0  # known, and zero
    assert item["state"]["completion"] == pytest.approx(650 / 700, abs=1e-6)
    assert item["outlook"]["class_code"] == "insufficient_data"
    refused = {"code": "kind_cannot_take_this_value", "kind": "generic"}
    assert item["outlook"]["reasons"] == [
        {"code": "no_forecast", "refused": refused, "value": "2019: 0.0"}
    ]
    assert judged(root, "gdp")["outlook"]["class_code"] == "very_unlikely"


def test_a_binding_target_below_sixty_percent_is_on_the_warning_list(root):
    series(root, "good_air", "%", 2021, [88, 87, 86, 85], caliber="plan")
    told = evaluate("jiaxing-14fyp", 2024, root=root.path).to_dict()
    item = next(i for i in told["indicators"] if i["id"] == "good_air")
    assert item["outlook"]["probability"] < 0.2
    assert told["warnings"] == ["good_air"] and "good_air" not in told["unjudged_binding"]
    # (85 - 91) / (92 - 91) = -6: a step back is negative, not zero
    assert item["state"]["completion"] == pytest.approx(-6.0)
    assert item["state"]["required_change"] == pytest.approx(7.0)


def test_every_figure_in_use_names_its_row_in_the_table():
    lines = (DATA.root / "data" / "observations.csv").read_text(encoding="utf-8").splitlines()
    told = evaluate("jiaxing-14fyp", 2024).trace()
    gdp = {item["period"]: item for item in told if item["target"] == "gdp"}
    assert gdp["2024"]["source"] == "S2" and gdp["2024"]["value"] == 226
    for item in told:
        line = lines[item["row"] - 1]
        assert line.startswith(f"{item['region']},{item['indicator']},{item['period']},")
        assert item["source"] in line and item["locator"] in line


def test_an_evaluation_in_a_notebook_is_one_line():
    assert repr(evaluate("jiaxing-14fyp", 2024)) == (
        "<Evaluation jiaxing-14fyp 2024, as of 2026-11-01: 64 targets>"
    )


# --- one evaluation for many readers -----------------------------------------------------------


def test_an_audit_made_once_serves_many_evaluations(monkeypatch):
    made = audit(DATA)
    monkeypatch.setattr(evaluation_module, "audit", None)  # none is made anew
    assert evaluate("jiaxing-14fyp", 2024, data=DATA, report=made).to_dict() == TOLD
    with pytest.raises(ValueError, match="2022-12-31"):
        evaluate("jiaxing-14fyp", 2024, "2022-12-31", data=DATA, report=made)


def test_an_evaluation_can_be_handed_to_another_process():
    again = pickle.loads(pickle.dumps(NOW))
    assert again.to_dict() == TOLD and again.trace() == NOW.trace()
    assert again.audit.findings == NOW.audit.findings
    for then, now in zip(NOW.indicators, again.indicators, strict=True):
        if then.outlook.forecast is not None:
            old, new = then.outlook.forecast, now.outlook.forecast
            far = old.last_year + 40  # beyond what was worked out
            assert new.interval(80, far) == old.interval(80, far)
            assert new.paths(3, seed=1).tolist() == old.paths(3, seed=1).tolist()


def test_an_overview_audits_once(monkeypatch):
    days = []
    monkeypatch.setattr(
        overview_module, "audit", lambda *given, **told: days.append(1) or audit(*given, **told)
    )
    seen = overview_module.overview(2024, root=HOME)
    assert days == [1]
    assert {state.plan.plan_id: state.counts for state in seen.plans} == {
        "jiaxing-13fyp": None,
        "jiaxing-14fyp": NOW.counts(),
    }
