"""Measure how alike the growth of neighbours is: the figures behind two assumptions.

    python benchmarks/measure_likeness.py pwt=... co2=... energy=...

`analysis.forecast.walk.LIKENESS`: the correlation, around the world's median, of five and ten
years' mean growth of real GDP between neighbouring countries of like structure, 1960-2019
(differences clipped at four robust standard deviations). `analysis.forecast.joint.SAME_KIND` and
`OTHER_KIND`: the rank correlation of yearly growth between neighbours from 1990, and within a
country between GDP and CO2 or primary energy from 1980.
"""

from __future__ import annotations

import argparse
from itertools import combinations

import numpy as np
import pandas as pd
from panels import NEIGHBOURS, Series, load, named_paths


def long_run(panel: Series, years: int) -> float:
    """Return the correlation of neighbours' mean growth over some years."""
    growth = pd.DataFrame({name: np.log(one).diff(years) / years for name, one in panel.items()})
    growth = growth.sort_index().loc[1960:]
    middle = float(np.nanmedian(growth))
    spread = 1.48 * float(np.nanmedian(abs(growth - middle)))
    score = ((growth - middle) / spread).clip(-4, 4)
    products, squares = [], []
    for group in NEIGHBOURS:
        names = [name for name in group.split("|") if name in score]
        squares += [float((score[name] ** 2).mean()) for name in names]
        products += [float((score[a] * score[b]).mean()) for a, b in combinations(names, 2)]
    return float(np.mean(products) / np.mean(squares))


def year_by_year(panel: Series) -> list[float]:
    """Return each group's median rank correlation of yearly growth."""
    growth = pd.DataFrame({name: np.log(one).diff() for name, one in panel.items()}).sort_index()
    found = []
    for group in NEIGHBOURS:
        table = growth.loc[1990:, [name for name in group.split("|") if name in growth]]
        matrix = table.corr(method="spearman").to_numpy()
        found.append(float(np.median(matrix[np.triu_indices(len(matrix), 1)])))
    return found


def between_kinds(first: Series, second: Series) -> float:
    """Return the median over countries of the rank correlation of two quantities' growth."""
    found = []
    for name in first.keys() & second.keys():
        pair = pd.DataFrame({"a": np.log(first[name]).diff(), "b": np.log(second[name]).diff()})
        pair = pair.sort_index().loc[1980:].dropna()
        if len(pair) > 20:
            found.append(pair.corr(method="spearman").to_numpy()[0, 1])
    return float(np.median(found))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("panels", nargs="+", metavar="name=path")
    paths = named_paths(parser.parse_args().panels)
    gdp = load("pwt", paths)
    print("neighbours, mean growth of  5 years:", round(long_run(gdp, 5), 2))
    print("neighbours, mean growth of 10 years:", round(long_run(gdp, 10), 2))
    print("neighbours, year by year, by group:", np.round(year_by_year(gdp), 2).tolist())
    print("GDP and CO2:", round(between_kinds(gdp, load("co2", paths)), 2))
    print("GDP and energy:", round(between_kinds(gdp, load("energy", paths)), 2))


if __name__ == "__main__":
    main()
