"""Units of measurement as headings write them, the factor from one to another, what they allow.

Factors are fractions: a percentage becomes a share by one division, not by a product with 0.01,
so that nothing is lost in the last digit.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from math import isnan
from types import MappingProxyType

from synergy.dictionary import tidy_name

_SCALES = MappingProxyType({"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8})

#: What databases write below the heading of what has no unit.
NO_UNIT = frozenset({"没有单位", "无单位", "无"})

#: Base of shares, and bases of what there cannot be less than nothing of.
_SHARE = "比例"
_THINGS = frozenset({"人", "户", "个", "件", "项", "米", "吨", "台", "年"})

#: Units that are a multiple of another one, or another name for it.
_BASES = MappingProxyType(
    {
        "%": (Fraction(1, 100), _SHARE),
        "％": (Fraction(1, 100), _SHARE),
        "百分比": (Fraction(1, 100), _SHARE),
        "‰": (Fraction(1, 1000), _SHARE),
        "比重": (Fraction(1), _SHARE),
        "公里": (Fraction(1000), "米"),
        "家": (Fraction(1), "个"),
        "口": (Fraction(1), "人"),
        "名": (Fraction(1), "人"),
        "人民币元": (Fraction(1), "元"),
    }
)

_ENGLISH = MappingProxyType(
    {
        "100millionyuan": "亿元",
        "10000yuan": "万元",
        "10thousandyuan": "万元",
        "millionyuan": "百万元",
        "yuan": "元",
        "10000persons": "万人",
        "1000persons": "千人",
        "persons": "人",
        "person": "人",
        "man-year": "人年",
        "unit": "个",
        "units": "个",
        "piece": "件",
        "item": "项",
        "km": "公里",
    }
)

#: What a unit is made of: a bracket with anything else belongs to the name.
_UNIT = re.compile(
    r"(?:[十百千万亿]*(?:人民币元|美元|元|人次|人年|人|户|个|家|件|项|台|套|辆|艘|部|所|张|册|吨|公斤|千克"
    r"|公里|千米|平方米|平方公里|立方米|米|公顷|亩|千瓦时|千瓦|度|年|岁|天|小时|倍|次|例|分|条|篇|口|名|处|座"
    r"|吨标准煤)?)(?:/[十百千万亿]*[\u4e00-\u9fff]{1,6})?|[%％‰]|比例|比重|百分比|百分点|无|指数"
    r"|[\u4e00-\u9fff]{1,4}/[\u4e00-\u9fff]{1,4}|.{0,8}=\s*100"
)


def chinese_unit(text: str) -> str:
    """The unit in Chinese where it is one of the usual English ones; blanks removed."""
    tidy = tidy_name(text)
    return _ENGLISH.get(tidy.lower(), tidy)


def is_unit(text: str) -> bool:
    """Whether a bracket holds a unit rather than a part of the name."""
    tidy = tidy_name(text)
    return bool(tidy) and (tidy.lower() in _ENGLISH or bool(_UNIT.fullmatch(tidy)))


def says_unit(text: str) -> bool:
    """Whether a cell below a heading holds its unit, or says that there is none."""
    return is_unit(text) or tidy_name(text) in NO_UNIT


@cache
def factor(source: str, target: str, *, per_head: bool = False) -> Fraction | None:
    """What a value in one unit is multiplied by to be in another; None where that is unknown.

    Parameters
    ----------
    source, target : str
        Units; an empty one is taken to be the other. Nothing is made of ``/年``: a flow is yearly
        here without saying so.
    per_head : bool
        Whether the name says "per head" already, so that ``元`` may stand for ``元/人``.

    Examples
    --------
    >>> factor("万元", "亿元"), factor("%", "比例"), factor("人", "元")
    (Fraction(1, 10000), Fraction(1, 100), None)
    """
    if not source or not target or source == target:
        return Fraction(1)
    (size, base), (wanted, goal) = _measured(source), _measured(target)
    if per_head and base != goal:
        base, goal = base.removesuffix("/人"), goal.removesuffix("/人")
    return size / wanted if base == goal else None


def whole_of(unit: str) -> float | None:
    """What a whole is in the unit of a share: 100 per cent, 1; None where the unit is another."""
    size, base = _measured(unit)
    return float(1 / size) if base == _SHARE else None


def is_growth(name: str) -> bool:
    """Whether a name is one of growth, which has no bounds."""
    return "增" in name or "growth" in name.lower()


def counts_things(unit: str) -> bool:
    """Whether a unit counts what there is, of which nothing can be negative; money can (a loss)."""
    return _measured(unit)[1].partition("/")[0] in _THINGS


def span_text(low: float, high: float, unit: str) -> str:
    """Numbers from `low` to `high` (NaN = no end there) with their unit, in Chinese."""
    span = f"不小于 {low:g}" if isnan(high) else f"{low:g} 至 {high:g}"
    return f"{span}（单位：{unit}）"


def _measured(unit: str) -> tuple[Fraction, str]:
    """Size of a unit in its base, and the base."""
    above, _, below = chinese_unit(unit).removesuffix("/年").partition("/")
    size, base = _scaled(above)
    if not below:
        return size, base
    under, per = _scaled(below)
    return size / under, f"{base}/{per}"


def _scaled(unit: str) -> tuple[Fraction, str]:
    size = Fraction(1)
    while unit not in _BASES and len(unit) > 1 and unit[0] in _SCALES:
        size, unit = size * _SCALES[unit[0]], unit[1:]
    known, base = _BASES.get(unit, (Fraction(1), unit))
    return size * known, base
