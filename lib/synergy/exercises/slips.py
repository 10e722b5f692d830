"""Slips that can befall any number: a hundredfold, too few digits. No exercise declares them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from synergy.exercises.declared import Part, Value
from synergy.exercises.grid import cell, near
from synergy.exercises.posed import Posed

#: Digits to which answers are rounded too early.
_FEW = 2


class Wrong(NamedTuple):
    """A wrong answer that is recognised: key and name of the mistake, feedback, its value."""

    key: str
    name: str
    feedback: str
    value: Value


def known_wrong(posed: Posed, part: Part) -> list[Wrong]:
    """Wrong answers to a part that are recognised: the exercise's mistakes, then slips."""
    found = [
        Wrong(mistake.key, mistake.name, mistake.feedback, values[part.key])
        for mistake, values in posed.mistakes
        if part.key in values
    ]
    taken = near(part, posed.answers[part.key])
    return [*found, *(each for each in _slips(part, posed) if cell(part, each.value) not in taken)]


def _slips(part: Part, posed: Posed) -> Iterator[Wrong]:
    value = posed.answers[part.key]
    if part.kind != "number" or not isinstance(value, float | int):
        return
    few = "像是四舍五入得太早：中间各步和答案都多留几位小数。"
    yield Wrong("rounded", "四舍五入太早", few, round(value, _FEW))
    unit = f"题目要的单位是{part.unit}" if part.unit else "题目要的是小数，不是百分数"
    factor = 1 / 100 if part.unit == "%" else 100
    yield Wrong("hundredfold", "差一百倍", f"差了一百倍：{unit}。", value * factor)
