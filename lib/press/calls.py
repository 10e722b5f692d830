"""Elements that become calls of Typst's functions (`book/print/look.typ`, `book.typ`).

pandoc knows nothing of them: it sees marks, words in brackets that it leaves as they are. What it
writes between them is what a call is given.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, islice
from typing import TYPE_CHECKING, cast

from bs4 import Tag

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import NavigableString, PageElement

#: What a function's option may be.
Value = str | bool | float | tuple["Value", ...] | None

_CALL, _ARGUMENT = "data-typst", "data-arg"
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_BLOCKS = {"p", "ul", "ol", "dl", "div", "pre", "table", "blockquote"} | _HEADINGS

# Marks: a block of the page; a call and its end, what parts its contents; a call with none; words.
_EDGE = re.compile(r"⟦§(\w+)⟧\s*")
_MARK = re.compile(
    r"⟦(?P<call>\d+)⟧\s*|\s*(?P<next>⟦\|⟧)\s*|\s*(?P<end>⟦\.⟧)"
    r"|⟦(?P<bare>\d+)\.⟧|⟦(?P<words>\d+):⟧|(?P<after>⟦;⟧)"
)
_NUMBER = re.compile(r"(?<=⟦)\d+(?=[.:]?⟧)")
_CHAPTER = re.compile("(?=<p>⟦§chapter⟧</p>)")
# Blanks as wide as a digit or a point align decimals; few fonts have them.
_BLANKS = re.compile("[\u2007\u2008]+")
_HIDDEN = {ord("\u2007"): "0", ord("\u2008"): "."}


def call(soup: BeautifulSoup, head: str, *contents: Iterable[PageElement] | str) -> Tag:
    """Make the block that becomes ``#head[content][content]``; contents move into it.

    `head` is what `written` returns; a content is the nodes of an element, or plain text.
    """
    made = soup.new_tag("div", attrs={_CALL: head})
    for content in contents:
        argument = soup.new_tag("div", attrs={_ARGUMENT: "1"})
        argument.extend([content] if isinstance(content, str) else list(content))
        made.append(argument)
    return made


def inline(soup: BeautifulSoup, head: str, content: Iterable[PageElement]) -> Tag:
    """Make the words that become ``#head[content]``; the content moves into them."""
    made = soup.new_tag("span", attrs={_CALL: head})
    made.extend(list(content))
    return made


def is_call(tag: Tag) -> bool:
    """Whether an element becomes a call, or what one is given."""
    return tag.has_attr(_CALL) or tag.has_attr(_ARGUMENT)


def head_of(tag: Tag) -> str:
    """The head of the call that an element becomes; empty for others."""
    return str(tag.get(_CALL, ""))


def is_chapter(tag: Tag) -> bool:
    """Whether an element becomes the head of a chapter."""
    return head_of(tag).startswith("chapter(")


def written(name: str, *values: Value, **options: Value) -> str:
    """Return the head of a call: what stands before its contents."""
    named = [f"{key.replace('_', '-')}: {literal(value)}" for key, value in options.items()]
    return f"{name}({', '.join([*map(literal, values), *named])})"


def literal(value: Value) -> str:
    """Write a value as Typst reads it."""
    if value is None or isinstance(value, bool):
        return {None: "none", True: "true", False: "false"}[value]
    if isinstance(value, tuple):
        return f"({''.join(f'{literal(part)}, ' for part in value)})"
    return json.dumps(value, ensure_ascii=False)


def marked(soup: BeautifulSoup, article: Tag) -> tuple[str, list[str]]:
    """Put marks in the place of calls, and before each block of a page.

    Returns
    -------
    (str, list of str)
        The page, and the heads of its calls.
    """
    pieces: list[str] = []
    heads: list[str] = []
    for node in article.contents:
        if isinstance(node, Tag):
            heads += _mark_all(soup, node, len(heads))
            pieces += [_edge(node), node.decode_contents() if head_of(node) else node.decode()]
        else:
            pieces.append(cast("NavigableString", node).output_ready())
    return "".join(pieces), heads


def _edge(block: Tag) -> str:
    """The mark that stands before a block."""
    kind = head_of(block).partition("(")[0] or block.name
    return f"<p>⟦§{kind}⟧</p>" if block.name in _BLOCKS else ""


def _mark_all(soup: BeautifulSoup, block: Tag, first: int) -> list[str]:
    """Mark the calls in a block, which alone keeps its tag if it is one; return their heads."""
    tags = [t for t in (block, *block.descendants) if isinstance(t, Tag) and head_of(t)]
    for number, tag in enumerate(tags, first):
        _mark(soup, tag, number)
        if tag is not block:
            tag.unwrap()
    return [head_of(tag) for tag in tags]


def _mark(soup: BeautifulSoup, tag: Tag, number: int) -> None:
    if tag.name == "span":
        tag.insert(0, f"⟦{number}:⟧")
        tag.append("⟦;⟧")
    elif not tag.contents:
        tag.append(_paragraph(soup, f"⟦{number}.⟧"))
    else:
        inner = tag.find_all("div", recursive=False)
        contents = [each for each in inner if each.has_attr(_ARGUMENT)]
        for content in contents[1:]:
            content.insert_before(_paragraph(soup, "⟦|⟧"))
        tag.insert(0, _paragraph(soup, f"⟦{number}⟧"))
        tag.append(_paragraph(soup, "⟦.⟧"))
        for content in contents:
            content.unwrap()


def _paragraph(soup: BeautifulSoup, text: str) -> Tag:
    made = soup.new_tag("p")
    made.string = text
    return made


def by_chapter(html: str, heads: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Part a marked page where chapters begin; yield each part and the heads of its calls.

    A part counts its own calls, so that it stays the same whatever stands in others.
    """
    left = iter(heads)
    for part in _CHAPTER.split(html):
        number = count()
        text = _NUMBER.sub(lambda _, number=number: str(next(number)), part)
        yield text, list(islice(left, next(number)))


def unmarked(text: str, heads: Sequence[str]) -> list[tuple[str, str]]:
    """Return the blocks of what pandoc made of a marked page: kind and Typst, calls written."""

    def resolved(mark: re.Match[str]) -> str:
        if number := mark["call"] or mark["words"]:
            return f"#{heads[int(number)]}["
        if mark["bare"]:
            return f"#{heads[int(mark['bare'])]}"
        return {"next": "][", "end": "]", "after": "];"}[str(mark.lastgroup)]

    whole = _BLANKS.sub(lambda blanks: f"#hide[{blanks[0].translate(_HIDDEN)}];", text)
    pieces = _EDGE.split(_MARK.sub(resolved, whole))
    return list(zip(pieces[1::2], pieces[2::2], strict=True))
