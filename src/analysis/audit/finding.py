"""What an audit finding is, and the published figures it is made from.

A published figure stands for every value that prints the same way. Two figures contradict
each other only when no pair of such values agrees; what merely strains the rounding, mixes
price bases or calibers, or follows a revision is said to be that.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from analysis.data.errors import Reason
from analysis.data.observations import STATUS_RANK, Data, public_by
from analysis.data.periods import last_year, shape
from analysis.data.series import Datum, comparable, datum
from analysis.data.units import convert
from analysis.growth.rates import Interval, rounding_interval

#: What a comparison may come to, the gravest first.
VERDICTS = (
    "contradiction",
    "price_basis",
    "caliber",
    "revision",
    "rounding",
    "tension",
    "agrees",
)
RULES = (
    "growth_vs_endpoints",
    "growth_pair",
    "parts_vs_whole",
    "total_vs_yearly",
    "series_vs_growth",
    "index_vs_growth",
    "claim_vs_document",
    "domains",
    "target_vs_base",
    "target_vs_text",
)


RANK = "位"  # a rank is never rounded: 91st is not 90th


class Named(NamedTuple):
    """A code of the data with the names its table gives it."""

    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class Place:
    """Where a figure is printed.

    Attributes
    ----------
    figure : Reason
        What is printed there: ``observation``, ``claim`` or ``target``.
    """

    source: str
    locator: str
    figure: Reason


def place(item: Datum) -> Place:
    """Return where an observation is printed, with its period, its figure and its unit."""
    return Place(
        item.source,
        item.locator,
        Reason("observation", period=item.period, printed=item.printed, unit=item.printed_unit),
    )


@dataclass(frozen=True)
class Finding:
    """One comparison of published figures.

    Attributes
    ----------
    rule, verdict : str
        One of RULES and of VERDICTS.
    place, measure : Named
        The region and the indicator it is on.
    period : str
        Its time; the target year where it is on a target.
    stated, implied : float or None
        The printed number and the one the other figures imply, in `unit`.
    where : tuple of Place
        Every place that takes part.
    reason : Reason
        Why the verdict is what it is, with the figures that show it.
    stated_as, implied_as : Reason or None
        How the two numbers are to be read where a number alone would mislead: a bound, a range,
        the decimals as printed.
    targets : tuple of str
        Targets of the plan the finding touches, as ``plan/target_id``.
    base_period : str
        Where the finding is on growth: the period it runs from.
    shown : str
        The period of the two numbers where it is not `period`.
    """

    rule: str
    verdict: str
    place: Named
    measure: Named
    period: str
    stated: float | None
    implied: float | None
    unit: str
    where: tuple[Place, ...]
    reason: Reason
    stated_as: Reason | None = None
    implied_as: Reason | None = None
    targets: tuple[str, ...] = ()
    finding_id: str = ""
    base_period: str = ""
    shown: str = ""

    @property
    def region(self) -> str:
        """Code of the region."""
        return self.place.code

    @property
    def indicator(self) -> str:
        """Code of the indicator."""
        return self.measure.code

    @property
    def compared(self) -> tuple:
        """By what the comparison is known again: its rule, what it is on and both numbers."""
        when = (self.period, self.base_period, self.shown, bool(self.targets))
        return (self.rule, self.region, self.indicator, *when, self.stated, self.implied)

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources that take part, each once, in order."""
        return tuple(dict.fromkeys(place.source for place in self.where))


@dataclass(frozen=True)
class Claim:
    """A published rate, multiple, total or foreign target, to be checked."""

    claim: str
    region: str
    indicator: str
    period: str
    base_period: str
    type: str
    value: float
    printed: str
    value_high: float | None
    unit: str
    qualifier: str
    price_basis: str
    parts: tuple[str, ...]
    source: str
    locator: str
    also_at: str | None
    statement: str

    @property
    def interval(self) -> Interval:
        """All values that print as the claim."""
        if self.value_high is not None:
            return Interval(self.value, self.value_high)
        low, high = rounding_interval(self.printed)
        if self.unit == RANK:
            low = high = self.value
        return bounded(Interval(low, high), self.value, self.qualifier)

    @property
    def places(self) -> tuple[Place, ...]:
        """The places that print the claim."""
        first = Place(self.source, self.locator, Reason("claim", statement=self.statement))
        if self.also_at:
            return (first, replace(first, locator=self.also_at))
        return (first,)


def bounded(interval: Interval, value: float, qualifier: str) -> Interval:
    """Open an interval on the side a qualifier leaves open.

    Examples
    --------
    >>> bounded(Interval(225.5, 226.5), 226.0, "at_least")
    Interval(lo=226.0, hi=inf)
    """
    if qualifier == "at_least":
        return Interval(value, math.inf)
    if qualifier == "at_most":
        return Interval(-math.inf, value)
    return interval


def level(item: Datum) -> Interval:
    """Return all values of an observation, in its indicator's unit, that print as it does."""
    low, high = rounding_interval(item.printed)
    if item.printed_unit == RANK:
        low = high = item.value
    if item.printed_unit != item.unit:
        low = convert(low, item.printed_unit, item.unit)
        high = convert(high, item.printed_unit, item.unit)
    return bounded(Interval(low, high), item.value, item.qualifier)


