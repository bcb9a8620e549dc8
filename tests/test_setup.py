"""The set-up routes say the same thing: pyproject, locks, conda, Makefile, README, guides."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUN = PYPROJECT["project"]["dependencies"]
DEV = PYPROJECT["project"]["optional-dependencies"]["dev"]
BUILD = PYPROJECT["build-system"]["requires"]
LOCKS = ("requirements.lock", "requirements-dev.lock")

# conda-forge's name where it differs; the reasons stand at the top of environment.yml.
CONDA_NAME = {
    "jupyter-client": "jupyter_client",
    "jupyter-core": "jupyter_core",
    "matplotlib": "matplotlib-base",
}
THROUGH_PIP = {"pylopdf-fonts-zh-cn", "pypandoc-binary", "typst"}


def bounds(requirements: list[str]) -> dict[str, frozenset[str]]:
    """Return name -> its bounds, whatever their order and spacing."""
    parsed = [Requirement(text) for text in requirements]
    return {r.name: frozenset(str(s) for s in r.specifier) for r in parsed}


def locked(name: str) -> dict[str, set[str]]:
    """Return name -> locked versions (more than one where Pythons need different ones)."""
    versions: dict[str, set[str]] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if pin := re.match(r"([A-Za-z0-9._-]+)==([^ ;\\]+)", line):
            versions.setdefault(canonicalize_name(pin[1]), set()).add(pin[2])
    return versions


def fenced(path: Path) -> list[str]:
    """Return the contents of the fenced blocks of a Markdown file."""
    return re.findall(r"^ *```\w*\n(.*?)^ *```$", path.read_text(encoding="utf-8"), re.M | re.S)


# --- one set of bounds -------------------------------------------------------------------


@pytest.mark.parametrize("text", [*RUN, *DEV, *BUILD])
def test_every_requirement_has_a_lower_and_an_upper_bound(text):
    operators = {specifier.operator for specifier in Requirement(text).specifier}
    assert operators == {">=", "<"}


def test_the_build_backend_is_one_and_the_same_everywhere():
    assert PYPROJECT["dependency-groups"]["build"] == BUILD


def test_conda_says_what_pyproject_says():
    entries = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    conda = [entry for entry in entries["dependencies"] if isinstance(entry, str)]
    (pip,) = [entry["pip"] for entry in entries["dependencies"] if isinstance(entry, dict)]
    declared = bounds(RUN + DEV + BUILD)

    expected = {
        CONDA_NAME.get(name, name): limits
        for name, limits in declared.items()
        if name not in THROUGH_PIP
    }
    expected |= {
        "python": bounds([f"python{PYPROJECT['project']['requires-python']}"])["python"],
        "pip": frozenset(),
    }
    assert bounds(conda) == expected
    assert bounds([entry for entry in pip if entry != "-e ."]) == {
        name: declared[name] for name in THROUGH_PIP
    }
    assert "-e ." in pip


# --- the locks ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lock", "requirements"), [(LOCKS[0], RUN + BUILD), (LOCKS[1], RUN + DEV + BUILD)]
)
def test_the_bounds_admit_the_locked_versions(lock, requirements):
    versions = locked(lock)
    for requirement in map(Requirement, requirements):
        found = versions.get(canonicalize_name(requirement.name), set())
        assert found, f"{requirement.name} is not in {lock}: run `make lock`"
        assert all(requirement.specifier.contains(version) for version in found), (
            f"{lock} has {requirement.name} {found}, pyproject.toml wants {requirement.specifier}"
        )


def test_what_is_tested_is_what_runs():
    run, dev = locked(LOCKS[0]), locked(LOCKS[1])
    assert {name: dev.get(name) for name in run} == run


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_names_no_address_and_checks_every_file(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text and "file:" not in text and "--index" not in text
    pin = r"[A-Za-z0-9._-]+==[^ \\]+(?: ; [^\\]+)? \\\n"
    digest = r"    --hash=sha256:[0-9a-f]{64}"
    assert re.fullmatch(rf"(?:{pin}{digest}(?: \\\n{digest})*\n)+", text), (
        f"{lock} holds something other than pins with checksums"
    )


def test_every_package_that_is_imported_is_declared():
    declared = {canonicalize_name(name) for name in bounds(RUN)}
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py")]
    for notebook in (ROOT / "notebooks").rglob("*.ipynb"):
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        # A line of IPython's own (%matplotlib, !ls) is not Python.
        sources.append(re.sub(r"^\s*[%!].*$", "", "\n".join(code), flags=re.M))
    imported = set()
    for tree in map(ast.parse, sources):
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                imported.add(node.module.partition(".")[0])
    imported -= sys.stdlib_module_names | {"analysis", "planeval"}
    providers = packages_distributions()
    undeclared = {
        name
        for name in imported
        if not declared & {canonicalize_name(found) for found in providers.get(name, [name])}
    }
    assert not undeclared


# --- what the guides say -----------------------------------------------------------------


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_readme_names_exactly_the_two_commands(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    commands = [line.strip() for block in fenced(ROOT / name) for line in block.splitlines()]
    commands += re.findall(r"`(make [^`\n]+)`", text)
    targets = {line.split()[1] for line in commands if line.startswith("make ")}
    assert targets == {"report", "test"}
    assert {"make report", "make test"} <= set(commands)


def test_the_two_install_guides_give_the_same_commands():
    english, chinese = (fenced(ROOT / "docs" / name) for name in ("install.md", "install.zh.md"))
    assert english == chinese and len(english) >= 4


def test_the_windows_route_installs_what_the_makefile_installs():
    guide = "\n".join(fenced(ROOT / "docs" / "install.md"))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "--require-hashes -r requirements.lock" in guide
    assert "--require-hashes --requirement $(1)" in makefile
    assert "--no-build-isolation --no-deps -e ." in guide
    assert "--no-build-isolation --no-deps --editable ." in makefile
    script = PYPROJECT["project"]["scripts"]
    assert list(script) == ["planeval"] and r".venv\Scripts\planeval report" in guide


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="attributes are git's")
@pytest.mark.parametrize("name", ["data/x.csv", "notebooks/x.ipynb", ".ci/run", "Makefile"])
def test_line_ends_do_not_depend_on_the_system(name):
    command = ["git", "check-attr", "eol", "--", name]
    shown = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert shown.split()[-1] == "lf"


# --- the Makefile, played with a Python that only writes down what it is asked -------------

ACTOR = """#!/bin/sh
# Plays Python {version}: makes "environments" and notes every call of a module.
case "$1 $2" in
  *version_info*) exit {too_old} ;;
  *ensurepip*) exit {no_venv} ;;
