"""Publishing: only what rests on the present inputs, never over what stands, whole or not."""

from __future__ import annotations

import csv
import datetime
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook
from roots import Root

from analysis.data.errors import InputError
from planeval.cli.app import main
from planeval.publish import publish as report_publish
from planeval.publish.diff import find
from planeval.publish.publish import publish
from planeval.publish.revisions import Revision, revisions
from planeval.report import render
from planeval.report.document import Document
from planeval.report.run import ChapterRun
from planeval.workbook import annex as workbook

PLAN, YEAR = "jiaxing-14fyp", 2024
DAY = datetime.date(2026, 5, 1)
GDP_2024 = {"region": "jiaxing-port-area", "indicator": "gdp", "period": "2024"}


@pytest.fixture
def drafts(root: Root, monkeypatch) -> Root:
    """Return a root where ``planeval report`` drafts at once: no kernel, three small files."""
    folder = root.path / "notebooks"
    folder.mkdir()
    nbformat.write(new_notebook(cells=[new_markdown_cell("# 总体")]), folder / "01_overview.ipynb")

    def run_chapters(chapters: Any, *_: Any, **__: Any) -> list[ChapterRun]:
        return [ChapterRun(path, path, 1.0) for path in chapters]

    def write(document: Any, meta: Any, path: Path, *_: Any) -> None:
        path.write_bytes(path.suffix.encode())

    monkeypatch.setattr(render, "run_chapters", run_chapters)

    def annex(_: Any, path: Path, __: str) -> None:
        path.write_bytes(path.suffix.encode())

    monkeypatch.setattr(render, "merged", lambda *_: Document())
    monkeypatch.setattr(workbook, "write_workbook", annex)
    for kind in ("html", "docx"):
        monkeypatch.setattr(render, f"write_{kind}", write)

    @contextmanager
    def typesetting(_: str, __: Path, target: Path | None, ___: int) -> Iterator[Any]:
        if target is not None:
            target.write_bytes(target.suffix.encode())
        yield dict

    monkeypatch.setattr(render, "_typst", lambda *_: "")
    monkeypatch.setattr(render.pdf, "typesetting", typesetting)
    return root


def draft(root: Root, *more: str) -> Path:
    """Draft the report as the command does, and return its folder."""
    words = ["report", PLAN, "--year", str(YEAR), "--root", str(root.path), *more]
    assert main(words) == 0
    return root.path / "build" / PLAN / str(YEAR)


def freeze(root: Root, reason: str | None = None) -> Revision:
    return publish(PLAN, YEAR, reason=reason, root=root.path, day=DAY)


def place(root: Root) -> Path:
    return root.path / "reports" / PLAN / str(YEAR)


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, hidden ones too."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


# --- the first revision ---------------------------------------------------------------------


def test_a_draft_is_frozen_with_what_it_rests_on(drafts):
    folder = draft(drafts)
    (folder / "note.txt").write_text("内部", encoding="utf-8")
    made = freeze(drafts)
    assert made == Revision(1, place(drafts) / "r1", "2026-05-01", "")
    found = contents(made.folder)
    for name in ("report.html", "report.pdf", "report.docx", "manifest.json", "evaluation.json"):
        assert found[name] == (folder / name).read_bytes()
    assert "note.txt" not in found  # a note beside a draft is not for the public
    tables = {name for name in found if name.startswith("snapshot/data/")}
    own = {f"snapshot/data/{name}" for name in contents(drafts.path / "data")}
    assert tables == own
    record = json.loads(found.pop("published.json"))
    assert record["files"] == {n: hashlib.sha256(c).hexdigest() for n, c in sorted(found.items())}
    assert not [n for n in contents(drafts.path / "reports") if n.split("/")[-1].startswith(".")]


def test_the_snapshot_gives_the_same_evaluation_when_the_data_have_moved_on(drafts, capsys):
    draft(drafts)
    made = freeze(drafts)
    drafts.change("observations", GDP_2024, value="230.0")
    capsys.readouterr()
    words = ["evaluate", PLAN, "--year", str(YEAR), "--root", str(made.folder / "snapshot")]
    assert main([*words, "--json", "-"]) == 0
    assert capsys.readouterr().out == (made.folder / "evaluation.json").read_text("utf-8")


def test_drafting_twice_gives_the_same_records(drafts):
    records = ("manifest.json", "evaluation.json")
    one = [(draft(drafts) / name).read_bytes() for name in records]
    assert [(draft(drafts) / name).read_bytes() for name in records] == one


