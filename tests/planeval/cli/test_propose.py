"""planeval propose: what it writes is marked as a proposal and never taken for a plan."""

from __future__ import annotations

from roots import HOME, refused

from analysis.data.observations import load
from analysis.targets.ahead import PathProposal, ProposedYear, propose_path
from analysis.targets.evaluation import evaluate
from planeval.cli.care import proposal_csv, proposal_rows

PLAN = "jiaxing-14fyp"


def test_a_proposal_does_not_become_a_plan_by_itself(root):
    early = evaluate(PLAN, 2021, data=load(HOME))  # GDP of 2015 and 2020: no forecast's course
    made = propose_path(early.get("gdp"), early.plan, 2021)
    assert isinstance(made, PathProposal)
    text = proposal_csv(early, {"gdp": made})
    path = root.file(f"{PLAN}/path")
    assert text.splitlines()[0] == path.read_text("utf-8").strip()
    assert text.count("建议（每年同一增速），非文件规定") == 4
    path.write_text(text, "utf-8")
    error = refused(root)
    assert (error.file, error.row, error.column) == (f"data/plans/{PLAN}/path.csv", 2, "source")


def proposal(unit: str, start: float, goal: float, whole: bool, *steps: ProposedYear):
    return PathProposal("t", unit, 2020, start, 2025, goal, {"steps": steps}, {}, whole)


def test_rows_leave_out_what_a_document_declares():
    # 100 in 2020 to 130, declared, in 2023 to 150 in 2025
    years = ((2022, 120.0, False), (2023, 130.0, True), (2024, 140.0, False), (2025, 150.0, False))
    steps = [ProposedYear(year, value, None, declared) for year, value, declared in years]
    made = proposal("亿元", 100.0, 150.0, False, *steps)
    rows = proposal_rows(made, "steps", "here", "2021-12-31")
    assert [row["year"] for row in rows] == ["2022", "2024", "2025"]


def test_things_are_written_whole():
    steps = [ProposedYear(2020 + n, 2.0 + 2 * n, None) for n in (2, 3, 4, 5)]
    made = proposal("家", 2.0, 12.0, True, *steps)
    rows = proposal_rows(made, "steps", "here", "2021-12-31")
    assert [row["value"] for row in rows] == ["6", "8", "10", "12"]
