"""Where a forecast came from, in one paragraph of Chinese or English: who pulled it where.

Every sentence is computed: how much the series itself said and how much its kind or the learned
model, which comparable series moved it and how far, and how such forecasts fared in the past.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.forecast.checks import check_language
from analysis.forecast.counts import CountMargins
from analysis.forecast.kinds import Kind, Prior, source_words
from analysis.forecast.learned.nets import can_read
from analysis.forecast.pace import (
    pace_between,
    pace_of_drift,
    pace_unit,
    pace_words,
    signed,
    value_words,
)
from analysis.forecast.record import record_of
from analysis.forecast.walk import MEMORY
from analysis.trend.base import CAUTIONS
from planeval.words.forecast_counts import count_words
from planeval.words.forecast_learned import LEARNED_WORDS, closed_part, learned_words

#: What each textbook model is, in Chinese and English.
MODEL_WORDS = {
    "drift": ("带漂移的随机游走", "Random walk with drift"),
    "ets": ("阻尼趋势指数平滑", "Exponential smoothing with a damped trend"),
    "theta": ("Theta 方法", "Theta method"),
    "arima": ("带漂移的 ARIMA(1,1,0)", "ARIMA(1,1,0) with drift"),
    "local_trend": ("局部线性趋势", "Local linear trend"),
}
SCALE_WORDS = {
    "log": ("对数", "logs"),
    "logit": ("对数几率", "logits"),
    "plain": ("原值", "plain values"),
}


@dataclass(frozen=True)
class Ahead:
    """What a forecast says of the last year asked for.

    Parameters
    ----------
    year, steps : int
        That year, and how many years after the last observation it is.
    median, low, high : float
        Median and 80 % interval in the unit of the series.
    first, before : float
        Median of the first year ahead, and of the year before the last (with one year ahead:
        the latest value).
    """

    year: int
    steps: int
    median: float
    low: float
    high: float
    first: float
    before: float


@dataclass(frozen=True)
class Ingredients:
    """What went into one forecast: the parts its explanation names.

    Parameters
    ----------
    kind : Kind
        The kind of quantity.
    prior : Prior
        The prior, leaned towards the comparators.
    own_prior : Prior
        The prior of the kind as it stands without comparators.
    drift : float
        Estimated yearly drift on the model's scale.
    weight_own : float
        Share of the information on the drift that came from the series, 0 to 1.
    years : sequence of int
        All observed years.
    values : sequence of float
        The observations in their unit.
    comparators : mapping of str to int
        Names of the comparable series used, and the last year of each.
    prior_only : bool
        Whether the growth of the series had no say.
    ahead : Ahead
        What it says of the last year asked for.
    alone : Ahead or None
        The same without comparators.
    model : str
        A key of `MODEL_WORDS` or `LEARNED_WORDS`, or "prior": the closed form.
    warnings : sequence of str
        Codes of :data:`analysis.trend.base.CAUTIONS`, or names of warnings.
    counts : CountMargins or None
        The rate of events behind a small count.
    """

    kind: Kind
    prior: Prior
    own_prior: Prior
    drift: float
    weight_own: float
    years: Sequence[int]
    values: Sequence[float]
    comparators: Mapping[str, int]
    prior_only: bool
    ahead: Ahead
    alone: Ahead | None = None
    model: str = "prior"
    warnings: Sequence[str] = ()
    counts: CountMargins | None = None

    @property
    def rate_alone(self) -> bool:
        """Whether a rate of events is all there is: no growth, no prior of growth."""
        return self.counts is not None and self.counts.weight == 1

    @property
    def centre(self) -> float:
        """Centre of the kind as a pace, see `forecast_pace.pace_of_drift`."""
        return pace_of_drift(self.kind, self.own_prior.m, float(self.values[-1]))

    @property
    def pace_ahead(self) -> float | None:
        """Pace of the median from the latest value to the last year asked for."""
        last = float(self.values[-1])
        return pace_between(self.kind, last, self.ahead.median, self.ahead.steps)


def explain(parts: Ingredients, language: str) -> str:
    """Say how much of a forecast came from the series, its kind and its comparators.

    Parameters
    ----------
    parts : Ingredients
        What went into the forecast.
    language : {'zh', 'en'}
        Chinese or English.

    Raises
    ------
    InputError
        Another language.

    Examples
    --------
    >>> from analysis.forecast.kinds import KINDS
    >>> prior = Prior("generic", 0.03, 8, 3, 0.01, n_series=90, window="1960-2005", citation="X")
    >>> parts = Ingredients(KINDS["generic"], prior, prior, 0.05, 0.5, [2015, 2024], [4.0, 5.0],
    ...                     {}, False, Ahead(2025, 1, 5.2, 5.0, 5.5, 5.2, 5.0))
    >>> for clause in explain(parts, "en").split(". ")[:3]:
    ...     print(clause)
    2 observations (2015–2024): 50% of the information on long-run growth came from the series, \
