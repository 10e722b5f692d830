"""The real subset, 2013-2022: results computed from public series that are not in the repository.

The committed tables in ``data/real`` are our own computations: weights, sub-indices, U1, U2, C,
T and D of the runs in `FULL`, with the uncertainty of the headline; of the recipe's variants only
what `real_runs` sums up. The dimensions of the AI system are left out: each holds one series that
must not be published, and the others of the dimension would give it away.

`regenerate` makes the tables anew from the series; `compare` sets them against those committed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from synergy.coupling import coupling_coordination
from synergy.dictionary import DATA_DIR, SUB_INDICES, indicators, units
from synergy.index import WEIGHT_VARIANTS, CompositeIndex, composite_index
from synergy.obstacles import obstacle_degrees, regional_obstacles
from synergy.panel import ROWS, Panel, of_year, within
from synergy.recipe import (
    Link,
    RawSeries,
    Rebase,
    Recipe,
    Repair,
    apply_recipe,
    read_recipe,
    read_series,
    repaired,
)
from synergy.robustness import VariantComparison, compare_weights, leave_one_out
from synergy.uncertainty import ClusterBootstrap, cluster_bootstrap

REAL_DIR: Path = DATA_DIR / "real"
RECIPE: Path = DATA_DIR / "recipes" / "open_statistics.toml"

HEADLINE = "repaired"
UNREPAIRED = "unrepaired"

#: Runs committed in full: whether repairs are made, and the recipe's variant.
FULL: Mapping[str, tuple[bool, str | None]] = MappingProxyType(
    {
        HEADLINE: (True, None),
        UNREPAIRED: (False, None),
        "published_prices": (True, "published_prices"),
        "without_post_telecom": (True, "without_post_telecom"),
        "unrepaired_without_post_telecom": (False, "without_post_telecom"),
    }
)

#: Spans over which the growth of post and telecom per head is told, and the runs that hold it.
SPANS = ((2013, 2016), (2016, 2019), (2019, 2022))
VOLUMES: Mapping[str, str] = MappingProxyType({"published": "published_prices", "linked": HEADLINE})

SCORES = (*SUB_INDICES, "U1", "U2", "C", "T", "D")

DIGITS = "%.10g"
DRAWS, SEED = 1000, 2025
TOLERANCE = 1e-9

# Tables of a bootstrap and their index columns; attributes that say how it was made.
_BOOTSTRAP = {
    "weights": ["code"],
    "dimension_weights": ["system", "dimension"],
    "scores": ROWS,
    "grades": ROWS,
    "means": [],
}
_SETTINGS = ("draws", "seed", "level", "alpha")


# ------------------------------------------------------------------ what is committed


class RealResults(NamedTuple):
    """One run of the real subset.

    Attributes
    ----------
    weights : DataFrame
        Index ``code``; columns as in `synergy.index.CompositeIndex.weights`.
    scores : DataFrame
        Index (``province``, ``year``); columns `SCORES`, each in [0, 1]; ``EQ`` is the dimension
        employment environment, ``U2`` the system employment quality; alpha = .5.
    """

    weights: pd.DataFrame
    scores: pd.DataFrame


@cache
def real_results(run: str = HEADLINE) -> RealResults:
    """Committed results of one run of `FULL`.

    Raises
    ------
    ValueError
        If the run is not among those committed in full.
    """
    if run not in FULL:
        raise ValueError(f"run is {run!r}; use one of {', '.join(FULL)}")
    weights, scores = (_table(n).set_index("run").loc[run] for n in ("weights", "scores"))
    return RealResults(weights.set_index("code"), scores.set_index(ROWS))


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
    """What comes out of the headline and of every departure from it.

    Returns
    -------
    DataFrame
        Index ``run``; ``kind`` ("book", "choice", "weak" or "span", see
        :class:`synergy.recipe.Variant`), ``title``, ``reason``; years ``first`` and ``last``;
        indicators used, ``n_ai`` and ``n_eq``; national means, as ``u1_first`` and ``d_last``;
        regions in the last year from the highest, ``order_u1``, ``order_u2``, ``order_d``; the five
        highest provinces, ``top_u1``, ``top_u2``, ``top_d``; ``rank_correlation`` with the
        headline's D in the last year, over provinces; and where D departs most from the
        headline's: ``largest_province``, ``largest_year``, ``largest_shift``.
    """
    return _table("runs").set_index("run")


def real_repairs() -> pd.DataFrame:
    """Repairs of the series, and how the national mean of D moves when one is left out."""
    return _table("repairs").set_index("repair")


def real_volumes() -> pd.DataFrame:
    """Growth of post and telecom per head in published and in linked prices.

    Returns
    -------
    DataFrame
        ``version`` of `VOLUMES`, ``start``, ``end`` (`SPANS`), ``growth``: of the median province
        (0.5 = 50 % over the span), ``rising``, ``falling``: provinces.
    """
    return _table("volumes")


def real_ranks() -> pd.DataFrame:
    """Place of every province among all by each indicator of the headline, in the last year.

    Returns
    -------
    DataFrame
        Index ``province``; a column per indicator, 1 = best; see :func:`ranked`.
    """
    return _table("ranks").pivot(index="province", columns="code", values="rank")


def real_bootstrap() -> ClusterBootstrap:
    """Cluster bootstrap over provinces of the headline run."""
    parts: dict[str, Any] = dict(real_provenance()["bootstrap"])
    for name, index in _BOOTSTRAP.items():
        table = _table(f"bootstrap_{name}")
        parts[name] = table.set_index(index) if index else table
    return ClusterBootstrap(**parts)


def real_weight_variants() -> VariantComparison:
    """D of the headline panel under every named way of weighting: by province in the last year.

    D of one province and year under many known weights would give its indicators away, so of the
    other years only the national means are committed.
    """
    summary = _table("weight_variants_summary").set_index("variant")
    erroneous = tuple(summary.index[summary.pop("erroneous")])
    summary.insert(0, "title_zh", [WEIGHT_VARIANTS[name].title_zh for name in summary.index])
    means = _table("weight_variants_means").set_index("year")
    d = _table("weight_variants").set_index(ROWS)
    return VariantComparison(d, summary, erroneous, means=means)


def real_leave_one_out() -> pd.DataFrame:
    """How D of the headline panel moves when one indicator is left out."""
    return _table("leave_one_out").set_index("code")


def real_obstacles() -> pd.DataFrame:
    """Mean obstacle degree in the last year: index ``code``, columns the nation and regions."""
    return _table("obstacles").set_index("code")


@cache
def _table(name: str) -> pd.DataFrame:
    return pd.read_csv(REAL_DIR / f"{name}.csv")


def forget() -> None:
    """Read the committed files anew at the next call."""
    for cached in (real_results, real_provenance, _table):
        cached.cache_clear()


# ------------------------------------------------------------------ made anew from the series


class Regenerated(NamedTuple):
    """Tables by file stem, as they are written, and the record of where they come from."""

    tables: Mapping[str, pd.DataFrame]
    provenance: Mapping[str, Any]


def regenerate(path: Path | str) -> Regenerated:
    """Compute every table of ``data/real`` from the raw series, long or wide.

    Raises
    ------
    DataError
        If the series cannot be read or the recipe does not fit them.
    """
    raw, recipe = read_series(path), read_recipe(RECIPE)
    panels = _panels(raw, recipe)
    indices = {run: composite_index(p.values, indicators()) for run, p in panels.items()}
    headline = panels[HEADLINE].values
    bootstrap = cluster_bootstrap(headline, indicators(), units()["region"], draws=DRAWS, seed=SEED)
    scores = {run: _scores(index) for run, index in indices.items()}
    tables = {
        "runs": _runs(recipe, panels, scores),
        "weights": _stacked({run: indices[run].weights for run in FULL}),
        "scores": _stacked({run: scores[run] for run in FULL}),
        "repairs": _repairs(raw, recipe, scores[HEADLINE]["D"]),
        "volumes": _volumes({name: panels[run].values for name, run in VOLUMES.items()}),
        **_bootstrap(bootstrap),
        **_variants(headline),
        "leave_one_out": leave_one_out(headline, indicators()).reset_index(),
        "obstacles": _obstacles(indices[HEADLINE]),
        "ranks": _long(ranked(headline)),
    }
    return Regenerated(
        {name: _as_written(table) for name, table in tables.items()},
        _provenance(raw, recipe, panels[HEADLINE], bootstrap),
    )


def write(regenerated: Regenerated, folder: Path) -> None:
    """Write tables (ten significant digits) and provenance into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in regenerated.tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, float_format=DIGITS, lineterminator="\n")
    text = json.dumps(regenerated.provenance, ensure_ascii=False, indent=2) + "\n"
    (folder / "provenance.json").write_text(text, encoding="utf-8")


