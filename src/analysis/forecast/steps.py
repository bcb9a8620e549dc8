"""Why a forecast is as it is: from the published figures to the probability, in numbers and codes.

A forecast's ingredients are what its explanation names; its steps (:func:`why`) are keys and codes
with the numbers behind them. `planeval.words.forecast` says both. The numbers are of three sorts:

- Growth a year in the terms of each kind of quantity. Quantities on the logarithm grow by per
  cent; shares move by percentage points; counts, which may be zero, by so many a year; a growth
  rate is growth already, and its pace is the rate itself.
- What a learned model read, what it was averaged with, and what it learned from.
- How such forecasts fared: the back-test record of the pattern a series resembles most. The table
  ``weights/record.csv`` holds, for every kind of quantity and pattern of observed years, how often
  the intervals of `analysis.forecast.forecast` held and how large its errors were in years it had
  not seen, one to five years ahead and without comparable series
  (``benchmarks/engine_record.py``). A series is told the record of its own kind with the largest
  tabulated number of observations that it has itself.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy

from analysis.data.errors import InputError
from analysis.forecast.checks import check_direction, check_number
from analysis.forecast.counts import CountMargins
from analysis.forecast.distribution import Forecast
from analysis.forecast.kinds import KINDS, Kind, Prior, kind_named
from analysis.forecast.learned.batch import closed_share
from analysis.forecast.learned.grids import (
    THETA_MEMORY,
    THETA_SETTINGS,
    TREND_MEMORY,
    TREND_SETTINGS,
)
from analysis.forecast.learned.nets import (
    LAGS,
    LEVEL_FROM,
    NETS_SAY,
    STAND_INS,
    THETA_FROM,
    THETA_FULL,
    THETA_SAY,
    TREND_SAY,
    can_read,
    load_weights,
    row_of,
)

#: Published values from which on a probability may be read as a verdict.
VERDICT_FROM = 3
#: Observations listed one by one, the latest ones.
SHOWN = 8
_BORROWING = ("pooled", "prior")
# Where two paces print alike, nothing is said of one being above the other.
_ALIKE = 0.05


# --- Growth a year ---


def pace_unit(kind: Kind) -> str:
    """Return the unit of a kind's pace: ``percent``, ``points``, ``units`` or ``rate``.

    Examples
    --------
    >>> from analysis.forecast.kinds import KINDS
    >>> [pace_unit(KINDS[name]) for name in ("trade", "share", "count", "growth_rate")]
    ['percent', 'points', 'units', 'rate']
    """
    if kind.rate:
        return "rate"
    if kind.scale == "log":
        return "units" if kind.offset else "percent"
    return "points"


def pace_between(kind: Kind, start: float, end: float, years: int) -> float | None:
    """Return the pace that leads from one level to another; of a rate, the second rate.

    Parameters
    ----------
    kind : Kind
        Decides the terms, see :func:`pace_unit`.
    start, end : float
        Levels in the unit of the quantity.
    years : int
        Years between them.

    Returns
    -------
    float or None
        Per cent a year, points a year, units a year, or per cent. None where growth in per cent
        is undefined: a level that is not above zero.

    Examples
    --------
    100 to 121 in two years: 10 % a year; a share from 60 to 64 in four: one point a year.

    >>> from analysis.forecast.kinds import KINDS
    >>> round(pace_between(KINDS["trade"], 100, 121, 2), 6)
    10.0
    >>> pace_between(KINDS["share"], 60, 64, 4)
    1.0
    """
    unit = pace_unit(kind)
    if unit == "rate":
        return float(end)
    if unit != "percent":
        return (end - start) / years
    if start <= 0 or end <= 0:
        return None
    return 100 * math.expm1(math.log(end / start) / years)


def own_pace(kind: Kind, years: Sequence[int], values: Sequence[float]) -> float | None:
    """Return the mean pace of a series over its observed span.

    Returns
    -------
    float or None
        None for one level, whose growth nobody knows.

    Examples
    --------
    >>> from analysis.forecast.kinds import KINDS
    >>> own_pace(KINDS["growth_rate"], [2015, 2020], [2.0, 6.0])
    4.0
    >>> own_pace(KINDS["trade"], [2024], [2.0]) is None
    True
    """
    if kind.rate:
        return float(np.mean(values))
    if len(years) < 2:
        return None
    return pace_between(kind, float(values[0]), float(values[-1]), int(years[-1] - years[0]))


def pace_of_drift(kind: Kind, drift: float, level: float) -> float:
    """Return the pace that a drift on the model's scale means for a level.

    Of a share or a count it depends on the level: what the next year would bring from there.

    Parameters
    ----------
    drift : float
        Log points, logits or per cent a year.
    level : float
        Latest level in the unit of the quantity.

    Examples
    --------
    With an offset of half a point at both ends, 50 % is at logit 0; one tenth of a logit on from
    there is 101 / (1 + exp(-0.1)) - 0.5 = 52.52 %.

    >>> from analysis.forecast.kinds import KINDS
    >>> round(pace_of_drift(KINDS["share"], 0.1, 50.0), 2)
    2.52
    """
    unit = pace_unit(kind)
    if unit == "rate":
        return float(drift)
    if unit == "percent":
        return 100 * math.expm1(min(drift, 50.0))
    return float(kind.backward(kind.forward(level) + drift)) - level


def moved(kind: Kind, before: float, after: float) -> tuple[float, str]:
    """Return how far a median moved, and in what: ``percent`` of it, or ``points``.

    Points are those of a share or a rate, or the unit of a count.

    Examples
    --------
    >>> from analysis.forecast.kinds import KINDS
    >>> size, unit = moved(KINDS["trade"], 200.0, 201.0)
    >>> round(size, 6), unit, moved(KINDS["share"], 60.0, 59.5)
    (0.5, 'percent', (-0.5, 'points'))
    """
    if pace_unit(kind) == "percent" and before > 0:
        return 100 * (after / before - 1), "percent"
    return after - before, "points"


# --- What went into a forecast ---


@dataclass(frozen=True)
class Ahead:
    """What a forecast says of the last year asked for.

    Parameters
    ----------
    year, steps : int
        That year, and how many years after the last observation it is.
    median, low, high : float
        Median and 80 % interval in the unit of the series.
    first, before : float
        Median of the first year ahead, and of the year before the last (with one year ahead:
        the latest value).
    """

    year: int
    steps: int
    median: float
    low: float
    high: float
    first: float
    before: float


@dataclass(frozen=True)
class Ingredients:
    """What went into one forecast: the parts its explanation names.

    Parameters
    ----------
    kind : Kind
        The kind of quantity.
    prior : Prior
        The prior, leaned towards the comparators.
    own_prior : Prior
        The prior of the kind as it stands without comparators.
    drift : float
        Estimated yearly drift on the model's scale.
    weight_own : float
        Share of the information on the drift that came from the series, 0 to 1.
    years : sequence of int
        All observed years.
    published : int
        How many of the observations were published and not derived.
    values : sequence of float
        The observations in their unit.
    comparators : mapping of str to int
        Names of the comparable series used, and the last year of each.
    prior_only : bool
        Whether the growth of the series had no say.
    ahead : Ahead
        What it says of the last year asked for.
    alone : Ahead or None
        The same without comparators.
    model : str
        One of `analysis.forecast.MODELS`; "prior" is the closed form.
    warnings : sequence of str
        Codes of :data:`analysis.trend.base.CAUTIONS`, or names of warnings.
    counts : CountMargins or None
        The rate of events behind a small count.
    """

    kind: Kind
    prior: Prior
    own_prior: Prior
    drift: float
    weight_own: float
    years: Sequence[int]
    published: int
    values: Sequence[float]
    comparators: Mapping[str, int]
    prior_only: bool
    ahead: Ahead
    alone: Ahead | None = None
    model: str = "prior"
    warnings: Sequence[str] = ()
    counts: CountMargins | None = None

    @property
    def rate_alone(self) -> bool:
        """Whether a rate of events is all there is: no growth, no prior of growth."""
        return self.counts is not None and self.counts.weight == 1

    @property
    def centre(self) -> float:
        """Centre of the kind as a pace, see :func:`pace_of_drift`."""
        return pace_of_drift(self.kind, self.own_prior.m, float(self.values[-1]))

    @property
    def pace_ahead(self) -> float | None:
        """Pace of the median from the latest value to the last year asked for."""
        last = float(self.values[-1])
        return pace_between(self.kind, last, self.ahead.median, self.ahead.steps)


def ingredients(f: Forecast, year: int | None = None, published: int | None = None) -> Ingredients:
    """Return the parts an explanation names.

    Parameters
    ----------
    f : Forecast
        Of any model.
    year : int, optional
        Year looked at, after the last observation; the last one asked for when left out.
    published : int, optional
        How many of the observations were published and not derived; all when left out.

    Raises
    ------
    InputError
        A year out of range.

    Examples
    --------
    >>> from analysis.forecast import forecast
    >>> parts = ingredients(forecast(pd.Series({2024: 226.0}), h=1, kind="real_gdp"))
    >>> parts.prior_only, parts.ahead.year, parts.comparators
    (True, 2025, {})
    """
    year = f.years[-1] if year is None else year
    return Ingredients(
        kind=f.scale,
        prior=f.prior,
        own_prior=f.alone.prior if f.alone else f.prior,
        drift=f.drift,
        weight_own=f.weight_own,
        years=f.observed_years,
        published=f.n if published is None else published,
        values=f.scale.backward(f.observed).tolist(),
        comparators=dict(zip(f.comparators, f.comparators_end, strict=True)),
        prior_only=f.basis == "prior only",
        ahead=_ahead(f, year),
        alone=_ahead(f.alone, year) if f.alone else None,
        model=f.model,
        warnings=f.warnings,
        counts=f.margins if isinstance(f.margins, CountMargins) else None,
    )


def _ahead(f: Forecast, year: int) -> Ahead:
    """Return median and 80 % interval of a year, and the medians that tell its growth."""
    low, high = f.interval(80, year)
    latest = float(f.scale.backward(f.observed[-1]))
    return Ahead(
        year=year,
        steps=int(year) - f.last_year,
        median=f.median(year),
        low=low,
        high=high,
        first=f.median(f.last_year + 1),
        before=f.median(year - 1) if year > f.last_year + 1 else latest,
    )


# --- What a learned model read ---


def read_years(years: Sequence[int]) -> list[int]:
    """Return the observed years the nets look at: the last one and the twenty before it.

    Examples
    --------
    >>> read_years([1990, 2004, 2024])
    [2004, 2024]
    """
    return [year for year in years if year >= years[-1] - LAGS]


def grids_share(kind: Kind, years: Sequence[int]) -> tuple[float, float, float] | None:
    """Return the say of nets, trend grid and theta grid in the centre; None: nets alone.

    Examples
    --------
    Twelve consecutive years: theta has 1.5 * (12 - 8) / (24 - 8) = 0.375 beside 2 and 1.

    >>> [round(say, 3) for say in grids_share(KINDS["generic"], range(2013, 2025))]
    [0.593, 0.296, 0.111]
    """
    read = read_years(years)
    if kind.name != "generic" or read[-1] - read[0] + 1 > len(read) or len(read) < LEVEL_FROM:
        return None
    run = 1
    while run < len(years) and years[-run - 1] == years[-run] - 1:
        run += 1
    theta = THETA_SAY * min(max((run - THETA_FROM) / (THETA_FULL - THETA_FROM), 0.0), 1.0)
    whole = NETS_SAY + TREND_SAY + theta
    return NETS_SAY / whole, TREND_SAY / whole, theta / whole


def closed_part(kind: Kind, years: Sequence[int], values: Sequence[float]) -> float:
    """Return the say of the closed form beside the nets, 0 to 1.

    Examples
    --------
    >>> closed_part(KINDS["real_gdp"], [2015, 2020, 2024], [1.0, 2.0, 3.0])
    0.5
    """
    return float(closed_share(row_of(years, values), np.array([kind.name]))[0])


@dataclass(frozen=True)
class Reading:
    """What the nets read of a series, and where the forecast's pace lies.

    Parameters
    ----------
    years : sequence of int
        Observed years they look at.
    missing : int
        Years missing between these.
    own : float or None
        Mean pace of the series over these years.
    place : str
        Pace of the median against the series' own and its kind's: ``above``, ``below``,
        ``between``; empty where it is near one of the two or unknown.
    """

    years: Sequence[int]
    missing: int
    own: float | None
    place: str


def reading(p: Ingredients) -> Reading:
    """Return what the nets read of a series, and where the pace of the forecast lies.

    Examples
    --------
    >>> from analysis.forecast import forecast
    >>> gdp = pd.Series({2015: 100.0, 2020: 100.0, 2024: 100.0})
    >>> found = reading(ingredients(forecast(gdp, until=2027, kind="real_gdp")))
    >>> found.years, found.missing, found.own, found.place
    ([2015, 2020, 2024], 7, 0.0, 'between')
    """
    read = read_years(p.years)
    own, found = own_pace(p.kind, read, p.values[-len(read) :]), p.pace_ahead
    place = ""
    if own is not None and found is not None:
        low, high = sorted((own, p.centre))
        if found > high + _ALIKE:
            place = "above"
        elif found < low - _ALIKE:
            place = "below"
        elif low + _ALIKE < found < high - _ALIKE:
            place = "between"
    return Reading(read, read[-1] - read[0] + 1 - len(read), own, place)


@dataclass(frozen=True)
class Damping:
    """What a grid of damped trends or theta models averaged, and how its pace changes.

    Parameters
    ----------
    settings : int
        Settings that each made a forecast.
    heard : int
        Latest observations that were read.
    mean : float or None
        Pace of the median up to the last year asked for.
    first, last : float or None
        Its pace in the first and in the last year; None with one year ahead.
    ratio : float or None
        Last pace as a share of the first; None where they differ in sign or the first is nought.
    """

    settings: int
    heard: int
    mean: float | None
    first: float | None = None
    last: float | None = None
    ratio: float | None = None


def damping(p: Ingredients) -> Damping:
    """Return how many settings a grid averaged and how the pace of the median changes.

    Examples
    --------
    >>> from analysis.forecast import forecast
    >>> steady = pd.Series([100.0, 110.0, 121.0, 133.1], index=range(2021, 2025))
    >>> made = forecast(steady, h=3, kind="real_gdp", model="trend_grid")
    >>> found = damping(ingredients(made))
    >>> found.settings, found.heard, bool(0 < found.ratio < 1)
    (165, 4, True)
    """
    trend, ahead, latest = p.model == "trend_grid", p.ahead, float(p.values[-1])
    settings = len(TREND_SETTINGS if trend else THETA_SETTINGS)
    heard = min(len(p.years), TREND_MEMORY if trend else THETA_MEMORY)
    first = pace_between(p.kind, latest, ahead.first, 1)
    last = pace_between(p.kind, ahead.before, ahead.median, 1)
    if ahead.steps == 1 or first is None or last is None:
        return Damping(settings, heard, p.pace_ahead)
    alike = abs(first) > _ALIKE and first * last >= 0
    return Damping(settings, heard, p.pace_ahead, first, last, last / first if alike else None)


def lessons() -> tuple[int, tuple[int, int] | None]:
    """Return how many stretches of history the nets learned from, and their last outcomes.

    Returns
    -------
    (int, (int, int) or None)
        Stretches; earliest and latest of the dated panels' last years, None where none is dated.

    Examples
    --------
    >>> windows, until = lessons()
    >>> windows > 0
    True
    """
    facts = load_weights().facts
    until = [int(year) for year in facts.get("outcomes_until", {}).values()]
    windows = sum(int(count) for count in facts.get("windows", {}).values())
    return windows, (min(until), max(until)) if until else None


# --- How such forecasts fared ---


#: Columns of the table; `observed` is a number of consecutive years, or "3 gaps".
COLUMNS = (
    *("kind", "observed", "panel", "first", "last", "series", "tasks", "cover50", "cover80"),
    *("cover95", "crps", "crps_drift", "brier", "ece"),
)
GAPS = "3 gaps"


@dataclass(frozen=True)
class Record:
    """How forecasts of one kind and pattern of observations fared in years they had not seen.

    Parameters
    ----------
    kind, of_kind : str
        Kind asked for, and the kind whose record it is: another one for stand-ins.
    observations : int
        Observations of the series asked for.
    missing : int
        Years missing between its first and last observation.
    pattern : int
        Observations of the series in the record.
    gaps : bool
        Whether years were missing between those.
    panel : str
        Where the series of the record come from.
    first, last : int
        Years of the outcomes.
    series, tasks : int
        Number of series, and of forecasts scored.
    cover50, cover80, cover95 : float
        Share of the outcomes inside the interval, 0 to 1.
    crps : float
        Mean continuous ranked probability score, log points times 100.
    crps_drift : float or None
        The same of a random walk with drift and Student-t bands; None where it cannot be fitted.
    brier, ece : float or None
        Brier score and calibration error of target probabilities, 0 to 1.
    """

    kind: str
    of_kind: str
    observations: int
    missing: int
    pattern: int
    gaps: bool
    panel: str
    first: int
    last: int
    series: int
    tasks: int
    cover50: float
    cover80: float
    cover95: float
    crps: float
    crps_drift: float | None
    brier: float | None
    ece: float | None

    @property
    def stand_in(self) -> bool:
        """Whether the record is of another kind than the one asked for."""
        return self.kind != self.of_kind

    @property
    def gain(self) -> float | None:
        """How much smaller the error is than that of the walk with drift, in per cent of it."""
        if not self.crps_drift:
            return None
        return 100 * (1 - self.crps / self.crps_drift)


def record_file() -> Path:
    """Return where the shipped record is; it need not exist."""
    return Path(__file__).parent / "weights" / "record.csv"


def record_of(kind: str, years: Sequence[int], path: Path | None = None) -> Record | None:
    """Return how forecasts of such a series fared: same kind, no more observations than it has.

    Parameters
    ----------
    kind : str
        A key of `analysis.forecast.kinds.KINDS`.
    years : sequence of int
        Its observed years, ascending.
    path : Path, optional
        A table with `COLUMNS`; the shipped one when left out.

    Returns
    -------
    Record or None
        None where the table does not exist or holds nothing that fits. Of several panels the one
        with the most forecasts speaks.

    Raises
    ------
    InputError
        An unknown kind, or a table with a column missing or a cell that cannot be read.

    Examples
    --------
    >>> record_of("real_gdp", [2020], Path("nowhere.csv")) is None
    True
    """
    kind_named(kind)
    file = path or record_file()
    if not file.is_file() or not len(years):
        return None
    rows = _read(file, file.stat().st_mtime_ns)
    span = years[-1] - years[0] + 1
    for name in dict.fromkeys((kind, STAND_INS.get(kind, (kind, 1.0))[0])):
        found = _fitting(rows[rows["kind"] == name], len(years), broken=span > len(years))
        if found is not None:
            values = {key: found[key] for key in COLUMNS if key not in ("kind", "observed")}
            return Record(
                kind=kind,
                of_kind=name,
                observations=len(years),
                missing=span - len(years),
                pattern=int(found["pattern"]),
                gaps=bool(found["gaps"]),
                **values,
            )
    return None


def _fitting(rows: pd.DataFrame, count: int, *, broken: bool) -> dict[str, Any] | None:
    """Return the row of the nearest pattern: most observations, gaps alike, most forecasts."""
    with_gaps = rows["gaps"].astype(bool)
    fits = rows[(rows["pattern"] <= count) & (broken | ~with_gaps)]
    if fits.empty:
        return None
    fits = fits[fits["pattern"] == fits["pattern"].max()]
    order = fits.sort_values(["gaps", "tasks"], ascending=False, kind="stable")
    return {str(key): value for key, value in order.iloc[0].to_dict().items()}


@lru_cache(maxsize=4)
def _read(path: Path, stamp: int) -> pd.DataFrame:
    """Return the table with `observed` taken apart and unknown scores as None."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    for column in COLUMNS:
        if column not in table:
            raise InputError(
                "back_test_record_lacks_column",
                file=path.name,
                column=column,
                expected=", ".join(COLUMNS),
            )
    rows = []
    for number, record in enumerate(table.to_dict("records"), 2):
        found = {}
        for column in COLUMNS:
            try:
                found[column] = _cell(column, record[column])
            except (KeyError, ValueError) as error:
                raise InputError(
                    "back_test_record_cell_unreadable",
                    file=path.name,
                    row=number,
                    column=column,
                    value=record[column],
                ) from error
        if (
            found["cover95"] > 1.5
        ):  # 95 % intervals hold more than 1.5 %: the shares are in per cent
            found |= {name: found[name] / 100 for name in ("cover50", "cover80", "cover95")}
        pattern, gaps = found["observed"]
        rows.append(found | {"pattern": pattern, "gaps": gaps})
    return pd.DataFrame(rows, columns=[*COLUMNS, "pattern", "gaps"], dtype=object)


