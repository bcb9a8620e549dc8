"""Models of other libraries: the protocol with their interpreter, played by straw libraries."""

from __future__ import annotations

import os
import sys

import numpy as np
import pytest
from made_panels import series, split, write
from roots import HOME

from analysis.backtest.models import PEERS, forecasters, histories, interpreter
from analysis.backtest.panel import read_panel
from analysis.backtest.peers_worker import COMBINED, STATSFORECAST
from analysis.backtest.run import backtest
from analysis.backtest.scores import PROBABILITIES
from analysis.backtest.tasks import build_tasks
from analysis.data.errors import InputError, Reason
from planeval.words.errors import message

PART = "series_id,t,value,part"
MEDIAN = int(np.flatnonzero(PROBABILITIES == 0.5)[0])

# Each model adds its own step to the last value, with ranges of a normal of spread 1; one fails
# on short histories, one prints, as libraries do.
STATS = """
from statistics import NormalDist
import numpy as np

STEPS = {"AutoETS": 1.0, "AutoARIMA": 2.0, "AutoCES": 3.0, "DynamicOptimizedTheta": 40.0,
         "AutoTheta": 5.0, "RandomWalkWithDrift": 6.0}

class Model:
    def __init__(self, **settings):
        assert settings == ({} if "Drift" in type(self).__name__ else {"season_length": 1})

    def forecast(self, y, h, level):
        if isinstance(self, AutoTheta) and len(y) < 4:
            raise NotImplementedError("tiny datasets")
        mean = y[-1] + STEPS[type(self).__name__] * np.arange(1, h + 1)
        found = {"mean": mean}
        for each in level:
            reach = NormalDist().inv_cdf(0.5 + each / 200)
            found[f"lo-{each}"], found[f"hi-{each}"] = mean - reach, mean + reach
        print("done")
        return found

for name in STEPS:
    globals()[name] = type(name, (Model,), {})
"""
PROPHET = """
import numpy as np

class Prophet:
    def __init__(self, **settings):
        self.n = settings["uncertainty_samples"]

    def fit(self, frame):
        assert list(frame.columns) == ["ds", "y"]
        assert frame["ds"].dt.year.diff().iloc[1:].eq(1).all()
        self.last = frame["y"].iloc[-1]

    def predictive_samples(self, frame):
        line = self.last + np.linspace(-1, 1, self.n)
        return {"yhat": np.tile(line, (len(frame), 1))}
"""


@pytest.fixture
def libraries(tmp_path, monkeypatch):
    """Return a folder of libraries of straw that the worker's interpreter finds."""
    folder = tmp_path / "libraries"
    (folder / "statsforecast").mkdir(parents=True)
    (folder / "statsforecast" / "__init__.py").write_text("", encoding="utf-8")
    (folder / "statsforecast" / "models.py").write_text(STATS, encoding="utf-8")
    (folder / "prophet.py").write_text(PROPHET, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return folder


def tasks_of(folder, *rows):
    """Return the tasks of a split panel."""
    return build_tasks(read_panel(write(folder, *rows, head=PART)))


def asked(tasks, *names, tell=lambda name, share: None):
    """Return each peer's quantiles of all tasks."""
    found = forecasters(tasks, names, sys.executable, tell)
    out = {name: np.full((len(tasks), tasks.horizon, len(PROBABILITIES)), 7.0) for name in names}
    for name in names:
        for chunk in tasks.chunks():
            quantiles, seconds = found[name](chunk)
            out[name][chunk.rows] = quantiles
            assert seconds > 0
    return out


def test_peers_answer_consecutive_histories(tmp_path, libraries):
    short, long = split("a", [1, 2, 3], [4, 5]), split("b", [10, 20, 30, 40, 50, 60], [70, 80])
    gappy = ["c,1,1,train", "c,3,3,train", "c,4,4,test", "c,5,5,test"]
    # the long history stands first in the file and last among the tasks
    found = asked(tasks_of(tmp_path, *long, *gappy, *short), "autoets", "autotheta", "rwd")
    assert found["autoets"][0, :, MEDIAN].tolist() == [61.0, 62.0]
    assert found["autoets"][2, :, MEDIAN].tolist() == [4.0, 5.0]
    assert found["rwd"][2, :, MEDIAN].tolist() == [9.0, 15.0]
    assert all(np.isnan(found[name][1]).all() for name in found)  # gaps are refused
    # a model that fails has refused that history and no other
    assert np.isnan(found["autotheta"][2]).all()
    assert found["autotheta"][0, :, MEDIAN].tolist() == [65.0, 70.0]


def test_quantiles_between_the_ranges_asked_for_are_those_of_the_normal(tmp_path, libraries):
    found = asked(tasks_of(tmp_path, *split("a", [1, 2, 3], [4])), "autoets")["autoets"][0, 0]
    at = {p: found[int(np.argmin(np.abs(PROBABILITIES - p)))] for p in (0.01, 0.025, 0.33, 0.841)}
    exact = {0.01: 4 - 2.32635, 0.025: 4 - 1.95996, 0.33: 4 - 0.43991, 0.841: 4 + 0.99446}
    assert at == pytest.approx(exact, abs=1e-4)


def test_median_is_that_of_four(tmp_path, libraries):
    found = asked(tasks_of(tmp_path, *split("a", [1, 2, 3], [4])), "median")
    # steps 1, 2, 3 and 40: the median is 2.5
    assert found["median"][0, 0, MEDIAN] == pytest.approx(3 + 2.5)
    assert set(COMBINED) <= set(STATSFORECAST) and {*STATSFORECAST, "median", "prophet"} == {*PEERS}


def test_prophet(tmp_path, libraries):
    found = asked(tasks_of(tmp_path, *split("a", [1, 2, 3], [4, 5])), "prophet")["prophet"]
    # samples evenly from 2 to 4
    for step in found[0]:
        assert step[[0, MEDIAN, -1]].tolist() == pytest.approx([2.02, 3.0, 3.98])


def test_histories_are_sent_whole(tmp_path):
    rows = series("a", 2001, [1, 2, 3, 4, 5]) + series("b", 2001, [6, 7, 8, 9, 10])
    panel = read_panel(write(tmp_path, *rows))
    tasks = build_tasks(panel, horizon=1, origins=1, lengths=[2], gaps=[[-2, 0]])
    flat, lengths, order = histories(tasks)
    assert flat.tolist() == [3.0, 4.0, 8.0, 9.0]
    assert lengths.tolist() == [2, 2, 0, 0] and order.tolist() == [0, 1, 2, 3]


def test_peers_are_scored_beside_our_own(tmp_path, libraries, capsys, monkeypatch):
    from planeval.cli.app import main

    monkeypatch.chdir(tmp_path)
    write(tmp_path, *split("a", [1, 2, 3], [4, 5]), *split("b", [9, 8, 8], [9, 9]), head=PART)
    words = ["backtest", "panel.csv", "--no-page", "--models", "naive,autoets,autotheta"]
    assert main([*words, "--peers", sys.executable]) == 0
    out, err = capsys.readouterr()
    # autotheta refuses both short histories, so that nothing is common
    assert "没有一个任务是全部模型都作答的" in out
    line = next(row for row in out.splitlines() if row.startswith("autotheta"))
    assert line.split()[-2] == "2"
    assert err.splitlines() == ["naive: done", "autoets: done", "autotheta: done"]


def test_progress_comes_through(tmp_path, libraries):
    models = libraries / "statsforecast" / "models.py"
    slow = models.read_text("utf-8").replace("mean = y", "import time; time.sleep(0.6); mean = y")
    models.write_text(slow, encoding="utf-8")
    heard = []
    tasks = tasks_of(tmp_path, *split("a", [1, 2], [3]), *split("b", [1, 2], [3]))
    asked(tasks, "autoets", tell=lambda name, share: heard.append((name, share)))
    assert heard == [("autoets", 0.5), ("autoets", 0.99)]


# --- what can go wrong ----------------------------------------------------------------------


def test_a_missing_library_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "")
    tasks = tasks_of(tmp_path, *split("a", [1, 2], [3]))
    for name, library in (("autoets", "statsforecast"), ("prophet", "prophet")):
        with pytest.raises(InputError) as caught:
            forecasters(tasks, [name], sys.executable, lambda *_: None)
        assert caught.value.code == "that_environment_lacks"
        assert library in caught.value.reason.figures["last"]
        assert "peers-requirements.txt" in str(caught.value.expected)


