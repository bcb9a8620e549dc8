"""The port area's own published figures: growth, containers per tonne, share of the port.

Cargo and containers are physical quantities; only the city's GDP in this room has a price
basis, and that is constant prices.
"""

from __future__ import annotations

import math
from itertools import pairwise

import pandas as pd

from analysis.data.periods import period_key
from analysis.data.series import Datum, Series
from analysis.growth.rates import cagr, real_growth_from_index
from analysis.targets.evaluation import Evaluation
from planeval.chapters.cells import growth, sources
from planeval.chapters.port_common import (
    BOX_KINDS,
    BOXES,
    CARGO,
    CARGO_KINDS,
    NO_PORT,
    SHORT,
    Ports,
    annual,
    exact_years,
    parts_of_year,
    ports,
    possible,
    printed,
)
from planeval.chapters.region import city
from planeval.show.chart import Chart
from planeval.show.lines import line_chart
from planeval.show.table import Table, number, percent
from planeval.words import figures as amounts
from planeval.words.figures import period_zh, spread
from planeval.words.language import mark, say

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
        return say(NO_ZONE, place=evaluation.data.name(scope.zone))
    return scope, cargo, boxes, years


def zone_chart(evaluation: Evaluation, key: str = "") -> Chart | str:
    """Draw cargo and containers as indices of the first common year, gaps left open."""
    found = _both(evaluation)
    if isinstance(found, str):
        return found
    scope, cargo, boxes, years = found
    place = evaluation.data.name(scope.zone)
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
    scope = ports(evaluation)
    if isinstance(rows, str):  # the chart above the table has said why there is nothing
        return rows if scope is None else ""
    if rows.empty or scope is None:
        return say("港区只有一个公布年份，增速算不出。")
    name = evaluation.data.name
    zone, whole = name(scope.zone), name(scope.whole) if scope.whole else say("全港")
    above = name(scope.city) if scope.city else say("全市")
    frame = pd.DataFrame(
        {
            say("区间"): [spread(r.first, r.last) for r in rows.itertuples()],
            say("{}货物", zone): rows["cargo"],
            say("{}集装箱", zone): rows["boxes"],
            say("箱快于货（百分点）"): rows["boxes"] - rows["cargo"],
            say("{}货物", whole): rows["whole_cargo"],
            say("{}集装箱", whole): rows["whole_boxes"],
            say("{}生产总值（可比价）", above): rows["city"],
        }
    )
    series = zone_series(evaluation) or ()
    return Table(
        frame,
        say("年均增速：同一区间内港区、全港与全市（%）"),
        source=sources(evaluation, [*(f for one in series for f in one.data), *_ends(evaluation)]),
        note=say(
            "吞吐量为实物量；“—”表示区间首尾至少缺一个年度值，不以相邻年份代替。差按未取整的增速计算，与表中两数相减可能差0.1。"
        ),
        align=["left"] + ["right"] * 6,
        key=key,
    )


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
    tonnes, teu = cargo.values(), boxes.values()
    ratio = [1e4 * teu[year] / tonnes[year] for year in years]
    change = [math.nan] + [100 * (b / a - 1) for a, b in pairwise(ratio)]
    frame = pd.DataFrame(
        {
            say("年份"): years,
            say("货物（万吨）"): [amounts.number(tonnes[year]) for year in years],
            say("集装箱（万标箱）"): [amounts.number(teu[year]) for year in years],
            say("每万吨货物的标箱数"): ratio,
            say("比上一公布年（%）"): [percent(value, sign=True).rstrip("%") for value in change],
        }
    )
    return Table(
        frame,
        say("{}集装箱化程度", evaluation.data.name(scope.zone)),
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
            evaluation.data.name(scope.zone): [printed(item) for item in rows["zone"]],
            say("全港"): [printed(item) for item in rows["whole"]],
            say("份额（%）"): rows["share"],
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
