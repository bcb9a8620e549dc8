"""Chapters executed: papermill, several side by side, typed parameters, readable failures."""

from __future__ import annotations

import logging
import os
import queue
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from analysis.data.errors import nearest
from planeval.report.lessons import nbformat
from planeval.words.errors import UserError

_START_TIMEOUT = 120  # seconds for a kernel to answer; a cold disk needs some twenty


@dataclass(frozen=True)
class ChapterRun:
    """One executed chapter.

    Attributes
    ----------
    chapter : Path
        The notebook as written.
    output : Path
        The notebook as executed, with its outputs.
    seconds : float
        Time from the chapter's start to its last cell.
    """

    chapter: Path
    output: Path
    seconds: float


@dataclass(frozen=True)
class ChapterFailure:
    """Why one chapter did not finish.

    Attributes
    ----------
    chapter : Path
        The notebook.
    cell : int or None
        Which code cell, counted from 1 in the notebook as written; None when no cell ran.
    line : str
        The first line of that cell.
    ename, evalue : str
        Name and message of the exception.
    """

    chapter: Path
    cell: int | None
    line: str
    ename: str
    evalue: str


class ChapterError(Exception):
    """One or more chapters failed; says which, where and why, in Chinese and in English.

    Parameters
    ----------
    failures : sequence of ChapterFailure
        In the order of the chapters.

    Examples
    --------
    >>> print(ChapterError([ChapterFailure(Path("02.ipynb"), 3, "1 / 0", "ZeroDivisionError",
    ...                                    "division by zero")]))
    02.ipynb，第 3 个代码单元（1 / 0）出错：ZeroDivisionError: division by zero
    02.ipynb, code cell 3 (1 / 0) failed: ZeroDivisionError: division by zero
    """

    def __init__(self, failures: Sequence[ChapterFailure]) -> None:
        self.failures = tuple(failures)
        super().__init__("\n".join(line for failure in failures for line in _told(failure)))

    def __reduce__(self):
        return (ChapterError, (self.failures,))


def _told(failure: ChapterFailure) -> tuple[str, str]:
    name, what = failure.chapter.name, f"{failure.ename}: {failure.evalue}".rstrip(": ")
    if failure.cell is None:
        return f"{name} 未能运行：{what}", f"{name} could not run: {what}"
    return (
        f"{name}，第 {failure.cell} 个代码单元（{failure.line}）出错：{what}",
        f"{name}, code cell {failure.cell} ({failure.line}) failed: {what}",
    )


def run_chapters(
    chapters: Sequence[Path],
    parameters: Mapping[str, Any],
    output_dir: Path,
    *,
    optional: Mapping[str, Any] | None = None,
    workers: int | None = None,
    progress: bool = True,
    timeout: float = 600,
) -> list[ChapterRun]:
    """Execute chapter notebooks side by side and save them with their outputs.

    Parameters
    ----------
    chapters : sequence of Path
        Notebooks, in reading order.
    parameters : mapping of str to value
        Given to every chapter. None, truth values, numbers, text, and lists and mappings of
        these keep their type; dates arrive as ISO text, paths as text.
    output_dir : Path
        Where the executed notebooks go, under their own names.
    optional : mapping, optional
        Parameters given only to the chapters that know them.
    workers : int, optional
        Chapters at a time; by default one per processor, at most four.
    progress : bool
        Show a bar on standard error that names the chapters under way.
    timeout : float
        Seconds one cell may take.

    Returns
    -------
    list of ChapterRun
        In the order of `chapters`.

    Raises
    ------
    InputError
        When a notebook is missing or unreadable, or does not know a parameter.
    ChapterError
        After all have ended, when any failed.

    Notes
    -----
    The kernel is always the running interpreter's own. Each worker keeps one kernel and
    clears it between chapters; see :mod:`planeval.report.kernel`. Chapters are judged by what the
    execution raised, never by what the saved notebook says of itself.

    Examples
    --------
    >>> run_chapters([], {}, Path("build"), progress=False)
    []
    """
    paths = [Path(chapter).resolve() for chapter in chapters]
    values = {name: _plain(name, value) for name, value in parameters.items()}
    extra = {name: _plain(name, value) for name, value in (optional or {}).items()}
    given = {}
    for path in paths:
        known = _check(path, values)
        given[path] = values | {name: extra[name] for name in extra if name in known}
    if len({path.name for path in paths}) < len(paths):
        raise UserError("两章同名", "two chapters bear the same name", file=paths[0].name)
    if not paths:
        return []
    folder = Path(output_dir).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    count = max(1, min(workers or os.cpu_count() or 1, 4 if workers is None else workers))
    run = _Run(given, folder, timeout)
    with tempfile.TemporaryDirectory(prefix="chapters-", ignore_cleanup_errors=True) as scratch:
        return run.all(paths, min(count, len(paths)), Path(scratch), progress)


