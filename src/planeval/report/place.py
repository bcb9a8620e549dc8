"""A report's folder: what the program writes there, and how it is replaced."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from planeval.files.replace import folder, mend
from planeval.report.charts import FOLDER as CHARTS

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
