"""Reports: one source, three formats, the same bytes, and never half a report."""

from __future__ import annotations

import datetime
import hashlib
import itertools
import json
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import nbformat
import pandas as pd
import pypdf
import pytest
from docx.oxml.ns import qn
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis.data.errors import InputError
from planeval.report import place
from planeval.report import render as report
from planeval.report.document import merged
from planeval.report.render import ReportMeta, bind, render
from planeval.report.run import ChapterError, ChapterRun
from planeval.report.tree import nodes, text_of
from planeval.show.bars import bar_chart
from planeval.show.lines import line_chart
from planeval.show.table import Table

META = ReportMeta(
    "嘉兴港区“十四五”规划评估报告", "年度监测", "嘉兴港区", "“十四五”规划", 2025,
    datetime.date(2026, 3, 31), "年度监测",
)  # fmt: skip
SIGNS = "28 μg/m³，CO₂ 下降 18‰，12.5 万㎡，−0.3%"


def shown(thing: Any) -> Any:
    """Return a code cell as it stands after execution."""
    bundle = thing._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    return code(new_output("execute_result", data=data, execution_count=1))


def code(*outputs: Any, tags: tuple[str, ...] = ()) -> Any:
    cell = new_code_cell("SECRET_CODE = 1", outputs=list(outputs), execution_count=1)
    cell.metadata["tags"] = list(tags)
    return cell


def markdown(text: str) -> Any:
    return code(new_output("display_data", data={"text/markdown": text, "text/plain": "<Md>"}))


