"""Audit of published figures: contradictions found by rule, listed with both numbers.

Nothing is repaired. Each finding names its rule, the stated and the implied figure and every
place that takes part; what only mixes price bases or calibers, follows a revision or strains
the rounding is told apart from a real contradiction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.audit import domains, growth, parts, plans
from analysis.audit.finding import Finding, context, numbered
from analysis.data.observations import Data
from analysis.data.periods import first_year
from analysis.data.plan import Plan, load_plan, plan_ids
from analysis.data.series import check_corrections


@dataclass(frozen=True)
class AuditReport:
    """The findings of an audit and the comparisons that agreed.

    Attributes
    ----------
    findings : list of Finding
        Everything that does not simply agree, contradictions first.
    agreements : list of Finding
        Comparisons that hold, kept so that the audit's reach can be seen.
    """

    as_of: dt.date
    findings: list[Finding]
    agreements: list[Finding]

    def of(self, verdict: str) -> list[Finding]:
        """Return the findings of one verdict."""
        return [item for item in self.findings if item.verdict == verdict]

    def about(self, target: str, pairs: list[tuple[str, str]], year: int) -> list[Finding]:
        """Return the findings that touch a target or the figures it is judged by.

        Parameters
        ----------
        target : str
            ``plan/target_id``.
        pairs : list of (region, indicator)
            The series in use; findings on later years than `year` are left out.
        """
        return [
            item
            for item in self.findings
            if target in item.targets
            or (
                not item.targets
                and (item.region, item.indicator) in pairs
                and first_year(item.period) <= year
            )
        ]


def audit(
    data: Data, as_of: dt.date | None = None, *, known: Sequence[Plan] | None = None
) -> AuditReport:
    """Check every published claim, total, part and target known on a date.

    Parameters
    ----------
    data : Data
        Of all regions and plans.
    as_of : date, optional
        What was published later is not used. Default: the day of the newest observation.
    known : sequence of Plan, optional
        All plans as they stood on that day, where they were read already.

    Examples
    --------
    >>> from analysis.data.observations import load
    >>> report = audit(load())
    >>> [f.implied for f in report.of("contradiction") if f.region == "chemical-park"]
    [11.3598]
    """
    check_corrections(data)
    day = as_of or data.latest_vintage()
    ctx = context(data, day)
    ends = list(growth.growth_vs_endpoints(ctx))
    settled = {
        (item.region, item.indicator)
        for item in ends
        if item.verdict in ("contradiction", "price_basis")
    }
    found = [
        *ends,
        *growth.growth_pair(ctx, settled),
        *growth.index_vs_growth(ctx),
        *growth.series_vs_growth(ctx),
        *parts.sums(ctx),
        *parts.parts(ctx),
        *parts.statements(ctx),
        *parts.documents(ctx),
        *domains.growth_of_wholes(ctx),
        *domains.pulls(ctx),
    ]
    for plan in known or [load_plan(name, as_of=day, data=data) for name in plan_ids(data)]:
        if (data.sources[plan.source]["published"] or day) > day:
            continue
        for rule in (
            plans.target_vs_base,
            plans.total_vs_yearly,
            plans.target_vs_text,
            plans.parts_of_targets,
        ):
            found += rule(plan, ctx)
    unique = list({_key(item): item for item in found}.values())
    listed = [item for item in unique if item.verdict != "agrees"]
    return AuditReport(day, numbered(listed), [i for i in unique if i.verdict == "agrees"])


def _key(item: Finding) -> tuple:
    return (item.rule, item.region, item.indicator, item.period, item.stated, item.implied)