def test_a_crash_gives_its_last_line(tmp_path, libraries):
    broken = "import sys\nprint('libomp is not there', file=sys.stderr)\nraise SystemExit(9)\n"
    (libraries / "statsforecast" / "models.py").write_text(broken, encoding="utf-8")
    tasks = tasks_of(tmp_path, *split("a", [1, 2], [3]))
    with pytest.raises(InputError) as caught:
        forecasters(tasks, ["autoets"], sys.executable, lambda *_: None)
    assert caught.value.code == "run_of_peers_failed"
    assert caught.value.value == "libomp is not there"


def test_a_crash_without_a_word_gives_its_exit_code(tmp_path, libraries):
    place = libraries / "statsforecast" / "models.py"
    place.write_text("raise SystemExit(9)\n", encoding="utf-8")
    tasks = tasks_of(tmp_path, *split("a", [1, 2], [3]))
    with pytest.raises(InputError) as caught:
        forecasters(tasks, ["autoets"], sys.executable, lambda *_: None)
    assert caught.value.reason == Reason("run_of_peers_ended", status=9)
    assert "found 'exit code 9'; expected an environment" in message(caught.value)


def test_an_interpreter_that_is_none(tmp_path):
    for place in (str(tmp_path / "python"), "no-such-python"):
        with pytest.raises(InputError, match="no_such_interpreter"):
            interpreter(place, ["ces"])
    file = tmp_path / "text"
    file.write_text("no program", encoding="utf-8")
    file.chmod(0o755)
    tasks = tasks_of(tmp_path, *split("a", [1, 2], [3]))
    if os.name == "posix":  # a file without a program in it
        with pytest.raises(InputError, match="no_such_interpreter"):
            forecasters(tasks, ["ces"], str(file), lambda *_: None)


def test_nothing_stays_behind(tmp_path, libraries, monkeypatch):
    own = tmp_path / "temporary"
    own.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(own))
    asked(tasks_of(tmp_path, *split("a", [1, 2], [3])), "rwd")
    assert not list(own.iterdir())


def test_the_worker_needs_nothing_of_this_package():
    text = (HOME / "src/analysis/backtest/peers_worker.py").read_text("utf-8")
    imports = [row.split()[1] for row in text.splitlines() if row.startswith(("import ", "from "))]
    assert {name.partition(".")[0] for name in imports} <= {*sys.stdlib_module_names, "numpy"}


def test_a_peer_is_never_called_by_itself(tmp_path):
    tasks = tasks_of(tmp_path, *split("a", [1, 2], [3]))
    with pytest.raises(NotImplementedError):
        backtest(tasks, {"ces": PEERS["ces"]})
