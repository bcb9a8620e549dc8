"""The pooled engine: features by hand, grids by hand, nets by hand, laws that must hold."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.backtest.models import SEEN_UNTIL
from analysis.data.errors import InputError
from analysis.forecast.learned import grids, nets
from analysis.forecast.learned.nets import (
    LAGS,
    MIDDLE,
    TRAINED,
    Net,
    align,
    features,
    load_weights,
    pooled_knots,
    trend_knots,
    weights_file,
)

rows = st.lists(st.floats(0.5, 500), min_size=4, max_size=25)


# --- features --------------------------------------------------------------------------------


def test_features_by_hand() -> None:
    # Logs 0, 0.1, 0.4 in three consecutive years: changes 0.1 and 0.3. The unit counts them and
    # 0.6 of a change of 0.06: (0.036 + 0.1 + 0.3) / 2.6 = 0.167692.
    z = align([np.array([0.0, 0.1, 0.4])])
    found = features(z, np.array([TRAINED.index("real_gdp")]))
    unit = 0.436 / 2.6
    assert found.unit.tolist() == pytest.approx([unit]) and found.last.tolist() == [0.4]
    x = found.x[0]
    assert x[:LAGS].tolist() == pytest.approx([0.0] * 18 + [0.1 / unit, 0.3 / unit])
    # mean growth since two years ago (0.4 / 2) and since last year (0.3)
    assert x[LAGS : 2 * LAGS].tolist() == pytest.approx([0.0] * 18 + [0.2 / unit, 0.3 / unit])
    assert x[2 * LAGS : 3 * LAGS].sum() == 2 and x[3 * LAGS : 4 * LAGS].sum() == 2
    whole = x[4 * LAGS :]
    # two of twenty years, two changes, 1/sqrt(2), changes per year 1
    assert whole[:4].tolist() == pytest.approx([0.1, 0.1, 0.5**0.5, 1.0])
    # roughness: sqrt(((0.1-0.2)^2 + (0.3-0.2)^2) / unit^2 + 0.3) / 2.5)
    assert whole[5] == pytest.approx(((0.02 / unit**2 + 0.3) / 2.5) ** 0.5)
    assert whole[8] == pytest.approx(0.2 / unit)
    assert whole[-5:].tolist() == [0, 1, 0, 0, 0]


def test_a_gap_is_bridged_and_marked() -> None:
    z = np.full((1, LAGS + 1), np.nan)
    z[0, [LAGS - 4, LAGS]] = [0.0, 0.4]
    x = features(z, np.array([0])).x[0]
    unit = (0.036 + 0.4 / 4**0.5) / 1.6
    assert x[LAGS - 4 : LAGS].tolist() == pytest.approx([0.1 / unit] * 4)  # growth, spread evenly
    assert x[2 * LAGS : 3 * LAGS].sum() == 4  # four years inside the span
    assert x[3 * LAGS : 4 * LAGS].sum() == 1  # one of them observed


@given(rows, st.floats(1e-6, 1e9))
def test_features_know_no_unit(values: list[float], factor: float) -> None:
    z = align([np.array(values), factor * np.array(values)])
    logs = features(np.log(z), np.zeros(2, dtype=np.int64))
    assert logs.x[1] == pytest.approx(logs.x[0], abs=1e-5)
    level = features(z, np.zeros(2, dtype=np.int64), level=True)
    assert level.x[1] == pytest.approx(level.x[0], abs=1e-5)
    assert level.unit[1] == pytest.approx(factor * level.unit[0])


# --- grids -----------------------------------------------------------------------------------


def test_theta_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    # 1, 2, 4 with alpha = 1/2, theta = 2. Level: 1, 1.5, 2.75. Line through all three: slope 1.5,
    # start 7/3 - 3 = -2/3. Fourth: 2.75 + 1/2 (0.125 * -2/3 + 1.875 * 1.5) = 4.114583.
    monkeypatch.setattr(grids, "THETA_SETTINGS", np.array([[0.5, 2.0]]))
    found = grids.theta_grid(np.array([[np.nan, 1.0, 2.0, 4.0]]), 1)
    assert found.item() == pytest.approx(4.1145833333)


def test_damped_trend_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    # 1, 2, 4: level 1/2, trend 1/2, no damping, started with the mean slope 1.5.
    # errors -0.5 and 0.375; level 3.8125, trend 1.46875; ahead 5.28125 and 6.75.
    # mean square 0.1953125, times 2 for the two degrees of freedom lost: 0.390625, and one year
    # on times 1 + (1/2 + 1/4)^2 = 1.5625.
    monkeypatch.setattr(grids, "TREND_SETTINGS", np.array([[0.5, 0.5, 1.0, 1.0]]))
    mean, variance = grids.trend_grid(np.array([[1.0, 2.0, 4.0]]), 2, np.zeros(1))
    assert mean[0].tolist() == pytest.approx([5.28125, 6.75])
    assert variance[0].tolist() == pytest.approx([0.390625, 0.390625 * 1.5625])


def test_the_better_setting_weighs_more(monkeypatch: pytest.MonkeyPatch) -> None:
    # A straight line: full trend without error against a flat level with error 1 every year.
    # n = 5, sharpness 1/4: log weights -(5/4) log(1e-9) and -(5/4) log(1), so all but 1e-11.
    both = np.array([[1.0, 0.0, 1.0, 1.0], [1.0, 0.0, 0.0, 0.0]])
    monkeypatch.setattr(grids, "TREND_SETTINGS", both)
    run = grids.run_trends(np.arange(5.0)[None], 1)
    assert run.misfit[0].tolist() == pytest.approx([0.0, 1.0])
    assert run.weights(np.zeros(2))[0, 1] == pytest.approx(1e-9**1.25, rel=1e-3)


def test_grids_read_every_row_alone() -> None:
    table = align([np.arange(1.0, 9), np.array([5.0, 4, 6, 5]), np.geomspace(1, 9, 30)], 30)
    flat = np.zeros(len(grids.TREND_SETTINGS))
    for grid in (grids.theta_grid, lambda z, h: grids.trend_grid(z, h, flat)[0]):
        together = grid(table, 3)
        for row in range(3):
            own = table[row : row + 1, np.isfinite(table[row])]
            assert grid(own, 3)[0] == pytest.approx(together[row])


# --- nets ------------------------------------------------------------------------------------


def test_a_net_by_hand() -> None:
    # x = (1, -2): kept and leaked at 1 %, (1, -0.02); summed and 3 added.
    net = Net((np.eye(2), np.ones((2, 1))), (np.zeros(2), np.array([3.0])))
    assert net.forward(np.array([[1.0, -2.0]])).item() == pytest.approx(3.98)


@given(st.lists(rows, min_size=1, max_size=4), st.sampled_from(TRAINED))
def test_quantiles_rise_and_widen_and_know_no_unit(many: list[list[float]], kind: str) -> None:
    table, kinds = align([np.array(one) for one in many], 30), np.full(len(many), kind)
    knots = pooled_knots(table, kinds)
    assert (np.diff(knots, axis=2) >= 0).all()
    off = np.abs(knots - knots[..., MIDDLE : MIDDLE + 1])
    assert (np.diff(off, axis=1) >= -1e-12).all()
    assert pooled_knots(1000 * table, kinds) == pytest.approx(knots + np.log(1000), abs=1e-6)
    turned = pooled_knots(table[::-1], kinds)[::-1]
    assert turned == pytest.approx(knots, abs=1e-9)


@pytest.mark.parametrize("kind", TRAINED)
def test_more_agreeing_years_are_surer(kind: str) -> None:
    widths = []
    for n in (4, 8, 16):
        knots = pooled_knots(1.06 ** np.arange(n)[None], np.array([kind]))[0, 4]
        widths.append(knots[-1] - knots[0])
    assert widths[0] > widths[1] > widths[2] > 0


def test_the_kind_makes_a_difference() -> None:
    growing = 1.08 ** np.arange(8)[None]
    wide = {kind: np.ptp(pooled_knots(growing, np.array([kind]))[0, 4]) for kind in TRAINED}
    # In the panels real GDP is steadier than GDP in dollars.
    assert wide["real_gdp"] < wide["nominal_gdp"]
    own = pooled_knots(growing, np.array(["nominal_gdp"]))[0]
    wide = pooled_knots(growing, np.array(["trade"]))[0]
    ratio = (wide - wide[:, MIDDLE : MIDDLE + 1])[4, 0] / (own - own[:, MIDDLE : MIDDLE + 1])[4, 0]
    assert ratio == pytest.approx(3**0.5)  # yearly variance three times as large


def test_trend_knots_centre_on_their_grid() -> None:
    values = np.geomspace(100, 200, 12)[None]
    for theta in (False, True):
        knots = trend_knots(values, theta=theta)
        assert (np.diff(knots, axis=2) > 0).all() and knots.shape == (1, 6, 9)
    grid = grids.theta_grid(values, 6)
    assert trend_knots(values, theta=True)[0, :, MIDDLE] == pytest.approx(np.log(grid[0]))


# --- the file --------------------------------------------------------------------------------


def test_the_facts_are_those_of_the_file() -> None:
    import hashlib

    facts = json.loads(weights_file().with_suffix(".json").read_text(encoding="utf-8"))
    assert facts["weights_sha256"] == hashlib.sha256(weights_file().read_bytes()).hexdigest()
    countries = {facts["outcomes_until"][name] for name in ("pwt", "wb", "co2", "energy")}
    assert countries == {SEEN_UNTIL}
    assert facts["m4_last_points_held"] == 0


def test_a_file_that_is_none_of_ours(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_weights(tmp_path / "none.npz")
    assert caught.value.file == "none.npz"
    np.savez(tmp_path / "odd.npz", reach=np.ones(6))
    with pytest.raises(InputError) as caught:
        load_weights(tmp_path / "odd.npz")
    assert "train_pooled" in str(caught.value)


def test_rows_the_nets_refuse() -> None:
    table = np.array([[1.0, 2, 3, 4], [0.0, 2, 3, 4], [np.nan, np.nan, 3, 4], [-1, 2, 3, 4]])
    assert nets.can_read(table, np.full(4, "generic")).tolist() == [True, False, False, False]
    assert nets.can_read(table, np.full(4, "share")).tolist() == [False] * 4
