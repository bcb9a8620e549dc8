"""The words of the reports in two languages, from one source of terms.

Code says a sentence once, in Chinese, with its figures apart::

    say("{}年为{}", 2024, "226.0亿元")

In Chinese that is the sentence. In English the catalogue in ``locale/en/*.po`` gives the
sentence for it (the field's usual format: any translator's editor opens it). A sentence
without an entry is a defect: nothing ever falls back to the other language.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from analysis.data.errors import InputError, nearest
from planeval.words.cell import Cell, joined, kept, origin_of, printed, value_of

# Names of what is measured, as an English sentence writes them: lower case, unless proper.
# The data write "Container throughput" as a heading would. Within a sentence it is "the container
# throughput", while "GDP per capita" stays. Which words are such names only the data know: whoever
# reads the data makes them known here.


_known: set[str] = set()
#: First words that are proper names though no region's.
_PROPER = {"Fortune"}
# an acronym or formula has another capital, a figure or a mark in its first word: GDP, R&D, CO2
_COMMON = re.compile(r"([A-Z][a-z]+)(-[a-z]+)*(?![\w&.])")
# where a sentence, a line or a list item begins, marks of emphasis and quotation after it
_BEGINS = re.compile(r"(?:(?:^|\n)[ \t]*(?:(?:[-*+]|\d+\.)[ \t]+)?|[.!?][”\")*]*\s+)[*_“\"(\[]*\Z")
_ESCAPED = "\\`*_{}[]()#+-.!|&<>$~@^"


def make_known(names: Iterable[str], proper: Iterable[str] = ()) -> None:
    """Make the names of indicators or targets known, and the names of places they may begin with.

    Parameters
    ----------
    names : iterable of str
        As the data write them in English.
    proper : iterable of str
        Names of regions: a name that begins with one's first word keeps its capital.
    """
    places = _PROPER | {place.split()[0] for place in proper if place.strip()}
    found = {name.strip() for name in names if name}
    fresh = {one for one in found if within(one) != one and one.split()[0] not in places}
    _known.update(fresh)


def within(name: str) -> str:
    """Return a name as the middle of a sentence writes it.

    Examples
    --------
    >>> within("Container throughput"), within("GDP per capita"), within("CO2 per unit of GDP")
    ('container throughput', 'GDP per capita', 'CO2 per unit of GDP')
    >>> within("R&D expenditure as a share of GDP"), within("Fortune 500, leading firms")
    ('R&D expenditure as a share of GDP', 'Fortune 500, leading firms')
    """
    first = _COMMON.match(name)
    return name[0].lower() + name[1:] if first and first[1] not in _PROPER else name


def in_sentences(text: str) -> str:
    """Return English text with the names in it in lower case, but where a sentence begins.

    Headings keep their capitals.

    Examples
    --------
    >>> make_known(["Container throughput", "GDP per capita"])
    >>> in_sentences("Of these, Container throughput is behind. Container throughput grew.")
    'Of these, container throughput is behind. Container throughput grew.'
    >>> in_sentences("## Outlook: Container throughput")
    '## Outlook: Container throughput'
    """
    if not _known:
        return text

    def lower(found: re.Match[str]) -> str:
        before = text[: found.start()]
        heading = before.rpartition("\n")[2].lstrip().startswith(("#", "|"))
        if heading or _BEGINS.search(before[-200:] if len(before) > 200 else before):
            return found[0]
        return found[0][0].lower() + found[0][1:]

    return _pattern(frozenset(_known)).sub(lower, text)


@lru_cache(maxsize=4)
def _pattern(names: frozenset[str]) -> re.Pattern[str]:
    """Return what finds the names, the longest first, as Markdown may have escaped them."""
    ordered = sorted(names, key=lambda name: (-len(name), name))
    found = "|".join(
        "".join(rf"\\?{re.escape(c)}" if c in _ESCAPED else re.escape(c) for c in name)
        for name in ordered
    )
    return re.compile(rf"(?<![\w/]){'(?:' + found + ')'}(?!\w)")


LANGUAGES = ("zh", "en")
CATALOGUE = Path(__file__).parents[1] / "locale"
_current = ["zh"]
# a Chinese sentence or clause that ends here is followed by the next without a space
_ENDS = "。；，：、！？"
_SPACES = re.compile(r"(?<=\S) {2,}")
_BEFORE = re.compile(r" +(?=[,.;:)!?](?![\w(])|$)|(?<=\d) +(?=%)", re.MULTILINE)
_AFTER = re.compile(r"(?<=\() +")
_STOPS = re.compile(r"[,;:.]\s*(?=[.;](?:\s|$))")
_START = re.compile(r"(^(?:[ ]*[-*] |#+ )?|[.!?] )([a-z])", re.MULTILINE)


def speak(language: str) -> None:
    """Choose the language in which everything after is said: ``zh`` or ``en``.

    Raises
    ------
    InputError
        When the words do not exist in that language.
    """
    if language not in LANGUAGES:
        raise InputError(
            "no_such_language",
            column="language",
            value=language,
            expected=" / ".join(LANGUAGES),
            nearest=nearest(language, LANGUAGES),
        )
    _current[0] = language


def spoken() -> str:
    """Return the language chosen, ``zh`` at first."""
    return _current[0]


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language within a block, and the former one after it.

    Examples
    --------
    >>> with speaking("en"):
    ...     spoken()
    'en'
    >>> spoken()
    'zh'
    """
    before = spoken()
    speak(language)
    try:
        yield
    finally:
        speak(before)


