"""Pages of the Word edition, worked by hand and against a program that sets them."""

from __future__ import annotations

import datetime
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pandas as pd
import pypdf
import pytest
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from planeval.report.lessons import nbformat
from planeval.report.render import ReportMeta, bind
from planeval.report.run import ChapterRun
from planeval.report.word import (
    _TEXT_WIDTH,
    Form,
    Strip,
    laid_out,
    least,
    lines,
    measure,
    pages,
    shared,
    unbroken,
)
from planeval.show.lines import line_chart
from planeval.show.table import Table

BODY = Form(16, 28)
TEXT = (
    "2024年地区生产总值突破226亿元，基期（2020年）为182亿元，现价年均增长5.6%，完成规划增量的37.3%；"
    "“十四五”规划的目标是300亿元，余下一年须增长32.7%，证据等级C。"
)


# --- lines -----------------------------------------------------------------------------------


def test_width_of_chinese_and_latin_letters():
    # two Chinese letters of 16 points, three Times digits of half an em, room of 0.2 em between
    assert measure("完成226", BODY) == pytest.approx(2 * 16 + 3 * 8 + 0.2 * 16)


def test_no_line_begins_with_a_stop_or_ends_with_a_bracket():
    # 5 em a line. 一二三四 / （五六七 : the bracket goes with what follows it
    assert lines("一二三四（五六七", BODY, 80) == 2
    # a stop hangs over the edge, a closing bracket does not and takes its letter along
    assert lines("一二三四五。", BODY, 80) == 1
    assert lines("一二三四五）", BODY, 80) == 2
    assert lines("一二三四五。", Form(16, 28, hangs=False), 80) == 2


def test_first_line_is_indented():
    assert lines("一二三四五六七八九十", Form(16, 28, first=32), 80) == 3  # 3 + 5 + 2


def test_words_and_figures_stay_whole():
    # "growth" is 8 + 5.33 + 8 + 11.55 + 4.45 + 8 = 45.3 points wide, "of" 8 + 5.33 = 13.3
    assert lines("growth of", BODY, 46) == 2
    # "1,069.6" is 5 * 8 + 2 * 4 = 48 points; 16 + 3.2 + 48 before it do not fit into 64, nor
    # 48 + 3.2 + 16 behind it
    assert lines("为1,069.6亿元", BODY, 64) == 3


@given(st.text(alphabet="一二三，。（）“”abc 0123456789.%—", min_size=1, max_size=60))
def test_wider_columns_never_need_more_lines(text):
    counts = [lines(text, BODY, width) for width in (64, 96, 160, 400)]
    assert all(wide <= narrow for narrow, wide in pairwise(counts))


# --- pages -----------------------------------------------------------------------------------


def test_a_page_holds_22_lines_of_official_text():
    # 637.8 points, 22 lines of 28 are 616
    strips = [Strip([28.0], names=[str(n)]) for n in range(45)]
    found = pages(strips, 637.8)
    assert (found["21"], found["22"], found["43"], found["44"]) == (1, 2, 2, 3)


def test_a_heading_goes_with_two_lines_of_its_text():
    above, heading = Strip([28.0] * 2), Strip([28.0], keep=True, names=["h"])
    # 56 + 28 + 56 = 140 for a paragraph of five lines
    five = Strip(unbroken(5, 28.0))
    assert pages([above, heading, five], 140.0)["h"] == 1
    assert pages([above, heading, five], 139.0)["h"] == 2


def test_chapters_begin_pages_and_table_heads_repeat():
    rows = [Strip([20.0], head=30.0, names=[str(n)]) for n in range(6)]
    # 30 + 2 rows a page of 70, on each page under a repeated head
    found = pages([Strip([30.0], keep=True), *rows, Strip([28.0], new_page=True, names=["c"])], 70)
    assert [found[str(n)] for n in range(6)] == [1, 1, 2, 2, 3, 3]
    assert found["c"] == 4


# --- the file --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("chapters")
    runs = [_chapter(folder, n) for n in range(1, 5)]
    meta = ReportMeta(
        "规划评估报告", "年度监测", "嘉兴港区", "“十四五”规划", 2024,
        datetime.date(2025, 3, 31), "年度监测",
    )  # fmt: skip
    bound = bind(runs, meta=meta, out_dir=folder / "out", manifest={}, formats=["docx"])
    return bound.documents["docx"]


def _chapter(folder: Path, number: int) -> ChapterRun:
    frame = pd.DataFrame({"year": [2021, 2025], "value": [1.0, 2.0], "series": "产值"})
    chart = line_chart(frame, "产值翻番", subtitle="亿元", source="统计局", alt="由 1 到 2")
    data = pd.DataFrame(
        {
            "指标（单位）": [f"第{n}项：单位地区生产总值能耗降低（%）" for n in range(14)],
            "最新值（年）": ["突破226（2024）"] * 14,
            "说明": [TEXT[:40]] * 14,
        }
    )
    cells: list[Any] = [new_markdown_cell(f"# 第{number}章")]
    for part in range(4):
        cells.append(new_markdown_cell(f"## 小节{part}\n\n" + f"{TEXT}\n\n" * (number + part)))
        cells.append(new_markdown_cell(f"- {TEXT}\n- {TEXT[:50]}\n"))
        thing = chart if part % 2 else Table(data, "各项指标", note=TEXT, source="数据来源：年报")
        bundle = thing._repr_mimebundle_()
        shown = bundle[0] if isinstance(bundle, tuple) else bundle
        output = new_output("execute_result", data=shown, execution_count=1)
        cells.append(new_code_cell("1", outputs=[output], execution_count=1))
    path = folder / f"{number:02d}.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return ChapterRun(path, path, 1.0)


