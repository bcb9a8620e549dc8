"""Tapio's states of the city's emissions by both inventories, and where they part."""

from __future__ import annotations

import pandas as pd

from analysis.decoupling import tapio
from analysis.targets.evaluation import Evaluation
from planeval.chapters.carbon import INVENTORIES, LEFT_OUT, Carbon
from planeval.chapters.carbon_path import windows
from planeval.chapters.cells import plain, signed, sources
from planeval.chapters.region import years_text
from planeval.show.table import Table, number
from planeval.words.language import either, mark, say, worded

NO_STATES = mark("没有一年同时有当年和上年的排放量与可比价生产总值，脱钩状态无从判断。")


def states(found: Carbon) -> pd.DataFrame:
    """Return Tapio's state by year and inventory, side by side; None where one is silent.

    Columns: ``year``, ``gdp_pct``, and per inventory ``<code>_pct``, ``<code>_index`` and
    ``<code>`` (the state).
    """
    parts = []
    for code, series in found.emissions.items():
        made = tapio.tapio_by_year(series.values(), found.real).set_index("year")
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
    return either(*(tapio.STATES | tapio.DEGENERATE)[code]) if isinstance(code, str) else "—"


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
        listed = say("、").join(
            say("{state}{count}年", state=name, count=count) for name, count in counts.items()
        )
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
        made = tapio.tapio(100, 100 + row["co2_pct"], 100, 100 + row["gdp_pct"])
        index = "" if made.index is None else say("（弹性{}）", number(made.index, 2))
        label = plain(found.labels[row["code"]])
        words = say("{label}为{state}{index}", label=label, state=worded(made), index=index)
        spans.setdefault((row["first"], row["last"]), []).append(words)
    told = [
        say("{}—{}年，{}", first, last, say("，").join(words))
        for (first, last), words in spans.items()
    ]
    return say("按时段首尾合计：{}。", say("；").join(told)) if told else ""
