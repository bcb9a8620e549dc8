"""Where a forecast came from, in Chinese or English: who pulled it where, and step by step.

Every sentence is computed from the numbers and codes of `analysis.forecast.steps`: how much the
series itself said and how much its kind or the learned model, which comparable series moved it and
how far, and how such forecasts fared in the past. A quarterly or monthly forecast is explained by
:func:`explain_season`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pandas as pd

from analysis.forecast.counts import OMEGA, PRIOR_EVENTS, PRIOR_YEARS, CountMargins
from analysis.forecast.distribution import Forecast
from analysis.forecast.kinds import KINDS, Kind
from analysis.forecast.learned.nets import LAGS, STAND_INS
from analysis.forecast.steps import (
    SHOWN,
    Ingredients,
    Record,
    Step,
    closed_part,
    damping,
    grids_share,
    ingredients,
    lessons,
    moved,
    pace_of_drift,
    pace_unit,
    reading,
    record_step,
)
from analysis.forecast.walk import MEMORY
from analysis.season.distribution import SeasonalForecast
from planeval.words import terms
from planeval.words.language import either, speaking, spoken

#: What each textbook model is.
MODEL_WORDS = {
    "drift": ("带漂移的随机游走", "Random walk with drift"),
    "ets": ("阻尼趋势指数平滑", "Exponential smoothing with a damped trend"),
    "theta": ("Theta 方法", "Theta method"),
    "arima": ("带漂移的 ARIMA(1,1,0)", "ARIMA(1,1,0) with drift"),
    "local_trend": ("局部线性趋势", "Local linear trend"),
}
#: The project's learned models.
LEARNED_WORDS = {
    "pooled": ("合并学习的网络", "Nets learned on many series"),
    "trend_grid": ("阻尼趋势的网格平均", "Average of a grid of damped trends"),
    "theta_grid": ("Theta 方法的网格平均", "Average of a grid of theta models"),
}
SCALE_WORDS = {
    "log": ("对数", "logs"),
    "logit": ("对数几率", "logits"),
    "plain": ("原值", "plain values"),
}
#: Growth a year, by :func:`analysis.forecast.steps.pace_unit`.
PACE_WORDS = {
    "percent": ("每年 {}%", "{}% a year"),
    "points": ("每年 {} 个百分点", "{} points a year"),
    "units": ("每年 {} 个", "{} a year"),
    "rate": ("{}%", "{}%"),
}
#: Where the pace of the median lies against the series' own and its kind's.
PLACE_WORDS = {
    "above": ("，高于两者", ", above both"),
    "below": ("，低于两者", ", below both"),
    "between": ("，介于两者之间", ", between the two"),
    "": ("", ""),
}
#: What each step is; a probability that is not given has a title of its own.
TITLES = {
    "observed": ("观测值", "Observed figures"),
    "growth": ("各段增速", "Growth over each gap"),
    "prior": ("同类的历史经验（先验）", "What its kind does (prior)"),
    "engine": ("本序列与同类怎样合在一起", "How the series and its kind were put together"),
    "comparators": ("参照序列", "Comparable series"),
    "distribution": ("{year}年的分布", "The distribution of {year}"),
    "required": ("目标要求的增速", "Growth the target needs"),
    "probability": ("达到目标的概率", "Probability of the target"),
    "no_verdict": ("达到目标的概率（不下结论）", "Probability of the target (no verdict)"),
    "record": ("回测记录", "Back-test record"),
}
#: What a step says, by key and code, where that is more than one text for all of its key.
SAID = {
    "growth": {
        "rates": (
            "每个观测本身就是一年的增速，平均{mean}",
            "Each observation is growth already, {mean} on average",
        ),
        "single": ("只有一个观测，增速无从得知", "One observation: its growth is unknown"),
        "undefined": ("算不出增速", "No growth can be worked out"),
        "gaps": ("{gaps}", "{gaps}"),
    },
    "comparators": {
        "none": ("没有使用参照序列", "No comparable series were used"),
        "used": ("{far}", "{far}"),
    },
    "required": {"at_least": ("至少{}", "at least {}"), "at_most": ("至多{}", "at most {}")},
    "probability": {
        "alone": ("达到目标的概率：{now}", "Probability of meeting the target: {now}"),
        "compared": (
            "达到目标的概率：用参照序列{now}，不用{before}",
            "Probability of meeting the target: {now} with comparable series, {before} without",
        ),
        "no_verdict": ("{few}，不下结论", "{few}: no verdict"),
    },
    "record": {
        "found": ("{record}", "{record}"),
        "none": (
            "这类序列、这样的观测格局没有回测记录",
            "There is no back-test record of this kind and pattern of observations",
        ),
        "other_model": ("这里没有本模型的回测记录", "No back-test record of this model here"),
    },
}
# So many observations are too few for a verdict.
_FEW = (
    ("{}观测一个也没有", "There is no {}observation"),
    ("{}观测只有一个", "There is only one {}observation"),
    ("{}观测只有两个", "There are only two {}observations"),
)


def explain(forecast: Forecast, language: str) -> str:
    """Say how much of a forecast came from the series, its kind and its comparators.

    Parameters
    ----------
    forecast : Forecast
        Of any model.
    language : {'zh', 'en'}
        Chinese or English.

    Raises
    ------
    InputError
        Another language.

    Examples
    --------
    >>> from analysis.forecast import forecast
    >>> one = forecast(pd.Series({2024: 226.0}), h=1, kind="real_gdp")
    >>> explain(one, "en").split(". ")[0]
    'One observation (2024): its growth is unknown, the forecast rests on the prior alone'
    >>> two = forecast(pd.Series({2015: 4.0, 2024: 5.0}), h=1, kind="generic")
    >>> print(explain(two, "en").split(";")[0])
    2 observations (2015–2024): 50% of the information on long-run growth came from the series, \
