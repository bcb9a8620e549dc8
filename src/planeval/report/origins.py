"""Figures of background tables that lead to their observation: the web page's list of figures.

Targets' own figures lead to the tables of origins (:mod:`planeval.report.html`). Here every
other figure that is surely a published observation, or one named step over such, leads to its
row of a list at the end of the page: source, place in it, vintage, caliber, steps. Word and
PDF have the numbered sources for it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import groupby
from math import prod
from typing import Any

from analysis.audit.finding import Claim, Finding, context
from analysis.data.observations import Data, public_by
from analysis.data.series import Datum, annual_series, datum
from analysis.targets.evaluation import Evaluation
from planeval.chapters.base import BASIS_ZH, PUBLISHED_ZH
from planeval.chapters.port import SHORT
from planeval.report.tree import Node, classes_of, nodes, text_of
from planeval.words.amounts import ENGLISH, QUALIFIER_ZH, amount, period_zh, unit_name, with_unit
from planeval.words.findings import RULE_NAMES, VERDICT_NAMES, figure, implied, stated, subject, why
from planeval.words.language import Terms, either, mark, say, spoken, worded
from planeval.words.names import STATUS_ZH, region_name
from planeval.words.sources import cited, noted, of_publisher
from planeval.words.sources import place as located

# --- Which published observation a printed figure is, by what stands around it in its table ---
# A table knows the observations it is made of (:mod:`planeval.show.cell`). A figure is one
# of them only where unit and period are said beside it, nothing beside it speaks against it, and
# no other observation of the table fits as well. What is not sure stays without an answer.


FIGURE = re.compile(r"[−+]?\d+(?:,\d{3})*(?:\.\d+)?%?")
_ANNUAL = re.compile(r"(?<![\d.,—–-])((?:19|20)\d\d)(?![\d.—–-])(?!年[\d上一二三四前])")
_RANGE = re.compile(r"((?:19|20)\d\d)[—–-]((?:19|20)\d\d)(?![\d-])")
_PARTS = re.compile(r"(?:[QH][1-4]|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) $")
_BRACKETS = re.compile(r"[（(]([^（()）]*)[)）]")
#: The number in the name of an English unit behind a figure, as in 226 × 100 million yuan.
_OF_UNIT = re.compile(r"100 million\b|10,000 [a-zA-Z]")
#: Heads of columns and rows whose figures are worked out or promised, not published.
NOT_PUBLISHED = re.compile(
    r"差|增量|路径|预测|推算|推得|目标|弹性|中位|概率|区间|平均|年均|份额|占|相当|舍入|修订（|隐含|趋势"
    r"|所需|仍需|之比|误差|序号|个数|"
    r"differ|gap|\bincrease|path|forecast|inferred|target|elastic|median|probab|interval|average"
    r"|a year|share|round|revision \(|implied|trend|needed|required|ratio|error|\bno\.|number of"
    r"|per year",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Around:
    """What stands around a figure: before and behind it in its cell, and in its table."""

    before: str
    behind: str
    head: str
    row: tuple[str, ...]
    caption: str
    at: int = 0

    @property
    def levels(self) -> tuple[str, ...]:
        """Texts from the nearest to the farthest: cell, other cells of the row, head, caption."""
        others = " | ".join(text for n, text in enumerate(self.row) if n != self.at)
        return (self.before, others, self.head, self.caption)


@dataclass
class Book:
    """All observations by row, and what regions, indicators and calibers are called."""

    rows: dict[int, dict]
    names: dict[str, list[tuple[str, str]]]
    sources: frozenset[str]
    read: dict[tuple[str, str], tuple[frozenset[str], str]] = field(default_factory=dict)

    def named(self, kind: str, text: str) -> tuple[frozenset[str], str]:
        """Return the codes that a text names, and the text without the names."""
        if (kind, text) not in self.read:
            left, found = _plain(text), set()
            for name, code in self.names[kind]:
                if name in left:
                    found.add(code)
                    left = left.replace(name, " # ")
            self.read[kind, text] = frozenset(found), left
        return self.read[kind, text]


def _plain(text: str) -> str:
    return text.casefold().replace("规上", "规模以上")


def book_of(data: Data) -> Book:
    """Return the observations by row, with the names that the language spoken prints."""
    pairs = {
        "region": [(region_name(data, code), code) for code in data.regions],
        "indicator": [(worded(row, "name"), code) for code, row in data.indicators.items()],
        "caliber": [(worded(row, "name"), code) for code, row in data.calibers.items()],
    }
    pairs["indicator"] += [(SHORT[code], code) for code in SHORT]
    return Book(
        {row["row"]: row for rows in data.by_series.values() for row in rows},
        {
            kind: sorted(
                ((_plain(name), code) for name, code in each), key=lambda p: (-len(p[0]), p)
            )
            for kind, each in pairs.items()
        },
        frozenset(data.sources),
    )


@dataclass
class Observed:
    """The observations one table is made of, and what they are called in the language spoken."""

    book: Book
    held: Sequence[Datum]
    base: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    read: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Keep the periods that are no whole year as they are printed, the longest first."""
        told = {(period_zh(d.period), d.period) for d in self.held if len(d.period) != 4}
        self.parts = tuple(sorted(told, key=lambda pair: (-len(pair[0]), pair)))

    def periods(self, text: str) -> set[str]:
        """Return the periods a text names, a span of years as ``2015/2020``."""
        if text not in self.read:
            self.read[text] = self._periods(text)
        return self.read[text]

    def _periods(self, text: str) -> set[str]:
        found: set[str] = set()
        for told, period in self.parts:
            if told in text:
                found.add(period)
                text = text.replace(told, " # ")
        found |= {f"{a}/{b}" for a, b in _RANGE.findall(text)}
        text = _RANGE.sub(" # ", text)
        years = (m for m in _ANNUAL.finditer(text) if not _PARTS.search(text[: m.start()]))
        return found | {m[1] for m in years}

    def last_period(self, text: str) -> str | None:
        """Return the period a text names last, None where it names none or a span of years."""
        ends = [(text.rfind(told) + len(told), p) for told, p in self.parts if told in text]
        spans = [(m.end(), "") for m in _RANGE.finditer(text)]
        years = [(m.end(), m[1]) for m in _ANNUAL.finditer(text)]
        return max([*ends, *spans, *years], default=(0, ""))[1] or None

    def period(self, around: Around) -> set[str]:
        """Return the periods said nearest to a figure; none where two places disagree."""
        bracket = re.match(r"[^（(\d]{0,6}[（(]([^（()）]*)[)）]", around.behind)
        if bracket and (told := self.periods(bracket[1])):
            return told
        spans = list(_ANNUAL.finditer(around.before))
        if spans and (told := self.periods(around.before[spans[-1].start() :])):
            return told
        if around.head == say("基期"):
            return {self.base}
        _, row, head, caption = (self.periods(text) for text in around.levels)
        if row and head and row != head:
            return set()
        return row or head or caption

    def unit(self, around: Around, printed: str) -> str | None:
        """Return the unit said nearest to a figure, None where none is."""
        if printed.endswith("%"):
            return "%"
        if found := _unit_behind(around.behind):
            return found
        alone = [unit for text in around.row if (unit := _units().get(text))]
        if len(alone) == 1:
            return alone[0]
        for text in (around.head, " ".join(around.row[: around.at]), around.caption):
            for bracket in reversed(_BRACKETS.findall(text)):
                if found := _units().get(bracket) or _unit_in(bracket):
                    return found
                if "/" in bracket or bracket in ("百分点", "percentage points", "pp"):
                    return None
        return None

    def named(self, kind: str, text: str) -> frozenset[str]:
        """Return the codes of a kind that a text names, the longer name before one within it."""
        return self.book.named(kind, text)[0]

    def agrees(self, item: Datum, around: Around) -> bool:
        """Tell whether nothing beside a figure speaks against an observation."""
        near = " | ".join((around.head, *around.row))
        for kind, code in (("region", item.region), ("indicator", item.indicator)):
            told = self.named(kind, around.head) or self.named(kind, near)
            told = told or self.named(kind, around.caption)
            if told and code not in told:
                return False
        cells = set(around.row)
        codes = self.book.sources & cells
        stages = {code for code, text in STATUS_ZH.items() if text in (around.head, *around.row)}
        return (not codes or item.source in codes) and (not stages or item.status in stages)

    def agrees_place(self, item: Datum, around: Around) -> bool:
        """Tell whether an observation is of a place named nearest, where one is named."""
        near = " | ".join((around.head, *around.row))
        told = self.named("region", near) or self.named("region", around.caption)
        calibers = self.named("caliber", " | ".join(around.row))
        return (not told or item.region in told) and (not calibers or item.caliber in calibers)

    def assured(self, item: Datum, around: Around) -> bool:
        """Tell whether the indicator itself is named around a figure."""
        text = " | ".join((around.head, *around.row, around.caption))
        return item.indicator in self.named("indicator", text)

    def find(self, printed: str, around: Around) -> Datum | None:
        """Return the one observation a figure is, None where none or several could be."""
        label = next((text for text in around.row if text), "").replace("推算", "")
        for text in (around.head, label if label != around.row[around.at] else ""):
            if NOT_PUBLISHED.search(self.book.named("indicator", text)[1]):
                return None
        unit, periods = self.unit(around, printed), self.period(around)
        if unit is None or len(periods) != 1:
            return None
        fitting = [
            item
            for item in self.held
            if item.unit == unit
            and item.period in periods
            and fits(printed, item.value)
            and self.agrees(item, around)
        ]
        if len(fitting) > 1:
            fitting = self._told_apart(fitting, around)
        if len(fitting) != 1:
            return None
        sure = len(re.sub(r"\D", "", printed).lstrip("0")) >= 3 or self.assured(fitting[0], around)
        return fitting[0] if sure else None

    def _told_apart(self, items: list[Datum], around: Around) -> list[Datum]:
        """Keep those whose caliber is named in the row, where that leaves some."""
        text = " | ".join((around.head, *around.row))
        told = self.named("caliber", text)
        return [item for item in items if item.caliber in told] or items


