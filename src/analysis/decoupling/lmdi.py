"""Index decomposition, LMDI-I: how much of a change belongs to each factor, without remainder.

A total is the sum over groups (sectors, fuels) of a product of factors. The additive form
shares out its change, the multiplicative form its ratio. Factors that are zero at one end
enter by their analytic limits, never by a small number in their place.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.data.errors import InputError, nearest
from analysis.growth.rates import require_above, yearly

Array = NDArray[np.float64]
#: A ratio of logs this small is replaced by its series: v·expm1(d)/d is exact there.
_NEAR = 1.0


def log_mean(a: float, b: float) -> float:
    """Return the logarithmic mean of two positive totals, the weight of every LMDI term.

    Formula: (a − b)/(ln a − ln b); a where both are equal; 0 where one of them is 0. In the
    unit of a and b. Source: Ang (2005), Energy Policy 33, 867–871.

    Raises
    ------
    InputError
        A negative or infinite number.

    Examples
    --------
    >>> round(log_mean(180.0, 80.0), 4), log_mean(7.0, 7.0), log_mean(7.0, 0.0)
    (123.3152, 7.0, 0.0)
    """
    pair = _positive(np.array([a, b], dtype=float), "totals")
    if np.isnan(pair).any():
        return float("nan")
    if a == 0 or b == 0:
        return 0.0
    return float(_weight(np.array(a), np.array(b), np.array(np.log(a / b))))


@dataclass(frozen=True, eq=False)
class Lmdi:
    """The decomposition of one change.

    Attributes
    ----------
    v0, vt : float
        The total at the start and at the end, in its own unit.
    terms : array (groups, factors)
        Additive effect of each factor in each group, in the unit of the total.
    """

    v0: float
    vt: float
    terms: Array

    @property
    def additive(self) -> Array:
        """Effect of each factor, in the unit of the total; they sum to vt − v0."""
        return self.terms.sum(axis=0)

    @property
    def multiplicative(self) -> Array:
        """Ratio of each factor, without unit; their product is vt/v0.

        Formula: exp(Σ_groups terms / L(vt, v0)), equal to the weighted form of Ang & Liu
        (2001), Energy 26, 537–548. Raises InputError where a total is zero: no ratio then.
        """
        if self.v0 == 0 or self.vt == 0:
            raise InputError(
                "total_of_zero_has_no_ratio",
                column="total",
                value=f"{self.v0:g} → {self.vt:g}",
                expected="> 0",
            )
        return np.exp(self.additive / log_mean(self.vt, self.v0))


def lmdi(x0: Any, xt: Any) -> Lmdi:
    """Share out the change of a total among the factors whose product it is.

    Additive: ΔV_k = Σ_i L(v_i,T, v_i,0)·ln(x_ik,T / x_ik,0). Source: Ang (2005), Energy Policy
    33, 867–871. Where a factor is zero at one end only, its group appears or vanishes with it and
    the whole change is the factor's, v_T or −v_0; several such factors share it equally, the
    limit when all of them go to zero together; where the group is zero because of another
    factor, or at both ends, the term is 0. Source: Ang & Liu (2007), Energy Policy 35, 238–246;
    Wood & Lenzen (2006), Energy Policy 34, 1326–1331.

    Parameters
    ----------
    x0, xt : array (groups, factors), or (factors,) without groups
        The factors at the start and at the end; not negative. Unknown (NaN) stays unknown.

    Raises
    ------
    InputError
        A negative or infinite factor, or two arrays of different shape.

    Examples
    --------
    Two sectors, three factors; 80 grows to 180.

    >>> found = lmdi([[1, 10, 2], [4, 5, 3]], [[4, 5, 3], [5, 6, 4]])
    >>> found.additive.round(4).tolist(), found.multiplicative.round(4).tolist()
    ([69.7901, -9.4551, 39.6651], [1.7611, 0.9262, 1.3794])
    >>> float(round(found.additive.sum(), 9)), float(round(found.multiplicative.prod(), 9))
    (100.0, 2.25)
    """
    start, end = (_positive(np.atleast_2d(np.asarray(x, dtype=float)), "factors") for x in (x0, xt))
    if start.shape != end.shape or start.ndim != 2 or start.size == 0:
        raise InputError(
            "ends_differ_in_groups_or_factors",
            column="factors",
            value=f"{start.shape} / {end.shape}",
        )
    v0, vt = start.prod(axis=1), end.prod(axis=1)
    _no_underflow(start, v0)
    _no_underflow(end, vt)
    return Lmdi(float(v0.sum()), float(vt.sum()), _terms(start, end, v0, vt))


def _terms(start: Array, end: Array, v0: Array, vt: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(end / start)
        usual = _weight(vt, v0, logs.sum(axis=1))[:, None] * logs
    terms = usual.copy()
    for zero, other, total, sign in ((start, v0, vt, 1.0), (end, vt, v0, -1.0)):
        # the group is there at one end only: what is zero at the other carries all of it
        rows = (other == 0) & (total > 0)
        gone = zero == 0
        share = sign * total[:, None] * gone / np.maximum(gone.sum(axis=1), 1)[:, None]
        terms[rows] = share[rows]
    terms[(v0 == 0) & (vt == 0)] = 0.0
    return terms


def _weight(a: Array, b: Array, d: Array) -> Array:
    """Return L(a, b) given d = ln(a/b), without the cancellation of a − b where both are close."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        close = b * np.expm1(np.clip(d, -_NEAR, _NEAR)) / d
        usual = np.where(np.abs(d) < _NEAR, close, (a - b) / d)
    return np.where(d == 0, b, usual)


