"""Why this forecast: from the published figures to the probability, step by step, as data.

Every step is a title, a sentence in Chinese and in English, and the numbers the sentence is made
of. Nothing is written by hand: a page, a table or a program shows the same steps.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from scipy.special import stdtrit

from analysis.forecast.checks import check_direction, check_number
from analysis.forecast.distribution import Forecast
from analysis.forecast.pace import (
    own_pace,
    pace_between,
    pace_of_drift,
    pace_unit,
    pace_words,
    value_words,
)
from analysis.forecast.record import record_of
from planeval.words.forecast import (
    Ingredients,
    engine_clauses,
    here_words,
    lean_words,
    moved_words,
    panel_clauses,
    reach_words,
    record_words,
    sentences,
    spoken_for,
)

#: Published values from which on a probability may be read as a verdict.
VERDICT_FROM = 3
_SHOWN = 8  # observations listed one by one, the latest ones
_BORROWING = ("pooled", "prior")
_COUNT_ZH = ("一个也没有", "只有一个", "只有两个")
_COUNT_EN = (
    "there is no {}observation",
    "there is only one {}observation",
    "there are only two {}observations",
)


@dataclass(frozen=True)
class Step:
    """One step from the figures to the probability.

    Parameters
    ----------
    key : str
        ``observed``, ``growth``, ``prior``, ``engine``, ``comparators``, ``distribution``,
        ``required``, ``probability`` or ``record``.
    title_zh, title_en, zh, en : str
        What the step is and what it says.
    numbers : dict
        The numbers behind the sentence; paces in the terms of the kind
        (`analysis.forecast.pace`), levels in the unit of the series, probabilities 0 to 1.
    """

    key: str
    title_zh: str
    title_en: str
    zh: str
    en: str
    numbers: dict[str, Any] = field(default_factory=dict)


def why(
    f: Forecast,
    target: float | None = None,
    year: int | None = None,
    direction: int = 1,
    *,
    unit: tuple[str, str] = ("", ""),
    published: int | None = None,
) -> list[Step]:
    """Return how a forecast came about, step by step.

    Parameters
    ----------
    f : Forecast
        Of any model.
    target : float, optional
        In the unit of the series; without one the steps on required growth and probability
        are left out.
    year : int, optional
        Year looked at, after the last observation; the last one asked for when left out.
    direction : {1, -1}
        1: at least the target. -1: at most the target.
    unit : tuple of str
        Unit of the series in Chinese and English, set behind levels.
    published : int, optional
        How many of the observations were published and not derived; all when left out. With
        fewer than three no probability is given, in words or numbers.

    Raises
    ------
    InputError
        A target that is not a finite number, another direction, a year out of range.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.forecast import forecast
    >>> f = forecast(pd.Series({2015: 100.0, 2020: 121.0}), until=2025, kind="count")
    >>> [step.key for step in why(f, 130, 2025)][:4]
    ['observed', 'growth', 'prior', 'engine']
    >>> why(f)[1].zh
    '2015—2020年每年 +4.2 个。'
    """
    check_direction(direction)
    seen = f.n if published is None else published
    when = f.years[-1] if year is None else year
    parts = f.ingredients(when)
    steps = [_observed(parts, seen, unit), _growth(parts)]
    if f.model in _BORROWING and not parts.rate_alone:
        steps.append(_prior(parts))
    steps += [_engine(parts), _comparators(f, parts), _distribution(f, when, unit)]
    if target is not None:
        goal = check_number(target, "target")
        steps.append(_required(f, parts, goal, direction, unit, verdict=seen >= VERDICT_FROM))
        steps.append(_probability(f, when, goal, direction, seen))
    return [*steps, _record(parts)]


def printed(value: float) -> str:
    """Return an observed figure with at most two decimals, more only where it is small.

    Examples
    --------
    >>> printed(125.98), printed(226.0), printed(0.0123), printed(0)
    ('125.98', '226', '0.0123', '0')
    """
    if 0 < abs(value) < 0.1 or abs(value) >= 1e12:
        return value_words(value)
    return f"{value:,.2f}".rstrip("0").rstrip(".").replace("-", "−")


def chance(probability: float, language: str) -> str:
    """Return a probability in whole per cents, never 0 or 100.

    Examples
    --------
    >>> chance(0.004, "zh"), chance(0.456, "en"), chance(0.999, "en")
    ('不足1%', '46%', 'above 99%')
    """
    if probability < 0.01:
        return "不足1%" if language == "zh" else "below 1%"
    if probability > 0.99:
        return "超过99%" if language == "zh" else "above 99%"
    return f"{100 * probability:.0f}%"


def _observed(p: Ingredients, seen: int, unit: tuple[str, str]) -> Step:
    figures = list(zip(p.years, p.values, strict=True))
    left = len(figures) - _SHOWN
    shown = figures[-_SHOWN:]
    derived = len(figures) - seen
    zh = "、".join(f"{year}年{printed(value)}" for year, value in shown) + unit[0]
    en = ", ".join(f"{year}: {printed(value)}" for year, value in shown)
    en += f" {unit[1]}" if unit[1] else ""
    zh = f"{len(figures)}个观测：" + (f"此前{left}个略，" if left > 0 else "") + zh
    en = f"{len(figures)} observations: " + (f"{left} earlier ones, then " if left > 0 else "") + en
    if len(figures) == 1:
        en = en.replace("observations", "observation", 1)
    if derived:
        zh += f"；其中{derived}个是推算值，公布的{seen}个"
        en += f"; {derived} of them derived, {seen} published"
    return Step(
        "observed",
        "观测值",
        "Observed figures",
        zh + "。",
        en + ".",
        {"figures": dict(figures), "published": seen},
    )


def _growth(p: Ingredients) -> Step:
    mean = own_pace(p.kind, p.years, p.values)
    gaps: dict[str, float | None] = {}
    if p.kind.rate:
        zh = f"每个观测本身就是一年的增速，平均{pace_words(p.kind, mean, 'zh')}"
        en = f"Each observation is growth already, {pace_words(p.kind, mean, 'en')} on average"
    elif mean is None:
        zh, en = "算不出增速", "No growth can be worked out"
        if len(p.years) < 2:
            zh, en = "只有一个观测，增速无从得知", "One observation: its growth is unknown"
    else:
        last = itertools.pairwise(list(zip(p.years, p.values, strict=True))[-_SHOWN:])
        for (a, x), (b, y) in last:
            gaps[f"{a}-{b}"] = pace_between(p.kind, x, y, b - a)
        zh, en = _gap_words(p, gaps, "zh"), _gap_words(p, gaps, "en")
        if len(p.years) > 2:
            zh += f"；全期平均{pace_words(p.kind, mean, 'zh')}"
            en += f"; over the whole span {pace_words(p.kind, mean, 'en')}"
    return Step(
        "growth",
        "各段增速",
        "Growth over each gap",
        zh + "。",
        en + ".",
        {"gaps": gaps, "mean": mean},
    )


def _gap_words(p: Ingredients, gaps: dict[str, float | None], language: str) -> str:
    dash, year, comma = ("–", ": ", ", ") if language == "en" else ("—", "年", "，")
    return comma.join(
        f"{span.replace('-', dash)}{year}{pace_words(p.kind, pace, language)}"
        for span, pace in gaps.items()
    )


def _prior(p: Ingredients) -> Step:
    """Say the kind's centre, how far single years lie from it, and where that was learned."""
    prior, level = p.own_prior, float(p.values[-1])
    reach = float(stdtrit(prior.nu, 0.9)) * math.sqrt(
        prior.s2 * (1 + prior.swing + 1 / prior.kappa)
    )
    ends = [pace_of_drift(p.kind, prior.m + side * reach, level) for side in (-1, 1)]
    zh_low, zh_high = (pace_words(p.kind, end, "zh").removeprefix("每年 ") for end in ends)
    low, high = (pace_words(p.kind, end, "en") for end in ends)
    zh = (
        f"同类（{p.kind.zh}）的中心{pace_words(p.kind, p.centre, 'zh')}，"
        f"单独一年有80%的把握落在{zh_low}至{zh_high}{here_words(p.kind, 'zh')}"
    )
    en = (
        f"The centre of the kind ({p.kind.en}) is {pace_words(p.kind, p.centre, 'en')}; a single "
        f"year lies between {low} and {high} with 80% probability{here_words(p.kind, 'en')}"
    )
    return Step(
        "prior",
        "同类的历史经验（先验）",
        "What its kind does (prior)",
        sentences([zh, *panel_clauses(p, "zh")], "zh"),
        sentences([en, *panel_clauses(p, "en")], "en"),
        {"centre": p.centre, "low80": ends[0], "high80": ends[1], "n_series": prior.n_series},
    )


