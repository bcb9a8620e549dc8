"""A data folder older than the program: read as it is, brought up in one step, given back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from inprocess import chapter
from openpyxl import load_workbook
from roots import HOME, Root
from tests.planeval.intake.test_examine import PUBLISHED, figure, table
from tests.planeval.newplan.test_draft import ID, TABLE, TARGETS, begun, columns, confirm, edit

from analysis.data import schema
from analysis.data.errors import InputError
from analysis.data.observations import load
from analysis.data.plan import load_plan
from analysis.data.schema import OPTIONAL, OPTIONAL_OF_PLAN, OWN, read_table
from planeval.cli.app import main
from planeval.files.changes import TITLES, resource
from planeval.intake import migrate
from planeval.intake.migrate import widened
from planeval.newplan.finish import finish, open_draft
from planeval.words.letters import check_tables

PLAN = "jiaxing-14fyp"
COLUMNS = {"observations": "note", "claims": "value_high", "assignments": "unit"}
#: The first with its schema, the second without, the third of each plan.
TABLES = ("comparators", "emission_factors", "path")


def package(root: Root) -> Path:
    return root.path / "data" / "datapackage.json"


def schema_of(root: Root, name: str) -> Path:
    return root.path / "data" / "schemas" / f"{name}.json"


def without_column(root: Root, name: str, column: str) -> None:
    """Take a column out of a schema and of every table that has it."""
    path = schema_of(root, name)
    spec = json.loads(path.read_text("utf-8"))
    spec["fields"] = [field for field in spec["fields"] if field["name"] != column]
    path.write_text(json.dumps(spec, ensure_ascii=False, indent=1) + "\n", "utf-8")
    for table_ in (root.path / "data").rglob(f"{name}.csv"):
        own = table_.relative_to(root.path / "data").as_posix().removesuffix(".csv")
        own = own.removeprefix("plans/")
        rows = root.rows(own)
        head = [other for other in root.columns(own) if other != column]
        root.file(own).write_text(",".join(head) + "\n", "utf-8")
        root.write(own, [{k: v for k, v in row.items() if k != column} for row in rows])


def without_table(root: Root, name: str, *, described: bool = False) -> None:
    """Take a table out of the folder, and out of the data package unless it stays described."""
    for path in (root.path / "data").rglob(f"{name}.csv"):
        path.unlink()
    if described:
        return
    told = json.loads(package(root).read_text("utf-8"))
    told["resources"] = [r for r in told["resources"] if Path(r["path"]).stem != name]
    package(root).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")


def older(root: Root) -> Root:
    """Make a folder what it was before the program knew some of its columns and tables."""
    for name, column in COLUMNS.items():
        without_column(root, name, column)
    for name in TABLES:
        without_table(root, name)
    for name in TABLES[1:]:
        schema_of(root, name).unlink()
    return root


def contents(root: Root) -> dict[str, bytes]:
    paths = (root.path / "data").rglob("*")
    files = {path.relative_to(root.path).as_posix(): path for path in paths if path.is_file()}
    return {
        name: path.read_bytes()
        for name, path in files.items()
        if not name.startswith("data/changes") and "/." not in name
    }


def run(root: Root, *words: str, code: int = 0) -> None:
    assert main([*words, "--root", str(root.path)]) == code


def evaluated(root: Root, capsys: Any) -> dict[str, Any]:
    capsys.readouterr()
    run(root, "evaluate", PLAN, "--year", "2024", "--json", "-")
    return json.loads(capsys.readouterr().out)


def later_program(monkeypatch: pytest.MonkeyPatch, folder: Path, table_: str, column: str) -> None:
    """Let the program's schema of a table have a field more, as a later version might."""
    own = shutil.copytree(OWN, folder / "own")
    spec = json.loads((own / f"{table_}.json").read_text("utf-8"))
    spec["fields"].append({"name": column, "type": "string"})
    (own / f"{table_}.json").write_text(json.dumps(spec, ensure_ascii=False), "utf-8")
    monkeypatch.setattr(schema, "OWN", own)
    monkeypatch.setattr(migrate, "OWN", own)


# --- what the program carries ---------------------------------------------------------------


def test_the_program_carries_the_schemas_of_the_project() -> None:
    ours = {path.name: path.read_bytes() for path in OWN.iterdir()}
    theirs = {path.name: path.read_bytes() for path in (HOME / "data" / "schemas").iterdir()}
    assert ours == theirs


