"""Train the pooled engine and write ``src/analysis/forecast/weights/pooled.npz`` with its facts.

    python benchmarks/train_pooled.py m4=m4_yearly_train.csv.gz pwt=... wb=... co2=... \\
        energy=... ports=...

The files are named by the user and are not part of the project (`panels.py` says which columns
they need; m4 holds series_id,t,value of the training part of the M4 competition). Four nets on
logarithms learn from all of them, four on plain values and the trend grid's prior from m4 alone.

What the weights never see, so that scores on it are honest:

* one series in five of m4, chosen by the checksum of its name (`held_out`);
* outcomes of country panels after 2005 and of ports after 2016 (`UNTIL`);
* with ``--hold-last 6``, the last six points of every m4 series too: such weights are only for
  measuring (held-out series share calendar years with those learned from).

The same files and seeds give the same weights. Takes about ten minutes on one core.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from panels import Series, load, named_paths
from pooled_training import REACH, Sample, Trainee, cut, learn_trend_prior, train

from analysis.backtest.scores import (
    covered,
    history_scale,
    interval_score,
    owa,
    scaled_error,
    smape,
)
from analysis.forecast.learned.batch import forecast_batch
from analysis.forecast.learned.grids import trend_grid
from analysis.forecast.learned.nets import (
    HORIZON,
    LAGS,
    PROBABILITIES,
    TRAINED,
    Weights,
    align,
    load_weights,
)

Array = NDArray[np.float64]

#: Last year whose outcomes are learned from, by panel.
UNTIL = {"pwt": 2005, "wb": 2005, "wb*": 2005, "co2": 2005, "energy": 2005, "ports": 2016}
#: Kind of quantity and share of the draws of each panel; m4 (generic) has `M4_SHARE` of them.
PANELS = {
    "pwt": ("real_gdp", 1.0),
    "wb": ("nominal_gdp", 1.0),
    "wb*": ("nominal_gdp", 0.3),
    "co2": ("emissions", 0.7),
    "energy": ("emissions", 0.3),
    "ports": ("throughput", 0.35),
}
M4_SHARE = 2.5
# Recent outcomes are drawn more often: the weight of a year falls by 1/e over this many years.
FADE = 25.0
M4_WINDOWS = 30
# Share of the m4 windows shown to the log nets under the name of another kind, so that a kind's
# forecasts stay sane where its own panel has no series alike: GDP in dollars, for one, never
# grows as steadily as GDP in the money it is counted in.
LENT = 0.6
TREND_SERIES = 5000


def held_out(name: str) -> bool:
    """Return whether a series of m4 is kept for scoring: one in five, by its name's checksum."""
    return zlib.crc32(name.encode()) % 5 == 0


def read_m4(path: Path) -> dict[str, Array]:
    """Return the series of the M4 training file by name."""
    frame = pd.read_csv(path)
    groups = frame.sort_values(["series_id", "t"]).groupby("series_id", sort=False)
    return {str(name): group.value.to_numpy(dtype=float) for name, group in groups}


def panel_sample(series: Series, kind: str, until: int, share: float) -> Sample:
    """Return all windows of a panel whose outcomes are known by `until`; later values are unread.

    Examples
    --------
    >>> one = {"a": pd.Series({2003: 1.0, 2004: 2.0, 2005: 3.0, 2006: 9.0})}
    >>> found = panel_sample(one, "real_gdp", 2005, 1.0)
    >>> found.past[:, -2:].tolist(), found.future[:, :2].tolist()
    ([[nan, 1.0], [1.0, 2.0]], [[2.0, 3.0], [3.0, nan]])
    """
    past, future, weight = [], [], []
    for one in series.values():
        known = one[one.index <= until]
        if len(known) < 2:
            continue
        first, last = int(known.index.min()), int(known.index.max())
        row = np.full(LAGS + last - first + 1 + HORIZON, np.nan)
        row[LAGS + known.index.to_numpy() - first] = known.to_numpy()
        origins = [year for year in known.index if year < last]
        for year in origins:
            at = LAGS + year - first
            ahead = row[at + 1 : at + 1 + HORIZON]
            if np.isnan(ahead).all():
                continue
            past.append(row[at - LAGS : at + 1])
            future.append(ahead)
            weight.append(np.exp((year - until) / FADE) / len(origins) ** 0.5)
    chance = np.array(weight)
    place = np.full(len(past), TRAINED.index(kind), dtype=np.int64)
    return Sample(np.array(past), np.array(future), place, share * chance / chance.sum())


