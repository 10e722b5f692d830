"""Pages about one place each: one template, a document per place, a brief in print."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from press.build import Book
from press.regions import FOLDER, TEMPLATE, code_of, filled, own_values, written_in
from press.stage import documents, stage_chapter
from small import PLACES
from synergy.dictionary import all_places, find_place

CODES = [place.code for place in all_places() if place.parent]


def test_every_place_has_its_page_below_its_region(root: Path) -> None:
    names = [name for name in documents(root / "_toc.yml") if name.startswith(FOLDER)]
    assert [code_of(name) for name in names if code_of(name)] == [
        code
        for region in all_places()
        if region.parent and not region.is_unit
        for code in [region.code, *(p.code for p in all_places() if p.parent == region.name)]
    ]


def test_documents_of_places_are_written_in_the_template() -> None:
    assert written_in(f"{FOLDER}44") == TEMPLATE
    assert written_in(f"{FOLDER}index") == f"{FOLDER}index"
    assert written_in("chapters/paper/data") == "chapters/paper/data"
    assert code_of(f"{FOLDER}00") == code_of("44") == ""


def test_the_template_gets_the_place(root: Path) -> None:
    text = filled("# ⟨地区⟩ ⟨代码⟩ fig-here-a", f"{FOLDER}NE")
    assert text == "# 东北地区 NE fig-ne-a"
    assert filled("# ⟨地区⟩", "chapters/paper/data") == "# ⟨地区⟩"
    staged = stage_chapter(root, f"{FOLDER}63", own_data=False)
    assert staged.accepted({"region": "广东", "alpha": 0.4, "x": 1}) == {
        "region": "63",
        "alpha": 0.4,
    }
    assert own_values("chapters/paper/data") == {}


@pytest.mark.book
def test_each_page_is_about_its_place(soups: dict[str, BeautifulSoup]) -> None:
    for place in map(find_place, PLACES):
        article = soups[f"{FOLDER}{place.code}"].select_one("article")
        assert article and article.select_one("h1").get_text().startswith(place.label)
        assert f"{place.label}的耦合协调度从" in article.get_text()
        assert article.select_one(f"#fig-{place.code.lower()}-plane .vega-figure")
        form = article.select_one(".place-switch")
        assert form and form["data-about"] == place.code and form["data-source"] == ""


@pytest.mark.book
def test_each_place_has_a_brief_of_one_page(whole_book: Book) -> None:
    assert whole_book.html is not None
    folder = whole_book.html.parent / FOLDER
    for place in all_places():
        if place.parent:
            (page,) = PdfReader(folder / f"{place.code}.pdf").pages
            words = page.extract_text().replace("\n", "")
            assert f"{place.label}的耦合协调度从" in words and f"{place.label} · 年份 全部" in words
            text = (folder / f"{place.code}.html").read_text(encoding="utf-8")
            assert f'<p class="brief-link screen-only"><a href="{place.code}.pdf">' in text
            assert f'data-about="{place.code}"' in text and f"<h1>{place.label}" in text
