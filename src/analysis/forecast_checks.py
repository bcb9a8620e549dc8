"""What a user may hand to a forecast: each mistake named, with the nearest choice."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import InputError
from analysis.priors import Kind

#: Farthest year a forecast can be asked for; the walk itself was measured to 5 years only.
STEPS_AT_MOST = 60
YEARS = (1800, 2200)


def whole(value: object) -> bool:
    """Return whether a value is a whole number and not a truth value."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def check_number(value: Any, name: str) -> float:
    """Return a finite number, or raise InputError naming the parameter."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise InputError("不是有限的数字", "not a finite number", column=name, value=value)
    return number


def check_direction(direction: int) -> None:
    """Raise InputError unless the direction is 1 (at least) or -1 (at most)."""
    if direction not in (1, -1):
        raise InputError(
            "方向只能是 1（不低于）或 -1（不高于）",
            "the direction is 1 (at least) or -1 (at most)",
            column="direction",
            value=direction,
            nearest="-1" if isinstance(direction, (int, float)) and direction < 0 else "1",
        )


def check_level(level: float) -> None:
    """Raise InputError unless an interval level is above 0 and below 100 per cent."""
    number = check_number(level, "level")
    if not 0 < number < 100:
        raise InputError(
            "区间水平须在 0 与 100 之间",
            "an interval level lies between 0 and 100 per cent",
            column="level",
            value=level,
            nearest="1" if number <= 0 else "99",
        )


def check_steps(steps: Any, name: str) -> int:
    """Return a number of years to look ahead, 1 to 60, or raise InputError."""
    if not whole(steps) or not 1 <= steps <= STEPS_AT_MOST:
        below = not isinstance(steps, (int, float)) or not steps > STEPS_AT_MOST
        raise InputError(
            "预测年数超出范围",
            "the number of years ahead is out of range",
            column=name,
            value=steps,
            expected=f"1–{STEPS_AT_MOST}",
            nearest="1" if below else str(STEPS_AT_MOST),
        )
    return int(steps)


def check_size(size: Any) -> None:
    """Raise InputError unless the number of paths is a whole number from 1."""
    if not whole(size) or size < 1:
        raise InputError(
            "路径数须为正整数",
            "the number of paths is a positive whole number",
            column="size",
            value=size,
            nearest="1",
        )


def levels_of(level: float | Sequence[float]) -> tuple[float, ...]:
    """Return interval levels in per cent as a tuple, each checked."""
    levels = tuple(level) if isinstance(level, Sequence) else (level,)
    for one in levels:
        check_level(one)
    return levels


def check_series(
    series: pd.Series, kind: Kind, name: str = "series"
) -> tuple[list[int], NDArray[np.float64]]:
    """Return the years and the values of a yearly series that needs no repair.

    Parameters
    ----------
    series : pandas.Series
        Indexed by whole years, ascending, each once, no value missing.
    kind : Kind
        Says which values are possible.
    name : str
        What to call the series in an error.

    Raises
    ------
    InputError
        Anything else: forecasts do not sort, fill or drop on their own.

    Examples
    --------
    >>> from analysis.priors import KINDS
    >>> check_series(pd.Series({2015: 125.98, 2020: 182}), KINDS["nominal_gdp"])
    ([2015, 2020], array([125.98, 182.  ]))
    """
    if not isinstance(series, pd.Series) or not len(series):
        raise InputError(
            "需要至少一个观测值的序列",
            "a series with at least one observation is needed",
            column=name,
            value=type(series).__name__ if not isinstance(series, pd.Series) else "0",
            expected="pandas.Series({2015: 125.98, 2020: 182.0})",
        )
    years = [_year(label, name) for label in series.index]
    for before, after in pairwise(years):
        if after <= before:
            raise InputError(
                "同一年份出现两次" if after == before else "年份没有按升序排列",
                "a year appears twice" if after == before else "the years are not ascending",
                column=name,
                value=after,
                expected=f"> {before}",
                nearest=str(before + 1),
            )
    values = pd.to_numeric(series, errors="coerce").to_numpy(dtype=float)
    for year, value, found in zip(years, values, series, strict=True):
        _check_value(value, found, year, kind, name)
    return years, values


def _year(label: Any, name: str) -> int:
    number = label.item() if isinstance(label, np.generic) else label
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if not whole(number) or not YEARS[0] <= number <= YEARS[1]:
        near = getattr(label, "year", None)
        raise InputError(
            "索引须为整数年份",
            "the index must hold whole years",
            column=name,
            value=label,
            expected=f"{YEARS[0]}–{YEARS[1]}",
            nearest=str(near) if whole(near) else None,
        )
    return int(number)


def _check_value(value: float, found: object, year: int, kind: Kind, name: str) -> None:
    if not math.isfinite(value):
        raise InputError(
            "数值缺失或不是有限的数字；请删去该年",
            "a value is missing or not a finite number; leave that year out",
            column=name,
            value=f"{year}: {found}",
        )
    low, high = kind.lower, kind.upper
    if low <= value <= high and not (kind.scale == "log" and value + kind.offset <= 0):
        return
    near = f"{high:g}" if value > high else "kind='growth_rate'"
    if kind.scale == "logit" and value < low:
        near = "0"
    elif value == 0:
        near = "kind='count'"
    raise InputError(
        f"{kind.zh}不可能取这个值",
        f"a {kind.name} cannot take this value",
        column=name,
        value=f"{year}: {found}",
        expected={"logit": "0–100", "log": ">= 0" if kind.offset else "> 0"}[kind.scale],
        nearest=near,
    )