def fits(printed: str, value: float) -> bool:
    """Tell whether a value is printed so: rounded to the digits shown, sign and all.

    Examples
    --------
    >>> fits("5,563.6", 5563.58), fits("−0.3%", -0.26), fits("0.3", -0.26), fits("226", 226.6)
    (True, True, False, False)
    """
    digits = len(printed.rstrip("%").partition(".")[2])
    return abs(number_of(printed) - value) <= 0.5 * 10.0**-digits + 1e-9


def number_of(printed: str) -> float:
    """Return the number a printed figure is.

    Examples
    --------
    >>> number_of("−1,069.6%")
    -1069.6
    """
    return float(printed.rstrip("%").replace(",", "").replace("−", "-"))


def figures_of(text: str) -> list[re.Match[str]]:
    """Return the figures of a cell: no years, no dates, no digits inside words or codes.

    Examples
    --------
    >>> [m[0] for m in figures_of("226（2024）")], figures_of("PM2.5、2025-12-23、[S1]、2024年")
    (['226'], [])
    >>> [m[0] for m in figures_of("226 × 100 million yuan, 306.2 × 10,000 TEU")]
    ['226', '306.2']
    """
    return [match for match in FIGURE.finditer(text) if not _no_figure(text, match)]


def _no_figure(text: str, match: re.Match[str]) -> bool:
    before, after = text[: match.start()], text[match.end() :]
    if before.endswith("× ") and _OF_UNIT.match(match[0] + after):
        return True
    joined = (before[-1:] and before[-1] in "-_./[—–") or (after[:1] and after[0] in "-_/]—–")
    word = re.search(r"[A-Za-z]$", before) or re.match(r"[A-Za-z]", after)
    return bool(joined or word or re.fullmatch(r"(?:19|20)\d\d", match[0]))


