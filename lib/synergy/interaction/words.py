"""Sentences of the interaction chapter: everything with a direction or a count is computed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pvar.diagnostics import WEAK_F
from pvar.responses import impulse_responses
from synergy.interaction.estimates import (
    NAMES,
    VARIABLES,
    Interaction,
    System,
    SystemEstimate,
    orderings,
    published_frame,
)
from synergy.interaction.tables import away_from_zero, cell_of
from synergy.narration import listed

HORIZON = 6
SIGNIFICANT = 0.10


def variables_at_hand(interaction: Interaction) -> str:
    """Which sub-indices the panel has."""
    present = listed(NAMES[name] for name in interaction.variables)
    if not interaction.absent:
        return f"五个分指数齐全：{present}。"
    absent = listed(NAMES[name] for name in interaction.absent)
    return (
        f"手头的面板没有{absent}的指标，五个方程的系统估计不出来；"
        f"以下只用{present}，与论文的系统不是同一个，系数不能逐格相比。"
    )


def faults(interaction: Interaction) -> str:
    """Why some estimates are missing; empty where all are there."""
    reasons = dict.fromkeys(interaction.faults.values())
    return f"有 {len(interaction.faults)} 种做法无法估计：{'；'.join(reasons)}" if reasons else ""


def unit_root_words(frame: pd.DataFrame) -> str:
    """For how many sub-indices a unit root is rejected."""
    tested = frame["p"].dropna()
    if tested.empty:
        return "面板太短，做不了单位根检验。"
    kept = [NAMES[str(name)] for name in tested.index[tested >= 0.05]]
    return (
        f"{len(tested)} 个分指数中有 {len(kept)} 个在 5% 水平上不能拒绝单位根（{listed(kept)}）。"
    )


def lag_words(frame: pd.DataFrame) -> str:
    """Which lag length each criterion picks."""
    if len(frame) < 2:
        return "面板太短，只能估计 1 阶滞后，无从比较。"
    lengths = frame.index.to_numpy(dtype=int)
    picks = {c.upper(): int(lengths[frame[c].argmin()]) for c in ("aic", "bic", "hqic")}
    chosen = listed(f"{name} 选 {lags} 阶" for name, lags in picks.items())
    same = "与论文的 1 阶一致" if set(picks.values()) == {1} else "与论文的 1 阶不同"
    return f"{chosen}，{same}。"


def moment_words(interaction: Interaction) -> str:
    """Why Hansen's J and the criteria built on it are out of reach."""
    m = len(interaction.variables)
    units = max((e.results.n_units for e in interaction.estimates.values()), default=0)
    if not units:
        return "没有估计可用，矩条件的多少无从谈起。"
    needed = 2 * m * m
    head = f"哪怕只比恰好识别多用一期滞后，{m} 个方程也有 {needed} 个矩条件"
    if needed > units:
        return (
            f"{head}，多于 {units} 个省份，按省聚类的权重矩阵不可逆，"
            "所以 Hansen 检验和以它为基础的 Andrews–Lu 准则在这里算不出来。"
        )
    return f"{head}，不超过 {units} 个省份，过度识别的估计可以算，但这里仍取论文的设定。"


def strength_words(estimates: Mapping[str, SystemEstimate]) -> str:
    """How weak the instruments are."""
    found = [
        weak.cragg_donald_f
        for e in estimates.values()
        if (weak := e.results.weak_identification) is not None
    ]
    if not found:
        return "工具强度无从计算。"
    below = sum(value < WEAK_F for value in found)
    return (
        f"{len(found)} 个估计的 Cragg–Donald F 在 {min(found):.2f} 与 {max(found):.2f} 之间，"
        f"其中 {below} 个低于经验界 {WEAK_F:.0f}。"
    )


def pair_words(pairs: Mapping[tuple[str, ...], Mapping[str, SystemEstimate]]) -> str:
    """Whether two variables instead of five are strongly identified."""
    flat = {
        f"{'-'.join(pair)} {key}": found
        for pair, estimates in pairs.items()
        for key, found in estimates.items()
    }
    return strength_words(flat)


def stability_words(interaction: Interaction) -> str:
    """Modulus and unstable draws of both estimates."""
    parts = [
        f"{e.title}的最大特征值模为 {e.results.eigenvalue_moduli[0]:.3f}"
        f"（{'稳定' if e.results.stable else '不稳定'}），{e.draws.n_draws} 次自助抽样中"
        f" {e.draws.n_failed} 次失败、{e.share_explosive:.0%} 不稳定"
        for e in interaction.main.values()
    ]
    return "；".join(parts) + "。" if parts else "手头的面板估计不出这个系统。"


def warnings_of(interaction: Interaction) -> list[str]:
    """The library's warnings, each with the estimates it concerns."""
    by_text: dict[str, list[str]] = {}
    for found in interaction.main.values():
        for text in found.results.warnings:
            by_text.setdefault(text, []).append(found.title)
    return [f"{listed(titles)}：{text}" for text, titles in by_text.items()]


def agreement_words(interaction: Interaction) -> str:
    """How the starred effects of one variable on another fare on this panel."""
    links = starred_links(interaction.variables)
    if not interaction.main or not links:
        return "手头的面板没有可与表 4 对照的格子。"
    same, firm = [], []
    for cause, effect, sign in links:
        cells = [cell_of(e, effect, cause) for e in interaction.main.values()]
        if all(np.sign(value) == sign for value, _ in cells):
            same.append((cause, effect))
            if all(abs(z) > 1.645 for _, z in cells):
                firm.append(f"{NAMES[cause]} → {NAMES[effect]}")
    count = len(interaction.main)
    return (
        f"表 4 中带星号的变量间影响（不含自身滞后）在这里可对照的有 {len(links)} 格："
        f"{count} 种变换下符号都与论文相同的 {len(same)} 格，"
        f"其中 {count} 种变换下都在 10% 水平显著的 {len(firm)} 格"
        f"{f'（{listed(firm)}）' if firm else ''}。"
    )


