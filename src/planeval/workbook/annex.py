"""The Excel annex of a report: what it shows, as numbers an analyst can go on with.

The same evaluation gives the same bytes: the file is dated with the evaluation's own date and
its parts are packed without the time of packing.
"""

from __future__ import annotations

import datetime as dt
import re
from html import escape
from pathlib import Path

from openpyxl import Workbook
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from analysis.targets.evaluation import Evaluation
from planeval.files.replace import whole
from planeval.words.language import either, say, speaking, spoken
from planeval.words.names import region_name
from planeval.words.reasons import GRADES, OUTLOOKS, outlook_word
from planeval.workbook import data, scoreboard
from planeval.workbook.sheet import (
    CYCLES,
    SIGNS,
    Column,
    call,
    fill,
    font,
    packed,
    page,
    put,
    term,
    word,
)

__all__ = ["write_workbook"]

# --- The workbook's last sheet: what it is of, how to make it again, what its columns mean ---


_WIDTHS = (26, 96)


def notes(sheet: Worksheet, evaluation: Evaluation, sheets: dict[str, str]) -> None:
    """Write what a reader of the workbook must know, block under block.

    Parameters
    ----------
    sheet : openpyxl worksheet
        An empty sheet.
    evaluation : Evaluation
        What the workbook shows.
    sheets : dict of key to title
        The other sheets, in order.
    """
    put(sheet["A1"], word("说明")).font = font(bold=True, size=16)
    for letter, width in zip("AB", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    row = 3
    for title, rows in _blocks(evaluation, sheets):
        heads = [Column(title, _WIDTHS[0], wrap=True), Column(word("内容"), _WIDTHS[1], wrap=True)]
        first = row
        row = fill(sheet, heads, rows, row) + 2
        for (cell,) in sheet.iter_rows(first + 1, row - 2, 2, 2):
            # a year is a number and stands under texts
            cell.alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)
        if first == 3:
            for at, name in enumerate(("plan_name", "plan_id", "region", "year", "as_of")):
                call(sheet, name, f"$B${first + 1 + at}")
                sheet.cell(first + 1 + at, 2).number_format = (
                    "0" if name == "year" else sheet.cell(first + 1 + at, 2).number_format
                )
    sheet.freeze_panes = "A3"
    sheet.print_area = f"A1:B{row - 2}"
    sheet.print_title_rows = "1:1"


def _blocks(
    evaluation: Evaluation, sheets: dict[str, str]
) -> list[tuple[str, list[tuple[str, object]]]]:
    return [
        (word("本簿"), _identity(evaluation)),
        (word("工作表"), [(title, _meaning(key)) for key, title in sheets.items()]),
        (word("记分板各列"), _columns()),
        (word("前景与信号"), _outlooks()),
        (word("证据等级"), [(grade, either(*words)) for grade, words in GRADES.items()]),
    ]


def _identity(evaluation: Evaluation) -> list[tuple[str, object]]:
    plan, day = evaluation.plan, evaluation.as_of.isoformat()
    command = f"planeval report {plan.plan_id} --year {evaluation.year} --as-of {day}"
    if spoken() != "zh":
        command += f" --lang {spoken()}"
    return [
        (word("规划"), either(plan.name_zh, plan.name_en)),
        (word("规划代码"), plan.plan_id),
        (word("区域"), region_name(evaluation.data, plan.region)),
        (word("评估年"), evaluation.year),
        (word("数据截至"), evaluation.as_of),
        (word("评估类型"), term(CYCLES, evaluation.kind)),
        (word("重做"), f"{command} --formats xlsx"),
        (
            word("数值"),
            say("数字都是数值，按公布的位数存放，显示位数由格式决定；预测值比公布值多留一位小数。"),
        ),
        (
            word("未知"),
            say("数值列空格、文字列“—”表示未公布或无定义，从不表示零；求和、平均时不计入。"),
        ),
        (
            word("语言"),
            say(
                "文件题名附原文；出处中引用的小标题和目标原文照原文件，不翻译；其余两种语言内容相同。"
            ),
        ),
    ]


def _meaning(key: str) -> str:
    told = {
        "scoreboard": say("每个目标一行，约束性在前；名称：scoreboard。"),
        "charts": say(
            "有数值的指标各一块：公布值、路径、目标、预测区间与图；名称：chart_目标代码。"
        ),
        "series": say("评价所用的每一个数字，一行一个，附来源与出处；名称：series。"),
        "sources": say("以上数字、目标与核对所用的文件；名称：sources。"),
        "calibers": say("数字在什么定义下可以比较；名称：calibers。"),
        "findings": say("公布数字互相核对的结果，矛盾在前，两个数都保留；名称：findings。"),
        "vintages": say("公布过不止一次的数字的各个版本；名称：vintages。"),
    }
    return told[key]


