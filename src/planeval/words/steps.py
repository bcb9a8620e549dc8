"""How a target's figures were worked out, what was left out, and the ways ahead, in words.

:mod:`analysis.targets.explain`, ``path`` and ``ahead`` give codes and figures; here are their
names, rules, formulas and sentences. A formula has its numbers put in, unrounded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

from analysis.data.errors import Reason
from analysis.data.observations import Data
from analysis.data.series import Datum, Series
from analysis.targets.types import IndicatorEvaluation
from planeval.words.cell import Origin
from planeval.words.language import Terms, either, mark, say, worded
from planeval.words.names import STATUS_ZH, dated
from planeval.words.reasons import said

#: The computed figures: code -> Chinese, English.
LABELS: dict[str, tuple[str, str]] = {
    "completion": ("完成度", "completion"),
    "schedule": ("时序进度", "schedule"),
    "realised_growth_pct": ("年均增速（基期至最新）", "growth a year, base to latest"),
    "required_growth_pct": ("仍需年均增速", "growth a year still required"),
    "required_change": ("仍需每年变化", "change a year still required"),
    "met": ("最新值是否达标", "latest value meets the target"),
    "level_needed": ("目标相当于的水平", "level the target amounts to"),
    "to_date": ("截至目前的累计", "total to date"),
    "pace_pct": ("目标相当于的年均增速", "growth a year the target amounts to"),
    "years_met": ("达标年数", "years met"),
    "differences_pp": ("年均增速之差", "difference of growth a year"),
    "probability": ("达到目标的概率", "probability of the target"),
    "median": ("预测中位数", "median forecast"),
    "lo80": ("80%区间下端", "lower end of the 80% interval"),
    "hi80": ("80%区间上端", "upper end of the 80% interval"),
    "expected_year": ("预计达到年份", "year the median gets there"),
}
#: How a figure is worked out: code -> the rule in words, and the formula its inputs go into;
#: none for what is counted or read off a forecast.
RULES: dict[str, tuple[str, str]] = {
    "share_of_way": (
        mark("（最新值−基期值）÷（目标值−基期值）"),
        "({latest} − {base}) ÷ ({goal} − {base})",
    ),
    "total_of_goal": (mark("累计数÷目标值"), "{total} ÷ {goal}"),
    "share_of_years": (
        mark("（评估年−基期年）÷（目标年−基期年）"),
        "({year} − {base_year}) ÷ ({target_year} − {base_year})",
    ),
    "share_of_declared_path": (
        mark("规定路径到评估年应走过的份额"),
        "({from_value} + ({to_value} − {from_value}) × ({year} − {from_year})"
        " ÷ ({to_year} − {from_year}) − {base}) ÷ ({goal} − {base})",
    ),
    "growth_so_far": (
        mark("（最新值÷基期值）开年数次方，减1"),
        "100 × (({latest} ÷ {base})^(1 ÷ {years}) − 1)",
    ),
    "growth_to_goal": (
        mark("（目标水平÷最新值）开剩余年数次方，减1"),
        "100 × (({goal} ÷ {latest})^(1 ÷ {years}) − 1)",
    ),
    "change_to_goal": (mark("（目标值−现值）÷剩余年数"), "({goal} − {now}) ÷ {years}"),
    "at_least": (mark("不低于目标"), "{now} ≥ {goal}"),
    "at_most": (mark("不高于目标"), "{now} ≤ {goal}"),
    "at_least_with_tolerance": (mark("不低于目标"), "{now} ≥ {goal} − {tolerance}"),
    "at_most_with_tolerance": (mark("不高于目标"), "{now} ≤ {goal} + {tolerance}"),
    "growth_at_least": (mark("年均增速不低于目标"), ""),
    "growth_at_most": (mark("年均增速不高于目标"), ""),
    "differences_above": (mark("各序列之差大于{points}个百分点"), ""),
    "differences_within": (mark("各序列之差不超过±{points}个百分点"), ""),
    "grown_base": (
        mark("基期值×（1＋年均增速）的年数次方"),
        "{base} × (1 + {growth_pct} ÷ 100)^{years}",
    ),
    "multiple_of_base": (mark("基数×倍数"), "{multiple} × {base}"),
    "sum_of_years": (mark("各年之和"), "({values})"),
    "compounded_reductions": (mark("1−Π（1−各年降低率）"), "100 × (1 − {values})"),
    "published_total": (mark("公布的累计数"), "{total}"),
    "pace_of_multiple": (mark("倍数开年数次方，减1"), "100 × ({multiple}^(1 ÷ {years}) − 1)"),
    "years_published": (mark("{from_year}—{to_year}年应达标{due}年，公布{published}年"), ""),
    "difference_of_growth": (
        mark("{from_year}—{to_year}年年均增速，减参照指标同期年均增速"),
        "100 × (({latest} ÷ {base})^(1 ÷ {years})"
        " − ({reference_latest} ÷ {reference_base})^(1 ÷ {years}))",
    ),
    "forecast": (mark("{year}年预测分布"), ""),
    "growth_forecast": (mark("{year}年预测分布，折成{base_year}—{year}年年均增速"), ""),
    "pairs_drawn": (mark("两条序列的预测成对抽取{paths:,}次（种子{seed}），年均增速之差"), ""),
    "years_left_drawn": (mark("剩余各年由预测抽取{paths:,}次（种子{seed}），加上已有累计"), ""),
    "chance": (mark("{drawn}中达到目标一侧的概率"), ""),
    "share_of_draws": (mark("{drawn}中达到目标的份额"), ""),
    "total_only_rises": (mark("累计数只增不减，已达到目标"), ""),
    "quantile": (mark("{drawn}的{pct}%分位数"), ""),
    "least_of_series": (mark("{each}，取各序列中最小者"), ""),
    "greatest_of_series": (mark("{each}，取各序列中最大者"), ""),
    "first_year_of_median": (mark("预测中位数首次达到目标的年份"), ""),
}
#: How the years' values stand in a formula, and what stands between them.
_EACH = {"sum_of_years": ("{}", " + "), "compounded_reductions": ("(1 − {} ÷ 100)", " × ")}
#: Why a figure is missing: code -> Chinese, English.
MISSING: dict[str, tuple[str, str]] = {
    "kind_has_none": ("这类目标没有此项", "this kind of target has none"),
    "milestone_judged_by_evidence": (
        "事项只看有无公开证据",
        "a milestone is judged by public evidence alone",
    ),
    "growth_has_no_completion": (
        "以年均增速评价，没有完成度",
        "judged by growth a year: no completion",
    ),
}
#: Who tells why where the step does not.
TELLERS = {"state_tells": "state", "outlook_tells": "outlook"}
#: Why a figure or a document was not used.
LEFT_OUT: dict[str, str] = {
    "published_later": mark("公布于{published}，晚于截止日{as_of}"),
    "later_year": mark("晚于评估年{year}"),
    "part_year": mark("不是整年的数，不与年度目标相比"),
    "not_judged": mark("目标没有数值，尚未与任何数相比"),
    "other_caliber": mark("口径为“{caliber}”，与所用的“{used}”不可并入一条序列"),
    "price_basis": mark("价格基础与目标不同，不可相比"),
    "older_vintage": mark("同年另有第{row}行的{status}在用（{better}）"),
    "context": mark("其他地区或口径的数值，只作背景，不用于判断"),
    "correction_later": mark("更正的依据公布于{published}，晚于截止日{as_of}"),
    "assigned_later": mark("目标值下达{day}，晚于截止日{as_of}"),
    "revised_later": mark("目标调整{day}，晚于截止日{as_of}"),
    "path_later": mark("逐年路径规定{day}，晚于截止日{as_of}"),
    "milestone_later": mark("进展报道{day}，晚于截止日{as_of}"),
}
#: By what the figure in use was preferred to another of its year.
BETTER: dict[str, str] = {
    "caliber_of_target": mark("口径与目标相同"),
    "stage_ranks_above": mark("阶段优先于{status}"),
    "newer": mark("公布较晚"),
    "more_reliable_or_later": mark("来源较可靠或次序在后"),
}

#: Where a year's value of a path comes from: code -> Chinese, English.
ORIGINS: dict[str, tuple[str, str]] = {
    "base": ("基期", "base"),
    "declared": ("规定", "declared"),
    "computed": ("推算", "computed"),
    "target": ("目标", "target"),
}
#: Why a target has no path from base to target year.
NO_PATH = Terms(
    {
        "withdrawn": "目标已撤销，没有路径。",
        "kind_has_no_path": "这类目标没有从基期到目标年的逐年路径。",
        "not_assigned": "未取得下达的目标值，没有路径。",
        "no_base_value": "基期值未公布，路径无从算起。",
        "target_year_not_after_base": "目标年不在基期之后，没有路径。",
        "growth_rate": "增速类目标按当年值评价，没有逐年路径。",
        "base_meets_target": "基期已达目标，没有要走的路径。",
        "equal_growth_needs_positive_level": "等速路径只对正的总量有定义。",
        "declared_end_is_not_target": "路径文件对目标年规定的数值与现行目标不同，不作分解。",
    }
)
#: The shapes of a proposal: code -> Chinese, English.
SHAPES: dict[str, tuple[str, str]] = {
    "forecast": ("按预测走势加等量努力", "the forecast's course and equal extra effort"),
    "growth": ("每年同一增速", "equal growth"),
    "steps": ("每年等量", "equal steps"),
    "hold": ("已达目标，保持", "the target is met: hold it"),
}
#: Why no path can be proposed: code -> Chinese, English.
NO_PROPOSAL: dict[str, tuple[str, str]] = {
    "withdrawn": ("目标已撤销", "the target was withdrawn"),
    "kind_has_no_yearly_level": (
        "这类目标没有逐年水平",
        "a target of this kind has no level for each year",
    ),
    "not_assigned": ("目标值尚未下达", "the number has not been assigned"),
    "growth_rate": ("增速按当年值评价", "a growth rate is judged by its own year"),
    "nothing_published": ("没有公布值，无从起步", "nothing is published to start from"),
    "no_year_left": ("目标年已到，没有余下的年份", "no year is left"),
}
#: The scenarios to the target year: code -> Chinese, English.
SCENARIOS: dict[str, tuple[str, str]] = {
    "baseline": ("基线（预测中位数）", "baseline: median of the forecast"),
    "plan": ("规划路径（达到目标）", "plan: what the target needs"),
    "low": ("低位（预测10%分位）", "low: 10% quantile of the forecast"),
    "high": ("高位（预测90%分位）", "high: 90% quantile of the forecast"),
}
#: Why a target has no scenarios.
NO_SCENARIOS: dict[str, str] = {
    "withdrawn": mark("目标已撤销，不作情景。"),
    "no_level_target": mark("没有总量目标，不作情景。"),
    "nothing_published": mark("没有公布值，不作情景。"),
    "target_year_published": mark("目标年（{year}年）的数值已经公布，情景没有可以推算的年份。"),
    "no_forecast": mark("{why}，不作情景。"),
}


def exact(value: float) -> str:
    """Return a number of a formula with every digit it has, a negative one in brackets.

    Examples
    --------
    >>> exact(226.0), exact(125.98), exact(-1.5)
    ('226', '125.98', '(−1.5)')
    """
    text = f"{value:.12g}"
    return f"(−{text[1:]})" if text.startswith("-") else text


def rule(how: Reason | None) -> str:
    """Return a rule in words, in the language spoken; empty where there is none.

    Examples
    --------
    >>> rule(Reason("quantile", drawn=Reason("forecast", year=2025), pct=10))
    '2025年预测分布的10%分位数'
    """

    def told(value: Any) -> Any:
        if isinstance(value, Reason):
            return rule(value)
        return exact(value) if isinstance(value, float) else value

    if how is None:
        return ""
    return say(RULES[how.code][0], **{name: told(value) for name, value in how.figures.items()})


def formula(how: Reason | None) -> str:
    """Return a rule with its numbers put in; empty for what is counted or read off a forecast.

    Examples
    --------
    >>> total = Reason("sum_of_years", values=[2.0, 2.5])
    >>> formula(Reason("total_of_goal", total=total, goal=11.0))
    '(2 + 2.5) ÷ 11'
    """

    text = RULES[how.code][1] if how else ""
    if not how or not text:
        return ""
    form, between = _EACH.get(how.code, ("{}", ""))

    def put(value: Any) -> str:
        if isinstance(value, Reason):
            return formula(value)
        each = value if isinstance(value, list) else [value]
        return between.join(form.format(exact(one)) for one in each)

    return text.format(**{name: put(value) for name, value in how.figures.items()})


def missing(reason: Reason | None, item: IndicatorEvaluation) -> str:
    """Say why a figure of a target is missing, in the language spoken; empty where it is not.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> talent = evaluate("jiaxing-14fyp", 2024).get("talent")
    >>> missing(Reason("outlook_tells"), talent), missing(Reason("kind_has_none"), talent)
    ('没有公布的数值', '这类目标没有此项')
    """
    if reason is None:
        return ""
    if reason.code in TELLERS:
        told = {"state": (item.state.reason,), "outlook": item.outlook.reasons}
        return said(*told[TELLERS[reason.code]])
    return either(*MISSING[reason.code])


def left_out(reason: Reason, data: Data) -> str:
    """Say why a figure or a document was not used, in the language spoken.

    Examples
    --------
    >>> from analysis.data.observations import load
    >>> left_out(Reason("later_year", year=2024), load())
    '晚于评估年2024'
    """
    told = dict(reason.figures)
    if reason.code == "older_vintage" and not told:
        return say("同年已有别的版本")
    for name in ("caliber", "used"):
        if name in told:
            told[name] = worded(data.calibers[told[name]], "name")
    if "status" in told:
        told["status"] = STATUS_ZH[told["status"]]
    if "better" in told:
        better = told["better"]
        stages = {name: STATUS_ZH[status] for name, status in better.figures.items()}
        told["better"] = say(BETTER[better.code], **stages)
    if "known_from" in told:
        day = dated(told)
        zh = f"于{day}" if told["known_from"] == told["date"] else f"（{day}）"
        told["day"] = either(zh, day)
    return say(LEFT_OUT[reason.code], **told)


def no_scenarios(reason: Reason, item: IndicatorEvaluation) -> str:
    """Say why a target has no scenarios, in the language spoken.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> gdp = evaluate("jiaxing-13fyp", 2018).get("gdp")
    >>> no_scenarios(Reason("no_forecast"), gdp)
    '只有一个公布值，无法判断走势，不作情景。'
    """
    why = said(*item.outlook.reasons) or say("公布值不足以预测")
    return say(NO_SCENARIOS[reason.code], **reason.figures, why=why)


# --- Figures that a chapter works out of a few observations ---


#: Steps over observations by name, as the list of figures prints them.
STEPS = Terms(
    {
        "growth": "比上年增长＝（本年÷上年−1）×100",
        "mean": "年均增速＝（末年÷首年）的年数次方根−1，乘100",
        "total": "总增幅＝（末年÷首年−1）×100",
        "index": "指数（上年=100）−100",
        "chained": "逐年指数连乘，开年数次方根，减1，乘100",
        "share": "比重＝部分÷整体×100",
        "excess": "高出＝（后者÷前者−1）×100，同年两种口径",
        "rate": "每万吨货物的标箱数＝万标箱÷万吨×10000",
        "difference": "差＝前者−后者",
        "ratio": "比值＝前者÷后者",
    }
)
#: What a step makes of its values, with the formula that they are put into by their places.
_MADE: dict[str, tuple[Callable[..., float], str]] = {
    "growth": (lambda first, last: 100 * (last / first - 1), "({1} ÷ {0} − 1) × 100"),
    "index": (lambda index: index - 100, "{0} − 100"),
    "share": (lambda whole, part: 100 * part / whole, "{1} ÷ {0} × 100"),
    "rate": (lambda cargo, boxes: 10_000 * boxes / cargo, "{1} ÷ {0} × 10000"),
    "difference": (lambda one, other: one - other, "{0} − {1}"),
    "ratio": (lambda one, other: one / other, "{0} ÷ {1}"),
}
_MADE |= dict.fromkeys(("total", "excess"), _MADE["growth"])


@dataclass(frozen=True)
class Reckoned:
    """A figure worked out: the step, by its code in :data:`STEPS`, and its observations in order.

    Examples
    --------
    >>> from types import SimpleNamespace as Observation
    >>> both = Observation(value=182.0, year=2020), Observation(value=226.0, year=2024)
    >>> Reckoned("mean", both).formula, round(Reckoned("mean", both).value, 2)
    ('((226 ÷ 182)^(1/4) − 1) × 100', 5.56)
    """

    step: str
    of: tuple[Datum, ...]

    @property
    def origin(self) -> Origin:
        """Rows and step, as a printed figure carries them."""
        return Origin(tuple(item.row for item in self.of), self.step)

    @property
    def _values(self) -> list[float]:
        return [item.value for item in self.of]

    @property
    def _years(self) -> int:
        return len(self.of) if self.step == "chained" else self.of[1].year - self.of[0].year

    @property
    def value(self) -> float:
        """The result, unrounded, in its unit."""
        if self.step in _MADE:
            return _MADE[self.step][0](*self._values)
        ratio = prod(value / 100 for value in self._values)
        if self.step == "mean":
            ratio = self._values[1] / self._values[0]
        return 100 * (ratio ** (1 / self._years) - 1)

    @property
    def unit(self) -> str:
        """What the result is in, as it is printed."""
        if self.step == "difference":
            return self.of[0].unit
        return "" if self.step in ("rate", "ratio") else "%"

    @property
    def formula(self) -> str:
        """The step with its numbers put in, as it can be done again on paper."""
        if self.step in _MADE:
            return _MADE[self.step][1].format(*map(exact, self._values))
        ratio = " × ".join(exact(value / 100) for value in self._values)
        if self.step == "mean":
            ratio = f"{exact(self._values[1])} ÷ {exact(self._values[0])}"
        return f"(({ratio})^(1/{self._years}) − 1) × 100"


def step(code: str, *of: Datum | None) -> Reckoned | None:
    """Return a step over observations, None where one of them is not published."""
    known = tuple(item for item in of if item is not None)
    return Reckoned(code, known) if known and len(known) == len(of) else None


def grown(first: Datum | None, last: Datum | None) -> Reckoned | None:
    """Return growth a year between two years, in per cent.

    Formula: 100 ((x / x0)^(1 / (t - t0)) - 1).
    """
    if first is None or last is None:
        return None
    return Reckoned("growth" if last.year - first.year == 1 else "mean", (first, last))


def by_index(index: Series, first: int, last: int) -> Reckoned | None:
    """Return growth a year by an index with the year before at 100, in per cent."""
    return step(
        "index" if last - first == 1 else "chained",
        *(index.at(year) for year in range(first + 1, last + 1)),
    )
