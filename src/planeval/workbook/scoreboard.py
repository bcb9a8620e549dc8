"""The workbook's targets: a scoreboard, one row per target, and a chart of each indicator."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from openpyxl.chart import LineChart, Reference
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import Series as Line
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties
from openpyxl.drawing.text import Font as ChartFont
from openpyxl.formatting.rule import DataBarRule, FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from analysis.targets.evaluation import Evaluation
from analysis.targets.kinds import kind_of
from analysis.targets.path import YearlyPath, yearly_path
from analysis.targets.types import IndicatorEvaluation
from planeval.words.amounts import number
from planeval.words.language import either, say
from planeval.words.names import region_name
from planeval.words.reasons import said, verdict
from planeval.workbook.sheet import (
    BINDING,
    INK,
    KINDS,
    NO_SIGN,
    SHARE,
    SIGNS,
    WHOLE,
    Column,
    call,
    decimals,
    fill,
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


# --- One block per indicator, its figures beside a native line chart -------------------------

_TOP = 3  # rows above the first block
_ROWS = 21  # rows of a block, the height of its chart with it
_PER_PAGE = 3
_SIZE = (15.5, 8.6)  # centimetres
#: colour, dash, width in points, marker: every line differs in more than its colour
_LOOKS: tuple[tuple[str, str | None, float, str | None], ...] = (
    ("0072B2", "solid", 2.25, "circle"),
    ("666666", "dash", 1.25, None),
    ("D55E00", None, 0, "diamond"),
    ("009E73", "sysDash", 1.5, "triangle"),
    ("56B4E9", "sysDot", 1.25, "dash"),
    ("56B4E9", "sysDot", 1.25, "dash"),
)


@dataclass(frozen=True)
class Block:
    """What one chart shows, year by year; None where there is nothing.

    Attributes
    ----------
    rows : tuple of tuple
        Year, published value, path, target, median forecast, ends of its 80 % interval.
    """

    item: IndicatorEvaluation
    unit: str
    rows: tuple[tuple[Any, ...], ...]

    @property
    def finding(self) -> str:
        """Where the indicator stands, as a sentence."""
        target, latest = self.item.target, self.item.latest
        name, word = either(target.name_zh, target.name_en), unit(self.unit)
        goal = next((row[3] for row in reversed(self.rows) if row[3] is not None), None)
        told, word_ = self.item.outlook.code in ("achieved", "missed"), verdict(self.item)
        outlook = say("结论为{}", word_) if told else say("前景为{}", word_)
        assert latest is not None  # or there would be no block
        shown = (name, latest.year, number(latest.value), word)
        if goal is None:
            return say("{}：{}年{}{}；{}", *shown, outlook)
        goal_ = number(round(goal, 2))
        return say("{}：{}年{}{}，{}年目标{}{}；{}", *shown, target.target_year, goal_, word,
                   outlook)  # fmt: skip


def block(item: IndicatorEvaluation, evaluation: Evaluation) -> Block | None:
    """Return what an indicator's chart shows, None for one with fewer than two points to show."""
    target = item.target
    own = item.series.data if item.series else ()
    shown = {d.year: d.value for d in own if d.status != "derived"}
    if not kind_of(target).outturn or not shown or item.latest is None:
        return None
    path = yearly_path(item, evaluation.plan)
    steps: dict[int, float] = {}
    goal: dict[int, float] = {}
    if isinstance(path, YearlyPath):
        steps = {step.year: step.value for step in path.steps}
        goal = {target.target_year: path.goal}
    elif target.target is not None and target.kind != "avg_growth":
        goal = {target.target_year: target.target}
    ahead: dict[int, tuple[float, float, float]] = {}
    outlook, kept = item.outlook, own[-1].unit
    if outlook.table is not None and outlook.unit == kept:
        for row in outlook.table.to_dict("records"):
            if row["year"] <= target.target_year:
                ahead[int(row["year"])] = (row["median"], row["lo-80"], row["hi-80"])
    years = sorted({*shown, *steps, *goal, *ahead})
    if len(years) < 2:
        return None
    rows = tuple(
        (year, shown.get(year), _plain(steps.get(year)), _plain(goal.get(year)),
         *(_plain(value) for value in ahead.get(year, (None, None, None))))
        for year in range(max(years[0], evaluation.plan.base_year - 10), years[-1] + 1)
    )  # fmt: skip
    return Block(item, kept, rows)


def _plain(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)


def charts(sheet: Worksheet, evaluation: Evaluation) -> list[str]:
    """Write a block for every indicator that has figures; return what each chart shows."""
    found = [one for item in ordered(evaluation) if (one := block(item, evaluation))]
    columns = [
        Column(word("年份"), 8, WHOLE),
        Column(word("公布值"), 10, ""),
        Column(word("路径"), 10, ""),
        Column(word("目标"), 10, ""),
        Column(word("预测中位数"), 11, ""),
        Column(word("80%区间下限"), 12, ""),
        Column(word("80%区间上限"), 12, ""),
    ]
    for at, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = column.width
    plan = evaluation.plan
    title = say("{}：指标与路径", either(plan.name_zh, plan.name_en))
    put(sheet["A1"], title).font = font(bold=True, size=14)
    said = say(
        "空格表示未公布，不表示零；路径取规定的年份，其间等量推进（年均增速目标按等速）；"
        "区间为80%预测区间。"
    )
    put(sheet["A2"], said if found else say("还没有一个指标公布了可以画图的数值。")).font = font(
        size=9
    )
    told, row = [], _TOP + 1
    for at, one in enumerate(found, start=1):
        told.append(one.finding)
        row = _write(sheet, one, columns, row)
        if at % _PER_PAGE == 0 and at < len(found):
            sheet.row_breaks.append(Break(id=row - 1))
    sheet.freeze_panes = sheet.cell(_TOP, 1)
    sheet.print_area = f"A1:Q{max(row - 1, _TOP)}"
    return told


