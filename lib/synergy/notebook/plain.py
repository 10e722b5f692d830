"""MyST Markdown of the book as plain Markdown: what every notebook shows, with nothing left raw.

Roles become the words that a reader of the page sees, directives their content; a figure becomes
a `Drawing`, since no Markdown holds a chart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from synergy.blocks import EXERCISE, EXERCISE_EN, parts
from synergy.notebook.contents import KINDS, Contents
from synergy.works import cited

#: What one kind of reader sees and a notebook has not: clicks, sliders' hints, what is for paper.
_ELSEWHERE = {"screen-only", "print-only"}

_OPENS = re.compile(r"^ *(?P<fence>`{3,}|:{3,})(?:\{(?P<kind>[\w-]+)\})?[ \t]*(?P<head>.*)$")
_OPTION = re.compile(r"^:[\w-]+:")
_ROLE = re.compile(
    r"\{(?P<role>[\w:]+)\}`(?:(?P<text>[^`<>]*?) *<(?P<to>[^`<>]+)>|(?P<only>[^`]*))`"
)
_MARKED = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\{([.#][^{}\n]*)\}")
_LINK = re.compile(r"\[([^\[\]]*)\]\((?!https?:|mailto:)[^()\s]*\)")
_ANCHOR = re.compile(r'<a\b[^>]*href="(?!https?:)[^"]*"[^>]*>(.*?)</a>', re.S)
_HIDDEN = re.compile(
    r'<(\w+)\b[^>]*class="[^"]*\b(?:screen|print)-only\b[^"]*"[^>]*>.*?</\1>', re.S
)
_PICTURE = re.compile(r'<svg\b[^>]*?(?:aria-label="([^"]*)")?[^>]*>.*?</svg>', re.S)
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_NAVIGATION = re.compile(r"<(nav|form|button|script)\b.*?</\1>", re.S)
_FORMULA = re.compile(r"\$\$((?:(?!\$\$).)+)\$\$[ \t]*\((eq-[\w-]+)\)", re.S)
_LINE = re.compile(r"^(?:\([\w-]+\)=|\{[^{}\n]*\}|%.*)$\n?", re.M)
_DEFINED = re.compile(r"^(?P<term>\S[^\n]*)\n+: +(?P<told>[^\n]*)", re.M)
_GAP = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Drawing:
    """A figure of a notebook.

    Attributes
    ----------
    name : str
        ``fig-…``.
    spec : mapping
        In Vega-Lite; its ``description`` is the text alternative.
    above, below : str
        Plain Markdown: number, title and measure; kind of data, how to read it, source.
    """

    name: str
    spec: Mapping[str, Any]
    above: str
    below: str


Piece = str | Drawing


def plain(text: str, book: Contents) -> list[Piece]:
    """Turn a text of the book into what a notebook shows, in order.

    Parameters
    ----------
    text : str
        MyST Markdown as a chapter or a cell of it gives.
    book : Contents
        What it refers to; figures and tables get their numbers there.
    """
    return [*_joined(_pieces(text.splitlines(), book))]


def plain_text(text: str, book: Contents) -> str:
    """The same for a text without figures."""
    return "\n\n".join(piece for piece in plain(text, book) if isinstance(piece, str))


# --- blocks -----------------------------------------------------------------------------------


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Put neighbouring texts together; leave out empty ones."""
    waiting: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            waiting += [piece.strip()] if piece.strip() else []
            continue
        if waiting:
            yield "\n\n".join(waiting)
        waiting = []
        yield piece
    if waiting:
        yield "\n\n".join(waiting)


def _pieces(lines: list[str], book: Contents) -> Iterator[Piece]:
    """Cut at directives; code stays as it is."""
    start = at = 0
    while at < len(lines):
        opening = _OPENS.match(lines[at])
        if opening is None or (opening["fence"][0] == ":" and not opening["kind"]):
            at += 1
            continue
        yield inline("\n".join(lines[start:at]), book)
        end = _end(lines, at, opening["fence"])
        if opening["kind"]:
            yield from _directive(opening["kind"], opening["head"], lines[at + 1 : end], book)
        else:
            yield "\n".join(lines[at : end + 1])
        start = at = end + 1
    yield inline("\n".join(lines[start:]), book)


def _end(lines: list[str], at: int, fence: str) -> int:
    """Line that closes the fence opened at a line."""
    return next((n for n in range(at + 1, len(lines)) if lines[n].strip() == fence), len(lines))


def _directive(kind: str, head: str, lines: list[str], book: Contents) -> Iterator[Piece]:
    first = next((n for n, line in enumerate(lines) if not _OPTION.match(line)), len(lines))
    options, inside = lines[:first], lines[first:]
    return _WRITERS.get(kind, _boxed)(head, options, inside, book)


def _chart(name: str, _: list[str], lines: list[str], book: Contents) -> Iterator[Piece]:
    told = parts(lines[:-1])
    caption, below = told["caption"], _legend(told)
    if book.language == "en" and "english" in told:
        caption, below = told["english"], ""
    number = book.seen("chart", name)
    above = f"**{number}**　{caption}" if number else caption
    yield Drawing(name, json.loads(lines[-1]), inline(above, book), inline(below, book))


def _legend(told: Mapping[str, str]) -> str:
    """Kind of data, how to read a figure, its source."""
    _, _, nature = told.get("nature", "").partition(" ")
    return " ".join(filter(None, (f"〔{nature}〕" if nature else "", told.get("note", ""))))


