"""Try the new rows on a copy of the data: the readers of the data have the last word.

The whole package, old rows and new, is loaded from a copy before a byte of the data is changed.
What the copy's readers refuse becomes a finding on the cell the row came from.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from analysis.data.errors import InputError
from analysis.data.observations import Data, load
from analysis.data.plan import load_plan, plan_ids
from planeval.intake.cells import Report
from planeval.intake.found import HELD, NOTE, Found, of_error
from planeval.intake.rows import Taken

# so many rows may be refused one after another before the rest is left for the next try
REFUSALS_AT_MOST = 200


def header(raw: bytes) -> list[str]:
    """Return a table's columns, in the order its file has them."""
    text = raw.decode("utf-8-sig")
    return next(csv.reader(io.StringIO(text, newline="")), [])


def appended(raw: bytes, rows: Sequence[Mapping[str, str]]) -> bytes:
    """Return a table with rows added at its end, every byte before them as it was.

    Examples
    --------
    >>> appended(b"a,b\\n1,2", [{"b": "x,y", "a": "3"}])
    b'a,b\\n1,2\\n3,"x,y"\\n'
    """
    if not rows:
        return raw
    end = "\r\n" if b"\r\n" in raw else "\n"
    columns = header(raw)
    made = io.StringIO(newline="")
    writer = csv.DictWriter(made, columns, restval="", extrasaction="raise", lineterminator=end)
    writer.writerows(rows)
    gap = b"" if raw.endswith(b"\n") else end.encode()
    return raw + gap + made.getvalue().encode("utf-8")


def new_files(rows: Sequence[Taken], plan_id: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the new contents of every table that gains rows, and give each row its line."""
    made: dict[str, bytes] = {}
    by_file: dict[str, list[Taken]] = {}
    for row in rows:
        by_file.setdefault(row.sheet.file(plan_id), []).append(row)
    for name, group in by_file.items():
        raw = files[name]
        first = 1 + _records(raw)
        for number, row in enumerate(group, start=first):
            row.line = number
        made[name] = appended(raw, [row.values for row in group])
    return made


def _records(raw: bytes) -> int:
    return sum(1 for _ in csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


@contextmanager
def staged(files: Mapping[str, bytes]) -> Iterator[Path]:
    """Lay the data out in a folder of its own, and take the folder away afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="planeval-"))
    try:
        for name, raw in files.items():
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(raw)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def snapshot(root: Path) -> dict[str, bytes]:
    """Return every file the data consist of, by its name below the root."""
    folder = root / "data"
    paths = [*folder.glob("*.csv"), folder / "datapackage.json", *folder.glob("schemas/*.json")]
    paths += folder.glob("plans/*/*.csv")
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(paths)}


def try_out(
    rows: Sequence[Taken],
    plan_id: str,
    files: Mapping[str, bytes],
    report: Report,
    then: Callable[[Data], None],
) -> None:
    """Load the data with the new rows; rows that are refused are marked and left out.

    Parameters
    ----------
    then : callable
        Gets the data as they would be, while their copy is there.
    """
    left = [row for row in rows if row.good and not row.skip]
    for _ in range(REFUSALS_AT_MOST):
        with staged({**files, **new_files(left, plan_id, files)}) as folder:
            try:
                data = load(folder)
                for name in plan_ids(data):
                    load_plan(name, data=data, as_of=dt.date.max)
            except InputError as refused:
                error = refused
            else:
                then(data)
                return
        guilty = _guilty(error, left, plan_id)
        if guilty is None:
            report(of_error(error, left[0].sheet.title if left else "", ""))
            return
        guilty.good = False
        column = error.column if error.column in guilty.values else next(iter(guilty.values))
        report(of_error(error, guilty.sheet.title, guilty.raw.address(column or "")))
        left.remove(guilty)


def _guilty(error: InputError, rows: Sequence[Taken], plan_id: str) -> Taken | None:
    for row in rows:
        if (row.sheet.file(plan_id), row.line) == (error.file, error.row):
            return row
    return None


def new_contradictions(before: Data, after: Data, rows: Sequence[Taken], report: Report) -> None:
    """Report what the audit finds in the new data and did not find in the old.

    A part above its whole holds the row; any other contradiction is to be known: the figures
    are as published, and the audit shows them to every reader.
    """
    if not any(row.good and not row.skip for row in rows):
        return
    from analysis.audit import audit

    day = max(after.latest_vintage(), before.latest_vintage())
    known = {
        (item.rule, item.subject_zh, item.stated, item.implied)
        for item in audit(before, day).findings
    }
    for item in audit(after, day).findings:
        if (item.rule, item.subject_zh, item.stated, item.implied) in known:
            continue
        if item.verdict not in ("contradiction", "tension"):
            continue
        places = {(place.source, place.locator) for place in item.where}
        row = _row_of(rows, item.period, places)
        grade = HELD if item.rule == "parts_vs_whole" and item.verdict == "contradiction" else NOTE
        zh = f"核对规则：{item.subject_zh}，{item.reason_zh}"
        en = f"audit: {item.subject_en}, {item.reason_en}"
        if row is None:
            report(Found(NOTE, "", "", zh, en))
        else:
            report(row.found(grade, "value", zh, en))


def _row_of(rows: Sequence[Taken], period: str, places: set[tuple[str, str]]) -> Taken | None:
    for row in rows:
        values = row.values
        if row.sheet.key == "observations" and row.good and not row.skip:
            here = (values["source"], values["locator"])
            if values["period"] == period and here in places:
                return row
    return None
