"""The city's carbon per unit of real GDP, and what its path amounts to over a five-year plan.

Yearly reductions compound, 1 − Π(1 − r), as an assigned reduction does.
"""

from __future__ import annotations

import pandas as pd

from analysis.data.observations import STATUS_ZH
from analysis.growth.rates import compound_reductions
from analysis.targets.evaluation import Evaluation
from planeval.chapters.carbon import LEFT_OUT, Carbon, lines
from planeval.chapters.cells import plain, sources
from planeval.chapters.region import years_text
from planeval.show.chart import Chart
from planeval.show.table import Table, number
from planeval.words import figures as amounts
from planeval.words.language import mark, say

NO_REAL = mark("按所定日期，没有足够的{place}可比价生产总值，强度算不出。")
# what a window amounts to, by whether intensity fell
_OVER = {
    True: mark("按{}，{}—{}年强度累计下降{}%（年均{}%）"),
    False: mark("按{}，{}—{}年强度累计上升{}%（年均{}%）"),
}
_FIVE = {True: mark("，折合五年下降{}%"), False: mark("，折合五年上升{}%")}
LONG_ENOUGH = 3  # years below which a pace is not stretched to five


def intensity_chart(found: Carbon, evaluation: Evaluation, key: str = "") -> Chart | str:
    """Draw carbon per unit of real GDP by inventory."""
    if not found.emissions:
        return say(LEFT_OUT)
    if not found.intensity:
        return say(NO_REAL, place=found.name)
    values = {found.labels[code]: series for code, series in found.intensity.items()}
    figure, alt, data = lines(values, digits=2)
    said = say("；").join(
        say(
            "{}由{}年的{}吨变为{}年的{}吨",
            name,
            series.index[0],
            number(series.iloc[0], 2),
            series.index[-1],
            number(series.iloc[-1], 2),
        )
        for name, series in values.items()
    )
    years = sorted({int(year) for series in values.values() for year in series.index})
    return Chart(
        figure,  # type: ignore[arg-type]
        say("{}每万元生产总值的二氧化碳：{}", found.name, said),
        say(
            "{}，{}—{}年，吨/万元，生产总值按{}年可比价",
            found.name,
            years[0],
            years[-1],
            found.base,
        ),
        sources(evaluation, [*found.used, *found.city.index.data]),
        alt,
        data,
        key,
    )


def intensity_reading(found: Carbon) -> str:
    """Declare the base of the prices, its vintage, and the years of the index corrected."""
    if not found.intensity or found.base is None:
        return ""
    base = found.city.nominal.at(found.base)
    if base is None:
        return ""
    fixed = [item.year for item in found.city.index.data if item.correction]
    text = say(
        "分母是可比价生产总值：以{}年的{}（{}）为基数，按上年＝100的指数连乘。",
        found.base,
        amounts.amount(base.value, base.unit),
        STATUS_ZH[base.status],
    )
    if fixed:
        text += say("指数在{}采用已声明的更正，见数据质量一章；", years_text(fixed))
    return text + say("基期换年只改变水平，不改变强度的升降幅度。")


def windows(found: Carbon, evaluation: Evaluation) -> list[dict]:
    """Return, by inventory, the intensity's fall over the plan before and the plan under way.

    Windows are five years to the base year and from it on, cut to the years an inventory has;
    where one ends earlier, the other is given to that year too, so that both can be compared.
    Keys: code, first, last, co2_pct, gdp_pct (real), fall_pct (compounded yearly falls,
    1 − Π(1 − r)), yearly_pct, five_pct (the same pace over five years); a rise is negative.
    """
    base, end = evaluation.plan.base_year, evaluation.plan.end_year
    rows = []
    for start, stop in ((base - 5, base), (base, end)):
        parts = {}
        for code, series in found.intensity.items():
            years = [int(y) for y in series.index if start <= y <= stop]
            if start in years and len(years) > 1 and years[-1] - start + 1 == len(years):
                parts[code] = years
        shortest = min((years[-1] for years in parts.values()), default=start)
        for code, years in parts.items():
            for last in dict.fromkeys((shortest, years[-1])):
                rows.append(_window(found, code, found.intensity[code].loc[start:last]))
    return rows


