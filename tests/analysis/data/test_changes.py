"""Targets revised, added, withdrawn, assigned later: each from its day, both versions kept."""

from __future__ import annotations

import datetime as dt

import pytest
from roots import HOME, Root, observation, refused, target

from analysis.data.due import wanted
from analysis.data.observations import load
from analysis.data.plan import load_plan
from analysis.targets.evaluation import Evaluation, evaluate
from planeval.cli.app import main
from planeval.words.reasons import said, told, verdict
from planeval.words.targets import overall

PLAN = "jiaxing-14fyp"
DOCUMENT = {"document": "嘉港〔2023〕1号", "source": "S5", "locator": "test"}
REVISIONS = f"data/plans/{PLAN}/revisions.csv"


def event(target_id: str, field: str, day: str, old: str = "", new: str = "") -> dict[str, str]:
    return {
        "target_id": target_id,
        "field": field,
        "old": old,
        "new": new,
        "date": day,
        "reason": "形势变化",
        **DOCUMENT,
    }


def assigned(value: str, day: str) -> dict[str, str]:
    return {"target_id": "energy_intensity", "value": value, "unit": "%", "date": day, **DOCUMENT}


def adjusted(root: Root) -> None:
    """GDP from 300 to 260 in 2023; exports added at 100 and fdi withdrawn in 2024."""
    root.add(f"{PLAN}/targets", target("exports", "exports", "亿元", "at_least", target="100"))
    root.add(
        f"{PLAN}/revisions",
        event("gdp", "target", "2023-06-30", "300", "260"),
        event("exports", "added", "2024-03-01", new="100"),
        event("fdi", "withdrawn", "2024-03-01", old="11"),
    )


def of(root: Root, day: str, year: int = 2024) -> Evaluation:
    return evaluate(PLAN, year, day, root=root.path)


def test_a_target_exists_from_the_day_it_was_added(root):
    adjusted(root)
    before, after = of(root, "2024-02-29"), of(root, "2024-03-01")
    assert "exports" not in [item.target_id for item in before.indicators]
    item = after.get("exports").target
    assert (item.status, item.status_date) == ("added", dt.date(2024, 3, 1))
    assert (item.target, item.original) == (100, 100)
    assert "added_target" in {flag.code for flag in after.get("exports").flags}
    assert after.to_dict()["added"] == ["exports"] and before.to_dict()["added"] == []


def test_a_withdrawn_target_is_listed_and_not_judged(root):
    adjusted(root)
    before, after = of(root, "2024-02-29"), of(root, "2024-03-01")
    assert before.get("fdi").outlook.code != "withdrawn"
    gone = after.get("fdi")
    assert gone.outlook.code == "withdrawn" and verdict(gone) == "目标已撤销"
    assert gone.outlook.probability is None and gone.state.completion is None
    assert "2024-03-01由嘉港〔2023〕1号撤销（形势变化）" in said(*gone.outlook.reasons)
    # as many targets as before and one added; one of them withdrawn and counted as nothing else
    assert len(after.indicators) == len(before.indicators) + 1
    assert len(after.in_force) == len(before.indicators)
    assert after.counts()["withdrawn"] == 1 and "withdrawn" not in before.counts()
    assert sum(after.counts().values()) == len(after.indicators)
    told = after.to_dict()
    assert told["withdrawn"] == ["fdi"] and told["in_force"] == len(after.indicators) - 1


def test_a_withdrawn_binding_target_is_no_gap_and_no_warning(root):
    root.add(f"{PLAN}/revisions", event("good_air", "withdrawn", "2022-01-01", old="92"))
    before, after = of(root, "2021-12-31", 2022), of(root, "2022-01-01", 2022)
    gone = {item.target_id for item in before.unjudged_binding()}
    gone -= {item.target_id for item in after.unjudged_binding()}
    assert gone == {"good_air"}
    assert "good_air" not in [item.target_id for item in after.warnings()]


