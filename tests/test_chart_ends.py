"""Where a line that ends early is named."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from analysis.chart_ends import label_early
from analysis.chart_frame import new_figure, style


@pytest.mark.parametrize(
    ("values", "axis", "expected"),
    [
        ((1.0, 2.0), (0.0, 3.0), ("right", "bottom")),  # it rose: before its end, above
        # it fell: what goes on from there would be written over after its end
        ((2.0, 1.5), (0.0, 3.0), ("right", "top")),
        ((2.0, 0.1), (0.0, 3.0), ("left", "bottom")),  # at the foot there is no room below
    ],
)
def test_a_name_keeps_clear_of_what_goes_on(values, axis, expected):
    with style():
        figure, axes = new_figure()
        axes.set_ylim(*axis)
        label_early(axes, [(pd.DataFrame({"year": [2019, 2020], "value": values}), "产值")], 3.0)
        (text,) = axes.texts
        assert (text.get_ha(), text.get_va()) == expected
        plt.close(figure)