def _cell(column: str, text: str) -> Any:
    """Return what a cell of the record says; ValueError or KeyError where it says nothing."""
    if column == "kind":
        return KINDS[text].name
    if column == "panel":
        return text
    if column == "observed":
        count, _, gaps = text.partition(" ")
        return int(count), {"": False, "gaps": True}[gaps]
    if column in ("first", "last", "series", "tasks"):
        return int(float(text))
    if not text and column in ("crps_drift", "brier", "ece"):
        return None
    if not math.isfinite(number := float(text)):
        raise ValueError(text)
    return number


def spoken_for(p: Ingredients) -> bool:
    """Return whether the record of the project's engine is a record of this forecast's model."""
    if p.model != "prior":
        return p.model == "pooled"
    return not can_read(row_of(p.years, p.values), np.array([p.kind.name]))[0]


def record_for(p: Ingredients) -> Record | None:
    """Return how forecasts such as this one fared; None without a record of its model."""
    return record_of(p.kind.name, p.years) if spoken_for(p) else None


# --- Step by step ---


@dataclass(frozen=True)
class Step:
    """One step from the figures to the probability.

    Parameters
    ----------
    key : str
        ``observed``, ``growth``, ``prior``, ``engine``, ``comparators``, ``distribution``,
        ``required``, ``probability`` or ``record``.
    code : str
        What there is to say: of ``growth`` whether there are ``gaps`` to tell it from, of
        ``required`` ``at_least`` or ``at_most``, and so on; ``told`` where there is one case.
    numbers : dict
        The numbers behind it; paces in the terms of the kind (:func:`pace_unit`), levels in the
        unit of the series, probabilities 0 to 1.
    parts : Ingredients
        What went into the forecast, for the year looked at; the same for all steps.
    """

    key: str
    code: str
    numbers: dict[str, Any]
    parts: Ingredients = field(repr=False)


