"""The figures behind the report: how many, from where, which years, what was corrected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.audit.finding import RULES, Finding
from analysis.data.series import Datum, annual_series
from analysis.decoupling.energy import emission_factors
from analysis.targets.evaluation import Evaluation
from planeval.chapters.base import (
    PUBLISHED_ZH,
    RELIABILITY_ZH,
    bullets,
    plain,
    sources,
    titles,
)
from planeval.chapters.port_year import MONTHS_SOURCE, port_months
from planeval.show.chart import COLOURS, Chart, new_figure, style
from planeval.show.table import Table, percent
from planeval.words import amounts
from planeval.words.findings import (
    RULE_NAMES,
    VERDICT_NAMES,
    figure_of,
    implied,
    stated,
    subject,
    why,
)
from planeval.words.language import Terms, either, mark, say, worded
from planeval.words.names import STATUS_ZH, listed_title, place, region_name

LEVELS_ZH = Terms(
    {
        "zone": "其他开发区",
        "port": "港口",
        "park": "园区",
        "prefecture": "地级市",
        "province": "省",
        "county": "区县",
        "district": "市区",
    }
)
MOST_TILES = 30
OWN, OTHER, NONE = mark("可用口径"), mark("仅他口径"), mark("未公布")


def _groups(evaluation: Evaluation) -> pd.Series:
    """Return the region group of every observation known on the as-of date."""
    known, data = evaluation.data.known(evaluation.as_of), evaluation.data
    plan = evaluation.plan.region
    return known["region"].map(
        lambda region: (
            region_name(data, region)
            if region == plan
            else LEVELS_ZH.get(data.regions[region]["level"], say("其他"))
        )
    )


def counts_table(evaluation: Evaluation) -> Table | str:
    """Return the number of published figures by group of regions and reliability of source."""
    known = evaluation.data.known(evaluation.as_of)
    if known.empty:
        return say("截至{}没有任何公布值。", evaluation.as_of.isoformat())
    grade = known["source"].map(lambda name: evaluation.data.sources[name]["reliability"])
    wide = pd.crosstab(_groups(evaluation), grade)
    rows = [
        {
            say("区域"): str(group),
            say("数值个数"): int(line.sum()),
            **{
                say("可靠性{}", word): int(line.get(code, 0))
                for code, word in RELIABILITY_ZH.items()
            },
        }
        for group, line in wide.iterrows()
    ]
    rows.sort(
        key=lambda row: (row[say("区域")] != region_name(evaluation.data, evaluation.plan.region),)
    )
    total = {say("区域"): say("合计"), say("数值个数"): len(known)}
    total |= {say("可靠性{}", w): int((grade == code).sum()) for code, w in RELIABILITY_ZH.items()}
    return Table(
        pd.DataFrame([*rows, total]),
        say("截至{}公布的数值：区域与来源可靠性", evaluation.as_of.isoformat()),
        note=say("数值含年度、季度、月度和同一年份的不同版本。"),
        key="counts",
    )


def counts_reading(evaluation: Evaluation) -> str:
    """Say how many figures exist, of which stage, and how many the targets really use."""
    known = evaluation.data.known(evaluation.as_of)
    if known.empty:
        return ""
    stages = Counter(known["status"])
    told = say("、").join(
        say("{}{}个", STATUS_ZH[code], stages[code]) for code in STATUS_ZH if stages[code]
    )
    used = targets_figures(evaluation)
    derived, shown = _beside_chart(evaluation, used)
    beside = say("，其中推算{}个", derived) if derived else ""
    if shown != len(used) - derived:
        stand_in = shown - len(used) + derived
        beside += say("；替代序列另有{}个，下图列公布的共{}个", stand_in, shown)
    elif derived:
        beside += say("，下图只列公布的{}个", shown)
    own = sum(known["region"] == evaluation.plan.region)
    name, targets = region_name(evaluation.data, evaluation.plan.region), len(evaluation.in_force)
    return plain(
        say(
            "按阶段分：{}。{}，{}。其余用于核对、比较和估计波动。",
            told,
            say("{}自身只有{}个", name, own) if own else say("{}自身一个也没有", name),
            say("本规划{}项目标直接依据的年度值{}个{}", targets, len(used), beside)
            if used
            else say("本规划{}项目标没有可直接依据的年度值", targets),
        )
    )


def _beside_chart(evaluation: Evaluation, used: list[Datum]) -> tuple[int, int]:
    """Return how many of the figures used are derived, and how many the chart of years shows.

    The chart leaves derived figures out and has the series that stand in for targets besides.
    """
    shown = int((availability(evaluation)["state"] == OWN).sum())
    return sum(item.status == "derived" for item in used), shown


def targets_figures(evaluation: Evaluation) -> list[Datum]:
    """Return the yearly figures the targets are judged by, each once."""
    found = {
        (figure.region, figure.indicator, figure.period): figure
        for item in evaluation.indicators
        if item.series is not None
        for figure in item.series.data
    }
    return list(found.values())


# --- which years exist ------------------------------------------------------------------------


def _wanted(evaluation: Evaluation) -> list[tuple[str, str, str]]:
    """Return region, indicator and caliber of every series the targets ask for, each once."""
    wanted: dict[tuple[str, str], str] = {}
    for item in evaluation.indicators:
        target = item.target
        if target.kind == "milestone":
            continue
        for indicator in (target.indicator, *target.proxies):
            wanted.setdefault((target.region, indicator), target.caliber)
    return [(region, indicator, caliber) for (region, indicator), caliber in wanted.items()]


def availability(evaluation: Evaluation) -> pd.DataFrame:
    """Return which years were published for the targets' indicators that have any figure.

    Columns: ``name``, ``year``, ``state`` (usable caliber, other calibers only, none). Years
    run from the first published one to the year judged. Derived figures do not count.
    """
    found = {}
    for region, indicator, caliber in _wanted(evaluation):
        series = annual_series(
            evaluation.data,
            region,
            indicator,
            caliber=caliber,
            as_of=evaluation.as_of,
            until=evaluation.year,
        )
        usable = {item.year for item in series.data if item.status != "derived"}
        other = {item.year for item in series.other_calibers} - usable
        if usable or other:
            name = worded(evaluation.data.indicators[indicator], "name")
            if region != evaluation.plan.region:
                name = either("{0} {1}", "{1}, {0}").format(
                    region_name(evaluation.data, region), name
                )
            found[name] = (usable, other)
    first = min((min(a | b) for a, b in found.values()), default=evaluation.year)
    rows = [
        {"name": name, "year": year, "state": OWN if year in a else OTHER if year in b else NONE}
        for name, (a, b) in found.items()
        for year in range(first, evaluation.year + 1)
    ]
    return pd.DataFrame(rows, columns=["name", "year", "state"])


def tiles(evaluation: Evaluation) -> Chart | str:
    """Draw which years were published, one tile per indicator and year."""
    frame = availability(evaluation)
    if frame.empty:
        return say("本规划目标所用的指标，在截止日以前没有一个年度公布值。")
    names = list(dict.fromkeys(frame["name"]))[:MOST_TILES]
    frame = frame[frame["name"].isin(names)]
    first, last = int(frame["year"].min()), int(frame["year"].max())
    with style():
        figure, axes = new_figure(0.75 + 0.2 * len(names))
        # filled, hollow and dot differ without any colour
        looks: dict[str, dict[str, Any]] = {
            OWN: {"marker": "s", "markersize": 9, "color": COLOURS[0]},
            OTHER: {"marker": "s", "markersize": 8, "mfc": "none", "color": COLOURS[1]},
            NONE: {"marker": ".", "markersize": 3, "color": "#8A8A8A"},
        }
        for state, look in looks.items():
            part = frame[frame["state"] == state]
            rows = [names.index(name) for name in part["name"]]
            axes.plot(part["year"], rows, linestyle="none", label=say(state), **look)
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.set_xticks(range(first, last + 1))
        axes.set_xlim(first - 0.6, last + 0.6)
        axes.grid(False)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, fontsize=8)
    used = [item for item in targets_figures(evaluation) if item.status != "derived"]
    return Chart(
        figure,
        _tiles_finding(frame),
        subtitle=say(
            "本规划目标所用指标的年度公布值，{}—{}年；截至{}公布",
            first,
            last,
            evaluation.as_of.isoformat(),
        ),
        source=sources(evaluation, used),
        alt=_tiles_alt(frame),
        data=frame.assign(state=frame["state"].map(say)).reset_index(drop=True),
        key="years",
    )


def _tiles_finding(frame: pd.DataFrame) -> str:
    years = sorted(set(frame["year"]))
    total = len(set(frame["name"]))
    there = frame[frame["state"] == OWN].groupby("year")["name"].nunique()
    empty = [year for year in years if year not in there.index]
    text = say(
        "{}项指标在{}年中平均各有{:.1f}年有可用的公布值", total, len(years), _per_series(frame)
    )
    return text + (say("；{}一项也没有", spans(empty)) if empty else "")


def _per_series(frame: pd.DataFrame) -> float:
    return float((frame["state"] == OWN).sum() / frame["name"].nunique())


def spans(years: list[int]) -> str:
    """Return years as text, consecutive ones joined.

    Examples
    --------
    >>> spans([2016, 2017, 2018, 2021])
    '2016—2018年、2021年'
    """
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return say("、").join(
        say("{}—{}年", r[0], r[-1]) if len(r) > 1 else say("{}年", r[0]) for r in runs
    )


def _tiles_alt(frame: pd.DataFrame) -> str:
    facts = []
    for name, rows in frame.groupby("name", sort=False):
        years = [str(year) for year in rows.loc[rows["state"] == OWN, "year"]]
        facts.append(say("{}：{}", name, say("、").join(years) if years else say("无可用年份")))
    return say("；").join(facts)


def tiles_reading(evaluation: Evaluation) -> str:
    """Say how many of the indicators asked for have no figure at all, and what follows."""
    wanted = len(_wanted(evaluation))
    shown = availability(evaluation)["name"].nunique()
    text = say("本规划目标共用{}项指标，每一项都有年度公布值。", wanted)
    if wanted > shown:
        text = say(
            "本规划目标共用{}项指标，其中{}项没有任何年度公布值，图上不列。", wanted, wanted - shown
        )
    if shown:
        text += say("空格是没有公布，不是零；空年份不补数，年均增速只由首尾两个公布值计算。")
    return text


# --- corrections and sources ------------------------------------------------------------------


def _in_force(evaluation: Evaluation, row: Mapping[Any, Any]) -> bool:
    """Tell whether both the figure and the ground for correcting it are known by the date."""
    day = evaluation.data.sources[row["source"]]["published"]
    known = evaluation.data.known(evaluation.as_of)
    same = known[["region", "indicator", "period"]].eq(
        [row["region"], row["indicator"], row["period"]]
    )
    return (day is None or day <= evaluation.as_of) and bool(same.all(axis=1).any())


def corrections_view(evaluation: Evaluation) -> Table | str:
    """Return the declared corrections in force on the as-of date, before and after."""
    data, names = evaluation.data, evaluation.data.indicators
    rows = []
    for row in data.corrections.to_dict("records"):
        if not _in_force(evaluation, row):
            continue
        rows.append(
            {
                say("对象"): either("{} {}", "{}, {}").format(
                    region_name(data, row["region"]), worded(names[row["indicator"]], "name")
                ),
                say("年份"): row["period"],
                say("原值"): row["printed_expect"],
                say("更正为"): row["printed_value"],
                say("理由"): either(row["reason"], row["reason_en"]),
                say("出处"): f"{row['source']} {place(row['locator'])}",
            }
        )
    if not rows:
        return say("没有声明过更正：所有数值都按来源原样使用。")
    return Table(
        pd.DataFrame(rows),
        say("已声明的更正：{}处", len(rows)),
        source=titles(evaluation, (row[say("出处")].split(" ")[0] for row in rows)),
        note=say("更正只在原值仍与声明相符时生效；来源一旦改动，须重新核对后才能评估。"),
        align=["left", "left", "right", "right", "left", "left"],
        key="corrections",
    )


def used_sources(evaluation: Evaluation) -> list[str]:
    """Return the sources behind the plan, the figures known, the audit and the milestones."""
    data, audit = evaluation.data, evaluation.audit
    found = {evaluation.plan.source, *(item.target.source for item in evaluation.indicators)}
    found |= set(data.known(evaluation.as_of)["source"])
    found |= {name for f in (*audit.findings, *audit.agreements) for name in f.sources}
    found |= {i.target.milestone["source"] for i in evaluation.indicators if i.target.milestone}
    # what chapters cite beside the observations: factors of fuels, the months of another port
    found |= set(emission_factors(None, data, evaluation.as_of)["source"])
    if port_months(data.root, as_of=evaluation.as_of) is not None:
        found.add(MONTHS_SOURCE)
    return [name for name in data.sources if name in found]


def sources_table(evaluation: Evaluation) -> Table:
    """Return every source used: title, reliability, day published and its basis, address."""
    rows = []
    for name in used_sources(evaluation):
        source = evaluation.data.sources[name]
        day = source["published"]
        basis = PUBLISHED_ZH.get(source["published_basis"] or "", "")
        rows.append(
            {
                say("编号"): name,
                say("标题"): listed_title(source["title"]),
                say("可靠性"): RELIABILITY_ZH[source["reliability"]],
                say("公布日"): say("不详") if day is None else f"{day.isoformat()}{basis}",
                say("地址"): source["address"] or "—",
            }
        )
    return Table(
        pd.DataFrame(rows),
        say("来源：{}种", len(rows)),
        note=say(
            "“最迟”指公布日不详，按可能的最晚日期计；“据网址”指由网址推断；“不详”的来源，其数值各按可能的最晚日期计，不会提前使用。“—”为地址不详。"
        ),
        align=["left"] * 5,
        key="sources",
    )


def sources_reading(evaluation: Evaluation) -> str:
    """Say how reliable the sources are and how many cannot be dated."""
    names = used_sources(evaluation)
    rows = [evaluation.data.sources[name] for name in names]
    grades = Counter(row["reliability"] for row in rows)
    told = say("、").join(
        say("{}{}种", word, grades[code]) for code, word in RELIABILITY_ZH.items()
    )
    undated = sum(row["published"] is None for row in rows)
    return say("{}种来源中，可靠性{}；公布日不详的{}种。", len(names), told, undated)


# The audit chapter: contradictions, price bases, calibers, rounding, revisions, and its reach.


LARGEST = 3
# what a contradiction found by a rule means for who cites the figures
MEANINGS = Terms(
    {
        "growth_vs_endpoints": "两者不能同时引用；本报告只用首尾数值，不用该公布增速。",
        "growth_pair": "两个增速至少有一个不能照用；本报告都不采用。",
        "parts_vs_whole": "整体与部分不能同时成立，引用其中一个时应写明另一个。",
        "total_vs_yearly": "单年数相加不能用来判断这项目标。",
        "series_vs_growth": "前后两个数不能连成一条序列计算增速。",
        "index_vs_growth": "该指数不能当作可比价指数使用。",
        "claim_vs_document": "采用哪一个应核对原件；本报告不在两者之间取舍。",
        "domains": "这组数字不能一起引用，应先核对各数的口径与价格基础。",
        "target_vs_base": "达到目标不等于比基期改善。",
        "target_vs_text": "两处承诺分开评价，不合并。",
    }
)


def own_regions(evaluation: Evaluation) -> set[str]:
    """Return the plan's region, its parts, and the places its targets are set for."""
    plan = evaluation.plan
    parts = {name for name, row in evaluation.data.regions.items() if row["parent"] == plan.region}
    return {plan.region, *parts, *(target.region for target in plan.targets)}


