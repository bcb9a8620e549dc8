"""Reference models against hand-worked forecasts and statsmodels called directly."""

from __future__ import annotations

import math
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import InputError
from analysis.reference import REFERENCE_MODELS, reference_forecast, rolling_origin

# 嘉兴市, GDP at current prices as published, 亿元, 2000–2023 (嘉兴统计年鉴).
PUBLISHED = """541.02 604.26 706.43 858.03 1050.56 1159.66 1346.65 1585.31 1815.3 1918.03
    2300.2 2677.09 2890.57 3147.66 3352.6 3517.81 3862.11 4380.52 4871.98 5370.32
    5510.0 6355.28 6739.45 7062.45"""
CITY = pd.Series([float(value) for value in PUBLISHED.split()], index=range(2000, 2024))
LOGS = np.log(CITY.to_numpy())
NEEDED = {"drift": 3, "ets": 8, "theta": 5, "arima": 7, "local_trend": 8}


def test_drift_by_hand() -> None:
    # Logs 0, 0.1, 0.3, 0.3: changes 0.1, 0.2, 0, mean 0.1, sd 0.1 (2 df). Two years ahead:
    # 0.3 + 0.2 = 0.5; sd 0.1·sqrt(2·(1 + 2/3)) = 0.182574; t(2 df): 1.885618 and 4.302653.
    series = pd.Series(np.exp([0.0, 0.1, 0.3, 0.3]), index=range(2020, 2024))
    table = reference_forecast(series, 2, "drift")
    assert table.columns.tolist() == [
        *("year", "model", "mean", "lo-80", "hi-80", "lo-95", "hi-95", "warnings")
    ]
    assert table["year"].tolist() == [2024, 2025]
    assert np.log(table["mean"]).tolist() == pytest.approx([0.4, 0.5])
    second = np.log(table.loc[1, ["lo-80", "hi-80", "lo-95", "hi-95"]].astype(float))
    reach = [1.885618 * 0.1825742, 4.302653 * 0.1825742]
    assert second.tolist() == pytest.approx(
        [0.5 - reach[0], 0.5 + reach[0], 0.5 - reach[1], 0.5 + reach[1]], abs=1e-6
    )
    assert (table["warnings"] == "").all()


def test_ets_equals_statsmodels_called_directly() -> None:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    index = pd.date_range("2000-12-31", periods=24, freq="YE")
    fit = ETSModel(pd.Series(LOGS, index=index), trend="add", damped_trend=True).fit(disp=False)
    frame = fit.get_prediction(start=24, end=26).summary_frame(alpha=0.05)
    table = reference_forecast(CITY, 3, "ets")
    assert table["mean"].to_numpy() == pytest.approx(np.exp(frame["mean"].to_numpy()))
    assert table["lo-95"].to_numpy() == pytest.approx(np.exp(frame["pi_lower"].to_numpy()))
    assert table["hi-95"].to_numpy() == pytest.approx(np.exp(frame["pi_upper"].to_numpy()))


def test_arima_equals_statsmodels_called_directly() -> None:
    from statsmodels.tsa.arima.model import ARIMA

    frame = ARIMA(LOGS, order=(1, 1, 0), trend="t").fit().get_forecast(3).summary_frame(alpha=0.2)
    table = reference_forecast(CITY, 3, "arima")
    assert table["mean"].to_numpy() == pytest.approx(np.exp(frame["mean"].to_numpy()))
    assert table["hi-80"].to_numpy() == pytest.approx(np.exp(frame["mean_ci_upper"].to_numpy()))


def test_local_trend_equals_statsmodels_called_directly() -> None:
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    model = UnobservedComponents(100 * LOGS, "local linear trend", use_exact_diffuse=True)
    frame = model.fit(disp=False, maxiter=500).get_forecast(3).summary_frame(alpha=0.05)
    table = reference_forecast(CITY, 3, "local_trend")
    assert table["mean"].to_numpy() == pytest.approx(np.exp(frame["mean"] / 100).to_numpy())
    assert table["lo-95"].to_numpy() == pytest.approx(
        np.exp(frame["mean_ci_lower"] / 100).to_numpy()
    )


def test_theta_points_equal_statsmodels_called_directly() -> None:
    from statsmodels.tsa.forecasting.theta import ThetaModel

    for series in (CITY, CITY.iloc[:9], CITY.iloc[::-1].set_axis(CITY.index)):
        direct = ThetaModel(np.log(series.to_numpy()), deseasonalize=False).fit().forecast(4)
        table = reference_forecast(series, 4, "theta")
        assert table["mean"].to_numpy() == pytest.approx(np.exp(direct.to_numpy()))


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
    table = reference_forecast(CITY, 3, "theta")
    half = np.log(table["hi-95"] / table["mean"])
    assert half.tolist() == pytest.approx([1.959964 * each for each in sd], rel=1e-5)


@pytest.mark.parametrize("model", REFERENCE_MODELS)
def test_intervals_nest_around_the_forecast_and_a_constant_stays(model: str) -> None:
    table = reference_forecast(CITY, 5, model)
    order = table[["lo-95", "lo-80", "mean", "hi-80", "hi-95"]].to_numpy()
    assert (np.diff(order, axis=1) > 0).all()
    flat = reference_forecast(pd.Series(100.0, index=range(2005, 2020)), 3, model)
    assert flat["mean"].to_numpy() == pytest.approx([100.0] * 3, rel=1e-4)


