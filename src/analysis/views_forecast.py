"""The chapter on how each forecast came about: its steps, its range, what comparators changed.

Steps, fan and probability are those of the evaluation's own forecast. Where it uses no comparable
series but the data declare one, the forecast with that series is told beside it, for comparison.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from analysis import wording
from analysis.charts import Beside, Chart, fan_chart
from analysis.clean import annual_series
from analysis.evaluation import Evaluation
from analysis.forecast import Forecast
from analysis.forecast_why import why
from analysis.tables import Table
from analysis.views_base import View, bullets, plain, target_name, titles
from analysis.views_forecast_targets import Explained, explained, main_targets

_SPACE = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef]) +(?=\S)|(?<=\S) +(?=[\u3000-\u9fff])")


def scope(evaluation: Evaluation) -> str:
    """Say how many targets are forecast, how many of them are followed, and why not the others."""
    items, made = evaluation.indicators, explained(evaluation)
    if not items:
        return "本规划没有目标。"
    text = f"规划共有{len(items)}项目标，{len(made)}项有对目标年数值的预测区间。"
    names = {one.item.target_id for one in made}
    rest = [item for item in items if item.target_id not in names]
    closed = sum(item.outlook.code in ("achieved", "missed") for item in rest)
    counts = [len(item.series.data) for item in rest if item.series is not None]
    silent = counts.count(0)
    single = sum(item.outlook.code == "cannot_judge" for item in rest)
    parts = [
        f"已由目标年的公布值或公开记录定论的{closed}项" if closed else "",
        f"没有公布值的{silent}项" if silent else "",
        f"只有一个公布值的{single}项" if single else "",
    ]
    parts = [part for part in parts if part]
    if parts:
        text += f"其余{len(rest)}项没有区间，其中{'、'.join(parts)}。"
    elif rest:
        text += f"其余{len(rest)}项没有区间。"
    chosen = main_targets(evaluation)
    if chosen:
        listed = "、".join(one.item.target.name_zh for one in chosen)
        text += f"经济、产业和港口目标中尚未达到的{len(chosen)}项逐步列出：{listed}。"
    elif made:
        text += "经济、产业和港口目标中没有尚未达到而又有区间的，本章只列总表。"
    else:
        text += "没有需要逐步说明的预测。"
    return plain(text)


def sections(evaluation: Evaluation) -> list[View]:
    """Return heading, steps, fan and reading of every main target."""
    shown: list[View] = []
    for one in main_targets(evaluation):
        shown += [
            f"### {plain(one.item.target.name_zh)}",
            steps_table(evaluation, one),
            fan(evaluation, one),
            reading(evaluation, one),
        ]
    return shown or ["没有需要逐步说明的预测。"]


def tight(text: str) -> str:
    """Return Chinese text without the spaces round its figures.

    Examples
    --------
    >>> tight("取自 236 个序列（World Bank），每年 7.3% 左右")
    '取自236个序列（World Bank），每年7.3%左右'
    """
    return _SPACE.sub("", text)


def steps_table(evaluation: Evaluation, one: Explained) -> Table:
    """Return the steps from the published figures to the probability."""
    item = one.item
    steps = why(
        one.used,
        one.goal,
        one.year,
        item.target.sign,
        unit=(item.target.unit, ""),
        published=one.published,
    )
    frame = pd.DataFrame(
        {
            "步骤": [f"{n} {step.title_zh}" for n, step in enumerate(steps, start=1)],
            "依据与结果": [
                tight(step.zh) + (_held_against(one) if step.key == "comparators" else "")
                for step in steps
            ],
        }
    )
    return Table(
        frame,
        f"{item.target.name_zh}：{one.year}年的预测怎样得出",
        source=_sources(evaluation, one),
        note=_headline(one),
        widths=[19, 81],
        align=["left", "left"],
        key=f"why-{item.target_id}",
    )


def _held_against(one: Explained) -> str:
    """Say what comparable series the evaluation leaves out would have made of the forecast."""
    if one.evaluated:
        return ""
    names = "、".join(one.shown.comparators)
    middle = wording.number(one.shown.median(one.year), 1)
    text = (
        f"对照：若用数据中声明的可比序列（{names}），{one.year}年中位数为{middle}，"
        f"80%区间为{_interval(one.shown, one.year)}"
    )
    if one.verdict:
        text += f"，达到目标的概率为{wording.chance(one.chance(one.shown))}"
    return plain(text) + "。"


def _sources(evaluation: Evaluation, one: Explained) -> str:
    """Return the source line of a series and of what it is compared with."""
    item, data = one.item, evaluation.data
    used = [figure.source for figure in item.series.data] if item.series else []
    used += [figure.source for other in one.declared for figure in other.series.data]
    parent = data.regions[item.target.region]["parent"]
    if one.evaluated and one.shown.alone is not None and parent:
        above = annual_series(
            data, parent, item.target.indicator, as_of=evaluation.as_of, until=evaluation.year
        )
        used += [figure.source for figure in above.data]
    return titles(evaluation, used)


def _headline(one: Explained) -> str:
    """Say which of the two forecasts the evaluation uses."""
    names = "、".join(one.shown.comparators)
    if one.shown.alone is None:
        return "没有可用的参照序列，评估所用的就是这一预测。"
    if one.evaluated:
        return f"评估采用使用参照序列（{names}）的结果。"
    return f"评估不使用参照序列，表中各步即评估所用的预测；可比序列（{names}）只作对照。"


def fan(evaluation: Evaluation, one: Explained) -> Chart:
    """Draw the figures, the evaluation's range ahead, the target, and the other range beside."""
    item, target = one.item, one.item.target
    values = item.series.values() if item.series else pd.Series(dtype=float)
    history = pd.DataFrame({"year": values.index, "value": values.to_numpy()})
    beside, how = None, "不用" if one.evaluated else "用"
    if one.other is not None:
        low, high = one.other.interval(80, one.year)
        beside = Beside(f"80% 区间，{how}参照", low, one.other.median(one.year), high)
    place = evaluation.data.name(target.region)
    measure = evaluation.data.indicators[target.indicator]["name_zh"]
    right = f"，竖条为{how}参照序列的80%区间" if beside else ""
    return fan_chart(
        history,
        one.used.table(),
        target.target,
        one.year,
        _caption(one),
        subtitle=f"{place}{measure}，{target.unit}；竖虚线右侧为预测{right}",
        source=_sources(evaluation, one),
        beside=beside,
        key=f"why-fan-{item.target_id}",
    )


