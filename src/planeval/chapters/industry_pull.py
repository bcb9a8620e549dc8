"""What single industries added to industrial growth, where a bureau published it."""

from __future__ import annotations

import pandas as pd

from analysis.audit.finding import context
from analysis.data.periods import last_year
from analysis.data.series import Datum, other_periods
from analysis.growth.shares import implied_weight
from analysis.targets.evaluation import Evaluation
from planeval.chapters.cells import sources
from planeval.chapters.industry_city import ABOVE_SCALE
from planeval.chapters.region import parent
from planeval.show.table import Table, number
from planeval.words.figures import period_zh
from planeval.words.language import either, say, worded

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
    for growth, pull in pulls(evaluation):
        whole = _whole(evaluation, pull)
        weight = implied_weight(growth.printed, pull.printed)
        rows.append(
            {
                say("地区与行业"): say(
                    "{region}{name}",
                    region=evaluation.data.name(pull.region),
                    name=_industry(evaluation, pull),
                ),
                say("期间"): period_zh(pull.period),
                say("同比增速（%）"): number(growth.value),
                say("拉动（百分点）"): number(pull.value),
                say("全部规上工业增速（%）"): number(whole),
                say("占增速（%）"): number(100 * pull.value / whole if whole else None, 0),
                say("隐含上年权重（%）"): "—"
                if weight is None
                else say("{} 至 {}", number(100 * weight.lo), number(100 * weight.hi)),
            }
        )
        used += [growth, pull]
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
    for growth, pull in pulls(evaluation):
        whole, weight = _whole(evaluation, pull), implied_weight(growth.printed, pull.printed)
        if whole is None or whole <= 0 or weight is None:
            continue
        share = pull.value / whole
        figures = (
            evaluation.data.name(pull.region),
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
