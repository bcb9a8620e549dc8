"""Run the tests and tell, for every room of the code, the share of its lines they reach.

    python benchmarks/room_coverage.py [--record] [--rooms FILE] [-- WORDS FOR PYTEST]

A room is a folder below a package, ``analysis/growth``; what lies deeper belongs to it. The shares
are held against ``tests/coverage_by_room.json``: a room that lost more than half a percentage
point is printed as lower, and the program leaves with 1. ``--record`` writes the record anew.
``--rooms`` names a JSON file ``{"module": "analysis/growth"}`` for modules that lie loose in the
package ``analysis``.

Only lines are counted, and only those that run in the tests' own processes: a command or a
notebook's kernel that a test starts is not followed. The file is also the plugin of pytest that
counts, in the one process or in each of several (pytest-xdist).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

from coverage import Coverage

HOME = Path(__file__).resolve().parents[1]
SRC = HOME / "src"
RECORD = HOME / "tests" / "coverage_by_room.json"
#: Percentage points a room may lose before it counts as lower.
SLACK = 0.5
#: Names the file the counting processes write beside; without it the plugin does nothing.
_DATA = "ROOM_COVERAGE_DATA"
_running: list[Coverage] = []


class Room(TypedDict):
    """Statements of a room, those that ran, and their share."""

    lines: int
    covered: int
    percent: float


# --- the plugin of pytest ------------------------------------------------------------------


def counter(data: str) -> Coverage:
    """Return what counts the lines below ``src``, whatever settings lie about."""
    return Coverage(
        data_file=data, data_suffix=True, source=[str(SRC)], branch=False, config_file=False
    )


def pytest_load_initial_conftests() -> None:
    """Begin to count before anything of the project is read."""
    if data := os.environ.get(_DATA):
        _running.append(counter(data))
        _running[0].start()


def pytest_sessionfinish() -> None:
    """Write down what this process counted."""
    while _running:
        _running[0].stop()
        _running.pop(0).save()


# --- the rooms -----------------------------------------------------------------------------


def room_of(file: str, loose: Mapping[str, str]) -> str:
    """Return the room of a file.

    Parameters
    ----------
    file : str
        Path below ``src``.
    loose : mapping
        Rooms of modules that lie in no folder.

    Examples
    --------
    >>> room_of("analysis/forecast/learned/nets.py", {})
    'analysis/forecast'
    >>> room_of("analysis/gap.py", {"growth_gap": "analysis/growth"})
    'analysis/growth'
    >>> room_of("planeval/__init__.py", {}), room_of("planeval/odd.py", {})
    ('planeval', 'planeval/(loose)')
    """
    package, *folders, name = file.split("/")
    module = name.removesuffix(".py")
    if folders:
        return f"{package}/{folders[0]}"
    if module == "__init__":
        return package
    return loose.get(module, f"{package}/(loose)")


def rooms(counted: Coverage, loose: Mapping[str, str]) -> dict[str, Room]:
    """Return every room with its lines; a module no test reads counts with none covered."""
    found: dict[str, Room] = {}
    for path in sorted(SRC.rglob("*.py")):
        _, lines, _, missing, _ = counted.analysis2(str(path))
        name = room_of(path.relative_to(SRC).as_posix(), loose)
        room = found.setdefault(name, Room(lines=0, covered=0, percent=100.0))
        room["lines"] += len(lines)
        room["covered"] += len(lines) - len(missing)
    for room in found.values():
        if room["lines"]:
            room["percent"] = round(100 * room["covered"] / room["lines"], 2)
    return dict(sorted(found.items()))


def lower(now: Mapping[str, Room], before: Mapping[str, Room]) -> list[str]:
    """Return the rooms whose share fell by more than the slack.

    Examples
    --------
    >>> was = {"a": Room(lines=200, covered=190, percent=95.0)}
    >>> lower({"a": Room(lines=200, covered=189, percent=94.5)}, was)
    []
    >>> lower({"a": Room(lines=200, covered=188, percent=94.0)}, was)
    ['a']
    """
    return [
        name
        for name, room in now.items()
        if name in before and before[name]["percent"] - room["percent"] > SLACK
    ]


def show(now: Mapping[str, Room], before: Mapping[str, Room]) -> None:
    """Print one line for every room, and those of the record that are no more."""
    fell = lower(now, before)
    print(f"{'room':24}{'lines':>8}{'covered':>9}{'per cent':>10}{'recorded':>10}")
    for name, room in now.items():
        was = f"{before[name]['percent']:.2f}" if name in before else "new"
        mark = "  lower" if name in fell else ""
        counts = f"{room['lines']:8}{room['covered']:9}{room['percent']:10.2f}"
        print(f"{name:24}{counts}{was:>10}{mark}")
    lines, covered = (sum(room[key] for room in now.values()) for key in ("lines", "covered"))
    print(f"{'all':24}{lines:8}{covered:9}{100 * covered / max(lines, 1):10.2f}")
    for name in before:
        if name not in now:
            print(f"{name:24}gone, {before[name]['percent']:.2f} recorded")


# --- the run -------------------------------------------------------------------------------


def run_tests(data: Path, words: list[str]) -> int:
    """Run pytest with the plugin, and return its exit code."""
    paths = [str(SRC), str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        _DATA: str(data),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", Path(__file__).stem, *words]
    return subprocess.run(command, cwd=HOME, env=environment, check=False).returncode


def main() -> int:
    """Run the tests, print the rooms and return 1 where a test failed or a room is lower."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write the record anew")
    parser.add_argument("--rooms", type=Path, help="rooms of modules that lie in no folder")
    parser.add_argument("words", nargs="*", help="words for pytest, after --")
    args = parser.parse_args()
    loose = json.loads(args.rooms.read_text(encoding="utf-8")) if args.rooms else {}
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "coverage"
        code = run_tests(data, args.words)
        counted = counter(str(data))
        counted.combine()
        now = rooms(counted, loose)
    before = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    show(now, before)
    if code:
        print(f"pytest ended with {code}: the shares are no measure")
    elif args.record:
        RECORD.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
        return 0
    return int(code != 0 or bool(lower(now, before)))


if __name__ == "__main__":
    sys.exit(main())
