"""Cycle and potential of a long series: two filters, and what their last figure is worth."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from analysis.data.errors import InputError
from analysis.trend.cycle import Cycle, RealTime, hamilton_gap, hp_gap, real_time
from planeval.chapters.cells import signed
from planeval.chapters.trends import warning_words
from planeval.show.chart import Chart
from planeval.show.lines import line_chart
from planeval.show.table import Table, number
from planeval.words.language import mark, say, worded

REGRESSION, HP = mark("回归滤波"), mark("HP滤波")


@dataclass(frozen=True)
class Cycles:
    """Both filters on one series at constant prices, or the reason there is none."""

    subject: str
    cycle: Cycle | None
    hp: pd.Series
    own: RealTime | None
    other: RealTime | None
    reason: str


def cycles(values: pd.Series, subject: str) -> Cycles:
    """Estimate both filters and make them again on shortened samples.

    Examples
    --------
    >>> cycles(pd.Series({2019: 100.0, 2020: 103.5}), "甲市").reason
    '观测点不足：至少需要 12 个，现有 2 个'
    """
    try:
        found, own = hamilton_gap(values), real_time(values)
        # the same years for both, unless the regression has too few to compare
        since = int(own.path["year"].iloc[0]) if own.rms_pp is not None else None
        other = real_time(values, "hp", since=since)
        return Cycles(subject, found, hp_gap(values), own, other, "")
    except InputError as error:  # too short or no growth to speak of: the reader needs the reason
        return Cycles(subject, None, pd.Series(dtype=float), None, None, worded(error))


def cycle_table(made: Cycles, source: str = "", key: str = "") -> Table | str:
    """Return last gap, interval and real-time revisions of both filters."""
    if made.cycle is None or made.own is None or made.other is None:
        return say("{}：{}，不估计周期与潜在水平。", made.subject, made.reason)
    found = made.cycle
    rows = [
        {
            say("方法"): say("{}（两年以前的水平作回归）", say(REGRESSION)),
            say("{}年缺口（%）", found.year): signed(found.gap_pct),
            say("95%区间（%）"): say("{} 至 {}", signed(found.lo_pct), signed(found.hi_pct)),
        }
        | _past(made.own),
        {
            say("方法"): say("{}（λ＝6.25，只作对照）", say(HP)),
            say("{}年缺口（%）", found.year): signed(float(made.hp.iloc[-1])),
            say("95%区间（%）"): "—",
        }
        | _past(made.other),
    ]
    return Table(
        pd.DataFrame(rows),
        say("{}：周期缺口与它在样本末端的可靠程度（可比价）", made.subject),
        source=source,
        note=say(
            "缺口为实际水平与潜在水平的对数差乘100，正数为高于潜在水平。区间只含回归系数的不确定性（HAC协方差）。事后修订＝用全部年份重估的缺口减去站在当年末估计的缺口，只计其后至少已有{}年的年份；两次都用同一版本数据，不含数据本身的修订。提示：{}。",
            made.own.settled,
            warning_words(found.warnings),
        ),
        align=["left", *["right"] * 5],
        key=key,
    )


def _past(found: RealTime) -> dict[str, str]:
    enough = found.rms_pp is not None
    return {
        say("可核对年数"): str(found.revisions),
        say("事后修订均方根（百分点）"): number(found.rms_pp) if enough else "—",
        say("正负号改变的年数"): str(found.turned) if found.revisions else "—",
    }


def cycle_reading(made: Cycles) -> str:
    """Say where the series stands against potential, and whether that can be told at all."""
    found, own, other = made.cycle, made.own, made.other
    if found is None or own is None or other is None:
        return ""
    side = say("高于") if found.gap_pct > 0 else say("低于")
    text = say(
        "{}年{}按{}{}潜在水平{}%（95%区间{}%至{}%），{}的缺口为{}%。",
        found.year,
        made.subject,
        say(REGRESSION),
        side,
        number(abs(found.gap_pct)),
        signed(found.lo_pct),
        signed(found.hi_pct),
        say(HP),
        signed(float(made.hp.iloc[-1])),
    )
    text += _potential(found)
    text += "".join(_revised(name, past) for name, past in ((REGRESSION, own), (HP, other)))
    covers = found.lo_pct <= 0 <= found.hi_pct
    within = own.rms_pp is not None and abs(found.gap_pct) < 2 * own.rms_pp
    if covers or within:
        why = say("区间含零") if covers else say("小于事后修订均方根的两倍")
        text += say("{}年的缺口{}，不足以断定高于还是低于潜在水平。", found.year, why)
    elif own.rms_pp is None:
        text += say("区间不含零，但事后修订的年数不足，末年缺口的可靠程度无从检验。")
    else:
        text += say("区间不含零，缺口也大于事后修订均方根的两倍。")
    return text + say("缺口是统计分解，不说明原因；回归滤波把两年内没有料到的变化都算作周期。")


def _potential(found: Cycle) -> str:
    """Say the level of potential with the interval that the gap's interval gives it."""
    last, first = found.path.iloc[-1], found.path.iloc[0]
    low, high = (last["value"] * math.exp(-g / 100) for g in (found.hi_pct, found.lo_pct))
    return say(
        "可比价指数上，{}年实际水平为{}，潜在水平为{}（95%区间{}至{}；{}年实际水平为{}）。",
        found.year,
        number(last["value"]),
        number(last["potential"]),
        number(low),
        number(high),
        int(first["year"]),
        number(first["value"]),
    )


