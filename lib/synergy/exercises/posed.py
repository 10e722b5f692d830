"""An exercise as it is posed: words filled, answers and what common mistakes would give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from synergy.exercises.declared import Mistake, Part, Value
from synergy.exercises.worked import Given
from synergy.words import Said


@dataclass(frozen=True)
class Posed:
    """An exercise with its numbers, all words filled.

    Attributes
    ----------
    code, title, title_en, chapter : str
    session : int
    student : str
        Empty for the chapter's own numbers.
    question, hint, solution, extension : Said
        MyST Markdown with emphasis, lists and formulas, no references.
    parts : tuple of Part
        What is to be answered, with labels and choices filled.
    answers : mapping
        Right value by key of the part.
    mistakes : tuple of (Mistake, mapping)
        Common mistakes, each with the values by which it is recognised.
    given : mapping
        Given numbers.
    """

    code: str
    title: str
    title_en: str
    chapter: str
    session: int
    student: str
    question: Said
    hint: Said
    solution: Said
    extension: Said
    parts: tuple[Part, ...]
    answers: Mapping[str, Value]
    mistakes: tuple[tuple[Mistake, Mapping[str, Value]], ...]
    given: Given
