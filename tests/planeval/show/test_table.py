"""Tables: figures as a report prints them, cells that no format can misread."""

from __future__ import annotations

import json
import math
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planeval.report.tree import nodes, pandoc, text_of
from planeval.show.table import TABLE_MIME, Table, alike, clean, escape, number, percent, pipe_table

# GB/T 8170 rounds the decimal digits as written; the first three are where binary floating
# point, rounded to even, gives 2.67, 1.0 and 0.12 instead.
ROUNDED = [
    (2.675, 2, "2.68"),
    (1.05, 1, "1.1"),
    (0.125, 2, "0.13"),
    (-2.5, 0, "−3"),
    (999.95, 1, "1,000.0"),
    (1234567.0, 0, "1,234,567"),
    (-0.049, 1, "0.0"),
    (0, 1, "0.0"),
    (Decimal("226.04"), 1, "226.0"),
    (np.float64(3.3), 1, "3.3"),
    (np.int64(1200), 0, "1,200"),
    (None, 1, "—"),
    (float("nan"), 1, "—"),
    (pd.NA, 1, "—"),
    (pd.NaT, 1, "—"),
]


@pytest.mark.parametrize(("value", "digits", "expected"), ROUNDED)
def test_figures_as_printed(value, digits, expected):
    assert number(value, digits) == expected


def test_changes_show_their_sign_but_zero_has_none():
    assert [percent(v, sign=True) for v in (1.25, -1.25, 0.0, 0.04)] == [
        "+1.3%", "−1.3%", "0.0%", "0.0%",
    ]  # fmt: skip


def test_an_unknown_figure_has_no_unit():
    assert percent(None) == "—"
    assert number(None, missing="无数据") == "无数据"


def test_an_infinite_figure_is_a_defect():
    with pytest.raises(ValueError, match="infinite"):
        number(math.inf)


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_a_printed_figure_is_at_most_half_a_unit_off(value, digits):
    printed = number(value, digits)
    back = Decimal(printed.replace(",", "").replace("−", "-"))
    assert abs(back - Decimal(repr(value))) <= Decimal(5).scaleb(-digits - 1)
    assert not printed.startswith("−0") or back != 0


def cells_by_pandoc(markdown: str, columns: int) -> list[list[str]]:
    """Read a table back the way the report reads it: head, then rows."""
    tree = json.loads(pandoc(["-f", "markdown-raw_tex-raw_attribute", "-t", "json"], markdown))
    tables = list(nodes(tree["blocks"], "Table"))
    assert len(tables) == 1 and len(tree["blocks"]) == 1
    head, bodies = tables[0]["c"][3], tables[0]["c"][4]
    rows = [*head[1], *(row for body in bodies for row in body[3])]
    read = [[text_of(cell[4]) for cell in row[1]] for row in rows]
    assert all(len(row) == columns for row in read)
    return read


HOSTILE = [
    "a|b", "*粗*", "_斜_", "# 标题", "$x^2$", "@fig:gdp", "<script>alert(1)</script>", "[^1]",
    "![x](y)", "`code`", "~~删~~", "^上^", "\\", "\\|", "a\\", ":::", "---", "1. 一", "- 二",
    "\"引\"", "'引'", "...", "--", "{.class}", "&amp;", "http://example.org", ":smile:", "=1+1",
    "第一行\n第二行", "制\t表", "‰ ㎡ μg/m³ CO₂ −", "\u200b零宽", "全角｜竖线",
]  # fmt: skip


def test_no_mark_in_the_data_breaks_a_table():
    frame = pd.DataFrame({"甲|乙": HOSTILE, "*丙*": HOSTILE[::-1]})
    read = cells_by_pandoc(pipe_table(Table(frame, "表").payload()), 2)
    expected = [[clean(a), clean(b)] for a, b in zip(HOSTILE, HOSTILE[::-1], strict=True)]
    assert read == [["甲|乙", "*丙*"], *expected]


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8"), max_size=12),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=12,
    )
)
def test_any_text_comes_back_letter_by_letter(rows):
    frame = pd.DataFrame(rows, columns=["a", "b", "c"])
    read = cells_by_pandoc(pipe_table(Table(frame, "表").payload()), 3)
    assert read[1:] == [[clean(cell) for cell in row] for row in rows]


