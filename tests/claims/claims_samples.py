"""Small ledgers and panels with known answers."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pandas as pd

from synergy.claims import Claim, Ledger, PanelView
from synergy.coupling import grade, regional_means, stage
from synergy.dictionary import DATA_DIR, provinces

DEMO_PANEL = DATA_DIR / "demo" / "panel.csv"


def with_row(ledger: Ledger, key: str, **changes: object) -> Ledger:
    """Copy of the ledger with other fields in one row."""
    changed = replace(ledger[key], **changes)
    return Ledger(MappingProxyType({**ledger.claims, key: changed}))


def bare_claim(ledger: Ledger, **changes: object) -> Claim:
    """Some claim with other fields, for checks that look at little else."""
    return replace(ledger["P-AI-TREND"], **changes)


def toy_view(values: pd.DataFrame, *, nature: str = "own", n_indicators: int = 31) -> PanelView:
    """View of a frame (province, year) that holds any of AI, U2 and D; gaps are filled with .3."""
    frame = values.reindex(columns=["AI", "LR", "EQ", "SS", "LQ", "U1", "U2", "D"])
    frame = frame.fillna(0.3)
    region = provinces()["region"]
    regional = regional_means(frame, region)
    frame = frame.assign(
        region=region.loc[frame.index.get_level_values("province")].to_numpy(),
        grade=grade(frame["D"]),
        stage=stage(frame["D"]),
    )
    return PanelView("试验面板", nature, frame, regional, n_indicators)


def by_region(column: str, paths: dict[str, list[float]], years: tuple[int, ...]) -> pd.DataFrame:
    """Frame in which every province follows its region's path."""
    region = provinces()["region"]
    rows = {(p, y): paths[r][i] for p, r in region.items() for i, y in enumerate(years)}
    index = pd.MultiIndex.from_tuples(list(rows), names=["province", "year"])
    return pd.DataFrame({column: list(rows.values())}, index=index)
