"""What the pooled nets are shown of a series: its past changes in units of their own size.

A series is a row of the last 21 years, right aligned, with gaps where nothing was observed.
Levels are taken relative to the last observation and divided by the typical yearly change, so
that the net never sees a unit: a series times a constant gives the same features.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Years before the last observation that the nets look at, and years ahead they know.
LAGS, HORIZON = 20, 6
#: Kinds of quantity with a panel of their own; the order is that of the weights file.
TRAINED = ("generic", "real_gdp", "nominal_gdp", "emissions", "throughput")

# A series that hardly moved is not certain to stand still: the typical yearly change is taken
# as if a fraction of one more change of this size (log points) had been seen.
_USUAL, _USUAL_WORTH = 0.06, 0.6
# Of levels: relative to the mean level, a much weaker guard.
_LEVEL_USUAL, _LEVEL_WORTH = 1e-4, 0.02
# Years over which the memory of changes fades in the recent scale.
_FADE = 8.0


@dataclass(frozen=True)
class Features:
    """Inputs of the nets, and what turns their output back.

    Parameters
    ----------
    x : array (N, F)
        Features.
    unit : array (N,)
        Typical yearly change on the scale of the levels; the nets' output is in these units.
    last : array (N,)
        Last observed level.
    relative : array (N,)
        `unit` as a share of the level, for weighting in training.
    """

    x: Array
    unit: Array
    last: Array
    relative: Array


def align(series: Sequence[Array], width: int = LAGS + 1) -> Array:
    """Return series of any length as rows that end together, NaN before their first value.

    Examples
    --------
    >>> align([np.array([1.0, 2.0]), np.array([5.0])], 3).tolist()
    [[nan, 1.0, 2.0], [nan, nan, 5.0]]
    """
    rows = np.full((len(series), width), np.nan)
    for row, one in zip(rows, series, strict=True):
        tail = one[-width:]
        row[width - len(tail) :] = tail
    return rows


@dataclass(frozen=True)
class _Grid:
    """Where a row was observed: neighbours, gaps and the straight line across them."""

    seen: NDArray[np.bool_]  # (N, L+1)
    inside: NDArray[np.bool_]  # (N, L+1) from the first observation on
    first: NDArray[np.int64]  # (N,)
    filled: Array  # (N, L+1) levels, gaps bridged by a straight line, 0 outside
    change: Array  # (N, L+1) change since the observation before, 0 where there is none
    gap: Array  # (N, L+1) years that change took, 1 where there is none
    changed: NDArray[np.bool_]  # (N, L+1)


def _grid(z: Array) -> _Grid:
    width = z.shape[1]
    place, row = np.arange(width), np.arange(len(z))[:, None]
    seen = ~np.isnan(z)
    level = np.where(seen, z, 0.0)
    before = np.maximum.accumulate(np.where(seen, place, -1), axis=1)
    after = np.where(seen, place, width)
    after = np.minimum.accumulate(after[:, ::-1], axis=1)[:, ::-1]
    first = np.argmax(seen, axis=1)
    left, right = np.maximum(before, 0), np.minimum(after, width - 1)
    step = (place - left) / np.maximum(right - left, 1)
    bridge = level[row, left] + (level[row, right] - level[row, left]) * step
    earlier = np.concatenate([np.full((len(z), 1), -1), before[:, :-1]], axis=1)
    changed = seen & (earlier >= 0)
    return _Grid(
        seen=seen,
        inside=place >= first[:, None],
        first=first,
        filled=np.where(seen, level, bridge),
        change=np.where(changed, level - level[row, np.maximum(earlier, 0)], 0.0),
        gap=np.where(changed, place - earlier, 1).astype(float),
        changed=changed,
    )


def features(z: Array, kind: NDArray[np.int64], *, level: bool = False) -> Features:
    """Return what the nets see of each row.

    Parameters
    ----------
    z : array (N, LAGS + 1)
        Levels right aligned; the last column is observed, NaN elsewhere where nothing is known.
        Logs, or plain values with ``level``.
    kind : array (N,) of int
        Place of the kind in `TRAINED`.
    level : bool
        Whether `z` holds plain values.

    Returns
    -------
    Features

    Examples
    --------
    Eight per cent a year, seen in 2015, 2020 and 2024; the unit counts each change divided by
    the root of its years, (0.6 * 0.06 + 0.4/2.236 + 0.32/2) / 2.6:

    >>> z = np.full((1, 21), np.nan)
    >>> z[0, [11, 16, 20]] = 0.08 * np.array([0, 5, 9])
    >>> found = features(z, np.array([1]))
    >>> found.x.shape, found.unit.round(4).tolist()
    ((1, 97), [0.1442])
    """
    grid = _grid(z)
    count, last = len(z), z[:, -1]
    size = np.where(grid.changed, np.abs(grid.change) / np.sqrt(grid.gap), 0.0)
    unit, recent, floor = _units(z, grid, size, level=level)
    place = np.arange(LAGS + 1)
    changes = grid.changed.sum(axis=1)
    span = LAGS - grid.first
    years = np.maximum(span, 1)
    per = unit[:, None]

    growth = np.where(grid.inside[:, :-1], np.diff(grid.filled, axis=1), 0.0) / per
    ago = LAGS - place[:-1]
    known = grid.seen[:, :-1]
    mean_since = np.where(known, (last[:, None] - np.where(known, z[:, :-1], 0.0)) / (ago * per), 0)
    row = np.arange(count)
    mean = np.where(span > 0, (last - grid.filled[row, grid.first]) / years, 0.0) / unit
    rate = grid.change / grid.gap / per
    rough = np.where(grid.changed, (rate - mean[:, None]) ** 2, 0.0).sum(axis=1)
    rough = np.sqrt((rough + 0.3) / (changes + 0.5))
    off = np.where(grid.inside[:, :-1], growth - mean[:, None], 0.0)
    echo = (off[:, 1:] * off[:, :-1]).sum(axis=1) / years / (rough**2 + 0.05)

    relative = unit / np.maximum(np.abs(last), 1e-9) if level else unit
    to_growth = unit / np.maximum(np.abs(last), 1e-9) if level else unit
    three = np.maximum(grid.first, LAGS - 3)
    latest = (last - grid.filled[row, three]) / np.maximum(np.minimum(span, 3), 1) / unit
    size_log = np.clip(np.log(np.maximum(relative, 1e-5)) + 3, -4, 4)
    whole = [
        span / LAGS,
        changes / LAGS,
        1 / np.sqrt(np.maximum(changes, 0.5)),
        changes / years,
        size_log,
        rough,
        np.clip(echo, -2, 2),
        np.log(np.maximum(recent / unit, 0.05)),
        mean,
        np.clip(mean * to_growth * 10, -3, 3),
        np.clip(latest * to_growth * 10, -3, 3),
        size_log**2 / 4,
    ]
    x = np.concatenate(
        [
            np.clip(growth, -6, 6),
            np.clip(mean_since, -4, 4),
            grid.inside[:, :-1],
            known,
            np.stack(whole, axis=1),
            np.eye(len(TRAINED))[kind],
        ],
        axis=1,
    )
    return Features(x, np.maximum(unit, floor), last, relative)


def _units(z: Array, grid: _Grid, size: Array, *, level: bool) -> tuple[Array, Array, Array]:
    """Return the typical yearly change, the one of recent years, and the least it can be."""
    count = len(z)
    if level:
        typical = np.maximum(_LEVEL_USUAL * np.nanmean(np.abs(z), axis=1), 1e-12)
        worth, floor = _LEVEL_WORTH, typical
    else:
        typical, worth, floor = np.full(count, _USUAL), _USUAL_WORTH, np.full(count, 1e-4)
    fade = np.exp(-(LAGS - np.arange(LAGS + 1)) / _FADE) * grid.changed
    recent = (worth * typical + (fade * size).sum(axis=1)) / (worth + fade.sum(axis=1))
    unit = (worth * typical + size.sum(axis=1)) / (worth + grid.changed.sum(axis=1))
    return np.maximum(np.maximum(unit, 0.1 * recent), floor), recent, floor
