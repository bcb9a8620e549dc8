"""The table of kinds: a kind added to it is judged, told and compared without any other change."""

from __future__ import annotations

import json

import pytest
from roots import Root, observation, target

from analysis.data.errors import InputError, Reason
from analysis.targets import kinds
from analysis.targets.ahead import propose_path, target_scenarios
from analysis.targets.evaluation import evaluate
from analysis.targets.explain import computed
from analysis.targets.judge import gather
from analysis.targets.overview import overview
from analysis.targets.path import yearly_path
from analysis.targets.types import Outlook, State


def best_year(case: kinds.Case) -> tuple[State, Outlook]:
    """Judge a made-up kind: the best year of the plan counts."""
    best = max(item.value for item in case.series.data if item.year >= case.start_year)
    met = best >= (case.target.target or 0.0)
    return State(met=met, record={"best": best}), Outlook("achieved" if met else "in_progress")


@pytest.fixture
def made_up(root: Root) -> Root:
    """Return a plan with a target whose kind its schema knows: 60 inhabitants in some year."""
    path = root.path / "data" / "schemas" / "targets.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    kind = next(field for field in schema["fields"] if field["name"] == "kind")
    kind["constraints"]["enum"].append("best_year")
    path.write_text(json.dumps(schema, ensure_ascii=False), encoding="utf-8")
    root.write(
        "observations",
        [row for row in root.rows("observations") if row["indicator"] != "population"],
    )
    for year, value in (("2020", "70"), ("2021", "61"), ("2022", "50"), ("2024", "55")):
        root.add("observations", observation("population", year, value, "万人"))
    root.add(
        "jiaxing-14fyp/targets", target("most", "population", "万人", "best_year", target="60")
    )
    return root


def test_a_kind_of_ones_own_is_judged_explained_and_overviewed(made_up, monkeypatch):
    monkeypatch.setitem(kinds.KINDS, "best_year", kinds.TargetKind(best_year))
    found = evaluate("jiaxing-14fyp", 2024, root=made_up.path)
    item = found.get("most")
    # 61 of 2021 is the best year within the plan; 70 was before it
    assert item.state.met is True and item.state.record == {"best": 61.0}
    told = next(one for one in found.to_dict()["indicators"] if one["id"] == "most")
    assert (told["kind"], told["outlook"]["class_code"]) == ("best_year", "achieved")
    assert {rule.verdict for rule in item.rules.values()} == {"not_available"}
    steps = computed(item, gather(item.target, found.plan, 2024, found.as_of))
    assert [step.code for step in steps] == ["completion", "schedule", "met", "probability"]
    assert steps[0].reason == Reason("kind_has_none")
    for ahead in (
        yearly_path(item, found.plan),
        propose_path(item, found.plan, 2024),
        target_scenarios(item, found.plan),
    ):
        assert isinstance(ahead, Reason)
    counts = {one.plan.plan_id: one.counts for one in overview(2024, root=made_up.path).plans}
    assert counts["jiaxing-14fyp"] == found.counts()


def test_a_kind_nobody_judges_is_named(made_up):
    with pytest.raises(InputError, match="target_kind_is_not_judged") as caught:
        evaluate("jiaxing-14fyp", 2024, root=made_up.path)
    assert (caught.value.column, caught.value.value) == ("kind", "best_year")
    assert "avg_growth" in str(caught.value.expected)


def test_the_schema_s_kinds_are_those_that_are_judged(root):
    schema = json.loads((root.path / "data/schemas/targets.json").read_text(encoding="utf-8"))
    kind = next(field for field in schema["fields"] if field["name"] == "kind")
    assert kind["constraints"]["enum"] == sorted(kinds.KINDS, key=kind["constraints"]["enum"].index)
