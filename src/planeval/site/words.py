"""What the site's tables say of a figure, a verdict or a change, in the language spoken."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from analysis.data.observations import Data
from analysis.data.periods import parse_period
from analysis.targets.types import AFTER_YEAR
from planeval.publish.diff import EFFECTS
from planeval.words.amounts import chance, number, share
from planeval.words.errors import UserError
from planeval.words.language import LANGUAGES, either, say, spoken
from planeval.words.reasons import LATER, OUTLOOKS
from planeval.workbook.sheet import NO_SIGN, QUALIFIERS, SIGNS, unit

__all__ = [
    "TERMS",
    "Safe",
    "address",
    "before_target",
    "change_rows",
    "el",
    "facts",
    "file_name",
    "foreign",
    "head_words",
    "href",
    "join",
    "kind_of_report",
    "label",
    "named",
    "outlook",
    "page",
    "plain",
    "region_name",
    "size",
    "state",
    "table",
    "target_words",
    "term",
    "unit_words",
    "value_words",
]

# Terms of the site's pages: heads of columns, names of parts, each once in both languages.


TERMS: dict[str, str] = {
    "下载": "downloads",
    "下载CSV": "download CSV",
    "与前一份相比": "what changed against the former report",
    "代码": "code",
    "价格": "prices",
    "何处": "where",
    "全部数值": "all figures",
    "全部数据表": "all data tables",
    "公布日": "published",
    "内容": "contents",
    "出处位置": "place in the source",
    "列名": "column",
    "前一份：": "former report: ",
    "前景用语与达标概率": "words of the outlook and their probabilities",
    "单位": "unit",
    "原": "before",
    "原值": "as published",
    "发布与更正记录": "publications and corrections",
    "发布日": "published on",
    "变化": "change",
    "口径": "definition",
    "可取的值": "values allowed",
    "可能的原因：": "possible causes: ",
    "只有中文": "in Chinese only",
    "各年报告": "reports by year",
    "各年最新发布的报告": "latest published report of each year",
    "各表的列": "columns of each table",
    "各表的机器可读说明：": "machine-readable description of the tables: ",
    "含义": "meaning",
    "图中采用": "in the chart",
    "地区": "region",
    "各地区": "regions",
    "地区说明": "about the region",
    "基期值": "base",
    "备注": "note",
    "大小": "size",
    "完成度": "completion",
    "已发布的报告": "published reports",
    "已声明的数据更正": "declared corrections of data",
    "年度值": "annual values",
    "必填": "required",
    "所用数字": "figures used",
    "报告": "report",
    "报告中的方法一章": "the method in the reports",
    "报告语言": "language of the report",
    "指标": "indicator",
    "指标一览": "indicators",
    "指标与地区": "indicators by region",
    "指标说明": "about the indicator",
    "数值": "value",
    "数据": "data",
    "数据截至": "data as of",
    "数据状态": "status",
    "文件": "file",
    "文件与校验和": "files and checksums",
    "方法": "method",
    "无量纲": "without unit",
    "时期": "period",
    "是": "yes",
    "更正为": "corrected to",
    "最新值": "latest",
    "机器可读的结果": "machine-readable results",
    "来源": "source",
    "涉及全部指标的变化": "changes that concern all indicators",
    "版本": "revision",
    "现": "after",
    "理由": "reason",
    "用语": "word",
    "目标": "target",
    "目标与评价": "targets and verdicts",
    "目标数": "targets",
    "程序版本": "program",
    "纵轴不从零起": "the scale does not begin at nought",
    "空心点为其他口径": "hollow dots are figures on other definitions",
    "等级": "grade",
    "类别": "kind",
    "类型": "type",
    "网站导航": "site",
    "虚线处中间年份未公布": "dashed where years between were not published",
    "行数": "rows",
    "规划": "plans",
    "规划目标": "targets set for it",
    "证据": "evidence",
    "证据等级": "evidence grades",
    "评估年": "year",
    "说明": "about",
    "跳到正文": "skip to the text",
    "输入表": "input tables",
    "达标概率": "probability",
    "这一版已被更正：": "this revision has been corrected: ",
    "重新生成这一版：": "to render this revision again: ",
    "重算这一版：": "to evaluate this revision again: ",
    "首次发布": "first publication",
    "首页": "start",
}


def term(zh: str) -> str:
    """Return a term in the language spoken.

    Raises
    ------
    KeyError
        When a term has no English: a defect of the program.

    Examples
    --------
    >>> from planeval.words.language import speaking
    >>> with speaking("en"):
    ...     term("基期值")
    'base'
    """
    return either(zh, TERMS[zh])


def label(text: str) -> str:
    """Return a term as it begins a line or heads a column: in English with a capital.

    Examples
    --------
    >>> label("target"), label("pH"), label("目标")
    ('Target', 'pH', '目标')
    """
    return text[:1].upper() + text[1:] if text[:2].islower() or len(text) == 1 else text


# The frame of the site's pages: elements that escape what they hold, links that stay relative.
# No page runs a script or asks for anything outside its folder, so that the site opens from a
# disk, a USB stick or any web server alike.


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
        raise UserError(
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


_KINDS = {
    "年度监测": "annual monitoring",
    "中期评估": "mid-term evaluation",
    "总结评估": "final evaluation",
}
#: How English prints the bound that a kind of target sets.
_BOUNDS = {"at_least": "at least ", "at_most": "at most ", "cumulative": "total of "}


def named(row: Mapping[str, Any]) -> str:
    """Return the name of a plan, region or target in the language spoken."""
    return either(str(row["name_zh"]), str(row.get("name_en") or row["name_zh"]))


def region_name(regions: Mapping[str, Mapping[str, Any]], region: str) -> str:
    """Return a region's name, or its code where the data no longer hold it."""
    return named(regions[region]) if region in regions else region


