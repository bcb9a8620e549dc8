"""Chinese within an English page, marked as such for whoever reads it aloud or hyphenates it."""

from __future__ import annotations

import re

__all__ = ["marked"]

_CHINESE = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef"
#: From one Chinese letter or mark to the last of the same heading or title, figures between.
_RUN = re.compile(f"[{_CHINESE}](?:[0-9A-Za-z“”‘’—–、 .|:-]*[{_CHINESE}])*")
_PIECES = re.compile(r"(<!--.*?-->|<[^>]*>)", re.DOTALL)
#: What holds no text to be read, or whose text holds no further marks.
_CLOSED = ("script", "style", "title", "svg")
_NAME = re.compile(r"<(/?)([a-zA-Z0-9]+)")


def marked(page: str) -> str:
    """Return an English page with each run of Chinese in its text set in ``lang="zh-CN"``.

    Source: W3C, Web Content Accessibility Guidelines 2.2, success criterion 3.1.2, language of
    parts.

    Parameters
    ----------
    page : str
        HTML; what stands within tags and comments is left alone.

    Examples
    --------
    >>> marked('<p title="正文">table 2, “经济实力” of 2020</p>')
    '<p title="正文">table 2, “<span lang="zh-CN">经济实力</span>” of 2020</p>'
    """
    made: list[str] = []
    inside = ""
    for number, piece in enumerate(_PIECES.split(page)):
        if number % 2:
            inside = _inside(piece, inside)
        elif not inside:
            piece = _RUN.sub(r'<span lang="zh-CN">\g<0></span>', piece)
        made.append(piece)
    return "".join(made)


def _inside(tag: str, inside: str) -> str:
    """Return which closed element the text after a tag is in, nothing where in none."""
    found = _NAME.match(tag)
    if found is None or found[2].lower() not in _CLOSED or tag.endswith("/>"):
        return inside
    name = found[2].lower()
    if found[1]:
        return "" if name == inside else inside
    return inside or name
