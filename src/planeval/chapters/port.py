"""The whole port and the inland port: context for the plan's port area, never its measure.

Their figures are printed as they were published, each with its caliber; months and
year-to-date totals are neither annualised nor chained.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from analysis.audit.finding import Claim, Finding, context
from analysis.data.periods import last_year, period_key, whole_year
from analysis.data.series import Datum, Series, annual_series, other_periods
from analysis.data.units import convert
from analysis.growth.rates import (
    Interval,
    cagr,
    growth_interval,
    real_growth_from_index,
    rounding_interval,
)
from analysis.growth.shares import arc_elasticity
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from analysis.trend.base import POINTS_FOR_TREND
from analysis.trend.fit import PAIRS_AT_LEAST, ShortElasticity, log_linear_trend, short_elasticity
from planeval.chapters.base import RELIABILITY_ZH, bullets, growth, plain, sources
from planeval.chapters.models import trend_table, trends
from planeval.chapters.region import city, known_series, parent
from planeval.show.bars import bar_chart
from planeval.show.chart import COLOURS, MARKERS, Chart, new_figure, style
from planeval.show.lines import line_chart
from planeval.show.table import Table, number, percent
from planeval.words import amounts
from planeval.words import targets as wording
from planeval.words.amounts import period_zh, span_zh, spread, unit_name, with_unit
from planeval.words.cell import joined, value_of
from planeval.words.findings import subject, why
from planeval.words.language import Terms, either, mark, say, spoken, worded
from planeval.words.names import cited, name_of, noted, region_name
from planeval.words.steps import Reckoned, by_index, grown, step
from planeval.words.targets import of

# The port's three statistical scopes and how their figures are read, for the port's views.
# The zone's port area, the whole port and the inland port are never added, divided or chained
# into one series; only the share of the area in the whole is computed, for one and the same
# period.


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


def growth_claims(evaluation: Evaluation) -> dict[tuple[str, str, str, str], Claim]:
    """Return published growth on the year before, in %, by region, indicator, period, source."""
    return {
        (c.region, c.indicator, c.period, c.source): c for c in claims(evaluation, "growth_pct")
    }


def printed(item: Datum | None) -> str:
    """Return a figure as its source prints it, with its qualifier and without its unit."""
    if item is None:
        return "—"
    return amounts.QUALIFIER_ZH[item.qualifier] + amounts.number(item)


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
    return say("{0}{1}", region_name(evaluation.data, region), SHORT[indicator])


PRECISION_ZH = Terms(
    {
        "exact": "确数",
        "rounded": "取整",
        "about": "约数",
        "at_least": "下限",
        "at_most": "上限",
    }
)


def all_years(evaluation: Evaluation, region: str, indicator: str) -> list[Datum]:
    """Return the annual figures of every caliber known on the date, by year."""
    series = annual(evaluation, region, indicator)
    return sorted((*series.data, *series.other_calibers), key=lambda i: (i.period, i.caliber))


def caliber_table(evaluation: Evaluation, key: str = "") -> Table | str:
    """Return the three statistical scopes: what each covers, what is published, its use here."""
    scope = ports(evaluation)
    if scope is None:
        return say(NO_PORT)
    uses = [(scope.zone, say("判断本规划的目标"))]
    uses += [(scope.whole, say("只作背景，不用于判断"))] if scope.whole else []
    uses += [(code, say("只列示，不与前两者相加减")) for code in scope.inland]
    frame = pd.DataFrame([_scope_row(evaluation, region, use) for region, use in uses])
    return Table(
        frame,
        say("港口统计的范围：三者不可混用"),
        source=sources(
            evaluation,
            [d for region, _ in uses for c in (CARGO, BOXES) for d in _all(evaluation, region, c)],
        ),
        note=say(
            "只计{}及以前公布、截至{}年的数字。", evaluation.as_of.isoformat(), evaluation.year
        ),
        align=["left", "left", "left", "left", "right", "left"],
        key=key,
    )


def _all(evaluation: Evaluation, region: str, indicator: str) -> list[Datum]:
    return [
        *all_years(evaluation, region, indicator),
        *parts_of_year(evaluation, region, indicator),
    ]


def _scope_row(evaluation: Evaluation, region: str, use: str) -> dict[str, object]:
    years = {
        code: sorted({i.period for i in all_years(evaluation, region, code)})
        for code in (CARGO, BOXES)
    }
    parts = sum(len(parts_of_year(evaluation, region, code)) for code in (*CARGO_KINDS, *BOX_KINDS))
    row = evaluation.data.regions[region]
    return {
        say("范围"): worded(row, "name"),
        say("说明"): either(row["note"] or "—", _covers(evaluation, region)),
        say("货物（年度值）"): say("、").join(years[CARGO]) or "—",
        say("集装箱（年度值）"): say("、").join(years[BOXES]) or "—",
        say("非全年（个）"): parts,
        say("本章用途"): use,
    }


def _covers(evaluation: Evaluation, region: str) -> str:
    """Say what a scope is from its place among the others: its note is in Chinese only."""
    scope = ports(evaluation)
    assert scope is not None
    name = partial(region_name, evaluation.data)
    if region == scope.whole:
        return say("全港，{}是其中一部分，两者不可混用", name(scope.zone))
    if region == scope.zone:
        if scope.whole is None:
            return say("规划的港口数字即此口径")
        return say("{}的一部分；规划的港口数字即此口径", name(scope.whole))
    return say("内河航道的港口，与海港分开统计")


def caliber_reading(evaluation: Evaluation) -> str:
    """Name the calibers met within the whole port and what each means."""
    scope = ports(evaluation)
    if scope is None or scope.whole is None:
        return ""
    met = Counter(
        item.caliber
        for code in (*CARGO_KINDS, *BOX_KINDS)
        for item in _all(evaluation, scope.whole, code)
    )
    if not met:
        return say("在所定日期之前，{}没有公布值。", region_name(evaluation.data, scope.whole))
    names = evaluation.data.calibers
    words = say("；").join(
        say("{}{}个", worded(names[code], "name"), count)
        + (
            say("（{}）", noted(names[code]["note"]))
            if names[code]["note"] and code != "default"
            else ""
        )
        for code, count in met.most_common()
    )
    return say(
        "{}的公布值按口径分：{}。口径不同的数字分列，不接成一条序列。",
        region_name(evaluation.data, scope.whole),
        plain(words),
    )


def whole_chart(evaluation: Evaluation, indicator: str = BOXES, key: str = "") -> Chart | str:
    """Draw the whole port by caliber beside the port area, published points only."""
    scope = ports(evaluation)
    if scope is None or scope.whole is None:
        return say(NO_PORT)
    name = partial(region_name, evaluation.data)
    groups: dict[str, list[Datum]] = {}
    for item in all_years(evaluation, scope.whole, indicator):
        label = say("全港（{}）", worded(evaluation.data.calibers[item.caliber], "name"))
        groups.setdefault(label, []).append(item)
    zone = list(annual(evaluation, scope.zone, indicator, "plan").data)
    if zone:
        groups[name(scope.zone)] = zone
    spec = evaluation.data.indicators[indicator]
    if not groups:
        return say("{}：在所定日期之前，港区与全港都没有年度值。", plain(worded(spec, "name")))
    used = [item for items in groups.values() for item in items]
    years = sorted({item.year for item in used})
    others = {label: items for label, items in groups.items() if label != name(scope.zone)}
    counted = sum(len(items) for items in others.values())
    whole, own = say("全港没有公布年度值"), say("{}没有", name(scope.zone))
    if counted:
        whole = say("全港公布{}个年度值（{}种口径）", counted, len(others))
    if zone:
        own = say("{}有{}个", name(scope.zone), len(zone))
    lower = say("；“突破”类数字按下限画出") if any(i.qualifier == "at_least" for i in used) else ""
    return Chart(
        _points(groups),
        say("{}年{}：{}，{}", span_zh(years), worded(spec, "name"), whole, own),
        say(
            "{}，{}与{}，{}；只画公布的点，不连线，空缺的年份没有公布值{}",
            worded(spec, "name"),
            name(scope.whole),
            name(scope.zone),
            unit_name(spec["unit"]),
            lower,
        ),
        sources(evaluation, used),
        alt=say("；").join(
            say("{}：", label) + say("，").join(say("{}年{}", i.period, printed(i)) for i in items)
            for label, items in groups.items()
        ),
        data=pd.DataFrame(
            [(i.year, i.value, label) for label, g in groups.items() for i in g],
            columns=["year", "value", "series"],
        ),
        key=key,
    )


def _points(groups: dict[str, list[Datum]]) -> Figure:
    """Draw published points only: a line would claim years that nobody published."""
    with style():
        figure, axes = new_figure(2.8)
        for position, (label, items) in enumerate(groups.items()):
            axes.plot(
                [item.year for item in items],
                [item.value for item in items],
                MARKERS[position],
                color=COLOURS[position],
                markersize=6,
                label=label,
            )
        axes.set_ylim(bottom=0)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=10))
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.10g}"))
        axes.legend(loc="upper left", frameon=False, fontsize=8)
    return figure


def whole_table(evaluation: Evaluation, key: str = "") -> Table | str:
    """Return every annual figure of the whole port with precision, caliber and reliability."""
    scope = ports(evaluation)
    if scope is None or scope.whole is None:
        return say(NO_PORT)
    growth = growth_claims(evaluation)
    items = [
        item
        for code in (*CARGO_KINDS, *BOX_KINDS)
        for item in all_years(evaluation, scope.whole, code)
    ]
    if not items:
        return say("在所定日期之前，{}没有公布年度值。", region_name(evaluation.data, scope.whole))
    frame = pd.DataFrame(
        {
            say("指标"): [say("{}（{}）", SHORT[i.indicator], unit_name(i.unit)) for i in items],
            say("年份"): [i.period for i in items],
            say("数值"): [printed(i) for i in items],
            say("精度"): [PRECISION_ZH[i.qualifier] for i in items],
            say("口径"): [worded(evaluation.data.calibers[i.caliber], "name") for i in items],
            say("公布的同比"): [
                percent(growth.get((i.region, i.indicator, i.period, i.source)), sign=True)
                for i in items
            ],
            say("来源"): [i.source for i in items],
            say("可靠性"): [RELIABILITY_ZH[i.reliability] for i in items],
        }
    )
    return Table(
        frame,
        say("{}的年度值（只作背景）", region_name(evaluation.data, scope.whole)),
        source=sources(evaluation, items),
        note=say("“下限”为来源写作“突破”的数字；“取整”为来源只印到较粗的位数。"),
        align=["left", "left", "right", "left", "left", "right", "left", "left"],
        key=key,
    )


def news_table(
    evaluation: Evaluation, where: str, kinds: tuple[str, ...] = CARGO_KINDS, key: str = ""
) -> Table | str:
    """Return months, quarters and year-to-date totals as published, growth on a year in brackets.

    Parameters
    ----------
    where : {"zone", "whole", "inland"}
        Which scope; one table never holds two.
    kinds : tuple of str
        Indicators to stand side by side: `CARGO_KINDS` or `BOX_KINDS`.
    """
    scope = ports(evaluation)
    regions = {} if scope is None else {"zone": (scope.zone,), "inland": scope.inland}
    if scope is not None and scope.whole is not None:
        regions["whole"] = (scope.whole,)
    chosen = regions.get(where, ())
    items = [
        item
        for region in chosen
        for code in kinds
        for item in parts_of_year(evaluation, region, code)
    ]
    if not items:
        return ""
    names = say("、").join(region_name(evaluation.data, region) for region in chosen)
    growth = growth_claims(evaluation)
    rows = [_news_row(evaluation, group, kinds, growth) for group in _grouped(items)]
    frame = pd.DataFrame(rows)
    kept = [column for column in frame if not (frame[column] == "—").all()]
    calibers = {item.caliber for item in items} - {"default"}
    note = say("括号内为来源公布的同比。各期长短不同，照录，不折算成全年，也不接成序列。")
    if calibers:
        told = (worded(evaluation.data.calibers[c], "name") for c in calibers)
        note += say("＊为{}。", say("、").join(told))
    return Table(
        frame[kept],
        say("{}不满一年的公布值（{}）", names, unit_name(items[0].unit)),
        source=sources(evaluation, items),
        note=note,
        align=["left"] + ["right"] * (len(kept) - 2) + ["left"],
        key=key,
    )


def news_tables(evaluation: Evaluation) -> list[Table | str]:
    """Return the tables of the port area, the whole port and the inland port, never mixed."""
    return [
        news_table(evaluation, where, kinds)
        for where in ("zone", "whole", "inland")
        for kinds in (CARGO_KINDS, BOX_KINDS)
    ]


def news_reading(evaluation: Evaluation) -> str:
    """Count the figures of less than a year by scope, and those of sources of low reliability."""
    scope = ports(evaluation)
    if scope is None:
        return say(NO_PORT)
    found = {
        region: [
            item
            for code in (*CARGO_KINDS, *BOX_KINDS)
            for item in parts_of_year(evaluation, region, code)
        ]
        for region in (scope.zone, scope.whole, *scope.inland)
        if region is not None
    }
    inland = joined(_inland_years(evaluation, region) for region in scope.inland)
    words = say("、").join(
        say("{}{}个", region_name(evaluation.data, code), len(items))
        for code, items in found.items()
        if items
    )
    if not words:
        return say("没有不满一年的公布值。") + inland
    weak = sum(item.reliability == "low" for items in found.values() for item in items)
    text = say("不满一年的公布值：{}", words)
    text += say("，其中{}个的来源可靠性低。", weak) if weak else say("。")
    text += say(
        "它们的月份不连续，拼不成月度或季度序列，因此不对本地港口作季节调整；所评年份的总量缺全年数字时，下节给出推算区间。"
    )
    return text + inland


def _inland_years(evaluation: Evaluation, region: str) -> str:
    """List the annual figures of an inland port, which no table holds."""
    items = [
        item for code in (*CARGO_KINDS, *BOX_KINDS) for item in all_years(evaluation, region, code)
    ]
    if not items:
        return ""
    words = say("、").join(
        say(
            "{}年{}{}（{}）",
            i.period,
            SHORT[i.indicator],
            with_unit(printed(i), i.unit),
            i.source,
        )
        for i in items
    )
    return say("{}的年度值只列示：{}。", region_name(evaluation.data, region), words)


def _grouped(items: list[Datum]) -> list[list[Datum]]:
    """Return figures in groups of one region, period and source, in the order of periods."""
    groups: dict[tuple[str, str, str], list[Datum]] = {}
    for item in items:
        groups.setdefault((item.period, item.region, item.source), []).append(item)
    return [groups[name] for name in sorted(groups, key=lambda name: period_key(name[0]))]


def _news_row(
    evaluation: Evaluation, group: list[Datum], kinds: tuple[str, ...], growth: dict
) -> dict[str, str]:
    row = {say("时期"): period_zh(group[0].period)}
    for code in kinds:
        item = next((i for i in group if i.indicator == code), None)
        cell = printed(item)
        if item is not None:
            rate = growth.get((item.region, item.indicator, item.period, item.source))
            cell += "" if item.caliber == "default" else say("＊")
            cell += "" if rate is None else say("（{}）", percent(rate, sign=True))
        row[SHORT[code]] = cell
    return row | {say("来源"): group[0].source}


# --- The port area's own published figures: growth, containers per tonne, share of the port ---
# Cargo and containers are physical quantities; only the city's GDP in this room has a price
# basis, and that is constant prices.


NO_ZONE = mark("在所定日期之前，{place}没有公布货物和集装箱吞吐量的年度值，本节不作计算。")


def zone_series(evaluation: Evaluation) -> tuple[Series, Series] | None:
    """Return the port area's cargo and containers, None where the plan names no port area."""
    scope = ports(evaluation)
    if scope is None:
        return None
    cargo, boxes = (annual(evaluation, scope.zone, code, "plan") for code in (CARGO, BOXES))
    return cargo, boxes


