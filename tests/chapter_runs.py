"""Run one chapter as the report runs it, and gather what it printed."""

from __future__ import annotations

import atexit
import functools
import json
import shutil
import tempfile
from pathlib import Path

import papermill

from analysis.data.paths import project_root
from planeval.report.kernel import ENGINE, KeptKernel

#: plan, year, as-of date: the usual case, a plan that has ended, and almost no data.
CASES = [
    ("jiaxing-14fyp", 2024, ""),
    ("jiaxing-13fyp", 2020, ""),
    ("jiaxing-14fyp", 2021, "2021-12-31"),
]


@functools.cache
def _kernel() -> tuple[KeptKernel, Path]:
    """Return this process's kernel, kept as the report keeps its own, and a folder for it."""
    folder = Path(tempfile.mkdtemp(prefix="chapter-"))
    kernel = KeptKernel(folder, 0)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(kernel.kill)
    return kernel, folder


@functools.cache
def run_chapter(name: str, plan: str, year: int, as_of: str) -> str:
    """Execute a chapter and return its text: Markdown, tables, captions; fail on any error.

    A chapter asked for twice with the same words is executed once.
    """
    kernel, folder = _kernel()
    source, target = project_root() / "notebooks" / name, folder / name
    kernel.prepare(source.parent, timeout=120)
    papermill.execute_notebook(
        str(source),
        str(target),
        parameters={"plan": plan, "year": year, "as_of": as_of},
        engine_name=ENGINE,
        kernel_name="python3",
        language="python",
        progress_bar=False,
        request_save_on_cell_execute=False,
        kept=kernel,
        timeout=600,
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
