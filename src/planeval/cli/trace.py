"""``planeval trace``: where every figure of an indicator's targets comes from, in the terminal."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from analysis.data.periods import first_year, whole_year
from planeval.cli.screen import add_language, check_place, emit
from planeval.words.language import Terms, either, say, speaking, tidy, worded

WIDTH = 100
ROLES_ZH = Terms(
    {
        "base": "基期值",
        "latest": "最新值",
        "earlier": "其他年份",
        "total": "累计数",
        "comparator": "参照指标",
        "stand_in": "替代序列",
    }
)
_EVENTS = Terms({"added": "增补", "withdrawn": "撤销"})
_PROGRESS = Terms({"done": "已完成", "in_progress": "推进中"})
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
    add_language(sub)
    sub.add_argument(
        "--json", metavar="FILE", help="写成 JSON，- 为屏幕 JSON to FILE, - for stdout"
    )


def run(arguments: argparse.Namespace) -> int:
    """Trace an indicator's targets and print them, or write the record as JSON."""
    from analysis.data.observations import load
    from analysis.data.plan import load_plan
    from analysis.targets.evaluation import as_of_date, evaluate
    from planeval.chapters.record import targets_named, trace

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
        return 0
    with speaking(arguments.lang):
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
    from planeval.show.widths import display_width

    found, line = [], " " * indent
    for word in _WORD.findall(re.sub(r"[ \t\r\n]+", " ", tidy(text, capital=False)).strip()):
        if line.strip() and display_width(line + word.rstrip()) > width:
            found.append(line.rstrip())
            line = " " * (indent + hang)
        line += "" if not line.strip() and word.isspace() else word
    return [*found, line.rstrip()] if line.strip() else found


def lines(told: dict[str, Any]) -> Iterator[str]:
    """Yield the record of :func:`planeval.chapters.record.trace` in the language spoken.

    The lines are for a terminal; the record itself is in both languages.
    """
    kind = either(told["kind"], told["kind_en"])
    yield say("{}　{}年　{}　数据截至 {}", worded(told, "plan"), told["year"], kind, told["as_of"])
    for target in told["targets"]:
        yield ""
        name, place = worded(target, "name"), worded(target, "region")
        yield from wrap(
            say("【{}】{}　目标 {}　指标 {}", name, place, target["id"], target["indicator"])
        )
        for title, part in (
            (either("数值", "Figures"), _figures(target)),
            (say("计算"), _computed(target)),
            (say("更正"), _corrections(target)),
            (say("没有用的"), _omitted(target)),
            (say("预测怎样得出"), _forecasts(target)),
            (say("注意"), _cautions(target)),
        ):
            shown = list(part)
            if shown:
                yield f"  {title}"
                yield from shown
    yield ""
    yield either("来源", "Sources")
    for code, source in told["sources"].items():
        yield from _source(code, source)


def _source(code: str, source: dict[str, Any]) -> Iterator[str]:
    from planeval.words.sources import cited, of_publisher

    parts = [
        say("{}　{}", code, either(source["title"], cited(source["title"]))),
        of_publisher(source["publisher"]),
        say("公布 {}", source["published"] or say("日期不详")),
        say("可靠性{}", worded(source, "reliability")),
        f"{source['file']}:{source['row']}",
    ]
    yield from wrap(say("；").join(part for part in parts if part), 2, hang=4)
    if source["address"]:
        yield from wrap(source["address"], 6)


def _figures(target: dict[str, Any]) -> Iterator[str]:
    yield from _promise(target["target"])
    if target["target"]["kind"] not in ("milestone", "assigned"):
        for role in ("base", "latest"):
            if not any(role in one["roles"] for one in target["figures"]):
                yield from wrap(say("{}　没有公布的数值", ROLES_ZH[role]), 4)
    for one in target["figures"]:
        yield from _figure(say("、").join(ROLES_ZH[role] for role in one["roles"]), one)
    for series in target["comparators"]:
        yield from _series(series)