def test_the_program_describes_its_tables_as_the_project_does() -> None:
    told = json.loads((HOME / "data" / "datapackage.json").read_text("utf-8"))["resources"]
    known = {item["path"]: item for item in told}
    assert set(TITLES) == {*OPTIONAL, *OPTIONAL_OF_PLAN, "targets"}
    for name in OPTIONAL:
        assert resource(name) == known[f"{name}.csv"]
    for name in ("targets", *OPTIONAL_OF_PLAN):
        assert resource(name, PLAN) == known[f"plans/{PLAN}/{name}.csv"]


# --- an older folder is read as it is -------------------------------------------------------


def test_a_column_the_folder_does_not_know_reads_as_empty(root: Root) -> None:
    whole = load(root.path).claims
    without_column(root, "claims", "value_high")
    read = load(root.path).claims
    assert list(read["value_high"]) == [None] * len(whole)
    assert list(read["printed_value_high"]) == [""] * len(whole)
    assert list(read["locator"]) == list(whole["locator"]) and set(read) == set(whole)


def test_the_table_is_still_held_against_the_folder_s_own_schema(root: Root) -> None:
    path = schema_of(root, "claims")
    own = path.read_bytes()
    without_column(root, "claims", "value_high")
    path.write_bytes(own)
    with pytest.raises(InputError) as caught:
        load(root.path)
    assert (caught.value.code, caught.value.column) == ("table_lacks_column", "value_high")


def test_a_column_no_row_can_do_without_is_not_made_up(root: Root) -> None:
    without_column(root, "claims", "locator")
    with pytest.raises(InputError) as caught:
        load(root.path)
    assert (caught.value.file, caught.value.column) == ("data/schemas/claims.json", "locator")


@pytest.mark.parametrize("name", OPTIONAL)
def test_a_table_that_is_described_and_not_there_is_missing(
    root: Root, name: str, capsys: Any
) -> None:
    without_table(root, name, described=True)
    run(root, "check", code=2)
    err = capsys.readouterr().err
    assert f"{name}.csv" in err and "Traceback" not in err


@pytest.mark.parametrize("name", sorted(set(OPTIONAL_OF_PLAN) - {"responsible"}))
def test_so_is_a_plan_s_table(root: Root, name: str, capsys: Any) -> None:
    without_table(root, name, described=True)
    run(root, "evaluate", PLAN, "--year", "2024", code=2)
    assert f"{PLAN}/{name}.csv" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["regions", "sources", "observations", "plans", "priors"])
def test_nothing_is_judged_without_the_tables_all_rests_on(root: Root, name: str) -> None:
    without_table(root, name)
    run(root, "evaluate", PLAN, "--year", "2024", code=2)


@pytest.mark.slow
def test_every_command_and_chapter_does_without_what_is_optional(
    root: Root, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (*OPTIONAL, *OPTIONAL_OF_PLAN):
        without_table(root, name)
        schema_of(root, name).unlink()
    run(root, "check")
    check_tables(root.path)
    assert evaluated(root, capsys)["indicators"]
    run(root, "template", PLAN, "--year", "2025", str(tmp_path / "made.xlsx"))
    assert "年度计划 Yearly path" not in load_workbook(tmp_path / "made.xlsx").sheetnames
    monkeypatch.setenv("PLANEVAL_ROOT", str(root.path))
    for name in ("04", "05", "07", "10", "11"):  # these read tables of their own
        for language in ("zh", "en"):
            assert chapter(name, PLAN, 2024, language=language)


# --- brought up -----------------------------------------------------------------------------


def test_nothing_to_migrate(root: Root, capsys: Any) -> None:
    before = contents(root)
    run(root, "migrate")
    out = capsys.readouterr().out
    assert "没有要补的" in out and "Nothing to migrate" in out
    assert contents(root) == before and not (root.path / "data" / "changes.csv").exists()


def test_an_older_folder_is_brought_up_and_given_back(root: Root, capsys: Any) -> None:
    older(root)
    before, judged = contents(root), evaluated(root, capsys)
    run(root, "check")
    capsys.readouterr()
    run(root, "migrate", "--note", "换用新程序", "--who", "甲")
    out = capsys.readouterr().out
    for name, column in COLUMNS.items():
        assert f"{name}.csv  新列 new columns: {column}\n" in out
    assert "data/comparators.csv  新表 new table\n" in out
    assert f"data/plans/{PLAN}/path.csv  新表 new table\n" in out
    assert "改动第 1 号" in out and "Added as change 1." in out
    after = contents(root)
    for name, raw in before.items():  # every byte of every row stands where it stood
        if name.endswith(".csv"):
            old, new = raw.split(b"\n"), after[name].split(b"\n")
            assert len(old) == len(new)
            assert all(now.startswith(then) for then, now in zip(old, new, strict=True)), name
    for name in (*COLUMNS, *TABLES):  # and the folder knows what the program knows
        spec = json.loads(schema_of(root, name).read_text("utf-8"))
        own = json.loads((OWN / f"{name}.json").read_text("utf-8"))
        assert {f["name"] for f in spec["fields"]} == {f["name"] for f in own["fields"]}
    assert root.rows("comparators") == root.rows(f"{PLAN}/path") == []
    assert evaluated(root, capsys) == judged
    run(root, "migrate")
    assert "Nothing to migrate" in capsys.readouterr().out
    run(root, "undo")
    assert contents(root) == before
    assert evaluated(root, capsys) == judged
    run(root, "log")
    shown = capsys.readouterr().out
    assert "migrate" in shown and "换用新程序；plan-evaluation" in shown and "甲" in shown


def test_the_package_brought_up_is_valid(root: Root) -> None:
    from frictionless import Package

    run(older(root), "migrate")
    report = Package(str(package(root))).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "note"])[:5]


