"""What an older program left on a disk is read, finished, taken back and told as it was then.

``old_program/fixture.tar.xz`` was made by the program of one commit (``old_program/make.py``).
What is added since may stand beside what that program wrote; nothing of it may be lost.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import io
import json
import math
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest
from roots import HOME

#: The module of the command line.
PROGRAM = "planeval.cli.app"
ARCHIVE = Path(__file__).resolve().parent / "old_program" / "fixture.tar.xz"
PLAN, YEAR, AS_OF, DRAFT = "port-industry", "2024", "2026-06-30", "port-green"
REVISION = f"reports/{PLAN}/{YEAR}/r1"


def planeval(root: Path, *words: str, code: int = 0) -> tuple[str, str]:
    """Run a command on a project, and return what it printed and complained of."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        left = importlib.import_module(PROGRAM).main([*words, "--root", str(root)])
    assert left == code, out.getvalue() + err.getvalue()
    return out.getvalue(), err.getvalue()


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the fixture once; nobody writes into it."""
    folder = tmp_path_factory.mktemp("old")
    with tarfile.open(ARCHIVE) as packed:
        packed.extractall(folder, filter="data")
    return folder


@pytest.fixture
def project(old: Path, tmp_path: Path) -> Path:
    """Return a copy of the project that a test may change."""
    return shutil.copytree(old / "project", tmp_path / "project")


def told(old: Path, name: str) -> Any:
    """Return what the old program said: text, or what a JSON file holds."""
    text = (old / "told" / name).read_text(encoding="utf-8")
    return json.loads(text) if name.endswith(".json") else text


def tables(sums: dict[str, str]) -> dict[str, str]:
    """Return the checksums of what commands read: no log, which has the time, and no draft."""
    return {
        name: total
        for name, total in sums.items()
        if not name.startswith("data/changes") and not name.endswith(".xlsx")
    }


def now(root: Path) -> dict[str, str]:
    """Return the checksums of a project's tables."""
    files = (path for path in (root / "data").rglob("*") if path.is_file())
    sums = {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }
    return tables({name: total for name, total in sums.items() if "/." not in name})


def then(old: Path, state: str) -> dict[str, str]:
    """Return the checksums the tables had in a state the old program left."""
    return tables(told(old, "states.json")[state])


def lost(before: Any, after: Any, place: str = "") -> list[str]:
    """Return where a JSON value has lost a key, or has another kind or value.

    Examples
    --------
    >>> lost({"a": [1.0], "b": None}, {"a": [1.0000000001], "b": None, "c": 1})
    []
    >>> lost({"a": [1.0, {"b": 1}], "d": 2}, {"a": [1.0, {"b": "1"}]})
    ['/a/1/b', '/d']
    """
    if type(before) is not type(after):
        return [place]
    if isinstance(before, dict):
        return [
            wrong
            for key, value in before.items()
            for wrong in (
                lost(value, after[key], f"{place}/{key}") if key in after else [f"{place}/{key}"]
            )
        ]
    if isinstance(before, list):
        if len(before) != len(after):
            return [place]
        pairs = enumerate(zip(before, after, strict=True))
        return [wrong for at, pair in pairs for wrong in lost(*pair, f"{place}/{at}")]
    if isinstance(before, float):  # libraries for linear algebra differ in the last digits
        return [] if math.isclose(before, after, rel_tol=1e-6, abs_tol=1e-9) else [place]
    return [] if before == after else [place]


# --- read -----------------------------------------------------------------------------------


def test_plans_log_and_check_say_what_they_said(old: Path) -> None:
    root = old / "project"
    assert planeval(root, "plans", "--lang", "en")[0] == told(old, "plans.txt")
    assert planeval(root, "log")[0] == told(old, "log.txt")
    out, err = planeval(root, "check", "--lang", "en", code=2)  # a draft is open
    assert out.splitlines()[0] == told(old, "check.txt").splitlines()[0]
    assert f"data/plans/{DRAFT}/draft.xlsx" in err and "2 of 2 target rows" in err


