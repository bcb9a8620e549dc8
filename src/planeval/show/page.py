"""Pages from the Jinja templates in ``templates/``, in the language spoken.

Whatever a template is given is escaped: only what another template made is markup.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planeval.words.language import LANGUAGES, either, say, spoken

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["TAGS", "TEMPLATES", "capital", "plain", "rendered"]

TEMPLATES = Path(__file__).parents[1] / "templates"
#: Language of a page as HTML names it.
TAGS = {"zh": "zh-CN", "en": "en"}
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def plain(text: object) -> str:
    """Return text without the characters that neither HTML nor XML may hold.

    Examples
    --------
    >>> plain("a\\x00b")
    'ab'
    """
    return _FORBIDDEN.sub("", str(text))


def capital(text: str) -> str:
    """Return a term as it begins a line or heads a column: in English with a capital.

    Examples
    --------
    >>> capital("target"), capital("pH"), capital("目标")
    ('Target', 'pH', '目标')
    """
    return text[:1].upper() + text[1:] if text[:2].islower() or len(text) == 1 else text


def _foreign(text: object) -> bool:
    """Tell whether a text is Chinese on a page that is not."""
    return spoken() != "zh" and any("\u4e00" <= letter <= "\u9fff" for letter in str(text))


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: value if hasattr(value, "__html__") else plain(value),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals |= {"say": say, "either": either, "tags": TAGS}
    made.filters["capital"] = capital
    made.tests["foreign"] = _foreign
    return made


def rendered(template: str, **context: Any) -> str:
    """Return a template filled in, every value escaped.

    Parameters
    ----------
    template : str
        Below ``templates/``.
    **context
        What it shows; a name it uses and is not given is an error. ``here`` and ``there`` are
        the language spoken and the other one.

    Examples
    --------
    >>> "<h1>&lt;b&gt;</h1>" in rendered("site/door.html.j2", title="<b>\\x07")
    True
    """
    here = spoken()
    there = next(name for name in LANGUAGES if name != here)
    return _environment().get_template(template).render(here=here, there=there, **context)
