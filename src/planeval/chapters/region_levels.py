"""Zone, city and province side by side: growth over the same years, and each one's share above."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from analysis.data.series import Datum, Series
from analysis.growth.rates import cagr
from analysis.targets.evaluation import Evaluation
from planeval.chapters.cells import sources
from planeval.chapters.region import City, known_series, parent
from planeval.chapters.zone import own_name
from planeval.show.table import Table, number
from planeval.words.language import say


def province(evaluation: Evaluation) -> tuple[str, Series]:
    """Return name and series of the region above the region above, empty where there is none."""
    above = parent(evaluation)
    code = evaluation.data.regions[above]["parent"] if above else None
    return (evaluation.data.name(code) if code else ""), known_series(evaluation, code, "gdp")


def spans(own: Series, top: Series) -> list[tuple[int, int]]:
    """Return the zone's own intervals, and one up to the province's last year if it is another.

    The last one starts at the latest year for which the zone has a figure, too.
    """
    years = [item.year for item in own.data if item.status != "derived"]
    found = list(pairwise(years))
    if top.last is not None and top.last.year not in years:
        before = [year for year in years if year < top.last.year]
        if before:
            found.append((before[-1], top.last.year))
    return sorted(found)


def levels_table(evaluation: Evaluation, own: Series, city: City, key: str = "") -> Table | str:
    """Return growth of the three and the shares at the end of each span, current prices."""
    name, top = province(evaluation)
    ends = spans(own, top)
    if not ends or not top.data or not city.nominal.data:
        return say("没有市、省两级与本区同期的数值，三级走势不作对照。")
    rows, used = [], []
    for a, b in ends:
        pairs = [(s.at(a), s.at(b)) for s in (own, city.nominal, top)]
        used += [item for pair in pairs for item in pair]
        last = [pair[1] for pair in pairs]
        rows.append(
            {
                say("区间"): say("{}—{}年", a, b),
                **{
                    place: number(_rate(pair, b - a))
                    for place, pair in zip(
                        (own_name(evaluation), city.name, name), pairs, strict=True
                    )
                },
                say("末年本区占市（%）"): number(_share(last[0], last[1]), 2),
                say("末年市占省（%）"): number(_share(last[1], last[2]), 2),
            }
        )
    return Table(
        pd.DataFrame(rows),
        say("{}、{}与{}同一区间的年均增速（现价，%）", own_name(evaluation), city.name, name),
        source=sources(evaluation, used),
        note=say(
            "三级都取评估日可知的最新版本，省、市的多数年份经普查修订，本区未见修订；“—”为一端没有公布值，不用相邻年份代替。"
        ),
        align=["left", *["right"] * 5],
        key=key,
    )


def _rate(pair: tuple[Datum | None, Datum | None], years: int) -> float | None:
    a, b = pair
    return 100 * cagr(a.value, b.value, years) if a is not None and b is not None else None


def _share(part: Datum | None, whole: Datum | None) -> float | None:
    return 100 * part.value / whole.value if part is not None and whole is not None else None


def levels_reading(evaluation: Evaluation, own: Series, city: City) -> str:
    """Rank the three over each span for which all are known."""
    name, top = province(evaluation)
    said = []
    for a, b in spans(own, top):
        rates = {
            place: _rate((s.at(a), s.at(b)), b - a)
            for place, s in (
                (own_name(evaluation), own),
                (city.name, city.nominal),
                (name, top),
            )
        }
        known = {place: rate for place, rate in rates.items() if rate is not None}
        if len(known) < 3:
            continue
        order = sorted(known, key=lambda place: -known[place])
        listed = say("、").join(say("{}{}%", place, number(known[place])) for place in order)
        said.append(say("{}—{}年现价年均增速由高到低为{}", a, b, listed))
    return say("；").join(said) + say("。") * bool(said)
