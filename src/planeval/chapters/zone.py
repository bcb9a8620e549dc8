"""The zone's own figures of a quantity: what was published, what was set aside, the path.

Used for gross domestic product and for industrial output alike; all growth at current prices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import pandas as pd

from analysis.data.series import Datum, Series, annual_series
from analysis.data.units import unit_name
from analysis.growth.rates import cagr, path_value
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from planeval.chapters import base as views_base
from planeval.chapters.cells import bullets, growth, plain, sources
from planeval.show.chart import COLOURS, MARKERS, Chart, style
from planeval.show.lines import line_chart
from planeval.words import figures as amounts
from planeval.words.language import either, mark, say, worded

LEVELS = ("at_least", "at_most", "level")
OTHER, DERIVED = mark("其他口径（未并入）"), mark("推算值（非公布）")
PATH = mark("到目标的直线路径")


def main_target(evaluation: Evaluation, indicator: str = "gdp") -> IndicatorEvaluation | None:
    """Return the target on a level of the plan's own region, None where the plan has none."""
    for item in evaluation.indicators:
        target = item.target
        if (
            target.indicator == indicator
            and target.region == evaluation.plan.region
            and target.kind in LEVELS
            and target.target is not None
        ):
            return item
    return None


def own_series(evaluation: Evaluation, indicator: str = "gdp") -> Series:
    """Return the plan region's figures: those the target is judged by, else the plan's caliber."""
    item = main_target(evaluation, indicator)
    if item is not None and item.series is not None:
        return item.series
    return annual_series(
        evaluation.data,
        evaluation.plan.region,
        indicator,
        caliber="plan",
        as_of=evaluation.as_of,
        until=evaluation.year,
    )


def own_name(evaluation: Evaluation) -> str:
    """Return the Chinese name of the plan's region."""
    return evaluation.data.name(evaluation.plan.region)


def meaning(evaluation: Evaluation, item: IndicatorEvaluation | None) -> str:
    """Return state, need and outlook of the main target in sentences, empty without one."""
    return views_base.meaning(evaluation, item) if item is not None else ""


def aside(evaluation: Evaluation, series: Series) -> str:
    """Say which figures were set aside for their caliber, and what using them would claim."""
    if not series.other_calibers:
        return ""
    calibers = evaluation.data.calibers
    base = series.at(evaluation.plan.base_year)
    lines = []
    for item in series.other_calibers:
        caliber = calibers[item.caliber]
        text = say(
            "{}年另有{}（{}；[{}]），没有并入本序列",
            item.period,
            amounts.amount(item.value, item.unit),
            _caliber(caliber),
            item.source,
        )
        if base is not None and item.year > base.year:
            rate = 100 * cagr(base.value, item.value, item.year - base.year)
            text += say(
                "：若与{}年的{}相比，会得出{}，其中混有口径变化",
                base.period,
                amounts.amount(base.value, base.unit),
                growth(rate, item.price_basis),
            )
        text += _published_rate(evaluation, item) + say("。")
        lines.append(plain(text))
    return bullets(lines)


def _caliber(caliber: Mapping[str, str]) -> str:
    """Return a caliber's name with what it takes in, which is told in Chinese only."""
    name = str(worded(caliber, "name"))
    return either(say("{}：{}", name, caliber["note"]), name)


def _published_rate(evaluation: Evaluation, item: Datum) -> str:
    """Return the growth that the set-aside figure's own source states, from the audit."""
    for finding in evaluation.audit.of("caliber"):
        same = (finding.region, finding.indicator) == (item.region, item.indicator)
        if same and finding.period.endswith(item.period) and item.source in finding.sources:
            return say(
                "；同一来源公布的当年增速为{}%（按惯例为可比价）", amounts.number(finding.stated)
            )
    return ""


def path_chart(
    evaluation: Evaluation, series: Series, item: IndicatorEvaluation | None, key: str = ""
) -> Chart | str:
    """Draw the published points, the straight path to the target and what was set aside."""
    name = own_name(evaluation)
    if all(point.status == "derived" for point in series.data):
        return say("在所定日期之前，{}没有公布值，不画走势图。", name)
    derived = [point for point in series.data if point.status == "derived"]
    frames = [_frame([point for point in series.data if point not in derived], say("公布值"))]
    if derived:
        frames.append(_frame(derived, say(DERIVED)))
    base = item.baseline if item is not None else None
    if item is not None and base is not None and item.target.target is not None:
        end, goal = item.target.target_year, item.target.target
        years = range(base.year, end + 1)
        steps = [path_value(base.value, goal, base.year, end, year) for year in years]
        frames.append(pd.DataFrame({"year": years, "value": steps, "series": say(PATH)}))
    if series.other_calibers:
        frames.append(_frame(series.other_calibers, say(OTHER)))
    frame = pd.concat(frames, ignore_index=True)
    lone = (say(OTHER), say(DERIVED))
    spec = evaluation.data.indicators[series.indicator]
    chart = line_chart(
        frame.assign(value=frame["value"].where(~frame["series"].isin(lone))),
        _path_caption(evaluation, series, item),
        subtitle=say(
            "{}（现价，{}），{}，{}—{}年；公布值之间的连线只为看清走向，中间年份没有公布值",
            worded(spec, "name"),
            unit_name(spec["unit"]),
            name,
            int(frame["year"].min()),
            int(frame["year"].max()),
        ),
        source=sources(evaluation, [*series.data, *series.other_calibers]),
        alt=_points_alt(frame),
        key=key,
    )
    return _with_lone_points(chart, frame, lone)


