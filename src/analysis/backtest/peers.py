"""Models of other libraries, asked in an environment of their own.

Their libraries would weigh on this project's environment, so another interpreter runs
`analysis.backtest.peers_worker`; histories and quantiles go through files in a temporary folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.backtest import peers_worker
from analysis.backtest.models import Model
from analysis.backtest.scores import PROBABILITIES, Array
from analysis.backtest.tasks import Chunk, Tasks
from analysis.data.errors import InputError


def _elsewhere(*_: Any) -> Array:
    raise RuntimeError("a model of another environment is asked through forecasters()")


PEERS: dict[str, Model] = {
    "autoets": Model("自动指数平滑", "AutoETS (statsforecast)", _elsewhere),
    "autotheta": Model("自动 Theta", "AutoTheta (statsforecast)", _elsewhere),
    "dotheta": Model("动态最优 Theta", "DynamicOptimizedTheta (statsforecast)", _elsewhere),
    "ces": Model("复指数平滑", "AutoCES (statsforecast)", _elsewhere),
    "autoarima": Model("自动 ARIMA", "AutoARIMA (statsforecast)", _elsewhere),
    "rwd": Model("带漂移随机游走（不取对数）", "RandomWalkWithDrift (statsforecast)", _elsewhere),
    "median": Model("四模型中位数", "median of ETS, ARIMA, CES, DOTheta", _elsewhere),
    "prophet": Model("Prophet", "Prophet", _elsewhere),
}


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
            "这些模型要在另一个环境里运行",
            "these models run in an environment of their own",
            column="--peers",
            value=",".join(names),
            expected="--peers /path/to/python (docs/backtest.md)",
        )
    if python and not names:
        raise InputError(
            "--models 里没有同类库的模型",
            "no model in --models runs in the peers' environment",
            column="--peers",
            value=python,
            expected=f"--models with one of {', '.join(PEERS)}",
        )
    if python and not shutil.which(python):
        raise _no_python(python)
    return python


def _no_python(python: str) -> InputError:
    return InputError(
        "找不到这个解释器",
        "no such interpreter",
        column="--peers",
        value=python,
        expected="a Python with statsforecast or prophet (docs/backtest.md)",
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
            f"该环境缺少 {last}",
            f"that environment lacks {last}",
            column="--peers",
            value=python,
            expected="pip install -r benchmarks/peers-requirements.txt",
        )
    if process.returncode or not (folder / "answers.npz").is_file():
        raise InputError(
            "同类库的运行失败",
            "the run of the peers failed",
            column="--peers",
            value=last or f"exit code {process.returncode}",
            expected="an environment made as docs/backtest.md says",
        )
