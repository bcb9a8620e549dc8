"""Reference models as forecasts: hand-worked, and against statsmodels called directly."""

from __future__ import annotations

import math
import re
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.data.errors import InputError, Reason
from analysis.forecast import forecast
from analysis.forecast.distribution import Forecast
from analysis.forecast.joint import joint_paths
from analysis.forecast.kinds import KINDS
from analysis.forecast.textbook import REFERENCE_MODELS

# 嘉兴市, GDP at current prices as published, 亿元, 2000–2023 (嘉兴统计年鉴).
PUBLISHED = """541.02 604.26 706.43 858.03 1050.56 1159.66 1346.65 1585.31 1815.3 1918.03
    2300.2 2677.09 2890.57 3147.66 3352.6 3517.81 3862.11 4380.52 4871.98 5370.32
    5510.0 6355.28 6739.45 7062.45"""
CITY = pd.Series([float(value) for value in PUBLISHED.split()], index=range(2000, 2024))
LOGS = np.log(CITY.to_numpy())
NEEDED = {"drift": 3, "ets": 8, "theta": 5, "arima": 7, "local_trend": 8}


def run(series: pd.Series, h: int, model: str, kind: str = "nominal_gdp") -> Forecast:
    return forecast(series, h, kind=kind, model=model, level=(80, 95))


def test_drift_by_hand() -> None:
    # Logs 0, 0.1, 0.3, 0.3: changes 0.1, 0.2, 0, mean 0.1, sd 0.1 (2 df). Two years ahead:
    # 0.3 + 0.2 = 0.5; sd 0.1·sqrt(2·(1 + 2/3)) = 0.182574; t(2 df): 1.885618 and 4.302653.
    series = pd.Series(np.exp([0.0, 0.1, 0.3, 0.3]), index=range(2020, 2024))
    f = run(series, 2, "drift")
    assert (f.model, f.basis, f.weight_own, f.warnings) == ("drift", "series only", 1.0, ())
    table = f.table()
    assert table["year"].tolist() == [2024, 2025]
    assert np.log(table["median"]).tolist() == pytest.approx([0.4, 0.5])
    second = np.log(table.loc[1, ["lo-80", "hi-80", "lo-95", "hi-95"]].astype(float))
    reach = [1.885618 * 0.1825742, 4.302653 * 0.1825742]
    assert second.tolist() == pytest.approx(
        [0.5 - reach[0], 0.5 + reach[0], 0.5 - reach[1], 0.5 + reach[1]], abs=1e-6
    )
    # Chance of staying below the last value: t(2 df) below -0.2/0.1825742 = -1.095445, which for
    # two degrees of freedom is (1 + x / sqrt(2 + x^2)) / 2 = (1 - 0.6123724) / 2.
    assert f.cdf(math.exp(0.3), 2025) == pytest.approx((1 - 0.6123724) / 2, abs=1e-6)
    # Years 1 and 2: (1 + 2/3) / sqrt((1 + 1/3)(2 + 4/3))
    assert f.margins.correlation(2)[0, 1] == pytest.approx((5 / 3) / math.sqrt(4 / 3 * 10 / 3))


def test_ets_equals_statsmodels_called_directly() -> None:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    index = pd.date_range("2000-12-31", periods=24, freq="YE")
    fit = ETSModel(pd.Series(LOGS, index=index), trend="add", damped_trend=True).fit(disp=False)
    frame = fit.get_prediction(start=24, end=26).summary_frame(alpha=0.05)
    table = run(CITY, 3, "ets").table()
    assert table["median"].to_numpy() == pytest.approx(np.exp(frame["mean"].to_numpy()))
    assert table["lo-95"].to_numpy() == pytest.approx(np.exp(frame["pi_lower"].to_numpy()))
    assert table["hi-95"].to_numpy() == pytest.approx(np.exp(frame["pi_upper"].to_numpy()))


def test_arima_equals_statsmodels_called_directly() -> None:
    from statsmodels.tsa.arima.model import ARIMA

    frame = ARIMA(LOGS, order=(1, 1, 0), trend="t").fit().get_forecast(3).summary_frame(alpha=0.2)
    table = run(CITY, 3, "arima").table()
    assert table["median"].to_numpy() == pytest.approx(np.exp(frame["mean"].to_numpy()))
    assert table["hi-80"].to_numpy() == pytest.approx(np.exp(frame["mean_ci_upper"].to_numpy()))


def test_local_trend_equals_statsmodels_called_directly() -> None:
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    model = UnobservedComponents(100 * LOGS, "local linear trend", use_exact_diffuse=True)
    frame = model.fit(disp=False, maxiter=500).get_forecast(3).summary_frame(alpha=0.05)
    table = run(CITY, 3, "local_trend").table()
    assert table["median"].to_numpy() == pytest.approx(np.exp(frame["mean"] / 100).to_numpy())
    assert table["lo-95"].to_numpy() == pytest.approx(
        np.exp(frame["mean_ci_lower"] / 100).to_numpy()
    )


