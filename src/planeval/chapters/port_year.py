"""The running year of the port from its year-to-date figures, as a range and never a verdict.

Only a year without a figure of its own is estimated; one scope and one caliber at a time. Foreign
trade and river-sea transport are left alone: they swing more than a port's total, and the errors
are learned from a total. How good the method is at this port is shown on the years whose outcome
is known.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from analysis.data.periods import last_year, months_of, period_key
from analysis.data.series import Datum
from analysis.data.units import unit_name
from analysis.growth.rates import cagr
from analysis.season import forecast_seasonal
from analysis.season.total import YearTotal
from analysis.season.year import AnnualEstimate, annual_from_part, annual_from_ytd, single_months
from analysis.targets.evaluation import Evaluation
from planeval.chapters.cells import sources
from planeval.chapters.months import NAMES_ZH, TOTAL, port_months
from planeval.chapters.port_common import (
    BOXES,
    CARGO,
    NO_PORT,
    SHORT,
    annual,
    growth_claims,
    parts_of_year,
    ports,
    printed,
    series_name,
)
from planeval.show.cell import reworded
from planeval.show.table import Table, number, percent
from planeval.words.figures import part_of_year, period_zh, spread
from planeval.words.language import Terms, say, worded

WAYS_ZH = Terms({"growth": "同比法", "share": "份额法", "months": "月度法"})
YEARS_AT_LEAST = 2
#: Single months of its own from which a port's season and growth begin to speak for themselves.
MONTHS_AT_LEAST = 18
#: They must lie in the running year or the two before: stray months of long ago show no season.
YEARS_RECENT = 3


@dataclass(frozen=True)
class ByMonths:
    """A year made of its own known months and those forecast by `analysis.season`."""

    total: YearTotal
    way: str = "months"

    def median(self) -> float | None:
        """Return the middle of the year's distribution."""
        return self.total.median()

    def interval(self, level: float) -> tuple[float, float]:
        """Return the central interval at a level in per cent."""
        return self.total.interval(level)


@dataclass(frozen=True)
class Running:
    """A year of which a part is published: the part, its growth, and the estimates of the whole.

    `outcome` is the published year of the same caliber where there is one.
    """

    item: Datum
    months: tuple[int, ...]
    growth_pct: float | None
    last_total: Datum | None
    estimates: tuple[AnnualEstimate | ByMonths, ...]
    outcome: Datum | None


def _caliber(code: str) -> str:
    """Read the plan's and the customary caliber as one, as the shares of the area do."""
    return "default" if code == "plan" else code


def _years(evaluation: Evaluation, region: str, code: str, caliber: str) -> dict[int, Datum]:
    """Return exact annual figures of one caliber by year."""
    series = annual(evaluation, region, code, "plan" if caliber == "default" else caliber)
    return {
        item.year: item
        for item in (*series.data, *series.other_calibers)
        if _caliber(item.caliber) == caliber and item.qualifier not in ("at_least", "at_most")
    }


def _latest(items: list[Datum]) -> Datum | None:
    """Return the figure that covers most from January on, else the latest month or quarter."""
    usable = [item for item in items if 0 < len(months_of(item.period)) < 12]
    if not usable:
        return None
    return max(
        usable,
        key=lambda i: (months_of(i.period)[0] == 1, period_key(i.period), i.published),
    )


def running(evaluation: Evaluation, year: int, *, known: bool) -> list[Running]:
    """Return each port series of which a part of a year is published, with its estimates.

    Parameters
    ----------
    evaluation : Evaluation
        Gives the date; nothing published later is used.
    year : int
        The calendar year to estimate.
    known : bool
        False: only series without an annual figure of that year. True: only those with one of
        the same caliber, estimated as if it were unknown, from comparable months before it ended.
    """
    scope = ports(evaluation)
    if scope is None:
        return []
    day = min(evaluation.as_of, dt.date(year, 12, 31)) if known else evaluation.as_of
    months = port_months(evaluation.data.root, TOTAL, day)
    if months is None or len(months) < 12 * (YEARS_AT_LEAST + 2):
        return []
    found = []
    for region in (scope.zone, scope.whole, *scope.inland):
        for code in (CARGO, BOXES) if region else ():
            assert region is not None
            found += _series(evaluation, region, code, year, months, known)
    return found


