"""Pages of single series: every figure with its vintage, source and place, a line, a CSV."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from analysis.data.observations import Data
from analysis.data.periods import parse_period
from analysis.data.series import Series, annual_series
from planeval.site.pages import Site, render
from planeval.site.words import amount, region_name, unit_words
from planeval.words.amounts import number
from planeval.words.language import either, say
from planeval.words.names import name_of

__all__ = ["SDMX", "frequency", "line", "ordered", "series_csv", "series_page"]

#: Column of the CSV -> column of the observations, named by the cross-domain concepts of SDMX
#: where there is one.
SDMX: dict[str, str] = {
    "REF_AREA": "region",
    "INDICATOR": "indicator",
    "FREQ": "",
    "TIME_PERIOD": "period",
    "OBS_VALUE": "printed_value",
    "UNIT_MEASURE": "unit",
    "OBS_QUALIFIER": "qualifier",
    "PRICES": "price_basis",
    "STAT_CONC_DEF": "caliber",
    "OBS_STATUS": "status",
    "REL_DATE": "published",
    "REL_DATE_BASIS": "published_basis",
    "SOURCE": "source",
    "SOURCE_LOCATOR": "locator",
    "COMMENT_OBS": "note",
}
_TEXTS = ("SOURCE_LOCATOR", "COMMENT_OBS")
_LETTERS = {"year": "A", "half": "S", "quarter": "Q", "month": "M"}
#: Drawing: width, height, and the margins left, right, top and bottom of the frame.
_WIDE, _HIGH = 720, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 24, 24, 44, 44
_LIFT = 30


def frequency(period: str) -> str:
    """Return the SDMX frequency code of a period: A, S, Q, M, or ``_O`` for a span of years.

    Examples
    --------
    >>> [frequency(p) for p in ("2024", "2019-S1", "2020-Q3", "2021-07", "2016/2020")]
    ['A', 'S', 'Q', 'M', '_O']
    """
    return _LETTERS.get(parse_period(period).form, "_O")


def series_csv(rows: Sequence[dict[str, Any]]) -> bytes:
    """Return the figures of one series as CSV, one vintage a row, columns named after SDMX.

    A text cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(SDMX)
    for row in rows:
        cells = []
        for name, column in SDMX.items():
            value = frequency(row["period"]) if name == "FREQ" else row[column]
            text = "" if value is None else str(value)
            cells.append(f"'{text}" if name in _TEXTS and text[:1] in tuple("=+-@\t") else text)
        writer.writerow(cells)
    return buffer.getvalue().encode()


def ordered(data: Data, region: str, indicator: str) -> list[dict[str, Any]]:
    """Return the rows of one series by period, then caliber, then day of publication."""
    rows = data.by_series[(region, indicator)]
    return sorted(rows, key=lambda r: (r["period"], r["caliber"], r["published"], r["row"]))


def _drawn(data: Data, region: str, indicator: str) -> Series | None:
    """Return the annual series of the caliber with most years, None where no year is given."""
    years = [row for row in data.by_series[(region, indicator)] if row["year"] is not None]
    calibers = Counter(row["caliber"] for row in years)
    if not calibers:
        return None
    best = max(sorted(calibers), key=lambda name: calibers[name])
    return annual_series(data, region, indicator, caliber=best)


def series_page(site: Site, region: str, indicator: str) -> dict[str, bytes]:
    """Return the page of one indicator in one region."""
    data = site.data
    measure, place = data.indicators[indicator], region_name(data, region)
    heading = either(f"{place}：{name_of(measure)}", f"{name_of(measure)}, {place}")
    drawn = _drawn(data, region, indicator)
    chart = _chart(drawn, heading, measure["unit"] or "") if drawn and len(drawn.data) > 1 else {}
    return render(
        f"series/{region}/{indicator}.html", "series", heading,
        site=site, region=region, indicator=indicator, measure=measure,
        place=data.regions[region], rows=ordered(data, region, indicator),
        used={item.row for item in drawn.data} if drawn else (),
        targets=[
            (plan, target)
            for plan in site.plans
            for target in plan.targets
            if (target.region, target.indicator) == (region, indicator)
        ],
        **({"drawing": None} | chart),
    )  # fmt: skip


# --- the line -------------------------------------------------------------------------------


