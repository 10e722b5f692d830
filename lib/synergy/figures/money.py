"""Whose money an instrument is, and what a safety net pays because a job was lost."""

from __future__ import annotations

import pandas as pd

from synergy.figures.grammar import rows
from synergy.figures.theme import Figure
from synergy.policy.public_money import PAYERS
from synergy.policy.support import Support


def stacked(parts: pd.DataFrame, value: str) -> pd.DataFrame:
    """Place the parts of each ``name`` one behind the other.

    Parameters
    ----------
    parts : DataFrame
        Column ``name``; a row per part, in the order of stacking.
    value : str
        Column of lengths.

    Returns
    -------
    DataFrame
        The table with columns ``left`` and ``right``.
    """
    right = parts.groupby("name", sort=False)[value].cumsum()
    return parts.assign(left=right - parts[value], right=right)


def payer_bars(table: pd.DataFrame) -> Figure:
    """Draw what each instrument closes of the gap, parted by who hands the money over first.

    Parameters
    ----------
    table
        From `synergy.policy.public_money.first_payers`.
    """
    totals = table.groupby("symbol")["amount"].transform("sum")
    names = [
        f"{name}，{moved}：{total:.2%}"
        for name, moved, total in zip(table["name"], table["moved"], totals, strict=True)
    ]
    return rows(
        stacked(table.assign(name=names), "amount"),
        span=("left", "right"),
        mark="bar",
        by="payer",
        look=[payer for payer in PAYERS if payer in set(table["payer"])],
        label="占 GDP",
        fmt=".1%",
        ticks=5,
        digits=6,
        tips={"name": "工具", "payer": "先付的人", "amount:.2%": "占 GDP"},
        say="条形图：每件工具推到参数范围的高端，各能补上多少缺口，按先付的人分色。"
        "{{ each|each('{}，{}')|join('；') }}。",
        facts={"each": list(zip(names, table["payer"], strict=True))},
    )


def support_bars(support: Support, insured: float, benefit: float) -> Figure:
    """Draw what one may expect with a job and without, by layer, beside unemployment insurance.

    Parameters
    ----------
    support
        From `synergy.policy.support.support_by_work`.
    insured, benefit
        Share of the jobless who draw unemployment benefit, and a year of it over mean income.
    """
    parts = pd.DataFrame(
        [
            ("保住工作的人", "区域性基本收入", support.basic_income),
            ("保住工作的人", "收入补充", support.supplement),
            ("失去工作的人", "区域性基本收入", support.basic_income),
            ("失去工作的人", "公共就业", support.public_job),
            ("失去工作的人，现行失业保险", "失业保险", insured * benefit),
        ],
        columns=["name", "layer", "amount"],
    )
    return rows(
        stacked(parts.astype({"amount": float}), "amount"),
        span=("left", "right"),
        mark="bar",
        by="layer",
        look=list(dict.fromkeys(parts["layer"])),
        label="一年平均得到（占人均收入）",
        fmt=".0%",
        ticks=5,
        digits=5,
        tips={"name": "谁", "layer": "来自", "amount:.1%": "占人均收入"},
        say="条形图：保住工作的人平均得到人均收入的 {{ s.at_work|pct1 }}，"
        "失去工作的人得到 {{ s.displaced|pct1 }}；"
        "按领取率折算，现行失业保险给失业者 {{ now|pct1 }}。",
        facts={"s": support, "now": insured * benefit},
    )
