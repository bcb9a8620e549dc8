"""An annual series: whole years, once each, and no gap that goes unnamed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.data.errors import InputError
from analysis.growth.rates import require_above, require_consecutive, value_at, yearly


def test_yearly_sorts_and_leaves_unknown_years_out() -> None:
    raw = pd.Series([226.0, None, 182.0], index=["2024", "2022", "2020"])
    assert yearly(raw).to_dict() == {2020: 182.0, 2024: 226.0}


@pytest.mark.parametrize(
    "raw",
    [
        pd.Series({2020.5: 1.0}),
        pd.Series({"first": 1.0}),
        pd.Series([1.0, 2.0], index=[2020, 2020]),
        pd.Series({2020: np.inf}),
        pd.Series({2020: "abc"}),
        pd.Series([1.0], index=pd.to_datetime(["2020-12-31"])),
        pd.Series([1.0], index=pd.period_range("2020", periods=1, freq="Y")),
    ],
)
def test_yearly_refuses_what_is_no_annual_series(raw: pd.Series) -> None:
    with pytest.raises(InputError):
        yearly(raw)


def test_a_gap_is_named_year_by_year() -> None:
    with pytest.raises(InputError, match=r"annual_series_lacks .*2017, 2018"):
        require_consecutive(pd.Series(1.0, index=[2016, 2019, 2020]))
    require_consecutive(pd.Series(dtype=float))


def test_a_missing_year_is_answered_with_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        value_at(pd.Series({2015: 1.0, 2020: 2.0}), 2019, "city")
    assert (caught.value.column, caught.value.nearest) == ("city", "2020")


def test_a_bound_may_be_open_or_closed_and_unknown_passes() -> None:
    require_above("x", 0.0, closed=True)
    require_above("x", float("nan"))
    for value in (0.0, -1.0, float("inf"), float("-inf")):
        with pytest.raises(InputError):
            require_above("x", value)
