"""The single page of a book for any place: one page, from which each place's PDF is set."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from press.by_place import changed

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag


def settle(soup: BeautifulSoup, code: str, name: str) -> None:
    """Let a single page show what it shows for one place, and drop what others see.

    Parameters
    ----------
    soup : BeautifulSoup
        The page as `press.places` wrote it, changed in place.
    code, name : str
        The place; one without texts of its own, as that of the edition, leaves them as they are.
    """
    for label in soup.find_all("span", class_="place-name"):
        label.string = name
    figures = {str(figure["id"]): figure for figure in soup.find_all("figure", id=True)}
    for box in soup.find_all("div", class_="elsewhere"):
        mine = next((d for d in box.find_all("data") if code in str(d["value"]).split()), None)
        if mine is not None:
            _turn(box, json.loads(mine.get_text()), figures)
        box.decompose()


def _turn(box: Tag, to: Any, figures: dict[str, Tag]) -> None:
    """Put a text, a caption or a changed chart in its place."""
    part, figure = box["data-part"], figures.get(str(box["data-slot"]))
    if part == "spec" and figure is not None:
        _redraw(figure, to)
        return
    at = box.find_previous_sibling("div", class_="here")
    if part == "caption":
        at = figure.select_one(".caption-text") if figure is not None else None
    if at is not None:
        at.clear()
        at.append(_parsed(to))


def _redraw(figure: Tag, change: Any) -> None:
    chart = figure.select_one(".vega-figure")
    if chart is not None and chart.script is not None:
        spec = changed(json.loads(chart.script.string or "{}"), change)
        chart.script.string = json.dumps(spec, ensure_ascii=False)
        chart["aria-label"] = str(spec.get("description", ""))


def _parsed(text: str) -> BeautifulSoup:
    from bs4 import BeautifulSoup

    return BeautifulSoup(text, "html.parser")
