"""A long series read three ways: one straight trend, a break named beforehand, growth today.

Shared by the chapters that lean on the series of the region above. A series too short for a
method gets a sentence in its place; every growth rate says on which prices it stands.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from analysis.backtest.compare import COMPARED, LEVELS, compare_models
from analysis.data.errors import InputError
from analysis.forecast import forecast
from analysis.growth.rates import cagr
from analysis.trend.breaks import BreakTest, break_test
from analysis.trend.cycle import Cycle, RealTime, hamilton_gap, hp_gap, real_time
from analysis.trend.fit import TrendFit, log_linear_trend
from analysis.trend.local import LocalTrend, local_trend
from planeval.chapters.base import signed
from planeval.show.bars import scores_chart
from planeval.show.chart import Chart
from planeval.show.lines import line_chart
from planeval.show.table import Table, number
from planeval.words.amounts import unit_name
from planeval.words.cell import joined
from planeval.words.errors import said
from planeval.words.language import Terms, either, mark, say
from planeval.words.terms import CAUTIONS

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
        test, reasons["test"] = None, said(error)
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


# --- Cycle and potential of a long series: two filters, and what their last figure is worth ---


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
        return Cycles(subject, None, pd.Series(dtype=float), None, None, said(error))


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
    text += joined(_revised(name, past) for name, past in ((REGRESSION, own), (HP, other)))
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


# --- Textbook models held against the report's own method on one long series ---
# Each model forecasts from past years as if the later ones were unknown; the table says which
# erred least and how often its intervals held, the chart what each expects from here on.


OWN_ZH = mark("本报告的方法")
MODEL_ZH = Terms(
    {
        "pooled": "合并学习的分位数模型",
        "prior": "借用先验的随机游走",
        "trend_grid": "阻尼趋势的网格平均",
        "theta_grid": "Theta方法的网格平均",
        "drift": "带漂移的随机游走",
        "ets": "阻尼趋势指数平滑",
        "theta": "Theta方法",
        "arima": "ARIMA(1,1,0)",
        "local_trend": "局部线性趋势",
    }
)
MIN_TRAIN = 12  # from here on even the models with most parameters have points to spare
MIN_ORIGINS = 5  # a model is not ranked on fewer trials; a shorter look ahead makes room for them
FEW_ORIGINS = 20
AHEAD = 5
_SHOWN = 10  # years of history in the chart


@dataclass(frozen=True)
class Models:
    """What every model expects and how it fared; empty frames and a reason where none can run.

    Attributes
    ----------
    values : pandas.Series
        What was published, unknown years left out.
    h : int
        Years ahead over which the models were scored.
    own : str
        Name of the model the report uses.
    forecasts : pandas.DataFrame
        year, model, median.
    scores : pandas.DataFrame
        One row a model, as :meth:`analysis.backtest.compare.Comparison.table` gives them.
    """

    values: pd.Series
    h: int
    own: str
    forecasts: pd.DataFrame
    scores: pd.DataFrame
    reason: str = ""

    def name(self, model: object) -> str:
        """Return what the report calls a model."""
        return say(OWN_ZH) if model == self.own else MODEL_ZH[str(model)]


def models(values: pd.Series, kind: str, h: int) -> Models:
    """Run and score the reference models and the report's own method on one annual series.

    Parameters
    ----------
    values : pandas.Series
        Positive values by consecutive years, one unit.
    kind : str
        Kind of quantity.
    h : int
        Years ahead to score, at least one; fewer are taken where the series is too short for
        five trials.

    Examples
    --------
    >>> models(pd.Series({2020: 1.0, 2021: 1.1}), "nominal_gdp", 1).reason
    '滚动检验至少需要17个连续年份的观测，现有2个'
    """
    known = values.dropna()
    h = min(h, len(known) - MIN_TRAIN - MIN_ORIGINS + 1)
    if h < 1:
        need = MIN_TRAIN + MIN_ORIGINS
        why = say("滚动检验至少需要{}个连续年份的观测，现有{}个", need, len(known))
        return Models(known, 1, "", pd.DataFrame(), pd.DataFrame(), why)
    try:
        # a model may be made by another's engine: each engine speaks once
        ahead = {
            made.model: made
            for made in (forecast(known, AHEAD, kind=kind, model=name) for name in COMPARED)
        }
        scores = compare_models(known, kind, h, tuple(ahead), MIN_TRAIN).table()
    except InputError as error:  # a year missing in between: the reason is what the reader needs
        return Models(known, h, "", pd.DataFrame(), pd.DataFrame(), said(error))
    tables = [made.table().assign(model=name) for name, made in ahead.items()]
    shown = pd.concat(tables, ignore_index=True)[["year", "model", "median"]]
    return Models(known, h, next(iter(ahead)), shown, scores)


def models_table(made: Models, subject: str, source: str = "", key: str = "") -> Table | str:
    """Return errors and coverage by model, smallest error first, or why there are none.

    Parameters
    ----------
    made : Models
        From :func:`models`.
    subject : str
        Place, measure and prices, for the caption.
    """
    if made.scores.empty:
        return say("{}：{}，不作模型比较。", subject, made.reason)
    ranked = made.scores.sort_values("mape_pct", kind="stable")
    frame = pd.DataFrame(
        {
            say("模型"): [made.name(name) for name in ranked["model"]],
            say("平均绝对误差（%）"): ranked["mape_pct"].to_numpy(),
            "MASE": ranked["mase"].to_numpy(),
            say("80%区间覆盖（%）"): ranked["coverage_80_pct"].to_numpy(),
            say("95%区间覆盖（%）"): ranked["coverage_95_pct"].to_numpy(),
        }
    )
    first = int(made.values.index[MIN_TRAIN - 1])
    last = int(made.values.index[len(made.values) - made.h - 1])
    return Table(
        frame,
        say("{}：各模型向前{}年的滚动预测误差与区间覆盖", subject, made.h),
        source=source,
        note=say(
            "站在{}—{}年的每一年末、只用当年及以前的数据向前预测{}年，共{}次；MASE为误差与训练期年均变动之比。区间若可靠，覆盖率应接近80%与95%。各年都用评估日可知的最新版本，当时能见到的数字未必相同。",
            first,
            last,
            made.h,
            int(ranked["n_origins"].iloc[0]),
        ),
        digits={
            say("平均绝对误差（%）"): 1,
            "MASE": 2,
            say("80%区间覆盖（%）"): 0,
            say("95%区间覆盖（%）"): 0,
        },
        key=key,
    )


def models_reading(made: Models) -> str:
    """Say which model erred least, where the report's own stands, and how little that proves."""
    if made.scores.empty:
        return ""
    ranked = made.scores.sort_values("mape_pct", kind="stable").reset_index(drop=True)
    best, worst = ranked.iloc[0], ranked.iloc[-1]
    place = int(ranked.index[ranked["model"] == made.own][0]) + 1
    cover = ranked["coverage_80_pct"]
    own = float(cover.iloc[place - 1])
    count = int(best["n_origins"])
    text = say(
        "误差最小的是{}（{:.1f}%），最大的是{}（{:.1f}%）；本报告的方法居第{}位，80%区间实际覆盖{:.0f}%，各模型在{:.0f}%至{:.0f}%之间。",
        made.name(best["model"]),
        best["mape_pct"],
        made.name(worst["model"]),
        worst["mape_pct"],
        place,
        own,
        cover.min(),
        cover.max(),
    )
    if count < FEW_ORIGINS:
        overlap = say("且彼此重叠，") if made.h > 1 else ""
        text += say("检验只有{}次，{}名次之差不足以断定优劣。", count, overlap)
    return text


