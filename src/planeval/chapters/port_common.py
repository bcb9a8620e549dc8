"""The port's three statistical scopes and how their figures are read, for the port's views.

The zone's port area, the whole port and the inland port are never added, divided or chained
into one series; only the share of the area in the whole is computed, for one and the same
period.
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.audit.finding import Claim, context
from analysis.data.periods import last_year, period_key
from analysis.data.series import Datum, Series, annual_series, other_periods
from analysis.data.units import convert
from analysis.growth.rates import Interval, rounding_interval
from analysis.targets.evaluation import Evaluation
from planeval.words import figures as amounts
from planeval.words.language import Terms, mark, say

CARGO, BOXES = "cargo_throughput", "container_throughput"
CARGO_KINDS = (CARGO, "foreign_cargo", "river_sea_cargo")
BOX_KINDS = (BOXES, "foreign_containers", "river_sea_containers")
SHORT = Terms(
    {
        CARGO: "货物",
        "foreign_cargo": "外贸货物",
        "river_sea_cargo": "海河联运货物",
        BOXES: "集装箱",
        "foreign_containers": "外贸集装箱",
        "river_sea_containers": "海河联运集装箱",
    }
)
NO_PORT = mark("本规划没有列入港区口径的港口目标，本节不作计算。")


@dataclass(frozen=True)
class Ports:
    """Codes of the port area the plan speaks of, the whole port, the inland port, the city."""

    zone: str
    whole: str | None
    inland: tuple[str, ...]
    city: str | None


def ports(evaluation: Evaluation) -> Ports | None:
    """Return the port's scopes, read from the plan's port targets and the list of regions.

    Returns
    -------
    Ports or None
        None when no target of the plan is stated for a port.
    """
    regions = evaluation.data.regions
    targets = [item.target.region for item in evaluation.of(domain="port")]
    zone = next((code for code in targets if regions[code]["level"] == "port"), None)
    if zone is None:
        return None
    whole = regions[zone]["parent"]
    if whole is None or regions[whole]["level"] != "port":
        return Ports(zone, None, (), whole)
    city = regions[whole]["parent"]
    inland = tuple(
        code
        for code, row in regions.items()
        if row["level"] == "port" and row["parent"] == city and code != whole
    )
    return Ports(zone, whole, inland, city)


def annual(evaluation: Evaluation, region: str, indicator: str, caliber: str = "default") -> Series:
    """Return a series as known on the evaluation's date, up to its year."""
    return annual_series(
        evaluation.data,
        region,
        indicator,
        caliber=caliber,
        as_of=evaluation.as_of,
        until=evaluation.year,
    )


def exact_years(series: Series) -> list[int]:
    """Return the years with a value; a lower bound ("突破") is none."""
    return [item.year for item in series.data if item.qualifier not in ("at_least", "at_most")]


def parts_of_year(evaluation: Evaluation, region: str, indicator: str) -> list[Datum]:
    """Return monthly and year-to-date figures known on the date, in order of their ends."""
    found = other_periods(evaluation.data, region, indicator, as_of=evaluation.as_of)
    inside = [item for item in found if last_year(item.period) <= evaluation.year]
    return sorted(inside, key=lambda item: period_key(item.period))


def possible(item: Datum) -> Interval:
    """Return all values that a published figure allows, in its indicator's unit.

    Figures marked as rounded lost the digits that are zeros at their end: 11700 stands for
    11650 to 11750. Others are rounded to their last printed digit, as in the audit.
    """
    text = item.printed.replace(",", "")
    zeros = len(text) - len(text.rstrip("0")) if "." not in text else 0
    coarse = item.qualifier in ("rounded", "about") and zeros > 0
    low, high = rounding_interval(text, -zeros if coarse else None)
    if item.printed_unit != item.unit:
        low = convert(low, item.printed_unit, item.unit)
        high = convert(high, item.printed_unit, item.unit)
    if item.qualifier == "at_least":
        return Interval(item.value, float("inf"))
    return Interval(low, high)


def claims(evaluation: Evaluation, kind: str) -> list[Claim]:
    """Return the published statements of one type known on the evaluation's date."""
    return [c for c in context(evaluation.data, evaluation.as_of).claims if c.type == kind]


def growth_claims(evaluation: Evaluation) -> dict[tuple[str, str, str, str], float]:
    """Return published growth on the year before, in %, by region, indicator, period, source."""
    return {
        (c.region, c.indicator, c.period, c.source): c.value
        for c in claims(evaluation, "growth_pct")
    }


def printed(item: Datum | None) -> str:
    """Return a figure as its source prints it, with its qualifier and without its unit."""
    if item is None:
        return "—"
    return f"{amounts.QUALIFIER_ZH[item.qualifier]}{amounts.number(item.value)}"


def longest_run(years: list[int]) -> list[int]:
    """Return the longest stretch of consecutive years, the latest one between equals.

    Examples
    --------
    >>> longest_run([2005, 2016, 2017, 2019, 2020])
    [2019, 2020]
    """
    best: list[int] = []
    run: list[int] = []
    for year in sorted(set(years)):
        run = [*run, year] if run and year == run[-1] + 1 else [year]
        if len(run) >= len(best):
            best = run
    return best


def series_name(evaluation: Evaluation, region: str, indicator: str) -> str:
    """Return a port's scope and what is counted of it as the name of one series."""
    return say("{0}{1}", evaluation.data.name(region), SHORT[indicator])
