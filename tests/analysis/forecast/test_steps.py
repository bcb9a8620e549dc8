"""Step by step: the codes and the numbers behind each sentence, worked by hand."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

from analysis.data.errors import InputError
from analysis.forecast import forecast
from analysis.forecast.distribution import Forecast
from analysis.forecast.kinds import KINDS, Prior, load_priors
from analysis.forecast.steps import Step, why

KEYS = ["observed", "growth", "prior", "engine", "comparators", "distribution"]
TARGET = ["required", "probability"]
# Growth 0.10 a year over 6 years.
CITY = pd.Series([100.0, 100 * math.exp(0.6)], index=[2018, 2024], name="市")


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A prior one can reckon with, and no record."""
    prior = Prior("real_gdp", 0.05, 6.0, 3.0, 0.002, n_series=7, window="1960-2005", citation="X")
    priors = {**load_priors(), "real_gdp": prior}
    monkeypatch.setattr("analysis.forecast.load_priors", lambda: priors)
    monkeypatch.setattr("analysis.forecast.steps.record_file", lambda: tmp_path / "none.csv")


@pytest.fixture
def made() -> Forecast:
    return forecast(
        pd.Series({2022: 100.0, 2024: 121.0}), until=2026, kind="real_gdp", comparators=[CITY]
    )


def by_key(steps: list[Step]) -> dict[str, Step]:
    return {step.key: step for step in steps}


def test_all_steps_in_order(made: Forecast) -> None:
    assert [s.key for s in why(made, 140)] == [*KEYS, *TARGET, "record"]
    assert [s.key for s in why(made)] == [*KEYS, "record"]


def test_figures_growth_and_prior_by_hand(made: Forecast) -> None:
    steps = by_key(why(made, 140))
    assert steps["observed"].numbers["figures"] == pytest.approx({2022: 100.0, 2024: 121.0})
    assert steps["observed"].numbers["published"] == 2
    # 121 / 100 over two years: ten per cent a year
    assert steps["growth"].numbers["mean"] == pytest.approx(10.0)
    assert steps["growth"].code == "gaps"
    assert steps["growth"].numbers["gaps"] == pytest.approx({"2022-2024": 10.0})
    # one year's growth: 0.05 -+ t3(0.9) sqrt(0.002 (1 + 1/6)), t3(0.9) = 1.637744
    # = 0.05 -+ 1.637744 * 0.0483046 = 0.05 -+ 0.0791105: -2.87 % and 13.78 %; the prior stands
    # as it is of the kind, not as the comparator leaned it
    prior = steps["prior"].numbers
    assert prior["centre"] == pytest.approx(5.127, abs=1e-3)
    assert (prior["low80"], prior["high80"]) == pytest.approx((-2.869, 13.782), abs=2e-3)
    assert prior["n_series"] == 7


def test_engine_and_comparators_by_hand(made: Forecast) -> None:
    # One comparator of 6 years, kappa 6, r 0.5: C = 1/6 + 1/6, c = 1/12, w = 1/4.
    # m' = 0.05 + (0.10 - 0.05) / 4 = 0.0625;  1/kappa' = 1/6 - 1/48 = 7/48
    # own information 2 of 2 + 48/7 = 22.58 %
    # m_n = (48/7 * 0.0625 + 0.190620) / (48/7 + 2) = (0.428571 + 0.190620) / 8.857143 = 0.0699087
    steps = by_key(why(made, 140))
    engine = steps["engine"].numbers
    assert engine["weight_own"] == pytest.approx(14 / 62)
    assert engine["drift"] == pytest.approx(100 * math.expm1(0.0699087), abs=1e-3)
    # medians two years on: 121 exp(2 * 0.0699087) with, 121 exp(2 * 0.0613275) without
    compared = steps["comparators"].numbers
    assert compared["median"] == pytest.approx(121 * math.exp(0.1398174), rel=1e-5)
    assert compared["median_without"] == pytest.approx(121 * math.exp(0.1226550), rel=1e-5)
    # exp(0.0171624) - 1, in per cent
    assert compared["moved"] == pytest.approx(100 * math.expm1(0.0171624), abs=1e-3)
    assert steps["comparators"].code == "used" and compared["names"] == ["市"]
    assert steps["comparators"].parts.prior.m == pytest.approx(0.0625)


def test_required_growth_and_probability_by_hand(made: Forecast) -> None:
    steps = by_key(why(made, 146.41, 2026, published=3))
    # 121 to 146.41 in two years: ten per cent a year
    required = steps["required"].numbers
    assert required["needed"] == pytest.approx(10.0)
    assert required["quantiles"][1] == pytest.approx(100 * math.expm1(0.0699087), abs=1e-3)
    assert steps["required"].code == "at_least"
    chances = steps["probability"].numbers
    assert made.alone is not None
    assert chances["probability"] == made.probability(146.41, 2026)
    assert chances["without"] == made.alone.probability(146.41, 2026)
    assert chances["probability"] > chances["without"]  # the comparator grew ten per cent
    one = by_key(why(made, 133.1, 2025))["required"]
    assert one.numbers["needed"] == pytest.approx(10.0) and one.parts.ahead.steps == 1


