"""Charts of many targets at once: bullets, slopes, small multiples.

Targets have different units, so that every target gets a scale of its own: its way from base
to target is one length. Shapes and words tell what colours tell, for readers in grey.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Unpack

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from planeval.show.chart import (
    COLOURS,
    INK,
    SOFT,
    WIDTH,
    Chart,
    ChartText,
    Ticks,
    finished,
    need,
    new_figure,
    style,
)
from planeval.words.amounts import WORDS, figure_text, plain_figure, wrap
from planeval.words.language import spoken

MOST_BULLETS = 16
MOST_SLOPES = 8
MOST_PANELS = 12
#: A way run backwards or far beyond its end is cut here, in per cent of the whole way.
_LOW, _HIGH = -30.0, 140.0


def bullet_chart(
    frame: pd.DataFrame, caption: str, *, ended: bool = False, **text: Unpack[ChartText]
) -> Chart:
    """Draw for each target how far the latest value is on its way, with the path's tick.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``name``, ``base``, ``latest``, ``path`` (what the path asks for in the year of the
        evaluation; NaN where there is none), ``target``, ``unit``: each row in its own unit.
        Where there are ``base_printed`` and ``printed``, they say base and latest value as
        their sources print them, decimals and words such as 突破 with them.
    caption : str
        The finding.
    ended : bool
        The target year's own figures: its path is the target, and no tick tells it again.
    **text
        As for :func:`planeval.show.lines.line_chart`.

    Raises
    ------
    ValueError
        When a column is missing, there are no rows or more than sixteen, or base and target
        are equal.

    Examples
    --------
    >>> frame = pd.DataFrame({"name": ["产值"], "base": [100.0], "latest": [150.0],
    ...                       "path": [180.0], "target": [200.0], "unit": ["亿元"]})
    >>> bullet_chart(frame, "落后于路径").alt
    '产值：基期 100.0，最新 150.0，路径 180.0，目标 200'
    """
    need(frame, "name", "base", "latest", "path", "target", "unit")
    if not 1 <= len(frame) <= MOST_BULLETS:
        raise ValueError(f"{len(frame)} rows; between 1 and {MOST_BULLETS} fit one chart")
    words = WORDS[text.get("language", spoken())]
    facts, cut = [], False
    with style():
        figure, axes = new_figure(0.7 + 0.42 * len(frame))
        for row, one in enumerate(frame.to_dict("records")):
            way = one["target"] - one["base"]
            if not way:
                raise ValueError(f"{one['name']}: base and target are equal")
            done = 100 * (one["latest"] - one["base"]) / way
            shown = min(max(done, _LOW), _HIGH)
            asked = 100 * (one["path"] - one["base"]) / way
            behind = math.isfinite(asked) and done < asked
            axes.barh(row, 100, 0.72, color="#ECECEC")
            look: dict[str, Any] = {"color": COLOURS[1], "hatch": "////", "edgecolor": "white"}
            axes.barh(row, shown, 0.34, **(look if behind else {"color": COLOURS[0]}))
            if math.isfinite(asked) and not ended:
                axes.plot([asked, asked], [row - 0.36, row + 0.36], color=INK, linewidth=2.0)
            said = words["of_target"].format(
                now=_printed(one, "printed", "latest"),
                goal=plain_figure(one["target"]),
                unit=one["unit"],
            )
            end = max(100.0, shown)
            if shown != done:
                cut = True
                axes.plot(shown - 2 if done > 0 else shown + 2, row, ">" if done > 0 else "<",
                          color="white", markersize=5)  # fmt: skip
            axes.annotate(said, (end, row), (5, 0), textcoords="offset points", va="center")
            facts.append(
                words["bullet"].format(
                    name=one["name"],
                    base=_printed(one, "base_printed", "base"),
                    latest=_printed(one, "printed", "latest"),
                    path=figure_text(one["path"], 1),
                    target=plain_figure(one["target"]),
                )
            )
        axes.set_yticks(range(len(frame)), ["\n".join(wrap(str(n), 22)) for n in frame["name"]])
        axes.set_ylim(len(frame) - 0.4, -0.6)
        axes.set_xlim(min(0.0, axes.get_xlim()[0]), _HIGH + 22)
        axes.set_xticks([0, 50, 100], [words["base"], "50%", words["goal"]])
        axes.grid(False, axis="y")
        axes.spines["left"].set_visible(False)
        legend = words["short" if ended else "path_tick"] + (
            words["stop"] + words["cut"] if cut else ""
        )
        axes.set_xlabel(legend, loc="right")
    data = frame.drop(columns="base_printed", errors="ignore")
    return finished(figure, caption, text, words["stop"].join(facts), data)


def _printed(one: Mapping[Any, Any], words: str, value: str) -> str:
    """Return a figure as its source prints it, where that is known."""
    text = one.get(words)
    return text if isinstance(text, str) and text else figure_text(one[value], 1)


def slope_chart(frame: pd.DataFrame, caption: str, **text: Unpack[ChartText]) -> Chart:
    """Draw each target's slope from base to now, and the slope from now to its target.

    All values stand as multiples of the base: 1 is the base year's value.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``name``, ``base_year``, ``base``, ``year``, ``latest``, ``target_year``, ``target``;
        values above zero, each row in its own unit.
    caption, **text
        As for :func:`bullet_chart`.

    Raises
    ------
    ValueError
        When a column is missing, a base is not above zero, or there are no rows or more than
        eight.

    Examples
    --------
    >>> frame = pd.DataFrame({"name": ["产值"], "base_year": [2020], "base": [100.0],
    ...     "year": [2024], "latest": [150.0], "target_year": [2025], "target": [200.0]})
    >>> slope_chart(frame, "余下一年要走完一半").alt
    '产值：2020 年 1.00，2024 年 1.50，2025 年目标 2.00'
    """
    need(frame, "name", "base_year", "base", "year", "latest", "target_year", "target")
    if not 1 <= len(frame) <= MOST_SLOPES:
        raise ValueError(f"{len(frame)} rows; between 1 and {MOST_SLOPES} fit one chart")
    if (frame["base"] <= 0).any():
        raise ValueError("a slope needs a base above zero")
    words = WORDS[text.get("language", spoken())]
    facts = []
    ends: list[tuple[float, str, str]] = []
    with style():
        height = 3.1
        figure, axes = new_figure(height)
        for position, one in enumerate(frame.to_dict("records")):
            colour = COLOURS[position % len(COLOURS)]
            now, goal = one["latest"] / one["base"], one["target"] / one["base"]
            years = [one["base_year"], one["year"], one["target_year"]]
            axes.plot(years[:2], [1, now], color=colour, marker="o", markeredgecolor="white")
            if years[2] > years[1]:
                axes.plot(years[1:], [now, goal], color=colour, linestyle=(0, (4, 2)))
            axes.plot(years[2], goal, "D", color="white", markeredgecolor=colour, zorder=4)
            ends.append((goal, str(one["name"]), colour))
            facts.append(
                words["slope"].format(
                    name=one["name"],
                    base_year=one["base_year"],
                    year=one["year"],
                    now=figure_text(now, 2),
                    target_year=one["target_year"],
                    goal=figure_text(goal, 2),
                )
            )
        _slope_axes(axes, frame, ends, height, words)
    return finished(figure, caption, text, words["stop"].join(facts), frame)


def _slope_axes(
    axes: Axes,
    frame: pd.DataFrame,
    ends: Sequence[tuple[float, str, str]],
    height: float,
    words: Mapping[str, str],
) -> None:
    from planeval.show.lines import spread

    first, last = int(frame["base_year"].min()), int(frame["target_year"].max())
    axes.set_xticks(range(first, last + 1))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda year, _: f"{year:.0f}"))
    axes.set_xlim(first - 0.15, last + 0.15)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(Ticks())
    axes.spines["left"].set_visible(False)
    axes.set_ylabel(words["times_base"])
    low, high = axes.get_ylim()
    ordered = sorted(ends)
    gap = 12.5 / 72 / (height - 0.6) * (high - low)
    for (_, name, colour), place in zip(
        ordered, spread([value for value, *_ in ordered], gap), strict=True
    ):
        axes.annotate(
            name, (last + 0.2, place), color=colour, va="center", fontsize=8, annotation_clip=False
        )


def multiples_chart(
    panels: Sequence[Mapping[str, Any]], caption: str, **text: Unpack[ChartText]
) -> Chart:
    """Draw a small panel for each target: what was published, the path, the target.

    Parameters
    ----------
    panels : sequence of mapping
        ``name``, ``unit``, ``values`` (Series by year), ``path`` (Series by year, may be
        empty), ``target_year``, ``target``, and optionally ``printed`` (year to figure as its
        source prints it). At most twelve.
    caption, **text
        As for :func:`bullet_chart`.

    Raises
    ------
    ValueError
        When there is no panel, or more than twelve.

    Examples
    --------
    >>> panel = {"name": "产值", "unit": "亿元", "values": pd.Series({2020: 1.0, 2021: 2.0}),
    ...          "path": pd.Series({2020: 1.0, 2025: 3.0}), "target_year": 2025, "target": 3.0}
    >>> multiples_chart([panel], "产值翻番").alt
    '产值：2020 年 1.0，2021 年 2.0；2025 年目标 3'
    """
    if not 1 <= len(panels) <= MOST_PANELS:
        raise ValueError(f"{len(panels)} panels; between 1 and {MOST_PANELS} fit one chart")
    words = WORDS[text.get("language", spoken())]
    columns = min(3, len(panels))
    rows = math.ceil(len(panels) / columns)
    facts, data = [], []
    with style():
        figure = Figure(figsize=(WIDTH, 0.25 + 1.45 * rows), layout="constrained")
        FigureCanvasAgg(figure)
        grid = figure.subplots(rows, columns, squeeze=False).ravel()
        for axes, panel in zip(grid, panels, strict=False):
            _panel(axes, panel)
            values, told = panel["values"], panel.get("printed")
            first, last = values.index[0], values.index[-1]
            facts.append(
                words["from_to"].format(
                    name=panel["name"],
                    first=first,
                    start=_in_year(panel, first),
                    last=last,
                    end=_in_year(panel, last),
                )
                + words["stop"]
                + words["target"].format(
                    year=panel["target_year"], value=plain_figure(panel["target"])
                )
            )
            data += [
                {"name": panel["name"], "year": year, "value": value, "series": what}
                | ({"printed": _in_year(panel, year)} if told and line is values else {})
                for what, line in (("published", values), ("path", panel["path"]))
                for year, value in line.items()
            ]
        for axes in grid[len(panels) :]:
            axes.set_visible(False)
    return finished(figure, caption, text, words["stop"].join(facts), pd.DataFrame(data))


def _in_year(panel: Mapping[str, Any], year: Any) -> str:
    """Return a year's published figure as its source prints it, where that is known."""
    text = panel.get("printed", {}).get(year)
    return text or figure_text(panel["values"][year], 1)


