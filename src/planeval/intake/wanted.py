"""Which figures of a plan are due in a year, with the last one known and its definition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.data.plan import Plan, Target
from analysis.data.series import annual_series, comparable

ONE_YEAR, TOTAL = "annual", "five_year_total"


@dataclass(frozen=True)
class Due:
    """One figure that is due: a row of the workbook.

    Attributes
    ----------
    targets : tuple of Target
        The targets judged by it.
    period : str
        A year, or ``2021/2025`` for a total over the plan.
    last_period, last_value
        The latest figure known before it, in `unit`; None when there is none.
    """

    targets: tuple[Target, ...]
    region: str
    indicator: str
    period: str
    unit: str
    price_basis: str
    caliber: str
    last_period: str | None
    last_value: float | None


def due_rows(plan: Plan, year: int) -> list[Due]:
    """Return the figures a plan's targets wait for in a year, one row per series and period.

    Every series gets the year itself; the year before as well when nothing has been published
    for it or only a first estimate; a target counted over the whole plan also gets its total.

    Raises
    ------
    InputError
        When the plan does not cover the year.

    Examples
    --------
    >>> from analysis.data.plan import load_plan
    >>> rows = due_rows(load_plan("jiaxing-14fyp"), 2025)
    >>> [(r.period, r.unit, r.last_period, r.last_value) for r in rows if r.indicator == "gdp"][0]
    ('2025', '亿元', '2024', 226.0)
    """
    plan.check_year(year)
    wanted: dict[tuple[str, str, str], tuple[str, str, list[Target]]] = {}
    for target in plan.targets:
        for region, indicator, caliber, price in _series(plan, target):
            for period, chosen in _periods(plan, target, region, indicator, caliber, year):
                key = (region, indicator, period)
                wanted.setdefault(key, (chosen, price, []))[2].append(target)
    made = []
    for (region, indicator, period), (caliber, price, targets) in wanted.items():
        last = _last(plan, region, indicator, caliber, period)
        unit = plan.data.indicators[indicator]["unit"] or ""
        made.append(Due(tuple(targets), region, indicator, period, unit, price, caliber, *last))
    return made


def _series(plan: Plan, target: Target) -> Iterator[tuple[str, str, str, str]]:
    """Yield region, indicator, caliber and price basis of what a target is judged by."""
    if target.kind == "milestone":
        return
    price = _price(plan, target.region, target.indicator, target.price_basis)
    if not target.proxies:
        yield target.region, target.indicator, target.caliber, price
    for proxy in target.proxies:
        yield target.region, proxy, target.caliber, _price(plan, target.region, proxy, price)
    region, _, indicator = (target.comparator or "").rpartition(":")
    if indicator:
        place = region or target.region
        caliber = _caliber(plan, place, indicator)
        yield place, indicator, caliber, _price(plan, place, indicator, target.price_basis)


def _price(plan: Plan, region: str, indicator: str, stated: str) -> str:
    """Return the price basis of the series' latest figure: the target may speak of growth."""
    rows = plan.data.by_series.get((region, indicator), [])
    return max(rows, key=lambda row: row["published"])["price_basis"] if rows else stated


def _caliber(plan: Plan, region: str, indicator: str) -> str:
    for target in plan.targets:
        if (target.region, target.indicator) == (region, indicator):
            return target.caliber
    return "default"


def _periods(
    plan: Plan, target: Target, region: str, indicator: str, caliber: str, year: int
) -> Iterator[tuple[str, str]]:
    """Yield the periods that are due with the caliber each is stated in."""
    one = ONE_YEAR if caliber == TOTAL else caliber
    if year > plan.start_year and _waits(plan, region, indicator, one, year - 1):
        yield str(year - 1), one
    yield str(year), one
    if target.kind == "cumulative" and year > plan.start_year:
        yield f"{plan.start_year}/{year}", TOTAL


def _waits(plan: Plan, region: str, indicator: str, caliber: str, year: int) -> bool:
    figure = annual_series(plan.data, region, indicator, caliber=caliber).at(year)
    return figure is None or figure.status in ("first_estimate", "derived")


def _last(
    plan: Plan, region: str, indicator: str, caliber: str, period: str
) -> tuple[str | None, float | None]:
    if "/" not in period:
        figures = annual_series(plan.data, region, indicator, caliber=caliber).data
        known = [item for item in figures if item.year <= int(period)]
        return (known[-1].period, known[-1].value) if known else (None, None)
    rows = [
        row
        for row in plan.data.by_series.get((region, indicator), [])
        if "/" in row["period"] and comparable(row["caliber"], caliber)
    ]
    if not rows:
        return None, None
    last = max(rows, key=lambda row: (row["period"], row["published"]))
    return last["period"], float(last["number"])
