"""What a plan still wants for a year: figures that are due or late by their own habit.

When a figure was first published in earlier years says when the next may be expected: after
the median delay it is due, after the longest it is late. Nothing is late by decree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any

from analysis.data.errors import InputError, Reason, nearest
from analysis.data.observations import Data
from analysis.data.plan import Plan, Target
from analysis.data.series import comparable

#: In the order they are shown.
STATUSES = ("late", "due", "not_due", "unknown", "published")
#: What a habit is made of: the indicator's own years, all indicators of its region, the plan's
#: own term, or nothing.
BASES = ("own", "region", "plan", "none")
#: A figure printed later than this after its year is a look back, not how it is published.
LOOK_BACK_DAYS = 730
#: One date is no habit.
ENOUGH = 2
ANNUAL_OF_TOTAL = "annual"


@dataclass(frozen=True)
class Habit:
    """How many days after its year's end a figure was first published.

    Attributes
    ----------
    basis : str
        One of BASES.
    years : int
        Of how many figures the habit is made.
    usual, longest : float or None
        Median and longest delay in days; None without any dated figure.
    """

    basis: str
    years: int
    usual: float | None
    longest: float | None


@dataclass(frozen=True)
class Wanted:
    """One figure, or one task, that a plan wants for a year.

    Attributes
    ----------
    targets : tuple of Target
        The targets that rest on it.
    status : str
        One of STATUSES.
    expected, latest : date or None
        When it is due and from when on it is late.
    published : date or None
        When it first came out, None while it has not; of a task, when its report was public.
    dated : date or None
        The date that a task's report bears itself.
    task : bool
        Whether a task is to be reported done, not a figure published.
    """

    region: str
    indicator: str
    name_zh: str
    name_en: str
    targets: tuple[Target, ...]
    status: str
    habit: Habit
    expected: dt.date | None
    latest: dt.date | None
    published: dt.date | None
    task: bool = False
    dated: dt.date | None = None

    @property
    def departments(self) -> tuple[str, ...]:
        """Codes of the bodies responsible, those in the lead first."""
        rows = [row for target in self.targets for row in target.responsible]
        rows.sort(key=lambda row: row["role"] != "lead")
        return tuple(dict.fromkeys(row["department"] for row in rows))

    @property
    def unassigned(self) -> bool:
        """Whether a target on it still waits for its number."""
        return any(t.kind == "assigned" and t.target is None for t in self.targets)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        days = {"expected": self.expected, "latest": self.latest, "published": self.published}
        days["dated"] = self.dated
        return {
            "region": self.region,
            "indicator": self.indicator,
            "name_zh": self.name_zh,
            "name_en": self.name_en,
            "targets": [target.target_id for target in self.targets],
            "departments": list(self.departments),
            "status": self.status,
            "basis": self.habit.basis,
            "figures": self.habit.years,
            "usual_days": self.habit.usual,
            "longest_days": self.habit.longest,
            **{name: day.isoformat() if day else None for name, day in days.items()},
            "task": self.task,
            "unassigned": self.unassigned,
        }


def wanted(
    plan: Plan, year: int, as_of: dt.date, *, department: str | None = None
) -> tuple[Wanted, ...]:
    """Return what a plan's targets want for one year, late ones first.

    Parameters
    ----------
    plan : Plan
        As it stood on `as_of` (:func:`analysis.data.plan.load_plan`).
    year : int
        A year of the plan.
    as_of : date
        The day of asking; what was published later is not known.
    department : str, optional
        Only what this body is responsible for, in the lead or jointly.

    Notes
    -----
    The delay of a year is the day of its first figure (comparable caliber, not derived, the
    source's day known) less 31 December; delays over 730 days are looks back and left out.
    Due from the end of the year plus the median delay, late after the longest. With fewer
    than two delays of its own an indicator takes those of its region. A task is late after the
    end of its target year.

    Raises
    ------
    InputError
        A year outside the plan, or an unknown department.

    Examples
    --------
    >>> from analysis.data.plan import load_plan
    >>> day = dt.date(2026, 10, 31)
    >>> found = wanted(load_plan("jiaxing-14fyp", as_of=day), 2025, day)
    >>> gdp = next(one for one in found if one.indicator == "gdp")
    >>> gdp.status, gdp.habit.usual, gdp.expected.isoformat(), gdp.latest.isoformat()
    ('due', 267.5, '2026-09-24', '2026-12-23')
    """
    plan.check_year(year)
    if department is not None:
        _check_department(department, plan.data)
    targets = [t for t in plan.targets if not t.withdrawn and t.target_year >= year]
    if department is not None:
        targets = [t for t in targets if department in {r["department"] for r in t.responsible}]
    groups: dict[tuple[str, str, str], list[Target]] = {}
    for target in targets:
        if target.kind != "milestone":
            key = (target.region, target.indicator, _caliber(target))
            groups.setdefault(key, []).append(target)
    found = [_figure(plan, key, own, year, as_of) for key, own in groups.items()]
    found += [_task(target, as_of) for target in targets if target.kind == "milestone"]
    return tuple(sorted(found, key=lambda one: STATUSES.index(one.status)))


def _caliber(target: Target) -> str:
    """Return the caliber of one year's figure: a five-year total is made of single years."""
    return ANNUAL_OF_TOTAL if target.caliber == "five_year_total" else target.caliber


def _check_department(department: str, data: Data) -> None:
    if department not in data.departments:
        raise InputError(
            "unknown_department",
            file="data/departments.csv",
            column="department",
            value=department,
            expected=" / ".join(data.departments) or Reason("row_of_departments"),
            nearest=nearest(department, data.departments),
        )


def habit(
    data: Data, region: str, indicator: str, caliber: str, before: int, as_of: dt.date
) -> Habit:
    """Return how long after their year an indicator's figures came out, up to a year before.

    Examples
    --------
    >>> from analysis.data.observations import load
    >>> habit(load(), "jiaxing-port-area", "gdp", "plan", 2025, dt.date(2026, 6, 30))
    Habit(basis='own', years=2, usual=267.5, longest=357)
    """
    rows = data.by_series.get((region, indicator), [])
    own = _delays((row for row in rows if comparable(row["caliber"], caliber)), before, as_of)
    if len(own) >= ENOUGH:
        return Habit("own", len(own), median(own), max(own))
    pooled = [
        delay
        for (place, _), rows in data.by_series.items()
        if place == region
        for delay in _delays(rows, before, as_of)
    ]
    if pooled:
        return Habit("region", len(pooled), median(pooled), max(pooled))
    return Habit("none", 0, None, None)


def _delays(rows: Iterable[dict], before: int, as_of: dt.date) -> list[int]:
    """Return the days from each year's end to its first figure, looks back left out."""
    first: dict[int, dt.date] = {}
    for row in rows:
        year = row["year"]
        if year is None or year >= before or row["status"] == "derived":
            continue
        if row["published"] > as_of:
            continue
        if row["published_basis"] != "latest_possible":  # a bound says nothing of a habit
            first[year] = min(row["published"], first.get(year, dt.date.max))
    delays = [(day - dt.date(year, 12, 31)).days for year, day in first.items()]
    return [delay for delay in delays if 0 <= delay <= LOOK_BACK_DAYS]


def _figure(
    plan: Plan, key: tuple[str, str, str], targets: list[Target], year: int, as_of: dt.date
) -> Wanted:
    region, indicator, caliber = key
    data = plan.data
    found = habit(data, region, indicator, caliber, year, as_of)
    out = [
        row["published"]
        for row in data.by_series.get((region, indicator), [])
        if row["published"] <= as_of and _is_it(row, plan, caliber, year)
    ]
    end = dt.date(year, 12, 31)
    expected = latest = None
    if found.usual is not None and found.longest is not None:
        expected = end + dt.timedelta(days=int(found.usual))
        latest = end + dt.timedelta(days=int(found.longest))
    spec = data.indicators[indicator]
    return Wanted(
        region=region,
        indicator=indicator,
        name_zh=spec["name_zh"],
        name_en=spec["name_en"],
        targets=tuple(targets),
        status="published" if out else _status(as_of, expected, latest),
        habit=found,
        expected=expected,
        latest=latest,
        published=min(out) if out else None,
    )


def _is_it(row: dict, plan: Plan, caliber: str, year: int) -> bool:
    """Tell whether a row gives the year's figure, or a total of the plan up to the year."""
    if row["status"] == "derived":
        return False
    if row["year"] == year:
        return comparable(row["caliber"], caliber)
    return caliber == ANNUAL_OF_TOTAL and row["period"] == f"{plan.start_year}/{year}"


def _status(as_of: dt.date, expected: dt.date | None, latest: dt.date | None) -> str:
    if expected is None or latest is None:
        return "unknown"
    if as_of > latest:
        return "late"
    return "due" if as_of >= expected else "not_due"


def _task(target: Target, as_of: dt.date) -> Wanted:
    """Return a task: it is due all along, and late when its target year is over undone."""
    told = target.milestone
    done = told is not None and told["status"] == "done"
    end = dt.date(target.target_year, 12, 31)
    return Wanted(
        region=target.region,
        indicator=target.indicator,
        name_zh=target.name_zh,
        name_en=target.name_en,
        targets=(target,),
        status="published" if done else "late" if as_of > end else "not_due",
        habit=Habit("plan", 0, None, None),
        expected=end,
        latest=end,
        published=told["known_from"] if told is not None and done else None,
        task=True,
        dated=told["date"] if told is not None and done else None,
    )
