"""The report's fixed vocabulary: indicators, places, and the tables that the paper prints.

Everything here is read from small CSV files in ``data/`` and cached; nothing is computed.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from synergy.faults import DataError, suggestion
from synergy.plan import Plan
from synergy.source import source_folder

DATA_DIR: Path = source_folder() / "data"

SYSTEMS = {"AI": "人工智能", "EQ": "就业质量"}

#: What indices are called, in Chinese and English.
INDICES = {
    "U1": {"zh": "人工智能指数", "en": "index of AI"},
    "U2": {"zh": "就业质量指数", "en": "index of employment quality"},
    "C": {"zh": "耦合度", "en": "coupling C"},
    "T": {"zh": "协调度", "en": "coordination T"},
    "D": {"zh": "耦合协调度", "en": "degree of coupling coordination D"},
}
#: What the index of AI is called that rests on some of the paper's indicators of AI only.
PARTIAL_AI = {"zh": "人工智能部分指数", "en": "partial index of AI"}

# Blanks that spreadsheets and PDF extractions leave inside names, zero-width ones included.
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")

# What may follow the name of a province, and what only that of a city: 吉林市 is no province.
_SUFFIX = re.compile(
    r"(?:(?P<city>市|municipality|city)|(?:维吾尔|壮族|回族)?自治区|省|province"
    r"|(?:uy?i?ghur|uygur|zhuang|hui)?autonomousregion)$"
)


# ------------------------------------------------------------------ indicators and tables


@cache
def indicators() -> pd.DataFrame:
    """Indicator dictionary: those of the paper's tables 1 and 2, in order, and any of our own.

    Returns
    -------
    DataFrame
        Indexed by ``code``. ``direction`` is +1 or -1; ``lower`` and ``upper`` bound the values
        the indicator can take in its ``unit`` (NaN = no bound); ``paper`` is 1 for an indicator
        of the paper. Do not modify: the frame is cached.
    """
    return pd.read_csv(DATA_DIR / "indicators.csv").set_index("code")


@cache
def paper_indicators() -> pd.DataFrame:
    """The rows of :func:`indicators` that the paper uses: what an index of the paper rests on."""
    return indicators()[indicators()["paper"] == 1]


@cache
def sub_indices() -> pd.DataFrame:
    """The five sub-indices: artificial intelligence, then the dimensions of employment quality.

    Returns
    -------
    DataFrame
        Indexed by ``code`` in the order of tables 1 and 2 of the paper (its table 4 has another);
        Chinese names ``name_zh``, in two characters ``short_zh``. Do not modify: the frame is
        cached.
    """
    quality = indicators().query("system == 'EQ'").drop_duplicates("dimension")
    dimensions = dict(zip(quality["dimension"], quality["dimension_zh"], strict=True))
    names = pd.Series({"AI": "人工智能"} | dimensions)
    return pd.DataFrame({"name_zh": names, "short_zh": names.str[-2:]}).rename_axis("code")


SUB_INDICES: tuple[str, ...] = tuple(sub_indices().index)


@cache
def report_plan() -> Plan:
    """The report's own plan: artificial intelligence and the quality of employment in provinces.

    Returns
    -------
    Plan
        Of :func:`indicators`; a panel holds every province in every year.
    """
    table = indicators()
    return Plan(
        title="人工智能与就业质量",
        indicators=table,
        systems=SYSTEMS,
        dimensions=dict(zip(table["dimension"], table["dimension_zh"], strict=True)),
        variables=tuple(published_table(4)["equation"].unique()),
        unit="省份",
        whole=NATION,
        group="地区",
        roster=tuple(units().index),
    )


@cache
def published_table(number: int) -> pd.DataFrame:
    """Table 1, 2, 3 or 4 as the paper prints it.

    Raises
    ------
    ValueError
        If `number` is not 1, 2, 3 or 4.
    """
    if number not in (1, 2, 3, 4):
        raise ValueError(f"The paper has tables 1 to 4, got {number!r}. Ask for one of 1, 2, 3, 4.")
    return pd.read_csv(DATA_DIR / "published" / f"table_{number}.csv")


@cache
def _english() -> dict[str, str]:
    """English by Chinese name, and by code of a dimension or a system."""
    table, systems = indicators(), ("AI", "employment quality")
    pairs = {place.name: place.name_en for place in all_places()}
    pairs |= dict(zip([*SYSTEMS, *SYSTEMS.values()], 2 * systems, strict=True))
    for zh, en in (
        ("dimension", "dimension_en"),
        ("dimension_zh", "dimension_en"),
        ("name_zh", "name_en"),
    ):
        pairs |= dict(zip(table[zh], table[en], strict=True))
    return pairs


def in_english(name: str) -> str:
    """English of an indicator, dimension, system or place; what is none stands for itself."""
    return _english().get(name, name)


# ------------------------------------------------------------------ places


@dataclass(frozen=True)
class Place:
    """A node in the tree of places: the nation, a region of it, or a unit of the panel.

    Attributes
    ----------
    name, name_full, name_en : str
        Short Chinese name (unique, and what panels are indexed by), full name, English name.
    code : str
        GB/T 2260 code; a letter for the four regions, which have none.
    slug : str
        ASCII name for files and links, e.g. ``inner-mongolia``.
    level : str
        "nation", "region" or "province"; whatever ``data/places.csv`` says.
    parent : str
        Name of the place it lies in; empty for the root.
    """

    name: str
    code: str
    name_full: str
    name_en: str
    slug: str
    level: str
    parent: str

    @property
    def members(self) -> tuple[str, ...]:
        """Units of the panel inside this place; a unit has only itself."""
        return _members(self.name)

    @property
    def is_unit(self) -> bool:
        """Whether a panel holds this place itself rather than places inside it."""
        return self.members == (self.name,)

    @property
    def above(self) -> tuple[str, ...]:
        """Places around this one, the nation first, its parent last."""
        return (*_tree()[self.parent].above, self.parent) if self.parent else ()

    @property
    def peers(self) -> tuple[str, ...]:
        """All places of its level, itself included."""
        return tuple(name for name, place in _tree().items() if place.level == self.level)

    @property
    def label(self) -> str:
        """Name in running text: ``全国``, ``东部地区``, ``广东``."""
        return self.name if self.is_unit else self.name_full

    def path(self, source: Any, column: str) -> pd.Series[float]:
        """Yearly path of a column: a unit's own values, else the unweighted mean of its units.

        Parameters
        ----------
        source : DataFrame or Findings
            Frame indexed by (``province``, ``year``), or an object with such a `frame`.
        column : str
            Numeric column, for instance ``U1`` or ``D``.
        """
        values = (source if isinstance(source, pd.DataFrame) else source.frame)[column]
        inside = values[values.index.get_level_values("province").isin(self.members)]
        path: pd.Series[float] = inside.groupby(level="year").mean()
        return path


@cache
def _tree() -> dict[str, Place]:
    """Every place by name, parents before children, units by code."""
    table = _places_table()[list(Place.__dataclass_fields__)]
    return {row[0]: Place(*row) for row in table.itertuples(index=False, name=None)}


def all_places() -> tuple[Place, ...]:
    """The nation, its regions and its units, parents before children, units by code."""
    return tuple(_tree().values())


@cache
def _places_table() -> pd.DataFrame:
    return pd.read_csv(DATA_DIR / "places.csv", dtype=str, keep_default_na=False)


@cache
def _members(name: str) -> tuple[str, ...]:
    parents = {place.parent for place in _tree().values()}
    leaves = [place for place in _tree().values() if place.name not in parents]
    return tuple(leaf.name for leaf in leaves if name in (leaf.name, *leaf.above))


@cache
def units() -> pd.DataFrame:
    """The places that a panel holds, leaves of the tree of places, ordered by code.

    Returns
    -------
    DataFrame
        Indexed by short Chinese name (``province``); ``code`` an integer, ``region`` the part of
        the nation after the National Bureau of Statistics, ``row`` and ``col`` one-based positions
        in the tile-grid map. Do not modify: the frame is cached.
    """
    table = _places_table().rename(columns={"name": "province"}).set_index("province")
    table = table.loc[list(_tree()[NATION].members)]
    numbers = {name: pd.to_numeric(table[name]) for name in ("code", "row", "col")}
    regions = [(*_tree()[str(name)].above, str(name))[1] for name in table.index]
    table = table.assign(**numbers, region=regions)
    return table[["code", "name_full", "name_en", "region", "row", "col"]]


NATION: str = next(name for name, place in _tree().items() if not place.parent)
REGIONS: tuple[str, ...] = tuple(n for n, place in _tree().items() if place.parent == NATION)


# ------------------------------------------------------------------ names as people write them


def tidy_name(text: object) -> str:
    """Remove every blank, visible or zero-width, from a name."""
    return _INVISIBLE.sub("", str(text))


@cache
def _spellings() -> dict[str, str]:
    """Name of the place by every accepted spelling."""
    names: dict[str, str] = {}
    for row in _places_table().to_dict("records"):
        spellings = [row[key] for key in ("name", "name_full", "name_en", "code")]
        spellings += [row["code"].ljust(6, "0"), row["slug"], *row["aliases"].split("|")]
        names |= {_key(spelling): row["name"] for spelling in spellings if spelling}
    return names


@cache
def _elsewhere() -> dict[str, str]:
    """Kind of every place that no panel holds, by its spellings."""
    table = pd.read_csv(DATA_DIR / "other_places.csv", dtype=str, keep_default_na=False)
    return {
        _key(spelling): row["kind"]
        for row in table.to_dict("records")
        for spelling in (row["name"], *row["aliases"].split("|"))
        if spelling
    }


def _key(text: object) -> str:
    """A name in small letters without blanks and hyphens; a number keeps its sign."""
    key = tidy_name(text).lower().removesuffix(".0")
    return key if key[-1:].isdecimal() else key.replace("-", "")


def find_unit(text: object) -> str | None:
    """Short Chinese name of a unit of the panel written in any usual way, or None.

    Accepts short and full Chinese names, blanks inside the name, the English name in any
    letter case, known misspellings, and codes such as ``11`` and ``110000`` (numbers or text).
    """
    key = _key(text)
    name = _spellings().get(key)
    if name is None and (found := _SUFFIX.search(key)):
        name = _spellings().get(key[: found.start()])
        is_city = name in units().index and str(units().at[name, "name_full"]).endswith("市")
        name = None if found["city"] and not is_city else name
    return name if name in units().index else None


def outside_sample(text: object) -> str | None:
    """Kind of a place that is no province, else None.

    Returns
    -------
    str or None
        "total", "country", "region", "outside" (of the sample) or "other".
    """
    return _elsewhere().get(_key(text))


def nearest_units(
    text: object, among: Collection[str] | None = None, least: float | None = None
) -> tuple[str, ...]:
    """Units spelt most like `text` (ties included), or none; a number is like none.

    Parameters
    ----------
    text : object
    among : collection of str, optional
        Units to look among; all if not given.
    least : float, optional
        Likeness that they must have, from 0 to 1; by default .5, of English names .7.
    """
    key = _SUFFIX.sub("", _key(text))
    allowed = units().index if among is None else among
    known = {spelling: name for spelling, name in _spellings().items() if name in allowed}
    if key.isdecimal() or not known:
        return ()
    likeness = {spelling: _likeness(key, spelling) for spelling in known}
    best = max(likeness.values())
    if best[0] < (least or (0.7 if key.isascii() else 0.5)):
        return ()
    return tuple(dict.fromkeys(known[s] for s, value in likeness.items() if value == best))


def _likeness(seen: str, spelling: str) -> tuple[float, int]:
    """Similarity, then letters in the same place: "北晶" is nearer to 北京 than to 湖北."""
    in_place = sum(a == b for a, b in zip(seen, spelling, strict=False))
    return SequenceMatcher(None, seen, spelling).ratio(), in_place


def find_place(text: object) -> Place:
    """Find the nation, a region or a unit from Chinese, English or a code.

    Raises
    ------
    DataError
        Naming the value seen and every value allowed, in Chinese.
    """
    name = _spellings().get(_key(text)) or find_unit(text)
    if name is not None:
        return _tree()[name]
    outside = outside_sample(text) is not None
    hint = "它不在样本内。" if outside else suggestion(nearest_units(text))
    raise DataError(
        f"没有名为“{text}”的地区。{hint}可用：{'、'.join(_tree())}"
        "（也可写英文名或区划代码，如 44、440000）。"
    )
