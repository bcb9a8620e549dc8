"""Charts: the same data give the same bytes, unknown stays a gap, words stay words."""

from __future__ import annotations

import base64
import io
import json
import re
import warnings
from itertools import pairwise
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from planeval.show.bars import bar_chart, scoreboard_chart, target_bars
from planeval.show.chart import CHART_MIME, COLOURS, Chart, new_figure, style
from planeval.show.lines import fan_chart, line_chart, spread
from planeval.words.amounts import wrap

YEARS = [2021, 2022, 2023, 2024, 2025]


def lines(names: list[str], **values: Any) -> pd.DataFrame:
    """Long frame of rising series."""
    rows = [
        {"year": year, "value": 100.0 + 10 * step + 30 * n, "series": name}
        for n, name in enumerate(names)
        for step, year in enumerate(YEARS)
    ]
    return pd.DataFrame(rows)


def fan(levels: tuple[int, ...] = (50, 80, 95)) -> tuple[pd.DataFrame, pd.DataFrame]:
    """History to 2023 and two years ahead."""
    history = pd.DataFrame({"year": YEARS[:3], "value": [100.0, 110.0, 120.0]})
    ahead = pd.DataFrame({"year": YEARS[3:], "median": [130.0, 140.0]})
    for level in levels:
        ahead[f"lo-{level}"] = ahead["median"] - level / 10
        ahead[f"hi-{level}"] = ahead["median"] + level / 10
    return history, ahead


def all_charts() -> list[Chart]:
    """One of each kind, with the characters that go missing in other fonts."""
    words = {"subtitle": "μg/m³、CO₂、㎡、‰、℃、−3、t⁻¹", "source": "嘉兴港区统计局"}
    history, ahead = fan()
    bars = pd.DataFrame(
        {"name": ["产值", "投资", "能耗"], "completion_pct": [85.0, None, -12.0],
         "elapsed_pct": [80.0] * 3, "value": [3.0, None, -2.0]}
    )  # fmt: skip
    board = pd.DataFrame({"group": ["经济", "创新"], "state": ["完成", "滞后"], "count": [3, 1]})
    return [
        line_chart(lines(["产值", "投资"]), "结论甲", **words),  # type: ignore[arg-type]
        fan_chart(history, ahead, 150.0, 2025, "结论乙", **words),  # type: ignore[arg-type]
        target_bars(bars, "结论丙", **words),  # type: ignore[arg-type]
        bar_chart(bars, "结论丁", **words),  # type: ignore[arg-type]
        scoreboard_chart(board, "结论戊", states=["完成", "滞后"], **words),  # type: ignore[arg-type]
    ]


@pytest.fixture(scope="module")
def bundles() -> list[dict[str, Any]]:
    return [chart._repr_mimebundle_()[0] for chart in all_charts()]


def test_the_same_data_give_the_same_bytes(bundles):
    again = [chart._repr_mimebundle_()[0] for chart in all_charts()]
    assert again == bundles


def test_a_bundle_is_json_and_carries_everything(bundles):
    for bundle in bundles:
        assert set(bundle) == {"image/png", CHART_MIME, "text/plain"}
        payload = json.loads(json.dumps(bundle[CHART_MIME], allow_nan=False))
        assert payload["caption"].startswith("结论")
        assert payload["alt"] == bundle["text/plain"] != ""
        assert payload["data"]


def test_every_character_has_a_glyph():
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns "Glyph … missing from font"
        for chart in all_charts():
            chart.payload()


def test_the_documents_picture_is_text_without_title_and_source(bundles):
    for bundle in bundles:
        svg = bundle[CHART_MIME]["svg"]
        assert "μg/m³、CO₂、㎡、‰、℃、−3、t⁻¹" in svg  # selectable, the subtitle included
        assert "结论" not in svg and "嘉兴港区统计局" not in svg
        assert not re.search(r"<(script|image|font-face)|(src|href)=\"(?!#)|url\((?!#)", svg)


