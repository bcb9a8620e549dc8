"""A report's folder, replaced whole or not at all, with what other people put there kept."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from planeval.files.replace import locked
from planeval.report.charts import FOLDER as CHARTS
from planeval.words.errors import UserError

__all__ = ["EVALUATION", "FORMATS", "NOTEBOOKS", "OWN", "mend", "staged"]

FORMATS = ("html", "pdf", "docx", "xlsx")
#: The executed chapters beside the documents.
NOTEBOOKS = "notebooks"
#: Beside them the evaluation as plain values, so that two reports can be compared.
EVALUATION = "evaluation.json"
#: What the program writes into a report's folder; all else there is somebody's own.
OWN = frozenset(
    {
        *(f"report.{kind}" for kind in FORMATS),
        "manifest.json",
        "timings.json",
        NOTEBOOKS,
        EVALUATION,
        CHARTS,
    }
)


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """Give a new folder beside `target`, and put it in its place when all went well.

    Renaming is one step on every file system; two renames are needed to replace a folder.
    Should the machine stop between them, the next call finds the old report and restores it.
    """
    with swapped(target, _require_report, lambda old, fresh, _: _keep_others(old, fresh)) as fresh:
        yield fresh


@contextmanager
def swapped(
    target: Path, look: Callable[[Path], Any], keep: Callable[[Path, Path, Any], None]
) -> Iterator[Path]:
    """Give a new folder that takes the place of `target` at the end of the block, or never.

    Parameters
    ----------
    target : Path
        The folder to be replaced; it need not exist.
    look : callable
        Is shown the folder under the lock and may refuse it; what it returns goes to `keep`.
    keep : callable
        Takes over from the old folder into the new one what is not to be lost.
    """
    target = target.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.new")
    old = target.with_name(f".{target.name}.old")
    with locked(target.with_name(f".{target.name}.lock"), target.name):
        _put_back(old, target)
        for leftover in (fresh, old):
            shutil.rmtree(leftover, ignore_errors=True)
        seen = look(target)
        try:
            fresh.mkdir()
            yield fresh
            keep(target, fresh, seen)
            if target.exists():
                target.rename(old)
            try:
                fresh.rename(target)
            except BaseException:
                if old.exists():
                    old.rename(target)
                raise
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def mend(folder: Path) -> None:
    """Put a report back that stood there when the machine stopped between two renames.

    Parameters
    ----------
    folder : Path
        The report's folder; nothing is done where there is nothing to put back.

    Raises
    ------
    InputError
        When another process is writing the report.
    """
    old = folder.with_name(f".{folder.name}.old")
    if old.exists() and not folder.exists():
        with locked(folder.with_name(f".{folder.name}.lock"), folder.name):
            _put_back(old, folder)


def _put_back(old: Path, folder: Path) -> None:
    if old.exists() and not folder.exists():
        old.rename(folder)


def _require_report(target: Path) -> None:
    """Refuse to replace a folder that is no report: it may be somebody's work."""
    if target.exists() and (
        not target.is_dir() or (any(target.iterdir()) and not (target / "manifest.json").is_file())
    ):
        raise UserError(
            "输出文件夹里已有别的文件，不会覆盖",
            "the output folder holds other files and is not overwritten",
            file=target.name,
            expected="a new folder, or one with a report",
        )


def _keep_others(target: Path, fresh: Path) -> None:
    """Take over from the old folder what the program did not write, such as a leader's note."""
    if not target.is_dir():
        return
    for path in target.iterdir():
        if path.name in OWN:
            continue
        if path.is_dir():
            shutil.copytree(path, fresh / path.name)
        else:
            shutil.copy2(path, fresh / path.name)
