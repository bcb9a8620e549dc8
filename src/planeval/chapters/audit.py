"""The audit chapter: contradictions, price bases, calibers, rounding, revisions, and its reach."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import pandas as pd

from analysis.audit.finding import RULES, VERDICTS, Finding
from analysis.targets.evaluation import Evaluation
from planeval.chapters.cells import bullets, plain, signed, titles
from planeval.show.table import Table
from planeval.words import figures as amounts
from planeval.words.language import Terms, either, say
from planeval.words.sources import place

LARGEST = 3
# what a contradiction found by a rule means for who cites the figures
MEANINGS = Terms(
    {
        "growth_vs_endpoints": "两者不能同时引用；本报告只用首尾数值，不用该公布增速。",
        "growth_pair": "两个增速至少有一个不能照用；本报告都不采用。",
        "parts_vs_whole": "整体与部分不能同时成立，引用其中一个时应写明另一个。",
        "total_vs_yearly": "单年数相加不能用来判断这项目标。",
        "series_vs_growth": "前后两个数不能连成一条序列计算增速。",
        "index_vs_growth": "该指数不能当作可比价指数使用。",
        "claim_vs_document": "采用哪一个应核对原件；本报告不在两者之间取舍。",
        "domains": "这组数字不能一起引用，应先核对各数的口径与价格基础。",
        "target_vs_base": "达到目标不等于比基期改善。",
        "target_vs_text": "两处承诺分开评价，不合并。",
    }
)


def own_regions(evaluation: Evaluation) -> set[str]:
    """Return the plan's region, its parts, and the places its targets are set for."""
    plan = evaluation.plan
    parts = {name for name, row in evaluation.data.regions.items() if row["parent"] == plan.region}
    return {plan.region, *parts, *(target.region for target in plan.targets)}


