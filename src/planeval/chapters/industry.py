"""The chapter on industrial output: the zone's output, the park within it, output beside GDP.

Output of industry above designated size, output of all industry in the park, and value added
are three measures; they are shown side by side and never added or chained. All at current prices.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from analysis.audit.finding import Finding
from analysis.data.series import Datum, Series
from analysis.growth.rates import cagr
from analysis.targets.evaluation import Evaluation
from planeval.chapters.cells import bullets, growth, plain, sources
from planeval.chapters.region import known_series
from planeval.chapters.zone import own_name, own_series
from planeval.show.chart import Chart
from planeval.show.lines import line_chart
from planeval.show.table import Table
from planeval.words import figures as amounts
from planeval.words.language import mark, say, worded

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
            return Part(data.name(region), worded(data.indicators[indicator], "name"), series)
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
                say("复合年均（%）"): 100 * cagr(a.value, b.value, years),
                say("总增幅（%）"): 100 * (b.value / a.value - 1),
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
    return "".join(
        say(
            "核对编号{}（见数据质量一章）：公布{:g}%，{}。本章一律用复合增速。",
            f.finding_id,
            f.stated,
            plain(f.reason),
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
            say("园区相当于本区（%）"): amounts.number(100 * piece.value / whole.value, 1),
            say("两者之差（亿元）"): amounts.number(whole.value - piece.value, 1),
        }
        for whole, piece in pairs
    ]
    for (w0, p0), (w1, p1) in pairwise(pairs):
        span = w1.year - w0.year
        values = [(w0.value, w1.value), (p0.value, p1.value)]
        rest = (w0.value - p0.value, w1.value - p1.value)
        rates = [amounts.number(100 * cagr(a, b, span), 1) for a, b in values]
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
            amounts.number(first[1].value),
            amounts.number(last[1].value),
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
            say("产值与生产总值之比"): amounts.number(item.value / gdp.value, 2),
        }
        for item, gdp in pairs
    ]
    for (a, x), (b, y) in pairwise(pairs):
        span = b.year - a.year
        cells = [
            say("{}—{}年均增速（%）", a.period, b.period),
            amounts.number(100 * cagr(a.value, b.value, span), 1),
            amounts.number(100 * cagr(x.value, y.value, span), 1),
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