def _both(evaluation: Evaluation) -> tuple[Ports, Series, Series, list[int]] | str:
    """Return scope, cargo, containers and the years known for both, or why there are none."""
    scope, found = ports(evaluation), zone_series(evaluation)
    if scope is None or found is None:
        return say(NO_PORT)
    cargo, boxes = found
    years = sorted(set(exact_years(cargo)) & set(exact_years(boxes)))
    if not years:
        return say(NO_ZONE, place=region_name(evaluation.data, scope.zone))
    return scope, cargo, boxes, years


def zone_chart(evaluation: Evaluation, key: str = "") -> Chart | str:
    """Draw cargo and containers as indices of the first common year, gaps left open."""
    found = _both(evaluation)
    if isinstance(found, str):
        return found
    scope, cargo, boxes, years = found
    place = region_name(evaluation.data, scope.zone)
    if len(years) < 2:
        return say("{}只有{}年一个公布年份，画不出走势。", place, years[0])
    first, last = years[0], years[-1]
    times = {}
    rows = []
    for series in (cargo, boxes):
        values = series.values()
        name = SHORT[series.indicator]
        times[name] = values[last] / values[first]
        rows += [(year, 100 * values[year] / values[first], name) for year in years]
    words = say("、").join(say("{}为{}倍", name, number(ratio, 2)) for name, ratio in times.items())
    return line_chart(
        pd.DataFrame(rows, columns=["year", "value", "series"]),
        say("{}{}年与{}年相比：{}", place, last, first, words),
        subtitle=say(
            "{}吞吐量指数，{}—{}年，{}年=100；两点之间的年份没有公布值，连线只为辨认",
            place,
            first,
            last,
            first,
        ),
        source=sources(evaluation, (*cargo.data, *boxes.data)),
        key=key,
    )


