"""Which published observation a printed figure is, by what stands around it in its table.

A table knows the observations it is made of (:mod:`planeval.show.cell`). A figure is one
of them only where unit and period are said beside it, nothing beside it speaks against it, and
no other observation of the table fits as well. What is not sure stays without an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from analysis.data.observations import STATUS_ZH, Data
from analysis.data.series import Datum, annual_series, datum
from analysis.data.units import ENGLISH, unit_name
from analysis.targets.evaluation import Evaluation
from planeval.chapters.port_common import SHORT
from planeval.words.figures import period_zh
from planeval.words.language import say, spoken, worded

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
        "region": [(data.name(code), code) for code in data.regions],
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