def _window(found: Carbon, code: str, part: pd.Series) -> dict:
    first, last = int(part.index[0]), int(part.index[-1])
    co2 = found.emissions[code].values()
    falls = [float(1 - ratio) for ratio in (part / part.shift()).dropna()]
    total = compound_reductions(falls)
    left = (1 - total) ** (1 / (last - first))
    return {
        "code": code,
        "first": first,
        "last": last,
        "co2_pct": 100 * (co2[last] / co2[first] - 1),
        "gdp_pct": 100 * (found.real[last] / found.real[first] - 1),
        "fall_pct": 100 * total,
        "yearly_pct": 100 * (1 - left),
        "five_pct": 100 * (1 - left**5) if last - first >= LONG_ENOUGH else None,
    }


def windows_table(found: Carbon, evaluation: Evaluation, key: str = "") -> Table | str:
    """Return what the city's path amounts to as a reduction over a five-year plan."""
    rows = windows(found, evaluation)
    if not rows:
        if not found.emissions:
            return ""
        return say("规划前五年和规划期内没有首尾齐全的强度序列，降幅算不出。")
    frame = pd.DataFrame(
        {
            say("清单"): [found.labels[r["code"]] for r in rows],
            say("期间"): [say("{}—{}", r["first"], r["last"]) for r in rows],
            say("排放量变动（%）"): [number(r["co2_pct"], sign=True) for r in rows],
            say("生产总值变动（可比价，%）"): [number(r["gdp_pct"], sign=True) for r in rows],
            say("强度累计降低（%）"): [number(r["fall_pct"]) for r in rows],
            say("年均降低（%）"): [number(r["yearly_pct"]) for r in rows],
            say("折合五年（%）"): [number(r["five_pct"]) for r in rows],
        }
    )
    return Table(
        frame,
        say("{}单位生产总值二氧化碳排放的降低：逐年复合", found.name),
        source=sources(evaluation, [*found.used, *found.city.index.data]),
        note=say(
            "生产总值按{}年可比价；累计降低＝1−∏(1−当年降低率)，负数表示上升。“折合五年”是把至少{}年的速度延长到五年的算术，不是预测，也不是港区的数字。",
            found.base,
            LONG_ENOUGH,
        ),
        align=["left", "left"] + ["right"] * 5,
        key=key,
    )


def windows_reading(found: Carbon, evaluation: Evaluation) -> str:
    """Say what the city's path would have meant, window by window and inventory by inventory."""
    rows = windows(found, evaluation)
    if not rows:
        return ""
    parts = []
    for row in rows:
        fell = bool(row["fall_pct"] >= 0)
        text = say(
            _OVER[fell],
            plain(found.labels[row["code"]]),
            row["first"],
            row["last"],
            number(abs(row["fall_pct"])),
            number(abs(row["yearly_pct"])),
        )
        if row["five_pct"] is not None and row["last"] - row["first"] != 5:
            text += say(_FIVE[fell], number(abs(row["five_pct"])))
        parts.append(text)
    return (
        say("；").join(parts)
        + say("。")
        + _parts_reading(rows)
        + say(
            "这是全市的路径：港区若以同样速度变动，累计数就是这么多；判断港区自己是快是慢，需要港区的能源消费和可比价生产总值。"
        )
    )


def _parts_reading(rows: list[dict]) -> str:
    """Say how far the inventories part over the same years, where both cover them."""
    falls: dict[tuple[int, int], list[float]] = {}
    for row in rows:
        falls.setdefault((row["first"], row["last"]), []).append(row["fall_pct"])
    told = [
        say("{}—{}年相差{}个百分点", first, last, number(max(values) - min(values)))
        for (first, last), values in falls.items()
        if len(values) > 1
    ]
    if not told:
        return ""
    return say(
        "同一期间两套清单的累计降低，{}：用哪一套清单，结论就差这么多。", say("、").join(told)
    )
