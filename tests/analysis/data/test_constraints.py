"""What the schemas ask is asked of every table: `planeval check` names the wrong cell."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from pathlib import Path

import pytest
from roots import Root, observation

from analysis.data import schema
from analysis.data.errors import InputError
from analysis.data.observations import load
from analysis.data.schema import OWN, joined, read_table
from planeval.cli.app import main

PLAN = "jiaxing-14fyp"
MONTHS = {"series": "vancouver-total", "period": "2008-01"}
COAL = {"factor_set": "gbt-2024", "fuel": "bituminous_coal"}
#: A row for each table of which the project's own is empty.
ROWS = {
    "energy_balance": {
        "region": "jiaxing-port-area", "year": "2023", "fuel": "diesel", "flow": "combustion",
        "amount": "1", "unit": "吨", "status": "reported", "published": "2024-05-01",
        "source": "S1", "locator": "试",
    },
    "departments": {
        "department": "bureau", "name_zh": "局", "name_en": "bureau", "source": "S1",
    },
    f"{PLAN}/assignments": {
        "target_id": "gdp", "value": "1", "unit": "亿元", "document": "试", "date": "2022-01-01",
        "source": "S1", "locator": "试",
    },
    f"{PLAN}/path": {
        "target_id": "gdp", "year": "2022", "value": "1", "unit": "亿元", "document": "试",
        "date": "2022-01-01", "source": "S1", "locator": "试",
    },
    f"{PLAN}/revisions": {
        "target_id": "gdp", "field": "withdrawn", "document": "试", "date": "2022-01-01",
        "reason": "试", "source": "S1", "locator": "试",
    },
    f"{PLAN}/responsible": {
        "target_id": "gdp", "department": "bureau", "role": "lead", "document": "试",
        "date": "2022-01-01", "source": "S1", "locator": "试",
    },
}  # fmt: skip


def planted(root: Root, table: str, column: str, value: str) -> int:
    """Put a value into the first row of a table, and return the row's number."""
    if table.endswith("responsible"):
        root.add("departments", ROWS["departments"])
    if not root.rows(table):
        root.add(table, ROWS[table])
    rows = root.rows(table)
    rows[0][column] = value
    root.write(table, rows)
    return 2


