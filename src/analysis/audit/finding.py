"""What an audit finding is, and the published figures it is made from.

A published figure stands for every value that prints the same way. Two figures contradict
each other only when no pair of such values agrees; what merely strains the rounding, mixes
price bases or calibers, or follows a revision is said to be that.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass, field, replace
from typing import Any

from analysis.data.observations import STATUS_RANK, Data, public_by
from analysis.data.series import Datum, comparable, datum
from analysis.data.units import convert, normal_unit, unit_name, with_unit
from analysis.growth.rates import Interval, rounding_interval
from planeval.words.language import either, speaking, spoken

VERDICTS: dict[str, tuple[str, str]] = {
    "contradiction": ("矛盾", "contradiction"),
    "price_basis": ("现价与可比价之差", "difference between current and constant prices"),
    "caliber": ("口径不同", "different definitions"),
    "revision": ("基数或版本修订", "revision"),
    "rounding": ("仅在舍入边缘相符", "agrees only at the edge of rounding"),
    "tension": ("难以并存", "hard to hold together"),
    "agrees": ("相符", "agrees"),
}
RULES: dict[str, tuple[str, str]] = {
    "growth_vs_endpoints": ("增速或倍数与首尾数值", "growth rate or multiple against end points"),
    "growth_pair": ("年均增长与累计增长", "average against total growth"),
    "parts_vs_whole": ("部分与整体", "parts against whole"),
    "total_vs_yearly": ("五年合计与单年", "five-year total against single years"),
    "series_vs_growth": (
        "序列走势与公布增速（口径）",
        "course of a series against published growth (definition)",
    ),
    "index_vs_growth": ("指数与公布增速", "index against published growth"),
    "claim_vs_document": ("一处说法与另一处文件", "claim against another document"),
    "domains": ("领域之间的恒等式与界限", "identities and bounds between domains"),
    "target_vs_base": ("目标与基期", "target against its base"),
    "target_vs_text": ("表中目标与正文承诺", "table target against the text"),
}


RANK = "位"  # a rank is never rounded: 91st is not 90th


@dataclass(frozen=True)
class Place:
    """Where a figure is printed."""

    source: str
    locator: str
    figure: str = ""


@dataclass(frozen=True)
class Finding:
    """One comparison of published figures.

    Attributes
    ----------
    rule, verdict : str
        Keys of RULES and VERDICTS.
    subject_zh, subject_en : str
        Region, indicator and period.
    stated, implied : float or None
        The printed number and the one the other figures imply, in `unit`.
    stated_text, implied_text : str
        The same as text, where a number alone would mislead (bounds, ranges).
    where : tuple of Place
        Every place that takes part.
    targets : tuple of str
        Targets of the plan the finding touches, as ``plan/target_id``.
    base_period : str
        Where the finding is on growth: the period it runs from.
    stated_en, implied_en : str
        English of the two texts, where they are more than a number and its unit.
    told_zh, told_en : str
        The reason as a document prints it, every figure with its unit; see `reasons`.
    """

    rule: str
    verdict: str
    region: str
    indicator: str
    period: str
    subject_zh: str
    subject_en: str
    stated: float | None
    implied: float | None
    unit: str
    where: tuple[Place, ...]
    reason_zh: str
    reason_en: str
    stated_text: str = ""
    implied_text: str = ""
    targets: tuple[str, ...] = ()
    finding_id: str = ""
    base_period: str = ""
    stated_en: str = ""
    implied_en: str = ""
    told_zh: str = ""
    told_en: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources that take part, each once, in order."""
        return tuple(dict.fromkeys(place.source for place in self.where))

    @property
    def subject(self) -> str:
        """Region, indicator and period in the language spoken."""
        return either(self.subject_zh, self.subject_en)

    @property
    def reason(self) -> str:
        """The finding in words, in the language spoken."""
        return either(self.told_zh or self.reason_zh, self.told_en or self.reason_en)

    def printed(self, side: str) -> str:
        """Return the ``stated`` or the ``implied`` figure with its unit, in the language spoken."""
        text = grouped(str(self.to_dict()[f"{side}_text"]))
        if spoken() == "zh":
            return text
        other = self.stated_en if side == "stated" else self.implied_en
        return other or in_english(text, self.unit)

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as plain values for JSON."""
        return {
            "id": self.finding_id,
            "rule": self.rule,
            "rule_zh": RULES[self.rule][0],
            "verdict": self.verdict,
            "verdict_zh": VERDICTS[self.verdict][0],
            "subject": self.subject_zh,
            "subject_en": self.subject_en,
            "region": self.region,
            "indicator": self.indicator,
            "period": self.period,
            "stated": self.stated,
            "implied": self.implied,
            "unit": self.unit,
            "stated_text": self.stated_text or _text(self.stated, self.unit),
            "implied_text": self.implied_text or _text(self.implied, self.unit),
            "where": [place.__dict__ for place in self.where],
            "reason_zh": self.reason_zh,
            "reason_en": self.reason_en,
            "targets": list(self.targets),
        }


def reasons(zh: str, en: str, *figures: tuple[str, str]) -> dict[str, str]:
    """Return a finding's words, as records keep them and as documents print them.

    Parameters
    ----------
    zh, en : str
        The sentence with ``{0}``, ``{1}`` … where figures stand.
    figures : tuple of str
        Figure and unit of each place. Records keep the bare figure; documents group its
        thousands and name its unit. Without a figure the unit stands alone, behind a sum.

    Examples
    --------
    >>> made = reasons("{0}={1}{2}", "{0}={1}{2}", ("900+300", ""), ("1200", ""), ("", "亿元"))
    >>> made["reason_en"], made["told_zh"], made["told_en"]
    ('900+300=1200', '900+300=1,200亿元', '900+300=1,200 (100 million yuan)')
    """
    made: dict[str, str] = {}
    for language, text in (("zh", zh), ("en", en)):
        kept = told = text
        with speaking(language):
            for place, (figure, unit) in enumerate(figures):
                kept = kept.replace(f"{{{place}}}", figure)
                told = told.replace(f"{{{place}}}", _said(figure, unit))
        made |= {f"reason_{language}": kept, f"told_{language}": told}
    return made


def grouped(text: str) -> str:
    """Return printed figures with their thousands grouped; decimals and years stay.

    Examples
    --------
    >>> grouped("1000+99.1234"), grouped("2025年13100.5")
    ('1,000+99.1234', '2025年13,100.5')
    """
    return re.sub(r"(?<![\d.])\d{4,}(?!\d*年)", lambda found: f"{int(found[0]):,}", text)


def _said(figure: str, unit: str) -> str:
    name = normal_unit(unit) if unit else ""
    if not figure and name:
        return name if spoken() == "zh" else f" ({unit_name(name)})"
    # a target printed as 1200以上 has its unit behind the number; 3600人以上 has one already
    found = re.fullmatch(r"(\D*)([0-9][0-9.,]*)(以上|以下|以内|左右)?", grouped(figure))
    if not name or not found:
        return grouped(figure)
    return f"{found[1]}{with_unit(found[2], name)}{found[3] or ''}"


def in_english(text: str, unit: str) -> str:
    """Return a figure printed with its Chinese unit as English prints it.

    Examples
    --------
    >>> in_english("≥14.56亿元", "亿元"), in_english("12.4%", "%"), in_english("3600个", "个")
    ('≥14.56 × 100 million yuan', '12.4%', '3600')
    >>> in_english("24μg/m3", "μg/m3")
    '24 µg/m³'
    """
    with speaking("en"):
        return with_unit(text.removesuffix(unit), normal_unit(unit)) if unit else text


def _text(value: float | None, unit: str) -> str:
    return "" if value is None else f"{round(value, 2):g}{unit}"


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
        first = Place(self.source, self.locator, self.statement)
        if self.also_at:
            return (first, Place(self.source, self.also_at, self.statement))
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


@dataclass
class Context:
    """The figures an audit works on, as known on its date."""

    data: Data
    as_of: dt.date
    figures: dict[tuple[str, str, str], list[Datum]] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)

    def name(self, region: str, indicator: str, period: str = "") -> tuple[str, str]:
        """Return a subject's name in Chinese and English."""
        place, what = self.data.regions[region], self.data.indicators[indicator]
        zh = f"{place['name_zh']} {what['name_zh']}" + (f" {period}" if period else "")
        en = f"{place['name_en']}, {what['name_en']}" + (f", {period}" if period else "")
        return zh, en

    def finding(
        self, region: str, indicator: str, period: str, *, shown: str | None = None, **told: Any
    ) -> Finding:
        """Return a finding on a subject, its name spelt out.

        Parameters
        ----------
        shown : str, optional
            The time as the subject's name tells it, where it is not just the period.
        told
            The other fields of :class:`Finding`.
        """
        zh, en = self.name(region, indicator, period if shown is None else shown)
        return Finding(
            region=region,
            indicator=indicator,
            period=period,
            subject_zh=zh,
            subject_en=en,
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
    made = Context(data, as_of)
    for row in data.known(as_of).to_dict("records"):
        if row["status"] == "derived":
            continue
        item = datum(row, data)
        made.figures.setdefault((item.region, item.indicator, item.period), []).append(item)
    for row in data.claims.to_dict("records"):
        if public_by(data, row["source"], row["period"]) > as_of:
            continue
        keys = {name: row[name] for name in Claim.__dataclass_fields__ if name in row}
        parts = tuple(row["parts"].split(";")) if row["parts"] else ()
        made.claims.append(
            Claim(
                **keys
                | {
                    "printed": row["printed_value"],
                    "parts": parts,
                    "unit": row["unit"] or "",
                    "base_period": row["base_period"] or "",
                }
            )
        )
    return made


def span(base: str, period: str) -> int | None:
    """Return the years between two periods of one form, None when they differ in form.

    Examples
    --------
    >>> span("2015", "2020"), span("2021-Q1", "2022-Q1"), span("2021-Q1", "2022-S1")
    (5, 1, None)
    """
    years, bases = re.findall(r"\d{4}", period), re.findall(r"\d{4}", base)
    if not bases or re.sub(r"\d{4}", "", base) != re.sub(r"\d{4}", "", period):
        return None
    return int(years[-1]) - int(bases[-1])


def numbered(findings: list[Finding]) -> list[Finding]:
    """Give findings their numbers, contradictions first."""
    order = list(VERDICTS)
    ranked = sorted(findings, key=lambda item: order.index(item.verdict))
    return [replace(item, finding_id=f"A{n:03d}") for n, item in enumerate(ranked, start=1)]
