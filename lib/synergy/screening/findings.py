"""What a finding is, and the series that the checks look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from math import nan
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from synergy.faults import spans


@dataclass(frozen=True)
class Kind:
    """A kind of finding.

    Attributes
    ----------
    title : str
    meaning, cure : str
        What it usually means, and what the reader can do.
    grave : bool
        Whether a result that rests on it is wrong as it stands. The others are facts to know.
    """

    title: str
    meaning: str
    cure: str
    grave: bool = True


#: Kinds in the order in which a reader should look at them.
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "impossible": Kind(
            "超出范围的值",
            "超出指标定义的范围：单位不对，或者录入有误",
            "核对单位（百分数还是比例）和原始资料",
        ),
        "slip": Kind(
            "像是单位差错",
            "是本地其他年份、各地其他年份或其他各地的 10、100、1 万倍（或几分之一）：单位错了",
            "核对这些值的单位和原始资料",
        ),
        "unusual": Kind(
            "通常范围以外的值",
            "可能有，但多半是写成了百分数、换了单位或者颠倒了比值",
            "核对定义、单位和分子分母",
        ),
        "zero": Kind("个别的 0", "别的值都不是 0：多半是缺失写成了 0", "缺失请留空"),
        "negative": Kind(
            "个别的负数",
            "别的值差不多都不是负数：多半是缺失的代码（如 -999），或者正负号写错了",
            "缺失请留空；写错的改正",
        ),
        "share_sum": Kind(
            "构成之和不是 100%",
            "几类之和在这些年份不等于 100%：有一类没有收入，或者列错位",
            "找出缺的一类；或以各类之和为分母",
        ),
        "common_jump": Kind(
            "各地同一年跳变",
            "多半是价格基期、统计口径或范围换了，涨落不是实际的变化；也可能是各地共同的冲击",
            "查证；换过的就换算成同一基期或口径（配方的 rebase、link），或者不跨这一年比较",
        ),
        "not_following": Kind(
            "换口径之年唯独不跟的地区",
            "各地同一年跳变，这一地却没有：口径没有跟着换，或者换成了别的",
            "这一地跨这一年不可比：按缺失处理，或随邻近地区推算",
        ),
        "spike": Kind(
            "一年离群又复原",
            "存量不会一年内大起大落再回到原处：多半是单格差错",
            "核对原始资料；不能证实就按缺失处理",
        ),
        "break": Kind(
            "一地的台阶",
            "这一地的水平在一年里变了而且没有回来：普查修订、口径变化或区划调整",
            "查修订说明；用其余各地的增速衔接（配方的 link）",
        ),
        "one_curve": Kind(
            "一条曲线乘以系数",
            "各地的走势几乎完全相同：像是把全国数按固定比例分下去的",
            "不能当作分地区的观测；至多用于敏感性分析",
        ),
        "copied_series": Kind(
            "两列相同或成比例", "同一个序列放了两次，或者贴错了列", "删去一列，或换上正确的"
        ),
        "copied_places": Kind("两地的值相同", "连续几年一字不差：贴错了行", "核对原始资料"),
        "linear": Kind(
            "等差或等比的一段",
            "连续几年的增量（或增速）完全相等：是插值或外推的，不是观测",
            "按缺失处理，或者在文中说明是插补的",
        ),
        "carried": Kind(
            "与上年完全相同", "多位数字一字不差：多半是沿用上年", "按缺失处理，或者说明是沿用的"
        ),
        "computed": Kind(
            "小数位数变了",
            "有些年份的小数比别的年份长得多：是推算的，不是公布的",
            "查这些年份的来源",
        ),
        "gap": Kind("空缺", "没有值", "补上；插补会写明是插补的", grave=False),
    }
)


@dataclass(frozen=True)
class Finding:
    """One thing found.

    Attributes
    ----------
    kind : str
        Key of `KINDS`.
    series, places : tuple of str
    years : tuple of int
    size : float
        How large, for sorting within a kind.
    sentence : str
        Chinese, complete.
    values : tuple of (str, int, float)
        Place, year and value to look at, with neighbours in time.
    """

    kind: str
    series: tuple[str, ...]
    places: tuple[str, ...]
    years: tuple[int, ...]
    size: float
    sentence: str
    values: tuple[tuple[str, int, float], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values; infinite and missing numbers are null."""
        plain = asdict(self)
        plain["size"] = round(self.size, 4) if np.isfinite(self.size) else None
        plain["values"] = [[p, y, v if np.isfinite(v) else None] for p, y, v in self.values]
        return plain


