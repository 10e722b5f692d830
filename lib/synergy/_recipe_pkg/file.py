"""Recipe files (TOML): their parts, and their faults."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from synergy.dictionary import indicators, nearest_provinces, provinces
from synergy.faults import DataFileError, Fault
from synergy.formulas import FormulaError, parse_formula
from synergy.repairs import STRICT, Repair, Replace


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
    try:
        return TypeAdapter(Recipe).validate_python(table)
    except ValidationError as error:
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
    yield from _unknown_codes(recipe)
    for repair in recipe.repairs:
        for name in set(repair.provinces) - set(provinces().index):
            near = "”或“".join(nearest_provinces(name))
            cure = f"是否想写“{near}”？" if near else "改成省份简称"
            yield Fault("修补里有不认识的省份", seen=name, allowed="省份简称，如 广东", cure=cure)
    if recipe.years[0] >= recipe.years[1]:
        seen = f"{recipe.years[0]}-{recipe.years[1]}"
        yield Fault("年份不成区间", seen=seen, allowed="始年早于终年", cure="改正 years")
    for text in _all_formulas(recipe):
        try:
            parse_formula(text)
        except FormulaError as error:
            yield Fault(str(error), cure="改写算式")


def _unknown_codes(recipe: Recipe) -> Iterable[Fault]:
    known = indicators().index
    mentioned = [*recipe.indicators, *recipe.excluded]
    for variant in recipe.variants.values():
        mentioned += [*variant.formulas, *variant.without]
    for code in dict.fromkeys(mentioned):
        if code not in known:
            near = get_close_matches(code, list(known), n=1)
            cure = f"是否想写“{near[0]}”？" if near else "改成字典里的代码"
            yield Fault("不认识的指标", seen=code, allowed="指标字典的 31 个代码", cure=cure)


def _all_formulas(recipe: Recipe) -> Iterable[str]:
    yield from recipe.formulas().values()
    for variant in recipe.variants.values():
        yield from variant.formulas.values()
    for repair in recipe.repairs:
        if isinstance(repair, Replace):
            yield repair.formula
