"""Forecast with libraries of another environment; run as a script by its interpreter.

    python peers_worker.py TASKS.npz ANSWERS.npz autoets,prophet

Needs numpy, and statsforecast or prophet for their models; nothing of this package. ``TASKS``
holds ``flat`` (all histories one after another), ``lengths`` (points of each; 0 is not to be
forecast), ``horizon`` and ``probabilities``. ``ANSWERS`` gets for each model ``quantiles_NAME``
(tasks × steps × probabilities, NaN where it failed or refused) and ``seconds_NAME``. Progress
goes to stderr as ``@ NAME SHARE``. Exit code 3: a library is missing, named in the last line.
"""

from __future__ import annotations

import importlib
import logging
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np

Forecast = Callable[[Any, int, Any], Any]
MISSING = 3
#: What each name stands for in statsforecast, and with which settings.
STATSFORECAST: dict[str, tuple[str, dict[str, Any]]] = {
    "autoets": ("AutoETS", {"season_length": 1}),
    "autotheta": ("AutoTheta", {"season_length": 1}),
    "dotheta": ("DynamicOptimizedTheta", {"season_length": 1}),
    "ces": ("AutoCES", {"season_length": 1}),
    "autoarima": ("AutoARIMA", {"season_length": 1}),
    "rwd": ("RandomWalkWithDrift", {}),
}
#: Ranges the libraries are asked for. Between them the normal score runs in a straight line,
#: which is exact for the normal ranges most of these models give; asking for all would be slow.
LEVELS = (10, 30, 50, 70, 80, 90, 95, 98)
#: The M4 competition's benchmark combination: the median of four.
COMBINED = ("autoets", "autoarima", "ces", "dotheta")
_WARM = np.array([100.0, 108, 113, 121, 118, 130, 138, 149, 151, 160, 172, 181])
_LONGEST = 200  # yearly dates beyond 2262 have no place in pandas
_SAMPLES = 1000


def statsforecast_model(name: str) -> Forecast:
    """Return a model of statsforecast as a function of history, steps and probabilities."""
    module = importlib.import_module("statsforecast.models")
    label, settings = STATSFORECAST[name]
    kind = getattr(module, label)

    known = [*((50 - each / 2) / 100 for each in reversed(LEVELS)), 0.5]
    known += [(50 + each / 2) / 100 for each in LEVELS]
    places = [NormalDist().inv_cdf(p) for p in known]

    def forecast(history: Any, horizon: int, probabilities: Any) -> Any:
        found = kind(**settings).forecast(y=history, h=horizon, level=list(LEVELS))
        columns = [found[f"lo-{each}"] for each in reversed(LEVELS)]
        columns += [found["mean"], *(found[f"hi-{each}"] for each in LEVELS)]
        table = np.stack([np.asarray(column, float) for column in columns], axis=1)
        wanted = [NormalDist().inv_cdf(float(p)) for p in probabilities]
        return np.stack([np.interp(wanted, places, line) for line in table])

    return forecast


def prophet_model() -> Forecast:
    """Return Prophet, for yearly points, as such a function."""
    prophet = importlib.import_module("prophet").Prophet
    pandas = importlib.import_module("pandas")
    for name in ("prophet", "cmdstanpy"):
        logging.getLogger(name).setLevel(logging.CRITICAL)

    def forecast(history: Any, horizon: int, probabilities: Any) -> Any:
        y = history[-_LONGEST:]
        days = pandas.date_range("1950-01-01", periods=len(y) + horizon, freq="YS")
        model = prophet(
            yearly_seasonality=False,
            weekly_seasonality=False,
            daily_seasonality=False,
            uncertainty_samples=_SAMPLES,
        )
        model.fit(pandas.DataFrame({"ds": days[: len(y)], "y": y}))
        paths = model.predictive_samples(pandas.DataFrame({"ds": days[len(y) :]}))["yhat"]
        return np.quantile(paths, probabilities, axis=1).T

    return forecast


def answers(name: str, forecast: Forecast, tasks: Any) -> tuple[Any, float]:
    """Return one model's quantiles for all tasks, and the seconds they took."""
    horizon, probabilities = int(tasks["horizon"]), tasks["probabilities"]
    lengths, flat = tasks["lengths"], tasks["flat"]
    ends = np.cumsum(lengths)
    out = np.full((len(lengths), horizon, len(probabilities)), np.nan, dtype=np.float32)
    np.random.seed(7)  # noqa: NPY002 - the libraries draw from the old generator
    _tried(forecast, _WARM, horizon, probabilities)  # compiled here, outside the measured time
    start = told = time.perf_counter()
    for row, (end, length) in enumerate(zip(ends, lengths, strict=True)):
        if length:
            out[row] = _tried(forecast, flat[end - length : end], horizon, probabilities)
        if time.perf_counter() - told > 0.5:
            told = time.perf_counter()
            _tell(f"@ {name} {(row + 1) / len(lengths):.4f}")
    return out, time.perf_counter() - start


def _tried(forecast: Forecast, history: Any, horizon: int, probabilities: Any) -> Any:
    """Return one forecast, or NaN: a library may refuse a short or constant history."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            found = forecast(np.array(history, dtype=float), horizon, probabilities)
    except Exception:
        return np.nan
    whole = np.isfinite(found).all() and found.shape == (horizon, len(probabilities))
    return found if whole else np.nan


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(words: list[str]) -> int:
    """Answer the tasks with the models asked for."""
    source, target, names = Path(words[0]), Path(words[1]), words[2].split(",")
    with np.load(source) as read:
        tasks = {key: read[key] for key in read.files}
    needed = dict.fromkeys(
        part for name in names for part in (COMBINED if name == "median" else (name,))
    )
    found: dict[str, tuple[Any, float]] = {}
    for name in needed:
        try:
            forecast = prophet_model() if name == "prophet" else statsforecast_model(name)
        except ImportError as error:
            _tell(str(error.name or error))
            return MISSING
        found[name] = answers(name, forecast, tasks)
    if "median" in names:
        parts = [found[name] for name in COMBINED]
        found["median"] = (
            np.median([quantiles for quantiles, _ in parts], axis=0),  # NaN if any of them is
            sum(seconds for _, seconds in parts),
        )
    out: dict[str, Any] = {}
    for name in names:
        out[f"quantiles_{name}"], out[f"seconds_{name}"] = found[name]
    np.savez(target, **out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
