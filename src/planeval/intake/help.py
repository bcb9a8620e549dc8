"""The workbook's sheet of instructions, in Chinese and English."""

from __future__ import annotations

from typing import Any

from analysis.data.plan import Plan

STEPS = (
    (
        "只填白色单元格；灰色的已锁定，不要改动、排序、插行或合并。",
        "Fill white cells only. Grey ones are locked: do not change, sort, insert or merge.",
    ),
    (
        "“数值”表一行一个指标一个时期：有数就填，没有就留空；空行不导入，也不当作零。",
        "Sheet Figures: one row is one indicator and period. Leave empty what is not published;"
        " an empty row is not imported and never counts as zero.",
    ),
    (
        "数值照原文填写，保留原文的小数位；“92以上”“突破100”可照抄，导入时转为数值加限定。",
        "Copy figures as printed. “92以上” (at least 92) may be copied too; it becomes a figure and"
        " a qualifier.",
    ),
    (
        "单位可改为同类单位（如 万元、亿元），数值按所填单位理解；不要写公式，请粘贴为数值。",
        "The unit may be another of the same kind (万元, 亿元). No formulas: paste values.",
    ),
    (
        "每个数必须有状态、来源、出处位置。公布日为空时取来源的公布日。",
        "Every figure needs a status, a source and the place in it. An empty date of publication"
        " means the source's own.",
    ),
    (
        "新来源先登记在“来源”表（N1、N2……），再在各表引用。",
        "Enter new sources on sheet Sources first (N1, N2, …), then refer to them.",
    ),
    (
        "修订旧数不改旧行：另填一行，状态选“修订数”或“最终核实数”，公布日在后。",
        "A revision never overwrites: enter it as a row of its own, status revised or final, with"
        " its later date.",
    ),
    (
        "口径与以往不同的，必须在备注写明原因。",
        "A caliber other than before needs a note that says why.",
    ),
    (
        "上级下达的指标填“下达目标”；中期调整、取消、新增填“目标调整”；项目类目标填“进展”；"
        "逐年分解填“年度计划”。",
        "Assigned targets, adjustments, milestones and yearly paths have their own sheets.",
    ),
    (
        "填好后运行 planeval import 本文件。有错时什么也不写，并在旁边生成 .checked.xlsx，"
        "逐格标出问题：红色必须改，橙色核实后可用 --accept 放行，蓝色仅供参考。",
        "Then run planeval import FILE. With any mistake nothing is written; a copy .checked.xlsx"
        " marks each cell: red must be mended, amber passes with --accept once confirmed, blue is"
        " for your information.",
    ),
    (
        "可以直接在 .checked.xlsx 中改正后再导入。导入后可用 planeval undo 撤回。",
        "You may mend the .checked.xlsx and import that. planeval undo takes an import back.",
    ),
)


def instructions(page: Any, plan: Plan, year: int, font: str) -> None:
    """Write the instructions on a sheet and protect it."""
    from openpyxl.styles import Alignment, Font

    page.column_dimensions["A"].width = 4
    page.column_dimensions["B"].width = 62
    page.column_dimensions["C"].width = 62
    head = page["B1"]
    head.value, head.data_type = f"{plan.name_zh}　{year}年数据填报", "s"
    head.font = Font(name=font, size=15, bold=True)
    other = page["C1"]
    other.value, other.data_type = f"{plan.name_en}: figures for {year}", "s"
    other.font = Font(name=font, size=13, bold=True)
    page.row_dimensions[1].height = 30
    for number, (zh, en) in enumerate(STEPS, start=1):
        row = number + 2
        for column, text in (("A", number), ("B", zh), ("C", en)):
            cell = page[f"{column}{row}"]
            cell.value = text
            cell.font = Font(name=font, size=10)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        # a Chinese character takes two columns' width
        lines = max(-(-2 * len(zh) // 60), -(-len(en) // 60))
        page.row_dimensions[row].height = 16 * lines + 6
    page.protection.sheet = True
    page.sheet_view.showGridLines = False
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