def _revised(name: str, past: RealTime) -> str:
    if past.rms_pp is None:
        return say("{}可核对的年份只有{}个，不计算事后修订幅度。", say(name), past.revisions)
    years = past.to_frame()["year"]
    return say(
        "站在{}年以来各年末用{}估计的缺口，事后修订的均方根为{}个百分点，最大为{}年的{}个百分点，{}年中",
        years.iloc[0],
        say(name),
        number(past.rms_pp),
        past.largest_year,
        signed(past.largest_pp),
        past.revisions,
    ) + (say("有{}年正负号改变。", past.turned) if past.turned else say("没有一年正负号改变。"))


def cycle_chart(made: Cycles, source: str = "", key: str = "") -> Chart | str:
    """Draw the gaps as said at the time and as they are seen now, for both filters."""
    if made.cycle is None or made.own is None or made.other is None:
        return ""
    frames = []
    for name, past in ((REGRESSION, made.own), (HP, made.other)):
        table = past.to_frame()
        for column, word in (("final", say("今天重估")), ("real_time", say("当年末估计"))):
            frames.append(
                pd.DataFrame(
                    {
                        "year": table["year"],
                        "value": table[column],
                        "series": say("{}·{}", say(name), word),
                    }
                )
            )
    own, other = made.own, made.other
    caption = say("{}：站在当年末估计的缺口与今天重估的不同", made.subject)
    if own.rms_pp is not None and other.rms_pp is not None:
        less = (REGRESSION, own.rms_pp, HP, other.rms_pp)
        if own.rms_pp > other.rms_pp:
            less = (HP, other.rms_pp, REGRESSION, own.rms_pp)
        caption = say(
            "{}：{}的缺口事后修订{}个百分点（均方根），小于{}的{}个百分点",
            made.subject,
            say(less[0]),
            number(less[1]),
            say(less[2]),
            number(less[3]),
        )
        if number(own.rms_pp) == number(other.rms_pp):
            caption = say(
                "{}：两种滤波的缺口事后修订均为{}个百分点（均方根）",
                made.subject,
                number(own.rms_pp),
            )
    frame = pd.concat(frames, ignore_index=True).dropna()
    return line_chart(
        frame,
        caption,
        subtitle=say(
            "实际水平与潜在水平之差（可比价，%），{}—{}年", frame["year"].min(), frame["year"].max()
        ),
        source=source,
        key=key,
    )
