"""One finding on a filled-in workbook: which cell, how grave, what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.data.errors import InputError, brief

ERROR, HELD, NOTE = "error", "held", "note"
GRADES = {ERROR: ("错误", "error"), HELD: ("待核实", "held"), NOTE: ("提示", "note")}


@dataclass(frozen=True)
class Found:
    """One finding.

    Attributes
    ----------
    grade : str
        ``error``: must be mended; ``held``: written only once confirmed; ``note``: to know.
    sheet, cell : str
        Title of the sheet and address of the cell, ``""`` for the whole sheet or workbook.
    zh, en : str
        What was found.
    value, expected, nearest : str or None
        What stands there, what was expected, the nearest valid choice.
    """

    grade: str
    sheet: str
    cell: str
    zh: str
    en: str
    value: str | None = None
    expected: str | None = None
    nearest: str | None = None
    accepted: bool = False

    @property
    def row(self) -> int | None:
        """The row of the cell."""
        digits = self.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return int(digits) if digits.isdigit() else None

    @property
    def blocks(self) -> bool:
        """Whether nothing may be written."""
        return self.grade == ERROR or (self.grade == HELD and not self.accepted)

    def line(self) -> str:
        """Return the finding as one line of the terminal, in both languages.

        Examples
        --------
        >>> Found("error", "数值 Figures", "H12", "不是数字", "not a number", "abc").line()
        '错误 error  数值 Figures!H12  不是数字 / not a number；现为 found “abc”'
        """
        zh, en = GRADES[self.grade]
        place = "!".join(part for part in (self.sheet, self.cell) if part)
        said = [f"{self.zh} / {self.en}"]
        if self.value is not None:
            said.append(f"现为 found “{brief(self.value)}”")
        if self.expected:
            said.append(f"应为 expected {self.expected}")
        if self.nearest:
            said.append(f"最接近 nearest {self.nearest}")
        passed = "（已放行 accepted）" if self.accepted else ""
        return f"{zh} {en}{passed}  {place}  {'；'.join(said)}"


def of_error(error: InputError, sheet: str, cell: str, grade: str = ERROR) -> Found:
    """Return a mistake found by a reader of the data as a finding on a cell."""
    value = None if error.value is None else str(error.value)
    return Found(grade, sheet, cell, error.zh, error.en, value, error.expected, error.nearest)


def sort_key(titles: Sequence[str]):  # type: ignore[no-untyped-def]
    """Return the order in which findings are told: by sheet, row and column."""

    def key(item: Found) -> tuple:
        at = titles.index(item.sheet) if item.sheet in titles else -1
        return (at, item.row or 0, len(item.cell), item.cell)

    return key
