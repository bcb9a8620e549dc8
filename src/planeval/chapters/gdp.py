"""The chapter on gross domestic product: vintages, sectors, the gap to the target, its range.

What was published first and what it became, what that moves in the target's account, and
which years of the compiled index cannot be right beside the growth published elsewhere.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from analysis.audit.finding import Claim, context
from analysis.data.observations import public_by
from analysis.data.periods import first_year, whole_year
from analysis.data.series import Datum, Series, annual_series
from analysis.decoupling.lmdi import GapParts, gap_parts
from analysis.growth.indices import chained_error_pct, check_index, contributions, wrong_years
from analysis.growth.rates import cagr, required_growth_pct
from analysis.growth.vintages import (
    TargetEffect,
    revision_summary,
    revisions,
    target_effect,
    vintages,
)
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from analysis.trend.fit import compare_growth
from planeval.chapters.base import bullets, plain, signed, sources, titles, within
from planeval.chapters.indicators import outlook_fan, outlook_reading
from planeval.chapters.region import City, known_series, own_name, parent, years_text
from planeval.show.bars import bar_chart
from planeval.show.chart import Chart
from planeval.show.table import Table, number
from planeval.words import amounts, cell, findings, targets
from planeval.words.amounts import with_unit
from planeval.words.cell import Figure, sourced
from planeval.words.language import Terms, mark, say, worded
from planeval.words.names import STATUS_ZH, name_of, region_name
from planeval.words.reasons import outlook_word, said
from planeval.words.steps import Reckoned, step
from planeval.words.targets import of

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
                {say("地区"): region_name(evaluation.data, own[0].region), say("年份"): str(year)}
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
    return cell.printed(shown.printed, shown) + f" ({mark}{shown.published:%Y-%m})"


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
        cell.printed(first.printed, first),
        STATUS_ZH[first.status],
        cell.printed(base.printed, base),
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
        year = whole_year(claim.period)
        if year is None or year > evaluation.year:
            continue
        day = public_by(evaluation.data, claim.source, claim.period)
        order = (day, claim.source, claim.value)
        if year not in best or best[year][0] < order:
            best[year] = (order, claim)
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
    printed = {item.year: item for item in known(evaluation, parent(evaluation), "gdp_index")}
    wrong = wrong_years(frame)
    found = say("{}不可能正确", years_text(wrong)) if wrong else say("没有发现不可能的年份")
    return Table(
        pd.DataFrame(
            {
                say("年份"): [str(year) for year in shown.index],
                say("指数所示增速（%）"): [
                    _index_growth(city, printed[year]) for year in shown.index
                ],
                say("公布增速（%）"): [told.get(year) for year in shown.index],
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


def _index_growth(city: City, item: Datum) -> Figure:
    """Return what an index as printed says of growth; one corrected since stands only here."""
    kept = city.index.at(item.year)
    as_used = kept is not None and kept.value == item.value
    return Reckoned("index", (item,)) if as_used else item.value - 100


def _index_source(evaluation: Evaluation, shown: pd.DataFrame, told: dict[int, Claim]) -> str:
    """Return the line of sources of index and growth; it knows the years shown."""
    region, years = parent(evaluation), {int(year) for year in shown.index}
    printed = known(evaluation, region, "gdp_index")
    levels = known(evaluation, region)
    return sourced(
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


# The chapter on gross domestic product: the range ahead, the gap, growth needed and growth had.
# Every function returns a Chart, a Table or Chinese Markdown and says in a sentence what it
# cannot show. All the zone's growth rates here are at current prices.


NEEDED = mark("所需增速：")


def fan(evaluation: Evaluation, item: IndicatorEvaluation | None, key: str = "") -> Chart | str:
    """Draw the range up to the target year, or say why there is none."""
    if item is None and evaluation.settled:
        return ""
    if item is None:
        return say("本规划没有这一总量的目标，不作对照目标的预测。")
    return outlook_fan(evaluation, item, key)


def fan_reading(evaluation: Evaluation, item: IndicatorEvaluation | None) -> str:
    """Say what the fan shows and what the forecast borrowed."""
    return outlook_reading(evaluation, item) if item is not None else ""


def horizon(evaluation: Evaluation, item: IndicatorEvaluation | None, city: City) -> int:
    """Return the years from the city's latest figure to the target year, one to five."""
    last = city.nominal.last
    until = item.target.target_year if item is not None else evaluation.plan.end_year
    return min(max(until - last.year, 1), 5) if last is not None else 1


