"""Two pictures of a back-test: promises against what came true, ranges against outcomes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.backtest.marks import COVERS
from analysis.backtest.run import Result
from analysis.backtest.scores import reliability
from planeval.show.chart import COLOURS, MARKERS, Chart, new_figure, style
from planeval.words.amounts import figure_text

_SAID = 0.8  # the promise a chart's title is about
_NEAR = 0.05
_ENOUGH = 20  # so many promises before their share is told
_SIDE, _ROW = 3.4, 0.42  # inches


def reliability_chart(result: Result, name: str, language: str = "zh") -> Chart:
    """Draw what one model said of reaching targets against what came true.

    On the diagonal promises are kept. The title is the finding about the promises near 80 %.

    Parameters
    ----------
    result : Result
        A back-test; its common tasks are shown.
    name : str
        The model.
    language : {'zh', 'en'}
        Of the words.
    """
    zh = language == "zh"
    rows = np.flatnonzero(result.common)
    marks = result.marks[name]
    chance, reached = marks.chance[rows].ravel(), marks.reached[rows].ravel()
    table = pd.DataFrame(reliability(chance, reached))
    table = table[table["n"] > 0].reset_index(drop=True)
    with style():
        figure, axes = new_figure(_SIDE, _SIDE + 1.2)
        axes.plot([0, 100], [0, 100], color="#8A8A8A", linewidth=0.8, linestyle=(0, (2, 2)))
        size = 12 + 160 * np.sqrt(table["n"] / max(table["n"].sum(), 1))
        axes.plot(100 * table["said"], 100 * table["came"], color=COLOURS[0], linewidth=1.0)
        dots = axes.scatter(100 * table["said"], 100 * table["came"], s=size, color=COLOURS[0])
        dots.set(zorder=3, clip_on=False)
        axes.set(xlim=(0, 100), ylim=(0, 100), aspect="equal")
        axes.set_xlabel("预测的概率（%）" if zh else "stated probability (%)")
        axes.set_ylabel("实际达到（%）" if zh else "share reached (%)")
    shown = [
        (figure_text(100 * said, 0), figure_text(100 * came, 0), int(n))
        for said, came, n in table[["said", "came", "n"]].itertuples(index=False)
    ]
    alt = ("；" if zh else "; ").join(
        f"说 {said}% 的 {n:,} 个，达到 {came}%" if zh else f"said {said}% ({n:,}): {came}% reached"
        for said, came, n in shown
    )
    names = ["预测概率%", "实际达到%", "目标数"] if zh else ["stated %", "reached %", "targets"]
    data = pd.DataFrame(shown, columns=names)
    return Chart(
        figure,
        finding(chance, reached, name, language),
        subtitle="点的面积示目标个数的多少；虚线为完全兑现"
        if zh
        else "dot area: number of targets",
        alt=alt or ("没有可比的目标" if zh else "no target to compare"),
        data=data,
        key=f"reliability-{name}",
    )


def finding(chance: NDArray[Any], reached: NDArray[Any], name: str, language: str) -> str:
    """Return what became of the targets a model gave about 80 %, as a title.

    Examples
    --------
    >>> finding(np.full(100, 0.8), np.arange(100) < 79, "drift", "zh")
    'drift：说“八成”的目标，实际有79%达到'
    >>> finding(np.array([0.5]), np.array([1.0]), "drift", "en")
    'drift: stated 50% on average, 100% reached'
    """
    known = np.isfinite(chance) & np.isfinite(reached)
    near = known & (np.abs(chance - _SAID) <= _NEAR + 1e-9)
    zh = language == "zh"
    if near.sum() >= _ENOUGH:
        share = figure_text(100 * float(reached[near].mean()), 0)
        if zh:
            return f"{name}：说“八成”的目标，实际有{share}%达到"
        return f"{name}: of targets said to be 80% likely, {share}% were reached"
    if not known.any():
        return f"{name}：没有可比的目标" if zh else f"{name}: no target to compare"
    said = figure_text(100 * float(chance[known].mean()), 0)
    came = figure_text(100 * float(reached[known].mean()), 0)
    if zh:
        return f"{name}：平均说{said}%，实际达到{came}%"
    return f"{name}: stated {said}% on average, {came}% reached"


def coverage_chart(result: Result, which: str, language: str = "zh") -> Chart:
    """Draw which share of outcomes lay inside each model's ranges against what they promise.

    Parameters
    ----------
    result : Result
        A back-test.
    which : {'overall', 'own'}
        On the common tasks, or on all that each model answered.
    language : {'zh', 'en'}
        Of the words.
    """
    zh = language == "zh"
    names = list(result.models)
    scores = {name: result.scores[which][name] for name in names}
    shares = {n: {k: 100 * scores[n][f"cover{k}"] for k in COVERS} for n in names}
    with style():
        figure, axes = new_figure(0.9 + _ROW * len(names))
        for place, level in enumerate(COVERS):
            axes.axvline(level, color=COLOURS[place], linewidth=1.0, linestyle=(0, (2, 2)))
            axes.plot(
                [shares[name][level] for name in names],
                range(len(names)),
                MARKERS[place],
                color=COLOURS[place],
                markersize=6,
                clip_on=False,  # at 100 % a mark would be cut in half
                label=f"{level}% 区间" if zh else f"{level}% range",
            )
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_xlim(0, 100)
        axes.grid(axis="y", visible=False)
        axes.set_xlabel(
            "实际落入（%）；虚线为应有" if zh else "outcomes inside (%); dashed: promised"
        )
        axes.legend(frameon=False, ncols=3, loc="lower left", bbox_to_anchor=(0, 1))
    told = {n: figure_text(shares[n][95], 0) for n in names if not math.isnan(shares[n][95])}
    caption = ("，" if zh else ", ").join(f"{name} {share}%" for name, share in told.items())
    lead = "95%区间实际覆盖：" if zh else "Outcomes inside the 95% range: "
    data = pd.DataFrame(
        [[n, *(figure_text(shares[n][k], 1) for k in COVERS)] for n in names],
        columns=["模型" if zh else "model", *(f"{k}%" for k in COVERS)],
    )
    return Chart(
        figure,
        lead + (caption or "—"),
        alt=("；" if zh else "; ").join(" ".join(map(str, row)) for row in data.values.tolist()),
        data=data,
        key="coverage",
    )