def _positive(values: Array, name: str) -> Array:
    bad = (values < 0) | np.isinf(values)
    if bad.any():
        raise InputError(
            "factor_negative_or_infinite",
            column=name,
            value=float(values[bad][0]),
            expected=">= 0",
        )
    return values


def _no_underflow(values: Array, product: Array) -> None:
    lost = ((product == 0) & (values > 0).all(axis=1)) | np.isinf(product)
    if lost.any():
        raise InputError(
            "product_of_factors_out_of_range",
            column="factors",
            value=values[int(lost.argmax())].tolist(),
        )


def lmdi_by_year(
    factors: Mapping[str, pd.Series | pd.DataFrame], base_year: int | None = None
) -> pd.DataFrame:
    """Decompose a total year by year: chained from year to year, or each against a base year.

    Parameters
    ----------
    factors : mapping of str to Series or DataFrame
        Each factor by year; a DataFrame has one column per group, a Series is common to all
        groups (activity × structure × intensity). Units as the product asks.
    base_year : int, optional
        Without it each year is set against the year before; where a year is missing, against
        the last one known, and ``start`` says so.

    Returns
    -------
    DataFrame
        ``start``, ``end``, ``factor``, ``group`` ("" for the total of all groups), ``additive``
        in the unit of the total and ``multiplicative``. With groups, their rows follow those
        of the total; NaN where a total of zero has no ratio.

    Raises
    ------
    InputError
        No factor, groups that differ, fewer than two common years, an unknown base year, or
        what :func:`lmdi` refuses.

    Examples
    --------
    >>> made = lmdi_by_year({"activity": pd.Series({2010: 1000.0, 2011: 1100.0, 2012: 1200.0}),
    ...                      "intensity": pd.Series({2010: 0.1, 2011: 0.12, 2012: 0.08})})
    >>> made[["start", "end", "factor", "additive"]].round(4).values.tolist()[:2]
    [[2010, 2011, 'activity', 10.9855], [2010, 2011, 'intensity', 21.0145]]
    >>> chained(made).loc["intensity", "additive"].round(4)
    np.float64(-24.8218)
    """
    cube, years, groups = _cube(factors)
    if base_year is not None and base_year not in years:
        raise InputError(
            "factors_lack_base_year",
            column="base_year",
            value=base_year,
            nearest=nearest(base_year, years),
        )
    rows: list[dict[str, Any]] = []
    for at, year in enumerate(years):
        before = at - 1 if base_year is None else years.index(base_year)
        if before < 0 or years[before] == year:
            continue
        rows += _rows(lmdi(cube[before], cube[at]), years[before], year, list(factors), groups)
    return pd.DataFrame(rows)


def _rows(
    found: Lmdi, start: int, end: int, names: list[str], groups: list[str]
) -> list[dict[str, Any]]:
    ratio = found.v0 > 0 and found.vt > 0
    weight = log_mean(found.vt, found.v0) if ratio else float("nan")
    parts = [("", found.additive)]
    if len(groups) > 1:
        parts += list(zip(groups, found.terms, strict=True))
    return [
        {
            "start": start,
            "end": end,
            "factor": name,
            "group": group,
            "additive": float(effect),
            "multiplicative": float(np.exp(effect / weight)),
        }
        for group, effects in parts
        for name, effect in zip(names, effects, strict=True)
    ]


def _cube(
    factors: Mapping[str, pd.Series | pd.DataFrame],
) -> tuple[Array, list[int], list[str]]:
    """Return factors as years × groups × factors, over the years all of them know."""
    if not factors:
        raise InputError("no_factor_is_given", column="factors")
    tables = {}
    for name, values in factors.items():
        frame = values if isinstance(values, pd.DataFrame) else values.to_frame("")
        parts = {str(group): yearly(frame[group], name) for group in frame}
        tables[name] = pd.DataFrame(parts).dropna()
    listed = {name: [str(group) for group in table] for name, table in tables.items()}
    groups = next((found for found in listed.values() if found != [""]), [""])
    for name, found in listed.items():
        if found not in ([""], groups):
            raise InputError(
                "factors_have_different_groups",
                column=name,
                value=", ".join(found),
                expected=", ".join(groups),
            )
    years = sorted(set.intersection(*(set(map(int, table.index)) for table in tables.values())))
    if len(years) < 2:
        raise InputError(
            "factors_share_too_few_years",
            column="factors",
            value=", ".join(map(str, years)) or "none",
            expected=">= 2",
        )
    layers = [
        np.broadcast_to(table.loc[years].to_numpy(dtype=float), (len(years), len(groups)))
        for table in tables.values()
    ]
    return np.stack(layers, axis=-1), years, groups


