"""Where the data, the notebooks and the outputs are: never tied to the working directory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from analysis.data.errors import InputError, Reason

#: The project at work, for what is read on the way without its root being named.
_AT_WORK: ContextVar[Path | None] = ContextVar("at_work", default=None)
MARK = Path("data") / "datapackage.json"
_OF_SYSTEMS = ("thumbs.db", "ehthumbs.db", "desktop.ini")


def project_root(root: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder that holds ``data/`` and ``notebooks/``.

    Parameters
    ----------
    root : path, optional
        A folder named by the user. Without it: the project at work (:func:`working_at`), the
        environment variable ``PLANEVAL_ROOT``, the checkout this package is installed from,
        then the nearest folder above the working directory that holds
        ``data/datapackage.json``.

    Raises
    ------
    InputError
        When the named folder, or every place looked at, holds no ``data/datapackage.json``.

    Examples
    --------
    >>> (project_root() / "data" / "datapackage.json").is_file()
    True
    """
    if not root and (at_work := _AT_WORK.get()) is not None:
        return at_work
    named = root or os.environ.get("PLANEVAL_ROOT")
    if named:
        chosen = Path(named).expanduser().resolve()
        if not (chosen / MARK).is_file():
            raise InputError(
                "not_project_root",
                file=str(chosen),
                expected=Reason("folder_that_holds", mark=MARK.as_posix()),
            )
        return chosen
    own = Path(__file__).resolve().parents[3]
    here = Path.cwd()
    for candidate in (own, here, *here.parents):
        if (candidate / MARK).is_file():
            return candidate
    raise InputError(
        "project_data_not_found",
        expected=Reason("mark_above_or_root", mark=MARK.as_posix()),
    )


@contextmanager
def working_at(root: Path) -> Iterator[None]:
    """Within the block everything that names no root reads this project, priors included.

    Examples
    --------
    >>> with working_at(Path("elsewhere")):
    ...     data_dir().as_posix()
    'elsewhere/data'
    """
    before = _AT_WORK.set(root)
    try:
        yield
    finally:
        _AT_WORK.reset(before)


def data_dir(root: str | os.PathLike[str] | None = None) -> Path:
    """Return the data folder of the project."""
    return project_root(root) / "data"


def shown(path: Path, root: Path) -> str:
    """Return a path as messages show it: relative to the root, with forward slashes."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except RuntimeError:  # a link that leads to itself
        return path.parent.resolve().relative_to(root.resolve()).joinpath(path.name).as_posix()
    except ValueError:
        return path.as_posix()


def left_behind(name: str) -> bool:
    """Return whether a file or folder is one that systems and editors leave, by its name.

    Nobody wrote it and nobody reads it: it is neither published nor missed.

    Examples
    --------
    >>> all(map(left_behind, (".DS_Store", "Thumbs.db", "desktop.ini", "~$report.docx", "a.md~")))
    True
    >>> any(map(left_behind, ("report.docx", "data~1.csv", "thumbs.csv")))
    False
    """
    return name.startswith((".", "~$")) or name.endswith("~") or name.lower() in _OF_SYSTEMS
