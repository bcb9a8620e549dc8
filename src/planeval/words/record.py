"""An evaluation as plain values with its words: what every JSON of an evaluation says."""

from __future__ import annotations

from typing import Any

from analysis.data.observations import Data
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from planeval.words import terms
from planeval.words.reasons import CLASSES, KINDS, OUTLOOKS, basis, flag_words, told

__all__ = ["record"]


def record(evaluation: Evaluation) -> dict[str, Any]:
    """Return an evaluation as plain values for JSON, its codes beside their words.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> found = record(evaluate("jiaxing-14fyp", 2024))
    >>> gdp = next(row for row in found["indicators"] if row["id"] == "gdp")
    >>> found["kind"], gdp["outlook"]["class"], gdp["outlook"]["class_code"]
    ('年度监测', '很难', 'very_unlikely')
    """
    made = evaluation.to_dict()
    rows = zip(evaluation.indicators, made["indicators"], strict=True)
    return made | {
        "kind": KINDS[evaluation.kind][0],
        "indicators": [row | _words(item, row, evaluation.data) for item, row in rows],
    }


def _words(item: IndicatorEvaluation, row: dict[str, Any], data: Data) -> dict[str, Any]:
    """Return the parts of a target's record that carry words."""
    zh, en = OUTLOOKS[item.outlook.code]
    grade = row["outlook"]["maps_to"]
    figures = {key: value for key, value in row["outlook"].items() if key != "reasons"}
    return {
        "state": row["state"] | {"reason": told(item.state.reason)[0] or None},
        "outlook": {"class": zh, "class_code": item.outlook.code, "class_en": en}
        | figures
        | {
            "maps_to": CLASSES[grade][0] if grade else None,
            "reason": told(*item.outlook.reasons)[0] or None,
            "basis": basis(item, data)[0] or None,
        },
        "evidence_reasons": [told(reason)[0] for reason in item.evidence.reasons],
        "rules_detail": {
            name: {
                "label": terms.VERDICTS[verdict.verdict][0],
                **row["rules_detail"][name],
                "reason": terms.SILENCES[verdict.reason][0] if verdict.reason else None,
            }
            for name, verdict in item.rules.items()
        },
        "flags": [
            {
                "code": flag.code,
                **dict(zip(("zh", "en"), flag_words(flag), strict=True)),
                "finding": flag.finding.finding_id if flag.finding else None,
            }
            for flag in item.flags
        ],
    }
