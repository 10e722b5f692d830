"""From raw statistical series to a panel of indicators, by a recipe that can be read.

A recipe (TOML) says how each indicator is formed, which cells are repaired and why, which
indicators cannot be formed, and under which named variants the result should be looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import reduce
from pathlib import Path

import numpy as np
import pandas as pd

from synergy.dictionary import indicators, provinces
from synergy.faults import DataFileError, Fault
from synergy.formulas import evaluate, formula_names, parse_formula
from synergy.panel import Nature, Panel, build_panel
from synergy.parsing import find_series
from synergy.reading import read_cells
from synergy.recipe_file import Recipe, read_recipe
from synergy.repairs import repaired, series_used
from synergy.validation import check_values, validated

__all__ = ["RawSeries", "Recipe", "apply_recipe", "read_recipe", "read_series"]


@dataclass(frozen=True, eq=False)
class RawSeries:
    """Raw series: `values` indexed by (``province``, ``year``), one column per series."""

    values: pd.DataFrame
    file: str
    sha256: str


def read_series(path: Path | str) -> RawSeries:
    """Read raw series, long or wide, from any format `read_panel` takes.

    Raises
    ------
    DataFileError
    """
    cells = read_cells(path)
    frame = validated(cells, find_series)
    values = frame.pivot(index=["province", "year"], columns="name", values="value")
    values = values.rename_axis(columns=None)
    order = provinces()["code"].loc[values.index.get_level_values("province")].to_numpy()
    order = np.lexsort((values.index.get_level_values("year"), order))
    return RawSeries(values.iloc[order], cells.file, cells.sha256)


def apply_recipe(
    raw: RawSeries,
    recipe: Recipe,
    *,
    repairs: bool = True,
    variant: str | None = None,
    nature: Nature = "own",
) -> Panel:
    """Form the panel that a recipe describes.

    Parameters
    ----------
    raw : RawSeries
    recipe : Recipe
    repairs : bool
        False leaves every repair out: the series as they came.
    variant : str, optional
        Name of one of the recipe's variants.
    nature : {"synthetic", "real-subset", "own"}

    Raises
    ------
    DataFileError
        If a series is absent, a formed value is infinite or out of the indicator's bounds, or
        the panel has holes that cannot be filled.
    """
    chosen = recipe.repairs if repairs else ()
    formulas = {code: parse_formula(t) for code, t in recipe.formulas(variant).items()}
    used = {name for tree in formulas.values() for name in formula_names(tree)}
    used |= {name for repair in chosen for name in series_used(repair)}
    _require_series(raw, recipe, used)
    series = reduce(repaired, chosen, raw.values)
    year = series.index.get_level_values("year")
    series = series.loc[(year >= recipe.years[0]) & (year <= recipe.years[1])]
    values = pd.DataFrame({code: evaluate(tree, series) for code, tree in formulas.items()})
    source = f"{raw.file}（配方 {recipe.file}）"
    check_values(source, values)
    return build_panel(
        values,
        nature=nature,
        title=recipe.title,
        source=source,
        sha256=raw.sha256,
        notes=_notes(recipe, formulas, len(chosen)),
    )


def _require_series(raw: RawSeries, recipe: Recipe, used: Iterable[str]) -> None:
    held = list(raw.values.columns)
    faults = []
    for name in sorted(set(used) - set(held)):
        near = get_close_matches(name, held, n=1)
        hint = f"（文件里有相近的“{near[0]}”）" if near else ""
        cure = f"补上这个序列{hint}，或修改配方 {recipe.file}"
        faults.append(Fault("缺少配方需要的序列", seen=name, allowed="、".join(held), cure=cure))
    if faults:
        raise DataFileError(raw.file, faults)
    years = raw.values.index.unique("year")
    if years.min() > recipe.years[0] or years.max() < recipe.years[1]:
        fault = Fault(
            "数据没有盖满配方的年份",
            seen=f"{years.min()}-{years.max()}",
            allowed=f"至少 {recipe.years[0]}-{recipe.years[1]}",
            cure=f"补上数据，或缩短配方 {recipe.file} 的 years",
        )
        raise DataFileError(raw.file, [fault])


def _notes(recipe: Recipe, codes: Iterable[str], repairs: int) -> tuple[str, ...]:
    notes = [f"按配方做了 {repairs} 项修补。" if repairs else "未做任何修补。"]
    names = indicators()["name_zh"]
    for code in codes:
        formation = recipe.indicators.get(code)
        if formation is not None and formation.note:
            notes.append(f"{names[code]}：{formation.note}")
    return tuple(notes)
