"""Comparable series declared in the data: read, dated, checked."""

from __future__ import annotations

import datetime as dt

import pytest
from roots import HOME, Root, evaluation_of

from analysis.data.errors import InputError
from analysis.data.observations import load
from analysis.data.series import comparables

DATA = load(HOME)


@pytest.fixture
def root(tmp_path) -> Root:
    return Root(tmp_path)


def test_what_is_declared_is_known_on_its_day():
    found = comparables(DATA, "zhapu-port", "container_throughput", until=2024)
    places = [(one.series.region, one.series.indicator) for one in found]
    assert places == [("jiaxing-port", "container_throughput")]
    # 1.006780 million of 2008 is 100.678 thousand: 10.0678 in ten thousands; the other caliber
    # of 2018 and 2019 stays apart
    assert found[0].series.values().round(1).to_dict() == {
        2008: 10.1,
        2017: 144.2,
        2020: 195.6,
        2022: 285.0,
    }
    early = comparables(
        DATA, "zhapu-port", "container_throughput", as_of=dt.date(2021, 12, 31), until=2020
    )
    assert max(early[0].series.values().index) <= 2020


def test_nothing_declared_or_nothing_known_yet():
    assert comparables(DATA, "jiaxing-port-area", "gdp") == ()
    before = dt.date(2000, 1, 1)
    assert comparables(DATA, "jiaxing-port-area", "trade", as_of=before) == ()


def test_every_declared_series_has_figures_and_a_reason():
    for row in DATA.comparators:
        found = comparables(DATA, row["region"], row["indicator"])
        assert len(found) == 1 and found[0].series.data and found[0].statement_zh
        assert (row["region"], row["indicator"]) in DATA.by_series


def test_the_table_may_be_left_out(root: Root):
    root.file("comparators").unlink()
    package = root.path / "data" / "datapackage.json"
    import json

    described = json.loads(package.read_text(encoding="utf-8"))
    described["resources"] = [r for r in described["resources"] if r["name"] != "comparators"]
    package.write_text(json.dumps(described), encoding="utf-8")
    assert load(root.path).comparators == []
    assert evaluation_of(root.path)


@pytest.mark.parametrize(
    ("column", "value"),
    [("comparator_region", "jiaxing-citty"), ("comparator_indicator", "gpd"), ("caliber", "x")],
)
def test_a_code_nobody_knows_is_refused(root: Root, column: str, value: str):
    where = {"region": "jiaxing-port-area", "indicator": "trade"}
    row = root.change("comparators", where, **{column: value})
    with pytest.raises(InputError) as caught:
        load(root.path)
    assert caught.value.file == "data/comparators.csv"
    assert (caught.value.row, caught.value.column) == (row, column)


def test_other_prices_are_refused(root: Root):
    # the index of GDP is at constant prices, the zone's GDP at current ones
    root.add(
        "comparators",
        {
            "region": "jiaxing-port-area",
            "indicator": "gdp",
            "comparator_region": "jiaxing-city",
            "comparator_indicator": "gdp_index",
            "caliber": "default",
            "statement": "试",
            "statement_en": "test",
        },
    )
    with pytest.raises(InputError) as caught:
        comparables(load(root.path), "jiaxing-port-area", "gdp")
    assert caught.value.expected == "current"