def _rate(series: Series, first: int, last: int) -> float:
    """Growth a year in %, NaN where an end is missing or only a lower bound."""
    years = exact_years(series)
    if first not in years or last not in years:
        return math.nan
    values = series.values()
    return 100 * cagr(values[first], values[last], last - first)


def _city_rate(real: pd.Series, first: int, last: int) -> float:
    if first not in real.index or last not in real.index:
        return math.nan
    return real_growth_from_index(real, first, last)


def growth_rows(evaluation: Evaluation) -> pd.DataFrame | str:
    """Return growth a year over the port area's own intervals, in %.

    Columns: first, last, cargo, boxes (area), whole_cargo, whole_boxes, city (GDP at constant
    prices). NaN where one end is not published.
    """
    found = _both(evaluation)
    if isinstance(found, str):
        return found
    scope, cargo, boxes, years = found
    real = city(evaluation).real
    whole = {
        code: annual(evaluation, scope.whole, code) if scope.whole else None
        for code in (CARGO, BOXES)
    }
    rows = []
    for first, last in pairwise(years):
        ends = {
            code: math.nan if series is None else _rate(series, first, last)
            for code, series in whole.items()
        }
        rows.append(
            {
                "first": first,
                "last": last,
                "cargo": _rate(cargo, first, last),
                "boxes": _rate(boxes, first, last),
                "whole_cargo": ends[CARGO],
                "whole_boxes": ends[BOXES],
                "city": _city_rate(real, first, last),
            }
        )
    return pd.DataFrame(rows)


