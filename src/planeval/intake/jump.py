"""Is a new figure one that the series so far lets expect? What lies outside 99 % is held."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from analysis.data.errors import InputError
from analysis.data.observations import STATUS_RANK, Data
from analysis.data.series import comparable
from planeval.intake.cells import Report
from planeval.intake.checks import number
from planeval.intake.found import HELD, NOTE
from planeval.intake.rows import Taken

LEVEL = 99.0
# the slips of a unit: 万 for 亿, kilograms for tons, a share for a per cent
SLIPS = (10.0, 100.0, 1e3, 1e4, 1e8)


def check_jumps(rows: Sequence[Taken], data: Data, report: Report) -> None:
    """Hold every figure outside the central 99 % of what the series before it foretells.

    Series of part-years are held against the same part of the years before.
    """
    ready = [row for row in rows if row.good and not row.skip]
    for row in ready:
        if "/" in row.values["period"][:5]:
            continue  # totals over several years have no yearly series
        before = _before(row, data, [item for item in ready if item is not row])
        if before.empty:
            report(
                row.found(
                    NOTE,
                    "value",
                    "没有更早的数，无法核对是否合理",
                    "no earlier figure: whether it is plausible cannot be said",
                )
            )
            continue
        _check(row, before, data, report)


def _before(row: Taken, data: Data, others: Sequence[Taken]) -> pd.Series:
    """Return the same series before the figure's year, in the indicator's unit, by year."""
    values = row.values
    year, tail = int(values["period"][:4]), values["period"][4:].replace(values["period"][:4], "")
    best: dict[int, tuple[tuple, float]] = {}

    def offer(period: str, caliber: str, status: str, published: str, value: float) -> None:
        when, rest = int(period[:4]), period[4:].replace(period[:4], "")
        if rest != tail or when >= year or not comparable(caliber, values["caliber"]):
            return
        rank = (caliber == values["caliber"], STATUS_RANK[status], published)
        if when not in best or rank > best[when][0]:
            best[when] = (rank, value)

    for old in data.by_series.get((values["region"], values["indicator"]), []):
        offer(
            old["period"],
            old["caliber"],
            old["status"],
            old["published"].isoformat(),
            old["number"],
        )
    for item in others:
        if (item.values["region"], item.values["indicator"]) == (
            values["region"],
            values["indicator"],
        ):
            told = item.values
            offer(
                told["period"], told["caliber"], told["status"], told["published"],
                number(item, data),
            )  # fmt: skip
    years = sorted(best)
    return pd.Series([best[when][1] for when in years], index=years, dtype=float)


def _check(row: Taken, before: pd.Series, data: Data, report: Report) -> None:
    from analysis.forecast import forecast

    spec = data.indicators[row.values["indicator"]]
    year, value = int(row.values["period"][:4]), number(row, data)
    try:
        made = forecast(before, until=year, kind=spec["quantity"])
        low, high = made.interval(LEVEL, year)
    except InputError as error:  # a series its kind cannot take, told by the engine itself
        report(
            row.found(
                NOTE,
                "value",
                f"无法核对是否合理：{error.zh}",
                f"whether it is plausible cannot be said: {error.en}",
            )
        )
        return
    if low <= value <= high:
        return
    slip = next(
        (
            factor
            for size in SLIPS
            for factor in (size, 1 / size)
            if value > 0 and low <= value * factor <= high
        ),
        None,
    )
    unit = spec["unit"] or ""
    report(
        row.found(
            HELD,
            "value",
            f"与以往相差过大（此前最新 {before.index[-1]} 年为 {before.iloc[-1]:g} {unit}）",
            f"far from what the series foretells (last: {before.iloc[-1]:g} in {before.index[-1]})",
            expected=f"{_short(low)} … {_short(high)} {unit} (99%)",
            nearest=None if slip is None else f"{value * slip:.6g} {unit}？（x{slip:g}）",
        )
    )


def _short(value: float) -> str:
    """Return a bound with four digits that say something.

    Examples
    --------
    >>> _short(199.6873), _short(0.0), _short(1234567.0)
    ('199.7', '0', '1235000')
    """
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    digits = 3 - math.floor(math.log10(abs(value)))
    return (
        f"{round(value, digits):.{max(digits, 0)}f}".rstrip("0").rstrip(".")
        if digits > 0
        else (f"{round(value, digits):.0f}")
    )