def _chart(drawn: Series, heading: str, unit: str) -> dict[str, Any]:
    """Return the line of a series, what it says to who does not see it, and its legend."""
    first, last = drawn.data[0], drawn.data[-1]
    low, high = (pick(drawn.data, key=lambda item: item.value) for pick in (min, max))
    alt = say(
        "折线图：{}，{}年{}，{}年{}；最低{}（{}年），最高{}（{}年），共{}个年度值。",
        heading, first.year, amount(first.value, unit), last.year, amount(last.value, unit),
        amount(low.value, unit), low.year, amount(high.value, unit), high.year, len(drawn.data),
    ).strip()  # fmt: skip
    points = [(item.year, item.value) for item in drawn.data if item.year is not None]
    other = [(item.year, item.value) for item in drawn.other_calibers if item.year is not None]
    drawing = line(points, other)
    legend = [say("年度值，{}", unit_words(unit)) if unit else say("年度值")]
    if any(stroke.gap for stroke in drawing.strokes):
        legend.append(say("虚线处中间年份未公布"))
    if not drawing.from_nought:
        legend.append(say("纵轴不从零起"))
    if other:
        legend.append(say("空心点为其他口径"))
    return {"drawing": drawing, "alt": alt, "legend": either("；", "; ").join(legend)}


class Stroke(NamedTuple):
    """A stroke of the line, and whether it leads across years without a figure."""

    path: str
    gap: bool


class Label(NamedTuple):
    """A value beside its point, and the year below it."""

    x: float
    y: float
    anchor: str
    value: str
    year: int


class Drawing(NamedTuple):
    """An annual series as its template draws it, in units of the view box."""

    strokes: list[Stroke]
    dots: list[tuple[float, float]]
    other: list[tuple[float, float]]
    labels: list[Label]
    from_nought: bool
    base: str = f"M{_LEFT} {_HIGH - _BOTTOM}L{_WIDE - _RIGHT} {_HIGH - _BOTTOM}"
    wide: int = _WIDE
    high: int = _HIGH


def line(points: Sequence[tuple[int, float]], other: Sequence[tuple[int, float]]) -> Drawing:
    """Return an annual series as a line.

    Parameters
    ----------
    points : sequence of (year, value)
        Ascending; the line is dashed across years without a figure.
    other : sequence of (year, value)
        Figures of other calibers: hollow dots, not joined.

    Examples
    --------
    >>> drawn = line([(2020, 1.0), (2021, 2.0), (2024, 3.0)], [])
    >>> drawn.strokes[0]
    Stroke(path='M24.0 185.3L192.0 114.7', gap=False)
    >>> [stroke.gap for stroke in drawn.strokes], [label.year for label in drawn.labels]
    ([False, True], [2020, 2024])
    """
    years = [year for year, _ in (*points, *other)]
    values = [value for _, value in (*points, *other)]
    low, high = min(values), max(values)
    from_nought = 0 <= low < 0.5 * high  # so is a line drawn that goes a long way up
    low = 0.0 if from_nought else low
    lift = 0 if low == 0 else _LIFT  # a line that does not begin at nought stands off the base
    span, wide = (high - low) or 1.0, (max(years) - min(years)) or 1

    def spot(point: tuple[int, float]) -> tuple[float, float]:
        x = _LEFT + (point[0] - min(years)) / wide * (_WIDE - _LEFT - _RIGHT)
        y = _HIGH - _BOTTOM - lift - (point[1] - low) / span * (_HIGH - _TOP - _BOTTOM - lift)
        return round(x, 1), round(y, 1)

    strokes = []
    for one, two in pairwise(points):
        (x1, y1), (x2, y2) = spot(one), spot(two)
        strokes.append(Stroke(f"M{x1} {y1}L{x2} {y2}", two[0] - one[0] > 1))
    dots = [spot(point) for point in points]
    return Drawing(strokes, dots, [spot(p) for p in other], _labels(points, dots), from_nought)


def _labels(
    points: Sequence[tuple[int, float]], spots: Sequence[tuple[float, float]]
) -> list[Label]:
    """Return the first, the last and the highest value beside their points, years below."""
    top = max(range(len(points)), key=lambda at: points[at][1])
    told = {0, len(points) - 1}
    if 0.2 < top / len(points) < 0.8:
        told.add(top)
    labels = []
    for at in sorted(told):
        (year, value), (x, y) = points[at], spots[at]
        anchor = "start" if x < 0.1 * _WIDE else "end" if x > 0.9 * _WIDE else "middle"
        rises = at + 1 < len(points) and points[at + 1][1] > value
        below = rises and y < _HIGH - _BOTTOM - _LIFT / 2
        where = round(y + 22 if below else y - 12, 1)
        labels.append(Label(x, where, anchor, number(value), year))
    return labels
