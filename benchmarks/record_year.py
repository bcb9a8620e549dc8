"""Walk through a whole year in a practice copy of the project, and write the page about it.

    python benchmarks/record_year.py [--without-reports] [--keep DIR]

Every command is a process of its own, run in a folder that holds copies of ``src``, ``data`` and
``notebooks``; between them workbooks are filled in with openpyxl, cell by cell, as a person
types. What the screen showed is put into ``benchmarks/year/year.*.md`` in place of
``{{name}}``, and written as ``docs/year.zh.md`` and ``docs/year.en.md``. Figures that are typed
in are invented for the exercise; nothing of the folder goes back into ``data/``.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parents[1]
PAGES = Path(__file__).with_name("year")
LANGUAGES = ("zh", "en")
COPIED = ("src", "data", "notebooks")
COLUMNS = 110
#: One line that stands for those left out of the middle.
LEFT_OUT = {"zh": "……（此处略去 {} 行）", "en": "… ({} lines left out here)"}
#: Whatever differs between two recordings of the same year.
PASSING = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)"), "YYYY-MM-DDTHH:MM:SSZ"),
    (re.compile(r"\x1b\[[0-9;]*m"), ""),
    (re.compile(r"[0-9a-f]{8}…"), "xxxxxxxx…"),
)
PLACEHOLDER = re.compile(r"^\{\{(\w+)\}\}$", re.MULTILINE)


class UnexpectedError(Exception):
    """A command did not do what the page says it does."""


@dataclass
class Practice:
    """A practice copy of the project, and what was seen in it so far.

    Attributes
    ----------
    root : Path
        The copy.
    blocks : dict
        Name of a step -> language -> its part of the page, as Markdown.
    """

    root: Path
    blocks: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def begin(cls, folder: Path) -> Practice:
        """Copy the project into a folder."""
        root = folder / "practice"
        for name in COPIED:
            shutil.copytree(
                HOME / name, root / name, ignore=shutil.ignore_patterns("__pycache__", ".*")
            )
        (root / "reports").mkdir()
        shutil.copy(HOME / "reports" / "README.md", root / "reports")
        return cls(root)

    def run(
        self,
        name: str,
        line: str,
        *,
        code: int = 0,
        keep: tuple[int, int] = (14, 6),
        lang: bool = False,
    ) -> str:
        """Run a command as it would be typed, record it, and return what it showed.

        Parameters
        ----------
        name : str
            Of the step.
        line : str
            The command, without the leading ``planeval``.
        code : int
            The exit code it must have.
        keep : (int, int)
            How many lines are shown from the beginning and the end of a long answer.
        lang : bool
            Whether the command has ``--lang``: the English page then shows the English answer.
        """
        chinese = shown = ""
        for language in LANGUAGES:
            if lang or language == "zh":
                said = line if language == "zh" else f"{line} --lang en"
                shown = self._answer(said, code)
                chinese = chinese or shown
            cut = shorten(shown.splitlines(), keep, LEFT_OUT[language])
            left = {"zh": f"（退出码 {code}）", "en": f"(exit code {code})"}[language]
            lines = [f"$ planeval {said}", *cut, *([left] if code else [])]
            self.blocks.setdefault(name, {})[language] = fenced(lines)
        return chinese

    def _answer(self, line: str, code: int) -> str:
        path = os.pathsep.join([str(self.root / "src"), os.environ.get("PYTHONPATH", "")])
        named = {"PYTHONPATH": path.rstrip(os.pathsep), "COLUMNS": str(COLUMNS), "NO_COLOR": "1"}
        own = {key: value for key, value in os.environ.items() if key != "PLANEVAL_ROOT"}
        done = subprocess.run(
            [sys.executable, "-m", "planeval.cli.app", *shlex.split(line)],
            cwd=self.root, env=own | named | {"PYTHONUTF8": "1"},
            capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        # a bar of progress is no answer; complaints are
        shown = done.stdout + (done.stderr if done.returncode or code else "")
        if done.returncode != code:
            raise UnexpectedError(
                f"planeval {line}: {done.returncode}, not {code}\n{shown[-2000:]}"
            )
        return self.tidy(shown)

    def tidy(self, text: str) -> str:
        """Return text without what differs from one recording to the next."""
        for place in (self.root.resolve(), self.root):
            text = text.replace(f"{place}{os.sep}", "").replace(str(place), ".")
        for pattern, instead in PASSING:
            text = pattern.sub(instead, text)
        return text

    def table(self, name: str, head: Iterable[str], rows: Iterable[Any], language: str) -> None:
        """Record a table for the page of one language."""
        lines = [list(head), *([cell_text(cell) for cell in row] for row in rows)]
        lines.insert(1, ["---"] * len(lines[0]))
        text = "\n".join("| " + " | ".join(line) + " |" for line in lines)
        self.blocks.setdefault(name, {})[language] = text

    def text(self, name: str, lines: str, kind: str = "") -> None:
        """Record a text as it stands in a file."""
        self.blocks[name] = {language: fenced(lines.splitlines(), kind) for language in LANGUAGES}

    def same(self, first: str, *others: str) -> int:
        """Return the length of files that must be alike, byte for byte."""
        wanted = (self.root / first).read_bytes()
        for other in others:
            if (self.root / other).read_bytes() != wanted:
                raise UnexpectedError(f"{other} differs from {first}")
        return len(wanted)


def cell_text(value: object) -> str:
    """Return a cell as a Markdown table shows it."""
    return str(value).replace("|", "\\|").replace("\n", "<br>")


def fenced(lines: Iterable[str], kind: str = "console") -> str:
    """Return lines as a block of code."""
    body = "\n".join(line.rstrip() for line in lines)
    return f"```{kind}\n{body}\n```"


def shorten(lines: list[str], keep: tuple[int, int], said: str) -> list[str]:
    """Return lines, the middle of a long answer replaced by the number of lines left out."""
    first, last = keep
    left = len(lines) - first - last
    if left <= 1:
        return lines
    return [*lines[:first], said.format(left), *(lines[-last:] if last else [])]


def page(language: str, blocks: dict[str, dict[str, str]]) -> str:
    """Return the page of one language, every placeholder filled in."""
    text = (PAGES / f"year.{language}.md").read_text(encoding="utf-8")
    names = PLACEHOLDER.findall(text)
    if sorted(names) != sorted(blocks):
        raise UnexpectedError(
            f"year.{language}.md and the steps differ: {set(names) ^ set(blocks)}"
        )
    return PLACEHOLDER.sub(lambda found: blocks[found[1]][language], text)


def main() -> int:
    """Record the year and write both pages."""
    sys.path.insert(0, str(Path(__file__).parent))
    from year_steps import walk

    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument(
        "--without-reports", action="store_true", help="a trial: no reports, and no page written"
    )
    asked.add_argument("--keep", type=Path, metavar="DIR", help="make the practice copy here")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        folder = given.keep or Path(passing)
        practice = Practice.begin(folder)
        walk(practice, reports=not given.without_reports)
        if given.without_reports:
            print(f"{len(practice.blocks)} steps, as expected")
            return 0
        for language in LANGUAGES:
            written = page(language, practice.blocks)
            (HOME / "docs" / f"year.{language}.md").write_text(
                written, encoding="utf-8", newline="\n"
            )
    print("docs/year.zh.md, docs/year.en.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
