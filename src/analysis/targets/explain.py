"""How each figure of a target was worked out: the rule, and the rule with its numbers put in.

A formula is written with the figures it was reckoned from, unrounded, so that it can be done
again on paper; the result beside it is the evaluation's own and never reckoned twice.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from analysis.data.changes import dated
from analysis.data.observations import STATUS_ZH, Data, public_by
from analysis.data.plan import Target
from analysis.data.series import Comparable, Datum, Series, comparable, datum
from analysis.targets.evaluation import Evaluation
from analysis.targets.levels import Case
from analysis.targets.totals import PATHS, SEED
from analysis.targets.types import IndicatorEvaluation
from planeval.chapters.base import BASIS_ZH, PUBLISHED_ZH, RELIABILITY_ZH
from planeval.words.amounts import QUALIFIER_ZH
from planeval.words.language import Terms, in_both, say, speaking, spoken, worded

#: Digits a result has in the evaluation's JSON, by figure.
DIGITS = {"completion": 6, "schedule": 6}
LABELS = {
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
_DRAWN = ("relative", "cumulative")
_NONE = ("这类目标没有此项", "this kind of target has none")
_UNCOUNTED = ("completion", "probability")


@dataclass(frozen=True)
class Computed:
    """One computed figure of a target.

    Attributes
    ----------
    key : str
        Key of LABELS, as in the evaluation's JSON.
    value : float, int, bool or None
        As the evaluation gives it, None where there is none and `reason_zh` says why.
    unit : str
        ``share`` for a fraction, else the unit as printed.
    rule : str
        The rule in words, in the language spoken when it was made.
    formula : str
        The rule with its numbers put in; empty for what is read off a forecast.
    of : str
        The series meant, where a target has several.
    """

    key: str
    value: Any
    unit: str = ""
    rule: str = ""
    formula: str = ""
    reason_zh: str = ""
    reason_en: str = ""
    of: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the figure as plain values for JSON, its two labels with it.

        The rule stands as ``rule_zh`` or ``rule_en``, by the language spoken.
        """
        zh, en = LABELS[self.key]
        told = {name: value for name, value in vars(self).items() if name != "rule"}
        return {"label_zh": zh, "label_en": en, **told, f"rule_{spoken()}": self.rule}


def exact(value: float) -> str:
    """Return a number of a formula with every digit it has, a negative one in brackets.

    Examples
    --------
    >>> exact(226.0), exact(125.98), exact(-1.5)
    ('226', '125.98', '(−1.5)')
    """
    text = f"{value:.12g}"
    return f"(−{text[1:]})" if text.startswith("-") else text


def adds_up(target: Target) -> bool:
    """Tell whether a target is a total of the plan's years, compounded for a reduction.

    Examples
    --------
    >>> from analysis.data.plan import load_plan
    >>> plan = load_plan("jiaxing-14fyp")
    >>> [adds_up(plan.target(name)) for name in ("fdi", "energy_intensity", "gdp")]
    [True, True, False]
    """
    reduction = target.kind == "assigned" and target.indicator.endswith("_reduction")
    return target.kind == "cumulative" or reduction


def computed(item: IndicatorEvaluation, case: Case | None) -> list[Computed]:
    """Return every computed figure of a judged target with its formula, or why there is none.

    Parameters
    ----------
    item : IndicatorEvaluation
        The target as judged.
    case : Case or None
        The figures it was judged by (:func:`analysis.targets.judge.gather`); None for a target
        that is not reckoned with: a milestone, a number not yet assigned.

    Returns
    -------
    list of Computed
        Fractions for completion and schedule, per cent a year for growth, else the unit.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> from analysis.targets.judge import gather
    >>> found = evaluate("jiaxing-14fyp", 2024)
    >>> gdp = found.get("gdp")
    >>> steps = computed(gdp, gather(gdp.target, found.plan, 2024, found.as_of))
    >>> steps[0].formula, steps[0].value
    ('(226 − 182) ÷ (300 − 182)', 0.372881)
    """
    if case is None and item.target.kind == "milestone":
        zh, en = "事项只看有无公开证据", "a milestone is judged by public evidence alone"
        none = [Computed(key, None, reason_zh=zh, reason_en=en) for key in _UNCOUNTED]
        met = item.state.met
        return [*none, _silent("met", item) if met is None else Computed("met", met)]
    if case is None:
        return [_silent(key, item) for key in _UNCOUNTED]
    return [*_state(item, case), *_record(item, case), *_outlook(item, case)]


