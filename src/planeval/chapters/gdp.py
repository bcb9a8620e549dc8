"""Vintages and index years in the chapter on gross domestic product.

What was published first and what it became, what that moves in the target's account, and
which years of the compiled index cannot be right beside the growth published elsewhere.
"""

from __future__ import annotations

import math

import pandas as pd

from analysis.audit.finding import Claim, context
from analysis.data.observations import STATUS_ZH, public_by
from analysis.data.series import Datum
from analysis.growth.chaincheck import chained_error_pct, check_index, wrong_years
from analysis.growth.vintages import (
    TargetEffect,
    revision_summary,
    revisions,
    target_effect,
    vintages,
)
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from planeval.chapters.cells import bullets, signed, sources, titles, within
from planeval.chapters.region import City, parent, years_text
from planeval.chapters.zone import own_name
from planeval.show.cell import Sourced
from planeval.show.table import Table, number
from planeval.words.language import Terms, say

STAGES = ("first_estimate", "reported", "final", "revised")
VERDICT_ZH = Terms(
    {
        "agrees": "相符",
        "revision": "略有出入，可由修订解释",
        "wrong": "对不上，指数有误",
        "suspect": "隐含价格反常",
        "unchecked": "没有公布增速可核对",
    }
)


def known(
    evaluation: Evaluation, region: str | None, indicator: str = "gdp", caliber: str = "default"
) -> tuple[Datum, ...]:
    """Return all vintages of a region's figures that were public on the evaluation's date."""
    if region is None:
        return ()
    return vintages(
        evaluation.data,
        region,
        indicator,
        caliber=caliber,
        as_of=evaluation.as_of,
        until=evaluation.year,
    )


def _caliber(item: IndicatorEvaluation | None) -> str:
    return item.target.caliber if item is not None else "plan"


def triangle_table(
    evaluation: Evaluation, item: IndicatorEvaluation | None, key: str = ""
) -> Table | str:
    """Return the vintages of zone and city by year and stage, with the revision between them."""
    first = evaluation.plan.base_year - 5
    places = (evaluation.plan.region, _caliber(item)), (parent(evaluation), "default")
    rows, used = [], []
    for region, caliber in places:
        found = [v for v in known(evaluation, region, "gdp", caliber) if v.year >= first]
        for year, moved in revisions(found).iterrows():
            own = [v for v in found if v.year == year]
            used += own
            rows.append(
                {say("地区"): evaluation.data.name(own[0].region), say("年份"): str(year)}
                | {STATUS_ZH[stage]: _cell(own, stage) for stage in STAGES}
                | {
                    say("修订（亿元）"): signed(moved["difference"], 2),
                    say("修订（%）"): signed(moved["pct"], 2),
                }
            )
    if not rows:
        return say("在所定日期之前，各年地区生产总值都只有一个版本，没有修订可列。")
    return Table(
        pd.DataFrame(rows),
        say("地区生产总值的修订三角：{}年以来有多个版本的年份（现价，亿元）", first),
        source=sources(evaluation, used),
        note=say(
            "每格为数值与公布年月，≤表示公布日不详、按可能的最晚日期计；修订＝最后阶段减最早阶段。统计口径不同的数不是同一数的版本，不列入。"
        ),
        align=["left", "left", *["right"] * 6],
        key=key,
    )


def _cell(own: list[Datum], stage: str) -> str:
    held = [v for v in own if v.status == stage]
    if not held:
        return "—"
    # the figure a revision is reckoned from is the very first one, else the stage's last
    shown = held[0] if held[0] is own[0] else held[-1]
    mark = "" if shown.published_basis == "stated" else "≤"
    # the space is where a narrow cell may break: never inside a figure
    return f"{shown.printed} ({mark}{shown.published:%Y-%m})"


def triangle_reading(evaluation: Evaluation, item: IndicatorEvaluation | None, city: City) -> str:
    """Say how large the city's revisions were, and what a revised base does to the target."""
    moved = revisions(known(evaluation, parent(evaluation)))
    return bullets(
        [
            _summary_line(city.name, moved),
            _own_base_line(evaluation, item),
            _city_base_line(evaluation, item, city, moved),
        ]
    )


def _summary_line(name: str, moved: pd.DataFrame) -> str:
    found = revision_summary(moved)
    if found is None:
        return (
            say("{}经过修订的年份只有{}个，不计算平均修订幅度。", name, len(moved)) if name else ""
        )
    return say(
        "{}{}共{}个年份有前后两个阶段的数：平均修订{}%，标准差{:.2f}个百分点，平均幅度（不计正负）{:.2f}%，{}个年份向上；最大的是{}年（{}%）。一次普查往往同时修订多年，各年的修订并不独立，也不能当作以后修订的预测。",
        name,
        years_text([int(y) for y in moved.index]),
        found.n,
        signed(found.mean_pct, 2),
        found.sd_pct,
        found.mean_abs_pct,
        found.upward,
        found.largest_year,
        signed(found.largest_pct, 2),
    )


