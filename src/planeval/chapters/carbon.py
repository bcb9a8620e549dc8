"""The city's CO2 by two inventories that disagree, and carbon per unit of real GDP.

The zone publishes no emissions. Its city has two series, EDGAR and CEADS; they stand side by
side, are never merged, and speak for the city only. Intensity is tonnes per 10,000 yuan of GDP
at the constant prices of a declared year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator, StrMethodFormatter
from numpy.typing import NDArray

from analysis.data.errors import InputError
from analysis.data.series import Series, annual_series
from analysis.decoupling import energy, lmdi, tapio
from analysis.decoupling import paths as paths_module
from analysis.forecast import forecast
from analysis.forecast.joint import joint_paths
from analysis.growth.rates import cagr, compound_reductions, require_consecutive
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from analysis.trend.base import POINTS_FOR_TREND
from analysis.trend.breaks import BreakTest, break_test
from analysis.trend.fit import log_linear_trend
from analysis.trend.local import local_trend
from planeval.chapters.base import View, bullets, growth, plain, signed, sources, titles
from planeval.chapters.models import (
    Models,
    models,
    models_chart,
    models_reading,
    models_table,
    warning_words,
)
from planeval.chapters.region import City, city, known_series, parent, years_text
from planeval.show.bars import stacked_chart
from planeval.show.chart import COLOURS, DASHES, MARKERS, Chart, new_figure, style
from planeval.show.table import Table, number, percent
from planeval.words import amounts, terms
from planeval.words.errors import said
from planeval.words.language import Terms, either, mark, say, worded
from planeval.words.names import STATUS_ZH, name_of, region_name
from planeval.words.steps import by_index, grown, step

INVENTORIES = ("edgar", "ceads")
NO_CO2 = mark(
    "按所定日期，没有可用的{place}二氧化碳排放量（公布日不详的清单按最晚日期计），本节不作计算。"
)
LEFT_OUT = mark("缺全市排放量，本节从略。")


@dataclass(frozen=True)
class Carbon:
    """The city's emissions and real GDP as known on the evaluation's date.

    Attributes
    ----------
    emissions : dict of str to Series
        By inventory, 万吨; only inventories with figures.
    real : pandas.Series
        GDP in 亿元 at the prices of `base`, empty where no base or index is known.
    intensity : dict of str to pandas.Series
        By inventory, 吨/万元 at the prices of `base` (万吨 over 亿元 is the same).
    """

    name: str
    city: City
    emissions: dict[str, Series]
    real: pd.Series
    base: int | None
    intensity: dict[str, pd.Series]
    labels: dict[str, str]

    @property
    def used(self) -> list:
        """Every figure of the inventories, for the source line."""
        return [item for series in self.emissions.values() for item in series.data]


def carbon(evaluation: Evaluation) -> Carbon:
    """Collect the inventories of the region above and deflate its GDP.

    The base of the prices is the plan's base year, or the last common year before it is known.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> found = carbon(evaluate("jiaxing-14fyp", 2024))
    >>> found.base, round(float(found.intensity["edgar"][2020]), 3)
    (2020, 0.644)
    """
    region, above = parent(evaluation), city(evaluation)
    emissions = {}
    for caliber in INVENTORIES if region else ():
        series = annual_series(
            evaluation.data,
            str(region),
            "co2",
            caliber=caliber,
            as_of=evaluation.as_of,
            until=evaluation.year,
        )
        if series.data:
            emissions[caliber] = series
    real, base = _real(above, evaluation.plan.base_year)
    intensity = {}
    for caliber, series in emissions.items():
        values = series.values()
        years = values.index.intersection(real.index)
        if len(years):
            intensity[caliber] = (values.loc[years] / real.loc[years]).rename(caliber)
    names = evaluation.data.calibers
    labels = {code: worded(names[code], "name") for code in emissions}
    return Carbon(above.name or say("上级地区"), above, emissions, real, base, intensity, labels)


def _real(above: City, wanted: int) -> tuple[pd.Series, int | None]:
    nominal = above.nominal.values()
    both = above.real.index.intersection(nominal.index)
    if both.empty:
        return pd.Series(dtype=float), None
    base = wanted if wanted in both else int(both[-1])
    return nominal[base] * above.real / above.real[base], base


def growth_words(rate: float, basis: str = "") -> str:
    """Return a change in per cent as words, up or down, never a minus sign.

    Examples
    --------
    >>> growth_words(-3.44), growth_words(2.0, "实物量")
    ('下降3.4%', '实物量增长2.0%')
    """
    return f"{basis}{growth(rate, 'not_applicable')}"


def lines(values: dict[str, pd.Series], digits: int = 0) -> tuple[object, str, pd.DataFrame]:
    """Draw annual series with their names beside their own last points; gaps break the line.

    Returns figure, alternative text and the data in long form. Unlike a line chart's labels at
    the right edge, names here cannot be read as a flat continuation of a series that ends early.
    """
    parts = []
    facts = []
    with style():
        figure, axes = new_figure(2.9)
        for position, (name, series) in enumerate(values.items()):
            years = range(int(series.index[0]), int(series.index[-1]) + 1)
            whole = series.reindex(years)
            axes.plot(
                whole.index,
                whole.to_numpy(),
                color=COLOURS[position],
                linestyle=DASHES[position],
                marker=MARKERS[position],
                label=name,
            )
            first, last = series.index[0], series.index[-1]
            facts.append(
                say(
                    "{}：{}年{}，{}年{}",
                    name,
                    first,
                    number(series[first], digits),
                    last,
                    number(series[last], digits),
                )
            )
            parts.append(pd.DataFrame({"year": series.index, "value": series, "series": name}))
        axes.set_ylim(bottom=0)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=12))
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.10g}"))
        axes.legend(loc="best", frameon=False, fontsize=8)
    return figure, say("；").join(facts), pd.concat(parts, ignore_index=True)


def inventories_chart(found: Carbon, evaluation: Evaluation, key: str = "") -> Chart | str:
    """Draw the inventories side by side."""
    if not found.emissions:
        return say(NO_CO2, place=found.name)
    values = {found.labels[code]: s.values() for code, s in found.emissions.items()}
    figure, alt, data = lines(values)
    years = sorted({int(year) for series in values.values() for year in series.index})
    pair = inventory_rows(found)
    if pair.empty:
        said = say("{}二氧化碳排放量只有一套清单：{}", found.name, say("、").join(values))
    else:
        said = say(
            "{}二氧化碳排放量的两套清单不一致：同一年相差{}%至{}%",
            found.name,
            number(pair["gap_pct"].min(), 0),
            number(pair["gap_pct"].max(), 0),
        )
    return Chart(
        figure,  # type: ignore[arg-type]
        said,
        say("{}二氧化碳排放量，{}—{}年，万吨；断开处没有公布值", found.name, years[0], years[-1]),
        sources(evaluation, found.used),
        alt,
        data,
        key,
    )


def inventory_rows(found: Carbon, *, common: bool = True) -> pd.DataFrame:
    """Return both inventories by year: values, gap in % of EDGAR, growth on a year.

    Parameters
    ----------
    common : bool
        Only the years both know; otherwise every year of either, NaN where one is silent.
        Growth is NaN where the year before is missing in that inventory.
    """
    columns = ["year", "edgar", "ceads", "gap_pct", "edgar_pct", "ceads_pct"]
    if set(found.emissions) != set(INVENTORIES):
        return pd.DataFrame(columns=columns)
    both = {code: found.emissions[code].values() for code in INVENTORIES}
    table = pd.DataFrame(both).sort_index()
    table["gap_pct"] = 100 * (table["ceads"] / table["edgar"] - 1)
    for code, values in both.items():
        table[f"{code}_pct"] = [_on_year(values, int(year)) for year in table.index]
    table = table.rename_axis("year").reset_index()[columns]
    return table.dropna(subset=["gap_pct"]) if common else table


def _on_year(values: pd.Series, year: int) -> float:
    known = year in values.index and year - 1 in values.index
    return 100 * (values[year] / values[year - 1] - 1) if known else np.nan


def inventories_table(found: Carbon, evaluation: Evaluation, key: str = "") -> Table | str:
    """Return the disagreement of the inventories year by year."""
    rows = inventory_rows(found, common=False)
    if rows.empty:
        return say("两套清单没有共同年份，无从对照。") if found.emissions else ""
    one, two = (found.labels[code] for code in INVENTORIES)
    first, second = (found.emissions[code] for code in INVENTORIES)
    years = list(rows["year"])
    frame = pd.DataFrame(
        {
            say("年份"): [str(year) for year in years],
            say("{}（万吨）", one): [number(first.at(y)) for y in years],
            say("{}（万吨）", two): [number(second.at(y)) for y in years],
            say("后者高出（%）"): [
                number(step("excess", first.at(y), second.at(y))) for y in years
            ],
            say("前者同比（%）"): [signed(grown(first.at(y - 1), first.at(y))) for y in years],
            say("后者同比（%）"): [signed(grown(second.at(y - 1), second.at(y))) for y in years],
        }
    )
    return Table(
        frame,
        say("{}二氧化碳排放量：两套清单逐年对照", found.name),
        source=sources(evaluation, found.used),
        note=say(
            "排放量为实物量；“—”表示该清单没有当年或上一年的数值。两套清单的边界与核算方法不同，不合并。"
        ),
        align=["left"] + ["right"] * 5,
        key=key,
    )


def inventories_reading(found: Carbon) -> str:
    """Say how far the inventories part and in which years they move opposite ways."""
    rows = inventory_rows(found)
    if rows.empty:
        return ""
    pairs = rows.dropna(subset=["edgar_pct", "ceads_pct"])
    against = [int(r["year"]) for r in pairs.to_dict("records") if _opposite(r)]
    first, last = rows.iloc[0], rows.iloc[-1]
    start, end = int(first["year"]), int(last["year"])
    rates = {
        code: 100 * cagr(first[code], last[code], end - start) if end > start else np.nan
        for code in INVENTORIES
    }
    text = say(
        "两套清单共有{}个共同年份，{}比{}高出{}%至{}%。能够比较同比的{}年中，方向相反的有{}年",
        len(rows),
        found.labels["ceads"],
        found.labels["edgar"],
        number(rows["gap_pct"].min()),
        number(rows["gap_pct"].max()),
        len(pairs),
        len(against),
    ) + (say("（{}）。", years_text(against)) if against else say("。"))
    if end > start:
        text += say(
            "{}—{}年，{}年均{}，{}年均{}。",
            start,
            end,
            found.labels["edgar"],
            growth_words(rates["edgar"]),
            found.labels["ceads"],
            growth_words(rates["ceads"]),
        )
    ends = {code: series.data[-1].year for code, series in found.emissions.items()}
    short = min(ends, key=lambda code: ends[code])
    if len(set(ends.values())) > 1:
        text += say("{}只到{}年，其后的走势只有另一套清单可看。", found.labels[short], ends[short])
    return text + apart(found) + say("因此结论都按清单分别给出。") + _jump(found)


def apart(found: Carbon) -> str:
    """Say in how many years the inventories differ by more than either moved in that year."""
    pairs = inventory_rows(found).dropna(subset=["edgar_pct", "ceads_pct"])
    if pairs.empty:
        return ""
    moved = pairs[["edgar_pct", "ceads_pct"]].abs().max(axis=1)
    wider = int((pairs["gap_pct"].abs() > moved).sum())
    return say(
        "全市两套清单能够比较同比的{}年中，有{}年两者之差大于任何一套当年的变动幅度。",
        len(pairs),
        wider,
    )


def _opposite(row: dict) -> bool:
    return bool(row["edgar_pct"] * row["ceads_pct"] < 0)


def _jump(found: Carbon) -> str:
    """Name the largest yearly move of each inventory, which dominates any trend."""
    words = []
    for code, series in found.emissions.items():
        values = series.values()
        moves = {int(y): _on_year(values, int(y)) for y in values.index}
        known = {year: move for year, move in moves.items() if not np.isnan(move)}
        if known:
            year = max(known, key=lambda y: abs(known[y]))
            words.append(
                say("{}为{}年（{}）", found.labels[code], year, percent(known[year], sign=True))
            )
    if not words:
        return ""
    return say(
        "单年变动最大的，{}；清单没有给出原因，这样的跳变会左右趋势估计。", say("，").join(words)
    )


# CO2 the zone could compute itself: published factors, and the energy balance they wait for.


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
    if energy.emission_factors(None, evaluation.data).empty:  # a folder older than the table
        return say("项目的数据中没有排放因子。")
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
    place = region_name(evaluation.data, evaluation.plan.region)
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
    fuels = fuels or say("煤、油、气等")
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


# The city's carbon per unit of real GDP, and what its path amounts to over a five-year plan.
# Yearly reductions compound, 1 − Π(1 − r), as an assigned reduction does.


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
        amounts.amount(base, base.unit),
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


# --- Tapio's states of the city's emissions by both inventories, and where they part ---


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
    return either(*terms.STATES[code]) if isinstance(code, str) else "—"


def states_table(found: Carbon, evaluation: Evaluation, key: str = "") -> Table | str:
    """Return the state of every year by both inventories, and whether they say the same."""
    if not found.emissions:
        return say(LEFT_OUT)
    rows = states(found)
    if rows.empty:
        return say(NO_STATES)
    cells = {
        say("年份"): [str(year) for year in rows["year"]],
        say("可比价增速（%）"): [
            signed(by_index(found.city.index, year - 1, year)) for year in rows["year"]
        ],
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
        words = say(
            "{label}为{state}{index}",
            label=label,
            state=either(*terms.STATES[made.code]),
            index=index,
        )
        spans.setdefault((row["first"], row["last"]), []).append(words)
    told = [
        say("{}—{}年，{}", first, last, say("，").join(words))
        for (first, last), words in spans.items()
    ]
    return say("按时段首尾合计：{}。", say("；").join(told)) if told else ""


# Whether the city's emissions came away from its economy: Tapio's states and Kaya's factors.
# Both rest on the two inventories that disagree; every result is given for each, and a sentence
# says where the choice of inventory decides it. Nothing here is the zone's.


NO_KAYA = mark("缺{place}的人口、可比价生产总值或排放量，不作因素分解。")
# how emissions changed in all, by whether they rose
_CHANGED = {True: mark("{}{}—{}年排放增加{}万吨"), False: mark("{}{}—{}年排放减少{}万吨")}
SPAN = 5  # years; effects are chained by year and added up over spans of this length


def _factor(name: str) -> str:
    return either(*terms.FACTORS[name])


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


# Trends of the city's emissions and their intensity, and breaks in years named beforehand.
# Emissions are physical quantities; intensity rests on GDP at constant prices. A trend says how
# fast, never why.


#: Named before any test was run, not searched for: 2012, from where emissions of the region are
#: usually described as flatter, and 2020, the epidemic year and the fourteenth plan's base year.
BREAK_YEARS = (2012, 2020)
LEVEL = 0.05
AHEAD = 2


def subjects(found: Carbon) -> dict[str, pd.Series]:
    """Return the series trends are fitted to: emissions and intensity by inventory.

    The first inventory's emissions stand a second time from the first break year on, which
    shows how much a jump before it weighs.
    """
    chosen: dict[str, pd.Series] = {}
    for code, figures in found.emissions.items():
        chosen[say("排放量（{}）", found.labels[code])] = figures.values()
    first = found.emissions.get(INVENTORIES[0])
    if first is not None:
        late = first.values().loc[BREAK_YEARS[0] :]
        chosen[say("排放量（{}，{}年起）", found.labels[INVENTORIES[0]], BREAK_YEARS[0])] = late
    for code, values in found.intensity.items():
        chosen[say("强度（{}）", found.labels[code])] = values
    return {name: values for name, values in chosen.items() if len(values) >= POINTS_FOR_TREND}


def trends_table(found: Carbon, evaluation: Evaluation, key: str = "") -> Table | str:
    """Return log-linear trends with HAC intervals and the growth of a drifting trend today."""
    if not found.emissions:
        return say(LEFT_OUT)
    chosen = subjects(found)
    if not chosen:
        return say("{}的排放序列都不足{}个年度值，不拟合趋势。", found.name, POINTS_FOR_TREND)
    rows = [_trend_row(name, values) for name, values in chosen.items()]
    shared = _shared([row[say("提示")] for row in rows])
    frame = pd.DataFrame(
        [row | {say("提示"): _own_words(row[say("提示")], shared)} for row in rows]
    )
    return Table(
        frame,
        say("{}二氧化碳排放量与强度的趋势（%/年）", found.name),
        source=sources(evaluation, [*found.used, *found.city.index.data]),
        note=say(
            "排放量为实物量，强度按{}年可比价生产总值计算。对数线性趋势的区间按Newey–West协方差（“阶”为滞后阶数）；DW为德宾—沃森统计量，越低于2，残差自相关越强；末年趋势增速来自局部线性趋势，只用当年及以前的数据。",
            found.base or "—",
        )
        + _shared_note(shared),
        align=["left", "left", "right", "left", "right", "left", "left"],
        key=key,
    )


def _trend_row(name: str, values: pd.Series) -> dict[str, Any]:
    fit, now = log_linear_trend(values), local_trend(values)
    codes = tuple(dict.fromkeys((*fit.warnings, *now.warnings)))
    statistic = fit.durbin_watson
    return {
        say("序列"): name,
        say("期间"): say("{}—{}", fit.first_year, fit.last_year),
        say("观测数"): fit.n,
        say("趋势增速（95%区间）"): say(
            "{}（{}至{}；{}阶）",
            number(fit.growth_pct),
            number(fit.lo_pct),
            number(fit.hi_pct),
            fit.hac_lags,
        ),
        "DW": "—" if statistic is None else number(statistic, 2),
        say("末年趋势增速（95%区间）"): say(
            "{}（{}至{}）",
            number(now.growth_pct),
            number(now.growth_lo_pct),
            number(now.growth_hi_pct),
        ),
        say("提示"): codes,
    }


def _shared(groups: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the warning codes that every row has, in the order of the first row."""
    known = [group for group in groups if group]
    return tuple(code for code in known[0] if all(code in g for g in known)) if known else ()


