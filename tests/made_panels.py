"""Small panels that tests of the back-test write and read, and models that know nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from analysis.backtest.models import Model


def write(folder: Path, *rows: str, head: str = "series_id,t,value") -> Path:
    """Write a panel of these lines and return its path."""
    path = folder / "panel.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def series(name: str, first: int, values: Iterable[object], *more: object) -> list[str]:
    """Return the lines of one series, a value a year."""
    return [
        ",".join(map(str, (name, first + step, value, *more))) for step, value in enumerate(values)
    ]


def split(name: str, train: Sequence[object], test: Sequence[object]) -> list[str]:
    """Return the lines of one series with a part for training and one for testing."""
    later = series(name, 1 + len(train), test, "test")
    return series(name, 1, train, "train") + later


def growing(name: str, n: int = 16, rate: float = 1.1, first: int = 2001) -> list[str]:
    """Return a series that wobbles round steady growth."""
    return series(name, first, [100 * rate**t * (1.02 if t % 3 else 0.97) for t in range(n)])


def constant(level: float, spread: float = 0.0) -> Model:
    """Return a model that always says the same, or refuses short histories when asked to."""

    def forecast(values, kinds, h, probabilities):
        line = level + spread * (np.asarray(probabilities) - 0.5)
        return np.broadcast_to(line, (len(values), h, len(probabilities))).copy()

    return Model(forecast)


def refuses_over(limit: float) -> Model:
    """Return a model that refuses where the last value is above a limit."""

    def forecast(values, kinds, h, probabilities):
        out = np.full((len(values), h, len(probabilities)), 4.0)
        out[values[:, -1] > limit] = np.nan
        return out

    return Model(forecast)