def observed(evaluation: Evaluation, rows: Iterable[int], book: Book) -> Observed:
    """Return the observations of some rows, corrections applied as a series applies them."""
    data = evaluation.data
    held = [_in_use(datum(book.rows[row], data), evaluation) for row in rows if row in book.rows]
    return Observed(book, held, str(evaluation.plan.base_year))


def _in_use(item: Datum, evaluation: Evaluation) -> Datum:
    """Return a figure as the evaluation uses it: corrected where a correction is declared."""
    data = evaluation.data
    if (item.region, item.indicator, item.period) not in data.corrected or len(item.period) != 4:
        return item
    kept = annual_series(data, item.region, item.indicator, caliber=item.caliber,
                         as_of=evaluation.as_of).at(item.year)  # fmt: skip
    return kept if kept is not None and kept.row == item.row else item


@lru_cache(maxsize=2)
def _printed_units(language: str) -> tuple[tuple[str, str], ...]:
    """Return printed units and what they mean, the longest first."""
    known = [unit for unit in ENGLISH if unit != "年"]  # （年） over a column is no unit
    pairs = {(unit_name(unit), unit) for unit in known}
    if language == "en":
        pairs |= {(ENGLISH[unit][1], unit) for unit in known}
    return tuple(sorted((p for p in pairs if p[0]), key=lambda p: (-len(p[0]), p)))


def _units() -> dict[str, str]:
    return dict(_printed_units(spoken()))


def _unit_in(bracket: str) -> str | None:
    """Return the unit among the words of a bracket, as in （现价，亿元）."""
    told = re.split(r"[，、；;]\s*|, ", bracket)
    return next((unit for text in told if (unit := _units().get(text.strip()))), None)


def _unit_behind(text: str) -> str | None:
    """Return the unit set directly behind a figure."""
    text = text.removeprefix(" ")
    for name, unit in _printed_units(spoken()):
        if text.startswith(name):
            after = text[len(name) : len(name) + 1]
            joined = after == "/" or (name[-1].isalpha() and name.isascii() and after.isalpha())
            return None if joined else unit
    return None


# --- Which step over observations gives a figure that a background table has worked out ---
# Only steps with a name are known: growth on the year before, growth a year between two years,
# an index read as growth, a part of a whole. The heads of the table have to name the step, and
# the step has to give the figure as printed; where two would, none is taken.


#: Steps by name, as the list of figures prints them.
STEPS = Terms(
    {
        "growth": "比上年增长＝（本年÷上年−1）×100",
        "mean": "年均增速＝（末年÷首年）的年数次方根−1，乘100",
        "total": "总增幅＝（末年÷首年−1）×100",
        "index": "指数（上年=100）−100",
        "chained": "逐年指数连乘，开年数次方根，减1，乘100",
        "share": "比重＝部分÷整体×100",
        "excess": "高出＝（后者÷前者−1）×100，同年两种口径",
        "rate": "每万吨货物的标箱数＝万标箱÷万吨×10000",
    }
)
_GROWTH = re.compile(r"增速|同比|增长(?!点)|growth|on (?:a|the) year", re.IGNORECASE)
_MEAN = re.compile(r"年均|a year|annual|per year", re.IGNORECASE)
_TOTAL = re.compile(r"总增幅|total growth|growth in all", re.IGNORECASE)
_SHARE = re.compile(r"占|份额|比重|相当于|share|as a part", re.IGNORECASE)
_EXCESS = re.compile(r"后者高出|second higher|second above", re.IGNORECASE)
_RATE = re.compile(r"每万吨货物的标箱数|TEU per 10,000 tonnes", re.IGNORECASE)
_OTHER = re.compile(
    r"差|隐含|趋势|预测|所需|仍需|公布|推得|拉动|舍入|权重|平减|路径|目标|按指数|按公布|概率|区间（|弹性"
    r"|differ|gap|implied|trend|forecast|needed|required|published|pull|contribut|round|weight"
    r"|deflat|path|target|elastic|probab",
    re.IGNORECASE,
)
_CURRENT = re.compile(r"现价|current price|nominal", re.IGNORECASE)
_CONSTANT = re.compile(r"可比价|constant price|real ", re.IGNORECASE)


@dataclass(frozen=True)
class Reckoned:
    """A figure worked out: the step, the observations it is of, in the step's order."""

    step: str
    of: tuple[Datum, ...]

    @property
    def value(self) -> float:
        """The result, unrounded, in per cent; a rate in boxes."""
        values = [item.value for item in self.of]
        if self.step == "index":
            return values[0] - 100
        if self.step == "chained":
            return 100 * (prod(value / 100 for value in values) ** (1 / len(values)) - 1)
        if self.step == "share":
            return 100 * values[1] / values[0]
        if self.step == "rate":
            return 10_000 * values[1] / values[0]
        years = self.of[1].year - self.of[0].year if self.step == "mean" else 1
        return 100 * ((values[1] / values[0]) ** (1 / years) - 1)

    @property
    def unit(self) -> str:
        """What the result is in, as it is printed."""
        return "" if self.step == "rate" else "%"

    @property
    def formula(self) -> str:
        """The step with its numbers put in, as it can be done again on paper.

        Examples
        --------
        >>> from types import SimpleNamespace as Figure
        >>> both = Figure(value=182.0, year=2020), Figure(value=226.0, year=2024)
        >>> Reckoned("mean", both).formula, round(Reckoned("mean", both).value, 2)
        ('((226 ÷ 182)^(1/4) − 1) × 100', 5.56)
        """
        told = [f"{item.value:.12g}" for item in self.of]
        if self.step == "index":
            return f"{told[0]} − 100"
        if self.step == "chained":
            product = " × ".join(f"{item.value / 100:.12g}" for item in self.of)
            return f"(({product})^(1/{len(told)}) − 1) × 100"
        if self.step == "share":
            return f"{told[1]} ÷ {told[0]} × 100"
        if self.step == "rate":
            return f"{told[1]} ÷ {told[0]} × 10000"
        if self.step == "mean":
            years = self.of[1].year - self.of[0].year
            return f"(({told[1]} ÷ {told[0]})^(1/{years}) − 1) × 100"
        return f"({told[1]} ÷ {told[0]} − 1) × 100"


