"""Charts of the report: each takes frames and returns a Chart; none reads or prints.

One door to three rooms: the frame round every chart, lines over years, and bars.
"""

from __future__ import annotations

from analysis.chart_bars import bar_chart, scoreboard_chart, target_bars
from analysis.chart_frame import CHART_MIME, COLOURS, Chart, ChartText, new_figure, style
from analysis.chart_lines import fan_chart, line_chart

__all__ = [
    "CHART_MIME",
    "COLOURS",
    "Chart",
    "ChartText",
    "bar_chart",
    "fan_chart",
    "line_chart",
    "new_figure",
    "scoreboard_chart",
    "style",
    "target_bars",
]