def m4_sample(series: dict[str, Array], lent: float = 0.0) -> Sample:
    """Return the last thirty windows of every series of m4, all alike likely.

    A share of them is `lent` to the other kinds, in turn: see `LENT`.
    """
    past, future = cut(list(series.values()), M4_WINDOWS)
    place = np.full(len(past), TRAINED.index("generic"), dtype=np.int64)
    others = np.random.default_rng(5).random(len(past)) < lent
    place[others] = 1 + np.arange(others.sum()) % (len(TRAINED) - 1)
    return Sample(past, future, place, np.full(len(past), M4_SHARE / len(past)))


def trend_parts(series: dict[str, Array], seed: int) -> dict[str, Array]:
    """Return the trend grid's priors and the factor that makes its bands hold, learned on m4."""
    rng, names = np.random.default_rng(seed), sorted(series)
    names = [name for name in names if len(series[name]) >= 13]
    chosen = [series[name] for name in rng.permutation(names)[: 2 * TREND_SERIES]]
    lengths = np.where(rng.random(len(chosen)) < 0.5, 60, rng.integers(4, 13, len(chosen)))
    past = align([one[:-HORIZON][-n:] for one, n in zip(chosen, lengths, strict=True)], 40)
    future = np.array([one[-HORIZON:] for one in chosen])
    half = len(chosen) // 2
    parts = {
        f"{scale}.trend_prior": learn_trend_prior(past[:half], future[:half], log=scale == "log")
        for scale in ("log", "level")
    }
    mean, variance = trend_grid(np.log(past[half:]), HORIZON, parts["log.trend_prior"])
    n = (~np.isnan(past[half:])).sum(axis=1)
    miss = np.abs(np.log(future[half:]) - mean) / np.maximum(np.sqrt(variance), 1e-4)
    parts["trend_width"] = _holding(miss, n)
    return parts


def _holding(miss: Array, n: NDArray[np.int64]) -> Array:
    """Return by what factor Student-t bands must be widened so that four in five hold."""
    from scipy.special import stdtrit

    edge = stdtrit(np.maximum(n - 2, 2), 0.9)[:, None]
    return np.asarray(np.quantile(miss / edge, 0.8, axis=0))


def stored(net: Trainee, name: str) -> dict[str, Array]:
    """Return the arrays of one net as they are written: half precision is plenty."""
    parts = {f"{name}.w{i}": part for i, part in enumerate(net.matrices)}
    parts |= {f"{name}.b{i}": part for i, part in enumerate(net.offsets)}
    return {key: part.astype(np.float16) for key, part in parts.items()}


