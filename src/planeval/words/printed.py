"""Tables whose texts a report prints: read against their schema, every letter one that prints."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from analysis.data.errors import InputError
from analysis.data.paths import shown
from analysis.data.schema import read_table
from planeval.words.letters import BREAKS, check_printed

#: Columns whose cells stand in headings, charts and on the cover, where no line may end.
_NAMES = ("name_", "group_")
#: Letters of a name, and of a word in it that no line can break; the longest word of English
#: that is no chemical's name has 28.
LONGEST, WORD = 200, 40
_WORDS = re.compile(r"[!-~\u00a1-\u024f]+")
#: Columns of codes and units: whoever looks them up tells a wrong one with the nearest right one.
_CODES = [
    "region", "indicator", "caliber", "source", "parent", "parent_region", "target_id", "unit",
    "comparator_region", "comparator_indicator", "department",
]  # fmt: skip


def read_printed(path: Path, schema: Path, root: Path) -> pd.DataFrame:
    """Read one CSV table as :func:`analysis.data.schema.read_table` does, its texts fit for print.

    Parameters
    ----------
    path, schema, root : Path
        The table, its schema and the project's root.

    Returns
    -------
    DataFrame
        As from :func:`analysis.data.schema.read_table`.

    Raises
    ------
    InputError
        For the first cell that breaks the schema, or holds a control character or one that no
        font of the report has. Notes may break lines, names may not, nor be too long to print.

    Examples
    --------
    >>> from analysis.data.paths import project_root
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
                if not breaks:
                    _check_width(value, file, row, column)
    return table


def _check_width(name: str, file: str, row: int, column: str) -> None:
    """Refuse a name that no heading and no cell has room for."""
    longest = max(_WORDS.findall(name), key=len, default="")
    if len(longest) > WORD:
        raise InputError(
            f"名称里的词太长：{len(longest)}个字母，中间不能断行",
            f"a word of the name is too long: {len(longest)} letters without a break",
            file=file, row=row, column=column, value=longest, expected=f"<= {WORD}",
        )  # fmt: skip
    if len(name) > LONGEST:
        raise InputError(
            f"名称太长：{len(name)}个字符", f"the name is too long: {len(name)} characters",
            file=file, row=row, column=column, value=name, expected=f"<= {LONGEST}",
        )  # fmt: skip


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
    >>> from analysis.data.paths import project_root
    >>> check_tables(project_root())
    """
    for path in sorted((root / "data").glob("*.csv")):
        schema = root / "data" / "schemas" / f"{path.stem}.json"
        if schema.is_file():
            read_printed(path, schema, root)
