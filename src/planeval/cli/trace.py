"""``planeval trace``: where every figure of an indicator's targets comes from, in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from analysis.data.periods import first_year, whole_year
from planeval.cli.grammar import answer
from planeval.show import terminal
from planeval.words.amounts import amount, chance, number, share, with_unit
from planeval.words.language import Terms, either, say, tidy, worded
from planeval.words.names import cited, dated, noted, of_publisher, place

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
Line = tuple[int, str]  # how far it stands in, and what it says


def trace(
    root: Path, plan: str, indicator: str, year: int, as_of: str | None, to: str | None
) -> None:
    """Run ``planeval trace``: an indicator's targets and every figure they rest on."""
    from analysis.data.observations import load
    from analysis.data.plan import load_plan
    from analysis.targets.evaluation import as_of_date, evaluate
    from planeval.chapters.record import targets_named, trace

    data = load(root)
    day = as_of_date(as_of, data)
    read = load_plan(plan, as_of=day, data=data)
    read.check_year(year)
    targets_named(read, indicator)  # a misspelt name is told before anything is judged
    told = trace(evaluate(plan, year, day, data=data), indicator)
    answer(lines(told), lambda: told, to)


def wrap(text: str, indent: int = 0, hang: int = 2) -> list[str]:
    """Return tidied text in lines no wider than a terminal."""
    return terminal.wrap(tidy(text, capital=False), indent, hang=hang)


def lines(told: dict[str, Any]) -> Iterator[str]:
    """Yield the record of :func:`planeval.chapters.record.trace` in the language spoken.

    The lines are for a terminal; the record itself is in both languages.
    """
    kind = either(told["kind"], told["kind_en"])
    yield say("{}　{}年　{}　数据截至 {}", worded(told, "plan"), told["year"], kind, told["as_of"])
    for target in told["targets"]:
        yield ""
        name, region = worded(target, "name"), worded(target, "region")
        text = say("【{}】{}　目标 {}　指标 {}", name, region, target["id"], target["indicator"])
        yield from wrap(text)
        for title, part in (
            (either("数值", "Figures"), _figures(target)),
            (say("计算"), _computed(target)),
            (say("更正"), _corrections(target)),
            (say("没有用的"), _omitted(target)),
            (say("预测怎样得出"), _forecasts(target)),
            (say("注意"), _cautions(target)),
        ):
            for n, (indent, text) in enumerate(part):
                if not n:
                    yield f"  {title}"
                yield from wrap(text, indent)
    yield ""
    yield either("来源", "Sources")
    for code, source in told["sources"].items():
        yield from _source(code, source)


def _source(code: str, source: dict[str, Any]) -> Iterator[str]:
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


def _figures(target: dict[str, Any]) -> Iterator[Line]:
    yield from _promise(target["target"])
    if target["target"]["kind"] not in ("milestone", "assigned"):
        for role in ("base", "latest"):
            if not any(role in one["roles"] for one in target["figures"]):
                yield 4, say("{}　没有公布的数值", ROLES_ZH[role])
    for one in target["figures"]:
        yield from _figure(say("、").join(ROLES_ZH[role] for role in one["roles"]), one)
    for series in target["comparators"]:
        yield from _series(series)


def _event(row: dict[str, Any], unit: str) -> str:
    """Say what a document did to a target."""
    if "field" not in row:
        return say("下达{}", with_unit(f"{row['value']:g}", unit))
    if row["field"] == "target":
        return say("由{:g}调整为{}", row["old"], with_unit(f"{row['new']:g}", unit))
    return _EVENTS[row["field"]]


def _placed(row: dict[str, Any]) -> str:
    """Say in which row of the data something stands, and where its source says it."""
    at = f"{row['file']}:{row['row']}"
    return say("{}　来源 {}，{}", at, row["source"], place(row["locator"] or ""))


def _promise(one: dict[str, Any]) -> Iterator[Line]:
    from planeval.words.targets import titled

    kind = either(one["kind_zh"], "")  # in English the promise itself says it
    told = (kind, *(worded(one, name) for name in ("binding", "caliber", "price_basis")))
    meaning = say("；").join(word for word in told if word)
    shown = either(one["shown"], one["shown_en"])
    yield 4, say("目标　{}年　{}　{}", one["year"], shown, meaning)
    also = say("；又见{}", place(one["also_at"])) if one["also_at"] else ""
    yield 8, _placed(one) + also
    if one["note"]:
        yield 8, say("注：{}", noted(one["note"]))
    assigned = [one["assigned"]] if one["assigned"] else []
    for row in (*assigned, *one["revisions"]):
        what, document = _event(row, one["unit"]), titled(row["document"])
        yield 8, say("{}　{}　{}　{}", dated(row), document, what, _placed(row))
    for row in one["path"]:
        step = with_unit(f"{row['value']:g}", one["unit"])
        told = (row["year"], step, dated(row), titled(row["document"]), _placed(row))
        yield 8, say("逐年路径　{}年 {}　{}　{}　{}", *told)
    done = one["milestone"]
    if done:
        word = _PROGRESS.get(done["status"], done["status"])
        note = say("；{}", noted(done["note"])) if done["note"] else ""
        text = say("进展　{}　{}　{}", dated(done), word, _placed(done))
        yield 8, text + note