def reckon(known: Observed, printed: str, around: Around) -> Reckoned | None:
    """Return the one step that gives a figure, None where none or several would.

    Parameters
    ----------
    known : Observed
        What the table is made of.
    printed : str
        The figure as printed, in per cent.
    around : Around
        What stands around it.
    """
    said = f"{around.head} | {around.caption}"
    periods = known.period(around)
    rate = _RATE.search(around.head) is not None
    if _OTHER.search(around.head) or len(periods) != 1:
        return None
    if not rate and known.unit(around, printed) != "%":
        return None
    if len(re.sub(r"\D", "", printed).lstrip("0")) < 2:
        return None
    period = next(iter(periods))
    made: Iterator[Reckoned] = iter(())
    if rate:
        made = _pairs(known, period, around, ("万吨", "万标箱"))
    elif _EXCESS.search(around.head):
        made = _pairs(known, period, around, None)
    elif _SHARE.search(around.head):
        made = _shares(known, period)
    elif _GROWTH.search(said) or _TOTAL.search(said):
        made = (one for one in _growths(known, period, around, said) if _basis(one, around))
    found = {one for one in made if fits(printed, one.value)}
    apart = {tuple((d.region, d.indicator, d.value) for d in one.of): one for one in found}
    return found.pop() if len(found) == 1 and len(apart) == 1 else None


def _basis(one: Reckoned, around: Around) -> bool:
    """Tell whether the price basis said is the figures' own, and nothing near speaks against."""
    text = around.head if _CURRENT.search(around.head) or _CONSTANT.search(around.head) else ""
    text = text or around.caption
    real = one.step in ("index", "chained") or one.of[-1].price_basis == "constant"
    if _CONSTANT.search(text) and not _CURRENT.search(text) and not real:
        return False
    return not (_CURRENT.search(text) and not _CONSTANT.search(text) and real)


def _growths(known: Observed, period: str, around: Around, said: str) -> Iterator[Reckoned]:
    near = " | ".join((around.head, *around.row))

    def meant(item: Datum) -> bool:
        for kind, code in (("region", item.region), ("indicator", item.indicator)):
            told = known.named(kind, around.head) or known.named(kind, near)
            told = told or known.named(kind, around.caption)
            index = kind == "indicator" and item.indicator == "gdp_index" and "gdp" in told
            if told and code not in told and not index:
                return False
        return True

    annual = [item for item in known.held if len(item.period) == 4 and meant(item)]
    if not re.fullmatch(r"\d{4}(/\d{4})?", period):
        return
    first, _, last = period.partition("/")
    if not last and not _MEAN.search(around.head):
        first, last = str(int(first) - 1), first
    if not last:
        return
    if str(int(last) - int(first) + 1) in around.row:  # so many years of growth: the first counts
        first = str(int(first) - 1)
    span = int(last) - int(first)
    step = "growth" if span == 1 else "total" if _TOTAL.search(around.head) else "mean"
    if step == "mean" and not _MEAN.search(said):
        return
    yield from _indexed(annual, int(first), int(last))
    for end in (d for d in annual if d.period == last and d.indicator != "gdp_index"):
        for start in (d for d in annual if d.period == first):
            alike = all(
                getattr(start, name) == getattr(end, name)
                for name in ("region", "indicator", "price_basis")
            )
            if alike and start.value > 0 and end.value > 0 and end.unit != "%":
                yield Reckoned(step, (start, end))


def _indexed(annual: list[Datum], first: int, last: int) -> Iterator[Reckoned]:
    for region in sorted({d.region for d in annual if d.indicator == "gdp_index"}):
        held: dict[int, list[Datum]] = {}
        for item in annual:
            if item.region == region and item.indicator == "gdp_index":
                held.setdefault(item.year, []).append(item)
        years = range(first + 1, last + 1)
        if all(len(held.get(year, ())) == 1 for year in years):
            chain = tuple(held[year][0] for year in years)
            yield Reckoned("index" if len(chain) == 1 else "chained", chain)


def _pairs(
    known: Observed, period: str, around: Around, units: tuple[str, str] | None
) -> Iterator[Reckoned]:
    """Yield what two figures of one place and period make: a rate, or one caliber over another."""
    here = [
        item for item in known.held if item.period == period and known.agrees_place(item, around)
    ]
    for first in here:
        for second in here:
            if first.region != second.region or first is second:
                continue
            alike = first.indicator == second.indicator and first.value > 0
            if units is None and alike and first.caliber != second.caliber:
                yield Reckoned("excess", (first, second))
            plain = first.indicator == "cargo_throughput" and (
                second.indicator == "container_throughput"
            )
            if units == (first.unit, second.unit) and plain and first.caliber == second.caliber:
                yield Reckoned("rate", (first, second))


def _shares(known: Observed, period: str) -> Iterator[Reckoned]:
    here = [item for item in known.held if item.period == period and item.unit != "%"]
    for whole in here:
        for part in here:
            if part.unit == whole.unit and 0 < part.value < whole.value:
                yield Reckoned("share", (whole, part))


# Figures in sentences that are surely a published observation: the web page leads them to it.
# A sentence is asked for more than a table cell: unit directly behind, period and measure named
# before the figure in the same sentence, three digits or more, no word of reckoning or promise
# in its clause. The observations are those the report's tables are made of.


_SENTENCE = re.compile(r"[。；！？]|[.;!?] ")
_CLAUSE = re.compile(r"[，：]|, |: ")


