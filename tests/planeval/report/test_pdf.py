"""The PDF: accessible by PDF/UA-1, its type as official documents have it, no white gaps.

The rules are those of ISO 14289-1 that a program can check: tags, language, title shown, every
font embedded, no Type 3 fonts, a description of every picture and formula.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
from tests.planeval.report.test_render import META, chapter, chart, shown, table

from analysis.data.errors import InputError
from planeval.report import pdf as report_paper
from planeval.report.render import bind

TEXT = "规划期内公布值逐年上升，离目标还差一截。" * 6


@pytest.fixture(scope="module")
def pdf(tmp_path_factory) -> pypdf.PdfReader:
    """A chapter whose second chart cannot stand on the page where its turn comes."""
    folder = tmp_path_factory.mktemp("chapters")
    runs = [
        chapter(
            folder, "01.ipynb", "# 章\n\n" + TEXT + "\n\n$$g=\\sqrt{x}$$",
            shown(chart("a", "第一张图")), "一行文字。",
            shown(chart("b", "第二张图")), "\n\n".join(["其后文字。" + TEXT] * 6),
            "## 附表\n\n" + TEXT, shown(table(30, key="origin-x")), shown(table(30, key="z")),
        ),
        chapter(folder, "02.ipynb", "# 又一章\n\n" + TEXT),
    ]  # fmt: skip
    made = bind(runs, meta=META, out_dir=folder / "out", manifest={}, formats=("pdf",))
    return pypdf.PdfReader(made.documents["pdf"])


def text_of(page: pypdf.PageObject) -> str:
    return re.sub(r"\s", "", page.extract_text())


def tags(node: Any) -> Iterator[Any]:
    """Walk the tree of tags."""
    node = node.get_object()
    if isinstance(node, list):
        for part in node:
            yield from tags(part)
    elif isinstance(node, dict) and ("/S" in node or "/Type" in node):
        yield node
        yield from tags(node["/K"]) if "/K" in node else ()


def test_it_says_what_it_is(pdf):
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert root["/Lang"] == "zh-CN"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata.title == META.title
    assert b"<pdfuaid:part>1<" in root["/Metadata"].get_object().get_data()


def test_it_can_be_archived(pdf):
    """ISO 19005-2: says so, brings its colours, maps letters to Unicode, runs nothing."""
    root = pdf.trailer["/Root"]
    told = root["/Metadata"].get_object().get_data()
    assert b"<pdfaid:part>2<" in told and b"<pdfaid:conformance>A<" in told
    (colours,) = root["/OutputIntents"]
    assert colours.get_object()["/S"] == "/GTS_PDFA1"
    assert colours.get_object()["/DestOutputProfile"].get_object().get_data()[36:40] == b"acsp"
    assert len(pdf.trailer["/ID"]) == 2 and not pdf.is_encrypted
    for page in pdf.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            assert font.get_object()["/ToUnicode"]
        for note in page.get("/Annots", []):
            assert note.get_object()["/F"] & 4  # every link is printed
    assert not {"/OpenAction", "/AA"} & set(root) and "/JavaScript" not in root.get("/Names", {})
    day = META.as_of.strftime("%Y-%m-%d").encode()
    assert b"<xmp:CreateDate>" + day in told and b"<xmp:ModifyDate>" + day in told


def test_pictures_and_formulas_are_described(pdf):
    found = list(tags(pdf.trailer["/Root"]["/StructTreeRoot"]))
    kinds = [tag.get("/S") for tag in found]
    assert {"/H1", "/H2", "/Table", "/TH", "/Caption", "/TOC"} <= set(kinds)
    for kind, said in (("/Figure", "由 1 到 2"), ("/Formula", r"g=\sqrt{x}")):
        told = [tag.get("/Alt") for tag in found if tag.get("/S") == kind]
        assert told and set(told) == {said}


def test_every_font_is_in_it_and_none_is_drawn(pdf):
    fonts = [
        font.get_object()
        for page in pdf.pages
        for font in page["/Resources"].get("/Font", {}).values()
    ]
    assert fonts
    for font in fonts:
        assert font["/Subtype"] == "/Type0"  # never /Type3, shapes that cannot be searched
        described = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(described)


def test_text_fills_the_page_before_a_chart_that_did_not_fit(pdf):
    pages = [text_of(page) for page in pdf.pages]
    second = next(n for n, text in enumerate(pages) if "图1-2第二张图" in text)
    first = next(n for n, text in enumerate(pages) if "图1-1第一张图" in text)
    assert second == first + 1
    assert "其后文字" in pages[first]  # text that comes after the chart stands before it


def test_the_text_begins_on_a_right_hand_page_and_numbers_stand_outside(pdf):
    pages = list(pdf.pages)
    first = next(n for n, page in enumerate(pages) if "一、章" in text_of(page) and n > 1)
    assert first % 2 == 0  # counted from nought: a right-hand page
    assert pdf.page_labels[:first] == ["i", "ii", "iii", "iv"][:first]
    for number, page in enumerate(pages[first:], start=1):
        places: list[float] = []

        def at(text: str, outer: Any, inner: Any, _f: Any, _s: Any, places: Any = places) -> None:
            if "—" in text:
                places.append(outer[4] + inner[4])

        page.extract_text(visitor_text=at)
        assert f"—{number}—" in text_of(page)
        middle = float(page.mediabox.width) / 2
        assert (places[-1] > middle) == (number % 2 == 1)
        assert pdf.page_labels[first + number - 1] == str(number)  # as a program names it
        assert META.title.replace(" ", "") in text_of(page)  # the running head


def test_a_long_table_repeats_its_head(pdf):
    pages = [text_of(page) for page in pdf.pages]
    split = [text for text in pages if len(re.findall(r"第\d+行文字", text)) > 8]
    assert len(split) >= 2 and all("第0列标题" in text for text in split)
    said = [re.findall(r"续表\d+-\d+", text) for text in pages]
    assert [name for names in said for name in names]  # and says so, over its head
    for before, names in zip(pages, said[1:], strict=False):
        assert all(name.removeprefix("续") in before for name in names)


def test_a_page_that_breaks_the_rules_is_said_plainly(tmp_path):
    source = "= 一\n\n=== 跳级\n\n#metadata(()) <told>"
    typesetting = report_paper.typesetting(source, tmp_path, tmp_path / "report.pdf", 0)
    with typesetting as done, pytest.raises(InputError) as caught:
        done()
    assert "PDF/UA-1" in str(caught.value)


def test_source_that_typst_cannot_read_is_a_defect(tmp_path):
    typesetting = report_paper.typesetting("#let", tmp_path, None, 0)
    with typesetting as done, pytest.raises(RuntimeError, match="typst"):
        done()


def test_what_goes_wrong_beside_it_ends_the_typesetting(tmp_path):
    typesetting = report_paper.typesetting("= 一\n\n#lorem(100000)", tmp_path, None, 0)
    with pytest.raises(ZeroDivisionError), typesetting:
        raise ZeroDivisionError
    assert not (tmp_path / report_paper.HEADINGS).exists()


@pytest.mark.parametrize("name", ["typst", "pylopdf_fonts_zh_cn"])
def test_what_is_not_installed_is_said(tmp_path, monkeypatch, name):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda one: None if one == name else found(one)
    )
    with pytest.raises(InputError, match=name), report_paper.typesetting("= 一", tmp_path, None, 0):
        pass


def test_no_heading_is_left_alone_at_the_foot_of_a_page(pdf):
    for page in pdf.pages:
        assert not re.sub(r"—\d+—$", "", text_of(page)).endswith("（一）附表")


def test_formulas_in_lists_and_tables_are_spoken():
    tree = [{"t": "Para", "c": [{"t": "Strong", "c": [
        {"t": "Math", "c": [{"t": "InlineMath"}, 'a"\\b']},
    ]}]}]  # fmt: skip
    report_paper.spoken({"c": tree})
    inside = tree[0]["c"][0]["c"]
    assert [part["t"] for part in inside] == ["RawInline", "Math", "RawInline"]
    assert 'alt: "a\\"\\\\b"' in inside[0]["c"][1]


def test_an_english_report_keeps_the_rules_too(tmp_path: Path):
    from dataclasses import replace

    meta = replace(META, title="Implementation", subtitle="Annual review", language="en")
    text = "# Chapter\n\n" + "Words. " * 50 + "\n\nThe source is 统计公报 of the city."
    run = chapter(tmp_path, "01.ipynb", text, shown(chart("a")))
    made = bind([run], meta=meta, out_dir=tmp_path / "out", manifest={}, formats=("pdf",))
    reader = pypdf.PdfReader(made.documents["pdf"])
    assert reader.trailer["/Root"]["/Lang"] == "en-GB"
    assert "Figure1-1" in "".join(text_of(page) for page in reader.pages)
    spoken = [tag.get("/Lang") for tag in tags(reader.trailer["/Root"]["/StructTreeRoot"])]
    assert "zh-CN" in spoken  # a title in Chinese is read aloud as Chinese