def chapter(folder: Path, name: str, *cells: Any) -> ChapterRun:
    """Save an executed chapter; text is a Markdown cell."""
    made = [new_markdown_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    nbformat.write(new_notebook(cells=made), folder / name)
    return ChapterRun(folder / name, folder / name, 1.5)


def table(rows: int, columns: int = 3, **how: Any) -> Table:
    frame = pd.DataFrame(
        {f"第{c}列标题": [f"第{r}行文字" for r in range(rows)] for c in range(columns)}
    )
    return Table(frame.assign(数值=[1234.5] * rows), "各项指标", **how)


def chart(key: str = "", caption: str = "产值翻番") -> Any:
    frame = pd.DataFrame({"year": [2021, 2025], "value": [1.0, 2.0], "series": "产值"})
    return line_chart(frame, caption, subtitle=SIGNS, source="统计局", key=key, alt="由 1 到 2")


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> list[ChapterRun]:
    folder = tmp_path_factory.mktemp("chapters")
    bars = bar_chart(pd.DataFrame({"name": ["甲", "乙"], "value": [1.0, None]}), "甲已公布")
    plain = new_output("execute_result", execution_count=1, data={"text/plain": "BARE_TEXT"})
    return [
        chapter(
            folder, "01.ipynb", "# 总体判断\n\n见 @fig:gdp 与[@tab:all]。" + SIGNS,
            "## 主要结论\n\n**要点**[^1]；CO<sub>2</sub>。<!-- 内部 -->\n\n$$g=\\sqrt{x}$$\n\n"
            "[^1]: 口径。",
            shown(chart("gdp")),
            code(new_output("stream", text="PRINTED"), plain),
            shown(table(60, 7, key="all", note="完成率。", source="数据来源：年报")),
        ),
        chapter(
            folder, "02.ipynb", "# 二、分领域进展", markdown("## 计算的标题\n\n增长 **8.0%**。"),
            shown(bars), shown(table(4)), "### 细目\n\n第一\n行。[^1]\n\n[^1]: 另一口径。",
        ),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def made(runs, tmp_path_factory) -> report.ReportPaths:
    return bind(runs, meta=META, out_dir=tmp_path_factory.mktemp("out"), manifest={"a": 1})


@pytest.fixture(scope="module")
def pdf(made) -> pypdf.PdfReader:
    return pypdf.PdfReader(made.documents["pdf"])


@pytest.fixture(scope="module")
def word(made) -> Any:
    return docx.Document(str(made.documents["docx"]))


# --- the source ------------------------------------------------------------------------------


def test_headings_charts_and_tables_are_numbered_by_chapter(runs):
    document = merged(runs)
    assert [text for _, _, text in document.headings] == [
        "一、总体判断", "（一）主要结论", "二、分领域进展", "（一）计算的标题", "1. 细目",
    ]  # fmt: skip
    assert list(document.charts) == ["fig-1-1", "fig-2-1"]
    captions = [text_of(t["c"][1]) for t in nodes(document.blocks, "Table")]
    assert captions == ["表 1-1　各项指标", "表 2-1　各项指标"]


def test_english_numbers(runs):
    document = merged(runs, "en")
    assert [text for _, _, text in document.headings][1:3] == ["1.1 主要结论", "2 分领域进展"]
    assert text_of(next(nodes(document.blocks, "Figure"))["c"][1]).startswith("Figure 1-1")


def test_references_become_links(runs):
    found = [
        (text_of(link["c"][1]), link["c"][2][0]) for link in nodes(merged(runs).blocks, "Link")
    ]
    assert found == [("图 1-1", "#fig-1-1"), ("表 1-1", "#tab-1-1")]


def test_code_prints_and_comments_stay_out(runs):
    text = text_of(merged(runs).blocks)
    for word in ("SECRET_CODE", "PRINTED", "BARE_TEXT", "内部", "<Md>"):
        assert word not in text
    # A line break inside Chinese prose is no space; footnotes of two chapters do not mix.
    assert "第一行。" in text and "另一口径。" in text


def test_unnumbered_chapters_leave_the_count_alone(tmp_path):
    run = chapter(
        tmp_path, "0.ipynb", "# 摘要 {.unnumbered}", shown(chart()), "# 正文", shown(chart())
    )
    document = merged([run])
    assert [text for _, _, text in document.headings] == ["摘要", "一、正文"]
    assert list(document.charts) == ["fig-1", "fig-1-1"]


PICTURE = new_output("display_data", data={"image/png": "aGk=", "text/plain": "<Figure>"})
FRAME = new_output("display_data", data={"text/html": "<table></table>", "text/plain": "x"})
ERROR = new_output("error", ename="ValueError", evalue="坏", traceback=[])
WRONG = [
    (("没有标题",), "# 标题"),
    (("# 章", "```python\n没有结束"), "2"),
    (("# 章", "::: {.box}\n没有结束", "下一格"), "2"),
    (("# 章", "见 @fig:gpd", shown(chart("gdp"))), "fig:gdp"),
    (("# 章", shown(chart("a")), shown(chart("a"))), "a"),
    (("# 章", code(PICTURE)), "charts.Chart"),
    (("# 章", code(FRAME)), "tables.Table"),
    (("# 章", code(ERROR)), "ValueError: 坏"),
    (("# 章", '<font color="red">红</font>'), "<font"),
    (("# 章", "a\n\n<script>\nalert(1)\n</script>"), "<script>"),
    (("# 章", "CO<sub>2"), "<sub>"),
    (("# 章", "![现场](photo.jpg)"), "charts.Chart"),
    (("# 章", "## 节", "见[上节](#接)"), "最接近的有效值：节"),
    (("# 章", "### 跳级"), "## 跳级"),
]


@pytest.mark.parametrize(("cells", "hint"), WRONG)
def test_what_cannot_be_printed_is_named(tmp_path, cells, hint):
    with pytest.raises(InputError, match=re.escape(hint)) as caught:
        merged([chapter(tmp_path, "07.ipynb", *cells)])
    assert caught.value.file == "07.ipynb"


def test_outputs_for_the_notebook_only_stay_out(tmp_path):
    run = chapter(tmp_path, "01.ipynb", "# 章", code(PICTURE, FRAME, tags=("notebook-only",)))
    assert len(merged([run]).blocks) == 1


def test_no_format_specific_code_gets_through(tmp_path):
    raw = "# 章\n\n```{=typst}\n#panic()\n```\n\n`<b>`{=html} \\textbf{x} #panic() $a_b$ @nobody"
    made = bind(
        [chapter(tmp_path, "01.ipynb", raw)], meta=META, out_dir=tmp_path / "o", manifest={}
    )
    text = pypdf.PdfReader(made.documents["pdf"]).pages[2].extract_text()
    assert "#panic()" in text and "\\textbf" in text and "@nobody" in text
    assert "<b>" not in made.documents["html"].read_text(encoding="utf-8")


# --- HTML ------------------------------------------------------------------------------------


class Page(HTMLParser):
    """Tags with their attributes, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


def test_html_stands_alone(made):
    text = made.documents["html"].read_text(encoding="utf-8")
    page = Page(text)
    for tag in ("script", "link", "iframe", "object", "embed", "base"):
        assert not page.all(tag)
    assert all((tag["src"] or "").startswith("data:image/png;base64,") for tag in page.all("img"))
    assert not re.search(r"url\((?!data:font/woff;base64,)|@import", text)
    inside = {attributes["id"] for _, attributes in page.tags if attributes.get("id")}
    assert {(tag["href"] or "")[1:] for tag in page.all("a")} <= inside


def test_html_is_accessible(made):
    page = Page(made.documents["html"].read_text(encoding="utf-8"))
    assert page.all("html")[0]["lang"] == "zh-CN"
    # What is pushed aside on a narrow screen can be reached and pushed by keys.
    pushed = [
        tag
        for name, tag in page.tags
        if name == "figure" or "scroll" in (tag.get("class") or "").split()
    ]
    assert len(pushed) >= 3 and all(tag.get("tabindex") == "0" for tag in pushed)
    assert [tag["alt"] for tag in page.all("img")] == ["由 1 到 2", "甲 1.0；乙 无数据"]
    assert page.all("meta")[1]["name"] == "viewport"
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1 and max(levels) == 4
    assert len(page.all("nav")) == len(page.all("main")) == 1
    assert page.all("math")


def test_html_tells_its_structure_to_those_who_cannot_see_it(made):
    text = made.documents["html"].read_text(encoding="utf-8")
    page = Page(text)
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels))
    ids = [attributes["id"] for _, attributes in page.tags if attributes.get("id")]
    assert len(ids) == len(set(ids))
    assert page.all("th") and all(tag.get("scope") == "col" for tag in page.all("th"))
    named = re.findall(r"<table.*?</table>", text, re.DOTALL)
    assert all("<caption>" in t or t.startswith('<table aria-label="') for t in named)
    assert not re.search(r"<a [^>]*>\s*</a>", text)  # every link has words


def _light(colour: str) -> float:
    """Relative luminance of WCAG 2.2, of a colour such as #5b5b60."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(k * c for k, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_html_colours_can_be_read(made):
    """Contrast of at least 4.5 on every ground the page has (WCAG 2.2, criterion 1.4.3)."""
    assert (_light("#ffffff") + 0.05) / (_light("#000000") + 0.05) == pytest.approx(21)
    text = made.documents["html"].read_text(encoding="utf-8")
    inks = dict(re.findall(r"--(ink|soft|accent): (#[0-9a-f]{6})", text))
    grounds = {"#ffffff", *re.findall(r"background: (#[0-9a-f]{6})", text)}
    assert len(inks) == 3 and len(grounds) > 1
    for ink in inks.values():
        for ground in grounds:
            assert (_light(ground) + 0.05) / (_light(ink) + 0.05) >= 4.5


def test_html_carries_the_data_of_each_chart(made):
    text = made.documents["html"].read_text(encoding="utf-8")
    folded = re.findall(r"<details>.*?</details>", text, re.DOTALL)
    assert len(folded) == 2
    assert "<td>2021</td><td>1</td><td>产值</td>" in folded[0]
    assert "<td>乙</td><td>—</td>" in folded[1]


# --- PDF -------------------------------------------------------------------------------------


def tight(page: pypdf.PageObject) -> str:
    """Return a page's words without spaces, which typst sets between scripts."""
    return re.sub(r"[ \u3000]", "", page.extract_text())


def test_pdf_text_is_selectable_even_in_charts(pdf):
    text = "".join(tight(page) for page in pdf.pages).replace("\n", "")
    assert text.count(SIGNS.replace(" ", "")) == 2  # prose, and a subtitle
    assert "图1-1" in text and "来源：统计局" in text and "数据来源：年报" in text
    assert "来源：数据来源" not in text


def test_pdf_has_contents_with_page_numbers_and_numbered_pages(pdf):
    contents = pdf.pages[1].extract_text()
    assert re.search(r"目\s*录", contents)
    assert re.search(r"二、分领域进展[. ]*\d", contents)
    body = pdf.pages[2:]
    assert len(body) >= 3
    for number, page in enumerate(body, start=1):
        assert f"— {number} —" in page.extract_text()
    assert "—" not in contents


def test_pdf_repeats_the_head_of_a_long_table(pdf):
    rows = [tight(page) for page in pdf.pages[2:]]
    pages = [text for text in rows if len(re.findall(r"第\d+行文字", text)) > 20]
    assert len(pages) >= 2
    assert all("第0列标题" in text for text in pages)
    found = {int(n) for text in rows for n in re.findall(r"第(\d+)行文字", text)}
    assert found == set(range(60))


def test_pdf_keeps_captions_with_what_they_name(pdf):
    for page in pdf.pages[2:]:
        text = tight(page)
        if "表2-1" in text:
            assert text.count("第3行文字") == 3  # the whole short table
        if "图1-1产值翻番" in text:
            assert "来源：统计局" in text and SIGNS.replace(" ", "") in text


def test_pdf_is_tagged_in_chinese_with_small_fonts(pdf, made):
    root = pdf.trailer["/Root"]
    assert root["/Lang"] == "zh-CN" and root["/MarkInfo"]["/Marked"]
    assert len(pdf.outline) >= 2
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in pdf.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert all(re.match(r"/[A-Z]{6}\+", name) for name in fonts)  # embedded subsets only
    for name in ("FandolFang", "FandolKai", "NotoSansSC", "STIXGeneral"):  # 仿宋、楷体、黑体
        assert any(name in font for font in fonts), name
    assert made.documents["pdf"].stat().st_size < 600_000


# --- Word ------------------------------------------------------------------------------------


def test_word_contents_are_filled_in(word):
    lines = [p.text for p in word.paragraphs if p.style.name.lower().startswith("toc ")]
    lines = [line for line in lines if line != "目录"]
    assert len(lines) == 4  # two levels
    assert re.fullmatch(r"一、总体判断\t1", lines[0])
    assert re.fullmatch(r"二、分领域进展\t\d+", lines[2])
    marks = {mark.get(qn("w:name")) for mark in word.element.iter(qn("w:bookmarkStart"))}
    anchors = {link.get(qn("w:anchor")) for link in word.element.iter(qn("w:hyperlink"))}
    assert anchors <= marks
    codes = [code.text for code in word.element.iter(qn("w:instrText"))]
    assert 'TOC \\o "1-2"' in codes[0] and sum("PAGEREF" in code for code in codes) == 4


def test_word_numbers_pages_of_the_text_only(word):
    front, text = word.sections
    assert not front._sectPr.findall(qn("w:footerReference"))
    assert text._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"
    footer = text.footer.paragraphs[0]
    assert footer.text.startswith("— ") and footer.text.endswith(" —")
    assert "PAGE" in "".join(code.text for code in footer._p.iter(qn("w:instrText")))
    assert (front.page_width, front.page_height) == (text.page_width, text.page_height)


def test_word_uses_official_fonts_and_line_pitch(word):
    def east(name: str) -> str:
        return word.styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))

    assert east("Title") == "方正小标宋简体"
    assert east("Heading 1") == "黑体" and east("Heading 2") == "楷体_GB2312"
    assert east("Body Text") == east("First Paragraph") == "仿宋_GB2312"
    assert word.styles["Body Text"].paragraph_format.line_spacing.pt == 28
    # An exact pitch would clip pictures to a sliver.
    for name in ("Captioned Figure", "Figure"):
        assert word.styles[name].paragraph_format.line_spacing == 1.0
    # Elsewhere it makes the pages independent of which font stands in.
    for name, pitch in (("Image Caption", 18), ("Table Caption", 22), ("Table Text", 14)):
        assert word.styles[name].paragraph_format.line_spacing.pt == pitch


