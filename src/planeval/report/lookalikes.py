"""Names of figures that an author meant to quote and that would be printed as they stand.

``{gdp.latest}`` is filled. ``【GDP.latest】``, ``[gdp.latest]`` or ``gdp.latest`` without braces
mean the same, written with another keyboard; a report that prints them looks unfinished.
"""

from __future__ import annotations

import difflib
import html
import re
import unicodedata
from collections.abc import Collection

from analysis.data.errors import InputError, nearest
from analysis.targets.evaluation import Evaluation
from planeval.report.quotes import FIELDS, plain_name, targets_by_code

_OPENING, _CLOSING = "{[(<【〔「『《〈〖", "}])>】〕」』》〉〗"
#: A code and what is asked of it, enclosed in brackets of any kind. A comma or colon with a space
#: after it is one of a sentence: two targets (trade, growth).
_ENCLOSED = re.compile(
    rf"[{re.escape(_OPENING)}]\s*(\w+\s*(?:[.。·]\s*|[,:](?!\s))\w+)\s*[{re.escape(_CLOSING)}]",
    re.ASCII,
)
#: The same without brackets, and without a space that would make it the end of a sentence.
_BARE = re.compile(r"(?<![\w./@:-])(\w+[.。]\w+)(?![\w/@-]|\.\w)", re.ASCII)
#: How like a code and a name must be to ones that exist, for other brackets than braces.
_LIKE = 0.6


def known_names(evaluation: Evaluation) -> list[str]:
    """Return every name that a commentary on this evaluation may quote.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> "gdp.latest" in known_names(evaluate("jiaxing-14fyp", 2024))
    True
    """
    return [f"{code}.{field}" for code in targets_by_code(evaluation) for field in FIELDS]


def check_lookalikes(line: str, names: Collection[str], *, file: str, row: int) -> None:
    """Refuse a line that would print the name of a figure instead of the figure.

    Parameters
    ----------
    line : str
        One line, what is quoted in the right way taken out.
    names : collection of str
        As from :func:`known_names`.
    file, row : str and int
        Where the line stands.

    Raises
    ------
    InputError
        With the name that was meant.

    Examples
    --------
    >>> check_lookalikes("见附件（report.pdf）。", ["gdp.latest"], file="x.md", row=1)
    >>> try:
    ...     check_lookalikes("为【GDP.lastest】。", ["gdp.latest"], file="x.md", row=1)
    ... except InputError as error:
    ...     print(error.value, error.nearest)
    【GDP.lastest】 {gdp.latest}
    """
    seen = unicodedata.normalize("NFKC", html.unescape(line).replace("\\", "")).replace("`", "")
    seen = re.sub(r"[*]+", "", seen)
    for found in (*_ENCLOSED.finditer(seen), *_BARE.finditer(seen)):
        if _meant(found, names):
            raise InputError(
                "这样写不会填入数字，会照原样印出",
                "no figure is filled in here; it would be printed as it stands",
                file=file, row=row, value=found[0],
                expected="半角花括号、小写 half-width braces, small letters: {gdp.latest}",
                nearest=suggested(found[1], names),
            )  # fmt: skip


def suggested(said: str, names: Collection[str]) -> str:
    """Return the quotation most like what was written.

    Examples
    --------
    >>> suggested("ＧＤＰ.lastest", ["gdp.latest", "gdp.base"])
    '{gdp.latest}'
    """
    return f"{{{nearest(plain_name(said), names)}}}"


def _meant(found: re.Match[str], names: Collection[str]) -> bool:
    """Return whether a name is meant: one that exists, or one very like it within brackets."""
    if found.re is _BARE:
        return found[1] in names
    parts = [name.partition(".") for name in names]
    code, _, what = plain_name(found[1]).partition(".")
    return all(
        difflib.get_close_matches(said, set(known), n=1, cutoff=_LIKE)
        for said, known in (
            (code, [one for one, _, _ in parts]),
            (what, [one for _, _, one in parts]),
        )
    )
