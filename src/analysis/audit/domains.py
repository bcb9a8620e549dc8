"""Audit rules between domains: figures of GDP, output, trade and energy that cannot all be true.

Only what is an identity or an inequality is used. A whole grows neither faster than its fastest
part nor slower than its slowest; a part's pull on the whole is its share times its growth.
Throughput is tied to output and to GDP by habit only, not by arithmetic: no rule holds them
against each other.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analysis.audit.finding import Claim, Context, Finding, Named, level, place
from analysis.data.errors import InputError, Reason
from analysis.data.series import Datum
from analysis.growth.rates import Interval

RULE = "domains"
GROWTH, PULL = "_va_growth", "_va_pull"


@dataclass(frozen=True)
class DomainCheck:
    """One bound between figures of different domains.

    Attributes
    ----------
    implied : Interval
        What follows from the figures, in per cent.
    bound : Interval
        Where it must lie.
    reason : Reason
        The figures as published, each as all the values that print the same way, and whether
        the bound `holds`.
    """

    implied: Interval
    bound: Interval
    reason: Reason

    @property
    def holds(self) -> bool:
        """Whether some values that print as published keep the bound."""
        return bool(self.reason.figures["holds"])


def growth_between_parts(
    whole: Interval,
    parts: Mapping[Named, Interval] | Mapping[str, Interval],
    name: Named | None = None,
) -> DomainCheck:
    """Hold the growth of a whole against the growth of its parts, all in per cent.

    Parameters
    ----------
    whole : Interval
        Growth of the whole.
    parts : mapping of Named or str to Interval
        Growth of every part by its name.
    name : Named, optional
        What the whole is.

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
    >>> parts = {"industry": Interval(2.75, 2.85), "services": Interval(4.25, 4.35)}
    >>> growth_between_parts(Interval(3.45, 3.55), parts).holds
    True
    >>> growth_between_parts(Interval(4.95, 5.05), parts).holds
    False
    """
    if not parts:
        raise InputError("no_parts_to_check", column="parts")
    bound = Interval(min(p.lo for p in parts.values()), max(p.hi for p in parts.values()))
    reason = Reason(
        "whole_between_parts", name=name, whole=whole, parts=dict(parts), holds=_meet(whole, bound)
    )
    return DomainCheck(whole, bound, reason)


def share_from_pull(
    pull: Interval, growth: Interval, industry: Named | None = None
) -> DomainCheck | None:
    """Return the base share, in per cent, that a part's pull and its growth imply.

    Parameters
    ----------
    pull, growth : Interval
        Percentage points added to the growth of the whole, and the part's own growth in per cent.
    industry : Named, optional
        The indicator of the part's growth.

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
    share, bound = Interval(min(ends), max(ends)), Interval(0.0, 100.0)
    reason = Reason(
        "pull_implies_share", industry=industry, pull=pull, growth=growth, holds=_meet(share, bound)
    )
    return DomainCheck(share, bound, reason)


def _meet(implied: Interval, bound: Interval) -> bool:
    """Return whether some of the implied values keep the bound."""
    slack = 1e-9 * max(1.0, *(abs(end) for end in bound if math.isfinite(end)), 0.0)
    return implied.lo <= bound.hi + slack and bound.lo - slack <= implied.hi


def growth_of_wholes(ctx: Context) -> Iterator[Finding]:
    """Hold the published growth of a whole against that of all its parts, source by source."""
    claims: dict[tuple[str, str, str, str, str, str], Claim] = {}
    for claim in ctx.claims:
        if claim.type == "growth_pct":
            claims[(claim.region, *_same(claim), claim.indicator)] = claim
    for relation in ctx.relations:
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
    made = growth_between_parts(
        whole.interval,
        {ctx.measure(part.indicator): part.interval for part in parts},
        ctx.measure(whole.indicator),
    )
    low, high = min(p.value for p in parts), max(p.value for p in parts)
    return ctx.finding(
        whole,
        whole.period,
        rule=RULE,
        verdict="agrees" if made.holds else "contradiction",
        stated=whole.value,
        implied=low if whole.value < low else min(whole.value, high),
        unit="%",
        where=tuple(place for claim in (whole, *parts) for place in claim.places),
        reason=made.reason,
        implied_as=Reason("growth_of_parts", low=low, high=high),
    )


def pulls(ctx: Context) -> Iterator[Finding]:
    """Hold an industry's published pull on growth against its own growth."""
    for (region, indicator, period), items in sorted(ctx.figures.items()):
        if not indicator.endswith(PULL):
            continue
        grown = f"{indicator.removesuffix(PULL)}{GROWTH}"
        for pull in items:
            for rate in ctx.all(region, grown, period):
                made = share_from_pull(level(pull), level(rate), ctx.measure(grown))
                if pull.source == rate.source and made is not None:
                    yield _pulled(ctx, pull, rate, made)


def _pulled(ctx: Context, pull: Datum, rate: Datum, made: DomainCheck) -> Finding:
    share = 100 * pull.value / rate.value
    return ctx.finding(
        pull,
        pull.period,
        rule=RULE,
        verdict="agrees" if made.holds else "contradiction",
        stated=pull.value,
        implied=round(share, 4),
        unit="%",
        where=(place(pull), place(rate)),
        reason=made.reason,
        implied_as=Reason("base_share", share=share),
    )
