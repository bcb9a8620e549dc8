"""The region above: its long series at current prices and in real terms, and what each rests on.

The zone has three figures; its city has a quarter of a century of them. Nominal values and the
real index are kept apart, and every year says whether it is a correction, a revision or neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from analysis.audit import AuditReport
from analysis.data.observations import STATUS_RANK
from analysis.data.periods import first_year
from analysis.data.series import Datum, Series, annual_series, other_periods
from analysis.growth.indices import chain_index, implicit_deflator
from analysis.growth.rates import cagr, path_value
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from analysis.trend.fit import compare_growth
from planeval.chapters import base as views_base
from planeval.chapters.base import bullets, growth, plain, signed, sources
from planeval.chapters.models import Trends, peak
from planeval.show.chart import COLOURS, MARKERS, Chart, style
from planeval.show.lines import line_chart
from planeval.show.table import Table, number
from planeval.words import amounts
from planeval.words.amounts import period_zh, unit_name
from planeval.words.cell import value_of
from planeval.words.language import either, mark, say, worded
from planeval.words.names import STATUS_ZH, region_name
from planeval.words.steps import by_index, grown, step

NONE_ABOVE = mark("数据中没有本区的上级地区，无长序列可用。")


@dataclass(frozen=True)
class City:
    """The region above the plan's own, as known on the evaluation's date.

    Attributes
    ----------
    nominal, index : Series
        Value at current prices in 亿元; index with the previous year at 100.
    real : pandas.Series
        The index chained over its last unbroken run, first year 100.
    deflator : pandas.Series
        Implicit deflator, base year of the plan (or the first year) at 100.
    base : int or None
        The year in which the deflator is 100.
    """

    name: str
    nominal: Series
    index: Series
    real: pd.Series
    deflator: pd.Series
    base: int | None


def parent(evaluation: Evaluation) -> str | None:
    """Return the code of the region above the plan's, None where there is none."""
    return evaluation.data.regions[evaluation.plan.region]["parent"]


def known_series(evaluation: Evaluation, region: str | None, indicator: str) -> Series:
    """Return a series by the evaluation's own choice of vintage; empty without a region."""
    if region is None:
        return Series("", indicator, "default", (), (), ())
    return annual_series(
        evaluation.data, region, indicator, as_of=evaluation.as_of, until=evaluation.year
    )


def city(evaluation: Evaluation) -> City:
    """Collect the long series of the region above, chained and deflated.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> found = city(evaluate("jiaxing-14fyp", 2024))
    >>> found.name, found.real.round(1)[2024].item(), found.deflator.round(1)[2024].item()
    ('嘉兴市', 926.5, 109.0)
    """
    region = parent(evaluation)
    nominal = known_series(evaluation, region, "gdp")
    index = known_series(evaluation, region, "gdp_index")
    real = chained(index.values())
    both = real.index.intersection(nominal.values().index)
    wanted = evaluation.plan.base_year
    base = None if both.empty else wanted if wanted in both else int(both[0])
    deflator = pd.Series(dtype=float)
    if base is not None:
        deflator = implicit_deflator(nominal.values().loc[both], real.loc[both], base)
    name = region_name(evaluation.data, region) if region else ""
    return City(name, nominal, index, real, deflator, base)


def chained(links: pd.Series) -> pd.Series:
    """Return the constant-price level of the last unbroken run of yearly links, first year 100.

    The first link is spent on the base: it leads from a year before the run.

    Examples
    --------
    >>> chained(pd.Series({2018: 107.0, 2020: 103.5, 2021: 108.5})).round(1).to_dict()
    {2020: 100.0, 2021: 108.5}
    """
    years = [int(year) for year in links.dropna().index]
    start = len(years) - 1
    while start > 0 and years[start - 1] == years[start] - 1:
        start -= 1
    if len(years) - start < 2:
        return pd.Series(dtype=float)
    return chain_index(links.loc[years[start + 1] :], years[start])


def source(found: City, evaluation: Evaluation) -> str:
    """Return the source line of the nominal series."""
    return sources(evaluation, found.nominal.data)


def index_source(found: City, evaluation: Evaluation) -> str:
    """Return the source line of the real index."""
    return sources(evaluation, found.index.data)