def why(
    f: Forecast,
    target: float | None = None,
    year: int | None = None,
    direction: int = 1,
    *,
    published: int | None = None,
) -> list[Step]:
    """Return how a forecast came about, step by step.

    Parameters
    ----------
    f : Forecast
        Of any model.
    target : float, optional
        In the unit of the series; without one the steps on required growth and probability
        are left out.
    year : int, optional
        Year looked at, after the last observation; the last one asked for when left out.
    direction : {1, -1}
        1: at least the target. -1: at most the target.
    published : int, optional
        How many of the observations were published and not derived; all when left out. With
        fewer than three no probability is given.

    Raises
    ------
    InputError
        A target that is not a finite number, another direction, a year out of range.

    Examples
    --------
    >>> from analysis.forecast import forecast
    >>> f = forecast(pd.Series({2015: 100.0, 2020: 121.0}), until=2025, kind="count")
    >>> [step.key for step in why(f, 130, 2025)][:4]
    ['observed', 'growth', 'prior', 'engine']
    >>> why(f)[1].code, why(f)[1].numbers
    ('gaps', {'gaps': {'2015-2020': 4.2}, 'mean': 4.2})
    """
    check_direction(direction)
    p = ingredients(f, year, published)
    figures = dict(zip(p.years, p.values, strict=True))
    steps = [Step("observed", "told", {"figures": figures, "published": p.published}, p)]
    steps.append(_growth(p))
    if f.model in _BORROWING and not p.rate_alone:
        steps.append(_prior(p))
    steps += [_engine(p), _comparators(p), _distribution(f, p)]
    if target is not None:
        goal = check_number(target, "target")
        steps += [_required(f, p, goal, direction), _probability(f, p, goal, direction)]
    return [*steps, record_step(p)]


