"""Several files changed in one step: all new or all old, whenever the machine stops.

The new files are written whole into ``data/.store/new``, with a list of them, and brought to
the disk. Renaming that folder to ``decided`` is the one step that decides. What is decided is
then carried out file by file, and finished by the next call where a call was killed; what is
not decided is thrown away.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from analysis.data.errors import InputError, brief
from analysis.data.observations import FOLDER, LIST, pending
from planeval.words.errors import UserError

__all__ = ["BUSY", "changing", "locked", "place", "read", "recover", "sha256", "write"]

# --- One process at a time: a lock that the operating system lets go when its process ends ---
# The file beside the thing locked only says who holds it. Whether it is held is known to the
# system alone, so a process that was killed, or a machine that lost power, leaves no lock.


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


_BUSY = ("另一个进程正在改动数据，请稍后再试", "another process is changing the data; try again")
_WAIT = 30.0
_LONGEST = 120
#: Names that Windows gives to devices, whatever follows their first dot.
_DEVICES = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"} | {
    f"{kind}{digit}" for kind in ("COM", "LPT") for digit in "0123456789¹²³"
}


def sha256(content: bytes | None) -> str | None:
    """Return the SHA-256 of a file's bytes, None where there is no file.

    Examples
    --------
    >>> sha256(b"")[:8], sha256(None)
    ('e3b0c442', None)
    """
    return None if content is None else hashlib.sha256(content).hexdigest()


def place(root: Path, name: str) -> Path:
    """Return where a data file stands, having refused every name that leads elsewhere.

    Parameters
    ----------
    root : Path
        The project's root.
    name : str
        Path below the root, with forward slashes, such as ``data/observations.csv``.

    Raises
    ------
    InputError
        For a name outside ``data/``, one that some system cannot hold or takes for something
        else, a link, or a folder.

    Examples
    --------
    >>> place(Path("/p"), "data/plans/x/targets.csv").name
    'targets.csv'
    >>> try:
    ...     place(Path("/p"), "data/../notes.txt")
    ... except UserError as error:
    ...     print(error.en, error.value)
    not the name of a data file ..
    """
    parts = name.split("/") if isinstance(name, str) else [""]
    wrong = next((part for part in parts if not _plain(part)), None)
    if wrong is None and (parts[0] != "data" or len(parts) < 2):
        wrong = parts[0]
    if wrong is not None:
        raise UserError(
            "不是数据文件的名称",
            "not the name of a data file",
            file=brief(name),
            value=wrong,
            expected="data/…, of plain names",
        )
    path = root.joinpath(*parts)
    data, parent = (root / "data").resolve(), path.parent.resolve()
    if path.is_symlink() or path.is_dir() or data not in (parent, *parent.parents):
        raise UserError(
            "这里是链接或文件夹，不是文件",
            "this is a link or a folder, not a file",
            file=name,
            expected="a file of its own below data/",
        )
    return path


def _plain(part: str) -> bool:
    """Whether a name means the same file on every system, and no other."""
    return (
        0 < len(part) <= _LONGEST
        and len(part.encode("utf-8", "replace")) <= 2 * _LONGEST
        and part[0] not in ". "
        and part[-1] not in ". "
        and part.isprintable()
        and not set(part) & set('\\:*?"<>|')
        and part.partition(".")[0].rstrip().upper() not in _DEVICES
    )


def read(path: Path) -> bytes | None:
    """Return a file's bytes, None where there is no file."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


@contextmanager
def changing(root: Path) -> Iterator[None]:
    """Hold the data against other writers; an interrupted change is first finished or removed.

    Raises
    ------
    InputError
        When another process does not finish, or the data folder cannot be written.
    """
    data = root / "data"
    with locked(data / f"{FOLDER}.lock", "data", wait=_WAIT, busy=_BUSY):
        _recover(root)
        yield


def recover(root: Path) -> None:
    """Finish a change of the data that was decided but interrupted, before they are read.

    Costs one look at the disk where there is nothing to finish.

    Parameters
    ----------
    root : Path
        The project's root.

    Raises
    ------
    InputError
        When a change is to be finished and the folder cannot be written, a file is open in
        another program, or a file was edited since.
    """
    if pending(root):
        with changing(root):
            pass


