"""The commands that faults.py kills: each says when it is ready, waits for the word, and runs."""

from __future__ import annotations

import datetime
import functools
import sys
from collections.abc import Callable
from pathlib import Path

PLAN, YEAR = "jiaxing-14fyp", 2024
NOW = datetime.datetime(2026, 1, 31, 8, 30, tzinfo=datetime.UTC)
TABLE, NEW = "data/observations.csv", "data/plans/jiaxing-14fyp/extra.csv"


def ready() -> None:
    """Say that all is loaded, and wait for the word to go."""
    print("ready", flush=True)
    sys.stdin.readline()


def content(root: Path, mark: str = "") -> dict[str, bytes]:
    """Return what a change writes: the long table with another figure, and a new file."""
    old = (root / TABLE).read_bytes()
    return {TABLE: old.replace(b",182.0,", f",183.{mark or 0},".encode(), 1), NEW: b"x\n"}


def commit(root: Path, mark: str = "") -> None:
    """Change two files; `mark` tells importers apart."""
    from planeval.files import changes, replace

    files, seen = content(root, mark), replace.sha256((root / TABLE).read_bytes())
    ready()
    changes.commit(root, files, action="import", note=mark, expect={TABLE: seen}, now=NOW)


def undo(root: Path) -> None:
    """Take the last change back."""
    from planeval.files import changes

    ready()
    changes.undo(root, now=NOW)


def stubbed() -> None:
    """Let chapters be as they are: what is tried here is how their report is put in place."""
    from planeval.report import render
    from planeval.report.run import ChapterRun

    def run_chapters(chapters: list[Path], *_: object, **__: object) -> list[ChapterRun]:
        return [ChapterRun(path, path, 1.0) for path in chapters]

    render.run_chapters = run_chapters  # type: ignore[assignment]


def report(root: Path) -> None:
    """Draft the report in HTML, at the level of the function."""
    from planeval.report.render import ReportMeta, render

    stubbed()
    meta = ReportMeta("题", "副题", "地区", "规划", YEAR, NOW.date(), "年度监测")
    ready()
    render(
        PLAN, YEAR, as_of=NOW.date(), notebooks_dir=root / "notebooks",
        out_dir=root / "build" / PLAN / str(YEAR), meta=meta, formats=("html",),
        evaluation={"of": (root / "mark.txt").read_text(encoding="utf-8")}, progress=False,
    )  # fmt: skip


def command(root: Path, *words: str) -> None:
    """Run ``planeval`` with some words."""
    from planeval.cli import app
    from planeval.files import changes

    # the entry's time is all that would differ from run to run
    changes.commit = functools.partial(changes.commit, now=NOW)  # type: ignore[assignment]
    changes.undo = functools.partial(changes.undo, now=NOW)  # type: ignore[assignment]
    ready()
    sys.exit(app.main([*words, "--root", str(root)]))


def command_late(root: Path, *words: str) -> None:
    """Run ``planeval`` with some words, and be ready only when it begins to write."""
    from planeval.cli import app
    from planeval.files import changes

    real = changes.commit

    def late(*given: object, **more: object) -> changes.Entry:
        ready()
        return real(*given, **{**more, "now": NOW})  # type: ignore[arg-type]

    changes.commit = late  # type: ignore[assignment]
    sys.exit(app.main([*words, "--root", str(root)]))


WORKERS: dict[str, Callable[..., None]] = {
    "commit": commit,
    "undo": undo,
    "report": report,
    "command": command,
    "command_late": command_late,
}

if __name__ == "__main__":
    WORKERS[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