def _growth(p: Ingredients) -> Step:
    mean = own_pace(p.kind, p.years, p.values)
    gaps: dict[str, float | None] = {}
    if not p.kind.rate and mean is not None:
        last = itertools.pairwise(list(zip(p.years, p.values, strict=True))[-SHOWN:])
        for (a, x), (b, y) in last:
            gaps[f"{a}-{b}"] = pace_between(p.kind, x, y, b - a)
    numbers = {"gaps": gaps, "mean": mean}
    if p.kind.rate:
        return Step("growth", "rates", numbers, p)
    if mean is None:
        return Step("growth", "single" if len(p.years) < 2 else "undefined", numbers, p)
    return Step("growth", "gaps", numbers, p)


def _prior(p: Ingredients) -> Step:
    """Return the kind's centre, and how far single years lie from it."""
    prior, level = p.own_prior, float(p.values[-1])
    reach = float(scipy.special.stdtrit(prior.nu, 0.9)) * math.sqrt(
        prior.s2 * (1 + prior.swing + 1 / prior.kappa)
    )
    low, high = (pace_of_drift(p.kind, prior.m + side * reach, level) for side in (-1, 1))
    numbers = {"centre": p.centre, "low80": low, "high80": high, "n_series": prior.n_series}
    return Step("prior", "told", numbers, p)


