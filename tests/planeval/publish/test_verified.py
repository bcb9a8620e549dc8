"""What was published is held against its list: nothing gone, no day or reason changed."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from roots import Root
from tests.planeval.publish.test_publish import (  # noqa: F401 (fixture)
    GDP_2024,
    PLAN,
    YEAR,
    contents,
    draft,
    drafts,
    freeze,
    place,
)
from tests.planeval.site.test_build import corrected, pattern  # noqa: F401 (fixtures)

from planeval.cli.app import main
from planeval.publish.revisions import COLUMNS
from planeval.publish.verified import verified
from planeval.site.build import build

AT = f"reports/{PLAN}/{YEAR}"
RESTORE = "restore it as published"
LEFT = (
    ".DS_Store", "Thumbs.db", "desktop.ini", "~$report.docx", "~$report.xlsx", "report.html~",
    "snapshot/data/.DS_Store", "snapshot/notebooks/.ipynb_checkpoints/01-checkpoint.ipynb",
)  # fmt: skip


@pytest.fixture
def twice(drafts: Root) -> Root:  # noqa: F811
    """Return a root with two revisions published, and news drafted for a third."""
    draft(drafts)
    freeze(drafts)
    for value, reason in (("230.0", "更正"), ("231.0", "")):
        drafts.change("observations", GDP_2024, value=value)
        draft(drafts)
        if reason:
            freeze(drafts, reason)
    return drafts


def refused(root: Root, capsys: Any) -> tuple[str, str]:
    """Return what site, diff and publish all say, each with exit 2 and nothing written."""
    before = contents(root.path)
    told = set()
    for words in (
        ["site"],
        ["diff", f"{PLAN}:{YEAR}:r2", f"{PLAN}:{YEAR}:draft"],
        ["publish", PLAN, "--year", str(YEAR), "--reason", "再更正"],
    ):
        capsys.readouterr()
        assert main([*words, "--root", str(root.path)]) == 2, words
        shown = capsys.readouterr()
        assert not shown.out and contents(root.path) == before
        told.add(shown.err)
    (message,) = told
    zh, en = message.splitlines()
    return zh.removeprefix("planeval: "), en


@pytest.mark.parametrize("gone", [("r1",), ("r2",), ("r1", "r2"), ("r1", "revisions.csv")])
def test_a_revision_that_is_gone_is_named(twice, gone, capsys):
    for name in gone:
        path = place(twice) / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    zh, en = refused(twice, capsys)
    assert zh.startswith(f"{AT}/{gone[0]}：发布的这一版缺失，请恢复发布时的原样")
    assert en.startswith(f"{AT}/{gone[0]}: this published revision is missing; {RESTORE}")


@pytest.mark.parametrize(
    ("column", "value"),
    [("published", "2026-04-30"), ("reason", "补充来源"), ("reason", None)],
)
def test_a_day_or_reason_changed_in_the_record_is_seen(twice, column, value, capsys):
    record = place(twice) / "r2" / "published.json"
    told = json.loads(record.read_text("utf-8"))
    was = told[column]
    record.write_text(json.dumps(told | {column: value}), encoding="utf-8")
    zh, en = refused(twice, capsys)
    assert zh.startswith(f"{AT}/r2/published.json，列 {column}：发布记录与修订清单不一致，请恢复")
    assert f"the record and the list of revisions differ; {RESTORE}" in en
    assert f"found {value or '—'!r}" in en and f"{was}（revisions.csv:3）" in en


def rows_of(root: Root) -> list[list[str]]:
    with (place(root) / "revisions.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))


def test_an_as_of_date_changed_in_the_list_is_seen(twice, capsys):
    rows = rows_of(twice)
    was, rows[1][2] = rows[1][2], "2020-01-01"
    write(twice, rows)
    _, en = refused(twice, capsys)
    assert en.startswith(f"{AT}/revisions.csv, row 2, column as_of: ")
    assert "found '2020-01-01'" in en and f"expected {was}" in en


def write(root: Root, rows: list[list[str]]) -> None:
    with (place(root) / "revisions.csv").open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows(rows)


@pytest.mark.parametrize(
    ("harm", "where"),
    [
        (lambda rows: [], "row 1: the list of revisions is not valid"),
        (lambda rows: [row[:3] + row[4:] for row in rows], "row 1: the list of revisions is not"),
        (lambda rows: rows[:1], "row 2: the list of revisions has no rows"),
        (lambda rows: [rows[0], rows[2]], "row 2: the list of revisions lacks revision 1"),
        (lambda rows: [*rows[:2], rows[2][:4]], "row 3: the list of revisions is not valid"),
        (lambda rows: [*rows[:2], ["x", *rows[2][1:]]], "row 3: the list of revisions is not"),
        (lambda rows: [*rows, rows[2]], "row 4, column revision: the list of revisions is not"),
    ],
)
def test_a_list_without_its_columns_or_rows_is_refused(
    twice, harm: Callable[[list[list[str]]], list[list[str]]], where, capsys
):
    assert tuple(rows_of(twice)[0]) == COLUMNS
    write(twice, harm(rows_of(twice)))
    zh, en = refused(twice, capsys)
    assert en.startswith(f"{AT}/revisions.csv, {where}") and RESTORE in en
    assert zh.startswith(f"{AT}/revisions.csv，第 ") and "请恢复" in zh


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "this file is missing"), (b"{", "not a JSON record"), (b"[]", "not a JSON record")],
)
def test_a_record_lost_or_broken_is_to_be_restored(twice, content, told, capsys):
    record = place(twice) / "r1" / "published.json"
    record.unlink() if content is None else record.write_bytes(content)
    zh, en = refused(twice, capsys)
    assert en.startswith(f"{AT}/r1/published.json: {told}; {RESTORE}")
    assert "请恢复发布时的原样" in zh and "planeval report" not in zh + en


def leave(folder: Path) -> None:
    """Leave in a revision's folder what file managers, office programs and editors do."""
    for name in LEFT:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"left")


def test_what_systems_and_editors_leave_is_no_part_of_a_revision(twice, capsys):
    leave(place(twice) / "r1")
    assert [item.revision.number for item in verified(twice.path, PLAN, YEAR)] == [1, 2]
    at, root = f"{PLAN}:{YEAR}", ["--root", str(twice.path)]
    assert main(["diff", f"{at}:r1", f"{at}:draft", *root]) == 0
    assert main(["publish", PLAN, "--year", str(YEAR), "--reason", "再更正", *root]) == 0
    (place(twice) / "r1" / "note.txt").write_bytes(b"by hand")
    assert main(["diff", f"{at}:r1", f"{at}:r2", *root]) == 2  # what somebody wrote still blocks
    assert "r1/note.txt: the file was not published" in capsys.readouterr().err


def test_the_site_passes_nothing_on_that_was_left(corrected):  # noqa: F811
    before = contents(build(corrected.path).folder)
    leave(corrected.path / "reports" / PLAN / "2024" / "r1")
    assert contents(build(corrected.path).folder).keys() == before.keys()


def test_nothing_left_in_a_draft_or_the_data_is_published(drafts):  # noqa: F811
    folder = draft(drafts)
    (folder / "charts").mkdir(exist_ok=True)
    for path in (folder / "charts", drafts.path / "data"):
        for name in (".DS_Store", "Thumbs.db", "~$x.xlsx", "x.csv~"):
            (path / name).write_bytes(b"left")
    found = contents(freeze(drafts).folder)
    assert not [name for name in found if Path(name).name in (".DS_Store", "Thumbs.db")]
    assert not [name for name in found if "~" in name]
