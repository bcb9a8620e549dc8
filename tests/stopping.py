"""A machine that stops, or a disk that fails, at a chosen step of writing files."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

#: Every call by which the package changes a disk, or brings a change to it.
STEPS = ("open", "write", "fsync", "mkdir", "rename", "replace", "unlink", "rmdir", "chmod")
#: How a step fails: the process is gone; gone within a write; the disk is full from then on;
#: this one call is refused.
MODES = ("killed", "torn", "full", "refused")


class Killed(BaseException):
    """The process is gone: nothing of ours may run any more."""


class Stopper:
    """Counts the steps, and fails at one of them."""

    def __init__(self, at: int, mode: str) -> None:
        self.at, self.mode = at, mode
        self.count = 0
        self.handles: set[int] = set()

    def step(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """Return a call that counts, and fails when it is its turn."""

        def call(*args: Any, **more: Any) -> Any:
            self.count += 1
            if self.count == self.at or (self.count > self.at and self.mode != "refused"):
                if self.mode in ("killed", "torn"):
                    if self.mode == "torn" and self.count == self.at and real is REAL["write"]:
                        real(args[0], bytes(args[1])[: len(args[1]) // 2])
                    raise Killed
                if self.mode == "refused" or real in GROWING:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            if real is REAL["fsync"]:  # takes long, and changes nothing that a test can see
                return None
            found = real(*args, **more)
            if real is REAL["open"]:
                self.handles.add(found)
            return found

        return call

    def close(self, handle: int) -> None:
        """Close a file, except that a process that is gone closes nothing by itself."""
        self.handles.discard(handle)
        REAL_CLOSE(handle)


REAL = {name: getattr(os, name) for name in STEPS}
REAL_CLOSE = os.close
#: What a full disk refuses; a file may still be removed from it.
GROWING = tuple(REAL[name] for name in ("open", "write", "fsync", "mkdir"))


@contextmanager
def stopping(at: int, mode: str = "killed") -> Iterator[Stopper]:
    """Fail at the step of that number within a block, and go on as another process would."""
    stopper = Stopper(at, mode)
    for name, real in REAL.items():
        setattr(os, name, stopper.step(real))
    os.close = stopper.close
    try:
        with suppress(Killed):
            yield stopper
    finally:
        for name, real in REAL.items():
            setattr(os, name, real)
        os.close = REAL_CLOSE
        for handle in stopper.handles:  # the system closes them, and lets their locks go
            with suppress(OSError):
                REAL_CLOSE(handle)


def state(root: Path) -> dict[str, str]:
    """Return the checksum of every file of a project's data; hidden ones are not data."""
    found = {}
    for path in sorted((root / "data").rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and "/." not in name:
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found
