"""An exercise in its place on the page: question, folded hint, folded solution.

Directives ``exercise`` and ``solution``: the book reads them (`press.exercises`), and so do
notebooks (`synergy.notebook`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from synergy.blocks import BARS
from synergy.exercises.answers import NEEDS
from synergy.exercises.declared import declared_exercise
from synergy.exercises.posed import Posed
from synergy.exercises.posing import pose
from synergy.words import Said, say

if TYPE_CHECKING:
    from synergy.dictionary import Place
    from synergy.evidence import Evidence

#: What folds are called.
HINT, SOLUTION = "提示", "解答与常见错误"

_BODY = """
{{ p.question }}

**拓展** {{ p.extension }}
"""

_SOLUTION = """
{{ p.solution }}

**常见错误**

{% for mistake, values in wrong %}
- {{ mistake.name }}{% if values %}（得 {{ values|join("、") }}）{% endif %}：{{ mistake.feedback }}
{% endfor %}
"""


@dataclass(frozen=True)
class ExerciseBlock:
    """A posed exercise as Markdown.

    Attributes
    ----------
    posed : Posed
    """

    posed: Posed

    @property
    def name(self) -> str:
        """What references use: ``exercise-e3``."""
        return f"exercise-{self.posed.code.lower()}"

    @property
    def body(self) -> Said:
        """Question and extension."""
        return say(_BODY, p=self.posed)

    @property
    def solution(self) -> Said:
        """Solution and common mistakes, with the values that these would give."""
        return say(_SOLUTION, p=self.posed, wrong=list(self._wrong()))

    def _wrong(self) -> Any:
        parts = {part.key: part for part in self.posed.parts}
        for mistake, values in self.posed.mistakes:
            numbers = [parts[key].shown(v) for key, v in values.items() if not isinstance(v, str)]
            yield mistake, numbers

    def _repr_markdown_(self) -> str:
        p = self.posed
        head = f"{BARS}{{exercise}} {p.title}\n:label: {self.name}\n:code: {p.code}"
        asked = (
            f"{head}\n:english: {p.title_en}\n:nonumber:\n\n{self.body}\n\n{_fold(HINT, p.hint)}"
        )
        told = f"{BARS}{{solution}} {self.name}\n:label: {self.name}-solution\n\n"
        told += _fold(SOLUTION, self.solution)
        return f"\n\n{asked}\n\n{BARS}\n\n{told}\n\n{BARS}\n\n"


def _fold(title: str, text: str) -> str:
    return f":::{{dropdown}} {title}\n{text}\n:::"


def exercise(
    code: str, evidence: Evidence | None = None, place: Place | None = None
) -> ExerciseBlock | Said:
    """Put an exercise on the page; nothing where the edition has not what it needs.

    Parameters
    ----------
    code : str
        ``E1`` and so on.
    evidence : Evidence, optional
        What the edition stands on, for exercises that ask something of it.
    place : Place, optional
        What the chapter calls `place`, where the exercise is about one.

    Raises
    ------
    DataError
        No such exercise, or it is about a panel and none was given.
    """
    needs = NEEDS[declared_exercise(code).needs]
    if evidence is not None and not needs.met(evidence):
        return Said("")
    return ExerciseBlock(pose(code, evidence, place=place))
