"""Run a chapter's cells on other facts than the book's, without drawing."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import jupytext

import synergy

CHAPTERS = Path(__file__).parents[1] / "chapters"
_DRAWN = ("figures.", "charts.")


def shown_by(chapter: str, *marks: str, **names: Any) -> list[str]:
    """What the cells of a chapter show, as text; captions stand for figures.

    Parameters
    ----------
    chapter : str
        Such as ``paper/interaction``.
    *marks
        Text by which a cell is known: no other cells are run. All when left out.
    **names
        What the preamble would have defined; it is not run, nor are cells tagged ``builtin``.
    """
    known: dict[str, Any] = {name: getattr(synergy, name) for name in synergy.__all__}
    drawing = [name for name, module in synergy.HOME.items() if module.startswith(_DRAWN)]
    known |= dict.fromkeys(drawing, _nothing) | {"figure": _caption} | names
    cells = [c for c in jupytext.read(CHAPTERS / f"{chapter}.md").cells if c.cell_type == "code"]
    kept = [c for c in cells[2:] if "builtin" not in c.metadata.get("tags", [])]
    chosen = [c for c in kept if not marks or any(mark in c.source for mark in marks)]
    return [text for cell in chosen if (text := _run(cell.source, known)) is not None]


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _caption(_: str, __: None, caption: str, **facts: Any) -> str:
    return str(synergy.say(caption, **facts))


def _run(source: str, known: dict[str, Any]) -> str | None:
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), known)
    if last is None:
        return None
    value = eval(compile(ast.Expression(last.value), "cell", "eval"), known)
    return value.to_string() if hasattr(value, "to_string") else str(value)
