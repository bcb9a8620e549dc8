"""An older data folder brought up to this program: the columns, tables and rules it lacks.

Nothing that stands there is touched: a column goes to the end of its table, empty, a table gets
its header, a schema what the program asks besides. Everything is loaded from a copy first, then
written in one step that can be undone.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from analysis import __version__
from analysis.data.observations import load
from analysis.data.plan import load_plan, plan_ids
from analysis.data.schema import OPTIONAL, OPTIONAL_OF_PLAN, OWN, joined, left_out, read_table
from planeval.files import changes
from planeval.files.changes import resource
from planeval.intake.examine import snapshot, staged

__all__ = ["Added", "migrate", "widened"]

_PACKAGE = "data/datapackage.json"


@dataclass(frozen=True)
class Added:
    """What one table gained.

    Attributes
    ----------
    file : str
        The table, below the root.
    columns : tuple of str
        Its new columns; empty where the table itself is new.
    rules : bool
        Whether `file` is a schema, which now asks what the program's own asks.
    """

    file: str
    columns: tuple[str, ...] = ()
    rules: bool = False


def migrate(
    root: Path, *, note: str = "", who: str | None = None
) -> tuple[list[Added], changes.Entry | None]:
    """Add to a data folder the optional columns, tables and rules that this program knows.

    Parameters
    ----------
    root : Path
        The project's root.
    note, who : str, optional
        What the change log is to say of it.

    Returns
    -------
    list of Added
        What was added.
    Entry or None
        The change; None where nothing was lacking.

    Raises
    ------
    InputError
        Where the data cannot be read as they are, or changed meanwhile. Nothing is written then.
    """
    changes.check_words(note, who)
    _read_all(root)
    files = snapshot(root)
    made, added = _brought_up(root, files)
    if not made:
        return [], None
    with staged({**files, **made}) as folder:
        _read_all(folder)
    known = {name: changes.sha256(files.get(name)) for name in {*files, *made}}
    words = "；".join(part for part in (note.strip(), f"plan-evaluation {__version__}") if part)
    return added, changes.commit(root, made, action="migrate", note=words, expect=known, who=who)


def _read_all(root: Path) -> None:
    """Read every table, also those that only one chapter uses or no plan any more."""
    data = load(root)
    for plan_id in plan_ids(data):
        load_plan(plan_id, data=data, as_of=dt.date.max)
    for name in snapshot(root):
        schema = root / _schema(name)
        if name.endswith(".csv") and schema.is_file():
            read_table(root / name, schema, root)


def _schema(table: str) -> str:
    return f"data/schemas/{PurePosixPath(table).stem}.json"


def _brought_up(root: Path, files: dict[str, bytes]) -> tuple[dict[str, bytes], list[Added]]:
    """Return the new contents of the files that change, and what each table gains."""
    made: dict[str, bytes] = {}
    added: list[Added] = []
    for name in sorted(f"data/schemas/{own.name}" for own in OWN.glob("*.json")):
        if name not in files:
            continue
        asked = joined(root / name)
        if asked.spec == json.loads(files[name]):
            continue
        made[name] = _json(asked.spec)
        if not asked.since:
            added.append(Added(name, rules=True))
            continue
        for table in files:
            if table.endswith(".csv") and _schema(table) == name:
                made[table] = widened(files[table], asked.since)
                added.append(Added(table, asked.since))
    package = json.loads(files[_PACKAGE])
    for resource_ in _left_out(root):
        name, schema = f"data/{resource_['path']}", f"data/{resource_['schema']}"
        if schema not in files:
            made[schema] = (OWN / PurePosixPath(schema).name).read_bytes()
        fields = json.loads(made.get(schema) or files[schema])["fields"]
        made[name] = (",".join(field["name"] for field in fields) + "\n").encode("utf-8")
        package["resources"].append(resource_)
        made[_PACKAGE] = _json(package)
        added.append(Added(name))
    return made, added


def _left_out(root: Path) -> Iterator[dict[str, str]]:
    """Yield the description of every optional table of which the folder knows nothing."""
    wanted = [resource(table) for table in OPTIONAL]
    for plan_id in plan_ids(load(root)):
        wanted += [resource(table, plan_id) for table in OPTIONAL_OF_PLAN]
    yield from (item for item in wanted if left_out(root / "data" / item["path"], root))


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def widened(raw: bytes, columns: Sequence[str]) -> bytes:
    """Return a CSV table with empty columns at its end, every byte of a row as it was.

    Parameters
    ----------
    raw : bytes
        The table.
    columns : sequence of str
        The names of the new columns.

    Examples
    --------
    >>> widened(b'a,b\\r\\n1,"x\\ny"\\r\\n\\r\\n2,', ["c", "d"])
    b'a,b,c,d\\r\\n1,"x\\ny",,\\r\\n\\r\\n2,,,'
    """
    mark = b"\xef\xbb\xbf"
    before = mark if raw.startswith(mark) else b""
    lines = io.StringIO(raw.removeprefix(mark).decode("utf-8"), newline="").readlines()
    reader = csv.reader(lines, strict=True)
    more = ",".join(["", *columns])
    for record in reader:
        if not record:
            continue
        line = lines[reader.line_num - 1]  # the last of those the record stands on
        body = line.rstrip("\r\n")
        lines[reader.line_num - 1] = body + more + line[len(body) :]
        more = "," * len(columns)
    return before + "".join(lines).encode("utf-8")
