"""What a new figure must agree with: the vintages before it, the year to date, its own series."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.data.changes import known_from
from analysis.data.errors import InputError
from analysis.data.observations import STATUS_RANK, Data
from analysis.data.paths import working_at
from analysis.data.periods import (
    first_year,
    last_year,
    months_of,
    parse_day,
    parse_period,
    shape,
    whole_year,
)
from analysis.data.series import comparable
from analysis.data.units import convert
from planeval.intake.layout import PLAN_TABLES
from planeval.intake.read import ERROR, HELD, NOTE
from planeval.intake.rows import Taken
from planeval.publish.revisions import REPORTS, SNAPSHOT, read_json, revisions
from planeval.words.errors import in_both

SAME = 1e-9
# one figure, as the table tells figures apart
DATUM = ("region", "indicator", "period", "price_basis", "caliber")


def number(row: Taken, data: Data) -> float:
    """Return a row's value in its indicator's unit."""
    unit = data.indicators[row.values["indicator"]]["unit"] or ""
    return convert(float(row.values["value"]), row.values.get("unit", ""), unit)


class Known(NamedTuple):
    """Another figure of a row's series: one of the data, or of another row of the workbook."""

    period: str
    caliber: str
    price_basis: str
    status: str
    published: dt.date
    value: float
    source: str
    where: str

    @property
    def place(self) -> tuple[str, str, str]:
        """What it is of: vintages of one figure share it."""
        return self[:3]

    @property
    def vintage(self) -> tuple[int, dt.date]:
        """Orders the vintages of one figure, the one in force last."""
        return STATUS_RANK[self.status], self.published


def known_beside(row: Taken, data: Data, rows: Sequence[Taken]) -> Iterator[Known]:
    """Yield every other figure of a row's series, of the data first."""
    key = (row.values["region"], row.values["indicator"])
    for old in data.by_series.get(key, []):
        yield Known(
            old["period"], old["caliber"], old["price_basis"], old["status"], old["published"],
            old["number"], old["source"], f"observations.csv {old['row']}",
        )  # fmt: skip
    for item in rows:
        told = item.values
        if item is row or not item.good or item.skip or (told["region"], told["indicator"]) != key:
            continue
        yield Known(
            told["period"], told["caliber"], told["price_basis"], told["status"],
            parse_day(told["published"]), number(item, data), told["source"],
            f"{item.sheet.zh}!{item.raw.number}",
        )  # fmt: skip


def check_figures(rows: list[Taken], data: Data, today: dt.date) -> None:
    """Check every readable figure against the data known and against the others.

    Only rows that could be read are checked; what is found marks the row.
    """
    ready = [row for row in rows if row.good]
    for row in ready:
        _known_already(row, data)
        if not row.skip:  # of what is there already nothing more is asked
            _bounds(row, data)
            _dates(row, data, today)
    for row in ready:
        if row.good and not row.skip:
            known = list(known_beside(row, data, ready))
            _vintages(row, data, known)
            _caliber(row, data)
            _year_to_date(row, data, known)


def _bounds(row: Taken, data: Data) -> None:
    spec = data.indicators[row.values["indicator"]]
    low, high, value = spec["lower"], spec["upper"], number(row, data)
    if (low is not None and value < low) or (high is not None and value > high):
        row.tell(
            ERROR,
            "value",
            "数值超出指标的可能范围",
            "the value lies outside the indicator's range",
            expected=f"{'-∞' if low is None else f'{low:g}'} … "
            f"{'∞' if high is None else f'{high:g}'}",
        )


def _dates(row: Taken, data: Data, today: dt.date) -> None:
    day = parse_day(row.values["published"])
    try:
        _, first, last = parse_period(row.values["period"])
    except InputError:
        row.tell(ERROR, "period", "没有这样的日期", "no such date", expected="2025-12-31")
        return
    if day > today:
        row.tell(
            ERROR, "published", "公布日在今天之后", "published after today", expected=f"<= {today}"
        )
    elif day < first:
        row.tell(
            ERROR,
            "published",
            "公布日早于该时期开始",
            "published before the period began",
            expected=f">= {first}",
        )
    elif day <= last:
        row.tell(
            HELD,
            "published",
            "公布日早于该时期结束",
            "published before the period ended",
            expected=f"> {last}",
        )
    known = data.sources.get(row.values["source"])
    if known and known["published"] and known["published"] != day:
        row.tell(
            NOTE,
            "published",
            "与来源登记的公布日不同",
            "differs from the source's own date",
            expected=known["published"].isoformat(),
        )


