"""Near-variants of a quotation are filled or refused with what was meant; none is printed."""

from __future__ import annotations

import pytest
from tests.planeval.report.test_commentary import evaluation, note, place, refusal  # noqa: F401  (fixtures)

from planeval.report.tree import text_of


@pytest.mark.parametrize(
    "text", ["{gdp.latest}", "{ gdp.latest }", "`{gdp.latest}`", "**{gdp.latest}**"]
)
def test_what_is_filled(place, evaluation, text):  # noqa: F811
    assert text_of(note(place, evaluation, f"甲为{text}。").blocks[1]) == "甲为突破226亿元。"


@pytest.mark.parametrize(
    "text",
    [
        "｛GDP.latest｝", "｛gdp.latest｝", "｛ gdp．latest ｝", "{GDP.latest}", "{Gdp.Latest}",
        "{gdp.lastest}", "{gdp。latest}", "{gdp，latest}", "{gdp latest}", "{gdp_latest}",
        "{ＧＤＰ.latest}", "{gdp.*latest*}", r"{gdp\.latest}", "[gdp.latest]", "【GDP.latest】",
        "（gdp.latest）", "<gdp.latest>", "「gdp.latest」", "$gdp.latest$", "gdp.latest",
        r"\{gdp.latest\}", "&#123;gdp.latest&#125;", "[gpd.lastest]", "[**gdp**.latest]",
    ],
)  # fmt: skip
def test_what_is_meant_is_told(place, evaluation, text):  # noqa: F811
    error = refusal(place, evaluation, f"甲。\n\n乙为{text}。")
    assert (error.row, error.nearest) == (3, "{gdp.latest}")


@pytest.mark.parametrize("text", ["｛gdp.latest", "gdp.latest｝", "{gdp.latest", "{{gdp.latest}}"])
def test_braces_without_a_pair_are_refused(place, evaluation, text):  # noqa: F811
    assert refusal(place, evaluation, f"甲。\n乙{text}。").row == 2


@pytest.mark.parametrize(
    "text",
    [
        "见 report.pdf（gdp.csv）", "｛甲、乙｝", r"集合\{a, b\}", "http://a.cn/gdp.latest",
        "me@gdp.latest.cn", "[1.2]", "（2024.12）", "Trade.Growth", "（i.e.）", "[a.b]",
        "two targets (gdp, growth)", "(trade: target)",
    ],
)  # fmt: skip
def test_other_words_are_printed(place, evaluation, text):  # noqa: F811
    note(place, evaluation, f"甲{text}。")