def sentence_figure(known: Observed, printed: str, before: str, behind: str) -> Datum | None:
    """Return the observation a figure of a sentence is, None where that is not sure.

    Parameters
    ----------
    known : Observed
        The observations the report is made of.
    printed : str
        The figure.
    before, behind : str
        The paragraph's text on either side of it.
    """
    sentence = _SENTENCE.split(before)[-1]
    unit = known.unit(Around("", behind, "", ("",), ""), printed)
    if unit is None or len(re.sub(r"\D", "", printed).lstrip("0")) < 3:
        return None
    told = known.last_period(sentence)
    clause = known.book.named("indicator", _CLAUSE.split(sentence)[-1])[1]
    if told is None or NOT_PUBLISHED.search(clause):
        return None
    places, measures = known.named("region", sentence), known.named("indicator", sentence)
    exact = len(re.sub(r"\D", "", printed).lstrip("0")) >= 4 and bool(places)
    stages = {code for code, text in STATUS_ZH.items() if re.match(rf"\S+? ?[（(]{text}", behind)}
    fitting = [
        item
        for item in known.held
        if item.unit == unit
        and item.period == told
        and fits(printed, item.value)
        and (item.indicator in measures or (exact and not measures))
        and (not places or item.region in places)
        and (not stages or item.status in stages)
    ]
    return fitting[0] if len(fitting) == 1 else None


def lead_prose(inlines: list[Node], known: Observed, led: Callable[[str, Datum], Node]) -> int:
    """Set links around the figures of one paragraph, in place; return how many.

    What leads somewhere already, or is set apart in its own mark-up, stays as it is.
    """
    texts = [text_of([node]) for node in inlines]
    whole = "".join(texts)
    made: list[Node] = []
    at = count = 0
    for node, text in zip(inlines, texts, strict=True):
        done = 0
        for match in figures_of(text) if node["t"] == "Str" else ():
            start, end = at + match.start(), at + match.end()
            # of a word that goes on before or behind, no figure
            item = sentence_figure(known, match[0], whole[:start], whole[end:])
            if item is None:
                continue
            made += [{"t": "Str", "c": text[done : match.start()]}, led(match[0], item)]
            done, count = match.end(), count + 1
        made.append({"t": "Str", "c": text[done:]} if node["t"] == "Str" else node)
        at += len(text)
    inlines[:] = [node for node in made if node["t"] != "Str" or node["c"]]
    return count


#: A column of worked-out figures is led on only where this part of it fits its step.
_AGREEING = 0.6
Found = Datum | Reckoned


@dataclass
class Figures:
    """What was linked: observations by row, steps in the order they were met."""

    data: Data
    codes: frozenset[str]
    rows: dict[int, Datum] = field(default_factory=dict)
    steps: dict[Reckoned, int] = field(default_factory=dict)
    count: int = 0

    def place(self, found: Found) -> str:
        """Return the id of a figure's row in the list, which gets the row."""
        if isinstance(found, Datum):
            self.rows[found.row] = found
            return f"obs-{found.row}"
        for item in found.of:
            self.rows[item.row] = item
        return f"step-{self.steps.setdefault(found, len(self.steps) + 1)}"


def led(tree: list[Node], rows: Mapping[str, list[int]], evaluation: Evaluation) -> Figures:
    """Set links from the figures of tables to their observations, in place.

    Parameters
    ----------
    tree : list of pandoc blocks
        It is changed; a figure that leads somewhere already stays as it is.
    rows : mapping of str to list of int
        The observations each table is made of, by the table's id.
    evaluation : Evaluation
        Whose data the rows are of.

    Returns
    -------
    Figures
        What the list of figures has to show (:func:`listing`).
    """
    codes = (span["c"][0][0] for span in nodes(tree, "Span"))
    made = Figures(evaluation.data, frozenset(c[4:] for c in codes if c.startswith("src-")))
    book = book_of(evaluation.data)
    for block in tree:
        held = rows.get(block["c"][0][0]) if block["t"] == "Div" else None
        if held:
            known = observed(evaluation, held, book)
            for table in nodes(block, "Table"):
                _table(table, known, made)
    every = observed(evaluation, sorted({row for held in rows.values() for row in held}), book)
    for block in tree:
        if block["t"] != "Div":  # tables, charts and their notes are such
            for prose in (*nodes(block, "Para"), *nodes(block, "Plain")):
                made.count += lead_prose(
                    prose["c"], every, lambda text, item: _led(text, made.place(item))
                )
    return made


def _table(table: Node, known: Observed, made: Figures) -> None:
    """Find the figures of one table, column by column, and link those that are sure."""
    caption = text_of(table["c"][1][1])
    heads = [cell_text(cell) for row in table["c"][3][1] for cell in row[1]]
    found: dict[int, dict[tuple[int, int], Found]] = {}
    asked: dict[int, int] = {}
    cells = [row[1] for body in table["c"][4] for row in body[3]]
    above = ""
    for n, row in enumerate(cells):
        texts = [cell_text(cell) for cell in row]
        above = texts[0] = texts[0] or above
        for at in range(len(row)):
            head = heads[at] if at < len(heads) else ""
            for match in figures_of(cell_text(row[at])):
                text = texts[at]
                around = Around(text[: match.start()], text[match.end() :], head, tuple(texts),
                                caption, at)  # fmt: skip
                asked[at] = asked.get(at, 0) + 1
                item: Found | None = known.find(match[0], around) or reckon(known, match[0], around)
                if item is not None:
                    found.setdefault(at, {})[n, match.start()] = item
    for at, hits in found.items():
        steps = sum(isinstance(item, Reckoned) for item in hits.values())
        for (n, start), item in hits.items():
            if isinstance(item, Datum) or steps >= _AGREEING * asked[at]:
                made.count += set_link(cells[n][at], start, partial(made.place, item))


def cell_text(cell: Any) -> str:
    """Return the text of a table cell, nothing where it holds more than a line of text."""
    return text_of(cell[4][0]["c"]) if cell[4] and cell[4][0]["t"] in ("Plain", "Para") else ""


def set_link(cell: Any, start: int, place: Callable[[], str]) -> bool:
    """Put a link around the figure that begins at a place of the cell's text, if one does.

    Parameters
    ----------
    cell : pandoc cell
        It is changed.
    start : int
        Where in the cell's text the figure begins.
    place : callable
        Gives the id to lead to; asked only where a link is set.
    """
    block, at = cell[4][0], 0
    for n, inline in enumerate(block["c"]):
        text = text_of([inline])
        if inline["t"] == "Str" and at <= start < at + len(text):
            match = next((m for m in figures_of(text) if at + m.start() == start), None)
            if match is None:
                return False
            new = [_string(text[: match.start()]), _led(match[0], place()),
                   _string(text[match.end() :])]  # fmt: skip
            block["c"][n : n + 1] = [part for part in new if part["c"]]
            return True
        at += len(text)
    return False


