"""Which step over observations gives a figure that a background table has worked out.

Only steps with a name are known: growth on the year before, growth a year between two years,
an index read as growth, a part of a whole. The heads of the table have to name the step, and
the step has to give the figure as printed; where two would, none is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from analysis.data.series import Datum
from planeval.report.observed import Around, Observed, fits
from planeval.words.language import Terms

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