def _own_words(codes: tuple[str, ...], shared: tuple[str, ...]) -> str:
    return warning_words(tuple(code for code in codes if code not in shared))


def _shared_note(shared: tuple[str, ...]) -> str:
    return say("各行共同的提示：{}。", warning_words(shared)) if shared else ""


def trends_reading(found: Carbon) -> str:
    """Read the trends: pace by inventory, the weight of early jumps, and trust in the bounds."""
    chosen = subjects(found)
    if not chosen:
        return ""
    parts = []
    shaky = 0
    for name, values in chosen.items():
        fit = log_linear_trend(values)
        shaky += "autocorrelated" in fit.warnings
        bounds = say("95%区间{}至{}", percent(fit.lo_pct), percent(fit.hi_pct))
        if fit.growth_pct < 0:
            bounds = say("即{}，{}", percent(fit.growth_pct), bounds)
        if fit.lo_pct < 0 < fit.hi_pct:
            bounds = say("{}，含零，升降不能断定", bounds)
        parts.append(
            say(
                "{}在{}—{}年年均{}（{}）",
                plain(name),
                fit.first_year,
                fit.last_year,
                growth_words(fit.growth_pct),
                bounds,
            )
        )
    text = say("；").join(parts) + say("。")
    if shaky:
        text += (
            say("{}条趋势的残差全部高度自相关", shaky)
            if shaky == len(chosen)
            else say("{}条趋势中有{}条的残差高度自相关", len(chosen), shaky)
        ) + say("，区间偏窄；增速并非一条直线，全期趋势不代表近年，近年看末年趋势增速。")
    return text


