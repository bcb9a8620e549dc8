"""Letters: what the fonts draw passes, all else is refused where it was written."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import matplotlib
import pylopdf_fonts_zh_cn
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from roots import HOME, Root

from analysis.data.errors import InputError
from planeval.cli.app import main
from planeval.publish.publish import publish
from planeval.words.letters import _COMMON, BREAKS, UNSEEN, check_printed, first_not_printed

FOLDER = "data/commentary/jiaxing-14fyp/2024"


def codes(path: str | Path) -> set[int]:
    with TTFont(path, lazy=True) as font:
        return set(font.getBestCmap())


SERIF = codes(pylopdf_fonts_zh_cn.serif_path())
SANS = codes(pylopdf_fonts_zh_cn.sans_path())
LATIN = codes(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf")
SHOWN = [c for c in SERIF & SANS if unicodedata.category(chr(c)) not in UNSEEN]


@given(st.text(st.sampled_from([chr(code) for code in SHOWN])))
def test_what_both_fonts_draw_passes(text):
    assert first_not_printed(text) is None


@given(st.characters(exclude_categories=["Cs"]), st.sampled_from(["", "嘉兴港区"]))
def test_what_no_font_draws_is_refused_at_its_place(letter, before):
    known = ord(letter) in SERIF | SANS | LATIN and unicodedata.category(letter) not in UNSEEN
    place = first_not_printed(before + letter)
    assert place in (None, len(before))
    if not known:
        assert place == len(before)


@pytest.mark.slow
def test_the_short_way_lets_nothing_pass_that_a_font_lacks():
    taken = [chr(code) for code in range(0x20, 0x11000) if _COMMON.fullmatch(chr(code))]
    assert len(taken) > 0x9FA5 - 0x4E00
    assert [c for c in taken if ord(c) not in SERIF & SANS] == []
    assert [c for c in taken if unicodedata.category(c) in UNSEEN] == []


def test_every_letter_of_the_shipped_tables_is_drawn():
    for path in (HOME / "data").rglob("*.csv"):
        for line in path.read_text(encoding="utf-8").split("\n"):
            assert first_not_printed(line, BREAKS) is None, (path.name, line)


@pytest.mark.parametrize(
    ("text", "column", "value", "near"),
    [
        ("嘉兴𠮷区", "3", "𠮷 U+20BB7", None),  # the third letter
        ("港🚢", "2", "🚢 U+1F6A2", None),
        ("笑😀", "2", "😀 U+1F600", None),  # DejaVu has it, Word's own fonts need not
        ("𝐆DP", "1", "𝐆 U+1D406", "G"),  # a mathematical letter is a plain one
        ("响\u0007", "2", "U+0007", None),
        ("空\u200b白", "2", "U+200B", None),
        ("行\n行", "2", "U+000A", None),
        ("⚠\ufe0f", "2", "\ufe0f U+FE0F", None),
    ],
)
def test_the_message_has_letter_code_and_place(text, column, value, near):
    with pytest.raises(InputError) as caught:
        check_printed(text, file="x.md", row=4)
    error = caught.value
    assert (error.file, error.row, error.column) == ("x.md", 4, column)
    assert (error.value, error.nearest) == (value, near) and error.expected


@pytest.mark.parametrize("text", ["CO₂ μg/m³ ㎡ ‰", "Łódź", "①〔2025〕3号", "㐀", "ﬁ"])
def test_rare_letters_that_are_drawn_pass(text):
    check_printed(text)


@pytest.fixture
def project(root: Root) -> Root:
    (root.path / "notebooks").mkdir()
    (root.path / "notebooks" / "02_gdp.ipynb").write_text("{}", encoding="utf-8")
    return root


PLAN = {"plan": "jiaxing-14fyp"}


@pytest.mark.parametrize("letter", ["𠮷", "🚢", "\u0007", "\n"])
@pytest.mark.parametrize(
    ("table", "keys", "column"),
    [
        ("plans", PLAN, "name_zh"),
        ("indicators", {"indicator": "gdp"}, "name_zh"),
        ("regions", {"region": "jiaxing-port-area"}, "name_en"),
    ],
)
def test_names_are_refused_by_check_and_report(project, capsys, letter, table, keys, column):
    project.change(table, keys, **{column: f"甲{letter}乙"})
    row = project.number(table, **keys)
    for words in (["check"], ["report", "jiaxing-14fyp", "--year", "2024"]):
        assert main([*words, "--root", str(project.path)]) == 2
        said = capsys.readouterr().err
        assert f"data/{table}.csv，第 {row} 行，列 {column}" in said
        assert f"U+{ord(letter):04X}" in said
    assert not (project.path / "build").exists()


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("gdp.zh.md", "甲。\n乙𠮷。", "gdp.zh.md，第 2 行，列 2"),
        ("gdp.en.md", "A\u0007.", "gdp.en.md，第 1 行，列 2"),
        ("cover.zh.md", "编制单位：🚢", "cover.zh.md，第 1 行，列 6"),
        ("gdp.zh.md", "｛GDP.latest｝", "gdp.zh.md，第 1 行"),
    ],
)
def test_commentaries_are_refused_by_check_and_report(project, capsys, name, text, place):
    folder = project.path / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    language = name.split(".")[1]
    report = ["report", "jiaxing-14fyp", "--year", "2024", "--lang", language]
    for words in (["check"], report):
        assert main([*words, "--root", str(project.path)]) == 2
        err = capsys.readouterr().err
        if words == report and language == "en":  # told in the language asked for
            assert f"{name}, row 1, column 2" in err and "，列" not in err
        else:
            assert place in err
    assert not (project.path / "build").exists()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("a" * 300, "300个字母"),
        ("甲" + "9" * 41 + "乙", "41个字母"),
        ("港" * 201, "201个字符"),
        ("a" * 40 + " " + "港" * 159, None),
    ],
)
def test_a_name_fits_its_place(project, capsys, name, why):
    project.change("plans", PLAN, name_zh=name)
    code = main(["check", "--root", str(project.path)])
    assert code == (2 if why else 0) and (why or "") in capsys.readouterr().err


def test_a_table_of_one_chapter_is_checked_too(project, capsys):
    path = project.path / "data" / "emission_factors.csv"
    head, first, *rest = path.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join([head, first + "🚢", *rest]), encoding="utf-8")
    assert main(["check", "--root", str(project.path)]) == 2
    assert "data/emission_factors.csv，第 2 行" in capsys.readouterr().err


def test_a_reason_is_printed_as_any_other_text(project):
    with pytest.raises(InputError) as caught:
        publish("jiaxing-14fyp", 2024, reason="更正𠮷", root=project.path)
    assert (caught.value.column, caught.value.value) == ("--reason", "𠮷 U+20BB7")


def test_a_note_may_break_lines_and_a_good_commentary_passes_the_check(project, capsys):
    project.change("plans", PLAN, note="一\n二")
    folder = project.path / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "gdp.zh.md").write_text("总值{gdp.latest}。\n\n-\t甲", encoding="utf-8")
    assert main(["check", "--root", str(project.path)]) == 0, capsys.readouterr().err