def _string(text: str) -> Node:
    return {"t": "Str", "c": text}


def _led(text: str, name: str) -> Node:
    return {"t": "Link", "c": [["", ["fig"], []], [_string(text)], [f"#{name}", ""]]}


def listing(made: Figures, more: Sequence[Node] = ()) -> list[Node]:
    """Return the list of figures as blocks for the end of the page, none where it is empty.

    Parameters
    ----------
    made : Figures
        From :func:`led`.
    more : sequence of pandoc blocks
        Further tables of the list.
    """
    if not made.rows and not more:
        return []
    head = [_string(say("逐个数字"))]
    told = say("网页中点按背景表里的数字，即到这里它的一行。行号指 data/observations.csv 的行。")
    blocks: list[Node] = [
        {"t": "Header", "c": [2, ["figures", ["unnumbered"], []], head]},
        {"t": "Para", "c": [_string(told)]},
    ]
    heads = (say("数字"), say("数值"), say("出处"), say("版本"), say("口径与步骤"))
    rows = (_observation(made, made.rows[row]) for row in sorted(made.rows))
    if made.rows:
        blocks.append(grid(say("用到的公布值"), heads, rows))
    if made.steps:
        heads = (say("步骤"), say("数值"), say("算式"), say("用到的公布值"), say("出处"))
        steps = (_step(made, one, n) for one, n in made.steps.items())
        blocks.append(grid(say("由公布值算出的数"), heads, steps))
    return [*blocks, *more]


def grid(name: str, heads: Sequence[str], rows: Iterable[tuple[str, list[str]]]) -> Node:
    """Return a table of rows that can be led to; cells are HTML already."""
    top = "".join(f"<th>{html.escape(head)}</th>" for head in heads)
    body = "\n".join(
        f'<tr id="{place}">' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
        for place, cells in rows
    )
    text = (
        f'<div class="scroll figures" tabindex="0"><table><caption>{html.escape(name)}</caption>'
        f"<thead><tr>{top}</tr></thead>\n<tbody>{body}</tbody></table></div>"
    )
    return {"t": "RawBlock", "c": ["html", text]}


def named(item: Datum, data: Data) -> str:
    """Return what a figure is: place, measure and period, in the language spoken."""
    what = worded(data.indicators[item.indicator], "name")
    return say("{}{}（{}）", region_name(data, item.region), what, period_zh(item.period))


def steps_of(item: Datum, data: Data) -> str:
    """Return a figure's caliber and price basis and what was done to it since its source."""
    told = [worded(data.calibers[item.caliber], "name"), BASIS_ZH.get(item.price_basis, "")]
    if item.correction:
        row = data.corrected[item.region, item.indicator, item.period]
        reason = either(row["reason"], row["reason_en"])
        told.append(say("更正：{}→{}，{}", row["printed_expect"], row["printed_value"], reason))
    elif item.status == "derived" and item.note:
        told.append(noted(item.note))
    elif item.printed_unit != item.unit:
        told.append(say("原文{}，换算单位", with_unit(item.printed, item.printed_unit)))
    else:
        told.append(say("照录"))
    return say("；").join(text for text in told if text)


def version_of(item: Datum) -> str:
    """Return a figure's stage and the day it was published."""
    day = item.published.isoformat() + PUBLISHED_ZH[item.published_basis]
    return say("{}，{}公布", STATUS_ZH[item.status], day)


def _observation(made: Figures, item: Datum) -> tuple[str, list[str]]:
    source = made.data.sources[item.source]
    about = [
        cited(source["title"]),
        of_publisher(source["publisher"]),
        located(item.locator or ""),
    ]
    where = say("；").join(text for text in (*about, say("第{}行", item.row)) if text)
    value = QUALIFIER_ZH[item.qualifier] + amount(item.value, item.unit)
    cells = [named(item, made.data), value, "", version_of(item), steps_of(item, made.data)]
    shown = [html.escape(cell) for cell in cells]
    shown[2] = f"{source_link(made, item.source)} {html.escape(where)}"
    return f"obs-{item.row}", shown


def source_link(made: Figures, code: str) -> str:
    """Return a source's number in brackets, led to its row where the page lists the sources."""
    text = f"[{html.escape(code)}]"
    return f'<a class="src" href="#src-{code}">{text}</a>' if code in made.codes else text


def _step(made: Figures, one: Reckoned, number: int) -> tuple[str, list[str]]:
    links = []
    for item in one.of:
        name = named(item, made.data)
        if one.step == "excess":  # the two differ in nothing else
            name = say("；").join((name, worded(made.data.calibers[item.caliber], "name")))
        links.append(f'<a class="fig" href="#obs-{item.row}">{html.escape(name)}</a>')
    places = []
    for item in one.of:
        told = say("；").join(t for t in (located(item.locator or ""), version_of(item)) if t)
        places.append(f"{source_link(made, item.source)} {html.escape(told)}")
    shown = [html.escape(STEPS[one.step]), f"{one.value:.4g}{one.unit}".replace("-", "−")]
    shown += [html.escape(one.formula), "<br>".join(links), "<br>".join(dict.fromkeys(places))]
    return f"step-{number}", shown


# --- Published rates and audit findings: the figures of their tables lead to an entry too ---
# A rate that a source states is no observation; it stands in ``data/claims.csv``. A table that
# prints such says which, and a figure is led there where its row names period and place and
# nothing else fits. A finding of the audit is known by its number, which its row begins with.


#: Heads of a table of findings whose figures are the finding's own, and of one of rates.
_OWN = Terms(
    {
        "stated": "公布",
        "implied": "推得",
        "rate": "公布增速",
        "levels": "总量推得（现价）",
        "one": "一处",
        "other": "另一处",
        "shift": "相差",
    }
)
_STATED = Terms({"rate": "公布增速（%）"})


