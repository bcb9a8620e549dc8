"""Plan documents made by code: one table in every format and with every kind of merged cell.

The table is the box of main indicators of the national outline of the fourteenth five-year
plan (March 2021), published by the State Council; its conventions are those most regions copy.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

TITLE = "中华人民共和国国民经济和社会发展第十四个五年规划和2035年远景目标纲要"
HEAD = ("类别", "指标", "2020年", "2025年", "年均/累计", "属性")
ROWS = (
    ("经济发展", "1.国内生产总值（GDP）增长（%）", "2.3", "—",
     "保持在合理区间、各年度视情提出", "预期性"),
    ("经济发展", "2.全员劳动生产率增长（%）", "2.5", "—", "高于GDP增长", "预期性"),
    ("经济发展", "3.常住人口城镇化率（%）", "60.6*", "65", "—", "预期性"),
    ("创新驱动", "4.全社会研发经费投入增长（%）", "—", "—",
     ">7、力争投入强度高于“十三五”时期实际", "预期性"),
    ("创新驱动", "5.每万人口高价值发明专利拥有量（件）", "6.3", "12", "—", "预期性"),
    ("创新驱动", "6.数字经济核心产业增加值占GDP比重（%）", "7.8", "10", "—", "预期性"),
    ("民生福祉", "7.居民人均可支配收入增长（%）", "2.1", "—", "与GDP增长基本同步", "预期性"),
    ("民生福祉", "8.城镇调查失业率（%）", "5.2", "—", "<5.5", "预期性"),
    ("民生福祉", "9.劳动年龄人口平均受教育年限（年）", "10.8", "11.3", "—", "约束性"),
    ("民生福祉", "10.每千人口拥有执业（助理）医师数（人）", "2.9", "3.2", "—", "预期性"),
    ("民生福祉", "11.基本养老保险参保率（%）", "91", "95", "—", "预期性"),
    ("民生福祉", "12.每千人口拥有3岁以下婴幼儿托位数（个）", "1.8", "4.5", "—", "预期性"),
    ("民生福祉", "13.人均预期寿命（岁）", "77.3*", "—", "〔1〕", "预期性"),
    ("绿色生态", "14.单位GDP能源消耗降低（%）", "—", "—", "〔13.5〕", "约束性"),
    ("绿色生态", "15.单位GDP二氧化碳排放降低（%）", "—", "—", "〔18〕", "约束性"),
    ("绿色生态", "16.地级及以上城市空气质量优良天数比率（%）", "87", "87.5", "—", "约束性"),
    ("绿色生态", "17.地表水达到或好于Ⅲ类水体比例（%）", "83.4", "85", "—", "约束性"),
    ("绿色生态", "18.森林覆盖率（%）", "23.2*", "24.1", "—", "约束性"),
    ("安全保障", "19.粮食综合生产能力（亿吨）", "—", ">6.5", "—", "约束性"),
    ("安全保障", "20.能源综合生产能力（亿吨标准煤）", "—", ">46", "—", "约束性"),
)  # fmt: skip
NOTE = "注：①〔 〕内为5年累计数。②带*的为2019年数据。"
CAPTION = "专栏1 “十四五”时期经济社会发展主要指标"
#: number: (name, unit, base, target, kind, direction), read off the table by hand.
#: The base value of a growth rate, or beside a total, is no value of the indicator: None.
TRUTH: dict[int, tuple[str, str, float | None, float | None, str, str]] = {
    1: ("国内生产总值（GDP）增长", "%", None, None, "assigned", "increase"),
    2: ("全员劳动生产率增长", "%", None, None, "relative", "increase"),
    3: ("常住人口城镇化率", "%", 60.6, 65.0, "at_least", "increase"),
    4: ("全社会研发经费投入增长", "%", None, 7.0, "avg_growth", "increase"),
    5: ("每万人口高价值发明专利拥有量", "件", 6.3, 12.0, "at_least", "increase"),
    6: ("数字经济核心产业增加值占GDP比重", "%", 7.8, 10.0, "at_least", "increase"),
    7: ("居民人均可支配收入增长", "%", None, None, "relative", "increase"),
    8: ("城镇调查失业率", "%", 5.2, 5.5, "at_most", "decrease"),
    9: ("劳动年龄人口平均受教育年限", "年", 10.8, 11.3, "at_least", "increase"),
    10: ("每千人口拥有执业（助理）医师数", "人", 2.9, 3.2, "at_least", "increase"),
    11: ("基本养老保险参保率", "%", 91.0, 95.0, "at_least", "increase"),
    12: ("每千人口拥有3岁以下婴幼儿托位数", "个", 1.8, 4.5, "at_least", "increase"),
    13: ("人均预期寿命", "岁", None, 1.0, "cumulative", "increase"),
    14: ("单位GDP能源消耗降低", "%", None, 13.5, "cumulative", "increase"),
    15: ("单位GDP二氧化碳排放降低", "%", None, 18.0, "cumulative", "increase"),
    16: ("地级及以上城市空气质量优良天数比率", "%", 87.0, 87.5, "at_least", "increase"),
    17: ("地表水达到或好于Ⅲ类水体比例", "%", 83.4, 85.0, "at_least", "increase"),
    18: ("森林覆盖率", "%", 23.2, 24.1, "at_least", "increase"),
    19: ("粮食综合生产能力", "亿吨", None, 6.5, "at_least", "increase"),
    20: ("能源综合生产能力", "亿吨标准煤", None, 46.0, "at_least", "increase"),
}


def docx(path: Path, *, split_at: int = 12) -> Path:
    """Write the table as Word has it: groups merged down, a second part with the head repeated."""
    from docx import Document

    document = Document()
    document.add_heading(TITLE, 0)
    document.add_paragraph("第一章 发展环境")
    small = document.add_table(rows=2, cols=2)  # no table of indicators
    small.cell(0, 0).text, small.cell(1, 1).text = "主任", "张三"
    for part, rows in enumerate((ROWS[:split_at], ROWS[split_at:])):
        document.add_paragraph("续表" if part else CAPTION)
        table = document.add_table(rows=len(rows) + 1, cols=len(HEAD))
        for c, text in enumerate(HEAD):
            table.cell(0, c).text = text
        start = 0
        for r, row in enumerate(rows):
            for c, text in enumerate(row[1:], start=1):
                table.cell(r + 1, c).text = text
            if r + 1 == len(rows) or rows[r + 1][0] != row[0]:
                merged = table.cell(start + 1, 0).merge(table.cell(r + 1, 0))
                merged.text = "\n".join((row[0][:2], row[0][2:]))  # as a narrow cell breaks it
                start = r + 1
    document.add_paragraph(NOTE)
    document.save(str(path))
    return path


def html(path: Path, encoding: str = "utf-8") -> Path:
    """Write the table as a page has it: rowspan for the groups, a head of two rows."""
    lines = [
        f'<html><head><meta charset="{encoding}"><title>{TITLE}_政府网</title></head><body>',
        f"<h1>{TITLE}</h1><table><tr><td><p>{CAPTION}</p></td></tr></table><table>",
        '<tr><th rowspan="2">类别</th><th rowspan=2>指标</th><th rowspan="2">2020年</th>'
        '<th colspan="2">规划目标</th><th rowspan="2">属性</th></tr>',
        "<tr><th>2025年</th><th>年均/累计</th></tr>",
    ]
    groups = [row[0] for row in ROWS]
    for at, row in enumerate(ROWS):
        first = at == 0 or groups[at - 1] != row[0]
        cells = [f"<td>{text.replace('<', '&lt;')}</td>" for text in row[1:]]
        if first:
            cells.insert(0, f'<td rowspan="{groups.count(row[0])}">{row[0]}</td>')
        lines.append(f"<tr>{''.join(cells)}</tr>")
    lines.append(f'<tr><td colspan="6">{NOTE}</td></tr></table></body></html>')
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


def xlsx(path: Path) -> Path:
    """Write the table as a workbook: title merged over all columns, numbers as numbers."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "主要指标"
    sheet["A1"] = TITLE
    sheet.merge_cells("A1:F1")
    sheet["A2"] = CAPTION
    sheet.merge_cells("A2:F2")
    sheet.append(HEAD)
    for row in ROWS:
        sheet.append([float(t) if t.replace(".", "").isdigit() else t for t in row])
    groups, start = [row[0] for row in ROWS], 0
    for at in range(len(groups)):
        if at + 1 == len(groups) or groups[at + 1] != groups[at]:
            sheet.merge_cells(start_row=start + 4, end_row=at + 4, start_column=1, end_column=1)
            start = at + 1
    sheet.append([NOTE])
    book.save(path)
    return path


def sheet_csv(path: Path, encoding: str = "gb18030") -> Path:
    """Write the table as a spreadsheet saves it: a group's name in its first row only."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerows([[TITLE], HEAD])
    for at, row in enumerate(ROWS):
        repeated = at and ROWS[at - 1][0] == row[0]
        writer.writerow(["" if repeated else row[0], *row[1:]])
    writer.writerow([NOTE])
    path.write_bytes(stream.getvalue().encode(encoding))
    return path


def text(path: Path, mark: str = "\t") -> Path:
    """Write the table as text: cells between tabs or pipes, or one cell a line (mark "")."""
    lines = [TITLE, "", CAPTION]
    for row in (HEAD, *ROWS):
        lines += [*(f"\t{cell}" for cell in row), ""] if not mark else [mark.join(row)]
    lines += ["", NOTE, "到2025年，港口货物吞吐量达到7000万吨。"]
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    return path
