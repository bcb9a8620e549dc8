"""Read targets stated in sentences: “到2025年，地区生产总值达到300亿元”."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from planeval.newplan.words import plain

_VERBS = (
    "达到|达|突破|超过|超|保持在|稳定在|控制在|提高到|提升到|提升至|提高至|增长到|增加到|增至|下降到|降到|降至|"
    "降低到|不低于|不少于|不超过|不高于"
)
_CLAUSE = re.compile(
    rf"^(?P<name>[^0-9]{{2,30}}?)(?:年均)?(?:力争|确保|要|总数|总量|累计|分别|均|约)*"
    rf"(?P<rest>(?:{_VERBS})[^0-9]{{0,3}}\d[\d,.]*(?:万|亿|千)?[^0-9，；。、]{{0,10}}(?:以上|以下|以内|左右)?)$"
)
_LEAD = r"^(?:.*?(?:到|至)20\d\d年(?:底|末)?|其中|同时|力争|确保|全市|全区|全县|使|实现|，|,|:|：)+"


@dataclass(frozen=True)
class Said:
    """One promise in the text: what, how much, in which sentence and where."""

    name: str
    text: str
    sentence: str
    place: str


def sentences(paragraphs: Iterable[str], end_year: int | None) -> Iterator[Said]:
    """Yield the promises of sentences that name the plan's last year.

    Examples
    --------
    >>> said = list(sentences(["第二章 目标", "到2025年，产值达300亿元，吞吐量突破1亿吨。"], 2025))
    >>> [(item.name, item.text, item.place) for item in said]
    [('产值', '达300亿元', '第二章目标'), ('吞吐量', '突破1亿吨', '第二章目标')]
    """
    place = "正文"
    for line in paragraphs:
        text = plain(line)
        if re.match("第[一二三四五六七八九十]+[章节篇]", text) and len(text) < 50:
            place = text
            continue
        for sentence in re.split("[。!?]", text):
            if end_year is None or not re.search(f"[到至]{end_year}年", sentence):
                continue
            for clause in re.split("[,，;；]", sentence):
                found = _CLAUSE.match(re.sub(_LEAD, "", clause))
                if found and _is_name(found["name"]):
                    yield Said(found["name"], found["rest"], sentence[:200], place)


def _is_name(text: str) -> bool:
    """Tell whether a text can be an indicator's name rather than the middle of a sentence."""
    return not re.search("[“”的和了在将以]$|^(的|和|及|并|由|从|为|在|以)|我们|推进|建设", text)
