"""A copy of the project's data that a test may edit, row by row."""

from __future__ import annotations

import contextlib
import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.data.errors import InputError
from analysis.data.plan import load_plan
from analysis.targets.evaluation import evaluate
from planeval.cli.app import main
from planeval.words.errors import message

HOME = Path(__file__).resolve().parents[1]
CASES = Path(__file__).resolve().parent / "cases"


def cases(name: str) -> list[dict[str, str]]:
    """Return the rows of a case file."""
    with (CASES / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


class Root:
    """A project root of its own: ``data/`` copied, to be changed and loaded."""

    def __init__(self, folder: Path) -> None:
        self.path = folder
        shutil.copytree(HOME / "data", folder / "data")

    def file(self, name: str) -> Path:
        """Return a table's path: ``observations``, or ``jiaxing-14fyp/targets`` of a plan."""
        plans = self.path / "data" / "plans"
        return (plans if "/" in name else self.path / "data") / f"{name}.csv"

    def rows(self, name: str) -> list[dict[str, str]]:
        """Return a table's rows as text."""
        with self.file(name).open(encoding="utf-8-sig", newline="") as handle:
            return list(csv.DictReader(handle))

    def columns(self, name: str) -> list[str]:
        """Return a table's header."""
        with self.file(name).open(encoding="utf-8-sig", newline="") as handle:
            return next(csv.reader(handle))

    def write(self, name: str, rows: list[dict[str, str]]) -> None:
        """Write a table anew under its own header."""
        columns = self.columns(name)
        with self.file(name).open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def number(self, name: str, **where: str) -> int:
        """Return the row, as a spreadsheet counts, of the one row that fits."""
        found = [
            at
            for at, row in enumerate(self.rows(name), start=2)
            if all(row[key] == value for key, value in where.items())
        ]
        assert len(found) == 1, f"{len(found)} rows of {name} fit {where}"
        return found[0]

    def change(self, name: str, where: dict[str, str], **new: str) -> int:
        """Change the one row that fits, and return its number."""
        at = self.number(name, **where)
        rows = self.rows(name)
        rows[at - 2] |= new
        self.write(name, rows)
        return at

    def add(self, name: str, *rows: dict[str, str]) -> int:
        """Append rows, and return the number of the last."""
        self.write(name, [*self.rows(name), *rows])
        return len(self.rows(name)) + 1

    def drop(self, name: str, **where: str) -> None:
        """Take out every row that fits."""
        self.write(
            name,
            [
                row
                for row in self.rows(name)
                if not all(row[key] == value for key, value in where.items())
            ],
        )


def plan_of(path: Path) -> object:
    """Return the fourteenth plan of a root, all its tables checked."""
    return load_plan("jiaxing-14fyp", root=path)


def evaluation_of(path: Path) -> object:
    """Return the evaluation of a root, which reads more than the plan does."""
    return evaluate("jiaxing-14fyp", 2024, root=path)


def refused(root: Root, api: Callable[[Path], object] = plan_of) -> InputError:
    """Return the one mistake a root holds, told alike by the API and the command line.

    Whatever the mistake, the command leaves with 2, prints it once in each language and no
    traceback, and writes nothing.
    """
    with pytest.raises(InputError) as caught:
        api(root.path)
    error = caught.value
    before = sorted(root.path.rglob("*"))
    out, err = io.StringIO(), io.StringIO()
    words = ("evaluate", "jiaxing-14fyp", "--year", "2024")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(
            [*words, "--root", str(root.path), "--json", str(root.path / "out.json")],
        )
    assert code == 2 and out.getvalue() == ""
    told = message(error)
    assert err.getvalue() == f"planeval: {told}\n" and "Traceback" not in err.getvalue()
    assert len(told.splitlines()) == 2  # one sentence in each language
    assert sorted(root.path.rglob("*")) == before
    return error


def observation(indicator: str, period: str, value: str, unit: str, **more: str) -> dict[str, str]:
    """Return an observation row of the zone, published at the end of its year."""
    return {
        "region": "jiaxing-port-area",
        "indicator": indicator,
        "period": period,
        "value": value,
        "unit": unit,
        "qualifier": "exact",
        "price_basis": "not_applicable",
        "caliber": "default",
        "status": "reported",
        "published": f"{period[:4]}-12-31",
        "published_basis": "stated",
        "source": "S5",
        "locator": "test",
    } | more


def target(target_id: str, indicator: str, unit: str, kind: str, **more: str) -> dict[str, str]:
    """Return a target row of the fourteenth plan, of the text and without a document's number."""
    return {
        "target_id": target_id,
        "section": "text",
        "group_zh": "试",
        "group_en": "test",
        "indicator": indicator,
        "name_zh": f"试{target_id}",
        "name_en": target_id,
        "unit": unit,
        "kind": kind,
        "direction": "increase",
        "target_text": "试",
        "target_year": "2025",
        "region": "jiaxing-port-area",
        "caliber": "default",
        "price_basis": "not_applicable",
        "domain": "other",
        "source": "S1",
        "locator": "test",
    } | more
