"""Every code of a target's steps, of what was left out and of the ways ahead has its words."""

from __future__ import annotations

import ast
import datetime as dt
import string
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from roots import HOME

from analysis.data.errors import Reason
from analysis.data.observations import load
from analysis.targets import ahead, explain, path
from analysis.targets.evaluation import Evaluation, evaluate
from planeval.words import steps
from planeval.words.language import catalogue, speaking
from planeval.words.reasons import told

DATA = load(HOME)


# --- the codes, read in the source -----------------------------------------------------------


def strings(node: ast.AST) -> Iterator[str]:
    """Yield the codes an expression gives: one, one of two, or one for each table of a plan."""
    if isinstance(node, ast.Constant):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*strings(node.body), *strings(node.orelse))
    else:
        assert isinstance(node, ast.JoinedStr), ast.unparse(node)
        yield from (f"{table}_later" for table in explain.PLAN_TABLES)


def codes(module: ModuleType, *makers: str, within: str = "") -> set[str]:
    """Return the codes that are given to `makers` in a module's functions, or in one of them."""
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    calls = [
        node
        for function in tree.body
        if isinstance(function, ast.FunctionDef) and within in ("", function.name)
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    given = [call.args[0] for call in calls if ast.unparse(call.func) in makers]
    if "Step" in makers:  # a variable holds one of the codes that the module keeps in a table
        given = [node for node in given if not isinstance(node, ast.Name)]
    return {code for node in given for code in strings(node)}


def test_every_step_has_its_name():
    made = codes(explain, "Step", "_made", "_silent")
    assert made | {*explain.UNCOUNTED, *explain.QUANTILES} == set(steps.LABELS)


def test_every_reason_of_a_step_has_its_words():
    known = [steps.RULES, steps.MISSING, steps.TELLERS, steps.LEFT_OUT, steps.BETTER]
    made = codes(explain, "Reason")
    assert made == {code for table in known for code in table}
    assert sum(map(len, known)) == len(made)  # no code stands for two things


def test_every_way_ahead_has_its_words():
    assert codes(path, "Reason") == set(steps.NO_PATH)
    assert codes(ahead, "Reason", within="_refusal") == set(steps.NO_PROPOSAL)
    assert codes(ahead, "Reason", within="target_scenarios") == set(steps.NO_SCENARIOS)
    assert tuple(steps.ORIGINS) == path.ORIGINS
    assert tuple(steps.SHAPES) == ahead.SHAPES
    assert tuple(steps.SCENARIOS) == ahead.SCENARIOS


def both(text: str) -> tuple[str, str]:
    return text, catalogue("en")[text]


def fields(text: str) -> set[str]:
    """Return the figures a sentence takes; ``{n:year/years}`` takes n."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_say_every_figure():
    pairs: list[tuple[str, str]] = [both(words) for words, _ in steps.RULES.values()]
    for table in (steps.LEFT_OUT, steps.BETTER, steps.NO_SCENARIOS):
        pairs += map(both, table.values())
    pairs += [both(steps.NO_PATH.zh(code)) for code in steps.NO_PATH]
    for named in (steps.LABELS, steps.MISSING, steps.ORIGINS, steps.SHAPES, steps.NO_PROPOSAL,
                  steps.SCENARIOS):  # fmt: skip
        pairs += named.values()
    for zh, en in pairs:
        assert zh and en.strip() and fields(zh) == fields(en), (zh, en)


@pytest.mark.parametrize(
    ("say", "table"),
    [
        (steps.rule, steps.RULES),
        (steps.formula, steps.RULES),
        (lambda reason: steps.left_out(reason, DATA), steps.LEFT_OUT),
    ],
)
def test_a_code_without_words_is_a_defect(say, table: Mapping):
    assert "unheard_of" not in table
    with pytest.raises(LookupError):
        say(Reason("unheard_of"))


# --- rules and formulas ----------------------------------------------------------------------

TOTAL = Reason("sum_of_years", values=[2.0, 2.5, -1.5])
GROWN = Reason("grown_base", base=1000.0, growth_pct=2.2, years=5)
FORECAST = Reason("forecast", year=2025)


@pytest.mark.parametrize(
    ("rule", "formula"),
    [
        (TOTAL, "(2 + 2.5 + (−1.5))"),
        (Reason("compounded_reductions", values=[3.0, 2.5]),
         "100 × (1 − (1 − 3 ÷ 100) × (1 − 2.5 ÷ 100))"),
        (Reason("total_of_goal", total=TOTAL, goal=11.0), "(2 + 2.5 + (−1.5)) ÷ 11"),
        (Reason("change_to_goal", goal=11.0, now=TOTAL, years=2),
         "(11 − (2 + 2.5 + (−1.5))) ÷ 2"),
        (Reason("published_total", total=1234567.5), "1234567.5"),
        (Reason("growth_to_goal", goal=GROWN, latest=1100.0, years=1),
         "100 × ((1000 × (1 + 2.2 ÷ 100)^5 ÷ 1100)^(1 ÷ 1) − 1)"),
        (Reason("at_least", now=12.5, goal=Reason("multiple_of_base", multiple=2, base=6.0)),
         "12.5 ≥ 2 × 6"),
        (Reason("at_least_with_tolerance", now=91.6, goal=92.0, tolerance=0.5),
         "91.6 ≥ 92 − 0.5"),
        (Reason("at_most_with_tolerance", now=27.4, goal=27.0, tolerance=0.5),
         "27.4 ≤ 27 + 0.5"),
        (Reason("share_of_declared_path", year=2024, from_year=2022, from_value=210.0,
                to_year=2025, to_value=290.0, base=180.0, goal=290.0),
         "(210 + (290 − 210) × (2024 − 2022) ÷ (2025 − 2022) − 180) ÷ (290 − 180)"),
        (Reason("quantile", drawn=FORECAST, pct=10), ""),
        (None, ""),
    ],
)  # fmt: skip
def test_a_formula_has_its_numbers_put_in(rule, formula):
    assert steps.formula(rule) == formula


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        (Reason("chance", drawn=Reason("growth_forecast", year=2025, base_year=2020)),
         "2025年预测分布，折成2020—2025年年均增速中达到目标一侧的概率",
         "probability of the target's side in the forecast distribution for 2025, turned into"
         " growth a year 2020–2025"),
        (Reason("least_of_series",
                each=Reason("quantile", drawn=Reason("pairs_drawn", paths=20000, seed=7), pct=10)),
         "两条序列的预测成对抽取20,000次（种子7），年均增速之差的10%分位数，取各序列中最小者",
         "10% quantile of 20,000 paired draws from the forecasts of the two series (seed 7),"
         " difference of growth a year, the least of all series"),
        (Reason("differences_within", points=1.0), "各序列之差不超过±1个百分点",
         "the difference of every series is within ±1 percentage point"),
        (Reason("differences_above", points=0.5), "各序列之差大于0.5个百分点",
         "the difference of every series is above 0.5 percentage points"),
        (Reason("years_published", from_year=2021, to_year=2024, due=4, published=1),
         "2021—2024年应达标4年，公布1年",
         "of 2021–2024, 4 years are to meet the target and 1 is published"),
        (Reason("at_most", now=27.4, goal=27.0), "不高于目标", "not above the target"),
        (None, "", ""),
    ],
)  # fmt: skip
def test_a_rule_is_said(rule, zh, en):
    assert steps.rule(rule) == zh
    with speaking("en"):
        assert steps.rule(rule) == en


# --- what is missing and what was left out ---------------------------------------------------

DAY, LATER, AS_OF = dt.date(2023, 6, 30), dt.date(2025, 3, 1), dt.date(2022, 12, 31)


@pytest.mark.parametrize(
    ("reason", "zh", "en"),
    [
        (Reason("published_later", published=DAY, as_of=AS_OF),
         "公布于2023-06-30，晚于截止日2022-12-31",
         "published on 2023-06-30, after the as-of date 2022-12-31"),
        (Reason("correction_later", published=DAY, as_of=AS_OF),
         "更正的依据公布于2023-06-30，晚于截止日2022-12-31",
         "the correction rests on what was published on 2023-06-30,"
         " after the as-of date 2022-12-31"),
        (Reason("other_caliber", caliber="management", used="plan"),
         "口径为“管理口径”，与所用的“规划口径”不可并入一条序列", None),
        (Reason("older_vintage"), "同年已有别的版本", "another vintage of the year is in use"),
        (Reason("older_vintage", row=7, status="final",
                better=Reason("stage_ranks_above", status="first_estimate")),
         "同年另有第7行的最终核实数在用（阶段优先于初步数）", None),
        (Reason("older_vintage", row=7, status="reported", better=Reason("newer")),
         "同年另有第7行的公布数在用（公布较晚）", None),
        (Reason("assigned_later", date=DAY, known_from=DAY, as_of=AS_OF),
         "目标值下达于2023-06-30，晚于截止日2022-12-31",
         "the number was assigned on 2023-06-30, after the as-of date 2022-12-31"),
        (Reason("revised_later", date=DAY, known_from=LATER, as_of=AS_OF),
         "目标调整（文件日期2023-06-30，2025-03-01起公开），晚于截止日2022-12-31", None),
    ],
)  # fmt: skip
def test_what_was_left_out_says_why(reason, zh, en):
    assert steps.left_out(reason, DATA) == zh
    with speaking("en"):
        told = steps.left_out(reason, DATA)
    assert told == en if en else told.isascii() or "“" in told


@pytest.fixture(scope="module")
def late() -> Evaluation:
    return evaluate("jiaxing-14fyp", 2024, data=DATA)


def test_a_missing_figure_says_what_the_evaluation_says(late):
    talent = late.get("talent")
    said = steps.missing(Reason("outlook_tells"), talent)
    assert said == told(*talent.outlook.reasons)[0] == "没有公布的数值"
    with speaking("en"):
        assert steps.missing(Reason("outlook_tells"), talent) == "no value has been published"
    assert steps.missing(Reason("state_tells"), talent) == told(talent.state.reason)[0]
    assert steps.missing(None, talent) == ""


# --- the ways ahead --------------------------------------------------------------------------


def test_targets_without_a_way_say_why(late):
    def told(item) -> str:
        found = path.yearly_path(item, late.plan)
        assert isinstance(found, Reason)
        return steps.NO_PATH[found.code]

    gdp = late.get("gdp")
    for item, word in (
        (late.get("talent"), "基期"),
        (replace(gdp, target=replace(gdp.target, target=None)), "下达"),
        (late.get("rd_share"), "逐年"),
        (replace(gdp, target=replace(gdp.target, target=150.0)), "已达"),
        (replace(gdp, target=replace(gdp.target, path=((2025, 290.0),))), "目标年"),
    ):
        assert word in told(item)
    with speaking("en"):
        assert "no start" in told(late.get("talent"))


def test_without_a_future_or_figures_a_sentence(late):
    def told(evaluation: Evaluation, name: str) -> str:
        item = evaluation.get(name)
        found = ahead.target_scenarios(item, evaluation.plan)
        assert isinstance(found, Reason)
        return steps.no_scenarios(found, item)

    assert "（2020年）的数值已经公布" in told(evaluate("jiaxing-13fyp", 2020, data=DATA), "gdp")
    assert "只有一个公布值" in told(evaluate("jiaxing-13fyp", 2018, data=DATA), "gdp")
    # after the base year GDP has only a figure of another caliber until 2024
    assert "其他口径" in told(evaluate("jiaxing-14fyp", 2022, data=DATA), "gdp")
    assert "没有公布值" in told(late, "talent")
    assert "总量目标" in told(late, "rd_share")


def test_why_nothing_is_proposed(late):
    def told(name: str) -> str:
        found = ahead.propose_path(late.get(name), late.plan, 2024)
        assert isinstance(found, Reason)
        return steps.NO_PROPOSAL[found.code][0]

    assert told("labour_productivity") == told("energy_intensity") == "这类目标没有逐年水平"
    assert told("talent") == "没有公布值，无从起步"
    assert told("safety_deaths") == "目标值尚未下达"