def test_the_documents_png_is_the_notebooks_less_title_and_source(bundles):
    for bundle in bundles:
        whole, part = (
            Image.open(io.BytesIO(base64.b64decode(data)))
            for data in (bundle["image/png"], bundle[CHART_MIME]["png"])
        )
        assert whole.width == part.width == 1220  # 6.1 inches at 200 dots
        assert part.height < whole.height
        assert part.convert("RGB").getpixel((2, part.height - 2)) == (255, 255, 255)
        assert part.info["dpi"][0] == pytest.approx(200, abs=0.1)


def test_figures_along_an_axis_have_the_same_decimals():
    frame = pd.DataFrame({"year": [2021, 2025], "value": [-0.3, 0.1], "series": "差"})
    axes = line_chart(frame, "结论").figure.axes[0]
    shown = axes.yaxis.get_major_formatter().format_ticks([-0.3, -0.25, 0, 1000])
    assert shown == ["−0.30", "−0.25", "0.00", "1,000.00"]


def test_money_is_not_a_formula():
    chart = line_chart(lines(["外资 US$ 与 $x_1$"]), "增长 $y^2$")
    assert "外资 US$ 与 $x_1$" in chart.payload()["svg"]


def test_nothing_of_the_users_settings_changes_nor_decides():
    with mpl.rc_context({"font.family": ["DejaVu Serif"], "lines.linewidth": 9.0}):
        before = dict(mpl.rcParams)
        mine = line_chart(lines(["产值"]), "结论").payload()
        assert dict(mpl.rcParams) == before
    assert mine == line_chart(lines(["产值"]), "结论").payload()


def test_an_unknown_value_breaks_the_line():
    frame = lines(["产值"])
    frame.loc[frame["year"] == 2023, "value"] = np.nan
    drawn = line_chart(frame, "结论").figure.axes[0].lines[0].get_ydata()
    assert np.isnan(drawn).tolist() == [False, False, True, False, False]


def test_an_unknown_bar_is_said_not_drawn():
    frame = pd.DataFrame(
        {"name": ["产值", "投资"], "completion_pct": [85.0, None], "elapsed_pct": [80.0, 80.0]}
    )
    axes = target_bars(frame, "结论").figure.axes[0]
    assert [bar.get_width() for bar in axes.patches] == [85.0]
    assert "无数据" in [text.get_text() for text in axes.texts]


def test_a_bar_behind_time_is_told_apart_in_grey_too():
    frame = pd.DataFrame(
        {"name": ["a", "b"], "completion_pct": [85.0, 60.0], "elapsed_pct": [80.0, 80.0]}
    )
    ahead, behind = target_bars(frame, "结论").figure.axes[0].patches
    assert not ahead.get_hatch() and behind.get_hatch()


def test_a_bar_beyond_the_limit_is_cut_but_printed_in_full():
    frame = pd.DataFrame({"name": ["a"], "completion_pct": [312.0], "elapsed_pct": [80.0]})
    axes = target_bars(frame, "结论", limit=150).figure.axes[0]
    assert axes.patches[0].get_width() == 150
    assert axes.texts[0].get_text() == "▶ 312.0%"


def test_series_differ_without_colour():
    axes = line_chart(lines(list("甲乙丙丁戊己庚")), "结论").figure.axes[0]
    looks = {(line.get_marker(), str(line._dash_pattern)) for line in axes.lines[:7]}
    assert len(looks) == 7


def test_every_line_is_named_even_where_names_crowd():
    names = ["产值", "投资", "外资", "消费", "出口", "财政", "人口"]
    frame = lines(names)
    frame["value"] = frame["value"].mod(30) + 100  # all end in one place
    svg = line_chart(frame, "结论").payload()["svg"]
    assert all(svg.count(name) == 1 for name in names)
    history, ahead = fan()
    svg = fan_chart(history, ahead, 150.0, 2025, "结论").payload()["svg"]
    for label in ("50% 区间", "80% 区间", "95% 区间", "预测中位数", "2025 年目标 150"):
        assert svg.count(label) == 1