@pytest.mark.parametrize("model", REFERENCE_MODELS)
def test_the_unit_changes_nothing(model: str) -> None:
    one = reference_forecast(CITY, 3, model)
    other = reference_forecast(CITY * 10_000, 3, model)
    for column in ("mean", "lo-95", "hi-80"):
        assert (other[column] / 10_000).to_numpy() == pytest.approx(
            one[column].to_numpy(), rel=5e-3
        )


@given(st.lists(st.floats(-0.3, 0.3), min_size=3, max_size=15), st.integers(1, 6))
@settings(deadline=None, max_examples=50)
def test_drift_forecasts_continue_the_line_from_first_to_last(changes: list[float], h: int) -> None:
    logs = np.concatenate([[2.0], 2.0 + np.cumsum(changes)])
    series = pd.Series(np.exp(logs), index=range(2000, 2000 + len(logs)))
    table = reference_forecast(series, h, "drift")
    slope = (logs[-1] - logs[0]) / (len(logs) - 1)
    assert np.log(table["mean"].iloc[-1]) == pytest.approx(logs[-1] + h * slope, abs=1e-9)


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize("model", REFERENCE_MODELS)
def test_too_few_points_are_refused_with_the_number_needed(model: str) -> None:
    need = NEEDED[model]
    with pytest.raises(InputError, match=f"at least {need} needed, {need - 1} given"):
        reference_forecast(CITY.iloc[: need - 1], 1, model)
    table = reference_forecast(CITY.iloc[:need], 2, model)
    assert np.isfinite(table[["mean", "lo-95", "hi-95"]].to_numpy()).all()


def test_a_gap_is_named_and_unknown_ends_are_not_gaps() -> None:
    with pytest.raises(InputError, match="lacks 2005, 2011"):
        reference_forecast(CITY.drop([2005, 2011]), 1)
    with pytest.raises(InputError, match="lacks 2005"):
        reference_forecast(CITY.where(CITY.index != 2005), 1)
    padded = CITY.reindex(range(1996, 2026))
    assert reference_forecast(padded, 1)["year"].tolist() == [2024]


def test_other_mistakes_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        reference_forecast(CITY, 1, "etz")
    assert caught.value.nearest == "ets"
    for call in (
        lambda: reference_forecast(CITY, 0),
        lambda: reference_forecast(CITY, 1, level=(95, 100)),
        lambda: reference_forecast(CITY - 541.02, 1),
        lambda: rolling_origin(CITY, ["naive"]),
        lambda: rolling_origin(CITY, ["ets"], min_train=7),
        lambda: rolling_origin(CITY.iloc[:12], ["drift"], h=5),
    ):
        with pytest.raises(InputError):
            call()


# ---------------------------------------------------------------- rolling origin


def test_rolling_scores_by_hand() -> None:
    # Levels 1, 2, 4, 8 (2010–2013), then 8. Training on 3 and on 4 points, one year ahead.
    # Origin 2012: drift ln 2, forecast 8, outcome 8: error 0. Spread 0: interval is a point.
    # Origin 2013: forecast 16, outcome 8: error 8/8 = 100 %; scale mean(1, 2, 4) = 7/3.
    # MAPE (0 + 100)/2 = 50 %; MASE (0 + 8/(7/3))/2 = 12/7.
    series = pd.Series([1.0, 2.0, 4.0, 8.0, 8.0], index=range(2010, 2015))
    row = rolling_origin(series, ["drift"], h=1, min_train=3).iloc[0]
    assert row["n_origins"] == 2
    assert row["mape_pct"] == pytest.approx(50.0)
    assert row["mase"] == pytest.approx(12 / 7)
    assert row["coverage_95_pct"] <= 50.0


def test_rolling_equals_a_loop_over_past_forecasts() -> None:
    h, rows = 2, []
    for n in range(8, 24 - h + 1):
        table = reference_forecast(CITY.iloc[:n], h, "drift")
        actual = CITY.iloc[n : n + h].to_numpy()
        scale = CITY.iloc[:n].diff().abs().mean()
        error = np.abs(table["mean"] - actual)
        hit = (table["lo-80"] <= actual) & (actual <= table["hi-80"])
        rows.append(((error / actual).mean(), (error / scale).mean(), hit.mean()))
    mape, mase, hits = np.mean(rows, axis=0)
    row = rolling_origin(CITY, ["drift"], h=h).iloc[0]
    assert row["n_origins"] == len(rows) == 15
    assert row[["mape_pct", "mase", "coverage_80_pct"]].tolist() == pytest.approx(
        [100 * mape, mase, 100 * hits]
    )


def test_every_model_meets_the_same_origins_and_its_warnings_are_counted() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = rolling_origin(CITY, h=3, min_train=16).set_index("model")
    assert tuple(table.index) == REFERENCE_MODELS
    assert (table["n_origins"] == 6).all()
    assert table[["mape_pct", "mase"]].notna().all(axis=None)
    # Damped ETS puts no weight on smoothing here, so that its interval stays flat.
    assert table.loc["ets", "warnings"] == "boundary×6"
    assert table.loc["drift", "warnings"] == ""


def test_a_fit_that_fails_to_converge_says_so_in_its_column() -> None:
    line = pd.Series(100 * 1.08 ** np.arange(12), index=range(2010, 2022))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = reference_forecast(line, 1, "arima")
    assert "not_converged" in table.loc[0, "warnings"]


def test_importing_the_references_does_not_load_statsmodels() -> None:
    code = "import sys, analysis.reference; sys.exit('statsmodels' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
