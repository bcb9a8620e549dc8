"""Where a forecast came from, in one paragraph of Chinese or English."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.errors import InputError
from analysis.forecast_drift import MEMORY
from analysis.priors import Kind, Prior


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
        Observed years.
    comparators : sequence of str
        Names of the comparable series used.
    prior_only : bool
        Whether the growth of the series had no say.
    """

    kind: Kind
    prior: Prior
    drift: float
    weight_own: float
    years: Sequence[int]
    comparators: Sequence[str]
    prior_only: bool


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
    ...                     window="1960-2005", citation="X"), 0.05, 0.5, [2015, 2024], [], False)
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
    return _zh(parts) if language == "zh" else _en(parts)


def _pace(drift: float, kind: Kind, language: str) -> str:
    """Return a yearly drift as people say it."""
    if kind.rate:
        return f"{drift:.1f}%"
    text = f"{100 * math.expm1(drift):.1f}%" if kind.scale == "log" else f"{drift:+.3f} logit"
    return f"每年 {text}" if language == "zh" else f"{text} a year"


def _span(years: Sequence[int], dash: str) -> str:
    return f"{years[0]}{dash}{years[-1]}" if len(years) > 1 else str(years[0])


def _zh(f: Ingredients) -> str:
    p, span = f.prior, _span(f.years, "—")
    if f.prior_only:
        head = f"仅一个观测（{span}），增速无从得知，预测只依据先验"
    else:
        last = f"最近 {MEMORY} 个观测" if len(f.years) == MEMORY else f"观测 {len(f.years)} 个"
        head = (
            f"{last}（{span}）；关于长期增速的信息 {100 * f.weight_own:.0f}% "
            f"来自本序列，{100 * (1 - f.weight_own):.0f}% 来自先验；"
            f"估计为{_pace(f.drift, f.kind, 'zh')}"
        )
    used = "、".join(f.comparators)
    lean = f"先验中心{_pace(p.m, f.kind, 'zh')}"
    lean += f"，已按精度向参照序列（{used}）靠拢" if used else ""
    panel = f"先验取自 {p.n_series} 个序列（{p.window}；{p.citation}）"
    note = f"该面板并非“{f.kind.zh}”本身，而是替代：{p.stand_in_zh}" if p.stand_in_zh else ""
    return "。".join(part for part in (head, lean, panel, note) if part) + "。"


def _en(f: Ingredients) -> str:
    p, span = f.prior, _span(f.years, "-")
    if f.prior_only:
        head = (
            f"One observation ({span}): its growth is unknown, "
            "the forecast rests on the prior alone"
        )
    else:
        last = "Latest " if len(f.years) == MEMORY else ""
        head = (
            f"{last}{len(f.years)} observation{'s' if len(f.years) > 1 else ''} ({span}): "
            f"{100 * f.weight_own:.0f}% of the information on long-run growth came from the "
            f"series, {100 * (1 - f.weight_own):.0f}% from the prior; "
            f"estimate {_pace(f.drift, f.kind, 'en')}"
        )
    used = ", ".join(f.comparators)
    lean = f"Prior centre {_pace(p.m, f.kind, 'en')}"
    lean += f", leaned by precision towards {used}" if used else ""
    panel = f"Prior learned from {p.n_series} series ({p.window}; {p.citation})"
    note = f"The panel is not {f.kind.en} itself but a stand-in: {p.stand_in}"
    return ". ".join(part for part in (head, lean, panel, note if p.stand_in else "") if part) + "."
