"""Several forecasts drawn together: a target against a comparator needs both in one path."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.data.errors import InputError, Reason
from analysis.forecast.checks import check_number, check_seed, check_size
from analysis.forecast.distribution import Forecast
from analysis.forecast.margins import correlation_of
from analysis.forecast.walk import changes, geometry

Array = NDArray[np.float64]

# What two series of one region are assumed to share from year to year before their own common
# years speak. Measured on yearly growth: neighbouring countries 0.19 to 0.66, median 0.56 (real
# GDP, Penn World Table 10.01); within a country, GDP and CO2 or primary energy 0.27 and 0.26
# (with the Global Carbon Budget 2022 and Our World in Data); benchmarks/measure_likeness.py.
# `correlation_sensitivity` shows what hangs on it.
SAME_KIND, OTHER_KIND = 0.5, 0.25
# Common changes the assumption is worth against the measured correlation.
WORTH = 5.0


def estimate_correlation(forecasts: Sequence[Forecast]) -> Array:
    """Return how much the yearly shocks of several series go together.

    Every pair starts from an assumption (0.5 for two series of one kind, 0.25 otherwise) worth
    five common changes, and moves with the changes both series have over the same years:
    ``r = (5 a + c q) / (5 + c)`` with the assumption a and, over the c + 1 common changes, the
    correlation q of what each change differs from the series' own drift, in units of its spread.
    The pairs are then bent, as little as eigenvalues at zero ask, to a valid matrix.

    Parameters
    ----------
    forecasts : sequence of Forecast
        At least one.

    Returns
    -------
    array (len(forecasts), len(forecasts))
        Correlations, ones on the diagonal.

    Examples
    --------
    No change over the same years: the assumption alone.

    >>> from analysis.forecast import forecast
    >>> a = forecast(pd.Series({2015: 126.0, 2020: 182.0}), h=5, kind="nominal_gdp")
    >>> b = forecast(pd.Series({2019: 61.8, 2024: 73.1}), h=5, kind="income")
    >>> estimate_correlation([a, b]).round(2).tolist()
    [[1.0, 0.25], [0.25, 1.0]]
    """
    size = len(forecasts)
    matrix = np.eye(size)
    surprises = [_surprises(one) for one in forecasts]
    for i, j in combinations(range(size), 2):
        alike = forecasts[i].kind == forecasts[j].kind
        start = SAME_KIND if alike else OTHER_KIND
        common = sorted(surprises[i].keys() & surprises[j].keys())
        a, b = (np.array([surprises[x][key] for key in common]) for x in (i, j))
        norm = float(np.sqrt((a @ a) * (b @ b)))
        count = max(len(common) - 1, 0) if norm > 0 else 0  # the drifts were fitted to them
        measured = float(a @ b) / norm if norm > 0 else 0.0
        matrix[i, j] = matrix[j, i] = (WORTH * start + count * measured) / (WORTH + count)
    return _nearest_correlation(matrix)


def _surprises(forecast: Forecast) -> dict[tuple[int, int], float]:
    """Return what each past change differed from the own drift, by the years it ran over."""
    years, rate = forecast.observed_years, forecast.scale.rate
    d = changes(forecast.observed, rate=rate)
    g, cov = geometry(years, 1, forecast.prior, rate=rate)
    starts = [year - 1 for year in years] if rate else years[:-1]
    ends = years if rate else years[1:]
    k = len(d)
    g, cov = g[:k], cov[:k, :k]
    pull = np.linalg.solve(cov, g)
    drift = (pull @ d) / (pull @ g) if k else 0.0
    score = (d - drift * g) / np.sqrt(cov.diagonal())
    return dict(zip(zip(starts, ends, strict=True), score.tolist(), strict=True))


def _nearest_correlation(matrix: Array) -> Array:
    values, vectors = np.linalg.eigh(matrix)
    if values[0] > 1e-9:
        return matrix
    return correlation_of((vectors * np.maximum(values, 1e-9)) @ vectors.T)


def joint_paths(
    forecasts: Sequence[Forecast],
    size: int,
    seed: int = 0,
    correlation: Any = None,
) -> list[Array]:
    """Return sample paths of several series, drawn so that good years are good for all.

    The shocks of one calendar year are correlated across the series, and so are the calm and
    the rough spells (a Gaussian copula on the chi-squares); each series keeps exactly the
    distribution it has alone. Shocks before a series' own first future year are not shared: a
    comparator known to 2023 does not correct a series that ends in 2020; use it as a comparator.

    Parameters
    ----------
    forecasts : sequence of Forecast
        At least one.
    size : int
        Number of paths.
    seed : int
        Same seed, same paths.
    correlation : float or array, optional
        One correlation for all pairs, or a matrix. Without it, `estimate_correlation`.

    Returns
    -------
    list of array (size, len(forecast.years))
        In the order of `forecasts`; row i of all arrays is one path of the world.

    Raises
    ------
    InputError
        No forecast, or a correlation that no set of series can have.

    Examples
    --------
    >>> from analysis.forecast import forecast
    >>> zone = forecast(pd.Series({2015: 126.0, 2020: 182.0}), h=5, kind="nominal_gdp")
    >>> city = forecast(pd.Series({2015: 3697.0, 2020: 5564.0}), h=5, kind="nominal_gdp")
    >>> a, b = joint_paths([zone, city], 2000)
    >>> grew_faster = (a[:, -1] / 182.0 > b[:, -1] / 5564.0).mean()
    >>> bool(0.3 < grew_faster < 0.6)
    True
    """
    if not forecasts:
        raise InputError("no_forecast_to_draw_from", column="forecasts")
    check_size(size)
    root = _root(_correlation(forecasts, correlation))
    years = sorted({year for one in forecasts for year in one.years})
    rng = np.random.default_rng(check_seed(seed))
    shocks = np.einsum("ij,jst->ist", root, rng.standard_normal((len(forecasts), size, len(years))))
    calm = root @ rng.standard_normal((len(forecasts), size))
    return [
        one.from_shocks(shocks[i][:, [years.index(year) for year in one.years]], calm[i])
        for i, one in enumerate(forecasts)
    ]


def correlation_sensitivity(
    forecasts: Sequence[Forecast],
    statistic: Callable[[list[Array]], Array],
    *,
    correlations: Sequence[float] = (0.0, 0.3, 0.6, 0.9),
    size: int = 4000,
    seed: int = 0,
) -> pd.DataFrame:
    """Return what a probability over joint paths becomes under other assumed correlations.

    Parameters
    ----------
    forecasts : sequence of Forecast
        At least two.
    statistic : callable
        Takes the list of paths, gives one value per path; a truth value makes a probability.
    correlations : sequence of float
        Correlations to try for all pairs.
    size, seed : int
        As in `joint_paths`.

    Returns
    -------
    DataFrame
        ``correlation`` (first row: the estimated ones, as their mean), ``assumed`` and ``value``
        (mean of the statistic).

    Examples
    --------
    >>> from analysis.forecast import forecast
    >>> zone = forecast(pd.Series({2015: 126.0, 2020: 182.0}), h=5, kind="nominal_gdp")
    >>> city = forecast(pd.Series({2015: 3697.0, 2020: 5564.0}), h=5, kind="nominal_gdp")
    >>> gap = lambda paths: abs(np.log(paths[0][:, -1] / 182 / paths[1][:, -1] * 5564))
    >>> table = correlation_sensitivity([zone, city], gap)
    >>> bool(table.value.iloc[-1] < table.value.iloc[1])
    True
    """
    matrix = estimate_correlation(forecasts)
    off = matrix[~np.eye(len(matrix), dtype=bool)]
    rows: list[dict[str, object]] = []
    for assumed in (None, *correlations):
        paths = joint_paths(forecasts, size, seed, matrix if assumed is None else assumed)
        rows.append(
            {
                "correlation": float(off.mean()) if assumed is None and len(off) else assumed,
                "assumed": assumed is not None,
                "value": float(np.mean(statistic(paths))),
            }
        )
    return pd.DataFrame(rows)


def _correlation(forecasts: Sequence[Forecast], given: Any) -> Array:
    """Return the correlation matrix to draw with, checked when the user gave it."""
    count = len(forecasts)
    if given is None:
        return estimate_correlation(forecasts)
    if np.ndim(given) == 0:
        one = check_number(given, "correlation")
        least = -1.0 / max(count - 1, 1)
        if not least <= one <= 1:
            raise InputError(
                "correlation_is_out_of_range",
                column="correlation",
                value=given,
                expected=f"{least:g}–1",
                nearest=f"{min(max(one, least), 1):g}",
            )
        return np.full((count, count), one) + (1 - one) * np.eye(count)
    try:
        matrix = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        matrix = np.empty((0, 0))
    good = matrix.shape == (count, count) and bool(np.isfinite(matrix).all())
    good = good and np.allclose(matrix, matrix.T) and np.allclose(matrix.diagonal(), 1)
    if not good or np.linalg.eigvalsh(matrix)[0] < -1e-8:
        raise InputError(
            "not_valid_correlation_matrix",
            column="correlation",
            value=f"{matrix.shape}",
            expected=Reason("correlation_matrix_of", count=count),
        )
    return matrix


def _root(matrix: Array) -> Array:
    """Return R with R R' = matrix; also when two series move as one."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))
