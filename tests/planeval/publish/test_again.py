"""A published revision rendered again from its own snapshot, by the command it names."""

from __future__ import annotations

import datetime as dt
import json
import platform
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from roots import Root

from analysis import __version__
from analysis.data.errors import InputError
from analysis.targets.evaluation import evaluate
from planeval.chapters.record import again
from planeval.cli.app import main
from planeval.publish import basis
from planeval.publish.publish import publish
from planeval.publish.revisions import command_again, last_published, maker_of
from planeval.words.language import speaking

PLAN, YEAR, BEFORE = "jiaxing-14fyp", 2024, "2025-02-28"
GDP_2024 = {"region": "jiaxing-port-area", "indicator": "gdp", "period": "2024"}
SETUP = "plan = None\nyear = None\nas_of = None\nlanguage = None\nprevious = ''"
#: What two reports differ in where the data, the day or the parameter is another.
SHOW = """
from planeval.chapters import record as record
from planeval.show.lines import line_chart
from analysis.targets.evaluation import evaluate
from planeval.chapters.base import show
from planeval.words.language import speak
import pandas as pd
speak(language)
found = evaluate(plan, year, as_of)
values = found.get("gdp").series.values()
frame = pd.DataFrame({"year": values.index, "value": values.to_numpy(), "series": "GDP"})
show(line_chart(frame, "GDP", source="S1", key="gdp", subtitle="GDP"))
show(record.again(found, previous))
"""


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Publish one chapter in both languages a year after another report, then move the data on."""
    root = Root(tmp_path_factory.mktemp("again"))
    (root.path / "notebooks").mkdir()
    first = new_code_cell(SETUP)
    first.metadata["tags"] = ["parameters"]
    book = new_notebook(cells=[new_markdown_cell("# A"), first, new_code_cell(SHOW)])
    nbformat.write(book, root.path / "notebooks" / "01.ipynb")
    earlier = root.path / "reports" / PLAN / str(YEAR - 1) / "r1"
    earlier.mkdir(parents=True)
    told = {"parameters": {"plan": PLAN, "year": YEAR - 1, "as_of": BEFORE}}
    (earlier / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    (earlier / "published.json").write_text('{"published": "2025-03-01", "reason": null}')
    with pytest.MonkeyPatch.context() as patched:
        # restored after: the command tells the chapters' kernels where the project is
        patched.setenv("PLANEVAL_ROOT", str(root.path))
        # somebody may be writing the program while it is tried
        patched.setattr(basis, "code_checksum", lambda: "c0de")
        for language in ("zh", "en"):
            words = ["report", PLAN, "--year", str(YEAR), "--lang", language]
            assert main([*words, "--root", str(root.path)]) == 0
        publish(PLAN, YEAR, root=root.path)
        root.change("observations", GDP_2024, value="230.0")
        yield root.path


def revision(frozen: Path) -> Path:
    return frozen / "reports" / PLAN / str(YEAR) / "r1"


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_command_in_the_record_gives_the_same_bytes(frozen, language, monkeypatch):
    published = contents(revision(frozen))
    record = json.loads(published["published.json"])
    words = shlex.split(record["again"][language])
    assert words[0] == "planeval" and words[words.index("--previous") + 1] == BEFORE
    monkeypatch.chdir(frozen)  # the command speaks of places in the project
    assert main(words[1:]) == 0
    made = contents(frozen / words[words.index("--out") + 1])
    del made["timings.json"]
    below = "" if language == "zh" else "en/"
    was = {
        name.removeprefix(below): data for name, data in published.items() if name.startswith(below)
    }
    assert {"report.html", "report.pdf", "report.docx", "report.xlsx", "charts/1-1-gdp.csv",
            "notebooks/01.ipynb", "manifest.json", "evaluation.json"} <= made.keys()  # fmt: skip
    assert {name for name in made if made[name] != was[name]} == set()
    assert contents(revision(frozen)) == published  # nothing was written beside it
    assert f"--previous {BEFORE}" in made["report.html"].decode()  # the report says it itself


@pytest.mark.parametrize("told", [True, False], ids=["version", "checksum only"])
def test_a_revision_of_another_program_is_rendered_with_a_note(
    frozen, tmp_path, monkeypatch, capsys, told
):
    root = shutil.copytree(frozen, tmp_path / "root")
    manifest = json.loads((revision(root) / "manifest.json").read_text("utf-8"))
    assert manifest["packages"]["plan-evaluation"] == __version__
    if not told:
        del manifest["packages"]["plan-evaluation"], manifest["python"]
        (revision(root) / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    words = ["report", PLAN, "--year", str(YEAR), "--root", str(revision(root) / "snapshot")]
    words += ["--as-of", manifest["parameters"]["as_of"], "--formats", "html"]
    assert main([*words, "--out", str(tmp_path / "same")]) == 0
    assert "planeval:" not in capsys.readouterr().err  # the same program: nothing to say
    monkeypatch.setattr(basis, "code_checksum", lambda: "0ther" * 12)
    assert main([*words, "--out", str(tmp_path / "other")]) == 0
    err = capsys.readouterr().err
    python = platform.python_version()
    made = f"{__version__} (code c0de, Python {python})" if told else "(code c0de)"
    now = f"{__version__} (code 0ther0ther0t, Python {python})"
    assert f"made by plan-evaluation {made}; the program at work is plan-evaluation {now}" in err
    assert "不会与已发布的逐字节相同" in err and (tmp_path / "other" / "report.html").is_file()


def test_only_a_published_revision_has_a_maker(frozen):
    assert maker_of(frozen) is None and maker_of(revision(frozen)) is None
    maker = maker_of(revision(frozen) / "snapshot")
    assert (maker.version, maker.code) == (__version__, "c0de")
    assert maker.published == str(dt.date.today())


def test_without_the_parameter_the_snapshot_takes_what_its_report_was_told(frozen):
    snapshot = revision(frozen) / "snapshot"
    assert last_published(snapshot, PLAN, YEAR) == BEFORE
    assert last_published(snapshot, PLAN, YEAR + 1) == ""  # of another report it knows nothing
    assert last_published(frozen, PLAN, YEAR) == BEFORE
    assert last_published(frozen, PLAN, YEAR - 1) == ""
    # a report on the same data is no earlier one: what is left is the day a year before
    day = dt.date.fromisoformat(BEFORE)
    assert last_published(frozen, PLAN, YEAR, day) == ""
    assert last_published(frozen, PLAN, YEAR, day + dt.timedelta(days=1)) == BEFORE


def test_no_draft_is_written_into_a_revision(frozen, capsys):
    before = contents(revision(frozen))
    words = ["report", PLAN, "--year", str(YEAR), "--root", str(revision(frozen) / "snapshot")]
    assert main(words) == 2 and "--out" in capsys.readouterr().err
    with pytest.raises(InputError):
        publish(PLAN, YEAR, root=revision(frozen) / "snapshot")  # there is no draft in it either
    assert contents(revision(frozen)) == before


@pytest.mark.parametrize("below", [".", "snapshot/build/x", "charts"])
def test_no_draft_goes_over_or_below_what_is_published(frozen, capsys, below):
    before, out = contents(frozen / "reports"), revision(frozen) / below
    words = ["report", PLAN, "--year", str(YEAR), "--root", str(frozen), "--formats", "html"]
    assert main([*words, "--out", str(out)]) == 2
    err = capsys.readouterr().err
    assert "已发布的版本里不再写入" in err and "--out DIR" in err
    assert contents(frozen / "reports") == before


@pytest.mark.parametrize(
    "words", [["import", "x.xlsx"], ["undo"], ["migrate"], ["new", "p", "--finish"]]
)
def test_the_data_a_published_report_rests_on_are_not_changed(frozen, capsys, words):
    before = contents(frozen / "reports")
    assert main([*words, "--root", str(revision(frozen) / "snapshot")]) == 2
    assert "nothing is written into a published revision" in capsys.readouterr().err
    assert contents(frozen / "reports") == before


def test_the_chapter_and_the_record_name_the_same_parameters():
    judged = evaluate(PLAN, YEAR)
    told = {"plan": PLAN, "year": YEAR, "as_of": judged.as_of, "language": "en",
            "previous": BEFORE, "scenario": "low"}  # fmt: skip
    with speaking("en"):
        words = again(judged, BEFORE, "low")
    own = command_again(told, 3).partition(" --root ")[0]
    assert f"`{own}`" in words
    assert own.endswith(f"--previous {BEFORE} --scenario low --lang en")
    assert "--previous" not in again(judged) and "--scenario" not in again(judged)
