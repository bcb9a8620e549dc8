"""Trends of the city's emissions and their intensity, and breaks in years named beforehand.

Emissions are physical quantities; intensity rests on GDP at constant prices. A trend says how
fast, never why.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.data.errors import InputError
from analysis.growth.series import require_consecutive
from analysis.targets.evaluation import Evaluation
from analysis.trend.base import POINTS_FOR_TREND
from analysis.trend.breaks import BreakTest, break_test
from analysis.trend.fit import log_linear_trend
from analysis.trend.local import local_trend
from planeval.chapters.base import View
from planeval.chapters.carbon import INVENTORIES, LEFT_OUT, Carbon, growth_words
from planeval.chapters.cells import plain, sources
from planeval.chapters.models import Models, models, models_chart, models_reading, models_table
from planeval.chapters.trends import warning_words
from planeval.show.table import Table, number, percent
from planeval.words.language import say, worded

#: Named before any test was run, not searched for: 2012, from where emissions of the region are
#: usually described as flatter, and 2020, the epidemic year and the fourteenth plan's base year.
BREAK_YEARS = (2012, 2020)
LEVEL = 0.05
AHEAD = 2


def subjects(found: Carbon) -> dict[str, pd.Series]:
    """Return the series trends are fitted to: emissions and intensity by inventory.

    The first inventory's emissions stand a second time from the first break year on, which
    shows how much a jump before it weighs.
    """
    chosen: dict[str, pd.Series] = {}
    for code, figures in found.emissions.items():
        chosen[say("排放量（{}）", found.labels[code])] = figures.values()
    first = found.emissions.get(INVENTORIES[0])
    if first is not None:
        late = first.values().loc[BREAK_YEARS[0] :]
        chosen[say("排放量（{}，{}年起）", found.labels[INVENTORIES[0]], BREAK_YEARS[0])] = late
    for code, values in found.intensity.items():
        chosen[say("强度（{}）", found.labels[code])] = values
    return {name: values for name, values in chosen.items() if len(values) >= POINTS_FOR_TREND}


def trends_table(found: Carbon, evaluation: Evaluation, key: str = "") -> Table | str:
    """Return log-linear trends with HAC intervals and the growth of a drifting trend today."""
    if not found.emissions:
        return say(LEFT_OUT)
    chosen = subjects(found)
    if not chosen:
        return say("{}的排放序列都不足{}个年度值，不拟合趋势。", found.name, POINTS_FOR_TREND)
    rows = [_trend_row(name, values) for name, values in chosen.items()]
    shared = _shared([row[say("提示")] for row in rows])
    frame = pd.DataFrame(
        [row | {say("提示"): _own_words(row[say("提示")], shared)} for row in rows]
    )
    return Table(
        frame,
        say("{}二氧化碳排放量与强度的趋势（%/年）", found.name),
        source=sources(evaluation, [*found.used, *found.city.index.data]),
        note=say(
            "排放量为实物量，强度按{}年可比价生产总值计算。对数线性趋势的区间按Newey–West协方差（“阶”为滞后阶数）；DW为德宾—沃森统计量，越低于2，残差自相关越强；末年趋势增速来自局部线性趋势，只用当年及以前的数据。",
            found.base or "—",
        )
        + _shared_note(shared),
        align=["left", "left", "right", "left", "right", "left", "left"],
        key=key,
    )


def _trend_row(name: str, values: pd.Series) -> dict[str, Any]:
    fit, now = log_linear_trend(values), local_trend(values)
    codes = tuple(dict.fromkeys((*fit.warnings, *now.warnings)))
    statistic = fit.durbin_watson
    return {
        say("序列"): name,
        say("期间"): say("{}—{}", fit.first_year, fit.last_year),
        say("观测数"): fit.n,
        say("趋势增速（95%区间）"): say(
            "{}（{}至{}；{}阶）",
            number(fit.growth_pct),
            number(fit.lo_pct),
            number(fit.hi_pct),
            fit.hac_lags,
        ),
        "DW": "—" if statistic is None else number(statistic, 2),
        say("末年趋势增速（95%区间）"): say(
            "{}（{}至{}）",
            number(now.growth_pct),
            number(now.growth_lo_pct),
            number(now.growth_hi_pct),
        ),
        say("提示"): codes,
    }


def _shared(groups: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the warning codes that every row has, in the order of the first row."""
    known = [group for group in groups if group]
    return tuple(code for code in known[0] if all(code in g for g in known)) if known else ()


