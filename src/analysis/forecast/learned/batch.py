"""Thousands of forecasts at once: the project's own models on a table of series.

Rows are series, columns years that end together. No loop runs over series: the nets and grids
read all rows together, the closed form all rows that were observed in the same years.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from analysis.data.errors import InputError, nearest
from analysis.forecast.checks import check_batch
from analysis.forecast.counts import count_quantiles
from analysis.forecast.kinds import KINDS, Prior, kind_named, load_priors
from analysis.forecast.learned.nets import (
    HORIZON,
    LAGS,
    PROBABILITIES,
    Weights,
    can_read,
    latest_run,
    pooled_knots,
    trend_knots,
)
from analysis.forecast.margins import TAIL_NU, knot_slopes
from analysis.forecast.walk import MEMORY, predict

Array = NDArray[np.float64]
Kinds = NDArray[Any]

#: The project's own models.
OWN_MODELS = ("pooled", "trend_grid", "theta_grid", "prior")
# The ports' panel is small, and three points say little: there the nets and the closed form are
# averaged, half and half (`closed_share`).
CLOSED_SHARE = 0.5
SMALL_PANELS, FEW_POINTS = ("throughput",), 3
#: The fewest observations the grids answer on.
GRID_POINTS = 4


def forecast_batch(
    values: Array,
    kinds: Sequence[str] | Kinds | str,
    h: int,
    *,
    model: str = "pooled",
    probabilities: Any = PROBABILITIES,
    weights: Weights | None = None,
    priors: dict[str, Prior] | None = None,
) -> Array:
    """Forecast many yearly series at once.

    Parameters
    ----------
    values : array (N, K)
        In the unit of each series, right aligned: the last column is the last observation, NaN
        where nothing was observed.
    kinds : str or sequence of str
        Kind of quantity, one for all or one for each row.
    h : int
        Years ahead, 1 to 60.
    model : {'pooled', 'trend_grid', 'theta_grid', 'prior'}
        As in :func:`analysis.forecast.forecast`.
    probabilities : sequence of float
        Above 0 and below 1, ascending.
    weights, priors : optional
        Other weights and priors than the shipped ones, for measuring.

    Returns
    -------
    array (N, h, len(probabilities))
        Quantiles in the unit of each series; NaN where the model refuses the row (a grid wants
        four consecutive years above zero).

    Raises
    ------
    InputError
        An unknown kind or model, a last column that is not observed, and as
        :func:`analysis.forecast.checks.check_batch`.

    Examples
    --------
    >>> rows = np.array([[100.0, 105, 110, 116, 122], [np.nan, 30, np.nan, np.nan, 45]])
    >>> found = forecast_batch(rows, "real_gdp", 5, probabilities=[0.1, 0.5, 0.9])
    >>> found.shape, bool(np.all(np.diff(found, axis=2) > 0))
    ((2, 5, 3), True)
    """
    codes = np.full(len(values), kinds) if isinstance(kinds, str) else np.asarray(kinds)
    for code in np.unique(codes):
        kind_named(str(code))
    if model not in OWN_MODELS:
        raise InputError(
            "no_such_forecast_model",
            column="model",
            value=model,
            expected=" / ".join(OWN_MODELS),
            nearest=nearest(model, OWN_MODELS),
        )
    table = check_batch(values, codes, h, probabilities)
    p = np.asarray(probabilities, dtype=float)
    out = np.full((len(table), h, len(p)), np.nan)
    if not len(table):
        return out
    if model == "prior":
        return on_scale(_walks(table, codes, h, p, priors), codes, "backward")
    readable = readable_rows(table, codes, model)
    if readable.any():
        some, some_codes = table[readable], codes[readable]
        out[readable] = _learned(some, some_codes, h, p, model, weights, priors)
    if model == "pooled" and not readable.all():
        out[~readable] = _walks(table[~readable], codes[~readable], h, p, priors)
    return on_scale(out, codes, "backward")


def readable_rows(values: Array, kinds: Kinds, model: str) -> NDArray[np.bool_]:
    """Return which rows a learned model forecasts itself."""
    if model == "pooled":
        return can_read(values, kinds)
    run = latest_run(values)
    logs = np.array([KINDS[str(kind)].scale == "log" for kind in kinds], dtype=bool)
    enough = (~np.isnan(run)).sum(axis=1) >= GRID_POINTS
    broken = (~np.isnan(values)).sum(axis=1) > (~np.isnan(run)).sum(axis=1)
    return np.asarray(logs & enough & ~broken & (np.isnan(run) | (run > 0)).all(axis=1))


def learned_knots(values: Array, kinds: Kinds, model: str, weights: Weights | None = None) -> Array:
    """Return log quantiles (N, 6, 9) of a learned model, for rows `readable_rows` accepts."""
    if model == "pooled":
        return pooled_knots(values, kinds, weights)
    return trend_knots(latest_run(values), weights, theta=model == "theta_grid")


def _learned(
    values: Array,
    kinds: Kinds,
    h: int,
    p: Array,
    model: str,
    weights: Weights | None,
    priors: dict[str, Prior] | None,
) -> Array:
    """Return quantiles on the model's scale: the knots, and after six years the walk's way on."""
    knots = learned_knots(values, kinds, model, weights)
    centre, scale = _walk_places(values, kinds, max(h, HORIZON), priors)
    if model == "pooled":
        walks = _walks(values, kinds, HORIZON, PROBABILITIES, priors)
        knots = with_closed_form(knots, walks, closed_share(values, kinds))
    found = knots @ reading(PROBABILITIES, p)
    low, high = knot_slopes(knots, PROBABILITIES)
    score, ends = (
        scipy.special.stdtrit(TAIL_NU, p),
        scipy.special.stdtrit(TAIL_NU, PROBABILITIES[[0, -1]]),
    )
    under, over = p < PROBABILITIES[0], p > PROBABILITIES[-1]
    found[..., under] = knots[..., :1] + low[..., None] * (score[under] - ends[0])
    found[..., over] = knots[..., -1:] + high[..., None] * (score[over] - ends[1])
    if h <= HORIZON:
        return np.asarray(found[:, :h])
    middle = knots[:, -1, len(PROBABILITIES) // 2][:, None, None]
    ratio = (scale[:, HORIZON:h] / scale[:, HORIZON - 1 : HORIZON])[..., None]
    shift = (centre[:, HORIZON:h] - centre[:, HORIZON - 1 : HORIZON])[..., None]
    return np.concatenate([found, middle + shift + (found[:, -1:] - middle) * ratio], axis=1)


def closed_share(values: Array, kinds: Kinds) -> Array:
    """Return the say of the closed form beside the nets, 0 or a half, for each row.

    Examples
    --------
    >>> rows = np.array([[1.0, 2, 3, 4], [1, np.nan, 3, 4]])
    >>> closed_share(rows, np.array(["real_gdp", "real_gdp"])).tolist()
    [0.0, 0.5]
    """
    few = (~np.isnan(values[:, -(LAGS + 1) :])).sum(axis=1) <= FEW_POINTS
    return np.where(few | np.isin(kinds, SMALL_PANELS), CLOSED_SHARE, 0.0)


def with_closed_form(knots: Array, walks: Array, share: Array) -> Array:
    """Return knots averaged with the closed form's, by the share of each row."""
    say = share[:, None, None]
    return np.asarray((1 - say) * knots + say * walks)