class _Run:
    """The workers of one call: a list of work, an account of what became of it."""

    def __init__(
        self, given: Mapping[Path, Mapping[str, Any]], folder: Path, timeout: float
    ) -> None:
        self.given, self.folder, self.timeout = given, folder, timeout
        self.work: queue.SimpleQueue[Path] = queue.SimpleQueue()
        self.news: queue.SimpleQueue[tuple[Path, Any]] = queue.SimpleQueue()
        self.stopped = threading.Event()

    def all(
        self, paths: Sequence[Path], count: int, scratch: Path, progress: bool
    ) -> list[ChapterRun]:
        """Start the workers, follow what they report, and judge."""
        from planeval.report.kernel import KeptKernel

        for path in paths:
            self.work.put(path)
        _selector_loops_on_windows()
        kernels = [KeptKernel(scratch, number) for number in range(count)]
        threads = [threading.Thread(target=self._worker, args=(kernel,)) for kernel in kernels]
        with _quiet_loggers():
            try:
                for thread in threads:
                    thread.start()
                done = self._follow(paths, progress)
            finally:
                # On Ctrl-C kernels end first: their workers find them dead and return.
                self.stopped.set()
                for kernel in kernels:
                    kernel.kill()
                for thread in threads:
                    thread.join()
        failures = [done[path] for path in paths if isinstance(done[path], ChapterFailure)]
        if failures:
            raise ChapterError(failures)
        return [done[path] for path in paths]

    def _follow(self, paths: Sequence[Path], progress: bool) -> dict[Path, Any]:
        from tqdm import tqdm

        done: dict[Path, Any] = {}
        running: list[str] = []
        # Waiting in short turns, so that Ctrl-C is answered on Windows too and the clock of
        # the bar goes on; in a log file the bar is written only when something happens.
        with tqdm(total=len(paths), disable=not progress, file=sys.stderr, leave=False) as bar:
            while len(done) < len(paths):
                try:
                    path, result = self.news.get(timeout=0.25)
                except queue.Empty:
                    if sys.stderr.isatty():
                        bar.refresh()
                    continue
                if result is None:
                    running.append(path.stem)
                else:
                    running.remove(path.stem)
                    done[path] = result
                    bar.update()
                bar.set_description_str("、".join(running))
        return done

    def _worker(self, kernel: Any) -> None:
        try:
            while not self.stopped.is_set():
                try:
                    path = self.work.get_nowait()
                except queue.Empty:
                    return
                self.news.put((path, None))
                try:
                    result: ChapterRun | ChapterFailure = self._one(path, kernel)
                except Exception as error:  # never leave the account waiting for a chapter
                    result = ChapterFailure(path, None, "", type(error).__name__, str(error))
                self.news.put((path, result))
        finally:
            kernel.stop()

    def _one(self, path: Path, kernel: Any) -> ChapterRun | ChapterFailure:
        import papermill

        from planeval.report.kernel import ENGINE

        began = time.perf_counter()
        output = self.folder / path.name
        try:
            kernel.prepare(path.parent, _START_TIMEOUT)
            papermill.execute_notebook(
                str(path),
                str(output),
                dict(self.given[path]),
                engine_name=ENGINE,
                kernel_name="python3",
                language="python",
                progress_bar=False,
                request_save_on_cell_execute=False,
                kept=kernel,
                timeout=self.timeout,
            )
        except Exception as error:  # whatever a chapter raises belongs to that chapter
            failure = _failure(path, error, kernel, self.timeout)
            if failure.ename in ("CellTimeoutError", "DeadKernelError"):
                kernel.stop()
            return failure
        early = _early_end(path, output, kernel)
        return early or ChapterRun(path, output, time.perf_counter() - began)