def levels_chart(found: City, evaluation: Evaluation, key: str = "") -> Chart | str:
    """Draw nominal value, real index and deflator on one scale, first common year 100."""
    if found.deflator.empty:
        return _too_short(found)
    years = found.deflator.index
    lines = {
        say("现价总量"): found.nominal.values().loc[years],
        say("可比价总量"): found.real.loc[years],
        say("隐含平减指数"): found.deflator,
    }
    parts = [
        pd.DataFrame({"year": years, "value": (100 * v / v.iloc[0]).to_numpy(), "series": name})
        for name, v in lines.items()
    ]
    first, last = int(years[0]), int(years[-1])
    ends = {name: 100 * v.iloc[-1] / v.iloc[0] for name, v in lines.items()}
    return line_chart(
        pd.concat(parts, ignore_index=True),
        say(
            "{}现价总量{}年为{}年的{:.1f}倍，可比价为{:.1f}倍，其余是价格与基数修订",
            found.name,
            last,
            first,
            ends[say("现价总量")] / 100,
            ends[say("可比价总量")] / 100,
        ),
        subtitle=say("地区生产总值，{}，{}—{}年，{}年＝100", found.name, first, last, first),
        source=sources(evaluation, [*found.nominal.data, *found.index.data]),
        key=key,
    )


def _too_short(found: City) -> str:
    if not found.name:
        return say(NONE_ABOVE)
    return say("在所定日期之前，{}没有足够的现价总量与可比价指数，不作长序列分析。", found.name)


def spans_table(found: City, evaluation: Evaluation, key: str = "") -> Table | str:
    """Return mean growth by five-year period: nominal, real and implicit prices, kept apart."""
    spans = _spans(found)
    if not spans:
        return _too_short(found)
    rows = [
        {
            say("时期"): _span_text(a, b),
            say("年数"): b - a,
            say("现价年均增速（%）"): grown(found.nominal.at(a), found.nominal.at(b)),
            say("可比价年均增速（%）"): by_index(found.index, a, b),
            say("隐含价格年均变动（%）"): 100 * cagr(found.deflator[a], found.deflator[b], b - a),
        }
        for a, b in spans
    ]
    return Table(
        pd.DataFrame(rows),
        say("{}地区生产总值分时期年均增速：现价、可比价与隐含价格", found.name),
        source=sources(evaluation, [*found.nominal.data, *found.index.data]),
        note=say(
            "隐含价格＝现价总量÷可比价指数。现价总量经普查修订、而指数未随之修订的年份，基数的修订也会落入隐含价格。"
        ),
        key=key,
    )


def _spans(found: City) -> list[tuple[int, int]]:
    years = list(found.deflator.index)
    if len(years) < 2:
        return []
    ends = [int(y) for y in years if y in (years[0], years[-1]) or y % 5 == 0]
    return list(pairwise(ends))


def _span_text(before: int, last: int) -> str:
    """Return the years growth runs over; a single year is not a span."""
    return say("{}年", last) if last - before == 1 else say("{}—{}年", before + 1, last)


def spans_reading(found: City) -> str:
    """Say how real growth moved between periods and where the deflator jumps most."""
    spans = _spans(found)
    if not spans:
        return ""
    rates = [100 * cagr(found.real[a], found.real[b], b - a) for a, b in spans]
    (a, b), (c, d) = spans[0], spans[-1]
    text = (
        say(
            "{}可比价年均增速由{}的{:.1f}%变为{}的{:.1f}%。",
            found.name,
            _span_text(a, b),
            rates[0],
            _span_text(c, d),
            rates[-1],
        )
        if len(spans) > 1
        else say("{}{}可比价年均增长{:.1f}%。", found.name, _span_text(a, b), rates[0])
    )
    moves = (100 * found.deflator.pct_change()).dropna()
    year = peak(moves.abs())
    return text + (
        say(
            "隐含价格单年变动最大的是{}年（{}%），其中有多少是价格、多少是现价总量的修订，公布数据分不开。",
            year,
            signed(moves[year]),
        )
    )


