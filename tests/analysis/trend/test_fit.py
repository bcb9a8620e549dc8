"""Trends, breaks and comparisons against closed forms, statsmodels, and hand-worked figures."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.data.errors import InputError
from analysis.trend import base, breaks, local
from analysis.trend import fit as trend
from analysis.trend.base import newey_west_lags

# 嘉兴市, GDP at current prices as published, 亿元, 2000–2023 (嘉兴统计年鉴).
PUBLISHED = """541.02 604.26 706.43 858.03 1050.56 1159.66 1346.65 1585.31 1815.3 1918.03
    2300.2 2677.09 2890.57 3147.66 3352.6 3517.81 3862.11 4380.52 4871.98 5370.32
    5510.0 6355.28 6739.45 7062.45"""
CITY = pd.Series([float(value) for value in PUBLISHED.split()], index=range(2000, 2024))
noise = st.lists(st.floats(-0.05, 0.05), min_size=9, max_size=20)


def around(growth: float, shocks: list[float] | np.ndarray, start: int = 2000) -> pd.Series:
    logs = 3.0 + growth * np.arange(len(shocks)) + np.asarray(shocks)
    return pd.Series(np.exp(logs), index=range(start, start + len(shocks)))


# ---------------------------------------------------------------- log-linear trend


def test_slope_and_interval_of_four_points_by_hand() -> None:
    # Logs of e^0, e^0.1, e^0.3, e^0.3 at t = −1.5 … 1.5: slope
    # (1.5·0.3 + 0.5·0.2)/5 = 0.11, growth e^0.11 − 1 = 11.6278 %. Residuals about the mean
    # 0.175: −0.01, −0.02, 0.07, −0.04; their squares sum to 0.007, so sd = sqrt(0.007/2).
    # Durbin–Watson: (0.01² + 0.09² + 0.11²)/0.007 = 0.0203/0.007 = 2.9.
    fit = trend.log_linear_trend(pd.Series(np.exp([0.0, 0.1, 0.3, 0.3]), index=range(2020, 2024)))
    assert fit.growth_pct == pytest.approx(11.62781, abs=1e-5)
    assert fit.residual_sd == pytest.approx(math.sqrt(0.0035))
    assert fit.durbin_watson == pytest.approx(2.9)
    # Newey–West, one lag, Bartlett weight 1/2, correction 4/2. Scores u = t·resid about the
    # mean: 0.015, 0.01, 0.035, −0.06; S = Σu² + Σu(t)u(t−1) = 0.00515 − 0.0016 = 0.00355;
    # var = 2·S/5² = 0.000284; t(2 df, 97.5 %) = 4.302653.
    reach = 4.302653 * math.sqrt(0.000284)
    assert newey_west_lags(4) == fit.hac_lags == 1
    assert fit.lo_pct == pytest.approx(100 * math.expm1(0.11 - reach), abs=1e-4)
    assert fit.hi_pct == pytest.approx(100 * math.expm1(0.11 + reach), abs=1e-4)
    assert fit.warnings == ("few_points",)


def test_trend_of_the_city_equals_statsmodels_called_directly() -> None:
    import statsmodels.formula.api as smf

    data = pd.DataFrame({"y": np.log(CITY), "t": CITY.index})
    direct = smf.ols("y ~ t", data).fit(
        cov_type="HAC", cov_kwds={"maxlags": 2, "use_correction": True}, use_t=True
    )
    fit = trend.log_linear_trend(CITY)
    lo, hi = direct.conf_int(0.05).loc["t"]
    assert fit.growth_pct == pytest.approx(100 * math.expm1(direct.params["t"]))
    assert (fit.lo_pct, fit.hi_pct) == pytest.approx((100 * math.expm1(lo), 100 * math.expm1(hi)))
    assert fit.r_squared == pytest.approx(direct.rsquared)
    assert (fit.n, fit.first_year, fit.last_year, fit.level) == (24, 2000, 2023, 95)
    assert fit.warnings == ("autocorrelated",)
    narrow = trend.log_linear_trend(CITY, level=80)
    assert fit.lo_pct < narrow.lo_pct < narrow.growth_pct < narrow.hi_pct < fit.hi_pct


@given(noise, st.floats(0.001, 1000.0))
def test_growth_does_not_depend_on_the_unit(shocks: list[float], unit: float) -> None:
    series = around(0.07, shocks)
    one, other = trend.log_linear_trend(series), trend.log_linear_trend(series * unit)
    assert other.growth_pct == pytest.approx(one.growth_pct, abs=1e-7)
    assert other.hi_pct == pytest.approx(one.hi_pct, abs=1e-5)


def test_trend_across_gaps_uses_the_calendar() -> None:
    # 125.98, 182.0, 226 in 2015, 2020, 2024. Mean year 2019⅔; Sxx = 21.778 + 0.111 + 18.778
    # = 40.667; Σ(t − mean)·ln y = −4.6667·4.83612 + 0.3333·5.20401 + 4.3333·5.42053 = 2.65545;
    # slope 0.065298, growth 6.7477 %.
    fit = trend.log_linear_trend(pd.Series({2015: 125.98, 2020: 182.0, 2024: 226.0}))
    assert fit.growth_pct == pytest.approx(6.7477, abs=2e-3)
    assert fit.warnings[:2] == ("few_points", "gaps")


def test_trend_refuses_two_points_and_zeros() -> None:
    with pytest.raises(InputError, match=r"too_few_observations .need: 3, count: 2."):
        trend.log_linear_trend(CITY.iloc[:2])
    with pytest.raises(InputError):
        trend.log_linear_trend(pd.Series({2020: 1.0, 2021: 0.0, 2022: 2.0}))


def test_every_warning_is_a_code_of_the_list() -> None:
    fits = [
        trend.log_linear_trend(pd.Series({2015: 1.0, 2016: 2.0, 2018: 8.0})),
        trend.log_linear_trend(CITY),
        local.local_trend(CITY.iloc[11:]),
    ]
    codes = {code for fit in fits for code in fit.warnings}
    assert {"few_points", "gaps", "exact_fit", "autocorrelated"} <= codes <= set(base.CAUTIONS)


def test_a_record_becomes_one_row_and_cannot_be_changed() -> None:
    fit = trend.log_linear_trend(CITY)
    row = fit.to_frame()
    assert len(row) == 1
    assert row.loc[0, "growth_pct"] == fit.growth_pct
    assert row.loc[0, "warnings"] == "autocorrelated"
    with pytest.raises(AttributeError):
        fit.growth_pct = 0.0  # type: ignore[misc]


# ---------------------------------------------------------------- breaks


def test_chow_statistic_equals_its_definition_by_two_regressions() -> None:
    # Chow (1960): F = ((SSR_pooled − SSR_1 − SSR_2)/k)/((SSR_1 + SSR_2)/(n − 2k)), k = 2.
    def ssr(part: pd.Series) -> float:
        t, y = part.index.to_numpy(float), np.log(part.to_numpy())
        return float(np.sum((y - np.polyval(np.polyfit(t - 2010, y, 1), t - 2010)) ** 2))

    two = ssr(CITY.loc[:2019]) + ssr(CITY.loc[2020:])
    expected = ((ssr(CITY) - two) / 2) / (two / (24 - 4))
    test = breaks.break_test(CITY, 2020, form="levels")
    assert test.f_statistic == pytest.approx(expected, rel=1e-8)
    assert (test.n_before, test.n_after) == (20, 4)
    assert "autocorrelated" in test.warnings


def test_break_in_growth_form_by_hand() -> None:
    # In differences the dummies leave: mean growth before, the jump of the break year, mean
    # growth after. Before 0.08 ± 0.01 alternating, break year −0.10, after 0.05, 0.06, 0.04:
    # growth after e^0.05 − 1 = 5.127 %, level change: −0.10 − 0.08 = −0.18 → −16.473 %.
    dlog = [0.09, 0.07, 0.09, 0.07, 0.09, 0.07, -0.10, 0.05, 0.06, 0.04]
    series = pd.Series(np.exp(np.cumsum([0.0, *dlog])), index=range(2013, 2024))
    test = breaks.break_test(series, 2020)
    assert test.form == "growth"
    assert test.growth_before_pct == pytest.approx(100 * math.expm1(0.08))
    assert test.growth_after_pct == pytest.approx(100 * math.expm1(0.05))
    assert test.level_change_pct == pytest.approx(100 * math.expm1(-0.18))
    # Residuals: six of ±0.01, one 0, three 0, ±0.01: SSR_u = 0.0008 on 10 − 3 = 7 df.
    # Restricted: mean of all ten 0.053; Σ d² − 10·0.053² = 0.0567 − 0.02809 = 0.02861.
    assert sum(d * d for d in dlog) == pytest.approx(0.0567)
    expected = ((0.02861 - 0.0008) / 2) / (0.0008 / 7)
    assert test.f_statistic == pytest.approx(expected)
    assert test.p_value < 1e-4


def test_false_alarms_of_the_default_form_stay_near_the_nominal_rate() -> None:
    # Random walks with drift and no break: of 200 tests at 5 % about 10 alarms are due; in
    # levels some 70. The bound 20 is passed by chance less than once in 500 times.
    rng = np.random.default_rng(11)
    series = [around(0.08, np.cumsum(0.03 * rng.standard_normal(24))) for _ in range(200)]
    alarms = sum(breaks.break_test(s, 2020).p_value < 0.05 for s in series)
    in_levels = sum(breaks.break_test(s, 2020, form="levels").p_value < 0.05 for s in series)
    assert alarms <= 20
    assert in_levels > 2 * 20


def test_false_alarms_in_levels_are_right_where_shocks_pass() -> None:
    rng = np.random.default_rng(12)
    series = [around(0.08, 0.03 * rng.standard_normal(24)) for _ in range(200)]
    alarms = sum(breaks.break_test(s, 2020, form="levels").p_value < 0.05 for s in series)
    assert 1 <= alarms <= 20


def test_a_side_with_three_points_is_refused_with_the_counts() -> None:
    with pytest.raises(InputError, match=r"each_side\w+ .need: 4, before: 21, after: 3."):
        breaks.break_test(CITY, 2021)
    with pytest.raises(InputError):
        breaks.break_test(CITY, 2003)


def test_break_form_and_gaps() -> None:
    holes = CITY.drop([2005, 2006])
    with pytest.raises(InputError, match="2005, 2006"):
        breaks.break_test(holes, 2020)
    assert "gaps" in breaks.break_test(holes, 2020, form="levels").warnings
    with pytest.raises(InputError) as caught:
        breaks.break_test(CITY, 2020, form="level")
    assert caught.value.nearest == "levels"


def test_no_residuals_no_test() -> None:
    test = breaks.break_test(around(0.08, np.zeros(16)), 2010)
    assert math.isnan(test.p_value)
    assert math.isnan(test.f_statistic)
    assert "exact_fit" in test.warnings


# ---------------------------------------------------------------- local trend


def test_local_trend_equals_statsmodels_called_directly() -> None:
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    direct = UnobservedComponents(
        100 * np.log(CITY.to_numpy()), level="local linear trend", use_exact_diffuse=True
    ).fit(disp=False, maxiter=500)
    now = local.local_trend(CITY)
    slope, sd = direct.filtered_state[1, -1], math.sqrt(direct.filtered_state_cov[1, 1, -1])
    assert now.growth_pct == pytest.approx(100 * math.expm1(slope / 100), abs=1e-3)
    hi = 100 * math.expm1((slope + 1.959964 * sd) / 100)
    assert now.growth_hi_pct == pytest.approx(hi, abs=1e-3)
    # Filtered and smoothed states agree at the end of the sample, and only there.
    assert direct.smoothed_state[1, -1] == pytest.approx(slope)
    assert now.to_frame().loc[22, "growth_pct"] != pytest.approx(
        100 * math.expm1(direct.smoothed_state[1, -2] / 100), abs=1e-3
    )


def kalman(y: np.ndarray, irregular: float, level: float, slope: float) -> tuple[float, float]:
    """Return the slope and its variance after the last point, from the textbook recursions."""
    transition = np.array([[1.0, 1.0], [0.0, 1.0]])
    # Harvey (1989, 4.1.4): two observations fix both states; their errors give the start.
    state = np.array([y[1], y[1] - y[0]])
    cov = np.array([[irregular, irregular], [irregular, 2 * irregular + level + slope]])
    for value in y[2:]:
        state = transition @ state
        cov = transition @ cov @ transition.T + np.diag([level, slope])
        gain = cov[:, 0] / (cov[0, 0] + irregular)
        state = state + gain * (value - state[0])
        cov = cov - np.outer(gain, cov[0])
    return float(state[1]), float(cov[1, 1])


def test_local_trend_equals_a_filter_written_out() -> None:
    now = local.local_trend(CITY)
    slope, variance = kalman(
        100 * np.log(CITY.to_numpy()), now.sd_irregular**2, now.sd_level**2, now.sd_growth**2
    )
    reach = 1.959964 * math.sqrt(variance)
    assert now.growth_pct == pytest.approx(100 * math.expm1(slope / 100), rel=1e-4)
    assert now.growth_lo_pct == pytest.approx(100 * math.expm1((slope - reach) / 100), rel=1e-3)


def test_local_trend_path_looks_back_only_and_shows_gaps() -> None:
    holes = CITY.drop([2005, 2010])
    now = local.local_trend(holes)
    path = now.to_frame().set_index("year")
    assert len(path) == 24
    assert path.loc[[2005, 2010], "observed"].isna().all()
    assert path.loc[[2000, 2001], "growth_pct"].isna().all()
    assert path.loc[2002:, "growth_pct"].notna().all()
    assert path.loc[2023, "growth_pct"] == now.growth_pct
    width = np.log(path["value_hi"] / path["value_lo"])
    assert width[2010] > width[2009]
    assert {"gaps", "few_points"} <= set(now.warnings)


def test_local_trend_needs_eight_points() -> None:
    with pytest.raises(InputError, match=r"too_few_observations .need: 8, count: 7."):
        local.local_trend(CITY.iloc[:7])
    assert local.local_trend(CITY.iloc[:8]).n == 8


# ---------------------------------------------------------------- elasticity


def test_elasticity_equals_statsmodels_called_directly() -> None:
    import statsmodels.formula.api as smf

    rng = np.random.default_rng(3)
    other = around(0.0, 0.6 * np.log(CITY.to_numpy()) + 0.02 * rng.standard_normal(24))
    data = pd.DataFrame({"y": np.log(other), "x": np.log(CITY)}).diff().dropna()
    direct = smf.ols("y ~ x", data).fit(
        cov_type="HAC", cov_kwds={"maxlags": 2, "use_correction": True}, use_t=True
    )
    fit = trend.elasticity(other, CITY)
    assert fit.elasticity == pytest.approx(direct.params["x"])
    assert (fit.lo, fit.hi) == pytest.approx(tuple(direct.conf_int(0.05).loc["x"]))
    assert fit.autonomous_pct == pytest.approx(100 * math.expm1(direct.params["Intercept"]))
    assert (fit.n, fit.first_year, fit.last_year) == (23, 2001, 2023)
    assert "few_points" not in fit.warnings


@given(st.floats(-2, 2), st.floats(-0.1, 0.1))
def test_an_exact_power_law_is_found_again(power: float, drift: float) -> None:
    fit = trend.elasticity(CITY**power * np.exp(drift * np.arange(24)), CITY)
    assert fit.elasticity == pytest.approx(power, abs=1e-9)
    assert fit.autonomous_pct == pytest.approx(100 * math.expm1(drift), abs=1e-7)


def test_elasticity_uses_only_changes_of_one_year() -> None:
    fit = trend.elasticity(CITY.drop(2005), CITY.drop([2010, 2011]))
    # 23 changes, less those into and out of 2005 (2) and 2010–2011 (3).
    assert fit.n == 18
    assert "gaps" in fit.warnings
    # A year missing from both: 2004 → 2006 is no yearly change.
    assert trend.elasticity(CITY.drop(2005) ** 2, CITY.drop(2005)).n == 21
    assert "few_points" in trend.elasticity(CITY.iloc[:8] ** 2, CITY.iloc[:8]).warnings


def test_elasticity_refuses_what_cannot_be_estimated() -> None:
    with pytest.raises(InputError, match=r"too_few_consecutive_pairs .need: 4, count: 3."):
        trend.elasticity(CITY.iloc[:4], CITY.iloc[:4])
    with pytest.raises(InputError, match="x_grows_at_constant_rate"):
        trend.elasticity(CITY, around(0.08, np.zeros(24)))


# ---------------------------------------------------------------- zone and city


def test_zone_against_city_over_the_zones_own_intervals() -> None:
    # Zone 125.98 → 182.0 (2015–2020): 7.635 % a year; city 3517.81 → 5510.0: 9.390 %.
    # Shares: 125.98/3517.81 = 3.5812 %, 182/5510 = 3.3031 %. The city lacks 2024.
    zone = pd.Series({2015: 125.98, 2020: 182.0, 2024: 226.0})
    result = trend.compare_growth(zone, CITY)
    table = result.to_frame()
    assert table[["from_year", "to_year"]].to_numpy().tolist() == [[2015, 2020], [2020, 2024]]
    first, second = table.iloc[0], table.iloc[1]
    assert first["zone_growth_pct"] == pytest.approx(7.6351, abs=1e-3)
    assert first["city_growth_pct"] == pytest.approx(9.3896, abs=1e-3)
    assert first["difference_pp"] == pytest.approx(-1.7544, abs=1e-3)
    assert first["share_change_pp"] == pytest.approx(3.30309 - 3.58121, abs=1e-4)
    # (226/182)^(1/4) − 1 = 5.5624 %: known, though its comparison is not.
    assert second["zone_growth_pct"] == pytest.approx(5.5624, abs=1e-3)
    assert second[["city_growth_pct", "difference_pp", "share_to_pct"]].isna().all()
    assert result.warnings == ("reference_missing",)


@given(st.floats(0.001, 10.0))
@settings(max_examples=20)
def test_a_zone_that_is_a_fixed_share_never_differs(share: float) -> None:
    result = trend.compare_growth(CITY * share, CITY, (2000, 2015, 2020))
    table = result.to_frame()
    assert table["difference_pp"].abs().max() < 1e-9
    assert table["share_change_pp"].abs().max() < 1e-9 * max(share, 1) * 100
    assert result.warnings == ()


def test_a_year_the_zone_never_observed_is_refused() -> None:
    zone = pd.Series({2015: 125.98, 2020: 182.0})
    with pytest.raises(InputError) as caught:
        trend.compare_growth(zone, CITY, (2015, 2019))
    assert caught.value.nearest == "2020"
    for years in ((2015,), (2020, 2015), (2015, 2015)):
        with pytest.raises(InputError):
            trend.compare_growth(zone, CITY, years)


def test_importing_trend_does_not_load_statsmodels() -> None:
    code = "import sys, analysis.trend.fit; sys.exit('statsmodels' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