@dataclass
class Claimed:
    """What was linked: published rates and findings, by name."""

    evaluation: Evaluation
    figures: Figures
    known: dict[str, Claim] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)

    def claim(self, one: Claim) -> str:
        """Return the id of a rate's row in the list, which gets the row."""
        self.claims[one.claim] = one
        return f"claim-{one.claim}"

    def finding(self, one: Finding) -> str:
        """Return the id of a finding's row in the list, which gets the row."""
        self.findings[one.finding_id] = one
        return f"finding-{one.finding_id}"


def lead_claimed(
    tree: Sequence[Node], claims: Mapping[str, list[str]], evaluation: Evaluation, made: Figures
) -> Claimed:
    """Set links from the figures of tables to published rates and findings, in place.

    Parameters
    ----------
    tree : sequence of pandoc blocks
        It is changed; a figure that leads somewhere already stays as it is.
    claims : mapping of str to list of str
        Rows of ``data/claims.csv`` that each table prints, by the table's id.
    evaluation : Evaluation
        Whose claims and findings they are.
    made : Figures
        Counts the links.
    """
    told = Claimed(evaluation, made)
    every = context(evaluation.data, evaluation.as_of).claims
    told.known = {claim.claim: claim for claim in every}
    findings = {one.finding_id: one for one in evaluation.audit.findings}
    book = book_of(evaluation.data)
    for block in tree:
        if block["t"] != "Div":
            continue
        held = [told.known[name] for name in claims.get(block["c"][0][0], ())]
        for table in nodes(block, "Table"):
            heads = [cell_text(cell) for row in table["c"][3][1] for cell in row[1]]
            for row in (row[1] for body in table["c"][4] for row in body[3]):
                one = findings.get(cell_text(row[0])) if row else None
                if one is not None and heads[0] == _head(say("编号")):
                    _finding(row, heads, one, told)
                elif held:
                    _claims(row, heads, held, told, book)
    return told


def _head(text: str) -> str:
    return text[:1].upper() + text[1:]


def _finding(row: list, heads: list[str], one: Finding, told: Claimed) -> None:
    own = {_head(_OWN[name]) for name in _OWN}
    for cell, head in zip(row, heads, strict=True):
        for match in reversed(figures_of(cell_text(cell))) if head in own else ():
            told.figures.count += set_link(cell, match.start(), partial(told.finding, one))


def _claims(row: list, heads: list[str], held: list[Claim], told: Claimed, book: Book) -> None:
    """Link the rates of one row that are surely one claim each."""
    texts = [cell_text(cell) for cell in row]
    for at, head in enumerate(heads):
        others = [text for n, text in enumerate(texts) if n != at]
        meant = [one for one in held if _meant(one, others, head, held, told.figures.data, book)]
        for match in reversed(figures_of(texts[at])):
            fitting = [one for one in meant if fits(match[0], one.value)]
            if len(fitting) == 1:
                place = partial(told.claim, fitting[0])
                told.figures.count += set_link(row[at], match.start(), place)


def _meant(
    one: Claim, others: list[str], head: str, held: list[Claim], data: Data, book: Book
) -> bool:
    """Tell whether row and head name a claim's period, place and measure, and its source."""
    placed = head == _head(region_name(data, one.region))
    if not placed and head != _head(_STATED["rate"]):
        return False
    if not {one.period, period_zh(one.period)} & set(others):
        return False
    near = " | ".join(others)
    several = len({claim.region for claim in held}) > 1
    if several and not placed and one.region not in book.named("region", near)[0]:
        return False
    codes = [text for text in others if text.startswith("[")]
    return not codes or any(f"[{one.source}]" in text for text in codes)


def claim_line(one: Claim, told: Claimed) -> str:
    """Return a published rate as one line under its table: period, rate, source, place, day."""
    value = html.escape(say("{}：{}", period_zh(one.period), _rate(one)))
    where = html.escape(_joined(located(one.locator), _version(one, told.evaluation.data)))
    code = source_link(told.figures, one.source)
    return f'<a href="#{told.claim(one)}">{value}</a> {code} {where}'


def claim_name(one: Claim, data: Data) -> str:
    """Return the place and the measure a published rate is of."""
    what = worded(data.indicators[one.indicator], "name")
    return say("{}{}；公布的增速", region_name(data, one.region), what)


def claimed_listing(told: Claimed) -> list[Node]:
    """Return the rates and findings that figures lead to, as tables of the list of figures."""
    blocks = []
    if told.claims:
        heads = (say("数字"), say("数值"), say("出处"), say("版本"), say("口径与步骤"))
        rows = [_claim_row(told.claims[name], told) for name in sorted(told.claims)]
        blocks.append(grid(say("公布的增速"), heads, rows))
    if told.findings:
        heads = (say("数字"), say("公布"), say("推得"), say("规则"), say("出处"))
        rows = [_finding_row(told.findings[name], told) for name in sorted(told.findings)]
        blocks.append(grid(say("核对查出的情形"), heads, rows))
    return blocks


def _claim_row(one: Claim, told: Claimed) -> tuple[str, list[str]]:
    data = told.evaluation.data
    name = say("{}（{}）", claim_name(one, data), period_zh(one.period))
    title = cited(data.sources[one.source]["title"])
    row = say("data/claims.csv的{}", one.claim)
    where = html.escape(_joined(title, located(one.locator), row))
    cells = [html.escape(text) for text in (name, _rate(one), "", _version(one, data))]
    cells[2] = f"{source_link(told.figures, one.source)} {where}"
    return f"claim-{one.claim}", [*cells, html.escape(_steps(one, told))]


def _steps(one: Claim, told: Claimed) -> str:
    """Return what was done with a rate: taken as printed, held against other figures."""
    audit, place = told.evaluation.audit, one.places[0]
    checks = [
        say("核对“{}”：{}", either(*RULE_NAMES[found.rule]), either(*VERDICT_NAMES[found.verdict]))
        for found in (*audit.findings, *audit.agreements)
        if place in found.where and found.indicator == one.indicator
    ]
    return _joined(BASIS_ZH.get(one.price_basis, ""), say("照录"), *dict.fromkeys(checks))