def _columns() -> list[tuple[str, object]]:
    return [
        (word("完成度"), say("（最新值−基期值）÷（目标值−基期值）；累计目标为累计数÷目标值。")),
        (word("时序进度"), say("到评估年按路径应走过的份额；没有规定路径时为已过年数÷总年数。")),
        (
            word("仍需年均增速（%）"),
            say("（目标水平÷最新值）开剩余年数次方，减1；负数表示允许的降幅或要求的降幅。"),
        ),
        (
            word("仍需每年变化"),
            say("（目标值−现值）÷剩余年数，单位同目标；用于比重、比率与累计目标。"),
        ),
        (word("概率"), say("目标年预测分布中达到目标一侧的份额；证据不足时不给概率。")),
        (
            word("80%区间下限"),
            say("目标年预测分布的10%分位数；上限为90%分位数。"),
        ),
        (word("预测单位"), say("预测中位数与区间的单位；相对目标为百分点。")),
    ]


def _outlooks() -> list[tuple[str, object]]:
    bands = {
        "very_likely": word("概率不低于80%"),
        "likely": word("概率60%至80%"),
        "toss_up": word("概率40%至60%"),
        "unlikely": word("概率20%至40%"),
        "very_unlikely": word("概率低于20%"),
    }
    rows: list[tuple[str, object]] = []
    for code in OUTLOOKS:
        sign = SIGNS.get(code, ("○", ""))[0]
        rows.append((f"{sign} {outlook_word(code)}", bands.get(code, word("由公布值或其缺失判定"))))
    return rows


_FRAME = re.compile(rb'(<(?:[a-z]+:)?cNvPr id="(\d+)" name=")[^"]*"')


def write_workbook(evaluation: Evaluation, path: Path, language: str = "zh") -> Path:
    """Write the evaluation of a plan as an Excel workbook (指标附册).

    Parameters
    ----------
    evaluation : Evaluation
        Its data, its targets and its audit are all the workbook shows; values stay in the
        units of the data (亿元, 万标箱, %), completion and probability are fractions shown
        as per cent.
    path : Path
        The file, replaced when it exists.
    language : {"zh", "en"}
        Of names, heads and notes. Titles of documents and places in them stay as printed.

    Returns
    -------
    Path
        `path`.

    Raises
    ------
    InputError
        When the language is unknown.

    Notes
    -----
    Text cells are never formulas, whatever they begin with; the workbook has no formula at
    all. Unknown numbers are empty cells.

    Examples
    --------
    >>> import tempfile
    >>> from analysis.targets.evaluation import evaluate
    >>> from openpyxl import load_workbook
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = write_workbook(evaluate("jiaxing-14fyp", 2024), Path(folder) / "a.xlsx")
    ...     load_workbook(made).sheetnames[:3]
    ['记分板', '指标图', '指标序列']
    """
    with speaking(language):
        book, alts = _book(evaluation, language)
    whole(Path(path), packed(book, lambda name, part: _described(name, part, alts)))
    return Path(path)


def _titles() -> dict[str, str]:
    """Return the sheets' titles by key, in order."""
    return {
        "scoreboard": word("记分板"),
        "charts": word("指标图"),
        "series": word("指标序列"),
        "sources": word("来源"),
        "calibers": either("口径", "Definitions"),
        "findings": word("核对"),
        "vintages": word("修订"),
    }


def _book(evaluation: Evaluation, language: str) -> tuple[Workbook, list[str]]:
    """Return the workbook, and what each of its charts shows."""
    book, titles, plan = Workbook(), _titles(), evaluation.plan
    book.remove(book.worksheets[0])
    name = either(plan.name_zh, plan.name_en)
    sheets = {key: book.create_sheet(title) for key, title in titles.items()}
    scoreboard.scoreboard(sheets["scoreboard"], evaluation)
    alts = scoreboard.charts(sheets["charts"], evaluation)
    data.series(sheets["series"], evaluation)
    data.sources(sheets["sources"], evaluation)
    data.calibers(sheets["calibers"], evaluation)
    data.findings(sheets["findings"], evaluation)
    data.revisions(sheets["vintages"], evaluation)
    last = book.create_sheet(word("说明"))
    notes(last, evaluation, titles)
    told = say("{}　{}年评估　数据截至{}", name, evaluation.year, evaluation.as_of.isoformat())
    for sheet in book.worksheets:
        page(sheet, sheet.title, told, landscape=sheet not in (last, sheets["charts"]))
    moment = dt.datetime.combine(evaluation.as_of, dt.time())
    book.properties = DocumentProperties(
        title=say("{}：{}年评估指标附册", name, evaluation.year),
        subject=told,
        creator=name,
        lastModifiedBy=name,
        language={"zh": "zh-CN", "en": "en-GB"}[language],
        created=moment,
        modified=moment,
    )
    book.active = 0
    return book, alts


def _described(name: str, part: bytes, alts: list[str]) -> bytes:
    """Give each chart's frame its finding as alternative text, in the order of the charts."""
    if not name.startswith("xl/drawings/drawing"):
        return part

    def named(found: re.Match[bytes]) -> bytes:
        text = escape(alts[int(found[2]) - 1], quote=True).encode("utf-8")
        return found[1] + b"Chart " + found[2] + b'" descr="' + text + b'"'

    return _FRAME.sub(named, part)
