"""Seasonal adjustment of monthly and quarterly series, with what is not yet settled at the end.

A seasonally adjusted figure is an estimate. That of the latest month is made without the
following years and will be revised when they come; an adjustment that does not say by how much
invites the reading of noise as a turn. The model and the reasons for it are in
`analysis.season.structure`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.forecast.checks import check_level
from analysis.season.checks import frequency
from analysis.season.holiday import Window, moving
from analysis.season.model import PERIODS, Array
from analysis.season.structure import Structure, fit_structure, log_series

#: Years at both ends of the sample that do not speak on revisions: too young, or not yet final.
YEARS_TO_SETTLE = 3


@dataclass(frozen=True)
class SeasonalAdjustment:
    """A series cut into trend, season, festival and irregular, multiplied back together.

    Parameters
    ----------
    table : pandas.DataFrame
        By period: ``observed``, ``trend``, ``seasonal`` and ``holiday`` (factors, 1: none),
        ``irregular`` (factor), ``adjusted`` = observed / (seasonal * holiday), in the unit of
        the series; ``adjusted_lo`` and ``adjusted_hi``, ``trend_lo`` and ``trend_hi`` at
        `level`. An absent period has a trend and no adjusted value.
    level : float
        Of the intervals, in per cent.
    end_error_pct, mid_error_pct : float
        Half width of the adjusted figure's interval in % of it, at the last period and at the
        same period of a year in the middle of the sample.
    revision_pct : float or None
        Root mean square of what later years changed in first-time adjusted figures, in %,
        over the periods that have since settled; None where the sample is too short for any.
    with_holiday : bool
        Whether the festival was taken out too.
    variances : dict
        Of the shocks in logs: ``irregular``, ``level``, ``seasonal``.
    """

    table: pd.DataFrame = field(repr=False)
    level: float
    end_error_pct: float
    mid_error_pct: float
    revision_pct: float | None
    with_holiday: bool
    variances: dict[str, float] = field(repr=False)


def seasonal_adjust(
    series: pd.Series, *, holiday: Sequence[Window] | None = None, level: float = 95
) -> SeasonalAdjustment:
    """Take the seasonal pattern, and on request the Spring Festival, out of a series.

    Multiplicative: the parts are estimated in logs and returned as factors.

    Parameters
    ----------
    series : pandas.Series
        Positive figures of single months or quarters, ascending, five years at least; absent
        periods are bridged, not filled.
    holiday : sequence of Window, optional
        Windows around the Spring Festival, see `analysis.season.holiday`.
    level : float
        Of the intervals, in per cent, given the estimated variances.

    Returns
    -------
    SeasonalAdjustment
        Parts, adjusted series and their uncertainty.

    Raises
    ------
    InputError
        What `analysis.season.structure.log_series` and `analysis.season.holiday.moving` refuse.

    Examples
    --------
    >>> from analysis.season.holiday import WHOLE, made_series
    >>> found = seasonal_adjust(made_series(beta=-0.2, seed=1), holiday=WHOLE)
    >>> parts = found.table
    >>> bool(np.allclose(parts.observed, parts.trend * parts.seasonal * parts.holiday
    ...                  * parts.irregular))
    True
    >>> found.end_error_pct > found.mid_error_pct
    True
    """
    from scipy import stats

    check_level(level)
    logs = log_series(series)
    moved = None if holiday is None else moving(logs.index, holiday)
    fit = fit_structure(logs, moved)
    far = float(stats.t.ppf(0.5 + level / 200, fit.n - fit.diffuse))
    shift, shift_var = _festival(fit, moved, len(logs))
    adjusted = logs.to_numpy() - fit.season - shift
    error = far * np.sqrt(fit.season_var + shift_var)
    far_trend = far * np.sqrt(fit.level_var)
    table = pd.DataFrame(
        {
            "observed": np.exp(logs.to_numpy()),
            "trend": np.exp(fit.level),
            "seasonal": np.exp(fit.season),
            "holiday": np.exp(shift),
            "irregular": np.exp(adjusted - fit.level),
            "adjusted": np.exp(adjusted),
            "adjusted_lo": np.exp(adjusted - error),
            "adjusted_hi": np.exp(adjusted + error),
            "trend_lo": np.exp(fit.level - far_trend),
            "trend_hi": np.exp(fit.level + far_trend),
        },
        index=logs.index,
    )
    half, m = 100 * np.expm1(error), PERIODS[frequency(logs.index)]
    return SeasonalAdjustment(
        table=table,
        level=level,
        end_error_pct=float(half[-1]),
        mid_error_pct=float(half[len(half) - 1 - m * (len(half) // m // 2)]),
        revision_pct=_revision(fit, m),
        with_holiday=moved is not None,
        variances=fit.variances,
    )


def _festival(fit: Structure, moved: pd.DataFrame | None, size: int) -> tuple[Array, Array]:
    """Return the festival's part in logs and its variance, zeros where it is left in."""
    if moved is None:
        return np.zeros(size), np.zeros(size)
    x = moved.to_numpy()
    return x @ fit.beta, np.einsum("ij,jk,ik->i", x, fit.beta_cov, x)


def _revision(fit: Structure, m: int) -> float | None:
    """Return the usual change of a first-time seasonal factor, in %, once later years are in."""
    change = (fit.season - fit.season_then)[YEARS_TO_SETTLE * m : -YEARS_TO_SETTLE * m]
    if len(change) < m:
        return None
    return float(100 * np.sqrt(np.mean(change**2)))
