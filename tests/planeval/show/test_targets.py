"""Charts of many targets: what they draw, what they say, what they refuse, and in grey."""

from __future__ import annotations

import base64
import io

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from PIL import Image

from planeval.show.targets import bullet_chart, multiples_chart, sheet_chart, slope_chart
from planeval.words.language import speaking

BULLETS = pd.DataFrame(
    {
        "name": ["产值", "强度"],
        "base": [100.0, 50.0],
        "latest": [150.0, 30.0],
        "path": [180.0, 40.0],
        "target": [200.0, 25.0],
        "unit": ["亿元", "%"],
    }
)


def widths(chart) -> list[float]:
    """Return the lengths of the bars, the grey ground left out."""
    bars = chart.figure.axes[0].patches
    return [round(bar.get_width(), 1) for bar in bars if round(bar.get_height(), 2) == 0.34]


def test_a_bullet_is_the_share_of_the_way_also_when_the_way_leads_down():
    # (150-100)/(200-100) = 50 %; (30-50)/(25-50) = 80 %
    assert widths(bullet_chart(BULLETS, "一升一降")) == [50.0, 80.0]


def test_figures_are_printed_as_their_sources_print_them():
    told = BULLETS.assign(base_printed=["100.0", "约50"], printed=["突破150", "30.0"])
    chart = bullet_chart(told, "一升一降")
    # a target is what somebody chose: no decimals are made up for it
    assert chart.alt == (
        "产值：基期 100.0，最新 突破150，路径 180.0，目标 200；"
        "强度：基期 约50，最新 30.0，路径 40.0，目标 25"
    )
    drawn = [text.get_text() for text in chart.figure.findobj(Text)]
    assert "突破150 / 200 亿元" in drawn and "30.0 / 25 %" in drawn
    assert chart.data["latest"].tolist() == [150.0, 30.0]  # the data stay numbers
    assert chart.data["printed"].tolist() == ["突破150", "30.0"]
    panel = {
        "name": "产值", "unit": "亿元", "values": pd.Series({2020: 182.0, 2024: 226.0}),
        "path": pd.Series({2020: 182.0}), "target_year": 2025, "target": 300.0,
        "printed": {2020: "182.0", 2024: "突破226"},
    }  # fmt: skip
    small = multiples_chart([panel], "x")
    assert small.alt == "产值：2020 年 182.0，2024 年 突破226；2025 年目标 300"
    assert "突破226" in [text.get_text() for text in small.figure.findobj(Text)]


def test_a_bullet_behind_its_path_is_hatched_and_one_ahead_is_not():
    # path: (180-100)/100 = 80 % > 50 %; (40-50)/(-25) = 40 % < 80 %
    bars = [b for b in bullet_chart(BULLETS, "x").figure.axes[0].patches if b.get_height() < 0.5]
    assert [bool(bar.get_hatch()) for bar in bars] == [True, False]


def test_base_and_target_that_are_equal_have_no_way():
    with pytest.raises(ValueError, match="equal"):
        bullet_chart(BULLETS.assign(target=BULLETS["base"]), "x")


def test_slopes_are_multiples_of_the_base():
    frame = pd.DataFrame(
        {
            "name": ["GDP"],
            "base_year": [2020],
            "base": [182.0],
            "year": [2024],
            "latest": [226.0],
            "target_year": [2025],
            "target": [300.0],
        }
    )
    chart = slope_chart(frame, "余下更陡")
    solid, dashed = (line.get_ydata() for line in chart.figure.axes[0].lines[:2])
    # 226/182 = 1.2418, 300/182 = 1.6484
    assert np.allclose(solid, [1, 1.24176], atol=1e-5)
    assert np.allclose(dashed, [1.24176, 1.64835], atol=1e-5)
    with pytest.raises(ValueError, match="above zero"):
        slope_chart(frame.assign(base=0.0), "x")


def test_a_panel_a_target_and_their_data_beside():
    panel = {
        "name": "吞吐量",
        "unit": "万标箱",
        "values": pd.Series({2015: 90.0, 2020: 176.0, 2024: 306.2}),
        "path": pd.Series({2020: 176.0, 2025: 400.0}),
        "target_year": 2025,
        "target": 400.0,
    }
    chart = multiples_chart([panel] * 4, "四图")
    assert sum(axes.get_visible() for axes in chart.figure.axes) == 4
    assert len(chart.data) == 4 * 5
    # 2024 and 2025 lie too close for two labels
    assert chart.figure.axes[0].get_xticks().tolist() == [2015, 2025]


def test_the_sheet_says_unknown_and_draws_no_bar_for_it():
    frame = pd.DataFrame(
        {
            "name": ["甲", "乙"],
            "completion_pct": [50.0, np.nan],
            "elapsed_pct": [80.0, np.nan],
            "standing": ["bad", "open"],
            "word": ["很难 3%", "数据不足"],
            "grade": ["C", "D"],
        }
    )
    chart = sheet_chart(frame, "一项很难")
    assert chart.alt == "甲 50.0%，很难 3%，C；乙 无数据，数据不足，D"
    # ground and bar of the first line; shading of every other line is a span
    assert sum(round(p.get_height(), 2) == 0.5 for p in chart.figure.axes[0].patches) == 2
    with speaking("en"):
        assert "no data" in sheet_chart(frame.assign(name=["a", "b"], word=["x", "y"]), "t").alt


def test_a_wrapped_name_gets_more_height_and_its_mark_stands_apart():
    frame = pd.DataFrame(
        {
            "name": ["甲", "◆Work-safety deaths per 100 million yuan of GDP", "乙"],
            "completion_pct": np.nan,
            "elapsed_pct": np.nan,
            "standing": "open",
            "word": "数据不足",
            "grade": "D",
        }
    )
    axes = sheet_chart(frame, "三项").figure.axes[0]
    # a line 1, a wrapped one 1.6: middles 0, 0.5 + 0.8, 0.5 + 1.6 + 0.5
    assert axes.get_yticks().tolist() == [0.0, 1.3, 2.6]
    name = axes.get_yticklabels()[1].get_text()
    assert name.startswith("◆ Work") and name.count("\n") == 1


def test_ahead_and_behind_are_told_apart_in_grey():
    bundle = bullet_chart(BULLETS, "灰度")._repr_mimebundle_()[0]["image/png"]
    picture = Image.open(io.BytesIO(base64.b64decode(bundle))).convert("L")
    dots = np.asarray(picture).astype(int)
    # a hatched bar alternates light and dark along a line, a plain one does not
    rows = {}
    for y in range(dots.shape[0]):
        line = dots[y]
        dark = (line > 60) & (line < 200)
        if dark.sum() > 200:
            changes = int((np.abs(np.diff((line > 200).astype(int))) > 0).sum())
            rows[y] = changes
    assert max(rows.values()) > 10 > min(rows.values())
