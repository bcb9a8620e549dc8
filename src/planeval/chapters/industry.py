"""The chapter on industrial output: the zone's output, the park within it, output beside GDP.

Output of industry above designated size, output of all industry in the park, and value added
are three measures; they are shown side by side and never added or chained. All at current prices.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from analysis.audit.finding import Claim, Finding, context
from analysis.data.errors import InputError
from analysis.data.observations import public_by
from analysis.data.periods import first_year, last_year, period_key, whole_year
from analysis.data.series import Datum, Series, annual_series, other_periods
from analysis.growth.indices import contributions
from analysis.growth.rates import cagr
from analysis.growth.shares import (
    SampleChange,
    arc_elasticity,
    concentration,
    concentration_bounds,
    implied_weight,
    sample_change,
)
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from analysis.trend.fit import elasticity
from planeval.chapters.base import (
    bullets,
    growth,
    has_data,
    meanings,
    plain,
    signed,
    sources,
    titles,
    value_cell,
    within,
)
from planeval.chapters.gdp import need, outlook_line, state_line
from planeval.chapters.region import City, known_series, own_name, own_series, parent, years_text
from planeval.show.chart import Chart
from planeval.show.lines import line_chart
from planeval.show.table import Table, number
from planeval.words import amounts
from planeval.words.amounts import period_zh
from planeval.words.cell import Figure, joined, sourced
from planeval.words.errors import said
from planeval.words.findings import why
from planeval.words.language import Terms, either, mark, say, spoken, worded
from planeval.words.names import STATUS_ZH, name_of, region_name
from planeval.words.steps import Reckoned, grown, step
from planeval.words.targets import short_promise

OUTPUT = "industrial_output"


@dataclass(frozen=True)
class Part:
    """A place within the zone and its output: ``series`` may stand on another caliber."""

    name: str
    measure: str
    series: Series


def part(evaluation: Evaluation) -> Part | None:
    """Return the place declared a part of the zone's industrial output, None without one.

    Read from ``data/relations.csv``: a relation of type ``part`` whose whole is the zone's
    output above designated size.
    """
    data, wanted = evaluation.data, f"{evaluation.plan.region}:{OUTPUT}"
    for row in data.relations.to_dict("records"):
        if row["type"] == "part" and row["whole"] == wanted:
            region, _, indicator = row["parts"].partition(":")
            series = known_series(evaluation, region, indicator)
            return Part(
                region_name(data, region), worded(data.indicators[indicator], "name"), series
            )
    return None


def _pairs(own: Series, found: Part | None) -> list[tuple[Datum, Datum]]:
    """Return (whole, part) of the years in which both were published."""
    if found is None:
        return []
    joined = [(item, found.series.at(item.year)) for item in own.data if item.status != "derived"]
    return [(whole, piece) for whole, piece in joined if piece is not None]


def claims_table(evaluation: Evaluation, found: Part | None, key: str = "") -> Table | str:
    """Hold the part's published growth against its own end points, three ways of reckoning."""
    if found is None:
        return say("数据中没有列为本区一部分的园区。")
    rows = []
    for finding in (*evaluation.audit.findings, *evaluation.audit.agreements):
        same = (finding.region, finding.indicator) == (
            found.series.region,
            found.series.indicator,
        )
        ends = _ends(found.series, finding)
        if not same or finding.rule != "growth_vs_endpoints" or ends is None:
            continue
        a, b = ends
        years = b.year - a.year
        rows.append(
            {
                say("区间"): say("{}—{}年", a.period, b.period),
                say("公布的年均增速（%）"): finding.stated,
                say("复合年均（%）"): grown(a, b),
                say("总增幅（%）"): Reckoned("total", (a, b)),
                say("总增幅除以年数（%）"): 100 * (b.value / a.value - 1) / years,
            }
        )
    if not rows:
        return say("{}没有可与首尾数值核对的公布增速。", found.name)
    return Table(
        pd.DataFrame(rows),
        say("{}{}：公布增速与首尾数值复算（现价）", found.name, found.measure),
        source=sources(evaluation, found.series.data),
        note=say("年均增速通行以复合（几何）平均计；总增幅除以年数是简单平均，会高估年均增速。"),
        digits={
            say("公布的年均增速（%）"): 1,
            say("复合年均（%）"): 2,
            say("总增幅（%）"): 1,
            say("总增幅除以年数（%）"): 2,
        },
        key=key,
    )


def _ends(series: Series, finding: Finding) -> tuple[Datum, Datum] | None:
    """Return the two yearly figures that an audit finding on growth is about."""
    first, last = finding.base_period, finding.period
    if not (first.isdigit() and last.isdigit()):
        return None
    a, b = series.at(int(first)), series.at(int(last))
    return (a, b) if a is not None and b is not None else None


def claims_reading(evaluation: Evaluation, found: Part | None) -> str:
    """Say whether the part's published growth can stand, in the audit's own verdict."""
    if found is None:
        return ""
    told = [
        finding
        for finding in evaluation.audit.findings
        if finding.region == found.series.region
        and finding.rule == "growth_vs_endpoints"
        and _ends(found.series, finding) is not None
    ]
    return joined(
        say(
            "核对编号{}（见数据质量一章）：公布{:g}%，{}。本章一律用复合增速。",
            f.finding_id,
            f.stated,
            plain(why(f)),
        )
        for f in told
    )


