"""Chinese within an English page is marked, and nothing else of the page is touched."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from planeval.report.origins import marked

SPAN = re.compile('<span lang="zh-CN">(.*?)</span>', re.DOTALL)
PIECES = [
    "<p>",
    "</p>",
    '<img alt="港口">',
    "<!-- 注 -->",
    "text 2020, ",
    "《2025年报告》",
    "第一章",
]
PIECES += ["<title>规划</title>", "<svg><text>图</text></svg>", "<style>/* 样式 */</style>", "，"]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_a_page_says_the_same_with_its_marks(page: str) -> None:
    made = marked(page)
    assert SPAN.sub(r"\1", made) == page
    # no letter of the text is left unmarked, none of a tag, a comment, a title or a drawing marked
    left = re.sub(r"(?s)<(title|svg|style)>.*?</\1>|<!--.*?-->", "", SPAN.sub("", made))
    assert not re.search(r"[\u4e00-\u9fff]", re.sub("<[^>]*>", "", left))
    for closed in re.findall(r"(?s)<(?:title|svg|style)>.*?</(?:title|svg|style)>", made):
        assert "span" not in closed


def test_a_title_is_one_run_with_its_figures() -> None:
    assert marked("[G1] 《2025年嘉兴市政府工作报告》; p. 3") == (
        '[G1] <span lang="zh-CN">《2025年嘉兴市政府工作报告》</span>; p. 3'
    )
