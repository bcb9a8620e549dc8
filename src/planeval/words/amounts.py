"""Words and figures inside a chart: fixed words, figures beside marks, lines of a title."""

from __future__ import annotations

import math
import unicodedata

WORDS = {
    "zh": {
        "target": "{year} 年目标 {value}",
        "median": "预测中位数",
        "band": "{level}% 区间",
        "unknown": "无数据",
        "elapsed": "│ 时序进度",
        "from_to": "{name}：{first} 年 {start}，{last} 年 {end}",
        "fan": "最新数据 {last} 年 {end}；预测 {year} 年中位数 {median}",
        "band_alt": "，{level}% 区间 {lo} 至 {hi}",
        "beside_alt": "{name}：{lo} 至 {hi}",
        "stop": "；",
        "of_target": "{now} / {goal} {unit}",
        "bullet": "{name}：基期 {base}，最新 {latest}，路径 {path}，目标 {target}",
        "slope": "{name}：{base_year} 年 1.00，{year} 年 {now}，{target_year} 年目标 {goal}",
        "base": "基期",
        "goal": "目标",
        "path_tick": "▏最新值当年的路径；斜纹为落后于路径",
        "short": "斜纹为未达目标",
        "done": "完成度（斜纹为未达目标）",
        "result": "完成情况",
        "cut": "箭头：横条太长，已截断",
        "times_base": "基期 = 1",
        "way": "完成度（竖线为时序进度）",
        "outlook": "前景",
        "grade": "证据",
        "colon": "：",
        "comma": "，",
    },
    "en": {
        "target": "target {year}: {value}",
        "median": "median forecast",
        "band": "{level}% range",
        "unknown": "no data",
        "elapsed": "│ time elapsed",
        "from_to": "{name}: {start} in {first}, {end} in {last}",
        "fan": "Latest figure {end} in {last}; median forecast {median} for {year}",
        "band_alt": ", {level}% range {lo} to {hi}",
        "beside_alt": "{name}: {lo} to {hi}",
        "stop": "; ",
        "of_target": "{now} / {goal} ({unit})",
        "bullet": "{name}: base {base}, latest {latest}, path {path}, target {target}",
        "slope": "{name}: 1.00 in {base_year}, {now} in {year}, target {goal} in {target_year}",
        "base": "base",
        "goal": "target",
        "path_tick": "▏path of the latest value's year; hatched: behind it",
        "short": "hatched: short of the target",
        "done": "completion (hatched: short)",
        "result": "result",
        "cut": "arrow: bar too long, cut",
        "times_base": "base = 1",
        "way": "completion (stroke: schedule)",
        "outlook": "outlook",
        "grade": "evidence",
        "colon": ": ",
        "comma": ", ",
    },
}


def wrap(text: str, columns: int) -> list[str]:
    """Break `text` into lines of at most `columns` half-width columns, Chinese counting two.

    A line never begins with a closing mark, and Latin words and figures stay whole.

    Examples
    --------
    >>> wrap("港口吞吐量增长 12.5%，快于计划。", 16)
    ['港口吞吐量增长', '12.5%，快于计', '划。']
    """
    lines, line = [], ""
    for piece in _pieces(text):
        if (
            line
            and _columns(line + piece.rstrip()) > columns
            and piece.lstrip()[:1] not in _CLOSING
        ):
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


_CLOSING = "，。；：、！？）》”’」』％%,.;:)"


def _pieces(text: str) -> list[str]:
    """Split where a line may break: before and after each wide letter, and after a space."""
    pieces: list[str] = []
    for letter in text:
        wide = unicodedata.east_asian_width(letter) in "WF"
        last = pieces[-1] if pieces else ""
        joins = last and not last.endswith(" ") and not _is_wide(last[-1]) and not wide
        if joins or (last and letter in _CLOSING):
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def _columns(text: str) -> int:
    return sum(2 if _is_wide(letter) else 1 for letter in text)


def figure_text(value: float | None, digits: int) -> str:
    """Write a figure beside a mark of a chart; unknown is a dash.

    Examples
    --------
    >>> figure_text(-1234.56, 1), figure_text(-0.04, 1), figure_text(float("nan"), 1)
    ('−1,234.6', '0.0', '—')
    """
    if value is None or math.isnan(value):
        return "—"
    rounded = f"{value:,.{digits}f}"
    return rounded.lstrip("-") if not rounded.strip("-0.,") else rounded.replace("-", "−")


def plain_figure(value: float, digits: int = 2) -> str:
    """Write a figure somebody chose, such as a target: no more decimals than it has.

    Examples
    --------
    >>> plain_figure(300.0), plain_figure(1069.6), plain_figure(-0.25), plain_figure(0.004)
    ('300', '1,069.6', '−0.25', '0.004')
    """
    rounded = round(value, digits)
    return tick(rounded if rounded or not value else float(f"{value:.2g}"))


def tick(value: float, _: object = None) -> str:
    """Write a figure beside an axis, with no more decimals than it needs.

    Examples
    --------
    >>> tick(-2500.0), tick(0.25)
    ('−2,500', '0.25')
    """
    return f"{value:,.10g}".replace("-", "−")
