"""How such forecasts fared: the back-test record of the pattern a series resembles most.

The table ``weights/record.csv`` holds, for every kind of quantity and pattern of observed years,
how often the intervals of `analysis.forecast.forecast` held and how large its errors were in
years it had not seen, one to five years ahead and without comparable series
(``benchmarks/engine_record.py``). A series is told the record of its own kind with the largest
tabulated number of observations that it has itself; whatever differs from its case is said.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.data.errors import InputError
from analysis.forecast.kinds import KINDS, kind_named, source_words
from analysis.forecast.learned.nets import STAND_INS

#: Columns of the table; `observed` is a number of consecutive years, or "3 gaps".
COLUMNS = (
    *("kind", "observed", "panel", "first", "last", "series", "tasks", "cover50", "cover80"),
    *("cover95", "crps", "crps_drift", "brier", "ece"),
)
GAPS = "3 gaps"


@dataclass(frozen=True)
class Record:
    """How forecasts of one kind and pattern of observations fared in years they had not seen.

    Parameters
    ----------
    kind, of_kind : str
        Kind asked for, and the kind whose record it is: another one for stand-ins.
    observations : int
        Observations of the series asked for.
    missing : int
        Years missing between its first and last observation.
    pattern : int
        Observations of the series in the record.
    gaps : bool
        Whether years were missing between those.
    panel : str
        Where the series of the record come from.
    first, last : int
        Years of the outcomes.
    series, tasks : int
        Number of series, and of forecasts scored.
    cover50, cover80, cover95 : float
        Share of the outcomes inside the interval, 0 to 1.
    crps : float
        Mean continuous ranked probability score, log points times 100.
    crps_drift : float or None
        The same of a random walk with drift and Student-t bands; None where it cannot be fitted.
    brier, ece : float or None
        Brier score and calibration error of target probabilities, 0 to 1.
    """

    kind: str
    of_kind: str
    observations: int
    missing: int
    pattern: int
    gaps: bool
    panel: str
    first: int
    last: int
    series: int
    tasks: int
    cover50: float
    cover80: float
    cover95: float
    crps: float
    crps_drift: float | None
    brier: float | None
    ece: float | None

    @property
    def stand_in(self) -> bool:
        """Whether the record is of another kind than the one asked for."""
        return self.kind != self.of_kind

    @property
    def gain(self) -> float | None:
        """How much smaller the error is than that of the walk with drift, in per cent of it."""
        if not self.crps_drift:
            return None
        return 100 * (1 - self.crps / self.crps_drift)

    def words(self, language: str = "zh") -> str:
        """Say the record in one paragraph of Chinese (``zh``) or English (``en``).

        Examples
        --------
        >>> record = Record("real_gdp", "real_gdp", 3, 7, 3, True, "pwt", 2006, 2019, 183, 2544,
        ...                 0.55, 0.84, 0.96, 6.0, 10.0, None, None)
        >>> record.words()
        '同样只有3个不连续观测的序列，在2006—2019年的回测中：80%区间实际包含84%的结果\
（183个序列、2544次，每次向前最多5年；pwt）；误差（CRPS）比带漂移的随机游走低40%。'
        """
        return _zh(self) if language == "zh" else _en(self)


def record_file() -> Path:
    """Return where the shipped record is; it need not exist."""
    return Path(__file__).parent / "weights" / "record.csv"


def record_of(kind: str, years: Sequence[int], path: Path | None = None) -> Record | None:
    """Return how forecasts of such a series fared: same kind, no more observations than it has.

    Parameters
    ----------
    kind : str
        A key of `analysis.forecast.kinds.KINDS`.
    years : sequence of int
        Its observed years, ascending.
    path : Path, optional
        A table with `COLUMNS`; the shipped one when left out.

    Returns
    -------
    Record or None
        None where the table does not exist or holds nothing that fits. Of several panels the one
        with the most forecasts speaks.

    Raises
    ------
    InputError
        An unknown kind, or a table with a column missing or a cell that cannot be read.

    Examples
    --------
    >>> record_of("real_gdp", [2020], Path("nowhere.csv")) is None
    True
    """
    kind_named(kind)
    file = path or record_file()
    if not file.is_file() or not len(years):
        return None
    rows = _read(file, file.stat().st_mtime_ns)
    span = years[-1] - years[0] + 1
    for name in dict.fromkeys((kind, STAND_INS.get(kind, (kind, 1.0))[0])):
        found = _fitting(rows[rows["kind"] == name], len(years), broken=span > len(years))
        if found is not None:
            values = {key: found[key] for key in COLUMNS if key not in ("kind", "observed")}
            return Record(
                kind=kind,
                of_kind=name,
                observations=len(years),
                missing=span - len(years),
                pattern=int(found["pattern"]),
                gaps=bool(found["gaps"]),
                **values,
            )
    return None


def _fitting(rows: pd.DataFrame, count: int, *, broken: bool) -> dict[str, Any] | None:
    """Return the row of the nearest pattern: most observations, gaps alike, most forecasts."""
    with_gaps = rows["gaps"].astype(bool)
    fits = rows[(rows["pattern"] <= count) & (broken | ~with_gaps)]
    if fits.empty:
        return None
    fits = fits[fits["pattern"] == fits["pattern"].max()]
    order = fits.sort_values(["gaps", "tasks"], ascending=False, kind="stable")
    return {str(key): value for key, value in order.iloc[0].to_dict().items()}


@lru_cache(maxsize=4)
def _read(path: Path, stamp: int) -> pd.DataFrame:
    """Return the table with `observed` taken apart and unknown scores as None."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    for column in COLUMNS:
        if column not in table:
            raise InputError(
                "回测记录缺少一列",
                "a column of the back-test record is missing",
                file=path.name,
                column=column,
                expected=", ".join(COLUMNS),
            )
    rows = [_row(record, path.name, row) for row, record in enumerate(table.to_dict("records"), 2)]
    return pd.DataFrame(rows, columns=[*COLUMNS, "pattern", "gaps"], dtype=object)


