"""A Sphinx extension: every page for every place.

`press.by_place` hands over texts that also hold those of other places. Sphinx reads and resolves
them all, so that roles, citations and formulas work; of the page it writes they are no part, nor
of its search. They go into one file beside it, which `book/look/places.js` loads when a reader
picks another place.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from press.by_place import OTHERS
from press.captions import reader
from press.regions import FOLDER as REGIONAL
from press.regions import code_of, listed, nation
from synergy.blocks import parts

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.writers.html5 import HTML5Translator

#: Folder of the files beside the pages; the page that leads to those about one place each.
FOLDER, ENTRANCE = "_places", f"{REGIONAL}index"


class here(nodes.General, nodes.Element):
    """What a page shows for one place, to be swapped; `slot` is its name in the page."""


class elsewhere(nodes.comment):
    """What it would show for others, a child a text; a comment, so that nothing else reads it.

    Attributes: `slot`, `part` of it that is swapped, and `codes` of the places by child.
    """


def is_elsewhere(node: Any) -> bool:
    """Whether a node lies in what others see."""
    while node is not None and not isinstance(node, elsewhere):
        node = node.parent
    return node is not None


class Elsewhere(SphinxDirective):
    """A text and those of other places, or the captions of a figure elsewhere."""

    optional_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the text, those of its parts that differ with what stands there elsewhere."""
        first, codes = self._texts()
        if self.arguments:
            return self._words(self.arguments[0], [parts(text) for text in first], codes)
        home, *others = map(self._parsed, first)
        self._mark(home, others, codes)
        return list(home)

    def _words(
        self, figure: str, told: Sequence[Mapping[str, str]], codes: Sequence[str]
    ) -> list[nodes.Node]:
        """Those parts of a figure's words that are others elsewhere."""
        (home, *others), parse = told, reader(self.state, self.content_offset)
        made: list[nodes.Node] = []
        for part in home:
            if any(other[part] != home[part] for other in others):
                texts = [parse(other[part])[0] for other in others]
                made.append(_elsewhere(figure, part, texts, codes))
        return made

    def _texts(self) -> tuple[list[StringList], list[str]]:
        edges = [n for n, line in enumerate(self.content) if line.startswith(OTHERS)]
        ends = [*edges, len(self.content)]
        texts = [self.content[a:b] for a, b in zip([0, *(n + 1 for n in edges)], ends, strict=True)]
        return texts, [self.content[n].removeprefix(OTHERS) for n in edges]

    def _parsed(self, text: StringList) -> list[nodes.Node]:
        box = nodes.Element()
        self.state.nested_parse(text, self.content_offset, box)
        return list(box.children)

    def _mark(
        self, home: list[nodes.Node], others: Sequence[list[nodes.Node]], codes: Sequence[str]
    ) -> None:
        """Wrap what differs, as deep as the trees agree in their form."""
        if any(_form(other) != _form(home) for other in others):
            marked = self._swapped(list(home), others, codes)
            home[:] = marked
            return
        for at, node in enumerate(list(home)):
            same = [other[at] for other in others]
            if all(other.pformat() == node.pformat() for other in same):
                continue
            if isinstance(node, nodes.TextElement | nodes.raw) or not isinstance(
                node, nodes.Element
            ):
                home[at : at + 1] = self._swapped([node], [[other] for other in same], codes)
            else:
                inner = list(node.children)
                self._mark(inner, [list(other.children) for other in same], codes)
                node.children = []
                node.extend(inner)

    def _swapped(
        self, home: list[nodes.Node], others: Sequence[list[nodes.Node]], codes: Sequence[str]
    ) -> list[nodes.Node]:
        # Parts of a document stand on pages of others (`press.language`): its name belongs to it.
        slot = nodes.make_id(f"here {self.env.docname} {self.env.new_serialno('here')}")
        texts: dict[str, list[str]] = {}
        boxes: dict[str, nodes.Element] = {}
        for other, places in zip(others, codes, strict=True):
            key = "".join(node.pformat() for node in other)
            if key != "".join(node.pformat() for node in home):
                texts.setdefault(key, []).append(places)
                boxes.setdefault(key, nodes.container("", *other))
        told = [" ".join(places) for places in texts.values()]
        return [here("", *home, slot=slot), _elsewhere(slot, "html", boxes.values(), told)]


def _form(trees: Iterable[nodes.Node]) -> list[str]:
    return [tree.__class__.__name__ for tree in trees]


def _elsewhere(
    slot: str, part: str, texts: Iterable[nodes.Node], codes: Sequence[str]
) -> elsewhere:
    return elsewhere("", "", *texts, slot=slot, part=part, codes=list(codes))


class ChartElsewhere(SphinxDirective):
    """What turns the specification of a chart into that of other places."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return a node that shows nothing and is kept for the file beside the page."""
        changes = json.loads(self.content[0])
        texts = [nodes.Text(json.dumps(change)) for change in changes.values()]
        return [_elsewhere(self.arguments[0], "spec", texts, list(changes))]


# --- writing ----------------------------------------------------------------------------------


def visit_here(self: HTML5Translator, node: here) -> None:
    """Open a box that the page's script finds by its name."""
    name = f' id="{node["slot"]}"' if self.builder.name == "html" else ""
    self.body.append(f'<div class="here"{name}>')