def _with_lone_points(chart: Chart, frame: pd.DataFrame, names: Sequence[str]) -> Chart:
    """Add points that belong to no line, each named where it stands.

    A line chart names a series at the margin; from a lone point the stroke to its name would
    read as a flat line.
    """
    axes = chart.figure.axes[0]
    low, high = axes.get_xlim()
    order = list(dict.fromkeys(frame["series"]))
    with style():
        for name in (name for name in order if name in names):
            rows = frame[frame["series"] == name].sort_values("year")
            place = order.index(name)
            axes.plot(rows["year"], rows["value"], MARKERS[place], color=COLOURS[place])
            right = rows["year"].iloc[-1] < (low + high) / 2
            axes.annotate(
                name,
                (rows["year"].iloc[-1 if right else 0], rows["value"].iloc[-1 if right else 0]),
                (7 if right else -7, 0),
                textcoords="offset points",
                ha="left" if right else "right",
                va="center",
            )
    chart.data = frame.reset_index(drop=True)
    return chart


def _points_alt(frame: pd.DataFrame) -> str:
    """Name every point: with three of them, first and last would leave one out."""
    parts = []
    for name, rows in frame.groupby("series", sort=False):
        ends = rows if name != say(PATH) else rows.iloc[[0, -1]]
        pairs = zip(ends["year"], ends["value"], strict=True)
        parts.append(
            say("{}：", name)
            + say("，").join(
                say("{year}年{value}", year=y, value=amounts.number(v)) for y, v in pairs
            )
        )
    return say("；").join(parts)


def _frame(items: Sequence[Datum], name: str) -> pd.DataFrame:
    rows = {"year": [i.year for i in items], "value": [i.value for i in items]}
    return pd.DataFrame({**rows, "series": name})


def _path_caption(evaluation: Evaluation, series: Series, item: IndicatorEvaluation | None) -> str:
    spec = evaluation.data.indicators[series.indicator]
    last = series.data[-1]
    text = _said(own_name(evaluation), worded(spec, "name"), last)
    base = item.baseline if item is not None else None
    if item is None or base is None or item.target.target is None:
        return text
    if last.year <= base.year:
        return text + say("，规划期内没有同口径的公布值")
    due = path_value(base.value, item.target.target, base.year, item.target.target_year, last.year)
    gap = last.value - due
    if abs(gap) < 0.05:
        return text + say("，正在直线路径上")
    side, far = say("高于") if gap > 0 else say("低于"), amounts.amount(abs(gap), last.unit, 1)
    if last.qualifier not in ("at_least", "at_most"):
        return text + say("，{}直线路径{}", side, far)
    # a value "above 226" is at most so far below the path, or at least so far above it
    if (last.qualifier == "at_least") == (gap > 0):
        return text + say("，至少{}直线路径{}", side, far)
    return text + say("，至多{}直线路径{}", side, far)


def _said(place: str, measure: str, item: Datum) -> str:
    """Say what was published, with the qualifier it was published with."""
    qualifier, size = amounts.QUALIFIER_ZH[item.qualifier], amounts.amount(item.value, item.unit)
    if qualifier:
        return say("{}{}{}年{}{}", place, measure, item.period, qualifier, size)
    return say("{}{}{}年为{}", place, measure, item.period, size)


def path_reading(series: Series) -> str:
    """Say the mean growth at current prices between the published points."""
    points = series.data
    if len(points) < 2:
        word = say("推算值") if points and points[0].status == "derived" else say("公布值")
        return say("只有1个{}，不能计算增速。", word) if points else ""
    paces = [100 * cagr(a.value, b.value, b.year - a.year) for a, b in pairwise(points)]
    parts = [
        say("{}—{}年年均{}", a.period, b.period, growth(pace, "current"))
        for (a, b), pace in zip(pairwise(points), paces, strict=True)
    ]
    text = say("按公布值推算（均为现价）：{}。", say("，").join(parts))
    hidden = sum(b.year - a.year - 1 for a, b in pairwise(points))
    if hidden:
        text += say("期间有{}个年份没有公布值，年度间的起伏看不到。", hidden)
    if any(point.status == "derived" for point in points):
        derived = say("、").join(point.period for point in points if point.status == "derived")
        text += say("{}年为推算值，由它算出的增速只作参考。", derived)
    if points[-1].qualifier == "at_least":
        text += say("{}年数值为下限，实际增速可能略高。", points[-1].period)
    return text