def test_both_versions_and_their_document_stay_in_the_record(root):
    adjusted(root)
    told = {item["id"]: item for item in of(root, "2024-03-01").to_dict()["indicators"]}
    assert (told["gdp"]["target"], told["gdp"]["target_original"]) == (260, 300)
    assert told["gdp"]["adjustments"] == [
        {
            "field": "target",
            "old": 300,
            "new": 260,
            "document": "嘉港〔2023〕1号",
            "date": "2023-06-30",
            "known_from": "2023-06-30",
            "reason": "形势变化",
            "source": "S5",
            "locator": "test",
        }
    ]
    assert (told["fdi"]["target"], told["fdi"]["status"]) == (11, "withdrawn")
    assert told["fdi"]["status_date"] == "2024-03-01"
    assert told["fdi"]["adjustments"][0]["old"] == 11
    assert "S5" in of(root, "2024-03-01").to_dict()["sources"]
    early = {item["id"]: item for item in of(root, "2023-06-29").to_dict()["indicators"]}
    assert (early["gdp"]["target"], early["gdp"]["adjustments"]) == (300, [])
    assert early["fdi"]["status"] == "in_force" and early["fdi"]["status_date"] is None


def test_the_number_of_the_day_is_the_one_judged_by(root):
    adjusted(root)
    more = {"unit": "亿元", "price_basis": "current", "caliber": "plan"}
    root.add("observations", observation("gdp", "2022", "208", published="2023-03-01", **more))
    # base 182, figure 208: 26 of 118 while 300 is in force, 26 of 78 under 260
    for day, share in (("2023-06-29", 26 / 118), ("2023-06-30", 26 / 78)):
        assert of(root, day, 2023).get("gdp").state.completion == pytest.approx(share)


def test_the_facts_of_the_plan_count_what_is_in_force(root):
    adjusted(root)
    before, after = (overall(of(root, day))[0] for day in ("2024-02-29", "2024-03-01"))
    # 64 targets; one added and one withdrawn: 64 in force
    assert before.startswith("规划共有64项目标") and "撤销" not in before
    assert after.startswith("规划共有64项目标") and "另有1项已撤销（实际利用外资）" in after


def test_the_trace_tells_of_every_document(root, capsys):
    adjusted(root)
    words = {"gdp": "由300", "exports": "增补", "fdi": "撤销"}
    for name, word in words.items():
        asked = ["trace", PLAN, name, "--year", "2024", "--root", str(root.path)]
        assert main(asked) == 0
        out = capsys.readouterr().out
        assert word in out and "嘉港〔2023〕1号" in out


def test_withdrawn_and_taken_up_again_with_another_number(root):
    root.add(
        f"{PLAN}/revisions",
        event("trade", "withdrawn", "2022-05-01"),
        event("trade", "added", "2023-05-01", new="280"),
        event("trade", "target", "2024-05-01", "280", "290"),
    )
    seen = []
    for day in ("2022-04-30", "2022-05-01", "2023-05-01", "2024-05-01"):
        item = load_plan(PLAN, as_of=dt.date.fromisoformat(day), root=root.path).target("trade")
        seen.append((item.status, item.target, item.original))
    assert seen == [
        ("in_force", 300, 300),
        ("withdrawn", 300, 300),
        ("added", 280, 300),
        ("added", 290, 300),
    ]


def test_an_added_target_may_be_assigned_on_the_same_day(root):
    root.add(f"{PLAN}/revisions", event("energy_intensity", "added", "2022-03-01"))
    root.add(f"{PLAN}/assignments", assigned("14.5", "2022-03-01"))
    item = load_plan(PLAN, root=root.path).target("energy_intensity")
    assert (item.status, item.target) == ("added", 14.5)


