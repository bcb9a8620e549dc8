"""The shipped data: valid by an independent validator, equal to the documents, fully sourced."""

from __future__ import annotations

import datetime as dt

import pytest
from roots import HOME, cases

from analysis.data.observations import load
from analysis.data.plan import load_plan

DATA = load(HOME)
PLAN = {name: load_plan(name, data=DATA) for name in ("jiaxing-13fyp", "jiaxing-14fyp")}
ATTRIBUTES = {"预期性": "expected", "约束性": "binding", "": None}
PLANS = {"1-1": "jiaxing-13fyp", "2-1": "jiaxing-14fyp"}
TABLES = cases("plan_tables.csv")  # typed by hand from the plan document


def test_frictionless_finds_nothing_wrong():
    from frictionless import Package

    report = Package(str(HOME / "data" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "note"])[:5]
    assert len(report.tasks) >= 9 + 2 * 5  # the shared tables and five of each plan


@pytest.mark.parametrize("row", TABLES, ids=lambda row: f"{row['table']} {row['no']}")
def test_each_row_of_the_plan_s_tables(row):
    plan = PLAN[PLANS[row["table"]]]
    found = [t for t in plan.targets if t.section == "table" and t.no == int(row["no"])]
    assert len(found) == 1
    target = found[0]
    assert (target.name_zh, target.unit, target.group_zh) == (
        row["name"],
        row["unit"],
        row["group"],
    )
    assert target.target_text == row["target"]
    assert target.binding == (
        "binding" if "约束性" in row["target"] else ATTRIBUTES[row["attribute"]]
    )
    digits = row["target"].removesuffix("以上").removesuffix("以下").removesuffix("左右")
    if digits.replace(".", "").isdigit():
        assert target.target == float(digits)
    else:
        assert target.target is None


@pytest.mark.parametrize("table", PLANS)
def test_the_tables_are_whole(table):
    plan = PLAN[PLANS[table]]
    numbers = [t.no for t in plan.targets if t.section == "table"]
    assert numbers == list(range(1, {"1-1": 20, "2-1": 34}[table] + 1))


@pytest.mark.parametrize(
    "row",
    [row for row in TABLES if row["y2015"]],
    ids=lambda row: f"{row['table']} {row['no']}",
)
def test_values_and_growth_of_table_1_1(row):
    target = next(t for t in PLAN["jiaxing-13fyp"].targets if t.no == int(row["no"]))
    for year in ("2015", "2020"):
        found = [
            o["value"]
            for o in DATA.by_series[(target.region, target.indicator)]
            if o["period"] == year and o["source"] == "S1" and o["status"] == "reported"
        ]
        assert found == [float(row[f"y{year}"])], year
    for column, kind in (("average", "avg_growth_pct"), ("total", "total_growth_pct")):
        stated = [
            claim["printed_value"]
            for claim in DATA.claims.to_dict("records")
            if (claim["region"], claim["indicator"], claim["type"])
            == (target.region, target.indicator, kind)
            and claim["locator"].startswith("表1-1")
        ]
        assert stated == ([] if row[column] == "-" else [row[column]])


@pytest.mark.parametrize("row", cases("plan_text.csv"), ids=lambda row: row["promise"])
def test_each_quantified_promise_of_the_text(row):
    plan = PLAN["jiaxing-14fyp"]
    found = [t for t in plan.targets if t.name_zh == row["promise"] and t.section == "text"]
    assert len(found) == 1
    target = found[0]
    assert target.target_text == row["figure"] and target.unit == row["unit"]
    assert target.target_year == int(row["year"])
    assert target.locator.split()[0] == row["chapter"]
    digits = "".join(c for c in row["figure"] if c.isdigit() or c == ".")
    if digits and target.kind != "relative":
        assert target.target == float(digits)


def test_text_targets_are_those_of_the_document_and_the_certifications():
    named = {row["promise"] for row in cases("plan_text.csv")}
    text = [t for t in PLAN["jiaxing-14fyp"].targets if t.section == "text"]
    assert {t.name_zh for t in text if t.kind != "milestone"} <= named
    assert len(text) == 30


def test_every_published_value_is_there_with_its_unit_and_source():
    held = {
        (o["region"], o["indicator"], o["period"], o["value"], o["unit"], o["source"])
        for o in DATA.observations.to_dict("records")
    }
    published = cases("published_values.csv")
    assert len(published) == 228
    missing = [
        row
        for row in published
        if (
            row["region"],
            row["indicator"],
            row["period"],
            float(row["value"]),
            row["unit"],
            row["source"],
        )
        not in held
    ]
    assert not missing


def test_every_observation_has_source_place_and_a_possible_day():
    for row in DATA.observations.to_dict("records"):
        source = DATA.sources[row["source"]]
        place = f"observations.csv row {row['row']}"
        assert row["locator"].strip() and source["title"].strip(), place
        # a full year's figure cannot be published before the year is over
        if row["year"] is not None and row["status"] != "first_estimate":
            assert row["published"] >= dt.date(row["year"], 12, 31), place
        if source["published"] is not None:
            assert row["published"] == source["published"], place


def test_traps_of_the_sources_stay_apart():
    # the zone's port is not the whole port; one caliber is not the other; vintages all stay
    def at(region, indicator, period):
        return {
            (o["value"], o["caliber"], o["status"])
            for o in DATA.by_series[(region, indicator)]
            if o["period"] == period
        }

    assert at("zhapu-port", "container_throughput", "2020") == {(176.0, "plan", "reported")}
    assert (195.6, "default", "reported") in at("jiaxing-port", "container_throughput", "2020")
    assert at("jiaxing-port-area", "gdp", "2021") == {(209.01, "management", "reported")}
    assert {5509.52, 5510.0, 5563.58} == {v for v, _, _ in at("jiaxing-city", "gdp", "2020")}
    # no figure of the zone's GDP was invented for the years between
    years = {o["period"] for o in DATA.by_series[("jiaxing-port-area", "gdp")]}
    assert years == {"2015", "2020", "2021", "2024"}


def test_derived_figures_are_named_and_recomputed():
    derived = {
        (o["region"], o["indicator"], o["period"]): o["value"]
        for o in DATA.observations.to_dict("records")
        if o["status"] == "derived"
    }
    # 718 / 1.51 = 475.497
    assert derived[("jiaxing-port-area", "industrial_output", "2015")] == 475.5
    assert all(o["note"] for o in DATA.observations.to_dict("records") if o["status"] == "derived")
