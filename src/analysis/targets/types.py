"""The three answers given for every target: state, outlook and evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from analysis.audit.finding import Finding
from analysis.data.errors import Reason
from analysis.data.plan import Target
from analysis.data.series import Datum, Series
from analysis.rules.case import RuleVerdict

#: Code of an outlook: code of the class that evaluations print it as, None where nothing is judged.
OUTLOOKS: dict[str, str | None] = {
    "very_likely": "faster_than_expected",
    "likely": "as_expected",
    "toss_up": "as_expected",
    "unlikely": "behind",
    "very_unlikely": "behind",
    "achieved": "ahead_of_time",
    "achieved_open": "ahead_of_time",
    "achieved_firm": "ahead_of_time",
    "achieved_at_risk": "ahead_of_time",
    "missed": "behind",
    "in_progress": None,
    "awaiting_assignment": None,
    "insufficient_data": None,
    "cannot_judge": None,
    "not_comparable": None,
    "not_due": None,
    "withdrawn": None,
}
#: The code of a flag: the record was published after the evaluation year.
AFTER_YEAR = "evidence_after_year"
#: Grades of evidence, the best first.
GRADES = "ABCD"


def likelihood(probability: float) -> str:
    """Return the outlook code of a probability.

    Bands: at least 0.8 very likely, 0.6 likely, 0.4 about as likely as not, 0.2 unlikely.

    Examples
    --------
    >>> likelihood(0.8), likelihood(0.199)
    ('very_likely', 'very_unlikely')
    """
    for edge, code in ((0.8, "very_likely"), (0.6, "likely"), (0.4, "toss_up"), (0.2, "unlikely")):
        if probability >= edge:
            return code
    return "very_unlikely"


@dataclass(frozen=True)
class State:
    """Where the target stands.

    Attributes
    ----------
    completion : float or None
        (x − x0)/(T − x0), a fraction; None where undefined or unknown.
    schedule : float or None
        Share of the way the declared path (or a straight line) asks for in the evaluation year.
    required_growth_pct : float or None
        Growth a year from the latest value to the target; negative: the room to fall.
    required_change : float or None
        For shares and rates: percentage points a year instead of growth.
    realised_growth_pct : float or None
        Compound growth from base to latest.
    met : bool or None
        Whether the latest value meets the target.
    record : dict
        What else the kind of target needs: years met, sum to date, differences.
    reason : Reason or None
        Why something is missing.
    """

    completion: float | None = None
    schedule: float | None = None
    required_growth_pct: float | None = None
    required_change: float | None = None
    realised_growth_pct: float | None = None
    met: bool | None = None
    record: dict[str, Any] = field(default_factory=dict)
    reason: Reason | None = None


@dataclass(frozen=True)
class Outlook:
    """How likely the target is: code of OUTLOOKS, probability, interval, likely year.

    ``table`` holds the interval of every year ahead, ``forecast`` the distribution it is read off,
    ``reasons`` why it is so or why no more is said, clause by clause.
    """

    code: str
    probability: float | None = None
    median: float | None = None
    lo80: float | None = None
    hi80: float | None = None
    expected_year: int | None = None
    unit: str = ""
    reasons: tuple[Reason, ...] = ()
    table: Any = None
    forecast: Any = None


@dataclass(frozen=True)
class Evidence:
    """How much the data bear: grade A to D with the reasons for it."""

    grade: str
    points: int
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Flag:
    """A caution a reader of the result must know; of the audit, with the finding it is about."""

    reason: Reason
    finding: Finding | None = None

    @property
    def code(self) -> str:
        """What the caution is, as a code."""
        return self.reason.code


@dataclass(frozen=True)
class IndicatorEvaluation:
    """Everything known about one target on one date."""

    target: Target
    baseline: Datum | None
    latest: Datum | None
    series: Series | None
    state: State
    outlook: Outlook
    evidence: Evidence
    rules: dict[str, RuleVerdict]
    flags: tuple[Flag, ...] = ()
    context: tuple[Datum, ...] = ()

    @property
    def target_id(self) -> str:
        """The target's name within its plan."""
        return self.target.target_id

    @property
    def own_base(self) -> Datum | None:
        """The figure the target counts from; none yet for a multiple of a year still to come.

        ``baseline`` is the figure of the plan's base year, which growth so far is reckoned from.
        """
        year = self.target.multiple_base_year
        counted = self.baseline is not None and year in (None, self.baseline.year)
        return self.baseline if counted else None

    @property
    def level_asked(self) -> float | None:
        """The value that meets the target: as the plan has it, or a multiple of its base's."""
        if self.target.kind != "multiple":
            return self.target.target
        needed: float | None = self.state.record.get("level_needed")
        return needed

    @property
    def at_end(self) -> bool:
        """Whether the figure of the target year itself is published."""
        return self.latest is not None and self.latest.year >= self.target.target_year

    @property
    def ahead(self) -> bool:
        """Whether anything of the target still lies ahead: a range, a chance or a pace asked."""
        chance = self.outlook.probability is not None
        return (
            self.outlook.table is not None
            or (chance and self.outlook.code not in ("achieved", "missed"))
            or self.state.required_growth_pct is not None
            or self.state.required_change is not None
        )

    @property
    def late_record(self) -> bool:
        """Whether it is known only from a record published after the evaluation year."""
        return any(flag.code == AFTER_YEAR for flag in self.flags)
