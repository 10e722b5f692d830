"""What a cell of an export is: a year, a place, a heading with its unit, a note, a fact."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from synergy.dictionary import find_unit, outside_sample, tidy_name
from synergy.measures import chinese_unit, is_unit
from synergy.reading.cells import is_blank, parse_number, parse_year
from synergy.reading.schema import headings_of

#: Headings of the columns that say where, when and what, as exports write them.
PLACE_WORDS = frozenset(headings_of("province", "headings", "exports"))
YEAR_WORDS = frozenset(headings_of("time", "headings", "exports"))
NAME_WORDS = frozenset(headings_of("name", "headings", "exports"))
VALUE_WORDS = frozenset(headings_of("value"))
UNIT_WORDS = frozenset(headings_of("unit"))
CODE_WORDS = frozenset(headings_of("code", "headings", "exports"))
REMARK_WORDS = frozenset({*headings_of("remark"), *UNIT_WORDS}) - PLACE_WORDS

#: Places that a table lists and the panel does not hold, by kind.
ASIDE = MappingProxyType(
    {
        "total": "合计",
        "country": "合计",
        "region": "大区",
        "outside": "不在样本（西藏、港澳台等）",
        "other": "未分地区",
    }
)

_FACT = re.compile(
    r"^(数据库|指标|时间|地区|单位|database|index|indicator|time|region|unit)s?\s*[:：]\s*(.*)$",
    re.IGNORECASE | re.DOTALL,
)
_FACTS = MappingProxyType(
    {
        "database": "数据库",
        "index": "指标",
        "indicator": "指标",
        "time": "时间",
        "region": "地区",
        "unit": "单位",
    }
)
_BRACKET = re.compile(r"[（(]([^（()）]*)[)）]")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: Through the last Chinese character, with the capitals that belong to it: 人均GDP.
_CHINESE_PART = re.compile(r".*[\u4e00-\u9fff](?:[A-Z0-9&.·+-]+(?![a-z]))?[)）]?", re.DOTALL)
_DATED = re.compile(r"((?:19|20)\d\d)年?[_ ]?(\D.*)|(.*\D)[_ ]?((?:19|20)\d\d)年?", re.DOTALL)
_YEAR_IN_TITLE = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True)
class Heading:
    """What a heading says: name and unit of the values below it.

    Attributes
    ----------
    name, unit : str
        In Chinese where the heading has Chinese; without blanks. Either may be empty.
    text : str
        As written, on one line.
    """

    name: str
    unit: str
    text: str


def one_line(cell: object) -> str:
    """Text of a cell on one line: blanks single, nothing that a terminal or XML would act on."""
    words = [] if is_blank(cell) else str(cell).split()
    return " ".join("".join(filter(str.isprintable, word)) for word in words)


def dated(text: str) -> tuple[str, int] | None:
    """Name and year of a heading that holds both, as in ``gdp2019`` and ``2019年人口``."""
    found = _DATED.fullmatch(text)
    if found is None:
        return None
    year, name = found[1] or found[4], found[2] or found[3]
    return name.strip(" _"), int(year)


def is_number(cell: object) -> bool:
    """Whether a cell holds a number that is no year."""
    return not is_blank(cell) and parse_number(cell) is not None and parse_year(cell) is None


@lru_cache(maxsize=100_000)
def _place(text: str) -> tuple[str, str] | None:
    kind = outside_sample(text)
    if kind is not None:
        return kind, text
    name = find_unit(text)
    return None if name is None else ("unit", name)


def place_of(cell: object) -> tuple[str, str] | None:
    """Kind and name of the place that a cell holds: ``unit`` for one of the panel, or None."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if is_blank(cell) or not isinstance(cell, str | int) or isinstance(cell, bool):
        return None
    text = tidy_name(cell)
    return _place(text) if len(text) <= 40 else None


def fact_of(cell: object) -> tuple[str, str] | None:
    """What a line above a table states: ``("指标", "地区生产总值(亿元)")``, or None."""
    if not isinstance(cell, str):
        return None
    text = cell.strip()
    bracketed = _BRACKET.fullmatch(text)
    found = _FACT.match(bracketed[1] if bracketed else text)
    if found is None:
        return None
    key = found[1].lower()
    return _FACTS.get(key, key), found[2].strip()


def years_in(text: str) -> list[int]:
    """Years that a title names."""
    return sorted({int(year) for year in _YEAR_IN_TITLE.findall(text)})


def read_heading(text: object) -> Heading:
    """Name and unit of a heading, in Chinese where it is bilingual.

    Examples
    --------
    >>> read_heading("销售 收入 (万元) Sales (10000 yuan)")
    Heading(name='销售收入', unit='万元', text='销售 收入 (万元) Sales (10000 yuan)')
    """
    line = one_line(text)
    brackets = [found for found in _BRACKET.finditer(line) if is_unit(found[1])]
    unit = next((chinese_unit(found[1]) for found in brackets), "")
    name = line
    for found in reversed(brackets):
        name = name[: found.start()] + " " + name[found.end() :]
    if _CHINESE.search(name):
        part = _CHINESE_PART.match(name)
        name = tidy_name(part[0] if part else name)
    return Heading(" ".join(name.split()).strip(" #，,、"), unit, line)
