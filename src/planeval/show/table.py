"""Tables as they are printed: numbers grouped and rounded, every cell safe in any format.

A :class:`Table` is what a chapter shows. Jupyter draws it, and the report binds it: the same
object carries HTML for the screen, a Markdown pipe table for print and the plain cells.
"""

from __future__ import annotations

import html
import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from numbers import Integral, Number
from typing import Any

import numpy as np
import pandas as pd

from planeval.show.widths import fitted_widths, printed_type
from planeval.words.cell import Mark, behind, kept, marks_of, printed, value_of
from planeval.words.language import spoken, tidy

TABLE_MIME = "application/vnd.planeval.table+json"
MISSING = "—"
#: Dashes under a pipe table's head. More than any page is wide, so that pandoc always
#: takes the dashes as column widths.
_DASHES = 160
_ALIGNMENTS = {"left": ":{}-", "right": "-{}:", "center": ":{}:"}
_NUMERIC = re.compile(r"[+\-−±]?[\d,]+(\.\d+)?\s*(%|‰|个百分点|倍)?|—|…|")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_UNPRINTABLE = ("Cc", "Cn", "Co", "Cs")  # controls, unassigned, private use, half pairs
_SPACES = re.compile(r"\s+")


def number(
    value: object, digits: int = 1, missing: str = MISSING, *, sign: bool = False, unit: str = ""
) -> str:
    """Write a figure as a report prints it: rounded half up, thousands grouped.

    Parameters
    ----------
    value : number, figure that knows its origin, or None
        The figure, in the unit of its column. None and NaN are unknown, never 0.
    digits : int
        Decimal places kept.
    missing : str
        What stands for an unknown figure.
    sign : bool
        Print the plus sign too, as for changes.
    unit : str
        Set directly behind the figure, for example ``"%"``.

    Returns
    -------
    str
        The minus sign is U+2212; a figure that rounds to zero has no sign.

    Raises
    ------
    ValueError
        When `value` is infinite: that is a defect of a calculation, not a figure.

    Notes
    -----
    Half up (四舍五入) on the decimal digits as written, so 2.675 gives 2.68, where binary
    rounding gives 2.67. Source: GB/T 8170, 数值修约规则.

    Examples
    --------
    >>> number(12345.678), number(2.675, 2), number(-0.04), number(None)
    ('12,345.7', '2.68', '0.0', '—')
    >>> number(-3.25, sign=True, unit="%"), number(0.3, sign=True)
    ('−3.3%', '+0.3')
    """
    figure, value = value, value_of(value)
    if value is None or value is pd.NA or value is pd.NaT:
        return missing
    as_float = float(value)
    if math.isnan(as_float):
        return missing
    if math.isinf(as_float):
        raise ValueError("an infinite figure cannot be printed")
    exact = value if isinstance(value, (int, Decimal)) else repr(as_float)
    rounded = Decimal(exact).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    mark = "" if rounded == 0 else "−" if rounded < 0 else "+" if sign else ""
    return printed(f"{mark}{abs(rounded):,.{max(digits, 0)}f}{unit}", figure)


def percent(value: object, digits: int = 1, missing: str = MISSING, *, sign: bool = False) -> str:
    """Write a figure already in per cent with its sign, for example a growth rate.

    Parameters are those of :func:`number`; `value` is in per cent, not a share.

    Examples
    --------
    >>> percent(8.45), percent(float("nan")), percent(1.2, sign=True)
    ('8.5%', '—', '+1.2%')
    """
    return number(value, digits, missing, sign=sign, unit="%")


def escape(text: object) -> str:
    r"""Return `text` so that pandoc and Jupyter print it letter by letter.

    Every ASCII punctuation mark gets a backslash, which both take off again, so that no
    ``|``, ``*``, ``_``, ``#``, ``$``, ``@`` or ``<`` in the data can break a table or
    become mark-up. White space of any kind becomes one space.

    Examples
    --------
    >>> print(escape("港口_吞吐量 | *万*吨"))
    港口\_吞吐量 \| \*万\*吨
    """
    return escaped(clean(text))


