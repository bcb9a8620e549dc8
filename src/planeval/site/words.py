"""What the site's tables say of a figure, a verdict or a change, in the language spoken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from analysis.data.observations import Data
from analysis.targets.types import AFTER_YEAR
from planeval.publish.diff import EFFECTS
from planeval.site.editions import Edition
from planeval.words import names
from planeval.words.amounts import chance, number, period_zh, share
from planeval.words.language import either, say
from planeval.words.names import cited, name_of
from planeval.words.reasons import GRADES, LATER, OUTLOOKS
from planeval.workbook.sheet import (
    BINDING,
    NO_SIGN,
    PRICES,
    PUBLISHED,
    QUALIFIERS,
    SIGNS,
    STATUS,
    unit,
)

#: Templates say these too.
__all__ = [
    "BANDS", "GRADES", "OUTLOOKS", "PRICES", "PUBLISHED", "STATUS", "amount", "around", "as_of",
    "binding", "change_rows", "cited", "codes_of", "counts", "document_name", "is_web",
    "name_of", "number", "period_zh", "region_name", "share", "size", "state",
    "target_words", "title", "unit_words", "value_words", "year_heads",
]  # fmt: skip

#: Outlook -> the probabilities it stands for.
BANDS = {
    "very_likely": "≥ 80%", "likely": "60–80%", "toss_up": "40–60%", "unlikely": "20–40%",
    "very_unlikely": "< 20%",
}  # fmt: skip
#: How English prints the bound that a kind of target sets.
_BOUNDS = {"at_least": "at least ", "at_most": "at most ", "cumulative": "total of "}
_DOCUMENTS = {".html": "HTML", ".pdf": "PDF", ".docx": "Word", ".xlsx": "Excel", ".csv": "CSV"}


def title() -> str:
    """Return the site's name."""
    return either("规划实施评估", "Plan evaluation")


def as_of(data: Data) -> str:
    """Say when the latest figure in the data was published."""
    return say("数据中最新一次公布：{}。", data.latest_vintage().isoformat()).strip()


def region_name(data: Data, region: str) -> str:
    """Return a region's name, or its code where the data no longer hold it."""
    return names.region_name(data, region) if region in data.regions else region


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


def target_words(item: Mapping[str, Any]) -> tuple[str, bool]:
    """Return what was promised, and whether it is a figure rather than the plan's own words."""
    value, text = item.get("target"), item.get("target_text") or "—"
    if value is None or (either("zh", "en") == "zh" and item.get("target_original") == value):
        return text, text[:1].isdigit() if value is not None else text == "—"
    return f"{either('', _BOUNDS.get(str(item.get('kind')), ''))}{number(value)}", True


def binding(code: bool) -> str:
    """Return whether a target is binding or expected, as a word."""
    return either(*BINDING["binding" if code else "expected"])


def outlook(code: str) -> str:
    """Return the words of an outlook code; an unknown code stands as it is."""
    return either(*OUTLOOKS[code]) if code in OUTLOOKS else code


def state(item: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """Return a target's verdict: a sign, its colour group, the word, and how probable it is."""
    told = item.get("outlook", {})
    code = str(told.get("class_code", ""))
    probability = told.get("probability")
    sure = probability is None or code in ("achieved", "achieved_open", "missed")
    late = any(flag.get("code") == AFTER_YEAR for flag in item.get("flags") or ())
    word = either(*LATER) if late and code == "achieved" else outlook(code)
    return *SIGNS.get(code, NO_SIGN), word, "" if sure else chance(probability)


def counts(edition: Edition) -> str:
    """Return how many targets have each verdict, in words."""
    found = edition.evaluation.get("counts", {})
    told = " · ".join(f"{outlook(code)} {total}" for code, total in found.items())
    return either(f"{edition.year}年：", f"{edition.year}: ") + told


def year_heads(editions: Iterable[Edition]) -> list[str]:
    """Return the head of the column with each edition's verdicts."""
    return [either(f"{item.year}年评价", f"Outlook {item.year}") for item in editions]


def document_name(name: str) -> str:
    """Return what a document to download is called: its kind, and which where there are more.

    Examples
    --------
    >>> document_name("en/report.docx"), document_name("report_annex.pdf")
    ('Word', 'PDF annex')
    """
    stem, _, suffix = name.rpartition("/")[2].rpartition(".")
    kind = _DOCUMENTS.get(f".{suffix}", suffix.upper())
    which = "" if stem in ("report", "workbook") else stem.removeprefix("report").strip("._-")
    return f"{kind} {which}".strip()


def is_web(address: str | None) -> bool:
    """Tell whether an address may be a link: one of the web, nothing that runs."""
    return bool(address) and str(address).startswith(("http://", "https://"))


def size(bytes_: int) -> str:
    """Return the size of a file.

    Examples
    --------
    >>> size(512), size(1_397_146)
    ('0.5 kB', '1.4 MB')
    """
    return f"{bytes_ / 1e6:.1f} MB" if bytes_ >= 1e6 else f"{bytes_ / 1e3:.1f} kB"


# --- what changed between two reports --------------------------------------------------------


def change_rows(
    changes: Iterable[Mapping[str, Any]], data: Data, codes: Mapping[str, str]
) -> list[tuple[str, str, str, str]]:
    """Return causes or effects of a comparison as rows: kind, what, old, new."""
    rows = []
    for item in changes:
        what = str(item.get("what") or "")
        scale = what if what in EFFECTS else ""
        if "region" in item:
            code = item["indicator"]
            name = name_of(data.indicators[code]) if code in data.indicators else code
            place = region_name(data, item["region"])
            what = either(f"{place}{name}，", f"{name}, {place}, ") + period_zh(item["period"])
        elif scale or what.startswith("rules."):
            what = ""  # the kind says it
        old, new = (_end(item[side], scale, codes) for side in ("old", "new"))
        rows.append((either(item["zh"], item["en"]), what, old, new))
    return rows


def _end(value: Any, scale: str, codes: Mapping[str, str]) -> str:
    """Return one end of a change: shares and growth in per cent, codes in words, sums short."""
    if value is None or value == []:
        return "—"
    if scale == "probability":
        return chance(value)
    if scale in ("completion", "schedule"):
        return share(value)
    if scale.endswith("_pct"):
        return f"{number(value)}%"
    if isinstance(value, bool):
        return either("否是"[value], ("no", "yes")[value])
    if isinstance(value, float):
        return number(value)
    if isinstance(value, list):
        return either("，", ", ").join(codes.get(str(item), str(item)) for item in value)
    if isinstance(value, dict):
        origin = [str(value[k]) for k in ("source", "published", "period") if value.get(k)]
        told = amount(value.get("value"), value.get("unit"))
        return either(f"{told}（{'，'.join(origin)}）", f"{told}; {', '.join(origin)}")
    text = outlook(codes.get(str(value), str(value)))
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


def around(causes: Sequence[Mapping[str, Any]]) -> str:
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
