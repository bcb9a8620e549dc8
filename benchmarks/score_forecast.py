"""Score the forecast on years its priors have not seen.

    python benchmarks/score_forecast.py pwt=... wb=... co2=... energy=... pm25=... ports=... \\
        city=...

For every kind and pattern of observed years, over all outcomes 1 to 5 years after the last
observation and after the period of fitting (2006 on; ports 2017 on, PM2.5 2014 on), every series
counting the same:

cover50 cover80 cover95   share of outcomes inside the interval
crps, base, gain          mean pinball loss over 99 percentiles, twice, in log points x 100 (points
                          for rates): of the forecast, of the drift with Student-t bands, saving
brier, base_brier         mean squared error of the probability of reaching a target five years on
ece, base_ece             how far stated probabilities are from frequencies, mean over ten bins

The drift with Student-t bands is the series' own mean growth, its own variance over n - 2 degrees
of freedom (one when there are only two observations), and the variance h + h^2 / span. Targets
continue 0, 0.5, 1 or 1.5 times the growth seen over the last observed gap (of one observation:
0, 0.5, 1 or 1.5 times the prior's drift).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from fit_priors import scale_values
from numpy.typing import NDArray
from panels import NEIGHBOURS, PATTERNS, Series, Windows, growth, load, named_paths
from scipy.special import stdtr, stdtrit

from analysis.forecast_drift import Predictive, lean, predict
from analysis.priors import KINDS, Prior, load_priors

Array = NDArray[np.float64]
PERCENTILES = np.arange(1, 100) / 100
CASES = (
    ("real_gdp", "pwt", 2006),
    ("nominal_gdp", "wb", 2006),
    ("nominal_gdp", "wb*", 2006),
    ("emissions", "co2", 2006),
    ("throughput", "ports", 2017),
    ("income", "wb/head", 2006),
    ("income", "wb*/head", 2006),
    ("concentration", "pm25", 2014),
    ("share", "shares", 2016),
    ("generic", "energy", 2006),
    ("growth_rate", "growth pwt", 2006),
    # One city, all its years: no prior but that of shares has seen it. Windows overlap; a hint.
    ("nominal_gdp", "city gdp_revised_100m_cny", 1990),
    ("nominal_gdp", "city zhejiang_gdp_100m_cny", 1990),
    ("industrial_output", "city va2", 1990),
    ("trade", "city fdi_musd", 1990),
    ("emissions", "city co2_ceads_mt", 1990),
    ("emissions", "city pinghu_county_co2_mt", 1990),
)


def crps(outcome: Array, centre: Array, scale: Array, nu: float) -> Array:
    """Return the continuous ranked probability score, from 99 percentiles."""
    total = np.zeros(outcome.shape)
    for p, quantile in zip(PERCENTILES, stdtrit(nu, PERCENTILES), strict=True):
        short = outcome - centre - scale * quantile
        total += np.maximum(p * short, (p - 1) * short)
    return 2 * total / len(PERCENTILES)


def plain_drift(windows: Windows, pattern: Sequence[int]) -> tuple[Array, Array, float]:
    """Return centre, scale and degrees of freedom of the series' own drift with t bands."""
    gaps, ahead = np.diff(pattern), np.arange(1, 6)
    change = np.diff(windows.z, axis=1)
    drift = change.sum(axis=1) / gaps.sum()
    nu = max(len(gaps) - 1, 1)
    rest = change - drift[:, None] * gaps if len(gaps) > 1 else change
    spread = np.maximum((rest**2 / gaps).sum(axis=1) / nu, 1e-8)
    scale = np.sqrt(spread[:, None] * (ahead + ahead**2 / gaps.sum()))
    return windows.z[:, -1:] + drift[:, None] * ahead, scale, float(nu)


def targets(windows: Windows, pattern: Sequence[int], prior: Prior) -> Array:
    """Return four targets five years on for every window."""
    pace = np.full(len(windows.z), prior.m)
    if len(pattern) > 1:
        pace = (windows.z[:, -1] - windows.z[:, -2]) / (pattern[-1] - pattern[-2])
    return np.asarray(windows.z[:, -1:] + 5 * np.outer(pace, [0.0, 0.5, 1.0, 1.5]))


def reliability(probability: Array, met: Array, weight: Array) -> tuple[float, float]:
    """Return the Brier score and the expected calibration error over ten bins."""
    weight = weight / weight.sum()
    bins = np.clip((probability * 10).astype(int), 0, 9)
    miss = [
        abs(np.sum((probability - met) * weight, where=bins == one, axis=None)) for one in range(10)
    ]
    return float(np.sum(weight * (probability - met) ** 2)), float(np.sum(miss))


