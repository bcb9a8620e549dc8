"""What every model hands to a forecast: the distribution of each year ahead, and how years hang
together.

All on the model's scale (logs, logits or plain values). A margin is a strictly rising line from
Student-t scores to levels, one for each step; with infinite degrees of freedom the scores are
normal. Quantiles, probabilities and paths follow from that line alone, so that they agree
whatever the model: a path is a draw of scores with the correlation of the years and one
chi-square for all of them (a t copula), read off line by line.

Sources: Demarta and McNeil (2005), The t copula and related copulas, International Statistical
Review 73, 111-129; Chernozhukov, Fernandez-Val and Galichon (2010), Quantile and probability
curves without crossing, Econometrica 78, 1093-1125 (sorting crossed quantiles).
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from analysis.forecast.checks import STEPS_AT_MOST
from analysis.forecast.kinds import Kind, Prior
from analysis.forecast.walk import MEMORY, Predictive, predict

Array = NDArray[np.float64]

#: Degrees of freedom between and beyond the knots of a learned distribution.
TAIL_NU = 4.0
# A tail runs on with the slope between its outermost knot and the tenth percentile (as in
# `analysis.backtest.scores`), and never steeper towards certainty than this share of the whole
# spread.
_TAIL, _LEAST_SLOPE = 0.1, 0.1
# Knots closer than this are one value in print; apart they keep the line invertible.
_APART = 1e-9
# Added to correlations, so that years which move as one can still be drawn one after the other.
_JITTER = 1e-9


class Margins(ABC):
    """The years ahead on the model's scale; step 1 is the year after the last observation.

    Attributes
    ----------
    nu : float
        Degrees of freedom of the scores, and of the chi-square that mixes whole paths.
    """

    nu: float

    @abstractmethod
    def level(self, score: Any, step: int) -> Array:
        """Return the level at a Student-t score."""

    @abstractmethod
    def score(self, level: Any, step: int) -> Array:
        """Return the Student-t score of a level: the exact inverse of `level`."""

    @abstractmethod
    def correlation(self, steps: int) -> Array:
        """Return the correlation of the scores of the steps 1 to `steps`."""

    def quantile(self, p: Any, step: int) -> Array:
        """Return the level that is not exceeded with probability p."""
        return self.level(scipy.special.stdtrit(self.nu, np.asarray(p, dtype=float)), step)

    def cdf(self, level: Any, step: int) -> Array:
        """Return the probability of at most this level."""
        return np.asarray(scipy.special.stdtr(self.nu, self.score(level, step)))

    def survival(self, level: Any, step: int) -> Array:
        """Return the probability of at least this level, exact also where it is small."""
        return np.asarray(scipy.special.stdtr(self.nu, -self.score(level, step)))

    def at_least(self, level: Any, step: int) -> Array:
        """Return the probability of reaching this level; counts override it, being whole."""
        return self.survival(level, step)

    def draw(self, shocks: Array, calm: Array) -> Array:
        """Return the paths that standard normal shocks bring about, one shock per step.

        Parameters
        ----------
        shocks : array (size, steps)
            Standard normal; the shock of a step moves that step and all later ones.
        calm : array (size,)
            Standard normal; turned into the chi-square that mixes the spread.
        """
        steps = shocks.shape[1]
        scores = shocks @ np.linalg.cholesky(self.correlation(steps)).T
        if math.isfinite(self.nu):
            chi2 = 2 * scipy.special.gammaincinv(self.nu / 2, scipy.special.ndtr(calm))
            scores *= np.sqrt(self.nu / np.maximum(chi2, np.finfo(float).tiny))[:, None]
        return np.column_stack([self.level(scores[:, k], k + 1) for k in range(steps)])


class ScaledMargins(Margins):
    """Years that differ by centre and scale only."""

    @abstractmethod
    def place(self, step: int) -> tuple[float, float]:
        """Return centre and scale of one step."""

    def level(self, score: Any, step: int) -> Array:
        """Return centre + scale * score."""
        centre, scale = self.place(step)
        return np.asarray(centre + scale * score)

    def score(self, level: Any, step: int) -> Array:
        """Return (level - centre) / scale."""
        centre, scale = self.place(step)
        return np.asarray((level - centre) / scale)


def correlation_of(covariance: Array) -> Array:
    """Return the correlations of a covariance, known up to a factor."""
    size = np.sqrt(covariance.diagonal())
    return np.asarray(covariance / np.outer(size, size))


@dataclass(eq=False)
class StudentMargins(ScaledMargins):
    """Joint Student-t years: the random walk with drift, from a prior or from a sample.

    Parameters
    ----------
    joint : callable
        Number of steps -> :class:`analysis.forecast.walk.Predictive` of those steps; of module
        level, so that a forecast can be pickled.
    steps : int
        Steps usually asked for; farther ones are worked out when somebody asks.
    """

    joint: Callable[[int], Predictive]
    steps: int
    nu: float = field(init=False)
    _known: dict[int, Predictive] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Read the degrees of freedom off the usual steps."""
        self.nu = self.predictive().nu

    def predictive(self, steps: int | None = None) -> Predictive:
        """Return the joint distribution of at least this many steps."""
        reach = self.steps if steps is None or steps <= self.steps else STEPS_AT_MOST
        if reach not in self._known:
            self._known[reach] = self.joint(reach)
        return self._known[reach]

    def place(self, step: int) -> tuple[float, float]:
        """Return centre and scale of one step."""
        found = self.predictive(step)
        spread = float(found.s2) * float(found.shape[step - 1, step - 1])
        return float(found.mean[step - 1]), math.sqrt(spread)

    def correlation(self, steps: int) -> Array:
        """Return the correlation that the shared drift and walk bring about."""
        return correlation_of(self.predictive(steps).shape[:steps, :steps])


