"""How much of each promise is done: completion beside schedule, of a settled plan the result."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from planeval.chapters.cells import figures, plain, sources
from planeval.show.bars import target_bars
from planeval.show.chart import Chart
from planeval.words import figures as amounts
from planeval.words.language import say

MOST_BARS = 40


def measured(evaluation: Evaluation) -> list[IndicatorEvaluation]:
    """Return the targets with both a completion and a schedule, of table and text."""
    return [
        item
        for item in evaluation.indicators
        if item.state.completion is not None and item.state.schedule is not None
    ]


def completion_chart(evaluation: Evaluation) -> Chart | str:
    """Draw completion beside schedule for every target that has both."""
    items = measured(evaluation)[:MOST_BARS]
    if not items:
        return say("没有一项目标同时具备基期值、目标值和规划期内的公布值，完成度图无从画起。")
    frame = pd.DataFrame(
        {
            "name": [item.target.name for item in items],
            "completion_pct": [100 * (item.state.completion or 0.0) for item in items],
            "elapsed_pct": [100 * (item.state.schedule or 0.0) for item in items],
        }
    )
    years = sorted({item.latest.year for item in items if item.latest})
    span = say("、").join(map(str, years))
    note = say(
        "规划增量完成度与时序进度，%；完成度为{}年公布值，竖线为{}年的时序进度；斜纹为落后于时序",
        span,
        evaluation.year,
    )
    if evaluation.settled:
        note = say("规划增量完成度，%，{}年公布值；斜纹为未达目标", span)
    return target_bars(
        frame,
        _result_finding(items) if evaluation.settled else _completion_finding(items),
        ended=evaluation.settled,
        subtitle=note,
        source=sources(evaluation, figures(items)),
        key="completion",
    )


def _completion_finding(items: Sequence[IndicatorEvaluation]) -> str:
    behind = [i for i in items if (i.state.completion or 0.0) < (i.state.schedule or 0.0)]
    ahead = len(items) - len(behind)
    text = (
        say("能计算完成度的{}项中，{}项不慢于时序", len(items), ahead)
        if ahead
        else say("能计算完成度的{}项中，没有一项不慢于时序", len(items))
    )
    if not behind:
        return text
    worst = min(behind, key=lambda i: (i.state.completion or 0.0) - (i.state.schedule or 0.0))
    return text + say(
        "，{}项落后，落后最多的是{}（完成{}）",
        len(behind),
        worst.target.name,
        amounts.share(worst.state.completion),
    )


def _result_finding(items: Sequence[IndicatorEvaluation]) -> str:
    """Say of the targets with a completion how many were reached by the end."""
    short = [i for i in items if not i.state.met]
    met = len(items) - len(short)
    text = (
        say("能计算完成度的{}项中，{}项达到目标", len(items), met)
        if met
        else say("能计算完成度的{}项中，没有一项达到目标", len(items))
    )
    if not short:
        return text
    worst = min(short, key=lambda i: i.state.completion or 0.0)
    return text + say(
        "，{}项未达到，差得最多的是{}（完成{}）",
        len(short),
        worst.target.name,
        amounts.share(worst.state.completion),
    )


def completion_reading(evaluation: Evaluation) -> str:
    """Say how many targets the chart of completion leaves out, empty without a chart."""
    items = measured(evaluation)
    if not items:
        return ""
    left = len(evaluation.in_force) - len(items)
    text = (
        say("上图只含{}项；另有{}项没有完成度，图上看不到它们的进展。", len(items), left)
        if left
        else say("上图包括全部{}项目标。", len(items))
    )
    over = [item for item in items if (item.state.completion or 0.0) > 1]
    if over:
        names = say("、").join(
            say("{name}{share}", name=i.target.name, share=amounts.share(i.state.completion))
            for i in over
        )
        text += say("超过100%的有：{}，表示公布值已越过目标值。", names)
    return plain(text)
