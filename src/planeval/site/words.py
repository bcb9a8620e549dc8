"""What the site's tables say of a figure, a verdict or a change, in the language spoken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.data.observations import Data
from analysis.targets.types import AFTER_YEAR, LATER, OUTLOOKS
from planeval.publish.diff import EFFECTS
from planeval.site.html import Safe, el, foreign, join
from planeval.words.figures import chance, number, share
from planeval.words.language import either, say
from planeval.workbook.words import NO_SIGN, QUALIFIERS, SIGNS, unit

__all__ = [
    "before_target", "change_rows", "kind_of_report", "named", "outlook", "region_name",
    "size", "state", "target_words", "unit_words", "value_words",
]  # fmt: skip

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
    return either(*OUTLOOKS[code][:2]) if code in OUTLOOKS else code


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
    year, _, part = period.partition("-")
    if "/" in period:
        begun, _, ended = period.partition("/")
        return either(f"{begun}—{ended}年" if len(period) == 9 else f"{begun}—{ended}",
                      f"{begun}–{ended}")  # fmt: skip
    if not part:
        return either(f"{year}年", year)
    if part[0] == "S":
        half = part == "S1"
        return either(f"{year}年{'上' if half else '下'}半年",
                      f"{'first' if half else 'second'} half of {year}")  # fmt: skip
    if part[0] == "Q":
        return either(f"{year}年{part[1]}季度", f"Q{part[1]} {year}")
    return either(f"{year}年{int(part)}月", period) if part.isdigit() else period


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