def escaped(text: str) -> str:
    """Return clean text with a backslash before every ASCII punctuation mark."""
    return _PUNCTUATION.sub(r"\\\1", text)


def clean(text: object) -> str:
    """Return `text` on one line, without control characters.

    Examples
    --------
    >>> clean(" 港区 \\n 生产总值\\x00 ")
    '港区 生产总值'
    """
    kept = (c for c in str(text) if c.isspace() or unicodedata.category(c) not in _UNPRINTABLE)
    return _SPACES.sub(" ", "".join(kept)).strip()


@dataclass
class Table:
    """One table of a report: cells, heading, where the figures come from.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per line. Text is printed as it stands; floats, and observations and others
        that know their origin, as :func:`number` prints them; whole numbers without grouping
        (a year must not become 2,025) unless `digits` names their column. The index is not printed.
    caption : str
        What the table holds; the report puts its number before it.
    source, note : str
        Printed under the table.
    beside : sequence of rows, optional
        Rows of the tables it stands in a series with; they have the same column widths.
    align : sequence of {"left", "right", "center"}, optional
        Without it columns of figures stand right, all others left.
    key : str
        Short name for cross-references: ``@tab:key`` in a chapter's prose.
    digits : int or mapping of column to int
        Decimal places of floats.

    Raises
    ------
    ValueError
        When `caption` is empty, or `align` does not fit the columns.

    Examples
    --------
    >>> table = Table(pd.DataFrame({"指标": ["生产总值"], "2025 年": [226.04]}), "主要指标")
    >>> table.rows
    [['生产总值', '226.0']]
    >>> table.alignment
    ['left', 'right']
    """

    frame: pd.DataFrame
    caption: str
    source: str = ""
    note: str = ""
    beside: Sequence[Sequence[str]] = ()
    align: Sequence[str] | None = None
    key: str = ""
    digits: int | Mapping[str, int] = 1

    def __post_init__(self) -> None:
        if not clean(self.caption):
            raise ValueError("a table needs a caption")
        count = self.frame.shape[1]
        if count == 0:
            raise ValueError("a table needs at least one column")
        if self.align is not None and (
            len(self.align) != count or set(self.align) - set(_ALIGNMENTS)
        ):
            raise ValueError(f"align: {count} of 'left', 'right', 'center' are needed")

    @property
    def columns(self) -> list[str]:
        """Column headings as printed."""
        heads = (tidy(clean(name), capital=False) for name in self.frame.columns)
        return [head[:1].upper() + head[1:] if spoken() == "en" else head for head in heads]

    @property
    def rows(self) -> list[list[str]]:
        """Cells as printed, row by row."""
        names = [str(name) for name in self.frame.columns]
        return [
            [self._cell(name, value) for name, value in zip(names, row, strict=True)]
            for row in self.frame.itertuples(index=False, name=None)
        ]

    def _cell(self, column: str, value: Any) -> str:
        if value is None or pd.isna(value):
            return MISSING
        if isinstance(value, bool | np.bool_):
            raise ValueError(f"column {column}: write true and false as words")
        if isinstance(value, str):
            return kept(value, lambda text: tidy(clean(text), capital=False))
        if not isinstance(value_of(value), Number):
            return tidy(clean(value), capital=False)
        places = self.digits.get(column) if isinstance(self.digits, Mapping) else None
        if places is None and isinstance(value, Integral):
            return str(value).replace("-", "−")
        default = self.digits if isinstance(self.digits, int) else 1
        return number(value, default if places is None else places)

    @property
    def alignment(self) -> list[str]:
        """One of left, right, center for each column."""
        if self.align is not None:
            return list(self.align)
        columns = zip(*self.rows, strict=True) if self.rows else [()] * self.frame.shape[1]
        return ["right" if _all_figures(cells) else "left" for cells in columns]

    def payload(self) -> dict[str, Any]:
        """Everything a report needs, as JSON: cells are strings, widths add up to 1.

        The `printed_widths` are those of the PDF, whose type is not Word's.
        """
        columns, rows, alignment = self.columns, self.rows, self.alignment
        fitted = self.beside or rows
        return {
            "caption": tidy(clean(self.caption)),
            "source": tidy(clean(self.source)),
            "note": tidy(clean(self.note)),
            "key": self.key,
            "observations": behind(self.source).rows,
            "claims": behind(self.source).claims,
            "columns": columns,
            "rows": rows,
            "origins": [
                [row, column, *mark]
                for row, cells in enumerate(rows)
                for column, cell in enumerate(cells)
                for mark in marks_of(cell)
            ],
            "align": alignment,
            "widths": _shares(fitted_widths(columns, fitted)),
            "printed_widths": _shares(
                fitted_widths(columns, fitted, printed_type(len(columns), spoken()))
            ),
        }

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        data = self.payload()
        tail = [escape(data[name]) for name in ("note", "source") if data[name]]
        lines = [pipe_table(data), f": {escape(data['caption'])}", *tail]
        return {
            "text/html": _html(data),
            TABLE_MIME: data,
            "text/markdown": "\n\n".join(lines),
            "text/plain": _plain(data),
        }


