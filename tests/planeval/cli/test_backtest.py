"""``planeval backtest``: what the command reads, refuses, shows on a screen and writes."""

from __future__ import annotations

import csv
import gzip
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from made_panels import constant, growing, refuses_over, series, split, write

from analysis.backtest.models import SEEN_UNTIL, Model
from analysis.backtest.panel import read_panel
from analysis.backtest.run import backtest
from analysis.backtest.tasks import build_tasks
from analysis.data.errors import InputError
from planeval.chapters.backtest import page_text, record, screen
from planeval.cli.app import main
from planeval.words import terms
from planeval.words.errors import message

PART = "series_id,t,value,part"


@pytest.fixture(autouse=True)
def names(monkeypatch):
    """Give the models of these tests names."""
    for name in ("four", "choosy", "steep", "beyond", "m"):
        monkeypatch.setitem(terms.MODELS, name, (name, name))


def scored(folder, models, *rows, head=PART):
    """Return the back-test of some models on a panel of these lines."""
    return backtest(build_tasks(read_panel(write(folder, *rows, head=head))), models)


# --- what is told ---------------------------------------------------------------------------


def test_what_was_refused_is_told(tmp_path):
    models = {"four": constant(4.0), "choosy": refuses_over(20.0)}
    result = scored(tmp_path, models, *split("a", [1, 3], [5]), *split("b", [10, 30], [50]))
    assert record(result)["models"]["choosy"]["refused"] == 1
    text = screen(result, "zh")
    assert "1 个（共 2 个）" in text and re.search(r"choosy .* 1 ", text)


def test_no_common_task_is_said_and_each_stands_alone(tmp_path):
    models = {"four": constant(4.0), "choosy": refuses_over(0.0)}
    result = scored(tmp_path, models, *split("a", [1, 3], [5]))
    assert "没有一个任务是全部模型都作答的" in screen(result, "zh")
    told = record(result)["models"]
    assert told["four"]["overall"]["mase"] is None and told["four"]["own"]["mase"] == 0.5
    assert told["choosy"]["own"]["tasks"] == 0
    page = page_text(result, record(result))
    assert "没有一个任务是全部模型都作答的" in page and "choosy：没有可比的目标" in page


def test_a_score_without_bound_is_told_as_none(tmp_path):
    def steep(top: float) -> Model:
        return Model(
            lambda values, kinds, h, p: np.full((len(values), h, len(p)), 4.0) + top * (p > 0.9)
        )

    models = {"steep": steep(1e304), "beyond": steep(1e307)}
    result = scored(tmp_path, models, *split("a", [1, 3], [5, 3]))
    assert record(result)["models"]["steep"]["own"]["crps_scaled"] is None
    assert ">10⁶" in screen(result, "zh")


@pytest.mark.parametrize("learned", [True, False])
def test_caution_about_years_already_seen(tmp_path, learned):
    model = constant(4.0)._replace(learned=learned)
    rows = growing("a", first=SEEN_UNTIL - 20)
    result = scored(tmp_path, {"m": model}, *rows, head="series_id,t,value")
    assert bool(record(result)["cautions"]) == learned
    assert (f"早于 {SEEN_UNTIL} 年" in screen(result, "zh")) == learned
    assert (f"up to {SEEN_UNTIL};" in screen(result, "en")) == learned


def test_series_left_out_are_told_with_their_reason_in_both_languages(tmp_path):
    rows = [*split("a", [1, 3], [5]), "b,1,1,train", "c,1,1,test", "d,1,2,train", "d,99,3,test"]
    told = record(scored(tmp_path, {"four": constant(4.0)}, *rows))["left_out"]
    assert {item["reason"]: (item["zh"], item["en"]) for item in told} == {
        "no_train": ("没有 train 的值", "no value in train"),
        "no_test": ("没有 test 的值", "no value in test"),
        "short": ("预测期内没有结果", "no outcome within the horizon"),
    }


# --- the command ----------------------------------------------------------------------------


@pytest.fixture
def panel(tmp_path, monkeypatch):
    """Return a panel of four series in an own folder, where the command runs."""
    monkeypatch.chdir(tmp_path)
    rows = [row for k in range(4) for row in growing(f"区{k}", 16, 1.05 + k / 50)]
    return write(tmp_path, *rows, *series("短", 2001, [1, 2]), *series("零", 2001, [1, 0, 2]))