def test_word_tables_print_well(word):
    assert len(word.tables) == 2
    for made_table in word.tables:
        head, *rows = made_table._tbl.tr_lst
        assert head.trPr.find(qn("w:tblHeader")) is not None
        assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in (head, *rows))
    short = word.tables[1]
    assert all(p.paragraph_format.keep_with_next for c in short._cells for p in c.paragraphs)
    assert {p.style.name for c in short._cells for p in c.paragraphs} == {"Table Text"}
    borders = word.styles["Table"].element.find(qn("w:tblPr")).find(qn("w:tblBorders"))
    assert [part.tag.split("}")[1] for part in borders] == ["top", "bottom"]


def test_word_keeps_notes_with_their_source(word):
    lines = {p.text: p.style.name for p in word.paragraphs if p.style.name.endswith(" Line")}
    assert lines["注：完成率。"] == "Note Line" and lines["数据来源：年报"] == "Source Line"
    assert word.styles["Note Line"].paragraph_format.keep_with_next


def test_word_pictures_fit_and_say_what_they_show(word):
    width = word.sections[-1].page_width - word.sections[-1].left_margin
    width -= word.sections[-1].right_margin
    assert len(word.inline_shapes) == 2
    assert all(shape.width <= width for shape in word.inline_shapes)
    alts = [shape._inline.docPr.get("descr") for shape in word.inline_shapes]
    assert alts == ["由 1 到 2", "甲 1.0；乙 无数据"]
    captions = [p for p in word.paragraphs if p.style.name == "Captioned Figure"]
    assert captions and all(p.paragraph_format.keep_with_next is not False for p in captions)


