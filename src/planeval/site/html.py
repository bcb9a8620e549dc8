"""The frame of the site's pages: elements that escape what they hold, links that stay relative.

No page runs a script or asks for anything outside its folder, so that the site opens from a
disk, a USB stick or any web server alike.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from analysis.data.errors import InputError
from planeval.site.terms import label, term
from planeval.words.language import LANGUAGES, either, spoken

__all__ = [
    "Safe", "address", "el", "facts", "file_name", "foreign", "head_words", "href", "join",
    "page", "plain", "table",
]  # fmt: skip

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ATTRIBUTE = {"class_": "class", "for_": "for"}
_VOID = frozenset({"meta", "link", "br"})
#: Names Windows keeps for itself are no names of pages.
_NAME = re.compile(r"(?!(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$)[a-z0-9][a-z0-9_-]{0,79}")
_LANG = {"zh": "zh-CN", "en": "en"}


class Safe(str):
    """Text that is markup already."""

    __slots__ = ()


@dataclass(frozen=True)
class Column:
    """The head of a table's column: its words, and whether it holds figures."""

    words: str
    figures: bool = False


def plain(text: object) -> str:
    """Return text without the characters that neither HTML nor XML may hold.

    Examples
    --------
    >>> plain("a\\x00b")
    'ab'
    """
    return _FORBIDDEN.sub("", str(text))