def test_rules_an_older_schema_lacks_are_added_and_its_own_stay(root: Root, capsys: Any) -> None:
    path, table_ = schema_of(root, "emission_factors"), root.file("emission_factors").read_bytes()
    spec = json.loads(path.read_text("utf-8"))
    rules = {field["name"]: field.get("constraints", {}) for field in spec["fields"]}
    del rules["oxidation"]["maximum"]
    rules["ncv_unit"]["enum"] = ["GJ/吨", "GJ/桶"]
    rules["carbon_content"]["maximum"] = 90
    del spec["foreignKeys"]
    path.write_text(json.dumps(spec, ensure_ascii=False, indent=1) + "\n", "utf-8")
    before = contents(root)
    run(root, "migrate")
    assert "data/schemas/emission_factors.json  新规则 new rules\n" in capsys.readouterr().out
    made = json.loads(path.read_text("utf-8"))
    rules = {field["name"]: field.get("constraints", {}) for field in made["fields"]}
    assert rules["oxidation"]["maximum"] == 1 and rules["carbon_content"]["maximum"] == 90
    assert rules["ncv_unit"]["enum"] == ["GJ/吨", "GJ/桶", "GJ/万立方米"]
    assert made["foreignKeys"][0]["reference"]["resource"] == "sources"
    assert root.file("emission_factors").read_bytes() == table_
    run(root, "migrate")
    assert "Nothing to migrate" in capsys.readouterr().out
    run(root, "undo")
    assert contents(root) == before


def test_a_folder_that_cannot_be_read_is_left_as_it_is(root: Root, capsys: Any) -> None:
    older(root)
    root.change(
        "observations",
        {"region": "jiaxing-port-area", "indicator": "gdp", "period": "2024"},
        value="abc",
    )
    before = contents(root)
    run(root, "migrate", code=2)
    assert "observations.csv" in capsys.readouterr().err and contents(root) == before


def test_what_a_user_added_stays(root: Root) -> None:
    older(root)
    path = schema_of(root, "claims")
    spec = json.loads(path.read_text("utf-8"))
    spec["fields"].append({"name": "seen_by", "type": "string"})
    path.write_text(json.dumps(spec, ensure_ascii=False), "utf-8")
    root.file("claims").write_bytes(widened(root.file("claims").read_bytes(), ["seen_by"]))
    run(root, "migrate")
    assert root.columns("claims")[-2:] == ["seen_by", "value_high"]


@pytest.mark.parametrize(
    ("raw", "made"),
    [
        (b"a\n1\n", b"a,x\n1,\n"),
        (b"a\r\n1\r\n", b"a,x\r\n1,\r\n"),
        (b"a,b\n1,2", b"a,b,x\n1,2,"),
        (b"\xef\xbb\xbfa,b\n\n,\n", b"\xef\xbb\xbfa,b,x\n\n,,\n"),
        (b'a,b\n"1\n2","c""d\r\n"\n', b'a,b,x\n"1\n2","c""d\r\n",\n'),
        (b'"a,\n",b\n5"6,7\n', b'"a,\n",b,x\n5"6,7,\n'),
        ("标\n甲\n".encode(), "标,x\n甲,\n".encode()),
    ],
)
def test_a_column_goes_to_the_end_of_every_record(raw: bytes, made: bytes) -> None:
    assert widened(raw, ["x"]) == made


# --- what was begun before ------------------------------------------------------------------


