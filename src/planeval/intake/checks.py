"""What a new figure must agree with: the vintages before it, the year to date, its own series."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator

from analysis.data.observations import STATUS_RANK, Data
from analysis.data.series import comparable
from analysis.data.units import convert
from planeval.intake.cells import Report
from planeval.intake.found import ERROR, HELD, NOTE
from planeval.intake.rows import Taken

SAME = 1e-9
# one figure, as the table tells figures apart
DATUM = ("region", "indicator", "period", "price_basis", "caliber")


def number(row: Taken, data: Data) -> float:
    """Return a row's value in its indicator's unit."""
    unit = data.indicators[row.values["indicator"]]["unit"] or ""
    return convert(float(row.values["value"]), row.values.get("unit", ""), unit)


def check_figures(rows: list[Taken], data: Data, today: dt.date, report: Report) -> None:
    """Check every readable figure against the data known and against the others.

    Only rows that could be read are checked; what is found marks the row.
    """
    ready = [row for row in rows if row.good]
    for row in ready:
        _known_already(row, data, report)
        if not row.skip:  # of what is there already nothing more is asked
            _bounds(row, data, report)
            _dates(row, data, today, report)
    for row in ready:
        if row.good and not row.skip:
            others = [item for item in ready if item is not row and item.good and not item.skip]
            _vintages(row, number(row, data), list(_vintages_of(row, data, others)), report)
            _caliber(row, data, report)
            _year_to_date(row, data, others, report)


def _bounds(row: Taken, data: Data, report: Report) -> None:
    spec = data.indicators[row.values["indicator"]]
    low, high, value = spec["lower"], spec["upper"], number(row, data)
    if (low is not None and value < low) or (high is not None and value > high):
        report(
            row.found(
                ERROR,
                "value",
                "数值超出指标的可能范围",
                "the value lies outside the indicator's range",
                expected=f"{'-∞' if low is None else f'{low:g}'} … "
                f"{'∞' if high is None else f'{high:g}'}",
            )
        )


def ends(period: str) -> tuple[dt.date, dt.date]:
    """Return the first and last day of a period.

    Examples
    --------
    >>> ends("2025-S1")
    (datetime.date(2025, 1, 1), datetime.date(2025, 6, 30))
    >>> ends("2022-01/2022-07")[1], ends("2021/2025")[1]
    (datetime.date(2022, 7, 31), datetime.date(2025, 12, 31))
    """
    first, _, last = period.partition("/")
    return _part(first)[0], _part(last or first)[1]


def _part(text: str) -> tuple[dt.date, dt.date]:
    year, _, rest = text.partition("-")
    months = {"": (1, 12), "Q1": (1, 3), "Q2": (4, 6), "Q3": (7, 9), "Q4": (10, 12)}
    months |= {"S1": (1, 6), "S2": (7, 12)}
    if re.fullmatch(r"\d\d-\d\d", rest):
        day = dt.date(int(year), int(rest[:2]), int(rest[3:]))
        return day, day
    start, stop = months.get(rest) or (int(rest), int(rest))
    last = calendar.monthrange(int(year), stop)[1]
    return dt.date(int(year), start, 1), dt.date(int(year), stop, last)


def _dates(row: Taken, data: Data, today: dt.date, report: Report) -> None:
    day = dt.date.fromisoformat(row.values["published"])
    try:
        first, last = ends(row.values["period"])
    except ValueError:
        report(row.found(ERROR, "period", "没有这样的日期", "no such date", expected="2025-12-31"))
        return
    if day > today:
        report(
            row.found(
                ERROR,
                "published",
                "公布日在今天之后",
                "published after today",
                expected=f"<= {today}",
            )
        )
    elif day < first:
        report(
            row.found(
                ERROR,
                "published",
                "公布日早于该时期开始",
                "published before the period began",
                expected=f">= {first}",
            )
        )
    elif day <= last:
        report(
            row.found(
                HELD,
                "published",
                "公布日早于该时期结束",
                "published before the period ended",
                expected=f"> {last}",
            )
        )
    known = data.sources.get(row.values["source"])
    if known and known["published"] and known["published"] != day:
        report(
            row.found(
                NOTE,
                "published",
                "与来源登记的公布日不同",
                "differs from the source's own date",
                expected=known["published"].isoformat(),
            )
        )


def _known_already(row: Taken, data: Data, report: Report) -> None:
    """Skip a figure the table has; refuse another figure under the same vintage."""
    values = row.values
    for old in data.by_series.get((values["region"], values["indicator"]), []):
        if any(old[name] != values.get(name) for name in DATUM):
            _other_name(row, old, report)
            continue
        same_value = abs(old["number"] - number(row, data)) <= SAME
        vintage = (old["status"], old["published"].isoformat(), old["source"])
        if vintage == (values["status"], values["published"], values["source"]):
            where = f"data/observations.csv {old['row']}"
            if same_value and old["qualifier"] == values["qualifier"]:
                row.skip = True
                report(row.found(NOTE, "value", f"已有此数（{where}）", f"known already ({where})"))
            else:
                report(
                    row.found(
                        ERROR,
                        "value",
                        "同一版本已有另一个数；修订数须另有状态或公布日",
                        "the same vintage holds another figure; a revision needs a status or a"
                        " date of its own",
                        expected=f"{old['printed_value']} {old['qualifier']} ({where})",
                        nearest="revised",
                    )
                )
            return


def _other_name(row: Taken, old: dict, report: Report) -> None:
    """Hold a figure its source has given already, under a caliber or price of another name."""
    values = row.values
    alike = all(old[name] == values[name] for name in ("period", "source", "status"))
    if alike and comparable(old["caliber"], values["caliber"]):
        report(
            row.found(
                HELD,
                "caliber",
                f"同一来源的这个数已按另一口径或价格登记（data/observations.csv {old['row']}）",
                f"the source's figure is there under another name (observations.csv {old['row']})",
                expected=f"{old['printed_value']} {old['caliber']} {old['price_basis']}",
            )
        )


def _vintages_of(
    row: Taken, data: Data, others: list[Taken]
) -> Iterator[tuple[str, dt.date, float, str, str]]:
    """Yield status, day, value, source and place of the other vintages of a figure."""
    values = row.values
    for old in data.by_series.get((values["region"], values["indicator"]), []):
        if all(old[name] == values.get(name) for name in DATUM):
            yield (
                old["status"],
                old["published"],
                old["number"],
                old["source"],
                f"observations.csv {old['row']}",
            )
    for item in others:
        if all(item.values.get(name) == values.get(name) for name in DATUM):
            yield (
                item.values["status"],
                dt.date.fromisoformat(item.values["published"]),
                number(item, data),
                item.values["source"],
                f"{item.sheet.zh}!{item.raw.number}",
            )


def _vintages(
    row: Taken, amount: float, known: list[tuple[str, dt.date, float, str, str]], report: Report
) -> None:
    """Hold a vintage to its order: an estimate first, the final after it, a revision last."""
    values = row.values
    day, rank = dt.date.fromisoformat(values["published"]), STATUS_RANK[values["status"]]
    for status, published, value, source, where in known:
        other = STATUS_RANK[status]
        late = rank > other >= 1 and rank >= 3 and day < published
        early = rank < other and other >= 3 and rank == 1 and day > published
        if late or early or (values["status"] == "revised" == status and day == published):
            report(
                row.found(
                    ERROR,
                    "published",
                    f"版本次序不对：{where} 为 {status}，公布于 {published}",
                    f"vintages out of order: {where} is {status}, published {published}",
                    expected=f"> {published}" if not early else f"< {published}",
                )
            )
            return
        same = abs(value - amount) <= SAME
        if status == values["status"] and not same and source != values["source"]:
            report(
                row.found(
                    HELD,
                    "value",
                    f"同为 {status}，{where} 的数不同；若是修订，状态应选 revised",
                    f"{where} gives another figure as {status} too; a revision is 'revised'",
                    expected=f"{value:g} ({source})",
                )
            )
            return


def _caliber(row: Taken, data: Data, report: Report) -> None:
    """Ask for a note where a figure leaves the caliber its series has had."""
    values = row.values
    kind = _suffix(values["period"])
    before = [
        old
        for old in data.by_series.get((values["region"], values["indicator"]), [])
        if _suffix(old["period"]) == kind
    ]
    if not before or values.get("note"):
        return
    if any(comparable(old["caliber"], values["caliber"]) for old in before):
        return
    usual = max(before, key=lambda old: (old["period"], old["published"]))["caliber"]
    given = row.raw.cells["caliber"].given  # the form's own proposal is not the user's change
    report(
        row.found(
            NOTE if given else ERROR,
            "caliber",
            "口径与以往不同，请在备注写明",
            "the caliber is not the series' own: say why in the note",
            expected=usual,
            nearest=usual,
        )
    )


def _suffix(period: str) -> str:
    return re.sub(r"\d{4}", "Y", period)


def months_to_date(period: str) -> tuple[int, int] | None:
    """Return year and months of a figure that counts from January, None for any other.

    Examples
    --------
    >>> months_to_date("2024-S1"), months_to_date("2022-01/2022-07"), months_to_date("2024")
    ((2024, 6), (2022, 7), (2024, 12))
    >>> months_to_date("2024-Q2"), months_to_date("2021/2025")
    (None, None)
    """
    year = int(period[:4])
    tail = {"": 12, "-Q1": 3, "-S1": 6, "-01": 1}.get(period[4:])
    if tail:
        return year, tail
    found = re.fullmatch(r"(\d{4})-01/(\d{4})-(\d\d)", period)
    if found and found[1] == found[2]:
        return year, int(found[3])
    return None


def _year_to_date(row: Taken, data: Data, others: list[Taken], report: Report) -> None:
    """Hold a total from January that is below an earlier one of its year, or above a later."""
    values = row.values
    spec = data.indicators[values["indicator"]]
    mine = months_to_date(values["period"])
    if spec["nature"] != "flow" or spec["lower"] is None or spec["lower"] < 0 or mine is None:
        return
    amount = number(row, data)
    for period, caliber, price, value, where in _of_year(row, data, others):
        other = months_to_date(period)
        if (
            other is None
            or other[0] != mine[0]
            or other[1] == mine[1]
            or not comparable(caliber, values["caliber"])
            or price != values["price_basis"]
        ):
            continue
        falls = value > amount + SAME if other[1] < mine[1] else value < amount - SAME
        if falls:
            report(
                row.found(
                    HELD,
                    "value",
                    f"累计数下降：{period} 为 {value:g}（{where}）",
                    f"the year to date falls: {period} is {value:g} ({where})",
                    expected=f"{'>=' if other[1] < mine[1] else '<='} {value:g}",
                )
            )
            return


def _of_year(
    row: Taken, data: Data, others: list[Taken]
) -> Iterator[tuple[str, str, str, float, str]]:
    key = (row.values["region"], row.values["indicator"])
    latest: dict[tuple[str, str, str], dict] = {}
    for old in data.by_series.get(key, []):
        place = (old["period"], old["caliber"], old["price_basis"])
        best = latest.get(place)
        rank = (STATUS_RANK[old["status"]], old["published"])
        if best is None or rank > (STATUS_RANK[best["status"]], best["published"]):
            latest[place] = old
    for (period, caliber, price), old in latest.items():
        yield period, caliber, price, old["number"], f"observations.csv {old['row']}"
    for item in others:
        if (item.values["region"], item.values["indicator"]) == key:
            values = item.values
            where = f"{item.sheet.zh}!{item.raw.number}"
            yield (
                values["period"], values["caliber"], values["price_basis"],
                number(item, data), where,
            )  # fmt: skip
