"""How long the forecasts take, as ratios to a peer measured in the same run.

    python benchmarks/engine_speed.py

import      ``import analysis.forecast`` against ``import pandas`` alone, each in a fresh
            interpreter
one         one forecast of twelve years with its intervals against one exponential smoothing fit
            of statsmodels on the same series
thousand    a thousand series at once with nine quantiles against a loop over the same series

Seconds are printed beside the ratios; they are this machine's. Against other libraries on a
whole panel: ``planeval backtest PANEL.csv --models pooled,autoets,dotheta --peers PYTHON``.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.forecast import forecast
from analysis.forecast.learned.batch import forecast_batch


def fresh(statement: str) -> float:
    """Return the shortest of five runs of a statement in a new interpreter, in seconds."""
    code = f"import time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
            for _ in range(5)]  # fmt: skip
    return min(float(run.stdout) for run in runs)


def shortest(call: Callable[[], object], times: int) -> float:
    """Return the shortest of several calls, in seconds; the first one is not counted."""
    call()
    found = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        found.append(time.perf_counter() - start)
    return min(found)


def main() -> None:
    """Measure and print."""
    ours, theirs = fresh("import analysis.forecast"), fresh("import pandas")
    print(f"import: {ours:.2f} s, {ours / theirs:.1f} times pandas alone ({theirs:.2f} s)")

    rng = np.random.default_rng(1)
    values = 100 * np.exp(np.cumsum(rng.normal(0.05, 0.04, (1000, 12)), axis=1))
    series = pd.Series(values[0], index=range(2013, 2025))
    print("statsmodels loaded by importing and forecasting:", "statsmodels" in sys.modules)
    ets = shortest(lambda: forecast(series, 5, kind="generic", model="ets").table(), 5)
    for kind in ("generic", "nominal_gdp"):
        own = shortest(lambda kind=kind: forecast(series, 5, kind=kind).table(), 20)
        print(f"one {kind}: {1000 * own:.1f} ms, {own / ets:.3f} of ETS ({1000 * ets:.0f} ms)")

    for kind in ("generic", "nominal_gdp"):
        many = shortest(lambda kind=kind: forecast_batch(values, kind, 5), 3)
        loop = 1000 * shortest(lambda kind=kind: forecast(series, 5, kind=kind), 20)
        print(f"thousand {kind}: {many:.2f} s, {many / loop:.2f} of a loop ({loop:.2f} s)")


if __name__ == "__main__":
    main()
