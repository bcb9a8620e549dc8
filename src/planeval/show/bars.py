"""Charts of many lines of one measure: promises beside time, places, groups of states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from planeval.show.chart import (
    COLOURS,
    INK,
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
from planeval.words.amounts import WORDS, columns_of, figure_text
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
        wide_words = sum(columns_of(str(state)) for state in states) > _LEGEND_AT_MOST
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


# Stacked bars of effects that add up to a change: what pushed up, what pulled down, the net.


_HATCHES = ("", "////", "..", "xx", "\\\\", "++", "--")
_BOX = {"boxstyle": "round,pad=0.12", "fc": "white", "ec": "none", "alpha": 0.9}
# A segment lower than this share of the axis holds no figure; the table has it.
_READABLE = 0.055
_BESIDE = 0.33  # the net stands to the right of its bar, clear of the figures within


def stacked_chart(
    frame: pd.DataFrame,
    caption: str,
    *,
    digits: int = 0,
    net: str = "合计",
    **text: Unpack[ChartText],
) -> Chart:
    """Stack the effects of factors span by span, gains above zero and losses below, net marked.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``span``, ``factor``, ``value``, in printing order, each factor once in every span; at
        most seven factors. All values known.
    caption : str
        The finding.
    digits : int
        Decimal places of the printed figures.
    net : str
        What to call the marked sum of a span, in the words that stand for the picture.
    **text
        As for :func:`planeval.show.lines.line_chart`.

    Raises
    ------
    ValueError
        When a column is missing, a value unknown, or there are too many factors or no rows.

    Examples
    --------
    >>> frame = pd.DataFrame({"span": ["甲", "甲"], "factor": ["一", "二"], "value": [3.0, -1.0]})
    >>> stacked_chart(frame, "净增二").alt
    '甲：一 +3，二 −1，合计 +2'
    """
    need(frame, "span", "factor", "value")
    wide = frame.pivot_table("value", "span", "factor", aggfunc="sum", sort=False)
    if wide.empty or frame["value"].isna().any() or wide.isna().any(axis=None):
        raise ValueError("every span needs a known value of every factor")
    if wide.shape[1] > len(COLOURS):
        raise ValueError(f"{wide.shape[1]} factors; at most {len(COLOURS)} are told apart")
    with style():
        figure, axes = new_figure(3.3)
        _stack(axes, wide, digits)
        totals = wide.sum(axis=1)
        for place, total in enumerate(totals):
            axes.plot(place + _BESIDE, total, "D", color=INK, markersize=4.5)
            axes.annotate(
                _signed(total, digits),
                (place + _BESIDE, total),
                (5, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
                bbox=_BOX,
            )
        # Above the bars: beside them, the names took the room of the figures.
        axes.legend(
            loc="lower left",
            bbox_to_anchor=(0, 1),
            ncols=wide.shape[1],
            frameon=False,
            fontsize=8.5,
        )
        axes.set_xlim(-0.45, len(wide) - 1 + 0.95)
        axes.axhline(0, color=INK, linewidth=0.8)
        axes.set_xticks(range(len(wide)), [str(span) for span in wide.index])
        axes.yaxis.set_major_formatter(Ticks())
    facts = [
        f"{span}{WORDS[spoken()]['colon']}"
        + WORDS[spoken()]["comma"].join(
            f"{name} {_signed(value, digits)}" for name, value in row.items()
        )
        + f"{WORDS[spoken()]['comma']}{net} {_signed(row.sum(), digits)}"
        for span, row in wide.iterrows()
    ]
    return finished(figure, caption, text, WORDS[spoken()]["stop"].join(facts), frame)


def _stack(axes: Axes, wide: pd.DataFrame, digits: int) -> None:
    """Draw the segments, each with its figure where there is room for it."""
    up, down = wide.clip(lower=0).sum(axis=1), wide.clip(upper=0).sum(axis=1)
    height = float(up.max() - down.min()) or 1.0
    tops, bottoms = [0.0] * len(wide), [0.0] * len(wide)
    for position, name in enumerate(wide):
        look: dict[str, Any] = {"color": COLOURS[position], "hatch": _HATCHES[position]}
        for place, value in enumerate(wide[name]):
            start = tops[place] if value >= 0 else bottoms[place]
            label = str(name) if place == 0 else None
            axes.bar(place, value, 0.5, start, ec="white", label=label, **look)
            (tops if value >= 0 else bottoms)[place] += value
            middle = start + value / 2
            if abs(value) >= _READABLE * height:
                axes.annotate(
                    _signed(value, digits),
                    (place, middle),
                    ha="center",
                    va="center",
                    fontsize=8,
                    bbox=_BOX,
                )
    axes.set_ylim(float(down.min()) - 0.06 * height, float(up.max()) + 0.06 * height)


def _signed(value: float, digits: int) -> str:
    said = figure_text(float(value), digits)
    return f"+{said}" if value > 0 and said.strip("0.,") else said


# Chart of forecast models held against what came: errors beside the honesty of the ranges.


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
