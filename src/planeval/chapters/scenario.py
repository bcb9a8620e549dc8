"""What the scenario chosen for a report means for a chapter's main target, in one sentence.

The numbers are those of :func:`analysis.targets.scenarios.target_scenarios`, so no chapter can
give a scenario other figures than the table of scenarios does.
"""

from __future__ import annotations

import numpy as np

from analysis.data.errors import InputError, nearest
from analysis.data.units import with_unit
from analysis.targets.evaluation import Evaluation
from analysis.targets.path import LEVELS, RATES
from analysis.targets.scenarios import SCENARIOS, WIDTH, TargetScenarios, target_scenarios
from analysis.targets.types import IndicatorEvaluation
from planeval.chapters.carbon import Carbon
from planeval.chapters.carbon_scenario import assigned, scenario
from planeval.chapters.cells import growth, plain
from planeval.show.table import number
from planeval.words import figures as amounts
from planeval.words.language import either, mark, say

# level less target: (above, below or at it; whether that meets the target)
_AGAINST = {
    (1, True): mark("，比{}年目标{}高{}，达到目标。"),
    (1, False): mark("，比{}年目标{}高{}，达不到目标。"),
    (-1, True): mark("，比{}年目标{}低{}，达到目标。"),
    (-1, False): mark("，比{}年目标{}低{}，达不到目标。"),
    (0, True): mark("，正好达到{}年目标{}。"),
    (0, False): mark("，与{}年目标{}相差无几而未达到。"),
}
# the same where too few values are published for a verdict
_THIN = {
    1: mark("，比{}年目标{}高{}；公布值太少，不据此判断目标能否实现。"),
    -1: mark("，比{}年目标{}低{}；公布值太少，不据此判断目标能否实现。"),
    0: mark("，与{}年目标{}相同；公布值太少，不据此判断目标能否实现。"),
}
_QUANTILE = {"baseline": 0.5, "low": 0.1, "high": 0.9}


def scenario_named(name: str) -> str:
    """Return the code of a scenario as it is.

    Raises
    ------
    InputError
        When there is no such scenario; the message names the nearest one.

    Examples
    --------
    >>> scenario_named("low")
    'low'
    """
    if name not in SCENARIOS:
        raise InputError(
            "没有这种情景",
            "no such scenario",
            column="scenario",
            value=name,
            expected=" / ".join(SCENARIOS),
            nearest=nearest(str(name), list(SCENARIOS)),
        )
    return name


def levels(item: IndicatorEvaluation, found: TargetScenarios, code: str) -> dict[int, float]:
    """Return the level of a scenario in every year after the latest figure, in the target's unit.

    Baseline, low and high are quantiles of the forecast year by year. The plan's way is even:
    level = latest·(1+g)^t with the same growth g each year, for shares and rates latest + t·d.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> made = evaluate("jiaxing-14fyp", 2024)
    >>> item = made.get("gdp")
    >>> levels(item, target_scenarios(item, made.plan), "plan")
    {2025: 300.0}
    """
    one, years = found.get(code), range(found.start_year + 1, found.year + 1)
    if code == "plan":
        growing = one.growth_pct is not None
        rate = 1 + (one.growth_pct or 0.0) / 100
        way = {
            year: found.start * rate ** (year - found.start_year)
            if growing
            else found.start + one.change * (year - found.start_year)
            for year in years
        }
        return way | {found.year: one.level}
    made = item.outlook.forecast
    if made is None:  # target_scenarios gives a reason instead
        return {}
    if code == "baseline":
        return {year: made.median(year) for year in years}
    end = 0 if code == "low" else 1
    return {year: made.interval(WIDTH, year)[end] for year in years}


def scenario_reading(evaluation: Evaluation, item: IndicatorEvaluation | None, name: str) -> str:
    """Say what the scenario chosen gives for a target in each year left, and against the target.

    Raises
    ------
    InputError
        When there is no such scenario.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> made = evaluate("jiaxing-14fyp", 2024)
    >>> print(scenario_reading(made, made.get("gdp"), "plan"))  # doctest: +ELLIPSIS
    情景“规划路径（达到目标）”下，...2025年为300.0亿元（自2024年起年均现价增长32.7%），正好达到2025年目标300亿元。
    """
    code = scenario_named(name)
    if item is None or item.target.kind not in LEVELS or item.target.target is None:
        return ""
    if evaluation.settled and not item.ahead:
        return ""  # no year is left for a scenario
    label, subject = either(*SCENARIOS[code]), plain(item.target.name)
    found = target_scenarios(item, evaluation.plan)
    if isinstance(found, str):
        return say("情景“{}”，{}：{}", label, subject, plain(found))
    told = say("、").join(
        say("{year}年为{value}", year=year, value=amounts.amount(value, found.unit, 1))
        for year, value in levels(item, found, code).items()
    )
    text = say("情景“{}”下，{}{}", label, subject, told)
    pace = found.get(code).growth_pct
    if pace is not None:
        basis = item.series.data[-1].price_basis if item.series else ""
        text += say("（自{}年起年均{}）", found.start_year, growth(pace, basis))
    return text + _against(evaluation, item, found, code)


def _against(
    evaluation: Evaluation, item: IndicatorEvaluation, found: TargetScenarios, code: str
) -> str:
    one = found.get(code)
    rate = evaluation.plan.data.indicators[item.target.indicator]["quantity"] in RATES
    points = rate and found.unit == "%"
    size = with_unit(number(abs(one.gap)), "个百分点" if points else found.unit)
    if one.gap_pct is not None and not rate:
        size += say("（{}%）", number(abs(one.gap_pct)))
    side = 0 if round(one.gap, 1) == 0 else 1 if one.gap > 0 else -1
    words = _THIN[side] if found.thin else _AGAINST[side, one.meets]
    goal = amounts.amount(found.goal, found.unit)
    return say(words, found.year, goal, size) if side else say(words, found.year, goal)


def co2_reading(found: Carbon, evaluation: Evaluation, name: str) -> str:
    """Say where the scenario chosen puts the city's CO2 at the plan's end; empty without one.

    Baseline, low and high are the 50 %, 10 % and 90 % quantiles of emissions drawn jointly with
    GDP, without any target; the plan's way needs the assigned reduction of intensity.

    Raises
    ------
    InputError
        When there is no such scenario.
    """
    code, made = scenario_named(name), scenario(found, evaluation)
    if isinstance(made, str):
        return ""
    label, given = either(*SCENARIOS[code]), assigned(evaluation)
    if code == "plan" and given is None:
        return say("情景“{}”：强度降幅没有下达，{}的排放量无从推算。", label, found.name)
    fall = made.falls if code != "plan" else given
    ends = made.gdp * made.start * (1.0 - np.asarray(fall))
    end = float(np.quantile(ends, _QUANTILE.get(code, 0.5)))
    return say(
        "情景“{}”下，{}{}年的排放量为{}（{}，比{}年{}）。",
        label,
        found.name,
        made.end,
        with_unit(number(end, 0), "万吨"),
        plain(found.labels[made.code]),
        made.base,
        growth(100 * (end / made.co2 - 1), "not_applicable"),
    )
