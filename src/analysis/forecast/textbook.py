"""Textbook models as a forecast: what the project's own models must be measured by.

They are references, not advice: on short annual series most of their intervals are too narrow
(`analysis.backtest.compare.compare_models` shows it on any series). Each is fitted on the scale
of the kind of quantity (logs for most), so that forecasts stay within its bounds, to all
observations; nothing is borrowed from other series.

Sources: Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), 5.2, 5.5, 8;
Hyndman, Koehler, Ord and Snyder (2008), Forecasting with Exponential Smoothing, 6.3; Hyndman and
Billah (2003), International Journal of Forecasting 19, 287-290; Harvey (1989).
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.data.errors import InputError
from analysis.forecast.checks import STEPS_AT_MOST
from analysis.forecast.kinds import Kind
from analysis.forecast.margins import Margins, NormalMargins, StudentMargins
from analysis.forecast.walk import Predictive
from analysis.growth.rates import require_consecutive
from analysis.trend.local import fit_local_trend

Array = NDArray[np.float64]
Fitted = tuple[Margins, tuple[str, ...]]

# An exact fit leaves no spread; a distribution must not be narrower than what rounding makes of it.
_NO_SPREAD = 1e-9


def _normal(mean: Array, sd: Array, covariance: Array, codes: Sequence[str]) -> Fitted:
    exact = bool(sd[0] <= _NO_SPREAD)
    margins = NormalMargins(mean, np.maximum(sd, _NO_SPREAD), covariance)
    return margins, (*codes, *(["exact_fit"] if exact else []))


def _of_weights(weight: Array) -> Array:
    """Return the covariance of future levels from the weights of a shock 0, 1, ... years on."""
    lag = np.subtract.outer(np.arange(len(weight)), np.arange(len(weight)))
    root = np.where(lag >= 0, weight[np.maximum(lag, 0)], 0.0)
    return np.asarray(root @ root.T)


def _drift(y: Array) -> Fitted:
    """Random walk with drift; Student t, because the variance rests on n - 1 changes.

    The forecast h years on is y(T) + h c, its standard deviation s sqrt(h (1 + h / (T - 1))).
    """
    exact = float(np.diff(y).std(ddof=1)) <= _NO_SPREAD
    return StudentMargins(partial(_drifting, y), STEPS_AT_MOST), ("exact_fit",) if exact else ()


def _drifting(y: Array, steps: int) -> Predictive:
    changes, h = np.diff(y), np.arange(1, steps + 1)
    mean, spread = float(changes.mean()), float(changes.std(ddof=1))
    return Predictive(
        mean=y[-1] + h * mean,
        shape=np.minimum.outer(h, h) + np.outer(h, h) / len(changes),
        s2=np.asarray(max(spread, _NO_SPREAD) ** 2),
        nu=float(len(changes) - 1),
        drift=np.asarray(mean),
        weight_own=1.0,
    )


def _ets(y: Array) -> Fitted:
    """ETS(A,Ad,A without season): additive error, damped additive trend."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    fit = ETSModel(pd.Series(y), error="add", trend="add", damped_trend=True).fit(disp=False)
    shown = fit.get_prediction(start=len(y), end=len(y) + STEPS_AT_MOST - 1)
    codes = [] if fit.mle_retvals["converged"] else ["not_converged"]
    # Without smoothing the interval does not widen with the horizon.
    codes += ["boundary"] if fit.smoothing_level < 1e-3 else []
    damped = np.cumsum(fit.damping_trend ** np.arange(1, STEPS_AT_MOST))
    weight = np.concatenate([[1.0], fit.smoothing_level + fit.smoothing_trend * damped])
    mean = shown.predicted_mean.to_numpy()
    sd = np.sqrt(np.asarray(shown.forecast_variance, dtype=float))
    return _normal(mean, sd, _of_weights(weight), codes)


def _theta(y: Array) -> Fitted:
    """Theta as simple smoothing with half the trend's slope as drift (Hyndman and Billah).

    Taken to pieces, because statsmodels' ThetaModel has an interval with (1 − α)² + 1 where
    theirs has α², too wide for every α below one, and gives a constant series a slope.
    """
    from statsmodels.tsa.statespace.exponential_smoothing import ExponentialSmoothing

    fit = ExponentialSmoothing(y, initial_level=y[0], initialization_method="known").fit(disp=False)
    alpha, slope = float(fit.params[0]), float(np.polyfit(np.arange(len(y)), y, 1)[0])

    ahead, errors = y[0] + slope / 2.0, []
    for value in y[1:]:
        errors.append(value - ahead)
        ahead += alpha * errors[-1] + slope / 2.0
    steps = np.arange(STEPS_AT_MOST)
    sigma = math.sqrt(np.sum(np.square(errors)) / (len(errors) - 2))
    codes = () if fit.mle_retvals["converged"] else ("not_converged",)
    weight = np.where(steps == 0, 1.0, alpha)
    sd = sigma * np.sqrt(1.0 + steps * alpha**2)
    return _normal(ahead + steps * slope / 2.0, sd, _of_weights(weight), codes)


