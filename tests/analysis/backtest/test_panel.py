"""Reading a panel: what is taken, what is left out, and every mistake told with its place."""

from __future__ import annotations

import csv
import gzip
import random

import numpy as np
import pytest
from made_panels import growing, series, split, write

from analysis.backtest.panel import read_panel
from analysis.data.errors import InputError


def test_rows_in_any_order_give_the_same_panel(tmp_path):
    rows = growing("甲") + growing("乙", 5)
    whole = read_panel(write(tmp_path, *rows))
    random.Random(1).shuffle(rows)
    mixed = read_panel(write(tmp_path, *rows))
    for name in ("甲", "乙"):
        kept = [p.values[p.ids[p.series] == name].tolist() for p in (whole, mixed)]
        assert kept[0] == kept[1] and len(kept[0]) == (16 if name == "甲" else 5)


def test_byte_order_mark_compression_and_extra_columns(tmp_path):
    rows = series("a", 2001, [1, 2, 3], "note", "real_gdp")
    path = write(tmp_path, *rows, head="series_id,t,value,remark,kind")
    plain = read_panel(path)
    other = tmp_path / "panel.csv.gz"
    other.write_bytes(gzip.compress(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n")))
    packed = read_panel(other)
    assert plain.values.tolist() == packed.values.tolist() == [1.0, 2.0, 3.0]
    assert plain.kinds.tolist() == packed.kinds.tolist() == ["real_gdp"]
    assert plain.test is None


def test_an_empty_value_was_not_observed(tmp_path):
    panel = read_panel(write(tmp_path, "a,2001,5", "a,2002,", "", "a,2003,7.5"))
    assert panel.t.tolist() == [2001, 2003]
    found = panel.at([[0]], [2000, 2001, 2002, 2003, 2004])[0]
    assert np.isnan(found[[0, 2, 4]]).all() and found[[1, 3]].tolist() == [5.0, 7.5]


def test_parts(tmp_path):
    panel = read_panel(
        write(tmp_path, *split("a", [1, 2, 3], [4, 5]), head="series_id,t,value,part")
    )
    assert panel.test.tolist() == [False] * 3 + [True] * 2


def test_series_with_values_their_kind_cannot_take_are_left_out_and_told(tmp_path):
    rows = series("a", 1, [1, 0, 3], "real_gdp") + series("b", 1, [1, 2, -3], "real_gdp")
    rows += series("c", 1, [0, 3], "count") + series("d", 1, [99, 100.5], "share")
    rows += series("e", 1, [-5, 3], "growth_rate")
    panel = read_panel(write(tmp_path, *rows, head="series_id,t,value,kind"))
    assert {panel.ids[number] for number in panel.series} == {"c", "e"}
    told = {
        item.code: (item.count, item.series_id, item.row, item.value) for item in panel.left_out
    }
    assert told == {
        "bounds:real_gdp": (2, "a", 3, "0"),
        "bounds:share": (1, "d", 11, "100.5"),
    }
    assert panel.n_read == 5


KIND, PART = "series_id,t,value,kind", "series_id,t,value,part"


@pytest.mark.parametrize(
    ("head", "rows", "place", "parts"),
    [
        ("series_id,t,vaule", ["a,1,2"], "row 1, column value", ["nearest valid choice: vaule"]),
        ("id,t,value", ["a,1,2"], "column series_id", ["nearest valid choice: id"]),
        ("series_id,t,value,t", ["a,1,2,1"], "row 1, column t", ["a column twice"]),
        (
            "series_id,t,value",
            ["a,1,2", "a,2,3亿"],
            "row 3, column value",
            ["3亿", "not a number", "choice: 3"],
        ),
        ("series_id,t,value", ["a,1,nan"], "row 2, column value", ["not a number"]),
        ("series_id,t,value", ["a,1,1e999"], "row 2, column value", ["not a finite number"]),
        ("series_id,t,value", ["a,1,1", "a,2,-inf"], "row 3, column value", ["-inf"]),
        ("series_id,t,value", ["a,1,1", "a,2015.5,1"], "row 3, column t", ["2015.5", "2015"]),
        ("series_id,t,value", ["a,2015-12-31,1"], "row 2, column t", ["choice: 2015"]),
        ("series_id,t,value", ["a,1,２２６"], "row 2, column value", ["choice: 226"]),
        ("series_id,t,value", ['a,1,"1,234"'], "row 2, column value", ["choice: 1234"]),
        ("series_id,t,value", ["a,1,无"], "row 2, column value", ["'无'; expected 226.0"]),
        ("series_id,t,value", ["a,99999999999,1"], "row 2, column t", ["out of range"]),
        ("series_id,t,value", ["a,,1"], "row 2, column t", ["not a whole number"]),
        ("series_id,t,value", [" ,1,1"], "row 2, column series_id", ["no name"]),
        ("series_id,t,value", ["a,1,1,234"], "row 2", ["4 cells", "thousands"]),
        ("series_id,t,value", ["a,1"], "row 2", ["2 cells"]),
        (
            "series_id,t,value",
            ["a,2,1", "b,1,1", "a,1,1", "a,2.0,5"],
            "row 5, column t",
            ["'a, 2'", "the other: row 2"],
        ),
        (KIND, ["a,1,1,gdp"], "row 2, column kind", ["nearest valid choice: real_gdp"]),
        (KIND, ["a,1,1,现价GDP"], "row 2, column kind", ["nearest valid choice: nominal_gdp"]),
        (KIND, ["a,1,1,港口吞吐"], "row 2, column kind", ["nearest valid choice: throughput"]),
        (PART, ["a,1,1,Train"], "row 2, column part", ["nearest valid choice: train"]),
        (
            KIND,
            ["a,1,1,share", "a,2,1,count"],
            "row 3, column kind",
            ["series a", "share, as in row 2"],
        ),
        (PART, ["a,1,1,train", "a,2,1,tset"], "row 3, column part", ["nearest valid choice: test"]),
        (PART, ["a,1,1,"], "row 2, column part", ["train / test"]),
        (
            PART,
            ["a,1,1,train", "a,3,1,train", "a,2,1,test"],
            "row 4, column part",
            ["before a train", "row 3"],
        ),
        ("series_id,t,value", [], "panel.csv", ["no rows of data"]),
        ("", [], "panel.csv", ["the file is empty"]),
    ],
)
def test_mistakes(tmp_path, head, rows, place, parts):
    path = write(tmp_path, *rows, head=head)
    with pytest.raises(InputError) as caught:
        read_panel(path)
    english = str(caught.value).splitlines()[1]
    assert english.startswith("panel.csv") and place in english
    for part in parts:
        assert part in english


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (
            "series_id,t,value\n嘉兴,1,2\n".encode("gbk"),
            'row 2: not UTF-8 text; in Excel save as "CSV UTF-8", convert GBK files first; found'
            " 'bc ce d0 cb'",
        ),
        (gzip.compress(b"series_id,t,value\na,1,2\n" * 99, mtime=0)[:-12], "damaged gz file"),
        (b'series_id,t,value\na,1,"' + b"2" * 200_000, "not CSV"),
        (b"", "the file is empty"),
        (b"series_id,t,value\na,1,2\n\0\0b,1,2\n", "row 3: a null character"),
        ("series_id,t,value\na,1,2\n".encode("utf-16"), "row 1: not UTF-8 text"),
        (
            b"series_id;t;value\na;1;2\n",
            "not separated by commas; found 'series_id;t;value'; expected series_id,t,value; "
            "nearest valid choice: series_id,t,value",
        ),
        (b"series_id\tt\tvalue\na\t1\t2\n", "not separated by commas"),
    ],
)
@pytest.mark.parametrize("limit", [131_072, 10_000_000])
def test_files_that_are_no_text(tmp_path, data, part, limit, request):
    # libraries widen the reader's own limit for the whole process: the answer stays the same
    before = csv.field_size_limit(limit)
    request.addfinalizer(lambda: csv.field_size_limit(before))
    path = tmp_path / "panel.csv"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_panel(path)
    assert part in str(caught.value).splitlines()[1]


def test_no_file(tmp_path):
    write(tmp_path)
    with pytest.raises(InputError, match=r"nearest valid choice: panel\.csv"):
        read_panel(tmp_path / "panle.csv")


def test_a_folder_is_no_panel(tmp_path):
    (tmp_path / "panel.csv").mkdir()
    with pytest.raises(InputError, match="a folder, not a file"):
        read_panel(tmp_path / "panel.csv")
