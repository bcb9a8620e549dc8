"""``planeval trace``: where every figure of an indicator's targets comes from, in the terminal."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from analysis.cli_output import check_place, emit

WIDTH = 100
ROLES_ZH = {
    "base": "基期值",
    "latest": "最新值",
    "earlier": "其他年份",
    "total": "累计数",
    "comparator": "参照指标",
    "stand_in": "替代序列",
}
EXAMPLE = """example / 示例:
  planeval trace jiaxing-14fyp gdp --year 2024
  planeval trace jiaxing-14fyp 集装箱吞吐量 --year 2024 --as-of 2025-12-31
  planeval trace jiaxing-14fyp gdp --year 2024 --json -
"""
# a word of Latin letters stays whole, and no line begins with a closing mark
_WORD = re.compile(r"[（“《〔]*(?:[!-~−–—]+|\S)[，。；：、）”》〕％]*|\s+")


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to the parser's commands."""
    text = "追溯每个数的出处和算法 trace every figure to its source and steps"
    sub = commands.add_parser(
        "trace",
        help=text,
        description=text,
        parents=[common],
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    sub.add_argument("plan", metavar="PLAN", help="规划代码 name of the plan (planeval plans)")
    sub.add_argument(
        "indicator", metavar="INDICATOR", help="目标、指标代码或中文名 target, indicator or name"
    )
    sub.add_argument("--year", type=int, required=True, help="评估年 year of the plan")
    sub.add_argument(
        "--as-of", metavar="DATE", help="只用该日及以前公布的数字 use what was published by DATE"
    )
    sub.add_argument(
        "--json", metavar="FILE", help="写成 JSON，- 为屏幕 JSON to FILE, - for stdout"
    )


def run(arguments: argparse.Namespace) -> int:
    """Trace an indicator's targets and print them, or write the record as JSON."""
    from analysis.evaluation import as_of_date, evaluate
    from analysis.observations import load
    from analysis.plan import load_plan
    from analysis.views_trace import targets_named, trace

    if arguments.json and arguments.json != "-":
        check_place(arguments.json, "--json")
    data = load(arguments.root)
    day = as_of_date(arguments.as_of, data)
    plan = load_plan(arguments.plan, as_of=day, data=data)
    plan.check_year(arguments.year)
    targets_named(plan, arguments.indicator)  # a misspelt name is told before anything is judged
    told = trace(evaluate(arguments.plan, arguments.year, day, data=data), arguments.indicator)
    if arguments.json:
        emit(told, arguments.json)
    else:
        print("\n".join(lines(told)))
    return 0


def wrap(text: str, indent: int = 0, width: int = WIDTH, hang: int = 2) -> list[str]:
    """Return text in lines of at most `width` columns, a Chinese character taking two.

    Lines after the first stand `hang` columns further in; a word wider than a line is not cut.

    Examples
    --------
    >>> wrap("完成度（37.3%）。", indent=2, width=14)
    ['  完成度', '    （37.3%）。']
    """
    from analysis.tables import display_width

    found, line = [], " " * indent
    for word in _WORD.findall(re.sub(r"[ \t\r\n]+", " ", text).strip()):
        if line.strip() and display_width(line + word.rstrip()) > width:
            found.append(line.rstrip())
            line = " " * (indent + hang)
        line += "" if not line.strip() and word.isspace() else word
    return [*found, line.rstrip()] if line.strip() else found


def lines(told: dict[str, Any]) -> Iterator[str]:
    """Yield the record of :func:`analysis.views_trace.trace` as lines for a terminal."""
    yield f"{told['plan_zh']}　{told['year']}年　{told['kind']}　数据截至 {told['as_of']}"
    for target in told["targets"]:
        yield ""
        yield from wrap(
            f"【{target['name_zh']}】{target['region_zh']}　目标 {target['id']}"
            f"　指标 {target['indicator']}"
        )
        for title, part in (
            ("数值", _figures(target)),
            ("计算", _computed(target)),
            ("更正", _corrections(target)),
            ("没有用的", _omitted(target)),
            ("预测怎样得出", _forecasts(target)),
            ("注意", _cautions(target)),
        ):
            shown = list(part)
            if shown:
                yield f"  {title}"
                yield from shown
    yield ""
    yield "来源"
    for code, source in told["sources"].items():
        yield from _source(code, source)


def _source(code: str, source: dict[str, Any]) -> Iterator[str]:
    parts = [
        f"{code}　{source['title']}",
        source["publisher"],
        f"公布 {source['published'] or '日期不详'}",
        f"可靠性{source['reliability_zh']}",
        f"{source['file']}:{source['row']}",
    ]
    yield from wrap("；".join(part for part in parts if part), 2, hang=4)
    if source["address"]:
        yield from wrap(source["address"], 6)


def _figures(target: dict[str, Any]) -> Iterator[str]:
    yield from _promise(target["target"])
    if target["target"]["kind"] not in ("milestone", "assigned"):
        for role in ("base", "latest"):
            if not any(role in one["roles"] for one in target["figures"]):
                yield from wrap(f"{ROLES_ZH[role]}　没有公布的数值", 4)
    for one in target["figures"]:
        yield from _figure("、".join(ROLES_ZH[role] for role in one["roles"]), one)
    for series in target["comparators"]:
        yield from _series(series)


def _event(row: dict[str, Any], unit: str) -> str:
    """Say what a document did to a target."""
    if "field" not in row:
        return f"下达{row['value']:g}{unit}"
    if row["field"] == "target":
        return f"由{row['old']:g}调整为{row['new']:g}{unit}"
    return {"added": "增补", "withdrawn": "撤销"}[row["field"]]


def _promise(one: dict[str, Any]) -> Iterator[str]:
    from analysis.plan_changes import dated

    meaning = "；".join((one["kind_zh"], one["binding_zh"], one["caliber_zh"]))
    yield from wrap(f"目标　{one['year']}年　{one['shown']}　{meaning}；{one['price_basis_zh']}", 4)
    also = f"；又见{one['also_at']}" if one["also_at"] else ""
    yield from wrap(f"{one['file']}:{one['row']}　来源 {one['source']}，{one['locator']}{also}", 8)
    if one["note"]:
        yield from wrap(f"注：{one['note']}", 8)
    assigned = [one["assigned"]] if one["assigned"] else []
    for row in (*assigned, *one["revisions"]):
        yield from wrap(
            f"{dated(row)}　{row['document']}　{_event(row, one['unit'])}"
            f"　{row['file']}:{row['row']}"
            f"　来源 {row['source']}，{row['locator']}",
            8,
        )
    for year, value in one["path"]:
        yield from wrap(f"逐年路径　{year}年 {value:g}{one['unit']}", 8)
    done = one["milestone"]
    if done:
        word = {"done": "已完成", "in_progress": "推进中"}.get(done["status"], done["status"])
        yield from wrap(
            f"进展　{dated(done)}　{word}　{done['file']}:{done['row']}"
            f"　来源 {done['source']}，{done['locator']}；{done['note'] or ''}",
            8,
        )


def _named(one: dict[str, Any]) -> str:
    """Return a figure as "2024年 突破226亿元", with what its source prints where that differs."""
    from analysis.wording import amount

    text = f"{one['period']}{'年' if len(one['period']) == 4 else ''} "
    text += f"{one['qualifier_zh']}{amount(one['value'], one['unit'])}"
    other = one["printed_unit"] != one["unit"] or one["correction"]
    return text + (f"（原文 {one['printed']}{one['printed_unit']}）" if other else "")


def _figure(label: str, one: dict[str, Any], reason: str = "", indent: int = 4) -> Iterator[str]:
    place = ""
    if not {"base", "latest", "earlier"} & set(one["roles"]):  # not the target's own series
        place = f"{one['region_zh']}{one['indicator_zh']}　"
    head = f"{label}　{place}" if label else place
    meaning = "；".join((one["caliber_zh"], one["price_basis_zh"], one["status_zh"]))
    yield from wrap(f"{head}{_named(one)}　{meaning}；{one['published_zh']}公布", indent)
    if reason:
        yield from wrap(f"不用：{reason}", indent + 4)
    yield from wrap(
        f"{one['file']}:{one['row']}　来源 {one['source']}，{one['locator']}", indent + 4
    )
    if one["note"]:
        yield from wrap(f"注：{one['note']}", indent + 4)
    if one["correction"]:
        yield from wrap(f"更正：{one['correction']}", indent + 4)


def _series(series: dict[str, Any]) -> Iterator[str]:
    """Say which years and rows of another place's series a forecast leans on, and by whom."""
    used = "评估所用的参照序列" if series["role"] == "evaluation" else "只作对照的参照序列"
    years = spans(int(one["period"]) for one in series["figures"])
    rows = spans(one["row"] for one in series["figures"])
    codes = "、".join(sorted({one["source"] for one in series["figures"]}))
    yield from wrap(f"{used}　{series['name_zh']}　{years}年　{len(series['figures'])}个值", 4)
    file = series["figures"][0]["file"]
    yield from wrap(f"{file}:{rows}　来源 {codes}（逐年见 --json）", 8)
    if series["note"]:
        yield from wrap(f"注：{series['note']}", 8)


def spans(numbers: Iterable[int]) -> str:
    """Return whole numbers as runs.

    Examples
    --------
    >>> spans([2015, 2020, 2021, 2022])
    '2015、2020—2022'
    """
    runs = []
    for _, group in groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0]):
        run_ = [number for _, number in group]
        runs.append(str(run_[0]) if len(run_) == 1 else f"{run_[0]}—{run_[-1]}")
    return "、".join(runs)


