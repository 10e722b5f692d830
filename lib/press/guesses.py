"""Guess first, then see: a line that readers draw before a figure shows it. A Sphinx extension.

``data/guesses.toml`` says which figures and what is asked; what is true comes from the data that
the figure itself is drawn from. The question stands before the figure, with the points as JSON;
``book/look/guess.js`` makes a pad of it, on pages that have one. Without scripts, in print and in
the PDF the figure stands as always.
"""

from __future__ import annotations

import csv
import html
import json
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from docutils import nodes

from press.digest import digest
from press.figures import script_json
from synergy.dictionary import DATA_DIR
from synergy.words import phrase

if TYPE_CHECKING:
    from sphinx.application import Sphinx

#: Fewest points of a line worth guessing.
FEWEST = 4

_SCRIPT = "guess.js"
_DIGITS = 6
_MARK = 'class="guess screen-only"'

Points = list[tuple[int, float]]


@cache
def declared_guesses() -> Mapping[str, Mapping[str, Any]]:
    """Declarations by name of the figure."""
    return tomllib.loads((DATA_DIR / "guesses.toml").read_text(encoding="utf-8"))


def points_of(spec: Mapping[str, Any], entry: Mapping[str, Any]) -> Points:
    """The line of a chart that a declaration names, point by point.

    Parameters
    ----------
    spec : mapping
        A chart in Vega-Lite whose first data set is a CSV.
    entry : mapping
        ``x``, ``y`` and, to choose rows, ``where``; rows with the same x add up.
    """
    text = next(iter(spec["datasets"].values()))
    wanted, found = entry.get("where", {}), dict[int, float]()
    for row in csv.DictReader(text.splitlines()):
        if row[entry["y"]] and all(row[name] == value for name, value in wanted.items()):
            x = int(float(row[entry["x"]]))
            found[x] = found.get(x, 0.0) + float(row[entry["y"]])
    return sorted(found.items())


def worth_guessing(points: Points) -> bool:
    """Whether a line has points enough, and moves at all."""
    return len(points) >= FEWEST and len({y for _, y in points}) > 1


def question(entry: Mapping[str, Any], points: Points, language: str = "") -> str:
    """What is asked, in one language."""
    template = entry[f"question{language}"]
    (first, start), (last, _) = points[0], points[-1]
    return phrase(template, first=first, last=last, start=format(start, entry["form"]))


def pad(name: str, entry: Mapping[str, Any], points: Points) -> str:
    """The element before a figure: the question in both languages, and the points as JSON."""
    line = [[x, round(y, _DIGITS)] for x, y in points]
    told = {
        "figure": name,
        "kept": f"{name}-{digest([repr(line)])[:8]}",
        "points": line,
        "digits": int(entry["form"][1:-1]),
        "percent": entry["form"].endswith("%"),
        "range": _range([y for _, y in points]),
    }
    chinese, english = (html.escape(question(entry, points, end)) for end in ("", "_en"))
    return (
        f'<div {_MARK} data-guess="{name}"><p class="guess-question">'
        f'<span class="exercise-chinese">{chinese}</span>'
        f'<span class="exercise-english" lang="en">{english}</span></p>'
        f'<script type="application/json">{script_json(told)}</script></div>'
    )


def _range(values: list[float]) -> list[float]:
    """Ends of the scale: as far up from the start as down, so that it tells no direction."""
    start, reach = values[0], 1.5 * max(abs(value - values[0]) for value in values)
    low = max(start - reach, 0.0) if min(values) >= 0 else start - reach
    return [round(end, _DIGITS) for end in (low, start + reach)]


def put_pads(app: Sphinx, doctree: nodes.document) -> None:
    """Put a pad before each declared figure of a page."""
    for figure in list(doctree.findall(nodes.figure)):
        for name, entry in _declared(figure):
            points = points_of(_spec(figure), entry)
            if worth_guessing(points):
                at = figure.parent.index(figure)
                figure.parent.insert(at, nodes.raw("", pad(name, entry, points), format="html"))


def _declared(figure: nodes.figure) -> Iterator[tuple[str, Mapping[str, Any]]]:
    known = declared_guesses()
    yield from ((name, known[name]) for name in figure["names"] if name in known)


def _spec(figure: nodes.figure) -> Any:
    (drawing,) = (part for part in figure.children if isinstance(part, nodes.raw))
    text = drawing.astext()
    return json.loads(text[text.index(">{") + 1 : text.rindex("</script>")])


def load_script(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Load the script on pages with a pad, and on no other."""
    if _MARK in context.get("body", ""):
        app.add_js_file(_SCRIPT)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("doctree-read", put_pads)
    app.connect("html-page-context", load_script)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
