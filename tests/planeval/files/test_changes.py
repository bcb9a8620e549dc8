"""The change log: one step for many files, at any crash, and the way back."""

from __future__ import annotations

import csv
import datetime as dt
import errno
import hashlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stopping import MODES, state, stopping

from analysis.data.errors import InputError
from analysis.data.observations import pending, steady
from planeval.files import changes, replace
from planeval.files.changes import cut, joined, lines_changed
from planeval.words.errors import UserError

DAY = dt.datetime(2026, 1, 31, 8, 30, tzinfo=dt.UTC)
A, B = "data/a.csv", "data/plans/p/b.csv"
OLD = b"h\n1\n2\n"
NEVER = 10**6


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a project of one small table."""
    (tmp_path / "data").mkdir()
    (tmp_path / A).write_bytes(OLD)
    return tmp_path


def first(home: Path) -> changes.Entry:
    """Make the change most tests are about: one file longer, one new."""
    return changes.commit(home, {A: b"h\n1\n3\n4\n", B: b"b\n"}, action="import", now=DAY)


# --- what a change is ------------------------------------------------------------------------


def test_a_change_replaces_files_and_is_written_down(home):
    origin = home / "2025.xlsx"
    origin.write_bytes(b"figures")
    entry = changes.commit(
        home,
        {A: b"h\n1\n3\n4\n", B: b"b\n"},
        action="import",
        note="2025年统计公报",
        origin=origin,
        who="统计科",
        rows={A: [{"value": "3"}, {"value": "4"}]},
        expect={A: hashlib.sha256(OLD).hexdigest(), B: None},
        now=DAY,
    )
    assert (home / A).read_bytes() == b"h\n1\n3\n4\n" and (home / B).read_bytes() == b"b\n"
    # 3, 4 and b are new lines, 2 is gone
    assert entry == changes.Entry(
        1, "2026-01-31T08:30:00Z", "import", "2025年统计公报", "统计科", "2025.xlsx",
        hashlib.sha256(b"figures").hexdigest(), (A, B), 3, 1, None,
    )  # fmt: skip
    assert changes.entries(home) == [entry]
    with (home / changes.LOG).open(encoding="utf-8", newline="") as handle:
        (row,) = csv.DictReader(handle)
    assert (row["id"], row["files"], row["rows_added"]) == ("1", f"{A};{B}", "3")
    record = json.loads((home / "data/changes/1.json").read_text(encoding="utf-8"))
    assert record["files"][0]["rows"] == [{"value": "3"}, {"value": "4"}]
    left = {path.name for path in (home / "data").iterdir()}
    assert left == {"a.csv", "plans", "changes.csv", "changes"}


def test_nobody_is_named_who_did_not_say_so(home):
    assert first(home).who is None
    assert "\0".join(os.environ.get(name) or "?" for name in ("USER", "HOSTNAME")) not in (
        home / changes.LOG
    ).read_text(encoding="utf-8")


def test_only_what_differs_is_a_change(home):
    assert changes.commit(home, {A: OLD, B: b"b\n"}, action="import").files == (B,)
    with pytest.raises(InputError, match="nothing would change"):
        changes.commit(home, {A: OLD}, action="import")
    assert len(changes.entries(home)) == 1


def test_an_origin_may_be_called_like_a_formula(home):
    origin = home / "=cmd.xlsx"
    origin.write_bytes(b"")
    changes.commit(home, {B: b"b\n"}, action="import", origin=origin)
    assert changes.entries(home)[0].origin == "./=cmd.xlsx"


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+1", "-1", "x" * 501, "a\x07b"])
@pytest.mark.parametrize("column", ["note", "who"])
def test_words_of_the_log_are_sentences(home, text, column):
    before = state(home)
    with pytest.raises(InputError) as caught:
        changes.commit(home, {B: b"b\n"}, action="import", **{column: text})
    assert caught.value.column == column and state(home) == before


def test_line_breaks_and_blanks_of_a_note_are_folded(home):
    changes.commit(home, {B: b"b\n"}, action="import", note=" 甲\n 乙\t丙 ")
    assert changes.entries(home)[0].note == "甲 乙 丙"


@pytest.mark.parametrize(
    "name",
    [
        "../x", "data/../x", "data/../../etc/passwd", "/data/x", "x", "data", "data/", "data//x",
        "data/./x", "data\\x", "data/a\\b", "C:/x", "data/C:x", "data/x:y", "data/\0", "data/x\n",
        "data/.x", "data/.store/new", "data/x.", "data/x ", "data/ x", "data/CON", "data/nul.csv",
        "data/Com1.csv", "data/" + "x" * 121, "data/" + "数" * 90, "data/a*", "data/<b>", "",
        "data/lpt¹.csv", "data/\u202ecsv", "data/\ud800",
    ],
)  # fmt: skip
def test_no_name_leads_elsewhere(home, name):
    before = sorted(home.rglob("*"))
    with pytest.raises(InputError) as caught:
        changes.commit(home, {name: b"x"}, action="import")
    assert len(str(caught.value).splitlines()) == 2
    assert sorted(home.rglob("*")) == before


@pytest.mark.parametrize("name", [changes.LOG, "data/Changes.csv", "data/changes/1.json"])
def test_the_log_is_written_by_nobody_else(home, name):
    with pytest.raises(InputError, match="cannot write this file"):
        changes.commit(home, {name: b"x"}, action="import")


def test_two_names_of_one_file_on_some_systems(home):
    with pytest.raises(InputError, match="cannot write this file"):
        changes.commit(home, {"data/x.csv": b"1", "data/X.csv": b"2"}, action="import")


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
@pytest.mark.parametrize("kind", ["file", "folder", "loop", "directory"])
def test_a_link_or_a_folder_is_not_replaced(home, kind, tmp_path_factory):
    away = tmp_path_factory.mktemp("away")
    (away / "x.csv").write_bytes(b"theirs")
    name = "data/link"
    if kind == "file":
        (home / name).symlink_to(away / "x.csv")
    elif kind == "loop":
        (home / name).symlink_to(home / name)
    elif kind == "directory":
        (home / name).mkdir()
    else:
        (home / name).symlink_to(away)
        name = "data/link/x.csv"
    with pytest.raises(InputError, match="a link or a folder"):
        changes.commit(home, {name: b"x"}, action="import")
    assert (away / "x.csv").read_bytes() == b"theirs"


# --- what was read must still stand ----------------------------------------------------------


@pytest.mark.parametrize(
    "expect",
    [{A: None}, {A: "0" * 64}, {B: hashlib.sha256(b"").hexdigest()}, {"data/other.csv": "0" * 64}],
)
def test_data_changed_since_they_were_read(home, expect):
    before = state(home)
    with pytest.raises(InputError, match="changed meanwhile"):
        changes.commit(home, {A: b"h\n", B: b"b"}, action="import", expect=expect)
    assert state(home) == before


# --- the way back ----------------------------------------------------------------------------


def test_changes_are_taken_back_one_after_the_other(home):
    first(home)
    middle = (home / A).read_bytes()
    changes.commit(home, {A: b"h\n9\n"}, action="import")
    assert changes.undo(home, note="错了").undoes == 2
    assert (home / A).read_bytes() == middle
    assert changes.undo(home).undoes == 1
    assert (home / A).read_bytes() == OLD and not (home / B).exists()
    assert [entry.action for entry in changes.entries(home)] == ["import", "import", "undo", "undo"]
    with pytest.raises(InputError, match="no change to take back"):
        changes.undo(home)
    changes.commit(home, {A: b"h\n5\n"}, action="import")  # and life goes on
    assert changes.undo(home).undoes == 5


def test_a_file_edited_since_is_not_undone(home):
    first(home)
    (home / B).write_bytes(b"by hand")
    before = state(home)
    with pytest.raises(InputError, match="cannot be taken back") as caught:
        changes.undo(home)
    assert caught.value.file == B and state(home) == before


@pytest.mark.parametrize(
    "harm",
    [
        lambda text: "",
        lambda text: "[]",
        lambda text: text.replace('"head": ', '"head": 1'),
        lambda text: text.replace('"middle": "', '"middle": "AAAA'),
        lambda text: text.replace('"file": "data/a', '"file": "data/../a'),
    ],
)
def test_a_broken_record_undoes_nothing(home, harm):
    first(home)
    record = home / "data/changes/1.json"
    record.write_text(harm(record.read_text(encoding="utf-8")), encoding="utf-8")
    before = state(home)
    with pytest.raises(InputError):
        changes.undo(home)
    assert state(home) == before


@pytest.mark.parametrize(
    "harm", [b"", b"\xff", b"id,time\n", b"%s1\n", b"%s" + b"x,,,,,,,,1,1,\n", b'%s"'],
    ids=["empty", "encoding", "header", "ragged", "number", "quote"],
)  # fmt: skip
def test_a_broken_log_is_told(home, harm):
    head = (",".join(changes.COLUMNS) + "\n").encode()
    (home / changes.LOG).write_bytes(harm.replace(b"%s", head))
    with pytest.raises(InputError, match="cannot be read"):
        changes.entries(home)
    with pytest.raises(InputError, match="cannot be read"):
        first(home)
    assert (home / A).read_bytes() == OLD


def test_a_log_saved_by_a_spreadsheet_is_still_read(home):
    entry = first(home)
    log = home / changes.LOG
    text = log.read_bytes().replace(b"\n", b"\r\n")
    log.write_bytes(b"\xef\xbb\xbf" + text + b"," * (len(changes.COLUMNS) - 1) + b"\r\n")
    assert changes.entries(home) == [entry]


@given(st.binary(max_size=60) | st.none(), st.binary(max_size=60) | st.none())
def test_the_former_file_comes_back_whatever_changed(before, after):
    assert joined(cut(before, after), after) == before


@given(st.lists(st.sampled_from(["a", "b", "c"])), st.lists(st.sampled_from(["a", "b", "c"])))
def test_lines_added_less_lines_removed_is_the_growth(before, after):
    old, new = ("".join(f"{line}\n" for line in lines).encode() for lines in (before, after))
    added, removed = lines_changed(old, new)
    assert added - removed == len(after) - len(before)
    assert lines_changed(new, old) == (removed, added)


# --- at any crash ----------------------------------------------------------------------------


def fresh(folder: Path, *, changed: bool) -> Path:
    """Return a new small project, before or after its first change."""
    (folder / "data").mkdir(parents=True)
    (folder / A).write_bytes(OLD)
    if changed:
        with stopping(NEVER):
            first(folder)
    return folder


def act(home: Path, changed: bool) -> None:
    """Make the first change, or take it back."""
    if changed:
        changes.undo(home, now=DAY)
    else:
        first(home)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("changed", [False, True], ids=["commit", "undo"])
def test_stopped_at_every_step_the_data_are_old_or_new(tmp_path, mode, changed):
    whole = fresh(tmp_path / "whole", changed=changed)
    old = state(whole)
    with stopping(NEVER) as counted:
        act(whole, changed)
    new = state(whole)
    assert counted.count > 25 and old != new  # else nothing was tried
    seen = set()
    for at in range(1, counted.count + 1):
        home = fresh(tmp_path / str(at), changed=changed)
        try:
            with stopping(at, mode):
                act(home, changed)
        except InputError:
            assert mode in ("full", "refused")
        with stopping(NEVER):
            replace.recover(home)
            assert state(home) in (old, new), (at, mode)
            seen.add(state(home) == new)
            changes.commit(home, {"data/next.csv": b"n\n"}, action="import", now=DAY)
        hidden = [path.name for path in (home / "data").iterdir() if path.name[0] == "."]
        assert not hidden, (at, mode)
    assert seen == {False, True}  # the step that decides lies among those tried


def test_stopped_again_and_again_while_recovering(tmp_path):
    whole = fresh(tmp_path / "whole", changed=False)
    first(whole)
    new = state(whole)
    decided = fresh(tmp_path / "decided", changed=False)
    with stopping(NEVER) as counted:
        first(decided)
    tried = 0
    for at in range(1, counted.count + 1):
        for again in range(1, 30):
            home = fresh(tmp_path / f"{at}-{again}", changed=False)
            with stopping(at):
                first(home)
            if not pending(home):
                break
            with stopping(again) as recovering:
                replace.recover(home)
            with stopping(NEVER):
                replace.recover(home)
            assert state(home) == new, (at, again)
            tried += 1
            if recovering.count < again:
                break
    assert tried > 50


def decided(home: Path) -> None:
    """Stop the first change just after the step that decides."""
    for at in range(1, 100):
        with stopping(at):
            first(home)
        if pending(home):
            return
    raise AssertionError("never decided")


def test_a_reader_of_a_folder_it_cannot_write_is_told_so(home, monkeypatch):
    decided(home)
    (home / "data/.store.lock").unlink()  # or it would be opened, not made
    real = os.open

    def read_only(path, flags, *more, **named):
        if flags & os.O_CREAT:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path, flags, *more, **named)

    monkeypatch.setattr(os, "open", read_only)
    with pytest.raises(InputError, match="cannot be written"):
        replace.recover(home)


def test_a_file_edited_after_the_interruption_is_not_lost(home):
    decided(home)
    (home / A).write_bytes(b"by hand")
    with pytest.raises(InputError, match="edited by hand") as caught:
        replace.recover(home)
    assert caught.value.file == A and (home / A).read_bytes() == b"by hand"
    (home / A).rename(home / "kept.csv")
    replace.recover(home)
    assert (home / A).read_bytes() == b"h\n1\n3\n4\n" and len(changes.entries(home)) == 1


def test_a_file_open_in_a_spreadsheet_is_told_before_anything_is_written(home, monkeypatch):
    real = os.open

    def busy(path, flags, *more, **named):
        if Path(path) == home / A:
            raise PermissionError(errno.EACCES, "in use", str(path))
        return real(path, flags, *more, **named)

    monkeypatch.setattr(os, "open", busy)
    with pytest.raises(InputError, match="the data are unchanged"):
        first(home)
    assert state(home) == {A: hashlib.sha256(OLD).hexdigest()}


def test_a_list_of_an_interrupted_change_that_is_broken(home):
    decided(home)
    (home / "data/.store/decided/files.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        replace.recover(home)


# --- two at once -----------------------------------------------------------------------------


def test_a_second_writer_waits_and_is_refused_in_the_end(home, monkeypatch):
    monkeypatch.setattr(replace, "_WAIT", 0.0)
    with replace.changing(home), pytest.raises(InputError) as caught:
        first(home)
    assert "another process is changing the data" in str(caught.value)
    assert str(os.getpid()) in caught.value.value and (home / A).read_bytes() == OLD


def test_a_lock_of_a_process_that_is_gone_does_not_count(home):
    (home / "data" / ".store.lock").write_text(str(os.getpid()), encoding="ascii")  # lives, but
    assert first(home).id == 1  # holds no lock: its number was given to somebody else


COUNTING = """
import sys
from pathlib import Path
from planeval.files import changes as store
from analysis.data.errors import InputError
home, done = Path(sys.argv[1]), 0
while done < 8:
    seen = (home / "data/a.csv").read_bytes()
    new = str(int(seen) + 1).encode()
    try:
        store.commit(home, {"data/a.csv": new, "data/b.csv": new}, action="import",
                     expect={"data/a.csv": store.sha256(seen)})
        done += 1
    except InputError as error:
        if "changed meanwhile" not in error.en:
            raise
