"""The whole port and the inland port: context for the plan's port area, never its measure.

Their figures are printed as they were published, each with its caliber; months and
year-to-date totals are neither annualised nor chained.
"""

from __future__ import annotations

from collections import Counter

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from analysis.data.periods import period_key
from analysis.data.series import Datum
from analysis.data.units import unit_name, with_unit
from analysis.targets.evaluation import Evaluation
from planeval.chapters.cells import RELIABILITY_ZH, plain, sources
from planeval.chapters.port_common import (
    BOX_KINDS,
    BOXES,
    CARGO,
    CARGO_KINDS,
    NO_PORT,
    SHORT,
    annual,
    growth_claims,
    parts_of_year,
    ports,
    printed,
)
from planeval.show.chart import COLOURS, MARKERS, Chart, new_figure, style
from planeval.show.table import Table, percent
from planeval.words.figures import period_zh, span_zh
from planeval.words.language import Terms, either, say, worded
from planeval.words.notes import noted

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
    name = evaluation.data.name
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
        return say("在所定日期之前，{}没有公布值。", evaluation.data.name(scope.whole))
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
        evaluation.data.name(scope.whole),
        plain(words),
    )


def whole_chart(evaluation: Evaluation, indicator: str = BOXES, key: str = "") -> Chart | str:
    """Draw the whole port by caliber beside the port area, published points only."""
    scope = ports(evaluation)
    if scope is None or scope.whole is None:
        return say(NO_PORT)
    name = evaluation.data.name
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
        return say("在所定日期之前，{}没有公布年度值。", evaluation.data.name(scope.whole))
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
        say("{}的年度值（只作背景）", evaluation.data.name(scope.whole)),
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
    names = say("、").join(evaluation.data.name(region) for region in chosen)
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
    inland = "".join(_inland_years(evaluation, region) for region in scope.inland)
    words = say("、").join(
        say("{}{}个", evaluation.data.name(code), len(items))
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
    return say("{}的年度值只列示：{}。", evaluation.data.name(region), words)


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