esac
[ "$1" = -m ] || exit 1
shift
echo "$*" >> "$ACTOR_LOG"
[ "$1" = pip ] && [ "$2" = install ] && exit "${{ACTOR_PIP:-0}}"
[ "$1" = venv ] || exit 0
for folder in "$@"; do :; done
mkdir -p "$folder/bin" && : > "$folder/pyvenv.cfg" && cp "$0" "$folder/bin/python"
printf '#!/bin/sh\\necho "asked: $*"\\n' > "$folder/bin/planeval"
chmod +x "$folder/bin/planeval"
"""


class Stage:
    """A copy of the project's set-up files, with an actor in Python's place."""

    def __init__(self, folder: Path) -> None:
        self.project, self.log = folder / "规划 评估", folder / "calls.log"
        self.project.mkdir()
        for name in ("Makefile", "pyproject.toml", *LOCKS):
            shutil.copy(ROOT / name, self.project / name)
        self.python = folder / "python"
        self.cast()

    def cast(self, *, too_old: int = 0, no_venv: int = 0) -> None:
        text = ACTOR.format(version="3.11", too_old=too_old, no_venv=no_venv)
        self.python.write_text(text, encoding="utf-8")
        self.python.chmod(0o755)

    def make(self, *words: str, cwd: Path | None = None, **variables: str):
        # What a surrounding make hands down must not steer this one.
        inherited = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "VENV", "PYTHON")
        env = {name: value for name, value in os.environ.items() if name not in inherited}
        env |= {"ACTOR_LOG": str(self.log), "PYTHON": str(self.python), **variables}
        return subprocess.run(
            ["make", *words], cwd=cwd or self.project, env=env, capture_output=True, text=True
        )

    def calls(self) -> list[str]:
        """Return the module calls since the last look."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return lines


INSTALL = "pip install --no-build-isolation --no-deps --editable ."
FROM_LOCK = "pip install --require-hashes --requirement"
NEEDS_MAKE = pytest.mark.skipif(shutil.which("make") is None, reason="the route without make")


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path)