def growth_table(evaluation: Evaluation, key: str = "") -> Table | str:
    """Set the area's growth beside the whole port's and the city's over the same intervals."""
    rows = growth_rows(evaluation)
    scope, made = ports(evaluation), zone_series(evaluation)
    if isinstance(rows, str):  # the chart above the table has said why there is nothing
        return rows if scope is None else ""
    if rows.empty or scope is None or made is None:
        return say("港区只有一个公布年份，增速算不出。")
    name = partial(region_name, evaluation.data)
    zone, whole = name(scope.zone), name(scope.whole) if scope.whole else say("全港")
    above = name(scope.city) if scope.city else say("全市")
    frame = pd.DataFrame(
        {
            say("区间"): [spread(r.first, r.last) for r in rows.itertuples()],
            say("{}货物", zone): _paces(made[0], rows),
            say("{}集装箱", zone): _paces(made[1], rows),
            say("箱快于货（百分点）"): rows["boxes"] - rows["cargo"],
            say("{}货物", whole): rows["whole_cargo"],
            say("{}集装箱", whole): rows["whole_boxes"],
            say("{}生产总值（可比价）", above): [
                by_index(city(evaluation).index, *ends) for ends in _intervals(rows)
            ],
        }
    )
    return Table(
        frame,
        say("年均增速：同一区间内港区、全港与全市（%）"),
        source=sources(evaluation, [*(f for one in made for f in one.data), *_ends(evaluation)]),
        note=say(
            "吞吐量为实物量；“—”表示区间首尾至少缺一个年度值，不以相邻年份代替。差按未取整的增速计算，与表中两数相减可能差0.1。"
        ),
        align=["left"] + ["right"] * 6,
        key=key,
    )


def _paces(series: Series, rows: pd.DataFrame) -> list[Reckoned | None]:
    return [grown(series.at(first), series.at(last)) for first, last in _intervals(rows)]


def _intervals(rows: pd.DataFrame) -> list[tuple[int, int]]:
    return list(zip(rows["first"], rows["last"], strict=True))


def _ends(evaluation: Evaluation) -> list[Datum]:
    """Return the city's index figures the table rests on, from its first interval on."""
    rows = growth_rows(evaluation)
    if isinstance(rows, str) or rows.empty or rows["city"].isna().all():
        return []
    first = int(rows["first"].min())
    return [figure for figure in city(evaluation).index.data if figure.year > first]


def growth_reading(evaluation: Evaluation) -> str:
    """Read the growth table: cargo against containers, and why the whole port is missing."""
    rows = growth_rows(evaluation)
    if isinstance(rows, str) or rows.empty:
        return ""
    parts = []
    for row in rows.to_dict("records"):
        text = say(
            "{}—{}年，港区货物年均{}，集装箱年均{}",
            row["first"],
            row["last"],
            _moved(row["cargo"]),
            _moved(row["boxes"]),
        )
        if not math.isnan(row["city"]):
            text += say("，同期全市生产总值按可比价年均{}", _moved(row["city"]))
        parts.append(text)
    text = say("；").join(parts) + say("。")
    if rows[["whole_cargo", "whole_boxes"]].isna().all(axis=None):
        text += say(
            "全港在这些区间的首尾年份没有成对的同口径年度值，因此不能说港区快于或慢于全港。"
        )
    return text


def _moved(rate: float) -> str:
    return growth(rate, "not_applicable")


def intensity_table(evaluation: Evaluation, key: str = "") -> Table | str:
    """Return containers per 10,000 tonnes of cargo, the measure of containerisation.

    Formula: TEU / (cargo in 10,000 t), both of the port area and the same year.
    """
    found = _both(evaluation)
    if isinstance(found, str):
        return found if ports(evaluation) is None else say("缺港区公布值，集装箱化程度算不出。")
    scope, cargo, boxes, years = found
    ratio = [step("rate", cargo.at(year), boxes.at(year)) for year in years]
    values = [one.value for one in ratio if one is not None]  # of years known for both
    change = [math.nan] + [100 * (b / a - 1) for a, b in pairwise(values)]
    frame = pd.DataFrame(
        {
            say("年份"): years,
            say("货物（万吨）"): [amounts.number(cargo.at(year)) for year in years],
            say("集装箱（万标箱）"): [amounts.number(boxes.at(year)) for year in years],
            say("每万吨货物的标箱数"): ratio,
            say("比上一公布年（%）"): [percent(value, sign=True).rstrip("%") for value in change],
        }
    )
    return Table(
        frame,
        say("{}集装箱化程度", region_name(evaluation.data, scope.zone)),
        source=sources(evaluation, (*cargo.data, *boxes.data)),
        align=["left"] + ["right"] * 4,
        key=key,
    )


def intensity_reading(evaluation: Evaluation) -> str:
    """Say how containers per tonne moved between the first and the last published year."""
    found = _both(evaluation)
    if isinstance(found, str) or len(found[3]) < 2:
        return ""
    _, cargo, boxes, years = found
    first, last = years[0], years[-1]
    ratio = {y: 1e4 * boxes.values()[y] / cargo.values()[y] for y in (first, last)}
    ends = (first, number(ratio[first]), last, number(ratio[last]))
    moved = (
        say("每万吨货物对应的标箱数由{}年的{}升至{}年的{}。", *ends)
        if ratio[last] >= ratio[first]
        else say("每万吨货物对应的标箱数由{}年的{}降至{}年的{}。", *ends)
    )
    return moved + say("比值只说明货类构成的方向，不说明原因，也不含空箱与重箱之分。")


def share_rows(evaluation: Evaluation) -> pd.DataFrame:
    """Return the area's share of the whole port for every period in which both are published.

    Columns: indicator, period, zone, whole (Datum), share, low, high in %; the bounds are what
    the rounding of both figures allows. Only figures of comparable calibers are divided.
    """
    scope = ports(evaluation)
    columns = ["indicator", "period", "zone", "whole", "share", "low", "high"]
    if scope is None or scope.whole is None:
        return pd.DataFrame(columns=columns)
    rows = []
    for code in (*CARGO_KINDS, *BOX_KINDS):
        own, all_ = (_by_period(evaluation, region, code) for region in (scope.zone, scope.whole))
        for period in sorted(own.keys() & all_.keys(), key=period_key):
            part, total = own[period], all_[period]
            if total.qualifier == "at_least" or part.qualifier == "at_least":
                continue  # a bound gives no share
            low, high = possible(part), possible(total)
            rows.append(
                (
                    code,
                    period,
                    part,
                    total,
                    100 * part.value / total.value,
                    100 * low.lo / high.hi,
                    100 * low.hi / high.lo,
                )
            )
    return pd.DataFrame(rows, columns=columns)


def _by_period(evaluation: Evaluation, region: str, indicator: str) -> dict[str, Datum]:
    """Return figures by period that stand under the customary or the plan's caliber."""
    years = annual(evaluation, region, indicator, "plan").data
    parts = [
        item
        for item in parts_of_year(evaluation, region, indicator)
        if item.caliber in ("default", "plan")
    ]
    return {item.period: item for item in (*years, *parts)}