50% from the prior; estimate 5.1% a year
    Prior centre 3.0% a year
    Prior learned from 90 series (1960–2005; X)
    """
    check_language(language)
    if parts.model in MODEL_WORDS:
        return engine_clauses(parts, language)[0]
    clauses = [*engine_clauses(parts, language), lean_words(parts, language)]
    clauses += [*panel_clauses(parts, language), reach_words(parts, language)]
    return sentences([*clauses, record_words(parts, language)], language)


def sentences(clauses: Sequence[str], language: str) -> str:
    """Return clauses as sentences, empty ones left out.

    Examples
    --------
    >>> sentences(["甲", "", "乙。"], "zh"), sentences(["A.", "B"], "en")
    ('甲。乙。', 'A. B.')
    """
    stop = "。" if language == "zh" else ". "
    return "".join(clause.rstrip("。.") + stop for clause in clauses if clause).rstrip()


def _alone_zh(f: Ingredients) -> str:
    """Say what a textbook model is and that it stands alone."""
    text = (
        f"{MODEL_WORDS[f.model][0]}（教科书参照模型，按{SCALE_WORDS[f.kind.scale][0]}估计）："
        f"只用本序列的 {len(f.years)} 个观测（{span_words(f.years, 'zh')}），"
        "不借用先验，也不借用参照序列。"
    )
    heard = "、".join(CAUTIONS[code][0] if code in CAUTIONS else code for code in f.warnings)
    return text + (f"提示：{heard}。" if heard else "")


def _alone_en(f: Ingredients) -> str:
    text = (
        f"{MODEL_WORDS[f.model][1]} (a textbook reference, fitted to "
        f"{SCALE_WORDS[f.kind.scale][1]}): it uses the {len(f.years)} observations of this series "
        f"({span_words(f.years, 'en')}) and nothing is borrowed from a prior or from comparable "
        "series."
    )
    heard = "; ".join(CAUTIONS[code][1] if code in CAUTIONS else code for code in f.warnings)
    return text + (f" Note: {heard}." if heard else "")


def span_words(years: Sequence[int], language: str) -> str:
    """Return first and last year, or the only one."""
    dash = "—" if language == "zh" else "–"
    return f"{years[0]}{dash}{years[-1]}" if len(years) > 1 else str(years[0])


def engine_clauses(f: Ingredients, language: str) -> list[str]:
    """Say what made the forecast: the closed form's weights, the learned model's numbers, both."""
    zh = language == "zh"
    if f.model in MODEL_WORDS:
        return [_alone_zh(f) if zh else _alone_en(f)]
    if f.counts is not None:
        rate = count_words(f.counts, f.years, f.values, language)
        walk = f"{'随机游走：' if zh else 'Random walk: '}{_closed_form(f, zh)}"
        return [rate] if f.rate_alone else [rate, walk]
    if f.model not in LEARNED_WORDS:
        return [_closed_form(f, zh)]
    learned = learned_words(f.kind, f.model, f.years, f.values, f.centre, f.ahead, language)
    closed = closed_part(f.kind, f.years, f.values) if f.model == "pooled" else 0.0
    if not closed:
        return [learned]
    say, rest = f"{100 * closed:.0f}%", f"{100 * (1 - closed):.0f}%"
    if zh:
        return [
            f"{learned}；网络在结果中占{rest}，闭式公式占{say}",
            f"闭式公式：{_closed_form(f, zh)}",
        ]
    return [
        f"{learned}; the nets have {rest} of the say, the closed form {say}",
        f"Closed form: {_closed_form(f, zh)}",
    ]


def _closed_form(f: Ingredients, zh: bool) -> str:
    """Say how much of what the closed form knows of the drift the series itself told."""
    recent = f.years[-MEMORY:]
    language = "zh" if zh else "en"
    own, borrowed = f"{100 * f.weight_own:.0f}%", f"{100 * (1 - f.weight_own):.0f}%"
    pace = pace_words(f.kind, pace_of_drift(f.kind, f.drift, float(f.values[-1])), language)
    pace += here_words(f.kind, language)
    span = span_words(recent, language)
    if zh:
        if f.prior_only:
            return f"仅一个观测（{span}），增速无从得知，预测只依据先验"
        last = f"最近 {MEMORY} 个观测" if len(f.years) >= MEMORY else f"观测 {len(recent)} 个"
        return (
            f"{last}（{span}）；关于长期增速的信息 {own} 来自本序列，{borrowed} 来自先验；"
            f"估计为{pace}"
        )
    if f.prior_only:
        return (
            f"One observation ({span}): its growth is unknown, "
            "the forecast rests on the prior alone"
        )
    last = "Latest " if len(f.years) >= MEMORY else ""
    return (
        f"{last}{len(recent)} observation{'s' if len(recent) > 1 else ''} ({span}): "
        f"{own} of the information on long-run growth came from the series, "
        f"{borrowed} from the prior; estimate {pace}"
    )


def here_words(kind: Kind, language: str) -> str:
    """Say that a drift in points or units was worked out at the latest level."""
    if pace_unit(kind) not in ("points", "units"):
        return ""
    return "（按最新水平折算）" if language == "zh" else " (at the latest level)"


def lean_words(f: Ingredients, language: str) -> str:
    """Say where the kind's centre is and how far the comparators moved it."""
    zh = language == "zh"
    if f.rate_alone:
        return ""
    late = " 至 {} 年" if zh else " up to {}"
    names = [
        name + (late.format(last).removeprefix(" " if zh else "") if last < f.years[-1] else "")
        for name, last in f.comparators.items()
    ]
    if f.model in LEARNED_WORDS:
        if not names:
            return ""
        if zh:
            return f"参照序列（{'、'.join(names)}）按其移动闭式公式的幅度移动中位数和区间"
        return (
            f"Comparable series ({', '.join(names)}) move median and interval as they move the "
            "closed form"
        )
    centre = pace_words(f.kind, f.centre, language) + here_words(f.kind, language)
    moved = pace_words(f.kind, pace_of_drift(f.kind, f.prior.m, float(f.values[-1])), language)
    if zh:
        lean = f"先验中心{centre}"
        if not names:
            return lean
        return f"{lean}，按精度向参照序列（{'、'.join(names)}）靠拢后为{moved}"
    lean = f"Prior centre {centre}"
    return lean + (f", leaned by precision towards {', '.join(names)}: {moved}" if names else "")