50% from the prior
    """
    with speaking(language):
        parts = ingredients(forecast)
        clauses = engine_clauses(parts)
        if parts.model in MODEL_WORDS:
            return clauses[0]
        clauses += [lean_words(parts), *panel_clauses(parts), reach_words(parts)]
        return sentences([*clauses, record_words(parts)])


# --- Numbers as they are printed ---


def pace_words(kind: Kind, pace: float | None, *, sign: bool = False) -> str:
    """Return a pace as people say it, unknown as a dash.

    Parameters
    ----------
    sign : bool
        Print the plus sign of a percentage too; points and units always carry theirs.

    Examples
    --------
    >>> pace_words(KINDS["trade"], -0.04), pace_words(KINDS["share"], 0.42)
    ('每年 0.0%', '每年 +0.42 个百分点')
    >>> with speaking("en"):
    ...     pace_words(KINDS["growth_rate"], 6.0), pace_words(KINDS["count"], -3.0)
    ('6.0%', '−3.0 a year')
    """
    if pace is None:
        return "—"
    unit = pace_unit(kind)
    number = signed(pace, 2 if unit == "points" else 1, sign=sign or unit in ("points", "units"))
    return either(*PACE_WORDS[unit]).format(number)


def signed(value: float, digits: int, *, sign: bool = True) -> str:
    """Return a number with a true minus sign, and no sign on what rounds to zero.

    Examples
    --------
    >>> signed(-3.25, 1), signed(0.04, 1), signed(2.0, 1), signed(2.0, 1, sign=False)
    ('−3.2', '0.0', '+2.0', '2.0')
    """
    text = f"{abs(value):,.{digits}f}"
    if not text.strip("0.,"):
        return text
    return ("−" if value < 0 else "+" if sign else "") + text


def value_words(value: float) -> str:
    """Return a level with as many digits as tell it from its neighbours.

    Examples
    --------
    >>> [value_words(one) for one in (81227.4, 226.04, 3.2, 0.01234, 0.0, 2e15)]
    ['81,227', '226.0', '3.20', '0.0123', '0', '2e+15']
    """
    size = abs(value)
    if size >= 1e12 or not math.isfinite(value):
        text = f"{value:.3g}"
    elif size >= 1000:
        text = f"{value:,.0f}"
    else:
        text = f"{value:.1f}" if size >= 100 else f"{value:.2f}" if size >= 1 else f"{value:.3g}"
    return text.replace("-", "−") if size < 1e12 else text


def printed(value: float) -> str:
    """Return an observed figure with at most two decimals, more only where it is small.

    Examples
    --------
    >>> printed(125.98), printed(226.0), printed(0.0123), printed(0)
    ('125.98', '226', '0.0123', '0')
    """
    if 0 < abs(value) < 0.1 or abs(value) >= 1e12:
        return value_words(value)
    return f"{value:,.2f}".rstrip("0").rstrip(".").replace("-", "−")


def chance(probability: float) -> str:
    """Return a probability in whole per cents, never 0 or 100.

    Examples
    --------
    >>> chance(0.004), chance(0.456), chance(0.999)
    ('不足1%', '46%', '超过99%')
    """
    if probability < 0.01:
        return either("不足1%", "below 1%")
    if probability > 0.99:
        return either("超过99%", "above 99%")
    return f"{100 * probability:.0f}%"


def moved_words(kind: Kind, before: float, after: float) -> str:
    """Return how far the median moved: per cent of it, or points of a share or rate.

    Examples
    --------
    >>> moved_words(KINDS["trade"], 200.0, 201.0), moved_words(KINDS["share"], 60.0, 59.5)
    ('+0.5%', '−0.50')
    """
    size, unit = moved(kind, before, after)
    return {"percent": f"{signed(size, 1)}%", "points": signed(size, 2)}[unit]


def span_words(years: Sequence[int]) -> str:
    """Return first and last year, or the only one."""
    return f"{years[0]}{either('—', '–')}{years[-1]}" if len(years) > 1 else str(years[0])


def sentences(clauses: Sequence[str]) -> str:
    """Return clauses as sentences, empty ones left out.

    Examples
    --------
    >>> sentences(["甲", "", "乙。"])
    '甲。乙。'
    >>> with speaking("en"):
    ...     sentences(["A.", "B"])
    'A. B.'
    """
    stop = either("。", ". ")
    return "".join(clause.rstrip("。.") + stop for clause in clauses if clause).rstrip()


def _kind(kind: Kind) -> str:
    """Return the name of a kind of quantity."""
    return either(*terms.KINDS[kind.name])


# --- Who pulled it where ---


def engine_clauses(f: Ingredients) -> list[str]:
    """Say what made the forecast: the closed form's weights, the learned model's numbers, both."""
    if f.model in MODEL_WORDS:
        return [_alone(f)]
    if f.counts is not None:
        rate = count_words(f.counts, f.years, f.values)
        walk = f"{either('随机游走：', 'Random walk: ')}{_closed_form(f)}"
        return [rate] if f.rate_alone else [rate, walk]
    if f.model == "prior":
        return [_closed_form(f)]
    learned = learned_words(f)
    closed = closed_part(f.kind, f.years, f.values) if f.model == "pooled" else 0.0
    if not closed:
        return [learned]
    say, rest = f"{100 * closed:.0f}%", f"{100 * (1 - closed):.0f}%"
    return [
        learned
        + either(
            f"；网络在结果中占{rest}，闭式公式占{say}",
            f"; the nets have {rest} of the say, the closed form {say}",
        ),
        f"{either('闭式公式：', 'Closed form: ')}{_closed_form(f)}",
    ]


def _alone(f: Ingredients) -> str:
    """Say what a textbook model is and that it stands alone."""
    model, scale = either(*MODEL_WORDS[f.model]), either(*SCALE_WORDS[f.kind.scale])
    heard = either("、", "; ").join(
        either(*terms.CAUTIONS[code]) if code in terms.CAUTIONS else code for code in f.warnings
    )
    return either(
        f"{model}（教科书参照模型，按{scale}估计）："
        f"只用本序列的 {len(f.years)} 个观测（{span_words(f.years)}），"
        "不借用先验，也不借用参照序列。" + (f"提示：{heard}。" if heard else ""),
        f"{model} (a textbook reference, fitted to {scale}): it uses the {len(f.years)} "
        f"observations of this series ({span_words(f.years)}) and nothing is borrowed from a "
        "prior or from comparable series." + (f" Note: {heard}." if heard else ""),
    )


def _closed_form(f: Ingredients) -> str:
    """Say how much of what the closed form knows of the drift the series itself told."""
    recent = f.years[-MEMORY:]
    span = span_words(recent)
    if f.prior_only:
        return either(
            f"仅一个观测（{span}），增速无从得知，预测只依据先验",
            f"One observation ({span}): its growth is unknown, "
            "the forecast rests on the prior alone",
        )
    own, borrowed = f"{100 * f.weight_own:.0f}%", f"{100 * (1 - f.weight_own):.0f}%"
    pace = pace_words(f.kind, pace_of_drift(f.kind, f.drift, float(f.values[-1])))
    pace += here_words(f.kind)
    full = len(f.years) >= MEMORY
    last_zh = f"最近 {MEMORY} 个观测" if full else f"观测 {len(recent)} 个"
    return either(
        f"{last_zh}（{span}）；关于长期增速的信息 {own} 来自本序列，{borrowed} 来自先验；"
        f"估计为{pace}",
        f"{'Latest ' if full else ''}{len(recent)} observation{'s' if len(recent) > 1 else ''} "
        f"({span}): {own} of the information on long-run growth came from the series, "
        f"{borrowed} from the prior; estimate {pace}",
    )


def here_words(kind: Kind) -> str:
    """Say that a drift in points or units was worked out at the latest level."""
    if pace_unit(kind) not in ("points", "units"):
        return ""
    return either("（按最新水平折算）", " (at the latest level)")


def lean_words(f: Ingredients) -> str:
    """Say where the kind's centre is and how far the comparators moved it."""
    if f.rate_alone:
        return ""
    names = [
        name + (either(f"至 {last} 年", f" up to {last}") if last < f.years[-1] else "")
        for name, last in f.comparators.items()
    ]
    towards = either("、", ", ").join(names)
    if f.model in LEARNED_WORDS:
        if not names:
            return ""
        return either(
            f"参照序列（{towards}）按其移动闭式公式的幅度移动中位数和区间",
            f"Comparable series ({towards}) move median and interval as they move the closed form",
        )
    lean = either("先验中心", "Prior centre ") + pace_words(f.kind, f.centre) + here_words(f.kind)
    if not names:
        return lean
    now = pace_words(f.kind, pace_of_drift(f.kind, f.prior.m, float(f.values[-1])))
    return lean + either(
        f"，按精度向参照序列（{towards}）靠拢后为{now}",
        f", leaned by precision towards {towards}: {now}",
    )