def start_note(series: Series, item: IndicatorEvaluation | None) -> str:
    """Say what the forecast's starting point and its derived points leave open."""
    if item is None or item.outlook.table is None:
        return ""
    text = ""
    if any(point.status == "derived" for point in series.data):
        text += say("预测用到推算值，推算值不计入证据等级。")
    last = series.last
    if last is not None and last.qualifier == "at_least":
        text += say("预测从{}年的下限值出发，实际起点可能略高。", last.period)
    return text


def gap_table(
    evaluation: Evaluation, item: IndicatorEvaluation | None, key: str = ""
) -> Table | str:
    """Account for the way from base to target: done, left, and the yearly step of each."""
    if item is None:
        return say("本规划没有这一总量的目标，不作差距核算。")
    base, target, latest = item.baseline, item.target, within(evaluation, item)
    goal = target.target
    if base is None or goal is None:
        if target.withdrawn:
            return say("{}：目标已撤销，不作差距核算。", plain(name_of(target)))
        return say("{}：基期值没有公布，不作差距核算。", plain(name_of(target)))
    years = target.target_year - base.year
    rows = [
        _gap_row(say("基期（{}年）", base.period), amounts.printed(base)),
        _gap_row(say("目标（{}年）", target.target_year), amounts.number(of(item, "goal"))),
        _gap_row(
            say("规划全程（{}年）", years),
            number(goal - base.value),
            (goal - base.value) / years,
            required_growth_pct(base.value, goal, years),
        ),
    ]
    if latest is not None:
        done, left = latest.year - base.year, target.target_year - latest.year
        rows.append(_gap_row(say("最新值（{}年）", latest.period), amounts.printed(latest)))
        rows.append(
            _gap_row(
                say("已走过（{}年）", done),
                number(step("difference", latest, base)),
                (latest.value - base.value) / done,
                of(item, "realised_growth_pct"),
            )
        )
        if left > 0:
            need = of(item, "required_growth_pct")
            rest = goal - latest.value
            rows.append(_gap_row(say("余下（{}年）", left), number(rest), rest / left, need))
    return Table(
        pd.DataFrame(rows),
        say("{}：从基期到目标的差距核算（现价）", name_of(target)),
        source=sources(evaluation, [base, latest]),
        note=say("增量与每年增量的单位与目标相同；增速为几何年均。负的增量表示已超过目标的部分。"),
        align=["left", "right", "right", "right"],
        digits=1,
        key=key,
    )


def _gap_row(name: str, value: str, yearly: float | None = None, rate: Figure = None) -> dict:
    return {
        say("项目"): name,
        say("数值或增量"): value,
        say("平均每年增量"): yearly,
        say("年均增速（现价，%）"): rate,
    }


def need(evaluation: Evaluation, item: IndicatorEvaluation | None) -> tuple[float, int, int] | None:
    """Return the growth still needed (% a year), the year it starts from and the years left."""
    if item is None or item.target.target is None:
        return None
    start = within(evaluation, item) or item.baseline
    if start is None or start.value <= 0 or start.year >= item.target.target_year:
        return None
    left = item.target.target_year - start.year
    return required_growth_pct(start.value, item.target.target, left), start.year, left


def fastest(values: pd.Series, years: int) -> tuple[float, int, int] | None:
    """Return the fastest mean growth over a number of consecutive years, with its ends.

    Examples
    --------
    >>> rate, first, last = fastest(pd.Series({2001: 100.0, 2002: 120.0, 2003: 126.0}), 1)
    >>> round(rate, 1), first, last
    (20.0, 2001, 2002)
    """
    found = [
        (100 * cagr(values[year], values[year + years], years), int(year), int(year + years))
        for year in values.index
        if year + years in values.index
    ]
    return max(found) if found else None