def learn(
    paths: dict[str, Path], seeds: int, hold_last: int, draws: int = 400_000
) -> tuple[dict[str, Array], Any]:
    """Return all arrays of the weights file, and the facts; panels not named are left out."""
    m4 = {name: one for name, one in read_m4(paths["m4"]).items() if not held_out(name)}
    if hold_last:
        m4 = {name: one[:-hold_last] for name, one in m4.items()}
    generic = m4_sample(m4)
    panels = {
        name: panel_sample(load(name, paths), kind, UNTIL[name], share)
        for name, (kind, share) in PANELS.items()
        if name.rstrip("*") in paths
    }
    every = Sample.join([m4_sample(m4, LENT), *panels.values()])
    arrays: dict[str, Array] = {"reach": REACH, "probabilities": PROBABILITIES}
    arrays |= trend_parts(m4, seed=7)
    for scale, sample, gaps, least in (("log", every, 0.35, 3), ("level", generic, 0.0, 5)):
        # All nets of a scale see features standardized alike: those of the first.
        for number in range(seeds):
            level = scale == "level"
            net = train(sample, 61 + number, level=level, gaps=gaps, least=least, draws=draws)
            if not number:
                arrays[f"{scale}.mean"], arrays[f"{scale}.spread"] = net.mean, net.spread
            arrays |= stored(_restandardized(net, arrays, scale), f"{scale}.{number}")
    facts = {
        "files": {name: _checksum(path) for name, path in sorted(paths.items())},
        "outcomes_until": {name: UNTIL[name] for name in panels},
        "m4_series": len(m4),
        "m4_held_out": "series whose name's crc32 is divisible by 5",
        "m4_last_points_held": hold_last,
        "windows": {"m4": len(generic.past)} | {n: len(one.past) for n, one in panels.items()},
        "nets": {"log": seeds, "level": seeds, "seeds": [61 + i for i in range(seeds)]},
    }
    return arrays, facts


def _restandardized(net: Trainee, arrays: dict[str, Array], scale: str) -> Trainee:
    """Return the same net for features standardized the stored way."""
    mean, spread = arrays[f"{scale}.mean"], arrays[f"{scale}.spread"]
    ratio = spread / net.spread
    first = net.matrices[0] * ratio[:, None]
    shift = ((mean - net.mean) / net.spread) @ net.matrices[0]
    return Trainee(
        [first, *net.matrices[1:]], [net.offsets[0] + shift, *net.offsets[1:]], mean, spread
    )


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def scores_on_held_out(path: Path, weights: Weights) -> dict[str, Any]:
    """Return how the weights do on the series of m4 they never saw, the last six points of each."""
    series = [one for name, one in sorted(read_m4(path).items()) if held_out(name)]
    series = [one for one in series if np.ptp(one[:-HORIZON]) > 0]
    past = align([one[:-HORIZON] for one in series], 60)
    future = np.array([one[-HORIZON:] for one in series])
    found = forecast_batch(past, "generic", HORIZON, weights=weights)
    scale, naive = history_scale(past), np.repeat(past[:, -1:], HORIZON, axis=1)
    middle, (low, high) = found[..., 4], (found[..., 0], found[..., -1])
    marks = {
        name: (smape(guess, future).mean(), scaled_error(guess, future, scale).mean())
        for name, guess in (("own", middle), ("naive", naive))
    }
    return {
        "series": len(series),
        "sMAPE": round(float(marks["own"][0]), 3),
        "MASE": round(float(marks["own"][1]), 3),
        "OWA": round(owa(*marks["own"], *marks["naive"]), 4),
        "MSIS": round(float((interval_score(low, high, future) / scale[:, None]).mean()), 2),
        "inside_95": round(float(covered(low, high, future).mean()), 4),
        "inside_80": round(float(covered(found[..., 2], found[..., 6], future).mean()), 4),
    }


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("panels", nargs="+", metavar="name=path")
    parser.add_argument(
        "--out", type=Path, default=Path("src/analysis/forecast/weights/pooled.npz")
    )
    parser.add_argument("--seeds", type=int, default=4, help="nets on each scale")
    parser.add_argument("--hold-last", type=int, default=0, help="last points of m4 not learned")
    args = parser.parse_args()
    arrays, facts = learn(named_paths(args.panels), args.seeds, args.hold_last)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    single = {
        name: part if part.dtype == np.float16 else part.astype(np.float32)
        for name, part in arrays.items()
    }
    np.savez_compressed(args.out, **single)
    facts["weights_sha256"] = _checksum(args.out)
    _write(args.out, facts)
    facts["scores_on_held_out"] = scores_on_held_out(
        named_paths(args.panels)["m4"], load_weights(args.out)
    )
    _write(args.out, facts)


def _write(out: Path, facts: dict[str, Any]) -> None:
    text = json.dumps(facts, ensure_ascii=False, indent=2, sort_keys=True)
    out.with_suffix(".json").write_text(text + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
