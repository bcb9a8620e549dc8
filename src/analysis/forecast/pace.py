"""Growth a year in the terms of each kind of quantity, as a number and as words.

Quantities on the logarithm grow by per cent; shares move by percentage points; counts, which may
be zero, by so many a year; a growth rate is growth already, and its pace is the rate itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from analysis.forecast.kinds import Kind


def pace_unit(kind: Kind) -> str:
    """Return the unit of a kind's pace: ``percent``, ``points``, ``units`` or ``rate``.

    Examples
    --------
    >>> from analysis.forecast.kinds import KINDS
    >>> [pace_unit(KINDS[name]) for name in ("trade", "share", "count", "growth_rate")]
    ['percent', 'points', 'units', 'rate']
    """
    if kind.rate:
        return "rate"
    if kind.scale == "log":
        return "units" if kind.offset else "percent"
    return "points"


def pace_between(kind: Kind, start: float, end: float, years: int) -> float | None:
    """Return the pace that leads from one level to another; of a rate, the second rate.

    Parameters
    ----------
    kind : Kind
        Decides the terms, see :func:`pace_unit`.
    start, end : float
        Levels in the unit of the quantity.
    years : int
        Years between them.

    Returns
    -------
    float or None
        Per cent a year, points a year, units a year, or per cent. None where growth in per cent
        is undefined: a level that is not above zero.

    Examples
    --------
    100 to 121 in two years: 10 % a year; a share from 60 to 64 in four: one point a year.

    >>> from analysis.forecast.kinds import KINDS
    >>> round(pace_between(KINDS["trade"], 100, 121, 2), 6)
    10.0
    >>> pace_between(KINDS["share"], 60, 64, 4)
    1.0
    """
    unit = pace_unit(kind)
    if unit == "rate":
        return float(end)
    if unit != "percent":
        return (end - start) / years
    if start <= 0 or end <= 0:
        return None
    return 100 * math.expm1(math.log(end / start) / years)


def own_pace(kind: Kind, years: Sequence[int], values: Sequence[float]) -> float | None:
    """Return the mean pace of a series over its observed span.

    Returns
    -------
    float or None
        None for one level, whose growth nobody knows.

    Examples
    --------
    >>> from analysis.forecast.kinds import KINDS
    >>> own_pace(KINDS["growth_rate"], [2015, 2020], [2.0, 6.0])
    4.0
    >>> own_pace(KINDS["trade"], [2024], [2.0]) is None
    True
    """
    if kind.rate:
        return float(np.mean(values))
    if len(years) < 2:
        return None
    return pace_between(kind, float(values[0]), float(values[-1]), int(years[-1] - years[0]))


def pace_of_drift(kind: Kind, drift: float, level: float) -> float:
    """Return the pace that a drift on the model's scale means for a level.

    Of a share or a count it depends on the level: what the next year would bring from there.

    Parameters
    ----------
    drift : float
        Log points, logits or per cent a year.
    level : float
        Latest level in the unit of the quantity.

    Examples
    --------
    With an offset of half a point at both ends, 50 % is at logit 0; one tenth of a logit on from
    there is 101 / (1 + exp(-0.1)) - 0.5 = 52.52 %.

    >>> from analysis.forecast.kinds import KINDS
    >>> round(pace_of_drift(KINDS["share"], 0.1, 50.0), 2)
    2.52
    """
    unit = pace_unit(kind)
    if unit == "rate":
        return float(drift)
    if unit == "percent":
        return 100 * math.expm1(min(drift, 50.0))
    return float(kind.backward(kind.forward(level) + drift)) - level


def pace_words(kind: Kind, pace: float | None, language: str, *, sign: bool = False) -> str:
    """Return a pace as people say it, unknown as a dash.

    Parameters
    ----------
    sign : bool
        Print the plus sign of a percentage too; points and units always carry theirs.

    Examples
    --------
    >>> from analysis.forecast.kinds import KINDS
    >>> pace_words(KINDS["trade"], -0.04, "zh"), pace_words(KINDS["share"], 0.42, "zh")
    ('每年 0.0%', '每年 +0.42 个百分点')
    >>> pace_words(KINDS["growth_rate"], 6.0, "en"), pace_words(KINDS["count"], -3.0, "en")
    ('6.0%', '−3.0 a year')
    """
    if pace is None:
        return "—"
    unit = pace_unit(kind)
    if unit == "rate":
        return signed(pace, 1, sign=sign) + "%"
    number = signed(pace, 2 if unit == "points" else 1, sign=sign or unit != "percent")
    zh, en = {
        "percent": ("每年 {}%", "{}% a year"),
        "points": ("每年 {} 个百分点", "{} points a year"),
        "units": ("每年 {} 个", "{} a year"),
    }[unit]
    return (zh if language == "zh" else en).format(number)


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
