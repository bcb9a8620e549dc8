"""One structural model for seasonal adjustment: level with drift, season, festival, irregular.

In logs,  y(t) = level(t) + season(t) + x(t)'beta + irregular(t),  where the level takes random
steps around a fixed drift and the seasonal pattern may change slowly. Variances by maximum
likelihood; level, season and beta by the Kalman smoother, with their uncertainty. Source:
Harvey, Forecasting, Structural Time Series Models and the Kalman Filter (1989), chapters 2, 4
and 7 (basic structural model, explanatory variables).

It was chosen before STL and X-13: STL gives no uncertainty and holds no regressors, and X-13 is
a program outside Python. statsmodels' UnobservedComponents gives every part a variance at every
date, so that the end of the sample can be told from its middle.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.data.errors import InputError
from analysis.forecast.kinds import kind_named
from analysis.season.checks import check_seasonal, frequency
from analysis.season.model import PERIODS, Array

YEARS_AT_LEAST = 5


def log_series(series: pd.Series) -> pd.Series:
    """Return logs by calendar month or quarter, absent periods as NaN, or say what is wrong.

    Raises
    ------
    InputError
        What `check_seasonal` refuses (order, doubles, values that are not positive), or less
        than five years of observations: a season is an average over years.

    Examples
    --------
    >>> ones = pd.Series([1.0] * 60, index=pd.period_range("2015-01", periods=60, freq="M"))
    >>> log_series(ones).sum().item()
    0.0
    """
    freq, when, values = check_seasonal(series, kind_named("throughput"))
    need = YEARS_AT_LEAST * PERIODS[freq]
    if len(when) < need:
        raise InputError(
            "too_few_years_for_seasonal_adjustment",
            column="series",
            value=len(when),
            expected=f">= {need}",
            YEARS_AT_LEAST=YEARS_AT_LEAST,
        )
    whole = pd.period_range(series.index[0], series.index[-1], freq=freq)
    return pd.Series(np.log(values), index=series.index).reindex(whole)


@dataclass(frozen=True)
class Structure:
    """The fitted parts in logs, with variances of estimation.

    Parameters
    ----------
    level, season : array (t,)
        Smoothed with the whole sample.
    level_var, season_var : array (t,)
        Their variances.
    season_then : array (t,)
        The season as it was seen when period t was the last one, with the same variances.
    season_then_var : array (t,)
        Its variance.
    beta, beta_cov : array (r,), array (r, r)
        Effects of the regressors.
    n, diffuse : int
        Observations, and parts that start unknown (degrees of freedom spent).
    variances : dict
        Of the shocks: ``irregular``, ``level``, ``seasonal``.
    """

    level: Array
    season: Array
    level_var: Array
    season_var: Array
    season_then: Array
    season_then_var: Array
    beta: Array
    beta_cov: Array
    n: int
    diffuse: int
    variances: dict[str, float] = field(repr=False)


def fit_structure(logs: pd.Series, regressors: pd.DataFrame | None = None) -> Structure:
    """Return the structural model of a series in logs, with or without regressors.

    Raises
    ------
    InputError
        A series that never varies.

    Examples
    --------
    >>> draw = np.random.default_rng(1).standard_normal((2, 96))
    >>> months = pd.period_range("2015-01", periods=96, freq="M")
    >>> found = fit_structure(pd.Series(0.01 * draw[0].cumsum() + 0.02 * draw[1], index=months))
    >>> found.n, bool(found.season_then_var[-60:].min() >= found.season_var[-60:].min())
    (96, True)
    """
    import statsmodels.api as sm

    if float(np.nanstd(np.diff(logs))) < 1e-9:
        raise InputError("series_never_varies", column="series")
    model = sm.tsa.UnobservedComponents(
        logs.to_numpy(),
        level="lldtrend",
        seasonal=PERIODS[frequency(logs.index)],
        exog=None if regressors is None else regressors.to_numpy(),
        mle_regression=False,
        use_exact_diffuse=True,
    )
    with warnings.catch_warnings():  # a variance of zero is an answer, not a failure
        warnings.simplefilter("ignore")
        fit = model.fit(disp=False, maxiter=200)
    names = list(model.state_names)
    level, season = names.index("level"), names.index("seasonal")
    more = [place for place, name in enumerate(names) if name.startswith("beta")]
    sure, cov = fit.smoothed_state, fit.smoothed_state_cov
    then = fit.filtered_state_cov[season, season]
    return Structure(
        level=sure[level],
        season=sure[season],
        level_var=np.maximum(cov[level, level], 0),
        season_var=np.maximum(cov[season, season], 0),
        season_then=fit.filtered_state[season],
        season_then_var=np.maximum(then, 0),
        beta=sure[more, -1],
        beta_cov=cov[np.ix_(more, more)][:, :, -1],
        n=int(logs.notna().sum()),
        diffuse=len(names),
        variances=dict(
            zip(
                (name.removeprefix("sigma2.") for name in model.param_names),
                map(float, fit.params),
                strict=True,
            )
        ),
    )
