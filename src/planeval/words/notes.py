"""Notes out of the data, which are written in Chinese, in the language spoken."""

from __future__ import annotations

from planeval.words.language import catalogue, spoken


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
    known = catalogue(spoken()).get(note)
    return known if known is not None else f"“{note.replace('“', '‘').replace('”', '’')}”"