def _interval(made: Forecast, year: int) -> str:
    low, high = (wording.number(end, 1) for end in made.interval(80, year))
    return f"{low}至{high}"


def _caption(one: Explained) -> str:
    item, other, unit = one.item, one.other, one.item.target.unit
    text = f"{item.target.name_zh}：{one.year}年80%区间为{_interval(one.used, one.year)}{unit}"
    how = "不用" if one.evaluated else "用"
    beside = "" if other is None else f"（{how}参照序列则为{_interval(other, one.year)}{unit}）"
    if not one.verdict:
        return f"{text}{beside}；公布值{_few(one.published)}，不作结论"
    text += f"{beside}，达到目标的概率{wording.chance(one.chance(one.used))}"
    return text if other is None else f"{text}（{how}则为{wording.chance(one.chance(other))}）"


def _few(count: int) -> str:
    return ("一个也没有", "只有一个", "只有两个")[count]


def reading(evaluation: Evaluation, one: Explained) -> str:
    """Say what the comparators changed and with what reservation they are comparable."""
    alone, unit = one.shown.alone, one.item.target.unit
    said = []
    if alone is None:
        said.append(
            "没有可用的参照序列：上级地区没有足够的同类数值，数据中也没有声明能说明增速的可比序列。"
        )
    else:
        before, after = alone.median(one.year), one.shown.median(one.year)
        low, high = alone.interval(80, one.year)
        new_low, new_high = one.shown.interval(80, one.year)
        ratio = 100 * ((new_high - new_low) / (high - low) - 1)
        wider = (
            "宽度不变"
            if abs(ratio) < 0.5
            else f"{'加宽' if ratio > 0 else '收窄'}{abs(ratio):.0f}%"
        )
        names = "、".join(one.shown.comparators)
        head = f"参照序列（{names}）使" if one.evaluated else f"若用参照序列（{names}），"
        said.append(
            f"{head}{one.year}年的中位数由{wording.number(before, 1)}"
            f"变为{wording.number(after, 1)}{unit}，80%区间{wider}。"
        )
    said += [f"{other.name_zh}的保留：{other.statement}。" for other in one.declared]
    last = one.item.series.data[-1] if one.item.series else None
    if last is not None and last.qualifier in ("at_least", "at_most"):
        bound = "下限" if last.qualifier == "at_least" else "上限"
        word = wording.QUALIFIER_ZH[last.qualifier]
        said.append(f"{last.period}年的公布值写作“{word}”，按{bound}计入，预测没有另作调整。")
    if not one.verdict:
        said.append(f"公布值{_few(one.published)}，表中模型算得的数不作结论，只看区间。")
    return bullets(plain(sentence) for sentence in said)


