"""The workbook's tables of data: series, sources, calibers, audit findings, vintages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

from analysis.audit.finding import VERDICTS
from analysis.data.observations import Data
from analysis.data.series import Datum, annual_series
from analysis.growth.vintages import vintages
from analysis.targets.evaluation import Evaluation
from analysis.targets.judge import gather
from analysis.targets.types import IndicatorEvaluation
from planeval.words.findings import RULE_NAMES, VERDICT_NAMES, implied, stated, subject, why
from planeval.words.language import either, say
from planeval.words.names import listed_title, noted, of_publisher, region_name
from planeval.words.names import place as located
from planeval.workbook.sheet import (
    PRICES,
    PUBLISHED,
    QUALIFIERS,
    RELIABILITY,
    STATUS,
    USES,
    WHOLE,
    Column,
    link,
    places,
    table,
    term,
    unit,
    word,
)

_NUMBER = ""


def indicator_name(data: Data, indicator: str) -> str:
    """Return an indicator's name in the language spoken."""
    row = data.indicators[indicator]
    return either(row["name_zh"], row["name_en"])


def used(evaluation: Evaluation) -> Iterator[tuple[Datum, list[str], list[str]]]:
    """Yield every figure a target rests on, with the targets and what it is to them.

    In the order of the plan, each series by year. A figure of two targets is one row.
    """
    found: dict[Datum, dict[tuple[str, str], None]] = {}
    for item in evaluation.indicators:
        name = either(item.target.name_zh, item.target.name_en)
        own = [*(item.series.data if item.series else ())]
        ends = [d for d in (item.baseline, item.latest) if d is not None and d not in own]
        for figure in sorted([*own, *ends], key=lambda d: (d.region, d.indicator, d.period)):
            use = "base" if figure == item.own_base else "earlier"
            use = "latest" if figure == item.latest and use != "base" else use
            found.setdefault(figure, {})[(name, use)] = None
        for figure in item.context:
            found.setdefault(figure, {})[(name, "context")] = None
        for figure in _beside(evaluation, item):
            found.setdefault(figure, {})[(name, "comparator")] = None
    for figure, roles in found.items():
        names = list(dict.fromkeys(name for name, _ in roles))
        yield figure, names, list(dict.fromkeys(term(USES, use) for _, use in roles))


def _beside(evaluation: Evaluation, item: IndicatorEvaluation) -> Iterator[Datum]:
    """Yield the figures of other series that a target or its forecast is held against."""
    target, data = item.target, evaluation.data
    if item.series is None:
        return
    case = gather(target, evaluation.plan, evaluation.year, evaluation.as_of)
    yield from case.totals
    for other in case.others:
        yield from other.series.data
    above = data.regions[target.region]["parent"]
    if item.outlook.forecast is not None and case.comparators and above:
        yield from annual_series(
            data, above, target.indicator, as_of=evaluation.as_of, until=evaluation.year
        ).data


def series(sheet: Worksheet, evaluation: Evaluation) -> None:
    """Write every figure the targets are judged by, one row each, with where it is printed."""
    data = evaluation.data
    columns = [
        Column(word("区域"), 17, wrap=True),
        Column(word("指标"), 24, wrap=True),
        Column(word("时期"), 10),
        Column(word("数值"), 11, _NUMBER),
        Column(word("单位"), 11, wrap=True),
        Column(word("限定"), 9),
        Column(word("口径"), 16, wrap=True),
        Column(word("价格基础"), 12, wrap=True),
        Column(word("数据状态"), 10, wrap=True),
        Column(word("公布日"), 11),
        Column(word("公布日依据"), 10, wrap=True),
        Column(word("来源编号"), 8),
        Column(word("出处"), 26, wrap=True),
        Column(word("用于目标"), 24, wrap=True),
        Column(word("用途"), 9, wrap=True),
        Column(word("更正"), 11, wrap=True),
        Column(word("观测表行号"), 12, WHOLE),
    ]
    rows = [
        [
            region_name(data, d.region), indicator_name(data, d.indicator), d.period, d.value,
            unit(d.unit), term(QUALIFIERS, d.qualifier), _caliber(data, d.caliber),
            term(PRICES, d.price_basis), term(STATUS, d.status), d.published,
            term(PUBLISHED, d.published_basis), d.source, d.locator and located(d.locator),
            places(names), places(uses), word("已声明更正") if d.correction else "", d.row,
        ]
        for d, names, uses in used(evaluation)
    ]  # fmt: skip
    table(sheet, columns, rows, "series", pinned=3)


def _caliber(data: Data, code: str) -> str:
    row = data.calibers[code]
    return either(row["name_zh"], row["name_en"])


def sources(sheet: Worksheet, evaluation: Evaluation) -> None:
    """Write the documents that figures, targets, findings and vintages of this book come from."""
    listed = {figure.source for figure, _, _ in used(evaluation)}
    listed |= {target.source for target in evaluation.plan.targets} | {evaluation.plan.source}
    listed |= {name for finding in evaluation.audit.findings for name in finding.sources}
    listed |= {item.source for item, _, _ in revised(evaluation)}
    columns = [
        Column(word("来源编号"), 8),
        Column(word("题名"), 52, wrap=True),
        Column(word("发布者"), 22, wrap=True),
        Column(word("公布日"), 11),
        Column(word("公布日依据"), 11, wrap=True),
        Column(word("可靠程度"), 9),
        Column(word("地址"), 74, wrap=True),
    ]
    rows: list[list[Any]] = []
    for code, row in evaluation.data.sources.items():
        if code in listed:
            rows.append([
                code, listed_title(row["title"]), of_publisher(row["publisher"]), row["published"],
                term(PUBLISHED, row["published_basis"]), term(RELIABILITY, row["reliability"]),
                row["address"],
            ])  # fmt: skip
    table(sheet, columns, rows, "sources")
    for (cell,) in sheet.iter_rows(2, len(rows) + 1, len(columns), len(columns)):
        link(cell, cell.value if isinstance(cell.value, str) else None)


