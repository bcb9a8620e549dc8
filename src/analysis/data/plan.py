"""What was promised: a plan, its targets, and how they were assigned, adjusted and staged."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Integral

import pandas as pd

from analysis.data.changes import as_of as changed_by
from analysis.data.changes import check_changes, exists, known_from
from analysis.data.errors import InputError, Reason, nearest
from analysis.data.observations import Data, load, with_unit, wrong_code
from analysis.data.schema import (
    OWN,
    check_reference,
    joined,
    nothing,
    read_table,
    records,
    require_rows,
)
from analysis.data.units import same_unit

# --- What a plan's tables must satisfy before a target may be judged by them ---


#: Kinds whose number may be missing, for it comes later or stands in another column.
NUMBER_APART = {"relative", "assigned", "multiple"}
#: Kinds whose number is no value of the published quantity: not in its unit, with no yearly path.
NO_VALUE = {"avg_growth", "relative", "multiple", "milestone"}
DIRECTION_OF = {"at_least": "increase", "at_most": "decrease"}


def check_plan(tables: dict[str, pd.DataFrame], row: dict, data: Data) -> None:
    """Refuse the first cell of a plan's tables that cannot be judged by.

    Parameters
    ----------
    tables : dict of DataFrame
        ``targets``, ``milestones``, ``assignments``, ``revisions``, ``path``, ``responsible``.
    row : dict
        The plan's row of ``data/plans.csv``.
    data : Data
        The shared tables, for codes and units.

    Raises
    ------
    InputError
        With file, row, column, the value found and what was expected.
    """
    name = f"data/plans/{row['plan']}"
    _check_years(row)
    targets = tables["targets"]
    require_rows(targets, f"{name}/targets.csv")
    known = {item["target_id"]: item for item in records(targets)}
    for table in DATED:
        file = f"{name}/{table}.csv"
        check_reference(tables[table], ["target_id"], [*zip(known)], file, "target_id")
    for item in known.values():
        _check_target(item, row, f"{name}/targets.csv", data)
    for table in ("assignments", "path"):
        for item in records(tables[table]):
            wanted = known[item["target_id"]]["unit"] or ""
            if item["unit"] is not None:  # empty: the target's own
                _check_unit(item, wanted, f"{name}/{table}.csv")
    _check_path(tables["path"], known, row, f"{name}/path.csv")
    check_changes({n: records(t) for n, t in tables.items()}, known, name)


def _check_years(row: dict) -> None:
    if not row["base_year"] < row["start_year"] <= row["end_year"]:
        raise InputError(
            "plan_years_out_of_order",
            file="data/plans.csv",
            row=row["row"],
            column="start_year",
            value=row["start_year"],
            expected=f"base_year {row['base_year']} < start_year <= end_year {row['end_year']}",
            nearest=str(row["base_year"] + 1),
        )


def _need(row: dict, file: str, column: str, reason: Reason, expected: Reason) -> None:
    if row[column] is None:
        raise InputError(
            reason.code,
            **reason.figures,
            file=file,
            row=row["row"],
            column=column,
            expected=expected,
        )


def _check_target(row: dict, plan: dict, file: str, data: Data) -> None:
    kind = row["kind"]
    if kind not in NUMBER_APART:
        _need(
            row,
            file,
            "target",
            Reason("target_needs_number", kind=kind),
            Reason("number_or_assigned"),
        )
    if kind == "relative":
        _need(
            row,
            file,
            "comparator",
            Reason("relative_target_needs_its_comparator"),
            Reason("indicator_or_region"),
        )
        if row["band"] is None:
            _need(
                row,
                file,
                "min_difference",
                Reason("relative_target_needs_difference_or_band"),
                Reason("zero_or_band"),
            )
    if kind == "multiple":
        _need(row, file, "multiple", Reason("multiple_needs_its_factor"), Reason("two_doubles"))
    if DIRECTION_OF.get(kind, row["direction"]) != row["direction"]:
        raise InputError(
            "kind_contradicts_direction",
            file=file,
            row=row["row"],
            column="direction",
            value=row["direction"],
            expected=DIRECTION_OF[kind],
            nearest=DIRECTION_OF[kind],
            kind=kind,
        )
    if row["target_year"] < plan["start_year"]:
        raise InputError(
            "target_year_lies_before_plan",
            file=file,
            row=row["row"],
            column="target_year",
            value=row["target_year"],
            expected=f">= {plan['start_year']}",
            nearest=str(plan["end_year"]),
        )
    if kind not in NO_VALUE:
        _check_unit(row, data.indicators[row["indicator"]]["unit"] or "", file)
    if kind == "avg_growth":
        _check_unit(row, "%", file)
    _check_names(row, file, data)


def _check_unit(row: dict, wanted: str, file: str) -> None:
    """A target is compared with its figures as both stand: 400 万标箱 is not 4,000,000 TEU."""
    if same_unit(row["unit"] or "", wanted):
        return
    raise InputError(
        "unit_not_the_indicators",
        file=file,
        row=row["row"],
        column="unit",
        value=row["unit"] or Reason("empty"),
        expected=wanted or Reason("no_unit"),
        nearest=wanted or None,
    )


def _check_names(row: dict, file: str, data: Data) -> None:
    """Check the names that several cells hold as ``indicator`` or ``region:indicator``."""

    def refuse(column: str, value: str, choices: Iterable[str]) -> None:
        if value not in choices:
            raise wrong_code(file, row, column, value, choices)

    region, mark, indicator = (row["comparator"] or "").rpartition(":")
    if indicator:
        refuse("comparator", indicator, data.indicators)
    if mark:
        refuse("comparator", region, data.regions)
    region, mark, indicator = (row["context"] or "").partition(":")
    if region:
        refuse("context", region, data.regions)
    if mark:
        refuse("context", indicator, data.indicators)
    for proxy in (row["proxies"] or "").split(";"):
        if row["proxies"]:
            refuse("proxies", proxy, data.indicators)


def _check_path(path: pd.DataFrame, known: dict[str, dict], plan: dict, file: str) -> None:
    for row in records(path):
        kind = known[row["target_id"]]["kind"]
        if kind in NO_VALUE:
            every = joined(OWN / "targets.json").fields["kind"]["constraints"]["enum"]
            kinds = " / ".join(sorted(set(every) - NO_VALUE))
            raise InputError(
                "kind_has_no_yearly_path",
                file=file,
                row=row["row"],
                column="target_id",
                value=row["target_id"],
                expected=Reason("kind_with_path", kinds=kinds, kind=kind),
            )
        last = known[row["target_id"]]["target_year"]
        years = range(plan["start_year"], last + 1)
        if row["year"] not in years:
            raise InputError(
                "year_is_outside_plan",
                file=file,
                row=row["row"],
                column="year",
                value=row["year"],
                expected=f"{plan['start_year']}–{last}",
                nearest=nearest(row["year"], years),
            )


#: A plan's tables beside its targets, each row with its date; the last may be missing.
DATED = ("milestones", "assignments", "revisions", "path", "responsible")


@dataclass(frozen=True)
class Target:
    """One promise of a plan.

    Attributes
    ----------
    target_id : str
        Stable name within the plan.
    no : int or None
        Number in the plan's table; None for a target that stands only in the text.
    kind : str
        at_least, at_most, level, maintain, avg_growth, relative, cumulative, assigned,
        milestone or multiple.
    direction : str
        ``increase`` when more is better, ``decrease`` when less is better.
    binding : str or None
        ``binding`` (约束性), ``expected`` (预期性), None where the plan does not say.
    target : float or None
        The number in force on the as-of date, in `unit`; None when none has been set.
    original : float or None
        The number first promised; differs from `target` after an adjustment.
    revisions, adjustments : tuple of dict
        Changes of the number; and these together with additions and withdrawals, each with
        document, date and reason.
    path : tuple of (year, value)
        Declared yearly milestones of the target, if any.
    path_documents : tuple of dict
        The rows that declare them, in the order of `path`.
    status, status_date, status_known_from
        ``in_force``, ``added`` (in force since the date) or ``withdrawn`` (since the date); the
        document's own date, and the day from which it was public.
    responsible : tuple of dict
        The bodies the latest document makes responsible, with role and document.

    Every document's row has its own ``date``, and ``known_from``, the day from which it counts.
    """

    target_id: str
    no: int | None
    section: str
    group_zh: str
    group_en: str
    indicator: str
    name_zh: str
    name_en: str
    unit: str
    kind: str
    direction: str
    binding: str | None
    target_text: str
    target: float | None
    tolerance: float | None
    target_year: int
    region: str
    caliber: str
    price_basis: str
    multiple: float | None
    multiple_base_year: int | None
    comparator: str | None
    min_difference: float | None
    band: float | None
    proxies: tuple[str, ...]
    context: str | None
    domain: str
    source: str
    locator: str
    also_at: str | None
    note: str | None
    original: float | None = None
    revisions: tuple[dict, ...] = ()
    assigned: dict | None = None
    path: tuple[tuple[int, float], ...] = ()
    milestone: dict | None = None
    adjustments: tuple[dict, ...] = ()
    status: str = "in_force"
    status_date: dt.date | None = None
    responsible: tuple[dict, ...] = ()
    status_known_from: dt.date | None = None
    path_documents: tuple[dict, ...] = ()

    @property
    def withdrawn(self) -> bool:
        """Whether the promise was taken back: listed from then on, no longer judged."""
        return self.status == "withdrawn"

    @property
    def sign(self) -> int:
        """+1 when more is better, -1 when less is better."""
        return 1 if self.direction == "increase" else -1


@dataclass(frozen=True)
class Plan:
    """A five-year plan as it stood on a date.

    Attributes
    ----------
    later : tuple of dict
        Rows of the plan's documents not known by that date, each with its ``table``: nothing
        here rests on them.
    """

    plan_id: str
    name_zh: str
    name_en: str
    region: str
    parent_region: str | None
    base_year: int
    start_year: int
    end_year: int
    source: str
    note: str | None
    targets: tuple[Target, ...]
    data: Data
    later: tuple[dict, ...] = ()

    @property
    def years(self) -> range:
        """The plan's years, first to last."""
        return range(self.start_year, self.end_year + 1)

    def target(self, target_id: str) -> Target:
        """Return one target.

        Raises
        ------
        InputError
            With the nearest target when there is none of that name.
        """
        for item in self.targets:
            if item.target_id == target_id:
                return item
        raise InputError(
            "plan_has_no_such_target",
            file=f"data/plans/{self.plan_id}/targets.csv",
            column="target_id",
            value=target_id,
            nearest=nearest(target_id, [item.target_id for item in self.targets]),
        )

    def check_year(self, year: int) -> int:
        """Return the year if the plan covers it.

        Raises
        ------
        InputError
            With the nearest year of the plan.
        """
        if not _whole(year):
            raise InputError(
                "not_whole_year",
                column="year",
                value=year,
                expected=f"{self.start_year}–{self.end_year}",
                nearest=nearest(year, self.years),
            )
        if year not in self.years:
            raise InputError(
                "year_is_outside",
                column="year",
                value=year,
                expected=f"{self.start_year}–{self.end_year}",
                nearest=nearest(year, self.years),
                name_en=self.name_en,
                name_zh=self.name_zh,
            )
        return year


