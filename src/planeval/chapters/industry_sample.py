"""Published growth of firms above designated size, and why it is not the ratio of levels."""

from __future__ import annotations

import pandas as pd

from analysis.audit.finding import Claim, context
from analysis.data.series import Datum
from analysis.growth.sample import SampleChange, sample_change
from analysis.targets.evaluation import Evaluation
from planeval.chapters.cells import bullets, signed, titles
from planeval.chapters.region import known_series, parent
from planeval.chapters.zone import own_name
from planeval.show.cell import Sourced
from planeval.show.table import Table, number
from planeval.words.language import Terms, mark, say

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
        and len(claim.period) == 4
        and int(claim.period) <= evaluation.year
    ]
    return sorted(found, key=lambda c: (regions.index(c.region), c.indicator, c.period))


def _levels(evaluation: Evaluation, claim: Claim) -> tuple[Datum | None, Datum | None]:
    """Return the levels of the year before and of the year; a derived one proves nothing."""
    series = known_series(evaluation, claim.region, claim.indicator)
    ends = (series.at(int(claim.period) - 1), series.at(int(claim.period)))
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
                    region=evaluation.data.name(claim.region),
                    name=MEASURES[claim.indicator],
                ),
                say("年份"): claim.period,
                say("公布增速（%）"): number(claim.value),
                say("上年总量（亿元）"): number(before.value if before else None, 2),
                say("当年总量（亿元）"): number(after.value if after else None, 2),
                say("总量之比（%）"): signed(made.ratio_pct) if made else "—",
                say("差（百分点）"): signed(made.difference_pp) if made else "—",
                say("按增速反推的上年基数（亿元）"): number(base, 2),
            }
        )
    if not rows:
        return say("在所定日期之前，没有公布规上工业的年度增速，谈不上与总量之比的差别。")
    return Table(
        pd.DataFrame(rows),
        say("规上工业：公布增速与公布总量之比"),
        source=Sourced(
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
            evaluation.data.name(claim.region),
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
