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
from planeval.words.amounts import chance, spread
from planeval.words.language import Terms, either, mark, say, speaking, spoken

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
PACE_WORDS = Terms(
    {"percent": "每年 {}%", "points": "每年 {} 个百分点", "units": "每年 {} 个", "rate": "{}%"}
)
#: Where the pace of the median lies against the series' own and its kind's.
PLACE_WORDS = Terms(
    {"above": "，高于两者", "below": "，低于两者", "between": "，介于两者之间", "": ""}
)
#: What each step is; a probability that is not given has a title of its own.
TITLES = Terms(
    {
        "observed": "观测值",
        "growth": "各段增速",
        "prior": "同类的历史经验（先验）",
        "engine": "本序列与同类怎样合在一起",
        "comparators": "参照序列",
        "distribution": "{year}年的分布",
        "required": "目标要求的增速",
        "probability": "达到目标的概率",
        "no_verdict": "达到目标的概率（不下结论）",
        "record": "回测记录",
    }
)
#: What a step says, by key and code, where that is more than one text for all of its key.
SAID = {
    "growth": Terms(
        {
            "rates": "每个观测本身就是一年的增速，平均{mean}",
            "single": "只有一个观测，增速无从得知",
            "undefined": "算不出增速",
            "gaps": "{gaps}",
        }
    ),
    "comparators": Terms({"none": "没有使用参照序列", "used": "{far}"}),
    "required": Terms({"at_least": "目标至少{}", "at_most": "目标至多{}"}),
    "probability": Terms(
        {
            "alone": "达到目标的概率：{now}",
            "compared": "达到目标的概率：用参照序列{now}，不用{before}",
            "no_verdict": "{few}，不下结论",
        }
    ),
    "record": Terms(
        {
            "found": "{record}",
            "none": "这类序列、这样的观测格局没有回测记录",
            "other_model": "这里没有本模型的回测记录",
        }
    ),
}
#: So many observations are too few for a verdict.
_FEW = (mark("{}观测一个也没有"), mark("{}观测只有一个"), mark("{}观测只有两个"))


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
    return PACE_WORDS[unit].format(number)


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
    return spread(years[0], years[-1]) if len(years) > 1 else str(years[0])


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
        return [rate] if f.rate_alone else [rate, say("随机游走：{}", _closed_form(f))]
    if f.model == "prior":
        return [_closed_form(f)]
    learned = learned_words(f)
    closed = closed_part(f.kind, f.years, f.values) if f.model == "pooled" else 0.0
    if not closed:
        return [learned]
    nets = say("；网络在结果中占{:.0f}%，闭式公式占{:.0f}%", 100 * (1 - closed), 100 * closed)
    return [learned + nets, say("闭式公式：{}", _closed_form(f))]


def _alone(f: Ingredients) -> str:
    """Say what a textbook model is and that it stands alone."""
    heard = either("、", "; ").join(
        either(*terms.CAUTIONS[code]) if code in terms.CAUTIONS else code for code in f.warnings
    )
    text = say(
        "{model}（教科书参照模型，按{scale}估计）：只用本序列的 {n} 个观测（{span}），"
        "不借用先验，也不借用参照序列。",
        model=either(*MODEL_WORDS[f.model]),
        scale=either(*SCALE_WORDS[f.kind.scale]),
        n=len(f.years),
        span=span_words(f.years),
    )
    return (text + (say("提示：{}。", heard) if heard else "")).rstrip()


def _closed_form(f: Ingredients) -> str:
    """Say how much of what the closed form knows of the drift the series itself told."""
    recent = f.years[-MEMORY:]
    span = span_words(recent)
    if f.prior_only:
        return say("仅一个观测（{}），增速无从得知，预测只依据先验", span)
    pace = pace_words(f.kind, pace_of_drift(f.kind, f.drift, float(f.values[-1])))
    full = mark("最近 {} 个观测") if len(f.years) >= MEMORY else mark("观测 {} 个")
    return say(
        "{seen}（{span}）；关于长期增速的信息 {own:.0f}% 来自本序列，{rest:.0f}% 来自先验；"
        "估计为{pace}",
        seen=say(full, len(recent)),
        span=span,
        own=100 * f.weight_own,
        rest=100 * (1 - f.weight_own),
        pace=pace + here_words(f.kind),
    )


def here_words(kind: Kind) -> str:
    """Say that a drift in points or units was worked out at the latest level."""
    return say("（按最新水平折算）") if pace_unit(kind) in ("points", "units") else ""


