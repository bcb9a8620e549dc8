"""Models held against each other: scores by hand, one set of origins, and no look ahead."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.backtest.compare import COMPARED, compare_models
from analysis.data.errors import InputError
from analysis.forecast import forecast
from analysis.forecast.textbook import REFERENCE_MODELS

YEARS = range(2000, 2024)
# 嘉兴市, GDP at current prices as published, 亿元, 2000–2023 (嘉兴统计年鉴).
PUBLISHED = """541.02 604.26 706.43 858.03 1050.56 1159.66 1346.65 1585.31 1815.3 1918.03
    2300.2 2677.09 2890.57 3147.66 3352.6 3517.81 3862.11 4380.52 4871.98 5370.32
    5510.0 6355.28 6739.45 7062.45"""
CITY = pd.Series([float(value) for value in PUBLISHED.split()], index=YEARS)
LIGHT = ("pooled", "prior", "drift")


def test_scores_by_hand() -> None:
    # Levels 1, 2, 4, 8 (2010–2013), then 8. Training on 3 and on 4 points, one year ahead.
    # Origin 2012: drift ln 2, forecast 8, outcome 8: error 0. Spread 0: the range is a point.
    # Origin 2013: forecast 16, outcome 8: error 8/8 = 100 %; scale mean(1, 2, 4) = 7/3.
    # MAPE (0 + 100)/2 = 50 %; MASE (0 + 8/(7/3))/2 = 12/7. CRPS of a point is its distance on
    # the log scale: (0 + ln 2)/2.
    series = pd.Series([1.0, 2.0, 4.0, 8.0, 8.0], index=range(2010, 2015))
    made = compare_models(series, "nominal_gdp", 1, ("drift",), min_train=3)
    assert made.origins == [2012, 2013]
    row = made.table().iloc[0]
    assert (row["n_origins"], row["n_refused"]) == (2, 0)
    assert row["mape_pct"] == pytest.approx(50.0)
    assert row["mase"] == pytest.approx(12 / 7)
    assert row["crps"] == pytest.approx(math.log(2) / 2, abs=1e-6)
    assert row["coverage_95_pct"] <= 50.0
    assert row["warnings"] == "exact_fit×2"


def test_the_table_equals_a_loop_over_past_forecasts() -> None:
    h, rows = 2, []
    p = np.arange(0.0005, 1, 0.001)
    for n in range(8, 24 - h + 1):
        f = forecast(CITY.iloc[:n], h, kind="nominal_gdp", model="drift")
        table, actual = f.table(), CITY.iloc[n : n + h].to_numpy()
        error = np.abs(table["median"] - actual)
        hits = [(table[f"lo-{k}"] <= actual) & (actual <= table[f"hi-{k}"]) for k in (50, 80, 95)]
        # CRPS as twice the mean pinball loss over a fine grid of probabilities
        score = []
        for year, outcome in zip(f.years, np.log(actual), strict=True):
            miss = outcome - np.log(f.quantile(p, year))
            score.append(2 * np.mean(np.where(miss > 0, p * miss, (p - 1) * miss)))
        scale = CITY.iloc[:n].diff().abs().mean()
        rows.append(
            ((error / actual).mean(), (error / scale).mean(), np.mean(score), *map(np.mean, hits))
        )
    mape, mase, crps, *inside = np.mean(rows, axis=0)
    row = compare_models(CITY, "nominal_gdp", h, ["drift"]).table().iloc[0]
    assert row["n_origins"] == len(rows) == 15
    assert row[["mape_pct", "mase"]].tolist() == pytest.approx([100 * mape, mase])
    assert row["crps"] == pytest.approx(crps, rel=0.01)  # a coarser grid of probabilities
    covered = row[["coverage_50_pct", "coverage_80_pct", "coverage_95_pct"]].tolist()
    assert covered == pytest.approx([100 * share for share in inside])


def test_every_model_meets_the_same_origins_and_its_warnings_are_counted() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = compare_models(CITY, "nominal_gdp", 3, min_train=18).table().set_index("model")
    assert tuple(table.index) == COMPARED == ("pooled", "prior", *REFERENCE_MODELS)
    assert (table["n_origins"] == 4).all() and (table["n_refused"] == 0).all()
    assert table[["mape_pct", "mase", "crps"]].notna().all(axis=None)
    # Damped ETS puts no weight on smoothing here, so that its interval stays flat.
    assert table.loc["ets", "warnings"] == "boundary×4"
    assert table.loc["prior", "warnings"] == ""


# --- no look ahead --------------------------------------------------------------------------


@pytest.mark.slow
@given(st.integers(2012, 2021), st.lists(st.floats(1.0, 1e6), min_size=12, max_size=12))
@settings(max_examples=20)
def test_what_comes_after_an_origin_changes_no_forecast_from_it(
    origin: int, poison: list[float]
) -> None:
    other = (CITY * 3).rename("other")
    poisoned, bad_other = CITY.copy(), other.copy()
    late = CITY.index > origin
    poisoned[late] = poison[: late.sum()]
    bad_other[late] = poison[: late.sum()][::-1]
    clean = compare_models(CITY, "nominal_gdp", 2, LIGHT, 10, [other]).outcomes
    dirty = compare_models(poisoned, "nominal_gdp", 2, LIGHT, 10, [bad_other]).outcomes
    # The medians of all origins up to this one are the same numbers, whatever came later ...
    mine, theirs = (frame[frame["origin"] <= origin]["median"] for frame in (clean, dirty))
    assert len(mine) > 0 and mine.tolist() == theirs.tolist()
    # ... the outcomes they are held against are not.
    if origin < 2022:
        after = dirty[dirty["year"] > origin]["actual"].tolist()
        assert after != clean[clean["year"] > origin]["actual"].tolist()


@pytest.mark.parametrize("model", REFERENCE_MODELS)
def test_the_references_do_not_look_ahead_either(model: str) -> None:
    poisoned = CITY.where(CITY.index <= 2018, 1.0)
    clean, dirty = (
        compare_models(series, "nominal_gdp", 1, [model], 18).outcomes
        for series in (CITY, poisoned)
    )
    early = clean["origin"] <= 2018
    assert early.sum() == 2
    assert clean["median"][early].tolist() == dirty["median"][early].tolist()
    assert clean["median"].tolist() != dirty["median"].tolist()


def test_comparators_count_only_as_far_as_they_were_known() -> None:
    # Unknown before 2015: no say at the origins before it, a say after.
    late = pd.Series(np.exp(0.3 * np.arange(8)), index=range(2016, 2024), name="late")
    alone = compare_models(CITY, "nominal_gdp", 1, ["prior"]).outcomes
    both = compare_models(CITY, "nominal_gdp", 1, ["prior"], comparators=[late]).outcomes
    same = alone["median"] == both["median"]
    assert same[alone["origin"] <= 2016].all()  # one value says nothing on growth
    assert not same[alone["origin"] >= 2017].any()


# --- refusals and gaps ----------------------------------------------------------------------


def test_a_gap_stops_the_references_only_and_all_keep_the_same_origins() -> None:
    broken = CITY.drop(2015)
    made = compare_models(broken, "nominal_gdp", 2, LIGHT)
    table = made.table().set_index("model")
    # Origins 2007–2014 and 2016–2021; from 2016 on the drift model lacks 2015.
    assert table.loc["drift", "n_refused"] == 6 and table.loc["prior", "n_refused"] == 0
    assert set(made.refused["drift"]) == set(range(2016, 2022))
    assert "2015" in str(made.refused["drift"][2016])
    assert made.origins == list(range(2007, 2015)) and (table["n_origins"] == 8).all()
    # 2015 itself is no outcome: from 2013 only 2014 counts, from 2014 only 2016.
    years = made.outcomes[made.outcomes["model"] == "prior"].groupby("origin")["year"].agg(list)
    assert years[2013] == [2014] and years[2014] == [2016]


def test_a_model_that_never_answers_is_left_without_scores() -> None:
    short = CITY.loc[:2007]
    made = compare_models(short, "nominal_gdp", 1, ("prior", "ets"), min_train=4)
    table = made.table().set_index("model")
    assert table.loc["ets", "n_origins"] == 0 and table.loc["ets", "n_refused"] == 4
    assert math.isnan(table.loc["ets", "mape_pct"]) and math.isnan(table.loc["ets", "crps"])
    assert made.origins == [2003, 2004, 2005, 2006] and table.loc["prior", "n_origins"] == 4
    none = compare_models(short, "nominal_gdp", 1, ("ets",), min_train=4)
    assert none.origins == [] and len(none.outcomes) == 0


def test_other_kinds_are_scored_on_their_own_scale() -> None:
    rng = np.random.default_rng(2)
    rate = pd.Series(5 + rng.normal(0, 2, 16), index=range(2008, 2024))
    row = compare_models(rate, "growth_rate", 2, ["prior"]).table().iloc[0]
    assert math.isnan(row["mape_pct"])  # a percentage of a percentage says nothing
    assert 0.3 < row["crps"] < 3  # points: of the size of the spread
    counts = pd.Series([0, 2, 1, 0, 3, 1, 0, 0, 2, 1, 0, 1], index=range(2012, 2024))
    row = compare_models(counts, "count", 1, ["prior"]).table().iloc[0]
    assert math.isnan(row["mape_pct"]) and row["crps"] > 0 and row["coverage_95_pct"] > 0


@pytest.mark.parametrize(
    ("arguments", "column", "near"),
    [
        ({"models": ("drift", "etz")}, "models", "ets"),
        ({"models": ("drift", "drift")}, "models", None),
        ({"models": ()}, "models", None),
        ({"h": 0}, "h", "1"),
        ({"min_train": 0}, "min_train", "1"),
        ({"min_train": 2.5}, "min_train", "1"),
        ({"h": 5, "min_train": 20}, "series", None),
        ({"kind": "nominal_gpd"}, "kind", "nominal_gdp"),
        ({"series": CITY.where(CITY.index != 2005)}, "series", None),
        ({"comparators": [CITY * -1]}, "comparators: 1", None),
    ],
)
def test_mistakes_are_named(arguments: dict, column: str, near: str | None) -> None:  # type: ignore[type-arg]
    with pytest.raises(InputError) as caught:
        compare_models(**{"series": CITY, "kind": "nominal_gdp", "models": LIGHT, **arguments})
    assert caught.value.column == column
    if near is not None:
        assert caught.value.nearest == near


@pytest.mark.parametrize("given", [None, pd.Series({2020: 1.0, 2024: 2.0})])
def test_comparators_come_in_a_list(given: object) -> None:
    series = pd.Series(100 * 1.05 ** np.arange(12), index=range(2010, 2022))
    with pytest.raises(InputError, match="comparable_series_come_in_list"):
        compare_models(series, "generic", 1, ("prior",), comparators=given)  # type: ignore[arg-type]