@dataclass(eq=False)
class NormalMargins(ScaledMargins):
    """Normal years of a model whose variances are taken as known: the textbook references.

    Parameters
    ----------
    mean : array (steps,)
        Centre of every step; all steps that can be asked for.
    sd : array (steps,)
        Standard deviations, above zero.
    covariance : array (steps, steps)
        Of the future levels, up to a factor; only its correlations are used.

    Examples
    --------
    >>> both = NormalMargins(np.zeros(2), np.array([1.0, 2.0]), np.array([[1.0, 1.0], [1.0, 4.0]]))
    >>> both.correlation(2).round(6).tolist(), both.quantile(0.5, 2).item()
    ([[1.0, 0.5], [0.5, 1.0]], 0.0)
    """

    mean: Array
    sd: Array
    covariance: Array = field(repr=False)
    nu: float = field(default=math.inf, init=False)

    def place(self, step: int) -> tuple[float, float]:
        """Return mean and standard deviation of one step."""
        return self.mean[step - 1], self.sd[step - 1]

    def correlation(self, steps: int) -> Array:
        """Return the correlations of the covariance, a hair off where years move as one."""
        found = correlation_of(self.covariance[:steps, :steps])
        return np.asarray((found + _JITTER * np.eye(steps)) / (1 + _JITTER))


