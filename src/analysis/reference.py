"""Textbook models behind one signature: what the project's own forecast must be measured by.

They are references, not advice: on short annual series most of their intervals are too narrow
(see `rolling_origin`). All work on logs, so forecasts stay positive.
"""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from statistics import NormalDist

import numpy as np
import pandas as pd

from analysis.errors import InputError, nearest
from analysis.growth_series import require_consecutive
from analysis.trend_base import log_observations
from analysis.trend_local import fit_local_trend

# Forecast of the log, then half-widths by level; both one number a year ahead.
Path = tuple[np.ndarray, dict[int, np.ndarray]]
Fitted = tuple[Path, tuple[str, ...]]


def _normal(mean: np.ndarray, sd: np.ndarray, level: Sequence[int]) -> Path:
    return mean, {each: NormalDist().inv_cdf(0.5 + each / 200.0) * sd for each in level}


def _drift(y: np.ndarray, h: int, level: Sequence[int]) -> Fitted:
    """Random walk with drift; t quantiles, because the variance rests on n − 2 changes."""
    from scipy.stats import t

    changes, steps = np.diff(y), np.arange(1, h + 1)
    sd = changes.std(ddof=1) * np.sqrt(steps * (1.0 + steps / len(changes)))
    reach = {each: t.ppf(0.5 + each / 200.0, len(changes) - 1) * sd for each in level}
    return (y[-1] + steps * changes.mean(), reach), ()


def _ets(y: np.ndarray, h: int, level: Sequence[int]) -> Fitted:
    """ETS(A,Ad,A without season): additive error, damped additive trend."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    fit = ETSModel(pd.Series(y), error="add", trend="add", damped_trend=True).fit(disp=False)
    shown = fit.get_prediction(start=len(y), end=len(y) + h - 1)
    mean = shown.predicted_mean.to_numpy()
    reach = {
        each: shown.pred_int(alpha=1.0 - each / 100.0).iloc[:, 1].to_numpy() - mean
        for each in level
    }
    codes = [] if fit.mle_retvals["converged"] else ["not_converged"]
    # Without smoothing the interval does not widen with the horizon.
    return (mean, reach), (*codes, *(["boundary"] if fit.smoothing_level < 1e-3 else []))


def _theta(y: np.ndarray, h: int, level: Sequence[int]) -> Fitted:
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
    steps = np.arange(h)
    sigma = math.sqrt(np.sum(np.square(errors)) / (len(errors) - 2))
    mean = ahead + steps * slope / 2.0
    codes = () if fit.mle_retvals["converged"] else ("not_converged",)
    return _normal(mean, sigma * np.sqrt(1.0 + steps * alpha**2), level), codes


def _arima(y: np.ndarray, h: int, level: Sequence[int]) -> Fitted:
    """ARIMA(1,1,0) with drift: growth returns to its mean. A fixed order, for there are too
    few points to choose one by a criterion."""
    from statsmodels.tsa.arima.model import ARIMA

    fit = ARIMA(y, order=(1, 1, 0), trend="t").fit()
    shown = fit.get_forecast(h)
    codes = () if fit.mle_retvals["converged"] else ("not_converged",)
    return _normal(shown.predicted_mean, shown.se_mean, level), codes


def _local_trend(y: np.ndarray, h: int, level: Sequence[int]) -> Fitted:
    """Local linear trend, see :func:`analysis.trend_local.local_trend`."""
    fit, codes = fit_local_trend(pd.Series(y))
    shown = fit.get_forecast(h)
    return _normal(shown.predicted_mean / 100.0, shown.se_mean / 100.0, level), codes


# Name: (points it takes at least, model). As many points as parameters, and three to spare.
_MODELS: dict[str, tuple[int, Callable[[np.ndarray, int, Sequence[int]], Fitted]]] = {
    "drift": (3, _drift),
    "ets": (8, _ets),
    "theta": (5, _theta),
    "arima": (7, _arima),
    "local_trend": (8, _local_trend),
}
REFERENCE_MODELS = tuple(_MODELS)


def _run(logs: pd.Series, h: int, model: str, level: Sequence[int]) -> pd.DataFrame:
    """Fit one model to checked logs and lay out its forecasts."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        (mean, reach), codes = _MODELS[model][1](logs.to_numpy(), h, level)
    heard = [
        "not_converged" if "Convergence" in w.category.__name__ else w.category.__name__
        for w in caught
    ]
    first = int(logs.index[-1]) + 1
    table = pd.DataFrame({"year": range(first, first + h), "model": model, "mean": np.exp(mean)})
    for each in level:
        table[f"lo-{each}"] = np.exp(mean - reach[each])
        table[f"hi-{each}"] = np.exp(mean + reach[each])
    table["warnings"] = ";".join(dict.fromkeys((*codes, *heard)))
    return table


def _check(series: pd.Series, h: int, models: Sequence[str], level: Sequence[int]) -> pd.Series:
    """Return the logs of an even annual series, or say what a model lacks."""
    for model in models:
        if model not in _MODELS:
            raise InputError(
                "未知的参照模型",
                "unknown reference model",
                column="model",
                value=model,
                expected=" / ".join(REFERENCE_MODELS),
                nearest=nearest(model, REFERENCE_MODELS),
            )
    if h < 1:
        raise InputError("预测步长至少为 1", "at least one year ahead", column="h", value=h)
    for each in level:
        if not 0 < each < 100:
            raise InputError(
                "置信水平为 1–99", "a level is a percentage", column="level", value=each
            )
    logs = log_observations(series, max((_MODELS[model][0] for model in models), default=1))
    require_consecutive(logs)
    return logs


