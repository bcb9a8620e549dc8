"""Score the engine on years it has not seen, and write its record, ``weights/record.csv``.

    python benchmarks/engine_record.py build/panels/{real_gdp,nominal_gdp,...}.csv [--out FILE]

The panels are those of `make_panels.py`. For every kind and pattern of observed years, over all
origins from 2005 to 2018 (ports from 2016 on, PM2.5 from 2013 on: where the learning ended) and
the five years after each: how often the intervals held, the CRPS in log points x 100, that of a
random walk with drift and Student-t bands, and how the probabilities of reaching a target at the
last known of those years fared.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.backtest.models import registry
from analysis.backtest.panel import read_panel
from analysis.backtest.run import backtest
from analysis.backtest.tasks import build_tasks
from analysis.data.errors import InputError
from analysis.forecast.steps import COLUMNS, GAPS

LENGTHS, GAP, HORIZON = (1, 2, 3, 4, 5, 8, 12, 20), (-9, -4, 0), 5
FIRST = {"throughput": 2016, "concentration": 2013}
LAST = 2018
SOURCES = {
    "real_gdp": "Penn World Table 10.01",
    "nominal_gdp": "World Bank, GDP (current US$)",
    "emissions": "Global Carbon Budget 2022",
    "throughput": "全球百大集装箱港口（2011—2019年）",
    "income": "World Bank GDP per head (current US$), Penn World Table population",
    "concentration": "World Bank via Our World in Data, PM2.5 exposure",
}


def rows(path: Path) -> list[dict[str, object]]:
    """Return the record of every pattern of observed years in one panel of one kind."""
    panel = read_panel(path)
    kind = str(panel.kinds[0])
    models = {name: registry()[name] for name in ("pooled", "drift")}
    first = FIRST.get(kind, 2005)
    found = []
    for observed in (*LENGTHS, GAPS):
        try:
            tasks = build_tasks(
                panel,
                horizon=HORIZON,
                origins=range(first, LAST + 1),
                lengths=() if observed == GAPS else (int(observed),),
                gaps=[GAP] if observed == GAPS else (),
            )
        except InputError:  # no series of the panel is that long
            continue
        scores = backtest(tasks, models).scores["own"]
        own, base = scores["pooled"], scores["drift"]
        found.append(
            {
                "kind": kind,
                "observed": observed,
                "panel": SOURCES[kind],
                "first": first + 1,
                "last": int(min(tasks.origin.max() + HORIZON, panel.t.max())),
                "series": len(np.unique(tasks.series)),
                "tasks": len(tasks),
                **{name: own[name] for name in ("cover50", "cover80", "cover95")},
                "crps": own["crps_log"],
                "crps_drift": base["crps_log"] if base["forecasts"] else None,
                "brier": own["brier"],
                "ece": own["ece"],
            }
        )
    return found


def main() -> None:
    """Write the record of all panels named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("panels", nargs="+", type=Path, metavar="PANEL.csv")
    parser.add_argument(
        "--out", type=Path, default=Path("src/analysis/forecast/weights/record.csv")
    )
    args = parser.parse_args()
    table = pd.DataFrame([row for path in args.panels for row in rows(path)], columns=COLUMNS)
    places = {"crps": 2, "crps_drift": 2, "cover50": 3, "cover80": 3, "cover95": 3}
    table = table.round({**places, "brier": 3, "ece": 3})
    table.to_csv(args.out, index=False, lineterminator="\n")
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