@pytest.mark.parametrize(
    ("rows", "column", "value", "near"),
    [
        ([event("gdp", "dropped", "2023-01-01")], "field", "dropped", None),
        ([event("gdp", "target", "2023-01-01", old="300")], "new", None, None),
        ([event("gdp", "target", "2023-01-01", new="260")], "old", None, "300"),
        ([event("gdp", "withdrawn", "2023-01-01", old="280")], "old", "280", "300"),
        ([event("gdp", "withdrawn", "2023-01-01", new="280")], "new", "280", None),
        (
            [event("gdp", "withdrawn", "2023-01-01"), event("gdp", "withdrawn", "2024-01-01")],
            "field",
            "withdrawn",
            "added",
        ),
        (
            [
                event("gdp", "withdrawn", "2023-01-01"),
                event("gdp", "target", "2024-01-01", "300", "1"),
            ],
            "field",
            "target",
            "added",
        ),
        (
            [
                event("gdp", "withdrawn", "2023-01-01"),
                event("gdp", "added", "2024-01-01"),
                event("gdp", "added", "2025-01-01"),
            ],
            "field",
            "added",
            "target",
        ),
    ],
)
def test_an_event_that_does_not_follow_from_what_was_in_force(root, rows, column, value, near):
    row = root.add(f"{PLAN}/revisions", *rows)
    error = refused(root)
    assert (error.file, error.row, error.column) == (REVISIONS, row, column)
    assert error.value == value
    if near is not None:
        assert error.nearest == near


def test_a_number_assigned_to_what_is_withdrawn(root):
    root.add(f"{PLAN}/revisions", event("energy_intensity", "withdrawn", "2022-01-01"))
    row = root.add(f"{PLAN}/assignments", assigned("14.5", "2022-03-01"))
    error = refused(root)
    assert (error.file, error.row) == (f"data/plans/{PLAN}/assignments.csv", row)
    assert error.column == "date"


# --- responsible bodies ---------------------------------------------------------------------


def bodies(root: Root) -> None:
    for code, zh in (("development", "发展局"), ("port", "港务局"), ("finance", "财政局")):
        root.add(
            "departments", {"department": code, "name_zh": zh, "name_en": code, "source": "S5"}
        )
    role = {"target_id": "gdp", "role": "lead", **DOCUMENT}
    root.add(
        f"{PLAN}/responsible",
        role | {"department": "development", "date": "2022-01-01"},
        role | {"department": "finance", "role": "joint", "date": "2022-01-01"},
        role | {"department": "port", "date": "2024-01-01"},
    )


def test_the_latest_document_names_all_who_are_responsible(root):
    bodies(root)
    named = {}
    for day in ("2021-12-31", "2022-01-01", "2024-01-01"):
        item = load_plan(PLAN, as_of=dt.date.fromisoformat(day), root=root.path).target("gdp")
        named[day] = [(row["department"], row["role"]) for row in item.responsible]
    assert list(named.values()) == [
        [],
        [("development", "lead"), ("finance", "joint")],
        [("port", "lead")],
    ]
    told = of(root, "2022-06-30", 2022).to_dict()["indicators"][0]
    assert [row["department"] for row in told["responsible"]] == ["development", "finance"]
    assert told["responsible"][0]["date"] == "2022-01-01"


@pytest.mark.parametrize(
    ("column", "value", "near"),
    [("department", "prot", "port"), ("target_id", "gpd", "gdp"), ("role", "head", None)],
)
def test_a_responsible_body_nobody_knows(root, column, value, near):
    bodies(root)
    row = {"target_id": "gdp", "department": "port", "role": "lead", "date": "2025-01-01"}
    at = root.add(f"{PLAN}/responsible", row | DOCUMENT | {column: value})
    error = refused(root)
    assert (error.row, error.column, error.value) == (at, column, value)
    assert near is None or error.nearest == near


def test_a_plan_without_the_table_has_nobody_responsible(root):
    root.file(f"{PLAN}/responsible").unlink()
    root.file("departments").unlink()
    package = root.path / "data" / "datapackage.json"
    text = package.read_text("utf-8").replace('"departments.csv"', '"regions.csv"')
    package.write_text(text, "utf-8")
    assert load(root.path).departments == {}
    assert all(item.responsible == () for item in load_plan(PLAN, root=root.path).targets)


def test_the_shipped_tables_name_nobody_for_the_plan_names_nobody():
    assert load(HOME).departments == {}


# --- public later than dated ----------------------------------------------------------------

LATE = {"source": "N1", "document": "嘉港〔2023〕1号", "locator": "test"}


