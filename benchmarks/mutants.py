"""Put one small fault after another into the arithmetic and see whether the tests notice.

    python benchmarks/mutants.py [--only ID ...] [--workers 2]

The faults stand in ``tests/mutants/mutants.json``. Each is written into a copy of the project,
and the tests it names are run there: a fault is killed when one of them fails, and survives when
all pass. The same tests must pass without any fault first. The program leaves with 1 where a
fault survived, is not found in the code or could not be judged.

A fault is found by its text. Where the file it names no longer holds it, it is looked for in all
of ``src``; so it outlives a move, not a rewriting.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

HOME = Path(__file__).resolve().parents[1]
LIST = HOME / "tests" / "mutants" / "mutants.json"
#: Seconds after which a run is given up: a fault that never ends is no failed test.
PATIENCE = 600
PYTEST = ("-m", "pytest", "-x", "-q", "-p", "no:cacheprovider")
#: What pytest leaves with when all passed, and when a test failed.
PASSED, FAILED = 0, 1


@dataclass(frozen=True)
class Mutant:
    """One fault.

    Attributes
    ----------
    name : str
        Short name, unique in the list.
    file : str
        Where the text is, below ``src``.
    old, new : str
        The text as it is and with the fault.
    why : str
        What an economist would get wrong.
    tests : tuple of str
        Test files that notice.
    """

    name: str
    file: str
    old: str
    new: str
    why: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of one fault: ``killed``, ``survived`` or ``error``, by what, in how long."""

    mutant: Mutant
    result: str
    told: str
    moved: str
    seconds: float


def listed(path: Path = LIST) -> list[Mutant]:
    """Return the faults of the list; a name that comes twice is refused."""
    found = [
        Mutant(row["id"], row["in"], row["old"], row["new"], row["why"], tuple(row["tests"]))
        for row in json.loads(path.read_text(encoding="utf-8"))
    ]
    names = [mutant.name for mutant in found]
    if twice := {name for name in names if names.count(name) > 1}:
        raise SystemExit(f"named twice: {', '.join(sorted(twice))}")
    return found


def place_of(mutant: Mutant, src: Path) -> Path:
    """Return the one file below ``src`` that holds the text of a fault once.

    Raises
    ------
    LookupError
        When the text is nowhere, or in more than one place.
    """
    named = src / mutant.file
    count = named.read_text(encoding="utf-8").count(mutant.old) if named.is_file() else 0
    if count == 1:
        return named
    if count > 1:
        raise LookupError(f"{count} times in {mutant.file}")
    holding = {
        path: found
        for path in sorted(src.rglob("*.py"))
        if (found := path.read_text(encoding="utf-8").count(mutant.old))
    }
    if sum(holding.values()) != 1:
        where = ", ".join(path.relative_to(src).as_posix() for path in holding)
        raise LookupError(f"not in one place of src: {where}" if where else "nowhere in src")
    return next(iter(holding))