def _check(path: Path, values: Mapping[str, Any]) -> list[str]:
    """Refuse a notebook that cannot be read or would ignore a parameter; return those it knows."""
    import papermill

    if not path.is_file():
        found = nearest(path.name, [p.name for p in path.parent.glob("*.ipynb")])
        raise UserError("没有这个笔记本", "no such notebook", file=path.name, nearest=found)
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat raises many kinds: JSON, validation, encoding
        raise UserError("笔记本无法读取", "unreadable notebook", file=path.name) from error
    # Editors and filters may strip these; papermill cannot read parameters without them.
    notebook.metadata["kernelspec"] = {"name": "python3", "language": "python"}
    with _quiet_loggers():
        known = list(papermill.inspect_notebook(notebook))
    for name in values:
        if name not in known:
            raise UserError(
                "这一章没有这个参数（标签为 parameters 的单元中没有）",
                "the chapter has no such parameter (in its cell tagged parameters)",
                file=path.name,
                column=name,
                expected=", ".join(known) or None,
                nearest=nearest(name, known),
            )
    return known


def _plain(name: str, value: Any) -> Any:
    """Return a parameter as one of the types that reach a notebook unchanged."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(name, item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(name, item) for item in value]
    if hasattr(value, "item"):  # a number from numpy
        return _plain(name, value.item())
    raise UserError(
        "这种参数不能传给笔记本",
        "a parameter of this kind cannot be given to a notebook",
        column=name,
        value=value,
        expected="bool, int, float, str, date, list, dict",
    )


def _failure(path: Path, error: Exception, kernel: Any, timeout: float) -> ChapterFailure:
    """Say of any exception where in the notebook as written it came from, and why."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    ename, evalue = type(error).__name__, str(error).strip()
    source = None
    if isinstance(error, PapermillExecutionError):
        ename, evalue, source = error.ename, error.evalue, error.source
    elif isinstance(error, CellTimeoutError):
        evalue = f"超过 {timeout:g} 秒 / longer than {timeout:g} s"
    elif isinstance(error, DeadKernelError):
        code, said = kernel.exit_code(), kernel.last_words()
        evalue = f"内核已退出 / the kernel died (exit status {code}) {said}".strip()
    return _located(path, kernel.steps, source, ename, evalue)


def _located(
    path: Path, steps: Sequence[tuple[int, str]], source: str | None, ename: str, evalue: str
) -> ChapterFailure:
    """Find the cell of that source among the steps taken; without one, the last step."""
    if not steps:
        return ChapterFailure(path, None, "", ename, evalue)
    place, text = next((step for step in steps if step[1] == source), steps[-1])
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return ChapterFailure(path, place, line, ename, evalue)


def _early_end(path: Path, output: Path, kernel: Any) -> ChapterFailure | None:
    """Find an error that papermill lets pass, or a cell that never ran.

    ``sys.exit(0)`` in a chapter, for example, counts as success there and leaves half of it.
    """
    for cell in nbformat.read(output, as_version=4).cells:
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        errors = [out for out in cell.outputs if out.output_type == "error"]
        if errors:
            return _located(path, kernel.steps, cell.source, errors[0].ename, errors[0].evalue)
        if cell.execution_count is None:
            return _located(path, kernel.steps, None, "SystemExit", "其后各单元未运行 / ended here")
    return None


@contextmanager
def _quiet_loggers() -> Iterator[None]:
    """Keep papermill and its libraries from talking beside the progress bar."""
    loggers = [logging.getLogger(name) for name in ("papermill", "traitlets", "asyncio")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _selector_loops_on_windows() -> None:
    """Use the event loop that ZeroMQ needs on Windows, before any worker makes its own."""
    if sys.platform == "win32":
        import asyncio

        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