def late(root: Root, published: str = "2025-03-01") -> None:
    """Enter rows dated 2022 and 2023 that cite a source of 2025: every table, and an addition."""
    root.add(
        "sources",
        {"source": "N1", "title": "文件汇编", "publisher": "管委会", "reliability": "high"}
        | {"published": published, "published_basis": "stated" if published else ""}
        | {"accessed": "2026-11"},
    )
    root.add(f"{PLAN}/targets", target("exports", "exports", "亿元", "at_least", target="100"))
    root.add(
        f"{PLAN}/revisions",
        event("gdp", "target", "2023-06-30", "300", "260") | LATE,
        event("exports", "added", "2023-06-30", new="100") | LATE,
        event("fdi", "withdrawn", "2023-06-30", old="11") | LATE,
    )
    root.add(f"{PLAN}/assignments", assigned("14.5", "2022-03-01") | LATE)
    root.add(
        f"{PLAN}/path",
        {"target_id": "gdp", "year": "2024", "value": "240", "date": "2022-03-01"} | LATE,
    )
    root.add(
        f"{PLAN}/milestones",
        {"target_id": "fire_base", "status": "done", "date": "2023-06-30"}
        | {"source": "N1", "locator": "test"},
    )
    root.add(
        "departments", {"department": "port", "name_zh": "港务局", "name_en": "p", "source": "S5"}
    )
    root.add(
        f"{PLAN}/responsible",
        {"target_id": "gdp", "department": "port", "role": "lead", "date": "2022-03-01"} | LATE,
    )


def records(found: Evaluation) -> dict[str, dict]:
    return {item["id"]: item for item in found.to_dict()["indicators"]}


def test_no_document_counts_before_it_was_public(root, tmp_path):
    late(root)
    clean = Root(tmp_path / "clean")
    for day in ("2023-06-30", "2024-12-31", "2025-02-28"):
        assert of(root, day).to_dict() == of(clean, day).to_dict()
    told = records(of(root, "2025-03-01"))
    gdp, gone = told["gdp"], told["fdi"]
    assert (gdp["target"], gdp["target_original"], gone["status"]) == (260, 300, "withdrawn")
    both = ("2023-06-30", "2025-03-01")
    for row in (*gdp["adjustments"], *gone["adjustments"], told["fire_base"]["milestone"]):
        assert (row["date"], row["known_from"]) == both
    assert (gone["status_date"], gone["status_known_from"]) == both
    assert (told["exports"]["status"], told["exports"]["status_date"]) == ("added", both[0])
    for row in (told["energy_intensity"]["assigned"], *gdp["path"], *gdp["responsible"]):
        assert (row["date"], row["known_from"]) == ("2022-03-01", "2025-03-01")
    assert told["energy_intensity"]["target"] == 14.5
    assert [(row["year"], row["value"]) for row in gdp["path"]] == [(2024, 240)]


def test_an_undated_source_counts_from_its_latest_possible_day(root):
    late(root, published="")
    # the document of 2022-03-01: by 2023-12-31; those of 2023-06-30: by 2024-12-31
    seen = {}
    for day in ("2023-12-30", "2023-12-31", "2024-12-30", "2024-12-31"):
        plan = load_plan(PLAN, as_of=dt.date.fromisoformat(day), root=root.path)
        seen[day] = (plan.target("energy_intensity").target, plan.target("gdp").target)
    assert list(seen.values()) == [(None, 300), (14.5, 300), (14.5, 300), (14.5, 260)]


def test_the_documents_follow_their_own_dates_though_known_in_another_order(root):
    late(root)
    # of 2024, public at once, while the one of 2023 that it replaces came out in 2025
    root.add(f"{PLAN}/revisions", event("gdp", "target", "2024-06-30", "260", "250"))
    root.add(f"{PLAN}/revisions", event("exports", "target", "2024-06-30", "100", "110"))
    seen = []
    for day in ("2024-06-29", "2024-06-30", "2025-03-01"):
        plan = load_plan(PLAN, as_of=dt.date.fromisoformat(day), root=root.path)
        gdp = plan.target("gdp")
        known = [str(row["new"]) for row in gdp.adjustments]
        there = [t.target for t in plan.targets if t.target_id == "exports"]
        seen.append((gdp.target, known, there))
    assert seen == [
        (300, [], []),
        (250, ["250.0"], [110]),  # the revision tells that there is such a target
        (250, ["260.0", "250.0"], [110]),
    ]


