"""From raw statistical series to a panel of indicators, by a recipe that can be read.

A recipe (TOML) says how each indicator is formed, which cells are repaired and why, which
indicators cannot be formed, and under which named variants the result should be looked at.
"""

from __future__ import annotations

import ast
import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import partial, reduce
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic import dataclasses as checked

from pvar.delimited import DelimitedError, decoded
from synergy.dictionary import indicators, nearest_units, tidy_name, units
from synergy.expressions import (
    ARITHMETIC,
    ExpressionError,
    Vocabulary,
    evaluate,
    names_in,
    parse_expression,
)
from synergy.faults import DataFileError, Fault, suggestion
from synergy.panel import ROWS, Nature, Panel, build_panel, within
from synergy.reading.cells import find_series, is_blank, split_unit
from synergy.reading.columns import Cells, read_cells
from synergy.reading.judging import bounds_text, outside_bounds, validated

#: Syntax tree of a formula, refused if it holds anything but arithmetic on names.
parse_formula = partial(parse_expression, grammar=ARITHMETIC)

# A misspelt entry of a recipe file must not pass in silence.
STRICT = ConfigDict(extra="forbid")


@checked.dataclass(frozen=True, config=STRICT)
class Drop:
    """Treat cells as missing, so that the panel's interpolation fills them.

    Attributes
    ----------
    series : tuple of str
    years : tuple of int
    reason : str
        Chinese; why the cells cannot be right.
    provinces : tuple of str
        Short Chinese names; empty = all.
    """

    kind: Literal["drop"]
    series: tuple[str, ...]
    years: tuple[int, ...]
    reason: str
    provinces: tuple[str, ...] = ()


@checked.dataclass(frozen=True, config=STRICT)
class Replace:
    """Put the value of a formula, from the same province and year, in the place of a series."""

    kind: Literal["replace"]
    series: tuple[str, ...]
    years: tuple[int, ...]
    formula: str
    reason: str
    provinces: tuple[str, ...] = ()


@checked.dataclass(frozen=True, config=STRICT)
class Link:
    """Chain a series whose definition or vintage changes in `year`, by the growth over that year.

    Values from `year` on stay. In each province all earlier ones are multiplied by one factor,
    so that the value grows by `growth` from ``year - 1`` to `year`; growth before and after
    the change is untouched.

    Attributes
    ----------
    growth : float
        Growth over the year of the change on a constant base (0.266 = 26.6 %).
    """

    kind: Literal["link"]
    series: tuple[str, ...]
    year: int
    growth: float
    reason: str
    provinces: tuple[str, ...] = ()


@checked.dataclass(frozen=True, config=STRICT)
class Rebase:
    """Restate a series in the prices of the base that begins in `year`.

    Values from `year` on stay. Earlier ones are divided by one ratio everywhere, so that each
    province keeps its own growth over the year of the change.

    Attributes
    ----------
    ratio : float
        One year's national value in the old prices over that in the new; positive.
    """

    kind: Literal["rebase"]
    series: tuple[str, ...]
    year: int
    ratio: Annotated[float, Field(gt=0)]
    reason: str
    provinces: tuple[str, ...] = ()


@checked.dataclass(frozen=True, config=STRICT)
class Follow:
    """Let a series grow from the year before as it does in other provinces taken together.

    Attributes
    ----------
    years : tuple of int
        Ascending; a later year stands on an earlier one.
    like : tuple of str
        Provinces whose sum sets the growth.
    """

    kind: Literal["follow"]
    series: tuple[str, ...]
    provinces: tuple[str, ...]
    years: tuple[int, ...]
    like: tuple[str, ...]
    reason: str


Repair = Annotated[Drop | Replace | Link | Rebase | Follow, Field(discriminator="kind")]


@checked.dataclass(frozen=True, config=STRICT)
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

    formula: str
    unit: str = ""
    note: str = ""


@checked.dataclass(frozen=True, config=STRICT)
class SeriesRecord:
    """What a series is: Chinese name, unit, original publication, and who republished it."""

    name_zh: str
    unit: str
    source: str
    republished: str = ""


@checked.dataclass(frozen=True, config=STRICT)
class Variant:
    """A named departure from the recipe, to see how much hangs on one choice.

    Attributes
    ----------
    kind : {"choice", "weak", "span"}
        Another choice that can be defended; a series too weak for more than a look; other years.
    formulas : mapping
        Other formulas for some indicators, or formulas for more of them.
    without : tuple of str
        Indicators left out.
    repairs : tuple of Repair
        Made after those of the recipe.
    years : tuple of int, optional
        First and last year where they differ from the recipe's.
    """

    title: str
    reason: str
    kind: Literal["choice", "weak", "span"] = "choice"
    formulas: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    repairs: tuple[Repair, ...] = ()
    years: tuple[int, int] | None = None


