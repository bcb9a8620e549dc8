"""Last year's forecasts against what came, with the error taken apart."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.data.units import unit_name
from analysis.targets.evaluation import Evaluation
from analysis.targets.past import POINTS, Outturn, held_back, outturns
from planeval.chapters.cells import listed, plain, signed, sources, value_cell
from planeval.show.table import Table
from planeval.words import figures as amounts
from planeval.words.language import say


def outturn_table(evaluation: Evaluation, before: Evaluation | None) -> Table | str:
    """Return the forecasts of the earlier evaluation beside the figures published since."""
    found = outturns(evaluation, before)
    if not found:
        return _none(evaluation, before)
    return _table(evaluation, found, say("上次评估的预测与后来的公布值"), "outturn")


def held_back_table(evaluation: Evaluation) -> Table | str:
    """Return what the method would have said of each latest figure from those before it."""
    found = held_back(evaluation)
    if not found:
        return say("没有一项目标在规划期内的最新公布值之前有两个以上公布值，不能作事后检验。")
    return _table(evaluation, found, say("事后检验：由此前的公布值预测最新公布值"), "held-back")


def outturn_reading(evaluation: Evaluation, before: Evaluation | None) -> str:
    """Say how many forecasts held, how far they were off, and which part of it was what."""
    found = outturns(evaluation, before)
    return _reading(found) if found else ""


def held_back_reading(evaluation: Evaluation) -> str:
    """Say how the method fared on the latest figures, and why that is little to go by."""
    found = held_back(evaluation)
    if not found:
        return ""
    text = _reading(found)
    text += say("这是方法的事后检验，不是当时发布的预测；同一规划的各项数字相互关联，")
    return text + say("个数又少，只能看出有没有明显失准，不能据此评定区间是否可靠。")


def _none(evaluation: Evaluation, before: Evaluation | None) -> str:
    if before is None and evaluation.year > evaluation.plan.start_year:
        return say("上次评估时还没有公布可用的数据，没有可以对照的预测。")
    if before is None:
        return say("这是规划期的第一次评估，没有上次的预测可以对照。")
    made = [one.outlook.forecast for one in before.indicators if one.outlook.forecast]
    if not made:
        return say(
            "以截至{1}的数据评估{0}年，没有一项目标能够预测，没有可以对照的预测。",
            before.year,
            before.as_of.isoformat(),
        )
    # figures of other targets may well be out: the test below uses those known even then
    first, last = min(f.years[0] for f in made), max(f.years[-1] for f in made)
    return say(
        "以截至{1}的数据评估{0}年，有{2}项预测；此后没有公布这些目标在所预测年份（{3}）的、可以对照的数值。",
        before.year,
        before.as_of.isoformat(),
        len(made),
        say("{}年", last) if first == last else say("{}—{}年", first, last),
    )


def _table(evaluation: Evaluation, found: Sequence[Outturn], caption: str, key: str) -> Table:
    rows = []
    for one in found:
        error, moved = (round(part, 1) for part in (one.error, one.parts()[0]))
        mark = _mark(one)
        rows.append(
            {
                say("指标"): say("{}（{}）", one.item.target.name, unit_name(one.figure.unit)),
                say("起点（年）"): value_cell(one.start),
                say("预测：中位数（80%区间）"): say(
                    "{}（{}至{}）",
                    amounts.number(one.median, 1),
                    amounts.number(one.lo80, 1),
                    amounts.number(one.hi80, 1),
                ),
                say("公布值（年）"): value_cell(one.figure),
                _head(found): f"{signed(error)}{mark}",
                say("其中：起点修订"): f"{signed(moved)}{mark}",
                # the rest of the error as printed, so that the row adds up
                say("其中：快慢"): f"{signed(round(error - moved, 1) + 0.0)}{mark}",
                say("在区间内"): say("是") if one.inside else say("否"),
            }
        )
    bound = any(one.figure.qualifier in ("at_least", "at_most") for one in found)
    unsaid = any(one.figure.caliber != one.start.caliber for one in found)
    return Table(
        pd.DataFrame(rows),
        caption,
        source=sources(evaluation, [figure for one in found for figure in (one.start, one.figure)]),
        note=say(
            "误差为公布值减预测中位数，按占中位数的百分比计，比重与增速类按百分点计；"
            "起点修订和快慢用同一单位，两项之和等于误差。"
        )
        + (say("公布值写作“突破”或“不超过”的只是界限，误差照界限值计算。") if bound else "")
        + (say("公布值未注明口径或另注口径的，按可比对照。") if unsaid else ""),
        align=["left"] * 8,
        key=key,
    )


def _head(found: Sequence[Outturn]) -> str:
    """Return the head of the column of errors, with what they are measured in."""
    points = [one.points for one in found]
    if all(points):
        return say("误差（百分点）")
    return say("误差（占预测的%，比率为百分点）") if any(points) else say("误差（占预测的%）")


def _mark(one: Outturn) -> str:
    if not one.points:
        return "%"
    return say("个百分点") if one.figure.unit in POINTS else unit_name(one.figure.unit)


def _reading(found: Sequence[Outturn]) -> str:
    inside = [one for one in found if one.inside]
    text = say("可以对照的共{}项，没有一项落在80%区间之内。", len(found))
    if inside:
        text = say("可以对照的共{}项，其中{}项落在80%区间之内。", len(found), len(inside))
    outside = [one for one in found if not one.inside]
    if outside:
        names = listed(say("{}（{}）", plain(one.item.target.name), _side(one)) for one in outside)
        text += say("落在区间之外的：{}。", names)
    moved = [one for one in found if abs(one.parts()[0]) >= 0.05]
    if moved:
        names = listed(plain(one.item.target.name) for one in moved)
        text += say("起点在此后有修订的：{}；其余误差全部来自快慢与预期不同。", names)
    return text


def _side(one: Outturn) -> str:
    return say("高于区间") if one.figure.value > one.hi80 else say("低于区间")