def _engine(p: Ingredients) -> Step:
    return Step(
        "engine",
        "本序列与同类怎样合在一起",
        "How the series and its kind were put together",
        sentences(engine_clauses(p, "zh"), "zh"),
        sentences(engine_clauses(p, "en"), "en"),
        {
            "model": p.model,
            "weight_own": p.weight_own,
            "drift": pace_of_drift(p.kind, p.drift, float(p.values[-1])),
            "own": own_pace(p.kind, p.years, p.values),
            "centre": p.centre,
            "ahead": p.pace_ahead,
        },
    )


def _comparators(f: Forecast, p: Ingredients) -> Step:
    title = "参照序列", "Comparable series"
    if p.alone is None:
        return Step(
            "comparators", *title, "没有使用参照序列。", "No comparable series were used.", {}
        )
    return Step(
        "comparators",
        *title,
        sentences([lean_words(p, "zh"), reach_words(p, "zh")], "zh"),
        sentences([lean_words(p, "en"), reach_words(p, "en")], "en"),
        {
            "names": list(f.comparators),
            "median_without": p.alone.median,
            "median": p.ahead.median,
            "interval80_without": (p.alone.low, p.alone.high),
            "interval80": (p.ahead.low, p.ahead.high),
            "moved": moved_words(p.kind, p.alone.median, p.ahead.median),
        },
    )


