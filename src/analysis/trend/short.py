"""Elasticity from few pairs: a t interval that knows how few they are, or none at all.

The HAC interval of `analysis.trend.fit.elasticity` leans on many years; with six to nine pairs it
is too narrow. There the classical interval is taken, exact for independent normal errors, with
its n - 2 degrees of freedom. With fewer than six pairs nothing is estimated: a slope and a
constant leave so little that the interval says less than the eye does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.data.errors import InputError
from analysis.growth.series import yearly
from analysis.trend.base import POINTS_FOR_ELASTICITY, log_observations, regress
from analysis.trend.fit import elasticity

PAIRS_AT_LEAST = 6


@dataclass(frozen=True)
class ShortElasticity:
    """Percent change of y that goes with one percent of x, as far as the pairs allow.

    Parameters
    ----------
    n : int
        Pairs of yearly log differences.
    years : tuple of int
        Second year of each pair.
    elasticity, lo, hi : float or None
        None with fewer than six pairs.
    level : int
        Of the interval, in per cent.
    method : {'t', 'hac', 'none'}
        Classical t up to nine pairs, HAC from ten on.
    """

    n: int
    years: tuple[int, ...]
    elasticity: float | None
    lo: float | None
    hi: float | None
    level: int
    method: str

    @property
    def known(self) -> bool:
        """Whether there were pairs enough to estimate anything."""
        return self.elasticity is not None


def pairs(y: pd.Series, x: pd.Series) -> pd.DataFrame:
    """Return log differences of two series over the consecutive years that both know.

    Raises
    ------
    InputError
        A value that is not positive.

    Examples
    --------
    >>> y = pd.Series({2017: 1.0, 2020: 2.0, 2021: 2.2})
    >>> x = pd.Series({2019: 4.0, 2020: 5.0, 2021: 5.5})
    >>> pairs(y, x).round(4).to_dict("index")
    {2021: {'y': 0.0953, 'x': 0.0953}}
    """
    logs = {name: log_observations(yearly(s, name), 0, name) for name, s in (("y", y), ("x", x))}
    both = pd.concat(logs, axis=1).dropna().sort_index()
    follows = np.diff(both.index.to_numpy(dtype=int), prepend=-9999) == 1
    return both.diff()[follows]


def short_elasticity(y: pd.Series, x: pd.Series, level: int = 95) -> ShortElasticity:
    """Estimate the elasticity of y to x by log differences, with an interval fit for its n.

    Model: Δln y = c + ε·Δln x. Interval: ε ± t(n−2)·s/√Σ(Δln x − mean)² for six to nine pairs
    (Gauss-Markov with normal errors); from ten on `analysis.trend.fit.elasticity`. It describes
    co-movement, not cause.

    Parameters
    ----------
    y, x : pandas.Series
        Positive levels by year, one price basis and caliber each.
    level : int
        In per cent.

    Raises
    ------
    InputError
        A value that is not positive, or an x of constant growth.

    Examples
    --------
    >>> x = pd.Series([100, 103, 108, 110, 118, 121, 130.0], index=range(2015, 2022))
    >>> found = short_elasticity(3 * x**0.5, x)
    >>> round(found.elasticity, 6), found.n, found.method
    (0.5, 6, 't')
    >>> short_elasticity(x[:5], x[:5]).known
    False
    """
    changes = pairs(y, x)
    n, years = len(changes), tuple(int(year) for year in changes.index)
    if n < PAIRS_AT_LEAST:
        return ShortElasticity(n, years, None, None, None, level, "none")
    if n >= POINTS_FOR_ELASTICITY:
        fit = elasticity(y, x, level)
        return ShortElasticity(n, years, fit.elasticity, fit.lo, fit.hi, level, "hac")
    dx = changes["x"].to_numpy()
    if float(np.ptp(dx)) < 1e-12:
        raise InputError("x 的增速不变，弹性无法估计", "x grows at one constant rate", column="x")
    design = np.column_stack([np.ones(n), dx])
    fit, _ = regress(changes["y"].to_numpy(), design, hac=False)
    low, high = fit.conf_int(alpha=1 - level / 100)[1]
    return ShortElasticity(n, years, float(fit.params[1]), float(low), float(high), level, "t")
