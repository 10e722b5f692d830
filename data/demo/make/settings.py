"""What the demo panel is made from: the hand-set files beside it."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synergy.dictionary import DATA_DIR, REGIONS, SUB_INDICES, paper_indicators, units
from synergy.index import Floats

FOLDER = DATA_DIR / "demo"

SETTINGS: dict[str, Any] = tomllib.loads((FOLDER / "settings.toml").read_text(encoding="utf-8"))

FIRST, LAST = SETTINGS["years"]
YEARS = np.arange(FIRST, LAST + 1)
STEPS = len(YEARS) - 1


def by_year(table: dict[str, float]) -> dict[int, float]:
    """A table of the settings with its years as numbers."""
    return {int(year): value for year, value in table.items()}


@cache
def profile() -> pd.DataFrame:
    """Hand-set profile of the provinces, in dictionary order."""
    return pd.read_csv(FOLDER / "profile.csv", index_col="province").loc[units().index]


@cache
def shapes() -> pd.DataFrame:
    """How each indicator looks, in dictionary order.

    Returns
    -------
    DataFrame
        Index ``code``. ``worst`` and ``best`` value in the dictionary's unit and ``digits`` it is
        rounded to; ``leader``, the province that holds the best value; ``centre``, ``load`` (on
        the log-odds of the sub-index), ``drift`` (per six years), ``size`` and ``space`` (on log
        population and log area per head) of the latent score; ``effect`` and ``noise``, standard
        deviations of a province's lasting and passing peculiarity; ``flex``, how much of a miss
        the indicator takes up.
    """
    return pd.read_csv(FOLDER / "shapes.csv", index_col="code").loc[paper_indicators().index]


@cache
def missing() -> NDArray[np.bool_]:
    """Cells left empty, shape (30, 13, 31)."""
    cells = pd.read_csv(FOLDER / "missing_cells.csv")
    empty = np.zeros((len(units()), len(YEARS), len(shapes())), dtype=bool)
    empty[
        units().index.get_indexer(pd.Index(cells["province"])),
        cells["year"].to_numpy() - FIRST,
        shapes().index.get_indexer(pd.Index(cells["code"])),
    ] = True
    return empty


@cache
def parts() -> Floats:
    """Which indicator belongs to which sub-index: sub-indices x indicators, 0 or 1."""
    table = paper_indicators()
    names = table["dimension"].where(table["system"] == "EQ", "AI").to_numpy()
    member: Floats = (names == np.array(SUB_INDICES)[:, None]).astype(float)
    return member


@cache
def membership() -> Floats:
    """Averaging matrix: regions x provinces, rows sum to 1."""
    member = (units()["region"].to_numpy() == np.array(REGIONS)[:, None]).astype(float)
    shares: Floats = member / member.sum(axis=1, keepdims=True)
    return shares
