"""The Word file brings shapes for every character it prints, under the official fonts' names."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import uuid

import pytest
from fontTools.ttLib import TTFont

from planeval.report import fonts as report_fonts
from planeval.report.fonts import OWN, STAND_INS, characters, drawn, embed, obfuscated, web_faces

PARTS = {
    "[Content_Types].xml": b'<Types xmlns="t"><Default Extension="xml" ContentType="x"/></Types>',
    "word/document.xml": "<w:t>嘉兴港区‰㎡</w:t><w:t xml:space='preserve'>2024 年</w:t>".encode(),
    "word/fontTable.xml": b'<w:fonts xmlns:w="w"><w:font w:name="Times New Roman"/></w:fonts>',
    "word/settings.xml": b'<w:settings xmlns:w="w"><w:zoom w:percent="100"/></w:settings>',
}


@pytest.fixture(scope="module")
def parts() -> dict[str, bytes]:
    return embed(dict(PARTS))


def test_every_printed_character_is_collected():
    assert set("嘉兴港区‰㎡2024 年") <= set(characters(PARTS))


def fonts_in(parts: dict[str, bytes]) -> dict[str, TTFont]:
    """Read the embedded fonts back as a word processor does: by name, with the stated key."""
    table = parts["word/fontTable.xml"].decode()
    found = {}
    for entry in re.findall(r'<w:font w:name="[^"]*">.*?</w:font>', table):
        link = re.search(r'r:id="rId(\d+)" w:fontKey="\{(.*?)\}"', entry)
        if link:
            data = parts[f"word/fonts/font{link[1]}.odttf"]
            plain = obfuscated(data, uuid.UUID(link[2]))
            name = re.search(r'w:name="(.*?)"', entry)
            found[name[1]] = TTFont(io.BytesIO(plain))
    return found


def test_each_official_name_has_a_true_type_font_with_all_characters(parts):
    fonts = fonts_in(parts)
    assert set(fonts) == set(STAND_INS)
    for family, font in fonts.items():
        assert "glyf" in font and font["OS/2"].fsType == 0
        assert font["name"].getDebugName(1) == family
        missing = [c for c in "嘉兴港区‰㎡2024年" if ord(c) not in font.getBestCmap()]
        assert not missing


def test_a_glyph_keeps_its_advance_and_its_box():
    # 港 is a full-width glyph: its advance is the em of the font, 1000 units
    font = TTFont(io.BytesIO(drawn("港", "serif", ["甲"])["甲"]))
    name = font.getBestCmap()[ord("港")]
    assert font["head"].unitsPerEm == 1000
    assert font["hmtx"].metrics[name][0] == 1000
    box = font["glyf"][name]
    assert 0 <= box.xMin < box.xMax <= 1000


def test_types_settings_and_relations_are_told(parts):
    assert b'Extension="odttf"' in parts["[Content_Types].xml"]
    assert b"<w:embedTrueTypeFonts/>" in parts["word/settings.xml"]
    assert parts["word/_rels/fontTable.xml.rels"].count(b"<Relationship ") == len(STAND_INS)


def test_the_same_text_gives_the_same_bytes(parts):
    assert embed(dict(PARTS)) == parts


def test_a_page_brings_shapes_for_its_characters_and_repeats():
    rules = web_faces('<p>嘉兴港区</p><img src="data:image/png;base64,甲">')
    assert rules == web_faces('<p>嘉兴港区</p><img src="data:image/png;base64,甲">')
    files = re.findall(r"base64,([A-Za-z0-9+/=]+)\)", rules)
    assert len(files) == 2
    for coded in files:
        cmap = TTFont(io.BytesIO(base64.b64decode(coded))).getBestCmap()
        assert {ord(c) for c in "嘉兴港区"} <= set(cmap) and ord("甲") not in cmap


def test_fonts_that_come_with_the_package_are_as_published():
    said = dict(re.findall(r"`(\S+\.otf)`.*`([0-9a-f]{64})`", (OWN / "README.md").read_text()))
    own = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in OWN.glob("*.otf")}
    assert own == said and len(own) == 2
    assert "embed this font" in (OWN / "COPYING").read_text()  # the exception for documents


def test_what_a_font_lacks_another_draws():
    # ㎡ (U+33A1) is not among the 10,273 characters of FandolFang.
    with TTFont(OWN / "FandolFang-Regular.otf", lazy=True) as fang:
        assert ord("㎡") not in fang.getBestCmap() and ord("港") in fang.getBestCmap()
    font = TTFont(io.BytesIO(drawn("港㎡", "fang", ["仿"])["仿"]))
    assert {ord("港"), ord("㎡")} <= set(font.getBestCmap())


# --- outlines kept in the user's cache -------------------------------------------------------


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(report_fonts, "KEPT", tmp_path / "cache")
    return tmp_path / "cache"


def test_what_is_kept_changes_no_byte(cache, monkeypatch):
    first = drawn("嘉兴", "kai", ["甲"])
    drawn("港区嘉", "kai", ["甲"])  # the kept file grows
    kept = {path.name: path.read_bytes() for path in cache.iterdir()}
    assert len(kept) == 2  # 楷体, and the font that draws what it lacks
    monkeypatch.setattr(report_fonts, "_redrawn", None)  # nothing is drawn a second time
    assert drawn("嘉兴", "kai", ["甲"]) == first
    assert {path.name: path.read_bytes() for path in cache.iterdir()} == kept


@pytest.mark.parametrize("broken", [b"", b"x" * 99, b"\xff\xfe", "half", "changed"])
def test_a_broken_file_is_made_anew(cache, broken):
    first = drawn("嘉兴", "sans", ["甲"])
    (place,) = cache.iterdir()
    whole = place.read_bytes()
    made = {"half": whole[: len(whole) // 2], "changed": whole.replace(b"1000", b"2000")}
    place.write_bytes(made.get(broken, broken))
    assert drawn("嘉兴", "sans", ["甲"]) == first
    assert place.read_bytes() == whole


def test_a_folder_that_cannot_be_written_is_done_without(cache):
    cache.write_text("somebody's file")  # no folder can be made here, by root neither
    assert drawn("嘉兴", "sans", ["甲"])["甲"]
    assert cache.read_text() == "somebody's file"


def test_another_font_or_library_is_drawn_anew(cache, monkeypatch):
    drawn("嘉兴", "sans", ["甲"])
    monkeypatch.setattr(report_fonts.fontTools, "version", "0")
    drawn("嘉兴", "sans", ["甲"])
    assert len(list(cache.iterdir())) == 2


def test_a_font_states_the_measures_of_its_shapes():
    """What fontTools reckons when it takes every shape apart, for letters and for a blank."""
    text = "嘉兴港区 ，。1A"
    given = TTFont(io.BytesIO(drawn(text, "serif", ["甲"])["甲"]))
    again = io.BytesIO()
    for name in given.getGlyphOrder():
        given["glyf"][name].expand(given["glyf"])
    given.recalcTimestamp = False
    given.save(again)
    measured = TTFont(io.BytesIO(again.getvalue()))
    for table, fields in {
        "head": ("xMin", "yMin", "xMax", "yMax"),
        "hhea": ("advanceWidthMax", "minLeftSideBearing", "minRightSideBearing", "xMaxExtent"),
        "maxp": ("maxPoints", "maxContours"),
    }.items():
        stated = TTFont(io.BytesIO(drawn(text, "serif", ["甲"])["甲"]))[table]
        assert [getattr(stated, f) for f in fields] == [getattr(measured[table], f) for f in fields]