def break_rows(found: Carbon) -> list[dict]:
    """Return break tests of emissions in the years named beforehand, with a reason where none.

    Tested on the last unbroken stretch of years, in growth form. Keys: code, year, test,
    reason, span.
    """
    rows = []
    for code, series in found.emissions.items():
        values = _unbroken(series.values())
        span = say("{}—{}", values.index[0], values.index[-1])
        for year in BREAK_YEARS:
            test: BreakTest | None = None
            reason = ""
            try:
                test = break_test(values, year)
            except InputError as error:  # the reason is what the reader needs
                reason = said(error)
            rows.append({"code": code, "year": year, "test": test, "reason": reason, "span": span})
    return rows


def _unbroken(values: pd.Series) -> pd.Series:
    """Return the last stretch of consecutive years."""
    start = len(values) - 1
    while start > 0 and values.index[start - 1] == values.index[start] - 1:
        start -= 1
    part = values.iloc[start:]
    require_consecutive(part)
    return part


def breaks_table(found: Carbon, evaluation: Evaluation, key: str = "") -> Table | str:
    """Return the break tests with p-values, or for each the reason it was not made."""
    rows = break_rows(found)
    if not rows:
        return ""
    shared = _shared([row["test"].warnings for row in rows if row["test"] is not None])
    frame = pd.DataFrame([_break_row(found, row, shared) for row in rows])
    return Table(
        frame,
        say("{}二氧化碳排放量：事先指定年份的断点检验", found.name),
        source=sources(evaluation, found.used),
        note=say(
            "Chow检验，对数的一阶差分形式；原假设为水平与增速都不变。同时做{}个检验，按Bonferroni校正后单个检验的显著水平为{}。",
            sum(r["test"] is not None for r in rows),
            number(_threshold(rows), 4),
        )
        + _shared_note(shared),
        align=["left", "left", "left", "right", "right", "right", "right", "left"],
        key=key,
    )