def share_table(evaluation: Evaluation, key: str = "") -> Table | str:
    """Return the area's share of the whole port where the same period is published for both."""
    scope = ports(evaluation)
    if scope is None:
        return say(NO_PORT)
    rows = share_rows(evaluation)
    if rows.empty:
        return say("港区与全港没有同一时期的公布值，份额算不出。")
    frame = pd.DataFrame(
        {
            say("时期"): [period_zh(period) for period in rows["period"]],
            say("指标"): [SHORT[code] for code in rows["indicator"]],
            region_name(evaluation.data, scope.zone): [printed(item) for item in rows["zone"]],
            say("全港"): [printed(item) for item in rows["whole"]],
            say("份额（%）"): [
                step("share", *both) for both in zip(rows["whole"], rows["zone"], strict=True)
            ],
            say("舍入允许的范围（%）"): [
                spread(number(r.low), number(r.high)) for r in rows.itertuples()
            ],
        }
    )
    return Table(
        frame,
        say("港区占全港的份额：只用同一时期都有公布值的数字"),
        source=sources(evaluation, [*rows["zone"], *rows["whole"]]),
        align=["left", "left", "right", "right", "right", "right"],
        key=key,
    )


def share_reading(evaluation: Evaluation) -> str:
    """Read the shares and say how few periods they rest on."""
    rows = share_rows(evaluation)
    if rows.empty:
        return ""
    words = say("；").join(
        say(
            "{when}{what}{share}",
            when=period_zh(r["period"]),
            what=SHORT[r["indicator"]],
            share=percent(r["share"]),
        )
        for r in rows.to_dict("records")
    )
    return say(
        "港区占全港的份额：{}。只有这{}组数字可比，其余时期的份额未知；不用份额把全港数字折算成港区数字。",
        words,
        len(rows),
    )


# What other documents promised for the whole port, and what stands beside targets without data.
# A part that is promised more than its whole is a matter for those who set the targets; here it
# is shown, not settled.


#: Letters of a bar's label that leave the bar room; a Chinese letter is twice as wide.
LABEL = {"zh": 26, "en": 48}


def rival_rows(evaluation: Evaluation) -> pd.DataFrame:
    """Return the targets other documents set for the whole port beside the plan's own.

    Columns: indicator, who (short text), document, region, value, own (bool); in the
    indicator's unit, all for the plan's target year.
    """
    columns = ["indicator", "document", "region", "value", "own", "source"]
    scope = ports(evaluation)
    if scope is None:
        return pd.DataFrame(columns=columns)
    rows = [
        (
            t.indicator,
            either(evaluation.plan.name_zh, say("本规划")),
            t.region,
            t.target,
            True,
            t.source,
        )
        for t in (item.target for item in evaluation.of(domain="port"))
        if t.kind in ("at_least", "level") and t.target is not None
    ]
    end = str(evaluation.plan.end_year)
    for claim in claims(evaluation, "target"):
        if claim.region == scope.whole and claim.period == end:
            told = either(claim.statement, say("来源[{}]的目标", claim.source))
            rows.append((claim.indicator, told, claim.region, claim.value, False, claim.source))
    return pd.DataFrame(rows, columns=columns)


def rival_chart(evaluation: Evaluation, indicator: str = BOXES, key: str = "") -> Chart | str:
    """Draw the area's target beside the targets other documents set for the whole port."""
    rows = rival_rows(evaluation)
    rows = rows[rows["indicator"] == indicator] if len(rows) else rows
    own = rows[rows["own"].astype(bool)] if len(rows) else rows
    if rows.empty or len(own) == len(rows) or own.empty:
        return say("没有查到其他文件为同一年的全港集装箱吞吐量另定目标，无从对照。")
    name = partial(region_name, evaluation.data)
    labels = [say("{}：{}", name(r["region"]), r["document"]) for r in rows.to_dict("records")]
    part, least = float(own["value"].iloc[0]), float(rows.loc[~rows["own"], "value"].min())
    unit = evaluation.data.indicators[indicator]["unit"]
    place, end = name(own["region"].iloc[0]), evaluation.plan.end_year
    lowest = with_unit(number(least, 0), unit)
    caption = say("{}年集装箱目标：{}{}", end, place, with_unit(number(part, 0), unit))
    caption += (
        say("，大于全港的一个目标{}，部分大于整体", lowest)
        if part > least
        else say("，不大于全港目标{}", lowest)
    )
    return bar_chart(
        pd.DataFrame({"name": [_short(label) for label in labels], "value": rows["value"]}),
        caption,
        digits=0,
        highlight=_short(labels[list(rows["own"]).index(True)]),
        subtitle=say("{}年集装箱吞吐量目标，按文件，{}", end, unit_name(unit)),
        source=say("来源：")
        + say("；").join(
            say("[{}]{}", s, cited(evaluation.data.sources[s]["title"]))
            for s in dict.fromkeys(rows["source"])
        ),
        key=key,
    )


def _short(label: str) -> str:
    most = LABEL[spoken()]
    return label if len(label) <= most else label[: most - 1] + "…"


def _subject(finding: Finding) -> str:
    """Return the subject of a finding as running text has it: no gap, the year named a year."""
    year = "" if finding.targets or len(finding.period) > 4 else "年"
    return either(subject(finding).replace(" ", "") + year, subject(finding))


def rival_reading(evaluation: Evaluation) -> str:
    """Say what the audit finds in the rival targets and what an unchanged share would mean."""
    rows = rival_rows(evaluation)
    rivals = rows[~rows["own"].astype(bool)] if len(rows) else rows
    if rivals.empty:
        return ""
    told = [
        say(
            "{}：{}（核对编号{}）。",
            plain(_subject(f)),
            plain(why(f)),
            f.finding_id,
        )
        for f in evaluation.audit.findings
        if f.rule in ("parts_vs_whole", "claim_vs_document")
        and f.indicator in set(rivals["indicator"])
        and str(evaluation.plan.end_year) in f.period
    ]
    shares = share_rows(evaluation)
    shares = shares[(shares["indicator"] == BOXES) & (shares["period"].str.len() == 4)]
    text = bullets(told)
    boxes = rivals[rivals["indicator"] == BOXES]
    if len(shares) and len(boxes):
        last = shares.iloc[-1]
        implied = say("、").join(
            say("全港{}对应港区{}", number(v, 0), number(v * last.share / 100, 0))
            for v in boxes["value"]
        )
        text += say(
            "\n\n若港区份额停在{}的{}，{}（万标箱）。这是对照用的假设，不是预测；各文件是否同一口径，须由制定单位说明。",
            period_zh(last.period),
            percent(last.share),
            implied,
        )
    return text