def test_word_proofs_the_text_in_its_language(word):
    (told,) = word.styles.element.xpath("w:docDefaults//w:lang")
    assert told.get(qn("w:eastAsia")) == "zh-CN"  # "zh" alone is no language of Word's
    assert word.core_properties.language == "zh-CN"


def test_word_names_stand_ins_for_fonts_that_are_missing(made):
    with zipfile.ZipFile(made.documents["docx"]) as archive:
        fonts = archive.read("word/fontTable.xml").decode("utf-8")
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>' in fonts


# --- binding and publishing ------------------------------------------------------------------


def test_the_same_chapters_give_the_same_bytes(runs, made, tmp_path):
    again = bind(runs, meta=META, out_dir=tmp_path, manifest={"a": 1})
    for kind, path in made.documents.items():
        assert again.documents[kind].read_bytes() == path.read_bytes(), kind
    assert again.manifest.read_bytes() == made.manifest.read_bytes()


def test_the_manifest_says_what_went_in_and_came_out(made):
    account = json.loads(made.manifest.read_text(encoding="utf-8"))
    assert account["a"] == 1
    assert account["packages"]["typst"] and account["packages"]["pypandoc-binary"]
    for kind in ("html", "pdf", "docx"):
        content = made.documents[kind].read_bytes()
        assert account["outputs"][f"report.{kind}"] == hashlib.sha256(content).hexdigest()
    assert "seconds" not in account
    timings = json.loads(made.timings.read_text(encoding="utf-8"))
    assert timings["seconds"] == {"01.ipynb": 1.5, "02.ipynb": 1.5}
    assert list(timings["documents"]) == ["html", "pdf", "docx"]


