"""The year of the documentation, walked through; and the pages that tell of it."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest

from planeval.cli.app import PLANEVAL

HOME = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOME / "benchmarks"))

from record_year import LANGUAGES, PAGES, PLACEHOLDER, Practice, page, shorten  # noqa: E402
from year_steps import walk  # noqa: E402

#: Steps that render every chapter: minutes, and tested with the report.
SLOW = {"commentary", "report", "report_en", "publish"}
SLOW |= {"report_again", "report_en_again", "publish_again", "diff", "site"}


@pytest.fixture(scope="module")
def practised(tmp_path_factory: pytest.TempPathFactory) -> Practice:
    """A practice copy in which the year has passed: every step raises where it goes amiss."""
    practice = Practice.begin(tmp_path_factory.mktemp("year"))
    walk(practice, reports=False)
    return practice


@pytest.mark.slow
def test_every_step_of_the_year_is_on_both_pages(practised: Practice) -> None:
    for language in LANGUAGES:
        named = PLACEHOLDER.findall((PAGES / f"year.{language}.md").read_text(encoding="utf-8"))
        assert len(named) == len(set(named))
        assert set(named) == set(practised.blocks) | SLOW
        filled = practised.blocks | {name: {language: "…"} for name in SLOW}
        assert "{{" not in page(language, filled)


@pytest.mark.slow
def test_what_was_typed_and_found(practised: Practice) -> None:
    said = practised.blocks
    wrong = said["import_wrong"]["zh"]
    # 2410000 read as 亿元; 2410000 万元 = 241 亿元, which is the guess
    assert "2410000" in wrong and "最接近 nearest 241 亿元" in wrong and "（退出码 2）" in wrong
    assert "读作 335.4" in wrong and "读作 92 at_least" in wrong  # full-width digits, 92以上
    assert "必填项为空" in wrong  # the source that was forgotten
    assert "已放行" in said["import_done"]["zh"]
    # the later vintage beside the first: 236.8 - 241 = -4.2 once mended, 238.6 - 241 = -2.4 before
    assert re.search(r"2025 +241 .*\n +238\.6 .*-2\.4 ", said["revisions"]["zh"])
    assert "260亿元（原为300亿元）" in said["target_new"]["zh"]
    assert "300亿元" in said["target_old"]["zh"] and "260" not in said["target_old"]["zh"]
    log = said["log_again"]["zh"]
    assert [word in log for word in ("import", "undo", "已撤回 undone")] == [True] * 3
    assert "尚未确认" in said["check_draft"]["zh"] and "退出码 2" in said["check_draft"]["zh"]
    assert said["due"]["en"] != said["due"]["zh"] and "--lang en" in said["due"]["en"]


@pytest.mark.slow
def test_the_page_has_no_clock_and_no_place_of_this_machine(practised: Practice) -> None:
    for language in LANGUAGES:
        told = "\n".join(block[language] for block in practised.blocks.values())
        assert str(practised.root) not in told
        assert not re.search(r"\d\d:\d\d:\d\d", told)


@pytest.mark.slow
def test_practice_leaves_the_project_alone(practised: Practice) -> None:
    exercise = "练习".encode()
    kept = [path for path in (HOME / "data").rglob("*.csv") if exercise in path.read_bytes()]
    assert kept == []
    assert any(exercise in path.read_bytes() for path in practised.root.rglob("*.csv"))


def commands_shown(language: str) -> list[str]:
    """Return every command a committed page shows."""
    text = (HOME / "docs" / f"year.{language}.md").read_text(encoding="utf-8")
    return re.findall(r"^\$ planeval (.*)$", text, re.MULTILINE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_on_the_pages_still_exists(language: str) -> None:
    shown = commands_shown(language)
    assert len(shown) > 30
    for line in shown:
        name, *words = shlex.split(line)
        PLANEVAL.commands[name].make_context(name, words)  # raises for an option that is gone
    # the page leaves out none but the bench of models and the move of an older folder
    assert set(PLANEVAL.commands) - {line.split()[0] for line in shown} == {"backtest", "migrate"}


def test_both_pages_show_the_same_commands() -> None:
    zh, en = map(commands_shown, LANGUAGES)
    assert [line.replace(" --lang en", "") for line in en] == [
        line.replace(" --lang en", "") for line in zh
    ]


def test_only_the_middle_of_a_long_answer_is_left_out() -> None:
    lines = [str(number) for number in range(10)]
    assert shorten(lines, (2, 1), "… {}") == ["0", "1", "… 7", "9"]
    # one line is not replaced by a line that says so
    assert shorten(lines, (8, 1), "… {}") == lines
