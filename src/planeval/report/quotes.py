"""Figures that a commentary quotes by name: ``{gdp.latest}`` is what the tables print.

Every name is a target's code and what is asked of it. A figure that the data do not hold is
refused with the reason; no text is ever printed with a hole in it.
"""

from __future__ import annotations

import difflib
import html
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass

from analysis.data.errors import nearest
from analysis.targets.evaluation import Evaluation
from analysis.targets.types import IndicatorEvaluation
from planeval.chapters.base import growth, needed_cell, within
from planeval.words import amounts, targets
from planeval.words.amounts import with_unit
from planeval.words.errors import UserError
from planeval.words.language import say
from planeval.words.names import name_of
from planeval.words.reasons import OUTLOOKS, outlook_word, told

#: Why a figure is missing, in Chinese and in English.
Reason = tuple[str, str]
_NO_REASON = ("没有这个数", "there is no such figure")


@dataclass(frozen=True)
class Missing:
    """A figure that does not exist, and why."""

    zh: str
    en: str


def targets_by_code(evaluation: Evaluation) -> dict[str, IndicatorEvaluation]:
    """Return the targets by the codes a commentary may use.

    A target is known by its own code, and by its indicator's where no other target of the plan
    shares that.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> found = targets_by_code(evaluate("jiaxing-14fyp", 2024))
    >>> found["container_throughput"].target_id, found["gdp"].target_id
    ('containers', 'gdp')
    """
    shared = Counter(item.target.indicator for item in evaluation.indicators)
    found = {
        item.target.indicator: item
        for item in evaluation.indicators
        if shared[item.target.indicator] == 1
    }
    return found | {item.target_id: item for item in evaluation.indicators}


def plain_name(name: str) -> str:
    """Return a name as it would be written with half-width small letters and a point.

    Examples
    --------
    >>> plain_name("ＧＤＰ。 Latest"), plain_name("gdp，latest")
    ('gdp.latest', 'gdp.latest')
    """
    folded = "".join(unicodedata.normalize("NFKC", name).split()).casefold()
    return re.sub(r"[。,·:]", ".", folded)


def quoted(evaluation: Evaluation, name: str, *, file: str, row: int) -> str:
    """Return the figure of that name as the report prints it, its unit with it.

    Parameters
    ----------
    evaluation : Evaluation
        The plan judged in one year.
    name : str
        ``code.what``, for example ``gdp.latest``; see `FIELDS` for what can be asked.
    file, row : str and int
        Where the name stands, for the message.

    Raises
    ------
    InputError
        When the name is unknown, with the nearest valid one, or when the data hold no such
        figure, with the reason.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> result = evaluate("jiaxing-14fyp", 2024)
    >>> [quoted(result, f"gdp.{what}", file="x.md", row=1)
    ...  for what in ("latest", "latest_year", "target", "completion", "required")]
    ['突破226亿元', '2024年', '300亿元', '37.3%', '现价增长32.7%']
    """
    codes = targets_by_code(evaluation)
    code, _, what = name.partition(".")
    if code not in codes or what not in FIELDS:
        meant = plain_name(name)
        code = meant.partition(".")[0]
        choices = [f"{code}.{field}" for field in FIELDS]
        if code not in codes:
            choices = [f"{each}.{field}" for each in codes for field in FIELDS]
        raise UserError(
            "没有这个名称的数", "no figure of this name", file=file, row=row,
            value=f"{{{name}}}", nearest=f"{{{nearest(meant, choices)}}}",
        )  # fmt: skip
    found = FIELDS[what](evaluation, codes[code])
    if isinstance(found, Missing):
        raise UserError(
            f"引用的数不存在：{found.zh}",
            f"the figure quoted does not exist: {found.en}",
            file=file,
            row=row,
            value=f"{{{name}}}",
        )
    return found


def _missing(*reasons: Reason) -> Missing:
    """Return the first reason that was given."""
    zh, en = next((each for each in reasons if each[0]), _NO_REASON)
    return Missing(zh, en or zh)


def _state_reason(item: IndicatorEvaluation) -> Reason:
    return told(item.state.reason)


def _outlook_reason(item: IndicatorEvaluation) -> Reason:
    return told(*item.outlook.reasons)


def _latest(evaluation: Evaluation, item: IndicatorEvaluation) -> str | Missing:
    figure = within(evaluation, item)
    if figure is None:
        return _missing(("规划期内没有公布值", "no value was published within the plan"))
    sign = amounts.QUALIFIER_ZH[figure.qualifier]
    return f"{sign}{amounts.amount(figure.value, figure.unit)}"


def _latest_year(evaluation: Evaluation, item: IndicatorEvaluation) -> str | Missing:
    figure = within(evaluation, item)
    if figure is None:
        return _missing(("规划期内没有公布值", "no value was published within the plan"))
    return say("{}年", figure.period)


def _base(_: Evaluation, item: IndicatorEvaluation) -> str | Missing:
    if item.own_base is None:
        return _missing(("基期值没有公布", "the base value was not published"))
    sign = amounts.QUALIFIER_ZH[item.own_base.qualifier]
    return f"{sign}{amounts.amount(item.own_base.value, item.own_base.unit)}"


