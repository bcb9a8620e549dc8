"""Training of the pooled nets in plain numpy: windows, patterns, pinball loss, Adam.

Everything random comes from a seed, so that the same files give the same weights.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from analysis.forecast.learned.grids import TREND_SETTINGS, run_trends
from analysis.forecast.learned.nets import HORIZON, LAGS, PROBABILITIES, features

Array = NDArray[np.float64]

#: Typical size of a change over 1, 2, ... years in units of one year's.
REACH = np.array([1.1, 1.8, 2.5, 3.1, 3.7, 4.3])
# Weight of a series in the loss: half by its error in units of its own changes, half by its error
# relative to its level, each as a share of what no change at all would cost (M4's measure).
SCALED, RELATIVE = 0.126, 3.07
BATCH, WARM_UP = 1024, 200


@dataclass(frozen=True)
class Sample:
    """Windows to learn from.

    Parameters
    ----------
    past : array (N, LAGS + 1)
        Values, right aligned, the last one observed.
    future : array (N, HORIZON)
        Outcomes, NaN where unknown or after the last year allowed.
    kind : array (N,) of int
    weight : array (N,)
        Chance of being drawn, up to a factor.
    """

    past: Array
    future: Array
    kind: NDArray[np.int64]
    weight: Array

    @staticmethod
    def join(parts: list[Sample]) -> Sample:
        """Return all windows of several samples."""
        return Sample(
            np.concatenate([part.past for part in parts]),
            np.concatenate([part.future for part in parts]),
            np.concatenate([part.kind for part in parts]),
            np.concatenate([part.weight for part in parts]),
        )


def cut(series: list[Array], anchors: int = 30, least: int = 1) -> tuple[Array, Array]:
    """Return past and future at the last `anchors` origins of every series."""
    past, future = [], []
    for one in series:
        padded = np.concatenate([np.full(LAGS, np.nan), one, np.full(HORIZON, np.nan)])
        for n in range(max(least, len(one) - anchors), len(one)):
            past.append(padded[n - 1 : n + LAGS])
            future.append(padded[n + LAGS : n + LAGS + HORIZON])
    return np.array(past), np.array(future)


def thin(past: Array, rng: np.random.Generator, *, gaps: float, least: int) -> Array:
    """Return windows as a planner might know them: shortened, and some with years missing."""
    past, count, width = past.copy(), *past.shape
    n = (~np.isnan(past)).sum(axis=1)
    few, any_length = rng.integers(least, 9, count), rng.integers(least, width + 1, count)
    length = np.where(rng.random(count) < 0.5, few, any_length)
    keep = np.where(rng.random(count) < 0.3, n, np.minimum(n, length))
    place = np.arange(width)
    past[place < (width - keep)[:, None]] = np.nan
    gappy = rng.random(count) < gaps
    share = rng.choice([0.25, 0.5, 0.8], count)[:, None]
    lost = rng.random(past.shape) < share
    every = rng.integers(2, 6, count)[:, None]
    regular = (rng.random(count) < 0.3)[:, None]
    lost = np.where(regular, (LAGS - place) % every != 0, lost) & gappy[:, None]
    lost[:, -1] = False
    past[lost] = np.nan
    return past


@dataclass
class Trainee:
    """Weights being learned, float32 for speed."""

    matrices: list[NDArray[np.float32]]
    offsets: list[NDArray[np.float32]]
    mean: Array
    spread: Array

    @staticmethod
    def fresh(x: Array, hidden: tuple[int, ...], rng: np.random.Generator) -> Trainee:
        """Return a net that starts from the normal distribution with a little growth."""
        sizes = [x.shape[1], *hidden, HORIZON * len(PROBABILITIES)]
        matrices = [
            (rng.standard_normal((a, b)) * np.sqrt(2 / a)).astype(np.float32)
            for a, b in pairwise(sizes)
        ]
        matrices[-1] *= 0.1
        offsets = [np.zeros(b, np.float32) for b in sizes[1:]]
        offsets[-1] = np.tile(0.6 * ndtri(PROBABILITIES) + 0.25, HORIZON).astype(np.float32)
        return Trainee(matrices, offsets, x.mean(axis=0), np.maximum(x.std(axis=0), 0.05))

    def forward(self, x: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Return the activations of all layers, the input first."""
        seen, last = [x], len(self.matrices) - 1
        for layer, (matrix, offset) in enumerate(zip(self.matrices, self.offsets, strict=True)):
            x = x @ matrix + offset
            if layer < last:
                x = np.maximum(x, np.float32(0.01) * x)
            seen.append(x)
        return seen

    def gradient(
        self, seen: list[NDArray[np.float32]], slope: NDArray[np.float32]
    ) -> list[NDArray[np.float32]]:
        """Return the gradients of all matrices, then of all offsets."""
        matrices, offsets = [], []
        for layer in reversed(range(len(self.matrices))):
            matrices.append(seen[layer].T @ slope)
            offsets.append(slope.sum(axis=0))
            if layer:
                slope = slope @ self.matrices[layer].T
                slope = np.where(seen[layer] > 0, slope, np.float32(0.01) * slope)
        return [*matrices[::-1], *offsets[::-1]]


