"""Words of the workbook for what the data keep as codes: each once, in both languages."""

from __future__ import annotations

from analysis.data.units import unit_name
from planeval.words.language import either

BINDING = {
    "binding": ("约束性", "binding"),
    "expected": ("预期性", "expected"),
    None: ("未标明", "not stated"),
}
KINDS = {
    "at_least": ("不低于", "at least"),
    "at_most": ("不高于", "at most"),
    "level": ("达到", "level"),
    "maintain": ("保持", "maintain"),
    "avg_growth": ("年均增长", "average growth"),
    "relative": ("相对", "relative"),
    "cumulative": ("五年累计", "five-year total"),
    "assigned": ("上级下达", "assigned from above"),
    "milestone": ("事项", "milestone"),
    "multiple": ("倍增", "multiple"),
}
STATUS = {
    "derived": ("推算数", "derived"),
    "first_estimate": ("初步数", "first estimate"),
    "reported": ("公布数", "reported"),
    "final": ("最终核实数", "final"),
    "revised": ("修订数", "revised"),
}
PRICES = {
    "current": ("现价", "current prices"),
    "constant": ("可比价", "constant prices"),
    "unstated": ("未注明", "not stated"),
    "not_applicable": ("不涉及", "not applicable"),
}
QUALIFIERS = {
    "exact": ("等于", "exact"),
    "at_least": ("突破", "at least"),
    "at_most": ("不超过", "at most"),
    "about": ("约", "about"),
    "rounded": ("约", "rounded"),
}
PUBLISHED = {
    "stated": ("注明", "stated"),
    "latest_possible": ("最迟", "latest possible"),
    "address": ("据网址", "from the address"),
}
RELIABILITY = {"high": ("高", "high"), "medium": ("中", "medium"), "low": ("低", "low")}
USES = {
    "base": ("基期", "base"),
    "latest": ("最新", "latest"),
    "earlier": ("历年", "other years"),
    "context": ("参照", "context"),
    "comparator": ("比较", "comparison"),
}
#: which evaluation of a plan it is
CYCLES = {
    "年度监测": ("年度监测", "annual monitoring"),
    "中期评估": ("中期评估", "mid-term evaluation"),
    "总结评估": ("总结评估", "final evaluation"),
}
#: sign, colour group; a sign and a word say what the colour says, so that grey prints do too
SIGNS = {
    "achieved": ("✓", "good"),
    "achieved_open": ("✓", "good"),
    "achieved_firm": ("✓", "good"),
    "achieved_at_risk": ("✓", "good"),
    "very_likely": ("▲", "good"),
    "likely": ("▲", "good"),
    "in_progress": ("●", "middle"),
    "toss_up": ("●", "middle"),
    "unlikely": ("▼", "poor"),
    "very_unlikely": ("▼", "poor"),
    "missed": ("✗", "poor"),
}
NO_SIGN = ("○", "unknown")
#: heads and short words by their Chinese
_HEADS = {
    "记分板": "Scoreboard",
    "指标图": "Charts",
    "指标序列": "Series",
    "来源": "Sources",
    "口径": "Caliber",
    "核对": "Audit findings",
    "修订": "Vintages",
    "说明": "Notes",
    "备注": "Remarks",
    "年份": "Year",
    "公布值": "Published",
    "路径": "Path",
    "目标": "Target",
    "预测中位数": "Median forecast",
    "80%区间下限": "80% interval, low",
    "80%区间上限": "80% interval, high",
    "区域": "Region",
    "指标": "Indicator",
    "时期": "Period",
    "数值": "Value",
    "单位": "Unit",
    "限定": "Qualifier",
    "价格基础": "Price basis",
    "数据状态": "Status",
    "公布日": "Published on",
    "公布日依据": "Basis of the date",
    "来源编号": "Source",
    "出处": "Place in the source",
    "用于目标": "Used by target",
    "用途": "Use",
    "更正": "Correction",
    "观测表行号": "Row in observations",
    "题名": "Title",
    "发布者": "Publisher",
    "可靠程度": "Reliability",
    "地址": "Address",
    "代码": "Code",
    "含义": "Meaning",
    "本簿数字个数": "Figures in this book",
    "采用此口径的目标": "Targets of this definition",
    "编号": "No.",
    "结论": "Verdict",
    "规则": "Rule",
    "对象": "Subject",
    "公布数": "Stated",
    "推得数": "Implied",
    "公布（文字）": "Stated, as printed",
    "推得（文字）": "Implied, as printed",
    "较首次公布（%）": "Against the first (%)",
    "已声明更正": "declared",
    "是": "yes",
    "否": "no",
    "本簿": "This workbook",
    "工作表": "Sheets",
    "记分板各列": "Columns of the scoreboard",
    "前景与信号": "Outlooks and signs",
    "证据等级": "Evidence",
    "规划": "Plan",
    "规划代码": "Name of the plan",
    "评估年": "Year evaluated",
    "数据截至": "Data as of",
    "评估类型": "Kind",
    "重做": "To make it again",
    "未知": "Unknown",
    "语言": "Language",
    "完成度": "Completion",
    "时序进度": "Schedule",
    "仍需年均增速（%）": "Growth a year still required (%)",
    "仍需每年变化": "Change a year still required",
    "概率": "Probability",
    "预测单位": "Unit of the forecast",
    "内容": "Contents",
    "序号": "No. in plan",
    "属性": "Binding",
    "目标类型": "Kind of target",
    "目标年": "Target year",
    "基期值": "Base",
    "目标值": "Target value",
    "目标原文": "Target as printed",
    "最新年份": "Latest year",
    "最新值": "Latest value",
    "信号": "Sign",
    "前景": "Outlook",
    "完成情况": "Result",
    "已完成": "achieved",
    "较可能或很可能": "likely or very likely",
    "难分或推进中": "even odds or in progress",
    "较难或很难": "unlikely or very unlikely",
    "未完成": "missed",
    "概率不低于80%": "probability of 80% or more",
    "概率60%至80%": "probability of 60% to 80%",
    "概率40%至60%": "probability of 40% to 60%",
    "概率20%至40%": "probability of 20% to 40%",
    "概率低于20%": "probability below 20%",
    "由公布值或其缺失判定": "decided by published figures, or by their lack",
}


def unit(name: str | None) -> str:
    """Return a unit in the language spoken; the figures beside it are never converted.

    Raises
    ------
    LookupError
        When a unit has no English name: a defect of the program.

    Examples
    --------
    >>> from planeval.words.language import speaking
    >>> unit("亿元")
    '亿元'
    >>> with speaking("en"):
    ...     unit("万标箱")
    '10,000 TEU'
    """
    return unit_name(name or "")


def word(zh: str) -> str:
    """Return a head or a short word of the workbook in the language spoken.

    Raises
    ------
    LookupError
        When it has no English: a defect of the program.

    Examples
    --------
    >>> word("完成度")
    '完成度'
    """
    if zh not in _HEADS:
        raise LookupError(f"no English for the head {zh}")
    return either(zh, _HEADS[zh])
