"""Names of lines: how far apart they stand, and where a line that ends early is named."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

_BOX = {"boxstyle": "round,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.85}
_LINE = 12.5  # points of height that a name in 9 pt type takes


def label_early(axes: Axes, lines: Sequence[tuple[pd.DataFrame, str]], height: float) -> None:
    """Name lines at their last point, on the side where the line is not: after it where it fell.

    There other lines go on: where they rise, the name stands below them if there is room.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        With its limits set.
    lines : sequence of (pandas.DataFrame, str)
        ``year``, ``value`` of the known points in order, and the name.
    height : float
        Inches of the figure, to tell how far apart names must stand.

    Examples
    --------
    >>> from planeval.show.chart import new_figure, style
    >>> with style():
    ...     figure, axes = new_figure()
    ...     label_early(axes, [(pd.DataFrame({"year": [2020], "value": [1.0]}), "产值")], 3.0)
    >>> [(text.get_text(), text.get_ha()) for text in axes.texts]
    [('产值', 'right')]
    """
    low, high = axes.get_ylim()
    gap = _LINE / 72 / max(height - 0.5, 0.5) * (high - low)
    for year in sorted({float(known["year"].iloc[-1]) for known, _ in lines}):
        here = [(known, name) for known, name in lines if known["year"].iloc[-1] == year]
        here.sort(key=lambda line: float(line[0]["value"].iloc[-1]))
        places = spread([float(known["value"].iloc[-1]) for known, _ in here], gap)
        for (known, name), place in zip(here, places, strict=True):
            falls = len(known) > 1 and known["value"].iloc[-1] < known["value"].iloc[-2]
            points = np.vstack([np.empty((0, 2)), *(each.get_xydata() for each in axes.lines)])
            on = points[points[:, 0] > year, 1]
            rise = np.count_nonzero(on >= place) > len(on) / 2
            below = falls and rise and len(here) == 1 and place - low > 1.5 * gap
            axes.annotate(
                name,
                (year, place),
                (3 if falls else -3, -5 if below else 5),
                textcoords="offset points",
                ha="left" if falls else "right",
                va="top" if below else "bottom",
                bbox=_BOX,
                zorder=4,
            )


def spread(values: Sequence[float], gap: float) -> list[float]:
    """Move sorted values apart until neighbours are `gap` apart, as little as possible.

    Values that would touch form a block, which is centred on the mean of its members.

    Examples
    --------
    >>> spread([1.0, 1.0, 5.0], 1.0)
    [0.5, 1.5, 5.0]
    """
    blocks: list[list[float]] = []
    for value in values:
        blocks.append([value])
        while len(blocks) > 1 and _top(blocks[-2], gap) + gap > _bottom(blocks[-1], gap):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    return [_bottom(block, gap) + gap * step for block in blocks for step in range(len(block))]


def _bottom(block: Sequence[float], gap: float) -> float:
    return sum(block) / len(block) - gap * (len(block) - 1) / 2


def _top(block: Sequence[float], gap: float) -> float:
    return _bottom(block, gap) + gap * (len(block) - 1)
