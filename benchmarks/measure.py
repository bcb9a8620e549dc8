"""Measure the house: its size, its order, its languages, and what it costs to run.

    python benchmarks/measure.py [--quick] [--runs N] [--tests]

Every figure is taken twice in the same run: from the code as it stands and from the commit before
the house was built (`BEFORE`, taken out of git into a temporary folder). Processor seconds are of
whole processes, the two versions in turn, and their median ratio is told. ``--quick`` leaves the
reports out, ``--tests`` runs the tests, too. Ends with 1 when a measure misses its aim.
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]
#: The last commit with all modules in one folder.
BEFORE = "16598ba"
PLAN, YEAR = "jiaxing-14fyp", "2024"
#: What the house is to reach: modules, lines of Python of the whole and of the analysis, length
#: of the longest chain of imports.
MODULES, LINES, ANALYSIS, CHAIN = 165, 50_000, 19_000, 24
#: Modules entered by an evaluation, by a probability, and by a table from its CSV to the PDF, of
#: which the commit before entered so many as then recorded: its chapters have other names.
ENTERED, PROBABILITY, FIGURE, FIGURE_THEN = 32, 9, 60, 114
#: Processor seconds of commands as a share of before; of the quick tests, and of all.
RATIO, QUICK_TESTS, ALL_TESTS = 1.0, 400, 700
#: Of a report: its PDF's seconds and its processor seconds, as shares of before; MiB of a process.
PDF, REPORT, MEMORY = 0.4, 0.65, 600
#: Units and other words that stand in the data themselves.
_DATA_WORDS = re.compile(
    r"[万亿百千]*(元|美元|吨|标箱|人|名|个|家|座|所|件|张|项|位|倍|年|岁|亩|公里|平方米|平方公里|公顷"
    r"|立方米|吨标准煤|千瓦时|千瓦)(/(万元|人|立方米))?|微克/立方米|GJ/万?(吨|立方米)|千克/千瓦时|个?百分点"
    # words that stand with the figures of a document, by which they are read
    r"|(226\.0, 92)?(以上|以下|左右|突破|超过|不低于|不超过)"
)
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_MARKS = re.compile(r"\b\w+_(?:zh|en)\b|[\"'](?:zh|en)[\"']|\blanguage\b")
#: Columns of the data's tables that end like a mark of language.
_COLUMNS = re.compile(r"\b(?:name|group|title|note|statement|stand_in|plan)_(?:zh|en)\b")

#: The modules of `planeval` that may use regular expressions: whose text they read.
OTHERS_TEXT = {
    "planeval.chapters.base": "names and notes out of the data, escaped for Markdown",
    "planeval.cli.backtest": "what the user types and what a panel's file is called",
    "planeval.files.safe": "XML of workbooks and documents that people hand in",
    "planeval.intake.cells": "cells that people fill in",
    "planeval.intake.examine": "cells and file names that people write",
    "planeval.newplan.document": "a plan as its authority published it",
    "planeval.newplan.draft": "a plan's code as the user types it",
    "planeval.newplan.finish": "a draft as people filled it in",
    "planeval.newplan.promise": "a plan's promises as its authority published them",
    "planeval.newplan.propose": "a plan's tables as its authority published them",
    "planeval.newplan.tables": "a plan's tables as its authority published them",
    "planeval.publish.diff": "the name of a revision as the user types it",
    "planeval.publish.revisions": "names of folders, which anybody may have made",
    "planeval.publish.verified": "names of folders, which anybody may have made",
    "planeval.report.commentary": "what people write about a chapter",
    "planeval.report.fonts": "Word's XML as pandoc writes it",
    "planeval.report.quotes": "figures that people quote in a commentary",
    "planeval.report.render": "HTML as pandoc writes it",
    "planeval.report.word": "Word's XML as pandoc writes it",
    "planeval.show.page": "sentences of records and data set into XML",
    "planeval.site.build": "the address of a site as the user types it",
    "planeval.site.editions": "names of folders, which anybody may have made",
    "planeval.words.letters": "whatever is typed into a table or a commentary",
    "planeval.words.names": "places, notes and titles out of the data",
    "planeval.words.targets": "targets and their figures as the plan prints them",
    "planeval.words.terms": "sources of the learned figures, as people typed them into a file",
    "planeval.workbook.annex": "a workbook's XML as openpyxl writes it",
}


# --- size and order ------------------------------------------------------------------------


def modules(src: Path) -> dict[str, ast.Module]:
    """Return the modules that hold code, by dotted name; a package's empty front is none."""
    found = {}
    for path in sorted(src.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        parts = path.relative_to(src).with_suffix("").parts
        if parts[-1] == "__init__":
            parts = parts[:-1]
            if all(isinstance(node, ast.Expr) for node in tree.body):
                continue
        found[".".join(parts)] = tree
    return found


def imports_of(trees: dict[str, ast.Module]) -> dict[str, set[str]]:
    """Return which modules of the project each one imports, imports inside functions too."""

    def project_module(dotted: str) -> str | None:
        while dotted and dotted not in trees:
            dotted = dotted.rpartition(".")[0]
        return dotted or None

    graph: dict[str, set[str]] = {}
    for name, tree in trees.items():
        targets = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                targets |= {project_module(alias.name) for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                targets |= {project_module(f"{node.module}.{alias.name}") for alias in node.names}
        graph[name] = {target for target in targets if target} - {name}
    return graph


def longest_chain(trees: dict[str, ast.Module]) -> list[str]:
    """Return the longest chain of modules that each import the next; there must be no circle.

    Examples
    --------
    >>> longest_chain({"a": ast.parse("import b, c"), "b": ast.parse("def f():\\n import c"),
    ...                "c": ast.parse("import os")})
    ['a', 'b', 'c']
    """
    graph = imports_of(trees)
    best: dict[str, list[str]] = {}
    while len(best) < len(graph):
        ready = [one for one in graph.keys() - best.keys() if graph[one] <= best.keys()]
        if not ready:
            raise ValueError("modules import each other in a circle")
        for one in sorted(ready):
            best[one] = [
                one,
                *max((best[other] for other in sorted(graph[one])), key=len, default=[]),
            ]
    return max((best[one] for one in sorted(best)), key=len, default=[])


def circles(trees: dict[str, ast.Module]) -> int:
    """Return how many modules import each other in a circle."""
    graph = imports_of(trees)
    while free := [name for name, targets in graph.items() if not targets & set(graph)]:
        for name in free:
            del graph[name]
    return len(graph)


def lines(src: Path) -> int:
    """Return the lines of Python below a folder."""
    return sum(len(path.read_bytes().splitlines()) for path in src.rglob("*.py"))


def reads_itself(trees: dict[str, ast.Module]) -> list[str]:
    """Return the modules of `planeval` that use `re` on text that is not declared another's.

    Examples
    --------
    >>> reads_itself({"planeval.a": ast.parse("import re"), "planeval.b": ast.parse("import os"),
    ...               "analysis.c": ast.parse("import re")})
    ['planeval.a']
    """
    return [
        name
        for name, tree in sorted(trees.items())
        if name.startswith("planeval.") and name not in OTHERS_TEXT
        if any(
            (isinstance(node, ast.Import) and any(alias.name == "re" for alias in node.names))
            or (isinstance(node, ast.ImportFrom) and node.module == "re")
            for node in ast.walk(tree)
        )
    ]  # fmt: skip


# --- languages -----------------------------------------------------------------------------


def strings(tree: ast.Module) -> Iterator[ast.Constant]:
    """Yield the strings of a module that are no docstrings."""
    told = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node


def is_sentence(text: str) -> bool:
    """Whether a string is meant for a reader: Chinese beside a unit, or English of three words.

    Examples
    --------
    >>> is_sentence("只有一个公布值"), is_sentence("a single published value")
    (True, True)
    >>> is_sentence("万标箱"), is_sentence("other_caliber_only"), is_sentence("not date")
    (False, False, False)
    """
    if _CHINESE.search(text):
        return not _DATA_WORDS.fullmatch(text.strip())
    words = re.findall(r"(?<![\w./\\-])[A-Za-z]{2,}(?![\w./\\(=-])", text)
    return len(words) >= 3 and re.search(r"[a-z]{2,} [a-z]{2,}", text) is not None


def languages(src: Path) -> tuple[int, int]:
    """Return the sentences in strings, and the marks of language, of the package `analysis`."""
    sentences = marks = 0
    for name, tree in modules(src).items():
        if name.split(".")[0] != "analysis":
            continue
        sentences += sum(is_sentence(node.value) for node in strings(tree))
        code = ast.unparse(_without_docstrings(tree))
        marks += len(_MARKS.findall(_COLUMNS.sub("", code)))
    return sentences, marks


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            kept = [
                one
                for one in body
                if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
            ]
            node.body = kept or [ast.Pass()]  # type: ignore[attr-defined]
    return tree


# --- running -------------------------------------------------------------------------------

_TRACED = """
import json, sys
from pathlib import Path
src = str(Path(sys.argv[1]) / "src")
seen = set()
def tracer(frame, event, argument):
    if event == "call":
        code = frame.f_code
        if code.co_filename.startswith(src) and code.co_name != "<module>":
            seen.add(code.co_filename)
{imports}
sys.setprofile(tracer)
{work}
sys.setprofile(None)
print(json.dumps(len(seen)))
"""


#: One table of the chapter on GDP, from the CSV to the source that typst sets.
_FIGURE_IMPORTS = """
import json, tempfile
from datetime import date
import nbformat
from analysis.targets.evaluation import evaluate
from planeval.chapters import region
from planeval.chapters.base import series_table
from planeval.report.document import merged
from planeval.report.render import ReportMeta, _typst
from planeval.report.run import ChapterRun
from planeval.words.names import make_names_known
"""
_FIGURE = f"""
evaluation = evaluate({PLAN!r}, {YEAR})
make_names_known(evaluation.plan)
table = series_table(region.own_series(evaluation), evaluation.data)
shown = json.loads(json.dumps(table._repr_mimebundle_()))
cells = [nbformat.v4.new_markdown_cell("# A")]
cells.append(nbformat.v4.new_code_cell(outputs=[nbformat.v4.new_output("display_data", shown)]))
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "02_gdp.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    document = merged([ChapterRun(path, path, 0.0)])
    meta = ReportMeta("T", "S", "R", "P", {YEAR}, date(2026, 11, 1), "K")
    assert "226" in _typst(document, meta, Path(folder))
"""


def entered(home: Path, imports: str, work: str) -> int:
    """Return how many of the project's modules a piece of work calls into."""
    code = _TRACED.format(imports=imports, work=work)
    words = [sys.executable, "-c", code, str(home)]
    done = subprocess.run(words, env=_environment(home), capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def _environment(home: Path) -> dict[str, str]:
    return os.environ | {
        "PYTHONPATH": str(home / "src"),
        "PLANEVAL_ROOT": str(home),
        "OPENBLAS_NUM_THREADS": "1",
    }


def seconds(home: Path, words: list[str]) -> float:
    """Return the processor seconds of a command and of all it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, env=_environment(home), capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def memory(home: Path, words: list[str]) -> float:
    """Return the MiB of the greatest process of a command, the processes it starts among them."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, "
        "stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    told = [sys.executable, "-c", code, *words]
    done = subprocess.run(told, env=_environment(home), capture_output=True, text=True, check=True)
    return int(done.stdout) / 1024


#: Binds the executed chapters of a report anew, the PDF alone, and tells its processor seconds.
_BOUND = """
import importlib, json, resource, sys, tempfile
from datetime import date
from pathlib import Path
module, folder = sys.argv[1:]
report = importlib.import_module(f"{module}.render" if module != "analysis" else "analysis.report")
runs = importlib.import_module(f"{module}.run" if module != "analysis" else "analysis.runs")
made = sorted((Path(folder) / "notebooks").glob("*.ipynb"))
chapters = [runs.ChapterRun(path, path, 0.0) for path in made]
meta = report.ReportMeta("T", "S", "R", "P", 2024, date(2026, 11, 1), "K")
def spent():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
def bound(formats):
    before = spent()
    with tempfile.TemporaryDirectory() as out:
        report.bind(chapters, meta=meta, out_dir=Path(out), manifest={}, formats=formats)
    return spent() - before
bound(())
print(bound(("pdf",)) - bound(()))
"""


def pdf_seconds(home: Path, module: str, folder: Path) -> float:
    """Return the processor seconds of the PDF of a report whose chapters are executed."""
    words = [sys.executable, "-c", _BOUND, module, str(folder)]
    done = subprocess.run(words, env=_environment(home), capture_output=True, text=True, check=True)
    return float(done.stdout.splitlines()[-1])


def ratio(now: tuple[Path, str], before: tuple[Path, str], words: list[str], runs: int) -> float:
    """Return the median over pairs of runs of the processor seconds now, as a share of before."""
    found = []
    for number in range(runs + 1):
        pair = []
        for home, module in (now, before):
            with tempfile.TemporaryDirectory() as out:
                told = [out if word == "OUT" else word for word in words]
                pair.append(seconds(home, [sys.executable, "-m", module, *told]))
        if number:  # the first pair compiles the modules and fills the caches
            found.append(pair[0] / pair[1])
        print(
            f"  {words[0]} {number}/{runs}: {pair[0]:.2f} s now, {pair[1]:.2f} s before", flush=True
        )
    return statistics.median(found)


def test_seconds(marked: str) -> float:
    """Return the processor seconds of the tests of a mark, which must pass."""
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", marked]
    return seconds(HOME, [sys.executable, *words])


def taken_out(commit: str, folder: Path) -> Path:
    """Write the files of a commit into a folder."""
    told = subprocess.run(["git", "archive", commit], cwd=HOME, check=True, capture_output=True)
    with tarfile.open(fileobj=io.BytesIO(told.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


# --- the table -----------------------------------------------------------------------------


def _rooms(src: Path) -> str:
    packages = [path for path in src.iterdir() if (path / "__init__.py").is_file()]
    rooms = [one for path in packages for one in path.iterdir() if (one / "__init__.py").is_file()]
    return f"{len(packages)} packages, {len(rooms)} rooms"


def main() -> int:
    """Measure, print the table, and say by the exit code whether every aim is reached."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="leave the reports out")
    parser.add_argument("--runs", type=int, default=5, help="pairs of runs that count")
    parser.add_argument("--tests", action="store_true", help="run the tests: many minutes")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        old = taken_out(BEFORE, Path(folder))
        rows: list[tuple[str, object, object, str, bool]] = []

        def tell(what: str, before: object, now: object, aim: str, reached: bool) -> None:
            rows.append((what, before, now, aim, reached))

        then, here = modules(old / "src"), modules(HOME / "src")
        tell("modules", len(then), len(here), f"<= {MODULES}", len(here) <= MODULES)
        for what, below, most in (("src", "", LINES), ("src/analysis", "analysis", ANALYSIS)):
            counts = [lines(home / "src" / below) for home in (old, HOME)]
            tell(f"lines of Python: {what}", *counts, f"<= {most}", counts[1] <= most)
        tell("packages", _rooms(old / "src"), _rooms(HOME / "src"), "", True)
        rules = [Path(sys.executable).with_name("lint-imports"), "--config", "pyproject.toml"]
        kept = subprocess.run(rules, cwd=HOME, env=_environment(HOME), capture_output=True)
        tell("order of imports kept", "-", kept.returncode == 0, "True", kept.returncode == 0)
        round_now = circles(here)
        chain_then, chain = len(longest_chain(then)), len(longest_chain(here))
        tell("longest chain of imports", chain_then, chain, f"<= {CHAIN}", chain <= CHAIN)
        own_text = reads_itself(here)
        tell("modules with re on own text", "-", len(own_text), "0", not own_text)
        tell("modules in circles", circles(then), round_now, "0", round_now == 0)
        (said_then, marks_then), (said, marks) = languages(old / "src"), languages(HOME / "src")
        tell("sentences in analysis", said_then, said, "0", said == 0)
        tell("marks of language in analysis", marks_then, marks, "0", marks == 0)
        for what, aim, imports_then, imports_now, work in (
            (
                "modules entered: evaluate",
                ENTERED,
                "from analysis.evaluation import evaluate",
                "from analysis.targets.evaluation import evaluate",
                f"evaluate({PLAN!r}, {YEAR})",
            ),
            (
                "modules entered: probability of GDP",
                PROBABILITY,
                "import pandas as pd\nfrom analysis.forecast import forecast",
                "import pandas as pd\nfrom analysis.forecast import forecast",
                "forecast(pd.Series({2015: 125.98, 2020: 182.0, 2021: 209.0, 2024: 226.0}), "
                'until=2025, kind="nominal_gdp").probability(300.0, 2025)',
            ),
        ):
            first, last = entered(old, imports_then, work), entered(HOME, imports_now, work)
            tell(what, first, last, f"<= {aim}", last <= aim)
        last = entered(HOME, _FIGURE_IMPORTS, _FIGURE)
        tell("modules entered: CSV to PDF", FIGURE_THEN, last, f"<= {FIGURE}", last <= FIGURE)
        judged = ["evaluate", PLAN, "--year", YEAR, "--json", "-"]
        for words in (["--help"], ["plans"], ["check"], judged):
            share = ratio((HOME, "planeval"), (old, "analysis.cli"), words, asked.runs)
            what = f"processor time: {words[0]}"
            tell(what, 1, round(share, 3), f"<= {RATIO:g}", share <= RATIO)
        if not asked.quick:
            report = ["report", PLAN, "--year", YEAR, "--out", "OUT"]
            runs = asked.runs // 2 or 1
            share = ratio((HOME, "planeval"), (old, "analysis.cli"), report, runs)
            tell("processor time: report", 1, round(share, 3), f"<= {REPORT}", share <= REPORT)
            peaks, pages = [], []
            for home, module, package in (
                (old, "analysis.cli", "analysis"), (HOME, "planeval", "planeval.report")
            ):  # fmt: skip
                out = Path(folder) / f"report-{package}"
                words = [sys.executable, "-m", module, *report[:-1], str(out)]
                peaks.append(round(memory(home, words)))
                pages.append(pdf_seconds(home, package, out))
            share = pages[1] / pages[0]
            tell("processor time: PDF", 1, round(share, 3), f"<= {PDF}", share <= PDF)
            tell("MiB of the greatest process", *peaks, f"<= {MEMORY}", peaks[1] <= MEMORY)
        if asked.tests:
            spent = [round(test_seconds(marked)) for marked in ("not slow", "slow")]
            tell(
                "seconds of the quick tests",
                "-",
                spent[0],
                f"<= {QUICK_TESTS}",
                spent[0] <= QUICK_TESTS,
            )
            tell(
                "seconds of all tests", "-", sum(spent), f"<= {ALL_TESTS}", sum(spent) <= ALL_TESTS
            )
    print()
    for what, before, now, aim, reached in rows:
        mark = "" if reached else "  MISSED"
        print(f"{what:38} {before!s:>24} {now!s:>24}   {aim:8}{mark}")
    for name in own_text:
        print(f"  re on own text, or on whose text is not declared: {name}")
    return 0 if all(row[-1] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