def _event(row: dict[str, Any], unit: str) -> str:
    """Say what a document did to a target."""
    from planeval.words.amounts import with_unit

    if "field" not in row:
        return say("下达{}", with_unit(f"{row['value']:g}", unit))
    if row["field"] == "target":
        return say("由{:g}调整为{}", row["old"], with_unit(f"{row['new']:g}", unit))
    return _EVENTS[row["field"]]


def _placed(row: dict[str, Any]) -> str:
    """Say in which row of the data something stands, and where its source says it."""
    from planeval.words.sources import place

    at = f"{row['file']}:{row['row']}"
    return say("{}　来源 {}，{}", at, row["source"], place(row["locator"] or ""))


def _promise(one: dict[str, Any]) -> Iterator[str]:
    from planeval.words.amounts import with_unit
    from planeval.words.names import dated
    from planeval.words.sources import noted, place
    from planeval.words.targets import titled

    kind = either(one["kind_zh"], "")  # in English the promise itself says it
    told = (kind, *(worded(one, name) for name in ("binding", "caliber", "price_basis")))
    meaning = say("；").join(word for word in told if word)
    shown = either(one["shown"], one["shown_en"])
    yield from wrap(say("目标　{}年　{}　{}", one["year"], shown, meaning), 4)
    also = say("；又见{}", place(one["also_at"])) if one["also_at"] else ""
    yield from wrap(_placed(one) + also, 8)
    if one["note"]:
        yield from wrap(say("注：{}", noted(one["note"])), 8)
    assigned = [one["assigned"]] if one["assigned"] else []
    for row in (*assigned, *one["revisions"]):
        what, document = _event(row, one["unit"]), titled(row["document"])
        yield from wrap(say("{}　{}　{}　{}", dated(row), document, what, _placed(row)), 8)
    for row in one["path"]:
        step = with_unit(f"{row['value']:g}", one["unit"])
        told = (row["year"], step, dated(row), titled(row["document"]), _placed(row))
        yield from wrap(say("逐年路径　{}年 {}　{}　{}　{}", *told), 8)
    done = one["milestone"]
    if done:
        word = _PROGRESS.get(done["status"], done["status"])
        note = say("；{}", noted(done["note"])) if done["note"] else ""
        text = say("进展　{}　{}　{}", dated(done), word, _placed(done))
        yield from wrap(text + note, 8)


def _named(one: dict[str, Any]) -> str:
    """Return a figure as "2024年 突破226亿元", with what its source prints where that differs."""
    from planeval.words.amounts import amount, with_unit

    figure = worded(one, "qualifier") + amount(one["value"], one["unit"])
    text = say("{}年 {}", one["period"], figure)
    if whole_year(one["period"]) is None:
        text = say("{} {}", one["period"], figure)
    if one["printed_unit"] == one["unit"] and not one["correction"]:
        return text
    return text + say("（原文 {}）", with_unit(one["printed"], one["printed_unit"]))


def _figure(label: str, one: dict[str, Any], reason: str = "", indent: int = 4) -> Iterator[str]:
    from planeval.words.sources import noted

    head = say("{}　", label) if label else ""
    if not {"base", "latest", "earlier"} & set(one["roles"]):  # not the target's own series
        head += say("{}{}　", worded(one, "region"), worded(one, "indicator"))
    told = ("caliber", "price_basis", "status")
    meaning = say("；").join(worded(one, name) for name in told)
    published = worded(one, "published")
    yield from wrap(head + say("{}　{}；{}公布", _named(one), meaning, published), indent)
    if reason:
        yield from wrap(say("不用：{}", reason), indent + 4)
    yield from wrap(_placed(one), indent + 4)
    if one["note"]:
        yield from wrap(say("注：{}", noted(one["note"])), indent + 4)
    if one["correction"]:
        changed = either(one["correction"], one["correction_en"])
        yield from wrap(say("更正：{}", changed), indent + 4)


