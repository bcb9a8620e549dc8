"""Measure how far back a series speaks: the figure behind `analysis.forecast.walk.MEMORY`.

    python benchmarks/measure_memory.py pwt=... wb=... co2=...

Every series with 24 consecutive years before an origin (1999, 2004, 2009, 2014) is forecast one,
three and five years ahead from its latest 6, 8, 10, 12, 16 and 24 points, with the prior of its
kind. Printed: the quantile score (CRPS up to a factor, log points x 100) and the share of
outcomes inside the 80 % interval. The peer of each length is the whole of 24 years, same run.
"""

from __future__ import annotations

import argparse

import numpy as np
from panels import load, named_paths

import analysis.forecast as forecast_module
from analysis.forecast import forecast, margins

LENGTHS = (6, 8, 10, 12, 16, 24)
ORIGINS = (1999, 2004, 2009, 2014)
QUANTILES = np.array([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95])
KINDS = {"pwt": "real_gdp", "wb": "nominal_gdp", "co2": "emissions"}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("panels", nargs="+", metavar="NAME=FILE")
    paths = named_paths(parser.parse_args().panels)
    for module in (forecast_module, margins):
        module.MEMORY = max(LENGTHS)  # this script sets the memory itself
    for name, kind in KINDS.items():
        score: dict[int, list[float]] = {length: [] for length in LENGTHS}
        inside: dict[int, list[bool]] = {length: [] for length in LENGTHS}
        for series in load(name, paths).values():
            for origin in ORIGINS:
                past = series.loc[origin - 23 : origin]
                if len(past) < 24 or not {origin + s for s in (1, 3, 5)} <= set(series.index):
                    continue
                for length in LENGTHS:
                    made = forecast(past.tail(length), 5, kind=kind, model="prior")
                    for step in (1, 3, 5):
                        gap = np.log(series[origin + step]) - np.log(
                            made.quantile(QUANTILES, origin + step)
                        )
                        loss = np.where(gap >= 0, QUANTILES, QUANTILES - 1) * gap
                        score[length].append(200 * float(loss.mean()))
                        inside[length].append(bool(gap[1] >= 0 >= gap[5]))
        whole = np.mean(score[max(LENGTHS)])
        for length in LENGTHS:
            mean = np.mean(score[length])
            print(f"{name:<4} {length:>2} points: score {mean:6.3f}  ratio to 24 "
                  f"{mean / whole:5.3f}  80 % holds {100 * np.mean(inside[length]):3.0f} %  "
                  f"({len(score[length])} outcomes)")  # fmt: skip


if __name__ == "__main__":
    main()
