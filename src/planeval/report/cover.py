"""Lines a person adds to the cover: who made the report, when, under which number.

``data/commentary/<plan>/<year>/cover.<language>.md`` has one line for each, a name and what
stands beside it: 编制单位：…. They follow what the program knows of the report.
"""

from __future__ import annotations

import re
import unicodedata

from analysis.data.errors import InputError
from planeval.show.widths import display_width
from planeval.words.letters import check_printed

#: A cover has room for so many lines more.
MOST = 4
#: Printed widths of a name and of a value, in half-width letters: 16 and 40 Chinese characters.
NAME, VALUE = 32, 80
#: Names the program prints itself, in either language; 规划 would be read as 规划名称.
OWN = frozenset({"评估区域", "规划名称", "规划", "评估年度", "评估类型", "数据截至"}) | frozenset(
    {"Region", "Plan", "Year", "Kind", "Data as of"}
)
_LINE = re.compile(r"\s*([^：:]+?)\s*[：:]\s*(\S.*?)\s*")
# a cover prints every letter as it stands, so marks of Markdown would be seen
_MARKS = re.compile(
    r"^\s*(?:[-+•]|\d+[.)])\s"  # an item of a list
    r"|[{}｛｝|*<>`]|~~"
    r"|^[^：:]*#"
    r"|(?<!\w)_{1,3}[^\s_].*?_{1,3}(?!\w)"
    r"|\[[^\]]*\]\("
)
_EXAMPLE = "编制单位：… / Prepared by: …"


def cover_lines(text: str, file: str) -> list[tuple[str, str]]:
    """Read the lines of a cover.

    Parameters
    ----------
    text : str
        One line each, ``name：value``; empty lines count for nothing.
    file : str
        Path told in messages.

    Returns
    -------
    list of (name, value)

    Raises
    ------
    InputError
        When a line holds what cannot be printed, is no name and value, is too long for the
        cover, bears a name that is there already, or there are too many lines or none.

    Examples
    --------
    >>> cover_lines("编制单位：甲市发展研究中心", "cover.zh.md")
    [('编制单位', '甲市发展研究中心')]
    """
    found: list[tuple[str, str]] = []
    own, known = {_key(name) for name in OWN}, set[str]()
    for row, line in enumerate(text.split("\n"), start=1):
        check_printed(line.strip(" \t"), file=file, row=row)
        if not line.strip():
            continue
        name, value = _parts(line, file, row)
        if _key(name) in own:
            raise InputError(
                "封面上这一名称由程序印出，不能再写", "the program prints this name itself",
                file=file, row=row, value=name, expected=_EXAMPLE,
            )  # fmt: skip
        if _key(name) in known:
            raise InputError(
                "封面上同一名称写了两次", "the same name twice on the cover",
                file=file, row=row, value=name,
            )  # fmt: skip
        known.add(_key(name))
        found.append((name, value))
        if len(found) > MOST:
            raise InputError(
                f"封面最多加{MOST}行", f"a cover takes {MOST} lines more at most",
                file=file, row=row, value=line.strip(),
            )  # fmt: skip
    if not found:
        raise no_lines(file)
    return found


def no_lines(file: str) -> InputError:
    """Return the mistake of a file that adds nothing to the cover.

    Examples
    --------
    >>> no_lines("cover.zh.md").en
    'the cover file has no lines'
    """
    return InputError(
        "封面文件里没有一行内容", "the cover file has no lines", file=file,
        expected=f"{_EXAMPLE}；没有就删去文件 or no file at all",
    )  # fmt: skip


def _key(name: str) -> str:
    """Return a name without spaces, widths of letters and case, for comparing."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _parts(line: str, file: str, row: int) -> tuple[str, str]:
    """Cut a line into name and value, both of a width the cover has."""
    match = _LINE.fullmatch(line)
    if match is None or _MARKS.search(line):
        raise InputError(
            "封面的一行应是“名称：内容”，不用任何标记",
            "a line of the cover is a name, a colon and a value, without any mark-up",
            file=file, row=row, value=line.strip(), expected=_EXAMPLE,
        )  # fmt: skip
    name, value = match.groups()
    for zh, en, said, most in (("名称", "name", name, NAME), ("内容", "value", value, VALUE)):
        if (width := display_width(said)) > most:
            raise InputError(
                f"封面的{zh}太长：宽{width}个半角字符",
                f"the {en} is too long for the cover: {width} half-width letters",
                file=file, row=row, value=said,
                expected=f"≤ {most}（汉字 Chinese characters ≤ {most // 2}）",
            )  # fmt: skip
    return name, value
