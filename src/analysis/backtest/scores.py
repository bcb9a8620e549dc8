"""How good a forecast was: points, ranges, whole distributions and promised probabilities.

Pure arithmetic on arrays: a row is one forecasting task, a column one step. Unknown is NaN
and stays NaN. Each measure is the published one, so that figures can be held against those of
forecasting competitions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

Array = NDArray[np.float64]

#: Probabilities at which a distribution is asked for: every hundredth, and the ends of 95 %.
PROBABILITIES: Array = np.unique(np.r_[np.arange(1, 100) / 100.0, 0.025, 0.975])
#: A stated probability is never nearer to certainty than this.
SUREST = 0.999
_TAIL = 0.1  # the slope of a tail is that between the outermost quantile and this one


def changes(values: ArrayLike) -> tuple[Array, Array]:
    """Return the changes between neighbouring observations, and the steps each took.

    Parameters
    ----------
    values : array, tasks × steps
        Histories in any unit, the last column the origin; NaN was not observed.

    Returns
    -------
    change, gap : array, tasks × (steps − 1)
        Right-aligned: the last column is the latest change. NaN where there is none.

    Examples
    --------
    >>> change, gap = changes([[2.0, np.nan, 6.0, 7.0]])
    >>> change.tolist(), gap.tolist()
    ([[nan, 4.0, 1.0]], [[nan, 2.0, 1.0]])
    """
    y = np.asarray(values, dtype=float)
    seen = np.isfinite(y)
    if seen.all():
        return np.diff(y), np.ones((len(y), max(y.shape[1] - 1, 0)))
    order = np.argsort(seen, axis=1, kind="stable")  # what was not observed goes to the left
    place = np.where(np.take_along_axis(seen, order, 1), order, np.nan)
    return np.diff(np.take_along_axis(y, order, 1)), np.diff(place)


def history_scale(values: ArrayLike) -> Array:
    """Return how much each history usually moves in one step: the yardstick of scaled scores.

    The sum of absolute changes over the steps they took: Σ|yᵢ − yᵢ₋₁| / Σ(tᵢ − tᵢ₋₁). Without
    gaps this is the mean absolute change of MASE. NaN with fewer than two observations, and
    where nothing ever moved, because a forecast cannot be measured by nothing.

    Notes
    -----
    Hyndman and Koehler (2006), International Journal of Forecasting 22, 679–688.

    Examples
    --------
    >>> history_scale([[1.0, 2.0, 4.0], [1.0, np.nan, 5.0], [3.0, 3.0, 3.0]]).tolist()
    [1.5, 2.0, nan]
    """
    change, gap = changes(values)
    total = np.nansum(np.abs(change), axis=1)
    steps = np.nansum(gap, axis=1)
    return np.divide(total, steps, out=np.full(len(total), np.nan), where=total > 0)


def recent_growth(values: ArrayLike, most: int = 5) -> Array:
    """Return the mean change per step over the latest changes, at most `most` of them.

    In the unit of the values. Over gaps: the sum of those changes over the steps they took.
    NaN with one observation.

    Examples
    --------
    >>> recent_growth([[0.0, 100.0, 101.0, 103.0], [np.nan, 1.0, np.nan, 7.0]], 2).tolist()
    [1.5, 3.0]
    """
    change, gap = (part[:, -most:] for part in changes(values))
    steps = np.nansum(gap, axis=1)
    total = np.nansum(change, axis=1)
    return np.divide(total, steps, out=np.full(len(total), np.nan), where=steps > 0)


def smape(forecast: ArrayLike, actual: ArrayLike) -> Array:
    """Return the symmetric absolute percentage error of each forecast, 0 to 200 per cent.

    200·|f − y| / (|f| + |y|), zero where both are zero. Meant for positive quantities.

    Notes
    -----
    Makridakis, Spiliotis and Assimakopoulos (2020), The M4 Competition, International Journal
    of Forecasting 36, 54–74.

    Examples
    --------
    >>> smape([3.0, 0.0], [1.0, 0.0]).tolist()
    [100.0, 0.0]
    """
    f, y = np.broadcast_arrays(np.asarray(forecast, float), np.asarray(actual, float))
    size = np.abs(f) + np.abs(y)
    return np.divide(
        200.0 * np.abs(f - y), size, out=np.where(size == 0, 0.0, size), where=size > 0
    )


def scaled_error(forecast: ArrayLike, actual: ArrayLike, scale: ArrayLike) -> Array:
    """Return the absolute error in usual yearly changes of the history; its mean is MASE.

    |f − y| / scale, with the scale of :func:`history_scale`. Source: Hyndman and Koehler (2006).

    Examples
    --------
    >>> scaled_error([[10.0, 12.0]], [[11.0, 9.0]], [2.0]).tolist()
    [[0.5, 1.5]]
    """
    return np.abs(np.asarray(forecast, float) - actual) / np.asarray(scale, float)[..., None]


def owa(smape_mean: float, mase: float, smape_naive: float, mase_naive: float) -> float:
    """Return the overall weighted average: accuracy relative to "nothing changes", 1 = alike.

    ½·(sMAPE / sMAPE of naive + MASE / MASE of naive), all means over the same tasks. NaN where
    the naive forecast was never wrong. Source: Makridakis et al. (2020).

    Examples
    --------
    >>> owa(8.0, 1.5, 10.0, 2.0)
    0.775
    """
    if not (smape_naive > 0 and mase_naive > 0):
        return float("nan")
    return 0.5 * (smape_mean / smape_naive + mase / mase_naive)


def interval_score(
    lower: ArrayLike, upper: ArrayLike, actual: ArrayLike, alpha: float = 0.05
) -> Array:
    """Return the width of a range plus a fine for outcomes outside it, in the values' unit.

    (u − l) + (2/α)·(l − y)₊ + (2/α)·(y − u)₊. Divided by :func:`history_scale` and averaged it
    is MSIS, for α = 0.05 as in the M4 competition.

    Notes
    -----
    Gneiting and Raftery (2007), Journal of the American Statistical Association 102, 359–378.

    Examples
    --------
    >>> interval_score([1.0, 1.0], [3.0, 3.0], [2.0, 4.0]).tolist()
    [2.0, 42.0]
    """
    low, high, y = (np.asarray(part, float) for part in (lower, upper, actual))
    outside = np.maximum(low - y, 0.0) + np.maximum(y - high, 0.0)
    return (high - low) + 2.0 / alpha * outside


def covered(lower: ArrayLike, upper: ArrayLike, actual: ArrayLike) -> Array:
    """Return 1 where the outcome lies in the range, ends included, 0 outside, NaN if unknown.

    Examples
    --------
    >>> covered([1.0, 1.0, 1.0], [3.0, 3.0, 3.0], [3.0, 4.0, np.nan]).tolist()
    [1.0, 0.0, nan]
    """
    y = np.asarray(actual, float)
    inside = (np.asarray(lower, float) <= y) & (y <= np.asarray(upper, float))
    return np.where(np.isfinite(y), inside, np.nan)


def weights(probabilities: ArrayLike) -> Array:
    """Return for each probability the share of 0 to 1 that lies nearest to it; they sum to 1.

    Examples
    --------
    >>> weights([0.1, 0.5, 0.9]).round(3).tolist()
    [0.3, 0.4, 0.3]
    """
    p = np.asarray(probabilities, float)
    return np.diff(np.r_[0.0, (p[1:] + p[:-1]) / 2.0, 1.0])


def crps(quantiles: ArrayLike, actual: ArrayLike, probabilities: ArrayLike) -> Array:
    """Return the continuous ranked probability score: how far a distribution lay from what came.

    In the unit of the values; for a forecast without spread it is the absolute error. Twice the
    mean pinball loss, 2·Σ wᵢ·max(pᵢ(y − qᵢ), (pᵢ − 1)(y − qᵢ)), where each probability counts by
    the share of 0 to 1 nearest to it (:func:`weights`); what lies beyond the outermost
    probabilities is read as if it were there.

    Parameters
    ----------
    quantiles : array, … × probabilities
        Rising along the last axis.
    actual : array
        Outcomes, without that axis.
    probabilities : array
        Rising, between 0 and 1.

    Notes
    -----
    Gneiting and Raftery (2007); as a mean of pinball losses: Laio and Tamea (2007), Hydrology
    and Earth System Sciences 11, 1267–1277.

    Examples
    --------
    >>> float(crps([1.0, 2.0, 3.0], 4.0, [0.1, 0.5, 0.9]).round(3))
    1.52
    """
    p = np.asarray(probabilities, float)
    w = 2.0 * weights(p)
    miss = np.asarray(actual, float)[..., None] - np.asarray(quantiles, float)
    # p·m where m is positive, (p − 1)·m where negative: p·m − min(m, 0), summed by the weights
    return miss @ (w * p) - np.minimum(miss, 0.0) @ w


def probability_at_least(
    quantiles: ArrayLike, probabilities: ArrayLike, target: ArrayLike
) -> Array:
    """Return the probability of reaching each target, read off a forecast's quantiles.

    Between two quantiles the normal score Φ⁻¹(p) runs in a straight line; beyond the outermost
    ones it goes on with the slope between them and the tenth (ninetieth) percentile. Never
    nearer to certainty than 0.001.

    Parameters
    ----------
    quantiles : array, tasks × probabilities
        Rising in each row.
    probabilities : array
        Rising, between 0 and 1.
    target : array, tasks × targets
        In the unit of the quantiles. "Reached" is at or above it.

    Examples
    --------
    >>> found = probability_at_least([[8.0, 10.0, 12.0]], [0.1, 0.5, 0.9], [[10.0, 11.0, 14.0]])
    >>> found.round(3).tolist()
    [[0.5, 0.261, 0.005]]
    """
    q, x = np.asarray(quantiles, float), np.asarray(target, float)
    p = np.asarray(probabilities, float)
    z, last = ndtri(p), len(p) - 1
    inner = max(1, min(int(np.searchsorted(p, _TAIL - 1e-9)), last))
    count = np.stack([(q < x[:, [k]]).sum(axis=1) for k in range(x.shape[1])], axis=1)
    # beyond the ends the line through the outermost quantile and the inner one goes on
    left = np.where(count == 0, 0, np.where(count > last, last - inner, count - 1))
    right = np.where(count == 0, inner, np.minimum(count, last))
    a, b = np.take_along_axis(q, left, 1), np.take_along_axis(q, right, 1)
    tiny = np.finfo(float).tiny
    with np.errstate(over="ignore", invalid="ignore"):
        slope = (z[right] - z[left]) / np.maximum(b - a, tiny)
        score = np.where(count > last, z[right] + (x - b) * slope, z[left] + (x - a) * slope)
    chance = np.clip(ndtr(-score), 1.0 - SUREST, SUREST)
    return np.where(np.isfinite(x) & np.isfinite(q).all(axis=1)[:, None], chance, np.nan)


def brier(probability: ArrayLike, happened: ArrayLike) -> Array:
    """Return the squared distance of each stated probability from what came, 0 best, 1 worst.

    (p − o)², o = 1 where it happened. Source: Brier (1950), Monthly Weather Review 78, 1–3.

    Examples
    --------
    >>> brier([0.8, 0.8], [1.0, 0.0]).round(2).tolist()
    [0.04, 0.64]
    """
    return (np.asarray(probability, float) - np.asarray(happened, float)) ** 2


def reliability(probability: ArrayLike, happened: ArrayLike, bins: int = 10) -> dict[str, Array]:
    """Return what was said and what came true, in bins of equal width of the probability.

    Returns
    -------
    dict
        ``said`` (mean stated probability), ``came`` (share that happened), ``n``; one entry a
        bin, NaN in an empty one. Unknown outcomes are left out.

    Examples
    --------
    >>> table = reliability([0.12, 0.18, 0.95], [0, 1, 1])
    >>> table["said"][1].round(2).item(), table["came"][1].item(), table["n"][[1, 9]].tolist()
    (0.15, 0.5, [2.0, 1.0])
    """
    p, o = (np.asarray(part, float).ravel() for part in (probability, happened))
    known = np.isfinite(p) & np.isfinite(o)
    p, o = p[known], o[known]
    place = np.clip((p * bins).astype(int), 0, bins - 1)
    n = np.bincount(place, minlength=bins).astype(float)
    empty = np.full(bins, np.nan)
    said = np.divide(np.bincount(place, p, bins), n, out=empty.copy(), where=n > 0)
    came = np.divide(np.bincount(place, o, bins), n, out=empty.copy(), where=n > 0)
    return {"said": said, "came": came, "n": n}


def calibration_error(probability: ArrayLike, happened: ArrayLike, bins: int = 10) -> float:
    """Return by how much stated probabilities miss the shares that came true, on average.

    Σ nₖ/n · |said − came true| over the bins of :func:`reliability`; NaN without any outcome.

    Notes
    -----
    Expected calibration error: Naeini, Cooper and Hauskrecht (2015), AAAI, 2901–2907.

    Examples
    --------
    >>> round(calibration_error([0.12, 0.18, 0.95], [0, 1, 1]), 4)
    0.25
    """
    table = reliability(probability, happened, bins)
    total = table["n"].sum()
    if total == 0:
        return float("nan")
    return float(np.nansum(table["n"] * np.abs(table["said"] - table["came"])) / total)


def cluster_bootstrap(
    sums: ArrayLike, statistic: Callable[[Array], Any], draws: int = 400, seed: int = 7
) -> float:
    """Return the standard error of a figure when whole series, not single errors, are chance.

    Errors of one series hang together, so that whole series are drawn with replacement, as
    many as there are; the seed is fixed, so that the same data give the same figure. NaN with
    fewer than two series.

    Parameters
    ----------
    sums : array, series × quantities
        What each series adds to the totals the figure is made of.
    statistic : callable
        Takes the totals of one draw, returns the figure.
    draws, seed : int
        Number of draws, and where the random numbers begin.

    Notes
    -----
    Field and Welsh (2007), Journal of the Royal Statistical Society B 69, 369–390.

    Examples
    --------
    >>> cluster_bootstrap([[1.0, 2.0]] * 9, lambda total: total[0] / total[1])
    0.0
    """
    table = np.asarray(sums, float)
    if len(table) < 2:
        return float("nan")
    rng = np.random.default_rng(seed)
    figures = []
    for _ in range(draws):
        times = np.bincount(rng.integers(len(table), size=len(table)), minlength=len(table))
        figures.append(float(statistic(times @ table)))
    known = np.array([figure for figure in figures if np.isfinite(figure)])
    return float(known.std(ddof=1)) if len(known) > 1 else float("nan")