def unit_words(name: str | None) -> str:
    """Return a unit in the language spoken; one without an English name stands as it is."""
    try:
        return unit(name)
    except LookupError:
        return name or ""


def amount(value: float | None, of: str | None) -> str:
    """Return a value with its unit.

    Examples
    --------
    >>> from planeval.words.language import speaking
    >>> amount(226.0, "亿元"), amount(None, "亿元")
    ('226亿元', '—')
    >>> with speaking("en"):
    ...     amount(226.0, "亿元"), amount(3.2, "%")
    ('226 (100 million yuan)', '3.2%')
    """
    if value is None:
        return "—"
    words = unit_words(of)
    if words in ("%", "‰", "") or either("zh", "en") == "zh":
        return f"{number(value)}{words}"
    return f"{number(value)} ({words})" if words[:1].isdigit() else f"{number(value)} {words}"


def value_words(figure: Mapping[str, Any] | None) -> str:
    """Return a published figure without its unit, its qualifier before it."""
    if figure is None:
        return "—"
    qualifier = figure.get("qualifier") or "exact"
    told = number(figure["value"])
    if qualifier == "exact" or qualifier not in QUALIFIERS:
        return told
    zh, en = QUALIFIERS[qualifier]
    return either(f"{zh}{told}", f"{en} {told}")


def target_words(item: Mapping[str, Any]) -> object:
    """Return what was promised: the number in force, or the plan's own words."""
    value, text = item.get("target"), item.get("target_text") or ""
    if either("zh", "en") == "zh" and item.get("target_original") == value:
        return text if text[:1].isdigit() else el("span", text or "—", class_="words")
    if value is None:
        return el("span", foreign(text), class_="words") if text else "—"
    return f"{either('', _BOUNDS.get(str(item.get('kind')), ''))}{number(value)}"


def outlook(code: str) -> str:
    """Return the words of an outlook code; an unknown code stands as it is."""
    return either(*OUTLOOKS[code]) if code in OUTLOOKS else code


def state(item: Mapping[str, Any] | None) -> Safe:
    """Return a target's verdict: a sign, the word, and the probability where there is one."""
    if item is None:
        return join(["—"])
    told = item.get("outlook", {})
    code = str(told.get("class_code", ""))
    sign, group = SIGNS.get(code, NO_SIGN)
    probability = told.get("probability")
    sure = code in ("achieved", "achieved_open", "missed")
    more = "" if probability is None or sure else el("span", chance(probability), class_="small")
    mark = el("span", sign, aria_hidden="true")
    late = any(flag.get("code") == AFTER_YEAR for flag in item.get("flags") or ())
    word = either(*LATER) if late and code == "achieved" else outlook(code)
    return join([el("span", mark, f" {word}", class_=f"state {group}"), " ", more])


def kind_of_report(kind: str) -> str:
    """Return what an evaluation of that year is called."""
    return either(kind, _KINDS.get(kind, kind))


def size(bytes_: int) -> str:
    """Return the size of a file.

    Examples
    --------
    >>> size(512), size(1_397_146)
    ('0.5 kB', '1.4 MB')
    """
    return f"{bytes_ / 1e6:.1f} MB" if bytes_ >= 1e6 else f"{bytes_ / 1e3:.1f} kB"