def background(evaluation: Evaluation) -> str:
    """Say for each port target without a figure of its own what exists elsewhere, and its limit."""
    items = [
        item
        for item in evaluation.of(domain="port")
        if item.latest is None or item.latest.year < evaluation.plan.start_year
    ]
    if not items:
        return ""
    return bullets(_background(evaluation, item) for item in items)


def _background(evaluation: Evaluation, item: IndicatorEvaluation) -> str:
    target = item.target
    text = say(
        "{}（目标{}）：规划期内没有公布值", plain(name_of(target)), plain(wording.target_text(item))
    )
    if item.baseline is None:
        text += say("，{}年基期值也没有公布", evaluation.plan.base_year)
    text += say("。")
    if item.context:
        listed = say("、").join(
            say(
                "{}年{}（{}，{}）",
                i.period,
                with_unit(printed(i), i.unit),
                region_name(evaluation.data, i.region),
                worded(evaluation.data.calibers[i.caliber], "name"),
            )
            for i in item.context
        )
        text += say(
            "其他范围或口径的数字：{}，只作背景，大于或小于目标都不能说明港区。", plain(listed)
        )
    return text + (say("规划文本的限制：{}。", plain(noted(target.note))) if target.note else "")


# --- How fast the port must grow, and on which series a trend may be fitted at all ---
# A rate is arithmetic between published ends; a model is fitted only where eight consecutive
# years of one caliber are published, which for the port they are not.


def pace_rows(evaluation: Evaluation) -> list[dict]:
    """Return for every port target with a value: pace asked, realised, needed, and the gap.

    Rates in % a year; ``carried`` is the value in the target year if the realised growth went
    on, `low` and `high` what the rounding of the latest value allows for the growth needed.
    """
    rows = []
    for item in evaluation.of(domain="port"):
        target, base, latest = item.target, item.baseline, item.latest
        if target.target is None or base is None or latest is None or item.series is None:
            continue
        if target.kind not in ("at_least", "level") or latest.year <= base.year:
            continue
        left = target.target_year - latest.year
        own = 100 * cagr(base.value, latest.value, latest.year - base.year)
        spread = None
        if left > 0:
            spread = growth_interval(possible(latest), (target.target, target.target), left)
        rows.append(
            {
                "item": item,
                "asked": 100 * cagr(base.value, target.target, target.target_year - base.year),
                "own": grown(base, latest),
                "needed": of(item, "required_growth_pct") if left > 0 else None,
                "spread": spread,
                "carried": latest.value * (1 + own / 100) ** left if left > 0 else None,
            }
        )
    return rows


def pace_table(evaluation: Evaluation, key: str = "") -> Table | str:
    """Return the pace the plan asked for, the pace realised and the pace still needed."""
    rows = pace_rows(evaluation)
    if not rows:
        return say("没有同时具备基期值、规划期内公布值和数值目标的港口指标，所需增速算不出。")
    frame = pd.DataFrame([_pace_row(row) for row in rows])
    if evaluation.settled:
        frame = frame.drop(columns=[say("仍需"), say("沿用已实现增速时目标年的值")])
    used = [f for row in rows for f in (row["item"].baseline, row["item"].latest)]
    return Table(
        frame,
        say("规划要求与已经实现的年均增速（%/年）")
        if evaluation.settled
        else say("所需增速：规划要求、已经实现与还需要的（%/年）"),
        source=sources(evaluation, used),
        note=""
        if evaluation.settled
        else say(
            "“沿用已实现增速”只是算术延长，不是预测；尚须预测的见后文。“—”表示目标年已有公布值。"
        ),
        align=["left"] + ["right"] * (frame.shape[1] - 1),
        key=key,
    )


def _pace_row(row: dict) -> dict[str, object]:
    item: IndicatorEvaluation = row["item"]
    base, latest, target = item.baseline, item.latest, item.target
    assert base is not None and latest is not None
    return {
        say("指标"): say("{}（{}）", name_of(target), unit_name(target.unit)),
        say("规划要求（{}—{}）", base.year, target.target_year): percent(row["asked"]),
        say("已实现"): say("{}（{}—{}）", percent(row["own"]), base.year, latest.year),
        say("仍需"): percent(row["needed"]),
        say("沿用已实现增速时目标年的值"): number(row["carried"]),
        say("目标"): amounts.number(of(item, "goal")),
    }


def pace_reading(evaluation: Evaluation) -> str:
    """Say how much faster the remaining years must be, and what is left when they are not."""
    parts, closed = [], []
    for row in pace_rows(evaluation):
        item = row["item"]
        name, target, latest = plain(name_of(item.target)), item.target, item.latest
        if row["needed"] is None:
            closed.append(name)
            continue
        left = target.target_year - latest.year
        span = say("{}年一年", target.target_year) if left == 1 else say("其后{}年每年", left)
        text = say("{}：规划要求年均增长{}，", name, percent(row["asked"]))
        text += say("{}—{}年已实现年均{}，", item.baseline.year, latest.year, percent(row["own"]))
        text += say("{}还须增长{}", span, percent(row["needed"]))
        lo, hi = row["spread"]
        if percent(lo) != percent(hi):
            text += say("（公布值的舍入允许{}至{}）", percent(lo), percent(hi))
        gap = target.target - row["carried"]
        word = say("少") if gap > 0 else say("多")
        text += say(
            "。若只沿用已实现的增速，{}年为{}，比目标{}{}。",
            target.target_year,
            amounts.amount(row["carried"], target.unit, 1),
            word,
            amounts.amount(abs(gap), target.unit, 1),
        )
        parts.append(text)
    if closed and not evaluation.settled:
        parts.append(say("{}的目标年已有公布值，不再有“仍需增速”。", say("、").join(closed)))
    return joined(parts)


def city_yardstick(evaluation: Evaluation, key: str = "") -> Table | str:
    """Fit the trend of the city's GDP at constant prices, the only long series near the port.

    A yardstick for the size of a growth rate, no model of the port.
    """
    found = city(evaluation)
    if not found.name:
        return say("数据中没有本区的上级地区，没有可作对照的长序列。")
    return trend_table(
        trends(found.real, say("可比价")),
        say("对照尺度：{}地区生产总值", found.name),
        source=sources(evaluation, found.index.data),
        key=key,
    )