def history_rates(
    evaluation: Evaluation, series: Series, item: IndicatorEvaluation | None, city: City
) -> list[tuple[str, float]]:
    """Return the needed growth beside what the zone and its city have grown, at current prices."""
    wanted = need(evaluation, item)
    if wanted is None or item is None:
        return []
    rate, start, left = wanted
    goal = item.target.target_year
    span = say("{}年", goal) if left == 1 else say("{}—{}年", start + 1, goal)
    rates = [(f"{say(NEEDED)}{span}", rate)]
    points = [p for p in series.data if p.status != "derived"] or list(series.data)
    if len(points) > 1:
        a, b = points[0], points[-1]
        mean = 100 * cagr(a.value, b.value, b.year - a.year)
        rates.append((say("{}：{}—{}年年均", own_name(evaluation), a.period, b.period), mean))
    top = fastest(city.nominal.values(), left)
    if top is not None:
        when = say("{}年", top[2]) if left == 1 else say("{}—{}年", top[1] + 1, top[2])
        rates.append(
            (
                say(
                    "{}：{}最高（{}）",
                    city.name,
                    say("单年") if left == 1 else say("{}年年均", left),
                    when,
                ),
                top[0],
            )
        )
        values = city.nominal.values()
        first, last = int(values.index[0]), int(values.index[-1])
        mean = 100 * cagr(values[first], values[last], last - first)
        rates.append((say("{}：{}—{}年年均", city.name, first, last), mean))
    return rates


def need_chart(
    evaluation: Evaluation,
    series: Series,
    item: IndicatorEvaluation | None,
    city: City,
    key: str = "",
) -> Chart | str:
    """Compare the growth still needed with the growth there has been."""
    rates = history_rates(evaluation, series, item, city)
    if item is None or evaluation.settled:
        return ""
    if item.state.met:
        return say("最新值已达目标，没有仍需的增长。")
    if not rates:
        late = item.latest is not None and item.latest.year >= item.target.target_year
        return (
            say("目标年已有公布值，没有剩余年份。") if late else say("缺少起点，算不出所需的增速。")
        )
    wanted = need(evaluation, item)
    several = wanted is not None and wanted[2] > 1
    caption = say(
        "{}须{}增长{:.1f}%（现价）",
        rates[0][0].removeprefix(say(NEEDED)),
        say("年均") if several else "",
        rates[0][1],
    )
    if len(rates) > 1:
        caption += _rank_words(rates[0][1], rates[1:], own_name(evaluation))
    return bar_chart(
        pd.DataFrame(rates, columns=["name", "value"]),
        caption,
        unit="%",
        highlight=rates[0][0],
        subtitle=say("现价年均增速，%"),
        source=sources(evaluation, [*series.data, *city.nominal.data]),
        key=key,
    )


def _rank_words(wanted: float, others: list[tuple[str, float]], own: str) -> str:
    if wanted > max(rate for _, rate in others):
        return say("，高于图中的全部历史增速")
    if wanted < min(rate for _, rate in others):
        return say("，低于图中的全部历史增速")
    if any(name.startswith(own) and rate < wanted for name, rate in others):
        return say("，高于{}已有的年均增速，低于图中的最高增速", own)
    return say("，在图中历史增速的范围之内")


def need_reading(
    evaluation: Evaluation, series: Series, item: IndicatorEvaluation | None, city: City
) -> str:
    """Say how the needed growth compares with history, in one sentence."""
    rates = history_rates(evaluation, series, item, city)
    if len(rates) < 2 or item is None or item.state.met:
        return ""
    listed = say("；").join(say("{}{:.1f}%", name, rate) for name, rate in rates)
    text = say("均按现价：{}。", listed)
    own = rates[1][0].startswith(own_name(evaluation))  # the zone may have no rate of its own
    ratio = rates[0][1] / rates[1][1] if own and rates[1][1] > 0 else None
    if ratio is not None:
        text += say("所需增速为本区公布值年均增速的{:.1f}倍。", ratio)
    if city.nominal.data:
        early = [p.year for p in city.nominal.data if p.status not in ("revised", "final")]
        if early:
            text += say("{}序列中{}为未修订的数。", city.name, years_text(early))
    return text + say("历史最高增速只是参照，不是上限。")