def lean_words(f: Ingredients) -> str:
    """Say where the kind's centre is and how far the comparators moved it."""
    if f.rate_alone:
        return ""
    names = [
        name + (say("至 {} 年", last) if last < f.years[-1] else "")
        for name, last in f.comparators.items()
    ]
    towards = say("、").join(names)
    if f.model in LEARNED_WORDS:
        moves = mark("参照序列（{}）按其移动闭式公式的幅度移动中位数和区间")
        return say(moves, towards) if names else ""
    lean = say("先验中心{}", pace_words(f.kind, f.centre) + here_words(f.kind))
    if not names:
        return lean
    now = pace_words(f.kind, pace_of_drift(f.kind, f.prior.m, float(f.values[-1])))
    return lean + say("，按精度向参照序列（{}）靠拢后为{}", towards, now)


def panel_clauses(f: Ingredients) -> list[str]:
    """Say where the prior was learned, and what it stands in for."""
    p = f.own_prior
    if f.rate_alone or (f.model in LEARNED_WORDS and f.model != "pooled"):
        return []
    window, citation = (terms.source_words(one, spoken()) for one in (p.window, p.citation))
    learned = mark("先验取自 {n} 个序列（{window}；{citation}）")
    if f.model == "pooled":
        learned = mark("同类的中心取自 {n} 个序列（{window}；{citation}）")
    window = either(window.replace("-", "—"), window)
    panel = say(learned, n=p.n_series, window=window, citation=citation)
    stand_in = either(p.stand_in_zh, terms.source_words(p.stand_in, spoken()))
    note = say("该面板并非“{}”本身，而是替代：{}", _kind(f.kind), stand_in)
    return [panel, note if stand_in else ""]


def reach_words(f: Ingredients) -> str:
    """Say the 80 % interval of the last year asked for, with and without comparators."""
    now, before = f.ahead, f.alone
    told = {
        prefix + key: value_words(getattr(reach, key))
        for prefix, reach in (("", now), ("was_", before))
        for key in ("low", "high", "median")
        if reach is not None
    }
    if before is None:
        return say(
            "未用参照序列；{year}年中位数{median}，80%区间{low}至{high}", year=now.year, **told
        )
    return say(
        "{year}年80%区间{low}至{high}，不用参照序列则为{was_low}至{was_high}；"
        "参照序列使中位数由{was_median}移到{median}（{far}）",
        year=now.year,
        far=moved_words(f.kind, before.median, now.median),
        **told,
    )


# --- What a learned model read and what it learned from ---


def learned_words(f: Ingredients) -> str:
    """Say what a learned model read, the paces that show who pulled where, what it learned from."""
    if f.model != "pooled":
        return _grid(f)
    return say("；").join(filter(None, [_paces(f), *_mixture(f), _lessons()]))


def _paces(f: Ingredients) -> str:
    """Say the three paces: the series' own, its kind's, the forecast's."""
    read = reading(f)
    own, centre, ahead = (pace_words(f.kind, one) for one in (read.own, f.centre, f.pace_ahead))
    span = spread(read.years[0], read.years[-1])
    if read.missing:
        span += say("，中间缺{}年", read.missing)
    return say(
        "合并学习的网络读取最近{back}年的整个格局（{seen}个观测，{span}）：本序列这段时间平均{own}，"
        "同类（{kind}）的中心{centre}，预测中位数到{until}年平均{ahead}{place}",
        back=LAGS + 1,
        seen=len(read.years),
        span=span,
        own=own,
        kind=_kind(f.kind),
        centre=centre,
        until=f.ahead.year,
        ahead=ahead,
        place=PLACE_WORDS[read.place],
    )


def _mixture(f: Ingredients) -> list[str]:
    """Say whose nets these are and what they are averaged with."""
    said = []
    if f.kind.name in STAND_INS:
        of, wider = STAND_INS[f.kind.name]
        width = say("加宽到{:.2f}倍", wider) if wider > 1 else say("不另加宽")
        borrowed = mark("{}没有自己的网络，借用{}的网络，区间{}")
        said.append(say(borrowed, _kind(f.kind), _kind(KINDS[of]), width))
    share = grids_share(f.kind, f.years)
    if share is not None:
        nets, trend, theta = (100 * part for part in share)
        average = say(
            "对数与原值两组网络平均，中心值中网络占{:.0f}%、可解释的阻尼趋势网格占{:.0f}%",
            nets,
            trend,
        )
        said.append(average + (say("、Theta 网格占{:.0f}%", theta) if theta else ""))
    return said


def _lessons() -> str:
    """Say what the nets were learned from, after the facts beside the weights."""
    windows, until = lessons()
    if not windows:
        return ""
    text = say("网络由{:,}段历史学成", windows)
    if until is None:
        return text
    return text + say(
        "，所学的结果最晚到{}年（标有年份的各面板不同）", span_words(sorted(set(until)))
    )