def test_two_observations_are_no_verdict(made: Forecast) -> None:
    steps = by_key(why(made, 146.41, 2026))
    said = steps["probability"]
    assert said.code == "no_verdict" and said.parts.published == 2
    # no number is given, so that none can be printed by mistake
    assert said.numbers == {"probability": None, "without": None, "verdict": False}
    assert steps["required"].numbers["below"] is None


def test_derived_observations_do_not_count() -> None:
    f = forecast(pd.Series({2015: 475.5, 2020: 718.0, 2024: 1069.6}), h=1, kind="industrial_output")
    all_three, two = by_key(why(f, 1200)), by_key(why(f, 1200, published=2))
    assert all_three["probability"].numbers["verdict"]
    assert all_three["probability"].numbers["probability"] == pytest.approx(0.31, abs=0.005)
    assert all_three["probability"].code == "alone"
    assert len(two["observed"].numbers["figures"]) == 3
    assert two["observed"].numbers["published"] == two["probability"].parts.published == 2
    assert two["probability"].code == "no_verdict"


def test_one_observation_and_none_published() -> None:
    f = forecast(pd.Series({2024: 100.0}), h=1, kind="real_gdp")
    steps = by_key(why(f, 110))
    assert steps["growth"].code == "single"
    assert steps["growth"].numbers == {"gaps": {}, "mean": None}
    assert steps["observed"].numbers["figures"] == pytest.approx({2024: 100.0})
    assert steps["probability"].code == "no_verdict" and steps["probability"].parts.published == 1
    none = by_key(why(f, 110, published=0))["probability"]
    assert none.code == "no_verdict" and none.parts.published == 0


def test_targets_from_above_and_in_points() -> None:
    f = forecast(pd.Series({2015: 78.6, 2020: 91.0}), until=2025, kind="share")
    steps = by_key(why(f, 92.0))
    # one point in five years
    assert steps["required"].numbers["needed"] == pytest.approx(0.2)
    assert steps["required"].code == "at_least"
    air = forecast(pd.Series({2015: 44.0, 2020: 27.0}), until=2025, kind="concentration")
    down = by_key(why(air, 25.0, direction=-1, published=3))
    assert down["required"].code == "at_most" and down["required"].numbers["target"] == 25.0
    assert down["probability"].numbers["probability"] == air.probability(25.0, 2025, -1)


def test_growth_undefined_and_rates() -> None:
    f = forecast(pd.Series({2015: 44.0, 2020: 27.0}), until=2025, kind="concentration")
    assert by_key(why(f, 0.0, direction=-1))["required"].numbers["needed"] is None
    rate = forecast(pd.Series({2015: 2.0, 2020: 6.0}), until=2025, kind="growth_rate")
    steps = by_key(why(rate, 5.0))
    assert steps["growth"].code == "rates" and steps["growth"].numbers["mean"] == 4.0
    assert steps["growth"].numbers["gaps"] == {}


def test_models_that_borrow_nothing_have_no_prior_step() -> None:
    series = pd.Series(range(10, 20), index=range(2015, 2025), dtype=float)
    for model in ("trend_grid", "drift"):
        f = forecast(series, h=2, kind="real_gdp", model=model)
        steps = by_key(why(f, 25))
        assert "prior" not in steps and steps["comparators"].code == "none"
        assert steps["comparators"].numbers == {}


def test_long_series_list_their_latest_figures() -> None:
    series = pd.Series([100.0 * 1.05**n for n in range(12)], index=range(2013, 2025))
    steps = by_key(why(forecast(series, h=1, kind="nominal_gdp"), 180))
    assert len(steps["observed"].numbers["figures"]) == 12
    assert len(steps["growth"].numbers["gaps"]) == 7
    assert steps["growth"].numbers["mean"] == pytest.approx(5.0)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_its_steps(kind: str) -> None:
    f = forecast(pd.Series({2018: 40.0, 2020: 44.0, 2024: 41.0}), h=3, kind=kind)
    steps = why(f, 45.0)
    assert [step.key for step in steps] == [*KEYS, *TARGET, "record"]
    assert not any("nan" in repr(step.numbers) for step in steps)


@pytest.mark.parametrize(
    ("given", "column"),
    [
        ({"target": math.nan}, "target"),
        ({"target": 1.0, "direction": 0}, "direction"),
        ({"year": 2024}, "year"),
    ],
)
def test_wrong_questions(made: Forecast, given: dict, column: str) -> None:
    with pytest.raises(InputError) as caught:
        why(made, **given)
    assert caught.value.column == column