@checked.dataclass(frozen=True, config=STRICT)
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

    def under(self, variant: str) -> Recipe:
        """The recipe with a named variant in force.

        Raises
        ------
        DataFileError
            If the variant is not in the recipe.
        """
        if variant not in self.variants:
            allowed = "、".join(self.variants) or "（本配方没有变体）"
            raise DataFileError(self.file, [Fault("没有这个变体", seen=variant, allowed=allowed)])
        chosen = self.variants[variant]
        formed = {code: self._formation(code, text) for code, text in chosen.formulas.items()}
        all_formed = {**self.indicators, **formed}
        kept = {code: how for code, how in all_formed.items() if code not in chosen.without}
        years, repairs = chosen.years or self.years, self.repairs + chosen.repairs
        return replace(self, indicators=kept, years=years, repairs=repairs)

    def _formation(self, code: str, formula: str) -> Formation:
        """Other arithmetic under the same unit and note."""
        plain = Formation(formula)
        return replace(self.indicators.get(code, plain), formula=formula)


@dataclass(frozen=True, eq=False)
class RawSeries:
    """Raw series: `values` indexed by (``province``, ``year``), one column per series.

    Attributes
    ----------
    units : mapping of series to str
        As the file says them, for the series of which it does.
    notes : tuple of str
        What was read and what set aside.
    """

    values: pd.DataFrame
    file: str
    sha256: str
    units: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


# ------------------------------------------------------------------ reading


def read_series(path: Path | str, sheet: str = "") -> RawSeries:
    """Read raw series, long or wide, from any format `synergy.panel.read_panel` takes.

    A heading such as ``地区生产总值(亿元)`` gives the series 地区生产总值 and its unit, unless
    another column has that name.
    """
    cells = read_cells(path, sheet)
    values = validated(cells, find_series).pivot(index=ROWS, columns="name", values="value")
    years = values.index.unique("year").sort_values()
    order = pd.MultiIndex.from_product([units().index, years], names=ROWS)
    values = values.rename_axis(columns=None).reindex(order[order.isin(values.index)])
    bare = Counter(split_unit(name)[0] for name in values.columns)
    names = {name: split_unit(name)[0] for name in values.columns}
    names = {name: short if bare[short] == 1 else name for name, short in names.items()}
    return RawSeries(
        values.rename(columns=names), cells.file, cells.sha256, _units(cells, names), cells.notes
    )


def _units(cells: Cells, names: Mapping[str, str]) -> dict[str, str]:
    """Unit of each series by the name it has now."""
    stated = cells.frame[["name", "unit"]].drop_duplicates("name")
    found = {names[tidy_name(name)]: unit for name, unit in stated.itertuples(index=False)}
    return {name: tidy_name(unit) for name, unit in found.items() if not is_blank(unit)}


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
        table = tomllib.loads(decoded(content).replace("\r\n", "\n"))
    except FileNotFoundError:
        raise DataFileError(path.name, [Fault("找不到这个配方文件", cure="检查路径")]) from None
    except OSError:
        cure = "检查它是不是文件，有没有读的权限"
        raise DataFileError(path.name, [Fault("配方文件打不开", cure=cure)]) from None
    except DelimitedError:
        fault = Fault("配方的文字编码无法识别", allowed="UTF-8、GB18030", cure="另存为 UTF-8")
        raise DataFileError(path.name, [fault]) from None
    except tomllib.TOMLDecodeError as error:
        raise DataFileError(path.name, [_syntax_fault(error)]) from None
    table |= {"file": path.name, "sha256": hashlib.sha256(content).hexdigest()}
    try:
        recipe = TypeAdapter(Recipe).validate_python(table)
    except ValidationError as error:
        faults = [_entry_fault(entry) for entry in error.errors()]
        raise DataFileError(path.name, faults) from None
    faults = [*_unknown_codes(recipe), *_unknown_provinces(recipe), *_other_faults(recipe)]
    if faults:
        raise DataFileError(path.name, faults)
    return recipe


def _syntax_fault(error: tomllib.TOMLDecodeError) -> Fault:
    """Where a recipe stops being TOML; the parser's own words are English."""
    place = re.search(r"line (\d+), column (\d+)", str(error))
    seen = f"第 {place[1]} 行第 {place[2]} 个字" if place else "文件末尾"
    allowed = '名称 = "文字" 或 名称 = 数字；中文的名称加引号，如 [series."工资"]'
    return Fault("配方不是有效的 TOML", None, None, seen, allowed, "改正这里的写法")


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


