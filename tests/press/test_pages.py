"""What the book adds to Sphinx's pages, on a small book in HTML and PDF."""

from __future__ import annotations

import html
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from pypdf import PdfReader

from press.build import Book, build
from press.edition import Edition
from press.pages import name_book
from small import HEADER, PARAMETERS, write_book

CHAPTER = """# 小章

见{numref}`fig-first`、{numref}`fig-shown`和{numref}`fig-quiet`。

```{code-cell} python
:tags: [teach]
import altair as alt
import pandas as pd
from IPython.display import Markdown, display
from synergy.page import figure

def chart(label):
    data = pd.DataFrame({"x": [1, 2], "y": [1, 3]})
    lines = alt.Chart(data).mark_line().encode(x="x", y="y")
    return lines.properties(description=f"折线，{label}从 1 到 3。")

figure("fig-first", chart("甲"), "甲图。")
```

```{code-cell} python
:tags: [teach]
figure("fig-shown", chart("乙"), "乙图，区域 {{ region }}。", region=region)
```

```{code-cell} python
secret = "不上页面的代码"
figure("fig-quiet", chart("丙"), "丙图。")
```

```{code-cell} python
:tags: [show-input]
opened = "打开的代码"
```

```{code-cell} python
display(Markdown("算出的一句：见{numref}`fig-quiet`，$a^2$。"))
```
"""


@pytest.fixture(scope="module")
def top(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A book of a cover and one chapter with every kind of cell."""
    return write_book(
        tmp_path_factory.mktemp("pages") / "book", root, HEADER + PARAMETERS + CHAPTER
    )


@pytest.fixture(scope="module")
def book(top: Path, edition: Edition) -> Book:
    """That book, built."""
    return build(edition, top / "out", root=top)


@pytest.fixture(scope="module")
def page(book: Book) -> BeautifulSoup:
    """Its chapter."""
    assert book.html is not None and book.warnings == ()
    path = book.html.parent / "chapters/paper/data.html"
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(scope="module")
def paper(book: Book) -> str:
    """The text of its PDF, without blanks."""
    assert book.pdf is not None
    text = "".join(each.extract_text() for each in PdfReader(book.pdf).pages)
    return "".join(text.split())


def figure(page: BeautifulSoup, name: str) -> Tag:
    """Return a figure by its name."""
    found = page.select_one(f"figure#{name}")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "number", "label", "caption"),
    [
        ("fig-first", "图 1", "折线，甲从 1 到 3。", "甲图。"),
        ("fig-shown", "图 2", "折线，乙从 1 到 3。", "乙图，区域 全国。"),
        ("fig-quiet", "图 3", "折线，丙从 1 到 3。", "丙图。"),
    ],
)
def test_a_figure_is_drawn_named_numbered_and_described(
    page: BeautifulSoup, name: str, number: str, label: str, caption: str
) -> None:
    node = figure(page, name)
    drawn = node.select(".vega-figure[role=img]")
    assert [each["aria-label"] for each in drawn] == [label]
    assert node.select_one(".caption-number").get_text().strip() == number  # type: ignore[union-attr]
    assert caption in node.select_one(".caption-text").get_text()  # type: ignore[union-attr]
    references = [a.get_text() for a in page.select(f"a.reference[href='#{name}']")]
    assert references and set(references) == {number}


def test_a_caption_leads_to_the_code_where_the_page_has_it(page: BeautifulSoup) -> None:
    for name, code in (("fig-first", 'chart("甲")'), ("fig-shown", 'chart("乙")')):
        link = figure(page, name).select_one("figcaption a.code-link")
        assert link is not None and link.get_text() == "代码"
        cell = page.select_one(str(link["href"]))
        assert cell is not None and code in cell.select_one("details.hide pre").get_text()  # type: ignore[union-attr]
    assert figure(page, "fig-quiet").select("a.code-link") == []


def test_only_code_that_a_tag_shows_is_on_the_page(page: BeautifulSoup) -> None:
    text = page.get_text()
    assert "不上页面的代码" not in text and "display(Markdown" not in text
    assert 'region = "全国"' not in text and "region = '全国'" not in text
    opened = next(pre for pre in page.select("pre") if "打开的代码" in pre.get_text())
    assert opened.find_parent("details") is None
    assert len(page.select("details.hide")) == 2


def test_roles_and_maths_work_in_what_a_cell_displays(page: BeautifulSoup) -> None:
    sentence = next(p for p in page.select("p") if "算出的一句" in p.get_text())
    assert sentence.select_one("a[href='#fig-quiet']") is not None
    assert sentence.select_one("span.math") is not None


def test_every_page_leads_to_its_source(top: Path, book: Book) -> None:
    assert book.html is not None
    for name in ("book/index", "chapters/paper/data"):
        path = book.html.parent / f"{name}.html"
        soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        links = [a for a in soup.select("a") if a.get_text() == "本页源文件"]
        assert len(links) == 1
        copy = path.parent / str(links[0]["href"])
        assert copy.read_bytes() == (top / f"{name}.md").read_bytes()
    search = (book.html.parent / "search.html").read_text(encoding="utf-8")
    assert "本页源文件" not in search


def test_paper_has_figures_and_sentences_but_no_folded_code(paper: str) -> None:
    for text in ("图1", "图2", "图3", "甲图", "乙图，区域全国", "丙图", "打开的代码"):
        assert text in paper
    assert "算出的一句：见图3，" in paper
    for text in ("不上页面的代码", 'chart("乙")', "本页源文件", "显示代码"):
        assert text not in paper


def test_the_title_that_is_cited_is_escaped_once() -> None:
    told = {"author": "", "press_version": "", "press_date": ""}
    app: Any = SimpleNamespace(config=SimpleNamespace(html_title=html.escape("甲 & <乙>"), **told))
    context: dict[str, Any] = {}
    name_book(app, "", "", context, None)  # type: ignore[arg-type]
    meta = BeautifulSoup(context["metatags"], "html.parser").select_one("meta[name=book-title]")
    assert meta is not None and meta["content"] == "甲 & <乙>"
