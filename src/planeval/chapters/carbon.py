"""The city's CO2 by two inventories that disagree, and carbon per unit of real GDP.

The zone publishes no emissions. Its city has two series, EDGAR and CEADS; they stand side by
side, are never merged, and speak for the city only. Intensity is tonnes per 10,000 yuan of GDP
at the constant prices of a declared year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from analysis.data.series import Series, annual_series
from analysis.growth.rates import cagr
from analysis.targets.evaluation import Evaluation
from planeval.chapters.cells import growth, sources
from planeval.chapters.region import City, city, parent, years_text
from planeval.show.chart import COLOURS, DASHES, MARKERS, Chart, new_figure, style
from planeval.show.table import Table, number, percent
from planeval.words.language import mark, say, worded

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
    frame = pd.DataFrame(
        {
            say("年份"): [str(year) for year in rows["year"]],
            say("{}（万吨）", one): [number(v) for v in rows["edgar"]],
            say("{}（万吨）", two): [number(v) for v in rows["ceads"]],
            say("后者高出（%）"): [number(v) for v in rows["gap_pct"]],
            say("前者同比（%）"): [number(v, sign=True) for v in rows["edgar_pct"]],
            say("后者同比（%）"): [number(v, sign=True) for v in rows["ceads_pct"]],
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
    ends = {code: int(series.data[-1].period) for code, series in found.emissions.items()}
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
