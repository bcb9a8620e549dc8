"""Titles and publishers of sources, as a text in the language spoken cites them."""

from __future__ import annotations

from planeval.words.language import catalogue, spoken

__all__ = ["cited", "listed_title", "of_publisher"]


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
    known = None if spoken() == "zh" else catalogue(spoken()).get(title)
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
    known = catalogue(spoken()).get(title)
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
    known = catalogue(spoken()).get(publisher)
    return f"“{publisher}”" if known is None else known
