"""What a page may do, and what of a reader's files or of this machine never reaches one."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag
from pypdf import PdfReader

from press.build import Book, build
from press.edition import Edition
from press.site import POLICY
from press.slides.making import PLACE as DECKS
from small import HEADER, PARAMETERS, write_book, write_chapter
from synergy.evidence import Request

#: Every kind of markup that a name could smuggle in; a file may bear it on any system but Windows.
NAME = "<img src=x onerror=alert(1)>{{7*7}}{raw}`z`$x$[点](javascript:alert(1))&lt;|*星*_线_"
TEXT = (
    f"{NAME}</script><script>alert(2)</script>\n\n```{{raw}} html\n<script>alert(3)</script>\n```"
)

TOC = """format: jb-book
root: book/index
chapters:
  - file: chapters/paper/data
  - file: chapters/paper/coupling
  - file: book/status
"""


def active(soup: BeautifulSoup) -> list[Tag]:
    """Return the elements of a page that would run something written in it."""
    return [
        node
        for node in soup.find_all(True)
        if any(name.startswith("on") for name in node.attrs)
        or any(str(node.get(key, "")).strip().startswith("javascript:") for key in ("href", "src"))
        or (
            node.name == "script" and not node.get("src") and node.get("type") != "application/json"
        )
    ]


def pages(folder: Path) -> dict[str, BeautifulSoup]:
    """Read every page below a folder, those that no table of contents names too."""
    return {
        path.relative_to(folder).as_posix(): BeautifulSoup(
            path.read_text(encoding="utf-8"), "html.parser"
        )
        for path in sorted(folder.rglob("*.html"))
        if path.parent.name != DECKS  # whose policy names their scripts (test_decks.py)
    }


# ------------------------------------------------------------------ what pages may do


@pytest.mark.book
def test_every_page_starts_with_its_policy_and_holds_no_program(whole_book: Book) -> None:
    assert whole_book.html is not None
    found = pages(whole_book.html.parent)
    assert {"index.html", "search.html", "chapters/guide/front.html"} < found.keys()
    for name, soup in found.items():
        policy = soup.select_one("meta[http-equiv=Content-Security-Policy]")
        assert policy is not None and policy["content"] == POLICY, name
        assert not policy.find_all_previous(["script", "link", "style"]), name
        assert active(soup) == [], name


def test_the_policy_allows_no_inline_script_and_no_eval() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in POLICY.split(";"))
    assert rules["default-src"] == "'none'" and rules["script-src"] == "'self'"
    assert "unsafe-eval" not in POLICY and "http" not in POLICY


# ------------------------------------------------------------------ names and notes of a reader


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, root: Path) -> tuple[Request, Path]:
    """A request with the worst of names, and a book of real chapters."""
    top = write_book(tmp_path_factory.mktemp("hostile") / "book", root)
    for name in ("data", "coupling"):
        text = (root / f"chapters/paper/{name}.md").read_text(encoding="utf-8")
        (top / f"chapters/paper/{name}.md").write_text(text, encoding="utf-8")
    (top / "_toc.yml").write_text(TOC, encoding="utf-8")
    panel = pd.read_csv(root / "data/demo/panel.csv")
    codes = [code for code in panel.columns if code not in ("province", "year")]
    data, recipe = top.parent / f"{NAME}.csv", top.parent / "<b>配方.toml"
    panel.rename(columns={code: f"s_{code}" for code in codes}).to_csv(data, index=False)
    recipe.write_text(written(codes), encoding="utf-8")
    return Request(data=str(data), recipe=str(recipe)), top


def written(codes: list[str]) -> str:
    """Return a recipe that forms each indicator of the series of its name, and says too much."""
    name, text = json.dumps(NAME, ensure_ascii=False), json.dumps(TEXT, ensure_ascii=False)
    parts = [f"title = {name}\nabout = {text}\nyears = [2010, 2022]\ncaveats = [{text}]"]
    parts += [f'[indicators.{code}]\nformula = "s_{code}"\nnote = {text}' for code in codes]
    drop = f'kind = "drop"\nseries = ["s_{codes[0]}"]\nyears = [2015]\nprovinces = ["海南"]'
    parts += [f"[[repairs]]\n{drop}\nreason = {text}", "[series]"]
    parts += [f"s_{code} = {{name_zh = {name}, unit = {name}, source = {text}}}" for code in codes]
    return "\n".join(parts)


@pytest.mark.book
@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no such file name")
def test_a_name_or_note_is_text_on_every_page(hostile: tuple[Request, Path]) -> None:
    request, top = hostile
    book = build(Edition.load(request), top / "out", root=top)
    assert book.html is not None and book.pdf is not None
    found = pages(book.html.parent)
    for name, soup in found.items():
        assert active(soup) == [], name
        assert soup.select("article b, article img, article em:-soup-contains('星')") == [], name
    text = found["chapters/paper/data.html"].get_text()
    for said in (
        f"面板名称：{NAME}。",
        f"来源文件：{NAME}.csv",
        "<b>配方.toml",
        TEXT.split("\n")[0],
    ):
        assert said in text, said
    assert NAME in found["chapters/paper/coupling.html"].get_text()
    assert f"{NAME}.csv" in found["book/status.html"].get_text()
    assert_silent_about(book, top.parent)


# ------------------------------------------------------------------ this machine


def of_this_machine(*folders: Path) -> set[str]:
    """Paths that nothing published may name."""
    known = (*folders, Path.home(), sys.prefix, sys.base_prefix)
    return {str(place) for place in known} - {"/"}


def assert_silent_about(book: Book, *folders: Path) -> None:
    """No file of the book holds a path of this machine, the PDF neither."""
    assert book.html is not None
    places = of_this_machine(*folders)
    for path in book.html.parent.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not [place for place in places if place.encode() in content], path
    if book.pdf is not None:
        reader = PdfReader(book.pdf)
        text = "".join(page.extract_text() for page in reader.pages) + str(reader.metadata)
        assert not [place for place in places if place in text]


@pytest.mark.book
def test_no_page_names_a_path_of_the_machine(whole_book: Book, root: Path) -> None:
    assert whole_book.html is not None
    assert_silent_about(replace(whole_book, pdf=None), root, whole_book.html.parent.parent)


def test_what_a_library_warns_of_goes_to_the_maker_not_on_the_page(
    small_book: Path, edition: Edition, tmp_path: Path
) -> None:
    warn = "\n```{code-cell} python\nimport numpy as np\nnp.float64(1) / np.float64(0)\n```\n"
    write_chapter(small_book, f"{HEADER}{PARAMETERS}# 小章\n{warn}")
    book = build(edition, tmp_path / "out", root=small_book, pdf=False)
    assert book.html is not None
    page = (book.html.parent / "chapters/paper/data.html").read_text(encoding="utf-8")
    assert "inf" in page and "RuntimeWarning" not in page
    assert [line for line in book.warnings if "stderr" in line]
