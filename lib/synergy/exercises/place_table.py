"""The table of a place with three blanks, as an exercise: what is missing follows from the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from synergy.exercises.declared import Mistake, Part, Value
from synergy.exercises.drawing import seed_of
from synergy.exercises.marking import apart
from synergy.exercises.posed import Posed
from synergy.portrait import position_table, positions
from synergy.words import Said, say

if TYPE_CHECKING:
    from synergy.dictionary import Place
    from synergy.evidence import Evidence, Findings

#: What the code of such an exercise begins with, before the number of its session; the others
#: are declared in a file.
CODE = "表"

#: Numbers of the table have three digits: their differences are off by a thousandth, and D from
#: rounded C and T by somewhat more.
_TOLERANCE, _TOLERANCE_OF_D = 0.0015, 0.002

_MARKS = "①②③"

_QUESTION = """
上面是{{ place }}的表，缺{{ marks|length|numeral }}格：{{ marks|join("、") }}。
它们都可以由同一行或同一列的别的数算出来，不必查书。
"""
_HINT = "变化是末年减首年；省的 $D$ 是 $C$ 与 $T$ 的几何平均。"
_SOLUTION = """
{% for mark, how, value in rows %}
{{- mark }} {{ how|safe }}，得 {{ value|d3 }}{{ "。" if loop.last else "；" }}
{%- endfor %}
"""
_EXTENSION = "哪一行的变化最大？它与全国平均的变化相比如何？"

_MISTAKES = {
    "product": ("D 没有开方", "你把 C 与 T 直接相乘了。D 是两者的几何平均：先相乘，再开平方。"),
    "sign": ("首年末年弄反", "方向反了：变化是末年减首年。"),
    "sum": ("该减的加了", "首年等于末年减去变化，你把两者相加了。"),
}


class _Gap(NamedTuple):
    """A blank: row and column of the positions, how it is found, what a mistake would give."""

    row: str
    column: str
    how: str
    mistake: str
    wrong: float


class PlaceTable(NamedTuple):
    """The table as text with signs in its three blanks, and the exercise that they make."""

    shown: pd.DataFrame
    posed: Posed


def is_table(code: str) -> bool:
    """Whether the code is that of a table with blanks."""
    return code.startswith(CODE)


def place_table(evidence: Evidence, place: Place, student: str, session: int) -> PlaceTable:
    """Leave three cells of a place's table blank, others for every student.

    They are the same in every session, whose sheets may lie beside one another; ranks are left
    out, since exercises ask for them.

    Parameters
    ----------
    evidence : Evidence
    place : Place
    student : str
        It seeds the choice of the rows.
    session : int
    """
    found, whole = _whole_table(place, evidence.lead)
    code, shown = f"{CODE}{session}", whole.copy()
    gaps = _gaps(found, place, seed_of(CODE, student))
    marks = dict(zip(gaps, _MARKS, strict=False))
    for gap, mark in marks.items():
        row, column = list(found.index).index(gap.row), list(found.columns).index(gap.column)
        shown.iloc[row, column] = mark
    posed = _posed(found, shown, marks, place)
    return PlaceTable(shown, replace(posed, code=code, session=session, student=student))


@cache
def _whole_table(place: Place, findings: Findings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The place's numbers, and the same as text; not to be changed."""
    found = positions(place, findings)
    return found, position_table(found.drop(columns="rank"), findings)


def _gaps(found: pd.DataFrame, place: Place, seed: int) -> list[_Gap]:
    """D of the last year (its change where D is a mean), one change and one first value."""
    whole = found.dropna(subset=["first", "last"])
    rows = [str(row) for row in whole.index if row not in ("C", "T", "D")]
    rng = np.random.default_rng(seed)
    drawn = [str(row) for row in rng.permutation(rows)[:2]]
    makers = (_change, _first)
    gaps = [make(whole, row) for make, row in zip(makers, drawn, strict=False)]
    if "D" not in whole.index:
        return gaps
    return [_degree(whole) if place.is_unit else _change(whole, "D"), *gaps]


def _degree(found: pd.DataFrame) -> _Gap:
    c, t = (float(found.loc[row, "last"]) for row in ("C", "T"))  # type: ignore[arg-type]
    return _Gap("D", "last", "$C$ 乘 $T$ 再开平方", "product", c * t)


def _change(found: pd.DataFrame, row: str) -> _Gap:
    change = float(found.loc[row, "change"])  # type: ignore[arg-type]
    return _Gap(row, "change", "末年减首年", "sign", -change)


def _first(found: pd.DataFrame, row: str) -> _Gap:
    last, change = (float(found.loc[row, name]) for name in ("last", "change"))  # type: ignore[arg-type]
    return _Gap(row, "first", "末年减变化", "sum", last + change)


def _posed(
    found: pd.DataFrame,
    shown: pd.DataFrame,
    marks: Mapping[_Gap, str],
    place: Place,
) -> Posed:
    parts = {gap: _part(n, gap, found, shown) for n, gap in enumerate(marks)}
    answers: dict[str, Value] = {
        part.key: float(found.loc[gap.row, gap.column])  # type: ignore[arg-type]
        for gap, part in parts.items()
    }
    rows = [(marks[gap], gap.how, answers[part.key]) for gap, part in parts.items()]
    return Posed(
        code=CODE,
        title=f"{place.label}的表",
        title_en=f"Table of {place.name_en}",
        chapter="regions/index",
        session=0,
        student="",
        question=say(_QUESTION, place=place.label, marks=list(marks.values())),
        hint=Said(_HINT),
        solution=say(_SOLUTION, rows=rows),
        extension=Said(_EXTENSION),
        parts=tuple(parts.values()),
        answers=answers,
        mistakes=tuple(_mistakes(parts, answers)),
        given={},
    )


def _part(number: int, gap: _Gap, found: pd.DataFrame, shown: pd.DataFrame) -> Part:
    at = found.index.get_loc(gap.row), list(found.columns).index(gap.column)
    label = f"{_MARKS[number]} {shown.index[at[0]]}，{shown.columns[at[1]]}"
    tolerance = _TOLERANCE_OF_D if gap.row == "D" and gap.column == "last" else _TOLERANCE
    return Part(f"blank{number + 1}", label, form=".3f", tolerance=tolerance)


def _mistakes(
    parts: Mapping[_Gap, Part], answers: Mapping[str, Value]
) -> list[tuple[Mistake, Mapping[str, Value]]]:
    found: dict[str, dict[str, Value]] = {}
    for gap, part in parts.items():
        if apart(part, gap.wrong, answers[part.key]):
            found.setdefault(gap.mistake, {})[part.key] = gap.wrong
    return [(Mistake(key, *_MISTAKES[key]), values) for key, values in found.items()]
