"""Run one chapter as the report runs it, and gather what it printed."""

from __future__ import annotations

import json
from pathlib import Path

import papermill

from analysis.data.paths import project_root

#: plan, year, as-of date: the usual case, a plan that has ended, and almost no data.
CASES = [
    ("jiaxing-14fyp", 2024, ""),
    ("jiaxing-13fyp", 2020, ""),
    ("jiaxing-14fyp", 2021, "2021-12-31"),
]


def run_chapter(name: str, plan: str, year: int, as_of: str, folder: Path) -> str:
    """Execute a chapter and return its text: Markdown, tables, captions; fail on any error."""
    target = folder / name
    papermill.execute_notebook(
        str(project_root() / "notebooks" / name),
        str(target),
        parameters={"plan": plan, "year": year, "as_of": as_of},
        progress_bar=False,
    )
    said = []
    for cell in json.loads(target.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", ()):
            assert output["output_type"] != "error", output
            assert output["output_type"] != "stream", output
            for mime, data in output["data"].items():
                if mime.endswith("chart+json"):
                    said += [data["caption"], data["subtitle"], data["alt"]]
                elif mime in ("text/markdown", "text/plain"):
                    said.append("".join(data))
    return "\n".join(said)