def _computed(target: dict[str, Any]) -> Iterator[str]:
    for one in target["computed"]:
        label = one["label_zh"] + (f"（{one['of_zh']}）" if one["of"] else "")
        if one["value"] is None:
            yield from wrap(f"{label}　不给出：{one['reason_zh']}", 4)
            continue
        if not one["formula"]:
            rule = f"（{one['rule_zh']}）" if one["rule_zh"] else ""
            yield from wrap(f"{label} {_result(one)}{rule}", 4)
        elif one["key"] == "met":
            yield from wrap(f"{label}　{one['rule_zh']}：{one['formula']}？{_result(one)}", 4)
        else:
            yield from wrap(f"{label} = {one['rule_zh']}", 4)
            yield from wrap(f"= {one['formula']} {_result(one)}", 8)


def _result(one: dict[str, Any]) -> str:
    from analysis.wording import amount, chance, number, share

    value = one["value"]
    if one["key"] == "met":
        return "是" if value else "否"
    if one["key"] == "probability":
        return f"= {chance(value)}"
    if one["key"] == "expected_year":
        return f"= {value}年"
    if one["unit"] == "share":
        return f"= {share(value)}"
    if one["key"].endswith("_pct"):
        return f"= {number(value, 1)}%"
    return f"= {amount(value, one['unit'])}"


