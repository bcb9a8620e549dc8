"""Figures of the web page lead to their origins: which, where to, and what stays unlinked."""

from __future__ import annotations

import pytest

from analysis.targets.evaluation import evaluate
from planeval.report.document import Document
from planeval.report.html import linked
from planeval.report.render import _origins
from planeval.report.tree import Node, nodes, text_of, words

NAMES = {"产值": "tab-9", "产值增速": "tab-8"}


def para(text: str) -> Node:
    return {"t": "Para", "c": words(text)}


def table(rows: list[list[str]], name: str = "tab-1") -> Node:
    def cell(text: str) -> list:
        return [["", [], []], {"t": "AlignDefault"}, 1, 1, [{"t": "Plain", "c": words(text)}]]

    body = [["", [], []], 0, [], [[["", [], []], [cell(text) for text in row]] for row in rows]]
    inner = {"t": "Table", "c": [["", [], []], [None, []], [], [["", [], []], []], [body], []]}
    return {"t": "Div", "c": [[name, ["data-table"], []], [inner]]}


def links(blocks: list[Node]) -> list[tuple[str, str]]:
    return [
        (text_of(link["c"][1]), link["c"][2][0])
        for block in blocks
        for link in nodes([block], "Link")
    ]


def test_a_figure_leads_to_the_target_named_last_before_it():
    made, count = linked([para("产值为226.0亿元，增长5.6%；产值增速为7%。")], NAMES, None)
    assert links(made) == [("226.0", "#tab-9"), ("5.6%", "#tab-9"), ("7%", "#tab-8")]
    assert count == 3


def test_years_and_digits_inside_words_are_no_figures():
    made, _ = linked([para("产值2024年与PM2.5和R2无关，见2025-12-23公布的表。")], NAMES, None)
    assert links(made) == []


def test_a_comma_of_the_sentence_is_no_part_of_a_figure():
    made, _ = linked([para("产值 was 1,069.6 in 2024, 55,57 and 1,200, in 2025, too")], NAMES, None)
    assert [text for text, _ in links(made)] == ["1,069.6", "55", "57", "1,200"]


def test_without_a_target_nothing_leads_anywhere():
    text = "全市生产总值为5563.58亿元"
    made, count = linked([para(text)], NAMES, None)
    assert count == 0 and text_of(made) == text


def test_the_words_stay_as_they_were():
    text = "产值为 226.0 亿元，完成 37.3%（突破）。"
    made, _ = linked([para(text)], NAMES, None)
    assert text_of(made) == text


def test_rows_of_a_table_lead_to_the_target_they_begin_with():
    made, count = linked([table([["产值（亿元）", "182", "300"], ["其他", "5", "6"]])], NAMES, None)
    assert links(made) == [("182", "#tab-9"), ("300", "#tab-9")]
    assert count == 2


def test_a_number_in_brackets_leads_to_its_row_of_the_sources():
    sources = table([["S1", "规划"], ["S2", "报道"]], "tab-7-1")
    made, count = linked([para("见[S1]与[S9]。"), sources], NAMES, "tab-7-1")
    assert links(made) == [("[S1]", "#src-S1")]
    spans = [span["c"][0][0] for span in nodes(made, "Span")]
    assert spans == ["src-S1", "src-S2"] and count == 0


def test_a_table_of_origins_does_not_lead_to_itself():
    made, _ = linked([table([["产值", "226"]], "tab-9")], NAMES, None)
    assert links(made) == []


@pytest.mark.parametrize(
    ("language", "name"), [("zh", "集装箱吞吐量"), ("en", "Container throughput")]
)
def test_names_are_those_the_report_s_language_prints(language: str, name: str) -> None:
    document = Document([], keys={"tab:origin-containers": "tab-13-2"})
    judged = evaluate("jiaxing-14fyp", 2024)
    assert _origins(document, judged, language) == {name: "tab-13-2"}


def test_only_what_stands_in_the_table_of_origins_leads_there():
    origins = table([["最新值（2024年）", "226亿元"], ["仍需年均增速", "32.74%"]], "tab-9")
    text = para("产值为226亿元，须增长32.7%，比直线路径低50.4亿元，共有3个公布值。")
    made, count = linked([text, origins], NAMES, None)
    # 32.74 % printed as 32.7 %; 50.4 and 3 are other figures
    assert links(made[:1]) == [("226", "#tab-9"), ("32.7%", "#tab-9")]
    assert count == 2


def test_a_count_and_the_level_of_an_interval_are_no_figures():
    made, _ = linked([para("产值有3个公布值，80%区间为222.7至261.5。")], NAMES, None)
    assert [text for text, _ in links(made)] == ["222.7", "261.5"]