def _row(record: dict[Any, str], file: str, row: int) -> dict[str, Any]:
    """Return one row of the table, read and checked."""
    found: dict[str, Any] = {"kind": record["kind"], "observed": record["observed"]}
    found["panel"] = record["panel"]
    count, _, gaps = record["observed"].partition(" ")
    column = "kind"
    try:
        if record["kind"] not in KINDS:
            raise ValueError("kind")
        column = "observed"
        if gaps not in ("", "gaps"):
            raise ValueError("observed")
        found |= {"pattern": int(count), "gaps": gaps == "gaps"}
        for column in ("first", "last", "series", "tasks"):
            found[column] = int(float(record[column]))
        for column in ("cover50", "cover80", "cover95", "crps", "crps_drift", "brier", "ece"):
            text = record[column]
            optional = column in ("crps_drift", "brier", "ece")
            found[column] = None if optional and not text else float(text)
            if found[column] is not None and not math.isfinite(found[column]):
                raise ValueError(column)
    except ValueError as error:
        raise InputError(
            "回测记录中的值不可读",
            "a cell of the back-test record cannot be read",
            file=file,
            row=row,
            column=column,
            value=record[column],
        ) from error
    if found["cover95"] > 1.5:  # 95 % intervals hold more than 1.5 %: the shares are in per cent
        for column in ("cover50", "cover80", "cover95"):
            found[column] /= 100
    return found


def _zh(r: Record) -> str:
    same = r.pattern == r.observations and r.gaps == (r.missing > 0)
    what = f"{r.pattern}个{'不连续' if r.gaps else '连续' if r.pattern > 1 else ''}观测"
    if same:
        head = f"同样只有{what}的序列" if r.pattern < 4 else f"同样有{what}的序列"
    else:
        own = f"本序列有{r.observations}个观测" + (f"、中间缺{r.missing}年" if r.missing else "")
        head = f"{own}；最接近的回测格局是{what}的序列"
    text = (
        f"{head}，在{_span(r, '—')}年的回测中：80%区间实际包含{100 * r.cover80:.0f}%的结果"
        f"（{r.series}个序列、{r.tasks}次，每次向前最多5年；{source_words(r.panel, 'zh')}）"
    )
    if r.gain is not None:
        size = round(abs(r.gain))
        than = "与带漂移的随机游走相同" if not size else "比带漂移的随机游走"
        text += f"；误差（CRPS）{than}" + (f"{'低' if r.gain > 0 else '高'}{size}%" if size else "")
    if r.stand_in:
        text += f"。没有{KINDS[r.kind].zh}自己的回测，这是{KINDS[r.of_kind].zh}的记录"
    return text + "。"


def _en(r: Record) -> str:
    same = r.pattern == r.observations and r.gaps == (r.missing > 0)
    what = f"{r.pattern} observation{'s' if r.pattern > 1 else ''}"
    what += " with years missing between them" if r.gaps else ""
    what += " in consecutive years" if not r.gaps and r.pattern > 1 else ""
    if same:
        head = f"Series with {what} like this one"
    else:
        own = f"This series has {r.observations} observation{'s' if r.observations > 1 else ''}"
        own += f" with {r.missing} of the years between missing" if r.missing else ""
        head = f"{own}; the nearest pattern in the back-test is series with {what}"
    text = (
        f"{head}, outcomes of {_span(r, '–')}: the 80% interval held {100 * r.cover80:.0f}% of "
        f"them ({r.series} series, {r.tasks} forecasts up to 5 years ahead; "
        f"{source_words(r.panel, 'en')})"
    )
    if r.gain is not None:
        size = round(abs(r.gain))
        than = f"{size}% {'below' if r.gain > 0 else 'above'}" if size else "equal to"
        text += f"; the error (CRPS) was {than} that of a random walk with drift"
    if r.stand_in:
        text += (
            f". There is no back-test of {KINDS[r.kind].en} itself: this is the record of "
            f"{KINDS[r.of_kind].en}"
        )
    return text + "."


def _span(r: Record, dash: str) -> str:
    return f"{r.first}{dash}{r.last}" if r.last > r.first else str(r.first)