def say(text: str, *values: object, **named: object) -> str:
    """Return a sentence or a term in the language spoken, its figures filled in.

    Figures that know their origin keep it (:mod:`planeval.words.cell`).

    Parameters
    ----------
    text : str
        The Chinese words, with ``{}`` where the figures go, as for :meth:`str.format`.
        It is a literal: the catalogue is checked against the source.
    *values, **named : object
        The figures and names.

    Returns
    -------
    str
        In English a sentence or clause that goes on is followed by a space, and
        ``{0:year/years}`` in the catalogue stands for the word that fits the figure.

    Raises
    ------
    LookupError
        When the catalogue lacks the words: a defect of the program, never a silent fallback.

    Examples
    --------
    >>> say("未公布")
    '未公布'
    >>> with speaking("en"):
    ...     say("未公布")
    'not published'
    """
    if spoken() == "zh":
        return _filled(text, values, named)
    words = catalogue(spoken()).get(text)
    if words is None:
        raise LookupError(f"no English words for: {text}")
    told = _filled(words, values, named)
    # a clause that ends in a mark goes on behind a space; a figure has none at its end
    ends = text[-1:] in _ENDS and told.strip()
    return Cell(told.rstrip() + " ", told.marks) if ends else told


def mark(text: str) -> str:
    """Return the words as they are: a constant that :func:`say` will say when it is used.

    Examples
    --------
    >>> NOTHING = mark("未公布")
    >>> say(NOTHING)
    '未公布'
    """
    return text


class Terms(dict[Any, str]):
    """Words by code, said in the language spoken at the time they are looked up.

    Examples
    --------
    >>> terms = Terms({"none": "未公布"})
    >>> terms["none"]
    '未公布'
    >>> with speaking("en"):
    ...     terms["none"], terms.get("other", "-")
    ('not published', '-')
    """

    def __getitem__(self, code: Any) -> str:
        text = super().__getitem__(code)
        return say(text) if text else text

    def zh(self, code: Any) -> str:
        """Return the Chinese word whatever is spoken, for records that carry both."""
        return super().__getitem__(code)

    def get(self, code: Any, default: Any = None) -> Any:
        """Return the word of a code, or the default as it is."""
        return self[code] if code in self else default  # noqa: SIM401

    def values(self) -> Any:
        """Return all words, in the order of their codes."""
        return [self[code] for code in self]

    def items(self) -> Any:
        """Return codes with their words."""
        return [(code, self[code]) for code in self]

    def __or__(self, other: Mapping[Any, str]) -> Terms:  # type: ignore[override]
        return Terms({**{code: dict.__getitem__(self, code) for code in self}, **other})


def either(zh: str, en: str) -> str:
    """Return the one of two words out of the data that the language spoken asks for.

    Examples
    --------
    >>> either("嘉兴港区", "Jiaxing Port Area")
    '嘉兴港区'
    """
    return zh if spoken() == "zh" else en