@pytest.mark.parametrize("plan", [PLAN, "jiaxing-14fyp"])
def test_an_evaluation_keeps_its_keys_and_values(old: Path, plan: str) -> None:
    words = ("evaluate", plan, "--year", YEAR, "--as-of", AS_OF, "--json", "-")
    found = json.loads(planeval(old / "project", *words)[0])
    assert lost(told(old, f"evaluate-{plan}.json"), found) == []


def test_the_overview_keeps_its_keys_and_values(old: Path) -> None:
    words = ("overview", "--year", YEAR, "--as-of", AS_OF, "--json", "-")
    assert lost(told(old, "overview.json"), json.loads(planeval(old / "project", *words)[0])) == []


# --- change ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("killed", "left"), [("decided", "imported"), ("undecided", "before")])
def test_an_import_that_was_killed_is_finished_or_forgotten(
    old: Path, tmp_path: Path, killed: str, left: str
) -> None:
    root = shutil.copytree(old / killed, tmp_path / "project")
    half, before, after = now(root), then(old, "before"), then(old, "imported")
    put = sum(half[name] != before[name] for name in before)
    whole = sum(after[name] != before[name] for name in before)
    # the killed one had put one of its tables in place, or none
    assert (put, whole) == ((1, 2) if killed == "decided" else (0, 2))
    planeval(root, "plans")
    assert now(root) == then(old, left)
    lines = planeval(root, "log")[0].splitlines()
    assert lines[:4] == told(old, "log.txt").splitlines()
    assert [line.split()[2:4] for line in lines[4:]] == (
        [["import", "+3"]] if killed == "decided" else []
    )
    # and the next change goes its way: it takes back the import that was killed, or the one before
    planeval(root, "undo")
    assert now(root) == then(old, "before" if killed == "decided" else "planned")
    assert not list((root / "data").glob(".store*"))


def test_what_was_done_is_taken_back_step_by_step(old: Path, project: Path) -> None:
    assert now(project) == then(old, "before")
    planeval(project, "undo")  # the third change was taken back by the fourth
    assert now(project) == then(old, "planned")
    planeval(project, "undo")
    assert now(project) == then(old, "clean")
    lines = planeval(project, "log")[0].splitlines()
    marks = ("已撤回 undone", "撤回 undoes 2", "撤回 undoes 1")
    assert [line.endswith(marks) for line in lines] == [True] * 3 + [False] + [True] * 2
    assert lines[2:4] == told(old, "log.txt").splitlines()[2:]


def test_a_workbook_filled_in_then_is_imported(old: Path, project: Path) -> None:
    words = ("import", str(project / "third.xlsx"))
    assert "Imported as change 5" in planeval(project, *words, "--note", "环境公报（练习）")[0]
    assert now(project) == then(old, "imported")
    for name in ("first", "third"):  # what is there already is known as such
        assert "Nothing new" in planeval(project, "import", str(project / f"{name}.xlsx"))[0]
    assert now(project) == then(old, "imported")


def test_a_draft_begun_then_is_finished(old: Path, project: Path) -> None:
    err = planeval(project, "new", DRAFT, "--finish", code=2)[1]
    assert "2 of 2 target rows" in err and now(project) == then(old, "before")
    shutil.copyfile(project / "confirmed.xlsx", project / f"data/plans/{DRAFT}/draft.xlsx")
    planeval(project, "new", DRAFT, "--finish")
    assert now(project) == then(old, "finished")
    planeval(project, "check")
    judged = json.loads(planeval(project, "evaluate", DRAFT, "--year", YEAR, "--json", "-")[0])
    assert [item["id"] for item in judged["indicators"]] == ["pm25", "t2"]


# --- what is published ----------------------------------------------------------------------


def test_a_revision_is_known_as_it_was_published(old: Path, project: Path) -> None:
    for language in ("", ":en"):
        report = f"{PLAN}:{YEAR}:r1{language}"
        same = json.loads(planeval(project, "diff", report, report, "--json", "-")[0])
        assert (same["general"], same["indicators"], same["unchanged"]) == ([], [], 3)
    snapshot = project / REVISION / "snapshot"
    words = ("evaluate", PLAN, "--year", YEAR, "--as-of", AS_OF, "--json", "-")
    frozen = json.loads((project / REVISION / "evaluation.json").read_text(encoding="utf-8"))
    assert lost(frozen, json.loads(planeval(snapshot, *words)[0])) == []