class Text(HTMLParser):
    """What a page asks a browser to fetch, and the cells of its tables."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.cells: list[str] = []
        self._in = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self._in = tag in ("td", "th")
        named = dict(attrs)
        self.fetched += [named[key] for key in ("src", "href") if key in named]
        if tag in ("script", "link"):
            self.fetched.append(tag)

    def handle_data(self, data):
        if self._in:
            self.cells.append(data)


def test_the_command(panel, capsys):
    words = ["backtest", "panel.csv", "--models", "drift,naive", "--gaps", "-9,-4,0"]
    words += ["--lengths=3,5", "--horizon", "2", "--json", "out.json", "--page", "out.html"]
    assert main(words) == 0
    out, err = capsys.readouterr()
    told = json.loads((panel.parent / "out.json").read_text("utf-8"))
    assert [p["key"] for p in told["patterns"]] == ["length=3", "length=5", "gaps=-9,-4,0"]
    # four series, three origins, three patterns
    assert told["tasks"] == {"all": 36, "common": 36}
    assert told["series"] == {"read": 6, "scored": 4}
    assert {item["reason"] for item in told["left_out"]} == {"short", "bounds:generic"}
    assert "零，第 69 行 0" in out and "out.html" in out
    drift = told["models"]["drift"]
    assert f"{drift['overall']['mase']:.3f}" in out
    assert set(drift["by_horizon"]) == {"1", "2"} and drift["versus_baseline"] is None
    assert drift["by_pattern"]["length=5"]["tasks"] == 12
    assert list(drift["by_kind"]) == ["generic"]
    assert sum(bin_["n"] for bin_ in drift["reliability"]) == 36 * 4
    assert err.splitlines() == ["drift: done", "naive: done"]
    assert told["command"].startswith("planeval backtest panel.csv --models drift,naive")
    assert str(panel.parent) not in json.dumps(told)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_stands_alone_and_says_what_the_record_says(panel, capsys, language):
    words = ["backtest", "panel.csv", "--models", "drift,naive", "--lang", language]
    assert main([*words, "--json", "-"]) == 0
    out, err = capsys.readouterr()
    told = json.loads(out)
    place = panel.parent / "build" / "backtest" / "panel" / "index.html"
    assert str(place.relative_to(panel.parent)) in err
    page = place.read_text("utf-8")
    text = Text(page)
    assert all(item.startswith(("data:image/png;base64,", "#")) for item in text.fetched)
    for name in ("drift", "naive"):
        score = told["models"][name]["overall"]
        for key, digits in (("smape", 2), ("mase", 3), ("owa", 3), ("crps_log", 2), ("brier", 3)):
            assert f"{score[key]:.{digits}f}" in text.cells
        assert f"{100 * score['cover95']:.1f}%" in text.cells
    # a coverage chart, and a reliability diagram a model
    assert len([item for item in text.fetched if item.startswith("data:image")]) == 3
    assert told["panel"]["sha256"] in page and "@font-face" in page
    if language == "en":
        own_words = re.sub("<style.*?</style>|零|短", "", page, flags=re.S)  # but names of series
        assert not re.search("[\u4e00-\u9fff]", own_words)
    finding = "drift：说“八成”的目标" if language == "zh" else "drift: of targets said to be 80%"
    assert finding in page or ("drift：平均说" if language == "zh" else "drift: stated") in page


def test_a_script_in_a_name_is_shown_as_words(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    rows = [f"<script>alert({k})<\\x2fscript>,{row.partition(',')[2]}" for k in range(3)
            for row in growing("a", 16, 1.05 + k / 50)]  # fmt: skip
    path = write(tmp_path, *rows, "<script>short,1,2", head="series_id,t,value")
    path.rename(tmp_path / "<script>.csv")
    assert main(["backtest", "<script>.csv", "--models", "naive", "--page", "out.html"]) == 0
    page = (tmp_path / "out.html").read_text("utf-8")
    assert "<script" not in page
    assert page.count("&lt;script&gt;.csv") == 4  # title, head, panel, command
    assert "&lt;script&gt;short" in page


def test_a_second_run_gives_the_same_but_for_its_time(panel, capsys):
    def once():
        assert main(["backtest", "panel.csv", "--models", "naive", "--no-page", "--json", "-"]) == 0
        told = json.loads(capsys.readouterr().out)
        told["models"]["naive"].pop("seconds_per_1000")
        return told

    assert once() == once()
    assert not (panel.parent / "build").exists()


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (["--models", "drfit"], ["--models", "choice: drift"]),
        (["--models", "drift,drift"], ["a model twice"]),
        (["--models", ""], ["--models", "no such model"]),
        (["--models", "autoets"], ["--peers", "autoets", "environment of their own"]),
        (["--peers", "python3"], ["--peers", "no model in --models"]),
        (["--models", "ces", "--peers", "nowhere/python"], ["no such interpreter", "nowhere"]),
        (["--horizon", "0"], ["--horizon", "1–50", "choice: 1"]),
        (["--horizon", "fünf"], ["--horizon", "not a whole number"]),
        (["--horizon", "5,6"], ["--horizon", "one number"]),
        (["--horizon", "-3"], ["--horizon", "choice: 1"]),
        (["--origins", "0"], ["--origins", "choice: 1"]),
        (["--origins", "-2"], ["--origins"]),
        (["--origins", "2006,"], ["--origins", "not a whole number"]),
        (["--origins", "2006,2006"], ["--origins", "choice: 2006"]),
        (["--lengths", "3,0"], ["--lengths", "choice: 1,3"]),
        (["--lengths", "3,3"], ["--lengths", "choice: 3"]),
        (["--lengths", "3;5"], ["--lengths", "3;5"]),
        (["--lengths", "5000"], ["--lengths", "choice: 1000"]),
        (["--gaps", "-9,-4"], ["--gaps", "choice: -9,-4,0"]),
        (["--gaps", "-4,-9,0"], ["--gaps", "choice: -9,-4,0"]),
        (["--gaps", "9,4,0"], ["--gaps", "choice: -9,-4,0"]),
        (["--gaps=-4,0", "--gaps", "-4,0"], ["--gaps", "each list once"]),
        (["--gaps", "-4,x,0"], ["--gaps", "found 'x'"]),
        (["--gasp", "-4,0"], ["--gasp", "choice: --gaps"]),
        (["--lang", "de"], ["de", "zh / en"]),
        (["--json", "nowhere/out.json"], ["--json", "nowhere/out.json"]),
        (["--page", "nowhere/out.html"], ["--page", "nowhere/out.html"]),
        (["--page", "panel.csv"], ["--page", ".html"]),
        (["--lengths", "40"], ["no series can be scored"]),
        (["--origins", "1990"], ["no series can be scored"]),
    ],
)
def test_wrong_words(panel, capsys, words, parts):
    before = sorted(panel.parent.rglob("*"))
    assert main(["backtest", "panel.csv", *words]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("planeval: ") and len(err.splitlines()) == 2
    for part in parts:
        assert part in err
    assert sorted(panel.parent.rglob("*")) == before


def test_a_panel_is_needed(capsys):
    assert main(["backtest"]) == 2
    assert "PANEL" in capsys.readouterr().err
    assert main(["backtest", "nowhere.csv"]) == 2
    assert "nowhere.csv: no such file" in capsys.readouterr().err


def test_a_split_panel_takes_no_origins(tmp_path, capsys):
    path = write(tmp_path, *split("a", [1, 3], [5]), head=PART)
    assert main(["backtest", str(path), "--origins", "3", "--no-page"]) == 2
    assert "column part: the panel brings its own split" in capsys.readouterr().err


# --- mistakes in a panel, in words ------------------------------------------------------------

KIND = "series_id,t,value,kind"
NAMES = {zh: code for code, (zh, _) in terms.KINDS.items()}


@pytest.mark.parametrize(
    ("head", "rows", "place", "parts"),
    [
        ("series_id,t,vaule", ["a,1,2"], "row 1, column value", ["nearest valid choice: vaule"]),
        ("id,t,value", ["a,1,2"], "column series_id", ["nearest valid choice: id"]),
        ("series_id,t,value,t", ["a,1,2,1"], "row 1, column t", ["a column twice"]),
        (
            "series_id,t,value",
            ["a,1,2", "a,2,3亿"],
            "row 3, column value",
            ["3亿", "not a number", "choice: 3"],
        ),
        ("series_id,t,value", ["a,1,nan"], "row 2, column value", ["not a number"]),
        ("series_id,t,value", ["a,1,1e999"], "row 2, column value", ["not a finite number"]),
        ("series_id,t,value", ["a,1,1", "a,2,-inf"], "row 3, column value", ["-inf"]),
        ("series_id,t,value", ["a,1,1", "a,2015.5,1"], "row 3, column t", ["2015.5", "2015"]),
        ("series_id,t,value", ["a,2015-12-31,1"], "row 2, column t", ["choice: 2015"]),
        ("series_id,t,value", ["a,1,２２６"], "row 2, column value", ["choice: 226"]),
        ("series_id,t,value", ['a,1,"1,234"'], "row 2, column value", ["choice: 1234"]),
        ("series_id,t,value", ["a,1,无"], "row 2, column value", ["'无'; expected 226.0"]),
        ("series_id,t,value", ["a,99999999999,1"], "row 2, column t", ["out of range"]),
        ("series_id,t,value", ["a,,1"], "row 2, column t", ["not a whole number"]),
        ("series_id,t,value", [" ,1,1"], "row 2, column series_id", ["no name"]),
        ("series_id,t,value", ["a,1,1,234"], "row 2", ["4 cells", "thousands"]),
        ("series_id,t,value", ["a,1"], "row 2", ["2 cells"]),
        (
            "series_id,t,value",
            ["a,2,1", "b,1,1", "a,1,1", "a,2.0,5"],
            "row 5, column t",
            ["'a, 2'", "the other: row 2"],
        ),
        (KIND, ["a,1,1,gdp"], "row 2, column kind", ["nearest valid choice: real_gdp"]),
        (KIND, ["a,1,1,现价GDP"], "row 2, column kind", ["nearest valid choice: nominal_gdp"]),
        (KIND, ["a,1,1,港口吞吐"], "row 2, column kind", ["nearest valid choice: throughput"]),
        (PART, ["a,1,1,Train"], "row 2, column part", ["nearest valid choice: train"]),
        (
            KIND,
            ["a,1,1,share", "a,2,1,count"],
            "row 3, column kind",
            ["series a", "share, as in row 2"],
        ),
        (PART, ["a,1,1,train", "a,2,1,tset"], "row 3, column part", ["nearest valid choice: test"]),
        (PART, ["a,1,1,"], "row 2, column part", ["train / test"]),
        (
            PART,
            ["a,1,1,train", "a,3,1,train", "a,2,1,test"],
            "row 4, column part",
            ["before a train", "row 3"],
        ),
        ("series_id,t,value", [], "panel.csv", ["no rows of data"]),
        ("", [], "panel.csv", ["the file is empty"]),
    ],
)
def test_mistakes_in_a_panel_in_words(tmp_path, head, rows, place, parts):
    path = write(tmp_path, *rows, head=head)
    with pytest.raises(InputError) as caught:
        read_panel(path, NAMES)
    english = message(caught.value).splitlines()[1]
    assert english.startswith("panel.csv") and place in english
    for part in parts:
        assert part in english


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (
            "series_id,t,value\n嘉兴,1,2\n".encode("gbk"),
            'row 2: not UTF-8 text; in Excel save as "CSV UTF-8", convert GBK files first; found'
            " 'bc ce d0 cb'",
        ),
        (gzip.compress(b"series_id,t,value\na,1,2\n" * 99, mtime=0)[:-12], "damaged gz file"),
        (b'series_id,t,value\na,1,"' + b"2" * 200_000, "too long"),
        (b"", "the file is empty"),
        (b"series_id,t,value\na,1,2\n\0\0b,1,2\n", "row 3: a null character"),
        ("series_id,t,value\na,1,2\n".encode("utf-16"), "row 1: not UTF-8 text"),
        (
            b"series_id;t;value\na;1;2\n",
            "not separated by commas; found 'series_id;t;value'; expected series_id,t,value; "
            "nearest valid choice: series_id,t,value",
        ),
        (b"series_id\tt\tvalue\na\t1\t2\n", "not separated by commas"),
    ],
)
@pytest.mark.parametrize("limit", [131_072, 10_000_000])
def test_files_that_are_no_text(tmp_path, data, part, limit, request):
    # libraries widen the reader's own limit for the whole process: the answer stays the same
    before = csv.field_size_limit(limit)
    request.addfinalizer(lambda: csv.field_size_limit(before))
    path = tmp_path / "panel.csv"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_panel(path, NAMES)
    assert part in message(caught.value).splitlines()[1]