def _known_already(row: Taken, data: Data) -> None:
    """Skip a figure the table has; refuse another figure under the same vintage."""
    values = row.values
    for old in data.by_series.get((values["region"], values["indicator"]), []):
        if any(old[name] != values.get(name) for name in DATUM):
            _other_name(row, old)
            continue
        same_value = abs(old["number"] - number(row, data)) <= SAME
        vintage = (old["status"], old["published"].isoformat(), old["source"])
        if vintage == (values["status"], values["published"], values["source"]):
            where = f"data/observations.csv {old['row']}"
            if same_value and old["qualifier"] == values["qualifier"]:
                row.skip = True
                row.tell(NOTE, "value", f"已有此数（{where}）", f"known already ({where})")
            else:
                row.tell(
                    ERROR,
                    "value",
                    "同一版本已有另一个数；修订数须另有状态或公布日",
                    "the same vintage holds another figure; a revision needs a status or a"
                    " date of its own",
                    expected=f"{old['printed_value']} {old['qualifier']} ({where})",
                    nearest="revised",
                )
            return


def _other_name(row: Taken, old: dict) -> None:
    """Hold a figure its source has given already, under a caliber or price of another name."""
    values = row.values
    alike = all(old[name] == values[name] for name in ("period", "source", "status"))
    if alike and comparable(old["caliber"], values["caliber"]):
        row.tell(
            HELD,
            "caliber",
            f"同一来源的这个数已按另一口径或价格登记（data/observations.csv {old['row']}）",
            f"the source's figure is there under another name (observations.csv {old['row']})",
            expected=f"{old['printed_value']} {old['caliber']} {old['price_basis']}",
        )


def _vintages(row: Taken, data: Data, known: Sequence[Known]) -> None:
    """Hold a vintage to its order: an estimate first, the final after it, a revision last."""
    values, amount = row.values, number(row, data)
    day, status = parse_day(values["published"]), values["status"]
    rank = STATUS_RANK[status]
    for one in known:
        if one.place != (values["period"], values["caliber"], values["price_basis"]):
            continue
        other = STATUS_RANK[one.status]
        late = rank > other >= 1 and rank >= 3 and day < one.published
        early = rank < other and other >= 3 and rank == 1 and day > one.published
        if late or early or (status == "revised" == one.status and day == one.published):
            row.tell(
                ERROR,
                "published",
                f"版本次序不对：{one.where} 为 {one.status}，公布于 {one.published}",
                f"vintages out of order: {one.where} is {one.status}, published {one.published}",
                expected=f"{'<' if early else '>'} {one.published}",
            )
            return
        same = abs(one.value - amount) <= SAME or one.source == values["source"]
        if one.status == status and not same:
            row.tell(
                HELD,
                "value",
                f"同为 {status}，{one.where} 的数不同；若是修订，状态应选 revised",
                f"{one.where} gives another figure as {status} too; a revision is 'revised'",
                expected=f"{one.value:g} ({one.source})",
            )
            return


def _caliber(row: Taken, data: Data) -> None:
    """Ask for a note where a figure leaves the caliber its series has had."""
    values = row.values
    kind = shape(values["period"])
    before = [
        old
        for old in data.by_series.get((values["region"], values["indicator"]), [])
        if shape(old["period"]) == kind
    ]
    if not before or values.get("note"):
        return
    if any(comparable(old["caliber"], values["caliber"]) for old in before):
        return
    usual = max(before, key=lambda old: (old["period"], old["published"]))["caliber"]
    given = row.raw.cells["caliber"].given  # the form's own proposal is not the user's change
    row.tell(
        NOTE if given else ERROR,
        "caliber",
        "口径与以往不同，请在备注写明",
        "the caliber is not the series' own: say why in the note",
        expected=usual,
        nearest=usual,
    )


