"""What a seasonal forecast rests on, in one paragraph of Chinese or English."""

from __future__ import annotations

import math
from dataclasses import dataclass

from analysis.forecast.checks import check_language
from analysis.forecast.kinds import Kind, Prior


@dataclass(frozen=True)
class SeasonIngredients:
    """What went into one seasonal forecast: the parts its explanation names.

    Parameters
    ----------
    kind, prior
        The kind of quantity and its yearly prior.
    freq : {'Q', 'M'}
        Quarters or months.
    n : int
        Observations that speak.
    span : (str, str)
        First and last of them.
    drift : float
        Estimated yearly drift on the model's scale.
    weight_own : float
        Share of the information on the drift that came from the series, 0 to 1.
    season_own : float
        Share of the uncertainty on the pattern that the series took away, 0 to 1.
    prior_only : bool
        Whether the growth of the series had no say.
    season_from_prior : bool
        Whether no period of the year was seen twice.
    """

    kind: Kind
    prior: Prior
    freq: str
    n: int
    span: tuple[str, str]
    drift: float
    weight_own: float
    season_own: float
    prior_only: bool
    season_from_prior: bool


def explain(parts: SeasonIngredients, language: str) -> str:
    """Say what a seasonal forecast rests on.

    Parameters
    ----------
    parts : SeasonIngredients
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
    >>> prior = Prior("generic", 0.03, 8, 3, 0.01)
    >>> parts = SeasonIngredients(KINDS["generic"], prior, "Q", 9, ("2023Q1", "2025Q1"), 0.05,
    ...                           0.2, 0.7, False, False)
    >>> for sentence in explain(parts, "en").split(". ")[:2]:
    ...     print(sentence)
    9 quarters (2023Q1–2025Q1): 20% of the information on yearly growth came from the series, \
80% from the prior of its kind; estimate 5.1% a year
    Seasonal pattern: the series took away 70% of the prior's uncertainty
    """
    check_language(language)
    return _zh(parts) if language == "zh" else _en(parts)


def _pace(parts: SeasonIngredients) -> str:
    if parts.kind.scale == "log":
        return f"{100 * math.expm1(parts.drift):.1f}%"
    return f"{parts.drift:+.3f} logit"


def _zh(f: SeasonIngredients) -> str:
    unit = {"Q": "季度", "M": "月份"}[f.freq]
    head = f"仅一个{unit}（{f.span[1]}），增速无从得知，只依据该类数量的先验"
    if not f.prior_only:
        head = (
            f"{f.n} 个{unit}（{f.span[0]}—{f.span[1]}）；关于年增速的信息 "
            f"{100 * f.weight_own:.0f}% 来自本序列，{100 * (1 - f.weight_own):.0f}% 来自该类"
            f"数量的先验；估计为每年 {_pace(f)}"
        )
    season = f"季节规律：本序列消除了先验不确定性的 {100 * f.season_own:.0f}%"
    if f.season_from_prior:
        season = (
            f"没有一个{unit}出现过两次，季节与偶然无法区分，"
            "季节规律只依据先验（以无季节为中心，较宽）"
        )
    source = "季节与偶然波动的大小按一个港口的月度集装箱数据设定"
    if f.kind.name != "throughput":
        source = (
            "季节与偶然波动的大小按 37 个月度、季度序列（销售、能源、旅行、死亡）设定，"
            f"是“{f.kind.zh}”的替代"
        )
    days = "" if f.freq == "Q" else "未计工作日与春节移动的影响；可将一、二月合计平分到两个月"
    return "。".join(part for part in (head, season, source, days) if part) + "。"


def _en(f: SeasonIngredients) -> str:
    unit = {"Q": "quarter", "M": "month"}[f.freq]
    head = f"One {unit} ({f.span[1]}): its growth is unknown, the prior of its kind speaks alone"
    if not f.prior_only:
        head = (
            f"{f.n} {unit}s ({f.span[0]}–{f.span[1]}): {100 * f.weight_own:.0f}% of the "
            f"information on yearly growth came from the series, {100 * (1 - f.weight_own):.0f}% "
            f"from the prior of its kind; estimate {_pace(f)} a year"
        )
    season = (
        f"Seasonal pattern: the series took away {100 * f.season_own:.0f}% of the prior's "
        "uncertainty"
    )
    if f.season_from_prior:
        season = (
            f"No {unit} has been seen twice: what is season and what is chance cannot be told "
            "apart, the pattern rests on the prior alone (centred on none, and wide)"
        )
    source = "The sizes of season and chance were set on monthly containers of one port"
    if f.kind.name != "throughput":
        source = (
            "The sizes of season and chance were set on 37 monthly and quarterly series (sales, "
            f"energy, travel, deaths), a stand-in for {f.kind.en}"
        )
    days = (
        "Working days and the moving Spring Festival are not modelled; January and February may "
        "each be given half of their sum"
    )
    return ". ".join((head, season, source, *([days] if f.freq == "M" else []))) + "."
