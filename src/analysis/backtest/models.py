"""Which models a back-test can score, each behind the same call.

``function(values, kinds, h, probabilities)`` returns quantiles, tasks × steps × probabilities.
``values`` are histories, tasks × steps, whose last column is the origin; NaN was not observed.
``kinds`` are codes of `analysis.forecast.kinds.KINDS`. A task a model refuses is NaN.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from analysis.backtest import peers_worker
from analysis.backtest.scores import PROBABILITIES, Array, changes
from analysis.backtest.tasks import Chunk, Tasks
from analysis.data.errors import InputError, Reason
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
    """A model: its call, and whether it has learned before."""

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


_OWN: dict[str, Model] = {"naive": Model(naive), "drift": Model(drift)}
_ENGINE = ("pooled", "prior", "trend_grid", "theta_grid")


def registry() -> dict[str, Model]:
    """Return the models this installation can score, by name.

    Examples
    --------
    >>> {"naive", "drift"} <= set(registry())
    True
    """
    engine = {name: Model(partial(_engine, model=name), learned=True) for name in _ENGINE}
    return _OWN | engine


def engine_weights() -> str:
    """Return the SHA-256 digest of the learned models' weights file."""
    return hashlib.sha256(weights_file().read_bytes()).hexdigest()


# --- Models of other libraries, asked in an environment of their own ---
# Their libraries would weigh on this project's environment, so another interpreter runs
# `analysis.backtest.peers_worker`; histories and quantiles go through files in a temporary folder.


def _elsewhere(*_: Any) -> Array:
    raise NotImplementedError  # a model of another environment is asked through forecasters()


PEERS: dict[str, Model] = dict.fromkeys(
    ("autoets", "autotheta", "dotheta", "ces", "autoarima", "rwd", "median", "prophet"),
    Model(_elsewhere),
)


def interpreter(python: str | None, names: Sequence[str]) -> str | None:
    """Return the interpreter that runs the peers, None where no peer is asked.

    Raises
    ------
    InputError
        Peers without ``--peers``, ``--peers`` without peers, or no such program.

    Examples
    --------
    >>> interpreter(None, []) is None
    True
    """
    if names and not python:
        raise InputError(
            "peers_need_their_environment",
            column="--peers",
            value=",".join(names),
            expected="--peers /path/to/python (docs/backtest.md)",
        )
    if python and not names:
        raise InputError(
            "no_model_runs_in_peers",
            column="--peers",
            value=python,
            expected=Reason("models_with_one_of", models=", ".join(PEERS)),
        )
    if python and not shutil.which(python):
        raise _no_python(python)
    return python


def _no_python(python: str) -> InputError:
    return InputError(
        "no_such_interpreter",
        column="--peers",
        value=python,
        expected=Reason("python_with_peers"),
    )


def histories(tasks: Tasks) -> tuple[Array, NDArray[np.int64], NDArray[np.int64]]:
    """Return all histories one after another, the points of each, and the task of each.

    A history with gaps has 0 points: these libraries know consecutive ones only.
    """
    flat, lengths, rows = [np.empty(0)], [], []
    for chunk in tasks.chunks():
        seen = np.isfinite(chunk.values)
        n = seen.sum(axis=1)
        consecutive = n == seen.shape[1] - seen.argmax(axis=1)
        lengths.append(np.where(consecutive, n, 0))
        rows.append(chunk.rows)
        flat.append(chunk.values[seen & consecutive[:, None]])
    return np.concatenate(flat), np.concatenate(lengths), np.concatenate(rows)


def forecasters(
    tasks: Tasks, names: Sequence[str], python: str, progress: Callable[[str, float], None]
) -> dict[str, Callable[[Chunk], tuple[Array, float]]]:
    """Let the peers answer all tasks, and return how each answer is looked up.

    Raises
    ------
    InputError
        A library is missing there, or the run failed: with its last line.
    """
    flat, lengths, order = histories(tasks)
    with TemporaryDirectory(prefix="planeval-") as folder:
        place = Path(folder)
        np.savez(
            place / "tasks.npz",
            flat=flat,
            lengths=lengths,
            horizon=tasks.horizon,
            probabilities=PROBABILITIES,
        )
        # a copy: beside the original stand modules whose names other libraries use too
        script = shutil.copy(peers_worker.__file__, place / "peers.py")
        words = [python, str(script), "tasks.npz", "answers.npz", ",".join(names)]
        _ran(words, place, python, progress)
        with np.load(place / "answers.npz") as found:
            answers = {name: found[f"quantiles_{name}"] for name in names}
            seconds = {name: float(found[f"seconds_{name}"]) for name in names}
    at = np.empty_like(order)
    at[order] = np.arange(len(order))

    def looked_up(name: str) -> Callable[[Chunk], tuple[Array, float]]:
        share = seconds[name] / len(tasks)
        return lambda chunk: (
            np.asarray(answers[name][at[chunk.rows]], dtype=float),
            share * len(chunk.rows),
        )

    return {name: looked_up(name) for name in names}


def _ran(
    words: list[str], folder: Path, python: str, progress: Callable[[str, float], None]
) -> None:
    """Run the worker, pass its progress on, and turn its failure into one message."""
    environment = os.environ | {"PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"}
    last = ""
    try:
        process = subprocess.Popen(
            words,
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )
    except OSError:
        raise _no_python(python) from None
    with process:
        try:
            assert process.stderr is not None
            for line in process.stderr:
                if line.startswith("@ "):
                    _, name, share = line.split()
                    progress(name, min(float(share), 0.99))  # done when it is scored
                elif line.strip():
                    last = line.strip()
        except BaseException:
            process.kill()
            raise
    if process.returncode == peers_worker.MISSING:
        raise InputError(
            "that_environment_lacks",
            column="--peers",
            value=python,
            expected="pip install -r benchmarks/peers-requirements.txt",
            last=last,
        )
    if process.returncode or not (folder / "answers.npz").is_file():
        raise InputError(
            "run_of_peers_failed" if last else "run_of_peers_ended",
            column="--peers",
            value=last or None,
            expected=Reason("environment_of_peers"),
            status=process.returncode,
        )
