"""What a user did wrong, said once: where it is, what was found, what was expected.

Every mistake a user can make ends in one :class:`InputError`. The command line prints it
and leaves with exit code 2; nothing is written. A traceback means a defect of ours.
"""

from __future__ import annotations

import difflib
import errno
from collections.abc import Iterable

# characters of a wrong value that a message shows; comparing longer ones only takes time
SHOWN = 60


class InputError(Exception):
    """A mistake in a file, a parameter or a command, with its place and its cure.

    Parameters
    ----------
    zh, en : str
        What is wrong, as one short sentence in Chinese and in English.
    file : str, optional
        The file, relative to the project's root.
    row : int, optional
        Row number as a spreadsheet shows it: the header is row 1.
    column : str, optional
        Column name; without a file, the name of the parameter.
    value : object, optional
        The value found.
    expected : str, optional
        What would have been right.
    nearest : str, optional
        The nearest valid choice.

    Examples
    --------
    >>> print(InputError("不是数字", "not a number", file="data/x.csv", row=3,
    ...                  column="value", value="abc", expected="226.0"))
    data/x.csv，第 3 行，列 value：不是数字；现为“abc”；应为 226.0
    data/x.csv, row 3, column value: not a number; found 'abc'; expected 226.0
    """

    def __init__(
        self,
        zh: str,
        en: str,
        *,
        file: str | None = None,
        row: int | None = None,
        column: str | None = None,
        value: object = None,
        expected: str | None = None,
        nearest: str | None = None,
    ) -> None:
        self.zh, self.en = zh, en
        self.file, self.row, self.column = file, row, column
        self.value, self.expected, self.nearest = value, expected, nearest
        super().__init__(str(self))

    def __str__(self) -> str:
        place_zh = "，".join(
            part
            for part in (
                self.file,
                f"第 {self.row} 行" if self.row is not None else None,
                f"{'列' if self.file else '参数'} {self.column}" if self.column else None,
            )
            if part
        )
        place_en = ", ".join(
            part
            for part in (
                self.file,
                f"row {self.row}" if self.row is not None else None,
                f"{'column' if self.file else 'parameter'} {self.column}" if self.column else None,
            )
            if part
        )
        zh, en = [self.zh], [self.en]
        if self.value is not None:
            found = brief(self.value)
            zh.append(f"现为“{found}”")
            en.append(f"found {found!r}")
        if self.expected:
            zh.append(f"应为 {self.expected}")
            en.append(f"expected {self.expected}")
        if self.nearest:
            zh.append(f"最接近的有效值：{self.nearest}")
            en.append(f"nearest valid choice: {self.nearest}")
        head_zh = f"{place_zh}：" if place_zh else ""
        head_en = f"{place_en}: " if place_en else ""
        return f"{head_zh}{'；'.join(zh)}\n{head_en}{'; '.join(en)}"

    def __reduce__(self):  # an error raised in a worker process must arrive whole
        return (_rebuild, (self.__dict__.copy(),))


def _rebuild(state: dict) -> InputError:
    return InputError(**{key: state[key] for key in _FIELDS})


_FIELDS = ("zh", "en", "file", "row", "column", "value", "expected", "nearest")


_SYSTEM = {
    errno.ENOSPC: ("磁盘已满", "no space is left on the disk"),
    errno.EDQUOT: ("磁盘配额已用完", "the disk quota is used up"),
    errno.EROFS: ("磁盘只读", "the disk is read-only"),
    errno.EACCES: ("没有权限，或文件正被别的程序打开", "not permitted, or open in another program"),
    errno.EPERM: ("没有权限", "not permitted"),
    errno.ENOENT: ("文件或文件夹不存在", "no such file or folder"),
    errno.EEXIST: ("文件已存在", "the file exists"),
    errno.EISDIR: ("是文件夹，不是文件", "a folder, not a file"),
    errno.ENOTDIR: ("路径中有一段不是文件夹", "part of the path is no folder"),
    errno.ENAMETOOLONG: ("文件名太长", "the file name is too long"),
}


def of_system(error: OSError) -> InputError:
    """Return what the operating system refused, in both languages, as any other mistake.

    Examples
    --------
    >>> print(of_system(OSError(errno.ENOSPC, "No space left on device")))
    磁盘已满
    no space is left on the disk
    """
    words = error.strerror or str(error)
    zh, en = _SYSTEM.get(error.errno or 0, (f"系统报错：{words}", words))
    return InputError(zh, en, file=str(error.filename) if error.filename else None)


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
    """Return the choice most like `value`, or None when there is no choice at all.

    Examples
    --------
    >>> nearest("jiaxing-14fpy", ["jiaxing-13fyp", "jiaxing-14fyp"])
    'jiaxing-14fyp'
    >>> nearest(2026, [2021, 2022, 2023, 2024, 2025])
    '2025'
    """
    options = list(choices)
    if not options:
        return None
    if isinstance(value, int) and all(isinstance(option, int) for option in options):
        return str(min(options, key=lambda option: abs(option - value)))  # type: ignore[operator]
    names = [str(option) for option in options]
    found = difflib.get_close_matches(brief(value), names, n=1, cutoff=0.0)
    return found[0] if found else names[0]
