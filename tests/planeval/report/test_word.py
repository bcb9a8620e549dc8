"""The Word file: every measure stated, contents as fields that tell the pages of the PDF."""

from __future__ import annotations

import datetime
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
from planeval.report.word import _TEXT_WIDTH, shared
from planeval.show.lines import line_chart
from planeval.show.table import Table

META = ReportMeta(
    "规划评估报告", "年度监测", "嘉兴港区", "“十四五”规划", 2024,
    datetime.date(2025, 3, 31), "年度监测",
)  # fmt: skip
TEXT = (
    "2024年地区生产总值突破226亿元，基期（2020年）为182亿元，现价年均增长5.6%，完成规划增量的37.3%；"
    "“十四五”规划的目标是300亿元，余下一年须增长32.7%，证据等级C。"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("chapters")
    runs = [_chapter(folder, n) for n in range(1, 5)]
    bound = bind(runs, meta=META, out_dir=folder / "out", manifest={}, formats=["docx", "pdf"])
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


def test_no_date_or_figure_is_broken_in_a_cell(made):
    # "（2024）" beside 226 and its brackets: 226（2024） are 3 + 2 + 4 + 2 half-width letters
    document = docx.Document(str(made))
    widths = [int(c.get(qn("w:w"))) for c in document.tables[0]._tbl.tblGrid.gridCol_lst]
    assert widths[1] >= 11 * 10.5 / 2 * 20 + 2 * 60  # of 10.5 points, 60 twips free at each side


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


def test_contents_are_fields_that_tell_the_pages_of_the_pdf(made, tmp_path):
    document = docx.Document(str(made))
    codes = [code.text.split()[0] for code in document.element.body.iter(qn("w:instrText"))]
    assert codes[0] == "TOC" and set(codes[1:]) == {"PAGEREF"}
    reader = pypdf.PdfReader(made.with_suffix(".pdf"))
    labels = reader.page_labels
    there = [
        (item.title, int(labels[reader.get_destination_page_number(item)]))
        for item in _flat(reader.outline)
        if item.title
    ]
    assert _contents(made) == there and len(there) == 20


def test_without_a_pdf_the_contents_tell_the_same_pages(made, tmp_path):
    runs = [ChapterRun(path, path, 1.0) for path in sorted(made.parents[1].glob("0*.ipynb"))]
    alone = bind(runs, meta=META, out_dir=tmp_path, manifest={}, formats=["docx"])
    assert alone.documents["docx"].read_bytes() == made.read_bytes()
    assert not (tmp_path / "report.pdf").exists()


def _flat(items: list[Any]) -> list[Any]:
    nested = [_flat(item) if isinstance(item, list) else [item] for item in items]
    return [item for part in nested for item in part]