def told(root: Root) -> tuple[str, str]:
    """Return what `planeval check` says of a folder it refuses, in Chinese and in English."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        assert main(["check", "--root", str(root.path)]) == 2
    zh, en = err.getvalue().splitlines()
    assert out.getvalue() == ""
    return zh.removeprefix("planeval: "), en.removeprefix("planeval: ")


#: Table, column, value, and what the message holds of it in either language.
WRONG = [
    ("emission_factors", "oxidation", "2200",
     "超出范围；现为“2200”；应为 0 … 1；最接近的有效值：1",
     "out of range; found '2200'; expected 0 … 1"),
    ("emission_factors", "ncv", "-5",
     "超出范围；现为“-5”；应为 >= 1；最接近的有效值：1",
     "out of range; found '-5'; expected >= 1"),
    ("emission_factors", "year", "20024", "超出范围", "out of range; found '20024'"),
    ("energy_balance", "amount", "-1",
     "超出范围；现为“-1”；应为 >= 0", "out of range; found '-1'"),
    ("port_months", "period", "2008--7",
     "格式不符；现为“2008--7”", "the form is wrong; found '2008--7'"),
    ("port_months", "period", "2008-13", "格式不符", "the form is wrong; found '2008-13'"),
    ("priors", "trust", "1.5", "超出范围；现为“1.5”；应为 0 … 1", "out of range; found '1.5'"),
    ("priors", "kind", "nosuch", "不在允许的取值之内", "not one of the allowed values"),
    (f"{PLAN}/targets", "kind", "nosuch",
     "不在允许的取值之内；现为“nosuch”；应为 at_least / at_most",
     "not one of the allowed values; found 'nosuch'; expected at_least / at_most"),
    ("observations", "period", "2021-02-30/2021-03-01", "没有这样的时期", "no such period"),
    ("observations", "period", "2024/2021", "没有这样的时期", "no such period"),
    ("claims", "base_period", "2021-12/2021-01", "没有这样的时期", "no such period"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "column", "value", "zh", "en"), WRONG)
def test_a_value_that_no_cell_of_its_column_can_hold(
    root: Root, table: str, column: str, value: str, zh: str, en: str
) -> None:
    row = planted(root, table, column, value)
    file = f"data/plans/{table}.csv" if "/" in table else f"data/{table}.csv"
    chinese, english = told(root)
    assert chinese.startswith(f"{file}，第 {row} 行，列 {column}：") and zh in chinese
    assert english.startswith(f"{file}, row {row}, column {column}: ") and en in english


def tables_with(column: str) -> list[str]:
    """Return every table of the project, and of one plan, whose schema has a column."""
    of_plan = ("targets", *schema.OPTIONAL_OF_PLAN)
    return [
        f"{PLAN}/{path.stem}" if path.stem in of_plan else path.stem
        for path in sorted(OWN.glob("*.json"))
        if column in joined(path).fields and path.stem != "sources"
    ]


@pytest.mark.parametrize("table", tables_with("unit"))
def test_a_unit_nobody_knows(root: Root, table: str) -> None:
    planted(root, table, "unit", "banana")
    zh, en = told(root)
    file = f"data/plans/{table}.csv" if "/" in table else f"data/{table}.csv"
    assert zh.startswith(f"{file}，第 2 行，列 unit：") and "现为“banana”" in zh
    assert en.startswith(f"{file}, row 2, column unit: ") and "found 'banana'" in en
    assert "最接近的有效值：" in zh and "nearest" in en


@pytest.mark.parametrize("table", tables_with("source"))
def test_a_source_nobody_lists(root: Root, table: str) -> None:
    planted(root, table, "source", "NOSUCH1")
    zh, en = told(root)
    file = f"data/plans/{table}.csv" if "/" in table else f"data/{table}.csv"
    assert zh.startswith(f"{file}，第 2 行，列 source：") and "现为“NOSUCH1”" in zh
    assert en.startswith(f"{file}, row 2, column source: ") and "found 'NOSUCH1'" in en


def test_the_columns_looked_for_are_there() -> None:
    assert len(tables_with("unit")) == 9 and len(tables_with("source")) == 14


def test_every_unit_the_program_knows_is_in_the_schemas() -> None:
    from analysis.data.units import ALIASES, UNITS

    for name in ("observations", "claims", "corrections", "indicators"):
        allowed = joined(OWN / f"{name}.json").fields["unit"]["constraints"]["enum"]
        assert set(allowed) == {*UNITS, *ALIASES} - {""}


def test_the_first_wrong_cell_is_told_row_by_row(root: Root) -> None:
    rows = root.rows("observations")
    rows[5]["region"] = ""  # an earlier column of a later row
    rows[4]["status"], rows[4]["value"] = "finale", "x"
    root.write("observations", rows)
    with pytest.raises(InputError) as caught:
        load(root.path)
    assert (caught.value.row, caught.value.column) == (6, "value")


def test_the_nearest_choice_is_found_in_any_case(root: Root) -> None:
    planted(root, "observations", "status", "REPORTED")
    with pytest.raises(InputError) as caught:
        load(root.path)
    assert caught.value.nearest == "reported"


@pytest.mark.parametrize("column", ["base_year", "start_year", "end_year"])
def test_a_plan_of_a_thousand_million_years_takes_no_memory(root: Root, column: str) -> None:
    planted(root, "plans", column, "1000000000")
    zh, en = told(root)  # a list of the years would take 30 GB
    assert "超出范围；现为“1000000000”；应为 1900 … 2100" in zh and column in en


# --- schemas of the folder ------------------------------------------------------------------


def changed(root: Root, table: str, column: str, **rules: object) -> Path:
    """Change what a folder's schema asks of one column; None takes a rule out."""
    path = root.path / "data" / "schemas" / f"{table}.json"
    spec = json.loads(path.read_text("utf-8"))
    (item,) = [one for one in spec["fields"] if one["name"] == column]
    asked = item.setdefault("constraints", {})
    asked |= {name: value for name, value in rules.items() if value is not None}
    for name in [name for name, value in rules.items() if value is None]:
        asked.pop(name, None)
    path.write_text(json.dumps(spec, ensure_ascii=False), "utf-8")
    return path


