"""Small ledgers and panels with known answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

import pandas as pd

from synergy.claims.auditing import check_document
from synergy.claims.ledger import Claim, Ledger, Verdict
from synergy.coupling import grade, stage
from synergy.dictionary import SYSTEMS, paper_indicators, units
from synergy.evidence import Findings

ALL = frozenset(paper_indicators().index)


def indicators(n_ai: int = 99, n_eq: int = 99) -> frozenset[str]:
    """So many of the paper's indicators of the two systems."""
    system_of = paper_indicators()["system"].sort_index()
    counts = dict(zip(SYSTEMS, (n_ai, n_eq), strict=True))
    return frozenset(c for s, n in counts.items() for c in system_of.index[system_of == s][:n])


def holding(findings: Findings, present: Iterable[str]) -> Findings:
    """The same findings, said to rest on other indicators."""
    return replace(findings, weights=pd.DataFrame(index=sorted(present)))


def verdict(ledger: Ledger, key: str) -> Verdict:
    """What the documents say of a row."""
    return check_document(ledger[key], ledger).verdict


def with_row(ledger: Ledger, key: str, **changes: object) -> Ledger:
    """Copy of the ledger with other fields in one row."""
    changed = replace(ledger[key], **changes)
    return Ledger(MappingProxyType({**ledger.claims, key: changed}))


def with_facts(ledger: Ledger, key: str, **facts: object) -> Ledger:
    """Copy of the ledger with other facts in one row."""
    return with_row(ledger, key, facts={**ledger[key].facts, **facts})


def bare_claim(ledger: Ledger, **changes: object) -> Claim:
    """Some claim with other fields, for tests that look at little else."""
    return replace(ledger["P-AI-TREND"], **changes)


def toy_view(
    values: pd.DataFrame, *, nature: str = "own", present: frozenset[str] = ALL
) -> Findings:
    """View of a frame (province, year) that holds any of AI, U1, U2, D; gaps are filled with .3."""
    frame = values.reindex(columns=["AI", "LR", "EQ", "SS", "LQ", "U1", "U2", "D"])
    frame = frame.fillna(0.3)
    region = units()["region"]
    frame = frame.assign(
        region=region.loc[frame.index.get_level_values("province")].to_numpy(),
        grade=grade(frame["D"]),
        stage=stage(frame["D"]),
    )
    weights = pd.DataFrame(index=sorted(present))
    return Findings("试验面板", nature, weights, frame, None)


def by_region(column: str, paths: dict[str, list[float]], years: tuple[int, ...]) -> pd.DataFrame:
    """Frame in which every province follows its region's path."""
    region = units()["region"]
    rows = {(p, y): paths[r][i] for p, r in region.items() for i, y in enumerate(years)}
    index = pd.MultiIndex.from_tuples(list(rows), names=["province", "year"])
    return pd.DataFrame({column: list(rows.values())}, index=index)
