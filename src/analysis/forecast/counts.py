"""Counts near zero: accidents, new firms. A rate of events, not a walk on a logarithm.

A walk on log(y + 1/2) makes "none next year" a coin toss however long the record of zeros. Here
the events of a year are Poisson with a rate that is gamma distributed and slowly forgotten:

    rate ~ Gamma(a, b),   a = 1/2 + sum w^age y,   b = 1/2 + sum w^age

over the observed years, `age` counted from the last one, w = `OMEGA`. A year h steps on is
negative binomial with

    a_h = 1/2 + w^h (a - 1/2),   b_h = c + w^h (b - c),   c = min(1/2, b / (2 a))
    P(Y = k) = Gamma(a_h + k) / (Gamma(a_h) k!) * (b_h / (1 + b_h))^a_h / (1 + b_h)^k

This is the steady model of Harvey and Fernandes, whose yearly discount a <- w a, b <- w b is
mixed with the prior (a <- w a + (1 - w)/2): without it the prior fades too, and with it the doubt:
a long record of zeros, or a far year, would be certain to bring none. The prior, half an event in
half a year, is Jeffreys' Gamma(1/2, 0) made proper. Far ahead a low record is forgotten towards
its one event a year; c keeps the mean of a higher record where it is. So the mean never falls
with h and the variance rises.

The evidence for w: in British coal-mining disasters, 191 in the 112 years 1851-1962 (Jarrett
1979), the next year is best told from the eight before with w = 0.85, though by little (log loss
157.5 over 104 years; 158.8 at 0.7, 158.7 at 1); from all years before, the optimum is 0.82 and
flat (172.0 at 0.85, 171.8 at 0.8, 179.5 at 0.95). From eight years on, the rate's CRPS one year
ahead is 0.70, the walk's 1.61 (100 origins); tests/analysis/forecast/test_counts.py works this
out.

Above a few events the walk, which knows growth, takes over by degrees: quantiles are averaged
on the model's scale with weights that fall from 1 at `FULL` events a year to 0 at `NONE`.

Sources: Harvey and Fernandes (1989), Time series models for count or qualitative observations,
Journal of Business & Economic Statistics 7, 407-422; Kulhavy and Zarrop (1993), On a general
concept of forgetting, International Journal of Control 58, 905-924 (mixing with the prior);
Jarrett (1979), A note on the intervals between coal-mining disasters, Biometrika 66, 191-193.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from analysis.forecast.kinds import Kind
from analysis.forecast.margins import Margins, StudentMargins

Array = NDArray[np.float64]

#: What a year is still worth a year later.
OMEGA = 0.85
#: The prior: so many events in so many years.
PRIOR_EVENTS, PRIOR_YEARS = 0.5, 0.5
#: Events a year up to which the rate speaks alone, and from which on the walk does.
FULL, NONE = 5.0, 30.0
# All of a whole number's probability but a thousandth lies within a hair below it, so that
# quantiles and paths come out whole; the thousandth spans the gap and keeps the line invertible.
_GAP, _HAIR = 1e-3, 1e-6
_LEAST = 1e-300
_HALVINGS = 64


def count_posterior(values: Any, ages: Any) -> tuple[Array, Array]:
    """Return events and years a record of counts is worth, prior included: Gamma(a, b).

    Parameters
    ----------
    values : array (..., n)
        Events of each year; NaN where nothing was observed.
    ages : array (n,)
        Years before the last observation, 0 for the last one.

    Returns
    -------
    (array (...), array (...))
        a in events, b in years; the rate is a / b events a year.

    Examples
    --------
    Two events two years ago, none last year: a = 0.5 + 0.85^1 * 2, b = 0.5 + 1 + 0.85.

    >>> a, b = count_posterior([2.0, 0.0], [1, 0])
    >>> round(a.item(), 3), round(b.item(), 3)
    (2.2, 2.35)
    """
    y = np.asarray(values, dtype=float)
    worth = OMEGA ** np.asarray(ages, dtype=float)
    heard = np.where(np.isnan(y), 0.0, worth)
    events = np.asarray((heard * np.nan_to_num(y)).sum(axis=-1))
    return PRIOR_EVENTS + events, PRIOR_YEARS + np.asarray(heard.sum(axis=-1))


def count_ahead(a: Any, b: Any, h: Any) -> tuple[Array, Array]:
    """Return the gamma of the rate h years after the last observation.

    Parameters
    ----------
    a, b : array
        As from :func:`count_posterior`.
    h : array
        Years ahead, 1 or more.

    Examples
    --------
    A year of no event, b = 1.5: next year b = 0.5 + 0.85, and no event has probability
    (1.35 / 2.35)^0.5 = 0.758.

    >>> a, b = count_ahead(0.5, 1.5, 1)
    >>> a.item(), round(b.item(), 3), round(((b / (1 + b)) ** a).item(), 3)
    (0.5, 1.35, 0.758)
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    kept = OMEGA ** np.asarray(h, dtype=float)
    floor = np.minimum(PRIOR_YEARS, PRIOR_EVENTS * b / a)
    return PRIOR_EVENTS + kept * (a - PRIOR_EVENTS), floor + kept * (b - floor)


