"""One half page for each main indicator: value, path, outlook, what is needed.

Main are the targets that have a figure published within the plan: binding ones first, then
those of the plan's table. Why things went as they did is for the evaluator to write: a heading
of the same name in the chapter's commentary puts the words under the indicator.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.data.units import unit_name
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from planeval.chapters.base import View, cautions, later_base
from planeval.chapters.cells import (
    TOLD_AT_MOST,
    followed,
    main_indicators,
    needed_cell,
    outlook_cell,
    outlook_head,
    plain,
    sources,
    value_cell,
    within,
)
from planeval.chapters.outlook import outlook_fan
from planeval.show.table import Table, alike
from planeval.words import figures as amounts
from planeval.words import targets
from planeval.words.language import say
from planeval.words.target import target_cell


def pages(evaluation: Evaluation) -> list[View]:
    """Return the views of all main indicators in order."""
    items = main_indicators(evaluation)
    if not items:
        return []
    facts = alike([_facts(evaluation, item) for item in items])
    return [
        view
        for item, table in zip(items, facts, strict=True)
        for view in _page(evaluation, item, table)
    ]


def scope(evaluation: Evaluation) -> str:
    """Say which indicators are told one by one, and which are not and why."""
    total, found = len(evaluation.in_force), followed(evaluation)
    if not found:
        return say(
            "规划共有{}项目标，规划期内没有一项公布了可用的数值，没有可以逐项说明的指标。", total
        )
    binding = sum(item.target.binding == "binding" for item in found)
    if binding:
        text = say(
            "规划共有{}项目标，规划期内有可用公布值的{}项，其中约束性{}项；",
            total,
            len(found),
            binding,
        )
    else:
        text = say(
            "规划共有{}项目标，规划期内有可用公布值的{}项，没有一项是约束性的；",
            total,
            len(found),
        )
    if len(found) > TOLD_AT_MOST:
        return text + say("这里逐项说明前{}项，其余见以后各章。", TOLD_AT_MOST)
    return text + say("这里逐项说明，其余目标见以后各章。")


def _page(evaluation: Evaluation, item: IndicatorEvaluation, facts: Table) -> Iterator[View]:
    yield f"### {plain(item.target.name)}"
    yield facts
    if item.outlook.table is not None:
        yield outlook_fan(evaluation, item, key=f"page-{item.target_id}")
    yield plain(targets.meaning(item))
    yield cautions([item])


def _facts(evaluation: Evaluation, item: IndicatorEvaluation) -> Table:
    target, base, state = item.target, item.baseline, item.state
    row = {
        say("属性"): amounts.BINDING_ZH[target.binding],
        say("基期（年）"): "—" if later_base(evaluation, item) else value_cell(base),
        say("最新值（年）"): value_cell(within(evaluation, item)),
        say("目标（年）"): say("{}（{}）", target_cell(item), target.target_year),
        say("完成度"): amounts.share(state.completion),
        say("时序进度"): amounts.share(state.schedule, 0),
        say("仍需每年"): needed_cell(item),
        outlook_head(evaluation): outlook_cell(item),
        say("证据"): item.evidence.grade,
    }
    unit = unit_name(target.unit)
    if evaluation.settled:  # all of the time is over, and no year is left
        row = {
            name: cell
            for name, cell in row.items()
            if name not in (say("时序进度"), say("仍需每年"))
        }
    return Table(
        pd.DataFrame([row]),
        say("{}（{}）", target.name, unit) if unit else target.name,
        source=sources(evaluation, [figure for figure in (base, item.latest) if figure]),
        align=["left"] * len(row),
        key=f"facts-{item.target_id}",
    )
