"""What a person types into the workbooks of the practised year; every figure is invented."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docx import Document
from openpyxl import load_workbook
from record_year import LANGUAGES, Practice, UnexpectedError

FIGURES, SOURCES = "数值 Figures", "来源 Sources"
DRAFT = ("规划 plan", "目标 targets", "新指标 indicators")
BODY = "嘉兴港区管委会（练习）"
HEADS = {
    "zh": ("工作表", "行", "键入（均为练习数据，虚构）"),
    "en": ("Sheet", "Row", "Typed (all invented for the exercise)"),
}
PLAN_TABLE = (
    ("类别", "序号", "指标名称", "单位", "2025年", "2030年", "属性"),
    ("经济发展", "1", "地区生产总值", "亿元", "241", "340", "预期性"),
    ("经济发展", "2", "货物贸易进出口额", "亿元", "720", "900", "预期性"),
    ("港口发展", "3", "集装箱吞吐量", "万标箱", "335.4", "450", "预期性"),
    ("生态环境", "4", "空气质量优良天数比率", "%", "92以上", "93以上", "约束性"),
    ("生态环境", "5", "细颗粒物（PM2.5）平均浓度", "微克/立方米", "26", "25以下", "约束性"),
    ("生态环境", "6", "单位地区生产总值能耗降低", "%", "—", "完成省下达指标", "约束性"),
    ("社会民生", "7", "数字人才培训", "人", "—", "〔3000〕", "预期性"),
)


class Book:
    """A workbook open before a person, who types into it and saves it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = load_workbook(path)
        self.typed: dict[tuple[str, int], dict[str, list[str]]] = {}

    def type(self, sheet: str, at: str, row: int, head: str, value: Any) -> None:
        """Type a value into a cell, below its head."""
        self.book[sheet][f"{at}{row}"] = value
        said = value.isoformat() if isinstance(value, dt.date) else str(value)
        english = self.book[sheet][f"{at}3"].value if sheet not in DRAFT else head
        line = self.typed.setdefault((sheet, row), {"zh": [], "en": []})
        line["zh"].append(f"{at}{row} {head}：{said}")
        line["en"].append(f"{at}{row} {str(english).split(' (')[0]}: {said}")

    def columns(self, sheet: str) -> dict[str, str]:
        """Return the letter of every column, by its head up to the first mark or gloss."""
        return {
            str(cell.value).split(" *")[0].split("（")[0]: cell.column_letter
            for cell in self.book[sheet][2]
            if cell.value
        }

    def choice(self, code: str) -> str:
        """Return a choice as its drop-down shows it."""
        for row in self.book["lists"].iter_rows(values_only=True):
            for cell in row:
                if isinstance(cell, str) and cell.split("｜")[0] == code:
                    return cell
        raise UnexpectedError(f"no drop-down offers {code}")

    def fill(self, sheet: str, row: int, **cells: Any) -> None:
        """Type values into the cells of a row, by the heads of their columns."""
        at = self.columns(sheet)
        for head, value in cells.items():
            self.type(sheet, at[head], row, head, value)

    def row(self, indicator: str, period: str) -> int:
        """Return the row of an indicator and period among the figures."""
        return self._first(
            FIGURES, lambda told: told("指标") == indicator and period == told("时期")
        )

    def target(self, sheet: str, target: str) -> int:
        """Return the row prepared for a target, else the first that is empty."""
        try:
            return self._first(sheet, lambda told: told("目标") == target)
        except UnexpectedError:
            return self.empty(sheet, "目标")

    def empty(self, sheet: str, head: str) -> int:
        """Return the first row that is empty in a column."""
        return self._first(sheet, lambda told: not told(head))

    def _first(self, sheet: str, fits: Any) -> int:
        at = self.columns(sheet)
        page = self.book[sheet]
        for number in range(4, page.max_row + 2):  # the row below the last is empty
            told = [f"{at[head]}{number}" for head in at]
            cells = dict(zip(at, (str(page[cell].value or "").split("｜")[0] for cell in told),
                             strict=True))  # fmt: skip
            if fits(cells.__getitem__):
                return number
        raise UnexpectedError(f"no such row on {sheet}")

    def save(self, practice: Practice, name: str) -> None:
        """Save the workbook, and record what was typed."""
        self.book.save(self.path)
        for language in LANGUAGES:
            rows = [(*at, "<br>".join(said[language])) for at, said in self.typed.items()]
            practice.table(name, HEADS[language], rows, language)


