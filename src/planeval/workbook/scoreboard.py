"""The workbook's scoreboard: one row per target, binding ones first, figures as numbers."""

from __future__ import annotations

from typing import Any

from openpyxl.formatting.rule import DataBarRule, FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from planeval.words.language import either, say
from planeval.words.names import region_name
from planeval.words.reasons import said, verdict
from planeval.workbook.sheet import (
    BINDING,
    KINDS,
    NO_SIGN,
    SHARE,
    SIGNS,
    WHOLE,
    Column,
    decimals,
    font,
    places,
    put,
    table,
    term,
    unit,
    word,
)

HEAD = 4  # row of the heads: title, what it is of, and the key of the signs stand above
_ORDER = ("binding", "expected", None)
#: Light tints of Okabe and Ito's blue, yellow and vermilion: told apart by colour-blind
#: readers, and of three different greys in print.
_TINTS = {"good": "CFE3F2", "middle": "FFF6CC", "poor": "F4C7AE", "unknown": "F2F2F2"}
#: Columns that are all empty, or all full, once the plan's time is over; hidden then.
_AHEAD = (
    "时序进度", "仍需年均增速（%）", "仍需每年变化", "概率", "预测中位数", "80%区间下限",
    "80%区间上限", "预测单位",
)  # fmt: skip
_POINTS = '0.0;"−"0.0'


def columns(*, settled: bool = False) -> list[Column]:
    """Return the columns of the scoreboard, heads in the language spoken.

    Of a settled plan the outlook is a result.
    """
    return [
        Column(word("序号"), 5.5, WHOLE),
        Column(word("指标"), 25, wrap=True),
        Column(word("单位"), 9.5, wrap=True),
        Column(word("属性"), 10.5, wrap=True),
        Column(word("目标类型"), 9, wrap=True),
        Column(word("目标年"), 7, WHOLE),
        Column(word("基期值"), 9, ""),
        Column(word("目标值"), 9, ""),
        Column(word("目标原文"), 13, wrap=True),
        Column(word("最新年份"), 7, WHOLE),
        Column(word("最新值"), 9, ""),
        Column(word("完成度"), 11.5, SHARE),
        Column(word("时序进度"), 10, SHARE),
        Column(word("仍需年均增速（%）"), 13, _POINTS),
        Column(word("仍需每年变化"), 12, ""),
        Column(word("信号"), 6),
        Column(word("完成情况" if settled else "前景"), 12, wrap=True),
        Column(word("概率"), 10.5, '0%;"−"0%'),
        Column(word("预测中位数"), 9.5, ""),
        Column(word("80%区间下限"), 9.5, ""),
        Column(word("80%区间上限"), 9.5, ""),
        Column(word("预测单位"), 9.5, wrap=True),
        Column(word("证据等级"), 9.5),
        Column(word("备注"), 36, wrap=True),
    ]


def row_of(item: IndicatorEvaluation) -> list[Any]:
    """Return one target's row; None where nothing is known."""
    target, state, outlook, latest = item.target, item.state, item.outlook, item.latest
    kept = _decimals(item)

    return [
        target.no,
        either(target.name_zh, target.name_en),
        unit(target.unit),
        term(BINDING, target.binding),
        term(KINDS, target.kind),
        target.target_year,
        item.own_base.value if item.own_base else None,
        target.target,
        target.target_text,
        latest.year if latest else None,
        latest.value if latest else None,
        _rounded(state.completion, 6),
        _rounded(state.schedule, 6),
        _rounded(state.required_growth_pct, 4),
        _rounded(state.required_change, 4),
        SIGNS.get(outlook.code, NO_SIGN)[0],
        verdict(item),
        _rounded(outlook.probability, 4),
        _rounded(outlook.median, kept),
        _rounded(outlook.lo80, kept),
        _rounded(outlook.hi80, kept),
        unit(outlook.unit) if outlook.lo80 is not None else None,
        item.evidence.grade,
        _remark(item),
    ]


def _rounded(value: float | None, digits: int) -> float | None:
    """Return a figure with the digits it has in the evaluation's JSON."""
    return None if value is None else round(float(value), digits)


def _decimals(item: IndicatorEvaluation) -> int:
    """Return how many decimals a forecast bears: one more than target and latest figure have."""
    known = [item.target.target, item.latest.value if item.latest else None]
    texts = [f"{value:.3f}".rstrip("0") for value in known if value is not None]
    return max((len(text.partition(".")[2]) for text in texts), default=1) + 1


