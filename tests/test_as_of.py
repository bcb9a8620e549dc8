"""The evaluation of a day is the one that could be made on that day, whatever came later."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from roots import HOME, Root, observation, target

from analysis.data.observations import load, public_by
from analysis.decoupling.energy import emission_factors
from analysis.targets.evaluation import evaluate
from planeval.chapters.carbon import factors_reading, factors_table
from planeval.words.findings import audit_record
from planeval.words.reasons import record

DATA = load(HOME)
DATED = ("assignments", "milestones", "path", "responsible", "revisions")
PLANS = ("jiaxing-13fyp", "jiaxing-14fyp")


def forget(root: Root, day: dt.date) -> dict[str, int]:
    """Take out of a root everything published after a day; return the rows taken, by table."""
    taken = {}

    def keep(name: str, public) -> None:
        rows = root.rows(name)
        kept = [row for row in rows if public(row) <= day]
        root.write(name, kept)
        taken[name] = len(rows) - len(kept)

    def stated(row: dict[str, str]) -> dt.date:
        if "published" in row:
            return dt.date.fromisoformat(row["published"])
        return max(dt.date.fromisoformat(row["date"]), public_by(DATA, row["source"], row["date"]))

    def of_source(period: str):
        return lambda row: public_by(DATA, row["source"], row[period])

    keep("observations", stated)
    for plan in PLANS:
        later = [r for r in root.rows(f"{plan}/revisions") if stated(r) > day]
        for name in (row["target_id"] for row in later if row["field"] == "added"):
            root.drop(f"{plan}/targets", target_id=name)
        for table in DATED:
            keep(f"{plan}/{table}", stated)
    keep("claims", of_source("period"))
    keep("corrections", of_source("period"))
    keep("emission_factors", of_source("year"))
    tables = ["observations", "claims", "corrections", "emission_factors", "plans", "port_months"]
    tables += [f"{plan}/{table}" for plan in PLANS for table in (*DATED, "targets")]
    used = {row["source"] for name in tables for row in root.rows(name)}
    root.write("sources", [row for row in root.rows("sources") if row["source"] in used])
    taken["sources"] = len(DATA.sources) - len(root.rows("sources"))
    return taken


def busy(root: Root) -> None:
    """Give a root events of every kind: revised, added, withdrawn, assigned, staged, corrected."""
    document = {"document": "嘉港〔2023〕1号", "source": "S5", "locator": "test"}
    why = {"reason": "形势变化", **document}
    plan = "jiaxing-14fyp"
    root.add(f"{plan}/targets", target("exports", "exports", "亿元", "at_least", target="100"))
    for row in (
        {"target_id": "gdp", "field": "target", "old": "300", "new": "260", "date": "2023-06-30"},
        {"target_id": "gdp", "field": "target", "old": "260", "new": "250", "date": "2024-06-30"},
        {"target_id": "exports", "field": "added", "new": "100", "date": "2024-03-01"},
        {"target_id": "fdi", "field": "withdrawn", "old": "11", "date": "2024-03-01"},
        # S2 came out on 2025-12-23; E4 is undated: of 2023, by the end of 2024
        {"target_id": "gdp", "field": "target", "old": "250", "new": "240", "date": "2024-08-01"}
        | {"source": "S2"},
        {"target_id": "trade", "field": "withdrawn", "old": "300", "date": "2023-05-01"}
        | {"source": "E4"},
    ):
        root.add(f"{plan}/revisions", why | row)
    root.add(
        f"{plan}/assignments",
        {"target_id": "energy_intensity", "value": "14.5", "unit": "%", "date": "2022-03-01"}
        | document,
    )
    root.add(
        f"{plan}/path",
        {"target_id": "gdp", "year": "2024", "value": "240", "date": "2024-02-01"} | document,
    )
    more = {"unit": "亿元", "price_basis": "current", "caliber": "plan"}
    for value, status, day in (
        ("195", "first_estimate", "2023-03-01"),
        ("201", "revised", "2024-12-01"),
    ):
        root.add(
            "observations",
            observation("gdp", "2022", value, status=status, published=day, **more),
        )


def told(root: Root, plan: str, year: int, day: dt.date) -> str:
    made = evaluate(plan, year, day, root=root.path)
    return json.dumps([record(made), audit_record(made.audit)], ensure_ascii=False)


@pytest.mark.parametrize(
    "day", ["2021-06-27", "2022-12-31", "2023-12-31", "2024-06-30", "2025-12-22", "2026-06-30"]
)
def test_today_s_data_tell_of_a_day_what_that_day_s_data_told(root, tmp_path, day):
    date = dt.date.fromisoformat(day)
    then = Root(tmp_path / "then")
    for one in (root, then):
        busy(one)
    taken = forget(then, date)
    assert taken["observations"] > 0 and taken["sources"] > 0
    for plan, year in (("jiaxing-14fyp", 2023), ("jiaxing-13fyp", 2020)):
        assert told(root, plan, year, date) == told(then, plan, year, date)
    kept = emission_factors(data=load(then.path), as_of=date).drop(columns="row")
    assert emission_factors(data=load(root.path), as_of=date).drop(columns="row").equals(kept)


@pytest.mark.parametrize(
    ("day", "target_now", "latest"),
    [
        ("2023-02-28", 300, None),
        ("2023-03-01", 300, 195),
        ("2023-06-30", 260, 195),
        ("2024-06-30", 250, 195),
        ("2024-12-01", 250, 201),
        ("2025-12-22", 250, 201),
        ("2025-12-23", 240, 201),  # a document of August 2024, public from then on
    ],
)
def test_number_in_force_and_vintage_of_each_day(root, day, target_now, latest):
    busy(root)
    item = evaluate("jiaxing-14fyp", 2023, day, root=root.path).get("gdp")
    assert (item.target.target, item.target.original) == (target_now, 300)
    assert (item.latest.value if item.latest.year == 2022 else None) == latest


def test_factors_are_not_known_before_their_document():
    # E5 is undated, of 2006: by 2007-12-31. E4 undated, of 2024: by 2025-12-31, E6 of that day.
    known = {
        day: sorted(
            set(emission_factors(data=DATA, as_of=dt.date.fromisoformat(day))["factor_set"])
        )
        for day in ("2007-12-30", "2007-12-31", "2025-12-30", "2025-12-31")
    }
    assert list(known.values()) == [
        [],
        ["ipcc-2006"],
        ["ipcc-2006"],
        ["gbt-2024", "ipcc-2006", "mee-2023"],
    ]


def test_the_chapter_shows_the_factors_of_the_day():
    early, late = (
        evaluate("jiaxing-14fyp", 2023, day, data=DATA) for day in ("2025-12-30", "2025-12-31")
    )
    assert "2025-12-30" in factors_table(early) and factors_reading(early) == ""
    # the fuels of GB/T 32151.22, and the three grids of the announcement
    assert len(factors_table(late).frame) == len(emission_factors("gbt-2024")) + 3


def test_the_priors_are_those_of_the_project_evaluated(root: Root):
    here = evaluate("jiaxing-14fyp", 2024).get("gdp").outlook.median
    rows = root.rows("priors")
    for row in rows:
        row["m"] = "0.2" if row["kind"] == "nominal_gdp" else row["m"]
    root.write("priors", rows)
    there = evaluate("jiaxing-14fyp", 2024, root=root.path).get("gdp").outlook.median
    # a kind said to grow by a fifth a year lifts what three points alone do not settle
    assert there > here
    assert evaluate("jiaxing-14fyp", 2024).get("gdp").outlook.median == here
