"""A count of zero is said in words: no sentence tells of "0 of them" or of "其中0项"."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from analysis import views_audit as audit
from analysis import views_environment as environment
from analysis import views_forecast as forecast
from analysis import views_indicators as indicators
from analysis import views_other as other
from analysis import views_overview as overview
from analysis import views_pictures as pictures
from analysis import wording
from analysis.charts import Chart
from analysis.evaluation import Evaluation, evaluate
from analysis.words import speaking

STIFF = re.compile(
    r"(?<![\d.,])0(项|处|个|组|对|年|次|条|份)"
    r"|(?<![\d.,])\b0 (of|in its|are|have|has|within|given)\b"
)


def sentences(found: Evaluation) -> Iterator[str]:
    """Yield the sentences and captions that count."""
    yield from (text for _, text in wording.facts(found))
    yield from (overview._fact_meaning(found, name) for name, _ in wording.facts(found))
    yield from (indicators.scope(found), other.scope(found))
    yield from (forecast.scope(found), forecast.closing_reading(found))
    yield from (audit.revisions_reading(found), str(environment.yearly_reading(found)))
    for draw in (pictures.sheet, pictures.bullets_chart, pictures.slopes_chart, pictures.multiples):
        drawn = draw(found)
        yield drawn.caption if isinstance(drawn, Chart) else drawn


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("plan", "year", "day"),
    [
        ("jiaxing-14fyp", 2021, None),
        ("jiaxing-14fyp", 2024, None),
        ("jiaxing-14fyp", 2021, "2021-06-27"),  # the plan's own day: nothing is published yet
        ("jiaxing-13fyp", 2020, None),
    ],
)
def test_no_sentence_counts_to_zero(plan: str, year: int, day: str | None, language: str) -> None:
    with speaking(language):
        stiff = [text for text in sentences(evaluate(plan, year, day)) if STIFF.search(text)]
    assert not stiff


def test_what_is_said_instead() -> None:
    early = evaluate("jiaxing-14fyp", 2021)
    final = evaluate("jiaxing-13fyp", 2020)
    # none of the 34 targets of the table has a completion in the first year: no empty page
    assert pictures.sheet(early).startswith("表列34项目标没有一项算得出完成度")
    assert "规划共有20项目标，都列在表中；" in dict(wording.facts(final))["total"]
    assert forecast.scope(final).startswith(
        "规划共有20项目标，没有一项有对目标年数值的预测区间。其中已由目标年的公布值"
    )
    assert "没有一处在本规划范围内" in audit.revisions_reading(final)
    with speaking("en"):
        assert "none of them binding" in indicators.scope(final)
        assert "none is published" in str(environment.yearly_reading(early))
