"""Make the tables of the real subset from the raw series, and write them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from synergy.coupling import coupling_coordination
from synergy.dictionary import DATA_DIR, indicators, provinces
from synergy.index import CompositeIndex, composite_index
from synergy.panel import Panel
from synergy.real.results import ABOUT, HEADLINE, SCORES, UNREPAIRED
from synergy.recipe import (
    Link,
    RawSeries,
    Recipe,
    Repair,
    apply_recipe,
    read_recipe,
    read_series,
    repaired,
)
from synergy.uncertainty import ClusterBootstrap, cluster_bootstrap
from synergy.uncertainty.sensitivity import compare_weights, leave_one_out

RECIPE: Path = DATA_DIR / "recipes" / "open_statistics.toml"

DIGITS = "%.10g"
DRAWS, SEED = 1000, 2025


@dataclass(frozen=True, eq=False)
class Regenerated:
    """Tables by file stem, as they are written, and the record of where they come from."""

    tables: Mapping[str, pd.DataFrame]
    provenance: Mapping[str, Any]


def regenerate(path: Path | str, recipe_path: Path = RECIPE) -> Regenerated:
    """Compute every table of ``data/real`` from the raw series.

    Parameters
    ----------
    path : path
        Raw series, long or wide.
    recipe_path : path

    Raises
    ------
    DataError
        If the series cannot be read or the recipe does not fit them.
    """
    raw, recipe = read_series(path), read_recipe(recipe_path)
    panels = _panels(raw, recipe)
    indices = {run: composite_index(p.values, indicators()) for run, p in panels.items()}
    headline = panels[HEADLINE].values
    bootstrap = cluster_bootstrap(
        headline, indicators(), provinces()["region"], draws=DRAWS, seed=SEED
    )
    scores = {run: _scores(index) for run, index in indices.items()}
    tables = {
        "runs": _runs(recipe, panels, scores),
        "weights": _stacked({run: index.weights for run, index in indices.items()}),
        "scores": _stacked(scores),
        "repairs": _repairs(raw, recipe, scores[HEADLINE]["D"]),
        **_bootstrap(bootstrap),
        **_variants(headline),
        "leave_one_out": leave_one_out(headline, indicators()).reset_index(),
    }
    return Regenerated(
        {name: _as_written(table) for name, table in tables.items()},
        _provenance(raw, recipe, panels[HEADLINE], bootstrap),
    )


def _panels(raw: RawSeries, recipe: Recipe) -> dict[str, Panel]:
    panels = {
        HEADLINE: apply_recipe(raw, recipe, nature="real-subset"),
        UNREPAIRED: apply_recipe(raw, recipe, repairs=False, nature="real-subset"),
    }
    for name in recipe.variants:
        panels[name] = apply_recipe(raw, recipe, variant=name, nature="real-subset")
    return panels


def _scores(index: CompositeIndex) -> pd.DataFrame:
    coupled = coupling_coordination(index.scores["U1"], index.scores["U2"])
    return index.scores.join(coupled)[list(SCORES)]


def _stacked(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames, names=["run"]).reset_index()


def _runs(
    recipe: Recipe, panels: Mapping[str, Panel], scores: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    about = {
        HEADLINE: (recipe.title, "书中所用的结果。"),
        UNREPAIRED: (f"{recipe.title}，不修补", "看修补改变了什么。"),
    }
    about |= {name: (variant.title, variant.reason) for name, variant in recipe.variants.items()}
    first, last = recipe.years
    rows = []
    for run, (title, reason) in about.items():
        d, coverage = scores[run]["D"].unstack("year"), panels[run].coverage()
        rows.append(
            {
                "run": run,
                "title": title,
                "reason": reason,
                "n_ai": coverage.n_ai,
                "n_eq": coverage.n_eq,
                "mean_d_first": d[first].mean(),
                "mean_d_last": d[last].mean(),
                "highest_last": d[last].idxmax(),
                "highest_d_last": d[last].max(),
            }
        )
    return pd.DataFrame(rows)


def _repairs(raw: RawSeries, recipe: Recipe, headline: pd.Series) -> pd.DataFrame:
    """What each repair touches, and D of the headline minus D with that repair left out."""
    rows, values = [], raw.values
    for number, repair in enumerate(recipe.repairs, start=1):
        after = repaired(values, repair)
        rows.append(
            _repair_row(number, repair, _cells_changed(values, after, recipe.years))
            | _effect(raw, recipe, number, headline)
        )
        values = after
    return pd.DataFrame(rows)


def _repair_row(number: int, repair: Repair, cells: int) -> dict[str, Any]:
    years = (repair.year,) if isinstance(repair, Link) else repair.years
    return {
        "repair": number,
        "kind": repair.kind,
        "series": " ".join(repair.series),
        "provinces": " ".join(repair.provinces) or "全部",
        "years": " ".join(str(year) for year in years),
        "cells": cells,
        "reason": repair.reason,
    }


def _cells_changed(before: pd.DataFrame, after: pd.DataFrame, years: tuple[int, int]) -> int:
    year = before.index.get_level_values("year")
    rows = (year >= years[0]) & (year <= years[1])
    old, new = before.loc[rows].to_numpy(float), after.loc[rows].to_numpy(float)
    return int((~np.isclose(old, new, rtol=1e-12, atol=0, equal_nan=True)).sum())


def _effect(raw: RawSeries, recipe: Recipe, number: int, headline: pd.Series) -> dict[str, Any]:
    others = tuple(r for n, r in enumerate(recipe.repairs, start=1) if n != number)
    panel = apply_recipe(raw, replace(recipe, repairs=others))
    without = _scores(composite_index(panel.values, indicators()))["D"]
    shift = headline - without
    national = shift.groupby(level="year").mean()
    largest = int(shift.abs().to_numpy().argmax())
    province, year = shift.index[largest]
    return {
        "shift_first": national.loc[recipe.years[0]],
        "shift_last": national.loc[recipe.years[1]],
        "largest_province": province,
        "largest_year": year,
        "largest_shift": shift.iloc[largest],
    }


def _bootstrap(bootstrap: ClusterBootstrap) -> dict[str, pd.DataFrame]:
    return {
        "bootstrap_weights": bootstrap.weights.rename_axis("code").reset_index(),
        "bootstrap_dimension_weights": bootstrap.dimension_weights.reset_index(),
        "bootstrap_scores": bootstrap.scores.reset_index(),
        "bootstrap_grades": bootstrap.grades.reset_index(),
        "bootstrap_means": bootstrap.means,
    }


def _variants(values: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """D and its shifts; the variants' titles and sources stay in the code that defines them."""
    compared = compare_weights(values, indicators())
    summary = compared.summary.drop(columns=list(ABOUT))
    summary = summary.assign(erroneous=summary.index.isin(compared.erroneous))
    return {
        "weight_variants": compared.d.reset_index(),
        "weight_variants_summary": summary.rename_axis("variant").reset_index(),
    }


