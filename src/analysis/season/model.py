"""The arithmetic of the seasonal forecast: a drifting level, a yearly pattern and chance.

On the scale of the kind (logs, logits) the value of period t is

    z(t) = level(t) + season(t) + chance(t)

level   a random walk whose drift and yearly variance come from the kind's yearly prior
        (`analysis.forecast.kinds`), spread evenly over the m periods of a year
season  one effect for each period of the year, all together zero, centred on zero
chance  what this period alone brings, gone in the next

Write d for the differences of earlier observations from the last one and f for those of the
wanted periods. Level and last value cancel, so that given the yearly variance sigma2

    (d, f) ~ N(mu * g, sigma2 * K),   mu ~ N(m, sigma2 / kappa),   sigma2 ~ IG(nu/2, nu*s2/2)

with g the distances in years (negative for the past). That is the form of
`analysis.forecast.walk`, and the closed result is the same multivariate Student-t: with
S = K + g g'/kappa cut into the blocks of d and f,

    mean of f   = m g_f + S_fd S_dd^-1 (d - m g_d)
    cov of f    = s2_n (S_ff - S_fd S_dd^-1 S_df)
    nu_n        = nu + trust * k
    nu_n * s2_n = nu * s2 + trust * (d - m g_d)' S_dd^-1 (d - m g_d)

for k differences. One linear solve does it. The sizes of the three parts relative to the yearly
variance are fixed for all series (:class:`Ratios`), not chosen for each: so a short series
cannot talk itself into a pattern.

Sources: Harvey, Forecasting, Structural Time Series Models and the Kalman Filter (1989), section
2.3 (the basic structural model); Bernardo & Smith, Bayesian Theory (1994), section 5.2 (normal-
inverse-gamma); Holmes & Walker, Biometrika 104 (2017) 497-503 (weighting: ``trust``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.forecast.kinds import Prior

Array = NDArray[np.float64]
Whole = NDArray[np.integer[Any]]

#: Periods of one year by the letter of their frequency.
PERIODS = {"Q": 4, "M": 12}


@dataclass(frozen=True)
class Ratios:
    """How large the parts of a value are, in units of the kind's yearly variance.

    Parameters
    ----------
    walk : float
        Variance of the level after one year. 1.5 follows from arithmetic: the sums of
        neighbouring years vary only 2/3 as much as a walk between two points a year apart
        (Working, Econometrica 28 (1960) 916-918), and the prior's variance is that of sums.
    season : float
        Variance of one period's effect.
    chance : float
        Variance of one period's chance.
    keep : float
        Correlation of the pattern with that of the next year, above 0 to 1.

    """

    walk: float
    season: float
    chance: float
    keep: float = 1.0


# Correlation of a pattern with that of the next year; 0.95 to 1 score alike, within 1.5 %.
KEEP = 0.98
# Of a month. Ports: set on the import measures of one port, outcomes before 2016
# (benchmarks/measure_season.py). The score is flat: half or twice a ratio costs at most 2.3 %.
# Of two sizes of season that score alike the larger was taken: the first year rests on it.
# Other kinds: set on half of 37 monthly and quarterly series of sales, energy, travel and deaths
# (benchmarks/measure_season_wide.py), whose seasons are larger; the ratios of ports cost them up
# to 10 %. Averaging over nine settings by each series' marginal likelihood cost 0.6 to 1.4 % at
# the port, so nothing is chosen by series.
PORTS = Ratios(walk=1.5, season=2.0, chance=1.5, keep=KEEP)
OTHERS = Ratios(walk=1.5, season=6.0, chance=0.5, keep=KEEP)
# Years that speak, counted back from the last observation; like those of the yearly forecast.
MEMORY_YEARS = 8


def ratios_of(kind: str, freq: str) -> Ratios:
    """Return the sizes of the parts for a kind of quantity, by month or by quarter.

    A quarter is three months: a third of their chance, and half of their season, because
    neighbouring months are alike.

    Examples
    --------
    >>> ratios_of("throughput", "Q").chance, ratios_of("throughput", "Q").season
    (0.5, 1.0)
    """
    month = PORTS if kind == "throughput" else OTHERS
    if freq == "M":
        return month
    return replace(month, chance=month.chance / 3, season=month.season / 2)


@dataclass(frozen=True)
class Posterior:
    """Joint Student-t of the wanted periods on the model's scale, and of the pattern.

    Parameters
    ----------
    mean, shape : array (w,), array (w, w)
        Centre, and covariance in units of ``s2``.
    s2, nu : float
        Scale of the yearly variance and degrees of freedom.
    drift, weight_own : float
        Centre of the yearly drift, and the share of its information that the series brought.
    season_mean, season_shape : array (m,), array (m, m)
        The pattern of the latest year, period by period; covariance in units of ``s2``.
    """

    mean: Array
    shape: Array
    s2: float
    nu: float
    drift: float
    weight_own: float
    season_mean: Array
    season_shape: Array


def growth_covariance(span: int, m: int, prior: Prior) -> Array:
    """Return the covariance of growth in neighbouring periods, in units of sigma2.

    Steps of a walk, plus swings of growth where the kind has them; both scaled so that m
    periods bring the variance of one year, 1 + swing.

    Examples
    --------
    >>> g = growth_covariance(4, 4, Prior("real_gdp", 0, 1, 1, 1, swing=2.0, persistence=0.4))
    >>> round(float(g.sum()), 9)
    3.0
    """
    steps = np.eye(span) / m
    if prior.swing <= 0:
        return steps
    lag = np.abs(np.subtract.outer(np.arange(span), np.arange(span)))
    year = np.abs(np.subtract.outer(np.arange(m), np.arange(m)))
    return np.asarray(
        steps
        + prior.swing * prior.persistence ** (lag / m) / np.sum(prior.persistence ** (year / m))
    )


def pattern_covariance(one: Whole, other: Whole, m: int) -> Array:
    """Return the covariance of effects of size 1 that add up to zero over m periods.

    Examples
    --------
    >>> pattern_covariance(np.arange(4), np.arange(4), 4)[0].round(3).tolist()
    [1.0, -0.333, -0.333, -0.333]
    """
    same = np.equal.outer(one % m, other % m)
    return np.asarray((same - 1 / m) * m / (m - 1))


def covariance(
    when: Whole, last: int, m: int, prior: Prior, ratios: Ratios, extra: float = 0.0
) -> Array:
    """Return the covariance K of values relative to the level at the last observation.

    Parameters
    ----------
    when : array of int
        Periods, numbered through.
    last : int
        Number of the last observed period.
    m : int
        Periods of a year.
    prior : Prior
        Of the kind; its swings are used.
    ratios : Ratios
        Sizes of the parts.
    extra : float
        Variance of chance on top, in units of sigma2 (counts).

    Examples
    --------
    Two quarters, the second the last: the walk lies a quarter of a year back.

    >>> prior = Prior("throughput", 0, 1, 1, 1)
    >>> covariance(np.array([7, 8]), 8, 4, prior, Ratios(1, 0.75, 0.5)).tolist()
    [[1.5, -0.25], [-0.25, 1.25]]
    """
    first, final = min(int(when.min()), last), max(int(when.max()), last)
    step = np.arange(first, final)  # step s leads from period s to s + 1
    ahead = (step >= last) & (step < when[:, None])
    back = (step < last) & (step >= when[:, None])
    pick = ahead.astype(float) - back
    level = pick @ growth_covariance(final - first, m, prior) @ pick.T
    yearly = 1 + prior.swing
    years = np.abs(np.subtract.outer(when, when)) / m
    season = ratios.season * yearly * pattern_covariance(when, when, m) * ratios.keep**years
    return np.asarray(
        ratios.walk * level + season + (ratios.chance * yearly + extra) * np.eye(len(when))
    )


def solve(
    z: Array,
    when: Sequence[int],
    wanted: Sequence[int],
    m: int,
    prior: Prior,
    ratios: Ratios,
    extra: float = 0.0,
) -> Posterior:
    """Return the joint distribution of the wanted periods given the observed ones.

    Parameters
    ----------
    z : array (n,)
        Observations on the model's scale.
    when : sequence of int
        Their periods, numbered through, ascending; period 0 is the first of a year.
    wanted : sequence of int
        Periods wanted, none of them observed; before, between or after the observations.
    m : int
        Periods of a year.
    prior, ratios, extra
        See :func:`covariance`.

    Examples
    --------
    By hand, one observation, the next quarter wanted, m = 0, kappa = 1: walk 1/4 and drift 1/16,
    chance 1/2 at both ends, and effects that differ by 2 * 3/4 * (1 + 1/3) = 2.

    >>> prior = Prior("throughput", 0, 1, 1, 1)
    >>> found = solve(np.array([5.0]), [8], [9], 4, prior, Ratios(1, 0.75, 0.5))
    >>> found.mean.tolist(), found.shape.round(9).tolist(), found.nu
    ([5.0], [[3.3125]], 1.0)
    """
    last, k = int(when[-1]), len(when) - 1
    times = np.array([*when[:-1], *wanted, last])
    whole = covariance(times, last, m, prior, ratios, extra)
    cov = whole[:-1, :-1] - whole[:-1, -1:] - whole[-1:, :-1] + whole[-1, -1]
    g = (times[:-1] - last) / m
    joint = cov + np.outer(g, g) / prior.kappa
    # How the pattern of the latest year hangs together with each difference.
    place = np.arange(m)
    fade = ratios.keep ** (np.abs(times[:-1] - last) / m)
    size = ratios.season * (1 + prior.swing)
    link = size * (
        pattern_covariance(times[:-1], place, m) * fade[:, None]
        - pattern_covariance(np.array([last]), place, m)
    )
    d = np.asarray(z[:-1] - z[-1], dtype=float)
    off = d - prior.m * g[:k]
    right = np.column_stack([joint[:k, k:], link[:k], g[:k], off])
    gain = np.linalg.solve(joint[:k, :k], right)
    w = len(wanted)
    to_wanted, to_season, to_drift = gain[:, :w], gain[:, w : w + m], gain[:, w + m]
    nu = prior.nu + prior.trust * k
    shape = joint[k:, k:] - joint[k:, :k] @ to_wanted
    season = size * pattern_covariance(place, place, m) - link[:k].T @ to_season
    own = float(g[:k] @ np.linalg.solve(cov[:k, :k], g[:k]))
    return Posterior(
        mean=z[-1] + prior.m * g[k:] + off @ to_wanted,
        shape=(shape + shape.T) / 2,
        s2=float((prior.nu * prior.s2 + prior.trust * (off @ gain[:, -1])) / nu),
        nu=float(nu),
        drift=float(prior.m + off @ to_drift / prior.kappa),
        weight_own=own / (prior.kappa + own),
        season_mean=off @ to_season,
        season_shape=(season + season.T) / 2,
    )
