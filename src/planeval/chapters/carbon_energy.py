"""CO2 the zone could compute itself: published factors, and the energy balance they wait for."""

from __future__ import annotations

import pandas as pd

from analysis.decoupling import energy
from analysis.targets.evaluation import Evaluation
from planeval.chapters.cells import plain, titles
from planeval.show.table import Table, number
from planeval.words.language import Terms, either, say, worded

FUELS, OTHER_FUELS, GRID = "gbt-2024", "ipcc-2006", "mee-2023"
GRID_FUEL = "electricity_zhejiang"
_PER = {"GJ/吨": "吨", "GJ/万立方米": "万立方米", "千克/千瓦时": "万千瓦时"}
_UNITS = Terms(
    {
        "GJ/吨": "GJ/吨",
        "GJ/万立方米": "GJ/万立方米",
        "吨": "吨",
        "万立方米": "万立方米",
        "万千瓦时": "万千瓦时",
    }
)


def _known_factors(evaluation: Evaluation) -> pd.DataFrame:
    """Return the factors used: one set of fuels, and the province's grid."""
    fuels = energy.emission_factors(FUELS, evaluation.data, evaluation.as_of)
    grid = energy.emission_factors(GRID, evaluation.data, evaluation.as_of)
    return pd.concat([fuels, grid], ignore_index=True)


def _running(factors: pd.DataFrame) -> pd.Series:
    """Return the fuels' names as they stand in running text; English has no capitals there."""
    names = worded(factors, "name")
    return pd.Series([either(name, name[:1].lower() + name[1:]) for name in names])


def _per_unit(factors: pd.DataFrame) -> pd.DataFrame:
    """Return tonnes of CO2 per unit of each row of factors, computed as the balance will be."""
    used = pd.DataFrame(
        {
            "fuel": factors["fuel"],
            "amount": 1.0,
            "unit": [
                _PER[a or b]
                for a, b in zip(factors["ncv_unit"], factors["co2_factor_unit"], strict=True)
            ],
            "flow": ["purchased" if v is None else "combustion" for v in factors["ncv"]],
        }
    )
    return energy.co2_from_energy(used, factors)


def _unpublished(evaluation: Evaluation) -> str:
    return say(
        "截至{}，所用的排放因子文件都还没有公布（来源没有日期的，按最晚可能日计）。",
        evaluation.as_of,
    )


def factors_table(evaluation: Evaluation, key: str = "") -> Table | str:
    """Return every factor with its parameters, unit, year and source, as known on the date."""
    factors = _known_factors(evaluation)
    if factors.empty:
        return _unpublished(evaluation)
    made = _per_unit(factors)
    records = factors.to_dict("records")
    frame = pd.DataFrame(
        {
            say("能源品种"): list(worded(factors, "name")),
            say("发热量"): [
                "—" if row["ncv"] is None else f"{row['printed_ncv']} {_UNITS[row['ncv_unit']]}"
                for row in records
            ],
            say("含碳量（吨碳/TJ）"): [row["printed_carbon_content"] or "—" for row in records],
            say("氧化率（%）"): [
                "—" if row["oxidation"] is None else number(100 * row["oxidation"], 0)
                for row in records
            ],
            say("折二氧化碳"): [
                say("{}吨/{}", number(co2, 3), _UNITS[unit])
                for co2, unit in zip(made["co2_t"], made["unit"], strict=True)
            ],
            say("年份"): [str(year) for year in factors["year"]],
            say("来源"): list(factors["source"]),
        }
    )
    return Table(
        frame,
        say("由能源消费推算二氧化碳的公布因子"),
        source=titles(evaluation, list(factors["source"])),
        note=say(
            "折二氧化碳＝发热量×含碳量×氧化率×44/12；电力为电网平均排放因子，属间接排放，与燃料燃烧分列。气体为标准状态。"
        ),
        align=["left", "right", "right", "right", "right", "left", "left"],
        key=key,
    )