def _silent(key: str, item: IndicatorEvaluation) -> Computed:
    """Say why a figure is missing: the state's reason, else the outlook's."""
    answers = (item.outlook, item.state) if key == "probability" else (item.state, item.outlook)
    zh = next((one.reason_zh for one in answers if one.reason_zh), "")
    en = next((one.reason_en for one in answers if one.reason_en), "")
    return Computed(key, None, reason_zh=zh or _NONE[0], reason_en=en or _NONE[1])


def _ends(case: Case) -> tuple[Datum | None, Datum | None, str]:
    """Return the figure counted from, the one counted to, and the goal as an expression."""
    target = case.target
    if target.kind == "multiple":
        base = case.series.at(target.multiple_base_year or case.base_year)
        goal = f"{exact(target.multiple or 0)} × {exact(base.value)}" if base else ""
        return base, case.series.last, goal
    base = case.baseline
    if target.target is None:
        return base, case.latest, ""
    if target.kind == "avg_growth" and base is not None:
        span = target.target_year - case.base_year
        rate = f"(1 + {exact(target.target)} ÷ 100)^{span}"
        return base, case.latest, f"{exact(base.value)} × {rate}"
    return base, case.latest, exact(target.target)


def _sum(item: IndicatorEvaluation, case: Case) -> str:
    """Return the total to date as an expression of the years' figures."""
    if "through" in item.state.record:
        return exact(case.totals[-1].value)
    due = [i.value for i in case.series.data if case.start_year <= i.year <= case.year]
    if case.target.indicator.endswith("_reduction"):
        kept = " × ".join(f"(1 − {exact(value)} ÷ 100)" for value in due)
        return f"100 × (1 − {kept})"
    return f"({' + '.join(exact(value) for value in due)})"


def _state(item: IndicatorEvaluation, case: Case) -> list[Computed]:
    state, target = item.state, item.target
    found = [_completion(item, case), _schedule(item, case)]
    base, latest, goal = _ends(case)
    if state.realised_growth_pct is not None and base and latest:
        span = latest.year - base.year
        ratio = f"{exact(latest.value)} ÷ {exact(base.value)}"
        rule = say("（最新值÷基期值）开年数次方，减1")
        text = f"100 × (({ratio})^(1 ÷ {span}) − 1)"
        found.append(_made("realised_growth_pct", state.realised_growth_pct, "%", rule, text))
    if state.required_growth_pct is not None and latest:
        left = target.target_year - latest.year
        rule = say("（目标水平÷最新值）开剩余年数次方，减1")
        text = f"100 × (({goal} ÷ {exact(latest.value)})^(1 ÷ {left}) − 1)"
        found.append(_made("required_growth_pct", state.required_growth_pct, "%", rule, text))
    if state.required_change is not None:
        now, last = _sum(item, case), case.year
        if not adds_up(target) and latest:
            now, last = exact(latest.value), latest.year
        text = f"({goal} − {now}) ÷ {target.target_year - last}"
        rule = say("（目标值−现值）÷剩余年数")
        found.append(_made("required_change", state.required_change, target.unit, rule, text))
    return [*found, _met(item, case)]


def _made(key: str, value: float, unit: str, rule: str, formula: str, of: str = "") -> Computed:
    return Computed(key, round(float(value), DIGITS.get(key, 4)), unit, rule, formula, of=of)


def _completion(item: IndicatorEvaluation, case: Case) -> Computed:
    done = item.state.completion
    if done is None and item.target.kind in ("avg_growth", "relative"):
        zh, en = "以年均增速评价，没有完成度", "judged by growth a year: no completion"
        return Computed("completion", None, reason_zh=zh, reason_en=en)
    if done is None:
        return _silent("completion", item)
    base, latest, goal = _ends(case)
    if adds_up(item.target):
        text = f"{_sum(item, case)} ÷ {goal}"
        return _made("completion", done, "share", say("累计数÷目标值"), text)
    assert base is not None and latest is not None  # or there would be no completion
    x0 = exact(base.value)
    text = f"({exact(latest.value)} − {x0}) ÷ ({goal} − {x0})"
    return _made("completion", done, "share", say("（最新值−基期值）÷（目标值−基期值）"), text)


