"""What every chart has round it: type, colours, a title that says the finding, a source.

A :class:`Chart` carries one matplotlib figure out of a chapter, with its words and the
data it shows. A notebook draws it whole; a document takes the picture without title and
source and sets those as text. The chart functions themselves are in its neighbours.
"""

from __future__ import annotations

import base64
import functools
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, TypedDict

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.text import Text
from matplotlib.ticker import Formatter
from matplotlib.transforms import Bbox
from PIL import Image

from planeval.words.amounts import wrap
from planeval.words.cell import behind
from planeval.words.language import tidy

# Last look at a drawn chart: nothing runs into its neighbour, nothing leaves the picture.
# How wide a word is shows only once it is drawn, in the language of the day; what a chart
# function guessed is put right here, for every chart alike.


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
    _lay_out(figure)
    for axes in figure.axes:
        _fit_legend(axes)
        _fit_labels(axes)


def _lay_out(figure: Any) -> None:
    """Find where everything comes to stand, as drawing does first; nothing is drawn."""
    engine = figure.get_layout_engine()
    if engine is None:
        figure.draw_without_rendering()
    else:
        engine.execute(figure)


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
        _lay_out(axes.get_figure(root=True))
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
        _lay_out(figure)
        if _touch(axes) and all(text.isdigit() for text in texts):
            axes.tick_params(axis="x", labelsize=size)
            step = 1
            while _touch(axes) and step < len(texts):
                step += 1
                kept = [t if (len(texts) - 1 - n) % step == 0 else "" for n, t in enumerate(texts)]
                axes.set_xticks(places, kept)
                _lay_out(figure)
    _lay_out(figure)


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


CHART_MIME = "application/vnd.planeval.chart+json"
#: Okabe and Ito, "Color Universal Design" (2008): told apart by colour-blind readers.
#: Yellow is left out because it vanishes on white paper.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
#: With the colours, so that a grey print still tells the series apart.
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
DASHES = ("-", (0, (6, 2)), (0, (6, 2, 1.5, 2)), (0, (1.5, 1.5)), (0, (9, 3)), (0, (3, 1)), "-")
INK, SOFT = "#222222", "#8A8A8A"
WIDTH = 6.1  # inches: the text width of an A4 page with official margins
_DPI = 200
_UNDATED = {"Date": None, "Creator": None}
_TITLE, _SMALL = 11.0, 8.0  # type sizes in points
_LEADING = 1.45 / 72  # inches of line height per point of type

_STYLE: dict[str, Any] = {
    "font.family": ["Noto Sans SC", "DejaVu Sans"],
    "font.size": 9.0,
    "axes.unicode_minus": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": "#E2E2E2",
    "grid.linewidth": 0.6,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 3.0,
    "ytick.major.size": 0.0,
    "text.color": INK,
    # "US$" in a heading is money, not a formula.
    "text.parse_math": False,
    "lines.linewidth": 1.6,
    "lines.markersize": 4.0,
    "hatch.linewidth": 0.6,
    "svg.fonttype": "none",
    # matplotlib names SVG parts at random unless salted: the same figures, the same bytes.
    "svg.hashsalt": "planeval",
}


@functools.cache
def _register_font() -> None:
    import pylopdf_fonts_zh_cn

    fontManager.addfont(str(pylopdf_fonts_zh_cn.sans_path()))


@contextmanager
def style() -> Iterator[None]:
    """Draw with the report's type and colours inside a ``with`` block, and only there.

    Examples
    --------
    >>> with style():
    ...     mpl.rcParams["font.family"]
    ['Noto Sans SC', 'DejaVu Sans']
    """
    _register_font()
    # Begun from matplotlib's own defaults, so that nobody's private settings change a report.
    settings: Any = {**mpl.rcParamsDefault, **_STYLE, "backend": mpl.rcParams["backend"]}
    with mpl.rc_context(settings):
        yield


