"""Chart of forecast models held against what came: errors beside the honesty of the ranges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

import numpy as np
import pandas as pd

from planeval.show.bars import _row_axis, _rows_height
from planeval.show.chart import (
    COLOURS,
    MARKERS,
    SOFT,
    Chart,
    ChartText,
    Ticks,
    finished,
    need,
    new_figure,
    style,
)
from planeval.words.amounts import WORDS, figure_text
from planeval.words.language import spoken

_TITLES = {
    "zh": ("平均绝对误差（%）", "落入区间的比例（%）；竖线为名义水平"),
    "en": ("mean absolute error (%)", "outcomes inside the range (%); lines: nominal"),
}


def scores_chart(
    frame: pd.DataFrame,
    caption: str,
    *,
    levels: Sequence[int] = (50, 80, 95),
    highlight: str | None = None,
    **text: Unpack[ChartText],
) -> Chart:
    """Draw the errors of models as bars and, beside them, how often their ranges held.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``name``, ``error_pct``, and ``coverage_50_pct`` and so on for each of `levels`, in per
        cent and in printing order. NaN is unknown.
    caption : str
        The finding.
    levels : sequence of int
        Nominal levels of the ranges, at most seven.
    highlight : str, optional
        The one model the chapter is about.
    **text
        As for :func:`planeval.show.lines.line_chart`.

    Raises
    ------
    ValueError
        When a column is missing or there are no rows or more than forty.

    Examples
    --------
    >>> frame = pd.DataFrame({"name": ["甲", "乙"], "error_pct": [4.4, 6.2],
    ...                       "coverage_80_pct": [89.0, None]})
    >>> scores_chart(frame, "甲误差较小", levels=[80]).alt
    '甲：误差 4.4%，80% 区间 89%；乙：误差 6.2%，80% 区间 无数据'
    """
    columns = {level: f"coverage_{level}_pct" for level in levels}
    need(frame, "name", "error_pct", *columns.values())
    language = text.get("language", spoken())
    words, titles = WORDS[language], _TITLES[language]
    names = frame["name"].astype(str)
    rows = np.arange(len(frame))
    with style():
        figure, left = new_figure(_rows_height(frame) + 0.35)
        left.remove()
        left, right = figure.subplots(1, 2, sharey=True, width_ratios=(1, 1.15))
        colours = [
            COLOURS[0] if highlight in (None, name) else COLOURS[5] for name in names.tolist()
        ]
        left.barh(rows, frame["error_pct"].fillna(0.0), 0.62, color=colours)
        for row, error in enumerate(frame["error_pct"]):
            said = words["unknown"] if pd.isna(error) else figure_text(error, 1)
            place = (0.0 if pd.isna(error) else error, row)
            left.annotate(said, place, (4, 0), textcoords="offset points", va="center")
        for position, (level, column) in enumerate(columns.items()):
            colour = COLOURS[position]
            right.axvline(level, color=colour, linewidth=0.9, linestyle=(0, (3, 2)))
            look = {"color": colour, "marker": MARKERS[position], "linestyle": "none"}
            name = words["band"].format(level=level)
            right.plot(frame[column], rows, label=name, markersize=5.5, clip_on=False, **look)
        _row_axis(left, names)
        right.grid(True, axis="y", color=SOFT, alpha=0.25)
        right.spines["left"].set_visible(False)
        right.set_xlim(0, 100)
        right.tick_params(axis="y", labelleft=False)
        for axes, title in zip((left, right), titles, strict=True):
            axes.xaxis.set_major_formatter(Ticks())
            axes.set_xlabel(title, fontsize=8)
        right.legend(
            loc="lower left",
            bbox_to_anchor=(0, 1),
            ncols=len(columns),
            frameon=False,
            fontsize=8,
            columnspacing=1.2,
            handletextpad=0.1,
        )
    return finished(figure, caption, text, _alt(frame, columns, language), frame)


def _alt(frame: pd.DataFrame, columns: dict[int, str], language: str) -> str:
    """Say every model's figures in words."""
    words = WORDS[language]
    error, colon = ("误差", "：") if language == "zh" else ("error", ": ")
    comma = "，" if language == "zh" else ", "

    def said(value: float, digits: int) -> str:
        return words["unknown"] if pd.isna(value) else f"{figure_text(value, digits)}%"

    return words["stop"].join(
        f"{row['name']}{colon}{error} {said(row['error_pct'], 1)}"
        + "".join(
            f"{comma}{words['band'].format(level=level)} {said(row[column], 0)}"
            for level, column in columns.items()
        )
        for row in frame.to_dict("records")
    )