def _unknown_codes(recipe: Recipe) -> Iterator[Fault]:
    known = [str(code) for code in indicators().index]
    mentioned = [*recipe.indicators, *recipe.excluded]
    for variant in recipe.variants.values():
        mentioned += [*variant.formulas, *variant.without]
    for code in dict.fromkeys(mentioned):
        if code not in known:
            cure = suggestion(get_close_matches(code, known, n=1)) or "改成字典里的代码"
            allowed = f"指标字典的 {len(known)} 个代码"
            yield Fault("不认识的指标", seen=code, allowed=allowed, cure=cure)


def _unknown_provinces(recipe: Recipe) -> Iterator[Fault]:
    for repair in _all_repairs(recipe):
        for name in sorted(set(_provinces_of(repair)) - set(units().index)):
            cure = suggestion(nearest_units(name)) or "改成省份简称"
            yield Fault("修补里有不认识的省份", seen=name, allowed="省份简称，如 广东", cure=cure)


def _other_faults(recipe: Recipe) -> Iterator[Fault]:
    spans = [recipe.years, *(v.years for v in recipe.variants.values() if v.years)]
    for first, last in spans:
        if first >= last:
            seen = f"{first}-{last}"
            yield Fault("年份不成区间", seen=seen, allowed="始年早于终年", cure="改正 years")
    for text in _all_formulas(recipe):
        try:
            parse_formula(text)
        except ExpressionError as error:
            yield Fault(str(error), cure="改写算式")


def _all_formulas(recipe: Recipe) -> Iterator[str]:
    yield from (formation.formula for formation in recipe.indicators.values())
    for variant in recipe.variants.values():
        yield from variant.formulas.values()
    yield from (r.formula for r in _all_repairs(recipe) if isinstance(r, Replace))


def _all_repairs(recipe: Recipe) -> Iterator[Repair]:
    yield from recipe.repairs
    for variant in recipe.variants.values():
        yield from variant.repairs


def _provinces_of(repair: Repair) -> tuple[str, ...]:
    return repair.provinces + (repair.like if isinstance(repair, Follow) else ())