def _own_words(codes: tuple[str, ...], shared: tuple[str, ...]) -> str:
    return warning_words(tuple(code for code in codes if code not in shared))


def _shared_note(shared: tuple[str, ...]) -> str:
    return say("各行共同的提示：{}。", warning_words(shared)) if shared else ""


def trends_reading(found: Carbon) -> str:
    """Read the trends: pace by inventory, the weight of early jumps, and trust in the bounds."""
    chosen = subjects(found)
    if not chosen:
        return ""
    parts = []
    shaky = 0
    for name, values in chosen.items():
        fit = log_linear_trend(values)
        shaky += "autocorrelated" in fit.warnings
        bounds = say("95%区间{}至{}", percent(fit.lo_pct), percent(fit.hi_pct))
        if fit.growth_pct < 0:
            bounds = say("即{}，{}", percent(fit.growth_pct), bounds)
        if fit.lo_pct < 0 < fit.hi_pct:
            bounds = say("{}，含零，升降不能断定", bounds)
        parts.append(
            say(
                "{}在{}—{}年年均{}（{}）",
                plain(name),
                fit.first_year,
                fit.last_year,
                growth_words(fit.growth_pct),
                bounds,
            )
        )
    text = say("；").join(parts) + say("。")
    if shaky:
        text += (
            say("{}条趋势的残差全部高度自相关", shaky)
            if shaky == len(chosen)
            else say("{}条趋势中有{}条的残差高度自相关", len(chosen), shaky)
        ) + say("，区间偏窄；增速并非一条直线，全期趋势不代表近年，近年看末年趋势增速。")
    return text


def break_rows(found: Carbon) -> list[dict]:
    """Return break tests of emissions in the years named beforehand, with a reason where none.

    Tested on the last unbroken stretch of years, in growth form. Keys: code, year, test,
    reason, span.
    """
    rows = []
    for code, series in found.emissions.items():
        values = _unbroken(series.values())
        span = say("{}—{}", values.index[0], values.index[-1])
        for year in BREAK_YEARS:
            test: BreakTest | None = None
            reason = ""
            try:
                test = break_test(values, year)
            except InputError as error:  # the reason is what the reader needs
                reason = worded(error)
            rows.append({"code": code, "year": year, "test": test, "reason": reason, "span": span})
    return rows


def _unbroken(values: pd.Series) -> pd.Series:
    """Return the last stretch of consecutive years."""
    start = len(values) - 1
    while start > 0 and values.index[start - 1] == values.index[start] - 1:
        start -= 1
    part = values.iloc[start:]
    require_consecutive(part)
    return part


def breaks_table(found: Carbon, evaluation: Evaluation, key: str = "") -> Table | str:
    """Return the break tests with p-values, or for each the reason it was not made."""
    rows = break_rows(found)
    if not rows:
        return ""
    shared = _shared([row["test"].warnings for row in rows if row["test"] is not None])
    frame = pd.DataFrame([_break_row(found, row, shared) for row in rows])
    return Table(
        frame,
        say("{}二氧化碳排放量：事先指定年份的断点检验", found.name),
        source=sources(evaluation, found.used),
        note=say(
            "Chow检验，对数的一阶差分形式；原假设为水平与增速都不变。同时做{}个检验，按Bonferroni校正后单个检验的显著水平为{}。",
            sum(r["test"] is not None for r in rows),
            number(_threshold(rows), 4),
        )
        + _shared_note(shared),
        align=["left", "left", "left", "right", "right", "right", "right", "left"],
        key=key,
    )


