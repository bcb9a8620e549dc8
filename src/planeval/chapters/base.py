"""What every chapter shows in the same way: tables of targets, of a series, of what is missing.

A view is a Table, a Chart or a str of Markdown. It reads no file and prints nothing;
what is unknown becomes a plain sentence instead of an empty table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import pandas as pd

from analysis.data.observations import Data
from analysis.data.series import Datum, Series, annual_series
from analysis.growth.rates import cagr
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import OUTLOOKS, Flag, IndicatorEvaluation
from planeval.show.chart import Chart
from planeval.show.table import Table, clean, number
from planeval.words import amounts, targets
from planeval.words.amounts import unit_name
from planeval.words.cell import Cell, Figure, kept, marks_of, printed, sourced, value_of
from planeval.words.language import Terms, mark, say, spoken, tidy, worded
from planeval.words.names import STATUS_ZH, cited, name_of, region_name
from planeval.words.reasons import caution, outlook_word, verdict
from planeval.words.targets import of, target_cell

# --- Words and cells every view uses: what is said of one figure, one target, one source ---
# Nothing here draws a table or a chart; :mod:`planeval.chapters.base` passes it all on.


BASIS_ZH = Terms({"current": "现价", "constant": "可比价"})
# growth by (rising, price basis)
_GROWTH = {
    (True, "current"): mark("现价增长{}%"),
    (False, "current"): mark("现价下降{}%"),
    (True, "constant"): mark("可比价增长{}%"),
    (False, "constant"): mark("可比价下降{}%"),
    (True, ""): mark("增长{}%"),
    (False, ""): mark("下降{}%"),
}
RELIABILITY_ZH = Terms({"high": "高", "medium": "中", "low": "低"})
PUBLISHED_ZH = Terms({"stated": "", "latest_possible": "（最迟）", "address": "（据网址）"})
_MARKS = re.compile(r"([\\`*_#<>\[\]|~$@^&])")


# more sources than this are named by number, with their titles in the table of sources
TITLED_SOURCES = 4
# targets with a table and a paragraph of their own in the chapter of main indicators
TOLD_AT_MOST = 24


def plain(text: object) -> str:
    r"""Return words out of the data so that Markdown prints them letter by letter.

    Only the marks that Markdown reads in running text are escaped, so that a figure stays
    readable in a notebook's source; table cells need nothing, a Table escapes its own.

    Examples
    --------
    >>> print(plain("R&D*：增长32.7%，-0.3到+0.7"))
    R\&D\*：增长32.7%，-0.3到+0.7
    """
    return kept(text if isinstance(text, str) else str(text), _escaped)


def _escaped(text: str) -> str:
    return _MARKS.sub(r"\\\1", clean(text))


def bullets(sentences: Iterable[str]) -> str:
    """Return sentences as a Markdown list, empty ones left out.

    Examples
    --------
    >>> print(bullets(["甲。", "", "乙。"]))
    - 甲。
    - 乙。
    """
    return Cell("\n").join("- " + sentence for sentence in sentences if sentence)


def growth(figure: Figure, price_basis: str, digits: int = 1) -> str:
    """Return a growth rate in per cent with its price basis, which is never left unsaid.

    Examples
    --------
    >>> growth(5.56, "current"), growth(-2.0, "constant"), growth(7.0, "not_applicable")
    ('现价增长5.6%', '可比价下降2.0%', '增长7.0%')
    """
    value = value_of(figure)
    if value is None:
        return "—"
    # rounded before its sign is read, so that −0.04 does not fall by 0.0 %
    basis = price_basis if price_basis in BASIS_ZH else ""
    size = printed(f"{abs(value):.{digits}f}", figure)
    return say(_GROWTH[round(value, digits) >= 0, basis], size)


def listed(names: Iterable[str]) -> str:
    """Return names in a row; English parts them by semicolons where a name holds a comma.

    Examples
    --------
    >>> listed(["甲", "乙"])
    '甲、乙'
    >>> from planeval.words.language import speaking
    >>> with speaking("en"):
    ...     listed(["Trade, imports and exports", "Jobs"]), listed(["Trade", "Jobs"])
    ('Trade, imports and exports; Jobs', 'Trade, Jobs')
    """
    each = list(names)
    comma = spoken() == "en" and any(", " in name for name in each)
    return (Cell("; ") if comma else say("、")).join(each)


def signed(value: Figure, digits: int = 1) -> str:
    """Return a difference with its sign, as tables print it.

    Examples
    --------
    >>> signed(-0.26), signed(0.74), signed(None)
    ('−0.3', '+0.7', '—')
    """
    return number(value, digits, sign=True)


def within(evaluation: Evaluation, item: IndicatorEvaluation) -> Datum | None:
    """Return the latest published figure of the plan's own years, None where there is none.

    A target without one keeps its base value as ``latest``; that is no progress.
    """
    latest = item.latest
    return latest if latest is not None and latest.year >= evaluation.plan.start_year else None


def followed(evaluation: Evaluation) -> list[IndicatorEvaluation]:
    """Return the targets with a figure within the plan, binding ones and the table's first."""
    items = [
        item
        for item in evaluation.in_force
        if item.target.kind != "milestone" and within(evaluation, item) is not None
    ]

    def rank(item: IndicatorEvaluation) -> tuple[bool, bool]:
        return item.target.binding != "binding", item.target.section != "table"

    return sorted(items, key=rank)