def panel_clauses(f: Ingredients) -> list[str]:
    """Say where the prior was learned, and what it stands in for."""
    p = f.own_prior
    if f.rate_alone or (f.model in LEARNED_WORDS and f.model != "pooled"):
        return []
    window, citation = (terms.source_words(one, spoken()) for one in (p.window, p.citation))
    what = either("先验", "Prior")
    if f.model == "pooled":
        what = either("同类的中心", "Centre of the kind")
    panel = either(
        f"{what}取自 {p.n_series} 个序列（{window.replace('-', '—')}；{citation}）",
        f"{what} learned from {p.n_series} series ({window}; {citation})",
    )
    stand_in = either(p.stand_in_zh, terms.source_words(p.stand_in, spoken()))
    note = either(
        f"该面板并非“{_kind(f.kind)}”本身，而是替代：{stand_in}",
        f"The panel is not {_kind(f.kind)} itself but a stand-in: {stand_in}",
    )
    return [panel, note if stand_in else ""]


def reach_words(f: Ingredients) -> str:
    """Say the 80 % interval of the last year asked for, with and without comparators."""
    now, before = f.ahead, f.alone
    low, high, middle = (value_words(one) for one in (now.low, now.high, now.median))
    if before is None:
        return either(
            f"未用参照序列；{now.year}年中位数{middle}，80%区间{low}至{high}",
            f"No comparable series were used; {now.year}: median {middle}, 80% {low} to {high}",
        )
    was_low, was_high, was = (value_words(one) for one in (before.low, before.high, before.median))
    far = moved_words(f.kind, before.median, now.median)
    return either(
        f"{now.year}年80%区间{low}至{high}，不用参照序列则为{was_low}至{was_high}；"
        f"参照序列使中位数由{was}移到{middle}（{far}）",
        f"{now.year}: 80% interval {low} to {high}, without the comparable series {was_low} to "
        f"{was_high}; they moved the median from {was} to {middle} ({far})",
    )


