"""Chapters executed: typed parameters, no name shared between chapters, failures told."""

from __future__ import annotations

import datetime
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from analysis.data.errors import InputError
from planeval.report.run import ChapterError, ChapterFailure, run_chapters

PARAMETERS = "plan = 'x'\nyear = 2024\nmore = None"


def write(path: Path, *codes: str, parameters: str = PARAMETERS) -> Path:
    """Write a chapter: a heading, its parameters, then `codes`."""
    first = new_code_cell(parameters)
    first.metadata["tags"] = ["parameters"]
    cells = [new_markdown_cell("# 章"), first, *map(new_code_cell, codes)]
    nbformat.write(new_notebook(cells=cells), path)
    return path


def run(tmp_path: Path, *chapters: Path, parameters=None, **how):
    return run_chapters(chapters, parameters or {}, tmp_path / "out", progress=False, **how)


def printed(output: Path) -> str:
    """Return what the last code cell printed."""
    cells = [c for c in nbformat.read(output, as_version=4).cells if c.cell_type == "code"]
    return "".join(out.get("text", "") for out in cells[-1].outputs).strip()


def test_parameters_keep_their_types(tmp_path):
    given = {
        "plan": "0574",  # a command line would make it 574
        "year": np.int64(2025),
        "more": {
            "flag": True, "nothing": None, "share": 0.1, "unknown": float("nan"),
            "day": datetime.date(2026, 3, 31), "path": Path("a") / "b", "list": (1, "二"),
        },
    }  # fmt: skip
    chapter = write(tmp_path / "01.ipynb", "print(repr((plan, year, more)))")
    (done,) = run(tmp_path, chapter, parameters=given)
    shown = (
        "('0574', 2025, {'flag': True, 'nothing': None, 'share': 0.1, 'unknown': nan, "
        f"'day': '2026-03-31', 'path': {str(Path('a') / 'b')!r}, 'list': [1, '二']}})"
    )
    assert printed(done.output) == shown
    assert done.chapter == chapter and done.seconds > 0


def test_a_misspelt_parameter_is_refused_before_anything_runs(tmp_path):
    marker = tmp_path / "ran"
    chapter = write(tmp_path / "01.ipynb", f"open({str(marker)!r}, 'w')")
    with pytest.raises(InputError) as caught:
        run(tmp_path, chapter, parameters={"yaer": 2025})
    assert caught.value.nearest == "year" and caught.value.file == "01.ipynb"
    assert not marker.exists()


def test_a_parameter_of_another_kind_is_refused(tmp_path):
    with pytest.raises(InputError, match="plan"):
        run(tmp_path, write(tmp_path / "01.ipynb"), parameters={"plan": object()})


def test_a_missing_or_broken_notebook_is_named(tmp_path):
    write(tmp_path / "01-overview.ipynb")
    with pytest.raises(InputError) as caught:
        run(tmp_path, tmp_path / "01-overwiev.ipynb")
    assert caught.value.nearest == "01-overview.ipynb"
    broken = tmp_path / "02.ipynb"
    broken.write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"02\.ipynb"):
        run(tmp_path, broken)


def test_two_chapters_of_one_name_are_refused(tmp_path):
    (tmp_path / "b").mkdir()
    with pytest.raises(InputError):
        run(tmp_path, write(tmp_path / "01.ipynb"), write(tmp_path / "b" / "01.ipynb"))


LEAVE = """
import decimal, os, sys, warnings
import matplotlib, numpy, pandas
import matplotlib.pyplot
leaked = 1
os.environ["LEAKED"] = "1"
os.environ["PATH"] = "nowhere"
os.chdir("/")
sys.path.insert(0, "leaked")
warnings.simplefilter("error")
decimal.getcontext().prec = 3
numpy.seterr(all="raise")
matplotlib.rcParams["lines.linewidth"] = 99
matplotlib.pyplot.figure()
pandas.set_option("display.max_rows", 3)
year = "leaked"
"""
LOOK = """
import decimal, json, os, sys, warnings
known = set(dir())
import matplotlib, numpy, pandas
import matplotlib.pyplot
print(json.dumps({
    "names": "leaked" in known or "numpy" in known, "environment": "LEAKED" in os.environ,
    "path": os.environ["PATH"], "folder": os.getcwd(), "sys.path": "leaked" in sys.path,
    "strict": warnings.filters[0][0] == "error", "prec": decimal.getcontext().prec,
    "numpy": numpy.geterr()["divide"], "width": matplotlib.rcParams["lines.linewidth"],
    "figures": matplotlib.pyplot.get_fignums(), "rows": pandas.get_option("display.max_rows"),
    "year": year, "count": get_ipython().execution_count, "out": len(Out), "pid": os.getpid(),
}))
"""


