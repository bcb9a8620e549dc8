"""Back-tests: which tasks, what models see, and how they are scored."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_panels import constant, growing, refuses_over, series, split, write
from scipy.stats import t as student

from analysis.backtest import models as backtest_models
from analysis.backtest.models import SEEN_UNTIL, Model, registry
from analysis.backtest.panel import read_panel
from analysis.backtest.run import backtest
from analysis.backtest.scores import PROBABILITIES
from analysis.backtest.tasks import build_tasks
from analysis.data.errors import InputError, Reason

PART = "series_id,t,value,part"
GENERIC = np.array(["generic"])
MEDIAN = int(np.flatnonzero(PROBABILITIES == 0.5)[0])


def tasks_of(folder, *rows, head="series_id,t,value", **settings):
    """Return the tasks of a panel of these lines."""
    return build_tasks(read_panel(write(folder, *rows, head=head)), **settings)


def told(tasks):
    """Return each task as (series, pattern, origin)."""
    return {
        (tasks.panel.ids[s], tasks.patterns[p].key, int(o))
        for s, p, o in zip(tasks.series, tasks.pattern, tasks.origin, strict=True)
    }


# --- which tasks ----------------------------------------------------------------------------


def test_the_latest_origins_with_a_whole_horizon(tmp_path):
    # a: 2001–2010, horizon 2: origins up to 2008; 8 points end at 2008 only
    tasks = tasks_of(tmp_path, *series("a", 2001, range(1, 11)), horizon=2, lengths=[3, 8])
    assert told(tasks) == {
        *(("a", "length=3", year) for year in (2006, 2007, 2008)),
        ("a", "length=8", 2008),
    }
    by_row = {int(row): chunk for chunk in tasks.chunks() for row in chunk.rows}
    last = by_row[len(tasks) - 1]
    assert last.values.tolist() == [[1.0, 2, 3, 4, 5, 6, 7, 8]]
    assert last.outcomes.tolist() == [[9.0, 10.0]]


def test_chosen_origins_take_what_outcomes_there_are(tmp_path):
    rows = series("a", 2001, range(1, 11)) + series("b", 2006, range(1, 4))
    tasks = tasks_of(tmp_path, *rows, horizon=3, lengths=[2], origins=[2008, 2010])
    assert told(tasks) == {("a", "length=2", 2008)}  # b ends there, a has nothing after 2010
    (chunk,) = tasks.chunks()
    assert chunk.outcomes[0, :2].tolist() == [9.0, 10.0] and math.isnan(chunk.outcomes[0, 2])
    assert [(item.reason.code, item.count, item.series_id) for item in tasks.left_out] == [
        ("short", 1, "b")
    ]


def test_gaps_show_a_model_these_points_and_no_other(tmp_path):
    rows = [*series("a", 1, [10, 11, 12, 13, 14, 15]), "b,1,1", "b,2,2", "b,4,4", "b,5,5"]
    settings = {"horizon": 1, "lengths": [], "origins": 1, "gaps": [[-3, -1, 0]]}
    (chunk,) = tasks_of(tmp_path, *rows, **settings).chunks()
    # origin 5 of a: t = 2, 4, 5; b's only origin is 4, where t = 3 is missing
    assert chunk.values[:, [0, 2, 3]].tolist() == [[11.0, 13.0, 14.0]]
    assert np.isnan(chunk.values[:, 1]).all() and chunk.outcomes.tolist() == [[15.0]]


def test_a_panel_with_its_own_split(tmp_path):
    rows = split("a", [1, 2, 3], [4, 5, 6, 7]) + split("b", [1, 2], [3]) + ["c,1,1,train"]
    rows += ["d,1,1,test"]
    tasks = tasks_of(tmp_path, *rows, head=PART, horizon=3)
    (chunk,) = tasks.chunks()
    assert chunk.values[0].tolist() == [1.0, 2.0, 3.0]
    assert chunk.values[1, 1:].tolist() == [1.0, 2.0] and math.isnan(chunk.values[1, 0])
    assert chunk.outcomes[0].tolist() == [4.0, 5.0, 6.0]
    assert chunk.outcomes[1, 0] == 3.0 and np.isnan(chunk.outcomes[1, 1:]).all()
    left = {item.reason.code: (item.count, item.series_id) for item in tasks.left_out}
    assert left == {"no_test": (1, "c"), "no_train": (1, "d")}
    assert tasks_of(tmp_path, *rows, head=PART).horizon == 4


sparse = st.lists(
    st.dictionaries(st.integers(1, 14), st.integers(1, 99), min_size=1, max_size=14),
    min_size=1,
    max_size=3,
)


@given(sparse, st.integers(1, 3), st.integers(1, 3), st.sampled_from([(-2, 0), (-3, -1, 0), (0,)]))
def test_tasks_are_those_found_one_by_one(tmp_path_factory, points, horizon, latest, gaps):
    rows = [f"s{k},{t},{v}" for k, values in enumerate(points) for t, v in values.items()]
    wanted = {}
    for k, values in enumerate(points):
        possible = sorted(t for t in values if t + horizon <= max(values))[-latest:]
        for origin in possible:
            came = [values.get(origin + step, math.nan) for step in range(1, horizon + 1)]
            for key, offsets in (("length=2", (-1, 0)), ("gaps=" + str(gaps)[1:-1], gaps)):
                seen = [values.get(origin + offset) for offset in offsets]
                if None not in seen and not all(map(math.isnan, came)):
                    key = key.replace(" ", "").rstrip(",")
                    wanted[(f"s{k}", key, origin)] = (seen, came)
    settings = {"horizon": horizon, "origins": latest, "lengths": [2], "gaps": [gaps]}
    folder = tmp_path_factory.mktemp("sparse")
    if not wanted:
        with pytest.raises(InputError, match="no_series_can_be_scored"):
            tasks_of(folder, *rows, **settings)
        return
    tasks = tasks_of(folder, *rows, **settings)
    assert told(tasks) == set(wanted) and len(tasks) == len(wanted)
    for chunk in tasks.chunks():
        for row, values, outcomes in zip(chunk.rows, chunk.values, chunk.outcomes, strict=True):
            name = tasks.panel.ids[tasks.series[row]]
            key = (name, tasks.patterns[tasks.pattern[row]].key, int(tasks.origin[row]))
            assert values[np.isfinite(values)].tolist() == wanted[key][0]
            np.testing.assert_equal(outcomes.tolist(), wanted[key][1])


# --- no look ahead --------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(registry()))
@pytest.mark.parametrize("own_split", [False, True])
def test_what_comes_after_the_origin_changes_no_forecast(tmp_path, name, own_split):
    def forecasts(poison: float) -> list[bytes]:
        rows = []
        for number in range(6):
            values = [100 * 1.08**t * (1.05 if (t + number) % 3 else 0.96) for t in range(22)]
            values[15:] = [value * poison ** (t + 1) for t, value in enumerate(values[15:])]
            parts = split(f"s{number}", values[:15], values[15:])
            rows += parts if own_split else [row.rpartition(",")[0] for row in parts]
        head = PART if own_split else "series_id,t,value"
        settings = {} if own_split else {"origins": [15], "gaps": [[-9, -4, 0]]}
        tasks = tasks_of(tmp_path, *rows, head=head, **settings)
        assert set(tasks.origin) == {15}
        model = registry()[name].function
        made = []
        for chunk in tasks.chunks():
            found = model(chunk.values, chunk.kinds, tasks.horizon, PROBABILITIES)
            assert found.shape == (len(chunk.rows), tasks.horizon, len(PROBABILITIES))
            made.append(np.ascontiguousarray(found).tobytes())
        return made

    assert forecasts(1.0) == forecasts(3.7)


# --- models ---------------------------------------------------------------------------------


def test_drift_over_a_gap_by_hand():
    # logs 0, ln 4 after 2 years, ln 8 after 1: m = ln 2, no spread; 8·2 = 16, 8·4 = 32
    found = backtest_models.drift(np.array([[1.0, np.nan, 4.0, 8.0]]), GENERIC, 2, PROBABILITIES)
    np.testing.assert_allclose(found[0, 0], 16.0)
    np.testing.assert_allclose(found[0, 1], 32.0)


def test_drift_ranges_by_hand():
    # growth rates 3, 1, 2 in per cent: as a plain quantity changes −2, +1 over span 2, m = −½;
    # s² = ((−2 + ½)² + (1 + ½)²)/1 = 4.5, one degree of freedom; two ahead 4.5·(2 + 4/2) = 18
    kind = np.array(["growth_rate"])
    found = backtest_models.drift(np.array([[3.0, 1.0, 2.0]]), kind, 2, np.array([0.5, 0.9]))
    # the 90 % point of Student t with one degree is tan(0.4π) = 3.0777
    assert found[0, 1].tolist() == pytest.approx([1.0, 1.0 + 3.0776835 * math.sqrt(18.0)])


def test_two_observations_and_one():
    # one change of 2 over 2 years: m = 1, s² = 4/2 = 2; one ahead 2·(1 + 1/2) = 3
    kind = np.array(["growth_rate"] * 2)
    values = np.array([[1.0, np.nan, 3.0], [np.nan, np.nan, 3.0]])
    found = backtest_models.drift(values, kind, 1, np.array([0.5, 0.9]))
    assert found[0, 0].tolist() == pytest.approx([4.0, 4.0 + student.ppf(0.9, 1) * math.sqrt(3.0)])
    flat = backtest_models.naive(values, kind, 1, np.array([0.5, 0.841344746]))
    # RMS: √(2²/2) = √2, one standard deviation up
    assert flat[0, 0].tolist() == pytest.approx([3.0, 3.0 + math.sqrt(2.0)])
    assert np.isnan(found[1]).all() and np.isnan(flat[1]).all()


@given(st.lists(st.floats(0.5, 100), min_size=2, max_size=8), st.floats(0.01, 1000))
def test_own_models_know_no_unit(history, unit):
    values = np.array([history])
    for name in ("naive", "drift"):
        model = registry()[name].function
        once = model(values, GENERIC, 2, np.array([0.1, 0.5, 0.9]))
        again = model(unit * values, GENERIC, 2, np.array([0.1, 0.5, 0.9]))
        np.testing.assert_allclose(np.log(again), np.log(unit * once), atol=1e-5)


# --- scores ---------------------------------------------------------------------------------


def test_scores_by_hand(tmp_path):
    # history 1, 3 (scale 2), outcomes 5 and 3; the model says 4 for sure
    tasks = tasks_of(tmp_path, *split("a", [1, 3], [5, 3]), head=PART)
    result = backtest(tasks, {"four": constant(4.0)})
    score = result.scores["overall"]["four"]
    smape = (200 / 9 + 200 / 7) / 2
    assert score["smape"] == pytest.approx(smape) and score["mase"] == pytest.approx(0.5)
    # "nothing changes" says 3: sMAPE (200·2/8 + 0)/2 = 25, MASE (1 + 0)/2
    assert score["owa"] == pytest.approx(0.5 * (smape / 25 + 0.5 / 0.5))
    assert score["msis"] == pytest.approx(40 * 1 / 2)  # no width, a fine of 40 per unit missed
    assert score["crps_scaled"] == pytest.approx(0.5)
    logs = (math.log(5 / 4) + math.log(4 / 3)) / 2
    assert score["crps_log"] == pytest.approx(100 * logs)
    assert [score[f"cover{level}"] for level in (50, 80, 95)] == [0.0, 0.0, 0.0]
    # targets two steps ahead with growth 2: 3, 5, 7, 9; the outcome 3 reaches the first alone;
    # said .999, .001, .001, .001
    assert score["brier"] == pytest.approx(1e-6) and score["ece"] == pytest.approx(1e-3)
    steps = result.scores["by_horizon"]
    assert steps["1"]["four"]["smape"] == pytest.approx(200 / 9)
    assert "brier" not in steps["1"]["four"]


def test_ranges_are_read_at_their_own_probabilities(tmp_path):
    # a uniform forecast on 0 to 10: ranges 2.5–7.5, 1–9, 0.25–9.75
    tasks = tasks_of(tmp_path, *split("a", [1, 3], [7.4, 8.9, 9.7, 9.8]), head=PART)
    score = backtest(tasks, {"u": constant(5.0, 10.0)}).scores["overall"]["u"]
    assert [score[f"cover{level}"] for level in (50, 80, 95)] == [0.25, 0.5, 0.75]


def test_a_history_that_never_moved_has_no_scaled_score(tmp_path):
    rows = split("a", [2, 2, 2], [3]) + split("b", [1, 3, 5], [7])
    result = backtest(tasks_of(tmp_path, *rows, head=PART), {"four": constant(4.0)})
    score = result.scores["overall"]["four"]
    assert (score["forecasts"], score["scaled"], score["mase"]) == (2, 1, 1.5)


def test_models_are_compared_on_what_all_answered(tmp_path):
    rows = split("a", [1, 3], [5]) + split("b", [10, 30], [50])
    models = {"four": constant(4.0), "choosy": refuses_over(20.0)}
    result = backtest(tasks_of(tmp_path, *rows, head=PART), models)
    assert result.common.sum() == 1
    assert result.scores["overall"]["four"] == result.scores["overall"]["choosy"]
    assert result.scores["own"]["four"]["tasks"] == 2
    assert result.scores["own"]["choosy"]["tasks"] == 1
    assert result.marks["choosy"].refused.sum() == 1


def test_where_nothing_is_common_each_stands_alone(tmp_path):
    models = {"four": constant(4.0), "choosy": refuses_over(0.0)}
    result = backtest(tasks_of(tmp_path, *split("a", [1, 3], [5]), head=PART), models)
    assert not result.common.any()
    assert math.isnan(result.scores["overall"]["four"]["mase"])
    assert result.scores["own"]["four"]["mase"] == 0.5
    assert result.scores["own"]["choosy"]["tasks"] == 0


def test_versus_the_baseline(tmp_path):
    rows = [row for k in range(8) for row in split(f"s{k}", [1, 3], [5 + k / 10])]
    models = {"four": constant(4.0), "three": constant(3.0)}
    result = backtest(tasks_of(tmp_path, *rows, head=PART), models)
    assert result.baseline == "four" and set(result.versus) == {"three"}
    line = result.versus["three"]
    # errors 1 + k/10 against 2 + k/10 over eight series: Σ = 10.8 and 18.8
    assert line["crps_scaled_ratio"] == pytest.approx(18.8 / 10.8)
    assert 0 < line["crps_scaled_ratio_se"] < 0.2
    # "three" is what "nothing changes" says, so that its OWA is 1
    owa = result.scores["overall"]["four"]["owa"]
    assert line["owa_difference"] == pytest.approx(1 - owa)


def test_a_model_of_the_wrong_shape_is_a_defect(tmp_path):
    wrong = Model(lambda values, kinds, h, p: np.zeros((len(values), h)))
    with pytest.raises(ValueError, match="wrong"):
        backtest(tasks_of(tmp_path, *split("a", [1, 3], [5]), head=PART), {"wrong": wrong})


def test_a_forecast_without_bound_is_said_to_have_none(tmp_path):
    def steep(top: float) -> Model:
        return Model(
            lambda values, kinds, h, p: np.full((len(values), h, len(p)), 4.0) + top * (p > 0.9)
        )

    tasks = tasks_of(tmp_path, *split("a", [1, 3], [5, 3]), head=PART)
    result = backtest(tasks, {"steep": steep(1e304), "beyond": steep(1e307)})
    own = result.scores["own"]["steep"]
    assert own["crps_scaled"] == math.inf and own["mase"] == 0.5
    # above 0.9 some 700 log points too high: 100·700·∫2(1 − p)dp = 700, less what the grid cuts
    assert 600 < own["crps_log"] < 750
    assert result.marks["beyond"].refused.all() and not result.marks["steep"].refused.any()


def test_crossing_quantiles_are_put_in_order(tmp_path):
    tasks = tasks_of(tmp_path, *split("a", [1, 3], [5, 3]), head=PART)
    up, down = (
        backtest(tasks, {"m": constant(4.0, spread)}).scores["overall"]["m"] for spread in (2, -2)
    )
    assert up == pytest.approx(down)


@pytest.mark.parametrize(
    ("first", "learned", "cautious"),
    [(SEEN_UNTIL - 20, True, True), (SEEN_UNTIL - 20, False, False),
     (SEEN_UNTIL + 1, True, False), (1, True, False)],
)  # fmt: skip
def test_caution_about_years_already_seen(tmp_path, first, learned, cautious):
    model = constant(4.0)._replace(learned=learned)
    result = backtest(tasks_of(tmp_path, *growing("a", first=first)), {"m": model})
    told = [Reason("priors_have_seen", models=["m"], kinds=["generic"], year=SEEN_UNTIL)]
    assert result.cautions == (told if cautious else [])


@pytest.mark.parametrize(("kind", "first", "years"), [
    ("throughput", 1998, [2016]), ("throughput", 2016, []), ("concentration", 1998, [2013]),
    ("real_gdp", 2006, []),
])  # fmt: skip
def test_the_caution_knows_how_far_each_kind_has_seen(tmp_path, kind, first, years):
    rows = [f"{row},{kind}" for row in growing("a", first=first)]
    path = write(tmp_path, *rows, head="series_id,t,value,kind")
    tasks = build_tasks(read_panel(path), origins=1, lengths=[3], horizon=2)
    model = constant(4.0)._replace(learned=True)
    found = backtest(tasks, {"m": model}).cautions
    # sixteen years, two of them ahead: the origin is thirteen years after the first
    assert tasks.origin.tolist() == [first + 13]
    assert [reason.figures["year"] for reason in found] == years
    assert all(reason.figures["kinds"] == [kind] for reason in found)


def test_an_unreadable_horizon_of_a_split_panel_is_told(tmp_path):
    rows = ["a,1,1,train", "a,2,3,train", "a,9,5,test"]
    with pytest.raises(InputError, match=r"no_series_can_be_scored .*no_outcome"):
        tasks_of(tmp_path, *rows, head=PART, horizon=3)