# --- What a learned model read and what it learned from ---


def learned_words(f: Ingredients) -> str:
    """Say what a learned model read, the paces that show who pulled where, what it learned from."""
    if f.model != "pooled":
        return _grid(f)
    return either("；", "; ").join(filter(None, [_paces(f), *_mixture(f), _lessons()]))


def _paces(f: Ingredients) -> str:
    """Say the three paces: the series' own, its kind's, the forecast's."""
    read = reading(f)
    own, centre, ahead = (pace_words(f.kind, one) for one in (read.own, f.centre, f.pace_ahead))
    seen, until, place = len(read.years), f.ahead.year, either(*PLACE_WORDS[read.place])
    span = f"{read.years[0]}{either('—', '–')}{read.years[-1]}"
    if read.missing:
        span += either(
            f"，中间缺{read.missing}年", f", {read.missing} of the years between missing"
        )
    return either(
        f"合并学习的网络读取最近{LAGS + 1}年的整个格局（{seen}个观测，{span}）："
        f"本序列这段时间平均{own}，同类（{_kind(f.kind)}）的中心{centre}，"
        f"预测中位数到{until}年平均{ahead}{place}",
        f"Nets learned on many series read the whole pattern of the last {LAGS + 1} years "
        f"({seen} observations, {span}): the series itself moved {own} on average, the centre of "
        f"its kind ({_kind(f.kind)}) is {centre}, the median forecast up to {until} moves "
        f"{ahead}{place}",
    )


def _mixture(f: Ingredients) -> list[str]:
    """Say whose nets these are and what they are averaged with."""
    said, kind = [], _kind(f.kind)
    if f.kind.name in STAND_INS:
        of, wider = STAND_INS[f.kind.name]
        width = either("不另加宽", "not widened")
        if wider > 1:
            width = either(f"加宽到{wider:.2f}倍", f"widened to {wider:.2f} times")
        own = _kind(KINDS[of])
        said.append(
            either(
                f"{kind}没有自己的网络，借用{own}的网络，区间{width}",
                f"{kind} has no nets of its own and uses those of {own}, bands {width}",
            )
        )
    share = grids_share(f.kind, f.years)
    if share is not None:
        nets, trend, theta = (f"{100 * part:.0f}%" for part in share)
        more = either(f"、Theta 网格占{theta}", f", a grid of theta models {theta}")
        said.append(
            either(
                f"对数与原值两组网络平均，中心值中网络占{nets}、可解释的阻尼趋势网格占{trend}",
                "nets on logarithms and on plain values are averaged; in the centre the nets have "
                f"{nets} of the say, an explainable grid of damped trends {trend}",
            )
            + (more if share[2] else "")
        )
    return said


