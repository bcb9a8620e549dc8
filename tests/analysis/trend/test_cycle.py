"""The filters: by hand, against another implementation, and at the end of the sample."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.data.errors import InputError
from analysis.trend.cycle import hamilton_gap, hp_gap, real_time


def made(n=25, seed=3):
    noise = np.random.default_rng(seed).normal(0, 0.02, n)
    growth = np.linspace(0.13, 0.05, n) + noise
    return pd.Series(100 * np.exp(np.cumsum(growth)), index=range(2000, 2000 + n))


def test_the_hp_gap_agrees_with_statsmodels():
    from statsmodels.tsa.filters.hp_filter import hpfilter

    series = made()
    cycle, _ = hpfilter(100 * np.log(series), lamb=6.25)
    assert hp_gap(series).to_numpy() == pytest.approx(cycle.to_numpy(), abs=1e-8)


def test_the_regression_filter_agrees_with_its_own_normal_equations():
    series = made()
    y = 100 * np.log(series.to_numpy())
    # y(t) on 1, y(t-2), y(t-3): the first left-hand year is the fourth
    x = np.column_stack([np.ones(22), y[1:-2], y[:-3]])
    b = np.linalg.solve(x.T @ x, x.T @ y[3:])
    found = hamilton_gap(series)
    assert found.n == 22 and found.year == 2024
    assert found.path["gap_pct"].to_numpy() == pytest.approx(y[3:] - x @ b, abs=1e-7)
    last = found.path.iloc[-1]
    # gap = 100·ln(value/potential)
    assert found.gap_pct == pytest.approx(100 * np.log(last["value"] / last["potential"]))
    assert found.warnings == ("few_points",)


def test_the_interval_holds_the_true_gap():
    # y(t) = a + b1·y(t-2) + b2·y(t-3) + v with known coefficients; x·b is the true potential,
    # so the interval should hold v(last) in most samples
    held = 0
    for seed in range(60):
        v = np.random.default_rng(seed).normal(0, 2.0, 60)
        y = [400.0, 408.0, 416.0]
        for t in range(3, 60):
            y.append(60 + 0.6 * y[t - 2] + 0.28 * y[t - 3] + v[t])
        series = pd.Series(np.exp(np.array(y) / 100), index=range(1960, 2020))
        found = hamilton_gap(series)
        held += found.lo_pct <= v[-1] <= found.hi_pct
    assert 46 <= held <= 60  # nominal 95 % of 60 is 57; HAC on short samples holds fewer


def test_a_break_at_the_end_is_not_smoothed_into_potential():
    # a level shock of -8 % in the last year: HP bends its trend after it, the regression,
    # whose potential is two years old, reports nearly all of it
    series = made()
    fallen = series.copy()
    fallen.iloc[-1] *= np.exp(-0.08)
    hp = hp_gap(fallen).iloc[-1] - hp_gap(series).iloc[-1]
    regression = hamilton_gap(fallen).gap_pct - hamilton_gap(series).gap_pct
    assert abs(regression) > abs(hp)
    assert hp > -5.0 > regression


def test_real_time_is_the_filter_on_the_shorter_sample():
    series = made()
    past = real_time(series, "hp").to_frame().set_index("year")
    assert past.index[0] == 2011  # twelve years: 2000-2011
    assert past.loc[2015, "real_time"] == pytest.approx(hp_gap(series.loc[:2015]).iloc[-1])
    assert past.loc[2015, "final"] == pytest.approx(hp_gap(series)[2015])
    assert past.loc[2024, "revision"] == 0.0
    own = real_time(series).to_frame().set_index("year")
    assert own.loc[2016, "real_time"] == pytest.approx(hamilton_gap(series.loc[:2016]).gap_pct)


def test_only_settled_years_count():
    series = made()
    found = real_time(series, "hp", settled=3)
    path = found.to_frame().set_index("year")
    seen = path.loc[:2021, "revision"]  # 2022-2024 are still open
    assert found.revisions == len(seen) == 11
    assert found.rms_pp == pytest.approx(float(np.sqrt((seen**2).mean())))
    assert found.largest_pp == seen[found.largest_year]
    late = real_time(series, "hp", since=2015)
    assert late.revisions == 7 and late.to_frame()["year"].iloc[0] == 2015
    few = real_time(series.iloc[:16], "hp")
    assert few.revisions == 2 and few.rms_pp is None


def test_the_future_does_not_reach_the_past():
    series = made()
    changed = series.copy()
    changed.iloc[-3:] *= 1.5
    for method in ("hp", "hamilton"):
        one = real_time(series, method).to_frame().set_index("year")["real_time"]
        other = real_time(changed, method).to_frame().set_index("year")["real_time"]
        assert one.loc[:2021].tolist() == other.loc[:2021].tolist()


def test_what_the_filters_refuse():
    with pytest.raises(InputError):
        hp_gap(made(11))
    with pytest.raises(InputError):
        hamilton_gap(made().drop(2010))
    with pytest.raises(InputError):
        hp_gap(made(), smoothing=0.0)
    with pytest.raises(InputError):
        real_time(made(), "baxter")
    with pytest.raises(InputError):
        hamilton_gap(pd.Series({2000 + t: 1.05**t for t in range(20)}))
