"""Commentaries: merged at their place, filled from the data, never written, never guessed."""

from __future__ import annotations

import contextlib
import hashlib
import html
import json
import re
import shutil
from pathlib import Path

import docx
import nbformat
import pypdf
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from roots import HOME, Root
from wordlist import CHINESE

from analysis.data.errors import InputError
from analysis.targets.evaluation import Evaluation, evaluate
from planeval.chapters import base
from planeval.cli.app import main
from planeval.report.commentary import Commentary, checksums_of, commentaries, placed
from planeval.report.document import merged
from planeval.report.quotes import FIELDS, quoted, targets_by_code
from planeval.report.render import ReportMeta, bind
from planeval.report.run import ChapterRun
from planeval.report.tree import text_of
from planeval.words import targets
from planeval.words.language import speaking

CHAPTERS = ("01_overview", "02_gdp", "06_other_targets")


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return evaluate("jiaxing-14fyp", 2024)


@pytest.fixture
def place(tmp_path) -> Path:
    """Return the folder of one year's commentaries in a root with three chapters."""
    (tmp_path / "notebooks").mkdir()
    for name in CHAPTERS:
        (tmp_path / "notebooks" / f"{name}.ipynb").write_text("{}", encoding="utf-8")
    folder = tmp_path / "data" / "commentary" / "jiaxing-14fyp" / "2024"
    folder.mkdir(parents=True)
    return folder


def read(place: Path, evaluation: Evaluation) -> dict[str, Commentary]:
    return commentaries(place.parents[3], evaluation)


def note(place: Path, evaluation: Evaluation, text: str | bytes) -> Commentary:
    """Return the commentary on the second chapter with that text."""
    raw = text if isinstance(text, bytes) else text.encode("utf-8")
    (place / "02_gdp.zh.md").write_bytes(raw)
    return read(place, evaluation)["02_gdp"]


def refusal(place: Path, evaluation: Evaluation, text: str | bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        note(place, evaluation, text)
    assert caught.value.file == "data/commentary/jiaxing-14fyp/2024/02_gdp.zh.md"
    assert len(str(caught.value).splitlines()) == 2
    return caught.value


# --- figures -------------------------------------------------------------------------------


def test_figures_are_those_of_the_tables(evaluation):
    gdp = evaluation.get("gdp")

    def got(name: str) -> str:
        return quoted(evaluation, name, file="x.md", row=1)

    assert base.value_cell(gdp.latest) == "突破226（2024）"
    assert got("gdp.latest") == "突破226亿元"
    assert base.progress_cell(gdp) == f"{got('gdp.completion')} / {got('gdp.schedule')}"
    # (226 − 182) / (300 − 182) = 44 / 118 = 37.3 %; 300 / 226 = 1.327 in the one year left
    assert (got("gdp.base"), got("gdp.base_year"), got("gdp.completion")) == (
        "182亿元", "2020年", "37.3%",
    )  # fmt: skip
    assert got("gdp.required") == "现价增长32.7%"
    assert base.needed_cell(gdp) == "+32.7%（现价）"
    assert base.outlook_cell(gdp) == f"{got('gdp.outlook')} {got('gdp.probability')}"
    sentence = targets.outlook_sentence(gdp)
    assert f"中位数{got('gdp.median')}" in sentence
    low = got("gdp.low80").removesuffix("亿元")
    assert f"80%区间为{low}至{got('gdp.high80')}" in sentence
    assert got("gdp.target") == targets.target_text(gdp)


@pytest.mark.parametrize(("plan", "year"), [("jiaxing-14fyp", 2024), ("jiaxing-13fyp", 2020)])
def test_a_figure_is_printed_whole_or_refused_with_a_reason(plan, year):
    result = evaluate(plan, year)
    told = 0
    for code in targets_by_code(result):
        for field in FIELDS:
            try:
                text = quoted(result, f"{code}.{field}", file="x.md", row=7)
            except InputError as error:
                assert error.row == 7 and re.search("引用的数不存在：.", error.zh)
                assert not re.search(r": (None)?$", error.en)
            else:
                told += 1
                assert text and "—" not in text and "None" not in text and "nan" not in text
    assert told > 3 * len(result.indicators)  # name, target year, outlook, evidence at least


def test_a_base_value_is_no_latest_value(evaluation):
    # rd_share has a figure of 2020 only: ``latest`` holds it, the plan begins in 2021
    assert evaluation.get("rd_share").latest.year == 2020
    with pytest.raises(InputError, match="规划期内没有公布值"):
        quoted(evaluation, "rd_share.latest", file="x.md", row=1)
    assert quoted(evaluation, "rd_share.base", file="x.md", row=1) == "3.2%"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("energy_intensity.target", "尚无数值"),
        ("trade.required", "已达目标"),
        ("trade.probability", "不给概率"),
        ("urbanisation.completion", "没有公布值"),
        ("fire_base.latest", "没有公布值"),
    ],
)
def test_why_a_figure_does_not_exist(evaluation, name, why):
    with pytest.raises(InputError, match=why):
        quoted(evaluation, name, file="x.md", row=1)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("gdp.lastest", "{gdp.latest}"),
        ("gpd.latest", "{gdp.latest}"),
        ("container_throughput.latst", "{container_throughput.latest}"),
        ("gdp", "{gdp."),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest(place, evaluation, name, near):
    error = refusal(place, evaluation, f"## 原因\n\n一。\n二为{{{name}}}。\n")
    assert error.row == 4 and error.value == f"{{{name}}}"
    assert error.nearest.startswith(near)