def _lessons() -> str:
    """Say what the nets were learned from, after the facts beside the weights."""
    windows, until = lessons()
    if not windows:
        return ""
    text = either(
        f"网络由{windows:,}段历史学成", f"the nets learned from {windows:,} stretches of history"
    )
    if until is None:
        return text
    last = span_words(sorted(set(until)))
    return text + either(
        f"，所学的结果最晚到{last}年（标有年份的各面板不同）",
        f"; in dated panels from outcomes up to {last}, by panel",
    )


def _grid(f: Ingredients) -> str:
    """Say how many settings were averaged and how the pace of the median changes."""
    found, until = damping(f), f.ahead.year
    mean, first, last = (pace_words(f.kind, one) for one in (found.mean, found.first, found.last))
    fades = ""
    if found.first is not None:
        fades = either(
            f"，第1年{first}，第{f.ahead.steps}年{last}",
            f", {first} in year 1 and {last} in year {f.ahead.steps}",
        )
    if found.ratio is not None:
        ratio = f"{100 * found.ratio:.0f}%"
        fades += either(f"（为第1年的{ratio}）", f" ({ratio} of year 1)")
    band = ""
    if f.model == "theta_grid":
        band = either("；区间取自阻尼趋势的网格", "; the bands are those of the damped trends")
    latest = either("最近", "latest ") if found.heard < len(f.years) else ""
    name = either(*LEARNED_WORDS[f.model])
    return either(
        f"{name}：{found.settings}种设定各自预测，按拟合优劣加权平均，"
        f"只读本序列{latest}{found.heard}个观测；预测中位数到{until}年平均{mean}{fades}{band}",
        f"{name}: {found.settings} settings each make a forecast, averaged by how well they fit; "
        f"only the {latest}{found.heard} observations of this series are read; the median moves "
        f"{mean} up to {until}{fades}{band}",
    )


# --- What a forecast of a small count rests on ---


def count_words(margins: CountMargins, years: Sequence[int], values: Sequence[float]) -> str:
    """Say what a record of counts is worth, the rate of events it gives, and the say of that rate.

    Parameters
    ----------
    margins : CountMargins
        The years ahead.
    years : sequence of int
        All observed years.
    values : sequence of float
        Their counts.

    Examples
    --------
    Two years without an event are worth 1.85 years; with the prior's half event in half a year
    the rate is 0.5 / 2.35.

    >>> import numpy as np
    >>> from analysis.forecast.margins import walk_margins
    >>> from analysis.forecast.kinds import Prior
    >>> flat = Prior("count", 0.0, 1e12, 4.0, 1.0)
    >>> walk = walk_margins(np.log([0.5, 0.5]), [2023, 2024], 2, flat, KINDS["count"])
    >>> with speaking("en"):
    ...     print(count_words(CountMargins(0.5, 2.35, 1.0, walk), [2023, 2024], [0, 0]))
    Small counts are forecast from a rate of events, not from growth (steady gamma-Poisson \
model, each year negative binomial): 2 observed years (2023–2024) with 0 in all; at 85% of its \
weight for every year of age the record is worth 0 in 1.85 years, and the prior adds 0.5 in 0.5 \
years; estimate 0.213 a year
    """
    events, worth = (
        f"{round(one, 2):g}" for one in (margins.a - PRIOR_EVENTS, margins.b - PRIOR_YEARS)
    )
    total, rate, span = f"{sum(values):g}", value_words(margins.a / margins.b), span_words(years)
    kept, say = f"{100 * OMEGA:.0f}%", f"{100 * margins.weight:.0f}%"
    rest = f"{100 * (1 - margins.weight):.0f}%"
    text = either(
        f"个数少时按发生率预测，不按增速（稳态伽马—泊松模型，各年服从负二项分布）："
        f"{len(years)}个观测年（{span}）合计{total}个；每早一年只计{kept}，"
        f"折合{worth}年{events}个，先验另计{PRIOR_YEARS:g}年{PRIOR_EVENTS:g}个；"
        f"发生率估计为每年{rate}个",
        "Small counts are forecast from a rate of events, not from growth (steady "
        f"gamma-Poisson model, each year negative binomial): {len(years)} observed "
        f"year{'s' if len(years) > 1 else ''} ({span}) with {total} in all; at {kept} of its "
        f"weight for every year of age the record is worth {events} in {worth} "
        f"year{'' if worth == '1' else 's'}, and the "
        f"prior adds {PRIOR_EVENTS:g} in {PRIOR_YEARS:g} years; estimate {rate} a year",
    )
    if margins.weight == 1:
        return text
    return text + either(
        f"；发生率占{say}，随机游走占{rest}",
        f"; the rate has {say} of the say, the random walk {rest}",
    )


# --- How such forecasts fared ---


def record_words(f: Ingredients) -> str:
    """Say how such forecasts fared in the past, or that no record exists."""
    return _record(record_step(f), "")