def pipe_table(
    data: Mapping[str, Any], told: Callable[[str, Sequence[Mark]], str] | None = None
) -> str:
    r"""Write a table's payload as a pandoc pipe table.

    The dashes under each heading are as many as the column is wide, which is how pandoc
    learns the widths. Source: pandoc's manual, ``pipe_tables``.

    Parameters
    ----------
    data : mapping
        The payload of a :class:`Table`: ``columns``, ``rows``, ``align``, ``widths``.
    told : callable, optional
        Writes a cell with its marks; by default letter by letter, without them.

    Examples
    --------
    >>> print(pipe_table({"columns": ["a"], "rows": [["x|y"]], "align": ["right"],
    ...                   "widths": [1.0]}).replace("-" * 158, "--"))
    | a |
    |---:|
    | x\|y |
    """
    rules = [
        _ALIGNMENTS[side].format("-" * max(2, round(_DASHES * width) - 2))
        for side, width in zip(data["align"], data["widths"], strict=True)
    ]
    lines = [f"| {' | '.join(map(escape, data['columns']))} |", f"|{'|'.join(rules)}|"]
    marks: dict[tuple[int, int], list[Mark]] = {}
    for row, column, *mark in data.get("origins", ()) if told else ():
        marks.setdefault((row, column), []).append(tuple(mark))
    for n, cells in enumerate(data["rows"]):
        written = [
            told(cell, marks[n, at]) if told and (n, at) in marks else escape(cell)
            for at, cell in enumerate(cells)
        ]
        lines.append(f"| {' | '.join(written)} |")
    return "\n".join(lines)


def alike(tables: Sequence[Table]) -> list[Table]:
    """Return tables of one kind with the same column widths, as they stand in a series."""
    rows = [row for one in tables for row in one.rows]
    return [replace(one, beside=rows) for one in tables]


def _shares(widths: Sequence[float]) -> list[float]:
    return [round(width / sum(widths), 4) for width in widths]


def _all_figures(cells: Sequence[str]) -> bool:
    return bool(cells) and all(_NUMERIC.fullmatch(cell) for cell in cells)


def _html(data: Mapping[str, Any]) -> str:
    def line(tag: str, cells: Sequence[str]) -> str:
        styled = zip(cells, data["align"], strict=True)
        return "".join(
            f'<{tag} style="text-align:{side}">{html.escape(cell)}</{tag}>' for cell, side in styled
        )

    body = "".join(f"<tr>{line('td', row)}</tr>" for row in data["rows"])
    tail = "".join(f"<p>{html.escape(data[name])}</p>" for name in ("note", "source") if data[name])
    return (
        f"<table><caption>{html.escape(data['caption'])}</caption>"
        f"<thead><tr>{line('th', data['columns'])}</tr></thead><tbody>{body}</tbody></table>{tail}"
    )


def _plain(data: Mapping[str, Any]) -> str:
    lines = [data["columns"], *data["rows"]]
    return "\n".join([data["caption"], *("\t".join(line) for line in lines)])
