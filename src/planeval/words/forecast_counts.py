"""What a forecast of a small count rests on, in Chinese and English."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.forecast.counts import OMEGA, PRIOR_EVENTS, PRIOR_YEARS, CountMargins
from analysis.forecast.pace import value_words


def count_words(
    margins: CountMargins, years: Sequence[int], values: Sequence[float], language: str
) -> str:
    """Say what a record of counts is worth, the rate of events it gives, and the say of that rate.

    Parameters
    ----------
    margins : CountMargins
        The years ahead.
    years : sequence of int
        All observed years.
    values : sequence of float
        Their counts.
    language : {'zh', 'en'}
        Chinese or English.

    Examples
    --------
    Two years without an event are worth 1.85 years; with the prior's half event in half a year
    the rate is 0.5 / 2.35.

    >>> import numpy as np
    >>> from analysis.forecast.margins import walk_margins
    >>> from analysis.forecast.kinds import KINDS, Prior
    >>> flat = Prior("count", 0.0, 1e12, 4.0, 1.0)
    >>> walk = walk_margins(np.log([0.5, 0.5]), [2023, 2024], 2, flat, KINDS["count"])
    >>> print(count_words(CountMargins(0.5, 2.35, 1.0, walk), [2023, 2024], [0, 0], "en"))
    Small counts are forecast from a rate of events, not from growth (steady gamma-Poisson \
model, each year negative binomial): 2 observed years (2023–2024) with 0 in all; at 85% of its \
weight for every year of age the record is worth 0 in 1.85 years, and the prior adds 0.5 in 0.5 \
years; estimate 0.213 a year
    """
    events, worth = (
        f"{round(one, 2):g}" for one in (margins.a - PRIOR_EVENTS, margins.b - PRIOR_YEARS)
    )
    total, rate = f"{sum(values):g}", value_words(margins.a / margins.b)
    dash = "—" if language == "zh" else "–"
    span = f"{years[0]}{dash}{years[-1]}" if len(years) > 1 else f"{years[0]}"
    kept, say = f"{100 * OMEGA:.0f}%", f"{100 * margins.weight:.0f}%"
    rest = f"{100 * (1 - margins.weight):.0f}%"
    if language == "zh":
        text = (
            f"个数少时按发生率预测，不按增速（稳态伽马—泊松模型，各年服从负二项分布）："
            f"{len(years)}个观测年（{span}）合计{total}个；每早一年只计{kept}，"
            f"折合{worth}年{events}个，先验另计{PRIOR_YEARS:g}年{PRIOR_EVENTS:g}个；"
            f"发生率估计为每年{rate}个"
        )
        return text + ("" if margins.weight == 1 else f"；发生率占{say}，随机游走占{rest}")
    text = (
        "Small counts are forecast from a rate of events, not from growth (steady "
        f"gamma-Poisson model, each year negative binomial): {len(years)} observed "
        f"year{'s' if len(years) > 1 else ''} ({span}) with {total} in all; at {kept} of its "
        f"weight for every year of age the record is worth {events} in {worth} "
        f"year{'' if worth == '1' else 's'}, and the "
        f"prior adds {PRIOR_EVENTS:g} in {PRIOR_YEARS:g} years; estimate {rate} a year"
    )
    return text + (
        "" if margins.weight == 1 else f"; the rate has {say} of the say, the random walk {rest}"
    )
