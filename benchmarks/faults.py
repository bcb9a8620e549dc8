"""Kill commands at random points, feed them odd input, and count what came of it.

    python benchmarks/faults.py [--rounds 200] [--seed 1]

Every line of the first table counts faults and the state the project was found in by the next
command: wholly old, wholly new, or half. The last column must be 0; the program leaves with 1
where it is not, or where an odd input was not refused as it should be.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOME / "tests"))  # the odd inputs and the stopping disk are tests' own
WORKER = Path(__file__).with_name("faults_worker.py")
PLAN, YEAR = "jiaxing-14fyp", "2024"
#: A list of what is published, made anew from the revisions by the next call; a measured time.
DERIVED = {"revisions.csv", "timings.json"}
State = dict[str, str]


def state(root: Path) -> State:
    """Return the checksum of every file that counts."""
    found = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        hidden = any(part.startswith(".") for part in name.split("/"))
        if path.is_file() and not hidden and path.name not in DERIVED:
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def started(*words: str) -> subprocess.Popen[bytes]:
    """Start a worker, and return when it is ready."""
    worker = subprocess.Popen(
        [sys.executable, str(WORKER), *words],
        cwd=words[1], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert worker.stdin and worker.stdout
    while (line := worker.stdout.readline()) not in (b"ready\n", b""):
        pass
    if not line:
        raise RuntimeError(worker.communicate()[1].decode())
    return worker


def go(worker: subprocess.Popen[bytes]) -> None:
    """Give a worker the word."""
    assert worker.stdin
    worker.stdin.write(b"\n")
    worker.stdin.flush()


@contextlib.contextmanager
def copied(root: Path) -> Iterator[Path]:
    """Give a copy of a project."""
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        shutil.copytree(root, Path(name) / "p", symlinks=True)
        yield Path(name) / "p"


def settled(root: Path) -> State:
    """Return the state the next command finds."""
    from analysis.data.observations import load
    from planeval.files import replace

    replace.recover(root)
    replace.mend(root / "build" / PLAN / YEAR)
    load(root)  # the tables fit one another
    return state(root)


def killed(root: Path, words: tuple[str, ...], rounds: int, rng: random.Random) -> Counter[str]:
    """Kill a worker at random points of its run; return how the project was found."""
    from planeval.publish.basis import code_checksum

    kind, *more = words
    code = code_checksum()
    with copied(root) as whole:
        worker = started(kind, str(whole), *more)
        begun = time.perf_counter()
        go(worker)
        told = worker.communicate()[1].decode()
        span = time.perf_counter() - begun
        if worker.returncode:
            raise RuntimeError(told)
        old, new = state(root), state(whole)
    assert old != new
    count: Counter[str] = Counter()
    for _ in range(rounds):
        with copied(root) as home:
            worker = started(kind, str(home), *more)
            go(worker)
            # the end of a run is the program's leaving, where nothing is left to go wrong
            time.sleep(rng.uniform(0, span))
            worker.kill()
            worker.communicate()
            found = settled(home)
            count["old" if found == old else "new" if found == new else "half"] += 1
            # a busy machine is slower: stay about the moment that decides
            span *= 1.1 if found == old else 0.9
    if code_checksum() != code:
        raise RuntimeError("the program was changed while it was tried: its results differ")
    return count


def raced(root: Path, rounds: int, rng: random.Random) -> Counter[str]:
    """Let two importers change one table at once, and kill one of them at a random point."""
    ends = [state(root)]
    for mark in "12":
        with copied(root) as whole:
            worker = started("commit", str(whole), mark)
            go(worker)
            worker.communicate()
            ends.append(state(whole))
    count: Counter[str] = Counter()
    for _ in range(rounds):
        with copied(root) as home:
            both = [started("commit", str(home), mark) for mark in "12"]
            for worker in both:
                go(worker)
            time.sleep(rng.uniform(0, 0.1))
            both[rng.randrange(2)].kill()
            for worker in both:
                worker.communicate()
            found = settled(home)
            count[("old" if found == ends[0] else "new") if found in ends else "half"] += 1
    return count


def stepped() -> Counter[str]:
    """Stop, tear or refuse every single step of a change and of taking it back."""
    from stopping import MODES, stopping
    from stopping import state as data_state
    from tests.planeval.files.test_changes import NEVER, act, fresh

    from analysis.data.errors import InputError

    count: Counter[str] = Counter()
    for mode in MODES:
        for changed in (False, True):
            with tempfile.TemporaryDirectory(prefix="faults-") as name:
                whole = fresh(Path(name) / "whole", changed=changed)
                old = data_state(whole)
                with stopping(NEVER) as counted:
                    act(whole, changed)
                new = data_state(whole)
                for at in range(1, counted.count + 1):
                    home = fresh(Path(name) / str(at), changed=changed)
                    with contextlib.suppress(InputError), stopping(at, mode):
                        act(home, changed)
                    with stopping(NEVER):
                        from planeval.files import replace

                        replace.recover(home)
                    found = data_state(home)
                    count["old" if found == old else "new" if found == new else "half"] += 1
    return count


def fed_tables() -> Iterator[tuple[str, str, list[str]]]:
    """Give every odd table to every command that reads it; yield input, outcome, shortcomings."""
    from bad_inputs import COMMANDS, cases, faults_of, run, stands
    from roots import Root

    for bad in cases():
        with tempfile.TemporaryDirectory(prefix="faults-") as name:
            root = Root(Path(name))
            bad.harm(root)
            before = stands(root.path)
            for words in COMMANDS[bad.first : 3 if bad.told is None else None]:
                code, out, err = run(root.path, *words)
                if bad.told is None:
                    faults = [] if (code, err) == (0, "") else [err]
                else:
                    faults = faults_of(code, out, err, bad.told)
                if stands(root.path) != before:
                    faults.append("a file was written")
                outcome = "read rightly" if bad.told is None else "refused in one message"
                yield f"{bad.name}, planeval {words[0]}", outcome, faults


def fed_files() -> Iterator[tuple[str, str, list[str]]]:
    """Give every odd file to ``planeval import``; yield input, outcome, shortcomings."""
    from bad_inputs import faults_of, run, stands
    from bad_workbooks import files
    from roots import Root

    for bad in files():
        with tempfile.TemporaryDirectory(prefix="faults-") as name:
            root = Root(Path(name))
            path = root.path / "in.xlsx"
            bad.make(path)
            before = stands(root.path / "data"), stands(root.path)
            code, out, err = run(root.path, "import", str(path))
            if bad.findings:
                faults = [] if code == 2 and not err and "Nothing was written" in out else [out]
            else:
                faults = faults_of(code, out, err, "in.xlsx")
            # what is found in cells is told in a marked copy beside the workbook
            if (stands(root.path / "data"), bad.findings or stands(root.path)) != (
                before[0], bad.findings or before[1]
            ):  # fmt: skip
                faults.append("a file was written")
            outcome = "refused, its cells named" if bad.findings else "refused in one message"
            yield f"{bad.name}, planeval import", outcome, faults


def project(folder: Path) -> Path:
    """Make a project with a chapter, a draft, and one change that may be taken back."""
    import nbformat
    from faults_worker import NOW, content
    from nbformat.v4 import new_markdown_cell, new_notebook

    from planeval.files import changes

    shutil.copytree(HOME / "data", folder / "data", ignore=shutil.ignore_patterns(".*"))
    (folder / "notebooks").mkdir()
    (folder / "mark.txt").write_text("old", encoding="utf-8")
    cells = [new_markdown_cell("# 总体"), new_markdown_cell("一段文字。\n\n" * 200)]
    for cell, name in zip(cells, ("a", "b"), strict=True):
        cell["id"] = name
    nbformat.write(new_notebook(cells=cells), folder / "notebooks" / "01_overview.ipynb")
    changed = {**content(folder), "data/plans/jiaxing-14fyp/extra.csv": b"before\n"}
    changes.commit(folder, changed, action="import", now=NOW)
    for name in changed:  # and a figure to be changed again
        path = folder / name
        path.write_bytes(path.read_bytes().replace(b",183.0,", b",182.0,"))
    return folder


def main() -> int:
    """Run everything and print the two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200, help="kills of a change of the data")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    rng = random.Random(asked.seed)
    half = 0
    print(f"{'':<44}{'faults':>8}{'old':>8}{'new':>8}{'half':>8}")
    for name, count in trials(asked.rounds, rng):
        cells = (count.total(), count["old"], count["new"], count["half"])
        print(f"{name:<44}" + "".join(f"{cell:>8}" for cell in cells), flush=True)
        half += count["half"]
    short = []
    for title, fed in (("odd tables", fed_tables()), ("odd files to import", fed_files())):
        inputs, count = set(), Counter[str]()
        for name, outcome, faults in fed:
            inputs.add(name.rpartition(", ")[0])
            count["neither" if faults else outcome] += 1
            short += [f"{name}: {fault}" for fault in faults]
        told = ", ".join(f"{number} times {outcome}" for outcome, number in count.items())
        print(f"{len(inputs)} {title}: {told}, {count['neither']} times otherwise", flush=True)
    print("\n".join(short))
    return 1 if half or short else 0