# --- corrections ----------------------------------------------------------------------------


def test_a_correction_needs_a_reason_and_stands_beside(drafts):
    draft(drafts)
    first = contents(freeze(drafts).folder)
    change_data(drafts, draft(drafts))
    draft(drafts)
    before = contents(drafts.path)
    with pytest.raises(InputError, match="needs a reason"):
        freeze(drafts)
    assert contents(drafts.path) == before
    made = freeze(drafts, "更正2024年生产总值, 依据年报")
    assert made.number == 2 and contents(place(drafts) / "r1") == first
    with (place(drafts) / "revisions.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert [(row["revision"], row["reason"]) for row in rows] == [
        ("1", ""), ("2", "更正2024年生产总值, 依据年报"),
    ]  # fmt: skip
    for row, name in zip(rows, ("r1", "r2"), strict=True):
        manifest = (place(drafts) / name / "manifest.json").read_bytes()
        assert row["manifest_sha256"] == hashlib.sha256(manifest).hexdigest()


def test_the_tenth_revision_follows_the_ninth(drafts):
    draft(drafts)
    freeze(drafts)
    first = json.loads((place(drafts) / "r1" / "published.json").read_text("utf-8"))
    for number in range(2, 10):
        folder = shutil.copytree(place(drafts) / "r1", place(drafts) / f"r{number}")
        told = json.dumps(first | {"revision": number})
        (folder / "published.json").write_text(told, encoding="utf-8")
    (place(drafts) / "revisions.csv").unlink()  # the next call writes it
    change_data(drafts, draft(drafts))
    draft(drafts)
    assert freeze(drafts, "更正").number == 10
    assert [item.number for item in revisions(place(drafts))] == list(range(1, 11))


def test_a_correction_that_changes_nothing_is_refused(drafts, capsys):
    draft(drafts)
    freeze(drafts)
    draft(drafts)  # rendered anew: other timings, the same documents, charts and evaluation
    before = contents(drafts.path)
    words = ["publish", PLAN, "--year", str(YEAR), "--root", str(drafts.path)]
    capsys.readouterr()
    for more in ([], ["--reason", "补充来源"]):  # no reason is asked for what is not published
        assert main([*words, *more]) == 2
        assert capsys.readouterr().err == (
            f"planeval: reports/{PLAN}/{YEAR}/r1：与第 1 版相比没有任何变化，不另发布\n"
            f"reports/{PLAN}/{YEAR}/r1: nothing has changed since revision 1;"
            " it is not published again\n"
        )
        assert contents(drafts.path) == before
    change_data(drafts, draft(drafts))
    draft(drafts)
    assert freeze(drafts, "更正").number == 2
    drafts.change("observations", GDP_2024, value="226")  # back to the first: news again
    draft(drafts)
    assert freeze(drafts, "恢复").number == 3


# --- what stands already --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("report.html", "the file was changed after publication"),
        ("snapshot/data/observations.csv", "the file was changed after publication"),
        ("manifest.json", "the file was changed after publication"),
        ("note.txt", "the file was not published"),
        ("published.json", "not a JSON record"),
    ],
)
def test_an_earlier_revision_changed_by_hand_is_neither_corrected_nor_compared(
    drafts, capsys, name, told
):
    draft(drafts)
    freeze(drafts)
    change_data(drafts, draft(drafts))
    draft(drafts)
    freeze(drafts, "更正")
    drafts.change("observations", GDP_2024, value="231.0")
    draft(drafts)
    (place(drafts) / "r1" / name).write_bytes(b"by hand")
    before = contents(drafts.path)
    at = f"{PLAN}:{YEAR}"
    first, second = (str(place(drafts) / item) for item in ("r1", "r2"))
    root = ["--root", str(drafts.path)]
    for words in (
        ["publish", PLAN, "--year", str(YEAR), "--reason", "再更正"],
        ["diff", f"{at}:r1", f"{at}:draft"],
        ["diff", f"{at}:r2", f"{at}:draft"],  # the site, too, passes none of them on
        ["diff", second, first],
        ["diff", at, str(place(drafts) / "r1" / "manifest.json")],
    ):
        capsys.readouterr()
        assert main([*words, *root]) == 2, words
        shown = capsys.readouterr()
        zh, en = shown.err.splitlines()
        assert shown.out == "" and zh.startswith(f"planeval: reports/{PLAN}/{YEAR}/r1/{name}：")
        assert en.startswith(f"reports/{PLAN}/{YEAR}/r1/{name}: ") and told in en
        assert contents(drafts.path) == before


