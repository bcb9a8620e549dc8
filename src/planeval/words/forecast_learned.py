"""What a learned model read and what it learned from, in Chinese or English."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from analysis.forecast.kinds import KINDS, Kind
from analysis.forecast.learned.batch import closed_share
from analysis.forecast.learned.features import LAGS
from analysis.forecast.learned.grids import (
    THETA_MEMORY,
    THETA_SETTINGS,
    TREND_MEMORY,
    TREND_SETTINGS,
)
from analysis.forecast.learned.nets import (
    LEVEL_FROM,
    NETS_SAY,
    STAND_INS,
    THETA_FROM,
    THETA_FULL,
    THETA_SAY,
    TREND_SAY,
    load_weights,
)
from analysis.forecast.pace import own_pace, pace_between, pace_words

#: The project's learned models, in Chinese and English.
LEARNED_WORDS = {
    "pooled": ("合并学习的网络", "Nets learned on many series"),
    "trend_grid": ("阻尼趋势的网格平均", "Average of a grid of damped trends"),
    "theta_grid": ("Theta 方法的网格平均", "Average of a grid of theta models"),
}
# Where two paces print alike, nothing is said of one being above the other.
_ALIKE = 0.05


class Reach(Protocol):
    """What the words need of the last year asked for; see `forecast_words.Ahead`."""

    @property
    def year(self) -> int:
        """The year."""

    @property
    def steps(self) -> int:
        """Years after the last observation."""

    @property
    def median(self) -> float:
        """Median of that year."""

    @property
    def first(self) -> float:
        """Median of the first year ahead."""

    @property
    def before(self) -> float:
        """Median of the year before."""


def read_years(years: Sequence[int]) -> list[int]:
    """Return the observed years the nets look at: the last one and the twenty before it.

    Examples
    --------
    >>> read_years([1990, 2004, 2024])
    [2004, 2024]
    """
    return [year for year in years if year >= years[-1] - LAGS]


def grids_share(kind: Kind, years: Sequence[int]) -> tuple[float, float, float] | None:
    """Return the say of nets, trend grid and theta grid in the centre; None: nets alone.

    Examples
    --------
    Twelve consecutive years: theta has 1.5 * (12 - 8) / (24 - 8) = 0.375 beside 2 and 1.

    >>> [round(say, 3) for say in grids_share(KINDS["generic"], range(2013, 2025))]
    [0.593, 0.296, 0.111]
    """
    read = read_years(years)
    if kind.name != "generic" or read[-1] - read[0] + 1 > len(read) or len(read) < LEVEL_FROM:
        return None
    run = 1
    while run < len(years) and years[-run - 1] == years[-run] - 1:
        run += 1
    theta = THETA_SAY * min(max((run - THETA_FROM) / (THETA_FULL - THETA_FROM), 0.0), 1.0)
    whole = NETS_SAY + TREND_SAY + theta
    return NETS_SAY / whole, TREND_SAY / whole, theta / whole


def learned_words(
    kind: Kind,
    model: str,
    years: Sequence[int],
    values: Sequence[float],
    centre: float,
    ahead: Reach,
    language: str,
) -> str:
    """Say what a learned model read, the paces that show who pulled where, what it learned from.

    Parameters
    ----------
    kind : Kind
        The kind of quantity.
    model : str
        A key of `LEARNED_WORDS`.
    years, values : sequence
        All observations, in their unit.
    centre : float
        Centre of the kind's prior, as a pace.
    ahead : Reach
        The last year asked for.
    language : {'zh', 'en'}
        Chinese or English.
    """
    zh = language == "zh"
    if model == "pooled":
        parts = [
            _paces(kind, years, values, centre, ahead, zh),
            *_mixture(kind, years, zh),
            _lessons(zh),
        ]
        return ("；" if zh else "; ").join(filter(None, parts))
    return _grid(kind, model, len(years), float(values[-1]), ahead, zh)


def _paces(
    kind: Kind,
    years: Sequence[int],
    values: Sequence[float],
    centre: float,
    ahead: Reach,
    zh: bool,
) -> str:
    """Say the three paces: the series' own, its kind's, the forecast's."""
    read = read_years(years)
    lang = "zh" if zh else "en"
    own = own_pace(kind, read, values[-len(read) :])
    found = pace_between(kind, float(values[-1]), ahead.median, ahead.steps)
    between = ""
    if own is not None and found is not None:
        low, high = sorted((own, centre))
        if found > high + _ALIKE:
            between = "高于两者" if zh else "above both"
        elif found < low - _ALIKE:
            between = "低于两者" if zh else "below both"
        elif low + _ALIKE < found < high - _ALIKE:
            between = "介于两者之间" if zh else "between the two"
    missing = read[-1] - read[0] + 1 - len(read)
    own_text, centre_text, found_text = (
        pace_words(kind, one, lang) for one in (own, centre, found)
    )
    if zh:
        gap = f"，中间缺{missing}年" if missing else ""
        return (
            f"合并学习的网络读取最近{LAGS + 1}年的整个格局（{len(read)}个观测，"
            f"{read[0]}—{read[-1]}{gap}）：本序列这段时间平均{own_text}，"
            f"同类（{kind.zh}）的中心{centre_text}，预测中位数到{ahead.year}年平均{found_text}"
            + (f"，{between}" if between else "")
        )
    gap = f", {missing} of the years between missing" if missing else ""
    return (
        f"Nets learned on many series read the whole pattern of the last {LAGS + 1} years "
        f"({len(read)} observations, {read[0]}–{read[-1]}{gap}): the series itself moved "
        f"{own_text} on average, the centre of its kind ({kind.en}) is {centre_text}, the median "
        f"forecast up to {ahead.year} moves {found_text}" + (f", {between}" if between else "")
    )


