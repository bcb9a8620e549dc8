"""How the data package describes the tables that the program itself adds to it."""

from __future__ import annotations

_NAMES = {"emission_factors": "emission-factors", "energy_balance": "energy-balance"}
#: Title of each table: those all plans share, and those of one plan.
TITLES = {
    "claims": "待核对的公布增速、倍数、合计与他处目标",
    "relations": "部分与整体的关系",
    "comparators": "可参照的同类序列：预测在何处另列不用与用它们的结果",
    "corrections": "对来源明显错误的更正，附原值",
    "departments": "责任部门代码表（待文件指明后填）",
    "port_months": "月度港口序列：对照港，供季节调整与全年推算",
    "emission_factors": "能源的二氧化碳排放因子：单位、年份、来源",
    "energy_balance": "能源平衡（待港区提供）",
    "targets": "目标",
    "milestones": "事项进展",
    "assignments": "上级下达的目标值",
    "revisions": "目标调整",
    "path": "年度目标路径",
    "responsible": "责任部门（待文件指明后填）",
}


def resource(table: str, plan_id: str = "") -> dict[str, str]:
    """Return the data package's description of a table, of one plan where it is named.

    Examples
    --------
    >>> made = resource("path", "x-16fyp")
    >>> made["name"], made["path"], made["schema"]
    ('x-16fyp-path', 'plans/x-16fyp/path.csv', 'schemas/path.json')
    """
    return {
        "name": f"{plan_id}-{table}" if plan_id else _NAMES.get(table, table),
        "path": f"plans/{plan_id}/{table}.csv" if plan_id else f"{table}.csv",
        "profile": "tabular-data-resource",
        "title": TITLES[table],
        "encoding": "utf-8",
        "schema": f"schemas/{table}.json",
    }
