"""A report's folder: what the program writes there, and how it is replaced."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path

from planeval.files.replace import folder, mend
from planeval.words.errors import UserError

__all__ = ["CHARTS", "EVALUATION", "FORMATS", "NOTEBOOKS", "OWN", "checksums", "mend", "staged"]

FORMATS = ("html", "pdf", "docx", "xlsx")
#: The executed chapters beside the documents.
NOTEBOOKS = "notebooks"
#: Beside them the evaluation as plain values, so that two reports can be compared.
EVALUATION = "evaluation.json"
CHARTS = "charts"
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


def staged(target: Path) -> AbstractContextManager[Path]:
    """Give an empty folder that takes the place of a report at the end of a block, or never.

    Raises
    ------
    InputError
        When other files than a report's stand there: they may be somebody's work.
    """
    return folder(target, _own, "a new folder, or one with a report")


def _own(target: Path) -> frozenset[str] | None:
    return OWN if (target / "manifest.json").is_file() else None


def checksums(paths: Iterable[Path]) -> dict[str, str]:
    """Return the SHA-256 of each file under its name, sorted.

    Two files of one name are told apart by the folder they lie in.

    Raises
    ------
    InputError
        When a file does not exist.

    Examples
    --------
    >>> checksums([Path(__file__)]).keys()
    dict_keys(['place.py'])
    """
    found: dict[str, str] = {}
    files = [Path(path) for path in paths]
    names = [path.name for path in files]
    for path in files:
        if not path.is_file():
            raise UserError("没有这个文件", "no such file", file=path.name)
        name = path.name if names.count(path.name) == 1 else f"{path.parent.name}/{path.name}"
        found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return dict(sorted(found.items()))