def in_both(field: str, make: Callable[..., Any], *given: Any) -> dict[str, Any]:
    """Return what a function says in each of the two languages, for records that carry both.

    Examples
    --------
    >>> in_both("name", worded, {"name_zh": "嘉兴市", "name_en": "Jiaxing"}, "name")
    {'name_zh': '嘉兴市', 'name_en': 'Jiaxing'}
    """
    told = {}
    for language in LANGUAGES:
        with speaking(language):
            told[f"{field}_{language}"] = make(*given)
    return told


def worded(thing: Any, field: str = "") -> Any:
    """Return what a record says of itself in the language spoken.

    Parameters
    ----------
    thing : object or mapping
        Carries ``<field>_zh`` and ``<field>_en``, or ``zh`` and ``en`` without a field.

    Examples
    --------
    >>> worded({"name_zh": "嘉兴市", "name_en": "Jiaxing"}, "name")
    '嘉兴市'
    >>> with speaking("en"):
    ...     worded({"name_zh": "嘉兴市", "name_en": "Jiaxing"}, "name")
    'Jiaxing'
    """
    key = f"{field}_{spoken()}" if field else spoken()
    return getattr(thing, key) if hasattr(thing, key) else thing[key]


def tidy(text: str, *, capital: bool = True) -> str:
    """Return joined clauses as English prints them; Chinese text is returned as it is.

    Single spaces, none before a closing mark, no doubled stops, and with `capital` a capital
    at the beginning of each sentence and none on a name within it (see
    :mod:`planeval.words.language`); cells of tables are tidied without.

    Examples
    --------
    >>> with speaking("en"):
    ...     tidy("the base is 182.0 , the target 300 ; .  it rose by 5.6 %. ")
    'The base is 182.0, the target 300. It rose by 5.6%.'
    """
    return text if spoken() == "zh" else kept(text, _tidied if capital else _spaced)


def _spaced(text: str) -> str:
    text = _AFTER.sub("", _BEFORE.sub("", _SPACES.sub(" ", text)))
    return _STOPS.sub("", text).strip()


def _tidied(text: str) -> str:
    return _START.sub(lambda found: found[1] + found[2].upper(), in_sentences(_spaced(text)))


@lru_cache(maxsize=4)
def catalogue(language: str) -> Mapping[str, str]:
    """Return the words of a language by their Chinese, from ``locale/<language>/*.po``.

    Raises
    ------
    ValueError
        When two files give one Chinese text different words.
    """
    from babel.messages.pofile import read_po

    words: dict[str, str] = {}
    for path in sorted((CATALOGUE / language).glob("*.po")):
        with path.open("rb") as file:
            for entry in read_po(file, charset="utf-8"):
                key, value = entry.id, entry.string
                if not isinstance(key, str) or not isinstance(value, str) or not key or not value:
                    continue
                if words.setdefault(key, value) != value:
                    raise ValueError(f"{path.name}: two translations of {key!r}")
    return words


def _filled(text: str, values: Sequence[object], named: Mapping[str, Any]) -> Cell:
    """Return a text with its figures put in, as :meth:`str.format` does, their origins kept.

    ``{0:year/years}`` chooses the word that fits the number. Without figures the text stays.
    """
    if not values and not named:
        return Cell(text.replace("{{", "{").replace("}}", "}"))
    made: list[str] = []
    automatic = 0
    for literal, name, form, conversion in _FORMAT.parse(text):
        made.append(literal)
        if name is None:
            continue
        if not name:
            name, automatic = str(automatic), automatic + 1
        value = _FORMAT.convert_field(_FORMAT.get_field(name, values, named)[0], conversion)
        if form and "/" in form:
            one, _, many = form.partition("/")
            chosen = one if str(value).strip() == "1" else many
            made.append(_filled(chosen, values, named))
        else:
            made.append(value if isinstance(value, Cell) and not form else _put(value, form or ""))
    return joined(made)


def _put(value: object, form: str) -> str:
    """Return a value as a sentence prints it; a figure that knows its origin with its own minus."""
    if origin_of(value) is None:
        return format(value, form)
    return printed(format(value_of(value), form).replace("-", "−"), value)


_FORMAT = string.Formatter()
