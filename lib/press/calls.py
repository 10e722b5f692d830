"""Elements that become calls of Typst's functions: written here, read by `book/print/paper.lua`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import PageElement, Tag

#: What a function's option may be.
Value = str | bool | float | tuple[str, ...] | None

#: Chapters among them.
CHAPTERS = '[data-typst^="chapter("]'

_CALL, _ARGUMENT = "data-typst", "data-arg"


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