def _threshold(rows: list[dict]) -> float:
    return LEVEL / max(sum(row["test"] is not None for row in rows), 1)


def _break_row(found: Carbon, row: dict, shared: tuple[str, ...]) -> dict[str, str]:
    test: BreakTest | None = row["test"]
    blank = "—"
    return {
        say("清单"): found.labels[row["code"]],
        say("期间"): row["span"],
        say("断点年"): str(row["year"]),
        say("p值"): blank if test is None else number(test.p_value, 3),
        say("此前增速（%/年）"): blank if test is None else number(test.growth_before_pct),
        say("此后增速（%/年）"): blank if test is None else number(test.growth_after_pct),
        say("水平变化（%）"): blank if test is None else number(test.level_change_pct, sign=True),
        say("提示"): plain(row["reason"]) if test is None else _own_words(test.warnings, shared),
    }


def breaks_reading(found: Carbon) -> str:
    """Say which of the named breaks hold after the correction for testing several times."""
    rows = break_rows(found)
    made = [row for row in rows if row["test"] is not None]
    if not rows:
        return ""
    if not made:
        return say("两侧的年份都不够，断点检验没有一个能做。")
    limit = _threshold(rows)
    held = [row for row in made if row["test"].p_value < limit]
    years = say("、").join(str(year) for year in BREAK_YEARS)
    text = say("断点年份（{}年）事先指定，做了{}个检验，", years, len(made))
    if not held:
        least = min(row["test"].p_value for row in made)
        return text + say(
            "最小的p值为{}，校正后没有一个显著：不能认定排放的水平或增速在这些年份改变，本章因此不以分段的趋势外推。",
            number(least, 3),
        )
    words = say("、").join(
        say(
            "{}{}年（p = {}）",
            found.labels[row["code"]],
            row["year"],
            number(row["test"].p_value, 3),
        )
        for row in held
    )
    return text + say(
        "校正后显著的有：{}。检验不说明原因，也分不开排放变化与清单方法的变化。", words
    )


