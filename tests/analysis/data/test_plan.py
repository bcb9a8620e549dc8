"""Plans: what a target must say, and what was assigned, adjusted or staged by a date."""

from __future__ import annotations

import datetime as dt

import pytest
from roots import HOME, refused, target

from analysis.data.errors import InputError
from analysis.data.observations import load
from analysis.data.plan import load_plan, plan_ids

DATA = load(HOME)
TARGETS = "data/plans/jiaxing-14fyp/targets.csv"
DOCUMENT = {"document": "嘉港〔2023〕1号", "source": "S5", "locator": "test"}


@pytest.mark.parametrize(
    ("target_id", "column", "text", "near"),
    [
        ("gdp", "direction", "", None),
        ("gdp", "direction", "up", None),
        ("gdp", "direction", "decrease", "increase"),
        ("gdp", "kind", "atleast", "at_least"),
        ("gdp", "target", "", None),
        ("gdp", "target", "300亿元", "300"),
        ("gdp", "unit", "万吨", "亿元"),
        ("gdp", "unit", "万元", "亿元"),  # 300 万元 would be compared with 226 亿元
        ("containers", "unit", "TEU", "万标箱"),
        ("labour_productivity", "unit", "元/人", "%"),
        ("gdp", "indicator", "gpd", "gdp"),
        ("gdp", "region", "jiaxing-port-aera", "jiaxing-port-area"),
        ("gdp", "source", "1S1", "S1"),
        ("gdp", "caliber", "plans", "plan"),
        ("gdp", "binding", "约束性", None),
        ("gdp", "target_year", "2020", "2025"),
        ("income_growth", "comparator", "", None),
        ("income_growth", "comparator", "gpd", "gdp"),
        ("income_growth", "proxies", "urban_income;rural_incom", "rural_income"),
        ("income_growth", "band", "", None),
        ("rd_share_lead", "comparator", "zhejang:rd_share", "zhejiang"),
        ("foreign_cargo", "context", "jiaxing_port", "jiaxing-port"),
        ("gdp_2035", "multiple", "", None),
    ],
)
def test_a_target_that_cannot_be_judged(root, target_id, column, text, near):
    row = root.change("jiaxing-14fyp/targets", {"target_id": target_id}, **{column: text})
    error = refused(root)
    expected = "min_difference" if (target_id, column) == ("income_growth", "band") else column
    assert (error.file, error.row, error.column) == (TARGETS, row, expected)
    assert error.expected
    if near is not None:
        assert error.nearest == near
    if text:
        assert str(error.value) in (text, text.split(";")[-1], text.split(":")[0])


def test_a_target_twice(root):
    row = root.add("jiaxing-14fyp/targets", target("gdp", "gdp", "亿元", "at_least", target="1"))
    error = refused(root)
    assert (error.row, error.column, error.value) == (row, "target_id", "gdp")


@pytest.mark.parametrize("table", ["assignments", "revisions", "path", "milestones"])
def test_a_row_for_a_target_the_plan_does_not_have(root, table):
    more = {
        "assignments": {"value": "1", "date": "2023-01-01"},
        "revisions": {
            "field": "target",
            "old": "300",
            "new": "2",
            "date": "2023-01-01",
            "reason": "r",
        },
        "path": {"year": "2022", "value": "1", "date": "2023-01-01"},
        "milestones": {"status": "done", "date": "2023-01-01"},
    }[table]
    document = {k: v for k, v in DOCUMENT.items() if k in root.columns(f"jiaxing-14fyp/{table}")}
    where = f"jiaxing-14fyp/{table}"
    row = root.add(where, {"target_id": "gpd", **more, **document})
    error = refused(root)
    assert (error.file, error.row) == (f"data/plans/{where}.csv", row)
    assert (error.column, error.nearest) == ("target_id", "gdp")
    root.drop(where, target_id="gpd")
    row = root.add(where, {"target_id": "gdp", **more, **document, "source": "S77"})
    error = refused(root)
    assert (error.row, error.column, error.value) == (row, "source", "S77")


def revision(old: str, new: str, day: str) -> dict[str, str]:
    return {
        "target_id": "gdp",
        "field": "target",
        "old": old,
        "new": new,
        "date": day,
        "reason": "形势变化",
        **DOCUMENT,
    }


def test_a_revision_whose_old_value_does_not_match(root):
    row = root.add("jiaxing-14fyp/revisions", revision("280", "260", "2023-06-30"))
    error = refused(root)
    assert error.file == "data/plans/jiaxing-14fyp/revisions.csv"
    assert (error.row, error.column, error.value) == (row, "old", "280")
    assert error.expected == "300" and error.nearest == "300"


