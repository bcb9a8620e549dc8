"""The one true monthly port series, seasonally adjusted, and where the Spring Festival shows.

The port of Vancouver is no yardstick for any target: it shows what the methods do, and how far
an adjusted figure of the latest month can be trusted.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from analysis.season.adjust import SeasonalAdjustment, seasonal_adjust
from analysis.season.holiday import (
    SPRING_FESTIVAL,
    WHOLE,
    HolidayEffect,
    Window,
    holiday_effect,
    made_series,
)
from analysis.targets.evaluation import Evaluation
from planeval.chapters.months import LADEN_IMPORTS, NAMES_ZH, TOTAL, port_months
from planeval.show.chart import COLOURS, Chart, new_figure, style
from planeval.show.table import Table, number, percent
from planeval.words.figures import month
from planeval.words.language import Terms, mark, say, spoken

NO_MONTHS = mark("在所定日期之前没有足够的月度港口序列，不作季节调整。")
SOURCE = mark("来源：[V1]")
SEASON_MONTHS_AT_LEAST = 84
#: What was asked, all of it and nothing else: at once, or four weeks later by sea.
WINDOWS = {"same": WHOLE[0], "arrival": Window("arrival", 21, 48)}
WINDOW_NAMES = Terms(
    {
        "same": "同期（正月初一前七天至正月廿一）",
        "arrival": "晚四周到港（同期窗口推后28天）",
    }
)
_SHORT = Terms({"same": "同期", "arrival": "晚四周到港"})
KNOWN = -0.2
#: Of the tests, after Holm's correction.
SIZE = 0.05


def _months(evaluation: Evaluation, series: str) -> pd.Series | None:
    months = port_months(evaluation.data.root, series, evaluation.as_of)
    return None if months is None or len(months) < SEASON_MONTHS_AT_LEAST else months


@lru_cache(maxsize=8)
def _adjusted(values: tuple[float, ...], first: str, window: Window | None) -> SeasonalAdjustment:
    return seasonal_adjust(_monthly(values, first), holiday=None if window is None else [window])


def _chosen(evaluation: Evaluation) -> str | None:
    """Return the window that shows most clearly in laden imports, None where none does."""
    rows = [row for row in festival_rows(evaluation) if row["series"] == LADEN_IMPORTS]
    best = min(rows, key=lambda row: float(row["p"]), default=None)
    return None if best is None or best["holm"] >= SIZE else str(best["code"])


def _shown(evaluation: Evaluation, months: pd.Series) -> SeasonalAdjustment:
    label = _chosen(evaluation)
    return _adjusted(*_key(months), None if label is None else WINDOWS[label])


@lru_cache(maxsize=32)
def _effect(values: tuple[float, ...], first: str, window: Window) -> HolidayEffect:
    return holiday_effect(_monthly(values, first), [window])


def _monthly(values: tuple[float, ...], first: str) -> pd.Series:
    return pd.Series(values, index=pd.period_range(first, periods=len(values), freq="M"))


def _key(months: pd.Series) -> tuple[tuple[float, ...], str]:
    return tuple(map(float, months)), str(months.index[0])


def month_chart(evaluation: Evaluation, key: str = "") -> Chart | str:
    """Draw the monthly series as published, seasonally adjusted, and its trend with its band."""
    months = _months(evaluation, LADEN_IMPORTS)
    if months is None:
        return say(NO_MONTHS)
    found = _shown(evaluation, months)
    parts = found.table / 1e4  # 万标箱; the factors are taken from the table itself
    pattern = found.table["seasonal"].iloc[-12:]
    year = pd.PeriodIndex(pattern.index)
    high, low = year[int(pattern.argmax())], year[int(pattern.argmin())]
    last = parts.index[-1]
    caption = say(
        "{}：{}月通常比常月低{}，{}月高{}；季节调整后，{}年{}月为{}万标箱",
        NAMES_ZH[LADEN_IMPORTS],
        month(low.month),
        percent(100 * (1 - pattern.min())),
        month(high.month),
        percent(100 * (pattern.max() - 1)),
        last.year,
        month(last.month),
        number(parts["adjusted"].iloc[-1]),
    )
    return Chart(
        _lines(parts),
        caption,
        say(
            "{}，{}年{}月—{}年{}月，每月万标箱；灰线为公布值，蓝线为季节调整后，带为趋势的95%区间",
            NAMES_ZH[LADEN_IMPORTS],
            parts.index[0].year,
            month(parts.index[0].month),
            last.year,
            month(last.month),
        ),
        say(SOURCE),
        alt=say(
            "公布值最后一月{}万标箱，季节调整后{}万标箱，趋势{}万标箱",
            number(parts["observed"].iloc[-1]),
            number(parts["adjusted"].iloc[-1]),
            number(parts["trend"].iloc[-1]),
        ),
        data=pd.DataFrame(
            {
                "period": parts.index.astype(str),
                **{name: parts[name].to_numpy() for name in ("observed", "adjusted", "trend")},
            }
        ),
        key=key,
    )


def _lines(parts: pd.DataFrame) -> Figure:
    index = pd.PeriodIndex(parts.index)
    when = index.year + (index.month - 0.5) / 12
    with style():
        figure, axes = new_figure(2.9)
        axes.fill_between(
            when[12:], parts["trend_lo"][12:], parts["trend_hi"][12:], color=COLOURS[0], alpha=0.2
        )
        axes.plot(when, parts["observed"], color="#9A9A9A", linewidth=0.8, label=say("公布值"))
        axes.plot(when, parts["adjusted"], color=COLOURS[0], linewidth=1.4, label=say("季节调整后"))
        axes.set_ylim(bottom=0)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=9))
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.10g}"))
        axes.legend(loc="lower right", frameon=False, fontsize=8)
    return figure


def adjust_reading(evaluation: Evaluation) -> str:
    """Say how sure the adjusted figures are and how much the latest will be revised."""
    months = _months(evaluation, LADEN_IMPORTS)
    if months is None:
        return ""
    found, label = _shown(evaluation, months), _chosen(evaluation)
    last = found.table.index[-1]
    text = say(
        "{}年{}月的季节调整值有±{}的误差（95%，只算季节与春节因子的不确定），样本中段同月为±{}。",
        last.year,
        month(last.month),
        percent(found.end_error_pct),
        percent(found.mid_error_pct),
    )
    if found.revision_pct is not None:
        text += say(
            "首次算出的季节因子后来平均要修订{}（均方根），因此不能凭最后一两个月的季调值判断转折。",
            percent(found.revision_pct),
        )
    if label is None:
        text += say("春节变量与零不能区分，季节调整时没有放入。")
    else:
        text += say("季节调整时放入了春节变量（{}，下表中该序列p值最小的窗口）。", _SHORT[label])
    return text + (
        say(
            "方法为结构时间序列模型（取对数）：STL给不出误差，也放不进春节变量，所以不用。这个港口只用来演示方法，与本规划的目标无关；本地港口的月份不连续，不能这样做。"
        )
    )


def festival_rows(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Return the effect of each window on each shipped series, with Holm's p-values.

    Holm (1979), Scandinavian Journal of Statistics 6, 65-70: several questions asked of one set
    of data are bound to find something; the p-values are raised accordingly.
    """
    rows: list[dict[str, Any]] = []
    for series in (TOTAL, LADEN_IMPORTS):
        months = _months(evaluation, series)
        if months is None:
            continue
        for label, window in WINDOWS.items():
            effect = _effect(*_key(months), window)
            row = effect.table.iloc[0]
            rows.append(
                {
                    "series": series,
                    "code": label,
                    "window": WINDOW_NAMES[label],
                    "effect": float(row.effect_pct),
                    "lo": float(row.lo_pct),
                    "hi": float(row.hi_pct),
                    "p": effect.p_value,
                }
            )
    raised = 0.0
    for rank, found in enumerate(sorted(rows, key=lambda one: float(one["p"]))):
        raised = max(raised, min(1.0, (len(rows) - rank) * found["p"]))
        found["holm"] = raised
    return rows


