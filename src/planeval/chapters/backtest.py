"""What a back-test shows: tables and lines, a record, two charts, a page of its own."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import __version__
from analysis.backtest.models import engine_weights
from analysis.backtest.run import COVERS, TARGETS, Result
from analysis.backtest.scores import reliability
from analysis.data.errors import Reason
from analysis.forecast.kinds import KINDS
from planeval.show.chart import COLOURS, MARKERS, Chart, new_figure, style
from planeval.show.page import rendered
from planeval.show.terminal import aligned
from planeval.words import terms
from planeval.words.amounts import figure_text
from planeval.words.language import say, speaking

# --- A back-test told: as a record for machines, as rows for a table, as lines on a screen ---


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
    place = 0 if zh else 1
    patterns = {item.key: terms.pattern_words(item.key)[place] for item in result.tasks.patterns}
    rows = [["种类" if zh else "kind", "历史" if zh else "history", "任务" if zh else "tasks"]]
    rows[0] += list(result.models)
    for group, by_model in result.scores.get("by_kind_and_pattern", {}).items():
        name, key = group.split("|")
        count = int(next(iter(by_model.values()))["tasks"])
        row = [terms.KINDS[name][place], patterns[key], f"{count:,}"]
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
        zh, en = terms.filled(terms.LEFT_OUT, item.reason)
        if language == "zh":
            place = f"第 {item.row} 行 {item.value}" if item.row else ""
            example = f"{item.series_id}{'，' if place else ''}{place}"
            told.append(f"未检验 {item.count:,} 条：{zh}；如 {example}")
        else:
            place = f", row {item.row}: {item.value}" if item.row else ""
            told.append(f"{item.count:,} left out: {en}; first {item.series_id}{place}")
    return told


def caution_lines(result: Result, language: str) -> list[str]:
    """Return what a reader of the scores must know, a sentence each."""
    place = 0 if language == "zh" else 1
    return [terms.filled(terms.SCORES, reason)[place] for reason in result.cautions]


def screen(result: Result, language: str) -> str:
    """Return the whole back-test as it is printed in a terminal."""
    zh = language == "zh"
    blocks = ["\n".join([*headline(result, language), *left_lines(result, language)])]
    whole = bool(result.common.any())
    table = main_table(result, language, "overall" if whole else "own")
    blocks.append("\n".join(aligned(table, indent=0, left=1)))
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
            + "\n".join(aligned(part_table(result, language), indent=0, left=3))
        )  # fmt: skip
    blocks += [("注意：" if zh else "caution: ") + said for said in caution_lines(result, language)]
    return "\n\n".join(blocks) + "\n"


def record(result: Result, command: str = "") -> dict[str, Any]:
    """Return everything as JSON: what was asked, all scores by every breakdown, what was left out.

    Shares are 0 to 1; an unknown or unbounded figure is null. ``seconds_per_1000`` depends on
    the machine.
    """
    tasks = result.tasks
    models = {}
    for name in result.models:
        marks = result.marks[name]
        rows = np.flatnonzero(result.common)
        table = reliability(marks.chance[rows], marks.reached[rows])
        models[name] = {
            **dict(zip(("name_zh", "name_en"), terms.MODELS[name], strict=True)),
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
            {"reason": _key(i.reason), **_pair(terms.filled(terms.LEFT_OUT, i.reason)),
             "count": i.count,
             "example": {"series_id": i.series_id, "row": i.row, "value": i.value}}
            for i in tasks.left_out
        ],
        "horizon": tasks.horizon,
        "patterns": [{"key": p.key, **_pair(terms.pattern_words(p.key))} for p in tasks.patterns],
        "targets": list(TARGETS),
        "tasks": {"all": len(tasks), "common": int(result.common.sum())},
        "baseline": result.baseline,
        "cautions": [_pair(terms.filled(terms.SCORES, reason)) for reason in result.cautions],
        "models": models,
    }  # fmt: skip
    cleaned: dict[str, Any] = _clean(told)
    return cleaned


def _pair(words: tuple[str, str]) -> dict[str, str]:
    return dict(zip(("zh", "en"), words, strict=True))


def _key(reason: Reason) -> str:
    """Return the short name of a reason in the record, which is older than the codes."""
    if reason.code == "bounds":
        return f"bounds:{reason.figures['kind']}"
    return "short" if reason.code == "no_outcome" else reason.code


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


# --- Two pictures of a back-test: promises against what came true, ranges against outcomes ---


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


# --- The web page of a back-test ---------------------------------------------------------------


def page_text(result: Result, record: dict[str, Any], language: str = "zh") -> str:
    """Return the page: scores, charts, what each measure means, what was left out, the command.

    Parameters
    ----------
    result : Result
        A back-test.
    record : dict
        Its record, from :func:`record`.
    language : {'zh', 'en'}
        Of the words.
    """
    which = "overall" if result.common.any() else "own"
    alone = any((~marks.refused != result.common).any() for marks in result.marks.values())
    with speaking(language):
        return rendered(
            "backtest.html.j2",
            record=record,
            stands_on=headline(result, language)[1],
            scores=main_table(result, language, which),
            measure=say("CRPS（对数点）")
            if ratio_key(result) == "crps_log"
            else say("CRPS（标度）"),
            own=main_table(result, language, "own") if which == "overall" and alone else None,
            coverage=_drawn(coverage_chart(result, which, language)),
            promises=[_drawn(reliability_chart(result, name, language)) for name in result.models],
            parts=part_table(result, language) if which == "overall" else None,
            steps={key: _by_step(result, key, n) for key, n in (("crps_log", 2), ("owa", 3))},
            left=_left(record, language),
            kinds=[*KINDS],
        )


def _drawn(chart: Chart) -> dict[str, Any]:
    """Return a chart as its page shows it: picture, words, and its data as rows of text."""
    payload = chart.payload()
    frame = pd.DataFrame(payload["data"], columns=payload["columns"]).astype(str)
    return payload | {"rows": [list(frame.columns), *frame.to_numpy().tolist()]}


def _by_step(result: Result, key: str, digits: int) -> list[list[str]]:
    """Return one score of all models by steps ahead, a header first."""
    rows = [[say("步长"), *result.models]]
    for step, by_model in result.scores.get("by_horizon", {}).items():
        known = [score[key] for score in by_model.values()]
        rows.append([step, *("—" if math.isnan(v) else f"{v:.{digits}f}" for v in known)])
    return rows


def _left(record: dict[str, Any], language: str) -> list[list[str]]:
    """Return the series left out as rows, a header first."""
    rows = [say("原因|条数|例：序列|行|值").split("|")]
    for item in record["left_out"]:
        first = item["example"]
        place = [str(first["row"] or "—"), first["value"] or "—"]
        rows.append([item[language], f"{item['count']:,}", first["series_id"], *place])
    return rows