def test_a_revision_counts_from_its_day_and_the_original_stays(root):
    root.add(
        "jiaxing-14fyp/revisions",
        revision("300", "280", "2023-06-30"),
        revision("280", "260", "2024-06-30"),
    )
    expected = {"2023-06-29": 300, "2023-06-30": 280, "2024-06-29": 280, "2024-06-30": 260}
    for day, value in expected.items():
        item = load_plan("jiaxing-14fyp", as_of=dt.date.fromisoformat(day), root=root.path).target(
            "gdp"
        )
        assert (item.target, item.original) == (value, 300), day
        assert len(item.revisions) == {300: 0, 280: 1, 260: 2}[value]


def assignment(value: str, day: str, unit: str = "%") -> dict[str, str]:
    return {
        "target_id": "energy_intensity",
        "value": value,
        "unit": unit,
        "date": day,
        **DOCUMENT,
    }


def test_an_assignment_counts_from_its_day(root):
    root.add("jiaxing-14fyp/assignments", assignment("14.5", "2022-03-01"))
    for day, value in (("2022-02-28", None), ("2022-03-01", 14.5)):
        item = load_plan("jiaxing-14fyp", as_of=dt.date.fromisoformat(day), root=root.path).target(
            "energy_intensity"
        )
        assert item.target == value and (item.assigned is None) == (value is None)


def test_an_assignment_may_be_revised_in_order_of_their_days(root):
    root.add("jiaxing-14fyp/assignments", assignment("14.5", "2022-03-01"))
    root.add(
        "jiaxing-14fyp/revisions",
        revision("14.5", "13", "2023-01-01") | {"target_id": "energy_intensity"},
    )
    item = load_plan("jiaxing-14fyp", root=root.path).target("energy_intensity")
    assert (item.target, item.original) == (13, 14.5)
    root.add("jiaxing-14fyp/assignments", assignment("12", "2024-01-01"))
    item = load_plan("jiaxing-14fyp", root=root.path).target("energy_intensity")
    assert item.target == 12  # the later document is in force
    root.drop("jiaxing-14fyp/assignments", value="14.5")
    error = refused(root)  # the revision now comes before any number
    assert error.column == "old" and error.nearest is None


@pytest.mark.parametrize("unit", ["吨", "‰"])
def test_an_assignment_in_another_unit(root, unit):
    row = root.add("jiaxing-14fyp/assignments", assignment("14.5", "2022-03-01", unit))
    error = refused(root)
    assert (error.row, error.column, error.value, error.nearest) == (row, "unit", unit, "%")


def step(year: str, value: str = "250") -> dict[str, str]:
    return {
        "target_id": "gdp",
        "year": year,
        "value": value,
        "unit": "亿元",
        "date": "2022-01-01",
        **DOCUMENT,
    }


@pytest.mark.parametrize(("year", "near"), [("2020", "2021"), ("2026", "2025")])
def test_a_declared_path_outside_the_plan(root, year, near):
    row = root.add("jiaxing-14fyp/path", step(year))
    error = refused(root)
    assert (error.row, error.column, error.value) == (row, "year", int(year))
    assert error.nearest == near


def test_a_declared_path_counts_from_its_day(root):
    root.add("jiaxing-14fyp/path", step("2024", "270"), step("2022", "215"))
    before = load_plan("jiaxing-14fyp", as_of=dt.date(2021, 12, 31), root=root.path)
    after = load_plan("jiaxing-14fyp", as_of=dt.date(2022, 1, 1), root=root.path)
    assert before.target("gdp").path == ()
    assert after.target("gdp").path == ((2022, 215.0), (2024, 270.0))


def test_an_unknown_plan_names_the_nearest():
    with pytest.raises(InputError) as caught:
        load_plan("jiaxing-14fpy", data=DATA)
    assert caught.value.nearest == "jiaxing-14fyp"
    assert caught.value.expected == " / ".join(plan_ids(DATA))


@pytest.mark.parametrize(
    ("year", "near"),
    [(2020, "2021"), (2026, "2025"), (0, "2021"), ("2024", "2024"), (2024.5, None)],
)
def test_a_year_outside_the_plan(year, near):
    plan = load_plan("jiaxing-14fyp", data=DATA)
    with pytest.raises(InputError) as caught:
        plan.check_year(year)
    assert caught.value.expected == "2021–2025" and caught.value.value == year
    if near:
        assert caught.value.nearest == near


def test_years_and_targets_of_a_plan():
    plan = load_plan("jiaxing-13fyp", data=DATA)
    assert list(plan.years) == [2016, 2017, 2018, 2019, 2020] and plan.base_year == 2015
    assert plan.check_year(2016) == 2016
    with pytest.raises(InputError) as caught:
        plan.target("gdpp")
    assert caught.value.nearest == "gdp"


@pytest.mark.parametrize("text", ["{", '{"resources": [{"path": "missing.csv"}]}', "[]"])
def test_a_broken_data_package_is_refused(root, text):
    (root.path / "data" / "datapackage.json").write_text(text, "utf-8")
    assert refused(root).file == "data/datapackage.json"
