"""Every figure of the built book: said in words, in the book's colours, drawn by Vega."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from bs4 import BeautifulSoup

from press.build import ROOT
from press.draw import drawer
from synergy.figures import theme

pytestmark = pytest.mark.book

#: What a template or a missing number leaves behind.
UNFILLED = re.compile(r"\{|\}|\bnan\b|\bNone\b|undefined|\binf\b", re.I)


@pytest.fixture(scope="module")
def figures(soups: dict[str, BeautifulSoup]) -> dict[str, dict[str, Any]]:
    """Specs by page and place."""
    found = {}
    for page, soup in soups.items():
        for place, part in enumerate(soup.select(".vega-figure")):
            spec = json.loads(str(part.script and part.script.string))
            assert part["aria-label"] == spec["description"], (page, place)
            found[f"{page}:{place}"] = spec
    return found


def colours_of_theme() -> set[str]:
    """Every colour that the theme names."""
    words = re.findall(
        r"#[0-9A-F]{6}|rgba\([^)]*\)", str({k: str(v) for k, v in vars(theme).items()})
    )
    return set(words)


def test_the_book_has_figures_in_every_part(figures: dict[str, Any]) -> None:
    assert len(figures) > 100
    for part in ("paper", "essay", "notes", "audit"):
        assert any(f"/{part}/" in name for name in figures), part


def test_every_figure_says_in_words_what_it_shows(figures: dict[str, Any]) -> None:
    for name, spec in figures.items():
        text = spec["description"]
        assert len(text) > 15 and text.endswith("。"), (name, text)
        assert not UNFILLED.search(text), (name, text)
        assert re.search(r"\d", text), (name, text)


def test_colours_come_from_the_theme_alone(figures: dict[str, Any]) -> None:
    known = colours_of_theme()
    for name, spec in figures.items():
        text = json.dumps(spec, ensure_ascii=False)
        used = re.findall(r"#[0-9A-Fa-f]{6}\b|rgba\([^)]*\)", text)
        assert set(used) <= known, (name, set(used) - known)


def test_vega_draws_every_figure(figures: dict[str, Any]) -> None:
    draw = drawer(ROOT / "_build" / ".cache")  # the PDF has drawn most of them
    with ThreadPoolExecutor() as pool:
        drawn = dict(zip(figures, pool.map(draw, figures.values()), strict=True))
    for name, svg in drawn.items():
        assert "role-mark" in svg, name
        assert "NaN" not in svg and "undefined" not in svg, name
