"""The chapter on gross domestic product: the range ahead, the gap, growth needed and growth had.

Every function returns a Chart, a Table or Chinese Markdown and says in a sentence what it
cannot show. All the zone's growth rates here are at current prices.
"""

from __future__ import annotations

import pandas as pd

from analysis.data.series import Series
from analysis.growth.rates import cagr, required_growth_pct
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from planeval.chapters.cells import plain, sources, within
from planeval.chapters.outlook import outlook_fan, outlook_reading
from planeval.chapters.region import City, years_text
from planeval.chapters.zone import own_name
from planeval.show.bars import bar_chart
from planeval.show.chart import Chart
from planeval.show.table import Table, number
from planeval.words import figures as amounts
from planeval.words.language import mark, say

NEEDED = mark("所需增速：")


def fan(evaluation: Evaluation, item: IndicatorEvaluation | None, key: str = "") -> Chart | str:
    """Draw the range up to the target year, or say why there is none."""
    if item is None and evaluation.settled:
        return ""
    if item is None:
        return say("本规划没有这一总量的目标，不作对照目标的预测。")
    return outlook_fan(evaluation, item, key)


def fan_reading(item: IndicatorEvaluation | None) -> str:
    """Say what the fan shows and what the forecast borrowed."""
    return outlook_reading(item) if item is not None else ""


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
            return say("{}：目标已撤销，不作差距核算。", plain(target.name))
        return say("{}：基期值没有公布，不作差距核算。", plain(target.name))
    years = target.target_year - base.year
    rows = [
        _gap_row(say("基期（{}年）", base.period), amounts.printed(base)),
        _gap_row(say("目标（{}年）", target.target_year), amounts.number(goal)),
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
                number(latest.value - base.value),
                (latest.value - base.value) / done,
                item.state.realised_growth_pct,
            )
        )
        if left > 0:
            need = item.state.required_growth_pct
            rest = goal - latest.value
            rows.append(_gap_row(say("余下（{}年）", left), number(rest), rest / left, need))
    return Table(
        pd.DataFrame(rows),
        say("{}：从基期到目标的差距核算（现价）", target.name),
        source=sources(evaluation, [base, latest]),
        note=say("增量与每年增量的单位与目标相同；增速为几何年均。负的增量表示已超过目标的部分。"),
        align=["left", "right", "right", "right"],
        digits=1,
        key=key,
    )


def _gap_row(name: str, value: str, yearly: float | None = None, rate: float | None = None) -> dict:
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
