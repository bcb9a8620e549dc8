"""The pooled engine: small nets that learned from thousands of yearly series, and two grids.

A series of three or more observations (with gaps or without) is read by small nets on the
logarithm, which know its kind of quantity. A series of no known kind, with five points or more
and no gaps, is read by as many nets on its plain values and by the two grids of
`analysis.forecast.learned.grids`; all are averaged. The weights come from
``benchmarks/train_pooled.py``; ``forecast/weights/pooled.json`` says from which files,
years and seeds, and how they scored on series they never saw.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from analysis.data.errors import InputError
from analysis.forecast.learned.grids import theta_grid, trend_grid

# What the pooled nets are shown of a series: its past changes in units of their own size.
# A series is a row of the last 21 years, right aligned, with gaps where nothing was observed.
# Levels are taken relative to the last observation and divided by the typical yearly change, so
# that the net never sees a unit: a series times a constant gives the same features.


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


def row_of(years: Sequence[int], values: Any) -> Array:
    """Return one series as a row of consecutive years, NaN where nothing was observed.

    Examples
    --------
    >>> row_of([2020, 2022], [1.0, 2.0]).tolist()
    [[1.0, nan, 2.0]]
    """
    row = np.full((1, years[-1] - years[0] + 1), np.nan)
    row[0, np.asarray(years) - years[0]] = values
    return row


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


#: Where the predictive distribution is known; between and beyond, see `analysis.forecast.margins`.
PROBABILITIES = np.array([0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975])
MIDDLE = 4
#: Up to here the closed form speaks alone: one change leaves the nets nothing to add.
CLOSED_FORM_UP_TO = 2
#: Kinds without a panel of their own: the kind whose nets they use, and how much wider the bands
#: are (the yearly variance of `benchmarks/fit_priors.py`, as a standard deviation).
STAND_INS = {
    "industrial_output": ("nominal_gdp", 1.5**0.5),
    "income": ("nominal_gdp", 1.0),
    "trade": ("nominal_gdp", 3.0**0.5),
    "fiscal_revenue": ("nominal_gdp", 2.0**0.5),
}
# Say in the centre for a series of no known kind: nets 2, trend grid 1, theta grid from nothing at
# eight points to 1.5 from 24 on. Fixed beforehand: such averages gained on each of four competition
# sets (M3 and the test part of M4 among them); the more so, for theta, on long series.
NETS_SAY, TREND_SAY, THETA_SAY, THETA_FROM, THETA_FULL = 2.0, 1.0, 1.5, 8, 24
# The nets on plain values learned from five points on.
LEVEL_FROM = 5


@dataclass(frozen=True)
class Net:
    """One multilayer perceptron: leaky rectifiers inside, quantiles out."""

    matrices: tuple[Array, ...]
    offsets: tuple[Array, ...]

    def forward(self, x: Array) -> Array:
        """Return the output for standardized features."""
        for matrix, offset in zip(self.matrices[:-1], self.offsets[:-1], strict=True):
            x = x @ matrix + offset
            x = np.maximum(x, 0.01 * x)
        return x @ self.matrices[-1] + self.offsets[-1]


@dataclass(frozen=True)
class Nets:
    """Nets that see the same features; their outputs are averaged."""

    mean: Array
    spread: Array
    nets: tuple[Net, ...]

    def quantiles(self, z: Array, kind: NDArray[np.int64], reach: Array, *, level: bool) -> Array:
        """Return sorted quantiles (N, HORIZON, 9) on the scale of `z`."""
        seen = features(z, kind, level=level)
        x = (seen.x - self.mean) / self.spread
        out = sum(net.forward(x) for net in self.nets) / len(self.nets)
        out = np.asarray(out).reshape(len(z), HORIZON, len(PROBABILITIES)) * reach[:, None]
        return np.sort(seen.last[:, None, None] + seen.unit[:, None, None] * out, axis=-1)


@dataclass(frozen=True)
class Weights:
    """All that was learned.

    Parameters
    ----------
    log, level : Nets
        Nets on logarithms and on plain values.
    reach : array (HORIZON,)
        Typical size of a change over 1, 2, ... years, in units of one year's.
    trend_prior : dict of str to array (165,)
        Log prior weight of the settings of the trend grid, on ``log`` and ``level``.
    trend_width : array (HORIZON,)
        Factor on the trend grid's standard deviation that makes its bands hold.
    facts : dict
        What they were learned from.
    """

    log: Nets
    level: Nets
    reach: Array
    trend_prior: dict[str, Array]
    trend_width: Array
    facts: dict[str, Any]


def weights_file() -> Path:
    """Return where the shipped weights are."""
    return Path(__file__).parents[1] / "weights" / "pooled.npz"


@lru_cache(maxsize=2)
def load_weights(path: Path | None = None) -> Weights:
    """Read the weights and the facts beside them.

    Raises
    ------
    InputError
        A file that is missing or was not written by the training script.

    Examples
    --------
    >>> sorted(load_weights().facts)[:2]
    ['files', 'm4_held_out']
    """
    path = path or weights_file()
    if not path.is_file():
        raise InputError("weights_are_missing", file=path.name)
    with np.load(path) as stored:
        parts = {name: stored[name].astype(float) for name in stored.files}
    try:
        return Weights(
            log=_nets("log", parts),
            level=_nets("level", parts),
            reach=parts["reach"],
            trend_prior={scale: parts[f"{scale}.trend_prior"] for scale in ("log", "level")},
            trend_width=parts["trend_width"],
            facts=json.loads(path.with_suffix(".json").read_text(encoding="utf-8")),
        )
    except (KeyError, OSError) as error:
        raise InputError(
            "file_of_weights_is_incomplete",
            file=path.name,
            value=str(error),
            expected="benchmarks/train_pooled.py",
        ) from error


def _nets(scale: str, parts: dict[str, Array]) -> Nets:
    nets, number = [], 0
    while f"{scale}.{number}.w0" in parts:
        name = f"{scale}.{number}"
        depth = sum(key.startswith(f"{name}.w") for key in parts)
        nets.append(
            Net(
                tuple(parts[f"{name}.w{layer}"] for layer in range(depth)),
                tuple(parts[f"{name}.b{layer}"] for layer in range(depth)),
            )
        )
        number += 1
    return Nets(parts[f"{scale}.mean"], parts[f"{scale}.spread"], tuple(nets))


def can_read(values: Array, kinds: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which rows the nets can read: three points in 21 years, of a kind they know.

    Examples
    --------
    >>> rows = np.array([[1.0, 2, 3, 4], [np.nan, np.nan, 3, 4]])
    >>> can_read(rows, np.array(["real_gdp", "real_gdp"])).tolist()
    [True, False]
    """
    known = np.isin(kinds, [*TRAINED, *STAND_INS])
    window = values[:, -(LAGS + 1) :]
    positive = (np.isnan(window) | (window > 0)).all(axis=1)
    return known & positive & ((~np.isnan(window)).sum(axis=1) > CLOSED_FORM_UP_TO)


