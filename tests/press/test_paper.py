"""The single page of a book at a place, and which notebooks a desk has not seen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from press.captions import WORDS
from press.desk import PAGES, SOURCE, untold
from press.paper import of_place, settle
from press.places import alternatives

HOME = '<div class="here"><p>全国</p></div>'
TEXTS, CODES = ["<p>四川 <b>省</b></p>", "<p>西藏</p>"], ["51", "54 63"]
PAGE = HOME + alternatives("here-0", "html", TEXTS, CODES)


@pytest.mark.parametrize("code", ["51", "54", "63", "11"])
def test_a_page_of_one_place_says_what_the_whole_says_there(code: str) -> None:
    texts = []
    for page in (PAGE, of_place(PAGE, code)):
        soup = BeautifulSoup(page, "html.parser")
        settle(soup, code, "某地")
        texts.append(str(soup))
    assert texts[0] == texts[1]


def test_the_page_s_script_finds_the_same_words(root: Path) -> None:
    script = (root / "book/look/places.js").read_text(encoding="utf-8")
    found = dict(re.findall(r'(\w+): words\("([^"]+)"\)', script))
    assert found == dict(WORDS)


def test_a_page_of_one_place_is_short() -> None:
    assert of_place(PAGE, "11") == HOME
    assert "西藏" not in of_place(PAGE, "51") and "四川" not in of_place(PAGE, "63")


def test_a_desk_tells_what_it_has_not_seen(tmp_path: Path) -> None:
    texts = {"chapters/a": "一", "chapters/b": "二", "chapters/c": "三"}
    assert untold(tmp_path, texts, PAGES) == texts
    for name, text in (("a", "一"), ("b", "旧")):
        path = tmp_path / SOURCE / "chapters" / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / PAGES).mkdir()
    assert untold(tmp_path, texts, PAGES) == {"chapters/b": "二", "chapters/c": "三"}