def test_theta_points_equal_statsmodels_called_directly() -> None:
    from statsmodels.tsa.forecasting.theta import ThetaModel

    for series in (CITY, CITY.iloc[:9], CITY.iloc[::-1].set_axis(CITY.index)):
        direct = ThetaModel(np.log(series.to_numpy()), deseasonalize=False).fit().forecast(4)
        table = run(series, 4, "theta").table()
        assert table["median"].to_numpy() == pytest.approx(np.exp(direct.to_numpy()))


def test_theta_interval_by_its_formula() -> None:
    # σ²(1 + (h − 1)α²); σ² from the one-step errors y(n) − ses(n) − (b/2)(1 − (1 − α)^n)/α,
    # with b and α as statsmodels estimates them and two degrees of freedom lost to them.
    from statsmodels.tsa.forecasting.theta import ThetaModel

    slope, alpha = ThetaModel(LOGS, deseasonalize=False).fit().params.iloc[:2]
    smooth, squares = LOGS[0], 0.0
    for n in range(1, 24):
        pull = slope / 2 * (1 - (1 - alpha) ** n) / alpha
        squares += (LOGS[n] - smooth - pull) ** 2
        smooth = alpha * LOGS[n] + (1 - alpha) * smooth
    sd = [math.sqrt(squares / 21 * (1 + k * alpha**2)) for k in range(3)]
    f = run(CITY, 3, "theta")
    half = np.log(f.table()["hi-95"] / f.table()["median"])
    assert half.tolist() == pytest.approx([1.959964 * each for each in sd], rel=1e-5)
    # Simple smoothing: next year's shock lives on with weight α, so the years 1 and 2 share α σ².
    assert f.margins.correlation(2)[0, 1] == pytest.approx(
        alpha / math.sqrt(1 + alpha**2), rel=1e-4
    )


@pytest.mark.parametrize("model", ["ets", "arima", "local_trend"])
def test_the_years_hang_together_as_statsmodels_simulates_them(model: str) -> None:
    # 2,000 futures drawn by statsmodels itself from the fitted model; their correlation from
    # year 1 to 4 has a standard error of at most 1/sqrt(2000) = 0.022.
    from statsmodels.tsa.arima.model import ARIMA
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    rng = np.random.default_rng(3)
    logs = np.cumsum(0.05 + rng.normal(0, 0.03, 30)) + rng.normal(0, 0.02, 30)
    draws = 2000
    if model == "ets":
        fit = ETSModel(pd.Series(logs), trend="add", damped_trend=True).fit(disp=False)
        paths = fit.simulate(
            4, anchor="end", repetitions=draws, rng=np.random.default_rng(1)
        ).to_numpy()
    elif model == "arima":
        fit = ARIMA(logs, order=(1, 1, 0), trend="t").fit()
        paths = fit.simulate(4, anchor="end", repetitions=draws, rng=np.random.default_rng(1))[
            :, 0, :
        ]
    else:
        made = UnobservedComponents(100 * logs, "local linear trend", use_exact_diffuse=True)
        fit = made.fit(disp=False, maxiter=500)
        # the simulation starts from a known state: draw the start from its own uncertainty
        mean = fit.predicted_state[:, -1]
        root = np.linalg.cholesky(fit.predicted_state_cov[:, :, -1] + 1e-12 * np.eye(2))
        starts = mean[:, None] + root @ rng.standard_normal((2, draws))
        paths = np.column_stack(
            [
                made.simulate(fit.params, 4, initial_state=start, rng=rng)
                for k, start in enumerate(starts.T)
            ]
        )
    f = run(pd.Series(np.exp(logs), range(1994, 2024)), 4, model)
    assert f.margins.correlation(4) == pytest.approx(np.corrcoef(paths), abs=0.09)


@pytest.mark.parametrize("model", REFERENCE_MODELS)
def test_intervals_nest_around_the_forecast_and_a_constant_stays(model: str) -> None:
    table = run(CITY, 5, model).table()
    order = table[["lo-95", "lo-80", "median", "hi-80", "hi-95"]].to_numpy()
    assert (np.diff(order, axis=1) > 0).all()
    flat = run(pd.Series(100.0, index=range(2005, 2020)), 3, model).table()
    assert flat["median"].to_numpy() == pytest.approx([100.0] * 3, rel=1e-4)


def test_a_line_without_any_error_is_named() -> None:
    line = pd.Series(100 * 1.08 ** np.arange(12), index=range(2010, 2022))
    f = run(line, 2, "drift")
    assert f.warnings == ("exact_fit",)
    low, high = f.interval(95, 2023)
    assert low < 100 * 1.08**13 < high
    assert f.probability(low * 0.99, 2023) == 1.0


@pytest.mark.parametrize("model", REFERENCE_MODELS)
def test_the_unit_changes_nothing(model: str) -> None:
    one, other = run(CITY, 3, model).table(), run(CITY * 10_000, 3, model).table()
    for column in ("median", "lo-95", "hi-80"):
        assert (other[column] / 10_000).to_numpy() == pytest.approx(
            one[column].to_numpy(), rel=5e-3
        )