def models_scores_chart(made: Models, subject: str, source: str = "", key: str = "") -> Chart | str:
    """Draw each model's error and how often its ranges held, smallest error first."""
    if made.scores.empty:
        return ""
    ranked = made.scores.sort_values("mape_pct", kind="stable").reset_index(drop=True)
    frame = ranked.rename(columns={"mape_pct": "error_pct"})
    frame.insert(0, "name", [made.name(model) for model in ranked["model"]])
    honest = (ranked["coverage_80_pct"] >= 80).sum()
    place = int(ranked.index[ranked["model"] == made.own][0]) + 1
    return scores_chart(
        frame[["name", "error_pct", *(f"coverage_{level}_pct" for level in LEVELS)]],
        say(
            "向前{}年，{}误差最小，{}居第{}位；{}个模型中{}个的80%区间覆盖不低于80%",
            made.h,
            made.name(ranked["model"].iloc[0]),
            say(OWN_ZH),
            place,
            len(ranked),
            honest,
        ),
        levels=LEVELS,
        highlight=say(OWN_ZH),
        subtitle=say(
            "{}，滚动预测{}次，每次向前{}年", subject, int(ranked["n_origins"].iloc[0]), made.h
        ),
        source=source,
        key=key,
    )


def models_chart(
    made: Models, subject: str, unit: str, source: str = "", key: str = ""
) -> Chart | str:
    """Draw the latest years and what each model expects of the next five."""
    if made.forecasts.empty:
        return ""
    history = made.values.iloc[-_SHOWN:]
    last, value = int(history.index[-1]), float(history.iloc[-1])
    parts = [
        pd.DataFrame({"year": history.index, "value": history.to_numpy(), "series": say("公布值")})
    ]
    # seven lines can be told apart: of the report's own models the one it uses
    drawn = made.forecasts[(made.forecasts["model"] != "prior") | (made.own == "prior")]
    for name, rows in drawn.groupby("model", sort=False):
        years, middle = [last, *rows["year"]], [value, *rows["median"]]
        parts.append(pd.DataFrame({"year": years, "value": middle, "series": made.name(name)}))
    end = drawn[drawn["year"] == last + AHEAD].sort_values("median")
    low, high = end.iloc[0], end.iloc[-1]
    spread = 100 * (high["median"] / low["median"] - 1)
    return line_chart(
        pd.concat(parts, ignore_index=True),
        say(
            "{}向前{}年，各模型的中心值最高（{}）比最低（{}）多{:.0f}%",
            subject,
            AHEAD,
            made.name(high["model"]),
            made.name(low["model"]),
            spread,
        ),
        digits=0,
        height=3.2,
        subtitle=say(
            "{}，{}，{}—{}年；{}年以后为预测中心值",
            subject,
            unit_name(unit),
            history.index[0],
            last + AHEAD,
            last,
        ),
        source=source,
        key=key,
    )


def models_chart_reading(made: Models) -> str:
    """Say how far apart the models end, in growth a year."""
    if made.forecasts.empty:
        return ""
    value = float(made.values.iloc[-1])
    end = made.forecasts[made.forecasts["year"] == made.forecasts["year"].max()]
    rates = 100 * ((end.set_index("model")["median"] / value) ** (1 / AHEAD) - 1)
    last = int(made.values.index[-1])
    own, others = float(rates[made.own]), rates.drop([made.own, "prior"], errors="ignore")
    above = round(own, 1) - round(others.median(), 1)  # of the two figures as printed
    place = say("等于参照模型的中位数")
    if above:
        place = say("高于参照模型的中位数") if above > 0 else say("低于参照模型的中位数")
    return say(
        "换算成{}—{}年的现价年均增速，各模型在{:.1f}%至{:.1f}%之间，本报告的方法为{:.1f}%，{}（{:.1f}%）；差别来自各模型对增速是否回落的假定，不来自数据的不同。",
        last + 1,
        last + AHEAD,
        rates.min(),
        rates.max(),
        own,
        place,
        others.median(),
    )
