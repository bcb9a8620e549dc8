"""Every odd table is refused by every command that reads it, in one message, or read rightly."""

from __future__ import annotations

import nbformat
import pytest
from bad_inputs import COMMANDS, PLAN, Bad, cases, faults_of, run, stands
from bad_workbooks import BadFile, files
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from roots import Root
from tests.planeval.files.test_safe import HOSTILE

#: What takes seconds to make and to refuse.
LARGE = {"10^6 rows", "500 MB of nothing", "a cell of 10^7 characters", "a header of 10^5 columns"}
CASES = [
    pytest.param(bad, id=bad.name.encode("unicode_escape").decode(), marks=pytest.mark.slow)
    if bad.name in LARGE
    else pytest.param(bad, id=bad.name.encode("unicode_escape").decode())
    for bad in cases()
]


@pytest.mark.parametrize("bad", CASES)
def test_an_odd_table_is_refused_or_read(root: Root, bad: Bad):
    answered(root, bad, COMMANDS[bad.first :][:1])


@pytest.mark.slow
@pytest.mark.parametrize("bad", CASES)
def test_every_other_command_that_reads_it_answers_alike(root: Root, bad: Bad):
    answered(root, bad, COMMANDS[bad.first + 1 : 3 if bad.told is None else None])


def answered(root: Root, bad: Bad, commands: tuple[tuple[str, ...], ...]) -> None:
    """Harm a project and hold what each command says of it against what is expected."""
    bad.harm(root)
    before = stands(root.path)
    for words in commands:
        code, out, err = run(root.path, *words)
        if bad.told is None:
            assert (code, err) == (0, ""), words
        else:
            assert faults_of(code, out, err, bad.told) == [], words
        assert stands(root.path) == before, words


# the harmful ones have a test of their own, in test_intake_safety
FILES = [bad for bad in files() if bad.name not in HOSTILE]


@pytest.mark.parametrize("bad", FILES, ids=lambda bad: bad.name.encode("unicode_escape").decode())
def test_an_odd_file_is_not_imported(root: Root, bad: BadFile):
    path = root.path / "in.xlsx"
    bad.make(path)
    before = stands(root.path)
    code, out, err = run(root.path, "import", str(path))
    if bad.findings:
        assert code == 2 and "未写入" in out and "Nothing was written" in out and err == ""
        assert stands(root.path / "data") == {
            name.removeprefix("data/"): told
            for name, told in before.items()
            if name.startswith("data/")
        }
    else:
        assert faults_of(code, out, err, "in.xlsx") == []
        assert stands(root.path) == before


# --- mark-up in names ------------------------------------------------------------------------

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)> [x](javascript:alert(3))${7*7}"
CHAPTER = (
    "from planeval.chapters import overview as overview\n"
    "from analysis.targets.evaluation import evaluate\n"
    "from planeval.chapters.base import show\n"
    "from planeval.chapters import other as other\n"
    "evaluation = evaluate(plan, year, as_of or None)\n"
    "show(other.scope(evaluation), *other.groups(evaluation))"
)


def test_mark_up_in_names_is_printed_never_obeyed(root: Root):
    where = f"{PLAN}/targets"
    rows = root.rows(where)
    for row in rows:
        row |= {"name_zh": row["name_zh"] + EVIL, "group_zh": row["group_zh"] + EVIL}
        row |= {"note": EVIL, "locator": EVIL, "target_text": row["target_text"]}
    root.write(where, rows)
    for table, columns in {
        "plans": ("name_zh", "note"),
        "regions": ("name_zh", "note"),
        "indicators": ("name_zh", "note"),
        "sources": ("title", "publisher", "note"),
        "observations": ("locator", "note"),
    }.items():
        rows = root.rows(table)
        for row in rows:
            row |= {column: row[column] + EVIL for column in columns}
        root.write(table, rows)
    (root.path / "notebooks").mkdir()
    parameters = new_code_cell("plan = None\nyear = None\nas_of = None\nlanguage = 'zh'")
    parameters.metadata["tags"] = ["parameters"]
    cells = [new_markdown_cell("# 章\n\n## 节"), parameters, new_code_cell(CHAPTER)]
    nbformat.write(new_notebook(cells=cells), root.path / "notebooks" / "01_x.ipynb")
    code, _, err = run(root.path, "report", PLAN, "--year", "2024", "--formats", "html")
    assert code == 0, err
    text = (root.path / "build" / PLAN / "2024" / "report.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)" in text
    page = BeautifulSoup(text, "html.parser")
    scripts = [script.get_text() for script in page.find_all("script")]
    assert not [script for script in scripts if script.strip().startswith("alert(")]
    assert not page.find_all(attrs={"onerror": True}) and not page.find_all("img", src="x")
    links = [link.get("href", "") for link in page.find_all("a")]
    assert links and not [link for link in links if link.strip().lower().startswith("javascript")]
