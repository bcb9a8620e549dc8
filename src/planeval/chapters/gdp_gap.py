"""How much of the distance to the target is base, growth, price and caliber."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from analysis.data.series import Datum
from analysis.data.units import with_unit
from analysis.growth.gap import GapParts, gap_parts
from analysis.growth.vintages import vintages
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from planeval.chapters.cells import signed, sources, within
from planeval.chapters.region import City
from planeval.chapters.zone import own_name
from planeval.show.table import Table, number
from planeval.words import figures as amounts
from planeval.words.language import mark, say, worded

SAME = mark("最新值与基期口径相同")


class Account(NamedTuple):
    """The parts under each assumption on the latest figure's caliber, and what they rest on."""

    parts: dict[str, GapParts]
    prices_pct: float
    latest_year: int
    caliber_words: str


def account(evaluation: Evaluation, item: IndicatorEvaluation | None, city: City) -> Account | None:
    """Split the gap at current prices, with the region above's deflator for the zone's prices.

    None without target, base, latest figure or deflator of the same years.
    """
    latest = within(evaluation, item) if item is not None else None
    if item is None or latest is None or item.baseline is None or item.target.target is None:
        return None
    base = item.baseline
    prices = _prices(city, base.year, latest.year)
    if prices is None or latest.value <= 0 or base.value <= 0:
        return None
    known = [
        v
        for v in vintages(
            evaluation.data,
            base.region,
            base.indicator,
            caliber=item.target.caliber,
            as_of=evaluation.as_of,
        )
        if v.year == base.year and v.published > base.published and v.status != "first_estimate"
    ]
    cases = {say(SAME): 1.0}
    words = ""
    other = _other_caliber(evaluation, item, city)
    if other is not None:
        name, factor, words = other
        cases[say("最新值若为{}", name)] = factor
    parts = {
        name: gap_parts(
            item.target.target,
            latest.value,
            base.value,
            years_done=latest.year - base.year,
            years_total=item.target.target_year - base.year,
            base=known[-1].value if known else None,
            price_factor=prices,
            caliber_factor=factor,
        )
        for name, factor in cases.items()
    }
    return Account(parts, 100 * (prices - 1), latest.year, words)


def _prices(city: City, first: int, last: int) -> float | None:
    """Return the region above's prices in one year over another, None where unknown."""
    known = city.deflator.dropna()
    if first not in known.index or last not in known.index:
        return None
    return float(known[last]) / float(known[first])


def _other_caliber(
    evaluation: Evaluation, item: IndicatorEvaluation, city: City
) -> tuple[str, float, str] | None:
    """Return name and size of a caliber's effect, from its first figure after the base.

    The set-aside figure over base × published growth × the region above's prices.
    """
    base, series, latest = item.baseline, item.series, within(evaluation, item)
    if base is None or series is None or latest is None or latest.caliber != "unstated":
        return None  # a stated caliber leaves nothing to assume
    for figure in series.other_calibers:
        if figure.year != base.year + 1 or figure.value <= 0:
            continue
        rate = _own_rate(evaluation, figure.source, figure.period, figure.region, figure.indicator)
        price = _prices(city, base.year, figure.year)
        if rate is None or price is None:
            continue
        factor = figure.value / (base.value * (1 + rate / 100) * price)
        name = worded(evaluation.data.calibers[figure.caliber], "name")
        words = say(
            "{}的影响由{}年推得：{}亿元，除以基期{}亿元、公布增速{}%与{}隐含价格{}%的乘积，为{}",
            name,
            figure.period,
            figure.printed,
            base.printed,
            number(rate),
            city.name,
            signed(100 * (price - 1)),
            number(factor, 3),
        )
        return name, factor, words
    return None


def _own_rate(
    evaluation: Evaluation, source: str, period: str, region: str, indicator: str
) -> float | None:
    for row in evaluation.data.claims.to_dict("records"):
        if (row["source"], row["period"], row["region"], row["indicator"], row["type"]) == (
            source,
            period,
            region,
            indicator,
            "growth_pct",
        ):
            return float(row["value"])
    return None