def test_a_chapter_finds_nothing_of_the_chapter_before(tmp_path):
    """On one kernel, one after the other; the chapter run alone says what is right."""
    first, second = write(tmp_path / "01.ipynb", LEAVE), write(tmp_path / "02.ipynb", LOOK)
    (alone,) = run(tmp_path / "a", second)
    _, after = run(tmp_path / "b", first, second, workers=1)
    expected, found = (json.loads(printed(done.output)) for done in (alone, after))
    assert expected.pop("pid") != found.pop("pid")
    assert found == expected
    assert found["folder"] == str(tmp_path) and found["names"] is False


def test_one_worker_keeps_one_kernel(tmp_path):
    chapters = [write(tmp_path / f"0{n}.ipynb", "import os; print(os.getpid())") for n in (1, 2)]
    one = {printed(done.output) for done in run(tmp_path / "a", *chapters, workers=1)}
    assert len(one) == 1
    assert str(os.getpid()) not in one


def test_results_come_in_the_order_of_the_chapters(tmp_path):
    slow = write(tmp_path / "01.ipynb", "import time; time.sleep(1.5); print(1)")
    rest = [write(tmp_path / f"0{n}.ipynb", f"print({n})") for n in (2, 3)]
    done = run(tmp_path, slow, *rest, workers=2)
    assert [printed(each.output) for each in done] == ["1", "2", "3"]


def test_failures_name_chapter_cell_line_and_reason(tmp_path):
    first = write(tmp_path / "01.ipynb", "a = 1", "# 除以零\n1 / 0", "b = 2")
    second = write(tmp_path / "02.ipynb", "print(year)")
    third = write(tmp_path / "03.ipynb", "raise ValueError('港区')")
    with pytest.raises(ChapterError) as caught:
        # A parameter puts a cell of papermill's own into the notebook: it is not counted.
        run(tmp_path, first, second, third, parameters={"year": 2025}, workers=1)
    assert caught.value.failures == (
        ChapterFailure(first, 3, "# 除以零", "ZeroDivisionError", "division by zero"),
        ChapterFailure(third, 2, "raise ValueError('港区')", "ValueError", "港区"),
    )
    message = str(caught.value)
    assert "01.ipynb，第 3 个代码单元（# 除以零）出错：ZeroDivisionError" in message
    assert "03.ipynb, code cell 2 (raise ValueError('港区')) failed: ValueError: 港区" in message
    assert "02.ipynb" not in message
    assert pickle.loads(pickle.dumps(caught.value)).failures == caught.value.failures


def test_a_dead_kernel_says_so_and_the_next_chapter_runs(tmp_path):
    dying = write(tmp_path / "01.ipynb", "x = 1", "import os\nos._exit(9)", "y = 1")
    after = write(tmp_path / "02.ipynb", "print('alive')")
    with pytest.raises(ChapterError) as caught:
        run(tmp_path, dying, after, workers=1)
    (failure,) = caught.value.failures
    assert (failure.cell, failure.line, failure.ename) == (3, "import os", "DeadKernelError")
    assert "exit status 9" in failure.evalue
    assert printed(tmp_path / "out" / "02.ipynb") == "alive"


def test_a_cell_that_takes_too_long_is_stopped(tmp_path):
    slow = write(tmp_path / "01.ipynb", "import time\ntime.sleep(60)")
    after = write(tmp_path / "02.ipynb", "print('alive')")
    with pytest.raises(ChapterError) as caught:
        run(tmp_path, slow, after, workers=1, timeout=1)
    (failure,) = caught.value.failures
    assert (failure.cell, failure.ename) == (2, "CellTimeoutError")
    assert printed(tmp_path / "out" / "02.ipynb") == "alive"