def chained(made: pd.DataFrame, first: int | None = None, last: int | None = None) -> pd.DataFrame:
    """Return the effects of a chain added up over a span: sums, and products of the ratios.

    Parameters
    ----------
    made : DataFrame
        What :func:`lmdi_by_year` returned without a base year.
    first, last : int, optional
        Years the span runs from and to; both must be ends of links. The whole chain without.

    Returns
    -------
    DataFrame
        By factor, in the order given: ``additive`` and ``multiplicative`` of the total.

    Raises
    ------
    InputError
        A decomposition against a base year, or years at which no link ends.

    Examples
    --------
    See :func:`lmdi_by_year`.
    """
    links = made[made["group"] == ""]
    starts, ends = sorted(set(links["start"])), sorted(set(links["end"]))
    if starts[1:] != ends[:-1]:
        raise InputError("only_chained_links_add_up", column="made")
    first = starts[0] if first is None else first
    last = ends[-1] if last is None else last
    for name, year, known in (("first", first, starts), ("last", last, ends)):
        if year not in known:
            raise InputError(
                "no_link_ends_in_year", column=name, value=year, nearest=nearest(year, known)
            )
    part = links[(links["start"] >= first) & (links["end"] <= last)]
    return part.groupby("factor", sort=False).agg(
        additive=("additive", "sum"),
        multiplicative=("multiplicative", lambda ratios: float(np.prod(ratios))),
    )


# --- The distance to a target, split exactly into base, growth, price and caliber ------------
# The plan's target is base × growth × prices; the published figure is base × growth × prices ×
# caliber. The ratio of the two is a product, so its logarithm splits without a remainder, and
# the logarithmic mean turns the pieces back into the unit of the target.


class GapParts(NamedTuple):
    """Parts of target − value, in their unit; the first four add up to `gap`.

    `growth` is `growth_due` (years that have passed) plus `growth_ahead` (years still to run
    at the plan's own pace); likewise planned prices of years to come are in `price`.
    """

    base: float
    growth: float
    price: float
    caliber: float
    gap: float
    growth_due: float
    growth_ahead: float


def gap_parts(
    target: float,
    value: float,
    plan_base: float,
    *,
    years_done: int,
    years_total: int,
    base: float | None = None,
    price_factor: float = 1.0,
    plan_price_factor: float = 1.0,
    caliber_factor: float = 1.0,
) -> GapParts:
    """Split target − value into base, growth, price and caliber, exactly (差距核算).

    Formulas, with L the logarithmic mean of target and value: base L·ln(B0/B1); price
    L·ln(P*/P); caliber −L·ln(C); growth L·ln(G*/G) with G* = T/(B0·P*) and G = V/(B1·P·C).
    A positive part widens the gap, a negative one narrows it. Growth still ahead is the
    plan's own pace over the years left, L·ln(G*)·(N − n)/N. Source: the additive
    logarithmic-mean split of Ang (2005), Energy Policy 33, 867–871.

    Parameters
    ----------
    target, value, plan_base : float
        T, V and the base the plan wrote (B0), positive, one unit, at current prices.
    years_done, years_total : int
        Years from the base to the value, and to the target.
    base : float, optional
        The base as known now (B1), in the caliber of the plan; by default the plan's own.
    price_factor, plan_price_factor : float
        Prices at the value over prices at the base, and the same for the whole plan as the
        plan foresaw it; 1 reads the plan's growth as real.
    caliber_factor : float
        The value over what it would be in the base's caliber.

    Raises
    ------
    InputError
        A figure that is not positive, or years out of order.

    Examples
    --------
    >>> parts = gap_parts(300.0, 226.0, 182.0, years_done=4, years_total=5, price_factor=1.09)
    >>> [round(part, 1) for part in parts]
    [0.0, 96.5, -22.5, 0.0, 74.0, 70.4, 26.1]
    """
    known = plan_base if base is None else base
    named = {"target": target, "value": value, "plan_base": plan_base, "base": known}
    named |= {"price_factor": price_factor}
    named |= {"plan_price_factor": plan_price_factor, "caliber_factor": caliber_factor}
    for name, figure in named.items():
        require_above(name, figure)
    require_above("years_done", years_done, closed=True)
    require_above("years_total", years_total, max(years_done - 1, 0))
    weight = log_mean(target, value)
    planned = math.log(target / (plan_base * plan_price_factor))
    grown = math.log(value / (known * price_factor * caliber_factor))
    growth = weight * (planned - grown)
    ahead = weight * planned * (years_total - years_done) / years_total
    return GapParts(
        base=weight * math.log(plan_base / known),
        growth=growth,
        price=weight * math.log(plan_price_factor / price_factor),
        caliber=-weight * math.log(caliber_factor) + 0.0,
        gap=target - value,
        growth_due=growth - ahead,
        growth_ahead=ahead,
    )
