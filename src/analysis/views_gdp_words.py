"""How the chapter on gross domestic product closes: what it means, and what the data leave open."""

from __future__ import annotations

from analysis import wording
from analysis.clean import Series, annual_series
from analysis.evaluation import Evaluation
from analysis.progress_types import IndicatorEvaluation
from analysis.trend import compare_growth
from analysis.views_base import bullets, plain, within
from analysis.views_city import City, years_text
from analysis.views_gdp import fastest, need
from analysis.views_zone import own_name

SECTORS = ("primary_va", "secondary_va", "services_va")


def closing(
    evaluation: Evaluation, series: Series, item: IndicatorEvaluation | None, city: City
) -> str:
    """Say what the chapter means for the target: state, need, outlook, the zone beside its city."""
    if item is None:
        return "本规划没有本区地区生产总值的总量目标，本章只说明走势，不判断完成。" + _beside(
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
        return (
            f"**现状**：截至{evaluation.as_of}，规划期内没有可用的公布值，"
            "完成多少无从判断，先要补齐年度数。"
        )
    gap = target.sign * (target.target - latest.value)
    goal = wording.amount(target.target, target.unit)
    if gap <= 0:
        return (
            f"**现状**：{latest.period}年{wording.amount(latest.value, latest.unit)}，"
            f"已达到{target.target_year}年{goal}的目标。"
        )
    done = ""
    if state.completion is not None:
        lag = state.schedule is not None and state.completion < state.schedule
        done = (
            f"，只走完规划增量的{wording.share(state.completion)}，"
            f"而时间已过{wording.share(state.schedule, 0)}"
            if lag
            else f"，走完规划增量的{wording.share(state.completion)}，不慢于时序进度"
        )
    # of a figure printed as "more than" only the bound is known: the gap is the widest it can be
    bound = {"at_least": "下限", "at_most": "上限"}.get(latest.qualifier)
    by = f"最新值按{bound}计，" if bound else ""
    return f"**现状**：{by}离{goal}还差{wording.amount(gap, target.unit, 1)}{done}。"


def _stretch(evaluation: Evaluation, item: IndicatorEvaluation, city: City) -> str:
    """Say where the fastest growth the city has ever had would lead."""
    wanted, goal = need(evaluation, item), item.target.target
    start = within(evaluation, item) or item.baseline
    if wanted is None or goal is None or start is None or item.state.met:
        return ""
    rate, first, left = wanted
    span = f"余下一年（{first + 1}年）" if left == 1 else f"余下{left}年每年"
    if within(evaluation, item) is None:
        span = f"从{first}年基期算起的{left}年里每年"
    text = f"**还需**：{span}须现价增长{rate:.1f}%"
    whole = city.nominal.values()
    top = fastest(whole, left)
    if top is None:
        return text + "。"
    when = f"{top[2]}年" if left == 1 else f"{top[1] + 1}—{top[2]}年年均"
    best = f"{city.name}{whole.index[0]}年以来同样长的时段里最快的现价增速（{when}{top[0]:.1f}%）"
    if top[0] >= rate:
        return f"{text}，低于{best}；能否做到，要看本区自己的增速。"
    reached = start.value * (1 + top[0] / 100) ** left
    return (
        f"{text}。即使照{best}增长，{item.target.target_year}年也只到"
        f"{wording.amount(reached, item.target.unit, 1)}，仍不到目标。"
    )


def outlook_line(item: IndicatorEvaluation) -> str:
    """Say the outlook with its probability, or the verdict where the figure is out."""
    outlook, target = item.outlook, item.target
    grade = f"证据等级{item.evidence.grade}"
    if outlook.code in ("achieved", "achieved_open", "missed") and outlook.probability is None:
        reason = f"，{plain(outlook.reason_zh)}" if outlook.reason_zh else ""
        return f"**结论**：{outlook.word_zh}{reason}；{grade}。"
    if outlook.probability is None:
        reason = plain(outlook.reason_zh) if outlook.reason_zh else "现有数据不足"
        return f"**前景**：{outlook.word_zh}——{reason}；{grade}。"
    text = f"**前景**：{wording.outlook_words(item)}，{grade}"
    if outlook.median is not None and target.target is not None:
        short = target.sign * (target.target - outlook.median)
        if short > 0:
            text += f"；预测中位数比目标{'少' if target.sign > 0 else '多'}"
            text += wording.amount(short, target.unit, 1)
    if outlook.expected_year and outlook.expected_year > target.target_year:
        text += f"，按中位路径要到{outlook.expected_year}年前后才达到"
    return text + "。"


def _beside(evaluation: Evaluation, series: Series, city: City) -> str:
    """Compare with the city over the plan's own years, in the evaluation's vintage."""
    own = {i.year: i.value for i in series.data if i.status != "derived"}
    base, last = evaluation.plan.base_year, max(own, default=0)
    whole = city.nominal.values()
    if base not in own or last <= base or not {base, last} <= set(whole.index):
        return ""
    row = compare_growth(series.values(), whole, (base, last)).rows[0]
    side = "快" if row["difference_pp"] > 0 else "慢"
    return (
        f"**相对{city.name}**：{base}—{last}年{own_name(evaluation)}现价年均增速比{city.name}"
        f"{side}{abs(row['difference_pp']):.1f}个百分点，占比由{row['share_from_pct']:.2f}%"
        f"变为{row['share_to_pct']:.2f}%。"
    )


def limits(evaluation: Evaluation, series: Series, city: City) -> str:
    """List what these data cannot show, each with the figure that is missing."""
    name, plan = own_name(evaluation), evaluation.plan
    due = range(plan.start_year, evaluation.year + 1)
    seen = [item.year for item in series.data if item.year in due]
    missing = [year for year in due if year not in seen]
    lines = [
        f"{name}规划期内应有{len(due)}个年度数，已公布并可用的{len(seen)}个；"
        f"缺{years_text(missing)}，期间的起落看不到。"
        if missing
        else f"{name}规划期内到评估年为止的年度数已齐。",
        _no_real(evaluation),
        _no_sectors(evaluation),
    ]
    if any(item.caliber == "unstated" for item in series.data):
        years = years_text([i.year for i in series.data if i.caliber == "unstated"])
        lines.append(f"{years}的来源没有写明口径，与基期是否可比未经证实。")
    if city.name and series.data:
        lines.append(
            f"{city.name}的走势只是背景：{name}只占其中一小部分，两者同快同慢并不说明谁影响谁。"
        )
    return bullets(lines)


def _no_real(evaluation: Evaluation) -> str:
    region = evaluation.plan.region
    index = annual_series(
        evaluation.data, region, "gdp_index", as_of=evaluation.as_of, until=evaluation.year
    )
    if index.data:
        return ""
    text = f"没有{own_name(evaluation)}的可比价指数，实际增长多少无从核算"
    for finding in evaluation.audit.of("price_basis"):
        known = int(finding.period[:4]) <= evaluation.year and finding.stated is not None
        if known and (finding.region, finding.indicator) == (region, "gdp"):
            text += (
                f"；公布的增速{finding.stated:g}%（{finding.subject_zh.split()[-1]}，"
                f"按惯例为可比价）与现价推得的{finding.implied:.1f}%价格基础不同，不能相互替代"
            )
            break
    return text + "。"


def _no_sectors(evaluation: Evaluation) -> str:
    due = range(evaluation.plan.start_year, evaluation.year + 1)
    found = []
    for code in SECTORS:
        series = annual_series(
            evaluation.data,
            evaluation.plan.region,
            code,
            as_of=evaluation.as_of,
            until=evaluation.year,
        )
        if any(item.year in due for item in series.data):
            found.append(code)
    if len(found) == len(SECTORS):
        return ""
    return "规划期内没有成套的三次产业增加值，增长来自哪个产业、哪家企业，数据说明不了。"