# How the chapter on gross domestic product closes: what it means, and what the data leave open.


SECTOR_CODES = ("primary_va", "secondary_va", "services_va")


def closing(
    evaluation: Evaluation, series: Series, item: IndicatorEvaluation | None, city: City
) -> str:
    """Say what the chapter means for the target: state, need, outlook, the zone beside its city."""
    if item is None:
        return say("本规划没有本区地区生产总值的总量目标，本章只说明走势，不判断完成。") + _beside(
            evaluation, series, city
        )
    return bullets(
        [
            state_line(evaluation, item),
            _stretch(evaluation, item, city),
            outlook_line(item),
            _beside(evaluation, series, city),
        ]
    )


def state_line(evaluation: Evaluation, item: IndicatorEvaluation) -> str:
    """Say how far a target on a level is from its goal, and whether time is ahead of it."""
    latest, target, state = within(evaluation, item), item.target, item.state
    if latest is None or target.target is None:
        return say(
            "**现状**：截至{}，规划期内没有可用的公布值，完成多少无从判断，先要补齐年度数。",
            evaluation.as_of,
        )
    gap = target.sign * (target.target - latest.value)
    goal = amounts.amount(target.target, target.unit)
    if gap <= 0:
        return say(
            "**现状**：{}年{}，已达到{}年{}的目标。",
            latest.period,
            amounts.amount(latest, latest.unit),
            target.target_year,
            goal,
        )
    done = ""
    if state.completion is not None:
        lag = state.schedule is not None and state.completion < state.schedule
        done = (
            say(
                "，只走完规划增量的{}，而时间已过{}",
                amounts.share(of(item, "completion")),
                amounts.share(of(item, "schedule"), 0),
            )
            if lag
            else say("，走完规划增量的{}，不慢于时序进度", amounts.share(of(item, "completion")))
        )
    # of a figure printed as "more than" only the bound is known: the gap is the widest it can be
    bound = {"at_least": say("下限"), "at_most": say("上限")}.get(latest.qualifier)
    by = say("最新值按{}计，", bound) if bound else ""
    return say("**现状**：{}离{}还差{}{}。", by, goal, amounts.amount(gap, target.unit, 1), done)


def _stretch(evaluation: Evaluation, item: IndicatorEvaluation, city: City) -> str:
    """Say where the fastest growth the city has ever had would lead."""
    wanted, goal = need(evaluation, item), item.target.target
    start = within(evaluation, item) or item.baseline
    if wanted is None or goal is None or start is None or item.state.met:
        return ""
    rate, first, left = wanted
    span = say("余下一年（{}年）", first + 1) if left == 1 else say("余下{}年每年", left)
    if within(evaluation, item) is None:
        span = say("从{}年基期算起的{}年里每年", first, left)
    text = say("**还需**：{}须现价增长{:.1f}%", span, rate)
    whole = city.nominal.values()
    top = fastest(whole, left)
    if top is None:
        return text + say("。")
    when = say("{}年", top[2]) if left == 1 else say("{}—{}年年均", top[1] + 1, top[2])
    best = say(
        "{}{}年以来同样长的时段里最快的现价增速（{}{:.1f}%）",
        city.name,
        whole.index[0],
        when,
        top[0],
    )
    if top[0] >= rate:
        return say("{}，低于{}；能否做到，要看本区自己的增速。", text, best)
    reached = start.value * (1 + top[0] / 100) ** left
    return say(
        "{}。即使照{}增长，{}年也只到{}，仍不到目标。",
        text,
        best,
        item.target.target_year,
        amounts.amount(reached, item.target.unit, 1),
    )


