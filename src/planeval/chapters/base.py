"""What every chapter shows in the same way: tables of targets, of a series, of what is missing.

A view is a Table, a Chart or a str of Markdown. It reads no file and prints nothing;
what is unknown becomes a plain sentence instead of an empty table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import pandas as pd

from analysis.data.observations import STATUS_ZH, Data
from analysis.data.series import Datum, Series
from analysis.data.units import unit_name
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import OUTLOOKS, Flag, IndicatorEvaluation
from planeval.chapters.cells import (
    BASIS_ZH,
    PUBLISHED_ZH,
    bullets,
    figures,
    has_data,
    lacking,
    main_indicators,
    needed_cell,
    outlook_cell,
    outlook_head,
    plain,
    progress_cell,
    sources,
    target_name,
    titles,
    value_cell,
    within,
)
from planeval.show.cell import Sourced
from planeval.show.chart import Chart
from planeval.show.table import Table
from planeval.words import figures as amounts
from planeval.words import targets
from planeval.words.language import either, say, tidy, worded
from planeval.words.target import target_cell
from planeval.words.titles import cited

View = Chart | Table | str
# the hyphen that stands for a minus: before a figure, and not inside a date or a code
_MINUS = re.compile(r"(?<![\w-])-(?=\d)", re.ASCII)
# cautions a reader of a number needs; the rest is told by evidence and state
CAUTIONS = ("audit_", "other_caliber", "context_only", "corrected", "revised_target")


def show(*objects: View | None) -> None:
    """Display views in a chapter: text as Markdown, charts and tables as they draw themselves.

    None and empty text are left out, so that a section may have nothing to add.
    """
    from IPython.display import Markdown, display

    for item in objects:
        if isinstance(item, str):
            if item.strip():
                display(Markdown(tidy(item)))
        elif item is not None:
            display(item)


def targets_table(
    evaluation: Evaluation,
    items: Sequence[IndicatorEvaluation],
    caption: str = "",
    key: str = "",
) -> Table | str:
    """Return the table of a group of targets: state, outlook and evidence in three columns.

    Returns
    -------
    Table or str
        A sentence instead when the plan has no such target.
    """
    if not items:
        return say("本规划没有列入本节的目标。")
    rows = [_target_row(evaluation, item) for item in items]
    frame = pd.DataFrame(rows)
    if all(item.target.binding is None for item in items):
        frame = frame.drop(columns=say("属性"))
    if evaluation.settled:  # no year is left to ask a pace of
        frame = frame.drop(columns=say("仍需每年"))
    usual = say("目标与完成情况") if evaluation.settled else say("目标、现状与前景")
    return Table(
        frame,
        caption or usual,
        # without a figure the targets themselves are all that is cited
        source=sources(evaluation, figures(items))
        or titles(evaluation, (item.target.source for item in items)),
        note=_targets_note(evaluation, items),
        align=["left"] * frame.shape[1],
        key=key,
    )


def _target_row(evaluation: Evaluation, item: IndicatorEvaluation) -> dict[str, str]:
    base = item.baseline
    return {
        say("指标（单位）"): target_name(item),
        say("属性"): amounts.BINDING_ZH[item.target.binding],
        say("基期"): "—"
        if base is None or later_base(evaluation, item)
        else amounts.number(base.value),
        say("目标"): target_cell(item),
        say("最新值（年）"): value_cell(within(evaluation, item)),
        say("完成度") if evaluation.settled else say("完成 / 时序"): progress_cell(item),
        say("仍需每年"): needed_cell(item),
        outlook_head(evaluation): outlook_cell(item),
        say("证据"): item.evidence.grade,
    }


def later_base(evaluation: Evaluation, item: IndicatorEvaluation) -> int | None:
    """Return the base year of a multiple that counts from another year than the plan's."""
    year = item.target.multiple_base_year
    return year if year is not None and year != evaluation.plan.base_year else None


def _targets_note(evaluation: Evaluation, items: Sequence[IndicatorEvaluation]) -> str:
    years = sorted({item.target.target_year for item in items})
    span = say("、").join(map(str, years))
    base = evaluation.plan.base_year
    seen = [within(evaluation, item) for item in items]
    behind = [figure.year for figure in seen if figure and figure.year < evaluation.year]
    bases = sorted({year for item in items if (year := later_base(evaluation, item))})
    others = (
        say("倍数目标以{}年为基数，不填基期值。", say("、").join(map(str, bases))) if bases else ""
    )
    text = say("基期为{}年，目标年为{}年；“—”表示未公布或无定义，不表示零。", base, span)
    if evaluation.settled:
        return text + others
    late = say("时序按评估年计，最新值早于评估年的，两者不在同一年。") if behind else ""
    return text + say("“仍需每年”指从最新值到目标年平均每年的变化。") + others + late


def targets_reading(evaluation: Evaluation, items: Sequence[IndicatorEvaluation]) -> str:
    """Return one sentence on a table of targets: how many, how they stand, what is missing."""
    if not items:
        return ""
    ordered = sorted(items, key=lambda item: list(OUTLOOKS).index(item.outlook.code))
    counts = Counter(item.word for item in ordered)
    words = say("、").join(
        say("{word}{number}项", word=word, number=counts[word]) for word in counts
    )
    silent = [i for i in items if not i.target.withdrawn and not has_data(evaluation, i)]
    text = say("上表{}项目标：{}。", len(items), words)
    if not silent:
        return text
    if len(silent) == len(items):
        return text + say("规划期内没有一项公布了可用的数值或记录，因此不对进展下结论。")
    return text + say("其中{}项在规划期内没有公布可用的数值或记录。", len(silent))