def _write(sheet: Worksheet, one: Block, columns: list[Column], row: int) -> int:
    """Write one block at a row; return the row the next one begins at."""
    put(sheet.cell(row, 1), one.finding).font = font(bold=True, size=12)
    head = row + 1
    rows = [tuple(_fit(value) for value in values) for values in one.rows]
    last = fill(sheet, columns, rows, head)
    sheet.row_dimensions[head].height = 30
    for cells in sheet.iter_rows(head + 1, last, 2, len(columns)):
        for cell in cells:
            if isinstance(cell.value, float):
                cell.number_format = decimals(cell.value, _digits(one))
    names = f"$A${head}:${get_column_letter(len(columns))}${last}"
    call(sheet, f"chart_{one.item.target_id}", names)
    chart = _chart(sheet, one, head, last)
    sheet.add_chart(chart, f"I{head}")
    return max(row + _ROWS, last + 3)


def _fit(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else float(value)


def _digits(one: Block) -> int:
    """Return the decimals of a block: those of its published figures, at most two."""
    texts = [f"{row[1]:.2f}".rstrip("0") for row in one.rows if row[1] is not None]
    return max((len(text.partition(".")[2]) for text in texts), default=0)


def _chart(sheet: Worksheet, one: Block, head: int, last: int) -> LineChart:
    chart = LineChart()
    name = either(one.item.target.name_zh, one.item.target.name_en)
    word = unit(one.unit)
    chart.title = f"{name}{either(f'（{word}）', f' ({word})')}" if word else name
    chart.title.tx.rich.p[0].pPr = ParagraphProperties(defRPr=_type(1200, bold=True))
    for run in chart.title.tx.rich.p[0].r:
        run.rPr = _type(1200, bold=True)
    chart.title.overlay = False
    chart.width, chart.height = _SIZE
    chart.display_blanks = "span"
    chart.legend.position = "b"
    chart.legend.txPr = _text(900)
    years = Reference(sheet, min_col=1, min_row=head + 1, max_row=last)
    for at, look in enumerate(_LOOKS, start=2):
        if all(row[at - 1] is None for row in one.rows):
            continue
        values = Reference(sheet, min_col=at, min_row=head, max_row=last)
        chart.series.append(_line(values, look))
    chart.set_categories(years)
    chart.layout = Layout(manualLayout=ManualLayout(
        layoutTarget="inner", xMode="edge", yMode="edge", x=0.09, y=0.15, w=0.87, h=0.58,
    ))  # fmt: skip
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.x_axis.number_format, chart.x_axis.tickLblPos = "0", "low"
    _scale(chart, one)
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(
        ln=LineProperties(solidFill="DDDDDD", w=6350)
    )
    for axis in (chart.x_axis, chart.y_axis):
        axis.txPr = _text(900)
        axis.spPr = GraphicalProperties(ln=LineProperties(solidFill="8A8A8A", w=9525))
    chart.graphical_properties = GraphicalProperties(ln=LineProperties(noFill=True))
    return chart


def _scale(chart: LineChart, one: Block) -> None:
    """Set the ends of the axis of values: round ones, close round what is shown.

    Left to the program that opens the file, the same chart would look different in each.
    """
    shown = [value for row in one.rows for value in row[1:] if value is not None]
    low, high = min(shown), max(shown)
    span = high - low or abs(high) or 1.0
    rough = span / 5
    unit_ = 10.0 ** math.floor(math.log10(rough))
    step = next(unit_ * m for m in (1, 2, 5, 10) if unit_ * m >= rough)
    bottom = math.floor((low - 0.1 * span) / step) * step
    top = math.ceil((high + 0.1 * span) / step) * step
    chart.y_axis.scaling.min = round(max(bottom, 0.0) if low >= 0 else bottom, 6)
    chart.y_axis.scaling.max = round(min(top, 100.0) if one.unit == "%" and high <= 100 else top, 6)
    chart.y_axis.majorUnit = round(step, 6)
    places = max(0, -math.floor(math.log10(step)))
    chart.y_axis.number_format = decimals(0.0, places)


def _line(values: Reference, look: tuple[str, str | None, float, str | None]) -> Line:
    from openpyxl.chart import Series

    colour, dash, width, mark = look
    line = Series(values, title_from_data=True)
    line.smooth = False
    if dash is None:
        line.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    else:
        line.graphicalProperties = GraphicalProperties(
            ln=LineProperties(solidFill=colour, prstDash=dash, w=int(12700 * width))
        )
    line.marker = Marker(symbol=mark or "none", size=9 if dash is None else 6)
    if mark:
        line.marker.graphicalProperties = GraphicalProperties(
            solidFill=colour, ln=LineProperties(solidFill=colour)
        )
    return line


def _type(size: int, bold: bool = False) -> CharacterProperties:
    face = either("等线", "Calibri")
    return CharacterProperties(
        sz=size, b=bold, solidFill=INK, latin=ChartFont(typeface=face), ea=ChartFont(typeface=face)
    )


def _text(size: int) -> RichText:
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=_type(size)), endParaRPr=_type(size))
    return RichText(p=[paragraph])
