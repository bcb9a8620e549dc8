"""The pages of main indicators: what is counted, and what a base is."""

from __future__ import annotations

import pytest

from analysis.targets.evaluation import Evaluation, evaluate
from planeval.chapters import base as cells
from planeval.chapters import indicators
from planeval.chapters.base import needed_cell
from planeval.show.table import Table
from planeval.words.targets import meaning


@pytest.fixture(scope="module")
def middle() -> Evaluation:
    return evaluate("jiaxing-14fyp", 2024)


def test_the_scope_counts_the_pages(middle: Evaluation, monkeypatch: pytest.MonkeyPatch) -> None:
    heads = [page for page in indicators.pages(middle) if str(page).startswith("###")]
    assert len(heads) == 5
    assert indicators.scope(middle) == (
        "规划共有64项目标，规划期内有可用公布值的5项，没有一项是约束性的；"
        "这里逐项说明，其余目标见以后各章。"
    )
    monkeypatch.setattr(indicators, "TOLD_AT_MOST", 3)
    monkeypatch.setattr(cells, "TOLD_AT_MOST", 3)
    assert indicators.scope(middle).endswith("这里逐项说明前3项，其余见以后各章。")
    assert len([p for p in indicators.pages(middle) if str(p).startswith("###")]) == 3


def test_a_multiple_of_a_later_year_shows_no_base(middle: Evaluation) -> None:
    tables = [page for page in indicators.pages(middle) if isinstance(page, Table)]
    bases = {table.key: table.rows[0][table.columns.index("基期（年）")] for table in tables}
    assert bases["facts-gdp"] == "182（2020）"
    (double,) = [base for key, base in bases.items() if "2035" in key or "double" in key]
    assert double == "—"
    (item,) = [i for i in cells.main_indicators(middle) if i.target.kind == "multiple"]
    assert "基期（2020年）" not in meaning(item)


def test_a_mean_met_so_far_is_not_told_as_reached(middle: Evaluation) -> None:
    from dataclasses import replace

    gdp = middle.get("gdp")
    # 5 % a year asked for, 5.6 % so far: 182 x 1.05^5 = 232.28; 232.28/226 - 1 = 2.78 %
    target = replace(gdp.target, kind="avg_growth", target=5.0, unit="%")
    state = replace(gdp.state, met=True, required_growth_pct=2.78)
    item = replace(gdp, target=target, state=state)
    assert needed_cell(item) == "+2.8%（现价）"
    text = meaning(item)
    assert "要达到目标，2025年须增长2.8%（现价）。" in text and "最新值已达目标；" not in text