def _schedule(item: IndicatorEvaluation, case: Case) -> Computed:
    due, target = item.state.schedule, item.target
    if due is None:
        return _silent("schedule", item)
    if target.path and target.target is not None and case.baseline is not None:
        x0 = case.baseline.value
        knots = [(case.base_year, x0), *target.path, (target.target_year, target.target)]
        (y0, v0), (y1, v1) = next(
            (a, b) for a, b in pairwise(knots) if a[0] <= case.year <= b[0] and a[0] < b[0]
        )
        step = f"({exact(v1)} − {exact(v0)}) × ({case.year} − {y0}) ÷ ({y1} − {y0})"
        start, end = exact(x0), exact(target.target)
        text = f"({exact(v0)} + {step} − {start}) ÷ ({end} − {start})"
        return _made("schedule", due, "share", say("规定路径到评估年应走过的份额"), text)
    first = case.base_year
    text = f"({case.year} − {first}) ÷ ({target.target_year} − {first})"
    return _made("schedule", due, "share", say("（评估年−基期年）÷（目标年−基期年）"), text)


def _met(item: IndicatorEvaluation, case: Case) -> Computed:
    met, target = item.state.met, item.target
    if met is None:
        return _silent("met", item)
    base, latest, goal = _ends(case)
    more = target.sign > 0
    slack = f" {'−' if more else '+'} {exact(target.tolerance)}" if target.tolerance else ""
    text, rule = "", say("不低于目标") if more else say("不高于目标")
    if target.kind == "relative":
        least = exact(target.min_difference or 0)
        rule = say("各序列之差大于{}个百分点", least)
        if target.band:
            rule = say("各序列之差不超过±{}个百分点", exact(target.band))
    elif target.kind == "avg_growth" and base and latest:
        rule = say("年均增速不低于目标") if more else say("年均增速不高于目标")
    else:
        now = _sum(item, case) if adds_up(target) else exact(latest.value)  # type: ignore[union-attr]
        text = f"{now} {'≥' if more else '≤'} {goal}{slack}"
    return Computed("met", bool(met), "", rule, text)


def _record(item: IndicatorEvaluation, case: Case) -> list[Computed]:
    record, target = item.state.record, item.target
    found = []
    if "level_needed" in record:
        rule = say("基期值×（1＋年均增速）的年数次方")
        rule = say("基数×倍数") if target.kind == "multiple" else rule
        unit = case.series.data[-1].unit
        found.append(_made("level_needed", record["level_needed"], unit, rule, _ends(case)[2]))
    if "to_date" in record:
        compound = target.indicator.endswith("_reduction")
        rule = say("1−Π（1−各年降低率）") if compound else say("各年之和")
        rule = say("公布的累计数") if "through" in record else rule
        text = _sum(item, case)
        found.append(_made("to_date", record["to_date"], target.unit, rule, text))
    if "pace_pct" in record:
        span = target.target_year - record["multiple_base_year"]
        text = f"100 × ({exact(target.multiple or 0)}^(1 ÷ {span}) − 1)"
        rule = say("倍数开年数次方，减1")
        found.append(_made("pace_pct", record["pace_pct"], "%", rule, text))
    if "years_met" in record:
        span, due, seen = (
            (case.start_year, case.year),
            record["years_due"],
            record["years_observed"],
        )
        rule = say("{}—{}年应达标{}年，公布{}年", *span, due, seen)
        found.append(Computed("years_met", record["years_met"], "年", rule))
    for indicator, gap in record.get("differences_pp", {}).items():
        found.append(_difference(case, indicator, gap, record["through"]))
    return found


def _difference(case: Case, indicator: str, gap: float, through: int) -> Computed:
    """Write a difference of growth: the subject's mean growth less the comparator's."""
    reference, *proxies = case.others
    subject = next(one for one in (case, *proxies) if one.series.indicator == indicator)
    parts = []
    for one in (subject, reference):
        first, last = one.series.at(case.base_year), one.series.at(through)
        assert first is not None and last is not None  # or there would be no difference
        span = through - case.base_year
        parts.append(f"({exact(last.value)} ÷ {exact(first.value)})^(1 ÷ {span})")
    text = f"100 × ({parts[0]} − {parts[1]})"
    rule = say("{}—{}年年均增速，减参照指标同期年均增速", case.base_year, through)
    return _made("differences_pp", gap, "个百分点", rule, text, indicator)