def run_rows(evaluation: Evaluation) -> list[dict]:
    """Return for each port series how long its unbroken years are, under ever looser rules.

    ``strict``: one caliber, lower bounds left out; ``mixed``: other calibers let in;
    ``implied``: also the year before one whose published growth gives it.
    """
    scope = ports(evaluation)
    if scope is None:
        return []
    growth = growth_claims(evaluation)
    rows = []
    for region, caliber in ((scope.zone, "plan"), (scope.whole, "default")):
        for code in (CARGO, BOXES):
            if region is None:
                continue
            series = annual(evaluation, region, code, caliber)
            strict = exact_years(series)
            others = {item.year for item in series.other_calibers if item.qualifier != "at_least"}
            mixed = sorted({*strict, *others})
            told = {
                year - 1
                for (place, what, period, _) in growth
                if (place, what) == (region, code) and (year := whole_year(period)) in mixed
            }
            rows.append(
                {
                    "region": region,
                    "code": code,
                    "series": series,
                    "strict": strict,
                    "mixed": mixed,
                    "implied": sorted({*mixed, *told}),
                }
            )
    return rows


def runs_table(evaluation: Evaluation, key: str = "") -> Table | str:
    """Return the longest unbroken years of every port series, the test for fitting a trend."""
    rows = run_rows(evaluation)
    if not rows:
        return say(NO_PORT)
    frame = pd.DataFrame(
        {
            say("序列"): [series_name(evaluation, r["region"], r["code"]) for r in rows],
            say("同口径年度值"): [say("、").join(map(str, r["strict"])) or "—" for r in rows],
            say("点数"): [len(r["strict"]) for r in rows],
            say("最长连续段"): [_run(r["strict"]) for r in rows],
            say("混入他口径后"): [_run(r["mixed"]) for r in rows],
            say("再加由同比倒推的年份"): [_run(r["implied"]) for r in rows],
        }
    )
    return Table(
        frame,
        say("能不能拟合趋势：连续年度值的长度（至少需要{}年）", POINTS_FOR_TREND),
        source=sources(evaluation, [figure for r in rows for figure in r["series"].data]),
        note=say(
            "“突破”类数字只是下限，不算年度值；混入他口径、由同比倒推两列只为说明即使放宽也不够，本章不使用这样拼成的序列。"
        ),
        align=["left", "left", "right", "left", "left", "left"],
        key=key,
    )


def _run(years: list[int]) -> str:
    run = longest_run(years)
    return say("{}（{}年）", span_zh(run), len(run)) if run else "—"


def runs_reading(evaluation: Evaluation) -> str:
    """Say why no trend is fitted to the port, naming the missing years; or fit it where it may."""
    rows = run_rows(evaluation)
    if not rows:
        return ""
    long = [r for r in rows if len(longest_run(r["strict"])) >= POINTS_FOR_TREND]
    if long:
        return joined(_fitted(evaluation, row) for row in long)
    most = max(len(longest_run(r["implied"])) for r in rows)
    points = max(len(r["strict"]) for r in rows)
    text = say(
        "没有一条港口序列有{}个连续的同口径年度值；即使混入他口径并由同比倒推，最长也只有{}年。因此不对本地港口拟合趋势或季节模型：点数最多的序列只有{}个点，扣去截距和斜率只剩{}个自由度，区间和检验都靠不住。",
        POINTS_FOR_TREND,
        most,
        points,
        max(points - 2, 0),
    )
    gaps = [gap for row in rows if (gap := _missing(evaluation, row))]
    return text + joined(gaps)


def _missing(evaluation: Evaluation, row: dict) -> str:
    years = row["strict"]
    if len(years) < 2:
        return ""
    gaps = [year for year in range(years[0], years[-1]) if year not in years]
    if not gaps:
        return ""
    name = series_name(evaluation, row["region"], row["code"])
    series: Series = row["series"]
    bounds = [item.year for item in series.data if item.year in gaps]
    only = say("（其中{}年只有下限）", _listed(bounds)) if bounds else ""
    return say("{}在{}年之间缺{}年{}。", name, span_zh([years[0], years[-1]]), _listed(gaps), only)


def _listed(years: list[int]) -> str:
    """Return years as text, stretches joined: 2006—2007、2009."""
    stretches: list[list[int]] = []
    for year in years:
        if stretches and year == stretches[-1][-1] + 1:
            stretches[-1].append(year)
        else:
            stretches.append([year])
    return say("、").join(span_zh([s[0], s[-1]]) if len(s) > 1 else str(s[0]) for s in stretches)


def _fitted(evaluation: Evaluation, row: dict) -> str:
    series: Series = row["series"]
    run = longest_run(row["strict"])
    fit = log_linear_trend(series.values().loc[run[0] : run[-1]])
    return say(
        "{}{}年趋势增速为{}（95%区间{}至{}）。",
        series_name(evaluation, row["region"], row["code"]),
        span_zh(run),
        percent(fit.growth_pct),
        percent(fit.lo_pct),
        percent(fit.hi_pct),
    )


def yardstick_reading(evaluation: Evaluation) -> str:
    """Set the growth each port target needs against the city's trend growth, as a ratio only."""
    found = city(evaluation)
    now = trends(found.real, say("可比价")).local
    if now is None:
        return ""
    text = say(
        "{}年{}可比价生产总值的趋势增速为{}（95%区间{}至{}）。",
        now.year,
        found.name,
        percent(now.growth_pct),
        percent(now.growth_lo_pct),
        percent(now.growth_hi_pct),
    )
    ratios = ""
    for row in pace_rows(evaluation):
        needed = value_of(row["needed"])
        if needed is None or needed <= 0 or now.growth_pct <= 0:
            continue
        ratios += say(
            "{}仍需的{}相当于它的{}倍。",
            plain(name_of(row["item"].target)),
            percent(row["needed"]),
            number(needed / now.growth_pct),
        )
    if evaluation.settled:
        return text + say("它不表示全市增长带来多少吞吐量。")
    if not ratios:
        return text + say("这里没有可与它相比的所需增速；它也不表示全市增长带来多少吞吐量。")
    return text + ratios + say("这一倍数只说明所需增速的大小，不表示全市增长带来多少吞吐量。")


# --- Containers per tonne of the whole port, and how throughput moves with GDP and trade ---
# An elasticity needs pairs of neighbouring years of one caliber; where there are too few it says
# so and hands on the plain ratio of growth rates, marked as arithmetic.


def _exact(evaluation: Evaluation, region: str, code: str) -> dict[tuple[str, str], Datum]:
    """Return a scope's figures by period and caliber, bounds left out."""
    series = annual(evaluation, region, code)
    found = (*series.data, *series.other_calibers, *parts_of_year(evaluation, region, code))
    return {
        (item.period, item.caliber): item
        for item in found
        if item.qualifier not in ("at_least", "at_most")
    }


