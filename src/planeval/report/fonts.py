"""Fonts inside the Word and HTML files: Chinese shows where no Chinese font is installed.

Stand-ins go under the names of the official fonts, cut to the characters a file uses (decision
0013-fonts-shipped), as embedded fonts of the Open XML standard (ECMA-376, part 4, 15.2.2).
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import json
import os
import re
import struct
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import fontTools
import platformdirs
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph

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
#: Where redrawn shapes are kept; all of it can be deleted at any time.
KEPT = Path(platformdirs.user_cache_dir("plan-evaluation", appauthor=False))
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


@dataclass
class _Outlines:
    """Shapes of one font file in TrueType: names by character, advance and data by name."""

    em: int
    lines: tuple[int, int]
    names: dict[str, str | None] = field(default_factory=dict)  # None: the font lacks it
    glyphs: dict[str, tuple[int, str]] = field(default_factory=dict)  # data in base 64


def _outlines(path: Path, text: str) -> _Outlines:
    """Return the shapes of a text, redrawn once on a machine and kept in its user's cache."""
    digest = hashlib.sha256(path.read_bytes() + fontTools.version.encode()).hexdigest()
    place = KEPT / f"{path.stem}-{digest[:16]}.json"
    kept = _read(place)
    if kept is None or not kept.names.keys() >= set(text):
        kept = _redrawn(path, text, kept)
        _keep(place, kept)
    return kept


def _redrawn(path: Path, text: str, known: _Outlines | None) -> _Outlines:
    """Add the shapes of a text to those known: PostScript curves drawn anew as TrueType's."""
    with TTFont(path, lazy=True) as font:
        lines = font["hhea"].ascent, font["hhea"].descent
        made = known or _Outlines(font["head"].unitsPerEm, lines)
        own, shapes = font.getBestCmap(), font.getGlyphSet()
        made.names |= {letter: own.get(ord(letter)) for letter in text}
        for name in (".notdef", *filter(None, made.names.values())):
            if name not in made.glyphs:
                pen = TTGlyphPen(None)
                shapes[name].draw(Cu2QuPen(pen, CURVE_ERROR, reverse_direction=True))
                data = base64.b64encode(pen.glyph().compile(None)).decode("ascii")
                made.glyphs[name] = int(shapes[name].width), data
    return made


def _read(place: Path) -> _Outlines | None:
    """Read what was kept; nothing where there is nothing, or not all that was written."""
    try:
        told, _, content = place.read_bytes().partition(b"\n")
        if hashlib.sha256(content).hexdigest().encode() == told:
            return _Outlines(**json.loads(content))
    except (OSError, ValueError, TypeError):
        pass
    return None


def _keep(place: Path, made: _Outlines) -> None:
    """Keep shapes for the next document, where the user's folder can be written."""
    content = json.dumps(asdict(made), ensure_ascii=False).encode()
    told = hashlib.sha256(content).hexdigest().encode()
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        whole = place.with_suffix(f".{os.getpid()}.tmp")
        whole.write_bytes(told + b"\n" + content)
        whole.replace(place)


def drawn(text: str, shape: str, families: Sequence[str]) -> dict[str, bytes]:
    """Return TrueType fonts of one shape with the given characters, one for each family name.

    Word embeds TrueType outlines only; the fonts at hand have PostScript ones, whose curves are
    redrawn. Their licences permit the change and, having no reserved name, the other name.
    """
    names: dict[int, str] = {}
    glyphs: dict[str, bytes] = {}
    widths: dict[str, int] = {}
    for number, path in enumerate(files(shape)):
        own = _outlines(path, text)
        found = {ord(c): name for c in text if (name := own.names[c]) and ord(c) not in names}
        mark = f".{number}" if number else ""
        for name in (*([] if number else [".notdef"]), *sorted(set(found.values()))):
            widths[name + mark], data = own.glyphs[name]
            glyphs[name + mark] = base64.b64decode(data)
        names |= {code: name + mark for code, name in found.items()}
        em, lines = own.em, own.lines
    font = _built(em, names, glyphs, widths, lines)
    return {family: _named(font, family) for family in families}


def _built(
    em: int,
    names: dict[int, str],
    glyphs: dict[str, bytes],
    widths: dict[str, int],
    lines: Sequence[int],
) -> bytes:
    """Build a font of shapes as they are kept: fontTools would take each apart to measure it."""
    builder = FontBuilder(em, isTTF=True)
    builder.font.recalcBBoxes = False
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap(names)
    builder.setupGlyf({})
    builder.font["glyf"].glyphs = {name: Glyph(data) for name, data in glyphs.items()}
    # a shape begins with its contours, box and the last point of each contour; a blank has none
    shapes = {name: struct.unpack(">5h", data[:10]) for name, data in glyphs.items() if data}
    points = [struct.unpack_from(">H", glyphs[n], 8 + 2 * s[0])[0] + 1 for n, s in shapes.items()]
    sides = {name: shapes[name][1] if name in shapes else 0 for name in glyphs}
    builder.font["maxp"].maxPoints = max(points)
    builder.font["maxp"].maxContours = max(s[0] for s in shapes.values())
    builder.setupHorizontalMetrics({name: (widths[name], side) for name, side in sides.items()})
    box = [pick(s[at] for s in shapes.values()) for at, pick in enumerate((min, min, max, max), 1)]
    builder.updateHead(**dict(zip(("xMin", "yMin", "xMax", "yMax"), box, strict=True)))
    builder.setupHorizontalHeader(
        ascent=lines[0], descent=lines[1], advanceWidthMax=max(widths.values()),
        minLeftSideBearing=min(s[1] for s in shapes.values()),
        minRightSideBearing=min(widths[name] - s[3] for name, s in shapes.items()),
        xMaxExtent=max(s[3] for s in shapes.values()),
    )  # fmt: skip
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
