"""The chapters of a report rest on one evaluation, made once in each kernel.

A notebook opened by hand makes its own.
"""

from __future__ import annotations

import datetime as dt
import functools
import sys
from collections.abc import Callable, Hashable
from typing import Any


def share() -> None:
    """Have every module at work, and every one imported later, take the evaluation made already.

    It is made anew where the data are no longer what they were.
    """
    from analysis.data.observations import steady
    from analysis.data.paths import project_root
    from analysis.targets.evaluation import evaluate

    shared = once(evaluate, lambda: steady(project_root(), lambda stamp: stamp))
    for module in list(sys.modules.values()):
        if getattr(module, "evaluate", None) is evaluate:
            module.evaluate = shared  # type: ignore[attr-defined]


def once(make: Callable[..., Any], state: Callable[[], Hashable]) -> Callable[..., Any]:
    """Return a function that makes the same thing only once, as long as `state` tells the same.

    Examples
    --------
    >>> calls = []
    >>> shared = once(lambda plan, year: calls.append(year) or len(calls), lambda: "data")
    >>> shared("a", 2024), shared("a", 2024), shared("a", year=2023)
    (1, 1, 2)
    """
    known: dict[Hashable, tuple[Any, Any]] = {}

    @functools.wraps(make)
    def shared(*given: Any, **named: Any) -> Any:
        told = *given, *(part for name in sorted(named) for part in (name, named[name]))
        key = state(), *map(_content, told)
        if key not in known:
            known[key] = make(*given, **named), told  # kept, so that nothing takes its identity
        return known[key][0]

    return shared


def _content(value: Any) -> Hashable:
    plain = isinstance(value, str | int | dt.date | None)
    return value if plain else (type(value), id(value))