def test_a_revision_kept_elsewhere_is_checked_by_its_own_record(drafts, tmp_path_factory):
    draft(drafts)
    kept = tmp_path_factory.mktemp("elsewhere") / "2024 first"
    shutil.copytree(freeze(drafts).folder, kept)
    assert find(str(kept), drafts.path).evaluation["year"] == YEAR
    (kept / "evaluation.json").write_bytes((kept / "evaluation.json").read_bytes() + b"\n")
    with pytest.raises(InputError, match=r"evaluation\.json: the file was changed after"):
        find(str(kept), drafts.path)


@pytest.mark.parametrize("reason", ["", "  \n", "=1+1", "@x", "字" * 501])
def test_a_reason_is_a_sentence(drafts, reason):
    draft(drafts)
    with pytest.raises(InputError, match="--reason"):
        freeze(drafts, reason)
    assert not (drafts.path / "reports").exists() or not contents(drafts.path / "reports")


# --- what is refused ------------------------------------------------------------------------


def change_data(root: Root, folder: Path) -> None:
    root.change("observations", GDP_2024, value="230.0")


def add_table(root: Root, folder: Path) -> None:
    (root.path / "data" / "extra.csv").write_text("a\n", encoding="utf-8")


def change_chapter(root: Root, folder: Path) -> None:
    notebook = root.path / "notebooks" / "01_overview.ipynb"
    notebook.write_text(notebook.read_text("utf-8") + "\n", encoding="utf-8")


def write_commentary(root: Root, folder: Path) -> None:
    place = root.path / "data" / "commentary" / PLAN / str(YEAR)
    place.mkdir(parents=True)
    (place / "overview.zh.md").write_text("评论。\n", encoding="utf-8")


def other_plan(root: Root, folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["parameters"]["year"] = 2023
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def spoil(name: str) -> Any:
    return lambda root, folder: (folder / name).write_bytes(b"by hand")


def lose(name: str) -> Any:
    return lambda root, folder: (folder / name).unlink()


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (change_data, "1 input files changed .*'observations.csv'"),
        (add_table, "1 input files changed .*'extra.csv'"),
        (change_chapter, "1 input files changed .*'01_overview.ipynb'"),
        (write_commentary, "1 input files changed .*overview.zh.md'"),
        (other_plan, "of another plan or year"),
        (spoil("report.docx"), "report.docx: the file was changed"),
        (spoil("evaluation.json"), "evaluation.json: the file was changed"),
        (spoil("manifest.json"), "not a JSON record"),
        (lose("report.pdf"), "report.pdf: the draft is incomplete"),
        (lose("evaluation.json"), "evaluation.json: the draft is incomplete"),
        (lose("manifest.json"), "manifest.json: this file is missing"),
    ],
)
def test_a_draft_not_whole_or_of_other_inputs_is_refused(drafts, harm, told):
    harm(drafts, draft(drafts))
    with pytest.raises(InputError, match=told):
        freeze(drafts)
    assert not (drafts.path / "reports").exists() or not contents(drafts.path / "reports")


def test_a_draft_in_one_format_is_incomplete(drafts):
    draft(drafts, "--formats", "html")
    with pytest.raises(InputError, match=r"report\.pdf: the draft is incomplete"):
        freeze(drafts)


@pytest.mark.parametrize(
    ("plan", "year"),
    [("../jiaxing-14fyp", 2024), ("jiaxing-14fyp/..", 2024), ("", 2024), (PLAN, 1999), (PLAN, -1)],
)
def test_only_plans_and_their_years_become_folders(drafts, plan, year):
    before = contents(drafts.path)
    with pytest.raises(InputError):
        publish(plan, year, root=drafts.path)
    assert contents(drafts.path) == before


def test_no_draft_and_a_link_for_a_folder(drafts, tmp_path_factory):
    with pytest.raises(InputError, match="there is no draft"):
        freeze(drafts)
    draft(drafts)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (drafts.path / "reports").symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(InputError, match="link to another place"):
        freeze(drafts)
    assert not list(elsewhere.iterdir())


# --- interrupted ----------------------------------------------------------------------------