def back_test_words(record: Record) -> str:
    """Say a back-test record in one paragraph.

    Examples
    --------
    >>> record = Record("real_gdp", "real_gdp", 3, 7, 3, True, "pwt", 2006, 2019, 183, 2544,
    ...                 0.55, 0.84, 0.96, 6.0, 10.0, None, None)
    >>> back_test_words(record)
    '同样只有3个不连续观测的序列，在2006—2019年的回测中：80%区间实际包含84%的结果\
（183个序列、2544次，每次向前最多5年；pwt）；误差（CRPS）比带漂移的随机游走低40%。'
    """
    return _record_zh(record) if spoken() == "zh" else _record_en(record)


def _record_zh(r: Record) -> str:
    same = r.pattern == r.observations and r.gaps == (r.missing > 0)
    what = f"{r.pattern}个{'不连续' if r.gaps else '连续' if r.pattern > 1 else ''}观测"
    if same:
        head = f"同样只有{what}的序列" if r.pattern < 4 else f"同样有{what}的序列"
    else:
        own = f"本序列有{r.observations}个观测" + (f"、中间缺{r.missing}年" if r.missing else "")
        head = f"{own}；最接近的回测格局是{what}的序列"
    text = (
        f"{head}，在{_outcomes(r)}年的回测中：80%区间实际包含{100 * r.cover80:.0f}%的结果"
        f"（{r.series}个序列、{r.tasks}次，每次向前最多5年；"
        f"{terms.source_words(r.panel, spoken())}）"
    )
    if r.gain is not None:
        size = round(abs(r.gain))
        than = "与带漂移的随机游走相同" if not size else "比带漂移的随机游走"
        text += f"；误差（CRPS）{than}" + (f"{'低' if r.gain > 0 else '高'}{size}%" if size else "")
    if r.stand_in:
        own, other = _kind(KINDS[r.kind]), _kind(KINDS[r.of_kind])
        text += f"。没有{own}自己的回测，这是{other}的记录"
    return text + "。"


def _record_en(r: Record) -> str:
    same = r.pattern == r.observations and r.gaps == (r.missing > 0)
    what = f"{r.pattern} observation{'s' if r.pattern > 1 else ''}"
    what += " with years missing between them" if r.gaps else ""
    what += " in consecutive years" if not r.gaps and r.pattern > 1 else ""
    if same:
        head = f"Series with {what} like this one"
    else:
        own = f"This series has {r.observations} observation{'s' if r.observations > 1 else ''}"
        own += f" with {r.missing} of the years between missing" if r.missing else ""
        head = f"{own}; the nearest pattern in the back-test is series with {what}"
    text = (
        f"{head}, outcomes of {_outcomes(r)}: the 80% interval held {100 * r.cover80:.0f}% of "
        f"them ({r.series} series, {r.tasks} forecasts up to 5 years ahead; "
        f"{terms.source_words(r.panel, spoken())})"
    )
    if r.gain is not None:
        size = round(abs(r.gain))
        than = f"{size}% {'below' if r.gain > 0 else 'above'}" if size else "equal to"
        text += f"; the error (CRPS) was {than} that of a random walk with drift"
    if r.stand_in:
        own, other = _kind(KINDS[r.kind]), _kind(KINDS[r.of_kind])
        text += f". There is no back-test of {own} itself: this is the record of {other}"
    return text + "."


def _outcomes(r: Record) -> str:
    return span_words([r.first, r.last] if r.last > r.first else [r.first])


# --- Step by step ---


def step_title(step: Step) -> str:
    """Return what a step is, in the language spoken.

    Raises
    ------
    KeyError
        A key without a title: a defect of the program.

    Examples
    --------
    >>> from analysis.forecast import forecast
    >>> from analysis.forecast.steps import why
    >>> steps = why(forecast(pd.Series({2015: 100.0, 2020: 121.0}), until=2025, kind="count"))
    >>> [step_title(step) for step in steps][:2]
    ['观测值', '各段增速']
    """
    key = step.code if step.code == "no_verdict" else step.key
    return either(*TITLES[key]).format_map(step.numbers)


def step_words(step: Step, unit: tuple[str, str] = ("", "")) -> str:
    """Return what a step says, in the language spoken.

    Parameters
    ----------
    step : Step
        One of :func:`analysis.forecast.steps.why`.
    unit : tuple of str
        Unit of the series in Chinese and English, set behind levels.

    Raises
    ------
    KeyError
        A key or code without a sentence: a defect of the program.

    Examples
    --------
    >>> from analysis.forecast import forecast
    >>> from analysis.forecast.steps import why
    >>> steps = why(forecast(pd.Series({2015: 100.0, 2020: 121.0}), until=2025, kind="count"))
    >>> step_words(steps[1])
    '2015—2020年每年 +4.2 个。'
    """
    behind = either(unit[0], f" {unit[1]}" if unit[1] else "")
    return sentences([_STEPS[step.key](step, behind)])


