"""Figures that are published rates or findings of the audit lead to their own entry."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from bs4 import Tag
from inprocess import chapter
from tests.planeval.report.test_origins import document, page, shown_as

from analysis.audit.finding import context
from analysis.targets.evaluation import Evaluation, evaluate
from planeval.show.table import Table
from planeval.words.language import speaking


@pytest.fixture(scope="module")
def judged() -> Evaluation:
    return evaluate("jiaxing-14fyp", 2024)


def tables_of(name: str, plan: str, year: int, language: str = "zh") -> list[Table]:
    return [t for t in chapter(name, plan, year, language=language) if isinstance(t, Table)]


def led_to(soup: Tag, kind: str) -> list[tuple[str, Tag]]:
    links = soup.select(f'.data-table table a.fig[href^="#{kind}-"]')
    return [(link.get_text(), soup.find(id=str(link["href"])[1:])) for link in links]


def cells(row: Tag) -> list[str]:
    return [re.sub(r"\s+", " ", td.get_text(" ")).strip() for td in row.find_all("td")]


def wrong_claims(soup: Tag, judged: Evaluation) -> list[str]:
    """Return the figures led to a rate that data/claims.csv has with another value or source."""
    known = {row["claim"]: row for row in judged.data.claims.to_dict("records")}
    wrong = []
    for printed, row in led_to(soup, "claim"):
        one = known[str(row["id"]).removeprefix("claim-")]
        if not shown_as(one["value"], printed) or f"[{one['source']}]" not in row.get_text():
            wrong.append(printed)
    return wrong


def wrong_findings(soup: Tag) -> list[str]:
    """Return the figures led to a finding that has no such number."""
    wrong = []
    for printed, row in led_to(soup, "finding"):
        told = [_numbers(text) for text in cells(row)[1:3]]
        own = [number for numbers in told for number in numbers]
        if len(told[0]) == len(told[1]) == 1 and told[0][0]:
            own.append(100 * (told[1][0] / told[0][0] - 1))  # how far one version is off the other
        if not any(shown_as(number, printed) for number in own) and printed not in row.get_text():
            wrong.append(printed)
    return wrong


def _numbers(text: str) -> list[float]:
    text = text.replace("× 100 million yuan", "").replace("× 10,000", "")  # units
    found = re.findall(r"[−-]?\d[\d,]*(?:\.\d+)?", text)
    return [float(one.replace(",", "").replace("−", "-")) for one in found]


def test_published_growth_leads_to_its_claim(judged: Evaluation, tmp_path: Path):
    shown = tables_of("03_industry", "jiaxing-14fyp", 2024)
    soup = page(document(shown, tmp_path), judged, tmp_path / "report.html")
    found = {str(row["id"]): (printed, cells(row)) for printed, row in led_to(soup, "claim")}
    # data/claims.csv, K135: the area, January to July 2022, -1.1 %, G2; K074: the city, 2018, C3
    printed, told = found["claim-K135"]
    assert printed == "−1.1" and told[:2] == [
        "嘉兴港区规模以上工业增加值；公布的增速（2022年1—7月）", "−1.1%"]  # fmt: skip
    assert told[2].startswith("[G2]") and told[2].endswith("data/claims.csv的K135")
    printed, told = found["claim-K074"]
    assert (printed, told[1], told[3]) == ("8.9", "8.9%", "2019-01-26公布")
    assert "照录" in told[4]
    assert wrong_claims(soup, judged) == [] and len(led_to(soup, "claim")) >= 12
    lines = [line.get_text() for line in soup.select("details.behind li a[href='#claim-K135']")]
    assert lines == ["2022年1—7月：−1.1%"]
    link = soup.select_one('.data-table table a[href="#claim-K135"]')
    link["href"] = "#claim-K074"
    assert wrong_claims(soup, judged) == ["−1.1"]  # the check sees a rate led to another


def test_a_rate_leads_to_its_own_claim_whatever_stands_beside_it(judged, tmp_path: Path):
    # two sources give 8.9 % for 2018; each cell is the claim it was made of
    known = {one.claim: one for one in context(judged.data, judged.as_of).claims}
    same = [one for one in known.values() if one.value == known["K074"].value][:2]
    frame = pd.DataFrame({"期间": ["2018年"] * 2, "嘉兴市": same, "别处": ["8.9"] * 2})
    soup = page(document([Table(frame, "公布的增速")], tmp_path), judged, tmp_path / "a.html")
    assert [str(row["id"]) for _, row in led_to(soup, "claim")] == [
        f"claim-{one.claim}" for one in same
    ]


def test_a_finding_s_figures_lead_to_rule_places_and_words(judged: Evaluation, tmp_path: Path):
    shown = tables_of("07_data_audit", "jiaxing-14fyp", 2024)
    soup = page(document(shown, tmp_path), judged, tmp_path / "report.html")
    found = led_to(soup, "finding")
    told = {str(row["id"]): cells(row) for _, row in found}
    subject, stated, implied, rule, places = told["finding-A001"]
    # S1, table 1-1: 10.97 in 2015, 20.3 in 2020: (20.3 / 10.97)^(1/5) - 1 = 13.10 %, printed 12.4
    assert (subject, stated, implied) == (
        "A001 嘉兴港区 一般公共预算收入 2015→2020", "12.4%", "13.10%")  # fmt: skip
    assert pytest.approx(13.10, abs=0.005) == 100 * ((20.3 / 10.97) ** (1 / 5) - 1)
    assert rule.startswith("增速或倍数与首尾数值；矛盾；")
    assert "2020：20.3亿元；2021-06-27公布" in places and places.count("[S1]") == 4
    assert {p for p, row in found if row["id"] == "finding-A001"} == {"12.4%", "13.10%"}
    assert wrong_findings(soup) == [] and len(found) >= 50


@pytest.mark.parametrize(
    ("plan", "year", "language"), [("jiaxing-14fyp", 2024, "en"), ("jiaxing-13fyp", 2020, "zh")]
)
def test_no_finding_leads_astray_elsewhere(plan, year, language, tmp_path: Path):
    judged = evaluate(plan, year)
    shown = tables_of("07_data_audit", plan, year, language)
    with speaking(language):
        made = document(shown, tmp_path, language)
        soup = page(made, judged, tmp_path / "report.html", language)
        again = page(made, judged, tmp_path / "again.html", language)
    assert wrong_findings(soup) == [] and len(led_to(soup, "finding")) >= 10
    assert str(again) == str(soup)
    rows = [row.get_text() for row in soup.select('tr[id^="finding-"]')]
    rows = [re.sub("“[^”]*”", "", row) for row in rows]  # a place in a source may be quoted
    if language == "en":
        assert not [row for row in rows if re.search("[\u4e00-\u9fff]", row)]
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    anything = soup.select_one('.data-table table a[href^="#finding-"]')
    anything.string = "123456.7"
    assert wrong_findings(soup) == ["123456.7"]
