"""One figure for each year: which vintage, which caliber; corrections watch their source."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from roots import HOME, evaluation_of, observation, refused

from analysis.data.errors import InputError, Reason
from analysis.data.observations import load
from analysis.data.series import COMPARABLE, annual_series, comparable, other_periods

DATA = load(HOME)
INDEX = {"region": "jiaxing-city", "indicator": "gdp_index"}


def day(text):
    return dt.date.fromisoformat(text)


def test_vintages_of_one_year_one_after_another():
    # Jiaxing GDP 2020: 5509.52 first estimate, 5510 reported and 5563.58 final, all known by the
    # end of 2021; the revised series (2026) prints 5563.58 again
    def at(as_of):
        series = annual_series(DATA, "jiaxing-city", "gdp", as_of=day(as_of))
        return series.at(2020)

    assert at("2021-12-30") is None
    assert (at("2021-12-31").value, at("2021-12-31").status) == (5563.58, "final")
    assert at("2026-11-01").status == "revised"
    older = annual_series(DATA, "jiaxing-city", "gdp").older_vintages
    assert {item.value for item in older if item.period == "2020"} == {5509.52, 5510.0, 5563.58}


def test_the_later_stage_wins_over_the_later_day(root):
    root.add(
        "observations",
        observation("talent", "2021", "1.5", "万人", status="final", published="2022-06-01"),
        observation("talent", "2021", "1.9", "万人", published="2023-06-01"),
        observation("talent", "2022", "2.0", "万人", published="2023-06-01"),
        observation("talent", "2022", "2.1", "万人", published="2024-06-01"),
    )
    series = annual_series(load(root.path), "jiaxing-port-area", "talent")
    # 2021: final before reported; 2022: of two reported figures the later
    assert series.values().to_dict() == {2021: 1.5, 2022: 2.1}
    assert [item.value for item in series.older_vintages] == [1.9, 2.0]


def test_calibers_that_do_not_belong_together_are_set_aside_not_lost():
    series = annual_series(DATA, "jiaxing-port-area", "gdp", caliber="plan")
    assert series.values().to_dict() == {2015: 125.98, 2020: 182.0, 2024: 226.0}
    assert [(i.period, i.value) for i in series.other_calibers] == [("2021", 209.01)]
    managed = annual_series(DATA, "jiaxing-port-area", "gdp", caliber="management")
    assert managed.values().to_dict() == {2021: 209.01}
    assert len(managed.other_calibers) == 4


def test_the_wanted_caliber_wins_over_the_unstated_one(root):
    root.add(
        "observations",
        observation("talent", "2021", "1.5", "万人", caliber="plan", published="2022-06-01"),
        observation("talent", "2021", "1.9", "万人", caliber="unstated", status="revised"),
    )
    data = load(root.path)
    assert annual_series(data, "jiaxing-port-area", "talent", caliber="plan").last.value == 1.5


@given(a=st.sampled_from(sorted(DATA.calibers)), b=st.sampled_from(sorted(DATA.calibers)))
def test_comparability_is_mutual_and_never_guessed(a, b):
    assert comparable(a, a)
    assert comparable(a, b) == comparable(b, a)
    if a != b and comparable(a, b):
        assert {a, b} <= set(COMPARABLE)


def test_declared_corrections_stand_with_their_reason_and_source():
    series = annual_series(DATA, **INDEX)
    for year, old, new, source in ((2020, "101.6", 103.5, "C5"), (2021, "114.2", 108.5, "C6")):
        item = series.at(year)
        assert (item.value, item.source) == (new, source)
        assert item.correction.startswith(f"{old}→{new}：")
    assert series.at(2019).correction is None


def test_a_correction_whose_expected_value_has_changed(root):
    root.change("observations", {**INDEX, "period": "2020"}, value="101.7")
    row = root.number("corrections", period="2020")
    error = refused(root, evaluation_of)
    assert (error.file, error.row, error.column) == ("data/corrections.csv", row, "expect")
    assert (error.value, error.expected, error.nearest) == ("101.6", "101.7 (Y1)", "101.7")
    with pytest.raises(InputError) as caught:  # nor does a series pass it by
        annual_series(load(root.path), **INDEX)
    assert caught.value.row == row and caught.value.expected == "101.7 (Y1)"


def test_a_correction_of_a_figure_that_is_not_there(root):
    row = root.change("corrections", {"period": "2020"}, period="1990")
    error = refused(root, evaluation_of)
    assert (error.file, error.row, error.column) == ("data/corrections.csv", row, "expect")
    assert error.expected == Reason("figure_of_observations")


def test_a_correction_of_a_figure_in_use_stops_the_evaluation(root):
    gdp = {"region": "jiaxing-port-area", "indicator": "gdp", "period": "2020"}
    row = root.add(
        "corrections",
        gdp
        | {
            "expect": "183",
            "value": "184",
            "unit": "亿元",
            "source": "S5",
            "locator": "test",
            "reason": "试",
            "reason_en": "test",
        },
    )
    data = load(root.path)
    with pytest.raises(InputError) as caught:
        annual_series(data, "jiaxing-port-area", "gdp", caliber="plan")
    assert (caught.value.row, caught.value.column) == (row, "expect")
    root.change("corrections", gdp, expect="182")
    series = annual_series(load(root.path), "jiaxing-port-area", "gdp", caliber="plan")
    assert series.at(2020).value == 184.0 and "182→184" in series.at(2020).correction
    assert series.at(2015).value == 125.98


def test_a_correction_is_unknown_before_its_source(root):
    root.change("sources", {"source": "C5"}, published="2023-01-01", published_basis="stated")
    data = load(root.path)
    before = annual_series(data, **INDEX, as_of=day("2022-12-31")).at(2020)
    after = annual_series(data, **INDEX, as_of=day("2023-01-01")).at(2020)
    assert (before.value, after.value) == (101.6, 103.5)


@given(as_of=st.dates(day("1999-01-01"), day("2027-01-01")), until=st.integers(1995, 2026))
def test_nothing_later_than_the_day_or_the_year_is_used(as_of, until):
    series = annual_series(DATA, "jiaxing-city", "gdp", as_of=as_of, until=until)
    assert all(item.published <= as_of and item.year <= until for item in series.data)
    years = [item.year for item in series.data]
    assert years == sorted(set(years))


def test_periods_that_are_not_whole_years_stay_out_of_the_series():
    series = annual_series(DATA, "jiaxing-port", "container_throughput")
    parts = other_periods(DATA, "jiaxing-port", "container_throughput")
    assert all(len(item.period) == 4 for item in series.data)
    assert {"2020-08", "2021-Q1", "2022-S1"} <= {item.period for item in parts}
    early = other_periods(DATA, "jiaxing-port", "container_throughput", as_of=day("2021-04-22"))
    assert "2022-S1" not in {item.period for item in early}


def test_a_series_of_nothing():
    series = annual_series(DATA, "jiaxing-port-area", "talent")
    assert series.data == () and series.last is None and series.at(2020) is None
    assert series.values().empty
    with pytest.raises(InputError):
        annual_series(DATA, "jiaxing-port-area", "talents")


def test_units_of_one_series_are_one(root):
    root.change(
        "observations",
        {"region": "jiaxing-port-area", "indicator": "gdp", "period": "2015"},
        value="1259800",
        unit="万元",
    )
    series = annual_series(load(root.path), "jiaxing-port-area", "gdp", caliber="plan")
    first = series.at(2015)
    assert (first.value, first.unit) == (125.98, "亿元")
    assert (first.printed, first.printed_unit) == ("1259800", "万元")


def test_a_correction_of_an_unknown_indicator(root):
    row = root.change("corrections", {"period": "2020"}, indicator="gdp_idx")
    error = refused(root)
    assert (error.file, error.row, error.nearest) == ("data/corrections.csv", row, "gdp_index")
