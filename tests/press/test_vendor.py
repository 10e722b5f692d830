"""What pages load from installed packages is cut down, and not too far."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont

from press import vendor
from press.build import Book
from press.fonts import fonts_directory
from press.vendor import ICONS, icon_letters, math_letters, subset, wide_letters, without_icons

SHEET = (
    '.fa-solid{font-weight:900}.fa-moon:before{content:"\\f186"}.fa-cut:before,'
    '.fa-scissors:before{content:"\\f0c4"}.fa-close:before,.fa-xmark:before{content:"\\f00d"}'
    "@font-face{font-family:A;src:url(../vendor/fontawesome/webfonts/fa-solid-900.woff2)"
    ' format("woff2"),url(../fa-solid-900.ttf) format("truetype")}'
    '@font-face{font-family:B;src:url(fa-brands-400.woff2)}:root{--icon:"\uf071"}'
)

#: Classes of icons that say how, not which; marks of firms, which are in another font.
MANNERS, BRANDS = {"fa-solid", "fa-lg"}, {"\uf09b", "\uf296"}


def letters(font: bytes) -> set[str]:
    """Return the characters that a font has."""
    return set(map(chr, TTFont(io.BytesIO(font)).getBestCmap()))


def test_a_style_sheet_loses_other_icons_and_their_fonts_alone() -> None:
    slim = without_icons(SHEET)
    assert ".fa-solid{font-weight:900}" in slim
    assert '.fa-moon:before{content:"\\f186"}' in slim
    assert '.fa-close:before,.fa-xmark:before{content:"\\f00d"}' in slim
    assert "scissors" not in slim and "brands" not in slim and ".ttf" not in slim
    assert "fa-solid-900.woff2" in slim
    assert icon_letters(slim) == "\uf00d\uf071\uf186"


def test_a_subset_has_the_letters_and_keeps_its_licence() -> None:
    font = subset(fonts_directory() / "NotoSansSC-Regular.otf", "熵权")
    assert {"熵", "权"} <= letters(font) and "法" not in letters(font)
    names = TTFont(io.BytesIO(font))["name"]
    assert "Open Font License" in names.getDebugName(13)


def test_letters_are_gathered_from_texts_alone(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("熵 entropy", encoding="utf-8")
    (tmp_path / "b.js").write_text("“复位”", encoding="utf-8")
    (tmp_path / "c.png").write_bytes("图".encode())
    found, always = (set(wide_letters(at, [])) for at in (tmp_path, tmp_path / "none"))
    assert set("“”位复熵") <= found and "图" not in found - always
    words = set(wide_letters(tmp_path / "none", ["press.places", "press", "synergy.none"]))
    text = (Path(vendor.__file__).parent / "places.py").read_text(encoding="utf-8")
    assert words - always == {c for c in text if ord(c) > 0x2000} - always


@pytest.fixture(scope="module")
def static(whole_book: Book) -> Path:
    """The folder of styles, scripts and fonts."""
    assert whole_book.html is not None
    return whole_book.html.parent / "_static"


@pytest.mark.book
def test_every_icon_on_a_page_is_there(soups: dict[str, BeautifulSoup], static: Path) -> None:
    used = {
        name
        for soup in soups.values()
        for node in soup.select("[class*=fa-]")
        for name in node["class"]
        if re.match(r"fa-", name)
    }
    assert used - MANNERS <= {f"fa-{name}" for name in ICONS}
    font = letters((static / "vendor/fontawesome/webfonts/fa-solid-900.woff2").read_bytes())
    sheets = "".join(path.read_text(encoding="utf-8") for path in static.rglob("*.css"))
    assert set(icon_letters(sheets)) - font <= BRANDS
    for name in used - MANNERS:
        assert f".{name}:before" in sheets, name


@pytest.mark.book
def test_every_letter_of_a_formula_is_there(soups: dict[str, BeautifulSoup], static: Path) -> None:
    font = letters((static / "book-math.woff2").read_bytes())
    assert set(math_letters()) - font == {"\u03a2", "\U0001d455"}  # stand for no letter
    used = {
        char
        for soup in soups.values()
        for node in soup.select("math")
        for char in node.get_text()
        if char < "\u2e80" or char > "\uffff"
    }
    assert len(used) > 50
    assert used - font <= {"\u2061", "\n"}  # the sign of application has no shape


@pytest.mark.book
def test_every_chinese_letter_of_a_page_is_there(
    soups: dict[str, BeautifulSoup], static: Path
) -> None:
    font = letters((static / "book-han.woff2").read_bytes())
    text = "".join(soup.get_text() for soup in soups.values())
    used = {char for char in text if "\u4e00" <= char <= "\u9fff"}
    assert len(used) > 1000
    assert used <= font, "".join(sorted(used - font))


@pytest.mark.book
def test_nothing_lies_there_that_no_page_loads(static: Path) -> None:
    names = [path.name for path in static.rglob("*")]
    assert not [name for name in names if name.endswith((".map", ".ttf", "-macros.html"))]
    assert "fontawesome.js" not in names and "tex-svg.js" not in names
