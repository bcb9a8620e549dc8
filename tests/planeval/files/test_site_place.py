"""Where a site may stand, and which reports it passes on: only such as were published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from roots import Root
from tests.planeval.site.test_build import PLAN, contents, corrected, pattern  # noqa: F401 (fixtures)

from analysis.data.errors import InputError
from planeval.cli.app import main
from planeval.site import build as site_place
from planeval.site.build import build, place

FIRST = f"reports/{PLAN}/2024/r1"


def spoil(name: str, content: bytes = b"by hand") -> Any:
    return lambda root: (root.path / name).write_bytes(content)


def lose(root: Root) -> None:
    (root.path / FIRST / "report.pdf").unlink()


def link(root: Root) -> None:
    path = root.path / FIRST / "report.pdf"
    aside = root.path / "aside.pdf"
    path.rename(aside)
    path.symlink_to(aside)


def forge(root: Root) -> None:
    """Change a document and its checksum in the record; the manifest still knows better."""
    import hashlib

    path, record = root.path / FIRST / "report.html", root.path / FIRST / "published.json"
    path.write_bytes(b"forged")
    told = json.loads(record.read_text("utf-8"))
    told["files"]["report.html"] = hashlib.sha256(b"forged").hexdigest()
    record.write_text(json.dumps(told), encoding="utf-8")


def forge_all(root: Root) -> None:
    """Change the manifest too; the list of revisions still knows better."""
    import hashlib

    forge(root)
    manifest, record = root.path / FIRST / "manifest.json", root.path / FIRST / "published.json"
    told = json.loads(manifest.read_text("utf-8"))
    told["outputs"]["report.html"] = hashlib.sha256(b"forged").hexdigest()
    manifest.write_text(json.dumps(told), encoding="utf-8")
    kept = json.loads(record.read_text("utf-8"))
    kept["files"]["manifest.json"] = hashlib.sha256(manifest.read_bytes()).hexdigest()
    record.write_text(json.dumps(kept), encoding="utf-8")


def move(old: str, new: str) -> Any:
    return lambda root: (root.path / old).rename(root.path / new)


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (spoil(f"{FIRST}/report.html"), r"r1/report\.html: the file was changed after"),
        (spoil(f"{FIRST}/snapshot/data/plans.csv"), r"plans\.csv: the file was changed after"),
        (spoil(f"{FIRST}/extra.html"), r"extra\.html: the file was not published"),
        (lose, r"report\.pdf: a published file is missing"),
        (link, r"report\.pdf: the file was changed after"),
        (forge, r"r1/report\.html: the checksum differs"),
        (forge_all, r"r1/manifest\.json: the checksum differs"),
        (spoil(f"{FIRST}/published.json"), "not a JSON record"),
        (spoil(f"{FIRST}/published.json", b"{}"), "record of the publication is not valid"),
        (spoil(f"reports/{PLAN}/2024/revisions.csv", b"a\n1\n"), "list of revisions is not valid"),
        (move(FIRST, f"reports/{PLAN}/2024/r7"), "record of the publication is not valid"),
        (move(f"reports/{PLAN}", "reports/other"), "plan not in the data.*'other'"),
        (move(f"reports/{PLAN}/2024", f"reports/{PLAN}/1999"), "year outside the plan"),
    ],
)
def test_what_is_not_as_published_is_named_and_nothing_written(corrected, harm, told, capsys):  # noqa: F811
    build(corrected.path)
    before = contents(corrected.path / "build/site")
    harm(corrected)
    with pytest.raises(InputError, match=told):
        build(corrected.path)
    assert main(["site", "--root", str(corrected.path)]) == 2
    assert "planeval:" in capsys.readouterr().err
    assert contents(corrected.path / "build/site") == before


# --- the place ------------------------------------------------------------------------------


def test_an_older_site_is_replaced_whole_and_others_files_stay(tmp_path):
    out = tmp_path / "site"
    place({"a/old.html": b"1", "index.html": b"1"}, out, tmp_path / "root")
    (out / "CNAME").write_text("example.org", encoding="utf-8")
    (out / "a" / "mine.txt").write_text("mine", encoding="utf-8")
    place({"index.html": b"2"}, out, tmp_path / "root")
    found = contents(out)
    found.pop("site.json")
    assert found == {"index.html": b"2", "CNAME": b"example.org", "a/mine.txt": b"mine"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]


def test_a_file_of_somebodys_under_a_name_the_site_needs_is_kept(tmp_path):
    out = tmp_path / "site"
    place({"index.html": b"1"}, out, tmp_path / "root")
    (out / "a").write_bytes(b"mine")
    before = contents(out)
    for files in ({"a": b"2"}, {"a/b.html": b"2"}):
        with pytest.raises(InputError, match="site/a: a file of somebody's"):
            place(files, out, tmp_path / "root")
        assert contents(out) == before


@pytest.mark.parametrize("mark", [None, b"{}", b"[]", b"x", b'{"format": "other", "files": {}}'])
def test_a_folder_that_is_no_site_is_not_replaced(tmp_path, mark):
    out = tmp_path / "site"
    out.mkdir()
    (out / "thesis.docx").write_bytes(b"years")
    if mark is not None:
        (out / "site.json").write_bytes(mark)
    before = contents(out)
    with pytest.raises(InputError, match="holds other files"):
        place({"index.html": b"1"}, out, tmp_path / "root")
    assert contents(out) == before
    with pytest.raises(InputError, match="holds other files"):
        place({"index.html": b"1"}, out / "thesis.docx", tmp_path / "root")


@pytest.mark.parametrize("name", [".", "data", "reports/site", "notebooks/a/b", "src", ".."])
def test_inputs_are_no_place_for_a_site(tmp_path, name):
    root = tmp_path / "project" / "inner"
    root.mkdir(parents=True)
    with pytest.raises(InputError, match="--out"):
        place({"index.html": b"1"}, root / name, root)
    assert not contents(tmp_path)


def test_stopped_while_writing_or_between_renames_leaves_a_whole_site(tmp_path, monkeypatch):
    out = tmp_path / "site"
    place({"index.html": b"1"}, out, tmp_path / "root")
    before = contents(out)
    rename = Path.rename
    for stop_at in (1, 2):
        calls: list[int] = []

        def stop(self: Path, target: Path, calls=calls, stop_at=stop_at) -> Path:
            calls.append(1)
            if len(calls) == stop_at:
                raise KeyboardInterrupt
            return rename(self, target)

        with monkeypatch.context() as patched:
            patched.setattr(Path, "rename", stop)
            with pytest.raises(KeyboardInterrupt):
                place({"index.html": b"2"}, out, tmp_path / "root")
        assert contents(out) == before
        assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_machine_that_stopped_between_the_renames_is_mended(tmp_path, monkeypatch):
    out = tmp_path / "site"
    place({"index.html": b"1"}, out, tmp_path / "root")
    (out / "CNAME").write_bytes(b"x")
    out.rename(tmp_path / ".site.old")
    (tmp_path / ".site.new").mkdir()
    monkeypatch.setattr(site_place, "_TAKEN", ())
    place({"index.html": b"2"}, out, tmp_path / "root")
    assert contents(out)["index.html"] == b"2" and contents(out)["CNAME"] == b"x"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