def test_an_older_folder_s_schema_is_held_to_what_was_asked_since(root: Root) -> None:
    changed(root, "emission_factors", "oxidation", minimum=None, maximum=None)
    planted(root, "emission_factors", "oxidation", "2200")
    assert "out of range" in told(root)[1]


def test_values_a_folder_allows_besides_are_read(root: Root) -> None:
    changed(root, "regions", "level", enum=["zone", "prefecture", "town"])
    root.change("regions", {"region": "zhapu-port"}, level="town")
    root.change("regions", {"region": "jiaxing-port"}, level="port")  # the program's own word
    assert load(root.path).regions["zhapu-port"]["level"] == "town"


def test_what_a_folder_asks_besides_is_asked(root: Root) -> None:
    changed(root, "regions", "name_zh", maxLength=3)
    with pytest.raises(InputError) as caught:
        load(root.path)
    assert (caught.value.column, caught.value.code) == ("name_zh", "out_of_range")
    changed(root, "regions", "name_zh", maxLength=None)
    load(root.path)
    changed(root, "calibers", "name_en", unique=True)
    rows = root.rows("calibers")
    rows[3]["name_en"] = rows[1]["name_en"]
    root.write("calibers", rows)
    with pytest.raises(InputError) as caught:
        load(root.path)
    assert (caught.value.code, caught.value.row) == ("repeats_row", 5)


def test_what_cannot_be_checked_is_not_passed_over(root: Root) -> None:
    changed(root, "regions", "name_zh", exclusiveMinimum=1)
    zh, en = told(root)
    assert zh.startswith(
        "data/schemas/regions.json，列 name_zh：表格模式要求了本程序不会核对的内容"
    )
    assert "cannot check; found 'exclusiveMinimum'" in en and "nearest" in en


@pytest.mark.parametrize("resource", ["../../x", "nosuch"])
def test_a_key_into_no_table_is_a_mistake_and_no_defect(root: Root, resource: str) -> None:
    path = root.path / "data" / "schemas" / "regions.json"
    spec = json.loads(path.read_text("utf-8"))
    there = {"resource": resource, "fields": "region"}
    spec["foreignKeys"] = [{"fields": "level", "reference": there}]
    path.write_text(json.dumps(spec), "utf-8")
    assert "Traceback" not in told(root)[1]


def test_a_key_of_two_columns_is_checked(tmp_path: Path) -> None:
    (tmp_path / "data" / "schemas").mkdir(parents=True)
    fields = [{"name": "a"}, {"name": "b", "type": "integer"}]
    key = {"fields": ["a", "b"], "reference": {"resource": "y", "fields": ["a", "b"]}}
    for name, more in {"x": {"foreignKeys": [key]}, "y": {}}.items():
        path = tmp_path / "data" / "schemas" / f"{name}.json"
        path.write_text(json.dumps({"fields": fields, **more}), "utf-8")
    (tmp_path / "data" / "datapackage.json").write_text('{"resources": []}', "utf-8")
    (tmp_path / "data" / "y.csv").write_text("a,b\np,1\nq,2\n", "utf-8")
    (tmp_path / "data" / "x.csv").write_text("a,b\nq,2\np,2\n,1\n", "utf-8")
    with pytest.raises(InputError) as caught:
        read_table(tmp_path / "data/x.csv", tmp_path / "data/schemas/x.json", tmp_path)
    assert (caught.value.row, caught.value.column, caught.value.value) == (3, "a, b", "p / 2")