def score(windows: Windows, pattern: Sequence[int], prior: Prior) -> dict[str, float]:
    """Return all measures of one kind and pattern."""
    rate = KINDS[prior.kind].rate
    found = predict(windows.z, pattern, 5, prior, rate=rate)
    scale = np.sqrt(np.multiply.outer(found.s2, found.shape.diagonal()))
    known, weight = ~np.isnan(windows.future), windows.weights()
    row: dict[str, float] = {
        "series": len(np.unique(windows.series)),
        "outcomes": int(known.sum()),
    }
    miss = np.abs(windows.future - found.mean) / scale
    for level in (50, 80, 95):
        inside = miss <= stdtrit(found.nu, 0.5 + level / 200)
        row[f"cover{level}"] = float(np.sum(weight, where=inside & known))
    methods = {"": (found.mean, scale, found.nu)}
    if len(pattern) > 1 and not rate:
        methods["base"] = plain_drift(windows, pattern)
    for name, method in methods.items():
        loss = crps(windows.future, *method)
        row[name or "crps"] = (1 if rate else 100) * float(
            np.sum(weight * np.where(known, loss, 0))
        )
    if "base" in row:
        row["gain"] = 1 - row["crps"] / row["base"]
    ended = known[:, 4]
    if not rate and ended.any():
        aim = targets(windows, pattern, prior)[ended]
        met = (windows.future[ended, 4:] >= aim).astype(float)
        each = np.repeat(weight[ended, 4:], 4, axis=1)
        for name, (centre, spread, nu) in methods.items():
            chance = stdtr(nu, (centre[ended, 4:] - aim) / spread[ended, 4:])
            brier, ece = reliability(chance, met, each)
            row |= {f"{name}_brier".strip("_"): brier, f"{name}_ece".strip("_"): ece}
    return row


def all_scores(paths: dict[str, Path], priors: dict[str, Prior]) -> pd.DataFrame:
    """Return one row per kind, panel and pattern."""
    rows = []
    for kind, name, first in CASES:
        panel = load(name.removeprefix("growth "), paths)
        panel = growth(panel) if name.startswith("growth ") else panel
        for label, pattern in PATTERNS.items():
            windows = Windows(panel, pattern, (first, 2100), scale_values(kind))
            if len(windows.z) >= 10:
                row = score(windows, pattern, priors[kind])
                rows.append({"kind": kind, "panel": name, "observed": label, **row})
    return pd.DataFrame(rows)


def comparator_scores(paths: dict[str, Path], prior: Prior) -> pd.DataFrame:
    """Return what one and three neighbours are worth: CRPS and coverage of real GDP."""
    panel, rows = load("pwt", paths), []
    for label in ("3 gaps", "1", "2", "3", "5"):
        for count in (0, 1, 3):
            losses, inside = [], []
            for group in NEIGHBOURS:
                names = [name for name in group.split("|") if name in panel]
                for place, name in enumerate(names):
                    others = [names[(place + step) % len(names)] for step in range(1, count + 1)]
                    part = _with_comparators(panel, name, others, PATTERNS[label], prior)
                    losses.append(part[0])
                    inside.append(part[1])
            rows.append(
                {
                    "observed": label,
                    "comparators": count,
                    "crps": 100 * float(np.mean(losses)),
                    "cover80": float(np.mean(inside)),
                }
            )
    return pd.DataFrame(rows)


def _with_comparators(
    panel: Series, name: str, others: Sequence[str], pattern: Sequence[int], prior: Prior
) -> tuple[float, float]:
    """Return mean CRPS and 80 per cent coverage of one country, neighbours known 20 years."""
    windows = Windows({name: panel[name]}, pattern, (2006, 2100), scale_values(prior.kind))
    losses, inside = [], []
    for z, future, year in zip(windows.z, windows.future, windows.last, strict=True):
        known = [panel[other].loc[year - 20 : year] for other in others]
        leaned = lean(prior, [(np.log(one.to_numpy()), one.index.tolist()) for one in known])
        found: Predictive = predict(z, pattern, 5, leaned)
        scale = np.sqrt(found.s2 * found.shape.diagonal())
        here = ~np.isnan(future)
        losses.append(crps(future, found.mean, scale, found.nu)[here].mean())
        miss = np.abs(future - found.mean) / scale
        inside.append((miss <= stdtrit(found.nu, 0.9))[here].mean())
    return float(np.mean(losses)), float(np.mean(inside))


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("panels", nargs="+", metavar="name=path")
    parser.add_argument("--priors", type=Path, default=Path("data/priors.csv"))
    parser.add_argument("--out", type=Path, help="also write the first table here")
    args = parser.parse_args()
    paths, priors = named_paths(args.panels), load_priors(args.priors)
    table = all_scores(paths, priors).round(3)
    print(table.to_string(index=False))
    print(comparator_scores(paths, priors["real_gdp"]).round(3).to_string(index=False))
    if args.out:
        table.to_csv(args.out, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