def _series(series: dict[str, Any]) -> Iterator[str]:
    """Say which years and rows of another place's series a forecast leans on, and by whom."""
    beside = series["role"] != "evaluation"
    used = say("只作对照的参照序列") if beside else say("评估所用的参照序列")
    years = spans(first_year(one["period"]) for one in series["figures"])
    rows = spans(one["row"] for one in series["figures"])
    codes = say("、").join(sorted({one["source"] for one in series["figures"]}))
    count = len(series["figures"])
    yield from wrap(say("{}　{}　{}年　{}个值", used, worded(series, "name"), years, count), 4)
    file = series["figures"][0]["file"]
    yield from wrap(say("{}:{}　来源 {}（逐年见 --json）", file, rows, codes), 8)
    if series["note"]:
        yield from wrap(say("注：{}", either(series["note"], series["note_en"])), 8)


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
        to = either("—", "–")
        runs.append(str(run_[0]) if len(run_) == 1 else f"{run_[0]}{to}{run_[-1]}")
    return say("、").join(runs)


def _computed(target: dict[str, Any]) -> Iterator[str]:
    for one in target["computed"]:
        label, rule = worded(one, "label"), worded(one, "rule")
        if one["of"]:
            label = say("{}（{}）", label, worded(one, "of"))
        if one["value"] is None:
            yield from wrap(say("{}　不给出：{}", label, worded(one, "reason")), 4)
        elif not one["formula"]:
            met = one["key"] == "met"  # a milestone's: said, not reckoned
            result = say("{} {}", label, _result(one)) if met else f"{label} {_result(one)}"
            yield from wrap(say("{}（{}）", result, rule) if rule else result, 4)
        elif one["key"] == "met":
            yield from wrap(say("{}　{}：{}？{}", label, rule, one["formula"], _result(one)), 4)
        else:
            yield from wrap(f"{label} = {rule}", 4)
            yield from wrap(f"= {one['formula']} {_result(one)}", 8)


def _result(one: dict[str, Any]) -> str:
    from planeval.words.amounts import amount, chance, number, share

    value = one["value"]
    if one["key"] == "met":
        return say("是") if value else say("否")
    if one["key"] == "probability":
        return f"= {chance(value)}"
    if one["key"] == "expected_year":
        return f"= {say('{}年', value)}"
    if one["unit"] == "share":
        return f"= {share(value)}"
    if one["key"].endswith("_pct"):
        return f"= {number(value, 1)}%"
    return f"= {amount(value, one['unit'])}"


def _corrections(target: dict[str, Any]) -> Iterator[str]:
    from planeval.words.amounts import with_unit

    for row in target["corrections"]:
        series = f"{row['region']} {row['indicator']}"
        new = with_unit(f"{row['value']:g}", row["unit"] or "")
        where = _placed(row)
        text = say("{} {}年 {:g} → {}　{}", series, row["period"], row["expect"], new, where)
        yield from wrap(text, 4)
        yield from wrap(say("原因：{}", either(row["reason"], row["reason_en"])), 8)


def _omitted(target: dict[str, Any]) -> Iterator[str]:
    for one in target["not_used"]:
        document = one.get("document")
        if document is None:
            yield from _figure("", one, worded(one, "reason"))
            continue
        at = f"{document['file']}:{document['row']}"
        yield from wrap(say("{}　不用：{}", at, worded(one, "reason")), 4)


def _forecasts(target: dict[str, Any]) -> Iterator[str]:
    from planeval.chapters.why import tight

    for one in target["forecasts"]:
        role = say("评估所用")
        if one["role"] != "evaluation":
            role = say("对照：另用声明的参照序列，不改评估")
        yield from wrap(say("{}（{}）", worded(one, "name"), role), 4)
        for n, step in enumerate(one["steps"], start=1):
            said = either(tight(step["zh"]), step["en"])
            yield from wrap(say("{} {}：{}", n, worded(step, "title"), said), 6)


def _cautions(target: dict[str, Any]) -> Iterator[str]:
    reasons = either(target["evidence_reasons"], target["evidence_reasons_en"])
    told = say("、").join(reasons)
    yield from wrap(say("证据 {} 级：{}", target["evidence"], told), 4)
    for flag in target["flags"]:
        yield from wrap(worded(flag), 4)