def trials(rounds: int, rng: random.Random) -> Iterator[tuple[str, Counter[str]]]:
    """Yield each kind of fault with what it led to."""
    yield "change of data, every step, every way", stepped()
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        root = project(Path(name) / "p")
        yield "change of data, killed", killed(root, ("commit",), rounds, rng)
        yield "two importers at once, one killed", raced(root, rounds // 2, rng)
        changed = changed_again(root, Path(name) / "changed")
        yield "taking it back, killed", killed(changed, ("undo",), rounds, rng)
        form = ready_to_import(root, Path(name) / "form")
        words = ("command", "import", "in.xlsx")
        yield "planeval import, killed anywhere", killed(form, words, rounds // 10, rng)
        late = ("command_late", *words[1:])
        yield "planeval import, killed while writing", killed(form, late, rounds // 10, rng)
        words = ("command", "undo")
        yield "planeval undo, killed anywhere", killed(changed, words, rounds // 4, rng)
        drafted = draft(root, Path(name) / "drafted")
        yield "report over a report, killed", killed(drafted, ("report",), rounds // 4, rng)
        ready = draft_in_full(root, Path(name) / "ready")
        words = ("command", "publish", PLAN, "--year", YEAR)
        yield "planeval publish, killed", killed(ready, words, rounds // 4, rng)


def changed_again(root: Path, folder: Path) -> Path:
    """Return a copy of a project after one more change."""
    shutil.copytree(root, folder)
    worker = started("commit", str(folder))
    go(worker)
    worker.communicate()
    return folder


def ready_to_import(root: Path, folder: Path) -> Path:
    """Return a copy of a project beside which a filled-in form lies."""
    from bad_workbooks import filled

    shutil.copytree(root, folder)
    filled(folder / "in.xlsx")
    return folder


def draft(root: Path, folder: Path) -> Path:
    """Return a copy of a project with a report, and a reason for another."""
    shutil.copytree(root, folder)
    worker = started("report", str(folder))
    go(worker)
    worker.communicate()
    (folder / "mark.txt").write_text("new", encoding="utf-8")
    return folder


def draft_in_full(root: Path, folder: Path) -> Path:
    """Return a copy of a project with a draft that may be published."""
    from faults_worker import stubbed

    from planeval.cli import app

    shutil.copytree(root, folder)
    stubbed()
    told = io.StringIO()
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
        code = app.main(["report", PLAN, "--year", YEAR, "--root", str(folder)])
    os.environ.pop("PLANEVAL_ROOT", None)  # it names its project to its kernels so
    if code:
        raise RuntimeError(told.getvalue())
    return folder


if __name__ == "__main__":
    sys.exit(main())