def test_only_the_formats_asked_for(runs, tmp_path):
    made = bind(runs[1:], meta=META, out_dir=tmp_path, formats=("html",), manifest={})
    assert {p.name for p in tmp_path.iterdir()} == {
        "report.html", "charts", "manifest.json", "timings.json",
    }  # fmt: skip
    assert list(made.documents) == ["html"]
    with pytest.raises(InputError) as caught:
        bind(runs, meta=META, out_dir=tmp_path, formats=("docs",), manifest={})
    assert caught.value.nearest == "docx"


def test_words_of_the_cover_are_never_mark_up(runs, tmp_path):
    odd = ReportMeta("#A$B*_<b>@x", "\"'\\n", "[甲]", "{乙}", 2025, META.as_of, "", "en")
    made = bind(runs[1:], meta=odd, out_dir=tmp_path, manifest={})
    cover = pypdf.PdfReader(made.documents["pdf"]).pages[0].extract_text()
    assert "#A$B*_<b>@x" in cover and "[甲]" in cover and "2026-03-31" in cover
    assert "<title>#A$B*_&lt;b&gt;@x " in made.documents["html"].read_text(encoding="utf-8")
    assert docx.Document(str(made.documents["docx"])).paragraphs[0].text == "#A$B*_<b>@x"


