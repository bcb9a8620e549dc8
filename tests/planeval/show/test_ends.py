"""Where a line that ends early is named."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from planeval.show.chart import new_figure, style
from planeval.show.lines import label_early


@pytest.mark.parametrize(
    ("values", "ahead", "expected"),
    [
        ((1.0, 2.0), 2.5, ("right", "bottom")),  # it rose: before its end, above
        ((2.0, 1.5), 2.5, ("left", "top")),  # it fell and others rise from there: below them
        ((2.0, 1.5), 0.5, ("left", "bottom")),  # others fall on
        ((2.0, 0.1), 2.5, ("left", "bottom")),  # at the foot there is no room below
    ],
)
def test_a_name_keeps_clear_of_what_goes_on(values, ahead, expected):
    with style():
        figure, axes = new_figure()
        axes.plot([2020, 2021, 2022], [values[-1], ahead, ahead])
        axes.set_ylim(0.0, 3.0)
        label_early(axes, [(pd.DataFrame({"year": [2019, 2020], "value": values}), "产值")], 3.0)
        (text,) = axes.texts
        assert (text.get_ha(), text.get_va()) == expected
        plt.close(figure)
