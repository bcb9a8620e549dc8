"""evaluate(plan, year, as_of): the one object every chapter, report and file shows."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.audit import AuditReport, audit
from analysis.data.errors import InputError, Reason, nearest
from analysis.data.observations import Data, load, steady
from analysis.data.paths import project_root, working_at
from analysis.data.periods import parse_day
from analysis.data.plan import Plan, load_plan
from analysis.data.series import Datum
from analysis.targets.judge import judge
from analysis.targets.types import OUTLOOKS, IndicatorEvaluation

#: Chance of a binding target below which it is a warning.
WARNING = 0.6
#: Kinds of evaluation: of a year, of the plan's third year, of its last.
STAGES = ("annual", "middle", "final")


@dataclass(frozen=True)
class Evaluation:
    """A plan judged in one year with what was known on one date.

    Attributes
    ----------
    indicators : tuple of IndicatorEvaluation
        One per target, in the plan's order.
    audit : AuditReport
        The audit of the same date.
    """

    plan: Plan
    year: int
    as_of: dt.date
    indicators: tuple[IndicatorEvaluation, ...]
    audit: AuditReport

    def __repr__(self) -> str:
        told = f"{self.plan.plan_id} {self.year}, as of {self.as_of}"
        return f"<Evaluation {told}: {len(self.indicators)} targets>"

    @property
    def data(self) -> Data:
        """The checked data the evaluation rests on."""
        return self.plan.data

    @property
    def kind(self) -> str:
        """One of STAGES: ``annual``, ``middle`` (third year) or ``final`` (last year)."""
        return kind_code(self.plan, self.year)

    @property
    def settled(self) -> bool:
        """Whether the plan's last year is judged and none of its targets is left to foresee."""
        due = [i for i in self.in_force if i.target.target_year <= self.plan.end_year]
        return self.year >= self.plan.end_year and not any(item.ahead for item in due)

    @property
    def in_force(self) -> tuple[IndicatorEvaluation, ...]:
        """The targets that are judged: all but those withdrawn by the date."""
        return tuple(item for item in self.indicators if not item.target.withdrawn)

    def get(self, target_id: str) -> IndicatorEvaluation:
        """Return one target's evaluation.

        Raises
        ------
        InputError
            With the nearest target of the plan.
        """
        for item in self.indicators:
            if item.target_id == target_id:
                return item
        raise InputError(
            "plan_has_no_such_target",
            column="target_id",
            value=target_id,
            nearest=nearest(target_id, [item.target_id for item in self.indicators]),
        )

    def of(
        self, *, domain: str | None = None, section: str | None = None
    ) -> list[IndicatorEvaluation]:
        """Return the targets of one chapter or of one section (``table`` or ``text``).

        Targets that fall due after the plan are of no domain's chapter: they have one section
        of their own, so that every target is listed and counted in one chapter only.
        """
        return [
            item
            for item in self.indicators
            if (domain is None or item.target.domain == domain)
            and (domain is None or item.target.target_year <= self.plan.end_year)
            and (section is None or item.target.section == section)
        ]

    def counts(self) -> dict[str, int]:
        """Return how many targets have each outlook code, in the order of OUTLOOKS.

        A withdrawn target is counted as ``withdrawn`` and under no other code.
        """
        found = Counter(item.outlook.code for item in self.indicators)
        return {code: found[code] for code in OUTLOOKS if found[code]}

    def warnings(self) -> list[IndicatorEvaluation]:
        """Return binding targets that are missed or less likely than 60 %."""
        return [
            item
            for item in self.indicators
            if item.target.binding == "binding"
            and (
                item.outlook.code == "missed"
                or (item.outlook.probability is not None and item.outlook.probability < WARNING)
            )
        ]

    def unjudged_binding(self) -> list[IndicatorEvaluation]:
        """Return binding targets that cannot be judged for want of data or of a number."""
        silent = ("awaiting_assignment", "insufficient_data", "cannot_judge", "not_comparable")
        return [
            item
            for item in self.indicators
            if item.target.binding == "binding" and item.outlook.code in silent
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the evaluation as plain values, numbers and codes; unknown is None."""
        used = {s for item in self.indicators for s in sources_of(item)}
        return {
            "plan": self.plan.plan_id,
            "plan_zh": self.plan.name_zh,
            "region": self.plan.region,
            "year": self.year,
            "as_of": self.as_of.isoformat(),
            "kind": self.kind,
            "counts": self.counts(),
            "in_force": len(self.in_force),
            "added": [i.target_id for i in self.indicators if i.target.status == "added"],
            "withdrawn": [i.target_id for i in self.indicators if i.target.withdrawn],
            "warnings": [item.target_id for item in self.warnings()],
            "unjudged_binding": [item.target_id for item in self.unjudged_binding()],
            "indicators": [indicator_record(item) for item in self.indicators],
            "sources": {
                name: {
                    key: value
                    for key, value in plain(self.data.sources[name]).items()
                    if key in ("title", "publisher", "address", "published", "reliability")
                }
                for name in sorted(used)
            },
        }

    def trace(self) -> list[dict[str, Any]]:
        """Return, for every figure the targets are judged by, the data row it came from."""
        return [
            {
                "target": item.target_id,
                "region": figure.region,
                "indicator": figure.indicator,
                "file": "data/observations.csv",
                "row": figure.row,
                "correction": figure.correction,
                **(figure_record(figure) or {}),
            }
            for item in self.indicators
            for figure in figures_of(item)
        ]

    def frame(self) -> pd.DataFrame:
        """Return the scoreboard: one row per target, plain columns, for exploring."""
        return pd.DataFrame(
            [
                {
                    "id": item.target_id,
                    "no": item.target.no,
                    "name_zh": item.target.name_zh,
                    "unit": item.target.unit,
                    "kind": item.target.kind,
                    "binding": item.target.binding,
                    "baseline": item.own_base.value if item.own_base else None,
                    "target": item.target.target,
                    "latest_year": item.latest.year if item.latest else None,
                    "latest": item.latest.value if item.latest else None,
                    "completion": item.state.completion,
                    "schedule": item.state.schedule,
                    "required_growth_pct": item.state.required_growth_pct,
                    "outlook": item.outlook.code,
                    "probability": item.outlook.probability,
                    "evidence": item.evidence.grade,
                    "flags": len(item.flags),
                }
                for item in self.indicators
            ]
        )


def evaluate(
    plan: str,
    year: int,
    as_of: str | dt.date | None = None,
    *,
    data: Data | None = None,
    root: str | os.PathLike[str] | None = None,
    report: AuditReport | None = None,
) -> Evaluation:
    """Judge every target of a plan in one year, with what was known on one date.

    Parameters
    ----------
    plan : str
        Name of a plan in ``data/plans.csv``.
    year : int
        A year of the plan; figures of later years are not used.
    as_of : date or "YYYY-MM-DD", optional
        What was published later is not used. Default: the day of the newest observation, so
        that the same data always give the same evaluation.
    data : Data, optional
        Where it is loaded already, see :func:`analysis.data.observations.load`.
    root : path, optional
        The project to load it from, else.
    report : AuditReport, optional
        The audit of the same data and day, where several plans or years are judged with it.

    Returns
    -------
    Evaluation
        For every target the state, the outlook with probability and interval, the evidence
        grade, the growth still required, the audit's flags and the published rules.

    Raises
    ------
    InputError
        Unknown plan, year outside it, a date that is none, or a wrong cell in the data.

    Examples
    --------
    >>> gdp = evaluate("jiaxing-14fyp", 2024).get("gdp")
    >>> round(gdp.state.completion, 3), round(gdp.state.required_growth_pct, 1)
    (0.373, 32.7)
    >>> gdp.outlook.code
    'very_unlikely'
    """
    if data is None:
        home = project_root(root)

        def read(_stamp: tuple) -> tuple[Data, Plan]:  # of one state, should an import come
            found = load(home)
            return found, load_plan(plan, as_of=as_of_date(as_of, found), data=found)

        data, loaded = steady(home, read)
    else:
        loaded = load_plan(plan, as_of=as_of_date(as_of, data), data=data)
    day = as_of_date(as_of, data)
    loaded.check_year(year)
    with working_at(data.root):
        return evaluate_plan(loaded, year, day, report or audit(data, day))


def evaluate_plan(plan: Plan, year: int, day: dt.date, report: AuditReport) -> Evaluation:
    """Judge a plan read already, with the audit of the day it was read for.

    Raises
    ------
    ValueError
        An audit of another day: its findings would not be those of the figures used.
    """
    if report.as_of != day:
        raise ValueError(f"audit as_of {report.as_of} != {day}")
    judged = tuple(judge(target, plan, year, day, report) for target in plan.targets)
    return Evaluation(plan, year, day, judged, report)


def kind_code(plan: Plan, year: int) -> str:
    """Return the kind of an evaluation: ``annual``, ``middle`` (third year) or ``final``.

    Examples
    --------
    >>> kind_code(load_plan("jiaxing-14fyp"), 2024), kind_code(load_plan("jiaxing-14fyp"), 2023)
    ('annual', 'middle')
    >>> kind_code(load_plan("jiaxing-13fyp"), 2020)
    'final'
    """
    if year == plan.end_year:
        return "final"
    return "middle" if year == (plan.start_year + plan.end_year) // 2 else "annual"


def as_of_date(given: str | dt.date | None, data: Data, *, ahead: bool = False) -> dt.date:
    """Return an as-of date: the one given, or the day of the newest observation.

    Parameters
    ----------
    given : str, date or None
        The day, ISO.
    data : Data
        What was published.
    ahead : bool, default False
        Whether the day may lie any time ahead of the data: a reminder of what is due is of the
        present day, however old the data.

    Raises
    ------
    InputError
        When the text is no date, or the date lies before every publication, or after the end of
        the year that follows the newest one, of a figure or of a source: nothing is known of that
        time, and the day is taken for mistyped. The clock of the machine does not count.
    """
    if given is None or given == "":
        return data.latest_vintage()
    if isinstance(given, dt.datetime):
        given = given.date()
    if not isinstance(given, dt.date):
        given = parse_day(str(given), column="as_of")
    first = min(data.observations["published"])
    told = (row["published"] for row in data.sources.values())  # a document may be the newest
    newest = max(data.latest_vintage(), *filter(None, told))
    last = dt.date(newest.year + 1, 12, 31)
    if given < first:
        raise InputError(
            "as_of_before_all_data",
            column="as_of",
            value=given.isoformat(),
            expected=f">= {first.isoformat()}",
            nearest=first.isoformat(),
        )
    if given > last and not ahead:
        raise InputError(
            "as_of_far_beyond_data",
            column="as_of",
            value=given.isoformat(),
            expected=f"<= {last.isoformat()}",
            nearest=newest.isoformat(),
            newest=newest,
        )
    return given


# --- A judged target as plain values: numbers and codes ---

GROUPS = {"binding": True, "expected": False, None: None}


def plain(row: dict) -> dict[str, Any]:
    """Return a row of a table as plain values, its dates as text."""
    return {k: v.isoformat() if isinstance(v, dt.date) else v for k, v in row.items()}


def figures_of(item: IndicatorEvaluation) -> tuple[Datum, ...]:
    """Return the figures a target is judged by, and those shown beside it."""
    return (*(item.series.data if item.series else ()), *item.context)


def sources_of(item: IndicatorEvaluation) -> set[str]:
    """Return the sources of a target, of what changed it, and of the figures it is judged by."""
    target = item.target
    documents = [*target.adjustments, *target.responsible, *target.path_documents]
    documents += [row for row in (target.assigned, target.milestone) if row]
    return {
        target.source,
        *(figure.source for figure in figures_of(item)),
        *(row["source"] for row in documents),
    }


def figure_record(figure: Datum | None) -> dict[str, Any] | None:
    """Return a figure with its place, None for none."""
    if figure is None:
        return None
    return {
        "period": figure.period,
        "value": figure.value,
        "unit": figure.unit,
        "source": figure.source,
        "locator": figure.locator,
        "qualifier": figure.qualifier,
        "status": figure.status,
        "caliber": figure.caliber,
        "price_basis": figure.price_basis,
        "published": figure.published.isoformat(),
        "reliability": figure.reliability,
    }


def _plain_record(record: dict[str, Any]) -> dict[str, Any]:
    """Return a state's record as plain values, figures rounded like all others."""

    def rounded(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: rounded(item) for key, item in value.items()}
        return round(value, 6) if isinstance(value, float) else value

    return rounded(json.loads(json.dumps(record, default=float)))


def reason_record(reason: Reason) -> dict[str, Any]:
    """Return a reason's code with its figures as plain values.

    Examples
    --------
    >>> reason_record(Reason("public_report", date=dt.date(2024, 3, 1)))
    {'code': 'public_report', 'date': '2024-03-01'}
    """

    def told(value: Any) -> Any:
        if isinstance(value, Reason):
            return reason_record(value)
        if isinstance(value, list | tuple):
            return [told(one) for one in value]
        return value.isoformat() if isinstance(value, dt.date) else value

    return {"code": reason.code} | {name: told(value) for name, value in reason.figures.items()}


def _round(value: float | None, digits: int = 6) -> float | None:
    return None if value is None else round(float(value), digits)


def _documents(item: IndicatorEvaluation) -> dict[str, Any]:
    """Return how a target came to stand as it does: both versions, and each document's words."""
    target = item.target
    told = ("document", "date", "known_from", "source", "locator")
    names = {
        "assigned": ("value", *told, "note"),
        "adjustments": ("field", "old", "new", *told, "reason"),
        "path": ("year", "value", *told),
        "milestone": ("status", *told, "note"),
        "responsible": ("department", "role", *told),
    }

    def kept(row: dict, name: str) -> dict[str, Any]:
        return {key: value for key, value in plain(row).items() if key in names[name]}

    return {
        "status": target.status,
        **plain({name: getattr(target, name) for name in ("status_date", "status_known_from")}),
        "assigned": kept(target.assigned, "assigned") if target.assigned else None,
        "adjustments": [kept(row, "adjustments") for row in target.adjustments],
        "path": [kept(row, "path") for row in target.path_documents],
        "milestone": kept(target.milestone, "milestone") if target.milestone else None,
        "responsible": [kept(row, "responsible") for row in target.responsible],
    }


def indicator_record(item: IndicatorEvaluation) -> dict[str, Any]:
    """Return one target's three answers, figures and documents as plain values, without words."""
    target, state, outlook = item.target, item.state, item.outlook
    return {
        "id": target.target_id,
        "no": target.no,
        "section": target.section,
        "group": target.group_zh,
        "name_zh": target.name_zh,
        "name_en": target.name_en,
        "indicator": target.indicator,
        "region": target.region,
        "unit": target.unit,
        "kind": target.kind,
        "direction": target.direction,
        "binding": GROUPS[target.binding],
        "price_basis": target.price_basis,
        "caliber": target.caliber,
        "domain": target.domain,
        "baseline": item.own_base.value if item.own_base else None,
        "baseline_source": figure_record(item.own_base),
        "target": target.target,
        "target_text": target.target_text,
        "target_year": target.target_year,
        "target_original": target.original,
        **_documents(item),
        "target_source": {
            "source": target.source,
            "locator": target.locator,
            "also_at": target.also_at,
        },
        "latest": figure_record(item.latest),
        "state": {
            "completion": _round(state.completion),
            "schedule": _round(state.schedule),
            "required_growth_pct": _round(state.required_growth_pct, 4),
            "required_change": _round(state.required_change, 4),
            "realised_growth_pct": _round(state.realised_growth_pct, 4),
            "met": None if state.met is None else bool(state.met),
            "record": _plain_record(state.record),
            "reason": reason_record(state.reason) if state.reason else None,
        },
        "outlook": {
            "class_code": outlook.code,
            "maps_to": OUTLOOKS[outlook.code],
            "probability": _round(outlook.probability, 4),
            "median": _round(outlook.median, 4),
            "lo80": _round(outlook.lo80, 4),
            "hi80": _round(outlook.hi80, 4),
            "unit": outlook.unit or None,
            "expected_year": None if outlook.expected_year is None else int(outlook.expected_year),
            "reasons": [reason_record(reason) for reason in outlook.reasons],
        },
        "evidence": item.evidence.grade,
        "evidence_points": item.evidence.points,
        "evidence_reasons": [reason_record(reason) for reason in item.evidence.reasons],
        "rules": {name: verdict.verdict for name, verdict in item.rules.items()},
        "rules_detail": {
            name: {"measure": _round(verdict.measure)} for name, verdict in item.rules.items()
        },
        "flags": [
            reason_record(flag.reason)
            | {"finding": flag.finding.finding_id if flag.finding else None}
            for flag in item.flags
        ],
        "series": [figure_record(figure) for figure in item.series.data] if item.series else [],
        "context": [figure_record(figure) for figure in item.context],
        "note": target.note,
    }
