"""Which forecasts a back-test asks for: histories as they stood at an origin, and what came.

A history is read at or before its origin, an outcome after it: here is the only place that
cuts a panel, so that no model can look ahead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.backtest.panel import LeftOut, Panel
from analysis.backtest.scores import Array
from analysis.data.errors import InputError, Reason

LENGTHS = (3, 5, 8, 12, 20)
ORIGINS = 3
HORIZON = 5
#: Histories are read this many steps back and no further; forecasts reach at most so far.
MOST_STEPS, MOST_AHEAD = 1000, 50
#: Upper ends of the groups that histories of a panel with its own split are told in.
_BANDS = (5, 10, 20, 40, MOST_STEPS)
_CHUNK_ROWS, _CHUNK_CELLS = 4096, 2_000_000


@dataclass(frozen=True)
class Pattern:
    """Which points before the origin a model may see.

    Parameters
    ----------
    key : str
        What kind of pattern, and its figures: ``length=5``, ``gaps=-9,-4,0``, ``points=6-10``,
        ``points>40``.
    offsets : tuple of int
        Steps relative to the origin, ascending, the last 0.
    whole : bool
        Whether every point at these offsets must have been observed.
    """

    key: str
    offsets: tuple[int, ...]
    whole: bool = True


@dataclass(frozen=True)
class Chunk:
    """Some tasks of one pattern, ready for a model.

    Parameters
    ----------
    rows : array of int
        Their numbers among all tasks.
    values : array, tasks × steps
        Histories, right-aligned: the last column is the origin.
    kinds : array of str
        Kind of each task.
    outcomes : array, tasks × horizon
        What came; NaN unknown.
    """

    rows: NDArray[np.int64]
    values: Array
    kinds: NDArray[Any]
    outcomes: Array


@dataclass(frozen=True)
class Tasks:
    """All tasks of a back-test; one entry of each array a task.

    Parameters
    ----------
    panel : Panel
        Where they come from.
    horizon : int
        Steps ahead.
    patterns : tuple of Pattern
        What may be seen.
    pattern, series, origin : array of int
        Number of the pattern and of the series, and the time of the origin.
    left_out : tuple of LeftOut
        Series without any task, by reason, those the panel left out included.
    """

    panel: Panel
    horizon: int
    patterns: tuple[Pattern, ...]
    pattern: NDArray[np.int64]
    series: NDArray[np.int64]
    origin: NDArray[np.int64]
    left_out: tuple[LeftOut, ...]

    def __len__(self) -> int:
        return len(self.series)

    @property
    def kinds(self) -> NDArray[Any]:
        """Kind of each task."""
        return self.panel.kinds[self.series].astype(str)

    def chunks(self) -> Iterator[Chunk]:
        """Yield the tasks in portions of one pattern that fit into memory."""
        kinds = self.kinds
        ahead = np.arange(1, self.horizon + 1)
        for number, pattern in enumerate(self.patterns):
            rows = np.flatnonzero(self.pattern == number)
            offsets = np.array(pattern.offsets)
            width = 1 - pattern.offsets[0]
            size = max(1, min(_CHUNK_ROWS, _CHUNK_CELLS // width))
            for start in range(0, len(rows), size):
                some = rows[start : start + size]
                series, origin = self.series[some][:, None], self.origin[some][:, None]
                values = np.full((len(some), width), np.nan)
                values[:, offsets - 1 + width] = self.panel.at(series, origin + offsets)
                yield Chunk(some, values, kinds[some], self.panel.at(series, origin + ahead))


def last_points(n: int) -> Pattern:
    """Return the pattern of the last n consecutive points.

    Examples
    --------
    >>> last_points(3).offsets
    (-2, -1, 0)
    """
    return Pattern(f"length={n}", tuple(range(1 - n, 1)))


def gapped(offsets: Sequence[int]) -> Pattern:
    """Return the pattern of these points only, relative to the origin.

    Examples
    --------
    >>> gapped([-9, -4, 0]).key
    'gaps=-9,-4,0'
    """
    return Pattern(f"gaps={','.join(map(str, offsets))}", tuple(offsets))


def build_tasks(
    panel: Panel,
    *,
    horizon: int | None = None,
    origins: int | Sequence[int] | None = None,
    lengths: Sequence[int] | None = None,
    gaps: Sequence[Sequence[int]] = (),
) -> Tasks:
    """Return the tasks of a panel: its own split where it has one, else rolling origins.

    Parameters
    ----------
    panel : Panel
        Checked series.
    horizon : int, optional
        Steps ahead; the longest test part, or 5.
    origins : int or sequence of int, optional
        The latest so many origins of every series whose whole horizon lies within it, or
        these times; 3 when left out.
    lengths : sequence of int, optional
        Histories of the last so many consecutive points; 3, 5, 8, 12, 20.
    gaps : sequence of sequences of int
        Further patterns: observed steps relative to the origin.

    Raises
    ------
    InputError
        Origins, lengths or gaps for a panel with its own split; no series long enough.
    """
    if panel.test is None:
        return _rolling(
            panel, horizon or HORIZON, ORIGINS if origins is None else origins,
            (*map(last_points, LENGTHS if lengths is None else lengths), *map(gapped, gaps)),
        )  # fmt: skip
    for name, given in (("--origins", origins), ("--lengths", lengths), ("--gaps", gaps)):
        if given:
            raise InputError(
                "panel_has_its_own_split",
                file=panel.file,
                column="part",
                value=name,
                expected=Reason("no_option_or_panel_without_part", option=name),
            )
    return _split(panel, horizon)


def _first_rows(panel: Panel) -> NDArray[np.int64]:
    return np.flatnonzero(np.diff(panel.series, prepend=-1))


def _rolling(
    panel: Panel, horizon: int, origins: int | Sequence[int], patterns: tuple[Pattern, ...]
) -> Tasks:
    series, origin = panel.series[:0], panel.t[:0]
    if len(panel.series) and isinstance(origins, int):
        starts = _first_rows(panel)
        sizes = np.diff(np.r_[starts, len(panel.series)])
        last = np.repeat(panel.t[starts + sizes - 1], sizes)
        possible = panel.t + horizon <= last
        place = np.arange(len(panel.t)) - np.repeat(starts, sizes)
        count = np.repeat(np.add.reduceat(possible.astype(int), starts), sizes)
        chosen = possible & (place >= count - origins)
        series, origin = panel.series[chosen], panel.t[chosen]
    elif len(panel.series):
        chosen = np.isin(panel.t, np.array(list(origins)))  # type: ignore[arg-type]
        series, origin = panel.series[chosen], panel.t[chosen]
    if len(series):
        ahead = np.arange(1, horizon + 1)
        outcome = np.isfinite(panel.at(series[:, None], origin[:, None] + ahead)).any(axis=1)
        series, origin = series[outcome], origin[outcome]
    found: list[tuple[NDArray[np.int64], ...]] = []
    for number, pattern in enumerate(patterns):
        fits: Any = np.zeros(len(series), dtype=bool)
        if len(series):
            seen = panel.at(series[:, None], origin[:, None] + np.array(pattern.offsets))
            fits = np.asarray(np.isfinite(seen).all(axis=1))
        found.append((np.full(int(fits.sum()), number), series[fits], origin[fits]))
    parts = [np.concatenate(part) for part in zip(*found, strict=True)]
    reason = Reason("short", patterns=[pattern.key for pattern in patterns])
    return _tasks(panel, horizon, patterns, parts, [(reason, np.ones(len(panel.ids), bool))])


def _band(low: int, high: int, span: int) -> Pattern:
    """Return the pattern of whole histories with so many points, seen `span` steps back."""
    open_ended = high == MOST_STEPS
    return Pattern(
        f"points>{low}" if open_ended else f"points={low + 1}-{high}",
        tuple(range(-span, 1)),
        whole=False,
    )


def _split(panel: Panel, horizon: int | None) -> Tasks:
    assert panel.test is not None
    n = len(panel.ids)
    points = np.bincount(panel.series[~panel.test], minlength=n)
    tests = np.bincount(panel.series[panel.test], minlength=n)
    good = np.flatnonzero((points > 0) & (tests > 0))
    origin, last = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    train = ~panel.test
    origin[panel.series[train]] = panel.t[train]  # sorted by time: the last one stays
    last[panel.series[panel.test]] = panel.t[panel.test]
    reach = int(np.max(last[good] - origin[good], initial=1))
    horizon = min(reach, horizon or MOST_AHEAD, MOST_AHEAD)
    if len(good):
        ahead = np.arange(1, horizon + 1)
        came = np.isfinite(panel.at(good[:, None], origin[good][:, None] + ahead)).any(axis=1)
        good = good[came]
    band = np.minimum(np.searchsorted(_BANDS, points[good]), len(_BANDS) - 1)
    first = np.zeros(n, dtype=np.int64)
    first[panel.series[::-1]] = panel.t[::-1]
    span = np.minimum(origin - first, MOST_STEPS - 1)[good]
    patterns = tuple(
        _band(low, high, int(span[band == number].max(initial=0)))
        for number, (low, high) in enumerate(zip((0, *_BANDS[:-1]), _BANDS, strict=True))
    )
    reasons = [
        (Reason("no_train"), points == 0),
        (Reason("no_test"), (points > 0) & (tests == 0)),
        (Reason("no_outcome"), points > 0),
    ]
    return _tasks(panel, horizon, patterns, [band, good, origin[good]], reasons)


def _tasks(
    panel: Panel,
    horizon: int,
    patterns: tuple[Pattern, ...],
    parts: list[NDArray[np.int64]],
    reasons: list[tuple[Reason, NDArray[np.bool_]]],
) -> Tasks:
    """Put the tasks together, and tell the series that have none, by the first reason that fits."""
    pattern, series, origin = parts
    left = list(panel.left_out)
    silent = np.ones(len(panel.ids), dtype=bool)
    silent[series] = False
    silent[list(panel.unfit)] = False
    for reason, fits in reasons:
        out = np.flatnonzero(silent & fits)
        silent[out] = False
        if len(out):
            left.append(LeftOut(reason, len(out), str(panel.ids[out[0]])))
    if not len(series):
        first = left[0]
        raise InputError(
            "no_series_can_be_scored",
            left_out=first.reason,
            file=panel.file,
            row=first.row,
            column="series_id" if first.value is None else "value",
            value=first.series_id if first.value is None else first.value,
            expected=Reason("shorter_lengths_or_longer_series")
            if first.reason.code in ("short", "no_outcome")
            else None,
        )
    used = np.unique(pattern)
    renumbered = np.searchsorted(used, pattern)
    kept = tuple(patterns[number] for number in used)
    return Tasks(panel, horizon, kept, renumbered, series, origin, tuple(left))