def depart_here(self: HTML5Translator, node: here) -> None:
    """Close it."""
    self.body.append("</div>")


#: By slot and part of the page that is being written: texts, and which of them a place sees.
_kept: dict[str, dict[str, Any]] = {}


def visit_elsewhere(self: HTML5Translator, node: elsewhere) -> None:
    """Write what others see to the page's file; into the single page, which goes on paper."""
    if self.builder.name != "html":
        written = [_written(self, text, node["part"]) for text in node.children]
        self.body.append(alternatives(node["slot"], node["part"], written, node["codes"]))
    else:
        _kept.setdefault(node["slot"], {})[node["part"]] = {
            "texts": [_written(self, text, node["part"]) for text in node.children],
            "of": {code: at for at, codes in enumerate(node["codes"]) for code in codes.split()},
        }
    raise nodes.SkipNode


def alternatives(slot: str, part: str, written: Sequence[Any], codes: Sequence[str]) -> str:
    """Return the element of the single page that holds what others see (`press.paper`)."""
    texts = (json.dumps(text, ensure_ascii=False) for text in written)
    inside = "".join(
        f'<data value="{html.escape(places)}">{html.escape(text)}</data>'
        for places, text in zip(codes, texts, strict=True)
    )
    head = f'<div class="elsewhere" data-slot="{html.escape(slot)}" data-part="{part}">'
    return f"{head}{inside}</div>"


def _written(self: HTML5Translator, text: nodes.Node, part: str) -> Any:
    if part == "spec":
        return json.loads(text.astext())
    start = len(self.body)
    for child in text.children:
        child.walkabout(self)
    written = "".join(self.body[start:])
    del self.body[start:]
    return written


def add_switch(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Put the switch at the head of the page and what it needs beside the page."""
    if doctree is None or not app.config.press_place:  # a book without places has no switch
        return
    name = f"{FOLDER}/{pagename}.js"
    asks = {
        "source": context["pathto"](name, 1) if _kept else "",
        "pages": context["pathto"](ENTRANCE) if ENTRANCE in app.env.found_docs else "",
        "home": next(code for code, p in listed().items() if p.name == app.config.press_place),
        "about": code_of(pagename),
    }
    _keep(Path(app.outdir, name))
    context["body"] = switch(asks) + context["body"]


def _keep(file: Path) -> None:
    file.unlink(missing_ok=True)
    if _kept:
        file.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(_kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        file.write_text(f"bookPlaces.take({text});\n", encoding="utf-8")
        _kept.clear()


def switch(asks: Mapping[str, str]) -> str:
    """Return the form that a reader picks a place with; the script shows it.

    Parameters
    ----------
    asks : mapping
        What the script must know. ``home``: code of the edition's place; ``source``: link to the
        file of other places, empty where the page is the same for all; ``pages``: link to the
        entrance to the pages about one place, if the book has them; ``about``: code of the place
        that this page is about, if it is one of those.
    """
    groups = "".join(map(_group, _inside(nation())))
    told = "".join(f' data-{name}="{html.escape(text)}"' for name, text in asks.items())
    page = f'<a href="{html.escape(asks["pages"])}">专页</a>' if asks["pages"] else ""
    return (
        f'<form class="place-switch screen-only" hidden{told}><label>地区 <select name="region">'
        f"{_options([nation()])}{groups}</select></label>{page}</form>"
    )


def _group(code: str) -> str:
    label = html.escape(listed()[code].label)
    return f'<optgroup label="{label}">{_options([code, *_inside(code)])}</optgroup>'


def _inside(around: str) -> list[str]:
    return [code for code, place in listed().items() if place.around == around]


def _options(codes: Iterable[str]) -> str:
    named = ((code, listed()[code]) for code in codes)
    return "".join(
        f'<option value="{code}" data-slug="{place.slug}">{html.escape(place.label)}</option>'
        for code, place in named
    )


# --- print ------------------------------------------------------------------------------------


# A block of HTML that is for a screen.
_ON_SCREEN = re.compile(r'\s*<\w+ class="[^"]*\bscreen-only\b')


def _for_screens(node: nodes.Node) -> bool:
    if isinstance(node, nodes.raw):
        return bool(_ON_SCREEN.match(node.astext()))
    return isinstance(node, nodes.container) and "screen-only" in node["classes"]


def leave_out(app: Sphinx, env: BuildEnvironment) -> None:
    """Keep off paper the pages about one place, which have briefs, and what is for a screen."""
    if app.builder.name != "singlehtml":
        return
    whole = env.get_doctree

    def without(name: str) -> nodes.document:
        tree = whole(name)
        for toc in tree.findall(addnodes.toctree):
            kept = [file for file in toc["includefiles"] if not file.startswith(REGIONAL)]
            toc["includefiles"] = kept
        for box in [*tree.findall(_for_screens)]:
            box.parent.remove(box)
        return tree

    env.get_doctree = without  # type: ignore[assignment,method-assign]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    _kept.clear()
    app.add_config_value("press_place", listed()[nation()].name, "html")
    app.add_directive("elsewhere", Elsewhere)
    app.add_directive("chart-elsewhere", ChartElsewhere)
    app.add_node(here, html=(visit_here, depart_here))
    app.add_node(elsewhere, html=(visit_elsewhere, None))
    app.connect("html-page-context", add_switch, priority=600)
    app.connect("env-check-consistency", leave_out)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
