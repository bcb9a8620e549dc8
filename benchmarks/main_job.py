"""Time the main job and its parts: one evaluation, then one report in all formats.

    python benchmarks/main_job.py [--plan jiaxing-14fyp] [--year 2024] [--rounds 3]

*Cold* is a run in which every module is compiled anew and matplotlib has no font cache; *warm*
is a repeat. The peer, measured in the same run, is papermill as it comes: the same chapters
one after the other, each with a kernel of its own, nothing bound.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

EVALUATE = """
import time; t0 = time.perf_counter()
from analysis.targets.evaluation import evaluate; t1 = time.perf_counter()
evaluate({plan!r}, {year}); t2 = time.perf_counter()
evaluate({plan!r}, {year}); t3 = time.perf_counter()
print(t1 - t0, t2 - t1, t3 - t2)
"""
PEER = """
import papermill, pathlib, sys
for path in sorted(pathlib.Path({notebooks!r}).glob("[0-9]*.ipynb")):
    papermill.execute_notebook(path, pathlib.Path({out!r}) / path.name,
                               parameters={{"plan": {plan!r}, "year": {year}}},
                               progress_bar=False)
"""


def timed(command: list[str], environment: dict[str, str]) -> float:
    """Return the seconds one command takes; stop with its words when it fails."""
    begun = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command[:3])} failed:\n{done.stderr[-2000:]}")
    return time.perf_counter() - begun


def report(plan: str, year: int, environment: dict[str, str], out: Path) -> tuple[float, dict]:
    """Render one report and return its seconds and its own account of them."""
    command = [sys.executable, "-m", "planeval.cli.app", "report", plan, "--year", str(year)]
    seconds = timed([*command, "--out", str(out)], environment)
    return seconds, json.loads((out / "timings.json").read_text(encoding="utf-8"))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plan", default="jiaxing-14fyp")
    parser.add_argument("--year", type=int, default=2024)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        warm = dict(os.environ, PYTHONPATH=str(ROOT / "src"), OPENBLAS_NUM_THREADS="1")
        cold = dict(
            warm,
            PYTHONPYCACHEPREFIX=str(scratch / "bytecode"),
            MPLCONFIGDIR=str(scratch / "matplotlib"),
        )
        code = EVALUATE.format(plan=asked.plan, year=asked.year)
        spent = subprocess.run(
            [sys.executable, "-c", code], env=warm, capture_output=True, text=True, check=True
        ).stdout.split()
        print(f"cores used: {os.cpu_count()}; {asked.plan} {asked.year}")
        print(f"evaluate(): import {float(spent[0]):.2f} s, first {float(spent[1]):.2f} s, "
              f"again {float(spent[2]):.2f} s")  # fmt: skip
        first, account = report(asked.plan, asked.year, cold, scratch / "cold")
        print(f"report, cold: {first:.1f} s  {json.dumps(account, ensure_ascii=False)}")
        rounds = []
        for number in range(asked.rounds):
            seconds, account = report(asked.plan, asked.year, warm, scratch / f"warm{number}")
            rounds.append(seconds)
        best = min(rounds)
        print(f"report, warm: {', '.join(f'{s:.1f}' for s in rounds)} s; the last one's parts:")
        for part, values in account.items():
            for item, seconds in values.items():
                print(f"  {part:<10} {item:<28} {seconds:6.2f} s")
        out = scratch / "peer"
        out.mkdir()
        peer = timed(
            [sys.executable, "-c", PEER.format(
                notebooks=str(ROOT / "notebooks"), out=str(out), plan=asked.plan, year=asked.year
            )],
            warm,
        )  # fmt: skip
        print(f"peer (papermill alone, chapters only): {peer:.1f} s; report / peer = "
              f"{best / peer:.2f}")  # fmt: skip


if __name__ == "__main__":
    main()