class Bounds(NamedTuple):
    """What values can be at least and at most, and are at most as a rule; NaN = no bound."""

    lower: float = nan
    upper: float = nan
    usual_high: float = nan


#: No bounds at all.
NONE = Bounds()


@dataclass(frozen=True, eq=False)
class Series:
    """One column of a panel.

    Attributes
    ----------
    name, label, unit : str
        Column, name for readers, unit (may be empty).
    values : DataFrame
        Places by consecutive years; those without any value are left out.
    bounds : Bounds
    """

    name: str
    label: str
    unit: str
    values: pd.DataFrame = field(repr=False)
    bounds: Bounds = NONE

    @cached_property
    def years(self) -> list[int]:
        """Years in order."""
        return [int(str(year)) for year in self.values.columns]

    @cached_property
    def places(self) -> list[str]:
        """Places with a value, in the order of the panel."""
        return [str(place) for place in self.values.index]

    @cached_property
    def array(self) -> np.ndarray:
        """Values as an array."""
        return self.values.to_numpy(dtype=float)

    @cached_property
    def logs(self) -> pd.DataFrame:
        """Logarithms of the positive values; NaN elsewhere."""
        positive = np.where(self.array > 0, self.array, np.nan)
        return pd.DataFrame(np.log(positive), self.values.index, self.values.columns)

    @cached_property
    def growth(self) -> pd.DataFrame:
        """Growth from the year before, in logarithms."""
        return self.logs.diff(axis=1)

    @cached_property
    def own_growth(self) -> pd.DataFrame:
        """Growth less the median of all places in that year."""
        return self.growth.sub(self.growth.median(), axis=1)

    @cached_property
    def spreads(self) -> dict[str, float]:
        """Spread of own growth by place: the series' or the place's, whichever is larger."""
        own = self.own_growth.to_numpy()
        whole = spread(own)
        return {p: max(whole, spread(row)) for p, row in zip(self.places, own, strict=True)}

    @cached_property
    def counts(self) -> bool:
        """Whether the values are whole numbers: small ones go up and down by chance."""
        numbers = self.array[np.isfinite(self.array)]
        return bool((numbers == np.round(numbers)).all())

    def at(self, place: str, year: int) -> float:
        """One value."""
        return float(self.array[self.places.index(place), self.years.index(year)])

    def around(
        self, places: Iterable[str], years: Iterable[int]
    ) -> tuple[tuple[str, int, float], ...]:
        """Values of some places in some years and the years beside them."""
        wanted = {y + step for y in years for step in (-1, 0, 1)}
        held = [year for year in self.years if year in wanted]
        return tuple((p, y, self.at(p, y)) for p in places for y in held)


def spread(values: Any) -> float:
    """Standard deviation as the median absolute deviation tells it; NaN of nothing."""
    numbers = np.asarray(values, dtype=float).ravel()
    numbers = numbers[np.isfinite(numbers)]
    if not numbers.size:
        return float("nan")
    return float(1.4826 * np.median(np.abs(numbers - np.median(numbers))))


def some(names: Iterable[str], most: int = 6) -> str:
    """The first names of many, with the count of all."""
    listed = list(names)
    shown = "、".join(listed[:most])
    return shown if len(listed) <= most else f"{shown}等 {len(listed)} 地"


def span(years: Iterable[int]) -> str:
    """Years as ranges: ``2015—2018、2020``."""
    return "、".join(spans(years))


def number(value: float) -> str:
    """A number of four or more digits as a reader writes it."""
    return f"{value:,.0f}".replace(",", "") if abs(value) >= 1e4 else f"{value:.4g}"