def parts_table(
    evaluation: Evaluation, item: IndicatorEvaluation | None, city: City, key: str = ""
) -> Table | str:
    """Return the parts of the gap, one column an assumption on caliber; they sum exactly."""
    found = account(evaluation, item, city)
    if found is None or item is None or item.baseline is None:
        return say(
            "缺少目标、基期、规划期内公布值或同期价格之一，差距不分解为基数、增长、价格与口径。"
        )
    names = {
        say("基数（基期修订）"): "base",
        say("增长（可比价）"): "growth",
        say("其中：已过年份"): "growth_due",
        say("其中：未到年份（按规划增速）"): "growth_ahead",
        say("价格"): "price",
        say("口径"): "caliber",
        say("合计：目标减最新值"): "gap",
    }
    if evaluation.settled:  # all years are past, their growth is the whole of it
        names = {name: field for name, field in names.items() if not field.startswith("growth_")}
    frame = pd.DataFrame({say("部分"): list(names)})
    for case, parts in found.parts.items():
        frame[say("{}（亿元）", case)] = [signed(getattr(parts, field)) for field in names.values()]
    return Table(
        frame,
        say("{}：差距由基数、增长、价格与口径各占多少", item.target.name),
        source=sources(evaluation, _used(evaluation, item, city)),
        note=say(
            "正数拉大差距，负数缩小差距；四部分之和等于合计（对数平均分解，没有余项，各格独立舍入）。规划没有写明预期涨价，规划增速一律当作可比价；本区没有平减指数，价格用{}的隐含价格代替。",
            city.name,
        )
        + (say("{}。", found.caliber_words) * bool(found.caliber_words)),
        align=["left", *["right"] * len(found.parts)],
        key=key,
    )


def _used(evaluation: Evaluation, item: IndicatorEvaluation, city: City) -> list[Datum | None]:
    """Return the figures the account rests on: both ends, and the region above's prices."""
    ends = [item.baseline, within(evaluation, item)]
    years = [end.year for end in ends if end is not None]
    prices = [i for i in city.index.data if min(years) < i.year <= max(years)]
    return [*ends, *(city.nominal.at(year) for year in years), *prices]


def parts_reading(evaluation: Evaluation, item: IndicatorEvaluation | None, city: City) -> str:
    """Say which part makes the gap, and how far the assumptions carry."""
    found = account(evaluation, item, city)
    if found is None or item is None:
        return ""
    same = found.parts[say(SAME)]
    name, unit = own_name(evaluation), item.target.unit
    text = say(
        "目标减最新值为{}。假定{}的价格与{}同步（累计{}%）、口径未变：价格{}，可比价增长{}",
        with_unit(signed(same.gap), unit),
        name,
        city.name,
        signed(found.prices_pct),
        _effect(same.price, unit),
        _effect(same.growth, unit),
    )
    if abs(same.growth_ahead) >= 0.05:
        text += say(
            "，其中已过年份{}、尚未到来的年份{}",
            with_unit(signed(same.growth_due), unit),
            with_unit(signed(same.growth_ahead), unit),
        )
    text += (
        say("；基数{}。", _effect(same.base, unit))
        if abs(same.base) >= 0.05
        else say("；基期没有后来的修订。")
    )
    latest = within(evaluation, item)
    if latest is not None and latest.qualifier == "at_least":
        text += say("最新值为下限，差距与增长的部分都按下限计。")
    for case, parts in found.parts.items():
        if case != say(SAME):
            text += say(
                "{}，口径{}，可比价增长的部分相应变为{}；来源没有写明口径，两列不能取舍。",
                case,
                _effect(parts.caliber, unit),
                with_unit(signed(parts.growth), unit),
            )
    return text


def _effect(part: float, unit: str) -> str:
    if abs(part) < 0.05:
        return say("没有影响")
    size = amounts.amount(abs(part), unit, 1)
    return say("拉大差距{}", size) if part > 0 else say("缩小差距{}", size)