def share_table(
    evaluation: Evaluation, own: Series, found: Part | None, key: str = ""
) -> Table | str:
    """Return zone, part, ratio and difference by year, with the growth between the years."""
    pairs = _pairs(own, found)
    if found is None or not pairs:
        return say("本区与园区没有同一年份的公布值，不作结构对照。")
    rows = [
        {
            say("年份"): whole.period,
            say("{}（规上，亿元）", own_name(evaluation)): amounts.printed(whole),
            say("{}（亿元）", found.name): amounts.printed(piece),
            say("园区相当于本区（%）"): amounts.number(step("share", whole, piece), 1),
            say("两者之差（亿元）"): amounts.number(step("difference", whole, piece), 1),
        }
        for whole, piece in pairs
    ]
    for (w0, p0), (w1, p1) in pairwise(pairs):
        span = w1.year - w0.year
        rest = (w0.value - p0.value, w1.value - p1.value)
        rates = [amounts.number(grown(a, b), 1) for a, b in ((w0, w1), (p0, p1))]
        left = amounts.number(100 * cagr(*rest, span), 1) if min(rest) > 0 else "—"
        change = piece_share(w1, p1) - piece_share(w0, p0)
        cells = [say("{}—{}年均增速（%）", w0.period, w1.period), *rates, f"{change:+.1f}", left]
        rows.append(dict(zip(rows[0], cells, strict=True)))
    return Table(
        pd.DataFrame(rows),
        say("{}在{}工业产值中的分量（现价）", found.name, own_name(evaluation)),
        source=sources(evaluation, [item for pair in pairs for item in pair]),
        note=say(
            "{}为规模以上工业总产值，{}为{}，口径不同：分子可能含规模以下企业，比重可能偏高；两者之差只作粗略对照。增速行的比重一栏为百分点变化。",
            own_name(evaluation),
            found.name,
            found.measure,
        ),
        align=["left", "right", "right", "right", "right"],
        key=key,
    )


def piece_share(whole: Datum, piece: Datum) -> float:
    """Return the part as a percentage of the whole."""
    return 100 * piece.value / whole.value


def share_chart(
    evaluation: Evaluation, own: Series, found: Part | None, key: str = ""
) -> Chart | str:
    """Draw the zone's output, the part's and the difference over the years both are known."""
    pairs = _pairs(own, found)
    if found is None or len(pairs) < 2:
        return ""
    lines = {
        say("{}规上工业", own_name(evaluation)): [w.value for w, _ in pairs],
        say("园区（全部工业）"): [p.value for _, p in pairs],
        say("两者之差"): [w.value - p.value for w, p in pairs],
    }
    years = [whole.year for whole, _ in pairs]
    parts = [pd.DataFrame({"year": years, "value": v, "series": n}) for n, v in lines.items()]
    first, last = pairs[0], pairs[-1]
    return line_chart(
        pd.concat(parts, ignore_index=True),
        say(
            "{}—{}年园区产值由{}亿元变为{}亿元，相当于{}规上工业的{:.1f}%和{:.1f}%（口径不同，近似）",
            years[0],
            years[-1],
            amounts.number(first[1]),
            amounts.number(last[1]),
            own_name(evaluation),
            piece_share(*first),
            piece_share(*last),
        ),
        height=2.6,
        subtitle=say(
            "工业总产值（现价，亿元），{}（规上）与{}，{}—{}年；只有标记处有公布值",
            own_name(evaluation),
            found.name,
            years[0],
            years[-1],
        ),
        source=sources(evaluation, [item for pair in pairs for item in pair]),
        key=key,
    )


def share_reading(evaluation: Evaluation, own: Series, found: Part | None) -> str:
    """Say how much of the zone's output and of its increase stands in the part."""
    pairs = _pairs(own, found)
    if found is None or not pairs:
        return ""
    name, (whole, piece) = own_name(evaluation), pairs[-1]
    share = piece_share(whole, piece)
    text = say(
        "{}年{}的产值相当于{}规上工业总产值的{:.1f}%：园区产值若变动10%而其余不变，{}相应变动{:.1f}%。",
        whole.period,
        found.name,
        name,
        share,
        name,
        share / 10,
    )
    if len(pairs) > 1:
        first = pairs[0]
        rise, part_rise = whole.value - first[0].value, piece.value - first[1].value
        text += say(
            "{}—{}年{}产值变动{}亿元，园区变动{}亿元",
            first[0].period,
            whole.period,
            name,
            amounts.number(rise, 1),
            amounts.number(part_rise, 1),
        )
        text += say("，相当于前者的{:.1f}%。", 100 * part_rise / rise) if rise > 0 else say("。")
    return text + say("两者口径不同（规上与全部工业），这些比例是近似数。")