def notebook(folder: Path, name: str, *codes: str) -> None:
    """Write a chapter to be executed."""
    first = new_code_cell("plan = None\nyear = None\nas_of = None\nlanguage = None")
    first.metadata["tags"] = ["parameters"]
    cells = [new_markdown_cell("# 章"), first, *map(new_code_cell, codes)]
    nbformat.write(new_notebook(cells=cells), folder / name)


def published(folder: Path, out: Path, **how: Any) -> report.ReportPaths:
    return render(
        "jiaxing-14fyp", 2025, as_of=META.as_of, notebooks_dir=folder, out_dir=out, meta=META,
        formats=("html",), progress=False, **how,
    )  # fmt: skip


SAY = "from IPython.display import Markdown\nMarkdown(f'{plan} {year} {as_of} {language}')"


def test_render_publishes_and_repeats(tmp_path):
    notebook(tmp_path, "01.ipynb", SAY)
    notebook(tmp_path, "lesson.ipynb", "1 / 0")  # no chapter: its name begins with no digit
    data = tmp_path / "data.csv"
    data.write_text("a", encoding="utf-8")
    out = tmp_path / "2025"
    made = published(tmp_path, out, inputs=[data])
    html = made.documents["html"].read_text(encoding="utf-8")
    assert "jiaxing-14fyp 2025 2026-03-31 zh" in html
    account = json.loads(made.manifest.read_text(encoding="utf-8"))
    assert account["parameters"]["as_of"] == "2026-03-31"
    assert account["inputs"] == {"data.csv": hashlib.sha256(b"a").hexdigest()}
    assert list(account["chapters"]) == ["01.ipynb"]
    assert str(tmp_path) not in made.manifest.read_text(encoding="utf-8")
    before = {p.name: p.read_bytes() for p in out.iterdir() if p.is_file()}
    (out / "批示.txt").write_text("同意", encoding="utf-8")
    published(tmp_path, out, inputs=[data])
    after = {p.name: p.read_bytes() for p in out.iterdir() if p.is_file()}
    assert after.pop("批示.txt") == "同意".encode()  # somebody else's file stays
    del before["timings.json"], after["timings.json"]
    assert after == before
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".2025")]