def touching(evaluation: Evaluation, findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings on the plan's targets or on the figures they are judged by.

    Those that name a target of the plan come first.
    """
    plan, pairs = evaluation.plan, _pairs(evaluation)
    named = [f for f in findings if any(t.startswith(f"{plan.plan_id}/") for t in f.targets)]
    other = [f for f in findings if not f.targets and (f.region, f.indicator) in pairs]
    return named + [finding for finding in other if finding not in named]


def _pairs(evaluation: Evaluation) -> set[tuple[str, str]]:
    """Return region and indicator of every series a target of the plan looks at."""
    pairs = set()
    for target in evaluation.plan.targets:
        pairs |= {(target.region, name) for name in (target.indicator, *target.proxies)}
        if target.context:
            region, _, indicator = target.context.partition(":")
            pairs.add((region, indicator or target.indicator))
        if target.comparator:
            region, _, indicator = target.comparator.rpartition(":")
            pairs.add((region or evaluation.plan.region, indicator))
    return pairs


def contradictions_table(evaluation: Evaluation) -> Table | str:
    """Return every contradiction: what is printed, what follows, by which rule, where."""
    found = evaluation.audit.of("contradiction")
    if not found:
        return say(
            "在{}及以前公布的数字中没有查出矛盾。没有查出不等于没有：核对只能覆盖已公布的数字。",
            evaluation.as_of.isoformat(),
        )
    rows = [
        {
            say("编号"): finding.finding_id,
            say("对象"): subject(finding),
            say("公布"): stated(finding),
            say("推得"): implied(finding),
            say("规则"): either(*RULE_NAMES[finding.rule]),
            say("出处"): _places(finding),
        }
        for finding in found
    ]
    return Table(
        pd.DataFrame(rows),
        say("公布数字之间的矛盾：{}处", len(found)),
        source=titles(evaluation, (name for finding in found for name in finding.sources)),
        note=say(
            "“推得”由同一或另一处公布的数字算出，不是更正值；两个数都保留，没有改动。核对覆盖截止日以前公布的全部数字，不限于评估年。"
        ),
        align=["left"] * 6,
        key="contradictions",
    )


def _places(finding: Finding) -> str:
    places = dict.fromkeys((one.source, one.locator) for one in finding.where)
    by_source: dict[str, list[str]] = {}
    for source, locator in places:
        by_source.setdefault(source, []).append(place(locator))
    return say("；").join(
        f"{source} {say('、').join(said[:2])}" for source, said in by_source.items()
    )


def contradiction_notes(evaluation: Evaluation) -> str:
    """Return one or two sentences for each contradiction that touches this plan."""
    found = evaluation.audit.of("contradiction")
    if not found:
        return ""
    near = touching(evaluation, found)
    if not near:
        return say("以上{}处都不涉及本规划目标所用的指标。", len(found))
    head = say("其中{}处涉及本规划的目标或其所用指标：", len(near))
    lines = [
        plain(
            say(
                "{}（{}）：{}。{}",
                f.finding_id,
                subject(f),
                why(f).rstrip("。"),
                MEANINGS[f.rule],
            )
        )
        for f in near
    ]
    return head + "\n\n" + bullets(lines)


def prices_view(evaluation: Evaluation) -> Table | str:
    """Return the zone's figures whose rate and levels differ only by the price basis."""
    found = evaluation.audit.of("price_basis")
    own = [finding for finding in found if finding.region in own_regions(evaluation)]
    if not own:
        return say("本规划范围内没有仅因价格基础不同而不一致的增速与总量。")
    rows = [
        {
            say("编号"): finding.finding_id,
            say("对象"): subject(finding),
            say("公布增速"): _rate(finding, finding.stated),
            say("总量推得（现价）"): _rate(finding, finding.implied),
            say("说明"): why(finding),
        }
        for finding in own
    ]
    return Table(
        pd.DataFrame(rows),
        say("现价与可比价之差：本规划范围内{}处", len(own)),
        source=titles(evaluation, (name for finding in own for name in finding.sources)),
        note=say("公布增速按惯例为可比价；两列不是同一个量，不得相减作为误差。"),
        align=["left", "left", "right", "right", "left"],
        key="prices",
    )


def prices_elsewhere(evaluation: Evaluation) -> str:
    """Count the price-basis differences of other places, which the table leaves out."""
    own = own_regions(evaluation)
    away = [f for f in evaluation.audit.of("price_basis") if f.region not in own]
    if not away:
        return ""
    places = Counter(region_name(evaluation.data, finding.region) for finding in away)
    told = say("、").join(say("{}{}处", name, count) for name, count in places.items())
    return say("同样情形在其他区域还有{}处（{}），不逐一列出，也不算矛盾。", len(away), told)


def verdict_view(evaluation: Evaluation, verdict: str) -> Table | str:
    """Return the findings of one milder verdict (caliber, rounding, tension), zone first."""
    name = either(*VERDICT_NAMES[verdict])
    own = own_regions(evaluation)
    found = sorted(evaluation.audit.of(verdict), key=lambda f: f.region not in own)
    if not found:
        return say("没有“{}”一类的情形。", name)
    rows = [
        {
            say("编号"): finding.finding_id,
            say("对象"): subject(finding),
            say("公布"): stated(finding),
            say("推得"): implied(finding),
            say("说明"): why(finding),
        }
        for finding in found
    ]
    return Table(
        pd.DataFrame(rows),
        say("{}：{}处", name, len(found)),
        source=titles(evaluation, (s for finding in found for s in finding.sources)),
        align=["left"] * 5,
        key=verdict,
    )


def revisions_view(evaluation: Evaluation) -> Table | str:
    """Return the largest revisions of levels between two published versions of one figure."""
    levels = [f for f in evaluation.audit.of("revision") if f.unit != "%" and f.stated]
    if not levels:
        return say("没有同一数字的不同版本可比。")
    largest = sorted(levels, key=lambda f: -abs(_shift(f)))[:LARGEST]
    rows = [
        {
            say("编号"): finding.finding_id,
            say("对象"): subject(finding),
            say("一处"): amounts.amount(figure_of(finding, finding.stated), finding.unit),
            say("另一处"): amounts.amount(figure_of(finding, finding.implied), finding.unit),
            say("相差"): _rate(finding, _shift(finding), 2),
            say("说明"): why(finding),
        }
        for finding in largest
    ]
    return Table(
        pd.DataFrame(rows),
        say("相差最大的{}处版本修订", len(largest)),
        source=titles(evaluation, (name for finding in largest for name in finding.sources)),
        align=["left", "left", "right", "right", "right", "left"],
        key="revisions",
    )


def _rate(finding: Finding, value: float | None, digits: int = 1) -> str:
    return percent(figure_of(finding, value), digits, sign=True)


def _shift(finding: Finding) -> float:
    return 100 * ((finding.implied or 0.0) / (finding.stated or 1.0) - 1)


def revisions_reading(evaluation: Evaluation) -> str:
    """Count the revisions and say which version is used."""
    found = evaluation.audit.of("revision")
    if not found:
        return ""
    own = sum(finding.region in own_regions(evaluation) for finding in found)
    if own:
        text = say("超出取整误差的基数或版本修订共{}处，其中本规划范围内{}处。", len(found), own)
    else:
        text = say("超出取整误差的基数或版本修订共{}处，没有一处在本规划范围内。", len(found))
    return text + say(
        "同一年份有几个版本时，采用截止日以前最后阶段的数（修订数、最终核实、公布数、初步数依次优先），其余版本保留在数据中。"
    )


def coverage_view(evaluation: Evaluation) -> Table | str:
    """Return how many comparisons each rule made and how many of them agree."""
    audit = evaluation.audit
    if not audit.findings and not audit.agreements:
        return say("在截止日以前公布的数字中，没有两个可以互相核对。")
    agreeing = Counter(finding.rule for finding in audit.agreements)
    against = Counter(f.rule for f in audit.findings if f.verdict == "contradiction")
    listed = Counter(finding.rule for finding in audit.findings)
    rows = [
        {
            say("规则"): either(*RULE_NAMES[rule]),
            say("核对"): agreeing[rule] + listed[rule],
            say("相符"): agreeing[rule],
            say("矛盾"): against[rule],
            say("其他说明"): listed[rule] - against[rule],
        }
        for rule in RULES
        if agreeing[rule] + listed[rule]
    ]
    return Table(
        pd.DataFrame(rows),
        say("各规则核对的次数与结果"),
        note=say("“其他说明”指价格基础、口径、版本、舍入边缘或难以并存，不是矛盾。"),
        key="coverage",
    )


def coverage_reading(evaluation: Evaluation) -> str:
    """Say how far the audit reaches and how much of it agrees."""
    audit = evaluation.audit
    agreeing, total = len(audit.agreements), len(audit.findings) + len(audit.agreements)
    if not total:
        return ""
    kinds = say("、").join(
        say("{}{}处", name, len(audit.of(verdict)))
        for verdict, name in ((key, either(*names)) for key, names in VERDICT_NAMES.items())
        if verdict != "agrees" and audit.of(verdict)
    )
    return (
        say("共核对{}次，{}次相符（{}）", total, agreeing, amounts.share(agreeing / total, 0))
        + (say("，其余为{}", kinds) if kinds else "")
        + say("。相符只说明几个公布数字彼此不冲突，不证明它们准确。")
    )
