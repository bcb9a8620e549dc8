"""What the documents for a successor name exists: files, rooms, commands, figures, the picture."""

from __future__ import annotations

import functools
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from analysis import __version__

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [
    ROOT / "CONTRIBUTING.md",
    ROOT / "docs" / "architecture.md",
    ROOT / "docs" / "methods.en.md",
    ROOT / "docs" / "methods.zh.md",
    *sorted((ROOT / "docs" / "decisions").glob("*.md")),
]
#: Names that stand for any other, or for what a command makes.
EXAMPLES = re.compile(
    r"^\{|freight|count\.py|<code>|new/?$|PLAN|build/|\.store|en/\*\.po|data/changes/|manifest\.json"
    r"|record\.csv|revisions\.csv|path\.csv|uv\.lock|snapshot/|report[s]?/$"
)


def names(text: str) -> list[str]:
    """Return what stands in backticks and looks like a file or folder of the project."""
    found = re.findall(r"`([^`\s]+)`", text)
    a_file = re.compile(r"\.(py|md|csv|json|toml|yaml|yml|lock|po|ipynb)$|/")
    return [one for one in found if a_file.search(one) and not EXAMPLES.search(one)]


def missing(document: Path) -> list[str]:
    """Return the files a document names that are not there."""
    text = document.read_text("utf-8")
    places = (ROOT, ROOT / "src", document.parent)
    gone = [one for one in names(text) if not any((at / one).exists() for at in places)]
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    return gone + [one for one in links if not (document.parent / one).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_a_document_names_is_there(document):
    assert missing(document) == []


def test_the_rule_sees_a_file_that_is_gone(tmp_path):
    document = tmp_path / "a.md"
    document.write_text("`src/analysis/gone.py`, `planeval/words`, [b](b.md)", "utf-8")
    assert missing(document) == ["src/analysis/gone.py", "b.md"]


@functools.cache
def commands() -> set[str]:
    """Return the names of all commands."""
    shown = subprocess.run(
        [sys.executable, "-m", "planeval", "--help"], capture_output=True, check=True
    ).stdout.decode("utf-8")
    return set(re.findall(r"^ {2,4}([a-z]+)\b", shown, re.M))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_a_document_names_is_there(document):
    text = document.read_text("utf-8")
    assert set(re.findall(r"`planeval ([a-z]+)\b", text)) <= commands()
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    assert set(re.findall(r"^make ([a-z]+)|`make ([a-z]+)", text)) <= {
        pair for one in targets for pair in ((one, ""), ("", one))
    }


def test_every_room_has_its_line_in_the_architecture():
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    rooms = {
        f"{package.name}/{room.name}"
        for package in (ROOT / "src" / "analysis", ROOT / "src" / "planeval")
        for room in package.iterdir()
        if (room / "__init__.py").is_file()
    }
    assert rooms <= set(re.findall(r"`([a-z]+/[a-z]+)`", text))


def test_the_picture_shows_the_contracts_of_today(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import draw_rooms

    rows = draw_rooms.layers()
    assert draw_rooms.PICTURE.read_text("utf-8") == draw_rooms.picture(rows)
    assert draw_rooms.picture(rows).count('class="room"') == sum(
        len(level) for levels in rows.values() for level in levels
    )


def sections(name: str) -> list[set[str]]:
    """Return the figures of each section of a document, code left out."""
    text = (ROOT / "docs" / name).read_text("utf-8")
    text = re.sub(r"`[^`]*`", "", text).replace(",", "")
    return [set(re.findall(r"\d+(?:\.\d+)?", part)) for part in re.split(r"^## ", text, flags=re.M)]


def test_the_methods_say_the_same_figures_and_modules_in_both_languages():
    zh, en = sections("methods.zh.md"), sections("methods.en.md")
    myriad = {"1.9": "19000"}  # 1.9 万
    assert [{myriad.get(one, one) for one in part} for part in zh] == en
    modules = [
        re.findall(r"`(analysis/[^`]+\.py)`", (ROOT / "docs" / name).read_text("utf-8"))
        for name in ("methods.zh.md", "methods.en.md")
    ]
    assert sorted(modules[0]) == sorted(modules[1])


def test_the_version_stands_in_one_place():
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert told["project"]["dynamic"] == ["version"]
    assert told["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "analysis.__version__"}
    elsewhere = [
        path.name
        for path in (ROOT / "src").rglob("*.py")
        if f'"{__version__}"' in path.read_text("utf-8") and path.parent.name != "analysis"
    ]
    assert elsewhere == []
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_jobs_and_hooks_are_readable_and_run_what_there_is():
    jobs = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text("utf-8"))["jobs"]
    matrix = jobs["tests"]["strategy"]["matrix"]
    assert len(matrix["os"]) == len(matrix["python"]) == 3
    commands = [step["run"] for step in jobs["tests"]["steps"] if "run" in step]
    assert any(command.startswith("make test") for command in commands)
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    assert [repo["repo"] for repo in hooks] == ["local"]  # nothing is fetched
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert cited["cff-version"] == "1.2.0" and cited["authors"]
