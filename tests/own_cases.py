"""Small plans and panels of a stranger, to be changed one thing at a time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

CITIES = ("雅典", "里斯本", "布拉格", "塔林", "首尔")
INDICATORS = {
    "宽带": ("数字", "正"),
    "网购（%）": ("数字", "+"),
    "能耗": ("绿色", "负"),
    "绿地": ("绿色", "越大越好"),
    "失业": ("民生", "-1"),
}


def table(years: int = 4, seed: int = 1) -> pd.DataFrame:
    """A balanced panel, wide."""
    numbers = np.random.default_rng(seed).lognormal(size=(len(CITIES) * years, len(INDICATORS)))
    frame = pd.DataFrame(numbers.round(4), columns=list(INDICATORS))
    frame.insert(0, "年份", list(range(2015, 2015 + years)) * len(CITIES))
    frame.insert(0, "城市", np.repeat(CITIES, years))
    return frame


def plan(**changes: dict[str, str]) -> pd.DataFrame:
    """The plan of :func:`table`; a keyword changes cells of the row of that column."""
    rows = [{"列名": "城市", "用途": "个体"}, {"列名": "年份", "用途": "时间"}]
    rows += [
        {"列名": name, "用途": "指标", "系统": system, "方向": direction}
        for name, (system, direction) in INDICATORS.items()
    ]
    return pd.DataFrame([row | changes.get(row["列名"], {}) for row in rows]).fillna("")


def written(folder: Path, frame: pd.DataFrame, name: str) -> Path:
    """The frame as a file, by its suffix."""
    path = folder / name
    match path.suffix:
        case ".xlsx":
            frame.to_excel(path, index=False)
        case ".dta":
            frame.to_stata(path, write_index=False, version=118)
        case ".parquet":
            frame.to_parquet(path)
        case _:
            frame.to_csv(path, index=False)
    return path
