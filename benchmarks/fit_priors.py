"""Learn from public panels how series of each kind move, and write ``data/priors.csv``.

    python benchmarks/fit_priors.py pwt=... wb=... co2=... energy=... pm25=... ports=... city=...

For every kind the numbers of `analysis.forecast.kinds.Prior` are chosen that give the outcomes of
many windows (one observation to fifteen, with and without gaps, 1 to 5 years ahead) the highest
predictive density. Only outcomes up to 2005 are used (ports, which begin in 2011: up to 2016;
PM2.5: up to 2013); `engine_record.py` looks at the years after. Every series counts the same,
however long; a logarithmic score of a heavy-tailed density grows slowly, so that wars and
hyperinflations lift the tails and leave the rest.

Two rules are set, not learned. A prior on the drift may be worth at most ten years of steady
growth (`MOST_YEARS`), so that a decade of a series' own growth always has half the say: panels
of countries know few regions that grow by a tenth every year. And a stand-in is widened
(`widen`, a factor on the yearly variance), because it is not the quantity itself.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from panels import FITTED, PATTERNS, Windows, growth, load, named_paths
from scipy.optimize import minimize
from scipy.special import gammaln

from analysis.forecast.kinds import KINDS, Prior
from analysis.forecast.walk import Predictive, predict

Array = NDArray[np.float64]
Data = list[tuple[str, float, Windows]]
MOST_YEARS = 10.0
LEAST_YEARS = 2.0
WINDOWS_AT_MOST = 4000

PWT = "Feenstra, Inklaar & Timmer (2015), Penn World Table 10.01"
WB = "World Bank, GDP (current US$)"
GCB = "Friedlingstein et al. (2022), Global Carbon Budget 2022"
OWID = "Our World in Data, primary energy consumption (2022)"
TEU = "全球百大集装箱港口名单（2011—2019年）"
CITY = "嘉兴统计年鉴三次产业增加值"
DERIVED = "only derived parameters, no figure of the panel"
FREE = {
    "pwt": "CC BY 4.0",
    "wb": "public domain dedication",
    "co2": "free with citation",
    "energy": "CC BY",
    "pm25": "CC BY",
    "ports": "no terms stated",
    "shares": "facts",
}


@dataclass(frozen=True)
class Recipe:
    """What the prior of one kind is learned from, and what is set instead of learned."""

    kind: str
    panels: tuple[str, ...]  # each panel has the same weight, whatever its size
    citation: str
    until: int = 2005
    stand_in: str = ""
    stand_in_zh: str = ""
    widen: float = 1.0
    fixed: tuple[tuple[str, float], ...] = ()
    same_as: str = ""  # take the fit of another kind


NOMINAL = (
    "GDP in current US dollars, half the weight on economies tied to the dollar; exchange rates "
    "make it rougher than GDP in yuan"
)
NOMINAL_ZH = "各国现价美元GDP（货币盯住美元的经济体占一半权重）；汇率使其波动大于人民币计价"
ALL = ("pwt", "wb", "co2", "energy", "ports")
MIXED = f"{PWT}; {WB}; {GCB}; {OWID}; {TEU}"
NO_SWING = (("swing", 0.0), ("persistence", 0.0))

RECIPES = (
    Recipe("real_gdp", ("pwt",), PWT),
    Recipe("nominal_gdp", ("wb", "wb*"), WB, stand_in=NOMINAL, stand_in_zh=NOMINAL_ZH),
    Recipe(
        "industrial_output",
        (),
        WB,
        stand_in=f"nominal GDP ({NOMINAL}), yearly variance x 1.5",
        stand_in_zh=f"{NOMINAL_ZH}；年方差乘以 1.5",
        widen=1.5,
        same_as="nominal_gdp",
    ),
    Recipe("throughput", ("ports",), TEU, until=2016, fixed=NO_SWING),
    Recipe("emissions", ("co2",), GCB),
    Recipe(
        "income",
        ("wb/head", "wb*/head"),
        f"{WB}; population: {PWT}",
        stand_in=f"nominal GDP per inhabitant ({NOMINAL}); rougher than household income",
        stand_in_zh=f"人均GDP（{NOMINAL_ZH}）；波动大于居民收入",
    ),
    Recipe(
        "trade",
        (),
        WB,
        stand_in=f"nominal GDP ({NOMINAL}), yearly variance x 3",
        stand_in_zh=f"{NOMINAL_ZH}；年方差乘以 3",
        widen=3.0,
        same_as="nominal_gdp",
    ),
    Recipe(
        "fiscal_revenue",
        (),
        WB,
        stand_in=f"nominal GDP ({NOMINAL}), yearly variance x 2",
        stand_in_zh=f"{NOMINAL_ZH}；年方差乘以 2",
        widen=2.0,
        same_as="nominal_gdp",
    ),
    Recipe(
        "share",
        ("shares",),
        CITY,
        until=2015,
        stand_in="shares of three sectors in one city's value added, yearly variance x 2; "
        "no direction assumed, degrees of freedom set",
        stand_in_zh="一市三次产业比重；年方差乘以 2，不设方向，自由度为设定值",
        widen=2.0,
        fixed=(("m", 0.0), ("nu", 3.0), ("trust", 0.3), *NO_SWING),
    ),
    Recipe(
        "count",
        (),
        MIXED,
        stand_in="positive quantities of five panels, yearly variance x 1.5; "
        "the chance of counting comes on top",
        stand_in_zh="五个面板的正数量；年方差乘以 1.5，另加计数的偶然波动",
        widen=1.5,
        same_as="generic",
    ),
    Recipe(
        "concentration",
        ("pm25",),
        "World Bank via Our World in Data, mean exposure to PM2.5",
        until=2013,
        stand_in="modelled mean exposure of countries, smoother than a station's yearly mean: "
        "yearly variance x 3, degrees of freedom set",
        stand_in_zh="各国模型估算的平均暴露浓度，比站点年均值平滑；年方差乘以 3，自由度为设定值",
        widen=3.0,
        fixed=(("nu", 4.0), *NO_SWING),
    ),
    Recipe(
        "growth_rate",
        tuple(f"growth {name}" for name in ALL),
        MIXED,
        stand_in="yearly growth of five panels: GDP, emissions, energy, throughput",
        stand_in_zh="五个面板的年增速：GDP、排放、能耗、吞吐量",
    ),
    Recipe(
        "generic",
        ALL,
        MIXED,
        stand_in="positive quantities of five panels: GDP, emissions, energy, throughput",
        stand_in_zh="五个面板的正数量：GDP、排放、能耗、吞吐量",
    ),
)


def scale_values(kind: str) -> Callable[[pd.Series], Array]:
    """Return the function that brings a series to the scale of its kind."""
    return lambda series: np.asarray(KINDS[kind].forward(series.to_numpy()))


def log_density(found: Predictive, outcome: Array) -> Array:
    """Return the log density of each outcome under its own year's Student-t."""
    scale = np.sqrt(np.multiply.outer(found.s2, found.shape.diagonal()))
    score = (outcome - found.mean) / scale
    nu = found.nu
    constant = gammaln((nu + 1) / 2) - gammaln(nu / 2) - np.log(nu * np.pi) / 2
    return np.asarray(constant - np.log(scale) - (nu + 1) / 2 * np.log1p(score**2 / nu))