def _effects(
    evaluation: Evaluation, item: IndicatorEvaluation, pairs: list[tuple[float, float]]
) -> list[TargetEffect]:
    """Return the target's account for several pairs of base and latest figure."""
    latest = within(evaluation, item)
    base_year = item.baseline.year if item.baseline is not None else evaluation.plan.base_year
    return [
        target_effect(
            base,
            value,
            float(item.target.target or math.nan),
            base_year=base_year,
            year=latest.year if latest is not None else base_year,
            target_year=item.target.target_year,
        )
        for base, value in pairs
    ]


def _moves(before: TargetEffect, after: TargetEffect, digits: int) -> str:
    """Say what moves: completion and the plan's growth, each from and to."""
    parts = []
    if before.completion is not None and after.completion is not None:
        a, b = (number(100 * x, digits) for x in (before.completion, after.completion))
        parts.append(say("完成度由{}%变为{}%", a, b))
    if before.planned_pct is not None and after.planned_pct is not None:
        a, b = number(before.planned_pct, digits), number(after.planned_pct, digits)
        parts.append(say("规划全程所需的现价年均增速由{}%变为{}%", a, b))
    return say("，").join(parts)


def _own_base_line(evaluation: Evaluation, item: IndicatorEvaluation | None) -> str:
    if item is None or item.baseline is None or item.target.target is None:
        return ""
    base, latest = item.baseline, within(evaluation, item)
    own = [
        v
        for v in known(evaluation, base.region, base.indicator, _caliber(item))
        if v.year == base.year
    ]
    name = own_name(evaluation)
    first = own[0] if own else base
    if first.value == base.value:
        return say(
            "{}{}年基期只有一个版本（{}亿元），没有公布过修订。", name, base.period, base.printed
        )
    value = latest.value if latest is not None else math.nan
    before, after = _effects(evaluation, item, [(first.value, value), (base.value, value)])
    return say(
        "{}{}年基期由{}亿元（{}）改为{}亿元（{}），{}。",
        name,
        base.period,
        first.printed,
        STATUS_ZH[first.status],
        base.printed,
        STATUS_ZH[base.status],
        _moves(before, after, 2),
    )


def _city_base_line(
    evaluation: Evaluation, item: IndicatorEvaluation | None, city: City, moved: pd.DataFrame
) -> str:
    """Say what the city's own revision of the base year would do to the zone's target."""
    if item is None or item.baseline is None or item.target.target is None:
        return ""
    base, latest = item.baseline, within(evaluation, item)
    row = dict(moved.loc[base.year]) if base.year in moved.index else {}
    pct = float(row.get("pct", 0.0))
    if pct == 0.0:
        return ""
    factor = 1.0 + pct / 100.0
    value = latest.value if latest is not None else math.nan
    pairs = [(base.value, value), (base.value * factor, value), (base.value, value * factor)]
    before, after, both = _effects(evaluation, item, pairs)
    same = say("目标与最新值") if latest is not None else say("目标")
    text = say(
        "{}{}年由{}亿元修订为{}亿元（{}%）。假设{}的基期也按这一幅度修订为{}亿元，而{}不变，{}",
        city.name,
        base.period,
        number(row["first"], 2),
        number(row["last"], 2),
        signed(pct, 2),
        own_name(evaluation),
        number(base.value * factor),
        same,
        _moves(before, after, 1),
    )
    if before.required_pct is not None and both.required_pct is not None:
        text += say(
            "；假设最新值也同幅修订，余下年份所需的现价年均增速由{}%变为{}%",
            number(before.required_pct),
            number(both.required_pct),
        )
    return text + say("。这是假设，本区没有公布这样的修订。")


def _published(evaluation: Evaluation, region: str) -> dict[int, Claim]:
    """Return published yearly growth by year, the latest statement of each."""
    best: dict[int, tuple[tuple, Claim]] = {}
    for claim in context(evaluation.data, evaluation.as_of).claims:
        if (claim.region, claim.indicator, claim.type) != (region, "gdp", "growth_pct"):
            continue
        if len(claim.period) != 4 or int(claim.period) > evaluation.year:
            continue
        day = public_by(evaluation.data, claim.source, claim.period)
        order = (day, claim.source, claim.value)
        if int(claim.period) not in best or best[int(claim.period)][0] < order:
            best[int(claim.period)] = (order, claim)
    return {year: claim for year, (_, claim) in sorted(best.items())}


