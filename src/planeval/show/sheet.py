"""The whole plan on one page: a line a target, with its way, its outlook, its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Unpack

import pandas as pd
from matplotlib.axes import Axes

from planeval.show.chart import (
    COLOURS,
    INK,
    SOFT,
    Chart,
    ChartText,
    finished,
    need,
    new_figure,
    style,
)
from planeval.words.amounts import WORDS, figure_text, wrap
from planeval.words.language import spoken

MOST_LINES = 48
#: Inches a line takes, inches all lines may take on a page, and what a wrapped name adds.
_LINE, _HIGHEST, _WRAPPED = 0.19, 7.3, 0.6
_NAME = 36  # half-width letters of a name before it is wrapped

#: Mark and colour of each standing on the sheet; the word stands beside it.
STANDING_MARKS = {
    "good": ("o", COLOURS[2]),
    "even": ("s", COLOURS[4]),
    "bad": ("X", COLOURS[1]),
    "open": (".", SOFT),
}


def sheet_chart(
    frame: pd.DataFrame, caption: str, *, ended: bool = False, **text: Unpack[ChartText]
) -> Chart:
    """Draw the whole plan on one page: a line a target, with its way, its outlook, its evidence.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``name``, ``completion_pct``, ``elapsed_pct`` (NaN where undefined), ``standing`` (key
        of STANDING_MARKS), ``word`` (the outlook as words), ``grade``. At most 48 lines.
    ended : bool
        The plan's time is over: no stroke of time, and the words are results.
    caption, **text
        As for :func:`planeval.show.charts.line_chart`.

    Raises
    ------
    ValueError
        When a column is missing, or there are no lines or more than 48.

    Examples
    --------
    >>> frame = pd.DataFrame({"name": ["产值"], "completion_pct": [50.0], "elapsed_pct": [80.0],
    ...                       "standing": ["bad"], "word": ["很难 3%"], "grade": ["C"]})
    >>> sheet_chart(frame, "一项很难").alt
    '产值 50.0%，很难 3%，C'
    """
    need(frame, "name", "completion_pct", "elapsed_pct", "standing", "word", "grade")
    if not 1 <= len(frame) <= MOST_LINES:
        raise ValueError(f"{len(frame)} lines; between 1 and {MOST_LINES} fit one page")
    words = WORDS[text.get("language", spoken())]
    facts = []
    with style():
        names = [_sheet_name(str(name)) for name in frame["name"]]
        places, end = _sheet_places(names)
        figure, axes = new_figure(0.55 + min(_LINE, _HIGHEST / end) * end)
        for row, (place, one) in enumerate(zip(places, frame.to_dict("records"), strict=True)):
            if row % 2 == 0:
                half = (1 + _WRAPPED * names[row].count("\n")) / 2
                axes.axhspan(place - half, place + half, color="#F6F6F6", linewidth=0)
            facts.append(_sheet_line(axes, place, one, words, ended=ended))
        way, said = ("done", "result") if ended else ("way", "outlook")
        heads = ((0, words[way]), (118, words[said]), (186, words["grade"]))
        for place, head in heads:
            axes.annotate(head, (place, -1.1), fontsize=8, va="center", color=SOFT)
        engine = figure.get_layout_engine()
        if engine is not None:
            # Small type comes out a little wider in print than the layout reckons.
            engine.set(w_pad=0.13)  # type: ignore[call-arg]
        axes.set_yticks(places, names, fontsize=7.5, linespacing=1.1)
        axes.set_ylim(end - 0.4, -1.8)
        axes.set_xlim(-2, 200)
        axes.set_xticks([])
        axes.grid(False)
        axes.spines[["left", "bottom"]].set_visible(False)
    return finished(figure, caption, text, words["stop"].join(facts), frame)


def _sheet_name(name: str) -> str:
    """Return a name in lines, the mark of a binding target apart from it."""
    apart = f"◆ {name[1:].lstrip()}" if name.startswith("◆") else name
    return "\n".join(wrap(apart, _NAME))


def _sheet_places(names: Sequence[str]) -> tuple[list[float], float]:
    """Return where each line of the sheet stands, and how many lines' height all need.

    Examples
    --------
    >>> _sheet_places(["a", "b\\nb", "c"])
    ([0.0, 1.3, 2.6], 3.6)
    """
    places, end = [], 0.0
    for name in names:
        needs = 1 + _WRAPPED * name.count("\n")
        places.append(round(end + (needs - 1) / 2, 6))
        end += needs
    return places, round(end, 6)


def _sheet_line(
    axes: Axes, row: float, one: Mapping[Any, Any], words: Mapping[str, str], *, ended: bool
) -> str:
    done, elapsed = one["completion_pct"], one["elapsed_pct"]
    said = words["unknown"]
    if not pd.isna(done):
        said = f"{figure_text(done, 1)}%"
        behind = not pd.isna(elapsed) and done < elapsed
        axes.barh(row, 100, 0.5, color="#E4E4E4")
        axes.barh(
            row, min(max(done, 0), 100), 0.5, color=COLOURS[1] if behind else COLOURS[0],
            hatch="////" if behind else "", edgecolor="white", linewidth=0,
        )  # fmt: skip
        if not pd.isna(elapsed) and not ended:
            axes.plot([elapsed, elapsed], [row - 0.34, row + 0.34], color=INK, linewidth=1.5)
    mark, colour = STANDING_MARKS[one["standing"]]
    axes.plot(114, row, mark, color=colour, markersize=4.5)
    axes.annotate(one["word"], (118, row), fontsize=7.5, va="center")
    axes.annotate(one["grade"], (192, row), fontsize=7.5, va="center", ha="center")
    return f"{one['name']} {said}{words['comma']}{one['word']}{words['comma']}{one['grade']}"