def long_run(swing: float, persistence: float) -> float:
    """Return the long-run variance of yearly growth in units of the yearly variance."""
    return 1 + swing * (1 + persistence) / (1 - persistence)


def prior_from(x: Array, start: Prior, fixed: dict[str, float]) -> Prior:
    """Return the prior that the optimizer's unbounded numbers stand for."""
    bounded = 1 / (1 + np.exp(-np.clip(x, -50, 50)))
    swing = fixed.get("swing", float(np.exp(x[4])))
    persistence = fixed.get("persistence", 0.95 * float(bounded[5]))
    years = LEAST_YEARS + (MOST_YEARS - LEAST_YEARS) * float(bounded[1])
    found = {
        "m": float(x[0]),
        "kappa": years / long_run(swing, persistence),
        "nu": float(np.exp(x[2])),
        "s2": float(np.exp(x[3])),
        "swing": swing,
        "persistence": persistence,
        "trust": float(bounded[6]),
    }
    return replace(start, **{**found, **fixed})


def loss(prior: Prior, data: Data, *, rate: bool) -> float:
    """Return minus the mean log density: patterns and panels alike, series alike in each."""
    total = weight = 0.0
    for pattern, share, windows in data:
        found = predict(windows.z, PATTERNS[pattern], 5, prior, rate=rate)
        total -= share * float(np.nansum(windows.weights() * log_density(found, windows.future)))
        weight += share
    return total / weight


