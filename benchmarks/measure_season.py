"""Measure the seasonal forecast on a monthly panel, rolling through time.

    python benchmarks/measure_season.py PANEL.csv [--ratios] [--peers PYTHON]

PANEL.csv has the columns date, measure, value: containers of the port of Vancouver, 18 measures,
2008 to 2024. The ratios of `analysis.season.model` were set on the import measures, outcomes
before 2016 (part "set"); all other measures and all outcomes from 2016 on are for confirmation.
The part "confirm" holds measures and years both unseen (also shown before and from 2020 on, by
laden and empty), "later" the import measures' later years.
One port is not the world, its measures overlap (total = laden + empty = import + export, TEU and
boxes count the same), and its rolling windows do too: read the shares of outcomes as a hint.

Histories of 1, 2, 3, 5, 8 years; origins every five months (every quarter); two years ahead.
crps    mean pinball loss over 19 percentiles, twice, log points x 100, mean over measures
naive   the same of the value a year before; its spread from yearly differences of the history,
        widening with the root of the years; of one year's history: that of the part "set"
drift   the same with the history's mean yearly change, and its error, added
gain    1 - crps / better of the two, each measure counting the same
c50 c80 c95   share of outcomes inside the interval, in per cent

Year totals from 3, 6, 9 known months: absolute error of the median (log points x 100) against two
rules: ``rest``: what last year's remaining months brought; ``pace``: that times this year's
growth so far; ``crps`` from the draws.

--ratios    how the score of the part "set" moves when a ratio is halved or doubled, and what
            averaging over nine settings by marginal likelihood for each series would bring.
--peers     an interpreter with statsforecast: AutoETS and SeasonalNaive on logs (confirm only).
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import json
import math
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import gammaln, softmax, stdtr, stdtrit

from analysis import season
from analysis.forecast.kinds import load_priors
from analysis.season.model import PERIODS, Ratios, ratios_of, solve

Array = NDArray[np.float64]
PERCENTILES = np.arange(1, 20) / 20
LEVELS = (50, 80, 95)
HISTORIES = (1, 2, 3, 5, 8)
SPLIT = 2016
EVERY = {"M": 5, "Q": 1}


def load(path: Path) -> dict[str, pd.DataFrame]:
    """Return the panel by months and by whole quarters, one column a measure."""
    rows = pd.read_csv(path)
    rows["period"] = pd.PeriodIndex(rows["date"], freq="M")
    months = rows.pivot(index="period", columns="measure", values="value").astype(float)
    quarters = months.groupby(months.index.asfreq("Q"))
    return {"M": months, "Q": quarters.sum()[quarters.size() == 3]}


def parts(columns: pd.Index) -> dict[str, tuple[list[str], int, int]]:
    """Return measures and years of outcomes of each part."""
    imports = [name for name in columns if "_Import_" in name]
    others = [name for name in columns if name not in imports]
    laden = [name for name in others if "Empty" not in name]
    empty = [name for name in others if "Empty" in name]
    return {
        "set": (imports, 0, SPLIT),
        "later": (imports, SPLIT, 9999),
        "confirm": (others, SPLIT, 9999),
        "- 2016 to 2019": (others, SPLIT, 2020),
        "- 2020 on": (others, 2020, 9999),
        "- laden, total": (laden, SPLIT, 9999),
        "- empty": (empty, SPLIT, 9999),
    }


def windows(table: pd.DataFrame, freq: str, years: int, first: int, end: int) -> Iterator[tuple]:
    """Yield history and outcomes of two years, the outcomes inside the years [first, end)."""
    m = PERIODS[freq]
    inside = table[(table.index.year >= first) & (table.index.year < end)].index
    start = table.index.get_loc(inside[0])
    stop = table.index.get_loc(inside[-1]) + 1
    for cut in range(max(start, years * m), stop - m + 1, EVERY[freq]):
        yield table.iloc[cut - years * m : cut], table.iloc[cut : min(cut + 2 * m, stop)]


def pinball(outcome: Array, quantiles: Array) -> Array:
    """Return twice the mean pinball loss; percentiles along the first axis."""
    gap = outcome - quantiles
    p = PERCENTILES.reshape(-1, *[1] * (quantiles.ndim - 1))
    return np.asarray(200 * np.maximum(p * gap, (p - 1) * gap).mean(axis=0))


def naive(z: Array, steps: int, m: int, drift: bool, fallback: float) -> tuple[Array, Array, int]:
    """Return centre, scale and degrees of freedom of the value a year before."""
    years = np.arange(steps) // m + 1
    centre = z[-m:][np.arange(steps) % m]
    change = z[m:] - z[:-m]
    if not len(change):
        return centre, fallback * np.sqrt(years), 30
    seen = len(change) / m
    step = change.mean() if drift else 0.0
    spread = math.sqrt(((change - step) ** 2).sum() / max(len(change) - drift, 1))
    more = years**2 / seen if drift else 0
    return centre + step * years, spread * np.sqrt(years + more), max(len(change) - 1, 1)


def ours(history: pd.Series, steps: int) -> tuple[Array, Array, float]:
    """Return centre, scale and degrees of freedom of the seasonal forecast, on logs."""
    found = season.forecast_seasonal(history, steps, kind="throughput").posterior()
    return found.mean, np.sqrt(found.s2 * found.shape.diagonal()), found.nu


def score_part(table: pd.DataFrame, freq: str, years: int, part: tuple, fallback: float) -> dict:
    """Return the scores of all windows of one part, measure by measure, then their mean."""
    names, first, end = part
    m, rows = PERIODS[freq], []
    for history, future in windows(table[names], freq, years, first, end):
        for name in names:
            z, outcome = np.log(history[name].to_numpy()), np.log(future[name].to_numpy())
            steps = len(outcome)
            row: dict[str, object] = {"measure": name}
            made = {
                "crps": ours(history[name], steps),
                "naive": naive(z, steps, m, False, fallback),
                "drift": naive(z, steps, m, True, fallback),
            }
            for method, (centre, scale, nu) in made.items():
                bands = centre + np.multiply.outer(stdtrit(nu, PERCENTILES), scale)
                row[method] = pinball(outcome, bands).mean()
            centre, scale, nu = made["crps"]
            for level in LEVELS:
                inside = abs(outcome - centre) <= scale * stdtrit(nu, 0.5 + level / 200)
                row[f"c{level}"] = 100 * inside.mean()
            rows.append(row)
    if not rows:
        return {}
    each = pd.DataFrame(rows).groupby("measure").mean()
    best = each[["naive", "drift"]].min(axis=1)
    return {"windows": len(rows), "gain": 1 - (each["crps"] / best).mean(), **each.mean()}


def spread_of_set(table: pd.DataFrame, names: list[str], m: int) -> float:
    """Return the spread of yearly differences before the split, for naive without history."""
    z = np.log(table.loc[table.index.year < SPLIT, names].to_numpy())
    return float(np.sqrt(np.median(((z[m:] - z[:-m]) ** 2).mean(axis=0))))


def year_totals(months: pd.DataFrame, part: tuple, years: int, known: int) -> dict:
    """Return the scores of the year's total from its first months."""
    names, first, end = part
    rows = []
    for year in range(max(first, months.index[0].year + years), min(end, 2024)):
        past = months.loc[f"{year - years}-01" : f"{year}-{known:02d}"]
        for name in names:
            made = season.forecast_seasonal(past[name], kind="throughput").year_total(year, 4000)
            whole = months.loc[f"{year}-01" : f"{year}-12", name].sum()
            last = months.loc[f"{year - 1}-01" : f"{year - 1}-12", name]
            rest, so_far = last.iloc[known:].sum(), last.iloc[:known].sum()
            row = {
                "measure": name,
                "crps": float(pinball(np.log(whole), np.log(made.quantile(PERCENTILES)))),
                "error": 100 * abs(math.log(made.median() / whole)),
                "rest": 100 * abs(math.log((made.known + rest) / whole)),
                "pace": 100 * abs(math.log(made.known * (1 + rest / so_far) / whole)),
            }
            for level in LEVELS:
                low, high = made.interval(level)
                row[f"c{level}"] = 100 * (low <= whole <= high)
            rows.append(row)
    each = pd.DataFrame(rows).groupby("measure").mean() if rows else pd.DataFrame()
    return {"windows": len(rows), **each.mean()} if rows else {}