def _series(
    evaluation: Evaluation, region: str, code: str, year: int, months: pd.Series, known: bool
) -> list[Running]:
    """Return the estimates of one series, one for each caliber that publishes a part."""
    groups: dict[str, list[Datum]] = {}
    for item in parts_of_year(evaluation, region, code):
        if last_year(item.period) == year and item.qualifier not in ("at_least", "at_most"):
            groups.setdefault(_caliber(item.caliber), []).append(item)
    published = {i.year for i in _annual(evaluation, region, code)}
    found = []
    for caliber, items in groups.items():
        part = _latest(items)
        years = _years(evaluation, region, code, caliber)
        if part is None or known != (year in years) or (not known and year in published):
            continue
        before = {when: figure for when, figure in years.items() if when < year}
        rate = growth_claims(evaluation).get((region, code, part.period, part.source))
        made = _estimates(part, rate, before, year, months)
        last = before.get(year - 1)
        told = months_of(part.period)
        own = _by_months(evaluation, part, year)
        ways: tuple[AnnualEstimate | ByMonths, ...] = made
        if own is not None:
            ways = (own, *made)
        found.append(Running(part, told, rate, last, ways, years.get(year)))
    return found


def _by_months(evaluation: Evaluation, part: Datum, year: int) -> ByMonths | None:
    """Return the year by its own single months, None where they are too few or broken off.

    All months of the year up to the last known one must be known, and eighteen of this year
    and the two before.
    """
    told = [
        item
        for item in parts_of_year(evaluation, part.region, part.indicator)
        if _caliber(item.caliber) == _caliber(part.caliber)
        and item.qualifier not in ("at_least", "at_most")
        and months_of(item.period)
    ]
    spans = {
        (last_year(i.period), months_of(i.period)[0], months_of(i.period)[-1]): i.value
        for i in told
        if last_year(i.period) <= year
    }
    months = single_months(spans)
    now = [period.month for period in months.index if period.year == year]
    recent = sum(period.year > year - YEARS_RECENT for period in months.index)
    if recent < MONTHS_AT_LEAST or not now or now != list(range(1, now[-1] + 1)):
        return None
    return ByMonths(forecast_seasonal(months, kind="throughput").year_total(year))


def _annual(evaluation: Evaluation, region: str, code: str) -> list[Datum]:
    """Return every annual figure, bounds and other calibers too: such a year is not estimated."""
    series = annual(evaluation, region, code)
    return [*series.data, *series.other_calibers]


def _estimates(
    item: Datum, rate: float | None, before: dict[int, Datum], year: int, months: pd.Series
) -> tuple[AnnualEstimate, ...]:
    """Return the growth way, where it is open, and the share way."""
    told, last = months_of(item.period), before.get(year - 1)
    made = []
    if told[0] == 1 and rate is not None and last is not None:
        made.append(
            annual_from_ytd({told[-1]: item.value}, months, last_total=last.value, growth_pct=rate)
        )
    ends = sorted(before)[-2:]
    trend = None
    if len(ends) == 2:
        a, b = (before[one].value for one in ends)
        trend = 100 * cagr(a, b, ends[1] - ends[0])
    made.append(annual_from_part(item.value, told, months, trend_pct=trend))
    return tuple(made)


def now_table(evaluation: Evaluation, key: str = "") -> Table | str:
    """Return the ranges of the running year, one scope, series and way a row."""
    if ports(evaluation) is None:
        return say(NO_PORT)
    year = evaluation.year
    rows = running(evaluation, year, known=False)
    if not rows:
        return say("{}年没有只公布了部分月份、而缺全年数字的货物或集装箱总量，不作全年推算。", year)
    calibers = evaluation.data.calibers
    cells = [
        {
            say("序列"): say("{}（{}）", _name(evaluation, r), unit_name(r.item.unit)),
            say("口径"): worded(calibers[r.item.caliber], "name"),
            say("已公布"): _known(r, made),
            say("方法"): WAYS_ZH[made.way],
            say("全年，80%区间"): _range(made, 80),
            say("全年，95%区间"): _range(made, 95),
            say("中间值"): number(None if _common(r) is None else made.median()),
        }
        for r in rows
        for made in r.estimates
    ]
    line = sources(evaluation, [one for r in rows for one in (r.item, r.last_total)])
    return Table(
        pd.DataFrame(cells),
        say("{}年全年推算：{}条只公布了部分月份的总量序列", year, len(rows)),
        source=reworded(line, say("{}；[V1]", line)),
        note=say(
            "括号内为来源公布的同比。同比法：上年全年×（1＋累计同比）；份额法：已公布部分÷这些月份通常占全年的份额；本港近三年已有18个以上单月数字的另用月度法（季节预测）。前两法的区间由温哥华港历年的同类误差得出，货物吨数也借用它的集装箱月份分布。本港数字不足三个、或几种方法的80%区间不重叠时，不给中间值。外贸与海河联运起伏大于总量，不推算。"
        ),
        align=["left", "left", "right", "left", "right", "right", "right"],
        key=key,
    )


def _name(evaluation: Evaluation, one: Running) -> str:
    return series_name(evaluation, one.item.region, one.item.indicator)


