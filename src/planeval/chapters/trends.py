"""A long series read three ways: one straight trend, a break named beforehand, growth today.

Shared by the chapters that lean on the series of the region above. A series too short for a
method gets a sentence in its place; every growth rate says on which prices it stands.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from analysis.data.errors import InputError
from analysis.growth.rates import cagr
from analysis.trend.base import CAUTIONS
from analysis.trend.breaks import BreakTest, break_test
from analysis.trend.fit import TrendFit, log_linear_trend
from analysis.trend.local import LocalTrend, local_trend
from planeval.chapters.cells import signed
from planeval.show.table import Table
from planeval.words.language import either, say, worded

#: Named beforehand and for a reason outside the data, the epidemic year; never picked by eye.
BREAK_YEAR = 2020
SIGNIFICANT = 0.05
LONG_ENOUGH = 8


@dataclass(frozen=True)
class Trends:
    """What three methods say of one annual series; a method that does not apply says why.

    Attributes
    ----------
    basis : str
        现价 or 可比价: what the rates mean.
    fit, test, local
        Results, None where the series is too short.
    reasons : dict of str to str
        For each method that is None, the reason in Chinese.
    """

    values: pd.Series
    basis: str
    fit: TrendFit | None
    test: BreakTest | None
    local: LocalTrend | None
    reasons: dict[str, str]

    @property
    def span(self) -> str:
        """The years of the series as text."""
        return say("{}—{}年", self.values.index[0], self.values.index[-1])


def trends(values: pd.Series, basis: str, year: int = BREAK_YEAR) -> Trends:
    """Fit the straight trend, the break test and the local trend to one annual series.

    Parameters
    ----------
    values : pandas.Series
        Positive values by year.
    basis : str
        现价 or 可比价.
    year : int
        First year after the break, named beforehand.

    Examples
    --------
    >>> made = trends(pd.Series({2015: 100.0, 2020: 120.0}), "现价")
    >>> made.fit is None, made.reasons["fit"]
    (True, '观测点不足：至少需要 8 个，现有 2 个')
    """
    known = values.dropna()
    if len(known) < LONG_ENOUGH:
        why = say("观测点不足：至少需要 {} 个，现有 {} 个", LONG_ENOUGH, len(known))
        return Trends(known, basis, None, None, None, dict.fromkeys(("fit", "test", "local"), why))
    reasons: dict[str, str] = {}
    try:
        test = break_test(known, year)
    except InputError as error:  # too few years on a side: the reason is what the reader needs
        test, reasons["test"] = None, worded(error)
    return Trends(known, basis, log_linear_trend(known), test, local_trend(known), reasons)


def trend_table(made: Trends, subject: str, source: str = "", key: str = "") -> Table | str:
    """Return the three readings side by side, or why none can be made.

    Parameters
    ----------
    made : Trends
        From :func:`trends`.
    subject : str
        Place and measure, for the caption.
    """
    if made.fit is None:
        return say("{}：{}，不估计趋势。", subject, made.reasons["fit"])
    fit, local = made.fit, made.local
    rows = [
        {
            say("方法"): say("对数线性趋势"),
            say("期间"): made.span,
            say("年增速（%）"): f"{fit.growth_pct:.1f}",
            say("95%区间（%）"): say("{:.1f} 至 {:.1f}", fit.lo_pct, fit.hi_pct),
            say("提示"): warning_words(fit.warnings),
        }
    ]
    rows += _break_rows(made)
    if local is not None:
        rows.append(
            {
                say("方法"): say("局部线性趋势（末年）"),
                say("期间"): say("{}年", local.year),
                say("年增速（%）"): f"{local.growth_pct:.1f}",
                say("95%区间（%）"): say(
                    "{:.1f} 至 {:.1f}", local.growth_lo_pct, local.growth_hi_pct
                ),
                say("提示"): warning_words(local.warnings),
            }
        )
    return Table(
        pd.DataFrame(rows),
        say("{}：三种趋势估计（{}）", subject, made.basis),
        source=source,
        note=say(
            "对数线性趋势的区间按Newey–West协方差计算；断点年份事先指定，按增速形式作Chow检验；局部线性趋势只用当年及以前的数据。"
        ),
        align=["left", "left", "right", "right", "left"],
        key=key,
    )


def _break_rows(made: Trends) -> list[dict[str, str]]:
    test = made.test
    if test is None:
        return []
    first, last = made.values.index[0], made.values.index[-1]
    hints = [f"p = {test.p_value:.3f}"] if not math.isnan(test.p_value) else []
    hints.append(say("{}年水平偏离此前趋势{}%", test.year, signed(test.level_change_pct)))
    hints += [warning_words(test.warnings)] if test.warnings else []
    blank = {say("95%区间（%）"): "—"}
    return [
        {
            say("方法"): say("断点检验：{}年以前", test.year),
            say("期间"): say("{}—{}年", first, test.year - 1),
            say("年增速（%）"): f"{test.growth_before_pct:.1f}",
            **blank,
            say("提示"): "—",
        },
        {
            say("方法"): say("断点检验：{}年以后", test.year),
            say("期间"): say("{}—{}年", test.year + 1, last),
            say("年增速（%）"): f"{test.growth_after_pct:.1f}",
            **blank,
            say("提示"): say("；").join(hints) or "—",
        },
    ]


def warning_words(codes: tuple[str, ...]) -> str:
    """Return warning codes as words.

    Examples
    --------
    >>> warning_words(("gaps",)), warning_words(())
    ('年份不连续', '—')
    """
    return say("；").join(either(*CAUTIONS[code]) for code in codes) or "—"


def trend_reading(made: Trends) -> str:
    """Say what the three estimates show, and how far they may be trusted."""
    fit, local, basis = made.fit, made.local, made.basis
    if fit is None:
        return ""
    text = say(
        "{}{}个年度值，{}趋势年均增长{:.1f}%（95%区间{:.1f}%至{:.1f}%）。",
        made.span,
        fit.n,
        basis,
        fit.growth_pct,
        fit.lo_pct,
        fit.hi_pct,
    )
    if "autocorrelated" in fit.warnings:
        text += say("残差高度自相关，即数值长时间偏在直线的一侧，这一区间偏窄，不宜外推。")
    if local is not None:
        text += say(
            "允许增速缓慢变动时，{}年的趋势增速为{}{:.1f}%（95%区间{:.1f}%至{:.1f}%），{}。",
            local.year,
            basis,
            local.growth_pct,
            local.growth_lo_pct,
            local.growth_hi_pct,
            _against(local, fit),
        )
    return text + break_sentence(made)


def peak(values: pd.Series) -> int:
    """Return the year of the largest value, the first of several.

    Examples
    --------
    >>> peak(pd.Series({2019: 1.0, 2020: 3.0, 2021: 2.0}))
    2020
    """
    return int(values.index.to_numpy()[int(values.to_numpy(dtype=float).argmax())])


def _against(local: LocalTrend, fit: TrendFit) -> str:
    """Set the latest pace against the bounds of the whole: a point outside, bounds that meet."""
    now = local.growth_pct
    meet = local.growth_lo_pct <= fit.hi_pct and local.growth_hi_pct >= fit.lo_pct
    doubt = say("，但两个区间有重叠，不能断定不同") if meet else ""
    if now < fit.lo_pct:
        return say("低于全期趋势的区间{}", doubt)
    if now > fit.hi_pct:
        return say("高于全期趋势的区间{}", doubt)
    return say("在全期趋势的区间之内")


def break_sentence(made: Trends) -> str:
    """Say whether the break test finds a change, and that a drift may look like one."""
    test = made.test
    if test is None:
        reason = made.reasons.get("test", "")
        return (
            say(
                "断点检验（{}年）没有进行（{}）。",
                BREAK_YEAR,
                either(reason.replace(" ", ""), reason),
            )
            if reason
            else ""
        )
    if math.isnan(test.p_value):
        return say("断点检验（{}年）：序列没有残差，检验没有意义。", test.year)
    basis = made.basis
    found = test.p_value < SIGNIFICANT
    doubt = say("，残差自相关，p值偏小") if "autocorrelated" in test.warnings else ""
    text = say(
        "以{}年为断点，{}年增速此前为{:.1f}%、此后为{:.1f}%，"
        "当年水平偏离此前趋势{}%，{}（p = {:.3f}{}）。",
        test.year,
        basis,
        test.growth_before_pct,
        test.growth_after_pct,
        signed(test.level_change_pct),
        say("在5%水平上有变化") if found else say("在5%水平上不能认定有变化"),
        test.p_value,
        doubt,
    )
    return text + (_drift_sentence(made, test.year) if found else "")


def _drift_sentence(made: Trends, year: int) -> str:
    """Say how growth moved within the years before the break, which the test cannot see."""
    before = made.values[made.values.index < year]
    if len(before) < LONG_ENOUGH:
        return ""
    middle = before.index[len(before) // 2]
    ends = (before.index[0], middle, before.index[-1])
    first, second = (100 * cagr(before[a], before[b], b - a) for a, b in pairwise(ends))
    return say(
        "但断点以前的前后两段年均增速已分别为{}{:.1f}%（{}—{}年）和{:.1f}%（{}—{}年），检验不能区分一次突变与逐步变化，也不说明原因。",
        made.basis,
        first,
        ends[0],
        middle,
        second,
        middle,
        ends[2],
    )
