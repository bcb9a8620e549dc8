"""Charts of many lines of one measure: promises beside time, places, groups of states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from planeval.show.chart import (
    COLOURS,
    INK,
    SOFT,
    Chart,
    ChartText,
    Ticks,
    finished,
    need,
    new_figure,
    style,
)
from planeval.words.amounts import WORDS, _columns, figure_text
from planeval.words.language import spoken

_LEGEND_AT_MOST = 52  # half-width letters of a legend's words on one line
_MAX_ROWS = 40  # more bars than this do not fit one page at a readable size
# colour and hatch of a state by its place among all there are, so that it never changes
_LOOKS = ((2, ""), (0, "++"), (5, ".."), (4, "//"), (1, "xx"), (1, "//"), (3, "\\\\"), (2, "oo"))


def target_bars(
    frame: pd.DataFrame,
    caption: str,
    *,
    limit: float = 150.0,
    ended: bool = False,
    **text: Unpack[ChartText],
) -> Chart:
    """Draw how much of each promise is done beside how much of its time has gone.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``name``, ``completion_pct`` (share of the promised change reached, in per cent; NaN
        is unknown), ``elapsed_pct`` (share of the plan's time gone). In printing order.
    caption : str
        The finding.
    limit : float
        Longer bars are cut here, in per cent; their figure is printed in full.
    ended : bool
        The plan's time is over: no strokes of time, a bar short of 100 % is one short of it.
    **text
        As for :func:`line_chart`.

    Raises
    ------
    ValueError
        When a column is missing or there are no rows or more than forty.

    Examples
    --------
    >>> frame = pd.DataFrame({"name": ["产值", "投资"], "completion_pct": [85.0, None],
    ...                       "elapsed_pct": [80.0, 80.0]})
    >>> target_bars(frame, "一项快于时序进度").alt
    '产值 85.0%；投资 无数据'
    """
    need(frame, "name", "completion_pct", "elapsed_pct")
    words = WORDS[text.get("language", spoken())]
    height = _rows_height(frame)
    facts = []
    with style():
        figure, axes = new_figure(height)
        for row, (name, done, elapsed) in enumerate(
            frame[["name", "completion_pct", "elapsed_pct"]].itertuples(index=False)
        ):
            said = words["unknown"] if pd.isna(done) else f"{figure_text(done, 1)}%"
            facts.append(f"{name} {said}")
            length = 0.0 if pd.isna(done) else max(min(float(done), limit), -limit / 3)
            if not pd.isna(done):
                behind = not pd.isna(elapsed) and done < elapsed
                look: dict[str, Any] = {"color": COLOURS[1], "hatch": "////", "edgecolor": "white"}
                axes.barh(row, length, 0.62, **(look if behind else {"color": COLOURS[0]}))
            if not pd.isna(elapsed) and not ended:
                axes.plot([elapsed, elapsed], [row - 0.42, row + 0.42], color=INK, linewidth=1.8)
            beside = ended or pd.isna(elapsed) or elapsed < length
            clear = max(length, 0 if beside else float(elapsed))
            cut = "▶ " if length == limit and done > limit else ""
            axes.annotate(cut + said, (clear, row), (4, 0), textcoords="offset points", va="center")
        axes.axvline(100, color=SOFT, linewidth=0.8, linestyle=(0, (2, 2)))
        _row_axis(axes, frame["name"])
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{figure_text(value, 0)}%"))
        axes.set_xlabel(words["short" if ended else "elapsed"], loc="right")
    return finished(figure, caption, text, words["stop"].join(facts), frame)


def bar_chart(
    frame: pd.DataFrame,
    caption: str,
    *,
    digits: int = 1,
    unit: str = "",
    highlight: str | None = None,
    sort: bool = True,
    **text: Unpack[ChartText],
) -> Chart:
    """Compare one measure between places, sectors or parts, longest bar first.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``name``, ``value``; NaN is unknown and printed so.
    caption : str
        The finding.
    digits : int
        Decimal places of the printed figures.
    unit : str
        Printed behind each figure, for example ``"%"``.
    highlight : str, optional
        The one bar the chapter is about.
    sort : bool
        False keeps the order given.
    **text
        As for :func:`line_chart`.

    Raises
    ------
    ValueError
        When a column is missing or there are no rows or more than forty.

    Examples
    --------
    >>> frame = pd.DataFrame({"name": ["甲", "乙"], "value": [1.0, 3.0]})
    >>> bar_chart(frame, "乙为甲的三倍", unit="%").alt
    '乙 3.0%；甲 1.0%'
    """
    need(frame, "name", "value")
    words = WORDS[text.get("language", spoken())]
    height = _rows_height(frame)
    rows = frame.sort_values("value", ascending=False, kind="stable") if sort else frame
    facts = []
    with style():
        figure, axes = new_figure(height)
        for row, (name, value) in enumerate(rows[["name", "value"]].itertuples(index=False)):
            said = words["unknown"] if pd.isna(value) else figure_text(value, digits) + unit
            facts.append(f"{name} {said}")
            length = 0.0 if pd.isna(value) else float(value)
            plain = highlight is not None and name != highlight
            axes.barh(row, length, 0.62, color=COLOURS[5] if plain else COLOURS[0])
            side = (4, 0) if length >= 0 else (-4, 0)
            axes.annotate(
                said,
                (length, row),
                side,
                textcoords="offset points",
                va="center",
                ha="left" if length >= 0 else "right",
            )
        axes.axvline(0, color=INK, linewidth=0.8)
        _row_axis(axes, rows["name"])
        axes.xaxis.set_major_formatter(Ticks())
    return finished(figure, caption, text, words["stop"].join(facts), rows)


def scoreboard_chart(
    frame: pd.DataFrame,
    caption: str,
    *,
    states: Sequence[str],
    neutral: Sequence[str] = (),
    **text: Unpack[ChartText],
) -> Chart:
    """Show how many promises of each group stand where, one line of blocks per group.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``group``, ``state``, ``count``.
    caption : str
        The finding.
    states : sequence of str
        All states there are, in printing order, best first; at most eight. Each has the look
        of its place; those that do not occur are neither drawn nor told.
    neutral : sequence of str
        Those of them that are no judgement, such as 无法判断: drawn in plain grey.
    **text
        As for :func:`line_chart`.

    Raises
    ------
    ValueError
        When a column is missing, a state is not among `states`, or there are too many.

    Examples
    --------
    >>> frame = pd.DataFrame({"group": ["经济", "经济"], "state": ["完成", "滞后"],
    ...                       "count": [3, 1]})
    >>> scoreboard_chart(frame, "四项中三项完成", states=["完成", "滞后"]).alt
    '经济：完成 3，滞后 1'
    """
    need(frame, "group", "state", "count")
    unknown = sorted(set(frame["state"]) - set(states))
    if unknown or len(states) > len(_LOOKS):
        raise ValueError(f"states not among `states`, or more than eight: {unknown}")
    looks = dict(zip(states, _LOOKS, strict=False))
    wide = frame.pivot_table("count", "group", "state", aggfunc="sum", fill_value=0, sort=False)
    states = [state for state in states if state in wide.columns]
    wide = wide[states]
    with style():
        names = wide.index.to_series()
        figure, axes = new_figure(_rows_height(names.to_frame()) + 0.25)
        left = pd.Series(0.0, wide.index)
        for state in states:
            colour, hatch = looks[state]
            look: dict[str, Any] = {"color": COLOURS[colour], "hatch": hatch}
            if state in neutral:
                look = {"color": "#BDBDBD"}
            axes.barh(range(len(wide)), wide[state], 0.62, left, label=state, ec="white", **look)
            for row, count in enumerate(wide[state]):
                middle = left.iloc[row] + count / 2
                box = {"boxstyle": "round,pad=0.15", "fc": "white", "ec": "none"}
                if count:
                    axes.text(middle, row, str(count), ha="center", va="center", bbox=box)
            left = left + wide[state]
        _row_axis(axes, names)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
        wide_words = sum(_columns(str(state)) for state in states) > _LEGEND_AT_MOST
        axes.legend(
            loc="lower left",
            bbox_to_anchor=(0, 1),
            ncols=3 if wide_words else len(states),
            frameon=False,
            fontsize=8,
        )
    facts = [
        f"{group}{WORDS[spoken()]['colon']}"
        + WORDS[spoken()]["comma"].join(f"{state} {row[state]}" for state in states if row[state])
        for group, row in wide.iterrows()
    ]
    return finished(figure, caption, text, WORDS[spoken()]["stop"].join(facts), frame)


def _rows_height(frame: pd.DataFrame) -> float:
    if not 1 <= len(frame) <= _MAX_ROWS:
        raise ValueError(f"{len(frame)} rows; between 1 and {_MAX_ROWS} fit one chart")
    return 0.55 + len(frame) * min(0.3, 6.8 / len(frame))


def _row_axis(axes: Axes, names: pd.Series) -> None:
    axes.set_yticks(range(len(names)), [str(name) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(False, axis="y")
    axes.grid(True, axis="x")
    axes.spines["left"].set_visible(False)
    low, high = axes.get_xlim()
    axes.set_xlim(low - (high - low) * 0.08 if low < 0 else 0, high * 1.1)