def _remark(item: IndicatorEvaluation) -> str:
    """Return why something is missing, what to bear in mind, and the findings to look up."""
    reasons = [
        said(*item.outlook.reasons),
        said(item.state.reason),
        *(said(flag.reason) for flag in item.flags if not flag.finding),
    ]
    listed = list(dict.fromkeys(flag.finding.finding_id for flag in item.flags if flag.finding))
    each = list(dict.fromkeys(text.strip().rstrip("。.") for text in reasons if text))
    if listed:
        each.append(say("见核对表{}", places(listed)))
    return either("；", "; ").join(text for text in each if text)


def ordered(evaluation: Evaluation) -> list[IndicatorEvaluation]:
    """Return the targets as the scoreboard lists them: binding, expected, those of the text."""
    return sorted(evaluation.indicators, key=lambda item: _ORDER.index(item.target.binding))


def scoreboard(sheet: Worksheet, evaluation: Evaluation) -> None:
    """Write the scoreboard with its title, its key and its conditional colours."""
    plan, listed = evaluation.plan, columns(settled=evaluation.settled)
    put(sheet["A1"], say("{}：记分板", either(plan.name_zh, plan.name_en))).font = font(
        bold=True, size=16
    )
    region = region_name(plan.data, plan.region)
    told = say("{}　评估年 {}　数据截至 {}", region, evaluation.year, evaluation.as_of.isoformat())
    put(sheet["A2"], told).font = font()
    signs = [
        ("✓", word("已完成")),
        ("▲", word("较可能或很可能")),
        ("●", word("难分或推进中")),
        ("▼", word("较难或很难")),
        ("✗", word("未完成")),
        ("○", say("不能判断（原因见“备注”）")),
    ]
    key = word("信号") + either("：", ": ") + places([f"{sign} {word}" for sign, word in signs])
    blank = say("空格和“—”表示未公布或无定义，不表示零。")
    put(sheet["A3"], f"{key}{either('。', '. ')}{blank}").font = font(size=9)
    rows = [row_of(item) for item in ordered(evaluation)]
    table(sheet, listed, rows, "scoreboard", HEAD, pinned=2)
    sheet.row_dimensions[1].height = 24
    sheet.row_dimensions[HEAD].height = 50
    sheet.print_title_rows = f"1:{HEAD}"
    forecasts = [at for at, column in enumerate(listed, start=1) if column.title in (
        word("预测中位数"), word("80%区间下限"), word("80%区间上限"))]  # fmt: skip
    for row, item in enumerate(ordered(evaluation), start=HEAD + 1):
        for at in forecasts:
            if sheet.cell(row, at).value is not None:
                sheet.cell(row, at).number_format = decimals(0.0, _decimals(item))
    for at, column in enumerate(listed, start=1):
        if column.title in (word("信号"), word("证据等级"), word("序号")):
            for (cell,) in sheet.iter_rows(HEAD + 1, HEAD + len(rows), at, at):
                cell.alignment = Alignment(horizontal="center", vertical="top")
    _colour(sheet, [column.title for column in listed], HEAD + len(rows))
    if evaluation.settled:
        ahead = {word(name) for name in _AHEAD}
        for at, column in enumerate(listed, start=1):
            if column.title in ahead:
                sheet.column_dimensions[get_column_letter(at)].hidden = True


def _colour(sheet: Worksheet, titles: list[str], last: int) -> None:
    """Colour sign, outlook and probability by the sign, and bar the completion."""
    sign, chance = titles.index(word("信号")) + 1, titles.index(word("概率")) + 1
    where = f"{get_column_letter(sign)}{HEAD + 1}:{get_column_letter(chance)}{last}"
    cell = f"${get_column_letter(sign)}{HEAD + 1}"
    groups: dict[str, set[str]] = {}
    for mark, group in (*SIGNS.values(), NO_SIGN):
        groups.setdefault(group, set()).add(mark)
    for group, marks in groups.items():
        same = ",".join(f'{cell}="{mark}"' for mark in sorted(marks))
        rule = FormulaRule(
            formula=[f"OR({same})"],
            fill=PatternFill("solid", bgColor=_TINTS[group]),
            font=Font(bold=True) if group == "poor" else None,
        )
        sheet.conditional_formatting.add(where, rule)
    done = get_column_letter(titles.index(word("完成度")) + 1)
    due = get_column_letter(titles.index(word("时序进度")) + 1)
    bars = f"{done}{HEAD + 1}:{done}{last}"
    first = HEAD + 1
    behind = f"AND(ISNUMBER(${done}{first}),ISNUMBER(${due}{first}),${done}{first}<${due}{first})"
    sheet.conditional_formatting.add(bars, FormulaRule(formula=[behind], font=Font(italic=True)))
    sheet.conditional_formatting.add(
        bars,
        DataBarRule(start_type="num", start_value=0, end_type="num", end_value=1, color="9CC3E0"),
    )
