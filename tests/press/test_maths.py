"""Formulas: MathML on the pages, TeX for print."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from math_core import LatexError

from press.build import Book, build
from press.edition import Edition
from press.maths import mathml
from small import HEADER, PARAMETERS, write_book

TEXT = r"""# 小章

一句里的 $a^2 < b$，见{eq}`eq-one`。

$$
x=\frac{1}{2}
$$ (eq-one)

$$
\unheard{y}
$$
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory, root: Path, edition: Edition) -> Book:
    """A book of one chapter with formulas, one of them wrong."""
    top = write_book(tmp_path_factory.mktemp("maths") / "book", root, HEADER + PARAMETERS + TEXT)
    return build(edition, top / "out", root=top, pdf=False)


@pytest.fixture(scope="module")
def page(book: Book) -> BeautifulSoup:
    """That chapter."""
    assert book.html is not None
    text = (book.html.parent / "chapters/paper/data.html").read_text(encoding="utf-8")
    return BeautifulSoup(text, "html.parser")


def test_formulas_are_mathml_and_numbered(page: BeautifulSoup) -> None:
    inline = page.select_one("span.math > math")
    assert inline is not None and inline.get_text() == "a2<b"
    block = page.select_one("div.math > math[display=block]")
    assert block is not None and block.select_one("mfrac") is not None
    assert page.select_one("div.math#equation-eq-one .eqno").get_text() == "(1)#"  # type: ignore[union-attr]
    assert "\\(" not in page.get_text() and "mathjax" not in str(page.head).lower()


def test_a_formula_that_cannot_be_set_is_told_and_shown_as_it_is(
    page: BeautifulSoup, book: Book
) -> None:
    assert page.select_one("div.math > code").get_text() == r"\unheard{y}"  # type: ignore[union-attr]
    assert [line for line in book.warnings if "unheard" in line]
    with pytest.raises(LatexError):
        mathml(r"\unheard{y}", display=True)


def test_a_large_bracket_with_an_exponent_stretches() -> None:
    assert "<msup><mrow><mo minsize=" in mathml(r"\Bigl(1-\frac{t}{a}\Bigr)^{+}", display=True)