def _base_year(_: Evaluation, item: IndicatorEvaluation) -> str | Missing:
    if item.own_base is None:
        return _missing(("基期值没有公布", "the base value was not published"))
    return say("{}年", item.own_base.period)


def _target(_: Evaluation, item: IndicatorEvaluation) -> str | Missing:
    if item.target.kind == "assigned" and item.target.target is None:
        return _missing(("目标由上级下达，尚无数值", "the target is still to be assigned"))
    return targets.target_text(item)


def _completion(_: Evaluation, item: IndicatorEvaluation) -> str | Missing:
    if item.state.completion is None:
        undefined = ("这类目标没有完成度", "targets of this kind have no completion")
        return _missing(_state_reason(item), _outlook_reason(item), undefined)
    return amounts.share(item.state.completion)


def _schedule(_: Evaluation, item: IndicatorEvaluation) -> str | Missing:
    if item.state.schedule is None:
        undefined = ("这类目标没有时序进度", "targets of this kind have no schedule")
        return _missing(_state_reason(item), _outlook_reason(item), undefined)
    return amounts.share(item.state.schedule, 0)


def _growth(_: Evaluation, item: IndicatorEvaluation) -> str | Missing:
    rate, latest = item.state.realised_growth_pct, item.latest
    if rate is None or latest is None:
        undefined = ("没有可算年均增速的两个值", "no two values to reckon a growth from")
        return _missing(_state_reason(item), undefined)
    return growth(rate, latest.price_basis)


def _required(_: Evaluation, item: IndicatorEvaluation) -> str | Missing:
    state, latest = item.state, item.latest
    if state.met:
        return _missing(("最新值已达目标，没有仍需的变动", "the latest value meets the target"))
    if state.required_growth_pct is not None and latest is not None:
        return growth(state.required_growth_pct, latest.price_basis)
    if state.required_change is None:
        undefined = ("没有仍需的变动可算", "no change still needed can be reckoned")
        return _missing(_state_reason(item), _outlook_reason(item), undefined)
    if item.target.kind == "cumulative":
        return with_unit(needed_cell(item), item.target.unit)
    change = amounts.number(abs(state.required_change), 2)
    return (
        say("提高{}个百分点", change)
        if state.required_change >= 0
        else say("降低{}个百分点", change)
    )


def _probability(_: Evaluation, item: IndicatorEvaluation) -> str | Missing:
    outlook = item.outlook
    if outlook.code in ("achieved", "achieved_open", "missed"):
        zh, en = OUTLOOKS[outlook.code]
        return _missing((f"{zh}，不给概率", f"{en}: no probability is given"))
    if outlook.probability is None:
        return _missing(_outlook_reason(item), ("没有预测", "there is no forecast"))
    return amounts.chance(outlook.probability)


def _ahead(which: str) -> Callable[[Evaluation, IndicatorEvaluation], str | Missing]:
    """Return a reader of one forecast value of the target year."""

    def read(_: Evaluation, item: IndicatorEvaluation) -> str | Missing:
        value, unit = getattr(item.outlook, which), item.outlook.unit
        if value is None:
            return _missing(_outlook_reason(item), ("没有预测", "there is no forecast"))
        # a difference of growth rates keeps its sign, as in the report's own sentences
        sign = "+" if item.target.kind == "relative" and round(value, 1) > 0 else ""
        return with_unit(
            f"{sign}{amounts.number(value, 1)}", "个百分点" if unit == "百分点" else unit
        )

    return read


#: What can be asked of a target.
FIELDS: dict[str, Callable[[Evaluation, IndicatorEvaluation], str | Missing]] = {
    "name": lambda _, item: name_of(item.target),
    "latest": _latest,
    "latest_year": _latest_year,
    "base": _base,
    "base_year": _base_year,
    "target": _target,
    "target_year": lambda _, item: say("{}年", item.target.target_year),
    "completion": _completion,
    "schedule": _schedule,
    "growth": _growth,
    "required": _required,
    "outlook": lambda _, item: outlook_word(item.outlook.code),
    "probability": _probability,
    "median": _ahead("median"),
    "low80": _ahead("lo80"),
    "high80": _ahead("hi80"),
    "evidence": lambda _, item: item.evidence.grade,
}


# --- Names of figures that an author meant to quote and that would be printed as they stand ---
# ``{gdp.latest}`` is filled. ``【GDP.latest】``, ``[gdp.latest]`` or ``gdp.latest`` without braces
# mean the same, written with another keyboard; a report that prints them looks unfinished.


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
    ... except UserError as error:
    ...     print(error.value, error.nearest)
    【GDP.lastest】 {gdp.latest}
    """
    seen = unicodedata.normalize("NFKC", html.unescape(line).replace("\\", "")).replace("`", "")
    seen = re.sub(r"[*]+", "", seen)
    for found in (*_ENCLOSED.finditer(seen), *_BARE.finditer(seen)):
        if _meant(found, names):
            raise UserError(
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