def count_weight(values: Any, ages: Any) -> Array:
    """Return the say of the rate beside the walk, 1 for small counts and 0 for large ones.

    What counts as large is the rate or the latest figure, whichever is more: a number of firms
    that doubles every year is no steady rate. Figures that are not whole are no events (such a
    series is in thousands, say): there the walk speaks alone.

    Parameters
    ----------
    values, ages : array
        As for :func:`count_posterior`, `values` with the last observation in the last place.

    Examples
    --------
    >>> [count_weight([y], [0]).round(3).item() for y in (0, 5, 12, 30, 2.5)]
    [1.0, 1.0, 0.517, 0.0, 0.0]
    """
    y = np.asarray(values, dtype=float)
    a, b = count_posterior(y, ages)
    size = np.maximum(np.maximum(a / b, y[..., -1]), FULL)
    x = np.minimum(np.log(size / FULL) / math.log(NONE / FULL), 1.0)
    whole = np.isnan(y) | (np.abs(y - np.round(y)) < 1e-9 * (1 + np.abs(y)))
    return np.where(whole.all(axis=-1), 1.0 - x * x * (3.0 - 2.0 * x), 0.0)


def count_cdf(k: Any, a: Any, b: Any) -> tuple[Array, Array]:
    """Return P(Y <= k) and P(Y > k) of the negative binomial, each exact where it is small.

    Parameters
    ----------
    k : array
        Whole numbers; below zero the probability is 0.
    a, b : array
        Gamma of the rate in that year.

    Examples
    --------
    a = 1 is geometric: with b = 1, P(Y > 2) = (1/2)^3.

    >>> [one.item() for one in count_cdf(2, 1.0, 1.0)]
    [0.875, 0.125]
    """
    k, b = np.asarray(k, dtype=float), np.asarray(b, dtype=float)
    known = np.maximum(k, 0.0)
    below, above = (
        scipy.special.betainc(a, known + 1, b / (1 + b)),
        scipy.special.betainc(known + 1, a, 1 / (1 + b)),
    )
    return np.where(k < 0, 0.0, below), np.where(k < 0, 1.0, above)


def count_level(p: Any, q: Any, a: Any, b: Any) -> Array:
    """Return the level log(y + 1/2) that is not exceeded with probability p = 1 - q.

    The distribution is made continuous so that P(Y <= k) stays exact at every whole k: the
    probability of k > 0 is spread over the year's figures from k - 1 to k, nearly all of it in a
    hair below k, and that of zero over the levels up to log(1/2), which all are read as zero.

    Parameters
    ----------
    p, q : array
        Probabilities below and above; both, so that small ones stay exact.
    a, b : array
        Gamma of the rate in that year.

    Examples
    --------
    With a = b = 1, P(Y <= 0) = 1/2 and P(Y <= 1) = 3/4.

    >>> np.exp(count_level([0.5, 0.75], [0.5, 0.25], 1.0, 1.0)).round(6).tolist()
    [0.5, 1.5]
    """
    p, q = np.maximum(p, _LEAST), np.maximum(q, _LEAST)
    p, q, a, b = np.broadcast_arrays(p, q, np.asarray(a, float), np.asarray(b, float))
    low, high = np.full(p.shape, -1.0), np.zeros(p.shape)

    def reached(k: Array) -> NDArray[np.bool_]:
        below, above = count_cdf(k, a, b)
        return np.where(p > q, above <= q, below >= p)

    while not (done := reached(high)).all():
        low, high = np.where(done, low, high), np.where(done, high, 2 * high + 1)
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        done = reached(middle)
        low, high = np.where(done, low, middle), np.where(done, middle, high)
    (below, above), (before, after) = count_cdf(high, a, b), count_cdf(high - 1, a, b)
    mass = np.where(p > q, after - above, below - before)
    part = np.where(p > q, after - q, p - before) / np.maximum(mass, _LEAST)
    part = np.clip(part, _LEAST, 1.0)
    hair = 1 - _HAIR * (1 - (part - _GAP) / (1 - _GAP))
    figure = high - 0.5 + np.where(part < _GAP, part / _GAP * (1 - _HAIR), hair)
    return np.asarray(np.log(np.where(high > 0, figure, part / 2)))


