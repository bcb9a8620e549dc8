"""What a target was not judged by, and why: other calibers, other vintages, later figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from analysis.data.changes import dated
from analysis.data.observations import STATUS_ZH, public_by
from analysis.data.series import Datum, Series, comparable, datum
from analysis.targets.evaluation import Evaluation
from analysis.targets.levels import Case
from analysis.targets.types import IndicatorEvaluation
from planeval.words.language import in_both, say, speaking, worded

#: What a later row of a plan's table would do: the table's name.
PLAN_TABLES = {
    "assigned": "assignments",
    "revised": "revisions",
    "path": "path",
    "milestone": "milestones",
}
_LATER = {
    "assigned": ("目标值下达{}", "the number was assigned on {}"),
    "revised": ("目标调整{}", "the target was revised on {}"),
    "path": ("逐年路径规定{}", "the path was declared on {}"),
    "milestone": ("进展报道{}", "progress was reported on {}"),
}


@dataclass(frozen=True)
class Omitted:
    """One figure or document that was left out.

    Attributes
    ----------
    code : str
        ``published_later``, ``later_year``, ``part_year``, ``other_caliber``, ``price_basis``,
        ``older_vintage``, ``context``, ``not_judged``, ``correction_later`` or a key of
        PLAN_TABLES with ``_later``.
    figure : Datum or None
        The figure; None where a document or a correction was left out.
    document : dict
        The document's row, with file and row.
    """

    code: str
    reason_zh: str
    reason_en: str
    figure: Datum | None = None
    document: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the reason, and the document where there is one, as plain values."""
        told = {"code": self.code, "reason_zh": self.reason_zh, "reason_en": self.reason_en}
        return told | ({"document": self.document} if self.document else {})


def omitted(evaluation: Evaluation, item: IndicatorEvaluation, case: Case | None) -> list[Omitted]:
    """Return everything known of a target's series that it was not judged by, with the reason.

    Parameters
    ----------
    evaluation : Evaluation
        Gives year and as-of date; what the data hold beyond them is told here, not used.
    item : IndicatorEvaluation
        The target as judged.
    case : Case or None
        The figures it was judged by, None where it was not reckoned with.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> from analysis.targets.judge import gather
    >>> found = evaluate("jiaxing-14fyp", 2024)
    >>> gdp = found.get("gdp")
    >>> left = omitted(found, gdp, gather(gdp.target, found.plan, 2024, found.as_of))
    >>> [(one.code, one.figure.value) for one in left]
    [('older_vintage', 181.97), ('other_caliber', 209.01)]
    """
    target = item.target
    parts = [case, *case.others] if case else []
    pairs = [(one.series.region, one.series.indicator, one.series) for one in parts]
    found: list[Omitted] = []
    if not pairs:
        found += _left(evaluation, target.region, target.indicator, None, set())
    totals = {figure.row for figure in case.totals} if case else set()
    for region, indicator, series in pairs:
        found += _left(evaluation, region, indicator, series, totals)
    seen = {one.figure.row for one in found if one.figure}
    for figure in item.context:
        if figure.row not in seen:
            found.append(
                Omitted(
                    "context",
                    "其他地区或口径的数值，只作背景，不用于判断",
                    "of another place or definition: context only",
                    figure,
                )
            )
    return [*found, *_documents(evaluation, item)]


def _left(
    evaluation: Evaluation,
    region: str,
    indicator: str,
    series: Series | None,
    totals: set[int],
) -> Iterator[Omitted]:
    """Yield the rows of one series that are not in use, by data row."""
    data = evaluation.data
    used = {figure.row for figure in series.data} if series else set()
    for row in data.by_series.get((region, indicator), []):
        if row["row"] in used or row["row"] in totals:
            continue
        figure = datum(row, data)
        code = _code(evaluation, figure, series, annual=row["year"] is not None)
        told = in_both("reason", _reason, code, evaluation, figure, series)
        yield Omitted(code, **told, figure=figure)
    for key, row in data.corrected.items():
        known = public_by(data, row["source"], row["period"])
        if key[:2] == (region, indicator) and known > evaluation.as_of:
            yield Omitted(
                "correction_later",
                f"更正的依据公布于{known}，晚于截止日{evaluation.as_of}",
                f"the correction rests on what was published on {known},"
                f" after the as-of date {evaluation.as_of}",
                document=_row(row) | {"file": "data/corrections.csv"},
            )


def _code(evaluation: Evaluation, figure: Datum, series: Series | None, *, annual: bool) -> str:
    """Return why a figure is not in use: the first reason that holds, in the order applied."""
    if figure.published > evaluation.as_of:
        return "published_later"
    if int(figure.period[:4]) > evaluation.year:
        return "later_year"
    if not annual:
        return "part_year"
    if series is None:
        return "not_judged"
    if not comparable(figure.caliber, series.caliber):
        return "other_caliber"
    if any(figure.row == other.row for other in series.other_calibers):
        return "price_basis"
    return "older_vintage"


def _reason(code: str, evaluation: Evaluation, figure: Datum, series: Series | None) -> str:
    """Say why a figure is not in use, in the language spoken."""
    if code == "published_later":
        return say("公布于{}，晚于截止日{}", figure.published, evaluation.as_of)
    if code == "later_year":
        return say("晚于评估年{}", evaluation.year)
    if code == "part_year":
        return say("不是整年的数，不与年度目标相比")
    if series is None:
        return say("目标没有数值，尚未与任何数相比")
    if code == "other_caliber":
        calibers = evaluation.data.calibers
        theirs, ours = (worded(calibers[one.caliber], "name") for one in (figure, series))
        return say("口径为“{}”，与所用的“{}”不可并入一条序列", theirs, ours)
    if code == "price_basis":
        return say("价格基础与目标不同，不可相比")
    kept = series.at(figure.year)
    if kept is None:
        return say("同年已有别的版本")
    better = _better(figure, kept, series)
    return say("同年另有第{}行的{}在用（{}）", kept.row, STATUS_ZH[kept.status], better)


def _better(figure: Datum, kept: Datum, series: Series) -> str:
    """Say by what the figure in use was preferred, in the order of the choice."""
    if (kept.caliber == series.caliber) != (figure.caliber == series.caliber):
        return say("口径与目标相同")
    if kept.status != figure.status:
        return say("阶段优先于{}", STATUS_ZH[figure.status])
    if kept.published != figure.published:
        return say("公布较晚")
    return say("来源较可靠或次序在后")


def _documents(evaluation: Evaluation, item: IndicatorEvaluation) -> Iterator[Omitted]:
    """Yield the plan's documents on a target that were public after the as-of date only."""
    for code, name in PLAN_TABLES.items():
        file = f"data/plans/{evaluation.plan.plan_id}/{name}.csv"
        for row in evaluation.plan.later:
            if row["target_id"] == item.target_id and row["table"] == name:
                with speaking("en"):
                    en = _LATER[code][1].format(dated(row))
                with speaking("zh"):
                    same = row["known_from"] == row["date"]
                    zh = _LATER[code][0].format(f"于{dated(row)}" if same else f"（{dated(row)}）")
                yield Omitted(
                    f"{code}_later",
                    f"{zh}，晚于截止日{evaluation.as_of}",
                    f"{en}, after the as-of date {evaluation.as_of}",
                    document=_row(row) | {"file": file},
                )


def _row(row: dict[Any, Any]) -> dict[str, Any]:
    return {
        str(key): value.isoformat() if hasattr(value, "isoformat") else value
        for key, value in row.items()
        if not str(key).startswith("printed_") and key != "table"
    }