def touching(evaluation: Evaluation, findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings on the plan's targets or on the figures they are judged by.

    Those that name a target of the plan come first.
    """
    plan, pairs = evaluation.plan, _pairs(evaluation)
    named = [f for f in findings if any(t.startswith(f"{plan.plan_id}/") for t in f.targets)]
    other = [f for f in findings if not f.targets and (f.region, f.indicator) in pairs]
    return named + [finding for finding in other if finding not in named]


def _pairs(evaluation: Evaluation) -> set[tuple[str, str]]:
    """Return region and indicator of every series a target of the plan looks at."""
    pairs = set()
    for target in evaluation.plan.targets:
        pairs |= {(target.region, name) for name in (target.indicator, *target.proxies)}
        if target.context:
            region, _, indicator = target.context.partition(":")
            pairs.add((region, indicator or target.indicator))
        if target.comparator:
            region, _, indicator = target.comparator.rpartition(":")
            pairs.add((region or evaluation.plan.region, indicator))
    return pairs


def contradictions_table(evaluation: Evaluation) -> Table | str:
    """Return every contradiction: what is printed, what follows, by which rule, where."""
    found = evaluation.audit.of("contradiction")
    if not found:
        return say(
            "在{}及以前公布的数字中没有查出矛盾。没有查出不等于没有：核对只能覆盖已公布的数字。",
            evaluation.as_of.isoformat(),
        )
    rows = [
        {
            say("编号"): finding.finding_id,
            say("对象"): finding.subject,
            say("公布"): _printed(finding, "stated"),
            say("推得"): _printed(finding, "implied"),
            say("规则"): either(*RULES[finding.rule][:2]),
            say("出处"): _places(finding),
        }
        for finding in found
    ]
    return Table(
        pd.DataFrame(rows),
        say("公布数字之间的矛盾：{}处", len(found)),
        source=titles(evaluation, (name for finding in found for name in finding.sources)),
        note=say(
            "“推得”由同一或另一处公布的数字算出，不是更正值；两个数都保留，没有改动。核对覆盖截止日以前公布的全部数字，不限于评估年。"
        ),
        align=["left"] * 6,
        key="contradictions",
    )


def _printed(finding: Finding, side: str) -> str:
    text = finding.printed(side)
    return "−" + text[1:] if text.startswith("-") else text


def _places(finding: Finding) -> str:
    places = dict.fromkeys((one.source, one.locator) for one in finding.where)
    by_source: dict[str, list[str]] = {}
    for source, locator in places:
        by_source.setdefault(source, []).append(place(locator))
    return say("；").join(
        f"{source} {say('、').join(said[:2])}" for source, said in by_source.items()
    )


def contradiction_notes(evaluation: Evaluation) -> str:
    """Return one or two sentences for each contradiction that touches this plan."""
    found = evaluation.audit.of("contradiction")
    if not found:
        return ""
    near = touching(evaluation, found)
    if not near:
        return say("以上{}处都不涉及本规划目标所用的指标。", len(found))
    head = say("其中{}处涉及本规划的目标或其所用指标：", len(near))
    lines = [
        plain(
            say(
                "{}（{}）：{}。{}",
                f.finding_id,
                f.subject,
                f.reason.rstrip("。"),
                MEANINGS[f.rule],
            )
        )
        for f in near
    ]
    return f"{head}\n\n{bullets(lines)}"


def prices_view(evaluation: Evaluation) -> Table | str:
    """Return the zone's figures whose rate and levels differ only by the price basis."""
    found = evaluation.audit.of("price_basis")
    own = [finding for finding in found if finding.region in own_regions(evaluation)]
    if not own:
        return say("本规划范围内没有仅因价格基础不同而不一致的增速与总量。")
    rows = [
        {
            say("编号"): finding.finding_id,
            say("对象"): finding.subject,
            say("公布增速"): f"{signed(finding.stated)}%",
            say("总量推得（现价）"): f"{signed(finding.implied)}%",
            say("说明"): _minus(finding.reason),
        }
        for finding in own
    ]
    return Table(
        pd.DataFrame(rows),
        say("现价与可比价之差：本规划范围内{}处", len(own)),
        source=titles(evaluation, (name for finding in own for name in finding.sources)),
        note=say("公布增速按惯例为可比价；两列不是同一个量，不得相减作为误差。"),
        align=["left", "left", "right", "right", "left"],
        key="prices",
    )


def prices_elsewhere(evaluation: Evaluation) -> str:
    """Count the price-basis differences of other places, which the table leaves out."""
    own = own_regions(evaluation)
    away = [f for f in evaluation.audit.of("price_basis") if f.region not in own]
    if not away:
        return ""
    places = Counter(evaluation.data.name(finding.region) for finding in away)
    told = say("、").join(say("{}{}处", name, count) for name, count in places.items())
    return say("同样情形在其他区域还有{}处（{}），不逐一列出，也不算矛盾。", len(away), told)


def verdict_view(evaluation: Evaluation, verdict: str) -> Table | str:
    """Return the findings of one milder verdict (caliber, rounding, tension), zone first."""
    name = either(*VERDICTS[verdict][:2])
    own = own_regions(evaluation)
    found = sorted(evaluation.audit.of(verdict), key=lambda f: f.region not in own)
    if not found:
        return say("没有“{}”一类的情形。", name)
    rows = [
        {
            say("编号"): finding.finding_id,
            say("对象"): finding.subject,
            say("公布"): _printed(finding, "stated"),
            say("推得"): _printed(finding, "implied"),
            say("说明"): either(finding.reason, _minus(finding.reason)),
        }
        for finding in found
    ]
    return Table(
        pd.DataFrame(rows),
        say("{}：{}处", name, len(found)),
        source=titles(evaluation, (s for finding in found for s in finding.sources)),
        align=["left"] * 5,
        key=verdict,
    )


def revisions_view(evaluation: Evaluation) -> Table | str:
    """Return the largest revisions of levels between two published versions of one figure."""
    levels = [f for f in evaluation.audit.of("revision") if f.unit != "%" and f.stated]
    if not levels:
        return say("没有同一数字的不同版本可比。")
    largest = sorted(levels, key=lambda f: -abs(_shift(f)))[:LARGEST]
    rows = [
        {
            say("编号"): finding.finding_id,
            say("对象"): finding.subject,
            say("一处"): amounts.amount(finding.stated, finding.unit),
            say("另一处"): amounts.amount(finding.implied, finding.unit),
            say("相差"): f"{signed(_shift(finding), 2)}%",
            say("说明"): _minus(finding.reason),
        }
        for finding in largest
    ]
    return Table(
        pd.DataFrame(rows),
        say("相差最大的{}处版本修订", len(largest)),
        source=titles(evaluation, (name for finding in largest for name in finding.sources)),
        align=["left", "left", "right", "right", "right", "left"],
        key="revisions",
    )


def _shift(finding: Finding) -> float:
    return 100 * ((finding.implied or 0.0) / (finding.stated or 1.0) - 1)


def _minus(text: str) -> str:
    """Return text with a true minus before negative numbers, as the tables print them."""
    return re.sub(r"(?<![0-9A-Za-z])-(?=[0-9])", "−", text)


def revisions_reading(evaluation: Evaluation) -> str:
    """Count the revisions and say which version is used."""
    found = evaluation.audit.of("revision")
    if not found:
        return ""
    own = sum(finding.region in own_regions(evaluation) for finding in found)
    if own:
        text = say("超出取整误差的基数或版本修订共{}处，其中本规划范围内{}处。", len(found), own)
    else:
        text = say("超出取整误差的基数或版本修订共{}处，没有一处在本规划范围内。", len(found))
    return text + say(
        "同一年份有几个版本时，采用截止日以前最后阶段的数（修订数、最终核实、公布数、初步数依次优先），其余版本保留在数据中。"
    )


def coverage_view(evaluation: Evaluation) -> Table | str:
    """Return how many comparisons each rule made and how many of them agree."""
    audit = evaluation.audit
    if not audit.findings and not audit.agreements:
        return say("在截止日以前公布的数字中，没有两个可以互相核对。")
    agreeing = Counter(finding.rule for finding in audit.agreements)
    against = Counter(f.rule for f in audit.findings if f.verdict == "contradiction")
    listed = Counter(finding.rule for finding in audit.findings)
    rows = [
        {
            say("规则"): either(*RULES[rule][:2]),
            say("核对"): agreeing[rule] + listed[rule],
            say("相符"): agreeing[rule],
            say("矛盾"): against[rule],
            say("其他说明"): listed[rule] - against[rule],
        }
        for rule in RULES
        if agreeing[rule] + listed[rule]
    ]
    return Table(
        pd.DataFrame(rows),
        say("各规则核对的次数与结果"),
        note=say("“其他说明”指价格基础、口径、版本、舍入边缘或难以并存，不是矛盾。"),
        key="coverage",
    )


def coverage_reading(evaluation: Evaluation) -> str:
    """Say how far the audit reaches and how much of it agrees."""
    audit = evaluation.audit
    agreeing, total = len(audit.agreements), len(audit.findings) + len(audit.agreements)
    if not total:
        return ""
    kinds = say("、").join(
        say("{}{}处", name, len(audit.of(verdict)))
        for verdict, name in ((key, either(*names)) for key, names in VERDICTS.items())
        if verdict != "agrees" and audit.of(verdict)
    )
    return (
        say("共核对{}次，{}次相符（{}）", total, agreeing, amounts.share(agreeing / total, 0))
        + (say("，其余为{}", kinds) if kinds else "")
        + say("。相符只说明几个公布数字彼此不冲突，不证明它们准确。")
    )
