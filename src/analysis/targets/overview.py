"""All plans of all regions in one year: what each is heading for, and where two disagree."""

from __future__ import annotations

import datetime as dt
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analysis.audit import audit
from analysis.data.errors import InputError
from analysis.data.observations import Data, load
from analysis.data.paths import working_at
from analysis.data.plan import Plan, Target, load_plan, plan_ids
from analysis.targets.evaluation import as_of_date, evaluate_plan
from analysis.targets.kinds import kind_of


@dataclass(frozen=True)
class PlanState:
    """One plan in the year: its outlooks by count, None for a plan of other years."""

    plan: Plan
    counts: dict[str, int] | None


@dataclass(frozen=True)
class Shared:
    """An indicator that several plans promise for one region, their promises side by side."""

    indicator: str
    region: str
    promises: tuple[tuple[Plan, Target], ...]
    conflicts: tuple[tuple[tuple[Plan, Target], tuple[Plan, Target]], ...]


@dataclass(frozen=True)
class Overview:
    """All plans in one year and what they share."""

    year: int
    as_of: dt.date
    plans: tuple[PlanState, ...]
    shared: tuple[Shared, ...]
    data: Data

    def to_dict(self) -> dict[str, Any]:
        """Return the overview as plain values for JSON."""
        return {
            "year": self.year,
            "as_of": self.as_of.isoformat(),
            "plans": [
                {
                    "plan": state.plan.plan_id,
                    "name_zh": state.plan.name_zh,
                    "name_en": state.plan.name_en,
                    "region": state.plan.region,
                    "years": [state.plan.start_year, state.plan.end_year],
                    "targets": len(state.plan.targets),
                    "outlooks": state.counts,
                }
                for state in self.plans
            ],
            "shared": [_plain(item) for item in self.shared],
        }


def _plain(item: Shared) -> dict[str, Any]:
    return {
        "indicator": item.indicator,
        "region": item.region,
        "targets": [
            {
                "plan": plan.plan_id,
                "target_id": target.target_id,
                "year": target.target_year,
                "kind": target.kind,
                "target": promised(target),
                "unit": target.unit,
                "caliber": target.caliber,
                "text": target.target_text,
            }
            for plan, target in item.promises
        ],
        "conflicts": [
            [f"{plan.plan_id}:{target.target_id}" for plan, target in pair]
            for pair in item.conflicts
        ],
    }


def overview(
    year: int,
    as_of: str | dt.date | None = None,
    *,
    root: str | os.PathLike[str] | None = None,
) -> Overview:
    """Judge every plan that covers a year, and set their shared indicators side by side.

    The figures are those of ``data/observations.csv``: an indicator of several plans has one
    series, which all of them are judged by.

    Parameters
    ----------
    year : int
        Evaluation year; plans of other years are listed and compared, not judged.
    as_of : date or "YYYY-MM-DD", optional
        What was published later is not used.

    Raises
    ------
    InputError
        When no plan covers the year.

    Examples
    --------
    >>> seen = overview(2024)
    >>> [(state.plan.plan_id, state.counts is None) for state in seen.plans]
    [('jiaxing-13fyp', True), ('jiaxing-14fyp', False)]
    """
    data = load(root)
    day = as_of_date(as_of, data)
    plans = [load_plan(name, as_of=day, data=data) for name in plan_ids(data)]
    covered = sorted({y for plan in plans for y in plan.years})
    if year not in covered:
        raise InputError(
            "no_plan_covers_this_year",
            column="--year",
            value=year,
            expected=f"{covered[0]}–{covered[-1]}",
            nearest=str(min(covered, key=lambda known: abs(known - year))),
        )
    with working_at(data.root):
        report = audit(data, day, known=plans)
        states = tuple(
            PlanState(
                plan,
                evaluate_plan(plan, year, day, report).counts() if year in plan.years else None,
            )
            for plan in plans
        )
    return Overview(year, day, states, tuple(shared(plans)), data)


def shared(plans: Sequence[Plan]) -> list[Shared]:
    """Return the indicators that more than one plan promises for the same region.

    A conflict is two plans that promise different numbers of the same indicator, region, year,
    caliber and price basis; promises that cannot be compared are listed without one.
    """
    held: defaultdict[tuple[str, str], list[tuple[Plan, Target]]] = defaultdict(list)
    for plan in plans:
        for target in plan.targets:
            if target.indicator != "milestone" and not target.withdrawn:
                held[target.indicator, target.region].append((plan, target))
    found = []
    for (indicator, region), promises in held.items():
        if len({plan.plan_id for plan, _ in promises}) < 2:
            continue
        pairs = [
            (first, second)
            for at, first in enumerate(promises)
            for second in promises[at + 1 :]
            if first[0].plan_id != second[0].plan_id and disagree(first[1], second[1])
        ]
        found.append(Shared(indicator, region, tuple(promises), tuple(pairs)))
    return sorted(found, key=lambda item: (not item.conflicts, item.region, item.indicator))


def promised(target: Target) -> float | None:
    """Return the number a target promises: its factor where it promises a multiple."""
    return target.multiple if target.kind == "multiple" else target.target


def disagree(first: Target, second: Target) -> bool:
    """Tell whether two targets of one indicator and region promise different numbers.

    Only promises of one year, caliber, price basis and meaning are compared. A basis that one
    of them leaves unstated is taken as the other's: silence does not settle a difference.
    """
    numbers = promised(first), promised(second)
    if None in numbers or numbers[0] == numbers[1]:
        return False
    if first.target_year != second.target_year or first.caliber != second.caliber:
        return False
    if first.multiple_base_year != second.multiple_base_year:
        return False
    bases = {first.price_basis, second.price_basis} - {"unstated"}
    meaning = kind_of(first).meaning
    return len(bases) < 2 and meaning != "" and meaning == kind_of(second).meaning
