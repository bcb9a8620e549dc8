"""Pages of single series: every figure with its vintage, source and place, a line, a CSV."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from analysis.data.observations import Data
from analysis.data.periods import first_year, parse_period
from analysis.data.series import Series, annual_series
from planeval.site.pages import Site
from planeval.site.words import (
    Column,
    Safe,
    address,
    amount,
    el,
    facts,
    foreign,
    href,
    join,
    label,
    named,
    page,
    period_words,
    region_name,
    table,
    term,
    unit_words,
    value_words,
)
from planeval.words.amounts import number
from planeval.words.language import either, say, spoken
from planeval.words.sources import cited
from planeval.workbook.sheet import PRICES, PUBLISHED, STATUS

__all__ = ["SDMX", "frequency", "line", "series_csv", "series_index", "series_page"]

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


def series_page(site: Site, region: str, indicator: str) -> bytes:
    """Return the page of one indicator in one region."""
    data = site.data
    at = f"{spoken()}/series/{region}/{indicator}.html"
    row, rows = data.indicators[indicator], ordered(data, region, indicator)
    place = region_name(data.regions, region)
    heading = either(f"{place}：{named(row)}", f"{named(row)}, {place}")
    drawn = _drawn(data, region, indicator)
    csv_path = f"api/series/{region}/{indicator}.csv"
    body: list[object] = [
        _chart(drawn, heading, row["unit"] or ""),
        el("p", el("a", label(term("下载CSV")), href=href(at, csv_path))),
        _values(data, rows, drawn, heading),
        _about(data, row, region, indicator),
        _promises(site, region, indicator, at),
    ]
    unit = unit_words(row["unit"])
    lead = el("p", say("单位：{}", unit) if unit else term("无量纲"))
    return page(at, heading, *body, lead=lead)


def _about(data: Data, row: dict[str, Any], region: str, indicator: str) -> Safe:
    told: list[tuple[str, object]] = [(term("代码"), f"{region} / {indicator}")]
    place = data.regions.get(region, {})
    for words, text in ((term("指标说明"), row["note"]), (term("地区说明"), place.get("note"))):
        if text:
            told.append((words, foreign(text)))
    return join([el("h2", label(term("说明"))), facts(told)])


def _values(data: Data, rows: Sequence[dict[str, Any]], drawn: Series | None, heading: str) -> Safe:
    """Return every figure: vintages one under another, the one in use marked."""
    used = {item.row for item in drawn.data} if drawn else set()
    lines = []
    for row in rows:
        source = data.sources[row["source"]]
        origin = address(source["address"], row["source"])
        title = foreign(either(source["title"], cited(source["title"])))
        place = join([origin, " ", el("span", title, class_="small")])
        value = value_words({"value": row["value"], "qualifier": row["qualifier"]})
        caliber = data.calibers[row["caliber"]]
        basis = PUBLISHED[row["published_basis"]]
        day = row["published"].isoformat()
        by = (
            "" if row["published_basis"] == "stated" else el("span", either(*basis), class_="small")
        )
        lines.append((
            period_words(row["period"]), value,
            el("span", unit_words(row["unit"]), class_="nowrap"),
            term("是") if row["row"] in used else "", either(*STATUS[row["status"]]),
            el("span", named(caliber), class_="nowrap"),
            either(*PRICES[row["price_basis"]]), join([el("span", day, class_="nowrap"), " ", by]),
            el("div", place, class_="long"), foreign(row["locator"]),
            el("span", foreign(row["note"]), class_="long") if row["note"] else "",
        ))  # fmt: skip
    heads = (
        term("时期"), Column(term("数值"), True), term("单位"), term("图中采用"), term("数据状态"),
        term("口径"), term("价格"), term("公布日"), term("来源"), term("出处位置"), term("备注"),
    )  # fmt: skip
    note = el(
        "p",
        say("同一时期有几行的，是先后或不同来源的公布数；口径不同的不连成一线。"),
        class_="note",
    )
    caption = say("{}的全部公布数", heading)
    return join([el("h2", label(term("全部数值"))), note, table(caption, heads, lines)])


def _promises(site: Site, region: str, indicator: str, at: str) -> Safe:
    """Return links to the plans that set a target for this series."""
    found = []
    for plan in site.plans:
        for target in plan.targets:
            if (target.region, target.indicator) == (region, indicator):
                words = either(f"{plan.name_zh}：{target.name_zh}",
                               f"{plan.name_en}: {target.name_en}")  # fmt: skip
                to = f"{spoken()}/plans/{plan.plan_id}.html"
                found.append(el("li", el("a", words, href=href(at, to))))
    return join([el("h2", label(term("规划目标"))), el("ul", *found)]) if found else Safe("")


def series_index(site: Site) -> bytes:
    """Return the page that lists every series, region by region."""
    at = f"{spoken()}/series.html"
    parts: list[object] = []
    for region, row in site.data.regions.items():
        codes = [name for place, name in site.data.by_series if place == region]
        if not codes:
            continue
        items = []
        for code in sorted(codes):
            rows = site.data.by_series[(region, code)]
            link = el("a", named(site.data.indicators[code]),
                      href=href(at, f"{spoken()}/series/{region}/{code}.html"))  # fmt: skip
            periods = sorted(str(first_year(item["period"])) for item in rows)
            span = periods[0] if periods[0] == periods[-1] else f"{periods[0]}–{periods[-1]}"
            items.append(el("li", link, " ", el("span", span, class_="small")))
        parts += [el("h2", named(row), id=region), el("ul", *items, class_="columns")]
    lead = el("p", say("{}个序列，{}条公布数。", len(site.data.by_series),
                       len(site.data.observations)).strip())  # fmt: skip
    return page(at, label(term("指标与地区")), *parts, lead=lead)


# --- the line -------------------------------------------------------------------------------


def _chart(drawn: Series | None, heading: str, unit: str) -> Safe:
    if drawn is None or len(drawn.data) < 2:
        return el("p", say("年度公布数不足两个，不画线。"), class_="note")
    points = [(item.year, item.value) for item in drawn.data]
    first, last = drawn.data[0], drawn.data[-1]
    low, high = (pick(drawn.data, key=lambda item: item.value) for pick in (min, max))
    words = say(
        "折线图：{}，{}年{}，{}年{}；最低{}（{}年），最高{}（{}年），共{}个年度值。",
        heading, first.year, amount(first.value, unit), last.year, amount(last.value, unit),
        amount(low.value, unit), low.year, amount(high.value, unit), high.year, len(points),
    ).strip()  # fmt: skip
    other = [(item.year, item.value) for item in drawn.other_calibers if item.year is not None]
    drawing = line([point for point in points if point[0] is not None], other, words)
    legend = [say("年度值，{}", unit_words(unit)) if unit else term("年度值")]
    if any(later - former > 1 for former, later in pairwise(_years(drawn))):
        legend.append(term("虚线处中间年份未公布"))
    every = [value for _, value in (*points, *other)]
    if not _from_nought(min(every), max(every)):
        legend.append(term("纵轴不从零起"))
    if other:
        legend.append(term("空心点为其他口径"))
    return el("figure", drawing, el("figcaption", either("；", "; ").join(legend)), class_="chart")


def _years(drawn: Series) -> list[int]:
    return [item.year for item in drawn.data if item.year is not None]


def line(
    points: Sequence[tuple[int, float]], other: Sequence[tuple[int, float]], words: str
) -> Safe:
    """Return an annual series as an SVG line.

    Parameters
    ----------
    points : sequence of (year, value)
        Ascending; the line is dashed across years without a figure.
    other : sequence of (year, value)
        Figures of other calibers: hollow dots, not joined.
    words : str
        What a reader who does not see the picture is told.

    Examples
    --------
    >>> drawn = line([(2020, 1.0), (2021, 2.0), (2024, 3.0)], [], "up")
    >>> drawn.count('class="line"'), drawn.count('class="line gap"'), drawn.count("<circle")
    (1, 1, 3)
    """
    years = [year for year, _ in (*points, *other)]
    values = [value for _, value in (*points, *other)]
    low, high = min(values), max(values)
    if _from_nought(low, high):
        low = 0.0
    lift = 0 if low == 0 else _LIFT  # a line that does not begin at nought stands off the base
    span, wide = (high - low) or 1.0, (max(years) - min(years)) or 1

    def spot(year: int, value: float) -> tuple[float, float]:
        x = _LEFT + (year - min(years)) / wide * (_WIDE - _LEFT - _RIGHT)
        y = _HIGH - _BOTTOM - lift - (value - low) / span * (_HIGH - _TOP - _BOTTOM - lift)
        return round(x, 1), round(y, 1)

    parts = [_base()]
    for one, two in pairwise(points):
        kind = "line" if two[0] - one[0] == 1 else "line gap"
        (x1, y1), (x2, y2) = spot(*one), spot(*two)
        parts.append(el("path", d=f"M{x1} {y1}L{x2} {y2}", class_=kind))
    parts += [_dot(*spot(*point), "other") for point in other]
    parts += [_dot(*spot(*point), "dot") for point in points]
    parts += _labels(points, spot)
    return el(
        "svg", *parts, viewBox=f"0 0 {_WIDE} {_HIGH}", role="img", aria_label=words,
        xmlns="http://www.w3.org/2000/svg",
    )  # fmt: skip


def _from_nought(low: float, high: float) -> bool:
    """Tell whether a line that goes a long way up is drawn from nought."""
    return 0 <= low < 0.5 * high


def _base() -> Safe:
    y = _HIGH - _BOTTOM
    return el("path", d=f"M{_LEFT} {y}L{_WIDE - _RIGHT} {y}", class_="grid")


def _dot(x: float, y: float, kind: str) -> Safe:
    return el("circle", cx=x, cy=y, r="4", class_=kind)


def _labels(points: Sequence[tuple[int, float]], spot: Any) -> list[Safe]:
    """Return the first, the last and the highest value beside their points, years below."""
    top = max(range(len(points)), key=lambda at: points[at][1])
    told = {0, len(points) - 1}
    if 0.2 < top / len(points) < 0.8:
        told.add(top)
    parts = []
    for at in sorted(told):
        year, value = points[at]
        x, y = spot(year, value)
        anchor = "start" if x < 0.1 * _WIDE else "end" if x > 0.9 * _WIDE else "middle"
        rises = at + 1 < len(points) and points[at + 1][1] > value
        below = rises and y < _HIGH - _BOTTOM - _LIFT / 2
        where = round(y + 22 if below else y - 12, 1)
        parts.append(el("text", number(value), x=x, y=where, text_anchor=anchor,
                        class_="value"))  # fmt: skip
        parts.append(el("text", year, x=x, y=_HIGH - 14, text_anchor=anchor))
    return parts
