"""Measure how the audit and the overview grow with the number of regions, on made-up counties.

    python benchmarks/measure_counties.py [--counties 10 100] [--overview]

Every county is a copy of the zone under another name, with its own figures, claims and plan.
Processor seconds of one process; set PYTHONPATH to the `src` of the version measured.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path

import pandas as pd

from analysis.audit import audit
from analysis.data.observations import load
from analysis.targets.evaluation import evaluate
from analysis.targets.overview import overview

HOME = Path(__file__).resolve().parents[1]
ZONE, PLAN, YEAR = "jiaxing-port-area", "jiaxing-14fyp", 2024


def made_counties(folder: Path, count: int) -> Path:
    """Write a project of the zone and so many copies of it, and return its root."""
    shutil.copytree(HOME / "data", folder / "data")
    data = folder / "data"

    def more(name: str, column: str, value: str, own: str | None = None) -> None:
        table = pd.read_csv(data / f"{name}.csv", dtype=str, keep_default_na=False)
        rows = table[table[column] == value]
        for number in range(count):
            copy = rows.copy()
            copy[column] = f"county-{number:04d}"
            if own:
                copy[own] = [f"{text}{number:04d}" for text in rows[own]]
            for name_column in {"name_zh", "name_en"} & {*copy}:
                copy[name_column] = [f"{text} {number}" for text in rows[name_column]]
            table = pd.concat([table, copy])
        table.to_csv(data / f"{name}.csv", index=False)

    more("regions", "region", ZONE)
    more("observations", "region", ZONE)
    more("claims", "region", ZONE, own="claim")
    plans = pd.read_csv(data / "plans.csv", dtype=str, keep_default_na=False)
    row = plans[plans["plan"] == PLAN]
    for number in range(count):
        made = data / "plans" / f"county-{number:04d}-14fyp"
        shutil.copytree(data / "plans" / PLAN, made)
        for path in made.glob("*.csv"):
            text = path.read_text(encoding="utf-8").replace(ZONE, f"county-{number:04d}")
            path.write_text(text, encoding="utf-8")
        new = row.assign(plan=made.name, region=f"county-{number:04d}")
        plans = pd.concat([plans, new.assign(name_zh=made.name, name_en=made.name)])
    plans.to_csv(data / "plans.csv", index=False)
    return folder


def main() -> None:
    """Print the processor seconds of an audit, an evaluation and an overview by size."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--counties", type=int, nargs="+", default=[10, 100])
    parser.add_argument("--overview", action="store_true", help="all plans, too")
    asked = parser.parse_args()
    for count in asked.counties:
        with tempfile.TemporaryDirectory() as folder:
            root = made_counties(Path(folder), count)
            data = load(root)
            work = {
                "audit": lambda data=data: audit(data),
                "evaluate": lambda root=root: evaluate(PLAN, YEAR, root=root),
            }
            if asked.overview:
                work["overview"] = lambda root=root: overview(YEAR, root=root)
            for name, run in work.items():
                start = time.process_time()
                run()
                spent = time.process_time() - start
                print(f"{count:5} counties  {name:9} {spent:8.2f} s", flush=True)


if __name__ == "__main__":
    main()
