"""Terms of the site's pages: heads of columns, names of parts, each once in both languages."""

from __future__ import annotations

from planeval.words.language import either

__all__ = ["TERMS", "label", "term"]

TERMS: dict[str, str] = {
    "下载": "downloads",
    "下载CSV": "download CSV",
    "与前一份相比": "what changed against the former report",
    "代码": "code",
    "价格": "prices",
    "何处": "where",
    "全部数值": "all figures",
    "全部数据表": "all data tables",
    "公布日": "published",
    "内容": "contents",
    "出处位置": "place in the source",
    "列名": "column",
    "前一份：": "former report: ",
    "前景用语与达标概率": "words of the outlook and their probabilities",
    "单位": "unit",
    "原": "before",
    "原值": "as published",
    "发布与更正记录": "publications and corrections",
    "发布日": "published on",
    "变化": "change",
    "口径": "definition",
    "可取的值": "values allowed",
    "可能的原因：": "possible causes: ",
    "只有中文": "in Chinese only",
    "各年报告": "reports by year",
    "各年最新发布的报告": "latest published report of each year",
    "各表的列": "columns of each table",
    "各表的机器可读说明：": "machine-readable description of the tables: ",
    "含义": "meaning",
    "图中采用": "in the chart",
    "地区": "region",
    "各地区": "regions",
    "地区说明": "about the region",
    "基期值": "base",
    "备注": "note",
    "大小": "size",
    "完成度": "completion",
    "已发布的报告": "published reports",
    "已声明的数据更正": "declared corrections of data",
    "年度值": "annual values",
    "必填": "required",
    "所用数字": "figures used",
    "报告": "report",
    "报告中的方法一章": "the method in the reports",
    "报告语言": "language of the report",
    "指标": "indicator",
    "指标一览": "indicators",
    "指标与地区": "indicators by region",
    "指标说明": "about the indicator",
    "数值": "value",
    "数据": "data",
    "数据截至": "data as of",
    "数据状态": "status",
    "文件": "file",
    "文件与校验和": "files and checksums",
    "方法": "method",
    "无量纲": "without unit",
    "时期": "period",
    "是": "yes",
    "更正为": "corrected to",
    "最新值": "latest",
    "机器可读的结果": "machine-readable results",
    "来源": "source",
    "涉及全部指标的变化": "changes that concern all indicators",
    "版本": "revision",
    "现": "after",
    "理由": "reason",
    "用语": "word",
    "目标": "target",
    "目标与评价": "targets and verdicts",
    "目标数": "targets",
    "程序版本": "program",
    "纵轴不从零起": "the scale does not begin at nought",
    "空心点为其他口径": "hollow dots are figures on other definitions",
    "等级": "grade",
    "类别": "kind",
    "类型": "type",
    "网站导航": "site",
    "虚线处中间年份未公布": "dashed where years between were not published",
    "行数": "rows",
    "规划": "plans",
    "规划目标": "targets set for it",
    "证据": "evidence",
    "证据等级": "evidence grades",
    "评估年": "year",
    "说明": "about",
    "跳到正文": "skip to the text",
    "输入表": "input tables",
    "达标概率": "probability",
    "这一版已被更正：": "this revision has been corrected: ",
    "重新生成这一版：": "to render this revision again: ",
    "重算这一版：": "to evaluate this revision again: ",
    "首次发布": "first publication",
    "首页": "start",
}


def term(zh: str) -> str:
    """Return a term in the language spoken.

    Raises
    ------
    KeyError
        When a term has no English: a defect of the program.

    Examples
    --------
    >>> from planeval.words.language import speaking
    >>> with speaking("en"):
    ...     term("基期值")
    'base'
    """
    return either(zh, TERMS[zh])


def label(text: str) -> str:
    """Return a term as it begins a line or heads a column: in English with a capital.

    Examples
    --------
    >>> label("target"), label("pH"), label("目标")
    ('Target', 'pH', '目标')
    """
    return text[:1].upper() + text[1:] if text[:2].islower() or len(text) == 1 else text