def pinball_slope(output: Array, y: Array, weight: Array) -> NDArray[np.float32]:
    """Return the derivative of the weighted pinball loss by the output."""
    q = PROBABILITIES
    guess = output.reshape(len(y), HORIZON, len(q)) * REACH[:, None]
    off = y[:, :, None] - guess
    slope = np.where(off > 0, -q, np.where(off < 0, 1 - q, 0.0))  # unknown outcomes: no slope
    slope = slope * REACH[:, None] * weight[:, None, None] / (8 * len(y))
    return slope.reshape(len(y), -1).astype(np.float32)


def train(
    sample: Sample,
    seed: int,
    *,
    level: bool,
    hidden: tuple[int, ...] = (128, 128),
    epochs: int = 6,
    draws: int = 400_000,
    gaps: float = 0.35,
    least: int = 3,
    rate: float = 1.2e-3,
) -> Trainee:
    """Return one net, trained on windows that are shortened anew every epoch."""
    rng, began = np.random.default_rng(seed), time.monotonic()
    chance = sample.weight / sample.weight.sum()
    steps, step, net = epochs * (draws // BATCH), 0, None
    for epoch in range(epochs):
        drawn = rng.choice(len(chance), draws, p=chance)
        past = thin(sample.past[drawn], rng, gaps=gaps, least=least)
        future = sample.future[drawn]
        if not level:
            past, future = np.log(past), np.log(future)
        seen = features(past, sample.kind[drawn], level=level)
        y = np.clip((future - seen.last[:, None]) / seen.unit[:, None], -60, 60)
        weight = SCALED + RELATIVE * np.minimum(seen.relative, 1)
        weight = np.clip(weight / weight.mean(), 0.05, 6)
        if net is None:
            net = Trainee.fresh(seen.x, hidden, rng)
            adam = Adam(net)
        x = ((seen.x - net.mean) / net.spread).astype(np.float32)
        for start in range(0, draws - BATCH + 1, BATCH):
            part = slice(start, start + BATCH)
            layers = net.forward(x[part])
            slope = pinball_slope(layers[-1].astype(float), y[part], weight[part])
            step += 1
            pace = rate * min(1, step / WARM_UP) * (0.5 * (1 + np.cos(np.pi * step / steps)) + 0.01)
            adam.step(net.gradient(layers, slope), step, pace)
        scale = "level" if level else "log"
        spent = time.monotonic() - began
        print(f"{scale} net, seed {seed}: {epoch + 1}/{epochs}, {spent:.0f} s", file=sys.stderr)
    assert net is not None
    adam.settle()
    return net


class Adam:
    """Adam with decoupled decay, and a running mean of the weights as the result."""

    def __init__(self, net: Trainee) -> None:
        self.parts = [*net.matrices, *net.offsets]
        self.first = [np.zeros_like(part) for part in self.parts]
        self.second = [np.zeros_like(part) for part in self.parts]
        self.mean = [part.copy() for part in self.parts]

    def step(self, slopes: list[NDArray[np.float32]], step: int, pace: float) -> None:
        """Move all weights one step."""
        for place, slope in enumerate(slopes):
            part = self.parts[place]
            self.first[place] = 0.9 * self.first[place] + 0.1 * slope
            self.second[place] = 0.99 * self.second[place] + 0.01 * slope**2
            move = self.first[place] / (1 - 0.9**step)
            move = move / (np.sqrt(self.second[place] / (1 - 0.99**step)) + 1e-6)
            part -= (pace * (move + (1e-3 * part if part.ndim > 1 else 0))).astype(np.float32)
            if step % 5 == 0:
                self.mean[place] += np.float32(0.02) * (part - self.mean[place])

    def settle(self) -> None:
        """Put the running means in place."""
        for part, mean in zip(self.parts, self.mean, strict=True):
            part[...] = mean


def learn_trend_prior(past: Array, future: Array, *, log: bool, rounds: int = 150) -> Array:
    """Return the log prior of the trend grid's settings that errs least on these windows."""
    z = np.log(past) if log else past
    run = run_trends(z, HORIZON)
    last = past[:, -1:]
    guesses = np.exp(np.minimum(run.ahead, z[:, -1:, None] + 3)) if log else run.ahead
    unit = np.nanmean(np.abs(np.diff(past, axis=1)), axis=1, keepdims=True)
    weight = 0.126 / np.maximum(unit, 1e-12) + 0.0307 * 200 / (np.abs(future) + np.abs(last))
    theta, first, second = (np.zeros(len(TREND_SETTINGS)) for _ in range(3))
    for step in range(1, rounds + 1):
        pick = np.random.default_rng(step).choice(len(z), min(1500, len(z)), replace=False)
        part = type(run)(run.ahead[pick], run.misfit[pick], run.mean_square[pick], run.n[pick])
        share = part.weights(theta)
        mean = np.einsum("nj,njh->nh", share, guesses[pick])
        slope = np.sign(mean - future[pick]) * weight[pick]
        each = np.einsum("nh,njh->nj", slope, guesses[pick] - mean[:, None]) * share
        slopes = each.mean(axis=0) + 1e-3 * theta
        first, second = 0.9 * first + 0.1 * slopes, 0.99 * second + 0.01 * slopes**2
        move = (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
        theta = theta - 0.15 * move
    return theta