def period_words(period: str) -> str:
    """Return a period as text prints it.

    Examples
    --------
    >>> period_words("2024"), period_words("2019-S1"), period_words("2016/2020")
    ('2024年', '2019年上半年', '2016—2020年')
    """
    found = parse_period(period)
    year, part = found.last.year, found.part
    match found.form:
        case "year":
            return either(f"{period}年", period)
        case "half":
            return either(f"{year}年{'上下'[part - 1]}半年",
                          f"{('first', 'second')[part - 1]} half of {year}")  # fmt: skip
        case "quarter":
            return either(f"{year}年{part}季度", f"Q{part} {year}")
        case "month":
            return either(f"{year}年{found.last.month}月", period)
    begun, _, ended = period.partition("/")
    return either(f"{begun}—{ended}" + ("年" if found.form == "years" else ""), f"{begun}–{ended}")


def before_target(value: Any) -> str:
    """Return one end of a change: checksums short, a figure with its source and day.

    Examples
    --------
    >>> before_target({"value": 226.0, "unit": "亿元", "source": "S2", "period": "2024"})
    '226亿元（S2，2024）'
    >>> before_target(None), before_target(0.25), before_target("a" * 64)
    ('—', '0.25', 'aaaaaaaa…')
    """
    if value is None or value == []:
        return "—"
    if isinstance(value, bool):
        return either("否是"[value], ("no", "yes")[value])
    if isinstance(value, list):
        return either("，", ", ").join(str(item) for item in value)
    if isinstance(value, dict):
        origin = [str(value[k]) for k in ("source", "published", "period") if value.get(k)]
        told = amount(value.get("value"), value.get("unit"))
        return either(f"{told}（{'，'.join(origin)}）", f"{told}; {', '.join(origin)}")
    text = number(value, 4).rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    if text in OUTLOOKS:
        return outlook(text)
    is_sum = len(text) == 64 and set(text) <= set("0123456789abcdef")
    return f"{text[:8]}…" if is_sum else text


def codes_of(*evaluations: Mapping[str, Any]) -> dict[str, str]:
    """Return the words of the codes that a comparison names: verdicts of rules, flags."""
    found: dict[str, str] = {}
    for item in (one for told in evaluations for one in told.get("indicators", [])):
        for name, code in item.get("rules", {}).items():
            told = item.get("rules_detail", {}).get(name, {})
            spaced = str(code).replace("_", " ")
            found[str(code)] = either(str(told.get("label") or spaced), spaced)
        for flag in item.get("flags", []):
            found[flag["code"]] = either(flag["zh"], flag["en"])
    return found


def change_rows(
    changes: Sequence[Mapping[str, Any]],
    data: Data,
    codes: Mapping[str, str],
) -> list[tuple[object, ...]]:
    """Return causes or effects of a comparison as rows: kind, what, old, new."""
    rows: list[tuple[object, ...]] = []
    for item in changes:
        what = str(item.get("what") or "")
        scale = what if what in EFFECTS else ""
        if "region" in item:
            code = item["indicator"]
            name = named(data.indicators[code]) if code in data.indicators else code
            place = region_name(data.regions, item["region"])
            what = either(f"{place}{name}，", f"{name}, {place}, ") + period_words(item["period"])
        elif scale or what.startswith("rules."):
            what = ""  # the kind says it
        ends = (_end(item[side], scale, codes) for side in ("old", "new"))
        rows.append((either(item["zh"], item["en"]), what, *(foreign(end) for end in ends)))
    return rows


def _end(value: Any, scale: str, codes: Mapping[str, str]) -> str:
    """Return one end of a change, shares and growth as percentages, codes in words."""
    if scale == "probability":
        return chance(value)
    if scale in ("completion", "schedule"):
        return share(value)
    if scale.endswith("_pct") and value is not None:
        return f"{number(value)}%"
    if isinstance(value, float):
        return number(value)
    if isinstance(value, list):
        value = [codes.get(str(item), item) for item in value]
    return before_target(codes.get(value, value) if isinstance(value, str) else value)


def around_words(causes: Sequence[Mapping[str, Any]]) -> str:
    """Return what may have moved a result, each kind once with the files or versions it means."""
    kinds: dict[str, list[str]] = {}
    for cause in causes:
        kind = either(cause["zh"], cause["en"])
        kinds.setdefault(kind, []).extend([cause["what"]] if "what" in cause else [])
    told = [
        either(f"{kind}（{'，'.join(files)}）", f"{kind} ({', '.join(files)})") if files else kind
        for kind, files in kinds.items()
    ]
    return either("；", "; ").join(told)


def published_words(day: str, number_: int) -> str:
    """Return when a revision was published, and which it is."""
    return say("第{}版，{}发布", number_, day)
