"""Last year's forecasts against what came: known then, known now, and the error's two parts."""

from __future__ import annotations

import pytest
from roots import Root

from analysis.data.errors import InputError
from analysis.targets.evaluation import evaluate
from analysis.targets.past import changed, evaluation_before, fresh_figures, held_back, outturns
from planeval.chapters import record, risks

BOXES = {
    "region": "zhapu-port",
    "indicator": "container_throughput",
    "unit": "万标箱",
    "qualifier": "exact",
    "price_basis": "not_applicable",
    "caliber": "plan",
    "published_basis": "stated",
    "source": "S2",
    "locator": "test",
}


@pytest.fixture
def grown(root: Root) -> Root:
    """Two more years of containers, the first of them revised when the second came."""
    root.add(
        "observations",
        BOXES | {"period": "2021", "value": "200", "status": "reported", "published": "2022-03-01"},
        BOXES | {"period": "2021", "value": "210", "status": "revised", "published": "2023-03-01"},
        BOXES | {"period": "2022", "value": "230", "status": "reported", "published": "2023-03-01"},
    )
    return root


def test_the_earlier_evaluation_knows_only_its_own_day(grown: Root):
    now = evaluate("jiaxing-14fyp", 2022, "2023-06-01", root=grown.path)
    before = evaluation_before(now)
    assert before is not None and before.as_of.isoformat() == "2022-06-01"
    assert before.get("containers").latest.value == 200.0
    assert now.get("containers").series.at(2021).value == 210.0


def test_the_error_is_the_revised_start_and_the_pace_exactly(grown: Root):
    now = evaluate("jiaxing-14fyp", 2022, "2023-06-01", root=grown.path)
    (one,) = [o for o in outturns(now, evaluation_before(now)) if o.item.target_id == "containers"]
    moved, pace = one.parts()
    # 100 (210/200 - 1) = 5; at the pace expected the revised start gives 1.05 of the median
    assert moved == pytest.approx(5.0, abs=1e-9)
    assert pace == pytest.approx(100 * (230 - 1.05 * one.median) / one.median, abs=1e-9)
    assert moved + pace == pytest.approx(one.error, abs=1e-9)
    assert one.error == pytest.approx(100 * (230 / one.median - 1), abs=1e-9)
    assert one.inside == (one.lo80 <= 230 <= one.hi80)
    table = record.outturn_table(now, evaluation_before(now))
    assert any("200（2021）" in cell for row in table.rows for cell in row)


def test_a_day_named_must_be_earlier_and_a_first_year_has_none_before_it(grown: Root):
    now = evaluate("jiaxing-14fyp", 2022, "2023-06-01", root=grown.path)
    with pytest.raises(InputError, match="earlier_evaluation_not_before_this"):
        evaluation_before(now, "2023-06-01")
    first = evaluate("jiaxing-14fyp", 2021, root=grown.path)
    assert evaluation_before(first) is None
    assert "第一次评估" in record.outturn_table(first, None)


def test_no_outturn_names_the_years_the_forecasts_were_of():
    now = evaluate("jiaxing-14fyp", 2024)
    text = record.outturn_table(now, evaluation_before(now))
    # five targets known of 2020 only were forecast to 2025; 2024 of other targets is published
    assert "有5项预测" in text and "这些目标在所预测年份（2021—2025年）的" in text
    assert {one.figure.year for one in held_back(now)} == {2024}


def test_what_is_new_is_what_was_published_since(grown: Root):
    now = evaluate("jiaxing-14fyp", 2022, "2023-06-01", root=grown.path)
    before = evaluation_before(now)
    found = {(f.indicator, f.period, f.value) for f in fresh_figures(now, before)}
    assert ("container_throughput", "2022", 230.0) in found
    assert ("container_throughput", "2021", 210.0) in found
    assert all(f.published > before.as_of for f in fresh_figures(now, before))
    pairs = {now_.target_id for now_, _ in changed(now, before)}
    assert "gdp" not in pairs or before.get("gdp").outlook.code != now.get("gdp").outlook.code


def test_held_back_of_the_plan_uses_only_earlier_figures():
    now = evaluate("jiaxing-14fyp", 2024)
    found = {one.item.target_id: one for one in held_back(now)}
    # gdp: 125.98 (2015), 182 (2020) known; 226 (2024) hidden
    assert found["gdp"].start.value == 182.0 and found["gdp"].figure.value == 226.0
    assert found["gdp"].parts()[0] == 0.0
    # of output 2015 is derived: only 2020 was published before 2024, too few
    assert set(found) == {"gdp", "containers"}
    assert "可以对照的共2项" in record.held_back_reading(now)


def test_the_parts_add_up_as_printed(grown: Root):
    now = evaluate("jiaxing-14fyp", 2022, "2023-06-01", root=grown.path)
    tables = [
        record.held_back_table(evaluate("jiaxing-14fyp", 2024)),
        record.outturn_table(now, evaluation_before(now)),
    ]
    for table in tables:
        assert table.frame.columns[4] == "误差（占预测的%）"
        for row in table.rows:
            error, moved, pace = (float(cell.rstrip("%").replace("−", "-")) for cell in row[4:7])
            assert error == pytest.approx(moved + pace, abs=1e-9)
    # containers of 2024: 306.2 against 225.6 is +35.7 %, all of it pace
    assert [row[4:7] for row in tables[0].rows][1] == ["+35.7%", "0.0%", "+35.7%"]


def test_needs_name_the_pace_beside_the_pace_there_was():
    text = risks.needs(evaluate("jiaxing-14fyp", 2024))
    # 300/226 - 1 = 32.74 %; (226/182)^(1/4) - 1 = 5.56 %
    assert "2025年须增长32.7%（现价）" in text and "基期以来现价年均增长5.6%" in text


def test_the_next_plan_inherits_what_was_missed():
    table = risks.handover_table(evaluate("jiaxing-13fyp", 2020))
    names = [row[0] for row in table.rows]
    assert any("服务业增加值" in name for name in names)
    assert len(names) == 8  # one missed, seven binding ones without a number


def test_a_changed_verdict_names_its_cause():
    now = evaluate("jiaxing-14fyp", 2024)
    table = record.changed_table(now, evaluation_before(now))
    rows = {row[0]: row for row in table.rows}
    assert rows["地区生产总值（GDP）"][3] == "新公布2024年数值"
