"""What every chapter shows in the same way: tables of targets, of a series, of what is missing.

A view is a Table, a Chart or a str of Chinese Markdown. It reads no file and prints nothing;
what is unknown becomes a plain sentence instead of an empty table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import pandas as pd

from analysis import wording
from analysis.charts import Chart
from analysis.clean import Datum, Series
from analysis.evaluation import Evaluation
from analysis.observations import Data
from analysis.progress_types import OUTLOOKS, IndicatorEvaluation
from analysis.tables import Table, clean, number

View = Chart | Table | str

BASIS_ZH = {"current": "现价", "constant": "可比价"}
STATUS_ZH = {
    "derived": "推算",
    "first_estimate": "初步数",
    "reported": "公布数",
    "final": "最终核实",
    "revised": "修订数",
}
RELIABILITY_ZH = {"high": "高", "medium": "中", "low": "低"}
PUBLISHED_ZH = {"stated": "", "latest_possible": "（最迟）", "address": "（据网址）"}
SHORT_BINDING_ZH = {"binding": "约束", "expected": "预期", None: "—"}
_MARKS = re.compile(r"([\\`*_#<>\[\]|~$@^&])")


def show(*objects: View | None) -> None:
    """Display views in a chapter: text as Markdown, charts and tables as they draw themselves.

    None and empty text are left out, so that a section may have nothing to add.
    """
    from IPython.display import Markdown, display

    for item in objects:
        if isinstance(item, str):
            if item.strip():
                display(Markdown(item))
        elif item is not None:
            display(item)


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
    verb = "增长" if round(value, digits) >= 0 else "下降"
    return f"{BASIS_ZH.get(price_basis, '')}{verb}{abs(value):.{digits}f}%"


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


def has_data(evaluation: Evaluation, item: IndicatorEvaluation) -> bool:
    """Tell whether anything published within the plan speaks of the target."""
    told = ("differences_pp", "to_date", "status", "level_needed")
    return within(evaluation, item) is not None or any(key in item.state.record for key in told)


def lacking(evaluation: Evaluation, item: IndicatorEvaluation) -> list[str]:
    """Return what has to be collected before the target can be judged, in Chinese words."""
    kind, target = item.target.kind, item.target
    if kind == "milestone":
        return [] if item.state.record else ["进展记录"]
    missing = []
    if target.target is None and kind == "assigned":
        missing.append("下达的目标值")
    if kind == "cumulative":
        if "to_date" not in item.state.record:
            missing.append("规划期各年数值")
        return missing
    if item.outlook.code == "not_due":
        return missing
    if item.baseline is None and kind != "assigned":
        missing.append(f"{evaluation.plan.base_year}年基期值")
    if within(evaluation, item) is None:
        missing.append("规划期内数值")
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
    """Return the source line of a table or chart: number and title of every source, each once."""
    titles = evaluation.data.sources
    names = dict.fromkeys(figure.source for figure in used if figure is not None)
    listed = "；".join(f"[{name}]《{titles[name]['title']}》" for name in names)
    return f"来源：{listed}" if listed else ""


def target_name(item: IndicatorEvaluation) -> str:
    """Return a target's name with its unit, as the first cell of a row."""
    unit = item.target.unit
    return f"{item.target.name_zh}（{unit}）" if unit else item.target.name_zh


def value_cell(figure: Datum | None) -> str:
    """Return a figure with its year, without its unit: the row's name carries it."""
    if figure is None:
        return "—"
    sign = wording.QUALIFIER_ZH[figure.qualifier]
    return f"{sign}{wording.number(figure.value)}（{figure.period}）"