def _panel(axes: Axes, panel: Mapping[str, Any]) -> None:
    values, path = panel["values"], panel["path"]
    if len(path):
        axes.plot(path.index, path, color=SOFT, linewidth=1.0, linestyle=(0, (2, 2)))
    axes.plot(values.index, values, color=COLOURS[0], marker="o", markeredgecolor="white")
    axes.plot(panel["target_year"], panel["target"], "D", color="white", markeredgecolor=COLOURS[1])
    below = values.iloc[-1] < panel["target"]  # away from the path and the target
    axes.annotate(
        _in_year(panel, values.index[-1]).removesuffix(".0"),
        (values.index[-1], values.iloc[-1]),
        (2, -3) if below else (0, 4),
        textcoords="offset points",
        ha="left" if below else "center",
        va="top" if below else "bottom",
        fontsize=7,
    )
    axes.set_title("\n".join(wrap(f"{panel['name']}", 26)), fontsize=7.5, loc="left")
    first = min(int(values.index[0]), int(path.index[0]) if len(path) else int(values.index[0]))
    last = max(int(values.index[-1]), int(panel["target_year"]))
    axes.set_xlim(first - 0.6, last + 0.6)
    latest = int(values.index[-1])
    near = (last - latest) < 0.3 * (last - first)  # their labels would run into each other
    axes.set_xticks(sorted({first, last} if near else {first, latest, last}))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda year, _: f"{year:.0f}"))
    axes.yaxis.set_major_locator(MaxNLocator(3))
    axes.yaxis.set_major_formatter(Ticks())
    axes.tick_params(labelsize=6.5)
    axes.set_ylabel(panel["unit"], fontsize=6.5)
    axes.margins(y=0.22)
    axes.spines["left"].set_visible(False)


# --- The whole plan on one page: a line a target, with its way, its outlook, its evidence ---


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
        As for :func:`planeval.show.lines.line_chart`.

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
