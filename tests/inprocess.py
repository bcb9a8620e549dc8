"""A chapter run inside the test's own process, and the words it showed."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import IPython.display
import nbformat
from IPython.core.interactiveshell import InteractiveShell
from matplotlib.text import Text

from planeval.show.chart import Chart
from planeval.show.table import Table
from planeval.words.language import catalogue, speaking

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"


def chapter(
    name: str,
    plan: str,
    year: int,
    *,
    as_of: str = "",
    language: str = "zh",
    anew: bool = False,
    **parameters: Any,
) -> Sequence[object]:
    """Run a chapter's cells and return what it showed: prose, tables and charts, in order.

    A chapter of this project's own data that is asked for again with the same words is not run
    again, so nothing shown may be changed; `anew` it is, for a test that changes the code.
    """
    given = {"plan": plan, "year": year, "as_of": as_of, "language": language} | parameters
    run = _run if anew or "PLANEVAL_ROOT" in os.environ else _run_once
    return run(next(NOTEBOOKS.glob(f"{name}*.ipynb")), **given)


def _run(path: Path, **given: Any) -> Sequence[object]:
    language = given["language"]
    shown: list[object] = []
    space: dict[str, Any] = {}
    plain, IPython.display.display = IPython.display.display, shown.append
    try:
        with speaking(language):
            for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
                source = "".join(cell["source"])
                if cell["cell_type"] == "markdown":
                    shown.append(source if language == "zh" else catalogue(language)[source])
                else:
                    exec(compile(source, path.name, "exec"), space)
                if "parameters" in cell["metadata"].get("tags", ()):
                    space |= given
    finally:
        IPython.display.display = plain
    return tuple(shown)


_run_once = functools.lru_cache(maxsize=24)(_run)


def saved(shown: list[object], target: Path) -> Path:
    """Save what a chapter showed as the executed notebook that a kernel would have left."""
    cells = []
    for item in shown:
        if isinstance(item, str):
            cells.append(nbformat.v4.new_markdown_cell(item))
            continue
        bundle = InteractiveShell.instance().display_formatter.format(item)
        data, metadata = json.loads(json.dumps(bundle))
        output = nbformat.v4.new_output("display_data", data=data, metadata=metadata)
        cells.append(nbformat.v4.new_code_cell("show()", outputs=[output]))
    nbformat.write(nbformat.v4.new_notebook(cells=cells), target)
    return target


def lines(shown: list[object], language: str = "zh") -> Iterator[str]:
    """Yield every line of words a reader of the chapter sees."""
    with speaking(language):
        for item in shown:
            if isinstance(item, Table):
                data = item.payload()
                yield from (data["caption"], data["source"], data["note"], *data["columns"])
                for row in data["rows"]:
                    yield " | ".join(row)
            elif isinstance(item, Chart):
                yield from (item.caption, item.subtitle, item.source, item.alt)
                yield from (t.get_text() for t in item.figure.findobj(Text))
                yield from map(str, item.data.columns)
            else:
                text = getattr(item, "data", item)
                yield from str(text).splitlines()