def _outlook(item: IndicatorEvaluation, case: Case) -> list[Computed]:
    outlook, target = item.outlook, item.target
    kind = "cumulative" if adds_up(target) else target.kind
    how = _drawn_from(item, case, kind)
    if outlook.probability is None:
        found = [_silent("probability", item)]
    else:
        rule = say("{}中达到目标一侧的概率", how)
        if kind in _DRAWN:
            rule = say("{}中达到目标的份额", how)
        if kind == "cumulative" and outlook.probability == 1.0:
            rule = say("累计数只增不减，已达到目标")
        found = [Computed("probability", round(outlook.probability, 4), "share", rule)]
    several = kind == "relative" and len(case.others) > 1 and outlook.probability is None
    for key, part in (("median", "50%"), ("lo80", "10%"), ("hi80", "90%")):
        value = getattr(outlook, key)
        if value is not None:
            rule = say("{}的{}分位数", how, part)
            if several:
                least = key == "lo80"
                rule = (
                    say("{}，取各序列中最小者", rule)
                    if least
                    else say("{}，取各序列中最大者", rule)
                )
            found.append(Computed(key, round(float(value), 4), outlook.unit, rule))
    if outlook.expected_year is not None:
        rule = say("预测中位数首次达到目标的年份")
        found.append(Computed("expected_year", int(outlook.expected_year), "年", rule))
    return found


def _drawn_from(item: IndicatorEvaluation, case: Case, kind: str) -> str:
    """Say which distribution an outlook is read off."""
    year, drawn = item.target.target_year, (f"{PATHS:,}", SEED)
    if kind == "relative":
        return say("两条序列的预测成对抽取{}次（种子{}），年均增速之差", *drawn)
    if kind == "cumulative":
        return say("剩余各年由预测抽取{}次（种子{}），加上已有累计", *drawn)
    if kind == "avg_growth" and item.outlook.unit == "%":
        return say("{}年预测分布，折成{}—{}年年均增速", year, case.base_year, year)
    return say("{}年预测分布", year)


# One figure, one series, one source as a trace records it: plain values in both languages.


OBSERVATIONS = "data/observations.csv"
PRICES_ZH = BASIS_ZH | Terms({"unstated": "价格基础未注明", "not_applicable": "不涉及价格"})


def source_record(row: dict[str, Any]) -> dict[str, Any]:
    """Return a source's row as plain values, the row's own place with it."""
    return {key: plain_value(value) for key, value in row.items() if key != "row"} | {
        **in_both("reliability", RELIABILITY_ZH.__getitem__, row["reliability"]),
        "file": "data/sources.csv",
        "row": row["row"],
    }