def _grid(f: Ingredients) -> str:
    """Say how many settings were averaged and how the pace of the median changes."""
    found, until = damping(f), f.ahead.year
    mean, first, last = (pace_words(f.kind, one) for one in (found.mean, found.first, found.last))
    fades = ""
    if found.first is not None:
        fades = say("，第1年{}，第{}年{}", first, f.ahead.steps, last)
    if found.ratio is not None:
        fades += say("（为第1年的{:.0f}%）", 100 * found.ratio)
    if f.model == "theta_grid":
        fades += say("；区间取自阻尼趋势的网格")
    heard = mark("最近{}个观测") if found.heard < len(f.years) else mark("{}个观测")
    return say(
        "{name}：{settings}种设定各自预测，按拟合优劣加权平均，只读本序列{heard}；"
        "预测中位数到{until}年平均{mean}{fades}",
        name=either(*LEARNED_WORDS[f.model]),
        settings=found.settings,
        heard=say(heard, found.heard),
        until=until,
        mean=mean,
        fades=fades,
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
    text = say(
        "个数少时按发生率预测，不按增速（稳态伽马—泊松模型，各年服从负二项分布）："
        "{n}个观测年（{span}）合计{total:g}个；每早一年只计{kept:.0f}%，折合{worth}年{events}个，"
        "先验另计{prior_years:g}年{prior_events:g}个；发生率估计为每年{rate}个",
        n=len(years),
        span=span_words(years),
        total=sum(values),
        kept=100 * OMEGA,
        worth=worth,
        events=events,
        prior_years=PRIOR_YEARS,
        prior_events=PRIOR_EVENTS,
        rate=value_words(margins.a / margins.b),
    )
    if margins.weight == 1:
        return text
    own, rest = 100 * margins.weight, 100 * (1 - margins.weight)
    return text + say("；发生率占{:.0f}%，随机游走占{:.0f}%", own, rest)


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
    r = record
    what = mark("{}个观测") if r.pattern == 1 else mark("{}个连续观测")
    what = say(mark("{}个不连续观测") if r.gaps else what, r.pattern)
    if r.pattern == r.observations and r.gaps == (r.missing > 0):
        alike = mark("同样只有{}的序列") if r.pattern < 4 else mark("同样有{}的序列")
        head = say(alike, what)
    else:
        own = say("本序列有{}个观测", r.observations)
        own += say("、中间缺{}年", r.missing) if r.missing else ""
        head = say("{}；最接近的回测格局是{}的序列", own, what)
    text = say(
        "{head}，在{span}年的回测中：80%区间实际包含{held:.0f}%的结果"
        "（{series}个序列、{tasks}次，每次向前最多5年；{panel}）",
        head=head,
        span=span_words([r.first, r.last] if r.last > r.first else [r.first]),
        held=100 * r.cover80,
        series=r.series,
        tasks=r.tasks,
        panel=terms.source_words(r.panel, spoken()),
    )
    if r.gain is not None:
        size = round(abs(r.gain))
        than = mark("；误差（CRPS）比带漂移的随机游走高{}%")
        if r.gain > 0:
            than = mark("；误差（CRPS）比带漂移的随机游走低{}%")
        text += say(than, size) if size else say("；误差（CRPS）与带漂移的随机游走相同")
    if r.stand_in:
        own, other = _kind(KINDS[r.kind]), _kind(KINDS[r.of_kind])
        text += say("。没有{}自己的回测，这是{}的记录", own, other)
    return text + either("。", ".")


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
    return TITLES[key].format_map(step.numbers)


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
    text = say("{}个观测：", n) + (say("此前{}个略，", left) if left > 0 else "")
    shown = [(year, printed(value)) for year, value in figures[-SHOWN:]]
    text += either(
        "、".join(f"{year}年{value}" for year, value in shown),
        ", ".join(f"{year}: {value}" for year, value in shown),
    )
    text += behind
    return text if n == seen else text + say("；其中{}个是推算值，公布的{}个", n - seen, seen)


def _growth(step: Step, _behind: str) -> str:
    p, dash, colon = step.parts, either("—", "–"), either("年", ": ")
    mean = pace_words(p.kind, step.numbers["mean"])
    gaps = say("，").join(
        f"{span.replace('-', dash)}{colon}{pace_words(p.kind, pace)}"
        for span, pace in step.numbers["gaps"].items()
    )
    if len(p.years) > 2:
        gaps += say("；全期平均{}", mean)
    return SAID["growth"][step.code].format(mean=mean, gaps=gaps)


def _prior(step: Step, _behind: str) -> str:
    """Say the kind's centre, how far single years lie from it, and where that was learned."""
    p = step.parts
    centre, low, high = (
        pace_words(p.kind, step.numbers[key]) for key in ("centre", "low80", "high80")
    )
    text = say(
        "同类（{}）的中心{}，单独一年有80%的把握落在{}至{}",
        _kind(p.kind),
        centre,
        low.removeprefix("每年 "),
        high.removeprefix("每年 "),
    )
    return sentences([text + here_words(p.kind), *panel_clauses(p)])


def _engine(step: Step, _behind: str) -> str:
    return sentences(engine_clauses(step.parts))


def _comparators(step: Step, _behind: str) -> str:
    far = sentences([lean_words(step.parts), reach_words(step.parts)])
    return SAID["comparators"][step.code].format(far=far)


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
    text = SAID["required"][step.code].format(goal)
    rate = pace_unit(p.kind) == "rate"
    if needed is None:
        text += say("，增速无定义")
    elif not rate:
        text += say("，要求{}", _needed(p, needed))
    spread_of = mark("；预测的年均变化的10%、50%、90%分位数为{}")
    if rate:
        spread_of = mark("；预测值的10%、50%、90%分位数为{}")
    text += say(spread_of, say("、").join(paces))
    return text if below is None else text + say("；低于目标的概率{}", chance(below))


def _needed(p: Ingredients, needed: float) -> str:
    """Return what the target needs: "2025年增速32.7%", "2021—2025年变动每年 +0.20 个百分点"."""
    pace, first, last = pace_words(p.kind, needed), p.years[-1] + 1, p.ahead.year
    growth = pace_unit(p.kind) == "percent"
    if p.ahead.steps == 1:
        words = mark("{last}年增速{pace}") if growth else mark("{last}年变动{pace}")
        return say(words, last=last, pace=pace.removeprefix("每年 "))
    words = mark("{first}—{last}年增速{pace}") if growth else mark("{first}—{last}年变动{pace}")
    return say(words, first=first, last=last, pace=pace)


def _probability(step: Step, _behind: str) -> str:
    told = {}
    if step.code == "no_verdict":
        seen, n = step.parts.published, len(step.parts.years)
        which = either("公布的", "published ") if seen < n else ""
        told["few"] = say(_FEW[seen], which)
    for name, key in {"now": "probability", "before": "without"}.items():
        if step.numbers[key] is not None:
            told[name] = chance(step.numbers[key])
    return SAID["probability"][step.code].format_map(told)


def _record(step: Step, _behind: str) -> str:
    text = ""
    if step.code == "found":
        text = back_test_words(Record(**step.numbers))
        if step.parts.comparators:
            text += say("回测时没有参照序列")
    return SAID["record"][step.code].format(record=text)


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
        return sentences(_season(forecast))


def _season(f: SeasonalForecast) -> list[str]:
    unit = {"Q": either("季度", "quarter"), "M": either("月份", "month")}[f.freq]
    head = say("仅一个{}（{}），增速无从得知，只依据该类数量的先验", unit, f.last)
    if f.basis != "prior only":
        head = say(
            "{n} 个{unit}（{first}—{last}）；关于年增速的信息 {own:.0f}% 来自本序列，"
            "{rest:.0f}% 来自该类数量的先验；估计为每年 {pace}",
            n=len(f.used),
            unit=unit,
            first=_first(f),
            last=f.last,
            own=100 * f.weight_own,
            rest=100 * (1 - f.weight_own),
            pace=_season_pace(f),
        )
    season = say("季节规律：本序列消除了先验不确定性的 {:.0f}%", 100 * f.season_own)
    if f.season_basis == "prior only":
        season = say(
            "没有一个{}出现过两次，季节与偶然无法区分，季节规律只依据先验（以无季节为中心，较宽）",
            unit,
        )
    source = say("季节与偶然波动的大小按一个港口的月度集装箱数据设定")
    if f.kind != "throughput":
        source = say(
            "季节与偶然波动的大小按 37 个月度、季度序列（销售、能源、旅行、死亡）设定，"
            "是“{}”的替代",
            _kind(f.scale),
        )
    days = say("未计工作日与春节移动的影响；可将一、二月合计平分到两个月")
    return [head, season, source, days if f.freq == "M" else ""]


def _first(f: SeasonalForecast) -> pd.Period:
    return pd.Period(ordinal=f.used[0], freq=f.last.freqstr)


def _season_pace(f: SeasonalForecast) -> str:
    drift = f.posterior().drift
    if f.scale.scale == "log":
        return f"{100 * math.expm1(drift):.1f}%"
    return f"{drift:+.3f} logit"
