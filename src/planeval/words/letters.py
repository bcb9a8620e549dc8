"""Letters a report can print: those that its fonts draw, whatever the format.

A letter that no font has leaves a box in a chart and in the PDF and nothing at all in Word, and
no format says so. It is therefore refused where it was written, before anything is made of it.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from analysis.data.schema import read_table, texts_checked
from planeval.words.errors import UserError

#: What is never seen: controls, marks of direction and of width nil, unassigned and private
#: letters, half pairs, line separators. XML, and so Word, has no place for some of them.
UNSEEN = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")
#: What ends or indents a line in a text of several lines; printed as one space.
BREAKS = "\t\n\r\u2028\u2029"
#: Letters that are in both Chinese fonts, so that most texts need no look at a font.
_COMMON = re.compile(
    "[ -~\u4e00-\u9fa5\u3001-\u3011\uff01-\uff5e‘’“”—…·×÷≥≤±°–−℃²³㎡　\u00c0-\u00ff]*"
)
# Word's own fonts have the signs of this plane that DejaVu has; the pictures beyond it, such as
# emoji, only some machines have
_FIRST_PLANE = 0x10000
#: They change the sign before them into a picture, or a Chinese character into its variant.
_SELECTORS = range(0xFE00, 0xFE10)


@functools.cache
def drawn_letters() -> frozenset[int]:
    """Return the code points that the fonts of charts, PDF, HTML and Word all can show.

    Chinese text is set in a face with serifs and one without, and either may meet any name; the
    European letters and signs that both lack come from DejaVu Sans.

    Returns
    -------
    frozenset of int

    Raises
    ------
    InputError
        When the fonts are not installed.

    Examples
    --------
    >>> [ord(letter) in drawn_letters() for letter in "港Ł₂𠮷😀"]
    [True, True, True, False, False]
    """
    try:
        import pylopdf_fonts_zh_cn
        from fontTools.ttLib import TTFont
    except ImportError as error:
        raise UserError(
            f"缺少 {error.name}", f"{error.name} is not installed", expected="pip install"
        ) from error

    def codes(path: str | Path) -> set[int]:
        with TTFont(path, lazy=True) as font:
            return set(font.getBestCmap())

    both = codes(pylopdf_fonts_zh_cn.serif_path()) & codes(pylopdf_fonts_zh_cn.sans_path())
    spec = find_spec("matplotlib")  # looked up, not loaded: its import takes longer than a check
    own = Path(str(spec.origin)).parent / "mpl-data/fonts/ttf/DejaVuSans.ttf" if spec else None
    latin = codes(own) if own and own.is_file() else set()
    return frozenset(
        code
        for code in both | {code for code in latin if code < _FIRST_PLANE}
        if unicodedata.category(chr(code)) not in UNSEEN and code not in _SELECTORS
    )


def first_not_printed(text: str, breaks: str = "") -> int | None:
    """Return where the first letter stands that a report cannot print, None when all can be.

    Parameters
    ----------
    text : str
        Any text.
    breaks : str
        Letters beside those of the fonts that may stand in it, such as :data:`BREAKS`.

    Examples
    --------
    >>> first_not_printed("嘉兴𠮷区"), first_not_printed("CO₂排放"), first_not_printed("a\\tb")
    (2, None, 1)
    """
    if _COMMON.fullmatch(text):
        return None
    known = drawn_letters()
    odd = (
        place
        for place, letter in enumerate(text)
        if ord(letter) not in known and letter not in breaks
    )
    return next(odd, None)


def check_printed(
    text: str,
    *,
    file: str | None = None,
    row: int | None = None,
    column: str | None = None,
    breaks: str = "",
) -> None:
    """Refuse a text with a letter that some format of a report could not print.

    Parameters
    ----------
    text : str
        What is to be printed.
    file, row, column : optional
        Where it stands. Without a column the letter's own place in the text is told.
    breaks : str
        As for :func:`first_not_printed`.

    Raises
    ------
    InputError
        With the letter, its code point and what to write instead.

    Examples
    --------
    >>> check_printed("嘉兴港区")
    >>> try:
    ...     check_printed("嘉兴𠮷区", file="data/plans.csv", row=2, column="name_zh")
    ... except UserError as error:
    ...     print(error.file, error.row, error.column, error.value)
    data/plans.csv 2 name_zh 𠮷 U+20BB7
    """
    place = first_not_printed(text, breaks)
    if place is None:
        return
    letter = text[place]
    code, where = f"U+{ord(letter):04X}", column or str(place + 1)
    if unicodedata.category(letter) in UNSEEN:
        raise UserError(
            "含有印不出的字符", "it holds a character not printed",
            file=file, row=row, column=where, value=code,
            expected="删去这个字符 the text without it",
        )  # fmt: skip
    like = unicodedata.normalize("NFKC", letter)
    raise UserError(
        "含有字体里没有的字符，图表和PDF会印成方框，Word中会消失",
        "it holds a character that no font has: a box in charts and PDF, nothing in Word",
        file=file, row=row, column=where, value=f"{letter} {code}",
        expected="换成通用的字、拼音或文字说明 common characters or words instead",
        nearest=like if like != letter and first_not_printed(like) is None else None,
    )  # fmt: skip


# --- Tables whose texts a report prints: every letter one that prints ---


#: Columns whose cells stand in headings, charts and on the cover, where no line may end.
_NAMES = ("name_", "group_")
#: Letters of a name, and of a word in it that no line can break; the longest word of English
#: that is no chemical's name has 28.
LONGEST, WORD = 200, 40
_WORDS = re.compile(r"[!-~\u00a1-\u024f]+")
#: Columns of codes and units: whoever looks them up tells a wrong one with the nearest right one.
_CODES = [
    "region", "indicator", "caliber", "source", "parent", "parent_region", "target_id", "unit",
    "comparator_region", "comparator_indicator", "department",
]  # fmt: skip


def check_texts(table: pd.DataFrame, file: str) -> None:
    """Refuse a table with a text that a report cannot print.

    Parameters
    ----------
    table : DataFrame
        As from :func:`analysis.data.schema.read_table`.
    file : str
        Its name, as messages show it.

    Raises
    ------
    InputError
        For the first cell that holds a control character or one that no font of the report has.
        Notes may break lines, names may not, nor be too long to print.

    Examples
    --------
    >>> from analysis.data.paths import project_root
    >>> from analysis.data.schema import read_table, texts_checked, texts_checked
    >>> data = project_root() / "data"
    >>> with texts_checked(check_texts):
    ...     len(read_table(data / "plans.csv", data / "schemas" / "plans.json", data.parent))
    2
    """
    for column in table.columns.difference(_CODES, sort=False):
        breaks = "" if column.startswith(_NAMES) else BREAKS
        texts = [value for value in table[column] if isinstance(value, str)]
        if _COMMON.fullmatch("".join(texts)) and (breaks or _narrow(texts)):
            continue  # all at once: one cell at a time takes a command a tenth of its time
        for value, row in zip(table[column], table["row"], strict=True):
            if isinstance(value, str):
                check_printed(value, file=file, row=row, column=column, breaks=breaks)
                if not breaks:
                    _check_width(value, file, row, column)


def _narrow(names: list[str]) -> bool:
    """Tell whether no name is too long, nor a word of one."""
    words = _WORDS.findall(" ".join(names))
    return max(map(len, names), default=0) <= LONGEST and max(map(len, words), default=0) <= WORD


def _check_width(name: str, file: str, row: int, column: str) -> None:
    """Refuse a name that no heading and no cell has room for."""
    longest = max(_WORDS.findall(name), key=len, default="")
    if len(longest) > WORD:
        raise UserError(
            f"名称里的词太长：{len(longest)}个字母，中间不能断行",
            f"a word of the name is too long: {len(longest)} letters without a break",
            file=file, row=row, column=column, value=longest, expected=f"<= {WORD}",
        )  # fmt: skip
    if len(name) > LONGEST:
        raise UserError(
            f"名称太长：{len(name)}个字符", f"the name is too long: {len(name)} characters",
            file=file, row=row, column=column, value=name, expected=f"<= {LONGEST}",
        )  # fmt: skip


def check_tables(root: Path) -> None:
    """Read every shared table that has a schema, those only a single chapter uses too.

    Parameters
    ----------
    root : Path
        The project's root.

    Raises
    ------
    InputError
        As for :func:`check_texts`, and for the first cell that breaks a schema.

    Examples
    --------
    >>> from analysis.data.paths import project_root
    >>> check_tables(project_root())
    """
    for path in sorted((root / "data").glob("*.csv")):
        schema = root / "data" / "schemas" / f"{path.stem}.json"
        if schema.is_file():
            with texts_checked(check_texts):
                read_table(path, schema, root)
