"""What differs by place leaves the page for a file beside it, as deep in the page as it lies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from press.build import Book, build
from press.edition import Edition
from press.places import FOLDER
from small import HEADER, PARAMETERS, write_chapter
from synergy.dictionary import all_places

CHAPTER = """# 小章

```{code-cell} python
from synergy import *
place = find_place(region)
```

```{code-cell} python
say(\"\"\"
人人一样的一段。

- 人人一样的一项，$x$
- {{ place.label }}的一项，见{ref}`末节 <end>`与 $y_{{ '{' }}{{ place.code }}{{ '}' }}$

:::{dropdown} 折叠
{{ place.label }}折在里面。
:::

{{ table }}
\"\"\", place=place, table=table(units()[["row"]][:1] * 0 + len(place.members), {"row": "数"}))
```

```{code-cell} python
chart = dimension_lines(load_evidence().lead, place)
figure("fig-a", chart, "{{ label }}的图。", label=place.label)
```

(end)=
## 末节

人人一样。
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Book:
    from small import write_book

    top = write_book(tmp_path_factory.mktemp("places"), root)
    write_chapter(top, HEADER + PARAMETERS + CHAPTER)
    return build(Edition.load(), top / "_build", root=top, pdf=False)


@pytest.fixture(scope="module")
def page(book: Book) -> BeautifulSoup:
    assert book.html is not None
    text = (book.html.parent / "chapters/paper/data.html").read_text(encoding="utf-8")
    return BeautifulSoup(text, "html.parser")


@pytest.fixture(scope="module")
def others(book: Book) -> dict[str, Any]:
    """By slot and part: texts, and which of them a place sees."""
    assert book.html is not None
    text = (book.html.parent / FOLDER / "chapters/paper/data.js").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text.removeprefix("bookPlaces.take(").removesuffix(");\n"))
    return found


def of(others: dict[str, Any], slot: str, part: str, code: str) -> Any:
    told = others[slot][part]
    return told["texts"][told["of"][code]]


def slot_of(page: BeautifulSoup, words: str) -> str:
    """Name of the box around some words."""
    (box,) = (box for box in page.select(".here") if words in box.get_text())
    return str(box["id"])


def test_the_page_warns_of_nothing_and_shows_the_edition(book: Book, page: BeautifulSoup) -> None:
    assert book.warnings == ()
    section = page.select_one("article section").get_text()
    assert "全国的一项" in section and "广东" not in section


def test_only_what_differs_is_in_a_box(page: BeautifulSoup) -> None:
    item, fold, table = page.select("article .here")
    assert item.parent.name == "li" and item.get_text().startswith("全国的一项")
    assert fold.get_text().strip() == "全国折在里面。" and fold.find_parent("details")
    assert table.select_one("table td").get_text() == "30"


def test_others_see_their_text_with_roles_and_formulas(
    page: BeautifulSoup, others: dict[str, Any]
) -> None:
    text = of(others, slot_of(page, "全国的一项"), "html", "44")
    assert text.startswith("<p>广东的一项，见") and 'href="#end"' in text and "<math" in text
    assert "44" in BeautifulSoup(text, "html.parser").math.get_text()
    assert of(others, slot_of(page, "全国折在里面"), "html", "NE") == "<p>东北地区折在里面。</p>\n"
    assert {p.code for p in all_places()} - {"00"} == set(
        others[slot_of(page, "全国折在里面")]["html"]["of"]
    )


def test_texts_that_several_see_are_kept_once(others: dict[str, Any]) -> None:
    tables = [told["html"] for told in others.values() if "html" in told]
    counts = {len(told["texts"]) for told in tables}
    # One member for each of thirty provinces, and three numbers for four regions.
    assert min(counts) == 1 + len({len(p.members) for p in all_places() if p.level == "region"})


def test_captions_and_charts_are_kept_by_figure(others: dict[str, Any]) -> None:
    assert of(others, "fig-a", "caption", "63") == "青海的图。"
    change = of(others, "fig-a", "spec", "63")
    assert set(change) == {"datasets", "description"}
    assert change["description"][0].startswith("折线图：青海就业质量各维度")


def test_the_switch_lists_all_places_and_knows_its_file(page: BeautifulSoup) -> None:
    form = page.select_one("form.place-switch")
    assert form.has_attr("hidden") and form["data-home"] == "00" and form["data-pages"] == ""
    assert form["data-source"] == "../../_places/chapters/paper/data.js"
    assert form.select_one("option")["value"] == "00"
    assert {o["value"] for o in form.select("option")} == {p.code for p in all_places()}
    groups = [group.select_one("option")["value"] for group in form.select("optgroup")]
    assert groups == ["E", "C", "W", "NE"]


def test_a_page_that_is_alike_for_all_has_no_file(book: Book) -> None:
    assert book.html is not None
    cover = BeautifulSoup((book.html.parent / "book/index.html").read_text(), "html.parser")
    assert cover.select_one("form.place-switch")["data-source"] == ""
    assert not (book.html.parent / FOLDER / "book").exists()


def test_search_does_not_know_what_others_see(book: Book) -> None:
    assert book.html is not None
    index = (book.html.parent / "searchindex.js").read_text(encoding="utf-8")
    assert "东北" not in index