def _table(name: str, options: list[str], lines: list[str], book: Contents) -> Iterator[Piece]:
    source = next((line for line in options if line.startswith(":source:")), "")
    text = "\n".join(lines).strip()
    caption, _, body = text.partition("\n\n")
    number = book.seen("numbered", name)
    yield inline(f"**{number}**　{caption}" if number else caption, book)
    yield from _pieces(body.splitlines(), book)
    yield inline(f"来源：{source.removeprefix(':source:').strip()}", book)


def _folded(head: str, _: list[str], lines: list[str], book: Contents) -> Iterator[Piece]:
    """What a page folds away; no fold of a notebook holds a chart."""
    inside = [*_joined(_pieces(lines, book))]
    title = inline(head, book)
    if any(isinstance(piece, Drawing) for piece in inside):
        yield f"**{title}**"
        yield from inside
    else:
        told = "\n\n".join(str(piece) for piece in inside)
        yield f"<details><summary>{title}</summary>\n\n{told}\n\n</details>"


def _exercise(title: str, options: list[str], lines: list[str], book: Contents) -> Iterator[Piece]:
    told = dict(line[1:].partition(": ")[::2] for line in options)
    english = book.language == "en"
    name, title = (EXERCISE_EN, told["english"]) if english else (EXERCISE, title)
    yield f"**{name} {told['code']}　{inline(title, book)}**"
    yield from _pieces(lines, book)


def _solution(_: str, options: list[str], lines: list[str], book: Contents) -> Iterator[Piece]:
    """A solution, which a book for students has not."""
    return _pieces(lines, book) if book.solutions else iter(())


def _boxed(head: str, _: list[str], lines: list[str], book: Contents) -> Iterator[Piece]:
    if head.strip():
        yield f"**{inline(head, book)}**"
    yield from _pieces(lines, book)


def _opened(look: str, _: list[str], lines: list[str], book: Contents) -> Iterator[Piece]:
    """A box of the page with a look; one of hints for clicks or paper is for others."""
    return iter(()) if _ELSEWHERE & {*look.split()} else _pieces(lines, book)


def _nothing(*_: Any) -> Iterator[Piece]:
    """What only pages have."""
    return iter(())


_WRITERS: Mapping[str, Callable[[str, list[str], list[str], Contents], Iterator[Piece]]] = {
    "chart": _chart,
    "numbered": _table,
    "dropdown": _folded,
    "div": _opened,
    "exercise": _exercise,
    "solution": _solution,
    "edition": _nothing,
    "bibliography": _nothing,
}


def alone(html: str) -> str:
    """HTML of a page without what leads about in it: filters, links to rows and other pages."""
    return _ANCHOR.sub(r"\1", _NAVIGATION.sub("", html))


# --- lines ------------------------------------------------------------------------------------


def inline(text: str, book: Contents) -> str:
    """A text without directives, in plain Markdown."""
    text = _FORMULA.sub(lambda f: f"$${f[1].rstrip()} {_tag(f[2], book)}$$", text)
    text = _ROLE.sub(lambda found: _role(found, book), text)
    for pattern, put in _PLAIN:
        text = pattern.sub(put, text)
    return _GAP.sub("\n\n", text)


def _tag(name: str, book: Contents) -> str:
    return f"\\tag{{{book.equations[name]}}}" if name in book.equations else ""


def _marked(found: re.Match[str]) -> str:
    """A text with a look: the text, unless it is for readers of a page."""
    return "" if any(name in found[2] for name in _ELSEWHERE) else found[1]


_PLAIN: tuple[tuple[re.Pattern[str], Any], ...] = (
    (_COMMENT, ""),
    (_HIDDEN, ""),
    (_NAVIGATION, ""),
    (_PICTURE, lambda found: f"（{found[1]}）" if found[1] else ""),
    (_ANCHOR, r"\1"),
    (_MARKED, _marked),
    (_LINK, r"\1"),
    (_LINE, ""),
    (_DEFINED, r"**\g<term>**　\g<told>"),
)


def _role(found: re.Match[str], book: Contents) -> str:
    text, target = found["text"] or "", found["to"] or found["only"]
    write = _ROLES.get(found["role"])
    return write(text, target, book) if write else text or target


def _document(text: str, target: str, book: Contents) -> str:
    title = book.title(target)
    if not title:
        return text or target
    return f"《{title}》" if text in ("", title) else f"{text}（《{title}》）"


def _heading(text: str, target: str, book: Contents) -> str:
    document, heading = book.labels.get(target, ("", ""))
    where = f"《{book.titles[document]}》“{heading}”" if document else ""
    return f"{text}（{where}）" if text and where else text or where or target


def _number(text: str, target: str, book: Contents) -> str:
    if number := book.exhibits.get(target, ""):
        return number
    title = book.titles.get(book.home(target), "")
    kind = KINDS[book.language]["chart" if target.startswith("fig") else "numbered"]
    return f"《{title}》里的{kind}" if title else text or kind


def _claim(text: str, target: str, _: Contents) -> str:
    """A number as its document prints it; one that does not hold bears its sign."""
    from synergy.claims.ledger import FAILED, load_ledger

    claim = load_ledger()[target]
    sign = claim.sign(claim.expected) if claim.expected in FAILED else ""
    return f"{text or claim.text}{sign}"


_ROLES: Mapping[str, Callable[[str, str, Contents], str]] = {
    "doc": _document,
    "ref": _heading,
    "numref": _number,
    "claim": _claim,
    "eq": lambda _, target, book: f"({book.equations.get(target, target)})",
    "cite:p": lambda _, target, book: cited(_keys(target)),
    "cite:t": lambda _, target, book: cited(_keys(target), textual=True),
}


def _keys(target: str) -> list[str]:
    return [key.strip() for key in target.split(",")]
