"""Exercises on pages, as a Sphinx extension over sphinx-exercise.

`synergy.exercises.block` writes the directives ``exercise`` and ``solution``. They are those of
sphinx-exercise with our titles, in both languages, and without what a page may have once only. An
edition for students has no solutions: sphinx-exercise's ``hide_solutions``, so that they are
neither on pages nor in what is made of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx_exercise.directive import ExerciseDirective, SolutionDirective

from synergy.blocks import EXERCISE, EXERCISE_EN

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_STYLES = "exercise.css"


class Exercise(ExerciseDirective):  # type: ignore[misc]
    """An exercise under its code and title."""

    option_spec: ClassVar = {
        **ExerciseDirective.option_spec,
        "code": directives.unchanged_required,
        "english": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Return the exercise: title and body."""
        code = self.options["code"]
        titles = {
            "exercise-chinese": (EXERCISE, self.arguments[0]),
            "exercise-english": (EXERCISE_EN, self.options["english"]),
        }
        made: list[Any] = super().run()
        for node in made:
            title = nodes.title("", "", *(_title(k, w, code, t) for k, (w, t) in titles.items()))
            _refill(node, title, _body(node))
            node["title"] = f"{EXERCISE} {code}"
        return made


class Solution(SolutionDirective):  # type: ignore[misc]
    """A solution below its exercise, without a title: its fold has one."""

    def run(self) -> list[nodes.Node]:
        """Return the solution, or nothing where solutions are hidden."""
        made: list[Any] = super().run()
        for node in made:
            _refill(node, _body(node))
        return made


def _title(kind: str, word: str, code: str, title: str) -> nodes.inline:
    number = nodes.inline("", f"{word} {code}", classes=["exercise-code"])
    return nodes.inline("", "", number, nodes.Text(f" {title}"), classes=[kind])


def _refill(node: Any, *parts: nodes.Node) -> None:
    node.clear()
    node += list(parts)


def _body(node: Any) -> nodes.container:
    """What a block holds, without the section that would give every page one id many times."""
    return nodes.container("", *node.children[-1].children, classes=["exercise-body"])


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.setup_extension("sphinx_exercise")
    app.add_directive("exercise", Exercise, override=True)
    app.add_directive("solution", Solution, override=True)
    # With handlers of its own, the single page would know none of those for "html".
    app.registry.translation_handlers.pop("singlehtml", None)
    styles = app.registry.css_files  # ours are in `report.css`
    styles[:] = [each for each in styles if each[0] != _STYLES]
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