def el(name: str, /, *content: object, **attributes: object) -> Safe:
    """Return an element; whatever is not markup already is escaped.

    Attributes that are None are left out; ``aria_label`` becomes ``aria-label``.

    Examples
    --------
    >>> el("p", "a < b", class_="note", id=None)
    '<p class="note">a &lt; b</p>'
    """
    told = "".join(
        f' {_ATTRIBUTE.get(key, key.replace("_", "-"))}="{html.escape(plain(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Safe(f"<{name}{told}>")
    return Safe(f"<{name}{told}>{join(content)}</{name}>")


def join(parts: Iterable[object], between: str = "") -> Safe:
    """Return parts one after another, escaped where they are not markup."""
    told = (part if isinstance(part, Safe) else html.escape(plain(part)) for part in parts)
    return Safe(html.escape(between).join(told))


def file_name(code: str, file: str) -> str:
    """Return a code that is to name a file, checked.

    Raises
    ------
    InputError
        When it could leave its folder or not be written on every system.

    Examples
    --------
    >>> file_name("jiaxing-14fyp", "data/plans.csv")
    'jiaxing-14fyp'
    """
    if not _NAME.fullmatch(code):
        raise InputError(
            "代码不能用作文件名", "the code cannot name a file", file=file, value=code,
            expected="a-z 0-9 - _",
        )  # fmt: skip
    return code


def href(at: str, to: str) -> str:
    """Return the link from one page of the site to another file of it.

    Examples
    --------
    >>> href("zh/plans/a.html", "zh/reports/a/2024/r1.html#top"), href("index.html", "zh/a b.csv")
    ('../reports/a/2024/r1.html#top', 'zh/a%20b.csv')
    """
    path, mark, anchor = to.partition("#")
    told = quote(posixpath.relpath(path, posixpath.dirname(at) or "."))
    return f"{told}{mark}{anchor}"


def head_words(words: Sequence[str | Column]) -> list[Column]:
    """Return the heads of columns from their words."""
    return [item if isinstance(item, Column) else Column(item) for item in words]


def table(
    caption: object, columns: Sequence[str | Column], rows: Iterable[Sequence[object]]
) -> Safe:
    """Return a table in a frame that scrolls by itself; the first cell of a row names the row."""
    heads = head_words(columns)

    def cell(at: int, content: object) -> Safe:
        figures = "figure" if heads[at].figures else None
        if at == 0:
            return el("th", content, scope="row", class_=figures)
        return el("td", content, class_=figures)

    body = join(el("tr", *(cell(at, item) for at, item in enumerate(row))) for row in rows)
    top = (
        el("th", label(head.words), scope="col", class_="figure" if head.figures else None)
        for head in heads
    )
    top_words = caption if isinstance(caption, Safe) else label(str(caption))
    whole = el(
        "table", el("caption", top_words), el("thead", el("tr", *top)), el("tbody", body)
    )  # fmt: skip
    name = re.sub(r"<[^>]+>", "", caption) if isinstance(caption, Safe) else str(caption)
    return el(
        "div", whole, class_="scroll", tabindex="0", role="region",
        aria_label=Safe(html.unescape(name)),
    )  # fmt: skip


def facts(rows: Iterable[tuple[str, object]]) -> Safe:
    """Return terms with what holds for each, as a list."""
    pairs = (el("div", el("dt", label(term)), el("dd", told)) for term, told in rows)
    return el("dl", *pairs, class_="facts")


def address(url: str | None, words: object) -> Safe:
    """Return a link to a source, or only its words where the address is not one of the web."""
    if url and re.match(r"https?://[^\s]+$", url):
        return el("a", words, href=url, rel="external noreferrer")
    return join([words])


def foreign(text: object) -> Safe:
    """Return words that stand in Chinese whatever the page's language, such as a title cited."""
    said = str(text)
    return (
        el("span", said, lang=_LANG["zh"]) if spoken() != "zh" and _chinese(said) else join([said])
    )


def _chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def _twin(at: str) -> str:
    other = next(name for name in LANGUAGES if name != spoken())
    return f"{other}/{at.partition('/')[2]}"


def _bar(at: str) -> Safe:
    """Return the head of a page: the site's name, where to go, the other language."""
    language = spoken()
    places = (
        ("index.html", term("首页")), ("series.html", term("指标一览")),
        ("data.html", term("数据")), ("methods.html", term("方法")),
    )  # fmt: skip
    links = []
    for place, words in places:
        target = f"{language}/{place}"
        current = "page" if target == at else None
        link = el("a", label(words), href=href(at, target), aria_current=current)
        links.append(el("li", link))
    other = "en" if language == "zh" else "zh"
    twin = el(
        "a", {"zh": "中文", "en": "English"}[other], href=href(at, _twin(at)),
        lang=_LANG[other], hreflang=_LANG[other], class_="language",
    )  # fmt: skip
    name = el("a", title(), href=href(at, f"{language}/index.html"), class_="name")
    menu = el("nav", el("ul", *links), aria_label=term("网站导航"))
    return el("header", name, menu, twin, class_="bar")


def title() -> str:
    """Return the site's name."""
    return either("规划实施评估", "Plan evaluation")


def page(at: str, heading: str, *body: object, lead: object = "", foot: object = "") -> bytes:
    """Return a page of the site in the language spoken.

    Parameters
    ----------
    at : str
        Where it stands in the site, beginning with the language.
    heading : str
        Its title and first heading.
    *body : object
        What follows, markup or text.
    lead, foot : object
        What stands beside the heading and at the end.
    """
    other = "en" if spoken() == "zh" else "zh"
    feed = "feed" if spoken() == "zh" else "en/feed"
    head = join([
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", heading if heading == title() else f"{heading} · {title()}"),
        el("link", rel="stylesheet", href=href(at, "site.css")),
        el("link", rel="alternate", hreflang=_LANG[spoken()], href=href(at, at)),
        el("link", rel="alternate", hreflang=_LANG[other], href=href(at, _twin(at))),
        el("link", rel="alternate", type="application/atom+xml", title=term("已发布的报告"),
           href=href(at, f"{feed}.xml")),
        el("link", rel="alternate", type="application/feed+json", title=term("已发布的报告"),
           href=href(at, f"{feed}.json")),
    ])  # fmt: skip
    top = el("div", el("h1", heading), lead, class_="top")
    end = el(
        "footer",
        foot and el("p", foot),
        el("p", el("a", "Atom", href=href(at, f"{feed}.xml")), " · ",
           el("a", "JSON Feed", href=href(at, f"{feed}.json")), " · ",
           el("a", term("机器可读的结果"), href=href(at, "api/index.json"))),
    )  # fmt: skip
    skip = el("a", term("跳到正文"), href="#main", class_="skip")
    inner = el("body", skip, _bar(at), el("main", top, *body, id="main"), end)
    whole = el("html", el("head", head), inner, lang=_LANG[spoken()])
    return f"<!DOCTYPE html>\n{whole}\n".encode()
