"""The long table: codes that exist, vintages that stay, nothing known before its day."""

from __future__ import annotations

import datetime as dt

import pytest
from roots import HOME, observation, refused

from analysis.data.errors import InputError
from analysis.data.observations import find_indicator, load

DATA = load(HOME)
GDP_2024 = {"region": "jiaxing-port-area", "indicator": "gdp", "period": "2024"}


@pytest.mark.parametrize(
    ("column", "text", "near"),
    [
        ("indicator", "gpd", "gdp"),
        ("region", "jiaxing-port-aera", "jiaxing-port-area"),
        ("source", "S99", "S9"),
        ("caliber", "unstatd", "unstated"),
    ],
)
def test_a_code_nobody_defines(root, column, text, near):
    row = root.change("observations", GDP_2024, **{column: text})
    error = refused(root)
    assert (error.file, error.row, error.column) == ("data/observations.csv", row, column)
    assert error.value == text
    choices = getattr(DATA, f"{column}s")
    assert error.nearest in choices and (near not in choices or error.nearest == near)


@pytest.mark.parametrize(
    ("table", "where", "column", "text", "near"),
    [
        ("claims", {"claim": "K001"}, "indicator", "gpd", "gdp"),
        ("claims", {"claim": "K001"}, "source", "T3", "S3"),
        ("claims", {"claim": "K001"}, "base_period", "2020年", None),
        ("claims", {"claim": "K051"}, "unit", "亿吨", "万吨"),
        ("claims", {"claim": "K174"}, "parts", "belt_road_trade", None),
        ("claims", {"claim": "K174"}, "parts", "belt_road/trade", "belt_road_trade"),
        ("claims", {"claim": "K180"}, "parts", "11;x;366", None),
        ("relations", {"relation": "fiscal"}, "whole", "*:fiscal_revenue", None),
        ("relations", {"relation": "zhapu-teu"}, "parts", "zhapu:container_throughput", None),
        ("regions", {"region": "jiaxing-port"}, "parent", "jiaxing_city", "jiaxing-city"),
        ("plans", {"plan": "jiaxing-14fyp"}, "parent_region", "jiaxing", "zhejiang"),
        ("plans", {"plan": "jiaxing-14fyp"}, "start_year", "2020", "2021"),
        ("corrections", {"period": "2020"}, "unit", "‰", "%"),
    ],
)
def test_names_in_the_other_tables(root, table, where, column, text, near):
    row = root.change(table, where, **{column: text})
    error = refused(root)
    assert (error.file, error.row, error.column) == (f"data/{table}.csv", row, column)
    if near is not None and table != "plans":
        assert error.nearest == near


@pytest.mark.parametrize(
    ("indicator", "unit", "value"), [("gdp", "亿元", "-1"), ("rd_share", "%", "101")]
)
def test_a_value_its_indicator_cannot_take(root, indicator, unit, value):
    row = root.add("observations", observation(indicator, "2022", value, unit))
    error = refused(root)
    assert (error.row, error.column, error.value) == (row, "value", value)
    assert "0" in error.expected


def test_what_is_known_grows_with_the_date_and_never_shrinks():
    days = sorted(set(DATA.observations["published"]))
    sizes = [len(DATA.known(day)) for day in days]
    assert sizes == sorted(sizes) and sizes[-1] == len(DATA.observations)
    assert len(DATA.known(days[0] - dt.timedelta(days=1))) == 0
    assert DATA.latest_vintage() == days[-1]


def test_figures_of_2024_are_unknown_the_day_before_their_publication():
    def year_2024(day):
        known = DATA.known(day)
        chosen = known[(known["region"] == "jiaxing-port-area") & (known["period"] == "2024")]
        return set(chosen["indicator"])

    assert year_2024(dt.date(2025, 12, 22)) == set()
    assert {"gdp", "trade", "industrial_output"} <= year_2024(dt.date(2025, 12, 23))


def test_an_edited_file_is_read_anew(root):
    assert load(root.path) is load(root.path)
    root.change("observations", GDP_2024, value="227.5")
    values = [o["value"] for o in load(root.path).by_series["jiaxing-port-area", "gdp"]]
    assert 227.5 in values and 226.0 not in values


def test_only_whole_years_have_a_year():
    for row in DATA.observations.to_dict("records"):
        assert (row["year"] is None) == (len(row["period"]) != 4)


def test_an_unknown_indicator_by_name():
    with pytest.raises(InputError) as caught:
        find_indicator(DATA, "container")
    assert caught.value.nearest in DATA.indicators
    with pytest.raises(InputError) as caught:
        find_indicator(DATA, "gpd")
    assert caught.value.nearest == "gdp"


@pytest.mark.parametrize("name", ["", "nowhere"])
def test_a_root_without_data(tmp_path, name, monkeypatch):
    with pytest.raises(InputError) as caught:
        load(tmp_path / name)
    assert "datapackage.json" in caught.value.expected.figures["mark"]
    monkeypatch.setenv("PLANEVAL_ROOT", str(tmp_path / name))
    with pytest.raises(InputError):
        load()


def test_the_root_may_come_from_the_environment(root, monkeypatch):
    root.change("regions", {"region": "zhapu-port"}, name_zh="别处")
    monkeypatch.setenv("PLANEVAL_ROOT", str(root.path))
    assert load().regions["zhapu-port"]["name_zh"] == "别处"
    monkeypatch.delenv("PLANEVAL_ROOT")
    assert load().regions["zhapu-port"]["name_zh"] == "乍浦港区"