def test_a_line_that_ends_early_is_named_where_it_ends_and_its_path_has_no_marks():
    # published in 2015 and 2020 only; the path goes from 182 in 2020 by 23.6 a year to 300
    published = pd.DataFrame({"year": [2015, 2020], "value": [126.0, 182.0], "series": "公布值"})
    steps = [182.0 + 23.6 * n for n in range(6)]
    path = pd.DataFrame({"year": range(2020, 2026), "value": steps, "series": "路径"})
    axes = line_chart(pd.concat([published, path]), "结论").figure.axes[0]
    named = {text.get_text(): text.xy for text in axes.texts}
    assert named["公布值"] == (2020, 182.0)
    assert named["路径"][0] == axes.get_xlim()[1]
    assert [line.get_marker() for line in axes.lines] == ["o", ""]
    assert not axes.artists  # no stroke from the last value to the margin


def ticks(chart: Chart) -> list[str]:
    chart.payload()
    return [label.get_text() for label in chart.figure.axes[0].get_xticklabels()]


def test_years_that_would_touch_are_thinned_and_the_last_one_stays():
    frame = pd.DataFrame({"year": range(2014, 2025), "value": [1.0, 3.0] * 5 + [2.0]})
    assert ticks(line_chart(frame.assign(series="产值"), "结论"))[:2] == ["2014", "2015"]
    wordy = "regression filter, estimated at the end of the year"
    assert ticks(line_chart(frame.assign(series=wordy), "结论"))[-3:] == ["2022", "", "2024"]


def test_a_legend_too_wide_stays_within_the_picture():
    with style():
        figure, axes = new_figure(2.0)
        for name in ("one and the same thing", "another thing altogether", "nothing at all"):
            axes.plot([1, 2], [1, 2], label=name)
        axes.set_yticks([1, 2], ["a name that needs half of the picture's width"] * 2)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3)
    Chart(figure, "结论", alt="线").payload()
    box = axes.get_legend().get_window_extent()
    assert 0 <= box.x0 < box.x1 <= figure.bbox.x1


def test_an_eighth_series_is_refused():
    with pytest.raises(ValueError, match="8 series"):
        line_chart(lines(list("甲乙丙丁戊己庚辛")), "结论")


def test_a_fan_has_three_bands_at_most():
    history, ahead = fan((50, 80, 90, 95))
    chart = fan_chart(history, ahead, None, None, "结论")  # 50, 80 and 95 by default
    assert len(chart.figure.axes[0].collections) == 3
    with pytest.raises(ValueError, match="three"):
        fan_chart(history, ahead, None, None, "结论", levels=(50, 80, 90, 95))


def test_a_fan_starts_at_the_last_measured_value():
    history, ahead = fan()
    history.loc[len(history)] = [2024, np.nan]  # asked for, not yet published
    axes = fan_chart(history, ahead, None, None, "结论").figure.axes[0]
    for band in axes.collections:
        corners = band.get_paths()[0].vertices
        assert [2023.0, 120.0] in corners.tolist()


def test_a_fan_without_forecast_shows_what_is_known():
    history, _ = fan()
    chart = fan_chart(history, pd.DataFrame(), 150.0, 2025, "结论")
    assert not chart.figure.axes[0].collections
    assert chart.alt.endswith("2025 年目标 150")


def test_missing_columns_and_no_data_are_refused():
    with pytest.raises(ValueError, match="series"):
        line_chart(pd.DataFrame({"year": [2021], "value": [1.0]}), "结论")
    with pytest.raises(ValueError, match="no value"):
        line_chart(lines(["产值"]).assign(value=np.nan), "结论")
    with pytest.raises(ValueError, match="rows"):
        bar_chart(pd.DataFrame({"name": [], "value": []}), "结论")


def test_a_state_nobody_declared_is_refused():
    board = pd.DataFrame({"group": ["经济"], "state": ["未知"], "count": [1]})
    with pytest.raises(ValueError, match="未知"):
        scoreboard_chart(board, "结论", states=["完成"])