def pooled_knots(values: Array, kinds: NDArray[Any], weights: Weights | None = None) -> Array:
    """Return the logarithm of the quantiles of the next six years, for rows `can_read` accepts.

    Parameters
    ----------
    values : array (N, K)
        Positive yearly values, right aligned, NaN where nothing was observed.
    kinds : array (N,) of str
        Kind of each row.

    Returns
    -------
    array (N, HORIZON, 9)
        At `PROBABILITIES`; increasing, and wider with every year.

    Examples
    --------
    >>> rows = 100 * 1.05 ** np.arange(12)[None]
    >>> knots = pooled_knots(rows, np.array(["real_gdp"]))
    >>> knots.shape, bool(100 * 1.05**11 < np.exp(knots[0, 0, 4]) < 110 * 1.05**11)
    ((1, 6, 9), True)
    """
    weights = weights or load_weights()
    window = _window(values)
    own = np.array([STAND_INS.get(kind, (kind, 1.0))[0] for kind in kinds])
    wider = np.array([STAND_INS.get(kind, (kind, 1.0))[1] for kind in kinds])
    place = np.array([TRAINED.index(kind) for kind in own], dtype=np.int64)
    z = np.log(window)
    found = weights.log.quantiles(z, place, weights.reach, level=False)
    enough = (~np.isnan(window)).sum(axis=1) >= LEVEL_FROM
    plain = (own == "generic") & _unbroken(window) & enough
    if plain.any():
        found[plain] = np.log(_with_grids(values[plain], found[plain], place[plain], weights))
    middle = found[..., MIDDLE : MIDDLE + 1]
    return widening(middle + (found - middle) * wider[:, None, None])