def write(root: Path, files: Mapping[str, bytes | None]) -> None:
    """Replace several data files at once; None removes a file. Only within `changing`.

    Parameters
    ----------
    root : Path
        The project's root.
    files : mapping of name to bytes
        Whole new contents by name below the root.

    Raises
    ------
    InputError
        For a wrong name, a file another program keeps open, or a full or read-only disk.
    """
    fresh = root / "data" / FOLDER / "new"
    try:
        _stage(root, files, fresh)
        os.rename(fresh, fresh.with_name("decided"))  # noqa: PTH104 (the one step that decides)
        _settle(fresh.parent)
        _settle(root / "data")
    except BaseException as error:
        if not pending(root):
            _clear(fresh.parent)
            if isinstance(error, OSError):
                raise _failed(error, "data", decided=False) from None
        if not isinstance(error, OSError):
            raise
    _carry_out(root)


def _stage(root: Path, files: Mapping[str, bytes | None], fresh: Path) -> None:
    """Write all new files aside, with their list, and bring them to the disk."""
    listed: list[dict[str, Any]] = []
    fresh.mkdir(parents=True)
    for number, (name, content) in enumerate(files.items()):
        path = _writable(root, name)
        before = read(path)
        staged = None
        if content is not None:
            staged = str(number)
            _store(fresh / staged, content)
            if before is not None:
                (fresh / staged).chmod(stat.S_IMODE(path.stat().st_mode))
        listed.append(
            {"file": name, "staged": staged, "before": sha256(before), "after": sha256(content)}
        )
    _store(fresh / LIST, json.dumps(listed, ensure_ascii=False).encode("utf-8"))
    _settle(fresh)


def _recover(root: Path) -> None:
    folder = root / "data" / FOLDER
    if not folder.exists():
        return
    _carry_out(root)


def _carry_out(root: Path) -> None:
    """Put every file of a decided change in its place; may be begun anew any number of times."""
    folder = root / "data" / FOLDER
    decided = folder / "decided"
    listed = read(decided / LIST)
    name = f"data/{FOLDER}"
    try:
        if listed is not None:  # without its list a change is carried out, or not decided
            items = _items(listed)
            for item in items:
                name = item["file"]
                _put(place(root, name), decided, item)
            for parent in sorted({place(root, item["file"]).parent for item in items}):
                _settle(parent)
            os.unlink(decided / LIST)  # noqa: PTH108
            _settle(decided)
    except OSError as error:
        raise _failed(error, name, decided=True) from None
    _clear(folder)


def _items(listed: bytes) -> list[dict[str, Any]]:
    try:
        items = json.loads(listed)
        if all({"file", "staged", "before", "after"} <= set(item) for item in items):
            return items
    except (ValueError, TypeError):
        pass
    raise UserError(
        "中断的改动的清单不可读",
        "the list of an interrupted change cannot be read",
        file=f"data/{FOLDER}/decided/{LIST}",
    )


def _put(path: Path, decided: Path, item: Mapping[str, Any]) -> None:
    """Put one file of a decided change in its place, if it is not there already."""
    here = sha256(read(path))
    if here == item["after"]:
        return
    if here not in (item["before"], None):
        raise UserError(
            "一次改动中断后，文件又被手工修改；请把它移到别处（并保留），再运行一次",
            "edited by hand after a change was interrupted; move it elsewhere, keep it, run again",
            file=item["file"],
            expected=f"{item['before'] or '-'}"[:12],
        )
    if item["staged"] is None:
        os.unlink(path)  # noqa: PTH108
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    os.replace(decided / item["staged"], path)  # noqa: PTH105


def _writable(root: Path, name: str) -> Path:
    """Return a file's place, having made sure that no other program keeps the file open."""
    path = place(root, name)
    if path.exists():
        try:
            os.close(os.open(path, os.O_RDWR))
        except OSError as error:
            raise _failed(error, name, decided=False) from None
    return path


def _store(path: Path, content: bytes) -> None:
    """Write a new file and bring it to the disk."""
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o666)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _settle(folder: Path) -> None:
    """Bring a folder's entries to the disk, where the system knows how."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _clear(folder: Path) -> None:
    """Remove what no longer counts; what cannot be removed now is so by the next change."""
    with suppress(OSError):
        for part in folder.iterdir():
            for path in part.iterdir():
                path.unlink()
            part.rmdir()
        folder.rmdir()


def _failed(error: OSError, name: str, *, decided: bool) -> InputError:
    """Say why files cannot be written, and what became of the change."""
    zh, en = "文件不能写入，数据未改动", "a file cannot be written; the data are unchanged"
    if decided:
        zh = "改动已记下但尚未完成，下次运行时继续"
        en = "the change is recorded but not finished; the next command goes on with it"
    return UserError(
        zh,
        en,
        file=name,
        value=error.strerror,
        expected="not open in another program, not read-only, room on the disk",
    )
