"""What a user may hand to a forecast: each mistake named, with the nearest choice."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.data.errors import InputError
from analysis.forecast.kinds import KINDS, Kind

#: Farthest year a forecast can be asked for; the walk itself was measured to 5 years only.
STEPS_AT_MOST = 60
YEARS = (1800, 2200)


def whole(value: object) -> bool:
    """Return whether a value is a whole number and not a truth value."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def check_number(value: Any, name: str) -> float:
    """Return a finite number, or raise InputError naming the parameter; True is no number."""
    try:
        number = math.nan if isinstance(value, (bool, np.bool_)) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise InputError("not_finite_number", column=name, value=value)
    return number


def check_direction(direction: int) -> None:
    """Raise InputError unless the direction is 1 (at least) or -1 (at most)."""
    if direction not in (1, -1):
        raise InputError(
            "direction_not_at_least_or_at_most",
            column="direction",
            value=direction,
            nearest="-1" if isinstance(direction, (int, float)) and direction < 0 else "1",
        )


def check_level(level: Any) -> float:
    """Return an interval level in per cent, from 1 to below 100, or raise InputError.

    A share such as 0.8 is refused: it is no level anybody asks for, but 80 % misspelt.

    Examples
    --------
    >>> check_level(80)
    80.0
    >>> check_level(0.8)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    analysis.data.errors.InputError: ...interval_level_out_of_range...; nearest 80
    """
    number = check_number(level, "level")
    if not 1 <= number < 100:
        meant = 100 * number if 0.01 <= number < 1 else min(max(number, 1), 99)
        raise InputError(
            "interval_level_out_of_range", column="level", value=level, nearest=f"{meant:g}"
        )
    return number


def tails(level: Any) -> list[float]:
    """Return the probabilities below the two ends of a central interval, its level in per cent.

    Examples
    --------
    >>> [round(p, 9) for p in tails(80)]
    [0.1, 0.9]
    """
    half = check_level(level) / 200
    return [0.5 - half, 0.5 + half]


def check_steps(steps: Any, name: str) -> int:
    """Return a number of years to look ahead, 1 to 60, or raise InputError."""
    if not whole(steps) or not 1 <= steps <= STEPS_AT_MOST:
        below = not isinstance(steps, (int, float)) or not steps > STEPS_AT_MOST
        raise InputError(
            "years_ahead_out_of_range",
            column=name,
            value=steps,
            expected=f"1–{STEPS_AT_MOST}",
            nearest="1" if below else str(STEPS_AT_MOST),
        )
    return int(steps)


def check_size(size: Any) -> None:
    """Raise InputError unless the number of paths is a whole number from 1."""
    if not whole(size) or size < 1:
        raise InputError("number_of_paths_not_positive", column="size", value=size, nearest="1")


def levels_of(level: float | Sequence[float]) -> tuple[float, ...]:
    """Return interval levels in per cent as a tuple, each checked."""
    several = isinstance(level, (Sequence, np.ndarray)) and not isinstance(level, str)
    given: Sequence[Any] = list(level) if several else [level]  # type: ignore[arg-type]
    return tuple(check_level(one) for one in given)


def check_seed(seed: Any) -> int:
    """Return the seed of random draws, a whole number from 0, or raise InputError."""
    if not whole(seed) or seed < 0:
        raise InputError("seed_not_whole_number", column="seed", value=seed, nearest="0")
    return int(seed)


def check_probabilities(p: Any) -> NDArray[np.float64]:
    """Return probabilities above 0 and below 1 as an array, or raise InputError."""
    try:
        found = np.asarray(p, dtype=float)
    except (TypeError, ValueError):
        found = np.array(math.nan)
    if not np.all((found > 0) & (found < 1)):
        near = np.clip(np.nan_to_num(found.ravel()[0], nan=0.5), 0.01, 0.99)
        raise InputError(
            "probability_not_inside_0_and_1", column="p", value=p, nearest=str(float(near))
        )
    return found


def check_list(given: Any, name: str) -> list[Any]:
    """Return several series as a list, or raise InputError: one series is not a list of them."""
    if isinstance(given, (pd.Series, str)) or not isinstance(given, Iterable):
        raise InputError(
            "comparable_series_come_in_list",
            column=name,
            value=type(given).__name__,
            expected="[pandas.Series, ...]",
            nearest="()" if given is None else f"[{name}]",
        )
    return list(given)


