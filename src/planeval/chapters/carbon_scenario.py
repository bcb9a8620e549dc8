"""What an intensity target still to be assigned would mean for the city's CO2: GDP × intensity.

The reductions are parameters, not targets. GDP is known to the last published year and drawn
from its forecast after it; without any target GDP and emissions are drawn together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.decoupling import paths as paths_module
from analysis.forecast import forecast
from analysis.forecast.joint import joint_paths
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from planeval.chapters.carbon import INVENTORIES, LEFT_OUT, Carbon
from planeval.chapters.carbon_trends import _unbroken
from planeval.chapters.cells import plain, signed, sources
from planeval.show.table import Table, number
from planeval.words import figures as amounts
from planeval.words.language import say

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
        say("目标"): target.name,
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