def outlook_line(item: IndicatorEvaluation) -> str:
    """Say the outlook with its probability, or the verdict where the figure is out."""
    outlook, target = item.outlook, item.target
    why, grade = said(*outlook.reasons), say("证据等级{}", item.evidence.grade)
    if outlook.code in ("achieved", "achieved_open", "missed") and outlook.probability is None:
        reason = say("，{}", plain(why)) if why else ""
        return say("**结论**：{}{}；{}。", outlook_word(outlook.code), reason, grade)
    if outlook.probability is None:
        reason = plain(why) if why else say("现有数据不足")
        return say("**前景**：{}——{}；{}。", outlook_word(outlook.code), reason, grade)
    text = say("**前景**：{}，{}", targets.outlook_words(item), grade)
    if outlook.median is not None and target.target is not None:
        short = target.sign * (target.target - outlook.median)
        if short > 0:
            side = say("少") if target.sign > 0 else say("多")
            text += say("；预测中位数比目标{}{}", side, amounts.amount(short, target.unit, 1))
    if outlook.expected_year and outlook.expected_year > target.target_year:
        text += say("，按中位路径要到{}年前后才达到", outlook.expected_year)
    return text + say("。")


def _beside(evaluation: Evaluation, series: Series, city: City) -> str:
    """Compare with the city over the plan's own years, in the evaluation's vintage."""
    own = {i.year: i.value for i in series.data if i.status != "derived"}
    base, last = evaluation.plan.base_year, max(own, default=0)
    whole = city.nominal.values()
    if base not in own or last <= base or not {base, last} <= set(whole.index):
        return ""
    row = compare_growth(series.values(), whole, (base, last)).rows[0]
    side = say("快") if row["difference_pp"] > 0 else say("慢")
    end = series.last
    if end is not None and end.qualifier == "at_least" and end.year == last:
        # growth and share from a bound are bounds: it is behind by so much at most
        side = say("至少快") if row["difference_pp"] > 0 else say("至多慢")
    return say(
        "**相对{}**：{}—{}年{}现价年均增速比{}{}{:.1f}个百分点，占比由{:.2f}%变为{:.2f}%。",
        city.name,
        base,
        last,
        own_name(evaluation),
        city.name,
        side,
        abs(row["difference_pp"]),
        row["share_from_pct"],
        row["share_to_pct"],
    )


def _years_seen(name: str, due: int, seen: int, missing: list[int]) -> str:
    if not missing:
        return say("{}规划期内到评估年为止的年度数已齐。", name)
    if not seen:
        return say("{}规划期内应有{}个年度数，没有一个公布而可用，期间的起落看不到。", name, due)
    return say(
        "{}规划期内应有{}个年度数，已公布并可用的{}个；缺{}，期间的起落看不到。",
        name,
        due,
        seen,
        years_text(missing),
    )


def limits(evaluation: Evaluation, series: Series, city: City) -> str:
    """List what these data cannot show, each with the figure that is missing."""
    name, plan = own_name(evaluation), evaluation.plan
    due = range(plan.start_year, evaluation.year + 1)
    seen = [item.year for item in series.data if item.year in due]
    missing = [year for year in due if year not in seen]
    lines = [
        _years_seen(name, len(due), len(seen), missing),
        _no_real(evaluation),
        _no_sectors(evaluation),
    ]
    if any(item.caliber == "unstated" for item in series.data):
        years = years_text([i.year for i in series.data if i.caliber == "unstated"])
        lines.append(say("{}的来源没有写明口径，与基期是否可比未经证实。", years))
    if city.name and series.data:
        lines.append(
            say(
                "{}的走势只是背景：{}只占其中一小部分，两者同快同慢并不说明谁影响谁。",
                city.name,
                name,
            )
        )
    return bullets(lines)


def _no_real(evaluation: Evaluation) -> str:
    region = evaluation.plan.region
    index = annual_series(
        evaluation.data, region, "gdp_index", as_of=evaluation.as_of, until=evaluation.year
    )
    if index.data:
        return ""
    text = say("没有{}的可比价指数，实际增长多少无从核算", own_name(evaluation))
    for finding in evaluation.audit.of("price_basis"):
        known = first_year(finding.period) <= evaluation.year and finding.stated is not None
        if known and (finding.region, finding.indicator) == (region, "gdp"):
            text += say(
                "；公布的增速{:g}%（{}，按惯例为可比价）与现价推得的{:.1f}%价格基础不同，不能相互替代",
                finding.stated,
                findings.when(finding),
                finding.implied,
            )
            break
    return text + say("。")