def _threshold(rows: list[dict]) -> float:
    return LEVEL / max(sum(row["test"] is not None for row in rows), 1)


def _break_row(found: Carbon, row: dict, shared: tuple[str, ...]) -> dict[str, str]:
    test: BreakTest | None = row["test"]
    blank = "—"
    return {
        say("清单"): found.labels[row["code"]],
        say("期间"): row["span"],
        say("断点年"): str(row["year"]),
        say("p值"): blank if test is None else number(test.p_value, 3),
        say("此前增速（%/年）"): blank if test is None else number(test.growth_before_pct),
        say("此后增速（%/年）"): blank if test is None else number(test.growth_after_pct),
        say("水平变化（%）"): blank if test is None else number(test.level_change_pct, sign=True),
        say("提示"): plain(row["reason"]) if test is None else _own_words(test.warnings, shared),
    }


def breaks_reading(found: Carbon) -> str:
    """Say which of the named breaks hold after the correction for testing several times."""
    rows = break_rows(found)
    made = [row for row in rows if row["test"] is not None]
    if not rows:
        return ""
    if not made:
        return say("两侧的年份都不够，断点检验没有一个能做。")
    limit = _threshold(rows)
    held = [row for row in made if row["test"].p_value < limit]
    years = say("、").join(str(year) for year in BREAK_YEARS)
    text = say("断点年份（{}年）事先指定，做了{}个检验，", years, len(made))
    if not held:
        least = min(row["test"].p_value for row in made)
        return text + say(
            "最小的p值为{}，校正后没有一个显著：不能认定排放的水平或增速在这些年份改变，本章因此不以分段的趋势外推。",
            number(least, 3),
        )
    words = say("、").join(
        say(
            "{}{}年（p = {}）",
            found.labels[row["code"]],
            row["year"],
            number(row["test"].p_value, 3),
        )
        for row in held
    )
    return text + say(
        "校正后显著的有：{}。检验不说明原因，也分不开排放变化与清单方法的变化。", words
    )


def city_models(found: Carbon) -> Models | None:
    """Score the reference models on the first inventory's emissions, None without it."""
    series = found.emissions.get(INVENTORIES[0])
    return None if series is None else models(_unbroken(series.values()), "emissions", AHEAD)


def models_pace(made: Models | None) -> str:
    """Say how far apart the models end, as growth of a physical quantity a year."""
    if made is None or made.forecasts.empty:
        return ""
    last, value = int(made.values.index[-1]), float(made.values.iloc[-1])
    until = int(made.forecasts["year"].max())
    ends = made.forecasts[made.forecasts["year"] == until]["median"]
    rates = 100 * ((ends / value) ** (1 / (until - last)) - 1)
    return say(
        "换算成{}—{}年的年均变动，各模型的排放量在{}至{}之间。这些是全市一套清单的参照预测，不能用来判断港区的目标，只说明按过去的走势外推有多不确定。",
        last + 1,
        until,
        percent(rates.min(), sign=True),
        percent(rates.max(), sign=True),
    )


def models_views(found: Carbon, evaluation: Evaluation, key: str = "") -> list[View]:
    """Return scores, forecasts and readings of the reference models on the city's emissions."""
    made = city_models(found)
    if made is None:
        return [say(LEFT_OUT)]
    subject = say("{}二氧化碳排放量（{}）", found.name, found.labels[INVENTORIES[0]])
    source = sources(evaluation, found.emissions[INVENTORIES[0]].data)
    return [
        models_table(made, subject, source=source, key=f"{key}-scores" if key else ""),
        models_reading(made),
        models_chart(made, subject, "万吨", source=source, key=key),
        models_pace(made),
    ]