def _distribution(f: Forecast, year: int, unit: tuple[str, str]) -> Step:
    ranges = {level: f.interval(level, year) for level in (50, 80, 95)}
    middle = f.median(year)
    zh = "，".join(f"{level}%区间{_ends(ends, '至')}" for level, ends in ranges.items())
    en = ", ".join(f"{level}% {_ends(ends, ' to ')}" for level, ends in ranges.items())
    behind = f" {unit[1]}" if unit[1] else ""
    return Step(
        "distribution",
        f"{year}年的分布",
        f"The distribution of {year}",
        f"中位数{value_words(middle)}{unit[0]}；{zh}。",
        f"Median {value_words(middle)}{behind}; {en}.",
        {"year": year, "median": middle, **{f"interval{k}": v for k, v in ranges.items()}},
    )


def _ends(ends: Sequence[float], between: str) -> str:
    return between.join(value_words(end) for end in ends)


def _required(
    f: Forecast,
    p: Ingredients,
    goal: float,
    direction: int,
    unit: tuple[str, str],
    *,
    verdict: bool,
) -> Step:
    """Hold the growth the target needs against the growth the forecast gives."""
    latest, ahead = float(p.values[-1]), p.ahead
    needed = pace_between(p.kind, latest, goal, ahead.steps)
    tails = [float(f.quantile(q, ahead.year)) for q in (0.1, 0.5, 0.9)]
    paces = [pace_between(p.kind, latest, end, ahead.steps) for end in tails]
    below = 1 - f.probability(goal, ahead.year)
    zh_paces = "、".join(pace_words(p.kind, one, "zh").removeprefix("每年 ") for one in paces)
    en_paces = ", ".join(pace_words(p.kind, one, "en") for one in paces)
    side_zh, side_en = ("至少", "at least") if direction == 1 else ("至多", "at most")
    behind = f" {unit[1]}" * bool(unit[1])
    head_zh, head_en = f"{side_zh}{printed(goal)}{unit[0]}", f"{side_en} {printed(goal)}{behind}"
    rate = pace_unit(p.kind) == "rate"
    if needed is None:
        zh, en = f"目标{head_zh}，增速无定义", f"Target {head_en}: growth is undefined"
    elif rate:
        zh, en = f"目标{head_zh}", f"Target {head_en}"
    else:
        zh = f"目标{head_zh}，要求{_needed_zh(p, needed, f.last_year + 1)}"
        en = f"Target {head_en} needs {pace_words(p.kind, needed, 'en')} up to {ahead.year}"
    what = ("预测值", "the forecast") if rate else ("预测的年均变化", "the growth forecast")
    zh += f"；{what[0]}的10%、50%、90%分位数为{zh_paces}"
    en += f"; quantiles 10, 50, 90% of {what[1]}: {en_paces}"
    if verdict:
        zh += f"；低于目标的概率{chance(below, 'zh')}"
        en += f"; probability below the target {chance(below, 'en')}"
    return Step(
        "required",
        "目标要求的增速",
        "Growth the target needs",
        zh + "。",
        en + ".",
        {"target": goal, "needed": needed, "quantiles": paces, "below": below if verdict else None},
    )


def _needed_zh(p: Ingredients, needed: float, first: int) -> str:
    """Return what the target needs: "2025年增速32.7%", "2021—2025年变动每年 +0.20 个百分点"."""
    words = pace_words(p.kind, needed, "zh")
    what = "增速" if pace_unit(p.kind) == "percent" else "变动"
    if p.ahead.steps == 1:
        return f"{first}年{what}{words.removeprefix('每年 ')}"
    return f"{first}—{p.ahead.year}年{what}{words}"


def _probability(f: Forecast, year: int, goal: float, direction: int, seen: int) -> Step:
    if seen < VERDICT_FROM:
        few = _COUNT_EN[seen].format("published " * (seen < f.n)).capitalize()
        return Step(
            "probability",
            "达到目标的概率（不下结论）",
            "Probability of the target (no verdict)",
            f"{'公布的' if seen < f.n else ''}观测{_COUNT_ZH[seen]}，不下结论。",
            f"{few}: no verdict.",
            {"probability": None, "without": None, "verdict": False},
        )
    now = f.probability(goal, year, direction)
    before = f.alone.probability(goal, year, direction) if f.alone else None
    zh, en = chance(now, "zh"), chance(now, "en")
    if before is not None:
        zh = f"用参照序列{zh}，不用{chance(before, 'zh')}"
        en = f"{en} with comparable series, {chance(before, 'en')} without"
    return Step(
        "probability",
        "达到目标的概率",
        "Probability of the target",
        f"达到目标的概率：{zh}。",
        f"Probability of meeting the target: {en}.",
        {"probability": now, "without": before, "verdict": True},
    )


def _record(p: Ingredients) -> Step:
    found = record_of(p.kind.name, p.years) if spoken_for(p) else None
    return Step(
        "record",
        "回测记录",
        "Back-test record",
        sentences([record_words(p, "zh")], "zh"),
        sentences([record_words(p, "en")], "en"),
        {} if found is None else vars(found),
    )
