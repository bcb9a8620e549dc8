"""The index against published growth and levels, on the real figures of the city."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.data.errors import InputError
from analysis.data.observations import load
from analysis.growth.indices import chained_error_pct, check_index, wrong_years
from analysis.growth.vintages import vintages

LEVELS = {
    2018: [5018.38],
    2019: [5370.32, 5423.58],
    2020: [5509.52, 5510.0, 5563.58],
    2021: [6355.28, 6388.38],
    2022: [6739.45],
}
OFFICIAL = pd.Series({2020: 3.5, 2021: 8.5, 2022: 2.5})


def test_the_two_wrong_years_are_caught_and_explained():
    table = check_index(pd.Series({2020: 101.6, 2021: 114.2, 2022: 102.5}), OFFICIAL, LEVELS)
    assert wrong_years(table) == [2020, 2021]
    # 5510.0/5423.58 = 1.01593, 6355.28/5563.58 = 1.14230: mixed vintages of current prices
    assert table.loc[2020, "ratio_of"] == (5510.0, 5423.58)
    assert table.loc[2021, "ratio_of"] == (6355.28, 5563.58)
    assert table.loc[2020, "gap_pp"] == pytest.approx(-1.9)
    assert table.loc[2021, "gap_pp"] == pytest.approx(5.7)
    # 5563.58/5423.58 = 1.025813: prices +0.97 % by the index, -0.89 % by the official growth
    assert table.loc[2020, "price_by_index_pct"] == pytest.approx(0.966, abs=1e-3)
    assert table.loc[2020, "price_by_published_pct"] == pytest.approx(-0.888, abs=1e-3)
    assert table.loc[2022, "verdict"] == "agrees" and table.loc[2022, "ratio_of"] is None


@pytest.mark.parametrize(("level", "named"), [(108.54, True), (108.58, False)])
def test_only_a_ratio_that_prints_as_the_link_is_named(level, named):
    # 108.54 prints as the link of 108.5, 108.58 as 108.6: some other figures made that one
    table = check_index(pd.Series({2020: 108.5}), OFFICIAL, {2019: [100.0], 2020: [level]})
    assert table.loc[2020, "ratio_of"] == ((level, 100.0) if named else None)


def test_the_official_index_passes():
    table = check_index(pd.Series({2020: 103.5, 2021: 108.5, 2022: 102.5}), OFFICIAL, LEVELS)
    assert wrong_years(table) == [] and chained_error_pct(table) == 0.0


def test_the_whole_column_of_the_city_names_only_these_two_years():
    data = load()
    index = pd.Series({v.year: v.value for v in vintages(data, "jiaxing-city", "gdp_index")})
    levels: dict[int, list[float]] = {}
    for item in vintages(data, "jiaxing-city", "gdp"):
        levels.setdefault(item.year, []).append(item.value)
    rows = data.claims
    rows = rows[
        (rows["region"] == "jiaxing-city")
        & (rows["indicator"] == "gdp")
        & (rows["type"] == "growth_pct")
        & (rows["period"].str.len() == 4)
    ]
    published = pd.Series({int(r["period"]): float(r["value"]) for r in rows.to_dict("records")})
    assert wrong_years(check_index(index, published, levels)) == [2020, 2021]


def test_how_far_later_levels_bend():
    table = check_index(pd.Series({2020: 101.6, 2021: 114.2}), OFFICIAL, {})
    # 1.016·1.142/(1.035·1.085) = 1.160272/1.122975 = 1.03321
    assert chained_error_pct(table) == pytest.approx(3.321, abs=1e-3)


def test_the_edges_of_the_verdicts():
    def verdict(link, rate):
        return check_index(pd.Series({2020: link}), pd.Series({2020: rate}), {}).loc[2020].verdict

    assert verdict(107.7, 7.6) == "agrees"  # both may print 7.65
    assert verdict(107.8, 7.6) == "revision" and verdict(108.1, 7.6) == "revision"
    assert verdict(108.2, 7.6) == "wrong" and verdict(107.0, 7.6) == "wrong"


def test_without_published_growth_the_levels_alone_are_a_weak_witness():
    none = pd.Series(dtype=float)
    levels = {2019: [100.0], 2020: [130.0]}
    # 130/105 - 1 = 23.8 % of prices in a year: not possible; 130/125 - 1 = 4 %: possible
    assert check_index(pd.Series({2020: 105.0}), none, levels).loc[2020].verdict == "suspect"
    assert check_index(pd.Series({2020: 125.0}), none, levels).loc[2020].verdict == "unchecked"
    assert check_index(pd.Series({2020: 105.0}), none, {}).loc[2020].verdict == "unchecked"


def test_an_index_that_cannot_be_is_refused():
    with pytest.raises(InputError):
        check_index(pd.Series({2020: 0.0}), OFFICIAL, {})
    with pytest.raises(InputError):
        check_index(pd.Series({2020: 103.5}), OFFICIAL, {2020: [-1.0]})
