"""Lines a person adds to the cover: who made the report, when, under which number.

``data/commentary/<plan>/<year>/cover.<language>.md`` has one line for each, a name and what
stands beside it: 编制单位：…. They follow what the program knows of the report.
"""

from __future__ import annotations

import re

from analysis.errors import InputError

#: A cover has room for so many lines more.
MOST = 4
_LINE = re.compile(r"\s*([^：:{}|#*<>]{1,16}?)\s*[：:]\s*(\S[^{}|*<>]{0,39}?)\s*")


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
        When a line is no name and value, a name comes twice, or there are too many lines.

    Examples
    --------
    >>> cover_lines("编制单位：甲市发展研究中心", "cover.zh.md")
    [('编制单位', '甲市发展研究中心')]
    """
    found: list[tuple[str, str]] = []
    for row, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise InputError(
                "封面的一行应是“名称：内容”，不用任何标记",
                "a line of the cover is a name, a colon and a value, without any mark-up",
                file=file, row=row, value=line.strip()[:60],
                expected="编制单位：… / Prepared by: …（名称 1–16 字，内容 1–40 字）",
            )  # fmt: skip
        if match[1] in dict(found):
            raise InputError(
                "封面上同一名称写了两次", "the same name twice on the cover",
                file=file, row=row, value=match[1],
            )  # fmt: skip
        found.append((match[1], match[2]))
        if len(found) > MOST:
            raise InputError(
                f"封面最多加{MOST}行", f"a cover takes {MOST} lines more at most",
                file=file, row=row, value=line.strip()[:60],
            )  # fmt: skip
    return found
