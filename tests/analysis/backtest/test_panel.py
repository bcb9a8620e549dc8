"""Reading a panel: what is taken, what is left out, and every mistake told with its place."""

from __future__ import annotations

import gzip
import random

import numpy as np
import pytest
from made_panels import growing, series, split, write

from analysis.backtest.panel import read_panel
from analysis.data.errors import InputError, Reason


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
        item.reason: (item.count, item.series_id, item.row, item.value) for item in panel.left_out
    }
    assert told == {
        Reason("bounds", kind="real_gdp", low=0.0, high=np.inf, above=True): (2, "a", 3, "0"),
        Reason("bounds", kind="share", low=0.0, high=100.0, above=False): (1, "d", 11, "100.5"),
    }
    assert panel.n_read == 5


KIND, PART = "series_id,t,value,kind", "series_id,t,value,part"


@pytest.mark.parametrize(
    ("head", "rows", "code", "row", "column", "value", "close"),
    [
        (
            "series_id,t,vaule",
            ["a,1,2"],
            "column_is_missing",
            1,
            "value",
            "series_id,t,vaule",
            "vaule",
        ),
        ("id,t,value", ["a,1,2"], "column_is_missing", 1, "series_id", "id,t,value", "id"),
        ("series_id,t,value,t", ["a,1,2,1"], "column_twice", 1, "t", None, None),
        ("series_id,t,value", ["a,1,2", "a,2,3亿"], "not_number", 3, "value", "3亿", "3"),
        ("series_id,t,value", ["a,1,nan"], "not_number", 2, "value", "nan", None),
        ("series_id,t,value", ["a,1,1e999"], "not_finite_number", 2, "value", "1e999", None),
        ("series_id,t,value", ["a,1,1", "a,2,-inf"], "not_finite_number", 3, "value", "-inf", None),
        (
            "series_id,t,value",
            ["a,1,1", "a,2015.5,1"],
            "not_whole_number",
            3,
            "t",
            "2015.5",
            "2015",
        ),
        ("series_id,t,value", ["a,2015-12-31,1"], "not_whole_number", 2, "t", "2015-12-31", "2015"),
        ("series_id,t,value", ["a,1,２２６"], "not_number", 2, "value", "２２６", "226"),
        ("series_id,t,value", ['a,1,"1,234"'], "not_number", 2, "value", "1,234", "1234"),
        ("series_id,t,value", ["a,1,无"], "not_number", 2, "value", "无", None),
        ("series_id,t,value", ["a,99999999999,1"], "out_of_range", 2, "t", "99999999999", None),
        ("series_id,t,value", ["a,,1"], "not_whole_number", 2, "t", "", None),
        ("series_id,t,value", [" ,1,1"], "no_name", 2, "series_id", "", None),
        ("series_id,t,value", ["a,1,1,234"], "cells_under_header_of", 2, None, "a,1,1,234", None),
        ("series_id,t,value", ["a,1"], "cells_under_header_of", 2, None, "a,1", None),
        (
            "series_id,t,value",
            ["a,2,1", "b,1,1", "a,1,1", "a,2.0,5"],
            "two_rows_for_one_time",
            5,
            "t",
            "a, 2",
            None,
        ),
        (KIND, ["a,1,1,gdp"], "no_such_kind_of_quantity", 2, "kind", "gdp", "real_gdp"),
        (PART, ["a,1,1,Train"], "no_such_part", 2, "part", "Train", "train"),
        (
            KIND,
            ["a,1,1,share", "a,2,1,count"],
            "kind_changes_inside_series",
            3,
            "kind",
            "count",
            None,
        ),
        (PART, ["a,1,1,train", "a,2,1,tset"], "no_such_part", 3, "part", "tset", "test"),
        (PART, ["a,1,1,"], "no_such_part", 2, "part", "", "train"),
        (
            PART,
            ["a,1,1,train", "a,3,1,train", "a,2,1,test"],
            "test_point_before_train_point",
            4,
            "part",
            "test, t = 2",
            None,
        ),
        ("series_id,t,value", [], "no_rows_of_data", None, None, None, None),
        ("", [], "file_is_empty", None, None, None, None),
    ],
)
def test_mistakes(tmp_path, head, rows, code, row, column, value, close):
    with pytest.raises(InputError) as caught:
        read_panel(write(tmp_path, *rows, head=head))
    error = caught.value
    assert (error.file, error.row, error.column) == ("panel.csv", row, column)
    assert (error.code, error.value, error.nearest) == (code, value, close)


def test_a_name_of_a_kind_is_answered_with_its_code(tmp_path):
    path = write(tmp_path, "a,1,1,port throughput", head=KIND)
    with pytest.raises(InputError) as caught:
        read_panel(path, {"port throughput": "throughput"})
    assert caught.value.nearest == "throughput"


def test_no_file(tmp_path):
    write(tmp_path)
    with pytest.raises(InputError, match=r"nearest panel\.csv"):
        read_panel(tmp_path / "panle.csv")


def test_a_folder_is_no_panel(tmp_path):
    (tmp_path / "panel.csv").mkdir()
    with pytest.raises(InputError, match="folder_not_file"):
        read_panel(tmp_path / "panel.csv")
