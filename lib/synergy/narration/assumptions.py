"""Assumptions and scenarios as a reader sees them: tables, and where an edition's sliders start."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from synergy.narration import place
from synergy.policy.parameters import ASSUMED, defaults, parameter_table
from synergy.policy.places import regional_defaults
from synergy.policy.sensitivity import answer, driving_assumptions

if TYPE_CHECKING:
    from synergy.dictionary import Region
    from synergy.evidence import Findings

#: Base sample of the Sobol indices of a single model, a power of 2.
DRAWS = 1024


def assumption_table(*models: str) -> str:
    """List the assumptions of some models as a markdown table.

    Parameters
    ----------
    *models : str
        Models as the column ``model`` of the parameter table names them.

    Returns
    -------
    str
        Symbol, meaning with unit, default with range, source; without a source it says 设定.
    """
    table = pd.concat([parameter_table(name) for name in models])
    lines = ["| 符号 | 含义（单位） | 默认（范围） | 出处与说明 |", "|---|---|---|---|"]
    for row in table.itertuples():
        value = f"{row.default:g}（{row.low:g}—{row.high:g}）"
        lines.append(f"| ${row.tex}$ | {row.name_zh}（{row.unit}） | {value} | {_origin(row)} |")
    return "\n".join(lines)


def _origin(row: Any) -> str:
    source = "设定" if row.source == ASSUMED else str(row.source)
    return source if pd.isna(row.note) else f"{source}；{row.note}"


def sourced_sentence(*models: str) -> str:
    """Say how many assumptions of some models have a source."""
    table = pd.concat([parameter_table(name) for name in models])
    known = int((table["source"] != ASSUMED).sum())
    return f"这一章用到 {len(table)} 个参数，其中 {known} 个有出处，{len(table) - known} 个是设定。"


def regional_start(region: Region, findings: Findings) -> dict[str, float]:
    """Where an edition's sliders start: by the standing of its province or provinces.

    Returns
    -------
    dict
        Empty for the nation, whose sliders start at the defaults, and without what the panel
        cannot place. For a region, the mean over its provinces.
    """
    last = findings.frame.xs(findings.years[1], level="year")
    if region.kind == "nation":
        return {}
    if region.kind == "province":
        names = [region.name]
    else:
        names = [str(name) for name in last.index[last["region"] == region.name]]
    placed = pd.DataFrame([regional_defaults(findings.frame, name) for name in names]).mean()
    return {str(symbol): float(value) for symbol, value in placed.items() if np.isfinite(value)}


def start_sentence(region: Region, start: Mapping[str, float], symbols: Iterable[str]) -> str:
    """Say where the sliders of this edition start, and that the mapping is assumed."""
    names = parameter_table()["name_zh"]
    moved = [s for s in symbols if s in start]
    if not moved:
        return "滑块从参数表的默认值出发。"
    usual = defaults(moved)
    parts = [f"{names[s]}取 {start[s]:.3g}（默认 {usual[s]:g}）" for s in moved]
    return (
        f"这一版按{place(region)}在各省中的位次，把{'，'.join(parts)}；"
        "位次到参数的对应是设定的，不是估计。其余滑块从默认值出发。"
    )


def drivers(
    function: Callable[..., Any], attribute: str = "", *, draws: int = DRAWS, **fixed: Any
) -> pd.DataFrame:
    """Rank the assumptions of a model function; see `synergy.policy.sensitivity`."""
    return driving_assumptions(*answer(function, attribute, **fixed), n=draws)