def _provenance(
    raw: RawSeries, recipe: Recipe, panel: Panel, bootstrap: ClusterBootstrap
) -> dict[str, Any]:
    """Everything needed to trace a number back, free of dates and machine names."""
    settings = ("draws", "seed", "level", "alpha", "scaling")
    return {
        "title": recipe.title,
        "about": recipe.about.strip(),
        "years": list(recipe.years),
        "input": {"file": raw.file, "sha256": raw.sha256},
        "recipe": {"file": recipe.file, "sha256": recipe.sha256},
        "series": {name: asdict(record) for name, record in recipe.series.items()},
        "indicators": {code: asdict(formed) for code, formed in recipe.indicators.items()},
        "excluded": dict(recipe.excluded),
        "repairs": [asdict(repair) for repair in recipe.repairs],
        "caveats": list(recipe.caveats),
        "filled": {"cells": int(panel.filled.to_numpy().sum()), "notes": list(panel.notes)},
        "bootstrap": {name: getattr(bootstrap, name) for name in settings},
    }


def _as_written(table: pd.DataFrame) -> pd.DataFrame:
    """Plain text columns and a plain index, as reading the file gives them."""
    plain = table.reset_index(drop=True).rename_axis(columns=None)
    texts = plain.select_dtypes(exclude=["number", "bool"]).columns
    return plain.astype(dict.fromkeys(texts, "str"))


def write(regenerated: Regenerated, folder: Path) -> None:
    """Write tables (ten significant digits) and provenance into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in regenerated.tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, float_format=DIGITS, lineterminator="\n")
    text = json.dumps(regenerated.provenance, ensure_ascii=False, indent=2) + "\n"
    (folder / "provenance.json").write_text(text, encoding="utf-8")
