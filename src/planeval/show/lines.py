"""Charts over the years: what was measured, what is expected, what was promised.

Series are named at their line's end instead of in a legend, told apart by colour, dash and
marker, and what is unknown stays a gap.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Unpack, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator
from matplotlib.transforms import Affine2DBase, ScaledTranslation

from planeval.show.chart import (
    COLOURS,
    DASHES,
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
from planeval.words.amounts import WORDS, figure_text, plain_figure
from planeval.words.language import spoken

# --- Names of lines: how far apart they stand, and where a line that ends early is named ---


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


#: Year and value of a line's end, its name, and the colour of the stroke that joins them.
_End = tuple[float, float, str, str]
#: A line that ends earlier than this share of the axis is named where it ends: a stroke from
#: there to the margin would read as a forecast that nothing changes.
_EARLY = 0.12
#: Points of a line shown before its name where several lines end in one place.
_SAMPLE = 22
#: So many points on one straight line that leaves a measured one are no measurements.
_PATH = 4


def line_chart(
    frame: pd.DataFrame,
    caption: str,
    *,
    digits: int = 1,
    height: float = 2.9,
    **text: Unpack[ChartText],
) -> Chart:
    """Draw how one or several measures moved over the years.

    Parameters
    ----------
    frame : pandas.DataFrame
        Long: ``year``, ``value`` (all in one unit), ``series``. At most seven series. A NaN
        value breaks the line; years without a row do not.
    caption : str
        The finding.
    digits : int
        Decimal places in the alternative text.
    height : float
        Inches.
    **text
        Subtitle, source, alternative text, key, language: see :class:`ChartText`.

    Raises
    ------
    ValueError
        When a column is missing, nothing is known, or there are more than seven series.

    Examples
    --------
    >>> frame = pd.DataFrame({"year": [2021, 2022], "value": [1.0, 2.0], "series": "产值"})
    >>> line_chart(frame, "产值翻番").alt
    '产值：2021 年 1.0，2022 年 2.0'
    """
    need(frame, "year", "value", "series")
    words = WORDS[text.get("language", spoken())]
    names = list(dict.fromkeys(frame["series"]))
    if len(names) > len(COLOURS):
        raise ValueError(f"{len(names)} series; at most {len(COLOURS)} can be told apart")
    ends: list[_End] = []
    early: list[tuple[pd.DataFrame, str]] = []
    facts = []
    until = float(frame["year"].max())
    near = _EARLY * (until - float(frame["year"].min()))
    with style():
        figure, axes = new_figure(height)
        for position, name in enumerate(names):
            rows = frame[frame["series"] == name].sort_values("year")
            known = rows.dropna(subset=["value"])
            others = frame[frame["series"] != name]
            plain = {"marker": ""} if _calculated(known, others) else {"zorder": 3}
            look = _look(position) | plain
            axes.plot(rows["year"], rows["value"], **look)
            if known.empty:
                continue
            first, last = known.iloc[0], known.iloc[-1]
            if until - last["year"] > near:
                early.append((known, str(name)))
            else:
                place = float(last["year"]), float(last["value"])
                ends.append((*place, str(name), COLOURS[position]))
            facts.append(
                words["from_to"].format(
                    name=name,
                    first=int(first["year"]),
                    start=figure_text(first["value"], digits),
                    last=int(last["year"]),
                    end=figure_text(last["value"], digits),
                )
            )
        if not facts:
            raise ValueError("no value is known")
        _year_axis(axes, frame["year"])
        _value_axis(axes)
        _label_ends(axes, ends, height, sampled=True)
        label_early(axes, early, height)
    return finished(figure, caption, text, words["stop"].join(facts), frame)


def _calculated(known: pd.DataFrame, others: pd.DataFrame) -> bool:
    """Tell a straight path from points somebody measured: it sets out from one of those."""
    if len(known) < _PATH:
        return False
    first, wide = known.iloc[0], float(known["value"].abs().max())
    slopes = known["value"].diff().iloc[1:] / known["year"].diff().iloc[1:]
    there = others.loc[others["year"] == first["year"], "value"]
    leaves = bool(((there - first["value"]).abs() <= 1e-9 * wide).any())
    return leaves and bool(slopes.max() - slopes.min() <= 1e-9 * wide)


@dataclass(frozen=True)
class Beside:
    """A range to be drawn beside a fan, in the last year ahead.

    Parameters
    ----------
    name : str
        What it is, as its label says.
    low, middle, high : float
        In the unit of the fan.
    """

    name: str
    low: float
    middle: float
    high: float


def fan_chart(
    history: pd.DataFrame,
    forecast: pd.DataFrame,
    target: float | None,
    target_year: int | None,
    caption: str,
    *,
    levels: Sequence[int] = (50, 80, 95),
    centre: str = "median",
    digits: int = 1,
    height: float = 3.0,
    beside: Beside | None = None,
    **text: Unpack[ChartText],
) -> Chart:
    """Draw what was measured, what is expected and how far it may stray, and the target.

    Parameters
    ----------
    history : pandas.DataFrame
        ``year``, ``value``: measured, in the unit of the target; optionally ``printed``, the
        figure as its source prints it.
    forecast : pandas.DataFrame
        ``year``, the column named `centre`, and ``lo-L``, ``hi-L`` for each level L in per
        cent. May be empty when nothing can be forecast.
    target : float or None
        Promised value; None when the plan names no figure.
    target_year : int or None
        Year of the promise.
    caption : str
        The finding.
    levels : sequence of int
        Which ranges to draw where the forecast has them: at most three.
    centre : str
        Column of the middle of the forecast.
    beside : Beside, optional
        Another range of the last year ahead, drawn to the right of the fan.
    digits, height, **text
        As for :func:`line_chart`.

    Raises
    ------
    ValueError
        When a column is missing, nothing was measured, more than three levels are asked, or a
        range stands beside no forecast.

    Examples
    --------
    >>> history = pd.DataFrame({"year": [2021, 2022, 2023], "value": [1.0, 2.0, 3.0]})
    >>> ahead = pd.DataFrame({"year": [2024], "median": [4.0], "lo-80": [3.5], "hi-80": [4.5]})
    >>> fan_chart(history, ahead, 5.0, 2025, "难以完成").alt
    '最新数据 2023 年 3.0；预测 2024 年中位数 4.0，80% 区间 3.5 至 4.5；2025 年目标 5'
    """
    need(history, "year", "value")
    known = history.dropna(subset=["value"]).sort_values("year")
    if known.empty:
        raise ValueError("no value is known")
    bands = [level for level in levels if f"lo-{level}" in forecast.columns]
    if len(bands) > 3:
        raise ValueError("more than three ranges cannot be told apart")
    if not forecast.empty:
        need(forecast, "year", centre)
    words = WORDS[text.get("language", spoken())]
    last = known.iloc[-1]
    ends: list[_End] = []
    with style():
        figure, axes = new_figure(height)
        if not forecast.empty:
            ends = _draw_fan(axes, last, forecast.sort_values("year"), bands, centre, words)
        axes.plot(history["year"], history["value"], **_look(0))
        axes.axvline(last["year"], color=SOFT, linewidth=0.8, linestyle=(0, (2, 2)))
        years = [*history["year"], *forecast.get("year", [])]
        if target is not None and target_year is not None:
            axes.plot(target_year, target, "D", color=COLOURS[1], markersize=6, zorder=5)
            label = words["target"].format(year=target_year, value=plain_figure(target))
            ends.append((float(target_year), float(target), label, COLOURS[1]))
            years.append(target_year)
        _year_axis(axes, pd.Series(years))
        if beside is not None:
            ends.append(_draw_beside(axes, forecast, beside))
        _value_axis(axes)
        _label_ends(axes, ends, height)
    alt = _fan_alt(last, forecast, bands, centre, target, target_year, digits, words)
    if beside is not None:
        low, high = figure_text(beside.low, digits), figure_text(beside.high, digits)
        alt += words["stop"] + words["beside_alt"].format(name=beside.name, lo=low, hi=high)
    columns = ["year", centre, *(f"{side}-{level}" for level in bands for side in ("lo", "hi"))]
    ahead = forecast.reindex(columns=columns).rename(columns={centre: "value"})
    told = [name for name in ("year", "value", "printed") if name in history]
    data = pd.concat([history[told], ahead], ignore_index=True)
    return finished(figure, caption, text, alt, data)


def _draw_beside(axes: Axes, ahead: pd.DataFrame, beside: Beside) -> _End:
    """Draw another range of the last year ahead beside the fan, as a post with a middle."""
    if ahead.empty:
        raise ValueError("a range stands beside a forecast, and there is none")
    first, last = axes.get_xlim()
    where = float(ahead["year"].max()) + 0.05 * (last - first)
    axes.set_xlim(first, max(last, where + 0.025 * (last - first)))
    colour = COLOURS[3]
    axes.plot([where, where], [beside.low, beside.high], "_-", color=colour, markersize=8)
    axes.plot(where, beside.middle, "s", color=colour, markeredgecolor="white", zorder=4)
    return where, beside.high, beside.name, colour


def _draw_fan(
    axes: Axes,
    last: pd.Series,
    ahead: pd.DataFrame,
    bands: Sequence[int],
    centre: str,
    words: dict[str, str],
) -> list[_End]:
    """Draw the ranges from the last measured value on; return the labels of their ends."""
    years = [last["year"], *ahead["year"]]
    end, ends = float(years[-1]), []
    for shade, level in zip((0.2, 0.16, 0.13), sorted(bands), strict=False):
        low = [last["value"], *ahead[f"lo-{level}"]]
        high = [last["value"], *ahead[f"hi-{level}"]]
        axes.fill_between(years, low, high, color=COLOURS[0], alpha=shade, linewidth=0)
        ends.append((end, float(high[-1]), words["band"].format(level=level), SOFT))
    middle = [last["value"], *ahead[centre]]
    axes.plot(years, middle, color=COLOURS[0], linestyle=DASHES[1], linewidth=1.3)
    ends.append((end, float(middle[-1]), words["median"], COLOURS[0]))
    return [label for label in ends if math.isfinite(label[1])]


def _fan_alt(
    last: pd.Series,
    forecast: pd.DataFrame,
    bands: Sequence[int],
    centre: str,
    target: float | None,
    target_year: int | None,
    digits: int,
    words: dict[str, str],
) -> str:
    end = last.get("printed") or figure_text(last["value"], digits)
    if forecast.empty:
        facts = words["fan"].format(last=int(last["year"]), end=end, year="—", median="—")
    else:
        final = forecast.sort_values("year").iloc[-1]
        facts = words["fan"].format(
            last=int(last["year"]),
            end=end,
            year=int(final["year"]),
            median=figure_text(final[centre], digits),
        )
        for level in bands:
            low, high = (figure_text(final[f"{side}-{level}"], digits) for side in ("lo", "hi"))
            facts += words["band_alt"].format(level=level, lo=low, hi=high)
    if target is None or target_year is None:
        return facts
    goal = words["target"].format(year=target_year, value=plain_figure(target))
    return facts + words["stop"] + goal


def _look(position: int) -> dict[str, Any]:
    return {
        "color": COLOURS[position],
        "linestyle": DASHES[position],
        "marker": MARKERS[position],
        "markeredgecolor": "white",
        "markeredgewidth": 0.5,
    }


def _year_axis(axes: Axes, years: pd.Series) -> None:
    first, last = int(years.min()), int(years.max())
    step = max(1, math.ceil((last - first) / 12))
    axes.set_xticks(range(last - (last - first) // step * step, last + 1, step))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda year, _: f"{year:.0f}"))
    margin = max((last - first) * 0.03, 0.2)
    axes.set_xlim(first - margin, last + margin)


def _value_axis(axes: Axes) -> None:
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(Ticks())
    axes.spines["left"].set_visible(False)


def _label_ends(axes: Axes, ends: Sequence[_End], height: float, *, sampled: bool = False) -> None:
    """Name each line at its end, moved up or down just enough that no two names touch.

    Where lines end in one place a sample of each line stands before its name.
    """
    low, high = axes.get_ylim()
    # 9 pt type needs 12.5 pt of height; about 0.5 inch of the figure is not axes.
    gap = 12.5 / 72 / max(height - 0.5, 0.5) * (high - low)
    ordered = sorted(ends, key=lambda label: label[1])
    places = spread([value for _, value, _, _ in ordered], gap)
    right = max((year for year, *_ in ends), default=0.0)
    edge = axes.get_xlim()[1]
    near = any(b[1] - a[1] < gap / 2 for a, b in pairwise(ordered))
    for (year, value, name, colour), place in zip(ordered, places, strict=True):
        if abs(place - value) > gap / 4 or year < right:
            # A plain line: an annotation's arrow takes ten times as long to draw.
            # Grey and dotted: in the series' own colour it would read as more years of it.
            stroke = Line2D(
                [year, edge], [value, place], color="0.6", linewidth=0.7, linestyle=(0, (1, 2))
            )
            stroke.set_clip_on(False)
            axes.add_artist(stroke)
        if sampled and near:
            _sample(axes, edge, place, COLOURS.index(colour))
        axes.annotate(
            name,
            (edge, place),
            (_SAMPLE + 7 if sampled and near else 3, 0),
            textcoords="offset points",
            va="center",
            annotation_clip=False,  # the outermost names stand above and below the axes
        )


def _sample(axes: Axes, year: float, value: float, position: int) -> None:
    """Draw a short piece of a line right of `year`, as a legend shows it."""
    at = ScaledTranslation(year, value, cast(Affine2DBase, axes.transData))
    points = axes.figure.dpi_scale_trans
    middle = 3 + _SAMPLE / 2
    drawn = next(line for line in axes.lines if line.get_color() == COLOURS[position])
    for places, look in (
        ([3.0, 3.0 + _SAMPLE], {"marker": ""}),
        ([middle], {"linestyle": "none", "marker": drawn.get_marker()}),
    ):
        piece = Line2D(
            [place / 72 for place in places],
            [0.0] * len(places),
            transform=points + at,
            **(_look(position) | look),
        )
        piece.set_clip_on(False)
        axes.add_artist(piece)
