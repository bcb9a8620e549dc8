"""Rendering twice: the same bytes for HTML, PDF, CSV and JSON, the same content for the others."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from openpyxl import load_workbook

from analysis.data.errors import InputError
from analysis.targets.evaluation import Evaluation, evaluate
from planeval.report.place import CHARTS, FORMATS, OWN
from planeval.report.render import ReportMeta, ReportPaths, bind, render
from planeval.words.reasons import record

SETUP = "plan = None\nyear = None\nas_of = None\nlanguage = None"
SHOW = """
from analysis.targets.evaluation import evaluate
from planeval.chapters.base import show, targets_table
from planeval.show.lines import line_chart
import pandas as pd
found = evaluate(plan, year, as_of)
values = found.get("gdp").series.values()
frame = pd.DataFrame({"year": values.index, "value": values.to_numpy(), "series": "产值"})
show(line_chart(frame, "产值上升", source="来源：S1", key="gdp", subtitle="亿元"))
show(targets_table(found, found.of(domain="gdp"), key="all"))
"""


def chapter(folder: Path, name: str, *codes: str) -> None:
    """Write a chapter; its cells have new random names every time, as an editor gives them."""
    first = new_code_cell(SETUP)
    first.metadata["tags"] = ["parameters"]
    cells = [new_markdown_cell("# 章"), first, *map(new_code_cell, codes)]
    nbformat.write(new_notebook(cells=cells), folder / name)


@pytest.fixture(scope="module")
def judged() -> Evaluation:
    return evaluate("jiaxing-14fyp", 2024)


def rendered(judged: Evaluation, chapters: Path, out: Path) -> ReportPaths:
    meta = ReportMeta(
        "实施情况", "年度监测", "嘉兴港区", "“十四五”规划", 2024, judged.as_of, "年度监测"
    )
    return render(
        "jiaxing-14fyp", 2024, as_of=judged.as_of, notebooks_dir=chapters, out_dir=out, meta=meta,
        evaluation=record(judged), annex=judged, progress=False, workers=1,
    )  # fmt: skip


@pytest.fixture(scope="module")
def twice(judged, tmp_path_factory) -> tuple[Path, Path]:
    """Render one report twice, into two places, each in kernels of its own."""
    chapters = tmp_path_factory.mktemp("chapters")
    chapter(chapters, "01.ipynb", SHOW)
    chapter(chapters, "02.ipynb", "from planeval.chapters.base import show\nshow('文字。')")
    places = [tmp_path_factory.mktemp(name) / "2024" for name in ("first", "second")]
    for place in places:
        rendered(judged, chapters, place)
    return places[0], places[1]


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.mark.slow
def test_all_files_but_the_times_are_the_same_bytes(twice):
    first, second = (files(folder) for folder in twice)
    assert first.keys() == second.keys()
    assert {f"report.{kind}" for kind in FORMATS} <= first.keys()
    assert {name.split("/")[0] for name in first} == OWN
    different = {name for name in first if first[name] != second[name]}
    assert different <= {"timings.json"}


def test_word_and_excel_have_the_same_content(twice):
    # said apart from the bytes, which a later library may pack in another way
    for name in ("report.docx", "report.xlsx"):
        parts = []
        for folder in twice:
            with zipfile.ZipFile(folder / name) as archive:
                parts.append({item: archive.read(item) for item in archive.namelist()})
        assert parts[0] == parts[1]


def test_cells_of_executed_chapters_are_named_by_their_place(twice):
    for name in ("01.ipynb", "02.ipynb"):
        made = nbformat.read(twice[0] / "notebooks" / name, as_version=4)
        assert [cell.id for cell in made.cells] == [
            f"cell-{n}" for n in range(1, len(made.cells) + 1)
        ]
        nbformat.validate(made)


@pytest.mark.slow
def test_a_second_rendering_replaces_charts_and_keeps_others_files(judged, twice):
    folder = twice[1]
    (folder / CHARTS / "9-9-old.csv").write_text("old", encoding="utf-8")
    (folder / "批示.txt").write_text("同意", encoding="utf-8")
    chapters = folder.parent / "chapters"
    chapters.mkdir()
    chapter(chapters, "01.ipynb", SHOW)
    rendered(judged, chapters, folder)
    assert not (folder / CHARTS / "9-9-old.csv").exists()
    assert (folder / CHARTS / "1-1-gdp.csv").exists() and (folder / "批示.txt").exists()


def test_the_manifest_names_every_output(twice):
    account = json.loads((twice[0] / "manifest.json").read_text(encoding="utf-8"))
    for group, place in (("outputs", ""), ("charts", f"{CHARTS}/")):
        for name, told in account[group].items():
            content = (twice[0] / f"{place}{name}").read_bytes()
            assert hashlib.sha256(content).hexdigest() == told
    assert "report.xlsx" in account["outputs"] and "index.csv" in account["charts"]


def test_the_workbook_of_a_report_is_the_evaluation_s(twice, judged):
    book = load_workbook(twice[0] / "report.xlsx")
    assert book.properties.created.date() == judged.as_of
    assert book.sheetnames[0] == "记分板"


def test_a_workbook_needs_an_evaluation(tmp_path):
    with pytest.raises(InputError, match="xlsx"):
        bind([], meta=None, out_dir=tmp_path, formats=("xlsx",), manifest={})  # type: ignore[arg-type]
