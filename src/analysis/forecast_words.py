"""Where a forecast came from, in one paragraph of Chinese or English."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.errors import InputError
from analysis.forecast_drift import MEMORY
from analysis.priors import Kind, Prior
from analysis.trend_base import CAUTIONS

#: What each model other than the prior's walk is, in Chinese and English.
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
class Ingredients:
    """What went into one forecast: the parts its explanation names.

    Parameters
    ----------
    kind : Kind
        The kind of quantity.
    prior : Prior
        The prior, leaned towards the comparators.
    drift : float
        Estimated yearly drift on the model's scale.
    weight_own : float
        Share of the information on the drift that came from the series, 0 to 1.
    years : sequence of int
        All observed years.
    comparators : mapping of str to int
        Names of the comparable series used, and the last year of each.
    prior_only : bool
        Whether the growth of the series had no say.
    model : str
        A key of `MODEL_WORDS`, or another name for the walk that borrows from its kind.
    warnings : sequence of str
        Codes of :data:`analysis.trend_base.CAUTIONS`, or names of warnings.
    """

    kind: Kind
    prior: Prior
    drift: float
    weight_own: float
    years: Sequence[int]
    comparators: Mapping[str, int]
    prior_only: bool
    model: str = "prior"
    warnings: Sequence[str] = ()


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
    >>> from analysis.priors import KINDS
    >>> parts = Ingredients(KINDS["generic"], Prior("generic", 0.03, 8, 3, 0.01, n_series=90,
    ...                     window="1960-2005", citation="X"), 0.05, 0.5, [2015, 2024], {}, False)
    >>> for clause in explain(parts, "en").split("; "):
    ...     print(clause)
    2 observations (2015-2024): 50% of the information on long-run growth came from the series, \
50% from the prior
    estimate 5.1% a year. Prior centre 3.0% a year. Prior learned from 90 series (1960-2005
    X).
    """
    if language not in ("zh", "en"):
        raise InputError(
            "语言只能是 zh 或 en",
            "the language is zh or en",
            column="language",
            value=language,
            nearest="zh",
        )
    if parts.model in MODEL_WORDS:
        return _alone_zh(parts) if language == "zh" else _alone_en(parts)
    return _zh(parts) if language == "zh" else _en(parts)


def _alone_zh(f: Ingredients) -> str:
    """Say what a textbook model is and that it stands alone."""
    text = (
        f"{MODEL_WORDS[f.model][0]}（教科书参照模型，按{SCALE_WORDS[f.kind.scale][0]}估计）："
        f"只用本序列的 {len(f.years)} 个观测（{_span(f.years, '—')}），"
        "不借用先验，也不借用参照序列。"
    )
    heard = "、".join(CAUTIONS[code][0] if code in CAUTIONS else code for code in f.warnings)
    return text + (f"提示：{heard}。" if heard else "")


def _alone_en(f: Ingredients) -> str:
    text = (
        f"{MODEL_WORDS[f.model][1]} (a textbook reference, fitted to "
        f"{SCALE_WORDS[f.kind.scale][1]}): it uses the {len(f.years)} observations of this series "
        f"({_span(f.years, '-')}) and nothing is borrowed from a prior or from comparable series."
    )
    heard = "; ".join(CAUTIONS[code][1] if code in CAUTIONS else code for code in f.warnings)
    return text + (f" Note: {heard}." if heard else "")


def _leaned_to(f: Ingredients, language: str) -> list[str]:
    """Return the comparators' names, and where one ends before the series does."""
    late = "至 {} 年" if language == "zh" else " up to {}"
    return [
        name + (late.format(last) if last < f.years[-1] else "")
        for name, last in f.comparators.items()
    ]


def _pace(drift: float, kind: Kind, language: str) -> str:
    """Return a yearly drift as people say it."""
    if kind.rate:
        return f"{drift:.1f}%"
    text = f"{100 * math.expm1(drift):.1f}%" if kind.scale == "log" else f"{drift:+.3f} logit"
    return f"每年 {text}" if language == "zh" else f"{text} a year"


def _span(years: Sequence[int], dash: str) -> str:
    return f"{years[0]}{dash}{years[-1]}" if len(years) > 1 else str(years[0])


def _zh(f: Ingredients) -> str:
    recent = f.years[-MEMORY:]
    p, span = f.prior, _span(recent, "—")
    if f.prior_only:
        head = f"仅一个观测（{span}），增速无从得知，预测只依据先验"
    else:
        last = f"最近 {MEMORY} 个观测" if len(recent) == MEMORY else f"观测 {len(recent)} 个"
        head = (
            f"{last}（{span}）；关于长期增速的信息 {100 * f.weight_own:.0f}% "
            f"来自本序列，{100 * (1 - f.weight_own):.0f}% 来自先验；"
            f"估计为{_pace(f.drift, f.kind, 'zh')}"
        )
    used = "、".join(_leaned_to(f, "zh"))
    lean = f"先验中心{_pace(p.m, f.kind, 'zh')}"
    lean += f"，已按精度向参照序列（{used}）靠拢" if used else ""
    panel = f"先验取自 {p.n_series} 个序列（{p.window}；{p.citation}）"
    note = f"该面板并非“{f.kind.zh}”本身，而是替代：{p.stand_in_zh}" if p.stand_in_zh else ""
    return "。".join(part for part in (head, lean, panel, note) if part) + "。"


def _en(f: Ingredients) -> str:
    recent = f.years[-MEMORY:]
    p, span = f.prior, _span(recent, "-")
    if f.prior_only:
        head = (
            f"One observation ({span}): its growth is unknown, "
            "the forecast rests on the prior alone"
        )
    else:
        last = "Latest " if len(recent) == MEMORY else ""
        head = (
            f"{last}{len(recent)} observation{'s' if len(recent) > 1 else ''} ({span}): "
            f"{100 * f.weight_own:.0f}% of the information on long-run growth came from the "
            f"series, {100 * (1 - f.weight_own):.0f}% from the prior; "
            f"estimate {_pace(f.drift, f.kind, 'en')}"
        )
    used = ", ".join(_leaned_to(f, "en"))
    lean = f"Prior centre {_pace(p.m, f.kind, 'en')}"
    lean += f", leaned by precision towards {used}" if used else ""
    panel = f"Prior learned from {p.n_series} series ({p.window}; {p.citation})"
    note = f"The panel is not {f.kind.en} itself but a stand-in: {p.stand_in}"
    return ". ".join(part for part in (head, lean, panel, note if p.stand_in else "") if part) + "."