@NEEDS_MAKE
def test_report_sets_up_once_and_ends_with_the_reports_own_words(stage):
    first = stage.make("report")
    assert first.returncode == 0, first.stderr
    assert first.stdout.splitlines()[-2:] == [
        ".venv/bin/planeval report jiaxing-14fyp --year 2024",
        "asked: report jiaxing-14fyp --year 2024",
    ]
    assert stage.calls() == ["venv .venv", f"{FROM_LOCK} requirements.lock", INSTALL]
    again = stage.make("report", "PLAN=jiaxing-13fyp", "YEAR=2020")
    assert again.stdout.splitlines()[-1] == "asked: report jiaxing-13fyp --year 2020"
    assert stage.calls() == []


@NEEDS_MAKE
def test_test_sets_itself_up_and_serves_report_as_well(stage):
    assert stage.make("test", "TESTS=tests/test_units.py -x").returncode == 0
    expected = ["venv .venv", f"{FROM_LOCK} requirements-dev.lock", INSTALL]
    spread = "--numprocesses auto --maxprocesses 4 --dist loadfile"
    assert stage.calls() == [*expected, f"pytest -m not slow {spread} tests/test_units.py -x"]
    assert stage.make("test", "TESTS=tests/test_units.py", "SPREAD=").returncode == 0
    assert stage.calls() == ["pytest -m not slow tests/test_units.py"]
    assert stage.make("test-slow", "SPREAD=").returncode == 0
    assert stage.calls() == ["pytest -m slow"]
    assert stage.make("report").returncode == 0
    assert stage.calls() == []


@NEEDS_MAKE
def test_a_changed_lock_is_installed_into_the_same_environment(stage):
    stage.make("report")
    stage.calls()
    later = (stage.project / ".venv/.ready-to-run").stat().st_mtime + 10
    os.utime(stage.project / "requirements.lock", (later, later))
    stage.make("report")
    assert stage.calls() == [f"{FROM_LOCK} requirements.lock", INSTALL]


@NEEDS_MAKE
def test_a_set_up_that_failed_is_not_taken_for_done(stage):
    assert stage.make("report", ACTOR_PIP="1").returncode != 0
    stage.calls()
    assert stage.make("report").returncode == 0
    assert stage.calls() == [f"{FROM_LOCK} requirements.lock", INSTALL]


@NEEDS_MAKE
def test_a_moved_project_leaves_its_old_place_behind(stage):
    stage.make("report")
    stage.calls()
    stage.project = stage.project.rename(stage.project.with_name("elsewhere"))
    assert stage.make("report").returncode == 0
    assert stage.calls() == ["venv --clear .venv", f"{FROM_LOCK} requirements.lock", INSTALL]
    stage.make("report")
    assert stage.calls() == []


@NEEDS_MAKE
def test_it_works_from_another_folder_and_into_another_environment(stage, tmp_path):
    elsewhere = tmp_path / "env"
    ran = stage.make("-C", str(stage.project), "report", f"VENV={elsewhere}", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert (elsewhere / ".ready-to-run").exists() and not (stage.project / ".venv").exists()


@NEEDS_MAKE
@pytest.mark.parametrize(
    ("cast", "chinese", "english"),
    [
        ({"too_old": 1}, "找不到 Python 3.11", "No Python 3.11 or newer found"),
        ({"no_venv": 1}, "缺少 venv 模块", "has no venv module"),
    ],
)
def test_what_is_missing_is_said_in_both_languages(stage, cast, chinese, english):
    stage.cast(**cast)
    ran = stage.make("report")
    assert ran.returncode != 0
    assert chinese in ran.stderr and english in ran.stderr
    assert not (stage.project / ".venv").exists()


@NEEDS_MAKE
def test_clean_keeps_the_environment_and_the_published_reports(stage):
    stage.make("report")
    stage.calls()
    for name in ("build", "reports/p/2024", "src/planeval/__pycache__", "tests"):
        (stage.project / name).mkdir(parents=True)
    assert stage.make("clean").returncode == 0
    assert not (stage.project / "build").exists()
    assert [path.name for path in (stage.project / "src").rglob("*")] == ["planeval"]
    assert (stage.project / "reports/p/2024").exists()
    stage.make("report")
    assert stage.calls() == []
