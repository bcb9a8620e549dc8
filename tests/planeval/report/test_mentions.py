"""Charts and tables pointed at by their place get their number, wherever they come to stand."""

from __future__ import annotations

import json

import pytest

from planeval.report.commentary import _scrolling
from planeval.report.tree import div, link, nodes, number_mentions, pandoc, string, text_of

WORDS = {"zh": {"fig": "图", "tab": "表"}, "en": {"fig": "Figure", "tab": "Table"}}


def read(text: str) -> list:
    return json.loads(pandoc(["-f", "markdown", "-t", "json"], text))["blocks"]


def told(before: list, text: str, after: list, language: str = "zh") -> tuple[str, list[str]]:
    """Return the text and the ids it leads to, between what stands before and after it."""
    (block,) = read(text)
    number_mentions([*before, block, *after], WORDS[language], language)
    return text_of(block), [item["c"][2][0] for item in nodes(block, "Link")]


TABLE, LATER = div(["data-table"], [], "tab-4-1"), div(["data-table"], [], "tab-4-2")
CHART = div(["chart"], [], "fig-4-3")


@pytest.mark.parametrize(
    ("text", "said", "leads"),
    [
        ("上表10项目标：很难1项。", "表 4-1的10项目标：很难1项。", ["#tab-4-1"]),
        ("列在下表；其余见下图。", "列在表 4-2；其余见图 4-3。", ["#tab-4-2", "#fig-4-3"]),
        ("下表中上表的目标", "表 4-2中表 4-1的目标", ["#tab-4-2", "#tab-4-1"]),
        ("上图没有画出。", "上图没有画出。", []),  # no chart before it
        ("- 见**下表**", "见表 4-2", ["#tab-4-2"]),
        ("以上表明，他在会上表示支持，总体上表现良好。", None, []),
        ("条件下表现如此；以下图表、线下图书馆、以上表格。", None, []),
        (
            "下表示意，下表列出，下表中各项。",
            "下表示意，表 4-2列出，表 4-2中各项。",
            ["#tab-4-2"] * 2,
        ),
        ("# 下表是什么", "下表是什么", []),  # a heading leads nowhere
    ],
)
def test_chinese(text, said, leads):
    assert told([TABLE], text, [LATER, CHART]) == (said or text, leads)


@pytest.mark.parametrize(
    ("text", "said", "leads"),
    [
        ("The table below gives all.", "Table 4-2 gives all.", ["#tab-4-2"]),
        ("Of 3 targets in the table above: 2.", "Of 3 targets in Table 4-1: 2.", ["#tab-4-1"]),
        ("See the\nchart below, please.", "See Figure 4-3, please.", ["#fig-4-3"]),
        ("The table lists all; the reasons follow below.", None, []),
        ("The chart above is none.", None, []),
        ("The figure below 5 % is a number.", None, []),
    ],
)
def test_english(text, said, leads):
    assert told([TABLE], text, [LATER, CHART], "en") == (said or text, leads)


def test_a_table_without_number_is_not_mistaken_for_another():
    (bare,) = read("|a|b|\n|-|-|\n|1|2|\n")
    for own in (bare, _scrolling(bare)):  # as a commentary's stand in the report
        assert told([TABLE, own], "上表是处室自己的。", []) == ("上表是处室自己的。", [])
        assert told([], "下表是处室自己的。", [own, LATER]) == ("下表是处室自己的。", [])


def test_cells_and_captions_stay():
    table = div(["data-table"], read("|a|\n|-|\n|见下表|\n\n"), "tab-1-1")
    note = div(["source-line"], [{"t": "Para", "c": [string("注：界线见下表。")]}])
    table["c"][1].append(note)
    number_mentions([table, LATER], WORDS["zh"], "zh")
    assert "见下表" in text_of(table["c"][1][0])
    assert note["c"][1][0]["c"] == [string("注：界线见"), link("表 4-2", "tab-4-2"), string("。")]
