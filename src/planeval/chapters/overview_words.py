"""How the words of an evaluation are to be read: likelihood, grades of evidence."""

from __future__ import annotations

import pandas as pd

from analysis.targets.types import GRADES, OUTLOOKS, likelihood
from planeval.show.table import Table
from planeval.words.language import Terms, either, say

# the class that Chinese evaluations print for an outlook
CLASSES = Terms({"快于预期": "快于预期", "基本符合": "基本符合", "滞后": "滞后"})


def words_table() -> Table:
    """Return the words of likelihood with the probabilities they stand for."""
    edges: dict[str, list[int]] = {}
    for percent in range(101):
        edges.setdefault(likelihood(percent / 100), []).append(percent)
    rows = []
    for code in OUTLOOKS:
        if code in edges:
            low, high = min(edges[code]), max(edges[code]) + 1
            reach = (
                say("{}%以上", low) if high > 100 else say("{}%—{}%（不含{}%）", low, high, high)
            )
            rows.append((either(*OUTLOOKS[code][:2]), reach, CLASSES.get(OUTLOOKS[code][2], "—")))
    frame = pd.DataFrame(rows, columns=[say("用词"), say("实现概率"), say("常用评估用语")])
    return Table(frame, say("前景用词与实现概率"), align=["left"] * 3, key="words")


def grades_table() -> Table:
    """Return the four grades of evidence and what each asks for."""
    rows = [(grade, either(*words)) for grade, words in GRADES.items()]
    frame = pd.DataFrame(rows, columns=[say("等级"), say("要求")])
    return Table(frame, say("证据等级"), align=["left"] * 2, key="grades")