def test_html_of_the_data_is_shown_not_run():
    table = Table(pd.DataFrame({"<b>": ["<script>x</script>"]}), "<i>", note="a & b")
    html = table._repr_mimebundle_()["text/html"]
    assert "<script>" not in html and "&lt;script&gt;" in html
    assert "<b>" not in html and "<i>" not in html and "a &amp; b" in html


def test_a_bundle_is_json_of_strings():
    frame = pd.DataFrame(
        {"指标": ["产值", None], "年": [2025, 2024], "值": [1234.56, np.nan], "数": [-3, 4]}
    )
    bundle = Table(frame, "表", source="来", note="注", key="k")._repr_mimebundle_()
    data = json.loads(json.dumps(bundle[TABLE_MIME], allow_nan=False))
    # Whole numbers are not grouped: a year must not become 2,025. The index is not printed.
    assert data["rows"] == [["产值", "2025", "1,234.6", "−3"], ["—", "2024", "—", "4"]]
    assert data["align"] == ["left", "right", "right", "right"]
    assert sum(data["widths"]) == pytest.approx(1, abs=1e-3)
    assert (data["caption"], data["source"], data["note"], data["key"]) == ("表", "来", "注", "k")


def test_digits_by_column():
    frame = pd.DataFrame({"a": [1.25], "b": [1.25], "c": [12345]})
    assert Table(frame, "表", digits={"a": 2, "c": 0}).rows == [["1.25", "1.3", "12,345"]]
    assert Table(frame, "表", digits=0).rows == [["1", "1", "12345"]]


def test_truth_values_must_be_words():
    with pytest.raises(ValueError, match="words"):
        _ = Table(pd.DataFrame({"a": [True]}), "表").rows


def test_widths_become_dashes_in_proportion():
    table = Table(pd.DataFrame({"a": ["x"], "b": ["y"]}), "表", align=["left", "center"])
    rule = (
        pipe_table(table.payload() | {"widths": [0.25, 0.75]}).splitlines()[1].strip("|").split("|")
    )
    assert [len(part) for part in rule] == [40, 120]
    assert rule[0].startswith(":-") and rule[0].endswith("-")
    assert rule[1].startswith(":-") and rule[1].endswith("-:")


def test_tables_of_one_kind_have_the_same_columns():
    first = Table(pd.DataFrame({"甲": ["短"], "乙": ["1.0"]}), "一")
    second = Table(pd.DataFrame({"甲": ["长得多的名称"], "乙": ["1.0"]}), "二")
    # widest cells: 12 (six letters) and 4 (what a column has at least), 1.6 of room each
    told = [one.payload() for one in alike([first, second])]
    assert [one["widths"] for one in told] == [[round(13.6 / 19.2, 4), round(5.6 / 19.2, 4)]] * 2
    # in the PDF 8.2 points are 1.7 letters of 9.5 points
    assert [one["printed_widths"][1] for one in told] == [round(5.7 / 19.4, 4)] * 2
    assert alike([]) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"caption": " "},
        {"align": ["left"]},
        {"align": ["left", "links"]},
        {"frame": pd.DataFrame()},
    ],
)
def test_what_does_not_fit_is_refused(wrong):
    right = {"frame": pd.DataFrame({"a": ["x"], "b": ["y"]}), "caption": "表"}
    with pytest.raises(ValueError, match=r"caption|align|column"):
        Table(**(right | wrong))


def test_an_empty_table_still_has_its_head():
    table = Table(pd.DataFrame({"a": [], "b": []}), "表")
    assert table.rows == [] and table.alignment == ["left", "left"]
    assert cells_by_pandoc(pipe_table(table.payload()), 2) == [["a", "b"]]


def test_escaping_leaves_chinese_alone():
    assert escape("港区，增长 8%。") == "港区，增长 8\\%。"