def factors_reading(evaluation: Evaluation) -> str:
    """Say how far another published set of factors would move the result, fuel by fuel."""
    one = energy.emission_factors(FUELS, evaluation.data, evaluation.as_of)
    two = energy.emission_factors(OTHER_FUELS, evaluation.data, evaluation.as_of)
    per_one, per_two = (_per_unit(table).set_index("fuel") for table in (one, two))
    both = [
        fuel
        for fuel in per_two.index
        if fuel in per_one.index and per_one["unit"][fuel] == per_two["unit"][fuel]
    ]
    gaps = {fuel: 100 * (per_two["co2_t"][fuel] / per_one["co2_t"][fuel] - 1) for fuel in both}
    if not gaps:
        return ""
    names = _running(one).set_axis(one["fuel"])
    listed = say("、").join(
        say("{name}{gap}%", name=names[fuel], gap=number(gap, sign=True))
        for fuel, gap in gaps.items()
    )
    return say(
        "因子本身也有出入：可比的{}个品种改用IPCC（2006）缺省值，排放量变动为{}。一个规划期内应只用一套因子，换用须重算各年。因子取自公开转录并逐项核对，登记时以文件原文为准；企业有实测热值和含碳量的，优先用实测值。",
        len(gaps),
        listed,
    )


def balance_view(evaluation: Evaluation, key: str = "") -> Table | str:
    """Return the CO2 of the zone's own energy balance, or what it must supply for one."""
    place = evaluation.data.name(evaluation.plan.region)
    table = _supplied(evaluation)
    if table.empty:
        return _wanted(evaluation, place)
    latest = table.sort_values("published").drop_duplicates(["year", "fuel", "flow"], keep="last")
    known = _known_factors(evaluation)
    if not set(latest["fuel"]) <= set(known["fuel"]):
        return say(
            "截至{}，能源平衡表所列品种的排放因子还没有全部公布，不推算排放量。", evaluation.as_of
        )
    made = energy.co2_from_energy(latest.reset_index(drop=True), known)
    rows = []
    for year, part in made.groupby("year"):
        by_scope = part.groupby("scope")["co2_t"].sum(min_count=1) / 1e4
        rows.append(
            {
                say("年份"): str(year),
                say("能源品种数"): str(part["fuel"].nunique()),
                say("燃烧直接排放（万吨）"): number(by_scope.get("direct"), 2),
                say("外购电力间接排放（万吨）"): number(by_scope.get("indirect"), 2),
            }
        )
    return Table(
        pd.DataFrame(rows),
        say("{}由能源平衡推算的二氧化碳排放量", place),
        source=titles(evaluation, list(dict.fromkeys(latest["source"]))),
        note=say("只含已提供的品种，缺的品种不按零计；用作原料的部分不计燃烧排放。"),
        align=["left", "right", "right", "right"],
        key=key,
    )


def _supplied(evaluation: Evaluation) -> pd.DataFrame:
    """Return the zone's balance as known on the evaluation's date."""
    table = energy.energy_balance(evaluation.plan.region, evaluation.data)
    if table.empty:
        return table
    known = (table["published"] <= evaluation.as_of) & (table["year"] <= evaluation.year)
    return table[known]


def balance_years(evaluation: Evaluation) -> str:
    """Return the years of the zone's balance as a cell of a table, 无 without any."""
    return say("、").join(str(year) for year in sorted(set(_supplied(evaluation)["year"]))) or say(
        "无"
    )


def _wanted(evaluation: Evaluation, place: str) -> str:
    fuels = say("、").join(map(plain, _running(energy.emission_factors(FUELS, evaluation.data))))
    first = evaluation.plan.base_year
    return say(
        "按所定日期，{}没有公布能源平衡表，本节只列因子，不推算排放量。"
        "能源平衡表的填报表已备好，"
        "待{}自{}年（规划基年）起逐年填报：分品种的实物量（{}）和净购入电力，"
        "并分清燃烧、净购入与用作原料三种用途，注明是否包括区内电厂、自备电厂和船舶用油。"
        "强度还需同一范围的可比价生产总值；两者范围不一致，强度就没有意义。",
        place,
        place,
        first,
        fuels,
    )