class Coded(Protocol):
    """What is on an indicator of a region: a statement, a figure, a target."""

    @property
    def region(self) -> str:
        """Code of the region."""

    @property
    def indicator(self) -> str:
        """Code of the indicator."""


@dataclass(frozen=True)
class Context:
    """The figures an audit works on, as known on its date, and where to find them.

    A rule asks by region and indicator and never goes through all figures for one region, so
    that an audit takes time in proportion to its figures.

    Attributes
    ----------
    figures : dict
        Published figures by (region, indicator, period), derived ones left out.
    claims : list of Claim
        Published rates, totals and targets of others.
    """

    data: Data
    as_of: dt.date
    figures: dict[tuple[str, str, str], list[Datum]]
    claims: list[Claim]

    @cached_property
    def relations(self) -> list[dict[str, Any]]:
        """The declared parts and wholes."""
        return [
            {str(key): value for key, value in row.items()}
            for row in self.data.relations.to_dict("records")
        ]

    @cached_property
    def periods(self) -> dict[tuple[str, str], list[str]]:
        """The periods of each (region, indicator) that has a figure, sorted."""
        found = defaultdict(list)
        for region, indicator, period in sorted(self.figures):
            found[region, indicator].append(period)
        return found

    @cached_property
    def regions(self) -> dict[str, list[str]]:
        """The regions that have a figure of each indicator, sorted."""
        found = defaultdict(list)
        for region, indicator in sorted(self.periods):
            found[indicator].append(region)
        return found

    @cached_property
    def claimed(self) -> dict[tuple[str, str, str], list[Claim]]:
        """The claims by (type, region, indicator), in the order of the table."""
        found = defaultdict(list)
        for claim in self.claims:
            found[claim.type, claim.region, claim.indicator].append(claim)
        return found

    def place(self, region: str) -> Named:
        """Return a region with its names."""
        row = self.data.regions[region]
        return Named(region, row["name_zh"], row["name_en"])

    def measure(self, indicator: str) -> Named:
        """Return an indicator with its names."""
        row = self.data.indicators[indicator]
        return Named(indicator, row["name_zh"], row["name_en"])

    def finding(self, on: Coded, period: str, **told: Any) -> Finding:
        """Return a finding on a statement, a figure or a target, with the names of its codes.

        Parameters
        ----------
        on : Claim, Datum or Target
            Gives region and indicator.
        period : str
            The finding's time.
        told
            The other fields of :class:`Finding`.
        """
        return Finding(
            place=self.place(on.region),
            measure=self.measure(on.indicator),
            period=period,
            **told,
        )

    def all(self, region: str, indicator: str, period: str) -> list[Datum]:
        """Return every published figure of a period, derived ones left out."""
        return self.figures.get((region, indicator, period), [])

    def pick(
        self, region: str, indicator: str, period: str, source: str, caliber: str | None = None
    ) -> Datum | None:
        """Return the figure to hold a claim of a source against: its own if it prints one."""
        found = self.all(region, indicator, period)
        if caliber is not None:
            found = [item for item in found if comparable(item.caliber, caliber)] or found
        own = [item for item in found if item.source == source]
        choices = own or found
        if not choices:
            return None
        return max(choices, key=lambda item: (STATUS_RANK[item.status], item.published))


def context(data: Data, as_of: dt.date) -> Context:
    """Collect the figures and claims known on a date."""
    figures: dict[tuple[str, str, str], list[Datum]] = {}
    for row in data.known(as_of).to_dict("records"):
        if row["status"] != "derived":
            item = datum(row, data)
            figures.setdefault((item.region, item.indicator, item.period), []).append(item)
    claims = [
        _claim(row)
        for row in data.claims.to_dict("records")
        if public_by(data, row["source"], row["period"]) <= as_of
    ]
    return Context(data, as_of, figures, claims)


def _claim(row: dict[Any, Any]) -> Claim:
    told = {name: row[name] for name in Claim.__dataclass_fields__ if name in row}
    return Claim(
        **told
        | {
            "printed": row["printed_value"],
            "parts": tuple(row["parts"].split(";")) if row["parts"] else (),
            "unit": row["unit"] or "",
            "base_period": row["base_period"] or "",
        }
    )


def span(base: str, period: str) -> int | None:
    """Return the years between two periods of one form, None when they differ in form.

    Examples
    --------
    >>> span("2015", "2020"), span("2021-Q1", "2022-Q1"), span("2021-Q1", "2022-S1")
    (5, 1, None)
    """
    if not base or shape(base) != shape(period):
        return None
    return last_year(period) - last_year(base)


def numbered(findings: list[Finding]) -> list[Finding]:
    """Give findings their numbers, contradictions first."""
    ranked = sorted(findings, key=lambda item: VERDICTS.index(item.verdict))
    return [replace(item, finding_id=f"A{n:03d}") for n, item in enumerate(ranked, start=1)]
