"""Compare regenerated tables with committed ones, number by number."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from synergy.real.regeneration import Regenerated

TOLERANCE = 1e-8


@dataclass(frozen=True)
class Agreement:
    """Whether regenerated tables equal the committed ones.

    Attributes
    ----------
    agrees : bool
    differences : tuple of str
        Chinese, one per table or record that differs.
    largest : float
        Largest absolute difference of any number in tables of equal shape.
    numbers : int
        Numbers compared.
    """

    agrees: bool
    differences: tuple[str, ...]
    largest: float
    numbers: int

    def __str__(self) -> str:
        if self.agrees:
            return (
                f"一致：比较了 {self.numbers} 个数，最大相差 {self.largest:.1e}"
                f"（容许 {TOLERANCE:.0e}）。"
            )
        lines = [f"不一致：{len(self.differences)} 处。"]
        return "\n".join([*lines, *(f"  {text}" for text in self.differences)])


def compare(regenerated: Regenerated, folder: Path) -> Agreement:
    """Compare regenerated tables with those in a folder, number by number."""
    differences, largest, numbers = [], 0.0, 0
    for name, table in regenerated.tables.items():
        path = folder / f"{name}.csv"
        if not path.is_file():
            differences.append(f"{path.name}：缺少这个文件")
            continue
        fault, gap, count = _table_gap(pd.read_csv(path), table)
        largest, numbers = max(largest, gap), numbers + count
        if fault:
            differences.append(f"{path.name}：{fault}")
    differences += _provenance_gaps(regenerated, folder / "provenance.json")
    return Agreement(not differences, tuple(differences), largest, numbers)


def _table_gap(old: pd.DataFrame, new: pd.DataFrame) -> tuple[str, float, int]:
    """Fault in words (empty if none), largest difference, numbers compared."""
    if list(old.columns) != list(new.columns) or len(old) != len(new):
        return f"形状不同，原 {old.shape}，现 {new.shape}", 0.0, 0
    columns = list(new.select_dtypes("number").columns)
    texts = [column for column in new.columns if column not in columns]
    changed = [c for c in texts if not (old[c].astype(str) == new[c].astype(str)).all()]
    if changed:
        return f"文字列不同：{'、'.join(changed)}", 0.0, 0
    before, after = old[columns].to_numpy(float), new[columns].to_numpy(float)
    if (np.isnan(before) != np.isnan(after)).any():
        return "缺失的位置不同", 0.0, 0
    gaps = np.nan_to_num(np.abs(before - after))
    if gaps.size == 0 or gaps.max() <= TOLERANCE:
        return "", float(gaps.max(initial=0.0)), gaps.size
    row, column = np.unravel_index(gaps.argmax(), gaps.shape)
    seen = f"原 {before[row, column]:.6g}，现 {after[row, column]:.6g}"
    fault = f"第 {row + 2} 行“{columns[column]}”列：{seen}"
    return fault, float(gaps.max()), gaps.size


def _provenance_gaps(regenerated: Regenerated, path: Path) -> list[str]:
    if not path.is_file():
        return [f"{path.name}：缺少这个文件"]
    old = json.loads(path.read_text(encoding="utf-8"))
    new = json.loads(json.dumps(regenerated.provenance))
    changed = [
        entry for entry in sorted(old.keys() | new.keys()) if old.get(entry) != new.get(entry)
    ]
    return [f"{path.name}：“{'、'.join(changed)}”不同"] if changed else []
