"""From a short yearly series, perhaps with gaps, to the distribution of the years ahead.

A plan's indicator often has three figures: 2015, 2020, 2024. Its own growth says little, so the
forecast borrows. The closed form is a random walk with drift whose drift and spread borrow from
series of the same kind (`analysis.forecast.kinds`) and, if given, from comparable series such as
the city's; how the parts are weighed is written down in `analysis.forecast.walk`. It speaks alone
up to two observations. From four on, small nets that learned from thousands of series read the
whole pattern (`analysis.forecast.learned.nets`); at three the two are averaged. Comparators move
the nets' result as they move the closed form's. Small counts are no walk but a rate of events
(`analysis.forecast.counts`). The textbook models of `analysis.forecast.textbook` come by the same
call, to be measured by. Whatever the model, it hands over its years ahead as
`analysis.forecast.margins`; what the result can be asked is in `analysis.forecast.distribution`,
series drawn together are in `analysis.forecast.joint`, and models held against each other on one
series in `analysis.backtest.compare`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.data.errors import InputError, nearest
from analysis.forecast.checks import (
    STEPS_AT_MOST,
    check_list,
    check_series,
    check_steps,
    levels_of,
    whole,
)
from analysis.forecast.counts import CountMargins, count_margins, count_weight
from analysis.forecast.distribution import Forecast
from analysis.forecast.kinds import KINDS, Kind, Prior, kind_named, load_priors
from analysis.forecast.learned.batch import (
    closed_share,
    learned_knots,
    readable_rows,
    with_closed_form,
)
from analysis.forecast.learned.nets import HORIZON, PROBABILITIES, row_of, widening
from analysis.forecast.margins import TAIL_NU, KnotMargins, Margins, StudentMargins, walk_margins
from analysis.forecast.textbook import REFERENCE_MODELS, fit_reference
from analysis.forecast.walk import MEMORY, lean

__all__ = ["KINDS", "MODELS", "Forecast", "Kind", "forecast"]

Array = NDArray[np.float64]

#: Years ahead when neither `h` nor `until` is given: one plan.
ONE_PLAN = 5
#: Models whose years ahead are learned quantiles.
_LEARNED = ("pooled", "trend_grid", "theta_grid")
#: What `model` may be: the project's own first, then the textbook references.
MODELS = (*_LEARNED, "prior", *REFERENCE_MODELS)


def forecast(
    series: pd.Series,
    h: int | None = None,
    *,
    until: int | None = None,
    level: float | Sequence[float] = (50, 80, 95),
    kind: str,
    comparators: Sequence[pd.Series] = (),
    model: str = "pooled",
) -> Forecast:
    """Forecast a yearly quantity: where it will probably stand, and how sure that is.

    Parameters
    ----------
    series : pandas.Series
        Values in one unit and caliber, indexed by whole years, ascending, without missing
        values; 1 to 60 observations with any gaps. The closed form listens to the latest eight,
        the learned models to the last 21 years and more.
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
        (`analysis.forecast.walk.lean`). Those of one observation say nothing and are left out.
        Those that end before the series does still tell how such series grow; the explanation
        names their last year.
    model : str
        One of `MODELS`. ``pooled``: nets and closed form as above, for the kinds the nets know;
        ``model`` of the result says ``prior`` where the closed form spoke alone. ``prior``: always
        the closed form. ``trend_grid``: the explainable average of damped trends, alone;
        ``theta_grid``: that of theta lines. The textbook references (``drift``, ``ets``, ``theta``,
        ``arima``, ``local_trend``) use all observations, need consecutive years and 3 to 8 of them,
        and ignore comparators.

    Returns
    -------
    Forecast
        The distribution of every future year, and of all together.

    Raises
    ------
    InputError
        Values the kind cannot take, years missing, doubled or out of order, a horizon, level,
        kind or model that does not exist, or a series a reference model cannot take.

    Notes
    -----
    One observation of a level says nothing on growth: the prior alone speaks, and the basis says
    so. One observation of a growth rate is already growth. The tails are so heavy that a mean
    need not exist on the unit's scale; the centre is the median. Nothing is smoothed away: after
    a jump to the thousandfold the closed form goes on from there, and the nets expect some of it
    to be undone, each with a range as wide as such a jump deserves; a series that never moved
    keeps the doubt of its kind.

    Examples
    --------
    >>> gdp = pd.Series({2015: 125.98, 2020: 182.0, 2024: 226.0})
    >>> f = forecast(gdp, until=2025, kind="nominal_gdp")
    >>> f.years, f.basis
    ([2025], 'series+panel')
    >>> low, high = f.interval(80, 2025)
    >>> bool(226 < f.median(2025) < 260 and low < 240 < high)
    True
    """
    shape = kind_named(kind)
    _check_model(model)
    levels = levels_of(level)
    years, values = check_series(series, shape)
    steps = _steps(h, until, years[-1])
    others = _comparators(comparators, shape)
    observed = np.asarray(shape.forward(values))
    if shape.counted and count_weight(values, years[-1] - np.asarray(years)) == 1:
        others = []  # a rate of events borrows no growth
    found = _engine(model, shape, observed, years, steps, others)
    used = [] if found.basis == "series only" else others
    return Forecast(
        kind=kind,
        model=found.model,
        n=len(years),
        last_year=years[-1],
        years=list(range(years[-1] + 1, years[-1] + steps + 1)),
        level=levels,
        weight_own=found.weight_own,
        comparators=[other.name for other in used],
        basis=found.basis,
        warnings=found.warnings,
        scale=shape,
        margins=found.margins,
        prior=found.prior,
        observed=observed,
        observed_years=years,
        drift=found.drift,
        comparators_end=[other.years[-1] for other in used],
        alone=forecast(series, h, until=until, level=level, kind=kind, model=model)
        if used
        else None,
    )


@dataclass(frozen=True)
class _Comparator:
    """A comparable series on the model's scale, its latest years only."""

    name: str
    z: Array
    years: list[int]


