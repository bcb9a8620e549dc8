"""A count of zero is said in words: no sentence tells of "0 of them" or of "其中0项"."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from analysis.targets.evaluation import Evaluation, evaluate
from planeval.chapters import environment, indicators, other, overview, pictures, port, quality, why
from planeval.publish.diff import counted
from planeval.show.chart import Chart
from planeval.words import targets
from planeval.words.language import speaking

STIFF = re.compile(
    r"(?<![\d.,])0(项|处|个|组|对|年|次|条|份)"
    r"|(?<![\d.,])\b0 (of|in its|are|have|has|within|given)\b"
)


def sentences(found: Evaluation) -> Iterator[str]:
    """Yield the sentences and captions that count."""
    yield from (text for _, text in targets.facts(found))
    yield from (overview._fact_meaning(found, name) for name, _ in targets.facts(found))
    yield from (indicators.scope(found), other.scope(found))
    yield from (overview.final_count(found), other.milestones_reading(found))
    yield from (overview.completion_reading(found), quality.counts_reading(found))
    yield port.news_reading(found)
    yield from (why.scope(found), why.closing_reading(found))
    yield from (quality.revisions_reading(found), str(environment.yearly_reading(found)))
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
        ("jiaxing-14fyp", 2025, "2024-12-31"),  # the last year, nothing of it published
        ("jiaxing-13fyp", 2016, None),
        ("jiaxing-13fyp", 2020, None),
        ("jiaxing-13fyp", 2020, "2019-01-01"),
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
    assert "规划共有20项目标，都列在表中；" in dict(targets.facts(final))["total"]
    assert why.scope(final).startswith(
        "规划共有20项目标，没有一项有对目标年数值的预测区间。其中已由目标年的公布值"
    )
    assert "没有一处在本规划范围内" in quality.revisions_reading(final)
    with speaking("en"):
        assert "none of them binding" in indicators.scope(final)
        assert "none is published" in str(environment.yearly_reading(early))


@pytest.mark.parametrize(
    ("met", "missed", "zh", "en"),
    [
        (0, 2, "没有一项完成，未完成2项", "none is achieved and 2 are missed"),
        (3, 0, "完成3项，没有未完成的", "3 are achieved and none missed"),
        (1, 1, "完成1项、未完成1项", "1 is achieved and 1 missed"),
    ],
)
def test_what_is_due_and_met_is_counted_in_words(met: int, missed: int, zh: str, en: str) -> None:
    assert overview._met_and_missed(met, missed) == zh
    with speaking("en"):
        assert overview._met_and_missed(met, missed) == en


@pytest.mark.parametrize(
    ("count", "same", "zh", "en"),
    [
        (0, 5, "没有目标有变，5个都不变。", "No target differs, 5 are as before."),
        (1, 0, "1个目标有变，没有不变的。", "1 target differs, none is as before."),
        (2, 1, "2个目标有变，1个不变。", "2 targets differ, 1 does not."),
        (0, 0, "两份报告没有共同的目标。", "The two reports have no target in common."),
    ],
)
def test_what_a_comparison_counts(count: int, same: int, zh: str, en: str) -> None:
    found = {"indicators": [{}] * count, "unchanged": same}
    assert counted(found) == zh
    with speaking("en"):
        assert counted(found) == en


def test_no_target_on_schedule_none_met_none_left_out() -> None:
    found = evaluate("jiaxing-14fyp", 2024)
    slow = [i for i in overview.measured(found) if i.state.completion < i.state.schedule]
    # of the targets with a completion those behind schedule alone: none is on it, none is met
    assert slow and overview._completion_finding(slow).startswith(
        f"能计算完成度的{len(slow)}项中，没有一项不慢于时序，{len(slow)}项落后"
    )
    missed = [item for item in slow if not item.state.met]
    assert "没有一项达到目标" in overview._result_finding(missed)
    with speaking("en"):
        assert "none is on or ahead of schedule" in overview._completion_finding(slow)
        assert "none was met" in overview._result_finding(missed)


def test_events_without_any_record() -> None:
    # on the last day of 2024 no record of the plan's six works had been published
    found = evaluate("jiaxing-14fyp", 2025, "2024-12-31")
    assert other.milestones_reading(found) == "6项事项都没有公开的进展记录。"
    assert "事项类目标6项，没有一项有公开的完成记录。" in overview.final_count(found)
    with speaking("en"):
        assert "any of the 6 milestones" in other.milestones_reading(found)