def test_a_state_keeps_its_look_and_is_told_only_where_it_occurs():
    states = [*"甲乙丙丁戊己庚辛"]
    full = pd.DataFrame({"group": "经济", "state": states, "count": 1})

    def looks(frame: pd.DataFrame) -> dict[str, tuple]:
        axes = scoreboard_chart(frame, "结论", states=states, neutral=["庚"]).figure.axes[0]
        told = [text.get_text() for text in axes.get_legend().get_texts()]
        first = [bars.patches[0] for bars in axes.containers]
        assert told == list(frame["state"])
        return {
            name: (bar.get_facecolor(), bar.get_hatch())
            for name, bar in zip(told, first, strict=True)
        }

    every = looks(full)
    assert len(set(every.values())) == len(states)  # eight that a grey print tells apart too
    for few in (["甲", "己"], ["甲", "己", "庚"], ["甲", "乙", "己", "庚"]):
        assert looks(full[full["state"].isin(few)]) == {name: every[name] for name in few}
    with pytest.raises(ValueError, match="eight"):
        scoreboard_chart(full, "结论", states=[*states, "壬"])


def test_a_chart_needs_its_words():
    with style():
        figure, _ = new_figure()
    for caption, alt in ((" ", "x"), ("x", "")):
        with pytest.raises(ValueError, match="caption"):
            Chart(figure, caption, alt=alt)


def test_saved_files_are_the_payload(tmp_path):
    chart = all_charts()[3]
    chart.save(tmp_path / "a.svg")
    assert (tmp_path / "a.svg").read_text(encoding="utf-8") == chart.payload()["svg"]
    chart.save(tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(("last", "shown"), [(3.0, 2), (9.0, 0)])
def test_lines_that_end_in_one_place_are_shown_before_their_names(last, shown):
    rows = [(2020, 1.0, "甲"), (2024, 3.0, "甲"), (2020, 2.0, "乙"), (2024, last, "乙")]
    frame = pd.DataFrame(rows, columns=["year", "value", "series"])
    axes = line_chart(frame, "说明").figure.axes[0]
    drawn = [line for line in axes.lines if len(line.get_xdata()) == 2]
    pieces = [line for line in drawn if line.get_transform() != axes.transData]
    assert len(pieces) == shown
    assert {line.get_color() for line in pieces} == set(COLOURS[:shown])


def test_a_path_without_marks_is_shown_without_marks():
    path = [(2020 + n, 1.0 + n / 2, "路径") for n in range(5)]
    rows = [(2020, 1.0, "公布值"), (2024, 3.0, "公布值"), *path]
    frame = pd.DataFrame(rows, columns=["year", "value", "series"])
    axes = line_chart(frame, "说明").figure.axes[0]
    pieces = [line for line in axes.lines if line.get_transform() != axes.transData]
    assert {
        line.get_color(): line.get_marker() for line in pieces if len(line.get_xdata()) == 1
    } == {COLOURS[0]: "o", COLOURS[1]: ""}


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=8).map(sorted),
    st.floats(0.1, 50),
)
def test_labels_keep_their_distance_order_and_middle(values, gap):
    places = spread(values, gap)
    assert all(b - a >= gap * (1 - 1e-9) - 1e-9 for a, b in pairwise(places))
    # Each block is centred on its members, so that the sum stays.
    assert sum(places) == pytest.approx(sum(values), abs=1e-6)
    if all(b - a >= gap for a, b in pairwise(values)):
        assert places == pytest.approx(values)


@given(st.text(alphabet="港区产值，。）%1234.5ab ", max_size=80), st.integers(6, 40))
def test_wrapping_loses_nothing_and_never_begins_with_a_closing_mark(text, columns):
    broken = wrap(text, columns)
    assert "".join(broken).replace(" ", "") == text.replace(" ", "")
    assert all(line[0] not in "，。）%" for line in broken[1:])