def test_a_chapter_that_leaves_early_has_failed(tmp_path):
    chapter = write(tmp_path / "01.ipynb", "import sys; sys.exit(0)", "print('never')")
    with pytest.raises(ChapterError) as caught:
        run(tmp_path, chapter)
    (failure,) = caught.value.failures
    assert (failure.cell, failure.ename, failure.evalue) == (2, "SystemExit", "0")


def test_an_error_the_author_expects_is_still_an_error(tmp_path):
    chapter = write(tmp_path / "01.ipynb", "1 / 0", "print('on')")
    notebook = nbformat.read(chapter, as_version=4)
    notebook.cells[2].metadata["tags"] = ["raises-exception"]
    nbformat.write(notebook, chapter)
    with pytest.raises(ChapterError) as caught:
        run(tmp_path, chapter)
    assert (caught.value.failures[0].cell, caught.value.failures[0].ename) == (
        2,
        "ZeroDivisionError",
    )


def test_the_kernel_is_our_own_and_touches_nothing_of_the_users(tmp_path, monkeypatch):
    """A kernel registered as python3, start-up files, an unwritable home: none of it counts."""
    spec = tmp_path / "data" / "kernels" / "python3"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text(
        json.dumps({"argv": ["false"], "display_name": "wrong", "language": "python"})
    )
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("intruder = 1")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    file = tmp_path / "file"
    file.write_text("")
    for name in ("HOME", "USERPROFILE", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(file / "home"))  # cannot be made, not even by root
    chapter = write(
        tmp_path / "01.ipynb", "import sys; print(sys.executable, 'intruder' in globals())"
    )
    (done,) = run(tmp_path, chapter)
    assert printed(done.output) == f"{sys.executable} False"
    assert sorted(p.name for p in (tmp_path / "ipython" / "profile_default").iterdir()) == [
        "startup"
    ]


def test_kernels_use_one_thread_each_and_see_relative_paths(tmp_path, monkeypatch):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "ours.py").write_text("here = 1")
    (tmp_path / "chapters").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", "lib")
    chapter = write(
        tmp_path / "chapters" / "01.ipynb",
        "import os, ours; print(os.environ['OPENBLAS_NUM_THREADS'], ours.here)",
    )
    (done,) = run(tmp_path, chapter)
    assert printed(done.output) == "1 1"


def test_the_bar_names_the_chapters_under_way(tmp_path, capsys):
    run_chapters([write(tmp_path / "01-总览.ipynb")], {}, tmp_path / "out")
    shown = capsys.readouterr()
    assert "01-总览" in shown.err and not shown.out
    run(tmp_path, tmp_path / "01-总览.ipynb")
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to another process")
def test_ctrl_c_ends_at_once_and_leaves_no_kernel_though_a_shell_had_it_ignored(tmp_path):
    pids = tmp_path / "pids"
    pids.mkdir()
    for n in (1, 2, 3):
        write(
            tmp_path / f"0{n}.ipynb",
            f"import os, pathlib, time\npathlib.Path({str(pids)!r}, str(os.getpid())).touch()\n"
            "time.sleep(120)",
        )
    code = (
        "import signal; assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import sys, pathlib; from planeval.report.run import run_chapters\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "try: run_chapters(sorted(folder.glob('*.ipynb')), {}, folder / 'out', workers=2)\n"
        "except KeyboardInterrupt: sys.exit(130)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    try:
        while len(list(pids.iterdir())) < 2 and child.poll() is None:
            time.sleep(0.05)
        child.send_signal(signal.SIGINT)
        assert child.wait(60) == 130
    finally:
        child.kill()
    for pid in pids.iterdir():
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid.name), 0)


def test_a_chapter_that_asks_for_what_is_not_there_is_told_of_in_both_languages(tmp_path):
    write(tmp_path / "01.ipynb", "from analysis import evaluate\nevaluate('nosuch', 2024)")
    with pytest.raises(ChapterError) as caught:
        run_chapters([tmp_path / "01.ipynb"], {}, tmp_path / "out")
    told = str(caught.value)
    assert "没有这个规划" in told and "unknown plan" in told and "unknown_plan" not in told
