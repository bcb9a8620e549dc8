"""What several chapters of one report ask for is made once in each kernel.

A notebook opened by hand makes everything itself; a report hands all its chapters the same
evaluation, so that none of them can rest on other data than the rest.
"""

from __future__ import annotations

import datetime as dt
import functools
import sys
from collections.abc import Callable, Hashable
from typing import Any

import pandas as pd

from analysis.data.observations import steady
from analysis.data.paths import project_root

def share() -> None:
    """Have every module at work, and every one imported later, use what is made already.

    Shared are the evaluation, as long as the data stay as they are, and the one model that several
    chapters fit to the same series.
    """
    from analysis.targets.evaluation import evaluate
    from analysis.trend.local import local_trend

    for made, shared in (
        (evaluate, once(evaluate, lambda: steady(project_root(), lambda stamp: stamp))),
        (local_trend, once(local_trend)),
    ):
        for module in list(sys.modules.values()):
            if getattr(module, made.__name__, None) is made:
                setattr(module, made.__name__, shared)


def once(make: Callable[..., Any], state: Callable[[], Hashable] = tuple) -> Callable[..., Any]:
    """Return a function that makes the same thing of the same content only once.

    Parameters
    ----------
    make : callable
        Makes it.
    state : callable, optional
        Tells what else it rests on.

    Examples
    --------
    >>> calls = []
    >>> total = once(lambda values: calls.append(1) or values.sum())
    >>> total(pd.Series([1.0, 2.0])), total(pd.Series([1.0, 2.0])), len(calls)
    (np.float64(3.0), np.float64(3.0), 1)
    """
    known: dict[Hashable, tuple[Any, Any]] = {}

    @functools.wraps(make)
    def shared(*given: Any, **named: Any) -> Any:
        key = (state(), *map(_content, given), *((name, _content(named[name])) for name in sorted(named)))
        if key not in known:
            # what was given stays, so that no other object can take its identity
            known[key] = make(*given, **named), (given, named)
        return known[key][0]

    return shared


def _content(value: Any) -> Hashable:
    """Return what tells a value from others: a series by its figures, tables by identity."""
    if isinstance(value, pd.Series):
        return value.name, tuple(value.index), value.to_numpy().tobytes(), str(value.dtype)
    plain = isinstance(value, str | int | float | dt.date | None)
    return value if plain else (type(value), id(value))
