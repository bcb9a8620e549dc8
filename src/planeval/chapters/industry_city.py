"""Industry in the region above: the only long series, and published growth for part-years.

The zone's output has two published figures. Its city's secondary sector has a long series of
value added at current prices: another measure, another place, construction included; it is
background for how fast industry has grown, never a stand-in for the zone's output.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.audit.finding import Claim, context
from analysis.data.observations import STATUS_ZH, public_by
from analysis.data.periods import last_year, period_key
from analysis.data.series import Series
from analysis.growth.rates import cagr
from analysis.targets.evaluation import Evaluation
from planeval.chapters.cells import signed, sources, titles
from planeval.chapters.region import known_series, parent, years_text
from planeval.chapters.zone import own_name
from planeval.show.cell import Sourced
from planeval.show.chart import Chart
from planeval.show.lines import line_chart
from planeval.show.table import Table
from planeval.words.figures import period_zh
from planeval.words.language import say

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
    name = evaluation.data.name(region) if region else say("上级地区")
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
                row[evaluation.data.name(region)] = claim.value if claim else None
        rows.append(row | {say("来源"): say("、").join(dict.fromkeys(used))})
    return Table(
        pd.DataFrame(rows),
        say("规模以上工业增加值公布的同比增速（%，按惯例为可比价）"),
        source=Sourced(
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
            evaluation.data.name(above),
            signed(theirs[period]),
            signed(mine[period] - theirs[period]),
        )
        for period in both
    ]
    text = say("{}（可比价，按惯例）。", say("；").join(parts))
    if len(both) == 1:
        text += say("可同期对照的只有这一期，又是年内的一段，代表不了全年，更代表不了整个规划期。")
    return text