def test_both_days_are_told_where_they_differ(root, capsys):
    late(root)
    adjusted_on = "文件日期2023-06-30，2025-03-01起公开"
    found = of(root, "2025-03-01")
    assert said(*found.get("fdi").outlook.reasons).startswith(
        f"{adjusted_on}，由嘉港〔2023〕1号撤销"
    )
    flags = {flag.code: flag for flag in found.get("exports").flags}
    zh, en = told(flags["added_target"].reason)
    assert zh == f"目标增补（{adjusted_on}）" and "public from 2025-03-01" in en
    # the report of 2023 was public in 2025 only, after the year evaluated
    flags = {flag.code: flag for flag in found.get("fire_base").flags}
    assert said(flags["evidence_after_year"].reason) == "证据公布于2025-03-01，晚于评估年"
    common = ["--as-of", "2025-03-01", "--root", str(root.path)]
    for words in (["trace", PLAN, "gdp", "--year", "2024"], ["revisions", PLAN, "gdp"]):
        assert main([*words, *common]) == 0
        assert adjusted_on in capsys.readouterr().out
    before = ["trace", PLAN, "gdp", "--year", "2024", "--as-of", "2024-12-31"]
    assert main([*before, "--root", str(root.path)]) == 0
    assert f"目标调整（{adjusted_on}），晚于截止日2024-12-31" in capsys.readouterr().out.replace(
        "\n", ""
    ).replace(" ", "")


def test_documents_later_than_the_newest_figure_are_told_of(root, capsys):
    newest = load(root.path).latest_vintage()
    later = newest + dt.timedelta(days=40)
    place = ["--root", str(root.path)]
    asked = ["evaluate", PLAN, "--year", "2024", *place]
    assert main(asked) == 0 and capsys.readouterr().err == ""
    root.add(
        f"{PLAN}/revisions",
        event("gdp", "target", str(later), "300", "260"),
        event("fdi", "withdrawn", str(later), old="11"),  # of the same document
    )
    root.add(f"{PLAN}/assignments", assigned("14.5", str(later)) | {"document": "另一文件"})
    for words in (asked, ["check", *place], [*asked, "--json", "-"]):
        main(words)
        said = capsys.readouterr().err.splitlines()
        assert f"2 份文件晚于数据截止日 {newest}，未采用" in said[0]
        assert f"2 documents later than the as-of date {newest} are not used" in said[0]
        assert f"--as-of {later}" in said[0]
    assert main([*asked, "--as-of", str(later)]) == 0 and capsys.readouterr().err == ""


def test_the_report_tells_of_documents_not_used(root, capsys, monkeypatch):
    from types import SimpleNamespace

    made = SimpleNamespace(documents={}, manifest="manifest.json")
    monkeypatch.setattr("planeval.report.render.render", lambda *_, **__: made)
    monkeypatch.setenv("PLANEVAL_ROOT", str(root.path))  # the command sets it: taken back after
    newest = load(root.path).latest_vintage()
    # dated before the newest figure, while the source it cites came out after it
    late(root, published=str(newest + dt.timedelta(days=1)))
    asked = ["report", PLAN, "--year", "2024", "--root", str(root.path)]
    asked += ["--out", str(root.path / "out")]
    assert main(asked) == 0
    # 嘉港〔2023〕1号 of 2022-03-01 and of 2023-06-30, and a report of progress of that day
    assert f"3 份文件晚于数据截止日 {newest}，未采用" in capsys.readouterr().err
    assert main([*asked, "--as-of", str(newest)]) == 0 and capsys.readouterr().err == ""


def test_a_task_is_reported_done_from_the_day_its_report_was_public(root):
    late(root)
    seen = []
    for day in (dt.date(2025, 2, 28), dt.date(2025, 3, 1)):
        plan = load_plan(PLAN, as_of=day, root=root.path)
        task = next(
            one for one in wanted(plan, 2024, day) if one.targets[0].target_id == "fire_base"
        )
        seen.append((task.status, task.to_dict()["published"], task.to_dict()["dated"]))
    assert seen == [("not_due", None, None), ("published", "2025-03-01", "2023-06-30")]
