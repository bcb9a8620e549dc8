"""Charts of the report: each takes frames and returns a Chart; none reads or prints.

One door to the rooms behind it: the frame round every chart, lines over years, bars,
scores of models.
"""

from __future__ import annotations

from planeval.show.bars import bar_chart, scoreboard_chart, target_bars
from planeval.show.chart import (
    CHART_MIME,
    COLOURS,
    DASHES,
    MARKERS,
    Chart,
    ChartText,
    new_figure,
    style,
)
from planeval.show.lines import Beside, fan_chart, line_chart
from planeval.show.scores import scores_chart
from planeval.show.sheet import sheet_chart
from planeval.show.targets import bullet_chart, multiples_chart, slope_chart
from planeval.words.amounts import figure_text, tick

__all__ = [
    "CHART_MIME",
    "COLOURS",
    "DASHES",
    "MARKERS",
    "Beside",
    "Chart",
    "ChartText",
    "bar_chart",
    "bullet_chart",
    "fan_chart",
    "figure_text",
    "line_chart",
    "multiples_chart",
    "new_figure",
    "scoreboard_chart",
    "scores_chart",
    "sheet_chart",
    "slope_chart",
    "style",
    "target_bars",
    "tick",
]