def festival_table(evaluation: Evaluation, key: str = "") -> Table | str:
    """Return whether the Spring Festival can be told from nothing in the monthly series."""
    rows = festival_rows(evaluation)
    if not rows:
        return ""
    clear = sum(row["holm"] < SIZE for row in rows)
    frame = pd.DataFrame(
        {
            say("序列"): [NAMES_ZH[row["series"]] for row in rows],
            say("窗口"): [row["window"] for row in rows],
            say("影响"): [percent(row["effect"], sign=True) for row in rows],
            say("95%区间"): [
                say("{}至{}", percent(row["lo"], sign=True), percent(row["hi"], sign=True))
                for row in rows
            ],
            say("p值"): [_p(row["p"]) for row in rows],
            say("p值（多重检验后）"): [_p(row["holm"]) for row in rows],
            say("能否与零区分"): [say("能") if row["holm"] < SIZE else say("不能") for row in rows],
        }
    )
    return Table(
        frame,
        say("春节对温哥华港月度集装箱的影响：{}项检验中{}项能与零区分", len(rows), clear),
        source=say(SOURCE),
        note=say(
            "影响指窗口全部落在当月的月份与完全不含窗口的月份相比。区间未作多重检验调整；多重检验用Holm法。调整后的p值小于0.05才算能区分。"
        ),
        align=["left", "left", "right", "right", "right", "right", "left"],
        key=key,
    )