def city_models(found: Carbon) -> Models | None:
    """Score the reference models on the first inventory's emissions, None without it."""
    series = found.emissions.get(INVENTORIES[0])
    return None if series is None else models(_unbroken(series.values()), "emissions", AHEAD)


def models_pace(made: Models | None) -> str:
    """Say how far apart the models end, as growth of a physical quantity a year."""
    if made is None or made.forecasts.empty:
        return ""
    last, value = int(made.values.index[-1]), float(made.values.iloc[-1])
    until = int(made.forecasts["year"].max())
    ends = made.forecasts[made.forecasts["year"] == until]["median"]
    rates = 100 * ((ends / value) ** (1 / (until - last)) - 1)
    return say(
        "换算成{}—{}年的年均变动，各模型的排放量在{}至{}之间。这些是全市一套清单的参照预测，不能用来判断港区的目标，只说明按过去的走势外推有多不确定。",
        last + 1,
        until,
        percent(rates.min(), sign=True),
        percent(rates.max(), sign=True),
    )


def models_views(found: Carbon, evaluation: Evaluation, key: str = "") -> list[View]:
    """Return scores, forecasts and readings of the reference models on the city's emissions."""
    made = city_models(found)
    if made is None:
        return [say(LEFT_OUT)]
    subject = say("{}二氧化碳排放量（{}）", found.name, found.labels[INVENTORIES[0]])
    source = sources(evaluation, found.emissions[INVENTORIES[0]].data)
    return [
        models_table(made, subject, source=source, key=f"{key}-scores" if key else ""),
        models_reading(made),
        models_chart(made, subject, "万吨", source=source, key=key),
        models_pace(made),
    ]


