r"""Places: which provinces meet AI with little to fall back on, and what might help there.

Input is the findings frame of a panel: MultiIndex (province, year), sub-indices in [0, 1].

Limits: relative standing within one year and one panel, not a forecast of lost jobs; weights
are a judgement, which is why a reader can move them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from synergy.policy.parameters import bounds, defaults

#: Component of risk: (column of the findings, +1 if more of it is more risk, Chinese name).
COMPONENTS: dict[str, tuple[str, int, str]] = {
    "exposure_weight": ("AI", +1, "人工智能渗透"),
    "skill_weight": ("LQ", -1, "劳动力素质短板"),
    "security_weight": ("SS", -1, "社会保障短板"),
}

#: Instrument: Chinese name, and the gaps (-1) or strengths (+1) it answers. Our own mapping.
LEVERS: dict[str, tuple[str, tuple[tuple[str, int], ...]]] = {
    "basic_income": ("区域性基本收入", (("SS", -1), ("AI", +1))),
    "supplement": ("就业收入补充", (("LR", -1), ("EQ", +1))),
    "public_jobs": ("公共就业", (("EQ", -1), ("LR", -1))),
    "skill_account": ("技能账户与再培训", (("LQ", -1), ("AI", +1))),
    "youth_subsidy": ("青年雇佣补贴", (("LQ", +1), ("AI", +1))),
    "finance": ("税费协同与算力分红", (("AI", +1), ("SS", +1))),
}

_STANDING = {
    ("AI", +1): "人工智能指数由高到低",
    ("LR", -1): "劳动报酬由低到高",
    ("EQ", -1): "就业环境由低到高",
    ("EQ", +1): "就业环境由高到低",
    ("SS", -1): "社会保障由低到高",
    ("SS", +1): "社会保障由高到低",
    ("LQ", -1): "劳动力素质由低到高",
    ("LQ", +1): "劳动力素质由高到低",
}


@dataclass(frozen=True)
class RegionalRisk:
    """Risk of each province in one year.

    Attributes
    ----------
    year : int
    scaled : pandas.DataFrame
        Index province; each component scaled to [0, 1] within the year, 1 = most at risk.
    parts : pandas.DataFrame
        Weighted components; their sum is the risk.
    risk : pandas.Series
        In [0, 1], highest first.
    weights : pandas.Series
        Normalised to sum to 1.
    """

    year: int
    scaled: pd.DataFrame
    parts: pd.DataFrame
    risk: pd.Series
    weights: pd.Series


def snapshot(frame: pd.DataFrame, year: int | None = None) -> tuple[int, pd.DataFrame]:
    """Findings of one year (the last when left out), index province."""
    years = frame.index.get_level_values("year")
    chosen = int(years.max()) if year is None else int(year)
    if chosen not in set(years):
        raise ValueError(f"year {chosen} is not in the frame ({years.min()} to {years.max()})")
    now = frame[years == chosen].droplevel("year")
    if now.index.has_duplicates:
        raise ValueError(f"{now.index[now.index.duplicated()][0]} occurs twice in {chosen}")
    return chosen, now


def scale_within(column: pd.Series, direction: int = 1) -> pd.Series:
    """Min-max scaling to [0, 1]; direction -1 turns it round; a constant gives 0.5."""
    span = column.max() - column.min()
    if not span > 0:
        return pd.Series(0.5, index=column.index).where(column.notna())
    scaled: pd.Series = (column - column.min()) / span
    return scaled if direction > 0 else 1 - scaled


def regional_risk(
    frame: pd.DataFrame,
    weights: Mapping[str, float] | None = None,
    *,
    year: int | None = None,
    scaling: Literal["range", "rank"] = "range",
) -> RegionalRisk:
    r"""Weigh exposure to AI against what a province has to fall back on.

    Parameters
    ----------
    frame : pandas.DataFrame
        MultiIndex (province, year); columns ``AI``, ``LQ``, ``SS`` at least.
    weights : mapping, optional
        ``exposure_weight``, ``skill_weight``, ``security_weight``; not negative, any scale. The
        parameter table's values when left out.
    year : int, optional
        The last year when left out.
    scaling : {"range", "rank"}
        Scale the sub-indices by their range, or by their ranks, which a few provinces far ahead
        cannot distort.

    Returns
    -------
    RegionalRisk

    Notes
    -----
    :math:`risk_i = \sum_k w_k x_{ik} / \sum_k w_k`, :math:`x` scaled to [0, 1] across provinces of
    the year: exposure AI, vulnerability 1 - LQ and 1 - SS (the hazard-vulnerability reading of
    composite risk indices).

    Raises
    ------
    ValueError
        Unknown or negative weights, all weights zero, or a missing column.
    """
    chosen = _weights(weights)
    when, now = snapshot(frame, year)
    missing = {column for column, _, _ in COMPONENTS.values()} - set(now.columns)
    if missing:
        raise ValueError(f"frame lacks the columns {', '.join(sorted(missing))}")
    scaled = pd.DataFrame(
        {
            name: scale_within(now[column].rank() if scaling == "rank" else now[column], sign)
            for name, (column, sign, _) in COMPONENTS.items()
        }
    )
    parts = scaled * chosen
    risk = parts.sum(axis=1, skipna=False).sort_values(ascending=False).rename("risk")
    return RegionalRisk(when, scaled, parts, risk, chosen)


def _weights(weights: Mapping[str, float] | None) -> pd.Series:
    given = defaults(COMPONENTS) if weights is None else dict(weights)
    unknown = sorted(given.keys() - COMPONENTS.keys())
    if unknown:
        raise ValueError(f"unknown weight {unknown[0]!r}; known: {', '.join(COMPONENTS)}")
    series = pd.Series({name: float(given.get(name, 0.0)) for name in COMPONENTS})
    if (series < 0).any() or not series.sum() > 0:
        raise ValueError(f"weights must not be negative nor all zero; got {dict(series)}")
    return series / series.sum()


def lever_fit(frame: pd.DataFrame, *, year: int | None = None) -> pd.DataFrame:
    """How well each instrument answers a province's profile.

    Returns
    -------
    pandas.DataFrame
        Index province, one column per instrument of `LEVERS`, in [0, 1]: the mean of the ranks,
        scaled to [0, 1], of the gaps and strengths it answers. Ranks, since a few provinces far
        ahead would make all others look alike. Standing within the year, not an effect.
    """
    _, now = snapshot(frame, year)
    return pd.DataFrame(
        {
            name: sum(scale_within(now[c].rank(), sign) for c, sign in needs) / len(needs)
            for name, (_, needs) in LEVERS.items()
        }
    )


def describe_profile(
    frame: pd.DataFrame, province: str, *, year: int | None = None, top: int = 2
) -> str:
    """One Chinese sentence: where the province stands, and which instruments answer that."""
    risk = regional_risk(frame, year=year)
    if province not in risk.risk.index:
        known = "、".join(map(str, risk.risk.index))
        raise ValueError(f"no province {province!r} in the frame; known: {known}")
    if not np.isfinite(risk.risk[province]):
        return f"{province}（{risk.year} 年）缺少计算风险所需的分指数，无法给出画像。"
    rank = int(risk.risk.rank(ascending=False, method="min")[province])
    driver = str(risk.parts.loc[province].idxmax())
    fit: pd.Series = lever_fit(frame, year=year).T[province].dropna().nlargest(top)
    _, now = snapshot(frame, year)
    levers = "；".join(_reason(now, province, str(name), fit[name]) for name in fit.index)
    return (
        f"{risk.year} 年{province}的相对风险为 {risk.risk[province]:.2f}，"
        f"在 {risk.risk.notna().sum()} 个省份中居第 {rank} 位，"
        f"最大的一项是{COMPONENTS[driver][2]}；与其画像最相配的工具是{levers}。"
    )


def _reason(now: pd.DataFrame, province: str, lever: str, fit: float) -> str:
    name, needs = LEVERS[lever]
    ranks = (
        f"{_STANDING[need]}第 {int(now[need[0]].rank(ascending=need[1] < 0)[province])}"
        for need in needs
    )
    return f"{name}（匹配度 {fit:.2f}：{'，'.join(ranks)}）"


def regional_defaults(
    frame: pd.DataFrame, province: str, *, year: int | None = None
) -> dict[str, float]:
    """Place a province within the ranges of three assumptions by its standing.

    Returns
    -------
    dict
        ``formal_coverage`` by social security, ``retraining_reach`` by labour quality,
        ``automation_rate`` by the AI index: low end of the range for the last province, high
        end for the first. An assumed mapping of ranks, not an estimate.
    """
    _, now = snapshot(frame, year)
    columns = {"formal_coverage": "SS", "retraining_reach": "LQ", "automation_rate": "AI"}
    limits = bounds(columns)
    placed = {}
    for symbol, column in columns.items():
        standing = float(scale_within(now[column].rank())[province])
        low, high = limits[symbol]
        placed[symbol] = low + standing * (high - low)
    return placed


def theil_decomposition(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    r"""Inequality among provinces, between and within the four regions, per year.

    Parameters
    ----------
    frame : pandas.DataFrame
        MultiIndex (province, year) with ``region`` and `column`; positive values.
    column : str
        For instance ``"U2"``.

    Returns
    -------
    pandas.DataFrame
        Index year; ``between``, ``within``, ``total`` (= between + within).

    Notes
    -----
    Theil's T with equal weights per province:
    :math:`T = \frac1N\sum_i \frac{x_i}{\mu}\ln\frac{x_i}{\mu}
    = \sum_g \frac{N_g\mu_g}{N\mu}\ln\frac{\mu_g}{\mu}
    + \sum_g \frac{N_g\mu_g}{N\mu}T_g` (Theil 1967; Shorrocks 1980).
    """
    data = frame[[column, "region"]].dropna().reset_index()
    year = data["year"]
    mean = data.groupby(year)[column].transform("mean")
    regional = data.groupby([year, data["region"]])[column].transform("mean")
    share = data[column] / mean
    between = share * np.log(regional / mean)
    within = share * np.log(data[column] / regional)
    table = pd.DataFrame({"between": between, "within": within}).groupby(year).mean()
    return table.assign(total=table["between"] + table["within"])


def divergence(
    frame: pd.DataFrame, *, first: int | None = None, last: int | None = None
) -> pd.DataFrame:
    """How both indices of each province moved between two years.

    Returns
    -------
    pandas.DataFrame
        Index province; ``ai_change``, ``quality_change`` and ``trap``: AI up, quality down.
        The notes' "geographic trap" would be many provinces with ``trap`` true.
    """
    years = frame.index.get_level_values("year")
    start = int(years.min()) if first is None else first
    _, before = snapshot(frame, start)
    _, after = snapshot(frame, last)
    ai, quality = after["U1"] - before["U1"], after["U2"] - before["U2"]
    return pd.DataFrame(
        {"ai_change": ai, "quality_change": quality, "trap": (ai > 0) & (quality < 0)}
    )


EXPRESSIONS: dict[str, str] = {
    "risk": (
        "(({exposure_weight}*{scaled_exposure} + {skill_weight}*{scaled_skill_gap}"
        " + {security_weight}*{scaled_security_gap})"
        "/({exposure_weight} + {skill_weight} + {security_weight}))"
    ),
}