def source(book: Book, row: int, title: str, day: dt.date) -> str:
    """Enter a document on the sheet of sources, and return its code."""
    page = book.book[SOURCES]
    code = str(page.cell(row, 1).value)
    book.fill(
        SOURCES, row, 标题=title, 发布单位=BODY, 公布日=day,
        公布日依据=book.choice("stated"), 可靠性=book.choice("high"),
    )  # fmt: skip
    return code


def spring(practice: Practice) -> None:
    """Fill in the bulletin of spring, with the slips that people make."""
    book = Book(practice.root / "new-2025.xlsx")
    bulletin = source(book, 4, "2025年统计公报（练习）", dt.date(2026, 3, 18))
    slips = (
        ("gdp", 2410000),  # in 万元, while the row says 亿元
        ("container_throughput", "３３５．４"),  # full-width digits
        ("trade", 720),  # right, but a leap
        ("good_air", "92以上"),  # copied as printed
        ("pm25", 26),  # its source forgotten
    )
    for indicator, value in slips:
        cells = {"数值": value, "状态": book.choice("reported"), "出处位置": "正文"}
        if indicator != "pm25":
            cells["来源"] = bulletin
        book.fill(FIGURES, book.row(indicator, "2025"), **cells)
    book.save(practice, "typed_spring")


def marked(practice: Practice) -> None:
    """Record what the copy with the marked cells says."""
    book = load_workbook(practice.root / "new-2025.checked.xlsx")
    found = list(book["核对结果 Findings"].iter_rows(min_row=2, values_only=True))
    heads = {
        "zh": ("级别", "单元格", "问题", "现为", "应为", "最接近"),
        "en": ("Grade", "Cell", "Finding", "Found", "Expected", "Nearest"),
    }
    for language, said in (("zh", 3), ("en", 4)):
        rows = [[row[k] or "" for k in (0, 2, said, 5, 6, 7)] for row in found]
        practice.table("marked", heads[language], rows, language)


def mended(practice: Practice) -> None:
    """Mend the slips in the marked copy: the unit, the missing source."""
    book = Book(practice.root / "new-2025.checked.xlsx")
    book.fill(FIGURES, book.row("gdp", "2025"), 单位="万元")
    book.fill(FIGURES, book.row("pm25", "2025"), 来源="N1")
    book.save(practice, "typed_mended")


def autumn(practice: Practice) -> None:
    """Fill in autumn's news: a revised figure, an adjusted and an assigned target, a task done."""
    book = Book(practice.root / "autumn.xlsx")
    order = "港区“十四五”规划目标调整通知（练习）"
    final = source(book, 4, "2025年生产总值最终核实公告（练习）", dt.date(2026, 10, 20))
    notice = source(book, 5, order, dt.date(2025, 7, 10))
    row = book.empty(FIGURES, "指标")
    book.fill(
        FIGURES, row, 地区=book.choice("jiaxing-port-area"), 指标=book.choice("gdp"),
        时期="2025", 数值=238.6, 单位="亿元", 状态=book.choice("revised"), 来源=final,
        出处位置="正文", 价格=book.choice("current"), 口径=book.choice("plan"),
    )  # fmt: skip
    given = {"文件": "练习〔2025〕1号", "日期": dt.date(2025, 7, 10), "来源": notice}
    sheet = "目标调整 Adjustments"
    book.fill(
        sheet, book.empty(sheet, "目标"), 目标="gdp", 调整内容=book.choice("target"),
        原值=300, 新值=260, **given, 理由="中期评估后调低（练习）", 出处位置="第一条",
    )  # fmt: skip
    sheet = "下达目标 Assigned targets"
    book.fill(sheet, book.target(sheet, "energy_intensity"), 数值=15,
              **given, 出处位置="第二条")  # fmt: skip
    sheet = "进展 Milestones"
    book.fill(sheet, book.target(sheet, "fire_base"), 状态=book.choice("done"),
              日期=dt.date(2026, 3, 18), 来源="N1", 出处位置="正文")  # fmt: skip
    book.save(practice, "typed_autumn")


