"""Words and cells every view uses: what is said of one figure, one target, one source.

Nothing here draws a table or a chart; :mod:`planeval.chapters.base` passes it all on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from analysis.data.series import Datum, annual_series
from analysis.data.units import unit_name
from analysis.growth.rates import cagr
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from planeval.show.cell import Sourced
from planeval.show.table import clean, number
from planeval.words import figures as amounts
from planeval.words.language import Terms, mark, say, spoken
from planeval.words.titles import cited

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
    return _MARKS.sub(r"\\\1", clean(text))


def bullets(sentences: Iterable[str]) -> str:
    """Return sentences as a Markdown list, empty ones left out.

    Examples
    --------
    >>> print(bullets(["甲。", "", "乙。"]))
    - 甲。
    - 乙。
    """
    return "\n".join(f"- {sentence}" for sentence in sentences if sentence)


def growth(value: float | None, price_basis: str, digits: int = 1) -> str:
    """Return a growth rate in per cent with its price basis, which is never left unsaid.

    Examples
    --------
    >>> growth(5.56, "current"), growth(-2.0, "constant"), growth(7.0, "not_applicable")
    ('现价增长5.6%', '可比价下降2.0%', '增长7.0%')
    """
    if value is None:
        return "—"
    # rounded before its sign is read, so that −0.04 does not fall by 0.0 %
    basis = price_basis if price_basis in BASIS_ZH else ""
    return say(_GROWTH[round(value, digits) >= 0, basis], f"{abs(value):.{digits}f}")


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
    return ("; " if comma else say("、")).join(each)


def signed(value: float | None, digits: int = 1) -> str:
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
    return Sourced(line, (figure.row for figure in told))


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
    return say("{}（{}）", item.target.name, unit_name(unit)) if unit else item.target.name


def value_cell(figure: Datum | None) -> str:
    """Return a figure with its year, without its unit: the row's name carries it."""
    if figure is None:
        return "—"
    sign = amounts.QUALIFIER_ZH[figure.qualifier]
    return say("{}（{}）", sign + amounts.number(figure.value), figure.period)


def progress_cell(item: IndicatorEvaluation) -> str:
    """Return completion beside schedule, or what stands for it in targets of other kinds."""
    state, record = item.state, item.state.record
    if "differences_pp" in record:
        gaps = list(record["differences_pp"].values())
        low, high = signed(min(gaps)), signed(max(gaps))
        return say("年均差{}个百分点", low if low == high else say("{}至{}", low, high))
    if record.get("years_observed"):
        return say("公布{}年，达标{}年", record["years_observed"], record["years_met"])
    if state.completion is not None and item.at_end:
        return amounts.share(state.completion)
    if state.completion is not None:
        return f"{amounts.share(state.completion)} / {amounts.share(state.schedule, 0)}"
    return "—"


def needed_cell(item: IndicatorEvaluation) -> str:
    """Return the yearly change still needed; growth with its price basis where it has one."""
    state, latest = item.state, item.latest
    growing = item.target.kind == "avg_growth" and state.required_growth_pct is not None
    if state.met and not growing:  # a mean met so far is not yet met at the end
        return say("已达")
    if state.required_growth_pct is not None and latest is not None:
        basis = BASIS_ZH.get(latest.price_basis, "")
        return f"{signed(state.required_growth_pct)}%" + (say("（{}）", basis) if basis else "")
    if state.required_change is None:
        return "—"
    if item.target.kind == "cumulative":
        return say("每年{}", amounts.number(state.required_change))
    return say("{}个百分点", signed(state.required_change, 2))


def outlook_head(evaluation: Evaluation) -> str:
    """Return the head of the column of outlooks: of a settled plan they are results."""
    return say("完成情况") if evaluation.settled else say("前景（概率）")


def outlook_cell(item: IndicatorEvaluation) -> str:
    """Return the outlook's word with its probability, short enough for a cell."""
    outlook = item.outlook
    if outlook.probability is None or outlook.code in ("achieved", "achieved_open", "missed"):
        return item.word
    return f"{outlook.word} {amounts.chance(outlook.probability)}"