def _window(values: Array) -> Array:
    """Return the last `LAGS + 1` columns, padded with nothing where there are fewer."""
    short = LAGS + 1 - values.shape[1]
    if short <= 0:
        return values[:, -(LAGS + 1) :]
    return np.concatenate([np.full((len(values), short), np.nan), values], axis=1)


def _unbroken(window: Array) -> NDArray[np.bool_]:
    seen = ~np.isnan(window)
    return np.asarray(~(np.diff(seen.astype(int), axis=1) < 0).any(axis=1))


def _with_grids(values: Array, log_knots: Array, place: NDArray[np.int64], w: Weights) -> Array:
    """Return quantiles in the unit of the values: nets on both scales, centred with the grids."""
    window = _window(values)
    level = w.level.quantiles(window, place, w.reach, level=True)
    found = (np.exp(log_knots) + np.maximum(level, 0.0)) / 2
    values = latest_run(values)
    theta = np.maximum(theta_grid(values, HORIZON), 0.0)
    trend, _ = trend_grid(values, HORIZON, w.trend_prior["level"])
    log_trend, _ = trend_grid(np.log(values), HORIZON, w.trend_prior["log"])
    n = (~np.isnan(values)).sum(axis=1)
    middle = found[..., MIDDLE]
    say = THETA_SAY * np.clip((n - THETA_FROM) / (THETA_FULL - THETA_FROM), 0.0, 1.0)[:, None]
    both = (np.maximum(trend, 0.0) + np.minimum(np.exp(log_trend), 3 * middle)) / 2
    centre = (NETS_SAY * middle + TREND_SAY * both + say * theta) / (NETS_SAY + TREND_SAY + say)
    return found * (centre / middle)[..., None]


def latest_run(values: Array) -> Array:
    """Return the rows from their last gap on: what the grids, which know no gaps, can read.

    Examples
    --------
    >>> latest_run(np.array([[1.0, np.nan, 3, 4], [np.nan, np.nan, 7, 8]])).tolist()
    [[3.0, 4.0], [7.0, 8.0]]
    """
    whole = np.cumprod(~np.isnan(values[:, ::-1]), axis=1)[:, ::-1].astype(bool)
    width = int(whole.sum(axis=1).max(initial=1))
    return np.where(whole, values, np.nan)[:, -width:]


def widening(knots: Array) -> Array:
    """Return quantiles whose distance from the median never shrinks with the years ahead.

    Examples
    --------
    >>> widening(np.array([[[0.0, 1.0, 3.0], [0.5, 1.2, 2.0]]]).repeat(3, axis=2))[0, 1, -1].item()
    3.2
    """
    middle = knots[..., knots.shape[-1] // 2][..., None]
    off = np.maximum.accumulate(np.abs(knots - middle), axis=-2)
    return np.asarray(middle + np.sign(np.arange(knots.shape[-1]) - knots.shape[-1] // 2) * off)


def trend_knots(values: Array, weights: Weights | None = None, *, theta: bool = False) -> Array:
    """Return the trend grid's own forecast, or the theta grid's with the trend grid's bands.

    Parameters
    ----------
    values : array (N, K)
        Positive yearly values, right aligned, without gaps; three or more in each row.
    theta : bool
        Centre on the theta grid instead.

    Returns
    -------
    array (N, HORIZON, 9)
        Logarithms of the quantiles, Student-t with n - 2 degrees of freedom.

    Examples
    --------
    >>> rows = 100 * 1.05 ** np.arange(12)[None]
    >>> trend_knots(rows).shape
    (1, 6, 9)
    """
    weights = weights or load_weights()
    z = np.log(values)
    mean, variance = trend_grid(z, HORIZON, weights.trend_prior["log"])
    if theta:
        last = values[:, -1:]
        mean = np.log(np.maximum(theta_grid(values, HORIZON), 0.05 * last))
    n = (~np.isnan(values)).sum(axis=1)
    score = scipy.special.stdtrit(np.maximum(n - 2, 2)[:, None], PROBABILITIES)
    # A series that followed one setting exactly is not therefore known exactly.
    spread = np.maximum(np.sqrt(variance), 1e-4) * weights.trend_width
    return widening(mean[..., None] + spread[..., None] * score[:, None])
