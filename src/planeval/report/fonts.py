"""Fonts inside the Word and HTML files: Chinese shows where no Chinese font is installed.

The text asks for the official fonts by name (仿宋_GB2312 and others), which may not be shipped.
An office that has them sees them. For all others the file brings stand-ins under the same
names: the characters it uses, from Fandol (`planeval/fonts`), Noto Serif SC and Noto Sans SC
(SIL Open Font License), as embedded fonts of the Open XML standard (ECMA-376, part 4, 15.2.2).
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# official font of a style: the shape that stands in for it, and its like on common systems
STAND_INS = {
    "仿宋_GB2312": ("fang", "仿宋"),
    "楷体_GB2312": ("kai", "楷体"),
    "方正小标宋简体": ("serif", "华文中宋"),
    "宋体": ("serif", "SimSun"),
    "黑体": ("sans", "SimHei"),
}
#: 仿宋 and 楷体, which come with the package.
OWN = Path(__file__).parents[1] / "fonts"
RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/font"
OBFUSCATED = "application/vnd.openxmlformats-officedocument.obfuscatedFont"
# one unit of error in a 1000-unit glyph cannot be seen at any size that is read
CURVE_ERROR = 1.0
_EMBED = (
    '<w:font w:name="{family}"><w:altName w:val="{like}"/><w:charset w:val="86"/>'
    '<w:family w:val="auto"/>'
    '<w:pitch w:val="variable"/><w:embedRegular r:id="rId{number}" w:fontKey="{{{key}}}"/></w:font>'
)


def characters(parts: dict[str, bytes]) -> str:
    """Return every character the text parts of a Word file print, sorted."""
    found: set[str] = set()
    for name, content in parts.items():
        if name.startswith("word/") and name.endswith(".xml"):
            for text in re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", content.decode("utf-8")):
                found.update(text)
    return "".join(sorted(found | set("0123456789—")))


def files(shape: str) -> list[Path]:
    """Return the font files of a shape; a later one draws what an earlier one lacks.

    Parameters
    ----------
    shape : {"fang", "kai", "serif", "sans"}
        仿宋, 楷体, 宋体, 黑体.

    Examples
    --------
    >>> [path.name for path in files("kai")]
    ['FandolKai-Regular.otf', 'NotoSerifSC-Regular.otf']
    """
    import pylopdf_fonts_zh_cn

    serif, sans = pylopdf_fonts_zh_cn.serif_path(), pylopdf_fonts_zh_cn.sans_path()
    return {
        "fang": [OWN / "FandolFang-Regular.otf", Path(serif)],
        "kai": [OWN / "FandolKai-Regular.otf", Path(serif)],
        "serif": [Path(serif)],
        "sans": [Path(sans)],
    }[shape]


def drawn(text: str, shape: str, families: Sequence[str]) -> dict[str, bytes]:
    """Return TrueType fonts of one shape with the given characters, one for each family name.

    Word embeds TrueType outlines only; the fonts at hand have PostScript ones, whose curves are
    redrawn. Their licences permit the change and, having no reserved name, the other name.
    """
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import TTFont

    names: dict[int, str] = {}
    glyphs: dict[str, Any] = {}
    widths: dict[str, int] = {}
    for number, path in enumerate(files(shape)):
        with TTFont(path, lazy=True) as given:
            own = given.getBestCmap()
            found = {ord(c): own[ord(c)] for c in text if ord(c) in own and ord(c) not in names}
            shapes, mark = given.getGlyphSet(), f".{number}" if number else ""
            for name in (*([] if number else [".notdef"]), *sorted(set(found.values()))):
                pen = TTGlyphPen(None)
                shapes[name].draw(Cu2QuPen(pen, CURVE_ERROR, reverse_direction=True))
                glyphs[name + mark], widths[name + mark] = pen.glyph(), int(shapes[name].width)
            names |= {code: name + mark for code, name in found.items()}
            em, lines = given["head"].unitsPerEm, (given["hhea"].ascent, given["hhea"].descent)
    font = _built(em, names, glyphs, widths, lines)
    return {family: _named(font, family) for family in families}


def _built(
    em: int,
    names: dict[int, str],
    glyphs: dict[str, Any],
    widths: dict[str, int],
    lines: tuple[int, int],
) -> bytes:
    from fontTools.fontBuilder import FontBuilder

    builder = FontBuilder(em, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap(names)
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(
        {name: (width, getattr(glyphs[name], "xMin", 0)) for name, width in widths.items()}
    )
    builder.setupHorizontalHeader(ascent=lines[0], descent=lines[1])
    builder.setupNameTable({})
    builder.setupOS2(
        sTypoAscender=lines[0], sTypoDescender=lines[1], usWinAscent=lines[0],
        usWinDescent=-lines[1], fsType=0, ulCodePageRange1=1 << 18, ulUnicodeRange2=1 << 27,
    )  # fmt: skip
    builder.setupPost(keepGlyphNames=False)
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


def _named(font: bytes, family: str) -> bytes:
    """Give a font a family name; its glyphs are copied as they are."""
    from fontTools.ttLib import TTFont

    plain = "StandIn" + hashlib.sha256(family.encode()).hexdigest()[:8]
    with TTFont(io.BytesIO(font), lazy=True, recalcTimestamp=False) as one:
        for number, value in {1: family, 2: "Regular", 3: plain, 4: family, 6: plain}.items():
            one["name"].setName(value, number, 3, 1, 0x409)
        out = io.BytesIO()
        one.save(out, reorderTables=None)
    return out.getvalue()


def web_faces(page: str) -> str:
    """Return style rules with the shapes of a page's Chinese characters.

    A browser reads them only where it has none of the fonts named before them.
    """
    from fontTools.ttLib import TTFont

    plain = re.sub(r'"data:[^"]*"', "", page)
    text = "".join(sorted({c for c in plain if ord(c) > 0x2000}))
    rules = ""
    for shape, family in (("serif", "Report Serif"), ("sans", "Report Sans")):
        packed = io.BytesIO()
        with TTFont(io.BytesIO(drawn(text, shape, [family])[family])) as font:
            font.recalcTimestamp = False
            font.flavor = "woff"
            font.save(packed)
        coded = base64.b64encode(packed.getvalue()).decode("ascii")
        rules += (
            f'@font-face {{ font-family: "{family}"; font-display: swap; '
            f'src: url(data:font/woff;base64,{coded}) format("woff"); }}\n'
        )
    return rules


def obfuscated(font: bytes, key: uuid.UUID) -> bytes:
    """Return a font as Open XML stores it: its first 32 bytes mixed with the key.

    Examples
    --------
    >>> key = uuid.UUID(int=1)
    >>> obfuscated(obfuscated(b"x" * 40, key), key) == b"x" * 40
    True
    """
    mask = key.bytes[::-1] * 2
    return bytes(a ^ b for a, b in zip(font[:32], mask, strict=True)) + font[32:]


def embed(parts: dict[str, bytes]) -> dict[str, bytes]:
    """Return the parts of a Word file with the font of its characters among them.

    The key follows from the characters, so that the same text gives the same file.
    """
    text = characters(parts)
    files: dict[str, bytes] = {}
    entries, links = "", ""
    fonts: dict[str, bytes] = {}
    for shape in sorted({shape for shape, _ in STAND_INS.values()}):
        fonts |= drawn(text, shape, [name for name, (s, _) in STAND_INS.items() if s == shape])
    for number, (family, font) in enumerate(fonts.items(), start=1):
        key = uuid.uuid5(uuid.NAMESPACE_OID, family + text)
        files[f"word/fonts/font{number}.odttf"] = obfuscated(font, key)
        entries += _EMBED.format(
            number=number, key=str(key).upper(), family=family, like=STAND_INS[family][1]
        )
        links += (
            f'<Relationship Id="rId{number}" Type="{RELATIONSHIP}"'
            f' Target="fonts/font{number}.odttf"/>'
        )
    table = parts["word/fontTable.xml"].decode("utf-8")
    if "xmlns:r=" not in table:
        space = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        table = table.replace("<w:fonts ", f'<w:fonts xmlns:r="{space}" ', 1)
    types = parts["[Content_Types].xml"].decode("utf-8")
    if 'Extension="odttf"' not in types:
        default = f'<Default Extension="odttf" ContentType="{OBFUSCATED}"/>'
        types = re.sub(r"(<Types[^>]*>)", lambda m: m[1] + default, types, count=1)
    settings = parts["word/settings.xml"].decode("utf-8")
    # margins at the binding and outside, for printing on both sides
    flags = "<w:embedTrueTypeFonts/><w:saveSubsetFonts/><w:mirrorMargins/>"
    settings = re.sub(
        r"(<w:settings[^>]*>(?:<w:writeProtection[^>]*/>|<w:view[^>]*/>|<w:zoom[^>]*/>)*)",
        lambda m: m[1] + flags,
        settings,
        count=1,
    )
    relations = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns='
        f'"http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>'
    )
    for family in STAND_INS:  # one entry a font
        table = re.sub(rf'<w:font w:name="{family}">.*?</w:font>', "", table, flags=re.DOTALL)
    return {
        **parts,
        "word/fontTable.xml": table.replace("</w:fonts>", entries + "</w:fonts>").encode(),
        "[Content_Types].xml": types.encode(),
        "word/settings.xml": settings.encode(),
        "word/_rels/fontTable.xml.rels": relations.encode(),
        **files,
    }