def test_a_workbook_of_before_is_imported_after(root: Root, tmp_path: Path, capsys: Any) -> None:
    older(root)
    without_column(root, "sources", "accessed")
    path = tmp_path / "in.xlsx"
    run(root, "template", PLAN, "--year", "2025", str(path))
    run(root, "migrate")
    book = load_workbook(path)
    source = {PUBLISHED.replace(" ", "_"): "2026-01-05", "Reliability": "high｜高"}
    table(book, "来源 Sources", 4, Title="2026年文件", Publisher="管委会", **source)
    figure(book, "gdp", "2025", 240.5, Source="N1")
    book.save(path)
    capsys.readouterr()
    run(root, "import", str(path))
    assert "Imported as change 2" in capsys.readouterr().out
    row = root.rows("observations")[-1]
    assert (row["value"], row["locator"], row["note"]) == ("240.5", "正文", "")
    assert (root.rows("sources")[-1]["title"], root.rows("sources")[-1]["accessed"]) == (
        "2026年文件",
        "",
    )


def test_a_workbook_is_read_by_the_columns_it_was_made_with(
    root: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "in.xlsx"
    run(root, "template", PLAN, "--year", "2025", str(path))
    later_program(monkeypatch, tmp_path, "observations", "compiled_by")
    run(root, "migrate")  # the new column stands before the notes in a workbook made now
    book = load_workbook(path)
    figure(book, "gdp", "2025", 240.5, Note="试")
    book.save(path)
    run(root, "import", str(path))
    row = root.rows("observations")[-1]
    assert (row["value"], row["note"], row["compiled_by"]) == ("240.5", "试", "")


def test_a_column_taken_out_of_a_workbook_is_still_missed(root: Root, tmp_path: Path) -> None:
    older(root)
    path = tmp_path / "in.xlsx"
    run(root, "template", PLAN, "--year", "2025", str(path))
    run(root, "migrate")
    book = load_workbook(path)
    page = book["来源 Sources"]
    page.delete_cols(next(cell.column for cell in page[3] if cell.value == "Address"))
    book.save(path)
    run(root, "import", str(path), code=2)


def begun_before(root: Root, *codes: str) -> Path:
    """Begin a plan with a program that did not know some columns of its draft."""
    (root.path.parent / "plan.txt").write_text(TABLE, "utf-8")
    path = begun(root)

    def change(book: Any) -> None:
        confirm(book)
        for code in codes:
            book[TARGETS].delete_cols(columns(book[TARGETS])[code])

    edit(path, change)
    return path


@pytest.fixture
def apart(tmp_path: Path) -> Root:
    """Return a root beside which a plan's document may stand."""
    return Root(tmp_path / "root")


def test_other_plans_may_be_drafts_meanwhile(apart: Root, capsys: Any) -> None:
    older(apart)
    path = begun_before(apart, "also_at", "note")
    draft = path.read_bytes()
    run(apart, "migrate")
    assert path.read_bytes() == draft
    finish(ID, apart.path)
    assert [row["also_at"] for row in apart.rows(f"{ID}/targets")] == ["", "", ""]
    assert "unit" in apart.columns(f"{ID}/path")
    load_plan(ID, root=apart.path)


def test_a_draft_is_finished_in_a_folder_that_knows_less(apart: Root) -> None:
    older(apart)
    begun_before(apart)
    finish(ID, apart.path)
    assert not apart.file(f"{ID}/path").exists()
    load_plan(ID, root=apart.path)


def test_a_heading_of_a_draft_that_was_renamed_is_missed(apart: Root) -> None:
    path = begun_before(apart)

    def change(book: Any) -> None:
        book[TARGETS].cell(1, columns(book[TARGETS])["note"]).value = "备注 nota"

    edit(path, change)
    with pytest.raises(InputError) as caught:
        open_draft(apart.path, ID)
    assert caught.value.column == "note"


@pytest.mark.parametrize("code", ["confirmed", "indicator", "target_text"])
def test_a_draft_needs_the_columns_every_row_needs(apart: Root, code: str) -> None:
    begun_before(apart, code)
    with pytest.raises(InputError) as caught:
        open_draft(apart.path, ID)
    assert caught.value.column == code


def test_a_draft_that_says_more_than_the_folder_can_hold(apart: Root) -> None:
    without_column(apart, "targets", "also_at")
    path = begun_before(apart)
    edit(path, lambda book: book[TARGETS].cell(2, columns(book[TARGETS])["also_at"], "第2页"))
    with pytest.raises(InputError) as caught:
        finish(ID, apart.path)
    assert caught.value.column == "also_at" and "planeval migrate" in str(caught.value)
    run(apart, "migrate")
    finish(ID, apart.path)
    assert apart.rows(f"{ID}/targets")[0]["also_at"] == "第2页"


def test_a_table_may_be_read_by_itself(root: Root) -> None:
    older(root)
    path = root.path / "data" / "emission_factors.csv"
    found = read_table(path, schema_of(root, "emission_factors"), root.path)
    assert found.empty and "printed_ncv" in found.columns