def new_figure(height: float = 3.0, width: float = WIDTH) -> tuple[Figure, Axes]:
    """Return an empty figure as wide as the page, and its axes.

    Made without pyplot, so that nothing stays open and two chapters never share a figure.

    Parameters
    ----------
    height, width : float
        Size in inches, without title and source.

    Examples
    --------
    >>> with style():
    ...     figure, axes = new_figure(2.5)
    >>> figure.get_size_inches().tolist()
    [6.1, 2.5]
    """
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()


@dataclass
class Chart:
    """One chart of a report: the picture, its finding, what it measures, its data.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Drawn inside :func:`style`, best begun with :func:`new_figure`.
    caption : str
        The computed finding: the title in a notebook, the figure's caption in documents.
    subtitle : str
        Measure, place, period and unit: stays above the picture everywhere.
    source : str
        Where the data come from; a line that knows its observations passes them on.
    alt : str
        What a reader who cannot see the picture must know.
    data : pandas.DataFrame
        The figures shown, row by row.
    key : str
        Short name for cross-references: ``@fig:key`` in a chapter's prose.

    Raises
    ------
    ValueError
        When `caption` or `alt` is empty.

    Examples
    --------
    >>> with style():
    ...     figure, axes = new_figure()
    >>> chart = Chart(figure, "产值翻番", alt="产值由 1 升到 2")
    >>> sorted(chart.payload())
    ['alt', 'caption', 'columns', 'data', 'key', 'observations', 'png', 'source', 'subtitle', 'svg']
    """

    figure: Figure
    caption: str
    subtitle: str = ""
    source: str = ""
    alt: str = ""
    data: pd.DataFrame = field(default_factory=pd.DataFrame)
    key: str = ""

    def __post_init__(self) -> None:
        if not self.caption.strip() or not self.alt.strip():
            raise ValueError("a chart needs a caption and an alternative text")

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        whole, payload = self._rendered()
        data = {
            "image/png": base64.b64encode(whole).decode("ascii"),
            CHART_MIME: payload,
            "text/plain": self.alt,
        }
        return data, {"image/png": {"width": round(self.figure.get_size_inches()[0] * 110)}}

    def payload(self) -> dict[str, Any]:
        """Return what a report needs, as JSON: words, data, SVG text and PNG in base 64."""
        return self._rendered()[1]

    def save(self, path: Path) -> None:
        """Write the picture for documents to `path`, as SVG or PNG after its suffix."""
        payload = self.payload()
        if path.suffix == ".svg":
            path.write_text(payload["svg"], encoding="utf-8", newline="\n")
        else:
            path.write_bytes(base64.b64decode(payload["png"]))

    def _rendered(self) -> tuple[bytes, dict[str, Any]]:
        with style(), _framed(self) as (outer, inner):
            whole = _photograph(self.figure)
            for text in outer:
                text.set_visible(False)
            svg = _svg(self.figure, inner)
        png = _cropped(whole, inner)
        payload = {
            "caption": self.caption,
            "subtitle": self.subtitle,
            "source": self.source,
            "observations": behind(self.source).rows,
            "alt": self.alt,
            "key": self.key,
            "svg": svg,
            "png": base64.b64encode(_png(png)).decode("ascii"),
            # Through pandas, which writes NaN as null and numpy's numbers as numbers.
            # A notebook file sorts the keys of a record, so that their order is kept apart.
            "columns": [str(name) for name in self.data.columns],
            "data": json.loads(self.data.to_json(orient="records", force_ascii=False)),
        }
        return _png(whole), payload


