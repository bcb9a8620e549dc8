"""Print what the comparators change for every target of a plan that has a forecast.

    python benchmarks/zone_targets.py [plan] [year]

One line a target: published observations, target, probability and 80 % interval of the target
year with and without comparable series. ``*`` marks the forecast the evaluation uses; with fewer
than three published observations the probability is the model's number and no verdict.
"""

from __future__ import annotations

import argparse

from analysis.forecast.distribution import Forecast
from analysis.targets.evaluation import evaluate
from planeval.chapters.why import Explained, explained


def line(one: Explained) -> str:
    """Return one target's line."""
    target, alone = one.item.target, one.shown.alone
    ours = one.evaluated and alone is not None
    both = (one.shown if alone is not None else None, alone or one.shown)
    cells = [
        f"{target.target_id:<18}{one.published:>3} of {one.shown.n:<3}{one.shown.model:<8}",
        f"{target.target:>10g}{' ' if one.verdict else '?'}",
        *(cell(one, made, used=used) for made, used in zip(both, (ours, not ours), strict=True)),
        ", ".join(one.shown.comparators),
    ]
    return "".join(cells).rstrip()


def cell(one: Explained, made: Forecast | None, *, used: bool) -> str:
    """Return probability and interval of one of the two forecasts."""
    if made is None:
        return f"{'-':^34}"
    low, high = made.interval(80, one.year)
    mark = "*" if used else " "
    return f"{one.chance(made):>8.3f} [{low:>9.5g}, {high:>9.5g}]{mark}  "


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("plan", nargs="?", default="jiaxing-14fyp")
    parser.add_argument("year", nargs="?", type=int, default=2024)
    given = parser.parse_args()
    print(f"{'target':<18}{'published':<10}{'model':<8}{'goal':>10} ", end="")
    print(f"{'with comparators':^34}{'without':^34}comparators")
    for one in explained(evaluate(given.plan, given.year)):
        print(line(one))


if __name__ == "__main__":
    main()