def main_indicators(evaluation: Evaluation) -> list[IndicatorEvaluation]:
    """Return the targets a report tells one by one, binding ones first."""
    return followed(evaluation)[:TOLD_AT_MOST]


def has_data(evaluation: Evaluation, item: IndicatorEvaluation) -> bool:
    """Tell whether anything published within the plan speaks of the target."""
    told = ("differences_pp", "to_date", "status", "level_needed")
    return within(evaluation, item) is not None or any(key in item.state.record for key in told)


def lacking(evaluation: Evaluation, item: IndicatorEvaluation) -> list[str]:
    """Return what has to be collected before the target can be judged, in words."""
    kind, target = item.target.kind, item.target
    if target.withdrawn:
        return []
    if kind == "milestone":
        return [] if item.state.record else [say("进展记录")]
    missing = []
    if target.target is None and kind == "assigned":
        missing.append(say("下达的目标值"))
    if kind == "cumulative":
        if "to_date" not in item.state.record:
            missing.append(say("期内各年数值"))
        return missing
    if item.outlook.code == "not_due":
        return missing
    if item.baseline is None and kind != "assigned":
        missing.append(say("基期值"))
    if within(evaluation, item) is None:
        missing.append(say("期内同口径数值") if item.context else say("期内数值"))
    return missing


def figures(items: Iterable[IndicatorEvaluation]) -> list[Datum]:
    """Return the published figures a group of targets rests on, each once."""
    found: dict[tuple, Datum] = {}
    for item in items:
        for figure in (item.baseline, item.latest):
            if figure is not None:
                found[(figure.region, figure.indicator, figure.period)] = figure
    return list(found.values())


def sources(evaluation: Evaluation, used: Iterable[Datum | None]) -> str:
    """Return the source line of a table or chart: number and title of every source, each once.

    The line knows its observations, so that the table's figures can be led to them.
    """
    told = [figure for figure in used if figure is not None]
    line = titles(evaluation, (figure.source for figure in told))
    return sourced(line, (figure.row for figure in told))


def titles(evaluation: Evaluation, names: Iterable[str]) -> str:
    """Return the source line for sources known by their number, each once."""
    given = evaluation.data.sources
    each = list(dict.fromkeys(names))
    if len(each) > TITLED_SOURCES:
        return say("来源：{}，题名见来源表", say("、").join(f"[{name}]" for name in each))
    listed = say("；").join(say("[{}]{}", name, cited(given[name]["title"])) for name in each)
    return say("来源：{}", listed) if listed else ""


def mean_growth(
    evaluation: Evaluation, region: str, indicator: str, caliber: str = "default"
) -> tuple[Datum, Datum, float] | None:
    """Return base value, latest value and the compound growth between them, per cent a year.

    None without a base of the plan's base year, or without a later figure. The rate has the
    price basis of the two figures; None too when theirs differ.

    Formula: 100 ((x / x0)^(1 / (t - t0)) - 1).
    """
    series = annual_series(
        evaluation.data,
        region,
        indicator,
        caliber=caliber,
        as_of=evaluation.as_of,
        until=evaluation.year,
    )
    base, last = series.at(evaluation.plan.base_year), series.last
    if base is None or last is None or last.year <= base.year or base.value <= 0:
        return None
    if base.price_basis != last.price_basis or last.value < 0:
        return None
    return base, last, 100 * cagr(base.value, last.value, last.year - base.year)


