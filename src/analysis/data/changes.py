"""What happened to a promise after it was made: assigned, revised, added later, withdrawn.

Each event is a row of a plan's table with document, date and reason. Nothing is overwritten:
a target as of a date is its row in ``targets.csv`` and every event known by that date: the
documents follow each other by their own dates, and each counts from the day it was public.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from analysis.data.errors import InputError, Reason
from analysis.data.observations import Data, public_by

#: What a row of ``revisions.csv`` may do to a target.
REVISED, ADDED, WITHDRAWN = "target", "added", "withdrawn"
Tables = Mapping[str, Sequence[dict]]


def known_from(row: Mapping[str, Any], data: Data) -> dt.date:
    """Return the day from which a document counts: its own date, or its source's when later.

    Nobody could judge by a document before it was public. The day of an undated source is the
    latest possible one, as for a figure (:func:`analysis.data.observations.public_by`).

    Examples
    --------
    >>> from analysis.data.observations import load
    >>> row = {"date": dt.date(2021, 3, 1), "source": "S1"}
    >>> known_from(row, load()), known_from(row | {"source": "C5"}, load())
    (datetime.date(2021, 6, 27), datetime.date(2022, 12, 31))
    """
    return max(row["date"], public_by(data, row["source"], row["date"].isoformat()))


def events(table: Iterable[dict], target_id: str, day: dt.date) -> list[dict[str, Any]]:
    """Return one target's rows of a dated table known by a day, in the order of their dates.

    Examples
    --------
    >>> rows = [{"target_id": "gdp", "date": dt.date(2023, 6, 30)}]
    >>> rows[0]["known_from"] = dt.date(2025, 3, 1)
    >>> len(events(rows, "gdp", dt.date(2025, 3, 1))), events(rows, "gdp", dt.date(2025, 2, 28))
    (1, [])
    """
    found = [row for row in table if row["target_id"] == target_id and row["known_from"] <= day]
    return sorted(found, key=lambda row: row["date"])


def exists(tables: Tables, target_id: str, day: dt.date) -> bool:
    """Tell whether a target had been promised by a day: an added one exists from its document.

    Where a later document that changes it was public first, from that one.

    Examples
    --------
    >>> added = {"target_id": "pm10", "field": "added", "date": dt.date(2023, 6, 30)}
    >>> added["known_from"] = added["date"]
    >>> tables = {"revisions": [added]}
    >>> exists(tables, "pm10", dt.date(2023, 6, 29)), exists(tables, "gdp", dt.date(2021, 1, 1))
    (False, True)
    """
    return not _added_later(tables, target_id) or bool(events(tables["revisions"], target_id, day))


def _added_later(tables: Tables, target_id: str) -> bool:
    """Tell whether the first thing the documents do to a target is to add it."""
    own = [row for row in tables["revisions"] if row["target_id"] == target_id]
    turns = sorted((row for row in own if row["field"] != REVISED), key=lambda row: row["date"])
    return bool(turns) and turns[0]["field"] == ADDED


def as_of(row: Mapping[str, Any], tables: Tables, day: dt.date) -> dict[str, Any]:
    """Return what the events up to a day change in a target's row.

    Parameters
    ----------
    row : mapping
        The target's row of ``targets.csv``.
    tables : mapping
        Rows of ``assignments``, ``revisions``, ``path``, ``milestones`` and ``responsible``.
    day : date
        Events known later only are left out.

    Returns
    -------
    dict
        Fields of `Target`: ``target`` the number in force, ``original`` the one first set,
        ``revisions`` the changes of the number, ``adjustments`` these and every addition and
        withdrawal, ``status`` with ``status_date`` and ``status_known_from``, ``assigned``,
        ``path`` with ``path_documents``, ``milestone`` and ``responsible``: the bodies that the
        latest document names.
    """
    name = row["target_id"]
    changes: dict[str, Any] = {}
    assigned = events(tables["assignments"], name, day)
    if assigned:
        changes |= {"target": assigned[-1]["value"], "assigned": assigned[-1]}
        changes["original"] = assigned[0]["value"]
    adjusted = events(tables["revisions"], name, day)
    numbers = [item for item in adjusted if item["field"] != WITHDRAWN and item["new"] is not None]
    if numbers and (not assigned or numbers[-1]["date"] >= assigned[-1]["date"]):
        changes["target"] = numbers[-1]["new"]
    changes["adjustments"] = tuple(adjusted)
    changes["revisions"] = tuple(item for item in adjusted if item["field"] == REVISED)
    standing = [item for item in adjusted if item["field"] != REVISED]
    if standing:
        last = standing[-1]
        changes |= {"status": last["field"], "status_date": last["date"]}
        changes["status_known_from"] = last["known_from"]
    steps = events(tables["path"], name, day)
    steps.sort(key=lambda item: item["year"])
    changes["path"] = tuple((item["year"], item["value"]) for item in steps)
    changes["path_documents"] = tuple(steps)
    done = events(tables["milestones"], name, day)
    if done:
        changes["milestone"] = done[-1]
    bodies = events(tables["responsible"], name, day)
    changes["responsible"] = tuple(b for b in bodies if b["date"] == bodies[-1]["date"])
    return changes


def check_changes(tables: Tables, targets: Mapping[str, dict], folder: str) -> None:
    """Refuse an assignment or adjustment that does not follow from what was in force before it.

    Raises
    ------
    InputError
        A number to be replaced that is not the one in force, an addition of what is in force,
        anything but an addition of what is withdrawn, or two documents of one day that say
        different things.
    """
    both = [
        *(row | {"field": "assigned", "file": "assignments"} for row in tables["assignments"]),
        *(row | {"file": "revisions"} for row in tables["revisions"]),
    ]
    # an addition comes before what else its day brings
    both.sort(key=lambda row: (row["date"], row["field"] != ADDED))
    numbers = {name: row["target"] for name, row in targets.items()}
    held = {name: not _added_later(tables, name) for name in targets}
    for row in both:
        _check_event(row, numbers, held, f"{folder}/{row['file']}.csv")


def _check_event(
    row: dict[str, Any], numbers: dict[str, Any], held: dict[str, bool], file: str
) -> None:
    name, field = row["target_id"], row["field"]
    if (field == ADDED) == held[name]:
        code = "target_is_in_force_already" if held[name] else "target_is_not_in_force"
        column = "date" if field == "assigned" else "field"
        near = "target" if held[name] else "added"
        raise InputError(
            code,
            file=file,
            row=row["row"],
            column=column,
            value=row[column],
            expected=Reason("target_or_withdrawn", date=row["date"]) if held[name] else "added",
            nearest=None if field == "assigned" else near,
        )
    if field == "assigned":
        numbers[name] = row["value"]
        return
    _check_numbers(row, numbers[name], file)
    held[name] = field != WITHDRAWN
    if field != WITHDRAWN and row["new"] is not None:
        numbers[name] = row["new"]


def _check_numbers(row: dict[str, Any], in_force: float | None, file: str) -> None:
    """A revision states the number it replaces; a mismatch means a lost or wrong revision."""
    field = row["field"]
    if (field == REVISED and row["old"] != in_force) or row["old"] not in (None, in_force):
        raise InputError(
            "replaced_value_not_in_force",
            file=file,
            row=row["row"],
            column="old",
            value=row["printed_old"] or None,
            expected=Reason("no_revision_before_target") if in_force is None else f"{in_force:g}",
            nearest=None if in_force is None else f"{in_force:g}",
        )
    wrong = None
    if field == REVISED and row["new"] is None:
        wrong = "revision_needs_its_new_number", Reason("number")
    elif field == WITHDRAWN and row["new"] is not None:
        wrong = "withdrawn_target_has_new_number", Reason("empty")
    if wrong:
        raise InputError(
            wrong[0],
            file=file,
            row=row["row"],
            column="new",
            value=row["printed_new"] or None,
            expected=wrong[1],
        )
