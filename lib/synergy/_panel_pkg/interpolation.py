"""Fill gaps inside one province, linearly in time, and say which cells were filled how."""

from __future__ import annotations

import pandas as pd

from synergy.dictionary import indicators


def fill_gaps(values: pd.DataFrame) -> pd.DataFrame:
    """Interpolate linearly inside each province; hold the nearest value at either end.

    Parameters
    ----------
    values : DataFrame
        Index (``province``, ``year``) with consecutive years in order.
    """
    return values.groupby(level="province", sort=False, group_keys=False).apply(
        lambda block: block.interpolate(method="linear", limit_direction="both")
    )


def fill_notes(filled: pd.DataFrame) -> tuple[str, ...]:
    """Say how many cells were interpolated, and which were held at the ends."""
    if not filled.to_numpy().any():
        return ()
    held = at_ends(filled)
    names = indicators()["name_zh"]
    notes = [f"线性插补 {int((filled & ~held).to_numpy().sum())} 格。"]
    for code, column in held.items():
        cells = column.index[column.to_numpy()]
        if len(cells):
            years = "、".join(str(y) for y in sorted(set(cells.get_level_values("year"))))
            count = cells.get_level_values("province").nunique()
            notes.append(f"{names[str(code)]}：{count} 省在 {years} 年处于首尾，取最近年份的值。")
    return tuple(notes)


def at_ends(filled: pd.DataFrame) -> pd.DataFrame:
    """Filled cells with no observed value before, or none after, in their province."""
    blocks = filled.groupby(level="province", sort=False)
    forward = blocks.cummin().astype(bool)
    backward = filled[::-1].groupby(level="province", sort=False).cummin()[::-1].astype(bool)
    return forward | backward
