"""The port chapter's views: one door to scopes, the area's own figures, pace, and context.

The chapter ends with what its figures mean for the targets and what they cannot show.
"""

from __future__ import annotations

from analysis.targets.evaluation import Evaluation
from planeval.chapters.base import meanings
from planeval.chapters.cells import bullets, has_data, plain
from planeval.chapters.port_common import BOX_KINDS, BOXES, CARGO, CARGO_KINDS, NO_PORT, ports
from planeval.chapters.port_pace import (
    city_yardstick,
    pace_reading,
    pace_table,
    run_rows,
    runs_reading,
    runs_table,
    yardstick_reading,
)
from planeval.chapters.port_plans import background, rival_chart, rival_reading
from planeval.chapters.port_ratios import (
    elasticity_reading,
    elasticity_rows,
    elasticity_table,
    whole_intensity_table,
)
from planeval.chapters.port_season import (
    adjust_reading,
    festival_reading,
    festival_table,
    month_chart,
)
from planeval.chapters.port_whole import (
    caliber_reading,
    caliber_table,
    news_reading,
    news_table,
    news_tables,
    whole_chart,
    whole_table,
)
from planeval.chapters.port_year import now_reading, now_table, past_reading, past_table, running
from planeval.chapters.port_zone import (
    growth_reading,
    growth_table,
    intensity_reading,
    intensity_table,
    share_reading,
    share_rows,
    share_table,
    zone_chart,
    zone_series,
)
from planeval.words.figures import period_zh
from planeval.words.language import say

__all__ = [
    "BOXES",
    "BOX_KINDS",
    "CARGO",
    "CARGO_KINDS",
    "NO_PORT",
    "adjust_reading",
    "background",
    "caliber_reading",
    "caliber_table",
    "city_yardstick",
    "elasticity_reading",
    "elasticity_table",
    "festival_reading",
    "festival_table",
    "growth_reading",
    "growth_table",
    "intensity_reading",
    "intensity_table",
    "limits",
    "month_chart",
    "news_reading",
    "news_table",
    "news_tables",
    "now_reading",
    "now_table",
    "pace_reading",
    "pace_table",
    "past_reading",
    "past_table",
    "rival_chart",
    "rival_reading",
    "runs_reading",
    "runs_table",
    "share_reading",
    "share_table",
    "summary",
    "whole_chart",
    "whole_intensity_table",
    "whole_table",
    "yardstick_reading",
    "zone_chart",
    "zone_series",
]


def summary(evaluation: Evaluation) -> str:
    """Return what the chapter means for the port targets, those without a figure counted."""
    items = evaluation.of(domain="port")
    if not items:
        return say("本规划没有列入港口类目标。")
    text = meanings(evaluation, items)
    silent = [item for item in items if not has_data(evaluation, item)]
    if silent:
        names = say("、").join(plain(item.target.name) for item in silent)
        text += say("\n- 规划期内没有港区数字、不下结论的目标：{}。", names)
    return text.strip()


def limits(evaluation: Evaluation) -> str:
    """Return what the port figures cannot show, as far as it follows from what is published."""
    if ports(evaluation) is None:
        return say(NO_PORT)
    rows = run_rows(evaluation)
    zone = evaluation.data.name(rows[0]["region"])
    years = say("、").join(map(str, rows[0]["strict"]))
    shares = share_rows(evaluation)
    return bullets(
        [
            say("{}货物吞吐量只有{}年公布；其间各年的起落看不到。", zone, years)
            if years
            else say("{}货物吞吐量在所定日期之前没有公布年度值。", zone),
            say(
                "港区占全港的份额只在{}可算，其余时期不能用全港推断港区。",
                say("、").join(period_zh(period) for period in dict.fromkeys(shares["period"])),
            )
            if len(shares)
            else say("港区占全港的份额没有一个时期可算。"),
            say("吞吐量按重量或箱数计，不反映货值、空箱比例和中转重复计数。"),
            ""
            if any(row["fit"].known for row in elasticity_rows(evaluation))
            else say("吞吐量对生产总值、贸易的弹性没有估计：相邻年份的配对不够。"),
            say("全年推算的误差只学自一个外国港口，遇到起伏大的年份区间会偏窄。")
            if running(evaluation, evaluation.year, known=False)
            else "",
            say("预测区间借用同类序列的波动，不含泊位、航线、货类调整等具体事件。")
            if any(item.outlook.table is not None for item in evaluation.of(domain="port"))
            else "",
        ]
    )