class Copy:
    """A copy of the project's tracked files, to put faults in."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.src = folder, folder / "src"
        names = subprocess.run(
            ["git", "ls-files", "-z"], cwd=HOME, check=True, capture_output=True, text=True
        ).stdout
        for name in filter(None, names.split("\0")):
            if (HOME / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(HOME / name, folder / name)
        package = min(path.parent.name for path in self.src.glob("*/__init__.py"))
        said = self._python("-c", f"import {package}; print({package}.__file__)")
        if not Path(said.stdout.strip()).is_relative_to(self.src):
            raise SystemExit(f"the copy's code is not what runs: {said.stdout}{said.stderr}")

    def _python(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *words],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(self.src)},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def tested(self, tests: Sequence[str]) -> tuple[int, str]:
        """Run test files; return the exit code and the failed test, or the last words."""
        ran = self._python(*PYTEST, *tests)
        failed = re.findall(r"^FAILED (\S+)", ran.stdout, re.MULTILINE)
        if failed:
            return ran.returncode, failed[0]
        last = (ran.stdout + ran.stderr).strip().splitlines()[-1:]
        return ran.returncode, f"exit {ran.returncode}: {' '.join(last)}"

    def judged(self, mutant: Mutant) -> Outcome:
        """Put a fault in, run its tests, and take it out again."""
        start = time.monotonic()
        try:
            path = place_of(mutant, self.src)
        except LookupError as error:
            return Outcome(mutant, "error", f"the text is {error}", "", 0.0)
        whole = path.read_text(encoding="utf-8")
        moved = path.relative_to(self.src).as_posix()
        try:
            _write(path, whole.replace(mutant.old, mutant.new))
            code, told = self.tested(mutant.tests)
        except subprocess.TimeoutExpired:
            code, told = -1, f"no end after {PATIENCE} s"
        finally:
            _write(path, whole)
        failed = code == FAILED and not told.startswith("exit ")
        result = "killed" if failed else "survived" if code == PASSED else "error"
        return Outcome(
            mutant,
            result,
            told,
            "" if moved == mutant.file else moved,
            time.monotonic() - start,
        )


def _write(path: Path, text: str) -> None:
    """Write code so that no compiled form of the text before it is taken for it."""
    path.write_text(text, encoding="utf-8")
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
        compiled.unlink()


def sound(copies: Sequence[Copy], mutants: Sequence[Mutant]) -> bool:
    """Tell whether every named test passes without a fault, the files shared out."""
    files = sorted({test for mutant in mutants for test in mutant.tests})
    said: list[str] = []

    def run(copy: Copy, own: list[str]) -> None:
        code, told = copy.tested(own)
        if code != PASSED:
            said.append(f"fails without any fault: {told}")

    shares = [files[number :: len(copies)] for number in range(len(copies))]
    _all_done(
        threading.Thread(target=run, args=(copy, own))
        for copy, own in zip(copies, shares, strict=True)
        if own
    )
    print("\n".join(said) or f"{len(files)} test files pass without any fault")
    return not said


def judge_all(copies: Sequence[Copy], mutants: Sequence[Mutant]) -> Iterator[Outcome]:
    """Judge every fault, each copy taking the next one, in the order they are done."""
    todo: SimpleQueue[Mutant] = SimpleQueue()
    done: SimpleQueue[Outcome] = SimpleQueue()
    for mutant in mutants:
        todo.put(mutant)

    def run(copy: Copy) -> None:
        while True:
            try:
                mutant = todo.get_nowait()
            except Empty:
                return
            done.put(copy.judged(mutant))

    threads = [threading.Thread(target=run, args=(copy,), daemon=True) for copy in copies]
    for thread in threads:
        thread.start()
    for _ in mutants:
        yield done.get()


def _all_done(threads: Iterator[threading.Thread]) -> None:
    running = list(threads)
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


def main() -> int:
    """Judge the faults, print a line for each and return 1 where one was not killed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="+", metavar="ID", help="only these faults")
    parser.add_argument("--workers", type=int, default=2, help="copies at work at once")
    args = parser.parse_args()
    mutants = [m for m in listed() if args.only is None or m.name in args.only]
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        copies = [Copy(Path(folder) / str(number)) for number in range(args.workers)]
        if not sound(copies, mutants):
            return 1
        outcomes = []
        width = max((len(mutant.name) for mutant in mutants), default=0)
        for one in judge_all(copies, mutants):
            outcomes.append(one)
            told = one.told if one.result != "survived" else f"{one.mutant.why}; {one.told}"
            told += f" (now in {one.moved})" if one.moved else ""
            print(
                f"{one.mutant.name:{width}}  {one.result:8}{one.seconds:6.1f} s  {told}", flush=True
            )
    counts = {
        result: sum(one.result == result for one in outcomes)
        for result in ("killed", "survived", "error")
    }
    print(
        ", ".join(f"{count} {result}" for result, count in counts.items())
        + f" of {len(mutants)} in {time.monotonic() - start:.0f} s"
    )
    return int(counts["killed"] != len(mutants) or not mutants)


if __name__ == "__main__":
    sys.exit(main())
