"""What the zone has to supply before the environment targets can be judged."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.targets.evaluation import Evaluation
from planeval.chapters.carbon_energy import balance_years
from planeval.chapters.environment_air import published
from planeval.show.table import Table
from planeval.words.language import mark, say

DOMAIN = "environment"
BALANCE = mark("能源平衡表（分品种消费量、加工转换、折标准煤系数）")
YEARLY = mark("逐年")
# what to ask for, every year: material and the indicators it serves
NEEDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        BALANCE,
        (
            "energy_intensity_reduction",
            "industry_energy_reduction",
            "co2_intensity_reduction",
            "co2_intensity",
        ),
    ),
    (
        mark("可比价生产总值与不变价基期"),
        (
            "energy_intensity_reduction",
            "co2_intensity_reduction",
            "co2_intensity",
            "water_intensity_reduction",
        ),
    ),
    (mark("可比价规上工业增加值"), ("industry_energy_reduction",)),
    (mark("用水总量"), ("water_intensity_reduction",)),
    (mark("化学需氧量（COD）排放量，核算与减排口径分列"), ("cod",)),
    (mark("二氧化硫（SO2）排放量，核算与减排口径分列"), ("so2",)),
    (mark("氨氮（NH3-N）排放量，核算与减排口径分列"), ("nh3n",)),
    (mark("氮氧化物（NOx）排放量，核算与减排口径分列"), ("nox",)),
    (mark("PM2.5年均浓度，附站点和有效天数"), ("pm25",)),
    (mark("空气质量优良天数比率，附站点和有效天数"), ("good_air",)),
    (mark("市控断面水质类别，分断面"), ("good_water",)),
)


def needs_table(evaluation: Evaluation, key: str = "") -> Table:
    """Return what the zone has to supply: material, which targets it serves, what exists."""
    items = evaluation.of(domain=DOMAIN)
    place = evaluation.data.name(evaluation.plan.region)
    rows = []
    for material, codes in NEEDS:
        served = [item.target.name for item in items if item.target.indicator in codes]
        rows.append(
            {
                say("资料"): say(material),
                say("频度"): say(YEARLY),
                say("对应的目标"): say("、").join(served) or say("本规划未列"),
                say("现有年份"): balance_years(evaluation)
                if material == BALANCE
                else _existing(evaluation, codes),
            }
        )
    ordered = sorted(rows, key=lambda row: row[say("对应的目标")] == say("本规划未列"))
    return Table(
        pd.DataFrame(ordered),
        say("待补数据：请{}提供（{}年起）", place, evaluation.plan.base_year),
        note=say("由上级下达的目标另须提供下达文件、日期和数值。“无”指按所定日期没有公布值。"),
        align=["left"] * 4,
        key=key,
    )


def _existing(evaluation: Evaluation, codes: Sequence[str]) -> str:
    if len(codes) > 1:  # a material behind several targets is not itself a series
        return say("无")
    caliber = "municipal_sections" if codes[0] == "good_water" else "plan"
    years = [item.period for item in published(evaluation, codes[0], caliber)]
    return say("、").join(years) or say("无")