# What an intensity target still to be assigned would mean for the city's CO2: GDP × intensity.
# The reductions are parameters, not targets. GDP is known to the last published year and drawn
# from its forecast after it; without any target GDP and emissions are drawn together.


#: Parameters of the scenario: reduction of intensity over the plan, fractions. Not targets.
REDUCTIONS = (0.0, 0.05, 0.10, 0.15, 0.20, 0.25)
PATHS, SEED = 4000, 0
INDICATOR = "co2_intensity_reduction"


@dataclass(frozen=True)
class Scenario:
    """GDP paths of the city to the plan's end, and how far intensity falls without a target.

    Attributes
    ----------
    base, end : int
        The plan's base and last year.
    start : float
        Intensity of the base year, 吨/万元.
    co2 : float
        Emissions of the base year, 万吨.
    gdp : array (paths,)
        GDP of the last year at the prices of the base year, 亿元.
    known, seen : int
        Last years of published GDP and of published emissions.
    falls : array (paths,)
        Reduction of intensity from base to end as both series go on, fractions.
    """

    code: str
    base: int
    end: int
    start: float
    co2: float
    gdp: NDArray[np.float64]
    known: int
    seen: int
    falls: NDArray[np.float64]


def scenario(found: Carbon, evaluation: Evaluation) -> Scenario | str:
    """Draw the city's GDP and emissions to the end of the plan, or say why that cannot be.

    Returns
    -------
    Scenario or str
        A sentence where no base is known, or the plan's last year is already published.
    """
    code = INVENTORIES[0]
    if code not in found.emissions:
        return say(LEFT_OUT)
    base, end = evaluation.plan.base_year, evaluation.plan.end_year
    values, intensity = found.emissions[code].values(), found.intensity.get(code)
    if intensity is None or base not in intensity.index:
        return say("缺{}{}年（规划基年）的碳强度，不作情景。", found.name, base)
    known, last = int(found.real.index[-1]), int(values.index[-1])
    if end <= max(known, last):
        return say("{}{}年（规划末年）的数字已经公布，情景没有可以推算的年份。", found.name, end)
    gdp = forecast(found.real, until=end, kind="real_gdp")
    co2 = forecast(_unbroken(values), until=end, kind="emissions")
    drawn = [paths[:, -1] for paths in joint_paths([gdp, co2], PATHS, seed=SEED)]
    start = float(intensity[base])
    falls = 1.0 - drawn[1] / drawn[0] / start
    return Scenario(code, base, end, start, float(values[base]), drawn[0], known, last, falls)


