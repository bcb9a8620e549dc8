"""Whether the city's emissions came away from its economy: Tapio's states and Kaya's factors.

Both rest on the two inventories that disagree; every result is given for each, and a sentence
says where the choice of inventory decides it. Nothing here is the zone's.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pandas as pd

from analysis.data.errors import InputError
from analysis.data.series import Series
from analysis.decoupling import lmdi, tapio
from analysis.targets.evaluation import Evaluation
from planeval.chapters.carbon import INVENTORIES, LEFT_OUT, Carbon
from planeval.chapters.cells import bullets, plain, signed, sources
from planeval.chapters.decoupling_states import states
from planeval.chapters.region import known_series, parent
from planeval.show.chart import Chart
from planeval.show.stack import stacked_chart
from planeval.show.table import Table, number
from planeval.words.language import either, mark, say

NO_KAYA = mark("缺{place}的人口、可比价生产总值或排放量，不作因素分解。")
# how emissions changed in all, by whether they rose
_CHANGED = {True: mark("{}{}—{}年排放增加{}万吨"), False: mark("{}{}—{}年排放减少{}万吨")}
SPAN = 5  # years; effects are chained by year and added up over spans of this length


def _factor(name: str) -> str:
    return either(*tapio.KAYA[name])


def links(found: Carbon, evaluation: Evaluation) -> tuple[dict[str, pd.DataFrame], Series]:
    """Return the yearly Kaya decomposition by inventory, and the population it used."""
    people = known_series(evaluation, parent(evaluation), "population")
    made = {}
    for code, series in found.emissions.items():
        try:
            made[code] = tapio.kaya(series.values(), found.real, people.values())
        except InputError:  # too few common years: the inventory is left out, and said so
            continue
    return made, people


def effects(found: Carbon, evaluation: Evaluation) -> pd.DataFrame:
    """Return additive and multiplicative effects by inventory over spans of five years.

    Columns: ``code``, ``first``, ``last``, then per factor its additive effect in 万吨 and, with
    the suffix ``_ratio``, its ratio. Chained by year, added up and multiplied over the span.
    """
    rows = []
    for code, made in links(found, evaluation)[0].items():
        ends = sorted({*made["start"], *made["end"]})
        marks = [y for y in ends if y % SPAN == 0 or y in (ends[0], ends[-1])]
        for first, last in pairwise(marks):
            whole = lmdi.chained(made, first, last)
            row: dict[str, Any] = {"code": code, "first": int(first), "last": int(last)}
            row |= {str(name): value for name, value in whole["additive"].items()}
            row |= {f"{name}_ratio": value for name, value in whole["multiplicative"].items()}
            rows.append(row)
    return pd.DataFrame(rows)


def _factor_names(rows: pd.DataFrame) -> list[str]:
    return [name for name in tapio.KAYA if name in rows]


def effects_table(found: Carbon, evaluation: Evaluation, key: str = "") -> Table | str:
    """Return the change of emissions and the part of it that belongs to each factor."""
    if not found.emissions:
        return say(LEFT_OUT)
    rows = effects(found, evaluation)
    if rows.empty:
        return say(NO_KAYA, place=found.name)
    names = _factor_names(rows)
    cells = {
        say("清单"): [found.labels[code] for code in rows["code"]],
        say("期间"): [say("{}—{}", a, b) for a, b in zip(rows["first"], rows["last"], strict=True)],
        say("排放变动（万吨）"): [signed(value) for value in rows[names].sum(axis=1)],
    }
    for name in names:
        cells[_factor(name)] = [signed(value) for value in rows[name]]
    ratios = rows[[f"{name}_ratio" for name in names]]
    cells[say("倍数")] = [
        "×".join(number(value, 2) for value in row) + say("＝{}", number(row.prod(), 2))
        for _, row in ratios.iterrows()
    ]
    people = links(found, evaluation)[1]
    return Table(
        pd.DataFrame(cells),
        say("{}二氧化碳排放变动的因素分解（Kaya恒等式，LMDI-I）", found.name),
        source=sources(evaluation, [*found.used, *found.city.index.data, *people.data]),
        note=say("加法形式，单位万吨，各因素之和等于排放变动；“倍数”为乘法形式，依次为")
        + say("、").join(_factor(name) for name in names)
        + say(
            "，乘积为期末与期初排放量之比。逐年分解后累加（连乘）；缺人口或排放量的年份并入下一段。"
        ),
        align=["left", "left"] + ["right"] * (1 + len(names)) + ["left"],
        key=key,
    )


def effects_chart(found: Carbon, evaluation: Evaluation, key: str = "") -> Chart | str:
    """Draw the additive effects of the first inventory, span by span."""
    rows = effects(found, evaluation) if found.emissions else pd.DataFrame()
    if rows.empty:
        return ""
    code = next(iter(dict.fromkeys(rows["code"])))
    part = rows[rows["code"] == code]
    names = _factor_names(rows)
    frame = pd.DataFrame(
        [
            {
                "span": say("{}—{}", row["first"], row["last"]),
                "factor": _factor(name),
                "value": row[name],
            }
            for row in part.to_dict("records")
            for name in names
        ]
    )
    people = links(found, evaluation)[1]
    first, last = part["first"].iloc[0], part["last"].iloc[-1]
    return stacked_chart(
        frame,
        _finding(found, part, names),
        subtitle=say(
            "{}二氧化碳排放变动的加法分解，{}，{}—{}年，万吨；菱形为合计",
            found.name,
            found.labels[code],
            first,
            last,
        ),
        source=sources(
            evaluation, [*found.emissions[code].data, *found.city.index.data, *people.data]
        ),
        net=say("合计"),
        key=key,
    )


def _finding(found: Carbon, part: pd.DataFrame, names: list[str]) -> str:
    sums = part[names].sum()
    total = float(sums.sum())
    up, down = str(sums.idxmax()), str(sums.idxmin())
    text = say(
        _CHANGED[total >= 0],
        found.name,
        part["first"].iloc[0],
        part["last"].iloc[-1],
        number(abs(total), 0),
    )
    if sums[up] > 0:
        text += say("：{}推高{}万吨", _factor(up), number(sums[up], 0))
    if sums[down] < 0:
        text += say("，{}压低{}万吨", _factor(down), number(-sums[down], 0))
    return text


def effects_reading(found: Carbon, evaluation: Evaluation) -> str:
    """Say what drove emissions by inventory, and give the cautions the figures call for."""
    rows = effects(found, evaluation) if found.emissions else pd.DataFrame()
    if rows.empty:
        return ""
    names = _factor_names(rows)
    told = []
    for code, part in rows.groupby("code", sort=False):
        own = part.iloc[-1]
        change = sum(own[name] for name in names)
        words = say("，").join(
            say("{}{}万吨", _factor(name), signed(own[name], 0)) for name in names
        )
        told.append(
            say(
                "按{}，最近一段（{}—{}年）排放{}万吨：{}",
                plain(found.labels[str(code)]),
                own["first"],
                own["last"],
                signed(change, 0),
                words,
            )
        )
    return say("；").join(told) + say("。") + "\n\n" + bullets(_cautions(found, evaluation, rows))


def _cautions(found: Carbon, evaluation: Evaluation, rows: pd.DataFrame) -> list[str]:
    made, series = links(found, evaluation)
    said, people = [_same_span(made, found)], series.values()
    steps = {
        int(b): 100 * (people[b] / people[a] - 1) for a, b in pairwise(people.index) if b - a == 1
    }
    if steps:
        year = max(steps, key=lambda one: abs(steps[one]))
        usual = pd.Series(steps).drop(year).median()
        tail = say("，其余年份的中位数为{}%", number(usual)) if len(steps) > 1 else ""
        said.append(
            say(
                "常住人口单年变动最大的是{}年（{}%{}）；人口数若按普查调整过，调整会在“人口”与“人均生产总值”之间移动，两者之和与强度一项不受影响。",
                year,
                signed(steps[year]),
                tail,
            )
        )
    if "carbon_intensity" in rows:
        said.append(
            say(
                "没有{}的能源消费总量，“单位生产总值排放”不能再分为单位能耗与能源结构两项，也看不出产业结构的作用。",
                found.name,
            )
        )
    return said


def _same_span(made: dict[str, pd.DataFrame], found: Carbon) -> str:
    """Compare the effect of intensity over spans that both inventories cover alike."""
    if set(made) != set(INVENTORIES):
        return ""
    ends = [sorted({*made[code]["start"], *made[code]["end"]}) for code in INVENTORIES]
    common = [year for year in ends[0] if year in ends[1]]
    marks = [year for year in common if year % SPAN == 0 or year in (common[0], common[-1])]
    pairs = [
        (first, last, *(_intensity(made[code], first, last) for code in INVENTORIES))
        for first, last in pairwise(marks)
    ]
    if not pairs:
        return ""
    first, last, one, two = pairs[-1]
    against = [say("{}—{}年", a, b) for a, b, x, y in pairs if x * y < 0]
    return (
        say(
            "同一期间（{}—{}年）强度一项，{}为{}万吨，{}为{}万吨，相差{}万吨；首尾相同、可以对照的{}个期间中，",
            first,
            last,
            plain(found.labels[INVENTORIES[0]]),
            signed(one),
            plain(found.labels[INVENTORIES[1]]),
            signed(two),
            number(abs(round(one, 1) - round(two, 1))),
            len(pairs),
        )
        + (
            say("符号相反的有{}个（{}）。", len(against), say("、").join(against))
            if against
            else say("符号都相同。")
        )
        + say("分解是恒等式，只分摊变动，不说明原因。")
    )


def _intensity(made: pd.DataFrame, first: int, last: int) -> float:
    return float(lmdi.chained(made, first, last)["additive"]["carbon_intensity"])


def limits(found: Carbon) -> str:
    """Return what states, factors and scenarios of this chapter cannot show."""
    rows = states(found)
    if rows.empty:
        return ""
    said = [
        say(
            "脱钩状态、因素分解和情景都只到全市，不是港区的；分解是恒等式，不说明原因，情景里的降幅是参数，不是目标，也不是预测。"
        )
    ]
    if set(found.emissions) == set(INVENTORIES):
        both = rows.dropna(subset=list(INVENTORIES))
        apart = int((both[INVENTORIES[0]] != both[INVENTORIES[1]]).sum())
        if len(both):
            said.append(
                say(
                    "全市两套清单在可对照的{}年中有{}年给出不同的脱钩状态，引用状态须注明清单。",
                    len(both),
                    apart,
                )
            )
    return bullets(said)
