"""Exercises on paper: question and hint where they stand, solutions behind the chapters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bs4 import Tag

from press.appendices import chapters_of
from press.calls import call, written
from press.tags import walk

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import PageElement

#: What the appendix of solutions is called.
SOLUTIONS = "习题答案"


def print_exercises(soup: BeautifulSoup, article: Tag, part: str) -> None:
    """Set the exercises of a page; gather the solutions before the first chapter of a part.

    Parameters
    ----------
    article : Tag
        The page, its chapters marked.
    part : str
        The part of the book that holds the solutions; an edition for students has none.
    """
    told = [_solution(soup, tag) for tag in list(_blocks(article, "solution"))]
    for tag in list(_blocks(article, "exercise")):
        tag.replace_with(_exercise(soup, tag))
    first = next(chapters_of(article, part), None)
    if told and first is not None:
        target = f"document-{SOLUTIONS}"
        head = written("chapter", part=part, opens=True, targets=(target,))
        first.insert_before(call(soup, head, SOLUTIONS), *told)
    elif told:
        article.extend(told)


def _blocks(article: Tag, kind: str) -> Iterator[Tag]:
    wanted = {kind, "admonition"}
    return (tag for tag in walk(article) if wanted <= set(tag.get("class") or ()))


def _exercise(soup: BeautifulSoup, block: Tag) -> Tag:
    hint = block.find("details")
    told = _unfolded(hint.extract()) if isinstance(hint, Tag) else []
    target = str(block.get("id", "")) or None
    head = written("exercise", target=target)
    return call(soup, head, _title(block), _body(block), told)


def _solution(soup: BeautifulSoup, block: Tag) -> Tag:
    """Take a solution out of its place, under the title of the exercise above it."""
    exercise = block.find_previous_sibling("div", class_="exercise")
    words = _title(exercise) if isinstance(exercise, Tag) else []
    target = str(exercise.get("id", "")) if isinstance(exercise, Tag) else ""
    fold = block.find("details")
    made = call(soup, written("solution", target or None), [*map(_again, words)], _unfolded(fold))
    block.decompose()
    return made


def _again(node: PageElement) -> PageElement:
    return node.__copy__()


def _title(block: Tag) -> list[PageElement]:
    """Code and title in Chinese."""
    title = block.select_one(".exercise-chinese")
    return list(title.contents) if title else []


def _body(block: Tag) -> list[PageElement]:
    body = block.select_one(".exercise-body")
    return list(body.contents) if body else []


def _unfolded(fold: PageElement | None) -> list[PageElement]:
    held = fold.select_one(".sd-summary-content") if isinstance(fold, Tag) else None
    return list(held.contents) if held else []
