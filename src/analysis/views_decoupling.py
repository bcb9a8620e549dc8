"""Whether the city's emissions came away from its economy: Tapio's states and Kaya's factors.

Both rest on the two inventories that disagree; every result is given for each, and a sentence
says where the choice of inventory decides it. Nothing here is the zone's.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pandas as pd

from analysis import decoupling as dec
from analysis.chart_stack import stacked_chart
from analysis.charts import Chart
from analysis.clean import Series
from analysis.errors import InputError
from analysis.evaluation import Evaluation
from analysis.tables import Table, number
from analysis.views_base import bullets, plain, signed, sources
from analysis.views_carbon import INVENTORIES, LEFT_OUT, Carbon
from analysis.views_carbon_path import windows
from analysis.views_city import known_series, parent, years_text
from analysis.words import mark, say, worded

NO_STATES = mark("没有一年同时有当年和上年的排放量与可比价生产总值，脱钩状态无从判断。")
NO_KAYA = mark("缺{place}的人口、可比价生产总值或排放量，不作因素分解。")
SPAN = 5  # years; effects are chained by year and added up over spans of this length


def states(found: Carbon) -> pd.DataFrame:
    """Return Tapio's state by year and inventory, side by side; None where one is silent.

    Columns: ``year``, ``gdp_pct``, and per inventory ``<code>_pct``, ``<code>_index`` and
    ``<code>`` (the state).
    """
    parts = []
    for code, series in found.emissions.items():
        made = dec.tapio_by_year(series.values(), found.real).set_index("year")
        parts.append(
            made.rename(
                columns={"code": code, "index": f"{code}_index", "emissions_pct": f"{code}_pct"}
            )
        )
    if not parts:
        return pd.DataFrame()
    table = pd.concat([part.drop(columns="gdp_pct") for part in parts], axis=1)
    growth = pd.concat([part["gdp_pct"] for part in parts])
    table["gdp_pct"] = growth[~growth.index.duplicated()]
    return table.sort_index().rename_axis("year").reset_index()


def _name(code: object) -> str:
    return (dec.STATES | dec.DEGENERATE)[code][0] if isinstance(code, str) else "—"


def states_table(found: Carbon, evaluation: Evaluation, key: str = "") -> Table | str:
    """Return the state of every year by both inventories, and whether they say the same."""
    if not found.emissions:
        return say(LEFT_OUT)
    rows = states(found)
    if rows.empty:
        return say(NO_STATES)
    cells = {
        say("年份"): [str(year) for year in rows["year"]],
        say("可比价增速（%）"): [signed(value) for value in rows["gdp_pct"]],
    }
    for code in found.emissions:
        label = found.labels[code]
        cells[say("{}：弹性", label)] = [number(value, 2) for value in rows[f"{code}_index"]]
        cells[say("{}：状态", label)] = [_name(value) for value in rows[code]]
    if set(found.emissions) == set(INVENTORIES):
        cells[say("两套清单")] = [_agreement(row) for row in rows.to_dict("records")]
    return Table(
        pd.DataFrame(cells),
        say("{}二氧化碳排放与生产总值的脱钩状态（Tapio）", found.name),
        source=sources(evaluation, [*found.used, *found.city.index.data]),
        note=say(
            "弹性＝排放量同比÷可比价生产总值同比；经济增长时，0以下为强脱钩，至0.8为弱脱钩，至1.2为扩张连结，以上为扩张负脱钩；分界值归入较低一档。“—”表示该清单缺当年或上一年的数值。"
        ),
        align=["left"] + ["right"] + ["right", "left"] * len(found.emissions) + ["left"]
        if say("两套清单") in cells
        else ["left", "right"] + ["right", "left"] * len(found.emissions),
        key=key,
    )


def _agreement(row: dict) -> str:
    one, two = (row[code] for code in INVENTORIES)
    if not isinstance(one, str) or not isinstance(two, str):
        return "—"
    return say("一致") if one == two else say("不一致")


def states_reading(found: Carbon, evaluation: Evaluation) -> str:
    """Count the states by inventory and say where the inventories part about them."""
    rows = states(found)
    if rows.empty:
        return ""
    text = ""
    for code in found.emissions:
        known = rows[code].dropna()
        counts = known.map(_name).value_counts(sort=False)
        listed = say("、").join(say("{}{}年", name, count) for name, count in counts.items())
        text += say("按{}，{}个年度中{}。", plain(found.labels[code]), len(known), listed)
    return text + _parted(rows, found) + _over_spans(found, evaluation)


def _parted(rows: pd.DataFrame, found: Carbon) -> str:
    if set(found.emissions) != set(INVENTORIES):
        return ""
    both = rows.dropna(subset=list(INVENTORIES))
    if both.empty:
        return say("两套清单没有可以同年对照的状态。")
    apart = both[both[INVENTORIES[0]] != both[INVENTORIES[1]]]
    text = say("两套清单都能判断的{}年中，状态不一致的有{}年", len(both), len(apart))
    if apart.empty:
        return text + say("。")
    text += say("（{}）", years_text([int(year) for year in apart["year"]]))
    against = [row for row in apart.to_dict("records") if _against(row)]
    if against:
        one = against[-1]
        text += say(
            "，其中{}年连排放是升是降都说法不一；最近的一例是{}年，", len(against), one["year"]
        ) + say("，").join(
            say(
                "{}为{}（弹性{}）",
                plain(found.labels[code]),
                _name(one[code]),
                number(one[f"{code}_index"], 2),
            )
            for code in INVENTORIES
        )
    return text + say("。单年的状态因此不能作为结论引用。")


def _against(row: dict) -> bool:
    return bool(row[f"{INVENTORIES[0]}_pct"] * row[f"{INVENTORIES[1]}_pct"] < 0)


def _over_spans(found: Carbon, evaluation: Evaluation) -> str:
    """Give the state over the plan before and under way, where single years cancel out."""
    spans: dict[tuple[int, int], list[str]] = {}
    for row in windows(found, evaluation):
        made = dec.tapio(100, 100 + row["co2_pct"], 100, 100 + row["gdp_pct"])
        index = "" if made.index is None else say("（弹性{}）", number(made.index, 2))
        words = say("{}为{}{}", plain(found.labels[row["code"]]), worded(made), index)
        spans.setdefault((row["first"], row["last"]), []).append(words)
    told = [
        say("{}—{}年，{}", first, last, say("，").join(words))
        for (first, last), words in spans.items()
    ]
    return say("按时段首尾合计：{}。", say("；").join(told)) if told else ""


def links(found: Carbon, evaluation: Evaluation) -> tuple[dict[str, pd.DataFrame], Series]:
    """Return the yearly Kaya decomposition by inventory, and the population it used."""
    people = known_series(evaluation, parent(evaluation), "population")
    made = {}
    for code, series in found.emissions.items():
        try:
            made[code] = dec.kaya(series.values(), found.real, people.values())
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
            whole = dec.chained(made, first, last)
            row: dict[str, Any] = {"code": code, "first": int(first), "last": int(last)}
            row |= {str(name): value for name, value in whole["additive"].items()}
            row |= {f"{name}_ratio": value for name, value in whole["multiplicative"].items()}
            rows.append(row)
    return pd.DataFrame(rows)


def _factors(rows: pd.DataFrame) -> list[str]:
    return [name for name in dec.KAYA if name in rows]


def effects_table(found: Carbon, evaluation: Evaluation, key: str = "") -> Table | str:
    """Return the change of emissions and the part of it that belongs to each factor."""
    if not found.emissions:
        return say(LEFT_OUT)
    rows = effects(found, evaluation)
    if rows.empty:
        return say(NO_KAYA, place=found.name)
    names = _factors(rows)
    cells = {
        say("清单"): [found.labels[code] for code in rows["code"]],
        say("期间"): [f"{a}—{b}" for a, b in zip(rows["first"], rows["last"], strict=True)],
        say("排放变动（万吨）"): [signed(value) for value in rows[names].sum(axis=1)],
    }
    for name in names:
        cells[dec.KAYA[name][0]] = [signed(value) for value in rows[name]]
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
        + say("、").join(dec.KAYA[name][0] for name in names)
        + say(
            "，乘积为期末与期初排放量之比。逐年分解后累加（连乘）；缺人口或排放量的年份并入下一段。"
        ),
        widths=[18, 12, 12, *[11] * len(names), 24],
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
    names = _factors(rows)
    frame = pd.DataFrame(
        [
            {
                "span": f"{row['first']}—{row['last']}",
                "factor": dec.KAYA[name][0],
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
        key=key,
    )


def _finding(found: Carbon, part: pd.DataFrame, names: list[str]) -> str:
    sums = part[names].sum()
    total = float(sums.sum())
    up, down = str(sums.idxmax()), str(sums.idxmin())
    text = say(
        "{}{}—{}年排放{}{}万吨",
        found.name,
        part["first"].iloc[0],
        part["last"].iloc[-1],
        say("增加") if total >= 0 else say("减少"),
        number(abs(total), 0),
    )
    if sums[up] > 0:
        text += say("：{}推高{}万吨", dec.KAYA[up][0], number(sums[up], 0))
    if sums[down] < 0:
        text += say("，{}压低{}万吨", dec.KAYA[down][0], number(-sums[down], 0))
    return text


def effects_reading(found: Carbon, evaluation: Evaluation) -> str:
    """Say what drove emissions by inventory, and give the cautions the figures call for."""
    rows = effects(found, evaluation) if found.emissions else pd.DataFrame()
    if rows.empty:
        return ""
    names = _factors(rows)
    told = []
    for code, part in rows.groupby("code", sort=False):
        own = part.iloc[-1]
        change = sum(own[name] for name in names)
        words = say("，").join(
            say("{}{}万吨", dec.KAYA[name][0], signed(own[name], 0)) for name in names
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
    return say("；").join(told) + say("。\n\n") + bullets(_cautions(found, evaluation, rows))


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
    return float(dec.chained(made, first, last)["additive"]["carbon_intensity"])


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
