"""Two reports compared: each change has its cause, and no change has a cause it has not."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from roots import Root
from tests.planeval.publish.test_publish import DAY, PLAN, YEAR, draft, drafts  # noqa: F401  (a fixture)

from analysis.data.errors import InputError
from planeval.cli.app import main
from planeval.publish.diff import Record, compare, find
from planeval.publish.publish import publish

GDP_2024 = {"region": "jiaxing-port-area", "indicator": "gdp", "period": "2024"}


def figure(value: float, source: str = "S1", **more: Any) -> dict[str, Any]:
    return {
        "target": "gdp", "region": "a", "indicator": "gdp", "row": 2, "correction": None,
        "period": "2024", "value": value, "unit": "亿元", "source": source, "locator": "表1",
        "qualifier": "exact", "status": "reported", "caliber": "plan", "price_basis": "current",
        "published": "2025-03-01", "reliability": "high",
    } | more  # fmt: skip


def record(*figures: dict[str, Any], probability: float = 0.5, **more: Any) -> Record:
    """Return a report of two targets, of which one has figures."""
    judged: dict[str, Any] = {
        "plan": "p", "year": 2024, "as_of": "2026-01-01",
        "indicators": [
            {"id": name, "name_zh": name, "name_en": name, "target": 300.0, "state": {},
             "outlook": {"probability": probability if name == "gdp" else 0.5}}
            for name in ("gdp", "jobs")
        ],
    }  # fmt: skip
    return Record("r", {"figures": list(figures), "code": "c1", **more}, judged)


def causes(old: Record, new: Record) -> list[tuple[str, bool]]:
    found = compare(old, new)["indicators"]
    assert [item["id"] for item in found] in ([], ["gdp"])
    return [(cause["kind"], cause["certain"]) for item in found for cause in item["causes"]]


OLD = figure(226.0)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ([OLD], [OLD], []),
        ([OLD], [OLD | {"row": 99}], []),  # a row added above moves it and says nothing
        ([], [OLD], ["new_datum", "source_added"]),
        ([OLD], [OLD, figure(240.0, period="2025")], ["new_datum"]),
        ([OLD], [], ["withdrawn_datum"]),
        ([OLD], [OLD | {"value": 230.0}], ["revised_value"]),
        ([OLD], [OLD | {"qualifier": "at_least"}], ["revised_value"]),
        ([OLD], [OLD | {"status": "final", "published": "2026-03-01"}], ["restated_datum"]),
        # A later vintage of another document: the value is revised and its source is new.
        ([OLD], [figure(230.0, "S9", published="2026-03-01")], ["revised_value", "source_added"]),
        ([OLD], [OLD, figure(226.0, "S9")], ["new_datum", "source_added"]),
        # Another caliber is another figure: nothing was revised.
        ([OLD], [figure(250.0, caliber="management")], ["withdrawn_datum", "new_datum"]),
        # Two vintages stand; only the second moved.
        ([OLD, figure(226.5, "S2")], [OLD, figure(227.0, "S2")], ["revised_value"]),
    ],
)
def test_the_cause_in_the_data(before, after, told):
    assert causes(record(*before), record(*after)) == [(kind, True) for kind in told]


def test_a_revision_tells_both_values_with_their_vintages():
    new = figure(230.0, "S9", published="2026-03-01")
    cause = compare(record(OLD), record(new))["indicators"][0]["causes"][0]
    assert (cause["region"], cause["indicator"], cause["period"]) == ("a", "gdp", "2024")
    said = [
        [cause[side][key] for key in ("value", "source", "published")] for side in ("old", "new")
    ]
    assert said == [[226.0, "S1", "2025-03-01"], [230.0, "S9", "2026-03-01"]]


def test_what_lies_around_is_a_cause_only_of_results_that_moved_and_only_possible():
    other = {"code": "c2", "packages": {"scipy": "2"}, "chapters": {"01.ipynb": "x"}}
    still, moved = record(OLD, **other), record(OLD, probability=0.4, **other)
    assert causes(record(OLD), still) == []
    assert [item["kind"] for item in compare(record(OLD), still)["general"]] == [
        "method_changed", "method_changed", "chapters_changed",
    ]  # fmt: skip
    assert causes(record(OLD), moved) == [("method_changed", False)] * 2
    inputs = record(OLD, probability=0.4, inputs={"priors.csv": "x"})
    assert causes(record(OLD), inputs) == [("inputs_changed", False)]
    assert causes(record(OLD), record(OLD, probability=0.4)) == [("unexplained", False)]


def test_targets_changed_added_and_removed():
    old, new = record(OLD), copy.deepcopy(record(OLD))
    new.evaluation["indicators"][0]["target"] = 280.0
    item = compare(old, new)["indicators"][0]
    assert [(c["kind"], c["what"], c["old"], c["new"]) for c in item["causes"]] == [
        ("target_changed", "target", 300.0, 280.0)
    ]
    del new.evaluation["indicators"][0]
    assert causes(old, new) == [("target_removed", True)]
    assert causes(new, old) == [("target_added", True)]


def test_two_plans_are_not_compared():
    other = copy.deepcopy(record(OLD))
    other.evaluation["plan"] = "q"
    with pytest.raises(InputError, match="different plans"):
        compare(record(OLD), other)


# --- with the real data ---------------------------------------------------------------------


def test_one_observation_changed_is_the_one_cause(drafts: Root, capsys):  # noqa: F811
    draft(drafts)
    publish(PLAN, YEAR, root=drafts.path, day=DAY)
    drafts.change("observations", GDP_2024, value="230.0")
    draft(drafts)
    capsys.readouterr()
    words = ["diff", f"{PLAN}:{YEAR}", f"{PLAN}:{YEAR}:draft", "--root", str(drafts.path)]
    assert main([*words, "--json", "-"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(item["kind"], item["what"]) for item in found["general"]] == [
        ("inputs_changed", "observations.csv")
    ]
    told = {item["id"]: item for item in found["indicators"]}
    sure = {
        (name, c["kind"]) for name, item in told.items() for c in item["causes"] if c["certain"]
    }
    # Both targets of gross domestic product rest on that figure; what else moved rests on them.
    assert sure == {("gdp", "revised_value"), ("gdp_2035", "revised_value")}
    rest = [c["kind"] for item in told.values() for c in item["causes"] if not c["certain"]]
    assert set(rest) <= {"inputs_changed"}
    (cause,) = told["gdp"]["causes"]
    assert (cause["period"], cause["old"]["value"], cause["new"]["value"]) == ("2024", 226.0, 230.0)
    effects = {item["what"]: (item["old"], item["new"]) for item in told["gdp"]["effects"]}
    # Of the way from 182 to 300: 44 of 118 before, 48 of 118 now.
    assert effects["completion"] == (round(44 / 118, 6), round(48 / 118, 6))
    assert effects["probability"][0] < effects["probability"][1]
    assert main([*words, "--lang", "en"]) == 0
    text = capsys.readouterr().out
    assert "revised value" in text and "230.0 亿元 (S2, 2025-12-23)" in text
    assert f"reports/{PLAN}/{YEAR}/r1" in text and f"build/{PLAN}/{YEAR}" in text


def test_a_report_is_found_by_any_of_its_names(drafts: Root):  # noqa: F811
    folder = draft(drafts)
    assert find(f"{PLAN}:{YEAR}", drafts.path).name == f"build/{PLAN}/{YEAR}"
    made = publish(PLAN, YEAR, root=drafts.path, day=DAY).folder
    names = (f"{PLAN}:{YEAR}", f"{PLAN}:{YEAR}:r1", str(made), str(made / "manifest.json"))
    found = [find(name, drafts.path) for name in names]
    assert {item.name for item in found} == {f"reports/{PLAN}/{YEAR}/r1"}
    assert find(str(folder), drafts.path) == find(f"{PLAN}:{YEAR}:draft", drafts.path)
    assert compare(found[0], find(str(folder), drafts.path))["indicators"] == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (f"{PLAN}:{YEAR}:r7", "no such revision"),
        (f"{PLAN}:{YEAR}", "no such report"),  # neither published nor drafted
        (f"{PLAN}:1999", "outside"),
        ("jiaxing-14fpy:2024", "jiaxing-14fyp"),
        (f"../{PLAN}:{YEAR}", "no such report"),
        ("nowhere", "no such report"),
        ("data", "manifest.json: this file is missing"),
    ],
)
def test_a_name_of_nothing_is_refused(root: Root, monkeypatch, name, told):
    monkeypatch.chdir(root.path)
    with pytest.raises(InputError, match=told):
        find(name, Path(root.path))
