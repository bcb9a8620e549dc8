"""The house rules: no circles of imports, notebooks hold no logic and no output."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src"
NOTEBOOKS = sorted(
    path for path in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts
)

CODE_CELLS_AT_MOST = 20


# --- reading the arrows --------------------------------------------------------------------


def modules(source: Path) -> dict[str, ast.Module]:
    """Return dotted name below the folder of packages -> syntax tree."""
    found = {}
    for path in sorted(source.rglob("*.py")):
        parts = path.relative_to(source).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def arrows(tree: ast.Module, names: set[str]) -> Iterator[str]:
    """Yield the project's modules that a module imports, wherever in it the import stands."""

    def project_module(dotted: str) -> str | None:
        while dotted and dotted not in names:
            dotted = dotted.rpartition(".")[0]
        return dotted or None

    for node in ast.walk(tree):
        targets: list[str] = []
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are written whole"
            targets = [f"{node.module}.{alias.name}" for alias in node.names]
        yield from filter(None, map(project_module, targets))


def circles(source: Path) -> list[str]:
    """Return a module of every circle of imports, which an order of rooms does not forbid."""
    trees = modules(source)
    graph = {name: set(arrows(tree, set(trees))) - {name} for name, tree in trees.items()}
    while free := [name for name, targets in graph.items() if not targets & set(graph)]:
        for name in free:
            del graph[name]
    return sorted(graph)


def test_no_imports_in_a_circle():
    assert not circles(SOURCE)


def test_the_rule_sees_circles(tmp_path):
    room = tmp_path / "growth"
    room.mkdir()
    (room / "rates.py").write_text("import numpy\nfrom growth import series", "utf-8")
    (room / "series.py").write_text("from math import log", "utf-8")
    assert circles(tmp_path) == []
    (room / "series.py").write_text("def late():\n    from growth.rates import cagr", "utf-8")
    assert circles(tmp_path) == ["growth.rates", "growth.series"]


def order_kept(where: Path) -> bool:
    """Whether the order of imports that a pyproject.toml declares is kept, by import-linter."""
    command = [Path(sys.executable).with_name("lint-imports"), "--config", "pyproject.toml"]
    paths = [str(where / "src"), os.environ.get("PYTHONPATH", "")]
    given = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    return subprocess.run(command, cwd=where, env=given, capture_output=True).returncode == 0


def test_the_order_of_rooms_is_kept():
    assert order_kept(ROOT)


