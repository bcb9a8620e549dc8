"""What changed between two reports, and why: data first, then targets, then method.

A cause is *certain* where the records show it: a figure of the indicator itself, or its target,
is another. It is *possible* where the indicator's result moved although its own figures and
target stand: then all that differs around it is named, without saying how much each did.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.data.errors import nearest
from analysis.data.observations import load
from analysis.data.paths import project_root, shown
from analysis.data.plan import load_plan
from planeval.publish.revisions import ENGLISH, draft_folder, read_json
from planeval.publish.verified import in_a_revision, verified
from planeval.report.place import EVALUATION, mend
from planeval.words.errors import UserError
from planeval.words.language import say

__all__ = ["CAUSES", "EFFECTS", "Record", "compare", "find"]

CAUSES: dict[str, tuple[str, str]] = {
    "new_datum": ("新数据", "new datum"),
    "withdrawn_datum": ("数据撤下", "datum withdrawn"),
    "revised_value": ("数值修订", "revised value"),
    "restated_datum": ("同值，来源或说明有变", "same value, source or description changed"),
    "source_added": ("新增来源", "source added"),
    "target_changed": ("目标有变", "target changed"),
    "target_added": ("新列目标", "target added"),
    "target_removed": ("目标撤下", "target removed"),
    "year_changed": ("评价年不同", "year evaluated differs"),
    "as_of_changed": ("数据截止日不同", "as-of date differs"),
    "method_changed": ("方法或版本有变", "method or version changed"),
    "chapters_changed": ("章节有变", "chapters changed"),
    "commentary_changed": ("评论有变", "commentary changed"),
    "inputs_changed": ("其他输入有变", "other inputs changed"),
    "unexplained": ("记录未显示原因", "the records show no cause"),
}
EFFECTS: dict[str, tuple[str, str]] = {
    "latest": ("最新值", "latest value"),
    "met": ("是否达到", "met"),
    "completion": ("完成度", "completion"),
    "schedule": ("时序进度", "schedule"),
    "required_growth_pct": ("仍需增速", "growth still required"),
    "realised_growth_pct": ("已有增速", "growth so far"),
    "class_code": ("前景", "outlook"),
    "probability": ("达标概率", "probability"),
    "median": ("预测中位数", "median forecast"),
    "lo80": ("80%区间下限", "lower end, 80 %"),
    "hi80": ("80%区间上限", "upper end, 80 %"),
    "expected_year": ("预计达标年", "year expected"),
    "evidence": ("证据等级", "evidence grade"),
    "flags": ("提示", "flags"),
}
_TARGET = (
    "target", "target_text", "target_year", "target_original", "kind", "direction", "binding",
    "unit", "caliber", "price_basis", "region", "indicator",
)  # fmt: skip
#: What a figure says; the row it stands in is not among it, for rows move when one is added.
_SAYS = ("value", "unit", "qualifier")
_TELLS = (
    "source", "locator", "status", "caliber", "price_basis", "published", "reliability",
    "correction",
)  # fmt: skip
#: They print results and make none.
_WORDS = ("chapters", "commentary")
_REFERENCE = re.compile(r"([a-z0-9][a-z0-9_-]*):([0-9]{4})(?::(draft|r[1-9][0-9]{0,5}))?(:en)?")


@dataclass(frozen=True)
class Record:
    """What a report keeps of itself.

    Attributes
    ----------
    name : str
        How the user finds it: its folder.
    manifest, evaluation : dict
        Its ``manifest.json`` and ``evaluation.json``.
    """

    name: str
    manifest: dict[str, Any]
    evaluation: dict[str, Any]


def find(reference: str, root: str | os.PathLike[str] | None = None) -> Record:
    """Read the records of one report, published or drafted.

    Parameters
    ----------
    reference : str
        A report's folder, its ``manifest.json``, or ``PLAN:YEAR`` for the newest revision (the
        draft where none is published), ``PLAN:YEAR:r1`` and ``PLAN:YEAR:draft``; the English
        one with ``:en`` after it.
    root : path, optional
        Project root; found when not given.

    Raises
    ------
    InputError
        When there is no such report, it keeps no evaluation, or it is a published one of a year
        of which a file is no longer what was published.
    """
    home = project_root(root)
    path = Path(reference)
    named = _REFERENCE.fullmatch(reference)
    if path.name == "manifest.json":
        path = path.parent
    elif named and not path.exists():
        path = _place(home, named[1], int(named[2]), named[3], ENGLISH if named[4] else "zh")
    if not path.is_dir():
        raise UserError(
            "没有这份报告", "no such report", value=reference,
            expected="PLAN:YEAR / PLAN:YEAR:r1 / PLAN:YEAR:draft / … :en / DIR / manifest.json",
        )  # fmt: skip
    in_a_revision(path, home)
    name = shown(path, home)
    return Record(
        name,
        read_json(path / "manifest.json", f"{name}/manifest.json"),
        read_json(path / EVALUATION, f"{name}/{EVALUATION}"),
    )


def _place(root: Path, plan_id: str, year: int, which: str | None, language: str) -> Path:
    load_plan(plan_id, data=load(root)).check_year(year)
    draft = draft_folder(root, plan_id, year, language)
    mend(draft)
    below = "" if language == "zh" else language
    if which == "draft":
        return draft
    published = [item.revision for item in verified(root, plan_id, year)]
    if which is None:
        return published[-1].folder / below if published else draft
    for item in published:
        if f"r{item.number}" == which:
            return item.folder / below
    names = [f"r{item.number}" for item in published]
    raise UserError(
        "没有这一版", "no such revision", value=f"{plan_id}:{year}:{which}",
        expected=", ".join(names) or "none is published", nearest=nearest(which, names),
    )  # fmt: skip


def compare(old: Record, new: Record) -> dict[str, Any]:
    """Return what changed from one report to another, indicator by indicator, with causes.

    Parameters
    ----------
    old, new : Record
        Two reports of one plan.

    Returns
    -------
    dict
        ``general``: what differs for all indicators. ``indicators``: for every target that
        differs its ``causes`` (kind, words, whether certain, old, new) and its ``effects``
        (result, old, new). ``unchanged``: how many targets are the same throughout.

    Raises
    ------
    InputError
        When the reports are of different plans.

    Examples
    --------
    >>> figure = {"target": "gdp", "region": "a", "indicator": "gdp", "period": "2024",
    ...           "value": 226.0, "unit": "亿元", "source": "S2", "published": "2025-12-23"}
    >>> judged = {"plan": "p", "year": 2024, "as_of": "2026-01-01", "indicators": [
    ...     {"id": "gdp", "name_zh": "总量", "name_en": "GDP", "state": {}, "outlook": {}}]}
    >>> old = Record("a", {"figures": [figure]}, judged)
    >>> new = Record("b", {"figures": [figure | {"value": 230.0}]}, judged)
    >>> [cause["kind"] for cause in compare(old, new)["indicators"][0]["causes"]]
    ['revised_value']
    """
    plans = old.evaluation.get("plan"), new.evaluation.get("plan")
    if plans[0] != plans[1]:
        raise UserError(
            "两份报告的规划不同", "the reports are of different plans",
            value=f"{plans[0]}, {plans[1]}", expected="two reports of one plan",
        )  # fmt: skip
    general = _general(old, new)
    before = {item["id"]: item for item in old.evaluation["indicators"]}
    after = {item["id"]: item for item in new.evaluation["indicators"]}
    found = []
    for name in dict.fromkeys([*before, *after]):
        told = _indicator(
            before.get(name), after.get(name), _figures(old, name), _figures(new, name), general
        )
        if told["causes"]:
            found.append(told)
    return {
        "plan": plans[0],
        "old": _head(old),
        "new": _head(new),
        "general": general,
        "indicators": found,
        "unchanged": len({*before, *after}) - len(found),
    }


def _head(report: Record) -> dict[str, Any]:
    return {
        "report": report.name,
        "year": report.evaluation["year"],
        "as_of": report.evaluation["as_of"],
    }


def _cause(kind: str, old: Any, new: Any, *, certain: bool = True, **more: Any) -> dict[str, Any]:
    words = CAUSES[kind]
    return {
        "kind": kind, "zh": words[0], "en": words[1], "certain": certain,
        "old": old, "new": new, **more,
    }  # fmt: skip


def _figures(report: Record, target: str) -> list[dict[str, Any]]:
    return [item for item in report.manifest.get("figures", []) if item["target"] == target]


def _general(old: Record, new: Record) -> list[dict[str, Any]]:
    """Return what differs for all indicators at once."""
    found = []
    for key in ("year", "as_of"):
        pair = old.evaluation[key], new.evaluation[key]
        if pair[0] != pair[1]:
            found.append(_cause(f"{key}_changed", *pair))
    one, other = _versions(old.manifest), _versions(new.manifest)
    for name in sorted({*one, *other}):
        if one.get(name) != other.get(name):
            found.append(_cause("method_changed", one.get(name), other.get(name), what=name))
    for key in ("inputs", *_WORDS):
        kind = f"{key}_changed"
        sums = old.manifest.get(key, {}), new.manifest.get(key, {})
        for name in sorted({*sums[0], *sums[1]}):
            pair = sums[0].get(name), sums[1].get(name)
            if pair[0] != pair[1]:
                found.append(_cause(kind, *pair, what=name))
    return found


def _versions(manifest: Mapping[str, Any]) -> dict[str, str | None]:
    own = {"python": manifest.get("python"), "code": manifest.get("code")}
    return {**manifest.get("packages", {}), **own}


def _indicator(
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    old: list[dict[str, Any]],
    new: list[dict[str, Any]],
    general: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    """Return one target's changes: its own causes, or else what differs around it."""
    known: dict[str, Any] = after or before or {}
    told = {key: known[key] for key in ("id", "name_zh", "name_en")}
    if before is None or after is None:
        kind = "target_added" if before is None else "target_removed"
        pair = [item and item.get("target_text") for item in (before, after)]
        return {**told, "causes": [_cause(kind, *pair)], "effects": []}
    causes = [
        _cause("target_changed", before.get(key), after.get(key), what=key)
        for key in _TARGET
        if before.get(key) != after.get(key)
    ]
    causes += _data_causes(old, new)
    effects = _effects(before, after)
    if effects:
        idle = {f"{key}_changed" for key in _WORDS}
        if causes:  # its own figures say why the tables differ
            idle.add("inputs_changed")
        around = [item for item in general if item["kind"] not in idle]
        causes += [{**item, "certain": False} for item in around]
        if not causes:
            causes = [_cause("unexplained", None, None, certain=False)]
    return {**told, "causes": causes, "effects": effects}