def _known(one: Running, made: AnnualEstimate | ByMonths) -> str:
    """Return what of the year an estimate rests on, growth on the year before in brackets."""
    if isinstance(made, ByMonths):
        return say("{}个单月{}", made.total.n_known, number(made.total.known))
    told = say("{when}{figure}", when=part_of_year(one.item.period), figure=printed(one.item))
    return told + (
        "" if one.growth_pct is None else say("（{}）", percent(one.growth_pct, sign=True))
    )


def _range(made: AnnualEstimate | ByMonths, level: float) -> str:
    low, high = made.interval(level)
    return spread(number(low), number(high))


def _common(one: Running) -> tuple[float, float] | None:
    """Return what the ways' 80 % ranges have in common, None where they exclude each other."""
    ranges = [made.interval(80) for made in one.estimates]
    low, high = max(a for a, _ in ranges), min(b for _, b in ranges)
    return (low, high) if low <= high else None


def now_reading(evaluation: Evaluation) -> str:
    """Say what the ranges mean, whether the two ways agree, and for whom they do not speak."""
    scope = ports(evaluation)
    rows = running(evaluation, evaluation.year, known=False)
    if scope is None or not rows:
        return ""
    name, text = evaluation.data.name, ""
    for r in rows:
        if len(r.estimates) < 2:
            continue
        label, both = _name(evaluation, r), _common(r)
        ways = say("两种") if len(r.estimates) == 2 else say("三种")
        if both is not None:
            text += say(
                "{}：{}方法的80%区间有重叠（{}—{}）。",
                label,
                ways,
                number(both[0]),
                number(both[1]),
            )
        else:
            text += say(
                "{}：{}方法的80%区间不重叠，上年同期可能异常，全年数无法推定。", label, ways
            )
    zone = [r for r in rows if r.item.region == scope.zone]
    if zone:
        text += say("{}的推算只是区间，不代替公布值，不用来判断目标。", name(scope.zone))
    else:
        text += say("推算的都不是{}的数字，不用来判断目标。", name(scope.zone))
    months = port_months(evaluation.data.root, TOTAL, evaluation.as_of)
    assert months is not None
    return text + (
        say(
            "误差学自{}{}年以来的完整年份，只代表它这样的港口；本港换航线、停泊位一类的事不在其中。",
            NAMES_ZH[TOTAL],
            months.index[0].year,
        )
    )


def past_table(evaluation: Evaluation, key: str = "") -> Table | str:
    """Return what the method would have said in years whose outcome is now known."""
    rows = [
        r
        for year in range(evaluation.year - 15, evaluation.year + 1)
        for r in running(evaluation, year, known=True)
    ]
    if not rows:
        return ""
    inside = [_inside(r, 80) for r in rows]
    frame = pd.DataFrame(
        {
            say("序列"): [_name(evaluation, r) for r in rows],
            say("当时已公布"): [
                say("{when}{figure}", when=period_zh(r.item.period), figure=printed(r.item))
                for r in rows
            ],
            say("方法"): [WAYS_ZH[r.estimates[0].way] for r in rows],
            say("推算的80%区间"): [_range(r.estimates[0], 80) for r in rows],
            say("后来公布的全年"): [printed(r.outcome) for r in rows],
            say("区间内"): [say("是") if hit else say("否") for hit in inside],
        }
    )
    line = sources(evaluation, [one for r in rows for one in (r.item, r.outcome)])
    return Table(
        frame,
        say("回看：全年已知的{}个例子中，{}个落在80%区间内", len(rows), sum(inside)),
        source=reworded(line, say("{}；[V1]", line)),
        note=say(
            "每例只用当年年底以前的对照月份和以前各年的全年数；例子之间不独立，个数少，只能看出有无大的偏差。"
        ),
        align=["left", "right", "left", "right", "right", "left"],
        key=key,
    )


def _inside(one: Running, level: float) -> bool:
    low, high = one.estimates[0].interval(level)
    assert one.outcome is not None
    return low <= one.outcome.value <= high


def past_reading(evaluation: Evaluation) -> str:
    """Name the years that the ranges missed."""
    rows = [
        r
        for year in range(evaluation.year - 15, evaluation.year + 1)
        for r in running(evaluation, year, known=True)
        if not _inside(r, 80)
    ]
    if not rows:
        return ""
    words = say("、").join(
        say(
            "{}{}年{}",
            evaluation.data.name(r.item.region),
            r.item.period[:4],
            SHORT[r.item.indicator],
        )
        + (
            say("（高于上端）")
            if r.outcome.value > r.estimates[0].interval(80)[1]
            else say("（低于下端）")
        )
        for r in rows
        if r.outcome is not None
    )
    return say("落在区间外的是{}：平稳年份学来的误差，遇到起伏大的年份会偏窄。", words)
