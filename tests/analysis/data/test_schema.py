"""Reading tables: what is wrong is told with its cell, what is right reads alike anywhere."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from roots import HOME, refused

from analysis.data.errors import InputError, Reason, brief, nearest
from analysis.data.observations import load
from analysis.data.plan import load_plan
from analysis.data.schema import read_table

OBSERVATIONS = "data/observations.csv"
GDP_2024 = {"region": "jiaxing-port-area", "indicator": "gdp", "period": "2024"}


def place(error):
    return error.file, error.row, error.column


# --- figures ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("abc", None),
        ("92以上", "92"),
        ("２２６", "226"),  # full-width digits read as a number by Python, but not by a checker
        ("1,200", "1200"),
        ("1 200", "1200"),
        ("nan", None),
        ("inf", None),
        ("-inf", None),
        ("1e400", None),
        ("1_000", "1000"),
        ("٢٢٦", None),
        ("226亿元", "226"),
        ("=226", "226"),
        ("--", None),
    ],
)
def test_a_figure_that_is_no_number(root, text, near):
    row = root.change("observations", GDP_2024, value=text)
    error = refused(root)
    assert place(error) == (OBSERVATIONS, row, "value")
    assert error.value == text and error.nearest == near
    assert error.code == "not_number" and error.expected == Reason("number_such_as")


def test_an_empty_figure_is_unknown_and_refused_where_it_must_stand(root):
    row = root.change("observations", GDP_2024, value="")
    error = refused(root)
    assert place(error) == (OBSERVATIONS, row, "value") and error.expected == "数值"


@pytest.mark.parametrize("text", ["226", "226.00", "+226", "2.26e2", " 226 "])
def test_a_figure_may_be_printed_in_several_ways(root, text):
    root.change("observations", GDP_2024, value=text)
    found = [
        o for o in load(root.path).by_series[GDP_2024["region"], "gdp"] if o["period"] == "2024"
    ]
    assert found[0]["value"] == 226.0 and found[0]["printed_value"] == text.strip()


@pytest.mark.parametrize(
    ("column", "text", "near"),
    [
        ("published", "2025/12/23", "2025-12-23"),
        ("published", "2025年12月23日", "2025-12-23"),
        ("published", "20251223", None),
        ("published", "2025-13-01", None),
        ("published", "2025-12-23T00:00", None),
        ("period", "２０２４", "2024"),
        ("period", "2024年", None),
        ("period", "2024-13", None),
        ("status", "finale", "final"),
        ("qualifier", "", None),
        ("price_basis", "现价", None),
    ],
)
def test_a_cell_outside_its_form_or_list(root, column, text, near):
    row = root.change("observations", GDP_2024, **{column: text})
    error = refused(root)
    assert place(error) == (OBSERVATIONS, row, column)
    assert error.expected
    if near is not None:
        assert error.nearest == near


@pytest.mark.parametrize(
    ("text", "near"), [("2025.5", "2026"), ("二〇二五", None), ("２０２５", "2025")]
)
def test_a_year_that_is_no_whole_number(root, text, near):
    row = root.change("jiaxing-14fyp/targets", {"target_id": "gdp"}, target_year=text)
    error = refused(root)
    assert place(error) == ("data/plans/jiaxing-14fyp/targets.csv", row, "target_year")
    assert error.value == text
    if near and "." not in text:
        assert error.nearest == near


# --- rows and columns ---------------------------------------------------------------------


def test_a_misspelt_column(root):
    path = root.file("observations")
    path.write_text(path.read_text("utf-8").replace("qualifier", "qualifer", 1), "utf-8")
    error = refused(root)
    assert place(error) == (OBSERVATIONS, 1, "qualifer")
    assert error.nearest == "qualifier"


def test_a_column_that_is_missing_and_one_that_stands_twice(root):
    path = root.file("calibers")
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(line.rsplit(",", 1)[0] for line in lines), "utf-8")
    assert place(refused(root)) == ("data/calibers.csv", 1, "note")
    path.write_text("\n".join([f"{lines[0]},note", *(f"{line}," for line in lines[1:])]), "utf-8")
    assert place(refused(root)) == ("data/calibers.csv", 1, "note")


@pytest.mark.parametrize(
    ("cells", "column"), [(13, "note"), (3, "value"), (15, "note"), (16, "note")]
)
def test_a_ragged_row(root, cells, column):
    path = root.file("observations")
    lines = path.read_text("utf-8").splitlines()
    lines[4] = ",".join([*lines[4].split(","), "x", "x"][:cells])
    path.write_text("\n".join(lines), "utf-8")
    error = refused(root)
    assert place(error) == (OBSERVATIONS, 5, column)
    assert error.expected == "14 cells"
    assert error.reason == Reason("this_row_has_cells", count=cells)


def test_a_duplicate_vintage(root):
    rows = root.rows("observations")
    row = root.add("observations", rows[1])
    error = refused(root)
    assert place(error)[:2] == (OBSERVATIONS, row)
    assert error.reason == Reason("repeats_row", other=3)
    assert error.value.startswith("jiaxing-port-area / gdp / 2020")


@pytest.mark.parametrize("name", ["observations", "regions", "sources", "indicators", "plans"])
def test_a_header_only(root, name):
    root.write(name, [])
    error = refused(root)
    assert place(error)[:2] == (f"data/{name}.csv", 2)
    assert error.code == "table_has_header_only"


def test_targets_with_a_header_only_and_an_empty_file(root):
    root.write("jiaxing-14fyp/targets", [])
    assert place(refused(root))[:2] == ("data/plans/jiaxing-14fyp/targets.csv", 2)
    root.file("claims").write_bytes(b"")
    error = refused(root)
    assert error.file == "data/claims.csv" and "claim" in error.expected


def test_tables_that_may_be_empty(root):
    for name in ("corrections", "relations", "claims"):
        root.write(name, [])
    assert load_plan("jiaxing-14fyp", root=root.path).target("gdp").target == 300


# --- the file -----------------------------------------------------------------------------


def test_a_missing_file(root):
    root.file("regions").rename(root.path / "data" / "region.csv")
    error = refused(root)
    assert error.file == "data/regions.csv" and error.nearest == "region.csv"
    root.file("jiaxing-14fyp/path").unlink()
    (root.path / "data" / "region.csv").rename(root.file("regions"))
    assert refused(root).file == "data/plans/jiaxing-14fyp/path.csv"


def test_a_file_in_gbk(root):
    path = root.file("regions")
    path.write_bytes(path.read_text("utf-8").encode("gbk"))
    error = refused(root)
    assert place(error)[:2] == ("data/regions.csv", 2)  # the header is ASCII, row 2 is not
    assert error.expected == "UTF-8" and error.code == "file_not_utf8"


def test_a_nul_byte(root):
    path = root.file("observations")
    lines = path.read_bytes().split(b"\n")
    lines[6] = lines[6][:-1] + b"\0"
    path.write_bytes(b"\n".join(lines))
    assert place(refused(root))[:2] == (OBSERVATIONS, 7)


@pytest.mark.parametrize("tail", ['"open', '"a"b'])
def test_broken_quotes_are_told_where_they_begin(root, tail):
    path = root.file("observations")
    lines = path.read_text("utf-8").splitlines()
    lines[9] = lines[9].rsplit(",", 1)[0] + "," + tail
    path.write_text("\n".join(lines) + "\n", "utf-8")
    error = refused(root)
    assert place(error)[:2] == (OBSERVATIONS, 10) and error.code == "broken_csv_quotes"


@pytest.mark.parametrize(("mark", "name"), [(";", "semicolons"), ("\t", "tabs")])
def test_another_separator(root, mark, name):
    path = root.file("observations")
    path.write_text(path.read_text("utf-8").replace(",", mark), "utf-8")
    error = refused(root)
    assert place(error)[:2] == (OBSERVATIONS, 1)
    assert error.reason == Reason("cells_not_separated_by_commas", separator=name)
    assert error.expected.startswith("region,indicator")


def test_a_cell_longer_than_any_reader_takes(root):
    row = root.change("observations", GDP_2024, note="长" * 200_000)
    error = refused(root)
    assert place(error)[:2] == (OBSERVATIONS, row) and error.code == "cell_is_too_long"


def test_a_very_long_cell_is_read_and_a_long_wrong_value_is_cut(root):
    root.change("observations", GDP_2024, note="长" * 100_000)
    assert len(load(root.path).by_series["jiaxing-port-area", "gdp"][-1]["note"]) == 100_000
    root.change("observations", GDP_2024, source="x" * 100_000)
    error = refused(root)
    assert len(str(error)) < 500 and len(error.value) == 100_000


@pytest.mark.parametrize("mark", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_marks_change_nothing(root, mark, bom):
    plain = load(HOME)
    for path in (root.path / "data").rglob("*.csv"):
        path.write_bytes(bom + path.read_text("utf-8").replace("\n", mark).encode("utf-8"))
    copied = load(root.path)
    assert copied.observations.equals(plain.observations)
    assert copied.regions == plain.regions


def test_line_breaks_within_a_cell_keep_cell_and_row_numbers(root):
    root.change(
        "observations", {**GDP_2024, "period": "2015"}, note="one\ntwo\r\nthree，\u2028four"
    )
    row = root.number("observations", **GDP_2024)
    found = load(root.path).by_series["jiaxing-port-area", "gdp"]
    assert found[0]["note"] == "one\ntwo\r\nthree，\u2028four"
    assert next(o["row"] for o in found if o["period"] == "2024") == row == 6
    root.change("observations", GDP_2024, value="x")
    assert place(refused(root)) == (OBSERVATIONS, 6, "value")


def test_blank_lines_count_as_rows_of_a_spreadsheet(root):
    path = root.file("observations")
    lines = path.read_text("utf-8").splitlines()
    lines[1:1] = ["", "," * 13]
    path.write_text("\n".join(lines), "utf-8")
    root_rows = load(root.path).observations["row"]
    assert list(root_rows[:2]) == [4, 5]


cells = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), min_size=1, max_size=30
).filter(lambda text: text.strip() == text)


@given(rows=st.lists(st.tuples(cells, cells), min_size=1, max_size=6, unique_by=lambda r: r[0]))
def test_what_a_spreadsheet_writes_is_read_as_it_stood(rows, tmp_path_factory):
    # whatever the cells hold — commas, quotes, breaks — a table read back is the table written
    folder = tmp_path_factory.mktemp("csv")
    schema = folder / "s.json"
    schema.write_text(
        '{"fields": [{"name": "a", "type": "string"}, {"name": "b", "type": "string"}],'
        ' "primaryKey": "a"}',
        "utf-8",
    )
    handle = io.StringIO(newline="")
    csv.writer(handle, quoting=csv.QUOTE_ALL).writerows([("a", "b"), *rows])
    (folder / "t.csv").write_bytes(handle.getvalue().encode("utf-8"))
    table = read_table(folder / "t.csv", schema, folder)
    assert list(zip(table["a"], table["b"], strict=True)) == rows
    assert list(table["row"]) == list(range(2, len(rows) + 2))


# --- the mistake itself -------------------------------------------------------------------


def test_a_mistake_is_one_line_whatever_the_value():
    error = InputError("not_number", file="f.csv", row=2, column="c", value="a\nb" * 100)
    assert len(str(error).splitlines()) == 1 and "…" in str(error)
    assert str(error).startswith("f.csv, row 2, column c: not_number; found 'a ba ba b")
    assert brief("a\r\n b") == "a b"


def test_the_nearest_of_nothing_is_nothing_and_of_years_the_nearest_year():
    assert nearest("x", []) is None
    assert nearest(1999, range(2021, 2026)) == "2021"
    assert nearest("jiaxing14", ["jiaxing-13fyp", "jiaxing-14fyp"]) == "jiaxing-14fyp"


def test_an_error_survives_the_way_out_of_a_worker_process():
    import pickle

    error = InputError(
        "repeats_row", file="f", row=3, column="c", value=1, expected=Reason("empty"), other=2
    )
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error) and again.row == 3 and again.args == error.args
    assert again.reason == error.reason and again.expected == Reason("empty")
