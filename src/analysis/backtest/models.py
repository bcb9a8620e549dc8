"""Which models a back-test can score, each behind the same call.

``function(values, kinds, h, probabilities)`` returns quantiles, tasks × steps × probabilities.
``values`` are histories, tasks × steps, whose last column is the origin; NaN was not observed.
``kinds`` are codes of `analysis.forecast.kinds.KINDS`. A task a model refuses is NaN.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from analysis.backtest.scores import Array, changes
from analysis.forecast.kinds import load_priors
from analysis.forecast.learned.batch import forecast_batch, on_scale
from analysis.forecast.learned.nets import weights_file

Kinds = NDArray[Any]
Function = Callable[[Array, Kinds, int, Array], Array]
DEFAULT = ("pooled", "prior", "drift", "naive")
#: The last year of the outcomes that the shipped numbers of the learned models were fitted to,
#: for most kinds; `seen_until` knows the others.
SEEN_UNTIL = 2005


class Model(NamedTuple):
    """A model by name: in Chinese, in English, its call, and whether it has learned before."""

    zh: str
    en: str
    function: Function
    learned: bool = False


def seen_until(kind: str) -> int:
    """Return the last year whose outcomes the learned models of a kind were fitted to.

    Read off the window of its prior; the nets learned from the same panels up to the same years.

    Examples
    --------
    >>> seen_until("real_gdp"), seen_until("throughput"), seen_until("concentration")
    (2005, 2016, 2013)
    """
    return int(load_priors()[kind].window.partition("-")[2][:4])


def naive(values: Array, kinds: Kinds, h: int, probabilities: Array) -> Array:
    """Forecast that nothing changes, with the range that past changes suggest.

    Median: the last value. On the scale of the kind the change over s years is normal with
    variance s·v, v the mean of dᵢ²/gᵢ over the observed changes dᵢ, each over gᵢ years. One
    observation gives no v and is refused.

    Examples
    --------
    >>> found = naive(np.array([[1.0, 2.0, 4.0]]), np.array(["generic"]), 2, np.array([0.5, 0.975]))
    >>> found.round(2).tolist()
    [[[4.0, 15.56], [4.0, 27.32]]]
    """
    z = on_scale(values, kinds, "forward")
    change, gap = changes(z)
    known = np.isfinite(change)
    n = known.sum(axis=1)
    total = np.where(known, change**2 / np.where(known, gap, 1.0), 0.0).sum(axis=1)
    v = np.divide(total, n, out=np.full(len(z), np.nan), where=n > 0)
    sd = np.sqrt(v[:, None] * np.arange(1, h + 1))
    return on_scale(z[:, -1, None, None] + sd[..., None] * ndtri(probabilities), kinds, "backward")


def drift(values: Array, kinds: Kinds, h: int, probabilities: Array) -> Array:
    """Forecast that the mean growth of the history goes on: random walk with drift.

    On the scale of the kind, with changes dᵢ over gᵢ years and span G = Σgᵢ: drift m = Σdᵢ/G,
    yearly variance s² = Σ(dᵢ − m·gᵢ)²/gᵢ over n − 2 degrees of freedom (n observations), and
    the change over s years is Student t around s·m with variance s²·(s + s²/G). Two
    observations leave no spread: the one change stands in for it (s² = d²/g, one degree of
    freedom). One observation is refused.

    Notes
    -----
    Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), 5.2 and 5.5.

    Examples
    --------
    >>> history = np.array([[100.0, np.nan, 121.0, 133.1]])
    >>> drift(history, np.array(["generic"]), 2, np.array([0.5, 0.9])).round(2).tolist()
    [[[146.41, 146.41], [161.05, 161.05]]]
    """
    z = on_scale(values, kinds, "forward")
    change, gap = changes(z)
    known = np.isfinite(change)
    n = known.sum(axis=1)
    d, g = np.where(known, change, 0.0), np.where(known, gap, 0.0)
    span = np.where(n > 0, g.sum(axis=1), np.nan)
    m = d.sum(axis=1) / span
    centre = np.where(n > 1, m, 0.0)  # one change: its own size is all that is known of spread
    squares = (d - centre[:, None] * g) ** 2 / np.where(known, g, 1.0)
    df = np.maximum(n - 1, 1)
    s2 = squares.sum(axis=1) / df
    steps = np.arange(1.0, h + 1.0)
    sd = np.sqrt(s2[:, None] * (steps + steps**2 / span[:, None]))
    kinds_of_df, place = np.unique(df, return_inverse=True)
    reach = stdtrit(kinds_of_df[:, None].astype(float), np.asarray(probabilities, float))[place]
    path = z[:, [-1]] + m[:, None] * steps
    return on_scale(path[..., None] + sd[..., None] * reach[:, None, :], kinds, "backward")


def _engine(values: Array, kinds: Kinds, h: int, probabilities: Array, *, model: str) -> Array:
    return forecast_batch(values, kinds, h, model=model, probabilities=probabilities)


_OWN: dict[str, Model] = {
    "naive": Model("不变", "no change", naive),
    "drift": Model("带漂移随机游走", "random walk with drift", drift),
}
_ENGINE: dict[str, tuple[str, str]] = {
    "pooled": ("汇集引擎", "pooled engine"),
    "prior": ("先验闭式", "closed form with priors"),
    "trend_grid": ("趋势网格", "trend grid"),
    "theta_grid": ("theta 网格", "theta grid"),
}


def registry() -> dict[str, Model]:
    """Return the models this installation can score, by name.

    Examples
    --------
    >>> {"naive", "drift"} <= set(registry())
    True
    """
    engine = {
        name: Model(zh, en, partial(_engine, model=name), learned=True)
        for name, (zh, en) in _ENGINE.items()
    }
    return _OWN | engine


def engine_weights() -> str:
    """Return the SHA-256 digest of the learned models' weights file."""
    return hashlib.sha256(weights_file().read_bytes()).hexdigest()