def _corrections(target: dict[str, Any]) -> Iterator[str]:
    for row in target["corrections"]:
        yield from wrap(
            f"{row['region']} {row['indicator']} {row['period']}年 {row['expect']:g} → "
            f"{row['value']:g}{row['unit'] or ''}　{row['file']}:{row['row']}"
            f"　来源 {row['source']}，{row['locator']}",
            4,
        )
        yield from wrap(f"原因：{row['reason']}", 8)


def _omitted(target: dict[str, Any]) -> Iterator[str]:
    for one in target["not_used"]:
        document = one.get("document")
        if document is None:
            yield from _figure("", one, one["reason_zh"])
            continue
        yield from wrap(f"{document['file']}:{document['row']}　不用：{one['reason_zh']}", 4)


def _forecasts(target: dict[str, Any]) -> Iterator[str]:
    from analysis.views_forecast import tight

    for one in target["forecasts"]:
        role = "评估所用" if one["role"] == "evaluation" else "对照：另用声明的参照序列，不改评估"
        yield from wrap(f"{one['region_zh']}{one['indicator_zh']}（{role}）", 4)
        for n, step in enumerate(one["steps"], start=1):
            yield from wrap(f"{n} {step['title_zh']}：{tight(step['zh'])}", 6)


def _cautions(target: dict[str, Any]) -> Iterator[str]:
    reasons = "、".join(target["evidence_reasons"])
    yield from wrap(f"证据 {target['evidence']} 级：{reasons}", 4)
    for flag in target["flags"]:
        yield from wrap(flag["zh"], 4)