def whole_intensity_table(evaluation: Evaluation, key: str = "") -> Table | str:
    """Return containers per 10,000 tonnes of the whole port, one period and caliber a row.

    Formula: TEU / (cargo in 10,000 t). Seasonal within a year, so that only like periods of
    two years compare.
    """
    scope = ports(evaluation)
    if scope is None or scope.whole is None:
        return ""
    cargo, boxes = (_exact(evaluation, scope.whole, code) for code in (CARGO, BOXES))
    both = sorted(cargo.keys() & boxes.keys(), key=lambda one: (*period_key(one[0]), one[1]))
    if not both:
        return say("全港没有同一时期、同一口径的货物与集装箱数字，集装箱化程度算不出。")
    name = region_name(evaluation.data, scope.whole)
    frame = pd.DataFrame(
        {
            say("时期"): [period_zh(period) for period, _ in both],
            say("口径"): [worded(evaluation.data.calibers[caliber], "name") for _, caliber in both],
            say("货物（万吨）"): [printed(cargo[one]) for one in both],
            say("集装箱（万标箱）"): [printed(boxes[one]) for one in both],
            say("每万吨货物的标箱数"): [step("rate", cargo[one], boxes[one]) for one in both],
        }
    )
    return Table(
        frame,
        say("{}集装箱化程度：{}个同期、同口径的数字（只作背景）", name, len(both)),
        source=sources(evaluation, [f[one] for f in (cargo, boxes) for one in both]),
        note=say("港区的比值见前表；两个范围的货类不同，比值不相比。不满一年的只与往年同期相比。"),
        align=["left", "left", "right", "right", "right"],
        key=key,
    )


def elasticity_rows(evaluation: Evaluation) -> list[dict]:
    """Return for every port series and yardstick the elasticity, or the pairs there are.

    Yardsticks: the city's GDP at constant prices, and its trade at current prices.
    """
    scope = ports(evaluation)
    if scope is None:
        return []
    found = city(evaluation)
    trade = known_series(evaluation, parent(evaluation), "trade")
    yardsticks = (
        (say("{}生产总值（可比价）", found.name), found.real, found.index),
        (say("{}进出口（现价）", found.name), trade.values(), trade),
    )
    rows = []
    for region, caliber in ((scope.zone, "plan"), (scope.whole, "default")):
        if region is None:
            continue
        for code in (CARGO, BOXES):
            series = annual(evaluation, region, code, caliber)
            values = series.values()
            values = values.loc[[year for year in values.index if year in exact_years(series)]]
            for label, x, behind in yardsticks:
                fit = short_elasticity(values, x.dropna())
                rows.append(
                    {
                        "region": region,
                        "code": code,
                        "yardstick": label,
                        "fit": fit,
                        "series": series,
                        "behind": behind,
                        "arcs": _arcs(values, x.dropna()) if not fit.known else [],
                    }
                )
    return rows


def _arcs(y: pd.Series, x: pd.Series) -> list[tuple[int, int, float | None]]:
    """Return the ratio of growth rates over each interval between known years."""
    years = [int(year) for year in y.index if year in x.index]
    return [(a, b, arc_elasticity(y[a], y[b], x[a], x[b])) for a, b in pairwise(years)]


def elasticity_table(evaluation: Evaluation, key: str = "") -> Table | str:
    """Return the elasticities, or how many pairs are missing and the plain ratios there are."""
    rows = elasticity_rows(evaluation)
    if not rows:
        return say(NO_PORT)
    frame = pd.DataFrame(
        {
            say("序列"): [series_name(evaluation, r["region"], r["code"]) for r in rows],
            say("对照"): [r["yardstick"] for r in rows],
            say("相邻年份配对"): [r["fit"].n for r in rows],
            say("弹性（95%区间）"): [_cell(r["fit"]) for r in rows],
            say("区间增速之比（算术）"): [_arc_cell(r["arcs"]) for r in rows],
        }
    )
    enough = sum(r["fit"].known for r in rows)
    used: list[Series] = [r[which] for r in rows for which in ("series", "behind")]
    return Table(
        frame,
        say(
            "吞吐量对生产总值和贸易的弹性：{}组中{}组够{}对相邻年份",
            len(rows),
            enough,
            PAIRS_AT_LEAST,
        )
        if enough
        else say("吞吐量对生产总值和贸易的弹性：{}组都不够{}对相邻年份", len(rows), PAIRS_AT_LEAST),
        source=sources(evaluation, [item for series in used for item in series.data]),
        note=say(
            "弹性用对数差分估计，不足{}对写“数据不足”；六至九对用小样本t区间，十对以上用HAC区间。最后一列是首尾两年对数增长之比，没有误差可言，不是弹性的估计。进出口为现价，含价格变动。",
            PAIRS_AT_LEAST,
        ),
        align=["left", "left", "right", "right", "left"],
        key=key,
    )


def _cell(fit: ShortElasticity) -> str:
    if fit.elasticity is None:
        return say("数据不足")
    return say("{}（{}至{}）", number(fit.elasticity, 2), number(fit.lo, 2), number(fit.hi, 2))


def _arc_cell(arcs: list) -> str:
    words = [say("{}—{}年{}", a, b, number(ratio, 2)) for a, b, ratio in arcs if ratio is not None]
    return say("；").join(words) or "—"


def elasticity_reading(evaluation: Evaluation) -> str:
    """Say which elasticities may be used and why the others may not."""
    rows = elasticity_rows(evaluation)
    if not rows:
        return ""
    known = [r for r in rows if r["fit"].known]
    most = max(r["fit"].n for r in rows)
    if not known:
        text = say(
            "港口序列与对照序列{}，少于{}对，因此不估计弹性，也不用弹性推算吞吐量。",
            _most(most),
            PAIRS_AT_LEAST,
        )
        if any(r["arcs"] for r in rows):
            text += say("表中的增速之比只说明某一段时间里谁快谁慢，换一段时间就会不同。")
        return text
    parts = []
    for r in known:
        fit = r["fit"]
        name = say("{}对{}", series_name(evaluation, r["region"], r["code"]), r["yardstick"])
        apart = say("区间不含零") if fit.lo > 0 or fit.hi < 0 else say("区间含零，方向不能确定")
        parts.append(say("{}的弹性为{}，{}", name, _cell(fit), apart))
    return say("；").join(parts) + say("。弹性描述同向变动，不表示因果。")


def _most(count: int) -> str:
    return say("的相邻年份配对最多只有{}对", count) if count else say("没有一对相邻年份可配")
