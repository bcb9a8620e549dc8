"""How much of the zone's output stands in one place or industry, and how it moves with the city."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from analysis.data.errors import InputError
from analysis.data.series import Datum, Series
from analysis.growth.indices import contributions
from analysis.growth.rates import cagr
from analysis.growth.sample import arc_elasticity
from analysis.growth.shares import concentration, concentration_bounds
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from analysis.trend.fit import elasticity
from planeval.chapters.cells import sources, titles
from planeval.chapters.industry import Part
from planeval.chapters.industry_words import part_targets
from planeval.chapters.region import City, known_series, parent
from planeval.chapters.zone import own_name, own_series
from planeval.show.cell import Sourced
from planeval.show.table import Table, number
from planeval.words.language import either, say


def _pairs_within(own: Series, found: Part | None) -> list[tuple[Datum, Datum]]:
    """Return (zone, part) of the years both published, the part not above the zone."""
    if found is None:
        return []
    joined = [(item, found.series.at(item.year)) for item in own.data if item.status != "derived"]
    return [(w, p) for w, p in joined if p is not None and 0 < p.value <= w.value]


def _range(low: float, high: float, digits: int) -> str:
    a, b = number(low, digits), number(high, digits)
    return a if a == b else say("{} 至 {}", a, b)


def concentration_table(
    evaluation: Evaluation,
    own: Series,
    found: Part | None,
    whole: IndicatorEvaluation | None,
    key: str = "",
) -> Table | str:
    """Return share, Herfindahl index and effective number: park by year, and the plan's targets."""
    rows, told = [], []
    pairs = _pairs_within(own, found)
    for item, piece in pairs:
        name = found.name if found is not None else ""
        bounds = concentration_bounds(pd.Series({name: piece.value}), item.value)
        rows.append(_row(say("{}年产值", item.period), name, piece.value / item.value, *bounds))
        told += [item.source, piece.source]
    planned = _planned(whole, part_targets(evaluation))
    if planned is not None:
        rows.append(planned)
        told.append(evaluation.plan.source)
    if not rows:
        return say("没有分园区或分行业的产值，也没有分行业目标，集中度无从计算。")
    return Table(
        pd.DataFrame(rows),
        say("{}工业产值的集中度", own_name(evaluation)),
        source=Sourced(
            titles(evaluation, dict.fromkeys(told)), (one.row for both in pairs for one in both)
        ),
        note=say(
            "赫芬达尔指数＝各部分份额的平方和，1为只有一个部分；有效个数＝1÷指数，即相当于几个同样大的部分。只知一部分时给上下限：其余极分散为下限，其余合为一个部分为上限。园区与本区口径不同，份额为近似；园区不是行业，分行业产值没有公布。"
        ),
        align=["left", "left", *["right"] * 3],
        key=key,
    )


def _row(what: str, name: str, share: float, low: float, high: float) -> dict[str, str]:
    return {
        say("对象"): what,
        say("最大部分"): name,
        say("份额（%）"): number(100 * share),
        say("赫芬达尔指数"): _range(low, high, 3),
        say("有效个数"): _range(1 / high, 1 / low, 2),
    }


def _planned(
    whole: IndicatorEvaluation | None, items: list[IndicatorEvaluation]
) -> dict[str, str] | None:
    """Return the concentration that the targets of parts imply, None without such targets."""
    goal = whole.target.target if whole is not None else None
    if not items or goal is None:
        return None
    parts = pd.Series({i.target.name: float(i.target.target or 0.0) for i in items})
    made = concentration(parts)
    if made is None:
        return None
    year = items[0].target.target_year
    if parts.sum() > goal:  # the parts alone are then the whole that can be spoken of
        return _row(
            say("{}年分行业目标（以合计为总量）", year),
            made.largest,
            made.largest_share,
            made.herfindahl,
            made.herfindahl,
        )
    bounds = concentration_bounds(parts, goal)
    return _row(say("{}年分行业目标", year), made.largest, float(parts.max()) / goal, *bounds)


