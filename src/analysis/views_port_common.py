"""The port's three statistical scopes and how their figures are read, for the port's views.

The zone's port area, the whole port and the inland port are never added, divided or chained
into one series; only the share of the area in the whole is computed, for one and the same
period.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from analysis import wording
from analysis.audit_base import Claim, context
from analysis.clean import Datum, Series, annual_series, other_periods
from analysis.evaluation import Evaluation
from analysis.growth import Interval, rounding_interval
from analysis.units import convert
from analysis.words import Terms, either, mark, say

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
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PARTS = Terms(
    {
        "Q1": "一季度",
        "Q2": "二季度",
        "Q3": "三季度",
        "Q4": "四季度",
        "S1": "上半年",
        "S2": "下半年",
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


def last_year(period: str) -> int:
    """Return the year a period ends in.

    Examples
    --------
    >>> last_year("2011-01-01/2011-12-23"), last_year("2020-08")
    (2011, 2020)
    """
    return int(re.findall(r"\d{4}", period)[-1])


def period_key(period: str) -> tuple[int, int, int]:
    """Return year, last month and minus the first month of a period, to sort by.

    Examples
    --------
    >>> sorted(["2019-S1", "2018-01/2018-08", "2019-01/2019-11"], key=period_key)
    ['2018-01/2018-08', '2019-S1', '2019-01/2019-11']
    """
    year = last_year(period)
    if part := re.fullmatch(r"\d{4}-([QS])(\d)", period):
        months = 3 if part[1] == "Q" else 6
        return year, months * int(part[2]), -(months * (int(part[2]) - 1) + 1)
    months_found = [int(month) for month in re.findall(r"\d{4}-(\d{2})", period)]
    if not months_found:
        return year, 12, -1
    return year, months_found[-1], -months_found[0]


def period_zh(period: str) -> str:
    """Return a period as text prints it, in the language spoken.

    Examples
    --------
    >>> [period_zh(p) for p in ("2020", "2020-08", "2019-S1", "2021-Q1", "2018-01/2018-08")]
    ['2020年', '2020年8月', '2019年上半年', '2021年一季度', '2018年1—8月']
    >>> period_zh("2011-01-01/2011-12-23"), period_zh("2021/2024")
    ('2011年1月1日—12月23日', '2021—2024年')
    >>> from analysis.words import speaking
    >>> with speaking("en"):
    ...     [period_zh(p) for p in ("2019-S1", "2018-01/2018-08", "2011-01-01/2011-12-23")]
    ['H1 2019', 'Jan–Aug 2018', '1 Jan – 23 Dec 2011']
    """
    if within := part_of_year(period):
        return say("{0}年{1}", period[:4], within)
    if part := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})/\1-(\d{2})-(\d{2})", period):
        day, end = int(part[3]), int(part[5])
        return say("{}年{}月{}日—{}月{}日", part[1], month(part[2]), day, month(part[4]), end)
    if part := re.fullmatch(r"(\d{4})/(\d{4})", period):
        return say("{}—{}年", part[1], part[2])
    return say("{}年", period) if re.fullmatch(r"\d{4}", period) else period


def month(number: int | str) -> str:
    """Return a month as it stands before 月, in English by its short name.

    Examples
    --------
    >>> month("08")
    '8'
    """
    return either(str(int(number)), MONTHS_EN[int(number) - 1])


def part_of_year(period: str) -> str:
    """Return which quarter, half or months of its year a period is, empty for other periods.

    Examples
    --------
    >>> part_of_year("2019-S1"), part_of_year("2018-01/2018-08"), part_of_year("2020")
    ('上半年', '1—8月', '')
    """
    if part := re.fullmatch(r"\d{4}-([QS]\d)", period):
        return PARTS[part[1]]
    if part := re.fullmatch(r"\d{4}-(\d{2})", period):
        return say("{}月", month(part[1]))
    if part := re.fullmatch(r"(\d{4})-(\d{2})/\1-(\d{2})", period):
        return say("{}—{}月", month(part[2]), month(part[3]))
    return ""


def months_of(period: str) -> tuple[int, ...]:
    """Return the whole months a period of one year covers, none for days or several years.

    Examples
    --------
    >>> months_of("2021-Q1"), months_of("2020-08"), months_of("2018-01/2018-03")
    ((1, 2, 3), (8,), (1, 2, 3))
    >>> months_of("2011-01-01/2011-12-23"), months_of("2021/2024")
    ((), ())
    """
    if not re.fullmatch(r"\d{4}-([QS]\d|\d{2}|\d{2}/\d{4}-\d{2})", period):
        return ()
    _, last, first = period_key(period)
    return tuple(range(-first, last + 1))


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
    return f"{wording.QUALIFIER_ZH[item.qualifier]}{wording.number(item.value)}"


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


def span_zh(years: list[int]) -> str:
    """Return a stretch of years as text.

    Examples
    --------
    >>> span_zh([2019, 2020]), span_zh([2019]), span_zh([])
    ('2019—2020', '2019', '—')
    """
    if not years:
        return "—"
    return str(years[0]) if len(years) == 1 else spread(years[0], years[-1])


def spread(low: object, high: object) -> str:
    """Return two ends with the dash of the language between them.

    Examples
    --------
    >>> spread("56.3", "56.8")
    '56.3—56.8'
    """
    return say("{0}—{1}", low, high)


def series_name(evaluation: Evaluation, region: str, indicator: str) -> str:
    """Return a port's scope and what is counted of it as the name of one series."""
    return say("{0}{1}", evaluation.data.name(region), SHORT[indicator])
