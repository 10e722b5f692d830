"""What a written answer says: a number in the unit of its part, or a choice.

The page that marks offline reads the same spellings (``book/check/check.js``).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pvar.cells import number_in, plain
from synergy.exercises.declared import Part, Value
from synergy.exercises.grid import squeezed

#: No answer is as large; beyond it a count of steps is not exact.
LARGEST = 1e15

_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_DECIMAL_COMMA = re.compile(r"[+-]?0,\d+")
_FRACTION = re.compile(r"([+-]?\d+)/(\d+)")
_BEFORE = re.compile(r"^[=≈~约第]+")
#: What a word processor makes of a minus sign.
_DASH = re.compile("^[\u2010-\u2015]")
_POINTS = "百分点"
#: Words that count, behind a whole number.
_COUNTERS = "个种颗名位项"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def read_answer(part: Part, text: object) -> Value:
    """Read an answer.

    Parameters
    ----------
    part : Part
    text : object
        A cell of a file, or what a student typed: ``0.5886``, ``58.86%``, ``1/3``, ``5,950 万``,
        full-width digits, a choice or its letter.

    Raises
    ------
    ValueError
        What it should have been, in Chinese.
    """
    return _READERS[part.kind](part, squeezed(plain(str(text))))


def spellings(unit: str) -> list[str]:
    """How people write a unit, the longest first: 个百分点, 百分点, %; 亿元, 亿."""
    if unit == "%" or not unit:
        return [unit] if unit else []
    known = {unit, unit.removeprefix("个"), unit.removesuffix("元")}
    known |= {"%"} if _POINTS in unit else set()
    return sorted(known - {""}, key=len, reverse=True)


def _number(part: Part, text: str) -> float:
    bare, percent = _bare(part, text)
    value = _fraction(bare)
    if value is None:
        value = number_in(_uncommaed(bare))
    if value is None or not abs(value) < LARGEST:
        unit = f"（单位：{part.unit}）" if part.unit else ""
        raise ValueError(f"应是一个数{unit}")
    return value / 100 if percent else value


def _bare(part: Part, text: str) -> tuple[str, bool]:
    """Digits without what stands around them, and whether the rest was a sign of percent."""
    text = _DASH.sub("-", _BEFORE.sub("", text))
    unit = next((each for each in spellings(part.unit) if text.endswith(each)), "")
    text = text.removesuffix(unit)
    percent = not unit and text.endswith("%")
    return text.removesuffix("%").rstrip(_COUNTERS), percent


def _uncommaed(text: str) -> str:
    if _GROUPED.fullmatch(text) and not _DECIMAL_COMMA.fullmatch(text):
        return text.replace(",", "")
    return text.replace(",", ".") if _DECIMAL_COMMA.fullmatch(text) else text


def _fraction(text: str) -> float | None:
    found = _FRACTION.fullmatch(text)
    return float(found[1]) / float(found[2]) if found and float(found[2]) else None


def _integer(part: Part, text: str) -> int:
    try:
        value = _number(part, text)
    except ValueError:
        value = 0.5
    if value != int(value):
        raise ValueError("应是一个整数")
    return int(value)


def _choice(part: Part, text: str) -> str:
    by_text = {squeezed(choice): choice for choice in part.choices}
    by_letter = dict(zip(_LETTERS, part.choices, strict=False))
    found = by_text.get(text) or by_letter.get(text.upper())
    if found is None:
        raise ValueError(f"应选其中一项：{'、'.join(part.choices)}（或写 A、B、C…）")
    return found


_READERS: dict[str, Callable[[Part, str], Value]] = {
    "number": _number,
    "integer": _integer,
    "choice": _choice,
}