def show(head: str, row: dict) -> None:
    """Print one row of a table."""
    cells = "  ".join(
        f"{name} {100 * value:3.0f} %" if name == "gain" else f"{name} {value:6.1f}"
        for name, value in row.items()
        if name != "windows"
    )
    print(f"{head}  {cells}  ({row['windows']} windows)" if row else f"{head}  too short")


# --- what the ratios are worth -----------------------------------------------------------------


def average(history: pd.Series, outcome: Array, m: int, grid: list[Ratios]) -> float:
    """Return the score of settings averaged by their marginal likelihood for this series."""
    prior, z = load_priors()["throughput"], np.log(history.to_numpy())
    when = [int(one.ordinal) for one in history.index]
    wanted = range(when[-1] + 1, when[-1] + 1 + len(outcome))
    made, weight, k = [], [], len(z) - 1
    for one in grid:
        found = solve(z, when, list(wanted), m, prior, one)
        # The differences seen from the prior's side: their own joint Student-t.
        blind = solve(z[-1:], when[-1:], when[:-1], m, prior, one)
        off = z[:-1] - blind.mean
        misfit = off @ np.linalg.solve(blind.shape, off) / (prior.nu * prior.s2)
        weight.append(
            gammaln((prior.nu + k) / 2)
            - np.linalg.slogdet(blind.shape)[1] / 2
            - (prior.nu + k) / 2 * np.log1p(misfit)
        )
        made.append((found.mean, np.sqrt(found.s2 * found.shape.diagonal()), found.nu))
    share = softmax(weight)
    ends = np.array([c + s * stdtrit(nu, PERCENTILES)[:, None] for c, s, nu in made])
    low, high = ends.min(axis=0), ends.max(axis=0)
    for _ in range(25):  # the mixture's percentiles, by halving
        middle = (low + high) / 2
        below = sum(w * stdtr(nu, (middle - c) / s) for w, (c, s, nu) in zip(share, made))  # noqa: B905
        low = np.where(below < PERCENTILES[:, None], middle, low)
        high = np.where(below < PERCENTILES[:, None], high, middle)
    return float(pinball(outcome, (low + high) / 2).mean())