def panel_clauses(f: Ingredients, language: str) -> list[str]:
    """Say where the prior was learned, and what it stands in for."""
    p, zh = f.own_prior, language == "zh"
    if f.rate_alone or (f.model in LEARNED_WORDS and f.model != "pooled"):
        return []
    window, citation = (source_words(one, language) for one in (p.window, p.citation))
    if zh:
        what = "同类的中心" if f.model == "pooled" else "先验"
        panel = f"{what}取自 {p.n_series} 个序列（{window.replace('-', '—')}；{citation}）"
        note = f"该面板并非“{f.kind.zh}”本身，而是替代：{p.stand_in_zh}"
        return [panel, note if p.stand_in_zh else ""]
    what = "Centre of the kind" if f.model == "pooled" else "Prior"
    panel = f"{what} learned from {p.n_series} series ({window}; {citation})"
    stand_in = source_words(p.stand_in, language)
    note = f"The panel is not {f.kind.en} itself but a stand-in: {stand_in}"
    return [panel, note if p.stand_in else ""]


def moved_words(kind: Kind, before: float, after: float) -> str:
    """Return how far the median moved: per cent of it, or points of a share or rate.

    Examples
    --------
    >>> from analysis.forecast.kinds import KINDS
    >>> moved_words(KINDS["trade"], 200.0, 201.0), moved_words(KINDS["share"], 60.0, 59.5)
    ('+0.5%', '−0.50')
    """
    if pace_unit(kind) == "percent" and before > 0:
        return signed(100 * (after / before - 1), 1) + "%"
    return signed(after - before, 2)


def reach_words(f: Ingredients, language: str) -> str:
    """Say the 80 % interval of the last year asked for, with and without comparators."""
    now, before = f.ahead, f.alone
    low, high, middle = (value_words(one) for one in (now.low, now.high, now.median))
    if before is None:
        if language == "zh":
            return f"未用参照序列；{now.year}年中位数{middle}，80%区间{low}至{high}"
        return f"No comparable series were used; {now.year}: median {middle}, 80% {low} to {high}"
    was_low, was_high, was = (value_words(one) for one in (before.low, before.high, before.median))
    moved = moved_words(f.kind, before.median, now.median)
    if language == "zh":
        return (
            f"{now.year}年80%区间{low}至{high}，不用参照序列则为{was_low}至{was_high}；"
            f"参照序列使中位数由{was}移到{middle}（{moved}）"
        )
    return (
        f"{now.year}: 80% interval {low} to {high}, without the comparable series {was_low} to "
        f"{was_high}; they moved the median from {was} to {middle} ({moved})"
    )


def spoken_for(f: Ingredients) -> bool:
    """Return whether the record of the project's engine is a record of this forecast's model."""
    if f.model != "prior":
        return f.model == "pooled"
    row = np.full((1, f.years[-1] - f.years[0] + 1), np.nan)
    row[0, np.array(f.years) - f.years[0]] = f.values
    return not can_read(row, np.array([f.kind.name]))[0]


def record_words(f: Ingredients, language: str) -> str:
    """Say how such forecasts fared in the past, or that no record exists."""
    zh = language == "zh"
    found = record_of(f.kind.name, f.years) if spoken_for(f) else None
    if found is None:
        if not spoken_for(f):
            return "这里没有本模型的回测记录" if zh else "No back-test record of this model here"
        if zh:
            return "这类序列、这样的观测格局没有回测记录"
        return "There is no back-test record of this kind and pattern of observations"
    text = found.words(language)
    if not f.comparators:
        return text
    return text + ("回测时没有参照序列" if zh else " The back-test had no comparable series")
