"""A back-test told: as a record for machines, as rows for a table, as lines on a screen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from analysis import __version__
from analysis.backtest.marks import COVERS, TARGETS
from analysis.backtest.models import engine_weights
from analysis.backtest.run import Result
from analysis.backtest.scores import reliability
from analysis.forecast.kinds import KINDS
from planeval.show.widths import display_width

_UNTOLD = 1e6  # beyond it a mean says only that it has no bound
_FIGURES = 6  # significant figures in the record
#: Key of a score, its heading in Chinese and English, and its decimals.
COLUMNS: tuple[tuple[str, str, str, int], ...] = (
    ("smape", "sMAPE", "sMAPE", 2),
    ("mase", "MASE", "MASE", 3),
    ("owa", "OWA", "OWA", 3),
    ("msis", "MSIS", "MSIS", 1),
    *((f"cover{level}", f"{level}%区间", f"in {level}%", 1) for level in COVERS),
    ("crps_log", "CRPS对数点", "CRPS log", 2),
    ("crps_scaled", "CRPS标度", "CRPS scaled", 3),
    ("brier", "Brier", "Brier", 3),
    ("ece", "校准误差", "calibration", 3),
)


def figure(value: float | None, digits: int, unit: str = "") -> str:
    """Return a score as a table shows it; unknown is a dash, one without bound is said so.

    Examples
    --------
    >>> figure(0.12345, 3), figure(float("nan"), 3), figure(1e90, 2), figure(-0.5, 2)
    ('0.123', '—', '>10⁶', '−0.50')
    """
    if value is None or math.isnan(value):
        return "—"
    if value > _UNTOLD:
        return ">10⁶"
    return f"{value:.{digits}f}{unit}".replace("-", "−")


def cell(score: dict[str, float], key: str, digits: int) -> str:
    """Return one score of a model as a table shows it, shares in per cent.

    Examples
    --------
    >>> cell({"cover95": 0.9421, "owa": 0.8}, "cover95", 1), cell({"owa": 0.8}, "owa", 3)
    ('94.2%', '0.800')
    """
    if key.startswith("cover"):
        return figure(100.0 * score[key], digits, "%")
    return figure(score[key], digits)


def main_table(result: Result, language: str, which: str = "overall") -> list[list[str]]:
    """Return the models and their scores, a header first.

    Parameters
    ----------
    result : Result
        A back-test.
    language : {'zh', 'en'}
        Of the headings.
    which : {'overall', 'own'}
        On the common tasks, or on all that each model answered.
    """
    zh = language == "zh"
    head = ["模型" if zh else "model", *(c[1] if zh else c[2] for c in COLUMNS)]
    common = which == "overall"
    head += ["CRPS比" if zh else "CRPS ratio"] if common else []
    head += ["拒答" if zh else "refused"]
    head += ["秒/千次" if zh else "s/1,000"]
    rows = [head]
    for name in result.models:
        score = result.scores[which][name]
        row = [name, *(cell(score, key, digits) for key, _, _, digits in COLUMNS)]
        row += [_ratio(result, name)] if common else []
        row += [f"{int(result.marks[name].refused.sum()):,}", figure(seconds(result, name), 3)]
        rows.append(row)
    return rows


def seconds(result: Result, name: str) -> float:
    """Return the seconds a model took for a thousand tasks, on the machine it ran on."""
    return result.marks[name].seconds / max(len(result.tasks), 1) * 1000.0


def ratio_key(result: Result) -> str:
    """Return which CRPS models are compared by: in log points where any kind has logs."""
    score = result.scores["overall"][result.baseline]
    return "crps_scaled" if math.isnan(score["crps_log"]) else "crps_log"


def _ratio(result: Result, name: str) -> str:
    if name == result.baseline:
        return "1"
    line, key = result.versus[name], ratio_key(result)
    value, error = line[f"{key}_ratio"], line[f"{key}_ratio_se"]
    return figure(value, 3) + ("" if math.isnan(error) else f"±{error:.3f}")


def part_table(result: Result, language: str) -> list[list[str]]:
    """Return OWA, CRPS and the share inside 95 % by kind and pattern, a header first."""
    zh = language == "zh"
    patterns = {item.key: item.zh if zh else item.en for item in result.tasks.patterns}
    rows = [["种类" if zh else "kind", "历史" if zh else "history", "任务" if zh else "tasks"]]
    rows[0] += list(result.models)
    for group, by_model in result.scores.get("by_kind_and_pattern", {}).items():
        name, key = group.split("|")
        count = int(next(iter(by_model.values()))["tasks"])
        row = [KINDS[name].zh if zh else KINDS[name].en, patterns[key], f"{count:,}"]
        for score in by_model.values():
            spread = score["crps_log"]
            shown = figure(score["crps_scaled"], 2) if math.isnan(spread) else figure(spread, 1)
            inside = figure(100 * score["cover95"], 0, "%")
            row.append(f"{figure(score['owa'], 2)} {shown} {inside}")
        rows.append(row)
    return rows


def headline(result: Result, language: str) -> list[str]:
    """Return what was asked and which tasks the tables stand on, in sentences."""
    tasks, common = result.tasks, int(result.common.sum())
    used = len(np.unique(tasks.series))
    n, h = len(tasks), tasks.horizon
    read = tasks.panel.n_read
    if language == "zh":
        lines = [
            f"{tasks.panel.file}：序列 {read:,} 条，检验 {used:,} 条；任务 {n:,} 个，至多 {h} 步"
        ]
        lines.append(
            f"下表用全部模型都作答的任务：{common:,} 个（共 {n:,} 个）；各模型拒答数列在表中"
        )
        if not common:
            lines[-1] = "没有一个任务是全部模型都作答的；各模型各自的分数见下"
    else:
        lines = [
            f"{tasks.panel.file}: {read:,} series, {used:,} scored;"
            f" {n:,} tasks, up to {h} steps ahead"
        ]
        lines.append(f"tables stand on the {common:,} of {n:,} tasks that all models answered")
        if not common:
            lines[-1] = "no task was answered by all models; scores of each on its own are below"
    return lines


def left_lines(result: Result, language: str) -> list[str]:
    """Return a sentence for each reason for which series were left out."""
    told = []
    for item in result.tasks.left_out:
        if language == "zh":
            place = f"第 {item.row} 行 {item.value}" if item.row else ""
            example = f"{item.series_id}{'，' if place else ''}{place}"
            told.append(f"未检验 {item.count:,} 条：{item.zh}；如 {example}")
        else:
            place = f", row {item.row}: {item.value}" if item.row else ""
            told.append(f"{item.count:,} left out: {item.en}; first {item.series_id}{place}")
    return told


def screen(result: Result, language: str) -> str:
    """Return the whole back-test as it is printed in a terminal."""
    zh = language == "zh"
    blocks = ["\n".join([*headline(result, language), *left_lines(result, language)])]
    whole = bool(result.common.any())
    blocks.append(aligned(main_table(result, language, "overall" if whole else "own")))
    base = result.baseline
    blocks.append(
        f"CRPS比：与 {base} 之比（小于 1 为优），±为按序列重抽样的标准误；sMAPE、MASE、OWA 用中位数"
        if zh
        else f"CRPS ratio: to {base}, below 1 is better; ± standard error, series redrawn"
    )
    if whole:
        blocks.append(
            ("每格：OWA、CRPS（对数点；无对数的种类用标度）、落入 95% 区间的比例\n" if zh else
             "cells: OWA, CRPS (log points; scaled where a kind has no logs), share inside 95 %\n")
            + aligned(part_table(result, language), 3)
        )  # fmt: skip
    blocks += [("注意：" if zh else "caution: ") + (a if zh else b) for a, b in result.cautions]
    return "\n\n".join(blocks) + "\n"


def aligned(rows: Sequence[Sequence[str]], words: int = 1) -> str:
    """Return rows as lines with columns one under the other; the first `words` to the left.

    Examples
    --------
    >>> print(aligned([["模型", "OWA"], ["drift", "0.8"]]))
    模型   OWA
    drift  0.8
    """
    widths = [max(display_width(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = []
        for place, (text, width) in enumerate(zip(row, widths, strict=True)):
            gap = " " * (width - display_width(text))
            cells.append(text + gap if place < words else gap + text)
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def record(result: Result, command: str = "") -> dict[str, Any]:
    """Return everything as JSON: what was asked, all scores by every breakdown, what was left out.

    Shares are 0 to 1; an unknown or unbounded figure is null. ``seconds_per_1000`` depends on
    the machine.
    """
    tasks = result.tasks
    models = {}
    for name, model in result.models.items():
        marks = result.marks[name]
        rows = np.flatnonzero(result.common)
        table = reliability(marks.chance[rows], marks.reached[rows])
        models[name] = {
            "name_zh": model.zh,
            "name_en": model.en,
            "refused": int(marks.refused.sum()),
            "seconds_per_1000": seconds(result, name),
            "overall": result.scores["overall"][name],
            "own": result.scores["own"][name],
            "versus_baseline": result.versus.get(name),
            "reliability": [
                {"said": said, "came": came, "n": int(n)}
                for said, came, n in zip(table["said"], table["came"], table["n"], strict=True)
            ],
            **{
                part: {group: by[name] for group, by in result.scores.get(part, {}).items()}
                for part in ("by_kind", "by_pattern", "by_kind_and_pattern", "by_horizon")
            },
        }
    told = {
        "version": __version__,
        "command": command,
        "weights": engine_weights() if any(m.learned for m in result.models.values()) else None,
        "panel": {"file": tasks.panel.file, "sha256": tasks.panel.sha256},
        "series": {"read": tasks.panel.n_read, "scored": len(np.unique(tasks.series))},
        "left_out": [
            {"reason": i.code, "zh": i.zh, "en": i.en, "count": i.count,
             "example": {"series_id": i.series_id, "row": i.row, "value": i.value}}
            for i in tasks.left_out
        ],
        "horizon": tasks.horizon,
        "patterns": [{"key": p.key, "zh": p.zh, "en": p.en} for p in tasks.patterns],
        "targets": list(TARGETS),
        "tasks": {"all": len(tasks), "common": int(result.common.sum())},
        "baseline": result.baseline,
        "cautions": [{"zh": zh, "en": en} for zh, en in result.cautions],
        "models": models,
    }  # fmt: skip
    cleaned: dict[str, Any] = _clean(told)
    return cleaned


def _clean(value: Any) -> Any:
    """Return the value as JSON has it: figures that are none become null, others are rounded."""
    if isinstance(value, dict):
        return {str(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    if isinstance(value, float | np.floating):
        if not math.isfinite(value):
            return None
        return float(f"{float(value):.{_FIGURES}g}")
    return int(value) if isinstance(value, np.integer) else value
