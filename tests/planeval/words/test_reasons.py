"""Words of the codes of `analysis.targets`: each has its sentence in both languages."""

from __future__ import annotations

import ast
import datetime as dt
import inspect
from collections.abc import Iterator

import pytest
from wordlist import CHINESE

from analysis.data.errors import Reason
from analysis.data.observations import load
from analysis.targets import evaluation, judge, kinds, overview, past, types
from analysis.targets.evaluation import evaluate
from analysis.targets.types import GRADES, OUTLOOKS
from planeval.words import reasons
from planeval.words.language import speaking
from planeval.words.reasons import flag_words, named, record, series_named, told

MODULES = (evaluation, judge, kinds, overview, past, types)
DATA = load()
CASES = [("jiaxing-13fyp", 2020), ("jiaxing-14fyp", 2021), ("jiaxing-14fyp", 2024)]


def _codes(module, node: ast.expr) -> Iterator[str]:
    """Yield the codes an argument can be: a text, a choice of two, a name of the module."""
    match node:
        case ast.Constant(value=str(code)):
            yield code
        case ast.IfExp():
            yield from _codes(module, node.body)
            yield from _codes(module, node.orelse)
        case ast.Name():
            yield getattr(module, node.id)
        case ast.JoinedStr(values=[ast.Constant(value="audit_"), _]):
            return  # a finding of the audit speaks for itself
        case _:
            raise AssertionError(f"{module.__name__}: {ast.unparse(node)} is no code to be read")


def made() -> dict[str, set[str]]:
    """Return the codes of the reasons that `analysis.targets` makes, each with its figures."""
    found: dict[str, set[str]] = {}
    for module in MODULES:
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Reason":
                for code in _codes(module, node.args[0]):
                    names = {str(word.arg) for word in node.keywords}
                    assert found.setdefault(code, names) == names, code
    return found


def test_every_code_has_its_sentence_and_every_sentence_its_code():
    assert set(made()) == reasons.REASONS.keys() | reasons.WORDED.keys()
    assert not reasons.REASONS.keys() & reasons.WORDED.keys()


def test_every_sentence_takes_the_figures_its_code_has():
    day = dt.date(2024, 3, 1)
    known = {
        "cause": "形势变化", "document": "嘉港〔2023〕1号", "date": day, "known_from": day,
        "note": "竣工", "refused": Reason("values_must_be_positive"), "reliability": "low",
        "status": "done", "text": "上级下达", "values": (("2023", "209.01", "亿元"),),
        "years": 2, "published": 1, "value": 0.0, "original": 300.0,
    }  # fmt: skip
    for code, names in made().items():
        figures = {name: known.get(name, 5) for name in names}
        if code == "gaps_between_years":
            figures["years"] = (2015, 2020)
        zh, en = told(Reason(code, **figures))
        assert CHINESE.search(zh) and en and not CHINESE.search(en), code
        assert "{" not in zh + en, code


def test_a_code_without_a_sentence_is_an_error():
    with pytest.raises(LookupError):
        told(Reason("no_such_code"))


def test_the_words_of_all_other_codes():
    assert reasons.OUTLOOKS.keys() == OUTLOOKS.keys()
    assert set(reasons.CLASSES) == {grade for grade in OUTLOOKS.values() if grade}
    assert "".join(reasons.GRADES) == GRADES
    assert tuple(reasons.KINDS) == evaluation.STAGES
    tables = (reasons.OUTLOOKS, reasons.CLASSES, reasons.GRADES, reasons.KINDS)
    for zh, en in (words for table in tables for words in table.values()):
        assert CHINESE.search(zh) and en and not CHINESE.search(en)
    with speaking("en"):
        assert reasons.kind_word("middle") == "Mid-term evaluation"
        assert reasons.outlook_word("very_unlikely") == "very unlikely"


def test_reasons_are_told_clause_by_clause():
    settled = (
        Reason("published_value_misses_target", year=2025),
        Reason("mean_of_rates_unknown", years=5, published=1),
    )
    assert told(*settled) == (
        "2025年公布值未达到目标；增速目标若指规划期平均，5年中只公布1年，平均值无从计算",
        "the published value of 2025 misses the target; if the rate is meant as the plan's mean, "
        "only 1 of its 5 years is published and the mean cannot be worked out",
    )
    assert told() == ("", "")