def _named(one: dict[str, Any]) -> str:
    """Return a figure as "2024年 突破226亿元", with what its source prints where that differs."""
    figure = worded(one, "qualifier") + amount(one["value"], one["unit"])
    text = say("{}年 {}", one["period"], figure)
    if whole_year(one["period"]) is None:
        text = say("{} {}", one["period"], figure)
    if one["printed_unit"] == one["unit"] and not one["correction"]:
        return text
    return text + say("（原文 {}）", with_unit(one["printed"], one["printed_unit"]))


def _figure(label: str, one: dict[str, Any], reason: str = "", indent: int = 4) -> Iterator[Line]:
    head = say("{}　", label) if label else ""
    if not {"base", "latest", "earlier"} & set(one["roles"]):  # not the target's own series
        head += say("{}{}　", worded(one, "region"), worded(one, "indicator"))
    told = ("caliber", "price_basis", "status")
    meaning = say("；").join(worded(one, name) for name in told)
    published = worded(one, "published")
    yield indent, head + say("{}　{}；{}公布", _named(one), meaning, published)
    if reason:
        yield indent + 4, say("不用：{}", reason)
    yield indent + 4, _placed(one)
    if one["note"]:
        yield indent + 4, say("注：{}", noted(one["note"]))
    if one["correction"]:
        changed = either(one["correction"], one["correction_en"])
        yield indent + 4, say("更正：{}", changed)


def _series(series: dict[str, Any]) -> Iterator[Line]:
    """Say which years and rows of another place's series a forecast leans on, and by whom."""
    beside = series["role"] != "evaluation"
    used = say("只作对照的参照序列") if beside else say("评估所用的参照序列")
    years = spans(first_year(one["period"]) for one in series["figures"])
    rows = spans(one["row"] for one in series["figures"])
    codes = say("、").join(sorted({one["source"] for one in series["figures"]}))
    count = len(series["figures"])
    yield 4, say("{}　{}　{}年　{}个值", used, worded(series, "name"), years, count)
    file = series["figures"][0]["file"]
    yield 8, say("{}:{}　来源 {}（逐年见 --json）", file, rows, codes)
    if series["note"]:
        yield 8, say("注：{}", either(series["note"], series["note_en"]))


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


def _computed(target: dict[str, Any]) -> Iterator[Line]:
    for one in target["computed"]:
        label, rule = worded(one, "label"), worded(one, "rule")
        if one["of"]:
            label = say("{}（{}）", label, worded(one, "of"))
        if one["value"] is None:
            yield 4, say("{}　不给出：{}", label, worded(one, "reason"))
        elif not one["formula"]:
            met = one["key"] == "met"  # a milestone's: said, not reckoned
            result = say("{} {}", label, _result(one)) if met else f"{label} {_result(one)}"
            yield 4, say("{}（{}）", result, rule) if rule else result
        elif one["key"] == "met":
            yield 4, say("{}　{}：{}？{}", label, rule, one["formula"], _result(one))
        else:
            yield 4, f"{label} = {rule}"
            yield 8, f"= {one['formula']} {_result(one)}"


def _result(one: dict[str, Any]) -> str:
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


def _corrections(target: dict[str, Any]) -> Iterator[Line]:
    for row in target["corrections"]:
        series = f"{row['region']} {row['indicator']}"
        new = with_unit(f"{row['value']:g}", row["unit"] or "")
        where = _placed(row)
        text = say("{} {}年 {:g} → {}　{}", series, row["period"], row["expect"], new, where)
        yield 4, text
        yield 8, say("原因：{}", either(row["reason"], row["reason_en"]))


def _omitted(target: dict[str, Any]) -> Iterator[Line]:
    for one in target["not_used"]:
        document = one.get("document")
        if document is None:
            yield from _figure("", one, worded(one, "reason"))
            continue
        at = f"{document['file']}:{document['row']}"
        yield 4, say("{}　不用：{}", at, worded(one, "reason"))


def _forecasts(target: dict[str, Any]) -> Iterator[Line]:
    from planeval.chapters.why import tight

    for one in target["forecasts"]:
        role = say("评估所用")
        if one["role"] != "evaluation":
            role = say("对照：另用声明的参照序列，不改评估")
        yield 4, say("{}（{}）", worded(one, "name"), role)
        for n, step in enumerate(one["steps"], start=1):
            said = either(tight(step["zh"]), step["en"])
            yield 6, say("{} {}：{}", n, worded(step, "title"), said)


def _cautions(target: dict[str, Any]) -> Iterator[Line]:
    reasons = either(target["evidence_reasons"], target["evidence_reasons_en"])
    told = say("、").join(reasons)
    yield 4, say("证据 {} 级：{}", target["evidence"], told)
    for flag in target["flags"]:
        yield 4, worded(flag)