def _engine(p: Ingredients) -> Step:
    return Step(
        "engine",
        "told",
        {
            "model": p.model,
            "weight_own": p.weight_own,
            "drift": pace_of_drift(p.kind, p.drift, float(p.values[-1])),
            "own": own_pace(p.kind, p.years, p.values),
            "centre": p.centre,
            "ahead": p.pace_ahead,
        },
        p,
    )


def _comparators(p: Ingredients) -> Step:
    if p.alone is None:
        return Step("comparators", "none", {}, p)
    return Step(
        "comparators",
        "used",
        {
            "names": list(p.comparators),
            "median_without": p.alone.median,
            "median": p.ahead.median,
            "interval80_without": (p.alone.low, p.alone.high),
            "interval80": (p.ahead.low, p.ahead.high),
            "moved": moved(p.kind, p.alone.median, p.ahead.median)[0],
        },
        p,
    )


def _distribution(f: Forecast, p: Ingredients) -> Step:
    year = p.ahead.year
    ranges = {f"interval{level}": f.interval(level, year) for level in (50, 80, 95)}
    numbers = {"year": year, "median": p.ahead.median, **ranges}
    return Step("distribution", "told", numbers, p)


def _required(f: Forecast, p: Ingredients, goal: float, direction: int) -> Step:
    """Hold the growth the target needs against the growth the forecast gives."""
    latest, ahead = float(p.values[-1]), p.ahead
    tails = [float(f.quantile(q, ahead.year)) for q in (0.1, 0.5, 0.9)]
    below = 1 - f.probability(goal, ahead.year) if p.published >= VERDICT_FROM else None
    return Step(
        "required",
        "at_least" if direction == 1 else "at_most",
        {
            "target": goal,
            "needed": pace_between(p.kind, latest, goal, ahead.steps),
            "quantiles": [pace_between(p.kind, latest, end, ahead.steps) for end in tails],
            "below": below,
        },
        p,
    )


def _probability(f: Forecast, p: Ingredients, goal: float, direction: int) -> Step:
    if p.published < VERDICT_FROM:
        none = {"probability": None, "without": None, "verdict": False}
        return Step("probability", "no_verdict", none, p)
    now = f.probability(goal, p.ahead.year, direction)
    before = f.alone.probability(goal, p.ahead.year, direction) if f.alone else None
    numbers = {"probability": now, "without": before, "verdict": True}
    return Step("probability", "alone" if before is None else "compared", numbers, p)


def record_step(p: Ingredients) -> Step:
    """Return how such forecasts fared, or why nothing is known of it."""
    found = record_for(p)
    if found is not None:
        return Step("record", "found", vars(found), p)
    return Step("record", "none" if spoken_for(p) else "other_model", {}, p)