def assigned(evaluation: Evaluation) -> float | None:
    """Return the zone's reduction target as a fraction once it has been assigned, else None."""
    for item in evaluation.of(domain="environment"):
        target = item.target
        if target.indicator == INDICATOR and target.assigned is not None and target.target:
            return target.target / 100
    return None


def scenario_table(
    found: Carbon,
    evaluation: Evaluation,
    key: str = "",
    reductions: Sequence[float] = REDUCTIONS,
) -> Table | str:
    """Return CO2 at the plan's end under each reduction of intensity, with the spread of GDP."""
    made = scenario(found, evaluation)
    if isinstance(made, str):
        return made
    given = assigned(evaluation)
    wanted = sorted({*reductions, *([] if given is None else [given])})
    rows = []
    for total in wanted:
        path = paths_module.intensity_path(made.start, total, made.base, made.end)
        ends = paths_module.carbon_scenario(made.gdp[:, None], [path[made.end]], [made.end]).iloc[0]
        mark = say("（港区的下达数）") if given is not None and total == given else ""
        rows.append(
            {
                say("强度累计降低（%）"): number(100 * total) + mark,
                say("年均降低（%）"): number(
                    100 * paths_module.yearly_reduction(total, made.end - made.base), 2
                ),
                say("{}年强度（吨/万元）", made.end): number(path[made.end], 3),
                say("{}年排放量（万吨）", made.end): say(
                    "{}（{}至{}）",
                    number(ends["0.5"], 0),
                    number(ends["0.1"], 0),
                    number(ends["0.9"], 0),
                ),
                say("比{}年（%）", made.base): signed(100 * (ends["0.5"] / made.co2 - 1)),
                say("照走势达到的概率"): amounts.chance(float((made.falls >= total).mean())),
            }
        )
    return Table(
        pd.DataFrame(rows),
        say("{}情景：碳强度的不同降幅对应的{}年排放量（参数，不是目标）", found.name, made.end),
        source=sources(evaluation, [*found.emissions[made.code].data, *found.city.index.data]),
        note=say(
            "{}，排放量＝可比价生产总值×强度；括号内为生产总值80%区间所对应的范围。生产总值到{}年为公布值，其后为预测；降幅自{}年起逐年复合。“照走势达到的概率”由生产总值与排放量联合外推得到，不含任何目标。",
            found.labels[made.code],
            made.known,
            made.base,
        ),
        align=["left", "right", "right", "right", "right", "right"],
        key=key,
    )


