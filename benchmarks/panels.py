"""Public panels as yearly series by name, and the windows a forecast is learned and scored on.

The files are not part of the project; the user names them as ``name=path``:

pwt     Penn World Table 10.01, columns isocode, country, year, rgdpna_mil_2017usd, pop_mil
wb      World Bank GDP in current US dollars: Country Name, Country Code, Year, Value
co2     Global Carbon Budget 2022: country, year, co2_mt
energy  Our World in Data: Entity, Year, Primary energy consumption (TWh)
pm25    World Bank / Our World in Data: Entity, Year, pm25_exposure
ports   container ports: year, port, teu_million
city    Jiaxing, Statistical Yearbooks: year, va1, va2, va3, ... (sector value added)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]
Series = dict[str, pd.Series]

# Sums of countries are smoother than any country, and count its years twice.
SUMS = (
    "income|World|IDA|IBRD|OECD|Euro|dividend|Sub-Saharan|small states|South Asia|North America"
    "|Latin America|East Asia|Middle East|Central Europe|Fragile|eavily|Least dev|Arab World"
    "|Africa Eastern|Africa Western|^Asia|^Europe|^Western Af|^Middle Af|^Eastern Af|^Northern Af"
    "|^Southern Af|^Oceania|^Africa$|International|Bunkers|Central America|South America|OPEC|CIS"
    "|Countries|Polynesia$|^Caribbean|^Melanesia|^Micronesia$"
)
# Economies whose money is the dollar or has been tied to it, from the year named: only there
# does GDP in dollars move like GDP in the money it is counted in at home. Oil exporters are left
# out: their GDP follows one price.
PEGGED = {
    "Hong Kong SAR, China": 1983,
    "Macao SAR, China": 1983,
    "Jordan": 1995,
    "Panama": 1960,
    "Puerto Rico": 1960,
    "Bahamas, The": 1970,
    "Barbados": 1975,
    "Belize": 1976,
    "Bermuda": 1970,
    "Cayman Islands": 1974,
    "Aruba": 1986,
    "Curacao": 1971,
    "Antigua and Barbuda": 1976,
    "Dominica": 1976,
    "Grenada": 1976,
    "St. Kitts and Nevis": 1976,
    "St. Lucia": 1976,
    "St. Vincent and the Grenadines": 1976,
    "El Salvador": 1993,
    "Micronesia, Fed. Sts.": 1960,
    "Marshall Islands": 1960,
    "Palau": 1960,
    "United States": 1960,
    "Guam": 1960,
    "American Samoa": 1960,
    "Virgin Islands (U.S.)": 1960,
    "Turks and Caicos Islands": 1973,
    "Djibouti": 1973,
    "Sint Maarten (Dutch part)": 1971,
    "Maldives": 1995,
    "China": 1994,
}
# Neighbours of like structure, for what a comparator is worth (names of the Penn World Table).
NEIGHBOURS = (
    "Republic of Korea|Japan|China, Hong Kong SAR|Taiwan|Singapore|Malaysia|Thailand|Indonesia",
    "Austria|Belgium|Germany|France|Netherlands|Italy|Spain|Portugal|Denmark|Sweden|Finland",
    "Argentina|Brazil|Chile|Colombia|Peru|Ecuador|Uruguay|Paraguay|Mexico|Costa Rica|Guatemala",
    "Poland|Hungary|Czech Republic|Slovakia|Slovenia|Romania|Bulgaria|Croatia|Estonia|Latvia",
    "Kenya|Uganda|U.R. of Tanzania: Mainland|Ghana|Nigeria|Senegal|Mali|Zambia|Malawi|Ethiopia",
)

# Years of observation relative to the last one: the zone's own case first.
PATTERNS: dict[str, tuple[int, ...]] = {
    "3 gaps": (-9, -4, 0),
    "1": (0,),
    "2": (-1, 0),
    "3": (-2, -1, 0),
    "4": (-3, -2, -1, 0),
    "5": tuple(range(-4, 1)),
    "8": tuple(range(-7, 1)),
    "15": tuple(range(-14, 1)),
    "25": tuple(range(-24, 1)),
    "5 gap": (-5, 0),
    "10 gaps": (-10, -5, 0),
}
FITTED = ("3 gaps", "1", "2", "3", "4", "5", "8", "15")
HORIZON = 5


def named_paths(pairs: Sequence[str]) -> dict[str, Path]:
    """Return the files named on the command line as ``name=path``."""
    return {name: Path(path) for name, _, path in (pair.partition("=") for pair in pairs)}


def _long(frame: pd.DataFrame, who: str, year: str, value: str) -> Series:
    frame = frame[[who, year, value]].set_axis(["who", "year", "value"], axis=1)
    sums = frame.who.str.contains(SUMS) & ~frame.who.isin(["Central African Republic"])
    frame = frame[~sums & (frame.value > 0)]
    return {
        str(name): group.set_index("year").value.sort_index()
        for name, group in frame.groupby("who")
    }


def load(name: str, paths: dict[str, Path]) -> Series:
    """Return one panel as yearly series by name.

    Besides the files: ``pwt/head`` and ``wb/head`` (per inhabitant), ``wb*`` and ``wb*/head``
    (pegged economies only), ``shares`` (three sectors of the city, per cent), ``city COLUMN``.
    """
    per_head = name.endswith("/head")
    base = name.removesuffix("/head").removesuffix("*")
    if base.startswith("city "):
        column = pd.read_csv(paths["city"], index_col="year")[base.removeprefix("city ")]
        return {base: column.dropna()}
    if base == "shares":
        city = pd.read_csv(paths["city"], index_col="year")[["va1", "va2", "va3"]].dropna()
        share = city.div(city.sum(axis=1), axis=0) * 100
        return {str(column): share[column] for column in share}
    people = pd.read_csv(paths["pwt"]) if per_head or base == "pwt" else pd.DataFrame()
    if base == "pwt":
        people["value"] = people.rgdpna_mil_2017usd / (people.pop_mil if per_head else 1)
        return _long(people, "country", "year", "value")
    frame = pd.read_csv(paths[base])
    if base == "wb":
        if per_head:
            keys = people.rename(columns={"isocode": "Country Code", "year": "Year"})
            frame = frame.merge(keys[["Country Code", "Year", "pop_mil"]])
            frame["Value"] = frame.Value / frame.pop_mil
        found = _long(frame, "Country Name", "Year", "Value")
        if "*" not in name:
            return found
        return {who: found[who].loc[first:] for who, first in PEGGED.items() if who in found}
    if base == "co2":  # before 1950 another world, and mostly estimates
        return _long(frame[frame.year >= 1950], "country", "year", "co2_mt")
    columns = {
        "energy": ("Entity", "Year", "Primary energy consumption (TWh)"),
        "pm25": ("Entity", "Year", "pm25_exposure"),
        "ports": ("port", "year", "teu_million"),
    }
    return _long(frame, *columns[base])


def growth(series: Series) -> Series:
    """Return yearly log growth in per cent, where both years are known."""
    rates = {}
    for name, one in series.items():
        log = np.log(one)
        rate = 100 * (log - log.shift(1))[np.diff(one.index, prepend=-1) == 1]
        if len(rate) > 1:
            rates[name] = rate.iloc[1:] if np.isnan(rate.iloc[0]) else rate
    return rates


class Windows:
    """All windows of a panel with one pattern of observed years.

    Parameters
    ----------
    z : array (windows, observations)
        Observed levels on the model's scale.
    future : array (windows, 5)
        Outcomes 1 to 5 years on; NaN outside the period or unknown.
    series : array (windows,) of int
        Which series each window is from.
    names : list of str
        Names of the series.
    last : array (windows,) of int
        Year of the last observation.
    """

    def __init__(
        self,
        series: Series,
        pattern: Sequence[int],
        period: tuple[int, int],
        forward: Callable[[pd.Series], Array],
        *,
        at_most: int | None = None,
    ) -> None:
        rows, future, who, last = [], [], [], []
        for number, one in enumerate(series.values()):
            level = dict(zip(one.index.tolist(), forward(one).tolist(), strict=True))
            for year in level:
                if any(year + step not in level for step in pattern):
                    continue
                ahead = [
                    level.get(year + h, np.nan) if period[0] <= year + h <= period[1] else np.nan
                    for h in range(1, HORIZON + 1)
                ]
                if not np.all(np.isnan(ahead)):
                    rows.append([level[year + step] for step in pattern])
                    future.append(ahead)
                    who.append(number)
                    last.append(year)
        self.z = np.array(rows).reshape(len(rows), len(pattern))
        self.future = np.array(future).reshape(len(rows), HORIZON)
        self.series, self.last = np.array(who, dtype=int), np.array(last, dtype=int)
        self.names = list(series)
        if at_most and len(rows) > at_most:
            keep = np.sort(np.random.default_rng(0).permutation(len(rows))[:at_most])
            self.z, self.future = self.z[keep], self.future[keep]
            self.series, self.last = self.series[keep], self.last[keep]

    def weights(self) -> Array:
        """Return weights of all outcomes by which every series counts the same; sum one."""
        known = ~np.isnan(self.future)
        per_series = np.bincount(self.series, known.sum(axis=1))[self.series]
        weight = known / per_series[:, None]
        return np.asarray(weight / weight.sum())
