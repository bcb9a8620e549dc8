"""A Jupyter kernel that outlives one chapter, and forgets it before the next.

What stays is the import of modules, so a chapter must not change a library's own code (decision
0014-kept-kernels).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines

ENGINE = "planeval-kept-kernel"

#: Runs in the kernel, once after its start. Kept in a module of its own, out of reach of
#: the names a chapter uses.
_REMEMBER = """
import os, sys, types, warnings
_kept = types.ModuleType("_planeval_kept")
_kept.environment, _kept.path = dict(os.environ), list(sys.path)
_kept.filters = list(warnings.filters)
sys.modules["_planeval_kept"] = _kept
from analysis.data.errors import InputError
def _said(error):
    from planeval.words.errors import message
    return message(error)
InputError.__str__ = _said  # a chapter that stops is told of in words
from planeval.report.once import share
share()
get_ipython().reset()
"""
#: Runs before each chapter. Libraries are put back only when they have been imported.
_FORGET = """
import decimal, gc, os, random, sys, warnings
import _planeval_kept as _kept
os.chdir({folder!r})
for _name in set(os.environ) - set(_kept.environment):
    del os.environ[_name]
os.environ.update(_kept.environment)
sys.path[:] = _kept.path
random.seed()
decimal.setcontext(decimal.Context(prec=28))
if "numpy" in sys.modules:
    import numpy
    numpy.random.seed()
    numpy.seterr(divide="warn", over="warn", under="ignore", invalid="warn")
if "matplotlib" in sys.modules:
    import matplotlib
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
    warnings.simplefilter("ignore")
    matplotlib.rc_file_defaults()
if "pandas" in sys.modules:
    warnings.simplefilter("ignore")
    sys.modules["pandas"].reset_option("all")
warnings.filters[:] = _kept.filters
getattr(warnings, "_filters_mutated", lambda: None)()
gc.collect()
get_ipython().reset()  # last, for it takes these names away too
"""


class KernelError(RuntimeError):
    """A kernel could not be started or cleared; the message ends with what it last said."""


class KeptKernel:
    """One kernel of the running interpreter, with folders of its own.

    Nothing of the user's is read or written: no kernel registered under the same name, no
    start-up files, no history.

    Parameters
    ----------
    scratch : Path
        An existing folder for the connection file and what the kernel prints on its own.
    number : int
        Tells the kernels of one run apart.
    """

    def __init__(self, scratch: Path, number: int) -> None:
        self.folder = scratch / f"kernel-{number}"
        self.folder.mkdir()
        self.manager: AsyncKernelManager | None = None
        self.client: Any = None
        self.starts = 0
        #: Code cells begun in this chapter: place in the notebook as written, and source.
        self.steps: list[tuple[int, str]] = []

    def prepare(self, folder: Path, timeout: float) -> None:
        """Have a kernel without names, working in `folder`; start one when there is none."""
        self.steps.clear()
        if self.manager is None or not run_sync(self.manager.is_alive)():
            self.stop()
            self._start(folder, timeout)
            self._quietly(_REMEMBER, timeout)
        self._quietly(_FORGET.format(folder=str(folder)), timeout)

    def _start(self, folder: Path, timeout: float) -> None:
        self.starts += 1
        manager = AsyncKernelManager(connection_file=str(self.folder / f"{self.starts}.json"))
        quiet = ["--IPKernelApp.log_level=50", "--HistoryManager.enabled=False"]
        launch = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", *quiet]
        # The name alone could find a kernel that the user registered for another interpreter.
        manager._kernel_spec = KernelSpec(argv=launch, language="python", display_name="Python")
        self.manager = manager
        with self._said.open("wb") as said:
            run_sync(manager.start_kernel)(
                env=self._environment(), cwd=str(folder), stdout=said, stderr=said
            )
        self.client = manager.client()
        self.client.start_channels()
        self.client.allow_stdin = False
        try:
            run_sync(self.client.wait_for_ready)(timeout=timeout)
        except RuntimeError as error:
            raise KernelError(f"{error} {self.last_words()}".strip()) from error

    @property
    def _said(self) -> Path:
        return self.folder / f"{self.starts}.log"

    def _environment(self) -> dict[str, str]:
        environment = dict(os.environ)
        # several kernels that each use every core slow each other down fourfold
        for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
            environment[name] = "1"
        environment["IPYTHONDIR"] = environment["JUPYTER_RUNTIME_DIR"] = str(self.folder)
        # A relative entry would point elsewhere from the chapter's folder.
        entries = [entry for entry in environment.get("PYTHONPATH", "").split(os.pathsep) if entry]
        environment["PYTHONPATH"] = os.pathsep.join(str(Path(e).resolve()) for e in entries)
        return environment

    def _quietly(self, code: str, timeout: float) -> None:
        run = run_sync(self.client._async_execute_interactive)
        try:
            reply = run(code, silent=True, store_history=False, timeout=timeout, output_hook=_deaf)
        except (RuntimeError, TimeoutError) as error:
            raise KernelError(f"{error} {self.last_words()}".strip()) from error
        if reply["content"]["status"] != "ok":
            content = reply["content"]
            raise KernelError(f"{content.get('ename')}: {content.get('evalue')}")

    def last_words(self) -> str:
        """Return the last line the kernel itself printed, which often says why it died."""
        try:
            lines = self._said.read_text(encoding="utf-8", errors="replace").split("\n")
        except OSError:
            return ""
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def exit_code(self) -> int | None:
        """Return the exit status of a dead kernel, None for one that lives."""
        process = getattr(getattr(self.manager, "provisioner", None), "process", None)
        return process.poll() if process is not None else None

    def kill(self) -> None:
        """End the process at once, from any thread; the worker then finds it dead."""
        process = getattr(getattr(self.manager, "provisioner", None), "process", None)
        if process is not None and process.poll() is None:
            process.kill()

    def stop(self) -> None:
        """End the kernel and free its sockets; from the worker's own thread."""
        if self.client is not None:
            self.client.stop_channels()
        if self.manager is not None and self.manager.has_kernel:
            run_sync(self.manager.shutdown_kernel)(now=True)
        self.client = self.manager = None


def _deaf(_: object) -> None:
    """Drop what clearing a kernel prints."""


class _Client(PapermillNotebookClient):
    """papermill's client on a kernel that is there already, keeping account of its steps."""

    def __init__(self, nb_man: Any, kept: KeptKernel, **how: Any) -> None:
        super().__init__(nb_man, km=kept.manager, **how)
        self.kc, self.kept = kept.client, kept

    def execute_cell(self, cell: Any, cell_index: int, **how: Any) -> Any:
        """Execute a cell, noting its place among the code cells as written."""
        if cell.cell_type == "code":
            above = self.nb.cells[: cell_index + 1]
            written = [c for c in above if c.cell_type == "code" and not _is_injected(c)]
            self.kept.steps.append((len(written), cell.source))
        return super().execute_cell(cell, cell_index, **how)


def _is_injected(cell: Any) -> bool:
    return "injected-parameters" in cell.metadata.get("tags", [])


class KeptKernelEngine(NBClientEngine):
    """papermill's own engine, but for the kernel."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, kept: KeptKernel, timeout: float, **unused: Any
    ) -> None:
        """Execute one notebook on `kept`, with `timeout` seconds for each cell."""
        kept.steps.clear()
        _Client(nb_man, kept, timeout=timeout, kernel_name=kernel_name).execute()


papermill_engines.register(ENGINE, KeptKernelEngine)
