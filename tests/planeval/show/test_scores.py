"""The chart of models: every figure in words, unknown ones named, wrong frames refused."""

from __future__ import annotations

import pandas as pd
import pytest

from planeval.show.bars import scores_chart

FRAME = pd.DataFrame(
    {
        "name": ["own", "ets"],
        "error_pct": [4.44, None],
        "coverage_50_pct": [50.0, 12.0],
        "coverage_95_pct": [100.0, None],
    }
)


def test_every_figure_is_said_in_words_and_kept_as_data() -> None:
    chart = scores_chart(FRAME, "own errs least", levels=[50, 95], highlight="own", language="en")
    assert chart.alt == (
        "own: error 4.4%, 50% range 50%, 95% range 100%; "
        "ets: error no data, 50% range 12%, 95% range no data"
    )
    assert chart.data["error_pct"].tolist()[0] == 4.44
    left, right = chart.figure.axes
    assert [bar.get_width() for bar in left.patches] == [4.44, 0.0]
    nominal = {line.get_xdata()[0] for line in right.lines if len(line.get_xdata()) == 2}
    assert {50, 95} <= nominal
    assert right.get_xlim() == (0, 100)


def test_a_frame_without_its_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="coverage_80_pct"):
        scores_chart(FRAME, "x", levels=[80])
    with pytest.raises(ValueError, match="0 rows"):
        scores_chart(FRAME.iloc[:0], "x", levels=[50])