def ratios(tables: dict[str, pd.DataFrame]) -> None:
    """Print the score of the part "set" for other ratios, relative to those in use."""
    for freq, table in tables.items():
        m, used = PERIODS[freq], ratios_of("throughput", freq)
        names, first, end = parts(table.columns)["set"]
        cases = {"in use": [used]}
        for name, factor in itertools.product(("walk", "season", "chance"), (0.5, 2.0)):
            cases[f"{name} x {factor:g}"] = [
                dataclasses.replace(used, **{name: factor * getattr(used, name)})
            ]
        for keep in (0.9, 1.0):
            cases[f"keep {keep:g}"] = [dataclasses.replace(used, keep=keep)]
        cases["averaged over 9"] = [
            dataclasses.replace(used, season=used.season * a, chance=used.chance * b)
            for a, b in itertools.product((0.2, 1, 4), repeat=2)
        ]
        base = 0.0
        for case, grid in cases.items():
            each: dict[str, list[float]] = {name: [] for name in names}
            for years in (1, 2, 3, 5):
                for history, future in windows(table[names], freq, years, first, end):
                    for name in names:
                        outcome = np.log(future[name].to_numpy())
                        each[name].append(average(history[name], outcome, m, grid))
            score = np.array([np.mean(one) for one in each.values()])
            base = score if case == "in use" else base
            print(f"{freq} {case:<16} score relative to those in use {np.mean(score / base):.3f}")


