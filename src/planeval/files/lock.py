"""One process at a time: a lock that the operating system lets go when its process ends.

The file beside the thing locked only says who holds it. Whether it is held is known to the
system alone, so a process that was killed, or a machine that lost power, leaves no lock.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from planeval.words.errors import UserError

__all__ = ["BUSY", "locked"]

#: What a second writer is told, unless its caller knows better.
BUSY = ("另一个进程正在写这份报告", "another process is writing this report")
_PAUSE = 0.05
#: Windows locks bytes, and locked bytes cannot be read: one far beyond the owner's number.
_FAR = 1 << 30

if sys.platform == "win32":
    import msvcrt

    def _try(handle: int) -> bool:
        os.lseek(handle, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EDEADLOCK):
                return False
            raise
        return True

    def _same(handle: int, lock: Path) -> bool:
        return True  # a file that is open cannot be removed there

else:
    import fcntl

    def _try(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _same(handle: int, lock: Path) -> bool:
        """Whether the file locked still stands at its place: its last owner removes it."""
        try:
            return os.path.samestat(os.fstat(handle), lock.stat())
        except FileNotFoundError:
            return False


@contextmanager
def locked(
    lock: Path, name: str, *, wait: float = 0.0, busy: tuple[str, str] = BUSY
) -> Iterator[None]:
    """Let one process at a time into a block; a lock whose process is gone does not count.

    Parameters
    ----------
    lock : Path
        The lock's file, in an existing folder; it is gone after the block.
    name : str
        How messages call the thing locked.
    wait : float
        Seconds to wait for another process to finish.
    busy : (str, str)
        What is said, in Chinese and in English, when it does not finish in time.

    Raises
    ------
    InputError
        When another process holds the lock, or the folder cannot be written or locked.
    """
    handle = _held(lock, name, time.monotonic() + wait, busy)
    try:
        with suppress(OSError):  # a full disk: who holds it is then not said
            os.ftruncate(handle, 0)
            os.lseek(handle, 0, os.SEEK_SET)
            os.write(handle, str(os.getpid()).encode("ascii"))
        yield
    finally:
        # removed while held where the system allows it, so that nobody else's is removed
        if os.name != "nt":
            with suppress(OSError):
                lock.unlink()
        os.close(handle)
        if os.name == "nt":
            with suppress(OSError):  # the next owner has it open already
                lock.unlink()


def _held(lock: Path, name: str, until: float, busy: tuple[str, str]) -> int:
    """Return the lock's file, open and locked."""
    while True:
        handle = _opened(lock, name)
        try:
            if _try(handle):
                if _same(handle, lock):
                    return handle
                os.close(handle)
                continue
            owner = os.read(handle, 20).decode("ascii", "replace").strip()
        except OSError as error:
            os.close(handle)
            raise UserError(
                "这个磁盘不支持文件锁，请把项目放在本机磁盘上",
                "this drive knows no file locks; keep the project on a local one",
                file=name,
                value=error.strerror,
            ) from None
        os.close(handle)
        if time.monotonic() >= until:
            raise UserError(*busy, file=name, value=owner or None)
        time.sleep(_PAUSE)


def _opened(lock: Path, name: str) -> int:
    try:
        return os.open(lock, os.O_CREAT | os.O_RDWR, 0o666)
    except OSError as error:
        raise UserError(
            "这个文件夹不能写入",
            "this folder cannot be written",
            file=name,
            value=error.strerror,
            expected="a folder with permission to write",
        ) from None