def _no_sectors(evaluation: Evaluation) -> str:
    due = range(evaluation.plan.start_year, evaluation.year + 1)
    found = []
    for code in SECTOR_CODES:
        series = annual_series(
            evaluation.data,
            evaluation.plan.region,
            code,
            as_of=evaluation.as_of,
            until=evaluation.year,
        )
        if any(item.year in due for item in series.data):
            found.append(code)
    if len(found) == len(SECTOR_CODES):
        return ""
    return say("规划期内没有成套的三次产业增加值，增长来自哪个产业、哪家企业，数据说明不了。")


# --- How much of the distance to the target is base, growth, price and caliber ---


SAME = mark("最新值与基期口径相同")


class Account(NamedTuple):
    """The parts under each assumption on the latest figure's caliber, and what they rest on."""

    parts: dict[str, GapParts]
    prices_pct: float
    latest_year: int
    caliber_words: str


def account(evaluation: Evaluation, item: IndicatorEvaluation | None, city: City) -> Account | None:
    """Split the gap at current prices, with the region above's deflator for the zone's prices.

    None without target, base, latest figure or deflator of the same years.
    """
    latest = within(evaluation, item) if item is not None else None
    if item is None or latest is None or item.baseline is None or item.target.target is None:
        return None
    base = item.baseline
    prices = _prices(city, base.year, latest.year)
    if prices is None or latest.value <= 0 or base.value <= 0:
        return None
    known = [
        v
        for v in vintages(
            evaluation.data,
            base.region,
            base.indicator,
            caliber=item.target.caliber,
            as_of=evaluation.as_of,
        )
        if v.year == base.year and v.published > base.published and v.status != "first_estimate"
    ]
    cases = {say(SAME): 1.0}
    words = ""
    other = _other_caliber(evaluation, item, city)
    if other is not None:
        name, factor, words = other
        cases[say("最新值若为{}", name)] = factor
    parts = {
        name: gap_parts(
            item.target.target,
            latest.value,
            base.value,
            years_done=latest.year - base.year,
            years_total=item.target.target_year - base.year,
            base=known[-1].value if known else None,
            price_factor=prices,
            caliber_factor=factor,
        )
        for name, factor in cases.items()
    }
    return Account(parts, 100 * (prices - 1), latest.year, words)


def _prices(city: City, first: int, last: int) -> float | None:
    """Return the region above's prices in one year over another, None where unknown."""
    known = city.deflator.dropna()
    if first not in known.index or last not in known.index:
        return None
    return float(known[last]) / float(known[first])


def _other_caliber(
    evaluation: Evaluation, item: IndicatorEvaluation, city: City
) -> tuple[str, float, str] | None:
    """Return name and size of a caliber's effect, from its first figure after the base.

    The set-aside figure over base × published growth × the region above's prices.
    """
    base, series, latest = item.baseline, item.series, within(evaluation, item)
    if base is None or series is None or latest is None or latest.caliber != "unstated":
        return None  # a stated caliber leaves nothing to assume
    for figure in series.other_calibers:
        if figure.year != base.year + 1 or figure.value <= 0:
            continue
        rate = _own_rate(evaluation, figure.source, figure.period, figure.region, figure.indicator)
        price = _prices(city, base.year, figure.year)
        if rate is None or price is None:
            continue
        factor = figure.value / (base.value * (1 + rate / 100) * price)
        name = worded(evaluation.data.calibers[figure.caliber], "name")
        words = say(
            "{}的影响由{}年推得：{}亿元，除以基期{}亿元、公布增速{}%与{}隐含价格{}%的乘积，为{}",
            name,
            figure.period,
            figure.printed,
            base.printed,
            number(rate),
            city.name,
            signed(100 * (price - 1)),
            number(factor, 3),
        )
        return name, factor, words
    return None


def _own_rate(
    evaluation: Evaluation, source: str, period: str, region: str, indicator: str
) -> float | None:
    for row in evaluation.data.claims.to_dict("records"):
        if (row["source"], row["period"], row["region"], row["indicator"], row["type"]) == (
            source,
            period,
            region,
            indicator,
            "growth_pct",
        ):
            return float(row["value"])
    return None


