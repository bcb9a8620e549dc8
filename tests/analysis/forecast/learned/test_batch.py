"""Thousands at once must be what each is alone; nothing leaks between rows or from the future."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from roots import HOME

from analysis.data.errors import InputError
from analysis.forecast import forecast
from analysis.forecast.kinds import KINDS
from analysis.forecast.learned.batch import closed_share, forecast_batch, readable_rows, reading
from analysis.forecast.learned.nets import PROBABILITIES, align

sys.path.insert(0, str(HOME / "benchmarks"))

P = np.array([0.001, 0.025, 0.1, 0.37, 0.5, 0.9, 0.99])


@st.composite
def patterns(draw: st.DrawFn) -> tuple[list[int], list[float]]:
    """Years with gaps or without, and values every kind can take."""
    gaps = draw(st.lists(st.sampled_from([1, 1, 1, 2, 5]), min_size=0, max_size=11))
    years = [2000, *(2000 + np.cumsum(gaps)).tolist()]
    size = len(years)
    return years, draw(st.lists(st.floats(1.0, 99.0), min_size=size, max_size=size))


@given(patterns(), st.sampled_from(sorted(KINDS)), st.sampled_from([1, 5, 6, 9]))
def test_a_batch_is_what_each_series_is_alone(
    made: tuple[list[int], list[float]], kind: str, h: int
) -> None:
    years, values = made
    series = pd.Series(values, index=years)
    row = np.full((3, years[-1] - years[0] + 1), np.nan)
    row[1, np.array(years) - years[0]] = values
    row[[0, 2], -1] = 50.0  # other rows beside it
    together = forecast_batch(row, kind, h, probabilities=P)[1]
    alone = forecast(series, h, kind=kind)
    for step in range(1, h + 1):
        expected = alone.quantile(P, years[-1] + step)
        assert together[step - 1] == pytest.approx(expected, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("model", ["pooled", "prior", "trend_grid", "theta_grid"])
def test_order_and_company_do_not_matter(model: str) -> None:
    table = align([np.geomspace(10, 40, 9), np.array([5.0, 6, 5, 7]), np.full(15, 3.0)], 15)
    kinds = np.array(["real_gdp", "generic", "emissions"])
    found = forecast_batch(table, kinds, 8, model=model)
    turned = forecast_batch(table[::-1], kinds[::-1], 8, model=model)[::-1]
    assert turned == pytest.approx(found, rel=1e-9)
    for row in range(3):
        one = forecast_batch(table[[row]], kinds[[row]], 8, model=model)
        assert one[0] == pytest.approx(found[row], rel=1e-9)
    assert forecast_batch(1e6 * table, kinds, 8, model=model) == pytest.approx(
        1e6 * found, rel=1e-6
    )


def test_what_the_grids_refuse_is_unknown_not_guessed() -> None:
    table = np.array([[1.0, 2, 3, 4, 5], [1, np.nan, 3, 4, 5], [np.nan, np.nan, 3, 4, 5]])
    kinds = np.full(3, "generic")
    assert readable_rows(table, kinds, "trend_grid").tolist() == [True, False, False]
    found = forecast_batch(table, kinds, 2, model="trend_grid")
    assert np.isfinite(found[0]).all() and np.isnan(found[1:]).all()
    assert forecast_batch(np.empty((0, 4)), "generic", 3).shape == (0, 3, len(PROBABILITIES))


def test_wrong_calls() -> None:
    table = np.array([[1.0, 2.0]])
    for values, kind, model, column in (
        (table, "gdp", "pooled", "kind"),
        (table, "generic", "pool", "model"),
        (np.array([[1.0, np.nan]]), "generic", "pooled", None),
    ):
        with pytest.raises(InputError) as caught:
            forecast_batch(values, kind, 2, model=model)
        assert caught.value.column == column


def test_shares_and_zeros_stay_in_bounds() -> None:
    table = np.array([[98.0, 99, 100, 100], [0.0, 0, 0, 0]])
    found = forecast_batch(table, np.array(["share", "count"]), 10, probabilities=P)
    assert found.min() >= 0 and found[0].max() == 100 and np.isfinite(found).all()


def test_knots_are_read_straight_in_the_score() -> None:
    # Half way between two knots in the score of a t with 4 degrees of freedom.
    from scipy.special import stdtr, stdtrit

    between = stdtr(4, (stdtrit(4, 0.5) + stdtrit(4, 0.9)) / 2)
    matrix = reading(np.array([0.1, 0.5, 0.9]), np.array([between]))
    assert matrix[:, 0].tolist() == pytest.approx([0.0, 0.5, 0.5])


def test_who_shares_with_the_closed_form() -> None:
    rows = np.array([[1.0, 2, 3, 4], [np.nan, 2, 3, 4], [1, 2, 3, 4]])
    kinds = np.array(["real_gdp", "real_gdp", "throughput"])
    assert closed_share(rows, kinds).tolist() == [0.0, 0.5, 0.5]


# --- no look-ahead in what was learned --------------------------------------------------------


def _files(folder: Path, poison: bool) -> dict[str, Path]:
    """Write a small m4 and a small panel; poisoned: all that must not be read is garbage."""
    from train_pooled import held_out

    folder.mkdir()
    rng = np.random.default_rng(1)
    parts = []
    for number in range(40):
        name = f"Y{number}"
        values = 100 * np.exp(np.cumsum(rng.normal(0.03, 0.05, 24)))
        if poison and held_out(name):
            values = np.full(24, 1e9)
        parts.append(pd.DataFrame({"series_id": name, "t": range(1, 25), "value": values}))
    pd.concat(parts).to_csv(folder / "m4.csv", index=False)
    rows = []
    for country in ("China", "Jordan", "Panama"):
        level = 50 * np.exp(np.cumsum(rng.normal(0.05, 0.04, 40)))
        for year, value in zip(range(1980, 2020), level, strict=True):
            garbage = poison and year > 2005
            rows.append((country, country[:3], year, 1e12 if garbage else value))
    names = ["Country Name", "Country Code", "Year", "Value"]
    pd.DataFrame(rows, columns=names).to_csv(folder / "wb.csv", index=False)
    return {"m4": folder / "m4.csv", "wb": folder / "wb.csv"}


def test_training_cannot_see_what_it_is_scored_on(tmp_path: Path) -> None:
    from train_pooled import learn

    clean, _ = learn(_files(tmp_path / "a", poison=False), 1, 0, draws=2048)
    again, _ = learn(_files(tmp_path / "b", poison=True), 1, 0, draws=2048)
    assert clean.keys() == again.keys()
    for name, part in clean.items():
        assert np.array_equal(part, again[name]), name  # also: the same seeds, the same weights
    seen, _ = learn(
        _files(tmp_path / "c", poison=False) | {"wb": tmp_path / "b/wb.csv"}, 1, 6, 2048
    )
    assert not np.array_equal(clean["log.0.w0"], seen["log.0.w0"])  # other windows do tell


def test_priors_cannot_see_later_outcomes(tmp_path: Path) -> None:
    from fit_priors import RECIPES, windows_of

    recipe = next(one for one in RECIPES if one.kind == "nominal_gdp")
    recipe = type(recipe)(**{**vars(recipe), "panels": ("wb",)})
    made = [
        windows_of(recipe, _files(tmp_path / name, poison=name == "b"))[0] for name in ("a", "b")
    ]
    for (_, _, one), (_, _, other) in zip(*made, strict=True):
        known = np.isfinite(one.future)
        assert np.array_equal(known, np.isfinite(other.future))
        assert np.array_equal(one.future[known], other.future[known])
        assert np.array_equal(one.z, other.z)


ROW = np.array([[1.0, 2.0, 3.0, 4.0]])


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"values": -ROW}, "values"),
        ({"values": 0 * ROW}, "values"),
        ({"values": ROW * np.inf}, "values"),
        ({"values": 50 * ROW, "kinds": "share"}, "values"),
        ({"values": ROW[0]}, "values"),
        ({"values": [["a", "b"]]}, "values"),
        ({"kinds": ["generic", "share"]}, "values"),
        ({"h": 0}, "h"),
        ({"h": 2.5}, "h"),
        ({"h": 61}, "h"),
        ({"probabilities": [0.0, 0.5]}, "p"),
        ({"probabilities": [0.9, 0.1]}, "p"),
        ({"probabilities": ["much"]}, "p"),
        ({"probabilities": 0.5}, "p"),
    ],
)
def test_a_wrong_table_is_named_and_not_answered_with_nothing(
    change: dict[str, object], column: str
) -> None:
    asked: dict[str, object] = {"values": ROW, "kinds": "generic", "h": 3} | change
    with pytest.raises(InputError) as caught:
        forecast_batch(**asked)  # type: ignore[arg-type]
    assert caught.value.column == column