def concentration_reading(
    evaluation: Evaluation,
    own: Series,
    found: Part | None,
    whole: IndicatorEvaluation | None,
) -> str:
    """Say how lop-sided the output is, how the part moved the whole, and the plan's own picture."""
    text, pairs = "", _pairs_within(own, found)
    if found is not None and pairs:
        item, piece = pairs[-1]
        low = concentration_bounds(pd.Series({found.name: piece.value}), item.value).lo
        text = say(
            "{}年{}的份额约{}%，赫芬达尔指数不低于{}，有效个数不超过{}{}（口径不同，近似）。",
            item.period,
            found.name,
            number(100 * piece.value / item.value),
            number(low, 3),
            number(1 / low, 2),
            say("，属一处独大") if low > 0.5 else "",
        )
    if found is not None and len(pairs) > 1:
        text += _contribution(evaluation, found, pairs)
    planned = _planned(whole, part_targets(evaluation))
    if planned is not None:
        text += say(
            "按{}，{}占{}%，赫芬达尔指数{}，有效个数{}；这是目标的结构，不是实际。",
            planned[say("对象")],
            planned[say("最大部分")],
            planned[say("份额（%）")],
            planned[say("赫芬达尔指数")],
            planned[say("有效个数")],
        )
    return text


def _contribution(evaluation: Evaluation, found: Part, pairs: list[tuple[Datum, Datum]]) -> str:
    ends = [pairs[0], pairs[-1]]
    years = [item.year for item, _ in ends]
    made = contributions(
        pd.DataFrame({"part": [piece.value for _, piece in ends]}, index=years),
        pd.Series([item.value for item, _ in ends], index=years),
    ).iloc[0]
    total = float(made["part"] + made["residual"])
    return say(
        "{}—{}年{}规上工业总产值现价累计变动{}%，其中{}拉动{}个百分点，其余{}个百分点（口径不同，近似）。",
        years[0],
        years[1],
        own_name(evaluation),
        number(total, sign=True),
        found.name,
        number(float(made["part"]), sign=True),
        number(float(made["residual"]), sign=True),
    )


def elasticity_table(evaluation: Evaluation, own: Series, city: City, key: str = "") -> Table | str:
    """Return the zone's output growth over its intervals, and its arc elasticities."""
    sector = known_series(evaluation, parent(evaluation), "secondary_va")
    beside = {
        say("对{}第二产业增加值", city.name or say("上级地区")): sector,
        say("对{}生产总值", city.name or say("上级地区")): city.nominal,
        say("对{}生产总值", own_name(evaluation)): own_series(evaluation, "gdp"),
    }
    rows, used = [], []
    for a, b in pairwise(own.data):
        row = {
            say("区间"): say("{}—{}年", a.period, b.period)
            + (say("（起点为推算值）") if a.status == "derived" else ""),
            say("产值年均增速（%）"): number(100 * cagr(a.value, b.value, b.year - a.year)),
        }
        for name, series in beside.items():
            x0, x1 = series.at(a.year), series.at(b.year)
            row[name] = "—"
            if x0 is not None and x1 is not None:
                row[name] = number(arc_elasticity(a.value, b.value, x0.value, x1.value), 2)
                used += [x0, x1]
        used += [a, b]
        rows.append(row)
    if not rows:
        return say("本区产值不足两个年度值，谈不上弹性。")
    return Table(
        pd.DataFrame(rows),
        say("{}规上工业总产值的区间弹性（现价）", own_name(evaluation)),
        source=sources(evaluation, used),
        note=say(
            "区间弹性＝产值对数变动÷对照量对数变动，即对照量变动1%时产值变动百分之几；两端各一个数，没有误差区间。“—”为对照量缺一端。产值是总产值，对照量是增加值，口径与范围都不同。"
        ),
        align=["left", *["right"] * 4],
        key=key,
    )


def elasticity_reading(evaluation: Evaluation, own: Series) -> str:
    """Say why no elasticity is estimated, or give the estimate with its interval."""
    if len(own.data) < 2:
        return ""
    published = {item.year: item.value for item in own.data if item.status != "derived"}
    sector = known_series(evaluation, parent(evaluation), "secondary_va")
    try:
        fit = elasticity(pd.Series(published, dtype=float), sector.values())
    except InputError as error:
        return say(
            "弹性没有用回归估计（{}）。表中各数只描述两端之间的同向变动，换一个起点或终点就会不同，不能用来由上级地区的工业推算本区产值，也不说明因果。",
            either(error.zh.replace(" ", ""), error.en),
        )
    few = say("，样本很小，区间仅供参考") if "few_points" in fit.warnings else ""
    return say(
        "用{}对相邻年份回归，弹性为{}（95%区间{}至{}{}），只说明同向变动，不说明因果。",
        fit.n,
        number(fit.elasticity, 2),
        number(fit.lo, 2),
        number(fit.hi, 2),
        few,
    )
