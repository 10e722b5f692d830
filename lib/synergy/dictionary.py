"""The report's fixed vocabulary: 31 indicators, 30 provinces, four regions, published tables.

Everything here is read from small CSV files in ``data/`` and cached; nothing is computed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Literal

import pandas as pd

from synergy.faults import DataError

DATA_DIR: Path = Path(__file__).resolve().parents[2] / "data"

REGIONS: tuple[str, ...] = ("东部", "中部", "西部", "东北")

NATION = "全国"

_AREA_EN = {
    NATION: "China",
    "东部": "East",
    "中部": "Central",
    "西部": "West",
    "东北": "Northeast",
}

_NATION_NAMES = {"全国", "中国", "china", "nation", "national", "00", "0", "000000"}

# Blanks that spreadsheets and PDF extractions leave inside names, zero-width ones included.
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")

_SUFFIX = re.compile(r"(维吾尔自治区|壮族自治区|回族自治区|自治区|地区|省|市)$")


@dataclass(frozen=True)
class Region:
    """What a build highlights: the nation, one of four regions, or one province.

    Attributes
    ----------
    kind : {"nation", "region", "province"}
    name : str
        Short Chinese name.
    name_en : str
    slug : str
        ASCII name for files and links, e.g. ``inner-mongolia``.
    """

    kind: Literal["nation", "region", "province"]
    name: str
    name_en: str
    slug: str


@cache
def indicators() -> pd.DataFrame:
    """Indicator dictionary in the order of tables 1 and 2 of the paper.

    Returns
    -------
    DataFrame
        31 rows indexed by ``code``. ``direction`` is +1 or -1; ``lower`` and ``upper`` bound
        the values the indicator can take in its ``unit`` (NaN = no bound). Do not modify:
        the frame is cached.
    """
    return pd.read_csv(DATA_DIR / "indicators.csv").set_index("code")


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


@cache
def provinces() -> pd.DataFrame:
    """The 30 provinces of the sample, ordered by GB/T 2260 code.

    Returns
    -------
    DataFrame
        Indexed by short Chinese name; ``code`` two-digit integer, ``region`` after the National
        Bureau of Statistics, ``row`` and ``col`` one-based positions in the tile-grid map.
    """
    return pd.read_csv(DATA_DIR / "provinces.csv").set_index("province")


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


def tidy_name(text: object) -> str:
    """Remove every blank, visible or zero-width, from a name."""
    return _INVISIBLE.sub("", str(text))


@cache
def _province_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for name, row in provinces().iterrows():
        code = str(row["code"])
        spellings = (name, row["name_full"], row["name_en"], code, code + "0000")
        for spelling in spellings:
            names[tidy_name(spelling).lower()] = str(name)
    return names


def find_province(text: object) -> str | None:
    """Short Chinese name of a province written in any usual way, or None.

    Accepts short and full Chinese names, blanks inside the name, the English name in any
    letter case, and codes such as ``11`` and ``110000`` (numbers or text).
    """
    key = tidy_name(text).lower().replace("-", "").removesuffix(".0")
    return _province_names().get(key) or _province_names().get(_SUFFIX.sub("", key))


def nearest_provinces(text: object) -> tuple[str, ...]:
    """Provinces whose spelling comes closest to `text` (ties included), or none."""
    key = _SUFFIX.sub("", tidy_name(text).lower())
    likeness = {spelling: _likeness(key, spelling) for spelling in _province_names()}
    best = max(likeness.values())
    if best[0] < 0.5:
        return ()
    names = (_province_names()[spelling] for spelling, value in likeness.items() if value == best)
    return tuple(dict.fromkeys(names))


def _likeness(seen: str, spelling: str) -> tuple[float, int]:
    """Similarity, then letters in the same place: "北晶" is nearer to 北京 than to 湖北."""
    in_place = sum(a == b for a, b in zip(seen, spelling, strict=False))
    return SequenceMatcher(None, seen, spelling).ratio(), in_place


def _slug(name_en: str) -> str:
    return name_en.lower().replace(" ", "-")


def _area(text: str) -> str | None:
    key = tidy_name(text).lower()
    if key in _NATION_NAMES:
        return NATION
    for name in REGIONS:
        if key in (name, name + "地区", _AREA_EN[name].lower()):
            return name
    return None


def resolve_region(text: str) -> Region:
    """Find the nation, a region or a province from Chinese, English or a code.

    Raises
    ------
    DataError
        Naming the value seen and every value allowed, in Chinese.
    """
    area = _area(text)
    if area is not None:
        slug = "nation" if area == NATION else _slug(_AREA_EN[area])
        return Region("nation" if area == NATION else "region", area, _AREA_EN[area], slug)
    province = find_province(text)
    if province is not None:
        name_en = str(provinces().at[province, "name_en"])
        return Region("province", province, name_en, _slug(name_en))
    raise DataError(_unknown_region(text))


def _unknown_region(text: str) -> str:
    near = "”或“".join(nearest_provinces(text))
    hint = f"是否想写“{near}”？" if near else ""
    allowed = "、".join([NATION, *REGIONS, *provinces().index])
    return (
        f"没有名为“{text}”的地区。{hint}可用：{allowed}（也可写英文名或区划代码，如 44、440000）。"
    )
