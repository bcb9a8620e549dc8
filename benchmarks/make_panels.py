"""Write the panels on which the forecasts are scored, in the form `planeval backtest` reads.

    python benchmarks/make_panels.py m4=... pwt=... wb=... co2=... ports=... pm25=...

m4_holdout.csv   the series of m4 the weights never saw, their last six points as ``test``
countries.csv    GDP (constant and current prices) and CO2 of countries, with their kinds
KIND.csv         one panel of every kind that has one: the three, containers by port, GDP per
                 head (a stand-in for income), PM2.5

Score with origins from 2005 on (ports from 2016 on): the priors and weights were learned on
outcomes up to then.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd
from panels import load, named_paths
from train_pooled import held_out, read_m4

COUNTRIES = {"pwt": "real_gdp", "wb": "nominal_gdp", "co2": "emissions"}
KINDS = {**COUNTRIES, "ports": "throughput", "wb/head": "income", "pm25": "concentration"}
TEST_POINTS = 6


def m4_holdout(path: Path) -> pd.DataFrame:
    """Return the series kept for scoring, the last six points of each as the test."""
    parts = []
    for name, values in read_m4(path).items():
        if held_out(name):
            n = len(values)
            frame = pd.DataFrame({"series_id": name, "t": range(1, n + 1), "value": values})
            frame["part"] = ["train"] * (n - TEST_POINTS) + ["test"] * TEST_POINTS
            parts.append(frame)
    return pd.concat(parts, ignore_index=True)


def long(names: dict[str, str], paths: dict[str, Path]) -> pd.DataFrame:
    """Return several panels as one long table with the kind of each series."""
    parts = [
        pd.DataFrame({"series_id": f"{name}: {who}", "t": one.index, "value": one, "kind": kind})
        for name, kind in names.items()
        for who, one in load(name, paths).items()
    ]
    return pd.concat(parts, ignore_index=True)


def main() -> None:
    """Write all panels whose files were named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("panels", nargs="+", metavar="name=path")
    parser.add_argument("--out", type=Path, default=Path("build/panels"))
    args = parser.parse_args()
    paths = named_paths(args.panels)
    args.out.mkdir(parents=True, exist_ok=True)
    made = {}
    if "m4" in paths:
        made["m4_holdout"] = m4_holdout(paths["m4"])
    if set(COUNTRIES) <= set(paths):
        made["countries"] = long(COUNTRIES, paths)
    for name, kind in KINDS.items():
        if name.partition("/")[0] in paths:
            made[kind] = long({name: kind}, paths)
    for name, frame in made.items():
        frame.to_csv(args.out / f"{name}.csv", index=False, lineterminator="\n")
        print(f"{name}.csv: {frame.series_id.nunique()} series, {len(frame)} values")


if __name__ == "__main__":
    main()
