"""Official figures with which the models are compared, each with its source.

``data/official_figures.csv`` has one row per figure: value, unit, the year it is of, who says so,
where and when it was read, and one line of quotation. Assumptions of the models are not here,
see `synergy.policy.parameters`.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import pandas as pd

from synergy.dictionary import DATA_DIR
from synergy.words import Said


class Official(NamedTuple):
    """One figure, as a source prints it."""

    name_zh: str
    unit: str
    value: float
    year: int
    source: str
    url: str

    @property
    def cited(self) -> Said:
        """Source and year as a link, to stand beside the number."""
        return Said(f"[{self.source}，{self.year} 年]({self.url})")


@cache
def official_table() -> pd.DataFrame:
    """All figures: index ``figure``; columns as in the file."""
    return pd.read_csv(DATA_DIR / "official_figures.csv", index_col="figure")


def official(figure: str) -> Official:
    """Look up a figure.

    Raises
    ------
    KeyError
        If no row has this name.
    """
    row: Any = official_table().loc[figure]
    return Official(*(row[name] for name in Official._fields))


def gdp_in_yuan(share: float) -> float:
    """What a share of GDP is, 亿元 of the year of `official`'s GDP."""
    return float(share) * official("gdp").value


def nation_in_yuan(per_head: float) -> float:
    """What a sum per head over mean disposable income is for the nation, 亿元 (万元 times 万人)."""
    return float(per_head) * official("mean_income").value * official("population").value
