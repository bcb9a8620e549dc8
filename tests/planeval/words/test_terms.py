"""Every code that `analysis` can make has its words in both languages, and no words are left over.

The codes are read off the source, not typed again.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
from types import ModuleType

import pytest
from roots import HOME

from analysis.backtest import models, panel, run, tasks
from analysis.backtest.models import PEERS, registry
from analysis.data.errors import InputError, Reason
from analysis.decoupling import tapio
from analysis.forecast import textbook
from analysis.forecast.kinds import KINDS
from analysis.rules import case, published
from analysis.trend import base, cycle, fit, local
from planeval.words import terms
from planeval.words.errors import EXPECTED, MESSAGES, in_both
from planeval.words.language import LANGUAGES, speaking

HAN = re.compile("[\u4e00-\u9fff]")
TABLES = (
    terms.KINDS, terms.VERDICTS, terms.SILENCES, terms.CAUTIONS, terms.STATES, terms.FACTORS,
    terms.MODELS, terms.PATTERNS, terms.LEFT_OUT, terms.SCORES,
)  # fmt: skip


def strings(*modules: ModuleType) -> set[str]:
    """Return every string constant of some modules that could be a code."""
    found = set()
    for module in modules:
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return {text for text in found if re.fullmatch("[a-z]+(_[a-z]+)*", text)}


def first_arguments(call: str, *modules: ModuleType) -> set[str]:
    """Return the codes that stand first in calls of a name."""
    return {
        node.args[0].value
        for module in modules
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == call
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def expected(module: ModuleType) -> set[str]:
    """Return the codes of what would have been right."""
    return {
        made.args[0].value
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.keyword) and node.arg == "expected"
        for made in ast.walk(node.value)
        if isinstance(made, ast.Call) and getattr(made.func, "id", "") == "Reason"
    }


def silences() -> set[str]:
    """Return the codes of why a rule cannot speak."""
    found = first_arguments("SilentError", case, published)
    found |= first_arguments("silence", case)
    # Open SDG hands its reasons on in a pair or in its result
    for node in ast.walk(ast.parse(inspect.getsource(published))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "OpenSdgResult":
            found |= {one.value for one in node.args[3:] if isinstance(one, ast.Constant)}
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
            first, last = node.value.elts[0], node.value.elts[-1]
            if isinstance(first, ast.Constant) and isinstance(last, ast.Constant):
                found.add(last.value)
    return {one for one in found if isinstance(one, str) and one}


def test_each_word_stands_in_both_languages():
    for table in TABLES:
        for code, (zh, en) in table.items():
            assert zh and en, code
            assert not HAN.search(en), code
            assert HAN.search(zh) or zh == "Prophet", code


def test_kinds_verdicts_rules_states_and_models():
    assert list(terms.KINDS) == list(KINDS)
    assert list(terms.VERDICTS) == list(case.VERDICTS)
    assert list(terms.RULES) == list(published.RULES)
    assert all(all(card) for card in terms.RULES.values())
    assert tuple(terms.STATES) == tapio.STATES + tapio.DEGENERATE
    assert tuple(terms.FACTORS) == tapio.KAYA
    assert set(terms.MODELS) == {*registry(), *PEERS}


def test_the_rules_give_the_verdicts_of_the_list():
    given = strings(case, published)
    assert set(case.VERDICTS) <= given | {"not_available"}


def test_every_reason_for_silence_has_words():
    assert silences() == set(terms.SILENCES)


def test_every_caution_has_words():
    assert set(terms.CAUTIONS) == set(base.CAUTIONS)
    made = strings(base, cycle, fit, local, textbook) & set(base.CAUTIONS)
    assert made == set(base.CAUTIONS)
    for module in (base, fit, local):  # what is appended to a list of warnings, and nothing else
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "append":
                for one in node.args:
                    if isinstance(one, ast.Constant):
                        assert one.value in terms.CAUTIONS


def test_every_reason_of_a_back_test_has_words():
    made = first_arguments("Reason", panel, tasks) - set(EXPECTED)
    assert made == set(terms.LEFT_OUT)
    assert first_arguments("Reason", run) == set(terms.SCORES)
    heads = {
        re.match(r"\w+[=>]", node.value)[0]
        for node in ast.walk(ast.parse(inspect.getsource(tasks)))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"\w+[=>]", node.value)
    }
    assert heads == set(terms.PATTERNS)


def test_every_mistake_of_a_back_test_has_words():
    for module in (panel, tasks, models, run):
        assert first_arguments("InputError", module) <= set(MESSAGES)
        assert expected(module) <= set(EXPECTED)


def test_a_code_without_words_raises():
    for table in (terms.LEFT_OUT, terms.SCORES):
        with pytest.raises(KeyError):
            terms.filled(table, Reason("no_such_code"))
    with pytest.raises(KeyError):
        terms.pattern_words("width=3")


@pytest.mark.parametrize(
    ("code", "zh"),
    [
        ("achieved_early", "提前完成"), ("achieved", "完成"), ("faster", "快于预期"),
        ("on", "基本符合"), ("behind", "滞后"), ("sun", "晴"),
    ],
)  # fmt: skip
def test_verdicts_as_chinese_evaluations_say_them(code, zh):
    assert terms.VERDICTS[code][0] == zh


def test_the_eight_states_of_tapio():
    # PMC10559243, table 3
    chinese = [
        "强脱钩",
        "弱脱钩",
        "扩张连结",
        "扩张负脱钩",
        "强负脱钩",
        "弱负脱钩",
        "衰退连结",
        "衰退脱钩",
    ]
    assert [terms.STATES[code][0] for code in tapio.STATES] == chinese
    assert all(terms.STATES[code][1] == code.replace("_", " ") for code in tapio.STATES)


@pytest.mark.parametrize(
    ("reason", "zh", "en"),
    [
        (
            Reason("bounds", kind="real_gdp", low=0.0, high=float("inf"), above=True),
            "有“可比价生产总值”不能取的值（应 > 0）",
            "a value that real GDP cannot take (should be > 0)",
        ),
        (
            Reason("bounds", kind="share", low=0.0, high=100.0, above=False),
            "有“比重与比率（%）”不能取的值（应 0–100）",
            "a value that share or rate in per cent cannot take (should be 0–100)",
        ),
        (
            Reason("short", patterns=["length=3", "gaps=-9,-4,0"]),
            "凑不齐一段历史（最近 3 点、只见 −9,−4,0）和其后的结果",
            "no origin with a whole history and an outcome after it",
        ),
    ],
)
def test_why_series_are_left_out(reason, zh, en):
    assert terms.filled(terms.LEFT_OUT, reason) == (zh, en)
    told = in_both(InputError("no_series_can_be_scored", left_out=reason))
    assert told == (f"没有可检验的序列：{zh}", f"no series can be scored: {en}")


def test_what_learned_models_have_seen():
    reason = Reason("priors_have_seen", models=["pooled", "prior"], kinds=["count", "share"],
                    year=2005)  # fmt: skip
    assert terms.filled(terms.SCORES, reason) == (
        "pooled、prior 关于个数、比重与比率（%）的先验用公开面板 2005 年及以前的结果估得；"
        "有起点早于 2005 年，若面板取自这些来源，结果不算样本外",
        "pooled, prior: priors of count, share or rate in per cent were fitted to outcomes of"
        " public panels up to 2005; some origins are before 2005, so that they may have seen"
        " these years",
    )


def test_every_kind_of_target_that_a_table_may_hold_has_its_words():
    schema = json.loads((HOME / "data" / "schemas" / "targets.json").read_text(encoding="utf-8"))
    (kinds,) = (f["constraints"]["enum"] for f in schema["fields"] if f["name"] == "kind")
    assert set(kinds) == set(terms.TARGET_KINDS)
    for language in LANGUAGES:
        with speaking(language):  # raises where a word has no English
            told = [terms.kind_name(kind) for kind in kinds]
        assert len(set(told)) == len(kinds) and all(told)


def test_a_kind_without_words_is_a_mistake_that_names_those_there_are():
    with pytest.raises(InputError) as caught:
        terms.kind_name("at_lest")
    assert (caught.value.column, caught.value.value) == ("kind", "at_lest")
    assert caught.value.nearest == "at_least" and "avg_growth" in str(caught.value.expected)
