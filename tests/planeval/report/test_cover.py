"""Lines a person adds to the cover: read as written, refused with their row."""

from __future__ import annotations

import datetime
import shutil

import docx
import pytest

from analysis.data.errors import InputError
from analysis.data.paths import project_root
from analysis.targets.evaluation import evaluate
from planeval.report.commentary import (
    MOST,
    NAME,
    OWN,
    VALUE,
    checksums_of,
    commentaries,
    cover_lines,
)
from planeval.report.render import ReportMeta
from planeval.report.word import reference_document

FOLDER = "data/commentary/jiaxing-14fyp/2024"


def test_lines_are_read_in_order_with_either_colon():
    text = "编制单位：甲市发展研究中心\n\n文号: 甲发〔2025〕3号\n"
    assert cover_lines(text, "f") == [
        ("编制单位", "甲市发展研究中心"),
        ("文号", "甲发〔2025〕3号"),
    ]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("编制单位 甲市", 1),
        ("编制单位：", 1),
        ("：甲市", 1),
        ("编制单位：甲\n\n编制单位：乙", 3),
        ("甲：1\n乙：2\n丙：3\n丁：4\n戊：5", 5),
        ("编制单位：<b>甲</b>", 1),
        ("编制单位：{gdp.latest}", 1),
    ],
)
def test_what_is_no_line_of_a_cover_is_refused(text, row):
    with pytest.raises(InputError) as refused:
        cover_lines(text, "cover.zh.md")
    assert (refused.value.file, refused.value.row) == ("cover.zh.md", row)


def refused(text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        cover_lines(text, "cover.zh.md")
    return caught.value


@pytest.mark.parametrize(
    "letter", ["\u0007", "\u000b", "\u001f", "\uffff", "\u202e", "\u200b", "\u2028", "\ue000"]
)
@pytest.mark.parametrize("line", ["编制{}单位：甲", "编制单位：甲{}市", "编制单位：甲{}", "{}"])
def test_what_cannot_be_printed_is_refused_by_its_number(letter, line):
    error = refused("文号：1\n" + line.format(letter))
    assert (error.file, error.row) == ("cover.zh.md", 2)
    assert error.value == f"U+{ord(letter):04X}"
    assert error.en.endswith("a character not printed")


@pytest.mark.parametrize(
    "line",
    [
        "- 编制单位：甲", "+ 编制单位：甲", "1. 编制单位：甲", "  2) 编制单位：甲",
        "_编制单位_：甲", "编制单位：_甲_", "编制单位：__甲__", "编制单位：[甲](http://a.cn)",
        "编制单位：｛gdp.latest｝", "编制单位：`甲`", "`编制单位`：甲", "**编制单位**：甲",
        "# 编制单位：甲", "编制单位：~~甲~~",
    ],
)  # fmt: skip
def test_marks_are_refused(line):
    assert "mark-up" in refused(line).en


@pytest.mark.parametrize(
    "value", ["甲发[2025]3号", "A_2025_3", "No. #3", "- 甲", "http://a.cn/b", "________", "3-5"]
)
def test_what_only_looks_like_a_mark_stands_as_written(value):
    assert cover_lines(f"文号：{value}", "f") == [("文号", value)]


def test_limits_are_widths_in_print():
    # "Prepared by" has 11 letters, the centre's name 66: more than 40, fewer than 80
    value = "Development Research Centre of the Municipal Government of Jiaxing"
    assert cover_lines(f"Prepared by: {value}", "f") == [("Prepared by", value)]
    for name, value in (("n" * NAME, "v" * VALUE), ("名" * 16, "值" * 40)):
        assert cover_lines(f"{name}：{value}", "f") == [(name, value)]
    # one letter more: 33 and 81; one character more, of two letters each: 34 and 82
    for line, told in (
        ("n" * 33 + ":v", "33"),
        ("名" * 17 + "：值", "34"),
        ("n:" + "v" * 81, "81"),
        ("名：" + "值" * 41, "82"),
    ):
        error = refused(line)
        assert f"too long for the cover: {told} " in error.en and f"宽{told}个" in error.zh


def test_names_of_the_program_are_refused_in_both_languages():
    printed = set()
    for language in ("zh", "en"):
        meta = ReportMeta(
            "题", "副", "区", "规", 2024, datetime.date(2026, 1, 1), "监测", language
        )  # fmt: skip
        printed |= {name for name, _ in meta.cover}
    assert printed | {"规划"} == OWN
    for name in (*OWN, "数据 截至", "数据\u3000截至", "dataAS  of", "Ｐｌａｎ"):
        assert "prints this name itself" in refused(f"文号：1\n{name}：甲").en


@pytest.mark.parametrize("again", ["编制 单位", "编制\u3000单位", "编制单位"])
def test_the_same_name_is_told_without_its_spaces(again):
    assert "twice" in refused(f"编制单位：甲\n{again}：乙").en
    assert "twice" in refused("Made by: a\nMADE  BY: b").en


@pytest.mark.parametrize("raw", [b"", b" \n\t\r\n", "\ufeff\n\u3000\n".encode()])
def test_an_empty_file_is_told_as_a_cover(tmp_path, raw):
    (tmp_path / "notebooks").mkdir()
    shutil.copytree(project_root() / "data", tmp_path / "data")
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    (folder / "cover.zh.md").write_bytes(raw)
    with pytest.raises(InputError) as caught:
        commentaries(tmp_path, evaluate("jiaxing-14fyp", 2024))
    error = caught.value
    assert (error.file, error.en) == (f"{FOLDER}/cover.zh.md", "the cover file has no lines")
    assert "编制单位：…" in (error.expected or "")


def test_the_cover_of_the_word_edition_fits_one_page(tmp_path):
    target = tmp_path / "reference.docx"
    reference_document(target, "题")
    document = docx.Document(str(target))
    section = document.sections[-1]
    page = section.page_height.pt - section.top_margin.pt - section.bottom_margin.pt
    assert page == pytest.approx(637.8)  # (16838 − 2098 − 1984) / 20

    def height(style: str, lines: int) -> float:
        form = document.styles[style].paragraph_format
        return form.space_before.pt + lines * form.line_spacing.pt + form.space_after.pt

    # the longest titles take two lines; of the program's five lines each takes one, and each
    # line a person adds takes two: 72+64+24 + 28+48 + 13×30 = 626
    lines = 5 + 2 * MOST
    assert height("Cover Line", 1) == 30
    cover = height("Title", 2) + height("Subtitle", 1) + lines * height("Cover Line", 1)
    assert cover == 626 and cover <= page


def test_the_file_is_found_by_its_language_and_listed(tmp_path):
    shutil.copytree(project_root() / "data", tmp_path / "data")
    shutil.copytree(project_root() / "notebooks", tmp_path / "notebooks")
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    (folder / "cover.zh.md").write_text("编制单位：甲市发展研究中心", encoding="utf-8")
    (folder / "cover.en.md").write_text("Prepared by: City A", encoding="utf-8")
    judged = evaluate("jiaxing-14fyp", 2024)
    notes = commentaries(tmp_path, judged)
    assert notes["cover"].cover == [("编制单位", "甲市发展研究中心")]
    assert list(checksums_of(notes)["commentary"]) == [f"{FOLDER}/cover.zh.md"]
    assert commentaries(tmp_path, judged, "en")["cover"].cover == [("Prepared by", "City A")]
