"""What one model scored on some tasks: the marks of single forecasts, and their means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.backtest import scores
from analysis.backtest.scores import PROBABILITIES, Array
from analysis.backtest.tasks import Chunk
from analysis.forecast.kinds import KINDS
from analysis.forecast.learned.batch import on_scale

#: Targets a planner would set: the last value plus so many times recent growth.
TARGETS = (0.0, 0.5, 1.0, 1.5)
COVERS = {50: (0.25, 0.75), 80: (0.1, 0.9), 95: (0.025, 0.975)}
#: On logs a forecast of nearly nothing is read as this share of the last value.
_FLOOR = 1e-3
MEASURES = ("smape", "ase", "msis", "cover50", "cover80", "cover95", "crps", "crps_log")
#: Sums of values beyond it leave a double's range: no answer. Exponentials end before it.
_FARTHEST = 1e305
_ENDS = tuple(end for ends in COVERS.values() for end in ends)


@dataclass
class Marks:
    """What one model scored: an entry a task and step, and a task and target.

    Parameters
    ----------
    by_step : dict of str to array, tasks × steps
        Each measure of a single forecast; NaN unknown. In single precision, which halves the
        memory; beyond its range a score is infinite.
    chance, reached : array, tasks × targets
        Stated probability, and whether the target was reached.
    refused : array of bool
        Tasks without an answer.
    seconds : float
        Time it took.
    """

    by_step: dict[str, NDArray[np.float32]]
    chance: Array
    reached: Array
    refused: NDArray[np.bool_]
    seconds: float = 0.0


@dataclass(frozen=True)
class Context:
    """What the scores of a chunk need besides the forecast; the same for all models."""

    chunk: Chunk
    scale: Array
    last_step: NDArray[np.int64]
    targets: Array
    reached: Array
    floor: Array  # tasks on logs: the least a forecast is read as; NaN elsewhere

    @classmethod
    def of(cls, chunk: Chunk) -> Context:
        """Return the context of a chunk; nothing in it but the outcomes lies after the origin."""
        known = np.asarray(np.isfinite(chunk.outcomes))
        steps = chunk.outcomes.shape[1]
        last = steps - 1 - known[:, ::-1].argmax(axis=1)
        growth = scores.recent_growth(chunk.values) * (last + 1)
        origin = chunk.values[:, -1]
        targets = origin[:, None] + growth[:, None] * np.array(TARGETS)
        final = np.take_along_axis(chunk.outcomes, last[:, None], 1)
        reached = np.where(np.isfinite(targets) & np.isfinite(final), final >= targets, np.nan)
        logs = {name for name, kind in KINDS.items() if kind.scale == "log"}
        offset = np.array([KINDS[name].offset for name in chunk.kinds])
        low = np.where(offset > 0, 0.0, _FLOOR * np.abs(origin))
        floor = np.where(np.isin(chunk.kinds, list(logs)), low, np.nan)
        scale = scores.history_scale(chunk.values)
        return cls(chunk, scale, last, targets, reached, floor)


def naive_errors(n: int, horizon: int, contexts: Sequence[Context]) -> dict[str, Array]:
    """Return the errors of "nothing changes", by which OWA is relative."""
    basis = {name: np.full((n, horizon), np.nan) for name in ("smape", "ase")}
    for context in contexts:
        chunk = context.chunk
        flat = chunk.values[:, -1:]
        basis["smape"][chunk.rows] = scores.smape(flat, chunk.outcomes)
        basis["ase"][chunk.rows] = scores.scaled_error(flat, chunk.outcomes, context.scale)
    return basis


def mark(marks: Marks, context: Context, q: Array) -> None:
    """Score quantiles of one chunk, tasks × steps × `PROBABILITIES`, rising; NaN is a refusal."""
    chunk, rows, y = context.chunk, context.chunk.rows, context.chunk.outcomes
    good = np.asarray((np.abs(q) <= _FARTHEST).all(axis=(1, 2)))
    q = np.where(good[:, None, None], q, np.nan)
    at = {p: q[..., int(np.argmin(np.abs(PROBABILITIES - p)))] for p in (0.5, *_ENDS)}
    scale = context.scale[:, None]
    put = marks.by_step
    with np.errstate(over="ignore", invalid="ignore"):
        put["smape"][rows] = scores.smape(at[0.5], y)
        put["ase"][rows] = scores.scaled_error(at[0.5], y, context.scale)
        put["msis"][rows] = scores.interval_score(at[0.025], at[0.975], y) / scale
        put["crps"][rows] = scores.crps(q, y, PROBABILITIES) / scale
    for level, (low, high) in COVERS.items():
        inside = scores.covered(at[low], at[high], y)
        put[f"cover{level}"][rows] = np.where(good[:, None], inside, np.nan)
    logs = np.flatnonzero(np.isfinite(context.floor) & good)
    if len(logs):
        kinds, least = chunk.kinds[logs], context.floor[logs]
        raised = np.maximum(q[logs], least[:, None, None])
        on_logs = on_scale(raised, kinds, "forward")
        came = on_scale(y[logs], kinds, "forward")
        put["crps_log"][rows[logs]] = 100.0 * scores.crps(on_logs, came, PROBABILITIES)
    final = np.take_along_axis(q, context.last_step[:, None, None], 1)[:, 0]
    marks.chance[rows] = scores.probability_at_least(final, PROBABILITIES, context.targets)
    marks.reached[rows] = context.reached
    marks.refused[rows] = ~good


def _mean(values: NDArray[Any]) -> float:
    """Return the mean of what is known; one forecast without bound makes it so too."""
    known = values[~np.isnan(values)]
    with np.errstate(over="ignore"):
        return float(known.mean(dtype=float)) if len(known) else float("nan")


def summary(
    marks: Marks, basis: Mapping[str, Array], rows: NDArray[Any], step: int | None = None
) -> dict[str, float]:
    """Return the mean scores of a model over some tasks, or over one step of them.

    Parameters
    ----------
    marks : Marks
        What the model scored.
    basis : mapping
        Errors of the naive forecast: ``smape`` and ``ase``.
    rows : array of int
        The tasks.
    step : int, optional
        Steps ahead, from 1; all when left out. Probabilities belong to a task's last step and
        are told only with all.
    """
    columns = slice(None) if step is None else slice(step - 1, step)
    cut = {name: table[rows, columns] for name, table in marks.by_step.items()}
    flat = {name: _mean(table[rows, columns]) for name, table in basis.items()}
    means = {name: _mean(table) for name, table in cut.items()}
    told: dict[str, float] = {
        "tasks": len(rows),
        "forecasts": int(np.isfinite(cut["smape"]).sum()),
        "scaled": int(np.isfinite(cut["ase"]).sum()),
        "smape": means["smape"],
        "mase": means["ase"],
        "owa": scores.owa(means["smape"], means["ase"], flat["smape"], flat["ase"]),
        "msis": means["msis"],
        **{f"cover{level}": means[f"cover{level}"] for level in COVERS},
        "crps_scaled": means["crps"],
        "crps_log": means["crps_log"],
    }
    if step is None:
        chance, reached = marks.chance[rows], marks.reached[rows]
        told["brier"] = _mean(scores.brier(chance, reached))
        told["ece"] = scores.calibration_error(chance, reached)
    return told