@dataclass(eq=False)
class KnotMargins(Margins):
    """Years given by a few quantiles each, learned from many series at once.

    Between two knots the level runs in a straight line in the Student-t score of its probability;
    beyond the outermost knots the line goes on. Steps after the last one move on from it as the
    walk does: the centre by the walk's drift, the spread in proportion to the walk's.

    Parameters
    ----------
    probabilities : array (quantiles,)
        Rising, between 0 and 1.
    knots : array (steps, quantiles)
        Levels at those probabilities on the model's scale; crossed ones are sorted.
    nu : float
        Degrees of freedom of the scores.
    beyond : StudentMargins
        The closed-form walk: how years hang together, and what comes after the last step.

    Examples
    --------
    >>> from analysis.forecast.kinds import KINDS, Prior
    >>> flat = Prior("generic", 0.0, 1e12, 4.0, 1.0)
    >>> walk = walk_margins(np.array([0.0]), [2024], 2, flat, KINDS["generic"])
    >>> found = KnotMargins(np.array([0.1, 0.5, 0.9]), np.array([[-1.0, 0.0, 2.0]]), 4.0, walk)
    >>> found.quantile([0.1, 0.5, 0.9], 1).round(9).tolist()
    [-1.0, 0.0, 2.0]

    Two steps on the walk is wider by the square root of 2:

    >>> found.quantile([0.1, 0.5, 0.9], 2).round(3).tolist()
    [-1.414, 0.0, 2.828]
    """

    probabilities: Array
    knots: Array
    nu: float
    beyond: StudentMargins
    _scores: Array = field(init=False, repr=False)
    _slopes: Array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Part the knots and work out the slopes beyond them."""
        p = np.asarray(self.probabilities, dtype=float)
        knots = np.sort(np.atleast_2d(np.asarray(self.knots, dtype=float)), axis=1)
        if knots.shape[1] != len(p) or len(p) < 2 or not np.isfinite(knots).all():
            raise ValueError(f"probabilities {p.shape}, knots {knots.shape}")
        rungs = _APART * max(1.0, float(np.abs(knots).max())) * np.arange(len(p))
        knots = np.maximum.accumulate(knots - rungs, axis=1) + rungs
        low, high = knot_slopes(knots, p, self.nu)
        self.probabilities, self.knots, self._scores = p, knots, scipy.special.stdtrit(self.nu, p)
        self._slopes = np.stack([low, high], axis=1)

    def level(self, score: Any, step: int) -> Array:
        """Return the level on the line through the knots."""
        t, s = np.asarray(score, dtype=float), self._scores
        row, shift, ratio = self._after(step)
        z, (low, high) = self.knots[row], self._slopes[row]
        found = np.interp(t, s, z)
        found = np.where(t < s[0], z[0] + (t - s[0]) * low, found)
        found = np.where(t > s[-1], z[-1] + (t - s[-1]) * high, found)
        if ratio == 1.0 and shift == 0.0:
            return np.asarray(found)
        middle = float(np.interp(0.0, s, z))
        return np.asarray(middle + shift + (found - middle) * ratio)

    def score(self, level: Any, step: int) -> Array:
        """Return the score on the line through the knots."""
        x, s = np.asarray(level, dtype=float), self._scores
        row, shift, ratio = self._after(step)
        z, (low, high) = self.knots[row], self._slopes[row]
        middle = float(np.interp(0.0, s, z))
        if ratio != 1.0 or shift != 0.0:
            x = middle + (x - middle - shift) / ratio
        found = np.interp(x, z, s)
        found = np.where(x < z[0], s[0] + (x - z[0]) / low, found)
        return np.where(x > z[-1], s[-1] + (x - z[-1]) / high, found)

    def correlation(self, steps: int) -> Array:
        """Return the correlation of the walk."""
        return self.beyond.correlation(steps)

    def _after(self, step: int) -> tuple[int, float, float]:
        """Return the row of knots a step rests on, and what the walk adds to it."""
        last = len(self.knots)
        if step <= last:
            return step - 1, 0.0, 1.0
        centre, scale = self.beyond.place(step)
        known_centre, known_scale = self.beyond.place(last)
        return last - 1, centre - known_centre, scale / known_scale


def knot_slopes(knots: Array, p: Array, nu: float = TAIL_NU) -> tuple[Array, Array]:
    """Return how steeply the levels run on below and above the knots, by Student-t score.

    No step is steeper towards certainty than the one before it: where the distance of the knots
    from the median grows with the steps, so do 99 % ranges.

    Parameters
    ----------
    knots : array (quantiles,) or (..., steps, quantiles)
        Rising levels.
    p : array (quantiles,)
        Their probabilities.
    nu : float
        Degrees of freedom of the scores.

    Examples
    --------
    >>> low, high = knot_slopes(np.array([-2.0, -1.0, 0.0, 1.0, 4.0]),
    ...                         np.array([0.05, 0.1, 0.5, 0.9, 0.95]), 4.0)
    >>> round(low.item(), 2), round(high.item(), 2)
    (1.67, 5.01)
    """
    s, last = scipy.special.stdtrit(nu, p), len(p) - 1
    inner = max(1, min(int(np.searchsorted(p, _TAIL - 1e-9)), last))
    outer = min(last - 1, max(int(np.searchsorted(p, 1 - _TAIL + 1e-9)) - 1, 0))
    least = _LEAST_SLOPE * (knots[..., -1] - knots[..., 0]) / (s[-1] - s[0])
    low = (knots[..., inner] - knots[..., 0]) / (s[inner] - s[0])
    high = (knots[..., -1] - knots[..., outer]) / (s[-1] - s[outer])
    low, high = np.maximum(low, least), np.maximum(high, least)
    if np.ndim(knots) > 1:
        low, high = (np.maximum.accumulate(one, axis=-1) for one in (low, high))
    return low, high


def walk_margins(
    observed: Array, years: Sequence[int], steps: int, prior: Prior, kind: Kind
) -> StudentMargins:
    """Return the closed-form random walk with drift after a series.

    Counts carry chance of their own besides the walk: 1/(y + 1/2) at the last observation,
    shared by all years, and the same again in each year (Poisson, on the log scale).

    Parameters
    ----------
    observed : array
        Levels on the model's scale, of which the latest eight speak.
    years : sequence of int
        Their years.
    steps : int
        Steps usually asked for.
    prior : Prior
        Of the kind, already leaned towards comparators if there are any.
    kind : Kind
        Says whether values are growth rates or counts.
    """
    joint = partial(_walk, observed[-MEMORY:], list(years[-MEMORY:]), prior=prior, kind=kind)
    return StudentMargins(joint, steps)


def _walk(z: Array, years: list[int], reach: int, *, prior: Prior, kind: Kind) -> Predictive:
    found = predict(z, years, reach, prior, rate=kind.rate)
    if not kind.counted:
        return found
    chance = math.exp(-float(z[-1])) / float(found.s2)
    noise = chance * (np.eye(reach) + np.ones((reach, reach)))
    return replace(found, shape=found.shape + noise)