def ratio_table(evaluation: Evaluation, own: Series, key: str = "") -> Table | str:
    """Return output, GDP and their ratio by year, with growth between the years."""
    pairs = _gdp_pairs(evaluation, own)
    if not pairs:
        return say("规上工业总产值与地区生产总值没有同一年份的数值，不作对照。")
    rows = [
        {
            say("年份"): item.period + (say("（推算）") if item.status == "derived" else ""),
            say("规上工业总产值（亿元）"): amounts.printed(item),
            say("地区生产总值（亿元）"): amounts.printed(gdp),
            say("产值与生产总值之比"): amounts.number(step("ratio", item, gdp), 2),
        }
        for item, gdp in pairs
    ]
    for (a, x), (b, y) in pairwise(pairs):
        cells = [
            say("{}—{}年均增速（%）", a.period, b.period),
            amounts.number(grown(a, b), 1),
            amounts.number(grown(x, y), 1),
            "—",
        ]
        rows.append(dict(zip(rows[0], cells, strict=True)))
    return Table(
        pd.DataFrame(rows),
        say("{}规上工业总产值与地区生产总值（现价）", own_name(evaluation)),
        source=sources(evaluation, [item for pair in pairs for item in pair]),
        note=say("总产值含中间投入的重复计算，生产总值为增加值；比值不是增加值率的倒数。"),
        align=["left", "right", "right", "right"],
        key=key,
    )


def _gdp_pairs(evaluation: Evaluation, own: Series) -> list[tuple[Datum, Datum]]:
    gdp = own_series(evaluation, "gdp")
    joined = [(item, gdp.at(item.year)) for item in own.data]
    return [(item, other) for item, other in joined if other is not None]


def ratio_reading(evaluation: Evaluation, own: Series) -> str:
    """Compare growth of output and GDP and say why no value-added rate follows."""
    pairs = _gdp_pairs(evaluation, own)
    if len(pairs) < 2:
        return ""
    (a, x), (b, y) = pairs[-2], pairs[-1]
    span = b.year - a.year
    output, gdp = 100 * cagr(a.value, b.value, span), 100 * cagr(x.value, y.value, span)
    side = say("快于") if output > gdp else say("不快于")
    text = say(
        "{}—{}年，规上工业总产值年均{}，{}地区生产总值的{}；产值与生产总值之比由{:.2f}变为{:.2f}。",
        a.period,
        b.period,
        growth(output, "current"),
        side,
        growth(gdp, "current"),
        a.value / x.value,
        b.value / y.value,
    )
    if y.qualifier == "at_least":  # growth from a bound is a bound, and so is what it divides
        text += say(
            "{}年的生产总值是下限：它的增速至少如此，两者之比至多如此，孰快孰慢要等确数。", y.period
        )
    reasons = bullets(
        [
            say("总产值重复计算中间投入，产业链在区内拉长或原料涨价都会抬高产值而不增加增加值；"),
            say("生产总值还含服务业、农业和规模以下工业，分母的变化未必来自工业；"),
            say("本区规上工业增加值没有公布，两边的口径、价格和企业范围无法对齐。"),
        ]
    )
    derived = say("其中标明推算的年份由公布倍数反推，比值只作参考。") if _derived(pairs) else ""
    return say("{}{}由此不能推断工业增加值率升降，原因有三：\n\n{}", text, derived, reasons)


def _derived(pairs: list[tuple[Datum, Datum]]) -> bool:
    return any(item.status == "derived" for item, _ in pairs)


def ratio_chart(evaluation: Evaluation, own: Series, key: str = "") -> Chart | str:
    """Draw output and GDP on one scale, base year of the plan (or first year) 100."""
    pairs = _gdp_pairs(evaluation, own)
    if len(pairs) < 2:
        return ""
    years = [item.year for item, _ in pairs]
    wanted = evaluation.plan.base_year
    base = wanted if wanted in years[:-1] else years[0]
    n = years.index(base)
    lines = {
        say("规上工业总产值"): [100 * item.value / pairs[n][0].value for item, _ in pairs],
        say("地区生产总值"): [100 * gdp.value / pairs[n][1].value for _, gdp in pairs],
    }
    parts = [pd.DataFrame({"year": years, "value": v, "series": s}) for s, v in lines.items()]
    ends = [values[-1] for values in lines.values()]
    return line_chart(
        pd.concat(parts, ignore_index=True),
        say(
            mark("以{}年为100，{}年规上工业总产值为{:.1f}、地区生产总值不低于{:.1f}")
            if pairs[-1][1].qualifier == "at_least"
            else mark("以{}年为100，{}年规上工业总产值为{:.1f}、地区生产总值为{:.1f}"),
            base,
            years[-1],
            ends[0],
            ends[1],
        ),
        height=2.5,
        subtitle=say(
            "{}，{}—{}年，现价，{}年＝100；只有标记处有数值",
            own_name(evaluation),
            years[0],
            years[-1],
            base,
        )
        + (say("，含推算") if _derived(pairs) else ""),
        source=sources(evaluation, [item for pair in pairs for item in pair]),
        key=key,
    )


# --- Published growth of firms above designated size, and why it is not the ratio of levels ---


MEASURES = Terms(
    {
        "industrial_output": "规上工业总产值",
        "industrial_va_above_scale": "规上工业增加值",
    }
)
#: the threshold of annual main-business revenue, by the first year it holds
THRESHOLD = mark("自2011年起，规模以上工业指年主营业务收入2000万元及以上的工业法人企业")


def _claims(evaluation: Evaluation) -> list[Claim]:
    """Return published yearly growth of the two measures, zone first, in order of years."""
    regions = [evaluation.plan.region, parent(evaluation)]
    found = [
        claim
        for claim in context(evaluation.data, evaluation.as_of).claims
        if claim.region in regions
        and claim.indicator in MEASURES
        and claim.type == "growth_pct"
        and (year := whole_year(claim.period)) is not None
        and year <= evaluation.year
    ]
    return sorted(found, key=lambda c: (regions.index(c.region), c.indicator, c.period))


