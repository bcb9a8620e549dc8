"""The published rules side by side: what each says of a target, and where they part."""

from __future__ import annotations

import pandas as pd

from analysis.rules.case import RuleVerdict, common_class
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from planeval.chapters.base import plain
from planeval.show.table import Table
from planeval.show.table import number as printed
from planeval.words.language import Terms, either, say, worded
from planeval.words.names import name_of
from planeval.words.terms import RULES, VERDICTS

CLASSES = Terms({"good": "好", "fair": "中", "poor": "差", "bad": "坏", "not_available": "—"})


def spoken(item: IndicatorEvaluation) -> dict[str, RuleVerdict]:
    """Return the rules that can say something of a target."""
    return {
        name: verdict
        for name, verdict in item.rules.items()
        if common_class(verdict) != "not_available"
    }


def _classes(item: IndicatorEvaluation) -> set[str]:
    return {common_class(verdict) for verdict in spoken(item).values()}


def ruled(evaluation: Evaluation) -> list[IndicatorEvaluation]:
    """Return the targets of which at least two rules speak."""
    return [item for item in evaluation.indicators if len(spoken(item)) >= 2]


def divided(evaluation: Evaluation) -> list[IndicatorEvaluation]:
    """Return the targets the rules put into more than one class."""
    return [item for item in ruled(evaluation) if len(_classes(item)) > 1]


def opposed(evaluation: Evaluation) -> list[IndicatorEvaluation]:
    """Return the targets one rule calls good and another poor or bad."""
    return [i for i in ruled(evaluation) if "good" in _classes(i) and _classes(i) & {"poor", "bad"}]


def rules_table(evaluation: Evaluation) -> Table | str:
    """Return targets against rules, each cell the common class of the rule's verdict."""
    items = ruled(evaluation)
    if not items:
        return say(
            "没有一项目标能让两种以上规则开口：公布的数据凑不齐规则所要的基期值、规划期内数值和目标值。"
        )
    rows = [
        {
            say("指标"): name_of(item.target),
            **{
                worded(card, "short"): CLASSES[common_class(item.rules[name])]
                for name, card in RULES.items()
            },
        }
        for item in items
    ]
    legend = say("；").join(
        say("{}＝{}", worded(card, "short"), worded(card, "name")) for card in RULES.values()
    )
    return Table(
        pd.DataFrame(rows),
        say("公布规则对{}项目标的判断", len(items)),
        note=say("{}。好、中、差、坏只为便于对照，不是又一种规则；“—”为该规则无法判断。", legend),
        align=["left", *["center"] * len(RULES)],
        key="rules",
    )


def rules_reading(evaluation: Evaluation) -> str:
    """Say on which targets the rules part, and on which they agree."""
    items = ruled(evaluation)
    if not items:
        return ""
    parted, against = divided(evaluation), opposed(evaluation)
    if not parted:
        return say("对这{}项目标，能开口的规则归入同一类，没有分歧。", len(items))
    names = say("、").join(name_of(item.target) for item in parted)
    text = say("{}项中规则意见不一的有{}项：{}。", len(items), len(parted), names)
    if against:
        sharp = say("、").join(name_of(item.target) for item in against)
        text += say("其中{}既有规则判为好，也有规则判为差或坏，引用单一规则会得出相反的话。", sharp)
    else:
        text += say("分歧只在轻重，没有一项同时被判为好和差。")
    return plain(text)


def verdicts_table(evaluation: Evaluation) -> Table | str:
    """Return the rules' own words and numbers for the targets they part on most."""
    items = opposed(evaluation) or divided(evaluation)[:1]
    if not items:
        return ""
    rows = [
        {
            say("指标"): name_of(item.target),
            say("规则"): worded(RULES[name], "name"),
            say("规则的原话"): either(*VERDICTS[verdict.verdict]),
            say("判据值"): _measure(name, verdict),
        }
        for item in items
        for name, verdict in spoken(item).items()
    ]
    return Table(
        pd.DataFrame(rows),
        say("分歧最大的目标：各规则的原话"),
        note=say("判据值的含义与界线见下表。"),
        align=["left", "left", "left", "right"],
        key="verdicts",
    )


def _measure(name: str, verdict: RuleVerdict) -> str:
    """Print what a rule compares, in the unit its edges are given in."""
    if name == "cn_schedule" and verdict.measure is not None:
        return say("{}个百分点", printed(100 * verdict.measure, 1, sign=True))
    return printed(verdict.measure, 3)


def cards_table() -> Table:
    """Return the band edges of the rules and where each misleads on a plan's target."""
    rows = [
        (worded(card, "name"), worded(card, "bands"), worded(card, "misleads"))
        for card in RULES.values()
    ]
    frame = pd.DataFrame(rows, columns=[say("规则"), say("界线"), say("用于规划目标时的误导之处")])
    return Table(frame, say("各规则的界线与局限"), align=["left"] * 3, key="cards")