@contextmanager
def _framed(chart: Chart) -> Iterator[tuple[list[Any], Bbox]]:
    """Give the figure room for title, subtitle and source, and take it away again."""
    figure = chart.figure
    width, height = figure.get_size_inches()
    title = wrap(chart.caption, int(width * 72 / _TITLE * 2) - 2)
    small = int(width * 72 / _SMALL * 2) - 2
    subtitle, source = wrap(chart.subtitle, small), wrap(chart.source, small)
    title_in = len(title) * _TITLE * _LEADING + 0.06
    subtitle_in = len(subtitle) * _SMALL * _LEADING + (0.05 if subtitle else 0)
    source_in = len(source) * _SMALL * _LEADING + (0.05 if source else 0)
    total = height + title_in + subtitle_in + source_in

    def line(words: list[str], from_top: float, size: float, **kwargs: Any) -> Any:
        where = 0.005, 1 - from_top / total
        joined = "\n".join(words)
        text = figure.text(*where, joined, fontsize=size, va="top", linespacing=1.25, **kwargs)
        text.set_in_layout(False)
        return text

    engine = figure.get_layout_engine()
    figure.set_size_inches(width, total)
    if engine is not None:
        low = source_in / total
        engine.set(rect=(0, low, 1, height / total))  # type: ignore[call-arg]
    above = line(title, 0.03, _TITLE)
    inside = line(subtitle, title_in + 0.02, _SMALL, color="#555555")
    below = line(source, total - source_in + 0.03, _SMALL, color="#555555")
    # The layout is made once and then left alone: each format would make it anew.
    fit(figure)
    figure.set_layout_engine(None)
    try:
        yield [above, below], Bbox.from_bounds(0, source_in, width, height + subtitle_in)
    finally:
        for text in (above, inside, below):
            text.remove()
        figure.set_size_inches(width, height)
        figure.set_layout_engine(engine)
        if engine is not None:
            engine.set(rect=(0, 0, 1, 1))  # type: ignore[call-arg]


def _photograph(figure: Figure) -> Image.Image:
    """Draw the figure as dots, in at most 256 colours: a quarter of the size, no difference."""
    before, figure.dpi = figure.dpi, _DPI
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    figure.dpi = before
    dots = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    few = dots.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    # The paper becomes 254 of 255 on the way, which shows as a grey box on white.
    palette, paper = few.getpalette() or [], int(np.asarray(few)[0, 0])
    palette[3 * paper : 3 * paper + 3] = [255, 255, 255]
    few.putpalette(palette)
    return few


def _cropped(whole: Image.Image, box: Bbox) -> Image.Image:
    top, bottom = whole.height - round(box.y1 * _DPI), whole.height - round(box.y0 * _DPI)
    return whole.crop((0, top, whole.width, bottom))


def _png(image: Image.Image) -> bytes:
    target = io.BytesIO()
    image.save(target, "png", dpi=(_DPI, _DPI))
    return target.getvalue()


def _svg(figure: Figure, box: Bbox) -> str:
    target = io.BytesIO()
    figure.savefig(target, format="svg", bbox_inches=box, metadata=_UNDATED)
    return target.getvalue().decode("utf-8")


class Ticks(Formatter):
    """Figures along an axis, grouped, all with the decimals that the finest of them needs."""

    places: Sequence[float] = ()

    def set_locs(self, locs: Any) -> None:
        """Take note of all figures along the axis, as matplotlib tells them."""
        self.places = list(locs)

    def __call__(self, value: float, position: int | None = None) -> str:
        """Return one figure."""
        written = [f"{place:.10g}".partition(".")[2] for place in self.places]
        decimals = max((len(part) for part in written if "e" not in part), default=0)
        return f"{value:,.{decimals}f}".replace("-", "−")


class ChartText(TypedDict, total=False):
    """Words round a chart, the same for every chart function; see :class:`Chart`.

    Without `alt` the chart function writes one from its data. `language` is zh or en.
    """

    subtitle: str
    source: str
    alt: str
    key: str
    language: str


def finished(figure: Any, caption: str, text: ChartText, alt: str, data: pd.DataFrame) -> Chart:
    """Put a drawn figure, its words and its data into a :class:`Chart`; `alt` is the fallback."""
    return Chart(
        figure,
        tidy(caption),
        tidy(text.get("subtitle", "")),
        tidy(text.get("source", "")),
        tidy(text.get("alt") or alt),
        data.reset_index(drop=True),
        text.get("key", ""),
    )


def need(frame: pd.DataFrame, *columns: str) -> None:
    """Raise ValueError naming the columns that `frame` lacks."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise ValueError(f"columns {missing} are missing; found {list(frame.columns)}")
