"""Index numbers: chained, deflated and split into contributions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.data.errors import InputError
from analysis.growth.indices import chain_index, contributions, implicit_deflator
from analysis.growth.rates import total_growth_pct

levels = st.lists(st.floats(0.1, 1e4), min_size=2, max_size=15)


def by_year(values: list[float], start: int = 2000) -> pd.Series:
    return pd.Series(values, index=range(start, start + len(values)))


def test_chain_index_both_ways_from_the_base() -> None:
    # Official growth of 嘉兴市 2020–2023: 3.5, 8.5, 2.5, 6.3 %. From 2021 = 100:
    # 2020 = 100/1.085 = 92.166; 2019 = 92.166/1.035 = 89.049; 2022 = 102.5; 2023 = 108.9575.
    index = chain_index(pd.Series({2020: 103.5, 2021: 108.5, 2022: 102.5, 2023: 106.3}), 2021)
    assert index.to_dict() == pytest.approx(
        {2019: 89.0491, 2020: 92.1659, 2021: 100.0, 2022: 102.5, 2023: 108.9575}, abs=1e-4
    )


@given(levels, st.data())
def test_chaining_restores_relative_levels_from_any_base(values: list[float], data) -> None:
    level = by_year(values)
    links = (100 * level / level.shift()).dropna()
    base = data.draw(st.sampled_from(list(level.index)))
    index = chain_index(links, base)
    assert index[base] == 100.0
    assert (index / 100 * level[base]).tolist() == pytest.approx(values, rel=1e-9)


def test_an_unknown_link_hides_only_what_lies_beyond_it() -> None:
    index = chain_index(pd.Series({2001: 110.0, 2002: None, 2003: 120.0, 2004: 105.0}), 2003)
    assert index.isna().to_dict() == {2000: True, 2001: True, 2002: False, 2003: False, 2004: False}
    assert index[2002] == pytest.approx(100 / 1.2)


def test_chain_index_refuses_gaps_zeros_and_far_bases() -> None:
    with pytest.raises(InputError, match=r"annual_series_lacks .*2002"):
        chain_index(pd.Series({2001: 110.0, 2003: 120.0}), 2001)
    with pytest.raises(InputError):
        chain_index(pd.Series({2001: 0.0}), 2000)
    with pytest.raises(InputError) as caught:
        chain_index(pd.Series({2001: 110.0}), 1990)
    assert caught.value.nearest == "2000"


def test_deflator_of_the_city_2020_to_2022() -> None:
    # Revised GDP 5563.58, 6388.38, 6739.45; real growth 8.5 and 2.5 %.
    # 2021: 1.148250/1.085 = 1.05829; 2022: 1.211351/1.112125 = 1.08922.
    index = chain_index(pd.Series({2021: 108.5, 2022: 102.5}), 2020)
    nominal = pd.Series({2020: 5563.58, 2021: 6388.38, 2022: 6739.45})
    assert implicit_deflator(nominal, index).tolist() == pytest.approx(
        [100.0, 105.829, 108.922], abs=2e-3
    )


@given(levels, st.data())
def test_price_times_volume_is_value(values: list[float], data) -> None:
    volumes = data.draw(st.lists(st.floats(1, 1e3), min_size=len(values), max_size=len(values)))
    nominal, volume = by_year(values), by_year(volumes)
    price = implicit_deflator(nominal, volume, base_year=2000)
    assert price[2000] == pytest.approx(100.0)
    rebuilt = price / 100 * (volume / volume[2000]) * nominal[2000]
    assert rebuilt.tolist() == pytest.approx(values, rel=1e-9)


def test_deflator_wants_one_clear_base_and_leaves_the_unknown_open() -> None:
    with pytest.raises(InputError):
        implicit_deflator(by_year([1.0, 2.0]), by_year([100.0, 100.0]))
    with pytest.raises(InputError):
        implicit_deflator(by_year([1.0, 2.0]), by_year([50.0, 60.0]))
    with pytest.raises(InputError):
        implicit_deflator(by_year([1.0, -2.0]), by_year([100.0, 60.0]))
    price = implicit_deflator(by_year([1.0, 2.0]), by_year([100.0, 160.0, 170.0]))
    assert price.isna().to_dict() == {2000: False, 2001: False, 2002: True}


def test_contributions_of_the_three_sectors_2023() -> None:
    # 嘉兴市 2022 → 2023, 亿元: 6739.45 → 7062.45 (+4.7927 %); industry and construction
    # 3719.61 → 3776.84, 57.23/6739.45 = 0.8492 points; services 268.62/6739.45 = 3.9858;
    # farming −2.85/6739.45 = −0.0423.
    parts = pd.DataFrame(
        {"va1": [144.01, 141.16], "va2": [3719.61, 3776.84], "va3": [2875.83, 3144.45]},
        index=[2022, 2023],
    )
    row = contributions(parts, pd.Series({2022: 6739.45, 2023: 7062.45})).loc[2023]
    assert row.to_dict() == pytest.approx(
        {"va1": -0.0423, "va2": 0.8492, "va3": 3.9858, "residual": 0.0}, abs=1e-4
    )


@given(
    st.lists(
        st.tuples(st.floats(1, 1e4), st.floats(-10, 1e4), st.floats(-5, 5)), min_size=2, max_size=8
    )
)
def test_contributions_sum_to_the_growth_of_the_whole(rows: list[tuple]) -> None:
    frame = pd.DataFrame(rows, columns=["a", "b", "gap"], index=range(2000, 2000 + len(rows)))
    whole = frame.sum(axis=1) + 20.0
    split = contributions(frame[["a", "b"]], whole)
    for year in whole.index[1:]:
        growth = total_growth_pct(whole[year - 1], whole[year])
        assert split.loc[year].sum() == pytest.approx(growth, rel=1e-9, abs=1e-9)


def test_contributions_span_gaps_and_keep_the_unknown_unknown() -> None:
    parts = pd.DataFrame(
        {"a": [40.0, 50.0, 60.0], "b": [60.0, None, 80.0]}, index=[2015, 2018, 2020]
    )
    split = contributions(parts, pd.Series({2015: 100.0, 2018: 120.0, 2020: 150.0}))
    assert split.index.tolist() == [2018, 2020]
    assert split.loc[2018, "a"] == pytest.approx(10.0)
    assert np.isnan(split.loc[2018, "b"])
    assert np.isnan(split.loc[2018, "residual"])
    with pytest.raises(InputError):
        contributions(parts, pd.Series({2015: 0.0, 2018: 1.0}))
    with pytest.raises(InputError):
        contributions(parts.rename(columns={"a": "residual"}), pd.Series({2015: 1.0}))
