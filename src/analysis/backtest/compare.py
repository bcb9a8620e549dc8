"""Models held against each other on one series: how each would have fared in the past.

Every model stands at the end of each past year, sees that year and the ones before, and says
what comes; the figures that came are its examination. The same call serves the project's own
models and the textbook references.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.backtest.scores import PROBABILITIES, crps, history_scale
from analysis.data.errors import InputError, Reason, nearest
from analysis.forecast import MODELS, forecast
from analysis.forecast.checks import check_list, check_series, check_steps, whole
from analysis.forecast.distribution import Forecast
from analysis.forecast.kinds import kind_named
from analysis.forecast.textbook import REFERENCE_MODELS

#: The project's own models and all references.
COMPARED = ("pooled", "prior", *REFERENCE_MODELS)
LEVELS = (50, 80, 95)
_AT = {round(float(p), 3): place for place, p in enumerate(PROBABILITIES)}
#: Observations behind the first origin: as many as the neediest reference model takes.
MIN_TRAIN = 8


@dataclass(frozen=True, eq=False)
class Comparison:
    """How models fared at the same past origins of one series.

    Attributes
    ----------
    kind : str
        Kind of quantity.
    h : int
        Years ahead.
    origins : list of int
        The years all models that answered at all were judged from.
    refused : dict of str to dict of int to Reason
        By model, the origins at which it could not forecast, and why.
    warnings : dict of str to str
        By model, the codes of its fits, with the number of origins: ``boundary×6``.
    outcomes : pandas.DataFrame
        One row a model, origin and year: model, origin, year, actual, median, error_pct, scaled,
        crps, inside_50, inside_80, inside_95.
    """

    kind: str
    h: int
    models: tuple[str, ...]
    origins: list[int]
    refused: dict[str, dict[int, Reason]] = field(repr=False)
    warnings: dict[str, str] = field(repr=False)
    outcomes: pd.DataFrame = field(repr=False)

    def table(self) -> pd.DataFrame:
        """Return one row a model, in the order asked for.

        Returns
        -------
        pandas.DataFrame
            ``model``; ``n_origins`` it was judged from and ``n_refused`` at which it could not
            forecast; ``mape_pct`` (mean absolute error of the median in per cent of the outcome;
            NaN where an outcome is not above zero, and for growth rates); ``mase`` (the error in
            usual yearly changes of the history); ``crps`` (distance of the whole distribution
            from the outcome on the scale of the kind: log points for most, logits for shares,
            points for rates); ``coverage_50_pct``, ``coverage_80_pct``, ``coverage_95_pct``
            (share of outcomes inside the interval); ``warnings``.

        Examples
        --------
        >>> gdp = pd.Series({2010 + t: 100 * 1.08**t for t in range(12)})
        >>> made = compare_models(gdp, "nominal_gdp", 2, models=("prior", "drift"))
        >>> made.table()[["model", "n_origins", "n_refused"]].values.tolist()
        [['prior', 3, 0], ['drift', 3, 0]]
        """
        rows = []
        for model in self.models:
            mine = self.outcomes[self.outcomes["model"] == model]
            row: dict[str, Any] = {
                "model": model,
                "n_origins": mine["origin"].nunique(),
                "n_refused": len(self.refused[model]),
                "mape_pct": mine["error_pct"].mean(skipna=False),
                "mase": mine["scaled"].mean(skipna=False),
                "crps": mine["crps"].mean(),
            }
            for level in LEVELS:
                row[f"coverage_{level}_pct"] = 100.0 * mine[f"inside_{level}"].mean()
            rows.append(row | {"warnings": self.warnings[model]})
        return pd.DataFrame(rows)


def compare_models(
    series: pd.Series,
    kind: str,
    h: int = 5,
    models: Sequence[str] = COMPARED,
    min_train: int = MIN_TRAIN,
    comparators: Sequence[pd.Series] = (),
) -> Comparison:
    """Forecast from every past year as if later ones were unknown, and score each model.

    An origin is an observed year with at least `min_train` observations up to it and the series
    running on for `h` years; every observed year of those is an outcome and counts alike. A
    model that cannot forecast at an origin (too few points, years missing) is not stopped for
    it: the refusal is kept, and all models are judged at the origins where every one that
    answers anywhere gave an answer. Comparators are cut at the origin too.

    Parameters
    ----------
    series : pandas.Series
        As for :func:`analysis.forecast.forecast`.
    kind : str
        Kind of quantity.
    h : int
        Years ahead, 1 to 60.
    models : sequence of str
        Names as in `analysis.forecast.MODELS`; each once.
    min_train : int
        Observations in the shortest history, at least one.
    comparators : sequence of pandas.Series
        For the models that borrow.

    Returns
    -------
    Comparison
        Its ``table()`` has one row a model.

    Raises
    ------
    InputError
        As :func:`analysis.forecast.forecast`; no origin at all; an unknown or repeated model.

    Notes
    -----
    Errors of neighbouring origins overlap, so the coverage of a handful of origins is a hint,
    not a measurement. The values are the latest version of every year; what was published at
    the time may have differed. MASE: Hyndman and Koehler (2006), International Journal of
    Forecasting 22, 679-688. CRPS: Gneiting and Raftery (2007), Journal of the American
    Statistical Association 102, 359-378.

    Examples
    --------
    >>> gdp = pd.Series({2010 + t: 100 * 1.08**t for t in range(12)})
    >>> made = compare_models(gdp, "nominal_gdp", 2, models=("drift",))
    >>> made.origins, made.table()["mape_pct"].round(6).tolist()
    ([2017, 2018, 2019], [0.0])
    """
    names = _names(models)
    years, values = check_series(series, kind_named(kind))
    steps = check_steps(h, "h")
    comparators = check_list(comparators, "comparators")
    for number, other in enumerate(comparators, start=1):  # a mistake, not a model's refusal
        check_series(other, kind_named(kind), f"comparators: {number}")
    known = pd.Series(values, index=years)
    origins = _origins(years, steps, min_train)
    made: dict[str, dict[int, Forecast]] = {name: {} for name in names}
    refused: dict[str, dict[int, Reason]] = {name: {} for name in names}
    for origin in origins:
        past, others = known.loc[:origin], _until(comparators, origin)
        for name in names:
            try:
                made[name][origin] = forecast(
                    past, steps, kind=kind, comparators=others, model=name
                )
            except InputError as error:
                refused[name][origin] = error.reason
    common = [
        origin for origin in origins if all(origin in found for found in made.values() if found)
    ]
    outcomes = [
        row
        for name in names
        for origin, found in made[name].items()
        if origin in common
        for row in _examined(name, found, known)
    ]
    return Comparison(
        kind=kind,
        h=steps,
        models=names,
        origins=common if outcomes else [],
        refused=refused,
        warnings={name: _heard(found.values()) for name, found in made.items()},
        outcomes=pd.DataFrame(outcomes, columns=list(_COLUMNS)),
    )


_COLUMNS = (
    *("model", "origin", "year", "actual", "median", "error_pct", "scaled", "crps"),
    *(f"inside_{level}" for level in LEVELS),
)


def _names(models: Sequence[str]) -> tuple[str, ...]:
    """Return the models asked for, each known and named once."""
    names = (models,) if isinstance(models, str) else tuple(models)
    wrong = [name for name in names if name not in MODELS]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if wrong or twice or not names:
        raise InputError(
            "no_such_forecast_model" if wrong else "models_named_twice_or_never",
            column="models",
            value=[*wrong, *twice][0] if wrong or twice else "",
            expected=" / ".join(MODELS),
            nearest=nearest(wrong[0], MODELS) if wrong else None,
        )
    return names


def _origins(years: Sequence[int], h: int, min_train: int) -> list[int]:
    """Return the years from which a forecast can be held against what came."""
    if not whole(min_train) or min_train < 1:
        raise InputError(
            "shortest_history_not_positive",
            column="min_train",
            value=min_train,
            nearest="1",
        )
    found = [year for year in years[min_train - 1 :] if year + h <= years[-1]]
    if not found:
        raise InputError(
            "series_too_short_for_rolling_origins",
            column="series",
            value=f"n={len(years)}, {years[0]}–{years[-1]}",
            min_train=min_train,
            h=h,
        )
    return found


def _until(comparators: Sequence[pd.Series], origin: int) -> list[pd.Series]:
    """Return what was known of the comparators at the origin."""
    cut = [other[other.index <= origin] for other in comparators]
    return [other for other in cut if len(other)]


def _examined(name: str, made: Forecast, known: pd.Series) -> list[dict[str, Any]]:
    """Return the scores of one forecast, one row for each year that came."""
    origin, scale = made.last_year, made.scale
    calendar = range(int(known.index[0]), origin + 1)  # a year not observed is a column of NaN
    usual = float(history_scale(known.reindex(calendar).to_numpy()[None, :])[0])
    rows = []
    came = known.loc[origin + 1 : made.years[-1]]
    for year, actual in zip(came.index.tolist(), came.tolist(), strict=True):
        values = made.quantile(PROBABILITIES, year)
        centre = float(values[_AT[0.5]])
        in_pct = actual > 0 and not scale.rate
        row: dict[str, Any] = {
            "model": name,
            "origin": origin,
            "year": year,
            "actual": actual,
            "median": centre,
            "error_pct": 100.0 * abs(centre - actual) / actual if in_pct else math.nan,
            "scaled": abs(centre - actual) / usual,
            "crps": float(crps(scale.forward(values), scale.forward(actual), PROBABILITIES)),
        }
        for level in LEVELS:
            low, high = (values[_AT[round(0.5 + side * level / 200, 3)]] for side in (-1, 1))
            row[f"inside_{level}"] = float(low <= actual <= high)
        rows.append(row)
    return rows


def _heard(made: Any) -> str:
    """Return the codes of all fits with how many origins gave each."""
    counted = Counter(code for found in made for code in found.warnings)
    return ";".join(f"{code}×{count}" for code, count in sorted(counted.items()))
