"""The zone beside its city: growth over the same intervals, and its share of the whole.

Both sides at current prices. The city's figures were revised by censuses and final accounts,
the zone's sources do not say whether theirs were; so the city is shown twice, in the vintage
the evaluation uses and as first published.
"""

from __future__ import annotations

import pandas as pd

from analysis.data.observations import STATUS_RANK, STATUS_ZH
from analysis.data.series import Datum, Series, other_periods
from analysis.targets.evaluation import Evaluation
from analysis.trend.fit import compare_growth
from planeval.chapters.cells import plain, signed, sources
from planeval.chapters.region import City
from planeval.chapters.trends import peak
from planeval.chapters.zone import own_name
from planeval.show.chart import Chart
from planeval.show.lines import line_chart
from planeval.show.table import Table
from planeval.words.figures import period_zh
from planeval.words.language import mark, say

USED, FIRST = mark("评估所用版本"), mark("最早公布版本")


def first_published(series: Series) -> dict[int, Datum]:
    """Return, for each year, the earliest stage of the figure that is known."""
    found: dict[int, Datum] = {}
    for item in (*series.data, *series.older_vintages):
        rank = (STATUS_RANK[item.status], item.published)
        kept = found.get(item.year)
        if kept is None or rank < (STATUS_RANK[kept.status], kept.published):
            found[item.year] = item
    return found


def _pairs(zone: Series, city: City) -> dict[str, pd.DataFrame]:
    """Return growth over the zone's own intervals against both vintages of the city."""
    own = pd.Series({i.year: i.value for i in zone.data if i.status != "derived"}, dtype=float)
    if len(own) < 2 or not city.nominal.data:
        return {}
    first = pd.Series({year: item.value for year, item in first_published(city.nominal).items()})
    chosen = {USED: city.nominal.values(), FIRST: first.sort_index()}
    return {name: compare_growth(own, values).to_frame() for name, values in chosen.items()}


def compare_table(evaluation: Evaluation, zone: Series, city: City, key: str = "") -> Table | str:
    """Return growth of zone and city over exactly the zone's intervals, at current prices."""
    pairs = _pairs(zone, city)
    if not pairs:
        return say("{}的公布值不足两个，或没有上级地区的数值，不作增速对照。", own_name(evaluation))
    used, first = pairs[USED], pairs[FIRST]
    frame = pd.DataFrame(
        {
            say("区间"): [
                say("{}—{}年", a, b)
                for a, b in zip(used["from_year"], used["to_year"], strict=True)
            ],
            own_name(evaluation): used["zone_growth_pct"],
            say("{}（{}）", city.name, say(USED)): used["city_growth_pct"],
            say("差（百分点）"): used["difference_pp"],
            say("{}（{}）", city.name, say(FIRST)): first["city_growth_pct"],
            say("差（百分点） "): first["difference_pp"],
        }
    )
    return Table(
        frame,
        say("{}与{}同一区间的年均增速（现价，%）", own_name(evaluation), city.name),
        source=sources(evaluation, [*zone.data, *_ends(zone, city)]),
        note=_vintage_note(zone, city),
        key=key,
    )


def _ends(zone: Series, city: City) -> list[Datum]:
    first = first_published(city.nominal)
    years = [item.year for item in zone.data if item.status != "derived"]
    found = [item for year in years for item in (city.nominal.at(year), first.get(year))]
    return [item for item in found if item is not None]


def _vintage_note(zone: Series, city: City) -> str:
    same, moved = [], []
    first = first_published(city.nominal)
    for year in (item.year for item in zone.data if item.status != "derived"):
        used = city.nominal.at(year)
        if used is None:
            continue
        start = first[year]
        if used.value == start.value:
            same.append(say("{}年{}（{}）", year, used.printed, STATUS_ZH[used.status]))
        else:
            moved.append(say("{}年{}→{}", year, start.printed, used.printed))
    parts = [
        say("{}由最早公布到评估所用版本：{}", city.name, say("，").join(moved)) if moved else "",
        say("只有一个版本或未变：{}", say("，").join(same)) if same else "",
    ]
    return say("；").join(part for part in parts if part) + say("（亿元）。")


