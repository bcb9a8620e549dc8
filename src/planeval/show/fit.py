"""Last look at a drawn chart: nothing runs into its neighbour, nothing leaves the picture.

How wide a word is shows only once it is drawn, in the language of the day; what a chart
function guessed is put right here, for every chart alike.
"""

from __future__ import annotations

from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

_APART = 3.0  # points that must stay free between two labels of an axis
_SMALLER = 8.0  # type size tried before labels are left out
_DASHES = "–—"


def fit(figure: Figure) -> None:
    """Draw a figure's layout and mend what collides: labels along the axis, legends too wide.

    Years that touch are set smaller, then every other one is left out, the last one kept;
    spans such as 2000–2005 break after their dash. A legend that leaves the picture is set
    against the right end of its axes, then broken into more lines.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        With its layout engine still in place.

    Examples
    --------
    >>> from planeval.show.chart import new_figure, style
    >>> with style():
    ...     figure, axes = new_figure(2.0, 2.0)
    ...     years = axes.set_xticks(range(2015, 2025), [str(y) for y in range(2015, 2025)])
    ...     fit(figure)
    >>> [label.get_text() for label in axes.get_xticklabels()][-3:]
    ['', '', '2024']
    """
    figure.draw_without_rendering()
    for axes in figure.axes:
        _fit_legend(axes)
        _fit_labels(axes)


def _fit_legend(axes: Axes) -> None:
    legend = axes.get_legend()
    if legend is None or not _outside(axes):
        return
    sizes = {text.get_fontsize() for text in legend.get_texts()}
    handles, labels = axes.get_legend_handles_labels()
    for columns in range(len(labels), 0, -1):
        axes.legend(
            handles,
            labels,
            loc="lower right",
            bbox_to_anchor=(1, 1),
            ncols=columns,
            frameon=legend.get_frame_on(),
            fontsize=min(sizes),
            columnspacing=1.4,
            handletextpad=0.5,
        )
        axes.get_figure(root=True).draw_without_rendering()  # type: ignore[union-attr]
        if not _outside(axes):
            return


def _outside(axes: Axes) -> bool:
    legend, figure = axes.get_legend(), axes.get_figure(root=True)
    if legend is None or figure is None:
        return False
    box = legend.get_window_extent()
    return bool(box.x1 > figure.bbox.x1 + 1 or box.x0 < figure.bbox.x0 - 1)


def _fit_labels(axes: Axes) -> None:
    figure = axes.get_figure(root=True)
    if figure is None or not _touch(axes):
        return
    texts = [label.get_text() for label in _labels(axes)]
    places = [tick.get_loc() for tick in axes.xaxis.get_major_ticks()]
    if len(places) != len(texts):
        return
    if any(dash in text for text in texts for dash in _DASHES):
        broken = texts
        for dash in _DASHES:
            broken = [text.replace(dash, dash + "\n", 1) for text in broken]
        axes.set_xticks(places, broken)
    else:
        size = _labels(axes)[0].get_fontsize()
        axes.tick_params(axis="x", labelsize=min(size, _SMALLER))
        figure.draw_without_rendering()
        if _touch(axes) and all(text.isdigit() for text in texts):
            axes.tick_params(axis="x", labelsize=size)
            step = 1
            while _touch(axes) and step < len(texts):
                step += 1
                kept = [t if (len(texts) - 1 - n) % step == 0 else "" for n, t in enumerate(texts)]
                axes.set_xticks(places, kept)
                figure.draw_without_rendering()
    figure.draw_without_rendering()


def _labels(axes: Axes) -> list[Text]:
    return list(axes.get_xticklabels())


def _touch(axes: Axes) -> bool:
    figure = axes.get_figure(root=True)
    boxes = [
        label.get_window_extent()
        for label in _labels(axes)
        if label.get_visible() and label.get_text()
    ]
    free = _APART / 72 * (figure.dpi if figure is not None else 72)
    boxes.sort(key=lambda box: box.x0)
    return any(right.x0 - left.x1 < free for left, right in pairwise(boxes))