def months_to_date(period: str) -> tuple[int, int] | None:
    """Return year and months of a figure that counts from January, None for any other.

    Examples
    --------
    >>> months_to_date("2024-S1"), months_to_date("2022-01/2022-07"), months_to_date("2024")
    ((2024, 6), (2022, 7), (2024, 12))
    >>> months_to_date("2024-Q2"), months_to_date("2021/2025")
    (None, None)
    """
    if (year := whole_year(period)) is not None:
        return year, 12
    months = months_of(period)
    return (last_year(period), months[-1]) if months[:1] == (1,) else None


def _year_to_date(row: Taken, data: Data, known: Sequence[Known]) -> None:
    """Hold a total from January that is below an earlier one of its year, or above a later."""
    values = row.values
    spec = data.indicators[values["indicator"]]
    mine = months_to_date(values["period"])
    if spec["nature"] != "flow" or spec["lower"] is None or spec["lower"] < 0 or mine is None:
        return
    amount = number(row, data)
    in_force: dict[tuple[str, str, str], Known] = {}
    for one in known:
        if one.place not in in_force or one.vintage > in_force[one.place].vintage:
            in_force[one.place] = one
    for one in in_force.values():
        other = months_to_date(one.period)
        if other is None or other[0] != mine[0] or other[1] == mine[1]:
            continue
        if one.price_basis != values["price_basis"]:
            continue
        earlier = other[1] < mine[1]
        falls = one.value > amount + SAME if earlier else one.value < amount - SAME
        if falls and comparable(one.caliber, values["caliber"]):
            row.tell(
                HELD,
                "value",
                f"累计数下降：{one.period} 为 {one.value:g}（{one.where}）",
                f"the year to date falls: {one.period} is {one.value:g} ({one.where})",
                expected=f"{'>=' if earlier else '<='} {one.value:g}",
            )
            return


# --- A document entered late: what has been judged since its date was judged without it ---


#: The columns by which a document's row is known again in the data of a published report.
NAMED_BY = ("target_id", "date", "document", "field", "year")


@dataclass(frozen=True)
class LastReport:
    """The published report of a plan with the newest data.

    Attributes
    ----------
    as_of : date
        Up to which day its data go.
    folder : Path
        Its revision, with the data it was made from.
    """

    as_of: dt.date
    folder: Path

    def used(self, row: Taken, plan_id: str) -> bool:
        """Tell whether the document stands in the data the report was made from."""
        path = self.folder / SNAPSHOT / row.sheet.file(plan_id)
        if not path.is_file():
            return False
        with path.open(encoding="utf-8-sig", newline="") as handle:
            lines = list(csv.DictReader(handle))
        names = [name for name in NAMED_BY if name in row.values]
        return any(all(line.get(name) == row.values[name] for name in names) for line in lines)


def last_report(root: Path, plan_id: str) -> LastReport | None:
    """Return a plan's published report with the newest data, None where none is published.

    Raises
    ------
    InputError
        When a published report lacks its record.

    Examples
    --------
    >>> last_report(Path("no-such-project"), "jiaxing-14fyp")
    """
    folder = root / REPORTS / plan_id
    found = []
    for year in sorted(folder.glob("[0-9][0-9][0-9][0-9]")):
        for item in revisions(year):
            told = read_json(item.folder / "manifest.json", f"{item.folder.name}/manifest.json")
            day = parse_day(str(told["parameters"]["as_of"]))
            found.append(LastReport(day, item.folder))
    return max(found, key=lambda one: one.as_of, default=None)


def check_documents(rows: Sequence[Taken], plan_id: str, before: Data, after: Data) -> None:
    """Hold a document that an evaluation already made or published would have had to use.

    Parameters
    ----------
    rows : sequence of Taken
        New rows of all tables; only good ones of the plan's dated tables are looked at.
    before, after : Data
        The data as they are, and as they would be with the new sources.

    Notes
    -----
    Held when the document was public by the as-of date of the newest published report, which was
    made without it: that day's evaluation would differ. Held when its own date is before that
    date, or before the newest figure (the plan's latest evaluation), and its source came out
    later: it counts from then on only, and a wrong date or source looks just the same.
    """
    last = last_report(before.root, plan_id)
    newest = max([before.latest_vintage(), *([last.as_of] if last else [])])
    for row in rows:
        if row.sheet.key not in PLAN_TABLES or not row.good or row.skip:
            continue
        date = parse_day(row.values["date"])
        day = known_from({"date": date, "source": row.values["source"]}, after)
        if last is not None and day <= last.as_of and not last.used(row, plan_id):
            row.tell(
                HELD,
                "date",
                f"已发布报告的数据截至{last.as_of}，未采用这份文件；同日的评价今后会不同",
                f"a report with data up to {last.as_of} was published without this document:"
                " the evaluation as of that day will differ from now on",
                expected=f"> {last.as_of}",
            )
        elif date < newest and day > date:
            _later_source(
                row, day, undated=after.sources[row.values["source"]]["published"] is None
            )