def growth_chart(found: City, made: Trends, evaluation: Evaluation, key: str = "") -> Chart | str:
    """Draw yearly real growth beside the growth of the local trend."""
    if made.local is None:
        return (
            say("{}可比价序列{}，不画增速图。", found.name, made.reasons["local"])
            if found.name
            else ""
        )
    yearly = (100 * made.values.pct_change()).dropna()
    path = made.local.path.dropna(subset=["growth_pct"])
    frame = pd.concat(
        [
            pd.DataFrame(
                {"year": yearly.index, "value": yearly.to_numpy(), "series": say("年增速")}
            ),
            pd.DataFrame(
                {"year": path["year"], "value": path["growth_pct"], "series": say("趋势增速")}
            ),
        ],
        ignore_index=True,
    )
    top, last = peak(yearly), int(yearly.index[-1])
    return line_chart(
        frame,
        say(
            "{}可比价增速最高为{}年的{:.1f}%，{}年为{:.1f}%，趋势增速{:.1f}%",
            found.name,
            top,
            yearly[top],
            last,
            yearly[last],
            made.local.growth_pct,
        ),
        subtitle=say("地区生产总值可比价增速，{}，{}—{}年，%", found.name, yearly.index[0], last),
        source=sources(evaluation, found.index.data),
        key=key,
    )


def standing(found: City, audit: AuditReport) -> str:
    """List which years are corrected, revised, checked, or none of these."""
    if not found.index.data and not found.nominal.data:
        return ""
    return bullets([_nominal_standing(found), _corrections(found), _unchecked(found, audit)])


def _nominal_standing(found: City) -> str:
    groups: dict[str, list[int]] = {}
    for item in found.nominal.data:
        groups.setdefault(item.status, []).append(item.year)
    words = say("；").join(
        say("{}：{}", STATUS_ZH[status], years_text(ys)) for status, ys in groups.items()
    )
    text = say("现价总量按状态分——{}。", words) if words else ""
    early = [y for status, ys in groups.items() if status not in ("revised", "final") for y in ys]
    return text + (say("其中{}尚未修订或核实。", years_text(sorted(early))) if early else "")


def _corrections(found: City) -> str:
    fixed = [item for item in found.index.data if item.correction]
    if not fixed:
        return say("指数没有采用任何更正。") if found.index.data else ""
    listed = say("；").join(say("{}年 {}", item.period, plain(_correction(item))) for item in fixed)
    return say("指数采用了{}处已声明的更正——{}。", len(fixed), listed)


def _correction(item: Datum) -> str:
    """Return figures and reason of a correction; in English its source stands for the reason."""
    words = item.correction or ""
    return either(words, f"{words.partition('：')[0]} [{item.source}]")


def _unchecked(found: City, audit: AuditReport) -> str:
    used = {item.year: item for item in found.index.data if item.year in found.real.index[1:]}
    fixed = {year for year, item in used.items() if item.correction}
    derived = sorted(year for year, item in used.items() if item.status == "derived")
    pairs = [
        f
        for f in (*audit.findings, *audit.agreements)
        if f.rule == "index_vs_growth" and f.region == found.index.region
    ]
    agree = {first_year(f.period) for f in pairs if f.verdict == "agrees"} & used.keys() - fixed
    differ = {first_year(f.period) for f in pairs if f.verdict != "agrees"} & used.keys() - fixed
    rest = sorted(used.keys() - fixed - agree - differ - set(derived))
    parts = [
        say("与另处公布的增速相符：{}", years_text(sorted(agree))) if agree else "",
        say("与另处公布的增速略有出入而未更正：{}", years_text(sorted(differ))) if differ else "",
        say("由公布增速换算：{}", years_text(derived)) if derived else "",
        say("没有另处公布的增速可核对：{}", years_text(rest)) if rest else "",
    ]
    said = say("；").join(part for part in parts if part)
    return say("其余指数——{}。", said) if said else ""


def years_text(years: list[int]) -> str:
    """Return years as text, runs of three or more joined by a dash.

    Examples
    --------
    >>> years_text([2000, 2001, 2002, 2013, 2018])
    '2000—2002、2013、2018年'
    """
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    pieces = [
        say("{}—{}", run[0], run[-1]) if len(run) > 2 else say("、").join(map(str, run))
        for run in runs
    ]
    return say("{}年", say("、").join(pieces))


