"""The command line: what it answers, how it refuses, and what it leaves behind."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from roots import HOME, Root
from wordlist import CHINESE

from analysis.data.errors import InputError
from analysis.data.observations import load
from analysis.targets.evaluation import as_of_date
from planeval.cli import app
from planeval.cli.app import main
from planeval.publish.revisions import not_among_published
from planeval.words.errors import in_both

FIRST = min(load(HOME).observations["published"]).isoformat()
GDP_2024 = {"region": "jiaxing-port-area", "indicator": "gdp", "period": "2024"}
ENVIRONMENT = os.environ | {"PYTHONPATH": str(HOME / "src"), "PYTHONIOENCODING": "utf-8"}
PROGRAM = [sys.executable, "-m", "planeval.cli.app"]


def run(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the program as a user does, from any folder."""
    return subprocess.run(
        [*PROGRAM, *words], cwd=cwd, env=ENVIRONMENT, capture_output=True, encoding="utf-8"
    )


def names(folder: Path) -> list[str]:
    """Return what a folder holds."""
    return sorted(path.name for path in folder.iterdir())


def refusal(capsys, *words: str) -> str:
    """Return the one message of a refused command."""
    assert main(list(words)) == 2
    out, err = capsys.readouterr()
    assert out == "" and "Traceback" not in err and err.startswith("planeval: ")
    assert len(err.splitlines()) == 2
    return err


# --- what it answers ------------------------------------------------------------------------


