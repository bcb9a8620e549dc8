"""Every command of the table: its help, its options, its mistakes, and what it does first."""

from __future__ import annotations

import inspect
import shlex
from importlib import import_module
from pathlib import Path

import click
import pytest
from made_panels import growing, write
from roots import HOME, Root
from stopping import stopping
from wordlist import CHINESE

from analysis.data.errors import InputError
from analysis.data.observations import load, pending
from planeval.cli.app import PLANEVAL, main
from planeval.cli.commands import COMMANDS
from planeval.cli.grammar import LANGUAGES, asked
from planeval.files import changes
from planeval.words import language

NAMES = [str(command.name) for command in COMMANDS]
PLAN = "jiaxing-14fyp"
#: Words with which each command comes as far as its data: quick, and refused if anything.
CALLS = {
    "report": f"{PLAN} --year 2024 --formats nosuch",
    "publish": f"{PLAN} --year 2024",
    "diff": f"{PLAN}:2024:r1 {PLAN}:2024:draft",
    "site": "--out data",
    "template": f"{PLAN} --year 2025 no/such/folder/new.xlsx",
    "import": "none.xlsx",
    "new": "jiaxing-15fyp --finish",
    "trace": f"{PLAN} gdp --year 2024",
    "overview": "--year 2024",
    "backtest": "panel.csv --models naive --no-page",
    "evaluate": f"{PLAN} --year 2024",
    "propose": f"{PLAN} --year 2023 --target gdp",
    "due": f"{PLAN} --year 2025",
    "revisions": f"{PLAN} gdp",
}


def option_names(command: click.Command) -> list[str]:
    """Return the options a command knows, as they are typed."""
    params = command.get_params(click.Context(command))
    return [name for one in params if isinstance(one, click.Option) for name in one.opts]


# --- help -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_help_in_either_language_and_in_both(capsys, name):
    told = {}
    for words in ([], ["--lang", "zh"], ["--lang", "en"]):
        assert main([name, "--help", *words]) == 0
        told["".join(words[1:])], err = capsys.readouterr()
        assert err == ""
    for option in option_names(PLANEVAL.commands[name]):
        assert all(option in text for text in told.values())
    assert "--root DIR" in told["en"] and "--lang zh|en" in told["en"]
    explained, examples = told["en"].split("\nexamples:\n")
    assert not CHINESE.search(explained)
    assert "用法 usage:" in told[""] and "usage" not in told["zh"] and "用法" not in told["en"]
    # an option's meaning stands in its own language and, without --lang, in both
    assert ("项目根目录" in told["zh"], "the project" in told["zh"]) == (True, False)
    assert "项目根目录（默认自动查找） the project" in told[""]
    for line in examples.splitlines():
        _, called, *words = shlex.split(line)
        assert called == name
        PLANEVAL.commands[name].make_context(name, words)


def test_the_languages_of_the_command_line_are_those_there_are_words_in():
    assert LANGUAGES == language.LANGUAGES


@pytest.mark.parametrize("name", NAMES)
def test_each_function_is_given_what_the_command_line_declares(name):
    command = PLANEVAL.commands[name]
    function = getattr(import_module(f"planeval.cli.{command.module}"), command.function)
    taken = inspect.signature(function).parameters
    given = {one.name for one in command.params if one.expose_value}
    left = {one.name for one in taken.values() if one.kind is not one.VAR_KEYWORD} - given
    assert left == set()
    if not any(one.kind is one.VAR_KEYWORD for one in taken.values()):
        assert given == set(taken)