def test_a_shared_indicator_is_no_code(evaluation):
    # listed_firms is a target and the indicator of two; household_income only an indicator of two
    codes = targets_by_code(evaluation)
    assert codes["listed_firms"].target_id == "listed_firms"
    assert "household_income" not in codes and "milestone" not in codes


# --- Markdown ------------------------------------------------------------------------------


def test_what_may_be_written(place, evaluation):
    text = (
        "中文\n断行，*强*，**{gdp.latest}**。\n\n- 甲\n- 乙\n\n1. 丙\n\n### 细目\n\n"
        "| 名 | 值 |\n|---|--:|\n| 完成度 | {gdp.completion} |\n"
    )
    found = note(place, evaluation, text)
    kinds = [block["t"] for block in found.blocks]
    assert kinds == ["Header", "Para", "BulletList", "OrderedList", "Header", "Div"]
    assert text_of(found.blocks[0]["c"][2]) == "评论"
    assert text_of(found.blocks[1]) == "中文断行，强，突破226亿元。"
    assert "完成度37.3%" in text_of(found.blocks[5])


def test_a_heading_of_its_own_names_the_section(place, evaluation):
    found = note(place, evaluation, "## 原因与建议\n\n甲。\n")
    assert [text_of(b["c"][2]) for b in found.blocks if b["t"] == "Header"] == ["原因与建议"]


def test_html_tex_and_references_are_letters_and_links_are_words(place, evaluation):
    text = "<b>粗</b> $x$ @fig:a `c` \\{甲\\} [网页](http://a.cn/b) <http://c.cn> <d@e.cn>"
    found = note(place, evaluation, text + "\n\n<script>alert(1)</script>\n")
    assert [text_of(block) for block in found.blocks[1:]] == [
        "<b>粗</b> $x$ @fig:a c {甲} 网页（http://a.cn/b） http://c.cn d@e.cn",
        "<script>alert(1)</script>",
    ]
    assert '"Link"' not in json.dumps(found.blocks) and "Raw" not in json.dumps(found.blocks)


@pytest.mark.parametrize(
    ("text", "row", "why"),
    [
        ("甲。\n\n# 章\n\n乙。\n", 3, "低于章标题"),
        ("甲。\n\n> 引文。\n", 3, "引文块"),
        ("甲。\n\n    缩进。\n", 3, "代码块"),
        ("甲。\n\n![图甲](a.png)\n", 3, "图片"),
        ("- 甲\n\n    > 乙\n", 3, "引文块"),
        ("甲{gdp.latest。\n", 1, "不成对"),
        ("甲。\n乙｛gdp.latest｝。\n", 2, "全角"),
        ("", None, "没有正文"),
        (" \n\n", None, "没有正文"),
        ("## 只有标题\n", None, "没有正文"),
        ("甲。\n乙。".encode("gb18030"), 1, "UTF-8"),
        ("甲。\n".encode() + "乙。".encode("gb18030"), 2, "UTF-8"),
        ("甲。".encode("utf-16"), 1, "UTF-8"),
        (b"a\n\0b", 2, "不是文本"),
    ],
)
def test_what_may_not_be_written(place, evaluation, text, row, why):
    error = refusal(place, evaluation, text)
    assert error.row == row and why in error.zh


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一\n\n好&#128512;", "😀 U+1F600"),
        ("一\n\n## x&#7;y", "U+0007"),
        ("一\n\n- a&zwj;b", "U+200D"),
    ],
)
def test_a_letter_written_as_its_number_is_a_letter(place, evaluation, text, value):
    error = refusal(place, evaluation, text)
    assert (error.row, error.value) == (3, value)
    note(place, evaluation, "R&D 与 AT&T，&ge;5，&copy;")