# --- peers -------------------------------------------------------------------------------------

PEER = """
import json, sys
import numpy as np
from statsforecast.models import AutoETS, SeasonalNaive
levels = list(range(10, 100, 10))
out = []
for task in json.load(sys.stdin):
    y, m, h, rows = np.array(task["z"]), task["m"], task["h"], []
    for model in (AutoETS(season_length=m), SeasonalNaive(season_length=m)):
        f = model.forecast(y, h, level=levels)
        low = [list(f[f"lo-{l}"]) for l in reversed(levels)]
        rows.append(low + [list(f["mean"])] + [list(f[f"hi-{l}"]) for l in levels])
    out.append(rows)
json.dump(np.array(out, dtype=object).tolist(), sys.stdout, default=float)
"""


def peers(table: pd.DataFrame, freq: str, python: str) -> None:
    """Print the scores of statsforecast's models on the part "confirm", same windows as ours."""
    names, first, end = parts(table.columns)["confirm"]
    m = PERIODS[freq]
    for years in (3, 5, 8):
        tasks, outcomes, own = [], [], []
        for history, future in list(windows(table[names], freq, years, first, end))[::2]:
            if len(future) < 2 * m:
                continue
            for name in names:
                z = np.log(history[name].to_numpy())
                tasks.append({"z": z.tolist(), "m": m, "h": 2 * m})
                outcomes.append((name, np.log(future[name].to_numpy())))
                centre, scale, nu = ours(history[name], 2 * m)
                own.append(centre + np.multiply.outer(stdtrit(nu, PERCENTILES), scale))
        run = subprocess.run(
            [python, "-c", PEER], input=json.dumps(tasks), capture_output=True, text=True
        )
        if run.returncode:
            raise SystemExit(run.stderr[-2000:])
        rows = []
        for (name, outcome), mine, theirs in zip(
            outcomes, own, json.loads(run.stdout), strict=True
        ):
            made = {
                "crps": mine,
                "AutoETS": np.array(theirs[0]),
                "SeasonalNaive": np.array(theirs[1]),
            }
            row: dict[str, object] = {"measure": name}
            for method, bands in made.items():
                row[method] = pinball(outcome, bands).mean()
                row[f"{method} c90"] = 100 * ((bands[0] <= outcome) & (outcome <= bands[-1])).mean()
            rows.append(row)
        each = pd.DataFrame(rows).groupby("measure").mean()
        ratio = (each["crps"] / each["AutoETS"]).mean()
        show(f"{freq} {years} years", {"windows": len(rows), "gain": 1 - ratio, **each.mean()})


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("panel", type=Path)
    parser.add_argument("--ratios", action="store_true")
    parser.add_argument("--peers", metavar="PYTHON")
    options = parser.parse_args()
    tables = load(options.panel)
    if options.ratios or options.peers:
        if options.ratios:
            ratios(tables)
        for freq in tables if options.peers else ():
            peers(tables[freq], freq, options.peers)
        return
    for freq, table in tables.items():
        every = parts(table.columns)
        fallback = spread_of_set(table, every["set"][0], PERIODS[freq])
        for name, part in every.items():
            for years in HISTORIES:
                row = score_part(table, freq, years, part, fallback)
                show(f"{freq} {name:<15} {years} years", row)
    for name, part in parts(tables["M"].columns).items():
        for years, known in itertools.product((1, 3, 5, 8), (3, 6, 9)):
            row = year_totals(tables["M"], part, years, known)
            show(f"total {name:<15} {years} years + {known} months", row)


if __name__ == "__main__":
    main()