# ------------------------------------------------------------------ applying


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
    raw, recipe
        The series and what to do with them.
    repairs : bool
        False leaves every repair out: the series as they came.
    variant : str, optional
        Name of one of the recipe's variants.

    Raises
    ------
    DataFileError
        If a series is absent, a formed value is infinite or out of the indicator's bounds, or
        the panel has holes that cannot be filled.
    """
    recipe = recipe.under(variant) if variant else recipe
    chosen = recipe.repairs if repairs else ()
    formulas = {code: parse_formula(how.formula) for code, how in recipe.indicators.items()}
    used = {name for tree in formulas.values() for name in names_in(tree)}
    used |= {name for repair in chosen for name in series_used(repair)}
    _require_series(raw, recipe, used)
    series = within(reduce(repaired, chosen, raw.values), recipe.years)
    values = pd.DataFrame({code: formed(tree, series) for code, tree in formulas.items()})
    source = f"{raw.file}（配方 {recipe.file}）"
    _check_formed(source, values)
    return build_panel(
        values,
        nature=nature,
        title=recipe.title,
        source=source,
        sha256=raw.sha256,
        notes=(*raw.notes, *_notes(recipe, len(chosen))),
    )


class _Series(Vocabulary):
    """Columns by name; a number stands for a constant column."""

    def __init__(self, series: pd.DataFrame) -> None:
        super().__init__({str(name): series[name] for name in series.columns})
        self.index = series.index

    def constant(self, value: Any) -> pd.Series[float]:
        return pd.Series(float(value), index=self.index)


def formed(tree: ast.expr, series: pd.DataFrame) -> pd.Series:
    """Value of a formula in every row: NaN where a series is missing, infinite after 1 / 0."""
    value: pd.Series = evaluate(tree, _Series(series))
    return value


def repaired(values: pd.DataFrame, repair: Repair) -> pd.DataFrame:
    """Series after one repair.

    Parameters
    ----------
    values : DataFrame
        Index (``province``, ``year``), one column per series; not modified.
    """
    values = values.copy()
    match repair:
        case Drop() | Replace():
            _overwrite(values, repair)
        case Link():
            for name in repair.series:
                values[name] = _linked(values[name], repair)
        case Rebase():
            for name in repair.series:
                values[name] = _rebased(values[name], repair)
        case Follow():
            for name in repair.series:
                values[name] = _followed(values[name], repair)
    return values


def _overwrite(values: pd.DataFrame, repair: Drop | Replace) -> None:
    rows = values.index.get_level_values("year").isin(repair.years)
    if repair.provinces:
        rows &= values.index.get_level_values("province").isin(repair.provinces)
    new: float | pd.Series = float("nan")
    if isinstance(repair, Replace):
        new = formed(parse_formula(repair.formula), values.loc[rows])
    for name in repair.series:
        values.loc[rows, name] = new


def series_used(repair: Repair) -> tuple[str, ...]:
    """Series that a repair reads or writes."""
    read = names_in(parse_formula(repair.formula)) if isinstance(repair, Replace) else ()
    return repair.series + read


def _linked(values: pd.Series, link: Link) -> pd.Series:
    by_year = values.unstack("year")
    factor = by_year[link.year] / (1 + link.growth) / by_year[link.year - 1]
    if link.provinces:
        factor = factor.where(factor.index.isin(link.provinces), 1.0)
    earlier = values.index.get_level_values("year") < link.year
    factors = factor.reindex(values.index, level="province")
    return values.where(~earlier, values * factors)


def _rebased(values: pd.Series, repair: Rebase) -> pd.Series:
    earlier = values.index.get_level_values("year") < repair.year
    if repair.provinces:
        earlier &= values.index.get_level_values("province").isin(repair.provinces)
    return values.where(~earlier, values / repair.ratio)


def _followed(values: pd.Series, repair: Follow) -> pd.Series:
    values = values.copy()
    like = values.loc[list(repair.like)].groupby("year").sum(min_count=len(repair.like))
    for year in repair.years:
        growth = like[year] / like[year - 1]
        for province in repair.provinces:
            values[province, year] = growth * values[province, year - 1]
    return values


def _require_series(raw: RawSeries, recipe: Recipe, used: Iterable[str]) -> None:
    held = list(raw.values.columns)
    faults = []
    for name in sorted(set(used) - set(held)):
        near = get_close_matches(name, held, n=1)
        hint = f"（文件里有相近的“{near[0]}”）" if near else ""
        cure = f"补上这个序列{hint}，或修改配方 {recipe.file}"
        faults.append(Fault("缺少配方需要的序列", seen=name, allowed="、".join(held), cure=cure))
    faults += _other_units(raw, recipe, used)
    years, (first, last) = raw.values.index.unique("year"), recipe.years
    if not faults and (years.min() > first or years.max() < last):
        seen, allowed = f"{years.min()}-{years.max()}", f"至少 {first}-{last}"
        cure = f"补上数据，或缩短配方 {recipe.file} 的 years"
        faults.append(Fault("数据没有盖满配方的年份", seen=seen, allowed=allowed, cure=cure))
    if faults:
        raise DataFileError(raw.file, faults)


def _other_units(raw: RawSeries, recipe: Recipe, used: Iterable[str]) -> Iterator[Fault]:
    """Series whose unit in the file is not the one that the recipe states."""
    for name in sorted(set(used) & raw.units.keys() & recipe.series.keys()):
        seen, wanted = raw.units[name], recipe.series[name].unit
        if wanted and tidy_name(wanted) != seen:
            cure = f"换算文件里的数，或修改配方 {recipe.file} 的单位和算式"
            yield Fault(f"序列“{name}”的单位与配方不同", None, None, seen, wanted, cure)


def _check_formed(source: str, values: pd.DataFrame) -> None:
    """Refuse formed indicators that are infinite or beyond their bounds."""
    long = values.rename_axis(columns="name").melt(ignore_index=False, value_name="value")
    long = long.reset_index()
    wrong = long[np.isinf(long["value"]) | outside_bounds(long)]
    if not wrong.empty:
        raise DataFileError(source, [_formed_fault(cell) for cell in wrong.itertuples()])


def _formed_fault(cell: Any) -> Fault:
    where = f"{cell.province} {cell.year} 年的 {cell.name}"
    if np.isinf(cell.value):
        return Fault(f"{where}是无穷大", cure="查看算式的分母是否为零")
    seen, allowed = f"{cell.value:g}", bounds_text(cell.name)
    cure = "检查配方的算式和单位"
    return Fault(f"{where}超出可能的范围", seen=seen, allowed=allowed, cure=cure)


def _notes(recipe: Recipe, repairs: int) -> tuple[str, ...]:
    names = indicators()["name_zh"]
    done = f"按配方做了 {repairs} 项修补。" if repairs else "未做任何修补。"
    noted = {code: how.note for code, how in recipe.indicators.items() if how.note}
    return (done, *(f"{names[code]}：{note}" for code, note in noted.items()))
