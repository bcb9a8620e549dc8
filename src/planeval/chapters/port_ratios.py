"""Containers per tonne of the whole port, and how throughput moves with GDP and trade.

An elasticity needs pairs of neighbouring years of one caliber; where there are too few it says
so and hands on the plain ratio of growth rates, marked as arithmetic.
"""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from analysis.data.periods import period_key
from analysis.data.series import Datum, Series
from analysis.growth.sample import arc_elasticity
from analysis.targets.evaluation import Evaluation
from analysis.trend.short import PAIRS_AT_LEAST, ShortElasticity, short_elasticity
from planeval.chapters.cells import sources
from planeval.chapters.port_common import (
    BOXES,
    CARGO,
    NO_PORT,
    annual,
    exact_years,
    parts_of_year,
    ports,
    printed,
    series_name,
)
from planeval.chapters.region import city, known_series, parent
from planeval.show.table import Table, number
from planeval.words.figures import period_zh
from planeval.words.language import say, worded


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
    name = evaluation.data.name(scope.whole)
    frame = pd.DataFrame(
        {
            say("时期"): [period_zh(period) for period, _ in both],
            say("口径"): [worded(evaluation.data.calibers[caliber], "name") for _, caliber in both],
            say("货物（万吨）"): [printed(cargo[one]) for one in both],
            say("集装箱（万标箱）"): [printed(boxes[one]) for one in both],
            say("每万吨货物的标箱数"): [1e4 * boxes[one].value / cargo[one].value for one in both],
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