def meanings(evaluation: Evaluation, items: Iterable[IndicatorEvaluation]) -> str:
    """Return a line a target with data: what it means, or in short what is told elsewhere."""
    return bullets(meaning(evaluation, item) for item in items if has_data(evaluation, item))


def meaning(evaluation: Evaluation, item: IndicatorEvaluation) -> str:
    """Return state, what is needed and outlook; in short where the main indicators tell them.

    The chapter of main indicators has a table and a paragraph for each of its targets: the
    chapters after it give figure and verdict, and lead back to that table by its number.
    """
    if item not in main_indicators(evaluation):
        return plain(targets.meaning(item))
    done, words = item.state.completion, targets.latest_words(item)
    if done is not None:
        words += say("，完成度{}", amounts.share(done))
    verdict = targets.verdict_words(item)
    # in brackets: a Chinese letter before the mark would hide it from the reader of references
    ref = f"[@tab:facts-{item.target_id}]"
    return plain(say("{}。{}", words, verdict)) + say("；详见{}及其说明。", ref)


def cautions(items: Iterable[IndicatorEvaluation]) -> str:
    """Return what a reader must know of the targets' figures: audit findings, calibers set aside.

    One line per target and caution; empty when there is none.
    """
    return bullets(
        plain(say("{}：{}。", item.target.name, _caution(flag)))
        for item in items
        for flag in item.flags
        if flag.code.startswith(CAUTIONS)
    )


def _caution(flag: Flag) -> str:
    """Return a caution, a finding with what its number is."""
    told = either(flag.told_zh or flag.zh, flag.told_en or flag.en)
    text = _MINUS.sub("−", told.rstrip("。"))
    return say("核对编号{}", text) if flag.finding else text


def missing_table(
    evaluation: Evaluation,
    items: Sequence[IndicatorEvaluation],
    caption: str = "",
    key: str = "",
) -> Table | str:
    """Return the compact list of targets that cannot be followed: unit, target, what lacks."""
    wanted = [(item, lacking(evaluation, item)) for item in items]
    rows = [
        {
            say("指标"): item.target.name,
            say("单位"): unit_name(item.target.unit) if item.target.unit else "—",
            say("属性"): amounts.BINDING_ZH[item.target.binding],
            say("目标"): target_cell(item),
            say("缺什么"): say("、").join(missing),
        }
        for item, missing in wanted
        if missing
    ]
    if not rows:
        return say("本节没有缺数据的目标。") if items else ""
    frame = pd.DataFrame(rows)
    note = say(
        "基期为{}年，期内为{}年以来。", evaluation.plan.base_year, evaluation.plan.start_year
    )
    return Table(
        frame,
        caption or say("待补数据清单"),
        note=note,
        align=["left"] * 5,
        key=key,
    )


def series_table(
    series: Series | None, data: Data, caption: str = "", key: str = ""
) -> Table | str:
    """Return the published figures of a series: what, when, under which caliber, from where.

    Figures of other calibers and earlier vintages are in the audit chapter, not here.
    """
    if series is None:
        return say("这一指标没有公布值。")
    region = data.name(series.region)
    spec = data.indicators[series.indicator]
    name, unit = worded(spec, "name"), unit_name(spec["unit"] or "")
    if not series.data:
        return say("{}{}：在所定日期之前没有公布值。", region, plain(name))
    rows = [_series_row(item, data) for item in series.data]
    used = dict.fromkeys(item.source for item in series.data)
    listed = say("；").join(
        say("[{}]{}", source, cited(data.sources[source]["title"])) for source in used
    )
    return Table(
        pd.DataFrame(rows),
        caption
        or say("{region}{name}", region=region, name=name) + (say("（{}）", unit) if unit else ""),
        source=Sourced(say("来源：{}", listed), (item.row for item in series.data)),
        note=_series_note(series),
        align=["left", "right", "left", "left", "left", "left", "left"],
        key=key,
    )


def _series_row(item: Datum, data: Data) -> dict[str, str]:
    value = f"{amounts.QUALIFIER_ZH[item.qualifier]}{amounts.number(item.value)}"
    return {
        say("年份"): item.period,
        say("数值"): value + (say("＊") if item.correction else ""),
        say("价格"): BASIS_ZH.get(item.price_basis, "—"),
        say("口径"): worded(data.calibers[item.caliber], "name"),
        say("状态"): STATUS_ZH[item.status],
        say("公布日"): f"{item.published.isoformat()}{PUBLISHED_ZH[item.published_basis]}",
        say("来源"): item.source,
    }


def _series_note(series: Series) -> str:
    notes = []
    if any(item.published_basis == "latest_possible" for item in series.data):
        notes.append(say("“最迟”指公布日不详，按可能的最晚日期计"))
    if any(item.published_basis == "address" for item in series.data):
        notes.append(say("“据网址”指公布日由网址推断"))
    if any(item.correction for item in series.data):
        notes.append(say("＊为已声明的更正，见数据质量一章"))
    if any(item.status == "derived" for item in series.data):
        notes.append(say("推算值由公布的增速或倍数反推，不计入证据"))
    return say("；").join(notes) + (say("。") if notes else "")