def fit(recipe: Recipe, data: Data) -> Prior:
    """Return the prior of highest predictive density, from several starts."""
    fixed, rate = dict(recipe.fixed), KINDS[recipe.kind].rate
    blank = Prior(recipe.kind, 0.0, 8.0, 3.0, 1.0)
    unit = 100.0 if rate else 1.0

    def objective(x: Array) -> float:
        # A slight pull to the start keeps numbers the panel cannot tell from running away.
        return loss(prior_from(x, blank, fixed), data, rate=rate) + 1e-4 * float(
            np.sum((x[[1, 2, 4, 5, 6]] - [0.0, 1.2, 0.0, 0.0, 0.0]) ** 2)
        )

    best = None
    for swing, persistence in ((0.0, 0.0), (-3.0, 1.0), (0.0, 2.0))[: 1 if "swing" in fixed else 3]:
        start = np.array([0.03 * unit, 0, 1.1, np.log(0.003 * unit**2), swing, persistence, -1.0])
        step = np.array([0.02 * unit, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7])
        simplex = np.vstack([start, start + np.diag(step)])
        found = minimize(
            objective,
            start,
            method="Nelder-Mead",
            options={"maxiter": 700, "xatol": 1e-3, "fatol": 1e-6, "initial_simplex": simplex},
        )
        best = found if best is None or found.fun < best.fun else best
    return prior_from(best.x, blank, fixed)


def windows_of(recipe: Recipe, paths: dict[str, Path]) -> tuple[Data, int, str]:
    """Return all windows of a recipe, how many series they are from, and their years."""
    data, count, first = [], 0, 9999
    for name in recipe.panels:
        panel = load(name.removeprefix("growth "), paths)
        panel = growth(panel) if name.startswith("growth ") else panel
        until = 2016 if "ports" in name else recipe.until
        used: set[int] = set()
        for pattern in FITTED + (("5 gap", "10 gaps") if name == "pm25" else ()):
            windows = Windows(
                panel,
                PATTERNS[pattern],
                (0, until),
                scale_values(recipe.kind),
                at_most=WINDOWS_AT_MOST,
            )
            if len(windows.z):
                data.append((pattern, 1.0, windows))
                used |= set(windows.series.tolist())
                first = min(first, int(windows.last.min()) + 1)
        count += len(used)
    note = " (ports 2016)" if len(recipe.panels) > 1 and "ports" in recipe.panels[-1] else ""
    return data, count, f"{first}-{recipe.until}{note}"


def rows(paths: dict[str, Path]) -> pd.DataFrame:
    """Return the table of priors, one row per kind."""
    fits: dict[str, Prior] = {}
    table = []
    for recipe in sorted(RECIPES, key=lambda one: bool(one.same_as)):
        if recipe.same_as:
            found = fits[recipe.same_as]
        else:
            data, count, window = windows_of(recipe, paths)
            found = replace(fit(recipe, data), n_series=count, window=window)
            print(f"{recipe.kind}: {found}", file=sys.stderr)
        fits[recipe.kind] = found
        names = {n.removeprefix("growth ").split("/")[0].rstrip("*") for n in recipe.panels}
        names |= {"pwt" for n in recipe.panels if n.endswith("/head")}
        terms = "; ".join(sorted({FREE[n] for n in names})) if names else ""
        terms = terms or next(row["licence"] for row in table if row["kind"] == recipe.same_as)
        row = {
            **{f.name: getattr(found, f.name) for f in fields(Prior)},
            "kind": recipe.kind,
            "s2": found.s2 * recipe.widen,
            "stand_in": recipe.stand_in,
            "stand_in_zh": recipe.stand_in_zh,
            "citation": recipe.citation,
            "licence": terms if recipe.same_as else f"{terms}; {DERIVED}",
            "scale": KINDS[recipe.kind].scale,
            "derived": "yes",
        }
        table.append(row)
    frame = pd.DataFrame(table).set_index("kind").loc[list(KINDS)].reset_index()
    for name in ("m", "kappa", "nu", "s2", "swing", "persistence", "trust"):
        frame[name] = [float(f"{value:.4g}") for value in frame[name]]
    front = ["kind", "scale", "m", "kappa", "nu", "s2", "swing", "persistence", "trust"]
    return frame[
        [*front, "n_series", "window", "stand_in", "stand_in_zh", "citation", "licence", "derived"]
    ]


def main() -> None:
    """Fit all kinds and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("panels", nargs="+", metavar="name=path")
    parser.add_argument("--out", type=Path, default=Path("data/priors.csv"))
    args = parser.parse_args()
    rows(named_paths(args.panels)).to_csv(args.out, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