def reading(knots_at: Array, p: Array) -> Array:
    """Return the matrix that reads quantiles at `p` off knots, straight in Student-t scores.

    Examples
    --------
    >>> reading(np.array([0.1, 0.5, 0.9]), np.array([0.5, 0.9])).tolist()
    [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    """
    at, score = scipy.special.stdtrit(TAIL_NU, knots_at), scipy.special.stdtrit(TAIL_NU, p)
    return np.stack([np.interp(score, at, unit) for unit in np.eye(len(at))])


def _groups(values: Array, kinds: Kinds) -> Iterator[tuple[NDArray[np.int64], str, list[int]]]:
    """Yield rows of one kind seen in the same years: their places, kind and latest years."""
    seen = ~np.isnan(values)
    late = np.cumsum(seen[:, ::-1], axis=1)[:, ::-1]
    heard = seen & (late <= MEMORY)
    _, code = np.unique(kinds, return_inverse=True)
    key = np.column_stack([code, np.packbits(heard, axis=1)])
    _, first, place = np.unique(key, axis=0, return_index=True, return_inverse=True)
    for group, example in enumerate(first):
        rows = np.flatnonzero(place.ravel() == group)
        yield rows, str(kinds[example]), np.flatnonzero(heard[example]).tolist()


def _walk_places(
    values: Array, kinds: Kinds, h: int, priors: dict[str, Prior] | None, p: Array | None = None
) -> tuple[Array, Array]:
    """Return centre and scale of the closed form, or its quantiles and nothing with `p`."""
    known = priors or load_priors()
    centre, scale = np.empty((len(values), h)), np.empty((len(values), h))
    nu = np.empty(len(values))
    for rows, name, years in _groups(values, kinds):
        kind = KINDS[name]
        z = np.asarray(kind.forward(values[rows][:, years]))
        found = predict(z, years, h, known[name], rate=kind.rate)
        variance = np.multiply.outer(np.atleast_1d(found.s2), found.shape.diagonal())
        if kind.counted:  # chance of counting, at the last observation and in each year
            variance = variance + 2 * np.exp(-z[:, -1:])
        centre[rows], scale[rows], nu[rows] = found.mean, np.sqrt(variance), found.nu
    if p is None:
        return centre, scale
    return centre[..., None] + scale[..., None] * scipy.special.stdtrit(nu[:, None, None], p), scale


def _walks(values: Array, kinds: Kinds, h: int, p: Array, priors: dict[str, Prior] | None) -> Array:
    """Return the closed form's quantiles on the model's scale; of small counts their rate's."""
    found = _walk_places(values, kinds, h, priors, p)[0]
    counted = np.array([KINDS[str(kind)].counted for kind in kinds], dtype=bool)
    if counted.any():
        found[counted] = count_quantiles(values[counted], p, found[counted])
    return found


def on_scale(values: Any, kinds: Kinds, way: str) -> Array:
    """Return values carried to the scale of their kind (``forward``) or back (``backward``).

    Parameters
    ----------
    values : array (N, ...)
        In the unit of each row, or on the scale of its kind.
    kinds : array (N,) of str
        One code a row.
    way : {'forward', 'backward'}
        Which way.

    Examples
    --------
    >>> kinds = np.array(["generic", "growth_rate"])
    >>> both = on_scale(np.array([[100.0], [-5.0]]), kinds, "forward")
    >>> both.round(3).tolist()
    [[4.605], [-5.0]]
    """
    values = np.asarray(values, dtype=float)
    out = np.empty_like(values)
    for name in np.unique(kinds):
        rows = kinds == name
        out[rows] = getattr(KINDS[str(name)], way)(values[rows])
    return out