def compare_reading(evaluation: Evaluation, zone: Series, city: City) -> str:
    """Say whether the zone grew faster or slower, and whether the vintage changes that."""
    pairs = _pairs(zone, city)
    if not pairs:
        return ""
    used, first = pairs[USED], pairs[FIRST]
    name = own_name(evaluation)
    parts = []
    for (_, a), (_, b) in zip(used.iterrows(), first.iterrows(), strict=True):
        span = say("{:.0f}—{:.0f}年", a["from_year"], a["to_year"])
        if pd.isna(a["difference_pp"]) or pd.isna(b["difference_pp"]):
            parts.append(say("{}缺少{}的数值，未比较", span, city.name))
            continue
        same = (a["difference_pp"] > 0) == (b["difference_pp"] > 0)
        tail = say("换用最早公布版本方向不变") if same else say("换用最早公布版本方向相反")
        parts.append(
            say(
                "{}{}现价年均增速比{}{}，{}（{}个百分点）",
                span,
                name,
                city.name,
                _side(a["difference_pp"]),
                tail,
                signed(b["difference_pp"]),
            )
        )
    text = say(
        "{}。评估对{}采用截至{}可知的最新版本；{}的来源没有说明其数字是否随普查或最终核实修订，两边的修订未必对称。",
        say("；").join(parts),
        city.name,
        evaluation.as_of,
        name,
    )
    last = zone.last
    if last is not None and last.qualifier == "at_least":
        text += say("{}{}年的数值是下限，含这一年的增速和比重也是下限。", name, last.period)
    return text


def _side(points: float) -> str:
    size = abs(points)
    return say("高{:.1f}个百分点", size) if points > 0 else say("低{:.1f}个百分点", size)


def share_frame(zone: Series, city: City) -> pd.DataFrame:
    """Return the zone's share of the city by year, %, in both vintages of the city.

    Returns
    -------
    pandas.DataFrame
        year, value, series; a year without the city's figure is left out.
    """
    first = first_published(city.nominal)
    rows = []
    for item in zone.data:
        whole, start = city.nominal.at(item.year), first.get(item.year)
        if item.status == "derived" or whole is None or start is None:
            continue
        rows.append({"year": item.year, "value": 100 * item.value / whole.value, "series": USED})
        rows.append({"year": item.year, "value": 100 * item.value / start.value, "series": FIRST})
    return pd.DataFrame(rows, columns=["year", "value", "series"])


def share_chart(evaluation: Evaluation, zone: Series, city: City, key: str = "") -> Chart | str:
    """Draw the zone's share of the city over the years it has figures for."""
    frame = share_frame(zone, city)
    years = sorted(set(frame["year"]))
    name = own_name(evaluation)
    if len(years) < 2:
        return say("能与上级地区同年对照的{}数值不足两年，不画比重图。", name)
    shown = frame[frame["series"] == USED].set_index("year")["value"]
    rose = mark("{}占{}的比重由{}年的{:.2f}%升至{}年的{:.2f}%（{}）")
    fell = mark("{}占{}的比重由{}年的{:.2f}%降至{}年的{:.2f}%（{}）")
    return line_chart(
        frame.assign(series=frame["series"].map(say)),
        say(
            rose if shown.iloc[-1] > shown.iloc[0] else fell,
            name,
            city.name,
            years[0],
            shown.iloc[0],
            years[-1],
            shown.iloc[-1],
            say(USED),
        ),
        digits=2,
        height=2.6,
        subtitle=say(
            "{}地区生产总值占{}的比重（现价，%），{}—{}年；只有标记处有数值",
            name,
            city.name,
            years[0],
            years[-1],
        ),
        source=sources(evaluation, [*zone.data, *_ends(zone, city)]),
        alt=say("；").join(
            say("{}：", say(str(series)))
            + say("，").join(say("{}年{:.2f}%", y, v) for y, v in zip(r.year, r.value, strict=True))
            for series, r in frame.groupby("series", sort=False)
        ),
        key=key,
    )


def share_reading(evaluation: Evaluation, zone: Series, city: City) -> str:
    """Say how far the vintage moves the share, and which published share does not fit."""
    frame = share_frame(zone, city)
    if frame.empty:
        return ""
    wide = frame.pivot(index="year", columns="series", values="value")
    moved = wide[FIRST] - wide[USED]
    year = peak(moved.abs())
    gap = float(moved[year])
    text = say(
        "比重随{}数据的版本而变：{}年换用最早公布版本，比重变动{}个百分点。",
        city.name,
        year,
        signed(gap, 2),
    )
    if abs(gap) < 0.005:
        text = say("这些年份{}只有一个版本的数据，比重不受版本影响。", city.name)
    return text + _published_share(evaluation, wide[USED])


def _published_share(evaluation: Evaluation, computed: pd.Series) -> str:
    found = [
        item
        for item in other_periods(
            evaluation.data,
            evaluation.plan.region,
            "gdp_share_of_city",
            as_of=evaluation.as_of,
        )
        if int(item.period[:4]) <= evaluation.year
    ]
    if not found:
        return ""
    listed = say("、").join(
        say("{}为{}%（{}）", period_zh(item.period), item.printed, plain(f"[{item.source}]"))
        for item in found
    )
    low, high = computed.min(), computed.max()
    fits = all(low <= item.value <= high for item in found)
    return say(
        "另有公布的非全年比重：{}，{}按年度数算得的{:.2f}%至{:.2f}%之内；期间与口径都可能不同，不作调和。",
        listed,
        say("在") if fits else say("不在"),
        low,
        high,
    )