def starred_links(variables: tuple[str, ...]) -> list[tuple[str, str, float]]:
    """Cause, effect and printed sign of the starred cross effects among these variables."""
    starred = published_frame("stars").to_numpy() > 0
    sign = np.sign(published_frame("coefficient").to_numpy())
    return [
        (VARIABLES[j], VARIABLES[i], float(sign[i, j]))
        for i, j in np.argwhere(starred & ~np.eye(len(VARIABLES), dtype=bool))
        if {VARIABLES[i], VARIABLES[j]} <= set(variables)
    ]


def interval_words(interaction: Interaction) -> str:
    """How many coefficients are told from zero under both transformations."""
    found = list(interaction.main.values())
    if not found:
        return "没有估计可供判断。"
    away = np.logical_and.reduce([away_from_zero(e) for e in found])
    names = interaction.variables
    hits = [f"{NAMES[names[j]]} → {NAMES[names[i]]}" for i, j in np.argwhere(away)]
    return (
        f"{away.size} 个系数中，{len(found)} 种变换下 95% 自助区间都不含 0 的有 {len(hits)} 个"
        f"{f'（{listed(hits)}）' if hits else ''}。"
    )


def hub_words(interaction: Interaction) -> str:
    """What the panel says about labour quality, the paper's hub."""
    if "LQ" not in interaction.variables or not interaction.main:
        return "手头的面板没有劳动力素质的指标，“枢纽”之说在这里无从检验。"
    parts = []
    for effect in (name for name in interaction.variables if name != "LQ"):
        cells = [cell_of(e, effect, "LQ") for e in interaction.main.values()]
        shown = "、".join(f"{value:+.2f}（t={z:.2f}）" for value, z in cells)
        parts.append(f"对{NAMES[effect]} {shown}")
    titles = "、".join(e.title for e in interaction.main.values())
    return f"劳动力素质的系数，依次按{titles}：{'；'.join(parts)}。"


def response_words(system: System) -> str:
    """In how many places the band of a response leaves out zero."""
    if system.draws is None:
        return ""
    bands = system.draws.bands(horizon=HORIZON)
    off = ~np.eye(len(system.variables), dtype=bool)
    clear = ((bands.lower > 0) | (bands.upper < 0))[1:, off]
    width = np.median((bands.upper - bands.lower)[HORIZON][off])
    return (
        f"{system.title}：一年至 {HORIZON} 年后变量之间的 {clear.size} 个响应值，"
        f"95% 区间不含 0 的有 {int(clear.sum())} 个；{HORIZON} 年后区间宽度的中位数为 "
        f"{_size(width)}，而分指数本身只在 0 与 1 之间。"
    )


def _size(value: float) -> str:
    """A positive number without exponents."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def order_words(system: System, impulse: str = "LQ", response: str = "AI") -> str:
    """How far a variance share moves with the ordering."""
    if not {impulse, response} <= set(system.variables):
        return ""
    i, j = system.variables.index(response), system.variables.index(impulse)
    shares = {}
    for label, order in orderings(system.variables).items():
        places = [system.variables.index(name) for name in order]
        values = impulse_responses(
            system.dynamics, system.sigma, kind="fevd", horizon=HORIZON, order=places
        )
        shares[label] = float(values[HORIZON, i, j])
    low, high = min(shares.values()), max(shares.values())
    return (
        f"{system.title}：{HORIZON} 年预测误差方差里{NAMES[response]}由{NAMES[impulse]}解释的份额，"
        f"随排序在 {low:.0%} 与 {high:.0%} 之间。"
    )


def granger_words(frame: pd.DataFrame) -> str:
    """Which links are significant under both transformations, against chance."""
    if frame.empty:
        return "没有估计可供检验。"
    wide = frame.pivot(index=["cause", "effect"], columns="option", values="p")
    both = wide.index[(wide < SIGNIFICANT).all(axis=1)]
    names = listed(f"{NAMES[cause]} → {NAMES[effect]}" for cause, effect in both)
    single = listed(
        f"{int((wide[key] < SIGNIFICANT).sum())} 条（{title}）"
        for key, title in (("fod", "前向正交离差"), ("pvar2", "pvar2 的 Helmert"))
        if key in wide
    )
    return (
        f"{len(wide)} 条可能的箭头里，p 小于 {SIGNIFICANT:g} 的有 {single}；各种变换下都小于它的："
        f"{names}。即使一条也不存在，单凭机会每种变换也会有约 {SIGNIFICANT * len(wide):.0f} 条。"
    )


def recovery_words(truth: System, interaction: Interaction, least_squares: System) -> str:
    """How far from the truth the demo panel's estimates land."""
    gaps = {
        e.title: float(np.abs(e.results.dynamics - truth.dynamics).mean())
        for e in interaction.estimates.values()
    }
    best, worst = min(gaps, key=lambda k: gaps[k]), max(gaps, key=lambda k: gaps[k])
    plain = float(np.abs(least_squares.dynamics - truth.dynamics).mean())
    return (
        f"25 个系数对真值的平均绝对误差：广义矩估计中最小的是{best}（{gaps[best]:.2f}），"
        f"最大的是{worst}（{gaps[worst]:.2f}）；{least_squares.title}为 {plain:.2f}。"
    )
