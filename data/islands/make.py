"""Make the example's panel: islands that do not exist, numbers that nobody measured.

``python data/islands/make.py`` writes ``panel.csv`` beside it; a test compares the bytes. Every
indicator is a level of the island, a common path, the island's own drift and noise that lasts;
tourism grows, reefs suffer with it after a lag, and income follows both.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

SEED = 20260613
YEARS = range(2010, 2022)
#: Islands by group; names are made up.
ISLANDS = {
    "北群岛": ("灯塔岛", "鲸背岛", "雾港岛", "石桥岛", "风磨岛", "银鸥岛"),
    "中群岛": ("椰湾岛", "月环岛", "长滩岛", "帆影岛", "白沙岛", "晴礁岛"),
    "南群岛": ("火脊岛", "翡翠岛", "听潮岛", "珊瑚岛", "远望岛", "蓝洞岛"),
}
#: Recorded from this year on only.
LATE = {"远望岛": 2013}
#: Cells that were lost: island, year, heading.
LOST = (
    ("雾港岛", 2014, "鱼类生物量（千克/公顷）"),
    ("白沙岛", 2018, "客房出租率（%）"),
    ("蓝洞岛", 2010, "每千人医务人员（人）"),
)


def panel() -> pd.DataFrame:
    """One row per island and year."""
    chance = np.random.default_rng(SEED)
    groups = [group for group, names in ISLANDS.items() for _ in names]
    names = [name for same in ISLANDS.values() for name in same]
    north = np.array([{"北群岛": -1.0, "中群岛": 0.5, "南群岛": 0.2}[g] for g in groups])[:, None]
    t = np.linspace(0, 1, len(YEARS))[None, :]
    shape = (len(names), len(YEARS))

    def lasting(size: float) -> np.ndarray:
        """Noise of which two thirds last into the next year."""
        found = chance.normal(0, size, shape)
        for year in range(1, shape[1]):
            found[:, year] += 0.66 * found[:, year - 1]
        return found

    fame = chance.normal(0, 0.5, (shape[0], 1)) + 0.4 * north
    tourism = fame + (1.1 + 0.3 * chance.normal(size=(shape[0], 1))) * t + lasting(0.08)
    slump = np.where(np.arange(shape[1]) >= 10, -0.9, 0.0)[None, :]  # travel stops in 2020
    tourism = tourism + slump * (1 + 0.2 * fame)
    lagged = np.concatenate([tourism[:, :1], tourism[:, :-1]], axis=1)
    reef = 0.5 - 0.35 * north - 0.45 * lagged - 0.3 * t + lasting(0.1)
    reef = reef + chance.normal(0, 0.3, (shape[0], 1))
    people = 0.5 * tourism + 0.25 * reef + 0.6 * t + lasting(0.07)
    people = people + chance.normal(0, 0.35, (shape[0], 1))

    def share(score: np.ndarray, low: float, high: float) -> np.ndarray:
        """Percentages between two ends."""
        cells: np.ndarray = (low + (high - low) / (1 + np.exp(-score - lasting(0.06)))).round(1)
        return cells

    columns = {
        "过夜游客（千人次）": (60 * np.exp(0.9 * tourism + lasting(0.05))).round(1),
        "每位游客花费（克朗）": (4200 * np.exp(0.25 * tourism + 0.2 * t + lasting(0.04))).round(0),
        "客房出租率（%）": share(tourism, 30, 85),
        "旺季集中度（%）": share(-0.7 * tourism, 35, 75),
        "活珊瑚覆盖率（%）": share(1.2 * reef, 8, 62),
        "珊瑚白化率（%）": share(-1.4 * reef, 1, 48),
        "近海水质达标率（%）": share(reef, 55, 99),
        "鱼类生物量（千克/公顷）": (380 * np.exp(0.5 * reef + lasting(0.07))).round(0),
        "居民人均收入（克朗）": (98000 * np.exp(0.3 * people + lasting(0.03))).round(-2),
        "淡水供应保障率（%）": share(people, 62, 99),
        "青年外流率（%）": share(-1.3 * people, 2, 31),
        "每千人医务人员（人）": (3.1 * np.exp(0.28 * people + lasting(0.05))).round(2),
    }
    index = pd.MultiIndex.from_product([names, YEARS], names=["海岛", "年份"])
    table = pd.DataFrame({name: cells.ravel() for name, cells in columns.items()}, index)
    table.insert(0, "群岛", np.repeat(groups, shape[1]))
    for island, year, heading in LOST:
        table.loc[(island, year), heading] = np.nan
    late = [(island, year) for island, first in LATE.items() for year in YEARS if year < first]
    return table.drop(index=late).reset_index()


def main() -> None:
    """Write the panel."""
    target = Path(__file__).with_name("panel.csv")
    panel().to_csv(target, index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    main()
