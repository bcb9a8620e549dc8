"""Audit rules between domains: figures of GDP, output, trade and energy that cannot all be true.

Only what is an identity or an inequality is used. A whole grows neither faster than its fastest
part nor slower than its slowest; a part's pull on the whole is its share times its growth; the
value added in output is neither negative nor above the output or above what GDP leaves for it;
the fall of an intensity follows from numerator and denominator. Throughput is tied to output
and to GDP by habit only, not by arithmetic: no rule holds them against each other.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from analysis.audit.finding import Claim, Context, Finding, Place, level
from analysis.data.errors import InputError
from analysis.data.series import Datum
from analysis.growth.rates import Interval

RULE = "domains"
GROWTH, PULL = "_va_growth", "_va_pull"


@dataclass(frozen=True)
class DomainCheck:
    """One bound between figures of different domains.

    Attributes
    ----------
    figures : dict of name to Interval
        What was published, each as all the values that print the same way.
    implied : Interval
        What follows from the figures.
    bound : Interval
        Where it must lie.
    unit : str
        Unit of `implied` and `bound`.
    sentence_zh, sentence_en : str
        Figures, bound and outcome in one sentence.
    """

    figures: dict[str, Interval]
    implied: Interval
    bound: Interval
    unit: str
    sentence_zh: str
    sentence_en: str

    @property
    def holds(self) -> bool:
        """Whether some values that print as published keep the bound."""
        slack = 1e-9 * max(1.0, *(abs(end) for end in self.bound if math.isfinite(end)), 0.0)
        return self.implied.lo <= self.bound.hi + slack and self.bound.lo - slack <= self.implied.hi


def growth_between_parts(
    whole: Interval,
    parts: Mapping[str, Interval],
    name: str = "整体",
    english: Mapping[str, str] | None = None,
) -> DomainCheck:
    """Hold the growth of a whole against the growth of its parts, all in per cent.

    Parameters
    ----------
    whole : Interval
        Growth of the whole.
    parts : mapping of str to Interval
        Growth of every part by its name.
    name : str
        What the whole is called.
    english : mapping of str to str, optional
        English of the names; a name without one is printed as it is.

    Notes
    -----
    g = Σ w_i g_i with base-year shares w_i ≥ 0 that sum to one, so min g_i ≤ g ≤ max g_i; it
    takes parts that make up the whole and one price basis.

    Raises
    ------
    InputError
        Without parts.

    Examples
    --------
    >>> parts = {"工业": Interval(2.75, 2.85), "服务业": Interval(4.25, 4.35)}
    >>> growth_between_parts(Interval(3.45, 3.55), parts).holds
    True
    >>> growth_between_parts(Interval(4.95, 5.05), parts).holds
    False
    """
    if not parts:
        raise InputError("没有部分可以核对", "there are no parts to check", column="parts")
    bound = Interval(min(p.lo for p in parts.values()), max(p.hi for p in parts.values()))
    listed = "、".join(f"{part}{_text(value)}%" for part, value in parts.items())
    known = {"整体": "the whole", **(english or {})}
    said = ", ".join(f"{known.get(part, part)} {_text(value)}%" for part, value in parts.items())
    return _check(
        {name: whole, **parts},
        whole,
        bound,
        "%",
        f"{name}增长{_text(whole)}%，各部分为{listed}，整体的增速必在各部分最低与最高之间",
        f"{known.get(name, name)} grew by {_text(whole)}%, its parts by: {said}; growth of a whole"
        " must lie between the lowest and the highest of its parts",
    )


def share_from_pull(
    pull: Interval, growth: Interval, name: str = "该行业", name_en: str = "the industry"
) -> DomainCheck | None:
    """Return the base share, in per cent, that a part's pull and its growth imply.

    Notes
    -----
    Pull in percentage points = share × growth, so share = 100 · pull/growth, within 0 to 100.
    None where the growth may round from zero and says nothing on the share.

    Examples
    --------
    >>> made = share_from_pull(Interval(1.35, 1.45), Interval(19.65, 19.75))
    >>> round(made.implied.lo, 2), round(made.implied.hi, 2), made.holds
    (6.84, 7.38, True)
    """
    if growth.lo <= 0 <= growth.hi:
        return None
    ends = [100 * a / b for a in pull for b in growth]
    return _check(
        {"拉动": pull, "增速": growth},
        Interval(min(ends), max(ends)),
        Interval(0.0, 100.0),
        "%",
        f"{name}增长{_text(growth)}%，拉动{_text(pull)}个百分点，所含的基期份额须在0与100%之间",
        f"{name_en}: growth {_text(growth)}%, contribution {_text(pull)} percentage points; the"
        " base share they imply must lie between 0 and 100%",
    )


def value_added_share(
    value_added: Interval, output: Interval, gdp: Interval, others: Interval | None = None
) -> DomainCheck:
    """Hold industry's value added in its output against what output and GDP allow, in per cent.

    Parameters
    ----------
    value_added, output, gdp : Interval
        Of one region, year and price basis, in one unit; `output` is gross output.
    others : Interval, optional
        Value added of the sectors outside industry, which GDP must leave room for.

    Notes
    -----
    0 ≤ VA/O ≤ min(1, (GDP − others)/O): intermediate consumption and every other sector's
    value added are not negative.

    Raises
    ------
    InputError
        When the output is not positive.

    Examples
    --------
    >>> made = value_added_share(Interval(60, 60), Interval(200, 200), Interval(100, 100))
    >>> made.implied.lo, made.bound.hi, made.holds
    (30.0, 50.0, True)
    """
    if output.lo <= 0:
        raise InputError(
            "总产值必须为正", "output must be positive", column="output", value=output.lo
        )
    rest = others or Interval(0.0, 0.0)
    room = 100 * (gdp.hi - rest.lo) / output.lo
    share = Interval(100 * value_added.lo / output.hi, 100 * value_added.hi / output.lo)
    figures = {"增加值": value_added, "总产值": output, "生产总值": gdp}
    if others is not None:
        figures["其他行业增加值"] = others
    return _check(
        figures,
        share,
        Interval(0.0, min(100.0, room)),
        "%",
        f"增加值{_text(value_added)}占总产值{_text(output)}的{_text(share, 1)}%，"
        f"不得高于100%，也不得高于生产总值所容许的{room:.1f}%",
        f"value added {_text(value_added)} is {_text(share, 1)}% of output {_text(output)}; it must"
        f" exceed neither 100% nor the {room:.1f}% that GDP leaves room for",
    )


def intensity_fall(fall: Interval, numerator: Interval, gdp: Interval) -> DomainCheck:
    """Hold a stated fall of an intensity against the growth of what it is made of, in per cent.

    Parameters
    ----------
    fall : Interval
        Stated reduction of energy, water or emissions per unit of GDP.
    numerator, gdp : Interval
        Growth of the numerator and of GDP at constant prices, same region and year.

    Notes
    -----
    1 − fall = (1 + e)/(1 + g). It is an identity only in one scope of numerator and GDP.

    Raises
    ------
    InputError
        When GDP may have fallen by all of itself.

    Examples
    --------
    >>> made = intensity_fall(Interval(2.85, 2.95), Interval(1.95, 2.05), Interval(4.95, 5.05))
    >>> round(made.bound.lo, 2), round(made.bound.hi, 2), made.holds
    (2.76, 2.95, True)
    """
    if gdp.lo <= -100:
        raise InputError(
            "生产总值增速必须大于−100%", "GDP growth must exceed -100 %", column="gdp", value=gdp.lo
        )
    ends = [100 * (1 - (1 + e / 100) / (1 + g / 100)) for e in numerator for g in gdp]
    bound = Interval(min(ends), max(ends))
    return _check(
        {"强度降低": fall, "分子增速": numerator, "生产总值增速": gdp},
        fall,
        bound,
        "%",
        f"强度降低{_text(fall)}%，分子增长{_text(numerator)}%、生产总值增长{_text(gdp)}%"
        f"所含的降幅为{_text(bound, 2)}%",
        f"intensity fell by {_text(fall)}%, while growth of {_text(numerator)}% in the numerator"
        f" and {_text(gdp)}% in GDP implies a fall of {_text(bound, 2)}%",
    )


def _check(
    figures: dict[str, Interval], implied: Interval, bound: Interval, unit: str, zh: str, en: str
) -> DomainCheck:
    made = DomainCheck(figures, implied, bound, unit, zh, en)
    held = ("：相符。", ": they agree."), ("：不能同时成立。", ": they cannot all hold.")
    ends = held[0] if made.holds else held[1]
    return replace(made, sentence_zh=zh + ends[0], sentence_en=en + ends[1])


def _text(value: Interval, digits: int | None = None) -> str:
    """Return an interval by its middle, or by its closed end where one side is open."""
    if math.isinf(value.lo) or math.isinf(value.hi):
        closed = value.hi if math.isinf(value.lo) else value.lo
        return f"{'≤' if math.isinf(value.lo) else '≥'}{closed:g}"
    middle = (value.lo + value.hi) / 2
    shown = f"{round(middle, 6):g}" if digits is None else f"{middle:.{digits}f}"
    return shown.replace("-", "−")


def growth_of_wholes(ctx: Context) -> Iterator[Finding]:
    """Hold the published growth of a whole against that of all its parts, source by source."""
    claims: dict[tuple[str, str, str, str, str, str], Claim] = {}
    for claim in ctx.claims:
        if claim.type == "growth_pct":
            claims[(claim.region, *_same(claim), claim.indicator)] = claim
    for relation in ctx.data.relations.to_dict("records"):
        # a sum across regions would need every region's own claim: only sums within one
        if relation["type"] != "sum" or not relation["whole"].startswith("*:"):
            continue
        name = relation["whole"].partition(":")[2]
        parts = [text.partition(":")[2] for text in relation["parts"].split(";")]
        for key, whole in claims.items():
            found = [claims.get((*key[:-1], part)) for part in parts]
            if whole.indicator == name and all(found):
                yield _grown(ctx, whole, [one for one in found if one is not None])


def _same(claim: Claim) -> tuple[str, str, str, str]:
    return claim.period, claim.base_period, claim.source, claim.price_basis


def _grown(ctx: Context, whole: Claim, parts: list[Claim]) -> Finding:
    names = {part.indicator: ctx.data.indicators[part.indicator] for part in parts}
    made = growth_between_parts(
        whole.interval,
        {names[part.indicator]["name_zh"]: part.interval for part in parts},
        ctx.data.indicators[whole.indicator]["name_zh"],
        {row["name_zh"]: row["name_en"] for row in ctx.data.indicators.values()},
    )
    low, high = min(p.value for p in parts), max(p.value for p in parts)
    return ctx.finding(
        whole.region,
        whole.indicator,
        whole.period,
        rule=RULE,
        verdict="agrees" if made.holds else "contradiction",
        stated=whole.value,
        implied=low if whole.value < low else min(whole.value, high),
        unit="%",
        where=tuple(place for claim in (whole, *parts) for place in claim.places),
        implied_text=f"{low:g}%至{high:g}%",
        implied_en=f"{low:g}% to {high:g}%",
        reason_zh=made.sentence_zh.rstrip("。"),
        reason_en=made.sentence_en.rstrip("."),
    )


def pulls(ctx: Context) -> Iterator[Finding]:
    """Hold an industry's published pull on growth against its own growth."""
    for (region, indicator, period), items in sorted(ctx.figures.items()):
        if not indicator.endswith(PULL):
            continue
        grown = f"{indicator.removesuffix(PULL)}{GROWTH}"
        for pull in items:
            for rate in ctx.all(region, grown, period):
                names = _industry(ctx, grown)
                made = share_from_pull(level(pull), level(rate), *names)
                if pull.source == rate.source and made is not None:
                    yield _pulled(ctx, pull, rate, made)


def _industry(ctx: Context, grown: str) -> tuple[str, str]:
    spec = ctx.data.indicators[grown]
    return str(spec["name_zh"]).removesuffix("增速"), str(spec["name_en"])


def _pulled(ctx: Context, pull: Datum, rate: Datum, made: DomainCheck) -> Finding:
    share = 100 * pull.value / rate.value
    return ctx.finding(
        pull.region,
        pull.indicator,
        pull.period,
        rule=RULE,
        verdict="agrees" if made.holds else "contradiction",
        stated=pull.value,
        implied=round(share, 4),
        unit="%",
        where=tuple(
            Place(item.source, item.locator, f"{item.period}：{item.printed}{item.printed_unit}")
            for item in (pull, rate)
        ),
        implied_text=f"基期份额{share:.1f}%",
        implied_en=f"base share {share:.1f}%",
        reason_zh=made.sentence_zh.rstrip("。"),
        reason_en=made.sentence_en.rstrip("."),
    )