def write_results(path: Path | str) -> None:
    """Recompute everything from the raw series and replace the committed tables."""
    write(regenerate(path), REAL_DIR)
    forget()


def _panels(raw: RawSeries, recipe: Recipe) -> dict[str, Panel]:
    """Panel of every run, the headline first."""
    made = {**FULL, **{name: (True, name) for name in recipe.variants}}
    return {
        run: apply_recipe(raw, recipe, repairs=repairs, variant=variant, nature="real-subset")
        for run, (repairs, variant) in made.items()
    }


def ranked(values: pd.DataFrame) -> pd.DataFrame:
    """Rank provinces by each indicator in the last year of a panel; 1 = best, ties share it."""
    years = values.index.get_level_values("year")
    good = of_year(values, int(years.max())) * indicators()["direction"].loc[values.columns]
    return good.rank(ascending=False, method="min").astype(int)


def _long(ranks: pd.DataFrame) -> pd.DataFrame:
    table = ranks.rename_axis(columns="code").reset_index()
    return table.melt("province", var_name="code", value_name="rank")


def _scores(index: CompositeIndex) -> pd.DataFrame:
    coupled = coupling_coordination(index.scores["U1"], index.scores["U2"])
    return index.scores.join(coupled)[list(SCORES)]


def _obstacles(index: CompositeIndex) -> pd.DataFrame:
    """Mean obstacle degree of the last year by region: of a province it would tell the series."""
    means = regional_obstacles(obstacle_degrees(index), units()["region"])
    return means.rename_axis("code").reset_index()


