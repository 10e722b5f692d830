"""Figures of the past: output and employment, and labour's share of income."""

from __future__ import annotations

import pandas as pd

from synergy.figures.grammar import lines
from synergy.figures.theme import Figure
from synergy.policy.history import flow_of_funds, labour_history


def growth_lines(country: str) -> Figure:
    """Draw output and employment of a country, first year 100, on a logarithmic scale."""
    table = labour_history(country)[["output", "employment"]]
    index = 100 * table / table.iloc[0]
    long = index.rename(columns={"output": "产出", "employment": "就业"}).rename_axis("year")
    last = index.iloc[-1]
    return lines(
        long.melt(ignore_index=False, var_name="what").reset_index(),
        y="value",
        by="what",
        label=f"{index.index[0]} 年为 100，对数刻度",
        fmt=".0f",
        ticks=[100, 200, 400, 800, 1600],
        scale={"type": "log", "nice": False},
        digits=1,
        say="折线图，对数刻度：{{ first }} 年到 {{ year }} 年，{{ country }}的产出由 100 升到 "
        "{{ last.output|d0 }}，就业由 100 变为 {{ last.employment|d0 }}。",
        facts={"country": country, "first": index.index[0], "year": index.index[-1], "last": last},
    )


def share_lines() -> Figure:
    """Draw labour's share of income in China and the United States, and China's official one."""
    names = {"中国": "中国（佩恩表）", "美国": "美国（佩恩表）"}
    official = flow_of_funds()["labour_share"].rename("中国（资金流量表）")
    paths = {names[name]: labour_history(name)["labour_share"] for name in names}
    first = official.index[0]
    series = {name: path[path.index >= first].dropna() for name, path in paths.items()}
    series |= {str(official.name): official}
    long = pd.concat(series, names=["what"]).rename("share").reset_index()
    ends = [(name, p.index[0], p.iloc[0], p.index[-1], p.iloc[-1]) for name, p in series.items()]
    return lines(
        long,
        y="share",
        by="what",
        label="劳动报酬占国内生产总值",
        fmt=".0%",
        scale={"zero": False},
        say="折线图：{{ ends|each('{0}{1} 年 {2:.1%}，{3} 年 {4:.1%}')|join('；') }}。",
        facts={"ends": ends},
    )
