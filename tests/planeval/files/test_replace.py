"""One file, one folder: old or new at whatever step the machine stops, and nobody's work lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from stopping import MODES, Killed, stopping

from analysis.data.errors import InputError
from planeval.files.replace import folder, mend, new_folder, whole

NEVER = 10**6
OWN = {"page.html", "charts"}


def contents(place: Path) -> dict[str, bytes]:
    return {
        path.relative_to(place).as_posix(): path.read_bytes()
        for path in place.rglob("*")
        if path.is_file()
    }


def ours(place: Path) -> set[str] | None:
    return OWN if (place / "page.html").is_file() else None


def draw(target: Path, text: bytes) -> None:
    """Make the program's folder anew, by the steps of :mod:`stopping`."""
    with folder(target, ours, "a folder of ours") as fresh:
        (fresh / "charts").mkdir()
        for name in ("page.html", "charts/a.csv"):
            handle = os.open(fresh / name, os.O_CREAT | os.O_WRONLY)
            os.write(handle, text)
            os.close(handle)


# --- one file ---


@pytest.mark.parametrize("mode", MODES)
def test_a_file_is_old_or_new_at_every_step(tmp_path, mode):
    path = tmp_path / "a.txt"
    with stopping(NEVER) as counted:
        whole(path, b"old")
    assert counted.count >= 4  # open, write, to the disk, rename
    for at in range(1, counted.count + 1):
        path.write_bytes(b"old")
        try:
            with stopping(at, mode):
                whole(path, b"new and longer")
        except OSError:
            assert mode in ("full", "refused")
        assert path.read_bytes() in (b"old", b"new and longer")
        whole(path, b"again")  # what was left beside it is in nobody's way
        assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


def test_a_file_that_must_be_new_replaces_none(tmp_path):
    path = tmp_path / "a.txt"
    whole(path, b"first", over=False)
    with pytest.raises(InputError, match="not overwritten"):
        whole(path, b"second", over=False)
    assert contents(tmp_path) == {"a.txt": b"first"}


def test_a_drive_without_links_keeps_the_promise(tmp_path, monkeypatch):
    def none(*_: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", none)
    test_a_file_that_must_be_new_replaces_none(tmp_path)


def test_neither_a_link_nor_a_folder_becomes_a_file(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="no file can be written there"):
        whole(tmp_path / "folder", b"x")
    (tmp_path / "a").write_bytes(b"theirs")
    try:
        (tmp_path / "link").symlink_to(tmp_path / "a")
    except OSError:
        pytest.skip("links need a privilege here")
    with pytest.raises(InputError, match="no file can be written there"):
        whole(tmp_path / "link", b"x")
    assert (tmp_path / "a").read_bytes() == b"theirs"


# --- one folder ---


@pytest.mark.parametrize("mode", MODES)
def test_a_folder_is_old_or_new_at_every_step(tmp_path, mode):
    place = tmp_path / "whole"
    with stopping(NEVER):
        draw(place, b"old")
        (place / "note").mkdir()
        (place / "note" / "mine.txt").write_bytes(b"mine")
    old = contents(place)
    with stopping(NEVER) as counted:
        draw(place, b"new")
    new = contents(place)
    assert old != new and new["note/mine.txt"] == b"mine"
    seen = set()
    for at in range(1, counted.count + 1):
        home = tmp_path / str(at)
        place = home / "p"
        draw(place, b"old")
        (place / "note").mkdir()
        (place / "note" / "mine.txt").write_bytes(b"mine")
        try:
            with stopping(at, mode):
                draw(place, b"new")
        except (InputError, OSError):
            assert mode in ("full", "refused")
        mend(place)  # what the next command does first
        assert contents(place) in (old, new), at
        seen.add(contents(place) == new)
        draw(place, b"next")
        assert [one.name for one in home.iterdir()] == ["p"], at
        assert contents(place)["note/mine.txt"] == b"mine"
    assert seen == {False, True}


def test_an_empty_folder_and_a_link_of_somebodys_are_taken_over(tmp_path):
    draw(tmp_path / "p", b"1")
    (tmp_path / "p" / "empty").mkdir()
    try:
        (tmp_path / "p" / "link").symlink_to("nowhere")
    except OSError:
        pytest.skip("links need a privilege here")
    draw(tmp_path / "p", b"2")
    assert (tmp_path / "p" / "empty").is_dir()
    assert (tmp_path / "p" / "link").readlink() == Path("nowhere")


@pytest.mark.parametrize("mode", MODES)
def test_a_new_folder_stands_whole_or_not_at_all(tmp_path, mode):
    def make(target: Path) -> None:
        with new_folder(target) as fresh:
            (fresh / "inside").mkdir()

    with stopping(NEVER) as counted:
        make(tmp_path / "whole")
    for at in range(1, counted.count + 1):
        target = tmp_path / str(at)
        try:
            with stopping(at, mode):
                make(target)
        except OSError:
            assert mode in ("full", "refused")
        assert not target.exists() or (target / "inside").is_dir()
        if not target.exists():
            make(target)
        assert not target.with_name(f".{at}.new").exists()


def test_a_folder_is_not_touched_when_its_making_is_stopped(tmp_path):
    draw(tmp_path / "p", b"1")
    before = contents(tmp_path)
    with pytest.raises(Killed), folder(tmp_path / "p", ours, "ours") as fresh:
        (fresh / "page.html").write_bytes(b"half")
        raise Killed
    assert contents(tmp_path) == before