def _levels(evaluation: Evaluation, claim: Claim) -> tuple[Datum | None, Datum | None]:
    """Return the levels of the year before and of the year; a derived one proves nothing."""
    series = known_series(evaluation, claim.region, claim.indicator)
    year = first_year(claim.period)
    ends = (series.at(year - 1), series.at(year))
    before, after = (e if e is not None and e.status != "derived" else None for e in ends)
    return before, after


def changes(evaluation: Evaluation) -> list[tuple[Claim, SampleChange]]:
    """Return the years for which growth and both levels were published."""
    found = []
    for claim in _claims(evaluation):
        before, after = _levels(evaluation, claim)
        if before is not None and after is not None:
            found.append((claim, sample_change(claim.value, before.value, after.value)))
    return found


def sample_table(evaluation: Evaluation, key: str = "") -> Table | str:
    """Return published growth, the levels' ratio and the difference in points, by year."""
    rows: list[dict[str, str]] = []
    told: list[str] = []
    used: list[int] = []
    for claim in _claims(evaluation):
        before, after = _levels(evaluation, claim)
        made = None
        if before is not None and after is not None:
            made = sample_change(claim.value, before.value, after.value)
        base = after.value / (1 + claim.value / 100) if after is not None else None
        ends = [end for end in (before, after) if end is not None]
        told += [claim.source, *(end.source for end in ends)]
        used += [end.row for end in ends]
        rows.append(
            {
                say("地区与指标"): say(
                    "{region}{name}",
                    region=region_name(evaluation.data, claim.region),
                    name=MEASURES[claim.indicator],
                ),
                say("年份"): claim.period,
                say("公布增速（%）"): number(claim),
                say("上年总量（亿元）"): number(before, 2),
                say("当年总量（亿元）"): number(after, 2),
                say("总量之比（%）"): signed(step("growth", before, after)),
                say("差（百分点）"): signed(made.difference_pp) if made else "—",
                say("按增速反推的上年基数（亿元）"): number(base, 2),
            }
        )
    if not rows:
        return say("在所定日期之前，没有公布规上工业的年度增速，谈不上与总量之比的差别。")
    return Table(
        pd.DataFrame(rows),
        say("规上工业：公布增速与公布总量之比"),
        source=sourced(
            titles(evaluation, dict.fromkeys(told)),
            used,
            (claim.claim for claim in _claims(evaluation)),
        ),
        note=say(
            "总量为现价、各年各自的企业名单；公布增速按当年名单的同口径上年数计算，增加值增速按惯例为可比价。差＝总量之比−公布增速，含价格、企业进出与上年数修订；“—”为未公布。"
        ),
        align=["left", "left", *["right"] * 6],
        key=key,
    )


def sample_reading(evaluation: Evaluation) -> str:
    """Say what the threshold does, how large the difference is, and what the zone lacks."""
    lines = [
        say(
            "{}。每年都有企业跨过门槛进来、退到门槛以下或停产，名单随之变动；公布增速按统计惯例已扣除样本变动，总量之比没有，两者不能互相推算。",
            say(THRESHOLD),
        )
    ]
    for claim, made in changes(evaluation):
        figures = (
            region_name(evaluation.data, claim.region),
            claim.period,
            MEASURES[claim.indicator],
            number(made.published_pct),
            signed(made.ratio_pct),
            number(abs(made.difference_pp)),
            _cause(claim, made),
        )
        lines.append(
            say("{}{}年{}公布增长{}%，总量之比为{}%，高{}个百分点。{}", *figures)
            if made.difference_pp > 0
            else say("{}{}年{}公布增长{}%，总量之比为{}%，低{}个百分点。{}", *figures)
        )
    lines.append(_zone_line(evaluation))
    return bullets(lines)


def _cause(claim: Claim, made: SampleChange) -> str:
    if claim.indicator == "industrial_output":
        if made.difference_pp > 0:
            return say("若公布增速按现价计，这一差额即为企业进出（净增）与上年数修订之和。")
        return say("若公布增速按现价计，这一差额即为企业进出（净减）与上年数修订之和。")
    return say("增加值的这一差额里还有价格变动，没有同期价格指数，样本变动不能单独分出。")


def _zone_line(evaluation: Evaluation) -> str:
    """Say whether the zone's own sample change can be told, and what it would take."""
    region, name = evaluation.plan.region, own_name(evaluation)
    if any(claim.region == region for claim, _ in changes(evaluation)):
        return ""
    return say(
        "{}自己的样本变动无从扣除：没有同一年既公布增速又有相邻两年总量的规上工业数据。需要本区提供逐年的规上工业总产值、同口径增速，以及当年新进、退出企业的户数与产值；在此之前，本章由总量算得的增速都含名单变动。",
        name,
    )


# Industry in the region above: the only long series, and published growth for part-years.
# The zone's output has two published figures. Its city's secondary sector has a long series of
# value added at current prices: another measure, another place, construction included; it is
# background for how fast industry has grown, never a stand-in for the zone's output.


ABOVE_SCALE = "industrial_va_above_scale"


@dataclass(frozen=True)
class Sector:
    """The secondary sector of the region above: value added at current prices, 亿元."""

    name: str
    series: Series

    @property
    def subject(self) -> str:
        """Place and measure as text."""
        return say("{}第二产业增加值", self.name)