# --- The zone's own figures of a quantity: what was published, what was set aside, the path ---
# Used for gross domestic product and for industrial output alike; all growth at current prices.


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
    return region_name(evaluation.data, evaluation.plan.region)


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
            amounts.amount(item, item.unit),
            _caliber(caliber),
            item.source,
        )
        if base is not None and item.year > base.year:
            rate = 100 * cagr(base.value, item.value, item.year - base.year)
            text += say(
                "：若与{}年的{}相比，会得出{}，其中混有口径变化",
                base.period,
                amounts.amount(base, base.unit),
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
    qualifier, size = amounts.QUALIFIER_ZH[item.qualifier], amounts.amount(item, item.unit)
    if qualifier:
        return say("{}{}{}年{}{}", place, measure, item.period, qualifier, size)
    return say("{}{}{}年为{}", place, measure, item.period, size)


def path_reading(series: Series) -> str:
    """Say the mean growth at current prices between the published points."""
    points = series.data
    if len(points) < 2:
        word = say("推算值") if points and points[0].status == "derived" else say("公布值")
        return say("只有1个{}，不能计算增速。", word) if points else ""
    parts = [
        say("{}—{}年年均{}", a.period, b.period, growth(grown(a, b), "current"))
        for a, b in pairwise(points)
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


# Zone, city and province side by side: growth over the same years, and each one's share above.


def province(evaluation: Evaluation) -> tuple[str, Series]:
    """Return name and series of the region above the region above, empty where there is none."""
    above = parent(evaluation)
    code = evaluation.data.regions[above]["parent"] if above else None
    return (region_name(evaluation.data, code) if code else ""), known_series(
        evaluation, code, "gdp"
    )


def spans(own: Series, top: Series) -> list[tuple[int, int]]:
    """Return the zone's own intervals, and one up to the province's last year if it is another.

    The last one starts at the latest year for which the zone has a figure, too.
    """
    years = [item.year for item in own.data if item.status != "derived"]
    found = list(pairwise(years))
    if top.last is not None and top.last.year not in years:
        before = [year for year in years if year < top.last.year]
        if before:
            found.append((before[-1], top.last.year))
    return sorted(found)


def levels_table(evaluation: Evaluation, own: Series, city: City, key: str = "") -> Table | str:
    """Return growth of the three and the shares at the end of each span, current prices."""
    name, top = province(evaluation)
    ends = spans(own, top)
    if not ends or not top.data or not city.nominal.data:
        return say("没有市、省两级与本区同期的数值，三级走势不作对照。")
    rows, used = [], []
    for a, b in ends:
        pairs = [(s.at(a), s.at(b)) for s in (own, city.nominal, top)]
        used += [item for pair in pairs for item in pair]
        last = [pair[1] for pair in pairs]
        rows.append(
            {
                say("区间"): say("{}—{}年", a, b),
                **{
                    place: number(grown(*pair))
                    for place, pair in zip(
                        (own_name(evaluation), city.name, name), pairs, strict=True
                    )
                },
                say("末年本区占市（%）"): number(step("share", last[1], last[0]), 2),
                say("末年市占省（%）"): number(step("share", last[2], last[1]), 2),
            }
        )
    return Table(
        pd.DataFrame(rows),
        say("{}、{}与{}同一区间的年均增速（现价，%）", own_name(evaluation), city.name, name),
        source=sources(evaluation, used),
        note=say(
            "三级都取评估日可知的最新版本，省、市的多数年份经普查修订，本区未见修订；“—”为一端没有公布值，不用相邻年份代替。"
        ),
        align=["left", *["right"] * 5],
        key=key,
    )


def levels_reading(evaluation: Evaluation, own: Series, city: City) -> str:
    """Rank the three over each span for which all are known."""
    name, top = province(evaluation)
    said = []
    for a, b in spans(own, top):
        rates = {
            place: value_of(grown(s.at(a), s.at(b)))
            for place, s in (
                (own_name(evaluation), own),
                (city.name, city.nominal),
                (name, top),
            )
        }
        known = {place: rate for place, rate in rates.items() if rate is not None}
        if len(known) < 3:
            continue
        order = sorted(known, key=lambda place: -known[place])
        listed = say("、").join(say("{}{}%", place, number(known[place])) for place in order)
        said.append(say("{}—{}年现价年均增速由高到低为{}", a, b, listed))
    return say("；").join(said) + say("。") * bool(said)


# --- The zone beside its city: growth over the same intervals, and its share of the whole ---
# Both sides at current prices. The city's figures were revised by censuses and final accounts,
# the zone's sources do not say whether theirs were; so the city is shown twice, in the vintage
# the evaluation uses and as first published.


USED, FIRST = mark("评估所用版本"), mark("最早公布版本")


def first_published(series: Series) -> dict[int, Datum]:
    """Return, for each year, the earliest stage of the figure that is known."""
    found: dict[int, Datum] = {}
    for item in (*series.data, *series.older_vintages):
        rank = (STATUS_RANK[item.status], item.published)
        kept = found.get(item.year)
        if kept is None or rank < (STATUS_RANK[kept.status], kept.published):
            found[item.year] = item
    return found


def _pairs(zone: Series, city: City) -> dict[str, pd.DataFrame]:
    """Return growth over the zone's own intervals against both vintages of the city."""
    own = pd.Series({i.year: i.value for i in zone.data if i.status != "derived"}, dtype=float)
    if len(own) < 2 or not city.nominal.data:
        return {}
    first = pd.Series({year: item.value for year, item in first_published(city.nominal).items()})
    chosen = {USED: city.nominal.values(), FIRST: first.sort_index()}
    return {name: compare_growth(own, values).to_frame() for name, values in chosen.items()}


def compare_table(evaluation: Evaluation, zone: Series, city: City, key: str = "") -> Table | str:
    """Return growth of zone and city over exactly the zone's intervals, at current prices."""
    pairs = _pairs(zone, city)
    if not pairs:
        return say("{}的公布值不足两个，或没有上级地区的数值，不作增速对照。", own_name(evaluation))
    used, first = pairs[USED], pairs[FIRST]
    ends = list(zip(used["from_year"], used["to_year"], strict=True))
    early = first_published(city.nominal)
    frame = pd.DataFrame(
        {
            say("区间"): [say("{}—{}年", a, b) for a, b in ends],
            own_name(evaluation): [grown(zone.at(a), zone.at(b)) for a, b in ends],
            say("{}（{}）", city.name, say(USED)): [
                grown(city.nominal.at(a), city.nominal.at(b)) for a, b in ends
            ],
            say("差（百分点）"): used["difference_pp"],
            say("{}（{}）", city.name, say(FIRST)): [
                grown(early.get(a), early.get(b)) for a, b in ends
            ],
            say("差（百分点） "): first["difference_pp"],
        }
    )
    return Table(
        frame,
        say("{}与{}同一区间的年均增速（现价，%）", own_name(evaluation), city.name),
        source=sources(evaluation, [*zone.data, *_ends(zone, city)]),
        note=_vintage_note(zone, city),
        key=key,
    )


def _ends(zone: Series, city: City) -> list[Datum]:
    first = first_published(city.nominal)
    years = [item.year for item in zone.data if item.status != "derived"]
    found = [item for year in years for item in (city.nominal.at(year), first.get(year))]
    return [item for item in found if item is not None]


def _vintage_note(zone: Series, city: City) -> str:
    same, moved = [], []
    first = first_published(city.nominal)
    for year in (item.year for item in zone.data if item.status != "derived"):
        used = city.nominal.at(year)
        if used is None:
            continue
        start = first[year]
        if used.value == start.value:
            same.append(say("{}年{}（{}）", year, used.printed, STATUS_ZH[used.status]))
        else:
            moved.append(say("{}年{}→{}", year, start.printed, used.printed))
    parts = [
        say("{}由最早公布到评估所用版本：{}", city.name, say("，").join(moved)) if moved else "",
        say("只有一个版本或未变：{}", say("，").join(same)) if same else "",
    ]
    return say("；").join(part for part in parts if part) + say("（亿元）。")


def compare_reading(evaluation: Evaluation, zone: Series, city: City) -> str:
    """Say whether the zone grew faster or slower, and whether the vintage changes that."""
    pairs = _pairs(zone, city)
    if not pairs:
        return ""
    used, first = pairs[USED], pairs[FIRST]
    name = own_name(evaluation)
    parts = []
    for (_, a), (_, b) in zip(used.iterrows(), first.iterrows(), strict=True):
        span = say("{:.0f}—{:.0f}年", a["from_year"], a["to_year"])
        if pd.isna(a["difference_pp"]) or pd.isna(b["difference_pp"]):
            parts.append(say("{}缺少{}的数值，未比较", span, city.name))
            continue
        same = (a["difference_pp"] > 0) == (b["difference_pp"] > 0)
        tail = say("换用最早公布版本方向不变") if same else say("换用最早公布版本方向相反")
        parts.append(
            say(
                "{}{}现价年均增速比{}{}，{}（{}个百分点）",
                span,
                name,
                city.name,
                _side(a["difference_pp"]),
                tail,
                signed(b["difference_pp"]),
            )
        )
    text = say(
        "{}。评估对{}采用截至{}可知的最新版本；{}的来源没有说明其数字是否随普查或最终核实修订，两边的修订未必对称。",
        say("；").join(parts),
        city.name,
        evaluation.as_of,
        name,
    )
    last = zone.last
    if last is not None and last.qualifier == "at_least":
        text += say("{}{}年的数值是下限，含这一年的增速和比重也是下限。", name, last.period)
    return text


def _side(points: float) -> str:
    size = abs(points)
    return say("高{:.1f}个百分点", size) if points > 0 else say("低{:.1f}个百分点", size)


def share_frame(zone: Series, city: City) -> pd.DataFrame:
    """Return the zone's share of the city by year, %, in both vintages of the city.

    Returns
    -------
    pandas.DataFrame
        year, value, series; a year without the city's figure is left out.
    """
    first = first_published(city.nominal)
    rows = []
    for item in zone.data:
        whole, start = city.nominal.at(item.year), first.get(item.year)
        if item.status == "derived" or whole is None or start is None:
            continue
        rows.append({"year": item.year, "value": 100 * item.value / whole.value, "series": USED})
        rows.append({"year": item.year, "value": 100 * item.value / start.value, "series": FIRST})
    return pd.DataFrame(rows, columns=["year", "value", "series"])


def share_chart(evaluation: Evaluation, zone: Series, city: City, key: str = "") -> Chart | str:
    """Draw the zone's share of the city over the years it has figures for."""
    frame = share_frame(zone, city)
    years = sorted(set(frame["year"]))
    name = own_name(evaluation)
    if len(years) < 2:
        return say("能与上级地区同年对照的{}数值不足两年，不画比重图。", name)
    shown = frame[frame["series"] == USED].set_index("year")["value"]
    rose = mark("{}占{}的比重由{}年的{:.2f}%升至{}年的{:.2f}%（{}）")
    fell = mark("{}占{}的比重由{}年的{:.2f}%降至{}年的{:.2f}%（{}）")
    return line_chart(
        frame.assign(series=frame["series"].map(say)),
        say(
            rose if shown.iloc[-1] > shown.iloc[0] else fell,
            name,
            city.name,
            years[0],
            shown.iloc[0],
            years[-1],
            shown.iloc[-1],
            say(USED),
        ),
        digits=2,
        height=2.6,
        subtitle=say(
            "{}地区生产总值占{}的比重（现价，%），{}—{}年；只有标记处有数值",
            name,
            city.name,
            years[0],
            years[-1],
        ),
        source=sources(evaluation, [*zone.data, *_ends(zone, city)]),
        alt=say("；").join(
            say("{}：", say(str(series)))
            + say("，").join(say("{}年{:.2f}%", y, v) for y, v in zip(r.year, r.value, strict=True))
            for series, r in frame.groupby("series", sort=False)
        ),
        key=key,
    )


def share_reading(evaluation: Evaluation, zone: Series, city: City) -> str:
    """Say how far the vintage moves the share, and which published share does not fit."""
    frame = share_frame(zone, city)
    if frame.empty:
        return ""
    wide = frame.pivot(index="year", columns="series", values="value")
    moved = wide[FIRST] - wide[USED]
    year = peak(moved.abs())
    gap = float(moved[year])
    text = say(
        "比重随{}数据的版本而变：{}年换用最早公布版本，比重变动{}个百分点。",
        city.name,
        year,
        signed(gap, 2),
    )
    if abs(gap) < 0.005:
        text = say("这些年份{}只有一个版本的数据，比重不受版本影响。", city.name)
    return text + _published_share(evaluation, wide[USED])


def _published_share(evaluation: Evaluation, computed: pd.Series) -> str:
    found = [
        item
        for item in other_periods(
            evaluation.data,
            evaluation.plan.region,
            "gdp_share_of_city",
            as_of=evaluation.as_of,
        )
        if first_year(item.period) <= evaluation.year
    ]
    if not found:
        return ""
    listed = say("、").join(
        say("{}为{}%（{}）", period_zh(item.period), item.printed, plain(f"[{item.source}]"))
        for item in found
    )
    low, high = computed.min(), computed.max()
    fits = all(low <= item.value <= high for item in found)
    return say(
        "另有公布的非全年比重：{}，{}按年度数算得的{:.2f}%至{:.2f}%之内；期间与口径都可能不同，不作调和。",
        listed,
        say("在") if fits else say("不在"),
        low,
        high,
    )