def test_plans(capsys):
    assert main(["plans"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["jiaxing-13fyp", "jiaxing-14fyp"]
    assert main(["plans", "--json", "-"]) == 0
    plans = json.loads(capsys.readouterr().out)["plans"]
    assert [(p["start_year"], p["end_year"], p["targets"]) for p in plans] == [
        (2016, 2020, 20),
        (2021, 2025, 64),
    ]


def test_check(capsys):
    assert main(["check"]) == 0
    text = capsys.readouterr().out
    assert "矛盾 14" in text and "A001" in text and "表1-1第2行" in text
    assert main(["check", "--json", "-"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["counts"]["contradiction"] == 14 == text.count("出处：")
    assert main(["check", "--as-of", "2021-06-26", "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"]["contradiction"] == 0


def test_evaluate(capsys):
    assert main(["evaluate", "jiaxing-14fyp", "--year", "2024"]) == 0
    text = capsys.readouterr().out
    line = next(row for row in text.splitlines() if row.startswith("1 "))
    for part in ("300亿元", "226（2024）", "37.3%", "80%", "32.7%", "很难"):
        assert part in line
    assert main(["evaluate", "jiaxing-14fyp", "--year=2024", "--json", "-"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["plan"] == "jiaxing-14fyp" and len(told["indicators"]) == 64


def test_evaluate_as_of(capsys):
    words = ["evaluate", "jiaxing-14fyp", "--year", "2024", "--json", "-", "--as-of"]
    latest = {}
    for day in ("2025-12-22", "2025-12-23"):
        assert main([*words, day]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["as_of"] == day
        latest[day] = told["indicators"][0]["latest"]["value"]
    assert latest == {"2025-12-22": 182.0, "2025-12-23": 226.0}


def test_json_to_a_file_is_the_json_on_the_screen(tmp_path, capsys):
    file = tmp_path / "结果.json"
    file.write_text("old", encoding="utf-8")
    words = ["evaluate", "jiaxing-13fyp", "--year", "2020", "--json"]
    assert main([*words, str(file)]) == 0 and capsys.readouterr().out == ""
    assert main([*words, "-"]) == 0
    assert file.read_text("utf-8") == capsys.readouterr().out
    assert names(tmp_path) == ["结果.json"]


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch, capsys):
    file = tmp_path / "out.json"
    file.write_text("old", encoding="utf-8")

    def full(self, *_, **__):
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(Path, "replace", full)
    assert main(["plans", "--json", str(file)]) == 2
    told = capsys.readouterr().err
    assert told.splitlines() == [
        f"planeval: {file}：磁盘已满",
        f"{file}: no space is left on the disk",
    ]
    assert file.read_text("utf-8") == "old" and names(tmp_path) == ["out.json"]


@pytest.mark.parametrize("name", ["sources.csv", "plans/jiaxing-14fyp/targets.csv", "new.json"])
def test_an_answer_never_goes_over_the_data(root, capsys, name):
    place = root.path / "data" / name
    before = place.read_bytes() if place.is_file() else None
    message = refusal(capsys, "plans", "--root", str(root.path), "--json", str(place))
    assert "--json" in message and "a file outside data/" in message
    assert (place.read_bytes() if place.is_file() else None) == before


@pytest.mark.parametrize("place", ["missing/out.json", "."])
def test_a_file_where_none_can_be(tmp_path, place, capsys):
    message = refusal(capsys, "plans", "--json", str(tmp_path / place))
    assert "--json" in message and names(tmp_path) == []


def test_wrong_data_write_nothing(root, capsys):
    file = root.path / "out.json"
    row = root.change("observations", GDP_2024, value="226亿")
    for words in (("check",), ("plans",), ("evaluate", "jiaxing-14fyp", "--year", "2024")):
        message = refusal(capsys, *words, "--root", str(root.path), "--json", str(file))
        assert f"data/observations.csv, row {row}, column value" in message
        assert "226亿" in message and "nearest valid choice: 226" in message
    assert not file.exists()


# --- how it refuses -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (["evalute", "jiaxing-14fyp"], ["evalute", "nearest valid choice: evaluate"]),
        (["chek"], ["nearest valid choice: check"]),
        (["evaluate", "jiaxing-14fyp", "--yaer", "2024"], ["--yaer", "choice: --year"]),
        (["evaluate", "jiaxing-14fyp", "--year=2024", "--jso", "-"], ["--jso", "choice: --json"]),
        (["plans", "--asof", "2024-01-01"], ["--asof"]),
        (["evaluate", "jiaxing-14fyp"], ["--year"]),
        (["evaluate", "--year", "2024"], ["PLAN"]),
        (["evaluate", "jiaxing-14fyp", "--year", "二四"], ["--year", "二四"]),
        (["evaluate", "jiaxing-14fyp", "--year", "2024.5"], ["--year", "2024.5"]),
        (["evaluate", "jiaxing-14fpy", "--year", "2024"], ["choice: jiaxing-14fyp", "plans.csv"]),
        (["evaluate", "jiaxing-14fyp", "--year", "2026"], ["2021–2025", "choice: 2025"]),
        (["evaluate", "jiaxing-13fyp", "--year", "2015"], ["2016–2020", "choice: 2016"]),
        # a minus begins a number here, and no option
        (["report", "jiaxing-14fyp", "--year", "-5"], ["2021–2025", "found '-5'", "choice: 2021"]),
        (["report", "jiaxing-14fyp", "--year=-5"], ["2021–2025", "found '-5'", "choice: 2021"]),
        (["trace", "jiaxing-14fyp", "gdp", "--year", "-5"], ["2021–2025", "choice: 2021"]),
        (["report", "jiaxing-14fyp", "--year", "-x"], ["-x", "not a whole number"]),
        (["evaluate", "jiaxing-14fyp", "--year", "2024", "--as-of", "昨天"], ["YYYY-MM-DD"]),
        (["evaluate", "jiaxing-14fyp", "--year", "2024", "--as-of", "2025-02-30"], ["2025-02-30"]),
        (["evaluate", "jiaxing-14fyp", "--year", "2024", "--as-of", "20251223"], ["20251223"]),
        (["check", "--as-of", "1949-10-01"], ["1949-10-01", FIRST]),
        (["plans", "--root", "/nowhere/at/all"], ["datapackage.json"]),
        (["plans", "--json"], ["--json", "its value is missing", "--json FILE"]),
        (["check", "--json", "--as-of", "2024-01-01"], ["--json", "its value is missing"]),
        (["due", "jiaxing-14fyp", "--year", "2024", "--all=x"], ["--all", "takes no value"]),
        (["propose", "p", "--year", "2024", "--shape", "grow"], ["--shape", "choice: growth"]),
        (["import", "new.xlsx", "数值:12"], ["数值:12", "a word too many"]),
        (["plans", "more"], ["more"]),
    ],
    ids=lambda value: " ".join(value) if value and " " not in value[0] else None,
)
def test_mistakes_in_a_command(capsys, words, parts):
    message = refusal(capsys, *words)
    assert all(part in message for part in parts), message


def test_a_day_far_beyond_the_data_is_taken_for_mistyped(tmp_path, capsys):
    data = load(HOME)
    dated = [row["published"] for row in data.sources.values() if row["published"]]
    newest = max(data.latest_vintage(), *dated)
    last = dt.date(newest.year + 1, 12, 31)
    assert as_of_date(last, data) == last  # the year after is still to be published
    words = ["jiaxing-14fyp", "--year", "2024", "--as-of"]
    for day in (last + dt.timedelta(days=1), "2999-01-01"):
        for command in ("evaluate", "report"):
            message = refusal(capsys, command, *words, str(day))
            assert str(newest) in message and f"<= {last}" in message and f"'{day}'" in message
    assert not (tmp_path / "build").exists()
    # a reminder is of the present day, which may lie any time after the last import
    later = f"{last.year + 3}-01-01"
    assert main(["due", "jiaxing-14fyp", "--year", "2025", "--as-of", later]) == 0


def test_a_document_later_than_every_figure_moves_the_limit(tmp_path):
    root = Root(tmp_path)
    before = load(root.path)
    late = dt.date(before.latest_vintage().year + 4, 3, 1)
    with pytest.raises(InputError) as caught:
        as_of_date(late, before)
    assert "far beyond the newest publication" in in_both(caught.value)[1]
    root.change("sources", {"source": "S1"}, published=str(late), published_basis="stated")
    assert as_of_date(late, load(root.path)) == late


def test_no_draft_is_written_among_the_published(tmp_path, capsys, monkeypatch):
    root = Root(tmp_path / "p")
    (root.path / "reports").mkdir()
    monkeypatch.chdir(root.path)
    places = ("reports", "reports/jiaxing-14fyp/2024", "build/../reports/x", root.path / "reports")
    for out in places:
        words = ["report", "jiaxing-14fyp", "--year", "2024", "--root", str(root.path)]
        message = refusal(capsys, *words, "--out", str(out))
        assert "--out" in message and "planeval publish" in message and "草稿" in message
        assert not list((root.path / "reports").iterdir()) and not (root.path / "build").exists()
    with pytest.raises(InputError, match="planeval publish"):
        not_among_published(root.path / "reports" / "x")
    not_among_published(tmp_path / "reports")  # a folder of that name that is no project's


def test_a_defect_of_the_program_is_told_without_a_traceback(monkeypatch, capsys):
    def broken(**_):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("planeval.cli.judge.plans", broken)
    monkeypatch.delenv("PLANEVAL_DEBUG", raising=False)
    assert main(["plans"]) == 70
    err = capsys.readouterr().err
    assert "Traceback" not in err and "ZeroDivisionError" in err
    monkeypatch.setenv("PLANEVAL_DEBUG", "1")
    assert main(["plans"]) == 70 and "Traceback" in capsys.readouterr().err


def test_an_interruption_has_its_own_code(monkeypatch, capsys):
    def stopped(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr("planeval.cli.judge.plans", stopped)
    assert main(["plans"]) == 130 and "interrupted" in capsys.readouterr().err


# --- help -----------------------------------------------------------------------------------


def test_help_without_a_command(capsys):
    assert main([]) == 0
    text = capsys.readouterr().out
    assert main(["--help"]) == 0 and capsys.readouterr().out == text
    for command in app.PLANEVAL.commands:
        assert f"\n  {command} " in text and f"\n  planeval {command}" in text
    assert "规划一览 list the plans" in text
    assert main(["--lang", "en"]) == 0 and not CHINESE.search(capsys.readouterr().out)
    assert main(["--help", "--lang", "zh"]) == 0
    assert "list the plans" not in capsys.readouterr().out


def test_version(capsys):
    from analysis import __version__

    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"planeval {__version__}\n"


# --- as a program ---------------------------------------------------------------------------


def test_from_another_folder(tmp_path):
    done = run("evaluate", "jiaxing-14fyp", "--year", "2024", "--json", "out.json", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))["year"] == 2024


def test_a_mistake_as_a_program(tmp_path):
    done = run("evaluate", "jiaxing-14fyp", "--year", "2030", cwd=tmp_path)
    assert done.returncode == 2 and done.stdout == ""
    assert "2021–2025" in done.stderr and "Traceback" not in done.stderr
    assert names(tmp_path) == []


@pytest.mark.parametrize("words", [["plans"], ["check", "--json", "-"], ["--help"]])
def test_a_reader_who_closes_the_pipe(words):
    with subprocess.Popen(
        [*PROGRAM, *words], env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        program.stdout.close()  # before anything was read, as `| true` does
        told = program.stderr.read().decode("utf-8")
    assert program.returncode == 0 and told == ""


def test_a_terminal_of_another_code_page():
    environment = ENVIRONMENT | {"PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0"}
    done = subprocess.run([*PROGRAM, "plans"], env=environment, capture_output=True)
    assert done.returncode == 0 and "嘉兴港区" in done.stdout.decode("utf-8")


def test_a_misspelt_command_is_named_before_its_options(capsys):
    assert main(["evalute", "jiaxing-14fyp", "--year", "2024"]) == 2
    assert "nearest valid choice: evaluate" in capsys.readouterr().err


def test_a_word_too_many_and_a_short_option(capsys):
    assert main(["plans", "extra"]) == 2
    assert "a word too many; found 'extra'" in capsys.readouterr().err
    assert main(["evaluate", "jiaxing-14fyp", "--year", "2024", "-x"]) == 2
    assert "--as-of" in capsys.readouterr().err  # the choices are the subcommand's own


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_json_never_replaces_a_pipe_or_a_link(tmp_path, capsys):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    for name in ("pipe", "link"):
        assert "parameter --json" in refusal(capsys, "plans", "--json", str(tmp_path / name))
    assert (tmp_path / "pipe").is_fifo() and (tmp_path / "link").is_symlink()


@pytest.mark.parametrize("words", [["undo"], ["import", "x.xlsx"], ["publish", "p", "--year", "1"]])
def test_a_copy_s_user_does_not_change_the_project_copied(tmp_path, monkeypatch, capsys, words):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "datapackage.json").write_text("{}", encoding="utf-8")
    (tmp_path / "below").mkdir()
    monkeypatch.delenv("PLANEVAL_ROOT", raising=False)
    monkeypatch.chdir(tmp_path / "below")
    assert main(words) == 2
    err = capsys.readouterr().err
    assert str(tmp_path) in err and str(HOME) in err and "--root ." in err


@pytest.mark.parametrize(
    ("day", "told"),
    [("abc", "not a date"), ("2027-01-01", "must lie before"), ("1900-01-01", "lies before")],
)
def test_a_wrong_day_of_the_report_before_stops_before_any_chapter(tmp_path, capsys, day, told):
    out = tmp_path / "out"
    words = ["jiaxing-14fyp", "--year", "2024", "--as-of", "2026-01-01", "--previous", day]
    assert main(["report", *words, "--formats", "html", "--out", str(out)]) == 2
    err = capsys.readouterr().err
    assert "parameter --previous" in err and told in err and f"found '{day}'" in err
    assert not out.exists()
