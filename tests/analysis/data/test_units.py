"""Units convert within their dimension and nowhere else; printed figures are read or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from roots import refused

from analysis.data.errors import InputError, Reason
from analysis.data.observations import load
from analysis.data.units import (
    ALIASES,
    UNITS,
    Figure,
    convert,
    normal_unit,
    parse_figure,
    same_unit,
)

GDP_2024 = {"region": "jiaxing-port-area", "indicator": "gdp", "period": "2024"}


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        (226, "亿元", "万元", 2_260_000),
        (1, "万元", "亿元", 0.0001),
        (8.4, "亿美元", "百万美元", 840),
        (306.2, "万标箱", "标箱", 3_062_000),
        (7129, "万吨", "亿吨", 0.7129),
        (2.25, "万人", "人", 22_500),
        (5, "‰", "%", 0.5),
        (15, "万元/人", "元/人", 150_000),
        (15, "亩", "公顷", 1),
        (250, "公顷", "平方公里", 2.5),
        (1.2, "亿立方米", "万立方米", 12_000),
        (0.35, "亿千瓦时", "万千瓦时", 3_500),
        (27, "μg/m3", "微克/立方米", 27),
        (3, "％", "%", 3),
        (-11.73, "%", "%", -11.73),
    ],
)
def test_worked_conversions(value, unit, to, expected):
    assert convert(value, unit, to) == pytest.approx(expected, rel=1e-12)


PAIRS = [(a, b) for a in UNITS for b in UNITS]


@given(
    pair=st.sampled_from([(a, b) for a, b in PAIRS if UNITS[a][0] == UNITS[b][0]]),
    value=st.floats(min_value=0.01, max_value=1e6),
)
def test_there_and_back_within_a_dimension(pair, value):
    there = convert(value, *pair)
    # 12 decimals are kept: a small number in a large unit loses what lies below them
    assert convert(there, pair[1], pair[0]) == pytest.approx(value, rel=1e-3)


@given(pair=st.sampled_from([(a, b) for a, b in PAIRS if UNITS[a][0] != UNITS[b][0]]))
def test_never_across_dimensions(pair):
    with pytest.raises(InputError) as caught:
        convert(1.0, *pair)
    assert caught.value.nearest == pair[1]
    assert not same_unit(*pair)


@pytest.mark.parametrize(
    ("unit", "other", "same"),
    [("人", "名", True), ("人", "万人", False), ("%", "‰", False), ("家", "个", True)],
)
def test_one_dimension_is_not_yet_one_unit(unit, other, same):
    # 3 人 are 3 名, but 3 万人 are 30,000 人
    assert same_unit(unit, other) is same and same_unit(other, unit) is same


def test_every_alias_leads_to_a_unit():
    assert {normal_unit(alias) for alias in ALIASES} <= set(UNITS)


@pytest.mark.parametrize(
    ("unit", "near"), [("万箱", "万标箱"), ("亿元人民币", "亿元"), ("微克/立方", "微克/立方米")]
)
def test_an_unknown_unit_names_the_nearest(unit, near):
    with pytest.raises(InputError) as caught:
        normal_unit(unit)
    assert caught.value.value == unit and caught.value.nearest == near


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("300", Figure(300, "exact", 0)),
        ("92以上", Figure(92, "at_least", 0)),
        ("27以下", Figure(27, "at_most", 0)),
        ("76左右", Figure(76, "about", 0)),
        ("突破1000", Figure(1000, "at_least", 0)),
        ("不低于97.50", Figure(97.5, "at_least", 2)),
        ("不超过3", Figure(3, "at_most", 0)),
        ("1,069.6", Figure(1069.6, "exact", 1)),
        ("１，０６９．６", Figure(1069.6, "exact", 1)),
        ("－11.73", Figure(-11.73, "exact", 2)),
        (" 0.10 ", Figure(0.1, "exact", 2)),
    ],
)
def test_figures_as_documents_print_them(text, figure):
    assert parse_figure(text) == figure


@pytest.mark.parametrize(
    "text",
    [
        "",
        "以上",
        "约100",
        "三到四个",
        "1,20",
        "12,00",
        "1e400",
        "nan",
        "inf",
        "12-15",
        "不超过27以上",
    ],
)
def test_figures_that_are_refused_not_guessed(text):
    with pytest.raises(InputError) as caught:
        parse_figure(text)
    assert caught.value.value == text


def test_an_observation_in_another_unit_of_its_dimension_is_converted(root):
    root.change("observations", GDP_2024, value="2260000", unit="万元")
    found = [
        o for o in load(root.path).by_series["jiaxing-port-area", "gdp"] if o["period"] == "2024"
    ]
    assert found[0]["number"] == 226.0
    assert (found[0]["value"], found[0]["unit"]) == (2_260_000.0, "万元")  # as published


@pytest.mark.parametrize(
    ("unit", "near", "shown"),
    [
        ("万吨", "亿元", "万吨"),
        ("亿美元", "亿元", "亿美元"),
        ("", "亿元", Reason("empty")),
        ("亿圆", "亿元", "亿圆"),
    ],
)
def test_an_observation_whose_unit_does_not_fit(root, unit, near, shown):
    row = root.change("observations", GDP_2024, unit=unit)
    error = refused(root)
    assert (error.file, error.row, error.column) == ("data/observations.csv", row, "unit")
    assert error.value == shown and error.nearest == near and "gdp" in error.expected


def test_an_unknown_unit_of_the_code_list_is_told_there(root):
    row = root.change("indicators", {"indicator": "gdp"}, unit="亿元人民币")
    error = refused(root)
    assert (error.file, error.row, error.column) == ("data/indicators.csv", row, "unit")
    assert error.nearest == "亿元"