def rest(evaluation: Evaluation) -> str:
    """Say in full what the forecasts rest on that are not followed step by step."""
    followed = {one.item.target_id for one in main_targets(evaluation)}
    left = [one for one in explained(evaluation) if one.item.target_id not in followed]
    return bullets(
        f"**{plain(one.item.target.name_zh)}**：{plain(tight(one.item.outlook.basis_zh))}"
        for one in left
    )


def closing_table(evaluation: Evaluation) -> Table | str:
    """Return all targets with a forecast: range and probability with and without comparators."""
    made = explained(evaluation)
    if not made:
        return "没有需要预测的目标，总表从略。"
    years = sorted({one.year for one in made})
    rows = [_row(one, several=len(years) > 1) for one in made]
    return Table(
        pd.DataFrame(rows),
        f"有预测区间的全部目标，{'、'.join(map(str, years))}年：用与不用参照序列",
        source=titles(evaluation, _all_sources(made)),
        note="＊为评估所用；“—”为没有参照序列。公布值少于三个的，概率只是模型算得的数，不作结论。"
        "保持类目标只看目标年一年。",
        widths=[25, 8, 8, 21, 21, 19],
        align=["left"] * 6,
        key="why-all",
    )


def _all_sources(made: Sequence[Explained]) -> list[str]:
    used: list[str] = []
    for one in made:
        used += [figure.source for figure in one.item.series.data] if one.item.series else []
        used += [figure.source for other in one.declared for figure in other.series.data]
    return used


def _row(one: Explained, *, several: bool) -> dict[str, str]:
    shown, alone = one.shown, one.shown.alone
    base = alone or shown
    ours = one.evaluated and alone is not None
    goal = wording.number(one.item.target.target)
    return {
        "指标（单位）": target_name(one.item),
        "公布值": f"{one.published}个",
        "目标": f"{goal}（{one.year}）" if several else goal,
        "80%区间，用参照": "—" if alone is None else _interval(shown, one.year) + "＊" * ours,
        "80%区间，不用参照": _interval(base, one.year) + "＊" * (not ours),
        "概率（用／不用）": _chances(one, None if alone is None else shown, base),
    }


def _chances(one: Explained, shown: Forecast | None, base: Forecast) -> str:
    both = [made for made in (shown, base) if made is not None]
    text = "／".join(wording.chance(one.chance(made)) for made in both)
    if not one.verdict:
        return f"模型算得{text}，不作结论"
    return text if shown is not None else f"—／{text}"


def closing_reading(evaluation: Evaluation) -> str:
    """Say for how many targets comparators change the probability by ten points or more."""
    made = explained(evaluation)
    if not made:
        return ""
    both = [one for one in made if one.shown.alone is not None]
    firm = [one for one in made if one.verdict]
    text = f"上表{len(made)}项中，{len(both)}项有参照序列，{len(firm)}项的公布值够作概率判断。"
    if not both:
        return text
    moved = [
        one
        for one in both
        if one.shown.alone is not None
        and abs(one.chance(one.shown) - one.chance(one.shown.alone)) >= 0.1
    ]
    names = "、".join(one.item.target.name_zh for one in moved)
    if moved:
        return plain(f"{text}用与不用参照序列，模型算得的概率相差10个百分点及以上的：{names}。")
    return text + "用与不用参照序列，模型算得的概率相差都不到10个百分点。"