def count_chance(level: Any, a: Any, b: Any) -> tuple[Array, Array]:
    """Return the probability of at most a level, and of more: undoes :func:`count_level`.

    Examples
    --------
    >>> below, above = count_chance(np.log([0.5, 1.5]), 1.0, 1.0)
    >>> below.round(9).tolist(), above.round(9).tolist()
    ([0.5, 0.75], [0.5, 0.25])
    """
    with np.errstate(over="ignore"):
        x = np.minimum(np.exp(np.asarray(level, dtype=float)) - 0.5, 1e15)
    k = np.maximum(np.ceil(x), 0.0)
    part = x - (k - 1)
    hair = 1 - (1 - _GAP) * (1 - part) / _HAIR
    part = np.where(part < 1 - _HAIR, part / (1 - _HAIR) * _GAP, hair)
    part = np.clip(np.where(k > 0, part, 2 * (x + 0.5)), 0.0, 1.0)
    (below, above), (before, after) = count_cdf(k, a, b), count_cdf(k - 1, a, b)
    mass = np.where(below > above, after - above, below - before)
    return before + part * mass, above + (1 - part) * mass


@dataclass(eq=False)
class CountMargins(Margins):
    """Years of a small count: negative binomial, or averaged with the walk in between.

    Parameters
    ----------
    a, b : float
        Gamma of the rate in the last observed year.
    weight : float
        Say of the rate, above 0 to 1; the walk has the rest, on quantiles.
    walk : StudentMargins
        The closed-form walk.

    Attributes
    ----------
    nu : float
        Degrees of freedom of the scores: the walk's.

    Examples
    --------
    >>> from analysis.forecast.margins import walk_margins
    >>> from analysis.forecast.kinds import KINDS, Prior
    >>> flat = Prior("count", 0.0, 1e12, 4.0, 1.0)
    >>> walk = walk_margins(np.log([0.5]), [2024], 2, flat, KINDS["count"])
    >>> found = CountMargins(1.0, 1.0, 1.0, walk)
    >>> a, b = found.gamma(1)
    >>> bool(np.isclose(found.cdf(np.log(0.5), 1), (b / (1 + b)) ** a))
    True
    """

    a: float
    b: float
    weight: float
    walk: StudentMargins
    nu: float = field(init=False)

    def __post_init__(self) -> None:
        """Take the scores of the walk, so that both are read at the same ones."""
        self.nu = self.walk.nu

    def own_share(self, walk_share: float) -> float:
        """Return the series' share of what is known: years of the rate, the walk's by weight."""
        return self.weight * (1 - PRIOR_YEARS / self.b) + (1 - self.weight) * walk_share

    def gamma(self, step: int) -> tuple[float, float]:
        """Return a and b of the rate in one step."""
        a, b = count_ahead(self.a, self.b, step)
        return float(a), float(b)

    def level(self, score: Any, step: int) -> Array:
        """Return the level at a score: the rate's, averaged with the walk's by weight."""
        t = np.asarray(score, dtype=float)
        own = count_level(
            scipy.special.stdtr(self.nu, t), scipy.special.stdtr(self.nu, -t), *self.gamma(step)
        )
        if self.weight == 1.0:
            return own
        return np.asarray(self.weight * own + (1 - self.weight) * self.walk.level(t, step))

    def score(self, level: Any, step: int) -> Array:
        """Return the score of a level, by formula or (of an average) by halving."""
        z = np.asarray(level, dtype=float)
        if self.weight == 1.0:
            p, q = count_chance(z, *self.gamma(step))
            found = scipy.special.stdtrit(self.nu, np.minimum(p, q))
            found = np.where(np.minimum(p, q) > 0, found, -math.inf)
            return np.where(p > q, -found, found)
        found = np.full(z.shape, np.where(np.isnan(z), np.nan, np.sign(z) * math.inf))
        some = np.isfinite(z)
        found[some] = self._halved(z[some], step)
        return np.asarray(found)

    def at_least(self, level: Any, step: int) -> Array:
        """Return the probability of at least this level: of a count, of more than one less."""
        y = np.exp(np.asarray(level, dtype=float)) - 0.5
        less = np.ceil(y - 2 * _HAIR) - 1
        with np.errstate(divide="ignore", invalid="ignore"):
            before = np.where(less < 0, -math.inf, np.log(np.maximum(less, 0) + 0.5))
        whole = np.where(less < 0, 1.0, scipy.special.stdtr(self.nu, -self.score(before, step)))
        return self.weight * whole + (1 - self.weight) * self.survival(level, step)

    def correlation(self, steps: int) -> Array:
        """Return how scores of the years go together, averaged with the walk's by weight.

        The logarithm of a gamma rate has variance psi'(a), seen through counting noise of 1 / rate;
        what two years share is the rate of the earlier one. Against the exact joint distribution
        of two years this is off by 0.08 at most for a record of years, by 0.16 for one figure.
        """
        a, b = count_ahead(self.a, self.b, np.arange(1, steps + 1))
        spread = scipy.special.polygamma(1, a)
        size = np.sqrt(spread + b / a)
        shared = np.minimum.outer(spread, spread) / np.outer(size, size)
        np.fill_diagonal(shared, 1.0)
        if self.weight == 1.0:
            return np.asarray(shared)
        return np.asarray(self.weight * shared + (1 - self.weight) * self.walk.correlation(steps))

    def _halved(self, z: Array, step: int) -> Array:
        low, high = np.full(z.shape, -1.0), np.ones(z.shape)
        while (under := self.level(low, step) > z).any():
            low = np.where(under, 2 * low, low)
        while (over := self.level(high, step) < z).any():
            high = np.where(over, 2 * high, high)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            under = self.level(middle, step) < z
            low, high = np.where(under, middle, low), np.where(under, high, middle)
        return (low + high) / 2


