"""How the chapter on gross domestic product closes: what it means, and what the data leave open."""

from __future__ import annotations

from analysis.data.series import Series, annual_series
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from analysis.trend.fit import compare_growth
from planeval.chapters.cells import bullets, plain, within
from planeval.chapters.gdp_city import fastest, need
from planeval.chapters.region import City, years_text
from planeval.chapters.zone import own_name
from planeval.words import figures as amounts
from planeval.words import targets
from planeval.words.language import say

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
            amounts.amount(latest.value, latest.unit),
            target.target_year,
            goal,
        )
    done = ""
    if state.completion is not None:
        lag = state.schedule is not None and state.completion < state.schedule
        done = (
            say(
                "，只走完规划增量的{}，而时间已过{}",
                amounts.share(state.completion),
                amounts.share(state.schedule, 0),
            )
            if lag
            else say("，走完规划增量的{}，不慢于时序进度", amounts.share(state.completion))
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
    grade = say("证据等级{}", item.evidence.grade)
    if outlook.code in ("achieved", "achieved_open", "missed") and outlook.probability is None:
        reason = say("，{}", plain(outlook.reason)) if outlook.reason else ""
        return say("**结论**：{}{}；{}。", outlook.word, reason, grade)
    if outlook.probability is None:
        reason = plain(outlook.reason) if outlook.reason else say("现有数据不足")
        return say("**前景**：{}——{}；{}。", outlook.word, reason, grade)
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
        known = int(finding.period[:4]) <= evaluation.year and finding.stated is not None
        if known and (finding.region, finding.indicator) == (region, "gdp"):
            text += say(
                "；公布的增速{:g}%（{}，按惯例为可比价）与现价推得的{:.1f}%价格基础不同，不能相互替代",
                finding.stated,
                finding.subject.split()[-1],
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
