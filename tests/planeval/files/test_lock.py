"""One writer at a time, whichever process, thread or version of the program the other is."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from analysis.data.errors import InputError
from planeval.files.replace import locked

HOLDER = """
import sys
from pathlib import Path
from planeval.files.replace import locked
with locked(Path(sys.argv[1]), "x"):
    print("held", flush=True)
    sys.stdin.readline()
"""
#: How every earlier version of this program held a lock on POSIX systems.
OLDER = """
import fcntl, os, sys
handle = os.open(sys.argv[1], os.O_CREAT | os.O_RDWR, 0o666)
fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
os.write(handle, str(os.getpid()).encode())
print("held", flush=True)
sys.stdin.readline()
os.unlink(sys.argv[1])
"""


def holding(program: str, lock: Path) -> subprocess.Popen[bytes]:
    """Start another process and return once it holds the lock."""
    pipe = subprocess.PIPE
    other = subprocess.Popen([sys.executable, "-c", program, str(lock)], stdin=pipe, stdout=pipe)
    assert other.stdout and other.stdout.readline().strip() == b"held"
    return other


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(HOLDER, id="this program"),
        pytest.param(
            OLDER, id="an older one",
            marks=pytest.mark.skipif(sys.platform == "win32", reason="locked another byte there"),
        ),
    ],
)  # fmt: skip
def test_who_holds_it_is_told_until_it_ends(tmp_path, program):
    lock = tmp_path / "x.lock"
    other = holding(program, lock)
    with pytest.raises(InputError, match="another process") as caught, locked(lock, "x"):
        pass
    assert caught.value.value.startswith(f"PID {other.pid}, 20")  # and since when
    assert caught.value.file == "x" and lock.exists()
    other.communicate(b"\n")
    with locked(lock, "x"):
        pass
    assert not lock.exists()


def test_a_holder_that_was_killed_leaves_no_lock(tmp_path):
    lock = tmp_path / "x.lock"
    other = holding(HOLDER, lock)
    other.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    other.communicate()
    with locked(lock, "x", wait=10):
        assert str(os.getpid()) in lock.read_text(encoding="ascii")
    assert not lock.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="an open file is not removed there")
def test_an_older_program_is_kept_out_too(tmp_path):
    with locked(tmp_path / "x.lock", "x"):
        told = subprocess.run(
            [sys.executable, "-c", OLDER, str(tmp_path / "x.lock")], capture_output=True
        )
    assert b"BlockingIOError" in told.stderr and told.stdout == b""


def test_of_many_threads_one_at_a_time_is_let_in(tmp_path):
    inside: list[int] = []
    most: list[int] = []

    def enter() -> None:
        for _ in range(20):
            with locked(tmp_path / "x.lock", "x", wait=60):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 80 and max(most) == 1


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.EROFS, "this folder cannot be written"),
        (errno.EACCES, "this folder cannot be written"),
        (errno.ENOSYS, "this drive knows no file locks"),
        (errno.ENOLCK, "this drive knows no file locks"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="another call there")
def test_a_drive_that_cannot_be_locked_or_written(tmp_path, monkeypatch, number, told):
    import fcntl

    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    if number in (errno.EROFS, errno.EACCES):
        monkeypatch.setattr(os, "open", refuse)
    else:
        monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(InputError, match=told) as caught, locked(tmp_path / "x.lock", "x"):
        raise AssertionError("let in")
    assert caught.value.value == os.strerror(number)


def test_a_folder_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(InputError, match="cannot be written"), locked(tmp_path / "no" / "x", "x"):
        pass
    assert not (tmp_path / "no").exists()
