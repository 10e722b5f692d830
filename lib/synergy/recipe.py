"""From raw statistical series to a panel of indicators, by a recipe that can be read.

A recipe (TOML) says how each indicator is formed, which cells are repaired and why, which
indicators cannot be formed, and under which named variants the result should be looked at.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from synergy.dictionary import indicators, provinces
from synergy.faults import DataFileError, Fault
from synergy.formulas import FormulaError, evaluate, formula_names, parse_formula
from synergy.panel import Nature, Panel, build_panel
from synergy.parsing import find_series
from synergy.reading import read_cells
from synergy.repairs import STRICT, Drop, Link, Repair, Replace, repaired, series_used
from synergy.validation import check_values, validated

__all__ = [
    "Drop",
    "Formation",
    "Link",
    "RawSeries",
    "Recipe",
    "Repair",
    "Replace",
    "SeriesRecord",
    "Variant",
    "apply_recipe",
    "read_recipe",
    "read_series",
]


@dataclass(frozen=True)
class Formation:
    """How one indicator is formed.

    Attributes
    ----------
    formula : str
        Arithmetic on series names.
    unit : str
        Unit of the result where it differs from the dictionary's; else empty.
    note : str
        What a reader must know, e.g. that a substitute stands in; else empty.
    """

    __pydantic_config__ = STRICT

    formula: str
    unit: str = ""
    note: str = ""


@dataclass(frozen=True)
class SeriesRecord:
    """What a series is: Chinese name, unit, original publication, and who republished it."""

    __pydantic_config__ = STRICT

    name_zh: str
    unit: str
    source: str
    republished: str = ""


@dataclass(frozen=True)
class Variant:
    """A named departure from the recipe, to see how much hangs on one choice.

    Attributes
    ----------
    formulas : mapping
        Other formulas for some indicators.
    without : tuple of str
        Indicators left out.
    """

    __pydantic_config__ = STRICT

    title: str
    reason: str
    formulas: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recipe:
    """A recipe as read from its file.

    Attributes
    ----------
    title, about : str
    years : tuple of int
        First and last year of the panel.
    indicators : mapping of code to Formation
    series : mapping of series name to SeriesRecord
        Documentation; every series a formula uses must be listed.
    repairs : tuple of Repair
        Applied in this order.
    excluded : mapping of indicator code to reason
    caveats : tuple of str
        Known faults of the series that are left as they are.
    variants : mapping of name to Variant
    file, sha256 : str
    """

    __pydantic_config__ = STRICT

    title: str
    about: str
    years: tuple[int, int]
    indicators: Mapping[str, Formation]
    series: Mapping[str, SeriesRecord]
    repairs: tuple[Repair, ...] = ()
    excluded: Mapping[str, str] = field(default_factory=dict)
    caveats: tuple[str, ...] = ()
    variants: Mapping[str, Variant] = field(default_factory=dict)
    file: str = ""
    sha256: str = ""

    def formulas(self, variant: str | None = None) -> dict[str, str]:
        """Formula of each indicator, under a named variant if one is asked for.

        Raises
        ------
        DataFileError
            If the variant is not in the recipe.
        """
        formulas = {code: formation.formula for code, formation in self.indicators.items()}
        if variant is None:
            return formulas
        if variant not in self.variants:
            allowed = "、".join(self.variants) or "（本配方没有变体）"
            raise DataFileError(self.file, [Fault("没有这个变体", seen=variant, allowed=allowed)])
        chosen = self.variants[variant]
        formulas |= chosen.formulas
        return {code: text for code, text in formulas.items() if code not in chosen.without}


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


def read_recipe(path: Path | str) -> Recipe:
    """Read and check a recipe.

    Raises
    ------
    DataFileError
        If the file is absent or not TOML, an entry is missing, unknown or of the wrong kind,
        an indicator is not in the dictionary, or a formula is more than arithmetic.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
        table = tomllib.loads(content.decode("utf-8"))
    except FileNotFoundError:
        raise DataFileError(path.name, [Fault("找不到这个配方文件", cure="检查路径")]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        fault = Fault("配方不是有效的 TOML（UTF-8）", seen=str(error), cure="按提示的行列改正")
        raise DataFileError(path.name, [fault]) from None
    table |= {"file": path.name, "sha256": hashlib.sha256(content).hexdigest()}
    recipe = _structured(path.name, table)
    faults = list(_recipe_faults(recipe))
    if faults:
        raise DataFileError(path.name, faults)
    return recipe


def _structured(file: str, table: Mapping[str, Any]) -> Recipe:
    """Recipe from TOML tables; pydantic checks keys and types."""
    import pydantic

    try:
        return pydantic.TypeAdapter(Recipe).validate_python(table)
    except pydantic.ValidationError as error:
        raise DataFileError(file, [_entry_fault(e) for e in error.errors()]) from None


def _entry_fault(error: Mapping[str, Any]) -> Fault:
    entry = ".".join(str(part) for part in error["loc"])
    match error["type"]:
        case "missing":
            return Fault(f"缺少“{entry}”", cure="补上这一项")
        case "unexpected_keyword_argument":
            return Fault(f"不认识的项“{entry}”", cure="删去，或检查拼写")
        case _:
            seen, allowed = str(error.get("input"))[:60], str(error["msg"])
            return Fault(f"“{entry}”的写法不对", seen=seen, allowed=allowed, cure="改正后再试")


def _recipe_faults(recipe: Recipe) -> Iterable[Fault]:
    known = indicators().index
    mentioned = [*recipe.indicators, *recipe.excluded]
    for variant in recipe.variants.values():
        mentioned += [*variant.formulas, *variant.without]
    for code in dict.fromkeys(mentioned):
        if code not in known:
            near = get_close_matches(code, list(known), n=1)
            cure = f"是否想写“{near[0]}”？" if near else "改成字典里的代码"
            yield Fault("不认识的指标", seen=code, allowed="指标字典的 31 个代码", cure=cure)
    if recipe.years[0] >= recipe.years[1]:
        seen = f"{recipe.years[0]}-{recipe.years[1]}"
        yield Fault("年份不成区间", seen=seen, allowed="始年早于终年", cure="改正 years")
    for text in _all_formulas(recipe):
        try:
            parse_formula(text)
        except FormulaError as error:
            yield Fault(str(error), cure="改写算式")


def _all_formulas(recipe: Recipe) -> Iterable[str]:
    yield from recipe.formulas().values()
    for variant in recipe.variants.values():
        yield from variant.formulas.values()
    for repair in recipe.repairs:
        if isinstance(repair, Replace):
            yield repair.formula


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