def numbers_of(series: pd.Series) -> NDArray[np.float64]:
    """Return the values as numbers, NaN for what is none: dates, truth values, complex numbers.

    Examples
    --------
    >>> numbers_of(pd.Series([1, "2.5", True, None], dtype=object)).tolist()
    [1.0, 2.5, nan, nan]
    """
    if series.dtype.kind in "bcmM":
        return np.full(len(series), np.nan)
    if series.dtype == object:
        series = series.map(lambda one: one if isinstance(one, (Real, Decimal, str)) else None)
        series = series.map(lambda one: None if isinstance(one, (bool, np.bool_)) else one)
    try:
        found = pd.to_numeric(series, errors="coerce")
    except OverflowError:  # a whole number beyond a double's range
        return np.full(len(series), np.nan)
    return np.asarray(found.to_numpy(dtype=float, na_value=np.nan))


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
    >>> from analysis.forecast.kinds import KINDS
    >>> check_series(pd.Series({2015: 125.98, 2020: 182}), KINDS["nominal_gdp"])
    ([2015, 2020], array([125.98, 182.  ]))
    """
    if not isinstance(series, pd.Series) or not len(series):
        raise InputError(
            "series_needs_an_observation",
            column=name,
            value=type(series).__name__ if not isinstance(series, pd.Series) else "0",
            expected="pandas.Series({2015: 125.98, 2020: 182.0})",
        )
    years = [_year(label, name) for label in series.index]
    for before, after in pairwise(years):
        if after <= before:
            raise InputError(
                "year_appears_twice" if after == before else "years_not_ascending",
                column=name,
                value=after,
                expected=f"> {before}",
                nearest=str(before + 1),
            )
    values = numbers_of(series)
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
            "index_must_hold_whole_years",
            column=name,
            value=label,
            expected=f"{YEARS[0]}–{YEARS[1]}",
            nearest=str(near) if whole(near) else None,
        )
    return int(number)


def _check_value(value: float, found: object, year: int, kind: Kind, name: str) -> None:
    if not math.isfinite(value):
        raise InputError("year_value_not_finite", column=name, value=f"{year}: {found}")
    low, high = kind.lower, kind.upper
    if low <= value <= high and not (kind.scale == "log" and value + kind.offset <= 0):
        return
    near = f"{high:g}" if value > high else "kind='growth_rate'"
    if kind.scale == "logit" and value < low:
        near = "0"
    elif value == 0:
        near = "kind='count'"
    raise InputError(
        "kind_cannot_take_this_value",
        kind=kind.name,
        column=name,
        value=f"{year}: {found}",
        expected={"logit": "0–100", "log": ">= 0" if kind.offset else "> 0"}[kind.scale],
        nearest=near,
    )


def check_batch(values: Any, kinds: NDArray[Any], h: Any, p: Any) -> NDArray[np.float64]:
    """Return a table of series, checked as a single one would be.

    Parameters
    ----------
    values : array (N, K)
        A row a series, the last column its last observation, NaN where nothing was observed.
    kinds : array (N,) of str
        Known kinds.
    h : int
        Years ahead.
    p : sequence of float
        Probabilities.

    Raises
    ------
    InputError
        Not a table of numbers, another number of kinds, a value its kind cannot take, a horizon
        or probability out of range. Rows count from 0.

    Examples
    --------
    >>> check_batch([[np.nan, 5]], np.array(["share"]), 1, [0.5]).tolist()
    [[nan, 5.0]]
    """
    try:
        table = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        table = np.empty(0)
    if table.ndim != 2 or not table.shape[1] or len(kinds) != len(table):
        raise InputError(
            "table_of_numbers_needed",
            column="values",
            value=f"{table.shape}, {len(kinds)} kinds",
            expected="(N, K), N kinds",
        )
    check_steps(h, "h")
    if np.ndim(check_probabilities(p)) != 1 or (np.diff(p) <= 0).any():
        raise InputError("probabilities_are_rising_list", column="p", value=p)
    for name in np.unique(kinds):
        kind, rows = KINDS[str(name)], np.flatnonzero(kinds == name)
        wrong = ~np.isnan(table[rows]) & ~np.isfinite(kind.forward(table[rows]))
        if wrong.any():
            at, place = np.argwhere(wrong)[0]
            raise InputError(
                "kind_cannot_take_this_value",
                kind=kind.name,
                row=int(rows[at]),
                column="values",
                value=table[rows[at], place],
            )
    if len(table) and np.isnan(table[:, -1]).any():
        row = int(np.flatnonzero(np.isnan(table[:, -1]))[0])
        raise InputError("last_column_is_last_observation", row=row)
    return table