def _p(value: float) -> str:
    return "<0.001" if value < 0.001 else number(value, 3)


def festival_reading(evaluation: Evaluation) -> str:
    """Say where the festival shows, why it should, and what it does to an invented series."""
    rows = festival_rows(evaluation)
    if not rows:
        return ""
    clear = [row for row in rows if row["holm"] < SIZE]
    text = ""
    for row in clear:
        turn = say("减少") if row["effect"] < 0 else say("增加")
        text += say(
            "{}在“{}”的窗口{}{}。",
            NAMES_ZH[row["series"]],
            row["window"],
            turn,
            percent(abs(row["effect"])),
        )
    if not clear:
        text += say("多重检验之后，没有一项影响能与零区分：春节变量在这里可以不放。")
    laden = [row["effect"] for row in clear if row["series"] == LADEN_IMPORTS]
    if len(laden) == len(WINDOWS) and min(laden) < 0 < max(laden):
        text += say("进口重箱的一增一减很可能是同一批货挪了时间的两面，不能当作两个独立的证据。")
    silent = [row for row in rows if row not in clear]
    if clear and silent:
        words = say("、").join(
            say("{}（{}）", NAMES_ZH[r["series"]], _SHORT[r["code"]]) for r in silent
        )
        text += say("{}的影响不能与零区分。", words)
    text += say(
        "温哥华本身不过春节，一种解释是影响随货物而来：节前赶运的货在节日前后到港，工厂停工的缺口晚几周到港；这些数字没有检验这一解释。"
    )
    if _thinner(rows):
        text += say("总量里还有出口和空箱，影响比进口重箱小。")
    return (
        text
        + say("国内港口停工在当地，影响可能更大，但没有不间断的月度数字可以检验。")
        + _known_season(spoken())
    )


def _thinner(rows: list[dict[str, Any]]) -> bool:
    """Return whether the total moves less than laden imports in every window."""
    size = {(row["series"], row["code"]): abs(row["effect"]) for row in rows}
    return all(
        size.get((TOTAL, label), np.inf) < size.get((LADEN_IMPORTS, label), 0.0)
        for label in WINDOWS
    )


@lru_cache(maxsize=2)
def _known_season(language: str) -> str:  # in a cache of its own for each language
    """Say how well a known effect in an invented series is found, with and without regressor."""
    series = made_series(beta=KNOWN, seed=1)
    row = holiday_effect(series, WHOLE).table.iloc[0]
    rough = []
    for windows in (WHOLE, None):
        parts = seasonal_adjust(series, holiday=windows).table
        first = pd.PeriodIndex(parts.index).month <= 2
        rough.append(100 * float(np.std(np.log(parts["irregular"][first]))))
    days = sorted(day.strftime("%m%d") for day in SPRING_FESTIVAL.values())
    return say(
        "春节在{}—{}年间于{}月{}日与{}月{}日之间移动。"
        "用一条已知影响为{}的模拟序列核对：估计为{}（95%区间{}至{}）；"
        "不放春节变量，一、二月的不规则波动由{}升至{}。",
        min(SPRING_FESTIVAL),
        max(SPRING_FESTIVAL),
        month(days[0][:2]),
        int(days[0][2:]),
        month(days[-1][:2]),
        int(days[-1][2:]),
        percent(100 * np.expm1(KNOWN)),
        percent(row.effect_pct),
        percent(row.lo_pct),
        percent(row.hi_pct),
        percent(rough[0]),
        percent(rough[1]),
    )
