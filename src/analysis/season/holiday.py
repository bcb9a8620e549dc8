"""The Spring Festival: its dates, whether it shows, and a series adjusted for it and the season.

Factories and docks stop for a festival that wanders between 21 January and 20 February. A
seasonal pattern fixed to calendar months cannot follow it: what one year lacks in January the
next lacks in February. The cure is that of X-13ARIMA-SEATS and its helper genhol: a regressor
that says which share of a window of days around the festival falls in each period, less that
period's usual share, so that it moves activity between periods and not the level of a year.

Sources: Findley, Monsell, Bell, Otto and Chen, J. Business & Economic Statistics 16 (1998)
127-152 (moving holidays in X-12); U.S. Census Bureau, X-13ARIMA-SEATS Reference Manual (user-
defined regressors and genhol); Roberts and White, Reserve Bank of Australia RDP 2015-09 (windows
before, during and after the festival for Chinese series).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.data.errors import InputError
from analysis.forecast.checks import check_level
from analysis.season.checks import frequency
from analysis.season.model import PERIODS, Array
from analysis.season.structure import Structure, fit_structure, log_series

# Month and day of the first day of the first lunar month, year by year from 1990. Source: Hong
# Kong Observatory, Gregorian-Lunar Calendar Conversion Table; rules: GB/T 33661-2017. The tests
# compute the same days from the positions of sun and moon.
FIRST_YEAR = 1990
_DAYS = (
    "0127 0215 0204 0123 0210 0131 0219 0207 0128 0216 "
    "0205 0124 0212 0201 0122 0209 0129 0218 0207 0126 "
    "0214 0203 0123 0210 0131 0219 0208 0128 0216 0205 "
    "0125 0212 0201 0122 0210 0129 0217 0206 0126 0213 "
    "0203 0123 0211 0131 0219 0208 0128 0215 0204 0124 0212"
)
#: First day of the lunar year by calendar year, 1990 to 2040.
SPRING_FESTIVAL: dict[int, dt.date] = {
    year: dt.date(year, int(day[:2]), int(day[2:]))
    for year, day in enumerate(_DAYS.split(), FIRST_YEAR)
}
DAYS_AT_MOST = 75


@dataclass(frozen=True)
class Window:
    """Days around the festival whose activity is thought to differ.

    Parameters
    ----------
    name : str
        What it is called in results.
    first, last : int
        Days after New Year's Day (0), negative before it; both included, at most 75 away.

    Examples
    --------
    >>> Window("during", 0, 6)
    Window(name='during', first=0, last=6)
    """

    name: str
    first: int
    last: int

    def __post_init__(self) -> None:
        """Refuse a window that ends before it begins or leaves the season."""
        if not -DAYS_AT_MOST <= self.first <= self.last <= DAYS_AT_MOST:
            raise InputError(
                "window_out_of_range",
                column="window",
                value=f"{self.name}: {self.first}..{self.last}",
                expected=f"-{DAYS_AT_MOST} <= first <= last <= {DAYS_AT_MOST}",
            )


#: The week before, the statutory week, and the two weeks in which workers come back.
AROUND = (Window("before", -7, -1), Window("during", 0, 6), Window("after", 7, 20))
#: One window for all three: of a short series little more can be learned.
WHOLE = (Window("festival", -7, 20),)


def spring_festival(year: int) -> dt.date:
    """Return the first day of the lunar year that begins in a calendar year.

    Raises
    ------
    InputError
        A year outside the table, 1990 to 2040.

    Examples
    --------
    >>> spring_festival(2025)
    datetime.date(2025, 1, 29)
    """
    if year not in SPRING_FESTIVAL:
        raise InputError(
            "no_spring_festival_known",
            column="year",
            value=year,
            expected=f"{FIRST_YEAR}–{max(SPRING_FESTIVAL)}",
            nearest=str(min(max(year, FIRST_YEAR), max(SPRING_FESTIVAL))),
        )
    return SPRING_FESTIVAL[year]


def holiday_regressors(
    index: pd.PeriodIndex, windows: Sequence[Window] = AROUND, *, centred: bool = True
) -> pd.DataFrame:
    """Return how much of each window around the Spring Festival falls in each month or quarter.

    Formula: (days of the window within the period) / (days of the window), less the mean of
    the same calendar month over 1990 to 2040 when `centred`. The column sums to one over a
    year before centring, and to about zero after it.

    Parameters
    ----------
    index : pandas.PeriodIndex
        Months or quarters.
    windows : sequence of Window
        One column each.
    centred : bool
        Whether the usual share of the calendar month is taken off, so that the seasonal
        pattern keeps what the festival does on average.

    Raises
    ------
    InputError
        An index without months or quarters, a year outside the table, a name used twice.

    Examples
    --------
    In 2024 New Year's Day was 10 February, in 2025 29 January: three of seven days in January.

    >>> months = pd.period_range("2024-01", "2025-02", freq="M")
    >>> week = holiday_regressors(months, [Window("during", 0, 6)], centred=False)["during"]
    >>> week[["2024-01", "2024-02", "2025-01", "2025-02"]].round(3).tolist()
    [0.0, 1.0, 0.429, 0.571]
    """
    freq = frequency(index)
    names = [window.name for window in windows]
    if not names or len(set(names)) < len(names):
        raise InputError("windows_need_own_names", column="windows")
    for year in {index[0].year, index[-1].year} if len(index) else ():
        spring_festival(year)
    table = pd.period_range(f"{FIRST_YEAR}-01", f"{max(SPRING_FESTIVAL)}-12", freq=freq)
    shares = pd.DataFrame({w.name: _shares(table, w) for w in windows}, index=table)
    if centred:
        shares = shares - shares.groupby(table.month).transform("mean")
    return shares.loc[index]


def _shares(table: pd.PeriodIndex, window: Window) -> np.ndarray:
    """Return the share of one window in every period of the table."""
    place = {period: number for number, period in enumerate(table)}
    share = np.zeros(len(table))
    days = window.last - window.first + 1
    for start in SPRING_FESTIVAL.values():
        for day in range(window.first, window.last + 1):
            period = pd.Period(start + dt.timedelta(days=day), freq=table.freqstr)
            if period in place:  # the first window may begin before the table
                share[place[period]] += 1 / days
    return share


@dataclass(frozen=True)
class HolidayEffect:
    """What the Spring Festival moves between periods, and whether that can be told from none.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a window: ``window``, ``effect_pct``, ``lo_pct``, ``hi_pct``, ``p_value``. The
        effect is that on a period which holds the whole window against one which holds none
        of it, 100*(exp(beta) - 1).
    p_value : float
        Of all windows together being without effect (Wald F test).
    level : float
        Of the intervals, in per cent.
    n : int
        Observed periods.
    distinguishable : bool
        Whether `p_value` is below 1 - level/100.
    """

    table: pd.DataFrame = field(repr=False)
    p_value: float
    level: float
    n: int
    distinguishable: bool


def holiday_effect(
    series: pd.Series, windows: Sequence[Window] = WHOLE, *, level: float = 95
) -> HolidayEffect:
    """Measure the Spring Festival in a monthly or quarterly series of positive quantities.

    Level with drift, seasonal pattern, irregular and the festival's regressors are estimated
    together in logs (`analysis.season.structure`), so that the errors of the regressors are
    not those of a series already cleaned. Intervals are Student-t with n - d degrees of
    freedom, given the estimated variances.

    Parameters
    ----------
    series : pandas.Series
        By month or quarter, ascending; at least five years.
    windows : sequence of Window
        See `holiday_regressors`; a window that never leaves one period of the year cannot be
        told from the season.
    level : float
        Of the intervals, in per cent.

    Raises
    ------
    InputError
        What `log_series` refuses, or a window that does not move between the periods.

    Examples
    --------
    >>> effect = holiday_effect(made_series(beta=-0.2, seed=1))
    >>> row = effect.table.iloc[0]
    >>> effect.distinguishable, bool(row.lo_pct < 100 * (np.exp(-0.2) - 1) < row.hi_pct)
    (True, True)
    """
    from scipy import stats

    logs = log_series(series)
    fit = fit_structure(logs, moving(logs.index, windows))
    free = fit.n - fit.diffuse
    far = float(stats.t.ppf(0.5 + level / 200, free))
    error = np.sqrt(np.diag(fit.beta_cov))
    wald = float(fit.beta @ np.linalg.solve(fit.beta_cov, fit.beta)) / len(fit.beta)
    p_all = float(stats.f.sf(wald, len(fit.beta), free))
    table = pd.DataFrame(
        {
            "window": [window.name for window in windows],
            "effect_pct": 100 * np.expm1(fit.beta),
            "lo_pct": 100 * np.expm1(fit.beta - far * error),
            "hi_pct": 100 * np.expm1(fit.beta + far * error),
            "p_value": 2 * stats.t.sf(np.abs(fit.beta / error), free),
        }
    )
    return HolidayEffect(table, p_all, level, fit.n, p_all < 1 - level / 100)


def moving(index: pd.Index, windows: Sequence[Window]) -> pd.DataFrame:
    """Return the regressors, or raise InputError for a window that never moves.

    Examples
    --------
    The festival week never leaves the first quarter.

    >>> quarters = pd.period_range("2010Q1", "2019Q4", freq="Q")
    >>> moving(quarters, [Window("during", 0, 6)])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    analysis.data.errors.InputError: ...window_never_moves...
    """
    found = holiday_regressors(pd.PeriodIndex(index), windows)
    for name, column in found.items():
        if float(np.ptp(column.to_numpy())) < 1e-9:
            raise InputError("window_never_moves", column="windows", value=str(name))
    return found


def made_series(*, beta: float, seed: int, years: int = 12) -> pd.Series:
    """Return an invented monthly series with a known effect of the Spring Festival, for checks.

    Level 100 with steps of 1 % around a drift of 0.4 % a month, a fixed season of up to 8 %,
    irregular 2 %, and `beta` (log points) on a month that holds all of the festival's window.

    Examples
    --------
    >>> len(made_series(beta=-0.1, seed=1))
    144
    """
    draw = np.random.default_rng(seed)
    months = pd.period_range("2008-01", periods=12 * years, freq="M")
    level = np.log(100) + np.cumsum(0.004 + 0.01 * draw.standard_normal(len(months)))
    season = 0.08 * np.sin(2 * np.pi * (months.month.to_numpy() + 1) / 12)
    noise = 0.02 * draw.standard_normal(len(months))
    moved = beta * holiday_regressors(months, WHOLE).iloc[:, 0].to_numpy()
    return pd.Series(np.exp(level + season + noise + moved), index=months)


# --- A monthly series adjusted for season and festival ---------------------------------------
# A seasonally adjusted figure is an estimate. That of the latest month is made without the
# following years and will be revised when they come; an adjustment that does not say by how much
# invites the reading of noise as a turn. The model and the reasons for it are in
# `analysis.season.structure`.


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