def count_margins(
    observed: Array, years: Sequence[int], kind: Kind, walk: StudentMargins
) -> Margins:
    """Return the years ahead of a count: of small ones by their rate, of others the walk's.

    Parameters
    ----------
    observed : array
        Levels on the model's scale, all of them.
    years : sequence of int
        Their years.
    kind : Kind
        Of another kind than counts, the walk is returned as it is.
    walk : StudentMargins
        The closed-form walk of the series.
    """
    if not kind.counted:
        return walk
    y, ages = kind.backward(observed), years[-1] - np.asarray(years)
    weight = float(count_weight(y, ages))
    if weight == 0.0:
        return walk
    a, b = count_posterior(y, ages)
    return CountMargins(float(a), float(b), weight, walk)


def count_quantiles(values: Array, p: Array, walks: Array) -> Array:
    """Return quantiles of many counts on the model's scale, each as its own margins give it.

    Parameters
    ----------
    values : array (N, K)
        Events; a column a year, the last one the last observation, NaN where unobserved.
    p : array (P,)
        Probabilities.
    walks : array (N, h, P)
        Quantiles of the walk.

    Examples
    --------
    >>> found = count_quantiles(np.zeros((1, 8)), np.array([0.5, 0.95]), np.zeros((1, 2, 2)))
    >>> np.maximum(np.exp(found) - 0.5, 0).round(3).tolist()
    [[[0.0, 1.0], [0.0, 1.0]]]
    """
    ages = np.arange(values.shape[1])[::-1]
    weight = count_weight(values, ages)
    out, some = np.array(walks), weight > 0
    if some.any():
        a, b = count_posterior(values[some], ages)
        steps = np.arange(1, walks.shape[1] + 1)
        a, b = count_ahead(a[:, None], b[:, None], steps)
        own = count_level(p, 1 - p, a[..., None], b[..., None])
        say = weight[some][:, None, None]
        out[some] = say * own + (1 - say) * walks[some]
    return out