# --- mistakes -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_option_is_told_with_the_nearest(capsys, name):
    assert main([name, "--rot", "x"]) == 2
    zh, en = capsys.readouterr().err.splitlines()
    assert "不认识的参数" in zh and "--rot" in zh and zh.endswith("最接近的有效值：--root")
    assert en.endswith("nearest valid choice: --root")
    assert main([name, "--roo", "x"]) == 2  # no option is abbreviated
    assert "--roo" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name", [name for name in NAMES if "--year" in option_names(PLANEVAL.commands[name])]
)
def test_a_wrong_year_is_told(capsys, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    words = {"trace": [PLAN, "gdp"], "overview": [], "template": [PLAN, "new.xlsx"]}
    call = [name, *words.get(name, [PLAN]), "--root", str(HOME), "--year"]
    assert main([*call, "20x4"]) == 2
    err = capsys.readouterr().err
    assert "parameter --year: not a whole number; found '20x4'; expected 2024" in err
    if name not in ("overview", "publish"):  # a year of several plans; a draft is asked for first
        assert main([*call, "2031"]) == 2
        err = capsys.readouterr().err
        assert "2021–2025" in err and "nearest valid choice: 2025" in err
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_is_told_in_the_language_asked_for(capsys):
    words = ["evaluate", PLAN, "--year", "2031"]
    assert main(words) == 2
    both = capsys.readouterr().err.splitlines()
    for at, lang in enumerate(LANGUAGES):
        for asking in ([*words, "--lang", lang], ["--lang", lang, *words]):
            assert main(asking) == 2
            assert capsys.readouterr().err == f"planeval: {both[at].removeprefix('planeval: ')}\n"
    assert main(["plans"]) == 0 and asked() is None  # the next command is in both again


def test_what_is_said_in_both_is_said_in_one_where_it_is_asked_for(root, capsys):
    said = {}
    for lang in ("", *LANGUAGES):
        words = ["--lang", lang] if lang else []
        assert main(["log", "--root", str(root.path), *words]) == 0
        said[lang] = capsys.readouterr().out
    assert said == {
        "": "还没有改动。  No change yet.\n",
        "zh": "还没有改动。\n",
        "en": "No change yet.\n",
    }


def test_the_project_may_be_named_before_the_command_or_behind_it(tmp_path, capsys):
    root = Root(tmp_path / "project")
    path = root.path / "data" / "plans.csv"
    path.write_text(path.read_text("utf-8").replace("Jiaxing Port Area", "Elsewhere"), "utf-8")
    before = ["--root", str(root.path), "--lang", "en"]
    behind = ["--root", str(HOME), "--lang", "zh"]
    for words in ([*before, "plans"], ["plans", *before], [*behind, "plans", *before]):
        assert main(words) == 0
        assert "Elsewhere" in capsys.readouterr().out


# --- what is done first ---------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_change_that_was_interrupted_is_finished_before_anything(
    tmp_path, monkeypatch, capsys, name
):
    root = Root(tmp_path / "project")
    path = root.path / "data" / "observations.csv"
    changed = path.read_bytes().replace(b",182.0,", b",183.0,", 1)
    for at in range(1, 100):
        with stopping(at):
            changes.commit(root.path, {"data/observations.csv": changed}, action="import")
        if pending(root.path):
            break
    assert path.read_bytes() != changed
    monkeypatch.setattr("analysis.data.observations._WAIT", 0.1)
    with pytest.raises(InputError) as caught:  # the tables are never read half
        load(root.path)
    assert caught.value.code == "change_pending"
    monkeypatch.chdir(tmp_path)
    write(tmp_path, *growing("a", 16))
    words = CALLS.get(name, "").split()
    assert main([name, *words, "--root", str(root.path)]) in (0, 2)
    assert "change of the data was interrupted" not in capsys.readouterr().err
    assert not pending(root.path)
    # undo takes the finished change back; all others leave it
    assert (path.read_bytes() == changed) == (name != "undo")


@pytest.mark.parametrize("name", NAMES)
def test_a_change_that_cannot_be_finished_stops_every_command(tmp_path, monkeypatch, capsys, name):
    def stuck(_: Path) -> None:
        raise InputError("change_pending")

    monkeypatch.setattr("planeval.files.replace.recover", stuck)
    monkeypatch.chdir(tmp_path)
    words = CALLS.get(name, "").split()
    assert main([name, *words, "--root", str(HOME)]) == 2
    assert "a change of the data was interrupted" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