def test_the_order_of_rooms_sees_an_import_that_runs_up(tmp_path):
    shutil.copytree(SOURCE, tmp_path / "src", ignore=shutil.ignore_patterns("*.otf", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    assert order_kept(tmp_path)
    rates = tmp_path / "src" / "analysis" / "growth" / "rates.py"
    rates.write_text(
        f"{rates.read_text('utf-8')}\n\nfrom analysis.forecast import forecast\n", "utf-8"
    )
    assert not order_kept(tmp_path)


def test_the_analysis_needs_no_more_than_numbers_do():
    """Everything but the libraries of numbers is blocked, then every module is imported."""
    blocked = """
import importlib, pkgutil, sys
MAY = {"analysis", "numpy", "pandas", "scipy", "statsmodels"}
class Block:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        asked = sys._getframe(1)
        while asked and "importlib" in asked.f_code.co_filename:
            asked = asked.f_back
        while asked and asked.f_code.co_filename.startswith("<frozen"):
            asked = asked.f_back
        ours = asked is not None and asked.f_globals.get("__name__", "").startswith("analysis")
        if ours and top not in MAY and top not in sys.stdlib_module_names:
            raise ImportError(f"{asked.f_globals['__name__']} imports {name}")
sys.meta_path.insert(0, Block())
import analysis
for found in pkgutil.walk_packages(analysis.__path__, "analysis."):
    importlib.import_module(found.name)
beside = {"planeval", "matplotlib", "babel", "jinja2", "openpyxl", "docx", "papermill", "typst"}
sys.exit(", ".join(sorted(beside & set(sys.modules))) or 0)
"""
    given = os.environ | {"PYTHONPATH": str(SOURCE)}
    done = subprocess.run(
        [sys.executable, "-c", blocked], env=given, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


# --- modules -------------------------------------------------------------------------------


def without_docstring(module: str, tree: ast.Module) -> Iterator[str]:
    """Yield public functions, classes and methods of public classes that say nothing."""
    if ast.get_docstring(tree) is None and tree.body:
        yield module
    todo = [(module, node) for node in tree.body]
    while todo:
        place, node = todo.pop()
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if node.name.startswith("_"):
            continue
        name = f"{place}.{node.name}"
        if ast.get_docstring(node) is None:
            yield name
        if isinstance(node, ast.ClassDef):
            todo += [(name, inner) for inner in node.body]


def test_everything_public_says_what_it_is():
    silent = [name for item in modules(SOURCE).items() for name in without_docstring(*item)]
    assert not silent


def test_the_rule_sees_what_says_nothing():
    tree = ast.parse('"""A."""\ndef f(): ...\nclass C:\n    """C."""\n    def m(self): ...\n')
    assert sorted(without_docstring("x", tree)) == ["x.C.m", "x.f"]


# --- notebooks -----------------------------------------------------------------------------


def notebook_faults(path: Path, notebook: dict) -> list[str]:
    """Return what a notebook holds that it should not."""
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    faults = []
    if any(cell.get("outputs") or cell.get("execution_count") for cell in code):
        faults.append("outputs or execution counts: clear them before the commit")
    if len(code) > CODE_CELLS_AT_MOST:
        faults.append(f"{len(code)} code cells")
    defines = re.compile(r"^\s*(async\s+)?def\s", re.M)
    if "lessons" not in path.parts and any(defines.search("".join(c["source"])) for c in code):
        faults.append("a def: move it into the package")
    return faults


def test_notebooks_hold_no_logic_and_no_output():
    found = {
        path.name: notebook_faults(path, json.loads(path.read_text(encoding="utf-8")))
        for path in NOTEBOOKS
    }
    assert not {name: faults for name, faults in found.items() if faults}


def test_the_rule_sees_faults_in_a_notebook():
    cell = {"cell_type": "code", "source": ["x = 1\n", "def f(): ..."], "execution_count": 1}
    faulty = {"cells": [cell | {"outputs": []}] * (CODE_CELLS_AT_MOST + 1)}
    assert len(notebook_faults(Path("notebooks/01.ipynb"), faulty)) == 3
    assert len(notebook_faults(Path("notebooks/lessons/01.ipynb"), faulty)) == 2


# --- nothing of one machine ----------------------------------------------------------------

MACHINE_PATH = re.compile(
    r"(?<![A-Za-z0-9_.:/%*}~-])/(?:work|home|root|opt|mnt|Users|private)/[A-Za-z0-9_.]"
    r"|(?<![A-Za-z])[A-Za-z]:\\{1,2}Users\\"
    r"|file:///[A-Za-z]"
)
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs\.org|registry\.npm|(?:conda|repo)\.anaconda\.(?:org|com)"
    r"|mirrors?\.[a-z0-9-]+\.(?:edu\.cn|com|org)"
)


def tracked() -> list[Path]:
    """Return the files git knows, or all but the generated ones where there is no git."""
    if (ROOT / ".git").exists():
        command = ["git", "ls-files", "-z"]
        listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
        names = listed.decode("utf-8").split("\0")
        return [ROOT / name for name in names if name and (ROOT / name).is_file()]
    aside = {"build", "__pycache__", ".venv"}
    return [p for p in ROOT.rglob("*") if p.is_file() and not aside & set(p.parts)]


def texts(data: bytes) -> Iterator[str]:
    """Yield the text of a file; of an office document, the text of each part."""
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            for name in parts.namelist():
                yield parts.read(name).decode("utf-8", errors="replace")
    else:
        yield data.decode("utf-8", errors="replace")


def of_one_machine(data: bytes) -> list[str]:
    """Return the places and addresses in a file that hold on one machine only."""
    patterns = (MACHINE_PATH, REGISTRY)
    return [hit[0] for text in texts(data) for p in patterns for hit in p.finditer(text)]


def test_no_tracked_file_names_a_place_on_a_machine_or_a_registry():
    found = {str(path.relative_to(ROOT)): of_one_machine(path.read_bytes()) for path in tracked()}
    assert not {path: hits for path, hits in found.items() if hits}


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("see " + "/home" + "/ann/plan.csv", 1),
        ('"' + "C:" + "\\Users\\ann", 1),
        ("--index-url https://" + "pypi" + ".org/simple", 1),
        ("http://www.jiaxing.gov.cn/home/a.html", 0),
        ("#!/usr/bin/env bash; cat /tmp/x; make -C /path/to/plan-evaluation", 0),
        ("万吨/万标箱，data/home/x", 0),
    ],
)
def test_the_rule_sees_a_machine_and_spares_the_rest(text, hits):
    assert len(of_one_machine(text.encode())) == hits
