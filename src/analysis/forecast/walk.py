"""The arithmetic of the forecast: a random walk with a drift that borrows from its kind.

Levels z (logs, logits or plain values) are observed in years t1 < ... < tn, with any gaps.
Write d for the changes between neighbouring observations and f for the changes from the last
observation to each future year. Given the yearly variance sigma2 they are jointly normal,

    (d, f) ~ N(mu * g, sigma2 * K),   mu ~ N(m, sigma2 / kappa),   sigma2 ~ IG(nu/2, nu*s2/2)

where g holds the lengths in years and K the covariance of a random walk (plus, when
``swing > 0``, of growth that swings around mu). Everything follows in closed form: with
S = K + g g'/kappa cut into the blocks of d and f,

    mean of f   = m g_f + S_fd S_dd^-1 (d - m g_d)
    cov of f    = s2_n (S_ff - S_fd S_dd^-1 S_df)
    nu_n        = nu + trust * k
    nu_n * s2_n = nu * s2 + trust * (d - m g_d)' S_dd^-1 (d - m g_d)

for k changes, and f is multivariate Student-t with nu_n degrees of freedom. Without swings and
with trust = 1 this is the textbook conjugate result: kappa_n = kappa + sum(g), and the variance
h years on is s2_n (h + h^2 / kappa_n).

Sources: Bernardo & Smith, Bayesian Theory (1994), section 5.2 and appendix A (normal-inverse-
gamma); Holmes & Walker, Biometrika 104 (2017) 497-503 (weighting the likelihood: ``trust``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.forecast.kinds import Prior

Array = NDArray[np.float64]

# How alike the drifts of a zone and of its city are: the correlation of their long-run growth
# around the mean of the kind. Neighbouring countries of like structure show 0.46 over five and
# 0.49 over ten years (real GDP, Penn World Table 10.01; benchmarks/measure_likeness.py). No panel
# of zones and their cities was at hand, so 0.5 is assumed. One comparator known exactly leaves
# 1 - 0.5^2 = 3/4 of the prior's variance, and any number of them 1 - 0.5 = 1/2.
LIKENESS = 0.5
# A comparator far rougher than its kind says more of itself than of the series: its mean squared
# misfit counts as four times the prior's at most, so that it widens a forecast by half and no more.
ROUGHEST = 4.0
# Observations that speak, the latest ones. Growth of twenty years ago says little of the next
# five: against all of 24 years the latest 8 lower the score by 5 to 8 %, at like coverage
# (benchmarks/measure_memory.py). The priors were learned on windows of no more than 8, too.
MEMORY = 8


@dataclass(frozen=True)
class Predictive:
    """Joint Student-t of the future years on the model's scale.

    Parameters
    ----------
    mean : array (..., steps)
        Centre of the level 1, 2, ... years after the last observation.
    shape : array (steps, steps)
        Covariance in units of ``s2``.
    s2 : array (...)
        Posterior scale of the yearly variance.
    nu : float
        Degrees of freedom.
    drift : array (...)
        Posterior centre of the yearly drift.
    weight_own : float
        Share of the drift's information that the series itself brought, 0 to 1.
    """

    mean: Array
    shape: Array
    s2: Array
    nu: float
    drift: Array
    weight_own: float


def geometry(
    years: Sequence[int], steps: int, prior: Prior, *, rate: bool = False
) -> tuple[Array, Array]:
    """Return the lengths g and the covariance K of past changes and future levels.

    Parameters
    ----------
    years : sequence of int
        Observed years, ascending.
    steps : int
        Future years.
    prior : Prior
        Only its ``swing`` and ``persistence`` are used.
    rate : bool
        True when the observations are themselves yearly growth: each is one change.

    Returns
    -------
    (array (k + steps,), array (k + steps, k + steps))
        ``k`` is the number of observations of a rate, of gaps otherwise.

    Examples
    --------
    Observed 2015, 2020, 2024; two years ahead. Changes over 5 and 4 years, then 1 and 2.

    >>> g, K = geometry([2015, 2020, 2024], 2, Prior("real_gdp", 0, 1, 1, 1))
    >>> g.tolist(), K.diagonal().tolist(), K[2, 3].item()
    ([5.0, 4.0, 1.0, 2.0], [5.0, 4.0, 1.0, 2.0], 1.0)
    """
    when = np.asarray(years, dtype=int)
    last = int(when[-1] - when[0])
    ahead = np.arange(1, steps + 1)
    if rate:
        span = last + steps + 1
        pick = np.zeros((len(when) + steps, span))
        pick[np.arange(len(pick)), np.concatenate([when - when[0], last + ahead])] = 1.0
    else:
        span = last + steps
        start = np.concatenate([when[:-1] - when[0], np.full(steps, last)])
        stop = np.concatenate([when[1:] - when[0], last + ahead])
        year = np.arange(span)
        pick = ((year >= start[:, None]) & (year < stop[:, None])).astype(float)
    growth = np.eye(span)
    if prior.swing > 0:
        lag = np.abs(np.subtract.outer(np.arange(span), np.arange(span)))
        growth += prior.swing * prior.persistence**lag
    return pick.sum(axis=1), pick @ growth @ pick.T


def changes(z: Array, *, rate: bool) -> Array:
    """Return what `geometry` calls the past changes, along the last axis."""
    return z if rate else np.diff(z, axis=-1)


def predict(
    z: Array, years: Sequence[int], steps: int, prior: Prior, *, rate: bool = False
) -> Predictive:
    """Return the predictive distribution of the years after the last observation.

    Parameters
    ----------
    z : array (..., n)
        Observed levels on the model's scale; leading axes hold series observed in the same
        pattern of years.
    years : sequence of int
        The observed years.
    steps : int
        Future years.
    prior : Prior
        Of the kind, already leaned towards comparators if there are any.
    rate : bool
        True when the observations are themselves yearly growth.

    Examples
    --------
    By hand, with m = 0, kappa = 1, nu = 1, s2 = 1 and one change of 1 over one year:
    kappa_n = 2, drift 1/2; nu_n = 2 and 2 s2_n = 1 + 1^2 / (1 + 1/1) = 1.5; the variance one
    year on is s2_n (1 + 1/2).

    >>> p = predict(np.array([0.0, 1.0]), [2023, 2024], 1, Prior("real_gdp", 0, 1, 1, 1))
    >>> p.drift.item(), p.nu, p.s2.item(), p.mean.tolist(), p.shape.tolist(), p.weight_own
    (0.5, 2.0, 0.75, [1.5], [[1.5]], 0.5)
    """
    g, cov = geometry(years, steps, prior, rate=rate)
    origin = np.zeros((*z.shape[:-1], 1)) if rate else z[..., -1:]
    joint = cov + np.outer(g, g) / prior.kappa
    d = changes(z, rate=rate)
    k = d.shape[-1]
    off = d - prior.m * g[:k]
    # One solve serves all: the drift's weights, the regression of the future and the misfit.
    gain = np.linalg.solve(joint[:k, :k], np.column_stack([joint[:k, k:], g[:k]]))
    mean = origin + prior.m * g[k:] + off @ gain[:, :steps]
    shape = joint[k:, k:] - joint[k:, :k] @ gain[:, :steps]
    misfit = np.einsum("...i,...i->...", off, _solve_rows(joint[:k, :k], off))
    nu = prior.nu + prior.trust * k
    own = float(g[:k] @ np.linalg.solve(cov[:k, :k], g[:k])) if k else 0.0
    return Predictive(
        mean=mean,
        shape=(shape + shape.T) / 2,
        s2=np.asarray((prior.nu * prior.s2 + prior.trust * misfit) / nu),
        nu=nu,
        drift=np.asarray(prior.m + off @ gain[:, steps] / prior.kappa),
        weight_own=own / (prior.kappa + own),
    )


def _solve_rows(matrix: Array, rows: Array) -> Array:
    """Return each row times the inverse of a symmetric matrix."""
    flat = rows.reshape(math.prod(rows.shape[:-1]), rows.shape[-1])
    return np.asarray(np.linalg.solve(matrix, flat.T).T.reshape(rows.shape), dtype=float)


def lean(
    prior: Prior,
    comparators: Sequence[tuple[Array, Sequence[int]]],
    *,
    rate: bool = False,
    likeness: float = LIKENESS,
) -> Prior:
    """Return the prior leaned towards comparable series, by precision; it is never replaced.

    With own drift mu and comparator drifts mu_j around the centre m of the kind, all of variance
    t2 = sigma2 / kappa and pairwise correlation r (`likeness`), and each mu_j known from its own
    series with variance sigma2 / I_j around the estimate a_j, the drift given the comparators is

        m'       = m + w' (a - m 1),     w = C^-1 c
        1/kappa' = 1/kappa - c' w
        C = ((1 - r) I + r 1 1') / kappa + diag(1 / I_j),     c = (r / kappa) 1

    The spread takes in the comparators' changes at a discount, as if they were v changes of the
    series' own: nu' = nu + v and nu' s2' = nu s2 + v * (their mean squared misfit per year),
    with v = r^2 trust * (their changes - 1), at most nu: never more than half the say, because a
    zone is not as calm as the city around it. A comparator's misfit counts up to four times s2.

    Parameters
    ----------
    prior : Prior
        Of the kind.
    comparators : sequence of (array, sequence of int)
        Levels on the model's scale and their years.
    rate : bool
        True when the values are growth rates.
    likeness : float
        r, 0 (ignore comparators) to below 1.

    Examples
    --------
    One comparator that grew 10 % a year over 8 years, prior 4 % worth 8 years, r = 0.5:
    C = 1/8 + 1/8, c = 1/16, w = 1/4, so the centre moves a quarter of the way, to 5.5 %, and
    1/kappa' = 1/8 - 1/64.

    >>> leaned = lean(Prior("real_gdp", 0.04, 8, 3, 0.01), [(np.array([0, 0.8]), [2016, 2024])])
    >>> round(leaned.m, 6), round(1 / leaned.kappa, 6)
    (0.055, 0.109375)
    """
    drifts, information, misfit, count = [], [], 0.0, 0
    for z, years in comparators:
        d = changes(z, rate=rate)
        if not len(d):
            continue
        g, cov = (part[: len(d)] for part in geometry(years, 0, prior, rate=rate))
        info = float(g @ np.linalg.solve(cov, g))
        drift = float(g @ np.linalg.solve(cov, d)) / info
        rest = d - drift * g
        drifts.append(drift)
        information.append(info)
        rough = float(rest @ np.linalg.solve(cov, rest))
        misfit += min(rough, ROUGHEST * prior.s2 * (len(d) - 1))
        count += len(d) - 1
    if not drifts:
        return prior
    size = len(drifts)
    alike = (1 - likeness) * np.eye(size) + likeness * np.ones((size, size))
    shared = np.full(size, likeness / prior.kappa)
    weight = np.linalg.solve(alike / prior.kappa + np.diag(1 / np.array(information)), shared)
    lent = min(likeness**2 * prior.trust * count, prior.nu)
    spread = prior.nu * prior.s2 + lent * misfit / max(count, 1)
    return replace(
        prior,
        m=prior.m + float(weight @ (np.array(drifts) - prior.m)),
        kappa=1 / (1 / prior.kappa - float(shared @ weight)),
        nu=prior.nu + lent,
        s2=spread / (prior.nu + lent),
    )