def plain_value(value: Any) -> Any:
    """Return a value as JSON takes it: dates as text, what is no number as None.

    Examples
    --------
    >>> plain_value({2015: float("nan"), "day": dt.date(2021, 6, 27), "pair": (1, 2.5)})
    {'2015': None, 'day': '2021-06-27', 'pair': [1, 2.5]}
    """
    if isinstance(value, dict):
        return {str(key): plain_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_value(item) for item in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    if hasattr(value, "item"):  # a number of numpy's
        value = value.item()
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    return value


def figure_record(item: Datum, data: Data, *roles: str) -> dict[str, Any]:
    """Return a figure with its meaning, its data row and where its source says it."""
    corrected = data.corrected[item.region, item.indicator, item.period] if item.correction else {}
    return {
        "roles": list(roles),
        "region": item.region,
        **in_both("region", data.name, item.region),
        "indicator": item.indicator,
        **in_both("indicator", worded, data.indicators[item.indicator], "name"),
        **plain_value({key: value for key, value in vars(item).items() if key not in ("row",)}),
        "correction_en": _correction_en(corrected),
        **in_both("qualifier", QUALIFIER_ZH.__getitem__, item.qualifier),
        **in_both("status", STATUS_ZH.__getitem__, item.status),
        **in_both("caliber", worded, data.calibers[item.caliber], "name"),
        **in_both("price_basis", PRICES_ZH.__getitem__, item.price_basis),
        **in_both("published", _published, item),
        "file": OBSERVATIONS,
        "row": item.row,
    }


def _published(item: Datum) -> str:
    return item.published.isoformat() + PUBLISHED_ZH[item.published_basis]


def _correction_en(row: dict[str, Any]) -> str | None:
    return f"{row['printed_expect']}→{row['printed_value']}: {row['reason_en']}" if row else None


def series_record(
    series: Series, data: Data, role: str, declared: Comparable | None = None
) -> dict[str, Any]:
    """Return a series of another place with its figures, and what is declared of it."""
    return {
        "role": role,
        "region": series.region,
        "indicator": series.indicator,
        **in_both("name", series_name, series, data),
        "note": declared.statement_zh if declared else None,
        "note_en": declared.statement_en if declared else None,
        "figures": [figure_record(figure, data, role) for figure in series.data],
    }


def series_name(series: Series, data: Data) -> str:
    """Return the place and the indicator of a series, in the language spoken."""
    what = worded(data.indicators[series.indicator], "name")
    return say("{}{}", data.name(series.region), what)


# What a target was not judged by, and why: other calibers, other vintages, later figures.


#: What a later row of a plan's table would do: the table's name.
PLAN_TABLES = {
    "assigned": "assignments",
    "revised": "revisions",
    "path": "path",
    "milestone": "milestones",
}
_LATER = {
    "assigned": ("目标值下达{}", "the number was assigned on {}"),
    "revised": ("目标调整{}", "the target was revised on {}"),
    "path": ("逐年路径规定{}", "the path was declared on {}"),
    "milestone": ("进展报道{}", "progress was reported on {}"),
}


@dataclass(frozen=True)
class Omitted:
    """One figure or document that was left out.

    Attributes
    ----------
    code : str
        ``published_later``, ``later_year``, ``part_year``, ``other_caliber``, ``price_basis``,
        ``older_vintage``, ``context``, ``not_judged``, ``correction_later`` or a key of
        PLAN_TABLES with ``_later``.
    figure : Datum or None
        The figure; None where a document or a correction was left out.
    document : dict
        The document's row, with file and row.
    """

    code: str
    reason_zh: str
    reason_en: str
    figure: Datum | None = None
    document: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the reason, and the document where there is one, as plain values."""
        told = {"code": self.code, "reason_zh": self.reason_zh, "reason_en": self.reason_en}
        return told | ({"document": self.document} if self.document else {})


def omitted(evaluation: Evaluation, item: IndicatorEvaluation, case: Case | None) -> list[Omitted]:
    """Return everything known of a target's series that it was not judged by, with the reason.

    Parameters
    ----------
    evaluation : Evaluation
        Gives year and as-of date; what the data hold beyond them is told here, not used.
    item : IndicatorEvaluation
        The target as judged.
    case : Case or None
        The figures it was judged by, None where it was not reckoned with.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> from analysis.targets.judge import gather
    >>> found = evaluate("jiaxing-14fyp", 2024)
    >>> gdp = found.get("gdp")
    >>> left = omitted(found, gdp, gather(gdp.target, found.plan, 2024, found.as_of))
    >>> [(one.code, one.figure.value) for one in left]
    [('older_vintage', 181.97), ('other_caliber', 209.01)]
    """
    target = item.target
    parts = [case, *case.others] if case else []
    pairs = [(one.series.region, one.series.indicator, one.series) for one in parts]
    found: list[Omitted] = []
    if not pairs:
        found += _left(evaluation, target.region, target.indicator, None, set())
    totals = {figure.row for figure in case.totals} if case else set()
    for region, indicator, series in pairs:
        found += _left(evaluation, region, indicator, series, totals)
    seen = {one.figure.row for one in found if one.figure}
    for figure in item.context:
        if figure.row not in seen:
            found.append(
                Omitted(
                    "context",
                    "其他地区或口径的数值，只作背景，不用于判断",
                    "of another place or definition: context only",
                    figure,
                )
            )
    return [*found, *_documents(evaluation, item)]


def _left(
    evaluation: Evaluation,
    region: str,
    indicator: str,
    series: Series | None,
    totals: set[int],
) -> Iterator[Omitted]:
    """Yield the rows of one series that are not in use, by data row."""
    data = evaluation.data
    used = {figure.row for figure in series.data} if series else set()
    for row in data.by_series.get((region, indicator), []):
        if row["row"] in used or row["row"] in totals:
            continue
        figure = datum(row, data)
        code = _code(evaluation, figure, series, annual=row["year"] is not None)
        told = in_both("reason", _reason, code, evaluation, figure, series)
        yield Omitted(code, **told, figure=figure)
    for key, row in data.corrected.items():
        known = public_by(data, row["source"], row["period"])
        if key[:2] == (region, indicator) and known > evaluation.as_of:
            yield Omitted(
                "correction_later",
                f"更正的依据公布于{known}，晚于截止日{evaluation.as_of}",
                f"the correction rests on what was published on {known},"
                f" after the as-of date {evaluation.as_of}",
                document=_row(row) | {"file": "data/corrections.csv"},
            )


def _code(evaluation: Evaluation, figure: Datum, series: Series | None, *, annual: bool) -> str:
    """Return why a figure is not in use: the first reason that holds, in the order applied."""
    if figure.published > evaluation.as_of:
        return "published_later"
    if int(figure.period[:4]) > evaluation.year:
        return "later_year"
    if not annual:
        return "part_year"
    if series is None:
        return "not_judged"
    if not comparable(figure.caliber, series.caliber):
        return "other_caliber"
    if any(figure.row == other.row for other in series.other_calibers):
        return "price_basis"
    return "older_vintage"


def _reason(code: str, evaluation: Evaluation, figure: Datum, series: Series | None) -> str:
    """Say why a figure is not in use, in the language spoken."""
    if code == "published_later":
        return say("公布于{}，晚于截止日{}", figure.published, evaluation.as_of)
    if code == "later_year":
        return say("晚于评估年{}", evaluation.year)
    if code == "part_year":
        return say("不是整年的数，不与年度目标相比")
    if series is None:
        return say("目标没有数值，尚未与任何数相比")
    if code == "other_caliber":
        calibers = evaluation.data.calibers
        theirs, ours = (worded(calibers[one.caliber], "name") for one in (figure, series))
        return say("口径为“{}”，与所用的“{}”不可并入一条序列", theirs, ours)
    if code == "price_basis":
        return say("价格基础与目标不同，不可相比")
    kept = series.at(figure.year)
    if kept is None:
        return say("同年已有别的版本")
    better = _better(figure, kept, series)
    return say("同年另有第{}行的{}在用（{}）", kept.row, STATUS_ZH[kept.status], better)


def _better(figure: Datum, kept: Datum, series: Series) -> str:
    """Say by what the figure in use was preferred, in the order of the choice."""
    if (kept.caliber == series.caliber) != (figure.caliber == series.caliber):
        return say("口径与目标相同")
    if kept.status != figure.status:
        return say("阶段优先于{}", STATUS_ZH[figure.status])
    if kept.published != figure.published:
        return say("公布较晚")
    return say("来源较可靠或次序在后")


def _documents(evaluation: Evaluation, item: IndicatorEvaluation) -> Iterator[Omitted]:
    """Yield the plan's documents on a target that were public after the as-of date only."""
    for code, name in PLAN_TABLES.items():
        file = f"data/plans/{evaluation.plan.plan_id}/{name}.csv"
        for row in evaluation.plan.later:
            if row["target_id"] == item.target_id and row["table"] == name:
                with speaking("en"):
                    en = _LATER[code][1].format(dated(row))
                with speaking("zh"):
                    same = row["known_from"] == row["date"]
                    zh = _LATER[code][0].format(f"于{dated(row)}" if same else f"（{dated(row)}）")
                yield Omitted(
                    f"{code}_later",
                    f"{zh}，晚于截止日{evaluation.as_of}",
                    f"{en}, after the as-of date {evaluation.as_of}",
                    document=_row(row) | {"file": file},
                )


def _row(row: dict[Any, Any]) -> dict[str, Any]:
    return {
        str(key): value.isoformat() if hasattr(value, "isoformat") else value
        for key, value in row.items()
        if not str(key).startswith("printed_") and key != "table"
    }
