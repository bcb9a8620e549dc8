"""Commands in English: no Chinese but titles and quotations, and the figures of the Chinese."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
from english import left_in_chinese
from roots import HOME, Root
from wordlist import CHINESE

from analysis.data.plan import load_plan
from planeval.cli.app import main
from planeval.words.language import spoken

PLANS = {"jiaxing-14fyp": 2024, "jiaxing-13fyp": 2020}
COMMANDS = [
    "plans",
    "check",
    *(f"evaluate {plan} --year {year}" for plan, year in PLANS.items()),
    *(f"overview --year {year}" for year in PLANS.values()),
]
#: Targets with every kind of step: corrections, stand-ins, totals, quotations, milestones.
TRACED = [
    *(f"trace jiaxing-14fyp {name} --year 2024" for name in
      ("gdp", "containers", "income_growth", "new_jobs", "good_water", "trade", "incubator")),
    *(f"trace jiaxing-13fyp {name} --year 2020" for name in ("gdp", "rd_share", "new_jobs")),
]  # fmt: skip
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_QUOTED = re.compile(r"《[^》]*》|“[^”]*”")


def answer(capsys: pytest.CaptureFixture[str], words: str) -> str:
    assert main(words.split()) == 0
    return capsys.readouterr().out


def chinese_lines(text: str) -> list[str]:
    """Return the lines of a screen with Chinese in them; a quotation may run over two lines."""
    whole = _QUOTED.sub(lambda found: re.sub(r"\S", "", found[0]), text)
    return [line for line in whole.splitlines() if CHINESE.search(line)]


def rows_of(text: str) -> set[str]:
    """Return the rows of the data that a screen names."""
    return set(re.findall(r"data/\S+?\.csv:\d+", text))


@pytest.mark.parametrize("words", [*COMMANDS, *TRACED])
def test_an_english_answer_holds_no_chinese(capsys, words):
    said = answer(capsys, f"{words} --lang en")
    assert len(said) > 100
    assert chinese_lines(said) == []
    assert CHINESE.search(answer(capsys, words))
    assert spoken() == "zh"  # the next command is not in English


@pytest.mark.parametrize("words", [w for w in COMMANDS if w.startswith("evaluate")])
def test_the_scoreboard_has_the_figures_of_the_chinese(capsys, words):
    zh, en = (answer(capsys, w).splitlines() for w in (words, f"{words} --lang en"))
    # a row: what follows the promise, which English words otherwise ("2倍" is "double")
    tail = re.compile(r"\s{2,}((?:—|[\d,.−-]+ ?[（(]\d{4}[)）]))\s+(\S+)\s+(\S+)\s+(\S+)\s{2,}")
    cells = [
        [found.groups() for found in map(tail.search, lines) if found] for lines in (brief(zh), en)
    ]
    assert len(cells[0]) == len(load_plan(words.split()[1]).targets)
    assert cells[0] == cells[1]
    assert [line[-1] for line in zh if line][-5:] == [line[-1] for line in en if line][-5:]


def brief(lines: list[str]) -> list[str]:
    """Return lines of Chinese with a year in brackets as English prints it."""
    return [re.sub(r"（(\d{4})）", r" (\1)", line) for line in lines]


@pytest.mark.parametrize("year", PLANS.values())
def test_the_overview_counts_the_same(capsys, year):
    zh, en = (answer(capsys, f"overview --year {year}{lang}") for lang in ("", " --lang en"))

    def shown(text: str) -> list[Counter]:
        return [Counter(_NUMBER.findall(line)) for line in text.splitlines() if "fyp" not in line]

    assert shown(zh) == shown(en)
    names = re.compile(r"[a-z0-9-]+fyp:\w+")
    assert names.findall(zh) == names.findall(en)


def test_the_audit_finds_the_same(capsys):
    zh, en = answer(capsys, "check"), answer(capsys, "check --lang en")
    assert re.findall(r"^A\d+", zh, re.M) == re.findall(r"^A\d+", en, re.M)
    assert [_NUMBER.findall(line) for line in zh.splitlines()[:2]] == [
        _NUMBER.findall(line) for line in en.splitlines()[:2]
    ]
    # where a figure is printed: the sources in their order
    source = re.compile(r"(?:^|[；;] ?)([A-Z]{1,2}\d+) ")
    told = [
        [source.findall(line.split("：" if "：" in line else ": ")[1]) for line in text.splitlines()
         if line.strip().startswith(("出处：", "where: "))]
        for text in (zh, en)
    ]  # fmt: skip
    assert told[0] == told[1] and all(told[0])


@pytest.mark.parametrize("words", TRACED)
def test_a_trace_has_the_rows_formulas_and_results_of_the_chinese(capsys, words):
    zh, en = answer(capsys, words), answer(capsys, f"{words} --lang en")
    assert rows_of(zh) == rows_of(en) != set()
    formula = re.compile(r"^ +(= .*= [−\d,.]+)", re.M)
    assert formula.findall(zh) == formula.findall(en)


@pytest.mark.parametrize("words", [COMMANDS[1], COMMANDS[2], COMMANDS[4], TRACED[0]])
def test_json_does_not_depend_on_the_language(capsys, words):
    zh, en = (answer(capsys, f"{words} --json -{lang}") for lang in ("", " --lang en"))
    assert zh == en


def test_a_trace_record_says_everything_in_english_too(capsys):
    told = json.loads(answer(capsys, f"{TRACED[1]} --json -"))

    def lacking(value: object, path: str = "") -> list[str]:
        if isinstance(value, list):
            return [name for item in value for name in lacking(item, path)]
        if not isinstance(value, dict):
            return []
        names = [key for key in value if key.endswith("_zh")]
        found = [f"{path}{key}" for key in names if f"{key[:-3]}_en" not in value]
        words = [key for key in value if key.endswith("_en") and isinstance(value[key], str)]
        found += [f"{path}{key}" for key in words if left_in_chinese(value[key])]
        return found + [n for k, item in value.items() for n in lacking(item, f"{path}{k}.")]

    assert lacking(told) == []


def test_a_plan_of_ones_own_is_quoted_where_it_has_no_english(capsys, tmp_path):
    """A note that no catalogue knows is quoted in Chinese, not lost and not an error."""
    root = Root(tmp_path / "project")
    path = root.path / "data" / "plans" / "jiaxing-14fyp" / "targets.csv"
    text = path.read_text(encoding="utf-8")
    note = "规划未注明价格基础，按现价与公布总量比较"
    assert note in text
    path.write_text(text.replace(note, "只有本地知道的话"), encoding="utf-8", newline="\n")
    said = answer(capsys, f"trace jiaxing-14fyp gdp --year 2024 --lang en --root {root.path}")
    assert "“只有本地知道的话”" in said
    assert chinese_lines(said) == []


def test_a_language_without_words_is_refused(capsys):
    for words in ("plans", "check", "overview --year 2024"):
        assert main([*words.split(), "--lang", "fr", "--root", str(HOME)]) == 2
        assert "zh / en" in capsys.readouterr().err