def test_a_byte_order_mark_and_other_line_ends_change_nothing(place, evaluation):
    text = "## 原因\n\n甲\n乙。\n"
    plain = note(place, evaluation, text).blocks
    for raw in (b"\xef\xbb\xbf" + text.encode(), text.replace("\n", "\r\n").encode()):
        assert note(place, evaluation, raw).blocks == plain


def test_the_page_on_commentaries_is_true(place, evaluation):
    page = (HOME / "docs" / "commentary.zh.md").read_text(encoding="utf-8")
    example = re.search(r"```markdown\n(.*?)```", page, re.S)[1]
    found = note(place, evaluation, example)
    assert "2024年公布值为“突破226亿元”，完成度37.3%（时序进度80%）。" in text_of(found.blocks)
    rows = re.findall(r"(?m)^\| (`.*?) \|", page)
    assert re.findall(r"`(\w+)`", " ".join(rows)) == list(FIELDS)


# --- files ---------------------------------------------------------------------------------


def test_a_short_name_is_as_good(place, evaluation):
    (place / "gdp.zh.md").write_text("甲。", encoding="utf-8")
    (place / "other_targets.en.md").write_text("A.", encoding="utf-8")  # another language
    for name in (".DS_Store", "gdp.zh.md~"):
        (place / name).write_text("", encoding="utf-8")
    assert list(read(place, evaluation)) == ["02_gdp"]
    (place / "02_gdp.zh.md").write_text("乙。", encoding="utf-8")
    with pytest.raises(InputError, match="两份评论"):
        read(place, evaluation)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("02_gpd.zh.md", "02_gdp.zh.md"),
        ("02_gdp.md", "02_gdp.zh.md"),
        ("gdp.zh.txt", "gdp.zh.md"),
        ("../../2024/gdp.zh.md", None),
        ("../2o24/gdp.zh.md", "2024"),
        ("../../jiaxing-14fpy/2024/gdp.zh.md", "jiaxing-14fyp"),
    ],
)
def test_a_file_that_would_never_be_read_is_told(place, evaluation, name, near):
    (place / name).parent.mkdir(parents=True, exist_ok=True)
    (place / name).write_text("甲。", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read(place, evaluation)
    assert near is None or caught.value.nearest == near


def test_an_english_commentary_speaks_english(place, evaluation):
    (place / "gdp.en.md").write_text(
        "Output of {gdp.latest} in {gdp.latest_year}; {gdp.required} needed; {gdp.outlook}.",
        encoding="utf-8",
    )
    (place / "gdp.zh.md").write_text("总值{gdp.latest}。", encoding="utf-8")
    found = commentaries(place.parents[3], evaluation, "en")["02_gdp"]
    assert text_of(found.blocks) == (
        "CommentaryOutput of over 226 × 100 million yuan in 2024; "
        "growth of 32.7% at current prices needed; very unlikely."
    )
    # and the language spoken before is spoken again
    assert "突破226亿元" in text_of(read(place, evaluation)["02_gdp"].blocks)


@pytest.mark.parametrize(("plan", "year"), [("jiaxing-14fyp", 2024), ("jiaxing-13fyp", 2020)])
def test_no_figure_quoted_in_english_holds_chinese(plan, year):
    result = evaluate(plan, year)
    said = []
    with speaking("en"):
        for item in result.indicators:
            for field in FIELDS:
                with contextlib.suppress(InputError):
                    said.append(quoted(result, f"{item.target_id}.{field}", file="x.md", row=1))
    assert len(said) > 100
    assert not [text for text in said if CHINESE.search(text)]


# --- in the report ---------------------------------------------------------------------------


def chapter(folder: Path, *cells: str) -> ChapterRun:
    path = folder / "02_gdp.ipynb"
    nbformat.write(new_notebook(cells=[new_markdown_cell(cell) for cell in cells]), path)
    return ChapterRun(path, path, 1.0)


FINDINGS = ("# 生产总值", "## 现状\n\n发现。")
LIMITS = "## 数据说明不了什么\n\n局限。"


def test_it_stands_before_what_the_figures_cannot_tell(place, evaluation, tmp_path):
    said = {"02_gdp": note(place, evaluation, "## 原因与建议\n\n甲。")}
    for cells in ((*FINDINGS, LIMITS), (*FINDINGS[:1], f"{FINDINGS[1]}\n\n{LIMITS}")):
        document = merged([chapter(tmp_path, *cells)], "zh", said)
        assert [text for _, _, text in document.headings] == [
            "一、生产总值", "（一）现状", "（二）原因与建议", "（三）数据说明不了什么",
        ]  # fmt: skip
        assert re.search("发现。.*原因与建议甲。.*局限。", text_of(document.blocks))


def test_without_such_a_section_it_closes_the_chapter(place, evaluation, tmp_path):
    said = {"02_gdp": note(place, evaluation, "甲。")}
    document = merged([chapter(tmp_path, *FINDINGS)], "zh", said)
    assert [text for _, _, text in document.headings][2:] == ["（二）评论"]
    assert text_of(document.blocks).endswith("评论甲。")


def test_it_stands_before_what_english_figures_cannot_tell(place, evaluation, tmp_path):
    (place / "gdp.en.md").write_text("Because of A.", encoding="utf-8")
    said = commentaries(place.parents[3], evaluation, "en")
    cells = ("# Output", "## Now\n\nFound.", "## What the data cannot tell\n\nLimits.")
    document = merged([chapter(tmp_path, *cells)], "en", said)
    assert [text for _, _, text in document.headings][2:] == [
        "1.2 Commentary", "1.3 What the data cannot tell",
    ]  # fmt: skip


SECTIONS = ("# 指标", "## 逐项", "### 1. 生产总值\n\n值甲。", "### 外贸\n\n值乙。", LIMITS)


def test_words_under_a_chapters_heading_go_into_that_section(place, evaluation, tmp_path):
    text = "总说。\n\n### 生产总值\n\n原因甲。\n\n#### 细说\n\n细。\n\n### 外 贸\n\n原因乙。"
    document = merged(
        [chapter(tmp_path, *SECTIONS)], "zh", {"02_gdp": note(place, evaluation, text)}
    )
    assert [(level, text) for _, level, text in document.headings] == [
        (1, "一、指标"), (2, "（一）逐项"), (3, "1. 生产总值"), (4, "细说"), (3, "2. 外贸"),
        (2, "（二）评论"), (2, "（三）数据说明不了什么"),
    ]  # fmt: skip
    told = text_of(document.blocks)
    assert "值甲。原因甲。细说细。" in told and "值乙。原因乙。" in told
    assert "评论总说。" in told


def test_a_section_may_be_named_by_a_figure_and_nothing_empty_is_left(place, evaluation, tmp_path):
    name = evaluation.get("gdp").target.name_zh
    cells = ("# 指标", "## 逐项", f"### {name}\n\n值甲。", "## 又一节\n\n丙。")
    said = note(place, evaluation, "### {gdp.name}\n\n原因甲。\n\n## 又一节\n\n原因丙。")
    document = merged([chapter(tmp_path, *cells)], "zh", {"02_gdp": said})
    assert [text for _, _, text in document.headings] == [
        "一、指标", "（一）逐项", f"1. {name}", "（二）又一节",
    ]  # fmt: skip
    assert re.search("值甲。原因甲。.*丙。原因丙。", text_of(document.blocks))


def test_sections_below_the_one_named_are_within_it(place, evaluation, tmp_path):
    """A part named after a section of level 2 goes after the sections of level 3 in it."""
    cells = ("# 指标", "## 逐项\n\n甲。", "### 细目\n\n乙。", "## 末节\n\n丙。")
    said = note(place, evaluation, "## 逐项\n\n原因。\n\n## 别的\n\n其他。")
    told = text_of(merged([chapter(tmp_path, *cells)], "zh", {"02_gdp": said}).blocks)
    assert re.search("甲。.*乙。原因。.*丙。.*别的其他。", told)


def test_a_heading_that_skips_a_level_is_told(place, evaluation):
    error = refusal(place, evaluation, "## 原因\n\n甲。\n\n#### 细\n\n乙。")
    assert error.zh == "标题跳级" and error.row == 5


def test_without_a_commentary_the_blocks_are_the_same(tmp_path):
    run = chapter(tmp_path, *FINDINGS, LIMITS)
    blocks = [{"t": "HorizontalRule"}]
    assert placed(blocks, None) is blocks
    assert merged([run], "zh", {}) == merged([run]) == merged([run], "zh", None)


def test_every_real_chapter_that_tells_its_limits_is_recognised(place, evaluation):
    """The titles of the sections are found in the notebooks themselves."""
    found = []
    for path in sorted((HOME / "notebooks").glob("[0-9]*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        titles = re.findall(r"(?m)^## (.+)$", "\n".join(c.source for c in cells))
        blocks = [{"t": "Header", "c": [2, ["", [], []], [{"t": "Str", "c": t}]]} for t in titles]
        mine = placed(blocks, Commentary("x", "", [{"t": "HorizontalRule"}]))
        if mine[-1]["t"] == "Header":
            found.append(path.stem)
            assert mine[-2]["t"] == "HorizontalRule"  # right before the last section
    assert set(found) >= {"02_gdp", "03_industry", "04_port", "05_environment"}


def test_in_every_format(place, evaluation, tmp_path):
    text = "总值{gdp.latest}。<b>甲</b>\n\n| 名 | 值 |\n|---|--:|\n| 乙 | {gdp.completion} |\n"
    said = {"02_gdp": note(place, evaluation, text)}
    meta = ReportMeta("标题", "副题", "区", "规划", 2024, evaluation.as_of, "年度监测")
    run = chapter(tmp_path, *FINDINGS, LIMITS)
    made = bind([run], meta=meta, out_dir=tmp_path / "out", manifest={}, commentary=said)
    page = made.documents["html"].read_text(encoding="utf-8")
    assert "总值突破226亿元。&lt;b&gt;甲&lt;/b&gt;" in page
    assert re.search('<div class="scroll" tabindex="0">\\s*<table>.*37.3%', page, re.S)
    pdf = "".join(p.extract_text() for p in pypdf.PdfReader(made.documents["pdf"]).pages)
    word = docx.Document(str(made.documents["docx"]))
    assert "总值突破226亿元。<b>甲</b>" in re.sub(r"\s", "", pdf) and "37.3%" in pdf
    assert any("总值突破226亿元。<b>甲</b>" in p.text for p in word.paragraphs)
    assert word.tables[-1].cell(1, 1).text == "37.3%"


def test_the_manifest_names_files_and_checksums(place, evaluation):
    found = note(place, evaluation, "甲。")
    assert checksums_of({"02_gdp": found}) == {
        "commentary": {found.file: hashlib.sha256("甲。".encode()).hexdigest()}
    }


def test_the_command_merges_and_never_writes(root: Root, monkeypatch, capsys):
    monkeypatch.setenv("PLANEVAL_ROOT", str(root.path))  # restored after the test
    shutil.rmtree(root.path / "data" / "commentary", ignore_errors=True)
    (root.path / "notebooks").mkdir()
    first = new_code_cell("plan = None\nyear = None\nas_of = None\nlanguage = None")
    first.metadata["tags"] = ["parameters"]
    cells = [new_markdown_cell("# 生产总值\n\n发现。"), first, new_markdown_cell(LIMITS)]
    nbformat.write(new_notebook(cells=cells), root.path / "notebooks" / "02_gdp.ipynb")
    out = root.path / "out"

    def made() -> dict[str, bytes]:
        words = ["--root", str(root.path), "--out", str(out), "--formats", "html"]
        assert main(["report", "jiaxing-14fyp", "--year", "2024", *words]) == 0
        return {
            path.relative_to(out).as_posix(): path.read_bytes()
            for path in out.rglob("*")
            if path.is_file() and path.parent == out and path.name != "timings.json"
        }

    before = made()
    assert "commentary" not in json.loads(before["manifest.json"])
    assert "评论" not in before["report.html"].decode()
    file = root.path / "data" / "commentary" / "jiaxing-14fyp" / "2024" / "gdp.zh.md"
    file.parent.mkdir(parents=True)
    file.write_bytes("\ufeff已{gdp.latest}。\r\n".encode())
    file.chmod(0o444)
    raw, stamp = file.read_bytes(), file.stat().st_mtime_ns
    with_it = made()
    text = html.unescape(re.sub(r"<[^>]+>", "", with_it["report.html"].decode()))
    assert re.search(r"发现。\s*（一）评论\s*已突破226亿元。\s*（二）数据说明不了什么", text)
    assert json.loads(with_it["manifest.json"])["commentary"] == {
        "data/commentary/jiaxing-14fyp/2024/gdp.zh.md": hashlib.sha256(raw).hexdigest()
    }
    assert (file.read_bytes(), file.stat().st_mtime_ns) == (raw, stamp)
    assert [p.name for p in file.parent.iterdir()] == ["gdp.zh.md"]
    shutil.rmtree(root.path / "data" / "commentary")
    assert made() == before  # no file, no trace of one
    file.parent.mkdir(parents=True)
    file.write_text("{gdp.lastest}", encoding="utf-8")
    capsys.readouterr()
    words = ["report", "jiaxing-14fyp", "--year", "2024", "--root", str(root.path)]
    assert main([*words, "--out", str(out), "--formats", "html"]) == 2
    assert "最接近的有效值：{gdp.latest}" in capsys.readouterr().err
    assert (out / "report.html").read_bytes() == before["report.html"]
