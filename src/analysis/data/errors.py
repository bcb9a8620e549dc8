"""What a user did wrong, said once: where it is, what was found, what was expected.

Every mistake a user can make ends in one :class:`InputError`. It carries a code and figures, no
sentence: whoever shows it to a person has the words for it. A traceback means a defect of ours.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping
from typing import Any

# characters of a wrong value that a message shows; comparing longer ones only takes time
SHOWN = 60


class Reason:
    """Why something is so: a code, and the figures that belong to it.

    Parameters
    ----------
    code : str
        Lower case, words joined by ``_``: what a translator, a test or a program goes by.
    **figures : object
        Numbers, names and codes; the sentence round them is made elsewhere.

    Examples
    --------
    >>> reason = Reason("annual_series_lacks", years=[2021, 2022])
    >>> reason.code, reason.figures["years"], str(reason)
    ('annual_series_lacks', [2021, 2022], 'annual_series_lacks (years: [2021, 2022])')
    >>> reason == Reason("annual_series_lacks", years=[2021, 2022])
    True
    """

    __slots__ = ("code", "figures")

    def __init__(self, code: str, /, **figures: Any) -> None:
        self.code = code
        self.figures: Mapping[str, Any] = figures

    def __repr__(self) -> str:
        told = [repr(self.code), *(f"{name}={value!r}" for name, value in self.figures.items())]
        return f"Reason({', '.join(told)})"

    def __str__(self) -> str:
        told = ", ".join(f"{name}: {brief(value)}" for name, value in self.figures.items())
        return f"{self.code} ({told})" if told else self.code

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Reason):
            return NotImplemented
        return (self.code, self.figures) == (other.code, other.figures)

    def __hash__(self) -> int:
        return hash((self.code, repr(sorted(self.figures.items(), key=lambda item: item[0]))))

    def __reduce__(self):
        return (_reason, (self.code, dict(self.figures)))


def _reason(code: str, figures: dict[str, Any]) -> Reason:
    return Reason(code, **figures)


class InputError(Exception):
    """A mistake in a file, a parameter or a command, with its place and its cure.

    Parameters
    ----------
    code : str
        What is wrong, as a code (see :class:`Reason`).
    file : str, optional
        The file, relative to the project's root.
    row : int, optional
        Row number as a spreadsheet shows it: the header is row 1.
    column : str, optional
        Column name; without a file, the name of the parameter.
    value : object, optional
        The value found.
    expected : str or Reason, optional
        What would have been right: as it would be typed, or a code.
    nearest : str, optional
        The nearest valid choice.
    **figures : object
        What else the code is about.

    Examples
    --------
    >>> print(InputError("not_number", file="data/x.csv", row=3, column="value", value="abc",
    ...                  expected="226.0"))
    data/x.csv, row 3, column value: not_number; found 'abc'; expected 226.0
    """

    def __init__(
        self,
        code: str,
        *,
        file: str | None = None,
        row: int | None = None,
        column: str | None = None,
        value: object = None,
        expected: str | Reason | None = None,
        nearest: str | None = None,
        **figures: Any,
    ) -> None:
        self.reason = Reason(code, **figures)
        self.file, self.row, self.column = file, row, column
        self.value, self.expected, self.nearest = value, expected, nearest
        #: The other cells of a row found wrong, by column: what they name may tell what was meant.
        self.beside: Mapping[str, str | None] = {}
        super().__init__(code)

    @property
    def code(self) -> str:
        """What is wrong, as a code."""
        return self.reason.code

    def __str__(self) -> str:
        place = ", ".join(
            part
            for part in (
                self.file,
                f"row {self.row}" if self.row is not None else None,
                f"column {self.column}" if self.column else None,
            )
            if part
        )
        told = [str(self.reason)]
        if self.value is not None:
            told.append(f"found {brief(self.value)!r}")
        if self.expected:
            told.append(f"expected {self.expected}")
        if self.nearest:
            told.append(f"nearest {self.nearest}")
        return f"{place}: {'; '.join(told)}" if place else "; ".join(told)

    def __reduce__(self):  # an error raised in a worker process must arrive whole
        return (_rebuild, (type(self), self.__dict__.copy()))


def _rebuild(kind: type[InputError], state: dict[str, Any]) -> InputError:
    made = kind.__new__(kind)
    made.__dict__.update(state)
    made.args = (made.reason.code,)
    return made


_SYSTEM = {
    errno.ENOSPC: "no_space_left_on_disk",
    errno.EDQUOT: "disk_quota_used_up",
    errno.EROFS: "disk_is_read_only",
    errno.EACCES: "not_permitted_or_open_elsewhere",
    errno.EPERM: "not_permitted",
    errno.ENOENT: "no_such_file_or_folder",
    errno.EEXIST: "file_exists",
    errno.EISDIR: "system_folder_not_file",
    errno.ENOTDIR: "part_of_path_not_folder",
    errno.ENAMETOOLONG: "file_name_is_too_long",
}


def of_system(error: OSError) -> InputError:
    """Return what the operating system refused, as any other mistake.

    Examples
    --------
    >>> print(of_system(OSError(errno.ENOSPC, "No space left on device")))
    no_space_left_on_disk
    """
    file = str(error.filename) if error.filename else None
    code = _SYSTEM.get(error.errno or 0)
    if code is None:
        return InputError("system_refused", file=file, words=error.strerror or str(error))
    return InputError(code, file=file)


def brief(value: object) -> str:
    """Return a value as a message shows it: on one line, and cut where it runs on.

    Examples
    --------
    >>> brief("two\\nlines"), len(brief("x" * 100_000))
    ('two lines', 60)
    """
    text = " ".join(str(value)[: 10 * SHOWN].split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def nearest(value: object, choices: Iterable[object]) -> str | None:
    """Return the choice most like `value`, in whatever case, or None when there is no choice.

    Examples
    --------
    >>> nearest("jiaxing-14fpy", ["jiaxing-13fyp", "jiaxing-14fyp"])
    'jiaxing-14fyp'
    >>> nearest("GDP", ["grp", "gdp"]), nearest(2026, [2021, 2022, 2023, 2024, 2025])
    ('gdp', '2025')
    """
    import difflib  # for mistakes alone: every start of the program would wait for it

    options = list(choices)
    if not options:
        return None
    if isinstance(value, int) and all(isinstance(option, int) for option in options):
        return str(min(options, key=lambda option: abs(option - value)))  # type: ignore[operator]
    names = {option.casefold(): option for option in reversed(list(map(str, options)))}
    wanted = brief(value)
    if wanted.casefold() in names:
        return names[wanted.casefold()]
    found = difflib.get_close_matches(wanted, map(str, options), n=1, cutoff=0.3)
    if found:
        return found[0]
    near = difflib.get_close_matches(wanted.casefold(), names, n=1, cutoff=0.0)
    return names[near[0]] if near else str(options[0])