"""


def test_two_importers_lose_no_change(home):
    (home / A).write_bytes(b"0")
    both = [
        subprocess.Popen([sys.executable, "-c", COUNTING, str(home)], stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    for process in both:
        _, told = process.communicate(timeout=120)
        assert process.returncode == 0, told.decode()
    assert (home / A).read_bytes() == (home / "data/b.csv").read_bytes() == b"16"
    assert [entry.id for entry in changes.entries(home)] == list(range(1, 17))


def test_tables_changed_while_they_are_read_are_read_again(home):
    seen: list[bytes] = []

    def reading(stamp: tuple) -> bytes:
        seen.append((home / A).read_bytes())
        if len(seen) == 1:
            first(home)
        return seen[-1]

    assert steady(home, reading) == b"h\n1\n3\n4\n" and len(seen) == 2


def test_a_mistake_seen_only_half_way_through_a_change_is_none(home):
    def reading(stamp: tuple) -> str:
        if not changes.entries(home):
            first(home)
            raise UserError("半", "half")
        return "whole"

    assert steady(home, reading) == "whole"


def test_what_the_log_prints_is_a_table(home):
    changes.commit(home, {B: b"b\n"}, action="import", note='引号"与,逗号')
    text = (home / changes.LOG).read_text(encoding="utf-8")
    assert list(csv.reader(io.StringIO(text)))[1][3] == '引号"与,逗号'