def _stacked(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames, names=["run"]).reset_index()


def _runs(
    recipe: Recipe, panels: Mapping[str, Panel], scores: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    about = {
        HEADLINE: ("book", "书中的做法", "修补之后，下面各行的起点。"),
        UNREPAIRED: ("choice", "不修补", "看修补改变了什么。"),
        **{name: (v.kind, v.title, v.reason) for name, v in recipe.variants.items()},
        f"{UNREPAIRED}_without_post_telecom": (
            "choice",
            "不修补，也不含人均邮电业务量",
            "除去换价，看其余修补改变了什么。",
        ),
    }
    rows = []
    for run, words in about.items():
        coverage, made = panels[run].coverage(), scores[run]
        row = {"run": run, **dict(zip(("kind", "title", "reason"), words, strict=True))}
        held = {f"n_{name.lower()}": coverage.held(name)[0] for name in ("AI", "EQ")}
        rows.append(row | held | _summary(made) | _departure(made["D"], scores[HEADLINE]["D"]))
    return pd.DataFrame(rows)


def _summary(scores: pd.DataFrame) -> dict[str, Any]:
    """Years, national means, regions and leading provinces of one run."""
    years = scores.index.get_level_values("year")
    row: dict[str, Any] = {"first": years.min(), "last": years.max()}
    for name in ("U1", "U2", "D"):
        wide, key = scores[name].unstack("year"), name.lower()
        last = wide[row["last"]]
        regional = last.groupby(units()["region"]).mean()
        row |= {f"{key}_{end}": wide[row[end]].mean() for end in ("first", "last")}
        row[f"order_{key}"] = " ".join(regional.sort_values(ascending=False).index)
        row[f"top_{key}"] = " ".join(last.nlargest(5).index)
    return row


def _departure(d: pd.Series, headline: pd.Series) -> dict[str, Any]:
    """How D of a run differs from the headline's in the years of both."""
    shift = (d - headline).dropna()
    last = shift.index.get_level_values("year").max()
    ranks = pd.concat([of_year(d.to_frame(), last), of_year(headline.to_frame(), last)], axis=1)
    return {"rank_correlation": ranks.rank().corr().iloc[0, 1]} | _largest(shift)


def _largest(shift: pd.Series) -> dict[str, Any]:
    at = int(shift.abs().to_numpy().argmax())
    province, year = shift.index[at]
    return {
        "largest_province": province,
        "largest_year": year,
        "largest_shift": shift.iloc[at],
    }


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
    years = (repair.year,) if isinstance(repair, Link | Rebase) else repair.years
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
    old, new = (within(values, years).to_numpy(float) for values in (before, after))
    return int((~np.isclose(old, new, rtol=1e-12, atol=0, equal_nan=True)).sum())


def _effect(raw: RawSeries, recipe: Recipe, number: int, headline: pd.Series) -> dict[str, Any]:
    others = tuple(r for n, r in enumerate(recipe.repairs, start=1) if n != number)
    panel = apply_recipe(raw, replace(recipe, repairs=others))
    without = _scores(composite_index(panel.values, indicators()))["D"]
    shift = headline - without
    national = shift.groupby(level="year").mean()
    first, last = (national.loc[year] for year in recipe.years)
    return {"shift_first": first, "shift_last": last} | _largest(shift)


def _volumes(values: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    rows = []
    for version, table in values.items():
        wide = table["eq_post_telecom"].unstack("year")
        for start, end in SPANS:
            growth = wide[end] / wide[start] - 1
            counts = {"rising": int((growth > 0).sum()), "falling": int((growth < 0).sum())}
            row = {"version": version, "start": start, "end": end, "growth": growth.median()}
            rows.append(row | counts)
    return pd.DataFrame(rows)


def _bootstrap(bootstrap: ClusterBootstrap) -> dict[str, pd.DataFrame]:
    tables = {}
    for name, index in _BOOTSTRAP.items():
        table: pd.DataFrame = getattr(bootstrap, name)
        tables[f"bootstrap_{name}"] = table.reset_index(names=index) if index else table
    return tables


def _variants(values: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """D and its shifts; the variants' titles stay in the file that names them."""
    compared = compare_weights(values, indicators())
    summary = compared.summary.drop(columns="title_zh")
    summary = summary.assign(erroneous=summary.index.isin(compared.erroneous))
    last = values.index.get_level_values("year").max()
    return {
        "weight_variants": within(compared.d, (last, last)).reset_index(),
        "weight_variants_means": compared.national.reset_index(),
        "weight_variants_summary": summary.rename_axis("variant").reset_index(),
    }


def _provenance(
    raw: RawSeries, recipe: Recipe, panel: Panel, bootstrap: ClusterBootstrap
) -> dict[str, Any]:
    """Everything needed to trace a number back, free of dates and machine names."""
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
        "bootstrap": {name: getattr(bootstrap, name) for name in _SETTINGS},
    }


def _as_written(table: pd.DataFrame) -> pd.DataFrame:
    """Plain text columns and a plain index, as reading the file gives them."""
    plain = table.reset_index(drop=True).rename_axis(columns=None)
    texts = plain.select_dtypes(exclude=["number", "bool"]).columns
    return plain.astype(dict.fromkeys(texts, "str"))


# ------------------------------------------------------------------ compared number by number


class Agreement(NamedTuple):
    """Whether regenerated tables equal the committed ones.

    Attributes
    ----------
    differences : tuple of str
        Chinese, one per table or record that differs.
    largest : float
        Largest absolute difference of any number in tables of equal shape.
    numbers : int
        Numbers compared.
    """

    differences: tuple[str, ...]
    largest: float
    numbers: int

    @property
    def agrees(self) -> bool:
        """Whether nothing differs."""
        return not self.differences

    def __str__(self) -> str:
        if self.agrees:
            return (
                f"一致：比较了 {self.numbers} 个数，最大相差 {self.largest:.1e}"
                f"（容许 {TOLERANCE:.0e}）。"
            )
        lines = [f"不一致：{len(self.differences)} 处。"]
        return "\n".join([*lines, *(f"  {text}" for text in self.differences)])


def check_results(path: Path | str) -> Agreement:
    """Recompute everything from the raw series and compare with what is committed.

    Raises
    ------
    DataError
        If the series cannot be read or the recipe does not fit them.
    """
    return compare(regenerate(path), REAL_DIR)


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
    return Agreement(tuple(differences), largest, numbers)


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
    entries = sorted(old.keys() | new.keys())
    changed = [entry for entry in entries if old.get(entry) != new.get(entry)]
    return [f"{path.name}：“{'、'.join(changed)}”不同"] if changed else []