def test_a_failed_run_leaves_the_report_that_stood_there(tmp_path):
    notebook(tmp_path, "01.ipynb", SAY)
    out = tmp_path / "2025"
    published(tmp_path, out)
    before = {p.name: p.read_bytes() for p in out.iterdir() if p.is_file()}
    notebook(tmp_path, "02.ipynb", "1 / 0")
    with pytest.raises(ChapterError):
        published(tmp_path, out)
    assert {p.name: p.read_bytes() for p in out.iterdir() if p.is_file()} == before
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".2025")]


def staged(out: Path, text: str) -> None:
    """Publish a folder with a manifest only, the way `render` does."""
    with place.staged(out) as folder:
        (folder / "manifest.json").write_text(text, encoding="utf-8")


def test_ctrl_c_leaves_the_report_that_stood_there(tmp_path):
    out = tmp_path / "r"
    staged(out, "first")
    with pytest.raises(KeyboardInterrupt), place.staged(out) as folder:
        (folder / "manifest.json").write_text("second", encoding="utf-8")
        raise KeyboardInterrupt
    assert (out / "manifest.json").read_text(encoding="utf-8") == "first"
    assert [p.name for p in tmp_path.iterdir()] == ["r"]


def test_a_crash_between_the_two_renames_is_mended(tmp_path):
    out, old, fresh = (tmp_path / name for name in ("r", ".r.old", ".r.new"))
    staged(out, "first")
    (out / "note.txt").write_text("n", encoding="utf-8")
    out.rename(old)  # as it is when the machine stops here
    fresh.mkdir()
    (tmp_path / ".r.lock").write_text("999999999", encoding="ascii")  # no such process
    with pytest.raises(ZeroDivisionError), place.staged(out):
        _ = 1 / 0
    assert (out / "manifest.json").read_text(encoding="utf-8") == "first"
    staged(out, "second")
    assert (out / "manifest.json").read_text(encoding="utf-8") == "second"
    assert (out / "note.txt").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["r"]


def test_a_reader_finds_the_report_that_stood_there_before_a_crash(tmp_path):
    out = tmp_path / "r"
    staged(out, "first")
    out.rename(tmp_path / ".r.old")  # as it is when the machine stops between the two renames
    place.mend(out)
    assert (out / "manifest.json").read_text(encoding="utf-8") == "first"
    place.mend(tmp_path / "other")  # nothing to put back
    assert [p.name for p in tmp_path.iterdir()] == ["r"]


def test_a_rename_that_fails_puts_the_old_report_back(tmp_path, monkeypatch):
    out = tmp_path / "r"
    staged(out, "first")
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.name == ".r.new":
            raise PermissionError("open in Word")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(PermissionError):
        staged(out, "second")
    assert (out / "manifest.json").read_text(encoding="utf-8") == "first"


def test_somebody_elses_folder_is_never_replaced(tmp_path):
    out = tmp_path / "papers"
    out.mkdir()
    (out / "draft.docx").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="papers"):
        staged(out, "mine")
    assert [p.name for p in out.iterdir()] == ["draft.docx"]


def test_two_writers_do_not_meet(tmp_path):
    out = tmp_path / "r"
    with place.staged(out) as folder:
        with pytest.raises(InputError, match="another process"):
            staged(out, "second")
        (folder / "manifest.json").write_text("first", encoding="utf-8")
    assert (out / "manifest.json").read_text(encoding="utf-8") == "first"


def test_no_chapters_is_a_mistake(tmp_path):
    with pytest.raises(InputError, match="chapters"):
        published(tmp_path, tmp_path / "out")


def test_a_missing_program_is_said_plainly(runs, tmp_path, monkeypatch):
    import pypandoc

    def gone() -> str:
        raise OSError("No pandoc was found")

    monkeypatch.setattr(pypandoc, "get_pandoc_path", gone)
    with pytest.raises(InputError, match="pypandoc-binary"):
        bind(runs, meta=META, out_dir=tmp_path, manifest={})
