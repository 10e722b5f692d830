"""Words about places, computed from the panel: profiles, levers, and how indices moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from synergy.narration import listed, place
from synergy.policy.places import LEVERS, describe_profile, lever_fit, regional_risk
from synergy.policy.sensitivity import latin_hypercube
from synergy.standings import joint_change
from synergy.words import say

if TYPE_CHECKING:
    from synergy.dictionary import Region
    from synergy.evidence import Findings


def change_sentence(
    region: Region, findings: Findings, effect: str, label: str, *, cause: str = "U1"
) -> str:
    """Say how the AI index and another index moved together, here and across provinces.

    Parameters
    ----------
    region
        What the edition is about.
    findings
        Findings of one panel.
    effect, label
        Column and its Chinese name.
    cause
        Column of the AI index.
    """
    moves = joint_change(region, findings, effect, cause)
    return say("{{ change(moves, label) }}", moves=moves, label=label)


def profile(region: Region, findings: Findings) -> str:
    """Say where the edition's region stands in risk, and which levers answer its profile."""
    if region.kind == "province":
        return describe_profile(findings.frame, region.name)
    risk = regional_risk(findings.frame)
    ranked = risk.risk.dropna()
    if ranked.empty:
        return "手头的数据缺少计算相对风险所需的分指数，无法给出画像。"
    inside = ranked[_members(region, findings, ranked)]
    ends = listed(str(name) for name in inside.index[:3])
    return (
        f"{risk.year} 年{place(region)}相对风险最高的是{ends}；"
        f"{len(inside)} 个省份按最相配的工具分：{_common(inside.index, findings)}。"
    )


def _members(region: Region, findings: Findings, ranked: pd.Series) -> list[str]:
    regions = findings.frame.groupby("province")["region"].first()
    return [n for n in ranked.index if region.kind == "nation" or regions[n] == region.name]


def _common(names: pd.Index, findings: Findings) -> str:
    best = lever_fit(findings.frame).loc[names].dropna(how="all").idxmax(axis=1)
    counts = best.map({key: title for key, (title, _) in LEVERS.items()}).value_counts()
    return listed(f"{name} {count} 个" for name, count in counts.items())


def lever_table(findings: Findings, region: Region) -> pd.DataFrame:
    """Fit of every lever for the provinces of an edition (three at either end for the nation).

    Returns
    -------
    DataFrame
        Indexed by lever; one column per province, text.
    """
    ranked = regional_risk(findings.frame).risk.dropna()
    names = _members(region, findings, ranked)
    if region.kind == "province":
        names = [name for name in ranked.index if name == region.name]
    elif region.kind == "nation" and len(names) > 6:
        names = [*names[:3], *names[-3:]]
    fit = lever_fit(findings.frame).loc[names]
    titles = {key: title for key, (title, _) in LEVERS.items()}
    return fit.rename(columns=titles).T.map(lambda v: f"{v:.2f}").rename_axis("工具")


def rank_ranges(findings: Findings, draws: int = 400) -> pd.DataFrame:
    """Range of each province's rank of risk over evenly drawn weights.

    Returns
    -------
    DataFrame
        Index province, columns ``region``, ``estimate`` (rank at the default weights),
        ``lower`` and ``upper`` (5 % and 95 % of the ranks over the draws); highest risk first.
    """
    risk = regional_risk(findings.frame)
    scaled = risk.scaled.dropna()
    weights = latin_hypercube(list(scaled.columns), draws).to_numpy() + 1e-12
    scores = scaled.to_numpy() @ (weights / weights.sum(axis=1, keepdims=True)).T
    ranks = pd.DataFrame(scores, index=scaled.index).rank(ascending=False, method="min")
    low, high = ranks.quantile(0.05, axis=1), ranks.quantile(0.95, axis=1)
    estimate = risk.risk[scaled.index].rank(ascending=False, method="min")
    regions = findings.frame.groupby("province")["region"].first()[scaled.index]
    table = pd.DataFrame({"region": regions, "estimate": estimate, "lower": low, "upper": high})
    return table.sort_values("estimate")


def rank_sentence(table: pd.DataFrame) -> str:
    """Say how many provinces keep their third of the ranking whatever the weights."""
    if table.empty:
        return "手头的数据缺少计算相对风险所需的分指数。"
    width = table["upper"] - table["lower"]
    third = len(table) / 3
    firm = int(((table["upper"] <= third) | (table["lower"] > 2 * third)).sum())
    return (
        f"权重在 0 与 1 之间任取时，名次区间宽度的中位数为 {width.median():.0f} 位，最宽 "
        f"{width.max():.0f} 位；始终留在前三分之一或后三分之一的省份有 {firm} 个。"
    )
