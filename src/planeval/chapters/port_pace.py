"""How fast the port must grow, and on which series a trend may be fitted at all.

A rate is arithmetic between published ends; a model is fitted only where eight consecutive
years of one caliber are published, which for the port they are not.
"""

from __future__ import annotations

import pandas as pd

from analysis.data.series import Series
from analysis.data.units import unit_name
from analysis.growth.rates import cagr, growth_interval
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from analysis.trend.base import POINTS_FOR_TREND
from analysis.trend.fit import log_linear_trend
from planeval.chapters.cells import plain, sources
from planeval.chapters.port_common import (
    BOXES,
    CARGO,
    NO_PORT,
    annual,
    exact_years,
    growth_claims,
    longest_run,
    ports,
    possible,
    series_name,
)
from planeval.chapters.region import city
from planeval.chapters.trends import trend_table, trends
from planeval.show.table import Table, number, percent
from planeval.words import figures as amounts
from planeval.words.figures import span_zh
from planeval.words.language import say


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
                "own": own,
                "needed": item.state.required_growth_pct if left > 0 else None,
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
        say("指标"): say("{}（{}）", target.name, unit_name(target.unit)),
        say("规划要求（{}—{}）", base.year, target.target_year): percent(row["asked"]),
        say("已实现"): say("{}（{}—{}）", percent(row["own"]), base.year, latest.year),
        say("仍需"): percent(row["needed"]),
        say("沿用已实现增速时目标年的值"): number(row["carried"]),
        say("目标"): amounts.number(target.target),
    }


def pace_reading(evaluation: Evaluation) -> str:
    """Say how much faster the remaining years must be, and what is left when they are not."""
    parts, closed = [], []
    for row in pace_rows(evaluation):
        item = row["item"]
        name, target, latest = plain(item.target.name), item.target, item.latest
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
    return "".join(parts)


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
                int(period) - 1
                for (place, what, period, _) in growth
                if (place, what) == (region, code) and period.isdigit() and int(period) in mixed
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
        return "".join(_fitted(evaluation, row) for row in long)
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
    return text + "".join(gaps)


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
        needed = row["needed"]
        if needed is None or needed <= 0 or now.growth_pct <= 0:
            continue
        ratio = number(needed / now.growth_pct)
        ratios += say(
            "{}仍需的{}相当于它的{}倍。", plain(row["item"].target.name), percent(needed), ratio
        )
    if evaluation.settled:
        return text + say("它不表示全市增长带来多少吞吐量。")
    if not ratios:
        return text + say("这里没有可与它相比的所需增速；它也不表示全市增长带来多少吞吐量。")
    return text + ratios + say("这一倍数只说明所需增速的大小，不表示全市增长带来多少吞吐量。")