def again(practice: Practice) -> None:
    """Mend the one figure that was copied wrongly in autumn."""
    book = Book(practice.root / "autumn.xlsx")
    at, page = book.columns(FIGURES), book.book[FIGURES]
    rows = range(4, page.max_row + 1)
    row = next(row for row in rows if page[f"{at['数值']}{row}"].value == 238.6)
    book.fill(FIGURES, row, 数值=236.8)
    book.save(practice, "typed_again")


def yearly(practice: Practice) -> None:
    """Enter the yearly values that the region settled on for the new plan."""
    book = Book(practice.root / "new-2026.xlsx")
    paper = source(book, 4, "“十五五”分年度目标分解方案（练习）", dt.date(2026, 6, 1))
    sheet = "年度计划 Yearly path"
    row = book.empty(sheet, "目标")
    for number, (year, value) in enumerate(((2027, 280), (2028, 300), (2029, 320))):
        book.fill(sheet, row + number, 目标="gdp", 年份=year, 数值=value,
                  单位="亿元", 文件="练习〔2026〕2号", 日期=dt.date(2026, 6, 1), 来源=paper,
                  出处位置="附表")  # fmt: skip
    book.save(practice, "typed_path")


def document(practice: Practice) -> None:
    """Write a small plan as a Word document, with merged cells as such tables have."""
    made = Document()
    made.add_heading("嘉兴港区国民经济和社会发展第十五个五年规划纲要（练习稿）", 0)
    made.add_paragraph("本文件为练习而写，所有数字均为虚构。")
    made.add_paragraph("表1 “十五五”时期主要指标（练习）")
    table = made.add_table(len(PLAN_TABLE), len(PLAN_TABLE[0]))
    for row, values in zip(table.rows, PLAN_TABLE, strict=True):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = value
    for first, last in _groups():
        whole = table.cell(first, 0).merge(table.cell(last, 0))
        whole.text = PLAN_TABLE[first][0]
    made.save(str(practice.root / "plan15.docx"))
    for language in LANGUAGES:
        practice.table("document", PLAN_TABLE[0], PLAN_TABLE[1:], language)


def _groups() -> Iterator[tuple[int, int]]:
    """Yield the first and last row of each group of the plan's table."""
    first = 1
    for number in range(2, len(PLAN_TABLE) + 1):
        if number == len(PLAN_TABLE) or PLAN_TABLE[number][0] != PLAN_TABLE[first][0]:
            yield first, number - 1
            first = number


def answers(practice: Practice) -> None:
    """Answer the draft's questions and confirm every row that was compared with the document."""
    book = Book(practice.root / "data" / "plans" / "jiaxing-15fyp" / "draft.xlsx")
    plan, targets = book.book["规划 plan"], book.book["目标 targets"]
    told = {
        "name_en": "Jiaxing Port Area 15th Five-Year Plan (exercise)",
        "source.publisher": BODY,
        "source.published": "2026-04-20",
        "source.published_basis": "stated",
    }
    for row in range(2, plan.max_row + 1):
        key = plan.cell(row, 1).value
        if key in told:
            book.type(DRAFT[0], "C", row, key, told[key])
        if plan.cell(row, 3).value not in (None, ""):
            book.type(DRAFT[0], "D", row, f"{key} confirmed", "是 yes")
    at = {str(cell.value).split(" ")[-1]: cell.column_letter for cell in targets[1]}
    plain = {"gdp": "current", "trade": "current"}
    for row in range(2, targets.max_row + 1):
        code = targets[f"{at['indicator']}{row}"].value
        cells = {"price_basis": plain[code]} if code in plain else {}
        if code in ("gdp", "trade", "container_throughput", "good_air", "pm25"):
            cells["caliber"] = "plan"
        if code == "container_throughput":
            cells["region"] = "zhapu-port"
        if code is None:
            cells |= {"indicator": "digital_training", "name_en": "People trained in digital work"}
            cells |= {"target_id": "digital_training"}
        for key, value in (cells | {"confirmed": "是 yes"}).items():
            book.type(DRAFT[1], at[key], row, key, value)
    new = book.book["新指标 indicators"]
    at = {str(cell.value).split(" ")[-1]: cell.column_letter for cell in new[1]}
    told = {"for_target": "digital_training", "indicator": "digital_training",
            "name_en": "People trained in digital work", "growth_basis": "none",
            "nature": "flow",
            "confirmed": "是 yes"}  # fmt: skip
    for key, value in told.items():
        book.type(DRAFT[2], at[key], 2, key, value)
    book.save(practice, "typed_draft")
