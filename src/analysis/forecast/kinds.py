"""What is known of a quantity before its own series speaks: its scale, and how such series move.

The numbers stand in ``data/priors.csv``, learned from public panels of comparable series by
``benchmarks/fit_priors.py``. Every row names its panel, its years and whether the panel is the
quantity itself or only a stand-in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from analysis.data.errors import InputError, nearest
from analysis.data.paths import data_dir

# exp() of more than this overflows a double; a quantile beyond it is "without bound" anyway.
_LARGEST_LOG = 700.0
# A count this near a whole number is that number: forecasts of small counts end a hair below.
_WHOLE = 2e-6


@dataclass(frozen=True)
class Kind:
    """A kind of quantity and the scale on which its changes are alike at every level.

    Parameters
    ----------
    name : str
        The code used in data files.
    scale : {'log', 'logit', 'plain'}
        ``log``: changes are proportional. ``logit``: a percentage that cannot leave 0 to 100.
        ``plain``: changes in the unit itself; values may be negative.
    offset : float
        Added before the logarithm, in the unit of the value, so that values on the bound have
        a place: half a unit for counts, half a percentage point at both ends for shares.
        Forecasts beyond the bound are read as the bound, which so gets a probability of its own.
    counted : bool
        Whether the value counts events, so that chance alone moves it by its square root.
    rate : bool
        Whether the value is itself a growth rate: then each observation is one increment, and
        forecasts return to a mean instead of starting from the last value.

    Examples
    --------
    >>> KINDS["share"].backward(KINDS["share"].forward(98.0)).item()
    98.0
    >>> KINDS["count"].backward(-50.0).item()
    0.0
    """

    name: str
    scale: str = "log"
    offset: float = 0.0
    counted: bool = False
    rate: bool = False

    @property
    def lower(self) -> float:
        """Smallest value the quantity can take."""
        return -math.inf if self.scale == "plain" else 0.0

    @property
    def upper(self) -> float:
        """Largest value the quantity can take."""
        return 100.0 if self.scale == "logit" else math.inf

    def forward(self, value: Any) -> NDArray[np.float64]:
        """Return values on the scale of the model; minus or plus infinity outside the bounds."""
        y = np.asarray(value, dtype=float)
        if self.scale == "plain":
            return y
        with np.errstate(divide="ignore", invalid="ignore"):
            z = np.log(y + self.offset)
            if self.scale == "logit":
                z = z - np.log(100.0 - y + self.offset)
                z = np.where(y > 100.0, np.inf, z)
        return np.where(y < 0.0, -np.inf, z)

    def backward(self, z: Any) -> NDArray[np.float64]:
        """Return values in the unit of the quantity, never outside its bounds."""
        x = np.asarray(z, dtype=float)
        if self.scale == "plain":
            return x
        if self.scale == "logit":
            return np.clip(
                (100.0 + 2 * self.offset) * scipy.special.expit(x) - self.offset, 0.0, 100.0
            )
        y = np.exp(np.clip(x, -_LARGEST_LOG, _LARGEST_LOG)) - self.offset
        if self.counted:
            y = np.where(np.abs(y - np.round(y)) < _WHOLE, np.round(y), y)
        return np.maximum(y, 0.0) if self.offset else y


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("real_gdp"),
        Kind("nominal_gdp"),
        Kind("industrial_output"),
        Kind("throughput"),
        Kind("emissions"),
        Kind("income"),
        Kind("trade"),
        Kind("fiscal_revenue"),
        Kind("share", "logit", offset=0.5),
        Kind("count", offset=0.5, counted=True),
        Kind("concentration"),
        Kind("growth_rate", "plain", rate=True),
        Kind("generic"),
    )
}


@dataclass(frozen=True)
class Prior:
    """How series of one kind move from year to year, and how sure that is.

    On the scale of the kind, the change over g years is normal with mean ``mu * g``. Its
    variance is ``sigma2 * g``, plus slow swings of growth around ``mu``: a first-order
    autoregression of the yearly growth with stationary variance ``sigma2 * swing``. Before the
    series is seen, ``sigma2`` is inverse gamma (``nu / 2``, ``nu * s2 / 2``) and ``mu`` given
    ``sigma2`` is normal (``m``, ``sigma2 / kappa``).

    Parameters
    ----------
    kind : str
        Code of the kind, see `KINDS`.
    m : float
        Centre of the yearly drift (log points, logits, or per cent for a growth rate).
    kappa : float
        Years of steady growth the prior on the drift is worth.
    nu : float
        Degrees of freedom of the prior on the spread: small means heavy tails.
    s2 : float
        Scale of the yearly variance.
    swing, persistence : float
        Variance of the swings relative to ``sigma2``, and their correlation a year apart.
    trust : float
        How much one change says about the spread, 0 to 1: volatile years come in clusters, so
        that a calm spell promises less calm than independent years would.
    n_series : int
        Number of series the numbers were learned from.
    window : str
        Years of the outcomes they were learned from.
    stand_in, stand_in_zh, citation, licence : str
        What was measured in place of the quantity (empty: the quantity itself), in English and
        Chinese, where the panel comes from, and its terms.
    """

    kind: str
    m: float
    kappa: float
    nu: float
    s2: float
    swing: float = 0.0
    persistence: float = 0.0
    trust: float = 1.0
    n_series: int = 0
    window: str = ""
    stand_in: str = ""
    stand_in_zh: str = ""
    citation: str = ""
    licence: str = ""


def kind_named(kind: str) -> Kind:
    """Return the kind of quantity with this code.

    Raises
    ------
    InputError
        An unknown code, with the nearest known one.

    Examples
    --------
    >>> kind_named("share").scale
    'logit'
    """
    if not isinstance(kind, str) or kind not in KINDS:
        raise InputError(
            "no_such_kind_of_quantity",
            column="kind",
            value=kind,
            expected=", ".join(KINDS),
            nearest=nearest(kind, KINDS),
        )
    return KINDS[kind]


def load_priors(path: Path | None = None) -> dict[str, Prior]:
    """Read the priors of all kinds.

    Parameters
    ----------
    path : Path, optional
        A file like ``data/priors.csv``; that one when left out.

    Returns
    -------
    dict of str to Prior
        One prior for every kind in `KINDS`.

    Raises
    ------
    InputError
        A file, column or kind that is missing, or a number out of its range.

    Examples
    --------
    >>> prior = load_priors()["real_gdp"]
    >>> 0.02 < prior.m < 0.06, prior.stand_in
    (True, '')
    """
    return dict(_read(path or data_dir() / "priors.csv"))


@lru_cache(maxsize=8)
def _read(path: Path) -> dict[str, Prior]:
    if not path.is_file():
        raise InputError("file_of_priors_is_missing", file=path.name)
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    found: dict[str, Prior] = {}
    for row, record in enumerate(table.to_dict("records"), start=2):
        values = {name: record.get(name, "") for name in Prior.__dataclass_fields__}
        prior = _checked(values, path.name, row)
        found[prior.kind] = prior
    for kind in KINDS:
        if kind not in found:
            raise InputError(
                "file_of_priors_lacks", file=path.name, column="kind", expected=kind, kind=kind
            )
    return found


def _checked(values: dict[str, Any], file: str, row: int) -> Prior:
    """Return one row as a Prior; a wrong number here would bend every forecast unseen."""
    kind_named(values["kind"])
    least = {"m": -math.inf, "swing": 0.0, "persistence": 0.0, "trust": 0.0}
    for name in ("m", "kappa", "nu", "s2", "swing", "persistence", "trust", "n_series"):
        try:
            number = float(values[name])
        except (TypeError, ValueError):
            number = math.nan
        low = least.get(name)
        good = math.isfinite(number) and (number >= low if low is not None else number > 0)
        if name in ("persistence", "trust"):
            good = good and number <= 1
        if not good:
            raise InputError(
                "prior_out_of_range", file=file, row=row, column=name, value=values[name]
            )
        values[name] = int(number) if name == "n_series" else number
    return Prior(**values)