def calibers(sheet: Worksheet, evaluation: Evaluation) -> None:
    """Write the definitions under which figures may be compared, and the targets that use them."""
    data = evaluation.data
    wanted: dict[str, list[str]] = {}
    for target in evaluation.plan.targets:
        wanted.setdefault(target.caliber, []).append(either(target.name_zh, target.name_en))
    counted: dict[str, int] = {}
    for figure, _, _ in used(evaluation):
        counted[figure.caliber] = counted.get(figure.caliber, 0) + 1
    columns = [
        Column(word("代码"), 18),
        Column(word("口径"), 30, wrap=True),
        Column(word("含义"), 62, wrap=True),
        Column(word("本簿数字个数"), 10, WHOLE),
        Column(word("采用此口径的目标"), 60, wrap=True),
    ]
    rows = [
        [
            code,
            _caliber(data, code),
            noted(row["note"]),
            counted.get(code),
            _some(wanted.get(code, [])),
        ]
        for code, row in data.calibers.items()
        if code in wanted or code in counted
    ]
    table(sheet, columns, rows, "calibers")


def _some(names: list[str], most: int = 8) -> str:
    """Name a few targets, and say how many there are when there are many."""
    if len(names) <= most:
        return places(names)
    return say("{}等{}项", places(names[:most]), len(names))


def findings(sheet: Worksheet, evaluation: Evaluation) -> None:
    """Write what the audit of the published figures found, contradictions first."""
    columns = [
        Column(word("编号"), 8),
        Column(word("结论"), 15, wrap=True),
        Column(word("规则"), 20, wrap=True),
        Column(word("对象"), 32, wrap=True),
        Column(word("公布数"), 11, _NUMBER),
        Column(word("推得数"), 11, _NUMBER),
        Column(word("单位"), 11, wrap=True),
        Column(word("公布（文字）"), 15, wrap=True),
        Column(word("推得（文字）"), 15, wrap=True),
        Column(word("备注"), 44, wrap=True),
        Column(word("出处"), 36, wrap=True),
    ]
    rows = []
    for one in sorted(evaluation.audit.findings, key=lambda f: VERDICTS.index(f.verdict)):
        where = dict.fromkeys(f"{place.source} {located(place.locator)}" for place in one.where)
        rows.append([
            one.finding_id, either(*VERDICT_NAMES[one.verdict]), either(*RULE_NAMES[one.rule]),
            subject(one), one.stated,
            None if one.implied is None else round(one.implied, 4), unit(one.unit),
            _printed(stated(one) if one.stated_as else ""),
            _printed(implied(one) if one.implied_as else ""),
            why(one), either("；", "; ").join(where),
        ])  # fmt: skip
    table(sheet, columns, rows, "findings")


def _printed(text: str) -> str:
    return "−" + text[1:] if text.startswith("-") else text


def revised(evaluation: Evaluation) -> Iterator[tuple[Datum, Datum, bool]]:
    """Yield every figure of a year that was published more than once.

    With it the first of its year, caliber and price basis, and whether it is the one in use.
    """
    data = evaluation.data
    in_use = {(d.region, d.indicator, d.period, d.row) for d, _, _ in used(evaluation)}
    for region, indicator in data.by_series:
        found: dict[tuple[str, str, str], list[Datum]] = {}
        for caliber in data.calibers:
            for item in vintages(
                data, region, indicator, caliber=caliber,
                as_of=evaluation.as_of, until=evaluation.year,
            ):  # fmt: skip
                if item.caliber == caliber:
                    key = (item.period, item.caliber, item.price_basis)
                    found.setdefault(key, []).append(item)
        for key in sorted(found):
            each = found[key]
            if len(each) > 1:
                for item in each:
                    used_ = (item.region, item.indicator, item.period, item.row) in in_use
                    yield item, each[0], used_


def revisions(sheet: Worksheet, evaluation: Evaluation) -> None:
    """Write all versions of every figure that was published more than once."""
    data = evaluation.data
    columns = [
        Column(word("区域"), 17, wrap=True),
        Column(word("指标"), 28, wrap=True),
        Column(word("时期"), 8),
        Column(word("口径"), 16, wrap=True),
        Column(word("价格基础"), 12, wrap=True),
        Column(word("数据状态"), 12, wrap=True),
        Column(word("公布日"), 11),
        Column(word("公布日依据"), 11, wrap=True),
        Column(word("数值"), 12, _NUMBER),
        Column(word("单位"), 12, wrap=True),
        Column(word("较首次公布（%）"), 10, '0.00;"−"0.00'),
        Column(word("用于目标"), 8),
        Column(word("来源编号"), 8),
        Column(word("出处"), 28, wrap=True),
    ]
    rows = []
    for item, first, in_use in revised(evaluation):
        shift = None
        if item is not first and first.value and first.unit != "%":
            shift = 100 * (item.value / first.value - 1)
        rows.append([
            region_name(data, item.region), indicator_name(data, item.indicator), item.period,
            _caliber(data, item.caliber), term(PRICES, item.price_basis),
            term(STATUS, item.status), item.published, term(PUBLISHED, item.published_basis),
            item.value, unit(item.unit), shift, word("是") if in_use else word("否"),
            item.source, item.locator and located(item.locator),
        ])  # fmt: skip
    table(sheet, columns, rows, "vintages", pinned=3)
