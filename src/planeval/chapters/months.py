"""The monthly port series that ships with the project: a yardstick, not this port.

No Chinese port near publishes months without gaps. The port of Vancouver does; its series shows
how a season and a moving festival are taken out, and its years teach how far the first months
of a year foretell the rest.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from analysis.data.schema import read_table
from planeval.words.language import Terms

TOTAL, LADEN_IMPORTS = "vancouver-total", "vancouver-import-laden"
NAMES_ZH = Terms({TOTAL: "温哥华港集装箱（总计）", LADEN_IMPORTS: "温哥华港进口重箱"})
SOURCE = "V1"  # where the months come from, by its number in data/sources.csv
#: Ports publish a month some weeks after it ended; nothing is used before it was public.
DAYS_TO_PUBLISH = 60


def port_months(root: Path, series: str = TOTAL, as_of: dt.date | None = None) -> pd.Series | None:
    """Return a shipped monthly port series in TEU as it could be known on a date.

    Parameters
    ----------
    root : Path
        The project's root.
    series : str
        ``vancouver-total`` or ``vancouver-import-laden``.
    as_of : date, optional
        Months that ended less than 60 days before are left out.

    Returns
    -------
    pandas.Series or None
        By month (PeriodIndex); None where the project ships no such table or series.

    Raises
    ------
    InputError
        A table that breaks its schema.

    Examples
    --------
    >>> from analysis.data.paths import project_root
    >>> months = port_months(project_root(), as_of=dt.date(2013, 6, 1))
    >>> str(months.index[-1]), float(months["2013-03"])
    ('2013-03', 195103.0)
    """
    path = root / "data" / "port_months.csv"
    if not path.is_file():
        return None
    table = read_table(path, root / "data" / "schemas" / "port_months.json", root)
    table = table[table["series"] == series].sort_values("period")
    if table.empty:
        return None
    months = pd.Series(
        table["value"].to_numpy(dtype=float), index=pd.PeriodIndex(table["period"], freq="M")
    )
    if as_of is None:
        return months
    last = pd.Timestamp(as_of) - pd.Timedelta(days=DAYS_TO_PUBLISH)
    public = pd.PeriodIndex(months.index).end_time.normalize() <= last
    return months[public] if public.any() else None