def _whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def plan_ids(data: Data) -> list[str]:
    """Return the names of all plans, in the order of ``data/plans.csv``."""
    return list(data.plans["plan"])


def load_plan(
    plan_id: str,
    *,
    as_of: dt.date | None = None,
    data: Data | None = None,
    root: str | os.PathLike[str] | None = None,
) -> Plan:
    """Read a plan as it stood on a date: what was public later only is left out.

    A target added later is there from the day its document was public on, a withdrawn one stays.

    Raises
    ------
    InputError
        For an unknown plan, or the first wrong cell of its tables.

    Examples
    --------
    >>> plan = load_plan("jiaxing-14fyp")
    >>> plan.target("gdp").target, plan.target("gdp").unit
    (300.0, '亿元')
    """
    data = data or load(root)
    rows = {row["plan"]: row for row in records(data.plans)}
    if plan_id not in rows:
        _refuse_draft(plan_id, data)
        raise InputError(
            "unknown_plan",
            file="data/plans.csv",
            column="plan",
            value=plan_id,
            expected=" / ".join(rows),
            nearest=nearest(plan_id, rows),
        )
    row = rows[plan_id]
    day = as_of or data.latest_vintage()
    tables = {name: _plan_table(data, plan_id, name) for name in ("targets", *DATED)}
    check_plan(tables, row, data)
    rows_of: dict[str, list[dict]] = {n: records(t) for n, t in tables.items()}
    for event in (event for name in DATED for event in rows_of[name]):
        event["known_from"] = known_from(event, data)
    targets = tuple(
        _target(record | {"original": record["target"]} | changed_by(record, rows_of, day))
        for record in rows_of["targets"]
        if exists(rows_of, record["target_id"], day)
    )
    return Plan(
        plan_id=plan_id,
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        region=row["region"],
        parent_region=row["parent_region"],
        base_year=row["base_year"],
        start_year=row["start_year"],
        end_year=row["end_year"],
        source=row["source"],
        note=row["note"],
        targets=targets,
        data=data,
        later=tuple(
            event | {"table": name}
            for name in DATED
            for event in rows_of[name]
            if event["known_from"] > day
        ),
    )


def _refuse_draft(plan_id: str, data: Data) -> None:
    """Say of a plan that is still a draft that it is one: it cannot be judged yet."""
    known = {path.parent.name for path in (data.root / "data" / "plans").glob("*/draft.xlsx")}
    if plan_id in known:
        raise InputError(
            "plan_is_draft",
            file=f"data/plans/{plan_id}/draft.xlsx",
            expected=Reason("draft_checked_and_finished", plan=plan_id),
        )


def _plan_table(data: Data, plan_id: str, name: str) -> pd.DataFrame:
    folder = data.root / "data"
    path = folder / "plans" / plan_id / f"{name}.csv"
    if name == "responsible" and not path.is_file():  # nobody was made responsible in writing
        return nothing(name)
    try:
        return read_table(path, folder / "schemas" / f"{name}.json", data.root)
    except InputError as error:
        raise with_unit(error, data.indicators) from None


def _target(record: dict) -> Target:
    known = set(Target.__dataclass_fields__)
    fields = {key: value for key, value in record.items() if key in known}
    proxies = tuple((record["proxies"] or "").split(";")) if record["proxies"] else ()
    return Target(**fields | {"proxies": proxies, "unit": record["unit"] or ""})
