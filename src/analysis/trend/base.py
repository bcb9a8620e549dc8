"""What every trend shares: records, warning codes, logs with enough points, one regression."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pandas as pd

from analysis.data.errors import InputError
from analysis.growth.rates import yearly

#: What `cautions`, `fit_local_trend` and `compare_growth` may warn of.
CAUTIONS = (
    "few_points",
    "gaps",
    "autocorrelated",
    "exact_fit",
    "not_converged",
    "boundary",
    "reference_missing",
)

POINTS_FOR_TREND = 8
POINTS_FOR_ELASTICITY = 10
POINTS_FOR_LOCAL_TREND = 30
# A residual autocorrelation of about 0.3: from there on HAC intervals of short series miss often.
LOW_DURBIN_WATSON = 1.4


class Record:
    """A result that can be shown as a table of one row."""

    def to_frame(self) -> pd.DataFrame:
        """Return the result as one row; warning codes joined by a semicolon.

        Examples
        --------
        >>> from analysis.trend.fit import log_linear_trend
        >>> fit = log_linear_trend(pd.Series({2020: 100.0, 2021: 110.0, 2022: 121.0}))
        >>> fit.to_frame()[["n", "warnings"]].values.tolist()
        [[3, 'few_points;exact_fit']]
        """
        row: dict[str, Any] = dataclasses.asdict(self)  # type: ignore[call-overload]
        row["warnings"] = ";".join(row["warnings"])
        return pd.DataFrame([row])


def log_observations(series: pd.Series, need: int, name: str = "series") -> pd.Series:
    """Return natural logs of the observed years, or say how many positive points are needed.

    Raises
    ------
    InputError
        A value that is not positive, or fewer than `need` observations.

    Examples
    --------
    >>> log_observations(pd.Series({2020: 1.0, 2021: None}), 1).to_dict()
    {2020: 0.0}
    """
    values = yearly(series, name)
    if (values <= 0).any():
        raise InputError("logs_need_positive_values", column=name, value=float(values.min()))
    if len(values) < need:
        raise InputError(
            "too_few_observations",
            column=name,
            value=len(values),
            expected=f">= {need}",
            need=need,
            count=len(values),
        )
    return np.log(values)


def newey_west_lags(n: int) -> int:
    """Return the lag length of the HAC covariance, floor(4·(n/100)^(2/9)).

    Source: Newey and West (1994), Review of Economic Studies 61, 631–653.

    Examples
    --------
    >>> newey_west_lags(24)
    2
    """
    return math.floor(4.0 * (n / 100.0) ** (2.0 / 9.0))


def regress(y: np.ndarray, x: np.ndarray, *, hac: bool) -> tuple[Any, int]:
    """Return the least-squares fit and the HAC lag length; t quantiles, as short series need."""
    import statsmodels.api as sm

    lags = newey_west_lags(len(y))
    if not hac:
        return sm.OLS(y, x).fit(), lags
    options = {"maxlags": lags, "use_correction": True}
    return sm.OLS(y, x).fit(cov_type="HAC", cov_kwds=options, use_t=True), lags


def durbin_watson(resid: np.ndarray) -> float | None:
    """Return the Durbin–Watson statistic of log residuals, None where there are none.

    Residuals of 1e-10 log points and less are binary rounding, not economics. Source: Durbin
    and Watson (1950), Biometrika 37, 409–428.

    Examples
    --------
    >>> durbin_watson(np.array([1.0, -1.0, 1.0, -1.0]))
    3.0
    """
    if float(np.abs(resid).max()) <= 1e-10:
        return None
    return float(np.sum(np.diff(resid) ** 2) / np.sum(resid**2))


def r_squared(fit: Any) -> float:
    """Return the share of variance explained, NaN where nothing varied."""
    varied = float(fit.centered_tss)
    return 1.0 - float(fit.ssr) / varied if varied > 1e-18 else math.nan


def cautions(n: int, enough: int, statistic: float | None, years: pd.Index | None) -> list[str]:
    """Return the warning codes that a count, a statistic and the years call for."""
    found = ["few_points"] if n < enough else []
    if years is not None and len(years) and years[-1] - years[0] + 1 != len(years):
        found.append("gaps")
    if statistic is None:
        found.append("exact_fit")
    elif statistic < LOW_DURBIN_WATSON:
        found.append("autocorrelated")
    return found


def log_to_pct(log_growth: float) -> float:
    """Return growth in percent for a change in logs, 100·(e^x − 1).

    Examples
    --------
    >>> round(log_to_pct(0.5), 3)
    64.872
    """
    return 100.0 * math.expm1(log_growth)
