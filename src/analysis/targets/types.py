"""The three answers given for every target: state, outlook and evidence, and their words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from analysis.data.plan import Target
from analysis.data.series import Datum, Series
from analysis.rules.case import RuleVerdict
from planeval.words.language import either, spoken

# code: Chinese word, English word, the class Chinese evaluations print it as
OUTLOOKS: dict[str, tuple[str, str, str | None]] = {
    "very_likely": ("很可能", "very likely", "快于预期"),
    "likely": ("较可能", "likely", "基本符合"),
    "toss_up": ("难分", "about as likely as not", "基本符合"),
    "unlikely": ("较难", "unlikely", "滞后"),
    "very_unlikely": ("很难", "very unlikely", "滞后"),
    "achieved": ("已完成", "achieved", "提前完成"),
    "achieved_open": ("已完成（能否保持未定）", "achieved, may not last", "提前完成"),
    "achieved_firm": ("已完成（稳固）", "achieved, firm", "提前完成"),
    "achieved_at_risk": ("已完成（有回落风险）", "achieved, may slip back", "提前完成"),
    "missed": ("未完成", "missed", "滞后"),
    "in_progress": ("推进中", "in progress", None),
    "awaiting_assignment": ("目标待下达", "target to be assigned", None),
    "insufficient_data": ("数据不足", "insufficient data", None),
    "cannot_judge": ("无法判断", "cannot be judged", None),
    "not_comparable": ("口径不可比", "definitions not comparable", None),
    "not_due": ("未到评估期", "not yet due", None),
    "withdrawn": ("目标已撤销", "target withdrawn", None),
}
# a flag of a record published after the evaluation year, and what "achieved" is then called
AFTER_YEAR = "evidence_after_year"
LATER = ("已完成（记录晚于评估年）", "achieved (by a later record)")
GRADES: dict[str, tuple[str, str]] = {
    "A": ("八个以上连续年度值，口径一致，来源可靠", "eight or more consecutive reliable years"),
    "B": ("五个以上连续年度值", "five or more consecutive years"),
    "C": (
        "三个以上公布值，间隔不等或口径、来源有保留",
        "three or more values, with gaps or reservations",
    ),
    "D": ("公布值不超过两个，或来源、口径存疑", "two values or fewer, or doubtful ones"),
}


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
    """

    completion: float | None = None
    schedule: float | None = None
    required_growth_pct: float | None = None
    required_change: float | None = None
    realised_growth_pct: float | None = None
    met: bool | None = None
    record: dict[str, Any] = field(default_factory=dict)
    reason_zh: str = ""
    reason_en: str = ""

    @property
    def reason(self) -> str:
        """Why something is missing, in the language spoken."""
        return either(self.reason_zh, self.reason_en)


@dataclass(frozen=True)
class Outlook:
    """How likely the target is: code of OUTLOOKS, probability, interval, likely year.

    ``table`` holds the interval of every year ahead, ``forecast`` the distribution it is read off.
    """

    code: str
    probability: float | None = None
    median: float | None = None
    lo80: float | None = None
    hi80: float | None = None
    expected_year: int | None = None
    unit: str = ""
    reason_zh: str = ""
    reason_en: str = ""
    basis_zh: str = ""
    basis_en: str = ""
    table: Any = None
    forecast: Any = None

    @property
    def reason(self) -> str:
        """Why no more is said, in the language spoken."""
        return either(self.reason_zh, self.reason_en)

    @property
    def word(self) -> str:
        """The outlook's word in the language spoken."""
        return either(self.word_zh, self.word_en)

    @property
    def word_zh(self) -> str:
        """The outlook's Chinese word."""
        return OUTLOOKS[self.code][0]

    @property
    def word_en(self) -> str:
        """The outlook's English word."""
        return OUTLOOKS[self.code][1]


@dataclass(frozen=True)
class Evidence:
    """How much the data bear: grade A to D with the reasons for it."""

    grade: str
    points: int
    reasons_zh: tuple[str, ...] = ()
    reasons_en: tuple[str, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why this grade, in the language spoken."""
        return self.reasons_zh if spoken() == "zh" else self.reasons_en


@dataclass(frozen=True)
class Flag:
    """A caution a reader of the result must know."""

    code: str
    zh: str
    en: str
    finding: str | None = None
    told_zh: str = ""  # as a document prints it, where that is not as the record keeps it
    told_en: str = ""


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

    @property
    def word(self) -> str:
        """The outlook's word; "achieved" by a later record never without saying so."""
        if self.late_record and self.outlook.code == "achieved":
            return either(*LATER)
        return self.outlook.word