def sector(evaluation: Evaluation) -> Sector:
    """Return the region above's secondary-sector value added, empty where there is none."""
    region = parent(evaluation)
    name = region_name(evaluation.data, region) if region else say("上级地区")
    return Sector(name, known_series(evaluation, region, "secondary_va"))


def sector_source(evaluation: Evaluation, found: Sector) -> str:
    """Return the source line of the long series."""
    return sources(evaluation, found.series.data)


def sector_chart(evaluation: Evaluation, found: Sector, key: str = "") -> Chart | str:
    """Draw the long series, with the mean growth of its halves as the finding."""
    values = found.series.values()
    if len(values) < 3:
        return say("{}在所定日期之前不足三个年度值，不画长序列。", found.subject)
    first, last = int(values.index[0]), int(values.index[-1])
    middle = int(values.index[len(values) // 2])
    early = 100 * cagr(values[first], values[middle], middle - first)
    late = 100 * cagr(values[middle], values[last], last - middle)
    return line_chart(
        pd.DataFrame({"year": values.index, "value": values.to_numpy(), "series": say("第二产业")}),
        say(
            "{}第二产业现价年均增速由{}—{}年的{:.1f}%变为{}—{}年的{:.1f}%",
            found.name,
            first,
            middle,
            early,
            middle,
            last,
            late,
        ),
        digits=0,
        subtitle=say(
            "第二产业增加值（现价，亿元），{}，{}—{}年；含建筑业", found.name, first, last
        ),
        source=sources(evaluation, found.series.data),
        key=key,
    )


def sector_standing(evaluation: Evaluation, found: Sector) -> str:
    """Say of which stage the figures are, which years are missing, and what they are not."""
    if not found.series.data:
        return ""
    groups: dict[str, list[int]] = {}
    for item in found.series.data:
        groups.setdefault(item.status, []).append(item.year)
    words = say("；").join(
        say("{}：{}", STATUS_ZH[status], years_text(ys)) for status, ys in groups.items()
    )
    text = say("各年状态——{}。", words)
    early = [y for status, ys in groups.items() if status not in ("revised", "final") for y in ys]
    if early:
        text += say(
            "{}没有随普查修订，不能与修订过的生产总值相除求比重，不同批次相接处的增速也含版本差异。",
            years_text(sorted(early)),
        )
    last = found.series.data[-1].year
    if last < evaluation.year:
        text += say("{}尚无数值。", years_text(list(range(last + 1, evaluation.year + 1))))
    return text + say("没有第二产业的可比价指数，这里的增速都是现价。")


def growth_claims(evaluation: Evaluation) -> list[Claim]:
    """Return published growth of value added above designated size, known on the date.

    A source without a date counts as public from the end of the year after the period, the
    latest day it can have, as for observations.
    """
    wanted = (evaluation.plan.region, parent(evaluation))
    found = [
        claim
        for claim in context(evaluation.data, evaluation.as_of).claims
        if claim.indicator == ABOVE_SCALE
        and claim.type == "growth_pct"
        and claim.region in wanted
        and last_year(claim.period) <= evaluation.year
        and public_by(evaluation.data, claim.source, claim.period) <= evaluation.as_of
    ]
    return sorted(found, key=lambda claim: (period_key(claim.period), claim.region != wanted[0]))


def city_claims_table(evaluation: Evaluation, key: str = "") -> Table | str:
    """Return the published growth rates by period, zone and city in columns of their own."""
    found = growth_claims(evaluation)
    if not found:
        return say("在所定日期之前没有规上工业增加值的公布增速。")
    own, above = evaluation.plan.region, parent(evaluation)
    periods = list(dict.fromkeys(claim.period for claim in found))
    rows = []
    for period in periods:
        by_region = {claim.region: claim for claim in found if claim.period == period}
        used = ["[" + claim.source + "]" for claim in by_region.values()]
        row: dict[str, object] = {say("期间"): period_zh(period)}
        for region in (own, above):
            if region is not None:
                claim = by_region.get(region)
                row[region_name(evaluation.data, region)] = claim
        rows.append(row | {say("来源"): say("、").join(dict.fromkeys(used))})
    return Table(
        pd.DataFrame(rows),
        say("规模以上工业增加值公布的同比增速（%，按惯例为可比价）"),
        source=sourced(
            titles(evaluation, dict.fromkeys(claim.source for claim in found)),
            (),
            (claim.claim for claim in found),
        ),
        note=say(
            "各来源多未写明价格；规上工业增加值的增速按统计惯例为可比价，不与现价总量直接比较。年内累计期与全年不能相互替代。"
        ),
        key=key,
    )


def city_claims_reading(evaluation: Evaluation) -> str:
    """Compare zone and city in the periods for which both were published."""
    found = growth_claims(evaluation)
    own, above = evaluation.plan.region, parent(evaluation)
    mine = {claim.period: claim.value for claim in found if claim.region == own}
    theirs = {claim.period: claim.value for claim in found if claim.region == above}
    both = [period for period in mine if period in theirs]
    name = own_name(evaluation)
    if not found:
        return ""
    if not both or above is None:
        return say("{}没有与上级地区同期公布的规上工业增加值增速，无从对照。", name)
    parts = [
        say(
            "{}{}规上工业增加值同比{}%，{}{}%，相差{}个百分点",
            period_zh(period),
            name,
            signed(mine[period]),
            region_name(evaluation.data, above),
            signed(theirs[period]),
            signed(mine[period] - theirs[period]),
        )
        for period in both
    ]
    text = say("{}（可比价，按惯例）。", say("；").join(parts))
    if len(both) == 1:
        text += say("可同期对照的只有这一期，又是年内的一段，代表不了全年，更代表不了整个规划期。")
    return text


# --- What single industries added to industrial growth, where a bureau published it ---


PULL, GROWTH = "_va_pull", "_va_growth"


def pulls(evaluation: Evaluation) -> list[tuple[Datum, Datum]]:
    """Return (growth, contribution) of one industry, place and period, both published."""
    found = []
    for region in (evaluation.plan.region, parent(evaluation)):
        if region is None:
            continue
        for code in evaluation.data.indicators:
            if not code.endswith(PULL):
                continue
            growths = other_periods(
                evaluation.data,
                region,
                code.removesuffix(PULL) + GROWTH,
                as_of=evaluation.as_of,
            )
            for pull in other_periods(evaluation.data, region, code, as_of=evaluation.as_of):
                same = [g for g in growths if (g.period, g.source) == (pull.period, pull.source)]
                if same and last_year(pull.period) <= evaluation.year:
                    found.append((same[0], pull))
    return found


def _whole(evaluation: Evaluation, pull: Datum) -> float | None:
    """Return the growth of all industry above designated size, of the same source and period."""
    for claim in context(evaluation.data, evaluation.as_of).claims:
        if (claim.region, claim.indicator, claim.period, claim.source, claim.type) == (
            pull.region,
            ABOVE_SCALE,
            pull.period,
            pull.source,
            "growth_pct",
        ):
            return claim.value
    return None


def _industry(evaluation: Evaluation, pull: Datum) -> str:
    """Return the industry that contributed, from the name of its contribution."""
    name: str = worded(evaluation.data.indicators[pull.indicator], "name")
    zh = name.partition("对")[0]
    return either(zh, name.removeprefix("Contribution of ").partition(" to industrial")[0])


def pull_table(evaluation: Evaluation, key: str = "") -> Table | str:
    """Return growth, contribution, share of growth and the weight the two imply."""
    rows, used = [], []
    for rise, pull in pulls(evaluation):
        whole = _whole(evaluation, pull)
        weight = implied_weight(rise.printed, pull.printed)
        rows.append(
            {
                say("地区与行业"): say(
                    "{region}{name}",
                    region=region_name(evaluation.data, pull.region),
                    name=_industry(evaluation, pull),
                ),
                say("期间"): period_zh(pull.period),
                say("同比增速（%）"): number(rise),
                say("拉动（百分点）"): number(pull.value),
                say("全部规上工业增速（%）"): number(whole),
                say("占增速（%）"): number(100 * pull.value / whole if whole else None, 0),
                say("隐含上年权重（%）"): "—"
                if weight is None
                else say("{} 至 {}", number(100 * weight.lo), number(100 * weight.hi)),
            }
        )
        used += [rise, pull]
    if not rows:
        return say("在所定日期之前，没有公布各行业对规上工业增速的拉动。")
    return Table(
        pd.DataFrame(rows),
        say("行业对规上工业增加值增速的拉动（按惯例为可比价）"),
        source=sources(evaluation, used),
        note=say(
            "权重＝拉动÷增速，为上年同期该行业占规上工业增加值的份额；上下限由两个数的舍入推得。只有公布了拉动的行业，不是全部行业，不能合计成集中度。"
        ),
        align=["left", "left", *["right"] * 5],
        key=key,
    )


def pull_reading(evaluation: Evaluation) -> str:
    """Say how much of growth the industries named made, and from how small a part."""
    said = []
    for rise, pull in pulls(evaluation):
        whole, weight = _whole(evaluation, pull), implied_weight(rise.printed, pull.printed)
        if whole is None or whole <= 0 or weight is None:
            continue
        share = pull.value / whole
        figures = (
            region_name(evaluation.data, pull.region),
            period_zh(pull.period),
            _industry(evaluation, pull),
            number(pull.value),
            number(100 * share, 0),
            number(100 * weight.lo),
            number(100 * weight.hi),
        )
        said.append(
            say(
                "{}{}{}拉动{}个百分点，约占规上工业增速的{}%，而隐含权重只有{}%至{}%",
                *figures,
            )
            if share > weight.hi
            else say(
                "{}{}{}拉动{}个百分点，约占规上工业增速的{}%，隐含权重为{}%至{}%",
                *figures,
            )
        )
    return (
        say("{}。这是上级地区年内一段的情况，不能套用于本区。", say("；").join(said))
        if said
        else ""
    )


# --- Targets of parts against the target of the whole, and how the industry chapter closes ---


VALUE_ADDED = ("industrial_va", "industrial_va_above_scale")


def part_targets(evaluation: Evaluation) -> list[IndicatorEvaluation]:
    """Return the plan's targets on parts of the zone's output, as the relations declare them."""
    wanted = f"{evaluation.plan.region}:{OUTPUT}"
    for row in evaluation.data.relations.to_dict("records"):
        if row["type"] == "sum_fits" and row["whole"] == wanted:
            codes = [token.partition(":")[2] for token in row["parts"].split(";")]
            return [
                item
                for item in evaluation.indicators
                if item.target.indicator in codes and item.target.target is not None
            ]
    return []


def parts_table(
    evaluation: Evaluation, whole: IndicatorEvaluation | None, key: str = ""
) -> Table | str:
    """Return the targets of the parts, their sum and the target of the whole."""
    items = part_targets(evaluation)
    if not items or whole is None or whole.target.target is None:
        return say("本规划没有既定总量、又定分行业产值的目标，不存在合计是否相容的问题。")
    rows: list[dict[str, object]] = [
        {
            say("项目"): name_of(item.target),
            say("目标原文"): _as_worded(item),
            say("目标（亿元）"): item.target.target,
            say("规划期内公布值"): value_cell(within(evaluation, item)),
            say("仅作背景的其他口径数值"): _background(evaluation, item),
        }
        for item in items
    ]
    total = sum(float(item.target.target or 0.0) for item in items)
    goal = whole.target.target
    rows += [
        _sum_row(say("各分项合计"), total),
        {
            say("项目"): say("整体：{}", name_of(whole.target)),
            say("目标原文"): _as_worded(whole),
            say("目标（亿元）"): goal,
            say("规划期内公布值"): value_cell(within(evaluation, whole)),
            say("仅作背景的其他口径数值"): "—",
        },
        _sum_row(say("整体减各分项"), goal - total),
    ]
    return Table(
        pd.DataFrame(rows),
        say("{}分行业产值目标与整体目标（现价）", own_name(evaluation)),
        source=sources(evaluation, [figure for item in items for figure in item.context]),
        note=say("分项与整体的统计范围未必一致：规划没有说明分项是否限于规模以上工业。"),
        align=["left", "left", "right", "left", "left"],
        digits={say("目标（亿元）"): 0},
        key=key,
    )


def _as_worded(item: IndicatorEvaluation) -> str:
    """Return the target in the plan's words; English says its kind and number instead."""
    target = item.target
    return either(target.target_text, short_promise(target, target.original))


def _sum_row(name: str, value: float) -> dict[str, object]:
    row: dict[str, object] = {say("项目"): name, say("目标原文"): "—", say("目标（亿元）"): value}
    return row | {say("规划期内公布值"): "—", say("仅作背景的其他口径数值"): "—"}


def _background(evaluation: Evaluation, item: IndicatorEvaluation) -> str:
    if not item.context:
        return "—"
    last = item.context[-1]
    place, value = region_name(evaluation.data, last.region), value_cell(last)
    return either(f"{place}{value}", f"{place}: {value}")


def parts_reading(
    evaluation: Evaluation, whole: IndicatorEvaluation | None, own: Series, found: Part | None
) -> str:
    """Say what the targets of the parts demand of each other, and of what is left over."""
    items = part_targets(evaluation)
    if not items or whole is None or whole.target.target is None:
        return ""
    said = [
        say("核对编号{}（见数据质量一章）：{}。", f.finding_id, plain(why(f)))
        for f in evaluation.audit.of("tension")
        if f"{evaluation.plan.plan_id}/{whole.target_id}" in f.targets
        and f.rule == "parts_vs_whole"
    ]
    total = sum(float(item.target.target or 0.0) for item in items)
    room = whole.target.target - total
    if abs(room) < 0.05:
        said.append(
            say(
                "各分项若都恰好完成，合计已等于整体目标：要么其余行业没有产值，要么整体目标定得低于各分项与其余行业之和。"
            )
        )
    return joined(said) + _left_over(own, found)


def _left_over(own: Series, found: Part | None) -> str:
    last = own.last
    piece = found.series.at(last.year) if found is not None and last is not None else None
    if found is None or last is None or piece is None:
        return ""
    return say(
        "参照：{}年{}以外的产值约{}，但园区不等于绿色化工新材料产业，两者口径不同，只能说明其余部分并不为零。",
        last.period,
        found.name,
        amounts.amount(last.value - piece.value, last.unit, 1),
    )


def pace_reading(evaluation: Evaluation, own: Series, item: IndicatorEvaluation | None) -> str:
    """Compare the growth still needed with the zone's own, published and derived kept apart."""
    wanted = need(evaluation, item)
    if item is None or wanted is None or item.state.met:
        return ""
    rate, first, left = wanted
    text = (
        say("{}年须现价增长{:.1f}%。", first + 1, rate)
        if left == 1
        else say("{}—{}年每年须现价增长{:.1f}%。", first + 1, first + left, rate)
    )
    told = []
    for a, b in pairwise(own.data):
        pace = 100 * cagr(a.value, b.value, b.year - a.year)
        mark = say("（起点为推算值）") if a.status == "derived" else ""
        told.append(say("{}—{}年年均{}{}", a.period, b.period, growth(pace, "current"), mark))
    return text + say("；").join(told) + (say("。") if told else "")


def closing(
    evaluation: Evaluation, own: Series, item: IndicatorEvaluation | None, found: Part | None
) -> str:
    """Say what the chapter means for the output target and for the targets of parts."""
    if item is None:
        told = [i for i in evaluation.of(domain="industry") if has_data(evaluation, i)]
        if told:
            return say("本规划没有产值总量目标；工业类目标中有数据的如下。\n\n") + meanings(
                evaluation, told
            )
        return say("本规划没有产值总量目标，工业类目标也没有可用的公布值，本章不判断完成。")
    return bullets(
        [
            state_line(evaluation, item),
            _pace_line(evaluation, own, item),
            outlook_line(item),
            _weight_line(own, found),
            _silent_line(evaluation),
        ]
    )


def _pace_line(evaluation: Evaluation, own: Series, item: IndicatorEvaluation) -> str:
    wanted = need(evaluation, item)
    if wanted is None or item.state.met:
        return ""
    rate, first, left = wanted
    if within(evaluation, item) is None:
        return say("**还需**：从{}年基期算起的{}年里每年须现价增长{:.1f}%。", first, left, rate)
    span = say("余下一年（{}年）", first + 1) if left == 1 else say("余下{}年每年", left)
    text = say("**还需**：{}须现价增长{:.1f}%", span, rate)
    done = item.state.realised_growth_pct
    if done is None:
        return text + say("。")
    if rate > done:
        return say(
            "{}，比规划期已有的年均增速（现价{:.1f}%）高{:.1f}个百分点。", text, done, rate - done
        )
    return say(
        "{}，比规划期已有的年均增速（现价{:.1f}%）低{:.1f}个百分点。", text, done, done - rate
    )


def _weight_line(own: Series, found: Part | None) -> str:
    last = own.last
    piece = found.series.at(last.year) if found is not None and last is not None else None
    if found is None or last is None or piece is None:
        return ""
    share = piece_share(last, piece)
    text = say(
        "**结构**：{}年{}相当于规上工业总产值的{:.1f}%（口径不同，近似）",
        last.period,
        found.name,
        share,
    )
    return text + (say("，产值能否达到目标，大部分落在园区。") if share > 50 else say("。"))


def _silent_line(evaluation: Evaluation) -> str:
    items = evaluation.of(domain="industry")
    silent = [item for item in items if not has_data(evaluation, item)]
    if not silent:
        return ""
    names = say("、").join(plain(name_of(item.target)) for item in silent)
    return say("**无从评价**：{}项没有可用的公布值（{}）。", len(silent), names)


def limits(evaluation: Evaluation, own: Series, found: Part | None) -> str:
    """List what these data cannot show."""
    name, plan = own_name(evaluation), evaluation.plan
    due = range(plan.start_year, evaluation.year + 1)
    missing = [year for year in due if own.at(year) is None]
    lines = [
        say("{}规上工业总产值规划期内缺{}，年度间的起落看不到。", name, years_text(missing))
        if missing
        else "",
        say("产值按现价，价格涨跌与产量增减分不开；没有本区工业品的价格指数。"),
        say("规上企业名单每年变动，两年总量之比里有多少是企业进出，没有同口径增速就分不开。"),
        _no_value_added(evaluation),
    ]
    if any(item.status == "derived" for item in own.data):
        years = years_text([i.year for i in own.data if i.status == "derived"])
        lines.append(
            say("{}的产值由公布的倍数反推，不是公布值，只用来画出走向和作标明推算的对照。", years)
        )
    if found is not None and found.series.data:
        lines.append(
            say(
                "{}与{}的产值口径不同，园区内外的结构只是近似，行业构成没有公布。", found.name, name
            )
        )
    lines.append(
        say("上级地区第二产业的走势是另一地域、另一指标，不能代替本区产值，也不说明原因。")
    )
    return bullets(lines)


def _no_value_added(evaluation: Evaluation) -> str:
    due = range(evaluation.plan.start_year, evaluation.year + 1)
    for code in VALUE_ADDED:
        series = annual_series(
            evaluation.data,
            evaluation.plan.region,
            code,
            as_of=evaluation.as_of,
            until=evaluation.year,
        )
        if any(item.year in due for item in series.data):
            return ""
    return say(
        "规划期内没有{}的工业增加值总量，产值增长有多少变成增加值无从得知。", own_name(evaluation)
    )


# How much of the zone's output stands in one place or industry, and how it moves with the city.


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
        share = step("share", item, piece)
        rows.append(_row(say("{}年产值", item.period), name, share, *bounds))
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
        source=sourced(
            titles(evaluation, dict.fromkeys(told)), (one.row for both in pairs for one in both)
        ),
        note=say(
            "赫芬达尔指数＝各部分份额的平方和，1为只有一个部分；有效个数＝1÷指数，即相当于几个同样大的部分。只知一部分时给上下限：其余极分散为下限，其余合为一个部分为上限。园区与本区口径不同，份额为近似；园区不是行业，分行业产值没有公布。"
        ),
        align=["left", "left", *["right"] * 3],
        key=key,
    )


def _row(what: str, name: str, share: Figure, low: float, high: float) -> dict[str, str]:
    return {
        say("对象"): what,
        say("最大部分"): name,
        say("份额（%）"): number(share),
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
    parts = pd.Series({name_of(i.target): float(i.target.target or 0.0) for i in items})
    made = concentration(parts)
    if made is None:
        return None
    year = items[0].target.target_year
    if parts.sum() > goal:  # the parts alone are then the whole that can be spoken of
        return _row(
            say("{}年分行业目标（以合计为总量）", year),
            made.largest,
            100 * made.largest_share,
            made.herfindahl,
            made.herfindahl,
        )
    bounds = concentration_bounds(parts, goal)
    return _row(say("{}年分行业目标", year), made.largest, 100 * float(parts.max()) / goal, *bounds)


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
            say("产值年均增速（%）"): number(grown(a, b)),
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
            said(error).replace(" ", "") if spoken() == "zh" else said(error),
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
