"""What the audit finds, in words: a sentence for every code, figures as record and document."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator

import pytest
from english import left_in_chinese
from roots import HOME

from analysis.audit import audit, domains
from analysis.audit.finding import RULES, VERDICTS, Named
from analysis.data.errors import Reason
from analysis.data.observations import load
from analysis.growth.rates import Interval
from analysis.targets.evaluation import evaluate
from planeval.chapters.base import cautions
from planeval.words import findings
from planeval.words.language import speaking
from planeval.words.reasons import flag_words

REPORT = audit(load(HOME))
ALL = [*REPORT.findings, *REPORT.agreements]
#: Everything a code of the audit may be worded by.
TABLES = (findings.SENTENCES, findings.FORMS, findings.PLACES)


def made_codes() -> Iterator[tuple[str, set[str] | None]]:
    """Yield every code the audit makes, and the figures with it where the source names them."""
    for path in sorted((HOME / "src/analysis/audit").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Reason":
                first = node.args[0]
                codes = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
                names = {key.arg for key in node.keywords}
                for code in codes:
                    assert isinstance(code, ast.Constant), f"{path.name}:{node.lineno}"
                    yield code.value, None if None in names else {str(name) for name in names}


def placeholders(text: str) -> set[str]:
    """Return the figures a sentence asks for, and the units behind an @."""
    found = set()
    for _, name, spec, _ in string.Formatter().parse(text):
        if name:
            found |= {name.partition(".")[0], (spec or "").partition("@")[2]} - {""}
    return found


def test_every_code_has_its_words_in_both_languages():
    made = {code for code, _ in made_codes()}
    worded = [code for table in TABLES for code in table]
    assert len(worded) == len(set(worded)) and set(worded) == made
    for zh, en in findings.SENTENCES.values():
        assert zh and en and not left_in_chinese(en)


def test_every_sentence_finds_the_figures_it_asks_for():
    for code, figures in made_codes():
        texts = next(table[code] for table in TABLES if code in table)
        for text in (texts,) if isinstance(texts, str) else texts:
            assert figures is None or text is None or placeholders(text) <= figures, code


def test_every_rule_and_every_verdict_has_its_name():
    assert tuple(findings.RULE_NAMES) == RULES
    assert tuple(findings.VERDICT_NAMES) == VERDICTS


@pytest.mark.parametrize("words", [findings.kept, findings.told])
def test_a_code_without_a_sentence_is_never_passed_over(words):
    with pytest.raises(LookupError):
        words(Reason("no_such_reason"))
    with pytest.raises(LookupError):
        words(Reason("stated_sum", parts=["1", "2"]))


def test_record_and_document_tell_the_same_figures():
    for item in ALL:
        told = findings.finding_record(item)
        assert told["reason_zh"] and told["reason_en"] and told["subject"] and told["subject_en"]
        assert re.sub(r"\D", "", findings.why(item)) == re.sub(r"\D", "", told["reason_zh"])
        assert "nan" not in told["reason_zh"] and "None" not in told["reason_zh"]
    made = findings.audit_record(REPORT)
    assert sum(made["counts"].values()) == len(made["findings"]) == len(REPORT.findings)


def test_a_document_names_units_where_the_record_keeps_bare_figures():
    evaluation = evaluate("jiaxing-14fyp", 2024)
    found = {item.finding_id: item for item in evaluation.audit.findings}
    kept = findings.finding_record(found["A001"])
    # 10.97 to 20.3 in five years: (20.3 / 10.97)^(1/5) - 1 = 13.10 %
    assert kept["reason_en"].startswith("the end points imply 13.10, ")
    assert findings.why(found["A001"]).startswith("按首尾数值推得13.10%，")
    assert "1,000+100+100=1,200亿元，整体目标1,200亿元以上" in findings.why(found["A090"])
    jobs = findings.why(found["A012"])
    assert "3,600人以上" in jobs and "3,950" in jobs
    with speaking("en"):
        based = findings.why(found["A046"])
        assert "implies a base of 2,092.95 × 100 million yuan" in based
        assert "1,000+100+100=1,200 (100 million yuan)" in findings.why(found["A090"])
        assert findings.stated(found["A012"]) == "3,600"
        told = cautions([evaluation.get("new_jobs")])
        assert "the five-year target is 3,600, while" in told
    # the file keeps what it always had
    kept = findings.finding_record(found["A012"])
    (flag,) = (f for f in evaluation.get("new_jobs").flags if f.finding == found["A012"])
    zh, en = flag_words(flag)
    assert zh == f"A012：{kept['reason_zh']}" and "3600人以上" in zh
    assert "3600" in en and "3600" in str(kept["stated_text"])


# --- checks that no published figure calls for yet -----------------------------------------


def about(value: float, half: float = 0.05) -> Interval:
    return Interval(value - half, value + half)


def test_the_growth_of_a_whole_is_told_with_the_names_of_its_parts():
    industry = Named("industry_va", "工业", "Industry")
    made = domains.growth_between_parts(about(5.0), {industry: about(2.8), "港口": about(-4.3)})
    assert findings.told(made.reason) == (
        "整体增长5%，各部分为工业2.8%、港口−4.3%，整体的增速必在各部分最低与最高之间：不能同时成立",
        "the whole grew by 5%, its parts by: Industry 2.8%, 港口 −4.3%; growth of a whole must lie"
        " between the lowest and the highest of its parts: they cannot all hold",
    )


def test_a_pull_is_told_of_its_industry_and_of_any():
    computers = Named("computer_va_growth", "计算机制造业增加值增速", "Computers")
    named = domains.share_from_pull(about(1.4), about(19.7), computers)
    bare = domains.share_from_pull(Interval(0.5, float("inf")), about(19.7))
    assert named is not None and bare is not None
    assert findings.kept(named.reason)[0] == (
        "计算机制造业增加值增长19.7%，拉动1.4个百分点，所含的基期份额须在0与100%之间：相符"
    )
    assert findings.kept(bare.reason)[1] == (
        "the industry: growth 19.7%, contribution ≥0.5 percentage points; the base share they"
        " imply must lie between 0 and 100%: they agree"
    )


def test_a_document_prints_the_true_minus_and_a_record_the_bare_figure():
    fall = Reason("simple_mean_of_total", total=-12.0, years=3, implied=-4.17)
    assert "−12.0%" in findings.told(fall)[0] and "−4.17%" in findings.told(fall)[1]
    assert "-12.0%" in findings.kept(fall)[0] and "−" not in findings.kept(fall)[1]
