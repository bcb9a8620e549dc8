"""Places in a document, in the language spoken: chapter, section, table, row, paragraph."""

from __future__ import annotations

import re

from planeval.words.language import catalogue, mark, say, spoken

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}
_NUMBER = "[一二三四五六七八九十百0-9]+"


def chinese_number(text: str) -> int:
    """Return a number below 100 as Chinese documents count their parts.

    Examples
    --------
    >>> chinese_number("三"), chinese_number("十"), chinese_number("二十一"), chinese_number("12")
    (3, 10, 21, 12)
    """
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (10 * _DIGITS.get(tens, 1) if ten else 0) + _DIGITS.get(ones, 0)


_KNOWN = {
    f"第({_NUMBER})章": mark("第{0}章"),
    f"第({_NUMBER})节": mark("第{0}节"),
    f"第({_NUMBER})卷": mark("第{0}卷"),
    f"第({_NUMBER})行": mark("第{0}行"),
    f"第({_NUMBER})项": mark("第{0}项"),
    f"第({_NUMBER})段": mark("第{0}段"),
    f"末({_NUMBER})段": mark("末{0}段"),
    r"表([A-Z]?[0-9]*(?:[-.][0-9]+)*(?:、[0-9.]+)*)": mark("表{0}"),
    r"附录([A-Z0-9]+)": mark("附录{0}"),
    r"([0-9]{4})年逐日值": mark("{0}年逐日值"),
    r"([0-9]{4})年$": mark("{0}年值"),
    "末段": mark("末段"),
    "首段": mark("首段"),
    "正文": mark("正文"),
    "标题": mark("标题"),
    "附件": mark("附件"),
    "（写作“([^”]*)”）": mark("（写作“{0}”）"),
}
_BETWEEN = {"；": "; ", "，": ", ", "、": ", "}
_PIECE = re.compile(r"([，；\s]+|、(?=[表第附]))")


def place(locator: str) -> str:
    """Return where in a document a figure stands, in the language spoken.

    Chapters, sections, tables, rows and paragraphs are said; headings in the document's own
    words are quoted.

    Examples
    --------
    >>> from planeval.words.language import speaking
    >>> with speaking("en"):
    ...     place("第一章第一节、表1-1第1行"), place("正文"), place("开放拓维，末段")
    ('ch. 1 sec. 1, table 1-1 row 1', 'text', '“开放拓维”, last paragraph')
    >>> place("正文")
    '正文'
    """
    if spoken() == "zh":
        return locator
    told = ""
    for number, piece in enumerate(_PIECE.split(locator)):
        if number % 2:  # what stands between two pieces
            told += _BETWEEN.get(piece.strip(), " ")
        else:
            told += _part(piece)
    return told


def _part(text: str) -> str:
    """Say one piece: what is understood in it in turn, or the whole of it quoted."""
    said: list[str] = []
    rest = text
    while rest:
        found = next(
            ((m, words) for known, words in _KNOWN.items() if (m := re.match(known, rest))), None
        )
        if found is None:
            return "“" + text.replace("“", "‘").replace("”", "’") + "”"
        match, words = found
        said.append(say(words, *map(_counted, match.groups())))
        rest = rest[match.end() :]
    return " ".join(said)


def _counted(part: str) -> object:
    return chinese_number(part) if re.fullmatch(_NUMBER, part) else part.replace("、", ", ")


# --- Notes out of the data, which are written in Chinese, in the language spoken ---


def _english(text: str) -> str | None:
    return catalogue(spoken()).get(text)


def noted(note: str | None) -> str:
    """Return a note of the data: in English its translation, or the note itself quoted.

    Tables of a plan carry their notes in Chinese only. Those of the plans that ship with the
    project stand in ``locale/en/notes.po``; a plan of one's own may add its notes there.

    Parameters
    ----------
    note : str or None
        A target's, a milestone's or a caliber's note.

    Examples
    --------
    >>> from planeval.words.language import speaking
    >>> with speaking("en"):
    ...     noted("规划未注明价格基础"), noted("只有本规划如此"), noted(None)
    ('the plan does not state the price basis', '“只有本规划如此”', '')
    >>> noted("规划未注明价格基础")
    '规划未注明价格基础'
    """
    if not note or spoken() == "zh":
        return note or ""
    known = _english(note)
    return known if known is not None else f"“{note.replace('“', '‘').replace('”', '’')}”"


# --- Titles and publishers of sources, as a text in the language spoken cites them ---


def cited(title: str) -> str:
    """Return a source's title as a sentence or a source line cites it.

    Documents are published in Chinese. English cites them by their English title, which stands
    in ``locale/en/sources.po``; one that has none there is cited by its own.

    Parameters
    ----------
    title : str
        The title as published.

    Examples
    --------
    >>> from planeval.words.language import speaking
    >>> cited("2025年嘉兴市政府工作报告")
    '《2025年嘉兴市政府工作报告》'
    >>> with speaking("en"):
    ...     cited("2025年嘉兴市政府工作报告"), cited("某公报")
    ('“Jiaxing Government Work Report 2025”', '《某公报》')
    """
    known = None if spoken() == "zh" else _english(title)
    return f"《{title}》" if known is None else f"“{known}”"


def listed_title(title: str) -> str:
    """Return a title as a list of sources gives it: in English with the original behind it.

    Examples
    --------
    >>> from planeval.words.language import speaking
    >>> listed_title("2025年嘉兴市政府工作报告")
    '2025年嘉兴市政府工作报告'
    >>> with speaking("en"):
    ...     listed_title("2025年嘉兴市政府工作报告")
    'Jiaxing Government Work Report 2025 《2025年嘉兴市政府工作报告》'
    """
    if spoken() == "zh":
        return title
    known = _english(title)
    return f"《{title}》" if known is None else f"{known} 《{title}》"


def of_publisher(publisher: str | None) -> str:
    """Return who published a source, or the words themselves quoted where no English is known.

    Examples
    --------
    >>> from planeval.words.language import speaking
    >>> with speaking("en"):
    ...     of_publisher("市政府"), of_publisher("某单位"), of_publisher(None)
    ('city government', '“某单位”', '')
    """
    if not publisher or spoken() == "zh":
        return publisher or ""
    known = _english(publisher)
    return f"“{publisher}”" if known is None else known