def _finding_row(one: Finding, told: Claimed) -> tuple[str, list[str]]:
    rule = _joined(either(*RULE_NAMES[one.rule]), either(*VERDICT_NAMES[one.verdict]), why(one))
    places = []
    for place in one.where:
        own = place.figure.figures.get("period")  # of another period than the finding
        day = _day(place.source, own or one.period, told.evaluation.data)
        there = html.escape(_joined(located(place.locator), either(figure(place), ""), day))
        places.append(f"{source_link(told.figures, place.source)} {there}")
    texts = (f"{one.finding_id} {subject(one)}", stated(one), implied(one), rule)
    cells = [html.escape(text) for text in texts]
    return f"finding-{one.finding_id}", [*cells, "<br>".join(dict.fromkeys(places))]


def _rate(one: Claim) -> str:
    return QUALIFIER_ZH[one.qualifier] + amount(one.value, one.unit)


def _version(one: Claim, data: Data) -> str:
    return _day(one.source, one.period, data)


def _day(source: str, period: str, data: Data) -> str:
    """Return the day by which a source was public, with how the day is known."""
    basis = data.sources[source]["published_basis"] or "latest_possible"
    return say("{}公布", public_by(data, source, period).isoformat() + PUBLISHED_ZH[basis])


def _joined(*texts: str) -> str:
    return say("；").join(text for text in texts if text)


# The data behind each table and chart of the web page, folded away under its source line.
# A figure that is worked out — a model's, a trend's, a score — is no observation, but it rests on
# some. One click under its table shows them: what was published, by whom, where in the source
# and when; the table's note names the steps. Word and PDF have the numbered sources for it.


_SUMMARY = {"chart": mark("本图依据的数据（{}行）"), "data-table": mark("本表依据的数据（{}行）")}


def set_behind(
    tree: Sequence[Node],
    rows: Mapping[str, list[int]],
    claims: Mapping[str, list[str]],
    told: Claimed,
) -> int:
    """Set the data behind tables and charts under their source lines, in place.

    Parameters
    ----------
    tree : sequence of pandoc blocks
        It is changed: after its source line a block gets a folded list.
    rows : mapping of str to list of int
        The observations each table and chart is made of, by its id.
    claims : mapping of str to list of str
        The published rates each table prints, by its id.
    told : Claimed
        The list of figures at the end of the page: a line leads to its row there.

    Returns
    -------
    int
        How many tables and charts have such a list now.
    """
    evaluation, count = told.evaluation, 0
    book = book_of(evaluation.data)
    for block in tree:
        kind = (classes_of(block) or [""])[0]
        if kind not in _SUMMARY:
            continue
        name = block["c"][0][0]
        known = observed(evaluation, rows.get(name, ()), book).held
        rates = [told.known[claim] for claim in claims.get(name, ())]
        if not known and not rates:
            continue
        lists = [*_observations(known, told.figures), *_rates(rates, told)]
        text = _folded(say(_SUMMARY[kind], len(known) + len(rates)), lists)
        parts = block["c"][1]
        at = next((n for n, part in enumerate(parts) if "source-line" in classes_of(part)), None)
        parts.insert(len(parts) if at is None else at + 1, _raw(text))
        count += 1
    return count


def _observations(items: Sequence[Datum], made: Figures) -> Iterator[tuple[str, list[str]]]:
    """Yield one line an observation, under the place and measure they are of."""
    for _, each in groupby(sorted(items, key=_order), key=lambda item: _order(item)[:3]):
        series = list(each)
        yield _name(series[0], made.data), [_line(item, made) for item in series]


def _rates(items: Sequence[Claim], told: Claimed) -> Iterator[tuple[str, list[str]]]:
    """Yield one line a published rate, under the place and measure they are of."""
    ordered = sorted(items, key=lambda one: (one.region, one.indicator, one.period, one.claim))
    for _, each in groupby(ordered, key=lambda one: (one.region, one.indicator)):
        series = list(each)
        name = claim_name(series[0], told.evaluation.data)
        yield name, [claim_line(one, told) for one in series]


def _folded(summary: str, lists: Sequence[tuple[str, list[str]]]) -> str:
    """Return the folded lists, each under its name; lines are HTML already."""
    groups = []
    for name, lines in lists:
        items = "\n".join(f"<li>{line}</li>" for line in lines)
        groups.append(f"<p>{html.escape(name)}</p>\n<ul>\n{items}\n</ul>\n")
    top = f'<details class="behind"><summary>{html.escape(summary)}</summary>\n'
    return top + "".join(groups) + "</details>"


def _order(item: Datum) -> tuple[str, str, str, str, int]:
    return item.region, item.indicator, item.caliber, item.period, item.row


def _name(item: Datum, data: Data) -> str:
    """Return the place, the measure and its caliber."""
    what = worded(data.indicators[item.indicator], "name")
    caliber = worded(data.calibers[item.caliber], "name")
    return say("{}{}；口径：{}", region_name(data, item.region), what, caliber)


def _line(item: Datum, made: Figures) -> str:
    """Return one observation: period, value, source, place in it, vintage, what was done."""
    shown = QUALIFIER_ZH[item.qualifier] + amount(item.value, item.unit)
    value = html.escape(say("{}：{}", period_zh(item.period), shown))
    told = [located(item.locator or ""), version_of(item)]
    if item.correction or item.status == "derived":
        told.append(steps_of(item, made.data))
    where = html.escape(say("；").join(text for text in told if text))
    code = html.escape(f"[{item.source}]")
    if item.source in made.codes:
        code = f'<a href="#src-{item.source}">{code}</a>'
    return f'<a href="#{made.place(item)}">{value}</a> {code} {where}'


def _raw(text: str) -> Node:
    return {"t": "RawBlock", "c": ["html", text]}