def reference_forecast(
    series: pd.Series, h: int, model: str = "drift", level: Sequence[int] = (80, 95)
) -> pd.DataFrame:
    """Forecast an annual series h years ahead with one textbook model, on logs.

    Column ``mean`` is the forecast of the log turned back: the median of the distribution of
    levels. ``warnings`` holds the codes of :data:`analysis.trend.CAUTIONS`, or the name of a
    warning the fit gave; it is empty when there was none.

    Parameters
    ----------
    series : pandas.Series
        Positive values by consecutive years, any unit. Unknown years at either end are left
        out; the first forecast is for the year after the last observation.
    h : int
        Years ahead.
    model : {"drift", "ets", "theta", "arima", "local_trend"}
        Random walk with drift (3 points at least; Student t intervals), damped additive ETS
        (8), theta (5), ARIMA(1,1,0) with drift (7), local linear trend (8).
    level : sequence of int
        Confidence levels of the intervals in percent.

    Returns
    -------
    pandas.DataFrame
        year, model, mean, lo-80, hi-80, lo-95, hi-95, warnings.

    Raises
    ------
    InputError
        Unknown model, fewer points than it needs, a year missing in between, a value that is
        not positive.

    Notes
    -----
    Drift: ŷ(T+h) = y(T) + h·c, sd s·sqrt(h(1 + h/(T − 1))). Sources: Hyndman and
    Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), 5.2, 5.5, 8; Hyndman and
    Billah (2003), International Journal of Forecasting 19, 287–290; Harvey (1989).

    Examples
    --------
    >>> gdp = pd.Series({2020: 100.0, 2021: 110.0, 2022: 121.0, 2023: 133.1})
    >>> reference_forecast(gdp, 2)[["year", "model", "mean"]].round(2).values.tolist()
    [[2024, 'drift', 146.41], [2025, 'drift', 161.05]]
    """
    return _run(_check(series, h, (model,), level), h, model, level)


def rolling_origin(
    series: pd.Series,
    models: Sequence[str] = REFERENCE_MODELS,
    h: int = 5,
    min_train: int = 8,
) -> pd.DataFrame:
    """Forecast from every past year as if later ones were unknown, and score each model.

    All models are judged at the same origins: every year with at least `min_train` points
    behind it and h years after it. Errors of neighbouring origins overlap, so the coverage
    of a handful of origins is a hint, not a measurement.

    Parameters
    ----------
    series : pandas.Series
        Positive values by consecutive years.
    models : sequence of str
        Names as in `reference_forecast`.
    h : int
        Years ahead; every horizon from 1 to h counts alike.
    min_train : int
        Points in the shortest history.

    Returns
    -------
    pandas.DataFrame
        One row a model: model, h, n_origins, mape_pct (of the level), mase (absolute error
        over the mean yearly change of the training years), coverage_80_pct, coverage_95_pct
        (share of outcomes inside the interval), warnings (code×number of origins).

    Raises
    ------
    InputError
        As `reference_forecast`; no origin; or a `min_train` that a model cannot bear.

    Notes
    -----
    MASE: Hyndman and Koehler (2006), International Journal of Forecasting 22, 679–688.

    Examples
    --------
    >>> gdp = pd.Series({2010 + t: 100 * 1.08**t for t in range(12)})
    >>> rolling_origin(gdp, ["drift"], h=2)[["model", "n_origins", "mape_pct"]].values.tolist()
    [['drift', 3, 0.0]]
    """
    logs = _check(series, h, models, (80, 95))
    need = max((_MODELS[model][0] for model in models), default=1)
    if min_train < need or len(logs) < min_train + h:
        raise InputError(
            f"滚动检验至少需要 {max(min_train, need) + h} 个观测，训练期至少 {need} 个",
            f"rolling origins need {max(min_train, need) + h} observations, "
            f"{need} of them before the first origin",
            column="min_train",
            value=f"n={len(logs)}, min_train={min_train}",
        )
    return pd.DataFrame([_score(logs, model, h, min_train) for model in models])


def _score(logs: pd.Series, model: str, h: int, min_train: int) -> dict[str, object]:
    """Score one model over all origins of a checked series."""
    mape, mase, heard = [], [], Counter[str]()
    inside: dict[int, list[float]] = {80: [], 95: []}
    values = np.exp(logs.to_numpy())
    origins = range(min_train, len(logs) - h + 1)
    for n in origins:
        table = _run(logs.iloc[:n], h, model, (80, 95))
        actual = values[n : n + h]
        error = np.abs(table["mean"].to_numpy() - actual)
        usual = float(np.mean(np.abs(np.diff(values[:n]))))
        mape.append(float(np.mean(error / actual)))
        mase.append(float(np.mean(error)) / usual if usual > 0 else math.nan)
        for each, hits in inside.items():
            hits += [
                float(x) for x in table[f"lo-{each}"].le(actual) & table[f"hi-{each}"].ge(actual)
            ]
        heard.update(filter(None, table["warnings"].iloc[0].split(";")))
    return {
        "model": model,
        "h": h,
        "n_origins": len(origins),
        "mape_pct": round(100.0 * float(np.mean(mape)), 12),
        "mase": float(np.mean(mase)),
        **{f"coverage_{each}_pct": 100.0 * float(np.mean(x)) for each, x in inside.items()},
        "warnings": ";".join(f"{code}×{count}" for code, count in sorted(heard.items())),
    }
