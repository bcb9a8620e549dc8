"""The distance to a target, split exactly into base, growth, price and caliber.

The plan's target is base × growth × prices; the published figure is base × growth × prices ×
caliber. The ratio of the two is a product, so its logarithm splits without a remainder, and
the logarithmic mean turns the pieces back into the unit of the target.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from analysis.growth.rates import require_above


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


def log_mean(a: float, b: float) -> float:
    """Return the logarithmic mean (a − b)/ln(a/b) of two positive numbers, a where they meet.

    Raises InputError when one is not positive. Source: Törnqvist, Vartia and Vartia (1985),
    The American Statistician 39, 43–46.

    Examples
    --------
    >>> round(log_mean(300.0, 226.0), 3), log_mean(5.0, 5.0)
    (261.256, 5.0)
    """
    require_above("a", a)
    require_above("b", b)
    change = math.log(a / b)
    if abs(change) < 1e-8:  # the quotient of two roundings would be noise; the limit is the mean
        return (a + b) / 2.0
    return (a - b) / change


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
    named = {"plan_base": plan_base, "base": known, "price_factor": price_factor}
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
