"""Comparable series somebody declared: which, since when known, and with what reservation."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from analysis.data.errors import InputError
from analysis.data.observations import Data
from analysis.data.series import Series, annual_series
from planeval.words.language import either

PRICED = ("current", "constant")


@dataclass(frozen=True)
class Comparable:
    """One declared comparable series.

    Attributes
    ----------
    name_zh, name_en : str
        Place and measure.
    series : Series
        Its figures as known on the date.
    statement_zh, statement_en : str
        Why it is comparable and with what reservation.
    """

    name_zh: str
    name_en: str
    series: Series
    statement_zh: str
    statement_en: str

    @property
    def statement(self) -> str:
        """Why it is comparable, in the language spoken."""
        return either(self.statement_zh, self.statement_en)


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
    >>> [one.name_zh for one in comparables(load(), "zhapu-port", "container_throughput")]
    ['嘉兴港（全港）集装箱吞吐量']
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
                "参照序列与本序列的价格基础不同",
                "the comparable series is in other prices",
                file="data/comparators.csv",
                row=row["row"],
                column="comparator_indicator",
                value=measure,
                expected=" / ".join(sorted(mine)),
            )
        if series.data:
            spec = data.indicators[measure]
            found.append(
                Comparable(
                    f"{data.name(place)}{spec['name_zh']}",
                    f"{data.name(place, 'en')}: {spec['name_en']}",
                    series,
                    row["statement"],
                    row["statement_en"],
                )
            )
    return tuple(found)
