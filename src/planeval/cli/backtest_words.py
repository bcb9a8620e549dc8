"""The fixed words of a back-test's page, in Chinese and English."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "lang": "zh-CN",
        "title": "预测模型检验",
        "contents": "目录",
        "skip": "跳到正文",
        "panel": "面板",
        "series": "检验／全部序列",
        "tasks": "共同／全部任务",
        "models": "模型",
        "scores": "总分",
        "common": "各模型得分（全部模型都作答的任务）",
        "own": "各模型得分（各自作答的全部任务，彼此不可比）",
        "ratio": "CRPS比＝该模型的{measure}与 {base} 的之比，小于 1 为优；"
        "±为标准误（按序列重抽样 400 次），差距不到两倍标准误的，不能说谁好。",
        "crps_log": "CRPS（对数点）",
        "crps_scaled": "CRPS（标度）",
        "caution": "注意：",
        "coverage": "区间是否可信",
        "coverage_note": "点落在虚线左边：区间太窄，说得太满；落在右边：区间太宽。",
        "promises": "概率是否兑现",
        "promises_note": "目标定为最后一个值加近年增长的 0、0.5、1、1.5 倍"
        "（最近至多五步的年均变化乘以步数），"
        "看每个任务最后一步是否达到。“八成”指 75%—85%。点在虚线下方：说得太满。",
        "parts": "分种类、历史和步长",
        "cells": "每格：OWA、CRPS（对数点；无对数的种类用标度）、落入 95% 区间的比例",
        "ahead": "步长",
        "by_horizon": "{measure}，按步长",
        "nothing": "没有一个任务是全部模型都作答的。",
        "left": "未检验的序列",
        "left_head": "原因|条数|例：序列|行|值",
        "none_left": "全部序列都已检验。",
        "measures": "各指标的含义",
        "again": "如何重做",
        "digest": "面板文件 SHA-256：",
        "weights": "模型权重 SHA-256：",
        "kinds": "kind 列可取：{kinds}。每个任务、每一步权重相同；耗时随机器而异。",
        "data": "图中数据",
    },
    "en": {
        "lang": "en",
        "title": "Back-test of forecasting models",
        "contents": "Contents",
        "skip": "Skip to the text",
        "panel": "Panel",
        "series": "Series scored / read",
        "tasks": "Tasks common / all",
        "models": "Models",
        "scores": "Scores",
        "common": "Scores of each model on the tasks that all models answered",
        "own": "Scores of each model on all tasks it answered; not comparable with each other",
        "ratio": "CRPS ratio: the model's {measure} over that of {base}, below 1 is better; ± is"
        " the standard error (400 draws of whole series). Below two of them nobody is better.",
        "crps_log": "CRPS in log points",
        "crps_scaled": "scaled CRPS",
        "caution": "Caution: ",
        "coverage": "Can the ranges be trusted?",
        "coverage_note": "Left of the dashed line: ranges too narrow. Right of it: too wide.",
        "promises": "Are probabilities kept?",
        "promises_note": "Targets: the last value plus 0, 0.5, 1 and 1.5 times recent growth (mean"
        " change of the latest five steps at most, times the steps ahead), looked at at the last"
        " step of each task. 80% means 75 to 85 %. Below the dashed line: too sure.",
        "parts": "By kind, history and step",
        "cells": "cells: OWA, CRPS (log points; scaled where a kind has no logs), share in 95 %",
        "ahead": "steps ahead",
        "by_horizon": "{measure} by step",
        "nothing": "No task was answered by all models.",
        "left": "Series left out",
        "left_head": "reason|series|first|row|value",
        "none_left": "Every series was scored.",
        "measures": "What the measures mean",
        "again": "How to do it again",
        "digest": "SHA-256 of the panel:",
        "weights": "SHA-256 of the models' weights:",
        "kinds": "Column kind takes: {kinds}. Every task and step counts alike; times depend on"
        " the machine.",
        "data": "Data of this chart",
    },
}

#: Name of a measure (Chinese|English where they differ), and what it says in both.
MEASURES: tuple[tuple[str, str, str], ...] = (
    (
        "sMAPE",
        "预测中位数的对称百分比误差 200·|f−y|/(|f|+|y|)，越小越好；只对正数有意义。",
        "Symmetric percentage error of the median, 200·|f−y|/(|f|+|y|); for positive quantities.",
    ),
    (
        "MASE",
        "误差等于历史上平均每步变动的几倍；历史从未变动的任务不计。",
        "Error in usual changes of the history per step; histories that never moved do not count.",
    ),
    (
        "OWA",
        "sMAPE 与 MASE 相对于“不变”预测的平均，1 为与“不变”一样准，越小越好。",
        "Mean of sMAPE and MASE relative to the forecast that nothing changes; 1 is as good.",
    ),
    (
        "MSIS",
        "95% 区间的宽度加上落在区间外的罚分（每超出 1 罚 40），以历史平均变动为单位。",
        "Width of the 95 % range plus a fine of 40 for each unit outside it, in usual changes.",
    ),
    (
        "50%、80%、95%区间|in 50%, 80%, 95%",
        "实际值落入该区间的比例，应与名义相等。",
        "Share of outcomes inside the range; should equal its name.",
    ),
    (
        "CRPS",
        "整个预测分布离实际值多远，越小越好。对数点：取对数后再乘 100，约等于百分之几；"
        "标度：除以历史平均变动，两个点几乎相等时极不稳定。由 0.01—0.99 各分位数的损失加权得出。",
        "How far the whole distribution lay from the outcome. Log points: on logs, times 100."
        " Scaled: over the usual change, unstable where two points nearly agree. Made from the"
        " losses of the quantiles 0.01 to 0.99.",
    ),
    (
        "Brier",
        "达标概率与结果（达到 1、未达到 0）之差的平方，总说五成得 0.25，越小越好。",
        "Squared gap between the probability of a target and what came (1 or 0); 0.25 for always"
        " saying one half.",
    ),
    (
        "校准误差|calibration",
        "说的概率与兑现的比例平均差多少（十组）。",
        "By how much stated probabilities miss the shares that came true, over ten bins.",
    ),
    (
        "拒答|refused",
        "模型不作答的任务数，例如历史太短。",
        "Tasks a model did not answer, such as histories too short for it.",
    ),
)
