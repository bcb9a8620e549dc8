"""Score any forecasting model on any panel, with nothing known after each origin.

Every task times step counts alike, as in forecasting competitions. Models are compared on the
tasks that all of them answered; what each refused is counted, and its scores on all it answered
stand beside.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.backtest import scores
from analysis.backtest.models import Model, seen_until
from analysis.backtest.scores import PROBABILITIES, Array
from analysis.backtest.tasks import Chunk, Tasks
from analysis.data.errors import Reason
from analysis.forecast.kinds import KINDS
from analysis.forecast.learned.batch import on_scale

# --- What one model scored on some tasks: the marks of single forecasts, and their means ---


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


_CALENDAR = (1800, 2200)

#: Tasks × steps × probabilities for a chunk of tasks, and the seconds it took.
Forecaster = Callable[[Chunk], tuple[Array, float]]
Progress = Callable[[str, float], None]


@dataclass
class Result:
    """A whole back-test, to be told on a screen, in a file or on a page.

    Parameters
    ----------
    tasks : Tasks
        What was asked.
    models : dict of str to Model
        Who was asked, in order.
    marks : dict of str to Marks
        What each scored.
    scores : dict
        Means over the common tasks: ``overall``, ``by_kind``, ``by_pattern``,
        ``by_kind_and_pattern``, ``by_horizon``, each group by model; and ``own``, over all
        that a model answered.
    versus : dict
        Each model against the baseline: ratios, differences and their standard errors.
    baseline : str
        Whom the others are held against.
    common : array of bool
        Tasks that all models answered.
    cautions : list of Reason
        What a reader must know.
    """

    tasks: Tasks
    models: dict[str, Model]
    marks: dict[str, Marks]
    scores: dict[str, Any] = field(default_factory=dict)
    versus: dict[str, dict[str, float]] = field(default_factory=dict)
    baseline: str = ""
    common: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    cautions: list[Reason] = field(default_factory=list)


def local(model: Model, horizon: int) -> Forecaster:
    """Return a model of this installation as a forecaster; its first call is not timed."""
    warm = False

    def forecast(chunk: Chunk) -> tuple[Array, float]:
        nonlocal warm
        # beyond a double's range a forecast is no number, and so a refusal
        with np.errstate(over="ignore", invalid="ignore"):
            if not warm:
                model.function(chunk.values[:1], chunk.kinds[:1], horizon, PROBABILITIES)
                warm = True
            start = time.perf_counter()
            found = model.function(chunk.values, chunk.kinds, horizon, PROBABILITIES)
        return np.asarray(found, dtype=float), time.perf_counter() - start

    return forecast


def backtest(
    tasks: Tasks,
    models: Mapping[str, Model],
    forecasters: Mapping[str, Forecaster] | None = None,
    progress: Progress = lambda name, share: None,
) -> Result:
    """Run every model on every task and score it.

    Parameters
    ----------
    tasks : Tasks
        From `analysis.backtest.tasks.build_tasks`.
    models : mapping of str to Model
        In the order they are to be told.
    forecasters : mapping of str to callable, optional
        How a model is called where not by its own function: for models elsewhere.
    progress : callable
        Told the name of a model and the share of its tasks that is done.

    Returns
    -------
    Result
        Scores in the units their functions in `analysis.backtest.scores` name.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from analysis.backtest.models import registry
    >>> from analysis.backtest.panel import read_panel
    >>> from analysis.backtest.tasks import build_tasks
    >>> text = "series_id,t,value\\n" + "".join(f"a,{t},{100 * 1.1**t}\\n" for t in range(12))
    >>> with TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "panel.csv").write_text(text)
    ...     tasks = build_tasks(read_panel(Path(folder) / "panel.csv"), origins=1, lengths=[5])
    >>> result = backtest(tasks, {"drift": registry()["drift"]})
    >>> round(result.scores["overall"]["drift"]["mase"], 6)
    0.0
    """
    called = {name: local(model, tasks.horizon) for name, model in models.items()}
    called.update(forecasters or {})
    result = Result(tasks, dict(models), {})
    chunks = list(tasks.chunks())
    contexts = [Context.of(chunk) for chunk in chunks]
    basis = naive_errors(len(tasks), tasks.horizon, contexts)
    for name in models:
        progress(name, 0.0)
        result.marks[name] = _marked(tasks, contexts, called[name], name, progress)
    refused = [marks.refused for marks in result.marks.values()]
    result.common = ~np.any(refused, axis=0)
    result.scores = _scored(result, basis)
    result.baseline = "drift" if "drift" in models else next(iter(models))
    result.versus = _versus(result, basis)
    result.cautions = _cautions(result)
    return result


def _marked(
    tasks: Tasks, contexts: Sequence[Context], call: Forecaster, name: str, progress: Progress
) -> Marks:
    n, done = len(tasks), 0
    marks = Marks(
        {measure: np.full((n, tasks.horizon), np.nan, np.float32) for measure in MEASURES},
        np.full((n, len(TARGETS)), np.nan),
        np.full((n, len(TARGETS)), np.nan),
        np.ones(n, dtype=bool),
    )
    for context in contexts:
        rows = context.chunk.rows
        quantiles, seconds = call(context.chunk)
        wanted = (len(rows), tasks.horizon, len(PROBABILITIES))
        if quantiles.shape != wanted:
            raise ValueError(name, quantiles.shape, wanted)
        crossed = (np.diff(quantiles, axis=2) < 0).any(axis=(1, 2))
        if crossed.any():  # the rearrangement of Chernozhukov et al. (2010), Econometrica 78
            quantiles = quantiles.copy()
            quantiles[crossed] = np.sort(quantiles[crossed], axis=2)
        mark(marks, context, quantiles)
        marks.seconds += seconds
        done += len(rows)
        progress(name, done / n)
    return marks


def _groups(result: Result) -> Iterator[tuple[str, str, NDArray[np.int64]]]:
    """Yield every breakdown with its groups and their common tasks."""
    tasks, common = result.tasks, np.flatnonzero(result.common)
    kinds, pattern = tasks.kinds[common], tasks.pattern[common]
    keys = [item.key for item in tasks.patterns]
    names = [name for name in KINDS if name in set(tasks.kinds)]
    for name in names:
        yield "by_kind", name, common[kinds == name]
    for number, key in enumerate(keys):
        yield "by_pattern", key, common[pattern == number]
    for name in names:
        for number, key in enumerate(keys):
            rows = common[(kinds == name) & (pattern == number)]
            if len(rows):
                yield "by_kind_and_pattern", f"{name}|{key}", rows


def _scored(result: Result, basis: Mapping[str, Array]) -> dict[str, Any]:
    common = np.flatnonzero(result.common)
    marks = result.marks
    told: dict[str, Any] = {
        "overall": {name: summary(marks[name], basis, common) for name in marks},
        "own": {
            name: summary(marks[name], basis, np.flatnonzero(~marks[name].refused))
            for name in marks
        },
    }
    for table, group, rows in _groups(result):
        told.setdefault(table, {})[group] = {
            name: summary(marks[name], basis, rows) for name in marks
        }
    told["by_horizon"] = {
        str(step): {name: summary(marks[name], basis, common, step) for name in marks}
        for step in range(1, result.tasks.horizon + 1)
    }
    return told


def _versus(result: Result, basis: Mapping[str, Array]) -> dict[str, dict[str, float]]:
    """Hold each model against the baseline on the common tasks, with standard errors by series."""
    rows = np.flatnonzero(result.common)
    _, series = np.unique(result.tasks.series[rows], return_inverse=True)

    def sums(table: NDArray[Any]) -> Array:
        known = np.where(np.isnan(table[rows]), 0.0, table[rows].astype(float))
        return np.bincount(series, known.sum(axis=1)).astype(float)

    def compared(columns: list[Array], figure: Callable[[Array], float]) -> tuple[float, float]:
        if not len(rows):
            return float("nan"), float("nan")
        table = np.stack(columns, axis=1)
        if not np.isfinite(table).all():  # a score without bound has no ratio
            return float("nan"), float("nan")
        return figure(table.sum(axis=0)), scores.cluster_bootstrap(table, figure)

    def ratio(total: Array) -> float:
        return float(total[0] / total[1]) if total[1] > 0 else float("nan")

    def gap(total: Array) -> float:
        mine = scores.owa(total[0], total[1], total[4], total[5])
        return float(mine - scores.owa(total[2], total[3], total[4], total[5]))

    base = result.marks[result.baseline].by_step
    told = {}
    for name, marks in result.marks.items():
        if name == result.baseline:
            continue
        own = marks.by_step
        line: dict[str, float] = {}
        for key, measure in (("crps_scaled", "crps"), ("crps_log", "crps_log")):
            pair = [sums(own[measure]), sums(base[measure])]
            line[f"{key}_ratio"], line[f"{key}_ratio_se"] = compared(pair, ratio)
        tables: list[NDArray[Any]] = [own["smape"], own["ase"], base["smape"], base["ase"]]
        tables += basis.values()
        columns = [sums(table) for table in tables]
        line["owa_difference"], line["owa_difference_se"] = compared(columns, gap)
        told[name] = line
    return told


def _cautions(result: Result) -> list[Reason]:
    tasks = result.tasks
    learned = [name for name, model in result.models.items() if model.learned]
    if not learned or tasks.panel.t.min() < _CALENDAR[0] or tasks.panel.t.max() > _CALENDAR[1]:
        return []
    early: dict[int, list[str]] = {}  # outcomes come after the origin
    for kind in np.unique(tasks.kinds):
        last = seen_until(str(kind))
        if tasks.origin[tasks.kinds == kind].min() < last:
            early.setdefault(last, []).append(str(kind))
    return [
        Reason("priors_have_seen", models=learned, kinds=kinds, year=last)
        for last, kinds in sorted(early.items())
    ]
