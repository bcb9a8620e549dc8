"""The columns of a draft workbook, and the choices its drop-downs offer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from analysis.data.observations import Data
from analysis.data.units import UNITS

PLAN, TARGETS, INDICATORS, DOUBTS, CODES, HELP = (
    "规划 plan", "目标 targets", "新指标 indicators", "疑问 doubts", "代码 codes", "说明 read me",
)  # fmt: skip
YES, DROP = "是 yes", "不收 drop"
CONFIRMED = {"是": True, "yes": True, "y": True, "是yes": True, "√": True,
             "不收": False, "drop": False, "不收drop": False}  # fmt: skip
#: In the order in which a reader goes through a row.
TARGET_COLUMNS = {
    "confirmed": "确认", "questions": "疑问", "no": "序号", "group_zh": "类别",
    "name_zh": "指标名称",
    "unit": "单位", "base_value": "基期值", "target_text": "规划原文", "kind": "目标类型",
    "target": "目标值", "direction": "方向", "binding": "指标属性", "indicator": "指标代码",
    "price_basis": "价格基础", "caliber": "口径", "name_en": "英文名", "group_en": "英文类别",
    "target_year": "目标年", "region": "地区", "domain": "章",
    "tolerance": "左右的宽度",
    "multiple": "倍数", "multiple_base_year": "倍数的基年", "comparator": "参照指标",
    "min_difference": "至少高出", "band": "同步的带宽", "proxies": "替代指标",
    "context": "背景序列",
    "target_id": "目标代码", "section": "表或正文", "locator": "出处位置",
    "base_locator": "基期值的出处", "also_at": "又见", "note": "备注", "confidence": "把握",
}  # fmt: skip
PLAN_FIELDS = {
    "plan": "规划代码", "name_zh": "名称", "name_en": "英文名", "region": "地区代码",
    "parent_region": "上级地区", "base_year": "基期年", "start_year": "首年", "end_year": "末年",
    "note": "备注", "source": "来源代码", "source.title": "文件标题",
    "source.publisher": "发布单位",
    "source.address": "网址",
    "source.published": "公布日（YYYY-MM-DD）",
    "source.published_basis": "公布日依据", "source.accessed": "查阅年月",
    "source.reliability": "可靠性", "region.name_zh": "新地区的名称",
    "region.name_en": "新地区的英文名", "region.level": "新地区的级别",
    "region.parent": "新地区的上级",
}  # fmt: skip
INDICATOR_COLUMNS = {
    "confirmed": "确认", "for_target": "用于目标", "indicator": "新代码", "name_zh": "名称",
    "name_en": "英文名", "unit": "单位", "quantity": "量的类型", "domain": "章",
    "growth_basis": "增速的价格", "nature": "流量或存量", "lower": "下限", "upper": "上限",
    "note": "备注",
}  # fmt: skip


def schema_choices(root: Path, table: str) -> dict[str, list[str]]:
    """Return the allowed words of each column of a table, where its schema lists them."""
    path = root / "data" / "schemas" / f"{table}.json"
    spec: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return {
        field["name"]: field["constraints"]["enum"]
        for field in spec["fields"]
        if "enum" in field.get("constraints", {})
    }


def required(root: Path, table: str) -> set[str]:
    """Return the columns of a table that must not be empty."""
    path = root / "data" / "schemas" / f"{table}.json"
    spec: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return {f["name"] for f in spec["fields"] if f.get("constraints", {}).get("required")}


def code_lists(data: Data) -> dict[str, list[tuple[str, str]]]:
    """Return the codes a draft may use, each with its name."""
    return {
        "indicator": [
            (code, f"{row['name_zh']}，{row['unit'] or '无单位'}")
            for code, row in data.indicators.items()
        ],
        "caliber": [(code, row["name_zh"]) for code, row in data.calibers.items()],
        "region": [(code, row["name_zh"]) for code, row in data.regions.items()],
        "unit": [(unit, kind) for unit, (kind, _) in UNITS.items() if unit],
    }


HELP_LINES = (
    "这是一份规划草稿：程序从规划文件中读出的全部内容都只是建议，逐行核对后才会生效。",
    "This is a draft: all that was read from the document is a proposal until you confirm it.",
    "",
    "1. 先看“规划 plan”：黄色或红色的格子是推定或读不出的，请填写，再把“确认”一栏选为“是 yes”。",
    "   Start with the plan's sheet: coloured cells are guesses or open; complete, then confirm.",
    "2. 再看“目标 targets”：对照规划原文逐行核对，红色必须补，黄色请细看；鼠标停在格上可见理由。",
    "   Then the targets, row by row, beside the document; a coloured cell tells its reason.",
    "3. 核对无误选“是 yes”；不是目标的行选“不收 drop”；漏掉的目标可在表末添行。",
    "   Choose yes when a row is right, drop when it is no target; add missing ones at the end.",
    "4. “指标代码”只要可能就选用已有的（见“代码 codes”）：同一指标各规划共用一套数据。",
    "   Use an existing indicator's code wherever it is the same: plans share its figures.",
    "   确属新指标的，在“新指标 indicators”里起一个代码，并把同一代码填进目标行。",
    "   A new one gets a code on the indicators' sheet, and the same code in the target's row.",
    "5. 基期值会作为以本文件为来源的观测值入库；已有同一数据的不再重复。不要则清空。",
    "   A base value becomes an observation with this document as source, unless it is there.",
    "6. planeval check 列出还未确认的行；planeval new 代码 --finish 核验全部内容后一次写入。",
    "   planeval check lists what is open; planeval new ID --finish checks all and writes it.",
)  # fmt: skip
