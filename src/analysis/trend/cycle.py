"""Cycle and potential, with what a filter's latest figure is worth.

A two-sided filter has no future at the end of the sample, so it revises just the years a
plan is judged on. Here a regression on the past stands beside it, and both are made again on
shortened samples: what would have been said then, against what is said now.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from analysis.data.errors import InputError
from analysis.growth.rates import require_above, require_consecutive
from analysis.trend.base import cautions, log_observations, regress

#: Ravn and Uhlig (2002): 1600 a quarter is 6.25 a year
HP_ANNUAL = 6.25
#: two years ahead, and two lags, which take out two unit roots: growth may drift
HORIZON, LAGS = 2, 2
#: fewer years than this give no filter; a real-time estimate needs as many
SHORTEST = 12
POINTS_FOR_CYCLE = 30
#: fewer finished revisions than this say nothing about the next
ENOUGH_REVISIONS = 5


@dataclass(frozen=True)
class Cycle:
    """Gap between a series and its potential by the regression filter, percent of potential.

    `lo_pct` to `hi_pct` is the last year's interval from the coefficients alone. `path` has
    one row a year: year, value, potential, gap_pct, lo_pct, hi_pct.
    """

    year: int
    gap_pct: float
    lo_pct: float
    hi_pct: float
    level: int
    n: int
    sd_pct: float
    warnings: tuple[str, ...]
    path: pd.DataFrame = field(repr=False, compare=False)

    def to_frame(self) -> pd.DataFrame:
        """Return the path, one row a year."""
        return self.path.copy()


@dataclass(frozen=True)
class RealTime:
    """How far a filter's end-of-sample gap was revised afterwards, in percentage points.

    `revisions` counts the years whose gap has been seen with at least `settled` more years;
    `turned` of them changed sign. `rms_pp` is None with fewer than five.
    """

    revisions: int
    rms_pp: float | None
    largest_pp: float
    largest_year: int
    turned: int
    settled: int
    path: pd.DataFrame = field(repr=False, compare=False)

    def to_frame(self) -> pd.DataFrame:
        """Return year, real_time, final and revision, all in percent."""
        return self.path.copy()


def _logs(series: pd.Series) -> pd.Series:
    logs = 100.0 * log_observations(series, SHORTEST)
    require_consecutive(logs, "series")
    return logs


def hp_gap(series: pd.Series, smoothing: float = HP_ANNUAL) -> pd.Series:
    """Return the Hodrick–Prescott gap of an annual series, percent (100 × log difference).

    Trend m minimises Σ(y − m)² + λ·Σ(Δ²m)² on y = 100·ln x, so m = (I + λD'D)⁻¹y. Two-sided:
    its last years will be revised, see `real_time`. Shown for comparison only. Source:
    Hodrick and Prescott (1997), Journal of Money, Credit and Banking 29, 1–16; λ for years:
    Ravn and Uhlig (2002), Review of Economics and Statistics 84, 371–376.

    Raises
    ------
    InputError
        Fewer than twelve years, a gap between them, a value that is not positive, or λ <= 0.

    Examples
    --------
    >>> bool((hp_gap(pd.Series({2000 + t: 1.07**t for t in range(15)})).abs() < 1e-9).all())
    True
    """
    require_above("smoothing", smoothing)
    logs = _logs(series)
    bend = np.diff(np.eye(len(logs)), 2, axis=0)
    trend = np.linalg.solve(np.eye(len(logs)) + smoothing * bend.T @ bend, logs.to_numpy())
    return (logs - trend).rename("gap_pct")


def _hamilton(series: pd.Series) -> tuple[Any, pd.Series, np.ndarray]:
    """Return the fit, the left-hand years and the design of y(t+h) on y(t), y(t−1)."""
    logs = _logs(series)
    values, years = logs.to_numpy(), np.arange(HORIZON + LAGS - 1, len(logs))
    lags = [values[years - HORIZON - lag] for lag in range(LAGS)]
    design = np.column_stack([np.ones(len(years)), *lags])
    if np.linalg.matrix_rank(design - design[0] * [0.0, 1.0, 1.0]) < LAGS + 1:
        raise InputError("growth_constant_for_filter", column="series")
    known = logs.iloc[years]
    fit, _ = regress(known.to_numpy(), design, hac=True)
    return fit, known, design


def hamilton_gap(series: pd.Series, level: int = 95) -> Cycle:
    """Return the gap by the regression filter: what two years ago did not foretell.

    Regression y(t) = a + b1·y(t−2) + b2·y(t−3) + v(t) on y = 100·ln x by least squares; the
    gap is v, potential exp((y − v)/100). Each year uses its own past alone; only coefficients
    change as years are added. Two lags take out two unit roots, so growth may drift. The
    interval is that of the fitted value under a HAC covariance (t quantiles): it knows
    nothing of revisions of the data, and reads the two years' surprise as the cycle. Source:
    Hamilton (2018), Review of Economics and Statistics 100, 831–843, with h = 2 years.

    Raises
    ------
    InputError
        Fewer than twelve years, a gap between them, a value not positive, or constant growth.

    Examples
    --------
    >>> y = {2000 + t: 100 * 1.07**t * (1 + 0.02 * math.sin(t)) for t in range(20)}
    >>> found = hamilton_gap(pd.Series(y))
    >>> found.year, found.n, found.lo_pct < found.gap_pct < found.hi_pct
    (2019, 17, True)
    """
    from scipy.stats import t

    fit, known, design = _hamilton(series)
    potential = fit.fittedvalues
    spread = np.sqrt(np.einsum("ij,jk,ik->i", design, fit.cov_params(), design))
    reach = t.ppf(0.5 + level / 200.0, len(known) - design.shape[1]) * spread
    gap = known.to_numpy() - potential
    path = pd.DataFrame(
        {
            "year": known.index,
            "value": np.exp(known.to_numpy() / 100.0),
            "potential": np.exp(potential / 100.0),
            "gap_pct": gap,
            "lo_pct": gap - reach,
            "hi_pct": gap + reach,
        }
    )
    return Cycle(
        year=int(known.index[-1]),
        gap_pct=float(gap[-1]),
        lo_pct=float(gap[-1] - reach[-1]),
        hi_pct=float(gap[-1] + reach[-1]),
        level=level,
        n=len(known),
        sd_pct=math.sqrt(fit.ssr / (len(known) - design.shape[1])),
        # autocorrelation up to the horizon is the filter's own, no warning
        warnings=tuple(cautions(len(known), POINTS_FOR_CYCLE, 2.0, known.index)),
        path=path,
    )


def _hamilton_gaps(series: pd.Series) -> pd.Series:
    fit, known, _ = _hamilton(series)
    return (known - fit.fittedvalues).rename("gap_pct")


FILTERS: dict[str, Callable[[pd.Series], pd.Series]] = {
    "hamilton": _hamilton_gaps,
    "hp": hp_gap,
}


def real_time(
    series: pd.Series, method: str = "hamilton", settled: int = 3, since: int | None = None
) -> RealTime:
    """Return what the filter said of each year at its end, and what it says now.

    The filter is estimated again on the sample that ends with each year from the twelfth on.
    Revision = final − real time, in percentage points. Only the filter is made again: the
    figures are today's vintage, so real revisions were larger. Years with fewer than
    `settled` years after them are still being revised and do not count. Source: Orphanides
    and van Norden (2002), Review of Economics and Statistics 84, 569–583.

    Parameters
    ----------
    series : pandas.Series
        Positive values by consecutive years.
    method : str
        hamilton or hp.
    settled : int
        Later years after which a gap counts as settled.
    since : int, optional
        First year to look at, so that two methods are compared over the same years.

    Raises
    ------
    InputError
        An unknown method, or a series the filter refuses.

    Examples
    --------
    >>> y = pd.Series({2000 + t: 100 * 1.07**t * (1 + 0.02 * math.sin(t)) for t in range(20)})
    >>> past = real_time(y, "hp")
    >>> past.revisions, past.to_frame()["revision"].iloc[-1].item()
    (6, 0.0)
    """
    if method not in FILTERS:
        raise InputError(
            "unknown_filter", column="method", value=method, expected=" / ".join(FILTERS)
        )
    gaps, start = FILTERS[method], SHORTEST
    if method == "hamilton":  # the regression loses its first years: as many are kept
        start = SHORTEST + HORIZON + LAGS - 1
    years = list(_logs(series).index)
    final = gaps(series)
    ends = [year for year in years[start - 1 :] if since is None or year >= since]
    said = {year: float(gaps(series.loc[:year]).iloc[-1]) for year in ends}
    path = pd.DataFrame({"real_time": said, "final": final.reindex(list(said))}, dtype=float)
    path["revision"] = path["final"] - path["real_time"]
    seen = path[path.index <= years[-1] - settled]
    worst = int(seen["revision"].abs().idxmax()) if len(seen) else 0
    square = float((seen["revision"] ** 2).mean()) if len(seen) else math.nan
    return RealTime(
        revisions=len(seen),
        rms_pp=math.sqrt(square) if len(seen) >= ENOUGH_REVISIONS else None,
        largest_pp=float(seen["revision"].loc[worst]) if len(seen) else math.nan,
        largest_year=worst,
        turned=int((seen["final"] * seen["real_time"] < 0).sum()),
        settled=settled,
        path=path.rename_axis("year").reset_index(),
    )
