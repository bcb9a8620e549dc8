"""From a short yearly series, perhaps with gaps, to the distribution of the years ahead.

A plan's indicator often has three figures: 2015, 2020, 2024. Its own growth says little, so the
forecast is a random walk with drift whose drift and spread borrow from series of the same kind
(`analysis.priors`) and, if given, from comparable series such as the city's. How the parts are
weighed is written down in `analysis.forecast_drift`; what the result can be asked is in
`analysis.forecast_distribution`; series drawn together are in `analysis.forecast_joint`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.errors import InputError
from analysis.forecast_checks import STEPS_AT_MOST, check_series, check_steps, levels_of, whole
from analysis.forecast_distribution import Forecast
from analysis.forecast_drift import MEMORY, lean, predict
from analysis.forecast_joint import correlation_sensitivity, estimate_correlation, joint_paths
from analysis.priors import KINDS, Kind, kind_named, load_priors

__all__ = [
    "KINDS",
    "Forecast",
    "Kind",
    "correlation_sensitivity",
    "estimate_correlation",
    "forecast",
    "joint_paths",
]

#: Years ahead when neither `h` nor `until` is given: one plan.
ONE_PLAN = 5


def forecast(
    series: pd.Series,
    h: int | None = None,
    *,
    until: int | None = None,
    level: float | Sequence[float] = (50, 80, 95),
    kind: str,
    comparators: Sequence[pd.Series] = (),
) -> Forecast:
    """Forecast a yearly quantity: where it will probably stand, and how sure that is.

    Parameters
    ----------
    series : pandas.Series
        Values in one unit and caliber, indexed by whole years, ascending, without missing
        values; 1 to 60 observations with any gaps, of which the latest eight speak.
    h : int, optional
        Years ahead of the last observation, 1 to 60. Five when `until` is not given either.
    until : int, optional
        Last future year, instead of `h`.
    level : float or sequence of float
        Interval levels in per cent.
    kind : str
        Kind of quantity, a key of `KINDS`: it decides the scale and the prior.
    comparators : sequence of pandas.Series
        Series of the same kind whose growth should be alike, in any unit (of a rate: the same
        unit). They move the prior's centre and spread by precision, never replace it
        (`analysis.forecast_drift.lean`). Those of one observation say nothing and are left out.

    Returns
    -------
    Forecast
        The distribution of every future year, and of all together.

    Raises
    ------
    InputError
        Values the kind cannot take, years missing, doubled or out of order, a horizon, level or
        kind that does not exist.

    Notes
    -----
    One observation of a level says nothing on growth: the prior alone speaks, and the basis says
    so. One observation of a growth rate is already growth. The tails are so heavy that a mean
    need not exist on the unit's scale; the centre is the median.

    Examples
    --------
    >>> gdp = pd.Series({2015: 125.98, 2020: 182.0, 2024: 226.0})
    >>> f = forecast(gdp, until=2025, kind="nominal_gdp")
    >>> f.years, f.basis
    ([2025], 'series+prior')
    >>> low, high = f.interval(80, 2025)
    >>> bool(226 < f.median(2025) < 260 and low < 240 < high)
    True
    """
    shape = kind_named(kind)
    levels = levels_of(level)
    years, values = check_series(series, shape)
    steps = _steps(h, until, years[-1])
    prior = load_priors()[kind]
    others, names = [], []
    for number, other in enumerate(comparators, start=1):
        name = getattr(other, "name", None)
        label = str(name) if name is not None else f"comparator {number}"
        other_years, other_values = check_series(other, shape, f"comparators: {label}")
        if len(other_years) > 1 or shape.rate:
            others.append((shape.forward(other_values[-MEMORY:]), other_years[-MEMORY:]))
            names.append(label)
    prior = lean(prior, others, rate=shape.rate)
    observed = np.asarray(shape.forward(values))
    found = predict(observed[-MEMORY:], years[-MEMORY:], steps, prior, rate=shape.rate)
    return Forecast(
        kind=kind,
        n=len(years),
        last_year=years[-1],
        years=list(range(years[-1] + 1, years[-1] + steps + 1)),
        level=levels,
        weight_own=found.weight_own,
        comparators=names,
        basis="series+prior" if len(years) > 1 or shape.rate else "prior only",
        scale=shape,
        prior=prior,
        observed=observed,
        observed_years=years,
        drift=float(found.drift),
    )


def _steps(h: int | None, until: int | None, last: int) -> int:
    """Return the number of years ahead that `h` or `until` asks for."""
    if h is not None and until is not None:
        raise InputError(
            "h 与 until 只能给一个",
            "give h or until, not both",
            column="until",
            value=until,
            nearest=str(last + h) if whole(h) else None,
        )
    if until is None:
        return check_steps(ONE_PLAN if h is None else h, "h")
    if not whole(until) or not last < until <= last + STEPS_AT_MOST:
        early = not isinstance(until, (int, float)) or not until > last
        raise InputError(
            "预测的末年须晚于最后一个观测年",
            "the last year must come after the last observation",
            column="until",
            value=until,
            expected=f"{last + 1}–{last + STEPS_AT_MOST}",
            nearest=str(last + 1 if early else last + STEPS_AT_MOST),
        )
    return int(until) - last
