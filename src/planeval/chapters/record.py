"""What changed since the report before, and how this one is made again."""

from __future__ import annotations

import pandas as pd

from analysis import __version__
from analysis.data.changes import dated
from analysis.data.observations import STATUS_ZH
from analysis.data.series import Datum
from analysis.targets.evaluation import Evaluation
from analysis.targets.past import changed, fresh_figures
from analysis.targets.types import IndicatorEvaluation
from planeval.chapters.cells import bullets, plain, sources
from planeval.show.table import Table
from planeval.words import figures as amounts
from planeval.words import target as wording
from planeval.words.language import say, spoken, worded


def fresh_table(evaluation: Evaluation, before: Evaluation | None) -> Table | str:
    """Return the figures behind the targets that became known since the report before."""
    found = fresh_figures(evaluation, before)
    if before is None and evaluation.year > evaluation.plan.start_year:
        return say("上次评估时还没有公布可用的数据，没有可以比较的报告。")
    if before is None:
        return say("这是规划期的第一次评估，没有上次的报告可以比较。")
    if not found:
        return say(
            "上次评估的数据截至{}；此后没有公布涉及本规划目标、{}年及以前的新数值。",
            before.as_of.isoformat(),
            evaluation.year,
        )
    return Table(
        pd.DataFrame([_figure_row(evaluation, figure) for figure in found]),
        say("{}以后公布的数值：{}个", before.as_of.isoformat(), len(found)),
        source=sources(evaluation, found),
        align=["left"] * 5,
        key="fresh",
    )


def _figure_row(evaluation: Evaluation, figure: Datum) -> dict[str, str]:
    data = evaluation.data
    name = worded(data.indicators[figure.indicator], "name")
    return {
        say("指标"): say("{}：{}", data.name(figure.region), name),
        say("时期"): figure.period,
        say("数值"): amounts.QUALIFIER_ZH[figure.qualifier]
        + amounts.amount(figure.value, figure.unit),
        say("状态"): STATUS_ZH[figure.status],
        say("公布日"): figure.published.isoformat(),
    }


def changed_table(evaluation: Evaluation, before: Evaluation | None) -> Table | str:
    """Return the targets judged otherwise than in the report before, and by what."""
    if before is None:
        return ""
    found = changed(evaluation, before)
    if not found:
        return say("各项目标的结论、证据等级和目标值都与上次评估相同。")
    frame = pd.DataFrame(
        {
            say("指标"): now.target.name,
            say("上次（{}年）", before.year): _answer(then),
            say("本次（{}年）", evaluation.year): _answer(now),
            say("缘由"): _cause(evaluation, before, now, then),
        }
        for now, then in found
    )
    return Table(
        frame,
        say("结论有变的目标：{}项", len(found)),
        note=say("上次的结论按当时的数据截止日（{}）重算。", before.as_of.isoformat()),
        align=["left"] * 4,
        key="changed",
    )


def _answer(item: IndicatorEvaluation | None) -> str:
    if item is None:
        return say("未列入")
    return say("{}，证据{}", item.word, item.evidence.grade)


def _cause(
    evaluation: Evaluation,
    before: Evaluation,
    now: IndicatorEvaluation,
    then: IndicatorEvaluation | None,
) -> str:
    """Name what moved a verdict: the target, a new figure, a later year, or the record."""
    if then is None:
        return say("目标为此后新增")
    if now.target.withdrawn and not then.target.withdrawn:
        return say("目标已撤销")
    if now.target.assigned and not then.target.assigned:
        return say("目标值已由上级下达：{}", wording.target_text(now))
    if now.target.status != then.target.status or now.target.target != then.target.target:
        return say("目标有调整：现为{}", wording.target_text(now))
    new = [f for f in (now.series.data if now.series else ()) if f.published > before.as_of]
    if new:
        years = say("、").join(figure.period for figure in new)
        return say("新公布{}年数值", years)
    if now.latest is not None and (then.latest is None or now.latest.period != then.latest.period):
        return say("评估年推进，用到{}年数值", now.latest.period)
    told = now.target.milestone
    if told and told != then.target.milestone and told["known_from"] > before.as_of:
        return say("新公布公开记录（{}）", dated(told))
    if now.outlook.reason:
        return now.outlook.reason
    return say("评估年推进")


def again(evaluation: Evaluation, previous: str = "", scenario: str = "") -> str:
    """Return how to make this report again and what it rests on, as a list.

    Parameters
    ----------
    evaluation : Evaluation
        What the report tells.
    previous : str
        Last day of the data of the report before, where this one was told it.
    scenario : str
        The scenario its chapters tell, where one was asked for.
    """
    plan, data = evaluation.plan.plan_id, evaluation.data
    command = f"planeval report {plan} --year {evaluation.year} --as-of {evaluation.as_of}"
    for name, value in (("previous", previous), ("scenario", scenario)):
        command += f" --{name} {value}" if value else ""
    if spoken() == "en":
        command += " --lang en"
    return bullets(
        [
            say("**命令**：`{}`", command),
            say("**版本**：plan-evaluation {}", __version__),
            say(
                "**数据**：观测值{}条，来源{}个，其中{}及以前公布的参加评估。",
                amounts.number(len(data.observations)),
                len(data.sources),
                evaluation.as_of.isoformat(),
            ),
            say(
                "**核对**：每个输入文件的校验值、每个数字所在的数据行，写在与报告同一文件夹的"
                " manifest.json；输入相同，重新生成的网页和PDF逐字节相同。"
            ),
            say("**出处**：任一数字的来源和算法：`planeval trace {} {} --year {}`", plain(plan),
                say("指标代码"), evaluation.year),
        ]
    )  # fmt: skip
