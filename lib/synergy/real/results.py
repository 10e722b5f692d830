"""The real subset, 2013-2022: results computed from public series that are not in the repository.

The committed tables in ``data/real`` are our own computations: weights, sub-indices, U1, U2, C,
T and D of the repaired run, of the unrepaired one and of the recipe's variants, with their
uncertainty. A dimension of the AI system that rests on a single series is left out, since its
scores would be that series in other units.

`synergy.real.regeneration` makes the tables anew from the series and compares.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from synergy.dictionary import DATA_DIR

if TYPE_CHECKING:
    from synergy.real.agreement import Agreement
    from synergy.uncertainty import ClusterBootstrap
    from synergy.uncertainty.sensitivity import VariantComparison

REAL_DIR: Path = DATA_DIR / "real"

HEADLINE = "repaired"
UNREPAIRED = "unrepaired"

SCORES = ("AI", "LR", "EQ", "SS", "LQ", "U1", "U2", "C", "T", "D")

# Attributes of a weight variant that describe it in words.
ABOUT = ("title_zh", "source")


@dataclass(frozen=True, eq=False)
class RealResults:
    """One run of the real subset.

    Attributes
    ----------
    run : str
        "repaired" (headline), "unrepaired", or a variant of the recipe.
    weights : DataFrame
        Index ``code``; columns as in `synergy.index.CompositeIndex.weights`.
    scores : DataFrame
        Index (``province``, ``year``); columns `SCORES`, each in [0, 1]; ``EQ`` is the dimension
        employment environment, ``U2`` the system employment quality; alpha = .5.
    provenance : mapping
        Input and recipe with sha256, series with sources, repairs, caveats, seeds.
    """

    run: str
    weights: pd.DataFrame
    scores: pd.DataFrame
    provenance: Mapping[str, Any]


@cache
def real_results(run: str = HEADLINE) -> RealResults:
    """Committed results of one run.

    Raises
    ------
    ValueError
        If the run is not among those committed.
    """
    runs = list(real_runs().index)
    if run not in runs:
        raise ValueError(f"run is {run!r}; use one of {', '.join(runs)}")
    weights, scores = (_of_run(name, run) for name in ("weights", "scores"))
    return RealResults(
        run, weights.set_index("code"), scores.set_index(["province", "year"]), real_provenance()
    )


@cache
def real_provenance() -> dict[str, Any]:
    """Where the committed results come from, as written beside them."""
    text = (REAL_DIR / "provenance.json").read_text(encoding="utf-8")
    provenance: dict[str, Any] = json.loads(text)
    return provenance


def real_series() -> pd.DataFrame:
    """Raw series behind the results: index ``series``; name, unit, source, where republished."""
    return pd.DataFrame.from_dict(real_provenance()["series"], orient="index").rename_axis("series")


def real_runs() -> pd.DataFrame:
    """Runs committed: index ``run``; title, reason, indicators used, mean D, highest province."""
    return _table("runs").set_index("run")


def real_repairs() -> pd.DataFrame:
    """Repairs of the series, and how the national mean of D moves when one is left out."""
    return _table("repairs").set_index("repair")


def real_bootstrap() -> ClusterBootstrap:
    """Cluster bootstrap over provinces of the headline run."""
    from synergy.uncertainty import ClusterBootstrap

    rows = ["province", "year"]
    return ClusterBootstrap(
        weights=_table("bootstrap_weights").set_index("code"),
        dimension_weights=_table("bootstrap_dimension_weights").set_index(["system", "dimension"]),
        scores=_table("bootstrap_scores").set_index(rows),
        grades=_table("bootstrap_grades").set_index(rows),
        means=_table("bootstrap_means"),
        **real_provenance()["bootstrap"],
    )


def real_weight_variants() -> VariantComparison:
    """D of the headline panel under every named way of weighting."""
    from synergy.index.entropy import WEIGHT_VARIANTS
    from synergy.uncertainty.sensitivity import VariantComparison

    d = _table("weight_variants").set_index(["province", "year"])
    summary = _table("weight_variants_summary").set_index("variant")
    erroneous = tuple(summary.index[summary.pop("erroneous")])
    for column in reversed(ABOUT):
        texts = [getattr(WEIGHT_VARIANTS[name], column) for name in summary.index]
        summary.insert(0, column, texts)
    return VariantComparison(d, d.groupby(level="year").mean(), summary, erroneous)


def real_leave_one_out() -> pd.DataFrame:
    """How D of the headline panel moves when one indicator is left out."""
    return _table("leave_one_out").set_index("code")


def check_results(path: Path | str) -> Agreement:
    """Recompute everything from the raw series and compare with what is committed.

    Raises
    ------
    DataError
        If the series cannot be read or the recipe does not fit them.
    """
    from synergy.real.agreement import compare
    from synergy.real.regeneration import regenerate

    return compare(regenerate(path), REAL_DIR)


def write_results(path: Path | str) -> None:
    """Recompute everything from the raw series and replace the committed tables."""
    from synergy.real.regeneration import regenerate, write

    write(regenerate(path), REAL_DIR)
    forget()


def forget() -> None:
    """Read the committed files anew at the next call."""
    for cached in (real_results, real_provenance, _table):
        cached.cache_clear()


@cache
def _table(name: str) -> pd.DataFrame:
    return pd.read_csv(REAL_DIR / f"{name}.csv")


def _of_run(name: str, run: str) -> pd.DataFrame:
    table = _table(name)
    return table[table["run"] == run].drop(columns="run")
