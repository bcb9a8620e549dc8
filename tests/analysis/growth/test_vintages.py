"""Vintages, by hand and on the published figures of the city."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from roots import observation

from analysis.data.errors import InputError
from analysis.data.observations import load
from analysis.growth.vintages import (
    revision_summary,
    revision_table,
    revisions,
    target_effect,
    vintages,
)


@pytest.fixture(scope="module")
def city():
    return vintages(load(), "jiaxing-city", "gdp")


def test_every_stage_of_a_year_in_order(city):
    found = [(v.value, v.status) for v in city if v.year == 2020]
    assert found == [
        (5509.52, "first_estimate"),
        (5510.0, "reported"),
        (5563.58, "final"),
        (5563.58, "revised"),
    ]


def test_another_caliber_is_no_vintage():
    found = vintages(load(), "jiaxing-port-area", "gdp", caliber="plan")
    # 209.01 (management caliber) is left out; 181.97 is the first estimate of 182.0
    assert [(v.year, v.value) for v in found] == [
        (2015, 125.98),
        (2020, 181.97),
        (2020, 182.0),
        (2024, 226.0),
    ]


def test_derived_figures_are_no_vintages():
    found = vintages(load(), "jiaxing-port-area", "industrial_output")
    assert [v.year for v in found] == [2020, 2024]


def test_an_unknown_indicator_is_named():
    with pytest.raises(InputError):
        vintages(load(), "jiaxing-city", "gpd")


def test_nothing_is_known_before_its_day():
    found = vintages(load(), "jiaxing-city", "gdp", as_of=dt.date(2021, 12, 31))
    assert max(v.published for v in found) <= dt.date(2021, 12, 31)
    assert revisions(found).loc[2020, "last"] == 5563.58
    assert 2015 not in revisions(found).index  # its census revision was not out


def test_revisions_by_hand(city):
    table = revisions(city)
    # 3517.81 -> 3696.62: 178.81, 5.083 %; 6355.28 -> 6388.38: 33.10, 0.521 %
    assert table.loc[2015, "difference"] == pytest.approx(178.81)
    assert table.loc[2015, "pct"] == pytest.approx(5.083, abs=1e-3)
    assert table.loc[2021, "pct"] == pytest.approx(0.521, abs=1e-3)
    assert table.loc[2022, "difference"] == 0.0  # revised to the same figure
    assert 2024 not in table.index  # only one vintage


def test_two_prints_of_one_stage_are_no_revision():
    # 2013 was printed as 3147.6 and 3147.66, both "reported"
    found = [v for v in vintages(load(), "jiaxing-city", "gdp") if v.status == "reported"]
    assert len({v.value for v in found if v.year == 2013}) == 2
    assert 2013 not in revisions(found).index


def test_the_summary_by_hand():
    table = pd.DataFrame({"pct": [2.0, -1.0, 0.0, 4.0, 5.0]}, index=[2015, 2016, 2017, 2018, 2019])
    found = revision_summary(table)
    # mean 10/5 = 2; squares 0, 9, 4, 4, 9 = 26, 26/4 = 6.5, sqrt 2.5495; |.| mean 12/5
    assert found.mean_pct == pytest.approx(2.0)
    assert found.sd_pct == pytest.approx(2.5495, abs=1e-4)
    assert found.mean_abs_pct == pytest.approx(2.4)
    assert (found.n, found.upward, found.largest_year, found.largest_pct) == (5, 3, 2019, 5.0)
    assert revision_summary(table.iloc[1:]) is None


def test_a_base_revised_by_the_city_s_share():
    years = {"base_year": 2020, "year": 2024, "target_year": 2025}
    before = target_effect(182.0, 226.0, 300.0, **years)
    after = target_effect(183.79, 226.0, 300.0, **years)
    # 44/118 = 0.3729; (226 - 183.79)/(300 - 183.79) = 42.21/116.21 = 0.3632
    assert before.completion == pytest.approx(0.37288, abs=1e-5)
    assert after.completion == pytest.approx(0.36322, abs=1e-5)
    # (300/182)^(1/5) - 1 = 10.512 %; (300/183.79)^(1/5) - 1 = 10.296 %
    assert before.planned_pct == pytest.approx(10.512, abs=1e-3)
    assert after.planned_pct == pytest.approx(10.296, abs=1e-3)
    # 300/226 - 1: a base does not move what is still to be done
    assert before.required_pct == after.required_pct == pytest.approx(32.743, abs=1e-3)


def test_without_a_latest_figure_only_the_plan_is_known():
    found = target_effect(182.0, math.nan, 300.0, base_year=2020, year=2020, target_year=2025)
    assert found.completion is None and found.realised_pct is None and found.required_pct is None
    assert found.planned_pct == pytest.approx(10.512, abs=1e-3)
    with pytest.raises(InputError):
        target_effect(0.0, 1.0, 2.0, base_year=2020, year=2021, target_year=2025)


@given(st.floats(50, 150), st.floats(160, 400))
def test_a_higher_base_is_a_lower_completion(base, value):
    years = {"base_year": 2020, "year": 2024, "target_year": 2025}
    low = target_effect(base, value, 500.0, **years)
    high = target_effect(base * 1.05, value, 500.0, **years)
    assert high.completion < low.completion and high.planned_pct < low.planned_pct


def test_a_table_of_every_vintage(root):
    more = {"region": "jiaxing-city", "unit": "亿元", "price_basis": "current"}
    for period, value, status, day, extra in (
        ("2030", "200", "first_estimate", "2031-01-20", {}),
        ("2030", "210", "revised", "2031-12-31", {}),
        ("2030", "205", "final", "2031-09-30", {}),
        ("2030", "190", "reported", "2031-02-01", {"caliber": "management"}),
        ("2030", "199", "derived", "2031-01-01", {}),
        ("2030-Q1", "50", "reported", "2030-04-20", {}),
    ):
        root.add(
            "observations",
            observation("gdp", period, value, status=status, published=day, **more | extra),
        )
    table = revision_table(load(root.path), "jiaxing-city", "gdp")
    own = table[table["period"].str.startswith("2030")]
    # by stage: 200, 205 (+5 = 2.5 %), 210 (+5 = 2.439 %); another caliber and a quarter apart
    assert own[["period", "caliber", "vintage", "of", "value"]].values.tolist() == [
        ["2030", "default", 1, 3, 200],
        ["2030", "default", 2, 3, 205],
        ["2030", "default", 3, 3, 210],
        ["2030", "management", 1, 1, 190],
        ["2030-Q1", "default", 1, 1, 50],
    ]
    assert own["change"].iloc[1:3].tolist() == [5, 5]
    assert own["change_pct"].iloc[1:3].tolist() == pytest.approx([2.5, 100 * 5 / 205])
    assert own["change"].isna().tolist() == [True, False, False, True, True]
    early = revision_table(load(root.path), "jiaxing-city", "gdp", as_of=dt.date(2031, 9, 29))
    assert early[early["period"] == "2030"]["value"].tolist() == [200, 190]
    with pytest.raises(InputError) as caught:
        revision_table(load(root.path), "jiaxing-ctiy", "gdp")
    assert caught.value.nearest == "jiaxing-city"
