"""One process at a time: filelock, which the system lets go when its holder ends, and who holds.

A process that was killed, or a machine that lost power, leaves no lock. On POSIX systems it is
the ``flock`` that every earlier version of this program takes on the same file.
"""

from __future__ import annotations

import datetime as dt
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from planeval.words.errors import UserError

__all__ = ["BUSY", "locked"]

#: What a second writer is told, unless its caller knows better.
BUSY = (
    "另一个进程正在写这份报告，请等它结束再试",
    "another process is writing this report; try again when it has ended",
)
_NO_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL)
#: Windows locks the first byte, which nobody else can read then.
_AT = 1 if os.name == "nt" else 0


@contextmanager
def locked(
    lock: Path, name: str, *, wait: float = 0.0, busy: tuple[str, str] = BUSY
) -> Iterator[None]:
    """Let one process, and one thread of it, at a time into a block.

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
        When another process holds the lock (which one, and since when), or the folder cannot
        be written or locked.
    """
    from filelock import FileLock, Timeout  # only who writes pays for it

    try:
        lock.parent.stat()  # a folder that is not there is not made
        held = FileLock(lock, fallback_to_soft=False, on_acquired=_sign).acquire(wait)
    except Timeout:
        raise UserError(*busy, file=name, value=_holder(lock)) from None
    except OSError as error:
        if error.errno in _NO_LOCKS:
            raise UserError(
                "这个磁盘不支持文件锁，请把项目放在本机磁盘上",
                "this drive knows no file locks; keep the project on a local one",
                file=name,
                value=error.strerror,
            ) from None
        raise UserError(
            "这个文件夹不能写入",
            "this folder cannot be written",
            file=name,
            value=error.strerror,
            expected="a folder with permission to write",
        ) from None
    with held:
        try:
            yield
        finally:
            if os.name != "nt":  # there filelock does it; who waits sees that the file is gone
                with suppress(OSError):
                    lock.unlink()


def _sign(handle: int) -> None:
    """Write into the lock who holds it; on a full disk that is not said."""
    with suppress(OSError):
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, b" " * _AT + str(os.getpid()).encode("ascii"))


def _holder(lock: Path) -> str | None:
    """Return the number of the process that holds a lock, and since when it does."""
    try:
        with lock.open("rb", buffering=0) as file:
            file.seek(_AT)
            owner = file.read(20).decode("ascii", "replace").strip()
        since = dt.datetime.fromtimestamp(lock.stat().st_mtime)
    except OSError:  # it has ended meanwhile
        return None
    return f"PID {owner}, {since:%Y-%m-%d %H:%M:%S}" if owner else None
