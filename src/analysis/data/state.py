"""Tables read as they stood together: never half before a change of the data and half after.

A change of several files is decided by one step and then carried out file by file (the
application does both). While one is decided but not carried out, the tables are not read.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from analysis.data.errors import InputError, Reason

T = TypeVar("T")
#: Below ``data/``: where a decided change stands until its last file is in place.
FOLDER, DECIDED, LIST = ".store", "decided", "files.json"
#: Seconds to wait for another process that is carrying a change out.
_WAIT, _STEP = 10.0, 0.02


def pending(root: Path) -> bool:
    """Whether a change of the data is decided but not yet carried out."""
    return (root / "data" / FOLDER / DECIDED / LIST).exists()


def steady(root: Path, reading: Callable[[tuple], T]) -> T:
    """Return what is read from the tables of one state, never half before and half after.

    Parameters
    ----------
    root : Path
        The project's root.
    reading : function
        Reads the tables; it is given what tells this state of them from another, and called
        again where another process changed them meanwhile.

    Raises
    ------
    InputError
        When a change was interrupted and waits to be finished (any command of the application
        finishes it), or what `reading` raises over tables that stand still.
    """
    while True:
        _wait_for_change(root)
        stamp = _stamp(root)
        try:
            found = reading(stamp)
        except InputError:
            if not pending(root) and _stamp(root) == stamp:
                raise
            continue
        if not pending(root) and _stamp(root) == stamp:  # the log, among them, is put last
            return found


def _wait_for_change(root: Path) -> None:
    end = time.monotonic() + _WAIT
    while pending(root):
        if time.monotonic() > end:
            raise InputError(
                "change_waits_to_be_finished",
                file=f"data/{FOLDER}/{DECIDED}/{LIST}",
                expected=Reason("any_command_finishes_it"),
            )
        time.sleep(_STEP)


def _stamp(root: Path) -> tuple:
    found = []
    for path in sorted((root / "data").glob("*.csv")):
        try:
            told = path.stat()
        except OSError:  # a link to nothing, or gone this moment: its reader says so
            continue
        found.append((str(path), told.st_mtime_ns, told.st_size))
    return tuple(found)