def _later_source(row: Taken, day: dt.date, *, undated: bool) -> None:
    source = row.values["source"]
    zh, en = f"来源{source}公布于{day}", f"source {source} was published on {day}"
    if undated:
        zh, en = (
            f"来源{source}没有公布日，最迟按{day}计",
            f"source {source} is undated, {day} at latest",
        )
    row.tell(
        HELD,
        "date",
        f"{zh}，晚于文件日期：自该日起采用，截止日更早的评价不采用",
        f"{en}, after the document's date: evaluations as of an earlier day do not use it",
        expected=f">= {day}",
    )


# --- Is a new figure one that the series so far lets expect? What lies outside 99 % is held ---


LEVEL = 99.0
# the slips of a unit: 万 for 亿, kilograms for tons, a share for a per cent
SLIPS = (10.0, 100.0, 1e3, 1e4, 1e8)


def check_jumps(rows: Sequence[Taken], data: Data) -> None:
    """Hold every figure outside the central 99 % of what the series before it foretells.

    Series of part-years are held against the same part of the years before; what is expected of
    a kind of quantity is what the project's own priors say.
    """
    ready = [row for row in rows if row.good and not row.skip]
    with working_at(data.root):
        for row in ready:
            if parse_period(row.values["period"]).form == "years":
                continue  # totals over several years have no yearly series
            before = _before(row, known_beside(row, data, ready))
            if not before.empty:
                _check(row, before, data)
                continue
            row.tell(
                NOTE,
                "value",
                "没有更早的数，无法核对是否合理",
                "no earlier figure: whether it is plausible cannot be said",
            )


def _before(row: Taken, known: Iterable[Known]) -> pd.Series:
    """Return the same series before the figure's year, in the indicator's unit, by year."""
    year, part = first_year(row.values["period"]), shape(row.values["period"])
    caliber = row.values["caliber"]
    best: dict[int, tuple[tuple, float]] = {}
    for one in known:
        when = first_year(one.period)
        if shape(one.period) != part or when >= year or not comparable(one.caliber, caliber):
            continue
        rank = (one.caliber == caliber, *one.vintage)
        if when not in best or rank > best[when][0]:
            best[when] = (rank, one.value)
    return pd.Series({when: best[when][1] for when in sorted(best)}, dtype=float)


def _check(row: Taken, before: pd.Series, data: Data) -> None:
    from analysis.forecast import forecast

    spec = data.indicators[row.values["indicator"]]
    year, value = first_year(row.values["period"]), number(row, data)
    try:
        made = forecast(before, until=year, kind=spec["quantity"])
        low, high = made.interval(LEVEL, year)
    except InputError as error:  # a series its kind cannot take, told by the engine itself
        zh, en = in_both(error)
        row.tell(
            NOTE,
            "value",
            f"无法核对是否合理：{zh}",
            f"whether it is plausible cannot be said: {en}",
        )
        return
    if low <= value <= high:
        return
    factors = (factor for size in SLIPS for factor in (size, 1 / size))
    slip = next((one for one in factors if value > 0 and low <= value * one <= high), None)
    unit = spec["unit"] or ""
    row.tell(
        HELD,
        "value",
        f"与以往相差过大（此前最新 {before.index[-1]} 年为 {before.iloc[-1]:g} {unit}）",
        f"far from what the series foretells (last: {before.iloc[-1]:g} in {before.index[-1]})",
        expected=f"{_short(low)} … {_short(high)} {unit} (99%)",
        nearest=None if slip is None else f"{value * slip:.6g} {unit}？（x{slip:g}）",
    )


def _short(value: float) -> str:
    """Return a bound with four digits that say something.

    Examples
    --------
    >>> _short(199.6873), _short(0.0), _short(1234567.0)
    ('199.7', '0', '1235000')
    """
    return np.format_float_positional(value, precision=4, fractional=False, trim="-")