@dataclass(frozen=True)
class _Found:
    """What an engine hands over."""

    model: str
    margins: Margins
    prior: Prior
    basis: str
    drift: float
    weight_own: float
    warnings: tuple[str, ...] = ()


def _engine(
    model: str,
    kind: Kind,
    observed: Array,
    years: list[int],
    steps: int,
    others: Sequence[_Comparator],
) -> _Found:
    """Return the years ahead by one model: the only place that knows which engine makes them."""
    prior = load_priors()[kind.name]
    if model in REFERENCE_MODELS:
        margins, codes = fit_reference(observed, years, model, kind)
        first, second = (float(margins.level(0.0, step)) for step in (1, 2))
        return _Found(model, margins, prior, "series only", second - first, 1.0, codes)
    alone = walk_margins(observed, years, steps, prior, kind)
    leaned = lean(prior, [(other.z, other.years) for other in others], rate=kind.rate)
    walk = walk_margins(observed, years, steps, leaned, kind) if others else alone
    found = walk.predictive()
    drift, weight_own = float(found.drift), found.weight_own
    knots = None if model == "prior" else _knots(model, kind, observed, years, alone)
    if knots is None:
        ahead = count_margins(observed, years, kind, walk)
        if isinstance(ahead, CountMargins):  # one figure of a rate is a record already
            drift, weight_own = (1 - ahead.weight) * drift, ahead.own_share(weight_own)
            return _Found("prior", ahead, leaned, "series+prior", drift, weight_own)
        basis = "series+prior" if len(years) > 1 or kind.rate else "prior only"
        return _Found("prior", walk, leaned, basis, drift, weight_own)
    if others:
        knots = _leaned_knots(knots, alone, walk)
    learned = KnotMargins(PROBABILITIES, knots, TAIL_NU, walk)
    return _Found(model, learned, leaned, "series+panel", drift, weight_own)


def _knots(
    model: str, kind: Kind, observed: Array, years: list[int], alone: StudentMargins
) -> Array | None:
    """Return the quantiles of a learned model; None leaves "pooled" to the closed form."""
    row = row_of(years, kind.backward(observed))
    code = np.array([kind.name])
    if not readable_rows(row, code, model)[0]:
        if model == "pooled":
            return None
        raise InputError(
            "grids_need_four_consecutive_years", column="model", value=model, nearest="pooled"
        )
    knots = learned_knots(row, code, model)
    if model == "pooled":
        walks = [alone.quantile(PROBABILITIES, step) for step in range(1, HORIZON + 1)]
        knots = with_closed_form(knots, np.array(walks)[None], closed_share(row, code))
    return np.asarray(knots[0])


def _leaned_knots(knots: Array, alone: StudentMargins, walk: StudentMargins) -> Array:
    """Return the quantiles moved and widened as comparators move and widen the closed form."""
    before = np.array([alone.place(step) for step in range(1, HORIZON + 1)])
    after = np.array([walk.place(step) for step in range(1, HORIZON + 1)])
    middle = knots[:, len(PROBABILITIES) // 2][:, None]
    moved = middle + (after - before)[:, :1] + (knots - middle) * (after / before)[:, 1:]
    return widening(moved)


def _check_model(model: str) -> None:
    if model not in MODELS:
        raise InputError(
            "no_such_forecast_model",
            column="model",
            value=model,
            expected=" / ".join(MODELS),
            nearest=nearest(model, MODELS),
        )


def _comparators(given: Any, kind: Kind) -> list[_Comparator]:
    """Return the comparable series that can say something on growth."""
    found = []
    for number, other in enumerate(check_list(given, "comparators"), start=1):
        name = getattr(other, "name", None)
        label = str(name) if name is not None else f"comparator {number}"
        years, values = check_series(other, kind, f"comparators: {label}")
        if len(years) > 1 or kind.rate:
            z = np.asarray(kind.forward(values[-MEMORY:]))
            found.append(_Comparator(label, z, years[-MEMORY:]))
    return found


def _steps(h: int | None, until: int | None, last: int) -> int:
    """Return the number of years ahead that `h` or `until` asks for."""
    if h is not None and until is not None:
        raise InputError(
            "h_and_until_both_given",
            column="until",
            value=until,
            nearest=str(last + h) if whole(h) else None,
        )
    if until is None:
        return check_steps(ONE_PLAN if h is None else h, "h")
    if not whole(until) or not last < until <= last + STEPS_AT_MOST:
        early = not isinstance(until, (int, float)) or not until > last
        raise InputError(
            "last_year_not_after_observations",
            column="until",
            value=until,
            expected=f"{last + 1}–{last + STEPS_AT_MOST}",
            nearest=str(last + 1 if early else last + STEPS_AT_MOST),
        )
    return int(until) - last
