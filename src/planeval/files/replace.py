"""A file, a folder or a set of tables replaced: all new or all old, whenever the machine stops.

How is decision 0010-all-or-nothing: renaming ``data/.store/new`` to ``decided`` is the one step
that decides; what is decided is carried out, by the next call where one was killed.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from analysis.data.errors import InputError, brief
from analysis.data.observations import FOLDER, LIST, pending
from planeval.words.errors import UserError

__all__ = [
    "BUSY", "changing", "folder", "locked", "mend", "new_folder", "place", "read", "recover",
    "sha256", "whole", "write",
]  # fmt: skip

# --- One file ---


def whole(path: Path, content: bytes, *, over: bool = True) -> None:
    """Write a file whole or not at all: a reader finds no half, nor a remnant beside it.

    Parameters
    ----------
    path : Path
        The file, in an existing folder.
    content : bytes
        All of it.
    over : bool, default True
        Whether it may take the place of another file.

    Raises
    ------
    InputError
        When a link, a folder or, without `over`, a file stands there.
    """
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise UserError("不能写成这个文件", "no file can be written there", file=str(path))
    part = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        part.unlink(missing_ok=True)  # of a process of that number that was killed
        _store(part, content)
        if over or not _linked(part, path):
            part.replace(path)
    except FileExistsError:
        raise UserError(
            "文件已存在，不覆盖", "the file exists and is not overwritten",
            file=str(path), expected="a new name",
        ) from None  # fmt: skip
    finally:
        part.unlink(missing_ok=True)


def _linked(part: Path, path: Path) -> bool:
    """Give a file its name if nobody has it; False on a drive that knows no links."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:
        if path.exists():
            raise FileExistsError from None
        return False
    return True


# --- One folder ---


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Give an empty folder that stands at `target` after the block, or never.

    Nothing may stand there; what a killed process left beside it is removed.
    """
    fresh = target.with_name(f".{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        fresh.mkdir()
        yield fresh
        fresh.rename(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


@contextmanager
def folder(
    target: Path, own: Callable[[Path], Collection[str] | None], expected: str
) -> Iterator[Path]:
    """Give an empty folder that takes the place of `target` after the block, or never.

    What other people put there is taken over. Two renames are needed to replace a folder: should
    the machine stop between them, the next call finds the old one and restores it.

    Parameters
    ----------
    target : Path
        The folder to be replaced; it need not exist.
    own : callable
        Returns what the program itself wrote in an existing folder, as paths in it with forward
        slashes, a folder standing for all in it; None where the folder is not the program's.
    expected : str
        What is told instead of a folder that is not the program's.

    Raises
    ------
    InputError
        When other files stand there, one of them under a name that is needed, or another
        process is writing it.
    """
    target = target.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    old = _aside(target)
    with _locked(target):
        _put_back(old, target)
        shutil.rmtree(old, ignore_errors=True)
        ours = _ours(target, own, expected)
        with _restored(old, target), new_folder(target) as fresh:
            yield fresh
            if target.exists():
                _keep_others(target, fresh, ours)
                target.rename(old)
        shutil.rmtree(old, ignore_errors=True)


def mend(target: Path) -> None:
    """Put a folder back that stood there when the machine stopped between two renames.

    Parameters
    ----------
    target : Path
        The folder; nothing is done where there is nothing to put back.

    Raises
    ------
    InputError
        When another process is writing it.
    """
    if _aside(target).exists() and not target.exists():
        with _locked(target):
            _put_back(_aside(target), target)


def _aside(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")


def _locked(target: Path) -> Any:
    return locked(target.with_name(f".{target.name}.lock"), target.name)


def _put_back(old: Path, target: Path) -> None:
    if old.exists() and not target.exists():
        old.rename(target)


@contextmanager
def _restored(old: Path, target: Path) -> Iterator[None]:
    """Put the old folder back where the new one could not be renamed."""
    try:
        yield
    finally:
        _put_back(old, target)


def _ours(
    target: Path, own: Callable[[Path], Collection[str] | None], expected: str
) -> Collection[str]:
    """Return what the program wrote there; refuse what may be somebody's work."""
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return ()
    found = own(target) if target.is_dir() else None
    if found is None:
        raise UserError(
            "输出文件夹里已有别的文件，不会覆盖",
            "the output folder holds other files and is not overwritten",
            file=target.name,
            expected=expected,
        )
    return found


def _keep_others(target: Path, fresh: Path, ours: Collection[str]) -> None:
    """Take over from the old folder what the program did not write, such as a leader's note."""
    for path in sorted(target.rglob("*")):
        inside = path.relative_to(target)
        if any(one.as_posix() in ours for one in (inside, *inside.parents)):
            continue
        empty = path.is_dir() and not path.is_symlink()
        if empty and any(path.iterdir()):
            continue  # what is in it follows
        kept = fresh / inside
        if (kept.exists() and not empty) or any(
            fresh.joinpath(one).is_file() for one in inside.parents
        ):
            raise UserError(
                "网站要用的文件名已被别的文件占用",
                "a file of somebody's has a name the site needs",
                file=f"{target.name}/{inside.as_posix()}",
            )
        if empty:
            kept.mkdir(parents=True, exist_ok=True)
            continue
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, kept, follow_symlinks=False)


# --- A set of tables ---


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


def read(path: Path) -> bytes | None:
    """Return a file's bytes, None where there is no file."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


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
        _carry_out(root)
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


# --- One process at a time -------------------------------------------------------------------
# A process that was killed, or a machine that lost power, leaves no lock. On POSIX systems it is
# the ``flock`` that every earlier version of this program takes on the same file.


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