def test_a_refused_forecast_names_what_it_was_refused_for():
    refused = Reason("no_forecast", refused=Reason("values_must_be_positive"), value=0.0)
    zh, en = told(refused)
    assert zh == "数值须为正（0.0），不作预测"
    assert en == "the values must be positive (0.0): no forecast"


def test_both_days_of_a_document_are_told_where_they_differ():
    day, later = dt.date(2023, 6, 30), dt.date(2025, 3, 1)
    given = {"document": "嘉港〔2023〕1号", "cause": "形势变化", "date": day}
    zh, en = told(Reason("withdrawn_by_document", **given, known_from=day))
    assert zh == "2023-06-30由嘉港〔2023〕1号撤销（形势变化），不作评价"
    assert en == "withdrawn on 2023-06-30 by a document: not judged"
    zh, en = told(Reason("withdrawn_by_document", **given, known_from=later))
    assert zh.startswith("文件日期2023-06-30，2025-03-01起公开，由嘉港〔2023〕1号撤销")
    assert "public from 2025-03-01" in en


@pytest.mark.parametrize(("plan", "year"), CASES)
def test_the_record_has_the_words_of_the_codes_and_no_code_for_a_word(plan, year):
    judged = evaluate(plan, year, data=DATA)
    plain, found = judged.to_dict(), record(judged)
    assert list(found) == list(plain)
    assert found["kind"] == reasons.KINDS[plain["kind"]][0]
    for item, bare, row in zip(
        judged.indicators, plain["indicators"], found["indicators"], strict=True
    ):
        assert list(row) == list(bare)
        outlook = row["outlook"]
        assert list(outlook)[:4] == ["class", "class_code", "class_en", "maps_to"]
        assert list(outlook)[-2:] == ["reason", "basis"]
        assert (outlook["class"], outlook["class_en"]) == reasons.OUTLOOKS[item.outlook.code]
        assert (outlook["basis"] is None) == (item.outlook.forecast is None)
        assert [flag["code"] for flag in row["flags"]] == [flag["code"] for flag in bare["flags"]]
        assert all(list(flag) == ["code", "zh", "en", "finding"] for flag in row["flags"])
        assert all(flag["zh"] and flag["en"] for flag in row["flags"])
        for flag, one in zip(item.flags, row["flags"], strict=True):
            assert flag_words(flag) == (one["zh"], one["en"])
            assert one["finding"] is None or one["zh"].startswith(f"{one['finding']}：")
        assert all(CHINESE.search(text) for text in row["evidence_reasons"])
        assert bare["state"]["reason"] is None or CHINESE.search(row["state"]["reason"])
        if not outlook["reason"]:  # a record without a note says nothing in Chinese
            assert all(one["code"] == "public_report" for one in bare["outlook"]["reasons"])


def test_analysis_says_no_word_whatever_is_spoken():
    told_in = []
    for language in ("zh", "en"):
        with speaking(language):
            judged = evaluate("jiaxing-14fyp", 2024, data=DATA)
            told_in.append((judged.to_dict(), record(judged)))
    assert told_in[0] == told_in[1]


def test_a_borrowed_series_is_named_in_the_language_spoken():
    judged = evaluate("jiaxing-14fyp", 2024, data=DATA)
    forecasts = [one.outlook.forecast for one in judged.indicators]
    leaned = [one for one in forecasts if one is not None and one.comparators]
    assert leaned and all(":" in name for one in leaned for name in one.comparators)
    assert series_named("jiaxing-city:gdp", DATA) == "嘉兴市地区生产总值"
    with speaking("en"):
        assert series_named("jiaxing-city:gdp", DATA).endswith(" of Jiaxing City")
        assert not any(CHINESE.search(name) for name in named(leaned[0], DATA).comparators)
    assert all(CHINESE.search(name) for name in named(leaned[0], DATA).comparators)
