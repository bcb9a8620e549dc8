"""Chapters in another language: the prose of a notebook replaced from the catalogue.

The code of a chapter speaks for itself (:func:`planeval.words.language.say`); its prose cells
stand in Chinese and are looked up whole. The notebooks as written are never changed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from analysis.data.errors import InputError
from analysis.targets.evaluation import KINDS
from planeval.report.nbfiles import nbformat
from planeval.words.language import catalogue


def chapters_of(notebooks_dir: Path, kind: str = "") -> list[Path]:
    """Return the chapters of a report of a kind, in order of name.

    A notebook whose metadata say ``{"planeval": {"kinds": ["middle"]}}`` belongs to reports of
    these kinds only (``annual``, ``middle``, ``final``), all others to every report. Without a
    kind all are returned.

    Raises
    ------
    InputError
        When there are no chapters.

    Examples
    --------
    >>> from analysis.data.paths import project_root
    >>> [path.stem for path in chapters_of(project_root() / "notebooks", "final")][3]
    '01c_handover'
    """
    found = sorted(Path(notebooks_dir).glob("[0-9]*.ipynb"))
    if not found:
        raise InputError(
            "没有章节", "no chapters", file=Path(notebooks_dir).name, expected="01_….ipynb"
        )
    return [path for path in found if not kind or kind in kinds_of(path)]


def kinds_of(path: Path) -> tuple[str, ...]:
    """Return the kinds of report a chapter belongs to; one that cannot be read, to every kind."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))["metadata"].get("planeval", {})
        return tuple(told.get("kinds", KINDS))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return tuple(KINDS)  # the run says what is wrong with it


def chapters_in(language: str, chapters: Sequence[Path], folder: Path) -> list[Path]:
    """Return the chapters with their prose in a language, written into a folder where need be.

    Parameters
    ----------
    language : {"zh", "en"}
        In Chinese the chapters are returned as they are.
    chapters : sequence of Path
        Notebooks as written, in Chinese.
    folder : Path
        Where translated copies go, under the same names.

    Raises
    ------
    InputError
        When a prose cell has no words in that language.

    Examples
    --------
    >>> chapters_in("zh", [Path("notebooks/01_overview.ipynb")], Path("build"))[0].name
    '01_overview.ipynb'
    """
    if language == "zh":
        return list(chapters)
    words = catalogue(language)
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for path in chapters:
        notebook = nbformat.read(path, as_version=4)
        for number, cell in enumerate(notebook.cells, start=1):
            if cell.cell_type != "markdown" or cell.source.isascii():
                continue
            if cell.source not in words:
                raise InputError(
                    "这一单元的文字没有英文",
                    "the prose of this cell has no English words",
                    file=path.name,
                    row=number,
                    value=cell.source,
                    expected="src/planeval/locale/en/*.po",
                )
            cell.source = words[cell.source]
        made.append(folder / path.name)
        nbformat.write(notebook, made[-1])
    return made