def parts_table(
    evaluation: Evaluation, item: IndicatorEvaluation | None, city: City, key: str = ""
) -> Table | str:
    """Return the parts of the gap, one column an assumption on caliber; they sum exactly."""
    found = account(evaluation, item, city)
    if found is None or item is None or item.baseline is None:
        return say(
            "缺少目标、基期、规划期内公布值或同期价格之一，差距不分解为基数、增长、价格与口径。"
        )
    names = {
        say("基数（基期修订）"): "base",
        say("增长（可比价）"): "growth",
        say("其中：已过年份"): "growth_due",
        say("其中：未到年份（按规划增速）"): "growth_ahead",
        say("价格"): "price",
        say("口径"): "caliber",
        say("合计：目标减最新值"): "gap",
    }
    if evaluation.settled:  # all years are past, their growth is the whole of it
        names = {name: field for name, field in names.items() if not field.startswith("growth_")}
    frame = pd.DataFrame({say("部分"): list(names)})
    for case, parts in found.parts.items():
        frame[say("{}（亿元）", case)] = [signed(getattr(parts, field)) for field in names.values()]
    return Table(
        frame,
        say("{}：差距由基数、增长、价格与口径各占多少", name_of(item.target)),
        source=sources(evaluation, _used(evaluation, item, city)),
        note=say(
            "正数拉大差距，负数缩小差距；四部分之和等于合计（对数平均分解，没有余项，各格独立舍入）。规划没有写明预期涨价，规划增速一律当作可比价；本区没有平减指数，价格用{}的隐含价格代替。",
            city.name,
        )
        + (say("{}。", found.caliber_words) * bool(found.caliber_words)),
        align=["left", *["right"] * len(found.parts)],
        key=key,
    )


def _used(evaluation: Evaluation, item: IndicatorEvaluation, city: City) -> list[Datum | None]:
    """Return the figures the account rests on: both ends, and the region above's prices."""
    ends = [item.baseline, within(evaluation, item)]
    years = [end.year for end in ends if end is not None]
    prices = [i for i in city.index.data if min(years) < i.year <= max(years)]
    return [*ends, *(city.nominal.at(year) for year in years), *prices]


def parts_reading(evaluation: Evaluation, item: IndicatorEvaluation | None, city: City) -> str:
    """Say which part makes the gap, and how far the assumptions carry."""
    found = account(evaluation, item, city)
    if found is None or item is None:
        return ""
    same = found.parts[say(SAME)]
    name, unit = own_name(evaluation), item.target.unit
    text = say(
        "目标减最新值为{}。假定{}的价格与{}同步（累计{}%）、口径未变：价格{}，可比价增长{}",
        with_unit(signed(same.gap), unit),
        name,
        city.name,
        signed(found.prices_pct),
        _effect(same.price, unit),
        _effect(same.growth, unit),
    )
    if abs(same.growth_ahead) >= 0.05:
        text += say(
            "，其中已过年份{}、尚未到来的年份{}",
            with_unit(signed(same.growth_due), unit),
            with_unit(signed(same.growth_ahead), unit),
        )
    text += (
        say("；基数{}。", _effect(same.base, unit))
        if abs(same.base) >= 0.05
        else say("；基期没有后来的修订。")
    )
    latest = within(evaluation, item)
    if latest is not None and latest.qualifier == "at_least":
        text += say("最新值为下限，差距与增长的部分都按下限计。")
    for case, parts in found.parts.items():
        if case != say(SAME):
            text += say(
                "{}，口径{}，可比价增长的部分相应变为{}；来源没有写明口径，两列不能取舍。",
                case,
                _effect(parts.caliber, unit),
                with_unit(signed(parts.growth), unit),
            )
    return text


def _effect(part: float, unit: str) -> str:
    if abs(part) < 0.05:
        return say("没有影响")
    size = amounts.amount(abs(part), unit, 1)
    return say("拉大差距{}", size) if part > 0 else say("缩小差距{}", size)


# --- What each sector added to growth at current prices, for the region above and the zone ---


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
