"""One target's predictive range as a fan, and what may be said of it.

Beside a probability stands its interval; with too few published values there is a range and no
verdict; after the target year's figure there is nothing left to forecast.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from analysis import wording
from analysis.charts import Chart, fan_chart
from analysis.evaluation import Evaluation
from analysis.progress_types import IndicatorEvaluation
from analysis.views_base import plain, sources


def pick(items: Sequence[IndicatorEvaluation], *indicators: str) -> list[IndicatorEvaluation]:
    """Return the targets of certain indicators, in the plan's order."""
    return [item for item in items if item.target.indicator in indicators]


def outlook_fan(evaluation: Evaluation, item: IndicatorEvaluation, key: str = "") -> Chart | str:
    """Draw what was published, the range up to the target year and the target.

    Parameters
    ----------
    evaluation : Evaluation
        Gives the names of places and sources.
    item : IndicatorEvaluation
        One target; its own unit throughout.
    key : str
        Name for cross-references.

    Returns
    -------
    Chart or str
        A sentence where nothing was published, nothing is left to forecast, or the kind of
        target has no range of its own.
    """
    name, outlook, target = plain(item.target.name_zh), item.outlook, item.target
    if item.series is None or not item.series.data:
        return f"{name}：{plain(outlook.reason_zh or item.state.reason_zh)}，没有可画的区间。"
    if outlook.table is None or target.target is None:
        return _no_range(item)
    values = item.series.values()
    history = pd.DataFrame({"year": values.index, "value": values.to_numpy()})
    place = evaluation.data.name(target.region)
    measure = evaluation.data.indicators[target.indicator]["name_zh"]
    return fan_chart(
        history,
        outlook.table,
        target.target,
        target.target_year,
        _caption(item),
        subtitle=f"{place}{measure}，{values.index[0]}—{target.target_year}年，"
        f"{target.unit}；竖虚线右侧为预测，阴影为50%、80%、95%区间",
        source=sources(evaluation, item.series.data),
        key=key,
    )


def _no_range(item: IndicatorEvaluation) -> str:
    name, latest = plain(item.target.name_zh), item.latest
    if latest is not None and latest.year >= item.target.target_year:
        return (
            f"{name}：目标年（{item.target.target_year}年）的数值已经公布，"
            f"结论为“{item.outlook.word_zh}”，不需要再预测。"
        )
    reason = item.outlook.reason_zh or "现有数据不足以给出区间"
    return f"{name}：{plain(reason)}。"


def _range(item: IndicatorEvaluation) -> str:
    low, high = wording.number(item.outlook.lo80, 1), wording.number(item.outlook.hi80, 1)
    return f"{item.target.target_year}年80%区间为{low}至{high}{item.outlook.unit}"


def _caption(item: IndicatorEvaluation) -> str:
    target, outlook = item.target, item.outlook
    if outlook.probability is None:
        reason = outlook.reason_zh or "不下结论"
        return f"{target.name_zh}：{_range(item)}；{reason}"
    goal = f"{target.target_year}年目标{wording.target_text(item)}"
    return (
        f"{target.name_zh}：{goal}实现的概率{wording.chance(outlook.probability)}"
        f"（{outlook.word_zh}），{_range(item)}"
    )


def outlook_reading(item: IndicatorEvaluation) -> str:
    """Say what a fan shows and on what it rests; empty where there is no fan.

    The basis names how much of the estimate came from the series itself and how much from
    comparable series, so that a range from three values is not read like one from thirty.
    """
    outlook, target, latest = item.outlook, item.target, item.latest
    if outlook.table is None or latest is None or target.target is None:
        return ""
    text = (
        f"图示：最新公布值为{latest.period}年的{wording.amount(latest.value, latest.unit)}，"
        f"{target.target_year}年预测中位数为{wording.number(outlook.median, 1)}{outlook.unit}，"
        f"目标为{plain(wording.target_text(item))}。"
    )
    if outlook.probability is None:
        text += "公布值太少，区间只说明可能的范围，不据此判断目标能否实现。"
    return text + (f"依据：{plain(basis_words(outlook.basis_zh))}" if outlook.basis_zh else "")


def basis_words(text: str) -> str:
    """Return what a forecast rests on without the words of its trade left unsaid.

    Examples
    --------
    >>> basis_words("29% 来自先验；估计为每年 +0.139 logit")
    '29% 来自先验（同类序列的历史经验）；估计为每年 +0.139（对数几率）'
    >>> basis_words("先验取自 3 个序列（2001-2015；某年鉴）")
    '先验取自 3 个序列（2001—2015；某年鉴）'
    """
    text = text.replace("来自先验", "来自先验（同类序列的历史经验）", 1)
    text = text.replace("只依据先验", "只依据先验（同类序列的历史经验）", 1)
    text = re.sub(r"（([0-9]{4})-([0-9]{4})；", r"（\1—\2；", text)
    return text.replace(" logit", "（对数几率）")
