"""Vintages of one figure: what was published first, what it became, and what that moves.

A first estimate, a final account and a census revision of one year are one datum seen at
different times. Figures of another caliber are no vintages and stay out.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from analysis.data.errors import InputError, Reason, nearest
from analysis.data.observations import STATUS_RANK, Data, find_indicator
from analysis.data.series import Datum, comparable, datum
from analysis.growth.rates import cagr, completion, require_above, required_growth_pct

_KEPT = (
    *("period", "caliber", "price_basis", "value", "printed", "unit", "qualifier", "status"),
    *("published", "published_basis", "source", "locator", "row"),
)
#: fewer revisions than this have no mean worth printing
ENOUGH = 5


class RevisionSummary(NamedTuple):
    """Mean, spread and extremes of revisions in percent of the first figure, over `n` years."""

    n: int
    mean_pct: float
    sd_pct: float
    mean_abs_pct: float
    upward: int
    largest_year: int
    largest_pct: float


class TargetEffect(NamedTuple):
    """What a target's account shows: completion a fraction, growth in percent a year.

    None where a figure is unknown or the formula has no meaning.
    """

    completion: float | None
    planned_pct: float | None
    realised_pct: float | None
    required_pct: float | None


def vintages(
    data: Data,
    region: str,
    indicator: str,
    *,
    caliber: str = "default",
    as_of: dt.date | None = None,
    until: int | None = None,
) -> tuple[Datum, ...]:
    """Return every published figure of every year, earliest stage first (各版本).

    Figures derived from others are left out, as are those of calibers that may not stand
    beside the wanted one. Corrections are not applied: the figures stand as printed.

    Raises
    ------
    InputError
        An unknown indicator.

    Examples
    --------
    >>> from analysis.data.observations import load
    >>> found = vintages(load(), "jiaxing-city", "gdp")
    >>> [(v.value, v.status) for v in found if v.year == 2018]
    [(4871.98, 'first_estimate'), (5018.38, 'revised')]
    """
    find_indicator(data, indicator)
    found = [
        datum(row, data)
        for row in data.by_series.get((region, indicator), [])
        if row["year"] is not None
        and row["status"] != "derived"
        and comparable(row["caliber"], caliber)
        and (as_of is None or row["published"] <= as_of)
        and (until is None or row["year"] <= until)
    ]
    return tuple(sorted(found, key=_order))


def _order(item: Datum) -> tuple:
    return item.year, STATUS_RANK[item.status], item.published, item.source


def revisions(found: Sequence[Datum]) -> pd.DataFrame:
    """Return first and last figure of each year that has several, and the revision between.

    Formula: difference = last − first, in the indicator's unit; pct = 100·difference/first.
    A year whose figures are all of one stage was printed twice, not revised, and is left out.

    Returns
    -------
    pandas.DataFrame
        By year: first, first_status, first_published, last, last_status, last_published,
        difference, pct.

    Raises
    ------
    InputError
        A first figure that is not positive.

    Examples
    --------
    >>> from analysis.data.observations import load
    >>> table = revisions(vintages(load(), "jiaxing-city", "gdp"))
    >>> table.loc[2015, ["first", "last", "difference", "pct"]].astype(float).round(2).tolist()
    [3517.81, 3696.62, 178.81, 5.08]
    """
    rows = []
    for year in sorted({item.year for item in found}):
        own = sorted((item for item in found if item.year == year), key=_order)
        first, last = own[0], own[-1]
        if first.status == last.status:
            continue
        require_above("first", first.value)
        rows.append(
            {
                "year": year,
                "first": first.value,
                "first_status": first.status,
                "first_published": first.published,
                "last": last.value,
                "last_status": last.status,
                "last_published": last.published,
                "difference": last.value - first.value,
                "pct": 100.0 * (last.value / first.value - 1.0),
            }
        )
    columns = ["year", "first", "first_status", "first_published", "last", "last_status"]
    columns += ["last_published", "difference", "pct"]
    return pd.DataFrame(rows, columns=columns).set_index("year")


def revision_summary(table: pd.DataFrame) -> RevisionSummary | None:
    """Return mean and spread of the revisions, None with fewer than five.

    The spread is the sample standard deviation (n − 1), in percentage points. Revisions made
    by one census go together, so the mean's error is larger than sd/√n would say.

    Examples
    --------
    >>> table = pd.DataFrame({"pct": [1.0, 2.0, 3.0, 4.0, 0.0]}, index=range(2015, 2020))
    >>> revision_summary(table)[:3], revision_summary(table.iloc[:4]) is None
    ((5, 2.0, 1.5811388300841898), True)
    """
    pct = table["pct"].astype(float)
    if len(pct) < ENOUGH:
        return None
    year = pct.index[int(pct.abs().to_numpy().argmax())]
    return RevisionSummary(
        n=len(pct),
        mean_pct=float(pct.mean()),
        sd_pct=float(pct.std(ddof=1)),
        mean_abs_pct=float(pct.abs().mean()),
        upward=int((pct > 0).sum()),
        largest_year=int(year),
        largest_pct=float(pct.loc[year]),
    )


def revision_table(
    data: Data, region: str, indicator: str, *, as_of: dt.date | None = None
) -> pd.DataFrame:
    """Return every published figure of every period, and what each changed (修订表).

    Vintages are figures of one period, price basis and caliber; a figure of another caliber
    has a history of its own. Whole years, months, quarters and totals alike; derived figures
    were never published and stay out. Formula: change = value − previous vintage, in the
    indicator's unit; change_pct = 100·change/previous, where the previous one is positive.

    Returns
    -------
    pandas.DataFrame
        One row per figure in the order of periods and stages: period, caliber, price_basis,
        vintage (1 the first), of (how many there are), value, printed, unit, status, published,
        published_basis, source, locator, change, change_pct (NaN for the first), row.

    Raises
    ------
    InputError
        An unknown region or indicator.

    Examples
    --------
    >>> from analysis.data.observations import load
    >>> table = revision_table(load(), "jiaxing-city", "gdp")
    >>> own = table[table["period"] == "2018"]
    >>> own[["vintage", "value", "status"]].values.tolist(), own["change"].iloc[1].round(2).item()
    ([[1, 4871.98, 'first_estimate'], [2, 5018.38, 'revised']], 146.4)
    """
    find_indicator(data, indicator)
    if region not in data.regions:
        raise InputError(
            "unknown_region",
            column="region",
            value=region,
            expected=Reason("code_of_regions"),
            nearest=nearest(region, data.regions),
        )
    figures = [
        datum(row, data)
        for row in data.by_series.get((region, indicator), [])
        if row["status"] != "derived" and (as_of is None or row["published"] <= as_of)
    ]
    histories: dict[tuple[str, ...], list[Datum]] = {}
    for figure in figures:
        key = (figure.period, figure.caliber, figure.price_basis)
        histories.setdefault(key, []).append(figure)
    rows = [row for key in sorted(histories) for row in _history(histories[key])]
    return pd.DataFrame(rows, columns=[*_KEPT, "vintage", "of", "change", "change_pct"])


def _history(figures: list[Datum]) -> list[dict[str, object]]:
    """Return the vintages of one figure as rows, earliest stage first."""
    ordered = sorted(figures, key=lambda f: (STATUS_RANK[f.status], f.published, f.source))
    rows: list[dict[str, object]] = []
    for number, figure in enumerate(ordered, start=1):
        before = ordered[number - 2].value if number > 1 else math.nan
        rows.append(
            {name: getattr(figure, name) for name in _KEPT}
            | {
                "vintage": number,
                "of": len(ordered),
                "change": figure.value - before,
                "change_pct": 100.0 * (figure.value / before - 1.0) if before > 0 else math.nan,
            }
        )
    return rows


def target_effect(
    base: float, value: float, target: float, *, base_year: int, year: int, target_year: int
) -> TargetEffect:
    """Return the account of a target on given figures, to be compared before and after.

    Completion as in `completion`; planned growth from base to target, realised growth from
    base to latest figure, required growth from latest figure to target, all geometric. A
    revised base moves the first three, a revised latest figure all but the planned one.

    Parameters
    ----------
    base, value, target : float
        Positive, in one unit and on one price basis; `value` NaN when nothing was published.
    base_year, year, target_year : int
        Years of the three figures.

    Raises
    ------
    InputError
        A figure that is not positive, or a target year that does not follow the base year.

    Examples
    --------
    >>> before = target_effect(182, 226, 300, base_year=2020, year=2024, target_year=2025)
    >>> after = target_effect(200, 226, 300, base_year=2020, year=2024, target_year=2025)
    >>> round(before.completion, 4), after.completion, before.required_pct == after.required_pct
    (0.3729, 0.26, True)
    """
    for name, figure in (("base", base), ("value", value), ("target", target)):
        require_above(name, figure)
    known = not math.isnan(value)
    done, left = year - base_year, target_year - year
    return TargetEffect(
        completion=completion(base, value, target),
        planned_pct=required_growth_pct(base, target, target_year - base_year),
        realised_pct=100.0 * cagr(base, value, done) if known and done > 0 else None,
        required_pct=required_growth_pct(value, target, left) if known and left > 0 else None,
    )
