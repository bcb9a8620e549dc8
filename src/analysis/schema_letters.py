"""Tables whose texts a report prints: read against their schema, every letter one that prints."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.paths import shown
from analysis.schema import read_table
from analysis.words_letters import BREAKS, check_printed

#: Columns whose cells stand in headings, charts and on the cover, where no line may end.
_NAMES = ("name_", "group_")
#: Columns of codes and units: whoever looks them up tells a wrong one with the nearest right one.
_CODES = [
    "region", "indicator", "caliber", "source", "parent", "parent_region", "target_id", "unit",
    "comparator_region", "comparator_indicator", "department",
]  # fmt: skip


def read_printed(path: Path, schema: Path, root: Path) -> pd.DataFrame:
    """Read one CSV table as :func:`analysis.schema.read_table` does, its texts fit for print.

    Parameters
    ----------
    path, schema, root : Path
        The table, its schema and the project's root.

    Returns
    -------
    DataFrame
        As from :func:`analysis.schema.read_table`.

    Raises
    ------
    InputError
        For the first cell that breaks the schema, or holds a control character or one that no
        font of the report has. Notes may break lines, names may not.

    Examples
    --------
    >>> from analysis.paths import project_root
    >>> data = project_root() / "data"
    >>> len(read_printed(data / "plans.csv", data / "schemas" / "plans.json", data.parent))
    2
    """
    table = read_table(path, schema, root)
    file = shown(path, root)
    for column in table.columns.difference(_CODES, sort=False):
        breaks = "" if column.startswith(_NAMES) else BREAKS
        for value, row in zip(table[column], table["row"], strict=True):
            if isinstance(value, str):
                check_printed(value, file=file, row=row, column=column, breaks=breaks)
    return table


def check_tables(root: Path) -> None:
    """Read every shared table that has a schema, those only a single chapter uses too.

    Parameters
    ----------
    root : Path
        The project's root.

    Raises
    ------
    InputError
        As for :func:`read_printed`.

    Examples
    --------
    >>> from analysis.paths import project_root
    >>> check_tables(project_root())
    """
    for path in sorted((root / "data").glob("*.csv")):
        schema = root / "data" / "schemas" / f"{path.stem}.json"
        if schema.is_file():
            read_printed(path, schema, root)
