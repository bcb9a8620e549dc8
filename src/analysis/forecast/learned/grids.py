"""Two explainable forecasters without an optimizer: every setting is run, and all are averaged.

Choosing the best of many settings on ten points is choosing noise; a weighted average of all is
better, and needs no search. Both run for thousands of series at once.

`theta_grid` runs the dynamic theta model over 90 settings of how fast the level follows the data
and how much the trend line is bent. `trend_grid` runs exponential smoothing with a damped trend
over 165 settings, whose prior weights were learned on many series
(`analysis.forecast.learned.nets`).

Sources: Fiorucci, Pellegrini, Louzada, Petropoulos & Koehler (2016), Models for optimising the
theta method and their relationship to state space models, International Journal of Forecasting
32, 1151-1161; Gardner (2006), Exponential smoothing: the state of the art - part II, ibid. 22,
637-666.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Observations the grids look back on, the latest ones.
THETA_MEMORY, TREND_MEMORY = 60, 40
# How sharply the fit decides: the weight of a setting falls with its error to this power times
# the number of points. One would be likelihood; a quarter is safer on short series.
SHARPNESS = 0.25
_CHUNK = 2000  # series at a time, so that memory stays small

_FOLLOW = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99])
_BEND = np.array([1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0, 10.0])
THETA_SETTINGS = np.array(list(product(_FOLLOW, _BEND)))
#: Rows: level smoothing, trend smoothing, damping, start (0: early slope, 1: mean slope).
TREND_SETTINGS = np.array(
    [
        (level, trend, damp, start)
        for level in (0.1, 0.35, 0.6, 0.85, 1.0)
        for damp in (0.0, 0.8, 0.9, 0.97, 1.0)
        for trend in ((0.0, 0.1, 0.25, 0.6) if damp else (0.0,))
        for start in ((0.0, 1.0) if damp else (0.0,))
    ]
)


def _softmax(scores: Array) -> Array:
    weight = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def theta_grid(values: Array, h: int) -> Array:
    """Return the averaged dynamic theta forecast of each row.

    Parameters
    ----------
    values : array (N, L)
        Yearly values, right aligned, without gaps; NaN before the first.
    h : int
        Years ahead.

    Returns
    -------
    array (N, h)
        In the unit of the values.

    Notes
    -----
    With level l, and the line A + B t fitted to the data seen so far, the one-step forecast is
    ``l + (1 - 1/theta) ((1 - a)^(t-1) A + (1 - (1 - a)^t) / a * B)``, and l moves by a times the
    error against the plain level.

    Examples
    --------
    A constant stays constant; a straight line goes on, at somewhat less than its slope.

    >>> theta_grid(np.array([[5.0, 5, 5, 5, 5]]), 2).round(6).tolist()
    [[5.0, 5.0]]
    >>> line = theta_grid(np.arange(1.0, 13)[None], 1).item()
    >>> 12.5 < line < 13.01
    True
    """
    values = values[:, -THETA_MEMORY:]
    parts = [_theta(values[start : start + _CHUNK], h) for start in range(0, len(values), _CHUNK)]
    return np.concatenate(parts) if parts else np.empty((0, h))


@dataclass
class _Line:
    """The straight line through all points so far, kept up to date point by point."""

    mean: Array
    slope: Array
    start: Array

    def add(self, y: Array, t: Array) -> _Line:
        """Return the line with one more point, the t-th."""
        slope = ((t - 2) * self.slope + 6 * (y - self.mean) / t) / (t + 1)
        slope = np.where(t > 1, slope, 0.0)
        mean = ((t - 1) * self.mean + y) / t
        return _Line(mean, slope, mean - slope * (t + 1) / 2)


def _theta(values: Array, h: int) -> Array:
    follow, bend = THETA_SETTINGS.T
    extra = 1 - 1 / bend
    rows, width = values.shape
    n = (~np.isnan(values)).sum(axis=1)
    steps = np.abs(np.diff(np.nan_to_num(values), axis=1)) * ~np.isnan(values[:, :-1])
    unit = np.maximum(steps.sum(axis=1) / np.maximum(n - 1, 1), 1e-12)
    zero = np.zeros(rows)
    level, line = np.zeros((rows, len(follow))), _Line(zero, zero, zero)
    sse = np.zeros_like(level)

    def ahead(level: Array, line: _Line, t: Array) -> Array:
        fade = (1 - follow) ** (t - 1)
        tilt = (1 - fade * (1 - follow)) / follow
        return np.asarray(level + extra * (fade * _col(line.start) + tilt * _col(line.slope)))

    for column in range(width):
        t = np.maximum(column - (width - n) + 1, 0).astype(float)
        here, at = t[:, None] >= 1, np.maximum(t, 1)
        y = np.nan_to_num(values[:, column])
        error = (y[:, None] - ahead(level, line, at[:, None])) / unit[:, None]
        sse = sse + np.where(t[:, None] > 2, error**2, 0.0)
        moved = np.where(t[:, None] == 1, y[:, None], follow * y[:, None] + (1 - follow) * level)
        level = np.where(here, moved, level)
        new = line.add(y, at)
        alive = here[:, 0]
        line = _Line(*(np.where(alive, a, b) for a, b in zip(_of(new), _of(line), strict=True)))
    fit = np.log(np.maximum(sse, 1e-9))
    weight = _softmax(-SHARPNESS * np.maximum(n - 2, 0)[:, None] * fit)
    forecast = np.empty((rows, h))
    t = n[:, None].astype(float)
    line = _Line(*(np.repeat(part[:, None], len(follow), axis=1) for part in _of(line)))
    for step in range(h):
        t = t + 1
        y = ahead(level, line, t)
        forecast[:, step] = (weight * y).sum(axis=1)
        level = follow * y + (1 - follow) * level
        line = line.add(y, t)
    return forecast


def _of(line: _Line) -> tuple[Array, Array, Array]:
    return line.mean, line.slope, line.start


def _col(part: Array) -> Array:
    return part[:, None] if part.ndim == 1 else part


@dataclass(frozen=True)
class TrendRun:
    """Every setting of the trend grid, run over a set of series.

    Parameters
    ----------
    ahead : array (N, J, h)
        Forecasts of each setting.
    misfit : array (N, J)
        Mean absolute one-step error.
    mean_square : array (N, J)
        Mean squared one-step error.
    n : array (N,)
        Observations.
    """

    ahead: Array
    misfit: Array
    mean_square: Array
    n: NDArray[np.int64]

    def weights(self, prior: Array) -> Array:
        """Return the weight of each setting: prior times fit."""
        least = 1e-9 * self.misfit.max(axis=1, keepdims=True) + 1e-300
        fit = np.log(np.maximum(self.misfit, least))
        return _softmax(prior - SHARPNESS * self.n[:, None] * fit)


def run_trends(z: Array, h: int) -> TrendRun:
    """Run all settings of the damped trend over rows without gaps, right aligned."""
    z = z[:, -TREND_MEMORY:]
    rows, width = z.shape
    seen = ~np.isnan(z)
    n, first = seen.sum(axis=1), width - seen.sum(axis=1)
    step = np.where(seen[:, :-1], np.diff(np.where(seen, z, 0.0), axis=1), 0.0)
    early = np.arange(width - 1) < first[:, None] + 4
    total, count = (step * early).sum(axis=1), np.minimum(np.maximum(n - 1, 1), 4)
    starts = np.stack([total / count, step.sum(axis=1) / np.maximum(n - 1, 1)])
    follow, adapt, damp, start = TREND_SETTINGS.T
    level = np.repeat(z[np.arange(rows), first][:, None], len(follow), axis=1)
    trend = np.where(damp > 0, starts[start.astype(int)].T, 0.0)
    absolute, square = np.zeros_like(level), np.zeros_like(level)
    for column in range(width):
        on = (column > first)[:, None]
        guess = level + damp * trend
        error = np.where(on, np.nan_to_num(z[:, column])[:, None] - guess, 0.0)
        absolute += np.abs(error)
        square += error**2
        level = np.where(on, guess + follow * error, level)
        trend = np.where(on, damp * trend + follow * adapt * error, trend)
    ahead, reach = np.empty((rows, len(follow), h)), np.zeros(len(follow))
    for k in range(h):
        reach = reach + damp ** (k + 1)
        ahead[:, :, k] = level + reach * trend
    changes = np.maximum(n - 1, 1)[:, None]
    return TrendRun(ahead, absolute / changes, square / changes, n)


def _noise(h: int) -> Array:
    """Return the variance k years ahead in units of the one-step variance, by setting."""
    follow, adapt, damp, _ = TREND_SETTINGS.T
    out, total, reach = np.empty((len(follow), h)), np.ones(len(follow)), np.zeros(len(follow))
    for k in range(h):
        out[:, k] = total
        reach = reach + damp ** (k + 1)
        total = total + (follow + follow * adapt * reach) ** 2
    return out


def trend_grid(z: Array, h: int, prior: Array) -> tuple[Array, Array]:
    """Return mean and variance of the averaged damped-trend forecast of each row.

    Parameters
    ----------
    z : array (N, L)
        Yearly levels or logs, right aligned, without gaps; NaN before the first.
    h : int
        Years ahead.
    prior : array (165,)
        Log weight of each setting before the series is seen.

    Returns
    -------
    (array (N, h), array (N, h))
        The variance adds what each setting leaves unexplained (its squared one-step error, with
        two degrees of freedom lost) and how far the settings disagree.

    Examples
    --------
    >>> flat = np.zeros(len(TREND_SETTINGS))
    >>> mean, variance = trend_grid(np.array([[5.0, 5, 5, 5]]), 2, flat)
    >>> mean.round(9).tolist(), variance.round(9).tolist()
    ([[5.0, 5.0]], [[0.0, 0.0]])
    """
    noise, means, variances = _noise(h), [], []
    for start in range(0, len(z), _CHUNK):
        run = run_trends(z[start : start + _CHUNK], h)
        weight = run.weights(prior)
        mean = np.einsum("nj,njh->nh", weight, run.ahead)
        lost = np.maximum(run.n - 1, 1) / np.maximum(run.n - 3, 1)
        within = np.einsum("nj,jh->nh", weight * run.mean_square, noise) * lost[:, None]
        between = np.einsum("nj,njh->nh", weight, (run.ahead - mean[:, None]) ** 2)
        means.append(mean)
        variances.append(within + between)
    if not means:
        return np.empty((0, h)), np.empty((0, h))
    return np.concatenate(means), np.concatenate(variances)