def _observed(step: Step, behind: str) -> str:
    figures, seen = list(step.numbers["figures"].items()), step.numbers["published"]
    n, left = len(figures), len(figures) - SHOWN
    text = either(f"{n}个观测：", f"{n} observation{'' if n == 1 else 's'}: ")
    if left > 0:
        text += either(f"此前{left}个略，", f"{left} earlier ones, then ")
    shown = [(year, printed(value)) for year, value in figures[-SHOWN:]]
    text += either(
        "、".join(f"{year}年{value}" for year, value in shown),
        ", ".join(f"{year}: {value}" for year, value in shown),
    )
    text += behind
    if n == seen:
        return text
    return text + either(
        f"；其中{n - seen}个是推算值，公布的{seen}个",
        f"; {n - seen} of them derived, {seen} published",
    )


def _growth(step: Step, _behind: str) -> str:
    p, dash, colon = step.parts, either("—", "–"), either("年", ": ")
    mean = pace_words(p.kind, step.numbers["mean"])
    gaps = either("，", ", ").join(
        f"{span.replace('-', dash)}{colon}{pace_words(p.kind, pace)}"
        for span, pace in step.numbers["gaps"].items()
    )
    if len(p.years) > 2:
        gaps += either(f"；全期平均{mean}", f"; over the whole span {mean}")
    return either(*SAID["growth"][step.code]).format(mean=mean, gaps=gaps)


def _prior(step: Step, _behind: str) -> str:
    """Say the kind's centre, how far single years lie from it, and where that was learned."""
    p = step.parts
    centre, low, high = (
        pace_words(p.kind, step.numbers[key]) for key in ("centre", "low80", "high80")
    )
    text = either(
        f"同类（{_kind(p.kind)}）的中心{centre}，"
        f"单独一年有80%的把握落在{low.removeprefix('每年 ')}至{high.removeprefix('每年 ')}",
        f"The centre of the kind ({_kind(p.kind)}) is {centre}; a single "
        f"year lies between {low} and {high} with 80% probability",
    )
    return sentences([text + here_words(p.kind), *panel_clauses(p)])


def _engine(step: Step, _behind: str) -> str:
    return sentences(engine_clauses(step.parts))


def _comparators(step: Step, _behind: str) -> str:
    far = sentences([lean_words(step.parts), reach_words(step.parts)])
    return either(*SAID["comparators"][step.code]).format(far=far)


def _distribution(step: Step, behind: str) -> str:
    middle = value_words(step.numbers["median"]) + behind
    ends = {n: [value_words(end) for end in step.numbers[f"interval{n}"]] for n in (50, 80, 95)}
    return either(
        f"中位数{middle}；" + "，".join(f"{n}%区间{'至'.join(two)}" for n, two in ends.items()),
        f"Median {middle}; " + ", ".join(f"{n}% {' to '.join(two)}" for n, two in ends.items()),
    )


def _required(step: Step, behind: str) -> str:
    """Hold the growth the target needs against the growth the forecast gives."""
    p, needed, below = step.parts, step.numbers["needed"], step.numbers["below"]
    paces = [pace_words(p.kind, one).removeprefix("每年 ") for one in step.numbers["quantiles"]]
    goal = printed(step.numbers["target"]) + behind
    text = either("目标", "Target ") + either(*SAID["required"][step.code]).format(goal)
    rate = pace_unit(p.kind) == "rate"
    if needed is None:
        text += either("，增速无定义", ": growth is undefined")
    elif not rate:
        text += either(
            f"，要求{_needed_zh(p, needed)}",
            f" needs {pace_words(p.kind, needed)} up to {p.ahead.year}",
        )
    what = either("预测的年均变化", "the growth forecast")
    if rate:
        what = either("预测值", "the forecast")
    text += either(
        f"；{what}的10%、50%、90%分位数为{'、'.join(paces)}",
        f"; quantiles 10, 50, 90% of {what}: {', '.join(paces)}",
    )
    if below is None:
        return text
    return text + either("；低于目标的概率", "; probability below the target ") + chance(below)


def _needed_zh(p: Ingredients, needed: float) -> str:
    """Return what the target needs: "2025年增速32.7%", "2021—2025年变动每年 +0.20 个百分点"."""
    words, first = pace_words(p.kind, needed), p.years[-1] + 1
    what = "增速" if pace_unit(p.kind) == "percent" else "变动"
    if p.ahead.steps == 1:
        return f"{first}年{what}{words.removeprefix('每年 ')}"
    return f"{first}—{p.ahead.year}年{what}{words}"


def _probability(step: Step, _behind: str) -> str:
    told = {}
    if step.code == "no_verdict":
        seen, n = step.parts.published, len(step.parts.years)
        which = either("公布的", "published ") if seen < n else ""
        told["few"] = either(*_FEW[seen]).format(which)
    for name, key in {"now": "probability", "before": "without"}.items():
        if step.numbers[key] is not None:
            told[name] = chance(step.numbers[key])
    return either(*SAID["probability"][step.code]).format_map(told)