def test_every_measure_of_a_table_is_stated(made):
    document = docx.Document(str(made))
    assert document.tables
    for table in document.tables:
        properties = table._tbl.tblPr
        assert properties.find(qn("w:tblLayout")).get(qn("w:type")) == "fixed"
        width = properties.find(qn("w:tblW"))
        assert (width.get(qn("w:type")), width.get(qn("w:w"))) == ("dxa", str(_TEXT_WIDTH))
        columns = [int(c.get(qn("w:w"))) for c in table._tbl.tblGrid.gridCol_lst]
        assert sum(columns) == _TEXT_WIDTH
        for row in table.rows:
            assert [cell.width.twips for cell in row.cells] == columns
        small = {p.style.name for c in table._cells for p in c.paragraphs} == {"Table Text Small"}
        assert small == (len(columns) > 7)
        needed = least(table._tbl, len(columns), 9.0 if small else 10.5)
        assert all(has >= wants - 1 for has, wants in zip(columns, needed, strict=True))


def test_pictures_are_as_wide_as_the_text(made):
    document = docx.Document(str(made))
    assert document.inline_shapes
    for shape in document.inline_shapes:
        assert shape.width == _TEXT_WIDTH * 635  # twips to EMU
        line = shape._inline.getparent().getparent()
        assert line.rPr.sz_val.pt == 1  # no type makes the line higher than the picture


def test_captions_stay_with_their_source_and_lists_state_their_indent(made):
    document = docx.Document(str(made))
    for one, after in pairwise(document.paragraphs):
        if one.style.name == "Image Caption":
            assert after.style.name == "Source Line" and one.paragraph_format.keep_with_next
        if one._p.pPr is not None and one._p.pPr.numPr is not None:
            assert one.paragraph_format.left_indent.pt == 36


def test_the_file_asks_for_the_layout_of_word_2013(made):
    settings = docx.Document(str(made)).settings.element
    (setting,) = settings.iter(qn("w:compatSetting"))
    assert setting.get(qn("w:val")) == "15"
    control = settings.find(qn("w:characterSpacingControl"))
    assert control.get(qn("w:val")) == "doNotCompress"
    assert settings.find(qn("w:updateFields")) is None  # would ask at every opening


def test_the_head_fills_its_room_but_never_pushes_the_text_down(made):
    section = docx.Document(str(made)).sections[-1]
    for head in (section.header, section.even_page_header):
        form = head.paragraphs[0].paragraph_format
        foot = section.header_distance.pt + form.line_spacing.pt + form.space_after.pt + 1.5
        assert section.top_margin.pt - 2 < foot <= section.top_margin.pt


@given(st.lists(st.floats(1, 1e4), min_size=1, max_size=9), st.lists(st.floats(0, 900), min_size=9))
def test_columns_fill_the_text_and_hold_their_words(given, needed):
    least = needed[: len(given)]
    widths = shared(given, least, _TEXT_WIDTH)
    assert sum(widths) == _TEXT_WIDTH
    assert all(has >= wants - 1.5 for has, wants in zip(widths, least, strict=True))


def _contents(made: Path) -> list[tuple[str, int]]:
    found = []
    for paragraph in docx.Document(str(made)).paragraphs:
        if paragraph.style.name.lower() in ("toc 1", "toc 2"):
            text, page = paragraph.text.split("\t")
            found.append((text, int(page)))
    return found


def test_contents_rise_and_chapters_begin_on_pages_of_their_own(made):
    entries = _contents(made)
    numbers = [page for _, page in entries]
    assert numbers[0] == 1 and numbers == sorted(numbers)
    chapters = [page for text, page in entries if "章" in text]
    assert len(set(chapters)) == 4


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_contents_are_the_pages_of_another_program(made, tmp_path):
    """At least 95 of 100 entries, none more than one page off."""
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
            "--convert-to", 'pdf:writer_pdf_Export:{"ExportBookmarks":{"type":"boolean",'
            '"value":"true"},"IsSkipEmptyPages":{"type":"boolean","value":"false"}}',
            "--outdir", str(tmp_path), str(made),
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    reader = pypdf.PdfReader(tmp_path / f"{made.stem}.pdf")
    there = [reader.get_destination_page_number(item) for item in _flat(reader.outline)]
    here = [page for _, page in _contents(made)]
    assert len(there) == len(here) == 20
    apart = [abs(page - there[0] + 1 - told) for page, told in zip(there, here, strict=True)]
    assert max(apart) <= 1
    assert sum(one == 0 for one in apart) >= 0.95 * len(apart)


def _flat(items: list[Any]) -> list[Any]:
    nested = [_flat(item) if isinstance(item, list) else [item] for item in items]
    return [item for part in nested for item in part]


def test_a_repeated_head_takes_no_room_for_its_lower_rule(made):
    document = docx.Document(str(made))
    strips = list(laid_out(document, _TEXT_WIDTH / 20))
    rows = [n for n, strip in enumerate(strips) if strip.head]
    first = strips[rows[0] - 1].lines[0]
    # under the head a rule of 0.75 points, which a program that repeats it leaves out
    assert first - strips[rows[0]].head == pytest.approx(0.75)