def scenario_reading(found: Carbon, evaluation: Evaluation) -> str:
    """Say which reduction would hold emissions where they were, and where the trend leads."""
    made = scenario(found, evaluation)
    if isinstance(made, str):
        return ""
    half, most = paths_module.holding_reduction(float(found.real[made.base]), made.gdp, (0.5, 0.9))
    low, mid, high = np.quantile(made.falls, [0.1, 0.5, 0.9])
    given = assigned(evaluation)
    return (
        say(
            "要使{}{}年的排放量不高于{}年，强度须累计降低{}%（生产总值取中位数）；要有九成把握，须降低{}%。照{}的走势，强度累计{}（80%区间：{}至{}）。",
            found.name,
            made.end,
            made.base,
            number(100 * half),
            number(100 * most),
            plain(found.labels[made.code]),
            _fell(mid),
            _fell(low),
            _fell(high),
        )
        + (
            _unassigned(evaluation)
            if given is None
            else say("港区下达的降幅为{}%，套用于全市只作参照。", number(100 * given))
        )
        + say("这是全市的算术，不是港区的预测。")
    )


def _unassigned(evaluation: Evaluation) -> str:
    listed = {item.target.indicator for item in evaluation.of(domain="environment")}
    if INDICATOR not in listed:
        return say("本规划没有单位生产总值二氧化碳排放的降低目标，表中的降幅只是参数。")
    return say(
        "未取得港区强度目标的下达文件，表中的降幅只是参数；取得之后把数值登记，表中就会标出。"
    )


def reductions_table(evaluation: Evaluation, key: str = "") -> Table | str:
    """Set the zone's yearly reductions against every total that has been assigned; or nothing.

    Returns
    -------
    Table or str
        Empty text while no reduction has its number.
    """
    items = [
        item
        for item in evaluation.of(domain="environment")
        if item.target.indicator.endswith("_reduction")
        and item.target.assigned is not None
        and item.target.target is not None
    ]
    rows = [_reduction_row(item, evaluation.plan.base_year) for item in items]
    used = [figure for item in items if item.series for figure in item.series.data]
    if not rows:
        return ""
    return Table(
        pd.DataFrame(rows),
        say("已下达的降低率：逐年复合的进度"),
        source=sources(evaluation, used),
        note=say("累计＝1−∏(1−当年降低率)；均匀路径是每年降幅相同时到同一年应有的累计降幅。"),
        align=["left", "right", "right", "left", "right", "right", "right"],
        key=key,
    )


def _reduction_row(item: IndicatorEvaluation, base: int) -> dict[str, str]:
    target, blank = item.target, "—"
    total = (target.target or 0.0) / 100
    rates = {f.year: f.value / 100 for f in (item.series.data if item.series else ())}
    run: list[int] = []
    while base + 1 + len(run) in rates:  # only years without a gap compound
        run.append(base + 1 + len(run))
    row = {
        say("目标"): name_of(target),
        say("下达的累计降幅（%）"): number(target.target),
        say("均匀每年（%）"): number(
            100 * paths_module.yearly_reduction(total, target.target_year - base), 2
        ),
        say("已知至"): say("{}年", run[-1]) if run else say("各年未公布"),
    }
    if not run:
        return row | {
            say("已降（%）"): blank,
            say("同期均匀路径（%）"): blank,
            say("余下每年须降（%）"): blank,
        }
    series = pd.Series({year: rates[year] for year in run})
    made = paths_module.reduction_state(series, total, base, target.target_year)
    left = None if made.required is None else 100 * made.required
    return row | {
        say("已降（%）"): number(100 * made.done, 2),
        say("同期均匀路径（%）"): number(100 * made.even, 2),
        say("余下每年须降（%）"): number(left, 2),
    }


def _fell(share: float) -> str:
    rate = number(abs(100 * share))
    return say("降低{}%", rate) if share >= 0 else say("上升{}%", rate)