def target_name(item: IndicatorEvaluation) -> str:
    """Return a target's name with its unit, as the first cell of a row."""
    unit = item.target.unit
    return say("{}（{}）", name_of(item.target), unit_name(unit)) if unit else name_of(item.target)


def value_cell(figure: Datum | None) -> str:
    """Return a figure with its year, without its unit: the row's name carries it."""
    if figure is None:
        return "—"
    sign = amounts.QUALIFIER_ZH[figure.qualifier]
    return say("{}（{}）", sign + amounts.number(figure), figure.period)


def progress_cell(item: IndicatorEvaluation) -> str:
    """Return completion beside schedule, or what stands for it in targets of other kinds."""
    state, record = item.state, item.state.record
    if "differences_pp" in record:
        low, high = (signed(targets.difference(item, end)) for end in (min, max))
        return say("年均差{}个百分点", low if low == high else say("{}至{}", low, high))
    if record.get("years_observed"):
        return say("公布{}年，达标{}年", record["years_observed"], record["years_met"])
    if state.completion is not None:
        done, due = amounts.share(of(item, "completion")), amounts.share(of(item, "schedule"), 0)
        return done if item.at_end else done + " / " + due
    return "—"


def needed_cell(item: IndicatorEvaluation) -> str:
    """Return the yearly change still needed; growth with its price basis where it has one."""
    state, latest = item.state, item.latest
    growing = item.target.kind == "avg_growth" and state.required_growth_pct is not None
    if state.met and not growing:  # a mean met so far is not yet met at the end
        return say("已达")
    if state.required_growth_pct is not None and latest is not None:
        basis = BASIS_ZH.get(latest.price_basis, "")
        rate = number(of(item, "required_growth_pct"), sign=True, unit="%")
        return rate + (say("（{}）", basis) if basis else "")
    if state.required_change is None:
        return "—"
    if item.target.kind == "cumulative":
        return say("每年{}", amounts.number(of(item, "required_change")))
    return say("{}个百分点", signed(of(item, "required_change"), 2))


def outlook_head(evaluation: Evaluation) -> str:
    """Return the head of the column of outlooks: of a settled plan they are results."""
    return say("完成情况") if evaluation.settled else say("前景（概率）")


def outlook_cell(item: IndicatorEvaluation) -> str:
    """Return the outlook's word with its probability, short enough for a cell."""
    outlook = item.outlook
    if outlook.probability is None or outlook.code in ("achieved", "achieved_open", "missed"):
        return verdict(item)
    return outlook_word(outlook.code) + " " + amounts.chance(of(item, "probability"))


View = Chart | Table | str
#: The origins of a text's figures among what a notebook's output says of itself.
ORIGINS = "origins"
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
                text = tidy(item)
                display(Markdown(text, metadata={ORIGINS: marks_of(text)}))
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
        say("基期"): "—" if base is None or later_base(evaluation, item) else amounts.number(base),
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
    counts = Counter(verdict(item) for item in ordered)
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
        words += say("，完成度{}", amounts.share(of(item, "completion")))
    verdict = targets.verdict_words(item)
    # in brackets: a Chinese letter before the mark would hide it from the reader of references
    ref = f"[@tab:facts-{item.target_id}]"
    return plain(say("{}。{}", words, verdict)) + say("；详见{}及其说明。", ref)


def cautions(items: Iterable[IndicatorEvaluation]) -> str:
    """Return what a reader must know of the targets' figures: audit findings, calibers set aside.

    One line per target and caution; empty when there is none.
    """
    return bullets(
        plain(say("{}：{}。", name_of(item.target), _caution(flag)))
        for item in items
        for flag in item.flags
        if flag.code.startswith(CAUTIONS)
    )


def _caution(flag: Flag) -> str:
    """Return a caution, a finding with what its number is."""
    text = caution(flag).rstrip("。")
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
            say("指标"): name_of(item.target),
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
    region = region_name(data, series.region)
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
        source=sourced(say("来源：{}", listed), (item.row for item in series.data)),
        note=_series_note(series),
        align=["left", "right", "left", "left", "left", "left", "left"],
        key=key,
    )


def _series_row(item: Datum, data: Data) -> dict[str, str]:
    value = amounts.QUALIFIER_ZH[item.qualifier] + amounts.number(item)
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
