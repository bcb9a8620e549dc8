"""The zone beside its city: growth over the same intervals, and its share of the whole.

Both sides at current prices. The city's figures were revised by censuses and final accounts,
the zone's sources do not say whether theirs were; so the city is shown twice, in the vintage
the evaluation uses and as first published.
"""

from __future__ import annotations

import pandas as pd

from analysis.charts import Chart, line_chart
from analysis.clean import Datum, Series, other_periods
from analysis.evaluation import Evaluation
from analysis.observations import STATUS_RANK
from analysis.tables import Table
from analysis.trend import compare_growth
from analysis.views_base import STATUS_ZH, plain, signed, sources
from analysis.views_city import City
from analysis.views_port_common import period_zh
from analysis.views_trends import peak
from analysis.views_zone import own_name

USED, FIRST = "评估所用版本", "最早公布版本"


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
        return f"{own_name(evaluation)}的公布值不足两个，或没有上级地区的数值，不作增速对照。"
    used, first = pairs[USED], pairs[FIRST]
    frame = pd.DataFrame(
        {
            "区间": [f"{a}—{b}年" for a, b in zip(used["from_year"], used["to_year"], strict=True)],
            own_name(evaluation): used["zone_growth_pct"],
            f"{city.name}（{USED}）": used["city_growth_pct"],
            "差（百分点）": used["difference_pp"],
            f"{city.name}（{FIRST}）": first["city_growth_pct"],
            "差（百分点） ": first["difference_pp"],
        }
    )
    return Table(
        frame,
        f"{own_name(evaluation)}与{city.name}同一区间的年均增速（现价，%）",
        source=sources(evaluation, [*zone.data, *_ends(zone, city)]),
        note=_vintage_note(zone, city),
        widths=[16, 12, 16, 12, 16, 12],
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
            same.append(f"{year}年{used.printed}（{STATUS_ZH[used.status]}）")
        else:
            moved.append(f"{year}年{start.printed}→{used.printed}")
    parts = [
        f"{city.name}由最早公布到评估所用版本：{'，'.join(moved)}" if moved else "",
        f"只有一个版本或未变：{'，'.join(same)}" if same else "",
    ]
    return "；".join(part for part in parts if part) + "（亿元）。"


def compare_reading(evaluation: Evaluation, zone: Series, city: City) -> str:
    """Say whether the zone grew faster or slower, and whether the vintage changes that."""
    pairs = _pairs(zone, city)
    if not pairs:
        return ""
    used, first = pairs[USED], pairs[FIRST]
    name = own_name(evaluation)
    parts = []
    for (_, a), (_, b) in zip(used.iterrows(), first.iterrows(), strict=True):
        span = f"{a['from_year']:.0f}—{a['to_year']:.0f}年"
        if pd.isna(a["difference_pp"]) or pd.isna(b["difference_pp"]):
            parts.append(f"{span}缺少{city.name}的数值，未比较")
            continue
        same = (a["difference_pp"] > 0) == (b["difference_pp"] > 0)
        tail = "换用最早公布版本方向不变" if same else "换用最早公布版本方向相反"
        parts.append(
            f"{span}{name}现价年均增速比{city.name}{_side(a['difference_pp'])}，"
            f"{tail}（{signed(b['difference_pp'])}个百分点）"
        )
    return (
        f"{'；'.join(parts)}。评估对{city.name}采用截至{evaluation.as_of}可知的最新版本；"
        f"{name}的来源没有说明其数字是否随普查或最终核实修订，两边的修订未必对称。"
    )


def _side(points: float) -> str:
    return f"{'高' if points > 0 else '低'}{abs(points):.1f}个百分点"


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
        return f"能与上级地区同年对照的{name}数值不足两年，不画比重图。"
    shown = frame[frame["series"] == USED].set_index("year")["value"]
    verb = "升至" if shown.iloc[-1] > shown.iloc[0] else "降至"
    return line_chart(
        frame,
        f"{name}占{city.name}的比重由{years[0]}年的{shown.iloc[0]:.2f}%"
        f"{verb}{years[-1]}年的{shown.iloc[-1]:.2f}%（{USED}）",
        digits=2,
        height=2.6,
        subtitle=f"{name}地区生产总值占{city.name}的比重（现价，%），{years[0]}—{years[-1]}年；"
        "只有标记处有数值",
        source=sources(evaluation, [*zone.data, *_ends(zone, city)]),
        alt="；".join(
            f"{series}："
            + "，".join(f"{y}年{v:.2f}%" for y, v in zip(r.year, r.value, strict=True))
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
    text = (
        f"比重随{city.name}数据的版本而变：{year}年换用最早公布版本，"
        f"比重变动{signed(gap, 2)}个百分点。"
    )
    if abs(gap) < 0.005:
        text = f"这些年份{city.name}只有一个版本的数据，比重不受版本影响。"
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
    listed = "、".join(
        f"{period_zh(item.period)}为{item.printed}%（{plain(f'[{item.source}]')}）"
        for item in found
    )
    low, high = computed.min(), computed.max()
    fits = all(low <= item.value <= high for item in found)
    return (
        f"另有公布的非全年比重：{listed}，"
        f"{'在' if fits else '不在'}按年度数算得的{low:.2f}%至{high:.2f}%之内；"
        "期间与口径都可能不同，不作调和。"
    )