def index_frame(evaluation: Evaluation) -> tuple[pd.DataFrame, dict[int, Claim]]:
    """Return the check of the region above's index as printed, with the published growth."""
    region = parent(evaluation)
    printed = known(evaluation, region, "gdp_index")
    if region is None or not printed:
        return pd.DataFrame(), {}
    levels: dict[int, list[float]] = {}
    for item in known(evaluation, region):
        levels.setdefault(item.year, []).append(item.value)
    told = _published(evaluation, region)
    rates = pd.Series({year: claim.value for year, claim in told.items()}, dtype=float)
    index = pd.Series({item.year: item.value for item in printed}, dtype=float)
    return check_index(index, rates, levels), told


def index_table(evaluation: Evaluation, city: City, key: str = "") -> Table | str:
    """Return index, published growth, levels and prices by year, with the verdict on each."""
    frame, told = index_frame(evaluation)
    shown = frame[frame["verdict"] != "unchecked"] if len(frame) else frame
    if shown.empty:
        return say("在所定日期之前，指数没有可以核对的年份。") if city.name else ""
    wrong = wrong_years(frame)
    found = say("{}不可能正确", years_text(wrong)) if wrong else say("没有发现不可能的年份")
    return Table(
        pd.DataFrame(
            {
                say("年份"): [str(year) for year in shown.index],
                say("指数所示增速（%）"): shown["index_pct"].to_numpy(dtype=float),
                say("公布增速（%）"): shown["published_pct"].to_numpy(dtype=float),
                say("差（百分点）"): [signed(x) for x in shown["gap_pp"]],
                say("现价增速（%）"): shown["nominal_pct"].to_numpy(dtype=float),
                say("按指数的隐含价格（%）"): [signed(x) for x in shown["price_by_index_pct"]],
                say("按公布增速的隐含价格（%）"): [
                    signed(x) for x in shown["price_by_published_pct"]
                ],
                say("判断"): [VERDICT_ZH[word] for word in shown["verdict"]],
            }
        ),
        say("{}生产总值指数的逐年核对：{}", city.name, found),
        source=_index_source(evaluation, shown, told),
        note=say(
            "指数为更正以前的汇编值；公布增速按惯例为可比价；现价增速按评估日可知的最新版本计。没有公布增速、隐含价格也不反常的年份未列。"
        ),
        align=["left", *["right"] * 6, "left"],
        key=key,
    )


def _index_source(evaluation: Evaluation, shown: pd.DataFrame, told: dict[int, Claim]) -> str:
    """Return the line of sources of index and growth; it knows the years shown."""
    region, years = parent(evaluation), {int(year) for year in shown.index}
    printed = known(evaluation, region, "gdp_index")
    levels = known(evaluation, region)
    return Sourced(
        titles(evaluation, [printed[0].source, *(claim.source for claim in told.values())]),
        [item.row for item in printed if item.year in years]
        + [item.row for item in levels if {item.year, item.year + 1} & years],
        [claim.claim for year, claim in told.items() if year in years],
    )


def index_reading(evaluation: Evaluation, city: City) -> str:
    """Name the years that cannot be right, where they come from, and what they would bend."""
    frame, _ = index_frame(evaluation)
    wrong = wrong_years(frame) if len(frame) else []
    if not wrong:
        return ""
    lines = []
    for year in wrong:
        row = dict(frame.loc[year])
        pair = row["ratio_of"]
        used = city.index.at(year)
        fixed = used is not None and used.correction is not None
        text = say(
            "{}年：指数意味着增长{}%，公布增速为{}%，相差{}个百分点",
            year,
            number(row["index_pct"]),
            number(row["published_pct"]),
            signed(row["gap_pp"]),
        )
        if pair is not None:
            text += say("；该指数等于现价总量之比{}÷{}", number(pair[0], 2), number(pair[1], 2))
        lines.append(
            text + (say("；本章已按声明的更正使用公布值。") if fixed else say("；本章尚未更正。"))
        )
    error = chained_error_pct(frame)
    gaps = frame.loc[wrong, "gap_pp"].astype(float)
    offset = say("，各年误差方向相反，已部分抵消") if gaps.min() < 0 < gaps.max() else ""
    lines.append(
        say(
            "若不更正，{}年及以后的可比价总量会{}{}%{}。",
            max(wrong),
            say("偏高") if error > 0 else say("偏低"),
            number(abs(error)),
            offset,
        )
    )
    return bullets(lines)