def _arima(y: Array) -> Fitted:
    """ARIMA(1,1,0) with drift: growth returns to its mean. A fixed order, for there are too
    few points to choose one by a criterion."""
    from statsmodels.tsa.arima.model import ARIMA

    fit = ARIMA(y, order=(1, 1, 0), trend="t").fit()
    shown = fit.get_forecast(STEPS_AT_MOST)
    codes = () if fit.mle_retvals["converged"] else ("not_converged",)
    weight = np.cumsum(float(fit.arparams[0]) ** np.arange(STEPS_AT_MOST))
    return _normal(shown.predicted_mean, shown.se_mean, _of_weights(weight), codes)


def _local_trend(y: Array) -> Fitted:
    """Local linear trend, see :func:`analysis.trend.local.local_trend`."""
    fit, codes = fit_local_trend(pd.Series(y))
    shown = fit.get_forecast(STEPS_AT_MOST)
    covariance = _state_covariance(fit)
    return _normal(shown.predicted_mean / 100.0, shown.se_mean / 100.0, covariance, codes)


def _state_covariance(fit: Any) -> Array:
    """Return the covariance of future values in a state-space model: Z T^(k-h) P(h) Z'."""
    design, move = fit.model["design"][0], fit.model["transition"]
    chosen, noise = fit.model["selection"], fit.model["state_cov"]
    state = fit.filter_results.predicted_state_cov[:, :, -1]
    found = np.zeros((STEPS_AT_MOST, STEPS_AT_MOST))
    for h in range(STEPS_AT_MOST):
        carried = state @ design
        for k in range(h, STEPS_AT_MOST):
            found[h, k] = found[k, h] = design @ carried
            carried = move @ carried
        found[h, h] += fit.model["obs_cov"][0, 0] + _NO_SPREAD**2
        state = move @ state @ move.T + chosen @ noise @ chosen.T
    return found


# Name: (points it takes at least, model). As many points as parameters, and three to spare.
_MODELS: dict[str, tuple[int, Callable[[Array], Fitted]]] = {
    "drift": (3, _drift),
    "ets": (8, _ets),
    "theta": (5, _theta),
    "arima": (7, _arima),
    "local_trend": (8, _local_trend),
}
REFERENCE_MODELS = tuple(_MODELS)


def fit_reference(observed: Array, years: Sequence[int], model: str, kind: Kind) -> Fitted:
    """Fit one textbook model to an annual series on the scale of its kind.

    Parameters
    ----------
    observed : array
        Levels on the model's scale.
    years : sequence of int
        Their years, consecutive.
    model : {"drift", "ets", "theta", "arima", "local_trend"}
        Random walk with drift (3 points at least; Student t), damped additive ETS (8), theta
        (5), ARIMA(1,1,0) with drift (7), local linear trend (8).
    kind : Kind
        Says on which scale the levels are.

    Returns
    -------
    (Margins, tuple of str)
        The years ahead on the model's scale; codes of :data:`analysis.trend.base.CAUTIONS`, or
        the names of warnings the fit gave.

    Raises
    ------
    InputError
        Fewer points than the model needs, or a year missing in between.

    Examples
    --------
    >>> from analysis.forecast.kinds import KINDS
    >>> gdp = np.log([100.0, 110.0, 121.0, 133.1])
    >>> made, _ = fit_reference(gdp, [2020, 2021, 2022, 2023], "drift", KINDS["nominal_gdp"])
    >>> np.exp([made.quantile(0.5, step) for step in (1, 2)]).round(2).tolist()
    [146.41, 161.05]
    """
    need, fit = _MODELS[model]
    series = pd.Series(observed, index=list(years))
    if len(series) < need:
        raise InputError(
            "too_few_observations",
            column="series",
            value=len(series),
            expected=f">= {need}",
            need=need,
            count=len(series),
        )
    require_consecutive(series)
    # The optimizers look for spreads of the size logs have: per cent are brought to it and back.
    # Drift has no optimizer.
    unit = 100.0 if kind.scale == "plain" and model != "drift" else 1.0
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        margins, codes = fit(np.asarray(observed / unit, dtype=float))
    if isinstance(margins, NormalMargins):
        margins = NormalMargins(margins.mean * unit, margins.sd * unit, margins.covariance)
    heard = [
        "not_converged" if "Convergence" in w.category.__name__ else w.category.__name__
        for w in caught
    ]
    return margins, tuple(dict.fromkeys((*codes, *heard)))