def closed_part(kind: Kind, years: Sequence[int], values: Sequence[float]) -> float:
    """Return the say of the closed form beside the nets, 0 to 1.

    Examples
    --------
    >>> closed_part(KINDS["real_gdp"], [2015, 2020, 2024], [1.0, 2.0, 3.0])
    0.5
    """
    row = np.full((1, years[-1] - years[0] + 1), np.nan)
    row[0, np.array(years) - years[0]] = values
    return float(closed_share(row, np.array([kind.name]))[0])


def _mixture(kind: Kind, years: Sequence[int], zh: bool) -> list[str]:
    """Say whose nets these are and what they are averaged with."""
    said = []
    if kind.name in STAND_INS:
        own, wider = STAND_INS[kind.name]
        if zh:
            width = f"加宽到{wider:.2f}倍" if wider > 1 else "不另加宽"
            said.append(f"{kind.zh}没有自己的网络，借用{KINDS[own].zh}的网络，区间{width}")
        else:
            width = f"widened to {wider:.2f} times" if wider > 1 else "not widened"
            text = f"{kind.en} has no nets of its own and uses those of {KINDS[own].en}"
            said.append(f"{text}, bands {width}")
    share = grids_share(kind, years)
    if share is not None:
        nets, trend, theta = (f"{100 * part:.0f}%" for part in share)
        if zh:
            more = f"、Theta 网格占{theta}" if share[2] else ""
            grids = f"中心值中网络占{nets}、可解释的阻尼趋势网格占{trend}{more}"
            said.append(f"对数与原值两组网络平均，{grids}")
        else:
            more = f", a grid of theta models {theta}" if share[2] else ""
            grids = f"the nets have {nets} of the say, an explainable grid of damped trends {trend}"
            said.append(
                f"nets on logarithms and on plain values are averaged; in the centre {grids}{more}"
            )
    return said


def _lessons(zh: bool) -> str:
    """Say what the nets were learned from, after the facts beside the weights."""
    facts = load_weights().facts
    windows = sum(int(count) for count in facts.get("windows", {}).values())
    until = [int(year) for year in facts.get("outcomes_until", {}).values()]
    if not windows:
        return ""
    last = ""
    if until:
        low, high = min(until), max(until)
        last = f"{low}—{high}" if zh else f"{low}–{high}"
        last = last if low < high else str(low)
    if zh:
        text = f"网络由{windows:,}段历史学成"
        return text + (f"，所学的结果最晚到{last}年（标有年份的各面板不同）" if last else "")
    text = f"the nets learned from {windows:,} stretches of history"
    return text + (f"; in dated panels from outcomes up to {last}, by panel" if last else "")


def _grid(kind: Kind, model: str, count: int, latest: float, ahead: Reach, zh: bool) -> str:
    """Say how many settings were averaged and how the pace of the median changes."""
    trend = model == "trend_grid"
    settings = len(TREND_SETTINGS if trend else THETA_SETTINGS)
    heard = min(count, TREND_MEMORY if trend else THETA_MEMORY)
    lang = "zh" if zh else "en"
    first = pace_between(kind, latest, ahead.first, 1)
    last = pace_between(kind, ahead.before, ahead.median, 1)
    mean = pace_between(kind, latest, ahead.median, ahead.steps)
    one, end, whole = (pace_words(kind, pace, lang) for pace in (first, last, mean))
    fades = ""
    if ahead.steps > 1 and first is not None and last is not None:
        fades = (
            f"，第1年{one}，第{ahead.steps}年{end}"
            if zh
            else f", {one} in year 1 and {end} in year {ahead.steps}"
        )
        if abs(first) > _ALIKE and first * last >= 0:
            ratio = f"{100 * last / first:.0f}%"
            fades += f"（为第1年的{ratio}）" if zh else f" ({ratio} of year 1)"
    if zh:
        band = "" if trend else "；区间取自阻尼趋势的网格"
        return (
            f"{LEARNED_WORDS[model][0]}：{settings}种设定各自预测，按拟合优劣加权平均，"
            f"只读本序列{'最近' if heard < count else ''}{heard}个观测；预测中位数到{ahead.year}年"
            f"平均{whole}{fades}{band}"
        )
    band = "" if trend else "; the bands are those of the damped trends"
    return (
        f"{LEARNED_WORDS[model][1]}: {settings} settings each make a forecast, averaged by how "
        f"well they fit; only the {'latest ' if heard < count else ''}{heard} observations of this "
        f"series are read; the median moves {whole} up to {ahead.year}{fades}{band}"
    )
