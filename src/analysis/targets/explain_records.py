"""One figure, one series, one source as a trace records it: plain values in both languages."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from analysis.data.comparators import Comparable
from analysis.data.observations import STATUS_ZH, Data
from analysis.data.series import Datum, Series
from planeval.chapters.cells import BASIS_ZH, PUBLISHED_ZH, RELIABILITY_ZH
from planeval.words.figures import QUALIFIER_ZH
from planeval.words.language import Terms, in_both, say, worded

OBSERVATIONS = "data/observations.csv"
PRICES_ZH = BASIS_ZH | Terms({"unstated": "价格基础未注明", "not_applicable": "不涉及价格"})


def source_record(row: dict[str, Any]) -> dict[str, Any]:
    """Return a source's row as plain values, the row's own place with it."""
    return {key: plain_value(value) for key, value in row.items() if key != "row"} | {
        **in_both("reliability", RELIABILITY_ZH.__getitem__, row["reliability"]),
        "file": "data/sources.csv",
        "row": row["row"],
    }


def plain_value(value: Any) -> Any:
    """Return a value as JSON takes it: dates as text, what is no number as None.

    Examples
    --------
    >>> plain_value({2015: float("nan"), "day": dt.date(2021, 6, 27), "pair": (1, 2.5)})
    {'2015': None, 'day': '2021-06-27', 'pair': [1, 2.5]}
    """
    if isinstance(value, dict):
        return {str(key): plain_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_value(item) for item in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    if hasattr(value, "item"):  # a number of numpy's
        value = value.item()
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    return value


def figure_record(item: Datum, data: Data, *roles: str) -> dict[str, Any]:
    """Return a figure with its meaning, its data row and where its source says it."""
    corrected = data.corrected[item.region, item.indicator, item.period] if item.correction else {}
    return {
        "roles": list(roles),
        "region": item.region,
        **in_both("region", data.name, item.region),
        "indicator": item.indicator,
        **in_both("indicator", worded, data.indicators[item.indicator], "name"),
        **plain_value({key: value for key, value in vars(item).items() if key not in ("row",)}),
        "correction_en": _correction_en(corrected),
        **in_both("qualifier", QUALIFIER_ZH.__getitem__, item.qualifier),
        **in_both("status", STATUS_ZH.__getitem__, item.status),
        **in_both("caliber", worded, data.calibers[item.caliber], "name"),
        **in_both("price_basis", PRICES_ZH.__getitem__, item.price_basis),
        **in_both("published", _published, item),
        "file": OBSERVATIONS,
        "row": item.row,
    }


def _published(item: Datum) -> str:
    return item.published.isoformat() + PUBLISHED_ZH[item.published_basis]


def _correction_en(row: dict[str, Any]) -> str | None:
    return f"{row['printed_expect']}→{row['printed_value']}: {row['reason_en']}" if row else None


def series_record(
    series: Series, data: Data, role: str, declared: Comparable | None = None
) -> dict[str, Any]:
    """Return a series of another place with its figures, and what is declared of it."""
    return {
        "role": role,
        "region": series.region,
        "indicator": series.indicator,
        **in_both("name", series_name, series, data),
        "note": declared.statement_zh if declared else None,
        "note_en": declared.statement_en if declared else None,
        "figures": [figure_record(figure, data, role) for figure in series.data],
    }


def series_name(series: Series, data: Data) -> str:
    """Return the place and the indicator of a series, in the language spoken."""
    what = worded(data.indicators[series.indicator], "name")
    return say("{}{}", data.name(series.region), what)
