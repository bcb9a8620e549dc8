"""From vintages and calibers to one series: which figure stands for each year, and why.

Nothing is repaired silently. A declared correction carries the value it expects to find and
fails when the source has changed; every figure keeps its source, locator and vintage.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analysis.data.errors import InputError, Reason
from analysis.data.observations import STATUS_RANK, Data, find_indicator, public_by
from analysis.data.periods import last_year

RELIABILITY_RANK = {"low": 0, "medium": 1, "high": 2}
# calibers that may stand in one series; "unstated" only with a flag
COMPARABLE = ("plan", "default", "unstated")


@dataclass(frozen=True)
class Datum:
    """One figure in use, with everything needed to defend it.

    ``row`` is its row in ``data/observations.csv``; ``value`` is in the indicator's unit;
    ``printed`` is the figure as its source prints it, in ``printed_unit``.
    """

    region: str
    indicator: str
    period: str
    value: float
    unit: str
    printed: str
    printed_unit: str
    qualifier: str
    price_basis: str
    caliber: str
    status: str
    published: dt.date
    published_basis: str
    source: str
    reliability: str
    locator: str
    note: str | None
    row: int
    correction: str | None = None

    @property
    def year(self) -> int:
        """The year of a full-year figure."""
        return last_year(self.period)


@dataclass(frozen=True)
class Series:
    """The figures in use for one region and indicator, by year, and those set aside.

    Attributes
    ----------
    data : tuple of Datum
        One per year, ascending.
    other_calibers : tuple of Datum
        Figures of the same years under calibers that may not be mixed in.
    older_vintages : tuple of Datum
        Earlier estimates of the years in `data`.
    """

    region: str
    indicator: str
    caliber: str
    data: tuple[Datum, ...]
    other_calibers: tuple[Datum, ...]
    older_vintages: tuple[Datum, ...]

    def values(self) -> pd.Series:
        """Return the series in the indicator's unit, indexed by year."""
        return pd.Series(
            [item.value for item in self.data],
            index=pd.Index([item.year for item in self.data], dtype=int, name="year"),
            dtype=float,
            name=self.indicator,
        )

    def at(self, year: int) -> Datum | None:
        """Return the figure of a year, if there is one."""
        return next((item for item in self.data if item.year == year), None)

    @property
    def last(self) -> Datum | None:
        """The latest figure."""
        return self.data[-1] if self.data else None


def datum(row: Mapping[Any, Any], data: Data) -> Datum:
    """Turn a row of the observation table into a figure with its provenance."""
    return Datum(
        region=row["region"],
        indicator=row["indicator"],
        period=row["period"],
        value=float(row["number"]),
        unit=data.indicators[row["indicator"]]["unit"] or "",
        printed=row["printed_value"],
        printed_unit=row["unit"],
        qualifier=row["qualifier"],
        price_basis=row["price_basis"],
        caliber=row["caliber"],
        status=row["status"],
        published=row["published"],
        published_basis=row["published_basis"],
        source=row["source"],
        reliability=data.sources[row["source"]]["reliability"],
        locator=row["locator"],
        note=row["note"],
        row=row["row"],
    )


def comparable(caliber: str, wanted: str) -> bool:
    """Tell whether a figure of one caliber may stand in a series of another.

    Examples
    --------
    >>> comparable("unstated", "plan"), comparable("management", "plan")
    (True, False)
    """
    return caliber == wanted or (caliber in COMPARABLE and wanted in COMPARABLE)


def _rank(item: Datum, wanted: str) -> tuple:
    return (
        item.caliber == wanted,
        STATUS_RANK[item.status],
        item.published,
        RELIABILITY_RANK[item.reliability],
        item.source,
    )


def annual_series(
    data: Data,
    region: str,
    indicator: str,
    *,
    caliber: str = "default",
    as_of: dt.date | None = None,
    until: int | None = None,
) -> Series:
    """Choose one figure per year for a region and indicator, as known on a date.

    Among comparable figures of a year the one of the wanted caliber wins, then the later stage
    (revised, final, reported, first estimate, derived), then the later publication, then the
    more reliable source.

    Parameters
    ----------
    caliber : str
        The caliber wanted, normally the target's.
    as_of : date, optional
        Leave out what was published later. Default: everything.
    until : int, optional
        Last year to use.

    Raises
    ------
    InputError
        For an unknown indicator, or a correction whose expected value is not in the source.

    Examples
    --------
    >>> from analysis.data.observations import load
    >>> s = annual_series(load(), "jiaxing-port-area", "gdp", caliber="plan")
    >>> s.values().to_dict()
    {2015: 125.98, 2020: 182.0, 2024: 226.0}
    >>> [(d.period, d.caliber) for d in s.other_calibers]
    [('2021', 'management')]
    """
    find_indicator(data, indicator)
    figures = [
        datum(row, data)
        for row in data.by_series.get((region, indicator), [])
        if row["year"] is not None
        and (as_of is None or row["published"] <= as_of)
        and (until is None or row["year"] <= until)
    ]
    usable = [item for item in figures if comparable(item.caliber, caliber)]
    best: dict[int, Datum] = {}
    for item in usable:
        if item.year not in best or _rank(item, caliber) > _rank(best[item.year], caliber):
            best[item.year] = item
    kept = tuple(_corrected(best[year], data, as_of) for year in sorted(best))
    used = set(best.values())
    return Series(
        region=region,
        indicator=indicator,
        caliber=caliber,
        data=kept,
        other_calibers=tuple(
            sorted((i for i in figures if i not in usable), key=lambda i: (i.period, i.published))
        ),
        older_vintages=tuple(
            sorted((i for i in usable if i not in used), key=lambda i: (i.period, i.published))
        ),
    )