def test_stopped_before_the_renaming_leaves_the_old_and_nothing_half(drafts, monkeypatch):
    draft(drafts)
    freeze(drafts)
    change_data(drafts, draft(drafts))
    draft(drafts)
    before = contents(drafts.path / "reports")
    with monkeypatch.context() as patched:

        def stop(self: Path, target: Path) -> None:
            raise KeyboardInterrupt

        patched.setattr(Path, "rename", stop)
        with pytest.raises(KeyboardInterrupt):
            freeze(drafts, "更正")
    assert contents(drafts.path / "reports") == before
    assert [path.name for path in sorted(place(drafts).iterdir())] == ["r1", "revisions.csv"]


def test_killed_while_copying_is_cleared_by_the_next_call(drafts, monkeypatch):
    draft(drafts)
    with monkeypatch.context() as patched:  # a killed process runs no clean-up

        def stop(self: Path, target: Path) -> None:
            raise KeyboardInterrupt

        patched.setattr(Path, "rename", stop)
        patched.setattr(report_publish.shutil, "rmtree", lambda *_, **__: None)
        with pytest.raises(KeyboardInterrupt):
            freeze(drafts)
    assert [path.name for path in place(drafts).iterdir()] == [".r1.new"]
    assert revisions(place(drafts)) == []  # nobody takes the half for a revision
    assert freeze(drafts).number == 1  # and no reason is asked for
    assert [path.name for path in sorted(place(drafts).iterdir())] == ["r1", "revisions.csv"]


def test_killed_before_the_listing_is_listed_by_the_next_call(drafts, monkeypatch):
    draft(drafts)
    with monkeypatch.context() as patched:

        def stop(self: Path, target: Path) -> None:
            raise KeyboardInterrupt

        patched.setattr(Path, "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            freeze(drafts)
    assert [item.number for item in revisions(place(drafts))] == [1]
    assert not (place(drafts) / "revisions.csv").exists()
    with pytest.raises(
        InputError, match="nothing has changed"
    ):  # even a refused call mends the list
        freeze(drafts)
    assert (place(drafts) / "revisions.csv").read_text("utf-8").splitlines()[1].startswith("1,")
    assert not list(place(drafts).glob(".*"))


def test_data_changed_while_copying_is_seen(drafts, monkeypatch):
    draft(drafts)
    copy = report_publish.shutil.copytree

    def late(source: Path, *rest: Any, **how: Any) -> Any:
        if source == drafts.path / "data":
            drafts.change("observations", GDP_2024, value="230.0")
        return copy(source, *rest, **how)

    monkeypatch.setattr(report_publish.shutil, "copytree", late)
    with pytest.raises(InputError, match=r"observations\.csv"):
        freeze(drafts)
    assert not (drafts.path / "reports").exists() or not contents(drafts.path / "reports")


# --- the command ----------------------------------------------------------------------------


def test_the_command_publishes_and_says_where(drafts, capsys):
    draft(drafts)
    capsys.readouterr()
    words = ["publish", PLAN, "--year", str(YEAR), "--root", str(drafts.path)]
    assert main(words) == 0
    assert f"reports/{PLAN}/{YEAR}/r1" in capsys.readouterr().out
    change_data(drafts, draft(drafts))
    draft(drafts)
    capsys.readouterr()
    assert main(words) == 2 and "a correction needs a reason" in capsys.readouterr().err
    assert main([*words, "--reason", "补充来源"]) == 0
    assert f"reports/{PLAN}/{YEAR}/r2" in capsys.readouterr().out


def test_a_chart_s_figures_changed_by_hand_are_not_published(drafts):
    folder = draft(drafts)
    (folder / "charts").mkdir()
    (folder / "charts" / "1-1.csv").write_bytes(b"1")
    manifest = folder / "manifest.json"
    account = json.loads(manifest.read_text(encoding="utf-8"))
    account["charts"] = {"1-1.csv": hashlib.sha256(b"1").hexdigest()}
    manifest.write_text(json.dumps(account), encoding="utf-8")
    made = freeze(drafts)
    assert (made.folder / "charts" / "1-1.csv").read_bytes() == b"1"
    (folder / "charts" / "1-1.csv").write_bytes(b"2")
    with pytest.raises(InputError) as caught:
        freeze(drafts, "更正")
    assert caught.value.file == f"build/{PLAN}/{YEAR}/charts/1-1.csv"