def _data_causes(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what changed in the figures a target is judged by, one cause a figure."""

    def place(item: dict[str, Any]) -> tuple[str, str, str]:
        return item["region"], item["indicator"], item["period"]

    causes = []
    for at in sorted({place(item) for item in (*old, *new)}):
        gone = [item for item in old if place(item) == at]
        come = [item for item in new if place(item) == at]
        where = dict(zip(("region", "indicator", "period"), at, strict=True))
        for one, other in _paired(gone, come):
            said = [item and {key: item.get(key) for key in (*_SAYS, *_TELLS)}
                    for item in (one, other)]  # fmt: skip
            if one is None or other is None:
                kind = "new_datum" if one is None else "withdrawn_datum"
            else:
                kind = "restated_datum" if _same(one, other, _SAYS) else "revised_value"
            causes.append(_cause(kind, said[0], said[1]) | where)
    had = {item["source"] for item in old}
    for source in sorted({item["source"] for item in new} - had):
        causes.append(_cause("source_added", None, source))
    return causes


def _same(one: Mapping[str, Any], other: Mapping[str, Any], keys: Iterable[str]) -> bool:
    return all(one.get(key) == other.get(key) for key in keys)


def _paired(
    gone: list[dict[str, Any]], come: list[dict[str, Any]]
) -> list[tuple[dict[str, Any] | None, dict[str, Any] | None]]:
    """Match figures of one place and period: the likest first; equal ones drop out.

    A figure of another caliber is another figure, not a revision of this one.
    """
    gone, come = list(gone), list(come)
    pairs: list[tuple[dict[str, Any] | None, dict[str, Any] | None]] = []
    alike: tuple[Callable[[dict[str, Any], dict[str, Any]], bool], ...] = (
        lambda one, other: _same(one, other, (*_SAYS, *_TELLS)),
        lambda one, other: _same(one, other, ("caliber", "price_basis", "source")),
        lambda one, other: _same(one, other, ("caliber", "price_basis")),
        lambda one, other: _same(one, other, _SAYS),
    )
    for step, fits in enumerate(alike):
        for one in list(gone):
            other = next((item for item in come if fits(one, item)), None)
            if other is not None:
                gone.remove(one)
                come.remove(other)
                pairs += [(one, other)] if step else []
    return [*pairs, *((one, None) for one in gone), *((None, other) for other in come)]


def _effects(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the results that differ, in the order they are read."""
    found = []
    for key, (zh, en) in EFFECTS.items():
        pair = _result(before, key), _result(after, key)
        if pair[0] != pair[1]:
            found.append({"what": key, "zh": zh, "en": en, "old": pair[0], "new": pair[1]})
    rules = before.get("rules", {}), after.get("rules", {})
    for name in sorted({*rules[0], *rules[1]}):
        pair = rules[0].get(name), rules[1].get(name)
        if pair[0] != pair[1]:
            found.append({
                "what": f"rules.{name}", "zh": f"规则 {name}", "en": f"rule {name}",
                "old": pair[0], "new": pair[1],
            })  # fmt: skip
    return found


def _result(item: Mapping[str, Any], key: str) -> Any:
    if key == "latest":
        latest = item.get("latest")
        return None if latest is None else {k: latest[k] for k in ("period", "value", "unit")}
    if key == "flags":
        return sorted({flag["code"] for flag in item.get("flags", [])})
    for group in ("state", "outlook"):
        if key in item.get(group, {}):
            return item[group][key]
    return item.get(key)


def counted(found: Mapping[str, Any]) -> str:
    """Say how many targets differ between two reports, in the language spoken.

    Parameters
    ----------
    found : mapping
        As from :func:`compare`.

    Examples
    --------
    >>> counted({"indicators": [], "unchanged": 44})
    '没有目标有变，44个都不变。'
    >>> counted({"indicators": [{}], "unchanged": 0})
    '1个目标有变，没有不变的。'
    """
    count, same = len(found["indicators"]), int(found["unchanged"])
    if not count and not same:
        return say("两份报告没有共同的目标。").rstrip()
    if not count:
        return say("没有目标有变，{}个都不变。", same).rstrip()
    if not same:
        return say("{}个目标有变，没有不变的。", count).rstrip()
    return say("{}个目标有变，{}个不变。", count, same).rstrip()