@pytest.mark.parametrize("file", ["report.html", "en/report.pdf", "snapshot/data/plans.csv"])
def test_a_revision_changed_by_hand_is_seen(project: Path, file: str) -> None:
    path = project / REVISION / file
    path.write_bytes(path.read_bytes() + b"\n")
    for words in (
        ("diff", f"{PLAN}:{YEAR}:r1", f"{PLAN}:{YEAR}:r1"),
        ("publish", PLAN, "--year", YEAR),
        ("site", "--out", str(project / "site")),
    ):
        assert f"{REVISION}/{file}" in planeval(project, *words, code=2)[1]
    assert not (project / "site").exists()


def test_the_next_revision_follows_it_and_the_site_shows_both(project: Path) -> None:
    (project / "notebooks").mkdir()  # today's, for they come with the program
    chapter = min((HOME / "notebooks").glob("[0-9]*.ipynb"))
    shutil.copyfile(chapter, project / "notebooks" / chapter.name)
    table = project / "data" / "observations.csv"
    content = table.read_bytes()
    figure = b"jiaxing-port-area,gdp,2024,226,"
    assert content.count(figure) == 1
    table.write_bytes(content.replace(figure, figure.replace(b"226", b"230")))
    planeval(project, "report", PLAN, "--year", YEAR, "--as-of", AS_OF)
    words = ("diff", f"{PLAN}:{YEAR}", f"{PLAN}:{YEAR}:draft", "--json", "-")
    (item,) = json.loads(planeval(project, *words)[0])["indicators"]
    (cause,) = [cause for cause in item["causes"] if cause["certain"]]
    assert (item["id"], cause["kind"]) == ("gdp", "revised_value")
    assert (cause["old"]["value"], cause["new"]["value"]) == (226.0, 230.0)
    publish = ("publish", PLAN, "--year", YEAR)
    assert "--reason" in planeval(project, *publish, code=2)[1]
    planeval(project, *publish, "--reason", "更正2024年生产总值（练习）")
    listing = (project / REVISION).with_name("revisions.csv").read_text(encoding="utf-8")
    assert [line[:1] for line in listing.splitlines()] == ["r", "1", "2"]
    planeval(project, "site", "--out", str(project / "site"))
    shown = {path.parent.name for path in (project / "site").rglob("report.pdf")}
    assert {"r1", "r2"} <= shown


def test_what_the_tables_have_gained_is_added_and_taken_back(old: Path, project: Path) -> None:
    before = now(project)
    out = planeval(project, "migrate")[0]  # its draft is open meanwhile
    assert f"data/plans/{PLAN}/responsible.csv  新表 new table" in out and "change 5" in out
    after = now(project)
    assert all(after[name] == total for name, total in before.items() if name.endswith(".csv"))
    words = ("evaluate", PLAN, "--year", YEAR, "--as-of", AS_OF, "--json", "-")
    found = json.loads(planeval(project, *words)[0])
    assert lost(told(old, f"evaluate-{PLAN}.json"), found) == []
    planeval(project, "undo")
    assert now(project) == before


def test_a_revision_whose_chapters_run_no_more_names_the_program_it_needs(
    project: Path, tmp_path: Path
) -> None:
    snapshot, out = project / REVISION / "snapshot", tmp_path / "again"
    words = ("report", PLAN, "--year", YEAR, "--as-of", AS_OF, "--out", str(out))
    err = planeval(snapshot, *words, "--formats", "html", "--workers", "1", code=1)[1]
    manifest = json.loads((project / REVISION / "manifest.json").read_text(encoding="utf-8"))
    maker = f"plan-evaluation 0.1.0 (code {manifest['code'][:12]}, Python {manifest['python']})"
    assert f"the chapters of this revision need the program that made it: {maker}" in err
    assert "pip install plan-evaluation==0.1.0" in err and "须用生成它的程序" in err
    assert "Traceback" not in err and not (out / "report.html").exists()
    assert "原有报告未动" in err