def progress_cell(item: IndicatorEvaluation) -> str:
    """Return completion beside schedule, or what stands for it in targets of other kinds."""
    state, record = item.state, item.state.record
    if "differences_pp" in record:
        gaps = list(record["differences_pp"].values())
        low, high = signed(min(gaps)), signed(max(gaps))
        return f"年均差{low if low == high else f'{low}至{high}'}个百分点"
    if record.get("years_observed"):
        return f"公布{record['years_observed']}年，达标{record['years_met']}年"
    if state.completion is not None:
        return f"{wording.share(state.completion)} / {wording.share(state.schedule, 0)}"
    return "—"


def needed_cell(item: IndicatorEvaluation) -> str:
    """Return the yearly change still needed; growth with its price basis where it has one."""
    state, latest = item.state, item.latest
    if state.met:
        return "已达"
    if state.required_growth_pct is not None and latest is not None:
        basis = BASIS_ZH.get(latest.price_basis, "")
        return f"{signed(state.required_growth_pct)}%" + (f"（{basis}）" if basis else "")
    if state.required_change is None:
        return "—"
    if item.target.kind == "cumulative":
        return f"每年{wording.number(state.required_change)}"
    return f"{signed(state.required_change, 2)}个百分点"


def outlook_cell(item: IndicatorEvaluation) -> str:
    """Return the outlook's word with its probability, short enough for a cell."""
    outlook = item.outlook
    if outlook.probability is None or outlook.code in ("achieved", "missed"):
        return outlook.word_zh
    return f"{outlook.word_zh} {wording.chance(outlook.probability)}"


def targets_table(
    evaluation: Evaluation,
    items: Sequence[IndicatorEvaluation],
    caption: str = "目标、现状与前景",
    key: str = "",
) -> Table | str:
    """Return the table of a group of targets: state, outlook and evidence in three columns.

    Returns
    -------
    Table or str
        A sentence instead when the plan has no such target.
    """
    if not items:
        return "本规划没有列入本节的目标。"
    rows = [_target_row(evaluation, item) for item in items]
    frame = pd.DataFrame(rows)
    weights = {"指标（单位）": 24, "最新值（年）": 15, "完成 / 时序": 14, "前景（概率）": 15}
    if all(item.target.binding is None for item in items):
        frame = frame.drop(columns="属性")
    widths = [weights.get(column, 11) for column in frame.columns[:-1]] + [6]
    return Table(
        frame,
        caption,
        source=sources(evaluation, figures(items)),
        note=_targets_note(evaluation, items),
        widths=widths,
        align=["left"] * len(widths),
        key=key,
    )


def _target_row(evaluation: Evaluation, item: IndicatorEvaluation) -> dict[str, str]:
    base = item.baseline
    goal = item.target.target_text
    if item.target.assigned and item.target.target is not None:
        goal = wording.number(item.target.target)
    return {
        "指标（单位）": target_name(item),
        "属性": SHORT_BINDING_ZH[item.target.binding],
        "基期": "—" if base is None else wording.number(base.value),
        "目标": goal,
        "最新值（年）": value_cell(within(evaluation, item)),
        "完成 / 时序": progress_cell(item),
        "仍需每年": needed_cell(item),
        "前景（概率）": outlook_cell(item),
        "证据": item.evidence.grade,
    }


def _targets_note(evaluation: Evaluation, items: Sequence[IndicatorEvaluation]) -> str:
    years = sorted({item.target.target_year for item in items})
    span = "、".join(map(str, years))
    base = evaluation.plan.base_year
    seen = [within(evaluation, item) for item in items]
    behind = [figure.year for figure in seen if figure and figure.year < evaluation.year]
    late = "时序按评估年计，最新值早于评估年的，两者不在同一年。" if behind else ""
    return (
        f"基期为{base}年，目标年为{span}年；“—”表示未公布或无定义，不表示零。"
        f"“仍需每年”指从最新值到目标年平均每年的变化。{late}"
    )


