"""Names out of the data in the language spoken: targets, plans, regions, stages, what is due.

The analysis carries names as its tables do, in Chinese and in English side by side, and codes;
here is the word for each. English writes a name within a sentence in lower case; which words are
names, :func:`make_names_known` tells the language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from planeval.words.language import Terms, either, make_known, say, worded

if TYPE_CHECKING:
    from analysis.data.observations import Data
    from analysis.data.plan import Plan

#: How far a figure has come, by its code in the observations.
STATUS_ZH = Terms(
    {
        "derived": "推算数",
        "first_estimate": "初步数",
        "reported": "公布数",
        "final": "最终核实数",
        "revised": "修订数",
    }
)
#: How what a plan wants for a year stands: code -> Chinese, English, in the order it is shown.
DUE: dict[str, tuple[str, str]] = {
    "late": ("逾期", "late"),
    "due": ("到期", "due"),
    "not_due": ("未到期", "not due yet"),
    "unknown": ("无公布习惯可循", "no habit to go by"),
    "published": ("已公布", "published"),
}
#: Whose habit says when a figure is due: code -> Chinese, English.
DUE_BY: dict[str, tuple[str, str]] = {
    "own": ("本指标历年", "the indicator's earlier years"),
    "region": ("同一地区各指标", "all indicators of the region"),
    "plan": ("规划期限", "the plan's own term"),
    "none": ("无", "none"),
}


def make_names_known(plan: Plan) -> None:
    """Make the names of a plan and its data known to the language, for whoever says them.

    To be called for the plan that a text is about, before the text is tidied.

    Examples
    --------
    >>> from analysis.data.plan import load_plan
    >>> from planeval.words.language import in_sentences
    >>> make_names_known(load_plan("jiaxing-14fyp"))
    >>> in_sentences("Of these, Container throughput is behind.")
    'Of these, container throughput is behind.'
    """
    measured = [str(row["name_en"]) for row in plan.data.indicators.values()]
    places = (str(row["name_en"]) for row in plan.data.regions.values())
    make_known([*measured, *(target.name_en for target in plan.targets)], places)


def name_of(thing: Any) -> str:
    """Return the name of a target, or of whatever else carries one as the tables do.

    Examples
    --------
    >>> from analysis.data.plan import load_plan
    >>> from planeval.words.language import speaking
    >>> gdp = load_plan("jiaxing-14fyp").target("gdp")
    >>> name_of(gdp)
    '地区生产总值（GDP）'
    >>> with speaking("en"):
    ...     name_of(gdp)
    'Gross domestic product'
    """
    return str(worded(thing, "name"))


def group_of(target: Any) -> str:
    """Return the name of a target's group.

    Examples
    --------
    >>> from analysis.data.plan import load_plan
    >>> group_of(load_plan("jiaxing-14fyp").target("gdp"))
    '经济发展'
    """
    return str(worded(target, "group"))


def region_name(data: Data, region: str) -> str:
    """Return a region's name.

    Examples
    --------
    >>> from analysis.data.observations import load
    >>> region_name(load(), "zhapu-port")
    '乍浦港区'
    """
    return name_of(data.regions[region])


def measure_name(data: Data, region: str, indicator: str) -> str:
    """Return what a series measures, with its place.

    Examples
    --------
    >>> from analysis.data.observations import load
    >>> from planeval.words.language import speaking
    >>> measure_name(load(), "jiaxing-port", "container_throughput")
    '嘉兴港（全港）集装箱吞吐量'
    >>> with speaking("en"):
    ...     measure_name(load(), "jiaxing-port", "container_throughput")
    'Port of Jiaxing (whole): Container throughput'
    """
    place, measure = region_name(data, region), name_of(data.indicators[indicator])
    return either(f"{place}{measure}", f"{place}: {measure}")


def dated(row: Mapping[str, Any]) -> str:
    """Return a document's date as it is printed, with the day it was public where that is later.

    Examples
    --------
    >>> import datetime as dt
    >>> day, later = dt.date(2023, 6, 30), dt.date(2025, 3, 1)
    >>> dated({"date": day, "known_from": day}), dated({"date": day, "known_from": later})
    ('2023-06-30', '文件日期2023-06-30，2025-03-01起公开')
    """
    if row["known_from"] == row["date"]:
        return str(row["date"])
    return say("文件日期{}，{}起公开", row["date"], row["known_from"])