def _record(step: Step, _behind: str) -> str:
    text = ""
    if step.code == "found":
        text = back_test_words(Record(**step.numbers))
        if step.parts.comparators:
            text += either("回测时没有参照序列", " The back-test had no comparable series")
    return either(*SAID["record"][step.code]).format(record=text)


_STEPS: dict[str, Callable[[Step, str], str]] = {
    "observed": _observed,
    "growth": _growth,
    "prior": _prior,
    "engine": _engine,
    "comparators": _comparators,
    "distribution": _distribution,
    "required": _required,
    "probability": _probability,
    "record": _record,
}


# --- Quarters and months ---


def explain_season(forecast: SeasonalForecast, language: str) -> str:
    """Say what a seasonal forecast rests on: the series, its kind, its pattern, what is left out.

    Parameters
    ----------
    forecast : SeasonalForecast
        Of quarters or months.
    language : {'zh', 'en'}
        Chinese or English.

    Raises
    ------
    InputError
        Another language.

    Examples
    --------
    >>> from analysis.season import forecast_seasonal
    >>> boxes = pd.Series([60.0], index=pd.PeriodIndex(["2024Q1"], freq="Q"))
    >>> one = forecast_seasonal(boxes, kind="throughput")
    >>> print(explain_season(one, "en").split(". ")[1])
    No quarter has been seen twice: what is season and what is chance cannot be told apart, \
the pattern rests on the prior alone (centred on none, and wide)
    >>> quarters = pd.period_range("2023Q1", periods=9, freq="Q")
    >>> nine = forecast_seasonal(pd.Series([8.0, 9, 9, 9] * 2 + [9], quarters), kind="generic")
    >>> print(explain_season(nine, "en").split(":")[0])
    9 quarters (2023Q1–2025Q1)
    """
    with speaking(language):
        return _season_zh(forecast) if language == "zh" else _season_en(forecast)


def _season_zh(f: SeasonalForecast) -> str:
    unit = {"Q": "季度", "M": "月份"}[f.freq]
    head = f"仅一个{unit}（{f.last}），增速无从得知，只依据该类数量的先验"
    if f.basis != "prior only":
        head = (
            f"{len(f.used)} 个{unit}（{_first(f)}—{f.last}）；关于年增速的信息 "
            f"{100 * f.weight_own:.0f}% 来自本序列，{100 * (1 - f.weight_own):.0f}% 来自该类"
            f"数量的先验；估计为每年 {_season_pace(f)}"
        )
    season = f"季节规律：本序列消除了先验不确定性的 {100 * f.season_own:.0f}%"
    if f.season_basis == "prior only":
        season = (
            f"没有一个{unit}出现过两次，季节与偶然无法区分，"
            "季节规律只依据先验（以无季节为中心，较宽）"
        )
    source = "季节与偶然波动的大小按一个港口的月度集装箱数据设定"
    if f.kind != "throughput":
        source = (
            "季节与偶然波动的大小按 37 个月度、季度序列（销售、能源、旅行、死亡）设定，"
            f"是“{_kind(f.scale)}”的替代"
        )
    days = "" if f.freq == "Q" else "未计工作日与春节移动的影响；可将一、二月合计平分到两个月"
    return "。".join(part for part in (head, season, source, days) if part) + "。"


def _season_en(f: SeasonalForecast) -> str:
    unit = {"Q": "quarter", "M": "month"}[f.freq]
    head = f"One {unit} ({f.last}): its growth is unknown, the prior of its kind speaks alone"
    if f.basis != "prior only":
        head = (
            f"{len(f.used)} {unit}s ({_first(f)}–{f.last}): {100 * f.weight_own:.0f}% of the "
            f"information on yearly growth came from the series, {100 * (1 - f.weight_own):.0f}% "
            f"from the prior of its kind; estimate {_season_pace(f)} a year"
        )
    season = (
        f"Seasonal pattern: the series took away {100 * f.season_own:.0f}% of the prior's "
        "uncertainty"
    )
    if f.season_basis == "prior only":
        season = (
            f"No {unit} has been seen twice: what is season and what is chance cannot be told "
            "apart, the pattern rests on the prior alone (centred on none, and wide)"
        )
    source = "The sizes of season and chance were set on monthly containers of one port"
    if f.kind != "throughput":
        source = (
            "The sizes of season and chance were set on 37 monthly and quarterly series (sales, "
            f"energy, travel, deaths), a stand-in for {_kind(f.scale)}"
        )
    days = (
        "Working days and the moving Spring Festival are not modelled; January and February may "
        "each be given half of their sum"
    )
    return ". ".join((head, season, source, *([days] if f.freq == "M" else []))) + "."


def _first(f: SeasonalForecast) -> pd.Period:
    return pd.Period(ordinal=f.used[0], freq=f.last.freqstr)


def _season_pace(f: SeasonalForecast) -> str:
    drift = f.posterior().drift
    if f.scale.scale == "log":
        return f"{100 * math.expm1(drift):.1f}%"
    return f"{drift:+.3f} logit"
