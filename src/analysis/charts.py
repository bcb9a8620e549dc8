"""Charts of the report: each takes frames and returns a Chart; none reads or prints.

One door to the rooms behind it: the frame round every chart, lines over years, bars,
scores of models.
"""

from __future__ import annotations

from analysis.chart_bars import bar_chart, scoreboard_chart, target_bars
from analysis.chart_frame import (
    CHART_MIME,
    COLOURS,
    DASHES,
    MARKERS,
    Chart,
    ChartText,
    new_figure,
    style,
)
from analysis.chart_lines import Beside, fan_chart, line_chart
from analysis.chart_scores import scores_chart
from analysis.chart_sheet import sheet_chart
from analysis.chart_targets import bullet_chart, multiples_chart, slope_chart
from analysis.chart_words import figure_text, tick

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
