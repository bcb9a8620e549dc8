"""Units and figures as Chinese statistical documents print them.

Every unit belongs to one dimension and has one factor to that dimension's base unit, so
that a value converts within its dimension and never across.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from analysis.data.errors import InputError, Reason, nearest

# dimension, factor to the base unit of the dimension
UNITS: dict[str, tuple[str, float]] = {
    "元": ("CNY", 1.0),
    "万元": ("CNY", 1e4),
    "亿元": ("CNY", 1e8),
    "美元": ("USD", 1.0),
    "百万美元": ("USD", 1e6),
    "亿美元": ("USD", 1e8),
    "吨": ("mass", 1.0),
    "万吨": ("mass", 1e4),
    "亿吨": ("mass", 1e8),
    "标箱": ("TEU", 1.0),
    "TEU": ("TEU", 1.0),
    "万标箱": ("TEU", 1e4),
    "%": ("percent", 1.0),
    "‰": ("percent", 0.1),
    "人": ("persons", 1.0),
    "名": ("persons", 1.0),
    "万人": ("persons", 1e4),
    "个": ("count", 1.0),
    "家": ("count", 1.0),
    "座": ("count", 1.0),
    "所": ("count", 1.0),
    "件": ("count", 1.0),
    "张": ("count", 1.0),
    "项": ("count", 1.0),
    "位": ("rank", 1.0),
    "倍": ("multiple", 1.0),
    "年": ("years", 1.0),
    "岁": ("years", 1.0),
    "平方米": ("area", 1.0),
    "平方公里": ("area", 1e6),
    "公顷": ("area", 1e4),
    "亩": ("area", 2000 / 3),
    "万亩": ("area", 2e7 / 3),
    "公里": ("length", 1e3),
    "立方米": ("volume", 1.0),
    "万立方米": ("volume", 1e4),
    "亿立方米": ("volume", 1e8),
    "吨标准煤": ("coal equivalent", 1.0),
    "万吨标准煤": ("coal equivalent", 1e4),
    "千瓦时": ("electricity", 1.0),
    "万千瓦时": ("electricity", 1e4),
    "亿千瓦时": ("electricity", 1e8),
    "万千瓦": ("power", 1e4),
    "微克/立方米": ("concentration", 1.0),
    "元/人": ("CNY/person", 1.0),
    "万元/人": ("CNY/person", 1e4),
    "吨/万元": ("mass/CNY", 1.0),
    "": ("none", 1.0),
}
ALIASES = {"μg/m3": "微克/立方米", "µg/m³": "微克/立方米", "μg/m³": "微克/立方米", "％": "%"}


def normal_unit(unit: str) -> str:
    """Return the project's spelling of a unit.

    Raises
    ------
    InputError
        When no such unit is known; the message names the nearest one.

    Examples
    --------
    >>> normal_unit("μg/m3")
    '微克/立方米'
    """
    name = ALIASES.get(unit.strip(), unit.strip())
    if name not in UNITS:
        raise InputError(
            "unknown_unit",
            value=unit,
            expected=Reason("unit_project_knows"),
            nearest=nearest(name, [known for known in UNITS if known]),
        )
    return name


def convert(value: float, unit: str, to: str) -> float:
    """Convert a value between two units of one dimension.

    Raises
    ------
    InputError
        When the two units do not measure the same thing.

    Examples
    --------
    >>> convert(2646.63, "百万美元", "亿美元")
    26.4663
    >>> convert(306.2, "万标箱", "TEU")
    3062000.0
    """
    source, target = normal_unit(unit), normal_unit(to)
    if source == target:
        return value
    if UNITS[source][0] != UNITS[target][0]:
        same = [name for name, (kind, _) in UNITS.items() if kind == UNITS[target][0]]
        raise InputError(
            "unit_does_not_convert_to",
            value=unit,
            expected=" / ".join(same),
            nearest=target,
            source=source,
            target=target,
        )
    return round(value * UNITS[source][1] / UNITS[target][1], 12)


def same_unit(unit: str, other: str) -> bool:
    """Tell whether a number in one unit is the same number in the other (人 and 名, not 万人).

    Raises
    ------
    InputError
        When one of the units is not known.

    Examples
    --------
    >>> same_unit("人", "名"), same_unit("人", "万人"), same_unit("人", "元")
    (True, False, False)
    """
    return UNITS[normal_unit(unit)] == UNITS[normal_unit(other)]


@dataclass(frozen=True)
class Figure:
    """A printed figure: its number, its qualifier and the decimals it was printed with."""

    value: float
    qualifier: str
    decimals: int


_AFTER = {"以上": "at_least", "以下": "at_most", "左右": "about"}
_BEFORE = {"突破": "at_least", "超过": "at_least", "不低于": "at_least", "不超过": "at_most"}


def parse_figure(text: str) -> Figure:
    """Read a figure as a plan prints it, with its qualifier.

    Full-width digits, thousands separators and the words 以上, 以下, 左右, 突破, 超过 are
    understood. Anything else is refused, never guessed.

    Raises
    ------
    InputError
        When the text holds no plain number.

    Examples
    --------
    >>> parse_figure("92以上")
    Figure(value=92.0, qualifier='at_least', decimals=0)
    >>> parse_figure("１，２００")
    Figure(value=1200.0, qualifier='exact', decimals=0)
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    qualifier = "exact"
    for word, meaning in _BEFORE.items():
        if plain.startswith(word):
            plain, qualifier = plain[len(word) :], meaning
    for word, meaning in _AFTER.items():
        if plain.endswith(word):
            if qualifier not in ("exact", meaning):  # 不超过27以上 says two things
                break
            plain, qualifier = plain[: -len(word)], meaning
    plain = plain.strip()
    if not re.fullmatch(r"[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?", plain):
        raise InputError("not_number", value=text, expected="226.0, 92以上")
    plain = plain.replace(",", "")
    return Figure(float(plain), qualifier, len(plain.partition(".")[2]))


def decimals(text: str) -> int:
    """Return how many decimals a figure was printed with.

    Examples
    --------
    >>> decimals("182.0"), decimals("6616")
    (1, 0)
    """
    return len(text.strip().partition(".")[2])