def _corrected(item: Datum, data: Data, as_of: dt.date | None) -> Datum:
    """Apply a declared correction, if one was publicly founded by the as-of date."""
    row = data.corrected.get((item.region, item.indicator, item.period))
    if row is None:
        return item
    if as_of is not None and public_by(data, row["source"], row["period"]) > as_of:
        return item
    if abs(item.value - row["expect"]) > 1e-9:
        raise InputError(
            "corrected_value_has_changed",
            file="data/corrections.csv",
            row=row["row"],
            column="expect",
            value=row["expect"],
            expected=f"{item.printed} ({item.source})",
        )
    return replace(
        item,
        value=float(row["value"]),
        printed=row["printed_value"],
        source=row["source"],
        locator=row["locator"],
        reliability=data.sources[row["source"]]["reliability"],
        correction=f"{row['printed_expect']}→{row['printed_value']}：{row['reason']}",
    )


def check_corrections(data: Data) -> None:
    """Refuse a correction whose figure is not, or no longer, in the observations.

    A series applies a correction when it meets the figure; one that meets none would rest
    unseen, and so would one whose source has been corrected itself.

    Raises
    ------
    InputError
        With the figures that stand in the observations.
    """
    for row in data.corrected.values():
        held = [
            item
            for item in data.by_series.get((row["region"], row["indicator"]), [])
            if item["period"] == row["period"]
        ]
        if not any(abs(item["number"] - row["expect"]) <= 1e-9 for item in held):
            raise InputError(
                "corrected_value_has_changed",
                file="data/corrections.csv",
                row=row["row"],
                column="expect",
                value=row["printed_expect"],
                expected=" / ".join(f"{i['printed_value']} ({i['source']})" for i in held)
                or Reason("figure_of_observations"),
                nearest=held[0]["printed_value"] if held else None,
            )


def other_periods(
    data: Data, region: str, indicator: str, *, as_of: dt.date | None = None
) -> list[Datum]:
    """Return the figures that are not whole years: months, quarters, year-to-date, totals."""
    rows = data.by_series.get((region, indicator), [])
    return sorted(
        (
            datum(row, data)
            for row in rows
            if row["year"] is None and (as_of is None or row["published"] <= as_of)
        ),
        key=lambda item: (item.period, item.published),
    )


# Comparable series somebody declared: which, since when known, and with what reservation.


PRICED = ("current", "constant")


@dataclass(frozen=True)
class Comparable:
    """One declared comparable series.

    Attributes
    ----------
    series : Series
        Its place, its measure and its figures as known on the date.
    statement_zh, statement_en : str
        Why it is comparable and with what reservation.
    """

    series: Series
    statement_zh: str
    statement_en: str


def comparables(
    data: Data,
    region: str,
    indicator: str,
    *,
    as_of: dt.date | None = None,
    until: int | None = None,
) -> tuple[Comparable, ...]:
    """Return the series declared comparable with one, as known on a date.

    Parameters
    ----------
    region, indicator : str
        The series they are compared with.
    as_of : date, optional
        Leave out what was published later.
    until : int, optional
        Last year to use.

    Returns
    -------
    tuple of Comparable
        In the order of ``data/comparators.csv``; those without a figure by that date left out.

    Raises
    ------
    InputError
        Where prices of the one are current and of the other constant: growth would not compare.

    Examples
    --------
    >>> from analysis.data.observations import load
    >>> found = comparables(load(), "zhapu-port", "container_throughput")
    >>> [(one.series.region, one.series.indicator) for one in found]
    [('jiaxing-port', 'container_throughput')]
    """
    own = {row["price_basis"] for row in data.by_series.get((region, indicator), [])}
    found = []
    for row in data.comparators:
        if (row["region"], row["indicator"]) != (region, indicator):
            continue
        place, measure = row["comparator_region"], row["comparator_indicator"]
        series = annual_series(
            data, place, measure, caliber=row["caliber"], as_of=as_of, until=until
        )
        theirs = {item.price_basis for item in series.data}
        mine, other = own & set(PRICED), theirs & set(PRICED)
        if mine and other and mine != other:
            raise InputError(
                "comparable_in_other_prices",
                file="data/comparators.csv",
                row=row["row"],
                column="comparator_indicator",
                value=measure,
                expected=" / ".join(sorted(mine)),
            )
        if series.data:
            found.append(Comparable(series, row["statement"], row["statement_en"]))
    return tuple(found)