# --- checked once ---------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep what was checked in a place of the test's own, and forget what this process read."""
    path = tmp_path / "cache" / "list.txt"
    monkeypatch.setattr(schema, "list_of_right", lambda: path)
    schema._table.cache_clear()
    schema._right.cache_clear()
    return path


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by the name of every table whose cells are checked."""
    seen: list[str] = []
    check = schema._check_cells

    def told(texts, values, rows, asked, file):
        seen.append(file)
        check(texts, values, rows, asked, file)

    monkeypatch.setattr(schema, "_check_cells", told)
    return seen


def again(root: Root) -> None:
    """Read a folder as the next process would."""
    schema._table.cache_clear()
    schema._right.cache_clear()
    read_table(root.file("regions"), root.path / "data/schemas/regions.json", root.path)


def test_a_table_is_checked_once_whatever_the_process_and_folder(
    root: Root, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = counted(monkeypatch)
    again(root)
    again(root)
    assert seen == ["data/regions.csv"] and len(place.read_text()) == 65
    root.change("regions", {"region": "zhapu-port"}, name_zh="别处")
    again(root)
    assert len(seen) == 2
    changed(root, "regions", "note", pattern=".*")
    again(root)
    assert len(seen) == 3


@pytest.mark.parametrize("content", [b"", b"\0\xff" * 500_000, b"x" * 64 + b"\n", b"8" * 63])
def test_a_list_that_is_none_is_as_good_as_empty(
    root: Root, place: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    seen = counted(monkeypatch)
    place.parent.mkdir()
    place.write_bytes(content)
    again(root)
    again(root)
    assert len(seen) == (2 if content == b"8" * 63 else 1)  # half a line swallows the one after it
    again(root)
    assert len(seen) <= 2 and place.stat().st_size < 1_100_000


def test_where_nothing_can_be_written_every_table_is_checked(
    root: Root, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = counted(monkeypatch)
    place.parent.write_text("a file, no folder")
    again(root)
    again(root)
    assert len(seen) == 2


def test_another_program_s_word_does_not_count(
    root: Root, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = counted(monkeypatch)
    again(root)
    monkeypatch.setattr(schema, "_program", lambda: b"another version")
    again(root)
    assert len(seen) == 2


def test_a_list_that_vouches_for_a_wrong_number_is_not_believed(
    root: Root, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root.change("plans", {"plan": PLAN}, end_year="soon")
    monkeypatch.setattr(schema, "found_right", lambda content: True)
    with pytest.raises(InputError) as caught:
        load(root.path)
    assert (caught.value.column, caught.value.value) == ("end_year", "soon")


def test_the_same_bytes_in_another_folder_are_the_same_data(
    root: Root, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Root(tmp_path_factory.mktemp("other"))
    first, second = load(root.path), load(other.path)
    assert second.observations is first.observations
    assert (first.root, second.root) == (root.path, other.path)
    other.add("observations", observation("gdp", "2022", "200", "亿元", price_basis="current"))
    assert len(load(other.path).observations) == len(first.observations) + 1


def test_a_table_read_may_be_changed_without_the_next_reader_noticing(root: Root) -> None:
    path, asked = root.file("regions"), root.path / "data/schemas/regions.json"
    table = read_table(path, asked, root.path)
    table["name_zh"] = "x"
    table.loc[:, "level"] = "y"
    assert "x" not in set(read_table(path, asked, root.path)["name_zh"])
    assert "y" not in set(read_table(path, asked, root.path)["level"])


def test_200_000_wrong_rows_are_one_message(root: Root) -> None:
    head = root.columns("energy_balance")
    with root.file("energy_balance").open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([head, *(["x"] * len(head) for _ in range(50_000))])
    assert "data/energy_balance.csv, row 2, column year: not a number" in told(root)[1]
