"""A judged target as plain values: what the JSON of an evaluation says of it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from analysis.data.series import Datum
from analysis.targets.types import OUTLOOKS, IndicatorEvaluation

GROUPS = {"binding": True, "expected": False, None: None}


def plain(row: dict) -> dict[str, Any]:
    """Return a row of a table as plain values, its dates as text."""
    return {k: v.isoformat() if isinstance(v, dt.date) else v for k, v in row.items()}


def sources_of(item: IndicatorEvaluation) -> set[str]:
    """Return the sources of a target, of what changed it, and of the figures it is judged by."""
    figures = [*(item.series.data if item.series else ()), *item.context]
    target = item.target
    documents = [*target.adjustments, *target.responsible, *target.path_documents]
    documents += [row for row in (target.assigned, target.milestone) if row]
    return {
        target.source,
        *(figure.source for figure in figures),
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
        "status_date": target.status_date.isoformat() if target.status_date else None,
        "status_known_from": target.status_known_from.isoformat()
        if target.status_known_from
        else None,
        "assigned": kept(target.assigned, "assigned") if target.assigned else None,
        "adjustments": [kept(row, "adjustments") for row in target.adjustments],
        "path": [kept(row, "path") for row in target.path_documents],
        "milestone": kept(target.milestone, "milestone") if target.milestone else None,
        "responsible": [kept(row, "responsible") for row in target.responsible],
    }


def indicator_record(item: IndicatorEvaluation) -> dict[str, Any]:
    """Return one target's three answers, figures and documents as plain values."""
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
            "reason": state.reason_zh or None,
        },
        "outlook": {
            "class": outlook.word_zh,
            "class_code": outlook.code,
            "class_en": outlook.word_en,
            "maps_to": OUTLOOKS[outlook.code][2],
            "probability": _round(outlook.probability, 4),
            "median": _round(outlook.median, 4),
            "lo80": _round(outlook.lo80, 4),
            "hi80": _round(outlook.hi80, 4),
            "unit": outlook.unit or None,
            "expected_year": None if outlook.expected_year is None else int(outlook.expected_year),
            "reason": outlook.reason_zh or None,
            "basis": outlook.basis_zh or None,
        },
        "evidence": item.evidence.grade,
        "evidence_points": item.evidence.points,
        "evidence_reasons": list(item.evidence.reasons_zh),
        "rules": {name: verdict.verdict for name, verdict in item.rules.items()},
        "rules_detail": {
            name: {
                "label": verdict.label_zh,
                "measure": _round(verdict.measure),
                "reason": verdict.reason_zh or None,
            }
            for name, verdict in item.rules.items()
        },
        "flags": [
            {"code": flag.code, "zh": flag.zh, "en": flag.en, "finding": flag.finding}
            for flag in item.flags
        ],
        "series": [figure_record(figure) for figure in item.series.data] if item.series else [],
        "context": [figure_record(figure) for figure in item.context],
        "note": target.note,
    }
