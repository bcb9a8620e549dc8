"""Pictures of the whole plan: the one-page sheet, bullets, slopes, small multiples."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.targets.evaluation import Evaluation
from analysis.targets.path import LEVELS, YearlyPath, yearly_path
from analysis.targets.types import OUTLOOKS, IndicatorEvaluation
from planeval.chapters.base import figures, outlook_cell, sources, within
from planeval.show.chart import Chart
from planeval.show.targets import bullet_chart, multiples_chart, sheet_chart, slope_chart
from planeval.words import amounts
from planeval.words.amounts import unit_name
from planeval.words.cell import sourced
from planeval.words.language import say, worded
from planeval.words.names import name_of, region_name

#: Outlook codes by their standing on the sheet; all others stay open.
STANDINGS = {
    "good": ("achieved", "achieved_firm", "achieved_at_risk", "achieved_open", "very_likely",
             "likely"),
    "even": ("toss_up", "in_progress"),
    "bad": ("unlikely", "very_unlikely", "missed"),
}  # fmt: skip
#: Codes the overview counts as judged: on a value, a record or a probability.
VERDICTS = tuple(code for code, grade in OUTLOOKS.items() if grade is not None)
MOST_LINES = 48
MOST_PANELS = 9
MOST_BULLETS = 16
MOST_SLOPES = 6


def sheet(evaluation: Evaluation) -> Chart | str:
    """Draw every target of the plan's table on one page, binding ones first."""
    items = [item for item in evaluation.in_force if item.target.section == "table"]
    items = sorted(items, key=lambda item: item.target.binding != "binding")[:MOST_LINES]
    if not items:
        return say("规划没有表列的目标，没有一页记分图。")
    if all(item.state.completion is None for item in items):
        return say("表列{}项目标没有一项算得出完成度，一页记分图从略；各项结论见上表。", len(items))
    frame = pd.DataFrame(
        {
            "name": ("◆" if item.target.binding == "binding" else "") + name_of(item.target),
            "completion_pct": _pct(item.state.completion),
            "elapsed_pct": _pct(item.state.schedule),
            "standing": standing(item),
            "word": outlook_cell(item),
            "grade": item.evidence.grade,
        }
        for item in items
    )
    judged = sum(item.outlook.code in VERDICTS for item in items)
    return sheet_chart(
        frame,
        _verdicts(len(items), judged),
        ended=evaluation.settled,
        subtitle=_sheet_note(evaluation),
        source=sourced(
            say("来源：[{}]及各目标的公布值，本报告判定", evaluation.plan.source),
            (figure.row for figure in figures(items)),
        ),
        key="sheet",
    )


def sheet_reading(evaluation: Evaluation) -> str:
    """Say how the page of all targets is to be read, empty where none is drawn."""
    if isinstance(sheet(evaluation), str):
        return ""
    if evaluation.settled:
        return say(
            "全部表列目标画在一页上：走了多少，是否完成，证据多扎实。没有横条的目标算不出完成度，结论见右侧。"
        )
    return say(
        "全部表列目标画在一页上：走了多少，前景如何，证据多扎实。没有横条的目标算不出完成度，结论见右侧。"
    )


def _sheet_note(evaluation: Evaluation) -> str:
    name, year = worded(evaluation.plan, "name"), evaluation.year
    if evaluation.settled:
        return say("{}，{}年；◆为约束性目标，横条为完成度", name, year)
    return say("{}，{}年；◆为约束性目标，横条为完成度，竖线为时序进度", name, year)


def _verdicts(count: int, judged: int) -> str:
    if not judged:
        return say("表列{}项目标都还不能下结论", count)
    if judged == count:
        return say("表列{}项目标都有结论", count)
    return say("表列{}项目标中{}项有结论，{}项还不能下结论", count, judged, count - judged)


def standing(item: IndicatorEvaluation) -> str:
    """Return a target's standing on the sheet: good, even, bad or open."""
    found = (name for name, codes in STANDINGS.items() if item.outlook.code in codes)
    return next(found, "open")


def _pct(share: float | None) -> float:
    return float("nan") if share is None else 100 * share


def _levels(evaluation: Evaluation) -> list[tuple[IndicatorEvaluation, YearlyPath]]:
    """Return the level targets with base, path and a published figure within the plan."""
    found = []
    for item in evaluation.in_force:
        if item.target.kind not in LEVELS or within(evaluation, item) is None:
            continue
        path = yearly_path(item, evaluation.plan)
        if isinstance(path, YearlyPath) and item.target.target is not None:
            found.append((item, path))
    return found


def _at(path: YearlyPath, year: int) -> float:
    values = {step.year: step.value for step in path.steps}
    return values.get(year, float("nan"))


def drawn(evaluation: Evaluation) -> list[Chart | str]:
    """Return bullets, slopes and small multiples; one sentence where none can be drawn."""
    made = [bullets_chart(evaluation), slopes_chart(evaluation), multiples(evaluation)]
    if any(isinstance(one, Chart) for one in made):
        return made
    return [say("没有一项数值目标同时有基期值、期内公布值和路径，进度、坡度和逐年小图都无从画起。")]


