"""The chapters on industry, data audit and forecasts in English: no Chinese left, true figures."""

from __future__ import annotations

import re

import pytest
from english import left_in_chinese
from wordlist import CHINESE

from analysis.targets.evaluation import evaluate
from planeval.chapters import industry, quality, region, why
from planeval.chapters.why import explained
from planeval.words import findings
from planeval.words.language import speaking, tidy


@pytest.fixture(scope="module")
def evaluation():
    with speaking("en"):  # forecasts keep the names of comparators they were made with
        return evaluate("jiaxing-14fyp", 2024)


@pytest.mark.parametrize("plan", ["jiaxing-13fyp", "jiaxing-14fyp"])
def test_every_finding_is_told_in_english_with_the_figures_of_its_chinese(plan):
    audit = evaluate(plan, 2025 if plan == "jiaxing-14fyp" else 2020).audit
    for finding in (*audit.findings, *audit.agreements):
        told = findings.finding_record(finding)
        assert not left_in_chinese(told["subject_en"])
        assert not left_in_chinese(told["reason_en"])
        with speaking("en"):
            assert not CHINESE.search(findings.stated(finding) + findings.implied(finding))
        if finding.verdict == "contradiction":  # brackets quote what the documents say
            said = told["reason_en"]
            chinese = re.sub(r"（[^）]*）", "", told["reason_zh"])
            missing = set(re.findall(r"\d+\.?\d*", chinese))
            missing -= set(re.findall(r"\d+\.?\d*", said))
            assert not missing, (finding.finding_id, missing)


def test_the_parks_published_growth_is_told_as_a_simple_mean(evaluation):
    # 869.5 / 565.4 = 1.5379: 53.8 % in four years, 13.45 % by division, 11.36 % compounded
    found = next(f for f in evaluation.audit.of("contradiction") if f.region == "chemical-park")
    assert found.stated == pytest.approx(13.5)
    compound = 100 * ((869.5 / 565.4) ** 0.25 - 1)
    assert compound == pytest.approx(11.36, abs=0.005)
    with speaking("en"):
        part = industry.part(evaluation)
        text = tidy(industry.claims_reading(evaluation, part))
    assert text == (
        f"Audit finding {found.finding_id} (see the chapter on data quality): published is 13.5%; "
        "the published rate equals the simple mean, total growth of 53.8% divided by 4 years; "
        "compounded it should be 11.36% a year. This chapter uses compound growth throughout."
    )


def test_what_output_still_needs_is_told_with_its_figures(evaluation):
    # 1200 / 1069.6 = 1.1219; (1069.6 / 718) ** (1/4) = 1.1048; 12.19 - 10.48 = 1.71
    with speaking("en"):
        own = region.own_series(evaluation, "industrial_output")
        target = region.main_target(evaluation, "industrial_output")
        part = industry.part(evaluation)
        text = tidy(industry.closing(evaluation, own, target, part))
        pace = tidy(industry.pace_reading(evaluation, own, target))
    assert (
        "- **Still needed**: growth at current prices of 12.2% in the one year left (2025), 1.7 "
        "percentage points more than growth a year within the plan so far (10.5% at current "
        "prices)."
    ) in text
    needed = 100 * (1200 / 1069.6 - 1)
    assert needed == pytest.approx(12.2, abs=0.05)
    assert pace == (
        "Growth of 12.2% at current prices is needed in 2025. Annual average 2015–2020: growth of "
        "8.6% at current prices (the starting point is derived); annual average 2020–2024: growth "
        "of 10.5% at current prices."
    )


def test_coverage_counts_are_those_of_the_audit(evaluation):
    audit = evaluation.audit
    total, agreeing = len(audit.findings) + len(audit.agreements), len(audit.agreements)
    with speaking("en"):
        text = tidy(quality.coverage_reading(evaluation))
    share = f"{100 * agreeing / total:.0f}%"
    assert text.startswith(
        f"{total} comparisons were made, of which {agreeing} agree ({share}); the others are – "
        f"contradiction: {len(audit.of('contradiction'))}, difference between current and "
        f"constant prices: {len(audit.of('price_basis'))}, "
    )


def test_what_comparators_change_is_told_with_the_forecasts_figures(evaluation):
    with speaking("en"):
        one = next(one for one in explained(evaluation) if one.item.target_id == "gdp")
        text = tidy(why.reading(evaluation, one))
    alone, with_them = one.shown.alone.median(2025), one.shown.median(2025)
    assert text.startswith(
        "- With the comparators (gross domestic product of Jiaxing City) the median for 2025 goes "
        f"from {alone:.1f} to {with_them:.1f} × 100 million yuan, and the 80% interval is "
    )
    assert (
        "- The published value of 2024 is stated as “over” and enters at its lower bound; the "
        "forecast makes no further allowance for it."
    ) in text
