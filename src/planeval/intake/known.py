"""A document entered late: what has been judged since its date was judged without it."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.data.changes import known_from
from analysis.data.observations import Data
from planeval.intake.cells import Report
from planeval.intake.found import HELD, Found
from planeval.intake.layout import PLAN_TABLES
from planeval.intake.rows import Taken
from planeval.publish.revisions import REPORTS, SNAPSHOT, read_json, revisions

#: The columns by which a document's row is known again in the data of a published report.
NAMED_BY = ("target_id", "date", "document", "field", "year")


@dataclass(frozen=True)
class LastReport:
    """The published report of a plan with the newest data.

    Attributes
    ----------
    as_of : date
        Up to which day its data go.
    folder : Path
        Its revision, with the data it was made from.
    """

    as_of: dt.date
    folder: Path

    def used(self, row: Taken, plan_id: str) -> bool:
        """Tell whether the document stands in the data the report was made from."""
        path = self.folder / SNAPSHOT / row.sheet.file(plan_id)
        if not path.is_file():
            return False
        with path.open(encoding="utf-8-sig", newline="") as handle:
            lines = list(csv.DictReader(handle))
        names = [name for name in NAMED_BY if name in row.values]
        return any(all(line.get(name) == row.values[name] for name in names) for line in lines)


def last_report(root: Path, plan_id: str) -> LastReport | None:
    """Return a plan's published report with the newest data, None where none is published.

    Raises
    ------
    InputError
        When a published report lacks its record.

    Examples
    --------
    >>> last_report(Path("no-such-project"), "jiaxing-14fyp")
    """
    folder = root / REPORTS / plan_id
    found = []
    for year in sorted(folder.glob("[0-9][0-9][0-9][0-9]")):
        for item in revisions(year):
            told = read_json(item.folder / "manifest.json", f"{item.folder.name}/manifest.json")
            day = dt.date.fromisoformat(str(told["parameters"]["as_of"]))
            found.append(LastReport(day, item.folder))
    return max(found, key=lambda one: one.as_of, default=None)


def check_documents(
    rows: Sequence[Taken], plan_id: str, before: Data, after: Data, report: Report
) -> None:
    """Hold a document that an evaluation already made or published would have had to use.

    Parameters
    ----------
    rows : sequence of Taken
        New rows of all tables; only good ones of the plan's dated tables are looked at.
    before, after : Data
        The data as they are, and as they would be with the new sources.

    Notes
    -----
    Held when the document was public by the as-of date of the newest published report, which was
    made without it: that day's evaluation would differ. Held when its own date is before that
    date, or before the newest figure (the plan's latest evaluation), and its source came out
    later: it counts from then on only, and a wrong date or source looks just the same.
    """
    last = last_report(before.root, plan_id)
    newest = max([before.latest_vintage(), *([last.as_of] if last else [])])
    for row in rows:
        if row.sheet.key not in PLAN_TABLES or not row.good or row.skip:
            continue
        date = dt.date.fromisoformat(row.values["date"])
        day = known_from({"date": date, "source": row.values["source"]}, after)
        if last is not None and day <= last.as_of and not last.used(row, plan_id):
            report(
                row.found(
                    HELD,
                    "date",
                    f"已发布报告的数据截至{last.as_of}，未采用这份文件；同日的评价今后会不同",
                    f"a report with data up to {last.as_of} was published without this document:"
                    " the evaluation as of that day will differ from now on",
                    expected=f"> {last.as_of}",
                )
            )
        elif date < newest and day > date:
            report(_later_source(row, day, undated=not _published(after, row)))


def _published(data: Data, row: Taken) -> bool:
    return data.sources[row.values["source"]]["published"] is not None


def _later_source(row: Taken, day: dt.date, *, undated: bool) -> Found:
    source = row.values["source"]
    zh, en = f"来源{source}公布于{day}", f"source {source} was published on {day}"
    if undated:
        zh, en = (
            f"来源{source}没有公布日，最迟按{day}计",
            f"source {source} is undated, {day} at latest",
        )
    return row.found(
        HELD,
        "date",
        f"{zh}，晚于文件日期：自该日起采用，截止日更早的评价不采用",
        f"{en}, after the document's date: evaluations as of an earlier day do not use it",
        expected=f">= {day}",
    )