def bullets_chart(evaluation: Evaluation) -> Chart | str:
    """Draw how far each level target is on its way, with what the path asks for by now."""
    found = [(i, p) for i, p in _levels(evaluation) if i.baseline and i.latest]
    found = [(i, p) for i, p in found if i.baseline and i.baseline.value != i.target.target]
    found = found[:MOST_BULLETS]
    if not found:
        return say("没有一项数值目标同时有基期值、期内公布值和路径，进度图无从画起。")
    frame = pd.DataFrame(
        {
            "name": name_of(item.target),
            "base": item.baseline.value if item.baseline else float("nan"),
            "base_printed": amounts.printed(item.baseline) if item.baseline else "",
            "latest": item.latest.value if item.latest else float("nan"),
            "printed": amounts.printed(item.latest) if item.latest else "",
            "path": _at(path, item.latest.year) if item.latest else float("nan"),
            "target": item.target.target,
            "unit": unit_name(item.target.unit),
        }
        for item, path in found
    )
    ahead = (frame["latest"] - frame["path"]) * (frame["target"] - frame["base"]) >= 0
    behind = int((frame["path"].notna() & ~ahead).sum())
    items = [item for item, _ in found]
    return bullet_chart(
        frame,
        _behind_words(evaluation, len(frame), behind),
        ended=evaluation.settled,
        subtitle=_bullets_note(evaluation),
        source=sources(evaluation, figures(items)),
        key="bullets",
    )


def _behind_words(evaluation: Evaluation, count: int, behind: int) -> str:
    """Say how many are behind; of a settled plan the path's last value is the target."""
    if evaluation.settled and behind:
        return say("图中{}项数值目标有{}项未达目标", count, behind)
    if evaluation.settled:
        return say("图中{}项数值目标全部达到", count)
    if behind:
        return say("图中{}项数值目标有{}项落后于同年路径", count, behind)
    return say("图中{}项数值目标没有一项落后于同年路径", count)


def _bullets_note(evaluation: Evaluation) -> str:
    region = region_name(evaluation.data, evaluation.plan.region)
    if evaluation.settled:
        return say("{}；从基期到目标为一格全长，各用自己的单位", region)
    return say("{}；从基期到目标为一格全长，各用自己的单位，路径取最新值所在年份", region)


def slopes_chart(evaluation: Evaluation) -> Chart | str:
    """Draw the slope each level target has had beside the one it still needs."""
    found = [
        item
        for item, _ in _levels(evaluation)
        if item.baseline
        and item.latest
        and item.baseline.value > 0
        and not item.state.met
        and item.latest.year < item.target.target_year
    ][:MOST_SLOPES]
    if not found and evaluation.settled:
        return ""  # no way is left to go
    if not found:
        return say("没有一项尚未达到的数值目标能比较已走的和还要走的坡度。")
    frame = pd.DataFrame(
        {
            "name": name_of(item.target),
            "base_year": item.baseline.year,
            "base": item.baseline.value,
            "year": item.latest.year,
            "latest": item.latest.value,
            "printed": amounts.printed(item.latest),
            "target_year": item.target.target_year,
            "target": item.target.target,
        }
        for item in found
        if item.baseline and item.latest
    )
    steeper = sum(_steeper(item) for item in found)
    return slope_chart(
        frame,
        say("图中{}项未达目标，{}项余下的坡度比已走的更陡", len(frame), steeper)
        if steeper
        else say("图中{}项未达目标，没有一项余下的坡度比已走的更陡", len(frame)),
        subtitle=say("基期为1的倍数；实线为已公布，虚线为从最新值到目标"),
        source=sources(evaluation, figures(found)),
        key="slopes",
    )


def _steeper(item: IndicatorEvaluation) -> bool:
    """Tell whether the straight line ahead is steeper than the one behind, as it is drawn."""
    base, latest, target = item.baseline, item.latest, item.target
    assert base is not None and latest is not None and target.target is not None
    ahead = (target.target - latest.value) / (target.target_year - latest.year)
    behind = (latest.value - base.value) / (latest.year - base.year)
    return target.sign * ahead > target.sign * behind


def multiples(evaluation: Evaluation) -> Chart | str:
    """Draw a small panel for each level target: published values, path, target."""
    found = _levels(evaluation)[:MOST_PANELS]
    if not found:
        return say("没有一项数值目标在规划期内有公布值，小图无从画起。")
    panels = [_panel(item, path) for item, path in found]
    items = [item for item, _ in found]
    met = sum(bool(item.state.met) for item in items)
    return multiples_chart(
        panels,
        say("图中{}项数值目标，{}项的最新值已达目标", len(panels), met)
        if met
        else say("图中{}项数值目标，没有一项的最新值达到目标", len(panels)),
        subtitle=say("圆点为公布值，虚线为基期到目标的直线路径或规划所定路径，菱形为目标"),
        source=sources(evaluation, figures(items)),
        key="multiples",
    )


def _panel(item: IndicatorEvaluation, path: YearlyPath) -> dict[str, object]:
    values = item.series.values() if item.series else pd.Series(dtype=float)
    steps = {step.year: step.value for step in path.steps}
    return {
        "name": name_of(item.target),
        "unit": unit_name(item.target.unit),
        "values": values,
        "printed": {one.year: amounts.printed(one) for one in item.series.data}
        if item.series
        else {},
        "path": pd.Series(steps, dtype=float),
        "target_year": item.target.target_year,
        "target": item.target.target,
    }


def reading(evaluation: Evaluation, drawn: Sequence[Chart | str]) -> str:
    """Say what the pictures leave out, empty where none was drawn."""
    if not any(isinstance(one, Chart) for one in drawn):
        return ""
    shown, total = len(_levels(evaluation)), len(evaluation.in_force)
    text = say("有基期值、目标值和期内公布值而画得出的数值目标{}项，占全部{}项的{}；其余画不出。",
               shown, total, amounts.share(shown / total, 0))  # fmt: skip
    if shown > MOST_PANELS:
        text += say("逐年小图限于篇幅，只画前{}项。", MOST_PANELS)
    return text
