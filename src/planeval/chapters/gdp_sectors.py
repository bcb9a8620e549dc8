"""What each sector added to growth at current prices, for the region above and the zone."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from analysis.data.series import Datum, Series, annual_series
from analysis.growth.indices import contributions
from analysis.targets.evaluation import Evaluation
from planeval.chapters.cells import sources
from planeval.chapters.region import City, known_series, parent
from planeval.chapters.zone import own_name
from planeval.show.table import Table, number
from planeval.words.language import Terms, say

SECTORS = Terms(
    {
        "primary_va": "第一产业",
        "secondary_va": "第二产业",
        "services_va": "第三产业",
    }
)
REST = "residual"  # the column of growth that no sector accounts for


def city_spans(evaluation: Evaluation) -> tuple[pd.DataFrame, list[Datum]]:
    """Return contributions of the three sectors by five-year span, percentage points.

    The whole is the sectors' own sum: all three are of one batch of publications, while the
    total in use may have been revised since.
    """
    found = {code: known_series(evaluation, parent(evaluation), code) for code in SECTORS}
    parts = pd.DataFrame({code: series.values() for code, series in found.items()}).dropna()
    years = [int(year) for year in parts.index]
    ends = [y for y in years if y in (years[0], years[-1]) or y % 5 == 0]
    if len(ends) < 2:
        return pd.DataFrame(), []
    parts = parts.loc[ends]
    made = contributions(parts, parts.sum(axis=1)).drop(columns=REST)
    made.insert(0, "span", [say("{}—{}年", a, b) for a, b in pairwise(ends)])
    used = [item for series in found.values() for item in series.data if item.year in ends]
    return made, used


def zone_span(evaluation: Evaluation, own: Series) -> tuple[pd.DataFrame, list[Datum]]:
    """Return the services' contribution to the zone's growth, the rest in one piece."""
    services = annual_series(
        evaluation.data,
        evaluation.plan.region,
        "services_va",
        caliber=own.caliber,
        as_of=evaluation.as_of,
        until=evaluation.year,
    )
    both = [
        (whole, piece)
        for whole in own.data
        if (piece := services.at(whole.year)) is not None
        and whole.source == piece.source  # one document, one caliber
        and "derived" not in (whole.status, piece.status)
    ]
    if len(both) < 2:
        return pd.DataFrame(), []
    years = [whole.year for whole, _ in both]
    whole = pd.Series([item.value for item, _ in both], index=years)
    parts = pd.DataFrame({"services_va": [piece.value for _, piece in both]}, index=years)
    made = contributions(parts, whole)
    made.insert(0, "span", [say("{}—{}年", a, b) for a, b in pairwise(years)])
    return made, [item for pair in both for item in pair]


def sectors_table(evaluation: Evaluation, own: Series, city: City, key: str = "") -> Table | str:
    """Return contributions by sector over each span; every row sums to the total growth."""
    columns = {**dict(SECTORS.items()), REST: say("其余（未分行业）")}
    rows, used = [], []
    for name, (made, items) in (
        (own_name(evaluation), zone_span(evaluation, own)),
        (city.name, city_spans(evaluation)),
    ):
        used += items
        for _, row in made.iterrows():
            parts = {column: row.get(column) for column in columns}
            total = sum(float(x) for x in parts.values() if x is not None)
            cells = {columns[c]: number(x) for c, x in parts.items()}
            rows.append(
                {
                    say("地区"): name,
                    say("时期"): row["span"],
                    say("总增幅（%）"): number(total),
                    **cells,
                }
            )
    if not rows:
        return say("在所定日期之前，没有分产业的增加值可以核算拉动。")
    return Table(
        pd.DataFrame(rows),
        say("各产业对地区生产总值增长的拉动（现价，百分点）"),
        source=sources(evaluation, used),
        note=say(
            "拉动＝产业增加值的增量÷期初总量，各项之和等于总增幅（整个时期，不是年均）。{}的总量用三次产业同批公布数之和，没有随普查修订，与前文修订后的总量不同；现价拉动含价格变化。",
            city.name or say("上级地区"),
        ),
        align=["left", "left", *["right"] * 5],
        key=key,
    )


def sectors_reading(evaluation: Evaluation, own: Series, city: City) -> str:
    """Say which sector carried growth in the first and the last span."""
    made, _ = city_spans(evaluation)
    text = ""
    if len(made):
        said = []
        for _, row in (made.iloc[[0]] if len(made) == 1 else made.iloc[[0, -1]]).iterrows():
            parts = row[list(SECTORS)].astype(float)
            total = float(parts.sum())
            top = str(parts.index[int(parts.to_numpy().argmax())])
            share = say("，占{}%", number(100 * float(parts[top]) / total)) if total > 0 else ""
            said.append(
                say(
                    "{}{}拉动最多，为{}个百分点{}",
                    row["span"],
                    SECTORS[top],
                    number(float(parts[top])),
                    share,
                )
            )
        text = say("{}：{}（现价）。", city.name, say("；").join(said))
    zone, _ = zone_span(evaluation, own)
    for _, row in zone.iterrows():
        total = float(row["services_va"]) + float(row[REST])
        text += say(
            "{}{}现价总增幅{}%中，第三产业拉动{}个百分点，其余{}个百分点属于第一、第二产业，没有分开公布。",
            own_name(evaluation),
            row["span"],
            number(total),
            number(float(row["services_va"])),
            number(float(row[REST])),
        )
    return text