def targets_reading(evaluation: Evaluation, items: Sequence[IndicatorEvaluation]) -> str:
    """Return one sentence on a table of targets: how many, how they stand, what is missing."""
    if not items:
        return ""
    counts = Counter(item.outlook.code for item in items)
    words = "、".join(f"{OUTLOOKS[code][0]}{counts[code]}项" for code in OUTLOOKS if counts[code])
    silent = [item for item in items if not has_data(evaluation, item)]
    text = f"上表{len(items)}项目标：{words}。"
    if not silent:
        return text
    if len(silent) == len(items):
        return text + "规划期内没有一项公布了可用的数值或记录，因此不对进展下结论。"
    return text + f"其中{len(silent)}项在规划期内没有公布可用的数值或记录。"


def meanings(evaluation: Evaluation, items: Iterable[IndicatorEvaluation]) -> str:
    """Return state, what is needed and outlook as a list, for targets with data only."""
    return bullets(plain(wording.meaning(item)) for item in items if has_data(evaluation, item))


def missing_table(
    evaluation: Evaluation,
    items: Sequence[IndicatorEvaluation],
    caption: str = "待补数据清单",
    key: str = "",
) -> Table | str:
    """Return the compact list of targets that cannot be followed: unit, target, what lacks."""
    wanted = [(item, lacking(evaluation, item)) for item in items]
    rows = [
        {
            "指标": item.target.name_zh,
            "单位": item.target.unit or "—",
            "属性": SHORT_BINDING_ZH[item.target.binding],
            "目标": item.target.target_text,
            "缺什么": "、".join(missing),
        }
        for item, missing in wanted
        if missing
    ]
    if not rows:
        return "本节没有缺数据的目标。" if items else ""
    frame = pd.DataFrame(rows)
    return Table(frame, caption, widths=[34, 11, 7, 20, 24], align=["left"] * 5, key=key)


def series_table(
    series: Series | None, data: Data, caption: str = "", key: str = ""
) -> Table | str:
    """Return the published figures of a series: what, when, under which caliber, from where.

    Figures of other calibers and earlier vintages are in the audit chapter, not here.
    """
    if series is None:
        return "这一指标没有公布值。"
    place = data.name(series.region)
    spec = data.indicators[series.indicator]
    name, unit = spec["name_zh"], spec["unit"] or ""
    if not series.data:
        return f"{place}{plain(name)}：在所定日期之前没有公布值。"
    rows = [_series_row(item, data) for item in series.data]
    used = dict.fromkeys(item.source for item in series.data)
    listed = "；".join(f"[{source}]《{data.sources[source]['title']}》" for source in used)
    return Table(
        pd.DataFrame(rows),
        caption or f"{place}{name}" + (f"（{unit}）" if unit else ""),
        source=f"来源：{listed}",
        note=_series_note(series),
        widths=[7, 13, 10, 18, 10, 18, 8],
        align=["left", "right", "left", "left", "left", "left", "left"],
        key=key,
    )


def _series_row(item: Datum, data: Data) -> dict[str, str]:
    value = f"{wording.QUALIFIER_ZH[item.qualifier]}{wording.number(item.value)}"
    return {
        "年份": item.period,
        "数值": value + ("＊" if item.correction else ""),
        "价格": BASIS_ZH.get(item.price_basis, "—"),
        "口径": data.calibers[item.caliber]["name_zh"],
        "状态": STATUS_ZH[item.status],
        "公布日": f"{item.published.isoformat()}{PUBLISHED_ZH[item.published_basis]}",
        "来源": item.source,
    }


def _series_note(series: Series) -> str:
    notes = []
    if any(item.published_basis == "latest_possible" for item in series.data):
        notes.append("“最迟”指公布日不详，按可能的最晚日期计")
    if any(item.published_basis == "address" for item in series.data):
        notes.append("“据网址”指公布日由网址推断")
    if any(item.correction for item in series.data):
        notes.append("＊为已声明的更正，见数据质量一章")
    if any(item.status == "derived" for item in series.data):
        notes.append("推算值由公布的增速或倍数反推，不计入证据")
    return "；".join(notes) + ("。" if notes else "")
