"""What other documents promised for the whole port, and what stands beside targets without data.

A part that is promised more than its whole is a matter for those who set the targets; here it
is shown, not settled.
"""

from __future__ import annotations

import re

import pandas as pd

from analysis.data.units import unit_name, with_unit
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from planeval.chapters.cells import bullets, plain
from planeval.chapters.port_common import BOXES, claims, ports, printed
from planeval.chapters.port_zone import share_rows
from planeval.show.bars import bar_chart
from planeval.show.chart import Chart
from planeval.show.table import number, percent
from planeval.words import target as wording
from planeval.words.figures import period_zh
from planeval.words.language import either, say, spoken, worded
from planeval.words.notes import noted
from planeval.words.titles import cited

#: Letters of a bar's label that leave the bar room; a Chinese letter is twice as wide.
LABEL = {"zh": 26, "en": 48}


def rival_rows(evaluation: Evaluation) -> pd.DataFrame:
    """Return the targets other documents set for the whole port beside the plan's own.

    Columns: indicator, who (short text), document, region, value, own (bool); in the
    indicator's unit, all for the plan's target year.
    """
    columns = ["indicator", "document", "region", "value", "own", "source"]
    scope = ports(evaluation)
    if scope is None:
        return pd.DataFrame(columns=columns)
    rows = [
        (
            t.indicator,
            either(evaluation.plan.name_zh, say("本规划")),
            t.region,
            t.target,
            True,
            t.source,
        )
        for t in (item.target for item in evaluation.of(domain="port"))
        if t.kind in ("at_least", "level") and t.target is not None
    ]
    end = str(evaluation.plan.end_year)
    for claim in claims(evaluation, "target"):
        if claim.region == scope.whole and claim.period == end:
            told = either(claim.statement, say("来源[{}]的目标", claim.source))
            rows.append((claim.indicator, told, claim.region, claim.value, False, claim.source))
    return pd.DataFrame(rows, columns=columns)


def rival_chart(evaluation: Evaluation, indicator: str = BOXES, key: str = "") -> Chart | str:
    """Draw the area's target beside the targets other documents set for the whole port."""
    rows = rival_rows(evaluation)
    rows = rows[rows["indicator"] == indicator] if len(rows) else rows
    own = rows[rows["own"].astype(bool)] if len(rows) else rows
    if rows.empty or len(own) == len(rows) or own.empty:
        return say("没有查到其他文件为同一年的全港集装箱吞吐量另定目标，无从对照。")
    name = evaluation.data.name
    labels = [say("{}：{}", name(r["region"]), r["document"]) for r in rows.to_dict("records")]
    part, least = float(own["value"].iloc[0]), float(rows.loc[~rows["own"], "value"].min())
    unit = evaluation.data.indicators[indicator]["unit"]
    place, end = name(own["region"].iloc[0]), evaluation.plan.end_year
    lowest = with_unit(number(least, 0), unit)
    caption = say("{}年集装箱目标：{}{}", end, place, with_unit(number(part, 0), unit))
    caption += (
        say("，大于全港的一个目标{}，部分大于整体", lowest)
        if part > least
        else say("，不大于全港目标{}", lowest)
    )
    return bar_chart(
        pd.DataFrame({"name": [_short(label) for label in labels], "value": rows["value"]}),
        caption,
        digits=0,
        highlight=_short(labels[list(rows["own"]).index(True)]),
        subtitle=say("{}年集装箱吞吐量目标，按文件，{}", end, unit_name(unit)),
        source=say("来源：")
        + say("；").join(
            say("[{}]{}", s, cited(evaluation.data.sources[s]["title"]))
            for s in dict.fromkeys(rows["source"])
        ),
        key=key,
    )


def _short(label: str) -> str:
    most = LABEL[spoken()]
    return label if len(label) <= most else label[: most - 1] + "…"


def _subject(text: str) -> str:
    """Return the subject of a finding as running text has it: no gap, the year named a year."""
    return either(re.sub(r"(\d{4})$", r"\1年", text.replace(" ", "")), text)


def rival_reading(evaluation: Evaluation) -> str:
    """Say what the audit finds in the rival targets and what an unchanged share would mean."""
    rows = rival_rows(evaluation)
    rivals = rows[~rows["own"].astype(bool)] if len(rows) else rows
    if rivals.empty:
        return ""
    told = [
        say(
            "{}：{}（核对编号{}）。",
            plain(_subject(f.subject)),
            plain(f.reason),
            f.finding_id,
        )
        for f in evaluation.audit.findings
        if f.rule in ("parts_vs_whole", "claim_vs_document")
        and f.indicator in set(rivals["indicator"])
        and str(evaluation.plan.end_year) in f.period
    ]
    shares = share_rows(evaluation)
    shares = shares[(shares["indicator"] == BOXES) & (shares["period"].str.len() == 4)]
    text = bullets(told)
    boxes = rivals[rivals["indicator"] == BOXES]
    if len(shares) and len(boxes):
        last = shares.iloc[-1]
        implied = say("、").join(
            say("全港{}对应港区{}", number(v, 0), number(v * last.share / 100, 0))
            for v in boxes["value"]
        )
        text += say(
            "\n\n若港区份额停在{}的{}，{}（万标箱）。这是对照用的假设，不是预测；各文件是否同一口径，须由制定单位说明。",
            period_zh(last.period),
            percent(last.share),
            implied,
        )
    return text


def background(evaluation: Evaluation) -> str:
    """Say for each port target without a figure of its own what exists elsewhere, and its limit."""
    items = [
        item
        for item in evaluation.of(domain="port")
        if item.latest is None or item.latest.year < evaluation.plan.start_year
    ]
    if not items:
        return ""
    return bullets(_background(evaluation, item) for item in items)


def _background(evaluation: Evaluation, item: IndicatorEvaluation) -> str:
    target = item.target
    text = say(
        "{}（目标{}）：规划期内没有公布值", plain(target.name), plain(wording.target_text(item))
    )
    if item.baseline is None:
        text += say("，{}年基期值也没有公布", evaluation.plan.base_year)
    text += say("。")
    if item.context:
        listed = say("、").join(
            say(
                "{}年{}（{}，{}）",
                i.period,
                with_unit(printed(i), i.unit),
                evaluation.data.name(i.region),
                worded(evaluation.data.calibers[i.caliber], "name"),
            )
            for i in item.context
        )
        text += say(
            "其他范围或口径的数字：{}，只作背景，大于或小于目标都不能说明港区。", plain(listed)
        )
    return text + (say("规划文本的限制：{}。", plain(noted(target.note))) if target.note else "")
