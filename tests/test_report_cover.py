"""Lines a person adds to the cover: read as written, refused with their row."""

from __future__ import annotations

import shutil

import pytest

from analysis.errors import InputError
from analysis.evaluation import evaluate
from analysis.paths import project_root
from analysis.report_commentary import checksums_of, commentaries
from analysis.report_cover import cover_lines

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
        ("编制单位：" + "长" * 41, 1),
    ],
)
def test_what_is_no_line_of_a_cover_is_refused(text, row):
    with pytest.raises(InputError) as refused:
        cover_lines(text, "cover.zh.md")
    assert (refused.value.file, refused.value.row) == ("cover.zh.md", row)


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
