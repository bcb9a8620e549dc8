"""Judge whether a region keeps the promises of its five-year plan: numbers and codes.

Rooms, from the ground up: ``data`` (tables, plans, series, units), ``growth`` and ``rules``,
``trend``, ``decoupling`` and ``audit``, ``forecast``, then ``targets``, ``season`` and
``backtest``. A room imports only from rooms below it; nothing here holds a sentence. What most
work begins with is handed on here:

>>> from analysis import evaluate
>>> evaluate("jiaxing-14fyp", 2024).get("gdp").outlook.code
'very_unlikely'
"""

from importlib import import_module
from typing import Any

__version__ = "0.2.0"

_HANDED_ON = {
    "annual_series": "analysis.data.series",
    "evaluate": "analysis.targets.evaluation",
    "load": "analysis.data.observations",
    "load_plan": "analysis.data.plan",
}


def __getattr__(name: str) -> Any:
    """Hand on what most work begins with, loaded when it is asked for."""
    if name not in _HANDED_ON:
        raise AttributeError(name)
    return getattr(import_module(_HANDED_ON[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HANDED_ON])