@given(st.lists(st.floats(-0.3, 0.3), min_size=3, max_size=15), st.integers(1, 6))
def test_drift_forecasts_continue_the_line_from_first_to_last(changes: list[float], h: int) -> None:
    logs = np.concatenate([[2.0], 2.0 + np.cumsum(changes)])
    series = pd.Series(np.exp(logs), index=range(2000, 2000 + len(logs)))
    slope = (logs[-1] - logs[0]) / (len(logs) - 1)
    f = run(series, h, "drift")
    assert math.log(f.median(f.years[-1])) == pytest.approx(logs[-1] + h * slope, abs=1e-9)


# ---------------------------------------------------------------- everything a forecast is asked


@pytest.mark.parametrize("model", REFERENCE_MODELS)
def test_paths_agree_with_the_quantiles(model: str) -> None:
    f = run(CITY, 4, model)
    paths = f.paths(40000, seed=3)
    for p in (0.1, 0.5, 0.9):
        for column in (0, 3):
            below = np.mean(paths[:, column] <= f.quantile(p, f.years[column]))
            assert below == pytest.approx(p, abs=0.01)  # four standard errors at 0.5


@pytest.mark.parametrize("model", REFERENCE_MODELS)
def test_probability_is_the_rest_of_the_distribution(model: str) -> None:
    f = run(CITY, 2, model)
    for p in (0.001, 0.2, 0.5, 0.9, 0.999):
        for year in (2024, 2025, 2060):
            value = f.quantile(p, year)
            assert f.cdf(value, year) == pytest.approx(p, abs=1e-9)
            assert f.probability(value, year) == pytest.approx(1 - p, abs=1e-9)
    assert f.first_year(f.median(2025) * 0.9999) in (2024, 2025)


@pytest.mark.parametrize("model", REFERENCE_MODELS)
@pytest.mark.parametrize("kind", ["share", "count", "growth_rate"])
def test_the_scale_of_the_kind_keeps_its_bounds(model: str, kind: str) -> None:
    rng = np.random.default_rng(5)
    raw = {
        "share": 99 - rng.uniform(0, 3, 12),
        "count": rng.poisson(1.5, 12),
        "growth_rate": 5 + rng.normal(0, 3, 12),
    }[kind]
    f = run(pd.Series(raw, range(2010, 2022)), 5, model, kind)
    low, high = f.interval(95, 2026)
    assert KINDS[kind].lower <= low < high <= KINDS[kind].upper
    if kind == "growth_rate":
        assert low < 5 < high and high - low < 100


def test_nothing_is_borrowed() -> None:
    other = pd.Series(np.exp(0.2 * np.arange(24)), index=CITY.index, name="邻市")
    f = forecast(CITY, 3, kind="nominal_gdp", model="drift", comparators=[other])
    assert f.comparators == [] and f.median(2026) == run(CITY, 3, "drift").median(2026)
    assert f.basis == "series only" and (f.n, f.observed_years[0]) == (24, 2000)


def test_a_reference_can_be_drawn_together_with_the_own_model() -> None:
    both = [run(CITY, 4, "arima"), forecast(CITY, 4, kind="nominal_gdp")]
    for f, paths in zip(both, joint_paths(both, 40000, correlation=0.8), strict=True):
        for p in (0.1, 0.9):
            assert np.mean(paths[:, 3] <= f.quantile(p, 2027)) == pytest.approx(p, abs=0.01)


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize("model", REFERENCE_MODELS)
def test_too_few_points_are_refused_with_the_number_needed(model: str) -> None:
    need = NEEDED[model]
    with pytest.raises(InputError) as caught:
        run(CITY.iloc[: need - 1], 1, model)
    assert caught.value.reason == Reason("too_few_observations", need=need, count=need - 1)
    table = run(CITY.iloc[:need], 2, model).table()
    assert np.isfinite(table[["median", "lo-95", "hi-95"]].to_numpy()).all()


@pytest.mark.parametrize("model", REFERENCE_MODELS)
def test_a_gap_is_named(model: str) -> None:
    with pytest.raises(InputError) as caught:
        run(CITY.drop([2005, 2011]), 1, model)
    assert caught.value.reason.code == "annual_series_lacks"
    listed = str(caught.value.reason.figures["listed"])
    assert re.findall(r"\d{4}", listed) == ["2005", "2011"]


def test_a_fit_that_fails_to_converge_says_so() -> None:
    line = pd.Series(100 * 1.08 ** np.arange(12), index=range(2010, 2022))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        f = run(line, 1, "arima")
    assert "not_converged" in f.warnings


def test_importing_the_references_does_not_load_statsmodels() -> None:
    code = (
        "import sys, pandas as pd; from analysis.forecast import forecast; "
        "import analysis.backtest.compare, analysis.forecast.textbook; "
        "forecast(pd.Series({2015: 1.0, 2020: 2.0, 2024: 2.5}), 5, kind='generic').table(); "
        "forecast(pd.Series([1.0, 2, 3], [2022, 2023, 2024]), 5, kind='generic', "
        "model='drift').table(); "
        "print([m for m in ('statsmodels', 'matplotlib', 'scipy.stats') if m in sys.modules])"
    )
    run_it = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert run_it.stdout.strip() == "[]"
